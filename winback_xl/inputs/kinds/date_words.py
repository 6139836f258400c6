"""The different texts of a date column -> days, or the parts of 03/04/2026 where the column must decide.

Also what bare numbers mean: Excel days, or 19970101.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.decisions import Decisions, Tally, rule
from winback_xl.inputs.kinds import date_shapes
from winback_xl.inputs.kinds.findings import blank_words, matches
from winback_xl.serial_days import DAYS_0

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_DAY, LAST_DAY = np.datetime64("1900-01-01", "D"), np.datetime64("2100-12-31", "D")
"""Days outside are slips of the pen or placeholders such as 9999-12-31."""

FIRST_SERIAL_DAY = np.datetime64("1950-01-01", "D")
"""Bare numbers are taken as Excel days only from here on: 2024 is a year, and 0 and 60 are not days."""

NO_DAY = np.datetime64("NaT", "D")

_EPOCH = {system: np.datetime64(day, "D") for system, day in DAYS_0.items()}
_PIVOT = 50  # two-digit years below are 20xx, others 19xx

_PLAIN_ISO = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"


@dataclass(slots=True)
class Words:
    """What the different texts of a column say, each array one entry a text."""

    days: NDArray[np.datetime64]
    blank: NDArray[np.bool_]
    numeric: NDArray[np.bool_]  # 03/04/2026: two parts before the year
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    years: NDArray[np.int64]
    zoned: NDArray[np.bool_]
    short_year: NDArray[np.bool_]
    monthly: NDArray[np.bool_]  # a month without a day: its first day stands for it
    counted: NDArray[np.bool_]  # seconds or milliseconds since 1970


def parse(
    texts: pa.StringArray, date_system: int, decisions: Decisions | None = None, label: str = ""
) -> Words:
    """Take texts apart, each once.

    Parameters
    ----------
    texts : Array of string
        Different texts, cleaned (`winback_xl.inputs.kinds.findings.clean`).
    date_system : {1900, 1904}
        What day bare serial numbers count from.
    decisions : Decisions, optional
        What the whole ledger decided, where the texts are of a part of it.
    label : str
        Name of the column.

    Returns
    -------
    Words
        ``days`` is NaT where the text is blank, no date, or one whose day and month the column must decide.
    """
    size = len(texts)
    none, nothing = np.zeros(size, bool), np.zeros(size, np.int64)
    words = Words(
        np.full(size, NO_DAY), blank_words(texts), none, nothing, nothing.copy(), nothing.copy(), none.copy(), none.copy(),
        none.copy(), none.copy(),
    )  # fmt: skip
    texts = _tidied(texts)
    left = np.flatnonzero(~words.blank)
    left = _take_days(texts, left, words, date_shapes.DIGITS)
    left, at, parts = _extract(texts, left, date_shapes.NUMERIC)
    if len(at):
        words.years[at], words.short_year[at] = _full_years(parts["y"])
        words.first[at], words.second[at] = _integers(parts["a"]), _integers(parts["b"])
        words.numeric[at], words.zoned[at] = True, _zoned(parts)
    left = _take_days(texts, left, words, date_shapes.WORDED)
    left = _take_months(texts, left, words, decisions or Decisions(), label)
    left, at, parts = _extract(texts, left, date_shapes.EPOCH)
    if len(at):
        named = [parts[name].tolist() for name in ("seconds", "milli", "date", "offset")]
        moments = [date_shapes.epoch_seconds(*one) for one in zip(*named, strict=True)]
        words.days[at], words.counted[at] = from_epoch(np.array(moments)), True
    serial = left[matches(texts.take(pa.array(left)), date_shapes.SERIAL)] if len(left) else left
    if len(serial):
        numbers = [float(text.replace(",", ".")) for text in texts.take(pa.array(serial)).to_pylist()]
        words.days[serial] = from_numbers(np.array(numbers), date_system)
    return words


def _tidied(texts: pa.StringArray) -> pa.StringArray:
    if not matches(texts, date_shapes.UNTIDY).any():
        return texts
    for pattern, instead in date_shapes.TIDY:
        texts = pc.replace_substring_regex(texts, pattern, instead)
    return texts


def _zoned(parts: dict[str, NDArray[np.str_]]) -> NDArray[np.bool_]:
    """Return which texts name a time zone."""
    found: NDArray[np.bool_] = np.logical_or.reduce(
        [np.char.strip(parts[name]) != "" for name in ("zone", "bare") if name in parts]
    )
    return found


def _take_days(
    texts: pa.StringArray, left: NDArray[np.intp], words: Words, patterns: tuple[str, ...]
) -> NDArray[np.intp]:
    """Read texts that say year, month and day; return those that say something else."""
    for pattern in patterns:
        left, at, parts = _extract(texts, left, pattern)
        if len(at):
            years, short = _full_years(parts["y"])
            words.days[at] = from_parts(years, _months(parts), _integers(parts["d"]))
            words.short_year[at], words.zoned[at] = short, _zoned(parts)
    return left


@rule
def no_month_for_sure(tally: Tally) -> bool:
    """Return whether six digits such as 201012 may all be something else: 20 October 2012."""
    return not tally["other"] and not tally["month"]


def _take_months(
    texts: pa.StringArray, left: NDArray[np.intp], words: Words, decisions: Decisions, label: str
) -> NDArray[np.intp]:
    """Read texts that say a month only; return those that say something else."""
    for pattern in date_shapes.MONTHS:
        rest, at, parts = _extract(texts, left, pattern)
        if len(at):
            years = _integers(parts["y"])
            digits = matches(texts.take(pa.array(at)), date_shapes.SIX_DIGITS)
            sure = any(map(date_shapes.only_a_month, years.tolist()))
            if decisions.make(
                no_month_for_sure, f"{label}: {pattern}", other=bool((~digits).any()), month=sure
            ):
                continue  # 201012 can be 20 October 2012
            days = from_parts(years, _months(parts), np.ones(len(at), np.int64))
            words.days[at], words.monthly[at] = days, ~np.isnat(days)
        left = rest
    return left


def _extract(
    texts: pa.StringArray, left: NDArray[np.intp], pattern: str
) -> tuple[NDArray[np.intp], NDArray[np.intp], dict[str, NDArray[np.str_]]]:
    """Return which texts still match nothing, which match this pattern, and the named parts of those."""
    if not len(left):
        return left, left, {}
    found = pc.extract_regex(texts.take(pa.array(left)), pattern)
    hit = found.is_valid().to_numpy(zero_copy_only=False)
    parts = found.filter(pa.array(hit)).flatten()
    names = [found.type.field(i).name for i in range(found.type.num_fields)]
    return (
        left[~hit],
        left[hit],
        {
            name: part.to_numpy(zero_copy_only=False).astype(str)
            for name, part in zip(names, parts, strict=True)
        },
    )


def _integers(parts: NDArray[np.str_]) -> NDArray[np.int64]:
    return parts.astype(np.int64)


def _full_years(parts: NDArray[np.str_]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    years, short = _integers(parts), np.char.str_len(parts) == 2
    return np.where(short, years + np.where(years < _PIVOT, 2000, 1900), years), short


def _months(parts: dict[str, NDArray[np.str_]]) -> NDArray[np.int64]:
    """Return the numbers of the months, in digits or in words; 0 for words that name none."""
    if "m" in parts:
        return _integers(parts["m"])
    names, at = np.unique(parts["name"], return_inverse=True)
    return np.array([date_shapes.month_of(name) for name in names.tolist()], np.int64)[at]


def from_epoch(seconds: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Return the days, as UTC counts them, of seconds since 1970; NaT for NaN."""
    known = ~np.isnan(seconds)
    days = np.floor_divide(np.where(known, seconds, 0), 86_400).astype(np.int64).astype("datetime64[D]")
    return np.where(known, days, NO_DAY)


