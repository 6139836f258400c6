"""Judge the return odds on month ends later than everything they were learned from.

Run: python -m tests.bench.return_odds [--small 200]
Each cell is a ledger, a day at which it is cut, and a horizon of 90 or 180 days. Who is Lapsed or Cold on that day is
asked for: how likely were they said to order again, and did they? Printed are log loss, calibration error over tenths
and the rank (AUC) of the authors' bands, of what the ledger taught, and of fits to the very outcomes that are judged:
"limit" on all of them, "crossed" on four fifths for the last fifth, and the same with further covariates: whether
silence counts more for who bought often, what baskets were worth, orders in the same months a year ago, recent order
days, and how uneven the gaps were.
"""

from __future__ import annotations

import argparse
import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from tests.bench.ledgers import CUTS, load
from winback_xl.core.make_good import win_odds
from winback_xl.core.orders import ledger as book
from winback_xl.core.orders.day_numbers import NEVER
from winback_xl.core.returns import calibration, hazard, past_states, return_rate
from winback_xl.core.returns.past_states import SILENT
from winback_xl.schema.columns import LISTS
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HORIZONS = (90, 180)
RULES = ("bands", "learned", "limit")
FOLDS = 5


def scores(said: np.ndarray, back: np.ndarray) -> dict[str, float]:
    """Return log loss, calibration error and AUC of what was said of each account."""
    inside = np.clip(said, 1e-4, 1 - 1e-4)
    loss = -np.mean(back * np.log(inside) + (1 - back) * np.log(1 - inside))
    came, rank = back.sum(), rankdata(said)
    pairs = came * (len(back) - came)
    return {
        "log loss": float(loss),
        "calibration": calibration.error(calibration.tenths(said, back)),
        "rank": float((rank[back > 0].sum() - came * (came + 1) / 2) / pairs) if pairs else float("nan"),
    }


def shipped(states: past_states.States, settings: Settings) -> np.ndarray:
    """Return the odds of the authors' bands, by status, level and silence."""
    level = np.where(states.habitual, LISTS["Level"][1], LISTS["Level"][0])
    return np.asarray(win_odds.win(states.status, level, states.ratio, "specific", settings)[0])


def cells(
    frame: pd.DataFrame, cuts: tuple[str, ...], settings: Settings
) -> Iterator[tuple[str, int, dict[str, np.ndarray], np.ndarray]]:
    """Give cut, horizon, what each rule says of each silent account, and who came back (1 or 0)."""
    end = frame["order_date"].max()
    whole = book.read(frame, end)
    for cut in cuts:
        day = pd.Timestamp(cut)
        then = book.read(frame[frame["order_date"] <= day], day)
        states = past_states.on(then.order_days, then.as_of, settings)
        states = states.where(np.isin(states.status, SILENT))
        place = whole.ids.get_indexer(then.ids[states.customer])
        after = whole.order_days.next_after(then.as_of)[place]
        learned = return_rate.learn(then, settings)
        for horizon in HORIZONS:
            if day + pd.Timedelta(days=horizon) > end or not len(states):
                continue
            back = ((after != NEVER) & (after <= then.as_of + horizon)).astype(np.float64)
            said = {"bands": shipped(states, settings), "learned": learned.of(states, horizon)}
            if 0 < back.sum() < len(back):
                features = states.features()[:, :-1]
                fitted = hazard.fit(features, back > 0, np.ones(len(back)))
                said["limit"] = fitted.chance(features)
                more = further(
                    states, frame[frame["order_date"] <= day], then.ids[states.customer], day, horizon
                )
                for name, columns in (
                    {"crossed": [], "+ all": [*itertools.chain(*more.values())]} | more
                ).items():
                    said[name] = crossed(np.column_stack([features, *columns]), back > 0)
            yield cut, horizon, said, back


