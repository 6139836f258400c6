"""The accounts of a campaign: which customers are in it, and everything on file about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.campaign import contact_check
from winback_xl.core.incidents import open_incidents, root_cause
from winback_xl.core.returns import return_rate
from winback_xl.core.segments import referrals
from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.core.returns.return_rate import ReturnRates
    from winback_xl.settings import Settings


def choose(
    history: pd.DataFrame,
    opened: pd.DataFrame,
    causes: pd.DataFrame,
    customers: pd.DataFrame | None,
    *,
    rests: Mapping[str, float],
    rates: ReturnRates,
    today: int,
    settings: Settings,
) -> pd.DataFrame:
    """Return one row for each account of the campaign, with all that its make-good and its schedule need.

    Parameters
    ----------
    history : DataFrame
        Every customer, as `segment_table.build` gives them.
    opened : DataFrame
        As `open_incidents.find` gives them, with ``fix_total`` of `root_cause.with_fix_total`.
    causes : DataFrame
        As `root_cause.share` gives them.
    customers : DataFrame or None
        The customer list.
    rests : mapping of str to float
        How often each customer was left in peace already, by customer id.
    rates : ReturnRates
        How many order again by themselves, as the ledger shows it.
    today : int
        Day number.
    settings : Settings
        Every threshold.
    """
    as_of = pd.Timestamp(np.datetime64(today, "D"))
    sent = referrals.ripple(history, customers, settings)
    proposed = dict(zip(causes["cause"], causes["proposed"], strict=True))
    grouped = open_incidents.by_customer(opened, proposed)
    listed = _accounts(history, grouped, proposed, customers, settings)
    listed = _known_of(listed, sent, customers, as_of=as_of, settings=settings)
    fix_share, fix_why = root_cause.fix_shares(listed, causes, settings)
    rate, why, most = return_rate.of_accounts(rates, listed, today)
    rested = listed["customer_id"].map(rests).fillna(0).to_numpy(float)
    return listed.assign(
        fix_share=fix_share, fix_why=fix_why, rests=rested, return_rate=rate, return_why=why, odds_most=most
    )


_FROM_CUSTOMERS = (
    "contact", "contact_role", "phone", "email", "region", "owner", "reason_ours", "reason_theirs", "do_not_contact",
)  # fmt: skip


def _accounts(
    history: pd.DataFrame,
    grouped: pd.DataFrame,
    proposed: Mapping[str, str],
    customers: pd.DataFrame | None,
    settings: Settings,
) -> pd.DataFrame:
    """Return the customers of the campaign: lapsed or cold, and everybody with an open incident."""
    candidate = history["status"].isin(["Lapsed", "Cold", *(["At risk"] if settings.include_at_risk else [])])
    chosen = history[candidate | history["customer_id"].isin(grouped["customer_id"])]
    # The ledger's own hint of a late delivery is not a complaint: alone it brings nobody into the campaign.
    hinted = grouped["customer_id"][grouped["cause"].str.contains(open_incidents.NOT_CONFIRMED, regex=False)]
    chosen = chosen[candidate.loc[chosen.index] | ~chosen["customer_id"].isin(hinted)]
    accounts = chosen.merge(grouped, on="customer_id", how="left", suffixes=("", "_incident"))
    for name in _TEXTS:
        accounts[name] = accounts[name].astype(object).fillna("")
    for name in _FROM_CUSTOMERS:
        accounts[name] = _looked_up(accounts["customer_id"], customers, name)
    accounts["strategic_value"] = pd.to_numeric(
        _looked_up(accounts["customer_id"], customers, "strategic_value")
    )
    accounts["why_they_buy"] = _why_they_buy(accounts["customer_id"], customers)
    accounts["cause"] = _cause(accounts)
    stated = accounts["specific_or_systemic"].str.replace("_", " ")
    accounts["specific_or_systemic"] = stated.where(
        stated != "", accounts["cause"].map(proposed).astype(object).fillna("")
    )
    accounts["fix"] = accounts["specific_or_systemic"].where(
        accounts["specific_or_systemic"] != "", "specific"
    )
    accounts["fix"] = accounts["best_fix"].where(accounts["best_fix"] != "", accounts["fix"])
    return accounts


def _known_of(
    accounts: pd.DataFrame,
    sent: pd.DataFrame,
    customers: pd.DataFrame | None,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Add details of the customer list: referrals, difficulty, contact."""
    ids = accounts["customer_id"]
    found: dict[str, pd.Series] = {str(name): ids.map(sent[name]).fillna(0.0) for name in sent}
    for name in ("difficulty", "pays_late"):
        known = (
            pd.Series(dtype=float)
            if customers is None or name not in customers
            else customers.set_index("customer_id")[name]
        )
        found[name] = ids.map(pd.to_numeric(known).astype(float)).astype(float)
    found["email"] = _looked_up(ids, customers, "email")
    doubt = None if customers is None else contact_check.doubts(customers, as_of=as_of, settings=settings)
    found["contact_check"] = (
        pd.Series("", index=ids.index)
        if doubt is None
        else ids.map(doubt).astype(object).fillna("").astype(str)
    )
    return accounts.assign(**found)


