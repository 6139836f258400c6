"""``winback plan`` for a ledger of more orders than one workbook or one frame in memory holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winback_xl.cli import input_tables, options, screen

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.settings import Settings
    from winback_xl.workflows.large.large_plan import LargePlan

_DATABASES = (".sqlite", ".sqlite3", ".db", ".duckdb")
_SHORTEST = 4  # bytes that a row takes in a file, at least: of a small file nobody needs to look at more than its size
_ENGINES = (
    "auto",
    "memory",
    "parts",
    "duckdb",
)  # of winback_xl.workflows.large.engines, which help must not import

choose = options.together(
    click.option(
        "--engine",
        type=click.Choice(_ENGINES),
        default="auto",
        help="How a large ledger is read: in memory, or in parts (by DuckDB where it is installed). Default: by its size.",
    ),
    click.option(
        "--segments",
        type=options.FILE,
        metavar="FILE",
        help="Where all customers of a ledger that is read in parts are written: .parquet or .csv. Default: next to the workbook.",
    ),
)


def is_large(orders: tuple[Path, ...], engine: str, chosen: Settings) -> bool:
    """Return whether a ledger is read in parts: it has many rows, is a database, or the user says so."""
    if engine == "memory":
        return False
    if engine != "auto" or any(path.suffix.lower() in _DATABASES for path in orders):
        return True
    if sum(map(_size, orders)) < _SHORTEST * chosen.large_rows:
        return False
    from winback_xl.workflows.large import sources

    return sources.rows_of(orders) > chosen.large_rows


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    return path.stat().st_size if path.is_file() else 0


def refuse(given: dict[str, object | None]) -> None:
    """Refuse the options that a ledger in parts cannot be planned with, those that were given by name.

    Parameters
    ----------
    given : dict
        Option -> what was given, None where it was not.
    """
    typed = [f"'{option}'" for option, value in given.items() if value is not None]
    if typed:
        named = f"{', '.join(typed[:-1])} and {typed[-1]}" if len(typed) > 1 else typed[0]
        raise click.UsageError(f"A ledger that is read in parts makes a new workbook: leave out {named}.")


def plan(
    terminal: screen.Screen,
    chosen: Settings,
    output: Path | None,
    *,
    segments: Path | None,
    engine: str,
    campaign_id: str,
    force: bool,
    **given: Any,
) -> LargePlan:
    """Plan in parts."""
    from winback_xl.errors import UsageError
    from winback_xl.workflows.large import large_plan

    rows = input_tables.row_answers(given)
    if given.pop("no_header"):
        raise UsageError(
            "A ledger that is read in parts needs headings.", "Add them, or use --engine memory.", "headings"
        )
    sheets = given.pop("sheet")
    return large_plan.plan_large(
        given.pop("orders"),
        output,
        segments=segments,
        engine=engine,
        settings=chosen,
        column=dict(given.pop("pairs")),
        rows=rows,
        table=sheets[0] if sheets else "",
        campaign_id=campaign_id,
        force=force,
        progress=terminal.step,
        **given,
    )
