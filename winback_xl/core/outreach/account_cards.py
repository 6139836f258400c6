"""What an account card shows of each account beyond the campaign's own columns: stories, loss, care, history by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import typed
from winback_xl.core.money import show
from winback_xl.core.orders.day_numbers import dates
from winback_xl.core.outreach import what_happened
from winback_xl.core.tally import distinct_pairs, tally
from winback_xl.core.tracking import account_state, talk_log
from winback_xl.core.wording import in_words
from winback_xl.schema.columns import CARDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Ledger

YEARS = 5
"""Calendar years of the history, this one included."""

_OURS = "100% ours"
_STILL_OPEN = "Still open for them: do not explain it away. No other topic to avoid is on file."
_DIFFERS = "Their story differs from ours: do not argue for ours."
NO_STORY = "Not recorded. Ask the colleagues who worked on the account."


def build(
    campaign: pd.DataFrame,
    make_goods: pd.DataFrame,
    ledger: Ledger,
    *,
    currency: str = "",
    customers: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put together the cards of all accounts of a campaign.

    Parameters
    ----------
    campaign, make_goods : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN` and ``MAKE_GOODS``.
    ledger : Ledger
        The orders up to the day that "today" means; later incidents are not looked at.
    currency : str
        Of all amounts.
    customers, incidents : DataFrame
        Clean tables.

    Returns
    -------
    DataFrame, one row an account, sorted by ``account``
        The columns of `winback_xl.schema.columns.CARDS`.
    """
    rows = campaign[campaign["customer_id"].fillna("").astype(str) != ""]
    ids = rows["customer_id"].astype(str).reset_index(drop=True)
    on_file = _on_file(customers, ids)
    found = {
        "account": talk_log.labels(rows).reset_index(drop=True),
        "customer_id": ids,
        "phone": on_file("phone"),
        "email": on_file("email"),
        "region": on_file("region"),
        "happened": _looked_up(
            what_happened.of_accounts(rows, incidents, make_goods, ledger.today),
            ids,
            what_happened.NOTHING_ON_FILE,
        ),
        "lost": _looked_up(_lost(make_goods, currency), ids, "No money loss is on file: ask."),
        "story_ours": _stated(on_file),
        "story_theirs": on_file("reason_theirs"),
        "care": _care(on_file, rows, make_goods),
        "asked": _looked_up(_asked(incidents, make_goods, currency), ids, ""),
        **_history(ledger, ids),
    }
    frame = pd.DataFrame({column.name: typed(found[column.name], column.kind) for column in CARDS.columns})
    order = frame["account"].str.casefold().argsort(kind="stable")
    return frame.iloc[order].drop_duplicates("customer_id").reset_index(drop=True)


class _OnFile:
    """Texts of the customer list in the order of the accounts, "" where there are none."""

    def __init__(self, customers: pd.DataFrame | None, ids: pd.Series) -> None:
        self._frame = (
            None if customers is None else customers.drop_duplicates("customer_id").set_index("customer_id")
        )
        self._ids = ids

    def __call__(self, name: str) -> pd.Series:
        if self._frame is None or name not in self._frame:
            return pd.Series("", index=self._ids.index, dtype=object)
        texts = self._frame[name].astype(object).reindex(self._ids).reset_index(drop=True)
        return texts.where(texts.notna(), "").map(_text)


def _on_file(customers: pd.DataFrame | None, ids: pd.Series) -> _OnFile:
    return _OnFile(customers, ids)


def _text(value: object) -> str:
    return in_words(value) if isinstance(value, pd.Timestamp) else str(value).strip()


def _looked_up(texts: Mapping[str, str], ids: pd.Series, otherwise: str) -> list[str]:
    return [texts.get(one, otherwise) for one in ids.tolist()] if texts else [otherwise] * len(ids)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return (
        frame[name].fillna("").astype(str)
        if name in frame
        else pd.Series("", index=frame.index, dtype=object)
    )


def _asked(incidents: pd.DataFrame | None, make_goods: pd.DataFrame, currency: str) -> dict[str, str]:
    """State what customers ask for: in words, and in money."""
    found: dict[str, str] = {}
    if incidents is not None and "requested_remedy" in incidents:
        for one, text in zip(incidents["customer_id"], _column(incidents, "requested_remedy"), strict=True):
            if text.strip():
                found[str(one)] = text.strip().rstrip(".") + "."
    for one, amount in zip(make_goods["customer_id"], _numbers(make_goods, "requested_amount"), strict=True):
        if amount > 0:
            found[one] = f"{found.get(one, '')} They ask for {show(float(amount), currency)}.".strip()
    return found


