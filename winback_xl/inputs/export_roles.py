"""Which column fills which role of a known export, in the file at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.inputs import headings, known_export
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.errors import Issue
    from winback_xl.inputs.customer_key import Cells
    from winback_xl.inputs.known_export import Filling
    from winback_xl.inputs.systems import KnownExport
    from winback_xl.schema.columns import Table

_HALF = 0.5  # share of filled cells from which a column fills a role


def roles(
    export: KnownExport, found: Sequence[str], own: Mapping[str, str], cells: Cells | None
) -> tuple[dict[str, int], dict[str, Filling]]:
    """Return the position of each role of a known export that the user did not name, and those made of several columns."""
    said = {fold(ours) for ours in own}
    chosen: dict[str, int] = {}
    made: dict[str, Filling] = {}
    for ours, fillings in known_export.fillings(export, found).items():
        if fold(ours) in said:
            continue
        filling = _filled(fillings, cells)
        if len(filling) == 1 and len(filling[0]) == 1:
            chosen[ours] = filling[0][0]
        else:
            made[ours] = filling
    if "Customer" in chosen and chosen.get("Customer ID") == chosen["Customer"]:
        del chosen["Customer"]  # who is called by the name needs no second name
    names = [fold(heading) for heading in found]
    kind = next((fold(column.heading) for column in export.kind if fold(column.heading) in names), None)
    if kind is not None and "kind" not in said and "Kind" not in chosen:
        chosen["Kind"] = names.index(kind)
    return chosen, made


def _filled(fillings: Sequence[Filling], cells: Cells | None) -> Filling:
    """Return the first filling whose columns are mostly filled; where none is, the fullest."""
    if cells is None or len(fillings) == 1:
        return fillings[0]
    shares = [max(cells.filled(at) for way in filling for at in way) for filling in fillings]
    good = [filling for filling, share in zip(fillings, shares, strict=True) if share >= _HALF]
    return good[0] if good else fillings[shares.index(max(shares))]


def with_made(
    sources: dict[str, Source],
    issues: list[Issue],
    table: Table,
    made: Mapping[str, Filling],
    found: Sequence[str],
) -> tuple[dict[str, Source], list[Issue]]:
    """Add the columns that are made of several of the file's; for now each is where its first part does."""
    chosen = dict(sources)
    for ours, filling in made.items():
        column = headings.target(ours, table)
        if column is not None:
            at = filling[0][0]
            chosen[column.name] = Source((at,), found[at], "given")
            lacking = f"{table.title} need a column {column.heading},"
            issues = [issue for issue in issues if not issue.what.startswith(lacking)]
    return {name: chosen[name] for name in table.names if name in chosen}, issues


def ignored(export: KnownExport, found: Sequence[str], made: Mapping[str, Filling]) -> frozenset[int]:
    """Return the positions of headings that mean something else in this system than they do elsewhere."""
    parts = {at for filling in made.values() for way in filling for at in way}
    names = {fold(name) for name in export.ignore}
    names |= {fold(column.heading) for column in (*export.state, *export.consent)}
    return frozenset(at for at, heading in enumerate(found) if fold(heading) in names) | parts


def columns_of(export: KnownExport, found: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the columns in which a known export says the state."""
    names = {fold(column.heading) for column in export.state}
    return tuple(at for at, heading in enumerate(found) if fold(heading) in names)
