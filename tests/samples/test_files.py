"""The files of the sample: byte for byte the same, looking like an export, read back as they were."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from winback_xl import samples
from winback_xl.errors import FileError
from winback_xl.workflows import reading


@pytest.fixture(scope="module")
def sample():
    return samples.make(customers=60, years=2)


@pytest.fixture(scope="module")
def paths(sample, tmp_path_factory):
    return samples.write(sample, tmp_path_factory.mktemp("sample") / "new")


def test_the_same_seed_writes_the_same_bytes(paths, tmp_path):
    again = samples.write(samples.make(customers=60, years=2), tmp_path)
    for name, path in paths.items():
        assert path.read_bytes() == again[name].read_bytes(), name


def test_the_orders_are_an_excel_table_below_a_title(sample, paths):
    sheet = openpyxl.load_workbook(paths["orders"])["Sales ledger"]
    (table,) = sheet.tables.values()
    assert sheet["A1"].value.startswith("Fennmark Industrial Supply")
    assert "made-up" in sheet["A1"].value
    assert table.ref == f"A3:K{3 + len(sample.orders)}"
    assert [cell.value for cell in sheet[3]] == list(sample.orders.columns)
    assert sheet["D4"].is_date
    assert sheet["D4"].number_format == "yyyy-mm-dd"
    assert sheet["F4"].number_format.startswith("#,##0.00")


def test_orders_and_complaints_read_back_as_they_were(sample, paths):
    for name in ("orders", "incidents"):
        read = pd.read_excel(paths[name], header=2, engine="openpyxl")
        made = getattr(sample, name)
        assert _bare(read) == _bare(made), name


def test_customers_and_reps_read_back_with_their_accents(sample, paths):
    read = pd.read_csv(paths["customers"], encoding="utf-8-sig")
    assert read["Company"].tolist() == sample.customers["Company"].tolist()
    assert read["Opted out"].tolist() == sample.customers["Opted out"].tolist()
    assert (
        pd.read_csv(paths["reps"], encoding="utf-8-sig")["Sales rep"].tolist()
        == sample.reps["Sales rep"].tolist()
    )


def test_the_checks_name_every_dirty_row_and_nothing_else(sample, paths):
    """Row numbers are those of the sheet: data begin in row 4, below title, blank row and headings."""
    tables = reading.read(
        paths["orders"], **{name: paths[name] for name in ("customers", "incidents", "reps")}
    )
    assert {issue.code for issue in tables.issues} == {
        "header-row", "kinds", "customer-missing", "row-repeated", "kind-left-out",
    }  # fmt: skip
    assert not [issue for issue in tables.issues if issue.severity == "error"]
    aside = tables.set_aside.groupby("code")["Document No"].apply(sorted)
    assert tuple(aside["customer-missing"]) == sample.planted["no customer number"]
    assert aside["row-repeated"] == sorted(sample.planted["exported twice"])
    (samples_left_out,) = (issue for issue in tables.issues if issue.code == "kind-left-out")
    assert samples_left_out.rows == (sample.orders["Net amount"] == 0).sum()  # free samples are not orders


def test_files_that_exist_are_replaced_only_when_allowed(sample, tmp_path):
    kept = tmp_path / "incidents.xlsx"
    kept.write_text("mine")
    with pytest.raises(FileError, match=r"holds incidents\.xlsx already"):
        samples.write(sample, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["incidents.xlsx"]
    assert kept.read_text() == "mine"
    samples.write(sample, tmp_path, force=True)
    assert kept.read_bytes().startswith(b"PK")


def test_a_folder_that_cannot_be_made_is_named(sample, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FileError, match="cannot be made"):
        samples.write(sample, tmp_path / "taken")


def _bare(table):
    """All values row by row, with one kind of nothing and plain Python types."""
    rows = table.astype(object).itertuples(index=False)
    return [[None if pd.isna(value) else value for value in row] for row in rows]
