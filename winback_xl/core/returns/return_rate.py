"""How many customers like this one order again by themselves: learned from the ledger's own past.

At each of the last month ends the ledger shows who was how silent, and who ordered in the 30 days after. The hazard
learned from that, step by step to the horizon, is the return rate of each customer. The bands of the articles stay in
it as a prior: for 15% of its weight on a large ledger, for more on a small one. The highest rates are held to what
came true: on an earlier day, of the customers given as much or more by what was known then, so many ordered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import days as day_numbers
from winback_xl.core.returns import base_words, calibration, ordering, past_states
from winback_xl.core.returns.calibration import Supported
from winback_xl.core.returns.hazard import chance_of, log_odds
from winback_xl.core.returns.past_states import BUYING, MONTH, SILENT
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.orders.order_days import OrderDays
    from winback_xl.core.returns.ordering import Chances
    from winback_xl.core.returns.past_states import States
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

CUSTOMERS = 6_000
"""That the hazard is learned from, at most; more would not change its two digits."""

_MONTHS = 12  # earlier month ends that are looked at
_YOUNGEST = 60  # days of ledger before the first of them
_BEFORE = 90  # days of ledger that an earlier day needs before it to be looked back at
_UNSEEN = 0.95  # the highest rate while no earlier day can be looked back at: nobody is certain to order
_ALIKE = 12  # groups by silence in which earlier customers are counted
_WHOLE = 100  # percent: a group and a percentage in one number
_TINY = 1e-3  # log-odds: less does not show


@dataclass(frozen=True, slots=True)
class ReturnRates:
    """What was learned from the past of a ledger.

    Parameters
    ----------
    chances : Chances
        To order again, as the month ends taught them.
    history : States or None
        The earlier states that can be followed to the horizon.
    followed : int
        Days that ``history`` was followed: the horizon, or less on a young ledger; 0 without any.
    silent, buying : Supported or None
        What became, on an earlier day, of customers who were Lapsed or Cold, and of the others.
    settings : Settings
    """

    chances: Chances
    history: States | None
    followed: int
    silent: Supported | None
    buying: Supported | None
    settings: Settings

    def of(self, states: States, days: float) -> Floats:
        """Return the chance to order again within so many days if nothing is done, 0.5% to 99%.

        Parameters
        ----------
        states : States
            Of today.
        days : float
            The horizon.

        Notes
        -----
        No rate is above what came true of customers given as much on an earlier day (the upper end of Wilson's 95%
        interval of at least 30 of them). Where fewer days than the horizon could be followed, what is too high within
        them is taken off, on the log-odds, within the horizon too.
        """
        found = self.chances.within(states, days)
        for held, taught, rows in self._groups(states):
            if held is not None:
                less, _ = self._less(held, states.where(rows), found[rows], days)
                found[rows] = chance_of(log_odds(found[rows]) + less)
            elif taught:
                found[rows] = np.minimum(found[rows], _UNSEEN)
        return calibration.certain(found)

    def most_with_effort(self, states: States, days: float) -> Floats:
        """Return the highest odds that an effort can be credited with, 0 to 1.

        Those of the likeliest customers on an earlier day; where these came back less often, the authors' odds of a
        customer who still buys: nobody who left is likelier to order than who stayed.
        """
        out = np.full(len(states), self.settings.odds_current_high)
        for held, _, rows in self._groups(states):
            if held is not None:
                # As many of the others come in each further stretch of days as in the first.
                further = 1 - (1 - held.highest) ** max(1.0, days / held.followed)
                out[rows] = np.maximum(out[rows], further)
        return calibration.certain(out)

    def _groups(self, states: States) -> list[tuple[Supported | None, bool, Bools]]:
        """Return for who is silent, and for who still buys: what is known of an earlier day, whether it taught, who."""
        gone = np.isin(states.status, SILENT)
        both = (self.silent, self.chances.silent, gone), (self.buying, self.chances.buying, ~gone)
        return [(held, model is not None, rows) for held, model, rows in both if rows.any()]

    def _less(self, held: Supported, states: States, chances: Floats, days: float) -> tuple[Floats, Ints]:
        """Return what is taken off the log-odds of chances, 0 or below, and the place of each in ``held``."""
        said = chances if days == held.followed else self.chances.within(states, held.followed)
        at = held.at(said)
        return np.minimum(log_odds(held.most[at]) - log_odds(said), 0.0), at

    def sentences(self, states: States, rates: Floats, days: int) -> list[str]:
        """State for each customer how many were as silent at earlier dates, and how many of them ordered again."""
        group, many, again = self._alike(states)
        # Who still buys is not as silent as anybody who was lapsed: they have a group of their own.
        group = np.where(np.isin(states.status, SILENT), group, len(many))
        learned = [self.chances.silent is not None] * len(many) + [self.chances.buying is not None]
        many, again = [*many, 0], [*again, 0.0]
        percent = np.clip(np.rint(100 * rates), 1, _WHOLE - 1).astype(np.int64)
        # Many customers share a group and a percentage, and so a sentence.
        pairs, place = np.unique(group * _WHOLE + percent, return_inverse=True)
        texts = [
            base_words.of_group(one, days, many[at], again[at], self.followed, learned=learned[at])
            for at, one in (divmod(pair, _WHOLE) for pair in pairs.tolist())
        ]  # fmt: skip
        said: list[str] = np.asarray([*texts, ""], dtype=object)[place].tolist()
        for row, limit in self._limits(states, rates, days):
            said[row] += limit
        return said

    def _limits(self, states: States, rates: Floats, days: int) -> list[tuple[int, str]]:
        """Return who is held to what came true of the likeliest on an earlier day, and the sentence that says so."""
        out: list[tuple[int, str]] = []
        for held, _, rows in self._groups(states):
            # Only high rates can be held back, and they are few.
            high = np.flatnonzero(rows & (rates >= rates[rows].mean()))
            if held is None or not len(high):
                continue
            there = states.where(high)
            less, at = self._less(held, there, self.chances.within(there, days), days)
            lowered = less < -_TINY
            stated = {place: base_words.limit(held, place) for place in np.unique(at[lowered]).tolist()}
            out += [
                (row, stated[place])
                for row, place in zip(high[lowered].tolist(), at[lowered].tolist(), strict=True)
            ]
        return out

    def _alike(self, states: States) -> tuple[Ints, list[int], list[float]]:
        """Return the group of each customer; and of each group the earlier customers, and what share ordered again."""
        if self.history is None or not len(self.history):
            return np.zeros(len(states), dtype=np.int64), [0], [0.0]
        edges = np.quantile(self.history.ratio, np.linspace(0, 1, _ALIKE + 1)[1:-1])
        group = np.searchsorted(edges, self.history.ratio)
        person = np.unique(group * (int(self.history.customer.max()) + 1) + self.history.customer)
        many = tally(person // (int(self.history.customer.max()) + 1), _ALIKE)
        size = tally(group, _ALIKE)
        again = tally(group, _ALIKE, weights=self.history.within(self.followed))
        share = again / np.maximum(size, 1)
        return np.searchsorted(edges, states.ratio), many.tolist(), share.tolist()


def of_accounts(rates: ReturnRates, accounts: pd.DataFrame, as_of: int) -> tuple[Floats, list[str], Floats]:
    """Return the return rate of each account within ``settings.return_days``, the sentence that says why, and the most odds.

    Parameters
    ----------
    rates : ReturnRates
    accounts : DataFrame
        What `past_states.of_history` reads, and ``incidents`` ("" for none open).
    as_of : int
        Day number of today.

    Returns
    -------
    ndarray of float, list of str, ndarray of float
        NaN and "" for who never ordered; the last as `ReturnRates.most_with_effort` gives it.
    """
    found, stated = np.full(len(accounts), np.nan), [""] * len(accounts)
    most = found.copy()
    there = np.flatnonzero((accounts["order_days"] > 0).to_numpy(bool))
    if len(there):
        rows = accounts.iloc[there]
        states = past_states.of_history(rows, (rows["incidents"] != "").to_numpy(bool), as_of)
        found[there] = rates.of(states, rates.settings.return_days)
        most[there] = rates.most_with_effort(states, rates.settings.return_days)
        said = rates.sentences(states, found[there], rates.settings.return_days)
        for at, sentence in zip(there.tolist(), said, strict=True):
            stated[at] = sentence
    return found, stated, most


def of_everybody(ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """Return ``customer_id``, ``return_rate`` within ``settings.return_days`` and ``return_why`` of every customer."""
    states = past_states.on(ledger.order_days, ledger.as_of, settings)
    learned = learn(ledger, settings)
    rate = learned.of(states, settings.return_days)
    return pd.DataFrame(
        {
            "customer_id": ledger.ids[states.customer],
            "return_rate": rate,
            "return_why": learned.sentences(states, rate, settings.return_days),
        }
    )


def learn(ledger: Ledger, settings: Settings, incidents: pd.DataFrame | None = None) -> ReturnRates:
    """Learn from the earlier month ends of a ledger.

    Parameters
    ----------
    ledger : Ledger
        Up to its ``as_of``.
    settings : Settings
        ``return_days`` is the horizon; lapse and loyalty decide who was silent.
    incidents : DataFrame, optional
        ``customer_id`` and ``date``: a complaint in the year before enters the hazard where there are enough.

    References
    ----------
    Discrete-time hazard: Allison (1982), Sociological Methodology 13. A complaint: Knox & van Oest (2014), Journal of
    Marketing 78(5). Bands: article 001.
    """
    days = ledger.order_days
    step = step_of(days)
    complaints = complaint_days(ledger, incidents)
    if step > 1:
        days = days.of_every(step)
        kept = complaints[0] % step == 0
        complaints = complaints[0][kept] // step, complaints[1][kept]
    return learn_from(days, ledger.as_of, settings, complaints)


def step_of(days: OrderDays) -> int:
    """Return of which every so-manieth customer is learned, so that no more than `CUSTOMERS` are."""
    return max(1, -(-len(days.count) // CUSTOMERS))


def learn_from(
    days: OrderDays, as_of: int, settings: Settings, complaints: tuple[Ints, Ints] | None = None
) -> ReturnRates:
    """Learn from order days up to a day number, as `learn` does."""
    past, first = _past(days, as_of, settings, complaints)
    chances = ordering.learn(past, as_of, settings)
    silent, buying = _looked_back(days, as_of, settings, complaints)
    if past is None:
        return ReturnRates(chances, None, 0, silent, buying, settings)
    followed = min(settings.return_days, as_of - first)
    gone = past.where(np.isin(past.status, SILENT) & (past.day + followed <= as_of))
    return ReturnRates(chances, gone, followed, silent, buying, settings)


def _past(
    days: OrderDays, as_of: int, settings: Settings, complaints: tuple[Ints, Ints] | None
) -> tuple[States | None, int]:
    """Return the states at the month ends before a day, and the first of these."""
    begun = int(days.day.min(initial=as_of))
    cuts = [as_of - MONTH * back for back in range(1, _MONTHS + 1)]
    cuts = [cut for cut in cuts if cut - begun >= _YOUNGEST]
    return past_states.on_all(days, cuts, settings, complaints), min(cuts, default=as_of)


def _looked_back(
    days: OrderDays, as_of: int, settings: Settings, complaints: tuple[Ints, Ints] | None
) -> tuple[Supported | None, Supported | None]:
    """Return what became of the silent and of who still bought on an earlier day, judged by what was known then."""
    age = as_of - int(days.day.min(initial=as_of))
    followed = min(settings.return_days, age // 2, age - _BEFORE)
    if followed < MONTH:
        return None, None
    day = as_of - followed
    past, _ = _past(days.until(day), day, settings, complaints)
    chances = ordering.learn(past, day, settings)
    states = past_states.on(days, day, settings, complaints)
    found: list[Supported | None] = []
    for names in (SILENT, BUYING):
        there = states.where(np.isin(states.status, names))
        said = chances.within(there, followed)
        # Also where too few came back to learn from: that nobody of a hundred did is known nevertheless.
        found.append(Supported.by(day, followed, said, there.within(followed)) if len(there) else None)
    return found[0], found[1]


def complaint_days(ledger: Ledger, incidents: pd.DataFrame | None) -> tuple[Ints, Ints]:
    """Return the customer number and the day number of each complaint on file."""
    none = np.zeros(0, dtype=np.int64)
    if incidents is None or not len(incidents):
        return none, none
    customer = np.asarray(ledger.ids.get_indexer(pd.Index(incidents["customer_id"])), dtype=np.int64)
    day = day_numbers(incidents["date"])
    known = (customer >= 0) & (day >= 0)
    return customer[known], day[known]
