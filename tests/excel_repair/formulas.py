"""Formulas: what Excel refuses in one that stands in a file, in a cell, a name, a validation or a format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from tests.excel_repair.functions import PLAIN
from tests.excel_repair.places import length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.excel_repair.names import Book

LONGEST, LONGEST_LITERAL, DEEPEST, MOST_ARGUMENTS, MOST_BYTES = 8_192, 255, 64, 255, 16_384
"""Excel's limits: characters of a formula and of a text in it, nesting, arguments, bytes once parsed."""

TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA))
    |(?P<sheet>(?:'(?:[^']|'')+'|(?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!)
    |(?P<table>(?:[^\W\d]|\\)[\w.\\]*(?=\[)|(?=\[))
    |(?P<range>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w.(])
        |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(])|\$?\d+:\$?\d+)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)
    |(?P<call>(?:[^\W\d]|\\)[\w.\\?]*(?=\())
    |(?P<name>(?:[^\W\d]|\\)[\w.\\?]*)
    |(?P<sign><>|<=|>=|[-+*/^&=<>,:%(){};@ \n\r\t])""",
    re.VERBOSE,
)
_PART = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_WHOLE = re.compile(r"\[(?:[^\[\]']|'.)*\](?:[,:] ?\[(?:[^\[\]']|'.)*\])*")
ESCAPED = re.compile("'(.)")
_BOUND = re.compile(r"[(,]\s*_xl[po][mp]\.(\w+)\s*(?=,)")
_USED, _OPTIONAL = re.compile(r"_xlpm\.(\w+)"), re.compile(r"_xlop\.(\w+)")
_ITEMS = frozenset({"#all", "#data", "#headers", "#totals", "#this row"})
_BYTES = {"error": 2, "sheet": 0, "table": 14, "range": 9, "number": 9, "call": 8, "name": 7, "sign": 1}
"""About what a token takes once parsed ([MS-XLSB] 2.5.97), rather too much than too little."""


@dataclass(slots=True)
class Parsed:
    """What one formula text says, whatever cell it is in."""

    problems: list[str] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    references: list[tuple[str, str]] = field(default_factory=list)
    """Table and what stands in its brackets, of each structured reference."""


class Formulas:
    """Judge formulas of one workbook; the same text is read once however many cells hold it."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._judged: dict[tuple[str, bool, int], tuple[list[str], set[str]]] = {}

    def problems(
        self, text: str, *, sheet: str = "", row: int = 0, structured: bool = True, longest: int = LONGEST
    ) -> list[str]:
        """Return what is wrong with a formula.

        Parameters
        ----------
        text : str
            As the file holds it, without an equals sign.
        sheet, row : str and int
            Where it stands; without a row, references to "this row" pass.
        structured : bool
            Whether Excel allows references to tables there; in validations and formats it does not.
        longest : int
            Most characters.
        """
        key = text, structured, longest
        if key not in self._judged:
            self._judged[key] = self._judge(text, structured=structured, longest=longest)
        found, this_row = self._judged[key]
        return found if not row or not this_row else [*found, *self._outside(this_row, sheet, row)]

    def _outside(self, tables: set[str], sheet: str, row: int) -> Iterator[str]:
        for name in sorted(tables):
            table = self._book.tables.get(name)
            if table and not (table.sheet == sheet and table.data[1] <= row <= table.data[3]):
                yield f"it asks for this row of {table.name}, whose rows are elsewhere"

    def _judge(self, text: str, *, structured: bool, longest: int) -> tuple[list[str], set[str]]:
        found = parse(text)
        problems = [*found.problems, *unbound(text)]
        if length(text) > longest:
            problems.append(f"{length(text)} characters, more than {longest}")
        book = self._book
        for name in sorted(found.functions):
            own = name.lower() in book.names or name.lower().startswith(
                ("_xlfn.", "_xll.", "_xludf.", "_xlpm.")
            )
            if name.upper() not in PLAIN and not own:
                problems.append(f"the function {name} is unknown, or lacks its prefix _xlfn.")
        for name in sorted(found.sheets):
            if name.lower() not in book.sheet_names:
                problems.append(f"there is no sheet {name!r}")
        for name in sorted(found.names):
            if name.lower() not in book.names and name.lower() not in book.tables:
                problems.append(f"there is no name {name!r}")
        this_row: set[str] = set()
        for name, body in found.references:
            if not structured:
                problems.append(f"Excel allows no reference to a table there ({name})")
            problems += self._reference(name, body, this_row)
        return problems, this_row

    def _reference(self, name: str, body: str, this_row: set[str]) -> Iterator[str]:
        table = self._book.tables.get(name.lower())
        if table is None:
            yield f"there is no table {name!r}"
            return
        parts = parts_of(body)
        if parts is None:
            yield f"{name}[{body}] is not a reference"
            return
        for part in parts:
            if part.lower() in _ITEMS:
                if part.lower() == "#this row":
                    this_row.add(name.lower())
            elif part.startswith("#"):
                yield f"{name} has nothing called {part}"
            elif part and ESCAPED.sub(r"\1", part).lower() not in table.known:
                yield f"{name} has no column {part!r}"


def parts_of(body: str) -> list[str] | None:
    """Return the columns and items between the brackets of a reference, or None where it is malformed."""
    if not body.startswith("["):
        return None if body.startswith(" ") or body.endswith(" ") else [body]
    return _PART.findall(body) if _WHOLE.fullmatch(body) else None


@cache
def parse(text: str) -> Parsed:
    """Read a formula token by token."""
    found, state = Parsed(), _State()
    if text.startswith("="):
        found.problems.append("it begins with an equals sign")
        text = text[1:]
    place = 0
    while place < len(text):
        token = TOKEN.match(text, place)
        if token is None:
            found.problems.append(f"Excel cannot read it from {text[place : place + 20]!r}")
            return found
        place, kind = token.end(), str(token.lastgroup)
        if kind == "table":
            end = closed(text, place)
            if end < 0:
                found.problems.append(f"a bracket stays open at {text[place : place + 20]!r}")
                return found
            found.references.append((token[0], text[place + 1 : end - 1]))
            place = end
        _note(found, state, kind, token[0])
    if state.depth:
        found.problems.append("a parenthesis stays open")
    if state.deepest > DEEPEST:
        found.problems.append(f"nested {state.deepest} deep, more than {DEEPEST}")
    if state.size > MOST_BYTES:
        found.problems.append(f"about {state.size} bytes once parsed, more than {MOST_BYTES}")
    return found


@dataclass(slots=True)
class _State:
    """Where the reading of a formula is."""

    deepest: int = 0
    size: int = 0
    braces: int = 0
    commas: list[int] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return len(self.commas)


def closed(text: str, place: int) -> int:
    """Return the place behind the bracket that closes the one at a place, or -1."""
    depth = 0
    while place < len(text):
        sign = text[place]
        if sign == "'":
            place += 1
        depth += (sign == "[") - (sign == "]")
        place += 1
        if not depth:
            return place
    return -1


def _note(found: Parsed, state: _State, kind: str, token: str) -> None:
    state.size += 2 * len(token) - 2 if kind == "text" else _BYTES[kind]
    if kind == "text" and length(token[1:-1].replace('""', '"')) > LONGEST_LITERAL:
        found.problems.append(f"a text of more than {LONGEST_LITERAL} characters in it")
    elif kind == "call":
        found.functions.add(token)
    elif kind == "sheet" and not token.lstrip("'").startswith("["):
        found.sheets |= set(_sheets(token[:-1]))
    elif kind == "name" and not _given(token):
        found.names.add(token)
    elif kind == "sign":
        _sign(found, state, token)


def _sheets(token: str) -> list[str]:
    plain = token[1:-1].replace("''", "'") if token.startswith("'") else token
    return plain.split(":")


def _given(token: str) -> bool:
    return token.upper() in {"TRUE", "FALSE"} or token.lower().startswith(("_xlpm.", "_xlop."))


def unbound(text: str) -> list[str]:
    """Return what is wrong with the names that LET and LAMBDA bind: `_xlpm.x`, and `_xlop.x` for an optional argument."""
    bound = {name.lower() for name in _BOUND.findall(text)}
    wrong = sorted({name for name in _USED.findall(text) if name.lower() not in bound})
    misplaced = sorted({name for name in _OPTIONAL.findall(text) if f"_xlop.{name}," not in text})
    return [f"nothing gives _xlpm.{name} a value" for name in wrong] + [
        f"_xlop.{name} is not in a list of arguments" for name in misplaced
    ]


def _sign(found: Parsed, state: _State, sign: str) -> None:
    if sign in "{}":
        state.braces += 1 if sign == "{" else -1
    elif state.braces:
        return
    elif sign == "(":
        state.commas.append(0)
        state.deepest = max(state.deepest, state.depth)
    elif sign == ")":
        if not state.commas:
            found.problems.append("a parenthesis closes that was never opened")
        elif state.commas.pop() >= MOST_ARGUMENTS:
            found.problems.append(f"more than {MOST_ARGUMENTS} arguments")
    elif sign == "," and state.commas:
        state.commas[-1] += 1
    elif sign == ";":
        found.problems.append("a semicolon, where files hold commas")
    elif sign == "@":
        found.problems.append("the sign @, which files never hold")
