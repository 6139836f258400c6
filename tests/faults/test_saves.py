"""Whatever happens to a run, each file that it writes is the old one or the new one, whole; every command, every output."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from typing import NamedTuple

import openpyxl
import pytest

from . import runs
from .conftest import HEADING_LINE, contents

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills, limits and users of POSIX")

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
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
    "share": Writer(f"share {_CAMPAIGN} -o {{}}/shared.xlsx --mask -q --force", ("shared.xlsx",)),
    "report": Writer(f"report {_CAMPAIGN} -o {{}}/report.xlsx -q --force", ("report.xlsx",)),
    "new": Writer("new {}/form.xlsx --force", ("form.xlsx",)),
    "new oxt": Writer("new {}/calc.oxt --force", ("calc.oxt",)),
}  # fmt: skip


def commands(*names):
    """Run a test with these commands, and with all others in the long run."""
    return pytest.mark.parametrize(
        "name", [name if name in names else pytest.param(name, marks=pytest.mark.long) for name in WRITERS]
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Write what the commands read: orders, customers with two owners, incidents, a campaign and a copy of it, edited."""
    folder = tmp_path_factory.mktemp("made")
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
    return folder


@pytest.fixture
def said(tmp_path_factory):
    """Return where a run writes what it says: outside of the folder that is looked at."""
    return tmp_path_factory.mktemp("said") / "said"


@pytest.fixture
def desk(made, tmp_path):
    """Return a fresh folder with everything that the commands read."""
    return shutil.copytree(made, tmp_path / "desk")


def filled(words, folder):
    """Return the words of a command, at work in a folder."""
    return [word.replace("{}", str(folder)) for word in words.split(" ")]


LEARNT: dict[str, tuple[list[bytes], float]] = {}  # of each command: what it writes, and in how many seconds


class Stage:
    """A folder in which one command is run again and again, each time from the same start."""

    def __init__(self, name, desk, said):
        self.name, self.desk, self.said = name, desk, said
        self.words = filled(WRITERS[name].words, desk)
        self.targets = [desk / file for file in WRITERS[name].files]
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


@commands(*WRITERS)
def test_what_is_replaced_stays_beside_as_a_dated_copy(name, desk, said):
    stage = Stage(name, desk, said)
    stage.learn()
    for path, content in stage.new.items():
        if path.suffix in {".xlsx", ".oxt"}:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                assert package.testzip() is None


@commands("segment", "new oxt")
def test_a_run_that_dies_before_any_single_step_of_a_save_harms_nothing(name, desk, said):
    """Each opening, linking, renaming, removing and change of mode is the last thing that some run never does."""
    stage = Stage(name, desk, said)
    stage.learn()
    step, code = 0, -9
    while code == -9:
        step += 1
        stage.reset()
        code = stage.run(runs.kill_at, step, str(desk)).code
        stage.check()
    assert code == 0
    assert step > 5 * len(stage.targets), "a save has more steps than that: the test shows nothing"
    stage.check_next_run()


KILLS = 100  # of each of the eleven commands in the long run


@pytest.mark.parametrize(
    ("name", "kills"),
    [("plan", 1), ("refresh", 1), ("collect", 1), ("export", 2)]
    + [pytest.param(name, KILLS, marks=pytest.mark.long) for name in WRITERS],
)
def test_a_run_killed_at_any_moment_leaves_the_old_files_or_the_new_ones(name, kills, desk, said):
    """Half of the kills fall anywhere, half while the files are written."""
    stage = Stage(name, desk, said)
    took = stage.learn()
    moment, tries, killed, writing, new = random.Random(5), 0, 0, 0, 0
    longest = took / 5  # from the first sign of writing to the kill; it adapts to what the writing takes
    while killed < kills:
        tries += 1
        assert tries < 10 * kills, "hardly a run is killed: the test shows nothing"
        stage.reset()
        if wait := tries % 2:  # for the first sign of a file being written; what the last kill left is none
            for path in stage.hidden():
                path.unlink()
        run = stage.start()
        if wait:
            while run.is_alive() and not stage.hidden():
                time.sleep(0.001)
        time.sleep(moment.uniform(0.0, longest if wait else took))
        run.kill()
        run.join(10)
        killed += run.exitcode == -9
        if wait:
            writing += run.exitcode == -9
            longest *= 1.1 if run.exitcode == -9 else 0.8
        stage.check()
        new += any(stage.found()[target] == stage.new[target] for target in stage.targets)
    print(f"{name}: {killed} killed of {tries}, {writing} while a file was written, {new} after one was")
    assert writing >= kills // 4, "hardly a run is killed while it writes: the test shows little"
    stage.check_next_run()


@commands("segment", "plan into", "split", "new oxt")
def test_a_file_that_may_not_grow_is_told_and_the_old_ones_stay(name, desk, said):
    stage = Stage(name, desk, said)
    before = contents(desk)
    ended = stage.run(runs.small_files, 64)
    assert ended.code == 4, ended.said
    assert "was not written. The file would be larger than this disk or account allows" in ended.said
    assert "the file that was there before is unchanged" in ended.said
    assert "Traceback" not in ended.said
    assert contents(desk) == before


@pytest.fixture
def full_disk(tmp_path):
    """Return a file system of 4 MB of which a test can take what it wants."""
    where = tmp_path / "disk"
    where.mkdir()
    mounted = ROOT and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", where], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("only root can make a small disk, and not in every container")
    yield where
    subprocess.run(["umount", "-l", where], check=True)


@commands("segment", "export")
def test_a_full_disk_is_told_and_the_old_files_stay(name, made, full_disk, said):
    desk = shutil.copytree(made, full_disk / "desk")
    stage = Stage(name, desk, said)
    with (full_disk / "filler").open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass
    before = contents(desk)
    ended = stage.run()
    assert ended.code == 4, ended.said
    assert "was not written. The disk is full; the file that was there before is unchanged" in ended.said
    assert contents(desk) == before
    (full_disk / "filler").unlink()
    assert stage.run().code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="how root gives up its privileges")
@commands("segment", "export")
def test_a_file_or_folder_that_may_not_be_written_to_is_told_and_nothing_changes(name, desk, said):
    stage = Stage(name, desk, said)
    for path, words in (
        (stage.targets[0], "is read-only. Choose another name, or allow changes to it."),
        (stage.targets[0].parent, "You may not write there; the file that was there before is unchanged"),
    ):
        mode = path.stat().st_mode
        path.chmod(0o555)
        before = contents(desk)
        ended = stage.run(runs.no_privileges)
        assert ended.code == 4, ended.said
        assert words in ended.said
        assert contents(desk) == before
        path.chmod(mode)


@commands("segment", "export")
def test_of_two_runs_at_once_each_finishes_or_says_who_is_writing(name, desk, said):
    stage = Stage(name, desk, said)
    places = [said.with_name(f"said {k}") for k in range(2)]
    running = [runs.start(stage.words, place) for place in places]
    ended = [runs.end(run, place) for run, place in zip(running, places, strict=True)]
    assert 0 in {one.code for one in ended}, ended
    for one in ended:
        assert one.code == 0 or "is being written by somebody else just now" in one.said, one
        assert one.code in {0, 4}
    assert stage.hidden() == []
    for target in stage.targets:
        if target.suffix in {".xlsx", ".oxt"}:
            with zipfile.ZipFile(target) as package:
                assert package.testzip() is None
        assert target.read_bytes() != OLD
