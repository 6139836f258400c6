"""``winback check``: every problem, with its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winback_xl.cli import inputs, options, screen

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.errors import Issue

_DATA_PROBLEMS = 3


@click.command(name="check")
@click.argument("files", nargs=-1, required=True, type=options.FILE, metavar="FILE...")
@click.option(
    "--as", "kind", type=click.Choice(["orders", "customers", "incidents", "reps"]),
    help="What the files hold. Default: found out from the headings.",
)  # fmt: skip
@options.reading
@options.as_json
@options.quiet
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], kind: str | None, *, settings_file: Path | None,
    pairs: tuple[tuple[str, str], ...], sheet: tuple[str, ...], no_header: bool, as_of: str | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Check files and name every problem with its cell and its cure. Nothing is changed.

    Exit code 3 when a file cannot be used as it is, 4 when one cannot be read.
    """
    from winback_xl import api
    from winback_xl.errors import DataError, FileError, Issue

    chosen = inputs.settings(settings_file)
    worst, found, held = 0, list[tuple[str, str, "Issue"]](), dict[str, "Path"]()
    with screen.Screen(quiet=quiet) as told:
        for file in files:
            told.step(f"Checking {file}")
            try:
                title, loaded = api.check(
                    file,
                    kind=kind,
                    settings=chosen,
                    column=dict(pairs),
                    sheet=sheet,
                    header=not no_header,
                    as_of=as_of,
                )
            except (DataError, FileError) as error:
                worst = max(worst, error.exit_code)
                issues = getattr(error, "issues", ()) or (error.as_issue(file.name),)
                verdict = "cannot be used as it is"
            else:
                issues = loaded.issues
                held[title] = file
                aside = loaded.rows_in - loaded.rows_used
                if not loaded.rows_used:
                    worst = max(worst, _DATA_PROBLEMS)
                    none = Issue("no-rows", "error", "No row can be used.", "Export it again, with its rows.")
                    issues = (*issues, none.at(file=file.name, sheet=loaded.sheet))
                verdict = f"{title}: {loaded.rows_used:,} of {loaded.rows_in:,} rows can be used" + (
                    f", {aside:,} would be set aside" if aside else ""
                )
            told.step("")
            if not as_json and (issues or not quiet):
                click.echo(f"{file}: {verdict}.")
                for issue in issues:
                    click.echo(f"  {issue.severity}: {_told(issue)}")
            found += [(str(file), verdict, issue) for issue in issues]
    if as_json:
        screen.print_json(
            [
                {"input": file, "verdict": verdict, **screen.issue_records([issue])[0]}
                for file, verdict, issue in found
            ]
        )
    else:
        told.say(_next(worst, held, nothing_found=not found))
    ctx.exit(worst)


def _told(issue: Issue) -> str:
    """Write a finding; what names its file already needs no file in front."""
    return f"{issue.what} {issue.fix}".strip() if issue.what.startswith(issue.file) else str(issue)


def _next(worst: int, held: dict[str, Path], *, nothing_found: bool) -> str:
    """Say what to do next: the whole command where the files allow one."""
    if worst:
        return "Mend what is called an error, and check again."
    lead = "Nothing to mend. " if nothing_found else ""
    if "Orders" not in held:
        return f"{lead}Next: check the orders; they are what a plan needs."
    others = "".join(f" --{title.lower()} {file}" for title, file in held.items() if title != "Orders")
    return f"{lead}Next: winback plan {held['Orders']} -o campaign.xlsx{others}"
