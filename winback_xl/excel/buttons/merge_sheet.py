"""The mail merge as a sheet of the open workbook: the same table that `winback export` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.workbook.sheets.parts import HEADER_ROW
from winback_xl.workbook.spec import Field, Sheet, Table

if TYPE_CHECKING:
    from winback_xl.core.outreach.mail_merge import MailMerge

NAME = "tblMailMerge"
_LONG = {"Letter": 90.0, "ToChange": 50.0, "Subject": 38.0}  # widths in characters


def sheet(found: MailMerge) -> Sheet:
    """Return the Mail merge sheet. Its columns are results: what is typed here is lost at the next press."""
    table = found.letters
    fields = tuple(
        Field(
            str(name), np.array(table[name], dtype=object), "long" if name in _LONG else "text", "calculated",
            width=_LONG.get(str(name), 18.0),
        )
        for name in table
    )  # fmt: skip
    return Sheet(
        "Mail merge",
        f"Mail merge: {plural(len(table), 'letter')} to send",
        "One row a letter, to accounts that did not opt out. Word takes this sheet as its source. Who is to be called first"
        " is on Today and in Campaign.",
        tables=(Table(NAME, HEADER_ROW, 0, fields, alt="Letters to send, with addresses and next step"),),
        freeze=(HEADER_ROW + 1, 2),
    )
