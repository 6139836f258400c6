"""An xlwings engine without Excel: a workbook in memory, read from and written to a real .xlsx with openpyxl.

What it proves: that every button runs through the public xlwings API (argument checks, converters and chunking of
xlwings 0.37 included) on a real file; what it writes where, in how many calls; that text stays text under rules of
typing like Excel's (a leading ``=`` is a formula, ``007`` a number, an apostrophe keeps text as it is); and, as
``Host("remote")``, that nothing is read once something was written and that nothing is needed which Lite and
Server lack. What it does not prove: that Excel draws it so, calculates, recalculates or accepts a formula; widths
and colours on a screen; dialogs; COM, AppleScript and Office.js themselves.

Own code on ``xlwings.base_classes`` (BSD); no part of xlwings PRO is used.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
import xlwings as xw
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.table import Table as FileTable
from openpyxl.worksheet.table import TableColumn
from xlwings import base_classes as base

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class Formula(str):
    """A formula in a cell; it has no value, for nothing calculates here."""

    __slots__ = ()


class ReadAfterWriteError(AssertionError):
    """A remote host would answer with what stood there before, or with nothing."""


class Host:
    """What a host can do, and what was asked of it.

    ``kind`` is "desktop" or "remote". ``writes`` counts calls that write cells, ``cells`` the cells written.
    """

    def __init__(self, kind: str = "desktop") -> None:
        self.kind = kind
        self.writes = self.cells = 0
        self.others: Any = None  # called at every read and write: what other people do meanwhile
        self.texts: list[str] = []  # status bar
        self.alerts: list[str] = []

    def reading(self) -> None:
        if self.kind == "remote" and self.writes:
            raise ReadAfterWriteError("read after a write")
        if self.others:
            self.others("read")

    def writing(self, cells: int) -> None:
        if self.others:
            self.others("write")
        self.writes += 1
        self.cells += cells

    def desktop_only(self, what: str) -> None:
        if self.kind == "remote":
            raise NotImplementedError(what)


class Engine:
    """What xlwings calls an engine: where values are cleaned on their way in and out."""

    def __init__(self, host: Host) -> None:
        self.apps = self
        self.type = host.kind
        self.name = f"test-{host.kind}"
        self.active = None

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return value

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: Any
    ) -> Any:
        return [
            [empty_as if cell is None or isinstance(cell, Formula) else cell for cell in row] for row in data
        ]


class App(base.App):
    def __init__(self, host: Host, engine: Engine) -> None:
        self.host, self.engine = host, engine
        self._bar: Any = False
        self.screen_updating, self.calculation = True, "automatic"
        self.display_alerts = True
        self.selected: Any = None
        self.opened: list[str] = []

    engine: Any = None
    screen_updating: Any = True
    calculation: Any = "automatic"
    display_alerts: Any = True

    @property
    def status_bar(self) -> Any:
        self.host.desktop_only("status_bar")
        return self._bar

    @status_bar.setter
    def status_bar(self, value: Any) -> None:
        self.host.desktop_only("status_bar")
        self._bar = value
        self.host.texts.append(value)

    @property
    def selection(self) -> Any:
        return self.selected

    def alert(self, prompt: str, title: Any, buttons: Any, mode: Any, callback: Any) -> str:
        self.host.alerts.append(prompt)
        return "ok"

    @property
    def books(self) -> Any:
        self.host.desktop_only("books")
        return Books(self)

    @property
    def pid(self) -> int:
        return 1


class Books(base.Books):
    """The workbooks that this Excel was asked to open."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def app(self) -> Any:
        return self._app

    def __call__(self, name: Any) -> Any:
        raise KeyError(name)

    def open(self, fullname: str, *_: Any, **__: Any) -> Any:
        self._app.opened.append(fullname)
        return Book(Path(fullname), self._app.host)


