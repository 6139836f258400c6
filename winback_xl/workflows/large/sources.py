"""Where the rows of a large ledger come from: Parquet, text files, folders of them, databases, and streams of Arrow."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from winback_xl.errors import DataError, FileError, Issue, UsageError
from winback_xl.inputs import headings as heading_scores
from winback_xl.readers.arrow_grid import readable
from winback_xl.readers.header_row import find
from winback_xl.readers.limits import MAX_RATIO, damaged, no_sense_is_damage
from winback_xl.readers.sniff import checked, sniff
from winback_xl.readers.text.read_text import TextSource
from winback_xl.schema import columns as schema
from winback_xl.workflows.large.deciding_rows import FILE, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH = 1 << 18
"""Rows that are read at a time."""

DATABASES = (".sqlite", ".sqlite3", ".db", ".duckdb")
_LOOK = 1 << 20  # bytes of a text file from which its separator and its headings are told
_BLOCK = 1 << 24  # bytes of a text file that are cut into rows at a time
Batches = Callable[[], Iterator[pa.Table]]


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that hands out Arrow: a reader of ADBC, Snowflake or BigQuery, a DuckDB relation, a Polars frame."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream (Arrow PyCapsule interface)."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a ledger: its name, headings, rows as far as known, and how to read it."""

    name: str
    headings: tuple[str, ...]
    rows: int
    batches: Batches
    stamp: str = ""
    notes: list[Issue] = field(default_factory=list)


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
    """Estimate the rows of some files, without reading them; 0 where they are of another kind."""
    found = 0
    for path in map(Path, paths):
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for one in inside:
            name = one.name.lower()
            if name.endswith(".parquet"):
                found += pq.read_metadata(one).num_rows
            elif name.endswith((".csv", ".tsv", ".txt")):
                found += one.stat().st_size // 60
    return found


def _of_path(path: Path, table: str, engine: str) -> Iterator[File]:
    if path.is_dir():
        yield from _folder(path)
        return
    if path.suffix.lower() in DATABASES:
        yield _database(path, table)
        return
    file = checked(path)
    match sniff(file):
        case "parquet":
            yield _parquet(file, engine)
        case "text":
            yield _text(file)
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

    return File(path.name, tuple(keep), about.num_rows, read, _stamp(path), _unread(path.name, found, keep))


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


def _text(path: Path) -> File:
    with path.open("rb") as file:
        start = file.read(_LOOK)
    whole = len(start) == path.stat().st_size
    start = start if whole else start[: max(start.rfind(b"\n"), start.rfind(b"\r")) + 1]
    look = TextSource(path, content=start)
    heading = find(look.head(""), heading_scores.scorer(schema.ORDERS))
    if heading is None:
        raise DataError(
            f"{path.name} has no row of headings in its first rows.",
            "Put headings such as Customer ID, Order date and Order value above the columns.",
            "no-headings",
        )
    names = [*heading.texts]
    while names and not names[-1].strip():
        names.pop()
    gone: list[int] = []

    def read() -> Iterator[pa.Table]:
        gone.clear()
        at = [str(place) for place in range(len(names))]

        def set_aside(row: pa_csv.InvalidRow) -> str:
            gone.append(row.actual_columns)
            return "skip"

        options = pa_csv.ReadOptions(
            column_names=at,
            skip_rows=heading.row,
            block_size=_BLOCK,
            encoding=look.encoding,
            use_threads=True,
        )
        shape = pa_csv.ParseOptions(
            delimiter=look.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        )
        texts = pa_csv.ConvertOptions(column_types=dict.fromkeys(at, pa.string()), strings_can_be_null=False)
        with no_sense_is_damage(path.name), pa_csv.open_csv(path, options, shape, texts) as reader:
            for batch in reader:
                yield pa.Table.from_batches([batch])

    rows = max(path.stat().st_size // max(len(start) // max(start.count(b"\n"), 1), 1), 1)
    return File(path.name, tuple(names), rows, read, _stamp(path), _Ragged(path.name, gone, len(names)))


class _Ragged(list[Issue]):
    """The note on lines that do not fit, which is known once the file was read."""

    def __init__(self, name: str, gone: list[int], width: int) -> None:
        super().__init__()
        self._name, self._gone, self._width = name, gone, width

    def __iter__(self) -> Iterator[Issue]:
        if self._gone:
            many = len(self._gone)
            what = f"{many:,} lines do not have the {self._width} fields that the headings announce, and were set aside."
            fix = "Put texts that contain the separator in quotation marks, or export the file again."
            yield Issue("ragged-row", "warning", what, fix, self._name, rows=many)


def _folder(path: Path) -> Iterator[File]:
    """Open every file of a folder; folders such as ``region=North`` become a column."""
    files = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith((".", "_")))
    keyed = any("=" in part for file in files for part in file.relative_to(path).parts[:-1])
    for file in files:
        kind = sniff(checked(file))
        if kind not in ("parquet", "text"):
            raise FileError(
                f"{file.relative_to(path)} in {path.name} is neither Parquet nor text.",
                "Move it to another folder.",
                "folder-kind",
            )
        one = _parquet(file) if kind == "parquet" else _text(file)
        more = [part.split("=", 1) for part in file.relative_to(path).parts[:-1] if "=" in part]
        if keyed:
            one = _with_keys(one, {name: unquote(value) for name, value in more})
        yield File(str(file.relative_to(path)), one.headings, one.rows, one.batches, one.stamp, one.notes)


