"""Run a command as a user does; whatever it says, nothing may change but the files it names."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from winback_xl.cli import run

from . import stage
from .stage import HEADING_LINE, HEADINGS


def contents(folder):
    """Return every file below a folder: its bytes, mode and time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            about = path.stat()
            found[str(path.relative_to(folder))] = (path.read_bytes(), about.st_mode, about.st_mtime_ns)
    return found


@pytest.fixture
def winback(tmp_path, capfd):
    """Return a function that runs a command and returns what it said, in one line.

    It fails when the exit code is another, when a traceback is shown, or when any file of the folder changed that
    ``writes`` does not name.
    """

    def called(*arguments, code=0, writes=()):
        before = contents(tmp_path)
        left = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        said = " ".join((out + err).split())
        after = contents(tmp_path)
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        assert changed == set(writes), said
        assert left == code, said
        assert "Traceback" not in said
        assert "our fault" not in said
        return said

    return called


@pytest.fixture
def text_file(tmp_path):
    """Return a function that writes a text file: headings of orders, unless others are given, and lines."""

    def write(*lines, headings=HEADING_LINE, name="orders.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\n" for line in (headings, *lines)).encode(encoding))
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Return a function that writes orders into a workbook as openpyxl does, after a change of the sheet."""

    def write(rows, change=None, *, headings=HEADINGS, name="orders.xlsx"):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Orders"
        for row in (headings, *rows):
            sheet.append(row)
        if change:
            change(sheet)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def ledger(text_file):
    """Eighty orders of seven customers, written as a text file."""
    lines = [f"C{k % 7},O{k},2025-{k % 12 + 1:02d}-{k % 28 + 1:02d},{100 + k}" for k in range(80)]
    return text_file(*lines, name="ledger.csv")


def orders(count=6):
    """Return clean order rows: three customers, a month apart."""
    return [
        (f"C{k % 3 + 1}", f"O{k + 1}", dt.datetime(2026, k % 12 + 1, 5), 100.0 + k)  # noqa: DTZ001 - cells know no zone
        for k in range(count)
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with what the commands read."""
    folder = tmp_path_factory.mktemp("made")
    stage.make(folder)
    return folder


@pytest.fixture
def said(tmp_path_factory):
    """Return where a run writes what it says: outside of the folder that is looked at."""
    return tmp_path_factory.mktemp("said") / "said"


@pytest.fixture
def desk(made, tmp_path):
    """Return a fresh folder with everything that the commands read."""
    return stage.fresh(made, tmp_path / "desk")
