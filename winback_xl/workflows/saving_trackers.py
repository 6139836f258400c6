"""Write a campaign that lives on, and refuse what could not be written back whole."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from winback_xl.errors import DataError, FileError, Issue
from winback_xl.readers import steady
from winback_xl.workbook.reopened import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from winback_xl.workbook.reopened.reopen import Reopened
    from winback_xl.workbook.reopened.rewrite import Rewrite


class Done(Protocol):
    """A campaign that was calculated and can be written."""

    @property
    def new(self) -> Rewrite:
        """What is written."""
        ...


D = TypeVar("D", bound=Done)
_TRIES, _CHANGING = 3, "file-changing"


def write_once_steady(
    campaign: str | Path,
    output: str | Path,
    work: Callable[[], D],
    *,
    force: bool = False,
    progress: Callable[[str], None],
) -> tuple[D, tuple[Issue, ...]]:
    """Calculate a campaign and write it; begin again where its file, which is replaced, was changed meanwhile.

    So a workbook in a synchronised folder keeps what came in from others while the command ran.

    Parameters
    ----------
    campaign : path
        What ``work`` reads.
    output : path
        Where the result goes.
    work : callable
        Reads and calculates.
    force, progress
        As for `winback_xl.workflows.refreshing.refresh`.

    Returns
    -------
    done, issues
        What was written, and a note where it was begun again.

    Raises
    ------
    FileError
        The file kept changing (code ``file-changing``), or the result cannot be written.
    """
    path = Path(campaign)
    same = path.exists() and Path(output).exists() and path.samefile(output)
    for left in reversed(range(_TRIES)):
        before = steady.state(path) if same else None
        done = work()
        progress(f"Writing {output}")
        try:
            write(
                done,
                output,
                force=force,
                before_placing=partial(_unchanged, path, before) if before else None,
            )
        except FileError as error:
            if error.code != _CHANGING or not left:
                raise
            progress(f"{path.name} was changed meanwhile: reading it again")
        else:
            again = left < _TRIES - 1
            what = f"{path.name} was changed while this was calculated, so it was read again: what came in is in the result."
            return done, (Issue("changed-meanwhile", "note", what, "", path.name),) if again else ()
    raise AssertionError  # the last try returns or raises


def _unchanged(path: Path, before: tuple[int, int, int]) -> None:
    if steady.state(path) != before:
        raise FileError(
            f"{path.name} was changed while this was calculated. Nothing was written.",
            "Wait until others have saved it and it is synchronised, then try again.",
            _CHANGING,
        )


def write(
    done: Done,
    target: str | Path,
    *,
    force: bool = False,
    before_placing: Callable[[], None] | None = None,
) -> Path:
    """Write the workbook; a dated copy of what it replaces stays next to it.

    ``before_placing`` is called at the very end; an error that it raises leaves what was there as it is.

    Raises
    ------
    FileError
        The file exists and ``force`` is not set, is open in Excel, or cannot be written.
    """
    path = Path(target)
    rewrite.write(done.new, path, force=force, before_placing=before_placing)
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
