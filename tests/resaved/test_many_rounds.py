"""Round after round people work all over a campaign, some program saves it, and a refresh keeps every text in its place.

A few rounds follow on each other: what was typed in the first is still there after the last. The long run makes 2,000
rounds, half of them typed and saved in LibreOffice; WINBACK_ROUNDS says another number, WINBACK_FIRST_ROUND where to start.
"""

from __future__ import annotations

import gc
import os
import random
import time
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from winback_xl import samples
from winback_xl.core.talks import talk_keys
from winback_xl.core.tracking import talk_counts, talk_log
from winback_xl.settings import Settings
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workflows import planning, reading, refreshing, saving, saving_trackers

from . import edits
from .programs import NAMES, Programs

ROUNDS = int(os.environ.get("WINBACK_ROUNDS", "2000"))
FIRST = int(os.environ.get("WINBACK_FIRST_ROUND", "0"))
CHAIN = 4
"""Rounds that follow on each other before a fresh campaign is taken."""

CUSTOMERS = 16
MOVED_ONLY_IN = {"openpyxl", "Gnumeric", "LibreOffice"}
"""Programs that insert rows and rename sheets here; the libraries of node have no such function, or a broken one."""

OTHERS = [name for name in NAMES if name != "LibreOffice"]


def some(frame, name, customers):
    return frame[frame[name].isin(customers)].reset_index(drop=True)


@pytest.fixture(scope="module")
def tables():
    """Orders, customers and incidents of a few customers: what takes time is read and written in every round."""
    made = samples.make(seed=3, customers=60, years=2)
    chosen = made.orders["Customer No"].drop_duplicates()[:CUSTOMERS]
    name = next(heading for heading in made.customers if made.customers[heading].isin(chosen).any())
    return reading.read(
        some(made.orders, "Customer No", chosen), customers=some(made.customers, name, chosen),
        incidents=some(made.incidents, "Customer No", chosen), reps=made.reps,
    )  # fmt: skip


@pytest.fixture(scope="module")
def campaign(tables, tmp_path_factory):
    """A campaign with talks, in which nobody has typed yet."""
    plan = planning.plan_tables(tables, planning.Wishes(settings=Settings()))
    accounts = plan.campaign["customer_id"].tolist()
    rows = [
        {"customer_id": one, "customer": name, "talk_date": pd.Timestamp("2026-10-01") + pd.Timedelta(days=at), "said": f"said {at}"}
        for at, (one, name) in enumerate(zip(accounts, plan.campaign["customer"], strict=True))
    ]  # fmt: skip
    log = talk_keys.keyed(talk_log.shaped(pd.DataFrame(rows, dtype=object)), "sent")
    known = replace(plan, talks=log, campaign=talk_counts.with_talks(plan.campaign, log, plan.cards))
    return saving.save(known, tmp_path_factory.mktemp("rounds") / "campaign.xlsx")


def chain(number, programs, of_round, campaign, tables, folder, rounds=CHAIN):
    """Make rounds that follow on each other; return texts typed, those that are nowhere, and those with another customer."""
    marks: dict[str, tuple[str, ...]] = {}
    source, odd = campaign, []
    book = openpyxl.load_workbook(source)
    for at in range(rounds):
        chance = random.Random(number * CHAIN + at)
        program = of_round(number * CHAIN + at)
        saved, target = folder / "saved.xlsx", folder / f"round {at}.xlsx"
        done = edits.sitting(book, chance, marks)
        if program not in MOVED_ONLY_IN:
            done.inserts, done.renames = [], []
        program = saved_by(programs, program, source, saved, done)
        saving_trackers.write(refreshing.refresh_tables(reopen(saved), tables), target, force=True)
        lost, wrong, book = edits.judged(target, marks)
        odd += [(number * CHAIN + at, program, "lost", text) for text in lost]
        odd += [(number * CHAIN + at, program, "with another", text) for text in wrong]
        for text in lost:
            del marks[text]
        source = target
    return len(marks), odd


