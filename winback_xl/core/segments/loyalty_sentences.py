"""Facts into words: the sentences of all customers, written once for each distinct set of facts.

Many customers share the same facts, so a hundred thousand sentences take a fraction of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.segments.loyalty_text import Case, Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from winback_xl.core.orders.customer_history import Summary
    from winback_xl.core.orders.ledger import Bools, Floats, Ints
    from winback_xl.core.segments.attitude import Evidence
    from winback_xl.core.segments.behaviour import Behaviour
    from winback_xl.settings import Settings

_MOST = 2**62  # what fits into an integer
_CLOCKWORK, _FAIRLY = 0.9, 0.7  # regularity from which the words hold; chance alone gives 0.5


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
    """
    names = ("order_days", "window_days", "periods_bought", "periods_open")
    count = {name: np.asarray(history[name], dtype=np.int64) for name in names}
    count["wallet"] = _percent(evidence.share_of_wallet)
    count["score"] = _hundredths(behaviour.score, settings.behaviour_threshold)
    count["attitude"] = np.sum(list(points.values()), axis=0)
    writer = Writer(settings)
    why = _whys(writer, cases, count, behaviour, evidence.on_file(settings), evidence, points)
    count["needed"] = _periods_needed(cases, count, behaviour, evidence.share_of_wallet, settings)
    reach = _score_at_wallet_threshold(behaviour, evidence.share_of_wallet, settings)
    return why, _changes(writer, cases, count, reach >= settings.behaviour_threshold, evidence.nps, points)


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
    pace = np.digitize(behaviour.regularity, [_FAIRLY, _CLOCKWORK]).astype(np.int64)
    lead = _each(
        writer.buying,
        cases,
        count["window_days"],
        _other_days(cases, count),
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
        *shown,
        *(points[name] for name in there),
    )
    return [buying + on_file for buying, on_file in zip(lead, tail, strict=True)]


def _changes(
    writer: Writer,
    cases: Ints,
    count: dict[str, Ints],
    wallet_suffices: Bools,
    nps: Floats,
    points: dict[str, Ints],
) -> list[str]:
    """Write what would lift the levels: other behaviour below a habit, more evidence beyond it."""
    below, habit = cases <= Case.LATENT, cases == Case.HABITUAL
    buys = [
        count[name] for name in ("window_days", "periods_bought", "periods_open", "wallet", "needed", "score")
    ]
    feels = [count["attitude"], _whole(nps), *points.values()]
    return _each(
        writer.change,
        cases,
        count["attitude"] >= writer.settings.loyal_points,
        wallet_suffices,
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


def _other_days(cases: Ints, count: dict[str, Ints]) -> Ints:
    """Return all order days where older ones are worth a word, else 0."""
    older = (cases <= Case.FEW) & (count["order_days"] > count["window_days"])
    return np.where(older, count["order_days"], 0)


def _periods_needed(
    cases: Ints, count: dict[str, Ints], behaviour: Behaviour, wallet: Floats, settings: Settings
) -> Ints:
    """Find how many periods must be bought in to reach the threshold, an order day each; 0 if none suffices."""
    needed = np.zeros(len(cases), dtype=np.int64)
    rows = np.flatnonzero((cases == Case.LOOSE) | (cases == Case.LATENT))
    days, bought, open_ = (count[name][rows] for name in ("window_days", "periods_bought", "periods_open"))
    rest = settings.weight_regularity * behaviour.regularity[rows]
    rest += settings.weight_wallet * np.nan_to_num(wallet[rows])
    for more in range(1, int((open_ - bought).max(initial=0)) + 1):
        after_first = days - 1 + more
        often = settings.weight_frequency * after_first / (after_first + settings.half_frequency_days)
        steady = settings.weight_continuity * (bought + more) / open_
        enough = (often + steady + rest >= settings.behaviour_threshold * behaviour.weights[rows]) & (
            bought + more <= open_
        )
        found = enough & (needed[rows] == 0)
        needed[rows[found]] = (bought + more)[found]
    return needed


def _score_at_wallet_threshold(behaviour: Behaviour, wallet: Floats, settings: Settings) -> Floats:
    """Return the behaviour score if the share of wallet stood at its threshold; NaN where it is not known."""
    step = settings.weight_wallet * (settings.wallet_threshold - wallet)
    return behaviour.score + step / np.where(behaviour.weights > 0, behaviour.weights, 1.0)
