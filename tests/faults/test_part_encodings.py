"""Parts in every encoding that XML allows are read, written into and carried over like those in UTF-8."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest

from winback_xl.cli import run
from winback_xl.readers.grid import Cell
from winback_xl.readers.read import read

from .conftest import HEADING_LINE

ENCODINGS = {
    "UTF-16 with a mark": ("UTF-16", lambda text: text.encode("utf-16")),
    "UTF-16, low byte first, without a mark": ("UTF-16", lambda text: text.encode("utf-16-le")),
    "UTF-16, high byte first, with a mark": ("UTF-16", lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
    "UTF-16, high byte first, without a mark": ("UTF-16", lambda text: text.encode("utf-16-be")),
    "UTF-8 with a mark": ("UTF-8", lambda text: text.encode("utf-8-sig")),
    "ISO-8859-1": ("ISO-8859-1", lambda text: text.encode("latin-1", "xmlcharrefreplace")),
    "Windows-1252": ("windows-1252", lambda text: text.encode("cp1252", "xmlcharrefreplace")),
}


def in_encoding(source, target, how):
    name, encode = ENCODINGS[how]
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith((".xml", ".rels")):
                text = re.sub(r"^<\?xml[^>]*\?>\s*", "", content.decode("utf-8-sig"))
                content = encode(f'<?xml version="1.0" encoding="{name}"?>{text}')
            new.writestr(part, content)
    return target


def own_sheet(book):
    sheet = book.create_sheet("Größe")
    sheet["A1"], sheet["B2"] = "Zoë & Co", "=1+1"
    sheet["B2"].font = openpyxl.styles.Font(bold=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Write orders, a workbook with them and a sheet of its own, and a campaign with such a sheet."""
    folder = tmp_path_factory.mktemp("made")
    rows = [
        [f"C{at % 4}", f"O{at}", f"2025-{at % 12 + 1:02d}-{at % 20 + 1:02d}", 100 + at] for at in range(40)
    ]
    (folder / "orders.csv").write_text(
        "\n".join([HEADING_LINE, *(",".join(map(str, row)) for row in rows)]), "utf-8"
    )
    book = openpyxl.Workbook()
    for row in [HEADING_LINE.split(","), *rows]:
        book.active.append(row)
    own_sheet(book)
    book.save(folder / "book.xlsx")
    assert (
        run(
            [
                "plan",
                str(folder / "orders.csv"),
                "-o",
                str(folder / "plain.xlsx"),
                "--as-of",
                "2026-06-01",
                "-q",
            ]
        )
        == 0
    )
    campaign = openpyxl.load_workbook(folder / "plain.xlsx")
    own_sheet(campaign)
    campaign.save(folder / "campaign.xlsx")
    return folder


@pytest.mark.parametrize("how", ENCODINGS)
def test_a_workbook_is_read_and_written_into(made, tmp_path, how):
    path = in_encoding(made / "book.xlsx", tmp_path / "book.xlsx", how)
    words = [
        "plan",
        str(path),
        "--into",
        str(path),
        "-o",
        str(tmp_path / "out.xlsx"),
        "--as-of",
        "2026-06-01",
        "-q",
    ]
    assert run(words) == 0
    out = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert out["Größe"]["A1"].value == "Zoë & Co"
    assert "Campaign" in out.sheetnames


@pytest.mark.parametrize("how", ENCODINGS)
def test_a_campaign_is_refreshed_and_the_sheet_of_its_owner_carried_over(made, tmp_path, how):
    path = in_encoding(made / "campaign.xlsx", tmp_path / "campaign.xlsx", how)
    words = ["refresh", str(path), str(made / "orders.csv"), "-o", str(tmp_path / "out.xlsx"), "-q"]
    assert run(words) == 0
    out = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert (out["Größe"]["A1"].value, out["Größe"]["B2"].value) == ("Zoë & Co", "=1+1")
    assert out["Größe"]["B2"].font.b


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ('<c r="A2" t="d"><v>09:05:00</v></c>', Cell.NUMBER, (9 * 60 + 5) / 1440),
        ('<c r="A2" t="d"><v>T18:00</v></c>', Cell.NUMBER, 0.75),
        ('<c r="A2" t="inlineStr"><is><t>_xD83D__xDE00_</t></is></c>', Cell.TEXT, "\U0001f600"),
        ('<c r="A2" t="inlineStr"><is><t>a_xD83D_b</t></is></c>', Cell.TEXT, "a\ufffdb"),
        ('<c r="A2" t="str"><v>_xDE00__xD83D_</v></c>', Cell.TEXT, "\ufffd\ufffd"),
    ],
)
@pytest.mark.parametrize("comment", ["", "<!-- not plain -->"])
def test_times_alone_and_escapes_of_surrogates(tmp_path, cell, kind, value, comment):
    book = openpyxl.Workbook()
    book.active.append(["Heading"])
    book.save(tmp_path / "old.xlsx")
    with zipfile.ZipFile(tmp_path / "old.xlsx") as old, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(
                    b"</sheetData>", f'<row r="2">{cell}</row>{comment}</sheetData>'.encode()
                )
            new.writestr(part, content)
    column = read(tmp_path / "x.xlsx").columns[0]
    assert column.kinds.tolist() == [kind]
    found = column.strings().to_pylist()[0] if kind == Cell.TEXT else column.numbers[0]
    assert found == value if kind == Cell.TEXT else found == pytest.approx(value)
