"""What a copy says of the checks, whose sheet it hides."""

from __future__ import annotations

from winback_xl.workbook.sheets import checks_line
from winback_xl.workbook.spec import Cell, Sheet


def test_the_copy_of_an_owner_names_no_sheet_that_it_hides() -> None:
    line = Cell(2, 0, f"CHECK: 1 of 21 checks do not add up; {checks_line.SEE}", formula="=check_summary")
    other = Cell(3, 0, "see the Checks sheet", formula="")
    made = checks_line.of_owner(Sheet("Today", "", "", cells=(line, other)))
    assert made.cells[0].value == "CHECK: 1 of 21 checks do not add up; ask who sent you this copy"
    assert (
        made.cells[0].formula
        == '=SUBSTITUTE(check_summary,"see the Checks sheet","ask who sent you this copy")'
    )
    assert made.cells[1] is other
