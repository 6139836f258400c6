"""Totals to hold against the system that a file comes from: rows, customers, orders and amounts, by state and by kind.

The amounts are those of the file, before anything was left out or taken back; an order total that is on each line
counts once. The rows that are used are shown with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally
from winback_xl.core.wording import plural
from winback_xl.inputs.row_status import first_of_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.row_status import Rows

_SHOWN = 8  # words of a column that are listed; the rest is counted


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """What one file of orders adds up to.

    Parameters
    ----------
    whole, used : str
        Everything in the file, and what is used of it, each as a sentence.
    days : str
        First and last day of what is used.
    groups : tuple of str
        Rows and amounts by state and by kind, a line for each column.
    months : tuple of str
        Orders and amount of each month of what is used.
    """

    whole: str
    used: str
    days: str
    groups: tuple[str, ...]
    months: tuple[str, ...]

    def lines(self, *, verbose: bool = False) -> list[str]:
        """Return the lines to print."""
        used = f"{self.used}, {self.days}" if self.days else self.used
        found = [f"in the file: {self.whole}", f"used: {used}", *self.groups]
        return [*found, *self.months] if verbose else found


def of(rows: Rows, as_read: NDArray[np.float64] | None) -> ControlTotals:
    """Add up a file.

    Parameters
    ----------
    rows : Rows
        The ledger after all rules.
    as_read : ndarray of float or None
        Order values as the file has them; None without such a column.
    """
    amount = None if as_read is None else _once(rows, as_read)
    everything = np.ones(len(rows.alive), dtype=bool)
    used = None if amount is None else np.nan_to_num(rows.values("order_value"))
    day = (
        rows.frame["order_date"][rows.alive]
        if "order_date" in rows.frame
        else pd.Series(dtype="datetime64[s]")
    )
    days = "" if day.isna().all() else f"{day.min():%Y-%m-%d} to {day.max():%Y-%m-%d}"
    worth = None if len(_currencies(rows, everything)) > 1 else amount  # never added up over currencies
    groups = [_by_words(f"by {each.aid.heading}", *each.aid.words, worth) for each in rows.states]
    if rows.kinds is not None and "kind" in rows.headings:
        groups.append(_by_words(f"by {rows.heading('kind')}", rows.kinds[0], rows.kinds[1], worth))
    return ControlTotals(
        _sentence(rows, everything, amount),
        _sentence(rows, rows.alive, used),
        days,
        tuple(groups),
        tuple(_months(rows, used)),
    )


def _once(rows: Rows, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count a total that is on each line of its order once."""
    amount = np.nan_to_num(value)
    order = rows.codes.get("order_id")
    if rows.per_order and order is not None:
        return np.where(first_of_each(order) | (order < 0), amount, 0.0)
    return amount


def _sentence(rows: Rows, which: NDArray[np.bool_], amount: NDArray[np.float64] | None) -> str:
    who = rows.codes["customer_id"][which]
    parts = [plural(int(which.sum()), "row"), plural(len(np.unique(who[who >= 0])), "customer")]
    order = rows.codes.get("order_id")
    if order is not None:
        numbers = order[which]
        parts.append(plural(len(np.unique(numbers[numbers >= 0])) + int((numbers < 0).sum()), "order"))
    codes = _currencies(rows, which)
    if amount is not None and len(codes) > 1:
        named = rows.frame["currency"].to_numpy(dtype=object)
        sums = {code: float(amount[which & (named == code)].sum()) for code in (*codes, "")}
        parts += [
            f"{total:,.2f} {code or 'without currency'}" for code, total in sums.items() if code or total
        ]
    elif amount is not None:
        parts.append(f"{float(amount[which].sum()):,.2f} {rows.currency}".strip())
    return ", ".join(parts)


def _currencies(rows: Rows, which: NDArray[np.bool_]) -> list[str]:
    """Return the currencies of some rows, where a column names them."""
    if "currency" not in rows.frame:
        return []
    return [str(code) for code in rows.frame["currency"][which].unique() if code]


def _by_words(
    lead: str, codes: NDArray[np.integer], found: Sequence[str], amount: NDArray[np.float64] | None
) -> str:
    """Write rows and amounts of each word, the most frequent first."""
    size = len(found) + 1
    place = np.where(codes < 0, len(found), codes)
    count = tally(place, size)
    worth = None if amount is None else tally(place, size, weights=amount)
    names = [*found, "blank"]
    order = [at for at in np.argsort(-count, kind="stable").tolist() if count[at]]
    shown = [
        f"{names[at] or 'blank'} {plural(int(count[at]), 'row')}{'' if worth is None else f' {worth[at]:,.2f}'}"
        for at in order[:_SHOWN]
    ]
    rest = len(order) - _SHOWN
    more = f"; and {plural(rest, 'other word')}" if rest > 0 else ""
    return f"{lead}: {'; '.join(shown)}{more}"


def _months(rows: Rows, used: NDArray[np.float64] | None) -> list[str]:
    if "order_date" not in rows.frame:
        return []
    live = rows.alive & rows.frame["order_date"].notna().to_numpy(dtype=bool)
    month = rows.frame["order_date"].to_numpy("datetime64[M]")[live]
    different, place = np.unique(month, return_inverse=True)
    count = tally(place, len(different))
    worth = None if used is None else tally(place, len(different), weights=used[live])
    return [
        f"{name}: {plural(int(count[at]), 'row')}{'' if worth is None else f', {worth[at]:,.2f}'}"
        for at, name in enumerate(different.astype(str).tolist())
    ]
