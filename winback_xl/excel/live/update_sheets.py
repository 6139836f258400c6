"""Decide which cells of the standing sheets have to be written, and refuse while others are typing in those very cells.

Everything is read here, right before the first write. A cell that somebody changed since the command read it is never
written over: the command sees it and begins again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winback_xl.errors import DataError
from winback_xl.excel.live import open_workbook, standing_cells, wanted_cells
from winback_xl.excel.live.standing_cells import Native, Run, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.excel.live.live_targets import Target
    from winback_xl.excel.live.open_workbook import View


class ChangedMeanwhileError(DataError):
    """Somebody worked in the cells that a command was about to write; nothing was written."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"Somebody changed the sheet {where} while this was being calculated. Nothing was written.",
            "Press the button again when the others have paused.",
            code="changed-meanwhile",
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to be written on one standing sheet: values first, formulas when every table is there."""

    values: tuple[Run, ...] = ()
    formulas: tuple[Run, ...] = ()


def changes(view: View, drawn: Sequence[Target]) -> dict[str, Changes]:
    """Return what has to be written on each sheet that is brought up to date, by its name.

    Parameters
    ----------
    view : View
        What the command read.
    drawn : sequence of Target

    Raises
    ------
    ChangedMeanwhileError
        Rows moved since then, or a cell that is about to be written holds something else now.
    """
    standing = [target for target in drawn if target.how != "new"]
    if standing:
        _same_places(view, standing)
    found = {}
    for target in standing:
        now = Standing(view.book.sheets[target.name])
        before = view.cells(target.name) if view.was_read(target.name) else now.values
        if target.how == "replace":
            if before != now.values:
                raise ChangedMeanwhileError(target.name)
            continue
        runs = standing_cells.differing(wanted_cells.runs(target), now, wanted_cells.blank(target))
        if standing_cells.touched(before, now.values, [*runs, *wanted_cells.gone(target)]):
            raise ChangedMeanwhileError(target.name)
        native = [run for run in runs if isinstance(run.values[0], Native)]
        plain = [run for run in runs if not isinstance(run.values[0], Native)]
        found[target.name] = Changes(tuple(plain), tuple(native))
    return found


def _same_places(view: View, standing: Sequence[Target]) -> None:
    """Refuse when a table that is about to be written has other rows or columns than it had."""
    sheets = {target.name for target in standing}
    now = open_workbook.look(view.book)
    for name in sheets:
        if name not in now.sheets or sorted(map(str, now.on(name))) != sorted(map(str, view.on(name))):
            raise ChangedMeanwhileError(name)
