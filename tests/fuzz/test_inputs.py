"""Whatever stands in cells, headings, settings and trackers, it ends in rows or in one sentence: never in a traceback.

The bytes of files are damaged in `test_bytes`; here the files are whole and what people wrote in them is not.
"""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winback_xl import samples
from winback_xl.errors import WinbackError
from winback_xl.inputs import load, settings_file
from winback_xl.schema import columns
from winback_xl.settings import Settings, describe
from winback_xl.workbook import book, render_file
from winback_xl.workbook.reopened import reopen
from winback_xl.workflows import planning, reading, refreshing, saving, saving_trackers

TOLD = [column.heading for table in columns.INPUTS for column in table.columns]
ODD = [
    "", " ", "=1+1", "=cmd|'/C calc'!A0", "@x", "-", "#N/A", "#REF!", "NaN", "1E400", "0", "-0", "00123", "1e5", "99999999",
    "31/02/2025", "2025-13-01", "03/04/2025", "9999-12-31", "0001-01-01", "1,234", "1.234,56", "(12.00)", "$ -5", "250 %",
    "EUR", "TOTAL", "Yes", "\u202eabc", "\ufeff", "a\x07b", "_x0041_", "\U0001f600" * 50, "x" * 33_000, "'", '"', "Won", "n/a",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=12))
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**18), 10**18),
    st.sampled_from([0, 60, 45_700.5, 2_958_466]),
)
VALUES = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.dates(dt.date(1900, 3, 1)))
HEADINGS = st.lists(st.one_of(st.sampled_from(TOLD), TEXTS), min_size=1, max_size=7)
LABELS = {about.name: about.label for about in describe()}
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def is_told(error, *words):
    """Assert that an error is one that a user can read, and names one of some words."""
    assert error.what.strip()
    assert len(error.what) < 50_000
    assert not words or any(word.casefold() in error.what.casefold() for word in words), error.what


def written(path, headings, rows):
    with xlsxwriter.Workbook(path) as made:
        sheet, day = made.add_worksheet("Sheet"), made.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate([headings, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value.encode("utf-8", "replace").decode()[:32_767])
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write_number(number, column, value)
    return path


@QUICK
@given(
    headings=HEADINGS,
    rows=st.lists(st.lists(VALUES, max_size=7), max_size=6),
    mark=st.sampled_from(["auto", "comma"]),
)
def test_whatever_stands_in_cells_and_headings_every_row_is_used_or_listed(headings, rows, mark, tmp_path):
    path = written(tmp_path / "fuzz.xlsx", headings, rows)
    for table in columns.INPUTS:
        try:
            found = load.load(path, table, settings=Settings(decimal_mark=mark))
        except WinbackError as error:
            is_told(error)
        else:
            assert found.rows_in == found.rows_used + len(found.set_aside)
            assert found.rows_used == len(found.frame)
            assert all(len(str(issue)) < 5_000 for issue in found.issues)


ORDERS = ["Customer ID", "Order ID", "Order date", "Order value"]
ROW = st.tuples(
    st.one_of(st.sampled_from(["A", "B", "00123", 123]), VALUES),
    st.one_of(st.sampled_from(["O1", "O2"]), VALUES),
    st.one_of(st.dates(dt.date(2023, 1, 1), dt.date(2026, 1, 1)), VALUES),
    st.one_of(st.floats(0, 1e6), VALUES),
)


@settings(QUICK, max_examples=settings.default.max_examples // 5)
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_whatever_stands_in_orders_the_workbook_is_written_or_one_sentence_says_why_not(rows, tmp_path):
    path = written(tmp_path / "orders.xlsx", ORDERS, rows)
    try:
        built = planning.plan(path, settings=Settings(day_first="day first", decimal_mark="point"))
    except WinbackError as error:
        is_told(error)
        return
    out = io.BytesIO()
    render_file.render(book.build(built), out)
    assert openpyxl.load_workbook(out).sheetnames[0] == "Today"


@given(
    values=st.dictionaries(
        st.sampled_from([about.name for about in describe()]), VALUES, min_size=1, max_size=4
    )
)
def test_a_setting_is_taken_within_its_bounds_or_refused_by_name(values):
    try:
        taken = Settings.from_mapping(values)
    except WinbackError as error:
        is_told(error, *(word for name in values for word in (name, LABELS[name])))
    else:
        assert Settings.from_mapping(taken.changed()) == taken


@QUICK
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(st.tuples(st.text(max_size=9), TEXTS)).map(
            lambda lines: "\n".join(f"{name} = {value}" for name, value in lines)
        ),
    ),
    ending=st.sampled_from(["toml", "csv"]),
)
def test_whatever_stands_in_a_settings_file_it_is_data(text, ending, tmp_path):
    path = tmp_path / f"settings.{ending}"
    path.write_text(text.encode("utf-8", "replace").decode(), "utf-8")
    try:
        settings_file.load(path)
    except WinbackError as error:
        is_told(error)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a campaign workbook and the tables that it was built from."""
    now = samples.make(seed=3, customers=60, years=2)
    tables = reading.read(now.orders, customers=now.customers, incidents=now.incidents, reps=now.reps)
    path = saving.save(
        planning.plan_tables(tables, planning.Wishes(settings=Settings())),
        tmp_path_factory.mktemp("campaign") / "campaign.xlsx",
    )
    return lambda: (path.read_bytes(), tables)  # a failing example is told with what it was given


EDIT = st.tuples(
    st.sampled_from(
        [
            "Campaign",
            "Campaign",
            "Campaign",
            "Settings",
            "Segments",
            "Changes",
            "Guide",
            "Make-goods",
            "Retention",
            "Checks",
        ]
    ),
    st.integers(1, 20),
    st.integers(1, 60),
    VALUES.filter(lambda value: not isinstance(value, str) or value.isprintable()),
)


@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date")  # openpyxl, of what was typed there
@settings(QUICK, max_examples=settings.default.max_examples // 16)
@given(edits=st.lists(EDIT, min_size=1, max_size=8))
def test_whatever_is_typed_into_a_tracker_it_is_refreshed_or_one_sentence_says_why_not(
    edits, built, tmp_path
):
    """A note that was typed beside it is still there; a second refresh changes nothing more."""
    content, tables = built()
    held = openpyxl.load_workbook(io.BytesIO(content))
    sheet = held["Campaign"]
    header = next(
        row for row in sheet.iter_rows(max_row=20) if any(cell.value == "Customer ID" for cell in row)
    )
    note = next(cell for cell in header if cell.value == "Notes")
    for name, row, column, value in edits:
        held[name].cell(row, column).value = value
    kept = sheet.cell(header[0].row + 5, note.column)
    kept.value = "keep this note"
    path = tmp_path / "edited.xlsx"
    held.save(path)
    try:
        done = refreshing.refresh_tables(reopen.reopen(path), tables)
        saving_trackers.write(done, tmp_path / "new.xlsx", force=True)
    except WinbackError as error:
        is_told(error)
        return
    after = openpyxl.load_workbook(tmp_path / "new.xlsx")
    texts = {
        str(cell.value)
        for sheet in after
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert any("keep this note" in text for text in texts)
