"""Reading .xlsx: every cell as it is, whatever wrote the XML, and nothing hostile gets through."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.effort import measured
from tests.readers import made
from winback_xl.errors import FileError
from winback_xl.readers.grid import Cell
from winback_xl.readers.limits import open_package
from winback_xl.readers.read import read
from winback_xl.readers.xlsx import read_xlsx
from winback_xl.readers.xlsx.xlsx_blocks import Blocks, NotPlainError
from winback_xl.readers.xlsx.xlsx_cells import scan
from winback_xl.readers.xlsx.xlsx_events import cells_by_events
from winback_xl.readers.xlsx.xlsx_texts import shared_texts, texts_by_events

NOON = dt.datetime(2024, 3, 4, 12, 30)  # noqa: DTZ001 - a cell has no time zone
HEADINGS = ["Customer ID", "Order date", "Order value"]


@pytest.fixture
def orders(tmp_path):
    """Return a function that writes rows (see `made.rows_xml`) below our headings and reads them."""

    def write(*rows, sheet=None, **options):
        path = tmp_path / "orders.xlsx"
        xml = made.sheet_xml(made.rows_xml([HEADINGS, *rows]), **options.pop("around", {}))
        made.xlsx(path, {"Orders": sheet or xml}, **options)
        return read(path)

    return write


def kinds(column) -> list[Cell]:
    return [Cell(int(kind)) for kind in column.kinds]


# --- what cells hold -----------------------------------------------------------------------------------------------


def test_the_number_123_and_the_text_00123_stay_different_and_the_format_is_kept(orders):
    grid = orders(
        ['<c r="@" s="1"><v>123</v></c>'], ["00123"], ['<c r="@"><v>123</v></c>'], ["123"], formats=["00000"]
    )
    ids = grid.columns[0]
    assert made.values(grid) == [
        (123.0,) + (None,) * 2,
        ("00123",) + (None,) * 2,
        (123.0, None, None),
        ("123", None, None),
    ]
    assert (ids.formats, ids.format_index.tolist()) == (("00000",), [1, 0, 0, 0])


def test_formats_that_do_not_change_an_id_are_not_kept(orders):
    grid = orders(
        ['<c r="@" s="1"><v>5</v></c>', None, '<c r="@" s="2"><v>5</v></c>'], formats=["#,##0.00", "0%"]
    )
    assert all(column.formats == () and column.format_index is None for column in grid.columns)


def test_ids_of_17_digits_come_as_the_number_that_excel_kept(orders):
    grid = orders(['<c r="@"><v>1.23456789012346E+17</v></c>'])
    assert made.values(grid)[0][0] == 1.23456789012346e17


@pytest.mark.parametrize(("system", "day_1"), [(1900, "1900-01-01"), (1904, "1904-01-02")])
def test_both_date_systems_count_from_their_own_day(orders, system, day_1):
    cells = [f'<c r="@" s="1"><v>{serial}</v></c>' for serial in (1, 45000, 45000.75)]
    properties = ' date1904="1"' if system == 1904 else ""
    grid = orders(cells, formats=["yyyy-mm-dd"], properties=properties)
    start = np.datetime64("1899-12-30" if system == 1900 else "1904-01-01", "ms")
    expected = [
        np.datetime64(day_1, "ms"),
        start + np.timedelta64(45000, "D"),
        start + np.timedelta64(45000 * 24 + 18, "h"),
    ]
    assert made.values(grid) == [tuple(expected)]
    assert grid.date_system == system


@pytest.mark.parametrize("serial", [0, 0.5, 60, 60.5, -5, 99_999_999, 2_958_466])
def test_what_is_shown_as_a_date_but_is_none_stays_a_number(orders, serial):
    grid = orders([None, f'<c r="@" s="1"><v>{serial}</v></c>'], formats=["dd/mm/yyyy"])
    assert kinds(grid.columns[1]) == [Cell.NUMBER]
    assert made.values(grid)[0][1] == serial


def test_the_days_around_the_29_february_that_never_was(orders):
    grid = orders(
        [f'<c r="@" s="1"><v>{serial}</v></c>' for serial in (59, 61, 2_958_465)], formats=["d.m.yy"]
    )
    assert [str(day)[:10] for day in made.values(grid)[0]] == ["1900-02-28", "1900-03-01", "9999-12-31"]


def test_error_cells_are_named_and_never_blank_or_zero(orders):
    grid = orders(
        ["C1", None, '<c r="@" t="e"><v>#N/A</v></c>'],
        ["C2", None, '<c r="@" t="e"><f>1/0</f><v>#DIV/0!</v></c>'],
    )
    value = grid.columns[2]
    assert kinds(value) == [Cell.ERROR, Cell.ERROR]
    assert value.strings().to_pylist() == ["#N/A", "#DIV/0!"]
    assert grid.cell(1, value) == "C3"
    assert value.numbers is None


def test_a_formula_without_a_stored_result_is_told_from_a_blank_cell(orders):
    grid = orders(
        ["C1", None, '<c r="@"><f>A1*2</f></c>'],
        ["C2", None, '<c r="@"><f>A1*2</f><v></v></c>'],
        ["C3", None, '<c r="@"><f t="shared" si="0"/><v>7</v></c>'],
        ["C4", None, '<c r="@" t="str"><f>""</f><v></v></c>'],
        ["C5", None, '<c r="@" t="str"><f>A1&amp;"x"</f><v>a &amp; b</v></c>'],
        ["C6", None, '<c r="@" s="0"/>'],
    )
    expected = [Cell.UNCALCULATED, Cell.UNCALCULATED, Cell.NUMBER, Cell.BLANK, Cell.TEXT, Cell.BLANK]
    assert kinds(grid.columns[2]) == expected
    assert made.values(grid)[4][2] == "a & b"


@pytest.mark.parametrize("number", ["NaN", "1E400", "-INF", "12,5", "abc"])
def test_what_no_computer_can_hold_is_an_error_at_its_cell(orders, number):
    grid = orders(["C1", None, 5], ["C2", None, f'<c r="@"><v>{number}</v></c>'])
    assert kinds(grid.columns[2]) == [Cell.NUMBER, Cell.ERROR]
    assert made.values(grid)[1][2] == ("ERROR", number)
    assert grid.cell(1, grid.columns[2]) == "C3"


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("12345678", 12345678), ("123456789", 123456789), ("-7", -7), ("0.1", 0.1), ("1E-3", 0.001), ("00012", 12),
     ("45355.52083333334", 45355.52083333334), ("1.7976931348623157E308", 1.7976931348623157e308), (" 5 ", 5)],
)  # fmt: skip
def test_numbers_are_exact(orders, text, number):
    assert made.values(orders([None, None, f'<c r="@"><v>{text}</v></c>']))[0][2] == number


def test_truth_values_are_neither_numbers_nor_texts(orders):
    grid = orders([True, '<c r="@" t="b"><v>0</v></c>', 1])
    assert made.values(grid) == [(True, False, 1.0)]
    assert kinds(grid.columns[0]) == [Cell.BOOL]


def test_shared_texts_with_formats_pronunciation_and_escapes(tmp_path):
    shared = [
        "<t>Customer ID</t>",
        "<t xml:space='preserve'> A &amp;lt; B &#228;&#x20AC; </t>",
        "<r><t>Ab</t></r><r><rPr><b/><color theme='1'/></rPr><t xml:space='preserve'> c</t></r>",
        "<t>漢字</t><rPh sb='0' eb='2'><t>かんじ</t></rPh><phoneticPr fontId='1'/>",
        "<t>line_x000D_end _x005F_x0041_</t>",
        "<t/>",
        "",
        "<t>😀</t>",
    ]
    rows = [[f'<c r="@" t="s"><v>{k}</v></c>'] for k in range(len(shared))]
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"O": rows}, shared=shared))
    assert [row[0] for row in made.values(grid)] == [
        " A &lt; B ä€ ", "Ab c", "漢字", "line\rend _x0041_", None, None, "😀"
    ][: grid.rows]  # fmt: skip


def test_inline_texts_with_runs_and_comments_of_none(orders):
    rich = '<c r="@" t="inlineStr"><is><r><rPr><b/></rPr><t>A</t></r><r><t> &lt;b&gt;</t></r></is></c>'
    grid = orders([rich, '<c r="@" t="inlineStr"><is><t/></is></c>', "plain"], ["x", rich, None])
    assert made.values(grid) == [("A <b>", None, "plain"), ("x", "A <b>", None)]


def test_texts_that_look_like_nothing_stay_texts(orders):
    rows = [["NA"], ["None"], ["null"], ["nan"], ["TRUE"], ["#N/A"]]
    grid = orders(*rows)
    assert [row[0] for row in made.values(grid)] == [row[0] for row in rows]
    assert grid.columns[0].uniform is Cell.TEXT


def test_distinct_gives_every_text_once_although_the_file_repeats_it(tmp_path):
    shared = ["<t>ID</t>", "<t>A</t>", "<t>B</t>", "<t>A</t>", "<t>unused</t>"]
    rows = [[f'<c r="@" t="s"><v>{k}</v></c>'] for k in (0, 1, 2, 3)] + [[5]]
    column = read(made.xlsx(tmp_path / "o.xlsx", {"O": rows}, shared=shared)).columns[0]
    codes, words = column.distinct()
    assert words == ["A", "B"]
    assert codes.tolist() == [0, 1, 0, -1]


# --- merged, hidden, linked ----------------------------------------------------------------------------------------


def test_a_merged_id_covers_its_rows_and_only_ids_are_repeated(orders):
    tail = '<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="A5:B5"/></mergeCells>'
    grid = orders(["M", None, 1], [None, None, 2], [None, None, 3], ["N", None, 4], around={"tail": tail})
    assert grid.columns[0].merged == ((0, 2),)
    assert grid.columns[0].filled().strings().to_pylist() == ["M", "M", "M", "N"]
    assert grid.columns[2].merged == ()
    assert "merged-cells" in made.codes(grid)


def test_hidden_rows_are_read_counted_and_can_be_left_out(orders):
    rows = made.rows_xml([HEADINGS, ["C1"], ["C2"], ["C3"]])
    rows = rows.replace('<row r="3"', '<row r="3" hidden="1"').replace(
        '<row r="4"', '<row r="4" spans="1:1" hidden="true" ht="5"'
    )
    rows = rows.replace('<row r="2"', '<row r="2" hidden="0"')
    grid = orders(sheet=made.sheet_xml(rows))
    assert grid.hidden.tolist() == [False, True, True]
    assert any(note.what.startswith("2 row(s) are hidden") for note in grid.notes)
    shown = grid.take(~grid.hidden)
    assert (shown.rows, shown.cell(0)) == (1, "row 2")


def test_links_and_connections_are_noted_and_not_followed(tmp_path):
    parts = {
        "xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink ddeService='cmd'/></externalLink>",
        "xl/connections.xml": "<connections/>",
    }
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS, ["C1"]]}, parts=parts))
    assert made.codes(grid)[:2] == ["external-links", "data-connections"]
    assert "DDE" in grid.notes[0].what


# --- strange shapes of sheets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", ["A1", "A1:XFD1048576", "Z9:Z9", "nonsense", ""])
def test_a_lying_dimension_changes_nothing(orders, dimension):
    grid = orders(["C1", None, 5], around={"head": f'<dimension ref="{dimension}"/>'})
    assert made.values(grid) == [("C1", None, 5.0)]


@pytest.mark.parametrize(
    "address", ["XFD1048576", "A1048576", "XFD2", "XFE9", "A1048577", "A99999999", "ZZZ5"]
)
def test_a_stray_cell_far_away_costs_nothing_and_is_named(orders, address):
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{address}"><v>1</v></c></row>'
    sheet = made.sheet_xml(made.rows_xml([HEADINGS, ["C1", None, 5], ["C2", None, 6]]) + far)
    orders(["C1", None, 5])  # imports what is imported on demand
    with measured(memory=True) as work:
        grid = orders(sheet=sheet)
    assert made.values(grid) == [("C1", None, 5.0), ("C2", None, 6.0)]
    (note,) = [note for note in grid.notes if note.code in {"stray-cells", "stray-rows"}]
    assert row in note.cell
    assert note.rows == (1 if address == "A1048576" else 0)
    assert work.memory < 100e6
    assert work.calls < 100_000  # a few for each column of the widest row, none for each row


def test_a_large_part_behind_a_gap_is_data_and_not_stray(orders):
    rows = made.rows_xml([HEADINGS, ["C1"], ["C2"]]) + made.rows_xml(
        [["D1"], ["D2"], ["D3"], ["D4"], ["D5"]], first=5000
    )
    grid = orders(sheet=made.sheet_xml(rows))
    assert grid.rows == 7
    assert grid.cell(2, grid.columns[0]) == "A5000"


def test_rows_that_hold_only_formats_are_passed_over_fast(tmp_path):
    rows = made.rows_xml([HEADINGS, ["C1", None, 5]])
    blank = "".join(
        f'<row r="{k}" spans="1:3" s="1" customFormat="1"><c r="A{k}" s="1"/><c r="B{k}" s="1"/></row>'
        for k in range(3, 200_003)
    )
    path = made.xlsx(tmp_path / "o.xlsx", {"O": made.sheet_xml(rows + blank)}, formats=["0.00"])
    with measured() as work:
        grid = read(path)
    assert work.calls < 20_000
    assert grid.rows == 1
    assert [note.what for note in grid.notes] == ["200,000 row(s) below the table hold formats but no data."]


def test_rows_without_any_cell_element_are_passed_over(orders):
    blank = "".join(f'<row r="{k}" s="1" customFormat="1"/>' for k in range(3, 50_003))
    grid = orders(sheet=made.sheet_xml(made.rows_xml([HEADINGS, ["C1"]]) + blank))
    assert (grid.rows, made.codes(grid)) == (1, ["format-only-rows"])


def test_a_sheet_without_rows_and_a_sheet_of_hundreds_of_columns(tmp_path):
    wide = [[f"H{k}" for k in range(1500)], list(range(1500)), [None] * 1499 + [7]]
    path = made.xlsx(
        tmp_path / "o.xlsx",
        {"Empty": f'<worksheet xmlns="{made.MAIN}"><sheetData/></worksheet>', "Wide": wide},
    )
    grid = read(path)
    assert (grid.sheet, len(grid.columns), grid.rows) == ("Wide", 1500, 2)
    assert made.values(grid)[0] == tuple(map(float, range(1500)))


# --- whatever wrote the XML ----------------------------------------------------------------------------------------


def variants():
    plain = made.sheet_xml(
        made.rows_xml(
            [["ID", "Value", "Text", "Flag"], ["00123", 12.5, "a & b", True], [None, 7, "é€😀", None]]
        )
    )
    yield "plain", plain
    yield (
        "prefix",
        plain.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x="),
    )
    yield "pretty", plain.replace("><", ">\n  <")
    yield "single quotes", plain.replace('"', "'")
    yield "utf-16", plain.replace("UTF-8", "UTF-16").encode("utf-16")
    yield "bom", b"\xef\xbb\xbf" + plain.encode()
    yield "comment", plain.replace('<row r="2">', '<!-- <c r="Z9"><v>1</v></c> --><row r="2">')
    yield "cdata", plain.replace("a &amp; b", "<![CDATA[a & b]]>")
    yield (
        "no cell addresses",
        plain.replace('<c r="B3"', '<c r="B3"')
        .replace(' r="A1"', "")
        .replace(' r="B1"', "")
        .replace(' r="C1"', "")
        .replace(' r="D1"', ""),
    )
    yield "other order", plain.replace('<c r="A2" t="inlineStr">', '<c t="inlineStr" r="A2">')
    yield (
        "more attributes",
        plain.replace(
            '<row r="2">', '<row r="2" spans="1:4" x14ac:dyDescent="0.25" xmlns:x14ac="urn:x">'
        ).replace('<c r="B2">', '<c r="B2" cm="1" vm="1" ph="1">'),
    )
    yield "space before >", plain.replace('<c r="B2">', '<c r="B2" >').replace("<v>7</v>", "<v >7</v >")


@pytest.mark.parametrize(("name", "xml"), list(variants()), ids=[name for name, _ in variants()])
def test_the_same_cells_however_the_xml_is_written(tmp_path, name, xml):
    grid = read(made.xlsx(tmp_path / "o.xlsx", {"O": xml}))
    assert grid.headings == ["ID", "Value", "Text", "Flag"], name
    assert made.values(grid) == [("00123", 12.5, "a & b", True), (None, 7.0, "é€😀", None)]


def test_parts_are_found_wherever_the_package_says(tmp_path):
    files = {
        "_rels/.rels": f'<Relationships xmlns="{made.RELATIONS}"><Relationship Id="a" Type="{made.OFFICE}/officeDocument" Target="/book/Main.xml"/></Relationships>',
        "book/main.xml": f'<workbook xmlns="{made.MAIN}" xmlns:r="{made.OFFICE}"><sheets><sheet name="O" sheetId="1" r:id="x"/></sheets></workbook>',
        "book/_rels/main.xml.rels": f'<Relationships xmlns="{made.RELATIONS}"><Relationship Id="x" Type="{made.OFFICE}/worksheet" Target="..\\data\\S.xml"/></Relationships>',
        "data/s.xml": made.sheet_xml(made.rows_xml([HEADINGS, ["C1"]])),
        "[Content_Types].xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    }
    assert read(made.zipped(tmp_path / "o.xlsx", files)).rows == 1


CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: float(f"{value:.15g}")).filter(np.isfinite),
    st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20),
)  # fmt: skip


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(["openpyxl", "xlsxwriter"]),
)
def test_what_other_libraries_write_is_read_back_cell_by_cell(tmp_path_factory, rows, writer):
    path = tmp_path_factory.mktemp("written") / "o.xlsx"
    written = [["A", "B", "C"], *rows]
    (_with_openpyxl if writer == "openpyxl" else _with_xlsxwriter)(path, written)
    grid = read(path)
    kept = [row for row in rows if any(cell is not None for cell in row)]
    assert made.values(grid) == [tuple(_expected(cell) for cell in row) for row in kept]


def _expected(value):
    if isinstance(value, dt.date):
        return np.datetime64(value, "ms")
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _with_openpyxl(path, rows):
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = book.active.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)


def _with_xlsxwriter(path, rows):
    with xlsxwriter.Workbook(path, {"nan_inf_to_errors": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, value)


@given(st.data())
def test_the_fast_reader_and_the_full_parser_agree_or_the_fast_one_declines(data):
    """Random damage to a sheet: the fast reader never reads something else than the XML says."""
    xml = bytearray(
        made.sheet_xml(
            made.rows_xml([["ID", 1.5, True], ['<c r="@" t="s"><v>1</v></c>', "x", None]])
        ).encode()
    )
    start = xml.find(b"<row")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(start, len(xml) - 30))
        xml[place] = data.draw(st.sampled_from(b"<>/\"'= rctvAB129.\x00\xff&;!"))
    try:
        fast = [scan(block, 5) for block in Blocks([bytes(xml)], "f", "sheetData", "row")]
        texts = [text for cells in fast for text in cells.texts.to_pylist()]
    except (NotPlainError, UnicodeDecodeError):
        return
    try:
        full = list(cells_by_events([bytes(xml)], "f", 5, []))
    except FileError:
        return  # no XML at all; the fast reader may overlook that
    assert _flat(fast) == _flat(full)
    assert texts == [text for cells in full for text in cells.texts.to_pylist()]


def _flat(batches):
    return [
        cell
        for cells in batches
        for cell in zip(
            *(part.tolist() for part in (cells.rows, cells.columns, cells.kinds, cells.styles, cells.values)),
            strict=True,
        )
    ]


def test_the_full_parser_reads_hidden_rows_merged_cells_errors_and_all_kinds(tmp_path):
    shared = ["<t>ID</t>", "<r><t>sha</t></r><r><t>red_x000D_</t></r><rPh><t>not this</t></rPh>"]
    inline = '<c r="@" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>'
    rows = [
        ['<c r="@" t="s"><v>0</v></c>', "Day", "Value", "Flag"],
        [
            '<c r="@" t="s"><v>1</v></c>',
            '<c r="@" s="1"><v>45000</v></c>',
            '<c r="@" t="e"><v>#REF!</v></c>',
            True,
        ],
        [None, inline, "<c r='@'><f>1+1</f></c>", '<c r="@" t="b"><v>0</v></c>'],
        [
            '<c r="@" t="str"><f>""</f><v></v></c>',
            '<c r="@" t="inlineStr"><is/></c>',
            "<c r='@'><v>1E400</v></c>",
            "<c r='@'/>",
        ],
    ]
    tail = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    xml = made.sheet_xml(made.rows_xml(rows).replace('<row r="3"', '<row r="3" hidden="1"'), tail=tail)
    grids = []
    for name, content in (("plain", xml), ("odd", xml.replace("<sheetData>", "<sheetData><!-- odd -->"))):
        grids.append(
            read(made.xlsx(tmp_path / f"{name}.xlsx", {"O": content}, shared=shared, formats=["yyyy"]))
        )
    plain, odd = grids
    assert (
        made.values(plain)
        == made.values(odd)
        == [
            ("shared\r", np.datetime64("2023-03-15", "ms"), ("ERROR", "#REF!"), True),
            (None, "inline", ("UNCALCULATED", None), False),
            (None, None, ("ERROR", "1E400"), None),
        ]
    )
    assert plain.columns[0].merged == odd.columns[0].merged == ((0, 1),)
    assert plain.hidden.tolist() == odd.hidden.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("2024-03-04", np.datetime64("2024-03-04", "ms")),
        ("2024-03-04T18:30:00Z", np.datetime64("2024-03-04T18:30", "ms")),
        ("2024-03-04T01:00:00+02:00", np.datetime64("2024-03-03T23:00", "ms")),
        ("4 March", "4 March"),
    ],
)
def test_dates_that_a_strict_workbook_writes_as_text_are_dates(orders, content, expected):
    grid = orders([None, f'<c r="@" t="d"><v>{content}</v></c>'])
    assert made.values(grid) == [(None, expected, None)]


@pytest.mark.parametrize(
    "cell", ['<c r="A2" t="s"><v>7</v></c>', '<c r="22"><v>1</v></c>', '<c r="A2" s="x"><v>1</v></c>']
)
def test_the_full_parser_refuses_what_makes_no_sense(tmp_path, cell):
    rows = made.rows_xml([["ID"]]) + f'<!-- odd --><row r="2">{cell}</row>'
    assert refused(made.xlsx(tmp_path / "o.xlsx", {"O": made.sheet_xml(rows)})).code == "file-damaged"


def test_a_cell_without_end_is_refused_before_memory_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.xlsx.xlsx_events.MAX_CELL", 1000)
    rows = made.rows_xml([["ID"]]) + "<!-- odd -->" + made.rows_xml([["x" * 2000]], first=2)
    assert refused(made.xlsx(tmp_path / "o.xlsx", {"O": made.sheet_xml(rows)})).code == "file-too-large"


def test_a_part_of_endless_elements_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.xml_events.MAX_ELEMENTS", 1000)
    styles = f'<styleSheet xmlns="{made.MAIN}"><cellXfs>{"<xf/>" * 2000}</cellXfs></styleSheet>'
    assert (
        refused(made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS]}, parts={"xl/styles.xml": styles})).code
        == "file-too-large"
    )
    monkeypatch.undo()
    deep = "<a>" * 500 + "</a>" * 500
    assert (
        refused(made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS]}, parts={"xl/styles.xml": deep})).code
        == "file-damaged"
    )


# --- hostile files -------------------------------------------------------------------------------------------------


def refused(path) -> FileError:
    with measured() as work, pytest.raises(FileError) as error:
        read(path)
    assert work.calls < 20_000
    return error.value


def test_a_zip_bomb_is_refused_from_the_directory(tmp_path):
    path = made.xlsx(tmp_path / "bomb.xlsx", {"O": [HEADINGS]})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/a.bin", "w") as part,
    ):
        for _ in range(40):
            part.write(bytes(1_000_000))
    error = refused(path)
    assert error.code == "file-bomb"
    assert "times its size" in error.what


def test_a_directory_that_promises_more_than_2_gb_is_refused(tmp_path):
    path = made.xlsx(tmp_path / "bomb.xlsx", {"O": [HEADINGS]})
    raw = bytearray(path.read_bytes())
    place = len(raw)
    for _ in range(2):
        place = raw.rfind(b"PK\x01\x02", 0, place)
        raw[place + 20 : place + 28] = (1_500_000_000).to_bytes(4, "little") * 2
    path.write_bytes(raw)
    assert "3.0 GB" in refused(path).what


def test_a_part_that_is_longer_than_it_claims_is_damaged_and_not_inflated(tmp_path):
    rows = made.rows_xml([HEADINGS, *(["C1", k, k] for k in range(50_000))])
    path = made.xlsx(tmp_path / "o.xlsx", {"O": made.sheet_xml(rows)})
    raw = bytearray(path.read_bytes())
    place = raw.find(b"PK\x01\x02")
    while b"sheet1.xml" not in raw[place : place + 80]:
        place = raw.find(b"PK\x01\x02", place + 1)
    raw[place + 24 : place + 28] = (5000).to_bytes(4, "little")
    path.write_bytes(raw)
    assert refused(path).code == "file-damaged"


BILLION = '<!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
STOLEN = '<!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("dtd", [BILLION, STOLEN, '<!DOCTYPE z SYSTEM "http://x/y.dtd">'])
@pytest.mark.parametrize("part", ["sheet", "shared", "workbook", "styles"])
def test_any_document_type_is_refused_by_name(tmp_path, dtd, part):
    sheet = made.sheet_xml(made.rows_xml([["ID"], ['<c r="@" t="s"><v>0</v></c>']]))
    files = {
        "sheet": ("xl/worksheets/sheet1.xml", sheet),
        "shared": ("xl/sharedStrings.xml", f'{made.XML}<sst xmlns="{made.MAIN}"><si><t>x</t></si></sst>'),
        "workbook": ("xl/workbook.xml", None),
        "styles": ("xl/styles.xml", f'{made.XML}<styleSheet xmlns="{made.MAIN}"/>'),
    }
    path = made.xlsx(tmp_path / "o.xlsx", {"O": sheet}, shared=["<t>x</t>"])
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    name = files[part][0]
    content[name] = content[name].decode().replace(made.XML, made.XML + dtd)
    error = refused(made.zipped(path, content))
    assert error.code == "file-dtd"
    assert "DTD" in error.what


@pytest.mark.parametrize(
    "sheet",
    [
        '<c r="A2" t="s"><v>99</v></c>',
        '<c r="A2" t="s"><v>x</v></c>',
        '<c r="2A"><v>1</v></c>',
        "<c r='A2'><v>1<v></c>",
    ],
)
def test_a_damaged_sheet_is_refused_in_one_sentence(tmp_path, sheet):
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>ID</t></is></c></row><row r="2">{sheet}</row>'
    error = refused(made.xlsx(tmp_path / "o.xlsx", {"O": made.sheet_xml(rows)}))
    assert error.code == "file-damaged"


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_missing_part_is_damage(tmp_path, missing):
    path = made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS]})
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist() if name != missing}
    assert refused(made.zipped(path, content)).code == "file-damaged"


def test_a_book_of_chart_sheets_has_no_worksheet(tmp_path):
    path = made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS]})
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content["xl/_rels/workbook.xml.rels"] = content["xl/_rels/workbook.xml.rels"].replace(
        b"/worksheet", b"/chartsheet"
    )
    assert "no worksheet" in refused(made.zipped(path, content)).what


def test_an_encrypted_part_asks_for_an_unprotected_copy(tmp_path):
    path = made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS]})
    raw = bytearray(path.read_bytes())
    place = raw.find(b"PK\x01\x02")
    while place >= 0:
        raw[place + 8] |= 1
        place = raw.find(b"PK\x01\x02", place + 4)
    path.write_bytes(raw)
    assert refused(path).code == "file-password"


def test_too_many_cells_are_refused_before_memory_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr("winback_xl.readers.collector.MAX_CELLS", 5)
    assert (
        refused(made.xlsx(tmp_path / "o.xlsx", {"O": [HEADINGS, ["C1", 1, 2], ["C2", 1, 2]]})).code
        == "file-too-large"
    )


def test_too_much_text_is_refused_before_memory_is_full(tmp_path, monkeypatch):
    path = made.xlsx(tmp_path / "o.xlsx", {"O": [["ID"], ["x" * 5000]]}, shared=["<t>" + "y" * 5000 + "</t>"])
    monkeypatch.setattr("winback_xl.readers.xlsx.xlsx_texts.MAX_TEXT", 1000)
    assert refused(path).code == "file-too-large"
    monkeypatch.setattr("winback_xl.readers.xlsx.xlsx_texts.MAX_TEXT", 10_000)
    monkeypatch.setattr("winback_xl.readers.collector.MAX_TEXT", 1000)
    assert refused(path).code == "file-too-large"


def test_one_row_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("winback_xl.readers.xlsx.xlsx_blocks._MOST_IN_ONE_ROW", 10_000)
    pieces = [b"<worksheet><sheetData><row r='1'>", *[b"<c><v>1</v></c>" * 100] * 20]
    with pytest.raises(FileError, match="single row"):
        list(Blocks(pieces, "o.xlsx", "sheetData", "row"))


# --- the parts by themselves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_blocks_are_the_same_however_the_part_arrives(size):
    xml = made.sheet_xml(
        made.rows_xml([["ID", 5]] * 50), tail="<mergeCells><mergeCell ref='A1:A2'/></mergeCells>"
    ).encode()
    blocks = Blocks((xml[k : k + size] for k in range(0, len(xml), size)), "f", "sheetData", "row")
    cells = [cell for block in blocks for cell in scan(block, 0).values.tolist()]
    assert len(cells) == 100
    assert b"A1:A2" in blocks.tail


def test_shared_texts_by_the_full_parser_are_the_same(tmp_path):
    items = [f"<t>text {k} &amp; more</t>" for k in range(5000)]
    path = made.xlsx(tmp_path / "plain.xlsx", {"O": [["ID"]]}, shared=items)
    odd = made.xlsx(tmp_path / "odd.xlsx", {"O": [["ID"]]}, shared=[*items, "<!-- odd --><t>last</t>"])
    with open_package(path) as plain, open_package(odd) as package:
        part = "xl/sharedStrings.xml"
        fast, full = shared_texts(plain, part).to_pylist(), shared_texts(package, part).to_pylist()
    assert fast == full[:-1] == [f"text {k} & more" for k in range(5000)]
    assert full[-1] == "last"


@given(st.data())
def test_shared_texts_read_fast_are_what_the_xml_says(tmp_path_factory, data):
    """Random damage to the shared texts: the fast way never reads something else than the full parser."""
    item = """<si><t xml:space="preserve"> a</t></si><si><r><t>b</t></r><rPh><t>c</t></rPh></si><si><t>d</t></si>"""
    xml = bytearray(f'<sst xmlns="{made.MAIN}">{item * 2}</sst>'.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(xml.find(b"<si>"), len(xml) - 7))
        xml[place] = data.draw(st.sampled_from(b"<>/\"'= rstiPhAB1.&;!"))
    path = made.zipped(tmp_path_factory.mktemp("damaged") / "o.xlsx", {"sst": bytes(xml)})
    with open_package(path) as package:
        try:
            full = texts_by_events(package, "sst").to_pylist()
        except FileError:
            return
        assert shared_texts(package, "sst").to_pylist() == full


def test_the_reader_falls_back_without_reading_a_row_twice(tmp_path, monkeypatch):
    """A sheet whose XML turns strange late is read from the start by the full parser."""
    rows = made.rows_xml([["ID"], *[[k] for k in range(60_000)]]).replace(
        '<row r="60001">', '<row r="60001"><!-- odd -->'
    )
    path = made.xlsx(tmp_path / "o.xlsx", {"O": made.sheet_xml(rows)})
    used = []
    monkeypatch.setattr(read_xlsx, "cells_by_events", lambda *a: used.append(1) or cells_by_events(*a))
    grid = read(path)
    assert used == [1]
    assert grid.columns[0].numbers.tolist() == list(range(60_000))


def test_openpyxl_agrees_on_every_cell_of_a_mixed_book(tmp_path):
    rng = np.random.default_rng(7)
    choices = ["00123", 123, 1.5, True, NOON, None, "a\nb", "<&>", -0.001, 10**14]
    rows = [[choices[k] for k in rng.integers(0, len(choices), 6)] for _ in range(300)]
    path = tmp_path / "o.xlsx"
    _with_openpyxl(path, [[f"H{k}" for k in range(6)], *rows])
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    theirs = [
        tuple(row)
        for row in book.active.iter_rows(min_row=2, values_only=True)
        if any(v is not None for v in row)
    ]
    ours = made.values(read(path))
    assert [
        tuple(_expected(v) if not isinstance(v, dt.datetime) else np.datetime64(v, "ms") for v in row)
        for row in theirs
    ] == ours


def test_a_long_text_that_many_cells_share_is_refused_before_it_is_written_out(tmp_path):
    """A file of some kilobytes asks for gigabytes when each cell gets a text of its own."""
    sheet = made.sheet_xml([f'<row r="{k}"><c r="A{k}" t="s"><v>0</v></c></row>' for k in range(1, 4_000)])
    path = made.xlsx(tmp_path / "o.xlsx", {"O": sheet}, shared=["<t>" + "x" * 1_000_000 + "</t>"])
    with pytest.raises(FileError, match="1,000 MB of text in its cells"):
        read(path, header=False)
