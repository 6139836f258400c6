"""Run campaigns that do nothing, and campaigns of a known effect, on the past of public ledgers.

Run: python -m tests.bench.null_campaign [--draws 200] [--effect-draws 200] [--complaining 0.05 --complaint-draws 36]
A plan is made at a past day with a control group of 15%. Nobody is contacted. Who orders again by themselves within the
horizon and was not to be left alone is typed Won and confirmed, with what they ordered. The true lift is 0 and so is
what was recovered: printed is what the report says, over many draws of the control group. Then a part of those worked
on who did not order is made to order, so that the true lift is 5, 10 and 20 points, and the share of draws is printed
whose 95% interval holds it. Who complained is drawn several times too, if asked: some dozens of accounts make a large
part of the money, and one draw of them says little.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.bench.ledgers import load
from winback_xl.core.campaign import campaign_plan, control_group
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.outcomes import beyond_base, comeback, proof
from winback_xl.core.tracking import follow_through
from winback_xl.settings import Settings

CASES = (
    ("CDNOW", "1997-09-30", 0.0),
    ("CDNOW", "1997-12-31", 0.0),
    ("Online Retail", "2011-03-31", 40.0),
    ("Online Retail", "2011-06-11", 40.0),
    ("Complete Journey", "2017-06-30", 0.0),
)
"""Ledger, day of the plan, and what an effort costs; at more than this nearly nobody is pursued there."""

EFFECTS = (0.0, 0.05, 0.10, 0.20)
SHARE = 0.15


@dataclass
class Past:
    """A plan at a past day, with what followed."""

    name: str
    campaign: pd.DataFrame
    settings: Settings
    end: pd.Timestamp
    promised: float


def past(name: str, cut: str, effort: float, complaining: float = 0.0, seed: int = 3) -> Past:
    """Plan at a past day, and look at the orders of the horizon after it.

    Of all customers a part is said to have complained in the two months before, by chance: whoever still buys is then
    worked on too, and nobody with a complaint is left alone.
    """
    settings = Settings(control_share=SHARE, min_odds=0.0, effort_cost=effort)
    frame, day = load(name), pd.Timestamp(cut)
    end = min(frame["order_date"].max(), day + pd.Timedelta(days=settings.return_days))
    then = frame[frame["order_date"] <= day]
    plan = campaign_plan.build(
        read_ledger(then, day),
        campaign_plan.Wishes(settings=settings, incidents=_complaints(then, day, complaining, seed)),
    )
    seen = comeback.observe(plan.campaign, read_ledger(frame[frame["order_date"] <= end], end), plan.settings)
    working = (seen["arm"] != "") | (seen["decision"] == "Pursue")
    return Past(name, seen, plan.settings, end, float(seen.loc[working, "expected_value"].sum()))


def _complaints(orders: pd.DataFrame, day: pd.Timestamp, part: float, seed: int) -> pd.DataFrame | None:
    """Say of a part of all customers that they complained of what cost them a fifth of what they ever bought."""
    if not part:
        return None
    rng = np.random.default_rng(seed)
    bought = orders.groupby("customer_id")["order_value"].sum()
    chosen = bought[(rng.random(len(bought)) < part) & (bought > 0)]
    return pd.DataFrame(
        {
            "customer_id": chosen.index,
            "date": day - pd.to_timedelta(rng.integers(1, 60, len(chosen)), unit="D"),
            "failure_type": "Late delivery",
            "direct_loss": (0.2 * chosen).round(2).to_numpy(),
        }
    )


def redrawn(campaign: pd.DataFrame, name: str) -> pd.DataFrame:
    """Draw the control group again under another name."""
    drawn = (campaign["arm"] != "").to_numpy()
    rows = campaign[drawn]
    alone = np.zeros(len(campaign), bool)
    alone[drawn] = control_group.draw(rows["customer_id"], rows["stratum"], name, SHARE)
    arm = np.where(alone, "Left alone", np.where(drawn, "Worked on", campaign["arm"]))
    wave = np.where(alone, np.nan, np.where(drawn, 1.0, campaign["wave"]))
    return campaign.assign(arm=arm, control_group=np.where(alone, "Yes", ""), wave=wave)


def typed(campaign: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Call everybody won who came back and was to be worked on, as a keen rep would."""
    won = campaign["ordered_again"].notna() & (campaign["wave"] > 0)
    day = pd.Series(end, index=campaign.index).where(won)
    return campaign.assign(
        outcome=np.where(won, "Won", "Open"),
        won_date=day,
        customer_confirmed=day,
        won_revenue=campaign["revenue_since"].clip(lower=0).where(won),
    )


