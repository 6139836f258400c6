"""Fixtures that every test may use, and how long the property tests run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from tests.oracles import Office, sdk_command
from winback_xl.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.book_watch"]

HERE = Path(__file__).resolve().parent

hypothesis_settings.register_profile("dev", max_examples=50, deadline=None)
hypothesis_settings.register_profile("long", max_examples=2000, deadline=None)
hypothesis_settings.load_profile("long" if os.environ.get("WINBACK_TESTS") == "long" else "dev")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the long fault tests out unless WINBACK_TESTS=long asks for them."""
    if os.environ.get("WINBACK_TESTS") != "long":
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: set WINBACK_TESTS=long"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder with small public ledgers; tests/data/README.md has their origins and licences."""
    return HERE / "data"


@pytest.fixture(scope="session")
def golden_dir() -> Path:
    """Folder with golden numbers that were calculated outside the package."""
    return HERE / "golden"


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """One LibreOffice for the whole session; the test is skipped without it."""
    missing = Office.missing()
    if missing:
        pytest.skip(missing)
    started = Office()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def sdk() -> list[str]:
    """Command of the Open XML SDK validator; the test is skipped without it."""
    command = sdk_command()
    if command is None:
        pytest.skip("the npm package @ooxml-tools/validate is not installed (see WINBACK_NPM in .ci/run)")
    return command


@pytest.fixture
def settings() -> Settings:
    """Return the default settings."""
    return Settings()
