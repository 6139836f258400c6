"""Rows that the user wants left out: ``--leave-out 'Currency=USD'``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.inputs.answers import holds
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows


def settle(rows: Rows) -> Iterator[Finding]:
    """Leave out the rows that the user named, and refuse a heading or a word that is not there."""
    for heading, words in (*rows.answers.leave_out, *rows.answers.count, *rows.answers.take_back):
        aid = rows.help.named(heading) or _ours(rows, heading)
        if aid is None:
            what = f"There is no heading '{heading}' to count or leave out rows by."
            yield Finding("heading-not-found", "error", what, "Write it as the file does.")
            continue
        codes, found = aid.words
        if (heading, words) not in rows.answers.leave_out:
            continue
        named = np.array([*(holds(words, word) for word in found), fold(words) == ""])
        gone = rows.live(named[codes])
        if len(gone):
            verb = "row has" if len(gone) == 1 else "rows have"
            what = f"{len(gone):,} {verb} '{words}' under {aid.heading}{rows.worth(gone)}: left out, as you said."
            yield Finding("left-out", "note", what, "", gone, "aside", f"@{aid.position}", "is left out")


def _ours(rows: Rows, heading: str) -> Aid | None:
    """Return the column that is ours by this heading, whatever the file calls it."""
    column = next((c for c in rows.table.columns if fold(c.heading) == fold(heading)), None)
    return (
        rows.help.named(rows.headings.get(column.name, ""))
        if column is not None and column.name in rows.headings
        else None
    )
