"""A campaign in a synchronised folder: what comes in while a command works is kept, and conflicted copies are taken."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests import people
from tests.test_collect import typed
from winback_xl import samples
from winback_xl.errors import FileError
from winback_xl.workflows import collecting, planning, refreshing, saving

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made() -> samples.Sample:
    return samples.make(seed=3, customers=60, years=2)


@pytest.fixture(scope="module")
def begun(made: samples.Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saving.save(planning.plan(made.orders), tmp_path_factory.mktemp("begun") / "may.xlsx")


@pytest.fixture
def master(begun: Path, tmp_path: Path) -> Path:
    return shutil.copy(begun, tmp_path / "may.xlsx")


def ids(path: Path) -> list[str]:
    return list(dict.fromkeys(customer for customer, _ in people.read(path)))


def note(path: Path, customer: str) -> Any:
    return people.read(path)[customer, "Notes"]


@pytest.mark.parametrize("times", [1, 3])
def test_what_comes_in_while_a_refresh_works_is_in_the_result_or_nothing_is_written(
    master: Path, made: samples.Sample, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, left, real = ids(master)[0], [times], refreshing.refresh_tables

    def overtaken(*given: Any, **more: Any) -> Any:
        done = real(*given, **more)
        if left[0]:
            left[0] -= 1
            typed(master, master, customer, Notes=f"came in, {left[0]} to come")
        return done

    monkeypatch.setattr(refreshing, "refresh_tables", overtaken)
    if times == 3:
        with pytest.raises(FileError, match=r"may\.xlsx was changed while this was calculated") as caught:
            refreshing.refresh(master, made.orders, master, force=True)
        assert caught.value.code == "file-changing"
        assert [path.name for path in master.parent.iterdir()] == [master.name]
    else:
        done = refreshing.refresh(master, made.orders, master, force=True)
        assert [issue.code for issue in done.issues if issue.code == "changed-meanwhile"]
    assert note(master, customer) == "came in, 0 to come"


def test_conflicted_copies_and_older_versions_of_a_master_are_collected_as_copies(
    master: Path, tmp_path: Path
) -> None:
    one, two, three = ids(master)[:3]
    names = (
        "may (Ann's conflicted copy 2026-11-28).xlsx",
        "may-LAPTOP7.xlsx",
        "may.before.20261128-101500.xlsx",
    )
    copies = [
        typed(master, tmp_path / name, customer, Notes=f"by {customer}")
        for name, customer in zip(names, (one, two, three), strict=True)
    ]
    typed(master, master, one, Owner="Somebody else")
    done = collecting.collect(master, copies, master, force=True)
    assert not len(done.merged.conflicts)
    assert [note(master, customer) for customer in (one, two, three)] == [
        f"by {one}",
        f"by {two}",
        f"by {three}",
    ]
    assert people.read(master)[one, "Owner"] == "Somebody else"
