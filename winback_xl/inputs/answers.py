"""What the user said about a file: which column is which, which words count and which rows are left out.

A campaign remembers it, so that the next refresh, export and collect read new files in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from winback_xl.errors import UsageError, nearest
from winback_xl.inputs.systems import fold
from winback_xl.schema import columns
from winback_xl.schema.order_aids import ORDER_AIDS
from winback_xl.settings import describe

if TYPE_CHECKING:
    from winback_xl.settings import Settings

Pair = tuple[str, str]
"""Heading of the file, and a word in its cells; several words are separated by commas."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user said.

    Parameters
    ----------
    columns : mapping of str to str
        Our heading to the heading found, as for `winback_xl.inputs.headings.match`.
    count : tuple of (str, str)
        Rows with this word under this heading are orders.
    leave_out : tuple of (str, str)
        Rows with this word under this heading are left out.
    take_back : tuple of (str, str)
        Rows with this word under this heading are credits.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    count: tuple[Pair, ...] = ()
    leave_out: tuple[Pair, ...] = ()
    take_back: tuple[Pair, ...] = ()

    def said(self, heading: str, word: str) -> str:
        """Return the class of `winback_xl.inputs.systems.STATES` that the user gave a word under a heading, else ""."""
        given = ((self.leave_out, "does_not_count"), (self.take_back, "takes_back"), (self.count, "counts"))
        for pairs, meaning in given:
            if any(fold(where) == fold(heading) and holds(words, word) for where, words in pairs):
                return meaning
        return ""


def holds(words: str, word: str) -> bool:
    """Return whether an answer names a word: it alone, or one of several separated by commas.

    >>> holds("On hold, Pending", "on-hold"), holds("Sold, returned", "Sold, returned"), holds("USD", "EUR")
    (True, True, False)
    """
    wanted = fold(word)
    return wanted == fold(words) or wanted in {fold(part) for part in words.split(",")}


def option(name: str, heading: str, words: list[str]) -> str:
    """Write an answer as the option that gives it: ``--count 'Status=Pending, On hold'``."""
    return f"--{name} '{heading}={', '.join(words)}'"


_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "column": "columns_named",
        "count": "rows_count",
        "leave-out": "rows_left_out",
        "take-back": "rows_take_back",
    }
)
"""Which setting says what an option of the command says."""

_OPTION = re.compile(rf"--({'|'.join(_SETTINGS)}) '([^']*)'")


def in_settings(text: str) -> str:
    """Write the options of a fix as the settings that say the same, for those who type no commands.

    >>> in_settings("Choose: --count 'Status=Pending' if they are orders.")
    "Choose: Status=Pending in the setting 'Rows that count' if they are orders."
    """
    labels = {about.name: about.label for about in describe()}
    return _OPTION.sub(lambda found: f"{found[2]} in the setting '{labels[_SETTINGS[found[1]]]}'", text)


def _pair(text: str) -> Pair:
    heading, sign, words = text.partition("=")
    if not (sign and heading.strip() and words.strip()):
        raise UsageError(
            f"{text!r} names no rows.",
            "Write a heading and its words, such as 'Status=Pending, On hold'.",
            "rows",
        )
    return heading.strip(), words.strip()


@dataclass(frozen=True, slots=True)
class RowAnswers:
    """Which rows of the orders count, take back or are left out, by heading and word; see `Answers`."""

    count: tuple[Pair, ...] = ()
    leave_out: tuple[Pair, ...] = ()
    take_back: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, rows: Rows) -> RowAnswers:
        """Return the answers of a caller: as they are, or from texts such as ``{"leave_out": ["Status=Pending"]}``.

        Raises
        ------
        UsageError
            Another key than count, leave_out and take_back, or a text without "=".
        """
        if rows is None or isinstance(rows, RowAnswers):
            return rows or cls()
        unknown = [name for name in rows if name not in cls.__dataclass_fields__]
        if unknown:
            raise UsageError(
                f"Rows have no answer {unknown[0]!r}.", "Give count, leave_out or take_back.", "rows"
            )
        return cls(**{name: tuple(_pair(text) for text in texts) for name, texts in rows.items()})

    def answers(self, columns: Mapping[str, str], *, first: bool = True) -> Answers:
        """Return all that the user said of one table; rows are answered for the orders only."""
        return Answers(columns, self.count, self.leave_out, self.take_back) if first else Answers(columns)


