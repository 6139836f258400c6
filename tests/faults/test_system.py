"""What goes wrong around a run: the target is open, the disk full, the process killed, two people at once."""

from __future__ import annotations

import _socket
import contextlib
import json
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.readers import made as files
from winback_xl import cli, samples
from winback_xl.templates import build, listed

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


def test_s01_an_output_that_is_an_input_under_any_name_is_refused(winback, ledger, tmp_path):
    """A campaign itself may be refreshed in place; nothing else may take the place of what it is made from."""
    winback("plan", ledger, "-o", tmp_path / "c.xlsx", writes={"c.xlsx"})
    (tmp_path / "other.csv").symlink_to(ledger)
    (tmp_path / "twin.xlsx").hardlink_to(tmp_path / "c.xlsx")
    campaign, twin = tmp_path / "c.xlsx", tmp_path / "twin.xlsx"
    for words in (
        ("segment", ledger, "-o", tmp_path / "other.csv"),
        ("plan", campaign, "-o", campaign),
        ("plan", ledger, "--customers", campaign, "-o", twin),
        ("share", campaign, "-o", twin),
        ("report", campaign, "-o", campaign),
        ("export", campaign, "--ics", campaign),
        ("collect", campaign, twin, "-o", twin),
        ("refresh", campaign, ledger, "--customers", twin, "-o", twin),
    ):
        said = winback(*words, "--force", code=2)
        assert "is one of the files to read, and would be overwritten by the result" in said
        assert "Choose another name for the output." in said


def test_s01_a_pipe_or_a_device_is_no_place_for_a_workbook(winback, ledger, tmp_path):
    os.mkfifo(tmp_path / "pipe.xlsx")
    said = winback("plan", ledger, "-o", tmp_path / "pipe.xlsx", "--force", code=4)
    assert "pipe.xlsx is not an ordinary file. Choose another name." in said
    assert stat.S_ISFIFO((tmp_path / "pipe.xlsx").stat().st_mode)


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
    """Make every attempt to reach another machine an error, and list the attempts, also those that were swallowed."""

    def refuse(*_, **__):
        raise AssertionError("something asks for the network")

    names = ("connect", "connect_ex", "bind", "listen", "send", "sendall", "sendto", "sendmsg")
    blocked = type("Blocked", (socket.socket,), dict.fromkeys(names, refuse))
    monkeypatch.setattr(socket, "socket", blocked)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection", "gethostbyaddr"):
        monkeypatch.setattr(socket, name, refuse)
    heard = []
    # What runs a program could reach the network without our seeing it.
    watched = (
        "socket.",
        "urllib.",
        "http.",
        "ftplib.",
        "smtplib.",
        "subprocess.",
        "os.system",
        "os.exec",
        "os.posix_spawn",
    )
    sys.addaudithook(lambda event, _: heard.append(event) if event.startswith(watched) else None)
    return heard


def test_s07_the_block_of_the_network_would_be_noticed(no_network):
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("192.0.2.1", 80))
    with pytest.raises(AssertionError, match="network"), socket.socket() as one:
        one.connect(("192.0.2.1", 80))
    with contextlib.suppress(OSError):
        _socket.getaddrinfo("localhost", 1)
    assert "socket.getaddrinfo" in no_network


