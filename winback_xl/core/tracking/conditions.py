"""Conditions of a row that are written once and read twice: as an Excel formula, and as numpy arrays.

A condition knows where Excel meets an error value: comparing a cell passes its error on, ``AND`` and ``OR`` pass on
the error of any part, ``ISNUMBER`` and ``IFERROR`` pass on none.

Examples
--------
>>> (is_("want_back", "Later") | is_("stage", "Resting")).excel
'OR([@[Want back?]]="Later",[@Stage]="Resting")'
>>> (amount("agreed_amount") > amount("recommended")).excel
'N([@[Agreed amount]])>N([@[Make-good recommended]])'
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from winback_xl.schema.columns import CAMPAIGN
from winback_xl.serial_days import DAY_0

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from winback_xl.core.tracking.campaign_rows import CampaignRows

    Answer = Callable[[CampaignRows], NDArray[np.bool_]]
    Numbers = Callable[[CampaignRows], NDArray[np.float64] | float]

_PLAIN = re.compile(r"[^\W\d]\w*\Z")


FOLLOWED: MappingProxyType[str, str] = MappingProxyType(
    {"last_contact": "last_talk", "attempts": "tries", "listened": "heard"}
)
"""Human columns -> the formula columns that add what the log of talks says; steps ask these."""


def cell(name: str) -> str:
    """Return the reference to a cell of the same row of the campaign table.

    >>> cell("stage"), cell("want_back")
    ('[@Stage]', '[@[Want back?]]')
    """
    heading = CAMPAIGN[FOLLOWED.get(name, name)].heading
    return f"[@{heading}]" if _PLAIN.match(heading) else f"[@[{heading}]]"


def _never(rows: CampaignRows) -> NDArray[np.bool_]:
    return np.zeros(len(rows), bool)


def _either(*answers: Answer) -> Answer:
    """Return where at least one of them holds."""
    answers = tuple(answer for answer in answers if answer is not _never) or (_never,)
    return lambda rows: np.logical_or.reduce([answer(rows) for answer in answers])


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one row: ``excel`` as a formula, ``holds`` and ``fails`` (an error value) as arrays of shape (n,)."""

    excel: str
    holds: Answer
    fails: Answer = _never

    def __and__(self, other: Condition) -> Condition:
        """Return whether both hold."""
        return Condition(
            f"AND({_inner(self.excel, 'AND')},{_inner(other.excel, 'AND')})",
            lambda rows: self.holds(rows) & other.holds(rows),
            _either(self.fails, other.fails),
        )

    def __or__(self, other: Condition) -> Condition:
        """Return whether one of them holds."""
        return Condition(
            f"OR({_inner(self.excel, 'OR')},{_inner(other.excel, 'OR')})",
            lambda rows: self.holds(rows) | other.holds(rows),
            _either(self.fails, other.fails),
        )

    def __invert__(self) -> Condition:
        """Return whether it does not hold."""
        return Condition(f"NOT({self.excel})", lambda rows: ~self.holds(rows), self.fails)


def _inner(excel: str, function: str) -> str:
    """Return the arguments of a call of this function as they are, and anything else whole."""
    if not excel.startswith(f"{function}("):
        return excel
    depth = 0
    for place, sign in enumerate(excel):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == ")" and depth == 0:
            return excel[len(function) + 1 : -1] if place == len(excel) - 1 else excel
    return excel


ALWAYS = Condition("TRUE", lambda rows: np.ones(len(rows), bool))
"""Holds in every row."""


def is_(name: str, *words: str) -> Condition:
    """Return whether a cell holds one of these words, in any case."""
    texts = [f'{cell(name)}="{word}"' for word in words]
    excel = texts[0] if len(texts) == 1 else f"OR({','.join(texts)})"
    return Condition(excel, lambda rows: rows.is_(name, *words), lambda rows: rows.failed(name))


