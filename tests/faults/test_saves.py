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

import pytest

from . import runs
from .conftest import contents
from .stage import OLD, WRITERS, Stage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills, limits and users of POSIX")

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def commands(*names):
    """Run a test with these commands, and with all others in the long run."""
    return pytest.mark.parametrize(
        "name", [name if name in names else pytest.param(name, marks=pytest.mark.long) for name in WRITERS]
    )


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
