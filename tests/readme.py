"""Write the tables of the reference pages from the code: ``poe docs`` puts them in, a test compares them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click

import winback_xl as wb
from tests import features
from winback_xl.cli import COMMANDS, cli
from winback_xl.excel.formulas import catalogue
from winback_xl.inputs import systems
from winback_xl.schema import columns
from winback_xl.schema.order_aids import ORDER_AIDS
from winback_xl.settings import describe
from winback_xl.workbook.lambda_names import lambda_catalogue as names

HOME = Path(__file__).parent.parent
README = HOME / "README.md"
PAGES = HOME / "winback_xl" / "reference"


def commands() -> str:
    """Return one row a command: how it is called and what it does."""
    rows = ["| command | does |", "|---|---|"]
    ctx = click.Context(cli, info_name="winback")
    for name in COMMANDS:
        command = cli.get_command(ctx, name)
        assert command is not None
        pieces = command.collect_usage_pieces(click.Context(command, info_name=name, parent=ctx))
        usage = " ".join(piece for piece in pieces if piece != "[OPTIONS]")
        required = [p for p in command.params if isinstance(p, click.Option) and p.required]
        needed = "".join(f" {p.opts[0]} {p.metavar}" for p in required)
        rows.append(
            f"| `winback {name}{' ' + usage if usage else ''}{needed}` | {command.get_short_help_str(200)} |"
        )
    return "\n".join(rows)


def settings() -> str:
    """Return one row a setting."""
    rows = ["| setting | default | unit | allowed | why | source |", "|---|---|---|---|---|---|"]
    for about in describe():
        default = (
            {True: "yes", False: "no"}.get(about.default, about.default)
            if isinstance(about.default, bool)
            else about.default
        )
        shown = default if default != "" else "(blank)"
        rows.append(
            f"| `{about.name}` | {shown} | {about.unit} | {about.allowed} | {about.why} | {about.source} |"
        )
    return "\n".join(rows)


def input_columns() -> str:
    """Return one table for each input: heading, whether it is needed, what it holds, and other names it goes by."""
    parts = []
    for table in columns.INPUTS:
        rows = [
            f"**{table.title}**: {table.row} a row.",
            "",
            "| heading | needed | holds | also found as |",
            "|---|---|---|---|",
        ]
        for column in table.columns:
            also = ", ".join(column.aliases[:6])
            rows.append(f"| {column.heading} | {'yes' if column.required else ''} | {column.help} | {also} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def order_aids() -> str:
    """Return one row a column that helps to read the orders."""
    rows = ["| heading | holds | also found as |", "|---|---|---|"]
    rows += [f"| {one.heading} | {one.help} | {', '.join(one.aliases[:6])} |" for one in ORDER_AIDS.columns]
    return "\n".join(rows)


def known_exports() -> str:
    """Return one row a known export: its name, what it holds, what its amount is of, and what is in it."""
    rows = ["| read as | holds | the amount on a row is | it includes |", "|---|---|---|---|"]
    for one in systems.load():
        level, inside = (one.level, ", ".join(one.includes)) if one.table == "orders" else ("", "")
        rows.append(f"| {one.name} | {one.table} | {level} | {inside} |")
    return "\n".join(rows)


def output_columns() -> str:
    """Return one table for each table of a campaign workbook: heading, who fills the column, and what it holds."""
    who = {"human": "you", "formula": "a formula of the sheet"}
    parts = []
    for table in (columns.CAMPAIGN, columns.ACCOUNTS, columns.TALKS, columns.SEGMENTS, columns.MAKE_GOODS):
        rows = [
            f"**{table.title}**: {table.row} a row.",
            "",
            "| heading | filled by | holds |",
            "|---|---|---|",
        ]
        rows += [
            f"| {one.heading} | {who.get(one.role, 'winback_xl')} | {one.help} |" for one in table.columns
        ]
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def python() -> str:
    """Return one row a public name: how it is called and what it does."""
    rows = ["| name | arguments | does |", "|---|---|---|"]
    for name in wb.__all__:
        found = getattr(wb, name)
        about = (inspect.getdoc(found) or "").split("\n\n")[0].replace("\n", " ")
        given = "" if isinstance(found, type) else ", ".join(inspect.signature(found).parameters)
        rows.append(f"| `wb.{name}` | {f'`{given}`' if given else ''} | {about} |")
    return "\n".join(rows)


TABLES = {
    "python": python,
    "commands": commands,
    "settings": settings,
    "columns": input_columns,
    "order aids": order_aids,
    "known exports": known_exports,
    "workbook columns": output_columns,
    "formulas": catalogue.markdown,
    "names": names.markdown,
    "features": features.table,
}


def pages() -> dict[Path, str]:
    """Return the text that every page should have, its generated tables written from the code as it is now."""
    texts = {page: page.read_text(encoding="utf-8") for page in [README, *sorted(PAGES.glob("*.md"))]}
    for name, make in TABLES.items():
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        holders = [page for page, text in texts.items() if mark.search(text)]
        assert len(holders) == 1, f"the table {name} is on {len(holders)} pages, not on one"
        page = holders[0]
        texts[page] = mark.sub(lambda found, make=make: found[1] + make() + "\n" + found[2], texts[page])
    return texts


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
