"""What the edits in a tracker mean: which step is overdue, what is missing next, what was recovered.

The workbook answers the same five questions with native formulas, so that it works without Python. Here they are
answered for the stored results, for exports and for merged trackers; a test recalculates a workbook and
compares every cell.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

AFTERCARE = ("aftercare_1", "aftercare_2", "aftercare_3", "aftercare_4")
"""Settings with the days after a win on which to call: appreciation at once, and it never stops."""

_DAY = np.timedelta64(1, "D")
_APPROVAL, _THANKS = (
    "Approval missing",
    "Thank-you call due ",
)  # which approval and what day is filled in later


def computed(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Work out the formula columns of the campaign table.

    Parameters
    ----------
    campaign : DataFrame, shape (n, ...)
        Columns of `winback_xl.columns.CAMPAIGN`; absent ones count as blank.
    as_of : Timestamp
        What "today" means.
    settings : Settings
        Read are ``margin``, ``update_days``, ``thank_you_days``, ``rep_limit`` and the four of `AFTERCARE`.

    Returns
    -------
    DataFrame, shape (n, 5), index of ``campaign``
        ``days_overdue`` (days, NaN when nothing is due), ``next_update_due`` (date or NaT), ``gate`` (text, ""
        when nothing is missing), ``net_recovered`` (money, NaN before there is any), ``aftercare_due`` (date).

    Notes
    -----
    A gate is never dodged: whatever was typed further right, the first missing thing in this order is told.
    Want back, listening (no offer before it), approval of the make-good and of an exception, then for an account called won the customer's own word,
    else plan e-mail, thank-you call, delivery and the customer's word. Won revenue counts once the CUSTOMER
    confirmed; cost counts at once.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["A", "B"], "want_back": ["Yes", ""]})
    >>> from winback_xl.settings import Settings
    >>> computed(rows, as_of=pd.Timestamp("2026-11-22"), settings=Settings())["gate"].tolist()
    ['Listen before any offer', 'Decide first: want back?']
    """
    rows = _Rows(campaign)
    today = np.datetime64(as_of.normalize(), "D")
    return pd.DataFrame(
        {
            "days_overdue": _days_overdue(rows, today),
            "next_update_due": _next_update_due(rows, settings.update_days),
            "gate": _gate(rows, today, settings),
            "net_recovered": _net_recovered(rows, settings.margin),
            "aftercare_due": _aftercare_due(rows, [getattr(settings, name) for name in AFTERCARE]),
        },
        index=campaign.index,
    )


def days_overdue(campaign: pd.DataFrame, *, as_of: pd.Timestamp) -> NDArray[np.float64]:
    """Return the days since the next step was due, as `computed` does; NaN when nothing is."""
    return _days_overdue(_Rows(campaign), np.datetime64(as_of.normalize(), "D"))


def net_recovered(campaign: pd.DataFrame, *, settings: Settings) -> NDArray[np.float64]:
    """Return what came back less cost, money, as `computed` does; NaN before there is any."""
    return _net_recovered(_Rows(campaign), settings.margin)


class _Rows:
    """The campaign as Excel's comparisons see it: text without case, blank dates and numbers known as such."""

    def __init__(self, campaign: pd.DataFrame) -> None:
        self._frame = campaign
        self._known: dict[str, tuple[NDArray[np.int64], NDArray[np.object_]]] = {}

    def _codes(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Return the row's place among the different texts of a column, and those texts; the last is ""."""
        if name not in self._known:
            given = self._frame[name] if name in self._frame else pd.Series("", index=self._frame.index)
            codes, values = pd.factorize(given)  # -1 is missing, and so points at the last text
            texts = np.array([*map(str, values.tolist()), ""], dtype=object)
            self._known[name] = np.asarray(codes, dtype=np.int64), texts
        return self._known[name]

    def text(self, name: str) -> NDArray[np.object_]:
        codes, texts = self._codes(name)
        return texts[codes]

    def is_(self, name: str, *words: str) -> NDArray[np.bool_]:
        codes, texts = self._codes(name)
        wanted = {word.casefold() for word in words}
        hit = np.array([text.casefold() in wanted for text in texts], dtype=bool)
        return cast("NDArray[np.bool_]", hit[codes])

    def blank(self, name: str) -> NDArray[np.bool_]:
        codes, texts = self._codes(name)
        return cast("NDArray[np.bool_]", (texts == "")[codes])

    def date(self, name: str) -> NDArray[np.datetime64]:
        if name not in self._frame:
            return np.full(len(self._frame), np.datetime64("NaT", "D"))
        column = self._frame[name]
        if column.dtype.kind != "M":  # words that people typed are no dates, whatever they look like
            dates = np.array([isinstance(value, (dt.date, np.datetime64)) for value in column], dtype=bool)
            column = column.astype(object).where(dates, None)
        return pd.to_datetime(column, errors="coerce").to_numpy(dtype="datetime64[D]")

    def number(self, name: str) -> NDArray[np.float64]:
        if name not in self._frame:
            return np.full(len(self._frame), np.nan)
        column = pd.to_numeric(self._frame[name], errors="coerce")
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))

    def filled_number(self, name: str) -> NDArray[np.float64]:
        return np.nan_to_num(self.number(name))

    @property
    def open(self) -> NDArray[np.bool_]:
        return self.blank("outcome") | self.is_("outcome", "Open")


