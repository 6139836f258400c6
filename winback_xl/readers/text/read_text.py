"""Read .csv, .tsv, .txt and their .gz: everything is text here; what it means is decided by the layers above."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from winback_xl.core.wording import plural
from winback_xl.errors import DataError, FileError, Issue
from winback_xl.readers.grid import Cell, Grid, RawColumn, all_of
from winback_xl.readers.limits import MAX_WIDTH, damaged, too_wide
from winback_xl.readers.source import HEAD, HeadRow, SheetInfo, TableInfo
from winback_xl.readers.text import file_text
from winback_xl.readers.text.text_shape import (
    SPACES,
    Shape,
    open_quote,
    shape_of,
    unaligned,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from winback_xl.readers.source import Area


@dataclass(slots=True)
class _Read:
    """Rows of text: the columns by position, and the rows that do not fit, by row number (1-based)."""

    table: pa.Table
    ragged: list[tuple[int, int, str]] = field(default_factory=list)


class TextSource:
    """An opened text file (see `source.Source`).

    Parameters
    ----------
    path : Path
    zipped : bool
        Whether it is gzipped.
    content : bytes, optional
        Its text, where it is in a file of another kind.
    """

    headed = False
    tables: tuple[TableInfo, ...] = ()
    sheets = (SheetInfo(""),)

    def __init__(self, path: Path, *, zipped: bool = False, content: bytes | None = None) -> None:
        self._file = path.name
        found = file_text.read(path, zipped=zipped, content=content)
        self._content, self.encoding = found.content, found.encoding
        self.notes: list[Issue] = found.notes

    @property
    def file(self) -> str:
        """Name of the file, for messages."""
        return self._file

    def head(self, sheet: str) -> list[HeadRow]:  # noqa: ARG002 - there is only one
        """Return the first `HEAD` filled rows."""
        filled = [
            HeadRow(line, fields[: MAX_WIDTH + 1])
            for line, fields in self.shape.sample
            if any(part.strip() for part in fields)
        ]
        return filled[:HEAD]

    def load(self, sheet: str, area: Area) -> Grid:  # noqa: ARG002 - there is only one
        """Return the data rows, all as text; rows with too many or too few fields are set aside and named."""
        headings = len(area.headings) if area.header_row else 1
        width = max(self.shape.width(area.header_row), headings)
        if width > MAX_WIDTH:
            raise too_wide(self._file)
        wanted = [position for position in range(width) if area.wants(position)]
        skip = max(area.first_row - 1, self.shape.skip)
        read = self._parse(width, wanted, skip)
        lines, newlines = self._lines(read, width, skip)
        columns = [
            _column(read.table.column(k), position, area.heading(position))
            for k, position in enumerate(wanted)
        ]
        grid = Grid(
            file=self._file,
            sheet="",
            columns=tuple(columns),
            first_row=int(lines[0]) if len(lines) else skip + 1,
            header_row=area.header_row,
            rows=len(lines),
            place="line",
            row_numbers=None if _gapless(lines) else lines,
            notes=(*file_text.notes(self._file, self.encoding), *self._ragged(read, newlines, width, skip)),
        )
        return _without_blank_rows(grid)

    @cached_property
    def shape(self) -> Shape:
        """What separates the fields, and how many there are."""
        return shape_of(self._content[: 1 << 20])

    def _parse(self, width: int, wanted: list[int], skip: int, *, numbered: bool = False) -> _Read:
        """Cut the text into columns; only one thread knows row numbers, so rows that do not fit cost a second run."""
        ragged: list[tuple[int, int, str]] = []

        def set_aside(row: pa_csv.InvalidRow) -> str:
            ragged.append((row.number or 0, row.actual_columns, row.text))
            return "skip"

        aligned = self.shape.separator == SPACES
        content = unaligned(self._content[:]) if aligned else self._content
        names = [str(position) for position in range(width)]
        try:
            table = pa_csv.read_csv(
                pa.BufferReader(pa.py_buffer(content)),
                pa_csv.ReadOptions(
                    column_names=names, skip_rows=skip, use_threads=not numbered, block_size=1 << 22
                ),
                pa_csv.ParseOptions(
                    delimiter="\t" if aligned else self.shape.separator,
                    quote_char=False if aligned else '"',
                    newlines_in_values=self._content.find(b'"') >= 0,
                    ignore_empty_lines=False,
                    invalid_row_handler=set_aside,
                ),
                pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=[names[position] for position in wanted] or names[:1],
                ),
            )
        except pa.ArrowInvalid as error:
            return self._explained(error, names)
        if ragged and not numbered:
            return self._parse(width, wanted, skip, numbered=True)
        return _Read(table, ragged)

    def _explained(self, error: Exception, names: list[str]) -> _Read:
        """Turn a failure of the parser into what happened."""
        if "Empty CSV" in str(error):
            return _Read(pa.table({name: pa.array([], pa.string()) for name in names}))
        line = open_quote(self._content, self.shape.separator)
        if line is not None:
            raise self._never_closed(line) from error
        raise damaged(self._file, "it cannot be cut into rows and columns") from error

    def _never_closed(self, line: int) -> FileError:
        return FileError(
            f"{self._file}: a quotation mark opens on line {line:,} and is not closed.",
            "Close it or delete it, or export the file again with quotation marks doubled.",
            "text-quote",
        )

    def _lines(self, read: _Read, width: int, skip: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the line on which every row begins, and how many lines each row (also ragged ones) takes more than one."""
        rows = read.table.num_rows + len(read.ragged)
        numbers = np.arange(skip + 1, skip + 1 + rows)
        bad = np.array([number for number, _, _ in read.ragged], np.int64) - skip - 1
        fits = np.ones(rows, bool)
        fits[bad] = False
        extra = np.zeros(rows, np.int64)
        if self._content.find(b'"') >= 0 and self._breaks() > skip + rows:
            whole = self._parse(width, list(range(width)), skip, numbered=True).table
            extra[fits] = sum(pc.count_substring(whole.column(k), "\n").to_numpy() for k in range(width))
            extra[bad] = [text.count("\n") for _, _, text in read.ragged]
            self._refuse_open_end(int(numbers[-1] + extra[:-1].sum()))
            if extra.max(initial=0) > 100:
                first = int(np.argmax(extra > 100))
                raise self._never_closed(int(numbers[first] + extra[:first].sum()))
        return (numbers + np.cumsum(extra) - extra)[fits], np.cumsum(extra) - extra

    def _refuse_open_end(self, line: int) -> None:
        """Refuse a file whose last row, which begins on this line, ends in an open text: it has swallowed other rows."""
        start = len(self._content)
        for _ in range(self._content[:].count(b"\n") - line + 2):
            start = self._content.rfind(b"\n", 0, start)
        opened = open_quote(self._content[start + 1 :], self.shape.separator)
        if opened is not None:
            raise self._never_closed(line + opened - 1)

    def _breaks(self) -> int:
        """Count the lines of the file."""
        content = self._content[:]
        ends = content.count(b"\n") or content.count(b"\r")
        return ends + (not content.endswith((b"\n", b"\r")))

    def _ragged(self, read: _Read, before: NDArray[np.int64], width: int, skip: int) -> list[Issue]:
        """Name every row that was set aside."""
        if len(read.ragged) > max(read.table.num_rows, 1):
            raise DataError(
                f"{self._file}: {len(read.ragged):,} of {len(read.ragged) + read.table.num_rows:,} rows do not have the "
                f"{width} fields that the headings announce.",
                "Check that one row is one line, and that texts with separators in them are in quotation marks.",
                "ragged-file",
            )
        found = []
        for number, count, _ in read.ragged:
            cause = (
                "a separator in a text without quotation marks" if count > width else "a line that was cut"
            )
            what = f"It has {plural(count, 'field')} instead of {width} (probably {cause}) and was set aside."
            cell = f"line {number + int(before[number - skip - 1])}"
            fix = "Put texts that contain the separator in quotation marks, or export the file again."
            found.append(Issue("ragged-row", "warning", what, fix, self._file, "", cell, rows=1))
        return found


