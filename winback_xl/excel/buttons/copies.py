"""The buttons for copies: one to send out, one for each owner, all of them back, and the version before the last change."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from winback_xl.core.wording import in_words, plural
from winback_xl.errors import FileError
from winback_xl.excel import host
from winback_xl.files.dated_copies import copies_of
from winback_xl.workflows import (
    collecting,
    saving_trackers,
    sharing,
    splitting,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from winback_xl.errors import Issue


_BEFORE = MappingProxyType(
    {
        "": "a command replaced it",
        "orders": "orders were loaded",
        "build": "the campaign was built again",
        "refresh": "the campaign was refreshed",
        "update": "a button wrote sheets again",
    }
)


def share_copy(book: Any) -> str:
    """Save a copy for colleagues who have nothing installed: values only, no macros, no links to this computer."""
    found = list["Issue"]()
    with host.working(book, 2) as tell, host.saved_state(book, "Share a copy") as (path, state):
        tell("Writing the copy")
        target = path.with_name(f"{path.stem} - shared.xlsx")
        sharing.share(state, target, force=True, found=found.extend)
    return (
        f"Saved {target.name} next to this workbook: values only, ready to send. It takes no edits back."
        + _warnings(found)
    )


def split_by_owner(book: Any) -> str:
    """Save one workbook for each owner, with the accounts of that owner."""
    found = list["Issue"]()
    with host.working(book, 2) as tell, host.saved_state(book, "Split by owner") as (path, state):
        folder = _copies(path)
        if any(folder.glob("*.xlsx")):
            raise FileError(
                f"The folder {folder.name} holds copies already, and owners may have worked in them.",
                "Press Collect copies first; then move or rename that folder, and press Split by owner again.",
                code="copies-there",
            )
        tell("Writing the copies")
        parts = splitting.split(state, folder, found=found.extend)
    return (
        f"Saved {plural(len(parts), 'workbook')} in the folder {folder.name}. Send them out; when they are back in that"
        " folder, press Collect copies." + _warnings(found)
    )


def previous_version(book: Any) -> str:
    """Open the copy of this workbook that was kept before the last button changed it. Changes nothing here."""
    path = host.needs_file(book, "Previous version")
    kept = copies_of(path)
    if not kept:
        raise FileError(
            f"No earlier version of {path.name} is kept next to it.",
            "A button that replaces sheets keeps one each time, in the same folder; it may have been moved or deleted.",
            code="no-earlier-version",
        )
    copy = kept[0]
    book.app.books.open(str(copy.path))
    older = (
        f" {plural(len(kept) - 1, 'older version')} {'is' if len(kept) == 2 else 'are'} in the same folder."
        if kept[1:]
        else ""
    )
    before = _BEFORE.get(copy.before, _BEFORE["update"])
    return (
        f"Opened {copy.path.name}: this workbook as it was on {in_words(copy.when)} at {copy.when:%H:%M}, before"
        f" {before}. To go back to it, close this workbook and save that one as {path.name}; what you typed here"
        f" since then is not in it.{older}"
    )


def _warnings(found: Sequence[Issue]) -> str:
    """State the first warning about a workbook, and how many more there are."""
    stated = [f"{issue.sheet}!{issue.cell}: {issue.what}" if issue.cell else issue.what for issue in found]
    more = f" (and {len(stated) - 1:,} more)" if len(stated) > 1 else ""
    return f" Look at {stated[0]}{more}" if stated else ""


def collect_copies(book: Any) -> str:
    """Merge the edits of the owners' workbooks. Where two people typed different texts, both are listed."""
    with host.working(book, 3) as tell, host.saved_state(book, "Collect copies") as (path, state):
        folder = _copies(path)
        copies = sorted(item for item in folder.glob("*.xlsx") if not item.name.startswith("~$"))
        if not copies:
            raise FileError(
                f"There is no copy in the folder {folder.name} next to this workbook.",
                "Put what the owners sent back into it, then press Collect copies again.",
                code="no-copies",
            )
        tell(f"Reading {plural(len(copies), 'copy', 'copies')}")
        done = collecting.collect(state, copies, leave_behind=True)
        target = path.with_name(f"{path.stem} - collected.xlsx")
        tell("Writing the result")
        saving_trackers.write(done, target, force=True)
        host.attempt(lambda: book.app.books.open(str(target)), None)
    conflicts = len(done.merged.conflicts)
    open_ = f" {plural(conflicts, 'cell')} differ: the sheet Conflicts lists them." if conflicts else ""
    return f"Collected {plural(len(copies), 'copy', 'copies')} into {target.name}, {plural(done.counts.changed, 'cell')} taken.{open_}"


def _copies(path: Path) -> Path:
    """Return the folder of the owners' copies of a workbook."""
    return path.with_name(f"{path.stem} by owner")
