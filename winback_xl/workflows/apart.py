"""An output must not take the place of one of its own sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from winback_xl.errors import UsageError


def apart(output: str | Path | None, *given: Any) -> None:
    """Refuse an output that is one of the inputs, under whatever name: it would take the place of its own source.

    Parameters
    ----------
    output : path or None
        What is to be written.
    *given : Any
        What is read: paths count, the files of folders, and sequences of paths; everything else, such as a DataFrame, is not a file.

    Raises
    ------
    UsageError
        It names the file, and what to do.
    """
    if output is None:
        return
    for source in _paths(given):
        if _same_file(Path(output), source):
            raise UsageError(
                f"{output} is one of the files to read, and would be overwritten by the result.",
                "Choose another name for the output.",
                code="output-is-input",
            )


def _paths(given: Any) -> list[Path]:
    if isinstance(given, (str, Path)):
        path = Path(given)
        if not path.is_dir():
            return [path]
        from winback_xl.readers import folder  # noqa: PLC0415 - help must not import what reads files

        return folder.inside(path)
    return [path for one in given for path in _paths(one)] if isinstance(given, (list, tuple)) else []


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # not there, or not to be looked at: reading tells it
        return False
