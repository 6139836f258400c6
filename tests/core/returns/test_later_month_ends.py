"""Return odds on month ends later than all they were learned from, on the public ledgers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.bench import return_odds
from winback_xl.core.orders import ledger as book
from winback_xl.core.orders.day_numbers import NEVER
from winback_xl.core.returns import past_states, return_rate


@pytest.mark.data
def test_learned_odds_come_close_to_what_any_forecast_could_say(settings):
    """The limit is a fit to the very outcomes that are judged: no forecast can know them."""
    table = return_odds.judged(settings)
    assert (table["rule"].value_counts() == 13).all()
    mean = table.groupby("rule")[["log loss", "calibration"]].mean()
    assert mean.loc["learned", "log loss"] < mean.loc["limit", "log loss"] + 0.015
    assert mean.loc["learned", "log loss"] < mean.loc["bands", "log loss"] - 0.2
    assert mean.loc["learned", "calibration"] < 0.06 < mean.loc["bands", "calibration"]
    more = mean.loc[mean.index.str.startswith("+"), "log loss"]
    assert len(more) == 6
    assert (
        more > mean.loc["learned", "log loss"] - 0.005
    ).all()  # and these know the outcomes of four fifths


@pytest.mark.data
def test_on_ledgers_of_300_customers_the_learned_odds_are_no_worse_than_the_bands(settings):
    found = return_odds.small(9, 300, settings).groupby("ledger")[["bands", "learned"]].mean()
    assert (found["learned"] < found["bands"]).all()


@pytest.mark.data
def test_who_still_buys_is_not_promised_back_for_certain(settings):
    """On the way to the horizon they pass their lapse limit: from there on they return as the silent do."""
    frame = return_odds.load("Online Retail")
    end, day = frame["order_date"].max(), pd.Timestamp("2011-06-11")
    whole, then = book.read(frame, end), book.read(frame[frame["order_date"] <= day], day)
    states = past_states.on(then.order_days, then.as_of, settings)
    states = states.where(np.isin(states.status, past_states.BUYING))
    after = whole.order_days.next_after(then.as_of)[whole.ids.get_indexer(then.ids[states.customer])]
    back = (after != NEVER) & (after <= then.as_of + 180)
    said = return_rate.learn(then, settings).of(states, 180)
    assert said.mean() == pytest.approx(back.mean(), abs=0.05)
    assert return_odds.scores(said, back.astype(float))["calibration"] < 0.06
