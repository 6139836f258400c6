"""``winback refresh``: the same campaign with new orders, and every human word in its place."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

from winback_xl.cli import input_tables, options, screen

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="refresh")
@options.campaign
@options.orders
@options.output(required=True, what="The workbook to write (.xlsx); with --force it may be CAMPAIGN itself.")
@options.inputs
@options.ledger
@options.leave_behind
@options.customers_gone
@options.as_json
@options.dry_run
@options.force
@options.quiet
def command(
    campaign: Path,
    orders: tuple[Path, ...],
    output: Path,
    *,
    pairs: tuple[tuple[str, str], ...],
    no_header: bool,
    as_json: bool,
    dry_run: bool,
    force: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Update CAMPAIGN with all orders up to now from ORDERS, and keep everything that people typed.

    ORDERS holds the earlier orders too: in the same file, or in several that are read as one.

    Settings are those of its Settings sheet. Who no longer qualifies stays, with the reason. What cannot be placed
    goes to the sheet Leftovers. --customers, --incidents and --reps are needed if the campaign was built with them, unless files
    of the same name are next to ORDERS or CAMPAIGN.
    """
    from winback_xl.workflows import refreshing

    said = input_tables.row_answers(given)
    with screen.Screen(quiet=quiet) as terminal:
        done = refreshing.refresh(
            campaign, orders, None if dry_run else output, column=dict(pairs), rows=said, header=not no_header, force=force,
            progress=terminal.step, **given,
        )  # fmt: skip
        terminal.step("")
        terminal.sources(done.plan.sources)
        terminal.issues(done.issues)
        for lost in done.lost:
            terminal.say(f"  left behind: {lost}")
    counts = dataclasses.asdict(done.counts)
    if as_json:
        document = {
            "campaign": done.plan.campaign_id,
            "as_of": f"{done.plan.as_of:%Y-%m-%d}",
            **counts,
            "workbook": None if dry_run else str(output),
            "left_behind": list(done.lost),
            "recovered": done.recovered,
            "issues": screen.issue_records(done.issues),
        }
        screen.print_json(document)
    else:
        words = ("Accounts added", "Deleted rows put back", "No longer on the list", "", "Accounts in all")
        rows = [
            (word, f"{value:,}") for word, value in zip(words, counts.values(), strict=True) if word and value
        ]
        terminal.table(
            f"Campaign {done.plan.campaign_id} as of {done.plan.as_of:%Y-%m-%d}", ("What", "Count"), rows
        )
    if done.recovered:
        terminal.say(done.recovered)
    terminal.say(screen.ending(f"Open {output}. {done.unchanged}", dry_run=dry_run))
