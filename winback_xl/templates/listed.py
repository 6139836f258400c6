"""The manifest of the templates, and how two files of one template are compared."""

from __future__ import annotations

import hashlib
import json
import math
import re
from importlib import metadata
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from winback_xl.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "MANIFEST.json"
_NEAR = 1e-8
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")
_PRINT = re.compile(r"[A-Za-z0-9+/*]{24,}|\b[0-9a-f]{12}\b")  # what the Snapshot sheet knows cells by
_MADE_WITH = ("winback-xl", "xlwings", "XlsxWriter")


def versions() -> dict[str, str]:
    """Return the packages whose version shows in the bytes."""
    found = {name: metadata.version(name) for name in _MADE_WITH[1:]}
    return {_MADE_WITH[0]: __version__, **found}


def manifest(contents: dict[str, bytes]) -> str:
    """Return the manifest: the versions built with, and the SHA-256 of every file and of every part in it."""
    listed = {
        name: {
            "sha256": hashlib.sha256(content).hexdigest(),
            "parts": {
                part: hashlib.sha256(data).hexdigest() for part, data in sorted(parts_of(content).items())
            },
        }
        for name, content in contents.items()
    }
    return json.dumps({"made with": versions(), "files": listed}, indent=1) + "\n"


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package, none where it is not a package."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except BadZipFile:
        return {}


def alike(there: bytes, built: bytes, *, packed: bool, fitted: bool = False) -> bool:
    """Return whether two files are the same, byte for byte or, where their parts are compressed, part by part.

    Parameters
    ----------
    there, built : bytes
    packed : bool
        Whether the parts are compressed: another zlib gives other bytes for the same parts.
    fitted : bool
        Whether they hold numbers that were fitted, whose last digits are the processor's: those may differ.
    """
    if not packed:
        return there == built
    one, other = parts_of(there), parts_of(built)
    return one == other or (
        fitted and one.keys() == other.keys() and all(near(one[name], other[name]) for name in one)
    )


def near(one: bytes, other: bytes) -> bool:
    """Return whether two parts are the same but for the last digits of their numbers, and prints made from them.

    >>> near(b"<v>0.123456789012</v>", b"<v>0.123456789013</v>"), near(b"<v>0.1234</v>", b"<v>0.1235</v>")
    (True, False)
    >>> near(b"<t>EUR 3,300</t>", b"<t>EUR 3,301</t>"), near(b"<t>a b</t>", b"<t>a c</t>")
    (False, False)
    """
    if one == other:
        return True
    mine, yours = (
        _NUMBER.split(_PRINT.sub("", part.decode("utf-8", errors="replace"))) for part in (one, other)
    )
    return len(mine) == len(yours) and all(
        left == right or (place % 2 == 1 and math.isclose(float(left), float(right), rel_tol=_NEAR))
        for place, (left, right) in enumerate(zip(mine, yours, strict=True))
    )


def where(there: bytes, built: bytes) -> str:
    """State which parts of two files differ."""
    old, new = parts_of(there), parts_of(built)
    changed = sorted(part for part in old.keys() | new.keys() if old.get(part) != new.get(part))
    return f", in {', '.join(changed)}" if changed else ", only in how it is packed"


def other_versions(folder: Path) -> list[str]:
    """State which package has another version than the files were made with: the cause of most differences."""
    try:
        made_with = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["made with"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{MANIFEST} is missing or cannot be read."]
    stated = []
    for name, here in versions().items():
        there = made_with.get(name, "an unknown version")
        if there != here:
            why = (
                " The macros in winback.xlsm and winback.xlam call a library file that carries this version in its name:"
                " they work with the xlwings they were made with only."
                if name == "xlwings"
                else ""
            )
            stated.append(f"The files were made with {name} {there}, and here is {here}.{why}")
    return stated
