"""How far the numbers can be trusted: what they would have said at earlier dates of this ledger, and what happened then.

At each date only what the ledger knew by then is used: status, return rate and expected order days. Then the orders of
the time after are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.orders.day_numbers import YEAR
from winback_xl.core.returns import calibration, past_states, return_rate
from winback_xl.core.returns.past_states import SILENT
from winback_xl.errors import NotEnoughError

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.orders.order_days import OrderDays
    from winback_xl.core.returns.past_states import States
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

DATES = 4
"""Earlier dates that are looked at, at most."""

_STEP = 90  # days from one of them to the next
_BEFORE = 120  # days of ledger that a date needs before it
_LEAST = 30  # days that must have passed since the last of them
_MULTIPLES = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0)
_CLEAR = 0.01  # of the hit rate: a limit that is better by less is not better


@dataclass(frozen=True, slots=True)
class Backtest:
    """What was said at earlier dates, and what happened.

    Parameters
    ----------
    followed : int
        Days that were counted after each date.
    dates : DataFrame
        One row a date: ``date``, ``customers``; of the lapse flag ``flagged``, ``precision``, ``recall``, ``hit_rate``
        (F1) and ``hit_rate_fixed`` (of one window for all); ``silent``, ``rate_said`` and ``rate_seen`` of the
        return rate; ``orders_said`` and ``orders_seen`` in all.
    rates, orders : DataFrame
        One row a tenth, lowest first: ``tenth``, ``customers``, ``said`` and ``seen`` of return rate and of order days.
    base_rates : DataFrame
        ``status``, ``level``, ``customers``, ``said``, ``seen``: who ordered again.
    limits : DataFrame
        ``multiple`` and the hit rate of the lapse flag with that limit, one column a date.
    best_limit : float
        The lapse limit to try, drawn halfway to the one set; NaN where two dates do not agree on a better one.
    rate_error : float
        Calibration error of the return rate: mean distance of said and seen over the tenths.
    """

    followed: int
    dates: pd.DataFrame
    rates: pd.DataFrame
    orders: pd.DataFrame
    base_rates: pd.DataFrame
    limits: pd.DataFrame
    best_limit: float
    rate_error: float


@dataclass(frozen=True, slots=True)
class _Day:
    """Customers as they stood on one date: what was said and what happened."""

    day: int
    states: States
    rate: Floats
    back: Bools
    said: Floats
    seen: Ints
    hits: tuple[float, float, float, float]
    fixed: float
    by_limit: tuple[float, ...]


def run(ledger: Ledger, settings: Settings, dates: int = DATES) -> Backtest:
    """Test the advice on the ledger's own past.

    Parameters
    ----------
    ledger : Ledger
    settings : Settings
        ``return_days`` is how far each date is followed; less on a young ledger.
    dates : int
        How many earlier dates to look at, at most.

    Raises
    ------
    NotEnoughError
        The ledger is younger than 150 days.

    Notes
    -----
    A customer counts as lost at a date when no order follows within the days followed. The hit rate is F1: it is high
    only where most of those flagged are lost, and most of those lost are flagged. Levels are by behaviour alone: what
    was known of the attitude at earlier dates is not in a ledger.
    """
    return run_on(ledger.order_days, ledger.as_of, settings, dates)


def glance(ledger: Ledger, settings: Settings) -> Backtest | None:
    """Test one earlier date on at most `return_rate.CUSTOMERS` customers, for a line on Numbers; None if too young."""
    days = ledger.order_days
    try:
        return run_on(days.of_every(return_rate.step_of(days)), ledger.as_of, settings, 1)
    except NotEnoughError:
        return None


def run_on(days: OrderDays, as_of: int, settings: Settings, dates: int = DATES) -> Backtest:
    """Test on order days up to a day number, as `run` does."""
    first = int(days.day.min(initial=as_of))
    age = as_of - first
    if age < _BEFORE + _LEAST:
        raise NotEnoughError(
            f"The ledger covers {age} days; a look back needs {_BEFORE + _LEAST}.",
            "Load a longer ledger.",
            code="backtest-short",
        )
    followed = int(min(settings.return_days, max(_LEAST, (age - _BEFORE) // 2)))
    last = as_of - followed
    when = list(range(last, first + _BEFORE - 1, -_STEP))[:dates]
    found = [_on(days, day, followed, settings) for day in when]
    states = [one.states for one in found]
    silent = [np.isin(one.status, SILENT) for one in states]
    rates = calibration.tenths(
        np.concatenate([one.rate[gone] for one, gone in zip(found, silent, strict=True)]),
        np.concatenate([one.back[gone] for one, gone in zip(found, silent, strict=True)]).astype(float),
    )
    orders = calibration.tenths(
        np.concatenate([one.said for one in found]), np.concatenate([one.seen for one in found]).astype(float)
    )
    limits = _limits(found)
    return Backtest(
        followed,
        pd.DataFrame([_row(one, gone) for one, gone in zip(found, silent, strict=True)]),
        rates,
        orders,
        _base_rates(found),
        limits,
        _best(limits, settings.limit_multiple),
        calibration.error(rates),
    )


def _on(days: OrderDays, day: int, followed: int, settings: Settings) -> _Day:
    """Describe what would have been said on a day, and count what followed."""
    known = days.until(day)
    states = past_states.on(days, day, settings)
    learned = return_rate.learn_from(known.of_every(return_rate.step_of(known)), day, settings)
    back = states.within(followed)
    fixed = settings.with_(lapse_mode="fixed")
    return _Day(
        day,
        states,
        learned.of(states, followed),
        back,
        _expected(known, states, day, followed, settings),
        _seen(days, states, day, followed),
        _hits(np.isin(states.status, SILENT), ~back),
        _hits(states.silence > fixed.fixed_days, ~back)[-1],
        tuple(_hits(_flagged(states, multiple, settings), ~back)[-1] for multiple in _MULTIPLES),
    )


def _expected(known: OrderDays, states: States, day: int, followed: int, settings: Settings) -> Floats:
    """Return the order days that the value model expects of each customer in the days that are followed."""
    who = states.customer
    dates = {"first_order": known.first[who], "last_order": known.last[who]}
    history = pd.DataFrame(
        {
            "order_days": states.order_days,
            "days_since": states.silence,
            "gap_log_mean": known.gap_log_means()[who],
            "order_days_12m": known.after(day - YEAR).count[who],
            "cadence": states.cadence,
            "status": states.status,
            **{name: value.astype("datetime64[D]").astype("datetime64[s]") for name, value in dates.items()},
        }
    )
    expected = customer_value.rate(history, settings, days=followed)["expected_orders"]
    return expected.to_numpy(np.float64)


def _seen(days: OrderDays, states: States, day: int, followed: int) -> Ints:
    counted = days.after(day).until(day + followed).count
    seen: Ints = counted[states.customer]
    return seen


def _flagged(states: States, multiple: float, settings: Settings) -> Bools:
    """State who would be flagged with another lapse limit; customers without a rhythm of their own keep theirs."""
    own = states.order_days >= settings.own_cadence_order_days
    limit = np.where(own, np.maximum(multiple * states.cadence, settings.limit_floor_days), states.limit)
    return states.silence > limit


def _hits(flag: Bools, lost: Bools) -> tuple[float, float, float, float]:
    """Return how many were flagged, precision, recall and F1."""
    both = float((flag & lost).sum())
    precision = both / max(float(flag.sum()), 1.0)
    recall = both / max(float(lost.sum()), 1.0)
    return float(flag.sum()), precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _row(one: _Day, silent: Bools) -> dict[str, object]:
    flagged, precision, recall, hit_rate = one.hits
    nobody = not silent.any()
    return {
        "date": pd.Timestamp(one.day, unit="D"),
        "customers": len(one.states),
        "flagged": flagged,
        "precision": precision,
        "recall": recall,
        "hit_rate": hit_rate,
        "hit_rate_fixed": one.fixed,
        "silent": int(silent.sum()),
        "rate_said": np.nan if nobody else float(one.rate[silent].mean()),
        "rate_seen": np.nan if nobody else float(one.back[silent].mean()),
        "orders_said": float(one.said.sum()),
        "orders_seen": float(one.seen.sum()),
    }


def _base_rates(found: list[_Day]) -> pd.DataFrame:
    """Count by status and level who ordered again."""
    table = pd.DataFrame(
        {
            "status": np.concatenate([one.states.status for one in found]),
            "habitual": np.concatenate([one.states.habitual for one in found]),
            "said": np.concatenate([one.rate for one in found]),
            "seen": np.concatenate([one.back for one in found]).astype(float),
        }
    )
    order = ("Active", "Due", "At risk", *SILENT)
    grouped = table.groupby(["status", "habitual"]).agg(
        customers=("seen", "size"), said=("said", "mean"), seen=("seen", "mean")
    )
    rows = grouped.reset_index()
    rows["level"] = np.where(rows["habitual"], "Habitual or Loyal", "Occasional")
    rows["place"] = rows["status"].map({name: at for at, name in enumerate(order)})
    return rows.sort_values(["place", "habitual"])[
        ["status", "level", "customers", "said", "seen"]
    ].reset_index(drop=True)


def _limits(found: list[_Day]) -> pd.DataFrame:
    hits = {f"{pd.Timestamp(one.day, unit='D'):%Y-%m-%d}": list(one.by_limit) for one in found}
    return pd.DataFrame({"multiple": list(_MULTIPLES), **hits})


def _best(limits: pd.DataFrame, now: float) -> float:
    """Return a better limit halfway to the present one, where the two latest dates that do not overlap agree on it."""
    dates = limits.columns[1:]
    if len(dates) < 2:
        return float("nan")
    multiple = limits["multiple"].to_numpy(np.float64)
    present = int(np.abs(multiple - now).argmin())
    chosen = []
    for date in (dates[0], dates[-1]):
        hits = limits[date].to_numpy(np.float64)
        at = int(hits.argmax())
        if hits[at] - hits[present] < _CLEAR:
            return float("nan")
        chosen.append(multiple[at])
    if (chosen[0] > now) != (chosen[1] > now):
        return float("nan")
    nearer = float(min(chosen, key=lambda one: abs(one - now)))
    return round((nearer + now) / 2, 2)