_TEXTS = (
    "incidents", "loss_basis", "words", "what_happened", "requested_remedy", "failure_type", "cause",
    "specific_or_systemic", "handling", "earlier_recovery", "failure_types", "best_fix",
)  # fmt: skip


def _looked_up(ids: pd.Series, table: pd.DataFrame | None, name: str) -> pd.Series:
    """Return a column of a table by customer id; blank where it is not known."""
    blank = np.nan if name == "strategic_value" else ""
    if table is None or name not in table:
        return pd.Series(blank, index=ids.index)
    found = ids.map(table.set_index("customer_id")[name])
    return found if name == "strategic_value" else found.fillna("").astype(str)


def _why_they_buy(ids: pd.Series, customers: pd.DataFrame | None) -> pd.Series:
    """Return why they buy, in their words, with the day they said it: where a new sale starts (article 000)."""
    words = _looked_up(ids, customers, "why_they_buy").str.strip()
    day = pd.to_datetime(_looked_up(ids, customers, "why_said_on"), errors="coerce").dt.strftime("%Y-%m-%d")
    return words.where(day.isna() | (words == ""), words + " (" + day.fillna("") + ")")


def _cause(accounts: pd.DataFrame) -> pd.Series:
    """Return the likely cause: of the incident, then in their words, then in ours, then what the ledger hints at."""
    cause = accounts["cause"].where(accounts["cause"] != "", accounts["failure_type"])
    cause = cause.where(cause != "", accounts["reason_theirs"])
    cause = cause.where(cause != "", accounts["reason_ours"])
    # Who went on buying for a year afterwards did not leave for it.
    year_before = accounts["last_order"] - pd.Timedelta(days=365)
    late = (cause == "") & (accounts["last_late"] > year_before)
    credited = (cause == "") & ~late & (accounts["failures"] > 0) & (accounts["last_credit"] > year_before)
    cause = cause.mask(late, "Late delivery (likely, not confirmed)")
    return cause.mask(credited, "Credited order (likely, not confirmed)")


def why(rows: pd.DataFrame, as_of: pd.Timestamp) -> list[str]:
    """State in one sentence why each customer is in the campaign.

    Parameters
    ----------
    rows : DataFrame
        The accounts, as `choose` gives them.
    as_of : Timestamp
        Later incidents are named without their day.
    """
    sentences = []
    names = (
        "status",
        "cadence_basis",
        "days_since",
        "bought_change",
        "limit",
        "incidents",
        "loss",
        "stopped_short",
    )
    known = (rows["date"] <= as_of).to_numpy(dtype=bool)
    days = np.full(len(rows), "", dtype=object)
    days[known] = [f" of {in_words(day)}" for day in rows["date"][known]]
    for status, basis, silent, change, limit, incidents, amount, stopped, when in zip(
        *(rows[name].tolist() for name in names), days.tolist(), strict=True
    ):
        said = []
        if incidents:
            cost = f": cost them {amount:,.0f}" if amount > 0 else ""
            said.append(f"Open incident{when}{cost}.")
        if status in {"Lapsed", "Cold", "At risk"} and limit == limit:  # noqa: PLR0124 - NaN likewise
            whose = "them" if basis == "own" else "customers in general"
            usual = f"; up to {limit:,.0f} is usual for {whose}."
            if said:  # two reasons have room for few words
                usual = f" ({'usual' if basis == 'own' else 'in general'}: up to {limit:,.0f})."
            said.append(f"No order for {silent:,.0f} days{usual}")
        if change == change:  # noqa: PLR0124 - NaN likewise
            said.append(f"Still orders, but {-change:.0%} less than in the year before.")
        sentences.append(" ".join([*said, *([stopped] if stopped else [])]))
    return sentences
