"""The words that mean yes and no, wherever people or other systems answer a question: one set for the whole product."""

from __future__ import annotations

YES = frozenset(
    ("yes", "y", "true", "t", "1", "1.0", "x", "ja", "j", "oui", "o", "si", "sí", "sim", "s", "wahr", "vrai", "ok", "✓", "✔")
)  # fmt: skip
NO = frozenset(("no", "n", "false", "f", "0", "0.0", "nein", "non", "nee", "não", "nao", "falsch", "faux"))


def meant(value: object) -> bool | None:
    """Return what an answer means, None where it is blank or says neither.

    >>> meant(" Ja "), meant(0.0), meant("maybe")
    (True, False, None)
    """
    word = str(value).strip().casefold()
    return True if word in YES else False if word in NO else None
