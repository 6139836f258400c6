"""Output in the terminal: progress and messages on stderr, data on stdout."""

from __future__ import annotations

import json
import math
import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType
    from typing import Self

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Source
    from winback_xl.errors import Issue

_SLOW = 0.5  # seconds after which a finished step says how long it took
_CLEAR = "\r\x1b[2K"  # the line of a terminal in which the step stands
_SHOWN = 20  # findings shown in full


class Screen:
    """Show the steps of one command: on a terminal also the one that is being done."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = not quiet and sys.stderr.isatty()
        self._step, self._since = "", 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish_step()
        elif self._live and self._step:
            click.echo(_CLEAR, nl=False, err=True)

    def step(self, sentence: str) -> None:
        """Show what is being done now."""
        self._finish_step()
        self._step, self._since = sentence, time.perf_counter()
        if self._live and sentence:
            click.echo(f"  {sentence} ...", nl=False, err=True)

    def _finish_step(self) -> None:
        took = time.perf_counter() - self._since
        if self._step and self._live:
            click.echo(_CLEAR, nl=False, err=True)
        if self._step and not self._quiet:
            click.echo(f"  {self._step}" + (f" ({took:.1f} s)" if took > _SLOW else ""), err=True)
        self._step = ""

    def say(self, sentence: str) -> None:
        """Print one sentence on stderr."""
        if not self._quiet:
            click.echo(sentence, err=True)

    def sources(self, sources: Iterable[Source]) -> None:
        """Report how many rows of each input were used."""
        for source in sources:
            place = source.file + (f", sheet {source.sheet}" if source.sheet else "")
            aside = f", {source.rows_set_aside:,} set aside" if source.rows_set_aside else ""
            self.say(f"{source.table}: {source.rows_used:,} of {source.rows_in:,} rows used{aside} ({place})")

    def issues(self, issues: Sequence[Issue]) -> None:
        """Report the findings: errors and warnings, the first twenty in full; notes after them."""
        if self._quiet:
            issues = [issue for issue in issues if issue.severity != "note"]
        rank = {"error": 0, "warning": 1, "note": 2}
        ordered = sorted(issues, key=lambda issue: rank[issue.severity])
        for issue in ordered[:_SHOWN]:
            click.echo(f"  {issue.severity}: {issue}", err=True)
        if len(ordered) > _SHOWN:
            click.echo(f"  and {len(ordered) - _SHOWN} more; the Checks sheet and --json have all.", err=True)

    def table(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a small table on stdout: in columns on a terminal, tab-separated elsewhere."""
        if self._quiet:
            return
        lines = [[str(value) for value in row] for row in (headings, *rows)]
        if not sys.stdout.isatty():
            for line in lines:
                click.echo("\t".join(line))
            return
        wide = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
        click.echo(f"\n{title}")
        for line in lines:
            first, *others = (
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, wide, strict=True))
            )
            click.echo("  ".join(("", first, *others)).rstrip())


def ending(done: str, *, dry_run: bool) -> str:
    """Return how a command ends: with what was done, or that a dry run wrote nothing."""
    return "Dry run: nothing was written." if dry_run else done


def print_json(document: object) -> None:
    """Print a document as JSON on stdout; a number that is unknown is null, for JSON has no NaN."""
    click.echo(json.dumps(_known(document), ensure_ascii=False, indent=2, default=str, allow_nan=False))


def _known(value: object) -> object:
    """Return a document without NaN."""
    if isinstance(value, dict):
        return {name: _known(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_known(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a table as JSON-ready mappings: ISO dates, null for blanks."""
    loaded: list[dict[str, object]] = json.loads(
        frame.to_json(orient="records", date_format="iso", force_ascii=False)
    )
    return loaded


def issue_records(issues: Iterable[Issue]) -> list[dict[str, object]]:
    """Return findings as JSON-ready mappings."""
    names = ("code", "severity", "file", "sheet", "cell", "what", "fix", "rows")
    return [{name: getattr(issue, name) for name in names} for issue in issues]
