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
from winback_xl.core.make_good import sizing
from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings

ARGUMENTS = {
    "rev": "annual_revenue",
    "dp": "odds_gain",
    "prior": "prior_failures",
    "strategic": "strategic_value",
}
RESULTS = {
    "E": "attributable", "FM": "future_margin", "V": "worth", "room": "room", "owed": "owed", "low": "low",
    "rec": "recommended", "high": "high", "token": "token", "goodwill_cost": "our_cost",
}  # fmt: skip
FLAGS = {
    "FAIR_AMOUNT_EXCEEDS_VALUE: owed+token only, or approve as strategic": "EXCEEDS_VALUE",
    "PARTIAL_AFFORDABLE": "PARTIAL",
    "NO_MONEY_LOSS: apology+token": "NO_MONEY_LOSS",
    "SMALL_HARM_TOKEN_OK": "SMALL_HARM",
}


def one(settings, loss, annual_revenue, odds_gain, **details):
    return sizing.size(loss, annual_revenue, odds_gain, settings=settings, **details).iloc[0]


def golden_cases(golden_dir):
    cases = json.loads((golden_dir / "golden_makegood_odds.json").read_text(encoding="utf-8"))["makegood"]
    assert len(cases) == 16
    for case in cases:
        case["args"] = {ARGUMENTS.get(name, name): number for name, number in case["args"].items()}
    return cases


def test_golden_make_goods(golden_dir, settings):
    for case in golden_cases(golden_dir):
        found, expected = one(settings, margin=0.30, **case["args"]), case["out"]
        amounts = {name: found[ours] for name, ours in RESULTS.items()}
        assert amounts == {name: expected[name] for name in RESULTS}, case["name"]
        assert found["net"] == pytest.approx(expected["ev"], abs=0.005), case["name"]
        assert found["approver"] == expected["approval"].replace("Sales manager", "Manager"), case["name"]
        assert found["flags"].split("; ") == [FLAGS.get(flag, flag) for flag in expected["flags"]], case[
            "name"
        ]
        ratio = np.nan if expected["checked_ratio"] is None else expected["checked_ratio"]
        assert found["ratio"] == pytest.approx(ratio, abs=5e-5, nan_ok=True), case["name"]


def test_golden_annuity(golden_dir):
    cases = json.loads((golden_dir / "golden_makegood_odds.json").read_text(encoding="utf-8"))["annuity"]
    for years, discount, keep, expected in cases:
        assert customer_value.annuity(years, discount, keep) == pytest.approx(expected, rel=1e-12)


def test_all_golden_cases_at_once_give_what_each_gives_alone(golden_dir, settings):
    """Broadcast: columns with blanks where a case does not say, against one call a case."""
    cases = [case["args"] for case in golden_cases(golden_dir)]
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
    assert found["net"] == pytest.approx(found["worth"] - found["our_cost"], abs=0.005)
    assert found["high"] - owed <= found["room"] + 0.01


@given(money, details, st.floats(min_value=0, max_value=1e5))
def test_more_loss_never_gets_a_smaller_offer_until_the_value_bites(loss, given_details, more):
    """At the same worth, the recommendation grows with the loss up to where CAPPED_BY_VALUE, EXCEEDS_VALUE or PARTIAL.

    Beyond it may shrink: a larger token leaves less room, and once even the least share no longer pays off
    a customer who rejected gets the token only. What is bounded then is our cost: by the worth, as ever.
    """
    settings = Settings()
    smaller, larger = one(settings, loss, **given_details), one(settings, loss + more, **given_details)
    bitten = {"CAPPED_BY_VALUE", "EXCEEDS_VALUE", "PARTIAL"} & set(larger["flags"].split("; "))
    if not bitten:
        assert larger["recommended"] >= smaller["recommended"]
        assert larger["low"] >= smaller["low"]


