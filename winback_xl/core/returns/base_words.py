"""Why so many come back, or stay, without us: what the ledger counts, less what a complaint and its severity take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.returns import calibration

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.returns.calibration import Supported
    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_SHOWN = 0.005  # less than this does not show in a whole percentage
_LONE = 20  # earlier customers that a group needs to be spoken of


def sentences(
    accounts: pd.DataFrame,
    odds: Floats,
    gain: Floats,
    *,
    live: NDArray[np.bool_],
    waited: Floats,
    left: Floats,
    advised: Floats,
    settings: Settings,
) -> list[str]:
    """Return for each account the reason of its return rate, which is odds less gain.

    Parameters
    ----------
    accounts : DataFrame
        ``return_rate`` and ``return_why`` as the ledger has them, where they are learned; ``severity``.
    odds, gain : ndarray of float, shape (n,)
        Odds with a good effort, and what it adds.
    live : ndarray of bool, shape (n,)
        Who still buys and has an open complaint.
    waited : ndarray of float, shape (n,)
        Days since that complaint; NaN without one.
    left : ndarray of float, shape (n,)
        What severity leaves of those who come back without us.
    advised : ndarray of float, shape (n,)
        What the authors have an effort add.
    settings : Settings
        ``solution_days``.
    """
    base, grave = odds - gain, accounts["severity"].to_numpy(float)
    learned = np.full(len(base), np.nan)
    if "return_rate" in accounts:
        learned = accounts["return_rate"].to_numpy(float)
    quick = live & (np.nan_to_num(waited, nan=np.inf) <= settings.solution_days)
    stated = accounts["return_why"].tolist() if "return_why" in accounts else [""] * len(accounts)
    known = ~np.isnan(learned)
    said = [
        lead if there else f"{percent(one)}: the author's figure, because no order is on file."
        for lead, there, one in zip(stated, known.tolist(), base.tolist(), strict=True)
    ]
    grade = [
        f" for severity {one:g} of 5" if less else ""
        for one, less in zip(grave.tolist(), (left < 1).tolist(), strict=True)
    ]
    for row in np.flatnonzero(live & known).tolist():
        when = f" within {settings.solution_days} days" if quick[row] else ""
        said[row] += (
            f" With a complaint open fewer stay: a good answer{when} adds {100 * gain[row]:.3g} points."
            f" So{grade[row] and f',{grade[row]},'} {percent(base[row])} stay without it and {percent(odds[row])} with it."
        )
    for row in np.flatnonzero(~live & known & (np.abs(base - learned) >= _SHOWN)).tolist():
        why = " Corrected" + (grade[row] or " by your own outcomes")
        said[row] += f"{why}: {percent(base[row])}."
    for row in np.flatnonzero(~live & known & (advised - gain >= _SHOWN)).tolist():
        said[row] += (
            f" An effort makes it {percent(odds[row])}: the authors' {100 * advised[row]:.3g} points are too many where"
            f" {percent(base[row])} return by themselves."
        )
    return said


def percent(chance: float) -> str:
    """Write a chance as a whole percentage, never as certain or impossible.

    >>> percent(0.996), percent(0.002), percent(0.42)
    ('99%', '1%', '42%')
    """
    return f"{min(max(round(100 * chance), 1), 99)}%"


def limit(held: Supported, place: int) -> str:
    """State what the highest rates are held to."""
    many, back = int(held.many[place]), int(held.back[place])
    return (
        f" Held to what came true: of the {many:,} likeliest on {np.datetime64(held.day, 'D')}, {back:,} ordered within"
        f" {held.followed} days ({_interval(back / many, many)})."
    )


def _interval(share: float, many: int) -> str:
    low, high = calibration.wilson(share, float(many))
    return f"95% interval {low:.0%} to {high:.0%}"


def of_group(percent: int, days: int, many: int, again: float, followed: int, *, learned: bool) -> str:
    """State the rate of a customer, of how many as silent at earlier dates and of how many of them who came back."""
    if not learned:
        return (
            f"{percent}% order again within {days} days without contact: the author's figure, because the ledger is too short or"
            " too small to learn from."
        )
    if many < _LONE:
        return f"{percent}% of customers like this one order again within {days} days without contact."
    return (
        f"Of {many:,} customers as silent as this at earlier dates, {again:.0%} ordered again within {followed} days by"
        f" themselves ({_interval(again, many)}); for one like this, {percent}% within {days} days."
    )
