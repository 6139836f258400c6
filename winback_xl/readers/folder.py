"""A folder in place of a file: its Parquet and text files are parts of one table, folders such as ``region=North`` a column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np
import pyarrow as pa

from winback_xl.errors import FileError
from winback_xl.readers.grid import Cell, RawColumn, all_of
from winback_xl.readers.sniff import checked, sniff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.readers.grid import Grid
    from winback_xl.readers.sniff import Format


@dataclass(frozen=True, slots=True)
class OneFile:
    """One file of those that were named.

    Parameters
    ----------
    path : Path
    name : str
        What messages call it: where it is inside the folder, or "" for a file that was named itself.
    kind : {"parquet", "text"} or ""
        What it is; "" for a file that was named itself: nobody has looked yet.
    keys : mapping of str to str
        Columns by the names of the folders that it is in.
    """

    path: Path
    name: str = ""
    kind: Format | str = ""
    keys: Mapping[str, str] = field(default_factory=dict)

    def named(self, grid: Grid) -> Grid:
        """Return what was read of the file under its name, with the columns that its folders name."""
        if not self.name:
            return grid
        first = max((column.position for column in grid.columns), default=-1) + 1
        inside = [item for item in self.keys.items() if item[0] not in grid.headings]
        more = tuple(_column(first + at, *item, grid.rows) for at, item in enumerate(inside))
        return replace(grid, file=self.name, columns=(*grid.columns, *more))


def _column(position: int, heading: str, value: str, rows: int) -> RawColumn:
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([value], pa.string()))
    return RawColumn(position, heading, all_of(Cell.TEXT, rows), texts=texts)


def inside(path: Path) -> list[Path]:
    """Return the files in a folder and in the folders in it, by name; none that is hidden."""
    return sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith((".", "_")))


def files_of(given: str | Path) -> list[OneFile]:
    """Return the file that was named, or the files of the folder that was named.

    Parameters
    ----------
    given : path

    Raises
    ------
    FileError
        The folder holds no file, or one that is neither Parquet nor text.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "region=North").mkdir()
    >>> _ = (folder / "region=North" / "may.csv").write_text("Customer ID,Order date,Order value")
    >>> [(one.path.name, one.keys) for one in files_of(folder)], len(files_of("orders.xlsx"))
    ([('may.csv', {'region': 'North'})], 1)
    """
    path = Path(given)
    if not path.is_dir():
        return [OneFile(path)]
    files = inside(path)
    if not files:
        raise FileError(
            f"There is no order file in {path.name}.",
            "Name a file, or a folder of .parquet or .csv files.",
            "no-file",
        )
    found = []
    for file in files:
        name, kind = file.relative_to(path), sniff(checked(file))
        if kind not in ("parquet", "text"):
            raise FileError(
                f"{name} in {path.name} is neither Parquet nor text.",
                "Move it to another folder.",
                "folder-kind",
            )
        pairs = [part.split("=", 1) for part in name.parts[:-1] if "=" in part]
        found.append(OneFile(file, str(name), kind, {key: unquote(value) for key, value in pairs}))
    return found
