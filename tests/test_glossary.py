"""One word for one thing: no banned word of the glossary in a docstring, message, help text or heading."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent
GLOSSARY = HOME / ".github" / "GLOSSARY.md"
SOURCES = sorted((HOME / "winback_xl").rglob("*.py"))
PLAYBOOKS = sorted((HOME / "winback_xl").rglob("*.toml"))
SEARCHED_FOR = {
    ("letter_lint.py", word) for word in ("mend", "mended")
}  # words of the letters that it checks
PAGES = [
    HOME / "README.md",
    *sorted(page for page in (HOME / "winback_xl" / "reference").glob("*.md") if page.name != "articles.md"),
]
"""The pages but the one that quotes the articles."""


GERMAN = r"(?<!there )(?:is|are) no (?!longer\b|more\b|less\b|better\b|mistake\b|day\b|level, or\b)"
"""The grammar of another language: "is no number" for "is not a number"; "there is no number" is English."""


@cache
def banned() -> re.Pattern[str]:
    """Return the banned words of the glossary as one pattern."""
    table = GLOSSARY.read_text(encoding="utf-8").partition("## Banned words")[2]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE)
    words = [
        word.strip() for cell in rows if cell.strip() not in {"banned", "---"} for word in cell.split(",")
    ]
    assert words, "the glossary bans nothing"
    listed = "|".join(re.escape(word) for word in words)
    return re.compile(rf"\b(?:{listed})\b|\b{GERMAN}|[0-9}}] %(?=[\s.,;:)]|$)", re.IGNORECASE)


def texts(source: Path) -> list[tuple[int, str]]:
    """Return every text of a module with its line: docstrings, messages, helps and headings alike."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_the_pattern_finds_a_banned_word() -> None:
    assert banned().search("Work it out anew.")
    assert banned().search("'x' is no number: give 60 %.")
    assert not banned().search("Recalculate it: there is no number, and 60% is no longer enough.")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(HOME).as_posix())
def test_no_text_of_a_module_uses_a_banned_word(source: Path) -> None:
    said = [(line, found[0]) for line, text in texts(source) if (found := banned().search(text))]
    assert [hit for hit in said if (source.name, hit[1]) not in SEARCHED_FOR] == []


@pytest.mark.parametrize("page", [*PAGES, *PLAYBOOKS], ids=lambda path: path.name)
def test_no_page_uses_a_banned_word(page: Path) -> None:
    assert banned().findall(page.read_text(encoding="utf-8")) == []