def _numbers(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(np.float64)


def _lost(make_goods: pd.DataFrame, currency: str) -> dict[str, str]:
    """State the loss of each customer and whose fault it was; of a case for Counsel only the loss."""
    split, approver = _column(make_goods, "fault_split"), _column(make_goods, "approver")
    found = {}
    for one, loss, owed, whose, who in zip(
        make_goods["customer_id"],
        _numbers(make_goods, "loss"),
        _numbers(make_goods, "owed"),
        split,
        approver,
        strict=True,
    ):
        if loss > 0:
            fault = "all of it our fault" if whose == _OURS else f"the fault: {whose}" if whose else ""
            stated = "" if who == account_state.COUNSEL or not fault else f", {fault}"
            found[str(one)] = f"{show(float(loss), currency)}{stated}."
        elif owed > 0:
            found[str(one)] = "No loss beyond what we owe is on file: ask."
    return found


def _stated(on_file: _OnFile) -> pd.Series:
    """Give our version with who gave it, and when: a story without a name is hearsay."""
    story, who, when = (on_file(name) for name in ("reason_ours", "told_by", "told_on"))
    made = [
        f"{text.rstrip('.')}. ({', '.join(filter(None, (by or 'nobody is named', on)))})"
        if text
        else NO_STORY
        for text, by, on in zip(story.tolist(), who.tolist(), when.tolist(), strict=True)
    ]
    return pd.Series(made, index=story.index, dtype=object)


def _care(on_file: _OnFile, rows: pd.DataFrame, make_goods: pd.DataFrame) -> pd.Series:
    """List what to watch in the call: topics to avoid, and what may be wrong with the contact."""
    parts = (
        on_file("landmines").tolist(),
        on_file("reason_ours").tolist(),
        on_file("reason_theirs").tolist(),
        _column(rows, "contact_check").tolist(),
        rows["customer_id"].isin(make_goods["customer_id"]).tolist(),
    )
    made = [
        " ".join(
            _ended(text)
            for text in (
                avoid,
                _DIFFERS if ours and theirs and ours.casefold() != theirs.casefold() else "",
                _doubt(wrong),
            )
            if text
        )
        if avoid or wrong or ours
        else _STILL_OPEN * happened
        for avoid, ours, theirs, wrong, happened in zip(*parts, strict=True)
    ]
    return pd.Series(made, dtype=object)


def _doubt(text: str) -> str:
    """Say what may be wrong with the contact.

    >>> _doubt("No phone; Not checked since 25 May 2024."), _doubt("")
    ('Check the contact first: no phone; not checked since 25 May 2024.', '')
    """
    parts = [f"{part[0].lower()}{part[1:]}" for part in text.split("; ") if part]
    return f"Check the contact first: {'; '.join(parts)}" if parts else ""


def _ended(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text.rstrip()}."


def _history(ledger: Ledger, ids: pd.Series) -> dict[str, pd.Series | list[str]]:
    """Return the good years in a sentence, and revenue and order days of the last calendar years."""
    code = ledger.ids.get_indexer(pd.Index(ids))
    known = code >= 0
    size = len(ledger.ids)
    who, day_no = distinct_pairs(ledger.customer[ledger.order], ledger.day[ledger.order])
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, who, day_no)
    days = tally(who, size)
    left = ledger.deliveries()
    late, shipped = left["late_orders"], left["shipped_orders"]
    back, back_of_pair = (ledger.today.year - _years(numbers) for numbers in (ledger.day, day_no))
    found: dict[str, pd.Series | list[str]] = {}
    for years in range(YEARS):
        here = back == years
        revenue = tally(ledger.customer[here], size, weights=np.nan_to_num(ledger.value[here]))
        ordered = tally(who[back_of_pair == years], size).astype(float)
        found[f"revenue_{years}"] = pd.Series(np.where(known & ledger.has_values, revenue[code], np.nan))
        found[f"orders_{years}"] = pd.Series(np.where(known & (not ledger.has_values), ordered[code], np.nan))
    since = {one: in_words(pd.Timestamp(np.datetime64(one, "D"))) for one in set(first[days > 0].tolist())}
    past = zip(*(part[code].tolist() for part in (first, days, shipped, late)), known.tolist(), strict=True)
    found["past"] = [
        _past(since.get(start, ""), *counts) if is_known else "" for start, *counts, is_known in past
    ]
    return found


def _years(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the calendar year of each day."""
    return np.asarray(pd.DatetimeIndex(dates(days)).year, np.int64)


def _past(since: str, days: int, shipped: int, late: int) -> str:
    if not days:
        return "No order is on file."
    said = f"Customer since {since}; {days:,} order day{'' if days == 1 else 's'}"
    return f"{said}; {1 - late / shipped:.0%} shipped on time." if shipped else f"{said}."
