"""Rows below zero whose state says refunded or cancelled: the state says why they are there, not that they are void.

Where the order that such a row takes back counts, the row is its credit. Where that order is left out for the same
reason, or cannot be seen, the row is left out with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from winback_xl.inputs.aid_columns import is_flag
from winback_xl.inputs.systems import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows

    Bools = NDArray[np.bool_]

_RETURNED = (
    "refund", "return", "credit", "revers", "chargeback", "chargedback", "erstatt", "retour", "ruckgab", "zuruck", "gutgeschrieb", "rembours", "reembols", "devuel", "devol",
    "estorn", "rimbors", "reso", "restituit", "terugbet", "zwrot", "zwroc", "aterbet", "retur", "kredit",
)  # fmt: skip
_CANCELLED = ("cancel", "storn", "annul", "anul", "makul")
_CENTS = 100


def that_take_back(rows: Rows, aids: Sequence[Aid], decides: NDArray[np.intp], out: Bools) -> Bools:
    """Return the rows below zero that are credits although their state says that they do not count.

    Parameters
    ----------
    rows : Rows
        The ledger.
    aids : sequence of Aid
        The columns that say the state.
    decides : ndarray of int
        Which of them decides on each row.
    out : ndarray of bool
        Rows whose state says that they do not count.
    """
    value = rows.values("order_value")
    below = rows.alive & out & (value < 0)
    if not below.any():
        return below
    returned, cancelled = (_says(aids, decides, stems) & below for stems in (_RETURNED, _CANCELLED))
    above = rows.alive & (value > 0)
    counted, gone = _partners(rows, value, above & ~out), _partners(rows, value, above & out)
    linked, same = counted
    linked_gone, same_gone = gone
    found = linked & ~linked_gone & (returned | cancelled)
    alone = below & ~linked & ~linked_gone & ~same_gone
    return np.asarray(found | (alone & (returned | (cancelled & same))))


def _says(aids: Sequence[Aid], decides: NDArray[np.intp], stems: tuple[str, ...]) -> Bools:
    """Return the rows whose deciding word has one of some stems; of a flag its heading is the word."""
    said = np.zeros(len(decides), dtype=bool)
    for place, aid in enumerate(aids):
        codes, words = aid.words
        texts = [aid.heading if is_flag(aid.heading) else word for word in words]
        has = np.array([*(any(stem in fold(text) for stem in stems) for text in texts), False])
        said |= (decides == place) & has[codes]
    return said


def _partners(rows: Rows, value: NDArray[np.float64], sales: Bools) -> tuple[Bools, Bools]:
    """Return the rows under whose order number there is one of some sales, and those that a customer has one of equal size to."""
    numbers, who = rows.codes.get("order_id"), rows.codes["customer_id"]
    linked = np.zeros(len(value), dtype=bool)
    if numbers is not None:
        order = rows.deals(numbers)
        linked = (order >= 0) & np.isin(order, order[sales])
    cents = np.round(np.abs(np.nan_to_num(value)) * _CENTS).astype(np.int64)
    pair = cents * (int(who.max(initial=-1)) + 2) + who + 1
    return linked, np.isin(pair, pair[sales])
