"""Spark as the engine: the same functions, run where the rows are (`mapInArrow`, `applyInArrow`; Spark 4 or later).

Spark 4.3 says that it does not yet fully support pandas 3, which we need. Between Spark and us there is only Arrow, so that
does not matter here, and the warning is not shown.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import ipc

from winback_xl.errors import DataError
from winback_xl.inputs.file_cells import step_of
from winback_xl.readers.arrow_grid import readable
from winback_xl.workflows.large import buckets
from winback_xl.workflows.large.first_look import FILE, HEAD, ROW, FirstLook, Look, in_order
from winback_xl.workflows.large.large_file import File
from winback_xl.workflows.large.part import summarised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.workflows.large.part import Job
    from winback_xl.workflows.large.work_folder import WorkFolder

_PART = "__part"


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


class Spark:
    """Works on a data frame of Spark; rows travel to this machine only as summaries."""

    name = reads_with = "Spark"

    def __init__(self) -> None:
        self._rows: Any = None

    def open(self, given: Any, table: str) -> Sequence[File]:  # noqa: ARG002 - a data frame is one table
        """Take a data frame without reading its rows."""
        from pyspark.sql import functions as sql  # noqa: PLC0415 - an extra
        from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415

        found = to_arrow_schema(given.schema)
        keep = [name for name, kind in zip(found.names, found.types, strict=True) if readable(kind)]
        columns = [sql.col(f"`{name}`").alias(str(at)) for at, name in enumerate(keep)]
        number = (sql.monotonically_increasing_id() + 1).alias(ROW)
        self._rows = given.select(*columns, sql.lit(0).cast("short").alias(FILE), number)
        return [File("Spark", tuple(keep), 0, lambda: iter(()))]

    def split(self, *_: object, folder: WorkFolder, stamp: str, tell: Any) -> None:
        """Look at the rows; they stay where they are."""
        tell("Spark looks through the ledger")
        with _quiet():
            found = self._rows.mapInArrow(_look, "what string, rows long, packed binary").collect()
        if not found:
            raise DataError("The ledger has no rows.", "Export it again, with its rows.", "no-rows")
        folder.save_look(_joined(found), stamp)

    def work(self, job: Job, folder: WorkFolder, tell: Any) -> None:
        """Let Spark split the rows by customer and summarise each part; write the results into the folder."""
        tell(f"Spark summarises {job.parts:,} parts")
        waiting = set(folder.waiting(job.parts))
        with _quiet():
            spread = self._rows.mapInArrow(_with_part(job), f"{_ddl(self._rows.schema)}, {_PART} int")
            done = spread.groupBy(_PART).applyInArrow(_summary_of(job), f"{_PART} int, result binary")
            for row in done.toLocalIterator(prefetchPartitions=True):
                waiting.discard(row[_PART])
                folder.save_result(row[_PART], _unpacked(bytes(row["result"])))
        if waiting:
            none = summarised(folder.look().rows.slice(0, 0), job, min(waiting))
            for number in waiting:  # a part without a customer
                folder.save_result(number, none)

    def orders_of(self, wanted: NDArray[np.uint64], job: Job, folder: WorkFolder) -> pa.Table:  # noqa: ARG002 - as Engine
        """Return the orders of some customers, by `buckets.keys` of their IDs."""

        def theirs(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                ids = pa.table({"ids": batch.column(job.customer)})
                mine = np.isin(buckets.keys(ids.cast(_plain(ids.schema)).column(0)), wanted)
                yield batch.filter(pa.array(mine))

        with _quiet():
            found = self._rows.mapInArrow(theirs, self._rows.schema).toArrow()
        return found.cast(_plain(found.schema))


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return a schema with the types that the engines of one machine use too."""
    plain = []
    for one in schema:
        kind = one.type
        if pa.types.is_large_string(kind):
            kind = pa.string()
        elif pa.types.is_decimal(kind):
            kind = pa.float64()
        elif pa.types.is_timestamp(kind) and kind.tz:
            kind = pa.timestamp(kind.unit)
        plain.append(pa.field(one.name, kind))
    return pa.schema(plain)


def _ddl(schema: Any) -> str:
    return ", ".join(f"`{one.name}` {one.dataType.simpleString()}" for one in schema)


def _look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Look at the rows of one partition."""
    found = FirstLook()
    for batch in batches:
        table = pa.Table.from_batches([batch])
        found.add(table.cast(_plain(table.schema)))
    if found.seen:
        look = found.result()
        filled = pa.table({"filled": pa.array(look.filled, pa.float64())})
        named = {"rows": look.rows, "head": look.head, "sample": look.sample, "filled": filled}
        yield pa.RecordBatch.from_pydict(
            {
                "what": pa.array(list(named)),
                "rows": pa.array([found.seen] * len(named)),
                "packed": pa.array([_packed(table) for table in named.values()], pa.binary()),
            }
        )


def _joined(found: Sequence[Any]) -> Look:
    """Join what was seen of the partitions; the sample takes as many rows as that of a ledger in memory."""
    tables: dict[str, list[pa.Table]] = {}
    for one in found:
        tables.setdefault(one["what"], []).append(_unpacked(bytes(one["packed"])))
    rows = np.array([one["rows"] for one in found if one["what"] == "filled"])
    shares = np.array([table.column(0).to_numpy() for table in tables["filled"]])
    sample = in_order(tables["sample"])
    sample = sample.take(pa.array(np.arange(0, len(sample), step_of(len(sample)))))
    filled = tuple((shares * rows[:, None]).sum(axis=0) / rows.sum())
    head = in_order(tables["head"]).slice(0, HEAD)
    return Look(in_order(tables["rows"]), head, sample, tuple(map(float, filled)), (int(rows.sum()),))


def _with_part(job: Job) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def spread(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            table = pa.Table.from_batches([batch])
            place = pa.array(job.bucket(table.cast(_plain(table.schema))).astype("int32"))
            yield from table.append_column(_PART, place).to_batches()

    return spread


def _summary_of(job: Job) -> Callable[[pa.Table], pa.Table]:
    def summary(rows: pa.Table) -> pa.Table:
        number = rows.column(_PART)[0].as_py()
        rows = rows.drop_columns([_PART])
        result = summarised(rows.cast(_plain(rows.schema)), job, number)
        return pa.table(
            {_PART: pa.array([number], pa.int32()), "result": pa.array([_packed(result)], pa.binary())}
        )

    return summary


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema) as out:
        out.write_table(table)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpacked(content: bytes) -> pa.Table:
    return ipc.open_stream(content).read_all()
