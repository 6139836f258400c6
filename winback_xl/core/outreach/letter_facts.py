"""What is on file for a letter: the failure and its day, how long they ordered, what happened since the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.incidents import late_deliveries
from winback_xl.core.incidents.open_incidents import NOT_CONFIRMED
from winback_xl.core.money import show
from winback_xl.core.outreach.letter_texts import LATE
from winback_xl.core.tracking import cell_values, talk_log
from winback_xl.core.wording import MONTHS, in_words
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan

_DAY = rf"\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}"
_SINCE = re.compile(rf"Customer since ({_DAY});")
_DATED = re.compile(rf"({_DAY}): ")
_ORDER = re.compile(r"\b(order|invoice)(?: no\.?| number)? #?((?:[A-Z]{1,4}-?)?\d[\w/-]*)", re.IGNORECASE)
_LATE = re.compile(
    r"\blate\W+(?:\w+\W+)?(?:deliver|order|ship)|\b(?:deliver|order|ship)\w*\W+(?:\w+\W+){0,3}late\b|\bdelay(?:s|ed)?\b",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\bshort\W+(?:deliver|ship|order)|\b(?:deliver|ship)\w*\W+short\b", re.IGNORECASE)
_SAME = 0.005  # of the amount asked: a difference that rounding makes


def failure_of(cause: str) -> str:
    """Return the failure type that a cause names, "" where it names none.

    >>> failure_of("late delivery"), failure_of("Four late deliveries since November"), failure_of("Rust")
    ('Late delivery', 'Late delivery', '')
    """
    said = cause.strip().casefold()
    if NOT_CONFIRMED in said:
        return ""
    known = next((kind for kind in LISTS["Failure type"] if said.startswith(kind.casefold())), "")
    return known or (LATE if _LATE.search(said) else "Wrong or damaged goods" if _SHORT.search(said) else "")


def of_rows(plan: Plan, rows: pd.DataFrame, customers: pd.DataFrame | None) -> dict[str, list[Any]]:
    """Return the facts of each account, in the order of the rows.

    Parameters
    ----------
    plan : Plan
        Its make-goods, segments and cards.
    rows : DataFrame
        Rows of the campaign.
    customers : DataFrame, optional
        Clean customer list: an owner there who is not the owner now was the owner before.
    """
    ids = rows["customer_id"]
    known = first(plan.make_goods)
    happened = _of(ids, known, "what_happened")
    card = first(plan.cards)
    happened_on = [_dated(text) for text in _of(ids, card, "happened")]
    return {
        **_failures(rows, plan.make_goods),
        "late": [late_deliveries.of_sentence(text) for text in happened],
        "happened_on": happened_on,
        "order": [
            f"{found[1].lower()} {found[2]}" if (found := _ORDER.search(text)) else "" for text in happened
        ],
        "years": _years(ids, _of(ids, card, "past"), first(plan.segments)),
        "new_owner": _new_owner(rows, customers),
        **_asked(rows, known, plan.currency),
    }


def first(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table by customer, of each the first row."""
    return frame.drop_duplicates("customer_id").set_index("customer_id")


