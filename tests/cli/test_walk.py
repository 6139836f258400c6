"""The first five minutes in a terminal: no command, a file alone, a plan without a name for its workbook."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from winback_xl import samples
from winback_xl.cli import run, walk

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return samples.write(samples.make(seed=3, customers=60), tmp_path_factory.mktemp("sample"))


@pytest.fixture
def orders(files, tmp_path):
    return Path(shutil.copy(files["orders"], tmp_path / "orders.csv"))


@pytest.mark.parametrize("words", [["plan"], []], ids=["plan", "the file alone"])
def test_a_plan_without_a_name_goes_next_to_the_orders_and_never_over_a_file(orders, words, capsys):
    for name in ("orders campaign.xlsx", "orders campaign 2.xlsx", "orders campaign 3.xlsx"):
        assert run([*words, str(orders)]) == 0
        assert orders.with_name(name).stat().st_size > 10_000
        assert f"Open {orders.with_name(name)}" in capsys.readouterr().err
    assert len(list(orders.parent.iterdir())) == 4


def test_a_word_that_is_neither_command_nor_file_is_refused(capsys):
    assert run(["ordres.xlsx"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_without_a_terminal_the_help_is_printed():
    done = subprocess.run(
        [sys.executable, "-m", "winback_xl"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Commands" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_in_a_terminal_it_asks_checks_and_plans(files, orders):
    shutil.copy(files["incidents"], orders.with_name("complaints.xlsx"))
    stated, code = _talk(orders.parent, ("Orders", "9"), ("no file", "orders.csv"), ("One more", "complaints.xlsx"),
                       ("One more", ""), ("Plan it now", "y"), ("Open it", "n"))  # fmt: skip
    assert code == 0, stated
    assert "There is no file 9" in stated
    assert "Orders:" in stated
    assert "Incidents:" in stated
    assert orders.with_name("orders campaign.xlsx").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_in_a_terminal_enter_makes_the_demo(tmp_path):
    stated, code = _talk(tmp_path, ("Orders", ""))
    assert code == 0, stated
    assert (tmp_path / "winback-demo" / "campaign.xlsx").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_a_file_that_cannot_be_used_ends_with_what_to_do(tmp_path):
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    stated, code = _talk(tmp_path, ("Orders", "1"), ("One more", ""))
    assert code == 3
    assert "type winback again" in stated


def test_what_a_terminal_writes_for_a_dropped_file_is_its_path(tmp_path):
    path = tmp_path / "my orders (new).csv"
    for typed in (
        f"'{path}' ",
        f'"{path}"',
        str(path).replace(" ", "\\ ").replace("(", "\\(").replace(")", "\\)"),
        f"& '{path}'",
    ):
        assert walk.path_of(typed) == path


def _talk(folder, *answers):
    """Type answers into a pseudo-terminal, each once its question is there; return what it showed, and the exit code."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.environ["PYTHONPATH"] = str(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "winback_xl"])
    stated, seen, until = "", 0, time.monotonic() + 240
    waiting = list(answers)
    while time.monotonic() < until:
        try:
            stated += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the other end has closed
            break
        if waiting and stated.find(waiting[0][0], seen) >= 0 and stated.rstrip().endswith((":", "]")):
            seen = len(stated)
            os.write(terminal, f"{waiting.pop(0)[1]}\n".encode())
    _, status = os.waitpid(child, 0)
    return stated, os.waitstatus_to_exitcode(status)
