"""Random edits as people make them: into any cell of the Campaign sheet that is theirs, sensible or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter

from winback_xl.schema.columns import CAMPAIGN, NUMERIC

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from tests.engines.engines import At

SHEET, HEADER = "Campaign", 4
TODAY = dt.date(2026, 10, 31)
ODD: tuple[Any, ...] = ("soon", "n/a", "x", "12", "1.500,00", "yes", -5.0, 0.0, 12.5, 1e6, 46_000.0, 46_326.5)
"""What stands in cells that ask for something else."""

DIGITS = dict.fromkeys(NUMERIC, ("12",))
IN_DOUBT: dict[str, tuple[Any, ...]] = {"date": (-5.0, 0.0, 12.5), **DIGITS}
"""What is left out, by kind of column. Days before March 1900 mean one thing to Excel, which counts a leap day that
never was, and another to everybody else. Digits typed as text count for ``COUNTIFS(...,">0")`` in betteroffice, and
neither in Excel nor in formulon."""

AMOUNTS = (0.0, 1.0, 2.0, 40.0, 99.5, 1_200.0, 25_000.0)
WORDS = ("Ann", "Too dear", "A call back", "Done on 11-09", "Nobody listened to us")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where people may type: the cells of each column of theirs, and the words that lists allow."""

    rows: range
    letters: dict[str, str]
    choices: dict[str, list[str]]

    @classmethod
    def of(cls, path: Path) -> Ground:
        """Read a campaign workbook."""
        book = openpyxl.load_workbook(path)
        sheet, lists = book[SHEET], book["Lists"]
        names = {cell.value: get_column_letter(cell.column) for cell in sheet[HEADER]}
        found: dict[str, list[str]] = {}
        for table in lists.tables.values():
            head, *body = [[cell.value for cell in row] for row in lists[table.ref]]
            for at, name in enumerate(head):
                found[name] = [row[at] for row in body if row[at]]
        columns = CAMPAIGN.of_role("human")
        return cls(
            range(HEADER + 1, sheet.max_row + 1),
            {column.name: names[column.heading] for column in columns},
            {column.name: found[column.choices] for column in columns if column.choices in found},
        )

    def edit(self, chance: random.Random) -> tuple[At, Any]:
        """Return a cell, and what somebody types into it; None empties it."""
        name = chance.choice(list(self.letters))
        return (SHEET, f"{self.letters[name]}{chance.choice(self.rows)}"), self._value(name, chance)

    def _value(self, name: str, chance: random.Random) -> Any:
        drawn, kind = chance.random(), CAMPAIGN[name].kind
        if drawn < 0.2:
            odd = chance.choice(ODD)
            return None if drawn < 0.1 or odd in IN_DOUBT.get(kind, ()) else odd
        if name in self.choices:
            return chance.choice(self.choices[name])
        if kind == "date":
            # On a Saturday or Sunday betteroffice counts one working day too many; Excel, formulon and LibreOffice do not.
            day = TODAY - dt.timedelta(days=chance.randint(-60, 400))
            return day - dt.timedelta(days=max(0, day.weekday() - 4))
        words = ("Yes", "No") if kind == "yesno" else WORDS
        return chance.choice(AMOUNTS if kind in NUMERIC else words)
