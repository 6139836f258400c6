"""A file or a DataFrame becomes a clean table: every row used or set aside, every problem named by its cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.effort import measured
from winback_xl.errors import DataError, FileError, UsageError
from winback_xl.inputs.load import from_frame, from_grid, load
from winback_xl.inputs.recognise import kind_of
from winback_xl.readers.grid import Cell, Grid, RawColumn, all_of
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS, INPUTS, ORDERS
from winback_xl.settings import Settings

SETTINGS = Settings()


def stated(loaded):
    return {issue.code: issue for issue in loaded.issues}


def columns(**cells):
    """Make the raw columns of a sheet from Python values."""
    from winback_xl.readers.memory import to_grid

    return to_grid(
        pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in cells.items()})
    ).columns


def sheet(**cells):
    found = columns(**cells)
    return Grid("orders.xlsx", "Orders", found, first_row=4, header_row=3, rows=len(found[0]))


# -- shape of the result -----------------------------------------------------------------------------------


def test_the_frame_has_our_columns_with_their_types():
    found = from_frame(
        pd.DataFrame(
            {
                "Cust ID": [7, 8],
                "Invoice date": ["2026-01-31", "2026-02-01 10:00"],
                "Amount": ["$1.50", "2"],
                "Colour": "red",
            }
        ),
        ORDERS,
        settings=SETTINGS,
    )
    assert list(found.frame.columns) == ["customer_id", "order_date", "order_value"]
    assert found.frame["customer_id"].tolist() == ["7", "8"]
    assert found.frame["order_date"].dtype == "datetime64[s]"
    assert found.frame["order_date"].tolist() == [pd.Timestamp("2026-01-31"), pd.Timestamp("2026-02-01")]
    assert found.frame["order_value"].tolist() == [1.5, 2]
    assert isinstance(found.frame.index, pd.RangeIndex)
    assert found.matched == {"Customer ID": "Cust ID", "Order date": "Invoice date", "Order value": "Amount"}
    assert (found.file, found.sheet, found.unused) == ("DataFrame", "", ("Colour",))


def test_rows_set_aside_keep_their_original_values():
    frame = pd.DataFrame(
        {
            "Cust ID": ["A", None],
            "Date": ["2026-01-31", "2026-02-01"],
            "Amount": [1, 2.5],
            "Colour": ["red", "blue"],
        }
    )
    found = from_frame(frame, ORDERS, settings=SETTINGS)
    assert found.set_aside.to_dict("records") == [
        {"place": "row 1", "code": "customer-missing", "reason": "Customer ID ('Cust ID') is empty.",
         "Cust ID": "", "Date": "2026-02-01", "Amount": "2.5", "Colour": "blue"},
    ]  # fmt: skip


def test_headings_that_collide_with_ours_in_the_list_are_renamed():
    frame = pd.DataFrame(
        {
            "customer_id": ["A", None],
            "order_date": ["2026-01-31"] * 2,
            "code": ["x", "y"],
            "place": ["p", "q"],
        }
    )
    aside = from_frame(frame, ORDERS, settings=SETTINGS).set_aside
    assert aside.loc[0, ["code", "code (file)", "place (file)"]].tolist() == ["customer-missing", "y", "q"]


def test_the_frame_given_is_left_as_it_is():
    frame = pd.DataFrame(
        {"customer_id": [" A "], "order_date": ["2026-01-31"], "order_value": ["$5"], "margin": [0.5]}
    )
    before = frame.copy(deep=True)
    from_frame(frame, ORDERS, settings=SETTINGS)
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.title)
def test_a_table_without_rows_loads(table):
    found = from_frame(
        pd.DataFrame(columns=[column.heading for column in table.columns]), table, settings=SETTINGS
    )
    assert (found.rows_in, found.rows_used, len(found.set_aside), len(found.frame)) == (0, 0, 0, 0)


@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.title)
def test_our_own_output_loads_again_unchanged(table):
    """Every kind of column goes through twice: reading what was read changes nothing."""
    sample = {
        "id": "C1",
        "text": "Ann",
        "long": "a\nb",
        "date": "2026-01-31",
        "money": 5.5,
        "number": 1.5,
        "count": 2,
        "days": 3,
        "share": 0.5,
        "yesno": "Yes",
    }
    from winback_xl.schema.columns import LISTS

    row = {c.heading: LISTS[c.choices][0] if c.kind == "choice" else sample[c.kind] for c in table.columns}
    if table is ORDERS:
        row["Currency"] = "EUR"
    first = from_frame(pd.DataFrame([row]), table, settings=SETTINGS)
    again = from_frame(first.frame, table, settings=SETTINGS)
    assert (first.rows_used, set(first.frame.columns)) == (1, set(table.names))
    pd.testing.assert_frame_equal(first.frame, again.frame)


# -- places ------------------------------------------------------------------------------------------------


def test_cells_are_named_as_the_user_sees_them():
    size = 20
    dates = ["2026-01-31"] * size
    for row in (2, 5, 9, 12, 13):
        dates[row] = "soon"
    found = from_grid(sheet(Customer_ID=["A"] * size, Order_date=dates), ORDERS, settings=SETTINGS)
    issue = stated(found)["date-unreadable"]
    assert issue.place == "orders.xlsx, Orders!B6, B9, B13 and 2 more"
    assert issue.rows == 5
    assert found.set_aside["place"].tolist() == ["row 6", "row 9", "row 13", "row 16", "row 17"]


def test_lines_of_a_text_file_are_named_once():
    grid = sheet(Customer_ID=["A", None, None], Order_date=["2026-01-31"] * 3)
    grid = Grid("o.csv", "", grid.columns, first_row=2, header_row=1, rows=3, place="line")
    assert stated(from_grid(grid, ORDERS, settings=SETTINGS))["customer-missing"].place == "o.csv, lines 3, 4"


def test_merged_ids_and_dates_count_for_all_their_rows_but_amounts_once():
    found = columns(
        Customer_ID=["A", None, None, "B"],
        Order_date=["2026-01-31", None, None, "2026-02-01"],
        Order_value=[5, None, None, 7],
        Line=[1, 2, 3, 1],
    )
    merged = tuple(replace(c, merged=() if c.heading == "Line" else ((0, 2),)) for c in found)
    loaded = from_grid(Grid("o.xlsx", "S", merged, 2, 1, 4), ORDERS, settings=SETTINGS)
    assert loaded.frame["customer_id"].tolist() == ["A", "A", "A", "B"]
    assert loaded.frame["order_value"].sum() == 12
    assert stated(loaded)["value-missing"].place == "o.xlsx, S!C3, C4"


def test_positions_name_columns_of_the_file_even_where_some_are_blank():
    """#3 is column C, whether or not B holds anything."""
    found = columns(a=["A"], b=["2026-01-31"])
    grid = Grid("o.xlsx", "S", (found[0], RawColumn(2, "", found[1].kinds, texts=found[1].texts)), 2, 1, 1)
    given = {"Customer ID": "a", "Order date": "#3"}
    assert from_grid(grid, ORDERS, settings=SETTINGS, columns=given).rows_used == 1
    empty = from_grid(grid, ORDERS, settings=SETTINGS, columns={"Customer ID": "#2", "Order date": "#3"})
    assert stated(empty)["customer-missing"].rows == 1


