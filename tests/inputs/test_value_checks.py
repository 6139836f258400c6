"""Rows that cannot be used are set aside for one reason each; what is odd is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.readers import made
from winback_xl.errors import DataError
from winback_xl.inputs import value_checks
from winback_xl.inputs.load import from_frame
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS, ORDERS, REPS
from winback_xl.settings import Settings
from winback_xl.workflows import reading


def load(table, settings=None, columns=None, **cells):
    size = max(len(values) for values in cells.values())
    frame = pd.DataFrame(
        {
            name: pd.Series([*values, *[None] * (size - len(values))], dtype=object)
            for name, values in cells.items()
        }
    )
    return from_frame(frame, table, settings=settings or Settings(), columns=columns)


def orders(ids, values=None, order_ids=None, *, settings=None, **more):
    cells = {"customer_id": ids, "order_date": more.pop("dates", ["2026-01-31"] * len(ids))}
    if values is not None:
        cells["order_value"] = values
    if order_ids is not None:
        cells["order_id"] = order_ids
    return load(ORDERS, settings, **cells, **more)


def stated(loaded):
    return {issue.code: issue for issue in loaded.issues}


def _all(call):
    with pytest.raises(DataError) as caught:
        call()
    return caught.value.issues


def refused(call):
    return {issue.code: issue for issue in _all(call)}


# -- who and when ------------------------------------------------------------------------------------------


def test_rows_without_customer_are_set_aside_with_their_worth():
    found = orders(["A", None, " ", "B"], [1, 20, 30, 4])
    assert found.frame["customer_id"].tolist() == ["A", "B"]
    issue = stated(found)["customer-missing"]
    assert issue.rows == 2
    assert issue.what == "2 rows have no Customer ID, worth 50.00 together. The rows are set aside."
    assert issue.cell == "rows 1, 2"


def test_rows_without_or_with_unreadable_date_are_set_aside():
    found = orders(["A", "B", "C"], [1, 2, 3], dates=["2026-01-31", None, "soon"])
    assert found.set_aside["code"].tolist() == ["date-missing", "date-unreadable"]
    assert found.set_aside["reason"].tolist() == ["Order date is empty.", "Order date holds no date."]


def test_a_row_is_set_aside_for_its_first_reason_only():
    found = orders([None, None], [1, 2], dates=["soon", None])
    assert (found.rows_in, found.rows_used, len(found.set_aside)) == (2, 0, 2)
    assert sum(issue.rows for issue in found.issues) == 2


def test_an_unreadable_value_sets_the_order_aside_because_revenue_would_be_wrong():
    found = orders(["A", "B"], ["abc", 5])
    assert found.frame["order_value"].tolist() == [5]
    assert stated(found)["number-unreadable"].rows == 1


def test_an_unreadable_side_column_counts_as_unknown():
    found = orders(["A", "B"], [5, 6], shipped_date=["soon", "2026-02-01"])
    assert found.rows_used == 2
    assert stated(found)["date-unreadable"].what.endswith("It counts as unknown.")
    assert found.frame["shipped_date"].isna().tolist() == [True, False]


# -- totals and blanks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "TOTAL", "Grand total", "Summe:", "Total 2026"])
def test_a_row_that_adds_up_the_column_is_no_order(name):
    found = orders(["A", "B", "C", name], [1.1, 2.2, 3.3, 6.6], dates=["2026-01-31"] * 3)
    assert found.frame["order_value"].sum() == pytest.approx(6.6)
    assert found.set_aside["code"].tolist() == ["total-row"]


def test_a_total_may_stand_in_any_cell():
    found = orders(
        ["A", "B", None], [1, 2, 3], rep=["X", "Y", None], dates=["2026-01-31", "2026-01-31", "TOTAL"]
    )
    assert found.set_aside["code"].tolist() == ["total-row"]
    assert "date-unreadable" not in stated(found)


def test_a_customer_called_total_is_kept_and_told_unless_it_adds_up():
    found = orders(["A", "B", "Total Energies", "C"], [1, 2, 700, 4])
    assert found.rows_used == 4
    assert "'Total Energies'" in stated(found)["total-in-doubt"].what


def test_only_the_end_of_the_table_is_searched_for_sums():
    found = orders(["A", "A", None, "B", "B", "B"], [1, 2, 3, 4, 5, 6])
    assert stated(found)["customer-missing"].rows == 1


def test_blank_rows_are_left_out_and_counted():
    found = orders(["A", None, "B"], [1, None, 2], dates=["2026-01-31", None, "2026-01-31"])
    assert (found.rows_in, found.rows_used) == (3, 2)
    assert stated(found)["row-blank"].rows == 1


# -- once only ---------------------------------------------------------------------------------------------


def test_exact_repeats_with_an_order_id_are_set_aside_and_their_amount_counted():
    found = orders(["A", "B", "A", "A"], [10, 5, 10, 10], ["1", "2", "1", "1"])
    issue = stated(found)["row-repeated"]
    assert (issue.rows, found.rows_used) == (2, 2)
    assert "worth 20.00 together" in issue.what


def test_lines_that_differ_in_any_cell_of_the_file_are_no_repeats():
    found = orders(["A", "A"], [10, 12], ["1", "1"], product=["P1", "P2"])
    assert found.rows_used == 2
    assert "row-repeated" not in stated(found)


def test_exact_repeats_without_an_order_id_are_only_told():
    found = orders(["A", "A"], [10, 10])
    assert found.rows_used == 2
    assert (stated(found)["row-repeated"].severity, stated(found)["row-repeated"].rows) == ("note", 0)


def test_a_file_appended_twice_loses_its_second_half():
    ids = [f"C{i % 7}" for i in range(50)]
    found = orders(ids * 2, list(range(1, 51)) * 2, [str(i) for i in range(50)] * 2)
    assert found.rows_used == 50
    assert found.frame["order_id"].tolist() == [str(i) for i in range(50)]


def test_an_order_of_two_customers_is_told():
    found = orders(["A", "B"], [1, 2], ["1", "1"])
    assert found.rows_used == 2
    assert stated(found)["order-two-customers"].severity == "warning"


def test_few_repeated_order_ids_among_many_single_ones_are_told():
    ids = [str(i) for i in range(40)]
    found = orders(["A"] * 41, [*range(1, 41), 99], [*ids, "7"])
    assert stated(found)["order-id-repeated"].cell == "row 40"
    lines = orders(["A"] * 40, list(range(1, 41)), [str(i // 4) for i in range(40)])
    assert "order-id-repeated" not in stated(lines)


def test_a_credit_note_with_the_number_of_its_order_is_no_repeat():
    ids = [str(i) for i in range(40)]
    found = orders(["A"] * 41, [*range(1, 41), -5], [*ids, "7"])
    assert "order-id-repeated" not in stated(found)


# -- money -------------------------------------------------------------------------------------------------


def test_zero_and_missing_values_are_told():
    found = orders(["A", "B", "C"], [0, None, 5])
    assert found.rows_used == 3
    assert stated(found)["value-zero"].severity == "note"
    assert stated(found)["value-missing"].severity == "warning"


def test_a_further_line_of_an_order_needs_no_value_of_its_own():
    found = stated(orders(["A", "A", "B"], [5, None, None], ["1", "1", "2"]))
    assert found["value-elsewhere"].what.startswith("1 row has no ")
    assert found["value-elsewhere"].severity == "note"
    assert found["value-missing"].what.startswith("1 row has no ")
    assert "Order ID=HEADING" in stated(orders(["A", "A"], [5, None]))["value-missing"].fix


def test_a_column_of_refunds_that_nobody_reads_is_told_unless_credits_are_rows():
    refunds = {"Refund note": ["", "in part"]}
    assert (
        "'Refund note' is not read" in stated(orders(["A", "B"], [5, 5], **refunds))["refunds-not-read"].what
    )
    assert "refunds-not-read" not in stated(orders(["A", "B"], [5, -5], **refunds))
    assert "refunds-not-read" not in stated(orders(["A", "B"], [5, 5]))


def test_without_a_value_column_the_loader_says_what_is_left_out():
    assert "everything that needs money is left out" in stated(orders(["A"]))["value-column-missing"].what


def test_mixed_currencies_are_refused_with_counts_and_place():
    issues = refused(lambda: orders(["A", "B", "C"], [1, 2, 3], currency=["EUR", "usd", "EUR"]))
    assert "EUR (2), USD (1)" in issues["currency-mixed"].what
    assert issues["currency-mixed"].cell == "row 1"


def test_the_currency_is_taken_from_column_sign_or_heading():
    assert orders(["A", "B"], [1, 2], currency=["eur", "\u20ac"]).currency == "EUR"
    assert orders(["A"], ["12 CHF"]).currency == "CHF"
    found = load(ORDERS, customer_id=["A"], order_date=["2026-01-31"], **{"Amount (GBP)": [5]})
    assert found.currency == "GBP"
    assert found.frame["currency"].tolist() == ["GBP"]


def test_two_currencies_are_told_once():
    issues = [issue.code for issue in _all(lambda: orders(["A", "B"], ["$5", "6 EUR"]))]
    assert issues.count("currency-mixed") == 1
    assert "value-missing" not in issues


def test_a_dollar_sign_alone_does_not_say_which_dollar():
    assert orders(["A"], ["$5"]).currency == ""
    assert orders(["A"], ["$5"], settings=Settings(currency="CAD")).currency == "CAD"


def test_amounts_in_another_currency_than_the_settings_are_refused():
    issues = refused(lambda: orders(["A"], ["5 EUR"], settings=Settings(currency="USD")))
    assert "in EUR, but the settings say USD" in issues["currency-other"].what


def test_margins_that_all_are_shares_become_money():
    found = orders(["A", "B", "C"], [100, -50, 80], margin=[0.3, 0.3, None])
    assert found.frame["margin"].tolist()[:2] == [30, -15]
    assert np.isnan(found.frame["margin"][2])
    assert "margin-share" in stated(found)
    assert orders(["A"], [200], margin=["35 %"]).frame["margin"].tolist() == [70]


def test_margins_in_money_stay_and_impossible_ones_are_told():
    assert orders(["A", "B"], [100, 50], margin=[30, 0.5]).frame["margin"].tolist() == [30, 0.5]
    assert "margin-above-value" in stated(orders(["A", "B"], [10, 20], margin=[35, 40]))


# -- customers, reps, incidents ----------------------------------------------------------------------------


def test_identical_customers_are_collapsed_and_conflicting_ones_keep_the_first():
    found = load(CUSTOMERS, customer_id=["A", "B", "A", "B"], customer=["Alfa", "Beta", "Alfa", "Other"])
    assert found.frame["customer"].tolist() == ["Alfa", "Beta"]
    assert stated(found)["customer-repeated"].rows == 1
    assert "'B'" in stated(found)["customer-conflict"].what


def test_reps_are_listed_once():
    found = load(REPS, rep=["Ann", "Bob", "Ann", None], manager=["M", "M", "N", "M"])
    assert found.frame["rep"].tolist() == ["Ann", "Bob"]
    assert {"rep-conflict", "name-missing"} <= stated(found).keys()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("direct_loss", -5, "at least 0"),
        ("fault", "250 %", "between 0% and 100%"),
        ("days_late", -1, "at least 0"),
        ("direct_loss", "abc", None),
    ],
)
def test_incidents_that_cannot_be_are_named_and_the_rest_goes_on(name, value, allowed):
    found = load(INCIDENTS, customer_id=["A", "B"], date=["2026-01-31"] * 2, **{name: [value, 1]})
    assert found.frame["customer_id"].tolist() == ["B"]
    issue = stated(found)["number-out-of-range" if allowed else "number-unreadable"]
    assert issue.rows == 1
    assert allowed is None or allowed in issue.what


def test_a_severity_out_of_bounds_counts_as_unknown():
    found = load(INCIDENTS, customer_id=["A"], date=["2026-01-31"], severity=[9])
    assert found.rows_used == 1
    assert found.frame["severity"].isna().all()


def test_an_incident_counts_once():
    found = load(
        INCIDENTS,
        incident_id=["1", "1", "1"],
        customer_id=["A", "A", "B"],
        date=["2026-01-31"] * 3,
        direct_loss=[5, 6, 7],
    )
    assert found.frame["direct_loss"].tolist() == [5, 7]
    assert stated(found)["incident-repeated"].rows == 1


def test_doubtful_opt_outs_are_opted_out():
    found = load(CUSTOMERS, customer_id=["A", "B", "C"], do_not_contact=["since May", "no", None])
    assert found.frame["do_not_contact"].tolist() == ["Yes", "No", ""]


def test_several_errors_are_told_together():
    issues = refused(
        lambda: load(
            ORDERS,
            customer_id=["A", "B"],
            order_date=["03/04/2025", "01/02/2025"],
            order_value=["1,234", "2,345"],
            Amount=[1, 2],
        )
    )
    assert {"dates-ambiguous", "amounts-ambiguous"} <= issues.keys()
    assert not {"date-missing", "value-missing", "currency-mixed"} & issues.keys(), (
        "what follows from them is not told"
    )


# -- across ------------------------------------------------------------------------------------------------

LEDGER = pd.DataFrame(
    {
        "customer_id": ["A", "A", "00123"],
        "order_date": pd.to_datetime(["2025-01-10", "2025-06-01", "2025-03-01"]),
    }
)


def across(*tables, as_of="2025-06-02", given=True):
    return {
        issue.code: issue
        for issue in value_checks.across(LEDGER, *tables, as_of=pd.Timestamp(as_of), given=given)
    }


def test_an_as_of_day_that_fits_needs_no_word():
    assert across() == {}


@pytest.mark.parametrize(
    ("as_of", "code"),
    [("2024-12-31", "as-of-early"), ("2025-05-31", "orders-later"), ("2026-06-02", "as-of-late")],
)
def test_an_as_of_day_off_the_orders_is_told_with_both_dates(as_of, code):
    issue = across(as_of=as_of)[code]
    assert issue.severity == "warning"
    assert as_of in issue.what
    assert "from 2025-01-10 to 2025-06-01" in issue.what


def test_a_lonely_last_order_that_makes_the_as_of_day_is_told():
    ledger = pd.concat(
        [LEDGER, pd.DataFrame({"customer_id": ["B"], "order_date": [pd.Timestamp("2062-01-01")]})]
    )
    found = {
        issue.code for issue in value_checks.across(ledger, as_of=pd.Timestamp("2062-01-02"), given=False)
    }
    assert found == {"last-order-alone"}


def test_the_few_orders_far_from_all_others_are_told_with_a_day_to_choose():
    days = pd.DatetimeIndex(
        ["1926-03-01", *pd.date_range("2025-01-01", periods=300), "2062-01-01", "2062-05-01"]
    )
    ledger = pd.DataFrame({"customer_id": "A", "order_date": days})
    found = {
        one.code: one for one in value_checks.across(ledger, as_of=pd.Timestamp("2062-05-02"), given=False)
    }
    assert found.keys() == {"last-order-alone", "first-order-alone"}
    assert found["last-order-alone"].what.startswith("2 order rows stand ")
    assert "--as-of 2025-10-28" in found["last-order-alone"].fix
    assert "1926-03-01" in found["first-order-alone"].what


def test_a_ledger_with_a_long_pause_is_no_slip_of_the_pen():
    days = [*pd.date_range("2020-01-01", periods=50), *pd.date_range("2025-01-01", periods=50)]
    ledger = pd.DataFrame({"customer_id": "A", "order_date": days})
    assert value_checks.across(ledger, as_of=pd.Timestamp("2025-02-20"), given=False) == []


def test_customers_and_orders_are_compared():
    found = across(pd.DataFrame({"customer_id": ["A", "X"]}))
    assert found["customers-without-orders"].severity == "note"
    assert "'00123'" in found["customers-unlisted"].what
    strange = across(pd.DataFrame({"customer_id": ["123", "X"]}))["customers-unknown"]
    assert strange.severity == "warning"
    assert "Does '123' mean '00123'?" in strange.fix
    assert "the number format 00000" in strange.fix


def test_incidents_of_strangers_or_at_odd_times_are_named():
    incidents = pd.DataFrame(
        {
            "incident_id": ["I1", "I2", "I3", "I4"],
            "customer_id": ["A", "123", "A", "A"],
            "date": pd.to_datetime(["2025-05-01", "2025-05-01", "2024-01-01", "2026-01-01"]),
        }
    )
    found = across(None, incidents)
    assert "1 incident is of customers without an order" in found["incident-customer-unknown"].what
    assert "Does '123' mean '00123'?" in found["incident-customer-unknown"].fix
    assert "I3 of customer A on 2024-01-01" in found["incident-early"].what
    assert "I4 of customer A on 2026-01-01" in found["incident-later"].what


def test_what_does_not_fit_together_is_named_by_its_cells(tmp_path):
    """A finding between two tables names file, sheet and cells, also below rows that were set aside."""
    orders = made.xlsx(
        tmp_path / "orders.xlsx",
        {
            "Sales": [
                ["Customer ID", "Order date", "Order value"],
                ["", "2025-01-01", 5],
                ["A", "2025-01-01", 5],
                ["B", "2025-02-12", 7],
            ]
        },
    )
    customers = tmp_path / "customers.csv"
    customers.write_text("Name,Customer ID\nAnn,A\nXaver,X\n")
    incidents = tmp_path / "incidents.csv"
    incidents.write_text("Customer ID,Date,Type\nA,2020-01-01,Late\nQ,2025-01-02,Late\n")
    read = reading.read(orders, customers=customers, incidents=incidents, as_of="2025-01-05")
    found = {issue.code: issue.place for issue in read.issues}
    assert found["orders-later"] == "orders.xlsx, Sales!B4"
    assert found["customers-unlisted"] == "orders.xlsx, Sales!A4"
    assert found["customers-without-orders"] == "customers.csv, line 3"
    assert found["incident-customer-unknown"] == "incidents.csv, line 3"
    assert found["incident-early"] == "incidents.csv, line 2"


def test_an_incident_without_a_number_that_is_there_twice_is_counted_and_told():
    """Two complaints of one day may be two; nobody can tell without an Incident ID."""
    found = load(
        INCIDENTS,
        customer_id=["A", "A", "B"],
        date=["2026-01-31"] * 3,
        what=["Late"] * 3,
        direct_loss=[5.0, 5.0, 7.0],
    )
    issue = stated(found)["row-repeated"]
    assert issue.what == "1 row repeats an earlier one; without an Incident ID it is counted."
    assert (issue.fix, issue.rows) == ("Add an Incident ID, or delete the duplicate.", 0)
    assert found.rows_used == 3


def test_yes_and_no_may_be_numbers_and_any_other_number_is_taken_for_the_safe_answer():
    found = load(CUSTOMERS, customer_id=["A", "B", "C", "D"], do_not_contact=[1, 0, 2, True])
    assert found.frame["do_not_contact"].tolist() == ["Yes", "No", "Yes", "Yes"]
    assert any("neither yes nor no" in issue.what for issue in found.issues)


@pytest.mark.parametrize("value", ["1E400", "9" * 400, 1e300, -1e16])
def test_an_amount_that_no_cell_can_hold_sets_its_row_aside(value):
    days = ["2026-01-31", "2026-02-01"]
    found = from_frame(
        pd.DataFrame({"Customer ID": ["A", "A"], "Order date": days, "Order value": [value, 5]}),
        ORDERS,
        settings=Settings(),
    )
    assert found.frame["order_value"].tolist() == [5.0]
    stated = next(issue for issue in found.issues if issue.rows)
    assert "not of at most 15 digits" in stated.what
