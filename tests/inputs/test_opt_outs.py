"""Who wants no mail is known under every name that systems use, in both polarities, and stays out of the mail merge."""

import pytest

from tests.inputs.ledgers import write
from winback_xl.inputs import load
from winback_xl.inputs.answers import RowAnswers
from winback_xl.schema.columns import CUSTOMERS
from winback_xl.settings import Settings
from winback_xl.workflows import exporting, planning, reading, refreshing, saving

SAYS = [
    ("Do not allow Emails", "Do Not Allow", "Allow"), ("Marketing consent", "No", "Yes"), ("Accepts Email Marketing", "no", "yes"),
    ("Unsubscribed from all email", "true", "false"), ("UNSUB_TIME", "2025-01-02 10:00:00", ""), ("Email Opt Out", "1", "0"),
    ("HasOptedOutOfEmail", "true", "false"), ("GDPR consent", "withdrawn", "granted"), ("Werbesperre", "ja", "nein"),
    ("Opt-in", "0", "1"), ("Subscription status", "Unsubscribed", "Subscribed"), ("Do Not Call", "x", ""), ("Opted out", "Yes", "No"),
    ("Is blacklisted", "true", "false"), ("Newsletter abgemeldet am", "2025-02-01", ""), ("Aceita marketing", "Não", "Sim"),
    ("Marketing consent date", "", "2025-02-01"), ("Email permission status", "Unsubscribed", "Express"),
]  # fmt: skip


def customers(folder, text):
    return load.load(write(folder, [text])[0], CUSTOMERS, settings=Settings())


@pytest.mark.parametrize(("heading", "out", "may"), SAYS)
def test_a_column_says_who_wants_no_mail(heading, out, may, tmp_path):
    text = f"Customer ID,Customer,{heading}\n1,Acme,{may}\n2,Beta,{out}"
    marked = customers(tmp_path, text).frame["do_not_contact"].tolist()
    assert marked[1] == "Yes"
    assert marked[0] != "Yes"


def test_one_column_that_says_no_is_enough(tmp_path):
    text = "Customer ID,Email Opt Out,Accepts Marketing\n1,0,yes\n2,0,no\n3,1,yes"
    assert customers(tmp_path, text).frame["do_not_contact"].tolist() == ["No", "Yes", "Yes"]


def test_a_heading_that_may_say_so_and_is_not_read_is_a_warning(tmp_path):
    found = customers(tmp_path, "Customer ID,Customer,Marketing wishes\n1,Acme,later")
    assert {issue.code: issue.severity for issue in found.issues}["consent-unread"] == "warning"


ORDERS = "Order ID,Customer ID,billing_email,Order date,Order value,Status\n" + "\n".join(
    f"{who}{month},{who},{mail},2024-{month:02d}-05,900,{'Pending' if month == 8 else 'Completed'}"
    for who, mail in ((7001, "ann@ex.com"), (7002, "bob@ex.com"))
    for month in range(1, 9)
)
CONTACTS = "Record ID,Email,Unsubscribed from all email\n501,ANN@ex.com,false\n502,bob@ex.com,true"


@pytest.mark.slow
def test_a_campaign_remembers_answers_and_joins_and_nobody_who_opted_out_leaves(tmp_path):
    orders, contacts = write(tmp_path, [ORDERS, CONTACTS])
    said = RowAnswers(leave_out=(("Status", "Pending"),))
    named = {"Customers:Customer ID": "Record ID"}
    built = planning.plan(orders, customers=contacts, column=named, rows=said, as_of="2025-02-20")
    book, again = tmp_path / "campaign.xlsx", tmp_path / "again.xlsx"
    saving.save(built, book)
    refreshing.refresh(book, orders, again, customers=contacts, as_of="2025-02-20")
    for each in (book, again):
        left = exporting.gather(each, customers=contacts)
        assert left.merge.table["CustomerID"].tolist() == ["7001"]
        assert left.merge.table["Email"].tolist() == ["ANN@ex.com"]
        assert left.merge.stays == {"opted out": 1}


def test_complaints_that_name_the_customer_by_e_mail_are_brought_to_the_orders(tmp_path):
    text = "Case number,Customer email,Date,Description\n1,Ann@ex.com,2024-05-05,Late"
    orders, incidents = write(tmp_path, [ORDERS.replace("Pending", "Completed"), text])
    tables = reading.read(orders, incidents=incidents)
    assert tables.incidents is not None
    assert tables.incidents.frame["customer_id"].tolist() == ["7001"]
