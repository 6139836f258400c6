"""Made-up orders: order days with seasons and decline, order values, promised dates and late shipments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import OWN_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.samples.accounts import Account

    Days = NDArray[np.datetime64]
    Numbers = NDArray[np.float64]

BAD_CARRIER = (219, 310)
"""Days before the as-of date in which a new carrier delivered late: one cause that hit many."""

_CARRIER_REGIONS = ("France", "UK & Ireland")
_CLOSED = 0.85  # share of orders that the Christmas closing swallows
_AUGUST = 0.45  # and the August holidays
_RUSH = 1.25  # orders of December before it are larger
_TWO_LINES = 0.12


def ledger_of(accounts: Sequence[Account], as_of: np.datetime64, rng: np.random.Generator) -> pd.DataFrame:
    """Return all orders, one row each, by day: the working table that troubles and headings are put on.

    Columns: ``account`` (place in the sequence), ``day``, ``value``, ``required``, ``shipped``, ``carrier``
    (whether the bad carrier had it), ``rep``.
    """
    parts = [_orders(place, account, as_of, rng) for place, account in enumerate(accounts)]
    orders = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    return orders.sort_values(["day", "account"], kind="stable", ignore_index=True)


def _orders(
    place: int, account: Account, as_of: np.datetime64, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    ages = order_ages(account, rng)
    days = _order_days(as_of - np.round(ages).astype("timedelta64[D]"), as_of, rng)
    keep = _open_days(days, rng)
    days, ages = days[keep], ages[keep]
    required = to_weekday(days + rng.integers(account.lead, account.lead + 5, len(days)))
    carrier = _had_by_bad_carrier(required, account, as_of, rng)
    return {
        "account": np.full(len(days), place),
        "day": days,
        "value": _values(account, days, ages, rng),
        "required": required,
        "shipped": ship(days, required, carrier, as_of, rng),
        "carrier": carrier,
        "rep": _reps(account, ages),
    }


def _order_days(days: Days, as_of: np.datetime64, rng: np.random.Generator) -> Days:
    """Move weekends to some day of the week before; the latest only as far as it must, to keep the silence."""
    past_monday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    moved = np.where(past_monday > 4, days - past_monday + rng.integers(0, 5, len(days)), days)
    moved[:1] = to_weekday(days[:1], as_of)
    return moved


def order_ages(account: Account, rng: np.random.Generator) -> Numbers:
    """Return how many days before the as-of date the account ordered, the latest first.

    Gaps are gamma distributed; those of a fading account stretch to three times by the end.
    """
    how_many = int(2 * (account.first - account.silent) / account.gap) + 10
    gaps = rng.gamma(account.shape, account.gap / account.shape, how_many)
    if account.fades:
        gaps *= 1 + 2 * np.exp(-np.cumsum(gaps) / 150)
    ages = account.silent + np.concatenate([[0.0], np.cumsum(gaps)])
    return ages[ages <= max(account.first, account.silent)]


def to_weekday(days: Days, last: np.datetime64 | None = None) -> Days:
    """Move Saturdays to the Friday before and Sundays to the Monday after, or before where that is too late."""
    past_monday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    moved = days - (past_monday == 5) + (past_monday == 6)
    return moved if last is None else np.where(moved > last, days - 2, moved)


def _open_days(days: Days, rng: np.random.Generator) -> NDArray[np.bool_]:
    """State which orders were placed in spite of the holidays; the latest always was, and two on a day are one."""
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    closed = ((month == 12) & (day > 21)) | ((month == 1) & (day < 4))
    missed = rng.random(len(days)) < np.where(closed, _CLOSED, np.where(month == 8, _AUGUST, 0.0))
    missed[1:] |= days[1:] == days[:-1]
    missed[0] = False
    return ~missed


def _values(account: Account, days: Days, ages: Numbers, rng: np.random.Generator) -> Numbers:
    """Return order values: lognormal around the account's own mean, with its growth, rush and fading."""
    mean = account.revenue * account.gap / 365 * 1.06  # holidays take about 6% of the orders
    value: Numbers = mean * np.exp(rng.normal(-(account.spread**2) / 2, account.spread, len(days)))
    value *= np.exp(-account.growth * ages / 365)
    value *= np.where(days.astype("datetime64[M]").astype(np.int64) % 12 == 11, _RUSH, 1.0)
    if account.fades:
        value *= 1 - 0.5 * np.exp(-(ages - account.silent) / 150)
    if account.exact:
        value *= account.revenue / value[days > days[0] - np.timedelta64(OWN_YEAR, "D")].sum()
    return np.maximum(value, 15.0).round(2)


def _had_by_bad_carrier(
    required: Days, account: Account, as_of: np.datetime64, rng: np.random.Generator
) -> NDArray[np.bool_]:
    age = (as_of - required).astype(np.int64)
    in_time = (age >= BAD_CARRIER[0]) & (age <= BAD_CARRIER[1])
    chance = 0.35 if account.region in _CARRIER_REGIONS else 0.04
    return in_time & (rng.random(len(required)) < chance)


def ship(
    days: Days, required: Days, carrier: NDArray[np.bool_], as_of: np.datetime64, rng: np.random.Generator
) -> Days:
    """Return shipping days: mostly on time, 2% a little late, the bad carrier's very; open orders have none."""
    early = rng.integers(0, 3, len(days))
    late = np.where(rng.random(len(days)) < 0.02, 1 + rng.integers(0, 4, len(days)), 0)
    late = np.where(carrier, rng.integers(4, 17, len(days)), late)
    shipped = to_weekday(np.maximum(required - np.where(late > 0, 0, early), days + 1) + late)
    return np.where(shipped > as_of, np.datetime64("NaT"), shipped)


def _reps(account: Account, ages: Numbers) -> NDArray[np.object_]:
    """Return who sold each order: the rep, or before the rep's time the predecessor."""
    before = account.rep.predecessor or account.rep.name
    return np.where(ages > account.rep.months * 30.4, before, account.rep.name).astype(object)


def in_lines(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the orders with about one in eight split into two lines of unequal worth, numbered 10 and 20."""
    split = (rng.random(len(orders)) < _TWO_LINES) & (orders["value"].to_numpy() > 50)
    first_part = np.where(split, rng.uniform(0.55, 0.85, len(orders)), 1.0)
    first = orders.assign(line=10, value=np.round(orders["value"] * first_part, 2))
    rest = orders[split].assign(line=20)
    rest["value"] = np.round(rest["value"] - first.loc[split, "value"], 2)
    return pd.concat([first, rest], ignore_index=True)
