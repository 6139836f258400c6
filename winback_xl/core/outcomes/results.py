"""What the campaign has brought: how far it is, what it recovered, who was neglected, who is slipping again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.outcomes import against_ledger, beyond_base, comeback, proof, proof_words
from winback_xl.core.outcomes.headline import Standing
from winback_xl.core.tracking import cell_values, due, follow_through, talk_counts
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.outcomes.proof import Proof
    from winback_xl.core.playbook import Playbook
    from winback_xl.schema.columns import Kind
    from winback_xl.settings import Settings

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
        Rows of the campaign: pursued accounts that nobody tried to reach although their step is overdue, and won customers
        that are silent for longer than usual again.
    against_new : str
        What a confirmed win cost so far, against a new customer; "" while either is unknown.
    proof : Proof
        What the campaign brought beyond what would have come back anyway.
    standing : Standing
        Who waits and what is at stake, for the sentence that the report begins with.
    differs : str
        Which entries the ledger contradicts; "" for none. The figures go by what was typed.
    """

    funnel: pd.DataFrame
    figures: tuple[Figure, ...]
    owners: pd.DataFrame
    avoided: pd.DataFrame
    relapsing: pd.DataFrame
    against_new: str
    proof: Proof
    standing: Standing
    differs: str = ""

    def __getitem__(self, name: str) -> float:
        """Return the value of a figure by its name."""
        return next(figure.value for figure in self.figures if figure.name == name)


def measure(
    campaign: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    book: Playbook | None = None,
    ledger: Ledger | None = None,
    until: pd.Timestamp | None = None,
) -> Results:
    """Measure a campaign from its tracker.

    Parameters
    ----------
    campaign : DataFrame
        The columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, with human cells as people left them.
    as_of : Timestamp
        The day that "today" means.
    settings : Settings
        ``margin`` turns won revenue into margin; ``return_days`` is how long accounts are followed.
    book : Playbook, optional
    ledger : Ledger, optional
        With it, what came back is counted in its orders; without it as the tracker has it since the last refresh.
    until : Timestamp, optional
        The last day with orders on file; by default the last one of ``ledger``, or else of the tracker.

    Returns
    -------
    Results

    References
    ----------
    Articles 001 (reach everyone; know the reasons), 003 (solved when the customer says so), 004 (don't avoid
    problems; never twice); Stauss & Friege 1999 (return on second lifetimes).
    """
    computed = follow_through.computed(
        campaign.reset_index(drop=True), as_of=as_of, settings=settings, book=book
    )
    if ledger is not None:
        campaign = comeback.observe(campaign, ledger, settings)
        until = comeback.last_order(ledger)
    rows = (
        cell_values.understood(campaign)
        .reset_index(drop=True)
        .assign(**{str(name): computed[name] for name in computed})
    )
    worked = rows[follow_through.pursued(rows)]
    place = _furthest(worked)
    contacted = worked["contacted"] == 1
    tried = contacted | (place > _ROAD.index("Backstory")) | (talk_counts.followed(worked)["attempts"] > 0)
    won = worked["outcome"] == "Won"
    overdue = worked["days_overdue"] > 0
    shown = proof.measure(rows, until=beyond_base.last_order(rows, until), settings=settings)
    return Results(
        funnel=_funnel(worked, place),
        figures=_figures(rows, worked, contacted, shown, settings),
        owners=_owners(rows, worked, contacted),
        avoided=worked[~tried & overdue & ~won].sort_values(
            ["days_overdue", "customer_id"], ascending=[False, True]
        ),
        relapsing=_relapsing(rows, as_of, settings),
        against_new=_against_new(worked, won & worked["customer_confirmed"].notna(), settings),
        proof=shown,
        standing=_standing(rows, worked, contacted),
        differs=against_ledger.find(rows, until=until, settings=settings).sentence,
    )