# -- errors together ---------------------------------------------------------------------------------------


def test_all_errors_of_a_table_are_told_together_with_file_and_sheet():
    grid = sheet(Zboží=["A"], Order_value=["1,234"], Order_date=["03/04/2025"])
    with pytest.raises(DataError) as caught:
        from_grid(grid, ORDERS, settings=SETTINGS)
    assert [issue.code for issue in caught.value.issues if issue.severity == "error"] == [
        "heading-missing",
        "dates-ambiguous",
        "amounts-ambiguous",
    ]
    assert "orders.xlsx, Orders!C4: '03/04/2025' of Order date" in str(caught.value)


def test_the_settings_settle_what_was_in_doubt():
    grid = sheet(Customer_ID=["A"], Order_value=["1,234"], Order_date=["03/04/2025"])
    loaded = from_grid(grid, ORDERS, settings=Settings(day_first="day first", decimal_mark="comma"))
    assert loaded.frame.loc[0, "order_value"] == 1.234
    assert loaded.frame.loc[0, "order_date"] == pd.Timestamp("2025-04-03")


def test_a_product_of_columns_needs_both_factors():
    frame = pd.DataFrame(
        {
            "customer_id": ["A", "B"],
            "order_date": ["2026-01-31"] * 2,
            "Quantity": [2, "x"],
            "Price": ["1.50", "2.50"],
        }
    )
    loaded = from_frame(frame, ORDERS, settings=SETTINGS, columns={"Order value": "Quantity*Price"})
    assert loaded.frame["order_value"].tolist() == [3]
    assert "Order value ('Quantity')" in stated(loaded)["number-unreadable"].what


