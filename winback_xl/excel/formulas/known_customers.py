"""Customers as the formulas know them: one from their order dates, or all of a range of orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import number
from winback_xl.core.orders import customer_history, ledger
from winback_xl.core.segments import attitude, lapse, loyalty
from winback_xl.errors import NotEnoughError
from winback_xl.excel.formulas.refusals import some_order
from winback_xl.excel.formulas.settings_range import used
from winback_xl.inputs.input_bounds import BOUNDS, LARGEST
from winback_xl.schema.columns import CUSTOMERS

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.orders.on_demand import OnDemand
    from winback_xl.core.orders.order_days import Summary
    from winback_xl.settings import Settings


def history_of(order_dates: Any, as_of: pd.Timestamp, settings: Settings) -> Summary:
    """Summarise one customer, who must have ordered."""
    known = customer_history.summary_of_one(order_dates, as_of, settings)
    if known["order_days"][0] == 0:
        raise NotEnoughError(
            f"There is no order date on or before {as_of:%Y-%m-%d}.", "Check the dates and the as-of date.", "no-orders"
        )  # fmt: skip
    return known


def rating_of(order_dates: Any, as_of: pd.Timestamp, failures_survived: float, **on_file: Any) -> OnDemand:
    """Rate the loyalty of one customer."""
    for name, given in on_file.items():
        if (CUSTOMERS.name, name) in BOUNDS:
            low, high = BOUNDS[CUSTOMERS.name, name]
            number(name.replace("_", " "), given, low=low, high=np.inf if high == LARGEST else high)
    survived = number("number of failures survived", failures_survived, low=0, blank=0.0)
    evidence = attitude.Evidence.of_one(survived=float(survived), **on_file)
    known = history_of(order_dates, as_of, used())
    silent = lapse.ratings(known, used())
    return loyalty.ratings(known, evidence, used(), summary=known, status=lambda: silent["status"])


def histories(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Summarise the customers of a ledger; at least one must have ordered."""
    known = customer_history.summarise(ledger.read(orders, as_of), settings=used())
    some_order((known["order_days"] > 0).any(), as_of)
    return known
