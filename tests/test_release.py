"""A release can be made again: the same sources give the same bytes, and the wheel says what is in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from tests import sbom
from tests.test_licences import ALLOWED
from winback_xl.version import __version__

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OF_OTHER_SYSTEMS = {
    "appscript",
    "psutil",
    "pywin32",
}  # what xlwings needs on macOS and Windows: MIT, BSD-3, PSF-2.0
BUILT_FROM = ("winback_xl", "macros", ".github", "pyproject.toml", "README.md", "LICENSE")


def wheel(folder: Path, *, mask: int) -> Path:
    """Build the wheel in a copy of the sources whose files are as old and as open as they happen to be there."""
    copy = folder / "sources"
    for name in BUILT_FROM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source,
                copy / name,
                ignore=shutil.ignore_patterns("__pycache__"),
                copy_function=shutil.copyfile,
            )
        else:
            copy.mkdir(exist_ok=True)
            shutil.copyfile(source, copy / name)
    code = f"import os, sys; os.umask({mask}); from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    environment = {
        name: text for name, text in os.environ.items() if name not in {"SOURCE_DATE_EPOCH", "PYTHONPATH"}
    }
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder / run.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    pytest.importorskip("hatchling")
    return [wheel(tmp_path_factory.mktemp("build"), mask=mask) for mask in (0o022, 0o002)]


def test_a_second_build_gives_the_same_bytes(wheels: list[Path]) -> None:
    one, other = (path.read_bytes() for path in wheels)
    assert hashlib.sha256(one).hexdigest() == hashlib.sha256(other).hexdigest()


def test_the_wheel_holds_the_package_its_macros_and_its_bill_of_materials_only(wheels: list[Path]) -> None:
    with zipfile.ZipFile(wheels[0]) as package:
        names = package.namelist()
        about = f"winback_xl-{__version__}.dist-info"
        assert {name.split("/")[0] for name in names} == {"winback_xl", about}
        found = json.loads(package.read(f"{about}/sboms/{sbom.PATH.name}"))
    assert found == json.loads(sbom.PATH.read_text("utf-8"))
    assert not [name for name in names if name.endswith((".pyc", ".tmp"))]
    assert "winback_xl/macros/winback.bas" in names or any(
        name.startswith("winback_xl/macros/") for name in names
    )


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sbom.PATH.read_text("utf-8"))
    return found


def test_the_bill_of_materials_is_the_one_of_the_lock_file(bill: dict[str, Any]) -> None:
    """Run ``poe lock``, or ``python -m tests.sbom`` where only our own version changed."""
    known = sbom.locked()
    parts = {item["name"]: item["version"] for item in bill["components"]}
    assert {name: known[name]["version"] for name in parts} == parts
    assert {sbom.key(one.name) for one in sbom.needed()} <= set(parts)
    assert bill["metadata"]["component"]["version"] == __version__
    assert {item["ref"] for item in bill["dependencies"]} == {
        item["purl"] for item in [bill["metadata"]["component"], *bill["components"]]
    }


def test_everything_in_the_bill_of_materials_has_a_licence_that_companies_can_take(
    bill: dict[str, Any],
) -> None:
    for item in bill["components"]:
        stated = {one["license"]["id"] for one in item.get("licenses", ())}
        assert stated <= ALLOWED, item["name"]
        assert stated or item["name"] in OF_OTHER_SYSTEMS, item["name"]


def test_the_lock_file_has_every_dependency_within_its_bounds_and_each_with_hashes() -> None:
    known = sbom.locked()
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["dev"]
    for one in [*sbom.needed(), *map(sbom.Requirement, groups)]:
        held = known[sbom.key(one.name)]
        assert one.specifier.contains(Version(held["version"])), one
    for name, held in known.items():
        files = [*held.get("wheels", ()), *([held["sdist"]] if "sdist" in held else [])]
        assert files, name
        assert all(len(file["hashes"]["sha256"]) == 64 for file in files), name


@pytest.mark.parametrize("path", WORKFLOWS, ids=[path.stem for path in WORKFLOWS])
def test_every_action_of_a_workflow_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    uses = re.findall(r"^\s*-?\s*uses: (.+)$", path.read_text("utf-8"), re.MULTILINE)
    assert uses
    for one in uses:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", one), one


def test_only_the_job_that_publishes_may_ask_for_an_identity_and_nothing_holds_a_password() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    top, *jobs = re.split(r"^  (?=\w[\w-]*:\n)", text.partition("\njobs:\n")[2], flags=re.MULTILINE)
    assert not top.strip()
    asking = [job.partition(":")[0] for job in jobs if "id-token: write" in job]
    assert asking == ["attest", "publish"]
    assert "secrets." not in text
    assert "password:" not in text