def _with_keys(file: File, keys: dict[str, str]) -> File:
    inside = {name: value for name, value in keys.items() if name not in file.headings}

    def read() -> Iterator[pa.Table]:
        for table in file.batches():
            wide = table
            for name, value in inside.items():
                wide = wide.append_column(name, pa.array([value] * len(table), pa.string()))
            yield wide

    return File(file.name, (*file.headings, *inside), file.rows, read, file.stamp, file.notes)


def _database(path: Path, table: str) -> File:
    """Open a table of a database in a file."""
    checked(path)
    if path.suffix.lower() == ".duckdb":
        import duckdb  # noqa: PLC0415 - an extra

        with duckdb.connect(str(path), read_only=True) as base:
            named = [row[0] for row in base.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            name = _one_of(named, table, path)
            relation = base.table(name)
            names, rows = (
                tuple(relation.columns),
                int(relation.count("*").fetchall()[0][0]),
            )

        def read() -> Iterator[pa.Table]:
            with duckdb.connect(str(path), read_only=True) as base:
                for batch in base.table(name).to_arrow_reader(BATCH):
                    yield pa.Table.from_batches([batch])

        return File(f"{path.name}, {name}", names, rows, read, _stamp(path))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as lite:
        found = lite.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        name = _one_of([row[0] for row in found], table, path)
        names = tuple(row[0] for row in lite.execute(f'SELECT * FROM "{name}" LIMIT 0').description)  # noqa: S608
        rows = int(lite.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0])  # noqa: S608
    return File(f"{path.name}, {name}", names, rows, lambda: _of_sqlite(path, name, names), _stamp(path))


def _of_sqlite(path: Path, name: str, names: Sequence[str]) -> Iterator[pa.Table]:
    """Read a table of SQLite, whose cells have a type each: a column with several is read as texts."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        quoted = name.replace('"', '""')
        kinds = [
            {row[0] for row in base.execute(f'SELECT DISTINCT typeof("{column}") FROM "{quoted}"')}  # noqa: S608
            for column in names
        ]
        types = [pa.float64() if each <= {"integer", "real", "null"} else pa.string() for each in kinds]
        types = [
            pa.int64() if each <= {"integer", "null"} else kind
            for each, kind in zip(kinds, types, strict=True)
        ]
        rows = base.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608
        while part := rows.fetchmany(BATCH):
            columns = [
                pa.array(
                    [
                        value if kind != pa.string() or type(value) in (str, type(None)) else str(value)
                        for value in values
                    ],
                    kind,
                )
                for values, kind in zip(zip(*part, strict=True), types, strict=True)
            ]
            yield pa.table(dict(zip(names, columns, strict=True)))


def _one_of(named: Sequence[str], table: str, path: Path) -> str:
    if table in named or (not table and len(named) == 1):
        return table or named[0]
    listed = ", ".join(sorted(named)) or "none"
    what = f"{path.name} has no table named {table}." if table else f"{path.name} has {len(named)} tables."
    raise UsageError(what, f"Name one with --sheet: {listed}.", "no-such-table")


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
    return files


def numbered(file: File, number: int) -> Iterator[pa.Table]:
    """Read a file with columns named by their place, and with the number of the file and of each row."""
    first = 1
    for table in file.batches():
        rows = len(table)
        if not rows:
            continue
        columns = [_plain(table.column(file.headings.index(name))) for name in file.headings]
        named = {str(at): column for at, column in enumerate(columns)}
        yield pa.table(
            {
                **named,
                FILE: pa.array(np.full(rows, number, np.int16)),
                ROW: pa.array(np.arange(first, first + rows)),
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


def _stamp(path: Path) -> str:
    about: Any = path.stat()
    return f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}"
