"""Write a plan together with what a workbook held before: columns, formulas, formats, notes and sheets of people."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import written
from winback_xl.core.merging import carried_edits
from winback_xl.files.save import atomic_write
from winback_xl.readers.grid import letters
from winback_xl.readers.limits import open_package
from winback_xl.schema import columns as schema
from winback_xl.serial_days import DAY_0
from winback_xl.workbook import book as books
from winback_xl.workbook import render_file
from winback_xl.workbook.formulas import sheet_name
from winback_xl.workbook.ooxml.carry_sheets import Carry, finish
from winback_xl.workbook.ooxml.cell_patches import Patch
from winback_xl.workbook.ooxml.moved_formula import Ground, moved
from winback_xl.workbook.reopened.carried_over import NOTHING, Kept
from winback_xl.workbook.sheets.parts import HEADER_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.merging.returned_copies import CellNote
    from winback_xl.workbook.ooxml.cell_formulas import At
    from winback_xl.workbook.ooxml.sheet_scan import Note
    from winback_xl.workbook.reopened.reopen import Reopened

_FIRST = HEADER_ROW + 2  # sheet row of the first account
_SHEET = schema.CAMPAIGN.title
_DAYS = frozenset(column.name for column in schema.CAMPAIGN.columns if column.kind == "date")
_WHOLE_COLUMNS = frozenset({"segments", "make-goods", "settings", "lists"})


@dataclass(frozen=True, slots=True)
class Pinned:
    """A note for a cell of the new workbook: row and column from 0."""

    row: int
    column: int
    text: str
    author: str


@dataclass(slots=True)
class Rewrite:
    """Everything that a new workbook is written from.

    Parameters
    ----------
    plan : Plan
        Its campaign may have added columns behind ours.
    kept : Kept
        What the book takes in addition to the plan.
    carry : Carry
        What the package takes from the old one.
    notes : list of Pinned
        Notes on the campaign's cells.
    source : Path or None
        The old workbook.
    left : list of tuple
        Marks that have no cell any more, in the shape of the Leftovers sheet.
    unkept : list of str
        What people had set on sheets and could not be kept; known once the workbook is written.
    """

    plan: Plan
    kept: Kept = NOTHING
    carry: Carry = field(default_factory=Carry)
    notes: list[Pinned] = field(default_factory=list)
    source: Path | None = None
    left: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)


def write(new: Rewrite, target: Path, *, force: bool = False) -> None:
    """Write the workbook; a dated copy of what it replaces stays next to it.

    Raises
    ------
    DataError
        It has more rows than a sheet.
    FileError
        The file cannot be written; the file that was there before is unchanged.
    """
    book = books.build(new.plan, kept=new.kept)
    frame = render_file.draw(book)
    sheet: Any = frame.get_worksheet_by_name(_SHEET)
    for note in new.notes:
        sheet.add_note(note.row, note.column, note.text, note.author)
    with ExitStack() as stack:
        package = stack.enter_context(open_package(new.source)) if new.source else None
        file = stack.enter_context(atomic_write(target, force=force))
        if package is None:
            frame.save(file)
        else:
            made = BytesIO()
            frame.save(made)
            carry = _named(new.carry, [item.name for item in book.sheets])
            new.unkept[:] = finish(made, file, package, carry)


def _named(carry: Carry, ours: Sequence[str]) -> Carry:
    """Give a free name to each sheet of people that is called as one of ours is now."""
    taken, renamed = [*ours], dict(carry.renamed)
    for name in carry.sheets:
        free = sheet_name(name, taken)
        taken.append(free)
        if free != name:
            renamed[name] = free
    return replace(carry, renamed=renamed)


def places(frame: pd.DataFrame) -> dict[str, int]:
    """Return the sheet column (0-based) of each column of a campaign."""
    own = [column.name for column in schema.CAMPAIGN.columns]
    return {
        name: place for place, name in enumerate([*own, *(str(n) for n in frame if str(n).startswith(ADDED))])
    }


def marked(new: Rewrite, old: Reopened, *, sheets: bool = True) -> Rewrite:
    """Put the formulas, formats and notes of an old workbook onto the cells of a new one, by key and heading.

    Formulas that would point elsewhere in their new row become their value and are listed in ``left``.
    """
    placer = _Placer(new, old, sheets=sheets)
    for at, style in old.marks.formats.items():
        placer.paint(at, style)
    for at, formula in old.marks.formulas.items():
        placer.move(at, formula)
    for note in old.marks.notes:
        placer.pin(note)
    placer.date()
    new.source = old.path
    now = places(new.plan.campaign)
    columns = {place: now[name] for place, name in old.columns.items() if name in now}
    own_sheets = old.sheets if sheets else ()
    new.carry = Carry(own_sheets, placer.patches, _SHEET, old.renamed, old.own, columns)
    return new


def add_notes(new: Rewrite, notes: Iterable[CellNote]) -> None:
    """Add the notes of copies; a cell has one note, so a second text goes on below the first."""
    frame, columns = new.plan.campaign, places(new.plan.campaign)
    rows = {str(customer): row for row, customer in enumerate(frame["customer_id"])}
    held = {(note.row, note.column): place for place, note in enumerate(new.notes)}
    for note in notes:
        if note.customer not in rows or note.column not in columns:
            continue
        at = rows[note.customer] + HEADER_ROW + 1, columns[note.column]
        if at not in held:
            held[at] = len(new.notes)
            new.notes.append(Pinned(*at, note.text, note.author))
        elif note.text not in new.notes[held[at]].text:
            there = new.notes[held[at]]
            new.notes[held[at]] = replace(there, text=f"{there.text}\n{note.file}: {note.text}")


class _Placer:
    """Finds the new place of each cell of the old campaign."""

    def __init__(self, new: Rewrite, old: Reopened, *, sheets: bool) -> None:
        self.patches: dict[At, Patch] = {}
        self._new, self._old = new, old
        self._frame = new.plan.campaign
        self._places = places(self._frame)
        self._rows = {key: row for row, key in enumerate(carried_edits.keys_of(self._frame))}
        self._customers = {
            int(row): str(customer)
            for row, customer in zip(old.tracker["row"], old.tracker["customer_id"], strict=True)
        }
        self._human = {*old.human}
        self._ground = Ground(
            {at: self._places[name] for at, name in old.columns.items() if name in self._places},
            {
                *(column.heading.casefold() for column in schema.CAMPAIGN.columns),
                *(name[len(ADDED) :].casefold() for name in self._places if name.startswith(ADDED)),
            },
            {name.casefold() for name in old.sheets} if sheets else set(),
            _WHOLE_COLUMNS,
        )

    def _there(self, at: At) -> tuple[int, int] | None:
        """Return row (of the frame) and column of a cell in the new campaign, None where it has none."""
        name = self._old.columns.get(at[1])
        row = self._rows.get((self._old.plan.campaign_id, self._customers.get(at[0], "")))
        return None if name is None or row is None or name not in self._places else (row, self._places[name])

    def paint(self, at: At, style: int) -> None:
        """Keep the format of a cell."""
        there = self._there(at)
        if there is not None:
            self.patches[there[0] + _FIRST, there[1]] = Patch(style)

    def move(self, at: At, formula: str) -> None:
        """Keep the formula of a cell that people fill, if it can move."""
        there, name = self._there(at), self._old.columns.get(at[1], "")
        if there is None or name not in self._human:
            return
        to = (there[0] + _FIRST, there[1])
        text = moved(formula, at, to, self._ground)
        if text is None:
            self._leave(
                at, f"={formula}", "The formula would point elsewhere in its new row; its value was kept."
            )
            return
        held = self.patches.get(to, Patch())
        self.patches[to] = replace(held, formula=text, value=_value(self._frame, there[0], name))

    def pin(self, note: Note) -> None:
        """Keep a note."""
        there = self._there(note.cell)
        if there is None:
            self._leave(note.cell, note.text, "A note on a cell that is not there any more.")
        else:
            self._new.notes.append(Pinned(there[0] + HEADER_ROW + 1, there[1], note.text, note.author))

    def date(self) -> None:
        """Show a day as a day where somebody wrote one into a column of something else."""
        for name in self._human & set(self._places):
            for row in _days_among(self._frame, name):
                to = (row + _FIRST, self._places[name])
                held = self.patches.get(to, Patch())
                self.patches[to] = held if held.format is not None else replace(held, dated=True)

    def _leave(self, at: At, content: str, why: str) -> None:
        heading = self._old.marks.headings.get(at[1], "")
        self._new.left.append((_place(at), self._customers.get(at[0], ""), heading, content, why))


def _days_among(frame: pd.DataFrame, name: str) -> list[int]:
    """Return the rows in which somebody wrote a day into a column of something else."""
    if name not in frame or frame[name].dtype != object or name in _DAYS:
        return []
    if pd.Timestamp not in set(map(type, frame[name].to_numpy())):
        return []
    return [row for row, value in enumerate(frame[name]) if isinstance(value, pd.Timestamp)]


def _place(at: At) -> str:
    return f"{_SHEET}!{letters(at[1])}{at[0]}"


def _value(frame: pd.DataFrame, row: int, name: str) -> Any:
    value = frame[name].iloc[row] if name in frame else None
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return value if isinstance(value, (bool, str)) else _serial(value)


def _serial(value: Any) -> Any:
    """Return a day as Excel counts it."""
    if isinstance(value, pd.Timestamp):
        return (value - pd.Timestamp(DAY_0)) / pd.Timedelta(1, "D")
    return written(value)
