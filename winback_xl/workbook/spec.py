"""What a workbook holds, as frozen data: no file, no Excel, no library in sight.

A sheet module turns a plan into a `Sheet`; a renderer turns a `Book` into a file or into the open workbook.
Positions are 0-based (row, column). Formulas are written as Excel shows them in English, with structured
references (``tblCampaign[@[Stage]]``) and defined names (``set_margin``); a renderer adapts them to its host.
Every formula carries the value it gives, so a reader that never calculates still shows the right number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd

    from winback_xl.schema.columns import Kind, Role
    from winback_xl.workbook.chart_spec import Chart

Value = str | float | int | bool | None
"""Content of a free cell; dates go in as datetime64 or datetime.date through `Cell.date`."""

Look = Literal[
    "title", "instruction", "heading", "text", "long", "label", "number", "input", "output", "tile", "tile label", "ok", "bad", "warn",
    "note", "link", "button", "step", "beside", "hint", "caption", "line", "alarm", "picker", "topic",
    "head key", "head input", "head calculated", "head human", "head formula",
    "card label", "card", "card note", "section", "list head", "list", "list name", "month", "bar", "bar head", "call", "quiet",
]  # fmt: skip
"""What a cell is for; the theme says how that looks. ``head ...`` is the colour key on the Guide: a cell that looks
like the header of a column which that role fills."""


RuleLook = Literal["ok", "bad", "warn", "note", "wanted", "late", "held", "faint"]
"""What a conditional format says of a cell."""

Paper = Literal["A4", "Letter"]
"""What a sheet is laid out for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell outside the tables, or on the body of one: there it takes the place of the field's value.

    Parameters
    ----------
    row, col : int
        Position, 0-based.
    value : str, float, int, bool, date or None
        What it shows; for a formula, the value it gives.
    look : Look
        What the cell is for.
    kind : Kind
        How the value is formatted.
    formula : str
        Native formula, starting with ``=``; empty for a plain value.
    name : str
        Workbook-wide name of the cell; empty for none.
    link : str
        Target of a link: ``#'Sheet'!A1`` or an URL.
    span : int
        Cells to the right that the text may run over (never merged).
    spills : bool
        Whether the formula calls a name of Excel 365 and fills ``span`` more cells to the right with its answer.
    choices : str
        Name of the list that the cell must hold a value of.
    help : str
        Prompt shown when the cell is selected.
    limits : tuple of float or None
        Lowest and highest allowed number.
    """

    row: int
    col: int
    value: Value | dt.date
    look: Look = "text"
    kind: Kind = "text"
    formula: str = ""
    name: str = ""
    link: str = ""
    span: int = 0
    choices: str = ""
    help: str = ""
    limits: tuple[float, float] | None = None
    spills: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    Parameters
    ----------
    heading : str
        Text of the header cell, unique in its table.
    values : ndarray or Series, shape (n_rows,)
        Content; NaN, NaT, None and "" are blank cells. For a formula, the values it gives.
    kind : Kind
        What the cells hold: format, alignment and validation follow from it.
    role : Role
        Who fills the cells: colour of the header and lock follow from it.
    formula : str
        The one native formula of the whole column; empty for values.
    choices : str
        Name of the list (`winback_xl.schema.columns.LISTS` or one of the book's own) that cells must be taken from.
    help : str
        Prompt and header note, one sentence.
    width : float
        Width in characters; 0 lets the theme decide by kind.
    limits : tuple of float or None
        Lowest and highest allowed number.
    blank : str or float
        What the formula gives in the empty row of a table without rows.
    name : str
        Workbook-wide name of its cells; empty for none.
    hidden : bool
        Whether the column is out of sight: only formulas read it.
    live : int
        First rows that hold the formula, where the others hold what it gave; 0 where every row holds it.
    """

    heading: str
    values: np.ndarray | pd.Series
    kind: Kind
    role: Role
    formula: str = ""
    choices: str = ""
    help: str = ""
    width: float = 0
    limits: tuple[float, float] | None = None
    blank: str | float = ""
    name: str = ""
    hidden: bool = False
    live: int = 0


