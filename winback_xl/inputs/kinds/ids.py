"""Ids are text: 123 and "00123" stay two customers, and possible duplicates are reported, never merged.

What is merged is only what nobody can see: white space around, invisible characters, full-width letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.wording import plural
from winback_xl.inputs.decisions import Decisions, Tally, rule
from winback_xl.inputs.kinds import text_bytes
from winback_xl.inputs.kinds.findings import (
    NO_ROWS,
    Finding,
    Parsed,
    broken,
    cells_of,
    clean,
    different_texts,
    examples,
    holds,
    matches,
    odd_bytes,
    spread,
    subject,
    to_bool,
)
from winback_xl.inputs.kinds.unprintable import CONTROL
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.readers.grid import RawColumn

EXACT = 1e15
"""Numbers keep 15 digits; an id with more that was stored as a number has lost its end."""

_SCIENTIFIC = r"^\d+(?:\.\d+)?[eE][+-]?\d+$"
_FLOAT_ID = r"^\d+\.0$"
_FRACTION = r"^\d+\.\d+$"
_LOOKS_MISSING = ("null", "none", "nan", "n/a", "na", "#n/a", "<na>", "unknown", "undefined", "-", "?")
_ZERO_FORMAT = re.compile(
    r'(?P<before>(?:"[^"]*"|\\.|[-./ ])*)(?P<zeros>0+(?:-0+)*)(?P<after>(?:"[^"]*"|\\.|[-./ ])*)'
)
_PAIRS = 3  # pairs of ids that a message shows


def read(column: RawColumn, label: str, *, twins: bool = True, decisions: Decisions | None = None) -> Parsed:
    """Read a column of ids as text.

    Parameters
    ----------
    column : RawColumn
        Cells as found; repeat merged ones before (`RawColumn.filled`).
    label : str
        Name of the column for messages.
    twins : bool
        Whether to look for ids that may mean the same: 123 and 00123, abc and ABC.
    decisions : Decisions, optional
        What the whole ledger decided, where the column is a part of it.

    Returns
    -------
    Parsed
        Values str, "" where there is none; ``codes`` are equal where the ids are.
    """
    findings, decisions = broken(column, label), decisions or Decisions()
    if column.uniform is Cell.NUMBER:
        words, codes = _numbers(column, np.arange(len(column)), findings, label)
    elif column.count(Cell.TEXT, Cell.BLANK) == len(column):
        words, codes = _texts(column, findings, label, decisions)
    else:
        words, codes = _mixed(column, findings, label, decisions)
    findings += _suspects(words, codes, label)
    if twins:
        findings += _twins(words, codes, label)
    index = pa.array(codes, mask=codes < 0) if codes.min(initial=0) < 0 else pa.array(codes)
    return Parsed(words.take(index).fill_null("").to_pandas(), tuple(findings), codes=codes)


Ids = tuple[pa.StringArray, "NDArray[np.int64]"]
"""Different ids, and for every row its place among them (-1 where there is none)."""


def _encoded(texts: pa.StringArray) -> Ids:
    """Give each different id a number, and "" none."""
    encoded = texts.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    empty = to_bool(pc.equal(encoded.dictionary, ""))
    if empty.any():
        codes[empty[codes]] = -1
    return encoded.dictionary, codes


def _texts(column: RawColumn, findings: list[Finding], label: str, decisions: Decisions) -> Ids:
    """Take ids that are text, without what nobody sees, and tell which were merged by that."""
    codes, found = different_texts(column)
    words, note = _without_point_zero(_as_shown(_without_apostrophe(clean(found))), label, decisions)
    findings += note
    if (
        words is found and pc.index(words, "").as_py() < 0
    ):  # nothing to tidy: a million texts need no second look
        return words, codes.astype(np.int64)
    ids, places = _encoded(words)
    if len(ids) < len(words):
        findings += _merged(codes, words, label)
    return ids, spread(places, codes, -1)


def _without_apostrophe(words: pa.StringArray) -> pa.StringArray:
    """Take off the marks by which programs keep Excel from making numbers of ids: ``'0012`` and ``="0012"``."""
    for sign, marked in (("'", r"^'([+\d][^']*|[^' ]+@[^' ]+)$"), ("=", r'^="([^"]*)"$')):
        if pc.any(pc.starts_with(words, sign)).as_py():
            words = pc.replace_substring_regex(words, marked, r"\1")
    return words  # the same object where there is none: callers save work


def _as_shown(words: pa.StringArray) -> pa.StringArray:
    """Write ids as a workbook will show them: a row is found again by what is there."""
    if not odd_bytes(words) or not matches(words, CONTROL).any():
        return words  # the same object: callers save work
    return pc.replace_substring_regex(words, CONTROL, "\ufffd")


