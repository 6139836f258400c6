"""What goes wrong in settings, trackers, paths, playbooks and what leaves the house."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import openpyxl
import pytest

import winback_xl
from tests.readers import made
from winback_xl import samples
from winback_xl.workflows import exporting

from .conftest import HEADINGS


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("margin = 7", "Setting 'margin' (Gross margin) is 7. Allowed: 0 to 0.99"),
        ("marginn = 0.3", "There is no setting 'marginn'. Did you mean 'margin'?"),
        ('margin = "lots"', "Setting 'margin' (Gross margin) is 'lots'. Allowed: 0 to 0.99"),
        ("margin =", "is not valid TOML"),
        ('margin = __import__("os").getcwd()', "is not valid TOML"),
        ("[a]\nmargin = 0.2\n[b]\nmargin = 0.4", "s.toml: Setting 'margin' is there twice. Keep one of them."),
        ('"Gross margin" = 0.2\nmargin = 0.4', "s.toml: Setting 'margin' is there twice. Keep one of them."),
        ("margin = 2\nkeep = 7", "is 2. Allowed: 0 to 0.99 (share of revenue); the default is 0.3. s.toml: Setting 'keep'"),
        ("margin = " + "[" * 5000, "s.toml nests lists or tables more than 20 deep. Write one name and one value a line."),
        ("margin = " + "[" * 50 + "]" * 50, "s.toml nests lists or tables more than 20 deep."),
        ("margin = " + "9" * 400, "s.toml: Setting 'margin' (Gross margin) is 99999999"),
        ("margin = " + "9" * 5000, "s.toml holds a number of thousands of digits. Write a number that can be meant."),
        ("margin = 0x" + "F" * 5000, "s.toml holds a number of thousands of digits. Write a number that can be meant."),
        ("keep = 0x" + "F" * 500, "s.toml: Setting 'keep'"),
        ("margin = nan", "s.toml: Setting 'margin' (Gross margin) is nan. Allowed: 0 to 0.99"),
        ("x" * 100_000 + " = 1", "There is no setting '" + "x" * 57 + "...'. The Settings sheet lists the known ones."),
        ('currency = "=1+1"', "Setting 'currency' (Currency) starts like a formula: '=1+1'. Settings are data; write plain words."),
        ('currency = "E\\u0007R"', "s.toml: Setting 'currency' (Currency) holds control characters (\\x07). Delete them."),
        (f'currency = "{"E" * 2000}"', "s.toml: Setting 'currency' (Currency) has 2,000 characters. Allowed: at most 1,000."),
        ('"" = 1', "s.toml: A value is here without the name of a setting. Write the name, or delete the value."),
    ],
)  # fmt: skip
def test_t01_and_t11_settings_are_data_within_bounds_or_refused_by_name(
    line, words, winback, ledger, tmp_path
):
    (tmp_path / "s.toml").write_text(line)
    assert words in winback(
        "plan", ledger, "-o", tmp_path / "c.xlsx", "--settings", tmp_path / "s.toml", code=5
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("margin,0.2", "margin,0.4"), "s.csv, line 3: Setting 'margin' is there twice. Keep one of them."),
        (("margin,0.2", "keep,0.5,more"), "s.csv, line 3: It has 3 fields instead of 2"),
        ((",0.4",), "s.csv, line 2: A value is here without the name of a setting."),
        (("currency,E\x07R",), "s.csv, line 2: Setting 'currency' (Currency) holds control characters (\\x07). Delete them."),
    ],
)  # fmt: skip
def test_t01_rows_of_a_settings_table_that_cannot_be_taken_are_refused_by_their_line(
    lines, words, winback, ledger, text_file, tmp_path
):
    path = text_file(*lines, headings="Setting,Value", name="s.csv")
    assert words in winback("plan", ledger, "-o", tmp_path / "c.xlsx", "--settings", path, code=5)


def test_t01_a_setting_that_excel_could_not_calculate_is_no_text(winback, ledger, tmp_path):
    rows = [
        ["Setting", "Value"],
        ["currency", '<c r="@" t="e"><v>#N/A</v></c>'],
        ["playbook", '<c r="@"><f>1+1</f></c>'],
    ]
    path = made.xlsx(tmp_path / "s.xlsx", {"Settings": made.sheet_xml(made.rows_xml(rows))})
    said = winback("plan", ledger, "-o", tmp_path / "c.xlsx", "--settings", path, code=5)
    assert "s.xlsx, Settings!B2: Setting 'currency' (Currency) is #N/A. Allowed: text" in said
    assert "s.xlsx, Settings!B3: Setting 'playbook' (Playbook) is (not calculated)." in said


@pytest.mark.parametrize("option", ["--settings", "--playbook"])
@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_t01_and_t11_what_would_never_end_is_no_settings_file(option, kind, winback, ledger, tmp_path):
    path = tmp_path / "endless.toml"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    said = winback("plan", ledger, "-o", tmp_path / "c.xlsx", option, path, code=4)
    assert "endless.toml is not an ordinary file. Save its content as a file, and use that." in said


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        ("2020-01-01", 3, "There is no order on or before 2020-01-01"),
        ("2030-01-01", 0, "The as-of day 2030-01-01 is 1,469 days after the last order: the orders run from"),
    ],
)
def test_t02_a_day_before_the_first_or_long_after_the_last_order_is_told(
    day, code, words, winback, ledger, tmp_path
):
    writes = () if code else {"c.xlsx"}
    said = winback("plan", ledger, "-o", tmp_path / "c.xlsx", "--as-of", day, code=code, writes=writes)
    assert words in said
    assert code or f"As of {day}." in said


def test_t03_incidents_that_cannot_be_are_named_and_the_rest_goes_on(winback, ledger, text_file, tmp_path):
    lines = ["1,XX,2025-06-01,10,100%", "2,C1,2025-06-01,-50,100%", "3,C2,2025-06-01,10,250%", "4,C3,2001-06-01,10,50%", "5,C4,2025-06-01,10,50%"]  # fmt: skip
    incidents = text_file(*lines, headings="Incident ID,Customer ID,Date,Direct loss,Fault %", name="i.csv")
    said = winback("plan", ledger, "--incidents", incidents, "-o", tmp_path / "c.xlsx", writes={"c.xlsx"})
    for words in ("XX", "Direct loss", "Fault %", "before"):
        assert words in said
    book = openpyxl.load_workbook(tmp_path / "c.xlsx", data_only=True)
    assert "C4" in [cell.value for cell in book["Make-goods"]["A"]]


@pytest.mark.parametrize(
    ("lines", "model"),
    [
        (
            [f"A,{k},2025-{k:02d}-01,100" for k in range(1, 10)],
            "fitted on 1 customer, 1 of them with two or more order days",
        ),
        (["A,1,2025-01-01,5"], "Nobody ordered on two or more days"),
        ([f"C{k},{k},2025-01-01,5" for k in range(9)], "Nobody ordered on two or more days"),
    ],
)
def test_t04_one_customer_one_order_or_one_day_runs_and_says_which_model_was_not_fitted(
    lines, model, winback, text_file, tmp_path
):
    said = winback("plan", text_file(*lines), "-o", tmp_path / "c.xlsx", writes={"c.xlsx"})
    assert "counted, not modelled" in said
    assert model in said
    assert ("With so few repeat customers, the result is drawn towards other ledgers." in said) == (
        "fitted" in model
    )


def test_t04_no_order_at_all_is_refused_in_one_sentence(winback, text_file, tmp_path):
    said = winback("plan", text_file(), "-o", tmp_path / "c.xlsx", code=3)
    assert "No row can be used. Export it again, with its rows." in said


def test_t05_two_currencies_are_refused_with_their_counts(winback, text_file, tmp_path):
    path = text_file(
        "A,1,2025-01-01,5,EUR", "B,2,2025-01-02,5,USD", headings=",".join((*HEADINGS, "Currency"))
    )
    said = winback("plan", path, "-o", tmp_path / "c.xlsx", code=3)
    assert "The orders are in 2 currencies: EUR (1), USD (1); they cannot be added up" in said


def test_t09_paths_with_spaces_and_emoji_work(winback, ledger, tmp_path):
    (tmp_path / "a b 😀").mkdir()
    winback("plan", ledger, "-o", tmp_path / "a b 😀" / "é ü.xlsx", writes={"a b 😀/é ü.xlsx"})


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("", "is a folder. Name a file in it."),
        ("no/c.xlsx", "There is no folder"),
        ("x" * 300 + ".xlsx", "The path is too long"),
        ("https://contoso.sharepoint.com/c.xlsx", "https://contoso.sharepoint.com/c.xlsx is a web address"),
    ],
)
def test_t09_a_path_that_cannot_be_written_is_one_sentence_with_its_cure(
    target, words, winback, ledger, tmp_path
):
    where = target if target.startswith("https:") else tmp_path / target
    assert words in winback("plan", ledger, "-o", where, code=4)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("empty", "There is no order file in empty. Name a file, or a folder of .parquet or .csv files."),
        ("ledgr.csv", "Did you mean ledger.csv?"),
        ("no/ledger.csv", "there is no folder"),
        ("link.csv", "link.csv is a link to gone.csv, which is not there. Use the file itself."),
        ("https://contoso.sharepoint.com/o.xlsx", "https://contoso.sharepoint.com/o.xlsx is a web address. Download the file"),
    ],
)  # fmt: skip
def test_t09_a_path_that_cannot_be_read_is_one_sentence_with_its_cure(
    source, words, winback, ledger, tmp_path
):
    where = source if source.startswith("https:") else tmp_path / source
    (tmp_path / "link.csv").symlink_to("gone.csv")
    (tmp_path / "empty").mkdir()
    assert words in winback("plan", where, "-o", tmp_path / "c.xlsx", code=4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ('name = "mine"', 'name = "mine"\nrun = "rm -rf /"'),
            "mine.toml: the playbook has an unknown key 'run'",
        ),
        (
            ('meaning = "', 'meaning = "=HYPERLINK(1)&'),
            "mine.toml: 'meaning' of stage 1 (Listed) starts like a formula: '=HYPERLINK(1)&",
        ),
        (
            ('meaning = "', 'meaning = "a\\u0007'),
            "mine.toml: 'meaning' of stage 1 (Listed) holds control characters (\\x07); delete them",
        ),
        (("title = ", "title = " + "[" * 3000 + "#"), "mine.toml nests lists or tables more than 20 deep"),
        (("title = ", "title = " + "9" * 5000 + "#"), "mine.toml holds a number of thousands of digits"),
        (("title = ", "title = 5 #"), "mine.toml: 'title' of the playbook must be text"),
        (('name = "mine"', 'name = __import__("os").getcwd()'), "mine.toml is not valid TOML"),
    ],
)
def test_t11_a_playbook_with_code_formulas_or_unknown_keys_is_refused_by_name(
    change, words, winback, ledger, tmp_path
):
    shipped = (Path(winback_xl.__file__).parent / "playbooks" / "default.toml").read_text("utf-8")
    shipped = shipped.replace('name = "default"', 'name = "mine"', 1)
    book = tmp_path / "mine.toml"
    book.write_text(shipped, "utf-8")
    winback("plan", ledger, "-o", tmp_path / "c.xlsx", "--playbook", book, writes={"c.xlsx"})
    assert change[0] in shipped
    book.write_text(shipped.replace(*change, 1), "utf-8")
    assert words in winback("plan", ledger, "-o", tmp_path / "d.xlsx", "--playbook", book, code=5)


def test_t12_a_mail_merge_is_rfc_4180_with_a_mark_and_who_opted_out_never_leaves(winback, tmp_path):
    files = samples.write(samples.make(seed=7), tmp_path / "in")
    people = read(files["customers"])
    heads = people[0]
    quotes = 'Said "yes", and\nmeant it; =1+1'
    for row in people[1:]:
        row[heads.index("Company")] = f"{row[heads.index('Company')]} {quotes}"
    out = [
        row[0]
        for row in people[1:]
        if row[heads.index("Opted out")].strip().casefold() in {"yes", "y", "true", "1"}
    ]
    assert out
    with files["customers"].open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(people)
    winback(
        "plan",
        files["orders"],
        "--customers",
        files["customers"],
        "-o",
        tmp_path / "c.xlsx",
        writes={"c.xlsx"},
    )
    said = winback(
        "export",
        tmp_path / "c.xlsx",
        "--customers",
        files["customers"],
        "--mail-merge",
        tmp_path / "m.csv",
        writes={"m.csv"},
    )
    content = (tmp_path / "m.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = read(tmp_path / "m.csv")
    assert {len(row) for row in rows} == {len(rows[0])}
    ids = {row[rows[0].index("CustomerID")] for row in rows[1:]}
    assert ids
    assert not ids & set(out)
    assert "opted out" in said


def test_t12_who_opted_out_in_any_row_of_the_customer_list_never_leaves(winback, ledger, text_file, tmp_path):
    lines = ("C1,Ann,a@x.de,No", "C1,Ann,a@x.de,Yes", "C2,Bob,b@x.de,", "C2,Bob,b@x.de,rather not", "C3,Cy,c@x.de,Yes", "C3,Cy,c@x.de,No", "C4,Di,d@x.de,No")  # fmt: skip
    people = text_file(*lines, headings="Customer ID,Customer,Email,Do not contact", name="people.csv")
    campaign, letters = tmp_path / "c.xlsx", tmp_path / "m.csv"
    words = ("plan", ledger, "--customers", people, "-o", campaign, "--as-of", "2026-09-01")
    assert "An opt-out in any of them counts." in winback(*words, writes={"c.xlsx"})
    said = winback("export", campaign, "--mail-merge", letters, writes={"m.csv"})
    assert "people.csv, lines 3, 5, 7: 3 rows say different details of a customer" in said
    rows = read(letters)
    ids = {row[rows[0].index("CustomerID")] for row in rows[1:]}
    assert not ids & {"C1", "C2", "C3"}
    found = exporting.gather(campaign, customers=people)
    assert "C4" in set(found.merge.table["CustomerID"])
    for everybody in (found.merge.table["CustomerID"], found.appointments["customer_id"]):
        assert not {"C1", "C2", "C3"} & set(everybody)


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
