"""What the edits in a tracker mean: which step is overdue, what is missing next, what was recovered.

The workbook answers the same questions with native formulas, so that it works without Python. Here they are
answered for the stored results, for exports and for merged trackers; a test recalculates a workbook and
compares every cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.make_good import approvers
from winback_xl.core.tracking import account_state, do_next, due, gate, progress, recovered, talk_counts
from winback_xl.core.tracking import due as standing
from winback_xl.core.tracking.campaign_rows import NO_DAY, CampaignRows
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.playbook import Playbook


def computed(
    campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings, book: Playbook | None
) -> pd.DataFrame:
    """Calculate the formula columns of the campaign table.

    Parameters
    ----------
    campaign : DataFrame, shape (n, ...)
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`; absent ones count as blank.
    as_of : Timestamp
        What "today" means.
    settings : Settings
        Read are ``margin``, ``incentive_rate``, ``update_days``, ``rep_limit``, ``manager_limit``, ``director_limit``, ``max_attempts``, ``counsel_names``, what
        `annuity` takes, and the four of `due.AFTERCARE`.
    book : Playbook or None
        What each stage asks for, and by when.

    Returns
    -------
    DataFrame, shape (n, all formula columns), index of ``campaign``
        The formula columns of `CAMPAIGN`: ``do_next``, ``due`` (date or NaT), ``offer``, the money (NaN before there is
        any), ``next_update_due`` and ``aftercare_due`` (date or NaT), and those that only formulas read.

    Notes
    -----
    `gate` holds the steps and their order. An account of the control group is left alone unless a person wants it
    back. Won revenue counts once the CUSTOMER confirmed; cost counts at once. Words where a day or a number belongs
    count as blank; an error value in a cell that decides is named instead of passed on.

    Examples
    --------
    >>> rows = pd.DataFrame({"customer_id": ["A", "B"], "want_back": ["Yes", ""]})
    >>> from winback_xl.settings import Settings
    >>> computed(rows, as_of=pd.Timestamp("2026-11-22"), settings=Settings(), book=None)["do_next"].tolist()
    ['Listen before any offer ▸', 'Decide: do we want them back?']
    """
    talked = talk_counts.followed(campaign)
    rows, steps = CampaignRows(talked, settings, np.datetime64(as_of, "D")), progress.of_playbook(book)
    stage = progress.stage_no(rows)
    found: dict[str, NDArray[Any]] = {
        **talk_counts.columns_of(campaign, talked),
        "net_recovered": recovered.net_recovered(rows),
        "incentive": recovered.incentive(rows),
        "concession_cost": recovered.concession_cost(rows),
        "next_update_due": due.next_update_due(rows),
        "aftercare_due": due.aftercare_due(rows),
        "stage_no": stage,
        "reached": progress.reached(rows, stage),
        "since": due.since(rows),
        "closed": progress.closed(rows),
        "held": progress.held(rows),
        "own_limit": approvers.own_limits(rows.text("owner"), settings),
    }
    found |= gate.answers(rows.with_(**found))
    for name, answer in (
        ("do_next", lambda now: do_next.sentences(now, steps)),
        ("due", lambda now: due.due(now, steps)),
        ("act_by", due.act_by),
        ("days_overdue", due.days_overdue),
        ("missing", do_next.missing),
        ("when_due", due.when_due),
        ("shown", standing.shown),
        ("contacted", standing.contacted),
        ("step", standing.step),
        ("added", standing.added),
        ("money_on", standing.money_on),
        ("call_key", due.call_key),
        ("offer", do_next.offers),
    ):
        found[name] = answer(rows.with_(**found))
    names = [column.name for column in CAMPAIGN.of_role("formula")]
    return pd.DataFrame(found, index=campaign.index)[names]


def may_offer(campaign: pd.DataFrame, *, settings: Settings) -> NDArray[np.bool_]:
    """Return where an agreed amount may be named: the customer was heard, and no approval is missing."""
    rows = CampaignRows(talk_counts.followed(campaign), settings)
    cost = rows.with_(concession_cost=recovered.concession_cost(rows), reached=np.zeros(len(rows)))
    cost = cost.with_(own_limit=approvers.own_limits(cost.text("owner"), settings))
    cost = cost.with_(authority=account_state.authority(cost))
    missing = (gate.NEEDS_APPROVAL & gate.UNAPPROVED).holds(cost) | gate.EXCEPTION.holds(cost)
    heard, held = rows.is_("listened", "Yes"), account_state.held_for_legal(campaign, settings)
    may: NDArray[np.bool_] = heard & ~missing & ~held.to_numpy(bool)
    return may


def net_recovered(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> NDArray[np.float64]:
    """Return what came back less cost, money, as `computed` does; NaN before there is any."""
    return recovered.net_recovered(CampaignRows(campaign, settings, np.datetime64(as_of, "D")))


def left_alone(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts of the control group still are one: a person who wants one back takes it out."""
    return _rows(campaign).left_alone


def pursued(campaign: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which accounts are to be pursued: a person said Yes, or nobody decided and the plan has a wave for it."""
    return standing.pursued(_rows(campaign))


def _rows(campaign: pd.DataFrame, *, as_of: pd.Timestamp | None = None) -> CampaignRows:
    """Return the rows for answers that no setting changes."""
    return CampaignRows(campaign, Settings(), np.datetime64(as_of, "D") if as_of is not None else NO_DAY)
