"""Round after round people type all over a campaign, some program saves it, and a refresh keeps every text in its place.

The long run makes 2,000 rounds, half of them saved by LibreOffice; WINBACK_ROUNDS says another number.
"""

from __future__ import annotations

import os
import random

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workflows import reading, refreshing, saving_trackers

from .test_resaved import PROGRAMS, sample, worked  # noqa: F401 - fixtures

ROUNDS = int(os.environ.get("WINBACK_ROUNDS", "2000"))
HUMAN = ("Notes", "Next step", "What they say")
LEFT_ALONE = {"Settings", "Snapshot", "Collected"}  # a wrong setting is an error; nobody sees the other two
KEY = "Customer ID"


def heads(sheet):
    """Return row and places of the headings of a sheet that lists customers, or None."""
    for row in sheet.iter_rows(1, 8):
        found = {cell.value: cell.column for cell in row if isinstance(cell.value, str)}
        if KEY in found:
            return row[0].row, found
    return None


def people_at_work(source, target, chance):
    """Type texts all over a workbook, move rows, and save it; return each text and the customer it was typed for."""
    book = openpyxl.load_workbook(source)
    marks: dict[str, str] = {}
    campaign = book["Campaign"]
    top, at = heads(campaign)
    rows = [row for row in range(top + 1, campaign.max_row + 1) if campaign.cell(row, at[KEY]).value]
    for number in range(4):
        row, heading = chance.choice(rows), chance.choice([name for name in HUMAN if name in at])
        text = f"mark {number} of {chance.random():.9f}"
        marks.pop(campaign.cell(row, at[heading]).value, None)
        campaign.cell(row, at[heading]).value = text
        marks[text] = str(campaign.cell(row, at[KEY]).value)
    if chance.random() < 0.5:  # two rows change places, as in a sorted list
        one, other = chance.sample(rows, 2)
        for column in range(1, campaign.max_column + 1):
            cells = campaign.cell(one, column), campaign.cell(other, column)
            if not any(isinstance(cell.value, str) and cell.value.startswith("=") for cell in cells):
                cells[0].value, cells[1].value = cells[1].value, cells[0].value
    for sheet in book:
        if sheet.title in LEFT_ALONE or sheet.sheet_state != "visible":
            continue
        found = heads(sheet)
        for number in range(2):
            row = chance.randint(1, sheet.max_row + 4)
            column = chance.randint(1, sheet.max_column + 2)
            keyed = found is not None and (
                row == found[0] or column in {found[1][KEY], found[1].get("Campaign ID")}
            )
            cell = sheet.cell(row, column)
            if keyed or type(cell).__name__ == "MergedCell" or str(cell.value).startswith("mark "):
                continue
            cell.value = (
                f"mark {sheet.title} {get_column_letter(column)}{row}, {number} of {chance.random():.9f}"
            )
            marks[cell.value] = ""
        if found is None and chance.random() < 0.2:
            sheet.insert_rows(1, chance.randint(1, 3))
    added = book.create_sheet("Mine")
    added["B2"] = f"mark mine {chance.random():.9f}"
    marks[added["B2"].value] = ""
    book.save(target)
    return marks


def texts(path):
    """Return each text of a workbook with the rows in which it stands."""
    found: dict[str, list[list[str]]] = {}
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows(values_only=True):
            line = [str(value) for value in row if value is not None]
            for value in line:
                for piece in (value, *(part.rpartition(": ")[2] for part in value.split("; "))):
                    found.setdefault(piece, []).append(line)
    return found


def round_of(number, program, campaign, tables, folder, office):
    """Make one round; return the texts that are nowhere, and those that stand with another customer."""
    chance = random.Random(number)
    typed, saved, target = (folder / f"{name}.xlsx" for name in ("typed", "saved", "target"))
    marks = people_at_work(campaign, typed, chance)
    PROGRAMS[program](typed, saved, office)
    done = refreshing.refresh_tables(reopen(saved), tables)
    saving_trackers.write(done, target, force=True)
    found = texts(target)
    lost = [text for text in marks if text not in found]
    wrong = [
        text
        for text, who in marks.items()
        if who and text in found and not any(who in row for row in found[text])
    ]
    return len(marks), lost, wrong


def program_of(number):
    """Return which program saves a round: LibreOffice each second one."""
    others = [name for name in PROGRAMS if name not in {"LibreOffice", "ExcelJS"}]
    return "LibreOffice" if number % 2 else others[number // 2 % len(others)]


@pytest.fixture(scope="module")
def tables(sample):  # noqa: F811
    orders, others = sample
    return reading.read(orders, **others)


@pytest.mark.parametrize("number", range(3))
def test_every_text_of_a_round_is_in_its_place_or_on_leftovers(number, worked, tables, tmp_path):  # noqa: F811
    count, lost, wrong = round_of(number, "openpyxl", worked, tables, tmp_path, None)
    assert count > 10
    assert (lost, wrong) == ([], [])


@pytest.mark.long
@pytest.mark.office
def test_every_text_of_many_rounds_is_in_its_place_or_on_leftovers(worked, tables, tmp_path, office):  # noqa: F811
    total, odd = 0, []
    for number in range(ROUNDS):
        try:
            count, lost, wrong = round_of(
                number, program_of(number), worked, tables, tmp_path, lambda: office
            )
        except pytest.skip.Exception:
            continue
        total += count
        odd += [(number, program_of(number), text) for text in (*lost, *wrong)]
    print(f"{ROUNDS} rounds, {total} texts, {len(odd)} lost or with another customer")
    assert odd == []