@given(money, details, money)
def test_a_customer_worth_more_never_gets_a_smaller_offer_but_for_the_token(loss, given_details, more):
    """More strategic value widens the room, except where it first affords the token, which is at most its maximum."""
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
    if found["attributable"] > 0 and "EXCEEDS_VALUE" not in found["flags"]:
        assert found["recommended"] in amounts
    assert any(abs(found["worth"] - amount) <= 0.5 for amount in amounts)
    assert found["token"] == 0 or found["token"] in amounts
    assert found["our_cost"] == 0 or found["approver"] in text


# -- single rules ----------------------------------------------------------------------------------------------
def test_offers_do_not_drift_on_floats_that_stand_for_halves(settings):
    """0.1 x 3 x 95 is 28.5 in decimals; the offer is 29, and stays so for every way to reach it."""
    for loss in (28.5, 0.1 * 3 * 95, 57 * 0.5):
        assert one(settings, loss, 1e6, 0.2)["recommended"] == 29


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
    assert found["flags"] == "EXCEEDS_VALUE; BELOW_EFFECTIVE_BAND".replace(
        "BELOW_EFFECTIVE_BAND", "TOKEN_ONLY"
    )


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
        "net",
    ]
    assert (found[names] == found[names].round()).all().all()
    assert found["net"].tolist() == (found["worth"] - found["our_cost"]).tolist()
    less_than_one = one(yen, 0.3, 1e5, 0.2)
    assert less_than_one[["attributable", "recommended", "flags"]].tolist() == [0, 0, "NO_MONEY_LOSS"]
    assert one(Settings(), 0.3, 1e5, 0.2)["attributable"] == 0.3


def test_the_ratio_is_of_what_is_recommended_with_its_token(settings):
    assert one(settings, 30_000, 1e6, 0.2)["ratio"] == pytest.approx((30_000 + 500) / 30_000)
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
    """60 % of 1,000 and the token of 50 are just what they are worth."""
    found = one(settings, 1_000, 0, 0, strategic_value=650)
    assert found[["low", "recommended", "high", "token", "our_cost"]].tolist() == [600, 600, 600, 50, 650]
    assert found["flags"].split("; ")[0] == "CAPPED_BY_VALUE"
    assert one(settings, 1_000, 0, 0, strategic_value=649.99)["flags"].split("; ")[0] == "EXCEEDS_VALUE"


def test_what_is_owed_counts_in_the_most_that_is_ever_offered(settings):
    """Three failures before would raise the offer beyond 150 % of the loss, with what is owed in it."""
    found = one(settings, 10_000, 1e7, 0.5, owed=8_000, prior_failures=3)
    assert found["high"] == 15_000
    assert one(settings, 10_000, 1e7, 0.5, owed=15_000)[["low", "high", "our_cost"]].tolist() == [
        15_000,
        15_000,
        500,
    ]


def test_rounding_never_lifts_an_offer_and_what_is_owed_beyond_the_most(settings):
    """150 % of 7 are 10.50, of which 3 are owed: 7.50 more is rounded to 7 and not to 8."""
    found = one(settings, 7, 900, 0.5, owed=3, prior_failures=3, handling="rejected")
    assert found["high"] == 10


def test_a_loss_of_half_a_unit_is_not_made_good_with_a_whole_one(settings):
    """One unit for a loss of 0.50 would be 200 % of it; the token says the rest."""
    assert one(settings, 0.5, 1e6, 0.2)[["low", "recommended", "high", "token"]].tolist() == [0, 0, 0, 25]


def test_rounding_down_to_the_most_is_no_cap_by_what_they_are_worth():
    """150 % of 7 less the 3 owed are 7.50: said as 7, because 8 would pass 150 %, however much they are worth."""
    settings = Settings(rejected_recommended=1.5, rejected_high=1.5)
    found = one(settings, 7, 1e6, 0.5, owed=3)
    assert found[["recommended", "high"]].tolist() == [10, 10]
    assert "CAPPED_BY_VALUE" not in found["flags"]


