"""Facts into words: the sentences of all customers, written once for each distinct set of facts.

Many customers share the same facts, so a hundred thousand sentences take a fraction of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.segments import next_orders
from winback_xl.core.segments.loyalty_text import Case, Writer
from winback_xl.core.segments.next_orders import NextOrders

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from winback_xl.core.orders.order_days import Summary
    from winback_xl.core.segments.attitude import Evidence
    from winback_xl.core.segments.behaviour import Behaviour
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

_MOST = 2**62  # what fits into an integer


def case(history: pd.DataFrame | Summary, *, few: Bools, elsewhere: Bools, loose: Bools, fond: Bools) -> Ints:
    """Return the `Case` of each customer."""
    never = np.asarray(history["order_days"]) == 0
    lately = np.asarray(history["window_days"]) > 0
    tests = [never, ~lately, few, elsewhere, loose & fond, loose, fond]
    cases = [Case.NO_ORDER, Case.NONE_LATELY, Case.FEW, Case.ELSEWHERE, Case.LATENT, Case.LOOSE, Case.LOYAL]
    return np.select(tests, cases, Case.HABITUAL)


def sentences(
    cases: Ints,
    history: pd.DataFrame | Summary,
    behaviour: Behaviour,
    evidence: Evidence,
    points: dict[str, Ints],
    settings: Settings,
    *,
    summary: Summary | None,
    left: Bools,
    credited: Bools,
) -> tuple[list[str], list[str]]:
    """Write ``level_why`` and ``level_change`` of each customer.

    Parameters
    ----------
    cases : ndarray of int
        From `case`.
    history : DataFrame
        From `history.summarise`.
    behaviour, evidence : Behaviour, Evidence
        What the level rests on.
    points : dict of str to ndarray of int
        From `Evidence.points`.
    settings : Settings
        The group "Loyalty".
    summary : Summary or None
        With the order days, for the next orders that would make a habit.
    left : ndarray of bool
        Who is silent for longer than the lapse limit.
    credited : ndarray of bool
        Whose Loyal rests on credit notes alone.
    """
    names = ("order_days", "window_days", "periods_bought", "periods_open")
    count = {name: np.asarray(history[name], dtype=np.int64) for name in names}
    count["wallet"] = _percent(evidence.share_of_wallet)
    count["score"] = _hundredths(behaviour.score, settings.behaviour_threshold)
    count["attitude"] = np.sum(list(points.values()), axis=0)
    count["left"], count["credited"] = left.astype(np.int64), credited.astype(np.int64)
    writer = Writer(settings, history.attrs.get("ledger_days", np.inf))
    why = _whys(writer, cases, count, behaviour, evidence.on_file(settings), evidence, points)
    elsewhere = evidence.share_of_wallet < settings.wallet_threshold
    wallet = np.where(elsewhere, settings.wallet_threshold, evidence.share_of_wallet)  # that comes first
    reach = _score_at_wallet_threshold(behaviour, evidence.share_of_wallet, settings)
    enough = (cases == Case.ELSEWHERE) & (reach >= settings.behaviour_threshold)
    count["elsewhere"] = elsewhere.astype(np.int64) + enough
    ahead = _next_orders(summary, (cases <= Case.LATENT) & ~enough, wallet, settings)
    count["reached"] = _reached(history, ahead, count["attitude"], points["survived"], settings)
    return why, _changes(writer, cases, count, ahead, evidence.nps, points)


def _reached(
    history: pd.DataFrame | Summary, ahead: NextOrders, attitude: Ints, survived: Ints, settings: Settings
) -> Ints:
    """Return what the next orders make of each customer: 0 Habitual, 1 Habitual at least, 2 Loyal.

    Who orders on after a failure has survived it: that is evidence too, as soon as there are enough orders.
    """
    fond = attitude >= settings.loyal_points
    would = attitude - survived + settings.points_survived >= settings.loyal_points
    open_ = np.asarray(history["failures"]) > np.asarray(history["failures_survived"])
    pending = ~fond & would & open_ & (ahead.orders > 0)
    sure = pending & (ahead.orders >= settings.survival_order_days)
    return np.select([fond | sure, pending], [2, 1], 0)


def _next_orders(summary: Summary | None, asked: Bools, wallet: Floats, settings: Settings) -> NextOrders:
    """Return the next orders that would make a habit; none where nobody asks or no order days are known."""
    count, every = np.zeros((2, len(asked)), dtype=np.int64)
    if summary is not None and summary.days is not None and asked.any():
        rows = np.flatnonzero(asked)
        gap = np.asarray(summary["gap_median"], dtype=np.float64)[rows]
        count[rows], every[rows] = next_orders.needed(
            summary.days, summary.as_of, rows, gap, wallet[rows], settings
        )
    return NextOrders(count, every)


def _whys(
    writer: Writer,
    cases: Ints,
    count: dict[str, Ints],
    behaviour: Behaviour,
    there: dict[str, Bools],
    evidence: Evidence,
    points: dict[str, Ints],
) -> list[str]:
    """Write what the levels rest on: how they buy, then what is on file beyond the orders."""
    steady = cases >= Case.LOOSE
    pace = np.digitize(
        behaviour.regularity, [writer.settings.regular_from, writer.settings.clockwork_from]
    ).astype(np.int64)
    lead = _each(
        writer.buying,
        cases,
        count["window_days"],
        _other_days(count),
        # What a case does not mention is blanked, so that more customers share a sentence.
        _where(steady | (cases == Case.ELSEWHERE), count["wallet"]),
        *(
            _where(steady, part)
            for part in (count["periods_bought"], count["periods_open"], count["score"], pace)
        ),
    )
    known = {name: _whole(getattr(evidence, name)) for name in there}
    known["promotion_share"] = _percent(evidence.promotion_share)
    shown = [_where(is_there, known[name]) for name, is_there in there.items()]
    tail = _each(
        writer.on_file,
        cases,
        count["attitude"],
        count["wallet"] >= 0,
        *(_where(cases == Case.LOYAL, count[name]) for name in ("left", "credited")),
        *shown,
        *(points[name] for name in there),
    )
    return [buying + on_file for buying, on_file in zip(lead, tail, strict=True)]


def _changes(
    writer: Writer,
    cases: Ints,
    count: dict[str, Ints],
    ahead: NextOrders,
    nps: Floats,
    points: dict[str, Ints],
) -> list[str]:
    """Write what would lift the levels: other behaviour below a habit, more evidence beyond it."""
    below, habit = cases <= Case.LATENT, cases == Case.HABITUAL
    buys = [count["wallet"], ahead.orders, ahead.every, count["score"]]
    feels = [count["attitude"], _whole(nps), *points.values()]
    return _each(
        writer.change,
        cases,
        *(_where(below, count[name]) for name in ("reached", "elsewhere")),
        *(_where(cases == Case.LOYAL, count[name]) for name in ("left", "credited")),
        *(_where(below, part) for part in buys),
        *(_where(habit, part) for part in feels),
    )


def _where(mentioned: Bools, values: Ints) -> Ints:
    """Blank the values that a sentence does not mention."""
    return np.where(mentioned, values, -1)


def _each(write: Callable[..., str], *columns: NDArray[np.generic]) -> list[str]:
    """Call ``write`` once for each distinct row of the columns, and give every row its text."""
    if len(columns[0]) < 2:
        return [write(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    key, span = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        low = int(column.min())
        width = int(column.max()) - low + 1
        if width > len(column):
            column, distinct = pd.factorize(column)  # noqa: PLW2901 - the same facts, numbered closely
            low, width = 0, len(distinct)
        if span * width > _MOST:
            key, distinct = pd.factorize(key)
            span = len(distinct)
        key, span = key.astype(np.int64, copy=False) * width + (column.astype(np.int64) - low), span * width
    key, distinct = pd.factorize(key)
    last = np.empty(len(distinct), dtype=np.int64)
    last[key] = np.arange(len(key))  # any row of the group will do
    texts = [write(*row) for row in zip(*(column[last].tolist() for column in columns), strict=True)]
    return [texts[group] for group in key.tolist()]


def _hundredths(score: Floats, threshold: float) -> Ints:
    """Round to hundredths, but not up to a threshold that is not reached."""
    rounded = np.floor(score * 100 + 0.5)
    misleading = (score < threshold) & (rounded >= round(threshold * 100, 6))
    return np.where(misleading, rounded - 1, rounded).astype(np.int64)


def _whole(values: Floats) -> Ints:
    """Return whole numbers; -1 where unknown."""
    return np.where(np.isnan(values), -1, np.nan_to_num(values)).astype(np.int64)


def _percent(share: Floats) -> Ints:
    """Return whole percents, rounded down; -1 where unknown."""
    return np.floor(np.where(np.isnan(share), -0.01, share) * 100 + 1e-9).astype(np.int64)


def _other_days(count: dict[str, Ints]) -> Ints:
    """Return all order days where there are older ones than the window holds, else 0."""
    older = count["order_days"] > count["window_days"]
    return np.where(older, count["order_days"], 0)


def _score_at_wallet_threshold(behaviour: Behaviour, wallet: Floats, settings: Settings) -> Floats:
    """Return the behaviour score if the share of wallet stood at its threshold; NaN where it is not known."""
    step = settings.weight_wallet * (settings.wallet_threshold - wallet)
    return behaviour.score + step / np.where(behaviour.weights > 0, behaviour.weights, 1.0)
