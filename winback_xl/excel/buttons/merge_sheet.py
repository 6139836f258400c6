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
    table = found.table
    fields = tuple(
        Field(
            str(name), np.array(table[name], dtype=object), "long" if name in _LONG else "text", "calculated",
            width=_LONG.get(str(name), 18.0),
        )
        for name in table
    )  # fmt: skip
    return Sheet(
        "Mail merge",
        f"Mail merge: {plural(len(table), 'account')} to contact, {plural(found.letters, 'letter')} to send",
        "Accounts that you want back and that did not opt out, and a farewell to those you let go. Word takes this sheet"
        f" as its source. {found.to_merge}".rstrip(),
        tables=(
            Table(
                NAME, HEADER_ROW, 0, fields, alt="Accounts to contact, with addresses, letter and next step"
            ),
        ),
        freeze=(HEADER_ROW + 1, 2),
    )
