"""Which column of a file is which: what the user says, what a known export says, then headings, then content.

Everything that looks at the headings of a file comes through here, so that `check`, `plan` and the choice of a sheet
never differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from winback_xl.errors import Issue
from winback_xl.inputs import aid_columns, by_content, customer_key, export_roles, headings, known_export
from winback_xl.inputs.aid_columns import Place
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.opt_outs import says as headings_say
from winback_xl.inputs.spelling import key, known_spellings
from winback_xl.inputs.systems import fold
from winback_xl.inputs.words import polarity
from winback_xl.schema.columns import CUSTOMERS, ORDERS
from winback_xl.schema.order_aids import ORDER_AIDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.inputs.customer_key import Cells
    from winback_xl.inputs.known_export import Filling
    from winback_xl.inputs.systems import KnownExport
    from winback_xl.schema.columns import Table

LEVELS = {"order_total": "order", "line_value": "line"}
"""Names under which the user says what the order value is of."""

_NUMBERS = frozenset({"name", "order", "number", "no", "id", "nr", "numero", "nummer", "ordername"})
_NUMBER = re.compile(r"#?[A-Za-z]{0,6}[-_/ ]?\d+")

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
    made : mapping of str to tuple
        Our columns that are made of several of theirs, as `known_export.fillings` gives them.
    fixed : frozenset of str
        Columns that the user or the known export named.
    """

    sources: dict[str, Source]
    places: tuple[Place, ...] = ()
    issues: tuple[Issue, ...] = ()
    export: KnownExport | None = None
    level: str = ""
    made: Mapping[str, Filling] = field(default_factory=dict)
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
    theirs, made = ({}, {}) if export is None else export_roles.roles(export, found, own, cells)
    aids_of_export = {_aid_name(ours): place for ours, place in theirs.items() if _is_aid(ours)}
    stated: list[Issue] = []
    named, issues = headings.named(found, ORDER_AIDS, helpers)
    stated += issues
    at = {name: source.positions for name, source in named.items()}
    at |= {_aid_name(ours): () for ours, text in helpers.items() if not text.strip()}
    for name, place in aids_of_export.items():
        at.setdefault(name, (place,))
    roles = {ours: f"#{place + 1}" for ours, place in theirs.items() if not _is_aid(ours)}
    ignored = frozenset() if export is None else export_roles.ignored(export, found, made)
    ignored |= {
        source.positions[0] for name, source in named.items() if name not in {"quantity", "unit_price"}
    }
    sources, issues = headings.match(found, table, {**roles, **own}, but=ignored, empty=_empty(found, cells))
    sources, issues = export_roles.with_made(sources, issues, table, made, found)
    sources = {name: replace(source, text=_shown(source, found)) for name, source in sources.items()}
    fixed = frozenset(name for name, source in sources.items() if source.how == "given")
    stated += issues
    if cells is not None and not any(issue.severity == "error" for issue in issues):
        sources, more = customer_key.choose(found, sources, cells, fixed=fixed)
        stated += more
        sources = _with_number(sources, found, cells, own)
    if export is not None and not level:
        level = (
            _KNOWN_LEVELS.get(export.level, "") if "order_value" in fixed and "Order value" not in own else ""
        )
    taken = {place for source in sources.values() for place in source.positions}
    states = () if export is None else export_roles.columns_of(export, found)
    consent = _consent(found, export)
    taken |= {place.position for place in consent}
    places = aid_columns.find(found, taken, _with_states(at, states, helpers), frozenset(named))
    if cells is not None and export is None and "customer_id" in sources:
        said = {column for column in map(_own, own) if column} | {_aid_name(ours) for ours in helpers}
        sources, places, more = by_content.find(found, sources, (*places, *consent), cells, said)
        stated += more
    else:
        places = [*places, *consent]
    return Choice(sources, tuple(places), tuple(stated), export, level, made, fixed)


