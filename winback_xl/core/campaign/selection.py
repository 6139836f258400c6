"""Choose the accounts to pursue when budget or capacity is short: by expected net value, compared with the plain list.

Every account has an owner or is free for anybody. A rep with capacity may take a free account, so reps compete
for free accounts only by capacity: the choice is one knapsack over accounts with a few dozen limits, and a mixed
integer solver settles 100,000 of them in seconds with a proven gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core import limited_choice
from winback_xl.core.limited_choice import Limits
from winback_xl.core.money import show
from winback_xl.core.wording import plural
from winback_xl.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_SHOWN_GAP = 5e-5  # a smaller one would read 0.00%
_NO_ROOM = "Left out: nobody else has room for it."


@dataclass(frozen=True, slots=True)
class Choice:
    """Accounts to pursue, with owner and wave, and what the choice is worth.

    Parameters
    ----------
    table : DataFrame, shape (n_accounts, 4)
        Index of the accounts. ``chosen`` (bool), ``owner`` (str), ``wave`` (float, 1 is first, NaN where not chosen)
        and ``why`` (str): why an account was left out, or what is special about who has it.
    value, greedy_value : float
        Expected net value of the choice, and of taking the best account next until a limit bites.
    cost : float
        Our cost of the chosen make-goods.
    gap : float
        How far, at most, the value is below the best possible one, as a share of it.
    sentence : str
        The above in words.
    """

    table: pd.DataFrame
    value: float
    greedy_value: float
    cost: float
    gap: float
    sentence: str


def choose(accounts: pd.DataFrame, reps: pd.DataFrame, settings: Settings) -> Choice:
    """Choose accounts under budget, capacity and the protection of newcomers.

    Parameters
    ----------
    accounts : DataFrame
        ``customer_id``, ``expected_value`` and ``our_cost`` (money, 0 or more), ``owner`` (a rep, or "" for free),
        ``decision`` ("Reassign" frees an account from its owner), ``status`` ("Cold" is a lost cause).
    reps : DataFrame
        ``rep`` and ``weekly_contacts``; optional ``tenure_months``.
    settings : Settings
        ``campaign_weeks``, ``make_good_budget`` (0: no limit), ``newcomer_months`` and ``newcomer_lost_share``.

    Returns
    -------
    Choice
        Never worth less than the plain list.

    Raises
    ------
    DataError
        No rep has capacity.

    References
    ----------
    Article 001: no lost causes to the newcomer. Articles 002, 003: another person where persons clash.
    """
    team = reps.drop_duplicates("rep").reset_index(drop=True)
    hands = team["weekly_contacts"].fillna(0).to_numpy(np.float64) * settings.campaign_weeks
    if not (hands > 0).any():
        raise DataError(
            "No rep has a number of weekly contacts.",
            "Fill in 'Weekly contacts' in the Reps table.",
            code="no-capacity",
        )
    value = accounts["expected_value"].fillna(0).to_numpy(np.float64)
    cost = accounts["our_cost"].fillna(0).to_numpy(np.float64)
    at = {name: number for number, name in enumerate(team["rep"])}
    owner = accounts["owner"].map(at).to_numpy(np.float64)  # NaN: nobody in the team owns it
    free = np.isnan(owner) | (accounts["decision"] == "Reassign").to_numpy()
    lost = (accounts["status"] == "Cold").to_numpy()
    protected = _newcomers(team, settings)
    limits = _limits(owner, free, lost, cost, hands, protected, settings)
    lost_hands = np.where(protected, np.floor(hands * settings.newcomer_lost_share), hands)
    able = _somebody_can(owner, free, lost, hands, lost_hands)
    worth = (value > 0) & able
    team_hands = _Hands(team["rep"].tolist(), hands, lost_hands)
    listed = limited_choice.greedy(value, worth, limits)
    plain = _assigned(accounts, listed, value, lost, team_hands)
    placed = bool(plain["chosen"].to_numpy()[listed].all())
    if placed and limited_choice.is_best(listed, value, worth, limits):
        chosen, bound = listed, float(value[listed].sum())
    else:
        chosen, bound = limited_choice.solve(value, worth, limits)
    solved = _assigned(accounts, chosen, value, lost, team_hands)
    best = max(plain, solved, key=lambda table: value[table["chosen"]].sum())
    taken = best["chosen"].to_numpy()
    reached, compared = float(value[taken].sum()), float(value[plain["chosen"]].sum())
    gap = max(0.0, (bound - reached) / bound) if bound > 0 else 0.0
    spent = float(cost[taken].sum())
    best = best.assign(why=best["why"].where(able | (value <= 0), _NO_ROOM))
    table = best.assign(wave=_waves(best, value, team))
    calls = settings.effort_cost * int(taken.sum())
    said = _sentence(taken, reached, compared, (spent, calls), gap, settings.future_years)
    return Choice(table, reached, compared, spent, gap, said)


def _newcomers(team: pd.DataFrame, settings: Settings) -> Flags:
    if "tenure_months" not in team:
        return np.zeros(len(team), dtype=np.bool_)
    return (team["tenure_months"] < settings.newcomer_months).to_numpy(dtype=np.bool_)


def _somebody_can(owner: Floats, free: Flags, lost: Flags, hands: Floats, lost_hands: Floats) -> Flags:
    """Return whether an account that changes hands finds any: not those of its present owner."""
    before = np.where(np.isnan(owner), len(hands), owner).astype(np.int64)
    able = np.zeros(len(owner), dtype=np.bool_)
    for number in range(len(hands) + 1):
        mine = before == number
        others = np.arange(len(hands)) != number
        able[mine] = np.where(lost[mine], (lost_hands[others] >= 1).any(), (hands[others] >= 1).any())
    return able | ~free


def _limits(
    owner: Floats, free: Flags, lost: Flags, cost: Floats, hands: Floats, protected: Flags, settings: Settings
) -> Limits:
    """Build the rows: own accounts of each rep, all accounts, cold ones of newcomers, and money.

    Free accounts go to any rep with capacity, so only the total capacity limits them.
    """
    accounts, team = np.arange(len(owner)), len(hands)
    own = ~free
    rows = [owner[own].astype(np.int64), np.full(len(owner), team)]
    columns = [accounts[own], accounts]
    most = [hands, np.array([hands.sum()])]
    newcomer = np.zeros(len(owner), dtype=np.bool_)
    newcomer[own] = protected[owner[own].astype(np.int64)]
    cold = newcomer & lost
    rows.append(team + 1 + owner[cold].astype(np.int64))
    columns.append(accounts[cold])
    most.append(np.floor(hands * settings.newcomer_lost_share))
    # Free cold accounts need hands that are not a newcomer's, or what a newcomer may have of lost causes.
    binding = (free & lost) | cold | (own & ~newcomer)
    rows.append(np.full(int(binding.sum()), 2 * team + 1))
    columns.append(accounts[binding])
    open_hands = np.where(protected, np.floor(hands * settings.newcomer_lost_share), hands).sum()
    most.append(np.array([open_hands]))
    weights = [np.ones(len(row)) for row in rows]
    if settings.make_good_budget > 0:
        rows.append(np.full(len(owner), 2 * team + 2))
        columns.append(accounts)
        weights.append(cost)
        most.append(np.array([settings.make_good_budget]))
    return Limits(
        np.concatenate(rows).astype(np.int32),
        np.concatenate(columns).astype(np.int32),
        np.concatenate(weights),
        np.concatenate(most),
        nested=2 * team + 1,
    )


@dataclass(frozen=True, slots=True)
class _Hands:
    """The reps, how many accounts each can take on, and how many of them may be lost causes."""

    names: list[str]
    room: Floats
    lost_room: Floats


def _assigned(
    accounts: pd.DataFrame, wanted: Flags, value: Floats, lost: Flags, hands: _Hands
) -> pd.DataFrame:
    """Give free accounts to the reps with the most spare hands; who finds none is left out, so every limit is kept."""
    owner = accounts["owner"].fillna("").to_numpy(dtype=object).copy()
    moved = (accounts["decision"] == "Reassign").to_numpy()
    own = wanted & np.isin(owner, np.array(hands.names, dtype=object)) & ~moved
    spare = dict(zip(hands.names, hands.room, strict=True))
    spare_lost = dict(zip(hands.names, hands.lost_room, strict=True))
    for account in np.flatnonzero(own):
        spare[owner[account]] -= 1
        spare_lost[owner[account]] -= bool(lost[account])
    chosen, why = wanted.copy(), np.where(wanted, "", _why_not(value, owner, lost, hands))
    free = np.flatnonzero(wanted & ~own)
    # Cold accounts choose first: fewer hands are open to them. Then the most valuable.
    for account in free[np.lexsort((-value[free], ~lost[free]))]:
        before = owner[account] if moved[account] else ""
        able = [
            name
            for name in spare
            if name != before and spare[name] >= 1 and (not lost[account] or spare_lost[name] >= 1)
        ]
        if not able:
            chosen[account], why[account] = False, _NO_ROOM
            continue
        taker = max(able, key=lambda name: (spare[name], name))
        spare[taker] -= 1
        spare_lost[taker] -= bool(lost[account])
        owner[account] = taker
        why[account] = f"Handed from {before} to {taker}." if before else f"Given to {taker}, who has room."
    return pd.DataFrame({"chosen": chosen, "owner": owner, "why": why}, index=accounts.index)


def _waves(table: pd.DataFrame, value: Floats, team: pd.DataFrame) -> pd.Series:
    """Return the week of each account in its rep's list: as many accounts a week as the rep can take, the most valuable first."""
    weekly = table["owner"].map(team.set_index("rep")["weekly_contacts"]).astype(np.float64)
    worth = pd.Series(value, index=table.index)[table["chosen"]]
    rank = worth.groupby(table["owner"]).rank(method="first", ascending=False)
    return (rank.reindex(table.index) / weekly.where(weekly > 0)).apply(np.ceil)


