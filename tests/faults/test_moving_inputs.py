"""Inputs that change or vanish while they are read, a clock that is set back, and computers in other time zones."""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest

from winback_xl.errors import FileError
from winback_xl.files import save
from winback_xl.readers import steady
from winback_xl.readers.read import read
from winback_xl.readers.xlsx import read_xlsx
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.reopened.reopen import reopen


@pytest.fixture
def moved(monkeypatch):
    """Return a function that does something to a file at the moment when its cells are loaded."""

    def at_load(change):
        load = read_xlsx.XlsxSource.load

        def loaded(self, *arguments):
            change()
            return load(self, *arguments)

        monkeypatch.setattr(read_xlsx.XlsxSource, "load", loaded)

    return at_load


def test_a_file_that_another_program_writes_meanwhile_is_refused(workbook, moved):
    path = workbook([("A", "1", dt.datetime(2026, 1, 5), 5.0)])  # noqa: DTZ001
    content = path.read_bytes()
    moved(lambda: path.write_bytes(content + b"\0"))
    with pytest.raises(FileError, match=r"orders.xlsx was changed while it was read. Wait until") as caught:
        read(path)
    assert caught.value.code == "file-changing"


def test_a_file_that_is_replaced_meanwhile_is_refused(workbook, moved, tmp_path):
    path = workbook([("A", "1", dt.datetime(2026, 1, 5), 5.0)])  # noqa: DTZ001

    def replaced():
        (tmp_path / "other").write_bytes(path.read_bytes())
        os.utime(tmp_path / "other", ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        (tmp_path / "other").replace(path)

    moved(replaced)
    with pytest.raises(FileError, match="was changed while it was read"):
        read(path)


def test_a_file_that_vanishes_meanwhile_is_told_by_every_command(workbook, moved, winback):
    path = workbook([("A", "1", dt.datetime(2026, 1, 5), 5.0)])  # noqa: DTZ001
    moved(lambda: path.unlink(missing_ok=True))
    said = winback("check", path, code=4, writes={path.name})
    assert "orders.xlsx cannot be opened: No such file or directory." in said


def test_a_campaign_that_changes_meanwhile_is_refused(desk, monkeypatch):
    path, table = desk / "campaign.xlsx", contents.table

    def changed(*arguments, **options):
        path.write_bytes(path.read_bytes() + b"\0")
        return table(*arguments, **options)

    monkeypatch.setattr(contents, "table", changed)
    with pytest.raises(FileError, match="was changed while it was read"):
        reopen(path)


def test_an_error_that_is_not_of_the_file_is_not_taken_for_one(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("x", "utf-8")

    def elsewhere():
        with steady.stated(path):
            raise PermissionError(13, "no", "/somewhere/else")

    with pytest.raises(PermissionError):
        elsewhere()


def test_copies_are_kept_apart_when_the_clock_is_set_back(tmp_path, monkeypatch):
    """Two saves in one second, or in the same second of two days by the clock, never take each other's copy."""
    path = tmp_path / "campaign.xlsx"
    path.write_bytes(b"0")

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime(2026, 10, 25, 2, 30, tzinfo=tz)

    monkeypatch.setattr(save.dt, "datetime", Clock)
    for content in (b"1", b"2", b"3"):
        with save.atomic_write(path, force=True) as file:
            file.write(content)
    kept = sorted(one.read_bytes() for one in tmp_path.glob("campaign.before*"))
    assert (path.read_bytes(), kept) == (b"3", [b"0", b"1", b"2"])


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a running program is set on POSIX only")
def test_a_plan_is_the_same_in_every_time_zone(ledger, winback, tmp_path, monkeypatch):
    """Also where the day begins twelve hours earlier or later, and where a quarter of an hour is missing."""
    written = []
    try:
        for number, zone in enumerate(("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu")):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            target = tmp_path / f"{number}.xlsx"
            winback("plan", ledger, "-o", target, "-q", writes={target.name})
            written.append(target.read_bytes())
    finally:
        monkeypatch.undo()
        time.tzset()
    assert len(set(written)) == 1
