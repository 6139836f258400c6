"""Every formula of every kind of workbook gives in two engines, from blanked cells, what the file already shows."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.engines.engines import ENGINES, EPOCH, NOW, Formulon, same, shown
from tests.engines.packages import BLANKED, blanked, formulas, plain_references
from tests.excel_repair import findings

KINDS = ("demo", "report", "split", "share", "collect", "refresh", "into", "tracker", "download")
VALUES_ONLY = {"share", "report"}

ENGINE = pytest.mark.parametrize("engine", ENGINES)


def installed(engine):
    pytest.importorskip(ENGINES[engine].package, reason=f"{engine} is not installed (pip install, group dev)")
    return ENGINES[engine]


@ENGINE
@pytest.mark.parametrize("kind", KINDS)
def test_every_formula_gives_what_is_stored(books, kind, engine):
    book = books[kind].read_bytes()
    stored = formulas(book)
    assert (len(stored) > 20) == (kind not in VALUES_ONLY)
    day = stored["Settings", "C3"][1] if ("Settings", "C3") in stored else None
    now = EPOCH + dt.timedelta(days=day, hours=9) if day else NOW
    found = installed(engine)(blanked(book), now=now).values(stored)
    wrong = {
        at: (formula, value, found[at])
        for at, (formula, value) in stored.items()
        if not same(found[at], shown(value))
    }
    assert wrong == {}


@pytest.mark.parametrize("kind", KINDS)
def test_no_workbook_has_anything_to_repair(books, kind):
    assert findings(books[kind]) == []


def test_blanking_leaves_no_result_behind(books):
    book = books["demo"].read_bytes()
    assert {value for _, value in formulas(blanked(book)).values()} == {float(BLANKED)}
    assert formulas(blanked(book)).keys() == formulas(book).keys()


def test_plain_references_name_no_table(books):
    texts = [formula for formula, _ in formulas(plain_references(books["demo"].read_bytes())).values()]
    assert len(texts) > 400
    assert [text for text in texts if "tbl" in text] == []


def test_a_wrong_result_would_be_seen(books):
    """An engine that never recalculates would keep the blanked results; this one is asked about a cell that changed."""
    engine = installed("formulon")
    assert engine is Formulon
    book = books["demo"].read_bytes()
    stored = formulas(book)
    at = next(at for at, (text, _) in stored.items() if "set_as_of" in text and at[0] == "Campaign")
    open_book = engine(blanked(book))
    assert not same(open_book.values([at])[at], float(BLANKED))


@pytest.mark.parametrize("place", ["de_DE", "fr_FR", "ja_JP", "es_ES"])
def test_in_an_excel_of_another_region_every_number_is_the_same(books, place):
    book = books["demo"].read_bytes()
    stored = formulas(book)
    engine = installed("formulon")(blanked(book), place=place)
    found = engine.values(stored)
    numbers = {at: value for at, (_, value) in stored.items() if isinstance(value, float)}
    assert len(numbers) > 50
    assert {at: (value, found[at]) for at, value in numbers.items() if not same(found[at], value)} == {}
    worded = {at for at in stored.keys() - numbers.keys() if not same(found[at], shown(stored[at][1]))}
    assert {
        stored[at][0]
        for at in worded
        if not any(name in stored[at][0] for name in ("FIXED(", "TEXT(", "check_summary"))
    } == set()
