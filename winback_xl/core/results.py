"""What the campaign has brought: how far it is, what it recovered, who was left lying, who is slipping again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.columns import LISTS
from winback_xl.core import tracking
from winback_xl.core.money import show

if TYPE_CHECKING:
    from winback_xl.columns import Kind
    from winback_xl.settings import Settings

_WORKED = ("Pursue", "Reassign")
_RELAPSE_DAYS = 365
_ROAD = LISTS["Stage"][: LISTS["Stage"].index("Aftercare") + 1]
_PROOF = {
    "Plan e-mailed": "plan_emailed", "Thank-you call": "thank_you_call", "Offer approved": "approved_on", "Delivered": "delivered_on",
    "Customer confirmed": "customer_confirmed",
}  # fmt: skip
"""Stages that leave a date behind: they say how far an account got that rests or was lost since."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, how it is shown, and what it means; NaN where it cannot be had."""

    name: str
    value: float
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a campaign on one day.

    Parameters
    ----------
    funnel : DataFrame
        One row a stage on the road from Listed to Aftercare: ``stage``, ``there`` (accounts in it), ``reached``
        (accounts in it or beyond).
    figures : tuple of Figure
        The headline numbers.
    owners : DataFrame
        One row an owner: ``owner``, ``accounts``, ``reached``, ``won``, ``net_recovered``, ``overdue``.
    avoided, relapsing : DataFrame
        Rows of the campaign: pursued accounts that nobody touched although their step is overdue, and won customers
        that are silent for longer than usual again.
    against_new : str
        What a confirmed win cost so far, against a new customer; "" while either is unknown.
    """

    funnel: pd.DataFrame
    figures: tuple[Figure, ...]
    owners: pd.DataFrame
    avoided: pd.DataFrame
    relapsing: pd.DataFrame
    against_new: str = ""

    def __getitem__(self, name: str) -> float:
        """Return the value of a figure by its name."""
        return next(figure.value for figure in self.figures if figure.name == name)


def measure(campaign: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> Results:
    """Measure a campaign from its tracker.

    Parameters
    ----------
    campaign : DataFrame
        The columns of `winback_xl.columns.CAMPAIGN`, with human cells as people left them.
    as_of : Timestamp
        The day that "today" means.
    settings : Settings
        ``margin`` turns won revenue into margin.

    Returns
    -------
    Results

    References
    ----------
    Articles 001 (reach everyone; know the reasons), 003 (solved when the customer says so), 004 (don't avoid
    problems; never twice); Stauss & Friege 1999 (return on second lifetimes).
    """
    rows = campaign.reset_index(drop=True)
    computed = tracking.computed(rows, as_of=as_of, settings=settings)
    for name in computed.columns:
        rows[name] = computed[name]
    said = rows["want_back"].fillna("")
    worked = rows[(said == "Yes") | ((said == "") & rows["decision"].isin(_WORKED))]
    place = _furthest(worked)
    touched = (place > _ROAD.index("Backstory")) | (worked["attempts"].fillna(0) > 0)
    won = worked["outcome"] == "Won"
    overdue = worked["days_overdue"] > 0
    return Results(
        funnel=_funnel(worked["stage"], place),
        figures=_figures(rows, worked, touched, won, overdue, settings),
        owners=_owners(worked, touched, won, overdue),
        avoided=worked[~touched & overdue & ~won].sort_values("days_overdue", ascending=False),
        relapsing=_relapsing(rows, as_of),
        against_new=_against_new(worked, won & worked["customer_confirmed"].notna(), settings),
    )


def _against_new(worked: pd.DataFrame, confirmed: pd.Series, settings: Settings) -> str:
    """Compare what winning back really cost with the user's own cost of a new customer (article 001)."""
    wins, new = int(confirmed.sum()), settings.new_customer_cost
    if not (wins and new):
        return ""
    spent = float(worked["actual_cost"].fillna(0).sum())
    each, fresh = (show(value, settings.currency) for value in (round(spent / wins, 2), new))
    return f"A confirmed win cost {each} so far, failed tries included; a new customer costs you {fresh}: {spent / wins / new:.0%} of it."


