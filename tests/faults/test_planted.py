"""Nothing that lies in the folder of a document is ever imported: a mail attachment must not run as code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracles import Office
from tests.templates.stub import workbook
from winback_xl.excel import excel_doctor
from winback_xl.templates import macros, oxt
from winback_xl.templates.buttons import BUTTONS

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


_STARTS = re.compile(r'" (-B .*?)""import')
"""How the macros start Python: the options between the interpreter and the command."""


@pytest.mark.parametrize("addin", [False, True])
def test_a_macro_starts_a_python_that_imports_nothing_from_the_current_folder(
    planted: Path, *, addin: bool
) -> None:
    options = _STARTS.findall(macros.bridge(addin=addin))
    assert len(options) == 2  # a button, and the server of the formulas
    imported = "import xlwings.utils, winback_xl.excel.buttons.entry as entry; print(entry.run.__name__)"
    for option in set(options):
        done = subprocess.run(
            [sys.executable, *option.split(), imported],
            cwd=planted, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.stdout.strip() == "run", done.stderr
    assert not (planted / "RAN").exists()


@pytest.fixture
def in_libreoffice(planted: Path, tmp_path: Path):
    """Give an order to a LibreOffice that was started in the folder of the attachment."""
    if missing := Office.missing():
        pytest.skip(missing)
    asked, answered = tmp_path / "order.json", tmp_path / "answer.json"

    def order(**what):
        asked.write_text(json.dumps(what | {"folder_of_start": str(planted)}), encoding="utf-8")
        script = HOME / "tests" / "templates" / "office_script.py"
        done = subprocess.run(
            ["/usr/bin/python3", str(script), str(asked), str(answered)],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(answered.read_text(encoding="utf-8"))

    return order


_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="Trap"><table:table-row><table:table-cell table:formula="of:=ORG.WINBACKXL.WINBACK.WINBACKFORM(&quot;Billing error&quot;)"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document>"""


@pytest.mark.office
def test_a_document_opened_in_libreoffice_runs_nothing_from_its_folder(
    in_libreoffice, planted: Path, tmp_path: Path
) -> None:
    trap, extension = planted / "trap.fods", tmp_path / "winback.oxt"
    trap.write_text(_DOCUMENT, encoding="utf-8")
    extension.write_bytes(oxt.extension(sys.executable))
    in_libreoffice(
        do="convert", extension=str(extension), paths=[str(trap)], folder=str(tmp_path), filter="csv"
    )
    assert (tmp_path / "trap.csv").read_text(encoding="utf-8").strip() == "cash"
    assert not (planted / "RAN").exists()


@pytest.mark.office
def test_a_button_pressed_in_libreoffice_runs_nothing_from_its_folder(in_libreoffice, planted: Path) -> None:
    book = planted / "winback.xlsm"
    book.write_bytes(workbook())
    answer = in_libreoffice(do="press", path=str(book), call=[])
    assert len(answer["pressed"]) == len(BUTTONS)
    assert not (planted / "RAN").exists()
