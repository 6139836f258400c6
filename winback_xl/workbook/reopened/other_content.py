"""Find what is not ours in a workbook: sheets, texts next to our tables, and what could not be written back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.core.merging.left_behind import LEFT
from winback_xl.core.tracking.due import EVERYONE
from winback_xl.core.tracking.talk_log import labels
from winback_xl.core.wording import plural
from winback_xl.readers.grid import letters
from winback_xl.readers.xlsx.xlsx_workbook import relations
from winback_xl.readers.xml_events import elements, parse
from winback_xl.schema import columns as schema
from winback_xl.workbook.ooxml import sheet_scan
from winback_xl.workbook.ooxml.obstacles import obstacles
from winback_xl.workbook.ooxml.package_outline import links
from winback_xl.workbook.reopened import contents, typed_elsewhere
from winback_xl.workbook.sheets import collected, leftovers, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from winback_xl.core.merging.left_behind import Line
    from winback_xl.readers.grid import Grid
    from winback_xl.readers.limits import Package
    from winback_xl.readers.xlsx.read_xlsx import XlsxSource
    from winback_xl.workbook.reopened.contents import Found

_SHEETS = ("Guide", "Today", "Numbers", "Campaign", "Talks", "Account", "Card data", "Card lookup", "Workbook", "Segments", "Make-goods", "Accounts", "Retention", "Call sheets", "Account history", "Watch list", "Settings", "Lists", "Checks", "Changes",
           leftovers.LEFTOVERS, leftovers.CONFLICTS, collected.NAME, snapshot.NAME)  # fmt: skip
_LISTS = {
    leftovers.LEFTOVERS: leftovers.LEFT_HEADINGS,
    leftovers.CONFLICTS: leftovers.CONFLICT_HEADINGS,
}
HIDDEN = frozenset({collected.NAME, snapshot.NAME})
"""Sheets of ours that nobody sees."""


def ours(
    tables: Iterable[tuple[str, str]], sheets: Iterable[str], known: Mapping[str, Any], campaign: str
) -> dict[str, str]:
    """Return which sheets are ours: the name they have now -> the name they were written under.

    Parameters
    ----------
    tables : iterable of (str, str)
        Name of each table, and the sheet on which it is now.
    sheets : iterable of str
        Names of the sheets as they are now.
    known : mapping
        What the Snapshot sheet knows.
    campaign : str
        The sheet that holds the campaign.
    """
    written: Mapping[str, list[str]] = known.get("sheets") or {name: [] for name in _SHEETS}
    home = {table: name for name, tables in written.items() for table in tables}
    home |= {snapshot.ITEMS: snapshot.NAME, collected.TABLE: collected.NAME}
    found = {campaign: schema.CAMPAIGN.title}
    for table, sheet in tables:
        name = home.get(table, "")
        if name and name not in found.values():
            found.setdefault(sheet, name)
    for sheet in sheets:
        if sheet in (*written, collected.NAME, snapshot.NAME) and sheet not in found.values():
            found.setdefault(sheet, sheet)
    return found


def ours_in(source: XlsxSource, known: Mapping[str, Any], campaign: str) -> dict[str, str]:
    """Return `ours` for a file."""
    places = ((item.name, item.sheet) for item in source.tables)
    return ours(places, (item.name for item in source.sheets), known, campaign)


def stray(
    source: XlsxSource,
    own: Mapping[str, str],
    known: Mapping[str, Any],
    tables: Sequence[Found],
    talks: Found | None = None,
) -> pd.DataFrame:
    """Return what people wrote on our sheets where it is not read, and the notes that they pinned there.

    Parameters
    ----------
    source : XlsxSource
        The workbook that came back.
    own : mapping of str to str
        From `ours`.
    known : mapping
        What the Snapshot sheet knows.
    tables : sequence of Found
        The campaign first, then our tables next to it.
    talks : Found, optional
        The log of talks, whose rows are read as those of the campaign are.

    Returns
    -------
    DataFrame
        One line a cell: every one that differs from what we wrote there, in the shape of the Leftovers sheet.
    """
    sent: Mapping[str, list[str]] = known.get("written", {})
    campaign, *beside = tables
    keyed = {table.grid.sheet: table for table in beside}
    names = ("customer_id", "customer", "owner")
    choices = to_choose(pd.DataFrame({name: campaign.ids(name) for name in names}))
    rows: list[Line] = []
    for theirs, name in own.items():
        if name != schema.CAMPAIGN.title:
            for note in sheet_scan.notes(source.book.package, source.book.parts[theirs]):
                why = "A note on a sheet that a refresh replaces."
                rows.append((_place(theirs, *note.cell), "", "", note.text, why))
        if name not in sent or name in HIDDEN:
            continue
        read_whole = [one for one in (campaign, talks) if one is not None and one.grid.sheet == theirs]
        last = read_whole[0].grid.header_row - 1 if read_whole else 0
        if theirs in keyed:
            read = _read_by_customer(keyed[theirs])
        elif name in _LISTS:
            read = _read_as_list(contents.whole(source, theirs), _LISTS[name])
        else:
            read = _unread
        rows += typed_elsewhere.typed(source, theirs, sent[name], last=last, read=read, choices=choices)
    return pd.DataFrame(rows, columns=list(LEFT), dtype=object)


def to_choose(campaign: pd.DataFrame) -> frozenset[str]:
    """Return what the drop-downs "Show owner" and "Account" offer.

    Parameters
    ----------
    campaign : DataFrame
        Columns ``customer_id``, ``customer`` and ``owner``.
    """
    return frozenset({"", EVERYONE, *campaign["owner"].map(written).str.strip(), *labels(campaign)})


def _unread(_: int, __: int) -> bool:
    return False


def _read_by_customer(found: Found) -> Callable[[int, int], bool]:
    """Return which cells of a table are read: the headings, and columns that people added in rows of a customer."""
    ids = found.ids("customer_id")
    first = {customer: row for row, customer in reversed([*enumerate(ids)]) if customer}
    rows = {found.grid.row_number(row) for row in first.values()}
    added = {column.position for column in found.added.values()}
    top = found.grid.header_row
    return lambda row, column: row == top or (row in rows and column in added)


def _read_as_list(grid: Grid, headings: tuple[str, ...]) -> Callable[[int, int], bool]:
    """Return which cells of a list of ours are read: its columns, from the headings down to the first blank row."""
    top, count = contents.below_at(grid, headings)
    return lambda row, column: top <= row <= top + count and column < len(headings)


def _place(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{letters(column)}{row}"


def lost(
    source: XlsxSource, own: Mapping[str, str], added: Sequence[str], known: Mapping[str, Any], found: Found
) -> Iterator[str]:
    """Describe what could not be written back, one sentence each."""
    package = source.book.package
    if any(name.endswith("vbaproject.bin") for name in package.names("xl/")):
        yield "Macros (the VBA project) and the buttons that call them."
    for name in added:
        for what in obstacles(package, source.book.parts[name]):
            yield f"Sheet {name}: {what}."
    for theirs, name in own.items():
        drawn = _anchors(package, source.book.parts[theirs])
        yield from _drawn(theirs, drawn, int(known.get("charts", {}).get(name, 0)), known)
        for kind in ("pivotTable", "slicer", "oleObject", "ctrlProp", "control", "threadedComment", "image"):
            if any(link.kind == kind for link in links(package, source.book.parts[theirs])):
                yield f"Sheet {theirs}: {'a threaded comment' if kind == 'threadedComment' else kind}."
    for note in found.grid.notes:
        if note.code.startswith("stray"):
            yield f"Sheet {found.grid.sheet}: {note.what}"


def _drawn(sheet: str, found: int, ours: int, known: Mapping[str, Any]) -> Iterator[str]:
    """Describe what people drew on a sheet of ours, which nobody can tell without the snapshot."""
    if found > ours and known:
        yield f"Sheet {sheet}: {found - ours} chart(s), picture(s) or shape(s) that people added."
    elif found > ours:
        yield (
            f"Sheet {sheet}: the hidden sheet {snapshot.NAME} is gone, so its {plural(found, 'chart')}, pictures and"
            " shapes cannot be compared with ours: those that people added would be lost."
        )


def _anchors(package: Package, part: str) -> int:
    """Count the things drawn on a sheet."""
    count = 0
    for kind, target in relations(package, part).values():
        if kind == "drawing" and target in package:
            names = Counter(item.name for item in elements(package.read(target), package.file))
            count += names["twoCellAnchor"] + names["oneCellAnchor"] + names["absoluteAnchor"]
    return count


def saved_by(package: Package) -> tuple[str, str]:
    """Return who saved a workbook last and when, "" where it does not say."""
    part = next(
        (link.target for link in links(package, "") if link.kind == "core-properties"), "docProps/core.xml"
    )
    if part not in package:
        return "", ""
    found: dict[str, str] = {}
    here = [""]

    def start(name: str, _: dict[str, str]) -> None:
        here[0] = name

    def text(piece: str) -> None:
        found[here[0]] = found.get(here[0], "") + piece

    def end(_: str) -> None:
        here[0] = ""

    parse([package.read(part)], package.file, start, end, text)
    return found.get("lastModifiedBy", "").strip(), found.get("modified", "").strip()
