"""Judge the return odds on month ends later than everything they were learned from.

Run: python -m tests.bench.return_odds [--small 200]
Each cell is a ledger, a day at which it is cut, and a horizon of 90 or 180 days. Who is Lapsed or Cold on that day is
asked for: how likely were they said to order again, and did they? Printed are log loss, calibration error over tenths
and the rank (AUC) of the authors' bands, of what the ledger taught, and, as the limit of what any forecast from these
features can reach, of a fit to the very outcomes that are judged.
"""

from __future__ import annotations

import argparse
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
            yield cut, horizon, said, back


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
