"""What there is to know of a worksheet formula and of an argument: names, kinds, help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HELP_LENGTH = 255
"""Most characters that Excel shows of a formula's or an argument's help."""

Kind = Literal[
    "one", "yesno", "word", "number", "words", "numbers", "day", "days", "text", "orders", "customers", "incidents",
    "settings",
]  # fmt: skip
"""What an argument holds: ``one`` number, ``yesno``, ``day``, ``text``: a single cell; ``number``, ``word``: a cell,
or a column for a column of answers; ``numbers``, ``words``, ``days``: a range; ``orders``, ``customers``,
``incidents``: a range with headings; ``settings``: the table of the Settings sheet."""

_VBA_WORDS = frozenset(
    ("currency", "date", "fix", "int", "len", "loop", "next", "scale", "stop", "string", "to", "type", "with")
)

_SHARES = frozenset(
    ("share_of_wallet", "promotion_share", "odds_gain", "odds", "fault", "margin", "discount", "keep")
)

Gives = Literal["cell", "row", "table"]
"""Shape of the answer: a cell, a row without heading, or a table that spills, with headings."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a formula.

    Parameters
    ----------
    name : str
        As in the Python signature and the VBA wrapper.
    kind : Kind
        What it holds.
    help : str
        One or two short sentences, at most 255 characters.
    optional : bool
        Whether it may be left out.
    """

    name: str
    kind: Kind
    help: str
    optional: bool = False

    @property
    def is_share(self) -> bool:
        """Whether the text "35%" is a number here; for an amount it would be a slip."""
        return self.name in _SHARES

    @property
    def label(self) -> str:
        """The name as it is in a message, such as ``annual revenue``."""
        return self.name.replace("_", " ").replace("as of", "as-of date")

    @property
    def vba_name(self) -> str:
        """The name in a VBA wrapper: another one where VBA keeps the word for itself (MS-VBAL 3.3.5.2)."""
        return f"{self.name}_" if self.name in _VBA_WORDS else self.name


@dataclass(frozen=True, slots=True)
class Formula:
    """One worksheet formula.

    Parameters
    ----------
    name : str
        As typed in a cell, and the name of the Python function.
    gives : str
        What it returns, at most 255 characters.
    shape : Gives
        Whether that is a cell, a row or a table.
    arguments : tuple of Argument
        In order; the optional ones last.
    example : str
        A formula to try.
    """

    name: str
    gives: str
    shape: Gives
    arguments: tuple[Argument, ...]
    example: str

    @property
    def usage(self) -> str:
        """The formula as help shows it, optional arguments in square brackets.

        >>> stage = Argument("stage", "text", "Where they are."), Argument("day", "day", "Since when.", optional=True)
        >>> Formula("WINBACK_NEXT", "The next step.", "row", stage, "=WINBACK_NEXT(A1)").usage
        'WINBACK_NEXT(stage, [day])'
        """
        names = (f"[{one.name}]" if one.optional else one.name for one in self.arguments)
        return f"{self.name}({', '.join(names)})"

    @property
    def doc(self) -> str:
        """The docstring of the Python function, in numpydoc's form."""
        lines = [self.gives]
        if self.arguments:
            lines += ["", "Parameters", "----------"]
        for one in self.arguments:
            lines += [f"{one.name} : {one.kind}{', optional' if one.optional else ''}", f"    {one.help}"]
        return "\n".join(lines)
