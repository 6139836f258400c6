"""The formulas of a sheet by cell. Those that cells share are written in one of them and moved to another when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

At = tuple[int, int]
"""Row from 1, column from 0."""


class SharedFormulas:
    """Every shared formula of a sheet. Each is cut into its references once, not once a cell.

    >>> shared = SharedFormulas()
    >>> place = shared.place("0", (2, 0), "B2*$C$1")
    >>> place == shared.place("0", (9, 0), ""), shared.at(place, (9, 0)), shared.place("7", (9, 1), "")
    (True, 'B9*$C$1', -1)
    """

    def __init__(self) -> None:
        self._given: list[tuple[At, str]] = []
        self._cut: dict[int, list[tuple[str, bool]]] = {}
        self._current: dict[str, int] = {}

    def place(self, number: str, at: At, text: str) -> int:
        """Return which formula a cell has, by the number in the file; -1 where nobody wrote it.

        A program may use a number again: what a cell with a text says counts for the cells behind it.
        """
        if text:
            self._current[number] = len(self._given)
            self._given.append((at, text))
        return self._current.get(number, -1)

    def at(self, place: int, cell: At) -> str:
        """Return the formula of a cell, "" where it would point outside the sheet."""
        origin, text = self._given[place]
        if cell == origin:
            return text
        if place not in self._cut:
            self._cut[place] = _cut(text)
        down, right = cell[0] - origin[0], cell[1] - origin[1]
        try:
            return "".join(
                str(Translator.translate_range(part, down, right)) if moves else part  # type: ignore[no-untyped-call]
                for part, moves in self._cut[place]
            )
        except TranslatorError:
            return ""


class Formulas(Mapping[At, str]):
    """Formula of each cell that has one, without the equals sign, as the file holds it.

    Those that share one are written out when they are asked for: their places are arrays.
    """

    def __init__(self) -> None:
        self.own: dict[At, str] = {}
        self.shared = SharedFormulas()
        self.sharing: list[NDArray[np.int32]] = [np.zeros(0, np.int32)] * 3
        self._places: dict[At, int] | None = None

    def _sharing(self) -> dict[At, int]:
        if self._places is None:
            rows, columns, places = (one.tolist() for one in self.sharing)
            self._places = dict(zip(zip(rows, columns, strict=True), places, strict=True))
        return self._places

    def __getitem__(self, at: At) -> str:
        """Return the formula of a cell."""
        if at in self.own:
            return self.own[at]
        if text := self.shared.at(self._sharing()[at], at):
            return text
        raise KeyError(at)

    def __iter__(self) -> Iterator[At]:
        """Yield the cells."""
        yield from self.own
        yield from (at for at, place in self._sharing().items() if self.shared.at(place, at))

    def __len__(self) -> int:
        """Return the number of cells."""
        return sum(1 for _ in self)


def _cut(text: str) -> list[tuple[str, bool]]:
    """Return the parts of a formula, and whether each is a reference; nothing where it is not a formula."""
    try:
        items = Tokenizer("=" + text).items
    except (TokenizerError, IndexError):
        return []
    return [(item.value, item.type == Token.OPERAND and item.subtype == Token.RANGE) for item in items]
