"""Parts of workbooks that are damaged, of another make, or missing: read as far as they go, or refused in one sentence."""

from __future__ import annotations

import os
import struct
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.readers import made
from tests.readers.made import record
from winback_xl.errors import FileError
from winback_xl.readers import limits
from winback_xl.readers.grid import Cell
from winback_xl.readers.old_formats import read_ods, read_xls, read_xlsb
from winback_xl.readers.read import read
from winback_xl.readers.text import file_text
from winback_xl.readers.xlsx import xlsx_blocks

SHARED = ["Customer ID", "Order date", "Order value"]
CONTINUE = 0x003C


def refused(path):
    with pytest.raises(FileError) as error:
        read(path)
    return error.value


# --- the folder of streams in an .xls ------------------------------------------------------------------------------


def at(row, column, style=0):
    return struct.pack("<HHH", row, column, style)


def heads():
    return b"".join(record(0x00FD, at(0, k) + struct.pack("<I", k)) for k in range(3))


def changed(path, place, pattern, *numbers):
    raw = bytearray(path.read_bytes())
    struct.pack_into(pattern, raw, place, *numbers)
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("place", "pattern", "numbers"),
    [
        (30, "<H", (10,)),  # sectors of a size that there is not
        (10 * 512 + 7 * 4, "<I", (0,)),  # the last sector of a stream leads to its first
        (56, "<II", (1 << 20, 7)),  # small sectors in a circle
        (56, "<II", (1 << 20, 0xFFFFFFFE)),  # small sectors without a table
    ],
)
def test_a_folder_of_streams_that_points_in_circles_or_nowhere_is_damaged(place, pattern, numbers, tmp_path):
    path = made.compound(tmp_path / "o.xls", {"Workbook": record(0x0809, struct.pack("<HH", 0x0600, 5))})
    assert refused(changed(path, place, pattern, *numbers)).code == "file-damaged"


def test_an_xls_without_a_workbook_or_without_a_sheet_is_refused(tmp_path):
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    for streams in ({"Workbook": start + record(0x000A)}, {"Workbook": start}, {"Book": b""}):
        error = refused(made.compound(tmp_path / "o.xls", streams))
        assert (error.code, "o.xls" in error.what) == ("file-damaged", True)


def test_an_xls_that_is_cut_within_a_record_keeps_the_cells_before(tmp_path):
    cells = heads() + record(0x0203, at(1, 0) + struct.pack("<d", 5)) + b"\x03\x02\xff\xff"
    assert made.values(read(made.xls(tmp_path / "o.xls", cells, shared=SHARED))) == [(5.0, None, None)]


def test_charts_empty_texts_and_results_of_nothing_are_no_cells_of_an_xls(tmp_path):
    chart = record(0x0809, bytes(16)) + record(0x0203, at(5, 0) + struct.pack("<d", 99)) + record(0x000A)
    cells = heads() + record(0x0208, struct.pack("<HHHHHHII", 1, 0, 3, 255, 0, 0, 0, 0))
    cells += record(0x0203, at(1, 0) + struct.pack("<d", 5)) + record(0x0204, at(1, 1) + made.biff_text(""))
    cells += record(0x0207, made.biff_text("result of nothing")) + chart
    listed = record(0x0085, struct.pack("<IBB", 0, 0, 2) + made.biff_text("Chart1", long=False))
    grid = read(made.xls(tmp_path / "o.xls", cells, shared=SHARED, globals_=listed))
    assert (grid.sheet, made.values(grid)) == ("Orders", [(5.0, None, None)])


def test_an_xls_without_shared_texts_has_its_own(tmp_path):
    cells = b"".join(record(0x0204, at(0, k) + made.biff_text(text)) for k, text in enumerate(SHARED))
    cells += record(0x0204, at(1, 0) + made.biff_text("C1"))
    path = made.xls(tmp_path / "o.xls", cells)
    content = path.read_bytes()
    assert made.values(read(path)) == [("C1", None, None)]
    path.write_bytes(content.replace(record(0x00FC, bytes(8)), record(0x00FB, bytes(8))))
    assert made.values(read(path)) == [("C1", None, None)]


