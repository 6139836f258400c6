"""One part of a ledger: read and checked like a file, then summarised by the core."""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from winback_xl.core import money_scale
from winback_xl.core.orders import customer_history, ledger
from winback_xl.core.tally import tally
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import column_choice, load
from winback_xl.inputs.answers import Answers
from winback_xl.inputs.decisions import Decisions, some
from winback_xl.inputs.file_cells import FileCells
from winback_xl.readers.arrow_grid import grid_of
from winback_xl.readers.sheet_part import Part
from winback_xl.schema import columns
from winback_xl.workflows.large import aside_rows, buckets, file_numbers
from winback_xl.workflows.large.first_look import FILE, ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.inputs.column_choice import Choice
    from winback_xl.inputs.customer_key import Cells
    from winback_xl.inputs.decisions import Verdict
    from winback_xl.inputs.loaded import Loaded
    from winback_xl.readers.grid import Grid
    from winback_xl.settings import Settings

DAYS, NAME = "order_days_of", "customer"
"""Columns of a result: the order days of each customer as a list, and the name."""

ABOUT, NUMBERS, ASIDE = b"winback", b"numbers", b"aside"
"""Keys of what is about a part as a whole, of the order numbers of its files, and of the first rows that it sets aside."""

_PLACES = 44  # bits of a row number


@dataclass(frozen=True)
class Job:
    """What every part of a ledger is read and summarised with; small, so that it can be sent to any process.

    Parameters
    ----------
    headings : tuple of str
        Of the columns "0", "1", ... of a part.
    files : tuple of (str, int)
        Name and rows of each file.
    customer : int
        The column with the Customer ID.
    parts : int
    as_of : Timestamp
        The last day that counts.
    settings : Settings
    answers : Answers
        What the user said about columns and rows.
    verdicts : mapping of str to Verdict
        What the whole ledger decided, as far as it is known.
    sample : Table, optional
        Rows of the whole ledger (`first_look.Look`), which say which column is which.
    filled : tuple of float
        Share of the cells of the whole ledger that are not blank, by column.
    incidents : DataFrame or None
        With their losses.
    """

    headings: tuple[str, ...]
    files: tuple[tuple[str, int], ...]
    customer: int
    parts: int
    as_of: pd.Timestamp
    settings: Settings
    answers: Answers = field(default_factory=Answers)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    sample: pa.Table | None = None
    filled: tuple[float, ...] = ()
    incidents: pd.DataFrame | None = None

    def bucket(self, rows: pa.Table) -> NDArray[np.uint16]:
        """Return the part of each row."""
        return buckets.of(rows.column(str(self.customer)), self.parts)

    @cached_property
    def cells(self) -> Cells | None:
        """The cells of the whole ledger."""
        return (
            None if self.sample is None else _LedgerCells(grid(self.sample, self), self.settings, self.filled)
        )

    @cached_property
    def choice(self) -> Choice:
        """Which column is which."""
        return column_choice.match(self.headings, columns.ORDERS, self.answers.columns, cells=self.cells)


class _LedgerCells(FileCells):
    """A sample of the whole ledger, and how far its columns are filled."""

    def __init__(self, sample: Grid, settings: Settings, filled: Sequence[float]) -> None:
        super().__init__(sample, settings)
        self._filled = filled

    def filled(self, position: int) -> float:
        """Return the share of cells that are not blank."""
        return self._filled[position] if position < len(self._filled) else 0.0


def read(rows: pa.Table, job: Job, decisions: Decisions) -> Loaded:
    """Read and check the rows of a part as the whole ledger decides.

    Parameters
    ----------
    rows : Table
        With the columns `ROW` and `FILE`.
    job : Job
    decisions : Decisions
        Made of ``job.verdicts``; takes what the rows count.

    Raises
    ------
    DataError
        The rows cannot be used.
    """
    place = _place(rows)
    if (np.diff(place) <= 0).any():
        rows = rows.take(pa.array(np.unique(place, return_index=True)[1]))
    found = load.from_grid(
        grid(rows, job),
        columns.ORDERS,
        settings=job.settings,
        answers=job.answers,
        decisions=decisions,
        ledger=job.cells,
    )
    if any(issue.code == "guests" for issue in found.issues):
        raise DataError.from_issues([_guests()])
    return found


def _guests() -> Issue:
    what = "Some orders name no customer, and would be known by their e-mail or phone: for that the whole ledger must be read at once."
    fix = "Fill in the Customer ID of these orders, or read the ledger in memory (--engine memory)."
    return Issue("guests-in-parts", "error", what, fix)


def _place(rows: pa.Table) -> NDArray[np.int64]:
    place: NDArray[np.int64] = (rows.column(FILE).to_numpy().astype(np.int64) << _PLACES) + rows.column(
        ROW
    ).to_numpy()
    return place


def grid(rows: pa.Table, job: Job) -> Grid:
    """Return rows of a ledger as cells with their names."""
    one = len(job.files) == 1
    parts = () if one else tuple(Part(name, "", "row", {}, f"{name} ", count) for name, count in job.files)
    return grid_of(
        [rows.column(str(at)) for at in range(len(job.headings))],
        job.headings,
        file=job.files[0][0] if one else f"{len(job.files):,} files",
        numbers=rows.column(ROW).to_numpy(),
        parts=parts,
        part=None if one else rows.column(FILE).to_numpy(),
    )


