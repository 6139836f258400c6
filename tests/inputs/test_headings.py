"""Headings are matched by name, alias and near spelling; what is in doubt is refused with the words that settle it."""

from __future__ import annotations

import random
import string

import pytest

from winback_xl.inputs.headings import match, scorer, target
from winback_xl.inputs.spelling import key
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS, INPUTS, ORDERS, REPS


def taken(found, table=ORDERS, given=None):
    sources, _ = match(found, table, given)
    return {name: source.text for name, source in sources.items()}


def stated(found, table=ORDERS, given=None):
    return {issue.code: issue for issue in match(found, table, given)[1]}


@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.title)
def test_no_two_columns_of_a_table_share_a_spelling(table):
    owner = {}
    for column in table.columns:
        for spelling in {key(text) for text in (column.name, column.heading, *column.aliases)}:
            assert owner.setdefault(spelling, column.name) == column.name, spelling


@pytest.mark.parametrize("table", INPUTS, ids=lambda table: table.title)
def test_every_heading_name_and_alias_finds_its_own_column(table):
    for column in table.columns:
        for spelling in (column.name, column.heading, column.heading.upper(), *column.aliases):
            found = [spelling] if column.name == "customer_id" else [spelling, "Customer ID"]
            assert match(found, table)[0][column.name].positions == (0,)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("customerID", "customer_id"),
        ("CUSTOMER_ID", "customer_id"),
        ("  Customer-Id ", "customer_id"),
        ("CustNumber", None),
        ("InvoiceDate", "order_date"),
        ("invoice_date", "order_date"),
        ("Invoice #", None),  # "invoiceno" is an alias of the order id
        ("Amount (EUR)", "order_value"),
        ("Net amount [USD]", "order_value"),
        ("sales_value", "order_value"),
        ("requiredDate", "promised_date"),
        ("Invoce date", "order_date"),
        ("Order vaule", "order_value"),
        ("Custmer ID", "customer_id"),
        ("Created date", "order_date"),
        ("Invoice to", None),
        ("Order rate", None),
        ("Ship via", None),
        ("freight", None),
        ("Description", None),
        ("Order time", None),
        ("Customer name", "customer_id"),
    ],
)
def test_one_heading_is_taken_for_the_right_column_or_for_none(found, expected):
    names = [name for name in taken([found]) if name != "order_id"]
    assert names == ([expected] if expected else [])


def test_our_own_heading_wins_over_an_alias():
    found = ["Amount", "Order value", "Customer ID", "Date"]
    assert taken(found)["order_value"] == "Order value"
    note = stated(found)["heading-left-out"]
    assert note.what == "'Order value' was taken as Order value, and 'Amount' left out."
    assert "--column 'Order value=Amount'" in note.fix


def test_near_spelling_is_told_as_a_note_with_the_way_back():
    note = stated(["Customer ID", "Order dat"])["heading-near"]
    assert note.severity == "note"
    assert note.what == "The heading 'Order dat' was taken as Order date."
    assert "--column 'Order date=HEADING'" in note.fix


@pytest.mark.parametrize(
    "pair", [("Kunde", "Kundenname"), ("Customer", "Customer name"), ("CLIENT", "Client Name")]
)
def test_a_customer_beside_a_customer_name_is_the_number_where_there_is_no_other(pair):
    assert taken([*pair, "Date"])["customer_id"] == pair[0]
    assert taken([*pair, "Date"])["customer"] == pair[1]
    assert "heading-beside-name" in stated([*pair, "Date"])
    assert taken(["Customer no", *pair[1:], "Date"])["customer_id"] == "Customer no"


def test_two_aliases_of_one_column_are_refused_with_the_cure():
    issue = stated(["Customer ID", "Date", "Amount", "Total"])["heading-doubtful"]
    assert issue.severity == "error"
    assert issue.what == "2 headings could be Order value: 'Amount', 'Total'."
    assert issue.fix == "Name the right one: --column 'Order value=Amount'."


def test_the_cure_is_taken():
    assert (
        taken(["Customer ID", "Date", "Amount", "Total"], given={"Order value": "Total"})["order_value"]
        == "Total"
    )


def test_the_cure_for_another_table_names_it():
    issue = stated(["Customer ID", "Company", "Name"], CUSTOMERS)["heading-doubtful"]
    assert "--column 'Customers:Customer=Company'" in issue.fix


def test_duplicate_headings_are_refused_and_chosen_by_position():
    found = ["Customer ID", "Date", "amount", "Amount", " AMOUNT "]
    issue = stated(found)["heading-twice"]
    assert issue.severity == "error"
    assert "#3 or #4 or #5" in issue.fix
    sources, issues = match(found, ORDERS, {"Order value": "#4"})
    assert sources["order_value"].positions == (3,)
    assert not issues


def test_duplicates_that_nobody_needs_do_not_matter():
    assert not stated(["Customer ID", "Date", "Remark", "Remark"])


