"""How many customers like this one order again by themselves: learned from the ledger's own past.

At each of the last month ends the ledger shows who was how silent, and who ordered in the 30 days after. The hazard
learned from that, step by step to the horizon, is the return rate of each customer. The bands of the articles stay in
it as a prior: for 15% of its weight on a large ledger, for more on a small one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import days as day_numbers
from winback_xl.core.returns import hazard, past_states
from winback_xl.core.returns.past_states import BUYING, MONTH, SILENT
from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.orders.order_days import OrderDays
    from winback_xl.core.returns.hazard import Hazard
    from winback_xl.core.returns.past_states import States
    from winback_xl.core.tally import Floats, Ints
    from winback_xl.settings import Settings

CUSTOMERS = 6_000
"""That the hazard is learned from, at most; more would not change its two digits."""

_MONTHS = 12  # earlier month ends that are looked at
_YOUNGEST = 60  # days of ledger before the first of them
_HALF = 180.0  # days after which an earlier date counts half as much
_FEWEST = 10  # returns without which nothing is learned
_PRIOR_RETURNS = 10.0  # returns that weigh as much as the bands do on a large ledger
_MOST = 0.95  # chance of a step: nobody is certain to order
_ALIKE = 12  # groups by silence in which earlier customers are counted
_WHOLE = 1_000  # more than all percents there are: a group and a percentage in one number
_LONE = 20  # earlier customers that a group needs to be spoken of


@dataclass(frozen=True, slots=True)
class ReturnRates:
    """What was learned from the past of a ledger.

    Parameters
    ----------
    silent, buying : Hazard or None
        For customers who are Lapsed or Cold, and for the others; None where the past is too short.
    history : States or None
        The earlier states that can be followed to the horizon.
    followed : int
        Days that ``history`` was followed: the horizon, or less on a young ledger; 0 without any.
    settings : Settings
    """

    silent: Hazard | None
    buying: Hazard | None
    history: States | None
    followed: int
    settings: Settings

    def of(self, states: States, days: float) -> Floats:
        """Return the chance to order again within so many days if nothing is done, 0 to 1.

        Parameters
        ----------
        states : States
            Of today.
        days : float
            The horizon.

        Notes
        -----
        Where nothing can be learned it is the low end of the articles' band, what doing little would win anyway; as a
        prior the middle of the band did better on four ledgers than its low end.
        """
        out, highs = bands(states, self.settings)
        middle = (out + highs) / 2
        for model, names in ((self.silent, SILENT), (self.buying, BUYING)):
            rows = np.isin(states.status, names)
            if model is None or not rows.any():
                continue
            learned = _within(model, self.silent, states.where(rows), days)
            weight = self.settings.return_ledger_weight * model.events / (model.events + _PRIOR_RETURNS)
            line = weight * hazard.log_odds(learned) + (1 - weight) * hazard.log_odds(middle[rows])
            out[rows] = hazard.chance_of(line)
        return out

    def sentences(self, states: States, rates: Floats, days: int) -> list[str]:
        """State for each customer how many were as silent at earlier dates, and how many of them ordered again."""
        group, many, again = self._alike(states)
        # Who still buys is not as silent as anybody who was lapsed: they have a group of their own.
        group = np.where(np.isin(states.status, SILENT), group, len(many))
        learned = [self.silent is not None] * len(many) + [self.buying is not None]
        many, again = [*many, 0], [*again, 0.0]
        percent = np.rint(100 * rates).astype(np.int64)
        # Many customers share a group and a percentage, and so a sentence.
        pairs, place = np.unique(group * _WHOLE + percent, return_inverse=True)
        texts = [
            _sentence(one, days, many[at], again[at], self.followed, learned=learned[at])
            for at, one in (divmod(pair, _WHOLE) for pair in pairs.tolist())
        ]  # fmt: skip
        said: list[str] = np.asarray([*texts, ""], dtype=object)[place].tolist()
        return said

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


def of_accounts(rates: ReturnRates, accounts: pd.DataFrame, as_of: int) -> tuple[Floats, list[str]]:
    """Return the return rate of each account within ``settings.return_days``, and the sentence that says why.

    Parameters
    ----------
    rates : ReturnRates
    accounts : DataFrame
        What `past_states.of_history` reads, and ``incidents`` ("" for none open).
    as_of : int
        Day number of today.

    Returns
    -------
    ndarray of float, list of str
        NaN and "" for who never ordered.
    """
    found, told = np.full(len(accounts), np.nan), [""] * len(accounts)
    there = np.flatnonzero((accounts["order_days"] > 0).to_numpy(bool))
    if len(there):
        rows = accounts.iloc[there]
        states = past_states.of_history(rows, (rows["incidents"] != "").to_numpy(bool), as_of)
        found[there] = rates.of(states, rates.settings.return_days)
        said = rates.sentences(states, found[there], rates.settings.return_days)
        for at, sentence in zip(there.tolist(), said, strict=True):
            told[at] = sentence
    return found, told


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
    first = int(days.day.min(initial=as_of))
    cuts = [as_of - MONTH * back for back in range(1, _MONTHS + 1)]
    cuts = [cut for cut in cuts if cut - first >= _YOUNGEST]
    past = past_states.on_all(days, cuts, settings, complaints)
    if past is None:
        return ReturnRates(None, None, None, 0, settings)
    silent = np.isin(past.status, SILENT)
    followed = min(settings.return_days, as_of - min(cuts))
    gone = past.where(silent & (past.day + followed <= as_of))
    return ReturnRates(
        _fitted(past.where(silent), as_of), _fitted(past.where(~silent), as_of), gone, followed, settings
    )


def complaint_days(ledger: Ledger, incidents: pd.DataFrame | None) -> tuple[Ints, Ints]:
    """Return the customer number and the day number of each complaint on file."""
    none = np.zeros(0, dtype=np.int64)
    if incidents is None or not len(incidents):
        return none, none
    customer = np.asarray(ledger.ids.get_indexer(pd.Index(incidents["customer_id"])), dtype=np.int64)
    day = day_numbers(incidents["date"])
    known = (customer >= 0) & (day >= 0)
    return customer[known], day[known]


def bands(states: States, settings: Settings) -> tuple[Floats, Floats]:
    """Return the low and the high end of the articles' band for each status."""
    place = np.select([states.status == "Lapsed", states.status == "Cold"], [1, 2], 0)
    low = np.array([settings.odds_current_low, settings.odds_lapsed_low, settings.odds_cold_low])
    high = np.array([settings.odds_current_high, settings.odds_lapsed_high, settings.odds_cold_high])
    return low[place], high[place]


