"""Add our sheets to somebody's workbook without touching anything else in it, or say why not.

Only the parts that must name the new sheets change: the content types, the workbook, its relations and the styles
(and the order of calculation goes, which Excel makes anew, when sheets of ours are replaced). Every other part keeps
its bytes: charts, pivots, macros, comments, whatever a library that loads and saves would lose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.readers.limits import damaged, open_package
from winback_xl.readers.sniff import checked, sniff
from winback_xl.workbook.ooxml import into_edits, into_reasons
from winback_xl.workbook.ooxml.our_parts import OFFICE, Ours
from winback_xl.workbook.ooxml.style_merge import merge
from winback_xl.workbook.ooxml.their_book import MARK, TYPES, Theirs, number, rels_of
from winback_xl.workbook.ooxml.xml_splice import Edit, Piece, edited, outline
from winback_xl.workbook.ooxml.zip_copy import copy_part

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.settings import Settings
    from winback_xl.workbook.ooxml.our_parts import Placed

_CALC_CHAIN = "calcChain"
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")


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
        Those of the new sheets: our sheets that stand there are then only replaced if people wrote nothing on them.
        Without, they are replaced anyway.

    Returns
    -------
    Added

    Raises
    ------
    DataError
        It cannot be done; ``issues`` holds all reasons.
    FileError
        The file is no workbook of this kind, or damaged.
    """
    user_file = checked(user_file)
    found = sniff(user_file)
    if found != "xlsx":
        raise FileError(
            f"{user_file.name} is no Excel workbook of today's kind (.xlsx or .xlsm): sheets cannot be added to it.",
            "Open it in Excel, save it as .xlsx, and name that.",
            "into-kind",
        )
    with open_package(user_file) as package:
        package.verify()
        theirs = Theirs(package)
        ours = Ours(made)
        reasons = into_reasons.reasons(
            theirs, ours.sheet_names, ours.table_names, ours.book_names, replace=settings is None
        )
        if theirs.marked() and settings is not None:
            reasons += into_edits.edits(user_file, settings)
        if reasons:
            raise DataError.from_issues(reasons)
        change = _Change(theirs, ours)
        _write(user_file, target, change)
    return change.added


