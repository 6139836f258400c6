"""A shared copy holds values only, and a masked one no name anywhere in its package."""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests import people
from winback_xl import samples
from winback_xl.core.outreach import anonymise
from winback_xl.errors import FileError
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workflows import planning, saving, sharing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracles import Office
    from winback_xl.core.campaign.campaign_plan import Plan

SECRET = "Zyx Quorn called at midnight"


@pytest.fixture(scope="module")
def plan() -> Plan:
    made = samples.make(seed=3, customers=60, years=2)
    return planning.plan(made.orders, customers=made.customers, incidents=made.incidents, reps=made.reps)


@pytest.fixture(scope="module")
def worked(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a campaign with secrets in every place where people put them."""
    path = saving.save(plan, tmp_path_factory.mktemp("worked") / "campaign.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    for heading in people.HUMAN:
        sheet.cell(top + 1, places[heading]).value = SECRET
    column = max(places.values()) + 1
    sheet.cell(top, column).value = SECRET
    sheet.cell(top + 2, column).value = SECRET
    sheet.cell(top + 3, places["Notes"]).comment = openpyxl.comments.Comment(SECRET, "Zyx Quorn")
    book["Guide"]["H40"] = SECRET
    book.create_sheet("Own")["A1"] = SECRET
    book.properties.creator = book.properties.lastModifiedBy = "Zyx Quorn"
    book.save(path)
    return path


def package_text(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return "\n".join(
            f"{name}\n{package.read(name).decode('utf-8', 'replace')}" for name in package.namelist()
        )


def secrets(plan: Plan) -> set[str]:
    """Return every name and every text that somebody wrote, long enough not to be a word of ours by chance."""
    campaign, goods = plan.campaign, plan.make_goods
    columns = [
        campaign[name]
        for name in ("customer", "contact", "owner", "manager", "reason_theirs", "cause", "requested_remedy")
    ]
    columns += [goods["customer"], goods["what_happened"], goods["incidents"], plan.segments["customer"]]
    return {str(text) for column in columns for text in column if len(str(text)) > 3}


def test_a_shared_copy_has_every_value_and_no_formula_snapshot_macro_or_author(
    worked: Path, tmp_path: Path
) -> None:
    sharing.share(worked, tmp_path / "copy.xlsx")
    text = package_text(tmp_path / "copy.xlsx")
    assert "<f>" not in text
    assert "<f " not in text
    assert "calculatedColumnFormula" not in text
    assert "Snapshot" not in text
    assert "vbaProject" not in text
    assert "externalLink" not in text
    assert str(worked.parent) not in text
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy
    assert "Own" not in book.sheetnames
    old = people.read(worked)
    shown = {key: value for key, value in people.read(tmp_path / "copy.xlsx").items() if value is not None}
    assert all(
        shown[key] == value
        for key, value in old.items()
        if value is not None and not str(value).startswith("=")
    )
    steps = [value for key, value in shown.items() if key[1] == "Do next"]
    assert len(steps) > 20


@pytest.mark.parametrize("ids", [False, True])
def test_nothing_masked_is_anywhere_in_the_package(
    ids: bool, worked: Path, plan: Plan, tmp_path: Path
) -> None:
    sharing.share(worked, tmp_path / "copy.xlsx", mask=True, mask_ids=ids)
    text = package_text(tmp_path / "copy.xlsx")
    assert SECRET not in text
    assert "Quorn" not in text
    hidden = secrets(plan)
    assert len(hidden) > 60
    plain = text + html.unescape(text)
    assert not {name for name in hidden if name in plain}
    assert str(worked.parent) not in plain
    assert "Snapshot" not in plain
    assert "vbaProject" not in plain
    found = {customer for customer in plan.segments["customer_id"] if re.search(rf"\b{customer}\b", text)}
    assert (not found) if ids else found == set(plan.segments["customer_id"])
    assert "Customer 001" in text


def _right_guesses(old: Plan, masked: Plan) -> float:
    """Return the share of customers whom somebody names who has the sorted customer list and the masked copy."""
    by_days = old.segments.set_index("customer_id")["order_days"]
    truth = dict(zip(old.campaign["customer_id"], masked.campaign["customer"], strict=True))
    in_order = dict(zip(sorted(truth), sorted(truth.values()), strict=True))
    in_rows = dict(zip(sorted(by_days.index), masked.segments["customer"], strict=True))
    return max(np.mean([guess[key] == name for key, name in truth.items()]) for guess in (in_order, in_rows))


def test_who_has_the_sorted_customer_list_names_no_more_than_chance(worked: Path) -> None:
    old = reopen(worked).plan
    count = old.campaign["customer_id"].nunique()
    guessed = [_right_guesses(old, anonymise.plan(old, ids=True)) for _ in range(40)]
    assert count > 15
    assert np.mean(guessed) < 5 / count  # chance names one of them, in each of two ways
    assert len({tuple(anonymise.plan(old, ids=True).campaign["customer"]) for _ in range(5)}) == 5


@pytest.mark.parametrize("table", ["segments", "make_goods", "campaign"])
def test_a_text_typed_into_any_column_is_masked(worked: Path, table: str) -> None:
    """Whatever column somebody types a name into, over our own words too, the name is not in a masked copy."""
    old = reopen(worked).plan
    frame = getattr(old, table)
    computed = {column.name for column in CAMPAIGN.columns if column.role == "formula"}
    for name in frame:
        if name == "customer_id" or name in computed:
            continue
        typed = frame.copy()
        typed[name] = typed[name].astype(object)
        typed.loc[typed.index[0], name] = "ask Birgit"
        masked = anonymise.plan(replace(old, **{table: typed}), ids=True)
        assert not (getattr(masked, table).astype(str) == "ask Birgit").to_numpy().any(), name


def test_what_the_product_writes_itself_stays_readable(worked: Path) -> None:
    old = reopen(worked).plan
    new = anonymise.plan(old)
    back = dict(zip(old.campaign["customer_id"], new.campaign["customer"], strict=True))
    goods = old.make_goods.assign(customer=old.make_goods["customer_id"].map(back)).sort_values("customer")
    for name in ("form", "approver", "failure_type", "fault_split", "flags"):
        assert new.make_goods[name].tolist() == goods[name].tolist(), name


def test_a_blurred_copy_rounds_amounts_and_moves_all_days_alike(worked: Path, tmp_path: Path) -> None:
    old = reopen(worked).plan
    new = anonymise.plan(old, key="k", blur=True)
    back = old.as_of - new.as_of
    assert 30 <= back.days < 330
    pairs = [
        (was, now)
        for was, now in zip(old.campaign["starts_on"], new.campaign["starts_on"], strict=True)
        if isinstance(was, pd.Timestamp) and not pd.isna(was)
    ]
    assert len(pairs) > 10
    assert all(was - now == back for was, now in pairs)
    amounts = new.segments["revenue"].dropna()
    assert all(float(f"{amount:.1e}") == pytest.approx(amount) for amount in amounts)
    sharing.share(worked, tmp_path / "copy.xlsx", blur=True)
    assert "Customer 001" in package_text(tmp_path / "copy.xlsx")


def test_no_day_of_a_blurred_copy_gives_away_by_how_much_all_were_moved(plan: Plan, tmp_path: Path) -> None:
    """The day of a talk is counted again by formulas, and the name of a campaign holds its first day."""
    path = saving.save(plan, tmp_path / "campaign.xlsx")
    book = openpyxl.load_workbook(path)
    today, campaign, talks = plan.as_of.to_pydatetime(), book["Campaign"], book["Talks"]
    top, places = people.header_of(campaign)
    talked, promised = today + timedelta(days=11), today + timedelta(days=13)
    head = next(cell for row in talks for cell in row if cell.value == "Day").row
    log = {cell.value: cell.column for cell in talks[head]}
    for heading, value in {
        "Day": talked,
        "Customer": campaign.cell(top + 1, 1).value,
        "By when": promised,
    }.items():
        talks.cell(head + 1, log[heading]).value = value
    campaign.cell(top + 2, places["Last contact"]).value = talked
    campaign.cell(top + 2, places["Want back?"]).value = "Yes"
    book.save(path)
    old = reopen(path).plan
    back = old.as_of - anonymise.plan(old, key="k", blur=True).as_of
    sharing.share(path, tmp_path / "copy.xlsx", mask_key="k", blur=True)
    copy = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    shown = [
        (f"{sheet.title}!{cell.coordinate}", cell.value) for sheet in copy for row in sheet for cell in row
    ]
    known = {day.to_pydatetime().date() for day in (old.as_of, pd.Timestamp(talked), pd.Timestamp(promised))}
    gone = {f"{day:%Y-%m-%d}" for day in known} | {str((day - date(1899, 12, 30)).days) for day in known}
    for place, value in shown:
        text = f"{value.date()}" if isinstance(value, datetime) else str(value)
        if not place.startswith("Segments!"):  # days of orders a year after one another fall on many days
            assert not any(one in text for one in gone), (place, value)
    moved = (pd.Timestamp(talked) - back).to_pydatetime()
    at = [cell.value for cell in copy["Campaign"][people.header_of(copy["Campaign"])[0]]].index("Last talk")
    days = [row[at].value for row in copy["Campaign"].iter_rows(min_row=top + 1)]
    assert days.count(moved) == 2


def test_pseudonyms_are_the_same_in_every_table_and_every_copy(worked: Path) -> None:
    old = reopen(worked).plan
    one, two = (anonymise.plan(old, ids=True, key="between us") for _ in range(2))
    assert one.campaign["customer"].tolist() == two.campaign["customer"].tolist()
    names = dict(zip(old.campaign["customer_id"], one.campaign["customer"], strict=True))
    assert set(names.values()) <= set(one.segments["customer"])
    assert one.campaign["customer"].tolist() == [names[key] for key in old.campaign["customer_id"]]
    assert one.campaign["customer_id"].tolist() == one.campaign["customer"].tolist()
    assert len(set(names.values())) == len(names)


def test_amounts_and_levels_stay_as_they_are(worked: Path) -> None:
    old = reopen(worked).plan
    new = anonymise.plan(old)
    for name in ("level", "status", "odds", "recommended", "expected_value", "form", "approver"):
        assert new.campaign[name].tolist()[1:] == old.campaign[name].tolist()[1:]


def test_an_existing_copy_is_replaced_only_on_request_and_a_dry_run_writes_nothing(
    worked: Path, tmp_path: Path
) -> None:
    sharing.share(worked, tmp_path / "copy.xlsx", dry_run=True)
    assert not (tmp_path / "copy.xlsx").exists()
    sharing.share(worked, tmp_path / "copy.xlsx")
    with pytest.raises(FileError, match="exists already"):
        sharing.share(worked, tmp_path / "copy.xlsx")
    sharing.share(worked, tmp_path / "copy.xlsx", force=True)
    assert len(list(tmp_path.glob("copy.before.*.xlsx"))) == 1


TYPED = {
    '=WINBACK_FORM("Billing error")': ("str", "cash"),
    "=WINBACK_LOSS(0,12,2500)": ("n", "30000"),
    "=WINBACK_APPROVER(4700)": ("e", "#NAME?"),  # saved by a program without the add-in
    "=1/0": ("e", "#DIV/0!"),
}
"""Formulas that somebody typed next to the campaign, and what is in the file as their value."""


@pytest.fixture(scope="module")
def with_formulas(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a campaign in which somebody typed WINBACK_ formulas into a column of their own, as Excel saves it."""
    path = saving.save(plan, tmp_path_factory.mktemp("typed") / "campaign.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = people.campaign_of(book)
    top, places = people.header_of(sheet)
    column = max(places.values()) + 1
    for row, text in enumerate(("Mine", *TYPED), start=top):
        sheet.cell(row, column).value = text
    book.save(path)
    whole = path.with_name("typed.xlsx")
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(whole, "w") as target:
        for name in package.namelist():
            content = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = content.decode()
                for formula, (kind, value) in TYPED.items():
                    f = f"<f>{formula[1:]}</f>"
                    cell = rf'(<c r="[A-Z]+\d+"(?: s="\d+")?)[^>]*>{re.escape(f)}<v ?/?>(?:</v>)?'
                    text = re.sub(cell, rf'\1 t="{kind}">{f}<v>{value}</v>', text)
                content = text.encode()
            target.writestr(name, content)
    return whole


def mine(path: Path) -> list[object]:
    sheet = people.campaign_of(openpyxl.load_workbook(path, data_only=True))
    top, places = people.header_of(sheet)
    return [sheet.cell(row, places["Mine"]).value for row in range(top + 1, top + 1 + len(TYPED))]


def test_a_formula_that_somebody_typed_is_the_value_that_it_gave_and_never_name(
    with_formulas: Path, tmp_path: Path
) -> None:
    assert mine(with_formulas) == ["cash", 30_000, "#NAME?", "#DIV/0!"]
    sharing.share(with_formulas, tmp_path / "copy.xlsx")
    assert mine(tmp_path / "copy.xlsx") == ["cash", 30_000, None, "#DIV/0!"]
    assert "WINBACK_" not in package_text(tmp_path / "copy.xlsx")


@pytest.mark.office
def test_opened_without_the_add_in_a_shared_copy_shows_no_name_error_and_every_number(
    with_formulas: Path, office: Office, tmp_path: Path
) -> None:
    """The office has no extension installed; what it shows after a hard recalculation is what the campaign said."""
    sharing.share(with_formulas, tmp_path / "copy.xlsx")
    cells = office.cells(tmp_path / "copy.xlsx", recalculate=True)
    shown = [(sheet, at, cell) for sheet, found in cells.items() for at, cell in found.items()]
    assert [
        one for one in shown if one[2]["formula"] or str(one[2]["value"]).startswith(("#NAME", "#ERR"))
    ] == []
    book = openpyxl.load_workbook(tmp_path / "copy.xlsx")
    numbers = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
    }
    assert len(numbers) > 1000
    assert {at: cells[at[0]][at[1]]["value"] for at in numbers} == numbers


@pytest.mark.office
def test_without_the_add_in_the_workbook_itself_would_show_it(with_formulas: Path, office: Office) -> None:
    """So the test above can fail."""
    cells = office.cells(with_formulas, recalculate=True)
    assert "#ERROR 525" in {cell["value"] for found in cells.values() for cell in found.values()}
