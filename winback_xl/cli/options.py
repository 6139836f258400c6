"""Options that several commands share, each with one meaning and one wording."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from winback_xl.cli import replaced_files

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)


class _Pairs(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic only in the newest click
    """``Heading=what it is called in the file``."""

    name = "heading=found"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split at the first equals sign."""
        if isinstance(value, tuple):
            return value
        ours, sign, theirs = value.partition("=")
        if not sign or not ours.strip() or not theirs.strip():
            self.fail(f"{value!r} is not of the form 'Order value=Amount'.", param, ctx)
        return ours.strip(), theirs.strip()


class Amount(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # as above
    """An amount of money, 0 or more, as people write it: ``5000``, ``5,000`` or ``5 000.50``."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Take out the separators of thousands."""
        text = str(value).strip()
        plain = re.sub(r"(?<=\d)[,' \u00a0\u202f](?=\d{3}(?!\d))", "", text)
        if not re.fullmatch(r"\d+(\.\d+)?", plain):
            self.fail(f"{text!r} is not an amount of 0 or more. Write it as 5000 or 5,000.", param, ctx)
        return float(plain)


def _each_once(
    ctx: click.Context, param: click.Parameter, pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Refuse a column that is named twice: one of the two would be ignored without a message."""
    names = [ours.casefold() for ours, _ in pairs]
    for ours, _ in pairs:
        if names.count(ours.casefold()) > 1:
            raise click.BadParameter(f"{ours} is named twice; say once which heading it is.", ctx, param)
    return pairs


def together(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Make one decorator of several."""

    def apply(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


orders = click.argument("orders", type=FILE, nargs=-1, required=True, metavar="ORDERS...")

inputs = together(
    click.option("--customers", type=FILE, metavar="FILE", help="Customer list (optional)."),
    click.option("--incidents", type=FILE, metavar="FILE", help="Complaints and mistakes (optional)."),
    click.option(
        "--reps",
        type=FILE,
        metavar="FILE",
        help="Sales reps and their managers (optional). A column Weekly contacts limits who is called by capacity.",
    ),
)

_settings = click.option(
    "--settings", "settings_file", type=FILE, metavar="FILE", help="Settings as .toml, or a workbook with a Settings sheet."
)  # fmt: skip

column = click.option(
    "--column", "pairs", type=_Pairs(), multiple=True, callback=_each_once, metavar="'OURS=THEIRS'",
    help="Name a column, as 'Order value=Amount', 'Order value=Quantity*UnitPrice', 'Order date=#3' or 'Customers:Contact=Buyer'. Repeatable.",
)  # fmt: skip

ledger = together(
    click.option("--as-of", metavar="DATE", help="The day to use as today, such as 2026-10-31. Default: the day after the last order."),
    column,
    click.option(
        "--count", type=_Pairs(), multiple=True, metavar="'HEADING=WORD'",
        help="Orders with this word in this column count, as 'Status=Pending, On hold'. Repeatable.",
    ),
    click.option(
        "--leave-out", type=_Pairs(), multiple=True, metavar="'HEADING=WORD'",
        help="Leave out the orders with this word in this column, as 'Currency=USD'. Repeatable.",
    ),
    click.option(
        "--take-back", type=_Pairs(), multiple=True, metavar="'HEADING=WORD'",
        help="Orders with this word in this column are credits, as 'Type=RE'. Repeatable.",
    ),
    click.option(
        "--sheet", multiple=True, metavar="NAME",
        help="Sheet or Excel Table with the orders, if there are several. Repeatable; '*' means all that fit.",
    ),
    click.option("--no-header", is_flag=True, help="The orders have no heading row; name columns as '#1', '#2'."),
)  # fmt: skip

reading = together(ledger, _settings)

campaign = click.argument("campaign", type=FILE, metavar="CAMPAIGN")
leave_behind = click.option(
    "--leave-behind", is_flag=True, help="Continue without the parts that cannot be written back (they are listed; the old file stays)."
)  # fmt: skip

customers_gone = click.option(
    "--customers-gone", is_flag=True, help="Continue although most customers of the campaign have no order in ORDERS."
)  # fmt: skip

as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
dry_run = click.option(
    "-n", "--dry-run", is_flag=True, help="Do everything except writing files; print the same summary."
)
force = click.option("--force", is_flag=True, help="Replace the output if it exists (a dated copy is kept).")
quiet = click.option(
    "-q", "--quiet", is_flag=True, callback=replaced_files.hushed, help="Print problems only."
)


def output(*, required: bool, what: str) -> Callable[[Command], Command]:
    """Return the -o option with its own help text."""
    return click.option("-o", "--output", type=FILE, required=required, metavar="FILE", help=what)
