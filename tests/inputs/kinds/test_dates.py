"""Dates are read a column at a time; what 03/04/2026 means is never decided for one cell."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winback_xl.inputs.kinds import dates
from winback_xl.readers.memory import to_grid

LABEL = "Order date"


def column(*values):
    return to_grid(pd.DataFrame({"x": pd.Series(list(values), dtype=object)})).columns[0]


def read(*values, **how):
    parsed = dates.read(column(*values), LABEL, **how)
    days = [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in parsed.cells]
    return days, {finding.code: finding for finding in parsed.findings}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026-1-5", "2026-01-05"),
        ("2026/01/31", "2026-01-31"),
        ("2026-01-31 08:26:00", "2026-01-31"),
        ("2026-01-31T08:26:00.123", "2026-01-31"),
        ("1996-07-04 00:00:00.000", "1996-07-04"),
        ("20260131", "2026-01-31"),
        ("20260131T0826", "2026-01-31"),
        ("31.12.2026", "2026-12-31"),
        ("31. 12. 2026", "2026-12-31"),
        ("12/31/2026 1:30 PM", "2026-12-31"),
        ("3 March 2026", "2026-03-03"),
        ("3rd Mar 2026", "2026-03-03"),
        ("05-JAN-26", "2026-01-05"),
        ("March 3, 2026", "2026-03-03"),
        ("Tue, 3 Mar 2026 10:00:00 GMT", "2026-03-03"),
        ("2026-Mar-03", "2026-03-03"),
        ("45000", "2023-03-15"),
        ("  2026-01-31\u00a0", "2026-01-31"),
    ],
)
def test_texts_that_are_dates(text, day):
    assert read(text)[0] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "31/02/2026",
        "20261301",
        "soon",
        "1:30 PM",
        "2026",
        "Q1 2026",
        "13/13/2026",
        "3 Foo 2026",
    ],
)
def test_texts_that_are_no_dates_are_told_with_the_words(text):
    days, stated = read(text)
    assert days == [None]
    assert stated["date-unreadable"].effect == "unknown"
    assert f"'{text}'" in stated["date-unreadable"].what


@pytest.mark.parametrize("blank", [None, "", "  ", "NULL", "n/a", "-", "NaT", np.nan, pd.NaT])
def test_what_stands_for_nothing_is_blank_and_not_told(blank):
    assert read(blank, "2026-01-31") == ([None, "2026-01-31"], {})


def test_real_dates_lose_their_time_of_day():
    assert read(pd.Timestamp(2026, 1, 31, 23, 59), dt.date(2026, 2, 1))[0] == ["2026-01-31", "2026-02-01"]


@pytest.mark.parametrize("serial", [0, 60, -5, 99_999_999, 2024, 1e300, 19_971_301, 20_260_131.5])
def test_numbers_that_are_no_dates_are_told(serial):
    days, stated = read(serial, 45_000.25)
    assert days == [None, "2023-03-15"]
    assert stated["date-unreadable"].rows.tolist() == [0]


def test_serial_numbers_count_from_1904_where_the_workbook_says_so():
    assert read(45_000 - 1462, date_system=1904)[0] == ["2023-03-15"]


def test_numbers_such_as_19970101_are_dates():
    assert read(19_970_101, 19_971_231)[0] == ["1997-01-01", "1997-12-31"]


def test_true_is_no_date():
    assert read(True, 45_000)[1]["date-unreadable"].rows.tolist() == [0]


@pytest.mark.parametrize(("texts", "days"), [
    (("03/04/2025", "31/12/2024"), ["2025-04-03", "2024-12-31"]),
    (("03/04/2025", "12/31/2024"), ["2025-03-04", "2024-12-31"]),
])  # fmt: skip
def test_one_clear_date_decides_for_the_column_and_is_named(texts, days):
    found, stated = read(*texts)
    assert found == days
    assert f"'{texts[1]}'" in stated["dates-order"].what


def test_a_column_in_doubt_is_refused_with_both_readings():
    days, stated = read("03/04/2025", "01/02/2025")
    assert days == [None, None]
    issue = stated["dates-ambiguous"]
    assert issue.severity == "error"
    assert "2025-04-03 or 2025-03-04" in issue.what
    assert "day_first" in issue.fix


@pytest.mark.parametrize(("order", "day"), [("day first", "2025-04-03"), ("month first", "2025-03-04")])
def test_the_setting_decides_a_column_in_doubt(order, day):
    assert read("03/04/2025", day_first=order) == ([day], {})


def test_the_setting_does_not_overrule_a_clear_date():
    assert read("03/04/2025", "31/12/2024", day_first="month first")[0] == ["2025-04-03", "2024-12-31"]


def test_dates_with_points_are_day_first_everywhere():
    days, stated = read("01.02.2025", "03.04.2025")
    assert days == ["2025-02-01", "2025-04-03"]
    assert stated["dates-order"].severity == "note"


def test_the_same_day_and_month_are_never_in_doubt():
    assert read("03/03/2025") == (["2025-03-03"], {})


def test_a_column_with_both_orders_is_refused_and_the_fewer_are_named():
    _, stated = read("31/12/2024", "30/12/2024", "12/31/2024", "03/04/2025")
    assert stated["dates-mixed-order"].severity == "error"
    assert stated["dates-mixed-order"].rows.tolist() == [2]


def test_with_the_setting_only_the_others_are_unreadable():
    days, stated = read("31/12/2024", "12/31/2024", "03/04/2025", day_first="day first")
    assert days == ["2024-12-31", None, "2025-04-03"]
    assert stated["date-unreadable"].rows.tolist() == [1]


def test_half_converted_columns_are_refused():
    """Excel turned 3/4 into a date of its own order and left 12/31 as text: every real date may be wrong."""
    real = [dt.date(2025, month, day) for month in range(1, 7) for day in (2, 5)]
    _, stated = read(*real, "12/31/2024", "01/15/2025")
    assert stated["dates-half-converted"].severity == "error"
    assert "dates-half-converted" not in read(*real, "12/31/2024", day_first="month first")[1]
    assert "dates-half-converted" not in read(*real, dt.date(2025, 1, 20), "12/31/2024")[1]


def test_kinds_of_cells_are_counted_where_a_column_mixes_them():
    days, stated = read(dt.date(2026, 1, 1), 45_000, "2026-01-31", "20260201")
    assert None not in days
    assert (
        stated["dates-mixed-kinds"].what
        == "Order date holds 1 real date, 1 bare number, 2 texts; all were read as dates."
    )


@pytest.mark.parametrize("day", ["9999-12-31", dt.date(1899, 12, 30), "2101-01-01"])
def test_placeholders_outside_1900_to_2100_are_told(day):
    days, stated = read(day, "2026-01-31")
    assert days == [None, "2026-01-31"]
    assert stated["date-out-of-range"].rows.tolist() == [0]


def test_time_zones_keep_the_day_as_written_and_are_told():
    days, stated = read("2026-01-31T23:30:00Z", "2026-01-31T23:30:00+02:00", "2026-01-31 23:30:00.000 UTC")
    assert days == ["2026-01-31"] * 3
    assert stated["dates-time-zone"].severity == "note"


def test_two_digit_years_are_told():
    days, stated = read("31/12/97", "31/12/26")
    assert days == ["1997-12-31", "2026-12-31"]
    assert "'31/12/97' was taken as 1997" in stated["dates-short-year"].what


def test_values_are_seconds_at_midnight():
    assert dates.read(column("2026-01-31 08:26:00"), LABEL).cells.dtype == "datetime64[s]"


def test_error_cells_are_told_and_not_blank():
    import pyarrow as pa

    from winback_xl.readers.grid import Cell, RawColumn

    cells = RawColumn(
        0,
        "d",
        np.array([Cell.ERROR, Cell.UNCALCULATED, Cell.TEXT], np.uint8),
        texts=pa.array(["#N/A", None, "2026-01-31"]),
    )
    stated = {finding.code: finding for finding in dates.read(cells, LABEL).findings}
    assert stated["cell-error"].rows.tolist() == [0]
    assert "'#N/A'" in stated["cell-error"].what
    assert stated["cell-not-calculated"].rows.tolist() == [1]


@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)), min_size=1, max_size=30), st.sampled_from(
    ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d %H:%M", "%d %B %Y", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S"]))  # fmt: skip
def test_every_date_survives_every_way_of_writing_it(days, style):
    assert read(*[day.strftime(style) for day in days])[0] == [day.isoformat() for day in days]


@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)), min_size=1, max_size=30), st.booleans())
def test_day_and_month_are_never_swapped_in_silence(days, day_first):
    style = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    found, stated = read(*[day.strftime(style) for day in days])
    assert "dates-ambiguous" in stated or found == [day.isoformat() for day in days]


@given(
    st.lists(st.one_of(st.text(max_size=12), st.floats(), st.none(), st.booleans(), st.dates()), max_size=20)
)
def test_nothing_in_a_cell_stops_the_reader(values):
    parsed = dates.read(column(*values), LABEL)
    assert len(parsed.cells) == len(values)
