"""Text files of a large ledger: their headings are known from their start, their rows are read in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from winback_xl.errors import DataError, Issue
from winback_xl.inputs import headings as heading_scores
from winback_xl.readers.header_row import find
from winback_xl.readers.limits import no_sense_is_damage
from winback_xl.readers.text.read_text import TextSource
from winback_xl.schema import columns as schema
from winback_xl.workflows.large.first_look import ROW
from winback_xl.workflows.large.large_file import File, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOOK = 1 << 20  # bytes of a text file from which its separator and its headings are found
_BLOCK = 1 << 24  # bytes of a text file that are cut into rows at a time


def opened_text(path: Path) -> File:
    """Open a text file: what separates its fields, and where its headings are."""
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
    notes = _Lines(path.name, len(names))

    def read() -> Iterator[pa.Table]:
        notes.ragged = notes.blank = 0
        at = [str(place) for place in range(len(names))]

        def set_aside(_: pa_csv.InvalidRow) -> str:
            notes.ragged += 1
            return "skip"

        options = pa_csv.ReadOptions(
            column_names=at,
            skip_rows=heading.row,
            block_size=_BLOCK,
            encoding=look.encoding,
            use_threads=True,
        )
        shape = pa_csv.ParseOptions(
            delimiter=look.shape.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        )
        texts = pa_csv.ConvertOptions(column_types=dict.fromkeys(at, pa.string()), strings_can_be_null=False)
        with no_sense_is_damage(path.name), pa_csv.open_csv(path, options, shape, texts) as reader:
            seen = 0
            for batch in reader:
                rows = pa.Table.from_batches([batch])
                blank = _blank(rows)
                numbers = np.arange(seen + 1, seen + 1 + len(rows))  # blank lines are counted, not read
                rows = rows.append_column(ROW, pa.array(numbers))
                if blank is not None:
                    rows = rows.filter(pc.invert(blank))
                    notes.blank += batch.num_rows - len(rows)
                seen += batch.num_rows
                yield rows

    return File(path.name, tuple(names), lines_of(path), read, stamp(path), notes, counted=False)


def lines_of(path: Path) -> int:
    """Return about how many lines a text file has, from the length of its first ones."""
    with path.open("rb") as file:
        start = file.read(_LOOK)
    return max(path.stat().st_size // max(len(start) // max(start.count(b"\n"), 1), 1), 1)


class _Lines(list[Issue]):
    """The notes on lines that do not fit and on blank ones, which are known once the file was read."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__()
        self._name, self._width = name, width
        self.ragged = self.blank = 0

    def __iter__(self) -> Iterator[Issue]:
        if self.ragged:
            what = f"{self.ragged:,} lines do not have the {self._width} fields that the headings announce, and were set aside."
            fix = "Put texts that contain the separator in quotation marks, or export the file again."
            yield Issue("ragged-row", "warning", what, fix, self._name, rows=self.ragged)
        if self.blank:
            yield Issue("blank-rows", "note", f"{self.blank:,} blank line(s) were skipped.", "", self._name)


def _blank(rows: pa.Table) -> pa.Array | None:
    """Return which rows hold nothing in any column; None where no row does."""
    blank: Any = None
    for column in rows.columns:
        empty = pc.equal(column, "")
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return None
    return blank
