"""Open incidents: what is on file, what only the ledger hints at, and all of a customer taken together."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.incidents import loss
from winback_xl.core.incidents.late_deliveries import late_orders
from winback_xl.core.orders.day_numbers import YEAR
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.settings import Settings

RECOVERIES: Mapping[str, int] = MappingProxyType({"none": 0, "fair": 1, "not fair": 2})
"""How an earlier make-good for the same customer went."""

NOT_CONFIRMED = "not confirmed"
"""In the cause of what only the ledger hints at: nobody complained of it."""


def find(ledger: Ledger, incidents: pd.DataFrame | None, *, settings: Settings) -> pd.DataFrame:
    """Return the open incidents on file, and late deliveries of customers without any incident on file.

    Parameters
    ----------
    ledger : Ledger
        Late deliveries come from its promised and shipped dates; incidents after its last day are not looked at.
    incidents : DataFrame or None
        With ``loss``, as `loss.estimate` gives them.
    settings : Settings
        What a late delivery is assumed to cost.

    Returns
    -------
    DataFrame
        The shape of ``incidents``, with ``prior_failures``: other incidents of the customer in the 12 months before.
    """
    late = late_orders(ledger)
    if incidents is None or not len(incidents):
        found = loss.estimate(late, settings)
    else:
        on_file = incidents[incidents["date"].isna() | (incidents["date"] <= ledger.today)]
        unknown = late[~late["customer_id"].isin(on_file["customer_id"])]
        found = (
            pd.concat([on_file, loss.estimate(unknown, settings)], ignore_index=True)
            if len(unknown)
            else on_file
        )
    found = found.assign(prior_failures=_prior(found))
    if "status" in found:
        found = found[found["status"].fillna("").str.casefold() != "solved"]
    return found.reset_index(drop=True)


def _prior(incidents: pd.DataFrame) -> pd.Series:
    """Count the other incidents of the same customer in the 12 months before each incident."""
    order = incidents.sort_values(["customer_id", "date"], kind="stable")
    dates = order["date"].to_numpy("datetime64[D]")
    codes = pd.factorize(order["customer_id"])[0].astype(np.int64)
    # One number line for all customers: each has a stretch of its own, so that one search serves all.
    # A missing date lands at the far end of its stretch and counts nothing.
    day = np.where(np.isnat(dates), 99_999, dates.astype(np.int64))
    line = codes * 200_000 + day
    first = np.searchsorted(line, line - YEAR, side="left")
    start = np.searchsorted(codes, codes, side="left")
    counts = np.arange(len(line)) - np.maximum(first, start)
    return pd.Series(counts, index=order.index).reindex(incidents.index)


def by_customer(incidents: pd.DataFrame, proposed: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Take the open incidents of each customer together.

    Parameters
    ----------
    incidents : DataFrame
        As `find` gives them.
    proposed : mapping of str to str, optional
        What each cause is proposed to be: a word of the list Specific or systemic.

    Returns
    -------
    DataFrame
        One row a customer: ``incidents`` (their ids), ``what_happened`` and ``date`` of the latest, ``failure_type``,
        ``cause`` and ``specific_or_systemic`` of the costliest, sums of ``loss``, ``owed``, ``already_paid`` and
        ``requested_amount``, the highest ``severity`` and ``fix_total`` (dearest fix), ``fault`` and ``customer_fault``
        weighted by loss, ``handling`` (rejected if any was), ``earlier_recovery`` (not fair if any was),
        ``prior_failures`` of the latest, ``open_since`` (the oldest date), ``loss_basis`` of all, ``words`` (all texts, for the check on words that need counsel).
        Of several, also ``failure_types`` (those with a loss of ours, joined by "; ") and ``best_fix`` (the best word of
        the list Specific or systemic among them): which of them costs most then changes neither form nor gain, so that
        a greater loss never lowers the offer.
    """
    if not len(incidents):
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _GROUPED.items()})
    frame = incidents.copy()
    for name in (
        "incident_id",
        "what_happened",
        "failure_type",
        "cause",
        "specific_or_systemic",
        "requested_remedy",
        "earlier_recovery",
    ):
        frame[name] = frame[name].fillna("").astype(str) if name in frame else ""
    frame["handling"] = frame["handling"].fillna("") if "handling" in frame else ""
    for name, default in (("loss", 0.0), ("owed", 0.0), ("already_paid", 0.0), ("fault", 1.0)):
        frame[name] = pd.to_numeric(frame[name]).fillna(default) if name in frame else default
    for name in ("requested_amount", "severity", "customer_fault", "fix_total"):
        frame[name] = pd.to_numeric(frame[name]) if name in frame else np.nan
    frame["_ours"] = frame["fault"] * frame["loss"]
    codes = {**RECOVERIES, "": 0}
    frame["_recovery"] = frame["earlier_recovery"].str.casefold().map(codes).fillna(0)
    frame["_rejected"] = frame["handling"].str.casefold() != "accepted"
    frame = frame.sort_values(["customer_id", "date", "loss"], kind="stable", na_position="first")
    frame["_type"] = frame["failure_type"].where(frame["_ours"] > 0, "")
    frame["_fix"] = _fix_places(frame, proposed or {})
    rows = frame.groupby("customer_id", sort=True)
    latest = rows.last()[["what_happened", "date", "prior_failures", "requested_remedy"]]
    costliest = (
        frame.sort_values(["customer_id", "loss"], kind="stable")
        .groupby("customer_id", sort=True)
        .last()[["failure_type", "cause", "specific_or_systemic"]]
    )
    sums = rows[["loss", "owed", "already_paid", "_ours"]].sum()
    asked = rows["requested_amount"].sum(min_count=1)
    joined = _together(frame, rows.size()).assign(_rejected=rows["_rejected"].any())
    most = rows[["severity", "fix_total"]].max()
    grouped = pd.concat([joined, latest, costliest, sums, asked, most, _their_fault(frame)], axis=1)
    grouped["open_since"] = rows["date"].min()
    several = rows.size() > 1
    grouped["failure_types"] = _kinds(frame[frame["customer_id"].map(several)], grouped.index)
    grouped["best_fix"] = rows["_fix"].min().map(dict(enumerate(_FIXES))).where(several, "")
    grouped["earlier_recovery"] = (
        rows["_recovery"].max().map({code: word for word, code in RECOVERIES.items()})
    )
    mean_fault = rows["fault"].mean()
    grouped["fault"] = (grouped["_ours"] / grouped["loss"]).where(grouped["loss"] > 0, mean_fault)
    grouped["handling"] = np.where(grouped["_rejected"], "rejected", "accepted")
    return grouped.drop(columns=["_ours", "_rejected"]).reset_index()


