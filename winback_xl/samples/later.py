"""Let time pass: what the same customers order after the export, and who of the lost comes back by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.errors import OutOfRangeError
from winback_xl.samples.order_export import HEADINGS
from winback_xl.samples.trade import ship, to_weekday

if TYPE_CHECKING:
    from winback_xl.samples.sample import Sample
    from winback_xl.samples.trade import Days, Numbers

_FARTHEST = 366
_RETURN = 0.22  # of those silent for more than three of their own gaps
_LEAD = 9


def weeks_later(sample: Sample, days: int) -> Sample:
    """Return the sample as it is exported some days later: the old orders and the new ones.

    Who bought goes on in the old rhythm and size; of those silent for more than three of their own gaps about
    one in five returns. Orders that were open have shipped meanwhile. A longer wait holds the orders of every
    shorter one.

    Parameters
    ----------
    sample : Sample
        As from `make`.
    days : int
        Days to let pass, 1 to 366.

    Returns
    -------
    Sample
        With more orders and a later ``as_of``; customers, incidents and reps are the same.

    Raises
    ------
    OutOfRangeError
        The number of days is out of bounds.

    Examples
    --------
    >>> from winback_xl.samples import make
    >>> sample = make(customers=60, years=2)
    >>> later = weeks_later(sample, 28)
    >>> len(later.orders) > len(sample.orders), later.as_of.date().isoformat()
    (True, '2026-11-28')
    """
    if not 1 <= days <= _FARTHEST:
        raise OutOfRangeError(
            f"A sample {days} days later cannot be made.", f"Give 1 to {_FARTHEST} days.", code="sample-size"
        )
    rng = np.random.default_rng([sample.seed, 99])
    then = np.datetime64(sample.as_of, "D") + days
    new = _new_orders(sample, rng)
    orders = pd.concat([_delivered(sample.orders), new[new["Order Date"] <= then]], ignore_index=True)
    orders["Ship date"] = orders["Ship date"].where(orders["Ship date"] <= then)
    return replace(sample, orders=orders, as_of=pd.Timestamp(then))


def _delivered(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the old orders with those that were open shipped on the promised day."""
    return orders.assign(**{"Ship date": orders["Ship date"].fillna(orders["Required date"])})


def _new_orders(sample: Sample, rng: np.random.Generator) -> pd.DataFrame:
    """Return all orders of the farthest horizon, so that a shorter wait is the beginning of a longer one."""
    today = np.datetime64(sample.as_of, "D")
    sold = sample.orders[(sample.orders["Document type"] == "Order") & sample.orders["Customer No"].notna()]
    parts = []
    for number, own in sold.groupby("Customer No"):
        whole = own.groupby("Document No").agg({"Order Date": "first", "Net amount": "sum"})
        ages = _days_ahead(whole["Order Date"].to_numpy().astype("datetime64[D]"), today, rng)
        typical = float(whole["Net amount"].median())
        parts.append(
            pd.DataFrame(
                {
                    "Customer No": number,
                    "Order Date": to_weekday(today + np.ceil(ages).astype("timedelta64[D]")),
                    "Net amount": np.round(typical * np.exp(rng.normal(0, 0.3, len(ages))), 2),
                    "Sales rep": own["Sales rep"].iloc[-1],
                }
            )
        )
    new = pd.concat(parts).drop_duplicates(["Customer No", "Order Date"])
    new = new[new["Order Date"] > today].sort_values(["Order Date", "Customer No"], ignore_index=True)
    return _as_exported(new, sample, today + _FARTHEST, rng)


def _days_ahead(days: Days, today: np.datetime64, rng: np.random.Generator) -> Numbers:
    """Return in how many days from today the customer orders again, up to the farthest horizon."""
    days = np.unique(days)
    own = np.diff(days).astype(np.int64)
    gap = float(np.median(own)) if len(own) > 1 else 180.0
    silent = int((today - days[-1]).astype(np.int64))
    gaps = rng.gamma(4.0, gap / 4.0, int(3 * _FARTHEST / gap) + 10)
    returns, wait = rng.random() < _RETURN, rng.uniform(3, 150)
    if silent > max(30.0, 3 * gap):
        first = wait if returns else np.inf
    else:
        first = max(gaps[0] - silent, rng.uniform(0, gap))
    ahead = first + np.concatenate([[0.0], np.cumsum(gaps[1:])])
    return ahead[ahead <= _FARTHEST]


def _as_exported(
    new: pd.DataFrame, sample: Sample, horizon: np.datetime64, rng: np.random.Generator
) -> pd.DataFrame:
    day = new["Order Date"].to_numpy().astype("datetime64[D]")
    required = to_weekday(day + _LEAD)
    last = max(int(number[3:]) for number in sample.orders["Document No"] if number.startswith("SO-"))
    full = new.assign(
        **{
            "Document No": [f"SO-{last + 1 + place}" for place in range(len(new))],
            "Document type": "Order",
            "Line": 10,
            "Currency": sample.orders["Currency"].iloc[0],
            "Required date": required.astype("datetime64[s]"),
            "Ship date": ship(day, required, np.zeros(len(day), dtype=bool), horizon, rng).astype(
                "datetime64[s]"
            ),
            "Reference": None,
            "Order Date": new["Order Date"].astype("datetime64[s]"),
        }
    )
    return full[list(HEADINGS)]
