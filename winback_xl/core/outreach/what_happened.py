"""What went wrong for an account, in sentences: its complaints, what our orders show, or what was solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.incidents.open_incidents import NOT_CONFIRMED
from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_INCIDENTS = 3  # incidents that a card has room for
NOTHING_ON_FILE = "No complaint is on file. Find out in the talk."
_FROM_ORDERS = "They have not complained, but our orders show it: "
_SOLVED = "Solved, as we have it: "
_HINTS = {
    "Late delivery": "They have not complained; our orders show a late delivery. Ask whether that was it.",
    "Credited order": "They have not complained; our orders show a credited order. Ask whether that was it.",
}


def of_accounts(
    rows: pd.DataFrame, incidents: pd.DataFrame | None, make_goods: pd.DataFrame, today: pd.Timestamp
) -> Mapping[str, str]:
    """Describe what went wrong for each account of which anything is known.

    Parameters
    ----------
    rows : DataFrame
        Accounts of the campaign: ``customer_id`` and ``cause``.
    incidents : DataFrame, optional
        Clean incidents; later ones than ``today`` are not looked at.
    make_goods : DataFrame
        ``customer_id`` and ``what_happened``, failures included that only our orders show.
    today : Timestamp

    Returns
    -------
    mapping of str to str
        Customer ID to one or more sentences: the open complaints; without any, what our orders show; else what was solved.
    """
    return {**_hinted(rows), **_happened(incidents, make_goods, today)}


def _happened(
    incidents: pd.DataFrame | None, make_goods: pd.DataFrame, today: pd.Timestamp
) -> dict[str, str]:
    """Describe what went wrong for each customer: the open complaints, else what our orders show, else what was solved."""
    found: dict[str, str] = {}
    if incidents is not None and len(incidents):
        seen = incidents[incidents["date"].isna() | (incidents["date"] <= today)]
        seen = seen.sort_values("date", ascending=False, kind="stable", na_position="last")
        solved = _column(seen, "status").str.casefold() == "solved"
        found = {one: f"{_SOLVED}{said}" for one, said in _described(seen[solved]).items()}
        found |= (opened := _described(seen[~solved]))
    else:
        opened = {}
    shown = zip(make_goods["customer_id"].astype(str), _column(make_goods, "what_happened"), strict=True)
    from_orders = {
        one: f"{_FROM_ORDERS}{said[0].lower()}{said[1:]}" for one, said in shown if said and one not in opened
    }
    return found | from_orders


def _hinted(rows: pd.DataFrame) -> dict[str, str]:
    """State what the orders of a customer hint at where nothing was reported."""
    causes = zip(rows["customer_id"].astype(str), _column(rows, "cause"), strict=True)
    return {
        one: words
        for one, cause in causes
        for kind, words in _HINTS.items()
        if NOT_CONFIRMED in cause and cause.startswith(kind)
    }


def _described(seen: pd.DataFrame) -> dict[str, str]:
    """Describe incidents in their order, those of one customer together."""
    stated: dict[str, list[str]] = {}
    for one, when, what, kind in zip(
        seen["customer_id"],
        seen["date"],
        _column(seen, "what_happened"),
        _column(seen, "failure_type"),
        strict=True,
    ):
        lead = "" if pd.isna(when) else f"{in_words(when)}: "
        about = what.strip().rstrip(".")
        named = f" ({kind.strip().lower()})" if kind.strip() and about else kind.strip()
        stated.setdefault(str(one), []).append(f"{lead}{about}{named or ('' if about else 'complaint')}.")
    more = "There are {:,} more."
    return {
        one: " ".join(
            [*said[:_INCIDENTS], *([more.format(len(said) - _INCIDENTS)] if len(said) > _INCIDENTS else [])]
        )
        for one, said in stated.items()
    }


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return (
        frame[name].fillna("").astype(str)
        if name in frame
        else pd.Series("", index=frame.index, dtype=object)
    )
