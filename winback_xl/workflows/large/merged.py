"""The results of all parts, put together: what is about all customers, and the customers in the order of their IDs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.core.orders.order_days import OrderDays, Summary
from winback_xl.core.wording import plural
from winback_xl.errors import DataError, Issue
from winback_xl.inputs import decisions
from winback_xl.workflows.large import aside_rows, file_numbers
from winback_xl.workflows.large.part import ABOUT, ASIDE, DAYS, NAME, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.decisions import Verdict
    from winback_xl.settings import Settings

SLICE = 250_000
"""Customers that are worked on at a time once the parts are put together."""


@dataclass(frozen=True, slots=True)
class Merged:
    """All parts of a ledger, summarised.

    Parameters
    ----------
    parts : sequence of Table
        As `part.summarised` gives them.
    about : sequence of mapping
        What is known of each part.
    as_of : Timestamp
        The last day that counts.
    settings : Settings
    aside : sequence of bytes
        The first rows that each part sets aside.
    """

    parts: Sequence[pa.Table]
    about: Sequence[dict[str, Any]]
    as_of: pd.Timestamp
    settings: Settings
    aside: Sequence[bytes]

    @classmethod
    def of(cls, parts: Sequence[pa.Table], as_of: pd.Timestamp, settings: Settings) -> Merged:
        """Put parts together, and check that all of them were read in one way."""
        about = about_of(parts)
        if failed := next((one for one in about if one["errors"]), None):
            raise DataError.from_issues(Issue(*issue) for issue in failed["errors"])
        file_numbers.refuse_shared([part.schema.metadata[NUMBERS] for part in parts])
        ways = {json.dumps([one["matched"], one["currency"]]) for one in about}
        if len(ways) > 1:
            raise DataError(
                "The parts of the ledger were read in different ways.",
                "Say which column is which (--column), and in which currency the orders are (currency in the settings).",
                "parts-differ",
            )
        aside = [part.schema.metadata[ASIDE] for part in parts]
        bare = [part.replace_schema_metadata(None) for part in parts]
        return cls(bare, about, as_of, settings, aside)

    def __len__(self) -> int:
        """Return the number of customers."""
        return sum(len(part) for part in self.parts)

    @property
    def attrs(self) -> dict[str, float]:
        """What `customer_history.summarise` says about all customers."""
        tally = np.zeros(max(len(one["gaps"]) for one in self.about), np.int64)
        for one in self.about:
            tally[: len(one["gaps"])] += np.asarray(one["gaps"], np.int64)
        first = min(one["first_day"] for one in self.about)
        points = (0.5, self.settings.population_limit_quantile)
        cadence, limit = (quantile(tally, point) for point in points)
        day = int(np.datetime64(self.as_of, "D").astype(np.int64))
        return {
            "population_cadence": cadence,
            "population_limit": limit,
            "ledger_days": float(day - first + 1),
        }

    def slices(self) -> Iterator[Summary]:
        """Return the summaries of about `SLICE` customers at a time, in the order of their IDs."""
        attrs = self.attrs
        ends = self._ends()
        start = [0] * len(self.parts)
        for end in [*ends, None]:
            stop = [len(part) if end is None else _until(part, end) for part in self.parts]
            pieces = [
                part.slice(a, b - a) for part, a, b in zip(self.parts, start, stop, strict=True) if b > a
            ]
            start = stop
            if pieces:
                table = pa.concat_tables(pieces, promote_options="permissive").combine_chunks()
                yield self._summary(table.take(pc.sort_indices(table.column("customer_id"))), attrs)

    def _ends(self) -> list[str]:
        """Return the IDs at which a slice ends, from a sample of all of them."""
        step = max(SLICE // 64, 1)
        sample = [
            part.column("customer_id").take(pa.array(np.arange(0, len(part), step))) for part in self.parts
        ]
        ranked = pa.chunked_array(
            [chunk for one in sample for chunk in one.chunks], pa.string()
        ).combine_chunks()
        ranked = ranked.take(pc.sort_indices(ranked))
        every = max(SLICE // step, 1)
        return [ranked[at].as_py() for at in range(every, len(ranked), every)]

    def _summary(self, table: pa.Table, attrs: dict[str, float]) -> Summary:
        days = table.column(DAYS).combine_chunks()
        days = days.chunk(0) if isinstance(days, pa.ChunkedArray) else days
        end = days.offsets.to_numpy()
        day = days.flatten().to_numpy().astype(np.int64)
        customer = np.repeat(np.arange(len(table)), np.diff(end))
        frame = table.drop_columns([DAYS]).to_pandas()
        columns: dict[str, Any] = {name: _column(frame[name]) for name in frame if name != NAME}
        columns["customer_id"] = pd.Index(frame["customer_id"])
        if NAME in frame:
            columns[NAME] = frame[NAME].fillna("")
        as_of = int(np.datetime64(self.as_of, "D").astype(np.int64))
        return Summary(columns, attrs, OrderDays.of_pairs(customer, day, len(table)), as_of)

    def set_aside(self, others: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """Return the rows that are not used, the first ones listed, the rest blank; then those of the other tables."""
        counts = [one["set_aside"] for one in self.about]
        return aside_rows.padded(aside_rows.listed(self.aside, counts), sum(counts), others)

    def used(self, files: int) -> NDArray[np.int64]:
        """Return how many rows of each file are used."""
        return self._by_file("used", files)

    def rows_in(self, files: int) -> NDArray[np.int64]:
        """Return how many rows each file holds."""
        return self._by_file("rows_in", files)

    def _by_file(self, name: str, files: int) -> NDArray[np.int64]:
        out = np.zeros(files, np.int64)
        for one in self.about:
            out[: len(one[name])] += np.asarray(one[name], np.int64)
        return out

    @property
    def revenue(self) -> float:
        """Orders less credits of all rows that are used; NaN without values."""
        known = [one["revenue"] for one in self.about if one["revenue"] is not None]
        return float(sum(known)) if known else float("nan")

    @property
    def currency(self) -> str:
        """The currency of the orders, "" where nothing says."""
        return str(self.about[0]["currency"])

    @property
    def sizes(self) -> dict[str, int]:
        """How large the orders are, as `money_scale.sizes` counts them."""
        found = Counter[str]()
        for one in self.about:
            found.update(one["sizes"])
        return dict(found)

    @property
    def opted_out(self) -> frozenset[str]:
        """Customers whose orders say that they want no mail."""
        return frozenset(who for one in self.about for who in one["opted_out"])

    def issues(self) -> tuple[Issue, ...]:
        """Return what was found in all parts, each kind of finding once."""
        aside = Counter[str]()
        for one in self.about:
            aside.update(one["set_aside_by"])
        found: dict[tuple[str, str], list[Issue]] = {}
        for one in self.about:
            for each in one["issues"]:
                issue = Issue(*each)
                found.setdefault((issue.code, issue.severity), []).append(issue)
        if any(
            code == "order-two-customers" for code, _ in found
        ):  # how often a number comes twice is not seen in a part
            found = {key: same for key, same in found.items() if key[0] != "order-id-repeated"}
        stated = []
        for (code, _), same in found.items():
            first = max(same, key=lambda issue: issue.rows)
            if len({issue.what for issue in same}) > 1:
                rows = f", {plural(aside[code], 'row')} in all set aside" if aside[code] else ""
                first = replace(
                    first, what=f"{first.what} So in one of {len(same):,} parts of the ledger{rows}."
                )
            stated.append(replace(first, rows=aside[code]))
        return tuple(stated)


def about_of(parts: Sequence[pa.Table]) -> list[dict[str, Any]]:
    """Return what is about each part as a whole."""
    return [json.loads(part.schema.metadata[ABOUT]) for part in parts]


def verdicts(about: Sequence[Mapping[str, Any]]) -> dict[str, Verdict]:
    """Return what the whole ledger decides, from the counts of all parts."""
    return decisions.decided(reduce(decisions.together, (one["tallies"] for one in about), {}))


def quantile(tally: NDArray[np.int64], point: float) -> float:
    """Return a quantile of whole numbers that were counted, as `numpy.quantile` gives it for all of them.

    Parameters
    ----------
    tally : ndarray of int, shape (largest + 1,)
        How often each number is there.
    point : float
        0 to 1.

    Examples
    --------
    >>> quantile(np.array([0] * 30 + [2, 1] + [0] * 58 + [1]), 0.5), float(np.quantile([30, 30, 31, 90], 0.5))
    (30.5, 30.5)
    """
    count = int(tally.sum())
    if not count:
        return float("nan")
    until = np.cumsum(tally)
    place = (count - 1) * point
    low = int(np.searchsorted(until, np.floor(place), side="right"))
    high = int(np.searchsorted(until, min(np.floor(place) + 1, count - 1), side="right"))
    part, step = place - np.floor(place), high - low
    return float(
        low + step * part if part < 0.5 else high - step * (1 - part)
    )  # as numpy does, to the last bit


def _until(part: pa.Table, end: str) -> int:
    """Return how many customers of a part come before an ID."""
    ids = part.column("customer_id")
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        if ids[middle].as_py() < end:
            low = middle + 1
        else:
            high = middle
    return low


def _column(values: pd.Series) -> Any:
    return values.to_numpy() if values.dtype.kind in "iufMb" else values.to_numpy(dtype=object)
