"""``winback help``: print a page of the reference, or list the topics."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import click

from winback_xl.errors import UsageError

_PAGES = Path(__file__).resolve().parents[1] / "reference"

SYNONYMS = MappingProxyType(
    {
        **dict.fromkeys(
            ("budget", "reps", "calls", "capacity", "weekly_contacts", "control_group", "playbook"), "how_to"
        ),
        **dict.fromkeys(("plan", "refresh", "collect", "split", "export", "options", "command"), "commands"),
        **dict.fromkeys(("column", "headings", "inputs"), "columns"),
    }
)
"""Words that people ask for, and the page that has them."""


def topics() -> dict[str, str]:
    """Return the topics of the reference, each with the title of its page."""
    return {
        page.name.removesuffix(".md"): page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
        for page in sorted(_PAGES.iterdir(), key=lambda page: page.name)
        if page.name.endswith(".md")
    }


@click.command(name="help")
@click.argument("topic", required=False)
def command(*, topic: str | None) -> None:
    """Print the reference page on TOPIC: formulas, settings, columns and more. Lists the topics without one."""
    known = topics()
    if topic is None:
        width = max(map(len, known))
        for name, title in known.items():
            click.echo(f"{name:{width}}  {title}")
        return
    name = topic.casefold().replace(" ", "_").replace("-", "_")
    name = SYNONYMS.get(name, name)
    if name not in known:
        raise UsageError(f"There is no help on '{topic}'.", f"Choose one of: {', '.join(known)}.")
    click.echo((_PAGES / f"{name}.md").read_text("utf-8"))
