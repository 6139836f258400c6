"""Report the dated copies that a command made of files before it replaced them."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAVES = logging.getLogger("winback_xl.files.save")


@contextlib.contextmanager
def reported() -> Iterator[None]:
    """Report on stderr, when the block ends, the dated copies of the files that were replaced in it."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    level = _SAVES.level
    _SAVES.addHandler(handler)
    _SAVES.setLevel(logging.INFO)
    try:
        yield
    finally:
        _SAVES.removeHandler(handler)
        _SAVES.setLevel(level)
        for sentence in said:
            click.echo(sentence, err=True)


def hushed(_: click.Context, __: click.Parameter, quiet: bool) -> bool:
    """Do not report copies when the command is quiet: the callback of its option."""
    if quiet:
        _SAVES.setLevel(logging.WARNING)
    return quiet