class Book(base.Book):
    """A workbook read from a file; `save` writes it with values, formulas, tables and names."""

    def __init__(self, path: Path | None = None, host: Host | None = None) -> None:
        self.host = host or Host()
        self.app = App(self.host, Engine(self.host))
        self.path = path
        self.all_sheets: list[Sheet] = []
        self.all_names: dict[str, str] = {}
        self.active_name = ""
        self.sheets, self.names = Sheets(self), Names(self)
        if path is not None:
            self._load(path)
        else:
            self.all_sheets.append(Sheet(self, "Sheet1"))

    app: Any = None
    sheets: Any = None
    names: Any = None

    def _load(self, path: Path) -> None:
        file = openpyxl.load_workbook(path)
        for source in file.worksheets:
            sheet = Sheet(self, source.title)
            for row in source.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        formula = isinstance(cell.value, str) and cell.data_type == "f"
                        sheet.put(
                            cell.row - 1,
                            cell.column - 1,
                            Formula(cell.value) if formula else _read(cell.value),
                        )
            for table in source.tables.values():
                left, top, right, bottom = range_boundaries(table.ref)
                sheet.all_tables[table.name] = [top - 1, left - 1, bottom - 1, right - 1]
            self.all_sheets.append(sheet)
        self.all_names = {name: f"={item.attr_text}" for name, item in file.defined_names.items()}

    @property
    def api(self) -> Any:
        return self

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802 - what COM calls it
        self.host.desktop_only("SaveCopyAs")
        self.write(Path(path))

    @property
    def name(self) -> str:
        return self.path.name if self.path else "Book1"

    @property
    def fullname(self) -> str:
        self.host.desktop_only("fullname")
        return str(self.path) if self.path else "Book1"

    def save(self, path: str | None = None, password: str | None = None) -> None:
        self.write(Path(path) if path else self.path)  # type: ignore[arg-type]

    def activate(self) -> None:
        pass

    def write(self, path: Path) -> None:
        """Write the workbook as a file."""
        file = openpyxl.Workbook()
        file.remove(file.active)
        for sheet in self.all_sheets:
            made = file.create_sheet(sheet.name)
            for row, cells in enumerate(sheet.rows, start=1):
                for column, value in enumerate(cells, start=1):
                    if value is not None:
                        cell = made.cell(row, column)
                        cell.value = str(value) if isinstance(value, Formula) else value
                        if isinstance(value, str) and not isinstance(value, Formula):
                            cell.data_type = "s"
            for name, (top, left, bottom, right) in sheet.all_tables.items():
                ref = f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
                table = FileTable(displayName=name, ref=ref)
                table._initialise_columns()
                for column, at in zip(table.tableColumns, range(left, right + 1), strict=True):
                    assert isinstance(column, TableColumn)
                    column.name = str(sheet.get(top, at))
                made.add_table(table)
        for name, refers_to in self.all_names.items():
            file.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(
                name, attr_text=refers_to.lstrip("=")
            )
        file.save(path)


