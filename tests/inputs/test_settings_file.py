"""Settings come from TOML or from two columns of a sheet; what is wrong is told together, each with its cell."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from winback_xl.errors import FileError, SettingsError
from winback_xl.inputs.settings_file import from_grid, load
from winback_xl.readers.memory import to_grid
from winback_xl.settings import Settings, describe


def sheet(*rows, headings=("Setting", "Value")):
    return to_grid(pd.DataFrame(list(rows), columns=list(headings), dtype=object), name="plan.xlsx")


def test_names_and_labels_are_understood():
    found = from_grid(
        sheet(
            ("margin", 0.25),
            ("Fixed window", 90.0),
            ("include_at_risk", True),
            ("currency", "EUR"),
            ("lapse_mode", "Fixed"),
        )
    )
    assert found.changed() == {
        "margin": 0.25,
        "fixed_days": 90,
        "include_at_risk": True,
        "currency": "EUR",
        "lapse_mode": "fixed",
    }


def test_every_default_written_out_reads_back_as_the_defaults():
    rows = [(about.label, about.default) for about in describe()]
    assert from_grid(sheet(*rows)) == Settings()


def test_titles_of_groups_and_other_columns_do_not_matter():
    rows = [("Lapse", None, "title"), ("", None, ""), ("margin", 0.4, "share of revenue")]
    assert from_grid(sheet(*rows, headings=("Setting", "Value", "Unit"))).margin == 0.4


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("margin", 2), "0 to 0.99"),
        (("margin", "0.25"), "0 to 0.99"),
        (("margin", None), "0 to 0.99"),
        (("margn", 0.2), "Did you mean 'margin'?"),
        (("wave_size", 2.5), "1 to 100000"),
        (("lapse_mode", "own"), "cadence / fixed"),
        (("include_at_risk", "perhaps"), "yes / no"),
    ],
)
def test_what_is_wrong_is_refused_with_the_bounds_or_the_nearest_name(row, words):
    with pytest.raises(SettingsError, match=r"plan\.xlsx") as caught:
        from_grid(sheet(("keep", 0.7), row))
    assert words in str(caught.value)
    assert "row 1" in str(caught.value)


def test_everything_wrong_is_told_together():
    with pytest.raises(SettingsError) as caught:
        from_grid(sheet(("margin", 2), ("keep", 3), ("nonsense", 1), ("discount", 0.1), ("discount", 0.2)))
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert "'discount' is there twice" in lines[3]


def test_settings_that_contradict_each_other_are_refused():
    with pytest.raises(SettingsError, match="rep_limit"):
        from_grid(sheet(("rep_limit", 9000.0)))


def test_without_the_columns_the_headings_found_are_named():
    with pytest.raises(SettingsError, match="'Colour'"):
        from_grid(sheet(("red", 1), headings=("Colour", "Value")))


def test_a_settings_sheet_is_found_in_a_workbook(tmp_path):
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.active.append(["Customer ID", "Order date", "Order value"])
    page = book.create_sheet("Settings")
    page.append(["Settings"])
    page.append(["Setting", "Value", "Unit"])
    page.append(["Gross margin", 0.25, "share"])
    page.append(["Include customers At risk", "yes", ""])
    book.save(path)
    assert load(path).changed() == {"margin": 0.25, "include_at_risk": True}
    page["B3"] = 7
    book.save(path)
    with pytest.raises(SettingsError, match=r"book\.xlsx, Settings!B3"):
        load(path)


@pytest.fixture
def with_rows_below(tmp_path):
    """Write a workbook whose settings are an Excel Table of two rows, with rows right below it."""

    def write(*rows):
        book = Workbook()
        active = book.active
        active.title = "Settings"
        for row in (
            ("Group", "Setting", "Value"),
            ("Odds", "margin", 0.25),
            ("Odds", "discount", 0.2),
            *rows,
        ):
            active.append(row)
        active.add_table(Table(displayName="tblSettings", ref="A1:C3"))
        book.save(tmp_path / "settings.xlsx")
        return tmp_path / "settings.xlsx"

    return write


def test_a_setting_typed_right_below_the_table_counts_and_a_note_does_no_harm(with_rows_below):
    path = with_rows_below(("Agreed with Anna", None, None), (None, "keep", 0.7), (), (None, "far_below", 1))
    assert load(path) == load(with_rows_below((None, "keep", 0.7)))
    assert load(path) != load(with_rows_below())


def test_an_unknown_setting_right_below_the_table_is_refused_with_its_cell(with_rows_below):
    with pytest.raises(SettingsError, match="Settings!C4"):
        load(with_rows_below((None, "kepe", 0.7)))


def test_toml_is_read_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "winback.toml"
    path.write_bytes(b"\xef\xbb\xbf[value]\nmargin = 0.25\n")
    assert load(path).margin == 0.25


def test_toml_that_is_none_is_refused_by_name(tmp_path):
    path = tmp_path / "winback.toml"
    path.write_text("margin = = 3")
    with pytest.raises(SettingsError, match=r"winback\.toml"):
        load(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileError, match="UTF-8"):
        load(path)
    with pytest.raises(FileError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_far_too_large_for_settings_is_refused(tmp_path):
    (tmp_path / "s.toml").write_text("#" * 1_000_001)
    with pytest.raises(FileError) as error:
        load(tmp_path / "s.toml")
    assert error.value.what == "s.toml is too large for a settings file."
