"""LibreOffice evaluates WINBACK_ formulas that are in a file, as people send it: .xlsx and .ods.

Version 7.4 maps the names of an extension's functions from .ods only; from .xlsx too since 24.2 or so (25.2 was seen
to). WINBACK_SOFFICE may name the program to use; else the newest under /opt, where The Document Foundation's own
packages go, or the one on the PATH.
"""

from __future__ import annotations

import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from tests.excel.cases import CASES
from tests.oracles import Office
from tests.templates.test_calc import as_calc, expected, flat, is_of_calc
from winback_xl.errors import WinbackError
from winback_xl.templates import oxt

HERE = Path(__file__).resolve().parent
NEEDED = (25, 2)
RAW_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false"  # UTF-8, numbers in full
ANSWERS = 60  # column from which the answers stand
CACHED = re.compile(r' (?:office|calcext):(?:value-type|value|string-value)="[^"]*"')

pytestmark = pytest.mark.office


def version_of(program: str) -> tuple[int, int]:
    """Return major and minor version, (0, 0) where the program does not say."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


@pytest.fixture(scope="module")
def program():
    """Return a LibreOffice that is new enough; the tests are skipped without one."""
    if missing := Office.missing():
        pytest.skip(missing)
    named = [os.environ.get("WINBACK_SOFFICE"), shutil.which("soffice")]
    candidates = [one for one in named if one] + [
        str(one) for one in Path("/opt").glob("libreoffice*/program/soffice")
    ]
    versions = {one: version_of(one) for one in candidates}
    best = max(versions, key=lambda one: versions[one])
    if versions[best] < NEEDED:
        seen = ", ".join(f"{one} is {major}.{minor}" for one, (major, minor) in versions.items())
        pytest.skip(f"LibreOffice {NEEDED[0]}.{NEEDED[1]} or later reads the formulas of an .xlsx; {seen}")
    return best


def converted(program: str, folder: Path, kind: str, *paths: Path, extension: bool = True) -> None:
    """Let LibreOffice open files and save them as another kind into a folder."""
    order = {
        "do": "convert", "program": program, "filter": kind, "folder": str(folder),
        "paths": [str(path) for path in paths],
    }  # fmt: skip
    if extension:
        made = folder / "winback.oxt"
        made.write_bytes(oxt.extension(sys.executable))
        order["extension"] = str(made)
    asked = folder / "order.json"
    asked.write_text(json.dumps(order), encoding="utf-8")
    command = ["/usr/bin/python3", str(HERE / "office_script.py"), str(asked), str(folder / "answer.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def shown(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def lay_out(cases, wanted, path: Path) -> list[int]:
    """Write the calls below each other, arguments in front, and return the row of each (0-based); no answer is in the file."""
    book = openpyxl.Workbook()
    sheet, row, rows = book.active, 1, []
    for case, answer in zip(cases, wanted, strict=True):
        references, column, height = [], 1, len(answer)
        for value in case.arguments:
            if value is None:
                references.append("")
                continue
            block = as_calc(value)
            block = block if isinstance(block, list) else [[block]]
            block = [line if isinstance(line, list) else [line] for line in block] or [[None]]
            width = max(map(len, block))
            for down, line in enumerate(block):
                for right, cell in enumerate(line):
                    sheet.cell(row + down, column + right).value = cell
            last = f"{get_column_letter(column + width - 1)}{row + len(block) - 1}"
            first = f"{get_column_letter(column)}{row}"
            references.append(first if first == last else f"{first}:{last}")
            column, height = column + width + 1, max(height, len(block))
        while references and not references[-1]:
            references.pop()
        assert column < ANSWERS
        area = f"{get_column_letter(ANSWERS)}{row}:{get_column_letter(ANSWERS + len(answer[0]) - 1)}{row + len(answer) - 1}"
        text = f"={case.formula}({','.join(references)})"
        single = len(answer) == len(answer[0]) == 1
        sheet.cell(row, ANSWERS).value = text if single else ArrayFormula(area, text)
        rows.append(row - 1)
        row += height
    book.save(path)
    return rows


def agrees(want, found: str) -> bool:
    if isinstance(want, WinbackError):
        return found == want.excel_error
    if isinstance(want, (int, float)):
        try:
            return math.isclose(want, float(found), rel_tol=1e-12, abs_tol=1e-12)
        except ValueError:
            return False
    return (want or "") == found


@pytest.fixture(scope="module")
def calls():
    cases = [
        case
        for case in CASES
        if is_of_calc(case) and not any(isinstance(one, bool) for one in flat(list(case.arguments)))
    ]
    return cases, [expected(case) for case in cases]


def wrong(cases, wanted, rows, cells) -> list[object]:
    return [
        (case.name, want, got)
        for case, answer, row in zip(cases, wanted, rows, strict=True)
        for down, line in enumerate(answer)
        for right, want in enumerate(line)
        if not agrees(want, got := cells[row + down][ANSWERS - 1 + right])
    ]


def without_answers(path: Path, to: Path) -> None:
    """Take the answers that were saved out of an .ods, so that whoever opens it has to work them out."""
    with ZipFile(path) as source, ZipFile(to, "w", ZIP_STORED) as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "content.xml":
                text = re.sub(
                    r"<table:table-cell[^>]*table:formula=[^>]*?(/?)>(?:<text:p>.*?</text:p>)*",
                    lambda cell: CACHED.sub("", re.sub(r"<text:p>.*", "", cell[0], flags=re.DOTALL)),
                    content.decode(),
                )
                content = text.encode()
            target.writestr(info.filename, content)


def test_formulas_of_a_file_are_worked_out_as_in_plain_python(program, calls, tmp_path):
    cases, wanted = calls
    path = tmp_path / "calls.xlsx"
    rows = lay_out(cases, wanted, path)
    converted(program, tmp_path, RAW_CSV, path)
    assert wrong(cases, wanted, rows, shown(tmp_path / "calls.csv")) == []
    assert len(cases) > 150


def test_saved_as_ods_the_formulas_are_worked_out_again_from_that_file(program, calls, tmp_path):
    cases, wanted = calls
    path, emptied = tmp_path / "calls.xlsx", tmp_path / "emptied.ods"
    rows = lay_out(cases, wanted, path)
    converted(program, tmp_path, "ods", path)
    without_answers(tmp_path / "calls.ods", emptied)
    converted(program, tmp_path, RAW_CSV, emptied)
    assert wrong(cases, wanted, rows, shown(tmp_path / "emptied.csv")) == []


def test_without_the_extension_the_same_file_shows_name_errors(program, calls, tmp_path):
    """So the tests above can fail: the file itself holds no answer."""
    cases, wanted = calls
    path = tmp_path / "calls.xlsx"
    rows = lay_out(cases, wanted, path)
    converted(program, tmp_path, RAW_CSV, path, extension=False)
    cells = shown(tmp_path / "calls.csv")
    assert {cells[row][ANSWERS - 1] for row in rows} == {"#NAME?"}
