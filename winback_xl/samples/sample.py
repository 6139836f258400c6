"""Put the made-up distributor together."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import OutOfRangeError
from winback_xl.samples.accounts import accounts
from winback_xl.samples.aftermath import credits_of, incident_table, ship_late
from winback_xl.samples.order_export import export
from winback_xl.samples.relations import with_relations
from winback_xl.samples.side_lists import customer_table, rep_table
from winback_xl.samples.trade import ledger_of
from winback_xl.samples.trouble import cases

if TYPE_CHECKING:
    from collections.abc import Mapping

_CUSTOMERS, _YEARS = (60, 20_000), (2, 10)


@dataclass(frozen=True, slots=True)
class Sample:
    """Four made-up tables with the headings of a real export, which differ a little from the product's.

    Parameters
    ----------
    orders, customers, incidents, reps : DataFrame
        The tables. Ids are text, dates are datetime64 at midnight.
    as_of : Timestamp
        The day of the export.
    seed : int
        What it was made from.
    planted : mapping of str to tuple of str
        Document numbers of the rows that are dirty on purpose, by kind of dirt.
    """

    orders: pd.DataFrame
    customers: pd.DataFrame
    incidents: pd.DataFrame
    reps: pd.DataFrame
    as_of: pd.Timestamp
    seed: int
    planted: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def make(seed: int = 7, customers: int = 240, as_of: str = "2026-10-31", years: int = 3) -> Sample:
    """Make up a distributor of industrial supplies.

    Parameters
    ----------
    seed : int
        The same seed gives the same tables.
    customers : int
        Number of accounts, 60 to 20,000.
    as_of : str
        Day of the export as an ISO date; nothing is later.
    years : int
        Years of orders, 2 to 10.

    Returns
    -------
    Sample
        Orders, customers, incidents and reps.

    Raises
    ------
    OutOfRangeError
        The number of customers or years is out of bounds.

    Examples
    --------
    >>> sample = make(customers=60, years=2)
    >>> sample.orders["Order Date"].max() <= sample.as_of
    True
    """
    for what, value, (low, high) in (("customers", customers, _CUSTOMERS), ("years", years, _YEARS)):
        if not low <= value <= high:
            raise OutOfRangeError(
                f"A sample of {value} {what} cannot be made.", f"Give {low} to {high:,}.", code="sample-size"
            )
    # One stream of chance for each part: a change in one leaves the others as they were.
    who, bought, wrong, dirt, known, related = (np.random.default_rng([seed, part]) for part in range(6))
    today = np.datetime64(as_of, "D")
    made = accounts(customers, 365 * years, who)
    orders = ledger_of(made, today, bought)
    found = cases(made, orders, today)
    orders = ship_late(orders, found)
    complaints = {int(orders["account"].iloc[case.order]): case.trouble.kind for case in found}
    credited = credits_of(made, orders, found, today, wrong)
    ledger, planted = export(made, orders, credited, dirt)
    return Sample(
        orders=ledger,
        customers=with_relations(customer_table(made, complaints, known), made, today, related),
        incidents=incident_table([account.number for account in made], orders, found, credited, today),
        reps=rep_table(),
        as_of=pd.Timestamp(today),
        seed=seed,
        planted=MappingProxyType(planted),
    )