def test_a_shared_text_and_its_formatting_go_on_in_the_next_record(tmp_path):
    """A head may be cut anywhere, and so may the list of formats that is passed over."""
    rich = struct.pack("<HBH", 2, 8, 3) + b"C7" + bytes(12)
    table = struct.pack("<II", 5, 5) + b"".join(made.biff_text(text) for text in SHARED)
    for cut in (1, 4, 9):
        shared = record(0x00FC, table + rich[:cut]) + record(CONTINUE, rich[cut:] + made.biff_text("C8"))
        cells = heads() + b"".join(record(0x00FD, at(k - 2, 0) + struct.pack("<I", k)) for k in (3, 4))
        path = made.xls(tmp_path / "o.xls", cells, globals_=shared)
        content = path.read_bytes()
        path.write_bytes(content.replace(record(0x00FC, bytes(8)), record(0x00FB, bytes(8))))
        assert made.values(read(path)) == [("C7", None, None), ("C8", None, None)]


def test_a_list_of_shared_texts_that_claims_too_many_ends_where_they_end(tmp_path):
    path = made.xls(tmp_path / "o.xls", heads(), shared=SHARED)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<II", 3, 3), struct.pack("<II", 9, 9), 1))
    assert read(path).headings == SHARED


def test_an_xls_of_more_text_than_memory_should_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read_xls, "MAX_TEXT", 1000)
    error = refused(made.xls(tmp_path / "o.xls", heads(), shared=SHARED))
    assert (error.code, error.what) == ("file-too-large", "o.xls holds more than 0 MB.")


# --- .xlsb ---------------------------------------------------------------------------------------------------------


def binary(tmp_path, cells, drop=(), **options):
    """Write an .xlsb without the parts of some kinds."""
    path = made.xlsb(tmp_path / "o.xlsb", cells, **options)
    with limits.open_package(path) as package:
        files = {name: package.read(name) for name in package.names()}
    links = files["xl/_rels/workbook.bin.rels"].decode()
    for kind in drop:
        links = links.replace(f'/{kind}"', '/other"')
    return made.zipped(path, files | {"xl/_rels/workbook.bin.rels": links})


def test_an_xlsb_without_shared_texts_and_styles_is_read(tmp_path):
    cells = made.brt_row(0) + b"".join(made.brt_cell(6, k, made.wide(text)) for k, text in enumerate(SHARED))
    cells += made.brt_row(1) + made.brt_cell(5, 2, struct.pack("<d", 45_000.0))
    grid = read(binary(tmp_path, cells, drop=("styles", "sharedStrings")))
    assert made.values(grid) == [(None, None, 45_000.0)]


def test_an_xlsb_of_more_text_than_memory_should_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read_xlsb, "MAX_TEXT", 10)
    cells = made.brt_row(0) + made.brt_cell(7, 0, struct.pack("<I", 0))
    assert refused(binary(tmp_path, cells, shared=["Customer ID"])).code == "file-too-large"


def test_a_record_of_an_xlsb_that_claims_to_be_huge_is_damage(tmp_path):
    for size in (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff"):
        assert refused(binary(tmp_path, b"\x05" + size)).code == "file-damaged"


# --- .xlsx ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize(
    "damage",
    [
        {"flags": 0x800, "name": 0xC1},  # its own head says that the name is UTF-8, and it is not
        {"method": 14},  # packed as LZMA, it says
        {"method": 97},  # packed in a way that nobody knows
        {"name": 0x7A},  # another name in its head than in the directory
    ],
    ids=str,
)
def test_a_part_whose_head_makes_no_sense_is_named(part, damage, tmp_path):
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, ["C1", 45_000, 5]]})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo(part).header_offset
    entry = raw.rindex(part.encode()) - 46  # the same in the directory, which comes last
    if "flags" in damage:
        struct.pack_into("<H", raw, place + 6, damage["flags"])
    if "name" in damage:
        raw[place + 30] = damage["name"]
    if "method" in damage:
        struct.pack_into("<H", raw, place + 8, damage["method"])
        struct.pack_into("<H", raw, entry + 10, damage["method"])
    path.write_bytes(raw)
    error = refused(path)
    assert (error.code, error.what) == (
        "file-damaged",
        f"o.xlsx is damaged: its part {part} cannot be unpacked.",
    )


