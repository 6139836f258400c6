"""A campaign as people left it, wherever it stands: in a file, or in the workbook that Excel holds open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winback_xl.core.cast import ADDED
from winback_xl.core.merging.fingerprints import CALCULATED, HUMAN
from winback_xl.core.tracking import talk_log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column that people added to a table of ours: its content in the order of the table's rows."""

    heading: str
    values: Sequence[Any]
    width: float = 0


def _no_formula(_: int, __: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class CampaignState:
    """What a campaign holds when it comes back, before anything is recalculated.

    Parameters
    ----------
    campaign_id : str
        Name of the campaign; a row of another one has no place in it.
    rows : DataFrame, shape (n, ...)
        Every row of the table as it stands: the columns of `winback_xl.schema.columns.CAMPAIGN_ROWS` that are there, those that
        people added under `ADDED` and their heading, and ``row``, the row of the sheet (from 1).
    counted : Timestamp
        The day for which it was calculated last.
    customers : frozenset of str
        The customers of its Segments table.
    sent : DataFrame or None
        Keys, tokens of the human cells as sent out, and prints of the calculated ones (`fingerprints.sent_rows`); None
        where the Snapshot sheet is gone.
    printed : tuple of str
        Calculated columns in the order in which the prints hold them: another version may have another.
    log : tuple of (Timestamp, str)
        What was done to the workbook, oldest first.
    leftovers, conflicts, stray : DataFrame
        What earlier runs could not place or decide, and what people wrote next to our tables.
    others : mapping of str to DataFrame
        Columns that people added to other tables of ours, by customer; by the table's name.
    formula_at : callable of (int, str) to str
        Formula without its "=" that somebody typed into a calculated cell, by sheet row and column; "" for none.
    typed_over : frozenset of (int, str)
        Cells of the formula columns that hold no formula any more, by sheet row and column.
    file : str
        Name of the workbook, for messages.
    talks : DataFrame
        The log of talks as it stands, each with its id; columns `winback_xl.core.tracking.talk_log.COLUMNS`. In an open
        workbook the empty rows are there too.
    earlier : DataFrame
        How accounts of earlier campaigns ended.
    limited : bool
        Whether it holds only the accounts with most at stake of a large ledger.
    """

    campaign_id: str
    rows: pd.DataFrame
    counted: pd.Timestamp
    customers: frozenset[str]
    sent: pd.DataFrame | None
    leftovers: pd.DataFrame
    conflicts: pd.DataFrame
    stray: pd.DataFrame
    printed: tuple[str, ...] = CALCULATED
    log: tuple[tuple[pd.Timestamp, str], ...] = ()
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    formula_at: Callable[[int, str], str] = _no_formula
    typed_over: frozenset[tuple[int, str]] = frozenset()
    file: str = ""
    talks: pd.DataFrame = field(default_factory=talk_log.none)
    earlier: pd.DataFrame | None = None
    limited: bool = False

    @property
    def human(self) -> list[str]:
        """Columns that people fill: ours and those they added."""
        return [*HUMAN, *(str(name) for name in self.rows if str(name).startswith(ADDED))]

    @property
    def sent_customers(self) -> set[str]:
        """Customers that the campaign held when it was last written; others were added by hand."""
        return set(self.rows["customer_id"] if self.sent is None else self.sent["customer_id"])

    @property
    def staying(self) -> set[str]:
        """Customers who stay in the workbook whatever is at stake: those listed, and those next to whom somebody typed."""
        typed = {
            str(customer)
            for own in self.others.values()
            for customer in own["customer_id"][_filled(own.drop(columns="customer_id"))]
        }
        return {*map(str, self.rows["customer_id"]), *self.sent_customers, *typed}


def _filled(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return in which rows something stands."""
    return (frame.notna() & (frame.astype(object) != "")).any(axis=1)