def _fitted(past: States, as_of: int) -> Hazard | None:
    event = past.within(MONTH)
    if not _FEWEST <= int(event.sum()) <= len(past) - _FEWEST:
        return None
    features = past.features()
    hurt = past.complained
    if not _FEWEST <= int((event & hurt).sum()) <= int(hurt.sum()) - _FEWEST:
        features[:, -1] = 0.0  # too few complaints to learn from
    return hazard.fit(features, event, 0.5 ** ((as_of - past.day) / _HALF))


def _within(model: Hazard, silent: Hazard | None, states: States, days: float) -> Floats:
    """Go step by step to the horizon: who has not ordered in a step is more silent in the next.

    Who still buys is on the way to a lapse: from their own limit on what counts is what the silent did.
    """
    stay, highest = np.ones(len(states)), np.full(len(states), _MOST)
    for start in np.arange(0.0, days, MONTH):
        features = states.features(start)
        lapsed = states.silence + start > states.limit
        chance = model.chance(features)
        if silent is not None and model is not silent:
            chance = np.where(lapsed, silent.chance(features), chance)
        chance = np.minimum(chance, highest)
        # Who is lapsed is never likelier to return for being silent longer.
        highest = np.where(lapsed, chance, _MOST)
        stay *= (1 - chance) ** min(1.0, (days - start) / MONTH)
    return 1 - stay


def _sentence(percent: int, days: int, many: int, again: float, followed: int, *, learned: bool) -> str:
    if not learned:
        return (
            f"{percent}% order again within {days} days without contact: the author's figure, because the ledger is too short or"
            " too small to learn from."
        )
    if many < _LONE:
        return f"{percent}% of customers like this one order again within {days} days without contact."
    return (
        f"Of {many:,} customers as silent as this at earlier dates, {again:.0%} ordered again within {followed} days by"
        f" themselves; for one like this, {percent}% within {days} days."
    )
