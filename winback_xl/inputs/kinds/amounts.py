"""Amounts as people and systems write them -> numbers. What 1,234 means is decided for a column, never for a cell.

``$1,234.56``, ``(12.00)``, ``$ (12.00)``, ``$ -``, ``12,50 EUR``, ``1.234,56``, ``1'234.50``, ``250.00-``, ``50.00 CR``,
``1,500/-`` and ``="10.00"`` are read. A column in which nothing tells the decimal mark is refused with both readings,
unless the settings say which it is; so is one with two currencies, with more credits than debits, or with amounts cut
to thousands (``1.5K``). Shares are here too: whether 35 or 0.35 is 35% is decided for the column.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.decisions import Decisions
from winback_xl.inputs.kinds import amount_findings, amount_shapes, amount_words
from winback_xl.inputs.kinds import amount_rules as rules
from winback_xl.inputs.kinds.currencies import different
from winback_xl.inputs.kinds.findings import (
    Finding,
    Parsed,
    broken,
    cells_of,
    clean,
    different_texts,
    examples,
    matches,
    spread,
)
from winback_xl.readers.grid import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.inputs.kinds.amount_shapes import Mark
    from winback_xl.inputs.kinds.amount_words import Words
    from winback_xl.readers.grid import RawColumn

_LARGEST_FRACTION = 5.0  # a bare 2.5 is 250%, for the bounds to refuse; a bare 35 is 35%


def read(
    column: RawColumn,
    label: str,
    *,
    decimal_mark: str = "ask",
    credit_side: str = "ask",
    percent: bool = False,
    whole: bool = False,
    decisions: Decisions | None = None,
) -> Parsed:
    """Read a column of amounts or other numbers.

    Parameters
    ----------
    column : RawColumn
        Cells as found.
    label : str
        Name of the column for messages.
    decimal_mark : {"ask", "point", "comma"}
        What 1,234 means where nothing in the column tells.
    credit_side : {"ask", "minus", "plus"}
        What CR behind an amount means where most amounts of the column have it.
    percent : bool
        Whether ``35%`` is a number (0.35); otherwise it is reported as unreadable.
    whole : bool
        Whether only whole numbers make sense.
    decisions : Decisions, optional
        What the whole ledger decided, where the column is a part of it.

    Returns
    -------
    Parsed
        Values float64, NaN where there is none. A decimal mark or a currency in doubt gives an error; a cell
        that holds no number gives a warning.
    """
    read_column = _Numbers(column, label, decisions or Decisions())
    read_column.take_texts(decimal_mark, credit_side, percent=percent)
    read_column.tell_others(whole=whole)
    return read_column.parsed()


def read_shares(column: RawColumn, label: str, *, decimal_mark: str = "ask") -> Parsed:
    """Read a column of shares as fractions: ``35%``, 35 and 0.35 are the same, decided for the whole column.

    Parameters are those of `read`.

    Returns
    -------
    Parsed
        Values float64; 1 is 100%. Numbers up to 1 are fractions, numbers above 5 make the column percentages;
        a column with both is refused. Nothing is cut off at 100%: 2.5 next to 0.5 is 250%.
    """
    read_column = _Numbers(column, label, Decisions())
    read_column.take_texts(decimal_mark, "ask", percent=True)
    read_column.tell_others(whole=False)
    read_column.take_as_shares()
    return read_column.parsed()


@dataclass(slots=True)
class _Numbers:
    """A column of numbers while it is read."""

    column: RawColumn
    label: str
    decisions: Decisions
    values: NDArray[np.float64] = field(init=False)
    percent: NDArray[np.bool_] | None = None  # cells written with a percent sign
    currencies: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = self.column.numbers
        if numbers is None:
            self.values = np.full(len(self.column), np.nan)
        elif self.column.uniform is Cell.NUMBER:
            self.values = numbers
        else:
            self.values = np.where(self.column.kinds == Cell.NUMBER, numbers, np.nan)

    def parsed(self) -> Parsed:
        """Return what was read."""
        return Parsed(pd.Series(self.values), tuple(self.findings), self.currencies)

    def take_texts(self, decimal_mark: str, credit_side: str, *, percent: bool) -> None:
        """Read numbers that are text."""
        codes, found = different_texts(self.column)
        if not len(found):
            return
        texts = clean(found)
        if texts is not found:  # one of them has letters of another form, such as a raised number
            texts = clean(pc.replace_substring_regex(found, amount_shapes.FOOTNOTE, r"\1*"))
        simple = amount_words.plain(texts)
        if simple is not None and self._is_simple(texts, codes, decimal_mark, credit_side):
            self._put(simple, codes)
            self.findings += amount_findings.stored_as_text(self.column, codes, self.label)
            return
        words = amount_words.parse(texts)
        mark = self._mark(words, codes, decimal_mark)
        sign = self._credit_sign(words, codes, credit_side)
        whole_amounts = self._none_rounded(words, codes)
        if not self._one_currency(words, codes) or mark is None or not sign or not whole_amounts:
            return
        numbers = np.where(words.credit, sign, 1) * words.numbers(mark) * np.where(words.debit, -sign, 1)
        numbers = np.where(words.percent, numbers / 100 if percent else np.nan, numbers)
        unread = np.isnan(numbers) & ~words.blank
        self._put(numbers, codes)
        self.percent = spread(words.percent, codes, missing=False)
        shown = examples(rules.some_texts(words.texts, unread))
        self.findings += amount_findings.unreadable(cells_of(unread, codes), shown, self.label)
        self.findings += amount_findings.repaired(self.column, words, codes, mark, ~unread, self.label)

    def tell_others(self, *, whole: bool) -> None:
        """Report cells that are not numbers: errors, dates, TRUE; and of fractions where only whole numbers are due."""
        self.findings += broken(self.column, self.label)
        others = np.flatnonzero((self.column.kinds == Cell.DATE) | (self.column.kinds == Cell.BOOL))
        self.findings += amount_findings.unreadable(others, "a date or TRUE/FALSE", self.label)
        if whole:
            with np.errstate(invalid="ignore"):
                parts = np.flatnonzero(self.values != np.floor(self.values))
            parts = parts[~np.isnan(self.values[parts])]
            if len(parts):
                self.findings.append(amount_findings.not_whole(parts, self.values, self.label))
                self.values = self.values.copy()
                self.values[parts] = np.nan

    def take_as_shares(self) -> None:
        """Decide for the whole column whether bare numbers are fractions or percentages."""
        bare = ~np.isnan(self.values) & (True if self.percent is None else ~self.percent)
        sizes = np.abs(self.values[bare])
        if not len(sizes) or sizes.max() <= _LARGEST_FRACTION:
            return
        fractions = np.flatnonzero(bare & (np.abs(self.values) > 0) & (np.abs(self.values) < 1))
        if len(fractions):
            small, large = self.values[fractions[0]], sizes.max()
            what = f"{self.label} mixes fractions and percentages, such as {small:g} and {large:g}."
            fix = f"Write them in one way: {small * 100:g} for {small:g}, or with a percent sign."
            self.findings.append(Finding("shares-mixed", "error", what, fix, fractions))
            return
        self.values = np.where(bare, self.values / 100, self.values)

    def _put(self, numbers: NDArray[np.float64], codes: NDArray[np.int32]) -> None:
        cells = spread(numbers, codes, np.nan)
        self.values = cells if self.column.numbers is None else np.where(codes >= 0, cells, self.values)

    def _is_simple(
        self, texts: pa.StringArray, codes: NDArray[np.int32], decimal_mark: str, credit_side: str
    ) -> bool:
        """Return whether plain numbers are what they look like: yes, unless other parts of the ledger write decimal commas."""
        if not self.decisions.in_parts:
            return True
        pointed, cells = bool(pc.any(pc.match_substring(texts, ".")).as_py()), int((codes >= 0).sum())
        about = {"point": int(pointed), "comma": 0, "unclear": 0, "said": decimal_mark}
        mark = self.decisions.make(rules.decimal_mark_is, self.label, **about)
        self.decisions.make(rules.credit_sign, self.label, credited=0, others=cells, said=credit_side)
        return mark == "." or not pointed

    def _mark(self, words: Words, codes: NDArray[np.int32], decimal_mark: str) -> Mark | None:
        """Decide for the whole column what the decimal mark is; None if it cannot be known."""
        point, comma = words.deciding("."), words.deciding(",")
        asked = self.decisions.in_parts or point.any() == comma.any()
        unclear = words.unclear() if asked else np.zeros(len(point), bool)
        about = {"point": int(point.sum()), "comma": int(comma.sum()), "unclear": int(unclear.sum())}
        verdict = self.decisions.make(rules.decimal_mark_is, self.label, **about, said=decimal_mark)
        if verdict in {".", ","}:
            return "." if verdict == "." else ","
        stated = rules.mark_in_doubt(self.label, words, codes, str(verdict), point, comma, unclear)
        self.findings += [] if stated is None else [stated]
        return "." if stated is None else None

    def _credit_sign(self, words: Words, codes: NDArray[np.int32], credit_side: str) -> int:
        """Decide for the whole column whether CR takes away (-1) or adds (1), and DR the other way; 0 if it cannot be known.

        On a customer's account an invoice is a debit and a credit note a credit; on the account of sales it is the
        other way round. Whatever the sales are, there are more of them than of what takes back.
        """
        credited, said = len(cells_of(words.credit, codes)), credit_side
        if not self.decisions.in_parts and (not credited or said != "ask"):
            return 1 if said == "plus" else -1
        others = len(cells_of(words.shaped & ~words.credit, codes))
        sign = int(
            self.decisions.make(rules.credit_sign, self.label, credited=credited, others=others, said=said)
        )
        if not credited or said != "ask":
            return sign or -1
        if sign < 0:
            text = rules.some_texts(words.texts, words.credit)[0]
            what = f"{credited:,} of {credited + others:,} amounts of {self.label} are credits, such as '{text}': they are taken away."
            self.findings.append(Finding("amounts-credit", "note", what))
            return sign
        shown = rules.some_texts(words.texts, words.credit)[0]
        what = f"{credited:,} of {credited + others:,} amounts of {self.label} are credits, such as '{shown}': they can be sales (on an account of sales) or what was taken back."
        fix = "Put credit_side = 'plus' (or 'minus') into the settings, or export the amounts with a sign."
        self.findings.append(Finding("credits-ambiguous", "error", what, fix, cells_of(words.credit, codes)))
        return 0

    def _none_rounded(self, words: Words, codes: NDArray[np.int32]) -> bool:
        """Refuse amounts that were cut to thousands or millions."""
        rounded = matches(words.texts, amount_shapes.ROUNDED) & ~words.shaped
        if not rounded.any():
            return True
        what = f"{self.label} holds amounts cut to thousands or millions, such as '{rules.some_texts(words.texts, rounded)[0]}'; they cannot be added up."
        fix = "Export the amounts in full, such as 1500.00."
        self.findings.append(Finding("amounts-rounded", "error", what, fix, cells_of(rounded, codes)))
        return False

    def _one_currency(self, words: Words, codes: NDArray[np.int32]) -> bool:
        """Note the currency next to the amounts; refuse two."""
        found = words.currency[words.currency != ""]
        self.currencies = different(found.tolist())
        if len(self.currencies) < 2:
            return True
        cells = rules.cells_per_word(codes, len(words.currency))
        tally = Counter[str]()
        for code, count in zip(words.currency.tolist(), cells.tolist(), strict=True):
            tally[code] += count
        listed = " and ".join(f"{code} ({tally[code]:,})" for code in self.currencies)
        rarest = min(self.currencies, key=lambda code: tally[code])
        what = f"{self.label} holds amounts in {listed}; they cannot be added up."
        fix = "Convert them to one currency, or load one currency at a time."
        rows = cells_of(words.currency == rarest, codes)
        self.findings.append(Finding("currency-mixed", "error", what, fix, rows))
        return False