def test_s07_no_command_asks_for_the_network_or_starts_a_program(winback, no_network, tmp_path):
    made = samples.write(samples.make(seed=3, customers=60, years=2), tmp_path / "in")
    campaign, parts = tmp_path / "c.xlsx", tmp_path / "parts"
    openpyxl.Workbook().save(tmp_path / "theirs.xlsx")
    parts.mkdir()
    more = ["--customers", made["customers"], "--incidents", made["incidents"], "--reps", made["reps"], "-q"]
    no_network.clear()
    ran = set()

    def call(name, *arguments, writes=()):
        ran.add(name)
        return winback(name, *arguments, writes=writes)

    call("check", *made.values())
    call("segment", made["orders"], "-o", tmp_path / "s.csv", writes={"s.csv"})
    call("backtest", made["orders"], "-o", tmp_path / "b.xlsx", writes={"b.xlsx"})
    call("plan", made["orders"], *more, "-o", campaign, writes={"c.xlsx"})
    into = ["--into", tmp_path / "theirs.xlsx", "-o", tmp_path / "t.xlsx"]
    call("plan", made["orders"], *more, *into, writes={"t.xlsx"})
    call("refresh", campaign, made["orders"], *more, "-o", tmp_path / "r.xlsx", writes={"r.xlsx"})
    planned = json.loads(
        winback("split", campaign, "-o", parts, "--dry-run", "--json", "-q").partition("]")[0] + "]"
    )
    copies = [Path(part["file"]) for part in planned]
    call("split", campaign, "-o", parts, writes={f"parts/{path.name}" for path in copies})
    call("collect", campaign, copies[0], "-o", tmp_path / "k.xlsx", writes={"k.xlsx"})
    call("share", campaign, "-o", tmp_path / "shared.xlsx", "--mask", writes={"shared.xlsx"})
    call("report", campaign, "-o", tmp_path / "report.xlsx", writes={"report.xlsx"})
    call(
        "export", campaign, "--mail-merge", tmp_path / "m.csv", "--ics", tmp_path / "m.ics",
        "--customers", made["customers"], writes={"m.csv", "m.ics"},
    )  # fmt: skip
    for name in ("n.xlsm", "n.xlsx", "n.xlam", "n.oxt"):
        call("new", tmp_path / name, writes={name})
    demo = {*(f"demo/{path.name}" for path in made.values()), "demo/campaign.xlsx"}
    call("demo", "-o", tmp_path / "demo", "-q", writes=demo)
    (tmp_path / "kit").mkdir()
    call(
        "template",
        "--build",
        tmp_path / "kit",
        writes={f"kit/{name}" for name in (*build.TEMPLATES, listed.MANIFEST)},
    )
    call("help", "settings")
    assert no_network == []
    no_network.clear()
    call("doctor")  # asks the programs of this computer for their versions, and nobody else
    assert not [
        event for event in no_network if not event.startswith(("subprocess.", "os.posix_spawn", "os.exec"))
    ]
    assert ran == set(cli.COMMANDS)


def test_s07_no_module_asks_for_the_network_when_it_is_imported(tmp_path):
    code = """
import importlib, pkgutil, sys
heard = []
sys.addaudithook(lambda event, _: heard.append(event) if event.startswith(("socket.", "urllib.", "http.")) else None)
import winback_xl
names = [one.name for one in pkgutil.walk_packages(winback_xl.__path__, "winback_xl.") if not one.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
asked = sorted(set(heard) - {"socket.__new__"})
print(len(names), asked)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    count, _, asked = run.stdout.strip().partition(" ")
    assert int(count) > 200
    assert asked == "[]"


def test_s08_a_file_that_exhausts_a_reader_ends_in_a_sentence_and_bounded_memory(tmp_path):
    """A file of 300 kB whose cells hold 2 GB of text: one text of the greatest length, shown by 60,000 of them."""
    rows = "".join(f'<row r="{k}"><c r="A{k}" t="s"><v>0</v></c></row>' for k in range(2, 60_000))
    sheet = files.sheet_xml(files.rows_xml([["Customer ID", "Order date", "Order value"]]) + rows)
    path = files.xlsx(tmp_path / "big.xlsx", {"Orders": sheet}, shared=[f"<t>{'x' * 32_767}</t>"])
    before = contents(tmp_path)
    run = command(
        "check", path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000,) * 2)
    )
    out, said = run.communicate(timeout=120)
    assert run.returncode == 4, said
    assert "big.xlsx holds more than 1,000 MB of text in its cells. Open it in Excel, copy the rows" in (
        " ".join((out + said).split())
    )
    assert "Traceback" not in said
    assert contents(tmp_path) == before


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_t10_ctrl_c_or_a_stop_by_the_system_ends_at_once_with_130_and_nothing_half_written(tmp_path, sent):
    made = samples.write(samples.make(seed=3, customers=60, years=2), tmp_path / "in")
    before = contents(tmp_path)
    run = command(
        "plan", made["orders"], "-o", tmp_path / "c.xlsx", start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    )  # fmt: skip
    assert run.stderr is not None
    first = run.stderr.readline()
    run.send_signal(sent)
    _, rest = run.communicate(timeout=30)
    said = first + rest
    after = contents(tmp_path)
    assert run.returncode == 130, said
    assert "Stopped. Nothing was half-written." in said
    assert after == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_behind_the_standard_output_is_named(tmp_path):
    orders = files.xlsx(
        tmp_path / "o.xlsx", {"Orders": [["Customer ID", "Order date", "Order value"], ["C1", 45_000, 5]]}
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "winback_xl", "segment", str(orders), "--json", "-q"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 4
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
