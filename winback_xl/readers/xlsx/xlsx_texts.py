"""The texts of a workbook: cut out of XML many at a time, and freed of escapes."""

from __future__ import annotations

import re
from html import unescape as _entity
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.readers.limits import MAX_TEXT, too_much
from winback_xl.readers.xlsx.xlsx_blocks import PAD, Blocks, NotPlainError
from winback_xl.readers.xml_events import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from winback_xl.readers.limits import Package

_LT, _GT = b"<>"
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_NUMERIC = re.compile(r"&#(?:\d+|[xX][0-9A-Fa-f]+);")
_HEX = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes characters that XML cannot hold
SPACE = re.compile(rb"""\s*(?:xml:space\s*=\s*(?:"[a-z]*"|'[a-z]*'))?\s*/?""")
"""What may stand in a ``<t>`` or ``<v>`` tag behind its name."""

_ITEM = re.compile(rb"<si\s*(?:/>|>(.*?)</si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(rPh|phoneticPr)\b(?:[^<>]*/>|[^<>]*>.*?</\1\s*>)", re.DOTALL)
_RUN = re.compile(rb"<t" + SPACE.pattern.removesuffix(rb"/?") + rb"(?:/>|>([^<]*)</t\s*>)")
_OPENINGS = {_ITEM: re.compile(rb"<si\b"), _RUN: re.compile(rb"<t\b")}


def cut_out(block: bytes, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> pa.StringArray:
    """Cut texts out of a block, still escaped.

    Parameters
    ----------
    block : bytes
        UTF-8.
    starts, stops : ndarray of int64, shape (n,)
        Where each text begins and ends; in ascending order, not overlapping.

    Returns
    -------
    pyarrow.StringArray
        Length n. The block is seen as texts and what is between them, and every other one is kept:
        ten times as fast as cutting one by one.
    """
    count = len(starts)
    if not count:
        return pa.array([], pa.string())
    offsets = np.empty(2 * count, np.int32)
    offsets[0::2], offsets[1::2] = starts, stops
    everything = pa.StringArray.from_buffers(2 * count - 1, pa.py_buffer(offsets), pa.py_buffer(block))
    wanted = np.zeros(2 * count - 1, bool)
    wanted[0::2] = True
    return everything.filter(pa.array(wanted))


def unescape(texts: pa.StringArray) -> pa.StringArray:
    r"""Replace XML entities and Excel's ``_x000D_`` by the characters they stand for.

    >>> unescape(pa.array(["A &amp;lt; B", "line_x000D_", "_x005F_x000D_"])).to_pylist()
    ['A &lt; B', 'line\r', '_x000D_']
    """
    raw = texts.buffers()[2]
    data = raw.to_pybytes() if raw is not None else b""
    if b"\r" in data:
        texts = pc.replace_substring(pc.replace_substring(texts, "\r\n", "\n"), "\r", "\n")
    if b"&" in data:
        if b"&#" in data:
            texts = _each(texts, "&#", lambda text: _NUMERIC.sub(lambda found: _entity(found[0]), text))
        for entity, character in _ENTITIES.items():
            texts = pc.replace_substring(texts, entity, character)
    if b"_x" in data:
        texts = _each(texts, "_x", characters)
    return texts


def characters(text: str) -> str:
    """Replace ``_x000D_`` by the character it stands for; half a surrogate pair, which is none, by U+FFFD.

    >>> characters("_x0041__xD83D_")
    'A\ufffd'
    """
    text = _HEX.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def joined_runs(item: bytes) -> str:
    """Return the text of one rich text item, formatting and pronunciation left out.

    >>> joined_runs(b"<r><t>Ab</t></r><r><rPr><b/></rPr><t>c</t></r><rPh><t>x</t></rPh>")
    'Abc'
    """
    runs = b"".join(_all(_RUN, _PHONETIC.sub(b"", item)))
    return unescape(pa.array([runs.decode()])).to_pylist()[0]  # type: ignore[no-any-return]


def _all(pattern: re.Pattern[bytes], xml: bytes) -> list[bytes]:
    """Return the content of all elements of a kind; XML that only looks like one is not plain."""
    found = [element[1] or b"" for element in pattern.finditer(xml)]
    if len(_OPENINGS[pattern].findall(xml)) != len(found):
        raise NotPlainError("element")
    return found


def shared_texts(package: Package, part: str) -> pa.StringArray:
    """Read the table of shared texts of a workbook, in its order.

    Raises
    ------
    FileError
        When the part is damaged or holds more than `MAX_TEXT` bytes.
    """
    if package.size(part) > MAX_TEXT:
        raise too_much(package.file, f"more than {MAX_TEXT / 1e6:,.0f} MB of text")
    try:
        found = [_texts_of(block) for block in Blocks(package.pieces(part), package.file, "sst", "si")]
        texts = pa.concat_arrays(found) if found else pa.array([], pa.string())
        texts.validate(full=True)
    except (NotPlainError, UnicodeDecodeError, pa.ArrowInvalid):
        return texts_by_events(package, part)
    return texts


def tag_ends(bytes_: NDArray[np.uint8], tags: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each tag's ``>`` stands."""
    closing = np.flatnonzero(bytes_ == _GT)
    place = np.searchsorted(closing, tags)
    if len(place) and place[-1] >= len(closing):
        raise NotPlainError("tag without end")
    return closing[place]


def _texts_of(block: bytes) -> pa.StringArray:
    block = _without_extension(block)
    bytes_ = np.frombuffer(block, np.uint8)
    tags = np.flatnonzero(bytes_ == _LT)
    first = bytes_[tags + 1]
    if (first == ord("!")).any():
        raise NotPlainError("comment")
    plain = (
        len(tags) % 4 == 0
        and all(  # <si> <t> </t> </si>, over and over
            bool((first[place::4] == ord(letter)).all()) for place, letter in enumerate("st//")
        )
    )
    if not plain:
        return pa.array([joined_runs(item) for item in _all(_ITEM, block)], pa.string())
    opens = tags[1::4]
    starts = opens + 3
    if (bytes_[opens + 2] != _GT).any():
        ends = tag_ends(bytes_, opens)
        known = pc.unique(cut_out(block, opens + 2, ends)).to_pylist()
        if not all(SPACE.fullmatch(attribute.encode()) for attribute in known):
            raise NotPlainError("attribute")
        starts = ends + 1
    return unescape(cut_out(block, starts, tags[2::4]))


def _without_extension(block: bytes) -> bytes:
    end = block.rfind(b"<extLst")
    return block if end < 0 else block[:end] + PAD


def texts_by_events(package: Package, part: str) -> pa.StringArray:
    """Read the shared texts with a full XML parser: any encoding, any legal form, 20 times slower."""
    texts: list[str] = []
    run: list[str] = []
    inside = [False, 0]  # in <t>; depth of <rPh>

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            run.clear()
        elif name == "rPh":
            inside[1] += 1
        inside[0] = name == "t" and not inside[1]

    def end(name: str) -> None:
        inside[0] = False
        if name == "rPh":
            inside[1] -= 1
        elif name == "si":
            texts.append(characters("".join(run)))

    parse(
        package.pieces(part), package.file, start, end, lambda text: run.append(text) if inside[0] else None
    )
    return pa.array(texts, pa.string())


def _each(texts: pa.StringArray, having: str, change: Callable[[str], str]) -> pa.StringArray:
    """Change the few texts that contain something."""
    wanted = pc.match_substring(texts, having)
    changed = [change(text) for text in texts.filter(wanted).to_pylist()]
    return pc.replace_with_mask(texts, wanted, pa.array(changed, pa.string()))
