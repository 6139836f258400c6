"""``winback doctor``: what is installed, and what to do where something is missing."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING

import click

from winback_xl.cli import options, screen

if TYPE_CHECKING:
    from winback_xl.installation import Finding


@click.command(name="doctor")
@click.argument("book", required=False, type=click.Path(path_type=Path))
@options.as_json
@click.pass_context
def command(ctx: click.Context, *, book: Path | None, as_json: bool) -> None:
    """Check the installation, and BOOK if given, and list what to do about each problem. Exit code 1 when something needs a fix."""
    found = examine(book)
    if as_json:
        screen.print_json([asdict(item) for item in found])
    else:
        for item in found:
            click.echo(f"{item.mark:4}  {item.what}: {item.found}" + (f". {item.fix}" if item.fix else ""))
    ctx.exit(0 if all(item.well for item in found) else 1)


def examine(book: Path | None) -> list[Finding]:
    """Look at the installation, at Excel's side where xlwings is there, and at a workbook where one is named."""
    from winback_xl import installation

    found = installation.examine()
    if util.find_spec("xlwings") is None:
        return found
    excel = import_module("winback_xl.excel.excel_doctor")
    return [*found, *excel.examine(book)]
