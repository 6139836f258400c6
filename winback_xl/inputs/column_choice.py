"""Which column of a file is which: what the user says, what a known export says, then headings, then content.

Everything that looks at the headings of a file comes through here, so that `check`, `plan` and the choice of a sheet
never differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from winback_xl.inputs import aid_columns, customer_key, headings, known_export
from winback_xl.inputs.spelling import known_spellings
from winback_xl.inputs.systems import fold
from winback_xl.schema.columns import ORDERS
from winback_xl.schema.order_aids import ORDER_AIDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.errors import Issue
    from winback_xl.inputs.aid_columns import Place
    from winback_xl.inputs.customer_key import Cells
    from winback_xl.inputs.headings import Source
    from winback_xl.inputs.systems import KnownExport
    from winback_xl.schema.columns import Table

LEVELS = {"order_total": "order", "line_value": "line"}
"""Names under which the user says what the order value is of."""

_TOGETHER = " + "
_HALF = 0.5
_EMPTY = 0.05  # share of filled cells below which a column is as good as empty
_KNOWN_LEVELS = {"line value": "line", "order total on each line": "order"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The columns of one file.

    Parameters
    ----------
    sources : dict of str to Source
        By the name of our column.
    places : tuple of Place
        Columns that help to read the others.
    issues : tuple of Issue
        What to tell.
    export : KnownExport or None
        The system that the file comes from.
    level : {"", "order", "line"}
        What the order value is of, where the user or the known export says so.
    joined : mapping of str to (int, ...)
        Our columns that are several of theirs, joined with a space.
    fixed : frozenset of str
        Columns that the user or the known export named.
    """

    sources: dict[str, Source]
    places: tuple[Place, ...] = ()
    issues: tuple[Issue, ...] = ()
    export: KnownExport | None = None
    level: str = ""
    joined: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()

    @property
    def matched(self) -> dict[str, str]:
        """Names of the columns that were found, helpers included."""
        return {name: source.text for name, source in self.sources.items()}


def match(
    found: Sequence[str], table: Table, given: Mapping[str, str] | None = None, *, cells: Cells | None = None
) -> Choice:
    """Choose the columns of a file.

    Parameters
    ----------
    found : sequence of str
        Headings by position.
    table : Table
        What the rows are.
    given : mapping of str to str, optional
        What the user says, as for `winback_xl.inputs.headings.match`; of Orders also the helpers, such as "State".
    cells : Cells, optional
        The cells of each column; without them headings alone decide.

    Returns
    -------
    Choice
    """
    given = dict(given or {})
    export = known_export.of(found, table)
    if table is not ORDERS:
        return _of_list(found, table, given, export, cells)
    helpers = {ours: theirs for ours, theirs in given.items() if _is_aid(ours)}
    own = {ours: theirs for ours, theirs in given.items() if ours not in helpers}
    level = ""
    for ours in list(helpers):
        name = _aid_name(ours)
        if name in LEVELS and helpers[ours].strip():
            own["Order value"], level = helpers.pop(ours), LEVELS[name]
        elif name == "margin_percent" and helpers[ours].strip():
            own.setdefault("Margin", "")
    theirs = {} if export is None else _roles(export, found, own, cells)
    aids_of_export = {_aid_name(ours): place for ours, place in theirs.items() if _is_aid(ours)}
    told: list[Issue] = []
    named, issues = headings.named(found, ORDER_AIDS, helpers)
    told += issues
    at = {name: source.positions for name, source in named.items()}
    at |= {_aid_name(ours): () for ours, text in helpers.items() if not text.strip()}
    for name, place in aids_of_export.items():
        at.setdefault(name, (place,))
    roles = {ours: f"#{place + 1}" for ours, place in theirs.items() if not _is_aid(ours)}
    joined = {} if export is None else _joined(export, found, own)
    ignored = frozenset() if export is None else _ignored(export, found)
    ignored |= {source.positions[0] for name, source in named.items() if name not in {"quantity", "unit_price"}}
    sources, issues = headings.match(found, table, {**roles, **own}, but=ignored, empty=_empty(found, cells))
    sources = {name: replace(source, text=_shown(source, found)) for name, source in sources.items()}
    fixed = frozenset(name for name, source in sources.items() if source.how == "given")
    told += issues
    if cells is not None and not any(issue.severity == "error" for issue in issues):
        sources, more = customer_key.choose(found, sources, cells, fixed=fixed)
        told += more
    if export is not None and not level:
        level = _KNOWN_LEVELS.get(export.level, "") if "order_value" in fixed and "Order value" not in own else ""
    taken = {place for source in sources.values() for place in source.positions}
    states = () if export is None else _columns_of(export, found)
    places = aid_columns.find(found, taken, _with_states(at, found, states, helpers), frozenset(named))
    return Choice(sources, tuple(places), tuple(told), export, level, joined, fixed)