def _gapless(lines: NDArray[np.int64]) -> bool:
    return not len(lines) or int(lines[-1] - lines[0]) + 1 == len(lines)


def _column(found: pa.ChunkedArray, position: int, heading: str) -> RawColumn:
    """Make a column of texts; an empty text is a blank cell."""
    texts = found.combine_chunks() if found.num_chunks != 1 else found.chunk(0)
    empty = pc.equal(texts, "")
    blanks = pc.sum(empty).as_py() or 0
    if not blanks:
        return RawColumn(position, heading, all_of(Cell.TEXT, len(texts)), texts=texts)
    if blanks == len(texts):
        return RawColumn(position, heading, all_of(Cell.BLANK, len(texts)))
    kinds = np.where(empty.to_numpy(zero_copy_only=False), np.uint8(Cell.BLANK), np.uint8(Cell.TEXT))
    return RawColumn(position, heading, kinds, texts=pc.if_else(empty, pa.scalar(None, pa.string()), texts))


def _without_blank_rows(grid: Grid) -> Grid:
    """Leave out the rows in which no column holds anything."""
    filled = np.zeros(grid.rows, bool)
    for column in grid.columns:
        filled |= (column.kinds != Cell.BLANK) if column.uniform is None else column.uniform != Cell.BLANK
        if filled.all():
            return grid
    blank = int(grid.rows - filled.sum())
    kept = grid.take(filled)
    note = grid.issue("blank-rows", "note", f"{blank:,} blank line(s) were skipped.")
    return Grid(
        **{name: getattr(kept, name) for name in Grid.__dataclass_fields__ if name != "notes"},
        notes=(*grid.notes, note),
    )
