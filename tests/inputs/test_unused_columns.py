"""What is not read of a list of customers or complaints is named; lists in other languages are read."""

from __future__ import annotations

import pandas as pd
import pytest

from winback_xl.workflows import checking, reading

ORDERS = pd.DataFrame(
    {"Customer ID": ["K1", "K2"], "Order date": ["2025-02-01", "2025-03-05"], "Order value": [1200.0, 900.0]}
)
COMPLAINT = {"Kundennr.": ["K1", "K2"], "Datum": ["14.05.2025", "02.08.2025"]}


def codes(tables, code):
    return [issue for issue in tables.issues if issue.code == code]


def test_a_complaint_list_in_german_has_its_loss_and_is_settled_where_it_says_so(tmp_path):
    path = tmp_path / "reklamationen.csv"
    path.write_text(
        "Datum;Kundennr.;Was ist passiert;Schaden;erledigt\n"
        "14.05.2025;K1;Zu spät geliefert;4.500,00;ja\n02.08.2025;K2;Falsche Ware;1.250,50;nein\n"
    )
    found = reading.read(ORDERS, incidents=path).incidents.frame
    assert found["direct_loss"].tolist() == [4500.0, 1250.5]
    assert found["status"].tolist() == ["solved", "open"]
    assert checking.check(path)[0] == "Incidents"


@pytest.mark.parametrize(
    ("owner", "contact", "phone"),
    [("Betreuer", "Ansprechpartner", "Telefon"), ("Commercial", "Interlocuteur", "Téléphone"), ("Comercial", "Contacto", "Teléfono"),
     ("Responsabile", "Referente", "Telefono"), ("Accountmanager", "Contactpersoon", "Telefoon")],
)  # fmt: skip
def test_a_customer_list_in_other_languages_names_owner_contact_and_phone(owner, contact, phone):
    listed = pd.DataFrame({"Customer ID": ["K1"], owner: ["Anna Berg"], contact: ["H. G."], phone: ["1"]})
    tables = reading.read(ORDERS, customers=listed)
    row = tables.customers.frame.iloc[0]
    assert (row["owner"], row["contact"], row["phone"]) == ("Anna Berg", "H. G.", "1")
    assert not codes(tables, "columns-not-used")


def test_a_complaint_without_a_readable_loss_is_a_warning_that_names_the_columns():
    listed = pd.DataFrame({**COMPLAINT, "Wie viel": [4500.0, 1250.5]})
    (issue,) = codes(reading.read(ORDERS, incidents=listed), "columns-not-used")
    assert issue.severity == "warning"
    assert "'Wie viel'" in issue.what
    assert "every loss counts as unknown" in issue.what
    named = reading.read(ORDERS, incidents=listed, column={"Incidents:Direct loss": "Wie viel"})
    assert not codes(named, "columns-not-used")
    assert named.incidents.frame["direct_loss"].sum() == 5750.5


def test_a_column_of_customers_that_nobody_reads_is_a_note():
    listed = pd.DataFrame({"Customer ID": ["K1"], "Owner": ["Anna Berg"], "Favourite colour": ["red"]})
    (issue,) = codes(reading.read(ORDERS, customers=listed), "columns-not-used")
    assert (issue.severity, "'Favourite colour'" in issue.what) == ("note", True)