_FIXES = tuple(LISTS["Specific or systemic"])
"""From the best to the worst for the odds."""


def _kinds(frame: pd.DataFrame, customers: pd.Index) -> pd.Series:
    """Return the failure types with a loss of ours of each customer, joined; "" for none."""
    kinds = frame.loc[frame["_type"] != "", ["customer_id", "_type"]].drop_duplicates()
    joined = kinds.sort_values("_type", kind="stable").groupby("customer_id")["_type"].agg("; ".join)
    return joined.astype(object).reindex(customers, fill_value="")


def _fix_places(frame: pd.DataFrame, proposed: Mapping[str, str]) -> pd.Series:
    """Return the place in the list of what each incident is said to be, else proposed to be, else specific."""
    cause = frame["cause"].where(frame["cause"] != "", frame["failure_type"])
    said = frame["specific_or_systemic"].str.replace("_", " ").str.strip().str.casefold()
    said = said.where(said != "", cause.map(dict(proposed)).astype(object).fillna(""))
    return said.map({word: at for at, word in enumerate(_FIXES)}).fillna(0).astype(int)


def _their_fault(frame: pd.DataFrame) -> pd.Series:
    """Return the customer's share of the fault, weighted by loss where there is any; NaN where unknown."""
    said = frame[frame["customer_fault"].notna()]
    weight = said["loss"].where(said.groupby("customer_id")["loss"].transform("sum") > 0, 1.0)
    keys = said["customer_id"]
    theirs = (said["customer_fault"] * weight).groupby(keys).sum() / weight.groupby(keys).sum()
    return theirs.rename("customer_fault")


_GROUPED: dict[str, Any] = {
    "customer_id": object, "incidents": object, "loss_basis": object, "words": object, "what_happened": object,
    "date": "datetime64[s]", "prior_failures": float, "requested_remedy": object, "failure_type": object, "cause": object,
    "specific_or_systemic": object, "loss": float, "owed": float, "already_paid": float, "requested_amount": float,
    "fault": float, "handling": object, "severity": float, "customer_fault": float, "fix_total": float, "earlier_recovery": object, "open_since": "datetime64[s]",
    "failure_types": object, "best_fix": object,
}  # fmt: skip


def _together(frame: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Join the texts of each customer; the rows are sorted by customer, so each has a slice of every column.

    Slices of lists take a twentieth of the time of a groupby with functions: a ledger may hint at late deliveries
    of a hundred thousand customers.
    """
    ends = np.cumsum(sizes.to_numpy()).tolist()
    spans = list(zip([0, *ends], ends, strict=False))
    ids, basis, stated = (frame[name].tolist() for name in ("incident_id", "loss_basis", "what_happened"))
    return pd.DataFrame(
        {
            "incidents": [_listed(ids[start:end]) for start, end in spans],
            "loss_basis": [" ".join(filter(None, basis[start:end])) for start, end in spans],
            "words": [" ".join(stated[start:end]) for start, end in spans],
        },
        index=sizes.index,
    )


def _listed(ids: list[str]) -> str:
    """Name the incidents, or say how many there are when they have no ids."""
    return ", ".join(ids) if all(ids) else f"{len(ids)} on file"
