"""The odds to win a customer back, and what the effort gains: a band by status and a place in it, or a live complaint."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from winback_xl.core.arguments import choice, number, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

_BANDS = ("current", "lapsed", "cold")
_CURRENT = 0
_BAND_OF: Mapping[str, int] = MappingProxyType(
    {
        "Active": 0, "Due": 0, "At risk": 0, "current": 0,
        "Lapsed": 1,
        "Cold": 2,
    }
)  # fmt: skip
_LEVEL_OF: Mapping[str, int] = MappingProxyType(
    {
        "Occasional Buyer": 0, "Occasional": 0,
        "Habitual Buyer": 1, "Habitual": 1,
        "Loyal Customer": 2, "Loyal": 2,
    }
)  # fmt: skip
_FIX_OF: Mapping[str, int] = MappingProxyType({"specific": 0, "systemic fixed": 1, "systemic open": 2})

_LEAST_SEVERITY, _MOST_SEVERITY = 1, 5


class _Place(NamedTuple):
    """Everything that the odds of each row come from."""

    band: NDArray[np.intp]
    level: NDArray[np.intp]
    fix: NDArray[np.intp]
    ratio: NDArray[np.float64]
    silence: NDArray[np.float64]
    severity: NDArray[np.float64]
    left: NDArray[np.float64]
    place: NDArray[np.float64]
    live: NDArray[np.bool_]
    quick: NDArray[np.bool_]
    low: NDArray[np.float64]
    gain: NDArray[np.float64]


def band(status: str, settings: Settings) -> tuple[float, float]:
    """Return the lowest and the highest odds for a status.

    Parameters
    ----------
    status : str
        Active, Due, At risk (all "current"), Lapsed or Cold, or the name of a band: current, lapsed, cold.
        Blank is cold: without an order on file they are a prospect.
    settings : Settings
        The bands; their numbers are one author's, not measured.

    Raises
    ------
    UsageError
        The status is unknown.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> band("At risk", Settings())
    (0.6, 0.7)
    """
    low, high = _limits(settings)
    at = choice("status", status, _BAND_OF, blank="Cold")
    return float(low[at]), float(high[at])


def win(
    status: ArrayLike,
    level: ArrayLike,
    lapse_ratio: ArrayLike,
    fix: ArrayLike,
    settings: Settings,
    severity: ArrayLike = float("nan"),
    complaint_days: ArrayLike = float("nan"),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the odds of a good win-back effort, and what it gains over the low end of the band.

    The place in the band is the weighted mean of the level (Occasional 0, Habitual 0.4, Loyal 1), the silence
    (1 at the lapse limit and below, 0 at six limits and beyond) and the cause (specific 1, systemic but
    fixed 0.5, systemic and open 0). The low end is what comes back by itself, so only the rest is the effort's gain.
    Severity lowers the low end and with it the odds, never the gain: the graver it was, the more depends on the answer.

    Who still buys and has an open complaint has a gain of its own: ``complaint_gain``, or ``complaint_gain_quick``
    within ``solution_days``, and never less than the same customer would have after leaving.

    Parameters
    ----------
    status, level, fix : array_like of str
        Words of the lists Status (or current, lapsed, cold), Level, and Specific or systemic. Blank status is
        cold, blank level Occasional, blank fix specific: a cause is an accident until others report it too.
    lapse_ratio : array_like of float
        Days since the last order over the lapse limit, >= 0; unknown counts as long silent.
    settings : Settings
        Bands, weights and gains; ``odds_severity_drop`` is what severity 5 takes off the low end.
    severity : array_like of float
        1 (nuisance, takes nothing) to 5 (the relationship is at stake); unknown takes nothing.
    complaint_days : array_like of float
        Days since the oldest open complaint, >= 0; unknown (NaN) is not an open complaint. Counts only for who still buys.

    Returns
    -------
    odds, gain : ndarray of float
        Probabilities within ``settings.return_days``, in the broadcast shape: single values in, single values out.

    Raises
    ------
    UsageError
        A word is unknown, or lengths differ.
    OutOfRangeError
        A lapse ratio or the days are negative, or a severity is not 1 to 5.

    References
    ----------
    Bands: article 001. Live complaint: TARP (of customers with a loss above 100 dollars who complain, 19% stay where
    nothing satisfied them, 54% where it did, 82% where it did quickly). Severity: article 000, "from easy to
    impossible"; how much is a design choice. Signs of level and lapse: Kumar, Bhagwat & Zhang (2015), Journal of
    Marketing 79(4). Weights: a design choice.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> odds, gain = win("Lapsed", "Loyal Customer", 1.5, "specific", Settings())
    >>> round(float(odds), 4), round(float(gain), 4)
    (0.394, 0.194)
    >>> odds, gain = win("Active", "Loyal Customer", 0.3, "specific", Settings(), complaint_days=3)
    >>> round(float(odds), 4), round(float(gain), 4)
    (0.82, 0.63)
    """
    found = _place(status, level, lapse_ratio, fix, settings, severity, complaint_days)
    return np.asarray(found.low * found.left + found.gain)[()], np.asarray(found.gain)[()]


