"""Order numbers that two files of a large ledger share at different customers.

Of an order in two files the later file counts, whoever it says has ordered. Parts are split by customer, so they cannot
see it where the files name different customers: such a ledger has to be read in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from winback_xl.errors import DataError, Issue
from winback_xl.workflows.large import buckets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from winback_xl.inputs.loaded import Loaded

_ROUNDS = 1 << 24  # numbers that are compared at a time
_PAIR = np.dtype([("number", np.uint64), ("file", np.uint16)])


def of(found: Loaded) -> bytes:
    """Return the order numbers of a part with their files, each pair once."""
    if "order_id" not in found.codes or found.origin is None or found.origin.grid.part is None:
        return b""
    order = found.codes["order_id"]
    texts = pa.array(found.frame["order_id"].astype(object), pa.string()).dictionary_encode()
    pairs = np.empty(int((order >= 0).sum()), _PAIR)
    pairs["number"] = buckets.keys(texts)[order >= 0]
    pairs["file"] = found.origin.grid.part[order >= 0]
    return np.unique(pairs).tobytes()


def refuse_shared(parts: Sequence[bytes]) -> None:
    """Refuse a ledger in which two files share an order number that is of different customers.

    Raises
    ------
    DataError
        There is such a number.
    """
    held = [np.frombuffer(one, _PAIR) for one in parts if one]
    rounds = np.uint64(1 + sum(map(len, held)) // _ROUNDS)
    if any(_shared([one[one["number"] % rounds == at] for one in held]) for at in range(int(rounds))):
        what = "Files of the ledger share order numbers at different customers: which file counts only the whole ledger can say."
        fix = "Read it in memory (--engine memory); or, if numbers start again in each file, leave them out (--column 'Order ID=')."
        raise DataError.from_issues([Issue("numbers-in-parts", "error", what, fix)])


def _shared(held: Iterable[np.ndarray]) -> bool:
    """Return whether a number is in two parts and two files."""
    each = list(held)
    pairs = np.concatenate(each) if each else np.empty(0, _PAIR)
    part = np.repeat(np.arange(len(each)), [len(one) for one in each])
    order = np.argsort(pairs["number"], kind="stable")
    number, file, part = pairs["number"][order], pairs["file"][order], part[order]
    if not len(number):
        return False
    start = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    several = [np.maximum.reduceat(one, start) != np.minimum.reduceat(one, start) for one in (file, part)]
    return bool((several[0] & several[1]).any())
