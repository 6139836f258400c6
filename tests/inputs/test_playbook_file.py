"""Playbooks are data: read, checked, and refused by name where something in them is unknown."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from winback_xl.errors import FileError, SettingsError
from winback_xl.inputs import playbook_file
from winback_xl.schema.columns import CAMPAIGN, LISTS
from winback_xl.settings import Settings
from winback_xl.workflows import planning

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = {"eat_crow": "000", "manager_led": "001", "repair": "002", "six_steps": "003", "recovery": "004"}

SMALL = """
name = "mine"
title = "Mine"
[waits]
thank_you_days = 1
[[stages]]
name = "Listed"
meaning = "On the list."
next_step = "Call"
wait = 3
needs = ["want_back"]
gate = "Decide"
[[stages]]
name = "Won"
meaning = "Back."
[[stages]]
name = "Resting"
meaning = "Left in peace."
[[stages]]
name = "Let go"
meaning = "Over."
"""


def test_there_is_one_playbook_for_each_article_and_a_default_one() -> None:
    assert set(playbook_file.shipped()) == {"default", *ARTICLES}
    assert playbook_file.shipped()[0] == "default"
    for name, article in ARTICLES.items():
        assert playbook_file.load(name).article == article


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_every_shipped_playbook_is_whole(name: str) -> None:
    book = playbook_file.load(name)
    human = {column.name for column in CAMPAIGN.of_role("human")}
    assert book.name == name
    assert book.stages[0].name == "Listed"
    assert set(book.names) <= set(LISTS["Stage"])
    assert book.landmines
    assert book.rules
    assert book.stops.words
    for stage in book.stages:
        assert stage.meaning.endswith(".")
        assert set(stage.needs) <= human
        assert bool(stage.needs) == bool(stage.gate)
        assert stage.next_step or stage.name == "Let go"


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_no_playbook_offers_before_it_has_listened(name: str) -> None:
    """Whatever the article: the offer comes after a stage whose way out is listening."""
    book = playbook_file.load(name)
    heard = next(place for place, stage in enumerate(book.stages) if "listened" in stage.needs)
    offers = [
        place
        for place, stage in enumerate(book.stages)
        if "agreed_amount" in stage.needs or stage.name == "Offer approved"
    ]
    assert all(place > heard for place in offers)


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_solved_is_what_the_customer_calls_solved(name: str) -> None:
    book = playbook_file.load(name)
    confirmed = next(place for place, stage in enumerate(book.stages) if "customer_confirmed" in stage.needs)
    assert confirmed < book.names.index("Won")
    assert "customer_confirmed" in book["Won"].needs


def test_the_default_playbook_settles_the_conflicts() -> None:
    """Listen before the apology, apologise at the end of the first talk, write it later; restitution and token apart."""
    book = playbook_file.load()
    order = {name: place for place, name in enumerate(book.names)}
    assert book.names == LISTS["Stage"]
    assert (
        order["Listened"]
        < order["Decided"]
        < order["Plan e-mailed"]
        < order["Offer approved"]
        < order["Delivered"]
    )
    assert not any("sorry" in line.lower() for line in book["Backstory"].script)
    assert any("sorry" in line.lower() for line in book["Listened"].script)
    assert any("token" in rule for rule in book.rules)
    assert "watch_for" in book["Resting"].needs


def test_a_plan_has_who_what_and_by_when() -> None:
    book = playbook_file.load()
    asked = {name for stage in book.stages[: book.names.index("Decided") + 1] for name in stage.needs}
    assert "owner" in asked
    assert all(stage.next_step and stage.wait for stage in book.stages[: book.names.index("Decided") + 1])


def test_persistence_and_not_being_pushy_differ_by_playbook() -> None:
    assert (
        playbook_file.load("manager_led").stops.max_attempts
        > playbook_file.load("eat_crow").stops.max_attempts
    )


@pytest.mark.parametrize("name", playbook_file.shipped())
def test_aftercare_days_rise(name: str) -> None:
    days = playbook_file.load(name).waits.aftercare_days
    assert len(days) == 4
    assert all(one < other for one, other in pairwise(days))


def test_a_user_s_own_file_is_followed_to_the_campaign(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(SMALL, encoding="utf-8")
    orders = tmp_path / "orders.csv"
    lines = [f"C{n % 3},2024-{1 + n // 3:02d}-0{1 + n % 3},5000.50" for n in range(30)]
    orders.write_text("Customer ID,Order date,Order value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    built = planning.plan(orders, as_of="2026-11-20", settings=Settings(playbook=str(file)))
    assert built.playbook is not None
    assert built.playbook.names == ("Listed", "Won", "Resting", "Let go")
    assert built.settings.thank_you_days == 1
    assert built.playbook.stages[0].next_step == "Call"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Mine"', 'titel = "Mine"', "unknown key 'titel'; did you mean 'title'"),
        ("thank_you_days = 1", "thank_you_dais = 1", "did you mean 'thank_you_days'"),
        ("thank_you_days = 1", "thank_you_days = 99", "a whole number from 1 to 30, not 99"),
        ("thank_you_days = 1", 'thank_you_days = "=1+1"', "must be a whole number"),
        ("thank_you_days = 1", "aftercare_days = [30, 7, 1, 2]", "four rising whole numbers"),
        ('needs = ["want_back"]', 'needs = ["want_bak"]', "did you mean 'want_back'"),
        ('needs = ["want_back"]', 'needs = ["rationale"]', "is not a human column"),
        ('name = "Won"', 'name = "Wonn"', "there is no stage 'Wonn'; did you mean 'Won'"),
        ('name = "Won"', 'name = "Listed"', "stage 'Listed' is there twice"),
        ('name = "Won"', 'name = "Delivered"', "are missing: Won"),
        ("wait = 3", 'wait = "thank_you_day"', "did you mean 'thank_you_days'"),
        ("wait = 3", "wait = -3", "must be a whole number"),
        ("wait = 3", 'unit = "weeks"', "must be 'working days' or 'days'"),
        ('next_step = "Call"', "next_step = \"=HYPERLINK('http://x')\"", "starts like a formula"),
        ('next_step = "Call"', 'run = "import os"', "unknown key 'run'"),
        ('next_step = "Call"', "next_step = 5", "must be text"),
        ('meaning = "Back."', "", "has no 'meaning'"),
        ('gate = "Decide"', "", "has no 'gate'"),
        ("[waits]", "waits = 3\n[other]", "must be a table"),
    ],
)
def test_what_is_unknown_or_out_of_bounds_is_refused_by_name(old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(SettingsError, match=r"mine\.toml") as caught:
        playbook_file.parse(SMALL.replace(old, new), "mine.toml")
    assert said in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        playbook_file.parse(
            SMALL.replace("wait = 3", "wait = -3").replace('title = "Mine"', 'titel = "x"'), "mine.toml"
        )
    assert "titel" in str(caught.value)
    assert "'wait'" in str(caught.value)


@pytest.mark.parametrize("text", ["name = ", "[[stages]\n", "[" * 5000])
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        playbook_file.parse(text, "mine.toml")


def test_the_smallest_playbook_is_taken() -> None:
    book = playbook_file.parse(SMALL, "mine.toml")
    assert book.stages[0].wait == 3
    assert book.waits.update_days == 2


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="Did you mean 'repair'"):
        playbook_file.load("repairs")


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"There is no file none\.toml"):
        playbook_file.load(str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(FileError, match="UTF-8"):
        playbook_file.load(str(tmp_path / "bad.toml"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('needs = ["want_back"]', 'needs = "want_back"', "'needs' of stage 1 (Listed) must be a list of at most 60 texts"),
        ('needs = ["want_back"]', 'needs = ["want_back", 5]', "'needs' of stage 1 (Listed) must be a list of at most 60 texts"),
        ('"Won"', '"Listed"', "stage 'Listed' is there twice"),
        ('"Listed"', '"Called"', "missing: Listed"),
    ],
)  # fmt: skip
def test_lists_and_stages_that_cannot_be_are_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(SettingsError) as error:
        playbook_file.parse(SMALL.replace(old, new), "mine.toml")
    assert words in error.value.what


def test_every_account_starts_at_the_first_stage() -> None:
    head, *stages = SMALL.split("[[stages]]")
    with pytest.raises(SettingsError) as error:
        playbook_file.parse("[[stages]]".join([head, *reversed(stages)]), "mine.toml")
    assert "the first stage must be 'Listed'" in error.value.what


def test_a_playbook_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes('name = "Müller"'.encode("latin-1"))
    with pytest.raises(FileError) as error:
        playbook_file.load(str(tmp_path / "mine.toml"))
    assert str(error.value) == "mine.toml is not written in UTF-8. Save it as UTF-8 text."
