"""``winback template``: build the templates of this repository from text, or say whether they are up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from winback_xl.cli import options

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="template")
@click.option(
    "--build", "action", flag_value="build", help="Write the templates, and the generated macro sources."
)
@click.option("--check", "action", flag_value="check", help="List what differs from a fresh build.")
@click.argument("folder", type=options.FILE, required=False, metavar="[FOLDER]")
def command(action: str | None, folder: Path | None) -> None:
    """Build the workbook templates byte for byte the same, or check them.

    FOLDER is by default workbook_templates next to the package's sources; only there the texts in macros are written
    and checked too. For a workbook of your own use: winback new.
    """
    from winback_xl.errors import DataError, FileError, UsageError
    from winback_xl.templates import build, macros

    if action is None:
        raise UsageError("Missing option '--build' or '--check'.", "Give one of them.", "no-action")
    sources = macros.folder()
    home = sources.parent / "workbook_templates"
    target = folder or home
    if not target.is_dir():
        hint = "Make it first, or name another one." if folder else "Name the folder, as workbook_templates."
        raise FileError(f"There is no folder {target}.", hint, "no-folder")
    at = sources if target.resolve() == home.resolve() else None
    if action == "build":
        for path in build.write(target, at):
            click.echo(str(path))
        return
    found = build.differences(target, at)
    if found:
        hint = "If that is wanted, build them afresh: winback template --build"
        raise DataError("\n".join(found), hint, "templates-differ")
    click.echo(f"{target}: every template is as it would be built now.", err=True)
