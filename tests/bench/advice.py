"""Hold the advice against thousands of cases: complaints, pairs that differ, small ledgers, sentences acted out.

Run: python -m tests.bench.advice [complaints] [pairs] [small] [sentences] [--seed 1]
Prints the figures of each part; nothing is asserted. Another seed draws other cases.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tests.bench.ledgers import CUTS, DATA, load
from tests.core.make_good.test_advice import BUYING, LEFT, advised, complaints
from tests.core.segments.test_next_orders import drawn_ledger, ledgers, share_true
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.orders import ledger as book
from winback_xl.core.segments import segment_table
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

OFFERED = ("low", "recommended", "high", "token")


def who_complains(rng: np.random.Generator, settings: Settings) -> None:
    """Print how many who still buy get the token only, and whether leaving would pay."""
    rows = complaints(rng, 4_000, BUYING)
    found = advised(rows, settings)
    gone = advised(rows.assign(status="Lapsed", lapse_ratio=1 + 5 * rng.random(len(rows))), settings)
    only = (found["recommended"] == 0).to_numpy()
    less = (found["recommended"] < gone["recommended"]).to_numpy()
    print(
        f"complaints: of {len(rows):,} who still buy {only.mean():.1%} get the token only;"
        f" {less.sum()} would be offered more after leaving"
    )


def worse(less: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the same complaints with more loss, fault, severity or prior failures: one of them, or several."""
    more, many = less.copy(), len(less)
    which = rng.random((4, many)) < 0.4
    which[rng.integers(0, 4, many), np.arange(many)] = True
    loss, fault, grave, prior = which
    more.loc[loss, "loss"] = np.round(less["loss"] * np.exp(rng.uniform(0.001, 2.5, many)), 2)[loss]
    more.loc[fault, "fault"] = np.minimum(less["fault"] + rng.uniform(0.01, 0.7, many), 1.0)[fault]
    raised = np.minimum(less["severity"].fillna(1) + rng.integers(0, 5, many), 5)
    more.loc[grave, "severity"] = raised[grave]
    more.loc[prior, "prior_failures"] = (less["prior_failures"] + rng.integers(1, 5, many))[prior]
    return more


def pairs(rng: np.random.Generator, settings: Settings) -> None:
    """Print in how many of 20,000 pairs the worse case is offered less while both are pursued."""
    less = complaints(rng, 20_000, BUYING + LEFT)
    less["loss"] = np.round(less["loss"] * np.exp(rng.uniform(-4, 1.5, len(less))), 2)
    less["fault"] = np.round(rng.uniform(0.05, 1.0, len(less)), 2)
    less["owed"] = np.where(
        rng.random(len(less)) < 0.2, np.round(0.3 * less["loss"] * rng.random(len(less)), 2), 0.0
    )
    less["already_paid"] = np.where(
        rng.random(len(less)) < 0.2, np.round(0.3 * less["loss"] * rng.random(len(less)), 2), 0.0
    )
    less["margin_rate"] = np.round(rng.uniform(0.05, 0.8, len(less)), 2)
    less["strategic_value"] = np.where(
        rng.random(len(less)) < 0.1, np.round(rng.lognormal(8, 1.5, len(less))), np.nan
    )
    first, second = advised(less, settings), advised(worse(less, rng), settings)
    pursued = ((first["decision"] == "Pursue") & (second["decision"] == "Pursue")).to_numpy()
    lower = {name: int(((second[name] < first[name]).to_numpy() & pursued).sum()) for name in OFFERED}
    print(f"pairs: {len(less):,}, both pursued {pursued.sum():,}; offered less in the worse case: {lower}")


def small_ledgers(rng: np.random.Generator, settings: Settings, many: int = 216) -> None:
    """Print what is expected in all over what came, on ledgers of 30 to 100 customers."""
    rows, frames = [], {name: load(name) for name in CUTS}
    for at in range(many):
        name = list(CUTS)[at % len(CUTS)]
        frame, day = frames[name], pd.Timestamp(rng.choice(CUTS[name]))
        end = frame["order_date"].max()
        known = frame.loc[frame["order_date"] <= day, "customer_id"].unique()
        some = frame[frame["customer_id"].isin(rng.choice(known, int(rng.integers(30, 101)), replace=False))]
        span = (end - day).days
        then = book.read(some[some["order_date"] <= day], day)
        history = segment_table.build(then, settings=settings).history
        said = customer_value.rate(history, settings, days=span)
        after = some[(some["order_date"] > day) & (some["order_value"] > 0)]
        came = len(after.drop_duplicates(["customer_id", "order_date"]))
        model = str(said.attrs.get("order_model", ""))
        rows.append(
            (name, model.split(" model", maxsplit=1)[0][:30], float(said["expected_orders"].sum()), came)
        )
    found = pd.DataFrame(rows, columns=["ledger", "model", "said", "came"])
    found["ratio"] = found["said"] / found["came"].clip(lower=1)
    print(
        f"small ledgers: {len(found)}; expected over what came, median {found['ratio'].median():.2f}, off by {(found['ratio'] - 1).abs().median():.0%} in the median"
    )
    for by in ("ledger", "model"):
        print(
            found.groupby(by)["ratio"]
            .describe(percentiles=[0.25, 0.5, 0.75])
            .round(2)[["count", "25%", "50%", "75%"]]
            .to_string()
        )


def sentences(rng: np.random.Generator, settings: Settings) -> None:
    """Print how many of the sentences of what would change a level come true when they are acted out."""
    cases = [*ledgers(DATA), drawn_ledger(rng), drawn_ledger(rng)]
    true, asked = np.sum([share_true(orders, day, 130, rng, settings) for orders, day in cases], axis=0)
    print(f"sentences: {asked} acted out, {true / asked:.1%} come true")


PARTS: dict[str, Callable[[np.random.Generator, Settings], None]] = {
    "complaints": who_complains, "pairs": pairs, "small": small_ledgers, "sentences": sentences,
}  # fmt: skip


def main() -> None:
    """Print the parts that are asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name in given.parts or PARTS:
        PARTS[name](np.random.default_rng(given.seed), Settings())


if __name__ == "__main__":
    main()
