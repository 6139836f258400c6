"""``winback demo``: the whole job on made-up data, to see what comes out before using one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from winback_xl.cli import options, screen
from winback_xl.cli.plan import print_summary as print_plan


@click.command(name="demo")
@click.option(
    "-o", "--output", "folder", type=options.FILE, default=Path("winback-demo"), show_default=True, metavar="FOLDER",
    help="Folder for the sample files and the campaign workbook.",
)  # fmt: skip
@click.option(
    "--seed", type=int, default=7, show_default=True, help="A different number makes a different distributor."
)
@options.force
@options.quiet
def command(folder: Path, *, seed: int, force: bool, quiet: bool) -> None:
    """Write made-up orders, customers and incidents of a distributor, and run the whole job on them."""
    from winback_xl import samples
    from winback_xl.workflows import planning, saving

    with screen.Screen(quiet=quiet) as terminal:
        terminal.step("Making up a distributor with three years of orders")
        files = samples.write(samples.make(seed=seed), folder, force=force)
        built = planning.plan(
            files["orders"],
            customers=files["customers"],
            incidents=files["incidents"],
            reps=files["reps"],
            progress=terminal.step,
        )
        built = replace(built, frozen=True)  # made-up orders end on a day of their own
        target = folder / "campaign.xlsx"
        terminal.step(f"Writing {target}")
        saving.save(built, target, force=force)
        terminal.step("")
        terminal.sources(built.sources)
        terminal.issues(built.issues)
    print_plan(terminal, built, target, as_json=False, dry_run=False, as_of_given=False)
