"""General words: each has one class, the systems do not contradict them without need, and both polarities hold."""

from collections import Counter

import pytest

from winback_xl.inputs.systems import fold, load
from winback_xl.inputs.words import (
    KIND_CLASSES,
    STATE_CLASSES,
    consent_class,
    groups,
    is_no_kind,
    kind_class,
    looks_like_consent,
    polarity,
    state_class,
    words_of,
)
from winback_xl.schema.columns import CUSTOMERS, ORDERS

LANGUAGES = {"en", "de", "fr", "es", "it", "nl"}


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("state", STATE_CLASSES),
        ("kind", KIND_CLASSES),
        ("consent", ("opt_out_headings", "consent_headings")),
        (
            "headings",
            ("State", "does_not_count_when_yes", "does_not_count_when_filled", "counts_when_yes", "Refunded"),
        ),
    ],
)
def test_no_word_stands_in_two_classes(name, classes):
    holders: dict[str, set[str]] = {}
    for group in classes:
        for word in words_of(name, group, weak=True):
            holders.setdefault(fold(word), set()).add(group)
    assert {word: sorted(found) for word, found in holders.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", ["state", "kind", "consent", "headings"])
def test_no_word_stands_twice_in_one_language(name):
    for group, lists in groups(name).items():
        for language, words in lists.items():
            twice = [word for word, times in Counter(map(fold, words)).items() if times > 1]
            assert not twice, (group, language, twice)


def test_states_kinds_and_opt_outs_are_there_in_six_languages():
    for name, wanted in (
        ("state", ("counts", "does_not_count", "ask")),
        ("kind", KIND_CLASSES),
        ("consent", ("opt_out_headings", "consent_headings")),
        ("headings", ("State", "Refunded")),
    ):
        for group in wanted:
            assert set(groups(name)[group]) >= LANGUAGES, (name, group)


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("Cancelled", "does_not_count"), ("canceled", "does_not_count"), ("VOIDED", "does_not_count"), ("Failed", "does_not_count"),
        ("Refunded", "does_not_count"), ("partially_refunded", "counts"), ("Closed Won", "counts"), ("Closed Lost", "does_not_count"),
        ("Closed", "ask"), ("Pending", "ask"), ("On hold", "ask"), ("Open", "ask"), ("Draft", "does_not_count"), ("Negotiation", "does_not_count"),
        ("Shipped", "counts"), ("Delivered", "counts"), ("Storniert", "does_not_count"), ("annulée", "does_not_count"), ("Anulado", "does_not_count"),
        ("Annullato", "does_not_count"), ("Geannuleerd", "does_not_count"), ("bezahlt", "counts"), ("En attente", "ask"), ("Pendiente", "ask"),
        ("Cancelled - customer changed mind", "ask"), ("Green", ""),
    ],
)  # fmt: skip
def test_states_mean_what_the_trade_means_by_them(word, wanted):
    assert state_class(word) == wanted


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("Invoice", "order"), ("Credit Memo", "credit"), ("Payment", "neither"), ("Estimate", "neither"), ("Quote", "neither"), ("Proforma", "neither"),
        ("Void", "neither"), ("Delivery note", "stage"), ("Sales order", "stage"), ("SI", "order"), ("SC", "credit"), ("RE", "ask"), ("Rechnung", "order"),
        ("Gutschrift", "credit"), ("Lieferschein", "stage"), ("Angebot", "neither"), ("avoir", "credit"), ("devis", "neither"), ("albarán", "stage"),
        ("nota di credito", "credit"), ("preventivo", "neither"), ("factuur", "order"), ("creditnota", "credit"), ("Whatever", ""),
    ],
)  # fmt: skip
def test_kinds_mean_what_the_trade_means_by_them(word, wanted):
    assert kind_class(word) == wanted


def test_credit_beside_cash_is_a_way_of_paying_and_beside_invoice_a_document():
    assert is_no_kind(["Cash", "Credit"])
    assert is_no_kind(["Debit", "credit", ""])
    assert is_no_kind(["New customer", "Return customer"])
    assert not is_no_kind(["Invoice", "Credit"])
    assert not is_no_kind(["Credit"])
    assert not is_no_kind(["Cash sale", "Credit memo"])
    assert not is_no_kind([])


@pytest.mark.parametrize(
    ("heading", "yes", "no"),
    [
        ("Email Opt Out", "may_not", "may"), ("Do not allow Emails", "may_not", "may"), ("Unsubscribed from all email", "may_not", "may"),
        ("Marketing consent", "may", "may_not"), ("Accepts Email Marketing", "may", "may_not"), ("Newsletter", "may", "may_not"),
        ("Werbesperre", "may_not", "may"), ("Einwilligung", "may", "may_not"), ("Désabonné", "may_not", "may"), ("Consenso", "may", "may_not"),
    ],
)  # fmt: skip
def test_yes_and_no_take_the_polarity_of_their_heading(heading, yes, no):
    for word in ("Yes", "TRUE", "1", "ja", "oui"):
        assert consent_class(heading, word) == yes
    for word in ("no", "False", "0", "nein"):
        assert consent_class(heading, word) == no
    assert consent_class(heading, "Unsubscribed") == "may_not"
    assert consent_class(heading, "opted in") == "may"
    assert not consent_class(heading, " ")
    assert consent_class(heading, "n/a") != "may"
    assert consent_class(heading, "2025-09-01 10:00") == yes


def test_headings_that_may_say_who_wants_no_mail_are_noticed_and_others_are_not():
    for heading in (
        "Email Opt-Out Reason",
        "unsub_source",
        "GDPR basis",
        "MarketingPrefs",
        "Do Not Disturb",
        "consent_ts",
        "Werbeverbot",
    ):
        assert looks_like_consent(heading), heading
    for heading in (
        "Option 1 Name",
        "Shipping option",
        "Region",
        "Optimum stock",
        "Description",
        "Adoption",
        "Average value",
    ):
        assert not looks_like_consent(heading), heading
    for group in ("opt_out_headings", "consent_headings"):
        for heading in words_of("consent", group):
            assert polarity(heading)


def test_new_names_repeat_none_that_our_columns_have_already():
    ours = {
        column.heading: {fold(alias) for alias in column.aliases}
        for table in (ORDERS, CUSTOMERS)
        for column in table.columns
    }
    for role in ("Currency", "Email", "Phone"):
        assert not {fold(word) for word in words_of("headings", role)} & ours[role], role


def test_a_system_contradicts_a_general_word_only_where_it_is_listed_here():
    contradictions = {
        (system.id, word)
        for system in load()
        for words in system.state
        for word, group in words.words.items()
        if state_class(word) not in {"", "ask", group}
    }
    assert contradictions == set(CONTRADICTIONS)


CONTRADICTIONS = {
    ("paypal_activity", "Refunded"): "the refund has a row of its own",
    ("paypal_activity", "Reversed"): "the reversal has a row of its own",
    ("paypal_activity", "Placed"): "a hold was placed, no order",
    ("odoo_sales_orders", "sent"): "the quotation was sent",
    ("netsuite_transactions", "Refunded"): "state of a return authorization",
    ("freshbooks_invoices", "Failed"): "the automatic payment failed, not the invoice",
    **{
        (system, word): "the column is about the return, not about the order"
        for system in ("shopee_orders", "shopee_order_totals")
        for word in ("Cancelled", "Rejected", "Completed", "Processing")
    },
}