def helped(campaign: pd.DataFrame, effect: float, rng: np.random.Generator) -> pd.DataFrame:
    """Let a part of those worked on order who did not, so that the true lift is this."""
    if not effect:
        return campaign
    drawn = campaign["arm"] != ""
    by_themselves = campaign.loc[drawn, "ordered_again"].notna().mean()
    part = effect / (1 - by_themselves)
    more = (
        (campaign["arm"] == "Worked on")
        & campaign["ordered_again"].isna()
        & (rng.random(len(campaign)) < part)
    )
    day = campaign["listed_on"] + pd.Timedelta(days=20)
    money = campaign.loc[campaign["ordered_again"].notna(), "revenue_since"].median()
    return campaign.assign(
        ordered_again=campaign["ordered_again"].where(~more, day.astype(campaign["ordered_again"].dtype)),
        revenue_since=campaign["revenue_since"].where(~more, money),
    )


def run(one: Past, draws: int, effect: float, seed: int = 5) -> pd.DataFrame:
    """Return one row a draw: ``lift``, whether its interval ``holds`` the truth, ``net`` over what was promised."""
    rng, rows = np.random.default_rng(seed), []
    drawn = one.campaign["arm"] != ""
    most = float(one.campaign.loc[drawn, "ordered_again"].isna().mean())  # more cannot come back
    truth = min(effect, most)
    for at in range(draws):
        campaign = typed(helped(redrawn(one.campaign, f"WB-{at}"), truth, rng), one.end)
        campaign["net_recovered"] = follow_through.net_recovered(
            campaign, as_of=one.end, settings=one.settings
        )
        shown = proof.measure(campaign, until=one.end, settings=one.settings)
        beyond, arms = beyond_base.of_proof(campaign, shown, one.settings), shown.arms
        rows.append(
            {
                "lift": arms.lift,
                "holds": arms.low <= truth <= arms.high,
                "recovered": beyond.recovered / one.promised,
                "net": beyond.net / one.promised,
            }
        )
    return pd.DataFrame(rows)


def by_complaints(part: float, many: int, draws: int = 6) -> None:
    """Print the net of a campaign that does nothing, over draws of who complained."""
    for name, cut, effort in CASES:
        net = [
            run(past(name, cut, effort, part, seed), draws, 0.0)["net"].mean()
            for seed in range(100, 100 + many)
        ]
        error = np.std(net, ddof=1) / np.sqrt(many)
        print(f"{name} {cut}: net {np.mean(net):+6.1%} of the promise (+- {error:.1%})", flush=True)


def main() -> None:
    """Print each case and all of them together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--effect-draws", type=int, default=200)
    parser.add_argument("--complaining", type=float, default=0.0, help="part of all customers who complained")
    parser.add_argument("--complaint-draws", type=int, default=1, help="how often who complained is drawn")
    given = parser.parse_args()
    if given.complaint_draws > 1:
        by_complaints(given.complaining, given.complaint_draws)
        return
    for name, cut, effort in CASES:
        one = past(name, cut, effort, given.complaining)
        arm = one.campaign["arm"]
        alone = one.campaign["wave"].gt(0) & (arm == "")
        print(
            f"{name} {cut}: {(arm != '').sum()} drawn, {alone.sum()} worked on outside the draw; promised {one.promised:,.0f}"
        )
        for effect in EFFECTS:
            draws = given.effect_draws if effect else given.draws
            if not draws:
                continue
            found = run(one, draws, effect)
            error = found.std() / np.sqrt(draws)
            print(
                f"  true lift {effect:4.0%}: mean {100 * found['lift'].mean():+6.2f} points (+- {100 * error['lift']:.2f}),"
                f" interval holds it in {found['holds'].mean():6.1%} of {draws};"
                f" recovered {found['recovered'].mean():5.0%}, net {found['net'].mean():+6.1%} of the promise"
                f" (+- {error['net']:.1%})",
                flush=True,
            )


if __name__ == "__main__":
    main()