def _is_aid(ours: str) -> bool:
    return headings.target(ours, ORDER_AIDS) is not None and _own(ours) is None


def _own(ours: str) -> str | None:
    """Return the column of Orders that a heading or name of ours means; other names do not count here."""
    wanted = fold(ours)
    if wanted in {fold(c.heading) for c in ORDER_AIDS.columns}:
        return None  # "Order total" is another name of Order value, but as an option it says more
    column = headings.target(ours, ORDERS)
    return None if column is None else column.name


def _aid_name(ours: str) -> str:
    return known_spellings(ORDER_AIDS)[headings.key(ours)][0]


def _of_list(
    found: Sequence[str], table: Table, given: dict[str, str], export: KnownExport | None, cells: Cells | None
) -> Choice:
    """Choose the columns of a list of customers, incidents or reps."""
    roles: dict[str, str] = {}
    joined: dict[str, tuple[int, ...]] = {}
    ignored: frozenset[int] = frozenset()
    if export is not None:
        own = {column.name for ours in given if (column := headings.target(ours, table)) is not None}
        for ours, place in _roles(export, found, given, cells).items():
            column = headings.target(ours, table)
            if column is not None and column.name not in own:
                roles[ours] = f"#{place + 1}"
        joined = _joined(export, found, given)
        ignored = _ignored(export, found)
    sources, issues = headings.match(found, table, {**roles, **given}, but=ignored, empty=_empty(found, cells))
    sources = {name: replace(source, text=_shown(source, found)) for name, source in sources.items()}
    return Choice(sources, (), tuple(issues), export, joined=joined)


def _shown(source: Source, found: Sequence[str]) -> str:
    """Return the heading of a source, not its number, where it has one."""
    if len(source.positions) == 1 and source.positions[0] < len(found) and source.text.startswith("#"):
        return found[source.positions[0]] or source.text
    return source.text


def _roles(
    export: KnownExport, found: Sequence[str], own: Mapping[str, str], cells: Cells | None
) -> dict[str, int]:
    """Return the position of each role of a known export that the user did not name; filled columns come first."""
    said = {fold(ours) for ours in own}
    chosen: dict[str, int] = {}
    for ours in export.roles:
        places = known_export.candidates(export, ours, found)
        if fold(ours) in said or not places:
            continue
        if cells is not None and len(places) > 1:
            shares = [cells.filled(place) for place in places]
            good = [place for place, share in zip(places, shares, strict=True) if share >= _HALF]
            places = good or [places[shares.index(max(shares))]]
        chosen[ours] = places[0]
    if "Customer" in chosen and chosen.get("Customer ID") == chosen["Customer"]:
        del chosen["Customer"]  # who is called by the name needs no second name
    kinds = {fold(column.heading) for column in export.kind}
    at = next((at for at, heading in enumerate(found) if fold(heading) in kinds), None)
    if at is not None and "kind" not in said and "Kind" not in chosen:
        first = next(fold(column.heading) for column in export.kind if fold(column.heading) in set(map(fold, found)))
        chosen["Kind"] = next(place for place, heading in enumerate(found) if fold(heading) == first)
    return chosen


def _joined(export: KnownExport, found: Sequence[str], own: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    """Return the roles that two columns fill together."""
    places = {fold(heading): at for at, heading in reversed(list(enumerate(found)))}
    return {
        ours: tuple(places[fold(part)] for part in theirs.split(_TOGETHER))
        for ours, theirs in known_export.roles(export, found).items()
        if _TOGETHER in theirs and ours not in own
    }


def _ignored(export: KnownExport, found: Sequence[str]) -> frozenset[int]:
    """Return the positions of headings that mean something else in this system than they do elsewhere."""
    names = {fold(name) for name in export.ignore}
    names |= {fold(column.heading) for column in (*export.state, *export.consent)}
    return frozenset(at for at, heading in enumerate(found) if fold(heading) in names)


def _columns_of(export: KnownExport, found: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the columns in which a known export says the state."""
    names = {fold(column.heading) for column in export.state}
    return tuple(at for at, heading in enumerate(found) if fold(heading) in names)


def _with_states(
    at: Mapping[str, tuple[int, ...]], found: Sequence[str], states: tuple[int, ...], helpers: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """Add the states of a known export; all other headings that say a state are then left alone."""
    placed = dict(at)
    if states and "state" not in {_aid_name(ours) for ours in helpers}:
        placed["state"] = states
    return placed


def _empty(found: Sequence[str], cells: Cells | None) -> frozenset[int]:
    """Return the positions of columns that are mostly empty: they never beat one that is filled."""
    if cells is None:
        return frozenset()
    return frozenset(at for at, heading in enumerate(found) if heading.strip() and cells.filled(at) < _EMPTY)