def test_what_is_owed_is_paid_to_the_smallest_unit_of_the_currency():
    """A Bahraini dinar has 1,000 fils: what is owed stays exact, what is beyond it is a round figure."""
    found = one(Settings(currency="BHD"), 100, 1e6, 0.5, owed=1.234)
    assert found[["owed", "low", "recommended", "high"]].tolist() == [1.234, 61.234, 101.234, 121.234]


def test_every_amount_is_a_number_or_nan_never_none(settings):
    found = sizing.size([None, 0, 100], 1e5, 0.2, settings=settings)
    assert set(found.drop(columns=["approver", "flags"]).dtypes.astype(str)) == {"float64"}


def test_an_offer_below_one_is_an_offer(settings):
    assert one(settings, 0, 1e5, 0.2, offer=0.5, owed=1)["ratio"] == 0.5
    found = one(settings, 10, 0, 0, strategic_value=1.2, handling="accepted")
    assert found["flags"].split("; ")[0] == "PARTIAL"
    assert found["recommended"] == 1


def test_an_accepted_failure_with_no_room_at_all_is_no_partial(settings):
    assert one(settings, 30_000, 0, 0, handling="accepted")["flags"] == "EXCEEDS_VALUE; DISPROPORTIONATE"


def test_a_customer_bought_at_a_loss_is_worth_nothing_not_less(settings):
    found = one(settings, 1_000, 50_000, 0.2, margin=-0.1)
    assert found["worth"] == found["our_cost"] == 0


def test_credit_and_goods_cost_us_less_than_their_face_value(settings):
    costs = [one(settings, 1_000, 1e6, 0.2, form=form, margin=0.4)["our_cost"] for form in LISTS["Form"]]
    assert dict(zip(LISTS["Form"], costs, strict=True)) == {
        "cash": 1_050, "discount": 1_050, "credit": 650, "in-kind": 650, "apology": 1_050,
    }  # fmt: skip


def test_an_apology_needs_no_money_unless_money_was_lost(settings):
    hurt = one(settings, 0, 1e5, 0.2, form="apology")
    assert hurt[["recommended", "token", "our_cost"]].tolist() == [0, 25, 25]
    assert one(settings, 2_000, 1e6, 0.2, form="apology")["recommended"] == 2_000


def test_goods_of_pure_margin_are_not_free(settings):
    found = one(settings, 10_000, 1e6, 0.001, form="in-kind", margin=1)
    assert np.isfinite(found["room"])
    assert found["our_cost"] == 10_000 * 0.01 + 500


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
        ("fault", 60, "fault is 60.*such as 0.6 for 60 %"),
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
    assert sizing.approver(costs, settings).tolist() == words
    assert [sizing.approver(cost, settings) for cost in costs] == words
    assert sizing.approver(None, settings) == ""
    with pytest.raises(OutOfRangeError, match=r"^The cost to us is -1"):
        sizing.approver(-1, settings)


