"""What a refresh says of the accounts that no longer qualify."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winback_xl.core.merging import refreshed_campaign, stale_rows

CAMPAIGN = pd.DataFrame(
    {
        "campaign_id": "M", "customer_id": ["A", "B", "C", "D", "E"], "status": ["Lapsed"] * 5, "level": "Habitual Buyer",
        "decision_why": "as it was", "wave": pd.Series([1, 1, 2, 2, 2], dtype=object),
    }
)  # fmt: skip
SEGMENTS = pd.DataFrame(
    {"customer_id": ["A", "B", "E"], "status": ["Active", "Cold", "Lapsed"], "level": "Loyal Customer",
     "last_order": pd.to_datetime(["2026-10-01", "2024-01-01", "2025-06-01"])}
)  # fmt: skip


def test_who_no_longer_qualifies_is_told_why_and_loses_the_wave_only():
    stale = np.array([True, True, True, True, False])
    found = stale_rows.no_longer(CAMPAIGN, stale, SEGMENTS, sent={"A", "B", "C", "E"})
    assert found["decision_why"].tolist() == [
        "No longer qualifies: Active again, last order 1 October 2026, and no open incident.",
        "No longer qualifies: Cold, and no open incident.",
        "No longer qualifies: not in the orders any more.",
        "Added by hand: no open incident, and not silent for long enough to be on the list.",
        "as it was",
    ]
    assert found["status"].tolist() == ["Active", "Cold", "Lapsed", "Lapsed", "Lapsed"]
    assert found["level"].tolist() == ["Loyal Customer", "Loyal Customer", *["Habitual Buyer"] * 3]
    assert found["wave"].isna().tolist() == [True, True, True, True, False]
    assert CAMPAIGN["decision_why"].eq("as it was").all()


def test_who_came_back_is_not_asked_for_as_silent_and_late():
    """What people typed stays; what was said of the silence is replaced, and no day is left that could be late."""
    rows = CAMPAIGN.assign(
        ordered_again=pd.to_datetime(["2026-09-20", None, None, None, None]), why="No order for 330 days; up to 214 is usual for them.",
        proposed="", starts_on=pd.Timestamp("2026-01-05"), notes="typed",
    )  # fmt: skip
    stale = np.array([True, True, True, True, False])
    found = stale_rows.no_longer(rows, stale, SEGMENTS, sent={"A", "B", "C", "E"})
    assert found["why"].tolist() == [
        "Came back: ordered on 20 September 2026, last order 1 October 2026.",
        "No longer on the list: Cold, and no open incident.",
        "No longer on the list: not in the orders any more.",
        *rows["why"][3:],
    ]
    assert found["proposed"].tolist() == [stale_rows.CAME_BACK, "", "", "", ""]
    assert found["starts_on"].isna().tolist() == [True, False, False, False, False]
    assert found["notes"].eq("typed").all()


def test_where_all_qualify_nothing_is_touched():
    assert stale_rows.no_longer(CAMPAIGN, np.zeros(5, dtype=bool), SEGMENTS, set()) is CAMPAIGN


def test_cells_that_differ_are_counted_in_the_rows_and_columns_that_both_have():
    new = CAMPAIGN.iloc[:4].assign(status=["Lapsed", "Cold", "Cold", "Lapsed"]).drop(columns="wave")
    assert stale_rows.changed_cells(CAMPAIGN, new, ["status", "wave", "level"]) == 2


def test_what_a_refresh_did_is_said_in_the_singular_where_it_is_one():
    counts = stale_rows.Counts(1, 0, 1, 1, 14)
    said = refreshed_campaign._sentence(counts, 0, 2)
    assert said == (
        "Refreshed: 14 accounts, 1 account added, 1 calculated cell changed, 1 no longer qualifies (1 since last time),"
        " 2 ordered again since they were listed."
    )
    assert "3 no longer qualify," in refreshed_campaign._sentence(stale_rows.Counts(0, 0, 3, 2, 9), 3, 1)
