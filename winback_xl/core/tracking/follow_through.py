"""What the edits in a tracker mean: which step is overdue, what is missing next, what was recovered.

The workbook answers the same questions with native formulas, so that it works without Python. Here they are
answered for the stored results, for exports and for merged trackers; a test recalculates a workbook and
compares every cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tracking import due, gate, recovered
from winback_xl.core.tracking.campaign_rows import NO_DAY, CampaignRows
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


def computed(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Calculate the formula columns of the campaign table.

    Parameters
    ----------
    campaign : DataFrame, shape (n, ...)
        Columns of `winback_xl.schema.columns.CAMPAIGN`; absent ones count as blank.
    as_of : Timestamp
        What "today" means.
    settings : Settings
        Read are ``margin``, ``incentive_rate``, ``update_days``, ``thank_you_days``, ``rep_limit``, ``max_attempts``,
        the rests, what `annuity` takes, and the four of `due.AFTERCARE`.

    Returns
    -------
    DataFrame, shape (n, 15), index of ``campaign``
        The formula columns of `CAMPAIGN` in their order: ``days_overdue`` (days, NaN when nothing is due),
        ``next_update_due`` and ``aftercare_due`` (date or NaT), ``net_recovered`` (money, NaN before there is any),
        ``incentive`` (money, NaN before there is a confirmed win), ``concession_cost`` (money of today), ``when_due``
        (a word of `due.WHEN_DUE`, "" where nothing is to do), the columns of `gate.GATES` and ``gate`` (text, ""
        when nothing is missing).

    Notes
    -----
    `gate` holds the steps and their order. An account of the control group is left alone unless a person wants it
    back. Won revenue counts once the CUSTOMER confirmed; cost counts at once. Words where a day or a number belongs
    count as blank; an error value in a cell that decides is named instead of passed on.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["A", "B"], "want_back": ["Yes", ""]})
    >>> from winback_xl.settings import Settings
    >>> computed(rows, as_of=pd.Timestamp("2026-11-22"), settings=Settings())["gate"].tolist()
    ['Listen before any offer', 'Decide: win back?']
    """
    rows = CampaignRows(campaign, settings, np.datetime64(as_of, "D"))
    cost = recovered.concession_cost(rows)
    with_cost = CampaignRows(campaign.assign(concession_cost=cost), settings, rows.as_of)
    found = {
        "days_overdue": due.days_overdue(rows),
        "next_update_due": due.next_update_due(rows),
        "aftercare_due": due.aftercare_due(rows),
        "net_recovered": recovered.net_recovered(rows),
        "incentive": recovered.incentive(rows),
        "concession_cost": cost,
        "when_due": due.when_due(rows),
        **gate.answers(with_cost),
    }
    return pd.DataFrame(found, index=campaign.index)


def days_overdue(campaign: pd.DataFrame, *, as_of: pd.Timestamp) -> NDArray[np.float64]:
    """Return the days since the next step was due, as `computed` does; NaN when nothing is."""
    return due.days_overdue(_rows(campaign, as_of=as_of))


def when_due(campaign: pd.DataFrame, *, as_of: pd.Timestamp) -> NDArray[np.object_]:
    """Return when the next step is due, as `computed` does: a word of `WHEN_DUE`, "" where nothing is to do."""
    return due.when_due(_rows(campaign, as_of=as_of))


def net_recovered(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> NDArray[np.float64]:
    """Return what came back less cost, money, as `computed` does; NaN before there is any."""
    return recovered.net_recovered(CampaignRows(campaign, settings, np.datetime64(as_of, "D")))


def left_alone(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts of the control group still are one: a person who wants one back takes it out."""
    return _rows(campaign).left_alone


def pursued(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts are to be pursued: a person said Yes, or nobody decided and the plan has a wave for it."""
    rows = _rows(campaign)
    decided = rows.is_("want_back", "No", "Later")
    return rows.is_("want_back", "Yes") | (~decided & (rows.filled_number("wave") > 0))


def _rows(campaign: pd.DataFrame, *, as_of: pd.Timestamp | None = None) -> CampaignRows:
    """Return the rows for answers that no setting changes."""
    return CampaignRows(campaign, Settings(), np.datetime64(as_of, "D") if as_of is not None else NO_DAY)
