"""What holds for the whole workbook, whatever is in it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from winback_xl.schema.columns import ACCOUNTS, CAMPAIGN, MAKE_GOODS, SEGMENTS
from winback_xl.settings import describe
from winback_xl.workbook import book
from winback_xl.workbook.paper import column_widths
from winback_xl.workbook.render_file import render

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Book, Cell, Field, Sheet, Table

ORDER = [
    "Today", "Campaign", "Talks", "Account", "Make-goods", "Retention", "Segments", "Accounts", "Watch list", "Settings", "Guide", "Lists", "Checks", "Numbers", "Changes",
    "Card data", "Card lookup",
    "Snapshot",
]  # fmt: skip

PLANS = ["tiny_plan", "empty_plan", "moneyless_plan"]


@pytest.fixture(scope="module", params=PLANS)
def built(request: pytest.FixtureRequest) -> Book:
    return book.build(request.getfixturevalue(request.param))


def tables(of: Book) -> list[Table]:
    return [table for sheet in of.sheets for table in sheet.tables]


def formulas(of: Book) -> list[str]:
    in_cells = [cell.formula for sheet in of.sheets for cell in sheet.cells if cell.formula]
    in_tables = [field.formula for table in tables(of) for field in table.fields if field.formula]
    return in_cells + in_tables


def content(field: Field) -> np.ndarray:
    return np.asarray(field.values, dtype=object)


def area(table: Table) -> tuple[int, int, int, int]:
    """Rows and columns of a table; an empty one keeps one blank row."""
    return table.row, table.row + max(table.rows, 1), table.col, table.col + len(table.fields) - 1


def on_body(cell: Cell, table: Table) -> bool:
    top, bottom, left, right = area(table)
    return top < cell.row <= bottom and left <= cell.col <= right


def test_sheets_come_in_the_order_in_which_they_are_read(built: Book) -> None:
    assert [sheet.name for sheet in built.sheets] == ORDER


def test_every_table_has_a_name_of_its_own_alt_text_and_unique_headings(built: Book) -> None:
    names = [table.name for table in tables(built)]
    assert len(set(names)) == len(names)
    for table in tables(built):
        headings = [field.heading for field in table.fields]
        assert len({heading.casefold() for heading in headings}) == len(headings)
        assert all(heading.strip() for heading in headings)
        assert table.alt
        assert len({len(field.values) for field in table.fields}) == 1


def test_tables_do_not_touch_each_other(built: Book) -> None:
    """Two tables need a free row between them, or Excel joins them."""
    for sheet in built.sheets:
        for one, other in combinations(sheet.tables, 2):
            first, second = sorted((area(one), area(other)))
            beside = first[3] + 1 < second[2] or second[3] + 1 < first[2]
            assert beside or first[1] + 1 < second[0], (sheet.name, one.name, other.name)


def test_no_two_cells_stand_on_the_same_place(built: Book) -> None:
    for sheet in built.sheets:
        places = [(cell.row, cell.col) for cell in sheet.cells]
        assert len(set(places)) == len(places), sheet.name
        taken = {place for place in places if place[0] == 0 or place == (1, 0)}
        assert not taken or not sheet.instruction, "A1 and A2 are title and instruction"


def test_cells_stand_outside_the_tables_or_on_their_bodies_never_on_headings(built: Book) -> None:
    for sheet in built.sheets:
        for cell in sheet.cells:
            for table in sheet.tables:
                top, _, left, right = area(table)
                assert not (cell.row == top and left <= cell.col <= right), (sheet.name, cell)


def test_a_cell_on_a_table_says_the_same_as_the_table(built: Book) -> None:
    """A reader of the table's values and a reader of the cells must see one truth; the Guide's count is its own."""
    for sheet in built.sheets:
        for table in sheet.tables:
            for cell in (cell for cell in sheet.cells if on_body(cell, table)):
                value = content(table.fields[cell.col - table.col])[cell.row - table.row - 1]
                assert value == cell.value or cell.formula, (sheet.name, cell)


def test_charts_cover_no_cell(built: Book) -> None:
    for sheet in built.sheets:
        for chart in sheet.charts:
            rows = range(chart.row, chart.row + -(-chart.height // 20))
            beneath = [cell for cell in sheet.cells if cell.row in rows and cell.col >= chart.col]
            assert not beneath, chart.title
            assert not [table for table in sheet.tables if table.row in rows], chart.title


def test_charts_draw_columns_that_exist_and_say_what_they_show(built: Book) -> None:
    for sheet in built.sheets:
        for chart in sheet.charts:
            above = [
                cell
                for cell in sheet.cells
                if (cell.row, cell.col, cell.look) == (chart.row - 1, chart.col, "section")
            ]
            assert chart.title or above, "a title, or a cell above that says it and follows what people type"
            assert chart.alt
            for series in chart.series:
                _, table = built.table(series.table)
                headings = {field.heading for field in table.fields}
                assert series.categories in headings
                assert series.values in headings  # noqa: PD011 - a heading


def test_choices_come_from_a_column_of_the_lists(built: Book) -> None:
    lists = {field.heading for field in built.table("tblLists")[1].fields}
    wanted = {field.choices for table in tables(built) for field in table.fields}
    wanted |= {cell.choices for sheet in built.sheets for cell in sheet.cells}
    assert wanted - {""} <= lists
    assert {"Stage", "Outcome", "Want back", "Yes / No", "How a lapse is found"} <= wanted


def test_formulas_name_only_tables_columns_and_cells_that_exist(built: Book) -> None:
    known = {table.name: {field.heading for field in table.fields} for table in tables(built)}
    names = {cell.name for sheet in built.sheets for cell in sheet.cells if cell.name}
    names |= {field.name for table in tables(built) for field in table.fields if field.name}
    for formula in formulas(built):
        bare = re.sub(r'"[^"]*"', '""', formula)
        for table, column in re.findall(r"(tbl\w+)\[@?\[?([^\[\]]+)\]", bare):
            assert column in known[table], formula
        for name in re.findall(r"\b((?:set|check|stage|gate)_\w+)", bare):
            assert name in names, formula


@pytest.mark.parametrize("name", ["Campaign", "Segments", "Make-goods", "Settings"])
def test_no_sentence_above_a_table_is_cut_where_a_printed_page_ends(name: str, tiny_plan: Plan) -> None:
    """Title and instruction are on the columns that every page repeats, and are printed on every page."""
    sheet = book.build(tiny_plan).sheet(name)
    table, widths = sheet.tables[0], column_widths(sheet)
    above = [cell for cell in sheet.cells if cell.row < table.row]
    edges = [*sheet.pages, table.col + len(table.fields)]

    def room(row: int, col: int, end: int) -> float:
        beside = (other.col for other in above if other.row == row and other.col > col)
        return sum(widths[at] for at in range(col, min([end, *beside])) if at not in sheet.folded) * 1.1

    repeated = sum(widths[at] for at in range(sheet.repeat))
    assert len(sheet.title) * 18 / 11 <= repeated * 1.1, sheet.title
    assert len(sheet.instruction) <= min(repeated * 1.1, room(1, 0, sheet.repeat)), sheet.instruction
    for cell in above:
        end = next(edge for edge in edges if edge > cell.col)
        assert len(str(cell.value)) <= room(cell.row, cell.col, end), cell.value


def test_formulas_use_only_functions_of_excel_2016_and_libreoffice(built: Book) -> None:
    allowed = {
        "ABS", "AND", "CHOOSE", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "DATE", "DAY", "EDATE", "FIND", "FIXED", "HYPERLINK", "IF", "IFERROR", "INDEX", "INT", "ISNUMBER", "LARGE", "LEFT", "LEN", "LOWER", "MATCH",
        "MAX", "MAXIFS", "MID", "MIN", "MOD", "MONTH", "N", "NOT", "OR", "REPT", "ROUND", "ROW", "ROWS", "SEARCH", "SMALL", "SUBSTITUTE", "SUM", "SUMIF", "SUMIFS", "SUMPRODUCT", "TEXT", "TODAY", "TRIM", "VALUE", "WEEKDAY", "WORKDAY", "YEAR",
    }  # fmt: skip
    for formula in formulas(built):
        bare = re.sub(r'"[^"]*"', '""', formula)
        assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare)) <= allowed, formula
        assert len(formula) < 1500


def test_no_formula_reads_a_date_format_in_the_users_language(built: Book) -> None:
    """TEXT(date, "yyyy") gives "yyyy" in a German Excel; only digits are the same everywhere."""
    for formula in formulas(built):
        assert set(re.findall(r'TEXT\([^"]*"([^"]*)"', formula)) <= {"00"}


def test_names_are_unique_and_every_setting_has_one(built: Book) -> None:
    names = [cell.name for sheet in built.sheets for cell in sheet.cells if cell.name]
    assert len(set(names)) == len(names)
    assert {f"set_{about.name}" for about in describe()} | {"set_as_of", "check_summary"} <= set(names)


def test_at_most_five_conditional_formats_a_sheet_and_each_names_its_columns(built: Book) -> None:
    for sheet in built.sheets:
        assert sum(len(table.rules) for table in sheet.tables) <= 5
        for table in sheet.tables:
            headings = {field.heading for field in table.fields}
            for rule in table.rules:
                assert set(re.findall(r"\{([^}]+)\}", rule.formula)) <= headings | {"#"}
                assert {rule.heading, rule.last} <= headings | {""}


def test_links_lead_to_sheets_that_exist(built: Book) -> None:
    for sheet in built.sheets:
        for cell in sheet.cells:
            if cell.link:
                assert re.match(r"#'([^']+)'![A-Z]+[14]$", cell.link)[1] in ORDER  # type: ignore[index]


def test_the_big_tables_have_all_columns_in_order(built: Book) -> None:
    for declared in (CAMPAIGN, ACCOUNTS, SEGMENTS, MAKE_GOODS):
        _, table = built.table(declared.name)
        assert [field.heading for field in table.fields] == [column.heading for column in declared.columns]
        assert [field.role for field in table.fields] == [column.role for column in declared.columns]


def test_the_same_plan_gives_the_same_book(tiny_plan: Plan) -> None:
    one, other = book.build(tiny_plan), book.build(tiny_plan)
    assert one.created == other.created == tiny_plan.as_of
    for left, right in zip(one.sheets, other.sheets, strict=True):
        assert left.cells == right.cells
        assert left.charts == right.charts
        for first, second in zip(left.tables, right.tables, strict=True):
            for field, twin in zip(first.fields, second.fields, strict=True):
                pd.testing.assert_series_equal(pd.Series(field.values), pd.Series(twin.values))


def test_a_book_of_a_plan_is_titled_and_dated(tiny_plan: Plan) -> None:
    made = book.build(tiny_plan)
    assert "WB-2026-11-20" in made.title
    assert "2026-11-20" in made.subject
    assert made.currency == "EUR"


def test_earlier_log_entries_stay_above_the_new_one(tiny_plan: Plan) -> None:
    log = [(pd.Timestamp("2026-10-01"), "Built campaign WB-1.")]
    _, table = book.build(tiny_plan, log=log).table("tblLog")
    assert table.rows == 2
    assert content(table.fields[1])[0] == "Built campaign WB-1."
    assert "30 customers, 18 accounts to win back, 7 make-goods" in content(table.fields[1])[1]


def _line(sheet: Sheet, cell: Cell) -> float:
    """Return the characters that a cell may run over."""
    return sum(sheet.widths.get(col, 13.0) for col in range(cell.col, cell.col + cell.span + 1))


def test_sentences_fit_the_columns_that_they_may_run_over(built: Book) -> None:
    for name in ("Guide", "Today", "Numbers", "Checks"):
        sheet = built.sheet(name)
        for cell in sheet.cells:
            a_name = "tblCampaign[Customer]" in (cell.formula or "")  # as long as the customer's
            if cell.look in {"text", "note", "output", "label"} and cell.kind == "text" and not a_name:
                assert len(str(cell.value)) <= _line(sheet, cell) * 1.1, (name, cell.value)


# -- Recalculated ------------------------------------------------------------------------------------------------


def _untouched(plan: Plan) -> Plan:
    """A plan as it is sent out: no human column but the first ones is filled."""
    blank: dict[str, Any] = dict.fromkeys(("want_back", "reason_theirs", "approved_by"), "")
    dates = ("last_contact", "approved_on", "plan_emailed", "thank_you_call", "delivered_on", "customer_confirmed",
             "won_date", "rest_until")  # fmt: skip
    blank |= dict.fromkeys(dates, pd.NaT) | dict.fromkeys(
        ("agreed_amount", "won_revenue", "actual_cost"), np.nan
    )
    rows = plan.campaign.assign(stage="Listed", outcome="Open", listened="No", **blank)
    for name in dates:
        rows[name] = rows[name].astype("datetime64[s]")
    return replace(plan, campaign=rows)


def _close(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return one == other


def _differences(stored: dict[str, Any], again: dict[str, Any]) -> list[str]:
    return [
        f"{sheet}!{address}: {cell['value']!r} became {again[sheet][address]['value']!r}"
        for sheet, cells in stored.items()
        for address, cell in cells.items()
        if cell["formula"] and not _close(cell["value"], again[sheet][address]["value"])
    ]


@pytest.mark.office
@pytest.mark.parametrize("name", [*PLANS, "untouched"])
def test_every_stored_value_is_what_libreoffice_calculates(
    name: str, office: Office, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    plan = _untouched(request.getfixturevalue("tiny_plan")) if name == "untouched" else None
    file = tmp_path / "book.xlsx"
    render(book.build(plan or request.getfixturevalue(name)), file)
    stored = office.cells(file, recalculate=False)
    assert sum(bool(cell["formula"]) for cells in stored.values() for cell in cells.values()) > 150
    assert _differences(stored, office.cells(file)) == []


def _planned_as(other: Book, table: Table) -> Table:
    """Return the table of weeks with the plan of another book."""
    planned = next(item for item in other.table(table.name)[1].fields if item.heading == "Plan for all")
    return replace(
        table,
        fields=tuple(planned if item.heading == planned.heading else item for item in table.fields),
    )


@pytest.mark.office
def test_today_and_the_checks_follow_what_people_type(
    tiny_plan: Plan, office: Office, tmp_path: Path
) -> None:
    """The Campaign sheet as edited, in the workbook as sent out: recalculating gives the numbers of the edits.

    What the plan expects week by week is calculated, not a formula: it is that of the edited plan in both.
    """
    sent, edited = book.build(_untouched(tiny_plan)), book.build(tiny_plan)
    numbers = replace(sent.sheet("Numbers"), tables=tuple(
        _planned_as(edited, table) if table.name == "tblByWeek" else table for table in sent.sheet("Numbers").tables
    ))  # fmt: skip
    others = {"Campaign": edited.sheet("Campaign"), "Numbers": numbers}
    mixed = replace(sent, sheets=tuple(others.get(sheet.name, sheet) for sheet in sent.sheets))
    render(mixed, tmp_path / "mixed.xlsx")
    render(edited, tmp_path / "edited.xlsx")
    followed = office.cells(tmp_path / "mixed.xlsx")
    expected = office.cells(tmp_path / "edited.xlsx", recalculate=False)
    for name in ("Guide", "Today", "Numbers", "Checks"):
        found = _differences({name: expected[name]}, followed)
        assert [
            one for one in found if "'Net: pays back in about" not in one
        ] == []  # that is of the plan, too
    assert followed["Today"]["G5"]["value"] == 2  # won
