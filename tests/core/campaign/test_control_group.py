"""Who is left alone is drawn at random within strata, always the same way, and keeps the arm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winback_xl.core.campaign import control_group
from winback_xl.core.outcomes import lift
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-10-31")


def accounts(many: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "customer_id": [f"C{at}" for at in range(many)],
            "status": rng.choice(["Lapsed", "Cold"], many),
            "level": rng.choice(["Occasional Buyer", "Habitual Buyer", "Loyal Customer"], many, p=[0.7, 0.25, 0.05]),
            "future_margin": rng.gamma(1, 900, many),
            "cause": rng.choice(["Price", "Late delivery", ""], many),
            "decision": "Pursue",
            "decision_why": "",
        }
    )  # fmt: skip


def test_every_stratum_gives_its_part_of_the_control_group():
    rows = accounts()
    within = control_group.strata(rows)
    drawn = control_group.draw(rows["customer_id"], within, "WB-1", 0.15)
    assert abs(drawn.sum() - 90) <= 1
    parts = pd.Series(drawn).groupby(within.to_numpy()).agg(["sum", "size"])
    assert ((parts["sum"] - 0.15 * parts["size"]).abs() < 2).all()
    again = control_group.draw(rows["customer_id"], within, "WB-1", 0.15)
    assert (drawn == again).all()
    assert (control_group.draw(rows["customer_id"], within, "WB-2", 0.15) != drawn).any()


def test_every_account_has_the_same_chance_whatever_its_stratum():
    rows = accounts(200)
    within = control_group.strata(rows)
    times = np.sum(
        [control_group.draw(rows["customer_id"], within, f"WB-{at}", 0.2) for at in range(400)], axis=0
    )
    assert abs(times.mean() - 80) < 1
    assert times.min() > 45, "nobody is never left alone"
    assert times.max() < 115


def test_who_was_drawn_keeps_the_arm_and_only_newcomers_are_drawn():
    rows, settings = accounts(), Settings(control_share=0.2)
    everybody = pd.Series(data=True, index=rows.index)
    given = {"campaign_id": "WB-1", "settings": settings}
    first = control_group.assign(rows[:400], everybody[:400], as_of=AS_OF, **given)
    before = pd.concat([rows[["customer_id"]][:400], first], axis=1)
    later = pd.Timestamp("2026-12-31")
    second = control_group.assign(
        rows.assign(status="Active"), everybody, as_of=later, before=before, **given
    )
    assert (second["arm"][:400] == first["arm"]).all()
    assert (second["listed_on"][:400] == AS_OF).all()
    assert (second["stratum"][:400] == first["stratum"]).all()
    assert (second["listed_on"][400:] == later).all()
    assert 30 < (second["arm"][400:] == "Left alone").sum() < 50


def test_two_offers_are_given_at_random_within_each_reason_and_never_to_the_control_group():
    rows, settings = accounts(), Settings(control_share=0.2, offers_compared="Credit | Discount")
    made = control_group.assign(
        rows, pd.Series(data=True, index=rows.index), campaign_id="WB-1", as_of=AS_OF, settings=settings
    )
    tested = control_group.offers(rows, made["arm"], campaign_id="WB-1", settings=settings)
    assert (tested[made["arm"] == "Left alone"] == "").all()
    counts = pd.crosstab(rows["cause"], tested)[["Credit", "Discount"]]
    assert ((counts["Credit"] - counts["Discount"]).abs() <= 8).all()
    assert (control_group.offers(rows, made["arm"], campaign_id="WB-1", settings=Settings()) == "").all()


def test_the_plan_says_the_smallest_lift_and_how_many_to_leave_alone():
    rows = accounts(1000)
    arm = control_group.assign(
        rows,
        pd.Series(data=True, index=rows.index),
        campaign_id="WB-1",
        as_of=AS_OF,
        settings=Settings(control_share=0.1),
    )["arm"]
    said = control_group.power(arm, 1000, 0.17, Settings(control_share=0.1))
    least = lift.smallest(900, 100, 0.17)
    assert f"smallest lift that this campaign can show is {100 * least:.1f} points" in said
    assert "leave 167 of the 1,000 alone (control_share = 0.167)" in said
    nobody = control_group.power(pd.Series("", index=rows.index), 1000, 0.17, Settings())
    assert "nobody is left alone, so no lift can be shown" in nobody
    few = control_group.power(arm[:40], 40, 0.17, Settings(control_share=0.1))
    assert "40 accounts are too few to show a lift of" in few
