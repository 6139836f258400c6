"""What `winback` does with no command: in a terminal, ask for the files and walk through check, plan and open."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

_ENDINGS = frozenset((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt", ".parquet"))
_LISTED = 9
_DATA_PROBLEMS = 3


def through() -> int:
    """Ask which file holds the orders, check it, plan the campaign, and open it.

    Returns
    -------
    int
        An exit code as that of `winback_xl.cli.run`.
    """
    from winback_xl.cli import run

    click.echo(
        "Find the customers you are losing. Nothing is sent anywhere, and your files stay as they are.\n"
    )
    orders = _ask_for_orders()
    if orders is None:
        click.echo("A made-up distributor, to see what comes out:")
        return run(["demo"]) if not Path("winback-demo").exists() else run(["demo", "--force"])
    more = _ask_for_more()
    code = run(["check", str(orders), *map(str, more)])
    if code == _DATA_PROBLEMS:
        click.echo("\nFix what is named above in a copy of the file, save it, and type winback again.")
    if code:
        return code
    target = beside(orders)
    click.echo(f"\nThe campaign goes into a new file: {target}")
    if not click.confirm("Plan it now?", default=True):
        return 0
    code = run(["plan", str(orders), *_as_options(more), "-o", str(target)])
    if code == 0 and click.confirm("Open it?", default=True):
        click.launch(str(target))
    return code


def beside(orders: Path, what: str = "campaign") -> Path:
    """Return a name for the campaign next to the orders that no file has yet.

    Parameters
    ----------
    orders : Path
        The first file with orders.
    what : str
        The word behind its name.
    """
    stem = orders.name.split(".", maxsplit=1)[0] or "orders"
    names = [f"{stem} {what}.xlsx", *(f"{stem} {what} {number}.xlsx" for number in range(2, 1000))]
    return next(
        (path for name in names if not (path := orders.with_name(name)).exists()), orders.with_name(names[0])
    )


def path_of(typed: str) -> Path:
    r"""Return the path that somebody typed, or that a terminal wrote for a file dropped on it.

    >>> path_of("'/home/ann/my orders.csv' ").name, path_of('"my orders.csv"').name, path_of(r"my\ orders.csv").name
    ('my orders.csv', 'my orders.csv', 'my orders.csv')
    """
    text = typed.strip().removeprefix("& ")  # PowerShell's way of a dropped file
    if text[:1] in {"'", '"'} and text[-1:] == text[:1]:
        text = text[1:-1]
    elif re.search(r"\\[ ()&'\[\]]", text):
        text = " ".join(shlex.split(text))
    return Path(text).expanduser()


def _ask_for_orders() -> Path | None:
    """Return the file with the orders; None for the demo."""
    near = sorted(
        (path for path in Path().iterdir() if path.suffix.lower() in _ENDINGS and path.is_file()),
        key=lambda path: -path.stat().st_mtime,
    )[:_LISTED]
    for number, path in enumerate(near, start=1):
        click.echo(f"  {number}  {path.name}")
    click.echo("Which file holds your orders? Type its number or its name, or drop it on this window.")
    while True:
        typed = click.prompt("Orders (Enter for a demo)", default="", show_default=False).strip()
        if not typed:
            return None
        path = near[int(typed) - 1] if typed.isdecimal() and 0 < int(typed) <= len(near) else path_of(typed)
        if path.exists():  # a folder of orders too
            return path
        click.echo(f"There is no file {path}.")


def _ask_for_more() -> list[Path]:
    """Return lists of customers, complaints and reps, as far as there are some."""
    click.echo(
        "Are there a customer list, a list of complaints, a list of reps? One at a time; Enter when done."
    )
    found: list[Path] = []
    while typed := click.prompt("One more file", default="", show_default=False).strip():
        path = path_of(typed)
        if path.is_file():
            found.append(path)
        else:
            click.echo(f"There is no file {path}.")
    return found


def _as_options(files: list[Path]) -> list[str]:
    """Return the options that hand over files, each by what it holds."""
    from winback_xl.workflows import checking

    given: list[str] = []
    for file in files:
        title, _ = checking.check(file)
        given += [str(file)] if title == "Orders" else [f"--{title.lower()}", str(file)]
    return given
