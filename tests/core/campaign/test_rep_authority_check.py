"""Whether the reps may decide anything on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from winback_xl.core.campaign import rep_authority_check

if TYPE_CHECKING:
    from winback_xl.settings import Settings


def offers(reps_decide: int, others: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "our_cost": [100.0] * (reps_decide + others) + [0.0],
            "approver": ["Rep"] * reps_decide + ["Manager"] * others + [""],
        }
    )


@pytest.mark.parametrize(("reps_decide", "others", "stated"), [(2, 8, 0), (1, 9, 1), (0, 1, 1), (0, 0, 0)])
def test_more_than_80_percent_that_need_approval_are_told(
    reps_decide: int, others: int, stated: int, settings: Settings
) -> None:
    assert len(rep_authority_check.findings(offers(reps_decide, others), None, settings)) == stated


def test_a_limit_of_nothing_is_told_with_the_names(settings: Settings) -> None:
    reps = pd.DataFrame(
        {"rep": ["Ann", "Bob", "Cy", "Di", "Ed"], "approval_limit": [0.0, 500.0, 0.0, 0.0, 0.0]}
    )
    found = rep_authority_check.findings(offers(5, 0), reps, settings.with_(rep_limit=0))
    assert [one.what for one in found] == [
        "No rep may decide a make-good: their limit is 0.",
        "Without a limit of their own in Reps: Ann, Cy, Di and 1 more.",
    ]
    assert rep_authority_check.findings(offers(5, 0), reps.iloc[[1]], settings) == ()
