"""Every button, pressed on a real .xlsx through the engine of `tests.excel.engine`: twice, with notes in between."""

from __future__ import annotations

import copy
import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
import xlwings as xw

from tests.excel.engine import Formula, Range, open_book
from winback_xl import samples
from winback_xl.excel import host
from winback_xl.excel.buttons import commands, entry
from winback_xl.excel.live import live_inputs, open_workbook
from winback_xl.schema import columns
from winback_xl.settings import describe
from winback_xl.workbook import input_form, render_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.excel.engine import Book, Sheet

IDEMPOTENT = (
    "check_data", "segment_customers", "suggest_make_goods", "build_campaign", "refresh_campaign", "call_sheets",
    "draft_letters", "export_mail_merge", "guide", "doctor",
)  # fmt: skip
INPUTS = ("My orders", "Clients", "Complaints", "People")


@pytest.fixture(scope="module")
def sample() -> samples.Sample:
    return samples.make(customers=60)


@pytest.fixture(scope="module")
def made(sample: samples.Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook as a user has it: four sheets with headings, no tables, names of their own."""
    path = tmp_path_factory.mktemp("book") / "ledger.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as file:
        frames = (sample.orders, sample.customers, sample.incidents, sample.reps)
        for title, frame in zip(INPUTS, frames, strict=True):
            frame.to_excel(file, sheet_name=title, index=False)
    return path


@pytest.fixture
def ledger(made: Path, tmp_path: Path) -> Path:
    path = tmp_path / made.name
    path.write_bytes(made.read_bytes())
    return path


@pytest.fixture(scope="module")
def fresh(made: Path) -> Book:
    """That workbook, open; not to be changed: use `again`."""
    return open_book(made)[1]


@pytest.fixture(scope="module")
def built(fresh: Book) -> Book:
    """The same with a campaign in it."""
    book, behind = again(fresh)
    commands.build_campaign(book)
    return behind


def again(behind: Book, kind: str = "desktop") -> tuple[xw.Book, Book]:
    """Return a copy of an open workbook that was never saved, on any host."""
    twin = copy.deepcopy(behind)
    twin.path = None
    twin.host.kind, twin.host.writes = kind, 0
    twin.app.engine.type = kind
    return xw.Book(impl=twin), twin


def content(behind: Book) -> dict[str, Any]:
    return {
        sheet.name: (
            [list(row) for row in sheet.rows],
            dict(sheet.all_tables),
            [c.title for c in sheet.all_charts],
        )
        for sheet in behind.all_sheets
    }


class Grid:
    """A table behind the host's back, as a person sees and edits it."""

    def __init__(self, behind: Book, name: str) -> None:
        self.sheet: Sheet = next(sheet for sheet in behind.all_sheets if name in sheet.all_tables)
        self.name = name

    @property
    def box(self) -> list[int]:
        return self.sheet.all_tables[self.name]

    @property
    def headings(self) -> list[str]:
        top, left, _, right = self.box
        return [self.sheet.get(top, col) for col in range(left, right + 1)]

    def column(self, heading: str) -> list[Any]:
        top, left, bottom, _ = self.box
        col = left + self.headings.index(heading)
        return [self.sheet.get(row, col) for row in range(top + 1, bottom + 1)]

    def type(self, row: int, heading: str, value: Any) -> None:
        self.sheet.put(self.box[0] + 1 + row, self.box[1] + self.headings.index(heading), value)

    def add_column(self, heading: str, values: list[Any], at: int | None = None) -> None:
        """Insert a column into the table, as people do."""
        top, left, bottom, right = self.box
        place = right + 1 if at is None else left + at
        for row in range(top, bottom + 1):
            cells = self.sheet.rows[row]
            cells.extend([None] * (right + 1 - len(cells)))
            cells.insert(place, heading if row == top else values[row - top - 1])
        self.box[3] += 1

    def reverse(self) -> None:
        """Sort the rows the other way round."""
        top, _, bottom, _ = self.box
        self.sheet.rows[top + 1 : bottom + 1] = self.sheet.rows[top + 1 : bottom + 1][::-1]

    def by_customer(self, heading: str) -> dict[str, Any]:
        return dict(zip(self.column("Customer ID"), self.column(heading), strict=True))


@pytest.mark.parametrize(
    ("name", "kind"),
    [*((name, "desktop") for name in IDEMPOTENT), ("check_data", "remote"), ("refresh_campaign", "remote")],
)
def test_a_button_pressed_twice_gives_the_same_workbook(
    name: str, kind: str, fresh: Book, built: Book
) -> None:
    book, behind = again(built if name == "refresh_campaign" else fresh, kind)
    first_said = entry.perform(name, book)
    first = content(behind)
    behind.host.writes = 0
    assert entry.perform(name, book).split(". ")[0] == first_said.split(". ")[0]
    second = content(behind)
    assert list(second) == list(first)
    for sheet in first:
        assert second[sheet] == first[sheet], sheet
    assert len(behind.host.alerts) == (
        2 if kind == "remote" else 0
    )  # its last words, for lack of a status bar


def test_inputs_are_never_written(fresh: Book, built: Book) -> None:
    before = content(again(fresh)[1])
    for sheet in INPUTS:
        assert content(built)[sheet] == before[sheet]


def test_a_build_writes_every_sheet_of_the_campaign(built: Book) -> None:
    names = [sheet.name for sheet in built.all_sheets]
    own = [
        "Today", "Campaign", "Make-goods", "Retention", "Segments", "Accounts", "Watch list", "Settings", "Guide", "Lists", "Checks", "Numbers", "Changes",
    ]  # fmt: skip
    assert [name for name in names if name in own] == own
    campaign = Grid(built, "tblCampaign")
    assert campaign.headings == [item.heading for item in columns.CAMPAIGN.columns]
    assert len(set(campaign.column("Customer ID"))) == len(campaign.column("Customer ID")) > 5


def test_numbers_and_dates_are_real_and_formulas_native(built: Book) -> None:
    campaign = Grid(built, "tblCampaign")
    assert all(isinstance(value, float) for value in campaign.column("Odds"))
    assert any(isinstance(value, dt.datetime) for value in campaign.column("Starts on"))
    assert all(isinstance(value, Formula) for value in campaign.column("Gate"))
    assert "tblCampaign[[#This Row],[Gate: talk]]" in campaign.column("Gate")[0]


def test_a_table_takes_one_write_and_each_formula_column_one(fresh: Book) -> None:
    book, behind = again(fresh)
    commands.segment_customers(book)
    assert behind.host.writes <= 5
    behind.host.writes = 0
    commands.build_campaign(book)
    free = sum(len(sheet.rows) for sheet in behind.all_sheets if sheet.name not in INPUTS)
    single = 450  # formulas outside tables are a call each: two hosts take no more at once
    assert behind.host.writes - single < free / 2  # far fewer calls than rows, let alone cells


@pytest.mark.parametrize(("name", "kind"), [("refresh_campaign", "desktop"), ("build_campaign", "remote")])
def test_what_people_type_survives(built: Book, kind: str, name: str) -> None:
    """Notes, dates, an odd text in a date column, columns of their own and a new order of rows all stay."""
    book, behind = again(built, kind)
    campaign = Grid(behind, "tblCampaign")
    rows = len(campaign.column("Customer ID"))
    campaign.type(0, "Notes", "=not a formula, call =back")
    campaign.type(1, "Last contact", dt.datetime.fromisoformat("2026-10-01"))
    campaign.type(2, "My date", "next week")
    campaign.type(3, "Agreed amount", 1234.5)
    campaign.type(rows - 1, "Stage", "Listened")
    campaign.add_column("Our code", [f"code {row}" for row in range(rows)])
    campaign.add_column("In between", [float(row) for row in range(rows)], at=30)
    campaign.reverse()
    human = [item.heading for item in columns.CAMPAIGN.of_role("human")]
    wanted = {
        heading: campaign.column(heading) for heading in ["Customer ID", *human, "Our code", "In between"]
    }
    said = entry.perform(name, book)
    assert said.startswith(("Refreshed", "Built")), said
    campaign = Grid(behind, "tblCampaign")
    for heading, cells in wanted.items():
        assert campaign.column(heading)[: len(cells)] == cells, heading
    assert all(isinstance(value, Formula) for value in campaign.column("Gate"))
    assert all(isinstance(value, str) and value for value in campaign.column("Decision"))


def test_new_orders_bring_new_customers_below_and_leave_the_others_where_they_are(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    before = campaign.column("Customer ID")
    campaign.type(0, "Notes", "mine")
    orders = behind.sheets("My orders")
    ids, days = (orders.rows[0].index(heading) for heading in _id_and_date(orders))
    pattern = list(orders.rows[1])
    for day in ("2023-12-01", "2024-01-05", "2024-02-05", "2024-03-05"):
        row = list(pattern)
        row[ids], row[days] = "NEW-1", dt.datetime.fromisoformat(day)
        orders.rows.append(row)
    assert entry.perform("refresh_campaign", book).startswith("Refreshed")
    campaign = Grid(behind, "tblCampaign")
    after = campaign.column("Customer ID")
    assert after[: len(before)] == before
    assert "NEW-1" in after[len(before) :]
    assert campaign.column("Notes")[0] == "mine"
    assert campaign.by_customer("Stage")["NEW-1"] == "Listed"


def _id_and_date(orders: Sheet) -> tuple[str, str]:
    heads = [str(head) for head in orders.rows[0]]
    customer = next(head for head in heads if "ust" in head)
    return customer, next(head for head in heads if "date" in head.casefold())


def test_who_no_longer_qualifies_stays_with_the_reason(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    place, gone = 2, campaign.column("Customer ID")[2]
    campaign.type(place, "Notes", "we promised to call")
    orders = behind.sheets("My orders")
    at = orders.rows[0].index(_id_and_date(orders)[0])
    orders.rows[:] = [row for row in orders.rows if row[at] != gone]
    complaints = behind.sheets("Complaints")
    complaints.rows[:] = [row for row in complaints.rows if gone not in row]
    assert entry.perform("refresh_campaign", book).startswith("Refreshed")
    campaign = Grid(behind, "tblCampaign")
    assert campaign.column("Customer ID")[place] == gone
    assert campaign.by_customer("Notes")[gone] == "we promised to call"
    assert (
        "No longer qualifies"
        in Grid(behind, "tblAccounts").by_customer(columns.ACCOUNTS["decision_why"].heading)[gone]
    )


def test_a_row_pasted_twice_and_a_row_without_a_key_stay_as_they_are(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    top, _, bottom, right = campaign.box
    double = list(campaign.sheet.rows[top + 1])
    blank = [None] * (right + 1)
    campaign.sheet.rows[bottom + 1 : bottom + 1] = [double, blank]
    campaign.box[2] += 2
    rows = bottom - top
    campaign.type(rows, "Notes", "the second one")
    campaign.type(rows + 1, "Notes", "no key")
    assert entry.perform("refresh_campaign", book).startswith("Refreshed")
    campaign = Grid(behind, "tblCampaign")
    assert campaign.column("Notes")[rows : rows + 2] == ["the second one", "no key"]
    assert campaign.column("Customer ID")[rows + 1] is None
    assert len(campaign.column("Notes")) == rows + 2


def test_cells_below_the_campaign_move_down_when_it_grows(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    _, left, bottom, _ = campaign.box
    campaign.sheet.put(bottom + 2, left, "my own total")
    campaign.sheet.all_tables["tblCampaign"][2] = bottom - 1  # as if the last account were not in it yet
    gone = campaign.sheet.rows[bottom]
    campaign.sheet.rows[bottom] = [None] * len(gone)
    assert entry.perform("refresh_campaign", book).startswith("Refreshed")
    cells = [row[left] for row in campaign.sheet.rows if row[left : left + 1]]
    assert "my own total" in cells
    assert campaign.box[2] == bottom


def test_a_deleted_column_of_ours_is_refused_with_its_name(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    campaign.type(-1, "Notes", "My notes")  # the heading itself
    before = content(behind)
    said = entry.perform("refresh_campaign", book)
    assert said.startswith("Not done.")
    assert "has no column Notes" in said
    assert content(behind) == before
    assert behind.host.alerts


def test_settings_that_people_changed_are_read_and_stay(built: Book) -> None:
    book, behind = again(built)
    settings = Grid(behind, "tblSettings")
    row = settings.column("Setting").index(_label("wave_size"))
    settings.type(row, "Value", 3.0)
    assert entry.perform("refresh_campaign", book).startswith("Refreshed")
    assert Grid(behind, "tblSettings").column("Value")[row] == 3.0
    assert live_inputs.settings(open_workbook.look(book)).wave_size == 3
    assert any(_label("wave_size") in str(cell) for row in behind.sheets("Guide").rows for cell in row)


def test_a_setting_out_of_bounds_is_refused_with_its_cell(built: Book) -> None:
    book, behind = again(built)
    settings = Grid(behind, "tblSettings")
    row = settings.column("Setting").index(_label("wave_size"))
    settings.type(row, "Value", -3.0)
    said = entry.perform("refresh_campaign", book)
    assert said.startswith("Not done.")
    assert f"Settings!C{settings.box[0] + 2 + row}" in said


def _label(name: str) -> str:
    return next(about.label for about in describe() if about.name == name)


def test_a_typed_day_counts_and_an_automatic_one_follows_the_orders(built: Book) -> None:
    book, behind = again(built)
    assert open_workbook.look(book).frozen is None
    orders = behind.sheets("My orders")
    _, date = _id_and_date(orders)
    at = orders.rows[0].index(date)
    day = max(
        pd.Timestamp(row[at]) for row in orders.rows[1:] if isinstance(row[at], dt.datetime)
    ).normalize()
    row = list(orders.rows[-1])
    row[orders.rows[0].index(date)] = (day + pd.Timedelta(days=9)).to_pydatetime()
    orders.rows.append(row)
    assert f"as of {day + pd.Timedelta(days=10):%Y-%m-%d}" in entry.perform("refresh_campaign", book)
    behind.names("set_freeze").refers_to_range.raw_value = [[dt.datetime.fromisoformat("2026-09-01")]]
    assert "as of 2026-09-01" in entry.perform("refresh_campaign", book)
    assert "as of 2026-09-01" in entry.perform("refresh_campaign", book)


def test_text_never_turns_into_a_formula_a_number_or_a_date(tmp_path: Path) -> None:
    path = tmp_path / "nasty.xlsx"
    names = {
        "007": "=HYPERLINK(1)",
        "1E5": "+1+1",
        "3-4": "@SUM(A1)",
        "TRUE": "'quoted",
        "2026-01-02": "#N/A!",
    }
    days = pd.date_range("2023-01-10", periods=8, freq="40D")
    rows = [(key, day) for key in names for day in days] + [("late", pd.Timestamp("2026-01-01"))]
    orders = pd.DataFrame(
        [{"Customer ID": key, "Order date": day, "Order value": 100.0} for key, day in rows]
    )
    people = pd.DataFrame({"Customer ID": list(names), "Customer": list(names.values())})
    with pd.ExcelWriter(path, engine="openpyxl") as file:
        orders.to_excel(file, sheet_name="Orders", index=False)
        people.to_excel(file, sheet_name="Customers", index=False)
    sheets = openpyxl.load_workbook(path)
    for row in sheets["Customers"].iter_rows(min_row=2, max_col=2):
        for cell in row:
            cell.data_type = "s"
    sheets.save(path)
    book, behind = open_book(path)
    behind.sheets("Customers").rows[1:] = [list(pair) for pair in names.items()]
    assert entry.perform("build_campaign", book).startswith("Built")
    segments = Grid(behind, "tblSegments")
    assert {key: segments.by_customer("Customer")[key] for key in names} == names
    assert not any(isinstance(value, Formula) for value in segments.column("Customer"))
    assert Grid(behind, "tblCampaign").by_customer("Customer") == names


def test_a_copy_is_kept_before_anything_is_replaced(ledger: Path) -> None:
    book, behind = open_book(ledger)
    commands.build_campaign(book)
    assert not list(ledger.parent.glob("*.before-*"))
    Grid(behind, "tblCampaign").type(0, "Notes", "typed and not saved")
    said = commands.refresh_campaign(book)
    (copied,) = ledger.parent.glob("ledger.before-refresh.*.xlsx")
    assert copied.name in said
    kept = openpyxl.load_workbook(copied)["Campaign"]
    assert "typed and not saved" in [cell.value for row in kept.iter_rows() for cell in row]


def test_without_save_copy_as_the_file_itself_is_copied(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, behind = open_book(ledger)
    monkeypatch.setattr(type(behind), "SaveCopyAs", None)
    said = host.keep_copy(book, "before-refresh")
    (copied,) = ledger.parent.glob("ledger.before-refresh.*.xlsx")
    assert copied.read_bytes() == ledger.read_bytes()
    assert "last saved" in said


def test_the_status_bar_tells_of_steps_and_is_given_back(fresh: Book) -> None:
    book, behind = again(fresh)
    commands.segment_customers(book)
    steps = [text for text in behind.host.texts if text]
    assert any("step 1 of 4" in text for text in steps)
    assert any(text.startswith("Scoring 60 customers") for text in steps)
    assert behind.host.texts[-1] is False
    assert behind.app.calculation == "automatic"
    assert behind.app.screen_updating is True


def test_after_an_error_everything_is_given_back_too(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(path)
    book, behind = open_book(path)
    said = entry.perform("segment_customers", book)
    assert said.startswith("Not done. This workbook holds no orders.")
    assert behind.host.alerts == [said]
    assert behind.app.calculation == "automatic"
    assert len(behind.all_sheets) == 1


def test_our_own_fault_says_so(fresh: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Any) -> str:
        raise RuntimeError("boom")

    monkeypatch.setattr(commands, "guide", fails)
    book, behind = again(fresh)
    assert "because of an error in winback_xl: RuntimeError: boom" in entry.perform("guide", book)
    assert behind.host.alerts


def test_on_a_remote_host_our_own_fault_is_raised_so_that_nothing_half_done_is_written(
    fresh: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "guide", lambda _: 1 / 0)
    book, behind = again(fresh, "remote")
    with pytest.raises(xw.XlwingsError, match="because of an error in winback_xl: ZeroDivisionError"):
        entry.perform("guide", book)
    assert not behind.host.alerts
    assert not behind.host.writes


def test_a_remote_host_without_a_message_cell_shows_the_last_word_in_a_box(fresh: Book) -> None:
    book, behind = again(fresh, "remote")
    assert behind.host.alerts == [] != [entry.perform("guide", book)] == behind.host.alerts


def test_where_no_box_can_be_shown_the_error_is_raised(fresh: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "tell", lambda *_, **__: False)
    with pytest.raises(xw.XlwingsError, match=r"no button segmnt_customers\. Did you mean segment_customers"):
        entry.perform("segmnt_customers", again(fresh)[0])


def test_bad_data_is_listed_with_its_cell(fresh: Book) -> None:
    book, behind = again(fresh)
    orders = behind.sheets("My orders")
    _, date = _id_and_date(orders)
    at = orders.rows[0].index(date)
    orders.rows[5][at] = "not a day"
    assert entry.perform("check_data", book).startswith("Checked")
    found = Grid(behind, "tblFound")
    cell = f"Book1, My orders!{chr(65 + at)}6"
    assert cell in found.column("Where")


def test_two_sheets_that_look_like_orders_are_asked_about(fresh: Book) -> None:
    book, behind = again(fresh)
    twin = copy.deepcopy(behind.sheets("My orders").rows)
    behind.sheets.add(name="Old orders", after=behind.sheets("People"))
    behind.sheets("Old orders").rows = twin
    said = entry.perform("check_data", book)
    assert "both look like orders" in said
    assert "tblOrders" in said


def test_the_input_form_keeps_its_guide_and_shows_what_was_done(
    sample: samples.Sample, tmp_path: Path
) -> None:
    """The macro workbook: buttons on its Guide, tables to paste into, a cell for the last word."""
    path = tmp_path / "form.xlsx"
    press = (input_form.Press("Data", "Check data", "Lists every problem."),)
    render_file.render(input_form.build(press), path)
    book, behind = open_book(path)
    guide = content(behind)["Guide"]
    orders = behind.sheets("Orders")
    top, left, _, _ = orders.all_tables["tblOrders"]
    heads = [orders.get(top, col) for col in range(left, left + len(columns.ORDERS.columns))]
    view = sample.orders.head(400)
    ids, days = _frame_names(view)
    value = next(name for name in view.columns if "mount" in name or "alue" in name)
    orders.all_tables["tblOrders"][2] = top + len(view)
    for row, record in enumerate(view.to_dict("records"), start=top + 1):
        orders.put(row, heads.index("Customer ID"), record[ids])
        orders.put(row, heads.index("Order date"), pd.Timestamp(record[days]).to_pydatetime())
        orders.put(row, heads.index("Order value"), float(record[value]))
    said = entry.perform("build_campaign", book)
    assert said.startswith("Built"), said
    message = behind.names("winback_message").refers_to_range.raw_value[0][0]
    assert message == said
    after = content(behind)["Guide"]
    after[0][2][0] = guide[0][2][0] if len(guide[0]) > 2 and guide[0][2] else None
    assert after[1] == guide[1]
    assert "tblAbout" in behind.sheets("About").all_tables
    assert behind.names("set_as_of").refers_to_range.raw_value[0][0] is not None
    assert entry.perform("build_campaign", book).startswith("Built")


def _frame_names(frame: pd.DataFrame) -> tuple[str, str]:
    customer = next(name for name in frame.columns if "ust" in name)
    return customer, next(name for name in frame.columns if "date" in name.casefold())


def test_load_orders_fills_the_orders_sheet(
    sample: samples.Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = tmp_path / "export.csv"
    sample.orders.to_csv(export, index=False)
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    book, behind = open_book(path)
    monkeypatch.setattr(type(behind.app), "GetOpenFilename", lambda *_: str(export), raising=False)
    monkeypatch.setattr(type(behind.app), "api", property(lambda self: self))
    said = entry.perform("load_orders", book)
    assert said.startswith("Loaded")
    rows = len(Grid(behind, "tblOrders").column("Customer ID"))
    assert rows > 100
    first = content(behind)
    entry.perform("load_orders", book)
    assert content(behind) == first
    export.write_text("\n".join(export.read_text().splitlines()[:50]))
    entry.perform("load_orders", book)
    assert len(Grid(behind, "tblOrders").column("Customer ID")) < 50
    assert entry.perform("segment_customers", book).startswith("Segmented")


SHOP = """Order ID,Customer ID,Order date,Order value,Status,Accepts Marketing
1,ann,2026-01-05,80,Paid,yes
2,ben,2026-01-07,60,Pending,no
3,ben,2026-02-07,50,Paid,no
4,cat,2026-02-09,40,Cancelled,yes
5,ann,2026-03-05,30,Paid,yes"""


def test_what_a_state_leaves_open_is_asked_and_a_setting_answers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = tmp_path / "shop.csv"
    export.write_text(SHOP)
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    made.active.title = "Settings"
    made.active.append(["Setting", "Value"])
    made.save(path)
    book, behind = open_book(path)
    monkeypatch.setattr(type(behind.app), "GetOpenFilename", lambda *_: str(export), raising=False)
    monkeypatch.setattr(type(behind.app), "api", property(lambda self: self))
    said = entry.perform("load_orders", book)
    assert "Status=Pending in the setting 'Rows that count'" in said
    assert "--" not in said
    made.active.append(["Rows that count", "Status=Pending"])
    made.save(path)
    book, behind = open_book(path)
    monkeypatch.setattr(type(behind.app), "GetOpenFilename", lambda *_: str(export), raising=False)
    monkeypatch.setattr(type(behind.app), "api", property(lambda self: self))
    assert entry.perform("load_orders", book).startswith("Loaded 4 rows")
    sheet = Grid(behind, "tblOrders")
    assert sheet.column("Customer ID") == ["ann", "ben", "ben", "ann"]
    assert sheet.column("Do not contact") == [None, "Yes", "Yes", None]
    assert entry.perform("segment_customers", book).startswith("Segmented 2 customers")


def test_load_orders_without_a_dialog_says_what_to_do_instead(fresh: Book) -> None:
    said = entry.perform("load_orders", again(fresh)[0])
    assert "cannot ask for a file" in said


def test_every_button_is_a_command_and_says_what_it_does() -> None:
    assert [
        name for name, text in zip(commands.COMMANDS, commands.described(), strict=True) if not text[1]
    ] == []
    scripts = entry.scripts()
    assert list(scripts) == list(commands.COMMANDS)
    assert scripts["guide"].__annotations__["book"] is xw.Book


def test_the_history_of_the_selected_account_counts_its_orders_by_year(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    behind.app.selected = Range(campaign.sheet, (campaign.box[0] + 2, 3, campaign.box[0] + 2, 3))
    customer = campaign.column("Customer ID")[1]
    assert customer in entry.perform("account_history", book)
    orders = behind.sheets("My orders")
    who, when = (orders.rows[0].index(name) for name in _id_and_date(orders))
    years = {float(row[when].year) for row in orders.rows[1:] if row[who] == customer}
    assert set(Grid(behind, "tblYears1").column("Year")) <= years | {str(int(year)) for year in years}
    first = content(behind)
    entry.perform("account_history", book)
    assert content(behind) == first


def test_a_talk_is_logged_on_top_for_the_selected_account_and_a_refresh_keeps_it(
    built: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("winback_xl.excel.buttons.log_talk.today", lambda: dt.date(2026, 11, 22))
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    customers = campaign.column("Customer ID")[:2]
    for place, customer in enumerate(customers):
        row = campaign.box[0] + 1 + place
        behind.app.selected = Range(campaign.sheet, (row, 3, row, 3))
        for _ in range(4):
            said = entry.perform("log_a_talk", book)
            assert "on top of Talks" in said, (customer, said)
    talks = Grid(behind, "tblTalks")
    names = [name for name in talks.column("Customer") if name]
    assert names == [campaign.column("Customer")[1]] * 4 + [campaign.column("Customer")[0]] * 4
    assert {day for day in talks.column("Day") if day} == {dt.datetime(2026, 11, 22)}  # noqa: DTZ001
    talks.type(0, "They said", "Wants the plan in writing")
    entry.perform("refresh_campaign", book)
    after = Grid(behind, "tblTalks")
    assert [name for name in after.column("Customer") if name] == names
    assert after.column("They said")[0] == "Wants the plan in writing"
    ids = [one for one in after.column("Talk ID") if one]
    assert len(set(ids)) == len(ids) == 8


def test_without_a_selected_customer_a_talk_says_what_to_click(built: Book) -> None:
    assert "press Log a talk again" in entry.perform("log_a_talk", again(built)[0])


def test_the_backtest_is_a_sheet_of_its_own_and_a_second_press_changes_nothing(built: Book) -> None:
    book, behind = again(built)
    assert entry.perform("back_test", book).startswith("Checked against")
    assert "Backtest" in [sheet.name for sheet in behind.sheets]
    first = content(behind)
    entry.perform("back_test", book)
    assert content(behind) == first


def test_without_a_selected_customer_the_history_says_what_to_click(built: Book) -> None:
    book, _ = again(built)
    assert "No customer is selected." in entry.perform("account_history", book)


def test_nobody_gets_a_letter_before_somebody_has_listened(built: Book) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    free = [place for place, flags in enumerate(campaign.column("Legal words")) if flags != "Yes"]
    first, second = (campaign.column("Customer ID")[place] for place in free[:2])
    campaign.type(free[0], "Listened", "Yes")
    campaign.type(free[0], "Their reason", "=SUM(1) trucks late")
    said = entry.perform("draft_letters", book)
    assert said.startswith("Drafted"), said
    letters = Grid(behind, "tblLetters")
    texts = letters.by_customer("Letter")
    assert "=SUM(1) trucks late" in texts[first]
    assert "[" in letters.by_customer("To change")[first]
    assert texts[second] is None
    assert letters.by_customer("Kind")[second] == "Call first"


def test_call_sheets_are_written_at_once_and_another_sheet_of_that_name_is_left_alone(built: Book) -> None:
    book, behind = again(built)
    behind.sheets.add(name="Call sheets", after=behind.sheets("People"))
    behind.sheets("Call sheets").put(0, 0, "mine")
    behind.host.writes = 0
    said = entry.perform("call_sheets", book)
    assert said.startswith("Wrote"), said
    assert behind.sheets("Call sheets").rows == [["mine"]]
    page = behind.sheets("Call sheets (win-back)")
    texts = [cell for row in page.rows for cell in row if isinstance(cell, str)]
    assert sum(text == "Landmines" for text in texts) == int(said.split()[1])
    assert behind.host.writes < 8


@pytest.mark.parametrize("kind", ["desktop", "remote"])
def test_mail_merge_leaves_out_who_opted_out_and_takes_leave_of_who_is_not_wanted(
    built: Book, kind: str, tmp_path: Path
) -> None:
    book, behind = again(built, kind)
    behind.path = tmp_path / "ledger.xlsx"
    behind.path.touch()
    campaign = Grid(behind, "tblCampaign")
    out, unwanted = campaign.column("Customer ID")[:2]
    clients = behind.sheets("Clients")
    clients.rows[0].append("Do not contact")
    for row in clients.rows[1:]:
        row.extend([None] * (len(clients.rows[0]) - 1 - len(row)))
        row.append("Yes" if out in row else None)
    campaign.type(1, "Want back?", "No")
    said = entry.perform("export_mail_merge", book)
    assert "to contact are in the sheet Mail merge" in said
    merge = Grid(behind, "tblMailMerge")
    listed = merge.column("CustomerID")
    assert out not in listed
    assert dict(zip(listed, merge.column("Kind"), strict=True))[unwanted] == "Closing"
    csv = behind.path.with_name("ledger - mail merge.csv")
    assert csv.exists() == (kind == "desktop")
    if kind == "desktop":
        assert pd.read_csv(csv, dtype=str)["CustomerID"].tolist() == listed
        csv.unlink()


def test_a_shared_copy_holds_values_only(built: Book, tmp_path: Path) -> None:
    book, behind = again(built)
    behind.path = tmp_path / "master.xlsx"
    behind.write(behind.path)
    said = entry.perform("share_copy", book)
    assert said.startswith("Saved master - shared.xlsx"), said
    shared = openpyxl.load_workbook(tmp_path / "master - shared.xlsx")
    assert "My orders" not in shared.sheetnames
    assert not any(cell.data_type == "f" for sheet in shared for row in sheet.iter_rows() for cell in row)


def test_split_and_collect_bring_the_notes_of_owners_back(built: Book, tmp_path: Path) -> None:
    book, behind = again(built)
    campaign = Grid(behind, "tblCampaign")
    for row in range(len(campaign.column("Owner"))):
        campaign.type(row, "Owner", "Ann Lee" if row % 3 else "=Bob / Co")
    behind.path = tmp_path / "master.xlsx"
    behind.write(behind.path)
    assert entry.perform("split_by_owner", book).startswith("Saved")
    folder = tmp_path / "master by owner"
    copies = sorted(folder.glob("*.xlsx"))
    assert len(copies) == 2
    assert "holds copies already" in entry.perform("split_by_owner", book)
    edited = openpyxl.load_workbook(copies[0])
    rows = edited["Campaign"].tables["tblCampaign"].ref
    sheet = edited["Campaign"]
    heads = {
        cell.value: cell.column
        for cell in sheet[int(rows.split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
    }
    top = int(rows.split(":")[0].lstrip("A")) + 1
    sheet.cell(top, heads["Notes"]).value = "the owner called"
    customer = sheet.cell(top, heads["Customer ID"]).value
    edited.save(copies[0])
    said = entry.perform("collect_copies", book)
    assert said.startswith(f"Collected {len(copies)} copies into master - collected.xlsx, 1 cell taken."), (
        said
    )
    collected = openpyxl.load_workbook(tmp_path / "master - collected.xlsx")["Campaign"]
    notes = {
        row[heads["Customer ID"] - 1].value: row[heads["Notes"] - 1].value
        for row in collected.iter_rows(min_row=top)
    }
    assert notes[customer] == "the owner called"


def test_the_version_before_the_last_button_opens_and_nothing_here_changes(ledger: Path) -> None:
    book, behind = open_book(ledger)
    commands.build_campaign(book)
    refused = entry.perform("previous_version", book)
    assert refused.startswith("Not done. No earlier version of ledger.xlsx is kept next to it.")
    assert behind.app.opened == []
    commands.segment_customers(book)
    Grid(behind, "tblCampaign").type(0, "Notes", "typed before the refresh")
    commands.refresh_campaign(book)
    newest = max(ledger.parent.glob("ledger.before-*.xlsx"), key=lambda path: path.stat().st_mtime_ns)
    assert "before-refresh" in newest.name
    before = content(behind)
    said = entry.perform("previous_version", book)
    assert behind.app.opened == [str(newest)]
    assert content(behind) == before
    assert said.startswith(f"Opened {newest.name}: this workbook as it was on ")
    assert "before the campaign was refreshed" in said
    assert said.endswith("1 older version is in the same folder.")
    kept = openpyxl.load_workbook(newest)["Campaign"]
    assert "typed before the refresh" in [cell.value for row in kept.iter_rows() for cell in row]


@pytest.mark.parametrize("name", ["previous_version", "share_copy", "split_by_owner", "collect_copies"])
def test_without_a_file_sharing_says_what_to_do(name: str, built: Book) -> None:
    book, _ = again(built, "remote")
    said = entry.perform(name, book)
    assert "xlwings Lite and Server cannot reach" in said
    assert said.endswith(host.ON_DISK[name])


@pytest.mark.office
def test_libreoffice_recalculates_what_the_buttons_wrote_and_every_check_is_ok(
    built: Book, office: Any, tmp_path: Path
) -> None:
    """The formulas are in real cells; a spreadsheet that calculates finds what Python found."""
    path = tmp_path / "pressed.xlsx"
    built.write(path)
    checks = office.cells(path)["Checks"].values()
    said = [str(cell["value"]) for cell in checks if str(cell["value"]).startswith(("OK: all", "CHECK:"))]
    assert said
    assert said[0].startswith("OK: all")


@pytest.mark.parametrize("kind", ["desktop", "remote"])
def test_a_text_typed_over_any_cell_of_ours_is_in_leftovers_after_a_refresh(built: Book, kind: str) -> None:
    """On sheets that are updated in place, and on those that are drawn again, where texts beside count too."""
    book, behind = again(built)
    places = {
        "Segments": (7, 6),
        "Make-goods": (5, 3),
        "Watch list": (1, 0),
        "Today": (8, 0),
        "Numbers": (4, 0),
        "Retention": (0, 0),
        "Checks": (0, 0),
    }
    for name, (row, column) in places.items():
        behind.sheets(name).put(row, column, f"typed on {name}")
    behind.sheets("Segments").put(2, 40, "beside Segments")
    behind.sheets("Numbers").put(9, 30, "beside Numbers")
    behind.sheets("Today").put(4, 1, "between the numbers of Today")
    behind.sheets("Today").put(9, 30, "beside Today")
    behind.sheets("Today").put(1, 0, "over a formula of Today")
    book, behind = again(behind, kind)
    said = entry.perform("refresh_campaign", book)
    assert "went to the sheet Leftovers" in said, said
    left = Grid(behind, "tblLeftovers").column("Content")
    everywhere = {cell for sheet in behind.all_sheets for line in sheet.rows for cell in line}
    assert {f"typed on {name}" for name in places} <= everywhere
    assert {"beside Segments", "beside Numbers"} <= everywhere
    assert {"between the numbers of Today", "beside Today"} <= set(left), "Today is drawn again"
    assert ("over a formula of Today" in left) == (kind == "desktop"), (
        "other hosts do not say what was a formula"
    )
    assert "beside Segments" not in left, "it stays where it is"
    assert {f"typed on {name}" for name in places} <= set(left)


def test_a_press_that_nobody_typed_before_moves_nothing_to_leftovers(built: Book) -> None:
    book, behind = again(built)
    for button in ("segment_customers", "suggest_make_goods", "refresh_campaign", "refresh_campaign"):
        said = entry.perform(button, book)
        assert "Leftovers" not in said, said
        assert "Leftovers" not in [sheet.name for sheet in behind.all_sheets]
        book, behind = again(behind)


@pytest.mark.parametrize(
    ("button", "name"), [("segment_customers", "Segments"), ("suggest_make_goods", "Make-goods")]
)
def test_a_button_that_draws_one_sheet_keeps_what_was_typed_over_it(
    built: Book, button: str, name: str
) -> None:
    book, behind = again(built)
    behind.sheets(name).put(6, 6, "typed over")
    book, behind = again(behind)
    entry.perform(button, book)
    assert Grid(behind, "tblLeftovers").column("Content") == ["typed over"]
    book, behind = again(behind)
    said = entry.perform("refresh_campaign", book)
    assert "went to" not in said, said
    assert Grid(behind, "tblLeftovers").column("Content") == ["typed over"]


def test_new_figures_of_a_button_are_not_taken_for_something_typed(built: Book) -> None:
    """Segment customers writes newer figures than the campaign was sent out with; the snapshot must know them."""
    book, behind = again(built)
    orders = behind.sheets(INPUTS[0])
    del orders.rows[-20:]
    book, behind = again(behind)
    assert entry.perform("segment_customers", book).startswith("Segmented")
    book, behind = again(behind)
    assert "Leftovers" not in entry.perform("refresh_campaign", book)
