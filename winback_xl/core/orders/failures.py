"""Material failures of each customer: credits and incidents worth enough, and whether the customer came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders import order_columns
from winback_xl.core.orders.day_numbers import NEVER, YEAR, dates, days
from winback_xl.core.tally import distinct_pairs, tally

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings


COLUMNS = (
    "credits", "last_credit", "failures", "failures_12m", "failures_survived", "incidents_survived", "first_failure",
)  # fmt: skip
"""Columns of `customer_history.summarise` that are about credits and failures."""


def count(
    ledger: Ledger, average: Floats, settings: Settings, incidents: pd.DataFrame | None
) -> dict[str, object]:
    """Count the days with a material failure, and those that the customer came back after.

    Parameters
    ----------
    ledger : Ledger
        Its credit notes are failures.
    average : ndarray of float, shape (n_customers,)
        Average order of each customer, money; NaN where unknown.
    settings : Settings
        What makes a failure material, and when it was survived.
    incidents : DataFrame, optional
        As for `customer_history.summarise`.

    Returns
    -------
    dict of str to ndarray, shape (n_customers,)
        The columns of `customer_history.summarise` that are about credits and failures.
    """
    n, kept = len(ledger.ids), ledger.kept_days  # an order of which nothing remains shows nobody coming back
    floor = settings.material_failure_share * average
    incident = _material(incidents, ledger.ids, ledger.as_of, floor)
    customer, day, value = ledger.credit_notes()
    with np.errstate(invalid="ignore"):
        bad = -value >= floor[customer]  # False where the value or their own average is not known
    credited = customer[bad], day[bad]
    reported, on_day = distinct_pairs(*incident)
    failed, on = distinct_pairs(*(np.concatenate(part) for part in zip(credited, incident, strict=True)))
    came_back = kept.later(reported, on_day) >= settings.survival_order_days
    survived = kept.later(failed, on) >= settings.survival_order_days
    first, last_credit = np.full(n, np.iinfo(np.int64).max), np.full(n, NEVER)
    np.minimum.at(first, failed, on)
    np.maximum.at(last_credit, customer, day)
    number = tally(failed, n)
    return {
        "credits": tally(customer, n),
        "last_credit": dates(last_credit),
        "failures": number,
        "failures_12m": tally(failed[on > ledger.as_of - YEAR], n),
        "failures_survived": tally(failed[survived], n),
        "incidents_survived": tally(reported[came_back], n),
        "first_failure": dates(np.where(number > 0, first, NEVER)),
    }


def _material(
    incidents: pd.DataFrame | None, ids: pd.Index[str], as_of: int, floor: Floats
) -> tuple[Ints, Ints]:
    """Return customer and day of the incidents that are worth enough, or whose loss nobody knows.

    Where their own average order is not known, any loss above nothing is enough.
    """
    if incidents is None or not len(incidents):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    customer = ids.get_indexer(pd.Index(incidents["customer_id"])).astype(np.int64)
    day = days(incidents["date"])
    known = (customer >= 0) & (day != NEVER) & (day <= as_of)
    customer, day, loss = customer[known], day[known], order_columns.numbers(incidents, "loss")[known]
    enough = np.where(np.isnan(floor), np.nextafter(0, 1), floor)[customer]
    with np.errstate(invalid="ignore"):
        material: Bools = np.isnan(loss) | (loss >= enough)
    return customer[material], day[material]
