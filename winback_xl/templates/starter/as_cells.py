"""A rule of `winback_xl.workbook.lambda_names` as cells that Excel 2019 calculates: what LET names gets a cell of its own.

So the names for Excel 365 and the plain cells follow from one description, which the tests compare with Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.templates.starter.expressions import Call, Leaf, Tree, parsed, written
from winback_xl.workbook.lambda_names.lambda_catalogue import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PARTS = {name.full_name: name for name in NAMES if name.is_part}
_LAZY = {"IF": 1, "CHOOSE": 1, "IFERROR": 1}
"""From which argument on a function may leave its arguments uncalculated."""


class AsCells:
    """Formulas in the order in which they were needed, each for a cell of its own.

    Parameters
    ----------
    place : callable
        Given the name of a step, returns the reference to its cell, as formulas write it.
    """

    def __init__(self, place: Callable[[str], str]) -> None:
        self._place = place
        self.steps: dict[str, tuple[str, Tree]] = {}
        self._known: dict[str, Leaf] = {}

    def of(self, rule: str, names: Mapping[str, str]) -> Tree:
        """Return the formula of a rule.

        Parameters
        ----------
        rule : str
            As `winback_xl.workbook.lambda_names` writes it.
        names : mapping of str to str
            What its names stand for: references or formulas.

        Returns
        -------
        Leaf or Call
            It reads the cells of ``steps``, by their reference: (name, formula).
        """
        return self._plain(parsed(rule), {name: Leaf(text) for name, text in names.items()}, lazy=False)

    def _plain(self, tree: Tree, names: Mapping[str, Tree], *, lazy: bool) -> Tree:
        if isinstance(tree, Leaf):
            return names.get(tree.text, tree)
        if tree.name == "LET":
            *bound, last = tree.given
            names = dict(names)
            for name, value in zip(bound[::2], bound[1::2], strict=True):
                one = self._plain(value, names, lazy=lazy)
                names[written(name)] = one if lazy else self._cell(written(name), one)
            return self._plain(last, names, lazy=lazy)
        if tree.name in _PARTS:
            part = _PARTS[tree.name]
            heads = part.arguments.split()
            given = [
                self._cell(head, self._plain(one, names, lazy=lazy))
                for head, one in zip(heads, tree.given, strict=True)
            ]
            return self._plain(parsed(part.body), dict(zip(heads, given, strict=True)), lazy=lazy)
        start = _LAZY.get(tree.name, len(tree.given))
        inner = tuple(
            self._plain(one, names, lazy=lazy or place >= start) for place, one in enumerate(tree.given)
        )
        if tree.name == "XMATCH":  # younger than Excel 2019
            return Call("MATCH", (*inner, Leaf("0")))
        if tree.name == "INDEX" and isinstance(inner[0], Leaf) and inner[0].text.startswith("{"):
            listed = (Leaf(one) for one in inner[0].text[1:-1].split(","))  # some engines want a range there
            return Call("CHOOSE", (inner[1], *listed))
        return Call(tree.name, inner)

    def _cell(self, name: str, tree: Tree) -> Tree:
        """Return the reference to a cell with this formula; a value or a reference needs none."""
        if isinstance(tree, Leaf):
            return tree
        text = written(tree)
        if text not in self._known:
            reference = self._place(name)
            self.steps[reference] = name, tree
            self._known[text] = Leaf(reference)
        return self._known[text]
