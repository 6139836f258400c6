"""All customers of a large ledger in segments: what is fitted on all of them first, then their rows, slice by slice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.orders.day_numbers import days as day_numbers
from winback_xl.core.orders.order_days import OrderDays
from winback_xl.core.returns import backtest_words, past_forecasts, return_rate
from winback_xl.core.segments import lapse, loyalty, referrals, rfm, segment_table
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.core.orders.order_days import Summary
    from winback_xl.core.returns.return_rate import ReturnRates
    from winback_xl.core.segments.segment_table import Segmented
    from winback_xl.settings import Settings
    from winback_xl.workflows.large.merged import Merged

_VALUE = (
    "order_days", "first_order", "last_order", "days_since", "revenue", "annual_revenue", "margin_rate", "order_days_12m",
    "order_days_prior_12m", "last_gap", "orders", "gap_log_mean",
)  # fmt: skip
"""Columns of the history that need all customers at once: for the value models, the RFM cuts and the loss rate."""

_LATE = ("Lapsed", "Cold")


@dataclass(frozen=True, slots=True)
class Everyone:
    """What is known of all customers together; arrays in the order of their IDs.

    Parameters
    ----------
    merged : Merged
    worth, scores : DataFrame
        Of `customer_value.rate` and `rfm.score`.
    rates : ReturnRates
        Learned from a sample of the customers, as it is from a ledger in memory.
    loss_rate : float
    checked : str
        What these numbers would have said earlier, for Numbers.
    """

    merged: Merged
    worth: pd.DataFrame
    scores: pd.DataFrame
    rates: ReturnRates
    loss_rate: float
    checked: str
    customers: pd.DataFrame | None = field(default=None)

    @classmethod
    def of(
        cls,
        merged: Merged,
        settings: Settings,
        customers: pd.DataFrame | None,
        incidents: pd.DataFrame | None,
    ) -> Everyone:
        """Fit what is fitted on all customers.

        Parameters
        ----------
        merged : Merged
        settings : Settings
        customers, incidents : DataFrame, optional
            As for `segment_table.build`.

        Raises
        ------
        NotEnoughError
            The ledger has no order.
        """
        step = max(1, -(-len(merged) // return_rate.CUSTOMERS))
        narrow, sample, first, as_of = [], _Sample(step), 0, 0
        for summary in merged.slices():
            frame = summary.frame()
            rated = lapse.ratings(frame, settings)
            part = frame[list(_VALUE)].assign(limit=rated["limit"], cadence=rated["cadence"])
            part["status"] = pd.Categorical(
                rated["status"], categories=["Active", "Due", "At risk", *_LATE, ""]
            )
            narrow.append(part)
            sample.add(summary, first)
            first, as_of = first + len(frame), summary.as_of
        if not narrow or not any((part["order_days"] > 0).any() for part in narrow):
            raise NotEnoughError(
                f"There is no order on or before {merged.as_of:%Y-%m-%d}.",
                "Check the order dates, or choose a later as-of date.",
                code="no-orders",
            )
        known = pd.concat(narrow, ignore_index=True)
        known.attrs = dict[Any, Any](merged.attrs)
        del narrow
        worth, scores = customer_value.rate(known, settings), rfm.score(known)
        lost = loyalty.loss_rate(known, merged.as_of)
        days = sample.days()
        rates = return_rate.learn_from(days, as_of, settings, sample.complaints(incidents))
        listed = None if customers is None else referrals.counted(customers.drop_duplicates("customer_id"))
        return cls(merged, worth, scores, rates, lost, _checked(days, as_of, settings), listed)

    def slices(self, settings: Settings) -> Iterator[Segmented]:
        """Return the customers in segments, some at a time, in the order of their IDs."""
        first = 0
        models = tuple(self.worth.attrs.get("models", ()))
        for summary in self.merged.slices():
            known = summary.frame()
            names = known[["customer_id", "customer"]] if "customer" in known else None
            if names is not None:
                known = known.drop(columns="customer")
            known.attrs = dict[Any, Any](self.merged.attrs)
            known = segment_table.with_levels(known, summary, settings=settings, customers=self.customers)
            rows = slice(first, first + len(known))
            for step in (self.scores, self.worth):
                known = segment_table.beside(known, step.iloc[rows].reset_index(drop=True))
            first += len(known)
            yield segment_table.finished(known, models, self.merged.as_of, settings, self.customers, names)


class _Sample:
    """Every so-manieth customer with the order days, as `return_rate.learn` takes them."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._ids: list[str] = []
        self._customer: list[np.ndarray[Any, np.dtype[np.int64]]] = []
        self._day: list[np.ndarray[Any, np.dtype[np.int64]]] = []

    def add(self, summary: Summary, first: int) -> None:
        """Take the customers of a slice that begins with the customer of this number."""
        days = summary.days
        assert days is not None  # noqa: S101 - slices have them
        number = first + np.arange(len(days.count))
        mine = number % self._step == 0
        self._ids += [str(one) for one in np.asarray(summary["customer_id"])[mine]]
        keep = mine[days.customer]
        self._customer.append(number[days.customer[keep]] // self._step)
        self._day.append(days.day[keep])

    def days(self) -> OrderDays:
        """Return their order days."""
        return OrderDays.of_pairs(np.concatenate(self._customer), np.concatenate(self._day), len(self._ids))

    def complaints(
        self, incidents: pd.DataFrame | None
    ) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
        """Return number and day of their complaints."""
        none = np.zeros(0, np.int64)
        if incidents is None or not len(incidents):
            return none, none
        place = np.asarray(pd.Index(self._ids).get_indexer(pd.Index(incidents["customer_id"])), np.int64)
        day = day_numbers(incidents["date"])
        known = (place >= 0) & (day >= 0)
        return place[known], day[known]


def _checked(days: OrderDays, as_of: int, settings: Settings) -> str:
    """Return what the numbers would have said at an earlier date, and what happened; "" for a young ledger."""
    try:
        return backtest_words.headline(past_forecasts.run_on(days, as_of, settings, 1))
    except NotEnoughError:
        return ""
