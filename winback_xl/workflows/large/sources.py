"""Where the rows of a large ledger come from: Parquet, text files, folders of them, databases, and streams of Arrow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from winback_xl.errors import DataError, FileError, Issue
from winback_xl.readers import folder
from winback_xl.readers.arrow_grid import readable
from winback_xl.readers.limits import MAX_RATIO, damaged, no_sense_is_damage
from winback_xl.readers.sniff import checked, sniff
from winback_xl.workflows.large.databases import opened_table
from winback_xl.workflows.large.first_look import FILE, ROW
from winback_xl.workflows.large.large_file import BATCH, File, stamp
from winback_xl.workflows.large.text_files import lines_of, opened_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DATABASES = (".sqlite", ".sqlite3", ".db", ".duckdb")


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that hands out Arrow: a reader of ADBC, Snowflake or BigQuery, a DuckDB relation, a Polars frame."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream (Arrow PyCapsule interface)."""


def opened(given: object, *, table: str = "", engine: str = "") -> list[File]:
    """Open a ledger without reading its rows.

    Parameters
    ----------
    given : path, sequence of paths, or a stream of Arrow
        .parquet and text files, folders of such files (also partitioned by folders such as ``year=2026``), databases of
        SQLite and DuckDB, or anything with ``__arrow_c_stream__``.
    table : str
        Which table of a database; may be left out where it has one.
    engine : str
        "duckdb" lets DuckDB read Parquet and text.

    Returns
    -------
    list of File
        All with the same headings, in the same order.

    Raises
    ------
    FileError, UsageError, DataError
        A file cannot be read, is of another kind, or has other columns than the first.
    """
    if isinstance(given, ArrowStream) and not isinstance(given, (str, Path)):
        return [_stream(given)]
    paths = [given] if isinstance(given, (str, Path)) else list(given)  # type: ignore[call-overload]  # a sequence of paths
    files = [file for path in paths for file in _of_path(Path(path), table, engine)]
    if not files:
        raise FileError(
            "There is no Parquet or text file to read.", "Name the files, or their folder.", "no-file"
        )
    return _alike(files)


def rows_of(paths: Sequence[str | Path]) -> int:
    """Return about how many rows some files hold, without reading them; 0 for those of another kind."""
    found = 0
    for path in map(Path, paths):
        for one in folder.inside(path) if path.is_dir() else [path]:
            name = one.name.lower()
            if name.endswith(".parquet"):
                found += pq.read_metadata(one).num_rows
            elif name.endswith((".csv", ".tsv", ".txt")):
                found += lines_of(one)
    return found


def _of_path(path: Path, table: str, engine: str) -> Iterator[File]:
    if path.is_dir():
        yield from _folder(path)
        return
    if path.suffix.lower() in DATABASES:
        yield opened_table(path, table)
        return
    file = checked(path)
    match sniff(file):
        case "parquet":
            yield _parquet(file, engine)
        case "text":
            yield opened_text(file)
        case kind:
            raise FileError(
                f"{file.name} is a file of the kind {kind}, which is not read in parts.",
                "Save it as .parquet or .csv, or leave out --engine.",
                "not-in-parts",
            )


def _parquet(path: Path, engine: str = "") -> File:
    with no_sense_is_damage(path.name):
        about = pq.read_metadata(path)
        found = pq.read_schema(path)
    for group in range(about.num_row_groups):
        for at in range(about.num_columns):
            chunk = about.row_group(group).column(at)
            if chunk.total_uncompressed_size > max(MAX_RATIO * max(chunk.total_compressed_size, 1), 1 << 28):
                raise damaged(path.name, f"its column {chunk.path_in_schema} unpacks to many times its size")
    keep = [name for name, kind in zip(found.names, found.types, strict=True) if readable(kind)]

    def read() -> Iterator[pa.Table]:
        with no_sense_is_damage(path.name):
            if engine == "duckdb":
                yield from _by_duckdb(path, keep)
                return
            for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=keep):
                batch.validate(full=True)
                yield pa.Table.from_batches([batch]).select(keep)

    return File(path.name, tuple(keep), about.num_rows, read, stamp(path), _unread(path.name, found, keep))


