"""Campaigns that do nothing, on the past of a public ledger: the short form of `tests.bench.null_campaign`."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench import null_campaign


@pytest.mark.data
@pytest.mark.parametrize("complaining", [0.0, 0.05])
def test_a_campaign_that_does_nothing_recovers_nothing_on_a_real_ledger(complaining):
    """With complaints: they are worked on outside the draw, and what they order is not credited to the campaign."""
    one = null_campaign.past("Online Retail", "2011-06-11", 40.0, complaining)
    found = null_campaign.run(one, 60, 0.0)
    error = found["lift"].std() / np.sqrt(len(found))
    assert abs(found["lift"].mean()) < max(3 * error, 0.01)
    assert found["holds"].mean() >= 0.87
    assert found["recovered"].mean() > 1
    assert abs(found["net"].mean()) < 0.2


@pytest.mark.data
def test_the_interval_holds_a_true_lift_on_a_real_ledger():
    one = null_campaign.past("CDNOW", "1997-12-31", 0.0)
    found = null_campaign.run(one, 30, 0.1)
    assert found["lift"].mean() == pytest.approx(0.1, abs=0.015)
    assert found["holds"].mean() >= 0.83