def explain(
    status: ArrayLike,
    level: ArrayLike,
    lapse_ratio: ArrayLike,
    fix: ArrayLike,
    settings: Settings,
    severity: ArrayLike = float("nan"),
    complaint_days: ArrayLike = float("nan"),
) -> list[str]:
    """Return a sentence for each row that names every number in its odds; the arguments are those of `win`.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> explain("Lapsed", "Loyal Customer", 1.5, "specific", Settings())[0]
    'Odds 39.4% within 180 days: the author gives 20-40% for a lapsed customer; level Loyal 1 x 0.4, silence of 1.5 \
lapse limits 0.9 x 0.3 and cause specific 1 x 0.3 put this one 97% of the way up. The effort gains 19.4 points.'
    """
    found = _place(status, level, lapse_ratio, fix, settings, severity, complaint_days)
    points = _points(settings)
    levels = _pieces(("Occasional", "Habitual", "Loyal"), points[0], settings.odds_weight_level)
    fixes = _pieces(tuple(_FIX_OF), points[1], settings.odds_weight_fix)
    author = [
        f"the author gives {_percent(low)}-{_percent(high)}% for a {name} customer"
        for name, low, high in zip(_BANDS, *_limits(settings), strict=True)
    ]
    columns = (
        found.low * found.left + found.gain, found.band, found.level, found.ratio, found.silence, found.fix, found.place,
        found.severity, found.left, found.low, found.gain, found.live, found.quick,
    )  # fmt: skip
    weight = settings.odds_weight_recency
    texts = []
    for odd, band, level_, ratio, silence, fix_, place, grave, left, low, gain, live, quick in zip(
        *(np.atleast_1d(column).tolist() for column in columns), strict=True
    ):
        lead = f"Odds {_percent(odd)}% within {settings.return_days} days: "
        grave_ = _less(grave, left)
        ends = f"The effort gains {_percent(gain)} points."
        if live:
            answer = (
                f"a good answer within {settings.solution_days} days" if quick else "a good, but late answer"
            )
            texts.append(
                f"{lead}of those who still buy and complain {_percent(low)}% stay by themselves{grave_}, and {answer} "
                f"adds {_percent(gain)} points."
            )
            continue
        silent = "unknown length" if np.isnan(ratio) else f"{ratio:.4g} lapse limits"
        texts.append(
            f"{lead}{author[band]}; level {levels[level_]}, silence of {silent} {silence:.3g} x {weight:g} "
            f"and cause {fixes[fix_]} put this one {100 * place:.3g}% of the way up{grave_}. {ends}"
        )
    return texts


def greatest_gain(settings: Settings) -> float:
    """Return the greatest gain that a customer without an open complaint can have: the widest band.

    >>> from winback_xl.settings import Settings
    >>> round(greatest_gain(Settings()), 4)
    0.2
    """
    low, high = _limits(settings)
    return float((high - low).max())


def reach(settings: Settings) -> float:
    """Return the largest share of those who would stay away that a band has an effort win: from 20% to 40%, a quarter."""
    low, high = _limits(settings)
    return float(((high - low) / np.maximum(1 - low, 1e-9)).max())


