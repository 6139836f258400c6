"""``winback report``: what a campaign has brought, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from winback_xl.cli import input_tables, options, screen

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="report")
@options.campaign
@click.argument("orders", type=options.FILE, nargs=-1, metavar="[ORDERS...]")
@options.output(required=True, what="The report workbook to write (.xlsx).")
@options.ledger
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
    """Report how far a campaign is, what it recovered, who was neglected and who is slipping again.

    With ORDERS, what came back is counted in them; without, in the orders of the last refresh.
    """
    from winback_xl.workflows import measuring

    said = input_tables.row_answers(given)
    with screen.Screen(quiet=quiet) as terminal:
        measured = measuring.report(
            campaign, None if dry_run else output, orders=orders or None, column=dict(pairs), rows=said, header=not no_header,
            force=force, progress=terminal.step, **given,
        )  # fmt: skip
        terminal.step("")
        terminal.issues(measured.issues)
    figures = [
        (figure.name, _shown(figure.value, figure.kind), figure.meaning)
        for figure in measured.results.figures
    ]
    if as_json:
        screen.print_json({figure.name: figure.value for figure in measured.results.figures})
    else:
        terminal.table(f"Campaign {measured.campaign_id}", ("Figure", "Value", "Meaning"), figures)
    if measured.results.differs:
        terminal.say(measured.results.differs)
    if measured.results.against_new:
        terminal.say(measured.results.against_new)
    terminal.say(measured.results.proof.sentence)
    terminal.say(measured.odds_stated)
    terminal.say(screen.ending(f"Open {output}.", dry_run=dry_run))


def _shown(value: float, kind: str) -> str:
    from winback_xl.core.money import show

    if value != value:  # noqa: PLR0124 - NaN
        return "unknown"
    if kind in ("share", "money"):
        return f"{value:.1%}" if kind == "share" else show(value)
    digits = 2 if kind == "number" else 0
    return f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0: no -0
