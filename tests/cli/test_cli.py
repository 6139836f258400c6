"""The command line: data on stdout, words on stderr, exit codes, nothing half-written."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from winback_xl import cli, samples
from winback_xl.cli import COMMANDS, options, run


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return samples.write(samples.make(seed=3, customers=80), tmp_path_factory.mktemp("sample"))


@pytest.fixture
def call(capfd):
    """Run a command; return exit code, stdout and stderr."""

    def called(*arguments):
        code = run([str(argument) for argument in arguments])
        out = capfd.readouterr()
        return code, out.out, out.err

    return called


def test_plan_writes_a_workbook_and_says_which(call, files, tmp_path):
    target = tmp_path / "campaign.xlsx"
    code, out, err = call("plan", files["orders"], "-o", target, "--incidents", files["incidents"])
    assert code == 0
    assert target.exists()
    assert "Occasional Buyer" in out
    assert f"Open {target}" in err
    assert "the day after the last order" in err
    assert "rows used" in err


def test_a_dry_run_prints_the_same_summary_and_writes_nothing(call, files, tmp_path):
    target = tmp_path / "campaign.xlsx"
    code, dry, err = call("plan", files["orders"], "-o", target, "--dry-run")
    assert code == 0
    assert not target.exists()
    assert "nothing was written" in err
    _, wet, _ = call("plan", files["orders"], "-o", target)
    assert dry == wet


def test_a_dry_run_needs_no_name_for_what_it_does_not_write(call, files):
    code, _, err = call("plan", files["orders"], "--dry-run")
    assert code == 0
    assert "nothing was written" in err


def test_the_copy_of_what_was_replaced_is_named(call, files, tmp_path):
    target = tmp_path / "campaign.xlsx"
    _, _, first = call("plan", files["orders"], "-o", target)
    assert "kept" not in first
    _, _, second = call("plan", files["orders"], "-o", target, "--force")
    (copy,) = tmp_path.glob("campaign.before.*.xlsx")
    assert second.endswith(f"campaign.xlsx as it was before is kept as {copy.name}.\n")
    _, _, quiet = call("plan", files["orders"], "-o", target, "--force", "-q")
    assert "kept" not in quiet


def test_json_is_the_whole_stdout(call, files, tmp_path):
    code, out, _ = call("plan", files["orders"], "-o", tmp_path / "c.xlsx", "--json", "-q")
    summary = json.loads(out)
    assert code == 0
    assert summary["customers"] == sum(summary["levels"].values())
    assert summary["sources"][0]["rows"] == summary["sources"][0]["used"] + summary["sources"][0]["set_aside"]


def test_segment_prints_csv(call, files):
    code, out, _ = call("segment", files["orders"], "-q")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("Customer ID,Customer,Level,Status")
    assert len(lines) == 81


def test_segment_writes_csv_and_json(call, files, tmp_path):
    target = tmp_path / "segments.csv"
    assert call("segment", files["orders"], "-o", target)[0] == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbfCustomer ID")
    code, out, _ = call("segment", files["orders"], "--json", "-q")
    assert code == 0
    assert len(json.loads(out)) == 80


def test_check_names_what_each_file_holds(call, files):
    code, out, _ = call("check", *files.values())
    assert code == 0
    assert "Orders: " in out
    assert "set aside" in out


def test_check_tells_all_and_leaves_with_the_worst_code(call, files, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("Customer ID,Amount\nC1,5\n")
    code, out, _ = call("check", files["orders"], bad, tmp_path / "none.csv", "--as", "orders")
    assert code == 4
    assert "Order date" in out
    assert "none.csv" in out


def test_check_says_the_whole_command_that_comes_next(call, files):
    code, _, err = call("check", files["orders"], files["reps"])
    assert code == 0
    assert f"Next: winback plan {files['orders']} -o campaign.xlsx --reps {files['reps']}" in err
    _, out, err = call("check", files["reps"], "-q")
    assert out == err == ""


def test_the_command_that_comes_next_names_quantity_times_price_as_the_value(call, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("Customer ID,Order date,Quantity,Unit price\nA,2025-01-02,3,10\nB,2025-02-03,1,5\n")
    code, _, err = call("check", path)
    assert code == 0
    assert f'Next: winback plan {path} -o campaign.xlsx --column "Order value=Quantity*Unit price"' in err
    assert "Leave the last option out if that is not the value" in err


def test_check_names_all_order_files_and_what_was_said_in_the_command_that_comes_next(call, files, tmp_path):
    other = tmp_path / "last year.csv"
    other.write_text("Customer ID,Order date,Order value,Colour\nC1,2025-01-31,5,red\n")
    code, out, err = call("check", files["orders"], other, "--sheet", "*")
    assert code == 0
    assert f'Next: winback plan {files["orders"]} "{other}" -o campaign.xlsx --sheet "*"' in err
    assert "Order value = 'Order value'; not used: 'Colour'" in out


def test_the_list_of_commands_is_told_in_whole_sentences(call):
    assert "..." not in call("--help")[1].partition("Commands:")[2]


def test_check_says_by_what_the_amounts_in_settings_are_multiplied(call, tmp_path):
    for code, value, scale in (
        ("IDR", 8_000_000, "20,000"),
        ("", 8_000_000, "10,000"),
        ("KWD", 90, "0.2"),
        ("EUR", 500, ""),
    ):
        path = tmp_path / f"{code or 'nobody'}.csv"
        head, cell = ("Currency", code) if code else ("Note", "x")
        path.write_text(
            f"Customer ID,Order date,Order value,{head}\nA,2026-01-05,{value},{cell}\nA,2026-02-05,{value},{cell}\n"
        )
        _, said, _ = call("check", path)
        assert ("Amounts in Settings" in said) == bool(scale), said
        assert f"are {scale} times those made for EUR or USD" in said or not scale, said


def test_check_refuses_headings_without_rows(call, tmp_path):
    bare = tmp_path / "bare.csv"
    bare.write_text("Customer ID,Order date,Order value\n")
    code, out, err = call("check", bare)
    assert code == 3
    assert "error: bare.csv: No row can be used. Export it again, with its rows." in out
    assert "Nothing to fix" not in err


def test_check_names_a_file_once(call, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.touch()
    _, out, _ = call("check", empty)
    assert "  error: empty.csv is empty" in out


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("campaign.csv", 2, "Name it campaign.xlsx."),
        ("no/campaign.xlsx", 4, "There is no folder"),
        ("taken.xlsx", 4, "exists already"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_read(call, monkeypatch, files, tmp_path, name, code, words):
    (tmp_path / "taken.xlsx").touch()
    monkeypatch.setattr("winback_xl.workflows.reading.read", lambda *_, **__: 1 / 0)
    got, _, err = call("plan", files["orders"], "-o", tmp_path / name)
    assert (got, words in err) == (code, True)


def test_an_unknown_playbook_is_told_before_anything_is_read(call, monkeypatch, files, tmp_path):
    monkeypatch.setattr("winback_xl.workflows.reading.read", lambda *_, **__: 1 / 0)
    code, _, err = call("plan", files["orders"], "-o", tmp_path / "c.xlsx", "--playbook", "foo")
    assert code == 5
    assert "foo" in err


def test_segments_go_to_no_file_that_excel_would_refuse(call, files, tmp_path):
    code, _, err = call("segment", files["orders"], "-o", tmp_path / "seg.xlsx")
    assert code == 2
    assert "name it seg.csv" in err


def test_what_segment_replaces_is_kept(call, files, tmp_path):
    target = tmp_path / "seg.csv"
    target.write_text("mine")
    assert call("segment", files["orders"], "-o", target, "--force")[0] == 0
    assert [path.read_text() for path in tmp_path.glob("seg.before.*.csv")] == ["mine"]


def test_quiet_says_nothing_but_problems(call, files, tmp_path):
    made = tmp_path / "c.xlsx"
    code, out, err = call("plan", files["orders"], "-o", made, "-q")
    assert (code, out) == (0, "")
    assert {line.split(":")[0].strip() for line in err.splitlines()} <= {"warning"}
    for rest in (
        ("report", made, "-o", tmp_path / "r.xlsx"),
        ("share", made, "-o", tmp_path / "s.xlsx"),
        ("split", made, "-o", tmp_path / "reps"),
    ):
        assert call(*rest, "-q") == (0, "", "")


@pytest.mark.parametrize("day", ["01.02.2026", "02/03/2026", "today", "2026-13-01", ""])
def test_an_as_of_day_is_never_guessed(call, files, tmp_path, day):
    code, _, err = call("plan", files["orders"], "-o", tmp_path / "c.xlsx", "--as-of", day)
    assert code == 2
    assert "Write it as 2026-10-31." in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["plan"], 2, "Missing argument"),
        (["plan", "x.csv", "-o", "y.xlsx", "--column", "nonsense"], 2, "not of the form"),
        (["nonsense"], 2, "No such command"),
        (["plan", "no-such.xlsx", "-o", "y.xlsx"], 4, "no-such.xlsx"),
    ],
)
def test_mistakes_get_a_sentence_and_an_exit_code(call, arguments, code, words):
    got, _, err = call(*arguments)
    assert got == code
    assert words in err
    assert "Traceback" not in err


def test_settings_out_of_bounds_are_exit_code_5(call, files, tmp_path):
    toml = tmp_path / "winback.toml"
    toml.write_text("margin = 2\n")
    code, _, err = call("plan", files["orders"], "-o", tmp_path / "c.xlsx", "--settings", toml)
    assert code == 5
    assert "0 to 0.99" in err


def test_settings_change_the_plan(call, files, tmp_path):
    toml = tmp_path / "winback.toml"
    toml.write_text("[Value]\nmargin = 0.5\n")
    _, out, _ = call("plan", files["orders"], "-o", tmp_path / "c.xlsx", "--settings", toml, "--json", "-q")
    assert json.loads(out)["settings_changed"] == {"margin": 0.5}


def test_our_own_mistake_is_exit_code_1_without_a_traceback(call, monkeypatch, files, tmp_path):
    monkeypatch.delenv("WINBACK_DEBUG", raising=False)
    monkeypatch.setattr("winback_xl.workflows.planning.plan_tables", lambda *_, **__: 1 / 0)
    code, _, err = call("plan", files["orders"], "-o", tmp_path / "c.xlsx")
    assert code == 1
    assert "error in winback_xl" in err
    assert "Traceback" not in err


def test_ctrl_c_is_exit_code_130(call, monkeypatch, files, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("winback_xl.workflows.planning.plan_tables", interrupted)
    target = tmp_path / "c.xlsx"
    assert call("plan", files["orders"], "-o", target)[0] == 130
    assert list(tmp_path.iterdir()) == []


def test_demo_makes_its_files_and_the_workbook(call, tmp_path):
    code, _, err = call("demo", "-o", tmp_path / "demo")
    assert code == 0
    assert {p.name for p in (tmp_path / "demo").iterdir()} == {
        "orders.xlsx", "customers.csv", "incidents.xlsx", "reps.csv", "campaign.xlsx",
    }  # fmt: skip
    assert "Open " in err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name):
    shown = CliRunner().invoke(cli.cli, [name, "--help"])
    assert shown.exit_code == 0
    assert "Usage: " in shown.output


def test_help_imports_nothing_heavy_and_is_quick():
    script = (
        "import sys; from winback_xl.cli import run; run(['--help']);"
        "print([m for m in ('pandas', 'numpy', 'rich', 'openpyxl', 'xlwings') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "demo" in done.stdout


def test_doctor_finds_this_machine_well(call):
    code, out, _ = call("doctor", "--json")
    assert code == 0
    assert {"numpy", "pandas", "xlwings"} <= {item["what"] for item in json.loads(out)}


@pytest.mark.parametrize("text", ["5,000", "5 000", "5'000", "5000", "5000.00"])
def test_a_budget_may_have_separators_of_thousands(text):
    assert options.Amount().convert(text, None, None) == 5000.0


@pytest.mark.parametrize("text", ["-5", "five", "5.000,00", "1,5"])
def test_what_is_no_budget_is_refused_in_a_sentence(text):
    with pytest.raises(
        click.BadParameter, match=r"is not an amount of 0 or more\. Write it as 5000 or 5,000"
    ):
        options.Amount().convert(text, None, None)


def test_help_finds_a_page_by_the_word_that_people_ask_for(capsys):
    assert run(["help", "budget"]) == 0
    assert "Weekly contacts" in capsys.readouterr().out
