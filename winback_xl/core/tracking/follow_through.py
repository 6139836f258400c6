"""What the edits in a tracker mean: which step is overdue, what is missing next, what was recovered.

The workbook answers the same questions with native formulas, so that it works without Python. Here they are
answered for the stored results, for exports and for merged trackers; a test recalculates a workbook and
compares every cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.lifetime_value.customer_value import annuity
from winback_xl.core.tracking import cell_values
from winback_xl.core.tracking.account_state import CONTROL_GROUP, JOINT_VISIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from winback_xl.settings import Settings

AFTERCARE = ("aftercare_1", "aftercare_2", "aftercare_3", "aftercare_4")
"""Settings with the days after a win on which to call: appreciation at once, and it never stops."""

LEFT_ALONE = "Control group: left alone on purpose"
MEND = "Mend the cell that shows an error"

_DAY, _YEAR = np.timedelta64(1, "D"), 365
_NO_DAY = np.datetime64("NaT", "D")
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_APPROVAL, _THANKS, _TRIES, _CHASE = (
    "Approval missing",
    "Thank-you call due ",
    "Enough tries",
    "Chase ",
)  # which approval, what day, how long and whom is filled in later

WHEN_DUE = ("Overdue", "Today", "Next 7 days", "Later", "No date")
"""When the next step of an account that somebody works on is due, against the as-of date."""


def computed(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Work out the formula columns of the campaign table.

    Parameters
    ----------
    campaign : DataFrame, shape (n, ...)
        Columns of `winback_xl.schema.columns.CAMPAIGN`; absent ones count as blank.
    as_of : Timestamp
        What "today" means.
    settings : Settings
        Read are ``margin``, ``incentive_rate``, ``update_days``, ``thank_you_days``, ``rep_limit``, ``max_attempts``,
        the rests, what `annuity` takes, and the four of `AFTERCARE`.

    Returns
    -------
    DataFrame, shape (n, 8), index of ``campaign``
        ``when_due`` (a word of `WHEN_DUE`, "" where nothing is to do), ``days_overdue`` (days, NaN when nothing is
        due), ``next_update_due`` and ``aftercare_due`` (date or NaT), ``net_recovered`` (money, NaN before there is
        any), ``incentive`` (money, NaN before there is a confirmed win), ``concession_cost`` (money of today),
        ``gate`` (text, "" when nothing is missing).

    Notes
    -----
    A gate is never dodged: whatever was typed further right, the first missing thing in this order is told.
    Want back, the past not held against us, not too many tries, the manager's visit to a top account, listening (no
    offer before it), approval of the make-good and of an exception, the yearly review of a concession, then for an account called won the customer's own
    word, else the outside party, an answer to their idea, plan e-mail, thank-you call, delivery, proof, the
    customer's word, and what the new sale begins with. An account of the control group is left alone unless a person
    wants it back. Won revenue counts once the CUSTOMER confirmed; cost counts at once. What is no day, number or word
    of a list counts as blank; an error value in a cell that decides is told instead of passed on.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["A", "B"], "want_back": ["Yes", ""]})
    >>> from winback_xl.settings import Settings
    >>> computed(rows, as_of=pd.Timestamp("2026-11-22"), settings=Settings())["gate"].tolist()
    ['Listen before any offer', 'Decide first: want back?']
    """
    rows = _Rows(campaign)
    today = np.datetime64(as_of, "D")
    return pd.DataFrame(
        {
            "when_due": _when_due(rows, today),
            "days_overdue": _days_overdue(rows, today),
            "next_update_due": _next_update_due(rows, settings.update_days),
            "aftercare_due": _aftercare_due(rows, [getattr(settings, name) for name in AFTERCARE]),
            "net_recovered": _net_recovered(rows, today, settings),
            "incentive": _incentive(rows, settings),
            "concession_cost": _concession_cost(rows, settings),
            "gate": _gate(rows, today, settings),
        },
        index=campaign.index,
    )


def days_overdue(campaign: pd.DataFrame, *, as_of: pd.Timestamp) -> NDArray[np.float64]:
    """Return the days since the next step was due, as `computed` does; NaN when nothing is."""
    return _days_overdue(_Rows(campaign), np.datetime64(as_of, "D"))


