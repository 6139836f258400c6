"""What follows from the log of talks: counted by the plainest loop there is, and compared."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest

from winback_xl.core.tracking import talk_counts, talk_log

AS_OF = pd.Timestamp("2026-11-20")


def campaign(count: int, chance: random.Random) -> pd.DataFrame:
    pauses = [pd.NaT, AS_OF - pd.Timedelta(days=30), AS_OF + pd.Timedelta(days=30)]
    return pd.DataFrame(
        {
            "customer_id": [f"C{number}" for number in range(count)],
            "customer": [f"Customer {number}" for number in range(count)],
            "rest_until": [chance.choice(pauses) for _ in range(count)],
            "last_contact": [chance.choice([pd.NaT, AS_OF - pd.Timedelta(days=100)]) for _ in range(count)],
            "attempts": [float(chance.randint(0, 2)) for _ in range(count)],
            "listened": [chance.choice(["Yes", "No", ""]) for _ in range(count)],
        }
    )


def log(rows: int, accounts: int, chance: random.Random) -> pd.DataFrame:
    talks: list[dict[str, Any]] = [
        {
            "customer_id": one, "customer": one, "listened": chance.choice(["Yes", "No", ""]),
            "talk_date": chance.choice([pd.NaT, AS_OF - pd.Timedelta(days=chance.randint(0, 400))]),
        }
        for _ in range(rows)
        for one in [chance.choice(["", *(f"C{number}" for number in range(accounts))])]
    ]  # fmt: skip
    return talk_log.newest_first(talk_log.shaped(pd.DataFrame(talks, dtype=object)))


@pytest.mark.parametrize("rows", [0, 5, 400, 1200])
@pytest.mark.parametrize("seed", range(3))
def test_last_talk_attempts_and_listened_are_those_of_all_talks_however_long_the_log_is(
    rows: int, seed: int
) -> None:
    chance = random.Random(seed)
    frame, talks = campaign(20, chance), log(rows, 25, chance)
    done = talk_counts.followed(talk_counts.with_talks(frame, talks, frame))
    for row in range(len(frame)):
        one = frame.iloc[row]
        own = talks[(talks["customer_id"] == one["customer_id"]) & talks["talk_date"].notna()]
        days = [*own["talk_date"], one["last_contact"]]
        known = [day for day in days if not pd.isna(day)]
        assert (pd.isna(done["last_contact"].iloc[row]) and not known) or done["last_contact"].iloc[
            row
        ] == max(known)
        since = own if pd.isna(one["rest_until"]) else own[own["talk_date"] > one["rest_until"]]
        assert done["attempts"].iloc[row] == one["attempts"] + len(since)
        heard = one["listened"] == "Yes" or (own["listened"] == "Yes").any()
        assert (done["listened"].iloc[row] == "Yes") == heard


def test_a_log_sorted_otherwise_has_another_sum_of_its_older_days() -> None:
    talks = log(1200, 25, random.Random(1))
    again = talks.sort_values("customer_id", ignore_index=True)
    assert talk_counts.older_days(talks) != talk_counts.older_days(again)
    assert talk_counts.older_days(talks.head(494)) == 0.0