def further(
    states: past_states.States, orders: pd.DataFrame, ids: pd.Index, day: pd.Timestamp, horizon: int
) -> dict[str, list[np.ndarray]]:
    """Return further covariates of silent customers by what they say."""
    bought = (
        orders[orders["order_value"] > 0]
        .groupby(["customer_id", "order_date"], as_index=False)["order_value"]
        .sum()
    )
    each, own = bought.groupby("customer_id"), states.features()

    def of(found: pd.Series) -> np.ndarray:
        return np.log1p(found.reindex(ids).fillna(0.0).to_numpy(float))

    def days(most: int, least: int = 0) -> np.ndarray:
        back = (day - bought["order_date"]).dt.days
        return of(bought[(back < most) & (back >= least)].groupby("customer_id").size())

    gap = each["order_date"].diff().dt.days.groupby(bought["customer_id"])
    usual = of(each["order_value"].mean())
    return {
        "+ silence x often": [own[:, 0] * own[:, 2], own[:, 1] * own[:, 2]],
        "+ baskets": [usual, of(each["order_value"].last()) - usual, of(each["order_value"].sum())],
        "+ year ago": [days(365, 365 - horizon)],
        "+ recent": [days(most) for most in (30, 60, 90, 180, 365)],
        "+ gaps": [of(gap.last()), of(gap.std()), of(gap.max())],
    }


def crossed(features: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Return the chance of each row by a fit to the outcomes of the others."""
    fold, said = np.random.default_rng(0).integers(0, FOLDS, len(back)), np.zeros(len(back))
    for one in range(FOLDS):
        rest = fold != one
        fitted = hazard.fit(features[rest], back[rest], np.ones(int(rest.sum())))
        said[~rest] = fitted.chance(features[~rest])
    return said


def judged(settings: Settings) -> pd.DataFrame:
    """Return one row a cell and rule: ledger, cut, horizon, rule, accounts, seen and the scores."""
    return pd.DataFrame(
        [
            {
                "ledger": name, "cut": cut, "horizon": horizon, "rule": rule, "accounts": len(back),
                "said": float(odds.mean()), "seen": float(back.mean()), **scores(odds, back),
            }
            for name, cuts in CUTS.items()
            for cut, horizon, said, back in cells(load(name), cuts, settings)
            for rule, odds in said.items()
        ]
    )  # fmt: skip


def small(many: int, customers: int, settings: Settings, seed: int = 1) -> pd.DataFrame:
    """Return log loss of bands and learned odds on ledgers of a few customers each, drawn from the large ones."""
    rng, rows = np.random.default_rng(seed), []
    frames = {name: load(name) for name in CUTS}
    for at in range(many):
        name = list(CUTS)[at % len(CUTS)]
        frame = frames[name]
        some = rng.choice(frame["customer_id"].unique(), customers, replace=False)
        cut = str(rng.choice(CUTS[name]))
        for _, horizon, said, back in cells(frame[frame["customer_id"].isin(some)], (cut,), settings):
            row = {"ledger": name, "at": at, "horizon": horizon, "accounts": len(back)}
            rows.append(row | {rule: scores(said[rule], back)["log loss"] for rule in RULES[:2]})
    return pd.DataFrame(rows)


def main() -> None:
    """Print the cells, and the small ledgers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=200, help="ledgers of 300 customers")
    given = parser.parse_args()
    settings = Settings()
    table = judged(settings)
    numbers = ["log loss", "calibration", "rank"]
    print(table.pivot_table(numbers, ["ledger", "cut", "horizon"], "rule").round(3).to_string())
    print(table.groupby(["ledger", "rule"])[numbers].mean().round(3).to_string())
    print(table.groupby("rule")[numbers].mean().round(4).to_string())
    if given.small:
        found = small(given.small, 300, settings)
        print(found.groupby("ledger")[["bands", "learned"]].mean().round(3).to_string())
        ledgers = found.groupby("at")[["bands", "learned"]].mean()
        print(
            f"{len(ledgers)} ledgers of 300 customers: log loss {ledgers['bands'].mean():.3f} by the bands,"
            f" {ledgers['learned'].mean():.3f} learned; learned is better on"
            f" {(ledgers['learned'] < ledgers['bands']).mean():.0%} of them"
        )


if __name__ == "__main__":
    main()