def _standing(rows: pd.DataFrame, worked: pd.DataFrame, contacted: pd.Series) -> Standing:
    """Count who waits. An account is open while it has no outcome and nobody put it to rest or let it go."""
    alive = _open(worked) & ~worked["stage"].isin(["Resting", "Let go", "Warm-lost"])
    late = rows["days_overdue"] > 0
    confirmed = (rows["outcome"] == "Won") & rows["customer_confirmed"].notna()
    return Standing(
        open=int(alive.sum()),
        late=int(late.sum()),
        late_worth=_above_zero(rows["worth"], late & (rows["outcome"] != "Won")),
        today=int((rows["when_due"] == due.WHEN_DUE[1]).sum()),
        contacted=int(contacted.sum()),
        won=int(confirmed.sum()),
        at_risk=_above_zero(worked["annual_revenue"], alive),
    )


def _above_zero(amounts: pd.Series, counted: pd.Series) -> float:
    """Add up the amounts above zero; what somebody typed over an amount, and is none, adds nothing."""
    return float(cell_values.numbers(amounts).fillna(0).clip(lower=0)[counted].sum())


def _open(rows: pd.DataFrame) -> pd.Series:
    return rows["outcome"].fillna("").isin(["", "Open"])


def _against_new(worked: pd.DataFrame, confirmed: pd.Series, settings: Settings) -> str:
    """Compare what winning back really cost with the user's own cost of a new customer (article 001)."""
    wins, new = int(confirmed.sum()), settings.new_customer_cost
    if not (wins and new):
        return ""
    spent = float(worked["actual_cost"].sum())
    each, fresh = (show(value, settings.currency) for value in (round(spent / wins, 2), new))
    return f"A confirmed win cost {each} so far, failed attempts included; a new customer costs you {fresh}: {spent / wins / new:.0%} of it."


def _furthest(worked: pd.DataFrame) -> pd.Series:
    """Return how far each account got on the road; who left it (Resting, Warm-lost, ...) by what was done before."""
    place = worked["stage"].map({stage: rank for rank, stage in enumerate(_ROAD)})
    done = np.where(talk_counts.followed(worked)["listened"] == "Yes", _ROAD.index("Listened"), 0)
    for stage, name in _PROOF.items():
        done = np.where(worked[name].notna(), np.maximum(done, _ROAD.index(stage)), done)
    return place.where(place.notna(), done)


