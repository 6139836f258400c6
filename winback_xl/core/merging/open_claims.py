"""The open lines of the conflict list by the cell that they are about, and whose each is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winback_xl.core.merging.carried_edits import keys_of
from winback_xl.core.merging.cell_keys import mark, sense, token

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from winback_xl.core.merging.copy_history import Said

Cell = tuple[int, str]
"""Row of the master and column."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One open line: its row in the list, the branch of the copy ("" for unknown), and the mark of its value."""

    line: int
    branch: str
    mark: str


def claims(lines: pd.DataFrame, said: Mapping[str, Said], keys: pd.MultiIndex) -> dict[Cell, list[Claim]]:
    """Return the open lines by the cell that they are about.

    Parameters
    ----------
    lines : DataFrame
        Columns `winback_xl.core.merging.returned_copies.CONFLICT`.
    said : mapping of str to Said
        What each branch of a copy said when it was last collected.
    keys : MultiIndex
        Keys of the master's rows.
    """
    found: dict[Cell, list[Claim]] = defaultdict(list)
    if not len(lines):
        return found
    by_file: dict[str, list[str]] = defaultdict(list)
    for branch, record in said.items():
        by_file[record.file].append(branch)
    columns = (lines[name] for name in ("customer_id", "column", "file", "copy"))
    for place, (row, customer, name, file, value) in enumerate(
        zip(keys.get_indexer(keys_of(lines)), *columns, strict=True)
    ):
        owner, last = "", "?"
        for branch in by_file.get(file, ()):
            seen = said[branch].cells.get(name, {}).get(customer)
            if seen and seen.agreed != seen.last and last != _mark(value):  # two files may have one name
                owner, last = branch, seen.last
        found[int(row), name].append(Claim(place, owner, last))
    return found


def _mark(value: Any) -> str:
    """Return the mark of a value as the list shows it."""
    return mark(sense(token(value)))
