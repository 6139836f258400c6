"""Relations of the made-up customers: referrals, difficulty, who reported the reason, and outdated contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.samples.vocabulary import REPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.samples.accounts import Account

_SENT = 0.12  # of the customers came because another sent them
_GRADED, _HARD = 0.5, (0.22, 0.34, 0.25, 0.13, 0.06)
_TERMS = 0.6  # of the accounts the ledger department knows how late they pay


def with_relations(
    table: pd.DataFrame, made: Sequence[Account], today: np.datetime64, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the customer list with what the team knows as well: referrals by name, difficulty, payment, backstory.

    Parameters
    ----------
    table : DataFrame
        As from `accounts.customer_table`.
    made : sequence of Account
        The accounts.
    today : datetime64
        Day of the export; nothing is later.
    rng : Generator
        Source of chance.

    Returns
    -------
    DataFrame
        With "Referred by", "Difficulty", "Days paid late", "Told by", "Told on" and "Contact verified". Two e-mail
        addresses are spoilt, and one customer has that of another: lists are like that.
    """
    story = pd.Series({account.number: account.story for account in made})[table["Customer No"]].to_numpy(
        object
    )
    size = len(table)
    stated = table["Our reason"].notna().to_numpy()
    by = rng.choice([rep.name for rep in REPS], size)
    hard = np.where(rng.random(size) < _GRADED, rng.choice(5, size, p=_HARD) + 1.0, np.nan)
    late = np.where(rng.random(size) < _TERMS, np.round(rng.gamma(1.2, 9.0, size)), np.nan)
    more = pd.DataFrame(
        {
            "Referred by": _referrers(table, story, rng),
            "Difficulty": pd.array(hard, dtype="Float64").astype("Int64"),
            "Days paid late": pd.array(late, dtype="Float64").astype("Int64"),
            "Told by": pd.Series(by, dtype=object).where(stated & (rng.random(size) < 0.7), None).to_numpy(),
            "Told on": _days(today, rng.integers(20, 400, size), stated & (rng.random(size) < 0.6)),
            "Contact verified": _days(today, rng.integers(5, 900, size), rng.random(size) < 0.8),
        },
        index=table.index,
    )
    return pd.concat([table.assign(**{"E-mail": _spoilt(table["E-mail"])}), more], axis=1)


def _referrers(table: pd.DataFrame, story: NDArray[np.object_], rng: np.random.Generator) -> pd.Series:
    """Name the referrer of each customer: those with referrals, and some who have left since."""
    givers = table["Customer No"].to_numpy()[
        (table["Referrals"].fillna(0) > 0).to_numpy(bool) | np.isin(story, ["left angry", "left late"])
    ]
    sent = np.isin(story, ["steady", "slow", "newcomer", "survivor"]) & (rng.random(len(table)) < 2 * _SENT)
    return pd.Series(rng.choice(givers, len(table)), index=table.index, dtype=object).where(sent, None)


def _days(today: np.datetime64, ago: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.datetime64]:
    days = (today - ago.astype("timedelta64[D]")).astype("datetime64[s]")
    return np.where(known, days, np.datetime64("NaT", "s"))


def _spoilt(emails: pd.Series) -> pd.Series:
    """Return the addresses with a dot and an end lost on the way, and one that two customers share."""
    known = emails.dropna().index
    first, second, third, fourth = known[[3, len(known) // 3, len(known) // 2, len(known) // 2 + 1]]
    made = emails.copy()
    made[first] = made[first].removesuffix(".example")
    made[second] = made[second].replace("@", " at ")
    made[fourth] = made[third]
    return made
