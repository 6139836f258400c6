"""``winback new``: a workbook, add-in or Calc extension that starts the Python of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from winback_xl.cli import options
from winback_xl.errors import UsageError

_NEXT = {
    ".xlsm": "Open it in Excel, allow macros, fill in Orders and press Check data on the Guide sheet.",
    ".xlam": "In Excel: File, Options, Add-ins, Go, Browse, and choose it. The tab Win-back appears.",
    ".xlsx": "Fill it in, then run: winback {name}",
    ".oxt": "Open it with LibreOffice and restart LibreOffice. Then type =WINBACK_VERSION() into a cell.",
    "server": "Put XLWINGS_LICENSE_KEY into its .env (for business use: a paid plan), then start the server there: xlwings-server",
    "lite": "Open it in Excel, add xlwings Lite (Home, Add-ins), press Trust, wait until its task pane is ready, and save.",
}


@click.command(name="new")
@click.argument("book", type=options.FILE, metavar="BOOK")
@click.option(
    "--lite",
    is_flag=True,
    help="For xlwings Lite: no installation, no macros; the whole plugin is inside (.xlsx).",
)
@click.option(
    "--server", is_flag=True, help="BOOK is a project folder of xlwings Server (licensed separately)."
)
@click.option(
    "--python",
    "interpreter",
    metavar="PATH",
    help="Python to start. Default: the one that runs this command.",
)
@options.force
def command(book: Path, *, lite: bool, server: bool, interpreter: str | None, force: bool) -> None:
    """Make a workbook with buttons (.xlsm), an add-in (.xlam), an input form (.xlsx) or a Calc extension (.oxt).

    It is made on this computer, so Windows does not block its macros, and it knows this computer's Python.
    """
    from winback_xl.files.save import atomic_write
    from winback_xl.templates import build

    if server:
        if lite:
            raise UsageError("--lite and --server are two hosts.", "Give one of them.", "two-hosts")
        build.server_project(book, force=force)
        click.echo(f"Made {book}. {_NEXT['server']}", err=True)
        return
    kind = "lite" if lite else book.suffix.lower()
    if interpreter is not None and not Path(interpreter).is_file():
        raise UsageError(
            f"{interpreter!r} is not a file.",
            "Give the path of an installed Python, such as " + sys.executable,
            "no-python",
        )
    content = build.new(kind, book.suffix.lower(), interpreter or sys.executable, sys.platform)
    with atomic_write(book, force=force) as file:
        file.write(content)
    click.echo(f"Made {book}. {_NEXT[kind].format(name=book.name)}", err=True)
