"""Known exports are complete and unambiguous, and each has a fixture in which everything that it knows occurs."""

import csv
import json
import random
from pathlib import Path

import pytest

from tests.systems.plain_reader import history, incidents, opted_out
from winback_xl.inputs.systems import (
    CONSENTS,
    KINDS,
    SEVERITIES,
    STATES,
    STATUSES,
    KnownExport,
    fold,
    identify,
    load,
)
from winback_xl.schema.columns import CUSTOMERS, INCIDENTS, ORDERS

HERE = Path(__file__).parent
FOLDERS = sorted(folder for folder in HERE.iterdir() if (folder / "expected.json").exists())
TABLES = {"orders": ORDERS, "customers": CUSTOMERS, "incidents": INCIDENTS}
NEW_ROLES = {"Refunded", "Email", "Phone", "Quantity", "Unit price", "Tax", "Shipping", "Discount"}
BY_ID = {export.id: export for export in load()}

each_system = pytest.mark.parametrize("system", load(), ids=lambda system: system.id)
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def expected(folder: Path, name: str = "expected.json") -> dict:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def table(folder: Path, name: str = "export.csv") -> tuple[list[str], list[dict[str, str]]]:
    wanted = expected(folder)
    with (folder / name).open(encoding="utf-8", newline="") as text:
        lines = list(csv.reader(text, delimiter=wanted.get("separator", ",")))[
            wanted.get("heading_row", 1) - 1 :
        ]
    heads = lines[0]
    return heads, [dict(zip(heads, line, strict=False)) for line in lines[1:] if len(line) > 1]


def fixtures_of(system: KnownExport) -> list[Path]:
    return [folder for folder in FOLDERS if expected(folder)["system"] == system.id]


@each_folder
def test_each_fixture_is_recognised_as_its_own_system_in_any_order_and_case(folder):
    heads, _ = table(folder)
    named = [*heads, "A column of my own", "Notes of the boss"]
    shuffled = random.Random(4).sample(named, len(named))
    for row in (heads, [head.upper() for head in shuffled], [head.lower() for head in shuffled]):
        found = identify(row)
        assert found is not None
        assert found.id == expected(folder)["system"]


@each_folder
def test_no_other_system_fits_the_headings_of_a_fixture_as_well(folder):
    there = {fold(head) for head in table(folder)[0]}
    sizes: dict[str, int] = {}
    for system in load():
        for needed in system.identify:
            if {fold(head) for head in needed} <= there:
                sizes[system.id] = max(sizes.get(system.id, 0), len(needed))
    own = sizes.pop(expected(folder)["system"])
    assert all(size < own for size in sizes.values()), sizes


def test_a_plain_table_is_no_known_export():
    for columns in (ORDERS, CUSTOMERS, INCIDENTS):
        assert identify(columns.names) is None
        assert identify([column.heading for column in columns.columns]) is None
    assert (
        identify(["Order ID", "Customer ID", "Customer", "Date", "Status", "Type", "Amount", "Currency"])
        is None
    )
    assert identify([]) is None


@each_system
def test_each_list_of_identifying_headings_finds_its_system_by_itself(system):
    for needed in system.identify:
        assert identify(needed) == system


@each_system
def test_each_system_has_a_fixture_and_says_where_its_headings_come_from(system):
    assert (HERE / system.id / "expected.json").exists()
    assert len(system.source) > 20
    assert system.name
    assert not system.name.lower().startswith("a ")


@each_system
def test_headings_that_identify_a_system_are_in_one_of_its_fixtures(system):
    there = [{fold(head) for head in table(folder)[0]} for folder in fixtures_of(system)]
    first = {fold(head) for head in system.identify[0]}
    assert any(first <= heads for heads in there)


@each_system
def test_roles_are_columns_of_ours_and_the_required_ones_are_there(system):
    columns = TABLES[system.table]
    assert set(system.roles) <= {column.heading for column in columns.columns} | NEW_ROLES
    assert all(system.roles.values())
    needed = {
        "orders": {"Customer ID", "Order date", "Order value"},
        "customers": set(),
        "incidents": {"Date"},
    }
    assert needed[system.table] <= set(system.roles)
    if system.table == "customers":
        assert {"Customer ID", "Email"} & set(system.roles)
        assert system.consent
    if system.table == "incidents":
        assert system.status
        assert bool(system.lacks) != ("Customer ID" in system.roles)


@each_system
def test_every_word_has_one_legal_class(system):
    for columns, classes in (
        (system.state, STATES),
        (system.kind, KINDS),
        (system.consent, CONSENTS),
        (system.status, STATUSES),
        (system.severity, SEVERITIES),
    ):
        for words in columns:
            assert set(words.words.values()) | {words.blank, words.filled} <= {*classes, ""}
            assert len({fold(word) for word in words.words}) == len(words.words), "a word stands twice"
            assert all(words.class_of(word.upper()) == group for word, group in words.words.items())