def _of(ids: pd.Series, frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame:
        return [""] * len(ids)
    return ids.map(frame[name]).astype(object).fillna("").astype(str).tolist()


def _dated(happened: str) -> str:
    """Return the day of the one open incident that a card describes; "" for several, which one is meant is not known.

    >>> _dated("3 May 2026: Twice late (late delivery)."), _dated("Solved, as we have it: 3 May 2026: Late.")
    ('3 May 2026', '')
    """
    found = _DATED.findall(happened)
    return str(found[0]) if len(found) == 1 and happened.startswith(found[0]) else ""


def _years(ids: pd.Series, past: list[str], segments: pd.DataFrame) -> list[float]:
    """Return the years from the first to the last order on file, NaN where unknown."""
    since = [found[1] if (found := _SINCE.match(text)) else None for text in past]
    start = pd.to_datetime(pd.Series(since, dtype=object), format="%d %B %Y", errors="coerce")
    last = pd.to_datetime(segments["last_order"].reindex(ids)).reset_index(drop=True)
    return [float(days) for days in ((last - start).dt.days / 365.25).tolist()]


def _new_owner(rows: pd.DataFrame, customers: pd.DataFrame | None) -> list[bool]:
    """Return where another person had the account before: by the customer list, or by the stage."""
    now = cell_values.folded(rows, "owner")
    moved = cell_values.folded(rows, "stage") == "reassigned"
    if customers is not None and "owner" in customers:
        before = rows["customer_id"].map(first(customers)["owner"]).astype(object).fillna("").astype(str)
        before = before.str.strip().str.casefold()
        moved |= (before != "") & (now != "") & (before != now)
    return [bool(one) for one in moved]


def _asked(rows: pd.DataFrame, known: pd.DataFrame, currency: str) -> dict[str, list[Any]]:
    """Return what they asked for in money, where it is not what was agreed, and whether it is less."""
    asked = pd.to_numeric(rows["customer_id"].map(known["requested_amount"]), errors="coerce").to_numpy(float)
    agreed = pd.to_numeric(rows["agreed_amount"], errors="coerce").to_numpy(float)
    differs = (asked > 0) & (agreed > 0) & (np.abs(asked - agreed) > _SAME * asked)
    return {
        "asked": [
            show(amount, currency) if said else ""
            for amount, said in zip(asked.tolist(), differs, strict=True)
        ],
        "asked_less": (differs & (asked < agreed)).tolist(),
    }


def _failures(rows: pd.DataFrame, make_goods: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the failure type of each account and whether it was our doing, in part or in whole.

    It is that of the make-good, else what the cause or their reason names. Late orders that only our orders show are
    a late delivery, unless they give another reason.
    """
    known = first(make_goods)
    kinds, splits = (
        _of(rows["customer_id"], known, "failure_type"),
        _of(rows["customer_id"], known, "fault_split"),
    )
    causes, reasons = (
        rows[name].fillna("").astype(str).str.strip().tolist() for name in ("cause", "reason_theirs")
    )
    failure = []
    for kind, cause, reason in zip(kinds, causes, reasons, strict=True):
        if NOT_CONFIRMED in cause:
            shown = LATE if cause.startswith(LATE) and not reason else ""
            failure.append(failure_of(reason) or shown)
        else:
            failure.append(kind or failure_of(cause) or failure_of(reason))
    split = pd.Series(splits, dtype=object)
    ours = split.str.contains(r"%\s+ours") | (split == "")
    whole = split.str.contains(r"100%\s+ours") | (split == "")
    return {"failure": failure, "ours": ours.tolist(), "partly": (ours & ~whole).tolist()}


_NEWS = ("last_talk", "thank_you_call", "approved_on", "delivered_on", "customer_confirmed")
"""Days of the campaign that a second letter can be about."""


class Talk(NamedTuple):
    """The latest talk since the letter, as the log has it; "" for what it does not say, and for no talk.

    Days are in words; ``promised_by`` is "" once it is over.
    """

    day: str = ""
    said: str = ""
    promised: str = ""
    promised_by: str = ""
    kept: bool = False


def written_on(campaign: pd.DataFrame) -> pd.Series:
    """Return the day of the letter that said what changed, NaT where none was sent."""
    return cell_values.days(campaign["plan_emailed"])


def news(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return where a letter was sent and something happened later than that day: a talk, a call, an approval, a delivery.

    Parameters
    ----------
    campaign : DataFrame
        Rows of the campaign, formula columns as they stand.
    """
    sent = written_on(campaign)
    found = np.zeros(len(campaign), bool)
    for name in _NEWS:
        found |= (cell_values.days(campaign[name]) > sent).to_numpy(bool)
    return found


def latest_talks(campaign: pd.DataFrame, talks: pd.DataFrame, today: pd.Timestamp) -> Mapping[str, Talk]:
    """Return the latest talk of each account that is later than its letter.

    Parameters
    ----------
    campaign : DataFrame
        ``customer_id`` and ``plan_emailed``.
    talks : DataFrame
        The log; columns `winback_xl.core.tracking.talk_log.COLUMNS`.
    today : Timestamp
        Which promises are still to come.
    """
    sent = dict(zip(campaign["customer_id"], written_on(campaign), strict=True))
    dated = talk_log.newest_first(talks[talk_log.dated(talks)]) if len(talks) else talks
    found: dict[str, Talk] = {}
    days, by = (cell_values.days(dated[name]).tolist() for name in ("talk_date", "promised_by"))
    texts = [_texts(dated[name].tolist()) for name in ("said", "promised", "kept")]
    for one, day, until, said, promised, kept in zip(
        dated["customer_id"].tolist(), days, by, *texts, strict=True
    ):
        if one not in found and day > sent.get(one, pd.NaT):
            ahead = in_words(until) if until >= today else ""
            found[one] = Talk(in_words(day), said, promised, ahead, kept.casefold() == "yes")
    return found


def _texts(values: Sequence[object]) -> list[str]:
    return ["" if value is None or value != value else str(value).strip() for value in values]  # noqa: PLR0124
