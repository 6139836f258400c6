"""One kind of finding in a table, before it is reported with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from winback_xl.errors import Severity

_EXAMPLES = 3

Effect = Literal["none", "unknown", "aside"]
"""What becomes of the rows: nothing, the cell counts as unknown, or the row is set aside."""

NO_ROWS = np.empty(0, np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One kind of finding in one column or table, before it is reported as an `Issue`.

    Parameters
    ----------
    code, severity, what, fix : str
        As in `winback_xl.errors.Issue`; ``what`` says how many.
    rows : ndarray of int, shape (k,)
        Data rows concerned, ascending; empty if the whole column is meant.
    effect : Effect
        What becomes of these rows.
    column : str
        Name of our column whose cells are meant, or "" for whole rows.
    reason : str
        What is wrong with one such cell or row, to stand next to it: ``"holds no date"``.
    """

    code: str
    severity: Severity
    what: str
    fix: str = ""
    rows: NDArray[np.intp] = field(default_factory=lambda: NO_ROWS)
    effect: Effect = "none"
    column: str = ""
    reason: str = ""


def subject(count: int, label: str, verb: str, verbs: str, *, noun: str = "cell") -> str:
    """Return how a sentence about cells of a column begins, up to its verb.

    >>> subject(1, "Order date", "holds", "hold"), subject(2, "Region", "is", "are", noun="value")
    ('1 cell of Order date holds', '2 values of Region are')
    """
    return f"{plural(count, noun)} of {label} {verb if count == 1 else verbs}"


def examples(words: Iterable[object]) -> str:
    """Return the first three different words in quotes, for a message.

    >>> examples(["a", "b", "a", "c", "d"])
    "'a', 'b', 'c'"
    """
    different = list(dict.fromkeys(str(word) for word in words))
    return ", ".join(f"'{word[:40]}'" for word in different[:_EXAMPLES])
