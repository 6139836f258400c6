"""Write a plan together with what a workbook held before: columns, formulas, formats, notes and sheets of people."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl import columns as schema
from winback_xl.core import merge
from winback_xl.tables.grid import letters
from winback_xl.tables.limits import open_package
from winback_xl.tables.save import atomic_write
from winback_xl.workbook import book as books
from winback_xl.workbook import fits, render_file
from winback_xl.workbook.carry import Carry, Patch, finish
from winback_xl.workbook.kept import NOTHING, Kept
from winback_xl.workbook.moved_formula import Ground, moved
from winback_xl.workbook.reopen import ADDED
from winback_xl.workbook.sheets.leftovers import written
from winback_xl.workbook.sheets.parts import HEADER_ROW

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.core.campaign import Plan
    from winback_xl.workbook.reopen import Reopened
    from winback_xl.workbook.scan import At

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
        What the book takes beside the plan.
    carry : Carry
        What the package takes from the old one.
    notes : list of Pinned
        Notes on the campaign's cells.
    source : Path or None
        The old workbook.
    left : list of tuple
        Marks that have no cell any more, in the shape of the Leftovers sheet.
    """

    plan: Plan
    kept: Kept = NOTHING
    carry: Carry = field(default_factory=Carry)
    notes: list[Pinned] = field(default_factory=list)
    source: Path | None = None
    left: list[tuple[str, str, str, str, str]] = field(default_factory=list)


def write(new: Rewrite, target: Path, *, force: bool = False, keep_copy: Path | None = None) -> None:
    """Write the workbook.

    Raises
    ------
    DataError
        It has more rows than a sheet.
    FileError
        The file cannot be written; what stood there before is unchanged.
    """
    book = books.build(new.plan, kept=new.kept)
    fits.check(book)
    with ExitStack() as stack:
        package = stack.enter_context(open_package(new.source)) if new.carry and new.source else None
        file = stack.enter_context(atomic_write(target, force=force, keep_copy=keep_copy))
        frame = render_file.draw(book)
        sheet: Any = frame.get_worksheet_by_name(_SHEET)
        for note in new.notes:
            options = {"author": note.author} if note.author else {}
            sheet.write_comment(note.row, note.column, note.text, options)
        if package is None:
            frame.save(file)
        else:
            made = BytesIO()
            frame.save(made)
            finish(made, file, package, new.carry)


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
    frame = new.plan.campaign
    column_of = old.columns
    place_of = places(frame)
    rows = {key: row for row, key in enumerate(merge.keys_of(frame))}
    key_of = {
        int(row): (old.plan.campaign_id, str(customer))
        for row, customer in zip(old.tracker["row"], old.tracker["customer_id"], strict=True)
    }
    ground = Ground(
        {at: place_of[name] for at, name in column_of.items() if name in place_of},
        {*(column.heading.casefold() for column in schema.CAMPAIGN.columns),
         *(name[len(ADDED) :].casefold() for name in place_of if name.startswith(ADDED))},
        {name.casefold() for name in old.sheets} if sheets else set(),
        _WHOLE_COLUMNS,
    )  # fmt: skip
    human = {*old.human}
    patches: dict[At, Patch] = {}

    def place(at: At) -> tuple[int, int] | None:
        name = column_of.get(at[1])
        row = rows.get(key_of.get(at[0], ("", "")))
        return None if name is None or row is None or name not in place_of else (row, place_of[name])

    for at, style in old.marks.formats.items():
        there = place(at)
        if there is not None:
            patches[there[0] + _FIRST, there[1]] = Patch(style)
    for at, formula in old.marks.formulas.items():
        there, name = place(at), column_of.get(at[1], "")
        if there is None or name not in human:
            continue
        new_at = (there[0] + _FIRST, there[1])
        text = moved(formula, at, new_at, ground)
        if text is None:
            why = "The formula would point elsewhere in its new row; its value was kept."
            new.left.append((_place(at), key_of[at[0]][1], _heading(old, at), f"={formula}", why))
            continue
        held = patches.get(new_at, Patch())
        patches[new_at] = replace(held, formula=text, value=_value(frame, there[0], name))
    for note in old.marks.notes:
        there = place(note.cell)
        if there is None:
            why = "A note on a cell that is not there any more."
            new.left.append(
                (
                    _place(note.cell),
                    key_of.get(note.cell[0], ("", ""))[1],
                    _heading(old, note.cell),
                    note.text,
                    why,
                )
            )
        else:
            new.notes.append(Pinned(there[0] + HEADER_ROW + 1, there[1], note.text, note.author))
    for name in human & set(place_of):
        for row in _days_among(frame, name):
            there = (row + _FIRST, place_of[name])
            held = patches.get(there, Patch())
            if held.format is None:
                patches[there] = replace(held, dated=True)
    new.source = old.path
    new.carry = Carry(old.sheets if sheets else (), patches, _SHEET, old.renamed)
    return new


def _days_among(frame: pd.DataFrame, name: str) -> list[int]:
    """Return the rows in which somebody wrote a day into a column of something else."""
    if name not in frame or frame[name].dtype != object or name in _DAYS:
        return []
    return [row for row, value in enumerate(frame[name]) if isinstance(value, pd.Timestamp)]


def _place(at: At) -> str:
    return f"{_SHEET}!{letters(at[1])}{at[0]}"


def _heading(old: Reopened, at: At) -> str:
    return old.marks.headings.get(at[1], "")


def _value(frame: pd.DataFrame, row: int, name: str) -> Any:
    value = frame[name].iloc[row] if name in frame else None
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    return value if isinstance(value, (bool, str)) else _serial(value)


def _serial(value: Any) -> Any:
    """Return a day as Excel counts it."""
    if isinstance(value, pd.Timestamp):
        return (value - pd.Timestamp("1899-12-30")) / pd.Timedelta(1, "D")
    return written(value)
