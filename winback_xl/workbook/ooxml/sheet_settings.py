"""What people set on a sheet of ours beyond its cells: locks, view, widths, conditional formats and drop-downs.

The sheet is written again; this puts onto the new one what differs from what we write, or says what cannot be kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr, unescape

from winback_xl.readers.xlsx.xlsx_workbook import area
from winback_xl.workbook.ooxml.hollow_sheet import parts
from winback_xl.workbook.ooxml.xml_splice import Edit, Piece, edited, outline, utf8, with_attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from winback_xl.workbook.ooxml.style_merge import StyleMerge


_VIEW = ("zoomScale", "zoomScaleNormal")
_PANE = ("xSplit", "ySplit", "state")
_WIDER = 0.8  # characters; other programs round widths
_MOST_COLUMNS = 16_384
_EXTENSION = re.compile(rb"<extLst\b.*?</extLst>", re.DOTALL)
_NEWER = re.compile(rb"<x14:dataValidation\s")
_FORMULA = re.compile(rb"<(?:\w+:)?formula\d?>(.*?)</", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_DIFFERENCE = re.compile(r'\bdxfId="(\d+)"')
_BEFORE_RULES = ("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
                 "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shell:
    """A sheet without its rows: its bytes, and its elements."""

    content: bytes
    pieces: list[Piece]
    split: int
    """Where the rows belong."""

    def top(self, name: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.depth == 1 and piece.name == name]

    def inside(self, parent: Piece, name: str = "") -> list[Piece]:
        at = self.pieces.index(parent)
        return [piece for piece in self.pieces if piece.parent == at and name in {"", piece.name}]

    def text(self, piece: Piece) -> bytes:
        return self.content[piece.start : piece.end]


def kept(
    old: bytes, new: bytes, file: str, styles: StyleMerge, columns: Mapping[int, int] | None = None
) -> tuple[bytes, list[str]]:
    """Return a new sheet with what people had set on the old one, and what could not be kept.

    Parameters
    ----------
    old, new : bytes
        The sheet as people left it, and as we write it now.
    file : str
        For messages.
    styles : StyleMerge
        Where the formats of the old package are in the new one.
    columns : mapping of int to int, optional
        For a sheet whose rows move: where each column is now, from 0.
    """
    (before, _), (now, rows) = _shell(old, file), _shell(new, file)
    split = now.split
    lost: list[str] = []
    edits = [*_protection(before, now), *_view(before, now)]
    edits += _widths(before, now, columns)
    edits += _rules(before, now, styles, columns, lost)
    edits += _validations(before, now, columns, lost)
    if not edits:
        return new, lost
    above = [edit for edit in edits if edit.start < split]
    below = [Edit(edit.start - split, edit.end - split, edit.text) for edit in edits if edit.start >= split]
    return edited(now.content[:split], above) + rows + edited(now.content[split:], below), lost


def element(name: str, attributes: Mapping[str, str], inner: str = "") -> str:
    """Return an element without a prefix."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _shell(content: bytes, file: str) -> tuple[_Shell, bytes]:
    head, rows, tail = parts(utf8(content, file), file)
    return _Shell(head + tail, outline(head + tail, file, depth=3), len(head)), rows


def _protection(before: _Shell, now: _Shell) -> Iterator[Edit]:
    for lock in before.top("sheetProtection")[:1]:
        held = now.top("sheetProtection")
        text = element("sheetProtection", lock.attributes)
        if not held:
            yield Edit(now.split, now.split, text)
        elif held[0].attributes != lock.attributes:
            yield Edit(held[0].start, held[0].end, text)


def _view(before: _Shell, now: _Shell) -> Iterator[Edit]:
    """Keep zoom and frozen panes; where there are none, a program may have left them out, and ours come back."""
    views = [
        shell.inside(shell.top("sheetViews")[0], "sheetView") if shell.top("sheetViews") else []
        for shell in (before, now)
    ]
    if not all(views):
        return
    old, new = (found[0] for found in views)
    tag = now.content[new.start : new.inner].decode()
    for name in _VIEW:
        zoom = old.attributes.get(name, "100")
        if zoom != new.attributes.get(name, "100") and zoom not in {"0", "100"}:
            tag = with_attribute(tag, name, zoom)
    frozen = [
        next((piece.attributes for piece in shell.inside(view, "pane")), {})
        for shell, view in ((before, old), (now, new))
    ]
    same = [tuple(pane.get(name, "").removesuffix(".0") for name in _PANE) for pane in frozen]
    inner = ""
    if frozen[0] and same[0] != same[1]:
        inner = "".join(
            element(piece.name, piece.attributes)
            for piece in before.inside(old)
            if piece.name in {"pane", "selection"}
        )
        yield Edit(new.start, new.end, f"{tag.removesuffix('/>').removesuffix('>')}>{inner}</sheetView>")
    elif tag != now.content[new.start : new.inner].decode():
        yield Edit(new.start, new.inner, tag)


def _widths(before: _Shell, now: _Shell, columns: Mapping[int, int] | None) -> Iterator[Edit]:
    """Keep the widths of columns."""
    widths: dict[int, float] = {}
    for piece in (piece for group in before.top("cols") for piece in before.inside(group, "col")):
        given = piece.attributes
        if "width" in given and given.get("hidden", "0") not in {"1", "true"}:
            for column in range(int(given["min"]), min(int(given["max"]), int(given["min"]) + 200) + 1):
                widths[column - 1 if columns is None else columns.get(column - 1, -1)] = float(given["width"])
    for piece in (piece for group in now.top("cols") for piece in now.inside(group, "col")):
        given = piece.attributes
        width = widths.get(int(given["min"]) - 1)
        alone = given["min"] == given["max"]
        if width is not None and alone and abs(width - float(given.get("width", "0"))) > _WIDER:
            tag = with_attribute(now.text(piece).decode(), "width", f"{width:g}")
            yield Edit(piece.start, piece.end, with_attribute(tag, "customWidth", 1))


