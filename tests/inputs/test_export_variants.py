"""Exports of many systems and languages: for each kind of trap the plain variants, and next to them files with the word but no trap.

Each line is one small ledger; what it comes to was worked out by hand.
"""

import pandas as pd
import pytest

from tests.inputs.ledgers import numbers
from winback_xl.errors import DataError
from winback_xl.schema import columns
from winback_xl.workflows import reading

DAYS = ("2025-01-05", "2025-02-05", "2025-02-06", "2025-03-08")


def read(text: str, **given):
    """Read a ledger written as lines of cells with commas."""
    head, *lines = [[cell.strip() for cell in line.split(",")] for line in text.strip().splitlines()]
    return reading.read(pd.DataFrame(lines, columns=head, dtype=object), **given)


def found(text: str, **given):
    """Return what each customer comes to, or "asked" where the product asks."""
    try:
        return numbers(read(text, **given))
    except DataError:
        return "asked"


STATES = {
    "de": ("Abgeschlossen", "Storniert", "Zurückerstattet"), "fr": ("Livrée", "Annulée", "Remboursée"), "es": ("Entregado", "Cancelado", "Reembolsado"),
    "it": ("Completato", "Annullato", "Rimborsato"), "nl": ("Verzonden", "Geannuleerd", "Geretourneerd"), "pt": ("Entregue", "Cancelado", "Devolvido"),
    "pl": ("Zrealizowane", "Anulowane", "Zwrócone"), "sv": ("Levererad", "Makulerad", "Återbetald"), "signs": ("✅", "❌", "🚫"),
    "signs and words": ("✅ Paid", "❌ Cancelled", "❌ Refunded"), "codes and words": ("5 - Completed", "9 - Cancelled", "8 - Refunded"),
}  # fmt: skip


@pytest.mark.parametrize("language", STATES)
def test_a_state_is_read_in_every_language_and_as_a_sign(language):
    good, gone, back = STATES[language]
    text = f"""Order ID,Customer ID,Order date,Order value,Status
               1,7,2025-01-05,10,{good}
               2,7,2025-02-05,20,{gone}
               3,8,2025-02-06,30,{good}
               4,8,2025-02-07,40,{back}"""
    assert found(text) == {"7": (1, 10), "8": (1, 30)}


FLAGS = {
    ("Cancelled?", "No", "Yes"): "left out", ("Storniert?", "Nein", "Ja"): "left out", ("Makulerad", "nej", "ja"): "left out", ("Reason for rejection", "", "10 no stock"): "left out",
    ("Intercompany", "No", "Yes"): "left out", ("Internal order", "0", "1"): "left out", ("Paid?", "Yes", "No"): "asked", ("Return", "N", "Y"): "asked",
    ("Returnable", "Yes", "No"): "counts", ("Tax status", "Taxable", "Exempt"): "counts", ("Paid", "Card", "Cash"): "counts", ("Customer status", "Active", "Inactive"): "counts",
    ("Return shipping cost", "0", "4"): "counts",
}  # fmt: skip


@pytest.mark.parametrize("flag", FLAGS)
def test_a_column_of_yes_and_no_leaves_out_asks_or_says_nothing(flag):
    heading, fine, other = flag
    text = f"""Order ID,Customer ID,Order date,Order value,{heading}
               1,7,2025-01-05,10,{fine}
               2,7,2025-02-05,20,{other}
               3,8,2025-02-06,30,{fine}"""
    wanted = {
        "left out": {"7": (1, 10), "8": (1, 30)},
        "counts": {"7": (2, 30), "8": (1, 30)},
        "asked": "asked",
    }
    assert found(text) == wanted[FLAGS[flag]]


def test_an_invoice_that_is_not_paid_yet_is_a_sale():
    text = """Invoice no,Customer ID,Invoice date,Amount,Paid?
              1,7,2025-01-05,10,Yes
              2,7,2025-02-05,20,No"""
    assert found(text) == {"7": (2, 30)}