def ledger_of(found: Loaded, as_of: pd.Timestamp, decisions: Decisions) -> Ledger:
    """Return the orders of a part as the core takes them; whether any order has a value the whole ledger decides."""
    as_read = partial(
        ledger.read, found.frame, as_of, found.codes, margins_in_money=True, products=found.products
    )
    orders = as_read()
    valued = bool(decisions.make(some, "orders with a value", found=orders.has_values))
    if valued == orders.has_values:
        return orders
    return as_read(has_values=valued)


def summarised(rows: pa.Table, job: Job, number: int) -> pa.Table:  # noqa: ARG001 - for those who watch the parts
    """Read, check and summarise a part.

    Returns
    -------
    Table, one row a customer, sorted by ``customer_id``
        The columns of `customer_history.summarise`; `NAME` where the orders name their customers, and `DAYS`. What is
        about the part as a whole is JSON in its metadata: also what it counts for the decisions of the whole ledger, and
        where it cannot be used as these stand, why.
    """
    decisions = Decisions(job.verdicts, in_parts=True)
    try:
        found = read(rows, job, decisions)
    except DataError as error:
        issues = error.issues or (Issue(error.code, "error", error.what, error.hint),)
        about = {"errors": [astuple(issue) for issue in issues]}
        return _with_about(pa.table({"customer_id": pa.array([], pa.string())}), about, job, decisions)
    orders = ledger_of(found, job.as_of, decisions)
    summary = customer_history.summary(orders, settings=job.settings, incidents=job.incidents)
    frame, days = summary.frame(), orders.order_days
    end = np.append(0, np.cumsum(days.count)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(end), pa.array(days.day.astype(np.int32)))
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    table = table.cast(pa.schema([_small(one) for one in table.schema]))
    if NAME in found.frame:
        table = table.append_column(NAME, pa.array(_names(frame["customer_id"], found.frame), pa.string()))
    table = table.append_column(DAYS, lists)
    about = _about(found, orders, tally(days.gaps()[1]))
    about["rows_in"] = tally(rows.column(FILE).to_numpy(), len(job.files)).tolist()
    numbers = file_numbers.of(found) if len(job.files) > 1 else b""
    aside = aside_rows.packed(found.set_aside, _places_of(found, rows, job), job.parts)
    return _with_about(table, about, job, decisions, numbers, aside)


def _places_of(found: Loaded, rows: pa.Table, job: Job) -> NDArray[np.int64]:
    """Return where each row that is set aside stands in the whole ledger."""
    assert found.origin is not None  # noqa: S101 - what was read has one
    used = found.origin.grid
    numbers = used.first_row + np.arange(used.rows) if used.row_numbers is None else used.row_numbers
    file = np.zeros(used.rows, np.int64) if used.part is None else used.part.astype(np.int64)
    place, at = np.unique(_place(rows), return_index=True)
    gone = ~np.isin(place, (file << _PLACES) + numbers)
    cells = grid(rows.take(pa.array(at[gone])), job)
    known = dict(zip(map(cells.cell, range(cells.rows)), place[gone].tolist(), strict=True))
    return np.array([known.get(name, 0) for name in found.set_aside["place"]], np.int64)


def _with_about(
    table: pa.Table,
    about: dict[str, Any],
    job: Job,
    decisions: Decisions,
    numbers: bytes = b"",
    aside: bytes = b"",
) -> pa.Table:
    about |= {"as_of": f"{job.as_of:%Y-%m-%d}", "tallies": decisions.tallies, "made": decisions.made}
    return table.replace_schema_metadata({ABOUT: json.dumps(about), NUMBERS: numbers, ASIDE: aside})


def _small(one: pa.Field) -> pa.Field:
    """Return a column of texts or of nothing as one of short texts: every part has the same types."""
    wide = pa.types.is_large_string(one.type) or pa.types.is_null(one.type)
    return one.with_type(pa.string()) if wide else one


def _names(ids: pd.Series, frame: pd.DataFrame) -> list[str]:
    """Return the last name that the orders give each customer, "" where they give none."""
    named = frame.loc[frame[NAME].astype(object).fillna("") != "", ["customer_id", NAME]]
    last = named.drop_duplicates("customer_id", keep="last").set_index("customer_id")[NAME]
    return [str(name) for name in ids.map(last).astype(object).fillna("")]


def _about(found: Loaded, orders: Ledger, gaps: NDArray[np.int64]) -> dict[str, Any]:
    frame, aside = found.frame, found.set_aside
    dates = frame["order_date"]
    file = found.origin.grid.part if found.origin is not None else None
    until = frame["order_date"] <= orders.today
    valued = "order_value" in frame and bool(frame["order_value"].notna().any())
    return {
        "errors": [],
        "gaps": gaps.tolist(),
        "first_day": int(orders.order_days.day.min(initial=orders.as_of)),
        "last_date": "" if not len(dates) else f"{dates.max():%Y-%m-%d}",
        "used": tally(np.zeros(len(frame), int) if file is None else file).tolist(),
        "set_aside": len(aside),
        "set_aside_by": aside["code"].value_counts().to_dict() if len(aside) else {},
        "revenue": float(frame.loc[until, "order_value"].sum()) if valued else None,
        "sizes": {} if found.currency else money_scale.sizes(frame),
        "currency": found.currency,
        "matched": found.matched,
        "opted_out": sorted(found.opted_out),
        "issues": [astuple(one) for one in found.issues],
    }
