"""Calculate what fixing a cause costs, and the share of each customer lost to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.arguments import fold
from winback_xl.core.lifetime_value.customer_value import annuity
from winback_xl.core.money import show_all
from winback_xl.errors import OutOfRangeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

    Floats = NDArray[np.floating]

_YEAR = np.timedelta64(365, "D")
BY_NATURE_SPECIFIC = ("Personality conflict", "Customer-side change")
SHARED = "systemic open"
"""What the cause must be for its cost to be shared: a specific one is fixed for one customer, a fixed one is paid."""


def cost(incidents: pd.DataFrame, settings: Settings) -> Floats:
    """Return what the fix that each incident names costs in all, money; 0 where none is named.

    The cost once, and the cost a year over `settings.future_years` at today's worth: the same years that the
    future margin counts.

    Examples
    --------
    >>> from winback_xl.settings import Settings
    >>> cost(pd.DataFrame({"fix_cost": [5_000.0], "fix_cost_yearly": [1_000.0]}), Settings()).round(2).tolist()
    [7486.85]
    """
    once, yearly = (
        pd.to_numeric(incidents[name]).fillna(0.0).to_numpy(float)
        if name in incidents
        else np.zeros(len(incidents))
        for name in ("fix_cost", "fix_cost_yearly")
    )
    return np.asarray(once + yearly * annuity(settings.future_years, settings.discount, 1.0))


def with_fix_total(opened: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add what the fix of each open incident costs in all, NaN where none is named."""
    total = pd.Series(cost(opened, settings), index=opened.index)
    return opened.assign(fix_total=total.where(total > 0))


