"""One part of a ledger: read and checked like a file, then summarised by the core."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from winback_xl.core.orders import customer_history, ledger
from winback_xl.core.tally import tally
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import load
from winback_xl.inputs.answers import Answers
from winback_xl.readers.arrow_grid import grid_of
from winback_xl.readers.grid import Part
from winback_xl.schema import columns
from winback_xl.workflows.large import buckets
from winback_xl.workflows.large.deciding_rows import FILE, ROW

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.inputs.loaded import Loaded
    from winback_xl.settings import Settings

DAYS, NAME, ABOUT = "order_days_of", "customer", b"winback"
"""Columns of a result: the order days of each customer as a list, and the name; the key of what is about all of it."""

_SET_ASIDE = 200  # rows of a part that are kept with their original values
_PLACES = 44  # bits of a row number


@dataclass(frozen=True, slots=True)
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
    deciding : Table
        The rows of `deciding_rows`.
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
    deciding: pa.Table | None = None
    incidents: pd.DataFrame | None = None

    def bucket(self, rows: pa.Table) -> NDArray[np.uint16]:
        """Return the part of each row."""
        return buckets.of(rows.column(str(self.customer)), self.parts)


@dataclass(frozen=True, slots=True)
class Read:
    """Rows of a part after all checks, with the rows of other parts that only decide.

    Parameters
    ----------
    loaded : Loaded
        All rows.
    guest : ndarray of bool
        Which rows of ``loaded.frame`` are of other parts.
    places : frozenset of str
        How findings name the rows of other parts.
    """

    loaded: Loaded
    guest: NDArray[np.bool_]
    places: frozenset[str]


def read(rows: pa.Table, job: Job, number: int) -> Read:
    """Read and check the rows of a part, together with the rows that decide.

    Parameters
    ----------
    rows : Table
        With the columns `ROW` and `FILE`.
    job : Job
    number : int
        The part.

    Raises
    ------
    DataError
        The rows cannot be used.
    """
    whole, guest, places = rows, np.zeros(0, np.int64), frozenset[str]()
    if job.deciding is not None and len(job.deciding):
        more = job.deciding
        more = more.filter(pa.array(job.bucket(more) != number))
        guest, places = _place(more), _named(more, job)
        whole = pa.concat_tables([rows, more]) if len(more) else rows
    place = _place(whole)
    if (np.diff(place) <= 0).any():
        whole = whole.take(pa.array(np.unique(place, return_index=True)[1]))
    found = load.from_grid(_grid(whole, job), columns.ORDERS, settings=job.settings, answers=job.answers)
    if any(issue.code == "guests" for issue in found.issues):
        raise DataError.from_issues([_guests()])
    return Read(found, np.isin(_places_of(found), guest), places)


def _guests() -> Issue:
    what = "Some orders name no customer, and would be known by their e-mail or phone: for that the whole ledger must be read at once."
    fix = "Fill in the Customer ID of these orders, or read the ledger in memory (--engine memory)."
    return Issue("guests-in-parts", "error", what, fix)


def _place(rows: pa.Table) -> NDArray[np.int64]:
    place: NDArray[np.int64] = (rows.column(FILE).to_numpy().astype(np.int64) << _PLACES) + rows.column(
        ROW
    ).to_numpy()
    return place


def _named(rows: pa.Table, job: Job) -> frozenset[str]:
    """Return how findings name these rows."""
    files, numbers = rows.column(FILE).to_pylist(), rows.column(ROW).to_pylist()
    one = len(job.files) == 1
    return frozenset(
        f"row {row}" if one else f"{job.files[file][0]} row {row}"
        for file, row in zip(files, numbers, strict=True)
    )


def _places_of(found: Loaded) -> NDArray[np.int64]:
    assert found.origin is not None  # noqa: S101 - of rows with numbers there always is one
    grid = found.origin.grid
    assert grid.row_numbers is not None  # noqa: S101 - as above
    file = np.zeros(grid.rows, np.int64) if grid.part is None else grid.part.astype(np.int64)
    return (file << _PLACES) + grid.row_numbers


def _grid(rows: pa.Table, job: Job) -> Any:
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


def ledger_of(found: Loaded, as_of: pd.Timestamp) -> Ledger:
    """Return the orders of a part as the core takes them."""
    return ledger.read(found.frame, as_of, found.codes)


def summarised(rows: pa.Table, job: Job, number: int) -> pa.Table:
    """Read, check and summarise a part.

    Returns
    -------
    Table, one row a customer, sorted by ``customer_id``
        The columns of `customer_history.summarise`; `NAME` where the orders name their customers, and `DAYS`. What is
        about the part as a whole is JSON in its metadata.
    """
    part = read(rows, job, number)
    found, guest = part.loaded, part.guest
    orders = ledger_of(found, job.as_of)
    summary = customer_history.summary(orders, settings=job.settings, incidents=job.incidents)
    frame, days = summary.frame(), orders.order_days
    mine = ~frame["customer_id"].isin(found.frame["customer_id"][guest].unique()).to_numpy(bool)
    frame = frame[mine]
    end = np.append(0, np.cumsum(days.count)).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(end), pa.array(days.day.astype(np.int32)))
    whose, gap = days.gaps()
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    table = table.cast(pa.schema([_small(one) for one in table.schema]))
    if NAME in found.frame:
        table = table.append_column(NAME, pa.array(_names(frame["customer_id"], found.frame), pa.string()))
    table = table.append_column(DAYS, lists.filter(pa.array(mine)))
    about = _about(part, orders, tally(gap[mine[whose]]))
    about["rows_in"] = tally(rows.column(FILE).to_numpy(), len(job.files)).tolist()
    return table.replace_schema_metadata({ABOUT: json.dumps(about)})


def _small(one: pa.Field) -> pa.Field:
    """Return a column of texts or of nothing as one of short texts: every part has the same types."""
    wide = pa.types.is_large_string(one.type) or pa.types.is_null(one.type)
    return one.with_type(pa.string()) if wide else one


def _names(ids: pd.Series, frame: pd.DataFrame) -> list[str]:
    """Return the last name that the orders give each customer, "" where they give none."""
    named = frame.loc[frame[NAME].astype(object).fillna("") != "", ["customer_id", NAME]]
    last = named.drop_duplicates("customer_id", keep="last").set_index("customer_id")[NAME]
    return [str(name) for name in ids.map(last).astype(object).fillna("")]


def _about(part: Read, orders: Ledger, gaps: NDArray[np.int64]) -> dict[str, Any]:
    found, guest = part.loaded, part.guest
    frame = found.frame[~guest]
    dates = frame["order_date"]
    aside = found.set_aside
    if len(aside):
        aside = aside[~aside["place"].isin(part.places)]
    file = found.origin.grid.part if found.origin is not None else None
    used = tally(np.zeros(len(frame), int) if file is None else file[~guest]).tolist()
    counted = ("order_value" in frame) and bool(frame["order_value"].notna().any())
    until = frame["order_date"] <= orders.today
    return {
        "gaps": gaps.tolist(),
        "first_day": int(orders.order_days.day.min(initial=orders.as_of)),
        "last_date": "" if not len(dates) else f"{dates.max():%Y-%m-%d}",
        "used": used,
        "set_aside": len(aside),
        "set_aside_by": aside["code"].value_counts().to_dict() if len(aside) else {},
        "set_aside_rows": aside.head(_SET_ASIDE).to_dict("list") if len(aside) else {},
        "revenue": float(frame.loc[until, "order_value"].sum()) if counted else None,
        "has_values": orders.has_values,
        "currency": found.currency,
        "matched": found.matched,
        "opted_out": sorted(found.opted_out.intersection(frame["customer_id"])),
        "issues": [
            [one.code, one.severity, one.what, one.fix, one.file, one.sheet, one.cell, one.rows]
            for one in found.issues
        ],
    }
