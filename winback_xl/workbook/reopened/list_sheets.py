"""The small lists of a workbook that comes back: Changes, Leftovers and Conflicts, wherever their sheets are."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.core.merging.returned_copies import CONFLICT
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.sheets import leftovers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.readers.xlsx.read_xlsx import XlsxSource


def lines(
    source: XlsxSource, ours: Mapping[str, str], name: str, headings: tuple[str, ...]
) -> list[list[Any]]:
    """Return the rows of a small table of ours, wherever its sheet is."""
    sheet = next((theirs for theirs, own in ours.items() if own == name), None)
    return [] if sheet is None else contents.below(contents.whole(source, sheet), headings)


def conflicts(source: XlsxSource, ours: Mapping[str, str]) -> pd.DataFrame:
    """Read the Conflicts sheet, one that an older version wrote without the customer's name too."""
    headings, names = leftovers.CONFLICT_HEADINGS, CONFLICT
    found = listed(source, ours, leftovers.CONFLICTS, headings, names)
    if len(found):
        return found
    older = [name != "customer" for name in names]
    found = listed(
        source, ours, leftovers.CONFLICTS, tuple(compress(headings, older)), tuple(compress(names, older))
    )
    return found.reindex(columns=list(names), fill_value="")


def listed(
    source: XlsxSource, ours: Mapping[str, str], name: str, headings: tuple[str, ...], names: tuple[str, ...]
) -> pd.DataFrame:
    """Return a small table of ours as texts, under our names of its columns."""
    rows = lines(source, ours, name, headings)
    texts = [["" if value is None else written(value) for value in row] for row in rows]
    return pd.DataFrame(texts, columns=list(names), dtype=object)
