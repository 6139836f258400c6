"""The ledger becomes one row a customer: what is an order, a day, a year, a failure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.core.incidents.late_deliveries import late_orders
from winback_xl.core.orders import customer_history
from winback_xl.core.orders import ledger as book
from winback_xl.core.orders.ledger import is_credit
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.settings import Settings

AS_OF = pd.Timestamp("2026-06-30")
DAY_0 = pd.Timestamp("2024-01-01")


def ledger(*rows: tuple[str, str, float | None], **columns: list[object]) -> pd.DataFrame:
    """Rows of customer, ISO date and value, with further columns."""
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "order_value"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    return frame.assign(**columns)


def summary(orders: pd.DataFrame, incidents: pd.DataFrame | None = None, **changed: object) -> pd.DataFrame:
    """One row a customer, with the customer as index."""
    known = customer_history.summarise(
        read_ledger(orders, AS_OF), settings=Settings(**changed), incidents=incidents
    )
    return known.set_index("customer_id")


@st.composite
def ledgers(draw: st.DrawFn) -> pd.DataFrame:
    """Small ledgers with few customers, days and order ids, so that rows meet."""
    row = st.tuples(
        st.sampled_from("ABC"),
        st.integers(0, 1000),
        st.sampled_from([0.0, 10.0, 20.05, 33.33, -5.0, -40.1, float("nan")]),
        st.sampled_from(["", "1", "2", "3"]),
        st.sampled_from([None, "Credit note", "order"]),
        st.sampled_from(["", "Ann", "Bob"]),
        st.sampled_from([-3, 0, 2]),
    )
    rows = draw(st.lists(row, min_size=0, max_size=25))
    names = ["customer_id", "day", "order_value", "order_id", "kind", "rep", "late"]
    frame = pd.DataFrame(rows, columns=names).astype(
        {"day": "int64", "order_value": "float64", "late": "int64"}
    )
    frame["order_date"] = DAY_0 + pd.to_timedelta(frame["day"], unit="D")
    frame["promised_date"] = frame["order_date"] + pd.Timedelta(days=7)
    frame["shipped_date"] = frame["promised_date"] + pd.to_timedelta(frame["late"], unit="D")
    return frame.drop(columns=["day", "late"])


# -- What is an order ----------------------------------------------------------------------------------------


def test_two_orders_on_one_day_are_one_order_day():
    row = summary(ledger(("A", "2026-01-01", 10), ("A", "2026-01-01", 20), ("A", "2026-03-02", 5))).loc["A"]
    assert (row["orders"], row["order_days"], row["gap_median"], row["days_since"]) == (3, 2, 60, 120)


def test_lines_with_one_order_id_are_one_order_and_blank_ids_are_orders_of_their_own():
    rows = [("A", "2026-01-01", 10.0)] * 5
    row = summary(ledger(*rows, order_id=["7", "7", "8", "", None])).loc["A"]
    assert row["orders"] == 4
    assert row["average_order"] == 50 / 4


def test_ids_that_were_numbered_before_give_the_same_ledger_as_their_texts():
    """What the reader knows of the ids only spares work: blanks, rows left out and any numbering change nothing."""
    chance = np.random.default_rng(5)
    who, which = chance.integers(0, 40, 400), chance.integers(-1, 90, 400)
    names = np.array([*(f"K{number * 37 % 41}" for number in range(40)), ""])
    who[::50] = -1
    orders = pd.DataFrame(
        {
            "customer_id": names[who],
            "order_id": np.array([*(f"D{number}" for number in range(90)), ""])[which],
            "order_date": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(chance.integers(0, 900, 400), unit="D"),
            "order_value": chance.integers(-3, 9, 400) * 10.0,
        }
    )
    day = pd.Timestamp("2026-01-01")
    plain = book.read(orders, day)
    coded = book.read(orders, day, {"customer_id": who, "order_id": which})
    assert plain.ids.tolist() == coded.ids.tolist()
    assert plain.customer.tolist() == coded.customer.tolist()
    assert plain.row.tolist() == coded.row.tolist()
    assert len(plain.row) < 400
    left, right = (customer_history.summarise(known, settings=Settings()) for known in (plain, coded))
    pd.testing.assert_frame_equal(left, right)


def test_the_same_order_id_of_two_customers_is_two_orders():
    known = summary(ledger(("A", "2026-01-01", 10), ("B", "2026-01-01", 10), order_id=["7", "7"]))
    assert known["orders"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("value", "kind", "orders", "credit_value"),
    [
        (-30.0, None, 0, -30.0),
        (30.0, "Credit note", 0, -30.0),
        (-30.0, "Order", 0, -30.0),
        (30.0, "Order", 1, 0.0),
        (0.0, "Order", 0, 0.0),
        (None, "Order", 1, 0.0),
    ],
)
def test_sign_and_kind_tell_orders_credits_and_samples_apart(value, kind, orders, credit_value):
    """A negative value or a kind that says so is a credit; zero is neither; a missing value is an order."""
    row = summary(ledger(("A", "2026-01-01", value), ("B", "2026-01-01", 5), kind=[kind, "order"])).loc["A"]
    assert (row["orders"], row["order_days"]) == (orders, orders)
    assert (row["credits"], row["credit_value"]) == (int(credit_value < 0), credit_value)


def test_a_ledger_without_values_still_has_order_days_and_no_money():
    for orders in (
        ledger(("A", "2026-01-01", None), ("A", "2026-02-01", None)),
        ledger(("A", "2026-01-01", 0.0), ("A", "2026-02-01", 0.0)),
        ledger(("A", "2026-01-01", None), ("A", "2026-02-01", None)).drop(columns="order_value"),
    ):
        row = summary(orders).loc["A"]
        assert row["order_days"] == 2
        money = [
            "revenue",
            "revenue_12m",
            "revenue_prior_12m",
            "annual_revenue",
            "average_order",
            "credit_value",
        ]
        assert row[[*money, "margin_rate"]].isna().all()


def test_rows_after_the_as_of_date_or_without_customer_or_date_do_not_count():
    orders = ledger(
        ("A", "2026-06-30", 10), ("A", "2026-07-01", 99), ("B", "2026-07-01", 99), ("", "2026-01-01", 9)
    )
    orders = pd.concat([orders, ledger(("C", "", 5))], ignore_index=True)
    known = summary(orders)
    assert known.index.tolist() == ["A"]
    assert known.loc["A", "revenue"] == 10


def test_a_customer_with_only_credits_still_gets_a_row():
    row = summary(ledger(("A", "2026-01-01", -10), ("B", "2026-01-01", 10))).loc["A"]
    assert (row["order_days"], row["credits"], row["revenue"], row["annual_revenue"]) == (0, 1, -10, 0)
    assert pd.isna(row["last_order"])
    assert pd.isna(row["days_since"])
    assert row["last_credit"] == pd.Timestamp("2026-01-01")


def test_an_empty_ledger_gives_an_empty_summary_with_all_columns():
    empty = customer_history.summarise(read_ledger(ledger(), AS_OF), settings=Settings())
    full = customer_history.summarise(read_ledger(ledger(("A", "2026-01-01", 1)), AS_OF), settings=Settings())
    assert len(empty) == 0
    assert empty.columns.tolist() == full.columns.tolist()
    assert np.isnan(empty.attrs["population_cadence"])


# -- Money and years -----------------------------------------------------------------------------------------


def test_a_year_is_365_days_and_ends_with_its_last_day():
    orders = ledger(
        ("A", "2026-06-30", 1), ("A", "2025-07-01", 10), ("A", "2025-06-30", 100), ("A", "2024-07-01", 1000), ("A", "2024-06-30", 10000)
    )  # fmt: skip
    row = summary(orders).loc["A"]
    assert (row["revenue"], row["revenue_12m"], row["revenue_prior_12m"]) == (11111, 11, 1100)
    assert (row["order_days_12m"], row["order_days_prior_12m"]) == (2, 2)


def test_annual_revenue_is_the_year_to_the_last_order_less_the_credits_since():
    """What they bought while they bought: a credit after the last order takes back one of those orders."""
    lapsed = [("A", "2023-01-01", 500), ("A", "2024-01-15", 100), ("A", "2024-12-01", 200)]
    assert summary(ledger(*lapsed)).loc["A", "annual_revenue"] == 300
    assert summary(ledger(*lapsed, ("A", "2024-12-20", -50))).loc["A", "annual_revenue"] == 250
    assert summary(ledger(*lapsed, ("A", "2024-12-20", -5000))).loc["A", "annual_revenue"] == 0


def test_cents_add_up_without_binary_dust():
    assert summary(ledger(*[("A", "2026-01-01", 0.1)] * 3)).loc["A", "revenue"] == 0.3


def test_the_margin_rate_comes_from_money_or_from_shares():
    orders = [("A", "2026-01-01", 100), ("A", "2026-01-02", 300), ("B", "2026-01-02", 50)]
    assert summary(ledger(*orders, margin=[10.0, 90.0, None])).loc["A", "margin_rate"] == 0.25
    shares = summary(ledger(*orders, margin=[0.1, 0.3, None]))
    assert shares.loc["A", "margin_rate"] == 0.25
    assert pd.isna(shares.loc["B", "margin_rate"])


# -- Rhythm and window ---------------------------------------------------------------------------------------


def test_gaps_of_all_customers_make_the_population():
    days = pd.date_range("2026-01-01", periods=11, freq="10D").strftime("%Y-%m-%d")
    orders = ledger(*[("A", day, 1) for day in days], ("B", "2026-01-01", 1), ("B", "2026-04-11", 1))
    known = customer_history.summarise(read_ledger(orders, AS_OF), settings=Settings())
    assert known.attrs == {"population_cadence": 10.0, "population_limit": 10.0, "ledger_days": 181.0}
    assert known["gap_median"].tolist() == [10.0, 100.0]


def test_the_median_of_an_even_number_of_gaps_lies_between_the_middle_two():
    days = ["2026-01-01", "2026-01-11", "2026-02-20", "2026-03-02", "2026-04-01"]  # gaps 10, 40, 10, 30
    assert summary(ledger(*[("A", day, 1) for day in days])).loc["A", "gap_median"] == 20


def test_gaps_of_one_customer_from_dates_in_any_form_and_order():
    dates = [
        pd.Timestamp("2026-01-11 17:30"),
        "2026-01-01",
        None,
        pd.NaT,
        pd.Timestamp("2026-01-11"),
        np.datetime64("2026-01-31"),
    ]
    assert customer_history.gaps(dates).tolist() == [10, 20]
    assert customer_history.gaps([]).tolist() == []


def test_one_customer_equals_the_summary_of_a_ledger_of_one():
    dates = pd.to_datetime(["2025-01-05", "2025-04-01", "2025-04-01", "2026-02-01", "2026-08-01"])
    one = customer_history.summary_of_one(dates, AS_OF, Settings()).frame()
    orders = pd.DataFrame({"customer_id": "1", "order_date": dates})
    pd.testing.assert_frame_equal(
        one, customer_history.summarise(read_ledger(orders, AS_OF), settings=Settings())
    )
    assert one.attrs == {
        "population_cadence": 196.0,
        "population_limit": pytest.approx(284.0),
        "ledger_days": 542.0,
    }


def test_one_customer_without_orders_is_one_row_of_nothing():
    one = customer_history.summary_of_one(["2027-01-01"], AS_OF, Settings()).frame().iloc[0]
    assert (one["order_days"], one["window_days"], one["periods_open"]) == (0, 0, 0)
    assert pd.isna(one["days_since"])


# -- Deliveries ----------------------------------------------------------------------------------------------


def test_an_order_is_late_if_any_line_left_after_the_promise_and_unshipped_ones_do_not_count():
    orders = ledger(
        *[("A", "2026-01-01", 10.0)] * 5,
        order_id=["1", "1", "2", "3", "4"],
        promised_date=pd.to_datetime(["2026-01-10"] * 4 + [None]),
        shipped_date=pd.to_datetime(["2026-01-10", "2026-01-12", "2026-01-05", None, "2026-02-01"]),
    )
    row = summary(orders).loc["A"]
    assert (row["shipped_orders"], row["late_orders"], row["late_share"]) == (2, 1, 0.5)


def test_what_was_shipped_after_the_as_of_date_is_not_known_yet():
    dates = {"promised_date": pd.to_datetime(["2026-06-01"]), "shipped_date": pd.to_datetime(["2026-07-01"])}
    orders = ledger(("A", "2026-05-01", 10), **dates)
    assert summary(orders).loc["A", "shipped_orders"] == 0
    assert late_orders(read_ledger(orders, AS_OF)).empty
    assert len(late_orders(read_ledger(orders, pd.Timestamp("2026-07-01")))) == 1


def test_late_orders_are_incidents_of_the_last_12_months_with_the_value_of_all_lines():
    orders = ledger(
        ("B", "2026-01-01", 10), ("A", "2026-01-01", 30), ("A", "2026-01-01", 12.5), ("A", "2024-01-01", 99), ("A", "2026-01-01", -9),
        order_id=["1", "7", "7", "8", "9"],
        promised_date=pd.to_datetime(["2026-01-09", "2026-01-10", "2026-01-10", "2024-01-10", "2026-01-10"]),
        shipped_date=pd.to_datetime(["2026-01-10", "2026-01-10", "2026-01-13", "2024-03-10", "2026-02-10"]),
    )  # fmt: skip
    late = late_orders(read_ledger(orders, AS_OF))
    assert late[["incident_id", "customer_id", "order_value", "days_late"]].to_numpy().tolist() == [
        ["7", "A", 42.5, 3],
        ["1", "B", 10, 1],
    ]
    assert late["what_happened"].tolist() == [
        "Order 7 was promised for 10 January 2026 and left on 13 January 2026, 3 days late.",
        "Order 1 was promised for 9 January 2026 and left on 10 January 2026, 1 day late.",
    ]
    assert late.loc[0, ["failure_type", "handling", "status", "fault"]].tolist() == [
        "Late delivery",
        "accepted",
        "open",
        1.0,
    ]
    assert late.loc[0, "cause"] == "Late delivery (likely, not confirmed)"
    assert late.loc[0, "date"] == pd.Timestamp("2026-01-10")


def test_late_orders_without_order_ids_or_values_are_told_by_customer_and_day():
    dates = {"promised_date": pd.to_datetime(["2026-01-10"]), "shipped_date": pd.to_datetime(["2026-01-12"])}
    late = late_orders(read_ledger(ledger(("A", "2026-01-01", None), **dates), AS_OF))
    assert late["incident_id"].tolist() == ["A 2026-01-10"]
    assert late["what_happened"].tolist() == [
        "An order was promised for 10 January 2026 and left on 12 January 2026, 2 days late."
    ]
    assert late["order_value"].isna().all()


def test_the_rep_is_who_sold_the_last_order_that_names_one():
    rows = [
        ("A", "2026-01-01", 1),
        ("A", "2026-03-01", 1),
        ("A", "2026-03-01", 1),
        ("A", "2026-04-01", 1),
        ("B", "2026-01-01", 1),
    ]
    known = summary(ledger(*rows, rep=["Zoe", "Ann", "Bob", "", None]))
    assert known["rep"].tolist() == ["Bob", ""]
    assert summary(ledger(*rows))["rep"].tolist() == ["", ""]


# -- Failures ------------------------------------------------------------------------------------------------

BUYS = [
    ("A", "2026-01-01", 100),
    ("A", "2026-02-01", 100),
    ("A", "2026-03-01", 100),
    ("A", "2026-04-01", 100),
]


def test_only_a_credit_of_a_quarter_of_the_own_average_order_is_a_material_failure():
    small, big = ("A", "2026-02-15", -24.99), ("A", "2026-02-15", -25)
    assert summary(ledger(*BUYS, small)).loc["A", "failures"] == 0
    assert summary(ledger(*BUYS, big)).loc["A", "failures"] == 1
    assert summary(ledger(*BUYS, small), material_failure_share=0.2).loc["A", "failures"] == 1


def test_lines_of_one_credit_note_are_one_failure_and_one_day_has_one():
    notes = [("A", "2026-02-15", -15), ("A", "2026-02-15", -15), ("A", "2026-02-15", -80)]
    row = summary(ledger(*BUYS, *notes, order_id=["1", "2", "3", "4", "C1", "C1", "C2"])).loc["A"]
    assert (row["credits"], row["failures"], row["failures_survived"]) == (2, 1, 1)


@pytest.mark.parametrize(("day", "survived"), [("2026-02-28", 1), ("2026-03-01", 0), ("2026-04-02", 0)])
def test_a_failure_is_survived_by_two_later_order_days(day, survived):
    row = summary(ledger(*BUYS, ("A", day, -50))).loc["A"]
    assert (row["failures"], row["failures_survived"]) == (1, survived)


def test_incidents_count_when_the_loss_is_material_or_unknown():
    def incident(customer: str, day: str, loss: float | None) -> dict[str, object]:
        return {"customer_id": customer, "date": pd.Timestamp(day), "loss": loss}

    rows = [
        incident("A", "2026-01-15", 24),
        incident("A", "2026-02-15", 25),
        incident("A", "2026-03-15", None),
    ]
    rows += [incident("A", "2026-12-01", 999), incident("Z", "2026-01-15", None)]
    row = summary(ledger(*BUYS), incidents=pd.DataFrame(rows)).loc["A"]
    assert (row["failures"], row["failures_survived"]) == (2, 1)
    assert row["first_failure"] == pd.Timestamp("2026-02-15")
    without_loss = pd.DataFrame(rows).drop(columns="loss")
    assert summary(ledger(*BUYS), incidents=without_loss).loc["A", "failures"] == 3


def test_an_incident_with_a_loss_is_material_where_the_orders_have_no_values():
    incidents = pd.DataFrame(
        {"customer_id": ["A", "A"], "date": pd.to_datetime(["2026-01-15", "2026-01-20"]), "loss": [5.0, 0.0]}
    )
    orders = ledger(*BUYS).drop(columns="order_value")
    assert summary(orders, incidents=incidents).loc["A", "failures"] == 1


def test_incidents_of_an_empty_ledger_are_left_out():
    incidents = pd.DataFrame({"customer_id": ["A"], "date": pd.to_datetime(["2026-01-15"])})
    assert summary(ledger(), incidents=incidents).empty


def test_failures_of_the_last_12_months_are_counted_apart():
    row = summary(ledger(*BUYS, ("A", "2025-06-30", -90), ("A", "2025-07-01", -90))).loc["A"]
    assert (row["failures"], row["failures_12m"], row["failures_survived"]) == (2, 1, 2)


# -- Properties ----------------------------------------------------------------------------------------------


@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(orders, random):
    shuffled = orders.iloc[random.sample(range(len(orders)), len(orders))]
    pd.testing.assert_frame_equal(summary(orders), summary(shuffled), check_exact=True)
    pd.testing.assert_frame_equal(
        late_orders(read_ledger(orders, AS_OF)),
        late_orders(read_ledger(shuffled, AS_OF)),
    )


@given(ledgers())
def test_permuting_the_ids_permutes_the_rows(orders):
    other = {"A": "C", "B": "A", "C": "B"}
    renamed = summary(orders.assign(customer_id=orders["customer_id"].map(other)))
    expected = summary(orders).rename(index=other).sort_index()
    pd.testing.assert_frame_equal(renamed, expected, check_exact=True, check_index_type=False)


@given(ledgers())
def test_totals_in_are_totals_out_and_counts_add_up(orders):
    known = summary(orders)
    seen = orders[orders["order_date"] <= AS_OF]
    credit = is_credit(seen)
    value = seen["order_value"].fillna(0).where(~credit, -seen["order_value"].abs().fillna(0))
    if (value != 0).any():
        assert known["revenue"].sum() == pytest.approx(value.sum())
        assert known["credit_value"].sum() == pytest.approx(value[credit].sum())
        assert (known["annual_revenue"] >= 0).all()
    assert known.index.tolist() == sorted(seen["customer_id"].unique())
    assert (known["orders"] >= 1).eq(known["order_days"] >= 1).all()
    assert (known["window_days"] <= known["order_days"]).all()
    assert (known["periods_bought"] <= known["periods_open"]).all()
    assert (known["periods_bought"] <= known["window_days"]).all()
    assert (known["failures_survived"] <= known["failures"]).all()
    assert (known["failures_12m"] <= known["failures"]).all()
    assert (known["late_orders"] <= known["shipped_orders"]).all()


@given(ledgers())
def test_sorted_keys_give_what_a_plain_loop_gives(orders):
    """The fast way against the slow one: each customer on its own, in plain Python."""
    known = summary(orders)
    seen = orders[orders["order_date"] <= AS_OF]
    no_values = not (seen["order_value"].fillna(0) != 0).any()
    for customer, rows in seen[~is_credit(seen)].groupby("customer_id"):
        bought = rows[no_values | (rows["order_value"] != 0)]  # a missing value is unequal to 0
        days = sorted(set(bought["order_date"]))
        gaps = np.diff(
            [day.value // 86_400_000_000_000 if day.unit == "ns" else (day - DAY_0).days for day in days]
        )
        row = known.loc[customer]
        assert row["order_days"] == len(days)
        assert row["orders"] == sum(bought["order_id"] == "") + len(set(bought["order_id"]) - {""})
        assert row["gap_median"] == (np.median(gaps) if len(gaps) else pytest.approx(np.nan, nan_ok=True))
        if not days:
            continue
        assert row["days_since"] == (AS_OF - days[-1]).days
        window = [(day - DAY_0).days for day in days if (AS_OF - day).days < 730]
        assert row["window_days"] == len(window)
        periods = {(day - window[0]) // 91 for day in window}
        assert row["periods_bought"] == len(periods)
        if len(window) > 2:
            inside = np.diff(window)
            assert row["window_gap_cv"] == pytest.approx(np.std(inside) / np.mean(inside))


# -- Real data -----------------------------------------------------------------------------------------------


def northwind(data_dir) -> pd.DataFrame:
    """Northwind orders joined with their lines: 2,155 lines of 830 orders."""
    dates = ["orderDate", "requiredDate", "shippedDate"]
    orders = pd.read_csv(data_dir / "northwind/orders_clean.csv", parse_dates=dates, dtype={"orderID": "str"})
    lines = pd.read_csv(data_dir / "northwind/order-details.csv", dtype={"orderID": "str"})
    lines["order_value"] = lines["unitPrice"] * lines["quantity"] * (1 - lines["discount"])
    names = {"orderID": "order_id", "customerID": "customer_id", "orderDate": "order_date"}
    names |= {"requiredDate": "promised_date", "shippedDate": "shipped_date", "employeeID": "rep"}
    return lines.merge(orders.astype({"employeeID": "str"})).rename(columns=names)


@pytest.mark.data
def test_northwind_totals_and_late_orders(data_dir):
    """830 orders of 89 customers worth 1,265,793.04; 37 late, of 28 customers, worth 66,535.61."""
    known = summary(northwind(data_dir))
    assert len(known) == 89
    assert (known["orders"].sum(), round(known["revenue"].sum(), 2)) == (830, 1265793.04)
    assert (known["shipped_orders"].sum(), known["late_orders"].sum(), (known["late_orders"] > 0).sum()) == (
        809,
        37,
        28,
    )


@pytest.mark.data
def test_northwind_late_orders_of_two_years_are_all_listed_once(data_dir):
    lines = northwind(data_dir)
    late = pd.concat(
        [late_orders(read_ledger(lines, pd.Timestamp(day))) for day in ("1997-06-01", "1998-06-01")]
    )
    assert late["incident_id"].is_unique
    assert (len(late), late["customer_id"].nunique(), late["order_value"].sum()) == (
        37,
        28,
        pytest.approx(66535.61, abs=0.01),
    )


@pytest.mark.data
def test_no_invoice_of_online_retail_is_lost(data_dir):
    """18,536 invoices less 4 worth nothing and 125 cancelled on their day; 3,654 cancellations less 124 of that day.

    And every penny of 8,300,065.81.
    """
    invoices = pd.read_csv(
        data_dir / "online_retail/online_retail_invoices.csv.gz",
        dtype={"CustomerID": "str", "InvoiceNo": "str"},
    )
    names = {"CustomerID": "customer_id", "InvoiceNo": "order_id", "Amount": "order_value", "Kind": "kind"}
    orders = invoices.rename(columns=names).assign(order_date=pd.to_datetime(invoices["InvoiceDate"]))
    known = summary(orders)
    assert len(known) == 4372
    assert (known["orders"].sum(), known["credits"].sum()) == (18532 - 125, 3654 - 124)
    assert round(known["revenue"].sum(), 2) == round(invoices["Amount"].sum(), 2) == 8300065.81