def share(causes: pd.DataFrame, incidents: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add to each cause what fixing it costs, for each customer, and the sentence that says so.

    Parameters
    ----------
    causes : DataFrame
        As `systemic` gives them.
    incidents : DataFrame
        With ``fix_cost`` (money, once) and ``fix_cost_yearly``; both may be missing.
    settings : Settings
        Years, discount and currency.

    Returns
    -------
    DataFrame
        ``causes`` with ``affected`` (customers with the cause on file, of any day), ``fix_cost`` (the highest that
        any of its incidents names: several reports name the same fix), ``fix_share`` (of a systemic cause: over the
        customers it affects; of a specific one: the whole) and ``fix_why``; 0 and "" where no cost is on file.

    References
    ----------
    Article 003: specific causes are cheap to fix, systemic ones expensive.
    """
    keys = pd.Series([fold(text) for text in causes_of(incidents)], index=incidents.index)
    dear = pd.Series(cost(incidents, settings), index=incidents.index).groupby(keys).max()
    hit = incidents.groupby(keys)["customer_id"].nunique()
    kind = (
        incidents["specific_or_systemic"]
        if "specific_or_systemic" in incidents
        else pd.Series("", keys.index)
    )
    stated = set(keys[kind.map(fold) == SHARED])
    of_cause = causes["cause"].map(fold)
    whole, affected = (of_cause.map(known).fillna(0.0).to_numpy(float) for known in (dear, hit))
    shared = ((causes["proposed"] == SHARED) | of_cause.isin(stated)).to_numpy(bool)
    each = np.where(shared, whole / np.maximum(affected, 1), whole)
    why = _stated(causes["cause"], whole, each, affected, shared, settings)
    return causes.assign(
        affected=affected,
        fix_cost=whole,
        fix_share=each,
        fix_why=pd.Series(why, index=causes.index, dtype=object),
    )


def fix_shares(accounts: pd.DataFrame, causes: pd.DataFrame, settings: Settings) -> tuple[Floats, list[str]]:
    """Return each account's share of the cost of the fix, money, and the sentence that says so.

    Parameters
    ----------
    accounts : DataFrame
        ``cause``, ``specific_or_systemic`` and ``fix_total`` (the dearest fix of their own incidents; NaN for none).
    causes : DataFrame
        As `share` gives them.
    settings : Settings
        The currency.
    """
    code, found = pd.factorize(accounts["cause"])
    keys = pd.Series(np.array([fold(cause) for cause in found], dtype=object)[code], accounts.index)
    of_cause = causes.assign(key=causes["cause"].map(fold)).drop_duplicates("key").set_index("key")
    whole, affected = (
        keys.map(of_cause[name].astype(float)).to_numpy(float) for name in ("fix_cost", "affected")
    )
    kind = accounts["specific_or_systemic"]
    shared = (kind == SHARED).to_numpy(bool)
    own = accounts["fix_total"].fillna(0.0).to_numpy(float)
    part = np.where(np.isnan(whole), own, whole / np.maximum(affected, 1))  # no report of it in 12 months
    each = np.select([shared, (kind == "systemic fixed").to_numpy(bool)], [part, 0.0], own)
    return each, _stated(accounts["cause"], whole, each, affected, shared, settings)


def _stated(
    causes: pd.Series,
    whole: Floats,
    each: Floats,
    customers: Floats,
    shared: NDArray[np.bool_],
    settings: Settings,
) -> list[str]:
    """State what fixing each cause costs and how it is shared; "" where it costs nothing."""
    said = [""] * len(causes)
    rows = np.flatnonzero(each)
    totals, parts = (show_all(values[rows], settings.currency, whole_from=1000) for values in (whole, each))
    names = causes.iloc[rows].tolist()
    for row, cause, total, part in zip(rows.tolist(), names, totals, parts, strict=True):
        hit = customers[row]
        if shared[row] and hit > 1:
            said[row] = (
                f"Fixing '{cause}' costs {total}, or {part} for each of the {hit:,.0f} customers affected."
            )
        else:
            said[row] = f"Fixing '{cause}' costs {part}, for this customer only."
    return said


def systemic(
    incidents: pd.DataFrame, customers_with_reason: int, as_of: pd.Timestamp, settings: Settings
) -> pd.DataFrame:
    """Propose for each cause whether it is specific or systemic.

    Systemic where `settings.systemic_customers` customers reported it in the 365 days to `as_of`, or at least
    two customers that are `settings.systemic_share` of all customers with a reason on file. A personality
    conflict and a change at the customer's end stay specific.

    Parameters
    ----------
    incidents : DataFrame
        Columns ``customer_id`` and ``date`` (datetime64), and ``cause`` or ``failure_type`` or both: where the
        cause is blank, the failure type stands for it ("Other" says nothing and is left out).
    customers_with_reason : int
        How many customers have a reason on file; at least those in `incidents` are counted.
    as_of : Timestamp
        The day that "today" means.
    settings : Settings
        The two thresholds.

    Returns
    -------
    DataFrame
        One row a cause, most customers first: ``cause`` (as first spelt), ``customers``, ``share`` (of customers
        with a reason), ``proposed`` ("systemic open" or "specific") and ``why``. Empty without causes.

    Raises
    ------
    OutOfRangeError
        The number of customers with a reason is negative.

    References
    ----------
    Article 003: specific and systemic causes. The thresholds are a design choice.
    """
    if customers_with_reason < 0:
        raise OutOfRangeError(
            f"The number of customers with a reason is {customers_with_reason}.", "Give 0 or more."
        )
    cause = causes_of(incidents)
    date = incidents["date"].to_numpy()
    recent = (
        (date > as_of.to_datetime64() - _YEAR) & (date <= as_of.to_datetime64()) & (cause != "").to_numpy()
    )
    found = pd.DataFrame({"cause": cause, "customer_id": incidents["customer_id"]})[recent]
    found["key"] = found["cause"].map({text: fold(text) for text in found["cause"].unique()})
    table = (
        found.groupby("key", sort=False)
        .agg(cause=("cause", "first"), customers=("customer_id", "nunique"))
        .sort_values("customers", ascending=False, kind="stable")
        .reset_index(drop=True)
    )
    known = max(customers_with_reason, found["customer_id"].nunique())
    table["share"] = table["customers"] / max(known, 1)
    verdicts = [
        _verdict(name, count, known, settings)
        for name, count in zip(table["cause"], table["customers"].tolist(), strict=True)
    ]
    table["proposed"] = [proposed for proposed, _ in verdicts]
    table["why"] = [why for _, why in verdicts]
    return table


def causes_of(incidents: pd.DataFrame) -> pd.Series:
    """Return the cause, else the failure type, else an empty text."""
    blank = pd.Series("", index=incidents.index, dtype=object)
    cause = incidents["cause"].astype(object).fillna("") if "cause" in incidents.columns else blank
    kind = (
        incidents["failure_type"].astype(object).fillna("") if "failure_type" in incidents.columns else blank
    )
    kind = kind.where(kind != "Other", "")
    cause = cause.where(cause.map(lambda text: bool(str(text).strip())).astype(bool), kind)
    return cause.astype(str).str.strip()


def _verdict(cause: str, customers: int, known: int, settings: Settings) -> tuple[str, str]:
    share = customers / max(known, 1)
    counted = f"{customers} of {known} customers with a reason ({100 * share:.3g}%) in 12 months"
    limits = f"{settings.systemic_customers} customers or {100 * settings.systemic_share:.3g}%"
    if fold(cause) in {fold(name) for name in BY_NATURE_SPECIFIC}:
        return (
            "specific",
            f"{counted}; specific by nature: personal, or on the customer's side.",
        )
    if customers >= settings.systemic_customers or (
        customers >= settings.systemic_fewest and share >= settings.systemic_share
    ):
        return (
            "systemic open",
            f"{counted}: {limits} make it systemic. Fix the cause for everybody, or it will return.",
        )
    return "specific", f"{counted}: fewer than {limits} (and never one alone) are an accident."
