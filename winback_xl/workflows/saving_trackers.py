"""Write a campaign that lives on, and refuse what could not be written back whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from winback_xl.errors import DataError, Issue
from winback_xl.workbook.reopened import rewrite

if TYPE_CHECKING:
    from winback_xl.workbook.reopened.reopen import Reopened
    from winback_xl.workbook.reopened.rewrite import Rewrite


class Done(Protocol):
    """A campaign that was calculated and can be written."""

    @property
    def new(self) -> Rewrite:
        """What is written."""
        ...


def write(done: Done, target: str | Path, *, force: bool = False) -> Path:
    """Write the workbook; a dated copy of what it replaces stays next to it.

    Raises
    ------
    FileError
        The file exists and ``force`` is not set, is open in Excel, or cannot be written.
    """
    path = Path(target)
    rewrite.write(done.new, path, force=force)
    return path


def unkept(done: Done, target: str | Path) -> list[Issue]:
    """Name what people had set on our sheets and could not be kept, once the workbook is written."""
    return [
        Issue("setting-not-kept", "warning", what, "Set it again in the new workbook.", Path(target).name)
        for what in done.new.unkept
    ]


def refuse_loss(old: Reopened, *, leave_behind: bool) -> None:
    """Stop where something in a workbook could not be written back.

    Raises
    ------
    DataError
        There is such a thing, and nobody said that it may stay behind (code ``would-be-lost``).
    """
    if leave_behind or not old.lost:
        return
    issues = tuple(Issue("would-be-lost", "error", what, file=old.path.name) for what in old.lost)
    raise DataError(
        f"{old.path.name} holds what could not be written back, so nothing was written:\n"
        + "\n".join(f"  {what}" for what in old.lost),
        "Move it to a workbook of its own, or continue without it (--leave-behind); the old file stays as it is.",
        code="would-be-lost",
        issues=issues,
    )
