"""What came back because of the campaign, in money: recovered, less what would have come back anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.outcomes import comeback, proof
from winback_xl.core.tracking import cell_values, follow_through

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.outcomes.proof import Proof
    from winback_xl.settings import Settings


@dataclass(frozen=True, slots=True)
class BeyondBase:
    """What a campaign recovered, and what of it would not have come without us.

    Parameters
    ----------
    recovered : float
        Margin of confirmed wins, less cost, incentives and concessions so far: the sum of the column Net recovered.
    anyway : float
        Margin of these wins that would have come back by itself; NaN while no orders after the list are on file.
    net, low, high : float
        ``recovered`` less ``anyway``, with its 95% interval.
    controlled : bool
        Whether a control group shows it; else the return rates do.
    currency : str
    won : float
        Margin of the confirmed wins.
    """

    recovered: float
    anyway: float
    net: float
    low: float
    high: float
    controlled: bool
    currency: str
    won: float = 0.0

    @property
    def sentence(self) -> str:
        """State the net with its interval, and what it rests on."""
        if np.isnan(self.net):
            return f"{self._money(self.recovered)} recovered; unknown is how much of it would have returned anyway. {proof.NO_ORDERS}"
        said = f"{self._money(self.net)} net: {self._money(self.recovered)} recovered, less {self._money(self.anyway)} that would have returned anyway"
        spread = "" if np.isnan(self.low) else f" ({self._interval})"
        if not self.controlled:
            return f"{said}, by the return rates{spread}; a control group would show it."
        return f"{said}, as the control group shows{spread}."

    @property
    def how_anyway(self) -> str:
        """State where the part that would have come back anyway is from."""
        if np.isnan(self.anyway):
            return proof.NO_ORDERS
        where = (
            "as the control group shows"
            if self.controlled
            else "by the return rates; a control group would show it"
        )
        if self.anyway > self.won > 0:
            return f"Margin that would have come without us, {where}. More than the wins brought: they prove nothing yet."
        return f"Margin of wins that would have come without us, {where}."

    @property
    def how_net(self) -> str:
        """State what the net is, with its interval."""
        if np.isnan(self.net):
            return "Unknown until it is known how many would have returned anyway."
        said = "Recovered, less what would have returned anyway."
        if not self.high - self.low >= 1:
            return said
        return f"{said} {self._interval}."

    @property
    def _interval(self) -> str:
        said = f"95% interval {self._money(self.low)} to {self._money(self.high)}"
        return f"{said}, all that was recovered" if self.high > self.recovered - 1 else said

    def _money(self, amount: float) -> str:
        return show(round(amount), self.currency)


def measure(
    campaign: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    ledger: Ledger | None = None,
    until: pd.Timestamp | None = None,
) -> BeyondBase:
    """Return what a campaign recovered beyond what would have come back anyway.

    Parameters
    ----------
    campaign, as_of, settings, ledger, until
        As for `winback_xl.core.outcomes.results.measure`, whose figures "Recovered", "Came back anyway" and
        "Net recovered" are these numbers.
    """
    if ledger is not None:
        campaign = comeback.observe(campaign, ledger, settings)
        until = comeback.last_order(ledger)
    rows = cell_values.understood(campaign).reset_index(drop=True)
    rows["net_recovered"] = follow_through.net_recovered(rows, as_of=as_of, settings=settings)
    shown = proof.measure(rows, until=last_order(rows, until), settings=settings)
    return of_proof(rows, shown, settings)


def said(campaign: pd.DataFrame, segments: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings) -> str:
    """Return the sentence of a campaign that was just brought up to date; "" while there is nothing to say.

    Parameters
    ----------
    campaign, as_of, settings
        As for `measure`.
    segments : DataFrame
        ``last_order`` of every customer: until when orders are on file.
    """
    until = cell_values.days(segments["last_order"]).max()
    found = measure(campaign, as_of=as_of, settings=settings, until=until)
    return found.sentence if found.recovered or found.anyway else ""


def of_proof(rows: pd.DataFrame, shown: Proof, settings: Settings) -> BeyondBase:
    """Return the same of rows that were understood already.

    Parameters
    ----------
    rows : DataFrame
        ``outcome``, ``customer_confirmed``, ``won_revenue`` and ``net_recovered`` of each account.
    shown : Proof
        Of the same rows.
    settings : Settings
        ``margin`` and ``currency``.
    """
    confirmed = (rows["outcome"] == "Won") & rows["customer_confirmed"].notna()
    gained = (rows["won_revenue"].fillna(0.0) * settings.margin).where(confirmed, 0.0).to_numpy(float)
    recovered = float(rows["net_recovered"].sum())
    if not shown.fresh:
        came = 0.0 if not gained.any() else float("nan")
        nan = float("nan")
        return BeyondBase(
            recovered, came, recovered - came, nan, nan, controlled=False, currency=settings.currency
        )
    parts = (shown.anyway, shown.anyway_low, shown.anyway_high)
    came, least, most = (float(np.nansum(gained * part)) for part in parts)
    return BeyondBase(
        recovered, came, recovered - came, recovered - most, recovered - least,
        controlled=shown.arms.worked > 0, currency=settings.currency, won=float(gained.sum()),
    )  # fmt: skip


def with_shares(campaign: pd.DataFrame, until: pd.Timestamp | None, settings: Settings) -> pd.DataFrame:
    """Return a campaign with the column ``anyway``: the part of a win that would have come by itself, as orders up to a day show it.

    The workbook takes it off each win as it is typed; it is blank while no orders after the list are on file.
    """
    shown = proof.measure(campaign, until=last_order(campaign, until), settings=settings)
    return campaign.assign(anyway=shown.anyway)


def last_order(rows: pd.DataFrame, until: pd.Timestamp | None) -> pd.Timestamp | None:
    """Return the last day with orders on file: as given, else the last that the tracker has seen."""
    seen = cell_values.days(rows["ordered_again"]).max() if "ordered_again" in rows else pd.NaT
    known = [day for day in (until, seen) if day is not None and not pd.isna(day)]
    return max(known) if known else None
