"""Read small XML parts without trusting them: no document types, no entities, no network.

A document type is where "billion laughs" and stolen files come from, and no spreadsheet program writes one,
so any is refused. What is left is safe to parse; expat itself neither opens files nor expands anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from winback_xl.errors import FileError
from winback_xl.readers.limits import MAX_ELEMENTS, damaged, too_much

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

_MAX_DEPTH = 200  # a part nests 10 deep; expat recurses nowhere, but a counter must not be fooled


class Element(NamedTuple):
    """The start of an element: its name, its parent's name and its attributes, without name spaces."""

    name: str
    parent: str
    attributes: dict[str, str]


def local(name: str) -> str:
    """Return a name without its name space.

    >>> local("http://schemas.openxmlformats.org/spreadsheetml/2006/main sheet")
    'sheet'
    """
    return name.rpartition(" ")[2]


class _LocalNames(dict[str, str]):
    """Remembers the few names that a part repeats a million times."""

    def __missing__(self, name: str) -> str:
        found = self[name] = local(name)
        return found


def refuse_document_type(file: str) -> FileError:
    """Make the error for a part that declares a document type."""
    return FileError(
        f"{file} contains a document type declaration (DTD), which no spreadsheet needs and attackers use.",
        "Do not open it; ask the sender for a copy saved by Excel.",
        "file-dtd",
    )


def parse_by_pieces(
    pieces: Iterable[bytes],
    file: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    only: Container[str] | None = None,
    place: Callable[[int], None] | None = None,
) -> Iterator[None]:
    """Feed an XML part to handlers that get local names, and stop after every piece.

    With `only`, `start` is called for elements of these names alone; `place` gets before it the byte at which the
    element begins.

    Raises
    ------
    FileError
        ``file-dtd`` for any document type, ``file-damaged`` for anything that is not XML.
    """

    def forbid(*_: object) -> None:
        raise refuse_document_type(file)

    names = _LocalNames()

    def begin(name: str, attributes: dict[str, str]) -> None:
        name = names[name]
        if only is None or name in only:
            if place is not None:
                place(parser.CurrentByteIndex)
            start(
                name, {names[key]: value for key, value in attributes.items()} if attributes else attributes
            )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = forbid
    parser.StartElementHandler = begin
    if end is not None:
        parser.EndElementHandler = lambda name: end(names[name])
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(file, "a part of it is not well-formed XML") from error
    yield


def parse(
    pieces: Iterable[bytes],
    file: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Feed a whole XML part to handlers, as `parse_by_pieces` does."""
    for _ in parse_by_pieces(pieces, file, start, end, text):
        pass


def elements(data: bytes, file: str) -> list[Element]:
    """Return all elements of a small part in document order.

    >>> elements(b"<a><b x='1'/></a>", "book.xlsx")
    [Element(name='a', parent='', attributes={}), Element(name='b', parent='a', attributes={'x': '1'})]
    """
    found: list[Element] = []
    path = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(path) > _MAX_DEPTH:
            raise damaged(file, "a part of it is nested too deeply")
        if len(found) > MAX_ELEMENTS:
            raise too_much(file, f"a part of more than {MAX_ELEMENTS:,} elements")
        found.append(Element(name, path[-1], attributes))
        path.append(name)

    def end(_: str) -> None:
        path.pop()

    parse([data], file, start, end)
    return found
