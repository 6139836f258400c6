"""Which of tax, shipping and discount are in the order value is calculated from the columns, or said to be unknown."""

import pytest

from tests.inputs.ledgers import read
from tests.systems.test_reading_systems import HERE
from winback_xl.workflows import checking, reading

SAID = {
    "a subtotal with tax and shipping on top": (
        """Order ID,Customer ID,Order date,Subtotal,Tax,Shipping,Order total
           1,7,2025-01-05,100,19,5,124
           2,8,2025-01-06,200,38,5,243
           3,8,2025-02-06,50,9.5,0,59.5""",
        "Order value ('Order total') includes 19% tax ('Tax') and shipping ('Shipping').",
    ),
    "lines net of a discount, and nobody knows of the tax": (
        """Order ID,Customer ID,Order date,Qty,Unit price,Discount,Tax,Amount
           1,7,2025-01-05,2,10,2,3.42,18
           2,8,2025-01-06,1,10,1,1.71,9
           3,8,2025-02-06,3,10,0,5.70,30""",
        (
            "Order value ('Amount') is net of discount ('Discount'). "
            "Whether tax ('Tax') is in Order value ('Amount') cannot be calculated from the columns."
        ),
    ),
    "the order's total on each of its lines, with shipping on the first": (
        """Order ID,Customer ID,Order date,Item,Qty,Unit price,Shipping,Order total
           1,7,2025-01-05,Mug,2,10,5,45
           1,7,2025-01-05,Cup,1,20,,45
           2,8,2025-01-06,Mug,1,10,5,15
           3,8,2025-02-06,Mug,3,10,5,55
           3,8,2025-02-06,Cup,1,20,,55""",
        "Order value ('Order total') includes shipping ('Shipping').",
    ),
    "a tax without anything to hold it against": (
        """Order ID,Customer ID,Order date,Tax,Order total
           1,7,2025-01-05,19,119
           2,8,2025-01-06,38,238""",
        "Whether tax ('Tax') is in Order value ('Order total') cannot be calculated from the columns.",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_what_the_order_value_holds_is_said(name, tmp_path):
    text, wanted = SAID[name]
    assert read(tmp_path, text)[1]["value-contents"] == wanted


def test_a_ledger_without_such_columns_says_nothing(tmp_path):
    text = """Order ID,Customer ID,Order date,Order value
              1,7,2025-01-05,10"""
    assert "value-contents" not in read(tmp_path, text)[1]


def test_a_known_export_says_what_its_system_writes():
    stated = {
        issue.code: issue.what for issue in reading.read(HERE / "square_transactions" / "export.csv").issues
    }
    assert stated["value-contents"] == (
        "Order value ('Net Sales') is net of discount ('Discounts'), and does not include tax ('Tax')."
    )


def test_control_totals_never_add_up_two_currencies(tmp_path):
    text = """Order ID,Customer ID,Order date,Order value,Status,Currency
1,7,2025-01-05,100,Paid,EUR
2,8,2025-02-05,40,Cancelled,EUR
3,9,2025-03-06,43,Paid,USD"""
    (tmp_path / "x.csv").write_text(text)
    _, found = checking.check(tmp_path / "x.csv", rows={"leave_out": ["Currency=USD"]})
    assert found.totals().lines() == [
        "in the file: 3 rows, 3 customers, 3 orders, 140.00 EUR, 43.00 USD",
        "used: 1 row, 1 customer, 1 order, 100.00 EUR, 2025-01-05 to 2025-01-05",
        "by Status: Paid 2 rows; Cancelled 1 row",
    ]
