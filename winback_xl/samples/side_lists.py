"""The lists beside the made-up orders: what the CRM knows of each customer, and the sales reps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.samples.accounts import LOST
from winback_xl.samples.vocabulary import REPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from winback_xl.samples.accounts import Account


def customer_table(
    made: Sequence[Account], complaints: Mapping[int, str], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the customer list as the CRM exports it: what is known of attitude, and what to beware of.

    Much is blank, as in life: share of wallet is known of half of the accounts, NPS of a third.

    Parameters
    ----------
    made : sequence of Account
        The accounts.
    complaints : mapping of int to str
        Failure type of the complaint of an account, by its place.
    rng : Generator
        Source of chance.
    """
    rows = [_known_of(account, complaints.get(place, ""), rng) for place, account in enumerate(made)]
    table = pd.DataFrame(rows)
    for heading in ("NPS", "Referrals"):
        table[heading] = table[heading].astype("Int64")
    return table.sort_values("Customer No", ignore_index=True)


def _known_of(account: Account, complaint: str, rng: np.random.Generator) -> dict[str, object]:
    good, shops = account.evidence, account.story == "shops around"
    wallet = rng.uniform(0.15, 0.45) if shops else rng.uniform(0.52, 0.98)
    nps = rng.choice([9, 10]) if good else rng.choice(11, p=_NPS)
    referrals = int(rng.integers(1, 4)) if good and rng.random() < 0.8 else 0
    has_left = account.story in LOST
    theirs = _THEIR_REASON.get(complaint) or str(rng.choice(_WITHOUT_COMPLAINT))
    return {
        "Customer No": account.number,
        "Company": account.company,
        "Contact": account.contact,
        "Contact title": account.title,
        "E-mail": account.email or None,
        "Phone": account.phone or None,
        "Account owner": account.rep.name,
        "Region": account.region,
        "Share of wallet": round(wallet, 2) if rng.random() < (0.85 if shops else 0.45) else None,
        "NPS": int(nps) if good or rng.random() < 0.33 else None,
        "Referrals": referrals if referrals or rng.random() < 0.4 else None,
        "Knows why they buy": "Yes" if good else ("No" if rng.random() < 0.2 else None),
        "Quotes every time": ("Yes" if rng.random() < 0.6 else "No") if shops else None,
        "Promo share": round(rng.uniform(0.3, 0.95), 2) if shops and rng.random() < 0.6 else None,
        "Our reason": str(rng.choice(_OUR_REASONS)) if has_left and rng.random() < 0.55 else None,
        "Their reason": theirs if has_left and rng.random() < (0.75 if complaint else 0.25) else None,
        "Landmines": str(rng.choice(_LANDMINES)) if has_left and rng.random() < 0.25 else None,
        "Opted out": "Yes" if rng.random() < 0.03 and not complaint else "No",
    }


_NPS = (0.02, 0.02, 0.02, 0.03, 0.04, 0.06, 0.10, 0.25, 0.32, 0.09, 0.05)


_OUR_REASONS = (
    "Price",
    "Went to a rival for price",
    "Slow season",
    "New buyer",
    "Not known",
    "Delivery",
    "Line closed",
)


_THEIR_REASON = {
    "Late delivery": "Late, and nobody called",
    "Wrong or damaged goods": "Wrong parts, and an argument about it",
    "Service failure": "The service did not do what it was for",
    "Downtime": "Our machine stood still, and you sent a candy basket",
    "Billing error": "Wrong invoices, again and again",
    "Price": "Your prices went up and nobody explained why",
    "Sales practice": "A promise was not kept",
    "Support": "We could not get anyone on the phone",
    "Personality conflict": "We do not get on with your rep",
    "Customer-side change": "We need less of it",
}


_WITHOUT_COMPLAINT = (
    "New buyer brought own supplier",
    "We stopped that product line",
    "A rival asked us every week",
)
"""Why they left, as we tell it and as they tell it: seldom the same."""


_LANDMINES = (
    "Do not mention the 2024 price letter",
    "Was promised a visit that never took place",
    "Contact and former rep fell out; ask how they are first",
    "In a dispute about an old invoice: speak to accounts before calling",
    "The managing director's son now runs purchasing",
)


def rep_table() -> pd.DataFrame:
    """Return the list of sales reps as the HR system exports it."""
    return pd.DataFrame(
        {
            "Sales rep": [rep.name for rep in REPS],
            "Reports to": [rep.manager for rep in REPS],
            "Authority": [rep.limit for rep in REPS],
            "Contacts per week": [rep.contacts for rep in REPS],
            "Months of service": [rep.months for rep in REPS],
        }
    )
