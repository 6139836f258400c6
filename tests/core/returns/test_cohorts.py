"""The cohort triangle against a plain count with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests import desk
from winback_xl.core.returns import cohorts


def test_every_cell_is_the_share_of_newcomers_that_ordered_in_that_quarter() -> None:
    ledger = desk.tables().ledger
    found = cohorts.build(ledger.order_days, ledger.as_of)
    rows = pd.DataFrame(
        {"customer": ledger.customer[ledger.order], "day": pd.to_datetime(ledger.day[ledger.order], unit="D")}
    )
    rows["quarter"] = rows["day"].dt.to_period("Q")
    came = rows.groupby("customer")["quarter"].min()
    now = pd.Period(ledger.today, "Q")
    over = now if ledger.today == now.end_time.normalize() else now - 1
    assert len(found) > 6
    assert found["quarter"].iloc[0] != str(rows["quarter"].min()).replace("Q", " Q"), (
        "the first holds everybody before it"
    )
    for one in found.to_dict("records"):
        start = pd.Period(one["quarter"].replace(" ", ""), "Q")
        names = came.index[came == start]
        assert one["new"] == len(names)
        for k in range(1, cohorts.QUARTERS + 1):
            there = rows[(rows["quarter"] == start + k) & rows["customer"].isin(names)]["customer"].nunique()
            if start + k > over:
                assert np.isnan(one[f"q{k}"])
            else:
                assert one[f"q{k}"] == there / len(names)


def test_without_an_order_or_in_the_first_quarter_there_is_no_cohort() -> None:
    ledger = desk.tables().ledger
    days = ledger.order_days
    assert len(cohorts.build(days.until(int(days.day.min()) + 30), int(days.day.min()) + 40)) == 0
    assert len(cohorts.build(days.until(int(days.day.min()) - 1), ledger.as_of)) == 0
