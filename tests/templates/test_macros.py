"""The macros: what the workbook holds is what macros/ shows, it holds together, and nothing runs by itself."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import pyvbaanalysis
from oletools.mraptor import MacroRaptor
from oletools.olevba import VBA_Parser
from pyopenvba import check_file
from pyopenvba.apps.excel import ExcelApplication

from tests.templates.stub import workbook
from winback_xl.excel.buttons import commands
from winback_xl.excel.formulas.catalogue import FORMULAS
from winback_xl.templates import macros, vbaproject
from winback_xl.templates.buttons import BUTTONS
from winback_xl.templates.opc import Package
from winback_xl.templates.vbaproject import Module

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "workbook_templates"
OURS = ("WinbackMacros", "WinbackRibbon", "WinbackFunctions", "ThisWorkbook", "Sheet1")
RIBBON = "{http://schemas.microsoft.com/office/2009/07/customui}"

PICTURES = (
    "ChartInsert", "Copy", "DataValidation", "FileOpen", "FilePrintPreview", "FileSaveAs", "FileSendAsAttachment",
    "Filter", "FindDialog", "Help", "Paste", "PercentStyle", "RefreshAll", "ReviewNewComment", "TraceError",
    "Undo",
)  # fmt: skip
"""Each seen in Microsoft's [MS-CUSTOMUI], Custom UI XML Markup Specification, the table "imageMso" (November 2026).

