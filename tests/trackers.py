"""Made-up trackers for the tests of merging, and what somebody makes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.merging import carried_edits, cell_keys

if TYPE_CHECKING:
    import random

HUMAN = ["stage", "amount", "due"]
CUSTOMERS = [f"C{number}" for number in range(7)]
POOL = [
    None,
    "",
    "Won",
    "won",
    "x\ny",
    " ",
    0.0,
    1.0,
    2.5,
    True,
    False,
    pd.Timestamp("2026-11-22"),
    "2026-11-22",
    "1",
]


def made(chance: random.Random, customers: list[str], names: list[str] = HUMAN) -> pd.DataFrame:
    """Return a tracker with these customers in any order and any content."""
    order = chance.sample(customers, len(customers))
    rows = [{"campaign_id": "W", "customer_id": c, **{n: chance.choice(POOL) for n in names}} for c in order]
    return pd.DataFrame(rows, columns=[*carried_edits.KEYS, *names], dtype=object)


def some(chance: random.Random, customers: list[str] = CUSTOMERS) -> list[str]:
    return chance.sample(customers, chance.randint(0, len(customers)))


def as_sent(frame: pd.DataFrame, names: list[str] = HUMAN) -> pd.DataFrame:
    held = {name: cell_keys.tokens(frame[name]) for name in names if name in frame}
    return frame[list(carried_edits.KEYS)].assign(**held)


def cells(frame: pd.DataFrame, names: list[str]) -> dict[tuple[str, str], str]:
    """Return customer and column -> token, by the plainest loop there is."""
    found = {}
    for row in frame.to_dict("records"):
        for name in names:
            found[row["customer_id"], name] = cell_keys.token(row[name]) if name in row else ""
    return found


def edited(chance: random.Random, frame: pd.DataFrame, names: list[str], share: float = 0.3) -> pd.DataFrame:
    """Return the frame as somebody hands it back: cells changed, rows moved, deleted and added, a column added."""
    kept = frame.sample(frac=1, random_state=chance.randrange(2**31)).reset_index(drop=True)
    kept = kept.drop(index=[row for row in kept.index if chance.random() < 0.1]).reset_index(drop=True)
    for name in names:
        kept[name] = [chance.choice(POOL) if chance.random() < share else value for value in kept[name]]
    if chance.random() < 0.2:
        kept["+ own"] = pd.Series([chance.choice(POOL) for _ in kept.index], dtype=object)
    if chance.random() < 0.2:
        kept = pd.concat([kept, made(chance, [f"N{chance.randint(0, 1)}"])], ignore_index=True).astype(object)
        kept = kept.where(kept.notna(), None)
    return kept
