"""The make-good: every golden case, its invariants, and sentences that hold every number."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import approvers, offer_amounts, sizing
from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings


def one(settings, loss, annual_revenue, odds_gain, **details):
    return sizing.size(loss, annual_revenue, odds_gain, settings=settings, **details).iloc[0]


def golden_cases(golden_dir):
    cases = json.loads((golden_dir / "make_goods.json").read_text(encoding="utf-8"))["make_goods"]
    assert len(cases) == 16
    return cases


def test_golden_make_goods(golden_dir, settings):
    for case in golden_cases(golden_dir):
        found = one(settings, margin=0.30, **case["arguments"])
        for name, expected in case["gives"].items():
            if isinstance(expected, str):
                assert found[name] == expected, (case["name"], name)
            else:
                close = pytest.approx(np.nan if expected is None else expected, abs=5e-5, nan_ok=True)
                assert found[name] == close, (case["name"], name)


def test_golden_annuity(golden_dir):
    cases = json.loads((golden_dir / "golden_makegood_odds.json").read_text(encoding="utf-8"))["annuity"]
    for years, discount, keep, expected in cases:
        assert customer_value.annuity(years, discount, keep) == pytest.approx(expected, rel=1e-12)


def test_all_golden_cases_at_once_give_what_each_gives_alone(golden_dir, settings):
    """Broadcast: columns with blanks where a case does not say, against one call a case."""
    cases = [case["arguments"] for case in golden_cases(golden_dir)]
    columns = {
        name: [case.get(name) for case in cases] for name in sorted({name for case in cases for name in case})
    }
    together = sizing.size(**columns, settings=settings)
    alone = pd.concat([sizing.size(**case, settings=settings) for case in cases], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)
    sentences = [sizing.explain(**case, settings=settings)[0] for case in cases]
    assert sizing.explain(**columns, settings=settings) == sentences


# -- invariants ------------------------------------------------------------------------------------------------
money = st.one_of(
    st.just(0.0), st.floats(min_value=0.01, max_value=1e6), st.integers(0, 10**7).map(lambda c: c / 100)
)
details = st.fixed_dictionaries(
    {
        "annual_revenue": money,
        "odds_gain": st.floats(min_value=0, max_value=1),
        "fault": st.one_of(st.just(1.0), st.floats(min_value=0, max_value=1)),
        "paid": st.one_of(st.just(0.0), money),
        "owed": st.one_of(st.just(0.0), money),
        "handling": st.sampled_from(LISTS["Handling"]),
        "prior_failures": st.integers(min_value=0, max_value=6),
        "form": st.sampled_from(LISTS["Form"]),
        "margin": st.floats(min_value=-1, max_value=1),
        "strategic_value": st.one_of(st.just(0.0), money),
    }
)


@given(money, details)
def test_offers_are_in_order_and_never_beyond_what_helps_or_what_pays_off(loss, given_details):
    settings = Settings()
    found = one(settings, loss, **given_details)
    owed, rounding = found["owed"], 0.005
    assert owed == pytest.approx(given_details["owed"], abs=0.00501)
    assert owed <= found["low"] <= found["recommended"] <= found["high"]
    ours = max(given_details["fault"] * loss - given_details["paid"], 0)
    assert found["high"] <= max(settings.overcompensation * ours, owed) + rounding
    assert 0 <= found["our_cost"] <= found["worth"] + 0.01
    assert max(found["net_low"], found["net"], found["net_high"]) <= found["worth"] + 0.01
    assert found["high"] - owed <= found["room"] + 0.01


@given(money, details, st.floats(min_value=0, max_value=1e5))
def test_more_loss_never_gets_a_smaller_offer(loss, given_details, more):
    settings = Settings()
    smaller, larger = one(settings, loss, **given_details), one(settings, loss + more, **given_details)
    for name in ("low", "recommended", "high", "token"):
        assert larger[name] >= smaller[name] - 0.005


@given(money, details, st.floats(min_value=0, max_value=1))
def test_more_fault_never_gets_a_smaller_offer(loss, given_details, fault):
    settings = Settings()
    lower, higher = sorted((fault, given_details["fault"]))
    less, more = (one(settings, loss, **given_details | {"fault": share}) for share in (lower, higher))
    assert more["recommended"] >= less["recommended"] - 0.005
    assert more["token"] >= less["token"]


@given(st.floats(min_value=600, max_value=1e6), details)
def test_no_other_offer_in_the_band_has_a_greater_net(loss, given_details):
    """Where no ceiling bites, against every hundredth of the loss between low and high, but for what rounding costs."""
    settings = Settings()
    given_details = given_details | {"owed": 0.0, "paid": 0.0, "fault": 1.0, "prior_failures": 0}
    found = one(settings, loss, **given_details)
    if not {"CAPPED_BY_VALUE", "EXCEEDS_VALUE"} & set(found["flags"].split("; ")):
        accepted = np.array([given_details["handling"] == "accepted"])
        names = ("accepted", "rejected")[not accepted[0]]
        shares = np.array([[getattr(settings, f"{names}_{part}")] for part in ("low", "recommended", "high")])
        curve = offer_amounts.curve(shares, accepted, settings)
        at_cost = given_details["form"] in {"credit", "in-kind"}
        factor = max(1 - given_details["margin"], 0.01) if at_cost else 1.0
        grid = np.arange(shares[0, 0], shares[2, 0] + 0.005, 0.01)
        nets = [
            float(offer_amounts.answer(np.array([share]), curve)[0]) * found["worth"] - factor * share * loss
            for share in grid
        ]
        step = max(500.0, 0.02 * loss)
        assert found["net"] + found["token"] >= max(nets) - factor * step - 0.02 * found["worth"]


@given(money, details, money)
def test_a_customer_worth_more_never_gets_a_smaller_offer_but_for_the_token(loss, given_details, more):
    """More strategic value widens the room, except where it first affords a larger token, which is at most its maximum."""
    settings = Settings()
    poorer = one(settings, loss, **given_details)
    richer = one(
        settings, loss, **given_details | {"strategic_value": given_details["strategic_value"] + more}
    )
    if richer["token"] == poorer["token"]:
        assert richer["recommended"] >= poorer["recommended"]


@given(money, details, st.lists(st.integers(0, 6), min_size=2, max_size=2).map(sorted))
def test_repeated_failures_never_lower_a_fair_offer(loss, given_details, counts):
    settings = Settings()
    given_details = given_details | {"strategic_value": 1e9}  # so that no ceiling bites
    fewer, more = (one(settings, loss, **given_details | {"prior_failures": count}) for count in counts)
    assert more["recommended"] >= fewer["recommended"]


@given(st.lists(st.tuples(money, details), min_size=1, max_size=5))
def test_columns_give_what_single_values_give(rows):
    settings = Settings()
    columns = {name: [row[name] for _, row in rows] for name in rows[0][1]}
    together = sizing.size([loss for loss, _ in rows], **columns, settings=settings)
    alone = [sizing.size(loss, **row, settings=settings) for loss, row in rows]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


@given(money, details)
def test_every_flag_has_its_sentence_and_every_word_is_on_its_list(loss, given_details):
    found = one(Settings(), loss, **given_details)
    assert found["approver"] in LISTS["Approver"]
    assert found["flags"]
    assert set(found["flags"].split("; ")) <= set(sizing.FLAG_WORDS)


@given(money, details)
def test_the_explanation_holds_the_numbers_it_rests_on(loss, given_details):
    settings = Settings()
    found = one(settings, loss, **given_details)
    text = sizing.explain(loss, **given_details, settings=settings)[0]
    amounts = {
        float(part.replace(",", "")) for part in re.findall(r"-?[\d,]*\d(?:\.\d+)?(?:e[+-]\d+)?", text)
    }
    assert found["our_cost"] == 0 or found["our_cost"] in amounts
    assert found["attributable"] == 0 or found["attributable"] in amounts
    if found["recommended"] > found["owed"] == 0:
        assert found["recommended"] in amounts
    assert any(abs(found["worth"] - amount) <= 0.5 for amount in amounts)
    asks = found["strategic_needed"] > 0  # then the choice is named instead of an offer
    assert asks or found["token"] == 0 or found["token"] in amounts
    assert asks or found["our_cost"] == 0 or found["approver"] in text
    assert not asks or found["strategic_needed"] in amounts


# -- single rules ----------------------------------------------------------------------------------------------
def test_offers_do_not_drift_on_floats_that_stand_for_halves(settings):
    """0.1 x 3 x 95 is 28.5 in decimals; the offer is 29, and stays so for every way to reach it."""
    for loss in (28.5, 0.1 * 3 * 95, 57 * 0.5):
        assert one(settings, loss, 500, 0.2)["recommended"] == 29


def test_a_failure_worth_just_the_room_is_not_cut_by_float_noise(settings):
    found = one(settings, 300, 0, 0, strategic_value=0.1 * 3 * 1000 + 25)
    assert found["recommended"] == 300
    assert found["flags"] == "SMALL_HARM"


def test_a_loss_paid_back_to_the_cent_is_no_loss_left(settings):
    """0.1 x 3 x 1,000 is 300 in decimals and a hair more in floats."""
    found = one(settings, 0.1 * 3 * 1000 + 1e-12, 1e5, 0.2, paid=300)
    assert found[["attributable", "flags"]].tolist() == [0, "NO_MONEY_LOSS"]


def test_what_is_owed_is_paid_whatever_the_customer_is_worth(settings):
    found = one(settings, 40_000, 0, 0, owed=1_250.55)
    assert found[["low", "recommended", "high", "our_cost"]].tolist() == [1_250.55, 1_250.55, 1_250.55, 0]
    assert found["flags"] == "EXCEEDS_VALUE"  # its own offer is not an insult: the row asks what to do


def test_paying_back_what_is_owed_is_in_proportion_even_without_another_loss(settings):
    found = one(settings, 0, 100_000, 0.2, owed=1_250)
    assert found["flags"] == "IN_BAND"
    assert found["ratio"] == pytest.approx((1_250 + 25) / 1_250)


@pytest.mark.parametrize("form", ["cash", "credit"])
def test_where_there_are_no_cents_no_amount_has_any(form):
    yen = Settings(currency="JPY")
    found = sizing.size(
        [700.7, 33_333.3], 123_456.7, 0.1234, owed=[10.4, 0], form=form, prior_failures=1, fault=0.77, settings=yen
    )  # fmt: skip
    names = [
        "attributable",
        "future_margin",
        "worth",
        "room",
        "owed",
        "low",
        "recommended",
        "high",
        "our_cost",
        "fair",
        "net_low",
        "net",
        "net_high",
        "strategic_needed",
    ]
    assert (found[names] == found[names].round()).all().all()
    less_than_one = one(yen, 0.3, 1e5, 0.2)
    assert less_than_one[["attributable", "recommended", "flags"]].tolist() == [0, 0, "NO_MONEY_LOSS"]
    assert one(Settings(), 0.3, 1e5, 0.2)["attributable"] == 0.3


def test_the_ratio_is_of_what_is_recommended_with_its_token(settings):
    assert one(settings, 30_000, 5e5, 0.2)["ratio"] == pytest.approx((30_000 + 500) / 30_000)
    assert one(settings, 0.5, 1e6, 0.2)["ratio"] == pytest.approx(25 / 0.5)


@pytest.mark.parametrize(
    ("handling", "flags"), [("accepted", "IN_BAND"), ("rejected", "BELOW_EFFECTIVE_BAND")]
)
def test_an_offer_of_ones_own_is_judged_by_what_the_customer_did(handling, flags, settings):
    assert one(settings, 30_000, 1e7, 0.2, handling=handling, offer=9_000)["flags"] == flags


@pytest.mark.parametrize(
    ("loss", "owed", "judged"), [(0, 0, False), (None, 0, False), (0.5, 0, True), (0, 0.5, True)]
)
def test_without_a_report_an_offer_is_judged_only_where_there_is_a_loss_or_a_debt(
    loss, owed, judged, settings
):
    found = one(settings, loss, 1e7, 0.2, owed=owed, offer=100, reported=False)
    known = [code for code in found["flags"].split("; ") if code not in {"", "UNKNOWN_WORTH"}]
    assert bool(known) is judged


def test_an_explanation_is_of_a_report_unless_it_is_said_that_there_is_none(settings):
    there, absent = (
        sizing.explain(0, 1e5, 0.2, settings=settings, **more)[0] for more in ({}, {"reported": False})
    )
    assert there == sizing.explain(0, 1e5, 0.2, settings=settings, reported=True)[0]
    assert there != absent


def test_a_token_that_costs_just_what_they_are_worth_is_given(settings):
    assert one(settings, 100, 0, 0, strategic_value=25)["token"] == 25
    assert one(settings, 100, 0, 0, strategic_value=24.99)["token"] == 0


def test_the_least_that_works_may_cost_just_the_room(settings):
    """60% of 1,000 and the token of 25 are just what they are worth."""
    found = one(settings, 1_000, 0, 0, strategic_value=625)
    assert found[["low", "recommended", "high", "token", "our_cost"]].tolist() == [600, 600, 600, 25, 625]
    assert found["flags"].split("; ")[0] == "CAPPED_BY_VALUE"
    assert one(settings, 1_000, 0, 0, strategic_value=624.99)["flags"].split("; ")[0] == "EXCEEDS_VALUE"


def test_what_is_owed_counts_in_the_most_that_is_ever_offered():
    """Shares raised for three failures before would be beyond 150% of the loss, with what is owed in it."""
    raised = Settings(prior_failure_step=0.1)
    found = one(raised, 10_000, 1e7, 0.5, owed=8_000, prior_failures=3)
    assert found["high"] == 15_000
    assert one(raised, 10_000, 1e7, 0.5, owed=15_000)[["low", "high", "our_cost"]].tolist() == [
        15_000,
        15_000,
        500,
    ]


def test_rounding_never_lifts_an_offer_and_what_is_owed_beyond_the_most():
    """150% of 70 are 105, of which 3 are owed: 102 more is rounded to 100 and not to 105."""
    settings = Settings(prior_failure_step=0.1)
    found = one(settings, 70, 9_000, 0.5, owed=3, prior_failures=3, handling="rejected")
    assert found["high"] == 103


def test_amounts_that_nobody_would_pay_out_fold_into_the_token(settings):
    assert one(settings, 20, 1e6, 0.2)[["low", "recommended", "high", "token"]].tolist() == [0, 0, 0, 25]
    text = sizing.explain(2, 1e6, 0.2, settings=settings)[0]
    assert "For such a small loss, a token of 25 is enough." in text
    assert one(settings, 2, 1e6, 0.2)["net"] == pytest.approx(one(settings, 2, 1e6, 0.2)["worth"] - 25)


def test_the_failure_that_grows_by_one_percent_is_not_left_with_a_token(settings):
    """109,446 and 1% more: 65,500 and then nothing, by the first rule."""
    found = sizing.size(np.geomspace(1_000, 1e6, 2_000), 230_000 / 0.6, 0.28, settings=settings)
    paid = (found["recommended"] + found["token"]).to_numpy()
    assert (np.diff(paid) >= 0).all()
    assert not found["flags"].str.contains("DISPROPORTIONATE|TOKEN_ONLY").any()


def test_who_argues_us_into_more_fault_gets_no_less(settings):
    found = sizing.size(20_000, 65_000, 0.194, fault=np.linspace(0, 1, 101), settings=settings)
    assert (np.diff(found["recommended"] + found["token"]) >= 0).all()


def test_the_strategic_value_that_is_named_makes_the_fair_amount_pay_off(settings):
    rng = np.random.default_rng(3)
    loss, revenue = rng.uniform(500, 60_000, 500), rng.uniform(500, 300_000, 500)
    handling = rng.choice(["rejected", "accepted"], 500)
    first = sizing.size(loss, revenue, 0.15, handling=handling, effort=40, settings=settings)
    asked = (first["strategic_needed"] > 0).to_numpy()
    assert 50 < asked.sum() < 450
    again = sizing.size(
        loss,
        revenue,
        0.15,
        handling=handling,
        effort=40,
        strategic_value=first["strategic_needed"],
        settings=settings,
    )
    assert (again["net"][asked] > 40).all()
    assert (again["strategic_needed"][asked] == 0).all()
    assert (first["net"][asked] <= 40).all()


def test_after_a_failed_recovery_a_manager_decides_and_shows_the_change_first(settings):
    found = sizing.size(100, 1e5, 0.2, recovery=["not fair", "fair", "none", ""], settings=settings)
    assert found["approver"].tolist() == ["Manager", "Rep", "Rep", "Rep"]
    assert len(set(found["recommended"])) == 1  # more money is a weak answer
    assert found["flags"][0].endswith("RECOVERY_FAILED")
    text = sizing.explain(100, 1e5, 0.2, recovery="not fair", settings=settings)[0]
    assert "shows the change before any money" in text
    assert one(settings, 1e6, 1e8, 0.2, recovery="not fair")["approver"] == "CFO"
    with pytest.raises(UsageError, match=r"^The earlier recovery 'unfair' is not known"):
        sizing.size(1, 1, 0.1, recovery="unfair", settings=settings)


def test_prior_failures_raise_no_offer_by_themselves(settings):
    found = sizing.size(1_000, 90_000, 0.2, prior_failures=[0, 1, 4], settings=settings)
    assert len(set(found["recommended"])) == 1


def test_a_loss_of_half_a_unit_is_not_made_good_with_a_whole_one(settings):
    """One unit for a loss of 0.50 would be 200% of it; the token says the rest."""
    assert one(settings, 0.5, 1e6, 0.2)[["low", "recommended", "high", "token"]].tolist() == [0, 0, 0, 25]


def test_rounding_down_to_the_most_is_no_cap_by_what_they_are_worth():
    """150% of 70 less the 3 owed are 102: said as 100, because 105 would pass 150%, however much they are worth."""
    settings = Settings(rejected_recommended=1.5, rejected_high=1.5)
    found = one(settings, 70, 1e6, 0.5, owed=3)
    assert found[["recommended", "high"]].tolist() == [103, 103]
    assert "CAPPED_BY_VALUE" not in found["flags"]


def test_what_is_owed_is_paid_to_the_smallest_unit_of_the_currency():
    """A Bahraini dinar has 1,000 fils: what is owed stays exact, what is beyond it is a round figure."""
    found = one(Settings(currency="BHD"), 100, 2_000, 0.3, owed=1.234)
    assert found[["owed", "low", "recommended", "high"]].tolist() == [1.234, 61.234, 101.234, 121.234]


def test_every_amount_is_a_number_or_nan_never_none(settings):
    found = sizing.size([None, 0, 100], 1e5, 0.2, settings=settings)
    assert set(found.drop(columns=["approver", "recovery_failed", "legal", "flags"]).dtypes.astype(str)) == {
        "float64"
    }


def test_an_offer_below_one_is_an_offer(settings):
    assert one(settings, 0, 1e5, 0.2, offer=0.5, owed=1)["ratio"] == 0.5


def test_an_accepted_failure_with_no_room_at_all_is_no_insult_of_ours(settings):
    assert one(settings, 30_000, 0, 0, handling="accepted")["flags"] == "EXCEEDS_VALUE"
    assert one(settings, 30_000, 0, 0, offer=15)["flags"] == "EXCEEDS_VALUE; DISPROPORTIONATE"


def test_a_customer_bought_at_a_loss_is_worth_nothing_not_less(settings):
    found = one(settings, 1_000, 50_000, 0.2, margin=-0.1)
    assert found["worth"] == found["our_cost"] == 0


def test_credit_and_goods_cost_us_less_than_their_face_value(settings):
    costs = [one(settings, 1_000, 12_000, 0.2, form=form, margin=0.4)["our_cost"] for form in LISTS["Form"]]
    assert dict(zip(LISTS["Form"], costs, strict=True)) == {
        "cash": 1_050, "discount": 1_050, "credit": 650, "in-kind": 650, "apology": 1_050,
    }  # fmt: skip


def test_an_apology_needs_no_money_unless_money_was_lost(settings):
    hurt = one(settings, 0, 1e5, 0.2, form="apology")
    assert hurt[["recommended", "token", "our_cost"]].tolist() == [0, 25, 25]
    assert one(settings, 2_000, 30_000, 0.2, form="apology")["recommended"] == 2_000


def test_goods_of_pure_margin_are_not_free(settings):
    found = one(settings, 10_000, 1e6, 0.001, form="in-kind", margin=1)
    assert np.isfinite(found["room"])
    assert found["our_cost"] == 12_000 * 0.01 + 500


def test_blank_arguments_get_their_defaults(settings):
    blank = one(
        settings, 1_000, 1e5, 0.2, fault=None, paid=None, owed=np.nan, handling="", prior_failures=None, form=None,
        margin=None, strategic_value=None, offer=None, what_happened=None, future_margin=None,
    )  # fmt: skip
    pd.testing.assert_series_equal(blank, one(settings, 1_000, 1e5, 0.2))


def test_a_given_future_margin_stands_for_revenue_and_margin(settings):
    found = sizing.size(1_000, [np.nan, 1e5], 0.2, future_margin=[5_000, None], settings=settings)
    assert found["future_margin"].tolist() == [
        5_000,
        round(1e5 * 0.3 * customer_value.annuity(3, 0.1, 0.8), 2),
    ]


@pytest.mark.parametrize("unknown", [{"loss": None}, {"annual_revenue": None}, {"odds_gain": None}])
def test_without_loss_or_worth_no_amount_is_proposed(unknown, settings):
    arguments = {"loss": 1_000, "annual_revenue": 1e5, "odds_gain": 0.2} | unknown
    found = one(settings, **arguments)
    assert found[["low", "recommended", "high", "token", "our_cost", "net", "ratio"]].isna().all()
    assert (found["flags"], found["approver"]) == ("UNKNOWN_WORTH", "")
    text = sizing.explain(**arguments, settings=settings)[0]
    assert "no amount is proposed" in text
    assert "nan" not in text


def test_words_of_law_safety_and_injury_stop_the_offer_and_are_told(settings):
    found = sizing.size(
        100, 1e5, 0.2, what_happened=["Late", "A man was INJURED; his lawyer called", None], settings=settings
    )
    assert found["approver"].tolist() == ["Rep", "Counsel", "Rep"]
    assert found["flags"].tolist() == ["SMALL_HARM", "COUNSEL (injured, lawyer); SMALL_HARM", "SMALL_HARM"]
    assert sizing.FLAG_WORDS["COUNSEL"].startswith("Words of law, safety or injury")
    text = sizing.explain(100, None, 0.2, what_happened="his lawyer called", settings=settings)[0]
    assert text.endswith("Stop: the report says lawyer, so Counsel decides first.")


@pytest.mark.parametrize(
    ("argument", "bad", "said"),
    [
        ("loss", -1, "loss is -1"),
        ("annual_revenue", -1, "annual revenue is -1"),
        ("odds_gain", 19.4, "odds gained is 19.4"),
        ("fault", 60, "fault is 60.*such as 0.6 for 60%"),
        ("fault", -0.1, "fault is -0.1"),
        ("paid", -1, "amount already paid is -1"),
        ("owed", -1, "amount owed is -1"),
        ("prior_failures", -1, "number of prior failures is -1"),
        ("margin", 30, "margin is 30"),
        ("strategic_value", -1, "strategic value is -1"),
        ("offer", -1, "offer is -1"),
        ("loss", float("inf"), "loss is inf"),
        ("odds_gain", -0.1, "odds gained is -0.1"),
        ("odds_gain", 1.5, "odds gained is 1.5"),
        ("margin", 1.5, "margin is 1.5"),
        ("margin", -1.5, "margin is -1.5"),
        ("future_margin", float("inf"), "future margin is inf"),
    ],
)
def test_numbers_outside_their_bounds_are_refused_by_name(argument, bad, said, settings):
    arguments = {"loss": 1_000, "annual_revenue": 1e5, "odds_gain": 0.2} | {argument: bad}
    with pytest.raises(OutOfRangeError, match=f"^The {said}"):
        sizing.size(**arguments, settings=settings)


def test_unknown_words_and_unequal_lengths_are_refused(settings):
    with pytest.raises(UsageError, match=r"^The handling 'rejcted'.*'rejected'"):
        sizing.size(1, 1, 0.1, handling="rejcted", settings=settings)
    with pytest.raises(UsageError, match=r"'voucher' is not known. Known are: cash"):
        sizing.size(1, 1, 0.1, form="voucher", settings=settings)
    with pytest.raises(UsageError, match=r"^The whether it was reported 'perhaps' is not known"):
        sizing.size(1, 1, 0.1, reported="perhaps", settings=settings)
    with pytest.raises(UsageError, match=r"^The report of what happened is a table"):
        sizing.size(1, 1, 0.1, what_happened=[["a"], ["b"]], settings=settings)
    with pytest.raises(UsageError, match="'loss' has 2 rows and 'fault' has 3"):
        sizing.size([1, 2], 1, 0.1, fault=[1, 1, 1], settings=settings)


def test_no_rows_are_no_error(settings):
    assert len(sizing.size([], [], [], settings=settings)) == 0
    assert sizing.explain([], [], [], settings=settings) == []


@pytest.mark.parametrize(
    ("offer", "loss", "handling", "code"),
    [
        (0, 0, "", "NO_MONEY_LOSS"), (1, 500, "", "SMALL_HARM"), (15, 30_000, "", "DISPROPORTIONATE"),
        (300, 30_000, "", "TOKEN_ONLY"), (3_000, 30_000, "", "BELOW_EFFECTIVE_BAND"),
        (17_999, 30_000, "rejected", "BELOW_EFFECTIVE_BAND"), (18_000, 30_000, "rejected", "IN_BAND"),
        (7_500, 30_000, "accepted", "IN_BAND"), (7_499, 30_000, "accepted", "BELOW_EFFECTIVE_BAND"),
        (45_000, 30_000, "", "IN_BAND"), (45_001, 30_000, "", "OVER_150%"), (0.6 * 700.7, 700.7, "", "IN_BAND"),
        (None, 30_000, "", ""), (5, None, "", ""),
    ],
)  # fmt: skip
def test_an_offer_is_judged_against_the_loss(offer, loss, handling, code, settings):
    assert sizing.proportion(offer, loss, handling, settings) == code


def test_who_approves_depends_on_what_it_costs_us(settings):
    costs = [0, 500, 500.01, 5_000, 5_000.01, 25_000, 25_000.01]
    words = ["Rep", "Rep", "Manager", "Manager", "Director", "Director", "CFO"]
    assert approvers.approver(costs, settings).tolist() == words
    assert [approvers.approver(cost, settings) for cost in costs] == words
    assert approvers.approver(None, settings) == ""
    with pytest.raises(OutOfRangeError, match=r"^The cost to us is -1"):
        approvers.approver(-1, settings)


def test_every_failure_type_has_a_form_and_a_reason():
    assert tuple(sizing.FORM_OF_FAILURE) == LISTS["Failure type"]
    for kind, (form, why) in sizing.FORM_OF_FAILURE.items():
        assert sizing.form_for(kind.upper()) == form
        assert form in LISTS["Form"]
        assert why.endswith(".")
    assert sizing.form_for("") == "credit"
    with pytest.raises(
        UsageError, match=r"^The failure type 'Late delivry' is not known. Did you mean 'Late delivery'"
    ):
        sizing.form_for("Late delivry")


def test_a_token_where_nothing_went_wrong_claims_no_gain() -> None:
    """The gain is the effort's: no source says what a hat brings."""
    said = sizing.explain(0, 10_000, 0.1, reported=False, settings=Settings())[0]
    assert "The effort brings this, not the token" in said
    assert "This brings" not in said


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"loss": 30000, "annual_revenue": 250000, "odds_gain": 0.194, "fault": 0.6, "paid": 5000},
            ("Our part of the loss is 13,000 (60% of 30,000, less 5,000 already paid). A rejected delivery needs "
             "60-120% of it: 7,800 to 15,500. Recommended: 13,000, plus a token of 500. Winning them back gains"
             " 29,843 (odds +19.4 points x future margin 153,832). This brings 95% of it, 28,351, for our "
             "cost of 13,500: net 14,851 (net at the low end 653.01, at the high end 13,791). A Director can approve it."),
        ),
        (
            {"loss": 30000, "annual_revenue": 40000, "odds_gain": 0.194, "owed": 200},
            ("Our part of the loss is 30,000 (all of it). 200 is owed: pay it first; it is not part of the offer. "
             "A rejected delivery needs 60-120% of it: 30,000 would be fair, but winning them back carries 4,620 at most, and that brings less than it costs: what is shown beyond the 200 owed is a limit, not an offer. Winning them back gains 4,775 (odds +19.4 points x future margin "
             "24,613). This brings 19% of it, 907.24, for our cost of 4,755: net -3,848. Choose: enter a strategic value of 28,000 or more, or close on good terms: pay what we owe, and apologise."),
        ),
        (
            {"loss": 30000, "annual_revenue": 40000, "odds_gain": 0.194, "handling": "accepted"},
            ("Our part of the loss is 30,000 (all of it). An accepted delivery needs 25-100% of it: 15,000 would be "
             "fair, but winning them back carries 4,620 at most, and that brings less than it costs:"
             " the 4,600 shown is a limit, not an offer. Winning them back gains 4,775 (odds +19.4 points x"
             " future margin 24,613). This brings 39.5% of it, 1,888, for our cost of 4,755: net -2,867. Choose: enter a strategic value of 15,000 or more, or close on good terms: pay what we owe, and apologise."),
        ),
        (
            {"loss": 30000, "annual_revenue": 250000, "odds_gain": 0.194, "offer": 15},
            ("Our part of the loss is 30,000 (all of it). A rejected delivery needs 60-120% of it: 30,000 would be "
             "fair, but winning them back carries 29,343 at most, and that brings less than it "
             "costs: the 29,000 shown is a limit, not an offer. The offer of 15 is 0.05% of our part. So little "
             "against the loss that it is an insult. Winning them back gains 29,843 (odds +19.4 points x "
             "future margin 153,832). This brings 90.7% of it, 27,064, for our cost of 29,500: net -2,436 (net at "
             "the low end -9,547, at the high end -2,436). Choose: enter a strategic value of 2,900 or more, or "
             "close on good terms: pay what we owe, and apologise."),
        ),
        (
            {"loss": 8000, "annual_revenue": 120000, "odds_gain": 0.14, "prior_failures": 2, "form": "in-kind", "strategic_value": 1000},
            ("Our part of the loss is 8,000 (all of it). A rejected delivery after 2 earlier failures needs 60-120% "
             "of it: 4,800 to 9,600. Recommended: 8,000, plus a token of 400. Winning them back gains 11,337"
             " (odds +14 points x future margin 73,839, plus strategic value 1,000). This brings 95% of it, "
             "10,771, for our cost of 6,000 (70% of 8,000, plus the token): net 4,771 (net at the low end -358.75,"
             " at the high end 4,217). A Director can approve it."),
        ),
        (
            {"loss": 4000, "annual_revenue": 80000, "odds_gain": 0.1, "fault": 0.5, "paid": 2500},
            ("None of the loss is left to make good (50% of 4,000, less 2,500 already paid). A token of 25, and an"
             " apology for what went wrong. Winning them back gains 4,923 (odds +10 points x future "
             "margin 49,226). This brings 100% of it, 4,923, for our cost of 25: net 4,898. A Rep can approve it."),
        ),
        (
            {"loss": 0, "annual_revenue": 10, "odds_gain": 0.1, "owed": 30},
            ("No money loss is recorded beyond what we owe. 30 is owed: pay it first; it is not part of the offer. No "
             "token, and an apology for what went wrong. Winning them back gains 0.62 (odds +10 points x "
             "future margin 6.15). No further cost."),
        ),
    ],
)  # fmt: skip
def test_the_explanation_in_full(arguments, text, settings):
    assert sizing.explain(**arguments, settings=settings) == [text]


