"""Who has to approve a make-good: by what it costs us, by legal words, and after a recovery that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.arguments import number, words_out

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    above = (our_cost > settings.manager_limit) + (our_cost > settings.director_limit).astype(np.intp)
    places = np.where(our_cost <= rep, 0, _MANAGER + above)
    return np.where(np.isnan(our_cost), _NOBODY, places)


def with_reps(settings: Settings, reps: pd.DataFrame | None) -> Settings:
    """Return the settings with what each rep may approve alone, as the list of reps has it.

    Who is not in the list keeps an entry of the settings. An account without an owner goes to one of the reps, so
    ``nobody`` gets the lowest limit of the team.

    >>> import pandas as pd
    >>> from winback_xl.settings import Settings
    >>> team = pd.DataFrame({"rep": ["Ann", "Bo", "Cy"], "approval_limit": [250.0, 900.5, None]})
    >>> with_reps(Settings(own_limits="Bo = 1; Dee = 70"), team).own_limits
    'Bo = 900.5; Dee = 70; Ann = 250; nobody = 250'
    """
    if reps is None or "approval_limit" not in reps:
        return settings
    known = reps.drop_duplicates("rep").dropna(subset=["approval_limit"])
    if known.empty:
        return settings
    found = {name.lower(): (name, limit) for name, limit in _entries(settings)}
    names, limits = known["rep"].astype(str).map(_plain).tolist(), known["approval_limit"].astype(float)
    found |= {
        name.lower(): (name, limit)
        for name, limit in zip(names, limits.tolist(), strict=True)
        if not {";", "="} & set(name)  # such a name cannot be looked up: it has the limit of all reps
    }
    found |= {NOBODY: (NOBODY, float(limits.min()))}
    return settings.with_(own_limits="; ".join(f"{name} = {limit:.12g}" for name, limit in found.values()))


def own_limits(owners: NDArray[np.object_], settings: Settings) -> NDArray[np.float64]:
    """Return what the owner of each account may approve alone, shape (n,): an own limit, or that of all reps.

    >>> from winback_xl.settings import Settings
    >>> own_limits(np.array(["bo ", "", "Cy"], dtype=object), Settings(own_limits="Bo = 900; nobody = 250")).tolist()
    [900.0, 250.0, 500.0]
    """
    limits = {name.lower(): limit for name, limit in _entries(settings)}
    names = (_plain(str(owner)).lower() or NOBODY for owner in owners.tolist())
    return np.array([limits.get(name, settings.rep_limit) for name in names], dtype=np.float64)


def renamed(settings: Settings, names: Mapping[str, str]) -> Settings:
    """Return the settings with other names for the reps that have a limit of their own; who has none there is left out.

    >>> from winback_xl.settings import Settings
    >>> renamed(Settings(own_limits="Bo = 900; Cy = 70; nobody = 70"), {"bo": "Rep 1"}).own_limits
    'Rep 1 = 900; nobody = 70'
    """
    called = {_plain(name).lower(): new for name, new in names.items()} | {NOBODY: NOBODY}
    kept = [(called[name.lower()], limit) for name, limit in _entries(settings) if name.lower() in called]
    return settings.with_(own_limits="; ".join(f"{name} = {limit:.12g}" for name, limit in kept))


NOBODY = "nobody"
"""Stands for the owner of an account that has none."""


DIGITS = 20
"""Characters that an amount may have."""


def as_searched(settings: Settings) -> str:
    """Return the names and amounts as the formulas of a workbook search them: every amount ends in blanks.

    A comma leads: programs that save a workbook drop blanks at the beginning of a text.
    """
    return "," + f"; {settings.own_limits.lower()};".replace(";", " " * DIGITS + ";")


def _entries(settings: Settings) -> list[tuple[str, float]]:
    """Return the names and amounts of the setting ``own_limits``; what is not an amount is left out, as in the workbook."""
    found = []
    for part in settings.own_limits.split(";"):
        name, _, amount = part.partition(" = ")
        try:
            found.append((_plain(name), float(amount)))
        except ValueError:
            continue
    return found


def _plain(name: str) -> str:
    return " ".join(part for part in name.split(" ") if part)


def by_owner(campaign: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return a campaign whose approvers and rationales go by the present owner of each account.

    Parameters
    ----------
    campaign : DataFrame
        ``owner``, ``our_cost``, ``approver``, ``recovery_failed`` and ``rationale``.
    settings : Settings
        The limits.
    """
    cost = pd.to_numeric(campaign["our_cost"], errors="coerce").to_numpy(np.float64)
    owners = campaign["owner"].fillna("").astype(str).to_numpy(dtype=object)
    place = by_cost(cost, settings, own_limits(owners, settings))
    failed = campaign["recovery_failed"].eq("Yes").to_numpy(bool)
    now = np.array(APPROVERS, dtype=object)[raised(place, counsel=np.zeros(len(cost), bool), failed=failed)]
    before = campaign["approver"].fillna("").astype(str).to_numpy(dtype=object)
    return _changed(campaign, np.where(np.isnan(cost), before, now))


def alike(make_goods: pd.DataFrame, campaign: pd.DataFrame) -> pd.DataFrame:
    """Return make-goods with the approvers that a campaign has for the same customers."""
    known = campaign.drop_duplicates("customer_id").set_index("customer_id")["approver"]
    now = make_goods["customer_id"].map(known).fillna(make_goods["approver"])
    return _changed(make_goods, now.to_numpy(dtype=object))


def _changed(table: pd.DataFrame, now: NDArray[np.object_]) -> pd.DataFrame:
    """Return a table with other approvers; Counsel and nobody stay, and a rationale names who can approve."""
    before = table["approver"].fillna("").astype(str).to_numpy(dtype=object)
    now = np.where(np.isin(before, tuple(CAN_APPROVE)) & np.isin(now, tuple(CAN_APPROVE)), now, before)
    texts = table["rationale"].to_numpy(dtype=object).copy()
    for row in np.flatnonzero(now != before).tolist():
        texts[row] = str(texts[row]).replace(CAN_APPROVE[before[row]], CAN_APPROVE[now[row]])
    return table.assign(approver=now, rationale=texts)


CAN_APPROVE = {
    "Rep": "A Rep can approve it.",
    "Manager": "A Manager can approve it.",
    "Director": "A Director can approve it.",
    "CFO": "The CFO can approve it.",
}
"""The sentence of a rationale by approver."""


def raised(
    places: NDArray[np.intp], *, counsel: NDArray[np.bool_], failed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Raise the approver: Counsel where the report has legal words, at least a manager after a failed recovery."""
    return np.where(counsel, _COUNSEL, np.where(failed, np.maximum(places, _MANAGER), places))
