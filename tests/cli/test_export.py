"""``winback export`` takes letters and follow-ups out of a campaign as people left it."""

from __future__ import annotations

import csv
import json

import pytest
from openpyxl import load_workbook

from tests import desk
from winback_xl import samples
from winback_xl.cli import run
from winback_xl.core.tracking import account_state
from winback_xl.errors import UsageError
from winback_xl.workflows import exporting, planning, saving


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of the demo and a campaign in which one account was listened to, typed in with openpyxl."""
    home = tmp_path_factory.mktemp("export")
    files = samples.write(samples.make(seed=3, customers=80), home)
    plan = planning.plan(
        files["orders"], customers=files["customers"], incidents=files["incidents"], reps=files["reps"], as_of="2026-10-31"
    )  # fmt: skip
    path = saving.save(plan, home / "campaign.xlsx")
    book = load_workbook(path)
    sheet = book["Campaign"]
    rows = list(sheet[sheet.tables["tblCampaign"].ref])
    at = {cell.value: place for place, cell in enumerate(rows[0])}
    rows[1][at["Want back?"]].value = "Yes"
    rows[1][at["Listened"]].value = "Yes"
    rows[1][at["Their reason"]].value = "twice late"
    book.save(path)
    return home


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_letters_and_calendar_are_written_and_counted(folder, capsys):
    letters, calendar = folder / "letters.csv", folder / "follow.ics"
    code = run(
        ["export", str(folder / "campaign.xlsx"), "--mail-merge", str(letters), "--ics", str(calendar)]
    )
    stated = capsys.readouterr()
    rows = rows_of(letters)
    assert code == 0
    assert f"Mail merge: {len(rows)} account" in stated.err
    assert "opted out" in stated.err
    assert "to call first" in stated.err
    assert "\u201ctwice late\u201d" in rows[0]["Letter"]
    assert [row["Kind"] for row in rows].count("What changed") == 1
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    written = calendar.read_text("utf-8")
    found = exporting.gather(folder / "campaign.xlsx")
    assert written.count("BEGIN:VEVENT") == len(found.entries)
    assert f"Calendar: {len(found.appointments)} follow-ups on " in stated.err


@pytest.mark.parametrize("named", [True, False])
def test_the_customer_list_is_never_overwritten_whoever_found_it(named, folder, capsys):
    """Without --customers it is the list next to the campaign."""
    listed = folder / "customers.csv"
    before, option = listed.read_bytes(), ["--customers", str(listed)] if named else []
    words = ["export", str(folder / "campaign.xlsx"), "--mail-merge", str(listed), "--force", *option]
    assert run(words) == 2
    assert "is one of the files to read, and would be overwritten by the result" in capsys.readouterr().err
    assert listed.read_bytes() == before


def test_who_opted_out_is_in_neither_file(folder):
    letters, calendar = folder / "l2.csv", folder / "f2.ics"
    assert (
        run(["export", str(folder / "campaign.xlsx"), "--mail-merge", str(letters), "--ics", str(calendar)])
        == 0
    )
    plan = desk.built()
    opted = plan.campaign.loc[account_state.opted_out(plan.campaign)]
    assert len(opted)
    for customer, name in zip(opted["customer_id"], opted["customer"], strict=True):
        assert customer not in {row["CustomerID"] for row in rows_of(letters)}
        assert name not in calendar.read_text("utf-8").replace("\r\n ", "")


def test_a_dry_run_writes_nothing_and_says_the_same(folder, capsys):
    target = folder / "none.csv"
    code = run(["export", str(folder / "campaign.xlsx"), "--mail-merge", str(target), "--dry-run", "--json"])
    stated = json.loads(capsys.readouterr().out)
    assert code == 0
    assert not target.exists()
    assert stated["rows"] + sum(stated["stay"].values()) == len(desk.built().campaign)
    assert stated["mail_merge"] is None


def test_without_the_customer_list_nothing_leaves(folder, tmp_path, capsys):
    """Nobody could tell who opted out since."""
    alone = tmp_path / "campaign.xlsx"
    alone.write_bytes((folder / "campaign.xlsx").read_bytes())
    code = run(["export", str(alone), "--mail-merge", str(tmp_path / "x.csv")])
    assert code == 2
    assert "--customers" in capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()


def test_one_owner_s_accounts_only(folder):
    everybody = exporting.gather(folder / "campaign.xlsx").appointments
    owner = everybody["owner"].iloc[0]
    mine = exporting.gather(folder / "campaign.xlsx", owner=owner.upper()).appointments
    assert set(mine["owner"]) == {owner}
    assert len(mine) == (everybody["owner"] == owner).sum() < len(everybody)
    with pytest.raises(UsageError, match="No account has the owner 'Nemo'"):
        exporting.gather(folder / "campaign.xlsx", owner="Nemo")


def test_without_a_file_to_write_both_are_next_to_the_campaign(folder, tmp_path):
    copy = tmp_path / "spring.xlsx"
    copy.write_bytes((folder / "campaign.xlsx").read_bytes())
    assert run(["export", str(copy), "--customers", str(folder / "customers.csv")]) == 0
    assert rows_of(tmp_path / "spring-letters.csv")
    assert (tmp_path / "spring-calendar.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_an_existing_file_is_kept(folder, capsys):
    target = folder / "kept.csv"
    target.write_text("mine", encoding="utf-8")
    assert run(["export", str(folder / "campaign.xlsx"), "--mail-merge", str(target)]) == 4
    assert target.read_text(encoding="utf-8") == "mine"


def test_plan_makes_call_sheets_on_request(folder, capsys):
    target = folder / "calls.xlsx"
    command = [
        "plan",
        str(folder / "orders.xlsx"),
        "--customers",
        str(folder / "customers.csv"),
        "-o",
        str(target),
        "--call-sheets",
        "3",
        "-q",
    ]
    assert run(command) == 0
    assert {"Call sheets", "Account history"} <= set(load_workbook(target).sheetnames)
    assert run([*command[:-4], str(folder / "into.xlsx"), "--into", str(target), "--call-sheets", "3"]) == 2


def test_plan_follows_a_playbook_and_the_workbook_remembers_it(folder):
    from winback_xl.workbook.reopened.reopen import reopen

    own = folder / "mine.toml"
    own.write_text(
        'name = "mine"\ntitle = "Mine"\n[[stages]]\nname = "Listed"\nmeaning = "L."\nnext_step = "Ring them up"\nwait = 1\n'
        '[[stages]]\nname = "Won"\nmeaning = "W."\n[[stages]]\nname = "Resting"\nmeaning = "R."\n[[stages]]\nname = "Let go"\nmeaning = "O."\n',
        encoding="utf-8",
    )
    target = folder / "mine.xlsx"
    assert run(["plan", str(folder / "orders.xlsx"), "-o", str(target), "--playbook", str(own), "-q"]) == 0
    own.unlink()
    opened = reopen(target).plan
    assert opened.playbook is not None
    assert opened.playbook.names == ("Listed", "Won", "Resting", "Let go")
    assert opened.playbook.stages[0].next_step == "Ring them up"


def test_an_unknown_playbook_is_a_settings_error(folder, capsys):
    assert (
        run(["plan", str(folder / "orders.xlsx"), "-o", str(folder / "x.xlsx"), "--playbook", "recovry"]) == 5
    )
    assert "Did you mean 'recovery'" in capsys.readouterr().err
