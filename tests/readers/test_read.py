"""Which sheet, which row of headings, which rows: the same for every format."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import measured
from tests.readers import made
from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.inputs.headings import scorer
from winback_xl.readers.read import read, sheets
from winback_xl.schema.columns import ORDERS

HEADINGS = ["Customer ID", "Order date", "Order value"]
ROWS = [["C1", 45000, 10.5], ["C2", 45001, 20]]


def test_titles_and_blank_rows_above_the_headings_are_passed_over(tmp_path):
    rows = [["Orders of the year 2024"], [], ["printed", 45000], HEADINGS, *ROWS]
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": rows})
    for score in (None, scorer(ORDERS)):
        grid = read(path, score=score)
        assert (grid.header_row, grid.first_row, grid.rows, grid.headings) == (4, 5, 2, HEADINGS)
        assert grid.cell(1, grid.columns[2]) == "C6"


def test_the_sum_below_a_table_is_not_taken_for_its_headings(tmp_path):
    rows = [["Our ref", "Who", "When", "How much"], [1, "Alpha", 45000, 10], ["TOTAL", None, None, 10]]
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}), score=scorer(ORDERS))
    assert (grid.header_row, grid.headings) == (1, rows[0])
    headed = [["Total", "Date", "Client"], [10, 45000, "A"]]
    assert read(made.xlsx(tmp_path / "p.xlsx", {"Orders": headed}), score=scorer(ORDERS)).header_row == 1


def test_a_heading_of_two_rows_is_joined_when_only_both_together_name_a_column(tmp_path):
    rows = [["Customer", None, "Order", None], ["ID", "Remark", "date", "value"], ["C1", "x", 45000, 1]]
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}), score=scorer(ORDERS))
    assert grid.headings == ["Customer ID", "Customer Remark", "Order date", "Order value"]
    assert (grid.header_row, grid.rows) == (2, 1)


def test_without_headings_the_first_rows_are_described_and_not_quoted(tmp_path):
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [[4711, 45000, 12.5], [4712, 45001, None]]})
    with pytest.raises(DataError, match="row 1: 3 filled cell") as error:
        read(path)
    assert "4711" not in str(error.value)
    grid = read(path, header=False)
    assert (grid.headings, grid.rows, grid.header_row, grid.first_row) == (["#1", "#2", "#3"], 2, 0, 1)


def test_a_file_without_rows_below_the_headings_has_no_rows(tmp_path):
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": [HEADINGS]}))
    assert (grid.headings, grid.rows) == (HEADINGS, 0)
    (tmp_path / "o.csv").write_text(",".join(HEADINGS) + "\n")
    grid = read(tmp_path / "o.csv")
    assert (grid.headings, grid.rows) == (HEADINGS, 0)


def test_a_file_without_any_row_says_so(tmp_path):
    with pytest.raises(DataError, match="holds no data"):
        read(made.xlsx(tmp_path / "o.xlsx", {"Orders": []}))
    (tmp_path / "o.csv").write_text("\n\n")
    with pytest.raises(DataError, match="holds no data"):
        read(tmp_path / "o.csv")


def test_the_visible_sheet_whose_headings_score_best_is_read(tmp_path):
    content = {
        "Notes": [["Some", "long", "row", "of", "many", "words"], ["a", "b"]],
        "Backup": [HEADINGS, ["OLD", 1, 1]],
        "Data": [HEADINGS, *ROWS],
    }
    path = made.xlsx(tmp_path / "o.xlsx", content, states={"Backup": "hidden"})
    grid = read(path, score=scorer(ORDERS))
    assert (grid.sheet, grid.rows) == ("Data", 2)
    assert sheets(path) == ["Notes", "Data"]
    assert "hidden-sheets" in made.codes(grid)
    assert read(path, sheet="backup").rows == 1, "a hidden sheet is read when it is named, in any case"


def test_an_unknown_sheet_names_the_nearest_and_all(tmp_path):
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [HEADINGS], "Customers": [HEADINGS]})
    with pytest.raises(UsageError, match="Did you mean Orders"):
        read(path, sheet="Ordres")
    with pytest.raises(UsageError, match="It has: none"):
        read(path, table="tblOrders")


def test_an_excel_table_is_read_to_its_end_and_no_further(tmp_path):
    rows = [["Report"], HEADINGS, *ROWS, ["Total", None, 30.5], [], ["a note", 1, 2]]
    tables = {"Orders": made.table_xml("tblOrders", "A2:C5", HEADINGS, totals=1)}
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}, tables=tables)
    for grid in (read(path), read(path, table="TBLORDERS")):
        assert (grid.table, grid.rows, grid.headings, grid.header_row) == ("tblOrders", 2, HEADINGS, 2)
        assert "rows-below-table" not in made.codes(grid)


def test_rows_pasted_below_an_excel_table_are_counted_and_not_lost_in_silence(tmp_path):
    rows = [HEADINGS, *ROWS, ["C3", 45002, 5], ["C4", 45002, 5], [], ["far note"]]
    tables = {"Orders": made.table_xml("tblOrders", "A1:C3", HEADINGS)}
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}, tables=tables))
    assert grid.rows == 2
    (note,) = [note for note in grid.notes if note.code == "rows-below-table"]
    assert (note.rows, note.severity) == (2, "warning")


def test_a_table_that_stands_right_of_another_keeps_its_own_columns(tmp_path):
    rows = [["Region", "Head", None, *HEADINGS], ["N", "Ann", None, *ROWS[0]], [None, None, None, *ROWS[1]]]
    tables = {"Orders": made.table_xml("tblOrders", "D1:F3", HEADINGS)}
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}, tables=tables), table="tblOrders")
    assert (grid.headings, grid.rows, grid.cell(0, grid.columns[0])) == (HEADINGS, 2, "D2")


def test_of_two_tables_side_by_side_the_one_with_the_wanted_headings_is_read(tmp_path):
    other = ["Region", "Head", "Phone", "Town"]
    rows = [[*other, None, *HEADINGS], ["N", "Ann", "1", "X", None, *ROWS[0]]]
    parts = {"xl/tables/second.xml": made.table_xml("tblOrders", "F1:H2", HEADINGS)}
    path = made.xlsx(
        tmp_path / "o.xlsx", {"O": rows}, tables={"O": made.table_xml("tblRegions", "A1:D2", other)}
    )
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()} | parts
    link = (
        f'<Relationship Id="two" Type="{made.OFFICE}/table" Target="../tables/second.xml"/></Relationships>'
    )
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    content[name] = content[name].replace(b"</Relationships>", link.encode())
    path = made.zipped(path, content)
    assert read(path, score=scorer(ORDERS)).headings == HEADINGS
    assert read(path).table == "tblRegions", "without a wish, the one with most headings"


def test_a_table_far_below_other_things_is_found_by_its_headings(tmp_path):
    rows = [["Sales dashboard", "of", "Ann"], *[[f"line {k}", "x"] for k in range(40)], HEADINGS, *ROWS]
    tables = {"O": made.table_xml("tblOrders", "A42:C44", HEADINGS)}
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"O": rows}, tables=tables), score=scorer(ORDERS))
    assert (grid.table, grid.rows, grid.header_row) == ("tblOrders", 2, 42)


def test_only_the_chosen_columns_are_loaded_but_no_row_is_lost(tmp_path):
    rows = [[*HEADINGS, "Remark"], ["C1", 1, 2, "x"], [None, None, None, "only a remark"]]
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": rows})
    grid = read(path, columns=lambda headings: [headings.index("Order value")])
    assert grid.headings == ["Order value"]
    assert made.values(grid) == [(2.0,), (None,)]


def test_blank_rows_are_skipped_and_counted_and_addresses_stay_right(tmp_path):
    rows = [HEADINGS, ROWS[0], [], [], ROWS[1]]
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}))
    assert (grid.rows, grid.cell(1, grid.columns[0])) == (2, "A5")
    assert [note.what for note in grid.notes] == ["2 blank rows inside the table were skipped."]


def test_a_blank_heading_between_others_keeps_its_column(tmp_path):
    rows = [["Customer ID", None, "Order value"], ["C1", "remark", 5]]
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}))
    assert grid.headings == ["Customer ID", "", "Order value"]
    assert made.values(grid) == [("C1", "remark", 5.0)]


def every_format(folder):
    """Write the same 40 rows in every workbook format, texts in the cells."""
    ids, days, amounts = (
        [f"C{k:03d}" for k in range(40)],
        [45000 + k for k in range(40)],
        [k / 4 for k in range(40)],
    )
    rows = list(zip(ids, days, amounts, strict=True))
    heads = ["Customer ID", "Order date", "Order value"]
    yield made.xlsx(folder / "plain.xlsx", {"O": [heads, *rows]})
    odd = (
        made.sheet_xml(made.rows_xml([heads, *rows]))
        .replace("<row r='1'", "<row")
        .replace("<sheetData>", "<sheetData><!-- -->")
    )
    yield made.xlsx(folder / "odd.xlsx", {"O": odd})
    cells = b"".join(
        made.record(0x0204, struct.pack("<HHH", 0, k, 0) + made.biff_text(text))
        for k, text in enumerate(heads)
    )
    parts = made.brt_row(0) + b"".join(made.brt_cell(6, k, made.wide(text)) for k, text in enumerate(heads))
    table = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in heads
    )
    table = f"<table:table-row>{table}</table:table-row>"
    for row, (text, day, amount) in enumerate(rows, 1):
        cells += made.record(0x0204, struct.pack("<HHH", row, 0, 0) + made.biff_text(text))
        parts += made.brt_row(row) + made.brt_cell(6, 0, made.wide(text))
        table += f'<table:table-row><table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for column, value in ((1, day), (2, amount)):
            cells += made.record(0x0203, struct.pack("<HHHd", row, column, 0, value))
            parts += made.brt_cell(5, column, struct.pack("<d", value))
            table += f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        table += "</table:table-row>"
    yield made.xls(folder / "o.xls", cells)
    yield made.xlsb(folder / "o.xlsb", parts)
    yield made.ods(folder / "o.ods", f'<table:table table:name="O">{table}</table:table>')


@pytest.mark.parametrize("piece", [7, 64, 1 << 20])
def test_texts_find_their_cells_however_the_file_arrives(tmp_path, monkeypatch, piece):
    """Readers hand over cells in batches; a text must never end up in the cell of another batch."""
    monkeypatch.setattr("winback_xl.readers.limits.PIECE", piece)
    monkeypatch.setattr("winback_xl.readers.raw_cells.BATCH", 4)
    expected = [(f"C{k:03d}", 45000.0 + k, k / 4) for k in range(40)]
    for path in every_format(tmp_path):
        grid = read(path)
        assert made.values(grid) == expected, path.name
        assert (grid.header_row, grid.cell(39, grid.columns[2])) == (1, "C41")


def text_and_parquet(folder):
    columns = {
        "id": [f"C{k}" for k in range(200)],
        "value": [k / 3 for k in range(200)],
        "n": list(range(200)),
    }
    pq.write_table(pa.table(columns), folder / "o.parquet")
    rows = "".join(f'C{k},"n ""x"" {k}",{k}\n' for k in range(50))
    (folder / "o.csv").write_text("ID,Name,Value\n" + rows)
    (folder / "o.csv.gz").write_bytes(gzip.compress((folder / "o.csv").read_bytes()))
    return [folder / name for name in ("o.parquet", "o.csv", "o.csv.gz")]


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory):
    """Name and content of one good file of every format."""
    folder = tmp_path_factory.mktemp("whole")
    return [(path.name, path.read_bytes()) for path in [*every_format(folder), *text_and_parquet(folder)]]


@given(st.data())
def test_random_damage_to_any_file_ends_in_cells_or_in_one_of_our_errors(tmp_path_factory, whole_files, data):
    """Damage is done to the file itself or, so that it is not just refused as a zip, to one part of it."""
    name, raw = data.draw(st.sampled_from(whole_files))
    changes = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=10)
    path = tmp_path_factory.mktemp("damaged") / name
    if raw.startswith(b"PK") and data.draw(st.booleans()):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        part = data.draw(st.sampled_from(sorted(parts)))
        made.zipped(path, parts | {part: damaged(parts[part], data.draw(changes))})
    else:
        path.write_bytes(damaged(raw, data.draw(changes)))
    with measured() as work, contextlib.suppress(FileError, DataError):  # nothing else may escape
        read(path)
    assert work.calls < 200_000


def damaged(raw, changes):
    content = bytearray(raw)
    for place, byte in changes:
        content[place % len(content)] = byte
    return bytes(content)


def test_what_is_read_twice_within_once_is_loaded_once(tmp_path, monkeypatch):
    """`check` tells what a file is, and what it holds, from one reading."""
    from winback_xl.readers import opened_files

    path = tmp_path / "orders.csv"
    path.write_text("Customer ID,Order date,Order value\nC1,2026-01-31,5\n")
    loads = []
    real = opened_files.TextSource.load
    monkeypatch.setattr(
        opened_files.TextSource,
        "load",
        lambda self, sheet, area: (loads.append(area), real(self, sheet, area))[1],
    )
    with opened_files.once(path):
        assert read(path) is not None
        assert read(path).rows == 1
    assert len(loads) == 1
    assert read(path).rows == 1
    assert len(loads) == 2
