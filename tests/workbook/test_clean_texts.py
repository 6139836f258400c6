"""No text, wherever it comes from and wherever it goes, makes a workbook that cannot be read."""

from __future__ import annotations

import dataclasses
from io import BytesIO

import pandas as pd
import pytest

import winback_xl as wb
from tests.books import CREATED, everything
from tests.excel_repair import findings
from winback_xl import samples
from winback_xl.schema import columns
from winback_xl.workbook import book as campaign_book
from winback_xl.workbook.chart_spec import Chart, Series
from winback_xl.workbook.clean_texts import LIMITS, cleaned
from winback_xl.workbook.render_file import draw
from winback_xl.workbook.spec import Book, Cell, Field, Rule, Sheet, Table
from winback_xl.workflows import planning

CONTROLS = "".join(map(chr, range(0x20)))
AWKWARD = {
    "control characters": f"A{CONTROLS}B",
    "a vertical tab": "A\x0bB",
    "an escape": "A\x1bB",
    "a lone surrogate": "A\ud800B",
    "the other half alone": "\udc00B",
    "no character": "A\ufffeB\uffff",
    "a long text": "x" * 40_000,
    "a long text of pairs": "\U0001f680" * 20_000,
    "only control characters": CONTROLS,
    "something like an escape": "_x000B_ & <b>",
}
TABLES = dict(zip(("orders", "customers", "incidents", "reps"), columns.INPUTS, strict=True))
TEXTS = {
    name: [column.heading for column in table.columns if column.kind in ("text", "long")]
    for name, table in TABLES.items()
}


@pytest.fixture(scope="module")
def sample():
    made = samples.make(customers=60)
    return {name: getattr(made, name) for name in TABLES}


def planned(sample, text):
    """Plan with a text added to every text column of every input, and with every account on a call sheet."""
    given = {}
    for name, frame in sample.items():
        added = {title: pd.Series([value if pd.isna(value) else f"{value}{text}" for value in frame[title]], dtype=object)
                 for title in TEXTS[name] if title in frame}  # fmt: skip
        given[name] = frame.assign(**added)
    tables = wb.read(
        given["orders"], customers=given["customers"], incidents=given["incidents"], reps=given["reps"]
    )
    built = planning.plan_tables(tables, planning.Wishes(settings=wb.Settings()))
    return built, planning.dossiers(tables, built, len(built.campaign))


@pytest.mark.parametrize("what", AWKWARD)
def test_a_plan_with_call_sheets_is_sound_whatever_stands_in_its_text_inputs(sample, tmp_path, what):
    built, pages = planned(sample, AWKWARD[what])
    path = wb.save(built, tmp_path / "campaign.xlsx", call_sheets=pages)
    assert findings(path) == []
    assert len(pages) > 10


def test_the_inputs_have_text_columns_to_try():
    assert {name: len(titles) > 0 for name, titles in TEXTS.items()} == dict.fromkeys(TABLES, True)


def _marked(value, text):
    """Return a part of a book with a text behind every one of its texts; numbers and names of fields stay."""
    if isinstance(value, tuple):
        return tuple(_marked(one, text) for one in value)
    if not dataclasses.is_dataclass(value):
        return value
    changed = {}
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if isinstance(held, str) and held and (type(value).__name__, field.name) in _FREE:
            changed[field.name] = held + text
        elif isinstance(held, tuple):
            changed[field.name] = _marked(held, text)
    return dataclasses.replace(value, **changed)


_FREE = {
    *LIMITS, ("Sheet", "title"), ("Sheet", "instruction"), ("Cell", "value"), ("Cell", "help"), ("Cell", "link"),
    ("Field", "help"),
} - {("Field", "heading")}  # fmt: skip
"""Texts that come from people or their files; names of tables, looks and formulas are ours."""


@pytest.mark.parametrize("what", AWKWARD)
def test_every_text_of_a_book_may_be_awkward(what):
    marked = _marked(everything(), AWKWARD[what])
    assert marked.sheets[0].title != everything().sheets[0].title
    made = BytesIO()
    draw(marked).save(made)
    assert findings(made, extension="xlsx") == []


@pytest.mark.parametrize("what", AWKWARD)
def test_headings_and_notes_may_be_awkward(what):
    text = AWKWARD[what]
    fields = (
        Field(f"Own{text}", pd.Series(["a"]), "text", "human"),
        Field("Other", pd.Series(["b"]), "text", "human"),
    )
    sheet = Sheet("S", "S", "S", tables=(Table("tblS", 3, 0, fields),))
    frame = draw(Book((sheet,), "S", "S", CREATED))
    frame.get_worksheet_by_name("S").add_note(5, 0, f"note{text}", f"author{text}")
    made = BytesIO()
    frame.save(made)
    assert findings(made, extension="xlsx") == []


def test_what_needs_no_cleaning_is_left_alone():
    book = everything()
    clean = cleaned(book)
    assert cleaned(clean) is clean
    assert clean.sheets[1].tables[0].fields[4] is book.sheets[1].tables[0].fields[4]


def test_every_kind_of_part_that_a_limit_names_has_that_text():
    parts = {kind.__name__: {field.name for field in dataclasses.fields(kind)}
             for kind in (Book, Sheet, Cell, Table, Field, Chart, Series, Rule)}  # fmt: skip
    assert all(name in parts[kind] for kind, name in LIMITS)


def test_a_campaign_of_ordinary_texts_is_not_changed(sample):
    built, pages = planned(sample, "")
    made = campaign_book.build(built, dossiers=pages)
    assert cleaned(made) is made
