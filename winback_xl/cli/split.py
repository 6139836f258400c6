"""``winback split``: one workbook for each owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winback_xl.cli import options, screen

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="split")
@options.campaign
@click.option(
    "-o", "--output", "folder", type=options.FILE, required=True, metavar="FOLDER", help="Folder for the copies; made if missing."
)  # fmt: skip
@options.as_json
@options.dry_run
@click.option("--force", is_flag=True, help="Replace copies that are there (dated copies of them are kept).")
@options.quiet
def command(campaign: Path, folder: Path, *, as_json: bool, dry_run: bool, force: bool, quiet: bool) -> None:
    """Write one workbook for each owner in CAMPAIGN, with the owner's accounts only.

    Accounts without an owner go to Nobody. What comes back is merged by: winback collect.
    """
    from winback_xl.workflows import splitting

    with screen.Screen(quiet=quiet) as terminal:
        terminal.step(f"Splitting {campaign}")
        parts = splitting.split(campaign, folder, force=force, dry_run=dry_run, found=terminal.issues)
    if as_json:
        screen.print_json(
            [{"owner": part.owner, "file": str(part.path), "rows": part.rows} for part in parts]
        )
    else:
        rows = [(part.owner, f"{part.rows:,}", str(part.path)) for part in parts]
        terminal.table("Copies", ("Owner", "Accounts", "File"), rows)
    done = screen.ending(f"Send the {len(parts)} files in {folder} out.", dry_run=dry_run)
    terminal.say(f"{done} When they come back: winback collect {campaign} COPY... -o NEW.xlsx")