def test_missing_required_columns_are_listed_with_what_was_found():
    _, issues = match(["Zboží", "Cena"], ORDERS)
    assert [issue.code for issue in issues] == ["heading-missing", "heading-missing"]
    assert "Customer ID" in issues[0].what
    assert "'Zboží', 'Cena'" in issues[0].what
    assert "--column 'Customer ID=HEADING'" in issues[0].fix


def test_a_likely_candidate_for_a_missing_column_is_named_not_taken():
    sources, issues = match(["Customer ID", "Date", "Amuont"], ORDERS)
    assert "order_value" not in sources
    assert issues[0].code == "heading-alike"
    assert "--column 'Order value=Amuont'" in issues[0].fix


def test_a_heading_near_two_columns_is_refused():
    sources, issues = match(["Customer ID", "Reasonforleaving heirs"], CUSTOMERS)
    assert "reason_theirs" not in sources
    assert [issue.code for issue in issues] == ["heading-doubtful"]
    assert "Reason for leaving (ours) or Reason for leaving (theirs)" in issues[0].what


def test_products_of_columns_are_for_amounts_only():
    found = ["CustomerID", "InvoiceDate", "Quantity", "UnitPrice"]
    source = match(found, ORDERS, {"Order value": "Quantity * UnitPrice"})[0]["order_value"]
    assert (source.positions, source.text, source.how) == ((2, 3), "Quantity*UnitPrice", "given")
    assert stated(found, given={"Order date": "InvoiceDate*Quantity"})["column-product"].severity == "error"


def test_positions_name_columns_of_files_without_headings():
    found = ["#1", "#2", "#3", "#4", "#5"]
    given = {"Customer ID": "#2", "order_date": "#3", "Order value": "#5"}
    assert taken(found, given=given) == {"customer_id": "#2", "order_date": "#3", "order_value": "#5"}


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"Order vlaue": "Amount"}, "column-unknown", "Did you mean 'Order value'?"),
        ({"Order value": "Amuont"}, "heading-not-found", "Did you mean 'Amount'?"),
        ({"Order value": "#9"}, "heading-not-found", "Choose #1 to #3."),
        ({"Customer ID": ""}, "column-needed", "Name the heading it is under."),
    ],
)
def test_a_mistake_in_what_the_user_names_is_told_once_with_the_nearest(given, code, words):
    _, issues = match(["Customer ID", "Date", "Amount"], ORDERS, given)
    assert [issue.code for issue in issues if issue.severity == "error"] == [code]
    assert words in issues[0].fix


def test_a_column_can_be_left_out():
    assert "rep" not in taken(["Customer ID", "Date", "Rep"], given={"Rep": ""})


def test_a_heading_given_to_one_column_is_not_taken_for_another():
    found = ["Customer ID", "Shipped", "Amount"]
    assert "shipped_date" not in taken(found, given={"Order date": "Shipped"})


def test_target_understands_names_headings_and_aliases():
    assert {target(text, ORDERS).name for text in ("order_value", "Order Value", "amount")} == {"order_value"}
    assert target("nonsense", ORDERS) is None


def test_the_score_finds_the_row_of_headings_among_titles_and_data():
    score = scorer(ORDERS)
    rows = [
        ["Sales report 2026", ""],
        ["", None, 3],
        ["Customer no", "Date", "Total"],
        ["C1", "2026-01-31", "5"],
    ]
    assert [score(row) for row in rows] == [0, 0, 5, 0]


def test_the_score_tells_the_tables_apart_and_knows_what_the_user_named():
    headings = ["Complaint ID", "Customer ID", "Opened", "Details", "Loss"]
    assert scorer(INCIDENTS)(headings) > scorer(ORDERS)(headings)
    assert scorer(REPS, {"Rep": "Kollege"})(["Kollege"]) == 2


def test_the_real_ledgers_are_matched_without_help():
    northwind = [
        "orderID",
        "customerID",
        "employeeID",
        "orderDate",
        "requiredDate",
        "shippedDate",
        "shipVia",
        "freight",
    ]
    assert taken(northwind) == {
        "customer_id": "customerID", "order_date": "orderDate", "order_id": "orderID", "promised_date": "requiredDate",
        "shipped_date": "shippedDate", "rep": "employeeID",
    }  # fmt: skip
    journey = [
        "household_id",
        "store_id",
        "basket_id",
        "product_id",
        "quantity",
        "sales_value",
        "retail_disc",
        "transaction_timestamp",
    ]
    assert taken(journey) == {
        "customer_id": "household_id", "order_date": "transaction_timestamp", "order_value": "sales_value", "order_id": "basket_id",
    }  # fmt: skip


def test_a_row_of_thousands_of_headings_or_of_endless_ones_is_told_in_short():
    chance = random.Random(1)
    many = ["".join(chance.choices(string.ascii_letters, k=chance.randrange(3, 20))) for _ in range(16_384)]
    for table in (ORDERS, CUSTOMERS):
        match(many, table)
        _, issues = match(["Amount" * 20_000, "Date" * 20_000], table)
        assert all(len(str(issue)) < 1_000 for issue in issues)