class _Change:
    """What becomes of each part: changed or new content, or none."""

    def __init__(self, theirs: Theirs, ours: Ours) -> None:
        self._theirs, self._ours = theirs, ours
        self._old = theirs.marked()
        self._coming = set(ours.sheet_names)
        self.removed = self._removed()
        kept = [table.number for table in theirs.tables if table.sheet not in self._old]
        merged = merge(theirs.part_text(theirs.styles), ours.styles, theirs.file)
        taken = {name for name in theirs.package.names() if name not in self.removed}
        placed = ours.placed(merged, taken, max(kept, default=0) + 1)
        links = self._links(placed)
        self.changed = {
            TYPES: self._types(placed),
            theirs.main: self._workbook(links),
            rels_of(theirs.main): links.part,
            theirs.styles: merged.part,
        }
        self.new = placed.parts

    @property
    def added(self) -> Added:
        """Which sheets came and went."""
        order = self._ours.sheet_names
        return Added(
            tuple(name for name in order if name not in self._old),
            tuple(name for name in order if name in self._old),
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

    def _types(self, placed: Placed) -> bytes:
        theirs = self._theirs
        root, *pieces = outline(theirs.types, theirs.file, depth=1)
        edits = [
            Edit(piece.start, piece.end, "")
            for piece in pieces
            if piece.attributes.get("PartName", "").lstrip("/").casefold() in self.removed
        ]
        lines = [
            f'<{root.prefix}Override PartName="/{part}" ContentType="{kind}"/>'
            for part, kind in placed.types.items()
        ]
        return edited(theirs.types, [*edits, Edit(root.close, root.close, "".join(lines))])

    def _links(self, placed: Placed) -> _Links:
        """Return the relations of the workbook with those to our sheets, and the id of each."""
        theirs = self._theirs
        part = theirs.part_text(rels_of(theirs.main))
        root = outline(part, theirs.file, depth=0)[0]
        gone = [link for link in theirs.links if not link.external and link.target.casefold() in self.removed]
        taken = {link.id for link in theirs.links} - {link.id for link in gone}
        ids, at = [], 0
        for _ in placed.sheets:
            at += 1
            while f"rIdWinback{at}" in taken:
                at += 1
            ids.append(f"rIdWinback{at}")
        lines = [
            f'<{root.prefix}Relationship Id="{link}" Type="{OFFICE}/worksheet" Target="/{sheet}"/>'
            for link, sheet in zip(ids, placed.sheets, strict=True)
        ]
        edits = [Edit(link.piece.start, link.piece.end, "") for link in gone]
        return _Links(edited(part, [*edits, Edit(root.close, root.close, "".join(lines))]), ids)

    def _workbook(self, links: _Links) -> bytes:
        """Return the workbook part: its list of sheets, of names, and what counts sheets by place."""
        theirs = self._theirs
        listed = [
            sheet for sheet in theirs.sheets if sheet.name not in self._old or sheet.name in self._coming
        ]
        order = [sheet.name for sheet in listed]
        order += [name for name in self._ours.sheet_names if name not in self._old]
        places = {old: order.index(sheet.name) for old, sheet in enumerate(theirs.sheets) if sheet in listed}
        sheets = theirs.top("sheets")
        assert sheets is not None  # noqa: S101 - they were read from there
        edits = [Edit(sheets.close, sheets.close, "")]
        highest = max(sheet.number for sheet in theirs.sheets)
        for ours, name, link in zip(self._ours.sheets, self._ours.sheet_names, links.ids, strict=True):
            state = f' state="{ours.state}"' if ours.state else ""
            old = self._old.get(name)
            highest += old is None
            text = (
                f'<{theirs.root.prefix}sheet name="{ours.name}" sheetId="{old.number if old else highest}"{state} '
                f'xmlns:r="{OFFICE}" r:id="{link}"/>'
            )
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
        """Return the edits that put our names in the place of our old ones, and count sheets anew for the others."""
        theirs = self._theirs
        prefix = theirs.root.prefix
        gone = into_reasons.ours(theirs, self._ours.book_names)
        edits = []
        for at, name in enumerate(theirs.names):
            if at in gone or (name.place is not None and name.place not in places and self._old):
                edits.append(Edit(name.piece.start, name.piece.end, ""))
            elif name.place is not None and places.get(name.place, name.place) != name.place:
                edits.append(_set(theirs.workbook, name.piece, "localSheetId", places[name.place]))
        lines = [
            f'<{prefix}definedName name="{MARK}" localSheetId="{order.index(name)}" hidden="1">'
            f'"{escape(name.replace(chr(34), chr(34) * 2))}"</{prefix}definedName>'
            for name in self._ours.sheet_names
        ]
        for item in self._ours.names:
            place = (
                ""
                if item.place is None
                else f' localSheetId="{order.index(self._ours.sheet_names[item.place])}"'
            )
            lines.append(
                f'<{prefix}definedName name="{item.name}"{place}{item.attributes}>{item.refers}</{prefix}definedName>'
            )
        text = "".join(lines)
        held = theirs.top("definedNames")
        if held is not None and not held.empty:
            return [*edits, Edit(held.close, held.close, text)]
        whole = f"<{prefix}definedNames>{text}</{prefix}definedNames>"
        if held is not None:
            return [Edit(held.start, held.end, whole)]
        at = max(piece.end for name in _BEFORE_NAMES if (piece := theirs.top(name)) is not None)
        return [Edit(at, at, whole)]

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
                    tag = _with(tag, name, place)
                edits.append(Edit(view.start, view.inner, tag))
        return edits

    def _recalculated(self) -> list[Edit]:
        """Return the edit that lets Excel work out again what other sheets take from those we replace."""
        theirs = self._theirs
        found = theirs.top("calcPr")
        if found is None or found.attributes.get("fullCalcOnLoad", "0") in {"1", "true"}:
            return []
        return [_set(theirs.workbook, found, "fullCalcOnLoad", 1)]


@dataclass(frozen=True, slots=True)
class _Links:
    part: bytes
    ids: list[str]


def _set(part: bytes, piece: Piece, name: str, value: int) -> Edit:
    return Edit(piece.start, piece.inner, _with(part[piece.start : piece.inner].decode(), name, value))


def _with(tag: str, name: str, value: int) -> str:
    """Return a start tag with an attribute set.

    >>> _with('<a b="1"/>', "b", 2), _with('<a/>', "b", 2)
    ('<a b="2"/>', '<a b="2"/>')
    """
    found = re.compile(rf"""(\s{name}\s*=\s*)(?:"[^"]*"|'[^']*')""")
    if found.search(tag):
        return found.sub(rf'\g<1>"{value}"', tag, count=1)
    end = "/>" if tag.endswith("/>") else ">"
    return f'{tag.removesuffix(end).rstrip()} {name}="{value}"{end}'


def _write(user_file: Path, target: IO[bytes], change: _Change) -> None:
    """Write the package: their parts in their order, then ours; those that do not change as they are stored."""
    changed = {name.casefold(): content for name, content in change.changed.items()}
    try:
        with ZipFile(user_file) as source, ZipFile(target, "w", ZIP_DEFLATED) as package:
            for info in source.infolist():
                name = info.filename.replace("\\", "/").lstrip("/").casefold()
                if name in changed:
                    with package.open(info.filename, "w") as part:
                        part.write(changed[name])
                elif name not in change.removed:
                    copy_part(source, info, package, user_file.name)
            for name, content in change.new.items():
                with package.open(name, "w") as part:
                    part.write(content)
    except BadZipFile as error:
        raise damaged(user_file.name) from error
