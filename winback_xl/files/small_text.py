"""Text files of a few pages that people write by hand: settings and playbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.errors import FileError
from winback_xl.readers.sniff import checked
from winback_xl.readers.steady import stated

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 1_000_000  # bytes


def text_of(path: str | Path, what: str) -> tuple[str, str]:
    """Return name and text of a small file.

    Parameters
    ----------
    path : path
        An ordinary file in UTF-8, with or without a byte order mark.
    what : str
        What it should hold, with its article, for messages: ``"a playbook"``.

    Raises
    ------
    FileError
        It is not there, no ordinary file (a device or a pipe would never end), too large or no UTF-8.
    """
    file = checked(path)
    with stated(file):
        if file.stat().st_size > _LARGEST:
            raise FileError(
                f"{file.name} is too large for {what}.",
                f"Give one of at most {_LARGEST // 1000} kB.",
                code="text-large",
            )
        content = file.read_bytes()
    try:
        return file.name, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{file.name} is not written in UTF-8.", "Save it as UTF-8 text.", code="text-encoding"
        ) from error
