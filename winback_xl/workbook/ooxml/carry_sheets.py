"""Carry what people made of a workbook into the one that takes its place: sheets, formats, names and locks.

Our sheets of a refreshed workbook are written again; those that people added are taken over as they are
(`winback_xl.workbook.ooxml.transplant`). What people set on sheets of ours is put onto the new ones
(`winback_xl.workbook.ooxml.sheet_settings`), or named where it cannot be kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

from winback_xl.readers.limits import Package
from winback_xl.workbook.ooxml import hollow_sheet, sheet_settings
from winback_xl.workbook.ooxml.cell_patches import Patch, patched
from winback_xl.workbook.ooxml.package_outline import MARK, TYPES, Outline, rels_of
from winback_xl.workbook.ooxml.style_merge import StyleMerge
from winback_xl.workbook.ooxml.transplant import Transplant, entry, linked, named, renamed, typed
from winback_xl.workbook.ooxml.xml_splice import Edit, edited
from winback_xl.workbook.ooxml.zip_copy import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BytesIO

    from winback_xl.workbook.ooxml.cell_formulas import At
    from winback_xl.workbook.ooxml.package_outline import NameEntry

_NO_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
_PRINT_AREA = "_xlnm.Print_Area"
_OURS = ("set_", "lst_", "_xlnm", "_xlfn", "_xlpm", "_xlws", MARK)
_SHEETS = re.compile(r"'[^!]*'!|[^\s'!(),:;=+*/&<>-]+!")
_ELSEWHERE = re.compile(r"\[\d+\]")  # another file, by its number


@dataclass(frozen=True, slots=True)
class Carry:
    """What goes from an old package into a new one.

    Parameters
    ----------
    sheets : tuple of str
        Sheets to take over, in order.
    patches : mapping of (row, column) to Patch
        For cells of the sheet named by ``patched``; rows from 1, columns from 0.
    patched : str
        That sheet.
    renamed : mapping of str to str
        Sheets that have another name now: old -> new.
    own : mapping of str to str
        Our sheets: the name they have in the old package -> the name in the new one.
    columns : mapping of int to int
        Where the columns of ``patched`` went, from 0: old -> new.
    """

    sheets: tuple[str, ...] = ()
    patches: Mapping[At, Patch] = field(default_factory=dict)
    patched: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[int, int] = field(default_factory=dict)


def finish(made: BytesIO, target: IO[bytes], source: Package, carry: Carry) -> list[str]:
    """Write a package that the renderer made, with what is carried over from an old one.

    Parameters
    ----------
    made : BytesIO
        The new package.
    target : IO[bytes]
        Where the result goes.
    source : Package
        The old one.
    carry : Carry
        What to take.

    Returns
    -------
    list of str
        What people had set and could not be kept, a sentence each.
    """
    with ZipFile(made) as archive:
        change = _Change(Outline(Package(source.file, archive)), Outline(source), carry)
    if change.changed or change.new:
        rewrite(made, target, source.file, change.changed, change.new)
    else:
        target.write(made.getbuffer())
    return change.lost


class _Change:
    """The parts of a new package that change, and those that join it."""

    def __init__(self, frame: Outline, old: Outline, carry: Carry) -> None:
        self._frame, self._old, self._carry = frame, old, carry
        self.changed: dict[str, bytes] = {}
        self.lost: list[str] = []
        styles = StyleMerge(
            frame.part_text(frame.styles), old.part_text(old.styles) if old.styles else _NO_STYLES, old.file
        )
        part_of = {sheet.name: sheet.part for sheet in frame.sheets}
        if carry.patches:
            part = part_of[carry.patched]
            self.changed[part] = patched(frame.package.read(part, hollow_sheet.MOST), carry.patches, styles)
        placed = Transplant(
            old,
            carry.sheets,
            styles,
            frame.package.names(),
            first_table=len(frame.tables) + 1,
            renamed=carry.renamed,
        )
        self.new = placed.parts
        self._keep_settings(part_of, styles)
        relations, ids = linked(frame, placed.sheets)
        edits = [*self._entries(ids), *self._names(), *self._locked()]
        if edits:
            self.changed[frame.main] = edited(frame.workbook, edits)
        if ids:
            self.changed |= {rels_of(frame.main): relations, TYPES: typed(frame, placed.types)}
        grown = styles.part()
        if grown != frame.part_text(frame.styles):
            self.changed[frame.styles] = grown
        if (ids or carry.patches) and old.related("theme") and frame.related("theme"):
            self.changed[frame.related("theme")] = old.package.read(old.related("theme"))

    def _keep_settings(self, part_of: Mapping[str, str], styles: StyleMerge) -> None:
        """Put what people set on our sheets onto the new ones."""
        for sheet in self._old.sheets:
            part = part_of.get(self._carry.own.get(sheet.name, ""))
            if part is None:
                continue
            patched_already = self.changed.get(part)
            now = patched_already or hollow_sheet.hollow(self._frame.package, part)
            old = hollow_sheet.hollow(self._old.package, sheet.part)
            rows_move = self._carry.own[sheet.name] == self._carry.patched
            columns = self._carry.columns if rows_move else None
            kept, lost = sheet_settings.kept(old, now, self._old.file, styles, columns)
            if kept != now:
                whole = patched_already or self._frame.package.read(part, hollow_sheet.MOST)
                self.changed[part] = hollow_sheet.filled(kept, whole, self._old.file)
            self.lost += [f"Sheet {sheet.name}: {what}" for what in lost]

    def _entries(self, ids: list[str]) -> Iterator[Edit]:
        frame = self._frame
        state = {sheet.name: sheet.state and "hidden" for sheet in self._old.sheets}
        sheets = frame.top("sheets")
        at = sheets.close if sheets is not None else 0
        highest = max(sheet.number for sheet in frame.sheets)
        for number, (name, link) in enumerate(zip(self._carry.sheets, ids, strict=True), highest + 1):
            called = self._carry.renamed.get(name, name)
            yield Edit(at, at, entry(frame, called, number, link, state[name]))

    def _names(self) -> list[Edit]:
        """Add the names that people made, and the print areas that they set on sheets of ours."""
        frame, old = self._frame, self._old
        order = {sheet.name: place for place, sheet in enumerate(frame.sheets)}
        order |= {name: len(order) + place for place, name in enumerate(self._carry.sheets)}
        held = {name.name.casefold() for name in frame.names if name.place is None}
        printed = {name.place for name in frame.names if name.name == _PRINT_AREA}
        lines = []
        for name in old.names:
            place = None
            if name.place is not None:
                theirs = old.sheets[name.place].name if 0 <= name.place < len(old.sheets) else ""
                place = order.get(theirs if theirs in self._carry.sheets else self._carry.own.get(theirs, ""))
                if place is None or (name.name == _PRINT_AREA and place in printed):
                    continue
            if not self._wanted(name, held):
                continue
            given = {key: value for key, value in name.piece.attributes.items() if key != "localSheetId"}
            if place is not None:
                given["localSheetId"] = str(place)
            written = " ".join(f"{key}={quoteattr(value)}" for key, value in given.items())
            refers = renamed(escape(name.refers).encode(), self._carry.renamed).decode()
            lines.append(f"<definedName {written}>{refers}</definedName>")
        return named(frame, lines)

    @property
    def _absent(self) -> set[str]:
        """Sheets of the old workbook that the new one lacks, as formulas write them."""
        stay = {*self._carry.sheets, *self._carry.own}
        gone = [sheet.name for sheet in self._old.sheets if sheet.name not in stay]
        return {f"{name}!" for name in gone} | {f"'{name}'!" for name in gone}

    def _wanted(self, name: NameEntry, held: set[str]) -> bool:
        """Return whether a name is somebody's own: ours and those that programs make are written again."""
        theirs = "" if name.place is None else self._old.sheets[name.place].name
        if theirs in self._carry.sheets:  # Gnumeric gives a sheet that has no print area one of nothing
            return name.name != _PRINT_AREA or name.refers.strip() != "#REF!"
        tables = {
            table.name.casefold() for table in self._frame.tables
        }  # some programs save our tables as names
        if name.name != _PRINT_AREA and (name.name.startswith(_OURS) or name.name.casefold() in tables):
            return False
        if name.place is None and name.name.casefold() in held:
            return False
        if (
            "#REF!" in name.refers
            or "gnumeric." in name.refers.casefold()
            or self._absent & set(_SHEETS.findall(name.refers.replace("''", "'")))
        ):
            return False
        if _ELSEWHERE.search(name.refers):
            self.lost.append(f"The name {name.name} was not kept: it points to another file.")
            return False
        return True

    def _locked(self) -> Iterator[Edit]:
        """Lock the structure of the workbook where somebody had locked it."""
        lock, views = self._old.top("workbookProtection"), self._frame.top("bookViews")
        if lock is not None and views is not None and self._frame.top("workbookProtection") is None:
            yield Edit(
                views.start, views.start, sheet_settings.element("workbookProtection", lock.attributes)
            )
