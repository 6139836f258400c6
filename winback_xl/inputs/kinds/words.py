"""Names, yes or no, and words from a list. A name "NA" or "None" is a name."""

from __future__ import annotations

import difflib
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.headings import NEAR
from winback_xl.inputs.kinds.findings import (
    Finding,
    Parsed,
    blank_words,
    broken,
    cells_of,
    clean,
    different_texts,
    distinct,
    examples,
    spread,
    subject,
)
from winback_xl.inputs.kinds.ids import written
from winback_xl.inputs.spelling import key
from winback_xl.readers.grid import Cell
from winback_xl.yes_words import NO, YES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from winback_xl.inputs.kinds.findings import Effect
    from winback_xl.readers.grid import RawColumn

SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "open": (
            "new", "pending", "active", "reopened", "in progress", "unresolved", "assigned", "to do", "received", "waiting", "on hold", "escalated", "under review",
            "offen", "neu", "in Bearbeitung", "in Klärung", "ouvert", "ouverte", "en cours", "abierto", "abierta", "en proceso", "pendiente", "aperto", "aperta",
            "in corso", "openstaand", "in behandeling", "aberto", "aberta", "em andamento", "pendente", *sorted(filter(str.isalnum, NO)),
        ),
        "solved": (
            "closed", "resolved", "done", "settled", "fixed", "completed", "complete", "finished", "erledigt", "gelöst", "abgeschlossen", "geschlossen", "résolu", "résolue", "clos",
            "close", "fermé", "fermée", "terminé", "resuelto", "resuelta", "cerrado", "cerrada", "solucionado", "risolto", "risolta", "chiuso", "chiusa", "opgelost", "gesloten",
            "afgehandeld", "resolvido", "resolvida", "fechado", "fechada", "concluído", *sorted(filter(str.isalnum, YES)),
        ),
        "rejected": ("refused", "returned", "sent back"),
        "accepted": ("kept",),
    }
)  # fmt: skip
"""Words that other systems use for a choice of ours."""


def as_texts(column: RawColumn) -> pa.StringArray:
    """Write every cell as people see it, shape (n,); "" for a blank one.

    >>> from winback_xl.readers.grid import Cell, RawColumn
    >>> kinds = np.array([Cell.NUMBER, Cell.BLANK, Cell.BOOL], np.uint8)
    >>> as_texts(RawColumn(0, "A", kinds, numbers=np.array([12.0, np.nan, 1.0]))).to_pylist()
    ['12', '', 'TRUE']
    """
    codes, words = different_texts(column, Cell.TEXT, Cell.ERROR)
    index = pa.array(codes, mask=codes < 0)
    texts = words.cast(pa.string()).take(index).fill_null("")
    for kind, write in _WRITERS.items():
        rows = column.kinds == kind
        if rows.any():
            texts = pc.replace_with_mask(texts, pa.array(rows), write(column, rows))
    return texts


def _dates(column: RawColumn, rows: NDArray[np.bool_]) -> pa.StringArray:
    assert column.dates is not None  # noqa: S101 - DATE cells have dates
    dates = column.dates[rows]
    at_midnight = bool((dates == dates.astype("datetime64[D]")).all())
    words = np.datetime_as_string(dates, unit="D" if at_midnight else "s")
    return pa.array(words.astype(object), pa.string())


def _numbers(column: RawColumn, rows: NDArray[np.bool_]) -> pa.StringArray:
    assert column.numbers is not None  # noqa: S101 - NUMBER cells have numbers
    return written(column.numbers[rows])


def _flags(column: RawColumn, rows: NDArray[np.bool_]) -> pa.StringArray:
    assert column.numbers is not None  # noqa: S101 - BOOL cells have numbers
    return pa.array(np.where(column.numbers[rows] != 0, "TRUE", "FALSE").astype(object), pa.string())


def _uncalculated(_: RawColumn, rows: NDArray[np.bool_]) -> pa.StringArray:
    return pa.array(["(not calculated)"] * int(rows.sum()), pa.string())


_WRITERS: dict[Cell, Callable[[RawColumn, NDArray[np.bool_]], pa.StringArray]] = {
    Cell.NUMBER: _numbers,
    Cell.DATE: _dates,
    Cell.BOOL: _flags,
    Cell.UNCALCULATED: _uncalculated,
}


