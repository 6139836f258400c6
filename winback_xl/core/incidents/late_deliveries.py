"""Late deliveries in the ledger, as incidents that nobody has reported yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.orders.day_numbers import YEAR
from winback_xl.core.orders.order_columns import text
from winback_xl.core.wording import in_words

if TYPE_CHECKING:
    from winback_xl.core.orders.ledger import Ledger


def late_orders(ledger: Ledger) -> pd.DataFrame:
    """List the orders promised in the 12 months to the last day of a ledger that left after the promise.

    They are a hint, not a finding: the cause stays "likely, not confirmed" until the customer was heard
    (article 003), and "accepted", since the goods were kept.

    Parameters
    ----------
    ledger : Ledger
        Without promised and shipped dates nothing is late; orders shipped after its last day are not known to be late yet.

    Returns
    -------
    DataFrame, one row an order, by customer, promised day and order id
        Columns of ``columns.INCIDENTS``: ``incident_id`` (the order id, or customer and promised day without
        one), ``customer_id``, ``date`` (promised), ``what_happened``, ``failure_type``, ``order_value`` (of
        all its lines; NaN if unknown), ``days_late`` (of its latest line), ``cause``, ``handling``,
        ``status``, ``fault`` (1.0).

    Notes
    -----
    They carry no ``loss`` yet. Estimate it before they go into `history.summarise` as incidents: there an
    incident without a loss counts as a material failure.

    Examples
    --------
    >>> from winback_xl.core.orders.ledger import read
    >>> promised, left = pd.to_datetime(["2026-03-02", "2026-03-03"]), pd.to_datetime(["2026-03-05", "2026-03-03"])
    >>> rows = {"customer_id": "A", "order_id": ["7", "8"], "order_date": promised, "order_value": [500.0, 80.0]}
    >>> orders = pd.DataFrame({**rows, "promised_date": promised, "shipped_date": left})
    >>> late_orders(read(orders, pd.Timestamp("2026-06-30")))["what_happened"].tolist()
    ['Order 7 was promised for 2 March 2026 and left on 5 March 2026, 3 days late.']
    """
    recent = (ledger.promised > ledger.as_of - YEAR) & (ledger.promised <= ledger.as_of)
    late = ledger.order & ledger.shipped & recent & (ledger.days_late > 0)
    document = ledger.document * len(ledger.ids) + ledger.customer  # one number for customer and order id
    lines = ledger.order & np.isin(document, document[late]) if late.any() else late
    every = pd.DataFrame(
        {
            "document": document[lines],
            "customer_id": ledger.ids.to_numpy()[ledger.customer[lines]],
            "order_id": text(ledger.table, "order_id", ledger.row[lines]),
            "order_value": ledger.value[lines],
            "promised": ledger.promised[lines],
            "days_late": np.where(late, ledger.days_late, 0)[lines],
        }
    )
    value = every.groupby("document")["order_value"].sum(min_count=1)
    latest = every.sort_values(["days_late", "promised"]).drop_duplicates("document", keep="last")
    latest["order_value"] = latest["document"].map(value)
    return _incidents(latest.sort_values(["customer_id", "promised", "order_id"], ignore_index=True))


def _incidents(late: pd.DataFrame) -> pd.DataFrame:
    """Put late orders into the columns of incidents."""
    promised = late["promised"]
    named = late["order_id"] != ""
    lead = ("Order " + late["order_id"]).where(named, "An order")
    days: pd.Series[str] = late["days_late"].astype("str") + np.where(late["days_late"] == 1, " day", " days")
    return pd.DataFrame(
        {
            "incident_id": late["order_id"].where(named, late["customer_id"] + " " + _iso(promised)),
            "customer_id": late["customer_id"],
            "date": late["promised"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
            "what_happened": lead
            + " was promised for "
            + _said(promised)
            + " and left on "
            + _said(promised + late["days_late"])
            + ", "
            + days
            + " late.",
            "failure_type": "Late delivery",
            "order_value": late["order_value"],
            "days_late": late["days_late"],
            "cause": "Late delivery (likely, not confirmed)",
            "handling": "accepted",
            "status": "open",
            "fault": 1.0,
        }
    )


def _said(day: pd.Series) -> pd.Series:
    """Write day numbers as sentences show them, each day once."""
    known = {one: in_words(pd.Timestamp(one, unit="D")) for one in day.unique().tolist()}
    return day.map(known).astype("str")


def _iso(day: pd.Series) -> pd.Series:
    """Write day numbers as ISO dates."""
    return pd.Series(
        np.datetime_as_string(day.to_numpy().astype("datetime64[D]")), index=day.index, dtype="str"
    )


class LateOrder(NamedTuple):
    """A late order in words: its number with a blank before it ("" for none), the days, and how late it was."""

    number: str
    promised: str
    left: str
    days: str


_SENTENCE = re.compile(
    r"(?:Order(?P<number> .+)|An order) was promised for (?P<promised>\d+ \w+ \d+) and left on (?P<left>\d+ \w+ \d+), (?P<days>\d+ days?) late\."
)


def of_sentence(what_happened: str) -> LateOrder | None:
    """Return the late order that ``what_happened`` of `late_orders` describes, None for any other text.

    >>> of_sentence("Order 7 was promised for 2 March 2026 and left on 5 March 2026, 3 days late.")
    LateOrder(number=' 7', promised='2 March 2026', left='5 March 2026', days='3 days')
    """
    found = _SENTENCE.fullmatch(what_happened.strip())
    return LateOrder(**{name: text or "" for name, text in found.groupdict().items()}) if found else None
