"""Check whether customers can still be reached: wrong, duplicate and outdated contacts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_LEAST_DIGITS = 6  # an extension or a dash is not a phone number that two could share


def malformed(emails: pd.Series) -> NDArray[np.bool_]:
    """Return which e-mail addresses cannot be right; blank ones are missing, not wrong.

    Examples
    --------
    >>> malformed(pd.Series(["a.b@firm.example", "a.b@firm", "a b@firm.example", "a@b@c.de", ""])).tolist()
    [False, True, True, True, False]
    """
    texts = _texts(emails)
    right = np.array([bool(_EMAIL.fullmatch(text)) and ".." not in text for text in texts], dtype=bool)
    return ~right & (texts != "").to_numpy(bool)


def doubts(customers: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> pd.Series:
    """List for each customer what may be wrong with the contact.

    Parameters
    ----------
    customers : DataFrame
        One row a customer; ``email``, ``phone`` and ``contact_checked`` are looked at where the list has them.
    as_of : Timestamp
        The day that "today" means.
    settings : Settings
        ``contact_days`` after which a contact should be checked again.

    Returns
    -------
    Series of str, index ``customer_id``
        "" where nothing speaks against the contact.

    References
    ----------
    Article 001: have you been trying to reach them at an old address?

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> listed = pd.DataFrame({"customer_id": ["A", "B"], "email": ["x@firm", ""]})
    >>> doubts(listed, as_of=pd.Timestamp("2026-11-22"), settings=Settings()).tolist()
    ['E-mail x@firm looks wrong', 'No e-mail']
    """
    listed = customers.drop_duplicates("customer_id").reset_index(drop=True)
    parts: list[list[str]] = [_missing(listed)]
    if "email" in listed:
        email = _texts(listed["email"])
        wrong = malformed(email)
        parts.append(
            [f"E-mail {text} looks wrong" if bad else "" for text, bad in zip(email, wrong, strict=True)]
        )
        parts.append(_shared(email.str.casefold(), "E-mail"))
    if "phone" in listed:
        digits = _texts(listed["phone"]).str.replace(r"\D", "", regex=True)
        parts.append(_shared(digits.where(digits.str.len() >= _LEAST_DIGITS, ""), "Phone"))
    if "contact_checked" in listed:
        parts.append(_unchecked(listed["contact_checked"], as_of, settings.contact_days))
    said = ["; ".join(filter(None, row)) for row in zip(*parts, strict=True)]
    return pd.Series(said, index=listed["customer_id"], dtype=object)


def _texts(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def _missing(listed: pd.DataFrame) -> list[str]:
    """State which of e-mail and phone is missing, as far as the list has such columns."""
    gone = {
        word: (_texts(listed[name]) == "").to_numpy()
        for name, word in (("email", "e-mail"), ("phone", "phone"))
        if name in listed
    }
    return [
        " and ".join(f"{'no' if place else 'No'} {word}" for place, word in enumerate(word for word in gone if gone[word][row]))
        for row in range(len(listed))
    ]  # fmt: skip


def _shared(values: pd.Series, what: str) -> list[str]:
    """Count who else has the same value; not by name, for a copy that leaves may hold the one and not the other."""
    others = values.map(values.value_counts()).to_numpy() - 1
    return [
        f"{what} shared with {more:,} other customer{'s' if more > 1 else ''}" if text and more else ""
        for text, more in zip(values.tolist(), others.tolist(), strict=True)
    ]


def _unchecked(days: pd.Series, as_of: pd.Timestamp, limit: int) -> list[str]:
    age = (as_of - pd.to_datetime(days)).dt.days
    return [
        f"Not checked since {in_words(day)}" if old > limit else ""
        for day, old in zip(pd.to_datetime(days), age, strict=True)
    ]
