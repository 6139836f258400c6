"""When the next step, the next update and the next aftercare call of an account are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tracking.campaign_rows import NO_DAY
from winback_xl.core.tracking.conditions import workdays_after

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows

AFTERCARE = ("aftercare_1", "aftercare_2", "aftercare_3", "aftercare_4")
"""Settings with the days after a win on which to call: appreciation at once, and it never stops."""

WHEN_DUE = ("Overdue", "Today", "Next 7 days", "Later", "No date")
"""When the next step of an account that somebody works on is due, against the as-of date."""

_DAY = np.timedelta64(1, "D")


def days_overdue(rows: CampaignRows) -> NDArray[np.float64]:
    """Return the days since the next step was due, NaN where nothing is."""
    today = rows.as_of
    due = rows.date("next_step_due")
    late = rows.open & (due < today) & ~rows.left_alone & ~rows.failed("want_back")
    return np.where(late, (today - due) / _DAY, np.nan)


def when_due(rows: CampaignRows) -> NDArray[np.object_]:
    """Return when the next step is due: a word of `WHEN_DUE`, "" where nothing is to do."""
    today = rows.as_of
    due = rows.date("next_step_due")
    at_work = rows.open & ~rows.left_alone & ~rows.failed("want_back")
    idle = np.isnat(due) & (rows.is_("stage", "Resting") | rows.failed("stage") | rows.blank("customer_id"))
    cases = [~at_work | idle, due < today, due == today, due <= today + 7 * _DAY, np.isnat(due)]
    late, now, soon, later, undated = WHEN_DUE
    return np.select(cases, ["", late, now, soon, undated], later).astype(object)


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