def months_of(numbers: NDArray[np.float64]) -> NDArray[np.datetime64]:
    """Return the first days of the months that numbers such as 202510 mean, NaT for those that mean none.

    >>> months_of(np.array([202510, 201012.0])).astype(str).tolist(), months_of(np.array([201012.0])).astype(str).tolist()
    (['2025-10-01', '2010-12-01'], ['NaT'])
    """
    six = (numbers >= 190_001) & (numbers <= 210_012) & (numbers == np.floor(numbers))
    whole = np.where(six, numbers, 0).astype(np.int64)
    if not any(map(date_shapes.only_a_month, np.unique(whole[six] // 100).tolist())):
        return np.full(len(numbers), NO_DAY)
    return from_parts(whole // 100, whole % 100, np.ones(len(numbers), np.int64))


def from_numbers(numbers: NDArray[np.float64], date_system: int) -> NDArray[np.datetime64]:
    """Return the days that bare numbers mean, NaT for those that mean none.

    >>> from_numbers(np.array([45000.75, 19970101, 60]), 1900).astype(str).tolist()
    ['2023-03-15', '1997-01-01', 'NaT']
    """
    milli = (numbers >= date_shapes.FIRST_EPOCH * 1000) & (numbers < date_shapes.LAST_EPOCH * 1000)
    seconds = (numbers >= date_shapes.FIRST_EPOCH) & (numbers < date_shapes.LAST_EPOCH)
    counted = from_epoch(np.where(milli, numbers / 1000, np.where(seconds, numbers, np.nan)))
    whole = np.where(np.isfinite(numbers) & (np.abs(numbers) < 1e9), np.floor(numbers), 0).astype(np.int64)
    spelt = from_parts(whole // 10_000, whole // 100 % 100, whole % 100)
    serial = _EPOCH[date_system] + whole.astype("timedelta64[D]")
    days = np.where((serial >= FIRST_SERIAL_DAY) & (serial <= LAST_DAY), serial, NO_DAY)
    days = np.where(whole >= 19_000_101, np.where(whole == numbers, spelt, NO_DAY), days)
    return np.where(milli | seconds, counted, days)


def from_parts(
    years: NDArray[np.int64], months: NDArray[np.int64], days: NDArray[np.int64]
) -> NDArray[np.datetime64]:
    """Return days, NaT where month or day does not exist. Years are taken between 1000 and 9999 only."""
    fits = (years >= 1000) & (years <= 9999) & (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)
    month = np.where(fits, (years - 1970) * 12 + months - 1, 0).astype("datetime64[M]")
    day = month.astype("datetime64[D]") + np.where(fits, days - 1, 0).astype("timedelta64[D]")
    return np.where(fits & (day.astype("datetime64[M]") == month), day, NO_DAY)


def plain_iso(words: pa.Array | None) -> NDArray[np.datetime64] | None:
    """Read 2026-01-31, with or without a time, a hundred times faster than the general way; None if any is not so."""
    if words is None:
        return None
    index = None
    if pa.types.is_dictionary(words.type):
        index, words = words.indices, words.dictionary
    if not len(words) or not pc.all(pc.match_substring_regex(words, _PLAIN_ISO)).as_py():
        return None
    try:
        days = pc.cast(pc.utf8_slice_codeunits(words, 0, 10), pa.date32())
    except pa.ArrowInvalid:  # such as 2026-02-30: the general way names the cell
        return None
    days = days if index is None else days.take(index)
    return np.asarray(days.to_numpy(zero_copy_only=False).astype("datetime64[D]"))
