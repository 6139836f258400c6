"""Tables of SQLite and DuckDB as files of a large ledger."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pyarrow as pa

from winback_xl.errors import UsageError
from winback_xl.readers.sniff import checked
from winback_xl.workflows.large.large_file import BATCH, File, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def opened_table(path: Path, table: str) -> File:
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

        return File(f"{path.name}, {name}", names, rows, read, stamp(path))
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as lite:
        found = lite.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        name = _one_of([row[0] for row in found], table, path)
        names = tuple(row[0] for row in lite.execute(f'SELECT * FROM "{name}" LIMIT 0').description)  # noqa: S608
        rows = int(lite.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0])  # noqa: S608
    return File(f"{path.name}, {name}", names, rows, lambda: _of_sqlite(path, name, names), stamp(path))


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
