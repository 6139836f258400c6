"""What a card says of what went wrong: nothing that is known is called unknown."""

from __future__ import annotations

import pandas as pd

from winback_xl.core.outreach import what_happened

TODAY = pd.Timestamp("2026-10-31")
ROWS = pd.DataFrame(
    {
        "customer_id": ["A", "B", "C", "D", "E"],
        "cause": ["", "", "", "Late delivery (likely, not confirmed)", ""],
    }
)
INCIDENTS = pd.DataFrame(
    {
        "customer_id": ["A", "A", "C", "E"],
        "date": pd.to_datetime(["2026-10-02", "2026-05-01", "2026-06-03", "2026-11-20"]),
        "what_happened": ["Wrong thread.", "Late", "Billed twice", "Not yet"],
        "failure_type": ["Wrong or damaged goods", "Late delivery", "Billing error", "Other"],
        "status": ["open", "solved", "Solved", "open"],
    }
)
MAKE_GOODS = pd.DataFrame(
    {
        "customer_id": ["A", "B"],
        "what_happened": [
            "Wrong thread.",
            "Order 7 was promised for 14 May 2026 and left on 15 May 2026, 1 day late.",
        ],
    }
)


def test_what_is_known_is_said_of_complaints_of_our_orders_and_of_what_was_solved() -> None:
    found = what_happened.of_accounts(ROWS, INCIDENTS, MAKE_GOODS, TODAY)
    assert found == {
        "A": "2 October 2026: Wrong thread (wrong or damaged goods).",
        "B": "They have not complained, but our orders show it: order 7 was promised for 14 May 2026 and left on 15 May 2026, 1 day late.",
        "C": "Solved, as we have it: 3 June 2026: Billed twice (billing error).",
        "D": "They have not complained; our orders show a late delivery. Ask whether that was it.",
    }


def test_without_a_list_of_complaints_the_orders_still_say_it() -> None:
    assert set(what_happened.of_accounts(ROWS, None, MAKE_GOODS, TODAY)) == {"A", "B", "D"}
