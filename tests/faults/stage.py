"""Commands at work in a folder of files, run again and again from the same start, and what must hold after each run."""

from __future__ import annotations

import shutil
import time
from typing import NamedTuple

import openpyxl

from . import runs

HEADINGS = ("Customer ID", "Order ID", "Order date", "Order value")
HEADING_LINE = ",".join(HEADINGS)
OLD = b"what stood there before"


class Writer(NamedTuple):
    """A command, and the files that it writes; ``{}`` is the folder they go to."""

    words: str
    files: tuple[str, ...]


_DAY = "--as-of 2026-06-01 -q"
_BUILT = f"--customers {{}}/customers.csv --incidents {{}}/incidents.csv {_DAY}"
_CAMPAIGN = "{}/campaign.xlsx"
WRITERS = {
    "segment": Writer(f"segment {{}}/orders.csv -o {{}}/s.csv {_DAY} --force", ("s.csv",)),
    "plan": Writer(f"plan {{}}/orders.csv {_BUILT} -o {{}}/p.xlsx --force", ("p.xlsx",)),
    "plan into": Writer(f"plan {{}}/orders.csv {_BUILT} --into {{}}/theirs.xlsx", ("theirs.xlsx",)),
    "refresh": Writer(f"refresh {_CAMPAIGN} {{}}/more.csv {_BUILT} -o {_CAMPAIGN} --force", ("campaign.xlsx",)),
    "split": Writer(f"split {_CAMPAIGN} -o {{}}/parts -q --force", ("parts/campaign - Ann.xlsx", "parts/campaign - Bob.xlsx")),
    "collect": Writer(f"collect {_CAMPAIGN} {{}}/copy.xlsx -o {_CAMPAIGN} -q --force", ("campaign.xlsx",)),
    "export": Writer(
        f"export {_CAMPAIGN} --mail-merge {{}}/m.csv --ics {{}}/m.ics --customers {{}}/customers.csv -q --force", ("m.csv", "m.ics")
    ),
    "share": Writer(f"share {_CAMPAIGN} -o {{}}/shared.xlsx --mask-key s -q --force", ("shared.xlsx",)),
    "report": Writer(f"report {_CAMPAIGN} -o {{}}/report.xlsx -q --force", ("report.xlsx",)),
    "new": Writer("new {}/form.xlsx --force", ("form.xlsx",)),
    "new oxt": Writer("new {}/calc.oxt --force", ("calc.oxt",)),
}  # fmt: skip

READERS = {
    "check": Writer("check {}/orders.csv {}/customers.csv {}/incidents.csv", ()),
    "check a campaign": Writer(f"check {_CAMPAIGN}", ()),
    "backtest": Writer("backtest {}/orders.csv -q", ()),
    "plan, dry": Writer(f"plan {{}}/orders.csv {_BUILT} -o {{}}/new.xlsx --dry-run", ()),
}
"""Commands that write nothing."""


def make(folder):
    """Write what the commands read: orders, customers with two owners, incidents, a campaign and a copy of it, edited."""
    said = folder.with_name("said")
    lines = [f"C{k % 4},O{k},2025-{k % 12 + 1:02d}-{k % 28 + 1:02d},{100 + k}" for k in range(24)]
    (folder / "orders.csv").write_text("\n".join((HEADING_LINE, *lines)), "utf-8")
    more = [f"C{k % 4},N{k},2026-02-{k + 1:02d},{70 + k}" for k in range(3)]
    (folder / "more.csv").write_text("\n".join((HEADING_LINE, *lines, *more)), "utf-8")
    people = [f"C{k},Firm {k},c{k}@example.com,{('Ann', 'Bob')[k % 2]}" for k in range(4)]
    (folder / "customers.csv").write_text("\n".join(("Customer ID,Customer,E-mail,Owner", *people)), "utf-8")
    (folder / "incidents.csv").write_text(
        "Incident ID,Customer ID,Date,What happened,Direct loss\n1,C1,2025-11-02,Late,400\n2,C2,2025-12-01,Wrong goods,90\n", "utf-8"
    )  # fmt: skip
    words = f"plan {{}}/orders.csv {_BUILT} -o {_CAMPAIGN}"
    assert runs.end(runs.start(filled(words, folder), said), said).code == 0
    book = openpyxl.load_workbook(folder / "campaign.xlsx")
    sheet = book["Campaign"]
    at = {cell.value: cell.column for cell in sheet[4]}
    sheet.cell(5, at["Want back?"]).value = "Yes"
    book.save(folder / "copy.xlsx")
    openpyxl.Workbook().save(folder / "theirs.xlsx")


def fresh(made, desk):
    """Return a fresh folder with everything that the commands read."""
    shutil.rmtree(desk, ignore_errors=True)
    return shutil.copytree(made, desk)


def filled(words, folder):
    """Return the words of a command, at work in a folder."""
    return [word.replace("{}", str(folder)) for word in words.split(" ")]


LEARNT: dict[str, tuple[list[bytes], float]] = {}  # of each command: what it writes, and in how many seconds


class Stage:
    """A folder in which one command is run again and again, each time from the same start."""

    def __init__(self, name, desk, said):
        self.name, self.desk, self.said = name, desk, said
        writer = {**WRITERS, **READERS}[name]
        self.words = filled(writer.words, desk)
        self.targets = [desk / file for file in writer.files]
        for target in self.targets:
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                target.write_bytes(OLD)
        self.old = {target: target.read_bytes() for target in self.targets}
        self.kept = set(desk.rglob("*"))

    def reset(self):
        """Put the old files back, and leave what a killed run left hidden."""
        for path in self.visible() - self.kept:
            path.unlink()
        for target, content in self.old.items():
            target.write_bytes(content)

    def visible(self):
        return {path for path in self.desk.rglob("*") if not path.name.startswith(".winback-")}

    def start(self, handicap=None, *given):
        return runs.start(self.words, self.said, handicap, *given)

    def run(self, handicap=None, *given):
        return runs.end(self.start(handicap, *given), self.said)

    def learn(self):
        """Run it whole, once in this module, and keep what it writes; return how long it took.

        Every run writes the same bytes, wherever it runs, or `check` and `check_next_run` would fail.
        """
        if self.name not in LEARNT:
            started = time.monotonic()
            ended = self.run()
            took = time.monotonic() - started
            assert ended.code == 0, ended.said
            assert all(content != self.old[target] for target, content in self.found().items())
            assert self.copies() == len(self.targets)
            LEARNT[self.name] = ([target.read_bytes() for target in self.targets], took)
            self.reset()
        written, took = LEARNT[self.name]
        self.new = dict(zip(self.targets, written, strict=True))
        return took

    def found(self):
        return {target: target.read_bytes() for target in self.targets}

    def copies(self):
        """Look whether each copy of a replaced file is the old one, whole; return how many there are."""
        found = self.visible() - self.kept
        for path in found:
            assert path.read_bytes() in self.old.values(), path
        return len(found)

    def hidden(self):
        return list(self.desk.rglob(runs.HIDDEN))

    def check(self):
        """Look whether each file is the old or the new one, and nothing but copies and hidden files was added."""
        for target, content in self.found().items():
            assert content in {self.old[target], self.new[target]}, f"{target.name} is neither old nor new"
        self.copies()

    def check_next_run(self):
        """Run it again: everything is new, and what killed runs left is gone."""
        self.reset()
        ended = self.run()
        assert ended.code == 0, ended.said
        assert self.found() == self.new
        assert self.copies() == len(self.targets)
        assert self.hidden() == [], "remains of killed runs were not swept"
