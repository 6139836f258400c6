"""Saving: a crash, a full disk, a second writer or a missing right never costs what stood there before."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from winback_xl.errors import FileError
from winback_xl.files import hidden_file, locks, placing, save
from winback_xl.files.hidden_file import sweep
from winback_xl.files.locks import open_elsewhere
from winback_xl.files.save import atomic_write

NOON = dt.datetime(2026, 11, 22, 12, 5, tzinfo=dt.UTC)
OLD, NEW = b"old" * 1000, b"new" * 2000
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def target(tmp_path):
    """Return a file that is there already, with its content and mode."""
    path = tmp_path / "may campaign ☕.xlsx"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


@pytest.fixture
def noon(monkeypatch):
    """Stop the clock that names copies."""

    class Stopped(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return NOON

    monkeypatch.setattr(save.dt, "datetime", Stopped)


def hidden(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".winback-")]


def write(path, content=NEW, **options):
    with atomic_write(path, **options) as file:
        file.write(content)


def python(code, *args):
    """Start a process that runs some code of ours."""
    source = (
        "import os, resource, signal, sys, time\nfrom pathlib import Path\n"
        "from winback_xl.errors import FileError\nfrom winback_xl.files.hidden_file import sweep\n"
        "from winback_xl.files.save import atomic_write\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", source + textwrap.dedent(code), *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def code_of_failure(target, first):
    """Save in a process that did something to itself first, and return the code of its error."""
    process = python(
        f"""
        {first}
        try:
            with atomic_write(sys.argv[1], force=True) as file:
                file.write(b"new" * 200_000)
            print("saved")
        except FileError as error:
            print(error.code)
        """,
        target,
    )
    said, problem = process.communicate(timeout=60)
    assert process.returncode == 0, problem
    return said.strip()


def test_a_new_file_gets_the_usual_mode_and_leaves_nothing_beside_it(tmp_path):
    mask = os.umask(0o027)
    try:
        write(tmp_path / "new.xlsx")
    finally:
        os.umask(mask)
    assert (tmp_path / "new.xlsx").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "new.xlsx").stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["new.xlsx"]


def test_a_replaced_file_keeps_its_mode(target):
    write(target, force=True)
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_what_is_being_written_is_readable_by_nobody_else(tmp_path):
    with atomic_write(tmp_path / "new.xlsx") as file:
        file.write(NEW)
        (name,) = hidden(tmp_path)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_nothing_is_replaced_without_force(target):
    with pytest.raises(FileError, match="exists already") as caught:
        write(target)
    assert caught.value.code == "exists"
    assert target.read_bytes() == OLD


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without"])
def test_a_file_that_appears_while_writing_is_not_replaced_either(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    path = tmp_path / "new.xlsx"

    def writer():
        with atomic_write(path) as file:
            file.write(NEW)
            path.write_bytes(OLD)

    with pytest.raises(FileError, match="exists already"):
        writer()
    assert path.read_bytes() == OLD
    assert hidden(tmp_path) == []


def test_a_file_system_without_hard_links_gets_the_file_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    write(tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").read_bytes() == NEW


def refuse(number):
    def refusal(*_args, **_options):
        raise OSError(number, os.strerror(number))

    return refusal


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_an_error_or_interrupt_in_the_middle_leaves_everything_as_it_was(target, error):
    def writer():
        with atomic_write(target, force=True) as file:
            file.write(NEW)
            raise error

    with pytest.raises(error):
        writer()
    assert target.read_bytes() == OLD
    assert hidden(target.parent) == []


def test_another_file_that_the_writer_cannot_read_is_not_called_a_failed_save(target, tmp_path):
    with pytest.raises(FileNotFoundError), atomic_write(target, force=True):
        (tmp_path / "missing").read_bytes()


def test_a_wrapper_may_close_the_file(tmp_path):
    with atomic_write(tmp_path / "a.csv") as file, io.TextIOWrapper(file, "utf-8") as text:
        text.write("Käse")
    assert (tmp_path / "a.csv").read_bytes() == "Käse".encode()


def test_a_link_is_followed(target, tmp_path):
    link = tmp_path / "link.xlsx"
    link.symlink_to(target)
    write(link, force=True)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without"])
def test_what_is_replaced_stays_on_as_a_dated_copy(target, monkeypatch, links, noon):
    if not links:
        monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    write(target, force=True)
    copy = target.with_name("may campaign ☕.before.20261122-120500.xlsx")
    assert (copy.read_bytes(), target.read_bytes()) == (OLD, NEW)
    write(target, b"third", force=True)
    second = target.with_name("may campaign ☕.before.20261122-120500-2.xlsx")
    assert (copy.read_bytes(), second.read_bytes(), target.read_bytes()) == (OLD, NEW, b"third")


def test_a_copy_is_kept_unless_one_says_that_there_shall_be_none(target):
    write(target, force=True)
    (copy,) = target.parent.glob("may campaign ☕.before.*.xlsx")
    assert copy.read_bytes() == OLD
    write(target, force=True, keep=False)
    assert sorted(target.parent.iterdir()) == sorted([target, copy])


@pytest.mark.parametrize("links", [True, False], ids=["with hard links", "without"])
def test_a_copy_never_takes_the_place_of_another_file(target, monkeypatch, links, noon):
    if not links:
        monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    taken = target.with_name("may campaign ☕.before.20261122-120500.xlsx")
    taken.write_bytes(b"mine")
    write(target, force=True)
    assert (taken.read_bytes(), target.read_bytes()) == (b"mine", NEW)
    assert target.with_name("may campaign ☕.before.20261122-120500-2.xlsx").read_bytes() == OLD


def test_a_disk_that_is_full_while_the_old_file_is_copied_leaves_no_half_copy(target, monkeypatch):
    monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    monkeypatch.setattr(placing.shutil, "copyfileobj", refuse(errno.ENOSPC))
    with pytest.raises(FileError, match="The disk is full; the file that was there before is unchanged"):
        write(target, force=True)
    assert list(target.parent.iterdir()) == [target]
    assert target.read_bytes() == OLD


def test_a_workbook_open_in_excel_is_named_with_who_has_it(target):
    name = "Ann Smith"
    owner = (
        bytes([len(name)])
        + name.encode().ljust(54)
        + bytes([len(name), 0])
        + name.encode("utf-16-le").ljust(108)
    )
    target.with_name(f"~${target.name}").write_bytes(owner)
    with pytest.raises(FileError, match="is open by Ann Smith") as caught:
        write(target, force=True)
    assert caught.value.code == "open-elsewhere"
    assert target.read_bytes() == OLD


def test_a_workbook_open_in_libreoffice_is_named_with_who_has_it(target):
    target.with_name(f".~lock.{target.name}#").write_text(",bea,host,22.11.2026 09:05,file:///x;")
    with pytest.raises(FileError, match="is open by bea"):
        write(target, force=True)


@pytest.mark.parametrize("content", [b"", b"\x05ab", b"\xff" * 56, b"\x03Ann" + b" " * 51])
def test_a_broken_owner_file_still_says_that_somebody_has_it_open(target, content):
    target.with_name(f"~${target.name}").write_bytes(content)
    assert open_elsewhere(target) is not None


def test_a_workbook_that_nobody_has_open_has_no_owner(target):
    assert open_elsewhere(target) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("missing/new.xlsx", "no-folder"),
        ("", "is-folder"),
        ("file/new.xlsx", "no-folder"),
        ("n" * 300 + ".xlsx", "name-too-long"),
        ("https://contoso.sharepoint.com/new.xlsx", "not-local"),
        ("loop/new.xlsx", "no-folder"),
    ],
)
def test_a_path_that_cannot_be_written_is_told_with_its_cure(tmp_path, name, code):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "loop").symlink_to("loop")
    path = name if name.startswith("http") else tmp_path / name
    with pytest.raises(FileError) as caught:
        write(path)
    assert caught.value.code == code
    assert caught.value.hint


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"), (errno.EDQUOT, "disk-full"), (errno.EROFS, "no-permission"), (errno.EIO, "unwritable"),
        (errno.EACCES, "no-permission"), (errno.ESTALE, "unwritable"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", ["fsync", "chmod", "rename"])
def test_a_disk_that_refuses_at_any_step_is_told_and_the_old_file_stays(
    target, monkeypatch, number, code, step
):
    functions = {"fsync": (os, "fsync"), "chmod": (save.Path, "chmod"), "rename": (save.Path, "replace")}
    monkeypatch.setattr(*functions[step], refuse(number))
    with pytest.raises(FileError, match="the file that was there before is unchanged") as caught:
        write(target, force=True)
    assert caught.value.code == code
    assert target.read_bytes() == OLD
    assert hidden(target.parent) == []


def test_a_file_size_limit_leaves_the_old_file(target):
    assert code_of_failure(target, "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))") == "too-large"
    assert target.read_bytes() == OLD
    assert hidden(target.parent) == []


@pytest.fixture
def open_folders(tmp_path):
    """Let other users reach the folder of the test."""
    for folder in list(tmp_path.parents)[:3]:
        folder.chmod(0o755)
    return tmp_path


def as_user(number):
    return f"os.setgroups([]); os.setgid({number}); os.setuid({number})"


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
@pytest.mark.parametrize("mode", [0o755, 0o777], ids=["closed folder", "closed file in an open folder"])
def test_another_user_without_rights_is_told_so(target, open_folders, mode):
    open_folders.chmod(mode)
    assert code_of_failure(target, as_user(65534)) == "no-permission"
    assert target.read_bytes() == OLD
    assert hidden(target.parent) == []


@pytest.mark.skipif(not ROOT, reason="only root can become another user")
@pytest.mark.parametrize("mode", [0o600, 0o666], ids=["left by a killed save", "laid there to be read"])
def test_a_hidden_file_of_another_user_is_not_written_into(open_folders, mode):
    with atomic_write(open_folders / "new.xlsx"):
        (name,) = hidden(open_folders)
    (open_folders / "new.xlsx").unlink()
    trap = open_folders / name
    trap.write_bytes(b"theirs")
    os.chown(trap, 65534, 65534)
    trap.chmod(mode)
    open_folders.chmod(0o1777)
    assert code_of_failure(open_folders / "new.xlsx", as_user(65533)) == "saved"
    assert (open_folders / "new.xlsx").read_bytes() == b"new" * 200_000
    assert trap.read_bytes() == b"theirs"


def test_a_second_writer_is_told_and_the_first_one_finishes(target):
    with atomic_write(target, force=True) as file:
        second = python("with atomic_write(sys.argv[1], force=True) as file: file.write(b'2')", target)
        _, said = second.communicate(timeout=60)
        assert second.returncode != 0
        assert "is being written by somebody else" in said
        file.write(NEW)
    assert target.read_bytes() == NEW


def test_a_second_writer_in_the_same_program_is_told_too(target):
    with atomic_write(target, force=True) as file:
        with pytest.raises(FileError, match="is being written by somebody else just now") as caught:
            write(target, force=True)
        file.write(NEW)
    assert caught.value.code == "busy"
    assert target.read_bytes() == NEW


def test_a_link_that_was_laid_where_the_hidden_file_goes_is_not_followed(tmp_path):
    with atomic_write(tmp_path / "new.xlsx"):
        (name,) = hidden(tmp_path)
    (tmp_path / "new.xlsx").unlink()
    trap = tmp_path / "theirs.txt"
    trap.write_bytes(b"theirs")
    (tmp_path / name).symlink_to(trap)
    write(tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").read_bytes() == NEW
    assert trap.read_bytes() == b"theirs"


def test_a_hidden_file_of_another_user_is_left_alone(tmp_path, monkeypatch):
    """As seen from the other user, without becoming him."""
    with atomic_write(tmp_path / "new.xlsx"):
        (name,) = hidden(tmp_path)
    (tmp_path / "new.xlsx").unlink()
    (tmp_path / name).write_bytes(b"theirs")
    monkeypatch.setattr(hidden_file, "sweep", lambda _folder: 0)
    monkeypatch.setattr(hidden_file.os, "geteuid", lambda: 4711)
    write(tmp_path / "new.xlsx")
    assert (tmp_path / "new.xlsx").read_bytes() == NEW
    assert (tmp_path / name).read_bytes() == b"theirs"


def test_a_file_that_is_read_only_is_told_before_any_work(target, monkeypatch):
    monkeypatch.setattr(save.os, "access", lambda *_: False)
    with pytest.raises(FileError, match="is read-only") as caught:
        save.find_out(target, force=True)
    assert caught.value.code == "no-permission"


@pytest.mark.parametrize("step", ["lock", "link"])
def test_a_disk_that_answers_nonsense_leaves_nothing_behind(tmp_path, monkeypatch, step):
    monkeypatch.setattr(*{"lock": (hidden_file, "lock"), "link": (os, "link")}[step], refuse(errno.EIO))
    with pytest.raises(FileError, match="The disk or network did not answer"):
        write(tmp_path / "new.xlsx")
    assert not (tmp_path / "new.xlsx").exists()


def test_a_lock_that_cannot_be_asked_for_is_an_error_and_not_a_taken_one(tmp_path, monkeypatch):
    monkeypatch.setattr(locks.fcntl, "flock", refuse(errno.EIO))
    with (tmp_path / "x").open("wb") as file, pytest.raises(OSError, match=os.strerror(errno.EIO)):
        locks.lock(file.fileno())


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FileError, match="cannot be made"):
        save.make_folder(tmp_path / "file" / "deeper")


def test_writers_of_other_files_in_the_folder_are_not_disturbed(tmp_path):
    with atomic_write(tmp_path / "a.xlsx") as a, atomic_write(tmp_path / "b.xlsx") as b:
        a.write(b"a")
        b.write(b"b")
    assert ((tmp_path / "a.xlsx").read_bytes(), (tmp_path / "b.xlsx").read_bytes()) == (b"a", b"b")


def test_a_file_system_without_locks_still_gets_whole_files(tmp_path, monkeypatch):
    monkeypatch.setattr(hidden_file, "lock", refuse(errno.ENOTSUP))
    with atomic_write(tmp_path / "a.xlsx", force=True) as one:
        one.write(OLD)
        write(tmp_path / "a.xlsx", force=True)
        assert len(hidden(tmp_path)) == 1
        assert sweep(tmp_path) == 0
    assert (tmp_path / "a.xlsx").read_bytes() == OLD
    assert hidden(tmp_path) == []


def test_racing_writers_leave_one_whole_file_and_nothing_else(tmp_path):
    path = tmp_path / "shared.xlsx"
    code = """
        done = 0
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            try:
                with atomic_write(sys.argv[1], force=True, keep=False) as file:
                    for _ in range(20):
                        file.write(sys.argv[2].encode() * 5000)
                done += 1
            except FileError as error:
                assert error.code == "busy", error
        print(done)
    """
    writers = [python(code, path, letter) for letter in "abc"]
    results = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], results
    assert sum(int(out) for out, _ in results) > 10
    content = path.read_bytes()
    assert len(content) == 100_000
    assert len(set(content)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["shared.xlsx"]


@pytest.mark.parametrize("kills", [60, pytest.param(1000, marks=pytest.mark.long)])
def test_a_killed_save_never_harms_the_file_and_its_remains_are_swept(target, kills):
    code = """
        import random
        target, folder, delay, orphans = Path(sys.argv[1]), Path(sys.argv[1]).parent, random.Random(7), 0
        whole = {target.read_bytes(), b"new" * 200_000}
        for _ in range(int(sys.argv[2])):
            writer = os.fork()
            while writer == 0:
                with atomic_write(target, force=True) as file:
                    for _ in range(40):
                        file.write(b"new" * 5000)
            time.sleep(delay.uniform(0.001, 0.02))
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
            assert target.read_bytes() in whole, "the file is harmed"
            left = len(list(folder.glob(".winback-*")))
            assert sweep(folder) == left, "remains were not swept"
            orphans += left
        print(orphans)
    """
    process = python(code, target, kills)
    said, problem = process.communicate()
    assert process.returncode == 0, problem
    assert int(said) > kills / 10, "hardly a kill hit a save: the test shows nothing"
    assert hidden(target.parent) == []


def test_a_file_that_somebody_is_writing_is_not_swept(tmp_path):
    with atomic_write(tmp_path / "a.xlsx") as file:
        assert sweep(tmp_path) == 0
        file.write(NEW)
    assert (tmp_path / "a.xlsx").read_bytes() == NEW


def test_a_killed_save_does_not_block_the_next_one(target):
    with atomic_write(target, force=True):
        (name,) = hidden(target.parent)
    (target.parent / name).write_bytes(b"half a workbook, longer than what comes next" * 1000)
    write(target, b"short", force=True)
    assert target.read_bytes() == b"short"
    assert hidden(target.parent) == []


@pytest.mark.skipif(not ROOT, reason="only root gives files to others")
def test_a_replaced_file_keeps_its_owner_and_group(target):
    os.chown(target, 4343, 4242)
    write(target, force=True)
    held = target.stat()
    assert (held.st_uid, held.st_gid, stat.S_IMODE(held.st_mode)) == (4343, 4242, 0o640)


def test_a_group_that_may_not_be_given_is_no_error(target, monkeypatch):
    """Who may not give the file to its owner still gives it the group; who may do neither just saves."""
    asked = []

    def refused(path, who, group):
        asked.append((who, group))
        raise PermissionError(errno.EPERM, "no", str(path))

    owner = os.stat_result((0o100640, 0, 0, 1, 4343, 4242, 0, 0, 0, 0))
    monkeypatch.setattr(placing.os, "chown", refused)
    monkeypatch.setattr(type(target), "stat", lambda _, **__: owner)
    placing._give(os.open(target, os.O_RDONLY), target, target)
    assert asked == [(4343, 4242), (-1, 4242)]


def in_a_series(*steps):
    with placing.all_or_none():
        for step in steps:
            step()


def test_a_series_of_files_is_written_whole_or_not_at_all(tmp_path):
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(OLD)
    both = (lambda: write(new), lambda: write(old, force=True))
    with pytest.raises(FileError) as caught:
        in_a_series(*both, lambda: write(tmp_path / "no such folder" / "third.xlsx"))
    assert caught.value.code == "no-folder"
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert old.read_bytes() == OLD
    in_a_series(*both)
    assert (new.read_bytes(), old.read_bytes(), len([*tmp_path.iterdir()])) == (NEW, NEW, 3)


def test_files_of_a_series_that_cannot_be_taken_back_are_named(tmp_path, monkeypatch):
    def stopped():
        monkeypatch.setattr(type(tmp_path), "unlink", refuse(errno.EIO))
        raise KeyboardInterrupt

    with pytest.raises(FileError, match=r"written all the same: .*new\.xlsx") as caught:
        in_a_series(lambda: write(tmp_path / "new.xlsx"), stopped)
    assert caught.value.code == "half-written"


def test_a_file_that_cannot_be_placed_leaves_no_copy_of_the_old_one_either(target, monkeypatch):
    monkeypatch.setattr(type(target), "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "no")))
    with pytest.raises(FileError):
        write(target, force=True)
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_folder_that_cannot_be_flushed_does_not_deny_that_the_file_is_there(target, monkeypatch):
    monkeypatch.setattr(placing, "_flush", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "no")))
    write(target, force=True)
    assert target.read_bytes() == NEW
