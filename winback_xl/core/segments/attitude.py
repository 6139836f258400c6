"""Attitude: what is on file beyond the orders that says whether they want to buy from you (Dick & Basu 1994)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from winback_xl.core.orders.order_columns import numbers
from winback_xl.yes_words import meant

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats, Ints
    from winback_xl.settings import Settings

_NOTHING = dict.fromkeys(("referrals", "nps", "promotion_share", "share_of_wallet"), np.nan)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence of attitude beyond the orders; one entry a customer, NaN where nothing is known.

    Parameters
    ----------
    referrals, nps : ndarray of float
        Customers they sent you; 0 to 10.
    knows_why, quotes_every_time : ndarray of float
        1 for yes, 0 for no.
    promotion_share, share_of_wallet : ndarray of float
        Shares, 0 to 1.
    survived : ndarray of float
        Material failures after which they came back.
    survived_reported : ndarray of float
        Those of them that somebody reported, not only credit notes of the ledger.
    """

    referrals: Floats
    nps: Floats
    knows_why: Floats
    quotes_every_time: Floats
    promotion_share: Floats
    share_of_wallet: Floats
    survived: Floats
    survived_reported: Floats

    @classmethod
    def of_one(
        cls,
        *,
        knows_why: object = "",
        quotes_every_time: object = "",
        survived: float = 0.0,
        **amounts: float,
    ) -> Self:
        """Return what is on file of one customer: yes and no as words or truths, numbers and shares as floats."""
        answers = {"knows_why": _answer(knows_why), "quotes_every_time": _answer(quotes_every_time)}
        given = {**_NOTHING, **amounts, **answers, "survived": survived, "survived_reported": survived}
        return cls(**{name: np.array([value], dtype=np.float64) for name, value in given.items()})

    def points(self, settings: Settings) -> dict[str, Ints]:
        """Return the attitude points of each kind of evidence, some of them negative."""
        nps = np.where(self.nps >= settings.nps_promoter, settings.points_promoter, 0)
        nps = np.where(self.nps <= settings.nps_detractor, -settings.points_detractor, nps)
        there = self.on_file(settings)
        return {
            "referrals": np.where(there["referrals"], settings.points_referral, 0),
            "survived": np.where(there["survived"], settings.points_survived, 0),
            "nps": nps,
            "knows_why": np.where(self.knows_why == 1, settings.points_knows_why, 0),
            "quotes_every_time": np.where(there["quotes_every_time"], -settings.points_quotes, 0),
            "promotion_share": np.where(there["promotion_share"], -settings.points_promotion, 0),
        }

    def rests_on_credits(self, settings: Settings) -> Bools:
        """State whose attitude points rest only on credit notes after which they went on buying."""
        points = self.points(settings)
        others = np.sum([some for name, some in points.items() if name != "survived"], axis=0)
        credited = (points["survived"] > 0) & ~(self.survived_reported >= 1)
        return np.asarray(
            credited
            & (others < settings.loyal_points)
            & (others + points["survived"] >= settings.loyal_points)
        )

    def on_file(self, settings: Settings) -> dict[str, Bools]:
        """State which kinds of evidence there are: behaviour, or answers.

        No referral, no failure, no quotes and few promotions are the absence of evidence, however often an
        export fills in a "No".
        """
        return {
            "referrals": self.referrals >= 1,
            "survived": self.survived >= 1,
            "nps": ~np.isnan(self.nps),
            "knows_why": ~np.isnan(self.knows_why),
            "quotes_every_time": self.quotes_every_time == 1,
            "promotion_share": self.promotion_share > settings.promotion_threshold,
        }


def on_file(history: pd.DataFrame, customers: pd.DataFrame | None) -> Evidence:
    """Bring what is on file of each customer into the order of the history.

    Parameters
    ----------
    history : DataFrame
        From `history.summarise`.
    customers : DataFrame or None
        Columns of ``columns.CUSTOMERS``.
    """
    listed = pd.DataFrame(index=history.index)
    if customers is not None and len(customers):
        first = customers.drop_duplicates("customer_id")
        at = pd.Index(first["customer_id"]).get_indexer(pd.Index(history["customer_id"]))
        listed = first.reset_index(drop=True).reindex(at)  # -1 is not a label, so a blank row
    return Evidence(
        referrals=numbers(listed, "referrals"),
        nps=numbers(listed, "nps"),
        knows_why=_knows_why(listed),
        quotes_every_time=_yes_no(listed, "quotes_every_time"),
        promotion_share=numbers(listed, "promotion_share"),
        share_of_wallet=numbers(listed, "share_of_wallet"),
        survived=numbers(history, "failures_survived"),
        survived_reported=numbers(history, "incidents_survived"),
    )


def _knows_why(listed: pd.DataFrame) -> Floats:
    """Return the answer on file; where nobody noted one, who was quoted on why they buy can say it."""
    answered = _yes_no(listed, "knows_why")
    if "why_they_buy" not in listed:
        return answered
    quoted = (listed["why_they_buy"].fillna("").astype(str).str.strip() != "").to_numpy()
    return np.where(np.isnan(answered) & quoted, 1.0, answered)


def _yes_no(frame: pd.DataFrame, name: str) -> Floats:
    """Return 1 for yes, 0 for no, NaN for blank or anything else."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    code, answers = pd.factorize(frame[name].astype(object))
    return np.array([*map(_answer, answers), np.nan])[code]  # a blank has code -1: the last


def _answer(given: object) -> float:
    answer = meant(given)
    return np.nan if answer is None else float(answer)
