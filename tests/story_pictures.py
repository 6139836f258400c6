"""Six pictures of the story: pages as LibreOffice prints them, cut to what there is to see.

Wide sheets are shown with some of their columns and rows, in a copy made for the picture.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from tests.oracles import Office

if TYPE_CHECKING:
    from collections.abc import Sequence

_DPI = 110
_MARGIN = 14  # pixels left around what there is to see


@dataclass(frozen=True)
class Scene:
    """One picture: which sheet of which file, and what of it."""

    file: str
    sheet: str
    columns: Sequence[str] = ()
    rows: int = 0
    part: float = 1.0
    """How much of the page's height is shown, from the top."""


CAMPAIGN = (
    "Customer", "Do next", "Due", "Worth", "Owner", "Want back?", "Stage", "Level", "Status", "Decision", "Odds", "Make-good recommended",
)  # fmt: skip
COPY = (
    "Customer", "Do next", "Due", "Want back?", "Stage", "Last contact", "Attempts", "Listened", "Their reason", "My step", "Competitor",
)  # fmt: skip
CONFLICTS = ("Campaign ID", "Customer ID", "Column", "As sent out", "In the master", "In the copy", "Copy")

SCENES = (
    Scene("day 0.xlsx", "Today", part=0.398),
    Scene("day 0.xlsx", "Campaign", CAMPAIGN, 18),
    Scene("week 3/campaign - Cem Doğan.xlsx", "Campaign", COPY, 14),
    Scene("collected 2.xlsx", "Conflicts", CONFLICTS),
    Scene("day 30.xlsx", "Today", part=0.398),
    Scene("report day 30.xlsx", "Report"),
)


def draw(folder: Path) -> None:
    """Write story-1.png to story-6.png into the folder."""
    office = Office()
    with tempfile.TemporaryDirectory() as name:
        for number, scene in enumerate(SCENES, 1):
            path = folder / scene.file
            if scene.columns:
                path = _only(path, scene, Path(name) / f"{number}.xlsx")
            printed = office.save_as(path, Path(name) / f"{number}.pdf", "pdf")
            _picture(printed, scene, folder / f"story-{number}.png")
    office.stop()


def _only(path: Path, scene: Scene, copy: Path) -> Path:
    """Write a copy that prints some columns and rows of one sheet, on one page."""
    book = load_workbook(path)
    for sheet in book.worksheets:
        sheet.sheet_state = "visible" if sheet.title == scene.sheet else "hidden"
    sheet = book[scene.sheet]
    book.active = book.sheetnames.index(scene.sheet)
    left, top, right, bottom = range_boundaries(next(iter(sheet.tables.values())).ref)
    widths = {
        c: item.width for item in sheet.column_dimensions.values() for c in range(item.min, item.max + 1)
    }
    for c in range(left, right + 1):
        column = sheet.column_dimensions[get_column_letter(c)]
        column.min = column.max = c  # one entry may speak of many columns
        column.hidden = sheet.cell(top, c).value not in scene.columns
        column.outlineLevel, column.collapsed = 0, False  # the picture opens what it shows
        column.width = widths.get(c, 14)
    last = min(bottom, top + scene.rows) if scene.rows else bottom
    sheet.print_area = f"A1:{get_column_letter(right)}{last}"
    sheet.print_title_rows = sheet.print_title_cols = None
    sheet.col_breaks.brk, sheet.row_breaks.brk = [], []
    sheet.oddFooter.left.text = sheet.oddFooter.center.text = sheet.oddFooter.right.text = None
    sheet.page_setup.orientation, sheet.page_setup.scale = "landscape", None
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.save(copy)
    return copy


def _page(pdf: Path, sheet: str) -> int:
    """Return the first page of a sheet: its name is in the footer; a page with one sheet only is the first."""
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True
    ).stdout
    pages = text.split("\f")
    found = (n for n, page in enumerate(pages, 1) if f"  {sheet}  " in page.rstrip().rpartition("\n")[2])
    return next(found, 1)


def _picture(pdf: Path, scene: Scene, target: Path) -> None:
    """Draw a page and cut the white around it away; poppler draws twice, first to see what there is."""
    page = str(_page(pdf, scene.sheet))
    draw = ["pdftoppm", "-r", str(_DPI), "-f", page, "-l", page, "-singlefile"]
    seen = subprocess.run([*draw, "-gray", pdf], check=True, capture_output=True).stdout
    left, top, right, bottom = _seen(seen, scene.part)
    cut = ["-x", str(left), "-y", str(top), "-W", str(right - left), "-H", str(bottom - top)]
    subprocess.run([*draw, *cut, "-png", pdf, target.with_suffix("")], check=True)


def _seen(image: bytes, part: float) -> tuple[int, int, int, int]:
    """Return the box around what is not white in a grey PGM picture, without the page's foot."""
    import numpy as np

    _, size, _, pixels = image.split(b"\n", 3)
    width, height = map(int, size.split())
    ink = np.frombuffer(pixels, np.uint8).reshape(height, width) < 250
    ink[int(height * min(part, 0.94)) :] = False
    across, down = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    return (
        max(int(across[0]) - _MARGIN, 0), max(int(down[0]) - _MARGIN, 0),
        min(int(across[-1]) + _MARGIN, width), min(int(down[-1]) + _MARGIN, height),
    )  # fmt: skip
