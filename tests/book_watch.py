"""Check every workbook that a test lets the product write, whatever the test is about.

Every part is parsed, and `tests.excel_repair` looks for what Excel would repair. The same bytes are checked once a
session, and of large workbooks only the XML. A test that writes a faulty workbook on purpose, or adds to a foreign
one with faults of its own, says so with ``@pytest.mark.faulty_books``, or names the findings that it expects there.
"""

from __future__ import annotations

import hashlib
import time
from typing import IO, TYPE_CHECKING, Any

import pytest

from tests.excel_repair import quick_findings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORKBOOKS = frozenset({"xlsx", "xlsm", "xlam"})


class Watch:
    """What was written since the last look, and what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.books, self.seconds = 0, 0.0
        self._known: dict[bytes, list[str]] = {}

    def look(self, name: str, book: str | Path | IO[bytes], content: bytes, extension: str) -> None:
        """Check a workbook that was just written."""
        began = time.perf_counter()
        print_of = hashlib.blake2b(content, digest_size=16).digest() + extension.encode()
        if print_of not in self._known:
            self._known[print_of] = quick_findings(book, extension=extension)
        self.problems += [f"{name}: {sentence}" for sentence in self._known[print_of]]
        self.books += 1
        self.seconds += time.perf_counter() - began

    def taken(self) -> list[str]:
        """Return what was found since the last time, and forget it."""
        found, self.problems = self.problems, []
        return found


WATCH = Watch()


@pytest.fixture(scope="session", autouse=True)
def watched_books() -> Iterator[Watch]:
    """Have every saved workbook checked for the whole session."""
    from winback_xl.files import placing
    from winback_xl.workbook.xlsx.frame import Frame

    place, write = placing.place, Frame.save

    def placed(fd: int, temp: Path, target: Path, **options: Any) -> None:
        place(fd, temp, target, **options)
        extension = target.suffix[1:].lower()
        content = target.read_bytes() if extension in WORKBOOKS else b""
        if content.startswith(b"PK"):  # a mail merge is a text, whatever somebody calls it
            WATCH.look(target.name, target, content, extension)

    def written(frame: Any, target: IO[bytes], level: int | None = None) -> None:
        write(frame, target, level)
        content = getattr(target, "getvalue", None)
        if content is not None:  # in memory; a file is checked once it is in its place
            at = target.tell()
            WATCH.look("a workbook in memory", target, content(), "xlsx")
            target.seek(at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "place", placed)
        patch.setattr(Frame, "save", written)
        yield WATCH


@pytest.fixture(autouse=True)
def no_book_to_repair(request: pytest.FixtureRequest, watched_books: Watch) -> Iterator[None]:
    """Fail a test that let a workbook be written which Excel would repair."""
    yield
    found = watched_books.taken()
    mark = request.node.get_closest_marker("faulty_books")
    allowed = mark.args if mark and mark.args else ("",) if mark else ()
    found = [sentence for sentence in found if not any(what in sentence for what in allowed)]
    assert found == [], "\n".join(found)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many workbooks were checked, and how long that took."""
    if WATCH.books:
        terminalreporter.write_line(f"{WATCH.books} written workbooks checked in {WATCH.seconds:.1f} s")
