"""Who is left alone to prove what the campaign brings, and which of two offers each account gets: drawn at random.

A draw is a list sorted by stratum (status, level, value), in each stratum by a stable hash, of which every so-manieth
account is taken from a random start. Every account has the same chance, and each arm gets its part of every stratum.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.outcomes import lift
from winback_xl.core.tracking import cell_values
from winback_xl.core.tracking.account_state import LEFT_ALONE_ARM, WORKED_ARM, opted_out
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Flags = NDArray[np.bool_]

_VALUES = ("low value", "middle value", "high value")
_CARRIED = (
    "arm",
    "listed_on",
    "stratum",
    "rate_listed",
    "gain_listed",
    "offer_tested",
    "starts_on",
    "wave_listed",
)


def strata(accounts: pd.DataFrame) -> pd.Series:
    """Name the stratum of each account: status, level and third of the future margin.

    Parameters
    ----------
    accounts : DataFrame
        ``status``, ``level`` and ``future_margin``; an unknown margin counts as the lowest.

    Examples
    --------
    >>> one = pd.DataFrame({"status": ["Cold"], "level": ["Habitual Buyer"], "future_margin": [5.0]})
    >>> strata(one).tolist()
    ['Cold, Habitual Buyer, low value']
    """
    rank = accounts["future_margin"].fillna(0).rank(method="first")
    third = ((rank - 1) * len(_VALUES) // max(len(accounts), 1)).astype(int)
    values = third.map(dict(enumerate(_VALUES))).astype(object)
    return accounts["status"].astype(object) + ", " + accounts["level"].astype(object) + ", " + values


def draw(customer_ids: pd.Series, stratum: pd.Series, name: str, share: float) -> Flags:
    """Draw a share of the accounts at random within strata.

    Parameters
    ----------
    customer_ids : Series of str, shape (n,)
    stratum : Series of str, shape (n,)
    name : str
        Name of the draw: the same accounts under the same name always give the same draw.
    share : float
        Part to draw, 0 to 1. So many are drawn, give or take one, in every stratum as in all.

    Returns
    -------
    ndarray of bool, shape (n,)

    Examples
    --------
    >>> ids = pd.Series([f"C{i}" for i in range(100)])
    >>> half = pd.Series(["a", "b"]).repeat(50).reset_index(drop=True)
    >>> drawn = draw(ids, half, "WB-1", 0.2)
    >>> int(drawn[:50].sum()), int(drawn[50:].sum())
    (10, 10)
    """
    drawn = np.zeros(len(customer_ids), dtype=np.bool_)
    if share <= 0 or not len(drawn):
        return drawn
    chance = np.array([_chance(name, who) for who in customer_ids])
    order = np.lexsort((chance, pd.factorize(stratum, sort=True)[0]))
    place = np.arange(len(drawn))
    start = _chance(name, "")
    taken = np.floor((place + 1) * share + start) > np.floor(place * share + start)
    drawn[order[taken]] = True
    return drawn


def _chance(name: str, who: str) -> float:
    """Return a number from 0 to 1 that looks random and is always the same."""
    return int.from_bytes(hashlib.blake2b(f"{name}\0{who}".encode(), digest_size=8).digest()) / 2**64


def _as_listed(before: pd.DataFrame) -> pd.DataFrame:
    """Return a campaign with days, shares and texts only in the columns of the draw, whatever was typed over them."""
    numbers = {
        name: cell_values.numbers(before[name]) for name in ("rate_listed", "gain_listed") if name in before
    }
    texts = {
        name: pd.Series(
            [value if isinstance(value, str) else "" for value in before[name]], index=before.index
        )
        for name in ("arm", "stratum")
        if name in before
    }
    return before.assign(listed_on=cell_values.days(before["listed_on"]), **numbers, **texts)


def assign(
    rows: pd.DataFrame,
    eligible: pd.Series,
    *,
    campaign_id: str,
    as_of: pd.Timestamp,
    settings: Settings,
    before: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give each account its arm; who has one from an earlier day keeps it.

    Parameters
    ----------
    rows : DataFrame
        Accounts, with what `strata` reads.
    eligible : Series of bool
        Who may be left alone: worth working on, within reach of budget and hands, and without an open complaint.
    campaign_id : str
        Name of the draw.
    as_of : Timestamp
        The day of the draw.
    settings : Settings
        ``control_share``.
    before : DataFrame, optional
        The campaign as it was: ``customer_id``, ``arm``, ``listed_on``, ``stratum``, ``rate_listed``, ``gain_listed``.

    Returns
    -------
    DataFrame, index of ``rows``
        ``arm`` ("Worked on", "Left alone", or "" for who is in no comparison), ``listed_on`` (date), ``stratum``, and
        what was advised on that day, ``rate_listed`` and ``gain_listed`` (shares).
    """
    ids = rows["customer_id"]
    made = pd.DataFrame({"arm": "", "listed_on": as_of, "stratum": ""}, index=rows.index)
    advice = rows.reindex(columns=["rate_listed", "gain_listed"]).astype(float)
    made = pd.concat([made, advice], axis=1)
    made["listed_on"] = made["listed_on"].astype("datetime64[s]")
    known = pd.Series(data=False, index=rows.index)
    if before is not None and len(before):
        held = _as_listed(before).drop_duplicates("customer_id").set_index("customer_id")
        known = ids.isin(held.index[held["listed_on"].notna()])
        for name in made if known.any() else ():
            made.loc[known, name] = ids[known].map(held[name])
    fresh = eligible & ~known
    if settings.control_share > 0 and fresh.any():
        group = rows[fresh]
        within = strata(group)
        alone = draw(group["customer_id"], within, campaign_id, settings.control_share)
        made.loc[fresh, "stratum"] = within
        made.loc[fresh, "arm"] = np.where(alone, LEFT_ALONE_ARM, WORKED_ARM)
    return made