def _mixed(column: RawColumn, findings: list[Finding], label: str, decisions: Decisions) -> Ids:
    """Take a column in which some ids are numbers, some texts, and some perhaps dates."""
    words, codes = _texts(column, findings, label, decisions)
    index = pa.array(codes, mask=codes < 0)
    texts = words.take(index).fill_null("") if len(words) else pa.array([""] * len(column), pa.string())
    numeric = np.flatnonzero(column.kinds == Cell.NUMBER)
    if len(numeric):
        words, codes = _numbers(column, numeric, findings, label)
        texts = pc.replace_with_mask(
            texts, pa.array(column.kinds == Cell.NUMBER), words.take(pa.array(codes))
        )
    dated = np.flatnonzero(column.kinds == Cell.DATE)
    if len(dated) and column.dates is not None:
        days = pa.array(np.datetime_as_string(column.dates[dated], unit="D").astype(object), pa.string())
        texts = pc.replace_with_mask(texts, pa.array(column.kinds == Cell.DATE), days)
        what = f"{subject(len(dated), label, 'is a date', 'are dates', noun='id')} ({days[0]})."
        fix = "Excel may have made a date of an id such as 1-3; enter it again as text."
        findings.append(Finding("id-is-date", "warning", what, fix, dated))
    flags = column.kinds == Cell.BOOL
    if flags.any() and column.numbers is not None:
        values = pa.array(np.where(column.numbers[flags] != 0, "TRUE", "FALSE").astype(object), pa.string())
        texts = pc.replace_with_mask(texts, pa.array(flags), values)
    return _encoded(texts)


@rule
def point_zero_says_nothing(tally: Tally) -> bool:
    """Return whether the only fraction behind ids that are numbers is ".0", as programs leave it that calculate with them."""
    return bool(tally["pointed"]) and not tally["fraction"]


def _without_point_zero(
    words: pa.StringArray, label: str, decisions: Decisions
) -> tuple[pa.StringArray, list[Finding]]:
    """Take ".0" off ids that went through a program that made numbers of them, if none has another fraction."""
    pointed = matches(words, _FLOAT_ID) if holds(words, ".") else np.zeros(len(words), bool)
    fraction = (decisions.in_parts or pointed.any()) and (matches(words, _FRACTION) & ~pointed).any()
    about = {"pointed": bool(pointed.any()), "fraction": bool(fraction)}
    if not decisions.make(point_zero_says_nothing, label, **about) or not pointed.any():
        return words, []
    shown = words.filter(pa.array(pointed))[0].as_py()
    what = f"Ids of {label} such as '{shown}' were read as '{shown[:-2]}'."
    return pc.replace_substring_regex(words, r"^(\d+)\.0$", r"\1"), [Finding("id-point-zero", "note", what)]


def _merged(codes: NDArray[np.int32], words: pa.StringArray, label: str) -> list[Finding]:
    """Return which ids differ only in what nobody sees, and were taken as one."""
    series = words.to_pandas()
    again = series.duplicated(keep="first").to_numpy() & (series != "").to_numpy()
    if not again.any():
        return []
    count = int(again.sum())
    shown = examples(words.filter(pa.array(again))[:10].to_pylist())
    lead = plural(count, "spelling")
    verbs = ("differs", "was") if count == 1 else ("differ", "were")
    what = f"{lead} of {label} {verbs[0]} only in spaces or invisible characters and {verbs[1]} taken as the same id ({shown})."
    fix = "Change them in the source if they are meant to differ."
    return [Finding("id-merged", "note", what, fix, cells_of(again, codes))]


def _numbers(column: RawColumn, rows: NDArray[np.intp], findings: list[Finding], label: str) -> Ids:
    """Write numeric ids as people see them: 17850, or 00123 where the cell is formatted so."""
    numbers = np.full(len(rows), np.nan) if column.numbers is None else column.numbers[rows]
    long = rows[np.abs(numbers) >= EXACT]
    if len(long):
        one = len(long) == 1
        lead = plural(len(long), "id")
        what = f"{lead} of {label} with more than 15 digits {'is stored as a number and has' if one else 'are stored as numbers and have'} lost the last digits."
        fix = "Store the column as text in the source and export it again."
        findings.append(Finding("id-digits-lost", "warning", what, fix, long))
    if column.format_index is None:
        codes, different = pd.factorize(numbers)
        return written(different), codes.astype(np.int64)
    texts, formats = written(numbers), column.format_index[rows]
    for number, style in enumerate(column.formats, 1):
        texts = _formatted(
            texts, (numbers >= 0) & (numbers == np.floor(numbers)) & (formats == number), style
        )
    return _encoded(texts)


