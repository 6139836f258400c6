"""Which column of a file is which of ours: by heading, by alias, by near spelling, or as the user says.

Never by guess: a heading that could mean two things, or two headings that could mean one, are refused together
with the words that settle it. Knows nothing of files; readers use `scorer` to find the row of headings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from winback_xl.inputs import heading_issues
from winback_xl.inputs.chosen_heading import chosen_places
from winback_xl.inputs.heading_hits import in_money, with_cells
from winback_xl.inputs.heading_languages import (
    CLOSED,
    DEALS,
    NUMBER_BESIDE_NAME,
    SECOND,
    STAND_INS,
    paid_first,
)
from winback_xl.inputs.heading_scorer import scorer, target
from winback_xl.inputs.heading_source import Source
from winback_xl.inputs.spelling import LONGEST, SHORT, How, bare, is_currency, key, known_spellings, likeness
from winback_xl.schema.columns import ORDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.errors import Issue
    from winback_xl.schema.columns import Column, Table

__all__ = ["Source", "match", "named", "scorer", "target"]

NEAR = 0.85
"""Least likeness (difflib ratio) of a spelling that is taken without asking; measured: 20 of 22 right, none wrong."""

_LOOKS_LIKE = 0.75  # likeness from which a heading is named as a possible candidate, but not taken
_COMPARED = 500  # headings in which a near spelling is looked for: a table of more columns is not one of ours


def match(
    found: Sequence[str],
    table: Table,
    given: Mapping[str, str] | None = None,
    *,
    but: frozenset[int] = frozenset(),
    empty: frozenset[int] = frozenset(),
) -> tuple[dict[str, Source], list[Issue]]:
    """Find our columns among the headings of a file.

    Parameters
    ----------
    found : sequence of str
        Headings in the order of the file; "" or ``"#3"`` for a column without one.
    table : Table
        What is looked for.
    given : mapping of str to str, optional
        What the user says: our heading (or name, or alias) to a found heading, ``"#2"`` for the second column,
        ``"Quantity*UnitPrice"`` for a product, or ``""`` to leave the column out.
    but : frozenset of int
        Positions that are not looked at unless they are given.
    empty : frozenset of int
        Positions without a single cell: they are taken only where nothing else could be.

    Returns
    -------
    sources : dict of str to Source
        By the name of our column, in the order of the table.
    issues : list of Issue
        Errors for what is missing, doubled or in doubt; warnings and notes for near spellings.

    Examples
    --------
    >>> from winback_xl.schema.columns import ORDERS
    >>> sources, issues = match(["CustNo", "InvoiceDate", "Amuont"], ORDERS, {"Customer ID": "CustNo"})
    >>> {name: source.text for name, source in sources.items()}
    {'customer_id': 'CustNo', 'order_date': 'InvoiceDate'}
    >>> issues[0].what
    "There is no heading Order value, but 'Amuont' looks like it."
    """
    search = _Search(tuple(found), table, empty=empty)
    search.take_given(given or {})
    search.used |= but
    search.take_number_beside_name()
    search.take_day_of_deal()
    search.take_named()
    search.take_near()
    search.take_second()
    search.take_stand_in()
    search.report_missing()
    return {name: search.sources[name] for name in table.names if name in search.sources}, search.issues


def named(
    found: Sequence[str], table: Table, given: Mapping[str, str]
) -> tuple[dict[str, Source], list[Issue]]:
    """Find only the columns that the user names; parameters and results are those of `match`."""
    search = _Search(tuple(found), table)
    search.take_given(given)
    return dict(search.sources), search.issues


@dataclass(slots=True)
class _Search:
    """What is found so far, and what was already reported."""

    found: tuple[str, ...]
    table: Table
    empty: frozenset[int] = frozenset()
    sources: dict[str, Source] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)  # columns that were found, left out, or reported
    used: set[int] = field(default_factory=set)  # found columns that are taken, or reported
    issues: list[Issue] = field(default_factory=list)

    def take_given(self, given: Mapping[str, str]) -> None:
        """Take the columns that the user named."""
        for ours, theirs in given.items():
            column = target(ours, self.table)
            if column is None:
                self.issues.append(heading_issues.unknown_column(self.table, ours))
                continue
            self.settled.add(column.name)
            if not theirs.strip():
                if column.required:
                    self.issues.append(heading_issues.needed_column(self.table, column))
                continue
            choice = chosen_places(self.found, self.table, column, theirs)
            self.issues += choice.issues
            self.used.update(choice.places or choice.doubtful)
            if choice.places:
                text = "*".join(self.found[at] or f"#{at + 1}" for at in choice.places)
                self.sources[column.name] = Source(choice.places, text, "given")

    def take_named(self) -> None:
        """Take the headings that are ours or an alias; refuse two for one column."""
        known = known_spellings(self.table)
        hits: dict[str, dict[How, list[int]]] = {}
        for at in self._free():
            entry = known.get(key(self.found[at])) or known.get(key(bare(self.found[at])))
            if entry is not None and entry[0] not in self.settled:
                hits.setdefault(entry[0], {}).setdefault(entry[1], []).append(at)
        for name, all_hits in hits.items():
            by_how = with_cells(all_hits, self.empty)
            if name == "margin":
                by_how = in_money(by_how, self.found)
            how: How = "same" if "same" in by_how else "alias"
            if len(by_how[how]) == 1:
                self._take(name, by_how[how][0], how)
                self._report_left_out(name, by_how.get("alias", []) if how == "same" else [])
            else:
                self._ask_which(self.table[name], by_how[how])

    def take_number_beside_name(self) -> None:
        """Take "Customer" for the number where "Customer name" is next to it and nothing else is the number."""
        if not {"customer_id", "customer"} <= set(self.table.names) - self.settled:
            return
        number, places = self.table["customer_id"], {key(self.found[at]): at for at in reversed(self._free())}
        pair = next(
            (both for both in NUMBER_BESIDE_NAME if {key(word) for word in both} <= places.keys()), None
        )
        if pair is None:
            return
        short, long = (places[key(word)] for word in pair)
        others = (self.found[at] for at in self._free()[:_COMPARED] if at not in {short, long})
        if any(likeness(heading, number) >= NEAR for heading in others):
            return
        self._take("customer_id", short, "alias")
        self._take("customer", long, "alias")
        self.issues.append(
            heading_issues.taken_beside_name(self.table, number, self.found[short], self.found[long])
        )

    def take_day_of_deal(self) -> None:
        """Take the day on which a deal was closed, where the rows are deals: the day it was entered is not the order."""
        if self.table is not ORDERS or "order_date" in self.settled:
            return
        free = {key(self.found[at]): at for at in reversed(self._free()) if at not in self.empty}
        if {key(word) for word in DEALS}.isdisjoint(free) or key(self.table["order_date"].heading) in free:
            return
        at = next((free[key(word)] for word in CLOSED if key(word) in free), None)
        if at is not None:
            self._take("order_date", at, "alias")

    def take_near(self) -> None:
        """Take what is nearly ours, where only one column and only one heading come into question."""
        wanted = [column for column in self.table.columns if column.name not in self.settled]
        free = [at for at in self._free()[:_COMPARED] if len(key(self.found[at])) >= SHORT]
        near = [(at, column) for at in free for column in wanted if likeness(self.found[at], column) >= NEAR]
        for column in wanted:
            places = [at for at, other in near if other is column]
            rivals = [other for at, other in near if at in places]
            if len(places) > 1:
                self._ask_which(column, places)
            elif len(rivals) > 1:
                self._ask_what(column, rivals, places[0])
            elif places:
                self._take(column.name, places[0], "near")
                self.issues.append(heading_issues.taken_near(self.table, column, self.found[places[0]]))

    def take_second(self) -> None:
        """Take headings of the second choice for columns that are still without one, the best one first."""
        free, names = {key(self.found[at]): at for at in reversed(self._free())}, self.sources.get("customer")
        filled = {name: at for name, at in free.items() if at not in self.empty}
        for (title, name), choices in SECOND.items():
            if title != self.table.title or name in self.settled or name not in self.table.names:
                continue
            if name == "customer_id" and names is not None:
                if names.how != "near" or key(names.text) not in {key(choice) for choice in choices}:
                    continue  # a name says better than a doubtful number who ordered
                self._give_back("customer", names)
                filled[key(names.text)] = names.positions[0]
            places = (filled.get(key(choice)) for choice in paid_first(name, choices, free))
            at = next((one for one in places if one is not None), None)
            if at is not None and at not in self.used:
                self._take(name, at, "alias")
        if "currency" in self.table.names and "currency" not in self.settled:
            at = next(
                (at for at in filled.values() if at not in self.used and is_currency(self.found[at])), None
            )
            if at is not None:
                self._take("currency", at, "alias")

    def take_stand_in(self) -> None:
        """Take the customer's name or e-mail for the id, where there is no other."""
        if "customer_id" in self.settled:
            return
        named = self.sources.get("customer")
        places = [*self._free(), *(named.positions if named else ())]
        filled = [at for at in places if at not in self.empty]
        free = {key(self.found[at]): at for at in reversed(filled or places)}
        name = next((key(word) for word in STAND_INS.get(self.table.title, ()) if key(word) in free), None)
        if name is None:
            return
        column, at = self.table["customer_id"], free[name]
        if named and at in named.positions:
            del self.sources["customer"]  # who is called by the name needs no second name
        self._take(column.name, at, "stand-in")
        self.issues.append(heading_issues.taken_as_stand_in(self.table, column, self.found[at]))

    def report_missing(self) -> None:
        """Report which required column is missing, and which heading left over looks like one of ours."""
        rest = [self.found[at] for at in self._free()[:_COMPARED]]
        for column in self.table.columns:
            if column.name in self.settled:
                continue
            alike = [heading for heading in rest if likeness(heading, column) >= _LOOKS_LIKE]
            if column.required:
                self.issues.append(heading_issues.missing(self.table, column, alike, self.found))
            elif alike:
                self.issues.append(heading_issues.looks_alike(self.table, column, alike[0]))

    def _free(self) -> list[int]:
        return [
            at
            for at, heading in enumerate(self.found)
            if heading.strip() and len(heading) <= LONGEST and at not in self.used
        ]

    def _give_back(self, name: str, source: Source) -> None:
        """Take a column that was only spelt nearly so for what it means exactly."""
        del self.sources[name]
        self.settled.discard(name)
        self.used.difference_update(source.positions)
        self.issues = [issue for issue in self.issues if f"'{source.text}'" not in issue.what]

    def _take(self, name: str, at: int, how: How) -> None:
        self.sources[name] = Source((at,), self.found[at], how)
        self.settled.add(name)
        self.used.add(at)

    def _ask_which(self, column: Column, places: Sequence[int]) -> None:
        self.settled.add(column.name)
        self.used.update(places)
        headings = [self.found[at] for at in places]
        self.issues.append(heading_issues.two_headings(self.table, column, headings, places))

    def _report_left_out(self, name: str, places: Sequence[int]) -> None:
        column, taken = self.table[name], self.sources[name].text
        self.issues += [heading_issues.left_out(self.table, column, taken, self.found[at]) for at in places]

    def _ask_what(self, column: Column, rivals: Sequence[Column], at: int) -> None:
        self.settled.update(rival.name for rival in rivals)
        if at in self.used:
            return  # reported with the first of the candidates
        self.used.add(at)
        self.issues.append(heading_issues.two_columns(self.table, column, rivals, self.found[at]))
