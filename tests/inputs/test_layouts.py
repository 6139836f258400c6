"""A ledger printed as a report reads back to the same history; what is not plain is asked about."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from winback_xl.errors import DataError
from winback_xl.inputs.load import load
from winback_xl.inputs.recognise import kind_of
from winback_xl.schema.columns import ORDERS
from winback_xl.settings import Settings

NAMES = ["Acme", "Beta GmbH", "Total Wine", "Sumner & Co", "Zeta, Inc"]
HEADINGS = ["Customer", "Order no", "Order date", "Item", "Amount"]


@st.composite
def ledgers(draw):
    """Orders with one to three lines: (customer, number, day, [amounts])."""
    orders = draw(
        st.lists(
            st.tuples(
                st.sampled_from(NAMES),
                st.dates(dt.date(2024, 1, 1), dt.date(2025, 12, 28)),
                st.lists(
                    st.integers(1, 9_999).map(lambda cents: cents / 100), min_size=1, max_size=3, unique=True
                ),
            ),
            min_size=2,
            max_size=12,
        )
    )
    return [(name, f"R{number}", day, lines) for number, (name, day, lines) in enumerate(orders, 1)]


def history(orders):
    days, money = defaultdict(set), defaultdict(float)
    for name, _, day, lines in orders:
        days[name].add(day)
        money[name] += sum(lines)
    return {name: (len(days[name]), round(money[name], 2)) for name in days}


def by_customer(orders):
    return {name: [order for order in orders if order[0] == name] for name in sorted({o[0] for o in orders})}


def rows_of(order):
    name, number, day, lines = order
    return [[name, number, day.isoformat(), f"Item {at}", f"{value:.2f}"] for at, value in enumerate(lines)]


def plain(orders):
    return [HEADINGS, *(row for order in orders for row in rows_of(order))]


def with_subtotals(orders):
    rows = [HEADINGS]
    for name, own in by_customer(orders).items():
        rows += [row for order in own for row in rows_of(order)]
        total = sum(sum(order[3]) for order in own)
        rows.append([f"{name} Subtotal", own[-1][1], own[-1][2].isoformat(), "", f"{total:.2f}"])
    total = sum(sum(order[3]) for order in orders)
    return [*rows, ["Grand Total", "", "", "", f"{total:.2f}"]]


def grouped(orders):
    rows = [["", "Date", "Num", "Item", "Amount"]]
    for name, own in by_customer(orders).items():
        rows.append([name, "", "", "", ""])
        rows += [["", row[2], row[1], row[3], row[4]] for order in own for row in rows_of(order)]
        total = sum(sum(order[3]) for order in own)
        rows.append([f"Total for {name}", "", "", "", f"${total:,.2f}"])
    total = sum(sum(order[3]) for order in orders)
    return [*rows, ["TOTAL", "", "", "", f"${total:,.2f}"]]


def first_line_only(orders):
    rows = [HEADINGS]
    for order in orders:
        first, *others = rows_of(order)
        rows += [first, *(["", "", "", *row[3:]] for row in others)]
    return rows


LAYOUTS = {
    "plain": plain,
    "with subtotals": with_subtotals,
    "grouped": grouped,
    "first line only": first_line_only,
}


def written(rows, path):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def read(rows, path):
    return load(written(rows, path), ORDERS, settings=Settings())


def found(loaded):
    frame = loaded.frame.assign(day=loaded.frame["order_date"].dt.date)
    return {
        name: (own["day"].nunique(), round(float(own["order_value"].sum()), 2))
        for name, own in frame.groupby("customer_id")
    }


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(orders=ledgers())
def test_a_ledger_in_any_layout_reads_back_to_the_same_history(layout, tmp_path_factory, orders):
    loaded = read(LAYOUTS[layout](orders), tmp_path_factory.mktemp("layouts") / "x.csv")
    assert found(loaded) == history(orders)
    assert loaded.rows_used == sum(len(lines) for *_, lines in orders)


@settings(max_examples=30, phases=[Phase.explicit, Phase.generate])
@given(orders=ledgers())
def test_months_across_give_one_order_a_month(tmp_path_factory, orders):
    months = sorted(
        {day.replace(day=1) for _, _, day, _ in orders} | {dt.date(2023, m, 1) for m in (1, 2, 3)}
    )
    rows = [["Customer", *(f"{month:%b %Y}" for month in months), "Total"]]
    for name, own in by_customer(orders).items():
        cells = [sum(sum(o[3]) for o in own if o[2].replace(day=1) == month) for month in months]
        rows.append([name, *(f"{cell:.2f}" if cell else "" for cell in cells), f"{sum(cells):.2f}"])
    sums = [sum(float(row[at] or 0) for row in rows[1:]) for at in range(1, len(months) + 2)]
    rows.append(["Total", *(f"{one:.2f}" for one in sums)])
    by_month = [(name, number, day.replace(day=1), lines) for name, number, day, lines in orders]
    assert found(read(rows, tmp_path_factory.mktemp("layouts") / "x.csv")) == history(by_month)


def test_quickbooks_jobs_are_customers_of_their_own(tmp_path):
    rows = [
        ["Sales by Customer Detail", "", "", ""],
        ["", "Date", "Num", "Amount"],
        ["Freeman", "", "", ""],
        ["   Ocean View", "", "", ""],
        ["", "03/15/2025", "1", "400.00"],
        ["Total for Ocean View", "", "", "$400.00"],
        ["   Twin Lane", "", "", ""],
        ["", "03/16/2025", "2", "85.00"],
        ["Total for Twin Lane", "", "", "$85.00"],
        ["Total for Freeman with sub-customers", "", "", "$485.00"],
        ["Amy", "", "", ""],
        ["", "03/17/2025", "3", "1.00"],
        ["Total for Amy", "", "", "$1.00"],
        ["TOTAL", "", "", "$486.00"],
    ]
    loaded = read(rows, tmp_path / "x.csv")
    assert found(loaded) == {"Freeman:Ocean View": (1, 400), "Freeman:Twin Lane": (1, 85), "Amy": (1, 1)}
    assert kind_of(tmp_path / "x.csv") is ORDERS


@pytest.mark.parametrize(
    "name", ["Acme Subtotal", "Total for Acme", "Summe Acme", "Acme Ergebnis", "Totaal Acme"]
)
def test_a_subtotal_that_does_not_add_up_is_asked_about(tmp_path, name):
    rows = [HEADINGS, ["Acme", "1", "2025-01-05", "a", "10"], ["Acme", "2", "2025-01-06", "a", "20"]]
    with pytest.raises(DataError, match=r"says 31\.00, but the rows above it add up to 30\.00"):
        read([*rows, [name, "", "2025-01-06", "", "31"]], tmp_path / "x.csv")
    assert found(read([*rows, [name, "", "2025-01-06", "", "30"]], tmp_path / "y.csv")) == {"Acme": (2, 30)}


def test_a_customer_called_total_keeps_the_orders(tmp_path):
    rows = [HEADINGS, ["Acme", "1", "2025-01-05", "a", "10"], ["Total Wine", "2", "2025-01-06", "a", "10"]]
    rows += [["Total", "3", "2025-01-07", "a", "7"], ["Beta", "4", "2025-01-08", "a", "9"]]
    assert found(read(rows, tmp_path / "x.csv")) == {
        "Acme": (1, 10),
        "Total Wine": (1, 10),
        "Total": (1, 7),
        "Beta": (1, 9),
    }


def test_lines_of_an_order_that_happen_to_add_up_are_no_total(tmp_path):
    rows = [
        HEADINGS,
        ["Acme", "1", "2025-01-05", "a", "10"],
        ["", "", "", "b", "20"],
        ["", "", "", "c", "30"],
    ]
    rows += [["Beta", "2", "2025-01-06", "a", "1"]]
    assert found(read(rows, tmp_path / "x.csv")) == {"Acme": (1, 60), "Beta": (1, 1)}


def test_a_pivot_is_filled_down_and_a_list_with_guests_is_not(tmp_path):
    heads = ["Customer", "Order date", "Amount"]
    pivot = [
        heads,
        ["A", "2025-01-05", "1"],
        ["", "2025-02-05", "2"],
        ["B", "2025-01-06", "4"],
        ["C", "2025-01-01", "8"],
    ]
    guests = [
        heads,
        ["A", "2025-01-05", "1"],
        ["", "2025-01-06", "2"],
        ["B", "2025-01-07", "4"],
        ["C", "2025-01-08", "8"],
    ]
    assert found(read(pivot, tmp_path / "x.csv")) == {"A": (2, 3), "B": (1, 4), "C": (1, 8)}
    assert found(read(guests, tmp_path / "y.csv")) == {"A": (1, 1), "B": (1, 4), "C": (1, 8)}


def test_a_guest_with_an_order_of_his_own_is_not_the_customer_above(tmp_path):
    rows = [
        HEADINGS,
        ["A", "1", "2025-01-05", "a", "1"],
        ["", "2", "2025-01-06", "a", "2"],
        ["B", "3", "2025-01-07", "a", "4"],
    ]
    assert found(read(rows, tmp_path / "x.csv")) == {"A": (1, 1), "B": (1, 4)}


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (["Jan", "Feb", "Mar"], "the year is not given"),
        (["Q1 2025", "Q2 2025", "Q3 2025"], "The quarters are across"),
    ],
)
def test_months_without_a_year_and_quarters_are_asked_about(tmp_path, headings, said):
    written([["Customer", *headings], ["Acme", "1", "2", "3"]], tmp_path / "x.csv")
    with pytest.raises(DataError, match=said):
        load(tmp_path / "x.csv", ORDERS, settings=Settings())
    with pytest.raises(DataError, match=said):
        kind_of(tmp_path / "x.csv")


def test_rows_that_add_up_or_name_a_group_are_listed(tmp_path):
    orders = [("Acme", "R1", dt.date(2025, 1, 5), [1.0, 2.0]), ("Beta", "R2", dt.date(2025, 1, 6), [4.0])]
    loaded = read(grouped(orders), tmp_path / "x.csv")
    assert loaded.set_aside["code"].value_counts().to_dict() == {
        "group-row": 2,
        "subtotal-row": 2,
        "total-row": 1,
    }
    assert loaded.rows_in == loaded.rows_used + len(loaded.set_aside) == 8


def test_a_list_of_sap_with_pages_and_a_starred_sum(tmp_path):
    page = ["|Customer|Doc. Date |Order date|Amount  |Curr.|", "-" * 46]
    rows = [
        "|0012    |X         |13.10.2025|1.234,00|EUR  |",
        "|0013    |X         |14.10.2025| 200,00-|EUR  |",
    ]
    more = [
        "|0012    |X         |15.10.2025|  100,00|EUR  |",
        "|*       |          |          |1.134,00|EUR  |",
    ]
    text = [
        "28.11.2025   Dynamic List Display   1",
        "-" * 46,
        *page,
        *rows,
        "28.11.2025   Page   2",
        "-" * 46,
        *page,
        *more,
    ]
    (tmp_path / "x.txt").write_text("\n".join(text))
    loaded = load(tmp_path / "x.txt", ORDERS, settings=Settings())
    assert found(loaded) == {"0012": (2, 1334), "0013": (1, -200)}
    assert sorted(loaded.set_aside["code"]) == ["heading-row", "total-row"]


def by_item(orders, heading="Name"):
    rows = [["Type", "Date", "Num", heading, "Amount"], ["Parts", "", "", "", ""]]
    for item in ("Desk", "Chair"):
        rows.append([item, "", "", "", ""])
        rows += [["Invoice", day, number, name, f"{value:.2f}"] for name, number, day, value in orders]
        rows.append([f"Total {item}", "", "", "", f"{sum(order[3] for order in orders):.2f}"])
    total = 2 * sum(order[3] for order in orders)
    return [*rows, ["Total Parts", "", "", "", f"{total:.2f}"], ["TOTAL", "", "", "", f"{total:.2f}"]]


@pytest.mark.parametrize("values", [(10, 20), (0, 0), (5, -5)])
def test_a_report_grouped_by_item_does_not_make_items_customers(tmp_path, values):
    orders = [("Ann", "1", "2025-01-15", values[0]), ("Bob", "2", "2025-01-16", values[1])]
    path = written(by_item(orders), tmp_path / "x.csv")
    with pytest.raises(DataError, match="Customer ID"):
        load(path, ORDERS, settings=Settings())
    loaded = load(path, ORDERS, settings=Settings(), columns={"Customer ID": "Name"})
    assert loaded.frame["order_value"].sum() == 2 * sum(values)
    assert set(loaded.frame["customer_id"]) == {"Ann", "Bob"}
    assert len(loaded.frame) == 4


def test_a_report_grouped_by_item_without_a_customer_is_known_by_its_order_numbers(tmp_path):
    orders = [("x", str(number), f"2025-01-{number + 12}", number) for number in range(1, 6)]
    path = written(by_item(orders, heading="Memo"), tmp_path / "x.csv")
    with pytest.raises(DataError, match="Customer ID"):
        load(path, ORDERS, settings=Settings())


def test_totals_that_do_not_add_up_are_never_lines_of_an_order(tmp_path):
    rows = [
        HEADINGS,
        ["Acme", "1", "2025-01-05", "a", "10"],
        ["", "", "", "b", "20"],
        ["", "", "", "Total Desk", "31"],
    ]
    loaded = read([*rows, ["Beta", "2", "2025-01-06", "a", "1"]], tmp_path / "x.csv")
    assert found(loaded) == {"Acme": (1, 10), "Beta": (1, 1)}
    assert len(loaded.set_aside) == 2


def test_lines_that_repeat_the_number_of_their_order_but_not_its_date(tmp_path):
    rows = [
        ["Order no", "Customer", "Order date", "Amount", "Item"],
        ["7", "Ann", "2025-01-15", "30", "a"],
        ["7", "", "", "", "b"],
    ]
    loaded = read(
        [*rows, ["8", "Bob", "2025-01-16", "5", "a"], ["8", "Bob", "", "", "b"]], tmp_path / "x.csv"
    )
    assert found(loaded) == {"Ann": (1, 30), "Bob": (1, 5)}
    assert loaded.rows_used == 4
