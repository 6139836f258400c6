"""What is done with each foreign file; each function runs in a process of its own."""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import io
import math
import re
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import python_calamine

from winback_xl import samples
from winback_xl.errors import FileError, WinbackError
from winback_xl.readers.grid import Cell
from winback_xl.readers.opened_files import opened
from winback_xl.readers.source import MAX_COLUMN, Area
from winback_xl.settings import Settings
from winback_xl.workbook import book, render_file
from winback_xl.workbook.ooxml import inject
from winback_xl.workflows import checking, planning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.readers.grid import Grid

BINARY = {".xls", ".xlt", ".xlsb", ".ods", ".ots", ".fods"}

NUMBER, BOOL, DATE, UNCALCULATED = map(int, (Cell.NUMBER, Cell.BOOL, Cell.DATE, Cell.UNCALCULATED))
"""Kinds of cell as plain numbers: an enumeration is slow to ask a million times."""

Cells = dict[tuple[str, int, int], Any]


def our_workbook() -> bytes:
    """Return a campaign workbook of the sample distributor, as the renderer writes it."""
    with tempfile.TemporaryDirectory() as folder:
        files = samples.write(samples.make(), Path(folder))
        built = planning.plan(files["orders"], customers=files["customers"], incidents=files["incidents"])
    out = io.BytesIO()
    render_file.render(book.build(built), out)
    return out.getvalue()


def check(file: Path) -> tuple[str, Any]:
    """Do what ``winback check`` does."""
    try:
        title, found = checking.check(file)
    except WinbackError as error:
        str(error)
        return "refused", error.code
    assert found.rows_in == found.rows_used + len(found.set_aside)
    return "opened", title


def into(file: Path, made: bytes) -> tuple[str, Any]:
    """Do what ``winback plan --into`` does, and return the parts that changed though they must not."""
    out = io.BytesIO()
    try:
        inject.add_sheets(file, made, out, settings=Settings())
    except WinbackError as error:
        codes = sorted({issue.code for issue in getattr(error, "issues", ())}) or [error.code]
        return "refused", " + ".join(codes)
    changed = []
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(out) as after:
        names = {name.casefold(): name for name in after.namelist()}
        for name in before.namelist():
            held = before.read(name)
            if name.casefold() not in names:
                changed.append(f"{name} is gone")
            elif after.read(names[name.casefold()]) != held and not _may_change(name):
                changed.append(name)
    with tempfile.NamedTemporaryFile(suffix=file.suffix) as saved:
        saved.write(out.getvalue())
        saved.flush()
        kept, found = _sheets(file), _sheets(saved.name)
        if found[: len(kept)] != kept or "Campaign" not in found:
            changed.append("the list of sheets")
    return "opened", changed


def _sheets(file: Path | str) -> list[str]:
    try:
        with opened(file) as (_, source):
            return [sheet.name for sheet in source.sheets]
    except FileError as error:
        if error.code == "no-worksheet":  # charts only
            return []
        raise


def _may_change(name: str) -> bool:
    """Say whether a part is one of the four that name the sheets, whatever folder it is in."""
    return bool(
        re.fullmatch(
            r"\[content_types\]\.xml|(.*[/\\])?(styles\w*\.xml|workbook\w*\.xml(\.rels)?)", name.casefold()
        )
    )


def read_ours(file: Path) -> tuple[str, Any]:
    """Read every cell of every sheet with our readers, and return how many there are."""
    try:
        return "opened", sum(
            int(np.count_nonzero(column.kinds)) for grid in _grids(file) for column in grid.columns
        )
    except WinbackError as error:
        return "refused", error.code


def _grids(file: Path) -> Iterator[Grid]:
    with opened(file) as (_, source):
        for sheet in source.sheets:
            yield source.load(sheet.name, Area(0, (), 1, last_column=MAX_COLUMN))


def _ours(file: Path) -> tuple[Cells, set[str]]:
    """Return what we read, one cell at a time, and the sheets that a finding of stray cells names."""
    found: Cells = {}
    stray: set[str] = set()
    for grid in _grids(file):
        if any(note.code.startswith("stray") for note in grid.notes):
            stray.add(grid.sheet)
        for column in grid.columns:
            _add(found, grid.sheet, grid, column)
    return found, stray


def _add(found: Cells, sheet: str, grid: Any, column: Any) -> None:
    codes, words = column.distinct()  # texts that many cells share are held once
    filled = np.flatnonzero(column.kinds)
    kinds = column.kinds.tolist()
    for row in filled.tolist():
        kind = kinds[row]
        value: Any = words[codes[row]] if codes[row] >= 0 else None
        if kind == NUMBER:
            value = float(column.numbers[row])
        elif kind == BOOL:
            value = bool(column.numbers[row])
        elif kind == DATE:
            value = column.dates[row].astype("datetime64[ms]").astype(dt.datetime)
        elif kind == UNCALCULATED:
            value = None
        found[sheet, grid.row_number(row), column.position] = value


def compare(file: Path) -> tuple[dict[str, int], list[str]]:
    """Compare with openpyxl and calamine: counts, and up to ten cells where both agree and we do not."""
    warnings.simplefilter("ignore")
    held, stray = _ours(file)
    counts: collections.Counter[str] = collections.Counter()
    different = []
    with contextlib.redirect_stderr(io.StringIO()):
        one = _calamine(file)
        if (
            file.suffix.lower() in BINARY
        ):  # openpyxl does not read them; what calamine says alone proves nothing
            same = sum(_same(value, held.get(place)) for place, value in one.items())
            return {"the same as calamine alone": same, "other than calamine alone": len(one) - same}, []
        other = _openpyxl(file)
    for place in one.keys() & other.keys():
        value = one[place]
        if not _same(value, other[place]):
            counts["the other two differ"] += 1
            continue
        counts["agreed"] += 1
        got = held.get(place)
        if _same(value, got):
            counts["the same in ours"] += 1
        elif place not in held and place[0] in stray:
            counts["stray, and told so"] += 1
        else:
            counts["different in ours"] += 1
            if len(different) < 10:
                different.append(f"{place[0]}!{place[1]},{place[2]}: both read {value!r}, we read {got!r}")
    return dict(counts), different


def _calamine(file: Path) -> Cells:
    found: Cells = {}
    workbook = python_calamine.CalamineWorkbook.from_path(str(file))
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        for row, cells in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
            for column, value in enumerate(cells, left):
                if value != "":
                    found[name, row, column] = _plain(value)
    return found


def _openpyxl(file: Path) -> Cells:
    found: Cells = {}
    workbook = openpyxl.load_workbook(file, data_only=True)
    for sheet in workbook.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.value not in {None, ""}:
                    found[sheet.title, cell.row, cell.column - 1] = _plain(cell.value)
    return found


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Return numbers as float, days and moments as datetime; times of day and durations as fractions of a day."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - cells know no zone
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / 86_400
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 86_400
    return value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float) and not isinstance(one, bool):
        return math.isclose(
            one, other, rel_tol=1e-9, abs_tol=2e-8
        )  # readers round times to parts of a second
    if isinstance(one, dt.datetime) and isinstance(other, dt.datetime):
        return abs(one - other) <= dt.timedelta(milliseconds=1001)
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
    return type(one) is type(other) and bool(one == other)
