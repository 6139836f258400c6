"""Today: one sentence, five cards, who to call, and how each owner, region, level and month does; it follows every edit."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests import desk
from tests.engines.engines import ENGINES, same, shown
from tests.engines.packages import formulas
from tests.engines.test_recalculated import installed
from winback_xl.core.outcomes import headline
from winback_xl.core.outcomes.headline import Standing
from winback_xl.core.tracking import due as standing
from winback_xl.schema.columns import CAMPAIGN
from winback_xl.workbook import book
from winback_xl.workbook.render_file import render
from winback_xl.workbook.sheets import now, numbers, talks, today, today_blocks, today_calls, week_table

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Sheet

ENGINE = pytest.mark.parametrize("engine", ENGINES)
CLOSED = ("Won", "Lost", "Let go")


def worked() -> Plan:
    """Return the campaign after a month of work: talks, deliveries, wins, some of them without a day."""
    plan = desk.built()
    size = np.arange(len(plan.campaign))
    today_ = plan.as_of + pd.Timedelta(days=30)

    def days(every: int, back: int) -> pd.Series:
        return pd.Series(
            np.where(size % every == 0, today_ - pd.Timedelta(days=back), pd.NaT), index=plan.campaign.index
        ).astype("datetime64[s]")

    frame = plan.campaign.assign(
        want_back=np.array(["Yes", "Yes", "", "No", "Later"], dtype=object)[size % 5],
        stage=np.array(["Listed", "Listened", "Delivered", "Customer confirmed", "Resting", "Decided"], dtype=object)[size % 6],
        outcome=np.array(["Open", "Open", "Won", "", "Open", "Won", "Lost"], dtype=object)[size % 7],
        last_contact=days(3, 5), delivered_on=days(4, 9), customer_confirmed=days(5, 4), won_date=days(5, 3),
        won_revenue=np.where(size % 7 == 5, 1000.0 + size, np.nan), actual_cost=np.where(size % 4 == 0, 100.0 + size, np.nan),
        anyway=np.where(size % 3 > 0, 0.2, np.nan), my_date=days(6, 12),
    )  # fmt: skip
    return replace(plan, campaign=frame, as_of=today_, frozen=True)


def sheets(plan: Plan) -> tuple[Sheet, Sheet]:
    rows = now.rows_of(plan)
    items = now.named(rows)
    log = talks.shown(plan)
    return today.sheet(plan, rows, items, log), numbers.sheet(plan, rows, items, log)


def values(sheet: Sheet) -> dict[str, Any]:
    """Return what every formula of a sheet shows, by address."""
    found = {f"{'ABCDEFGHIJ'[cell.col]}{cell.row + 1}": cell.value for cell in sheet.cells if cell.formula}
    return {**found, "A1": sheet.title, "A2": sheet.instruction}


def written(plan: Plan) -> bytes:
    made = BytesIO()
    render(book.build(plan), made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((40, 16, 33_665.4, 3, 20, 4, 9e5), "16 customers wait for us, EUR 33,665 at stake"),
        ((40, 1, 0, 0, 20, 4, 9e5), "1 customer waits for us"),
        ((40, 0, 0, 1, 20, 4, 9e5), "1 step is due today, nothing is late"),
        ((66, 0, 0, 0, 0, 0, 1_443_000), "66 accounts to win back: EUR 1,443,000 a year at risk"),
        ((1, 0, 0, 0, 0, 0, 0), "1 account to win back"),
        ((12, 0, 0, 0, 5, 0, 1e5), "Nothing is late: 12 accounts in play"),
        ((0, 0, 0, 0, 5, 3, 0), "All accounts are closed: 3 won back"),
        ((0, 0, 0, 0, 0, 0, 0), "Nobody to win back today"),
    ],
)  # fmt: skip
@ENGINE
def test_the_headline_says_what_matters_most_in_python_as_in_the_workbook(
    cells: tuple[float, ...], said: str, engine: str
) -> None:
    assert headline.sentence(Standing(*cells), "EUR") == said
    xlsxwriter = pytest.importorskip("xlsxwriter")
    made = BytesIO()
    with xlsxwriter.Workbook(made) as file:
        sheet = file.add_worksheet("S")
        for row, value in enumerate(cells):
            sheet.write_number(row, 1, value)
        names = [f"$B${row + 1}" for row in range(7)]
        of = dict(
            zip(("open", "late", "late_worth", "today", "contacted", "won", "at_risk"), names, strict=True)
        )
        ordered = [
            of[name] for name in ("late", "late_worth", "open", "today", "contacted", "won", "at_risk")
        ]
        sheet.write_formula(0, 0, headline.formula("EUR", *ordered), None, "")
    assert installed(engine)(made.getvalue()).values([("S", "A1")])[("S", "A1")] == said


@ENGINE
def test_every_number_follows_the_owner_that_is_chosen(engine: str) -> None:
    plan = worked()
    owner = plan.campaign["owner"].value_counts().index[0]
    open_book = installed(engine)(written(plan))
    home = next(cell for cell in sheets(plan)[0].cells if cell.name == standing.SHOW_OWNER)
    open_book.set((today.NAME, f"{'ABCDEFGHIJ'[home.col]}{home.row + 1}"), owner)
    only = replace(plan, campaign=plan.campaign[plan.campaign["owner"] == owner].reset_index(drop=True))
    for sheet, mine in zip(sheets(only), sheets(plan), strict=True):
        expected = values(sheet)
        named = {
            cell.name: f"{'ABCDEFGHIJ'[cell.col]}{cell.row + 1}"
            for cell in mine.cells
            if cell.name.startswith("now_")
        }
        if sheet.name == numbers.NAME:
            own = {cell.name: cell.value for cell in sheet.cells if cell.name.startswith("now_")}
            found = open_book.values([(sheet.name, place) for place in named.values()])
            named.pop("now_based")  # of how many we know what returns anyway is the same for all
            for name, place in named.items():
                assert same(found[sheet.name, place], shown(own[name])), name
        else:
            cards = [place for place in expected if place[1:] in {"4", "5"}] + ["A1"]
            found = open_book.values([(sheet.name, place) for place in cards])
            for place in cards:
                assert same(found[sheet.name, place], shown(expected[place])), place


@ENGINE
def test_it_follows_what_people_type(engine: str) -> None:
    """The rows as worked on, typed into the workbook of day 0: every cell of both sheets shows the numbers of the work."""
    after = worked()
    before = replace(desk.built(), as_of=after.as_of, frozen=True)
    before = replace(before, campaign=before.campaign.assign(anyway=after.campaign["anyway"]))
    open_book = installed(engine)(written(before))
    letters = {column.name: place for place, column in enumerate(CAMPAIGN.columns)}
    for name in ("want_back", "stage", "outcome", "last_contact", "delivered_on", "customer_confirmed", "won_date", "won_revenue", "actual_cost", "my_date"):  # fmt: skip
        for row, value in enumerate(after.campaign[name].tolist(), start=5):
            blank = value is None or value == "" or pd.isna(value)
            typed = None if blank else value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
            open_book.set(("Campaign", f"{letter(letters[name])}{row}"), typed)
    expected = formulas(written(after))
    ours = [at for at in expected if at[0] == today.NAME]
    # What is planned is calculated, not a formula: J6 and the title of the weeks are of the day of writing.
    listed = {
        *_rows(after, "By owner", today_blocks.OWNERS + 1),
        *_rows(after, "By region", today_blocks.REGIONS),
    }
    found = open_book.values(ours)
    wrong = {
        at: (expected[at], found[at])
        for at in ours
        if int(re.sub(r"\D", "", at[1])) not in listed
        and at[1] != "J6"
        and "Net: " not in expected[at][0]
        and not same(found[at], shown(expected[at][1]))
    }
    assert wrong == {}


def letter(place: int) -> str:
    return ("" if place < 26 else chr(64 + place // 26)) + chr(65 + place % 26)


def _rows(plan: Plan, title: str, most: int) -> range:
    """Return the rows of a list whose order is of the day on which the workbook was written."""
    start = next(cell.row for cell in sheets(plan)[0].cells if str(cell.value).startswith(title))
    return range(start + 1, start + 3 + most)


def test_blocks_add_up_to_the_cards() -> None:
    plan = worked()
    rows = now.rows_of(plan)
    value = {item.name: item.value for item in now.named(rows)}
    for make in (
        lambda block: today_blocks.by_owner(plan, rows, block),
        lambda block: today_blocks.by_level(rows, block),
    ):
        block = today_blocks.Block(0)
        make(block)
        columns = {
            col: sum(float(cell.value or 0) for cell in block.cells if cell.col == col and cell.row > 1)
            for col in (1, 3, 4, 6, 7)
        }
        names = {1: "now_open", 3: "now_late", 4: "now_risk", 6: "now_won", 7: "now_net"}
        assert columns == pytest.approx({col: value[name] for col, name in names.items()})
    assert sum(today_blocks.stands(rows)[:-1]) == value["now_open"]
    assert today_blocks.stands(rows)[-1] == value["now_said"]
    assert value["now_won"] <= value["now_said"]
    assert value["now_contacted"] <= value["now_worked"]


def test_the_dearest_that_is_due_comes_first_with_phone_and_step() -> None:
    plan = worked()
    rows = now.rows_of(plan)
    block = today_blocks.Block(0)
    today_calls.calls(rows, block, {column.name: column.heading for column in CAMPAIGN.columns})
    held = {(cell.row, cell.col): cell.value for cell in block.cells}
    due = rows.frame[rows.frame["days_overdue"] >= 0].sort_values("worth", ascending=False, kind="stable")
    assert len(due) > 3
    assert held[2, 7] == due["worth"].max()
    first = rows.frame[rows.frame["customer"] == held[2, 0]].iloc[0]
    assert (held[2, 2], held[2, 4], held[2, 6]) == (first["do_next"], first["phone"], first["days_overdue"])


def test_on_day_0_it_says_in_words_that_nobody_is_due(empty_plan: Plan) -> None:
    plan = desk.built()
    first, _ = sheets(plan)
    assert first.title.endswith("a year at risk")
    said = [cell.value for cell in first.cells]
    assert today_calls.NEXT in said
    assert "no win yet" in said
    assert "nothing is late" in said
    nobody, _ = sheets(empty_plan)
    assert nobody.title == "Nobody to win back today"
    assert {"No open account", today_calls.NO_CALL} <= {cell.value for cell in nobody.cells}


def test_with_nobody_due_the_list_names_who_comes_next_dearest_first() -> None:
    plan = desk.built()
    rows = now.rows_of(plan)
    block = today_blocks.Block(0)
    today_calls.calls(rows, block, {column.name: column.heading for column in CAMPAIGN.columns})
    held = {(cell.row, cell.col): cell.value for cell in block.cells}
    late = rows.frame["days_overdue"]
    soon = rows.frame[(late < 0) & (late >= -7)].sort_values("worth", ascending=False, kind="stable")
    assert not (late >= 0).any()
    assert [held[2 + at, 7] for at in range(today_calls.CALLS)] == list(soon["worth"][: today_calls.CALLS])
    assert all(held[2 + at, 6] < 0 for at in range(today_calls.CALLS))


def test_the_net_takes_off_what_would_have_come_without_us_and_says_when_it_cannot() -> None:
    plan = worked()
    value = {item.name: item.value for item in now.named(now.rows_of(plan))}
    frame = plan.campaign
    won = (frame["outcome"] == "Won") & frame["customer_confirmed"].notna()
    anyway = (frame["won_revenue"].fillna(0) * plan.settings.margin * frame["anyway"].fillna(0))[won].sum()
    assert value["now_anyway"] == pytest.approx(anyway)
    assert anyway > 0
    assert today.NET in [cell.value for cell in sheets(plan)[0].cells]
    unknown = replace(plan, campaign=frame.assign(anyway=np.nan))
    assert today.RECOVERED in [cell.value for cell in sheets(unknown)[0].cells]


def test_the_plan_spends_first_and_earns_later() -> None:
    net = week_table.planned(desk.built())
    assert net[0] == 0
    assert net.min() < 0 < net[-1]
    even = week_table.even_week(net)
    assert net[even] >= 0 > net[even - 1]
    assert week_table.even_week(-np.ones(5)) == 0


def test_no_formula_needs_more_than_excel_2019_or_counts_by_an_array() -> None:
    """Engines disagree on an array as a criterion; only the newest Excel has functions that spill."""
    texts = {
        at: text
        for at, (text, _) in formulas(written(worked())).items()
        if at[0] in {today.NAME, numbers.NAME, "Checks"}
    }
    assert len(texts) > 300
    young = re.compile(r"XLOOKUP|FILTER\(|LET\(|LAMBDA|UNIQUE\(|SORT\(|SEQUENCE|MAXIFS|MINIFS|TEXTJOIN")
    assert [at for at, text in texts.items() if young.search(text)] == []
    assert [at for at, text in texts.items() if re.search(r"SUMPRODUCT\([^)]*COUNTIF", text)] == []
    criterion = re.compile(r"(?:COUNT|SUM)IFS?\((?:[^()]*,)tbl\w+\[[^\]]+\],tbl\w+\[[^\]]+\][,)]")
    assert [
        at
        for at, text in texts.items()
        if at[0] == today.NAME and criterion.search(text.replace("[#This Row],", ""))
    ] == []
    assert max(len(text) for text, _ in formulas(written(worked())).values()) <= 700, (
        "a reader can hold every formula"
    )
