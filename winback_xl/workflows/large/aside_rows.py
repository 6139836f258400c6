"""The rows that a part of a ledger sets aside: the first of all of them are listed, as from one file in memory; all are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import ipc

from winback_xl.workbook.sheets.set_aside_table import SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_PLACE = "__place"
_PARTS = 64  # parts of which each may keep as many rows as a workbook lists; of more parts each keeps less


def packed(aside: pd.DataFrame, place: NDArray[np.int64], parts: int) -> bytes:
    """Return the first rows that a part sets aside.

    Parameters
    ----------
    aside : DataFrame, shape (n, ...)
        As `Loaded.set_aside`.
    place : ndarray of int, shape (n,)
        Where each stands in the whole ledger.
    parts : int
        Of the ledger.

    Returns
    -------
    bytes
        For `listed`; b"" where there are none.
    """
    if not len(aside):
        return b""
    first = np.argsort(place, kind="stable")[: SHOWN * _PARTS // max(parts, _PARTS)]
    texts = aside.iloc[first].fillna("").astype(str)
    table = pa.table({str(name): pa.array(texts[name], pa.string()) for name in texts})
    table = table.append_column(_PLACE, pa.array(place[first]))
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema, options=ipc.IpcWriteOptions(compression="lz4")) as out:
        out.write_table(table)
    return bytes(sink.getvalue())


def listed(parts: Sequence[bytes], counts: Sequence[int]) -> pd.DataFrame:
    """Return the first rows set aside of all parts in the order of the ledger, at most as many as a workbook lists.

    Parameters
    ----------
    parts : sequence of bytes
        As `packed` gives them; b"" where a part sets nothing aside.
    counts : sequence of int
        How many rows each part sets aside, those included that it did not keep.
    """
    tables = [ipc.open_stream(one).read_all().to_pandas() if one else pd.DataFrame() for one in parts]
    # Where a part kept fewer than it set aside, what comes after its last one is not known to be complete.
    ends = [
        int(one[_PLACE].iloc[-1]) for one, count in zip(tables, counts, strict=True) if 0 < len(one) < count
    ]
    whole = pd.concat(tables, ignore_index=True)
    if not len(whole):
        return pd.DataFrame()
    whole = whole.sort_values(_PLACE, kind="stable")
    if ends:
        whole = whole[whole[_PLACE] <= min(ends)]
    shown: pd.DataFrame = whole.drop(columns=_PLACE).head(SHOWN).reset_index(drop=True).fillna("")
    return shown


def padded(orders: pd.DataFrame, count: int, others: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows set aside of a plan: as many as there are, those that are not listed blank.

    Parameters
    ----------
    orders : DataFrame
        From `listed`.
    count : int
        Rows of the orders that are set aside.
    others : sequence of DataFrame
        Rows set aside of the other tables, with their ``table``.
    """
    mine = [orders.assign(table="Orders")] if len(orders) else []
    known = [one for one in [*mine, *(others if len(orders) == count else ())] if len(one)]
    if not known:
        return pd.DataFrame()
    return pd.concat(known, ignore_index=True).fillna("").reindex(range(count + sum(map(len, others))))
