"""The Segments table: history, rhythm, loyalty, value and RFM side by side, one row a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.orders import customer_history
from winback_xl.core.orders.day_numbers import YEAR
from winback_xl.core.segments import lapse, loyalty, referrals, rfm
from winback_xl.core.segments.referrals import BUYING
from winback_xl.errors import NotEnoughError
from winback_xl.schema.columns import SEGMENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.orders.order_days import Summary
    from winback_xl.settings import Settings


@dataclass(frozen=True, slots=True)
class Segmented:
    """Customers in segments, and what was calculated on the way.

    Parameters
    ----------
    table : DataFrame
        The columns of `winback_xl.schema.columns.SEGMENTS`, sorted by customer id.
    history : DataFrame
        The same rows with everything known of each customer: history, rhythm, loyalty and value columns.
    models : tuple of str
        What was fitted, or which fallback was used and why.
    """

    table: pd.DataFrame
    history: pd.DataFrame
    models: tuple[str, ...]


def build(
    ledger: Ledger,
    *,
    settings: Settings,
    customers: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
) -> Segmented:
    """Put every customer of the ledger into a segment.

    Parameters
    ----------
    ledger : Ledger
        The orders up to the day that "today" means.
    customers, incidents : DataFrame
        Columns as in `winback_xl.schema.columns`; ``incidents`` with a ``loss`` column where the loss is known.
    settings : Settings
        Every threshold.

    Returns
    -------
    Segmented

    Raises
    ------
    NotEnoughError
        The ledger has no order.
    """
    as_of = ledger.today
    summary = customer_history.summary(ledger, settings=settings, incidents=incidents)
    known = summary.frame()
    if not len(known) or not (known["order_days"] > 0).any():
        raise NotEnoughError(
            f"There is no order on or before {as_of:%Y-%m-%d}.",
            "Check the order dates, or choose a later as-of date.",
            code="no-orders",
        )
    if customers is not None:
        customers = referrals.counted(customers.drop_duplicates("customer_id"))
    known = with_levels(known, summary, settings=settings, customers=customers)
    known = beside(known, rfm.score(known))
    worth = customer_value.rate(known, settings)
    known = beside(known, worth)
    return finished(known, tuple(worth.attrs.get("models", ())), as_of, settings, customers, ledger.table)


def with_levels(
    known: pd.DataFrame, summary: Summary, *, settings: Settings, customers: pd.DataFrame | None
) -> pd.DataFrame:
    """Add rhythm, status and level to the history of some customers.

    Parameters
    ----------
    known : DataFrame
        The frame of ``summary``.
    summary : Summary
        With the order days; its ``attrs`` are about all customers of the ledger, also those that are not in it.
    settings : Settings
        The groups "Lapse" and "Loyalty".
    customers : DataFrame, optional
        As `referrals.counted` gives them.
    """
    silent = lapse.rate(known, settings)
    rated = loyalty.rate(known, settings, customers, summary=summary, status=silent["status"].to_numpy())
    before = pd.Series(_status_before(summary, settings), index=known.index, dtype="str")
    return beside(beside(known, silent), rated).assign(
        status_before=before.to_numpy(), next_order=_next_order(known["last_order"], silent)
    )


def finished(
    known: pd.DataFrame,
    models: tuple[str, ...],
    as_of: pd.Timestamp,
    settings: Settings,
    *names: pd.DataFrame | None,
) -> Segmented:
    """Add who was demoted and the names, found in the first of some tables that knows one, and give the table."""
    known["bought_change"] = _demotion(known, as_of, settings)
    known["demoted"] = np.where(known["bought_change"].notna(), "Yes", "No")
    known["customer"] = _names(known["customer_id"], *names)
    known["region"] = _regions(known["customer_id"], *names)
    table = known[SEGMENTS.names].copy()
    table.attrs = {}
    return Segmented(table, known, models)


def _demotion(known: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.Series:
    """Return by how much who still buys buys less than in the year before, below 0; NaN who was not demoted.

    In money, or in order days where there is none; only customers of at least two years, and only from a drop of
    ``settings.demoted_drop`` on (articles 000, 004: after a mistake they drop you, or buy less and seldom).
    """
    now, before = known["order_days_12m"].astype(float), known["order_days_prior_12m"].astype(float)
    money = known["revenue_12m"].notna() & known["revenue_prior_12m"].notna()
    now, before = now.mask(money, known["revenue_12m"]), before.mask(money, known["revenue_prior_12m"])
    old = known["first_order"] <= as_of - pd.Timedelta(days=2 * YEAR)
    change = (now / before.where(before > 0) - 1).where(old & known["status"].isin(BUYING))
    return change.where(change <= -settings.demoted_drop)


def beside(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Join two frames of the same rows in the same order; columns of the right one win."""
    keep = [name for name in left.columns if name not in right.columns]
    joined = pd.concat([left[keep], right.set_axis(left.index)], axis=1)
    joined.attrs = dict(left.attrs)
    return joined


def _next_order(last_order: pd.Series, silent: pd.DataFrame) -> pd.Series:
    """Return the last order plus the customer's own cadence, NaT for who has none or no longer buys."""
    awaited = silent["status"].isin(BUYING).to_numpy() & (silent["cadence_basis"] == "own").to_numpy()
    gap = pd.to_timedelta(silent["cadence"].to_numpy(float).round(), unit="D")
    expected: pd.Series = (last_order + gap).where(awaited).astype(last_order.dtype)
    return expected


def _status_before(summary: Summary, settings: Settings) -> NDArray[np.object_]:
    """Return the status that each customer had at the end of the month before, "" without an order by then."""
    if summary.days is None:
        return np.full(len(summary["order_days"]), "", dtype=object)
    month = np.datetime64(summary.as_of, "D").astype("datetime64[M]")
    end = int(month.astype("datetime64[D]").astype(np.int64)) - 1
    seen = summary.days.until(end).rhythm(end, settings, population=summary.attrs)
    status: NDArray[np.object_] = lapse.ratings(seen, settings)["status"]
    return status


def _regions(ids: pd.Series, *tables: pd.DataFrame | None) -> pd.Series:
    """Return the region of each customer as the first table that has regions says, "" where none does."""
    for table in tables:
        if table is not None and "region" in table:
            listed = table.drop_duplicates("customer_id").set_index("customer_id")["region"]
            return ids.map(listed).fillna("").astype("str").str.strip()
    return pd.Series("", index=ids.index, dtype="str")


def _names(ids: pd.Series, *tables: pd.DataFrame | None) -> pd.Series:
    """Return the names of the customers from the first table that knows one (its last row counts), else the ids."""
    names = pd.Series("", index=ids.index, dtype="str")
    for table in tables:
        if table is None or "customer" not in table:
            continue
        known = table.loc[table["customer"].astype(object).fillna("") != "", ["customer_id", "customer"]]
        last = known.drop_duplicates("customer_id", keep="last").set_index("customer_id")["customer"]
        names = names.where(names != "", ids.map(last).astype(object).fillna("").astype("str"))
    return names.where(names != "", ids)
