"""One e-mail goes to accounts that are not worth a call but worth an e-mail: never to an open complaint, up to the cap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.campaign import decision
from winback_xl.settings import Settings

SETTINGS = Settings().with_(email_gain=0.005, email_cost=0.5)


def accounts(margins: list[float], **more: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"future_margin": margins, "incidents": [""] * len(margins), **more})


def test_an_email_is_worth_its_gain_times_the_future_margin_less_its_cost() -> None:
    worth = decision.email_value(accounts([1000.0, 99.0, 100.0, np.nan]), SETTINGS)
    assert worth.tolist() == pytest.approx([4.5, 0.0, 0.0, 0.0])


def test_who_complained_is_owed_a_person_and_gets_no_email() -> None:
    assert decision.email_value(accounts([1000.0], incidents=["late"]), SETTINGS).tolist() == [0.0]


def test_without_an_address_there_is_no_email_where_addresses_are_known() -> None:
    some = accounts([1000.0, 1000.0], email=["a@b.example", ""])
    assert (decision.email_value(some, SETTINGS) > 0).tolist() == [True, False]
    none_known = accounts([1000.0, 1000.0], email=["", ""])
    assert (decision.email_value(none_known, SETTINGS) > 0).all()


def test_the_cap_keeps_the_accounts_that_return_most() -> None:
    worth = decision.email_value(accounts([300.0, 900.0, 600.0]), SETTINGS.with_(email_cap=2))
    assert (worth > 0).tolist() == [False, True, True]


def test_the_decision_says_why_and_a_no_stays_a_no() -> None:
    word, why = decision.decide(-20.0, 0.2, email_value=4.5, settings=Settings())
    assert word == "E-mail"
    assert why == (
        "Expected value -20: not worth a call, but one e-mail returns 4.50 more than it costs, if it raises the chance of an order by 0.5 points (Settings, Gain of one e-mail). Answer everybody who replies."
    )
    assert decision.decide(-20.0, 0.2, "No", email_value=4.5, settings=Settings())[0] == "Let go"
    assert decision.decide(20.0, 0.2, email_value=4.5, settings=Settings())[0] == "Pursue"
    assert decision.decide(-20.0, 0.2, settings=Settings())[0] == "Let go"