def test_a_part_that_should_be_small_and_is_not_is_refused(tmp_path):
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED]})
    with limits.open_package(path) as package, pytest.raises(FileError) as error:
        package.read("xl/workbook.xml", most=10)
    assert error.value.what == "o.xlsx: the part xl/workbook.xml is too large."


def test_a_sheet_whose_rows_never_end_is_damaged(tmp_path):
    sheet = made.sheet_xml(made.rows_xml([SHARED, ["C1"]]))
    cut = sheet[: sheet.index("</sheetData>")]
    assert refused(made.xlsx(tmp_path / "o.xlsx", {"Orders": cut})).code == "file-damaged"


def test_long_heads_and_tails_of_a_sheet_change_nothing(tmp_path, monkeypatch):
    """What stands around the rows is passed over by another reader, or not kept, where it is large."""
    monkeypatch.setattr(xlsx_blocks, "_MOST_BEHIND", 2_000_000)
    dull = "".join(f'<x y="{k}"/>' for k in range(250_000))
    for around in ({"head": f"<cols>{dull}</cols>"}, {"tail": f"<extLst>{dull}</extLst>"}):
        sheet = made.sheet_xml(made.rows_xml([SHARED, ["C1", 2, 3]]), **around)
        grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": sheet}))
        assert made.values(grid) == [("C1", 2.0, 3.0)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (f'<c r="@" x="{"y" * 3000}"><v>7</v></c>', 7.0),
        ('<c r="@" t="n"><v>7</v><is><t>no number</t></is></c>', ("ERROR", "7no number")),
    ],
)
def test_cells_of_an_unusual_make_are_read_by_the_slow_reader(cell, value, tmp_path):
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, ["C1", None, cell]]}))
    assert made.values(grid)[0][0] == "C1"
    assert made.values(grid)[0][2] == value


def test_a_cell_with_two_values_is_refused_by_its_address_and_not_read_as_one_number(tmp_path):
    cell = '<c r="@"><v>7</v><v>8</v></c>'
    error = refused(made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, ["C1", None, cell]]}))
    assert error.what == "o.xlsx is damaged: its cell C2 has two values."


def test_an_inline_text_beside_an_ordinary_cell_with_text_is_read(tmp_path):
    rows = [SHARED, ["C1", '<c r="@"><is><t>7</t></is></c>', 5]]
    assert made.values(read(made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}))) == [("C1", 7.0, 5.0)]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("<t>a\r\nb\rc</t>", "a\nb\nc"),
        ('<t  x="1">C1</t>', "C1"),
        ('<t xml:space="preserve"> C1 </t>', " C1 "),
    ],
)
def test_shared_texts_of_an_unusual_make_are_read(item, text, tmp_path):
    cell = '<c r="@" t="s"><v>0</v></c>'
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, [cell]]}, shared=[item]))
    assert made.values(grid)[0][0] == text


def test_shared_texts_that_end_within_a_tag_are_damage(tmp_path):
    cell = '<c r="@" t="s"><v>0</v></c>'
    parts = {"xl/sharedStrings.xml": f'<sst xmlns="{made.MAIN}"><si><t x="1</t></si></sst>'}
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, [cell]]}, parts=parts)
    assert refused(path).code == "file-damaged"


def test_a_workbook_that_no_relation_names_is_found_where_it_always_is(tmp_path):
    links = made._relations([("extended-properties", "docProps/app.xml")])
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, ["C1"]]}, parts={"_rels/.rels": links})
    assert made.values(read(path))[0][0] == "C1"
    links = made._relations(
        [("extended-properties", "docProps/app.xml"), ("officeDocument", "xl/workbook.xml")]
    )
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": [SHARED, ["C1"]]}, parts={"_rels/.rels": links})
    assert made.values(read(path))[0][0] == "C1"


