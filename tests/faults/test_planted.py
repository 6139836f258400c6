"""Nothing that lies in the folder of a document is ever imported: a mail attachment must not run as code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from winback_xl.excel import excel_doctor

HOME = Path(__file__).resolve().parents[2]
NAMES = (
    "winback_xl", "numpy", "pandas", "scipy", "pyarrow", "openpyxl", "xlsxwriter", "xlwings", "click", "isal",
    "json", "pickle", "struct", "os", "re", "typing", "dataclasses", "datetime", "decimal", "zipfile", "sitecustomize",
)  # fmt: skip
_STUBS = """
import json, os, sys, types
for name, members in {"unohelper": ("Base", "ImplementationHelper"), "com": (), "com.sun": (), "com.sun.star": (),
                      "com.sun.star.lang": ("Locale", "XServiceInfo", "XServiceName"),
                      "com.sun.star.sheet": ("LocalizedName", "XAddIn", "XCompatibilityNames"),
                      "org": (), "org.winbackxl": ("XWinback",)}.items():
    module = types.ModuleType(name)
    for member in members:
        setattr(module, member, type(member, (), {"addImplementation": lambda *_: None}))
    sys.modules[name] = module
source = sys.argv[1]
space = {"__file__": os.path.join(sys.argv[2], "winback_calc.py"), "__name__": "winback_calc"}
exec(compile(open(source).read(), source, "exec"), space)
print(json.dumps(space["WORKER"].ask("WINBACK_FORM", ("Billing error",))))
space["WORKER"].stop()
"""


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Return a folder with a module of every name that we import; each leaves a mark when it runs."""
    folder = tmp_path / "mail attachment"
    folder.mkdir()
    mark = folder / "RAN"
    for name in NAMES:
        text = f"open({str(mark)!r}, 'a').write({name!r} + ' ')\n"
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        package = folder / name
        package.mkdir()
        (package / "__init__.py").write_text(text, encoding="utf-8")
    return folder


def test_the_worker_of_calc_imports_nothing_from_the_folder_of_the_document(
    planted: Path, tmp_path: Path
) -> None:
    extension = tmp_path / "extension"
    extension.mkdir()
    (extension / "interpreter.txt").write_text(sys.executable, encoding="utf-8")
    (extension / "formulas.json").write_text("[]", encoding="utf-8")
    script = tmp_path / "calc.py"
    script.write_text(_STUBS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", str(script), str(HOME / "macros" / "winback_calc.py"), str(extension)],
        cwd=planted, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert json.loads(done.stdout) == ["value", "cash"], done.stderr
    assert not (planted / "RAN").exists()


def test_the_planted_modules_would_run_without_the_guard(planted: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "winback_xl"], cwd=planted, capture_output=True, check=False, timeout=60
    )
    assert (planted / "RAN").exists()


def test_the_doctor_starts_a_python_that_imports_nothing_from_the_current_folder(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(planted)
    excel_doctor._starts("Python", sys.executable)
    assert not (planted / "RAN").exists()


def test_the_command_imports_nothing_from_the_current_folder(planted: Path) -> None:
    command = Path(sys.executable).with_name("winback")
    if not command.exists():
        pytest.skip("the command winback is not installed here")
    done = subprocess.run(
        [command, "help"], cwd=planted, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not (planted / "RAN").exists()
