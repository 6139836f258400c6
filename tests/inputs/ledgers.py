"""Small ledgers as other systems export them, written as text, and what is read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.settings import Settings
from winback_xl.workflows import planning, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from winback_xl.inputs.answers import RowAnswers

Numbers = dict[str, tuple[int, float]]
"""Customer -> order days and revenue."""


def write(folder: Path, texts: Iterable[str]) -> list[Path]:
    """Write each text as a file of its own; the columns stand under each other with any number of spaces."""
    files = []
    for number, text in enumerate(texts):
        file = folder / f"part_{number}.csv"
        lines = [",".join(cell.strip() for cell in line.split(",")) for line in text.strip().splitlines()]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        files.append(file)
    return files


def read(
    folder: Path,
    *texts: str,
    column: Mapping[str, str] | None = None,
    rows: RowAnswers | None = None,
    **given: object,
) -> tuple[Numbers, dict[str, str]]:
    """Return what each customer comes to, and what was told: code -> sentence."""
    tables = reading.read(write(folder, texts), column=column, rows=rows, **given)
    return numbers(tables), {issue.code: issue.what for issue in tables.issues}


def numbers(tables: reading.Tables) -> Numbers:
    """Return order days and revenue of each customer."""
    table = planning.segment_tables(tables, Settings())
    return {
        row.customer_id: (int(row.order_days), round(float(row.revenue), 2)) for row in table.itertuples()
    }
