"""What is said of headings: which one was taken and why, and the question where one cannot be chosen.

Every issue ends with the option that settles it; tables other than Orders are named in that option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.wording import listed
from winback_xl.errors import Issue, nearest
from winback_xl.inputs.spelling import brief, key
from winback_xl.schema.columns import ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from winback_xl.schema.columns import Column, Table

_CHOICES = 6  # positions among which a message lets people choose
_SHOWN = 12  # found headings that a message lists


def option_for(table: Table, column: Column, found: str) -> str:
    """Return the option that names a found heading as one of our columns."""
    prefix = "" if table is ORDERS else f"{table.title}:"
    return f"--column '{prefix}{column.heading}={found}'"


def unknown_column(table: Table, ours: str) -> Issue:
    """Report a column that the user named and the table does not have."""
    headings = [column.heading for column in table.columns]
    near = nearest(ours, headings)
    hint = f"Did you mean '{near}'?" if near else f"It has: {_quoted(headings)}."
    return Issue("column-unknown", "error", f"The {table.title} table has no column '{ours}'.", hint)


def needed_column(table: Table, column: Column) -> Issue:
    """Report a required column that the user wants to leave out."""
    what = f"{column.heading} cannot be left out of {table.title}."
    return Issue("column-needed", "error", what, "Name the heading it is under.")


def no_product(column: Column, theirs: str) -> Issue:
    """Report a product of columns for a column that holds no amount."""
    what = f"{column.heading} cannot be a product of columns ('{theirs}'); only amounts can."
    return Issue("column-product", "error", what, "Name one column.")


def no_position(column: Column, part: str, count: int) -> Issue:
    """Report a position such as "#9" that the file does not have."""
    what = f"There is no column {part} for {column.heading}."
    return Issue("heading-not-found", "error", what, f"Choose #1 to #{count}.")


def no_heading(column: Column, part: str, found: Sequence[str]) -> Issue:
    """Report a heading that the user named and the file does not have."""
    near = nearest(part, [heading for heading in found if heading])
    hint = f"Did you mean '{near}'? " if near else ""
    what = f"There is no heading '{part}' for {column.heading}."
    return Issue("heading-not-found", "error", what, f"{hint}Found: {_quoted(found)}.")


def taken_beside_name(table: Table, column: Column, number: str, name: str) -> Issue:
    """Say that a heading was taken as the customer's number because a name is next to it."""
    what = f"'{number}' was taken as Customer ID, since '{name}' is next to it."
    fix = f"If another column numbers the customers: {option_for(table, column, 'HEADING')}."
    return Issue("heading-beside-name", "note", what, fix)


def taken_near(table: Table, column: Column, heading: str) -> Issue:
    """Say that a heading was taken because its spelling is near."""
    what = f"The heading '{heading}' was taken as {column.heading}."
    option = option_for(table, column, "HEADING" if column.required else "")
    fix = f"If this is wrong, {'name the right one' if column.required else 'leave it out'}: {option}."
    return Issue("heading-near", "note", what, fix)


def taken_as_stand_in(table: Table, column: Column, heading: str) -> Issue:
    """Say that a name or e-mail stands in for the customer's number."""
    what = f"There are no customer numbers: '{heading}' was taken as {column.heading}, and two spellings of a name are two customers."
    fix = f"If there is a number, name it: {option_for(table, column, 'HEADING')}."
    return Issue("heading-stand-in", "warning", what, fix)


def left_out(table: Table, column: Column, taken: str, other: str) -> Issue:
    """Say that a second heading for a column was left out."""
    what = f"'{taken}' was taken as {column.heading}, and '{other}' left out."
    return Issue(
        "heading-left-out", "note", what, f"If that is the right one: {option_for(table, column, other)}."
    )


def two_headings(table: Table, column: Column, headings: Sequence[str], places: Sequence[int]) -> Issue:
    """Ask which of several headings is meant."""
    what = f"{len(headings)} headings could be {column.heading}: {_quoted(headings)}."
    if len({key(heading) for heading in headings}) > 1:
        fix = f"Name the right one: {option_for(table, column, headings[0])}."
        return Issue("heading-doubtful", "error", what, fix)
    which = " or ".join(f"#{at + 1}" for at in places[:_CHOICES])
    which += f" ... #{places[-1] + 1}" if len(places) > _CHOICES else ""
    fix = f"Rename or delete one, or choose {which}: {option_for(table, column, f'#{places[0] + 1}')}."
    return Issue("heading-twice", "error", what, fix)


def two_columns(table: Table, column: Column, rivals: Sequence[Column], heading: str) -> Issue:
    """Ask which of our columns a heading is."""
    names = " or ".join(rival.heading for rival in rivals)
    fix = f"Rename it, or say: {option_for(table, column, heading)}."
    return Issue("heading-doubtful", "error", f"The heading '{heading}' could be {names}.", fix)


def missing(table: Table, column: Column, alike: Sequence[str], found: Sequence[str]) -> Issue:
    """Report a required column without a heading."""
    choice = alike[0] if alike else "HEADING"
    hint = f"Did you mean '{alike[0]}'? Then say so" if alike else "Name the heading"
    shown = _quoted(heading or f"#{at + 1}" for at, heading in enumerate(found)) or "none"
    what = f"{table.title} need a column {column.heading}, and none was found. Headings: {shown}."
    return Issue("heading-missing", "error", what, f"{hint}: {option_for(table, column, choice)}.")


def looks_alike(table: Table, column: Column, heading: str) -> Issue:
    """Warn that a heading that was not taken looks like an optional column."""
    what = f"There is no heading {column.heading}, but '{heading}' looks like it."
    return Issue("heading-alike", "warning", what, f"If it is: {option_for(table, column, heading)}.")


def _quoted(headings: Iterable[str]) -> str:
    return listed((f"'{brief(heading)}'" for heading in headings), _SHOWN)
