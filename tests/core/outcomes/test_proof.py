"""A campaign is proven by one outcome counted in the ledger, not in what was typed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.campaign import campaign_plan, control_group
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.outcomes import beyond_base, comeback, proof, results
from winback_xl.settings import Settings

LISTED = pd.Timestamp("2026-03-31")
END = pd.Timestamp("2026-12-31")


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    """400 customers; those who are silent at the end of March come back by chance, some at once and some never."""
    rng = np.random.default_rng(4)
    rows = []
    for at in range(400):
        gap = rng.uniform(20, 60)
        day = pd.Timestamp("2023-01-01") + pd.Timedelta(days=rng.uniform(0, 90))
        while day < END:
            rows.append((f"C{at:03d}", day.normalize(), round(rng.gamma(3, 400), 2)))
            day += pd.Timedelta(days=rng.gamma(2, gap / 2) + (rng.random() < 0.12) * rng.exponential(400))
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])


@pytest.fixture(scope="module")
def planned(ledger):
    settings = Settings(control_share=0.2, min_odds=0.0, effort_cost=0.0)
    return campaign_plan.build(read_ledger(ledger, LISTED), campaign_plan.Wishes(settings=settings))


def redrawn(campaign: pd.DataFrame, name: str) -> pd.DataFrame:
    drawn = campaign["arm"] != ""
    rows = campaign[drawn]
    alone = control_group.draw(rows["customer_id"], rows["stratum"], name, 0.2)
    arm = campaign["arm"].copy()
    arm[drawn] = np.where(alone, "Left alone", "Worked on")
    alone = np.where(arm == "Left alone", "Yes", "")
    return campaign.assign(arm=arm, control_group=alone, wave=np.where(arm == "Worked on", 1.0, np.nan))


def typed(campaign: pd.DataFrame) -> pd.DataFrame:
    """Call everybody won who came back and was not to be left alone, as a keen rep would."""
    won = campaign["ordered_again"].notna() & (campaign["arm"] == "Worked on")
    day = pd.Series(pd.Timestamp("2026-08-01"), index=campaign.index).where(won)
    return campaign.assign(
        outcome=np.where(won, "Won", "Open"),
        won_date=day,
        customer_confirmed=day,
        won_revenue=campaign["revenue_since"].clip(lower=0).where(won),
    )


@pytest.mark.slow
def test_a_campaign_that_does_nothing_shows_and_recovers_nothing(ledger, planned):
    seen = comeback.observe(planned.campaign, read_ledger(ledger, END), planned.settings)
    lifts, nets, recovered = [], [], []
    for at in range(60):
        rows = typed(redrawn(seen, f"WB-{at}"))
        found = results.measure(rows, as_of=END, settings=planned.settings, until=END)
        lifts.append(found["Lift"])
        nets.append(found["Net recovered"])
        recovered.append(found["Recovered"])
    assert (planned.campaign["arm"] != "").sum() > 60
    error = np.std(lifts) / np.sqrt(len(lifts))
    assert abs(np.mean(lifts)) < 3 * error
    assert np.mean(recovered) > 0
    assert abs(np.mean(nets)) < 3 * np.std(nets) / np.sqrt(len(nets))


def test_what_anybody_typed_changes_no_arm(ledger, planned):
    seen = comeback.observe(planned.campaign, read_ledger(ledger, END), planned.settings)
    plain = proof.measure(seen, until=END, settings=planned.settings)
    lively = proof.measure(
        typed(seen).assign(want_back="Yes", outcome="Won"), until=END, settings=planned.settings
    )
    assert plain.arms == lively.arms
    assert plain.arms.alone == (planned.campaign["arm"] == "Left alone").sum()


def test_without_a_control_group_all_count_that_the_plan_listed_whatever_was_typed(ledger):
    """In 40 rounds somebody types at random, also by what came back, and who came back leaves the list at the refresh."""
    settings = Settings(min_odds=0.0)
    plan = campaign_plan.build(read_ledger(ledger, LISTED), campaign_plan.Wishes(settings=settings))
    seen = comeback.observe(plan.campaign, read_ledger(ledger, END), settings)
    listed = (plan.campaign["wave"] > 0).to_numpy()
    back = (seen["ordered_again"] - LISTED).dt.days.between(1, settings.return_days).to_numpy()
    assert 0 < (listed & back).sum() < listed.sum() < len(seen)
    rng = np.random.default_rng(11)
    for _ in range(40):
        words = rng.choice(["", "Yes", "No", "Later"], len(seen))
        outcome = np.where(back, "Open", rng.choice(["Open", "Lost", "Let go"], len(seen)))
        rows = seen.assign(want_back=words, outcome=outcome, wave=seen["wave"].mask(back))
        said = proof.measure(rows, until=END, settings=settings).sentence
        assert f"{back[listed].mean():.0%} of the {listed.sum()} accounts that the plan listed" in said


def test_the_wave_of_the_day_an_account_was_listed_stays_when_it_is_planned_again(ledger):
    settings = Settings(min_odds=0.0)
    first = campaign_plan.build(read_ledger(ledger, LISTED), campaign_plan.Wishes(settings=settings)).campaign
    assert first["wave_listed"].equals(first["wave"].rename("wave_listed"))
    typed_over = first.assign(wave_listed=first["wave_listed"].mask(first.index == 0))
    later = campaign_plan.build(
        read_ledger(ledger, LISTED + pd.Timedelta(days=60)),
        campaign_plan.Wishes(settings=settings, before=control_group.drawn(typed_over)),
    ).campaign.set_index("customer_id")
    held = typed_over.set_index("customer_id")["wave_listed"]
    both = later.index.intersection(held.index)
    assert len(both) > 20
    assert later.loc[both, "wave_listed"].equals(held[both])
    new = later.index.difference(held.index)
    assert later.loc[new, "wave_listed"].equals(later.loc[new, "wave"].rename("wave_listed"))


def test_orders_after_the_horizon_and_on_the_day_of_the_list_count_nothing(planned, settings):
    rows = planned.campaign.head(3).reset_index(drop=True)
    ids = rows["customer_id"]
    days = [LISTED, LISTED + pd.Timedelta(days=180), LISTED + pd.Timedelta(days=181)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": days, "order_value": [10.0, 20.0, 40.0]})
    seen = comeback.observe(rows, read_ledger(orders, END), settings)
    assert seen["ordered_again"].tolist() == [pd.NaT, *days[1:]]
    assert seen["revenue_since"].tolist() == [0.0, 20.0, 0.0]
    found = proof._Followed.of(seen, END, settings)
    assert found.back.tolist() == [False, True, False]


def test_without_a_control_group_the_return_rates_say_what_would_have_come_anyway(ledger):
    settings = Settings(min_odds=0.0, effort_cost=0.0)
    plan = campaign_plan.build(read_ledger(ledger, LISTED), campaign_plan.Wishes(settings=settings))
    rows = plan.campaign.assign(arm="Worked on", wave=1.0, wave_listed=1.0)
    seen = typed(comeback.observe(rows, read_ledger(ledger, END), settings)).assign(arm="")
    found = results.measure(seen, as_of=END, settings=settings, until=END)
    assert found["Recovered"] > 0
    assert abs(found["Net recovered"]) < 0.5 * found["Recovered"]
    assert np.isnan(found["Lift"])
    assert "no lift can be shown" in found.proof.sentence
    beyond = beyond_base.measure(seen, as_of=END, settings=settings, until=END)
    assert not beyond.controlled
    assert beyond.low < 0.05 * beyond.recovered, (
        "nothing was done, and the interval says that it may be nothing"
    )
    assert "by the return rates (95% interval" in beyond.sentence


def test_two_offers_are_compared_in_all_and_by_reason(ledger, planned):
    seen = comeback.observe(planned.campaign, read_ledger(ledger, END), planned.settings)
    at = np.arange(len(seen))
    seen = seen.assign(
        offer_tested=np.where(at % 2, "Credit", "Discount"), cause=np.where(at % 3, "Price", "")
    )
    seen.loc[at % 2 == 1, "ordered_again"] = LISTED + pd.Timedelta(days=5)
    table = proof.measure(seen, until=END, settings=planned.settings).offers
    assert table["reason"].tolist() == ["All", "No reason on file", "Price"]
    assert (table["Credit: back"] == 1).all()
    assert (table["low"] > 0).all()


def test_one_function_gives_the_net_beyond_the_base_rate_with_its_interval_and_its_sentence(ledger, planned):
    seen = typed(comeback.observe(planned.campaign, read_ledger(ledger, END), planned.settings))
    given = {"as_of": END, "settings": planned.settings, "until": END}
    found, report = beyond_base.measure(seen, **given), results.measure(seen, **given)
    assert (
        found.net
        == report["Net recovered"]
        == pytest.approx(report["Recovered"] - report["Came back anyway"])
    )
    assert found.controlled
    assert found.low < found.net < found.high
    for amount in (found.net, found.recovered, found.anyway, found.low, found.high):
        assert f"{round(amount):,}" in found.sentence
    assert "as the control group shows (95% interval" in found.sentence
    day = {"as_of": END, "settings": planned.settings}
    assert beyond_base.said(seen, planned.segments.assign(last_order=END), **day) == found.sentence
    assert beyond_base.said(planned.campaign, planned.segments, **day) == ""


def test_without_later_orders_it_is_unknown_how_much_would_have_come_anyway(planned):
    won = planned.campaign.assign(
        outcome="Won", won_date=LISTED, customer_confirmed=LISTED, won_revenue=1000.0
    )
    found = beyond_base.measure(won, as_of=LISTED, settings=planned.settings)
    assert np.isnan(found.net)
    assert proof.NO_ORDERS in found.sentence
    assert found.how_anyway == proof.NO_ORDERS


def test_a_season_that_the_control_group_shows_counts_for_who_has_a_complaint_too(ledger, planned):
    """Nobody of the control group comes back: then little of what others won would have come anyway."""
    seen = typed(comeback.observe(planned.campaign, read_ledger(ledger, END), planned.settings))
    outside = np.arange(len(seen)) % 4 == 0
    rows = seen.assign(arm=seen["arm"].mask(outside, ""), wave=1.0, wave_listed=1.0)
    alone = (rows["arm"] == "Left alone").to_numpy()
    dry = rows.assign(ordered_again=rows["ordered_again"].mask(alone))
    rates = [
        np.nanmean(proof.measure(one, until=END, settings=planned.settings).anyway[outside])
        for one in (rows, dry)
    ]
    assert 0 < rates[1] < 0.75 * rates[0]


def test_the_orders_of_who_complains_and_still_buys_are_not_credited_to_the_campaign(ledger):
    """By the authors 19% of them stay; the ledger counts how many order again, and so does the proof."""
    settings = Settings(control_share=0.2, min_odds=0.0, effort_cost=0.0)
    then = read_ledger(ledger, LISTED)
    buying = then.ids[then.as_of - then.order_days.last < 40][:60]
    stated = pd.DataFrame(
        {
            "customer_id": buying,
            "date": LISTED - pd.Timedelta(days=9),
            "failure_type": "Price",
            "direct_loss": 500.0,
        }
    )
    plan = campaign_plan.build(then, campaign_plan.Wishes(settings=settings, incidents=stated))
    seen = comeback.observe(plan.campaign, read_ledger(ledger, END), settings)
    hurt = seen["customer_id"].isin(buying).to_numpy()
    worked = seen.assign(arm=seen["arm"].mask(hurt, "Worked on"))
    won = typed(worked).assign(arm=seen["arm"])
    assert seen["rate_listed"][hurt].mean() > 0.6
    assert (seen["rate_listed"] + seen["gain_listed"] <= 1 + 1e-9).all()
    found = beyond_base.measure(
        won.assign(outcome=won["outcome"].where(hurt, "Open")), as_of=END, settings=settings, until=END
    )
    assert found.recovered > 0
    assert abs(found.net) < 0.2 * found.recovered


@pytest.mark.parametrize("control", [True, False])
def test_no_interval_claims_more_than_was_won(planned, ledger, control):
    """Where by chance nobody of a small control group came back, less than nothing of a win would have come anyway."""
    whole, touched = read_ledger(ledger, END), 0
    for draw in range(12):
        some = planned.campaign.sample(30, random_state=draw).reset_index(drop=True)
        drawn = redrawn(some, f"draw {draw}")
        if not control:
            drawn = drawn.assign(arm="", flags="")
        seen = typed(comeback.observe(drawn, whole, planned.settings).assign(arm=drawn["arm"]))
        if not control:
            won = seen["ordered_again"].notna()
            seen = seen.assign(
                outcome=np.where(won, "Won", "Open"), customer_confirmed=pd.Timestamp("2026-08-01"),
                won_revenue=seen["revenue_since"].clip(lower=0).where(won),
            )  # fmt: skip
        found = beyond_base.measure(seen, as_of=END, settings=planned.settings, until=END)
        shown = proof.measure(seen, until=END, settings=planned.settings)
        assert found.low <= found.net <= found.high <= found.recovered + 0.01
        if control:
            worked = seen["arm"] == "Worked on"
            assert shown.margin_high <= seen["revenue_since"][worked].sum() * planned.settings.margin + 0.01
        touched += found.high > found.recovered - 1
        assert ("all that was recovered" in found.sentence) == (found.high > found.recovered - 1)
    assert touched > 0 or not control
