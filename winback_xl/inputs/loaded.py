"""One clean table as it comes out of a file, and what else is known of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.inputs.aid_columns import parts
from winback_xl.schema.order_aids import ORDER_AIDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.errors import Issue
    from winback_xl.inputs import findings_to_issues
    from winback_xl.inputs.control_totals import ControlTotals
    from winback_xl.inputs.row_status import Rows


@dataclass(frozen=True, slots=True)
class Loaded:
    """One clean table, and what became of its rows.

    Parameters
    ----------
    frame : DataFrame
        Rows that can be used, with the columns of `winback_xl.schema.columns` that were found, RangeIndex. Ids and
        words are str ("" for none), dates datetime64[s] at midnight, numbers float64.
    issues : tuple of Issue
        Everything found; those that set rows aside say how many in ``rows``.
    rows_in, rows_used : int
        Rows of data in the file, and rows of ``frame``.
    set_aside : DataFrame
        One row for each that is not used: ``place``, ``code``, ``reason``, then the original values as text,
        each under the heading of the file.
    matched : dict of str to str
        Our heading -> the heading found.
    file, sheet : str
        Where it came from.
    currency : str
        Currency of the amounts, or "" if nothing says.
    unused : tuple of str
        Headings of the file that were not needed.
    origin : Origin or None
        Where each row of ``frame`` stood.
    parts : tuple of (str, str, int, int)
        Of several sheets or files: the file, the sheet, its rows of data and how many of them are used.
    codes : mapping of str to ndarray of int
        Of the id columns of ``frame``: equal where the ids are equal, -1 where there is none.
    system : str
        Name of the known export that it was read as, or "".
    opted_out : frozenset of str
        Customers of the orders who want no mail.
    joined : mapping of str to str
        Of a customer list: its IDs -> those of the orders, of customers who were found by e-mail.
    emails : callable
        Returns pairs of e-mail and Customer ID that the orders know.
    products : callable
        Returns what each row of ``frame`` sold as the place of its name, -1 for none, and the names; None where the file
        names no products.
    totals : callable
        Returns what a file of orders adds up to; None for other tables.
    """

    frame: pd.DataFrame
    issues: tuple[Issue, ...]
    rows_in: int
    rows_used: int
    set_aside: pd.DataFrame
    matched: dict[str, str]
    file: str
    sheet: str
    currency: str = ""
    unused: tuple[str, ...] = ()
    origin: findings_to_issues.Origin | None = None
    codes: Mapping[str, NDArray[np.int64]] = field(default_factory=lambda: MappingProxyType({}))
    parts: tuple[tuple[str, str, int, int], ...] = ()
    system: str = ""
    opted_out: frozenset[str] = frozenset()
    joined: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    emails: Callable[[], list[tuple[str, str]]] = field(default=list, repr=False)
    products: Callable[[], tuple[NDArray[np.int32], list[str]] | None] = field(
        default=lambda: None, repr=False
    )
    totals: Callable[[], ControlTotals | None] = field(default=lambda: None, repr=False)


def customers_of(rows: Rows, which: NDArray[np.bool_]) -> list[str]:
    """Return the customers of some rows."""
    return (
        [who for who in rows.frame["customer_id"][which].unique() if who]
        if "customer_id" in rows.frame
        else []
    )


def helpers(rows: Rows) -> dict[str, str]:
    """Return the columns that helped to read the others: our heading -> theirs."""
    states = [each.aid.heading for each in rows.states]
    named = {"State": ", ".join(states)} if states else {}
    if rows.aids.get("refunded"):
        named[ORDER_AIDS["refunded"].heading] = rows.aids["refunded"][0].heading
    if rows.aids.get("consent"):
        named["Do not contact"] = ", ".join(aid.heading for aid in rows.aids["consent"])
    return named


def emails(rows: Rows) -> list[tuple[str, str]]:
    """Return every pair of e-mail and Customer ID in the orders."""
    pairs = set[tuple[str, str]]()
    for aid in rows.aids.get("email", ()):
        codes, found = aid.words
        who = rows.frame["customer_id"].to_numpy(dtype=object)
        there = (codes >= 0) & rows.alive
        pairs |= {
            (found[code], str(one))
            for code, one in zip(codes[there].tolist(), who[there].tolist(), strict=True)
            if one
        }
    return sorted(pairs)


_NAME_WORDS = frozenset(
    {"name", "description", "product", "bezeichnung", "produkt", "produit", "designation", "producto", "prodotto", "title"}
)  # fmt: skip


def products(rows: Rows) -> tuple[NDArray[np.int32], list[str]] | None:
    """Return what each row that is used sold: of several columns the user's, else one with names before one with numbers."""
    aids = [aid for aid in rows.aids.get("item", ()) if aid.filled > 0]
    if not aids:
        return None
    best = max(aids, key=lambda aid: (aid.given, bool(_NAME_WORDS & set(parts(aid.heading)))))
    codes, words = best.words
    return codes[rows.alive], words
