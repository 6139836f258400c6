"""XlsxWriter writes the frame of a workbook, we splice in the rows of its big tables.

XlsxWriter takes a call and an object for every cell; everything else it does (styles, tables, validations,
charts, packaging) costs nothing next to that. So a `FrameSheet` leaves a mark where the rows of a big table
belong, and `save` copies the finished parts into the final package, with the marks replaced by the rows that
`winback_xl.workbook.xlsx.write_rows` turns into text, some thousand at a time: no part is ever whole in memory. The shared
strings are written by us too, because their numbers go on where XlsxWriter's end.

Used of XlsxWriter beyond its documentation, each guarded by a test that compares cells: ``_write_rows``,
``dim_rowmin``, ``dim_rowmax``, ``tables``, ``str_table``,
``_prepare_formula``, ``_check_dimensions``, ``_get_xf_index``, ``defined_names`` and ``_write_defined_name``.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from winback_xl.core.cell_text import clean
from winback_xl.readers.parallel import ahead
from winback_xl.workbook.formulas import column_letters
from winback_xl.workbook.xlsx.deflate import hasten
from winback_xl.workbook.xlsx.shared_texts import Strings
from winback_xl.workbook.xlsx.write_formulas import ESCAPED_LOOK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from winback_xl.workbook.spec import Name
    from winback_xl.workbook.xlsx.write_rows import Rows

    Content = bytes | memoryview

SMALL_LEVEL, BIG_LEVEL, BIG_CELLS = 6, 1, 500_000
"""Compression: level 1 is several times as fast and gives files a quarter larger, so big books take it."""

_CALL = re.compile(r"[\w.]+\(")
_YOUNG: dict[str, bool] = {}
_STRINGS = "xl/sharedStrings.xml"
_MARK = re.compile(rb"<!--rows (\d+)-->")
_ZIP64_FROM = 1_500_000_000  # characters: a plain zip entry holds two gigabytes


class FrameSheet(Worksheet):
    """A sheet that leaves room for rows written outside it."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[tuple[int, Rows]] = []
        self._heights: dict[int, float] = {}
        self._prepared: dict[tuple[str, bool], str] = {}

    def add_rows(self, mark: int, rows: Rows) -> None:
        """Leave room for rows; no other cell may stand in them."""
        self.blocks.append((mark, rows))
        for row in (rows.first - 1, rows.first + rows.count - 2):
            for column in (rows.column, rows.column + len(rows.columns) - 1):
                self._check_dimensions(row, column)

    def expanded(self, formula: str) -> str:
        """Return a formula without its equals sign, and with the prefix that files give to younger functions."""
        return self._prepare_formula(formula, expand_future_functions=True)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        key = (formula, expand_future_functions)
        if key not in self._prepared:
            prepare: Any = super()._prepare_formula
            self._prepared[key] = (
                prepare(formula, expand_future_functions)  # some 150 searches
                if formula.startswith("{") or any(map(self._is_young, _CALL.findall(formula)))
                else formula.removeprefix("=")
            )
        return self._prepared[key]

    def _is_young(self, call: str) -> bool:
        """Return whether files prefix a function, "NAME(": asked once a function, not once a formula."""
        if call not in _YOUNG:
            prepare: Any = super()._prepare_formula
            _YOUNG[call] = prepare(call, True) != call
        return _YOUNG[call]

    def raise_row(self, row: int, height: float) -> None:
        """Make a row at least that many points high."""
        self._heights[row] = max(height, self._heights.get(row, 0.0))
        self.set_row(row, self._heights[row])

    def add_tall_table(
        self, first_row: int, first_col: int, last_row: int, last_col: int, options: dict[str, Any]
    ) -> None:
        """Add a table as ``add_table`` does, but without its note on every single cell.

        It is added with one data row and then made as tall as it is; formulas are not repeated in the cells.
        """
        columns = options["columns"]
        plain = [{**column, "formula": ""} for column in columns]
        self.add_table(first_row, first_col, first_row + 1, last_col, {**options, "columns": plain})
        table = self.tables[-1]
        letters = column_letters(first_col), column_letters(last_col)
        table["range"] = f"{letters[0]}{first_row + 1}:{letters[1]}{last_row + 1}"
        table["a_range"] = table["range"]
        if options.get("autofilter", True):
            table["autofilter"] = table["range"]
        for column, made in zip(columns, table["columns"], strict=True):
            made["formula"] = column["formula"]
            made["name"] = _as_attribute(made["name"])

    def add_note(self, row: int, column: int, text: str, author: str) -> None:
        """Add a note to a cell; its texts are cleaned like those of cells."""
        self.write_comment(row, column, clean(text), {"author": clean(author)} if author else {})

    def _write_rows(self) -> None:
        sheet: Any = self  # XlsxWriter's own notes on types call every attribute None that starts as None
        low, high = row, _ = sheet.dim_rowmin, sheet.dim_rowmax
        for mark, rows in sorted(self.blocks, key=lambda block: block[1].first):
            self._write_between(row, rows.first - 2)
            sheet.fh.write(f"<!--rows {mark}-->")
            row = rows.first + rows.count - 1
        self._write_between(row, high)
        sheet.dim_rowmin, sheet.dim_rowmax = low, high

    def _write_between(self, first: int, last: int) -> None:
        sheet: Any = self
        if first <= last:
            sheet.dim_rowmin, sheet.dim_rowmax = first, last
            super()._write_rows()