# -- every row accounted for -------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(), st.sampled_from(["", "A", "a", "B", "TOTAL", "NULL", "2026-01-31", "31/12/2025", "$5", "(5.00)", "35 %", "yes", "#N/A"]),
    st.integers(-3, 46_000), st.floats(-2, 100), st.booleans(), st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.text(max_size=4),
)  # fmt: skip


def attempt(frame, table):
    """Load with everything in doubt settled; return the refusal where there is one."""
    try:
        return from_frame(frame, table, settings=Settings(day_first="day first", decimal_mark="point"))
    except DataError as error:
        return error


@pytest.mark.slow
@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.title)
@given(data=st.data())
def test_rows_in_are_rows_used_and_rows_listed(table, data):
    names = data.draw(
        st.lists(
            st.sampled_from([c.heading for c in table.columns if not c.required]), unique=True, max_size=5
        )
    )
    names = [column.heading for column in table.columns if column.required] + names
    size = data.draw(st.integers(0, 12))
    cells = {
        name: pd.Series(data.draw(st.lists(CELLS, min_size=size, max_size=size)), dtype=object)
        for name in names
    }
    found = attempt(pd.DataFrame(cells), table)
    if isinstance(found, DataError):
        assert any(issue.severity == "error" for issue in found.issues)
        return
    assert found.rows_in == size
    assert (
        found.rows_in
        == found.rows_used + len(found.set_aside)
        == len(found.frame) + sum(i.rows for i in found.issues)
    )
    assert (
        not found.frame[table.columns[[c.required for c in table.columns].index(True)].name].isin([""]).any()
    )


@given(st.permutations(range(8)))
def test_the_order_of_the_rows_does_not_matter(order):
    frame = pd.DataFrame(
        {
            "customer_id": list("ABCDEFGH"),
            "order_date": ["31/12/2025", *["03/04/2025"] * 7],
            "order_value": ["1,234", "0,5", *["7"] * 6],
        }
    )
    straight = from_frame(frame, ORDERS, settings=SETTINGS).frame
    mixed = from_frame(frame.iloc[list(order)].reset_index(drop=True), ORDERS, settings=SETTINGS).frame
    pd.testing.assert_frame_equal(mixed.sort_values("customer_id").reset_index(drop=True), straight)


# -- files -------------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    """Workbook with a notes sheet before the orders, titles above the headings, and a total below."""
    path = tmp_path / "sales 2026.xlsx"
    made = Workbook()
    made.active.title = "Notes"
    made.active.append(["Read me"])
    page = made.create_sheet("Export")
    page.append(["Sales of the north"])
    page.append([])
    page.append(["Customer no", "Invoice date", "Net amount", "Invoice no"])
    page.append(["00123", dt.date(2026, 1, 31), 100, "R1"])
    page.append([123, "2026-02-28", 50.5, "R2"])
    page["A5"].number_format = "00000"
    page.append([None, dt.date(2026, 3, 1), 7, "R3"])
    page.append(["Total", None, 157.5, None])
    page.append([])
    made.save(path)
    return path


def test_a_workbook_is_found_its_way_through(book):
    found = load(book, ORDERS, settings=SETTINGS)
    assert (found.file, found.sheet) == ("sales 2026.xlsx", "Export")
    assert found.frame["customer_id"].tolist() == ["00123", "00123"]
    assert found.frame["order_value"].tolist() == [100, 50.5]
    assert found.set_aside[["place", "code"]].to_numpy().tolist() == [
        ["row 6", "customer-missing"],
        ["row 7", "total-row"],
    ]
    assert stated(found)["customer-missing"].place == "sales 2026.xlsx, Export!A6"


