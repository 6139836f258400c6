"""Why so many come back, or stay, without us: what the ledger counts, less what a complaint and its severity take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]

_SHOWN = 0.005  # less than this does not show in a whole percentage


def sentences(
    accounts: pd.DataFrame,
    odds: Floats,
    gain: Floats,
    *,
    live: NDArray[np.bool_],
    waited: Floats,
    left: Floats,
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
    settings : Settings
        ``solution_days``.
    """
    base, grave = odds - gain, accounts["severity"].to_numpy(float)
    learned = np.full(len(base), np.nan)
    if "return_rate" in accounts:
        learned = accounts["return_rate"].to_numpy(float)
    quick = live & (np.nan_to_num(waited, nan=np.inf) <= settings.solution_days)
    told = accounts["return_why"].tolist() if "return_why" in accounts else [""] * len(accounts)
    known = ~np.isnan(learned)
    said = [
        lead if there else f"{one:.0%}: the author's figure, because no order is on file."
        for lead, there, one in zip(told, known.tolist(), base.tolist(), strict=True)
    ]
    grade = [
        f" for severity {one:g} of 5" if less else ""
        for one, less in zip(grave.tolist(), (left < 1).tolist(), strict=True)
    ]
    for row in np.flatnonzero(live & known).tolist():
        when = f" within {settings.solution_days} days" if quick[row] else ""
        said[row] += (
            f" With a complaint open fewer stay: a good answer{when} adds {100 * gain[row]:.3g} points."
            f" So{grade[row] and f',{grade[row]},'} {base[row]:.0%} stay without it and {odds[row]:.0%} with it."
        )
    for row in np.flatnonzero(~live & known & (np.abs(base - learned) >= _SHOWN)).tolist():
        why = " Corrected" + (grade[row] or " by your own outcomes")
        said[row] += f"{why}: {base[row]:.0%}."
    return said