def _why_not(value: Floats, owner: NDArray[np.object_], lost: Flags, hands: _Hands) -> NDArray[np.object_]:
    limited = [
        name for name, few, all_ in zip(hands.names, hands.lost_room, hands.room, strict=True) if few < all_
    ]
    newcomer = lost & np.isin(owner, np.array(limited, dtype=object))
    others = "Left out: others are worth more under budget and capacity."
    cold = "Left out: others are worth more under budget, capacity and the share of cold accounts that a new rep may have."
    return np.where(value > 0, np.where(newcomer, cold, others), "Not worth the effort.").astype(object)


def _sentence(
    chosen: Flags, value: float, plain: float, costs: tuple[float, float], gap: float, years: int
) -> str:
    more, (offers, calls) = value - plain, costs
    compared = f", {show(more)} more than with the most valuable accounts first" if more >= 1 else ""
    best = (
        "no other choice is worth more"
        if gap < _SHOWN_GAP
        else f"at most {gap:.2%} below the best possible choice"
    )
    effort = f" and {show(calls)} for calls" if calls else ""
    return (
        f"{plural(int(chosen.sum()), 'account')} chosen, worth {show(value)} over {plural(years, 'year')} after"
        f" {show(offers)} for offers{effort}{compared}: {best}."
    )