BELOW_ZERO = {
    "under the number of its order": ("2,8,2025-01-28,80,Paid", "2,8,2025-02-08,-30,Refunded", (1, 50)),
    "under a number of its own": ("2,8,2025-01-28,80,Paid", "R2,8,2025-02-08,-30,Returned", (1, 50)),
    "where the order is left out already": ("2,8,2025-01-28,80,Refunded", "R2,8,2025-02-08,-80,Refunded", None),
    "cancelled in full": ("2,8,2025-01-28,80,Completed", "C2,8,2025-02-08,-80,Cancelled", (1, 0)),
    "that never came about": ("2,8,2025-01-28,80,Paid", "R2,8,2025-02-08,-30,Failed", (1, 80)),
}  # fmt: skip


@pytest.mark.parametrize("case", BELOW_ZERO)
def test_a_row_below_zero_takes_back_whatever_its_state_says(case):
    order, back, wanted = BELOW_ZERO[case]
    text = f"Order ID,Customer ID,Order date,Order value,Status\n1,7,2025-01-05,100,Paid\n{order}\n{back}"
    assert found(text) == {"7": (1, 100), **({"8": wanted} if wanted else {})}


LEFT_OUT = (
    "Sales Quote", "Deposit", "Pro-forma", "Journal Entry", "Bill Payment", "Internal order", "Intercompany invoice", "Test order", "Bad Debt Write-off", "Down payment", "Rechnung Entwurf", "Kostenvoranschlag",
    "Devis", "Preventivo", "Presupuesto", "Orçamento", "Wpłata", "Inbetalning", "Offert",
)  # fmt: skip
TAKEN_BACK = (
    "Sales Cr. Memo", "Cr Note", "Adjustment note", "Return Order", "RMA", "SCN", "Korekta", "Faktura korygująca", "Zwrot", "Kreditfaktura", "Retur", "Nota de crédito", "Avoir", "Stornorechnung",
)  # fmt: skip
KINDS = {
    **dict.fromkeys(LEFT_OUT, (1, 100)), **dict.fromkeys(TAKEN_BACK, (1, 60)), "Refund cheque": "asked", "Statement charge": "asked", "Prepayment invoice": "asked", "Blurb": "asked",
    "Rush order": (2, 140), "Web": (2, 140),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_counts_takes_back_is_left_out_or_asked_about(kind):
    text = f"""Document no,Customer ID,Document date,Document type,Amount
               1,7,2025-09-05,Invoice,100
               2,8,2025-10-17,Invoice,70
               3,7,2025-10-07,{kind},40"""
    wanted = KINDS[kind]
    assert found(text) == (wanted if wanted == "asked" else {"7": wanted, "8": (1, 70)})


SORTS = (
    ("Visa", "Credit"), ("Net 30", "Credit"), ("Cash", "Credit (30 days)"), ("COD", "On credit"), ("Cash Invoice", "Credit Invoice"), ("Dinheiro", "Crédito"), ("Gotówka", "Kredyt"),
    ("Kontant", "Kredit"), ("New", "Return"), ("Online", "Store"), ("Standard", "Express"), ("Delivery", "Pickup"), ("Domestic", "Export"),
)  # fmt: skip


@pytest.mark.parametrize("pair", SORTS)
def test_ways_of_paying_and_sorts_of_orders_take_nothing_back(pair):
    one, other = pair
    text = f"""Invoice no,Customer ID,Invoice date,Type,Amount
               1,7,2025-09-05,{one},100
               2,7,2025-10-05,{other},500
               3,8,2025-10-05,{other},300"""
    assert found(text) == {"7": (2, 600), "8": (1, 300)}


@pytest.mark.parametrize("side", [("Dr/Cr", "Dr", "Cr"), ("S/H", "S", "H"), ("Sign", "+", "-")])
def test_the_other_side_of_an_account_is_asked_about(side):
    heading, debit, credit = side
    text = f"""Doc,Customer ID,Date,Amount,{heading}
               1,7,2025-01-05,100,{debit}
               2,7,2025-02-05,60,{credit}"""
    assert found(text) == "asked"
    assert found(text, rows={"take_back": [f"{heading}={credit}"]}) == {"7": (1, 40)}


def test_a_ledger_of_one_kind_is_the_whole_ledger_and_returns_stay_returns():
    text = """Doc,Customer ID,Date,Type,Amount
              1,7,2025-01-05,{},100
              2,7,2025-02-05,{},40"""
    assert found(text.format("Receipt", "Receipt")) == {"7": (2, 140)}
    assert found(text.format("Online", "Return")) == {"7": (1, 60)}


GUESTS = (
    "0", "", "00000", "0.0", "9999", "-1", "-", "N/A", "#N/A", "nan", "GUEST", "Guest (not logged in)", "Walk-in", "Cash", "Unknown", "Gast", "Gość", "Gäst", "Kontantkund", "Divers",
    "Mostrador", "Público en general", "Consumidor final", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip


@pytest.mark.parametrize("word", GUESTS)
def test_guests_are_known_by_their_e_mail_whatever_stands_in_the_column_of_customers(word):
    text = f"""Order ID,Customer ID,Email,Order date,Order value
               1,7,ann@ex.com,2025-01-05,55
               2,{word},gus@ex.com,2025-02-05,20
               3,{word},hal@ex.com,2025-02-08,30
               4,{word},Gus@ex.com,2025-03-08,25"""
    assert found(text) == {"7": (1, 55), "gus@ex.com": (2, 45), "hal@ex.com": (1, 30)}


@pytest.mark.parametrize("word", ["0", "9999", "Judith Guest", "Cash & Co"])
def test_a_customer_with_one_e_mail_stays_a_customer(word):
    text = f"""Order ID,Customer ID,Email,Order date,Order value
               1,{word},zed@ex.com,2025-01-05,10
               2,1,ann@ex.com,2025-02-05,5
               3,{word},zed@ex.com,2025-03-05,10"""
    assert found(text) == {word: (2, 20), "1": (1, 5)}


def test_numbers_that_went_through_a_spreadsheet_are_the_same_customers():
    text = """Order ID,Customer ID,Order date,Order value
              1.0,1001.0,2025-01-05,10
              2,1001,2025-02-05,20
              3.0,1002.0,2025-02-06,30"""
    assert found(text) == {"1001": (2, 30), "1002": (1, 30)}


def test_the_names_beside_a_ledger_account_are_the_customers():
    text = """Date,Transaction Type,Num,Name,Memo,Account,Split,Amount
              2025-10-21,Invoice,1,Amy,x,Accounts Receivable (A/R),Sales,100
              2025-10-22,Invoice,2,Bill,x,Accounts Receivable (A/R),Sales,85"""
    assert found(text) == {"Amy": (1, 100), "Bill": (1, 85)}


MARGINS = {
    "Marge %": (35, 1150), "Rohertrag %": (35, 1150), "Margem %": (35, 1150), "Täckningsgrad %": (35, 1150), "Gross Profit Percent": (35, 1150), "Margin percentage": (35, 1150), "margin_pct": (35, 1150),
    "Marge": (350, 1150), "Profit": (350, 1150), "DB": (350, 1150), "Margen": (350, 1150), "Rohertrag": (350, 1150), "Marża": (350, 1150), "Gross profit": (350, 1150),
}  # fmt: skip


@pytest.mark.parametrize("heading", MARGINS)
def test_a_margin_is_money_unless_its_heading_says_percent(heading):
    first, wanted = MARGINS[heading]
    second = 40 if first < 100 else 800
    text = f"""Order ID,Customer ID,Order date,Order value,{heading}
               1,7,2025-10-01,1000,{first}
               2,7,2025-10-11,2000,{second}"""
    assert read(text).orders.frame["margin"].sum() == pytest.approx(wanted)


def test_of_a_margin_in_money_and_in_percent_the_money_counts():
    text = """Order ID,Customer ID,Order date,Order value,Margin,Margin %
              1,7,2025-10-01,1000,340,35
              2,7,2025-10-11,2000,800,40"""
    assert read(text).orders.frame["margin"].sum() == pytest.approx(1140)


LEVELS = {
    "another column adds up to it": ("Invoice no,Customer ID,Date,Pos,Netto Pos,Gesamt", "1,7,2025-01-05,1,10,30\n1,7,2025-01-05,2,20,30\n2,8,2025-01-06,1,20,20", {"7": (1, 30), "8": (1, 20)}),
    "lines that are only numbered": ("Order ID,Customer ID,Order date,Order value,Line", "1,7,2025-01-05,3,1\n1,7,2025-01-05,3,2\n2,8,2025-01-06,1,1", {"7": (1, 6), "8": (1, 1)}),
    "the heading says line": ("Order ID,Customer ID,Order date,Item,Line amount", "1,7,2025-01-05,A,20\n1,7,2025-01-05,B,20\n2,8,2025-02-05,A,15\n2,8,2025-02-05,B,15", {"7": (1, 40), "8": (1, 30)}),
}  # fmt: skip


@pytest.mark.parametrize("case", LEVELS)
def test_the_total_of_an_order_counts_once_and_lines_each(case):
    head, lines, wanted = LEVELS[case]
    assert found(f"{head}\n{lines}") == wanted


LISTS = {
    **{heading: (yes, no) for heading, yes, no in (
        ("Newsletter-Einwilligung", "Ja", "Nein"), ("Toestemming mailing", "ja", "nee"), ("Zgoda na newsletter", "TAK", "NIE"), ("Samtycke", "ja", "nej"), ("Contactable", "Yes", "No"),
        ("Mailing", "Yes", "No"), ("Marketing emails", "on", "off"), ("Person Account: Email Opt Out", "FALSE", "TRUE"), ("Do not send", "0", "1"), ("Deceased", "No", "Yes"),
        ("Status", "Subscribed", "Unsubscribed"), ("Communication preferences", "E-mail", "Do not contact"), ("Tags", "vip", "vip; no-mail"),
    )},
}  # fmt: skip
PLAIN = (
    ("Opt-out fee", "0", "1"),
    ("Newsletter source", "web", "shop"),
    ("Consent version", "1", "2"),
    ("Email verified", "yes", "no"),
    ("Active", "yes", "no"),
)


def opted_out(listed: str) -> set[str]:
    """Return who of a customer list wants no mail."""
    orders = "Customer ID,Order date,Order value\n" + "\n".join(
        f"{who},{day},9" for who in (7001, 7002) for day in DAYS
    )
    head, *lines = [line.split(",") for line in listed.splitlines()]
    tables = read(orders, customers=pd.DataFrame(lines, columns=head, dtype=object))
    frame = tables.frame(columns.CUSTOMERS)
    return (
        set(frame.loc[frame["do_not_contact"] == "Yes", "customer_id"])
        if "do_not_contact" in frame
        else set()
    )


@pytest.mark.parametrize("heading", LISTS)
def test_who_wants_no_mail_is_marked_under_any_heading(heading):
    may, may_not = LISTS[heading]
    assert opted_out(f"Customer ID,Customer,{heading}\n7001,A,{may}\n7002,B,{may_not}") == {"7002"}


@pytest.mark.parametrize("column", PLAIN)
def test_a_column_that_only_speaks_of_a_consent_opts_nobody_out(column):
    heading, one, other = column
    assert not opted_out(f"Customer ID,Customer,{heading}\n7001,A,{one}\n7002,B,{other}")


@pytest.mark.parametrize("written", ["07002", "7002.0", "7.002", "'7002", "7002 "])
def test_an_opt_out_holds_however_the_list_writes_the_number(written):
    first = written.replace("7002", "7001").replace("7.002", "7.001")
    assert opted_out(f"Customer ID,Customer,Email Opt Out\n{first},A,0\n{written},B,1") == {"7002"}


def test_two_spellings_of_a_number_that_both_bought_stay_two_customers():
    orders = "Customer ID,Order date,Order value\n17,2025-01-05,9\n0017,2025-01-06,9"
    listed = pd.DataFrame({"Customer ID": ["17"], "Customer": ["A"], "Email Opt Out": ["1"]})
    frame = read(orders, customers=listed).frame(columns.CUSTOMERS)
    assert frame["customer_id"].tolist() == ["17"]
