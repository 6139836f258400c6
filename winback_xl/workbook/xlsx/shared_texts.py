"""The texts of a workbook, each stored once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.workbook.xlsx.write_formulas import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHUNK = 1024  # texts written at a time


class Strings:
    """The texts of a workbook, each stored once; cells hold their numbers.

    Parameters
    ----------
    texts : iterable of str
        The texts that have numbers already, in order.
    count : int
        How many cells hold them.
    """

    def __init__(self, texts: Iterable[str] = (), count: int = 0) -> None:
        self._numbers = {text: number for number, text in enumerate(texts)}
        self.count = count

    def numbers(self, texts: Iterable[str]) -> list[int]:
        """Return the numbers of texts, new ones for new texts."""
        known = self._numbers
        return [known.setdefault(text, len(known)) for text in texts]

    def xml(self) -> Iterator[str]:
        """Return the part ``xl/sharedStrings.xml`` piece by piece."""
        yield (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            f' count="{self.count}" uniqueCount="{len(self._numbers)}">'
        )
        texts = list(self._numbers)
        for start in range(0, len(texts), _CHUNK):
            yield "".join(map(_item, texts[start : start + _CHUNK]))
        yield "</sst>"


def _item(text: str) -> str:
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<si><t{space}>{escape(text)}</t></si>"
