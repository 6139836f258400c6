"""``winback backtest``: how far the numbers can be trusted, tested on the ledger's own past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winback_xl.cli import input_tables, options, screen
from winback_xl.workflows.apart import apart

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="backtest")
@options.orders
@options.output(required=False, what="The workbook to write (.xlsx): the page, the charts and the numbers.")
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
    """Test the numbers on the past of ORDERS: what they would have said at earlier dates, and what happened."""
    from winback_xl.workflows import backtesting, saving

    apart(output, *given["orders"], settings_file)
    if output is not None and not dry_run:
        saving.writable(output, force=force)
    chosen = input_tables.settings(settings_file)
    with screen.Screen(quiet=quiet) as terminal:
        tables = input_tables.read(terminal, chosen, **given)
        made = backtesting.backtest_tables(tables, chosen, progress=terminal.step)
        if output is not None and not dry_run:
            terminal.step(f"Writing {output}")
            backtesting.save(made, output, force=force)
        terminal.step("")
        terminal.issues(made.issues)
    if as_json:
        screen.print_json(
            {
                "followed": made.found.followed,
                "rate_error": made.found.rate_error,
                "best_limit": made.found.best_limit,
                "dates": screen.records(made.found.dates),
                "rates": screen.records(made.found.rates),
                "orders": screen.records(made.found.orders),
                "base_rates": screen.records(made.found.base_rates),
                "limits": screen.records(made.found.limits),
            }
        )
    for paragraph in made.words:
        terminal.say(paragraph)
    if output is not None:
        terminal.say(screen.ending(f"Open {output}.", dry_run=dry_run))
