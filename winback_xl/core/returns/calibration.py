"""What was said against what was seen, by tenth of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.tally import Floats

_TENTHS = 10


def tenths(said: Floats, seen: Floats) -> pd.DataFrame:
    """Return what was said and what happened, by tenth of what was said."""
    parts = min(_TENTHS, len(said))
    if not parts:
        return pd.DataFrame(columns=["tenth", "customers", "said", "seen"])
    rank = np.empty(len(said), dtype=np.int64)
    rank[np.argsort(said, kind="stable")] = np.arange(len(said))
    part = rank * parts // len(said)
    size = tally(part, parts)
    return pd.DataFrame(
        {
            "tenth": np.arange(1, parts + 1),
            "customers": size,
            "said": tally(part, parts, weights=said) / size,
            "seen": tally(part, parts, weights=seen) / size,
        }
    )


def error(by_tenth: pd.DataFrame) -> float:
    """Return the mean distance of said and seen, by the customers of each tenth; NaN without any."""
    if not len(by_tenth):
        return float("nan")
    return float(np.average((by_tenth["said"] - by_tenth["seen"]).abs(), weights=by_tenth["customers"]))
