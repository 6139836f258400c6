"""Several sheets or files are one ledger, every row still knows where it stood, and none is read twice or left out in silence."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from winback_xl.errors import DataError, UsageError
from winback_xl.inputs.load import load
from winback_xl.schema.columns import CUSTOMERS, ORDERS
from winback_xl.settings import Settings
from winback_xl.workflows import planning, reading

HEADINGS = ["Date", "Customer no", "Order no", "Amount"]


def book(path, sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def month(number, rows=3, *, title=(), total=False, headings=HEADINGS):
    orders = [
        [dt.date(2026, number, day + 1), f"C{day}", f"O{number}-{day}", 10.0 * number + day]
        for day in range(rows)
    ]
    lines = [dict(zip(HEADINGS, row, strict=True)) for row in orders]
    if total:
        lines.append({"Date": "Total", "Amount": sum(row[3] for row in orders)})
    return [*title, headings, *([line.get(name) for name in headings] for line in lines)]


def read(path, **given):
    return load(path, ORDERS, settings=Settings(), **given)


def test_several_sheets_that_hold_orders_are_refused_with_their_names(tmp_path):
    path = book(tmp_path / "m.xlsx", {"Jan": month(1), "Feb": month(2), "Notes": [["Ask Eve"]]})
    with pytest.raises(DataError) as error:
        read(path)
    assert str(error.value.issues[0]) == (
        "m.xlsx: 2 sheets hold orders: Jan, Feb. Read all of them (--sheet '*'), or name those to read (--sheet NAME, repeatable)."
    )


def test_all_sheets_that_fit_are_one_ledger_in_their_order(tmp_path):
    other = [HEADINGS[i] for i in (3, 1, 0, 2)]
    sheets = {
        "Jan": month(1, total=True),
        "Notes": [["Ask Eve"]],
        "Feb": month(2, title=[["Sales"], []], total=True, headings=other),
    }
    found = read(book(tmp_path / "m.xlsx", sheets), sheet="*")
    assert found.frame["order_value"].tolist() == [10, 11, 12, 20, 21, 22]
    assert found.frame["order_date"].dt.month.tolist() == [1, 1, 1, 2, 2, 2]
    assert found.parts == (("m.xlsx", "Jan", 4, 3), ("m.xlsx", "Feb", 4, 3))
    assert (found.rows_in, found.rows_used) == (8, 6)
    assert found.set_aside["place"].tolist() == ["Jan!row 5", "Feb!row 7"]


def test_named_sheets_are_read_and_no_other(tmp_path):
    path = book(tmp_path / "m.xlsx", {"2024": month(1), "2025": month(2), "2026": month(3)})
    assert read(path, sheet=["2026", "2024"]).frame["order_date"].dt.month.tolist() == [3, 3, 3, 1, 1, 1]
    assert read(path, sheet="202?").rows_used == 9
    assert read(path, sheet="2025").rows_used == 3
    with pytest.raises(UsageError, match=r"m\.xlsx has no sheet named 19\* with the headings"):
        read(path, sheet="19*")


def test_a_cell_of_a_later_part_is_named_where_it_stands(tmp_path):
    feb = month(2, headings=["Remark", *HEADINGS])
    feb[2][1] = "soon"
    found = read(book(tmp_path / "m.xlsx", {"Jan": month(1), "Feb": feb}), sheet="*")
    stated = next(issue for issue in found.issues if issue.rows)
    assert (stated.file, stated.cell) == ("m.xlsx", "Feb!B3")
    one = book(tmp_path / "a.xlsx", {"Feb": feb})
    (tmp_path / "b.csv").write_text(
        "Date,Customer no,Order no,Amount\n2026-03-01,C1,O9,x\n", encoding="utf-8"
    )
    found = read([one, tmp_path / "b.csv"])
    assert [str(issue).partition(":")[0] for issue in found.issues if issue.rows] == [
        "[a.xlsx]Feb!B3",
        "b.csv line 2",
    ]


def test_rows_that_two_exports_share_count_once_and_are_listed(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    lines = [f"2026-0{k}-01,C{k % 2},O{k},{k}0.50" for k in range(1, 9)]
    first.write_text("\n".join([",".join(HEADINGS), *lines[:6]]), encoding="utf-8")
    second.write_text("\n".join([",".join(HEADINGS), *lines[4:]]), encoding="utf-8")
    found = read([first, second])
    assert found.rows_used == 8
    assert found.set_aside["place"].tolist() == ["a.csv line 6", "a.csv line 7"]
    assert found.parts == (("a.csv", "", 6, 4), ("b.csv", "", 4, 4))


def bare(path, *lines):
    """Write a ledger without order numbers."""
    path.write_text("\n".join(["Date,Customer no,Amount", *lines]), encoding="utf-8")
    return path


def test_without_order_numbers_too_a_row_that_two_files_share_counts_once(tmp_path):
    one = bare(tmp_path / "a.csv", "2026-01-13,A,5", "2026-01-14,B,7")
    two = bare(tmp_path / "b.csv", "2026-01-14,B,7", "2026-01-15,A,5")
    found = read([one, two])
    assert found.rows_used == 3
    assert found.set_aside["place"].tolist() == ["b.csv line 2"]
    (issue,) = [each for each in found.issues if each.code == "row-repeated"]
    assert (issue.severity, issue.rows) == ("warning", 1)
    assert "1 row is identical in an earlier file or sheet, worth 7.00." in issue.what


def test_a_row_that_one_file_holds_twice_counts_twice_however_many_files_hold_it(tmp_path):
    one = bare(tmp_path / "a.csv", "2026-01-13,A,5", "2026-01-13,A,5", "2026-01-14,B,7")
    two = bare(tmp_path / "b.csv", "2026-01-13,A,5", "2026-01-13,A,5", "2026-01-13,A,5")
    found = read([one, two])
    assert found.set_aside["place"].tolist() == ["b.csv line 2", "b.csv line 3"]
    assert found.frame["customer_id"].tolist() == ["A", "A", "B", "A"]


def test_a_file_named_twice_counts_once_and_its_lines_are_named_plainly(tmp_path):
    one = bare(tmp_path / "a.csv", "2026-01-13,A,5", "2026-01-14,B,7")
    found = read([one, one])
    assert found.rows_used == 2
    assert [issue.cell for issue in found.issues if issue.code == "row-repeated"] == ["lines 2, 3"]


def test_what_a_date_means_is_settled_by_all_parts_together(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("Date,Customer no,Amount\n03/04/2026,C1,5\n", encoding="utf-8")
    second.write_text("Date,Customer no,Amount\n13/04/2026,C1,5\n", encoding="utf-8")
    assert read([first, second]).frame["order_date"].dt.day.tolist() == [3, 13]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("Date,Customer no\n2026-01-01,C1\n", "a.csv has Order value, b.csv has not."),
        ("Date,Customer no,Amount,Rep\n2026-01-01,C1,5,Eve\n", "b.csv has Rep, a.csv has not."),
        ("Date,Amount\n2026-01-01,5\n", "Customer ID"),
    ],
)
def test_parts_with_other_columns_are_refused_with_the_column(second, words, tmp_path):
    (tmp_path / "a.csv").write_text("Date,Customer no,Amount\n2026-01-01,C1,5\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(second, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert any(words in str(issue) and "b.csv" in str(issue) for issue in error.value.issues)


def test_parts_of_any_format_give_what_one_file_gives(tmp_path):
    frame = pd.DataFrame(
        {
            "Date": pd.date_range("2024-01-01", periods=90, freq="7D"),
            "Customer no": [f"{k % 7:05d}" for k in range(90)],
            "Order no": [f"O{k}" for k in range(90)],
            "Amount": [None if k == 50 else k + 0.25 for k in range(90)],
        }
    )
    frame.to_csv(tmp_path / "all.csv", index=False)
    frame[:30].to_csv(tmp_path / "1.csv", index=False)
    frame[30:60].to_excel(tmp_path / "2.xlsx", index=False)
    frame[60:].to_parquet(tmp_path / "3.parquet", index=False)
    parts = [tmp_path / name for name in ("1.csv", "2.xlsx", "3.parquet")]
    pd.testing.assert_frame_equal(read(parts).frame, read(tmp_path / "all.csv").frame)
    plan = planning.plan(parts)
    assert [(source.file, source.rows_in) for source in plan.sources] == [
        ("1.csv", 30),
        ("2.xlsx", 30),
        ("3.parquet", 30),
    ]
    pd.testing.assert_frame_equal(plan.segments, planning.plan(tmp_path / "all.csv").segments)


def test_of_other_tables_one_sheet_is_read_and_the_rest_told(tmp_path):
    rows = [["Customer no", "E-mail"], ["C1", "a@example.com"]]
    path = book(tmp_path / "c.xlsx", {"North": rows, "South": rows})
    found = load(path, CUSTOMERS, settings=Settings())
    assert "2 sheets hold customers: North, South. Only North was read: put the rows on one sheet." in str(
        found.issues[0]
    )


def test_a_sheet_with_fewer_of_our_columns_is_told_and_not_read(tmp_path):
    path = book(
        tmp_path / "m.xlsx",
        {"Orders": month(1), "Calls": [["Date", "Customer no"], [dt.date(2026, 1, 1), "C1"]]},
    )
    found = read(path)
    assert found.rows_used == 3
    assert "Not read, although the headings would fit: Calls." in {issue.what for issue in found.issues}


def test_sheets_that_count_days_from_different_years_are_not_joined(tmp_path):
    paths = [book(tmp_path / f"{number}.xlsx", {"Orders": month(number)}) for number in (1, 2)]
    old = openpyxl.load_workbook(paths[1])
    old.epoch = CALENDAR_MAC_1904
    old.save(paths[1])
    with pytest.raises(DataError) as error:
        reading.read(paths)
    assert "2.xlsx, Orders counts days from 1904, 1.xlsx, Orders from 1900." in str(error.value.issues[0])


def test_a_column_of_no_meaning_that_one_part_lacks_is_blank_there(tmp_path):
    """Ours must be everywhere; what else stands there may come and go, and stay empty."""
    more = [*HEADINGS, "Remark", "Void"]
    rows = [["2026-01-01", "C1", "A", 10.0, "kept", None], ["2026-01-02", "C2", "B", 11.0, 5, None]]
    later = [[*HEADINGS, "Void"], ["2026-02-01", "C1", "C", 12.0, None]]
    last = [[*more], ["2026-03-01", "C1", "D", 13.0, "again", None]]
    path = book(tmp_path / "m.xlsx", {"Jan": [more, *rows], "Feb": later, "Mar": last})
    found = read(path, sheet=["*"])
    assert (found.rows_in, found.rows_used) == (4, 4)
    assert found.frame["order_value"].tolist() == [10.0, 11.0, 12.0, 13.0]


def test_numbers_formats_of_ids_stay_with_their_part(tmp_path):
    """An id of 7 that is shown as 007 on one sheet and plain on the other are two customers, as within one sheet."""
    path = book(tmp_path / "m.xlsx", {"Jan": month(1), "Feb": month(2)})
    made = openpyxl.load_workbook(path)
    for sheet, shown in (("Jan", "000"), ("Feb", "General")):
        for row in range(2, 5):
            made[sheet].cell(row, 2).value = 7
            made[sheet].cell(row, 2).number_format = shown
    made.save(path)
    found = read(path, sheet=["*"])
    assert found.frame["customer_id"].tolist() == ["007"] * 3 + ["7"] * 3


HEADS = [["Order ID", "Customer ID", "Order date"], ["A1", "C1", "2025-01-05"], ["A2", "C2", "2025-02-05"]]
LINES = [["Order ID", "Product", "Quantity", "Price"], ["A1", "P", 1, 10], ["A1", "Q", 2, 20], ["A2", "P", 1, 5]]  # fmt: skip


def test_the_only_sheet_of_lines_is_joined_to_the_only_sheet_of_orders_and_that_is_said(tmp_path):
    found = read(book(tmp_path / "m.xlsx", {"Notes": [["Ask Eve"]], "Lines": LINES, "Orders": HEADS}))
    assert found.frame.groupby("customer_id")["order_value"].sum().to_dict() == {"C1": 50, "C2": 5}
    stated = next(issue for issue in found.issues if issue.code == "lines-joined")
    assert stated.what == "Lines holds the lines of the orders in Orders: joined by the order number."
    assert stated.fix == "To read the orders without their amounts: --sheet 'Orders'."
    alone = read(tmp_path / "m.xlsx", sheet="Orders")
    assert "order_value" not in alone.frame


@pytest.mark.parametrize(
    "more",
    [
        {"Lines": [LINES[0], ["B1", "P", 1, 10], ["B2", "Q", 2, 20]]},
        {"Lines": LINES, "Other lines": LINES},
    ],
    ids=["lines of other orders", "two sheets of lines"],
)
def test_where_it_is_not_plain_which_sheet_holds_the_lines_the_user_is_told(tmp_path, more):
    found = read(book(tmp_path / "m.xlsx", {"Orders": HEADS, **more}))
    assert "order_value" not in found.frame
    assert "lines-not-read" in {issue.code for issue in found.issues}