def _furthest(worked: pd.DataFrame) -> pd.Series:
    """Return how far each account got on the road; who left it (Resting, Warm-lost, ...) by what was done before."""
    place = worked["stage"].map({stage: rank for rank, stage in enumerate(_ROAD)})
    done = np.where(worked["listened"] == "Yes", _ROAD.index("Listened"), 0)
    for stage, name in _PROOF.items():
        done = np.where(worked[name].notna(), np.maximum(done, _ROAD.index(stage)), done)
    return place.where(place.notna(), done)


def _funnel(stages: pd.Series, place: pd.Series) -> pd.DataFrame:
    there = stages.value_counts().reindex(list(_ROAD), fill_value=0)
    reached = [int((place >= rank).sum()) for rank in range(len(_ROAD))]
    return pd.DataFrame({"stage": list(_ROAD), "there": there.to_numpy(), "reached": reached})


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _figures(
    rows: pd.DataFrame,
    worked: pd.DataFrame,
    touched: pd.Series,
    won: pd.Series,
    overdue: pd.Series,
    settings: Settings,
) -> tuple[Figure, ...]:
    confirmed = won & worked["customer_confirmed"].notna()
    revenue = float(worked.loc[confirmed, "won_revenue"].sum())
    cost = float(worked["actual_cost"].fillna(0).sum())
    net = float(worked["net_recovered"].sum())
    reason = rows["reason_theirs"].fillna("").astype(str).str.strip() != ""
    held_out = rows["flags"].fillna("").str.startswith("CONTROL_GROUP")
    return (
        Figure("Accounts worked on", len(worked), "count", "Want back? says Yes; while it is blank, the proposal counts."),
        Figure("Reached", _share(int(touched.sum()), len(worked)), "share", "Share of them that somebody talked to or tried to."),
        Figure("Reason on file", _share(int(reason.sum()), len(rows)), "share", "Share of all accounts whose reason is known in their own words."),
        Figure("Won", int(won.sum()), "count", "Outcome is Won."),
        Figure("Won and confirmed", int(confirmed.sum()), "count", "The customer said that it is solved; only these count as recovered."),
        Figure("Overdue", int(overdue.sum()), "count", "Their next step was due before the as-of date."),
        Figure("Won revenue", revenue, "money", "New revenue of confirmed wins."),
        Figure("Actual cost", cost, "money", "What make-goods and incentives really cost."),
        Figure("Net recovered", net, "money", f"Won revenue times the margin of {settings.margin:.0%}, less actual cost."),
        Figure("Return", _share(net, cost), "number", "Net recovered for each 1 spent: the return on the second lifetimes so far."),
        Figure("Left alone", int(held_out.sum()), "count", "Control group: what comes back by itself is no merit of the campaign."),
        Figure("Left alone, back", _share(int((held_out & rows["status"].isin(["Active", "Due"])).sum()), int(held_out.sum())), "share",
         "Share of the control group that orders again without us."),
    )  # fmt: skip


def _owners(worked: pd.DataFrame, touched: pd.Series, won: pd.Series, overdue: pd.Series) -> pd.DataFrame:
    named = worked["owner"].fillna("").astype(str)
    parts = pd.DataFrame(
        {
            "owner": named.where(named.str.strip() != "", "Nobody"),
            "accounts": 1, "reached": touched.astype(int), "won": won.astype(int),
            "net_recovered": worked["net_recovered"].fillna(0), "overdue": overdue.astype(int),
        }
    )  # fmt: skip
    return parts.groupby("owner", sort=True, as_index=False).sum()


def _relapsing(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return customers won in the last year who are silent for longer than usual again."""
    since = (as_of - rows["won_date"]).dt.days
    recent = (rows["outcome"] == "Won") & since.between(0, _RELAPSE_DAYS)
    silent = rows["status"].isin(["At risk", "Lapsed", "Cold"]) & (
        rows["days_since"] > rows["cadence"].fillna(np.inf)
    )
    slipping: pd.DataFrame = rows[recent & silent]
    return slipping.sort_values("days_since", ascending=False)