def _funnel(worked: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Count who is at each stage, and who got as far; from the customer's word on, only open and won accounts."""
    there = worked["stage"].value_counts().reindex(list(_ROAD), fill_value=0)
    alive = _open(worked) | (worked["outcome"] == "Won")
    word = _ROAD.index("Customer confirmed")
    reached = [int(((place >= rank) & (alive | (rank < word))).sum()) for rank in range(len(_ROAD))]
    return pd.DataFrame({"stage": list(_ROAD), "there": there.to_numpy(), "reached": reached})


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _figures(
    rows: pd.DataFrame, worked: pd.DataFrame, contacted: pd.Series, shown: Proof, settings: Settings
) -> tuple[Figure, ...]:
    """Return the headline numbers. Wins, money and what is overdue count wherever they stand, as on Today."""
    won = rows["outcome"] == "Won"
    confirmed = won & rows["customer_confirmed"].notna()
    revenue = float(rows.loc[confirmed, "won_revenue"].sum())
    incentive = _incentives(rows)
    cost = float(rows["actual_cost"].sum()) + incentive
    beyond = beyond_base.of_proof(rows, shown, settings)
    reason = rows["reason_theirs"].fillna("").astype(str).str.strip() != ""
    days, within = _solution(rows, settings)
    return (
        Figure("Accounts worked on", len(worked), "count", "Want back? is Yes, or still blank and proposed."),
        Figure("Contacted", _share(int(contacted.sum()), len(worked)), "share", "Share of these accounts that we spoke with, as on Today."),
        Figure("Reason on file", _share(int(reason.sum()), len(rows)), "share", "Share of all accounts whose reason is known in their own words."),
        Figure("Won", int(won.sum()), "count", "Outcome is Won."),
        Figure("Won and confirmed", int(confirmed.sum()), "count", "The customer said that it is solved; only these count as recovered."),
        Figure("Overdue", int((rows["days_overdue"] > 0).sum()), "count", "Their next step was due before the as-of date."),
        Figure("Days to solution", days, "days", within),
        Figure("Won revenue", revenue, "money", "New revenue of confirmed wins, as typed."),
        Figure("Actual cost", cost, "money", "What make-goods and incentives really cost."),
        Figure("Incentives", incentive, "money", "What the reps were paid for wins, or have earned but not received yet; included in the cost."),
        Figure("Concessions a year", float(rows["concession"].sum()), "money",
               f"Promised permanently: {float(rows['concession_cost'].sum()):,.0f} over {settings.future_years} years, in today's money."),
        Figure("Recovered", beyond.recovered, "money", f"Won revenue times the margin of {settings.margin:.0%}, less actual cost and the concessions so far."),
        Figure("Came back anyway", beyond.anyway, "money", beyond.how_anyway),
        Figure("Net recovered", beyond.net, "money", beyond.how_net),
        Figure("Return", _share(beyond.net, cost), "number", "Net recovered for each 1 spent so far."),
        Figure("Left alone", shown.arms.alone if shown.fresh else int(follow_through.left_alone(rows).sum()), "count", "Control group: shows how many return without any contact."),
        Figure("Worked on, back", shown.arms.worked_share, "share", "Share that ordered again, of the accounts drawn to be worked on; counted in the ledger, not in what was typed."),
        Figure("Left alone, back", shown.arms.alone_share, "share", "The same share of the control group, counted the same way."),
        Figure("Lift", shown.arms.lift, "share", proof_words.of_lift(shown)),
        Figure("Margin added", shown.margin, "money", proof_words.of_margin(shown, settings.currency)),
    )  # fmt: skip


def _incentives(rows: pd.DataFrame) -> float:
    return float(rows["incentive_paid"].fillna(rows["incentive"]).sum())


def _solution(rows: pd.DataFrame, settings: Settings) -> tuple[float, str]:
    """Return the median of days from Open since until the customer confirmed, and what it means (article 004)."""
    days = (rows["customer_confirmed"] - rows["open_since"]).dt.days.dropna().clip(lower=0)
    if not len(days):
        return float("nan"), "From Open since until the customer confirmed; no customer has yet."
    quick = int((days <= settings.solution_days).sum())
    return (
        float(days.median()),
        f"Median from Open since until the customer confirmed; {quick} of {len(days)} within {settings.solution_days} days.",
    )


def _owners(rows: pd.DataFrame, worked: pd.DataFrame, contacted: pd.Series) -> pd.DataFrame:
    """Count by owner; each sum over the owners is the figure of that name."""
    named = rows["owner"].fillna("").astype(str)
    parts = pd.DataFrame(
        {
            "owner": named.where(named.str.strip() != "", "Nobody"),
            "accounts": rows.index.isin(worked.index).astype(int),
            "contacted": contacted.reindex(rows.index, fill_value=False).astype(int),
            "won": (rows["outcome"] == "Won").astype(int),
            "net_recovered": rows["net_recovered"].fillna(0),
            "overdue": (rows["days_overdue"] > 0).astype(int),
        }
    )
    there = parts.groupby("owner", sort=True, as_index=False).sum()
    return there[there[["accounts", "won", "overdue"]].any(axis=1)].reset_index(drop=True)


def _relapsing(rows: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Return customers won not long ago who are silent for longer than usual again."""
    since = (as_of - rows["won_date"]).dt.days
    recent = (rows["outcome"] == "Won") & since.between(0, settings.relapse_days)
    silent = rows["status"].isin(["At risk", "Lapsed", "Cold"]) & (
        rows["days_since"] > rows["cadence"].fillna(np.inf)
    )
    slipping: pd.DataFrame = rows[recent & silent]
    return slipping.sort_values("days_since", ascending=False)
