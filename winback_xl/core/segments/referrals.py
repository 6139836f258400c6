"""Count referrals from the customer list, and calculate what depends on the customers who referred others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.money import show_all

if TYPE_CHECKING:
    from winback_xl.settings import Settings

BUYING = ("Active", "Due", "At risk")
"""Statuses of customers who still buy: what they bring can still be lost."""

_WHOLE = 1_000.0  # modelled money is shown without cents from here on
_RIPPLE = ("referred", "referred_revenue", "referral_worth")


def counted(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the customer list with Referrals at least as high as the list itself shows.

    Parameters
    ----------
    customers : DataFrame
        One row a customer; ``referred_by`` names the customer who sent them, ``referrals`` is what people counted.

    Returns
    -------
    DataFrame
        The same list where nobody is named in it.

    Examples
    --------
    >>> counted(pd.DataFrame({"customer_id": ["A", "B", "C"], "referred_by": ["", "A", "A"]}))["referrals"].tolist()
    [2.0, nan, nan]
    """
    links = _links(customers)
    if not len(links):
        return customers
    found = customers["customer_id"].map(links.value_counts())
    stated = pd.to_numeric(customers["referrals"]) if "referrals" in customers else np.nan
    return customers.assign(referrals=np.fmax(found.to_numpy(float), np.asarray(stated, dtype=float)))


def ripple(history: pd.DataFrame, customers: pd.DataFrame | None, settings: Settings) -> pd.DataFrame:
    """Calculate the margin and revenue that depend on each customer who referred others.

    Parameters
    ----------
    history : DataFrame
        One row a customer: ``customer_id``, ``status``, ``annual_revenue`` and ``future_margin`` (money).
    customers : DataFrame or None
        With ``referred_by``; without it nothing depends on anybody.
    settings : Settings
        ``referral_share`` is how much of the referred margin goes with who sent it.

    Returns
    -------
    DataFrame, index ``customer_id``
        Of the customers they sent who still buy: ``referred`` (how many), ``referred_revenue`` (a year) and
        ``referral_worth`` (the share of their future margin that is at stake). Only customers who sent others.

    References
    ----------
    Article 003: losing a customer has a ripple effect. Article 001: referred customers are the best return on
    marketing. The share is a design choice.
    """
    links = _links(customers) if customers is not None else pd.Series(dtype=object)
    sent = history[history["customer_id"].isin(links.index) & history["status"].isin(BUYING)]
    frame = pd.DataFrame(
        {
            "by": sent["customer_id"].map(links),
            "referred": 1.0,
            "referred_revenue": sent["annual_revenue"].fillna(0.0),
            "referral_worth": settings.referral_share * sent["future_margin"].fillna(0.0),
        }
    )
    return frame.groupby("by")[list(_RIPPLE)].sum().rename_axis("customer_id")


def explain(referred: float, worth: float, settings: Settings) -> str:
    """State in a sentence what the referrals add to the future margin; "" where they add nothing.

    Parameters
    ----------
    referred : float
        Customers they sent who still buy; NaN for none.
    worth : float
        What of their future margin is at stake, money.
    settings : Settings
        `currency`, `referral_share`.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> explain(2, 1_000, Settings())
    'Of the future margin, 1,000 is for 2 customers they sent you (10% of theirs).'
    """
    if not worth > 0:
        return ""
    who = "1 customer" if referred == 1 else f"{referred:,.0f} customers"
    amount = show_all(np.array([worth]), settings.currency, whole_from=_WHOLE)[0]
    return f"Of the future margin, {amount} is for {who} they sent you ({100 * settings.referral_share:.3g}% of theirs)."


def _links(customers: pd.DataFrame) -> pd.Series:
    """Return by customer who sent them; nobody sends themselves, and who is not on the list is left out."""
    if "referred_by" not in customers:
        return pd.Series(dtype=object)
    by = customers.drop_duplicates("customer_id").set_index("customer_id")["referred_by"]
    by = by.astype(object).fillna("")
    named: pd.Series = by[by.isin(by.index) & (by.to_numpy() != by.index.to_numpy())]
    return named
