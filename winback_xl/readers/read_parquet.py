"""Read Parquet files: the types are known, so only what the layers above expect is converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from winback_xl.errors import FileError, Issue
from winback_xl.readers.grid import Cell, Grid, RawColumn, all_of
from winback_xl.readers.limits import (
    HARMLESS,
    MAX_CELL,
    MAX_RATIO,
    MAX_TEXT,
    MAX_TOTAL,
    MAX_WIDTH,
    no_sense_is_damage,
    too_much,
    too_wide,
)
from winback_xl.readers.source import HeadRow, SheetInfo, TableInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from winback_xl.readers.source import Area

_MOST_CELLS = 150_000_000  # loaded at a time: 8 bytes each
_EXACT = 2**53  # integers beyond are not exact in float64


class ParquetSource:
    """An opened Parquet file (see `source.Source`)."""

    headed = True
    tables: tuple[TableInfo, ...] = ()
    sheets = (SheetInfo(""),)

    def __init__(self, path: Path) -> None:
        self._file = path.name
        self.notes: list[Issue] = []
        with no_sense_is_damage(self._file):
            self._schema = pq.read_schema(path)
            # texts as codes: one that repeats a million times is held once
            names = [field.name for field in self._schema if _is_text(field.type)]
            self._parquet = pq.ParquetFile(path, read_dictionary=names)
        if len(self._schema.names) > MAX_WIDTH:
            raise too_wide(self._file)

    def head(self, sheet: str) -> list[HeadRow]:  # noqa: ARG002 - there is only one
        """Return the names of the columns."""
        return [HeadRow(0, tuple(self._schema.names))]

    def load(self, sheet: str, area: Area) -> Grid:  # noqa: ARG002 - there is only one
        """Return the wanted columns."""
        wanted = [position for position in range(len(self._schema.names)) if area.wants(position)]
        rows = self._parquet.metadata.num_rows
        if rows * max(len(wanted), 1) > _MOST_CELLS:
            raise too_much(self._file, f"more than {_MOST_CELLS:,} cells")
        self._refuse_bombs([self._schema.names[position] for position in wanted])
        columns = []
        for position in wanted:
            name = self._schema.names[position]
            heading = area.headings[position] or area.heading(position)
            columns.append(self._column(name, position, heading, rows))
        return Grid(self._file, "", tuple(columns), 1, 0, rows, place="row", notes=())

    def _refuse_bombs(self, names: Sequence[str]) -> None:
        """Refuse columns by what the footer says that they unpack to: a kilobyte may hold a text of gigabytes."""
        about, total = self._parquet.metadata, 0
        for group in range(about.num_row_groups):
            for at in range(about.num_columns):
                chunk = about.row_group(group).column(at)
                if chunk.path_in_schema.partition(".")[0] not in names:
                    continue
                size, packed = chunk.total_uncompressed_size, max(chunk.total_compressed_size, 1)
                total += max(size, 0)
                if size > HARMLESS and size > MAX_RATIO * packed:
                    raise FileError(
                        f"{self._file} looks like a bomb: its column {chunk.path_in_schema} unpacks to {size // packed:,} times "
                        "its size.",
                        "Ask the sender for the table as .csv or .xlsx.",
                        "file-bomb",
                    )
        if total > MAX_TOTAL:
            raise too_much(self._file, f"more than {MAX_TOTAL / 1e9:.0f} GB in the columns that are needed")

    def _column(self, name: str, position: int, heading: str, rows: int) -> RawColumn:
        kind = self._schema.field(position).type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            what = f"The column {name} holds {kind}, which is not table data, and counts as blank."
            self.notes.append(
                Issue("column-unreadable", "note", what, "Turn it into text or numbers.", self._file)
            )
            return RawColumn(position, heading, all_of(Cell.BLANK, rows))
        if pa.types.is_timestamp(kind) and kind.tz:
            what = f"The column {name} holds times in the time zone {kind.tz}; their days are those of UTC."
            self.notes.append(Issue("time-zone", "note", what, file=self._file))
        with no_sense_is_damage(self._file, f"its column {name} cannot be read"):
            found = self._parquet.read(columns=[name]).column(0)
            found.validate(full=True)  # what the file claims, such as codes of texts, is only now checked
            found = found.unify_dictionaries().combine_chunks()
        self._refuse_endless_texts(found)
        with no_sense_is_damage(self._file, f"its column {name} cannot be read"):
            return converted(found, position, heading)

    def _refuse_endless_texts(self, found: pa.Array) -> None:
        words = found.dictionary if pa.types.is_dictionary(found.type) else found
        if not _is_text(words.type):
            return
        if (pc.max(pc.binary_length(words)).as_py() or 0) > MAX_CELL:
            raise too_much(self._file, f"a cell of more than {MAX_CELL:,} characters")
        if words.nbytes > MAX_TEXT:
            raise too_much(self._file, f"more than {MAX_TEXT / 1e6:,.0f} MB of text")


def converted(found: pa.Array, position: int, heading: str) -> RawColumn:
    """Convert a column by its type; a missing value is a blank cell, and so is NaN, as pandas writes it."""
    kind = found.type
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        found = found.cast(kind.value_type)
        kind = found.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _dates(found, position, heading)
    if pa.types.is_boolean(kind):
        return _numbers(found.cast(pa.uint8()).cast(pa.float64()), Cell.BOOL, position, heading)
    if pa.types.is_integer(kind):
        ends = pc.min_max(found).as_py()
        if ends["max"] is not None and max(ends["max"], -ends["min"]) > _EXACT:
            return _texts(found, position, heading)
        return _numbers(found.cast(pa.float64()), Cell.NUMBER, position, heading)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(found.cast(pa.float64()), Cell.NUMBER, position, heading)
    return _texts(found, position, heading)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _texts(found: pa.Array, position: int, heading: str) -> RawColumn:
    """Make a column of texts, held as codes; a missing or empty text is a blank cell."""
    once = not pa.types.is_dictionary(found.type)
    if once:
        found = found.cast(pa.string()).dictionary_encode()
    words = found.dictionary.cast(pa.string())
    codes = found.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    empty = np.append(pc.equal(words, "").fill_null(True).to_numpy(zero_copy_only=False), True)  # code -1
    blank = empty[codes]
    texts = pa.DictionaryArray.from_arrays(pa.array(codes, mask=blank), words)
    return RawColumn(
        position, heading, _kinds(blank, Cell.TEXT), texts=None if blank.all() else texts, once=once
    )


def _dates(found: pa.Array, position: int, heading: str) -> RawColumn:
    moments = found.cast(pa.timestamp("ms", tz=getattr(found.type, "tz", None)), safe=False)
    dates = moments.cast(pa.timestamp("ms")).to_numpy(zero_copy_only=False).astype("datetime64[ms]")
    return RawColumn(position, heading, _kinds(np.isnat(dates), Cell.DATE), dates=dates)


def _numbers(found: pa.Array, kind: Cell, position: int, heading: str) -> RawColumn:
    values = found.to_numpy(zero_copy_only=False)
    kinds = _kinds(np.isnan(values), kind)
    endless = np.isinf(values)
    if not endless.any():
        return RawColumn(position, heading, kinds, numbers=values)
    kinds = np.where(endless, np.uint8(Cell.ERROR), kinds)
    texts = pa.array(np.where(values > 0, "inf", "-inf"), mask=~endless)
    return RawColumn(position, heading, kinds, numbers=np.where(endless, np.nan, values), texts=texts)


def _kinds(blank: NDArray[np.bool_], kind: Cell) -> NDArray[np.uint8]:
    if not blank.any():
        return all_of(kind, len(blank))
    return np.where(blank, np.uint8(Cell.BLANK), np.uint8(kind))
