"""What would change a level is acted out: the orders are placed, the answers are given, and the level is looked up again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from winback_xl.core.orders import customer_history
from winback_xl.core.orders.ledger import read as read_ledger
from winback_xl.core.segments import loyalty
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

OCCASIONAL, HABITUAL, LOYAL = LISTS["Level"]
PACES = {"a week": 7, "every two weeks": 14, "a month": 30, "every two months": 61, "a quarter": 91}
SEVERAL = re.compile(r"(\d+) more orders, one ([a-z ]+?)(?:,| together)")
ONE = re.compile(r"ne more order within (\d+) days")
WALLET = re.compile(r"At least (\d+)% of what they need")


def rated(orders: pd.DataFrame, as_of: pd.Timestamp, settings: Settings, customers: pd.DataFrame | None = None) -> pd.DataFrame:  # fmt: skip
    summary = customer_history.summary(read_ledger(orders, as_of), settings=settings)
    return loyalty.rate(summary.frame(), settings, customers, summary=summary).assign(
        customer_id=summary["customer_id"]
    )


def acted_out(
    sentence: str,
    orders: pd.DataFrame,
    as_of: pd.Timestamp,
    first: float,
    settings: Settings,
    known: dict[str, object],
) -> str:
    """Do what the sentence says for one customer, the first order at ``first`` (0 to 1) of the pace, and return the level."""
    who = orders["customer_id"].iloc[0]
    stated: dict[str, object] = {"customer_id": who, **known}
    if found := WALLET.search(sentence):
        stated["share_of_wallet"] = float(found[1]) / 100
    days: list[int] = []
    if found := SEVERAL.search(sentence):
        pace = PACES[found[2]]
        days = [max(1, round(first * pace)) + pace * place for place in range(int(found[1]))]
    elif found := ONE.search(sentence):
        days = [max(1, round(first * int(found[1])))]
    answers = {"ne referral": ("referrals", 1.0), "hearing from them why": ("knows_why", "yes"), "an NPS of 9 or 10": ("nps", 10.0),
               "ordering without quotes": ("quotes_every_time", "no")}  # fmt: skip
    for words, (name, answer) in answers.items():
        if words.casefold() in sentence.casefold():
            stated[name] = answer
            if " or " in sentence and "together" not in sentence:
                break  # one of them must be enough
    if days:
        new = pd.DataFrame(
            {"customer_id": who, "order_date": [as_of + pd.Timedelta(days=day) for day in days]}
        )
        new["order_value"] = 100.0
        orders = pd.concat([orders, new], ignore_index=True)
        as_of = as_of + pd.Timedelta(days=max(days))
    found_level = rated(orders, as_of, settings, pd.DataFrame([stated]))
    return str(found_level["level"].iloc[0])


def ledgers(data_dir: Path) -> list[tuple[pd.DataFrame, pd.Timestamp]]:
    names = ["_", "customer_id", "day", "_n", "order_value"]
    cdnow = pd.read_csv(
        data_dir / "cdnow/CDNOW_sample.txt", sep=r"\s+", names=names, dtype={"customer_id": str}
    )
    cdnow["order_date"] = pd.to_datetime(cdnow["day"].astype(str), format="%Y%m%d")
    cdnow["customer_id"] = cdnow["customer_id"] + "-" + cdnow["_"].astype(str)
    retail = pd.read_csv(data_dir / "online_retail/online_retail_invoices.csv.gz", dtype={"InvoiceNo": str})
    retail = retail.rename(columns={"CustomerID": "customer_id", "Amount": "order_value", "InvoiceDate": "order_date", "InvoiceNo": "order_id", "Kind": "kind"})  # fmt: skip
    retail["order_date"] = pd.to_datetime(retail["order_date"]).dt.normalize()
    retail["customer_id"] = retail["customer_id"].astype(str)
    columns = ["customer_id", "order_date", "order_value"]
    return [
        (cdnow[columns], pd.Timestamp("1998-06-30")),
        (retail[columns], pd.Timestamp("2011-12-09")),
    ]


def drawn_ledger(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Draw buyers of every kind: once, seldom, in bursts, steadily; some silent for long."""
    as_of, rows = pd.Timestamp("2026-10-31"), []
    for number in range(400):
        start, gap = rng.integers(0, 900), rng.choice([4, 12, 30, 60, 120, 250])
        days = start + np.cumsum(rng.gamma(rng.choice([0.4, 2, 20]), 1, rng.integers(1, 30)) * gap).astype(
            int
        )
        rows += [(f"C{number}", as_of - pd.Timedelta(days=1_000 - int(day))) for day in days if day < 1_000]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date"])
    return orders.assign(order_value=100.0), as_of