def test_an_excel_table_without_a_place_is_none_and_one_without_headings_has_none(tmp_path):
    rows = {"Orders": [SHARED, ["C1", 2, 3]]}
    nowhere = made.table_xml("tblNowhere", "somewhere", SHARED)
    grid = read(made.xlsx(tmp_path / "o.xlsx", rows, tables={"Orders": nowhere}))
    assert (grid.table, grid.headings) == ("", SHARED)
    bare = made.table_xml("tblBare", "A2:C2", SHARED).replace(' id="1"', ' id="1" headerRowCount="0"')
    grid = read(made.xlsx(tmp_path / "o.xlsx", rows, tables={"Orders": bare}))
    assert made.values(grid)[-1] == ("C1", 2.0, 3.0)


def test_a_merged_cell_outside_of_the_rows_that_are_read_covers_nothing(tmp_path):
    sheet = made.sheet_xml(
        made.rows_xml([["Report"], [], SHARED, ["C1", 2, 3], ["C2", 2, 3]]),
        tail='<mergeCells count="2"><mergeCell ref="A1:A2"/><mergeCell ref="B4:C4"/></mergeCells>',
    )
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"Orders": sheet}))
    assert [row[0] for row in made.values(grid)] == ["C1", "C2"]
    assert all(column.merged == () for column in grid.columns)


# --- .ods, Parquet and text ----------------------------------------------------------------------------------------


def table(*rows, name="Orders"):
    cells = "".join(
        "<table:table-row>" + "".join(
            text if text.startswith("<") else
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in row
        ) + "</table:table-row>" for row in rows
    )  # fmt: skip
    return f'<table:table table:name="{name}">{cells}</table:table>'


def test_a_large_ods_is_read_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(read_ods, "_HELD", 10)
    path = made.ods(tmp_path / "o.ods", table(["Notes"], name="First") + table(SHARED, ["C1", "2", "3"]))
    assert made.values(read(path)) == [("C1", "2", "3")]


def test_a_table_within_a_cell_of_an_ods_is_no_sheet(tmp_path):
    inner = f"<table:table-cell>{table(['inside'], name='Inner')}</table:table-cell>"
    path = made.ods(tmp_path / "o.ods", table(SHARED, ["C1", inner, "3"]))
    grid = read(path)
    assert grid.sheet == "Orders"
    assert [row[0] for row in made.values(grid)] == ["C1"]


def test_a_cell_of_an_ods_with_more_text_than_any_has_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(read_ods, "MAX_CELL", 1000)
    error = refused(made.ods(tmp_path / "o.ods", table(SHARED, ["C" * 1001, "2", "3"])))
    assert error.what == "o.ods holds a cell of more than 1,000 characters."


def test_numbers_that_a_parquet_file_keeps_once_each_are_numbers(tmp_path):
    values = pa.array([1.5, 2.5, 1.5]).dictionary_encode()
    pq.write_table(pa.table({"Customer ID": ["A", "B", "C"], "Order value": values}), tmp_path / "o.parquet")
    grid = read(tmp_path / "o.parquet")
    assert made.values(grid) == [("A", 1.5), ("B", 2.5), ("C", 1.5)]
    assert set(grid.columns[1].kinds) == {Cell.NUMBER}


def test_a_long_text_file_of_lines_is_no_endless_line(tmp_path, monkeypatch):
    monkeypatch.setattr(file_text, "_LONGEST_LINE", 100)
    (tmp_path / "o.csv").write_text("Customer ID,Order value\n" + "C1,5\n" * 50)
    assert read(tmp_path / "o.csv").rows == 50
    (tmp_path / "o.csv").write_text("Customer ID,Order value" + " " * 200 + "\nC1,5\n")
    assert refused(tmp_path / "o.csv").what == "o.csv holds a line of more than 100 bytes."


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_is_no_file_to_read(tmp_path):
    os.mkfifo(tmp_path / "o.csv")
    error = refused(tmp_path / "o.csv")
    assert error.code == "file-special"
    assert "o.csv is not an ordinary file." in error.what
