"""Add our sheets to somebody's workbook without touching anything else in it, or say why not.

Only the parts that must name the new sheets change: the content types, the workbook, its relations and the styles
(and the order of calculation goes, which Excel makes again, when sheets of ours are replaced). Every other part keeps
its bytes: charts, pivots, macros, comments, whatever a library that loads and saves would lose.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZipFile

from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.readers.limits import Package, open_package
from winback_xl.readers.sniff import checked, sniff
from winback_xl.workbook.ooxml import into_edits, into_reasons
from winback_xl.workbook.ooxml.package_outline import MARK, TYPES, Outline, number, rels_of
from winback_xl.workbook.ooxml.style_merge import StyleMerge
from winback_xl.workbook.ooxml.transplant import Transplant, entry, linked, named, typed
from winback_xl.workbook.ooxml.xml_splice import Edit, edited, with_attribute
from winback_xl.workbook.ooxml.zip_copy import rewrite

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.settings import Settings
    from winback_xl.workbook.ooxml.xml_splice import Piece

_CALC_CHAIN = "calcChain"


@dataclass(frozen=True, slots=True)
class Added:
    """What was done: sheets that are new, sheets of ours that were replaced, and those that went."""

    new: tuple[str, ...]
    replaced: tuple[str, ...]
    gone: tuple[str, ...]


def check_names(user_file: Path, target: Path) -> None:
    """Refuse a name under which Excel would not open the result.

    Raises
    ------
    UsageError
        The endings differ: Excel goes by them.
    """
    wanted, given = user_file.suffix.casefold(), target.suffix.casefold()
    if wanted != given:
        raise UsageError(
            f"{target.name} must end with {wanted} as {user_file.name} does.",
            "Change the ending: Excel opens a workbook only under the one that fits its content.",
            "into-ending",
        )


def add_sheets(user_file: Path, made: bytes, target: IO[bytes], *, settings: Settings | None = None) -> Added:
    """Write a workbook with our sheets added, or put in the place of those that were added before.

    Parameters
    ----------
    user_file : path
        An .xlsx or .xlsm of anybody.
    made : bytes
        Our workbook, as `winback_xl.workbook.render_file.render` writes it.
    target : IO[bytes]
        Where the result goes; not the file itself.
    settings : Settings, optional
        Those of the new sheets: our sheets that are there are then only replaced if people wrote nothing on them.
        Without, they are replaced anyway.

    Returns
    -------
    Added

    Raises
    ------
    DataError
        It cannot be done; ``issues`` holds all reasons.
    FileError
        The file is not a workbook of this kind, or damaged.
    """
    user_file = checked(user_file)
    found = sniff(user_file)
    if found != "xlsx":
        raise FileError(
            f"{user_file.name} is not an .xlsx or .xlsm workbook: sheets cannot be added to it.",
            "Open it in Excel, save it as .xlsx, and name that.",
            "into-kind",
        )
    with open_package(user_file) as package:
        package.verify()
        theirs, ours = Outline(package), Outline(Package("our workbook", ZipFile(BytesIO(made))))
        reasons = into_reasons.reasons(theirs, ours, replace=settings is None)
        if theirs.marked() and settings is not None:
            reasons += into_edits.edits(user_file, settings)
        if reasons:
            raise DataError.from_issues(reasons)
        change = _Change(theirs, ours)
        with user_file.open("rb") as file:
            rewrite(file, target, user_file.name, change.changed, change.new, change.removed)
    return change.added


class _Change:
    """What becomes of each part: changed or new content, or none."""

    def __init__(self, theirs: Outline, ours: Outline) -> None:
        self._theirs, self._ours = theirs, ours
        self._old = theirs.marked()
        self._coming = [sheet.name for sheet in ours.sheets]
        self.removed = self._removed()
        kept = [table.number for table in theirs.tables if table.sheet not in self._old]
        styles = StyleMerge(theirs.part_text(theirs.styles), ours.part_text(ours.styles), theirs.file)
        taken = [name for name in theirs.package.names() if name not in self.removed]
        placed = Transplant(
            ours, self._coming, styles, taken, first_table=max(kept, default=0) + 1, stem="winback", ours=True
        )
        relations, ids = linked(theirs, placed.sheets, self.removed)
        self.changed = {
            TYPES: typed(theirs, placed.types, self.removed),
            theirs.main: self._workbook(ids),
            rels_of(theirs.main): relations,
            theirs.styles: styles.part(),
        }
        self.new = placed.parts

    @property
    def added(self) -> Added:
        """Which sheets came and went."""
        return Added(
            tuple(name for name in self._coming if name not in self._old),
            tuple(name for name in self._coming if name in self._old),
            tuple(name for name in self._old if name not in self._coming),
        )

    def _removed(self) -> set[str]:
        """Return the parts that only our old sheets need, lower case."""
        theirs = self._theirs
        if not self._old:
            return set()
        parts = [sheet.part for sheet in self._old.values()]
        chain = [link.target for link in theirs.links if link.kind == _CALC_CHAIN]
        gone = theirs.reached([*parts, *chain]) - theirs.reached([""], without=[*parts, *chain])
        return gone | {rels_of(part) for part in gone}

    def _workbook(self, ids: list[str]) -> bytes:
        """Return the workbook part: its list of sheets, of names, and what counts sheets by place."""
        theirs = self._theirs
        listed = [
            sheet for sheet in theirs.sheets if sheet.name not in self._old or sheet.name in self._coming
        ]
        order = [sheet.name for sheet in listed]
        order += [name for name in self._coming if name not in self._old]
        places = {old: order.index(sheet.name) for old, sheet in enumerate(theirs.sheets) if sheet in listed}
        sheets = theirs.top("sheets")
        assert sheets is not None  # noqa: S101 - they were read from there
        edits = [Edit(sheets.close, sheets.close, "")]
        highest = max(sheet.number for sheet in theirs.sheets)
        for sheet, link in zip(self._ours.sheets, ids, strict=True):
            old = self._old.get(sheet.name)
            highest += old is None
            text = entry(theirs, sheet.name, old.number if old else highest, link, sheet.state)
            edits.append(
                Edit(old.piece.start, old.piece.end, text) if old else Edit(sheets.close, sheets.close, text)
            )
        edits += [
            Edit(old.piece.start, old.piece.end, "")
            for name, old in self._old.items()
            if name not in self._coming
        ]
        edits += self._names(places, order)
        if self._old:
            edits += [*self._views(places), *self._recalculated()]
        return edited(theirs.workbook, edits)

    def _names(self, places: dict[int, int], order: list[str]) -> list[Edit]:
        """Return the edits that put our names in the place of our old ones, and renumber the sheets of the others."""
        theirs, ours = self._theirs, self._ours
        tag = f"{theirs.root.prefix}definedName"
        gone = into_reasons.ours(theirs, ours)
        edits = []
        for at, name in enumerate(theirs.names):
            if at in gone or (name.place is not None and name.place not in places and self._old):
                edits.append(Edit(name.piece.start, name.piece.end, ""))
            elif name.place is not None and places.get(name.place, name.place) != name.place:
                edits.append(_set(theirs.workbook, name.piece, "localSheetId", places[name.place]))
        lines = [
            f'<{tag} name="{MARK}" localSheetId="{order.index(name)}" hidden="1">'
            f'"{escape(name.replace(chr(34), chr(34) * 2))}"</{tag}>'
            for name in self._coming
        ]
        for item in ours.names:
            text = ours.workbook[item.piece.start : item.piece.inner].decode().removeprefix("<definedName")
            if item.place is not None:
                text = with_attribute(text, "localSheetId", order.index(self._coming[item.place]))
            lines.append(f"<{tag}{text}{escape(item.refers)}</{tag}>")
        return [*edits, *named(theirs, lines)]

    def _views(self, places: dict[int, int]) -> list[Edit]:
        """Return the edits that keep the sheets chosen that were chosen."""
        theirs = self._theirs
        edits = []
        for view in theirs.below("bookViews", "workbookView"):
            chosen = {
                name: number(view.attributes[name])
                for name in ("activeTab", "firstSheet")
                if name in view.attributes
            }
            moved = {name: places.get(place, 0) for name, place in chosen.items()}
            if moved != chosen:
                tag = theirs.workbook[view.start : view.inner].decode()
                for name, place in moved.items():
                    tag = with_attribute(tag, name, place)
                edits.append(Edit(view.start, view.inner, tag))
        return edits

    def _recalculated(self) -> list[Edit]:
        """Return the edit that lets Excel calculate again what other sheets take from those we replace."""
        theirs = self._theirs
        found = theirs.top("calcPr")
        if found is None or found.attributes.get("fullCalcOnLoad", "0") in {"1", "true"}:
            return []
        return [_set(theirs.workbook, found, "fullCalcOnLoad", 1)]


def _set(part: bytes, piece: Piece, name: str, value: int) -> Edit:
    tag = part[piece.start : piece.inner].decode()
    return Edit(piece.start, piece.inner, with_attribute(tag, name, value))