def test_the_explanation_says_when_what_is_owed_covers_the_loss(settings):
    text = sizing.explain(90, 1e5, 0.1, owed=1_250, settings=settings)[0]
    assert "needs 60-120% of it: the 1,250 owed covers that. Beyond it, a token of 25." in text


def test_the_explanation_names_no_token_where_there_is_none(settings):
    text = sizing.explain(0, 100, 0.05, settings=settings)[0]
    assert "No token, and an apology" in text


def test_the_explanation_shows_the_currency_where_an_amount_comes_first():
    text = sizing.explain(1_000, 1e5, 0.2, settings=Settings(currency="EUR"))[0]
    assert "loss is EUR 1,000" in text
    assert "gains EUR 12,307" in text


def test_what_a_rep_may_approve_alone_is_the_reps_own_limit_where_one_is_known(settings):
    asked = {"loss": [300.0] * 4, "annual_revenue": 250_000.0, "odds_gain": 0.3, "settings": settings}
    cost = sizing.size_and_explain(**asked)[0]["our_cost"].iloc[0]
    assert 250 < cost < settings.rep_limit
    sized, _ = sizing.size_and_explain(**asked, rep_limit=[250.0, cost, np.nan, 0.0])
    assert sized["approver"].tolist() == ["Manager", "Rep", "Rep", "Manager"]