def test_every_failure_type_has_a_form_and_a_reason():
    assert tuple(sizing.FORM_OF_FAILURE) == LISTS["Failure type"]
    for kind, (form, why) in sizing.FORM_OF_FAILURE.items():
        assert sizing.form_for(kind.upper()) == form
        assert form in LISTS["Form"]
        assert why.endswith(".")
    assert sizing.form_for("") == sizing.form_for("quality issue") == "cash"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"loss": 30_000, "annual_revenue": 250_000, "odds_gain": 0.194, "fault": 0.6, "paid": 5_000},
            ("Our part of the loss is 13,000 (60 % of 30,000, less 5,000 already paid). Rejected deliveries need 60-120 % "
            "of it: 7,800 to 15,500. Recommended: 13,000, plus a token of 500. Winning them back is worth 29,843 to us "
            "(odds +19.4 points x future margin 153,832). Our cost of 13,500 pays off; a Director may approve it."),
        ),
        (
            {"loss": 30_000, "annual_revenue": 40_000, "odds_gain": 0.194, "owed": 200},
            ("Our part of the loss is 30,000 (all of it). 200 is owed: paid first, whatever they are worth. Rejected "
            "deliveries need 60-120 % of it: 18,000 at the least, but only 4,275 pays off, so 200 and a token of 500, or "
            "approve it as strategic. Winning them back is worth 4,775 to us (odds +19.4 points x future margin 24,613). "
            "Our cost of 500 pays off; a Rep may approve it."),
        ),
        (
            {"loss": 30_000, "annual_revenue": 40_000, "odds_gain": 0.194, "handling": "accepted"},
            ("Our part of the loss is 30,000 (all of it). Accepted deliveries need 25-100 % of it: 7,500 at the least, but "
            "only 4,275 pays off. The first money counts most. Recommended: 4,200, plus a token of 500. Winning them back "
            "is worth 4,775 to us (odds +19.4 points x future margin 24,613). Our cost of 4,700 pays off; a Manager "
            "may approve it."),
        ),
        (
            {"loss": 30_000, "annual_revenue": 250_000, "odds_gain": 0.194, "offer": 15},
            ("Our part of the loss is 30,000 (all of it). Rejected deliveries need 60-120 % of it: 18,000 to 29,000. "
            "Recommended: 29,000 (30,000 would be fair, but only 29,343 pays off), plus a token of 500. The offer of 15 is 0.05 % "
            "of our part. So little against the loss that it is an insult. Winning them back is worth 29,843 to us (odds "
            "+19.4 points x future margin 153,832). Our cost of 29,500 pays off; the CFO may approve it."),
        ),
        (
            {
                "loss": 8_000, "annual_revenue": 120_000, "odds_gain": 0.14, "prior_failures": 2, "form": "in-kind",
                "strategic_value": 1_000,
            },
            ("Our part of the loss is 8,000 (all of it). Rejected deliveries after 2 failures before need 72-144 % of it: "
            "5,800 to 11,500. Recommended: 9,600, plus a token of 400. Winning them back is worth 11,337 to us (odds +14 "
            "points x future margin 73,839, plus strategic value 1,000). Our cost of 7,120 (70 % of 9,600, plus the "
            "token) pays off; a Director may approve it."),
        ),
        (
            {"loss": 4_000, "annual_revenue": 80_000, "odds_gain": 0.1, "fault": 0.5, "paid": 2_500},
            ("None of the loss is left to make good (50 % of 4,000, less 2,500 already paid). A token of 25, and an apology "
            "for what went wrong. Winning them back is worth 4,923 to us (odds +10 points x future margin 49,226). Our cost of "
            "25 pays off; a Rep may approve it."),
        ),
        (
            {"loss": 0, "annual_revenue": 10, "odds_gain": 0.1, "owed": 30},
            ("No money loss is on file beyond what is owed. 30 is owed: paid first, whatever they are worth. No token, and "
            "an apology for what went wrong. Winning them back is worth 0.62 to us (odds +10 points x future margin 6.15). "
            "Nothing more is spent."),
        ),
    ],
)  # fmt: skip
def test_the_explanation_in_full(arguments, text, settings):
    assert sizing.explain(**arguments, settings=settings) == [text]


def test_the_explanation_says_when_what_is_owed_covers_the_loss(settings):
    text = sizing.explain(90, 1e5, 0.1, owed=1_250, settings=settings)[0]
    assert "need 60-120 % of it: the 1,250 owed covers that. Beside it, a token of 25." in text


def test_the_explanation_names_no_token_where_there_is_none(settings):
    text = sizing.explain(27.29, 600, 0.05, handling="accepted", form="credit", settings=settings)[0]
    assert "plus no token" in text
    assert "(70 % of 14) pays off" in text


def test_the_explanation_shows_the_currency_where_an_amount_comes_first():
    text = sizing.explain(1_000, 1e5, 0.2, settings=Settings(currency="EUR"))[0]
    assert "loss is EUR 1,000" in text
    assert "worth EUR 12,307" in text
