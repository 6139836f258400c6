"""Findings on a column of dates: what was taken for granted, and what Excel may have done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.wording import plural
from winback_xl.inputs.kinds.findings import Finding, cells_of, matches
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from winback_xl.inputs.kinds.date_words import Words
    from winback_xl.readers.grid import RawColumn

_COUNTED = r"^[0-9]{1,7}(?:[.,][0-9]+)?$"  # days as Excel counts them; eight digits spell a date, as 20260131


_HALF_CONVERTED = 10  # different real dates, all with a day up to 12, next to texts that all have more


def counted_note(rows: NDArray[np.intp], shown: str, label: str) -> list[Finding]:
    """Report seconds and milliseconds since 1970: their days are those of UTC."""
    if not len(rows):
        return []
    lead = plural(len(rows), "value")
    what = f"{lead} of {label}, such as '{shown}': read as the time since 1970 in seconds or milliseconds, by the days of UTC."
    return [Finding("dates-since-1970", "note", what)]


def months_note(rows: NDArray[np.intp], shown: str, label: str) -> list[Finding]:
    """Warn of months without a day: orders of one month cannot be told apart."""
    if not len(rows):
        return []
    lead = plural(len(rows), "date")
    what = (
        f"{lead} of {label} {'names' if len(rows) == 1 else 'name'} a month without a day, such as '{shown}': the first day "
        "of the month stands for it, and all orders of a month count as one day."
    )
    return [Finding("dates-month-only", "warning", what, "Export the full date if the system has it.", rows)]


def first_text(texts: pa.StringArray, flags: NDArray[np.bool_]) -> str:
    """Return the first text that is flagged."""
    return str(texts[int(np.flatnonzero(flags)[0])].as_py())


def half_converted(words: Words, column: RawColumn) -> bool:
    """Return whether Excel turned only those texts into dates that fit its own order of day and month.

    It swaps day and month in all of them: every real date then has a day up to 12, and every text left over
    has a part above 12.
    """
    if column.dates is None:
        return False
    real = np.unique(column.dates[column.kinds == Cell.DATE].astype("datetime64[D]"))
    day = (real - real.astype("datetime64[M]")).astype(np.int64) + 1
    left_over = words.numeric & (np.maximum(words.first, words.second) > 12)
    return bool(
        len(real) >= _HALF_CONVERTED
        and len(np.unique(day)) > 1  # monthly books have the first of the month only
        and (day <= 12).all()
        and left_over.any()
        and not (words.numeric & ~left_over).any()
    )


def half_note(words: Words, texts: pa.StringArray, codes: NDArray[np.int32], label: str) -> Finding:
    """Refuse a column that Excel has converted in half."""
    what = (
        f"{label} looks half converted: no real date has a day above 12, and texts such as "
        f"'{first_text(texts, words.numeric)}' have. Excel has probably swapped day and month in the real dates."
    )
    fix = "Import the file again with that column as text, or, if they are right, put day_first into the settings."
    return Finding("dates-half-converted", "error", what, fix, cells_of(words.numeric, codes))


def repairs(words: Words, texts: pa.StringArray, codes: NDArray[np.int32], label: str) -> list[Finding]:
    """Report what was taken for granted: two-digit years, counted days and time zones."""
    found = []
    short = words.short_year & ~np.isnat(words.days)
    if short.any():
        lead = plural(cells_of(short, codes).size, "date")
        year = words.days[short][0].astype("datetime64[Y]")
        what = f"{lead} of {label} with a two-digit year: '{first_text(texts, short)}' was taken as {year}."
        found.append(Finding("dates-short-year", "note", what))
    for flags, tell in ((words.counted, counted_note), (words.monthly, months_note)):
        if (flags & ~np.isnat(words.days)).any():
            found += tell(cells_of(flags & ~np.isnat(words.days), codes), first_text(texts, flags), label)
    bare = matches(texts, _COUNTED) & ~np.isnat(words.days) & ~words.monthly
    if bare.any():
        lead = plural(cells_of(bare, codes).size, "bare number")
        what = (
            f"{lead} of {label}, such as '{first_text(texts, bare)}': read as Excel day numbers, "
            f"{words.days[bare][0]}."
        )
        found.append(Finding("dates-serial-text", "note", what))
    zoned = words.zoned & ~np.isnat(words.days)
    if zoned.any():
        lead = plural(cells_of(zoned, codes).size, "date")
        what = f"{lead} of {label} with a time zone, such as '{first_text(texts, zoned)}': the day as written was taken."
        found.append(Finding("dates-time-zone", "note", what))
    return found


def mixture(column: RawColumn, label: str) -> list[Finding]:
    """Tell how many cells were dates, numbers and texts, where a column mixes them."""
    counts = {
        ("real date", "real dates"): column.count(Cell.DATE),
        ("bare number", "bare numbers"): column.count(Cell.NUMBER),
        ("text", "texts"): column.count(Cell.TEXT),
    }
    if sum(count > 0 for count in counts.values()) < 2:
        return []
    parts = ", ".join(plural(count, *names) for names, count in counts.items() if count)
    return [Finding("dates-mixed-kinds", "note", f"{label} holds {parts}; all were read as dates.")]
