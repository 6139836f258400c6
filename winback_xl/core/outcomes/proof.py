"""What the campaign brought beyond what comes back by itself: both arms counted alike, by intention to treat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.outcomes import lift, proof_words
from winback_xl.core.outcomes.lift import Lift
from winback_xl.core.returns.calibration import SURE
from winback_xl.core.returns.hazard import chance_of, log_odds
from winback_xl.core.tracking import cell_values
from winback_xl.core.tracking.account_state import LEFT_ALONE_ARM, WORKED_ARM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

_RATE_ERROR = 0.08  # standard error of the mean return rate of a list; measured on ledgers of 300 customers
_USUAL = 20.0  # accounts that do as expected, counted with a control group: a small one moves rates little

NO_ORDERS = proof_words.NO_ORDERS


@dataclass(frozen=True, slots=True)
class Proof:
    """What a campaign brought, against what would have come back anyway.

    Parameters
    ----------
    fresh : bool
        Whether orders after the day of the list are on file; nothing below is known without.
    followed : int
        Days that the accounts were followed, at most the horizon.
    arms : Lift
        Share that ordered again, of the accounts worked on and of those left alone; NaN without a control group.
    margin, margin_low, margin_high : float
        Margin that the campaign added within the horizon, with its 95% interval; NaN without a control group.
    anyway : ndarray of float, index of the campaign
        Part of a win of each account that would have come by itself; NaN where that is not known.
    anyway_low, anyway_high : ndarray of float
        Its 95% interval.
    offers : DataFrame
        One row a reason and one for all: ``reason``, and of both offers accounts and share, ``lift``, ``low``, ``high``.
    sentence : str
        The above in words.
    came_back : ndarray of object, index of the campaign
        Whether each account ordered again within the horizon; None while that is open.
    """

    fresh: bool
    followed: int
    arms: Lift
    margin: float
    margin_low: float
    margin_high: float
    anyway: Floats
    anyway_low: Floats
    anyway_high: Floats
    offers: pd.DataFrame
    sentence: str
    came_back: NDArray[np.object_]


def measure(campaign: pd.DataFrame, *, until: pd.Timestamp | None, settings: Settings) -> Proof:
    """Compare the arms of a campaign.

    Parameters
    ----------
    campaign : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`; ``ordered_again`` and ``revenue_since`` from `comeback.observe`.
    until : Timestamp or None
        The last day with orders on file; None if nobody knows.
    settings : Settings
        ``return_days``, ``margin``, ``offers_compared``.

    Notes
    -----
    Each account counts in the arm that it was drawn into, whatever was done with it since (intention to treat), and
    counts as back when the ledger has an order within the horizon, whatever was typed. Without a control group all
    accounts count that the plan listed to be worked on, by the wave they had on that day. Of the wins of accounts in the
    comparison, the share ``alone / worked`` would have come anyway. Where nobody was left alone, and for accounts with
    a complaint, which nobody leaves alone, the return rates say how many would have; where there is a control group,
    the rates of these accounts are raised or lowered by what it did against its own.
    """
    rows = _Followed.of(campaign, until, settings)
    size = len(campaign)
    if not rows.fresh:
        nan, nothing = float("nan"), np.full(size, np.nan)
        arms = Lift(0, 0, nan, nan, nan, nan, nan)
        came = rows.came_back(settings)
        return Proof(
            False, 0, arms, nan, nan, nan, nothing, nothing, nothing, pd.DataFrame(), NO_ORDERS, came
        )
    arms = lift.between(
        rows.back[rows.drawn], rows.worked[rows.drawn], rows.stratum[rows.drawn], rows.day[rows.drawn]
    )
    known = arms.worked > 0
    margin = _margin(arms, rows, settings) if known else (float("nan"),) * 3
    shares = _anyway(arms, rows)
    followed = int(rows.days[rows.listed].max(initial=0))
    offers = _offers(campaign, rows)
    sentence = _sentence(arms, margin[0], followed, rows, settings, shares[0])
    return Proof(True, followed, arms, *margin, *shares, offers, sentence, rows.came_back(settings))


@dataclass(frozen=True, slots=True)
class _Followed:
    """The accounts as arrays: arm, draw, outcome."""

    fresh: bool
    listed: Flags  # has a day of the list, and orders after it are on file
    drawn: Flags  # in the comparison
    worked: Flags
    planned: Flags  # the plan listed it to be worked on
    back: Flags
    days: Floats  # followed so far, at most the horizon
    day: NDArray[np.int64]
    stratum: NDArray[np.object_]
    revenue: Floats
    expected: Floats  # chance to have come back by now without us
    won: Flags

    def came_back(self, settings: Settings) -> NDArray[np.object_]:
        """Return whether each account ordered again within the horizon; None while that is open."""
        over = self.listed & (self.days >= settings.return_days)
        found = np.full(len(over), None, dtype=object)
        found[over], found[self.back] = False, True
        return found

    @classmethod
    def of(cls, campaign: pd.DataFrame, until: pd.Timestamp | None, settings: Settings) -> _Followed:
        rows = campaign.reindex(
            columns=[
                *dict.fromkeys((*campaign.columns, "arm", "listed_on", "stratum", "ordered_again", "revenue_since", "rate_listed", "wave_listed"))
            ]
        )  # fmt: skip
        since = cell_values.days(rows["listed_on"])
        days = np.zeros(len(rows))
        if until is not None:
            days = np.nan_to_num((until - since).dt.days.to_numpy(np.float64))
        listed: Flags = days > 0
        days = np.clip(days, 0.0, float(settings.return_days))
        after = (cell_values.days(rows["ordered_again"]) - since).dt.days.to_numpy(float)
        back = listed & (np.nan_to_num(after, nan=np.inf) <= settings.return_days)
        arm = rows["arm"].fillna("").astype(str).to_numpy()
        rate = cell_values.numbers(rows["rate_listed"]).to_numpy()
        return cls(
            fresh=bool(listed.any()),
            listed=listed,
            drawn=listed & np.isin(arm, (WORKED_ARM, LEFT_ALONE_ARM)),
            worked=arm == WORKED_ARM,
            planned=listed & (cell_values.numbers(rows["wave_listed"]).to_numpy() > 0),
            back=back,
            days=days,
            day=since.to_numpy("datetime64[D]").astype(np.int64),
            stratum=rows["stratum"].fillna("").astype(str).to_numpy(dtype=object),
            revenue=np.where(back, np.nan_to_num(cell_values.numbers(rows["revenue_since"]).to_numpy()), 0.0),
            expected=1 - (1 - np.clip(rate, 0, 1)) ** (days / settings.return_days),
            won=(rows["outcome"].fillna("") == "Won").to_numpy(bool) if "outcome" in rows else back,
        )


def _margin(arms: Lift, rows: _Followed, settings: Settings) -> tuple[float, float, float]:
    """Return the margin added: accounts that came back because of us, at what an account that came back brought."""
    back = rows.drawn & rows.back
    if not back.any():
        return 0.0, float("nan"), float("nan")
    each = rows.revenue[back] * settings.margin
    mean, error = float(each.mean()), float(each.std() / np.sqrt(len(each)))
    more = arms.worked * arms.lift
    center = more * mean
    brought = (
        float(rows.revenue[rows.drawn & rows.worked].sum()) * settings.margin
    )  # no effort wins more than all
    noise = SURE * more * error
    return (
        center,
        center - float(np.hypot(arms.worked * (arms.lift - arms.low) * mean, noise)),
        min(
            center + float(np.hypot(arms.worked * (arms.high - arms.lift) * mean, noise)),
            max(brought, center),
        ),
    )


def _anyway(arms: Lift, rows: _Followed) -> tuple[Floats, Floats, Floats]:
    """Return what part of a win would have come by itself, and its interval, account by account."""
    out = [np.full(len(rows.back), np.nan) for _ in range(3)]
    proven = rows.drawn if arms.worked and arms.worked_share > 0 else np.zeros_like(rows.drawn)
    share = arms.worked_share
    for values, gained in zip(out, (arms.lift, arms.high, arms.low), strict=True):
        # Of a win no less than nothing came by itself, however much less the control group bought.
        values[proven] = max(1 - gained / share, 0.0) if share > 0 else np.nan
    rest = rows.listed & ~proven
    treated = rest & (rows.planned | rows.won)
    came = int((rows.back | rows.won)[treated].sum())
    if came:
        chance = np.nan_to_num(_in_season(rows)[treated])
        usual = float(chance.sum()) / came
        # The luck of these accounts, and by how much return rates are off for all of them together.
        noise = np.hypot(np.sqrt((chance * (1 - chance)).sum()), _RATE_ERROR * len(chance)) / came
        for values, way in zip(out, (0, -1, 1), strict=True):
            values[rest] = max(usual + way * SURE * float(noise), 0.0)
    return out[0], out[1], out[2]


def _in_season(rows: _Followed) -> Floats:
    """Return the chance to have come back by now without us, corrected by what the control group did against its own.

    A quiet or a busy season moves the odds of the accounts that nobody leaves alone as much. A small group says little,
    so it counts as if some more accounts had done just as expected.
    """
    alone = rows.drawn & ~rows.worked & ~np.isnan(rows.expected)
    if not alone.any():
        return rows.expected
    usual = rows.expected[alone].mean()
    came = (rows.back[alone].sum() + _USUAL * usual) / (alone.sum() + _USUAL)
    return chance_of(log_odds(rows.expected) + log_odds(came) - log_odds(usual))


def _offers(campaign: pd.DataFrame, rows: _Followed) -> pd.DataFrame:
    """Compare the two offers, in all and by reason, where the campaign tested two."""
    offer = (
        campaign["offer_tested"].fillna("").astype(str)
        if "offer_tested" in campaign
        else pd.Series(dtype=str)
    )
    names = sorted(name for name in offer.unique() if name)
    if len(names) != 2:
        return pd.DataFrame()
    tested = rows.listed & offer.isin(names).to_numpy()
    first = (offer == names[0]).to_numpy()
    reason = campaign["cause"].fillna("").astype(str).replace("", "No reason on file").to_numpy(dtype=object)
    found = []
    for label, part in (
        ("All", tested),
        *((one, tested & (reason == one)) for one in sorted(set(reason[tested]))),
    ):
        if (part & first).any() and (part & ~first).any():
            arms = lift.between(rows.back[part], first[part], reason[part], rows.day[part])
            found.append(
                (
                    label,
                    arms.worked,
                    arms.worked_share,
                    arms.alone,
                    arms.alone_share,
                    arms.lift,
                    arms.low,
                    arms.high,
                )
            )
    heads = ["reason", f"{names[0]}: accounts", f"{names[0]}: back", f"{names[1]}: accounts", f"{names[1]}: back", "lift", "low", "high"]  # fmt: skip
    return pd.DataFrame(found, columns=heads)


def _sentence(
    arms: Lift, margin: float, followed: int, rows: _Followed, settings: Settings, anyway: Floats
) -> str:
    over = proof_words.span(followed, settings.return_days)
    if arms.worked:
        return proof_words.with_control(arms, margin, over, settings.currency)
    planned = rows.planned
    if not planned.any():
        return "The plan listed no account to work on."
    back, usual = float(rows.back[planned].mean()), float(np.nanmean(rows.expected[planned]))
    return proof_words.without_control(back, int(planned.sum()), usual, float(anyway[planned][0]), over)
