"""Return odds on month ends later than all they were learned from, on the public ledgers."""

from __future__ import annotations

import pytest

from tests.bench import return_odds


@pytest.mark.data
def test_learned_odds_come_close_to_what_any_forecast_could_say(settings):
    """The limit is a fit to the very outcomes that are judged: no forecast can know them."""
    table = return_odds.judged(settings)
    assert len(table) == 13 * 3
    mean = table.groupby("rule")[["log loss", "calibration"]].mean()
    assert mean.loc["learned", "log loss"] < mean.loc["limit", "log loss"] + 0.015
    assert mean.loc["learned", "log loss"] < mean.loc["bands", "log loss"] - 0.2
    assert mean.loc["learned", "calibration"] < 0.06 < mean.loc["bands", "calibration"]


@pytest.mark.data
def test_on_ledgers_of_300_customers_the_learned_odds_are_no_worse_than_the_bands(settings):
    found = return_odds.small(9, 300, settings).groupby("ledger")[["bands", "learned"]].mean()
    assert (found["learned"] < found["bands"]).all()
