"""Dates as people and systems write them -> days. What 03/04/2026 means is decided for a column, never for a cell.

Real dates, serial numbers, 19970101, ISO text with or without time and zone, 31.12.2026, 12/31/26, 3 March 2026,
25. Oktober 2025, Oct-25-25, 2025年10月25日, seconds since 1970, and months such as 202510 are read. A column in which nothing tells the day from the month is refused with both readings,
unless the settings say which it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from winback_xl.inputs.decisions import Decisions, Tally, rule, some
from winback_xl.inputs.kinds.date_findings import (
    counted_note,
    first_text,
    half_converted,
    half_note,
    mixture,
    months_note,
    repairs,
)
from winback_xl.inputs.kinds.date_shapes import FIRST_EPOCH
from winback_xl.inputs.kinds.date_words import (
    FIRST_DAY,
    LAST_DAY,
    NO_DAY,
    Words,
    from_numbers,
    from_parts,
    months_of,
    parse,
    plain_iso,
)
from winback_xl.inputs.kinds.findings import (
    Finding,
    Parsed,
    broken,
    cells_of,
    distinct,
    examples,
    matches,
    spread,
    subject,
)
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.readers.grid import RawColumn

_MIXED, _UNCLEAR = "mixed", "unclear"


def read(
    column: RawColumn,
    label: str,
    *,
    day_first: str = "ask",
    date_system: int = 1900,
    decisions: Decisions | None = None,
) -> Parsed:
    """Read a column of dates.

    Parameters
    ----------
    column : RawColumn
        Cells as found; repeat merged ones before (`RawColumn.filled`).
    label : str
        Name of the column for messages.
    day_first : {"ask", "day first", "month first"}
        What 03/04/2026 means where nothing in the column tells.
    date_system : {1900, 1904}
        What day bare serial numbers count from.
    decisions : Decisions, optional
        What the whole ledger decided, where the column is a part of it.

    Returns
    -------
    Parsed
        Values datetime64[s] at midnight, NaT where there is none. A column of 03/04/2026 in doubt gives an
        error; a cell that holds no date gives a warning, and one outside 1900 to 2100 likewise.
    """
    if column.uniform is Cell.DATE and column.dates is not None:
        days = column.dates.astype("datetime64[D]")
        return _finished(days, [], label)
    if column.count(Cell.TEXT, Cell.BLANK) == len(column):
        plain = plain_iso(column.texts)
        if plain is not None:
            return _finished(plain, [], label)
    days, decisions = np.full(len(column), NO_DAY), decisions or Decisions()
    if column.dates is not None:
        days = np.where(column.kinds == Cell.DATE, column.dates.astype("datetime64[D]"), days)
    findings = broken(column, label)
    _numbers(column, days, findings, label, date_system, decisions)
    _texts(column, days, findings, label, day_first, date_system, decisions)
    findings += mixture(column, label)
    return _finished(days, findings, label)


def _finished(days: NDArray[np.datetime64], findings: list[Finding], label: str) -> Parsed:
    """Take out what is outside 1900 to 2100, and tell of it."""
    outside = np.flatnonzero((days < FIRST_DAY) | (days > LAST_DAY))  # NaT compares False
    if len(outside):
        words = examples(days[outside[:100]])
        what = f"{subject(len(outside), label, 'is', 'are', noun='date')} outside 1900 to 2100 ({words})."
        fix = "Correct the date, or leave the cell empty."
        findings.append(
            Finding(
                "date-out-of-range",
                "warning",
                what,
                fix,
                outside,
                "unknown",
                reason="is outside 1900 to 2100",
            )
        )
        days[outside] = NO_DAY
    return Parsed(pd.Series(days.astype("datetime64[s]")), tuple(findings))


def _unreadable(rows: NDArray[np.intp], words: str, label: str) -> Finding:
    what = f"{subject(len(rows), label, 'holds', 'hold')} no date ({words})."
    fix = "Type a date such as 2026-01-31, or leave the cell empty."
    return Finding("date-unreadable", "warning", what, fix, rows, "unknown", reason="holds no date")


def _numbers(
    column: RawColumn,
    days: NDArray[np.datetime64],
    findings: list[Finding],
    label: str,
    date_system: int,
    decisions: Decisions,
) -> None:
    """Read bare numbers: 45000 counts days, 19970101 spells a date."""
    if column.numbers is None:
        return
    rows = np.flatnonzero((column.kinds == Cell.NUMBER) | (column.kinds == Cell.BOOL))
    numbers = column.numbers[rows]
    read_as = from_numbers(numbers, date_system)
    counted = numbers >= FIRST_EPOCH
    monthly = months_of(numbers)
    if not decisions.make(some, f"{label}: months in numbers", found=bool((~np.isnat(monthly)).any())):
        monthly[:] = NO_DAY
    months = ~np.isnat(monthly)
    read_as = np.where(months, monthly, read_as)
    read_as[column.kinds[rows] == Cell.BOOL] = NO_DAY
    days[rows] = read_as
    if counted.any():
        findings += counted_note(rows[counted & ~np.isnat(read_as)], f"{numbers[counted][0]:.15g}", label)
    if months.any():
        findings += months_note(rows[months], f"{numbers[months][0]:.15g}", label)
    lost = np.isnat(read_as)
    if lost.any():
        words = examples(f"{number:.15g}" for number in numbers[lost][:100])
        findings.append(_unreadable(rows[lost], words, label))


def _texts(
    column: RawColumn,
    days: NDArray[np.datetime64],
    findings: list[Finding],
    label: str,
    day_first: str,
    date_system: int,
    decisions: Decisions,
) -> None:
    """Read dates that are text."""
    codes, texts = distinct(column)
    if not len(texts):
        return
    words = parse(texts, date_system, decisions, label)
    order = _order(words, texts, codes, findings, label, day_first, decisions)
    if order is not None:
        months, day = (words.second, words.first) if order == "day first" else (words.first, words.second)
        words.days = np.where(words.numeric, from_parts(words.years, months, day), words.days)
    cells = spread(words.days, codes, NO_DAY)
    days[codes >= 0] = cells[codes >= 0]
    unread = np.isnat(words.days) & ~words.blank & (~words.numeric | (order is not None))
    if unread.any():
        rows = np.flatnonzero(spread(unread, codes, missing=False))
        findings.append(_unreadable(rows, examples(texts.filter(pa.array(unread))[:100].to_pylist()), label))
    if day_first == "ask" and half_converted(words, column):
        findings.append(half_note(words, texts, codes, label))
    findings += repairs(words, texts, codes, label)


def _order(
    words: Words,
    texts: pa.StringArray,
    codes: NDArray[np.int32],
    findings: list[Finding],
    label: str,
    day_first: str,
    decisions: Decisions,
) -> str | None:
    """Decide for the whole column whether the day or the month stands first; None if it cannot be known."""
    a, b = words.first, words.second
    dotted = matches(texts, r"^\d+\.")  # 01.02.2026: no country that writes points puts the month first
    day_month = words.numeric & ((a > 12) | dotted) & (b <= 12)
    month_day = words.numeric & (b > 12) & (a <= 12)
    unclear = words.numeric & (a <= 12) & (b <= 12) & (a != b) & ~dotted
    verdict = str(
        decisions.make(
            day_or_month_first,
            label,
            day_month=int(day_month.sum()),
            month_day=int(month_day.sum()),
            unclear=int(unclear.sum()),
            said=day_first,
        )
    )
    if verdict == _MIXED and (day_month | month_day).any():
        fewer = day_month if cells_of(day_month, codes).size <= cells_of(month_day, codes).size else month_day
        fewer = fewer if fewer.any() else day_month | month_day
        shown = " and ".join(f"'{first_text(texts, one)}'" for one in (day_month, month_day) if one.any())
        what = f"{label} mixes day first and month first, such as {shown}."
        fix = "Correct the dates named here, or put day_first = 'day first' (or 'month first') into the settings."
        findings.append(Finding("dates-mixed-order", "error", what, fix, cells_of(fewer, codes)))
        return None
    if verdict == _UNCLEAR and unclear.any():
        at = int(np.flatnonzero(unclear)[0])
        year, first, second = int(words.years[at]), int(a[at]), int(b[at])
        what = (
            f"'{texts[at].as_py()}' of {label} can be {year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}, "
            "and no date in the column settles it."
        )
        fix = "Put day_first = 'day first' (or 'month first') into the settings, or save the column as real dates."
        findings.append(Finding("dates-ambiguous", "error", what, fix, cells_of(unclear, codes)))
        return None
    if verdict and day_month.any() != month_day.any():
        shown = texts[int(np.flatnonzero(day_month | month_day)[0])].as_py()
        what = f"Dates such as '{shown}' of {label} were read {verdict}."
        findings.append(Finding("dates-order", "note", what))
    return verdict if verdict in {"day first", "month first"} else "day first"


@rule
def day_or_month_first(tally: Tally) -> str:
    """Return what stands first in a column of dates, or why that cannot be known: mixed or unclear; "" where nothing asks."""
    if bool(tally["day_month"]) != bool(tally["month_day"]):
        return "day first" if tally["day_month"] else "month first"
    if tally["said"] != "ask":
        return str(tally["said"])
    if tally["day_month"]:
        return _MIXED
    return _UNCLEAR if tally["unclear"] else ""
