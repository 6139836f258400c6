"""What a name is, and how a file holds it.

A definition is written as people type it into the Name Manager: ``LET(share, offer/loss, IF(share>1, ...))``. A file
marks functions that are younger than the file format, what LET and LAMBDA name, and which arguments may be left out
([MS-XLSX] 2.2.2; optional arguments as Excel for Mac and Windows write them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "WB."
COMMENT_LENGTH = 255
"""Most characters of the comment of a name; Excel does not open a workbook with a longer one."""

_YOUNG = frozenset(
    ("DROP", "HSTACK", "ISOMITTED", "LAMBDA", "LET", "MAP", "PERCENTILE.INC", "TOCOL", "UNIQUE", "XMATCH")
)  # fmt: skip
_YOUNG_ON_SHEETS = frozenset(("FILTER", "SORT"))
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")|(?P<place>\{(?P<field>[A-Za-z][^{}"]*)\})|(?P<call>[A-Za-z][\w.]*)(?=\()|(?P<word>[A-Za-z_][\w.]*)'
)


@dataclass(frozen=True, slots=True)
class LambdaName:
    """One name.

    Parameters
    ----------
    name : str
        Without the prefix, such as ``APPROVER``.
    arguments : str
        Their names, separated by spaces, as in the formula of the add-in; optional ones in square brackets.
    body : str
        What it calculates, in the words of the arguments, other names (``WB.X``) and settings (``set_x``). ``{Step to
        do}`` is the column of that heading in the table of stages.
    gives : str
        One sentence on what it returns; empty for a part that only other names use.
    example : str
        A formula to try; empty for a part.
    cells : int
        How many cells side by side it fills.
    """

    name: str
    arguments: str
    body: str
    gives: str = ""
    example: str = ""
    cells: int = 1

    @property
    def full_name(self) -> str:
        """The name as it is typed."""
        return PREFIX + self.name

    @property
    def is_part(self) -> bool:
        """Whether only other names use it: then Excel does not offer it."""
        return not self.gives

    @property
    def usage(self) -> str:
        """How to call it.

        >>> LambdaName("ODDS", "status [fix]", "1", "Odds.").usage
        'WB.ODDS(status, [fix])'
        """
        return f"{self.full_name}({', '.join(self.arguments.split())})"

    @property
    def comment(self) -> str:
        """What Excel shows while the name is typed."""
        return f"{self.usage}: {self.gives}"[:COMMENT_LENGTH] if self.gives else ""

    def shown(self) -> str:
        """Return the definition as the Name Manager shows it.

        >>> LambdaName("HALF", "amount [part]", "amount / 2").shown()
        '=LAMBDA(amount, [part], amount / 2)'
        """
        return f"=LAMBDA({', '.join(self.arguments.split())}, {_one_line(self.body)})"

    def stored(self, columns: Mapping[str, str] | None = None) -> str:
        """Return the definition as a file holds it.

        Parameters
        ----------
        columns : mapping of str to str
            Cells of the columns that the body names in braces.

        Examples
        --------
        >>> LambdaName("HALF", "amount [part]", 'IF(ISOMITTED(part), amount / 2, "part")').stored()
        '_xlfn.LAMBDA(_xlpm.amount,_xlop.part,IF(_xlfn.ISOMITTED(_xlpm.part), _xlpm.amount / 2, "part"))'
        """
        given = self.arguments.split()
        names = {name.strip("[]") for name in given}
        body = _one_line(self.body)
        bound = names | bindings(body)

        def marked(found: re.Match[str]) -> str:
            if found["text"]:
                return found["text"]
            if found["place"]:
                return (columns or {})[found["field"]]
            word = found["call"] or found["word"]
            if word in bound:
                return f"_xlpm.{word}"
            if found["call"] and word in _YOUNG_ON_SHEETS:
                return f"_xlfn._xlws.{word}"
            return f"_xlfn.{word}" if found["call"] and word in _YOUNG else word

        heads = [f"_xlop.{name[1:-1]}," if name.startswith("[") else f"_xlpm.{name}," for name in given]
        return f"_xlfn.LAMBDA({''.join(heads)}{_TOKEN.sub(marked, body)})"


def bindings(body: str) -> set[str]:
    """Return what LET and LAMBDA name in a body.

    >>> sorted(bindings('LET(gap, 3, MAP(days, LAMBDA(day, day + gap + IF(a, "x, y, z", 1))))'))
    ['day', 'gap']
    """
    found: set[str] = set()
    stack: list[
        list[object]
    ] = []  # of each open bracket: its function, and how many arguments there are before
    start = 0
    for token in re.finditer(r'"(?:[^"]|"")*"|\{[^}]*\}|[()]|,', body):
        sign = token[0]
        if sign not in {"(", ")", ","}:
            continue
        if stack and sign in {",", ")"}:
            function, place = stack[-1]
            text = body[start : token.start()].strip()
            named = (function == "LET" and place % 2 == 0) or function == "LAMBDA"  # type: ignore[operator]  # an int
            if sign == "," and named:
                found.add(text)
            stack[-1][1] = place + 1  # type: ignore[operator]
        if sign == "(":
            before = re.search(r"[A-Za-z][\w.]*$", body[: token.start()])
            stack.append([before[0] if before else "", 0])
        elif sign == ")":
            stack.pop()
        start = token.end()
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
