"""Decisions: which rule comes first, in what words; and when a cause is a system."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.campaign import decision
from winback_xl.core.incidents import root_cause
from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-06-30")
UNKNOWN = float("nan")


@pytest.mark.parametrize(
    ("arguments", "expected", "words"),
    [
        ({}, "Pursue", "worth the effort. Decide 'Want back?' before any offer."),
        ({"want_back": "Yes"}, "Pursue", "Expected value 4,000, odds 39.4%: worth the effort."),
        ({"want_back": "No"}, "Let go", "do not want this customer back: pay what we owe, apologise"),
        ({"want_back": "No", "expected_value": -5}, "Let go", "do not want"),
        ({"want_back": "Later"}, "Rest", "later: no contact"),
        ({"expected_value": 0}, "Let go", "costs more than it returns"),
        ({"expected_value": -40}, "Let go", "Expected value -40"),
        ({"expected_value": -40, "want_back": "Yes"}, "Let go", "You answered Yes"),
        ({"expected_value": -40, "want_back": "Later"}, "Let go", "costs more than it returns"),
        ({"expected_value": -40, "personal_conflict": True}, "Let go", "Close on good terms"),
        ({"personal_conflict": True}, "Reassign", "another rep is worth it"),
        ({"personal_conflict": "Yes", "odds": 0.01}, "Reassign", "Odds 1%"),
        ({"odds": 0.079}, "Rest", "below 8%"),
        ({"odds": 0.08}, "Pursue", "odds 8%"),
        ({"rests": 1}, "Pursue", "worth the effort"),
        ({"rests": 2}, "Let go", "Paused 2 times already"),
        ({"rests": 2, "want_back": "Later"}, "Let go", "Paused 2 times"),
        ({"rests": 2, "personal_conflict": True}, "Let go", "Paused 2 times"),
        ({"expected_value": UNKNOWN}, "Pursue", "Expected value unknown, odds 39.4%"),
        ({"expected_value": UNKNOWN, "odds": 0.01}, "Rest", "Odds 1% are below"),
        ({"odds": UNKNOWN}, "Pursue", "odds unknown"),
    ],
)
def test_the_first_rule_that_holds_decides_and_says_why(arguments, expected, words, settings):
    given_arguments = {"expected_value": 4_000, "odds": 0.394} | arguments
    found, why = decision.decide(**given_arguments, settings=settings)
    assert found == expected
    assert words in why
    assert "{" not in why


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"net": 881.0, "fix_share": 1000.0}, "The offer alone would return 881 more than it costs, but their share of fixing the cause is 1,000, and the effort costs 40."),
        ({"net": 12.0}, "The offer alone would return 12 more than it costs, but the effort costs 40."),
        ({"net": -320.0, "fair": 1961.0, "ceiling": 1688.0}, "A fair make-good of 1,961 costs more than the 1,688 that winning them back can carry."),
        ({"net": -19.0, "ceiling": 18.0}, "A make-good costs 19 more than it brings, and the effort costs 40."),
    ],
)  # fmt: skip
def test_the_reason_names_what_really_costs_more_than_it_returns(arguments, words, settings):
    given_arguments = {"fair": 13.0, "ceiling": 1_031.0, "strategic_needed": 425.0} | arguments
    found, why = decision.decide(-158.0, 0.3, **given_arguments, settings=settings)
    assert (found, why.startswith(words)) == ("Let go", True), why
    assert "enter a strategic value of 425 or more" in why


rows = st.tuples(
    st.one_of(st.floats(min_value=-1e6, max_value=1e6), st.just(UNKNOWN)),
    st.one_of(st.floats(min_value=0, max_value=1), st.just(UNKNOWN)),
    st.sampled_from(["", *LISTS["Want back"]]),
    st.integers(min_value=0, max_value=4),
    st.booleans(),
)


@given(st.lists(rows, min_size=1, max_size=6))
def test_columns_give_what_single_values_give(many):
    settings = Settings()
    found, why = decision.decide(*map(list, zip(*many, strict=True)), settings=settings)
    assert list(zip(found, why, strict=True)) == [decision.decide(*row, settings=settings) for row in many]


@given(rows)
def test_nobody_is_pursued_or_reassigned_at_a_loss(row):
    found, _ = decision.decide(*row, settings=Settings())
    assert found in LISTS["Decision"]
    if row[0] <= 0:
        assert found == "Let go"


def test_thresholds_are_settings():
    patient = Settings(min_odds=0.5, max_rests=5)
    assert decision.decide(100, 0.4, "Yes", settings=patient)[0] == "Rest"
    assert decision.decide(100, 0.6, "Yes", 4, settings=patient)[0] == "Pursue"


def test_no_rows_are_no_error(settings):
    found, why = decision.decide([], [], settings=settings)
    assert len(found) == len(why) == 0


def test_what_cannot_be_is_refused(settings):
    with pytest.raises(OutOfRangeError, match="odds is 60"):
        decision.decide(1, 60, settings=settings)
    with pytest.raises(OutOfRangeError, match="rests is -1"):
        decision.decide(1, 0.5, "", -1, settings=settings)
    with pytest.raises(UsageError, match=r"'Latr' is not known. Did you mean 'Later'"):
        decision.decide(1, 0.5, "Latr", settings=settings)


def incidents(*reported, **more):
    """Build incidents from (customer, days before as-of, cause)."""
    customers, days, causes = zip(*reported, strict=True)
    dates = AS_OF - pd.to_timedelta(list(days), unit="D")
    return pd.DataFrame({"customer_id": customers, "date": dates, "cause": causes} | more)


def proposed(frame, known, settings):
    table = root_cause.systemic(frame, known, AS_OF, settings)
    return dict(zip(table["cause"], table["proposed"], strict=True))


def test_three_customers_with_one_cause_make_it_systemic_and_two_of_many_do_not(settings):
    frame = incidents(
        ("a", 1, "Old forklift"), ("b", 2, "Old forklift"), ("c", 3, " old  forklift"), ("a", 4, "Wrong address"),
        ("b", 5, "Wrong address"),
    )  # fmt: skip
    table = root_cause.systemic(frame, 100, AS_OF, settings)
    assert table[["cause", "customers", "proposed"]].to_numpy().tolist() == [
        ["Old forklift", 3, "systemic open"],
        ["Wrong address", 2, "specific"],
    ]
    assert table["share"].tolist() == [0.03, 0.02]
    assert table["why"].tolist() == [
        (
            "3 of 100 customers with a reason (3%) in 12 months: 3 customers or 10% make it systemic. Fix the cause for everybody, or it will return."
        ),
        (
            "2 of 100 customers with a reason (2%) in 12 months: fewer than 3 customers or 10% (and never one alone) are "
            "an accident."
        ),
    ]


def test_a_tenth_of_the_customers_with_a_reason_makes_it_systemic_but_never_one_alone(settings):
    two = incidents(("a", 1, "Price list"), ("b", 1, "Price list"))
    assert proposed(two, 20, settings) == {"Price list": "systemic open"}
    assert proposed(two, 21, settings) == {"Price list": "specific"}
    assert proposed(incidents(("a", 1, "Price list")), 1, settings) == {"Price list": "specific"}


def test_one_customer_with_many_incidents_is_one_customer(settings):
    assert proposed(incidents(*[("a", day, "Forklift") for day in range(5)]), 30, settings) == {
        "Forklift": "specific"
    }


def test_only_twelve_months_count_and_nothing_after_the_as_of_date(settings):
    frame = incidents(("a", 0, "X"), ("b", 364, "X"), ("c", 365, "X"), ("d", -1, "X"), ("e", 5, "Y"))
    frame.loc[4, "date"] = pd.NaT
    table = root_cause.systemic(frame, 100, AS_OF, settings)
    assert table[["cause", "customers"]].to_numpy().tolist() == [["X", 2]]


def test_a_blank_cause_falls_back_to_the_failure_type_but_other_says_nothing(settings):
    frame = incidents(
        ("a", 1, ""), ("b", 1, None), ("c", 1, "Late delivery"), ("d", 1, " "),
        failure_type=["Late delivery", "Late delivery", "Downtime", "Other"],
    )  # fmt: skip
    assert proposed(frame, 100, settings) == {"Late delivery": "systemic open"}


def test_incidents_without_a_cause_column_use_the_failure_type(settings):
    frame = incidents(("a", 1, ""), ("b", 1, ""), ("c", 1, "")).drop(columns="cause")
    assert proposed(frame, 100, settings) == {}
    assert proposed(frame.assign(failure_type="Support"), 100, settings) == {"Support": "systemic open"}


@pytest.mark.parametrize("kind", root_cause.BY_NATURE_SPECIFIC)
def test_what_lies_between_people_or_at_their_end_stays_specific(kind, settings):
    frame = incidents(*[(name, 1, kind) for name in "abcdef"])
    table = root_cause.systemic(frame, 6, AS_OF, settings)
    assert table["proposed"].tolist() == ["specific"]
    assert "specific by nature" in table.loc[0, "why"]


def test_the_count_of_customers_with_a_reason_is_at_least_those_in_the_incidents(settings):
    frame = incidents(("a", 1, "X"), ("b", 1, "X"))
    assert root_cause.systemic(frame, 0, AS_OF, settings)["share"].tolist() == [1.0]
    with pytest.raises(OutOfRangeError, match="-1"):
        root_cause.systemic(frame, -1, AS_OF, settings)


def test_no_incidents_give_an_empty_table_with_its_columns(settings):
    empty = pd.DataFrame(
        {
            "customer_id": np.array([], dtype=object),
            "date": pd.to_datetime([]),
            "cause": np.array([], dtype=object),
        }
    )
    table = root_cause.systemic(empty, 0, AS_OF, settings)
    assert table.columns.tolist() == ["cause", "customers", "share", "proposed", "why"]
    assert len(table) == 0
