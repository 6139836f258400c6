"""Tokens, limits and steps in the money of the ledger."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core import money_scale
from winback_xl.core.campaign import campaign_plan
from winback_xl.core.make_good import gifts, sizing
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.settings import Settings

NOTHING = pd.DataFrame()
AS_OF = pd.Timestamp("2026-11-01")
RATES = {"EUR": 1, "USD": 1, "JPY": 150, "IDR": 16_000, "KWD": 0.3, "VND": 25_000}


def plan(rate: float, currency: str) -> campaign_plan.Plan:
    """Return the plan of one customer who buys for 250,000 dollars a year and lost 30,000 by downtime."""
    days = pd.date_range("2024-11-10", "2026-10-20", freq="30D")
    orders = pd.DataFrame(
        {"customer_id": "C1", "order_date": days, "order_value": np.round(20_833 * rate, 3)}
    )
    other = pd.DataFrame(
        {"customer_id": "C2", "order_date": days[:9], "order_value": np.round(800 * rate, 3)}
    )
    ledger = pd.concat([orders, other], ignore_index=True).assign(currency=currency)
    incident = pd.DataFrame(
        {"customer_id": ["C1"], "date": [pd.Timestamp("2026-10-25")], "failure_type": ["Downtime"], "direct_loss": [30_000.0 * rate]}
    )  # fmt: skip
    return campaign_plan.build(
        read_ledger(ledger, AS_OF), campaign_plan.Wishes(settings=Settings(), incidents=incident)
    )


@pytest.mark.parametrize(("currency", "rate"), RATES.items())
def test_the_same_case_gets_the_same_make_good_in_any_money(currency, rate):
    found = plan(rate, currency)
    row = found.make_goods.iloc[0]
    assert row["recommended"] / rate == pytest.approx(30_000, rel=0.01)
    assert 250 <= row["token"] / rate <= 1_000
    assert row["approver"] in {"Director", "CFO"}
    stated = [line for line in found.models if line.startswith("Amounts in Settings")]
    assert len(stated) == (rate != 1)


def test_rupiah_never_get_a_token_of_500():
    row = plan(16_000, "IDR").make_goods.iloc[0]
    assert row["token"] >= 5_000_000
    bare = sizing.size(480_000_000, 4e9, 0.35, settings=Settings()).iloc[0]  # where nobody says which money
    assert bare["token"] >= 480_000


def test_without_a_currency_the_typical_order_decides():
    orders = pd.DataFrame({"order_value": [16e6, 15e6, 20e6, -5.0, np.nan]})
    fitted, stated = money_scale.fit(Settings(), orders, "")
    assert fitted.money_scale == 20_000
    assert "'Scale of amounts'" in stated
    for typical in (2, 60, 1_000, 45_000):
        same, silent = money_scale.fit(Settings(), pd.DataFrame({"order_value": [typical]}), "")
        assert (same, silent) == (Settings(), "")


def test_a_row_a_line_and_a_row_an_order_have_the_same_scale():
    lines = pd.DataFrame(
        {
            "customer_id": np.repeat([f"C{n}" for n in range(30)], 10),
            "order_date": pd.Timestamp("2026-05-04"),
            "order_value": 12_000.0,
        }
    )
    whole = lines.groupby(["customer_id", "order_date"], as_index=False)["order_value"].sum()
    assert money_scale.sizes(lines) == money_scale.sizes(whole)
    assert money_scale.fit(Settings(), lines, "")[0].money_scale == 100
    assert money_scale.fit(Settings(), lines, "") == money_scale.fit(Settings(), whole, "")


def test_small_orders_are_no_other_money_and_a_call_costs_what_it_costs():
    fitted, said = money_scale.fit(Settings(), pd.DataFrame({"order_value": [12.45] * 50}), "")
    assert (fitted.effort_cost, said) == (Settings().effort_cost, "")


def test_what_the_user_put_in_stays_and_nothing_is_multiplied_twice():
    own = Settings(rep_limit=7e6, manager_limit=6e7, director_limit=6e8)
    fitted, _ = money_scale.fit(own, NOTHING, "IDR")
    assert (fitted.rep_limit, fitted.manager_limit) == (7e6, 6e7)
    assert fitted.token_min == 25 * 20_000
    again, _ = money_scale.fit(fitted, NOTHING, "IDR")
    assert again == fitted


def test_one_setting_says_the_scale_or_keeps_the_amounts():
    assert money_scale.fit(Settings(money_scale=1), NOTHING, "IDR") == (Settings(money_scale=1), "")
    assert money_scale.fit(Settings(money_scale=100), NOTHING, "IDR")[0].effort_cost == 4_000


@pytest.mark.parametrize("currency", sorted(RATES))
def test_things_to_give_keep_a_name_and_a_price(currency):
    fitted, _ = money_scale.fit(Settings(), NOTHING, currency)
    names = [gift.name for gift in gifts.parse(fitted.token_items)]
    assert names == [gift.name for gift in gifts.parse(Settings().token_items)]
