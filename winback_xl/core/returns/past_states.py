"""Every customer as the ledger showed them at earlier month ends, and what they did next.

What is learned from them is a hazard: of those silent for so long on an earlier day, who ordered again in the 30 days
that followed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.lifetime_value import regularity
from winback_xl.core.orders.day_numbers import NEVER, YEAR
from winback_xl.core.segments import behaviour, lapse
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from winback_xl.core.orders.order_days import OrderDays
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

MONTH = 30
"""Days of a step of the hazard, and from one earlier date to the next."""

FEATURES = (
    "silence in own limits (log)", "silence in days (log)", "order days (log)", "tenure (log)", "behaviour",
    "own cadence (log)", "own limit (log)", "silence beyond their rhythm (log)", "due by their rhythm",
    "habitual", "complaint in the last year",
)  # fmt: skip

BUYING, SILENT = ("Active", "Due", "At risk"), ("Lapsed", "Cold")
_WEEK = 7.0  # days
_LEAST, _TINY = 1e-3, 1e-12  # chance of a silence: less says no more, or next to nothing
_ORDER_DAYS = FEATURES.index("order days (log)")


@dataclass(frozen=True, slots=True)
class States:
    """Customers on a day, or on several; arrays of one length.

    Parameters
    ----------
    customer : ndarray of int
        Whose.
    silence, limit, cadence, tenure, order_days, behaviour : ndarray of float
        Days since the last order, lapse limit, cadence and days since the first order; order days; score 0 to 1.
    regular, shape : ndarray
        Chance that they buy by a rhythm, and its likeliest shape (`regularity.Rhythms`).
    habitual, complained : ndarray of bool
        Buys enough for more than Occasional; a complaint in the year before.
    status : ndarray of str
    day : ndarray of int
        Day number of the state.
    next_order : ndarray of int
        Day number of the first order after it; `NEVER` without any.
    """

    customer: Ints
    silence: Floats
    limit: Floats
    cadence: Floats
    tenure: Floats
    order_days: Floats
    behaviour: Floats
    regular: Floats
    shape: Ints
    habitual: Bools
    complained: Bools
    status: np.ndarray
    day: Ints
    next_order: Ints

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.day)

    def where(self, keep: np.ndarray) -> States:
        """Keep some of the states."""
        return States(*(getattr(self, item.name)[keep] for item in fields(self)))

    @property
    def ratio(self) -> Floats:
        """Silence in own lapse limits."""
        return self.silence / self.limit

    def within(self, days: float) -> Bools:
        """State who ordered again within so many days."""
        back: Bools = (self.next_order != NEVER) & (self.next_order - self.day <= days)
        return back

    def features(self, ahead: float = 0.0) -> Floats:
        """Return the columns `FEATURES`, as they will be if nobody orders for so many more days."""
        silence, tenure = self.silence + ahead, self.tenure + ahead
        return np.column_stack(
            [
                np.log(np.maximum(silence / self.limit, 1e-2)),
                np.log1p(silence),
                np.log(self.order_days),
                np.log1p(tenure),
                self.behaviour,
                np.log(np.maximum(self.cadence, 1.0)),
                np.log(self.limit),
                *self._by_rhythm(silence),
                self.habitual,
                self.complained,
            ]
        ).astype(np.float64)

    def _by_rhythm(self, silence: Floats) -> tuple[Floats, Floats]:
        """Return how unlikely a silence is by their own rhythm, as a logarithm, and the chance that it ends in a month.

        Both are 0 where they have none.
        """
        now, later = np.ones(len(self)), np.ones(len(self))
        x, tx = self.order_days - 1, self.tenure - self.silence
        for shape in np.unique(self.shape[self.regular > 0]).tolist():
            rows = np.flatnonzero((self.shape == shape) & (self.regular > 0))
            for found, days in ((now, silence), (later, silence + MONTH)):
                found[rows] = regularity.silent(shape, 0.0, 0.0, x[rows], tx[rows], tx[rows] + days[rows])
        due = self.regular * (1 - later / np.maximum(now, _TINY))
        return np.log(np.maximum(1 - self.regular * (1 - now), _LEAST)), np.asarray(due)

    def paced(self, ahead: float = 0.0) -> Floats:
        """Return the columns `FEATURES` of who still buys: of order days their pace since the first order.

        Every month adds to the order days of who still buys. Their number alone grows with the ledger, beyond what was
        seen at earlier dates, and with it the chance to order, although nobody buys more often than before.
        """
        found = self.features(ahead)
        found[:, _ORDER_DAYS] = np.log(self.order_days / (self.tenure + ahead + MONTH))
        return found


def on(days: OrderDays, day: int, settings: Settings, complaints: tuple[Ints, Ints] | None = None) -> States:
    """Return the state of every customer with an order up to a day.

    Parameters
    ----------
    days : OrderDays
        All order days, also the later ones: they say what happened next.
    day : int
        Day number.
    settings : Settings
        The groups "Lapse" and "Loyalty".
    complaints : tuple of ndarray of int, optional
        Customer and day number of every complaint.
    """
    known, after = days.until(day), days.next_after(day)
    seen = known.rhythm(day, settings)
    rated = lapse.ratings(seen, settings)
    there = known.count > 0
    score = behaviour.of(seen, np.full(len(there), np.nan), settings).score
    habit = score >= settings.behaviour_threshold
    habit &= np.asarray(seen["window_days"]) >= settings.loyalty_min_order_days
    hurt = np.zeros(len(there), dtype=bool)
    if complaints is not None:
        customer, when = complaints
        hurt[customer[(when <= day) & (when > day - YEAR)]] = True
    cadence = np.where(np.isnan(rated["cadence"]), rated["limit"] / settings.limit_multiple, rated["cadence"])
    bought = np.where(there, known.last - known.first, 0).astype(np.float64)
    rhythms = _rhythms(known.count.astype(np.float64), bought, known.gap_log_means())
    everyone = States(
        customer=np.arange(len(there)),
        silence=np.asarray(seen["days_since"], dtype=np.float64),
        limit=rated["limit"],
        cadence=cadence,
        tenure=np.where(there, day - known.first, 0).astype(np.float64),
        order_days=known.count.astype(np.float64),
        behaviour=score,
        regular=rhythms.regular,
        shape=rhythms.shape,
        habitual=habit,
        complained=hurt,
        status=rated["status"],
        day=np.full(len(there), day),
        next_order=after,
    )
    return everyone.where(there)


def of_history(history: pd.DataFrame, complained: Bools, as_of: int) -> States:
    """Return the states of customers as the Segments table has them today.

    Parameters
    ----------
    history : DataFrame
        What `segment_table.build` gives as ``history``; all of them with an order.
    complained : ndarray of bool
        Whether a complaint of the last year is on file.
    as_of : int
        Day number of today.
    """

    def column(name: str) -> Floats:
        return history[name].to_numpy(dtype=np.float64, na_value=np.nan)

    cadence, limit, silence = column("cadence"), column("limit"), column("days_since")
    first = history["first_order"].to_numpy("datetime64[D]").astype(np.int64)
    tenure = (as_of - first).astype(np.float64)
    rhythms = _rhythms(column("order_days"), tenure - silence, column("gap_log_mean"))
    return States(
        customer=np.arange(len(history)),
        silence=silence,
        limit=limit,
        cadence=np.where(np.isnan(cadence), limit, cadence),
        tenure=tenure,
        order_days=column("order_days"),
        behaviour=column("behaviour"),
        regular=rhythms.regular,
        shape=rhythms.shape,
        habitual=(history["level"] != LISTS["Level"][0]).to_numpy(bool),
        complained=complained,
        status=history["status"].to_numpy(dtype=object),
        day=np.full(len(history), as_of),
        next_order=np.full(len(history), NEVER),
    )


def _rhythms(order_days: Floats, bought: Floats, log_gaps: Floats) -> regularity.Rhythms:
    """Return how regularly each customer bought; ``bought`` is the days from the first order to the last."""
    return regularity.Rhythms.of_each(order_days - 1, bought / _WEEK, log_gaps - np.log(_WEEK))


def on_all(
    days: OrderDays,
    when: Iterable[int],
    settings: Settings,
    complaints: tuple[Ints, Ints] | None = None,
) -> States | None:
    """Return the states of several days, one after the other; None without a day."""
    found = [on(days, day, settings, complaints) for day in when]
    if not found:
        return None
    return States(*(np.concatenate([getattr(one, item.name) for one in found]) for item in fields(States)))
