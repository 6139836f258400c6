"""Answers that were given before, by the content of the arguments.

A formula with TODAY() in it is calculated again at each edit anywhere in the workbook, nearly always with the same cells. The
answer depends on nothing else, so it is the same.
"""

from __future__ import annotations

import datetime as dt
import marshal
from collections import OrderedDict
from decimal import Decimal
from hashlib import blake2b
from itertools import chain
from typing import Any

MOST_CELLS = 1_000_000
"""Cells of all answers that are kept, some 50 MB; the answer that nobody has asked for the longest goes first."""

_FORM = 2  # of marshal: the bytes depend on the content alone, not on which cells are one object


def key(*given: Any) -> bytes | None:
    """Return a short text for the content of arguments; None where they hold what only Python can hand over.

    >>> key("WINBACK_FORM", [[1.0]]) == key("WINBACK_FORM", [[1.0]]), key("WINBACK_FORM", [[1]]) == key("WINBACK_FORM", [[1.0]])
    (True, False)
    """
    try:
        text = marshal.dumps(tuple(map(_frozen, given)), _FORM)
    except (TypeError, ValueError):
        return None
    return blake2b(text, digest_size=32).digest()


def _frozen(value: Any) -> Any:
    """Return an argument in types that can be written down with nothing lost."""
    if type(value) not in _RANGE:
        return _frozen_cell(value)
    kinds = set(map(type, value))
    if not value or not kinds <= _RANGE:
        return value if kinds <= _WRITTEN else ("row", [*map(_frozen_cell, value)])
    end = len(value)
    while end and value[end - 1].count(None) == len(value[end - 1]):
        end -= 1  # a whole column has a million blank cells below its last one
    filled = value[:end]
    if set(map(type, chain.from_iterable(filled))) <= _WRITTEN:
        return "range", len(value), len(value[-1]), filled
    cells = [*map(_frozen_cell, chain.from_iterable(filled))]
    return "days", len(value), len(value[-1]), [*map(len, filled)], cells


def _frozen_cell(cell: Any) -> Any:
    """Return a cell; a day as the formulas read it, without the time."""
    if type(cell) in _WRITTEN:
        return cell
    if isinstance(cell, dt.date):
        return "day", cell.toordinal()
    if isinstance(cell, Decimal):
        return "decimal", str(cell)
    raise TypeError(type(cell))


_RANGE = frozenset((list, tuple))
_WRITTEN = frozenset((float, str, type(None), bool, int))


class Answers:
    """Answers by the `key` of what was asked.

    Examples
    --------
    >>> answers = Answers(most_cells=3)
    >>> answers.keep(b"a", [["x"], ["y"]]), answers.keep(b"b", 5.0)
    (None, None)
    >>> answers.find(b"a"), answers.keep(b"c", 6.0), answers.find(b"b")
    ([['x'], ['y']], None, None)
    """

    def __init__(self, most_cells: int = MOST_CELLS) -> None:
        self._most = most_cells
        self._kept = OrderedDict[bytes, Any]()
        self._cells = 0

    def find(self, asked: bytes) -> Any:
        """Return the answer to what was asked before, None where there is none; it may be changed freely."""
        answer = self._kept.get(asked)
        if answer is None:
            return None
        self._kept.move_to_end(asked)
        return _copy(answer)

    def keep(self, asked: bytes, answer: Any) -> None:
        """Keep an answer, unless it is larger than all that may be kept."""
        cells = _size(answer)
        if answer is None or cells > self._most or asked in self._kept:
            return
        self._kept[asked] = _copy(answer)
        self._cells += cells
        while self._cells > self._most:
            self._cells -= _size(self._kept.popitem(last=False)[1])

    def forget(self) -> None:
        """Forget all answers."""
        self._kept.clear()
        self._cells = 0


def _copy(answer: Any) -> Any:
    return (
        [row[:] if isinstance(row, list) else row for row in answer] if isinstance(answer, list) else answer
    )


def _size(answer: Any) -> int:
    if not isinstance(answer, list):
        return 1
    return max(sum(len(row) if isinstance(row, list) else 1 for row in answer), 1)
