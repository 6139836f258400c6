"""A campaign that somebody saved in another format is refused with the one click that makes an .xlsx of it."""

from __future__ import annotations

import zipfile

import pytest

from tests.readers import made


def ods(path):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<office:document-content/>")
    return path


def xlsb(path):
    return made.xlsb(path, b"")


def xml2003(path):
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
        "utf-8",
    )
    return path


def text(path):
    path.write_text("Customer ID,Order date\nA,2026-01-01\n", "utf-8")
    return path


CLICK = {
    "campaign.ods": (ods, "In LibreOffice choose File, Save As, file type Excel 2007-365 (.xlsx)."),
    "campaign.xlsb": (xlsb, "In Excel choose File, Save As, Excel Workbook (.xlsx)."),
    "campaign.xml": (xml2003, "In Excel choose File, Save As, Excel Workbook (.xlsx)."),
    "campaign.xlsx": (text, "Name the workbook that 'winback plan' wrote."),
}


@pytest.mark.parametrize("name", CLICK)
@pytest.mark.parametrize("command", ["refresh", "collect", "report", "share", "split", "export"])
def test_the_click_is_named_by_every_command(name, command, winback, tmp_path):
    write, click = CLICK[name]
    path = write(tmp_path / name)
    (tmp_path / "orders.csv").write_text("Customer ID,Order date,Order value\nA,2026-01-01,5\n", "utf-8")
    words = {
        "refresh": ("refresh", path, tmp_path / "orders.csv", "-o", tmp_path / "new.xlsx"),
        "collect": ("collect", path, path, "-o", tmp_path / "new.xlsx"),
        "report": ("report", path, "-o", tmp_path / "new.xlsx"),
        "share": ("share", path, "-o", tmp_path / "new.xlsx"),
        "split": ("split", path, "-o", tmp_path / "parts"),
        "export": ("export", path, "--mail-merge", tmp_path / "new.csv"),
    }
    said = winback(*words[command], code=4)
    assert f"{name} is " in said
    assert click in said


def test_a_copy_that_comes_back_in_another_format_is_refused_before_anything_is_merged(
    winback, desk, tmp_path
):
    master, copy = desk / "campaign.xlsx", ods(tmp_path / "copy.ods")
    said = winback("collect", master, copy, "-o", tmp_path / "new.xlsx", code=4)
    assert "copy.ods is an OpenDocument spreadsheet" in said