def test_a_sheet_can_be_named_and_a_wrong_name_is_refused(book):
    assert load(book, ORDERS, settings=SETTINGS, sheet="export").rows_used == 2
    with pytest.raises(UsageError, match="Export"):
        load(book, ORDERS, settings=SETTINGS, sheet="Exprot")


def test_a_text_file_and_a_frame_give_the_same_table(tmp_path):
    frame = pd.DataFrame(
        {
            "Customer ID": ["00123", "NA", "B"],
            "Order date": ["2026-01-31", "2026-02-28", "2026-03-01"],
            "Order value": ["1.50", "(2.00)", "1,250.00"],
        }
    )
    frame.to_csv(tmp_path / "o.csv", index=False)
    from_file = load(tmp_path / "o.csv", ORDERS, settings=SETTINGS)
    pd.testing.assert_frame_equal(from_file.frame, from_frame(frame, ORDERS, settings=SETTINGS).frame)
    assert from_file.frame["customer_id"].tolist() == ["00123", "NA", "B"]


def test_a_table_says_what_it_is(tmp_path):
    for table in INPUTS:
        path = tmp_path / f"{table.title}.csv"
        pd.DataFrame(columns=[column.heading for column in table.columns]).to_csv(path, index=False)
        assert kind_of(path) is table
    (tmp_path / "x.csv").write_text("Colour,Size\nred,5\n")
    with pytest.raises(DataError, match="'Colour', 'Size'"):
        kind_of(tmp_path / "x.csv")


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(FileError):
        load(tmp_path / "none.xlsx", ORDERS, settings=SETTINGS)


# -- real data ---------------------------------------------------------------------------------------------


@pytest.mark.data
def test_online_retail_invoices(data_dir):
    found = load(data_dir / "online_retail/online_retail_invoices.csv.gz", ORDERS, settings=SETTINGS)
    assert (found.rows_in, found.rows_used) == (22_190, 22_190)
    assert found.frame["customer_id"].nunique() == 4_372
    assert "value-zero" in stated(found)


@pytest.mark.data
def test_online_retail_lines_with_a_product_of_columns(data_dir):
    found = load(
        data_dir / "online_retail/online_retail.parquet",
        ORDERS,
        settings=SETTINGS,
        columns={"Order value": "Quantity*UnitPrice"},
    )
    assert (found.rows_in, found.rows_used) == (541_909, 401_604)
    assert stated(found)["customer-missing"].rows == 135_080
    assert stated(found)["row-repeated"].rows == 5_225
    assert len(found.set_aside) == 140_305
    assert found.frame["order_id"].str.startswith("C").any()


@pytest.mark.data
@pytest.mark.parametrize(("file", "used", "aside"), [("orders_clean.csv", 830, 0), ("orders.csv", 654, 176)])
def test_northwind_orders_clean_and_with_unquoted_commas(data_dir, file, used, aside):
    found = load(data_dir / "northwind" / file, ORDERS, settings=SETTINGS)
    assert (found.rows_in, found.rows_used, len(found.set_aside)) == (830, used, aside)
    assert sum(issue.code == "ragged-row" for issue in found.issues) == (1 if aside else 0)
    if not aside:
        late = found.frame["shipped_date"] > found.frame["promised_date"]
        assert (
            late.sum(),
            found.frame.loc[late, "customer_id"].nunique(),
            found.frame["shipped_date"].isna().sum(),
        ) == (37, 28, 21)
        assert found.frame["rep"].nunique() == 9


@pytest.mark.data
def test_cdnow_without_headings(data_dir):
    given = {"Customer ID": "#2", "Order date": "#3", "Order value": "#5"}
    found = load(data_dir / "cdnow/CDNOW_sample.txt", ORDERS, settings=SETTINGS, columns=given, header=False)
    assert (found.rows_in, found.rows_used) == (6_919, 6_919)
    assert found.frame["customer_id"].iloc[0] == "0001"
    assert found.frame["customer_id"].nunique() == 2_357
    assert found.frame["order_date"].min() == pd.Timestamp("1997-01-01")
    assert found.frame["order_date"].max() == pd.Timestamp("1998-06-30")


