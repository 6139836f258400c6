"""The orders that the starter shows until people paste their own, and what the plugin says of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from winback_xl import samples
from winback_xl.core.orders import ledger
from winback_xl.core.segments import segment_table
from winback_xl.serial_days import serial
from winback_xl.settings import Settings
from winback_xl.templates.starter.names import Room

_CUSTOMERS, _MOST = 24, 400
_HEADINGS = MappingProxyType(
    {
        "share_of_wallet": "Share of wallet", "referrals": "Referrals", "nps": "NPS", "knows_why": "Knows why they buy",
        "quotes_every_time": "Quotes every time", "promotion_share": "Promo share",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """Orders and what is known of customers, as people would paste them, and the plugin's answer.

    Parameters
    ----------
    orders : DataFrame
        ``customer`` (name), ``date`` (serial day), ``value`` (money).
    known : DataFrame
        ``customer`` and the columns of ``columns.CUSTOMERS`` that say more than orders do.
    history : DataFrame, index customer
        All columns of `winback_xl.core.segments.segment_table`.
    as_of : float
        The day after the last order, as a serial day.
    limits : tuple of float
        Median and limit of the gaps of all customers, in days.
    room : Room
        Rows of the sheets.
    """

    orders: pd.DataFrame
    known: pd.DataFrame
    history: pd.DataFrame
    as_of: float
    limits: tuple[float, float]
    room: Room = field(default_factory=Room)


def example() -> Example:
    """Return the sample: some customers of the made-up distributor, one order or credit note a row."""
    made = samples.make(customers=60, years=2)
    listed = made.customers.drop_duplicates("Customer No").set_index("Customer No")
    companies = listed["Company"].head(_CUSTOMERS)
    bought = made.orders[made.orders["Customer No"].isin(companies.index)].drop_duplicates()
    documents = bought.groupby("Document No", sort=True).agg(
        customer=("Customer No", "first"), date=("Order Date", "first"), value=("Net amount", "sum")
    )
    documents = documents.sort_values(["date", "customer", "value"]).tail(_MOST).reset_index(drop=True)
    documents["customer"] = documents["customer"].map(companies)
    documents["value"] = documents["value"].round(2)
    known = pd.DataFrame(
        {
            "customer": companies,
            **{name: listed[heading].reindex(companies.index) for name, heading in _HEADINGS.items()},
        }
    )
    known = known[known[list(_HEADINGS)].notna().any(axis=1)].reset_index(drop=True)
    return answered(documents, known)


def answered(orders: pd.DataFrame, known: pd.DataFrame, room: Room | None = None) -> Example:
    """Return orders with what the plugin says of them at the settings as delivered.

    Parameters
    ----------
    orders : DataFrame
        ``customer``, ``date`` and ``value`` (money, negative for credits).
    known : DataFrame
        ``customer`` and columns of ``columns.CUSTOMERS``.
    room : Room, optional
        Rows of the sheets; by default those of the template.
    """
    as_of = orders["date"].max().normalize() + pd.Timedelta(days=1)
    frame = orders.rename(columns={"customer": "customer_id", "date": "order_date", "value": "order_value"})
    read = ledger.read(frame, as_of)
    found = segment_table.build(
        read, settings=Settings(), customers=known.rename(columns={"customer": "customer_id"})
    )
    gaps = found.history.attrs
    days = orders.assign(date=[serial(day.date()) for day in orders["date"]])
    return Example(
        days, known, found.history.set_index("customer_id"), serial(as_of.date()),
        (gaps["population_cadence"], gaps["population_limit"]), room or Room(),
    )  # fmt: skip
