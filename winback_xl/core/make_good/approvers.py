"""Who has to approve a make-good: by what it costs us, by legal words, and after a recovery that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import number, words_out

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from winback_xl.settings import Settings

APPROVERS = ("Rep", "Manager", "Director", "CFO", "Counsel", "")
"""In the order of their authority; the last is nobody, where the cost is unknown."""

_MANAGER, _COUNSEL, _NOBODY = 1, 4, 5


def approver(our_cost: ArrayLike, settings: Settings) -> Any:
    """Return who may decide a make-good of this cost to us: str, or ndarray of object; empty where unknown.

    >>> from winback_xl.settings import Settings
    >>> approver([500, 500.01, 25_000, 25_001], Settings()).tolist()
    ['Rep', 'Manager', 'Director', 'CFO']
    """
    return words_out(APPROVERS, by_cost(number("cost to us", our_cost, low=0), settings))


def by_cost(
    our_cost: NDArray[np.float64], settings: Settings, rep_limit: NDArray[np.float64] | float = np.nan
) -> NDArray[np.intp]:
    """Return the place in `APPROVERS` of who may decide, by the limits of the settings and the rep's own where it is known."""
    rep = np.where(np.isnan(rep_limit), settings.rep_limit, rep_limit)
    above = [our_cost > limit for limit in (rep, settings.manager_limit, settings.director_limit)]
    return np.where(np.isnan(our_cost), _NOBODY, np.sum(above, axis=0))


def own_limits(owners: pd.Series, reps: pd.DataFrame | None) -> NDArray[np.float64]:
    """Return what the owner of each account may approve alone, shape (n,); NaN where the settings say.

    An account without an owner goes to one of the reps, so the lowest limit of the team counts.

    >>> import pandas as pd
    >>> team = pd.DataFrame({"rep": ["Ann", "Bo", "Cy"], "approval_limit": [250.0, 900.0, None]})
    >>> own_limits(pd.Series(["Bo", "", "Cy", "Dee"]), team).tolist()
    [900.0, 250.0, nan, nan]
    """
    if reps is None or "approval_limit" not in reps:
        return np.full(len(owners), np.nan)
    limits = reps.drop_duplicates("rep").set_index("rep")["approval_limit"].astype(float)
    found = owners.map(limits).to_numpy(float, na_value=np.nan)
    return np.where(owners.fillna("").astype(str).eq(""), limits.min(), found)


def raised(
    places: NDArray[np.intp], *, counsel: NDArray[np.bool_], failed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Raise the approver: Counsel where the report has legal words, at least a manager after a failed recovery."""
    return np.where(counsel, _COUNSEL, np.where(failed, np.maximum(places, _MANAGER), places))