@pytest.mark.data
def test_complete_journey_and_rfm(data_dir):
    journey = load(data_dir / "completejourney/transactions_sample.parquet", ORDERS, settings=SETTINGS)
    assert (journey.rows_used, journey.frame["customer_id"].nunique()) == (75_000, 2_377)
    rfm = load(data_dir / "rfm_r/rfm_data_orders.csv", ORDERS, settings=SETTINGS)
    assert (rfm.rows_used, rfm.frame["customer_id"].nunique()) == (4_906, 995)


@pytest.mark.data
def test_northwind_customers(data_dir):
    found = load(data_dir / "northwind/customers.csv", CUSTOMERS, settings=SETTINGS)
    assert found.matched["Contact role"] == "contactTitle"
    assert kind_of(data_dir / "northwind/customers.csv") is CUSTOMERS


# -- speed -------------------------------------------------------------------------------------------------


def clean_grid(size: int) -> Grid:
    """Return a sheet of typed columns with nothing wrong in it."""
    random = np.random.default_rng(1)
    customer = pa.DictionaryArray.from_arrays(
        pa.array(random.integers(0, 100_000, size).astype(np.int32)),
        pa.array([f"C{i:06d}" for i in range(100_000)]),
    )
    days = np.datetime64("2022-01-01", "ms") + random.integers(0, 1500, size).astype("timedelta64[D]")
    numbers = all_of(Cell.NUMBER, size)
    return Grid(
        "orders.xlsx", "Orders",
        (
            RawColumn(0, "Customer ID", all_of(Cell.TEXT, size), texts=customer),
            RawColumn(1, "Order date", all_of(Cell.DATE, size), dates=days),
            RawColumn(2, "Order value", numbers, numbers=random.gamma(2, 100, size)),
            RawColumn(3, "Order ID", numbers, numbers=np.arange(size, dtype=float)),
            RawColumn(4, "Margin", numbers, numbers=random.gamma(2, 30, size)),
        ),
        first_row=2, header_row=1, rows=size,
    )  # fmt: skip


def test_a_full_sheet_of_clean_typed_columns_is_checked_without_a_call_for_each_row():
    size = 1_048_575
    from_grid(
        clean_grid(10), ORDERS, settings=SETTINGS
    )  # the tables of words are read once, for any number of rows
    grid = clean_grid(size)
    with measured() as work:
        found = from_grid(grid, ORDERS, settings=SETTINGS)
    assert found.rows_used == size
    assert work.calls < 20_000


def test_incidents_load_from_a_frame():
    found = from_frame(
        pd.DataFrame(
            {
                "Complaint ID": ["I1"],
                "Customer": ["A"],
                "Opened": ["2026-01-31"],
                "Fault": [50],
                "Status": ["Closed"],
            }
        ),
        INCIDENTS,
        settings=SETTINGS,
    )
    assert found.frame.loc[0, ["fault", "status"]].tolist() == [0.5, "solved"]


def test_texts_that_a_workbook_shows_otherwise_are_told_by_cell(tmp_path):
    """The renderer puts U+FFFD for a control character and cuts what is too long: neither happens in silence."""
    path = tmp_path / "customers.csv"
    emoji = "\N{GRINNING FACE}" * 16_384
    path.write_text(
        f"Customer ID,Name,Landmines\nA,Ann\x07a,{'x' * 32_767}\nB,Bob,{emoji}\nC\x01,Fine\ttab,é\n", "utf-8"
    )
    found = load(path, CUSTOMERS, settings=Settings())
    stated = {
        (issue.code, issue.cell): issue.what for issue in found.issues if issue.code.startswith("text-")
    }
    assert set(stated) == {("text-control", "line 2"), ("text-control", "line 4"), ("text-long", "line 3")}
    assert stated["text-control", "line 2"] == (
        "1 cell of Customer ('Name') holds control characters, which the workbook shows as \ufffd."
    )
    assert "more than 32,767 characters; the workbook holds the beginning" in stated["text-long", "line 3"]
    assert found.rows_used == 3
