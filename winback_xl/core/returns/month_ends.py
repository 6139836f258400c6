"""Customers by status and level at the end of each of the last months: is it getting better, who moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.orders.order_days import SortedGaps
from winback_xl.core.returns.past_states import SILENT
from winback_xl.core.segments import attitude, behaviour, lapse
from winback_xl.core.tally import tally
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.orders.order_days import OrderDays
    from winback_xl.core.tally import Ints
    from winback_xl.settings import Settings

MONTHS = 12
"""Earlier month ends that are shown, in front of today."""

GROWN = 365
"""Days of orders after which a share of quiet customers means something: most rhythms are shorter."""

_LEVEL = np.array((*LISTS["Level"], ""), dtype=object)

COLUMNS = ("month", *LISTS["Status"], *LISTS["Level"], "new", "went_quiet", "came_back")


def build(
    ledger: Ledger, history: pd.DataFrame, customers: pd.DataFrame | None, settings: Settings
) -> pd.DataFrame:
    """Count the customers by status and by level at month ends.

    Parameters
    ----------
    ledger : Ledger
        The orders up to today.
    history : DataFrame
        What `segment_table.build` gives as ``history``.
    customers : DataFrame or None
        The customer list, for the share of wallet.
    settings : Settings
        The groups "Lapse" and "Loyalty".

    Returns
    -------
    DataFrame, shape (at most 13, 12)
        `COLUMNS`, oldest first; the last row is today. Customers count from their first order on. ``new``: first order since the row
        before; ``went_quiet``: bought then, Lapsed or Cold now; ``came_back``: the reverse. NaN in the first row.

    Notes
    -----
    Statuses follow from the orders up to that day, and so do levels. Two things are today's for every month: the rhythm of the
    typical customer, by which those with few orders are judged, and what is on file beyond orders (attitude, share of wallet),
    since nobody noted from when on it holds.
    """
    days = ledger.order_days
    population = {str(name): value for name, value in history.attrs.items()}
    known = history.assign(wallet=attitude.on_file(history, customers).share_of_wallet)
    at = pd.Index(history["customer_id"]).get_indexer(ledger.ids)
    rows = known.reset_index(drop=True).reindex(at)  # -1 is not a label, so a blank row
    rows.index = pd.RangeIndex(len(rows))
    cuts = _month_ends(days, ledger.as_of)
    gaps = SortedGaps.of(days)
    counted: list[tuple[object, ...]] = []
    before = now = None
    for cut in cuts:
        status, level = _on(days, cut, gaps, population, rows, settings)
        before, now = now, status
        moves: tuple[float, ...] = (np.nan,) * 3
        if before is not None:
            there, quiet, now_quiet = before != "", _silent(before), _silent(status)
            gone, back = there & ~quiet & now_quiet, quiet & (status != "") & ~now_quiet
            moves = (((status != "") & ~there).sum(), gone.sum(), back.sum())
        counts = (*_numbers(status, LISTS["Status"]), *_numbers(level, LISTS["Level"]))
        counted.append((np.datetime64(cut, "D"), *counts, *moves))
    kinds = {"month": "datetime64[s]", **dict.fromkeys(COLUMNS[1:], "float64")}
    return pd.DataFrame(counted, columns=list(COLUMNS)).astype(kinds)


def _silent(status: np.ndarray) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.logical_or.reduce([status == word for word in SILENT])
    return found


def _month_ends(days: OrderDays, as_of: int) -> list[int]:
    """Return the last days of earlier months with a year of orders before them, and today.

    Who ordered first when the ledger begins cannot be quiet yet: a share that rises from 0 would only be its beginning.
    """
    month = np.datetime64(as_of, "D").astype("datetime64[M]")
    ends = [int((month - back).astype("datetime64[D]").astype(np.int64)) - 1 for back in range(MONTHS)]
    first = int(days.day.min(initial=as_of))
    return [*(end for end in reversed(ends) if end >= first + GROWN and end < as_of), as_of]


def _on(
    days: OrderDays,
    cut: int,
    gaps: SortedGaps,
    population: Mapping[str, float],
    rows: pd.DataFrame,
    settings: Settings,
) -> tuple[np.ndarray, np.ndarray]:
    """Return status and level of every customer on a day, "" before the first order."""
    known = days.until(cut)
    seen = known.rhythm(cut, settings, gaps, population)
    status = lapse.ratings(seen, settings)["status"]
    there = known.count > 0
    wallet = rows["wallet"].to_numpy(np.float64)
    habit = behaviour.of(seen, wallet, settings).score >= settings.behaviour_threshold
    habit &= np.asarray(seen["window_days"]) >= settings.loyalty_min_order_days
    habit &= ~(wallet < settings.wallet_threshold)
    fond = rows["attitude"].to_numpy(np.float64) >= settings.loyal_points
    level = _LEVEL[np.select([~there, ~habit, fond], [3, 0, 2], 1)]
    return status, level


def _numbers(words: np.ndarray, listed: tuple[str, ...]) -> Ints:
    place = {word: at for at, word in enumerate((*listed, ""))}
    codes, found = pd.factorize(words)
    return tally(np.array([place[word] for word in found])[codes], len(place))[: len(listed)]
