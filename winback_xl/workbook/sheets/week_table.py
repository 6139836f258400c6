"""Net by week: what came back so far, and what odds and offers lead us to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.tally import tally
from winback_xl.core.tracking import cell_values, follow_through
from winback_xl.core.wording import plural
from winback_xl.workbook.sheets.followed import playbook_of
from winback_xl.workbook.sheets.parts import numbers
from winback_xl.workbook.spec import Field, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.sheets.now import Rows

WEEKS = 26
"""Weeks that are shown, from the first day of the campaign."""

_WON_AT = "Won"  # a stage: the waits of those before it are what a win takes
_WORKING = 5 / 7
_YEAR = 52.0  # weeks


def begun(plan: Plan) -> pd.Timestamp:
    """Return the first day of the campaign: when its first account was listed."""
    listed = (
        cell_values.days(plan.campaign["listed_on"])
        if "listed_on" in plan.campaign
        else pd.Series(dtype="datetime64[s]")
    )
    first = listed.min()
    return plan.as_of if pd.isna(first) else min(pd.Timestamp(first), plan.as_of)


def planned(plan: Plan, weeks: int = WEEKS) -> NDArray[np.float64]:
    """Return the net that the plan expects by the end of each week, shape (weeks + 1,), from week 0.

    Each account to pursue starts in the week of its wave. Its offer is delivered, and it is won, after the waits of the playbook; from
    then on it buys at its run rate, at the margin of the settings, for the years that the settings count, a year less
    the share that leaves again. Offers count with their odds, calls in full, the margin with its gain: the odds
    less the rate at which accounts like it return, or stay, without us.
    """
    rows = plan.campaign[follow_through.pursued(plan.campaign)]
    delivered, won = _waits(plan)
    start = np.maximum(numbers(rows, "wave") - 1, 0.0)
    odds, rate = numbers(rows, "odds"), numbers(rows, "return_rate")
    gain = np.clip(odds - rate, 0.0, 1.0)
    weekly = np.maximum(numbers(rows, "run_rate"), 0.0) * plan.settings.margin / _YEAR * gain
    cost = numbers(rows, "our_cost") * odds
    effort = np.full(len(rows), plan.settings.effort_cost)  # of the calls, from the week in which they start
    # Accounts that start in one week go the same way: a hundred thousand come down to a few dozen.
    starts, at = np.unique(start, return_inverse=True)
    weekly, cost, effort = (tally(at, len(starts), weights=each) for each in (weekly, cost, effort))
    week = np.arange(weeks + 1, dtype=float)[:, None]
    spent = np.where(week >= starts + delivered, cost, 0.0).sum(axis=1)
    spent += np.where(week > starts, effort, 0.0).sum(axis=1)
    buying = np.maximum(week - starts - won, 0.0)
    earned: NDArray[np.float64] = np.zeros(weeks + 1)
    for year in range(plan.settings.future_years):
        there = np.clip(buying - _YEAR * year, 0.0, _YEAR)
        earned += (there * plan.settings.keep**year * weekly).sum(axis=1)
    net: NDArray[np.float64] = np.round(earned - spent, 2)
    return net


def pays_back(plan: Plan) -> int:
    """Return in which month the plan has earned back what it cost; 0 for not within the years that the settings count."""
    week = even_week(planned(plan, round(plan.settings.future_years * _YEAR)))
    return int(np.ceil(week * 12 / _YEAR))


def verdict(plan: Plan) -> str:
    """Say in one sentence whether the plan pays back, and when; "" where nobody is to be called.

    The weeks that are charted and the years that an account counts are two horizons: each is named with its amount.
    """
    net = planned(plan)
    if not net.any():
        return ""
    years = plural(plan.settings.future_years, "year")
    month, week = pays_back(plan), even_week(net)
    after = f"after {WEEKS} weeks it is expected to be at {show(round(float(net[-1])), plan.currency)}"
    if week:
        return f"The plan pays back in week {week}: {after}."
    if month:
        return f"The plan pays back in about {plural(month, 'month')}, not within {WEEKS} weeks: {after}."
    return f"The plan does not pay back within {years}: {after}."


def _waits(plan: Plan) -> tuple[float, float]:
    """Return after how many weeks an account is delivered its make-good, and after how many it is won, if all is done in time."""
    weeks, delivered = 0.0, 0.0
    for stage in playbook_of(plan).stages:
        if stage.name == _WON_AT:
            break
        weeks += stage.wait / 7 / (_WORKING if stage.unit == "working days" else 1.0)
        if stage.name == "Offer approved":
            delivered = weeks
    return delivered or weeks, weeks


def plan_now(plan: Plan) -> float:
    """Return what the plan expects by now, for all owners."""
    week = min(max((plan.as_of - begun(plan)).days // 7, 0), WEEKS)
    return float(planned(plan)[week])


PLAN_NOW = f"=INDEX(tblByWeek[Plan],MIN(MAX(INT((set_as_of-INDEX(tblByWeek[Ends on],1))/7),0),{WEEKS})+1)"
"""The same as a formula, for the owner that Today shows."""


def even_week(net: NDArray[np.float64]) -> int:
    """Return the first week in which the plan has earned back what it cost, 0 for none."""
    below = np.flatnonzero(net < 0)
    after = np.flatnonzero(net >= 0)
    found = after[after > (below[0] if len(below) else 0)]
    return int(found[0]) if len(found) else 0


def table(plan: Plan, rows: Rows, row: int, col: int = 0) -> Table:
    """Return the table behind the chart; what is not over yet is blank."""
    start, week = begun(plan), np.arange(WEEKS + 1)
    ends = pd.Series(start + pd.to_timedelta(7 * week, unit="D")).astype("datetime64[s]")
    on = cell_values.days(rows.frame["money_on"])
    so_far = [float(rows.added[(on <= end).to_numpy()].sum()) for end in ends]
    known = (ends - pd.Timedelta(days=7) < plan.as_of).to_numpy()
    expected = planned(plan)
    net = np.array(
        [value if seen else "" for value, seen in zip(so_far, known.tolist(), strict=True)], dtype=object
    )
    first = f"{start.year},{start.month},{start.day}"
    return Table(
        "tblByWeek", row, col,
        (
            Field("Week", week.astype(float), "count", "calculated", width=9),
            Field("Ends on", ends, "date", "formula", formula=f"=DATE({first})+7*tblByWeek[@Week]"),
            Field("Net so far", net, "money", "formula",
                  formula='=IF(tblByWeek[@[Ends on]]-7>=set_as_of,"",SUMIFS(tblCampaign[Net added],tblCampaign[Shown],1,'
                          'tblCampaign[Money on],"<="&tblByWeek[@[Ends on]]))'),
            Field("Plan for all", expected, "money", "calculated", help="What odds and offers lead us to expect, for all owners."),
            Field("Plan", expected, "money", "formula", help="The same, by the worth of the accounts that Today shows.",
                  formula="=tblByWeek[@[Plan for all]]*plan_share"),
        ),
        alt="Net by week: so far, and as planned",
        plain=True,
    )  # fmt: skip
