"""What shops, accounting systems and CRMs export is read right, or asked about: small ledgers with the numbers worked out by hand."""

import json
from pathlib import Path

import pytest

from tests.inputs.ledgers import numbers, read
from winback_xl.errors import DataError
from winback_xl.inputs.answers import RowAnswers
from winback_xl.workflows import reading

SHARED = Path(__file__).resolve().parents[3] / "shared"  # beside the repository, where it is there

RIGHT = {
    "the state of an order in a plain column": (
        ["""order_id,customer_id,order_date,amount,status
            1001,1,2025-01-05,2598,Completed
            1002,1,2025-03-05,9999,Cancelled
            1003,2,2025-02-05,100,Completed
            1004,2,2025-06-05,700,Payment failed
            1005,3,2025-06-15,700,refunded"""],
        {"1": (1, 2598), "2": (1, 100)},
    ),
    "the state in German": (
        ["""Auftragsnummer,Kundennummer,Auftragsdatum,Betrag,Auftragsstatus
            1,7,2025-01-05,10,Geliefert
            2,7,2025-02-05,20,Storniert
            3,8,2025-02-06,30,Versendet
            4,8,2025-02-07,40,Retourniert"""],
        {"7": (1, 10), "8": (1, 30)},
    ),
    "the state in French": (
        ["""N° commande,Code client,Date commande,Montant,Statut
            1,7,2025-01-05,10,Livrée
            2,7,2025-02-05,20,Annulée
            3,8,2025-02-06,30,Remboursée"""],
        {"7": (1, 10)},
    ),
    "a state with more words around it": (
        ["""Order ID,Customer ID,Order date,Order value,Order status
            1,7,2025-01-05,10,Shipped - Delivered to Buyer
            2,7,2025-02-05,20,Cancelled - out of stock
            3,8,2025-02-06,30,Delivered"""],
        {"7": (1, 10), "8": (1, 30)},
    ),
    "a flag of its own": (
        ["""Order ID,Customer ID,Order date,Order value,Cancelled
            1,7,2025-01-05,10,No
            2,7,2025-02-05,20,Yes
            3,8,2025-02-06,30,No"""],
        {"7": (1, 10), "8": (1, 30)},
    ),
    "test orders and deleted ones": (
        ["""Order ID,Customer ID,Order date,Order value,is_test,deleted
            1,7,2025-01-05,10,false,0
            2,7,2025-02-05,20,true,0
            3,8,2025-02-06,30,false,1
            4,8,2025-02-07,5,false,0"""],
        {"7": (1, 10), "8": (1, 5)},
    ),
    "a day of cancellation": (
        ["""Order ID,Customer ID,Order date,Order value,Cancelled at
            1,7,2025-01-05,10,
            2,7,2025-02-05,20,2025-02-06 10:00"""],
        {"7": (1, 10)},
    ),
    "only won deals": (
        ["""Deal ID,Company ID,Close date,Amount,Deal stage
            1,A1,2025-03-31,12000,Closed Won
            2,A1,2025-05-31,50000,Closed Lost
            3,A2,2026-06-30,7000,Second talk
            4,A2,2025-06-30,8000,Closed Won"""],
        {"A1": (1, 12000), "A2": (1, 8000)},
    ),
    "the state in Portuguese": (
        ["""Número do pedido,Código do cliente,Data do pedido,Valor total,Status
            1,7,2025-01-05,10,Entregue
            2,7,2025-02-05,20,Cancelado
            3,8,2025-02-06,30,Pago
            4,8,2025-02-07,40,Estornado"""],
        {"7": (1, 10), "8": (1, 30)},
    ),
    "what an order must be": (
        ["""order_id,customer_id,order_date,total,is_valid
            1,7,2025-01-05,100,1
            2,7,2025-01-06,100,0
            3,8,2025-01-07,50,1"""],
        {"7": (1, 100), "8": (1, 50)},
    ),
    "orders of a test": (
        ["""order_id,customer_id,order_date,total,Mode
            1,7,2025-01-05,100,Live
            2,7,2025-01-06,100,Test
            3,8,2025-01-07,50,Live"""],
        {"7": (1, 100), "8": (1, 50)},
    ),
    "a reason for cancelling": (
        ["""order_id,customer_id,order_date,total,cancel_reason
            1,7,2025-01-05,100,
            2,7,2025-01-06,100,customer changed mind
            3,8,2025-01-07,50,"""],
        {"7": (1, 100), "8": (1, 50)},
    ),
    "a cancellation under a number of its own": (
        ["""Belegnr,Kundennr,Datum,Belegart,Betrag,Bezug
            R1,7,2025-01-05,Rechnung,100,
            S1,7,2025-01-09,Storno,-100,R1
            R2,8,2025-01-07,Rechnung,50,"""],
        {"8": (1, 50)},
    ),
    "gross, fee and what is left": (
        ["""Order ID,Customer ID,Order date,Gross,Fee,Net
            1,7,2025-01-05,100,-3,97
            2,8,2025-01-06,50,-2,48"""],
        {"7": (1, 100), "8": (1, 50)},
    ),
    "marks that keep Excel from making numbers": (
        ["""Order ID,Customer ID,Order date,Order value
            1,="0012",2025-01-05,10
            2,'0012,2025-02-05,20
            3,'ann@ex.com,2025-02-06,5
            4,ann@ex.com,2025-02-07,6"""],
        {"0012": (2, 30), "ann@ex.com": (2, 11)},
    ),
    "nothing was refunded": (
        ["""Order ID,Customer ID,Order date,Order value,Refunded Amount
            1,7,2025-01-05,10,0.00
            2,7,2025-02-05,20,0.00
            3,8,2025-02-06,30,"""],
        {"7": (2, 30), "8": (1, 30)},
    ),
    "nothing was refunded, with a dash": (
        ["""Order ID,Customer ID,Order date,Order value,Refunded
            1,7,2025-01-05,10,0.00
            2,7,2025-02-05,20,-
            3,8,2025-02-06,30,$0.00"""],
        {"7": (2, 30), "8": (1, 30)},
    ),
    "a column Refunded that says yes or no": (
        ["""Order ID,Customer ID,Order date,Order value,Refunded
            1,7,2025-01-05,10,FALSE
            2,7,2025-02-05,20,TRUE
            3,8,2025-02-06,30,FALSE"""],
        {"7": (1, 10), "8": (1, 30)},
    ),
    "a quantity below zero with an amount above": (
        ["""Order ID,Customer ID,Order date,Quantity,Unit price,Amount
            1,7,2025-01-05,2,10,20
            2,7,2025-02-05,3,10,30
            3,7,2025-02-08,-1,10,10
            4,8,2025-02-09,1,5,5"""],
        {"7": (2, 40), "8": (1, 5)},
    ),
    "refunded amounts": (
        ["""Order ID,Customer ID,Order date,Order value,Financial Status,Refunded Amount
            1,7,2025-01-05,100,paid,0
            2,7,2025-02-05,60,partially_refunded,25
            3,8,2025-02-06,30,paid,30
            4,8,2025-02-07,12,paid,"""],
        {"7": (2, 135), "8": (1, 12)},
    ),
    "a state on the first line of an order only": (
        ["""Order ID,Customer ID,Order date,Order value,Item,Status
            1,7,2025-01-05,10,Mug,Completed
            1,7,2025-01-05,5,Cup,
            2,7,2025-02-05,20,Mug,Cancelled
            2,7,2025-02-05,9,Cup,"""],
        {"7": (1, 15)},
    ),
    "payments, quotes and notes": (
        ["""Document no,Customer ID,Document date,Document type,Amount
            1,7,2025-09-05,Invoice,100
            2,7,2025-10-05,Quotation,5000
            3,7,2025-10-07,Customer payment,100
            4,8,2025-10-17,Invoice,70
            5,8,2025-10-18,Pro forma invoice,700
            6,8,2025-10-19,Delivery note,70
            7,8,2025-10-20,Credit note,20"""],
        {"7": (1, 100), "8": (1, 50)},
    ),
    "kinds in German": (
        ["""Belegnummer,Kundennummer,Belegdatum,Typ,Betrag
            1,7,2025-09-05,Rechnung,100
            2,7,2025-10-05,Angebot,5000
            3,7,2025-10-07,Zahlung,100
            4,7,2025-10-08,Gutschrift,30"""],
        {"7": (1, 70)},
    ),
    "a cancelled row is the order itself": (
        ["""Order ID,Customer ID,Order date,Type,Order value
            1,7,2025-01-05,Order,100
            2,7,2025-02-05,Cancelled,5000"""],
        {"7": (1, 100)},
    ),
    "a cancellation takes back its order and no more": (
        ["""Order ID,Customer ID,Order date,Type,Order value
            1,7,2025-01-05,Order,100
            2,7,2025-02-05,Order,40
            2,7,2025-02-09,Cancellation,400"""],
        {"7": (1, 100)},
    ),
    "an order that was reversed under its own number": (
        ["""Order ID,Customer ID,Order date,Order value
            1,7,2025-01-05,100
            2,7,2025-02-05,40
            2,7,2025-03-05,-40"""],
        {"7": (1, 100)},
    ),
    "ways of paying": (
        ["""Bill no,Customer ID,Bill date,Transaction type,Amount
            1,7,2025-09-05,Debit,100
            2,7,2025-10-05,Credit,500"""],
        {"7": (2, 600)},
    ),
    "sorts of customers": (
        ["""Order ID,Customer ID,Order date,Order type,Amount
            1,7,2025-09-05,New customer,100
            2,7,2025-10-05,Return customer,500"""],
        {"7": (2, 600)},
    ),
    "stages of one deal under linked numbers": (
        ["""Document no,Customer ID,Document date,Document type,Created from,Amount
            SO-1,7,2025-09-05,Sales order,,100
            DN-1,7,2025-09-07,Delivery note,SO-1,100
            INV-1,7,2025-09-09,Invoice,SO-1,100
            SO-2,8,2025-09-09,Sales order,,55"""],
        {"7": (1, 100), "8": (1, 55)},
    ),
    "the total on each line": (
        ["""Invoice no,Customer ID,Invoice date,Item,Qty,Price,Total
            1,7,2025-01-05,Mug,2,10,42
            1,7,2025-01-05,Cup,1,20,42
            2,8,2025-01-06,Mug,1,10,10.5"""],
        {"7": (1, 42), "8": (1, 10.5)},
    ),
    "a main line above its lines": (
        ["""Document no,Customer ID,Date,Item,Amount
            1,7,2025-01-05,,30
            1,7,2025-01-05,Mug,10
            1,7,2025-01-05,Cup,20
            2,8,2025-01-06,,12
            2,8,2025-01-06,Mug,12"""],
        {"7": (1, 30), "8": (1, 12)},
    ),
    "a cashier is no customer": (
        ["""Receipt no,User ID,Customer name,Date,Amount
            1,JSMITH,Amy,2025-01-05,10
            2,JSMITH,Bill,2025-01-06,20
            3,KLEE,Amy,2025-02-06,5"""],
        {"Amy": (2, 15), "Bill": (1, 20)},
    ),
    "our own company is no customer": (
        ["""Order ID,Company,Email,Order date,Order value
            1,Ours Ltd,ann@ex.com,2025-01-05,10
            2,Ours Ltd,bob@ex.com,2025-01-06,20"""],
        {"ann@ex.com": (1, 10), "bob@ex.com": (1, 20)},
    ),
    "guests known by e-mail and by phone": (
        ["""order_id,date,order_total,customer_id,billing_email,billing_phone
            1,2025-09-01,55,7,ann@ex.com,
            2,2025-10-05,20,Guest,Gus@ex.com,
            3,2025-10-08,30,,hal@ex.com,
            4,2025-11-08,25,0,gus@ex.com,
            5,2025-11-09,5,0,,555-1"""],
        {"7": (1, 55), "gus@ex.com": (2, 45), "hal@ex.com": (1, 30), "555-1": (1, 5)},
    ),
    "guests by -1, and a customer of that name": (
        ["""order_id,customer_id,email,order_date,total
            1,-1,a@x.com,2025-01-05,10
            2,-1,b@x.com,2025-01-06,20
            3,1,c@x.com,2025-01-07,30"""],
        {"a@x.com": (1, 10), "b@x.com": (1, 20), "1": (1, 30)},
    ),
    "walk-in customers are nobody": (
        ["""Receipt,Customer,Date,Amount
            1,Walk-in customer,2025-01-05,10
            2,Amy,2025-01-06,20
            3,Walk-in customer,2025-01-07,30"""],
        {"Amy": (1, 20)},
    ),
    "e-mails in capitals": (
        ["""Order ID,Email,Order date,Order value
            1,Ann@Ex.com,2025-01-05,10
            2,ann@ex.com,2025-01-06,20
            3,ANN@EX.COM,2025-01-07,30"""],
        {"ann@ex.com": (3, 60)},
    ),
    "an empty column never beats a filled one": (
        ["""Order ID,Customer ID,Customer name,Order date,Order value
            1,,Amy,2025-01-05,10
            2,,Bill,2025-01-06,20"""],
        {"Amy": (1, 10), "Bill": (1, 20)},
    ),
    "an order that moved on between two exports": (
        ["""Order number,Customer ID,Created at,Total,Fulfillment Status
            1001,7,2025-09-05,100,fulfilled
            1002,8,2025-09-28,80,unfulfilled""",
         """Order number,Customer ID,Created at,Total,Fulfillment Status
            1002,8,2025-09-28,75,fulfilled
            1003,7,2025-10-05,110,fulfilled"""],
        {"7": (2, 210), "8": (1, 75)},
    ),
    "a pending order that was paid in the later export": (
        ["""Order number,Customer ID,Created at,Total,Status
            1,7,2025-09-05,100,Pending
            2,8,2025-09-28,80,Paid""",
         """Order number,Customer ID,Created at,Total,Status
            1,7,2025-09-05,100,Paid
            2,8,2025-09-28,80,Cancelled
            3,9,2025-10-28,5,Paid"""],
        {"7": (1, 100), "9": (1, 5)},
    ),
    "numbers that start again every year": (
        ["""Invoice no,Customer ID,Invoice date,Amount
            1,7,2024-01-05,100
            2,8,2024-02-28,80""",
         """Invoice no,Customer ID,Invoice date,Amount
            1,8,2025-01-06,10
            2,7,2025-03-28,20"""],
        {"7": (2, 120), "8": (2, 90)},
    ),
    "heads in one file and lines in the other": (
        ["""order_id,customer_id,order_date,order_status
            A1,C1,2025-01-05,delivered
            A2,C2,2025-02-05,canceled
            A3,C2,2025-03-05,delivered""",
         """order_id,product_id,quantity,price
            A1,P,1,10
            A1,Q,2,20
            A2,P,1,10
            A3,P,3,2.5"""],
        {"C1": (1, 50), "C2": (1, 7.5)},
    ),
    "lines in another file with a discount as a share": (
        ["""order_id,customer_id,order_date,freight
            A1,C1,2025-01-05,9
            A3,C2,2025-03-05,9""",
         """order_id,product_id,unit_price,quantity,discount
            A1,P,10,1,0
            A1,Q,20,2,0.25
            A3,P,2.5,4,0.1"""],
        {"C1": (1, 40), "C2": (1, 9)},
    ),
    "a cash book: expenses, and tills under Account name": (
        ["""Date,Type,Account name,Category name,Contact name,Amount,Status
            2025-01-05,Income,Till,Sales,Acme,100,Posted
            2025-01-06,Income,Till,Sales,Beta,30,Posted
            2025-01-07,Expense,Till,Rent,Landlord,900,Posted"""],
        {"Acme": (1, 100), "Beta": (1, 30)},
    ),
    "a deal counts on the day on which it was closed": (
        ["""Deal ID,Account ID,Deal value,Status,Created at,Closed at
            1,7,100,won,2025-01-05,2025-03-01
            2,7,50,won,2025-01-05,2025-04-01
            3,8,70,lost,2025-01-06,2025-03-02"""],
        {"7": (2, 150)},
    ),
    "the kind of a row under a heading that nobody knows": (
        ["""SOP number,Customer number,Document date,Document amount,SOP class
            1,7,2025-01-05,100,Invoice
            2,7,2025-02-05,20,Return"""],
        {"7": (1, 80)},
    ),
    "the state of an order under a heading that nobody knows": (
        ["""Order ID,Customer ID,Order date,Order value,Progress
            1,7,2025-01-05,100,Completed
            2,8,2025-02-05,20,Cancelled"""],
        {"7": (1, 100)},
    ),
    "net sales from which the refunds are off already": (
        ["""Order ID,Customer ID,Order date,Gross sales,Refunds,Net sales
            1,7,2025-01-05,100,-20,80
            2,7,2025-02-05,50,0,50"""],
        {"7": (2, 130)},
    ),
    "lines of an order that was free": (
        ["""Name,Email,Financial Status,Created at,Currency,Total,Lineitem name,Lineitem price,Lineitem quantity
            #1,a@x.com,paid,2025-01-02,EUR,0,Mug,10,1
            #1,a@x.com,,2025-01-02,,,Cup,10,1
            #2,a@x.com,paid,2025-02-02,EUR,20,Mug,10,1
            #2,a@x.com,,2025-02-02,,,Cup,10,1"""],
        {"a@x.com": (1, 20)},
    ),
    "a report grouped by customer, the names in the column of customers": (
        ["""Customer,Date,Num,Amount
            Acme,,,
            ,2025-01-05,1,100
            ,2025-02-05,2,50
            Total for Acme,,,150
            Beta,,,
            ,2025-01-06,3,70
            Total for Beta,,,70
            TOTAL,,,220"""],
        {"Acme": (2, 150), "Beta": (1, 70)},
    ),
    "subtotals called by the number of the customer": (
        ["""Order number,Customer ID,Order date,Order value
            1,7,2025-01-05,10
            2,7,2025-01-06,20
            ,7 Subtotal,2025-01-06,30
            3,8,2025-01-07,70
            ,8 Subtotal,2025-01-07,70"""],
        {"7": (2, 30), "8": (1, 70)},
    ),
    "a credit note under the number of an invoice in the month before": (
        ["""Invoice no,Customer ID,Date,Type,Amount
            1,7,2025-08-01,Invoice,10
            2,8,2025-09-28,Invoice,80""",
         """Invoice no,Customer ID,Date,Type,Amount
            2,8,2025-10-28,Credit note,20
            3,7,2025-10-29,Invoice,5"""],
        {"7": (2, 15), "8": (1, 60)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_it_is_read_right_without_an_option(name, tmp_path):
    texts, wanted = RIGHT[name]
    found, _ = read(tmp_path, *texts)
    assert found == wanted


ASKED = {
    "a state that is an order in some companies": (
        """Order ID,Customer ID,Order date,Order value,Status
           1,7,2025-01-05,10,Completed
           2,7,2025-02-05,20,On hold
           3,8,2025-02-06,30,Pending""",
        "--count 'Status=On hold, Pending'",
    ),
    "a part refunded, and nobody says how much": (
        """Order ID,Customer ID,Order date,Order value,Status
           1,7,2025-01-05,10,Paid
           2,7,2025-02-05,20,Partially refunded""",
        "--leave-out 'Status=Partially refunded'",
    ),
    "a letter code that means two things": (
        """Document no,Customer ID,Date,Type,Amount
           1,7,2025-01-05,Invoice,10
           2,7,2025-02-05,RE,20""",
        "--take-back 'Type=RE'",
    ),
    "one value on both lines of an order": (
        """Order ID,Customer ID,Order date,Item,Order value
           1,7,2025-01-05,Mug,20
           1,7,2025-01-05,Cup,20
           2,8,2025-02-06,Mug,20""",
        "--column 'Order total=Order value'",
    ),
    "an ID that stands for many names": (
        """Order ID,Customer ID,Customer name,Order date,Order value
           1,1,Amy,2025-01-05,20
           2,1,Bill,2025-01-06,20
           3,1,Cleo,2025-01-07,20
           4,1,Dora,2025-01-08,20""",
        "--column 'Customer ID=Customer name'",
    ),
    "two currencies under a heading that nobody knows": (
        """Order ID,Customer ID,Order date,Order value,Unit
           1,7,2025-01-05,10,EUR
           2,7,2025-02-05,20,USD
           3,8,2025-02-06,20,USD""",
        "--leave-out 'Unit=EUR'",
    ),
    "two kinds of documents that nothing links": (
        """Document no,Customer ID,Date,Type,Amount
           A7,7,2025-01-05,Sales order,10
           B9,7,2025-01-09,Invoice,10""",
        "--leave-out 'Type=Sales order'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_it_is_asked_about_with_the_option_that_settles_it(name, tmp_path):
    text, option = ASKED[name]
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    assert option in str(caught.value)


def test_an_answer_about_rows_settles_the_question_either_way(tmp_path):
    text, _ = ASKED["a state that is an order in some companies"]
    kept, _ = read(tmp_path, text, rows=RowAnswers(count=(("Status", "On hold, Pending"),)))
    assert kept == {"7": (2, 30), "8": (1, 30)}
    mixed = RowAnswers(count=(("Status", "Pending"),), leave_out=(("status", "on hold"),))
    assert read(tmp_path, text, rows=mixed)[0] == {"7": (1, 10), "8": (1, 30)}


def test_an_answer_about_the_level_settles_the_question_either_way(tmp_path):
    text, _ = ASKED["one value on both lines of an order"]
    assert read(tmp_path, text, column={"Order total": "Order value"})[0] == {"7": (1, 20), "8": (1, 20)}
    assert read(tmp_path, text, column={"Line value": "Order value"})[0] == {"7": (1, 40), "8": (1, 20)}


def test_what_is_left_out_is_listed_with_its_words_and_its_worth(tmp_path):
    _, stated = read(tmp_path, *RIGHT["the state of an order in a plain column"][0])
    assert stated["state-left-out"] == (
        "3 rows are 'Cancelled', 'Payment failed' or 'refunded' by status, worth 11,399.00 together: left out."
    )


def test_unknown_words_of_a_state_are_named_with_count_and_worth_and_count(tmp_path):
    found, stated = read(
        tmp_path,
        """Order ID,Customer ID,Order date,Order value,Status
           1,7,2025-01-05,10,Completed
           2,7,2025-02-05,20,Zweifach""",
    )
    assert found == {"7": (2, 30)}
    assert stated["state-unknown"].startswith("1 row is 'Zweifach' by Status, worth 20.00")


@pytest.mark.parametrize("words", [("20", "90"), ("Toimitettu", "Peruttu"), ("Blau", "Cancelled")])
def test_states_of_which_no_or_few_words_are_known_are_named_and_what_is_known_counts(tmp_path, words):
    one, other = words
    found, stated = read(
        tmp_path,
        f"""Order ID,Customer ID,Order date,Order value,Status
           1,7,2025-01-05,10,{one}
           2,7,2025-02-05,20,{other}
           3,8,2025-02-05,20,{one}
           4,8,2025-02-06,20,Gelb
           5,8,2025-02-07,20,Rot""",
    )
    assert f"'{one}'" in stated["state-unknown"]
    assert found == ({"7": (1, 10), "8": (3, 60)} if other == "Cancelled" else {"7": (2, 30), "8": (3, 60)})


def test_a_part_of_a_country_is_no_state_of_an_order(tmp_path):
    found, stated = read(
        tmp_path,
        """Order ID,Customer ID,Order date,Order value,State
           1,7,2025-01-05,10,CA
           2,7,2025-02-05,20,NY
           3,8,2025-02-05,20,TX""",
    )
    assert found == {"7": (2, 30), "8": (1, 20)}
    assert not {"state-left-out", "state-unknown", "state-doubtful"} & stated.keys()


def test_orders_that_differ_in_two_files_are_told_as_such(tmp_path):
    _, stated = read(tmp_path, *RIGHT["an order that moved on between two exports"][0])
    assert stated["order-in-two-files"] == (
        "1 order stands in both files and differs, worth 80.00: the later file counts."
    )


def test_two_files_named_the_wrong_way_round_count_by_their_days(tmp_path):
    first, second = RIGHT["an order that moved on between two exports"][0]
    assert read(tmp_path, second, first)[0] == {"7": (2, 210), "8": (1, 75)}


def test_rows_of_another_currency_can_be_left_out(tmp_path):
    text = """Order ID,Customer ID,Order date,Order value,order_currency
              1,7,2025-01-05,10,EUR
              2,7,2025-02-05,20,USD"""
    with pytest.raises(DataError, match="2 currencies"):
        read(tmp_path, text)
    assert read(tmp_path, text, rows=RowAnswers(leave_out=(("Currency", "USD"),)))[0] == {"7": (1, 10)}


@pytest.mark.parametrize("book", ["cases", "guards"])
def test_the_field_cases_are_right_or_asked_about(book):
    if not (SHARED / "cases").exists():
        pytest.skip(f"no folder {SHARED / 'cases'}: it is no part of the repository")
    for case in json.loads((SHARED / "cases" / f"{book}.json").read_text(encoding="utf-8")):
        files = [SHARED / "cases" / name for name in case["files"]]
        if "want" not in case:
            continue
        given = dict(pair.split("=", 1) for pair in case["args"][1::2] if "=" in pair)
        found = numbers(reading.read(files, column=given))
        wanted = {who: (days, worth) for who, (days, worth) in case["want"].items() if days}
        assert found == wanted, case["name"]
