"""What came back, in money: margin won, less cost, less the incentive, less the concession."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value.customer_value import annuity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows

_DAY, _YEAR = np.timedelta64(1, "D"), 365


def net_recovered(rows: CampaignRows) -> NDArray[np.float64]:
    """Return margin won, less cost, less the incentive (as paid, else as earned), less the concession so far.

    NaN before there is any, and where an amount that it needs is an error value.
    """
    paid = rows.number("incentive_paid")
    nothing = np.isnan(rows.number("won_revenue")) & np.isnan(rows.number("actual_cost")) & np.isnan(paid)
    since = np.nan_to_num(np.maximum((rows.as_of - rows.date("won_date")) / _DAY, 0.0))
    gained = rows.filled_number("won_revenue") * rows.settings.margin
    gained = gained - rows.filled_number("concession") * since / _YEAR
    reward = np.where(np.isnan(paid), np.nan_to_num(incentive(rows)), paid)
    net = np.where(rows.confirmed_win, gained, 0.0) - rows.filled_number("actual_cost") - reward
    failed = rows.failed("outcome", "actual_cost") | (
        rows.confirmed_win & rows.failed("won_revenue", "concession")
    )
    return np.where(nothing | failed, np.nan, net)


def incentive(rows: CampaignRows) -> NDArray[np.float64]:
    """Return what the reps earned: a share of the margin of confirmed wins, NaN without such or without a rate."""
    earned = rows.confirmed_win & ~np.isnan(rows.number("won_revenue")) & (rows.settings.incentive_rate > 0)
    share = rows.settings.margin * rows.settings.incentive_rate
    return np.where(earned, np.maximum(rows.filled_number("won_revenue"), 0.0) * share, np.nan)


def concession_cost(rows: CampaignRows) -> NDArray[np.float64]:
    """Return what a yearly concession costs over the years counted, at today's worth: it comes again each year."""
    yearly = rows.filled_number("concession")
    years = annuity(rows.settings.future_years, rows.settings.discount, rows.settings.keep)
    return np.where(yearly == 0, np.nan, yearly * years)
