"""What people do all over a campaign workbook, as plain data that any program can do: cells, rows, sheets.

An edit says sheet, row, column and content in the coordinates of the workbook as it was opened; rows change places,
rows are inserted and sheets are added and renamed after all cells are typed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter

from winback_xl.schema.columns import CAMPAIGN, TALKS

if TYPE_CHECKING:
    import random

KEY = "Customer ID"
KEYS = {KEY, "Campaign ID", "Talk ID"}
HUMAN = [column.heading for column in CAMPAIGN.of_role("human")]
TALK_WORDS = [column.heading for column in TALKS.of_role("human") if column.kind in {"text", "long"}]
LEFT_ALONE = {"Snapshot", "Collected"}  # nobody sees them
SETTING_COLUMNS = {2, 3}  # a wrong setting is an error
ENDS = ("", " & <co>", "\nsecond line", " ü漢字", " '", ' "quoted"', "x" * 300)
DAY = 46330  # 3 November 2026


@dataclass
class Edits:
    """What somebody does in one sitting."""

    cells: list[tuple[str, int, int, str | int]] = field(default_factory=list)
    swaps: list[tuple[str, int, int, int]] = field(default_factory=list)
    """Sheet, two rows that change places, last column."""
    sorts: list[tuple[str, int, int, int, int, bool]] = field(default_factory=list)
    """Sheet, first and last row, last column, column to sort by, descending."""
    inserts: list[tuple[str, int]] = field(default_factory=list)
    """Sheet, rows inserted on top."""
    sheets: list[tuple[str, str]] = field(default_factory=list)
    """Name of an added sheet, text in its B2."""
    renames: list[tuple[str, str]] = field(default_factory=list)

    def order(self) -> dict[str, Any]:
        return asdict(self)


def heads(sheet: Any) -> tuple[int, dict[str, int]] | None:
    """Return row and places of the headings of a sheet that lists customers, or None."""
    for row in sheet.iter_rows(1, 8):
        found = {cell.value: cell.column for cell in row if isinstance(cell.value, str)}
        if KEY in found:
            return row[0].row, found
    return None


class Sitting:
    """Somebody types texts all over a workbook; ``marks`` is each text and who it is about ("" for nobody)."""

    def __init__(self, book: Any, chance: random.Random, marks: dict[str, tuple[str, ...]]) -> None:
        self.book, self.chance, self.marks = book, chance, marks
        self.edits = Edits()
        self.typed: set[tuple[str, int, int]] = set()

    def text(self, where: str) -> str:
        return f"mark {where} {self.chance.random():.9f}{self.chance.choice(ENDS)}"

    def type(
        self, sheet: str, row: int, column: int, about: tuple[str, ...], content: str | int = ""
    ) -> bool:
        """Type into a cell, unless a text of an earlier round stands there."""
        cell = self.book[sheet].cell(row, column)
        if (
            type(cell).__name__ == "MergedCell"
            or "mark " in str(cell.value)
            or (sheet, row, column) in self.typed
        ):
            return False
        stated = content or self.text(f"{sheet} {get_column_letter(column)}{row}")
        self.typed.add((sheet, row, column))
        self.edits.cells.append((sheet, row, column, stated))
        if isinstance(stated, str) and stated.startswith("mark "):
            self.marks[stated] = about
        return True

    def campaign(self, rows: list[int], at: dict[str, int]) -> None:
        """Fill human columns, now and then a new one; move rows."""
        sheet = self.book["Campaign"]
        for _ in range(6):
            row = self.chance.choice(rows)
            self.type("Campaign", row, at[self.chance.choice(HUMAN)], self.account(sheet, row, at))
        if "Mine" not in at and self.chance.random() < 0.3:
            column = sheet.max_column + 1
            self.edits.cells.append(("Campaign", rows[0] - 1, column, "Mine"))
            for row in self.chance.sample(rows, 2):
                self.type("Campaign", row, column, self.account(sheet, row, at))
        kind = self.chance.random()
        if kind < 0.3:
            one, other = self.chance.sample(rows, 2)
            self.edits.swaps.append(("Campaign", one, other, sheet.max_column + 1))
        elif kind < 0.6:
            self.edits.sorts.append(
                ("Campaign", rows[0], rows[-1], sheet.max_column + 1, at[self.chance.choice(["Customer", "Worth", "Owner", "Notes"])],
                 self.chance.random() < 0.5)
            )  # fmt: skip

    def account(self, sheet: Any, row: int, at: dict[str, int]) -> tuple[str, ...]:
        """Return what an account is known by: its id and its name."""
        names = [at[KEY], *([at["Customer"]] if "Customer" in at else [])]
        return tuple(str(sheet.cell(row, column).value) for column in names if sheet.cell(row, column).value)

    def talks(self, accounts: list[tuple[str, str]]) -> None:
        """Log talks in the empty rows, write into those that are there, and log one with nobody we know."""
        sheet = self.book["Talks"]
        top, at = heads(sheet) or (4, {})
        empty = [
            row for row in range(top + 1, sheet.max_row + 1) if not sheet.cell(row, at["Customer"]).value
        ]
        full = [row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, at["Customer"]).value]
        for row in self.chance.sample(empty, min(2, len(empty))):
            who, name = self.chance.choice(accounts)
            if self.chance.random() < 0.2:
                who = name = f"Nobody {self.chance.random():.6f}"
            if self.type("Talks", row, at["Customer"], (), name):
                for heading in self.chance.sample(TALK_WORDS, 2):
                    self.type("Talks", row, at[heading], (who, name))
                if self.chance.random() < 0.8:
                    self.type("Talks", row, at["Day"], (), DAY + self.chance.randint(0, 9))
        for row in self.chance.sample(full, min(2, len(full))):
            name = str(sheet.cell(row, at["Customer"]).value)
            if not name.startswith("mark "):
                known = [pair for pair in accounts if name in pair]
                self.type("Talks", row, at[self.chance.choice(TALK_WORDS)], known[0] if known else (name,))

    def with_another(self, sheet: Any, row: int) -> None:
        """Let a talk be about whom somebody now typed as its customer."""
        contents = [str(cell.value) for cell in sheet[row]]
        contents += [
            str(stated) for name, at, _, stated in self.edits.cells if (name, at) == (sheet.title, row)
        ]
        for text in set(contents) & set(self.marks):
            self.marks[text] += (str(self.edits.cells[-1][-1]),) if self.marks[text] else ()

    def anywhere(self, sheet: Any) -> None:
        """Type two texts into any cells of a sheet, and insert rows above a sheet that lists nobody."""
        found = heads(sheet)
        for _ in range(2):
            row, column = (
                self.chance.randint(1, sheet.max_row + 4),
                self.chance.randint(1, sheet.max_column + 2),
            )
            if found is not None and (
                row == found[0] or column in {found[1][name] for name in KEYS & set(found[1])}
            ):
                continue
            if sheet.title == "Settings" and column in SETTING_COLUMNS:
                continue
            typed = self.type(sheet.title, row, column, ())
            if typed and sheet.title.startswith("Talks") and found and column == found[1]["Customer"]:
                self.with_another(sheet, row)
        if found is None and sheet.sheet_state == "visible" and self.chance.random() < 0.1:
            self.edits.inserts.append((sheet.title, self.chance.randint(1, 3)))


def sitting(book: Any, chance: random.Random, marks: dict[str, tuple[str, ...]]) -> Edits:
    """Return what somebody does in a workbook, and remember each text in ``marks``."""
    one = Sitting(book, chance, marks)
    sheet = book["Campaign"]
    found = heads(sheet)
    assert found is not None
    top, at = found
    rows = [row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, at[KEY]).value]
    one.campaign(rows, at)
    one.talks(
        [(str(sheet.cell(row, at[KEY]).value), str(sheet.cell(row, at["Customer"]).value)) for row in rows]
    )
    if chance.random() < 0.5:  # another account is chosen on the card
        one.type("Account", 3, 2, (), str(sheet.cell(chance.choice(rows), at["Customer"]).value))
    for any_sheet in book:
        if any_sheet.title not in LEFT_ALONE and any_sheet.sheet_state != "veryHidden":
            one.anywhere(any_sheet)
    if not any(sheet.title.startswith("Own ") for sheet in book):
        text = one.text("own")
        one.edits.sheets.append((f"Own {chance.randint(1, 99)}", text))
        marks[text] = ()
    if chance.random() < 0.2:
        name = chance.choice(["Today", "Talks", "Account", "Segments", "Make-goods", "Watch list", "Lists"])
        one.edits.renames.append((name, f"{name} of Ann"))
    return one.edits


def texts(book: Any) -> dict[str, list[list[str]]]:
    """Return each text of a workbook with the rows in which it stands."""
    found: dict[str, list[list[str]]] = {}
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            line = [str(value) for value in row if value is not None]
            for value in line:
                if "mark " in value:
                    for piece in (value, *(part.rpartition(": ")[2] for part in value.split("; "))):
                        found.setdefault(piece, []).append(line)
    return found


def judged(path: Any, marks: dict[str, tuple[str, ...]]) -> tuple[list[str], list[str], Any]:
    """Return the texts that are nowhere, those that stand with another account only, and the workbook."""
    book = openpyxl.load_workbook(path)
    found = texts(book)
    lost = [text for text in marks if text not in found]
    wrong = [
        text for text, about in marks.items()
        if about and text in found and not any(set(about) & set(row) for row in found[text])
    ]  # fmt: skip
    return lost, wrong, book
