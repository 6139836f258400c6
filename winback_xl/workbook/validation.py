"""What people may type into a cell, with a prompt before and a kind word after. For both renderers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from winback_xl.core.cell_text import shortened
from winback_xl.schema.columns import NUMERIC
from winback_xl.workbook import theme
from winback_xl.workbook.formulas import list_name

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind
    from winback_xl.workbook.spec import Cell, Field

FIRST_DAY, LAST_DAY = 32_874, 73_050
"""1990-01-01 and 2099-12-31: the dates a campaign can hold, as Excel counts days."""

_TITLE_LIMIT, _TEXT_LIMIT = 32, 255  # what Excel shows
_FAR = 1e12
_YES_NO = "Yes / No"


@dataclass(frozen=True, slots=True)
class Check:
    """One data validation; a blank cell always passes.

    Parameters
    ----------
    type : {"any", "list", "date", "whole", "decimal"}
        What is allowed; "any" only shows the prompt.
    source : str
        Workbook name of the list.
    low, high : float
        Bounds of a number or date, both allowed.
    title, prompt : str
        What is shown when the cell is selected.
    error : str
        What is said about anything else; nothing is lost, the cell keeps what it held.
    """

    type: Literal["any", "list", "date", "whole", "decimal"]
    source: str = ""
    low: float = 0
    high: float = 0
    title: str = ""
    prompt: str = ""
    error: str = ""


def of_header(field: Field) -> Check:
    """Return the prompt of a header cell: what the column holds and who fills it."""
    text = f"{field.help} {theme.ROLES[field.role]}".strip()
    return Check("any", title=shortened(field.heading, _TITLE_LIMIT), prompt=shortened(text, _TEXT_LIMIT))


def of_field(field: Field, lists: frozenset[str]) -> Check | None:
    """Return what may be typed into a column, or None where anything goes or nobody types."""
    if field.role not in ("input", "human"):
        return None
    return _check(field.kind, field.choices, field.limits, field.heading, field.help, lists)


def of_cell(cell: Cell, lists: frozenset[str]) -> Check | None:
    """Return what may be typed into a cell, or just its prompt, or None without either."""
    if cell.look == "input" or cell.choices or cell.limits:
        found = _check(cell.kind, cell.choices, cell.limits, "", cell.help, lists)
        if found:
            return found
    return Check("any", prompt=shortened(cell.help, _TEXT_LIMIT)) if cell.help else None


def _check(
    kind: Kind,
    choices: str,
    limits: tuple[float, float] | None,
    heading: str,
    about: str,
    lists: frozenset[str],
) -> Check | None:
    title, prompt = shortened(heading, _TITLE_LIMIT), shortened(about, _TEXT_LIMIT)
    choices = choices or (_YES_NO if kind == "yesno" else "")
    if choices in lists:
        error = f"Please choose from the list {choices}, or leave the cell empty. The Lists sheet shows all words."
        return Check("list", list_name(choices), title=title, prompt=prompt, error=error)
    if kind == "date":
        error = "Type a date such as 2026-11-22, or leave the cell empty."
        return Check("date", "", FIRST_DAY, LAST_DAY, title, prompt, error)
    if kind in NUMERIC:
        low, high = limits or _usual(kind)
        error = f"Type {_wanted(kind, low, high)}, or leave the cell empty."
        return Check("whole" if kind == "count" else "decimal", "", low, high, title, prompt, error)
    return None


def _usual(kind: Kind) -> tuple[float, float]:
    if kind == "share":
        return 0, 1
    return (-_FAR, _FAR) if kind in ("money", "number") else (0, 100_000)


def _wanted(kind: Kind, low: float, high: float) -> str:
    """Describe what a number may be, such as "a share between 0% and 100%"."""
    what = {
        "money": "an amount",
        "share": "a share",
        "count": "a whole number",
        "days": "a number of days",
    }.get(kind, "a number")
    if high >= _FAR:
        return f"{what} without letters or signs" if low <= -_FAR else f"{what} of at least {low:,.12g}"
    if kind == "share":
        return f"{what} between {low:.12g} and {high:.12g}, such as {low + (high - low) / 4:.0%}"
    return f"{what} between {low:,.12g} and {high:,.12g}"
