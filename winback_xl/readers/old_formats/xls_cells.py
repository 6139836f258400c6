"""Read the cells of a sheet of an Excel 97-2003 workbook, a block of records at a time.

Source: [MS-XLS] Excel Binary File Format, section 2.4; the records are named as there, in capitals.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from winback_xl.readers.grid import Cell
from winback_xl.readers.old_formats.xls_records import BOF, EOF, ERRORS, text_at, unpacked
from winback_xl.readers.raw_cells import BATCH, Cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.readers.collector import Range

    Ints = NDArray[np.int64]

PAD = bytes(8)
"""What has to follow the stream: eight bytes are read wherever a value begins."""

_ROW, _MERGED = 0x0208, 0x00E5
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6
_BOOLERR, _FORMULA, _STRING = 0x0205, 0x0006, 0x0207
_HIDDEN = 0x20
_FIRST = 1_000  # records of the first block: enough for a look at the headings


class Block(NamedTuple):
    """Some records of a sheet in the order of the file: their kinds, starts and ends, shape (n,)."""

    kinds: Ints
    starts: Ints
    ends: Ints


class _Found(NamedTuple):
    """Some cells; `places` tells where in the file each stands."""

    places: Ints
    addresses: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    values: NDArray[np.float64]


def blocks(found: Iterator[tuple[int, int, int]]) -> Iterator[Block]:
    """Cut the records of a sheet into blocks, without those of the charts within it."""
    depth, size, table = 0, _FIRST, list[tuple[int, int, int]]()
    for record in found:
        if record[0] == BOF:
            depth += 1
        elif record[0] == EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:
            table.append(record)
            if len(table) >= size:
                yield _block(table)
                table, size = [], BATCH
    yield _block(table)


def _block(table: list[tuple[int, int, int]]) -> Block:
    return Block(*np.array(table, np.int64).reshape(-1, 3).T)


class Scanner:
    """Turns blocks of records into cells.

    Parameters
    ----------
    content : bytes
        The workbook stream, followed by `PAD`.
    shared : int
        Number of shared texts.
    merges : list
        Takes the ranges of merged cells.
    """

    def __init__(self, content: bytes, shared: int, merges: list[Range]) -> None:
        self._content, self._shared, self._merges = content, shared, merges
        self._bytes = np.frombuffer(content, np.uint8)
        self._eight: NDArray[np.uint64] = np.ndarray((len(content) - 7,), "<u8", content, 0, (1,))
        self._last_row = 0
        self._waiting: int | None = (
            None  # the formula whose result is a text, which follows in a record of its own
        )

    def scan(self, block: Block) -> Cells:
        """Read the cells of the next block.

        Raises
        ------
        IndexError
            When a cell points to a text that is not there, or a record is cut off.
        """
        texts: list[str] = []
        groups = [self._numbers(block), self._many(block), self._flags(block), self._texts(block, texts)]
        places, addresses, kinds, values = (np.concatenate(part) for part in zip(*groups, strict=True))
        order = np.argsort(places, kind="stable")
        rows = self._part(addresses, 0)[order] + 1
        hidden = self._rows(block)
        self._last_row = max(self._last_row, int(rows.max(initial=0)))
        for start, end in zip(*(part[block.kinds == _MERGED].tolist() for part in block[1:]), strict=True):
            for place in range(start + 2, end - 7, 8):
                top, bottom, left, right = struct.unpack_from("<HHHH", self._content, place)
                self._merges.append((top + 1, bottom + 1, left, right))
        return Cells(
            rows, self._part(addresses, 16)[order], kinds[order], self._part(addresses, 32)[order], values[order],
            pa.array(texts, pa.string()), hidden, self._last_row,
        )  # fmt: skip

    @staticmethod
    def _part(addresses: NDArray[np.uint64], shift: int) -> NDArray[np.int32]:
        """Return row (from bit 0), column (16) or style (32) of cells."""
        return ((addresses >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int32)

    def _numbers(self, block: Block) -> _Found:
        """Read the numbers and the shared texts that are in records of their own."""
        at = np.isin(block.kinds, (_NUMBER, _RK, _LABELSST, _FORMULA))
        kinds, starts = block.kinds[at], block.starts[at]
        known = (kinds != _FORMULA) | ~self._special(starts)
        kinds, starts = kinds[known], starts[known]
        content = self._eight[starts + 6]
        low = content.astype(np.uint32)
        is_text = kinds == _LABELSST
        if (low[is_text] >= self._shared).any():
            raise IndexError("text")
        values = np.where(is_text, low, np.where(kinds == _RK, unpacked(low), content.view(np.float64)))
        return _Found(
            starts, self._eight[starts], np.where(is_text, Cell.TEXT, Cell.NUMBER).astype(np.uint8), values
        )

    def _special(self, formulas: Ints) -> NDArray[np.bool_]:
        """Return which formulas have another result than a number."""
        special: NDArray[np.bool_] = (self._bytes[formulas + 12] & self._bytes[formulas + 13]) == 0xFF
        return special

    def _many(self, block: Block) -> _Found:
        """Read the records that hold the numbers of several cells side by side."""
        at = block.kinds == _MULRK
        starts, counts = block.starts[at], np.maximum((block.ends - block.starts)[at] - 6, 0) // 6
        record = np.repeat(np.arange(len(starts)), counts.astype(np.intp))  # Pyodide's width
        within = np.arange(len(record)) - (np.cumsum(counts) - counts)[record]
        places = starts[record] + 4 + 6 * within
        content = self._eight[places]  # style and number
        head = self._eight[starts][record]  # row and first column
        column = ((head >> np.uint64(16)) & np.uint64(0xFFFF)) + within.astype(np.uint64)
        addresses = head & np.uint64(0xFFFF) | column << np.uint64(16)
        addresses |= (content & np.uint64(0xFFFF)) << np.uint64(32)
        values = unpacked((content >> np.uint64(16)).astype(np.uint32))
        return _Found(places, addresses, np.full(len(places), Cell.NUMBER, np.uint8), values)

    def _flags(self, block: Block) -> _Found:
        """Read what is true or false."""
        plain = block.starts[block.kinds == _BOOLERR]
        plain = plain[self._bytes[plain + 7] == 0]
        formulas = block.starts[block.kinds == _FORMULA]
        formulas = formulas[self._special(formulas) & (self._bytes[formulas + 6] == 1)]
        values = np.concatenate([self._bytes[plain + 6], self._bytes[formulas + 8]]) != 0
        starts = np.concatenate([plain, formulas])
        return _Found(
            starts, self._eight[starts], np.full(len(starts), Cell.BOOL, np.uint8), values.astype(np.float64)
        )

    def _texts(self, block: Block, texts: list[str]) -> _Found:
        """Read the texts and errors that are in the cells themselves, one at a time."""
        cells = list[tuple[int, int, int]]()  # where it stands, where its address stands, kind
        at = np.isin(block.kinds, (_LABEL, _RSTRING, _BOOLERR, _FORMULA, _STRING))
        formulas = at & (block.kinds == _FORMULA)
        at[formulas] = self._special(block.starts[formulas])
        content = self._content
        for kind, start in zip(block.kinds[at].tolist(), block.starts[at].tolist(), strict=True):
            home, text, error = start, "", None
            if kind in {_LABEL, _RSTRING}:
                text = text_at(content, start + 8, content[start + 6] | content[start + 7] << 8)
            elif kind == _STRING and self._waiting is not None:
                text = text_at(content, start + 2, content[start] | content[start + 1] << 8)
                home, self._waiting = self._waiting, None
            elif kind == _BOOLERR and content[start + 7]:
                error = content[start + 6]
            elif kind == _FORMULA and content[start + 6] == 0:
                self._waiting = start
            elif kind == _FORMULA and content[start + 6] == 2:
                error = content[start + 8]
            if error is not None:
                text = ERRORS.get(error, "#ERROR!")
            if text:
                texts.append(text)
                cells.append((start, home, Cell.TEXT if error is None else Cell.ERROR))
        table = np.array(cells, np.int64).reshape(-1, 3)
        own = -np.arange(1.0, len(cells) + 1)
        return _Found(table[:, 0], self._eight[table[:, 1]], table[:, 2].astype(np.uint8), own)

    def _rows(self, block: Block) -> list[int]:
        """Note the last row of which the block says how it looks, and return those that are hidden."""
        starts = block.starts[block.kinds == _ROW]
        rows = (self._eight[starts] & np.uint64(0xFFFF)).astype(np.int64) + 1
        self._last_row = max(self._last_row, int(rows.max(initial=0)))
        hidden: list[int] = rows[(self._bytes[starts + 12] & _HIDDEN) > 0].tolist()
        return hidden
