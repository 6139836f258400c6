"""Take out of a plan what names a person or repeats what people wrote, before it is shared. Pure but for chance."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.campaign.account_flags import ACCOUNT_FLAGS
from winback_xl.core.make_good import approvers
from winback_xl.core.make_good.offer_flags import FLAG_NAMES
from winback_xl.core.tracking import talk_log
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from winback_xl.core.campaign.campaign_plan import Plan

HIDDEN = "(masked)"
"""Stands where a text was."""

_NO_WORDS = columns.NUMERIC | {"date"}
_SHIFT = (30, 330)
"""Fewest and most days by which all days of a copy are moved back, where that is asked for."""

_FLAG = rf"(?:{'|'.join(map(re.escape, (*FLAG_NAMES.values(), *(flag.name for flag in ACCOUNT_FLAGS))))})(?: \([a-z, -]+\))?"
_WRITTEN_BY_US: Mapping[str, re.Pattern[str]] = {
    "form": re.compile("|".join(map(re.escape, columns.LISTS["Form"]))),
    "approver": re.compile("|".join(map(re.escape, columns.LISTS["Approver"]))),
    "rfm": re.compile(r"\d{3,6}|\d+-\d+-\d+"),
    "fault_split": re.compile(
        r"[\d.]+ ?% (?:ours|theirs|others|not ours)(?:, [\d.]+ ?% (?:ours|theirs|others|not ours))*"
    ),
    "flags": re.compile(rf"{_FLAG}(?:; {_FLAG})*"),
}
"""What the product itself can write into its text columns: anything else was typed by somebody, and is masked."""

_YES_NO = re.compile("Yes|No")


def plan(given: Plan, *, ids: bool = False, key: str = "", blur: bool = False) -> Plan:
    """Return a plan without names, contacts and free text.

    Parameters
    ----------
    given : Plan
        What is to be shared.
    ids : bool
        Replace the Customer IDs too.
    key : str
        A secret of the user's: copies made with the same key call the same customer by the same number. Blank:
        numbers are drawn by chance for this copy, and nothing can undo that.
    blur : bool
        Round amounts to two digits, and move all days back by the same number of days.

    Returns
    -------
    Plan
        Customers are "Customer 001", ... in an order that has nothing to do with their ids, the same in every table.
        A text stays only where the product itself could have written it; everything about the input files goes.

    Notes
    -----
    Exact amounts and days identify a customer to somebody who knows them: that is what ``blur`` is for.
    """
    secret = key.encode() if key else secrets.token_bytes(32)
    numbers = pseudonyms((table["customer_id"] for table in _tables(given)), "Customer", secret)
    named = [
        frame[column.name]
        for frame, table in ((given.campaign, columns.CAMPAIGN_ROWS), (given.talks, columns.TALKS))
        for column in table.columns
        if column.masking == "person" and column.name in frame
    ]
    people = pseudonyms(named, "Rep", secret)
    segments, make_goods, campaign = (
        frame_without(frame, table, numbers, people, ids=ids)
        for frame, table in zip(
            _tables(given), (columns.SEGMENTS, columns.MAKE_GOODS, columns.CAMPAIGN_ROWS), strict=True
        )
    )
    campaign["campaign_id"] = given.campaign_id
    causes = given.causes.copy()
    if "cause" in causes:
        causes["cause"] = [f"Cause {place}" for place in range(1, len(causes) + 1)]
    for name in ("why", "fix_why"):
        if name in causes:
            causes[name] = [_hidden(text) for text in causes[name]]
    shared = replace(
        given, segments=_by_pseudonym(segments), make_goods=_by_pseudonym(make_goods), campaign=campaign, causes=causes,
        set_aside=pd.DataFrame(), issues=(), sources=(), cards=talk_log.no_cards(),
        talks=_talks(given.talks, numbers, people, ids=ids), settings=approvers.renamed(given.settings, people),
    )  # fmt: skip
    return _blurred(shared, secret) if blur else shared


def _talks(
    talks: pd.DataFrame, numbers: Mapping[str, str], people: Mapping[str, str], *, ids: bool
) -> pd.DataFrame:
    """Return the log of talks without words and names; a talk that is with no account names nobody."""
    rows = talks[talk_log.filled(talks)].reset_index(drop=True)
    made = frame_without(rows, columns.TALKS, numbers, people, ids=ids)
    return made.assign(talk_id="", customer=[numbers.get(one, HIDDEN) for one in rows["customer_id"]])


def _tables(given: Plan) -> Iterable[pd.DataFrame]:
    return (given.segments, given.make_goods, given.campaign)


def _by_pseudonym(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by the new name: the order of the rows would give the ids away."""
    return frame.sort_values("customer", kind="stable").reset_index(drop=True)


