"""Who has to approve a make-good: by what it costs us, by legal words, and after a recovery that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.core.arguments import number, words_out

if TYPE_CHECKING:
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


def by_cost(our_cost: NDArray[np.float64], settings: Settings) -> NDArray[np.intp]:
    """Return the place in `APPROVERS` of who may decide, by the limits of the settings."""
    limits = (settings.rep_limit, settings.manager_limit, settings.director_limit)
    return np.where(np.isnan(our_cost), _NOBODY, np.searchsorted(limits, our_cost))


def raised(
    places: NDArray[np.intp], *, counsel: NDArray[np.bool_], failed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Raise the approver: Counsel where the report has legal words, at least a manager after a failed recovery."""
    return np.where(counsel, _COUNSEL, np.where(failed, np.maximum(places, _MANAGER), places))
