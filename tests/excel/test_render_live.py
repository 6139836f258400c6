"""The open workbook shows what the file shows: same cells, same formulas, same validations and rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import books
from tests.excel.engine import Formula, ReadAfterWriteError, open_book
from winback_xl.core.cell_text import clean
from winback_xl.excel.live import live_targets, live_values, open_workbook, render_live
from winback_xl.serial_days import MIDNIGHT_0
from winback_xl.workbook import fits, paper, spec, theme
from winback_xl.workbook.formulas import stored
from winback_xl.workbook.values import normalise, plain_list

if TYPE_CHECKING:
    from tests.excel.engine import Book
    from winback_xl.excel.live.live_looks import Notes


@pytest.fixture(scope="module")
def drawn() -> tuple[Book, Notes]:
    book, behind = open_book()
    view = open_workbook.look(book)
    made = books.everything(7)
    return behind, render_live.draw(view, made, live_targets.targets(view, made))


def test_a_full_host_draws_everything(drawn: tuple[Book, Notes]) -> None:
    assert drawn[1].missing == {}


def test_every_cell_of_every_table_is_there(drawn: tuple[Book, Notes]) -> None:
    """Also those that turned into formulas, numbers or errors elsewhere."""
    behind, _ = drawn
    for sheet in books.everything(7).sheets:
        there = behind.sheets(sheet.name)
        taken = {(cell.row, cell.col) for cell in sheet.cells}
        for table in sheet.tables:
            box = there.all_tables[table.name]
            assert box == [table.row, table.col, fits.last_row(table), table.col + len(table.fields) - 1]
            for col, field in enumerate(table.fields, start=table.col):
                assert there.get(table.row, col) == clean(field.heading)
                values = plain_list(normalise(field.values, field.kind))
                for row, value in enumerate(values, start=table.row + 1):
                    if (row, col) in taken:
                        continue
                    cell = there.get(row, col)
                    if field.formula:
                        assert cell == stored(field.formula, table.name)
                        assert isinstance(cell, Formula)
                    elif field.kind == "date" and value is not None:
                        assert (cell - MIDNIGHT_0).days == value
                    else:
                        assert cell == value
                        assert not isinstance(cell, Formula)


def test_free_cells_names_links_and_formulas_are_there(drawn: tuple[Book, Notes]) -> None:
    behind, _ = drawn
    guide = behind.sheets("Guide")
    assert guide.get(0, 0) == "Everything a book can hold"
    assert guide.get(6, 1) == "=SUM(tblTracker[Amount])"
    assert isinstance(guide.get(6, 1), Formula)
    assert guide.get(9, 0) == "=not a formula"
    assert not isinstance(guide.get(9, 0), Formula)
    assert behind.all_names["set_as_of"] == "='Guide'!$B$4"
    assert behind.all_names["lst_Stage"] == "='Lists'!$A$5:$A$7"
    assert ("#'Tracker & Co'!A1") in [link for _, link in guide.links]


def test_validations_and_rules_lie_on_the_columns_that_people_fill(
    drawn: tuple[Book, Notes],
) -> None:
    behind, _ = drawn
    tracker = books.tracker(7)
    there = behind.sheets("Tracker & Co")
    stage = tracker.column("Stage")
    lists = [(box, source) for box, kind, source in there.validations if kind == "list"]
    assert ((4, stage, 10, stage), "Lists!$A$5:$A$7") in lists
    dates = [box for box, kind, _ in there.validations if kind == "date"]
    assert (4, tracker.column("Next step due"), 10, tracker.column("Next step due")) in dates
    assert any("$J5" in formula or "Won" in formula for _, formula in there.rules)
    assert len(there.rules) == len(tracker.rules)


def test_looks_are_those_of_the_theme(drawn: tuple[Book, Notes]) -> None:
    behind, _ = drawn
    tracker = books.tracker(7)
    there = behind.sheets("Tracker & Co")
    notes = tracker.column("Notes")
    fills = [
        value
        for what, box, value in there.formats
        if what == "color" and box[0] == 4 and box[1] <= notes <= box[3]
    ]
    assert fills == [theme.body("human", "long").fill]
    formats = {value for what, _, value in there.formats if what == "number_format"}
    assert {"yyyy-mm-dd", "#,##0.00", "0.0%"} <= formats
    assert "@" not in formats
    assert there.frozen == "$A$1:$B$4"
    assert behind.sheets("Snapshot").visible is False
    assert [chart.title for chart in behind.sheets("Dashboard").all_charts] == [
        chart.title for chart in books.everything().sheet("Dashboard").charts
    ]


def with_tables(rows: int) -> spec.Book:
    """Return the book without the sheet that has no table: by its tables a sheet is known as ours."""
    made = books.everything(rows)
    return replace(made, sheets=tuple(sheet for sheet in made.sheets if sheet.tables))


def test_a_second_drawing_changes_nothing_and_lays_no_rule_twice() -> None:
    book, behind = open_book()
    made = with_tables(5)
    view = open_workbook.look(book)
    render_live.draw(view, made, live_targets.targets(view, made))
    before = {
        s.name: ([list(r) for r in s.rows], list(s.rules), len(s.all_charts)) for s in behind.all_sheets
    }
    view = open_workbook.look(book)
    targets = live_targets.targets(view, made, {"tblTracker": 5, "tblEmpty": 0, "tblMore": 3})
    assert {target.how for target in targets} <= {"update", "replace"}
    render_live.draw(view, made, targets)
    after = {s.name: ([list(r) for r in s.rows], list(s.rules), len(s.all_charts)) for s in behind.all_sheets}
    assert after == before


def test_a_sheet_of_the_same_name_that_is_not_ours_is_left_alone() -> None:
    book, behind = open_book()
    behind.all_sheets[0].name = "Lists"
    behind.all_sheets[0].put(0, 0, "my own list")
    view = open_workbook.look(book)
    made = books.everything(3)
    render_live.draw(view, made, live_targets.targets(view, made))
    assert behind.sheets("Lists").rows == [["my own list"]]
    assert "tblLists" in behind.sheets("Lists (win-back)").all_tables
    assert behind.all_names["lst_Stage"].startswith("='Lists (win-back)'!")


def test_what_people_typed_is_never_overwritten_by_default() -> None:
    book, _ = open_book()
    made = with_tables(4)
    view = open_workbook.look(book)
    render_live.draw(view, made, live_targets.targets(view, made))
    with pytest.raises(ValueError, match="nobody said which rows to keep"):
        live_targets.targets(open_workbook.look(book), made)


def test_a_remote_host_is_never_read_after_a_write() -> None:
    book, behind = open_book(kind="remote")
    view = open_workbook.look(book)
    made = books.everything(5)
    notes = render_live.draw(view, made, live_targets.targets(view, made))
    assert list(notes.missing) == ["colours by rule"]
    assert "colours by rule" in notes.sentence()
    with pytest.raises(ReadAfterWriteError):
        behind.all_sheets[0].range("A1").raw_value  # noqa: B018 - the engine would have told


def test_widths_are_points_on_a_remote_host_and_characters_at_home() -> None:
    sizes = {}
    for kind in ("desktop", "remote"):
        book, behind = open_book(kind=kind)
        view, made = open_workbook.look(book), books.everything(3)
        render_live.draw(view, made, live_targets.targets(view, made))
        widths = [
            value
            for what, box, value in behind.sheets("Guide").formats
            if what == "column_width" and box[1] == 0
        ]
        sizes[kind] = widths[0]
    assert sizes == {"desktop": 30.0, "remote": (30 * 7 + 5) * 0.75}


@pytest.mark.parametrize(
    "text", [*(t for t in books.NASTY if len(t) < 1000), "3/4", "May 5", "12:30", "50%", "€5", "true"]
)
def test_text_is_handed_over_so_that_it_stays_text(text: str) -> None:
    from tests.excel.engine import typed

    cell = typed(live_values.guard(clean(text)))
    assert cell == clean(text)
    assert not isinstance(cell, Formula)


def test_a_big_table_is_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    book, behind = open_book()
    made = books.big(2000, 6, 4, 4, 1, 2)
    view = open_workbook.look(book)
    render_live.draw(view, made, live_targets.targets(view, made))
    assert behind.host.cells > 2000 * 18
    assert behind.host.writes < 20


def two_pages() -> spec.Book:
    """Return a book whose one sheet is two pages of text, each a block of its own."""
    cells = tuple(spec.Cell(row, 0, f"line {row}") for row in range(3, 130))
    sheet = spec.Sheet("Pages", "Pages", "Print them.", cells=cells, breaks=(45,), landscape=False)
    return replace(books.everything(3), sheets=(sheet,))


def test_each_block_starts_a_page_at_the_scale_of_the_file() -> None:
    """Pressed twice, the breaks are not there twice."""
    book, behind = open_book()
    for _ in range(2):
        view, made = open_workbook.look(book), two_pages()
        notes = render_live.draw(view, made, live_targets.targets(view, made))
    assert notes.missing == {}
    drawn = behind.sheets("Pages")
    assert drawn.breaks == [45]
    assert drawn.PageSetup.Zoom == paper.block_scale(made.sheets[0], {})
    assert drawn.PageSetup.Zoom < 100
    assert (drawn.PageSetup.Orientation, drawn.PageSetup.CenterFooter) == (1, "&8&A")


def test_a_host_without_page_breaks_says_so() -> None:
    book, _ = open_book(kind="remote")
    view, made = open_workbook.look(book), two_pages()
    notes = render_live.draw(view, made, live_targets.targets(view, made))
    assert list(notes.missing) == ["page breaks"]


def test_columns_fold_away_where_the_host_can_and_are_grouped_and_open_elsewhere() -> None:
    sheet = spec.Sheet("Folds", "Folds", "Unfold them.", cells=(spec.Cell(3, 0, "x"),),
                       folds=(spec.Fold(1, 2), spec.Fold(4, 7)))  # fmt: skip
    made = replace(books.everything(3), sheets=(sheet,))
    for kind, missing, levels in (("desktop", set(), (0, 1)), ("remote", {"folded columns"}, None)):
        book, behind = open_book(kind=kind)
        view = open_workbook.look(book)
        notes = render_live.draw(view, made, live_targets.targets(view, made))
        drawn = behind.sheets("Folds")
        assert drawn.groups == [(1, 2), (4, 7)]
        assert set(notes.missing) & {"column groups", "folded columns"} == missing
        assert drawn.Outline.levels == levels
