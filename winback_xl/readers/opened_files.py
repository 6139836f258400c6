"""Open a file as what its content says it is, whatever its name."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, cast

from winback_xl.readers.limits import open_package
from winback_xl.readers.one_column import unfolded
from winback_xl.readers.sniff import checked, sniff
from winback_xl.readers.steady import steady
from winback_xl.readers.text.read_text import TextSource
from winback_xl.readers.xlsx.read_xlsx import XlsxSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from winback_xl.readers.grid import Grid
    from winback_xl.readers.source import Area, Source


class _Once:
    """A source that loads each area once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._loaded: dict[tuple[str, Area], Grid] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def load(self, sheet: str, area: Area) -> Grid:
        if (sheet, area) not in self._loaded:
            self._loaded[sheet, area] = self._source.load(sheet, area)
        return self._loaded[sheet, area]


_ONCE: ContextVar[dict[Path, tuple[str, Source]] | None] = ContextVar("_ONCE", default=None)


@contextmanager
def once(path: str | Path) -> Iterator[None]:
    """Open a file once for all that reads it inside this block, and load each area of it once."""
    with opened(path) as (name, source):
        before = _ONCE.set({Path(path): (name, cast("Source", _Once(source)))})
        try:
            yield
        finally:
            _ONCE.reset(before)


@contextmanager
def opened(path: str | Path) -> Iterator[tuple[str, Source]]:
    """Open a file as what it is; yields its name and the source."""
    kept = _ONCE.get()
    if kept is not None and Path(path) in kept:
        yield kept[Path(path)]
        return
    file = checked(path)
    with steady(file), _as_what_it_is(file) as found:
        yield found


@contextmanager
def _as_what_it_is(file: Path) -> Iterator[tuple[str, Source]]:
    match sniff(file):
        case "xlsx":
            with open_package(file) as package:
                yield file.name, unfolded(XlsxSource(package), file)
        case "xlsb":
            from winback_xl.readers.old_formats.read_xlsb import XlsbSource  # noqa: PLC0415 - few files need it, and each import takes its time

            with open_package(file) as package:
                yield file.name, unfolded(XlsbSource(package), file)
        case "ods":
            from winback_xl.readers.old_formats.read_ods import OdsSource  # noqa: PLC0415

            with open_package(file) as package:
                yield file.name, unfolded(OdsSource(package), file)
        case "xls":
            from winback_xl.readers.old_formats.read_xls import XlsSource  # noqa: PLC0415

            yield file.name, unfolded(XlsSource(file), file)
        case "xml2003":
            from winback_xl.readers.old_formats.read_xml2003 import Xml2003Source  # noqa: PLC0415

            yield file.name, Xml2003Source(file)
        case "html":
            from winback_xl.readers.old_formats.read_html import HtmlSource  # noqa: PLC0415

            yield file.name, HtmlSource(file)
        case "parquet":
            from winback_xl.readers.read_parquet import ParquetSource  # noqa: PLC0415

            yield file.name, ParquetSource(file)
        case "text":
            yield file.name, TextSource(file)
        case "gzip":
            yield file.name, TextSource(file, zipped=True)
