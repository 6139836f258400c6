"""The day that "today" means in every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from winback_xl.settings import Settings


def default_as_of(orders: pd.DataFrame) -> pd.Timestamp:
    """Return the day after the last order: what "today" means unless the user says otherwise.

    Raises
    ------
    NotEnoughError
        No row has a date.
    """
    last = orders["order_date"].max() if len(orders) else pd.NaT
    if pd.isna(last):
        raise NotEnoughError("There is no order with a date.", "Check the orders file.", code="no-orders")
    return pd.Timestamp(last).normalize() + pd.Timedelta(days=1)


def stays_on_its_day(as_of: pd.Timestamp, *, given: bool, today: pd.Timestamp, settings: Settings) -> bool:
    """Return whether a new workbook shows its own day instead of today's.

    It does where the user chose the day, and where the orders end so long ago that everything would be late.
    """
    old = today - as_of > pd.Timedelta(days=settings.fresh_days)
    return as_of != today and (given or old)