def _workdays_after(days: NDArray[np.datetime64], count: int) -> NDArray[np.datetime64]:
    """Do what WORKDAY does without holidays: the start day itself never counts."""
    out = np.full(days.shape, np.datetime64("NaT", "D"))
    known = ~np.isnat(days)
    out[known] = np.busday_offset(days[known], count, roll="backward")
    return out


def _days_overdue(rows: _Rows, today: np.datetime64) -> NDArray[np.float64]:
    due = rows.date("next_step_due")
    late = rows.open & (due < today)
    return np.where(late, (today - due) / _DAY, np.nan)


def _next_update_due(rows: _Rows, working_days: int) -> NDArray[np.datetime64]:
    talked = rows.date("last_contact")
    waiting = rows.open & ~rows.is_("stage", "Resting")
    return np.where(waiting, _workdays_after(talked, working_days), np.datetime64("NaT", "D"))


def _net_recovered(rows: _Rows, margin: float) -> NDArray[np.float64]:
    nothing = np.isnan(rows.number("won_revenue")) & np.isnan(rows.number("actual_cost"))
    counts = rows.is_("outcome", "Won") & ~np.isnat(rows.date("customer_confirmed"))
    gained = np.where(counts, rows.filled_number("won_revenue") * margin, 0.0)
    return np.where(nothing, np.nan, gained - rows.filled_number("actual_cost"))


def _aftercare_due(rows: _Rows, after: list[int]) -> NDArray[np.datetime64]:
    """Return the first aftercare call since the last talk: one that was missed stays due."""
    won, talked = rows.date("won_date"), rows.date("last_contact")
    due = np.full(won.shape, np.datetime64("NaT", "D"))
    for days in reversed(after):
        call = won + days * _DAY
        due = np.where(np.isnat(talked) | (talked < call), call, due)
    return np.where(rows.is_("outcome", "Won"), due, np.datetime64("NaT", "D"))


def _missing_approval(rows: _Rows, settings: Settings) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Say where approval is missing, and which: more agreed than proposed may need what the proposal did not."""
    agreed, proposed = rows.filled_number("agreed_amount"), rows.filled_number("recommended")
    raised = agreed > proposed
    raised_cost = np.where(raised, rows.filled_number("our_cost") + agreed - proposed, 0.0)
    needed = ~rows.is_("approver", "", "Rep") | (raised_cost > settings.rep_limit)
    unsigned = rows.blank("approved_by") | np.isnat(rows.date("approved_on"))
    by_whom = "Approval by " + rows.text("approver") + " missing"
    return needed & unsigned, np.where(raised, "Approval of the agreed amount missing", by_whom).astype(
        object
    )


def _gate(rows: _Rows, today: np.datetime64, settings: Settings) -> NDArray[np.object_]:
    needs_approval, approval = _missing_approval(rows, settings)
    rest_until = rows.date("rest_until")
    said_won = rows.is_("outcome", "Won") | rows.is_("stage", "Won", "Aftercare")
    resting = rows.is_("want_back", "Later") | rows.is_("stage", "Resting")
    unconfirmed = np.isnat(rows.date("customer_confirmed"))
    thank_by = _workdays_after(rows.date("plan_emailed"), settings.thank_you_days)
    to_give = rows.filled_number("recommended") + rows.filled_number("token")
    to_give += rows.filled_number("agreed_amount")
    steps: list[tuple[NDArray[np.bool_], str]] = [
        (rows.blank("customer_id"), ""),
        (rows.is_("outcome", "Let go"), ""),
        (rows.is_("outcome", "Lost", "Warm-lost") & rows.blank("reason_theirs"), "Note why they left"),
        (rows.is_("outcome", "Lost", "Warm-lost"), ""),
        (rows.is_("stage", "Let go", "Warm-lost"), "Closed: set the outcome"),
        (rows.blank("want_back"), "Decide first: want back?"),
        (rows.is_("want_back", "No"), "Let go kindly: set the outcome"),
        (resting & np.isnat(rest_until), "Say until when to rest"),
        (resting & (rest_until <= today), "Rest is over: decide again"),
        (resting, ""),
        (~rows.is_("listened", "Yes"), "Listen before any offer"),
        (needs_approval, _APPROVAL),
        (rows.is_("fix", "exception") & rows.blank("fix_approved_by"), "Approval of the exception missing"),
        (said_won & unconfirmed, "Customer has not confirmed"),
        (said_won & ~rows.is_("outcome", "Won"), "Set the outcome to Won"),
        (said_won & np.isnat(rows.date("won_date")), "Won date missing"),
        (said_won, ""),
        (np.isnat(thank_by), "Plan e-mail: say what changed"),
        (np.isnat(rows.date("thank_you_call")), _THANKS),
        ((to_give > 0) & np.isnat(rows.date("delivered_on")), "Make-good not delivered"),
        (unconfirmed, "Customer has not confirmed"),
    ]
    texts = np.array([*(text for _, text in steps), "Ask for the next order"], dtype=object)
    found = np.select([when for when, _ in steps], list(range(len(steps))), default=len(steps))
    gate = texts[found]
    ask, thank = gate == _APPROVAL, gate == _THANKS
    gate[ask] = approval[ask]
    gate[thank] = _THANKS + np.datetime_as_string(thank_by[thank], unit="D").astype(object)
    return cast("NDArray[np.object_]", gate)
