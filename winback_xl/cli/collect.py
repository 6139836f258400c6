"""``winback collect``: the copies back into their master."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winback_xl.cli import options, screen
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="collect")
@options.campaign
@click.argument("copies", nargs=-1, required=True, type=options.FILE, metavar="COPY...")
@options.output(required=True, what="The workbook to write (.xlsx); with --force it may be CAMPAIGN itself.")
@options.leave_behind
@options.as_json
@options.dry_run
@options.force
@options.quiet
def command(
    campaign: Path,
    copies: tuple[Path, ...],
    output: Path,
    *,
    leave_behind: bool,
    as_json: bool,
    dry_run: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Merge what people typed into the COPYs back into CAMPAIGN.

    A cell that one side edited is taken. The same cell edited differently on two sides keeps the value of CAMPAIGN
    and is listed on the sheet Conflicts, with who and when.
    """
    from winback_xl.workflows import collecting

    with screen.Screen(quiet=quiet) as terminal:
        done = collecting.collect(
            campaign,
            copies,
            None if dry_run else output,
            leave_behind=leave_behind,
            force=force,
            progress=terminal.step,
        )
        terminal.step("")
        terminal.issues(done.issues)
    merged = done.merged
    if as_json:
        document = {
            "campaign": done.plan.campaign_id,
            "taken": merged.taken,
            "rows_added": merged.added,
            "conflicts": screen.records(merged.conflicts.astype(str)),
            "workbook": None if dry_run else str(output),
            "issues": screen.issue_records(done.issues),
        }
        screen.print_json(document)
    else:
        terminal.table(
            "Cells taken", ("Copy", "Cells"), [(file, f"{count:,}") for file, count in merged.taken.items()]
        )
    terminal.say(screen.ending(f"Open {output}.", dry_run=dry_run))
    if len(merged.conflicts):  # a problem, which --quiet tells too
        click.echo(
            f"{plural(len(merged.conflicts), 'value')} in conflict: see the sheet Conflicts.", err=True
        )
