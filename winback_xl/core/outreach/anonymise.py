"""Take out of a plan what names a person or repeats what people wrote, before it leaves the house. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from winback_xl.core.campaign.campaign_plan import Plan

HIDDEN = "(masked)"
"""Stands where a text was."""

_NO_WORDS = columns.NUMERIC | {"date"}


def plan(given: Plan, *, ids: bool = False) -> Plan:
    """Return a plan without names, contacts and free text.

    Parameters
    ----------
    given : Plan
        What is to be shared.
    ids : bool
        Replace the Customer IDs too.

    Returns
    -------
    Plan
        Customers are "Customer 001", ... in the order of their ids, the same in every table. What people typed into
        a column of dates or numbers and is none goes as well, and so does everything about the input files.
    """
    numbers = pseudonyms((table["customer_id"] for table in _tables(given)), "Customer")
    ours = (column.name for column in columns.CAMPAIGN.columns if column.masking == "person")
    people = pseudonyms((given.campaign[name] for name in ours if name in given.campaign), "Rep")
    segments, make_goods, campaign = (
        frame_without(frame, table, numbers, people, ids=ids)
        for frame, table in zip(
            _tables(given), (columns.SEGMENTS, columns.MAKE_GOODS, columns.CAMPAIGN), strict=True
        )
    )
    causes = given.causes.copy()
    if "cause" in causes:
        causes["cause"] = [f"Cause {place}" for place in range(1, len(causes) + 1)]
    for name in ("why", "fix_why"):
        if name in causes:
            causes[name] = [_hidden(text) for text in causes[name]]
    return replace(
        given, segments=segments, make_goods=make_goods, campaign=campaign, causes=causes, set_aside=pd.DataFrame(),
        issues=(), sources=(),
    )  # fmt: skip


def _tables(given: Plan) -> Iterable[pd.DataFrame]:
    return (given.segments, given.make_goods, given.campaign)


def pseudonyms(columns_: Iterable[Iterable[Any]], word: str) -> dict[str, str]:
    """Return a name for each different text: the same texts always get the same names.

    >>> pseudonyms([["b", "a"], ["b", ""]], "Rep")
    {'a': 'Rep 001', 'b': 'Rep 002'}
    """
    found = sorted({text for column in columns_ for value in column if (text := str(value or "").strip())})
    wide = max(3, len(str(len(found))))
    return {text: f"{word} {place:0{wide}}" for place, text in enumerate(found, start=1)}


def frame_without(
    frame: pd.DataFrame,
    table: columns.Table,
    numbers: Mapping[str, str],
    people: Mapping[str, str],
    *,
    ids: bool,
) -> pd.DataFrame:
    """Return one table without what names a person."""
    made = frame.copy()
    known = {column.name: column for column in table.columns}
    for name in frame:
        column = known.get(str(name))
        if name == "customer_id":
            continue
        if name == "customer":
            made[name] = [numbers.get(str(key), HIDDEN) for key in frame["customer_id"]]
        elif column is not None and column.masking == "person":
            made[name] = [people.get(str(value or "").strip(), "") for value in frame[name]]
        elif (
            column is None
            or column.masking == "words"
            or (column.kind in _NO_WORDS and frame[name].dtype == object)
        ):
            made[name] = [_hidden(value) for value in frame[name]]
        elif column.choices:
            allowed = {*columns.LISTS[column.choices], ""}
            made[name] = [value if value in allowed else _hidden(value) for value in frame[name]]
        elif column.masking == "unlisted":
            made[name] = [value if value in _WORDS else _hidden(value) for value in frame[name]]
    if ids:
        made["customer_id"] = [numbers.get(str(key), HIDDEN) for key in frame["customer_id"]]
    return made


_WORDS = {
    "",
    *columns.LISTS["Failure type"],
    *columns.LISTS["Specific or systemic"],
    *columns.LISTS["Handling"],
}


def _hidden(value: Any) -> Any:
    """Return a number or a day as it is, and any other content as `HIDDEN`."""
    if isinstance(value, str):
        return HIDDEN if value.strip() else ""
    return value
