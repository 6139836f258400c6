"""Find each customer's cadence, lapse limit and status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.on_demand import OnDemand
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.core.orders.order_days import Summary
    from winback_xl.settings import Settings

_STATUS = np.array((*LISTS["Status"], ""), dtype=object)
_BASIS = np.array(("own", "typical customer", "none"), dtype=object)
_NOT_KNOWN = (np.nan, np.nan)
_ACTIVE, _DUE, _AT_RISK, _LAPSED, _COLD, _NO_ORDER = range(6)


def rate(history: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Classify each customer as Active, Due, At risk, Lapsed or Cold.

    The cadence is the customer's own median gap between order days from ``settings.own_cadence_order_days``
    on, else the median gap of all customers. The limit is ``settings.limit_multiple`` own gaps, else the gap
    that only one in ten exceeds (``settings.population_limit_quantile``), but no less than two typical gaps
    (``settings.due_multiple``): nobody is Due and Lapsed at once. It is never below
    ``settings.limit_floor_days``. Where nobody ever ordered twice, and in the mode "fixed", it is
    ``settings.fixed_days``.

    Up to 1.5 cadences a customer is Active, up to 2 Due, up to the limit At risk, up to 2 limits Lapsed, and
    beyond, or after ``settings.cold_days``, Cold. The limit and the cold days come first where they clash.

    Parameters
    ----------
    history : DataFrame
        From `history.summarise`, with its ``attrs``.
    settings : Settings
        The group "Lapse".

    Returns
    -------
    DataFrame, rows as in ``history``
        ``cadence`` (days, NaN without any gap), ``cadence_basis`` ("own", "typical customer" or "none"),
        ``limit`` (days), ``lapse_ratio`` (days since the last order over the limit), ``status``. Customers
        without an order have NaN and "".

    Notes
    -----
    Measured on three ledgers, this rule finds who will not order again better than one window for all, and
    as well as BG/NBD, MBG/NBD or Pareto/NBD; heuristics did so for Wuebben & von Wangenheim (2008) too.

    Examples
    --------
    >>> from winback_xl.core.orders.customer_history import summary_of_one
    >>> from winback_xl.settings import Settings
    >>> dates = ["2026-01-01", "2026-01-31", "2026-03-02"]
    >>> known = summary_of_one(dates, pd.Timestamp("2026-05-01"), Settings()).frame()
    >>> rate(known, Settings()).values.tolist()
    [[30.0, 'own', 90.0, 0.6666666666666666, 'Due']]
    """
    rated = pd.DataFrame(dict(ratings(history, settings)))
    return rated.astype({"cadence_basis": "str", "status": "str"})


def ratings(history: pd.DataFrame | Summary, settings: Settings) -> OnDemand:
    """Return the columns of `rate` as arrays, also of a history without a frame (`history.summary_of_one`)."""
    silent = np.asarray(history["days_since"], dtype=np.float64)
    order_days = np.asarray(history["order_days"], dtype=np.int64)
    own_gap = np.asarray(history["gap_median"], dtype=np.float64)
    ordered = order_days > 0
    own = order_days >= settings.own_cadence_order_days
    typical, typical_limit = _NOT_KNOWN if own.all() else _typical(history)
    cadence = np.where(own, own_gap, np.where(ordered, typical, np.nan))
    if settings.lapse_mode == "fixed":
        limit = np.where(ordered, float(settings.fixed_days), np.nan)
    else:
        shared = max(typical_limit, settings.due_multiple * typical)
        shared = float(settings.fixed_days) if np.isnan(shared) else shared
        limit = np.where(own, settings.limit_multiple * cadence, np.where(ordered, shared, np.nan))
        limit = np.maximum(limit, settings.limit_floor_days)

    known = ~np.isnan(cadence)

    def status() -> NDArray[np.object_]:
        pace = np.where(
            known, cadence, limit / settings.limit_multiple
        )  # a cadence that would give this limit
        return _STATUS[_status(silent, pace, limit, settings)]

    return OnDemand(
        {
            "cadence": cadence,
            "cadence_basis": lambda: _BASIS[np.where(own, 0, np.where(known, 1, 2))],
            "limit": limit,
            "lapse_ratio": lambda: silent / limit,
            "status": status,
        }
    )


def _typical(history: pd.DataFrame | Summary) -> tuple[float, float]:
    """Return the typical gap of all customers and the limit that follows; NaN where nobody ordered twice."""
    gap, limit = (history.attrs.get(name, np.nan) for name in ("population_cadence", "population_limit"))
    return float(gap), float(limit)


def _status(
    silent: NDArray[np.float64],
    pace: NDArray[np.float64],
    limit: NDArray[np.float64],
    settings: Settings,
) -> NDArray[np.intp]:
    """Return the number of the status; the first test that holds decides."""
    return np.select(
        [
            np.isnan(silent),
            (silent > settings.cold_multiple * limit) | (silent > settings.cold_days),
            silent > limit,
            silent <= settings.active_multiple * pace,
            silent <= settings.due_multiple * pace,
        ],
        [_NO_ORDER, _COLD, _LAPSED, _ACTIVE, _DUE],
        _AT_RISK,
    )