def pseudonyms(columns_: Iterable[Iterable[Any]], word: str, secret: bytes) -> dict[str, str]:
    """Return a name for each different text, numbered in an order that only the secret knows.

    >>> sorted(pseudonyms([["b", "a"], ["b", ""]], "Rep", b"key").values())
    ['Rep 001', 'Rep 002']
    """
    texts = {text for column in columns_ for value in column if (text := str(value or "").strip())}
    found = sorted(
        texts, key=lambda text: hmac.digest(secret, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    )
    wide = max(3, len(str(len(found))))
    return {text: f"{word} {place:0{wide}}" for place, text in enumerate(found, start=1)}


def frame_without(
    frame: pd.DataFrame,
    table: columns.Table,
    numbers: Mapping[str, str],
    people: Mapping[str, str],
    *,
    ids: bool,
) -> pd.DataFrame:
    """Return one table without what names a person: every text passes a list of what may stay, or is masked."""
    made = frame.copy()
    known = {column.name: column for column in table.columns}
    for name in frame:
        column = known.get(str(name))
        if name == "customer_id":
            continue
        if name == "customer":
            made[name] = [numbers.get(str(key), HIDDEN) for key in frame["customer_id"]]
        elif column is not None and column.masking == "person":
            made[name] = [people.get(str(value or "").strip(), "") for value in frame[name]]
        else:
            made[name] = [value if _may_stay(value, column) else HIDDEN for value in frame[name]]
    if ids:
        made["customer_id"] = [numbers.get(str(key), HIDDEN) for key in frame["customer_id"]]
    return made


_WORDS = {
    *columns.LISTS["Failure type"],
    *columns.LISTS["Specific or systemic"],
    *columns.LISTS["Handling"],
}


def _may_stay(value: Any, column: columns.Column | None) -> bool:
    """Return whether a cell holds a number, a day, nothing, or a text that the product itself could have written there."""
    if not isinstance(value, str) or not value.strip():
        return True
    if column is None or column.masking == "words" or column.kind in _NO_WORDS:
        return False
    if column.choices:
        return value in columns.LISTS[column.choices]
    if column.masking == "unlisted":
        return value in _WORDS
    if column.role == "formula":
        return True  # calculated again from what is masked already
    pattern = _YES_NO if column.kind == "yesno" else _WRITTEN_BY_US.get(column.name)
    return pattern is not None and pattern.fullmatch(value) is not None


def _hidden(value: Any) -> Any:
    """Return a number or a day as it is, and any other content as `HIDDEN`."""
    if isinstance(value, str):
        return HIDDEN if value.strip() else ""
    return value


def _blurred(given: Plan, secret: bytes) -> Plan:
    """Round money to two digits, and move all days back alike: spans between days stay as they are."""
    low, high = _SHIFT
    drawn = int.from_bytes(hmac.digest(secret, b"days", hashlib.sha256)[:8], "big")
    back = pd.Timedelta(days=low + drawn % (high - low))
    tables = (columns.SEGMENTS, columns.MAKE_GOODS, columns.CAMPAIGN_ROWS)
    segments, make_goods, campaign = (
        _blurred_table(frame, table, back) for frame, table in zip(_tables(given), tables, strict=True)
    )
    as_of = given.as_of - back
    name = f"WB-{as_of:%Y-%m-%d}"  # the name of the campaign is mostly its first day
    logged = pd.to_numeric(campaign["recent_talk"], errors="coerce") if "recent_talk" in campaign else 0.0
    campaign = campaign.assign(campaign_id=name, recent_talk=np.where(logged > 0, logged - back.days, logged))
    return replace(
        given, as_of=as_of, campaign_id=name, segments=segments, make_goods=make_goods, campaign=campaign,
        talks=talk_log.shaped(_blurred_table(given.talks, columns.TALKS, back)),
    )  # fmt: skip


def _blurred_table(frame: pd.DataFrame, table: columns.Table, back: pd.Timedelta) -> pd.DataFrame:
    made = frame.copy()
    for column in table.columns:
        if column.name not in made:
            continue
        if column.kind == "money":
            made[column.name] = _two_digits(pd.to_numeric(made[column.name], errors="coerce").to_numpy(float))
        elif column.kind == "date":
            made[column.name] = [
                day - back if isinstance(day, pd.Timestamp) else day for day in made[column.name]
            ]
    return made


def _two_digits(amounts: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    with np.errstate(divide="ignore", invalid="ignore"):
        size = 10.0 ** (np.floor(np.log10(np.abs(amounts))) - 1)
        return np.where(np.isfinite(size), np.round(amounts / size) * size, amounts)
