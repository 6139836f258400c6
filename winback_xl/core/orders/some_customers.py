"""The rows of some customers of a ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.orders.order_columns import Products


def of(ledger: Ledger, customers: pd.Series) -> Ledger:
    """Return the ledger of some customers, as if it had been read from their rows alone.

    Parameters
    ----------
    ledger : Ledger
        Of all customers. Whether any order has a value stays what it says.
    customers : Series of str
        IDs; those that it does not know are overlooked.

    Returns
    -------
    Ledger
        Its ``table`` holds the rows up to the last day that counts.
    """
    wanted = ledger.ids.isin(customers)
    rows = np.flatnonzero(wanted[ledger.customer])
    number = np.cumsum(wanted) - 1
    place = ledger.row[rows]
    arrays = ("day", "document", "value", "margin", "order", "credit", "shipped", "promised", "days_late")
    return replace(
        ledger,
        ids=ledger.ids[wanted],
        customer=number[ledger.customer[rows]],
        **{name: getattr(ledger, name)[rows] for name in arrays},
        row=np.arange(len(rows)),
        reps=None if ledger.reps is None else ledger.reps.iloc[rows].reset_index(drop=True),
        table=ledger.table.iloc[place].reset_index(drop=True),
        products=_of_rows(ledger.products, place),
    )


def _of_rows(products: Products, place: np.ndarray) -> Products:
    def some() -> tuple[np.ndarray, list[str]] | None:
        found = products()
        return None if found is None else (found[0][place], list(found[1]))

    return some
