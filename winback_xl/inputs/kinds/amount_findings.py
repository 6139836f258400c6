"""Findings on a column of amounts: cells without a number, numbers that are text, and what was taken off the texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from winback_xl.inputs.kinds import amount_rules as rules
from winback_xl.inputs.kinds.findings import Finding, examples, matches, subject, to_bool
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.inputs.kinds.amount_shapes import Mark
    from winback_xl.inputs.kinds.amount_words import Words
    from winback_xl.readers.grid import RawColumn


def unreadable(rows: NDArray[np.intp], shown: str, label: str) -> list[Finding]:
    """Warn of cells that hold no number."""
    if not len(rows):
        return []
    what = f"{subject(len(rows), label, 'holds', 'hold')} no number ({shown})."
    fix = "Type a number, or leave the cell empty."
    return [Finding("number-unreadable", "warning", what, fix, rows, "unknown", reason="holds no number")]


def not_whole(rows: NDArray[np.intp], values: NDArray[np.float64], label: str) -> Finding:
    """Warn of fractions where only whole numbers are due."""
    shown = examples(f"{value:g}" for value in values[rows[:100]])
    what = f"{subject(len(rows), label, 'is', 'are', noun='value')} not a whole number ({shown})."
    fix = "Correct the value, or leave the cell empty."
    return Finding("number-not-whole", "warning", what, fix, rows, "unknown", reason="is not a whole number")


def stored_as_text(column: RawColumn, codes: NDArray[np.int32], label: str) -> list[Finding]:
    """Note numbers stored as text beside real ones."""
    texts = int((codes >= 0).sum())
    if not (column.count(Cell.NUMBER) and texts):
        return []
    what = f"{subject(texts, label, 'was', 'were', noun='number')} stored as text and read."
    return [Finding("numbers-as-text", "note", what)]


def repaired(
    column: RawColumn,
    words: Words,
    codes: NDArray[np.int32],
    mark: Mark,
    right: NDArray[np.bool_],
    label: str,
) -> list[Finding]:
    """Note at once all that was taken off the texts; ``right``, shape (n,), says which of them were read."""
    cells = rules.cells_per_word(codes, len(right))
    kinds = {
        "with a currency": words.currency != "",
        "in brackets (negative)": words.brackets,
        "with the minus behind": words.trailing,
        "with DR": words.debit,
        "with marks that do not change the amount": words.tidied,
        "with separators": words.grouped(mark),
        "with a decimal comma": matches(words.body, ",") if mark == "," else np.zeros_like(right),
        "with a percent sign": words.percent,
        "standing for nothing": words.blank & to_bool(pc.not_equal(words.texts, "")),
    }
    counts = {name: int(cells[flags & right].sum()) for name, flags in kinds.items()}
    parts = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    if not parts:
        return stored_as_text(column, codes, label)
    shown = examples(rules.some_texts(words.texts, np.logical_or.reduce(list(kinds.values())) & right))
    what = f"Texts of {label} were read as numbers: {parts} (such as {shown})."
    return [Finding("amounts-repaired", "note", what)]
