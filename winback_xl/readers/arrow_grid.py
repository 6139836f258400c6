"""Columns of Arrow as a `Grid`, so that tables from databases and large files go through the same checks as files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from winback_xl.readers.grid import Grid, RawColumn
from winback_xl.readers.read_parquet import converted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from winback_xl.readers.sheet_part import Part


def readable(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds table data: nested values and bytes do not.

    >>> readable(pa.string()), readable(pa.list_(pa.string()))
    (True, False)
    """
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return not (
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def grid_of(
    columns: Sequence[pa.Array | pa.ChunkedArray],
    headings: Sequence[str],
    *,
    file: str,
    numbers: NDArray[np.int64],
    parts: tuple[Part, ...] = (),
    part: NDArray[np.int16] | None = None,
) -> Grid:
    """Return columns of Arrow as raw cells.

    Parameters
    ----------
    columns : sequence of Array, each of length n
        Of `readable` types.
    headings : sequence of str
        One a column.
    file : str
        What messages call it.
    numbers : ndarray of int, shape (n,)
        The number of each row in its file, from 1.
    parts, part
        As in `Grid`, where the rows are of several files.

    Returns
    -------
    Grid
        Rows are named by their number.

    Examples
    --------
    >>> import numpy as np
    >>> grid = grid_of([pa.array(["A", None])], ["Customer"], file="orders", numbers=np.array([7, 9]))
    >>> grid.cell(1), grid.columns[0].kinds.tolist()
    ('row 9', [2, 0])
    """
    cells = tuple(
        replace(_column(found, position, heading), position=position)
        for position, (found, heading) in enumerate(zip(columns, headings, strict=True))
    )
    return Grid(file, "", cells, 1, 0, len(numbers), place="row", row_numbers=numbers, parts=parts, part=part)


def _column(found: pa.Array | pa.ChunkedArray, position: int, heading: str) -> RawColumn:
    whole = found.unify_dictionaries().combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    if isinstance(whole, pa.ChunkedArray):  # of no rows
        whole = pa.array([], whole.type)
    return converted(whole, position, heading)
