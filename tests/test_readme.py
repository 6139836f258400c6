"""README and reference say what the code does: a table that drifted, a dead link and a missing page are failing tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests import readme
from winback_xl.cli import help as help_command

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [readme.README, *sorted(readme.PAGES.glob("*.md")), *sorted((readme.HOME / ".github").glob("*.md"))]
_LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")


def test_tables_are_fresh() -> None:
    stale = [page.name for page, text in readme.pages().items() if page.read_text(encoding="utf-8") != text]
    assert stale == [], "run: poe docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_path_of_this_machine(page: Path) -> None:
    assert str(readme.HOME) not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [link for link, _ in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    assert readme.README.stat().st_size <= 9_216
    assert len(readme.README.read_text(encoding="utf-8").splitlines()) <= 160


def test_every_page_is_a_topic_of_help() -> None:
    assert set(help_command.topics()) == {page.stem for page in readme.PAGES.glob("*.md")}
