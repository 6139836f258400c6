"""Whether the tables fit together and the as-of day fits the orders."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.inputs.kinds.findings import NO_ROWS, examples
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.findings_to_issues import Origin

_ALONE_DAYS = 366  # orders that are further than this from all others are probably slips of the pen,
_ALONE_SHARE = 0.01  # if they are no more than this share of the rows


def across(
    orders: pd.DataFrame,
    customers: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
    *,
    as_of: pd.Timestamp,
    given: bool = True,
    origins: Mapping[str, Origin] = MappingProxyType({}),
    settings: Settings | None = None,
) -> list[Issue]:
    """Compare clean tables with each other and with the as-of day.

    Parameters
    ----------
    orders, customers, incidents : DataFrame
        Clean tables, as `load.Loaded.frame`.
    as_of : Timestamp
        The day that "today" means.
    given : bool
        Whether the user chose ``as_of``; otherwise it is the day after the last order.
    origins : mapping of str to Origin
        Where the rows of ``"Orders"``, ``"Customers"`` and ``"Incidents"`` stood, to name cells by.
    settings : Settings, optional
        ``stale_days`` says when orders are probably an old export.

    Returns
    -------
    list of Issue
        Warnings and notes; they set no rows aside.
    """
    found = list(_as_of(orders["order_date"], as_of, given=given, stale=(settings or Settings()).stale_days))
    known = pd.Index(orders["customer_id"].unique())
    if customers is not None:
        found += _customers(customers, orders, known)
    if incidents is not None:
        found += _incidents(incidents, orders, known, as_of)
    return [
        origins[each.table].tell(each.issue, each.rows, each.column)
        if each.table in origins and len(each.rows)
        else each.issue
        for each in found
    ]


class _Found(NamedTuple):
    """A finding and the rows of a table that it is about, none where it is about all."""

    issue: Issue
    table: str = ""
    rows: NDArray[np.intp] = NO_ROWS
    column: str = ""


def _as_of(dates: pd.Series, as_of: pd.Timestamp, *, given: bool, stale: int) -> Iterator[_Found]:
    days = dates.to_numpy("datetime64[D]")
    known = np.sort(days[~np.isnat(days)])
    if not len(known):
        return
    first, last = pd.Timestamp(known[0]), pd.Timestamp(known[-1])
    span = f"the orders run from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    later = np.flatnonzero(days > np.datetime64(as_of, "D"))
    if as_of < first:
        what = f"The as-of day {as_of:%Y-%m-%d} is before the first order: {span}."
        yield _Found(Issue("as-of-early", "warning", what, "Choose a later --as-of."))
    elif len(later):
        what = f"{plural(len(later), 'order row is', 'order rows are')} later than the as-of day {as_of:%Y-%m-%d} and left out: {span}."
        issue = Issue("orders-later", "warning", what, "Correct the dates, or choose a later --as-of.")
        yield _Found(issue, "Orders", later, "order_date")
    elif given and (as_of - last).days > stale:
        what = f"The as-of day {as_of:%Y-%m-%d} is {(as_of - last).days:,} days after the last order: {span}."
        issue = Issue("as-of-late", "warning", what, "Export newer orders, or choose an earlier --as-of.")
        yield _Found(issue, "Orders", np.flatnonzero(days == known[-1]), "order_date")
    yield from _alone(days, known, given=given)


def _alone(days: NDArray[np.datetime64], known: NDArray[np.datetime64], *, given: bool) -> Iterator[_Found]:
    """Report the few orders that stand years before or after all others: mostly a slip of the pen."""
    gaps = np.flatnonzero(np.diff(known).astype(int) > _ALONE_DAYS)
    few = max(1, int(_ALONE_SHARE * len(known)))
    late, early = gaps[len(known) - 1 - gaps <= few], gaps[gaps < few]
    if len(late) and not given:
        at = int(late[0])
        rows = np.flatnonzero(days > known[at])
        lead = plural(len(rows), "order row stands", "order rows stand")
        what = (
            f"{lead} {(known[at + 1] - known[at]).astype(int):,} days or more after all others (the last on {known[-1]}), "
            "and the as-of day was taken from there."
        )
        fix = f"If the dates are wrong, correct them or give --as-of {known[at] + 1}."
        yield _Found(Issue("last-order-alone", "warning", what, fix), "Orders", rows, "order_date")
    if len(early):
        at = int(early[-1])
        rows = np.flatnonzero(days <= known[at])
        lead = plural(len(rows), "order row stands", "order rows stand")
        what = f"{lead} {(known[at + 1] - known[at]).astype(int):,} days or more before all others (the first on {known[0]})."
        fix = "If the dates are wrong, correct them."
        yield _Found(Issue("first-order-alone", "warning", what, fix), "Orders", rows, "order_date")


def _customers(customers: pd.DataFrame, orders: pd.DataFrame, known: pd.Index) -> Iterator[_Found]:
    ids = pd.Index(customers["customer_id"])
    silent, unlisted = ids.difference(known, sort=False), known.difference(ids, sort=False)
    rows = np.flatnonzero(ids.isin(silent))
    if len(ids) and len(silent) == len(ids):
        what = f"No customer of the customer list has an order ({examples(ids[:3])} there, {examples(known[:3])} in the orders)."
        issue = Issue("customers-unknown", "warning", what, _same_ids(silent, known))
        yield _Found(issue, "Customers", rows, "customer_id")
        return
    if len(silent):
        lead = plural(len(silent), "customer of the list has", "customers of the list have")
        what = f"{lead} no order ({examples(silent[:3])})."
        issue = Issue("customers-without-orders", "note", what, _same_ids(silent, known))
        yield _Found(issue, "Customers", rows, "customer_id")
    if len(unlisted):
        lead = plural(len(unlisted), "customer with orders is", "customers with orders are")
        issue = Issue(
            "customers-unlisted", "note", f"{lead} not in the customer list ({examples(unlisted[:3])})."
        )
        first = ~orders["customer_id"].duplicated() & orders["customer_id"].isin(unlisted)
        yield _Found(issue, "Orders", np.flatnonzero(first), "customer_id")


def _same_ids(strange: pd.Index, known: pd.Index) -> str:
    """Return a hint when ids would be known but for zeros in front or capitals."""
    plain = {str(word).casefold().lstrip("0"): str(word) for word in known}
    for word in strange:
        twin = plain.get(str(word).casefold().lstrip("0"))
        if twin is not None and str(word).isdigit() and twin == str(word).zfill(len(twin)):
            return f"Does '{word}' mean '{twin}'? Excel drops zeros in front: give the ids the number format {'0' * len(twin)} there, and save as .xlsx."
        if twin is not None:
            return f"Does '{word}' mean '{twin}'? Write the ids the same way in both tables."
    return "Check that both tables use the same ids."


def _incidents(
    incidents: pd.DataFrame, orders: pd.DataFrame, known: pd.Index, as_of: pd.Timestamp
) -> Iterator[_Found]:
    strange = ~incidents["customer_id"].isin(known)
    if strange.any():
        ids = pd.Index(incidents.loc[strange, "customer_id"].unique())
        lead = plural(int(strange.sum()), "incident is", "incidents are")
        what = f"{lead} of customers without an order and cannot be used ({examples(ids[:3])})."
        issue = Issue("incident-customer-unknown", "warning", what, _same_ids(ids, known))
        yield _Found(issue, "Incidents", np.flatnonzero(strange), "customer_id")
    first = incidents["customer_id"].map(orders.groupby("customer_id")["order_date"].min())
    early = incidents["date"] < first
    if early.any():
        lead = plural(int(early.sum()), "incident is", "incidents are")
        what = f"{lead} dated before the customer's first order ({_named(incidents[early])})."
        issue = Issue("incident-early", "warning", what, "Check the date; older orders may be missing.")
        yield _Found(issue, "Incidents", np.flatnonzero(early), "date")
    later = incidents["date"] > as_of
    if later.any():
        lead = plural(int(later.sum()), "incident is", "incidents are")
        what = f"{lead} dated after the as-of day {as_of:%Y-%m-%d} ({_named(incidents[later])})."
        issue = Issue("incident-later", "warning", what, "Check the date, or choose a later --as-of.")
        yield _Found(issue, "Incidents", np.flatnonzero(later), "date")


def _named(incidents: pd.DataFrame) -> str:
    """Name incidents by customer and day, and by number where they have one."""
    shown = incidents.head(3)
    numbers = shown["incident_id"] if "incident_id" in shown else pd.Series("", index=shown.index)
    return ", ".join(
        f"{number + ' of ' if number else ''}customer {customer} on {day:%Y-%m-%d}"
        for number, customer, day in zip(numbers, shown["customer_id"], shown["date"], strict=True)
    )
