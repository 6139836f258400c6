"""Texts whose lines are a table within a table: a CSV that a program quoted line by line, or a list drawn with bars.

Line numbers stay what they are: a line that is only drawn becomes a blank one.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

_SEPARATORS = (",", ";", "\t", "|")
_SHARE = 0.9  # lines that have to be alike
_LEAST = 3  # fields of a line: customer, date, value
_QUOTED_SHARE = 0.05  # lines that are one quoted field; the others are pieces of texts with line breaks
_FEW = 2  # lines: headings and one row
_LINES = 400  # looked at before all are touched
_RULE = re.compile(r"[\s|+\-=─-╿]*[-=─-╿]{3,}[\s|+\-=─-╿:]*")
_QUOTED = re.compile(r'"(?:[^"]|"")*"[,;\t ]*')


class Unwrapped(NamedTuple):
    """A text with its lines as they were meant, and what was done to them."""

    text: str
    what: str


def unwrapped(text: str) -> Unwrapped | None:
    r"""Return the table that stands within the lines of a text, None if its lines are plain.

    Parameters
    ----------
    text : str
        At least the beginning of a file; all of it to have all of it unwrapped.

    Examples
    --------
    >>> unwrapped('"id,date,value"\n"7,2025-01-31,""1,5"" "\n').text
    'id,date,value\n7,2025-01-31,"1,5" \n'
    >>> unwrapped("|id |date      |value|\n|---|----------|-----|\n|7  |2025-01-31|  1,5|\n").text
    'id|date|value\n\n7|2025-01-31|1,5\n'
    >>> unwrapped("id,date,value\n7,2025-01-31,1\n") is None
    True
    """
    lines = text.split("\n")
    some = [line.rstrip("\r") for line in lines[:_LINES] if line.strip()]
    if _is_quoted(some):
        what = "Each line was quoted as one field, as Excel does with a CSV in one column; the lines were taken apart."
        return Unwrapped("\n".join(_unquoted(lines)), what)
    if _is_drawn(some):
        what = "It is a list drawn with bars, as SAP prints it; what is between the bars was read."
        return Unwrapped("\n".join(map(_without_bars, lines)), what)
    return None


def separated(lines: list[str]) -> str | None:
    """Return what cuts nearly all lines into the same number of fields, three at least; None if nothing does."""
    for separator in _SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
        except csv.Error:
            continue
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        if width >= _LEAST and count >= _SHARE * sum(widths.values()):
            return separator
    return None


def _is_quoted(lines: list[str]) -> bool:
    """Return whether lines are one quoted field each that holds a row; the headings may stand as they are.

    A row with a line break in a text is several such lines, and a piece of text that needs no quotes has none.
    """
    whole = sum(bool(_QUOTED.fullmatch(line)) for line in lines)
    if whole < max(_QUOTED_SHARE * len(lines), 1) or len(lines) < _FEW or _is_table(lines):
        return False
    return separated(_unquoted(lines)) is not None


def _is_table(lines: list[str]) -> bool:
    """Return whether the lines are rows as they stand: most have more than one filled field."""
    separator = separated(lines)
    if separator is None:
        return False
    filled = [sum(bool(field.strip()) for field in row) for row in csv.reader(lines, delimiter=separator)]
    return 2 * sum(count > 1 for count in filled) > len(filled)


def _unquoted(lines: list[str]) -> list[str]:
    """Take the quotes off that hold whole lines, and what a program put behind each line to fill up its columns."""
    whole = [bool(_QUOTED.fullmatch(line.rstrip("\r"))) for line in lines]
    padded = sum(
        line.rstrip("\r").endswith((",", ";")) for line, one in zip(lines, whole, strict=True) if one
    )
    found = []
    for at, (line, one) in enumerate(zip(lines, whole, strict=True)):
        body, end = line.rstrip("\r"), "\r" if line.endswith("\r") else ""
        if one:
            body = body.rstrip(",;\t ")[1:-1].replace('""', '"')
        elif at and padded * 2 > sum(whole):
            body = body.rstrip(";")
        found.append(body + end)
    return found


def _is_drawn(lines: list[str]) -> bool:
    """Return whether rows are between bars, with at least one drawn line."""
    rules = sum(bool(_RULE.fullmatch(line)) for line in lines)
    rows = [line for line in lines if not _RULE.fullmatch(line) and _is_row(line)]
    counts = Counter(line.count("|") for line in rows)
    if not rules or len(rows) < _FEW or len(rows) + rules < _SHARE / 2 * len(lines):
        return False
    bars, count = counts.most_common(1)[0]
    return bars > _LEAST and count >= _SHARE / 2 * len(rows)


def _is_row(line: str) -> bool:
    tidy = line.strip()
    return len(tidy) > 1 and tidy[0] in "|│" and tidy[-1] in "|│"


def _without_bars(line: str) -> str:
    if _RULE.fullmatch(line.rstrip("\r")):
        return ""
    if not _is_row(line):
        return ""  # the heading of a page
    cells = [cell.strip() for cell in line.strip().replace("│", "|")[1:-1].split("|")]
    out = io.StringIO()
    csv.writer(out, delimiter="|", lineterminator="").writerow(cells)
    return out.getvalue()
