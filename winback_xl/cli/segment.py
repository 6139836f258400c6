"""``winback segment``: levels and status, one row a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winback_xl.cli import input_tables, options, screen
from winback_xl.workflows.apart import apart

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="segment")
@options.orders
@options.output(required=False, what="Write the table here as .csv instead of printing it.")
@options.inputs
@options.reading
@options.as_json
@options.dry_run
@options.force
@options.quiet
def command(
    output: Path | None,
    *,
    settings_file: Path | None,
    as_json: bool,
    dry_run: bool,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Put every customer into a loyalty level and a status, with the reason."""
    from winback_xl.files import csv_file
    from winback_xl.schema.columns import SEGMENTS
    from winback_xl.workflows import planning

    if output is not None and output.suffix.lower() != ".csv":
        raise click.UsageError(
            f"The table is written as .csv: name it {output.stem}.csv, or see winback plan."
        )
    files = (given[name] for name in ("customers", "incidents", "reps"))
    apart(output, *given["orders"], *files, settings_file)
    chosen = input_tables.settings(settings_file)
    with screen.Screen(quiet=quiet) as terminal:
        tables = input_tables.read(terminal, chosen, **given)
        terminal.step("Calculating levels")
        table = planning.segment_tables(tables, chosen)
        if output is not None and not dry_run:
            terminal.step(f"Writing {output}")
            csv_file.write_csv(table, SEGMENTS, output, force=force)
        terminal.step("")
        terminal.sources(tables.sources)
        terminal.issues(tables.issues)
        terminal.say(f"{len(table):,} customers as of {tables.as_of:%Y-%m-%d}.")
    if as_json:
        screen.print_json(screen.records(table))
    elif output is None and not dry_run:
        click.echo(csv_file.csv_text(table, SEGMENTS), nl=False)