def _with_number(
    sources: dict[str, Source], found: Sequence[str], cells: Cells, own: Mapping[str, str]
) -> dict[str, Source]:
    """Take a column such as Name or ID for the order number where its cells are numbers of orders: #1001, SO-77."""
    used = {at for source in sources.values() for at in source.positions}
    if "order_id" in sources or any(_own(ours) == "order_id" for ours in own):
        return sources
    for at, heading in enumerate(found):
        if at in used or key(heading) not in _NUMBERS:
            continue
        codes, words = cells.sample(at)
        mostly = [bool(_NUMBER.fullmatch(word)) for word in words]
        once = len(words) == int((codes >= 0).sum())
        if words and all(mostly) and (once or any(word.startswith("#") for word in words)):
            added = {**sources, "order_id": Source((at,), heading, "alias")}
            return {name: added[name] for name in ORDERS.names if name in added}
    return sources


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
    return known_spellings(ORDER_AIDS)[key(ours)][0]


def _of_list(
    found: Sequence[str], table: Table, given: dict[str, str], export: KnownExport | None, cells: Cells | None
) -> Choice:
    """Choose the columns of a list of customers, incidents or reps."""
    roles: dict[str, str] = {}
    made: dict[str, Filling] = {}
    ignored: frozenset[int] = frozenset()
    if export is not None:
        own = {column.name for ours in given if (column := headings.target(ours, table)) is not None}
        theirs, made = export_roles.roles(export, found, given, cells)
        for ours, place in theirs.items():
            column = headings.target(ours, table)
            if column is not None and column.name not in own:
                roles[ours] = f"#{place + 1}"
        ignored = export_roles.ignored(export, found, made)
    places = _consent(found, export) if table is CUSTOMERS and not _left_alone(given) else []
    first = next((at for at, heading in enumerate(found) if _is_own(heading, table)), -1)
    places = [place for place in places if place.position != first]
    ignored |= {place.position for place in places}
    sources, issues = headings.match(
        found, table, {**roles, **given}, but=ignored, empty=_empty(found, cells)
    )
    sources, issues = export_roles.with_made(sources, issues, table, made, found)
    if export is not None and export.lacks and "customer_id" not in sources:
        issues = [issue for issue in issues if issue.code != "heading-missing"]
        issues.append(Issue("customer-lacking", "error", f"It is a {export.name}.", export.lacks))
    sources = {name: replace(source, text=_shown(source, found)) for name, source in sources.items()}
    if table is CUSTOMERS and "customer_id" not in sources and "email" in sources:
        issues = [issue for issue in issues if issue.code != "heading-missing"]
        sources = {"customer_id": replace(sources["email"], how="stand-in"), **sources}
        what = f"There are no customer numbers: customers are identified by '{sources['email'].text}'."
        issues.append(
            Issue(
                "heading-stand-in",
                "note",
                what,
                "If there is a number, name it: --column 'Customers:Customer ID=HEADING'.",
            )
        )
    named = sources.get("do_not_contact")
    if named is not None and len(named.positions) == 1 and polarity(named.text) == "consent":
        places.append(
            Place("consent", named.text, named.positions[0], given=True)
        )  # there, Yes means that we may
        del sources["do_not_contact"]
    return Choice(sources, tuple(places), tuple(issues), export, made=made)


def _consent(found: Sequence[str], export: KnownExport | None) -> list[Place]:
    """Return the columns that say who wants no mail, or who does."""
    theirs = {fold(column.heading) for column in export.consent} if export else set()
    return [
        Place("consent", heading, at)
        for at, heading in enumerate(found)
        if fold(heading) in theirs or (heading.strip() and headings_say(heading))
    ]


def _is_own(heading: str, table: Table) -> bool:
    """Return whether a heading is our own or an other name of ours for who opted out."""
    column = headings.target(heading, table) if heading.strip() else None
    return column is not None and column.name == "do_not_contact"


def _left_alone(given: Mapping[str, str]) -> bool:
    """Return whether the user named the column that says who opted out, or left it out."""
    return any(fold(ours) == "donotcontact" for ours in given)


def _shown(source: Source, found: Sequence[str]) -> str:
    """Return the heading of a source, not its number, where it has one."""
    if len(source.positions) == 1 and source.positions[0] < len(found) and source.text.startswith("#"):
        return found[source.positions[0]] or source.text
    return source.text


def _with_states(
    at: Mapping[str, tuple[int, ...]], states: tuple[int, ...], helpers: Mapping[str, str]
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