That table does not have PivotTableInsert and ErrorChecking, which others use.
"""


@pytest.fixture(scope="module", params=["winback.xlsm", "winback.xlam"])
def book(request):
    return TEMPLATES / request.param


@pytest.fixture(scope="module")
def code(book):
    parser = VBA_Parser(str(book))
    found = {stream.removeprefix("VBA/"): text for _, stream, _, text in parser.extract_macros()}
    parser.close()
    return found


def body(text: str) -> str:
    """Return a module without its header and with plain newlines."""
    text = text.replace("\r\n", "\n")
    if text.startswith("VERSION"):
        text = text[text.index("END\n") + 4 :]
    return re.sub(r"\A(Attribute VB_.*\n)+", "", text).strip()


@pytest.mark.parametrize(
    "name", ["WinbackMacros.bas", "WinbackRibbon.bas", "WinbackFunctions.bas", "ThisWorkbook.cls"]
)
def test_another_reader_reads_back_what_macros_shows(code, name):
    assert body(code[name.split(".")[0]]) == body((ROOT / "macros" / name).read_text(encoding="ascii"))


@pytest.mark.parametrize("name", list(macros.GENERATED))
def test_generated_sources_are_what_the_catalogues_give(name):
    assert (ROOT / "macros" / name).read_text(encoding="ascii") == macros.GENERATED[name]()


def test_the_bridge_is_that_of_the_installed_xlwings(code):
    assert f'XLWINGS_VERSION As String = "{macros.xlwings_version()}"' in code["xlwings"]
    assert f"xlwings64-{macros.xlwings_version()}.dll" in code["xlwings"]


def test_the_addin_works_on_the_workbook_in_front_and_has_settings_of_its_own():
    assert 'PROJECT_NAME As String = "xlwings"' in macros.bridge()
    bridge = macros.bridge(addin=True)
    assert 'PROJECT_NAME As String = "winback"' in bridge
    assert 'BOOK_CALLER", ActiveWorkbook' in bridge


def test_nothing_runs_by_itself(code):
    judge = MacroRaptor("\n".join(code.values()))
    judge.scan()
    assert not judge.autoexec
    assert not judge.suspicious
    assert not re.search(
        r"(?i)\b(auto_?open|workbook_open|auto_?close|workbook_beforeclose)\b", "\n".join(code.values())
    )


def test_every_button_has_a_macro_that_calls_its_command(code):
    subs = dict(
        re.findall(r"Public Sub (\w+)\(\)\r\n    RunPython \"(.*)\"\r\nEnd Sub", code["WinbackMacros"])
    )
    assert subs == {
        button.macro: f"import winback_xl.excel.buttons.entry as e; e.run('{button.name}')"
        for button in BUTTONS
    }


def test_every_command_of_the_macros_exists_and_every_command_has_a_button():
    entry = importlib.import_module("winback_xl.excel.buttons.entry")
    assert callable(entry.run)
    assert tuple(button.name for button in BUTTONS) == commands.COMMANDS
    assert all(callable(getattr(commands, button.name)) for button in BUTTONS)


def test_every_button_of_the_ribbon_has_a_callback_that_calls_its_macro(code, book):
    package = Package(book.read_bytes())
    ribbon = ET.fromstring(package.text("customUI/customUI14.xml"))
    (tab,) = ribbon.iter(f"{RIBBON}tab")
    pressed = {item.get("label"): item.get("onAction") for item in tab.iter(f"{RIBBON}button")}
    assert pressed.pop("Explain formulas") == "WinbackRibbon.OnDescribeFormulas"
    assert list(pressed) == [button.label for button in BUTTONS]
    callbacks = dict(
        re.findall(
            r"Public Sub (\w+)\(ByVal control As IRibbonControl\)\r\n    WinbackMacros\.(\w+)\r\n",
            code["WinbackRibbon"],
        )
    )
    for button in BUTTONS:
        module, callback = pressed[button.label].split(".")
        assert (module, callbacks[callback]) == ("WinbackRibbon", button.macro)
    keys = [item.get("keytip") for item in tab.iter(f"{RIBBON}button")]
    assert len(set(keys)) == len(keys)
    assert all(len(item.get("supertip")) <= 1024 for item in tab.iter(f"{RIBBON}button"))


def test_a_right_click_on_a_customer_presses_the_same_macros():
    """In a table and outside one; each id is there once, or Excel shows nothing of ours at all."""
    ribbon = ET.fromstring(macros.source("ribbon.xml"))
    assert [item.tag for item in ribbon] == [f"{RIBBON}ribbon", f"{RIBBON}contextMenus"]
    found = {
        menu.get("idMso"): [(item.get("label"), item.get("onAction")) for item in menu]
        for menu in ribbon.iter(f"{RIBBON}contextMenu")
    }
    wanted = [
        ("Win-back: Account history", "WinbackRibbon.OnAccountHistory"),
        ("Win-back: Log a talk", "WinbackRibbon.OnLogATalk"),
    ]
    assert found == {"ContextMenuListRange": wanted, "ContextMenuCell": wanted}
    ids = [item.get("id") for item in ribbon.iter() if item.get("id")]
    assert len(set(ids)) == len(ids)


def test_every_picture_of_the_ribbon_is_one_that_office_has():
    """A name that Office does not know leaves a button without a picture, and nobody is told."""
    ribbon = ET.fromstring(macros.source("ribbon.xml"))
    used = {item.get("imageMso") for item in ribbon.iter(f"{RIBBON}button")}
    assert used == set(PICTURES)


def test_every_formula_has_a_wrapper_with_the_same_arguments(code):
    found = {
        name: [part.split(" As ")[0] for part in given.split(", ") if part]
        for name, given in re.findall(
            r"Public Function (WINBACK_\w+)\((.*)\) As Variant", code["WinbackFunctions"]
        )
    }
    assert found == {
        name: [f"Optional {one.vba_name}" if one.optional else one.vba_name for one in formula.arguments]
        for name, formula in FORMULAS.items()
    }
    lines = code["WinbackFunctions"].split("\r\n")
    assert max(map(len, lines)) < 1024  # the longest line that VBA reads


def test_the_first_judge_finds_nothing_wrong_in_our_modules(book):
    found = pyvbaanalysis.analyze_office_file(str(book))
    assert {name: list(found[name]) for name in OURS if name in found} == {
        name: [] for name in OURS if name in found
    }
    errors = [
        one for name in ("xlwings", "Dictionary") for one in found[name] if one.severity.value == "error"
    ]
    assert errors == []


def test_the_first_judge_sees_a_fault_where_there_is_one(tmp_path):
    package = Package((TEMPLATES / "winback.xlsm").read_bytes())
    modules = [
        Module(one.name, one.source.replace("interpreter = Interp", "interpretr = Interp"), one.kind)
        for one in macros.modules(len(package.sheets()))
    ]
    package.put("xl/vbaProject.bin", vbaproject.build(modules))
    path = tmp_path / "faulty.xlsm"
    path.write_bytes(package.save())
    found = pyvbaanalysis.analyze_office_file(str(path))["WinbackMacros"]
    assert any("interpretr" in one.message for one in found), found


def test_the_second_judge_finds_nothing_wrong_in_the_package(book):
    report = check_file(str(book))
    assert report.ok, report.issues
    assert report.complete


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    path = tmp_path_factory.mktemp("macros") / "stub.xlsm"
    path.write_bytes(workbook(interpretable=True))
    return ExcelApplication.open(path)


def test_pressing_every_shape_in_an_interpreter_of_vba_gives_its_command(running):
    sheet = running.sheet(1)
    shapes = sheet.shapes()
    assert [shape.name for shape in shapes] == [f"btn_{button.macro}" for button in BUTTONS]
    for shape, button in zip(shapes, BUTTONS, strict=True):
        running.run(shape.macro.removeprefix("[0]!"))
        assert sheet.value("Z1") == f"import winback_xl.excel.buttons.entry as e; e.run('{button.name}')"


def test_the_self_test_needs_no_python(running):
    said = running.run("WinbackMacros.SelfTestReport")
    assert "Macros run: yes" in said
    assert "xlwings module: stand-in" in said
    assert "Python: python" in said


def test_the_function_wizard_is_given_category_and_help_of_every_argument(code):
    text = code["WinbackFunctions"]
    described = dict(re.findall(r'    Describe "(\w+)", ((?:.* _\r\n)*.*)\r\n', text))
    assert list(described) == list(FORMULAS)
    for name, formula in FORMULAS.items():
        stated = [found.replace('""', '"') for found in re.findall(r'"((?:[^"]|"")*)"', described[name])]
        assert stated == [formula.gives, *(argument.help for argument in formula.arguments)]
        assert described[name].count(" _\r\n") <= 24, "VBA takes 24 continued lines"
    assert max(map(len, text.splitlines())) <= 1_023
    assert text.count('Category:="Win-back"') == 2


def test_a_told_mistake_becomes_an_error_value_and_an_answer_stays(running):
    stated = running.run("WinbackFunctions.WINBACK_CADENCE", "#WINBACK!2042|There is no order.")
    assert str(stated) == "Error 2042"
    assert running.run("WinbackFunctions.WINBACK_CADENCE", 21) == 42
    assert running.run("WinbackFunctions.WINBACK_FORM", "cash") == "cash"
