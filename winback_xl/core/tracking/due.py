"""When the next step, the next update and the next aftercare call of an account are due, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking import gate
from winback_xl.core.tracking.campaign_rows import NO_DAY
from winback_xl.core.tracking.conditions import workdays_after
from winback_xl.core.tracking.progress import LISTENED, ROAD
from winback_xl.serial_days import DAY_0, LAST_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows
    from winback_xl.core.tracking.progress import StageSteps

AFTERCARE = ("aftercare_1", "aftercare_2", "aftercare_3", "aftercare_4")
"""Settings with the days after a win on which to call: appreciation at once, and it never stops."""

WHEN_DUE = ("Overdue", "Today", "Next 7 days", "Later", "No date")
"""When the next step of an account that somebody works on is due, against the as-of date."""

FIRST_ROW = 5
"""Row of the sheet in which the first account is."""

HAPPENED = (
    "starts_on", "last_contact", "plan_emailed", "thank_you_call", "delivered_on", "customer_confirmed", "won_date",
)  # fmt: skip
_DAY = np.timedelta64(1, "D")
TO_APPROVE = -2
"""Call keys below it are of approvals."""

FIRST, SOON = 2, 7  # the first serial that counts as a day, and the days of "Next 7 days"


def since(rows: CampaignRows) -> NDArray[np.float64]:
    """Return the last day on which something happened, at least the start of the account's wave, as a serial number."""
    days = [rows.number(name) for name in HAPPENED]
    known = ~np.isnan(days).all(axis=0)
    last = np.where(known, np.max(np.where(np.isnan(days), -np.inf, days), axis=0), 0.0)
    return np.floor(np.where(rows.failed(*HAPPENED), np.nan_to_num(days[0]), last))


def due(rows: CampaignRows, steps: StageSteps) -> NDArray[np.datetime64]:
    """Return by when Do next is to be done, NaT where nothing is due.

    A person's own date comes first, then the next aftercare call of a win and the end of a pause; else the wait of the
    stage counts from `since`, in working days without holidays or in calendar days. Where nothing else is asked it is
    the day on which to review a concession or to chase an outside party. Nothing of it depends on today.
    """
    place = rows.filled_number("reached").astype(int) - 1
    waits = np.array([stage.wait for stage in steps.stages])[place]
    calendar = np.array([stage.unit == "days" for stage in steps.stages])[place]
    since = rows.filled_number("since")
    start = _as_days(np.where((since >= FIRST) & (since <= LAST_DAY), since, np.nan))
    found = np.where(calendar, start + waits * _DAY, _working(start, waits))
    pause = rows.number("rest_until")
    pausing = rows.is_("want_back", "Later") | rows.is_("stage", "Resting")
    found = np.where(pausing & ~np.isnan(pause), _as_days(pause), found)
    found = np.where(rows.failed("want_back", "stage"), NO_DAY, found)
    call = rows.date("aftercare_due")
    found = np.where(rows.is_("outcome", "Won") & ~np.isnat(call), call, found)
    own = rows.filled_number("my_date")
    failed = rows.failed("outcome")
    found = np.where(own > 0, _as_days(own), np.where(failed, NO_DAY, found))
    found = np.where(_nothing_asked(rows, steps), _look_again(rows), found)
    return np.where(rows.blank("customer_id") | idle(rows), NO_DAY, found)


def _nothing_asked(rows: CampaignRows, steps: StageSteps) -> NDArray[np.bool_]:
    """Return where Do next says nothing today; it may on the day of a review or of a reminder."""
    decide, talk, plan, close = (rows.filled_number(name) for name in gate.GATES)
    none = (decide + talk == 0) & (np.where(plan == 0, close, plan) <= 0)
    over = rows.is_("outcome", "Won") & np.isnat(rows.date("aftercare_due"))
    silent = np.array([stage.next_step == "" for stage in steps.stages])
    over |= silent[rows.filled_number("reached").astype(int) - 1]
    nothing: NDArray[np.bool_] = rows.blank("my_step") & none & over & ~rows.failed("my_step", "outcome")
    return nothing


