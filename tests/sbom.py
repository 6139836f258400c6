"""The bill of materials that goes into the wheel: what is installed with us, in the versions that we test with.

Run it after `poe lock`: ``python -m tests.sbom`` writes ``.github/winback_xl.cdx.json`` (CycloneDX 1.6, PEP 770).
Equal input gives equal bytes: it holds no time and no number drawn by chance.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
import uuid
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from tests.test_licences import licences
from winback_xl.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / ".github" / "winback_xl.cdx.json"
LOCK = ROOT / "pylock.toml"
_SPDX = {
    "BSD License": "BSD-3-Clause",
    "BSD 3-clause": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def key(name: str) -> str:
    """Return the name of a distribution as every index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, dict[str, Any]]:
    """Return every package of the lock file, by name."""
    return {key(item["name"]): item for item in tomllib.loads(LOCK.read_text("utf-8"))["packages"]}


def needed() -> list[Requirement]:
    """Return what pyproject.toml says that we need, on any system but in a browser."""
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return [
        one
        for one in map(Requirement, lines)
        if "== 'emscripten'" not in str(one.marker or "").replace('"', "'")
    ]


def closure() -> dict[str, list[str]]:
    """Return what is installed with us on any system, and what each of these needs itself."""
    known, found = locked(), dict[str, list[str]]()
    waiting = [key(one.name) for one in needed()]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        lines = _requires(name)
        found[name] = sorted(
            {key(one.name) for one in map(Requirement, lines) if "extra" not in str(one.marker or "")}
            & set(known)
        )
        waiting += found[name]
    return dict(sorted(found.items()))


def _requires(name: str) -> list[str]:
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:  # for another system
        return []


def _licences(name: str) -> list[dict[str, Any]]:
    try:
        stated = licences(importlib.metadata.distribution(name))
    except importlib.metadata.PackageNotFoundError:
        return []
    return [{"license": {"id": _SPDX.get(one, one)}} for one in sorted(stated)]


def made() -> dict[str, Any]:
    """Return the bill of materials."""
    known, needs = locked(), closure()
    purls = {name: f"pkg:pypi/{name}@{known[name]['version']}" for name in needs}
    ours = f"pkg:pypi/winback-xl@{__version__}"
    found: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": ours, "name": "winback-xl", "version": __version__, "purl": ours,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [
            {"type": "library", "bom-ref": purls[name], "name": name, "version": known[name]["version"], "purl": purls[name]}
            | ({"licenses": said} if (said := _licences(name)) else {})
            for name in needs
        ],
        "dependencies": [
            {"ref": ours, "dependsOn": [purls[name] for name in sorted({key(one.name) for one in needed()})]},
            *({"ref": purls[name], "dependsOn": [purls[one] for one in after]} for name, after in needs.items()),
        ],
    }  # fmt: skip
    found["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(found, sort_keys=True))}"
    return found


def text() -> str:
    """Return the file as it should be."""
    return json.dumps(made(), indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), "utf-8")