def offers(
    rows: pd.DataFrame,
    arm: pd.Series,
    *,
    campaign_id: str,
    settings: Settings,
    before: pd.DataFrame | None = None,
) -> pd.Series:
    """Give each account that is worked on one of the two offers to be compared, at random within reason and value.

    Parameters
    ----------
    rows : DataFrame
        ``customer_id``, ``cause``, ``decision`` and what `strata` reads.
    arm : Series of str
        From `assign`.
    settings : Settings
        ``offers_compared``: two names with "|" between them; blank compares nothing.
    before : DataFrame, optional
        The campaign as it was: who was given one of the two names keeps it.

    Returns
    -------
    Series of str
        One of the two names, "" where nothing is compared.
    """
    named = two_offers(settings)
    tested = pd.Series("", index=rows.index, dtype=object)
    held = pd.Series("", index=rows.index, dtype=object)
    if before is not None and len(before):
        given = before.drop_duplicates("customer_id").set_index("customer_id")["offer_tested"]
        held = rows["customer_id"].map(given).astype(object).fillna("")
        held = held.where(held.isin(named or ()), "")
    group = rows[
        (held == "")
        & (arm != LEFT_ALONE_ARM)
        & rows["decision"].isin(["Pursue", "Reassign"])
        & ~opted_out(rows)
    ]
    if not named or not len(group):
        return held
    within = group["cause"].fillna("").astype(str) + ", " + strata(group)
    first = draw(group["customer_id"], within, f"{campaign_id} offers", 0.5)
    tested[group.index] = np.where(first, *named)
    return tested.where(held == "", held)


def two_offers(settings: Settings) -> tuple[str, str] | None:
    """Return the two offers that are compared, or None.

    >>> from winback_xl.settings import Settings
    >>> two_offers(Settings(offers_compared="Credit | Discount"))
    ('Credit', 'Discount')
    """
    names = [name.strip() for name in settings.offers_compared.split("|")]
    return (names[0], names[1]) if len(names) == 2 and all(names) else None


def power(arm: pd.Series, eligible: int, base: float, settings: Settings, others: int = 0) -> str:
    """Say before the start what the campaign can prove: the smallest lift, and how many to leave alone.

    Parameters
    ----------
    arm : Series of str
        From `assign`.
    eligible : int
        Accounts that could be in a comparison.
    base : float
        Share of them that comes back by itself within ``settings.return_days``, 0 to 1.
    settings : Settings
        ``lift_to_show``.
    others : int
        Accounts to be called that are in no arm: with a complaint, or in the place of those left alone.
    """
    if not eligible:
        return ""
    alone, worked = int((arm == LEFT_ALONE_ARM).sum()), int((arm == WORKED_ARM).sum())
    about = f"about {base:.0%} of them come back by themselves within {settings.return_days} days"
    least = lift.smallest(worked, alone, base)
    more = (
        f" {plural(others, 'other is', 'others are')} called too, outside the comparison."
        if alone and others
        else ""
    )
    drawn_ = f"Proof: of {plural(alone + worked, 'account')} drawn, {worked:,} are to be called and {alone:,} left alone"
    if alone and least == least:  # noqa: PLR0124 - NaN is the one number unequal to itself
        said = f"{drawn_}; {about}, so the smallest lift that this campaign can show is {100 * least:.1f} points.{more}"
    elif alone:
        said = f"{drawn_}: too few to show any lift.{more}"
    else:
        said = f"Proof: nobody is left alone, so no lift can be shown; {about}."
    wanted = lift.to_leave_alone(eligible, base, settings.lift_to_show)
    points = f"{100 * settings.lift_to_show:.3g} points"
    if not wanted:
        half = eligible // 2
        best = lift.smallest(eligible - half, half, base)
        rest = f": with {half:,} of them left alone it would be {100 * best:.0f}" if best == best else ""  # noqa: PLR0124 - as above
        return f"{said} {plural(eligible, 'account is', 'accounts are')} too few to show a lift of {points}{rest}."
    if least <= settings.lift_to_show:
        return said
    return (
        f"{said} To show a lift of {points}, leave {wanted:,} of the {eligible:,} alone"
        f" (control_share = {share_for(wanted, eligible)})."
    )


def share_for(wanted: int, eligible: int) -> str:
    """Return the share to type so that at least this many are left alone, with as few digits as give no more than one more.

    >>> share_for(167, 1000), share_for(118, 26_324), share_for(1, 3)
    ('0.167', '0.0045', '0.34')
    """
    for digits in range(2, 9):
        scale = 10**digits
        share = -(-wanted * scale // eligible)  # rounded up
        if share * eligible < (wanted + 1) * scale:
            break
    return f"{share / scale:.{digits}f}"


def drawn(campaign: pd.DataFrame) -> pd.DataFrame:
    """Return what a refresh keeps of a campaign's draw, for ``before`` of `assign`."""
    return campaign.reindex(columns=["customer_id", *_CARRIED])
