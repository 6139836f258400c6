"""``winback export``: a mail merge and a calendar out of a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winback_xl.cli import options, screen
from winback_xl.core.wording import plural

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.workflows.exporting import Leaving


@click.command(name="export")
@options.campaign
@click.option(
    "--mail-merge",
    "letters",
    type=options.FILE,
    metavar="FILE",
    help="CSV for a mail merge, one row an account.",
)
@click.option(
    "--ics",
    type=options.FILE,
    metavar="FILE",
    help="Calendar file: one list an owner and day, and a time for each call.",
)
@click.option(
    "--customers",
    type=options.FILE,
    metavar="FILE",
    help="Customer list with e-mail addresses and opt-outs. Default: the list that the campaign was built with, if it is in the same folder.",
)
@options.column
@click.option("--owner", default="", metavar="NAME", help="Only the accounts of this owner.")
@click.option(
    "--separator",
    type=click.Choice(["comma", "semicolon", "tab"]),
    default="comma",
    help="Semicolon where Excel uses a decimal comma.",
)
@options.as_json
@options.dry_run
@options.force
@options.quiet
def command(
    campaign: Path,
    *,
    letters: Path | None,
    ics: Path | None,
    customers: Path | None,
    pairs: tuple[tuple[str, str], ...],
    owner: str,
    separator: str,
    as_json: bool,
    dry_run: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Write letters for a mail merge and follow-ups for a calendar out of CAMPAIGN.

    Without --mail-merge and --ics, both are written next to CAMPAIGN. Customers who opted out, the control group and
    closed accounts are never exported; the summary counts them.
    """  # fmt: skip
    from winback_xl.workflows import exporting

    if letters is None and ics is None:
        letters, ics = exporting.next_to(campaign)
    with screen.Screen(quiet=quiet) as terminal:
        found = exporting.export(
            campaign, mail_merge=letters, ics=ics, customers=customers, owner=owner, column=dict(pairs), separator=separator, force=force,
            dry_run=dry_run, progress=terminal.step,
        )  # fmt: skip
        terminal.step("")
        terminal.issues(found.issues)
    _print_summary(terminal, found, letters, ics, as_json=as_json, dry_run=dry_run)


def _print_summary(
    terminal: screen.Screen,
    found: Leaving,
    letters: Path | None,
    ics: Path | None,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    merge = found.merge
    if as_json:
        screen.print_json(
            {
                "campaign": found.plan.campaign_id,
                "rows": len(merge.table),
                "letters": merge.letters,
                "stay": merge.stays,
                "without_email": merge.without_email,
                "email_not_used": list(merge.no_address),
                "held_for_legal": merge.held,
                "call_first": merge.call_first,
                "by_email": merge.by_email,
                "second_letters": merge.second,
                "already_written": merge.written,
                "letters_to_change": merge.to_change,
                "appointments": len(found.appointments),
                "calendar_entries": len(found.entries),
                "mail_merge": None if dry_run or letters is None else str(letters),
                "ics": None if dry_run or ics is None else str(ics),
                "issues": screen.issue_records(found.issues),
            }
        )
    if letters is not None:
        stay = ", ".join(f"{count:,} {reason}" for reason, count in merge.stays.items())
        terminal.say(
            f"Mail merge: {plural(len(merge.table), 'account')}, {plural(merge.letters, 'letter')} to send.{f' Left out: {stay}.' if stay else ''}"
        )
        counts = (
            (merge.by_email, "to get one e-mail and no call; enter the day in Plan e-mailed once it is sent"),
            (merge.without_email, "without an e-mail address"),
            (
                merge.held,
                "held for legal: no letter, apology or offer before Counsel has approved",
            ),
            (
                merge.call_first,
                "to call first, without a letter: nobody has listened to them yet",
            ),
            (merge.second, "with a second letter: something happened since the day in Plan e-mailed"),
            (
                merge.written,
                "already written to: nothing happened since the day in Plan e-mailed, so no second letter",
            ),
            (merge.to_change, "letters with something to fill in or change (column ToChange)"),
        )
        for count, what in counts:
            if count:
                terminal.say(f"  {count:,} {what}")
        if merge.to_merge:
            terminal.say(f"  {merge.to_merge}")
        if merge.email_not_used:
            terminal.say(f"  {merge.email_not_used}")
    if ics is not None:
        calls = int((found.entries["minutes"] > 0).sum())
        days = len(found.entries) - calls
        terminal.say(
            f"Calendar: {plural(len(found.appointments), 'follow-up')} on {plural(days, 'list')}, one an owner and day;"
            f" {plural(calls, 'call')} with a time."
        )
    terminal.say(screen.ending("Read the letters before they go out.", dry_run=dry_run))
