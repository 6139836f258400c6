"""Change a few places of an XML part and leave every other byte as its author wrote it.

Writing a parsed tree again would rename prefixes, lose declarations that attributes such as ``mc:Ignorable`` speak of,
and reorder attributes; Excel refuses some of that. So parts are read for where things stand, and edited as bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.parsers import expat

from winback_xl.readers.limits import damaged
from winback_xl.readers.xml_events import local, refuse_document_type

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_WIDE_STARTS = (("utf-16-le", b"<\0"), ("utf-16-be", b"\0<"))
_ENCODING = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PLAIN = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_UTF8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Piece:
    """One element and where it stands, in bytes from the start of the part.

    Parameters
    ----------
    name, space : str
        Local name and name space.
    prefix : str
        What is before the local name in the part: ``"x:"``, or nothing.
    attributes : dict of str to str
        By local name.
    depth, parent : int
        0 for the root; place of the parent in the list, -1 for the root's.
    start, inner, close, end : int
        Of the start tag, behind it, of the end tag, behind that. For ``<a/>`` the last three are equal.
    """

    name: str
    space: str
    prefix: str
    attributes: dict[str, str]
    depth: int
    parent: int
    start: int
    inner: int
    close: int
    end: int

    @property
    def empty(self) -> bool:
        """Whether it has no end tag."""
        return self.close == self.end


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes that take the place of those from ``start`` to ``end``; equal for an insertion."""

    start: int
    end: int
    text: str


def utf8(data: bytes, file: str) -> bytes:
    """Return a part in UTF-8, without a byte order mark, as it is when it was that already.

    Raises
    ------
    FileError
        It is not in the encoding that it claims.
    """
    data = data.removeprefix(_UTF8_MARK)
    try:
        if data.startswith(_WIDE_MARKS):
            return _declared(data.decode("utf-16"))
        for name, start in _WIDE_STARTS:  # XML 1.0, appendix F: without a mark, the first "<" tells
            if data.startswith(start):
                return _declared(data.decode(name))
        named = _named(data)
        if named in _PLAIN:
            data.decode("utf-8")
            return data
        return _declared(data.decode(named))
    except (UnicodeDecodeError, LookupError, UnicodeError) as error:
        raise damaged(file, "a part of it is not in the encoding that it claims") from error


def plain(data: bytes) -> bool:
    """Return whether the start of a part says that it is in UTF-8 or a part of that."""
    data = data.removeprefix(_UTF8_MARK)
    wide = data.startswith((*_WIDE_MARKS, *(start for _, start in _WIDE_STARTS)))
    return not wide and _named(data) in _PLAIN


def _named(data: bytes) -> str:
    found = _ENCODING.match(data[:200].decode("latin-1"))
    return (found[2] or found[3] or "utf-8").casefold() if found else "utf-8"


def _declared(text: str) -> bytes:
    return _ENCODING.sub(r'\1 encoding="UTF-8"', text, count=1).encode()


def outline(data: bytes, file: str, depth: int = 2) -> list[Piece]:
    """Return the elements of a part down to a depth, in document order; the first is the root.

    Parameters
    ----------
    data : bytes
        From `utf8`.
    file : str
        For messages.
    depth : int
        0 for the root alone.

    Raises
    ------
    FileError
        It is not XML, or declares a document type.

    Examples
    --------
    >>> data = b"<x:a xmlns:x='u'><x:b c='1'/></x:a>"
    >>> [(piece.name, piece.prefix, data[piece.start:piece.end]) for piece in outline(data, "book.xlsx")][1]
    ('b', 'x:', b"<x:b c='1'/>")
    """
    pieces: list[Piece] = []
    path: list[int] = []
    level = 0
    parser = expat.ParserCreate(namespace_separator=" ")

    def forbid(*_: object) -> None:
        raise refuse_document_type(file)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal level
        if level <= depth:
            path.append(len(pieces))
            pieces.append(_piece(data, parser.CurrentByteIndex, name, attributes, level, path))
        level += 1

    def end(_: str) -> None:
        nonlocal level
        level -= 1
        if level <= depth:
            at = path.pop()
            piece = pieces[at]
            if data[piece.inner - 2 : piece.inner] != b"/>":
                close = parser.CurrentByteIndex
                pieces[at] = replace(piece, close=close, end=data.index(b">", close) + 1)

    parser.StartDoctypeDeclHandler = forbid
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(file, "a part of it is not well-formed XML") from error
    return pieces


def _piece(data: bytes, at: int, name: str, attributes: dict[str, str], level: int, path: list[int]) -> Piece:
    tag = _TAG.match(data, at)
    assert tag is not None  # noqa: S101 - expat has just read it
    written = tag[0][1:].split(None, 1)[0].rstrip(b"/>").decode()
    prefix = written.rpartition(":")[0]
    return Piece(
        name=local(name),
        space=name.rpartition(" ")[0],
        prefix=prefix and prefix + ":",
        attributes={local(key): value for key, value in attributes.items()},
        depth=level,
        parent=path[-2] if len(path) > 1 else -1,
        start=at,
        inner=tag.end(),
        close=tag.end(),
        end=tag.end(),
    )


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a part with some places changed; insertions at one place follow in the order given.

    >>> edited(b"<a><b/></a>", [Edit(3, 7, ""), Edit(7, 7, "<c/>")])
    b'<a><c/></a>'
    """
    out, done = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        out += [data[done : edit.start], edit.text.encode()]
        done = edit.end
    return b"".join([*out, data[done:]])


def with_attribute(tag: str, name: str, value: object) -> str:
    """Return a start tag with an attribute set; ``value`` is written as it is.

    >>> with_attribute('<a b="1"/>', "b", 2), with_attribute('<a/>', "b", 2)
    ('<a b="2"/>', '<a b="2"/>')
    """
    found = re.compile(rf"""(\s{name}\s*=\s*)(?:"[^"]*"|'[^']*')""")
    if found.search(tag):
        return found.sub(rf'\g<1>"{value}"', tag, count=1)
    end = "/>" if tag.endswith("/>") else ">"
    return f'{tag.removesuffix(end).rstrip()} {name}="{value}"{end}'