def _by_duckdb(path: Path, names: Sequence[str]) -> Iterator[pa.Table]:
    import duckdb  # noqa: PLC0415 - an extra

    listed = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    with duckdb.connect() as base:
        found = base.sql(f"SELECT {listed} FROM read_parquet(?)", params=[str(path)])  # noqa: S608 - names are quoted
        for batch in found.to_arrow_reader(BATCH):
            yield pa.Table.from_batches([batch])


def _unread(name: str, found: pa.Schema, keep: Sequence[str]) -> list[Issue]:
    gone = [field for field in found if field.name not in keep]
    return [
        Issue(
            "column-unreadable", "note", f"The column {field.name} holds {field.type}, which is not table data, and counts as blank.",
            "Turn it into text or numbers.", name,
        )
        for field in gone
    ]  # fmt: skip


def _folder(path: Path) -> Iterator[File]:
    """Open every file of a folder; folders such as ``region=North`` become a column."""
    files = folder.files_of(path)
    keyed = any(one.keys for one in files)
    for one in files:
        file = _parquet(one.path) if one.kind == "parquet" else opened_text(one.path)
        yield replace(_with_keys(file, one.keys) if keyed else file, name=one.name)


def _with_keys(file: File, keys: Mapping[str, str]) -> File:
    inside = {name: value for name, value in keys.items() if name not in file.headings}

    def read() -> Iterator[pa.Table]:
        for table in file.batches():
            wide = table
            for at, (name, value) in enumerate(inside.items(), start=len(file.headings)):
                wide = wide.add_column(at, name, pa.array([value] * len(table), pa.string()))
            yield wide

    return replace(file, headings=(*file.headings, *inside), batches=read)


def _stream(given: ArrowStream) -> File:
    reader = pa.RecordBatchReader.from_stream(given)
    keep = [
        name for name, kind in zip(reader.schema.names, reader.schema.types, strict=True) if readable(kind)
    ]

    def read() -> Iterator[pa.Table]:
        for batch in reader:
            yield pa.Table.from_batches([batch]).select(keep)

    return File("Arrow stream", tuple(keep), 0, read)


def _alike(files: list[File]) -> list[File]:
    """Bring the columns of all files into the order of the first."""
    first = files[0].headings
    for file in files[1:]:
        lacks = [name for name in first if name not in file.headings]
        more = [name for name in file.headings if name not in first]
        if lacks or more:
            named = ", ".join(lacks or more)
            where = (files[0].name, file.name) if lacks else (file.name, files[0].name)
            raise DataError(
                f"{where[0]} has {named}, {where[1]} has not.",
                "Give all files of the ledger the same headings.",
                "parts-differ",
            )
    return [file if file.headings == first else _in_order(file, first) for file in files]


def _in_order(file: File, headings: tuple[str, ...]) -> File:
    """Return a file whose columns come in another order; of two columns of one heading the first stays the first."""
    free = list(enumerate(file.headings))
    order = []
    for name in headings:
        found = next((pair for pair in free if pair[1] == name), None)
        if found is None:
            raise DataError(
                f"{file.name} has {name} fewer times than the first file.",
                "Give all files of the ledger the same headings.",
                "parts-differ",
            )
        free.remove(found)
        order.append(found[0])

    def read() -> Iterator[pa.Table]:
        for table in file.batches():
            rest = range(
                len(file.headings), table.num_columns
            )  # the number of each row, where the file gives it
            yield table.select([*order, *rest])

    return replace(file, headings=headings, batches=read)


def numbered(file: File, number: int) -> Iterator[pa.Table]:
    """Read a file with columns named by their place, and with the number of the file and of each row."""
    first = 1
    for table in file.batches():
        rows = len(table)
        if not rows:
            continue
        columns = [_plain(table.column(at)) for at in range(len(file.headings))]
        named = {str(at): column for at, column in enumerate(columns)}
        counted = table.column(ROW) if ROW in table.column_names else pa.array(np.arange(first, first + rows))
        yield pa.table(
            {
                **named,
                FILE: pa.array(np.full(rows, number, np.int16)),
                ROW: counted,
            }
        )
        first += rows


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in one of the few types that all engines write: texts not as codes, not as views."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    return column.cast(pa.float64()) if pa.types.is_decimal(kind) else column