def lowered(severity: ArrayLike, settings: Settings) -> NDArray[np.float64]:
    """Return how much of the low end severity leaves, 0 to 1; unknown leaves all of it."""
    steps = (np.asarray(severity, dtype=float) - _LEAST_SEVERITY) / (_MOST_SEVERITY - _LEAST_SEVERITY)
    return np.asarray(1 - settings.odds_severity_drop * np.nan_to_num(steps))


def live(status: ArrayLike, complaint_days: ArrayLike) -> NDArray[np.bool_]:
    """Return who still buys and has an open complaint; the arguments are those of `win`."""
    rows = together(
        status=choice("status", status, _BAND_OF, blank="Cold"),
        days=number("number of days since the complaint", complaint_days, low=0.0),
    )
    return np.asarray((rows["status"] == _CURRENT) & ~np.isnan(rows["days"]))


def _percent(share: float) -> str:
    return f"{100 * share:.4g}"


def _less(severity: float, left: float) -> str:
    if left >= 1:
        return ""
    return f" (less {100 * (1 - left):.3g}% of the low end for severity {severity:g} of {_MOST_SEVERITY})"


def _points(settings: Settings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how much of its weight each level and each kind of cause gets, from nothing (0) to all (1)."""
    return np.array([0.0, settings.odds_habitual, 1.0]), np.array([1.0, settings.odds_systemic_fixed, 0.0])


def _pieces(names: tuple[str, ...], points: NDArray[np.float64], weight: float) -> list[str]:
    return [f"{name} {point:g} x {weight:g}" for name, point in zip(names, points.tolist(), strict=True)]


def _limits(settings: Settings) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low = np.array([settings.odds_current_low, settings.odds_lapsed_low, settings.odds_cold_low])
    high = np.array([settings.odds_current_high, settings.odds_lapsed_high, settings.odds_cold_high])
    return low, high


def _place(
    status: ArrayLike,
    level: ArrayLike,
    lapse_ratio: ArrayLike,
    fix: ArrayLike,
    settings: Settings,
    severity: ArrayLike,
    complaint_days: ArrayLike,
) -> _Place:
    rows = together(
        status=choice("status", status, _BAND_OF, blank="Cold"),
        level=choice("level", level, _LEVEL_OF, blank="Occasional"),
        lapse_ratio=number("lapse ratio", lapse_ratio, low=0.0),
        fix=choice("cause", fix, _FIX_OF, blank="specific"),
        severity=number("severity", severity, low=_LEAST_SEVERITY, high=_MOST_SEVERITY),
        complaint_days=number("number of days since the complaint", complaint_days, low=0.0),
    )
    ratio, at, days = rows["lapse_ratio"], rows["status"], rows["complaint_days"]
    silence = np.where(np.isnan(ratio), 0.0, np.clip(1 - (ratio - 1) / settings.odds_fade_limits, 0.0, 1.0))
    weights = (settings.odds_weight_level, settings.odds_weight_recency, settings.odds_weight_fix)
    total = sum(weights) or 1.0  # the place stays within the band whatever weights are set
    levels, fixes = _points(settings)
    place = (
        weights[0] * levels[rows["level"]] + weights[1] * silence + weights[2] * fixes[rows["fix"]]
    ) / total
    low, high = _limits(settings)
    live = (at == _CURRENT) & ~np.isnan(days)
    quick = live & (days <= settings.solution_days)
    answered = np.where(quick, settings.complaint_gain_quick, settings.complaint_gain)
    after_leaving = (high - low)[1:].max() * place  # who still buys is never offered less than who has left
    gain = np.where(live, np.maximum(answered, after_leaving), (high - low)[at] * place)
    low_end = np.where(live, settings.odds_complaint_low, low[at])
    return _Place(
        at, rows["level"], rows["fix"], ratio, silence, rows["severity"], lowered(rows["severity"], settings), place,
        live, quick, low_end, np.minimum(gain, 1 - low_end),
    )  # fmt: skip