def _read(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def typed(value: Any) -> Any:
    """Return what Excel makes of something that is put into a cell."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return _read(value)
    if value.startswith("'"):
        return value[1:]
    return Formula(value) if value.startswith("=") else _read_text(value)


def _read_text(text: str) -> Any:
    """Return the number, day or truth value that somebody typed, or the text."""
    bare = text.strip()
    if bare.casefold() in {"true", "false"}:
        return bare.casefold() == "true"
    if NUMBER.fullmatch(bare):
        return float(bare.rstrip("%"))
    found = DAY.fullmatch(bare)
    return dt.datetime(*map(int, found.groups())) if found else text  # noqa: DTZ001


class Sheets(base.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def active(self) -> Any:
        name = self.book.active_name or self.book.all_sheets[0].name
        return self(name)

    def __call__(self, key: Any) -> Any:
        if isinstance(key, int):
            return self.book.all_sheets[key - 1]
        found = [sheet for sheet in self.book.all_sheets if sheet.name.casefold() == key.casefold()]
        if not found:
            raise KeyError(key)
        return found[0]

    def __len__(self) -> int:
        return len(self.book.all_sheets)

    def __iter__(self) -> Any:
        return iter(list(self.book.all_sheets))

    def __contains__(self, key: Any) -> bool:
        return any(sheet.name.casefold() == str(key).casefold() for sheet in self.book.all_sheets)

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> Any:
        sheet = Sheet(self.book, name or f"Sheet{len(self) + 1}")
        assert name not in self
        at = (
            self.book.all_sheets.index(after) + 1 if after is not None else self.book.all_sheets.index(before)
        )
        self.book.all_sheets.insert(at, sheet)
        self.book.active_name = sheet.name
        self.book.host.writing(0)
        return sheet


class Outline:
    """The outline of a sheet, as COM has it."""

    levels: tuple[int, int] | None = None

    def ShowLevels(self, RowLevels: int = 0, ColumnLevels: int = 0) -> None:  # noqa: N802, N803 - what COM calls them
        self.levels = RowLevels, ColumnLevels


class Sheet(base.Sheet):
    def __init__(self, book: Book, name: str) -> None:
        self._book, self.name = book, name
        self.rows: list[list[Any]] = []
        self.all_tables: dict[str, list[int]] = {}
        self.all_charts: list[Chart] = []
        self.formats: list[tuple[str, tuple[int, int, int, int], Any]] = []
        self.rules: list[tuple[tuple[int, int, int, int], str]] = []
        self.validations: list[tuple[tuple[int, int, int, int], str, Any]] = []
        self.links: list[tuple[tuple[int, int, int, int], str]] = []
        self.frozen, self.written = "", 0
        self.visible, self.show_gridlines = True, True
        self.tables, self.charts = Tables(self), Charts(self)
        self.breaks: list[int] = []
        self.groups: list[tuple[int, int]] = []
        self.PageSetup = _Loose()
        self.Outline = Outline()

    name: Any = ""
    visible: Any = True
    show_gridlines: Any = True
    tables: Any = None
    charts: Any = None

    @property
    def book(self) -> Any:
        return self._book

    @property
    def api(self) -> Any:
        self._book.host.desktop_only("api")
        return self

    PageSetup: Any = None
    Outline: Any = None

    @property
    def HPageBreaks(self) -> Any:  # noqa: N802 - what COM calls it
        return self

    def Add(self, before: Any) -> None:  # noqa: N802
        self.breaks.append(before.row - 1)

    def ResetAllPageBreaks(self) -> None:  # noqa: N802
        self.breaks.clear()

    @property
    def index(self) -> int:
        return self._book.all_sheets.index(self) + 1

    def put(self, row: int, col: int, value: Any) -> None:
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        if len(cells) <= col:
            cells.extend([None] * (col + 1 - len(cells)))
        cells[col] = value

    def get(self, row: int, col: int) -> Any:
        return self.rows[row][col] if row < len(self.rows) and col < len(self.rows[row]) else None

    def range(self, arg1: Any, arg2: Any = None) -> Any:
        if isinstance(arg1, str):
            return Range.named(self, arg1)
        if isinstance(arg1, tuple) and len(arg1) == 4:  # row, column and size: what slicing a range asks for
            row, col, rows, columns = arg1
            return Range(self, (row - 1, col - 1, row + rows - 2, col + columns - 2))
        first = arg1.box if isinstance(arg1, Range) else (arg1[0] - 1, arg1[1] - 1)
        last = (
            first if arg2 is None else arg2.box[2:] if isinstance(arg2, Range) else (arg2[0] - 1, arg2[1] - 1)
        )
        return Range(self, (first[0], first[1], last[-2], last[-1]))

    @property
    def cells(self) -> Any:
        return Range(self, (0, 0, 1_048_575, 16_383))

    @property
    def used_range(self) -> Any:
        self._book.host.reading()
        spans = [
            (row, at[0], at[-1])
            for row, cells in enumerate(self.rows)
            if (at := [col for col, value in enumerate(cells) if value is not None])
        ]
        if not spans:
            return Range(self, (0, 0, 0, 0))
        rows, firsts, lasts = zip(*spans, strict=True)
        return Range(self, (rows[0], min(firsts), rows[-1], max(lasts)))

    def delete(self) -> None:
        self._book.all_sheets.remove(self)
        self._book.host.writing(0)

    def activate(self) -> None:
        self._book.active_name = self.name

    @property
    def freeze_panes(self) -> Any:
        sheet = self

        class Panes(base.FreezePanes):
            def freeze_at(self, frozen_range: str) -> None:
                sheet.frozen = frozen_range

        return Panes()


class Range(base.Range):
    options: Any = None

    def __init__(self, sheet: Sheet, box: tuple[int, int, int, int], more: tuple[Any, ...] = ()) -> None:
        self._sheet, self.box, self.more = sheet, box, more

    @classmethod
    def named(cls, sheet: Sheet, address: str) -> Range:
        boxes = []
        for part in address.replace("$", "").split(","):
            left, top, right, bottom = range_boundaries(part)
            boxes.append(((top or 1) - 1, (left or 1) - 1, (bottom or 1_048_576) - 1, (right or 16_384) - 1))
        return cls(sheet, boxes[0], tuple(boxes[1:]))

    @property
    def api(self) -> Any:
        return self

    @property
    def sheet(self) -> Any:
        return self._sheet

    @property
    def host(self) -> Host:
        host: Host = self._sheet.book.host
        return host

    def writing(self, cells: int) -> None:
        self.host.writing(cells)
        self._sheet.written += cells

    @property
    def coords(self) -> Any:
        return self._sheet.name, self.row, self.column, self.box[2] + 1, self.box[3] + 1

    @property
    def row(self) -> int:
        return self.box[0] + 1

    @property
    def column(self) -> int:
        return self.box[1] + 1

    @property
    def shape(self) -> tuple[int, int]:
        return self.box[2] - self.box[0] + 1, self.box[3] - self.box[1] + 1

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, arg1: Any, arg2: Any = None) -> Any:
        row, col = (arg1 - 1, arg2 - 1) if arg2 is not None else divmod(arg1 - 1, self.shape[1])
        return Range(
            self._sheet, (self.box[0] + row, self.box[1] + col, self.box[0] + row, self.box[1] + col)
        )

    @property
    def address(self) -> str:
        return self.get_address(row_absolute=True, col_absolute=True, external=False)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        top, left, bottom, right = self.box
        first = f"${get_column_letter(left + 1)}${top + 1}"
        return (
            first
            if (top, left) == (bottom, right)
            else f"{first}:${get_column_letter(right + 1)}${bottom + 1}"
        )

    @property
    def raw_value(self) -> Any:
        self.host.reading()
        top, left, bottom, right = self.box
        return [
            [self._sheet.get(row, col) for col in range(left, right + 1)] for row in range(top, bottom + 1)
        ]

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        top, left, bottom, right = self.box
        if not isinstance(data, list):
            data = [[data] * self.shape[1]] * self.shape[0]
        assert len(data) == bottom - top + 1
        assert len(data[0]) == right - left + 1
        self.writing(len(data) * len(data[0]))
        rows = self._sheet.rows
        while len(rows) <= bottom:
            rows.append([])
        for row, cells in enumerate(data, start=top):
            line = rows[row]
            if len(line) <= right:
                line.extend([None] * (right + 1 - len(line)))
            line[left : right + 1] = map(typed, cells)

    @property
    def formula(self) -> Any:
        self.host.desktop_only("formulas are not read: two hosts cannot")
        cells = [["" if cell is None else str(cell) for cell in row] for row in self.raw_value]
        return cells[0][0] if self.shape == (1, 1) else tuple(map(tuple, cells))

    @formula.setter
    def formula(self, value: str) -> None:
        assert value.startswith("=")
        shared = Formula(value)
        self.writing(len(self))
        for row in range(self.box[0], self.box[2] + 1):
            for col in range(self.box[1], self.box[3] + 1):
                self._sheet.put(row, col, shared)

    def clear(self) -> None:
        self.writing(len(self))
        for row in range(self.box[0], self.box[2] + 1):
            for col in range(self.box[1], self.box[3] + 1):
                self._sheet.put(row, col, None)

    def insert(self, shift: str | None = None, copy_origin: Any = None) -> None:
        assert shift == "down"
        top, left, bottom, right = self.box
        count = bottom - top + 1
        for row in range(len(self._sheet.rows) - 1, top - 1, -1):
            for col in range(left, right + 1):
                self._sheet.put(row + count, col, self._sheet.get(row, col))
                self._sheet.put(row, col, None)

    def add_hyperlink(self, address: str, text: str | None = None, tip: str | None = None) -> None:
        self._sheet.links.append((self.box, address))

    @property
    def arg1_input(self) -> Any:
        return self.box[:2]

    def group(self, by: str) -> None:
        assert by == "columns"
        self._sheet.groups.append((self.box[1], self.box[3]))

    def note_format(self, what: str, value: Any) -> None:
        self._sheet.formats.append((what, self.box, value))

    @property
    def font(self) -> Any:
        return Font(self)

    @property
    def data_validation(self) -> Any:
        return Validation(self)

    @property
    def conditional_formats(self) -> Any:
        self.host.desktop_only("conditional formats")
        return Rules(self)


def _format(name: str) -> property:
    def put(self: Range, value: Any) -> None:
        self.note_format(name, value)

    return property(None, put)


for _name in ("color", "number_format", "column_width", "row_height", "wrap_text", "horizontal_alignment",
              "vertical_alignment"):  # fmt: skip
    setattr(Range, _name, _format(_name))


class Font(base.Font):
    def __init__(self, area: Range) -> None:
        object.__setattr__(self, "area", area)

    def __setattr__(self, name: str, value: Any) -> None:
        self.area.note_format(f"font.{name}", value)


class Validation(base.DataValidation):
    def __init__(self, area: Range) -> None:
        self.area = area

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:
        shown = source if isinstance(source, list) else f"{source.sheet.name}!{source.address}"
        self.area.sheet.validations.append((self.area.box, "list", shown))

    def set_rule(self, rule_type: str, operator: Any, formula1: Any, formula2: Any) -> None:
        self.area.sheet.validations.append((self.area.box, rule_type, (formula1, formula2)))


class Rules(base.ConditionalFormats):
    def __init__(self, area: Range) -> None:
        self.area = area

    def add_custom(self, spec: dict[str, Any]) -> Any:
        self.area.sheet.rules.append((self.area.box, spec["formula"]))
        return base.ConditionalFormat()


class Tables(base.Tables):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def __len__(self) -> int:
        return len(self.sheet.all_tables)

    def __iter__(self) -> Any:
        return iter([Table(self.sheet, name) for name in self.sheet.all_tables])

    def __contains__(self, key: Any) -> bool:
        return key in self.sheet.all_tables

    def __call__(self, key: Any) -> Any:
        name = list(self.sheet.all_tables)[key - 1] if isinstance(key, int) else key
        if name not in self.sheet.all_tables:
            raise KeyError(name)
        return Table(self.sheet, name)

    def add(self, source: Any = None, name: str | None = None, **rest: Any) -> Any:
        box = source.impl.box
        everywhere = [table for sheet in self.sheet.book.all_sheets for table in sheet.all_tables]
        if name in everywhere:
            raise ValueError(f"there is a table {name} already")
        heads = [self.sheet.get(box[0], col) for col in range(box[1], box[3] + 1)]
        assert all(isinstance(head, str) and head for head in heads), heads
        assert len({head.casefold() for head in heads}) == len(heads), heads
        for other in self.sheet.all_tables.values():
            assert box[0] > other[2] or box[2] < other[0] or box[1] > other[3] or box[3] < other[1], (
                "tables overlap"
            )
        self.sheet.all_tables[name or "Table1"] = list(box)
        return Table(self.sheet, name or "Table1")


class Table(base.Table):
    name: Any = ""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet, self.name = sheet, name

    @property
    def parent(self) -> Any:
        return self.sheet

    @property
    def range(self) -> Any:
        self.sheet.book.host.reading()
        top, left, bottom, right = self.sheet.all_tables[self.name]
        return Range(self.sheet, (top, left, bottom, right))

    def resize(self, area: Any) -> None:
        old, new = self.sheet.all_tables[self.name], area.impl.box
        assert (old[0], old[1]) == (new[0], new[1]), "a table is resized from its first cell"
        for name, other in self.sheet.all_tables.items():
            if name != self.name:
                clear = new[0] > other[2] or new[2] < other[0] or new[1] > other[3] or new[3] < other[1]
                assert clear, f"{self.name} grows over {name}"
        self.sheet.all_tables[self.name] = list(new)


class Names(base.Names):
    def __init__(self, book: Book) -> None:
        self.book = book

    def snapshot(self) -> Any:
        return [(name, Name(self.book, name)) for name in self.book.all_names]

    def __call__(self, key: Any) -> Any:
        for name in self.book.all_names:
            if name.casefold() == str(key).casefold():
                return Name(self.book, name)
        raise KeyError(key)

    def contains(self, key: Any) -> bool:
        return str(key).casefold() in {name.casefold() for name in self.book.all_names}

    def __len__(self) -> int:
        return len(self.book.all_names)

    def add(self, name: str, refers_to: str) -> Any:
        assert not self.contains(name), f"the name {name} is there already"
        self.book.all_names[name] = refers_to
        return Name(self.book, name)


class Name(base.Name):
    name: Any = ""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name

    @property
    def refers_to(self) -> str:
        return self.book.all_names[self.name]

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.book.all_names[self.name] = value

    @property
    def refers_to_range(self) -> Any:
        sheet, address = self.refers_to.lstrip("=").rsplit("!", 1)
        return Range.named(self.book.sheets(sheet.strip("'").replace("''", "'")), address)


class Charts(base.Charts):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def parent(self) -> Any:
        return self.sheet

    def __len__(self) -> int:
        return len(self.sheet.all_charts)

    def __iter__(self) -> Any:
        return iter(self.sheet.all_charts)

    def __contains__(self, key: Any) -> bool:
        return any(chart.name == key for chart in self.sheet.all_charts)

    def __call__(self, key: Any) -> Any:
        if isinstance(key, int):
            return self.sheet.all_charts[key - 1]
        return next(chart for chart in self.sheet.all_charts if chart.name == key)

    def add(self, left: Any, top: Any, width: Any, height: Any, **rest: Any) -> Any:
        made = Chart(self.sheet, rest)
        self.sheet.all_charts.append(made)
        return made


class Chart(base.Chart):
    name: Any = ""
    title: Any = ""

    def __init__(self, sheet: Sheet, made: dict[str, Any]) -> None:
        self.sheet, self.made = sheet, made
        self.name, self.title = made["name"], ""
        self.source = made["source"]

    @property
    def legend(self) -> Any:
        return _Loose()

    @property
    def value_axis(self) -> Any:
        return _Loose()

    @property
    def category_axis(self) -> Any:
        return _Loose()

    @property
    def series(self) -> Any:
        chart = self

        class All(base.ChartSeriesCollection):
            def __len__(self) -> int:
                return 1 + len(chart.source.more) + chart.source.shape[1]

            def __call__(self, key: Any) -> Any:
                return _Loose()

        return All()


class _Loose:
    """Takes whatever is set."""

    def set(self, *args: Any, **named: Any) -> None:
        pass


def open_book(path: Path | None = None, kind: str = "desktop") -> tuple[xw.Book, Book]:
    """Return an open workbook as commands get it, and what is behind it."""
    impl = Book(path, Host(kind))
    return xw.Book(impl=impl), impl
