"""What was said against what was seen: by tenth of what was said, and how far outcomes bear out the highest chances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from winback_xl.core.tally import Bools, Floats, Ints

SURE = 1.959964
"""Standard errors to either side of a 95% interval."""

LEAST, MOST = 0.005, 0.99
"""What a person does is never certain: no chance is shown below or above."""

_TENTHS = 10
_LIKELIEST = 30  # customers that the highest chances are judged by; of fewer the interval is wide


@dataclass(frozen=True, slots=True)
class Supported:
    """What became of customers on an earlier day, from the likeliest down.

    Parameters
    ----------
    day, followed : int
        Day number, and days that were counted after it.
    said : ndarray of float, shape (n,)
        Chances to order within these days, as only what was known by then gave them; lowest first.
    many, back : ndarray of int, shape (n,)
        Customers judged together with each, all that were as likely or likelier and 30 at least; how many ordered.
    most : ndarray of float, shape (n,)
        The highest chance that is borne out for each.
    """

    day: int
    followed: int
    said: Floats
    many: Ints
    back: Ints
    most: Floats

    @classmethod
    def by(cls, day: int, followed: int, said: Floats, back: Bools) -> Supported:
        """Judge what was said on a day by what happened; at least one customer."""
        falling = np.argsort(-said, kind="stable")
        size = len(said)
        many = np.arange(1, size + 1)
        came = np.cumsum(back[falling]).astype(np.int64)
        enough = np.maximum(many, min(_LIKELIEST, size)) - 1
        many, came = many[enough][::-1], came[enough][::-1]
        rising = said[falling][::-1]
        upper = wilson(came / many, many)[1]
        # Who is likelier never gets less than who is less likely.
        most = np.maximum(upper, np.maximum.accumulate(np.minimum(rising, upper)))
        return cls(day, followed, rising, many, came, most)

    def at(self, said: Floats) -> Ints:
        """Return the place of chances within the days followed: the least likely who was as likely or likelier."""
        return np.minimum(np.searchsorted(self.said, said, side="left"), len(self.said) - 1).astype(np.int64)

    @property
    def highest(self) -> float:
        """The highest chance that is borne out for anybody."""
        return float(self.most.max())


def wilson(share: Floats | float, size: Floats | Ints | float) -> tuple[Floats, Floats]:
    """Return Wilson's 95% interval of a share of ``size`` customers.

    >>> [round(float(end), 3) for end in wilson(0.9, 30.0)]
    [0.744, 0.965]
    """
    part, many = np.asarray(share, dtype=np.float64), np.asarray(size, dtype=np.float64)
    z = SURE**2 / many
    middle = (part + z / 2) / (1 + z)
    half = SURE * np.sqrt(part * (1 - part) / many + z / (4 * many)) / (1 + z)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def certain(chance: Floats) -> Floats:
    """Keep chances within `LEAST` and `MOST`."""
    return np.asarray(np.clip(chance, LEAST, MOST), dtype=np.float64)


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