Rows = RowAnswers | Mapping[str, Sequence[str]] | None
"""What a caller may say about rows: the keys count, leave_out and take_back, each with texts "Heading=word, word"."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a campaign remembers of the answers, so that the next files are read in the same way.

    Parameters
    ----------
    column : mapping of str to str
        As for `winback_xl.workflows.reading.read`.
    rows : RowAnswers
        Which rows count, take back or are left out.
    ids : mapping of str to str
        IDs of the customer list -> those of the orders, of customers who were found by e-mail.
    """

    column: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rows: RowAnswers = field(default_factory=RowAnswers)
    ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def with_rows(self, more: RowAnswers | None) -> RowAnswers:
        """Return the answers about rows with new ones; of two about one heading and word the new one counts."""
        new = more or RowAnswers()
        named = {
            (fold(where), fold(words))
            for pairs in (new.count, new.leave_out, new.take_back)
            for where, words in pairs
        }

        def kept(old: tuple[Pair, ...]) -> tuple[Pair, ...]:
            return tuple(pair for pair in old if (fold(pair[0]), fold(pair[1])) not in named)

        return RowAnswers(
            (*kept(self.rows.count), *new.count),
            (*kept(self.rows.leave_out), *new.leave_out),
            (*kept(self.rows.take_back), *new.take_back),
        )

    def as_mapping(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        rows = {
            name: [list(pair) for pair in getattr(self.rows, name)]
            for name in ("count", "leave_out", "take_back")
        }
        return {"column": dict(self.column), "ids": dict(self.ids), **rows}

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> Self:
        """Return what `as_mapping` gave; nothing for an empty mapping."""
        pairs = (
            tuple((str(a), str(b)) for a, b in known.get(name, ()))
            for name in ("count", "leave_out", "take_back")
        )
        return cls(dict(known.get("column", {})), RowAnswers(*pairs), dict(known.get("ids", {})))


def by_table(column: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sort ``--column`` pairs by the table they speak of: the one named, else the first that has the heading."""
    sorted_: dict[str, dict[str, str]] = {}
    for ours, theirs in column.items():
        title, colon, heading = ours.partition(":")
        tables = [t for t in columns.INPUTS if colon and t.title.casefold() == title.strip().casefold()]
        heading = heading.strip() if tables else ours
        searched = [*reversed(tables or columns.INPUTS)]
        if columns.ORDERS in searched:
            searched.insert(0, ORDER_AIDS)  # what helps to read the orders has the last word
        known = {c.heading.casefold(): (t, c) for t in searched for c in t.columns}
        known |= {c.name.casefold(): (t, c) for t in searched for c in t.columns}
        if heading.casefold() not in known:
            near = nearest(heading, [c.heading for t in tables or columns.INPUTS for c in t.columns])
            raise UsageError(
                f"There is no column '{heading}' to name.",
                f"Did you mean '{near}'?" if near else "winback help columns lists them.",
                code="column-unknown",
            )
        table, item = known[heading.casefold()]
        chosen = sorted_.setdefault(table.title, {})
        if item.heading in chosen:
            raise UsageError(
                f"{item.heading} of {table.title} is named twice.",
                "Name it once.",
                code="column-twice",
            )
        chosen[item.heading] = theirs
    return sorted_


def joined(
    settings: Settings, column: Mapping[str, str] | None, rows: Rows
) -> tuple[dict[str, str], RowAnswers]:
    """Return what the settings and the caller say of columns and rows; of two about one thing the caller's counts.

    Raises
    ------
    UsageError
        A setting is not of the form that it names.
    """
    given = dict(column or {})
    mine = {ours.casefold() for ours in given}
    named = {ours: theirs for ours, theirs in _several(settings.columns_named) if ours.casefold() not in mine}
    held = RowAnswers(
        _several(settings.rows_count), _several(settings.rows_left_out), _several(settings.rows_take_back)
    )
    return {**named, **given}, Said(rows=held).with_rows(RowAnswers.of(rows))


def fitting(said: Answers, found: Iterable[str], settings: Settings) -> Answers:
    """Return answers without what the settings say of headings that a file lacks: they stand for other files too.

    What a caller says of such a heading stays, and is refused where the column is looked for.
    """
    if not any(
        (settings.columns_named, settings.rows_count, settings.rows_left_out, settings.rows_take_back)
    ):
        return said
    there = {fold(heading) for heading in found}
    standing = {theirs for _, theirs in _several(settings.columns_named)}
    rows = joined(settings.with_(columns_named=""), None, None)[1]

    def fits(theirs: str) -> bool:
        return all(part.strip().startswith("#") or fold(part) in there for part in theirs.split("*"))

    named = there | {
        fold(column.heading) for column in columns.ORDERS.columns
    }  # whatever the file calls ours

    def kept(pairs: tuple[Pair, ...], old: tuple[Pair, ...]) -> tuple[Pair, ...]:
        return tuple(pair for pair in pairs if pair not in old or fold(pair[0]) in named)

    return Answers(
        {ours: theirs for ours, theirs in said.columns.items() if theirs not in standing or fits(theirs)},
        kept(said.count, rows.count),
        kept(said.leave_out, rows.leave_out),
        kept(said.take_back, rows.take_back),
    )


def _several(text: str) -> tuple[Pair, ...]:
    return tuple(_pair(part) for part in text.split(";") if part.strip())