def _as_attribute(heading: str) -> str:
    r"""Return the name of a column as a table holds it: Excel repairs a table whose name differs from its header cell.

    >>> _as_attribute("a\tb, _x0041_")
    'a_x0009_b, _x005F_x0041_'
    """
    return ESCAPED_LOOK.sub("_x005F", heading).replace("\t", "_x0009_").replace("\n", "_x000A_")


class Frame(Workbook):
    """A workbook in memory whose sheets are frames.

    Parameters
    ----------
    lists : collection of str
        Names of the lists of allowed values that the book holds.
    quick : bool
        Write rows of tables as text; otherwise cell by cell through XlsxWriter, which tests compare with.
    """

    worksheet_class = FrameSheet

    def __init__(self, lists: Iterable[str], *, quick: bool = True) -> None:
        self.lists, self.quick = frozenset(lists), quick
        self._buffer = BytesIO()
        self.rows: list[Rows] = []
        self._comments: dict[str, str] = {}
        super().__init__(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "use_future_functions": True,
            },
        )

    def add_rows(self, sheet: FrameSheet, rows: Rows) -> None:
        """Hand over rows of a sheet, to be written when the workbook is saved."""
        sheet.add_rows(len(self.rows), rows)
        self.rows.append(rows)

    def name_formula(self, item: Name) -> None:
        """Define a name that stands for a formula."""
        self._comments[item.name] = item.comment
        self.defined_names.append([item.name, -1, item.formula, item.hidden])

    def _write_defined_name(self, defined_name: Any) -> None:
        """Write a name with its comment, for which XlsxWriter has no place."""
        name, sheet, formula, hidden = defined_name[:4]
        comment = self._comments.get(name)
        stated = [("localSheetId", sheet)] * (sheet != -1) + [("hidden", 1)] * bool(hidden)
        stated = [("name", name), *([("comment", comment)] if comment else []), *stated]
        self._xml_data_element("definedName", formula, stated)

    def save(self, target: IO[bytes], level: int | None = None) -> None:
        """Write the package. Equal books give equal bytes.

        Parameters
        ----------
        target : IO[bytes]
            Open for writing.
        level : int, optional
            Compression, 1 (fast) to 9 (small); by default what the size of the book asks for.
        """
        self.close()
        cells = sum(rows.count * len(rows.columns) for rows in self.rows)
        large = any(rows.size > _ZIP64_FROM for rows in self.rows)
        if level is None:
            level = BIG_LEVEL if cells > BIG_CELLS else SMALL_LEVEL
        strings = Strings(self.str_table.string_array, self.str_table.count)
        streams = [rows.xml(strings) for rows in self.rows]
        with (
            ZipFile(self._buffer) as frame,
            ZipFile(target, "w", ZIP_DEFLATED, compresslevel=level) as package,
        ):
            for name in frame.namelist():
                content = frame.read(name)
                # Named by text, an entry gets the date 1980-01-01 and the level of the package.
                with package.open(name, "w", force_zip64=large) as part:
                    if level == BIG_LEVEL:
                        hasten(part)
                    for piece in ahead(_content(name, content, strings, streams)):
                        part.write(piece)  # deflates while another thread makes the next piece


def _content(
    name: str, content: bytes, strings: Strings, streams: list[Iterator[memoryview]]
) -> Iterable[Content]:
    if name == _STRINGS:
        return (piece.encode() for piece in strings.xml())
    if name.startswith("xl/worksheets/sheet"):
        return _spliced(content, streams)
    return [content]


def _spliced(content: bytes, streams: list[Iterator[memoryview]]) -> Iterator[Content]:
    done = 0
    for mark in _MARK.finditer(content):
        yield content[done : mark.start()]
        yield from streams[int(mark[1])]
        done = mark.end()
    yield content[done:]
