"""The tables of the README, written from the code; ``poe docs`` puts them in, a test compares them."""

from __future__ import annotations

import re
from pathlib import Path

import click

from tests import features
from winback_xl.cli import COMMANDS, cli
from winback_xl.excel.formulas import catalogue
from winback_xl.schema import columns
from winback_xl.settings import describe

README = Path(__file__).parent.parent / "README.md"


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


TABLES = {
    "commands": commands,
    "settings": settings,
    "columns": input_columns,
    "formulas": catalogue.markdown,
    "features": features.table,
}


def written(text: str) -> str:
    """Return the README with every generated table put in afresh."""
    for name, make in TABLES.items():
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert mark.search(text), f"the README has no marks for {name}"
        text = mark.sub(lambda found, make=make: found[1] + make() + "\n" + found[2], text)
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