def share_true(orders: pd.DataFrame, as_of: pd.Timestamp, sample: int, rng: np.random.Generator, settings: Settings, customers: pd.DataFrame | None = None) -> tuple[int, int]:  # fmt: skip
    found = rated(orders, as_of, settings, customers)
    asked = found[found["level"] != LOYAL]
    chosen = asked.iloc[rng.permutation(len(asked))[:sample]]
    rows = dict(tuple(orders[orders["customer_id"].isin(chosen["customer_id"])].groupby("customer_id")))
    files = {} if customers is None else customers.set_index("customer_id").to_dict("index")
    true = 0
    for who, sentence in zip(chosen["customer_id"], chosen["level_change"], strict=True):
        expected = (
            {LOYAL}
            if sentence.endswith(("it Loyal.", "them to Loyal."))
            else {HABITUAL, LOYAL}
            if "it at least Habitual" in sentence
            else {HABITUAL}
        )
        known = {name: value for name, value in files.get(who, {}).items() if value == value}  # noqa: PLR0124
        level = acted_out(sentence, rows[who], as_of, rng.random(), settings, known)
        true += level in expected
    return true, len(chosen)


def test_what_would_change_it_comes_true_on_drawn_ledgers(settings):
    rng = np.random.default_rng(5)
    orders, as_of = drawn_ledger(rng)
    ids = orders["customer_id"].unique()
    on_file = pd.DataFrame(
        {
            "customer_id": ids,
            "share_of_wallet": rng.choice([np.nan, 0.2, 0.45, 0.8], len(ids), p=[0.7, 0.1, 0.1, 0.1]),
            "referrals": rng.choice([np.nan, 1.0], len(ids), p=[0.9, 0.1]),
            "nps": rng.choice([np.nan, 3.0, 8.0, 10.0], len(ids), p=[0.7, 0.1, 0.1, 0.1]),
        }
    )
    true, asked = share_true(orders, as_of, 250, rng, settings, on_file)
    assert asked >= 200
    assert true >= 0.97 * asked


def test_what_would_change_it_comes_true_on_public_ledgers(data_dir, settings):
    rng = np.random.default_rng(6)
    for orders, as_of in ledgers(data_dir):
        true, asked = share_true(orders, as_of, 125, rng, settings)
        assert true >= 0.97 * asked


@pytest.mark.parametrize(("window", "period"), [(365, 30), (730, 91), (400, 60)])
def test_it_comes_true_in_other_windows_too(window, period):
    rng = np.random.default_rng(8)
    orders, as_of = drawn_ledger(rng)
    settings = Settings(loyalty_window_days=window, period_days=period)
    true, asked = share_true(orders, as_of, 60, rng, settings)
    assert true >= 0.95 * asked


def test_next_orders_are_the_fewest_that_do(settings):
    as_of = pd.Timestamp("2026-10-31")
    days = [as_of - pd.Timedelta(days=day) for day in (35, 5)]
    orders = pd.DataFrame({"customer_id": "A", "order_date": days, "order_value": 10.0})
    assert (
        rated(orders, as_of, settings)["level_change"].iloc[0]
        == "One more order within 30 days makes it Habitual."
    )