def written(numbers: NDArray[np.float64]) -> pa.StringArray:
    """Write numbers as people write them: without exponent and without ".0".

    >>> written(np.array([17850.0, 1.5])).to_pylist()
    ['17850', '1.5']
    """
    whole = (numbers == np.floor(numbers)) & (np.abs(numbers) < 2**63)
    texts = pc.cast(pa.array(np.where(whole, numbers, 0).astype(np.int64)), pa.string())
    return (
        texts if whole.all() else pc.if_else(pa.array(whole), texts, pc.cast(pa.array(numbers), pa.string()))
    )


def _formatted(texts: pa.StringArray, which: NDArray[np.bool_], style: str) -> pa.StringArray:
    """Show whole numbers in a number format made of zeros and fixed characters; others stay as they are.

    >>> _formatted(pa.array(["7", "8"]), np.array([True, False]), '"K-"00000').to_pylist()
    ['K-00007', '8']
    """
    shape = _ZERO_FORMAT.fullmatch(style.split(";", maxsplit=1)[0])
    if shape is None or not which.any():
        return texts
    zeros = shape["zeros"]
    shown = pc.utf8_lpad(texts, width=zeros.count("0"), padding="0")
    groups = [len(group) for group in zeros.split("-")]
    if len(groups) > 1:
        tail = "".join(rf"(\d{{{size}}})" for size in groups[1:])
        shown = pc.replace_substring_regex(
            shown, rf"^(\d+){tail}$", "-".join(rf"\{i + 1}" for i in range(len(groups)))
        )
    before, after = (re.sub(r'["\\]', "", shape[name]) for name in ("before", "after"))
    shown = pc.binary_join_element_wise(before, shown, after, "")
    return pc.if_else(pa.array(which), shown, texts)


def _suspects(words: pa.StringArray, codes: NDArray[np.int64], label: str) -> list[Finding]:
    """Report ids that look like something else; they stay as they are."""
    found = []
    scientific = matches(words, _SCIENTIFIC) if holds(words, "e", "E") else np.zeros(len(words), bool)
    if scientific.any():
        shown = examples(words.filter(pa.array(scientific))[:10].to_pylist())
        what = f"{subject(int(scientific.sum()), label, 'looks', 'look', noun='id')} like scientific notation ({shown})."
        fix = "If Excel shortened a long number, export the column as text; the ids are kept as they are."
        found.append(Finding("id-scientific", "warning", what, fix, cells_of(scientific, codes)))
    missing = to_bool(pc.is_in(pc.utf8_lower(words), value_set=pa.array(_LOOKS_MISSING)))
    if missing.any():
        rows = cells_of(missing, codes)
        shown = examples(words.filter(pa.array(missing)).to_pylist())
        what = f"{plural(len(rows), 'row has', 'rows have')} {shown} as {label}, and it is taken as an id where no e-mail or phone says who it is."
        fix = "If it means that there is none, empty these cells."
        found.append(Finding("id-looks-missing", "warning", what, fix, rows))
    return found


def _twins(words: pa.StringArray, codes: NDArray[np.int64], label: str) -> list[Finding]:
    """Report ids that may be one, but for zeros in front or for capitals; they are kept apart."""
    found = []
    if text_bytes.may_begin_with_digit(words) and matches(words, r"^0+[0-9]+$").any():
        bare = pc.if_else(
            pc.match_substring_regex(words, r"^[0-9]+$"), pc.utf8_ltrim(words, characters="0"), words
        )
        found += _pairs(words, bare, codes, label, "zeros in front")
    if text_bytes.span(words)[1] < ord("a"):
        return found  # no small letter, so no two spellings
    # E-mails are compared without capitals anyway (`winback_xl.inputs.guests`).
    same = pc.if_else(pc.match_substring(words, "@"), words, pc.utf8_lower(words))
    return found + _pairs(words, same, codes, label, "capitals")


def _pairs(
    words: pa.StringArray, same: pa.StringArray, codes: NDArray[np.int64], label: str, but_for: str
) -> list[Finding]:
    if pc.count_distinct(same).as_py() == len(words):
        return []
    keys = same.to_pandas()
    twin = keys.duplicated(keep=False).to_numpy()
    groups = pd.Series(words.to_pandas()[twin].to_numpy(), dtype=object).groupby(
        keys[twin].to_numpy(), sort=False
    )
    shown = ", ".join(" / ".join(group) for _, group in list(groups)[:_PAIRS])
    what = f"Some ids of {label} differ only in {but_for} and are kept apart ({shown})."
    fix = "If they are one customer, write the id the same way everywhere."
    return [Finding("id-twins", "warning", what, fix, cells_of(twin, codes) if len(codes) else NO_ROWS)]
