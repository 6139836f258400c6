"""Tell which dated copies a command made of the files that it replaced."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def told(*, quiet: bool) -> Iterator[None]:
    """Say on stderr, when the block ends, what `tables.save` kept of the files that were replaced in it."""
    import logging

    said: list[str] = []
    logger, handler = logging.getLogger("winback_xl.tables.save"), logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        if not quiet:
            for sentence in said:
                click.echo(sentence, err=True)
