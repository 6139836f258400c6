"""The doctor: each trouble that users of Excel with Python report is found and named with its fix."""

from __future__ import annotations

import json
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwings as xw

from tests.excel.engine import open_book
from winback_xl import installation as checkup
from winback_xl.cli import run
from winback_xl.excel import excel_doctor, vba_scan, workbook_doctor
from winback_xl.templates.compression import compress

if TYPE_CHECKING:
    from winback_xl.installation import Finding

VERSION = metadata.version("xlwings")


def found(findings: list[Finding], what: str) -> Finding:
    return next(item for item in findings if item.what == what)


def windows(tmp_path: Path, registry: dict[tuple[str, str], object] | None = None) -> list[Finding]:
    held = registry or {}
    return excel_doctor.examine(
        platform="win32", home=tmp_path, environment={"APPDATA": str(tmp_path)},
        registry=lambda key, name: held.get((key, name)),
    )  # fmt: skip


def test_every_finding_that_is_not_well_has_a_cure(tmp_path: Path) -> None:
    strict = {(f"{excel_doctor.OFFICE}\\Security", "VBAWarnings"): 4}
    everything = [
        *checkup.examine(),
        *windows(tmp_path, strict),
        *excel_doctor.examine(platform="darwin", home=tmp_path),
    ]
    assert [item.what for item in everything if not item.well and not item.fix] == []
    assert any(not item.well for item in everything)


def test_the_python_of_the_store_is_told() -> None:
    assert "python.org" in checkup.interpreter(r"C:\Program Files\WindowsApps\python.exe", {}).fix


def test_conda_is_told_how_excel_starts_it() -> None:
    stated = checkup.interpreter(
        "/opt/conda/bin/python", {"CONDA_PREFIX": "/opt/conda", "CONDA_DEFAULT_ENV": "sales"}
    )
    assert stated.well
    assert "Conda Env (sales)" in stated.fix


@pytest.mark.parametrize(("level", "well"), [(1, True), (2, True), (3, False), (4, False), (None, True)])
def test_macro_security_is_read(level: int | None, well: bool, tmp_path: Path) -> None:
    stated = found(
        windows(tmp_path, {(f"{excel_doctor.OFFICE}\\Security", "VBAWarnings"): level}), "Macro security"
    )
    assert stated.well is well


def test_a_rule_of_the_company_comes_before_the_users_own_choice(tmp_path: Path) -> None:
    held: dict[tuple[str, str], object] = {
        (f"{excel_doctor.OFFICE}\\Security", "VBAWarnings"): 1,
        (f"{excel_doctor.POLICY}\\Security", "VBAWarnings"): 4,
    }
    stated = found(windows(tmp_path, held), "Macro security")
    assert not stated.well
    assert "company" in stated.found
    assert "IT" in stated.fix


def test_an_add_in_of_another_version_is_told(tmp_path: Path) -> None:
    start = tmp_path / "Microsoft" / "Excel" / "XLSTART"
    start.mkdir(parents=True)
    _with_dll(start / "xlwings.xlam", "0.30.1")
    stated = found(windows(tmp_path), "xlwings add-in")
    assert not stated.well
    assert "0.30.1" in stated.found
    assert VERSION in stated.found
    _with_dll(start / "xlwings.xlam", VERSION)
    assert found(windows(tmp_path), "xlwings add-in").well


def _with_dll(path: Path, version: str) -> None:
    """Write a workbook whose macros name a DLL, twice as xlwings.bas does."""
    lines = [f'Private Declare Function f Lib "xlwings{bits}-{version}.dll" () As Long' for bits in (64, 32)]
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/vbaProject.bin", b"before" + compress("\r\n".join(lines).encode()) + b"behind")


def test_the_macros_that_xlwings_ships_name_its_own_version() -> None:
    """A real project, compressed by Excel itself."""
    shipped = Path(xw.__file__).parent / "quickstart_standalone.xlsm"
    stated = found(workbook_doctor.workbook(shipped), "Macros")
    assert stated.found == f"{VERSION}, as the package"


def test_what_excel_compressed_is_read_word_for_word() -> None:
    with zipfile.ZipFile(Path(xw.__file__).parent / "quickstart_standalone.xlsm") as package:
        project = package.read("xl/vbaProject.bin")
    everything = b"".join(vba_scan.texts(project))
    assert b"Public Function RunPython(PythonCommand As String)" in everything
    assert f"xlwings64-{VERSION}.dll".encode() in everything


@pytest.mark.parametrize(
    "noise", [b"", b"\x01", b"\x01\x00\xb0", bytes(range(256)) * 40, b"\x01\xff\xbf" * 3000]
)
def test_noise_is_no_version_and_no_crash(noise: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise.xlsm"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/vbaProject.bin", noise)
    assert "no version" in found(workbook_doctor.workbook(path), "Macros").found


def test_a_configured_python_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / ".xlwings").mkdir()
    configuration = tmp_path / ".xlwings" / "xlwings.conf"
    configuration.write_text('"INTERPRETER_WIN","C:\\gone\\python.exe"\n')
    stated = found(windows(tmp_path), "Python in xlwings.conf")
    assert not stated.well
    assert "C:\\gone\\python.exe" in stated.found
    configuration.write_text(f'"INTERPRETER_WIN","{sys.executable}"\n')
    assert found(windows(tmp_path), "Python in xlwings.conf").well


