"""Every known export is read with the numbers that were worked out by hand, alone and with the next month, in files and formulas."""

import csv
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.inputs.ledgers import numbers
from winback_xl.errors import DataError, UsageError
from winback_xl.excel.formulas import functions
from winback_xl.inputs import load
from winback_xl.inputs.answers import RowAnswers
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS
from winback_xl.settings import Settings
from winback_xl.workflows import reading

HERE = Path(__file__).parent
MONTH_FIRST = Settings(day_first="month first")  # some fixtures leave open what 9/1/2025 is


def wanted(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def folders(key: str, name: str = "expected.json") -> list:
    found = sorted(folder for folder in HERE.iterdir() if (folder / name).exists())
    return [pytest.param(folder, id=folder.name) for folder in found if key in wanted(folder, name)]


def settings_of(folder: Path) -> Settings:
    return MONTH_FIRST if folder.name.startswith("netsuite") else Settings()


def answered(files: list[Path], settings: Settings, *, count: bool = False) -> tuple[dict, bool]:
    """Read files; where a state is asked about, say that such rows count, or that they are left out."""
    try:
        return numbers(reading.read(files, settings=settings)), False
    except DataError as error:
        option = "count" if count else "leave-out"
        pairs = tuple(tuple(pair.split("=", 1)) for pair in re.findall(rf"--{option} '([^']*)'", str(error)))
        if not pairs:
            raise
    rows = RowAnswers(count=pairs) if count else RowAnswers(leave_out=pairs)
    return numbers(reading.read(files, settings=settings, rows=rows)), True


def expected_numbers(known: dict, *keys: str) -> dict:
    return {who: (days, worth) for key in keys for who, (days, worth) in known.get(key, {}).items()}


@pytest.mark.parametrize("folder", folders("customers"))
def test_an_export_gives_the_numbers_worked_out_by_hand(folder):
    known = wanted(folder, "expected.json")
    found, _ = answered([folder / name for name in known["files"]], settings_of(folder))
    assert found == expected_numbers(known, "customers")


@pytest.mark.parametrize("folder", folders("asked"))
def test_what_is_in_doubt_is_asked_about_and_counts_when_the_user_says_so(folder):
    known = wanted(folder, "expected.json")
    found, asked = answered([folder / name for name in known["files"]], settings_of(folder), count=True)
    assert asked
    assert set(known["asked"]) <= set(found)


@pytest.mark.parametrize("folder", folders("customers", "expected_next.json"))
def test_with_the_next_month_the_later_state_of_an_order_counts(folder):
    known = wanted(folder, "expected_next.json")
    found, _ = answered([folder / name for name in known["files"]], settings_of(folder))
    assert found == expected_numbers(known, "customers")


@pytest.mark.parametrize("folder", folders("customers"))
def test_the_formula_gives_the_same_numbers_where_a_setting_answers_what_is_in_doubt(folder):
    known = wanted(folder, "expected.json")
    with (folder / "export.csv").open(encoding="utf-8", newline="") as text:
        lines = list(csv.reader(text, delimiter=known.get("separator", ",")))
    width = max(map(len, lines))
    rows = [line + [""] * (width - len(line)) for line in lines]
    settings = [["Name", "Value"], ["day_first", settings_of(folder).day_first]]
    try:
        table = functions.WINBACK_SEGMENT(rows, "2026-12-31", None, None, settings)
    except UsageError as error:
        asked = re.findall(r"if they are orders, (.*?) in the setting 'Rows to leave out' if not", str(error))
        assert asked
        settings.append(["Rows to leave out", "; ".join(asked)])
        table = functions.WINBACK_SEGMENT(rows, "2026-12-31", None, None, settings)
    assert numbers_of(table) == expected_numbers(known, "customers")


def numbers_of(table: object) -> dict:
    """Return what the formula says of each customer."""
    frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(table[1:], columns=table[0])
    return {
        str(row["Customer ID"]): (int(row["Order days"]), round(float(row["Revenue, all"]), 2))
        for _, row in frame.iterrows()
    }


@pytest.mark.parametrize("folder", folders("opted_out"))
def test_who_opted_out_is_known(folder):
    known = wanted(folder, "expected.json")
    if "customers" in known:
        with pytest.raises(DataError) as caught:
            reading.read(folder / "export.csv")
        pairs = tuple(
            tuple(pair.split("=", 1)) for pair in re.findall(r"--count '([^']*)'", str(caught.value))
        )
        found = reading.read(folder / "export.csv", rows=RowAnswers(count=pairs))
        assert set(known["opted_out"]) & set(found.orders.frame["customer_id"]) <= set(found.orders.opted_out)
        return
    frame = load.load(folder / "export.csv", CUSTOMERS, settings=Settings()).frame
    assert set(frame.loc[frame["do_not_contact"] == "Yes", "customer_id"]) == set(known["opted_out"])


@pytest.mark.parametrize("folder", folders("incidents"))
def test_incidents_are_read_with_customer_day_status_and_severity(folder):
    known = wanted(folder, "expected.json")
    if all(each.get("customer") is None for each in known["incidents"]):
        with pytest.raises(DataError, match="Customer ID"):
            load.load(folder / "export.csv", INCIDENTS, settings=Settings())
        return
    frame = load.load(folder / "export.csv", INCIDENTS, settings=Settings()).frame
    found = {
        row["incident_id"]: (
            row["customer_id"],
            f"{row['date']:%Y-%m-%d}",
            row.get("status"),
            row.get("severity"),
        )
        for _, row in frame.iterrows()
    }
    for each in known["incidents"]:
        customer, day, status, severity = found[each["id"]]
        assert (customer, day, status) == (each["customer"], each["date"], each["status"])
        assert (None if pd.isna(severity) else int(severity)) == each["severity"]
