"""From the shared options to clean tables."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from winback_xl.cli.screen import Screen
    from winback_xl.inputs.answers import RowAnswers
    from winback_xl.settings import Settings
    from winback_xl.workflows.reading import Tables


def settings(file: Path | None) -> Settings:
    """Return the settings of a file, or the defaults."""
    from winback_xl.settings import Settings

    if file is None:
        return Settings()
    from winback_xl.inputs import settings_file

    return settings_file.load(file)


def import_early(*modules: str) -> None:
    """Start to import what a command needs later, while it reads files: that leaves the interpreter half idle."""
    if sys.platform != "emscripten":  # no threads there
        Thread(target=lambda: [import_module(name) for name in modules], name="imports", daemon=True).start()


def read(
    screen: Screen,
    chosen: Settings,
    *,
    orders: tuple[Path, ...],
    pairs: tuple[tuple[str, str], ...],
    no_header: bool,
    **given: Any,
) -> Tables:
    """Read all inputs named on the command line, reporting each step."""
    from winback_xl.workflows import reading

    rows = row_answers(given)
    return reading.read(
        orders,
        settings=chosen,
        column=dict(pairs),
        rows=rows,
        header=not no_header,
        progress=screen.step,
        **given,
    )


def row_answers(given: dict[str, Any]) -> RowAnswers:
    """Take what the user said about rows out of the options of a command."""
    from winback_xl.inputs.answers import RowAnswers

    return RowAnswers(*(tuple(given.pop(name, ())) for name in ("count", "leave_out", "take_back")))
