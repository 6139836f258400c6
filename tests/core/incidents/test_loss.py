"""The customer's loss: the golden cases, what a blank means, and sentences that hold every number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.incidents import loss
from winback_xl.errors import OutOfRangeError, UsageError
from winback_xl.settings import Settings

PARTS = ("direct", "hours", "cost_per_hour", "order_value", "days_late", "rework", "penalties")
part = st.floats(min_value=0, max_value=1e5)


def test_hours_down_cost_what_an_hour_costs(settings):
    assert float(loss.amount(hours=12, cost_per_hour=2_500, settings=settings)) == 30_000


@pytest.mark.parametrize(
    ("value", "days", "expected"),
    [(9_921.30, 16, 793.70), (224, 23, 22.40), (1_000, 40, 100), (1_000, 20, 100), (1_000, -3, 0)],
)
def test_late_days_cost_a_capped_share_of_the_order(value, days, expected, settings):
    assert float(loss.amount(order_value=value, days_late=days, settings=settings)) == expected


def test_all_parts_add_up(settings):
    """500 + 2 h x 100 + 1,000 x 0.5% x 4 days + 30 + 7."""
    assert float(loss.amount(500, 2, 100, 1_000, 4, 30, 7, settings=settings)) == 757


def test_unknown_parts_count_as_nothing(settings):
    assert loss.amount([500, None], hours=[None, 2], cost_per_hour=100, settings=settings).tolist() == [
        500,
        200,
    ]


@pytest.mark.parametrize("name", [name for name in PARTS if name != "days_late"])
def test_negative_parts_are_refused_by_name(name, settings):
    label = {"direct": "direct loss", "hours": "hours down"}.get(name, name.replace("_", " "))
    with pytest.raises(OutOfRangeError, match=f"The {label} is -1"):
        loss.amount(**{name: -1}, settings=settings)


@given(st.lists(st.tuples(*[part] * len(PARTS)), min_size=1, max_size=5))
def test_columns_give_what_single_values_give(rows):
    settings = Settings()
    together = loss.amount(*map(list, zip(*rows, strict=True)), settings=settings)
    assert together.tolist() == [float(loss.amount(*row, settings=settings)) for row in rows]


@given(st.tuples(*[part] * len(PARTS)), st.sampled_from(range(len(PARTS))), part)
def test_more_of_any_part_never_lowers_the_loss(row, at, more):
    settings = Settings()
    raised = [value + more if place == at else value for place, value in enumerate(row)]
    assert loss.amount(*raised, settings=settings) >= loss.amount(*row, settings=settings)


def basis(settings, **row):
    return loss.estimate(pd.DataFrame([row]), settings).loc[0, "loss_basis"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"hours_down": 12, "cost_per_hour": 2500}, "12 h down x 2,500 an hour = 30,000."),
        (
            {"order_value": 9921.30, "days_late": 16},
            "Order value 9,921.30 x 8% (16 days late, assumed 0.5% a day) = 793.70.",
        ),
        (
            {"order_value": 1000, "days_late": 40},
            "Order value 1,000 x 10% (40 days late, assumed 0.5% a day, at most 10%) = 100.",
        ),
        (
            {"order_value": 1770.23, "days_late": 1},
            "Order value 1,770.23 x 0.5% (1 day late, assumed 0.5% a day) = 8.85.",
        ),
        ({"rework": 500}, "Rework 500."),
        (
            {"direct_loss": 5000, "hours_down": 1.5, "cost_per_hour": 200, "rework": 50, "penalties": 7},
            "Direct loss 5,000 + 1.5 h down x 200 an hour + rework 50 + penalties 7 = 5,357.",
        ),
        ({"direct_loss": 0}, "The loss is stated as 0."),
        ({"what_happened": "rude on the phone"}, loss.NOTHING_STATED),
        (
            {"direct_loss": 80, "hours_down": 12},
            "Direct loss 80. 12 h down are not counted: what an hour costs is not stated.",
        ),
        (
            {"hours_down": 2, "days_late": 5, "order_value": None},
            (
                f"{loss.NOTHING_STATED} 2 h down are not counted: what an hour costs is not stated. "
                "5 days late are not counted: the order value is not stated."
            ),
        ),
    ],
)
def test_the_basis_names_every_number_and_what_could_not_be_counted(row, expected, settings):
    assert basis(settings, **row) == expected


def test_the_basis_shows_the_currency():
    assert basis(Settings(currency="EUR"), rework=500.5) == "Rework EUR 500.50."


def test_an_estimate_keeps_the_rows_and_cleans_the_inputs_of_the_make_good(settings):
    incidents = pd.DataFrame(
        {
            "incident_id": ["a", "b"],
            "direct_loss": [100.0, np.nan],
            "fault": [0.6, np.nan],
            "already_paid": [np.nan, 5],
            "owed": [np.nan, 7],
            "handling": [None, "Accepted"],
        },
        index=[7, 3],
    )
    before = incidents.copy()
    found = loss.estimate(incidents, settings)
    pd.testing.assert_frame_equal(incidents, before)
    assert found.index.tolist() == [7, 3]
    assert found["incident_id"].tolist() == ["a", "b"]
    assert found["loss"].tolist() == [100, 0]
    assert found["fault"].tolist() == [0.6, 1]
    assert found["already_paid"].tolist() == [0, 5]
    assert found["owed"].tolist() == [0, 7]
    assert found["handling"].tolist() == ["rejected", "accepted"]


def test_incidents_without_any_optional_column_and_without_rows_are_fine(settings):
    assert loss.estimate(pd.DataFrame({"customer_id": ["a"]}), settings)["loss"].tolist() == [0]
    empty = loss.estimate(pd.DataFrame({"customer_id": [], "direct_loss": []}), settings)
    assert len(empty) == 0
    assert {"loss", "loss_basis", "fault", "already_paid", "owed", "handling"} <= set(empty.columns)


@pytest.mark.parametrize(
    ("column", "bad", "said"),
    [
        ("fault", 60, "fault in row 2 is 60"),
        ("already_paid", -1, "amount already paid in row 2"),
        ("owed", -1, "amount owed in row 2"),
        ("direct_loss", -1, "direct loss in row 2"),
    ],
)
def test_numbers_outside_their_bounds_are_refused_with_the_row(column, bad, said, settings):
    with pytest.raises(OutOfRangeError, match=said):
        loss.estimate(pd.DataFrame({column: [0, bad]}), settings)


def test_an_unknown_handling_is_refused_with_the_nearest_word(settings):
    with pytest.raises(UsageError, match="Did you mean 'accepted'"):
        loss.estimate(pd.DataFrame({"handling": ["acepted"]}), settings)
