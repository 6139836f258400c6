"""Gather the cells of a sheet into columns, and leave out what is not a part of the table, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.tally import tally
from winback_xl.errors import Issue
from winback_xl.readers.gather_column import Pieces, make_column, with_merges
from winback_xl.readers.grid import Cell, Grid, letters
from winback_xl.readers.limits import MAX_CELLS, MAX_TEXT, MAX_WRITTEN_OUT, too_much
from winback_xl.readers.source import MAX_COLUMN, MAX_GAP, MAX_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.readers.grid import RawColumn
    from winback_xl.readers.raw_cells import Book, Cells
    from winback_xl.readers.source import Area

Range = tuple[int, int, int, int]
"""First row, last row (1-based), first column, last column (0-based), all included."""

_MOVE = "Delete them, or move them up to the table."
_NAMED = 3  # stray cells that are named
_SHORT = 10_000_000  # bytes of texts that need no adding up
_FORMATTED = 1_000  # rows that hold nothing but formats before it is worth a word


class Collector:
    """Takes the cells of a sheet block by block and makes the `Grid` of one area.

    Parameters
    ----------
    book : Book
    sheet : str
        Name of the sheet.
    area : Area
        What to keep. Cells right of or below it are counted and named, not kept.
    """

    def __init__(self, book: Book, sheet: str, area: Area) -> None:
        self._book, self._sheet, self._area = book, sheet, area
        self._columns: dict[int, Pieces] = {}
        self._present = np.zeros(MAX_ROW + 2, bool)
        self._beneath = np.zeros(MAX_ROW + 2, bool)  # filled rows below an Excel Table
        self._hidden: list[int] = []
        self._texts: list[pa.StringArray] = []
        self._own = self._size = self._cells = self._last = 0
        self._stray: list[str] = []
        self._far = np.empty(0, np.int64)
        self._strays = 0

    def add(self, cells: Cells) -> None:
        """Take the next cells of the sheet."""
        self._hidden += cells.hidden
        self._last = max(self._last, cells.last_row)
        cells.values[_own(cells)] -= self._own
        if len(cells.texts):
            self._own += len(cells.texts)
            self._size += cells.texts.nbytes
            self._texts.append(cells.texts)
        self._set_aside(cells)
        last_row = MAX_ROW if self._area.grows else self._area.last_row
        inside = (cells.rows >= self._area.first_row) & (cells.rows <= last_row)
        inside &= (cells.columns >= self._area.first_column) & (cells.columns <= self._area.last_column)
        if not inside.all():
            _keep(cells, inside)
        self._present[cells.rows] = True
        for column, at in _by_column(cells.columns):
            if self._area.wants(column):
                if column not in self._columns:
                    self._columns[column] = Pieces()
                self._columns[column].add(cells, at)
                self._cells += len(cells.rows[at])
        if self._cells > MAX_CELLS:
            raise too_much(self._book.file, f"more than {MAX_CELLS:,} filled cells")
        if self._size > MAX_TEXT:
            raise too_much(self._book.file, f"more than {MAX_TEXT / 1e6:,.0f} MB of text")

    @property
    def rows(self) -> int:
        """How many rows hold something so far."""
        return int(self._present.sum())

    def grid(self, merges: Sequence[Range] = ()) -> Grid:
        """Make the columns.

        Parameters
        ----------
        merges : sequence of (int, int, int, int)
            The sheet's merged cells: first row, last row (1-based), first column, last column (0-based).
        """
        book, area = self._book, self._area
        rows = self._table_rows()
        first = int(rows[0]) if len(rows) else area.first_row
        place = np.full(MAX_ROW + 2, -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        pool = pa.concat_arrays([book.shared, *self._texts]) if self._texts else book.shared
        headed = [position for position, heading in enumerate(area.headings) if heading.strip()]
        wanted = sorted({*self._columns, *filter(area.wants, headed)})
        columns = [
            make_column(
                self._columns.pop(position, None),
                position,
                area.heading(position),
                place,
                len(rows),
                pool,
                book,
            )
            for position in wanted
        ]
        if sum(map(_written_out, columns)) > MAX_WRITTEN_OUT:
            raise too_much(book.file, f"more than {MAX_WRITTEN_OUT / 1e6:,.0f} MB of text in its cells")
        hidden = np.isin(rows, self._hidden) if self._hidden else np.zeros(len(rows), bool)
        gapless = not len(rows) or int(rows[-1]) - first + 1 == len(rows)
        return Grid(
            file=book.file,
            sheet=self._sheet,
            columns=tuple(with_merges(column, merges, rows) for column in columns),
            first_row=first,
            header_row=area.header_row,
            rows=len(rows),
            row_numbers=None if gapless else rows,
            hidden=hidden if hidden.any() else None,
            table=area.table,
            date_system=book.date_system,
            notes=tuple(self._notes(rows, int(hidden.sum()), len(merges))),
        )

    def _set_aside(self, cells: Cells) -> None:
        """Count what is right of or below the area."""
        far = (cells.columns > self._area.last_column) | (cells.columns < self._area.first_column)
        far |= (cells.columns > MAX_COLUMN) | (cells.rows > MAX_ROW)
        if self._area.table:
            # what is next to a Table has nothing to do with it
            far &= (cells.columns > MAX_COLUMN) | (cells.rows > MAX_ROW)
            below = ~far & (cells.rows > self._area.last_row)
            below &= (cells.columns >= self._area.first_column) & (cells.columns <= self._area.last_column)
            self._beneath[cells.rows[below]] = True
        if far.any():
            at = np.flatnonzero(far)
            self._strays += len(at)
            room = _NAMED - len(self._stray)
            self._stray += [f"{letters(int(cells.columns[k]))}{cells.rows[k]}" for k in at[:room]]
            _keep(cells, ~far)

    def _table_rows(self) -> NDArray[np.int64]:
        """Return the sheet rows that hold data; a small piece far below is stray."""
        if self._area.grows:
            self._present[self._area.last_row + 1 + self._rows_beneath() :] = False
        rows = np.flatnonzero(self._present)
        gaps = np.flatnonzero(np.diff(rows) > MAX_GAP) + 1
        if not len(gaps) or gaps[0] * 2 < len(rows):
            return rows
        self._far = rows[gaps[0] :]
        return rows[: gaps[0]]

    def _rows_beneath(self) -> int:
        """Count the rows that follow an Excel Table without a gap: data that someone pasted and the Table missed."""
        if not self._area.table or self._area.closed:
            return 0
        return int(np.argmin(self._beneath[self._area.last_row + 1 :]))

    def _notes(self, rows: NDArray[np.int64], hidden: int, merged: int) -> Iterator[Issue]:
        def note(code: str, what: str, fix: str = "", cell: str = "", aside: int = 0) -> Issue:
            severity = "warning" if aside else "note"
            return Issue(code, severity, what, fix, self._book.file, self._sheet, cell, aside)  # type: ignore[arg-type]

        last = int(rows[-1]) if len(rows) else self._area.first_row
        if self._strays:
            named = ", ".join(self._stray) + (", ..." if self._strays > len(self._stray) else "")
            what = f"{self._strays:,} cell(s) far right of the table were left out: {named}."
            yield note("stray-cells", what, "Delete them, or move them to the table.", self._stray[0])
        if len(self._far):
            what = f"{len(self._far):,} row(s) far below the table were left out."
            yield note("stray-rows", what, _MOVE, f"row {self._far[0]}", len(self._far))
        below = self._rows_beneath()
        if below and not self._area.grows:
            what = (
                f"{below:,} row(s) below the table {self._area.table} are not part of it and were left out."
            )
            yield note("rows-below-table", what, "Drag the corner of the table over them.", aside=below)
        blank = last - int(rows[0]) + 1 - len(rows) if len(rows) else 0
        if blank:
            yield note(
                "blank-rows",
                f"{blank:,} blank {'row' if blank == 1 else 'rows'} inside the table {'was' if blank == 1 else 'were'} skipped.",
            )
        if hidden:
            yield note(
                "hidden-rows",
                f"{hidden:,} row(s) are hidden or filtered out; they were read like the others.",
                "If they should not count, delete them or set hidden_rows to 'leave out'.",
            )
        if min(self._last, MAX_ROW) - last > _FORMATTED:
            what = f"{min(self._last, MAX_ROW) - last:,} row(s) below the table hold formats but no data."
            yield note("format-only-rows", what, "Delete them in Excel to make the file smaller.")
        if merged:
            what = f"{merged:,} merged range(s): where one covers several rows, its id or date counts for all of them."
            yield note("merged-cells", what)


def _own(cells: Cells) -> NDArray[np.bool_]:
    """Return which cells carry a text of their own."""
    negative: NDArray[np.bool_] = cells.values < 0
    if not negative.any():
        return negative
    own: NDArray[np.bool_] = negative & ((cells.kinds == Cell.TEXT) | (cells.kinds == Cell.ERROR))
    return own


def _written_out(column: RawColumn) -> int:
    """Return how many bytes the texts of a column take when each cell has its own."""
    texts = column.texts
    if texts is None:
        return 0
    if not pa.types.is_dictionary(texts.type):
        return int(texts.nbytes)
    sizes = pc.binary_length(texts.dictionary).to_numpy().astype(np.int64)
    if sizes.max(initial=0) * len(texts) <= _SHORT:
        return 0
    codes = texts.indices.drop_null().to_numpy()
    return int(sizes @ tally(codes, len(sizes)))


def _keep(cells: Cells, which: NDArray[np.bool_]) -> None:
    cells.rows, cells.columns, cells.kinds = cells.rows[which], cells.columns[which], cells.kinds[which]
    cells.styles, cells.values = cells.styles[which], cells.values[which]


def _by_column(columns: NDArray[np.int32]) -> Iterator[tuple[int, NDArray[np.int64] | slice]]:
    """Yield every column and where its cells are."""
    if not len(columns):
        return
    width = int(columns.max()) + 1
    ends = np.flatnonzero(columns[:width] >= columns[-1])
    period = int(ends[0]) + 1 if len(ends) else len(columns)
    whole = period <= width and len(columns) % period == 0
    if whole and (columns.reshape(-1, period) == columns[:period]).all():
        for k in range(period):  # every row has the same cells
            yield int(columns[k]), slice(k, None, period)
        return
    order = np.argsort(columns.astype(np.uint16), kind="stable")  # 16 bits are sorted by counting
    bounds = np.flatnonzero(np.diff(columns[order])) + 1
    for at in np.split(order, bounds):
        yield int(columns[at[0]]), at
