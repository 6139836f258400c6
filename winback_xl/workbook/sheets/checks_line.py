"""What is said of the checks in one line: on Checks itself, on Today, on the Guide, and in the copy of an owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winback_xl.workbook.spec import Sheet

STRANGE = "state-unknown"
SEE, _ASK = "see the Checks sheet", "ask who sent you this copy"
SUMMARY = (
    '=IF(COUNTIF(tblChecks[Result],"OK")=ROWS(tblChecks[Result]),'
    f'IF(COUNTIF(tblIssues[Code],"{STRANGE}")>0,'
    f'"CHECK: "&INDEX(tblIssues[What was found],MATCH("{STRANGE}",tblIssues[Code],0)),'
    '"OK: all "&ROWS(tblChecks[Result])&" checks add up"'
    '&IF(SUM(tblSources[Rows set aside])=0,"","; "&FIXED(SUM(tblSources[Rows set aside]),0)&" of "&FIXED(SUM(tblSources[Rows read]),0)&" rows are left out")),'
    '"CHECK: "&(ROWS(tblChecks[Result])-COUNTIF(tblChecks[Result],"OK"))&" of "&ROWS(tblChecks[Result])'
    f'&" checks do not add up; {SEE}")'
)


def of_owner(sheet: Sheet) -> Sheet:
    """Return a sheet for the copy of an owner, in which the sheet Checks is hidden."""
    return replace(
        sheet,
        cells=tuple(
            replace(
                cell,
                value=str(cell.value).replace(SEE, _ASK),
                formula=cell.formula.replace("check_summary", f'SUBSTITUTE(check_summary,"{SEE}","{_ASK}")'),
            )
            if "check_summary" in cell.formula
            else cell
            for cell in sheet.cells
        ),
    )
