"""Words for kinds of documents are read whole, within longer ones, and by what stands beside them."""

import pytest

from winback_xl.inputs import kind_words


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Invoice", "order"), ("Order on credit account", "order"), ("Storno", "cancels"), ("creditNote", "credit"),
        ("CREDIT_MEMO", "credit"), ("Gutschrift", "credit"), ("refunded", "credit"), ("Cancelled order", "cancels"),
        ("cancellation", "cancels"), ("RMA return", "credit"), ("Chargeback", "credit"), ("accredited", ""), ("credit limit", "order"),
        ("EU credit note", "credit"), ("Invoice (web)", "order"), ("Pro forma", "neither"), ("Sales order", "stage"), ("Devis", "neither"),
        ("RE", "ask"), ("Factura de venta", "order"), ("Nota di credito", "credit"), ("Blue", ""),
    ],
)  # fmt: skip
def test_a_word_has_its_class(kind, expected):
    assert kind_words.classes([kind, "Invoice"])[0] == expected


def test_credit_beside_a_way_of_paying_is_no_credit_note():
    assert kind_words.classes(["Cash", "Credit", ""]) == ["order", "order", ""]
    assert kind_words.classes(["Invoice", "Credit"]) == ["order", "credit"]
