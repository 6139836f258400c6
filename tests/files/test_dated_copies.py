"""The copies that are kept next to a file are found again, the newest first, and nothing else is taken for one."""

import datetime as dt

from winback_xl.files.dated_copies import copies_of, dated_copy


def test_copies_are_found_by_the_names_they_were_given(tmp_path):
    path = tmp_path / "may.xlsx"
    first, last = dt.datetime(2026, 5, 1, 9), dt.datetime(2026, 5, 1, 17, 30, 5)  # noqa: DTZ001 - the user's clock
    kept = [("before-build", first), ("before", last), ("before-refresh", last)]
    for label, when in (*kept, kept[-1]):  # two within one second
        dated_copy(path, label, when).write_bytes(b"")
    for other in (
        "may.xlsx", "may.before-refresh.20260501-090000.xlsm", "june.before.20260501-090000.xlsx",
        "may.before-refresh.20261399-990000.xlsx", "may.before-refresh.xlsx",
    ):  # fmt: skip
        (tmp_path / other).write_bytes(b"")
    found = copies_of(path)
    assert found[0].path.name == "may.before-refresh.20260501-173005-2.xlsx"
    assert sorted((one.before, one.when) for one in found[1:3]) == [("", last), ("refresh", last)]
    assert [(one.before, one.when) for one in found[3:]] == [("build", first)]


def test_a_file_without_copies_has_none(tmp_path):
    assert copies_of(tmp_path / "may.xlsx") == []
