"""Behaviour x attitude: Occasional, Habitual or Loyal, with the reason and what would change it.

Loyalty is repeat patronage *and* a favourable attitude (Dick & Basu 1994). Who only buys often is Habitual,
which the articles call deceptive: one mistake breaks a habit. So orders alone never make a customer Loyal.

The worksheet formulas for one customer go through the same `ratings` as a million rows do, only without a frame
around one row, which would take most of the time; there is no second path that could differ.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import YEAR
from winback_xl.core.orders.on_demand import OnDemand, together
from winback_xl.core.segments import attitude as attitudes
from winback_xl.core.segments import behaviour as behaviours
from winback_xl.core.segments import loyalty_sentences
from winback_xl.errors import UsageError, nearest
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from winback_xl.core.orders.order_days import Summary
    from winback_xl.core.segments.attitude import Evidence
    from winback_xl.core.tally import Bools, Ints
    from winback_xl.settings import Settings

OCCASIONAL, HABITUAL, LOYAL = LISTS["Level"]
_HIGH, _MEDIUM, _LOW = LISTS["Confidence"]
_SENTENCES = ("level_why", "level_change")


def rate(
    history: pd.DataFrame,
    settings: Settings,
    customers: pd.DataFrame | None = None,
    *,
    summary: Summary | None = None,
    status: NDArray[Any] | None = None,
) -> pd.DataFrame:
    """Rate behaviour and attitude of each customer, and give the level that follows.

    Tested in this order: too few order days in the window, most of the wallet elsewhere, or a behaviour score
    below the threshold is Occasional (latent if the attitude is there nevertheless); else enough attitude
    points make it Loyal; else it is Habitual.

    Parameters
    ----------
    history : DataFrame
        From `history.summarise`.
    settings : Settings
        The group "Loyalty".
    customers : DataFrame, optional
        Columns of ``columns.CUSTOMERS``. Shares 0 to 1, NPS 0 to 10, yes and no as text, truth or 1 and 0. Of
        two rows of one customer the first counts.
    summary : Summary, optional
        What ``history`` was made of: with its order days the sentences name which next orders would do.
    status : ndarray of str, optional
        Words of the list Status: who is Lapsed or Cold has left, and would not stay whatever the level.

    Returns
    -------
    DataFrame, rows as in ``history``
        ``behaviour`` and its parts ``behaviour_frequency``, ``behaviour_continuity``,
        ``behaviour_regularity`` (0 to 1), ``attitude`` (points), ``level``, ``latent``, ``confidence``,
        ``one_mistake_away`` ("Yes" unless Loyal and still buying), ``level_why``, ``level_change`` (sentences).

    Notes
    -----
    With x order days after the first, F = x / (x + 3). C = periods bought in / periods open. R = 1 / (1 + CV²)
    of the gaps: 1 for a clockwork, 0.5 for chance, 0 below two gaps. The score is their weighted mean, with
    the share of wallet where it is known; the weights and points are in the settings (design). Confidence is
    High with two sources of attitude, or with one and 12 order days; Low where orders are all there is, and where
    Loyal rests on credit notes alone.

    References
    ----------
    Dick, A. S., & Basu, K. (1994). Customer loyalty: toward an integrated conceptual framework. JAMS 22(2).

    Examples
    --------
    >>> from winback_xl.core.orders.customer_history import summary_of_one
    >>> from winback_xl.settings import Settings
    >>> dates = pd.date_range("2025-01-15", periods=24, freq="30D")
    >>> known = summary_of_one(dates, pd.Timestamp("2026-12-31"), Settings()).frame()
    >>> rated = rate(known, Settings()).iloc[0]
    >>> rated["level"], round(float(rated["behaviour"]), 4), rated["level_change"]
    ('Habitual Buyer', 0.9495, 'One referral would raise them to Loyal.')
    """
    evidence = attitudes.on_file(history, customers)
    known = None if status is None else (lambda: status)
    rated = pd.DataFrame(dict(ratings(history, evidence, settings, summary=summary, status=known)))
    return rated.astype(
        dict.fromkeys(("level", "confidence", "one_mistake_away", "level_why", "level_change"), "str")
    )


def ratings(
    history: pd.DataFrame | Summary,
    evidence: Evidence,
    settings: Settings,
    *,
    summary: Summary | None = None,
    status: Callable[[], NDArray[Any]] | None = None,
) -> OnDemand:
    """Return the columns of `rate`, one array or list each, calculated when they are asked for.

    Parameters
    ----------
    history : DataFrame or Summary
        From `history.summarise` or `history.summary_of_one`.
    evidence : Evidence
        In the order of the history.
    settings : Settings
        The group "Loyalty".
    summary
        As for `rate`.
    status : callable, optional
        Returns what `rate` takes; it is asked for only where a column needs it.
    """
    behaviour = behaviours.of(history, evidence.share_of_wallet, settings)
    points = evidence.points(settings)
    attitude = np.sum(list(points.values()), axis=0)
    days = np.asarray(history["window_days"], dtype=np.int64)
    fond = attitude >= settings.loyal_points
    elsewhere = evidence.share_of_wallet < settings.wallet_threshold
    few = days < settings.loyalty_min_order_days
    loose = ~few & ~elsewhere & (behaviour.score < settings.behaviour_threshold)
    habit = ~few & ~elsewhere & ~loose
    level = np.select([~habit, fond], [OCCASIONAL, LOYAL], HABITUAL)

    @cache
    def left() -> Bools:
        if status is None:
            return np.zeros(len(days), dtype=np.bool_)
        return np.isin(status(), ("Lapsed", "Cold"))

    def credited() -> Bools:
        return np.asarray(habit & fond & evidence.rests_on_credits(settings))

    def confidence() -> NDArray[np.str_]:
        sources = np.sum(list(evidence.on_file(settings).values()), axis=0)
        known = _confidence(sources, ~np.isnan(evidence.share_of_wallet), days, settings)
        return np.where(credited(), _LOW, known)

    def sentences() -> dict[str, list[str]]:
        case = loyalty_sentences.case(history, few=few, elsewhere=elsewhere, loose=loose, fond=fond)
        stated = loyalty_sentences.sentences(
            case, history, behaviour, evidence, points, settings, summary=summary, left=left(), credited=credited()
        )  # fmt: skip
        return dict(zip(_SENTENCES, stated, strict=True))

    return OnDemand(
        {
            "behaviour": behaviour.score,
            "behaviour_frequency": behaviour.frequency,
            "behaviour_continuity": behaviour.continuity,
            "behaviour_regularity": behaviour.regularity,
            "attitude": attitude,
            "level": level,
            "latent": loose & fond,
            "confidence": confidence,
            "one_mistake_away": lambda: np.where(habit & fond & ~left(), "No", "Yes"),
            **together(_SENTENCES, sentences),
        }
    )


def resilient_share(levels: Sequence[str], revenue: Sequence[float] | None = None) -> float:
    """Return the share of the customers, or of their revenue, that would stay after one serious mistake.

    "What % of customers would allow one big mistake and stay?" (article 000): those that are Loyal.

    Parameters
    ----------
    levels : sequence of str
        Levels of the customers; blanks are left out.
    revenue : sequence of float, optional
        Their revenue, money; negative and blank revenue counts as 0.

    Returns
    -------
    float
        0 to 1; NaN without any level, or without any revenue.

    Raises
    ------
    UsageError
        A text is not a level, or there are not as many revenues as levels.

    Examples
    --------
    >>> resilient_share(["Loyal Customer", "Habitual Buyer", "", "Occasional Buyer", "Loyal Customer"])
    0.5
    >>> resilient_share(["Loyal Customer", "Habitual Buyer"], [300.0, 100.0])
    0.75
    """
    code, names = pd.factorize(pd.Series(levels, dtype=object))
    words = [*(str(name).strip() for name in names), ""]  # a blank has code -1: the last
    for word in words:
        _check_level(word)
    known = np.array([word != "" for word in words])[code]
    loyal = np.array([word.casefold() == LOYAL.casefold() for word in words])[code]
    weight = known.astype(np.float64)
    if revenue is not None:
        if len(revenue) != len(code):
            raise UsageError(
                f"There are {len(code)} levels and {len(revenue)} revenues.",
                "Give two ranges of the same length.",
                code="lengths-differ",
            )
        money = np.asarray(revenue, dtype=np.float64)
        weight = np.where(known, np.maximum(np.nan_to_num(money), 0.0), 0.0)
    total = float(weight.sum())
    return float(weight[loyal].sum()) / total if total else np.nan


def loss_rate(history: pd.DataFrame, as_of: pd.Timestamp) -> float:
    """Return the share of the customers of the year before last year that did not order in the last one.

    Article 001 names 10-40% a year.

    Parameters
    ----------
    history : DataFrame
        From `history.summarise` with the same ``as_of``.
    as_of : Timestamp
        End of the last year; years are 365 days.

    Returns
    -------
    float
        0 to 1; NaN when nobody ordered in the year before.
    """
    active = history["order_days_prior_12m"].to_numpy() > 0
    year_ago = as_of.normalize() - pd.Timedelta(days=YEAR)
    lost = active & (history["last_order"] <= year_ago).to_numpy()
    return float(lost.sum() / active.sum()) if active.any() else np.nan


def _check_level(name: str) -> None:
    """Refuse a text that is neither blank nor a level."""
    if not name or name.casefold() in (level.casefold() for level in LISTS["Level"]):
        return
    guess = nearest(name, LISTS["Level"])
    hint = f"Did you mean '{guess}'?" if guess else f"Levels are {', '.join(LISTS['Level'])}."
    raise UsageError(f"'{name}' is not a level.", hint, code="level-unknown")


def _confidence(sources: Ints, wallet_known: Bools, days: Ints, settings: Settings) -> NDArray[np.str_]:
    """Explain how far the level rests on more than orders."""
    high = (sources >= 2) | ((sources == 1) & (days >= settings.sure_order_days))
    return np.select([high, (sources == 1) | wallet_known], [_HIGH, _MEDIUM], _LOW)
