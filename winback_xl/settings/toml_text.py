"""TOML text as plain data, or one sentence that says why it is none."""

from __future__ import annotations

import tomllib
from typing import Any

from winback_xl.errors import SettingsError

_DEEPEST = 20  # tables and lists within each other; settings and playbooks need three


def parse(text: str, file: str) -> dict[str, Any]:
    r"""Return what a TOML text says.

    Parameters
    ----------
    text : str
        Of a file.
    file : str
        Its name, for messages.

    Raises
    ------
    SettingsError
        It is not TOML, nests deeper than anybody writes, or holds a number that no computer calculates with.

    Examples
    --------
    >>> parse("[value]\nmargin = 0.25", "winback.toml")
    {'value': {'margin': 0.25}}
    """
    try:
        found = tomllib.loads(text)
        str(found)  # a long hexadecimal number is read, but cannot be written out either
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.", "Fix that line.", code="toml") from error
    except ValueError as error:  # Python reads and writes whole numbers of at most 4,300 digits
        raise SettingsError(
            f"{file} holds a number of thousands of digits.", "Write a number that can be meant.", code="toml"
        ) from error
    except RecursionError as error:
        raise _nested(file) from error
    if _deep(found):
        raise _nested(file)
    return found


def _deep(found: object) -> bool:
    """Return whether tables and lists are nested too deeply."""
    level = [found]
    for _ in range(_DEEPEST):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
        if not level:
            return False
    return True


def _nested(file: str) -> SettingsError:
    return SettingsError(
        f"{file} nests lists or tables more than {_DEEPEST} deep.",
        "Write one name and one value a line.",
        code="toml",
    )
