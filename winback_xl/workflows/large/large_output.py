"""Write all segments while they are made, and keep the accounts that people can work on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from winback_xl.core.segments import most_at_stake
from winback_xl.core.segments.segment_table import Segmented
from winback_xl.errors import UsageError
from winback_xl.files import csv_file
from winback_xl.files.save import atomic_write
from winback_xl.schema.columns import SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from winback_xl.settings import Settings

ENDINGS = (".parquet", ".csv")


def named(path: Path) -> Path:
    """Return the path, or raise a UsageError where its ending is not one of `ENDINGS`."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"All segments are written as .parquet or .csv, not as {path.suffix or 'a file without an ending'}.",
            f"Name it {path.stem}.parquet.",
            "segments-name",
        )
    return path


def write(slices: Iterable[Segmented], path: Path, keep: Chosen, tell: Any, *, force: bool) -> int:
    """Write the segments of all customers, and return how many there are.

    Parameters
    ----------
    slices : iterable of Segmented
    path : Path
        .parquet with our short names as columns, or .csv with the headings that users know.
    keep : Chosen
        Sees every slice.
    tell : callable
        Takes a sentence after each slice.
    force : bool
        Replace an existing file.
    """
    count, schema = 0, None
    writer: Any = None
    with atomic_write(path, force=force) as file:
        for one in slices:
            keep.see(one)
            if path.suffix.lower() == ".csv":
                text = csv_file.csv_text(one.table, SEGMENTS)
                file.write(text.encode("utf-8-sig") if not count else text.split("\r\n", 1)[1].encode())
            else:
                table = pa.Table.from_pandas(one.table, preserve_index=False).replace_schema_metadata(None)
                if schema is None:
                    schema = pa.schema([_typed(field) for field in table.schema])
                    writer = pq.ParquetWriter(file, schema, compression="zstd")
                writer.write_table(table.cast(schema))
            count += len(one.table)
            tell(f"Writing {path.name}: {count:,} customers")
        if writer is not None:
            writer.close()
    return count


def _typed(field: pa.Field) -> pa.Field:
    """Return a column whose type does not depend on what the first customers hold."""
    if pa.types.is_null(field.type) or pa.types.is_large_string(field.type):
        kind = SEGMENTS[field.name].kind
        numeric = kind in {"money", "number", "days", "count", "share"} and pa.types.is_null(field.type)
        return field.with_type(pa.float64() if numeric else pa.string())
    return field


class Chosen:
    """The accounts with most at stake: with an incident on file, then lapsed or cold, then, where there is room, the rest.

    Parameters
    ----------
    most : int
        How many.
    settings : Settings
    incidents : DataFrame, optional
        Their customers come first.
    """

    def __init__(self, most: int, settings: Settings, incidents: pd.DataFrame | None) -> None:
        self._most, self._settings, self._incidents = most, settings, incidents
        self._rows: list[Segmented] = []
        self.of = 0
        self.levels = Counter[tuple[str, str]]()

    def see(self, one: Segmented) -> None:
        """Look at a slice, and keep what may be among the first."""
        self.of += most_at_stake.candidates(self._rank(one))
        self.levels.update(zip(one.table["level"], one.table["status"], strict=True))
        self._rows.append(self._first(one))
        if sum(len(each.table) for each in self._rows) > 4 * self._most:
            self._rows = [self.result()]

    def result(self) -> Segmented:
        """Return the accounts, in the order of their IDs."""
        table = pd.concat([one.table for one in self._rows], ignore_index=True)
        history = pd.concat([one.history for one in self._rows], ignore_index=True)
        history.attrs = dict(self._rows[0].history.attrs)
        return self._first(Segmented(table, history, self._rows[0].models))

    def _first(self, one: Segmented) -> Segmented:
        return most_at_stake.first(one, self._rank(one), self._most)

    def _rank(self, one: Segmented) -> NDArray[np.int64]:
        return most_at_stake.ranks(one.history, self._settings, self._incidents)
