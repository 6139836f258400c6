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
    pairs: tuple[tuple[str, str], ...], sheet: str | None, no_header: bool, as_of: str | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Check files and name every problem with its cell and its cure. Nothing is changed.

    Exit code 3 when a file cannot be used as it is, 4 when one cannot be read.
    """
    from winback_xl import api
    from winback_xl.errors import DataError, FileError

    chosen = inputs.settings(settings_file)
    worst, found = 0, list[tuple[str, str, "Issue"]]()
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
                issues = getattr(error, "issues", ()) or (api.as_issue(error, file),)
                verdict = "cannot be used as it is"
            else:
                issues = loaded.issues
                aside = loaded.rows_in - loaded.rows_used
                verdict = f"{title}: {loaded.rows_used:,} of {loaded.rows_in:,} rows can be used" + (
                    f", {aside:,} would be set aside" if aside else ""
                )
            told.step("")
            if not as_json:
                click.echo(f"{file}: {verdict}.")
                for issue in issues:
                    click.echo(f"  {issue.severity}: {issue}")
            found += [(str(file), verdict, issue) for issue in issues]
    if as_json:
        screen.print_json(
            [
                {"input": file, "verdict": verdict, **screen.issue_records([issue])[0]}
                for file, verdict, issue in found
            ]
        )
    if not found and not as_json:
        click.echo("Nothing to mend. Next: winback plan", err=True)
    ctx.exit(worst)
