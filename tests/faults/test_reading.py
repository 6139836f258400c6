"""What goes wrong in files that come in: one test a case, with the sentence a user sees and the exit code."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile

import openpyxl
import pytest

from tests.effort import measured
from tests.readers import made
from winback_xl.workbook import fits

from .conftest import HEADING_LINE, HEADINGS, orders

ONE = ["A", "1", "2026-01-01", 5.0]


def sheet(*rows, **more):
    return made.sheet_xml(made.rows_xml([list(HEADINGS), *rows]), **more)


def test_r01_the_number_123_and_the_text_00123_stay_two_customers(winback, workbook):
    def change(cells):
        cells["A2"], cells["A3"], cells["A4"] = 123, "00123", 123
        cells["A2"].number_format = "00000"

    said = winback("check", workbook(orders(), change))
    assert "6 of 6 rows can be used" in said
    assert "orders.xlsx, Orders!A2, A3, A4: Some ids of Customer ID differ only in zeros in front" in said
    assert "kept apart (00123 / 123)" in said


def test_r02_ids_of_text_files_stay_text_and_four_customers_stay_four(winback, text_file, tmp_path):
    ids = ["00123", "123", "1E5", "100000"]
    path = text_file(*(f"{name},{k},2026-01-0{k + 1},5" for k, name in enumerate(ids)))
    said = winback("check", path)
    assert "line 4: 1 id of Customer ID looks like scientific notation ('1E5')" in said
    winback("segment", path, "-o", tmp_path / "s.csv", writes={"s.csv"})
    rows = (tmp_path / "s.csv").read_text("utf-8-sig").splitlines()[1:]
    assert sorted(row.split(",")[0].strip('"') for row in rows) == sorted(ids)


def test_r03_ids_of_more_than_15_digits_that_were_numbers_are_flagged(winback, workbook):
    def change(cells):
        cells["A2"] = 123456789012345678

    said = winback("check", workbook(orders(), change))
    assert (
        "Orders!A2: 1 id of Customer ID with more than 15 digits is stored as a number and has lost" in said
    )
    assert "6 of 6 rows" in said


def test_r04_customers_listed_twice_are_collapsed_or_told(winback, text_file):
    lines = ("C1,Ann,N", "C1,Ann,N", "C2,Bob,S", "C2,Bob & Co,S")
    said = winback("check", text_file(*lines, headings="Customer ID,Customer,Region"))
    assert "2 of 4 rows can be used, 2 would be set aside" in said
    assert "line 3: 1 row repeats a customer exactly" in said
    assert "line 5: 1 row says different details of a customer listed before ('C2')" in said


def test_r05_a_file_appended_to_itself_counts_once(winback, text_file):
    said = winback("check", text_file(*["A,1,2026-01-01,5", "B,2,2026-01-02,7"] * 2))
    assert "2 of 4 rows can be used" in said
    assert "lines 4, 5: 2 rows repeat an earlier row exactly, worth 12.00 together" in said


def test_r06_spaces_and_invisible_characters_in_ids_are_merged_and_listed(winback, text_file):
    ids = ("AB1", " AB1", "AB1\u00a0", "ab1", "A\u200bB1")
    said = winback("check", text_file(*(f"{name},{k},2026-01-0{k + 1},5" for k, name in enumerate(ids))))
    assert "lines 3, 4, 6: 3 spellings of Customer ID differ only in spaces or invisible characters" in said
    assert "differ only in capitals and are kept apart (AB1 / ab1)" in said


def test_r07_ids_that_look_like_nothing_stay_ids(winback, text_file):
    ids = ("NA", "None", "null", "nan")
    said = winback("check", text_file(*(f"{name},{k},2026-01-0{k + 1},5" for k, name in enumerate(ids))))
    assert "4 of 4 rows can be used" in said
    assert "4 rows have 'NA', 'None', 'null' as Customer ID, and it is taken as an id" in said


def test_r08_dates_that_can_be_read_both_ways_stop_the_job_and_clear_ones_decide(winback, text_file):
    said = winback("check", text_file("A,1,03/04/2025,5", "B,2,05/06/2025,5"), code=3)
    assert (
        "lines 2, 3: '03/04/2025' of Order date can be 2025-04-03 or 2025-03-04, and no date in the column settles it"
        in said
    )
    assert "Put day_first = 'day first' (or 'month first') into the settings" in said
    said = winback("check", text_file("A,1,03/04/2025,5", "B,2,31/12/2024,5", name="clear.csv"))
    assert "Dates such as '31/12/2024' of Order date were read day first" in said


def test_r09_dates_serial_numbers_and_texts_in_one_column_are_counted_by_kind(winback, workbook):
    def change(cells):
        cells["C2"], cells["C3"], cells["C4"] = 45000, "2026-01-05", "5 March 2026"
        cells["C2"].number_format = "General"

    said = winback("check", workbook(orders(), change))
    assert "6 of 6 rows can be used" in said
    assert "Order date holds 3 real dates, 1 bare number, 2 texts; all were read as dates" in said


def test_r09_a_serial_number_that_is_text_is_told(winback, text_file):
    said = winback("check", text_file("A,1,2026-01-01,5", "B,2,46027,5", "C,3,20260105,5", "C,4,46028.125,5"))
    assert "4 of 4 rows can be used" in said
    assert "2 bare numbers of Order date, such as '46027': read as Excel day numbers, 2026-01-05." in said


def test_r10_a_workbook_that_counts_from_1904_gives_the_same_days(winback, workbook, tmp_path):
    rows = orders()
    plain = winback("segment", workbook(rows), "-q")
    book = openpyxl.load_workbook(tmp_path / "orders.xlsx")
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(tmp_path / "orders.xlsx")
    with zipfile.ZipFile(tmp_path / "orders.xlsx") as archive:
        assert b'date1904="1"' in archive.read("xl/workbook.xml")
    assert winback("segment", tmp_path / "orders.xlsx", "-q") == plain


def test_r11_serial_numbers_that_are_no_day_are_named_and_set_aside(winback, tmp_path):
    days = (46000, 0, 60, -5, 99999999)
    rows = "".join(
        f'<row r="{k}"><c r="A{k}" t="inlineStr"><is><t>C{k}</t></is></c><c r="C{k}" s="1"><v>{day}</v></c>'
        f'<c r="D{k}"><v>5</v></c></row>'
        for k, day in enumerate(days, 2)
    )
    content = made.sheet_xml(made.rows_xml([list(HEADINGS)]) + rows)
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": content}, formats=("yyyy-mm-dd",)))
    assert "1 of 5 rows can be used, 4 would be set aside" in said
    assert "Orders!C3, C4, C5 and 1 more: 4 cells of Order date hold no date ('0', '60', '-5')" in said


def test_r12_orders_of_the_future_are_told_with_both_dates(winback, text_file):
    path = text_file("A,1,2026-01-01,5", "A,2,2026-02-01,5", "A,3,2099-01-01,5")
    said = winback("check", path, "--as-of", "2026-03-01")
    assert "1 order row is later than the as-of day 2026-03-01 and left out" in said
    assert "from 2026-01-01 to 2099-01-01" in said


def test_r13_times_with_a_zone_keep_the_day_as_written(winback, text_file):
    said = winback("segment", text_file("A,1,2026-01-01T23:30:00Z,5", "A,2,2026-02-01T00:10:00+02:00,5"))
    assert "2 dates of Order date with a time zone" in said
    assert "2026-02-01" in said
    assert "2026-01-31" not in said


def test_r14_returns_are_netted_and_a_customer_below_zero_gets_no_make_good(winback, text_file, tmp_path):
    lines = [f"A,{k},2025-{k:02d}-01,100" for k in range(1, 10)]
    lines += ["A,C1,2025-10-01,-100", "B,20,2024-03-01,50", "B,21,2024-04-01,-80", "C,30,2025-05-01,0"]
    path = text_file(*lines)
    incidents = text_file(
        "1,B,2024-04-01,Late again,40",
        headings="Incident ID,Customer ID,Date,What happened,Direct loss",
        name="i.csv",
    )
    said = winback(
        "plan",
        path,
        "--incidents",
        incidents,
        "-o",
        tmp_path / "c.xlsx",
        "--as-of",
        "2025-12-01",
        writes={"c.xlsx"},
    )
    assert "line 14: 1 row is worth 0 and counts neither as an order nor as a credit" in said
    book = openpyxl.load_workbook(tmp_path / "c.xlsx", data_only=True)
    revenue = column(book["Segments"], 4, "Revenue, all", "Customer ID")
    assert (revenue["A"], revenue["B"]) == (800, -30)
    campaign = column(book["Campaign"], 4, "Make-good recommended", "Customer ID")
    assert campaign["B"] == 0
    flags = column(book["Accounts"], 4, "Flags", "Customer ID")
    assert "More than their worth" in flags["B"]


def test_r14_the_words_of_a_kind_are_told_and_so_is_every_sign_that_they_turn(winback, text_file, tmp_path):
    lines = (
        "A,1,2026-01-05,5,Credit note",
        "A,2,2026-01-06,-5,Credit note",
        "A,3,2026-01-07,100,Quote",
        "A,4,2026-01-08,50,",
    )
    path = text_file(*lines, headings=f"{HEADING_LINE},Kind")
    said = winback("segment", path, "-o", tmp_path / "s.csv", writes={"s.csv"})
    assert "By the words of Kind: orders are 'Quote'; credits are 'Credit note'." in said
    assert (
        "line 2: 1 row is a credit by Kind with a positive Order value, worth 5.00: taken away, not added."
        in said
    )
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert float(row["Revenue, all"]) == 140


def column(cells, row, heading, key):
    """Return a column of a table by the key of its rows."""
    at = {cell.value: cell.column for cell in cells[row]}
    return {
        cells.cell(r, at[key]).value: cells.cell(r, at[heading]).value
        for r in range(row + 1, cells.max_row + 1)
    }


@pytest.mark.parametrize(
    ("amounts", "code", "words"),
    [
        (("$1,234.56", "(12.00)"), 0, "1 with a currency, 1 in brackets (negative), 1 with separators"),
        (("12,50 EUR", "1.234,56 EUR"), 0, "2 with a decimal comma"),
        (("1,234", "2,345"), 3, "'1,234' of Order value can be 1.234 or 1234, and no amount in the column settles it"),
        (("$5", "7 EUR"), 3, "Order value holds amounts in $ (1) and EUR (1); they cannot be added up"),
    ],
)  # fmt: skip
def test_r15_amounts_written_as_text_are_read_by_column_or_refused(amounts, code, words, winback, text_file):
    lines = [f"A;{k};2026-01-0{k + 1};{amount}" for k, amount in enumerate(amounts)]
    assert words in winback("check", text_file(*lines, headings=";".join(HEADINGS)), code=code)


def test_r16_error_cells_are_named_and_never_zero(winback, tmp_path):
    rows = [ONE, ["B", "2", "2026-01-02", '<c r="@" t="e"><v>#N/A</v></c>'], ['<c r="@" t="e"><v>#REF!</v></c>', "3", "2026-01-03", 5.0]]  # fmt: skip
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": sheet(*rows)}))
    assert "1 of 3 rows can be used, 2 would be set aside" in said
    assert "Orders!D3: 1 cell of Order value holds an error ('#N/A')" in said
    assert "Orders!A4: 1 cell of Customer ID holds an error ('#REF!')" in said


def test_r17_a_formula_that_was_never_calculated_is_told_with_its_cure(winback, tmp_path):
    rows = [ONE, ["B", "2", "2026-01-02", '<c r="@"><f>1+1</f></c>']]
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": sheet(*rows)}))
    assert "Orders!D3: 1 cell of Order value holds a formula without a result" in said
    assert "Open the file in Excel, save it, and try again" in said


def test_r18_numbers_that_no_computer_can_hold_are_named(winback, tmp_path):
    rows = [ONE, *(["B", "2", "2026-01-02", f'<c r="@"><v>{text}</v></c>'] for text in ("NaN", "1E400"))]
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": sheet(*rows)}))
    assert "Orders!D3, D4: 2 cells of Order value hold an error ('NaN', '1E400')" in said


def test_r19_a_row_of_totals_is_no_customer_and_blank_lines_are_counted(winback, text_file):
    said = winback("check", text_file("A,1,2026-01-01,5", "B,2,2026-01-02,7", ",,,", "TOTAL,,,12"))
    assert "2 of 3 rows can be used" in said
    assert "1 blank line(s) were skipped" in said
    assert "line 5: 1 row adds up the column and is left out" in said


def test_r20_a_merged_id_counts_for_the_rows_it_covers(winback, workbook):
    said = winback("check", workbook(orders(), lambda cells: cells.merge_cells("A2:A4")))
    assert "6 of 6 rows can be used" in said
    assert "1 merged range(s): where one covers several rows, its id or date counts for all of them" in said


def test_r21_hidden_rows_and_sheets_are_told(winback, workbook):
    def change(cells):
        cells.row_dimensions[3].hidden = True
        cells.parent.create_sheet("Old").sheet_state = "hidden"

    said = winback("check", workbook(orders(), change))
    assert "1 row(s) are hidden or filtered out; they were read like the others" in said
    assert "1 hidden sheet(s), read only when asked for: Old" in said


def test_r21_hidden_rows_are_left_out_and_listed_on_request(winback, workbook, tmp_path):
    def change(cells):
        cells.row_dimensions[3].hidden = True
        cells["C3"] = "no day"

    path = workbook(orders(), change)
    (tmp_path / "s.toml").write_text('hidden_rows = "leave out"')
    said = winback("check", path, "--settings", tmp_path / "s.toml")
    assert "5 of 6 rows can be used, 1 would be set aside" in said
    assert (
        "Orders!row 3: 1 row is hidden or filtered out and, as the setting hidden_rows says, left out."
        in said
    )
    assert "read like the others" not in said
    assert "holds no date" not in said


@pytest.mark.parametrize("reading", ["read", "leave out"])
@pytest.mark.parametrize("added", ["SUM", "SUBTOTAL"])
def test_r19_and_r21_a_total_over_hidden_rows_is_none_of_the_orders(
    reading, added, winback, workbook, tmp_path
):
    """SUM adds up hidden rows as well, SUBTOTAL what a filter shows; both stay totals however hidden rows are taken."""

    def change(cells):
        cells.row_dimensions[3].hidden = True
        amounts = [row[3] for row in cells.iter_rows(2, values_only=True)]
        cells.append(["Total", None, dt.date(2026, 6, 30), sum(amounts) - (added == "SUBTOTAL") * amounts[1]])

    (tmp_path / "s.toml").write_text(f'hidden_rows = "{reading}"')
    said = winback("check", workbook(orders(), change), "--settings", tmp_path / "s.toml")
    assert "row 8: 1 row adds up the column and is left out." in said
    assert f"{6 if reading == 'read' else 5} of 7 rows can be used" in said


def test_r22_headings_below_titles_are_found_and_their_row_is_told(winback, tmp_path):
    rows = [["Export of May"], ["by Jo"], list(HEADINGS), ONE]
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": rows}))
    assert "1 of 1 rows can be used" in said
    assert "Headings found in row 3; what is above was skipped" in said
    said = winback("check", made.xlsx(tmp_path / "n.xlsx", {"Orders": [[1.0, 2.0], [3.0, 4.0]]}), code=3)
    assert (
        "n.xlsx, Orders has no row of headings in its first 20 rows (row 1: 2 filled cell(s), row 2: 2"
        in said
    )
    assert "--no-header --column 'Customer ID=#1'" in said
    assert "Row 1 holds #1 1 digit, #2 1 digit." in said


def test_r23_headings_that_are_missing_or_there_twice_are_refused_with_those_found(
    winback, text_file, tmp_path
):
    path = text_file("A,1,2026-01-01,5,6,7", headings="Whom,Invoice,Invoice date,Amount,amount, Amount ")
    said = winback("plan", path, "-o", tmp_path / "c.xlsx", code=3)
    assert "3 headings could be Order value: 'Amount', 'amount', ' Amount '" in said
    assert "Orders need a column Customer ID, and none was found. Headings: 'Whom'" in said
    assert "--column 'Customer ID=HEADING'" in said
    path = text_file(
        "A,B,2026-01-01,5", headings="Customer ID,Customer ID,Order date,Order value", name="two.csv"
    )
    said = winback("check", path, code=3)
    assert (
        "2 headings could be Customer ID: 'Customer ID', 'Customer ID'. Rename or delete one, or choose #1 or"
        in said
    )
    path = text_file("2026-01-01,5,x,y", headings="Order date,Order value,Kind,Kind", name="kinds.csv")
    assert "lacks Customer ID" in winback("check", path, code=3)
    path = text_file("A,1,2026-01-01,5", headings="Kunde,Invoice,Invoice date,Net amount", name="renamed.csv")
    winback("plan", path, "-o", tmp_path / "c.xlsx", "--column", "Customer ID=Kunde", writes={"c.xlsx"})


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2000000"><c r="XFE2000000"><v>1</v></c></row>',
    ],
)
def test_r25_a_stray_cell_far_away_is_named_and_costs_nothing(far, winback, tmp_path):
    winback("check", plain_workbook(tmp_path, "plain.xlsx"))  # imports what is imported on demand
    content = made.sheet_xml(made.rows_xml([list(HEADINGS), ONE]) + far)
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": content})
    with measured(memory=True) as work:
        said = winback("check", path)
    assert work.calls < 1_048_576  # one for each row above it would be more
    assert work.memory < 50e6
    assert "1 of 1 rows can be used" in said
    assert "1 cell(s) far right of the table were left out: XF" in said


def test_r24_a_million_rows_that_hold_only_formats_cost_less_than_a_call_for_each_ten(winback, tmp_path):
    winback("check", plain_workbook(tmp_path, "plain.xlsx"))  # imports what is imported on demand
    with measured() as plain:
        winback("check", tmp_path / "plain.xlsx")
    blank = "".join(f'<row r="{k}"><c r="A{k}" s="1"/></row>' for k in range(3, 1_048_577))
    content = made.sheet_xml(made.rows_xml([list(HEADINGS), ONE]) + blank)
    path = made.xlsx(tmp_path / "o.xlsx", {"Orders": content}, formats=("0.00",))
    with measured() as work:
        said = winback("check", path)
    assert work.calls < plain.calls + 100_000
    assert "1,048,574 row(s) below the table hold formats but no data" in said


def test_r26_a_lying_dimension_changes_nothing(winback, tmp_path):
    content = sheet(ONE, head='<dimension ref="A1:XFD1048576"/>')
    assert "1 of 1 rows can be used" in winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": content}))


def test_r27_a_password_is_told_with_its_cure(winback, tmp_path):
    path = made.compound(tmp_path / "o.xlsx", {"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5000})
    said = winback("check", path, code=4)
    assert "o.xlsx is password protected. Open it in Excel, save an unprotected copy" in said


def plain_workbook(tmp_path, name):
    return made.xlsx(tmp_path / name, {"Orders": [list(HEADINGS), ONE]})


def test_r28_content_counts_and_not_the_name(winback, tmp_path, text_file):
    plain_workbook(tmp_path, "really xlsx.xls")
    text_file("A,1,2026-01-01,5", name="really csv.xlsx")
    for name in ("really xlsx.xls", "really csv.xlsx"):
        assert "1 of 1 rows can be used" in winback("check", tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.xls", b"<html><body>Sign in</body></html>", "page.xls is a web page under another name, and holds no table"),
        ("nothing.xlsx", b"", "nothing.xlsx is empty (0 bytes)"),
        ("cut.xlsx", b"PK\x03\x04\x14\0\0\0", "cut.xlsx is damaged: it is incomplete or broken"),
        ("paper.xlsx", b"%PDF-1.7\n", "paper.xlsx is a PDF"),
    ],
)  # fmt: skip
def test_r28_what_is_no_workbook_is_called_by_its_name(name, content, words, winback, tmp_path):
    (tmp_path / name).write_bytes(content)
    assert words in winback("check", tmp_path / name, code=4)


def test_r29_a_zip_bomb_is_refused_from_its_directory(winback, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(100):
                part.write(bytes(1_000_000))
    opened = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda _, part, *__: opened.append(part))
    said = winback("check", tmp_path / "bomb.xlsx", code=4)
    assert opened == []  # not a byte of it was unpacked
    assert "bomb.xlsx looks like a zip bomb: xl/worksheets/sheet1.xml unpacks to" in said


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">',
    ],
)
def test_r30_any_document_type_is_refused(start, winback, tmp_path):
    content = f'<?xml version="1.0"?>{start}<worksheet xmlns="{made.MAIN}"><sheetData/></worksheet>'
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": content}), code=4)
    assert "o.xlsx contains a document type declaration (DTD)" in said


def test_r31_links_dde_and_connections_are_noted_and_not_followed(winback, tmp_path):
    parts = {
        "xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink/></externalLink>",
        "xl/connections.xml": "<connections/>",
    }
    said = winback("check", made.xlsx(tmp_path / "o.xlsx", {"Orders": sheet(ONE)}, parts=parts))
    assert "It links to 1 other file(s) (DDE: a live link to another program); no link was followed" in said
    assert "It has data connections; none was opened" in said


GOOD = "".join(
    f"{line}\n" for line in (",".join(HEADINGS), *(f"Müller,{k},2026-01-0{k},5" for k in range(1, 9)))
)
TEXTS = {
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), "8 of 8 rows"),
    "UTF-16": (GOOD.encode("utf-16"), "It is written in UTF-16, and was read so"),
    "Windows-1252": (GOOD.encode("cp1252"), "It is written in Windows-1252, and was read so"),
    "semicolons": (("sep=;\n" + GOOD.replace(",", ";").replace(";5", ";5,50")).encode(), "8 with a decimal comma"),
    "NUL bytes": (GOOD.replace("Müller,2", "Mü\0ller,2").encode(), "line 3: 1 NUL byte(s), which no text contains, were dropped"),
    "ragged": (GOOD.replace("2026-01-03,5", "2026-01-03,5,more").encode(), "7 of 8 rows can be used, 1 would be set aside: line 4: It has 5 fields instead of 4"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_r32_text_files_are_read_however_they_are_written(kind, winback, tmp_path):
    content, words = TEXTS[kind]
    (tmp_path / "o.csv").write_bytes(content)
    said = winback("check", tmp_path / "o.csv")
    assert all(word.strip() in said for word in words.split(":"))


def test_r32_a_byte_that_is_no_letter_is_named_with_its_line(winback, tmp_path):
    (tmp_path / "o.csv").write_bytes(GOOD.encode() + b"A,9,2026-01-09,\x81\x8d\xff\xfe\xc3\x28\n")
    said = winback("check", tmp_path / "o.csv", code=4)
    assert "(line 10)" in said
    assert "Save it as 'CSV UTF-8' in Excel" in said


@pytest.mark.parametrize("start", ['A,8,2026-01-08,"5', '"A,8,2026-01-08,5', 'A,8,2026-01-08,5,"Ann'])
def test_r32_a_text_that_is_still_open_at_the_end_has_swallowed_rows_and_is_refused(start, winback, tmp_path):
    """Fewer rows than a hundred: such a text may be meant, but not one that the file ends in."""
    more = ",Ann" if start.endswith("Ann") else ""
    lines = [
        HEADING_LINE + more.replace("Ann", "Customer"),
        *(f"B,{k},2026-01-08,5{more}" for k in range(40)),
    ]
    lines.insert(20, start)
    (tmp_path / "o.csv").write_text("\n".join(lines) + "\n")
    said = winback("check", tmp_path / "o.csv", code=4)
    assert "o.csv: a quotation mark opens on line 21 and is not closed. Close it or delete it" in said


def test_r32_a_text_of_several_lines_that_is_closed_is_read(winback, tmp_path):
    (tmp_path / "o.csv").write_text(
        f'{HEADING_LINE},Customer\nA,1,2026-01-08,5,"Ann\n""the"" ""one"""\nB,2,2026-01-08,5,"Bob\nx"'
    )
    assert "2 of 2 rows can be used" in winback("check", tmp_path / "o.csv")


def test_r33_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written(
    winback, ledger, tmp_path, monkeypatch
):
    monkeypatch.setattr(fits, "MAX_ROWS", 10)
    said = winback("plan", ledger, "-o", tmp_path / "c.xlsx", code=3)
    assert "rows; an Excel sheet holds 10" in said
    assert "Plan fewer customers at a time" in said
