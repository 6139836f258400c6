"""What goes wrong around a run: the target is open, the disk full, the process killed, two people at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from winback_xl import cli, samples

from .conftest import contents

OLD = b"the workbook of last month"


def command(*arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "winback_xl", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


def test_s01_a_target_that_somebody_has_open_is_named_with_who_has_it(winback, ledger, tmp_path):
    (tmp_path / "may.xlsx").write_bytes(OLD)
    owner = b"\x03Ann".ljust(55) + b"\x03\0" + "Ann".encode("utf-16-le")
    (tmp_path / "~$may.xlsx").write_bytes(owner)
    said = winback("plan", ledger, "-o", tmp_path / "may.xlsx", "--force", code=4)
    assert "may.xlsx is open by Ann. Close it there or choose another name." in said


@pytest.mark.parametrize("target", ["may.xlsx", "segments.csv"])
def test_s02_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(target, ledger, tmp_path):
    (tmp_path / target).write_bytes(OLD)
    before = contents(tmp_path)
    words = ["plan"] if target.endswith(".xlsx") else ["segment"]
    limit = 8192 if target.endswith(".xlsx") else 64
    run = command(
        *words, ledger, "-o", tmp_path / target, "--force",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    _, said = run.communicate(timeout=60)
    assert run.returncode == 4, said
    assert f"{target} was not written. The file would be larger than this disk or account allows" in said
    assert "what stood there before is unchanged" in said
    assert contents(tmp_path) == before


def killable(arguments):
    """Start a run in a fork that has everything imported already."""
    process = multiprocessing.get_context("fork").Process(target=quiet, args=(arguments,))
    process.start()
    return process


def quiet(arguments):
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        os._exit(cli.run([str(argument) for argument in arguments]))


@pytest.mark.parametrize("kills", [5, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.parametrize("into", [False, True])
def test_s03_a_run_killed_at_any_moment_leaves_the_old_file_or_the_new_one(kills, into, ledger, tmp_path):
    target = tmp_path / "may.xlsx"
    book = openpyxl.Workbook()
    book.save(target)
    old = target.read_bytes()
    arguments = ["plan", ledger, "--as-of", "2026-06-01", "-q"]
    arguments += ["--into", target] if into else ["-o", target, "--force"]
    for _ in range(2):  # the second time nothing is loaded from disk any more
        target.write_bytes(old)
        started = time.monotonic()
        whole = killable(arguments)
        whole.join(60)
        took = time.monotonic() - started
        assert whole.exitcode == 0
    new = target.read_bytes()
    assert new != old
    moment, killed = random.Random(5), 0
    for _ in range(kills):
        for path in tmp_path.glob("may.replaced*"):
            path.unlink()
        target.write_bytes(old)
        run = killable(arguments)
        time.sleep(moment.uniform(0.2, 0.95) * took)
        run.kill()
        run.join(10)
        killed += run.exitcode == -signal.SIGKILL
        assert target.read_bytes() in {old, new}
        assert all(path.read_bytes() == old for path in tmp_path.glob("may.replaced*"))
    assert killed >= kills / 4, "hardly a run was killed: the test shows nothing"
    target.write_bytes(old)
    last = killable(arguments)
    last.join(60)
    assert (last.exitcode, target.read_bytes()) == (0, new)
    assert not list(tmp_path.glob(".winback-*")), "remains of killed runs were not swept"


def test_s04_of_two_runs_at_once_each_finishes_or_says_who_is_writing(ledger, tmp_path):
    target = tmp_path / "may.xlsx"
    arguments = ["plan", ledger, "-o", target, "--force", "-q"]
    runs = [killable(arguments) for _ in range(4)]
    for run in runs:
        run.join(60)
    codes = sorted(run.exitcode for run in runs)
    assert codes[0] == 0
    assert set(codes) <= {0, 4}
    assert openpyxl.load_workbook(target).sheetnames[0] == "Guide"
    assert not list(tmp_path.glob(".winback-*"))


SECRET = "Zyx Quorn GmbH"


def test_s07_no_name_of_a_customer_or_person_or_path_stands_in_errors_and_properties(
    winback, text_file, tmp_path
):
    path = text_file(f"{SECRET},1,not a day,x", f"{SECRET},2,2026-13-45,y")
    said = winback("plan", path, "-o", tmp_path / "c.xlsx", code=3)
    assert SECRET not in said
    lines = [f"C{k % 3},{k},2025-{k % 12 + 1:02d}-05,{100 + k}" for k in range(30)]
    winback("plan", text_file(*lines, name="good.csv"), "-o", tmp_path / "c.xlsx", writes={"c.xlsx"})
    with zipfile.ZipFile(tmp_path / "c.xlsx") as package:
        properties = package.read("docProps/core.xml") + package.read("docProps/app.xml")
        everything = b"".join(package.read(name) for name in package.namelist())
    assert b"<dc:creator></dc:creator>" in properties
    assert b"lastModifiedBy></cp:" in properties
    assert str(tmp_path).encode() not in everything


@pytest.fixture
def no_network(monkeypatch):
    """Make every attempt to reach another machine an error."""

    def refuse(*_, **__):
        raise AssertionError("something asks for the network")

    for name in ("connect", "connect_ex", "bind", "sendto", "send", "sendall"):
        monkeypatch.setattr(socket, "socket", type("Blocked", (socket.socket,), {name: refuse}))
    for name in ("getaddrinfo", "gethostbyname", "create_connection", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, refuse)
    heard = []
    sys.addaudithook(lambda event, _: heard.append(event) if event.startswith("socket.") else None)
    return heard


def test_s07_no_command_asks_for_the_network(winback, no_network, tmp_path):
    made = samples.write(samples.make(seed=3, customers=60, years=2), tmp_path / "in")
    campaign = tmp_path / "c.xlsx"
    openpyxl.Workbook().save(tmp_path / "theirs.xlsx")
    more = ["--customers", made["customers"], "--incidents", made["incidents"], "--reps", made["reps"], "-q"]
    no_network.clear()
    winback("check", *made.values())
    winback("segment", made["orders"], "-o", tmp_path / "s.csv", writes={"s.csv"})
    winback("plan", made["orders"], *more, "-o", campaign, writes={"c.xlsx"})
    winback(
        "plan",
        made["orders"],
        *more,
        "--into",
        tmp_path / "theirs.xlsx",
        "-o",
        tmp_path / "t.xlsx",
        writes={"t.xlsx"},
    )
    winback("refresh", campaign, made["orders"], *more, "-o", tmp_path / "r.xlsx", writes={"r.xlsx"})
    winback("share", campaign, "-o", tmp_path / "shared.xlsx", "--mask", writes={"shared.xlsx"})
    winback("report", campaign, "-o", tmp_path / "report.xlsx", writes={"report.xlsx"})
    winback(
        "export", campaign, "--mail-merge", tmp_path / "m.csv", "--ics", tmp_path / "m.ics",
        "--customers", made["customers"], writes={"m.csv", "m.ics"},
    )  # fmt: skip
    assert no_network == []


def test_s08_a_file_that_exhausts_a_reader_ends_in_a_sentence_and_bounded_memory(tmp_path):
    row = (
        '<row r="1">'
        + "".join(f'<c r="A1" t="inlineStr"><is><t>{"x" * 1000}</t></is></c>' for _ in range(200))
        + "</row>"
    )
    with zipfile.ZipFile(tmp_path / "big.xlsx", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook><sheets/></workbook>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(b"<worksheet><sheetData>")
            for _ in range(200):
                part.write(row.encode())
    run = command(
        "check",
        tmp_path / "big.xlsx",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000,) * 2),
    )
    _, said = run.communicate(timeout=30)
    assert run.returncode == 4, said
    assert "Traceback" not in said


def test_t10_ctrl_c_stops_at_once_with_130_and_nothing_half_written(tmp_path):
    made = samples.write(samples.make(seed=3, customers=60, years=2), tmp_path / "in")
    before = contents(tmp_path)
    run = command("plan", made["orders"], "-o", tmp_path / "c.xlsx", start_new_session=True)
    time.sleep(0.6)  # a run takes 1.3 s at least
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    after = contents(tmp_path)
    assert run.returncode == 130, said
    assert "Stopped. Nothing was half-written." in said
    assert after == before
