"""Formulas as trees: read, written again, and calculated for single values."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)|(?P<array>\{[^}]*\})'
    r"|(?P<name>[A-Za-z_][\w.]*)|(?P<sign><=|>=|<>|[-+*/^&=<>(),]))"
)
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
"""Operators, from the loosest to the tightest; a minus sign before a value is tighter than all of them."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A number, a text in quotes, a list in braces, or a name: of a value, a cell or a setting."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, or an operator (such as ``+``) with its one or two sides."""

    name: str
    given: tuple[Tree, ...]


Tree = Leaf | Call


def parsed(text: str) -> Tree:
    """Return the tree of a formula without its equals sign.

    Examples
    --------
    >>> written(parsed('IF( a=1, -b^2, "x, y" ) & (c + 1) * 2'))
    'IF(a=1,-b^2,"x, y")&(c+1)*2'
    """
    tokens = [(found.lastgroup or "", found[found.lastgroup or ""]) for found in _TOKEN.finditer(text)]
    if "".join(token for _, token in tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", text):
        raise ValueError(f"not understood: {text}")
    tree, end = _operation(tokens, 0, 0)
    if end != len(tokens):
        raise ValueError(f"something is left over in {text}")
    return tree


def _operation(tokens: list[tuple[str, str]], at: int, level: int) -> tuple[Tree, int]:
    if level == len(_LEVELS):
        return _value(tokens, at)
    tree, at = _operation(tokens, at, level + 1)
    while at < len(tokens) and tokens[at][0] == "sign" and tokens[at][1] in _LEVELS[level]:
        sign = tokens[at][1]
        right, at = _operation(tokens, at + 1, level + 1)
        tree = Call(sign, (tree, right))
    return tree, at


def _value(tokens: list[tuple[str, str]], at: int) -> tuple[Tree, int]:
    kind, text = tokens[at]
    if (kind, text) == ("sign", "-"):
        inner, at = _value(tokens, at + 1)
        return Call("-", (inner,)), at
    if (kind, text) == ("sign", "("):
        inner, at = _operation(tokens, at + 1, 0)
        return inner, at + 1
    if kind == "name" and at + 1 < len(tokens) and tokens[at + 1][1] == "(":
        given: list[Tree] = []
        at += 1
        while tokens[at][1] != ")":
            one, at = _operation(tokens, at + 1, 0)
            given.append(one)
        return Call(text, tuple(given)), at + 1
    return Leaf(text), at + 1


def written(tree: Tree) -> str:
    """Return the formula of a tree, with the brackets that it needs."""
    return _written(tree)[0]


def _written(tree: Tree) -> tuple[str, int]:
    """Return the text, and the level of its loosest operator."""
    if isinstance(tree, Leaf):
        return tree.text, len(_LEVELS)
    level = next((place for place, signs in enumerate(_LEVELS) if tree.name in signs), None)
    if level is None:
        return f"{tree.name}({','.join(written(one) for one in tree.given)})", len(_LEVELS)
    if len(tree.given) == 1:
        return f"-{_bracketed(tree.given[0], len(_LEVELS))}", len(_LEVELS)
    left, right = tree.given
    return f"{_bracketed(left, level)}{tree.name}{_bracketed(right, level + 1)}", level


def _bracketed(tree: Tree, least: int) -> str:
    text, level = _written(tree)
    return text if level >= least else f"({text})"


def calculated(tree: Tree, names: Mapping[str, Any]) -> Any:
    """Calculate a tree as Excel does, for single values and lists in braces.

    Parameters
    ----------
    tree : Leaf or Call
        Of the functions that the rules of `winback_xl.workbook.lambda_names` use.
    names : mapping of str to float, str or bool
        What the names stand for; a blank cell is "".

    Returns
    -------
    float, str, bool or list

    Raises
    ------
    ValueError, ZeroDivisionError
        Excel shows an error.

    Examples
    --------
    >>> calculated(parsed('IF(a > 2, INDEX({10,20}, MATCH(b, {"x","y"}, 0)), 1 / 0)'), {"a": 3.0, "b": "Y"})
    20.0
    """
    if isinstance(tree, Leaf):
        return _leaf(tree.text, names)
    if tree.name == "ISNUMBER":
        tree = Call("IFERROR", (Call("HAS_NUMBER", tree.given), Leaf("FALSE")))
    if tree.name in {"IF", "CHOOSE"}:
        return calculated(_chosen(tree, names), names)
    if tree.name == "IFERROR":
        try:
            return calculated(tree.given[0], names)
        except (ValueError, ZeroDivisionError):
            return calculated(tree.given[1], names)
    given = [calculated(one, names) for one in tree.given]
    if tree.name == "-" and len(given) == 1:
        return -given[0]
    return _each(_SIGNS[tree.name], *given) if tree.name in _SIGNS else _FUNCTIONS[tree.name](*given)


def _chosen(tree: Call, names: Mapping[str, Any]) -> Tree:
    """Return the argument that IF or CHOOSE takes; the other ones are not calculated."""
    first = calculated(tree.given[0], names)
    return tree.given[int(first) if tree.name == "CHOOSE" else 1 if first else 2]


def _leaf(text: str, names: Mapping[str, Any]) -> Any:
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    if text.startswith("{"):
        return [_leaf(one, names) for one in text[1:-1].split(",")]
    if text in {"TRUE", "FALSE"}:
        return text == "TRUE"
    return names[text] if text in names else float(text)


def _each(sign: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply an operator to two values, or to each of a list."""
    if isinstance(left, list):
        rights = right if isinstance(right, list) else [right] * len(left)
        return [sign(one, other) for one, other in zip(left, rights, strict=True)]
    return [sign(left, one) for one in right] if isinstance(right, list) else sign(left, right)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return isinstance(left, str) == isinstance(right, str) and bool(left == right)


def _match(wanted: Any, among: list[Any], _exact: float) -> float:
    return float(next(place for place, one in enumerate(among, start=1) if _same(one, wanted)))


def _found(wanted: Any, among: list[Any], exact: float) -> float:
    try:
        return _match(wanted, among, exact)
    except StopIteration:
        raise ValueError("#N/A") from None


def _product(*lists: list[float]) -> float:
    return float(sum(math.prod(row) for row in zip(*lists, strict=True)))


_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right, "-": lambda left, right: left - right, "*": lambda left, right: left * right,
    "/": lambda left, right: left / right, "^": lambda left, right: left**right,
    "&": lambda left, right: f"{left}{right}", "=": _same, "<>": lambda left, right: not _same(left, right),
    "<": lambda left, right: left < right, ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right, ">=": lambda left, right: left >= right,
}  # fmt: skip
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "MAX": max, "MIN": min, "ABS": abs, "LN": math.log, "LOG10": math.log10, "LOG": math.log, "SQRT": math.sqrt,
    "INT": lambda one: float(math.floor(one)), "SIGN": lambda one: float((one > 0) - (one < 0)),
    "AND": lambda *given: all(given), "OR": lambda *given: any(given), "NOT": lambda one: not one,
    "HAS_NUMBER": lambda one: isinstance(one, float) and not isinstance(one, bool),
    "SUBSTITUTE": lambda one, old, new: str(one).replace(old, new), "UPPER": str.upper, "LOWER": str.lower, "TRIM": lambda one: " ".join(str(one).split()),
    "INDEX": lambda among, place: among[int(place) - 1], "MATCH": _found, "SUMPRODUCT": _product,
}  # fmt: skip