def saved_by(programs, program, source, saved, done):
    """Let a program do the edits and return its name; openpyxl does those that a program itself breaks down at."""
    try:
        programs.save(program, source, saved, done)
    except RuntimeError as error:
        if "Shared Formula master" not in str(
            error
        ):  # ExcelJS cannot type over the first formula of a column
            raise
        program = "openpyxl"
        programs.save(program, source, saved, done)
    return program


def program_of(number):
    """Return which program a round is worked in: LibreOffice each second one, the others in turn."""
    return "LibreOffice" if number % 2 else OTHERS[number // 2 % len(OTHERS)]


@pytest.fixture
def programs(request):
    started = Programs(lambda: request.getfixturevalue("office"))
    yield started
    started.stop()


def test_every_text_of_some_rounds_is_in_its_place_or_on_leftovers(campaign, tables, programs, tmp_path):
    count, odd = chain(0, programs, lambda _: "openpyxl", campaign, tables, tmp_path, rounds=2)
    assert count > 80
    assert odd == []


def over_each_column(path, target, content):
    """Type something else over one cell of each column of each table that people see, and return what."""
    book, typed = openpyxl.load_workbook(path), {}
    for sheet in book:
        for area in sheet.tables.values() if sheet.sheet_state == "visible" else ():
            first, top, last, bottom = range_boundaries(area.ref)
            for column in range(first, last + 1):
                heading = sheet.cell(top, column).value
                row = min(top + 1 + len(typed) % 3, bottom)
                setting = sheet.title == "Settings" and column in edits.SETTING_COLUMNS
                if heading not in edits.KEYS and not setting:
                    typed[sheet.title, heading, row] = sheet.cell(row, column).value = content(len(typed))
    book.save(target)
    return typed


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", [lambda at: 70_000_001 + 1_000 * at, "mark{}z".format], ids=["number", "text"]
)
def test_what_is_typed_over_any_column_of_any_table_is_kept_or_listed(campaign, tables, tmp_path, content):
    typed = over_each_column(campaign, tmp_path / "typed.xlsx", content)
    assert len(typed) > 300
    target = tmp_path / "new.xlsx"
    saving_trackers.write(refreshing.refresh_tables(reopen(tmp_path / "typed.xlsx"), tables), target)
    with zipfile.ZipFile(target) as package:
        parts = [
            name for name in package.namelist() if name.startswith(("xl/worksheets/", "xl/sharedStrings"))
        ]
        stated = "".join(package.read(name).decode("utf-8") for name in parts)
    assert {place for place, what in typed.items() if str(what) not in stated} == set()


@pytest.mark.long
@pytest.mark.office
@pytest.mark.faulty_books("the text of a formula without a formula")  # so Gnumeric saves sheets of people
@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl
def test_every_text_of_many_rounds_is_in_its_place_or_on_leftovers(campaign, tables, programs, tmp_path):
    for name in NAMES:
        if missing := Programs.missing(name):
            pytest.skip(missing)
    total, odd, started = 0, [], time.process_time()
    gc.collect()
    gc.freeze()
    gc.disable()  # a fifth of the time; what a chain leaves is collected after it
    try:
        for number in range(FIRST // CHAIN, (FIRST + ROUNDS) // CHAIN):
            try:
                count, found = chain(number, programs, program_of, campaign, tables, tmp_path)
            except Exception as error:  # noqa: BLE001 - a fault like a lost text: the other rounds still run
                count, found = 0, [(number * CHAIN, "", type(error).__name__, str(error))]
            total, odd = total + count, odd + found
            seconds = time.process_time() - started
            print(
                f"round {(number + 1) * CHAIN}: {total} texts, {len(odd)} odd, {seconds:.0f} s",
                found,
                flush=True,
            )
            gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    assert odd == []
