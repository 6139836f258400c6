"""The manifest of the templates, and how two files of one template are compared."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from winback_xl.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "MANIFEST.json"
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


def alike(there: bytes, built: bytes, *, packed: bool) -> bool:
    """Return whether two files are the same, byte for byte or, where their parts are compressed, part by part."""
    return parts_of(there) == parts_of(built) if packed else there == built


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
    told = []
    for name, here in versions().items():
        there = made_with.get(name, "an unknown version")
        if there != here:
            why = (
                " The macros in winback.xlsm and winback.xlam call a library file that carries this version in its name:"
                " they work with the xlwings they were made with only."
                if name == "xlwings"
                else ""
            )
            told.append(f"The files were made with {name} {there}, and here is {here}.{why}")
    return told
