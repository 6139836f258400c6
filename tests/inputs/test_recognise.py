"""What a file is, is found out from its headings; and when it is nothing of ours, what it lacks."""

from __future__ import annotations

import openpyxl
import pytest

from winback_xl.errors import DataError
from winback_xl.inputs.headings import match
from winback_xl.inputs.load import load
from winback_xl.inputs.recognise import kind_of
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS, ORDERS, REPS
from winback_xl.settings import Settings


def written(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("Auftraggeber;Name;Faktura;Fakturadatum;Nettowert;Wä", ORDERS),
        ("N° client;Date de commande;N° commande;Montant HT", ORDERS),
        ("Código cliente;Fecha factura;Nº factura;Importe", ORDERS),
        ("Codice cliente;Data ordine;Numero ordine;Importo", ORDERS),
        ("Klantnummer;Orderdatum;Ordernummer;Bedrag", ORDERS),
        ("Order Date;Customer Name;Order #;Total", ORDERS),
        ("Kundennummer;Firma;E-Mail", CUSTOMERS),
        ("Complaint ID;Customer no;Complaint date;Details", INCIDENTS),
        ("Cust No;Customer Name;Order Date;Net Amount", ORDERS),
        ("Kunde;Kundenname;Auftragsdatum;Nettobetrag", ORDERS),
        ("Name;Manager", REPS),
        ("Name", REPS),
    ],
)
def test_headings_in_five_languages_say_what_a_file_is(heading, table, tmp_path):
    assert kind_of(written(tmp_path / "x.csv", heading, ";".join("1" for _ in heading.split(";")))) is table


def test_one_sheet_a_month_says_what_it_is(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    for month in ("Jan", "Feb"):
        sheet = book.create_sheet(month)
        sheet.append(["Customer no", "Date", "Amount"])
        sheet.append(["C1", "2026-01-31", 5])
    book.save(tmp_path / "m.xlsx")
    assert kind_of(tmp_path / "m.xlsx", sheet="*") is ORDERS


def test_a_lone_name_does_not_make_a_wide_file_a_list_of_reps(tmp_path):
    path = written(tmp_path / "x.csv", "Name,Colour,Weight", "a,b,1")
    with pytest.raises(DataError, match="does not look like orders, customers, incidents or reps"):
        kind_of(path)


def test_what_is_nearly_a_table_is_told_what_it_lacks_and_how_to_name_it(tmp_path):
    path = written(tmp_path / "x.csv", "When,Amount,Invoice no,Shop", "2026-01-01,5,1,A")
    with pytest.raises(DataError) as error:
        kind_of(path)
    assert error.value.what == (
        "x.csv does not look like orders, customers, incidents or reps. It is most like orders: it has Order value ('Amount'),"
        " Order ID ('Invoice no'), and lacks Customer ID and Order date."
    )
    assert error.value.hint.startswith(
        "Name what is missing (--as orders --column 'Customer ID=HEADING' --column 'Order date=HEADING')"
    )


def test_a_name_stands_in_for_the_customer_number_only_where_there_is_none():
    sources, stated = match(["Customer name", "Date", "Email"], ORDERS)
    assert (sources["customer_id"].text, sources["customer_id"].how) == ("Customer name", "stand-in")
    assert "two spellings of a name are two customers" in stated[0].what
    sources, stated = match(["Customer name", "Date", "Customer no"], ORDERS)
    assert (sources["customer_id"].text, stated) == ("Customer no", [])


def test_a_report_grouped_by_customer_is_read_as_a_list(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Sales by customer"],
        [None, "Date", "Num", "Amount"],
        ["Ann"],
        [None, "2026-01-01", 1, 5],
        ["Bob"],
        [None, "2026-01-02", 2, 6],
    ):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    assert kind_of(tmp_path / "x.xlsx") is ORDERS
    found = load(tmp_path / "x.xlsx", ORDERS, settings=Settings())
    assert found.frame["customer_id"].tolist() == ["Ann", "Bob"]
    assert found.frame["order_value"].tolist() == [5, 6]
    assert (found.rows_in, found.rows_used) == (4, 2)
    assert "grouped-report" in {issue.code for issue in found.issues}


def test_without_a_value_column_the_headings_left_over_are_offered(tmp_path):
    found = load(
        written(tmp_path / "x.csv", "Customer no,Date,Gesamt EUR", "1,2026-01-01,5"),
        ORDERS,
        settings=Settings(),
    )
    stated = next(issue for issue in found.issues if issue.code == "value-column-missing")
    assert (
        stated.fix == "If one of these is the value, name it (--column 'Order value=HEADING'): 'Gesamt EUR'."
    )


CONTENTS = {
    "accounts of a CRM": (
        CUSTOMERS,
        """Account ID,Account,Owner,Segment,Created,Status
           A1,Amy,Kim,SMB,2025-01-05,Active
           A2,Bob,Kim,SMB,2025-02-05,Inactive""",
    ),
    "contacts with what they spent": (
        CUSTOMERS,
        """Customer ID,Company,Contact,Email,Phone,NPS,Created date,Total
           1,A,Ann,a@x.com,1,9,2020-01-01,400
           2,B,Ben,b@x.com,1,9,2021-01-01,300""",
    ),
    "customers in German": (
        CUSTOMERS,
        """Kundennummer,Firma,Ansprechpartner,E-Mail,Telefon,Umsatz,Angelegt am
           1,A,Ann,a@x.de,1,100,2020-01-01
           2,B,Ben,b@x.de,2,200,2020-01-02""",
    ),
    "tickets of a help desk": (
        INCIDENTS,
        """Ticket,Customer ID,Created,Subject,Description,Priority,Status,Closed
           T1,1,2025-01-05,Late,was late,High,Solved,2025-01-09
           T2,1,2025-02-05,Broken,broke,Low,Open,""",
    ),
    "complaints in German": (
        INCIDENTS,
        """Reklamation,Kundennummer,Datum,Grund,Status
           1,7,2025-02-01,Zu spät,erledigt
           2,8,2025-03-01,Defekt,offen""",
    ),
    "orders, each of another customer": (
        ORDERS,
        """Invoice,Customer,Email,Phone,Created,Total
           1,Amy,a@x.com,1,2025-01-05,5
           2,Bob,b@x.com,1,2025-02-05,6""",
    ),
    "orders without a number, with the same customer again": (
        ORDERS,
        """Customer ID,Customer,Email,Phone,Created,Total
           1,Amy,a@x.com,1,2025-01-05,5
           1,Amy,a@x.com,1,2025-02-05,6""",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_headings_leave_open_the_content_says(name, tmp_path):
    table, text = CONTENTS[name]
    assert kind_of(written(tmp_path / "x.csv", *(line.strip() for line in text.splitlines()))) is table