def when_due(campaign: pd.DataFrame, *, as_of: pd.Timestamp) -> NDArray[np.object_]:
    """Return when the next step is due, as `computed` does: a word of `WHEN_DUE`, "" where nothing is to do."""
    return _when_due(_Rows(campaign), np.datetime64(as_of, "D"))


def net_recovered(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> NDArray[np.float64]:
    """Return what came back less cost, money, as `computed` does; NaN before there is any."""
    return _net_recovered(_Rows(campaign), np.datetime64(as_of, "D"), settings)


def left_alone(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts of the control group still are one: a person who wants one back takes it out."""
    return _Rows(campaign).left_alone


def pursued(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts are to be pursued: a person said Yes, or nobody decided and the plan has a wave for it."""
    rows = _Rows(campaign)
    decided = rows.is_("want_back", "No", "Later")
    return rows.is_("want_back", "Yes") | (~decided & (rows.filled_number("wave") > 0))


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

    def _where(self, name: str, holds: Callable[[str], bool]) -> NDArray[np.bool_]:
        codes, texts = self._codes(name)
        return np.array([holds(text) for text in texts])[codes]

    def is_(self, name: str, *words: str) -> NDArray[np.bool_]:
        wanted = {word.casefold() for word in words}
        return self._where(name, lambda text: text.casefold() in wanted)

    def blank(self, name: str) -> NDArray[np.bool_]:
        return self._where(name, lambda text: not text)

    def date(self, name: str) -> NDArray[np.datetime64]:
        if name not in self._frame:
            return np.full(len(self._frame), _NO_DAY)
        return cell_values.days(self._frame[name]).to_numpy(dtype="datetime64[D]")

    def number(self, name: str) -> NDArray[np.float64]:
        if name not in self._frame:
            return np.full(len(self._frame), np.nan)
        return cell_values.numbers(self._frame[name]).to_numpy()

    def filled_number(self, name: str) -> NDArray[np.float64]:
        return np.nan_to_num(self.number(name))

    def failed(self, *names: str) -> NDArray[np.bool_]:
        """Return where one of these cells holds an error value: comparing it gives that error again."""
        found = np.zeros(len(self._frame), bool)
        for name in names:
            found |= self.is_(name, *_ERRORS)
        return found

    def flagged(self, flag: str) -> NDArray[np.bool_]:
        return self._where("flags", lambda text: flag in text)

    @property
    def left_alone(self) -> NDArray[np.bool_]:
        return self.flagged(CONTROL_GROUP) & ~self.is_("want_back", "Yes")

    @property
    def confirmed_win(self) -> NDArray[np.bool_]:
        return self.is_("outcome", "Won") & ~np.isnat(self.date("customer_confirmed"))

    @property
    def open(self) -> NDArray[np.bool_]:
        return self.blank("outcome") | self.is_("outcome", "Open")


def _workdays_after(days: NDArray[np.datetime64], count: int) -> NDArray[np.datetime64]:
    """Do what WORKDAY does without holidays: the start day itself never counts."""
    return np.busday_offset(days, count, roll="backward")


def _days_overdue(rows: _Rows, today: np.datetime64) -> NDArray[np.float64]:
    due = rows.date("next_step_due")
    late = rows.open & (due < today) & ~rows.left_alone & ~rows.failed("want_back")
    return np.where(late, (today - due) / _DAY, np.nan)


def _when_due(rows: _Rows, today: np.datetime64) -> NDArray[np.object_]:
    due = rows.date("next_step_due")
    at_work = rows.open & ~rows.left_alone & ~rows.failed("want_back")
    idle = np.isnat(due) & (rows.is_("stage", "Resting") | rows.failed("stage") | rows.blank("customer_id"))
    cases = [~at_work | idle, due < today, due == today, due <= today + 7 * _DAY, np.isnat(due)]
    late, now, soon, later, undated = WHEN_DUE
    return np.select(cases, ["", late, now, soon, undated], later).astype(object)


def _next_update_due(rows: _Rows, working_days: int) -> NDArray[np.datetime64]:
    talked = rows.date("last_contact")
    waiting = rows.open & ~rows.is_("stage", "Resting") & ~rows.left_alone
    waiting &= ~rows.failed("stage", "want_back")
    return np.where(waiting, _workdays_after(talked, working_days), _NO_DAY)


def _net_recovered(rows: _Rows, today: np.datetime64, settings: Settings) -> NDArray[np.float64]:
    """Return margin won, less cost, less the incentive (as paid, else as earned), less the concession so far."""
    paid = rows.number("incentive_paid")
    nothing = np.isnan(rows.number("won_revenue")) & np.isnan(rows.number("actual_cost")) & np.isnan(paid)
    since = np.nan_to_num(np.maximum((today - rows.date("won_date")) / _DAY, 0.0))
    gained = rows.filled_number("won_revenue") * settings.margin
    gained = gained - rows.filled_number("concession") * since / _YEAR
    incentive = np.where(np.isnan(paid), np.nan_to_num(_incentive(rows, settings)), paid)
    net = np.where(rows.confirmed_win, gained, 0.0) - rows.filled_number("actual_cost") - incentive
    return np.where(nothing | rows.failed("outcome"), np.nan, net)


def _incentive(rows: _Rows, settings: Settings) -> NDArray[np.float64]:
    """Return what the reps earned: a share of the margin of confirmed wins, NaN without such or without a rate."""
    earned = rows.confirmed_win & ~np.isnan(rows.number("won_revenue")) & (settings.incentive_rate > 0)
    share = settings.margin * settings.incentive_rate
    return np.where(earned, np.maximum(rows.filled_number("won_revenue"), 0.0) * share, np.nan)


def _concession_cost(rows: _Rows, settings: Settings) -> NDArray[np.float64]:
    """Return what a yearly concession costs over the years counted, at today's worth: it comes again each year."""
    yearly = rows.filled_number("concession")
    years = annuity(settings.future_years, settings.discount, settings.keep)
    return np.where(yearly == 0, np.nan, yearly * years)


def _aftercare_due(rows: _Rows, after: list[int]) -> NDArray[np.datetime64]:
    """Return the first aftercare call since the last talk: one that was missed stays due."""
    won, talked = rows.date("won_date"), rows.date("last_contact")
    due = np.full(won.shape, _NO_DAY)
    for days in reversed(after):
        call = won + days * _DAY
        due = np.where(np.isnat(talked) | (talked < call), call, due)
    return np.where(rows.is_("outcome", "Won"), due, _NO_DAY)


def _missing_approval(rows: _Rows, settings: Settings) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Say where approval is missing, and which: more agreed than proposed may need what the proposal did not."""
    agreed, proposed = rows.filled_number("agreed_amount"), rows.filled_number("recommended")
    raised = agreed > proposed
    lasting = np.nan_to_num(_concession_cost(rows, settings))
    more = np.where(raised, agreed - proposed, 0.0) + lasting
    more_cost = np.where(more > 0, rows.filled_number("our_cost") + more, 0.0)
    needed = ~rows.is_("approver", "", "Rep") | (more_cost > settings.rep_limit)
    unsigned = rows.blank("approved_by") | np.isnat(rows.date("approved_on"))
    by_whom = "Approval by " + rows.text("approver") + " missing"
    said = np.where(lasting > 0, "Approval of the concession missing", by_whom)
    return needed & unsigned, np.where(raised, "Approval of the agreed amount missing", said).astype(object)


def _gate(rows: _Rows, today: np.datetime64, settings: Settings) -> NDArray[np.object_]:
    needs_approval, approval = _missing_approval(rows, settings)
    rest_until = rows.date("rest_until")
    lost = rows.is_("outcome", "Lost", "Warm-lost")
    said_won = rows.is_("outcome", "Won") | rows.is_("stage", "Won", "Aftercare")
    resting = rows.is_("want_back", "Later") | rows.is_("stage", "Resting")
    unheard = ~rows.is_("listened", "Yes")
    unconfirmed = np.isnat(rows.date("customer_confirmed"))
    thank_by = _workdays_after(rows.date("plan_emailed"), settings.thank_you_days)
    to_give = rows.filled_number("recommended") + rows.filled_number("token")
    to_give += rows.filled_number("agreed_amount")
    no_visit = rows.flagged(JOINT_VISIT) & unheard
    no_visit &= rows.blank("manager") | np.isnat(rows.date("joint_visit"))
    unreviewed = (rows.filled_number("concession") > 0) & ~(rows.date("concession_review") > today)
    to_chase = ~rows.blank("outside_party") & ~(rows.date("chase_on") > today)
    no_reason = rows.is_("idea", "No") & rows.blank("idea_answer")
    no_proof = ~rows.blank("idea") & rows.blank("idea_answer")
    resell = rows.blank("why_they_buy") | np.isnat(rows.date("new_close"))
    steps: list[tuple[NDArray[np.bool_], str]] = [
        (rows.blank("customer_id"), ""),
        (rows.is_("outcome", "Let go"), ""),
        (lost & rows.failed("reason_theirs"), MEND),
        (lost & rows.blank("reason_theirs"), "Note why they left"),
        (lost, ""),
        (rows.is_("stage", "Let go", "Warm-lost"), "Closed: set the outcome"),
        (rows.failed("want_back"), MEND),
        (rows.left_alone, LEFT_ALONE),
        (rows.blank("want_back"), "Decide first: want back?"),
        (rows.is_("want_back", "No"), "Let go kindly: set the outcome"),
        (rows.failed("stage"), MEND),
        (resting & np.isnat(rest_until), "Say until when to rest"),
        (resting & (rest_until <= today), "Rest is over: decide again"),
        (resting, ""),
        (rows.failed("past_behind"), MEND),
        (rows.is_("past_behind", "No"), "They hold on to the past: let it rest"),
        (rows.failed("listened"), MEND),
        (unheard & (rows.filled_number("attempts") >= settings.max_attempts), _TRIES),
        (rows.failed("manager"), MEND),
        (no_visit, "Joint visit: name the manager, set the day"),
        (unheard, "Listen before any offer"),
        (rows.failed("approved_by"), MEND),
        (needs_approval, _APPROVAL),
        (rows.failed("fix", "fix_approved_by"), MEND),
        (rows.is_("fix", "exception") & rows.blank("fix_approved_by"), "Approval of the exception missing"),
        (unreviewed, "Review the concession, set the next day"),
        (rows.failed("outcome"), MEND),
        (said_won & unconfirmed, "Customer has not confirmed"),
        (said_won & ~rows.is_("outcome", "Won"), "Set the outcome to Won"),
        (said_won & np.isnat(rows.date("won_date")), "Won date missing"),
        (said_won, ""),
        (rows.failed("outside_party"), MEND),
        (to_chase, _CHASE),
        (rows.failed("requested_remedy", "idea"), MEND),
        (~rows.blank("requested_remedy") & rows.blank("idea"), "Their idea: accepted, partly or no?"),
        (rows.failed("idea_answer"), MEND),
        (no_reason, "Their idea: note the reason you told them"),
        (np.isnat(thank_by), "Plan e-mail: say what changed"),
        (np.isnat(rows.date("thank_you_call")), _THANKS),
        ((to_give > 0) & np.isnat(rows.date("delivered_on")), "Make-good not delivered"),
        (no_proof, "Their idea: note the proof that it is done"),
        (unconfirmed, "Customer has not confirmed"),
        (rows.blank("past_behind"), "Ask: is the past behind us?"),
        (rows.failed("why_they_buy"), MEND),
        (resell, "Resell: why they bought, day of new close"),
    ]
    texts = np.array([*(text for _, text in steps), "Ask for the next order"], dtype=object)
    found = np.select([when for when, _ in steps], list(range(len(steps))), default=len(steps))
    gate: NDArray[np.object_] = texts[found]
    rest = np.where(
        rows.is_("level", "Occasional Buyer"), settings.rest_days_occasional, settings.rest_days
    ).astype(str)
    filled = {
        _APPROVAL: approval,
        _THANKS: _THANKS + np.datetime_as_string(thank_by, unit="D").astype(object),
        _TRIES: "Enough tries: let it rest for " + rest.astype(object) + " days",
        _CHASE: _CHASE + rows.text("outside_party") + ", set the next day",
    }
    for short, text in filled.items():
        gate = np.where(gate == short, text, gate)
    return gate
