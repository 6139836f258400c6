"""Why our sheets cannot be added to somebody's workbook: all reasons, each with its fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from winback_xl.core.wording import listed
from winback_xl.errors import Issue
from winback_xl.schema.columns import CAMPAIGN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from winback_xl.workbook.ooxml.package_outline import Outline, SheetEntry

_STRICT = "http://purl.oclc.org/ooxml/"
_ON = {"1", "true", "on"}
_OURS = re.compile(r"set_\w+|lst_\w+", re.IGNORECASE)
_PLAIN = frozenset(
    {"table", "drawing", "printerSettings", "hyperlink", "chart", "style", "chartColorStyle", "chartStyle"}
)
"""Parts that belong to a sheet of ours after Excel has saved it."""

_CAMPAIGN = CAMPAIGN.name.casefold()

_WORDS = {
    "pivotTable": "a pivot table", "slicer": "a slicer", "timeline": "a timeline", "queryTable": "a query",
    "comments": "notes", "threadedComment": "comments", "image": "a picture", "ctrlProp": "a form control",
    "control": "an ActiveX control", "oleObject": "an embedded object", "vmlDrawing": "notes or controls",
}  # fmt: skip


def reasons(theirs: Outline, coming: Outline, *, replace: bool = False) -> list[Issue]:
    """Return every reason not to add sheets, nothing if they may be added.

    Parameters
    ----------
    theirs : Outline
        The workbook.
    coming : Outline
        What comes in.
    replace : bool
        Whether our sheets that are there may be replaced with what people hung on them.
    """
    found = [*_kind(theirs), *_clashes(theirs, coming)]
    if not replace:
        found += _hung_on_ours(theirs)
    return [issue.at(file=theirs.file) for issue in found]


def strict(theirs: Outline) -> bool:
    """Return whether a workbook is in the strict form of the format, which names everything differently."""
    return theirs.root.space.startswith(_STRICT)


def ours(theirs: Outline, coming: Outline) -> set[int]:
    """Return the places, in the list of names, of those that go when our sheets are replaced.

    They are names that come again, and those of the kind that only we make, as far as they point to our sheets
    or nowhere.
    """
    marked = theirs.marked()
    if not marked:
        return set()
    again = _names(coming)
    places = {theirs.sheets.index(sheet) for sheet in marked.values()}
    gone = set()
    for place, name in enumerate(theirs.names):
        if name.place is not None:
            if name.place in places:
                gone.add(place)
        elif (name.name.casefold() in again or _OURS.fullmatch(name.name)) and _points_to(
            name.refers, marked
        ):
            gone.add(place)
    return gone


def _kind(theirs: Outline) -> Iterator[Issue]:
    package = theirs.package
    if strict(theirs):
        yield _issue(
            "into-strict", "It is a Strict Open XML workbook.", "Save it as 'Excel Workbook (*.xlsx)' first."
        )
    if package.names("_xmlsignatures/") or "digital-signature" in str(
        [link.type for link in theirs.relations("")]
    ):
        yield _issue(
            "into-signed",
            "It is digitally signed, and any change would break the signature.",
            "Remove the signature, or plan into a new workbook (-o).",
        )
    if "macrosheet" in theirs.content_type(theirs.main) or "addin" in theirs.content_type(theirs.main):
        yield _issue("into-addin", "It is an add-in; its sheets are not visible.", "Name a workbook.")
    protection = theirs.top("workbookProtection")
    if protection is not None and protection.attributes.get("lockStructure", "0").strip() in _ON:
        yield _issue(
            "into-locked",
            "Its structure is protected: sheets cannot be added.",
            "Take the protection off (Review > Protect Workbook), then try again.",
        )
    if package.names("xl/revisions/") or any(
        link.kind in {"revisionHeaders", "usernames"} for link in theirs.links
    ):
        yield _issue(
            "into-shared",
            "It is a shared workbook of the old kind, which remembers every change.",
            "Unshare it (Review > Unshare Workbook), then try again.",
        )
    if not theirs.styles:
        yield _issue(
            "into-no-styles", "It has no cell formats.", "Open it in Excel, save it, then try again."
        )
    properties = theirs.top("workbookPr")
    if properties is not None and properties.attributes.get("date1904", "0").strip() in _ON:
        yield _issue(
            "into-1904",
            "It counts days from 1904, so our dates would be four years off.",
            "Plan into a new workbook (-o).",
        )


def _names(coming: Outline) -> set[str]:
    """Return the names that hold in the whole workbook, case folded."""
    return {name.name.casefold() for name in coming.names if name.place is None}


def _clashes(theirs: Outline, coming: Outline) -> Iterator[Issue]:
    marked = theirs.marked()
    sheets = {sheet.name.casefold() for sheet in coming.sheets}
    campaign = next((table.sheet for table in theirs.tables if table.name.casefold() == _CAMPAIGN), "")
    if campaign and campaign not in marked:
        yield _issue(
            "into-campaign",
            f"It holds a campaign already, on the sheet {campaign}.",
            "Bring that up to date with 'winback refresh', which keeps what people wrote in it.",
        )
        return
    taken = [
        sheet.name for sheet in theirs.sheets if sheet.name not in marked and sheet.name.casefold() in sheets
    ]
    if taken:
        yield _issue(
            "into-sheets",
            f"It has {'sheets' if len(taken) > 1 else 'a sheet'} named as ours: {listed(taken, 8)}.",
            "Rename them, or plan into a new workbook (-o).",
        )
    gone = ours(theirs, coming)
    reserved = {table.name.casefold() for table in coming.tables} | _names(coming)
    held = [table.name for table in theirs.tables if table.sheet not in marked]
    held += [name.name for place, name in enumerate(theirs.names) if place not in gone and name.place is None]
    taken = [name for name in held if name.casefold() in reserved]
    if taken:
        yield _issue(
            "into-names",
            f"It has {'tables or names' if len(taken) > 1 else 'a table or name'} called as ours: {listed(taken, 8)}.",
            "Rename them (Formulas > Name Manager), or plan into a new workbook (-o).",
        )


def _hung_on_ours(theirs: Outline) -> Iterator[Issue]:
    for sheet in theirs.marked().values():
        for what in dict.fromkeys(_hung(theirs, sheet)):
            yield _issue(
                "into-added",
                f"On our sheet {sheet.name} people put {what}, which replacing the sheet would lose.",
                "Move it to a sheet of your own, or replace the sheet with --force (a dated copy is kept).",
            )


def _hung(theirs: Outline, sheet: SheetEntry) -> Iterator[str]:
    waiting, seen = [sheet.part], {sheet.part}
    while waiting:
        for link in theirs.relations(waiting.pop()):
            if link.kind not in _PLAIN:
                yield _WORDS.get(link.kind, f"something of the kind {link.kind}")
            elif not link.external and link.target in theirs.package and link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)


def _points_to(refers: str, sheets: Collection[str]) -> bool:
    if "#REF!" in refers:
        return True
    found = re.match(r"\s*=?(?:'((?:[^']|'')+)'|([^'!\s]+))!", refers)
    return found is not None and (found[1] or found[2]).replace("''", "'") in sheets


def _issue(code: str, what: str, fix: str) -> Issue:
    return Issue(code, "error", what, fix)
