"""People who work in a campaign workbook: they type, paint, sort, delete, add columns and sheets, and save anyhow.

Everything is done with openpyxl, which knows nothing of our readers and writers, and what was done is remembered, so
that a test can ask for every single word afterwards.
"""

from __future__ import annotations

import datetime as dt
import re
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import TableColumn

from winback_xl.schema import columns

if TYPE_CHECKING:
    import random
    from pathlib import Path

DATES = {column.heading for column in columns.CAMPAIGN.of_role("human") if column.kind == "date"}
HUMAN = [column.heading for column in columns.CAMPAIGN.of_role("human")]
DAY = dt.datetime(2026, 11, 22)  # noqa: DTZ001 - a cell has no time zone
WORDS: list[Any] = [
    None, "Yes", "Won", "Parked", "next week", "=not a formula", "+49 170", "a\nb", " padded ", "ümlaut & <tag> 🚀",
    0, 1, 2.5, -3, 1234567890123, True, DAY, "2026-11-22", "x" * 300,
]  # fmt: skip
PAINTS = ("FFFF0000", "FF00B050", "FF7030A0")


@dataclass
class Work:
    """What somebody did to a workbook: customer and heading -> what the cell must hold and look like."""

    cells: dict[tuple[str, str], Any] = field(default_factory=dict)
    paint: dict[tuple[str, str], str] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    sheets: dict[str, dict[str, Any]] = field(default_factory=dict)


def campaign_of(book: openpyxl.Workbook) -> Any:
    """Return the sheet with the campaign, whatever it is called now."""
    return next(
        sheet for sheet in book
        if sheet.sheet_state == "visible" and any({"Customer ID", "Want back?"} <= {cell.value for cell in row} for row in sheet.iter_rows(1, 8))
    )  # fmt: skip


def header_of(sheet: Any) -> tuple[int, dict[str, int]]:
    """Return the row of the headings, and the column of each."""
    for row in sheet.iter_rows(1, 10):
        found = {cell.value: cell.column for cell in row if isinstance(cell.value, str)}
        if "Customer ID" in found and "Want back?" in found:
            return row[0].row, found
    raise AssertionError("no headings")


def read(path: Path, what: str = "value") -> dict[tuple[str, str], Any]:
    """Return customer and heading -> value, fill or note of every cell of the campaign."""
    book = openpyxl.load_workbook(path)
    sheet = campaign_of(book)
    top, places = header_of(sheet)
    found = {}
    for row in range(top + 1, sheet.max_row + 1):
        customer = sheet.cell(row, places["Customer ID"]).value
        if customer is None:
            continue
        for heading, column in places.items():
            cell = sheet.cell(row, column)
            content = cell.value
            if isinstance(content, str) and content.startswith("="):
                content = re.sub(
                    rf"(\$?[A-Z]{{1,3}}){row}\b", r"\1#", content
                )  # the row moves, the formula stays
            held = {
                "value": content,
                "fill": cell.fill.fgColor.rgb,
                "note": cell.comment.text if cell.comment else None,
            }
            found[str(customer), heading] = held[what]
    return found