HERE = "{#}"
"""In a `Rule`: the heading of the column that the cell is in."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A conditional format on one column, on those from ``heading`` to ``last``, or on the whole row without a heading.

    ``formula`` is written for the first data row with ``{Heading}`` for the cell of that column in the same row
    (column absolute, row relative), such as ``={Days overdue}>0``, and `HERE` for the heading of the cell's own column.
    """

    formula: str
    look: RuleLook
    heading: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A named Excel table; its header is at (row, col). An empty table keeps one blank row."""

    name: str
    row: int
    col: int
    fields: tuple[Field, ...]
    alt: str = ""
    rules: tuple[Rule, ...] = ()
    lines: int = 4
    """Most lines of a long text that a row shows; the rest is read in the formula bar."""
    lean: bool = False
    """Whether the columns carry the look of their blank cells, down to the end of the sheet: big tables get small."""
    arrows: bool = True
    """Whether the headings have filter buttons."""
    whole: bool = False
    """Whether amounts are shown without decimals."""
    plain: bool = False
    """Light heading, no filter arrows, whole amounts, a dash for nothing: a small table that is read at a glance."""

    @property
    def rows(self) -> int:
        """Data rows."""
        return len(self.fields[0].values)

    def column(self, heading: str) -> int:
        """Return the sheet column (0-based) of a heading."""
        return self.col + next(i for i, item in enumerate(self.fields) if item.heading == heading)


@dataclass(frozen=True, slots=True)
class Mark:
    """Colour on some cells by what they show, first to last row and column, both included.

    ``heat`` shades numbers from white up, ``bar`` draws a bar behind a share from 0 to 1; the others colour the text where
    ``formula`` holds, written for the first cell. ``line`` only underlines. No colour says anything that the text does not.
    """

    first_row: int
    first_col: int
    last_row: int
    last_col: int
    kind: Literal["heat", "bar", "good", "bad", "watch", "line"]
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """Columns, first to last, that fold away under a button above the column behind them."""

    first: int
    last: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: title in A1, one-line instruction in A2, each with a formula if it follows what people type, then cells and more.

    It prints one page wide, unless ``pages`` names the columns that start a further page; ``repeat`` columns at
    the left then come again on every page. ``breaks`` names rows that start a page: the sheet then prints at the
    scale at which the longest of them fits. With ``one_page`` it is one page high as well, on any paper.
    ``folds`` are columns that fold away; two of them never touch, or they would be one. ``areas`` are ranges with
    a name: the name, first row and column, last row and column. A sheet that is not ``on_paper``
    prints nothing until somebody clears its print area.
    """

    name: str
    title: str
    instruction: str
    cells: tuple[Cell, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    freeze: tuple[int, int] = (0, 0)
    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    colour: str = ""
    gridlines: bool = False
    protect: bool = False
    hidden: Literal["", "hidden", "very hidden"] = ""
    landscape: bool = True
    pages: tuple[int, ...] = ()
    repeat: int = 0
    breaks: tuple[int, ...] = ()
    one_page: bool = False
    folds: tuple[Fold, ...] = ()
    areas: tuple[tuple[str, int, int, int, int], ...] = ()
    paper: Paper = "A4"
    marks: tuple[Mark, ...] = ()
    title_formula: str = ""
    instruction_formula: str = ""
    on_paper: bool = True

    @property
    def hidden_columns(self) -> frozenset[int]:
        """Columns of the tables that only formulas read."""
        return frozenset(
            place
            for table in self.tables
            for place, field in enumerate(table.fields, start=table.col)
            if field.hidden
        )

    @property
    def folded(self) -> frozenset[int]:
        """Columns that are folded or hidden; they are not printed either."""
        shut = (fold for fold in self.folds if not fold.open)
        return self.hidden_columns | {column for fold in shut for column in range(fold.first, fold.last + 1)}


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the whole workbook that stands for a formula, as a file holds it; Excel does not offer a hidden one."""

    name: str
    formula: str
    comment: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook, in the order of its sheets."""

    sheets: tuple[Sheet, ...]
    title: str
    subject: str
    created: dt.datetime
    currency: str = ""
    """Same input, same bytes: the creation time comes from the plan, not from the clock."""
    names: tuple[Name, ...] = ()

    def table(self, name: str) -> tuple[Sheet, Table]:
        """Return a table and the sheet it is on."""
        return next((sheet, item) for sheet in self.sheets for item in sheet.tables if item.name == name)

    def sheet(self, name: str) -> Sheet:
        """Return the sheet of that name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)
