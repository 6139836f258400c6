"""Talks whose customer no account has: the names, and the account that each may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

NAMED = 3
"""Names that a sentence shows."""

LEAD = " no account in this campaign: "
ONE, MANY = "talk names", "talks name"
_START, _SHORT, _PAIR = 4, 3, 2

LIKENESS: tuple[Callable[[str, str], bool], ...] = (
    lambda name, account: account.startswith(name),
    lambda name, account: name in account,
    lambda name, account: account.startswith(name[:_START]),
    lambda name, account: len(account) == len(name) and account[1:] == name[1:],
    lambda name, account: len(account) == len(name) and account.startswith(name[:_PAIR]),
    lambda name, account: account.startswith(name[:_SHORT]),
)
"""What makes an account close to a name, the closest first; `winback_xl.workbook.sheets.unknown_talks` has the same as formulas."""


def closest(name: str, accounts: Iterable[str]) -> str:
    """Return the account that a misspelt name is closest to, the last of several; "" where none is close.

    >>> closest("Detla", ["Derby Ltd", "Delta"]), closest("Xy", ["Delta"])
    ('Delta', '')
    """
    known = [(one.lower(), one) for one in accounts][::-1]
    wanted = name.lower()
    for like in LIKENESS:
        found = next((account for folded, account in known if wanted and like(wanted, folded)), "")
        if found:
            return found
    return ""


def sentence(names: Sequence[str], accounts: Sequence[str]) -> str:
    """Return which talks count for nobody, "" for none.

    Parameters
    ----------
    names : sequence of str
        The customer of each such talk, in the order of the sheet.
    accounts : sequence of str
        The names that people choose from.

    Examples
    --------
    >>> sentence(["Detla", "Nobody"], ["Delta"])
    '2 talks name no account in this campaign: Detla (Delta?), Nobody.'
    """
    if not names:
        return ""
    shown = []
    for name in names[:NAMED]:
        meant = closest(name, accounts)
        shown.append(f"{name} ({meant}?)" if meant else name)
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{plural(len(names), ONE, MANY)}{LEAD}{', '.join(shown)}{more}."
