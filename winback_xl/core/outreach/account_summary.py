"""Summarise one account for a call: its history, its problems, and the topics to avoid."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from winback_xl.core.tracking import account_state, talk_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.core.orders.ledger import Ledger

CONSEQUENCE: Mapping[str, str] = MappingProxyType(
    {
        "Occasional Buyer": "They compare every purchase with your competitors. After a mistake they drop you, or buy less and rarely; a second chance takes a long time.",
        "Habitual Buyer": "They buy out of habit and could not say why. One mistake breaks the habit.",
        "Loyal Customer": "They know why they buy from you. One mistake does not end it, but they expect you to take responsibility at once.",
    }
)
"""What a mistake does at each level (articles 000, 004)."""

_DECIDERS = (
    "ceo", "cfo", "coo", "chief", "owner", "founder", "president", "partner", "managing", "general manager", "director",
    "head of", "vp", "vice president", "decision", "geschäftsführer", "inhaber", "gérant", "directeur",
)  # fmt: skip
_EVENTS = 12  # complaints, credit notes and late orders that a page has room for
_YEARS = 5


@dataclass(frozen=True, slots=True)
class Dossier:
    """One account.

    Parameters
    ----------
    account : mapping
        Its row of the campaign, by column name.
    on_file : mapping of str to str
        Its row of the customer list; absent columns are missing.
    years : DataFrame
        ``year``, ``order_days``, ``revenue`` (less credits), ``credits``, ``late``; the last five with any.
    events : DataFrame
        ``date``, ``kind``, ``what``, ``amount``, ``rep``: complaints, credit notes and late orders, latest first.
    reps : tuple of str
        Who had the account, and from when to when.
    past : str
        One sentence on the good years.
    """

    account: Mapping[str, Any]
    on_file: Mapping[str, str] = field(default_factory=dict)
    years: pd.DataFrame = field(default_factory=pd.DataFrame)
    events: pd.DataFrame = field(default_factory=pd.DataFrame)
    reps: tuple[str, ...] = ()
    past: str = ""

    def says(self, name: str) -> str:
        """Return a text of the campaign row, else of the customer list, "" where neither has it."""
        given = self.account.get(name)
        held = "" if given is None or (isinstance(given, float) and np.isnan(given)) else str(given).strip()
        return held or str(self.on_file.get(name) or "").strip()

    def number(self, name: str) -> float:
        """Return a number of the campaign row; NaN where it is blank or no number."""
        return float(pd.to_numeric(pd.Series([self.account.get(name)]), errors="coerce").iloc[0])

    @property
    def versions_differ(self) -> bool:
        """Whether our reason for their leaving differs from theirs."""
        ours, theirs = self.on_file.get("reason_ours", "").strip(), self.says("reason_theirs")
        return bool(ours and theirs and ours.casefold() != theirs.casefold())


def decides(role: str) -> bool:
    """Return whether somebody of that role may well decide; unknown for a blank role.

    Examples
    --------
    >>> decides("Managing Director"), decides("Buyer"), decides("")
    (True, False, False)
    """
    words = f" {role.casefold()} "
    return any(f" {word}" in words for word in _DECIDERS)


def middle(recommended: float, asked: float, high: float) -> float:
    """Return the point between our offer and what the customer asks, never above the highest that helps.

    Disgruntled customers may ignore a first offer: negotiate to a middle (article 001).

    Examples
    --------
    >>> middle(400.0, 1000.0, 600.0), middle(400.0, 500.0, 600.0)
    (600.0, 450.0)
    """
    return min((recommended + asked) / 2, max(high, recommended))


def build(
    campaign: pd.DataFrame,
    ledger: Ledger,
    *,
    customers: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
) -> tuple[Dossier, ...]:
    """Put together what is known of some accounts.

    Parameters
    ----------
    campaign : DataFrame
        The rows of the accounts, columns of `winback_xl.schema.columns.CAMPAIGN_ROWS`, in the order of the result.
    ledger : Ledger
        The orders up to the day that "today" means; later incidents are not looked at either.
    customers, incidents : DataFrame
        Clean tables; only rows of these accounts are looked at.

    Returns
    -------
    tuple of Dossier
        One for each row of ``campaign``.
    """
    ids = campaign["customer_id"]
    bought = _bought(ledger, ids)
    by_account = dict(list(bought.groupby("customer_id", sort=False)))
    known = {} if customers is None else _by_id(customers[customers["customer_id"].isin(ids)])
    stated = (
        {}
        if incidents is None
        else dict(list(incidents[incidents["customer_id"].isin(ids)].groupby("customer_id")))
    )
    made = []
    for row in talk_counts.followed(campaign).to_dict("records"):
        own = by_account.get(row["customer_id"], bought.iloc[:0])
        said = stated.get(row["customer_id"])
        made.append(
            Dossier(
                account={str(name): value for name, value in row.items()},
                on_file=known.get(row["customer_id"], {}),
                years=_years(own),
                events=_events(own, said, ledger.today),
                reps=_reps(own),
                past=_past(own),
            )
        )
    return tuple(made)


def _bought(ledger: Ledger, ids: pd.Series) -> pd.DataFrame:
    """Return the rows of some customers, and what the ledger knows of each: a credit, a late delivery."""
    own = np.isin(ledger.customer, np.flatnonzero(ledger.ids.isin(ids)))
    late = ledger.shipped & (ledger.days_late > 0)
    return ledger.table.iloc[ledger.row[own]].assign(
        _order=ledger.order[own], _credit=ledger.credit[own], _late=late[own]
    )


def _by_id(customers: pd.DataFrame) -> dict[str, dict[str, str]]:
    texts = customers.drop_duplicates("customer_id").astype(object)
    texts = texts.where(texts.notna(), "")
    return {row["customer_id"]: {str(k): str(v) for k, v in row.items()} for row in texts.to_dict("records")}


def _amounts(orders: pd.DataFrame) -> pd.Series:
    return orders["order_value"] if "order_value" in orders else pd.Series(np.nan, index=orders.index)


def _years(orders: pd.DataFrame) -> pd.DataFrame:
    """Count by calendar year."""
    year = orders["order_date"].dt.year
    frame = pd.DataFrame(
        {
            "year": year,
            "day": orders["order_date"].dt.normalize().where(orders["_order"]),
            "revenue": _amounts(orders),
            "credits": orders["_credit"].astype(float),
            "late": (orders["_late"] & orders["_order"]).astype(float),
        }
    )
    grouped = frame.groupby("year")
    counted = (
        grouped[["credits", "late"]]
        .sum()
        .assign(
            order_days=grouped["day"].nunique().astype(float), revenue=grouped["revenue"].sum(min_count=1)
        )
    )
    return counted.reset_index()[["year", "order_days", "revenue", "credits", "late"]].tail(_YEARS)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return (
        frame[name].fillna("").astype(str)
        if name in frame
        else pd.Series("", index=frame.index, dtype=object)
    )


def _events(orders: pd.DataFrame, incidents: pd.DataFrame | None, as_of: pd.Timestamp) -> pd.DataFrame:
    """List what went wrong, latest first."""
    parts = []
    for kind, chosen in (
        ("Credit note", orders[orders["_credit"]]),
        ("Late delivery", orders[orders["_late"] & orders["_order"]]),
    ):
        number = _column(chosen, "order_id")
        what = "Order " + number
        parts.append(
            pd.DataFrame(
                {"date": chosen["order_date"], "kind": kind, "what": what.where(number != "", ""),
                 "amount": _amounts(chosen), "rep": _column(chosen, "rep")}
            )
        )  # fmt: skip
    if incidents is not None:
        seen = incidents[incidents["date"].isna() | (incidents["date"] <= as_of)]
        failure, status = _column(seen, "failure_type"), _column(seen, "status")
        which = ("Complaint: " + failure).where(failure != "", "Complaint")
        which += (" (" + status + ")").where(status != "", "")
        loss = pd.to_numeric(seen["loss"]) if "loss" in seen else pd.Series(np.nan, index=seen.index)
        parts.append(
            pd.DataFrame(
                {
                    "date": seen["date"],
                    "kind": which,
                    "what": _column(seen, "what_happened"),
                    "amount": loss,
                    "rep": "",
                }
            )
        )
    found = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return (
        found.sort_values("date", ascending=False, kind="stable", na_position="last")
        .head(_EVENTS)
        .reset_index(drop=True)
    )


def _reps(orders: pd.DataFrame) -> tuple[str, ...]:
    """List the reps who had the account, in order."""
    named = orders[_column(orders, "rep") != ""]
    if not len(named):
        return ()
    spans = named.groupby("rep")["order_date"].agg(["min", "max"]).sort_values("min")
    return tuple(f"{rep} ({first:%Y-%m} to {last:%Y-%m})" for rep, first, last in spans.itertuples())


def _past(orders: pd.DataFrame) -> str:
    """Describe the good years: a gentle reminder, where it fits (article 000)."""
    bought = orders[orders["_order"]]
    if not len(bought):
        return ""
    days: Sequence[pd.Timestamp] = sorted(bought["order_date"].dt.normalize().unique())
    said = f"First order {days[0]:%Y-%m-%d}; {len(days):,} order days"
    if "shipped_date" in bought and "promised_date" in bought:
        shipped = bought["shipped_date"].notna() & bought["promised_date"].notna()
        if shipped.any():
            said += f"; {1 - bought.loc[shipped, '_late'].mean():.0%} shipped on time"
    return said + "."


def top(campaign: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the first accounts of a campaign that are pursued: not rested, not let go, not wanted by nobody.

    Parameters
    ----------
    campaign : DataFrame
        In the order of the work.
    count : int
        At most so many rows.
    """
    want = campaign["want_back"].fillna("").astype(str).str.casefold()
    worked = (want == "yes") | (
        ~want.isin(["no", "later"]) & campaign["decision"].isin(["Pursue", "Reassign"])
    )
    closed = ~campaign["outcome"].fillna("").isin(["", "Open"])
    return campaign[worked & ~closed & ~account_state.opted_out(campaign)].head(count)
