"""``winback share``: a copy that may leave the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winback_xl.cli import options, screen

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="share")
@options.campaign
@options.output(required=True, what="The copy to write (.xlsx).")
@click.option(
    "--mask", is_flag=True, help="Replace names by 'Customer 001' and 'Rep 001'; leave out contacts and free text."
)  # fmt: skip
@click.option("--mask-ids", is_flag=True, help="Replace the Customer IDs too (implies --mask).")
@click.option(
    "--mask-key", metavar="SECRET", default="", help="Number the customers alike in every copy with the same SECRET. Without it, by chance."
)  # fmt: skip
@click.option(
    "--blur", is_flag=True, help="Round amounts to two digits and move all days back alike: exact ones still identify a customer (implies --mask)."
)  # fmt: skip
@options.dry_run
@options.force
@options.quiet
def command(
    campaign: Path,
    output: Path,
    *,
    mask: bool,
    mask_ids: bool,
    mask_key: str,
    blur: bool,
    dry_run: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write a copy of CAMPAIGN with values only: no formulas, macros, author, path or hidden sheets.

    Sheets that people added stay behind.
    """
    from winback_xl.workflows import sharing

    with screen.Screen(quiet=quiet) as terminal:
        terminal.step(f"Reading {campaign}")
        sharing.share(
            campaign,
            output,
            mask=mask,
            mask_ids=mask_ids,
            mask_key=mask_key,
            blur=blur,
            force=force,
            dry_run=dry_run,
            found=terminal.issues,
        )
    stay = [
        *([] if mask_ids else ["Customer IDs (--mask-ids)"]),
        *([] if blur else ["exact amounts and days (--blur)"]),
    ]
    masked = (
        " Names, contacts and free text are masked."
        + (f" Still in it: {' and '.join(stay)}." if stay else "")
        if mask or mask_ids or mask_key or blur
        else " Names are in it; --mask takes them out."
    )
    terminal.say(screen.ending(f"{output} holds values only.", dry_run=dry_run) + masked)