def read_text(column: RawColumn, label: str) -> Parsed:
    """Read a column of text: white space around is taken off, "NA" and "None" stay what they are.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    label : str
        Name of the column for messages.

    Returns
    -------
    Parsed
        Values str, "" where there is none; numbers and dates as people write them.
    """
    findings = broken(column, label)
    texts = pc.utf8_trim_whitespace(as_texts(column))
    if findings:
        lost = np.isin(column.kinds, (Cell.ERROR, Cell.UNCALCULATED))
        texts = pc.if_else(pa.array(lost), "", texts)
    return Parsed(texts.to_pandas(), tuple(findings))


def read_yes_no(column: RawColumn, label: str, *, in_doubt: str = "") -> Parsed:
    """Read a column of yes and no, in words, signs, 1 and 0, or TRUE and FALSE.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    label : str
        Name of the column for messages.
    in_doubt : {"", "Yes"}
        What a cell that says neither counts as.

    Returns
    -------
    Parsed
        Values "Yes", "No" or "".
    """
    codes, words = distinct(column)
    lower = [word.casefold() for word in words.to_pylist()]
    answers = np.array(["Yes" if word in YES else "No" if word in NO else "" for word in lower], dtype=object)
    doubt = np.array(answers == "", dtype=bool) & ~blank_words(words)
    answers[doubt] = in_doubt
    values = spread(answers, codes, "") if len(words) else np.full(len(column), "", object)
    unread = cells_of(doubt, codes)
    if column.numbers is not None:
        flags = np.isin(column.kinds, (Cell.NUMBER, Cell.BOOL))
        values = np.where(flags, np.where(column.numbers == 1, "Yes", "No"), values)
        odd = np.flatnonzero(flags & ~np.isin(column.numbers, (0, 1)))
        values[odd] = in_doubt
        unread = np.union1d(unread, odd)
    findings = broken(column, label)
    for finding in findings:
        values[finding.rows] = in_doubt
    if len(unread):
        shown = examples(as_texts(column.take(unread[:100])).to_pylist())
        what = f"{subject(len(unread), label, 'is', 'are')} neither yes nor no ({shown})."
        if in_doubt:
            what += f" To be safe, {'it counts' if len(unread) == 1 else 'they count'} as {in_doubt}."
        effect: Effect = "none" if in_doubt else "unknown"
        fix = "Write Yes or No, or leave the cell empty."
        findings.append(
            Finding("yesno-unreadable", "warning", what, fix, unread, effect, reason="is neither yes nor no")
        )
    return Parsed(_series(values), tuple(findings))


def read_choice(column: RawColumn, label: str, choices: tuple[str, ...]) -> Parsed:
    """Read a column of words from a list, whatever their case and punctuation; near spellings are reported.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    label : str
        Name of the column for messages.
    choices : tuple of str
        The words that are allowed.

    Returns
    -------
    Parsed
        Values from ``choices``, or "".
    """
    findings = broken(column, label)
    codes, found = pd.factorize(read_text(column, label).cells)
    words = clean(pa.array(found.astype(object), pa.string()))
    known = {key(choice): choice for choice in choices}
    known |= {key(word): choice for choice in choices for word in SYNONYMS.get(choice, ())}
    meant: list[str] = []
    repaired: list[str] = []
    for word in words.to_pylist():
        choice = known.get(key(word), "")
        near = "" if choice else _near(word, known)
        if near:
            repaired.append(f"{word} -> {near}")
        meant.append(choice or near)
    if repaired:
        what = f"Words of {label} were read as the closest word on the list ({examples(repaired)})."
        findings.append(Finding("choice-near", "note", what))
    answers = np.array(meant, dtype=object)
    lost = (answers == "") & ~blank_words(words)
    if lost.any():
        rows = cells_of(lost, codes)
        shown = examples(words.filter(pa.array(lost)).to_pylist())
        what = f"{subject(len(rows), label, 'is', 'are')} not on the list ({shown})."
        fix = f"Use one of: {', '.join(choices)}."
        findings.append(
            Finding("choice-unknown", "warning", what, fix, rows, "unknown", reason="is not on the list")
        )
    return Parsed(_series(spread(answers, codes, "")), tuple(findings))


def _near(word: str, known: Mapping[str, str]) -> str:
    """Return the choice that a word is nearly spelt like, if there is only one; else ""."""
    close = difflib.get_close_matches(key(word), known, n=3, cutoff=NEAR)
    meant = {known[spelling] for spelling in close}
    return meant.pop() if len(meant) == 1 else ""


def _series(values: NDArray[np.object_]) -> pd.Series:
    series: pd.Series = pa.array(values, pa.string()).to_pandas()
    return series