def test_a_configured_python_without_the_package_is_told(tmp_path: Path) -> None:
    """The commonest reason for "Could not activate Python COM server": another Python than the one installed to."""
    (tmp_path / ".xlwings").mkdir()
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    bare.chmod(0o755)
    (tmp_path / ".xlwings" / "xlwings.conf").write_text(f'"INTERPRETER_WIN","{bare}"\n')
    stated = found(windows(tmp_path), "Python in xlwings.conf")
    assert not stated.well
    assert "No module named" in stated.found
    bare.write_text("neither a script nor a program")
    assert "does not start" in found(windows(tmp_path), "Python in xlwings.conf").found


def test_a_python_that_a_workbook_names_is_looked_for_and_never_started(tmp_path: Path) -> None:
    """Whoever sent the workbook wrote its sheet of settings."""
    path, ran, trap = tmp_path / "sent.xlsm", tmp_path / "ran", tmp_path / "python"
    trap.write_text(f'#!/bin/sh\ntouch "{ran}"\n')
    trap.chmod(0o755)

    def stated(named: str) -> bool:
        book = openpyxl.load_workbook(Path(xw.__file__).parent / "quickstart_standalone.xlsm", keep_vba=True)
        sheet = book.create_sheet("xlwings.conf")
        for key in ("Interpreter_Win", "Interpreter_Mac"):
            sheet.append([key, named])
        book.save(path)
        return found(workbook_doctor.workbook(path), "Python in the sheet xlwings.conf").well

    assert not stated(r"C:\gone\python.exe")
    assert stated(str(trap))
    assert not ran.exists()


def test_macros_that_call_python_without_the_xlwings_module_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsm"

    def stated(text: str, raw: bytes = b"") -> dict[str, bool]:
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("xl/vbaProject.bin", compress(text.encode()) + raw)
        return {item.what: item.well for item in workbook_doctor.workbook(path)}

    assert stated('Sub A()\r\n    RunPython "import x"\r\nEnd Sub')["RunPython"] is False
    assert "RunPython" not in stated(
        'Public Function RunPython(a)\r\nEnd Function\r\nSub A()\r\nRunPython "x"'
    )
    assert (
        stated("Sub A()\r\nEnd Sub", b"Module=xlwings_udfs\r\nModule=xlwings_udfs1\r\n")["Formulas"] is False
    )


def test_what_no_program_can_see_is_named_with_its_cure(tmp_path: Path) -> None:
    unseen = [item for item in windows(tmp_path) if item.found == "cannot be looked at from here"]
    assert unseen
    assert all(item.well and item.fix and item.mark == "note" for item in unseen)
    words = " ".join(item.what + item.fix for item in unseen)
    assert all(trouble in words for trouble in ("#BUSY!", "-1743", "Slow", "Ribbon", "second workbook"))


@pytest.mark.skipif(sys.platform != "linux", reason="only there LibreOffice has no Python of its own")
def test_a_virtual_environment_before_libreoffice_is_a_trap_that_is_told(tmp_path: Path) -> None:
    for name in ("venv/bin/python3", "usr/bin/python3", "usr/bin/soffice"):
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.touch(mode=0o755)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    usual = str(tmp_path / "usr" / "bin")
    assert "deactivate" in checkup.office(f"{tmp_path / 'venv' / 'bin'}:{usual}").fix
    assert checkup.office(usual).fix == ""
    assert "not found" in checkup.office(str(tmp_path)).found


def test_on_a_mac_the_start_script_must_be_of_the_same_version(tmp_path: Path) -> None:
    def stated() -> Finding:
        return found(excel_doctor.examine(platform="darwin", home=tmp_path), "Excel's start script")

    assert not stated().well
    assert stated().fix == "Run: xlwings runpython install"
    folder = tmp_path / "Library" / "Application Scripts" / "com.microsoft.Excel"
    folder.mkdir(parents=True)
    (folder / "xlwings-0.1.0.applescript").touch()
    assert not stated().well
    (folder / f"xlwings-{VERSION}.applescript").touch()
    assert stated().well


class Away:
    """A workbook that Excel knows by a web address."""

    fullname = "https://contoso.sharepoint.com/sites/sales/campaign.xlsm"


def test_a_workbook_known_by_its_web_address_is_told() -> None:
    (stated,) = workbook_doctor.of_open_book(Away())
    assert not stated.well
    assert "SharePoint" in stated.found
    assert "Lite" in stated.fix


def test_a_server_without_a_key_is_told() -> None:
    stated = excel_doctor.examine(platform="linux", environment={"XLWINGS_ON_SERVER": "true"})
    assert not found(stated, "xlwings Server").well


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsm"
    path.write_text("no")
    assert any(not item.well for item in workbook_doctor.workbook(path))
    assert not workbook_doctor.workbook(tmp_path / "gone.xlsm")[0].well


def test_the_open_workbook_and_the_command_line_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.xlsx"
    book, behind = open_book()
    behind.path = path
    behind.write(path)
    code = run(["doctor", str(path), "--json"])
    listed: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert code == (0 if all(item["well"] for item in listed) else 1)
    inside = [item.what for item in workbook_doctor.of_open_book(book)]
    assert inside == [item["what"] for item in listed][-len(inside) :]
