"""The buttons for copies: one to send out, one for each owner, and all of them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winback_xl.core.wording import plural
from winback_xl.errors import FileError
from winback_xl.excel import host
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