@each_system
def test_each_column_of_words_stands_once(system):
    for columns in (system.state, system.kind, system.consent, system.status, system.severity):
        assert len({fold(words.heading) for words in columns}) == len(columns)


@each_system
def test_only_known_keys_and_values_are_used(system):
    assert system.layout in {"plain", "grouped"}
    assert system.level in {
        "one row an order", "line value", "order total on each line", "order total on first line",
    }  # fmt: skip
    assert set(system.includes) <= {"tax", "shipping", "discount", "fees"}
    assert (system.layout == "grouped") == bool(system.totals)


@each_system
def test_every_state_and_class_that_a_system_knows_occurs_in_its_fixtures(system):
    rows = [row for folder in fixtures_of(system) for row in table(folder)[1]]
    for columns in (system.state, system.kind, system.consent, system.status, system.severity):
        for words in columns:
            cells = {row[head] for row in rows for head in row if fold(head) == fold(words.heading)}
            if cells:
                known = {words.class_of(cell) for cell in cells}
                assert {*words.words.values(), words.blank, words.filled} - {""} <= known, words.heading
            if cells and columns in (system.state, system.status, system.severity):
                assert {fold(word) for word in words.words} <= {fold(cell) for cell in cells}, words.heading


@each_folder
def test_every_word_of_a_fixture_is_known_to_its_system(folder):
    system = BY_ID[expected(folder)["system"]]
    _, rows = table(folder)
    ids = {fold(name) for name in system.roles.get("Order ID", ())}
    for words in system.words:
        for row in rows:
            filled = {fold(head): cell for head, cell in row.items()}
            first_line = system.level != "order total on first line" or any(
                filled.get(fold(name)) for name in system.roles["Order value"]
            )
            is_row = not ids or any(filled.get(one) for one in ids)
            cell = filled.get(fold(words.heading), "")
            if cell and first_line and is_row:
                assert words.class_of(cell), cell


@each_folder
def test_headings_that_our_other_names_would_misread_have_a_role_or_are_ignored(folder):
    system = BY_ID[expected(folder)["system"]]
    named = {fold(head) for head in system.headings}
    for column in TABLES[system.table].columns:
        if system.lacks and column.heading == "Customer ID":
            continue  # the user's own column
        if column.heading in system.roles or column.heading in {"Kind", "State", "Status", "Severity"}:
            continue
        spelt = {fold(name) for name in (column.heading, *column.aliases)}
        misread = [head for head in table(folder)[0] if fold(head) in spelt - named]
        assert not misread, f"{misread} would be read as {column.heading}"


@each_folder
def test_expected_numbers_are_well_formed(folder):
    for name, files in (
        ("expected.json", ["export.csv"]),
        ("expected_next.json", ["export.csv", "export_next.csv"]),
    ):
        if not (folder / name).exists():
            continue
        wanted = expected(folder, name)
        assert wanted["files"] == files
        assert all((folder / file).exists() for file in files)
        assert wanted["system"] in BY_ID
        assert len(wanted["why"]) > 20
        for who in ("customers", "asked"):
            for customer, (days, revenue) in wanted.get(who, {}).items():
                assert customer
                assert isinstance(days, int)
                assert days >= 1 or revenue <= 0
                assert round(revenue, 2) == revenue
        kind = BY_ID[wanted["system"]].table
        assert ("customers" in wanted) == (kind == "orders")
        if kind == "customers":
            assert "opted_out" in wanted
        for row in wanted.get("incidents", ()):
            assert set(row) == {"id", "customer", "date", "status", "severity"}
        if kind == "incidents":
            assert wanted["incidents"]


@each_system
def test_each_order_system_has_an_overlapping_next_month(system):
    if system.table == "orders":
        assert (HERE / system.id / "expected_next.json").exists()
        assert (
            expected(HERE / system.id, "expected_next.json")["customers"]
            != expected(HERE / system.id)["customers"]
        )


@each_folder
def test_a_plain_reading_by_the_entry_gives_the_numbers_worked_out_by_hand(folder):
    for name in ("expected.json", "expected_next.json"):
        if not (folder / name).exists():
            continue
        wanted = expected(folder, name)
        system = BY_ID[wanted["system"]]
        if "customers" in wanted:
            assert history(folder, wanted, system, asked=False) == wanted["customers"]
            with_asked = history(folder, wanted, system, asked=True)
            assert with_asked == {**wanted["customers"], **wanted.get("asked", {})}
        if "opted_out" in wanted:
            assert opted_out(folder, wanted, system) == set(wanted["opted_out"])
        if "incidents" in wanted:
            assert incidents(folder, wanted, system) == wanted["incidents"]
