"""``winback check``: every problem, with its cell."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

import click

from winback_xl.cli import input_tables, options, screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from winback_xl.errors import Issue
    from winback_xl.inputs.load import Loaded
    from winback_xl.settings import Settings

_DATA_PROBLEMS = 3
_SPARE = 12  # headings without use that a line lists


@click.command(name="check")
@click.argument("files", nargs=-1, required=True, type=options.FILE, metavar="FILE...")
@click.option(
    "--as", "kind", type=click.Choice(["orders", "customers", "incidents", "reps"]),
    help="What the files hold. Default: recognised by the headings.",
)  # fmt: skip
@options.reading
@click.option("--verbose", is_flag=True, help="Print the totals of each month too.")
@options.as_json
@options.quiet
@click.pass_context
def command(
    ctx: click.Context, files: tuple[Path, ...], kind: str | None, *, settings_file: Path | None,
    pairs: tuple[tuple[str, str], ...], count: tuple[tuple[str, str], ...],
    leave_out: tuple[tuple[str, str], ...], take_back: tuple[tuple[str, str], ...], sheet: tuple[str, ...], no_header: bool,
    as_of: str | None, verbose: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Check files, and list every problem with its cell and its fix. Nothing is changed.

    Exit code 3 when a file cannot be used as it is, 4 when one cannot be read.
    """
    from winback_xl.errors import DataError, FileError
    from winback_xl.workflows import checking
    from winback_xl.workflows.reading import no_rows

    chosen = input_tables.settings(settings_file)
    rows = input_tables.row_answers({"count": count, "leave_out": leave_out, "take_back": take_back})
    worst, found, held = 0, list[tuple[str, str, "Issue"]](), dict[str, list["Path"]]()
    with screen.Screen(quiet=quiet) as terminal:
        for file in files:
            terminal.step(f"Checking {file}")
            loaded: Loaded | None = None
            try:
                title, loaded = checking.check(
                    file,
                    kind=kind,
                    settings=chosen,
                    column=dict(pairs),
                    rows=rows,
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
                held.setdefault(title, []).append(file)
                aside = loaded.rows_in - loaded.rows_used
                if not loaded.rows_used:
                    worst = max(worst, _DATA_PROBLEMS)
                    issues = (*issues, no_rows(loaded))
                verdict = f"{title}: {loaded.rows_used:,} of {loaded.rows_in:,} rows can be used" + (
                    f", {aside:,} would be set aside" if aside else ""
                )
            terminal.step("")
            if not as_json and (issues or not quiet):
                click.echo(f"{file}: {verdict}.")
                if loaded is not None and not quiet:
                    for line in _about(title, loaded, chosen, verbose=verbose):
                        click.echo(f"  {line}")
                for issue in sorted(issues, key=_weight):
                    click.echo(f"  {issue.severity}: {_stated(issue)}")
            found += [(str(file), verdict, issue) for issue in issues]
    if as_json:
        screen.print_json(
            [
                {"input": file, "verdict": verdict, **screen.issue_records([issue])[0]}
                for file, verdict, issue in found
            ]
        )
    else:
        said = "".join(
            [f" --column {_quoted(f'{ours}={theirs}')}" for ours, theirs in pairs]
            + [
                f" --{name} {_quoted(f'{where}={words}')}"
                for name, answers in (("count", count), ("leave-out", leave_out), ("take-back", take_back))
                for where, words in answers
            ]
            + [f" --sheet {_quoted(name)}" for name in sheet]
            + (["" if as_of is None else f" --as-of {as_of}"])
            + ([" --no-header"] if no_header else [])
            + ([] if settings_file is None else [f" --settings {_quoted(settings_file)}"])
        )
        terminal.say(_next(worst, held, said, product=_as_value(found), nothing_found=not found))
    ctx.exit(worst)


def _about(title: str, loaded: Loaded, settings: Settings, *, verbose: bool) -> list[str]:
    """State how a file was read, its totals, and by what a plan would multiply the amounts in Settings."""
    from winback_xl.core import money_scale
    from winback_xl.core.orders import order_columns

    totals = loaded.totals()
    currency = settings.currency or order_columns.currency(loaded.frame)
    scaled = money_scale.fit(settings, loaded.frame, currency)[1] if title == "Orders" else ""
    lines = [f"read as: {_read_as(loaded)}."]
    lines += [f"{line}." for line in (totals.lines(verbose=verbose) if totals is not None else [])]
    return [*lines, *filter(None, [scaled])]


def _weight(issue: Issue) -> tuple[int, int]:
    """Put errors first, then what cost most rows."""
    return int(issue.severity != "error"), -issue.rows


def _stated(issue: Issue) -> str:
    """Write a finding; what names its file already needs no file in front."""
    return f"{issue.what} {issue.fix}".strip() if issue.what.startswith(issue.file) else str(issue)


def _read_as(loaded: Loaded) -> str:
    """State which heading of the file was taken for which column, and which were not needed."""
    from winback_xl.inputs.spelling import brief

    taken = ", ".join(f"{ours} = '{brief(theirs)}'" for ours, theirs in loaded.matched.items())
    spare = ", ".join(f"'{brief(heading)}'" for heading in loaded.unused[:_SPARE])
    more = f" and {len(loaded.unused) - _SPARE} more" if len(loaded.unused) > _SPARE else ""
    return taken + (f"; not used: {spare}{more}" if spare else "")


def _quoted(text: object) -> str:
    """Write a word so that a shell takes it as one; in double quotes, which Windows knows too, where they will do."""
    word = str(text)
    if re.fullmatch(r"[\w./\\:+-]+", word):
        return word
    return shlex.quote(word) if os.name == "posix" and set(word) & set('"$`!\\') else f'"{word}"'


def _as_value(found: Sequence[tuple[str, str, Issue]]) -> str:
    """Return the option that takes quantity times price as the value, where a file has both and no value."""
    fixes = (issue.fix for _, _, issue in found if issue.code == "value-column-missing")
    product = next((found for fix in fixes for found in re.findall(r"--column '([^']*\*[^']*)'", fix)), "")
    return f" --column {_quoted(product)}" if product else ""


def _next(worst: int, held: dict[str, list[Path]], said: str, *, product: str, nothing_found: bool) -> str:
    """State the next step: the whole command where the files allow one."""
    if worst:
        return "Fix the errors, and check again."
    lead = "Nothing to fix. " if nothing_found else ""
    if "Orders" not in held:
        return f"{lead}Next: check the orders; they are what a plan needs."
    orders = " ".join(_quoted(file) for file in held["Orders"])
    lists = {title: files for title, files in held.items() if title != "Orders"}
    twice = next((title for title, files in lists.items() if len(files) > 1), None)
    if twice is not None:
        return f"{lead}A plan takes one file of {twice.lower()}: put them into one."
    others = "".join(f" --{title.lower()} {_quoted(files[0])}" for title, files in lists.items())
    unless = "\nLeave the last option out if that is not the value: the plan is then without money."
    return f"{lead}Next: winback plan {orders} -o campaign.xlsx{others}{said}{product}{unless if product else ''}"
