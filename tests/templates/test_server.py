"""``winback new FOLDER --server``: three files that serve formulas and buttons, and nothing of anybody's replaced."""

from __future__ import annotations

import re

from winback_xl.cli import run
from winback_xl.excel.buttons.commands import COMMANDS
from winback_xl.excel.host import ON_DISK
from winback_xl.templates import server
from winback_xl.templates.buttons import BUTTONS


def test_the_task_pane_has_a_button_for_all_that_a_server_can_do_and_names_the_rest():
    page = server.task_pane()
    assert re.findall(r'xw-click="(\w+)"', page) == [
        button.name for button in BUTTONS if button.name not in ON_DISK
    ]
    for button in BUTTONS:
        assert f">{button.label}<" in page or (button.name in ON_DISK and button.label in page)
    assert set(ON_DISK) < set(COMMANDS)


def test_new_writes_a_project_and_never_over_somebody_elses_files(tmp_path, capsys):
    folder = tmp_path / "project"
    theirs = folder / "custom_scripts" / "__init__.py"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    assert run(["new", str(folder), "--server"]) == 4
    assert "__init__.py exists already" in capsys.readouterr().err
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["__init__.py"]
    assert run(["new", str(folder), "--server", "--force"]) == 0
    assert "XLWINGS_LICENSE_KEY" in capsys.readouterr().err
    for name, text in server.project().items():
        assert (folder / name).read_text("utf-8") == text


def test_lite_and_server_are_two_hosts(tmp_path, capsys):
    assert run(["new", str(tmp_path / "a"), "--server", "--lite"]) == 2
    assert "two hosts" in capsys.readouterr().err
