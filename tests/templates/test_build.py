"""The templates: committed as built, the same each time, valid, and told apart in words where they differ."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import openpyxl
import pytest

from tests.oracles import audit, sdk_errors
from winback_xl.cli import run
from winback_xl.errors import UsageError
from winback_xl.excel.buttons import entry
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.schema import columns
from winback_xl.templates import build, carried, listed, macros, oxt
from winback_xl.templates.buttons import BUTTONS
from winback_xl.templates.opc import Package
from winback_xl.workbook import input_form
from winback_xl.workflows import reading

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "workbook_templates"
WORKBOOKS = [name for name in build.TEMPLATES if not name.endswith(".oxt")]
VALIDATED = [name for name in WORKBOOKS if name not in build.PACKED]
"""A big one takes a validator minutes: test_starter.py gives it the same workbook with fewer rows."""
AFRESH = "build them afresh: winback template --build"


def opened(content: bytes):
    """Open a workbook with openpyxl, which takes an add-in only when it is called a workbook."""
    package = Package(content)
    types = package.text("[Content_Types].xml").replace("excel.addin.macro", "excel.sheet.macro")
    package.put("[Content_Types].xml", types)
    return openpyxl.load_workbook(io.BytesIO(package.save()))


@pytest.fixture(scope="module")
def built():
    return {name: make() for name, make in build.TEMPLATES.items()}


@pytest.mark.parametrize("name", list(build.TEMPLATES))
def test_what_is_committed_is_what_is_built(built, name):
    assert build.same(name, (COMMITTED / name).read_bytes(), built[name]), AFRESH


@pytest.mark.parametrize("name", list(build.TEMPLATES))
def test_built_twice_the_bytes_are_the_same(built, name):
    assert build.TEMPLATES[name]() == built[name]


@pytest.mark.parametrize("name", list(build.TEMPLATES))
def test_no_clock_and_no_compression_is_in_the_archive(built, name):
    """Of the big ones the parts are compressed; they are compared part by part."""
    compression = ZIP_DEFLATED if name in build.PACKED else ZIP_STORED
    with ZipFile(io.BytesIO(built[name])) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {(info.compress_type, info.create_system) for info in infos} == {(compression, 0)}


def test_the_manifest_names_every_file_and_part_with_the_versions():
    text = (COMMITTED / listed.MANIFEST).read_text(encoding="ascii")
    held = json.loads(text)
    assert held["made with"] == listed.versions(), AFRESH
    assert text == listed.manifest({name: (COMMITTED / name).read_bytes() for name in build.TEMPLATES}), (
        AFRESH
    )


@pytest.mark.parametrize("name", VALIDATED)
def test_the_first_validator_finds_no_error(name):
    assert audit(COMMITTED / name) == []


@pytest.mark.validator
@pytest.mark.parametrize("name", VALIDATED)
def test_the_second_validator_finds_no_error(name, sdk):
    assert sdk_errors(COMMITTED / name, sdk) == []


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_relation_leads_to_a_part_and_every_part_has_a_type(built, name):
    package = Package(built[name])
    types = package.text("[Content_Types].xml")
    for part in package.parts:
        if part.endswith(".rels"):
            base = Path(part).parent.parent
            for target in re.findall(r'Target="([^"]+)"(?! TargetMode)', package.text(part)):
                if not target.startswith("#"):
                    here = (
                        (Path("/") / base / target).resolve() if not target.startswith("/") else Path(target)
                    )
                    assert str(here)[1:] in package.parts, (part, target)
        elif part != "[Content_Types].xml":
            assert f'"/{part}"' in types or f'Extension="{part.rsplit(".", 1)[1]}"' in types, part
        if part.endswith((".xml", ".rels")):
            ET.fromstring(package.text(part))


def test_the_macro_workbook_knows_the_python_of_its_machine_only():
    path = r"C:\Users\me & you\venv\Scripts\python.exe"
    content = build.new(".xlsm", ".xlsm", path, "win32")
    sheet = opened(content)["xlwings.conf"]
    assert sheet.sheet_state == "hidden"
    held = {row[0]: row[1] for row in sheet.iter_rows(max_col=2, values_only=True)}
    assert held["Interpreter_Win"] == path
    assert next(iter(held)) == "Interpreter_Win"  # xlwings reads from A1 on
    assert held["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    mac = opened(build.new(".xlam", ".xlam", "/usr/bin/python3", "darwin"))
    assert mac["winback.conf"]["A1"].value == "Interpreter_Mac"
    assert mac["winback.conf"]["B1"].value == "/usr/bin/python3"


@pytest.mark.parametrize("name", ["winback.xlsm", "winback.xlam"])
def test_no_blank_key_hides_what_the_users_own_configuration_says(built, name):
    """xlwings takes a key of this sheet as soon as it is there, blank or not."""
    book = opened(built[name])
    (conf,) = (sheet for sheet in book if sheet.title.endswith(".conf"))
    assert list(conf.iter_rows(values_only=True)) == [("ADD_WORKBOOK_TO_PYTHONPATH", "false")]


@pytest.mark.parametrize("name", ["winback.xlsm", "winback.xlam"])
def test_help_for_each_argument_is_there_as_data(built, name):
    """ExcelDna.IntelliSense reads this sheet of every open workbook and add-in."""
    sheet = opened(built[name])["_IntelliSense_"]
    assert sheet.sheet_state == "veryHidden"
    (head, *rows) = sheet.iter_rows(values_only=True)
    assert head[:2] == ("FunctionInfo", 1)
    assert [row[0] for row in rows] == list(FORMULAS)
    for row, formula in zip(rows, FORMULAS.values(), strict=True):
        stated = [cell for cell in row[3:] if cell is not None]
        assert stated == [text for one in formula.arguments for text in (one.vba_name, one.help)]


def test_the_committed_templates_name_no_python():
    for name in ("winback.xlsm", "winback.xlam"):
        conf = next(
            sheet for sheet in opened((COMMITTED / name).read_bytes()) if sheet.title.endswith(".conf")
        )
        assert [cell.value for cell in conf["A"]] == ["ADD_WORKBOOK_TO_PYTHONPATH"]
    with ZipFile(COMMITTED / "winback.oxt") as extension:
        assert extension.read("interpreter.txt") == b""


def test_the_sheets_have_the_names_that_their_modules_have(built):
    package = Package(built["winback.xlsm"])
    assert 'codeName="ThisWorkbook"' in package.text("xl/workbook.xml")
    names = [
        re.search(r'<sheetPr codeName="(\w+)"', package.text(part))[1] for part in package.sheets().values()
    ]
    assert names == [module.name for module in macros.modules(len(names)) if module.kind == "sheet"]


def test_the_guide_has_a_cell_for_the_last_word_and_a_shape_for_every_button(built):
    assert input_form.MESSAGE == entry.MESSAGE
    package = Package(built["winback.xlsm"])
    assert f'name="{entry.MESSAGE}"' in package.text("xl/workbook.xml")
    drawing = package.text("xl/drawings/drawing1.xml")
    assert re.findall(r'macro="\[0\]!WinbackMacros\.(\w+)"', drawing) == [button.macro for button in BUTTONS]
    assert all(alt for alt in re.findall(r'descr="([^"]*)"', drawing))


def test_the_form_for_lite_carries_code_that_runs_and_names_what_it_needs(built):
    package = Package(built["winback_lite.xlsx"])
    root = ET.fromstring(package.text("xl/webextensions/webextension1.xml"))
    held = {
        item.get("name"): json.loads(item.get("value"))
        for item in root.iter()
        if item.tag.endswith("}property")
    }
    code = compile(held["main.py"], "main.py", "exec")
    scope: dict[str, object] = {}
    exec(code, scope)
    assert {button.name for button in BUTTONS} <= scope.keys()
    assert "WINBACK_SEGMENT" in scope
    assert held["requirements.txt"].splitlines() == [
        "xlwings", "winback-xl>=" + listed.versions()["winback-xl"],
    ]  # fmt: skip
    assert "wa200008175" in package.text("xl/webextensions/webextension1.xml")
    assert "webextensiontaskpanes" in package.text("_rels/.rels")


def test_the_extension_holds_what_its_manifest_names_and_no_package():
    parts = listed.parts_of(oxt.extension("/opt/python"))
    named = re.findall(r'manifest:full-path="([^"]+)"', parts["META-INF/manifest.xml"].decode())
    assert set(named) < parts.keys()
    assert parts["interpreter.txt"] == b"/opt/python"
    assert len(json.loads(parts["formulas.json"])) == parts["CalcAddIns.xcu"].count(
        b'oor:name="CompatibilityName"'
    )


def test_a_filled_in_form_is_read_as_orders_and_incidents(tmp_path):
    book = openpyxl.load_workbook(COMMITTED / "winback_input.xlsx")
    assert book.sheetnames == ["Guide", "Orders", "Customers", "Incidents", "Reps", "Settings", "Lists"]
    for table in columns.INPUTS:
        heads = [cell.value for cell in book[table.title][4][: len(table.columns)]]
        assert heads == [column.heading for column in table.columns]
        assert table.name in book[table.title].tables
    for row, (who, day, value) in enumerate(
        [("A1", "2026-01-05", 100), ("A1", "2026-02-05", 120), ("B2", "2026-03-01", 80)], start=5
    ):
        book["Orders"].cell(row, 1, who)
        book["Orders"].cell(row, 2, day)
        book["Orders"].cell(row, 3, value)
    path = tmp_path / "filled.xlsx"
    book.save(path)
    tables = reading.read(path)
    assert len(tables.orders.frame) == 3
    assert [issue for issue in tables.issues if issue.severity == "error"] == []


def test_the_settings_of_the_form_leave_the_day_open_and_everything_as_delivered(tmp_path):
    book = openpyxl.load_workbook(COMMITTED / "winback_input.xlsx")
    sheet, cell = next(iter(book.defined_names["set_freeze"].destinations))
    assert book[sheet][cell.replace("$", "")].value is None


# ------------------------------------------------------------------------------------------------- the commands


def test_check_says_that_all_is_well(capsys):
    assert run(["template", "--check"]) == 0, AFRESH
    assert "as it would be built now" in capsys.readouterr().err


def test_check_names_the_part_that_differs_and_what_to_do(tmp_path, capsys):
    folder = tmp_path / "templates"
    shutil.copytree(COMMITTED, folder)
    package = Package((folder / "winback.xlsm").read_bytes())
    package.put("customUI/customUI14.xml", "<customUI/>")
    (folder / "winback.xlsm").write_bytes(package.save())
    (folder / "winback.xlam").unlink()
    assert run(["template", "--check", str(folder)]) == 3
    said = capsys.readouterr().err
    assert "winback.xlsm differs from what would be built now, in customUI/customUI14.xml." in said
    assert "winback.xlam is missing." in said
    assert "winback template --build" in said


def test_check_says_in_plain_words_that_another_xlwings_made_the_files(tmp_path, capsys):
    folder = tmp_path / "templates"
    shutil.copytree(COMMITTED, folder)
    made = json.loads((folder / listed.MANIFEST).read_text(encoding="ascii"))
    made["made with"]["xlwings"] = "0.30.0"
    (folder / listed.MANIFEST).write_text(json.dumps(made), encoding="ascii")
    assert run(["template", "--check", str(folder)]) == 3
    said = capsys.readouterr().err
    assert f"The files were made with xlwings 0.30.0, and here is {macros.xlwings_version()}." in said
    assert "they work with the xlwings they were made with only" in said


def test_build_into_another_folder_writes_no_sources(tmp_path):
    assert run(["template", "--build", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*build.TEMPLATES, listed.MANIFEST}
    assert build.differences(tmp_path, None) == []


def test_template_without_an_order_or_a_folder_says_so(tmp_path, capsys):
    assert run(["template"]) == 2
    assert run(["template", "--check", str(tmp_path / "none")]) == 4
    assert "There is no folder" in capsys.readouterr().err


def test_a_package_without_its_sources_asks_for_the_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(macros, "folder", lambda: tmp_path / "site-packages" / "macros")
    assert run(["template", "--check"]) == 4
    assert "Name the folder, as workbook_templates." in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a.xlsm", "b.xlam", "c.xlsx", "d.oxt"])
def test_new_makes_a_file_and_never_overwrites_one(tmp_path, name, capsys):
    path = tmp_path / name
    assert run(["new", str(path)]) == 0
    assert f"Made {path}." in capsys.readouterr().err
    before = path.read_bytes()
    assert run(["new", str(path), "--python", sys.executable]) == 4
    assert path.read_bytes() == before
    assert run(["new", str(path), "--force"]) == 0


@pytest.mark.parametrize("python", ["/no/such/python", 'x"\nShell "calc', "=cmd|x!A0", "."])
def test_new_takes_an_existing_interpreter_only(tmp_path, python, capsys):
    assert run(["new", str(tmp_path / "a.xlsm"), "--python", python]) == 2
    assert "is not a file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_new_refuses_what_it_cannot_make(tmp_path, capsys):
    assert run(["new", str(tmp_path / "a.ods")]) == 2
    assert ".xlsm (buttons)" in capsys.readouterr().err
    assert run(["new", str(tmp_path / "a")]) == 2
    with pytest.raises(UsageError, match="no macros"):
        build.new("lite", ".xlsm", "python", "linux")
    assert list(tmp_path.iterdir()) == []


def test_new_for_lite_carries_the_whole_plugin(tmp_path):
    """A Python that finds winback_xl nowhere else imports it out of the workbook and calculates."""
    path = tmp_path / "mine.xlsx"
    assert run(["new", str(path), "--lite"]) == 0
    held = _lite_properties(path.read_bytes())
    assert held["requirements.txt"].split() == ["xlwings", *carried.NEEDED]
    assert len(held["main.py"]) < 850_000
    assert max(map(len, held["main.py"].splitlines())) < 20_000
    code = tmp_path / "main.py"
    code.write_text(held["main.py"] + _SAYS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", str(code)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": "", "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "winback_xl-" in done.stdout
    assert "['Habitual Buyer']" in done.stdout
    assert f"{len(BUTTONS)} scripts" in done.stdout


_SAYS = """
import winback_xl
days = [[f"2024-{month:02}-15"] for month in range(1, 13)]
print(winback_xl.__file__, [WINBACK_LEVEL(days, "2025-01-01")], len(entry.scripts()), "scripts")
"""


def _lite_properties(content):
    root = ET.fromstring(Package(content).text("xl/webextensions/webextension1.xml"))
    return {
        item.get("name"): json.loads(item.get("value"))
        for item in root.iter()
        if item.tag.endswith("}property")
    }
