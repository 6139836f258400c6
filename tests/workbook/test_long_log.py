"""A log of talks that is longer than the rows that formulas look at: below them names are not looked up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl

from tests import desk
from tests.workbook.test_account import with_talks
from winback_xl.core.tracking.talk_counts import EMPTY_ROWS, WINDOW
from winback_xl.schema.columns import TALKS
from winback_xl.workbook import book, render_file
from winback_xl.workbook.reopened import reopen

if TYPE_CHECKING:
    from pathlib import Path

_FIRST = 5  # sheet row of the first row of the log
_COLUMNS = {name: number for number, name in enumerate(TALKS.names, start=1)}


def test_what_stands_below_the_live_rows_follows_the_name_and_is_not_taken_for_typed(tmp_path: Path) -> None:
    """The name of an old talk is changed, another one is taken away: our ids next to them are not somebody's."""
    plan = with_talks(desk.built(), WINDOW + 20)
    path = tmp_path / "log.xlsx"
    render_file.render(book.build(plan), path)
    held = openpyxl.load_workbook(path)
    sheet, at = held["Talks"], _FIRST + WINDOW + 5

    def cell(row: int, name: str) -> openpyxl.cell.Cell:
        return sheet.cell(row, _COLUMNS[name])

    for name in ("customer_id", "account_no"):
        assert str(cell(_FIRST + WINDOW - 1, name).value).startswith("=")
        assert not str(cell(_FIRST + WINDOW, name).value).startswith("=")
    was = cell(at, "customer_id").value
    other = next(row for row in range(at + 1, at + 9) if cell(row, "customer_id").value != was)
    cell(at, "customer").value, now = cell(other, "customer").value, cell(other, "customer_id").value
    cell(at + 1, "customer").value = None
    held.save(path)

    back = reopen.reopen(path)
    talks = back.plan.talks
    rows = [at - _FIRST - EMPTY_ROWS, at + 1 - _FIRST - EMPTY_ROWS]
    assert talks["customer_id"].iloc[rows].tolist() == [now, ""]
    assert len(talks) == WINDOW + 20
    assert not len(back.stray)
