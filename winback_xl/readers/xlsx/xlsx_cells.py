"""Read the cells of a sheet's XML, tens of thousands at a time.

A parser that calls back for every tag needs 40 s for a full sheet, a compiled one 2.4 s. Here numpy looks at all
cells of a block at once: where tags begin, which letter follows, which eight bytes are there. That is faster
than either, cannot crash the process, and sees what other readers hide: error cells, formulas that were never
calculated, and the style of every cell. XML that is not plain raises `NotPlainError` (see `xlsx_blocks`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.tally import tally
from winback_xl.readers.grid import Cell
from winback_xl.readers.raw_cells import Cells, no_cells, number
from winback_xl.readers.xlsx.xlsx_blocks import PAD, NotPlainError
from winback_xl.readers.xlsx.xlsx_texts import SPACE, cut_out, joined_runs, tag_ends, unescape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    U64 = NDArray[np.uint64]
    Ints = NDArray[np.int64]

_TYPES = {"n": 0, "s": 1, "str": 2, "b": 3, "e": 4, "inlineStr": 5}
_N, _SHARED, _STR, _BOOL, _ERROR, _INLINE = range(6)
_ATTRIBUTES = re.compile(r"""\s+([\w:.-]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_SUFFIX = re.compile(rf"(?:{_ATTRIBUTES.pattern})*\s*/?")
_HIDDEN = re.compile(rb"<row\b(?=[^>]*\shidden=[\"'](?:1|true)[\"'])[^>]*\sr=[\"'](\d+)[\"']")
_ROW = re.compile(rb"<row\b[^>]*?\sr=[\"'](\d+)[\"']")
_MOST_ATTRIBUTES = 64
_CONTENT = b"vif"  # <v>, <is>, <f>
_CELL_R = np.uint64(int.from_bytes(b'<c r="', "little"))
_SIX = np.uint64(0xFFFFFFFFFFFF)
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_KINDS = np.array([Cell.NUMBER, Cell.TEXT, Cell.TEXT, Cell.BOOL, Cell.ERROR, Cell.TEXT], np.uint8)
_BELOW = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


class Tags(NamedTuple):
    """A block of XML and where its tags begin; the letter behind every ``<`` tells most of them apart."""

    block: bytes
    text: NDArray[np.uint8]
    words: U64  # the eight bytes that begin at every byte
    starts: Ints
    letter: NDArray[np.uint8]

    @classmethod
    def of(cls, block: bytes) -> Self:
        """Find the tags of a block that is padded with `PAD`."""
        text = np.frombuffer(block, np.uint8)
        words: U64 = np.ndarray((len(block) - 8,), "<u8", block, 0, (1,))
        starts = np.append(np.flatnonzero(text == ord("<")), len(block) - len(PAD))
        letter = text[starts + 1]
        if ((letter == ord("!")) | (letter == ord("?"))).any():
            raise NotPlainError("comment")
        return cls(block, text, words, starts, letter)

    def named(self, name: str) -> Ints:
        """Return the places of the elements with this one-letter name."""
        at = np.flatnonzero(self.letter == ord(name))
        after = self.text[self.starts[at] + 2]
        found: Ints = at[(after == ord(" ")) | (after == ord(">")) | (after == ord("/")) | (after < ord(" "))]
        return found

    def distinct(self, starts: Ints, sizes: Ints) -> tuple[Ints, list[bytes]]:
        """Tell the different texts among many short ones: each once, and for every place which one it is."""
        longest = int(sizes.max())
        if longest > _MOST_ATTRIBUTES or sizes.min() < 0:
            raise NotPlainError("attributes")
        places = range(0, max(longest, 1), 8)
        parts = [self.words[starts + k] & _BELOW[np.clip(sizes - k, 0, 8)] for k in places]
        mixed = parts[0]
        for part in parts[1:]:
            mixed = mixed * _MIXER ^ part
        codes = pa.array(mixed).dictionary_encode().indices.to_numpy()
        example = np.zeros(int(codes.max()) + 1, np.int64)
        example[codes] = np.arange(len(codes))
        if any((part != part[example][codes]).any() for part in parts):
            raise NotPlainError("two texts look alike")
        return codes, [self.block[starts[k] : starts[k] + sizes[k]] for k in example]

    def inside(self, at: Ints) -> tuple[Ints, Ints]:
        """Return where the content of these ``<v>`` or ``<t>`` elements begins and ends."""
        opens = self.starts[at]
        starts, stops = opens + 3, self.starts[np.minimum(at + 1, len(self.starts) - 1)]
        odd = np.flatnonzero(self.text[opens + 2] != ord(">"))
        if len(odd):  # <v/>, <t xml:space="preserve">
            ends = tag_ends(self.text, opens[odd])
            _, examples = self.distinct(opens[odd] + 2, ends - opens[odd] - 2)
            if not all(SPACE.fullmatch(example) for example in examples):
                raise NotPlainError("attribute")
            closed = self.text[ends - 1] == ord("/")
            starts[odd] = ends + 1
            stops[odd[closed]] = starts[odd[closed]]
        return starts, stops


class _Spans(NamedTuple):
    """Where the value of every cell begins and ends, and the cells whose text comes in several runs."""

    starts: Ints
    stops: Ints
    rich: Ints


def scan(block: bytes, shared: int) -> Cells:
    """Read all cells of one block of whole rows.

    Parameters
    ----------
    block : bytes
        From `Blocks`, padded.
    shared : int
        Number of shared texts, to refuse an index beyond them.
    """
    tags = Tags.of(block)
    at = tags.named("c")
    if not len(at) or not any((tags.letter == letter).any() for letter in _CONTENT):  # nothing but formats
        return _cells(block)
    begin = tags.starts[at]
    end = tags.starts[at + 1] - 1
    if (tags.text[end] != ord(">")).any():
        end = tag_ends(tags.text, begin)
    rows, columns, behind = addresses(tags, begin)
    types, styles = types_and_styles(tags, behind, end - behind)
    spans = _spans(tags, at, types)
    kinds, values = _values(tags, types, spans, shared)
    full = kinds != Cell.BLANK
    own = full & ((kinds == Cell.ERROR) | (types == _STR) | (types == _INLINE))
    texts = _checked(unescape(cut_out(block, spans.starts[own], spans.stops[own])))
    if len(spans.rich):
        joined = [joined_runs(block[end[k] + 1 : block.find(b"</c>", end[k])]) for k in spans.rich]
        texts = pc.replace_with_mask(
            texts, pa.array(np.isin(np.flatnonzero(own), spans.rich)), pa.array(joined)
        )
    values[own] = -1.0 - np.arange(len(texts))
    formulas = owners(at, tags.named("f"))
    if len(formulas):
        kinds[formulas[~full[formulas] & (types[formulas] != _STR)]] = (
            Cell.UNCALCULATED
        )  # a text may be empty
        full = kinds != Cell.BLANK
    kept = slice(None) if full.all() else full
    return _cells(block, rows[kept], columns[kept], kinds[kept], styles[kept], values[kept], texts)


def _cells(block: bytes, *arrays: Any) -> Cells:
    """Add to the cells of a block what only its rows tell."""
    cells = Cells(*arrays) if arrays else no_cells()
    last = _ROW.match(block, block.rfind(b"<row"))
    cells.last_row = int(last[1]) if last else 0
    cells.hidden = [int(row) for row in _HIDDEN.findall(block)] if b"hidden=" in block else []
    return cells


def addresses(tags: Tags, begin: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints]:
    """Read ``<c r="AB12"`` of every cell: row, column, and where the address ends."""
    if ((tags.words[begin] & _SIX) != _CELL_R).any():
        raise NotPlainError("address")
    place = begin + 6
    one, two, three = (tags.text[place + k].astype(np.int32) - 64 for k in range(3))
    second = two > 0
    third = second & (three > 0)
    column = np.where(second, one * 26 + two, one)
    column = np.where(third, column * 26 + three, column) - 1
    if ((one < 1) | (one > 26) | (second & (two > 26)) | (third & (three > 26))).any():
        raise NotPlainError("letters")
    place += 1 + second + third
    digits = tags.words[place]
    count = _leading_digits(digits)
    behind = place + count
    if (count == 0).any() or (tags.text[behind] != ord('"')).any():
        raise NotPlainError("row")
    return _decimal(digits, count).astype(np.int32), column, behind + 1


def types_and_styles(tags: Tags, starts: Ints, sizes: Ints) -> tuple[Ints, NDArray[np.int32]]:
    """Read type and style of every cell."""
    codes, examples = tags.distinct(starts, sizes)
    read = np.array([_type_and_style(example) for example in examples])
    return read[codes, 0], read[codes, 1].astype(np.int32)


@lru_cache(maxsize=100_000)
def _type_and_style(suffix: bytes) -> tuple[int, int]:
    text = suffix.decode("latin-1")
    if not _SUFFIX.fullmatch(text):
        raise NotPlainError("attributes")
    found = {name: double or single for name, double, single in _ATTRIBUTES.findall(text)}
    kind, style = _TYPES.get(found.get("t", "n")), found.get("s", "0")
    if kind is None or not style.isdecimal() or len(style) > 6:
        raise NotPlainError("type")
    return kind, int(style)


def _spans(tags: Tags, at: Ints, types: Ints) -> _Spans:
    value = tags.named("v")
    starts, stops = tags.inside(value)
    rich = np.empty(0, np.int64)
    if not np.array_equal(value, at + 1):  # not simply one value right behind every cell's tag
        owner = owners(at, value)
        if (np.diff(owner) <= 0).any():
            raise NotPlainError("two values in a cell")
        found = starts, stops
        starts, stops = np.zeros((2, len(at)), np.int64)
        starts[owner], stops[owner] = found
    inline = types == _INLINE
    if inline.any():
        runs = tags.named("t")
        owner = owners(at, runs)
        if not inline[owner].all():
            raise NotPlainError("text outside an inline text")
        starts[inline] = stops[inline] = 0
        starts[owner], stops[owner] = tags.inside(runs)
        rich = np.flatnonzero(tally(owner, len(at)) > 1)
        starts[rich] = tags.starts[at[rich]]  # one byte that stands for the text until its runs are joined
        stops[rich] = starts[rich] + 1
    return _Spans(starts, stops, rich)


def _checked(texts: pa.StringArray) -> pa.StringArray:
    """Return the texts if they are UTF-8."""
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid as error:
        raise NotPlainError("UTF-8") from error
    return texts


def owners(at: Ints, inner: Ints) -> Ints:
    """Return which cell each tag is in."""
    owner = np.searchsorted(at, inner) - 1
    if len(owner) and owner[0] < 0:
        raise NotPlainError("value outside a cell")
    return owner


def _values(
    tags: Tags, types: Ints, spans: _Spans, shared: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Read kind and value of every cell, except texts of its own."""
    sizes = spans.stops - spans.starts
    full = sizes > 0
    kinds = np.where(full, _KINDS[types], np.uint8(Cell.BLANK))
    short, whole = _whole_numbers(tags.words, spans.starts, sizes)
    values = np.where(whole, short, 0.0)
    counted = full & ((types == _SHARED) | (types == _BOOL))
    limit = np.where(types == _BOOL, np.uint64(2), np.uint64(shared))
    if (counted & (~whole | (short >= limit))).any():
        raise NotPlainError("index")
    other = (types == _N) & full & ~whole
    if other.any():
        values[other] = _numbers(_checked(cut_out(tags.block, spans.starts[other], spans.stops[other])))
        kinds[other & ~np.isfinite(values)] = Cell.ERROR
    return kinds, values


def _whole_numbers(words: U64, starts: Ints, sizes: Ints) -> tuple[U64, NDArray[np.bool_]]:
    """Read the values that are up to eight digits and nothing else, and say which ones are."""
    eight = words[starts]
    whole = (_leading_digits(eight) >= sizes) & (sizes > 0) & (sizes <= 8)
    return _decimal(eight, np.where(whole, sizes, 0)), whole


def _numbers(texts: pa.StringArray) -> NDArray[np.float64]:
    """Read numbers; what is none (``NaN``, ``1E400``, junk) becomes a value that is not finite."""
    try:
        return pc.cast(texts, pa.float64()).to_numpy()  # type: ignore[no-any-return]
    except pa.ArrowInvalid:
        return np.array([number(text) for text in texts.to_pylist()])


def _leading_digits(eight: U64) -> Ints:
    """Count the digits that eight bytes begin with."""
    nibbles = eight ^ np.uint64(0x3030303030303030)  # a digit becomes 0..9
    other = ((nibbles + np.uint64(0x0606060606060606)) | nibbles) & np.uint64(0xF0F0F0F0F0F0F0F0)
    lowest = other & (~other + np.uint64(1))
    return (np.bitwise_count(lowest - np.uint64(1)) >> 3).astype(np.int64)


def _decimal(eight: U64, count: Ints) -> U64:
    """Read the first `count` bytes as a decimal number: digits meet in pairs, pairs in fours, fours in one."""
    shift = (64 - 8 * count).astype(np.uint64)
    x = np.where(count > 0, eight << (shift & np.uint64(63)), np.uint64(0)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    x = (x * np.uint64(10) + (x >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    x = (x * np.uint64(100) + (x >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return (x * np.uint64(10_000) + (x >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