def is_not(name: str, word: str) -> Condition:
    """Return whether a cell holds anything but this word."""
    return Condition(
        f'{cell(name)}<>"{word}"', lambda rows: ~rows.is_(name, word), lambda rows: rows.failed(name)
    )


def blank(name: str) -> Condition:
    """Return whether a cell is blank."""
    return is_(name, "")


def filled(name: str) -> Condition:
    """Return whether a cell holds anything."""
    return is_not(name, "")


def has_day(name: str) -> Condition:
    """Return whether a cell holds a day or a number, and not words or an error."""
    return Condition(f"ISNUMBER({cell(name)})", lambda rows: ~np.isnan(rows.number(name)))


def no_day(name: str) -> Condition:
    """Return whether a cell holds neither a day nor a number."""
    return Condition(f"COUNT({cell(name)})=0", (~has_day(name)).holds)


def same_text(name: str, other: str) -> Condition:
    """Return whether two cells hold the same words, in any case; an error value is not the same as anything."""

    def holds(rows: CampaignRows) -> NDArray[np.bool_]:
        equal = np.asarray(rows.trimmed(name) == rows.trimmed(other), bool)
        return equal & ~rows.failed(name, other)

    return Condition(f"IFERROR(TRIM({cell(name)})=TRIM({cell(other)}),FALSE)", holds)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of one row: ``excel`` as a formula, ``of`` as an array of shape (n,) or one number."""

    excel: str
    of: Numbers
    fails: Answer = _never

    def __add__(self, other: Amount) -> Amount:
        """Return the sum."""
        return Amount(
            f"{self.excel}+{other.excel}",
            lambda rows: self.of(rows) + other.of(rows),
            _either(self.fails, other.fails),
        )

    def above(self, other: Amount) -> Amount:
        """Return by how much it is above another, 0 where it is not."""
        return Amount(
            f"MAX({self.excel}-{other.excel},0)",
            lambda rows: np.maximum(self.of(rows) - other.of(rows), 0.0),
            _either(self.fails, other.fails),
        )

    def _compared(self, sign: str, compare: Callable[[Any, Any], Any], other: Amount | float) -> Condition:
        if not isinstance(other, Amount):
            return self._compared(sign, compare, Amount(f"{other:g}", lambda _: other))
        return Condition(
            f"{self.excel}{sign}{other.excel}",
            lambda rows: np.broadcast_to(compare(self.of(rows), other.of(rows)), len(rows)),
            _either(self.fails, other.fails),
        )

    def __gt__(self, other: Amount | float) -> Condition:
        """Return whether it is above another number."""
        return self._compared(">", operator.gt, other)

    def __lt__(self, other: Amount | float) -> Condition:
        """Return whether it is below another number."""
        return self._compared("<", operator.lt, other)

    def __ge__(self, other: Amount | float) -> Condition:
        """Return whether it is another number or above it."""
        return self._compared(">=", operator.ge, other)

    def __le__(self, other: Amount | float) -> Condition:
        """Return whether it is another number or below it."""
        return self._compared("<=", operator.le, other)


def amount(name: str) -> Amount:
    """Return a cell as a number, 0 where it is blank or holds words."""
    return Amount(f"N({cell(name)})", lambda rows: rows.filled_number(name), lambda rows: rows.failed(name))


def counted(name: str) -> Amount:
    """Return a cell of one of our own columns of numbers, which never holds words."""
    return Amount(cell(name), lambda rows: rows.filled_number(name), lambda rows: rows.failed(name))


def setting(name: str) -> Amount:
    """Return a setting of the workbook."""
    return Amount(f"set_{name}", lambda rows: float(getattr(rows.settings, name)))


AS_OF = Amount("set_as_of", lambda rows: float((rows.as_of - np.datetime64(DAY_0, "D")).astype(np.int64)))
"""Today's serial number, as the workbook counts it."""


def workdays_after(days: NDArray[np.datetime64], count: int) -> NDArray[np.datetime64]:
    """Return what WORKDAY gives without holidays: the start day itself never counts."""
    return np.busday_offset(days, count, roll="backward")
