"""The starter: plain formulas that give what the plugin gives, in every engine at hand."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from zipfile import ZipFile

import pandas as pd
import pytest

from tests.engines.engines import ENGINES, same, shown
from tests.engines.packages import blanked, formulas
from tests.oracles import audit, sdk_errors
from tests.templates.test_build import COMMITTED
from winback_xl.excel.formulas import functions, hosts
from winback_xl.excel.formulas.runtime import evaluate
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings
from winback_xl.templates import build
from winback_xl.templates.starter import calculator, sample_orders, start_sheet, starter_book
from winback_xl.templates.starter.names import Room
from winback_xl.workflows import planning

STARTER = COMMITTED / "winback_starter.xlsx"
YOUNG = re.compile(
    r"_xl(?!fn\.MAXIFS\()|\b(LET|LAMBDA|XLOOKUP|XMATCH|FILTER|UNIQUE|SORT|SORTBY|SEQUENCE|HSTACK|VSTACK|DROP|TAKE|TOCOL|TEXTSPLIT|MAP|REDUCE)\("
)
NOTHING_KNOWN = pd.DataFrame(
    {
        name: []
        for name in ("customer", "share_of_wallet", "referrals", "nps", "knows_why", "quotes_every_time", "promotion_share")
    }
)  # fmt: skip


def cdnow(root):
    lines = pd.read_csv(root / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", header=None, dtype=str)
    return lines[1].radd("C"), lines[2], lines[4].astype(float)


def online_retail(root):
    rows = pd.read_csv(root / "online_retail" / "online_retail_invoices.csv.gz", dtype={"CustomerID": str})
    return rows["CustomerID"], rows["InvoiceDate"], rows["Amount"]


def rfm_r(root):
    rows = pd.read_csv(root / "rfm_r" / "rfm_data_orders.csv")
    return rows["customer_id"], rows["order_date"], rows["revenue"].astype(float)


LEDGERS = {"cdnow": cdnow, "online_retail": online_retail, "rfm_r": rfm_r}


def pasted(name, most):
    """Return all orders of some customers of a public ledger, as people would paste them."""
    customer, date, value = LEDGERS[name](COMMITTED.parent / "tests" / "data")
    orders = pd.DataFrame({"customer": customer, "date": pd.to_datetime(date), "value": value})
    counts = orders.groupby("customer").size().sample(frac=1, random_state=1).cumsum()
    return orders[orders["customer"].isin(counts[counts <= most].index)].reset_index(drop=True)


def book_of(orders, room):
    """Return the starter with other orders in place of the sample."""
    example = sample_orders.answered(orders, NOTHING_KNOWN, room)
    return build.drawn(starter_book.build(example)).save(packed=True)


def segmented(orders, folder):
    """Return what ``winback segment`` says of these orders, by customer."""
    path = folder / "orders.csv"
    named = {"customer": "Customer ID", "date": "Order date", "value": "Order value"}
    orders.rename(columns=named).to_csv(path, index=False)
    table = planning.segment_tables(planning.read(path), Settings())
    return table.set_index("customer_id")


def shown_rows(values, count):
    """Return the sheet Customers as a recalculation shows it: customer -> status, level, value a year."""
    cells = {}
    for row in range(5, 5 + count):
        name, status, level, worth = (values["Customers", f"{letter}{row}"] for letter in "ABCD")
        if name:
            cells[name] = status, level, worth
    return cells


def check_same(found, table):
    assert found.keys() == set(table.index)
    wrong = {
        name: (shown_as, (one["status"], one["level"], one["run_rate"]))
        for name, one in table.iterrows()
        if (shown_as := found[name])[:2] != (one["status"], one["level"])
        or (one["status"] and abs(shown_as[2] - one["run_rate"]) > 1e-6 * max(1, one["run_rate"]))
    }
    assert wrong == {}


@pytest.fixture(scope="module")
def small():
    """Return the sample in a starter with fewer rows, which an engine recalculates in a second."""
    made = sample_orders.example()
    return build.drawn(
        starter_book.build(sample_orders.answered(dated(made.orders), made.known, Room(360, 60, 30, 30)))
    ).save()


@pytest.fixture(scope="module")
def tiny():
    """Return the calculator with next to no orders behind it: it follows each keystroke at once."""
    made = sample_orders.example()
    orders = dated(made.orders).head(20)
    return build.drawn(
        starter_book.build(sample_orders.answered(orders, NOTHING_KNOWN, Room(20, 20, 5, 5)))
    ).save()


def dated(orders):
    return orders.assign(date=pd.to_datetime(orders["date"], unit="D", origin="1899-12-30"))


def test_no_formula_is_younger_than_excel_2019():
    with ZipFile(STARTER) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    texts = [text for part in parts for text in re.findall(r"<f[^>]*>([^<]+)</f>", part)]
    assert len(texts) > 150
    assert [text for text in texts if YOUNG.search(text)] == []


def test_the_first_validator_finds_no_error(small, tmp_path):
    path = tmp_path / "small.xlsx"
    path.write_bytes(small)
    assert audit(path) == []


@pytest.mark.validator
def test_the_second_validator_finds_no_error(small, tmp_path, sdk):
    path = tmp_path / "small.xlsx"
    path.write_bytes(small)
    assert sdk_errors(path, sdk) == []


def test_every_stored_value_is_what_an_engine_calculates(small):
    stored = formulas(small)
    engine = ENGINES["betteroffice"]
    pytest.importorskip(engine.package)
    found = engine(blanked(small)).values(stored)
    assert len(stored) > 5_000
    assert {
        at: (text, value, found[at])
        for at, (text, value) in stored.items()
        if not same(found[at], shown(value))
    } == {}


def recalculated(office, path):
    """Return sheet -> address -> value as LibreOffice calculates it, "" for a blank cell."""
    return {
        sheet: defaultdict(str, {at: cell["value"] for at, cell in cells.items()})
        for sheet, cells in office.cells(path, recalculate=True).items()
    }


def at_label(label):
    """Return where Start says something: the cell next to a label, in both engines the same place."""
    return {
        str(cell.value): (cell.row + 1, cell.col) for cell in start_sheet.sheet(sample_orders.example()).cells
    }[label]


def test_rows_that_do_not_fit_and_days_that_cannot_be_are_said_and_move_nothing(tiny):
    engine = ENGINES["betteroffice"]
    pytest.importorskip(engine.package)
    book = engine(tiny)
    fits, day = ("Start", f"A{at_label('Everything fits.')[0]}"), ("Start", "C12")
    before = book.values([fits, day])
    assert before[fits] == "Everything fits."
    book.set(("Orders", "B6"), 60_000.0)  # the year 2064
    book.set(("Orders", "B7"), 2011.0)  # a year, which is a day of 1905
    found = book.values([fits, day, ("Orders", "D6"), ("Orders", "D7"), ("Lapsed", "A2")])
    assert found[day] == before[day]
    assert found["Orders", "D6"] == "After the day"
    assert found["Orders", "D7"] == "No date, or before 1990"
    assert found[fits] == "Rows are left out: see Read as on the sheet Orders."
    for row in range(25, 28):
        book.set(("Orders", f"A{row}"), "Below the table")
    assert book.values([fits])[fits].startswith("NOT READ: 3 rows below the first 20 of Orders.")


def test_where_nothing_could_be_read_nobody_is_said_to_have_lapsed(tiny):
    engine = ENGINES["betteroffice"]
    pytest.importorskip(engine.package)
    book = engine(tiny)
    for row in range(5, 25):
        book.set(("Orders", f"B{row}"), "last year")
    assert book.values([("Lapsed", "A2")])["Lapsed", "A2"].startswith("No order could be read")


@pytest.mark.office
def test_every_stored_value_is_what_libreoffice_calculates(small, office, tmp_path):
    path = tmp_path / "small.xlsx"
    path.write_bytes(blanked(small))
    values = recalculated(office, path)
    stored = formulas(small)
    wrong = {
        (sheet, at): (text, value, values[sheet][at])
        for (sheet, at), (text, value) in stored.items()
        if not same(shown(values[sheet][at]), shown(value))
    }
    assert wrong == {}


@pytest.mark.data
@pytest.mark.parametrize("name", LEDGERS)
def test_orders_of_a_public_ledger_get_the_plugins_segments(name, tmp_path):
    orders = pasted(name, 300)
    engine = ENGINES["betteroffice"]
    pytest.importorskip(engine.package)
    book = book_of(orders, Room(300, 300, 30, 10))
    stored = formulas(book)
    check_same(shown_rows(engine(blanked(book)).values(stored), 300), segmented(orders, tmp_path))


@pytest.mark.data
@pytest.mark.office
@pytest.mark.long
@pytest.mark.parametrize("name", LEDGERS)
def test_five_thousand_orders_get_the_plugins_segments(name, office, tmp_path):
    orders = pasted(name, 5_000)
    assert len(orders) > 4_800
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(blanked(book_of(orders, Room())))
    values = recalculated(office, path)["Customers"]
    at = {
        ("Customers", f"{letter}{row}"): shown(values[f"{letter}{row}"])
        for letter in "ABCD"
        for row in range(5, 2505)
    }
    check_same(shown_rows(at, Room().customers), segmented(orders, tmp_path))


@pytest.mark.data
@pytest.mark.long
@pytest.mark.parametrize("name", LEDGERS)
def test_a_second_engine_agrees(name, tmp_path):
    orders = pasted(name, 300)
    engine = ENGINES["formulon"]
    pytest.importorskip(engine.package)
    book = book_of(orders, Room(300, 300, 30, 10))
    check_same(shown_rows(engine(blanked(book)).values(formulas(book)), 300), segmented(orders, tmp_path))


def test_the_calculator_gives_what_the_formula_of_the_add_in_gives(tiny):
    engine = ENGINES["betteroffice"]
    pytest.importorskip(engine.package)
    cells = {cell.name: cell for cell in calculator.sheets(sample_orders.example())[0].cells if cell.name}
    at = {name: ("Make-good", f"{'ABCDE'[cell.col]}{cell.row + 1}") for name, cell in cells.items()}
    book, chance = engine(tiny), random.Random(7)
    for _ in range(60):
        typed = drawn(chance)
        for name, value in typed.items():
            book.set(at[f"mg_{name}_typed"], value)
        results = [at[f"mg_result_{place}"] for place in range(1, 8)]
        found = book.values([*results, at["mg_gain"]])
        gain = functions_value("GAIN", typed, "status level ratio fix open_for")
        assert same(found[at["mg_gain"]], shown(gain)), typed
        given = typed | {"gain": gain}
        expected = functions_value(
            "MAKEGOOD",
            given,
            "harm bought gain ours_of already claim handling earlier form own_margin extra recovery",
        )
        wrong = [
            pair for pair in zip(results, expected, strict=True) if not same(found[pair[0]], shown(pair[1]))
        ]
        assert wrong == [], (typed, expected)


def drawn(chance):
    """Return what somebody may type into the calculator: some of the cells stay blank."""

    def some(value):
        return value if chance.random() < 0.6 else None

    def one_of(name):
        return some(chance.choice(LISTS[name]))

    return {
        "status": chance.choice(LISTS["Status"]), "level": chance.choice(LISTS["Level"]), "ratio": round(chance.uniform(0, 4), 2),
        "bought": round(10 ** chance.uniform(1, 7), 2), "harm": round(10 ** chance.uniform(0, 6), 2),
        "ours_of": some(round(chance.random(), 2)), "already": some(round(10 ** chance.uniform(0, 5), 2)),
        "claim": some(round(10 ** chance.uniform(0, 4), 2)), "handling": one_of("Handling"), "earlier": some(chance.randrange(4)),
        "form": one_of("Form"), "own_margin": some(round(chance.uniform(-0.2, 0.8), 2)),
        "extra": some(round(10 ** chance.uniform(0, 5), 2)), "recovery": one_of("Earlier recovery"),
        "fix": one_of("Specific or systemic"), "open_for": some(chance.randrange(60)),
    }  # fmt: skip


def functions_value(name, given, order):
    found = evaluate(
        getattr(functions, f"WINBACK_{name}"), tuple(given[word] for word in order.split()) + ((None,) if name == "MAKEGOOD" else ()),
        hosts.CALC, 1900,
    )  # fmt: skip
    return found[0] if isinstance(found, list) else found