def plain(value: Any) -> Any:
    """Return a value as it compares: blanks are None, whole numbers floats."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return float(value)


def work_in(
    path: Path, target: Path, chance: random.Random, *, structure: bool = True, owner: str = ""
) -> Work:
    """Let somebody work in a workbook and save it under a new name; return what was done.

    Without ``structure`` only cells are filled, as in the copy of an owner.
    """
    book = openpyxl.load_workbook(path)
    sheet = campaign_of(book)
    top, places = header_of(sheet)
    rows = [row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, places["Customer ID"]).value]
    done = Work()
    added: list[str] = []
    if structure and chance.random() < 0.6:
        added = [f"Mine {number}" for number in range(chance.randint(1, 2))]
        _add_columns(sheet, top, places, added, inside=chance.random() < 0.5)
    for row in rows:
        customer = sheet.cell(row, places["Customer ID"]).value
        for heading in [*HUMAN, *added]:
            cell = sheet.cell(row, places[heading])
            if chance.random() < (0.15 if heading in HUMAN else 0.7):
                _type(cell, heading, chance)
            if chance.random() < 0.03:
                done.paint[customer, heading] = chance.choice(PAINTS)
                cell.fill = PatternFill("solid", fgColor=done.paint[customer, heading])
            if chance.random() < 0.02:
                done.notes[customer, heading] = f"{owner or 'Ann'} on {customer}"
                cell.comment = Comment(done.notes[customer, heading], owner or "Ann")
    if structure:
        _restructure(book, sheet, top, rows, places, chance, done)
    top, places = header_of(sheet)
    for row in range(top + 1, sheet.max_row + 1):
        customer = sheet.cell(row, places["Customer ID"]).value
        for heading in [*HUMAN, *added] if customer else []:
            done.cells[customer, heading] = plain(sheet.cell(row, places[heading]).value)
    kept = {customer for customer, _ in done.cells}
    done.paint = {key: value for key, value in done.paint.items() if key[0] in kept}
    done.notes = {key: value for key, value in done.notes.items() if key[0] in kept}
    book.save(target)
    return done


def _type(cell: Any, heading: str, chance: random.Random) -> None:
    """Type something; openpyxl itself cannot read a number back that a date format shows, so that is left out."""
    words = [word for word in WORDS if heading not in DATES or not isinstance(word, (int, float))]
    cell.value = chance.choice(words)
    if isinstance(cell.value, str) and cell.value.startswith("="):
        cell.data_type = "s"
    if isinstance(cell.value, dt.datetime):
        cell.number_format = "dd.mm.yyyy"
    elif heading not in DATES:
        cell.number_format = "General"


def _add_columns(sheet: Any, top: int, places: dict[str, int], headings: list[str], *, inside: bool) -> None:
    table = sheet.tables["tblCampaign"]
    for heading in headings:
        column = max(places.values()) + 1
        sheet.cell(top, column).value = heading
        places[heading] = column
        if inside:
            table.tableColumns.append(TableColumn(id=len(table.tableColumns) + 1, name=heading))
            first, last = table.ref.split(":")
            letters = openpyxl.utils.get_column_letter(column)
            table.ref = f"{first}:{letters}{last.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
            table.autoFilter.ref = table.ref


def _restructure(
    book: Any,
    sheet: Any,
    top: int,
    rows: list[int],
    places: dict[str, int],
    chance: random.Random,
    done: Work,
) -> None:
    width = max(places.values())
    if chance.random() < 0.5:  # sort, or drag rows about
        _write_rows(sheet, rows, chance.sample([_row(sheet, row, width) for row in rows], len(rows)))
    if chance.random() < 0.4:
        for row in chance.sample(rows, min(2, len(rows))):
            done.deleted.add(sheet.cell(row, places["Customer ID"]).value)
            for column in range(1, width + 1):
                sheet.cell(row, column).value = None
                sheet.cell(row, column).comment = None
    if chance.random() < 0.3:
        del sheet.tables["tblCampaign"]  # turned into a range
        if chance.random() < 0.5:  # and its columns moved about
            order = chance.sample(range(1, width + 1), width)
            for row in [top, *rows]:
                held = _row(sheet, row, width)
                _write_rows(sheet, [row], [[held[at - 1] for at in order]])
    _dress(book, sheet, rows, chance, done)


def _dress(book: Any, sheet: Any, rows: list[int], chance: random.Random, done: Work) -> None:
    """Rename the sheet, hide rows, add a sheet."""
    if chance.random() < 0.3:
        sheet.title = chance.choice(["Tracker Q4", "Bob's list", "Übersicht"])
    if chance.random() < 0.3:
        sheet.auto_filter.ref = None
        for row in rows[::2]:
            sheet.row_dimensions[row].hidden = True
    if chance.random() < 0.5:
        own = book.create_sheet("My notes")
        own["A1"], own["B2"], own["C3"] = "remember", 2.25, "=B2*4"
        own["B2"].number_format = "0.000"
        own["A1"].fill = PatternFill("solid", fgColor="FFABCDEF")
        own.column_dimensions["A"].width = 31
        done.sheets["My notes"] = {"A1": "remember", "B2": 2.25, "C3": "=B2*4"}


def _row(sheet: Any, row: int, width: int) -> list[tuple[Any, Any, Any, Any]]:
    return [
        (cell.value, cell.data_type, copy(cell._style), cell.comment)
        for cell in (sheet.cell(row, at) for at in range(1, width + 1))
    ]


def _write_rows(sheet: Any, rows: list[int], contents: list[list[tuple[Any, Any, Any, Any]]]) -> None:
    for row, held in zip(rows, contents, strict=True):
        for column, (value, kind, style, note) in enumerate(held, start=1):
            cell = sheet.cell(row, column)
            cell.comment = None
            cell.value = value
            if kind == "s" and isinstance(value, str):
                cell.data_type = "s"
            cell._style = style
            if note:
                cell.comment = Comment(note.text, note.author)
