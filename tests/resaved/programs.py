"""Programs that do what people do in a workbook and save it, each started once for many workbooks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracles import Office
    from tests.resaved.edits import Edits

SCRIPT = Path(__file__).with_name("resave.mjs")
NPM = Path(os.environ.get("WINBACK_NPM") or Path(__file__).resolve().parents[2] / ".venv-npm")
PACKAGES = {"ExcelJS": "exceljs", "SheetJS": "@e965/xlsx"}
NAMES = ("openpyxl", "LibreOffice", "Gnumeric", "ExcelJS", "SheetJS")


class Programs:
    """The programs of this machine.

    Parameters
    ----------
    office : callable
        Returns the LibreOffice of the session, or skips.
    """

    def __init__(self, office: Callable[[], Office]) -> None:
        self._office, self._node = office, None

    @staticmethod
    def missing(name: str) -> str:
        """Return what this machine lacks for a program, or nothing."""
        if name == "Gnumeric" and not shutil.which("ssconvert"):
            return "Gnumeric (ssconvert) is not installed"
        package = PACKAGES.get(name)
        if package and not (shutil.which("node") and (NPM / "node_modules" / package).is_dir()):
            return f"the npm package {package} is not installed in {NPM}"
        return ""

    def save(self, name: str, source: Path, target: Path, edits: Edits | None = None) -> None:
        """Open a workbook in a program, do the edits, and save it under another name."""
        order = {"source": str(source), "target": str(target), "cells": [], "swaps": []}
        if edits is not None:
            order |= edits.order()
        if name in PACKAGES:
            self._ask_node(order | {"library": name})
        elif name == "LibreOffice":
            self._office().work_in(source, target, order)
        elif name == "Gnumeric":
            typed = target.with_suffix(".typed.xlsx")
            by_openpyxl(source, typed, order)
            subprocess.run(["ssconvert", typed, target], check=True, capture_output=True, timeout=300)
        else:
            by_openpyxl(source, target, order)

    def _ask_node(self, order: dict[str, Any]) -> None:
        if self._node is None:
            self._node = subprocess.Popen(
                [shutil.which("node"), SCRIPT, NPM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        self._node.stdin.write(json.dumps(order) + "\n")
        self._node.stdin.flush()
        while (answer := self._node.stdout.readline()) and not answer.startswith("="):
            pass  # what the libraries print themselves
        if answer.strip() != "= done":
            raise RuntimeError(f"{order['library']}: {answer.strip() or 'it ended'}")

    def stop(self) -> None:
        """End what was started."""
        if self._node is not None:
            self._node.stdin.close()
            self._node.wait(30)
            self._node.stdout.close()


def by_openpyxl(source: Path, target: Path, order: dict[str, Any]) -> None:
    """Do the edits with openpyxl; formulas stay in their rows, and so do their places in other formulas."""
    book = openpyxl.load_workbook(source)
    for sheet, row, column, content in order["cells"]:
        book[sheet].cell(row, column).value = content
    for sheet, first, last, width, column, down in order.get("sorts", ()):
        _sort(book[sheet], first, last, width, column, down=down)
    for sheet, one, other, width in order["swaps"]:
        _write(book[sheet], [one, other], [_row(book[sheet], row, width) for row in (other, one)])
    for sheet, count in order.get("inserts", ()):
        book[sheet].insert_rows(1, count)
    for name, text in order.get("sheets", ()):
        book.create_sheet(name)["B2"] = text
    for name, new in order.get("renames", ()):
        book[name].title = new
    book.save(target)


def _sort(sheet: Any, first: int, last: int, width: int, column: int, *, down: bool) -> None:
    rows = list(range(first, last + 1))
    held = {row: _row(sheet, row, width) for row in rows}
    order = sorted(rows, key=lambda row: str(held[row][column - 1]), reverse=down)
    _write(sheet, rows, [held[row] for row in order])


def _row(sheet: Any, row: int, width: int) -> list[Any]:
    return [sheet.cell(row, column).value for column in range(1, width + 1)]


def _write(sheet: Any, rows: list[int], contents: list[list[Any]]) -> None:
    """Write whole rows but for their formulas, which say the same in each row."""
    for row, held in zip(rows, contents, strict=True):
        for column, value in enumerate(held, start=1):
            cell = sheet.cell(row, column)
            if not str(cell.value).startswith("=") and not str(value).startswith("="):
                cell.value = value