def _look_again(rows: CampaignRows) -> NDArray[np.datetime64]:
    """Return the day of the next review or reminder, NaT where there is none; one without a day has been due since."""
    lasts, outside = rows.filled_number("concession") > 0, ~rows.blank("outside_party")
    first = np.full(len(rows), float(LAST_DAY))
    failed = rows.failed("concession", "outside_party")
    for there, name in ((lasts, "concession_review"), (outside, "chase_on")):
        day = rows.filled_number(name)
        day = np.where(day < FIRST, rows.filled_number("since"), day)
        first = np.where(there, np.minimum(first, day), first)
        failed |= there & rows.failed(name)
    first = np.maximum(first, rows.filled_number("my_date"))
    return _as_days(np.where((lasts | outside) & ~failed, first, np.nan))


def _working(start: NDArray[np.datetime64], waits: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return so many working days later; after none of them, the first working day from the start on."""
    found = np.full(start.shape, NO_DAY)
    known = ~np.isnat(start)
    days, counts = start[known] - (waits[known] == 0) * _DAY, np.maximum(waits[known], 1)
    found[known] = np.busday_offset(days, counts, roll="backward")
    return found


def idle(rows: CampaignRows) -> NDArray[np.bool_]:
    """Return where nobody is to do anything: closed, or left alone in the control group."""
    nobody: NDArray[np.bool_] = rows.filled_number("gate_decide") == gate.number(gate.LEFT_ALONE)
    over: NDArray[np.bool_] = nobody | (rows.filled_number("closed") == 1)
    return over


def act_by(rows: CampaignRows) -> NDArray[np.datetime64]:
    """Return by when somebody is to act, NaT where nothing is due or nobody is to call."""
    return np.where(_no_call(rows), NO_DAY, rows.date("due"))


def days_overdue(rows: CampaignRows) -> NDArray[np.float64]:
    """Return the days since somebody was to act, below 0 before that day, NaN where nobody is to."""
    by = rows.date("act_by")
    return np.where(np.isnat(by), np.nan, (rows.as_of - by) / _DAY)


def _no_call(rows: CampaignRows) -> NDArray[np.bool_]:
    """Return where the plan proposes no call, as for an e-mail or to let go, and nobody wants one."""
    planned = (
        (rows.filled_number("wave") != 0) | (rows.filled_number("reached") > 1) | rows.is_("outcome", "Won")
    )
    wanted = ~rows.blank("want_back") | ~rows.blank("my_date")
    called: NDArray[np.bool_] = planned | wanted | rows.failed("wave", "reached", "outcome")
    return ~called


def when_due(rows: CampaignRows) -> NDArray[np.object_]:
    """Return when it is due: a word of `WHEN_DUE`, "" where nothing is to do."""
    days = rows.number("days_overdue")
    nothing = np.isnan(days) & (rows.blank("do_next") | idle(rows) | ~np.isnat(rows.date("due")))
    cases = [nothing, days > 0, days == 0, days >= -SOON, np.isnan(days)]
    late, now, soon, later, undated = WHEN_DUE
    return np.select(cases, ["", late, now, soon, undated], later).astype(object)


def call_key(rows: CampaignRows) -> NDArray[np.float64]:
    """Return what sorts the calls: the accounts that are due first, then those of the next days, dearest first.

    Above 0 for an account that is due: its worth, each a little different. From -1 for one that is due within `SOON`
    days; below -2 for one that waits for an approval, which nobody calls the customer for; NaN for all others.
    """
    place = np.arange(FIRST_ROW, FIRST_ROW + len(rows))
    worth = np.maximum(rows.filled_number("worth"), 0.0) + 1 + place / 1_000_000
    days = rows.number("days_overdue")
    talk, (first, last) = rows.filled_number("gate_talk"), gate.APPROVALS
    inside = (
        (talk >= first) & (talk <= last) & (rows.filled_number("gate_decide") == 0) & rows.blank("my_step")
    )
    return np.select(
        [inside & (days >= -SOON), days >= 0, days >= -SOON],
        [TO_APPROVE - 1 / worth, worth, -1 / worth],
        np.nan,
    )


def _as_days(serials: NDArray[np.float64]) -> NDArray[np.datetime64]:
    known = ~np.isnan(serials)
    found = np.full(serials.shape, NO_DAY)
    serials = np.clip(serials[known], 0, LAST_DAY)  # a number too large for a day stands for the last one
    found[known] = np.datetime64(DAY_0, "D") + np.floor(serials).astype(np.int64)
    return found


def next_update_due(rows: CampaignRows) -> NDArray[np.datetime64]:
    """Return by when a customer who waits hears from us again, NaT where nobody waits."""
    talked = rows.date("last_contact")
    waiting = rows.open & ~rows.is_("stage", "Resting") & ~rows.left_alone
    waiting &= ~rows.failed("stage", "want_back")
    return np.where(waiting, workdays_after(talked, rows.settings.update_days), NO_DAY)


def aftercare_due(rows: CampaignRows) -> NDArray[np.datetime64]:
    """Return the first aftercare call since the last talk; one that was missed stays due."""
    won, talked = rows.date("won_date"), rows.date("last_contact")
    due = np.full(won.shape, NO_DAY)
    for days in reversed([getattr(rows.settings, name) for name in AFTERCARE]):
        call = won + days * _DAY
        due = np.where(np.isnat(talked) | (talked < call), call, due)
    return np.where(rows.is_("outcome", "Won"), due, NO_DAY)


STEPS = (
    "To decide",
    "To listen",
    "To put right",
    "To agree",
    "To deliver",
    "To confirm",
    "To ask again",
    "Won",
)
"""What is next, in the order of the work; the place of a word, from 1, is its number."""

DECIDE, ASK, WON, CONFIRMED = 1, 7, 8, 9

OF_STAGE = (2, 2, 3, 3, 3, 3, 4, 5, 6, 7, 7, 7, 0, 2, 0, 0)
"""Number of the step at each stage of the list Stage, once somebody decided; 0: nobody works on it."""

SHOW_OWNER, EVERYONE = "show_owner", "Everyone"
"""Name of the cell on Today that says whose accounts it shows, and its word for all of them."""

MONEY_DAYS = ("won_date", "delivered_on", "last_contact")
"""The first of these days that a row has is the one from which its money counts."""


def pursued(rows: CampaignRows) -> NDArray[np.bool_]:
    """Return which accounts are worked on: a person said Yes, or nobody decided and the plan has a wave for it."""
    decided = rows.is_("want_back", "No", "Later")
    return rows.is_("want_back", "Yes") | (~decided & (rows.filled_number("wave") > 0))


def shown(rows: CampaignRows) -> NDArray[np.float64]:
    """Return 1 for every row: a new workbook shows everyone."""
    return np.ones(len(rows))


def contacted(rows: CampaignRows) -> NDArray[np.float64]:
    """Return 1 where we spoke with an account that is worked on, 0 where not yet, NaN where nobody works on it."""
    reached = rows.filled_number("reached")
    heard = (reached >= LISTENED) & (reached <= ROAD)
    heard |= rows.is_("stage", "Warm-lost") | rows.is_("listened", "Yes")
    out = pursued(rows) & ~rows.failed("want_back", "wave", "stage", "listened")
    return np.where(out, heard.astype(float), np.nan)


def step(rows: CampaignRows) -> NDArray[np.float64]:
    """Return the number of the step, `WON` or `CONFIRMED` for a win, 0 where nobody works on the account now."""
    reached = rows.filled_number("reached").astype(int)
    found = np.array((0, *OF_STAGE))[reached]
    found = np.where((reached == 1) & ~rows.is_("want_back", "Yes"), DECIDE, found)
    found = np.where(np.isnan(rows.number("contacted")) | idle(rows), 0, found)
    won = np.where(np.isnan(rows.number("customer_confirmed")), WON, CONFIRMED)
    found = np.where(rows.is_("outcome", "Won"), won, found)
    return np.where(rows.failed("outcome"), 0, found).astype(float)


def added(rows: CampaignRows) -> NDArray[np.float64]:
    """Return net recovered less the part of a win that would have come by itself, NaN before there is any."""
    gained = rows.filled_number("won_revenue") * rows.settings.margin * rows.filled_number("anyway")
    return rows.number("net_recovered") - np.where(rows.confirmed_win, gained, 0.0)


def money_on(rows: CampaignRows) -> NDArray[np.datetime64]:
    """Return the day from which the money of a row counts, NaT before there is any; at the latest today."""
    day = np.full(len(rows), rows.as_of)
    for name in reversed(MONEY_DAYS):
        day = np.where(np.isnan(rows.number(name)), day, rows.date(name))
    day = np.minimum(day, rows.as_of)
    return np.where(np.isnan(rows.number("net_recovered")), np.datetime64("NaT", "D"), day)