def _key(shell: _Shell, piece: Piece) -> tuple[str, ...]:
    """Return what makes a rule or a drop-down the same as another one, wherever it applies and whoever wrote it."""
    given = piece.attributes
    inner = shell.content[piece.inner : piece.close]
    found = [_formula(text) for text in _FORMULA.findall(inner)]
    kind = given.get("type", "none")
    if kind in {"list", "custom"}:
        found = found[:1]  # LibreOffice writes a second one, which counts for nothing
    return kind, given.get("operator", "between"), given.get("text", ""), *found


def _formula(text: bytes) -> str:
    """Return a formula as it compares: numbers in one form, no blanks."""
    plain = re.sub(r"\s+", "", unescape(text.decode(), {"&quot;": '"', "&apos;": "'"}))
    return f"{float(plain):.12g}" if _NUMBER.fullmatch(plain) else plain


def _placed(sqref: str, columns: Mapping[int, int] | None) -> bool:
    """Return whether a range still covers the cells that it was made for.

    On a sheet whose rows move that is so for ranges over many rows, and if no column moved.
    """
    if columns is None:
        return True
    places = [area(text) for text in sqref.split()]
    for place in places:
        if place is None:
            return False
        first, last, left, right = place
        stay = all(
            columns.get(column, column) == column for column in range(left, min(right, _MOST_COLUMNS) + 1)
        )
        if not stay or last - first < 2:
            return False
    return True


MARKED = re.compile(rb"AND\(TRUE,|C9DCF1|8DB4E2")
"""What only our own marks have, wherever they stood: `winback_xl.workbook.xlsx.marks` draws them again."""


def _rules(
    before: _Shell, now: _Shell, styles: StyleMerge, columns: Mapping[int, int] | None, lost: list[str]
) -> Iterator[Edit]:
    """Add the conditional formats that people made."""
    ours = [
        _key(now, rule) for group in now.top("conditionalFormatting") for rule in now.inside(group, "cfRule")
    ]
    known, priority = set(ours), len(ours)
    texts = []
    for group in before.top("conditionalFormatting"):
        sqref = group.attributes.get("sqref", "")
        lines = []
        for rule in before.inside(group, "cfRule"):
            if _key(before, rule) in known or MARKED.search(before.text(rule)):
                continue
            if not _placed(sqref, columns) or rule.prefix:
                lost.append(f"The conditional format on {sqref} was not kept: its cells have moved.")
                continue
            priority += 1
            text = _EXTENSION.sub(b"", before.text(rule)).decode()
            tag, end, inner = text.partition(">")
            tag = with_attribute(tag + end, "priority", priority)
            tag = _DIFFERENCE.sub(lambda found: f'dxfId="{styles.rule(int(found[1]))}"', tag)
            lines.append(tag + inner)
        if lines:
            texts.append(element("conditionalFormatting", {"sqref": sqref}, "".join(lines)))
    if texts:
        at = _behind(now, _BEFORE_RULES)
        yield Edit(at, at, "".join(texts))


def _validations(
    before: _Shell, now: _Shell, columns: Mapping[int, int] | None, lost: list[str]
) -> Iterator[Edit]:
    """Add the drop-downs and limits that people set on cells of which we have none."""
    groups = now.top("dataValidations")
    ours = [piece for group in groups for piece in now.inside(group, "dataValidation")]
    known = {_key(now, piece) for piece in ours}
    taken = [
        place for piece in ours for text in piece.attributes.get("sqref", "").split() if (place := area(text))
    ]
    added = []
    for piece in (
        one for group in before.top("dataValidations") for one in before.inside(group, "dataValidation")
    ):
        sqref = piece.attributes.get("sqref", "")
        if _key(before, piece) in known or piece.attributes.get("type", "none") == "none":
            continue
        places = [area(text) for text in sqref.split()]
        free = not any(place is None or any(_meet(place, other) for other in taken) for place in places)
        if free and _placed(sqref, columns) and not piece.prefix:
            added.append(before.text(piece).decode())
        else:
            lost.append(
                f"The drop-down or limit on {sqref} was not kept: we set one there, or its cells have moved."
            )
    if _NEWER.search(before.content):
        lost.append("Drop-downs that take their list from another sheet were not kept.")
    if not added:
        return
    if groups:
        tag = now.content[groups[0].start : groups[0].inner].decode()
        yield Edit(groups[0].start, groups[0].inner, with_attribute(tag, "count", len(ours) + len(added)))
        yield Edit(groups[0].close, groups[0].close, "".join(added))
    else:
        at = _behind(now, _BEFORE_RULES)
        yield Edit(at, at, element("dataValidations", {"count": str(len(added))}, "".join(added)))


def _meet(one: Sequence[int], other: Sequence[int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1] and one[2] <= other[3] and other[2] <= one[3]


def _behind(shell: _Shell, names: Sequence[str]) -> int:
    """Return where an element belongs that follows others: behind those of them that are there, or behind the rows."""
    return max(
        [shell.split, *(piece.end for piece in shell.pieces if piece.depth == 1 and piece.name in names)]
    )
