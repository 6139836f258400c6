"""Shared steps of the commands: from the open workbook to a plan, and from a book back into the workbook.

The order is always the same: look, read, compute, decide how to draw, keep a copy, write.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.campaign.campaign_plan import Wishes
from winback_xl.core.cell_text import written
from winback_xl.core.merging import left_behind, refreshed_campaign
from winback_xl.core.orders import order_columns
from winback_xl.core.wording import plural
from winback_xl.errors import DataError
from winback_xl.excel import host
from winback_xl.excel.buttons import standing_campaign, standing_order, typed_on_sheets
from winback_xl.excel.live import live_inputs, live_targets, open_workbook, render_live
from winback_xl.schema import columns
from winback_xl.workbook.book import laid_out
from winback_xl.workbook.reopened.carried_over import Kept, with_added
from winback_xl.workbook.sheets import leftovers, snapshot
from winback_xl.workbook.spec import Book
from winback_xl.workflows import missing_customers, planning, reading, refreshing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.merging.campaign_state import CampaignState
    from winback_xl.core.merging.refreshed_campaign import RefreshedCampaign
    from winback_xl.excel.host import Progress
    from winback_xl.excel.live.open_workbook import View
    from winback_xl.settings import Settings
    from winback_xl.workbook.spec import Field, Sheet, Table
    from winback_xl.workflows.reading import Tables

_NOTHING_TO_KEEP = frozenset(
    {"Settings", "Lists", "Data check", "Doctor", "Guide"}
)  # our own words, or theirs in place


@dataclass(frozen=True, slots=True)
class Job:
    """The open workbook as it was found, and what was calculated from it.

    Parameters
    ----------
    view : View
    tables : Tables
        The inputs, clean.
    plan : Plan
    state : CampaignState or None
        The campaign that is there.
    done : RefreshedCampaign or None
        What became of it.
    """

    view: View
    tables: Tables
    plan: Plan
    state: CampaignState | None
    done: RefreshedCampaign | None

    @property
    def rows_kept(self) -> dict[str, int]:
        """First rows of each table whose human cells stay as they are in the workbook."""
        if self.state is None:
            return {}
        rows = {columns.CAMPAIGN.name: len(self.state.rows), columns.TALKS.name: len(self.state.talks)}
        return {**rows, **dict.fromkeys(self.state.others, 0)}

    @property
    def carried(self) -> Kept:
        """What goes into the next book next to the plan."""
        if self.state is None or self.done is None:
            return Kept()
        listed = refreshed_campaign.sheet_lines(self.state, self.done)
        return Kept(
            standing_campaign.added_columns(self.plan.campaign),
            self.state.log,
            self.done.note(self.state, listed),
            listed,
            self.done.conflicts,
            others=self.done.others,
            in_place=True,
        )

    @property
    def moved(self) -> str:
        """What was put on the Leftovers sheet, as a sentence; "" for nothing."""
        if self.state is None or self.done is None:
            return ""
        listed = refreshed_campaign.sheet_lines(self.state, self.done)
        return (
            f" {left_behind.unchanged(listed, self.state)}" if len(listed) > len(self.state.leftovers) else ""
        )

    def book(self, *sheets: Sheet) -> Book:
        """Return a book of some sheets, with the columns that people added to their tables."""
        return self.in_place(book_of([with_added(sheet, self.carried) for sheet in sheets], self.plan))

    def keeping(self, book: Book) -> Job:
        """Return the job with what people typed over cells that drawing a book replaces: it goes to Leftovers."""
        if self.state is None:
            return self
        stray = typed_on_sheets.typed_over(self.view, live_targets.targets(self.view, book, self.rows_kept))
        return replace(self, state=replace(self.state, stray=stray)) if len(stray) else self

    def with_leftovers(self, sheet: Sheet) -> Book:
        """Return a book of one sheet and, where drawing it replaces what people typed, of the Leftovers sheet."""
        book = self.book(sheet)
        job = self.keeping(book)
        if job is self or job.state is None:
            return book
        listed = left_behind.listed(job.state, ())
        return self.book(sheet, leftovers.leftovers(listed))

    def in_place(self, book: Book) -> Book:
        """Return a book whose rows stand where they do, without the added columns that are as they should be.

        Formulas in those stay formulas.
        """
        sheets = (standing_order.as_they_stand(self.view, sheet) for sheet in book.sheets)
        return replace(book, sheets=tuple(self._touched(sheet) for sheet in sheets))

    def _touched(self, sheet: Sheet) -> Sheet:
        names = {columns.CAMPAIGN.name, *(self.state.others if self.state is not None else ())}
        if not names & {table.name for table in sheet.tables}:
            return sheet
        return replace(
            sheet,
            tables=tuple(
                replace(table, fields=tuple(item for item in table.fields if not self._stands(table, item)))
                for table in sheet.tables
            ),
        )

    def _stands(self, table: Table, item: Field) -> bool:
        """Return whether an added column needs no writing: no row of it moved or came back with content."""
        ours = next((one for one in columns.TABLES if one.name == table.name), None)
        held = self.view.table(table.name)
        if ours is None or held is None or item.heading in {column.heading for column in ours.columns}:
            return False
        if table.name == columns.CAMPAIGN.name:
            return not any(written(value) for value in list(item.values)[self.rows_kept[table.name] :])
        return standing_campaign.rows_stay(self.view, held, table) or standing_campaign.has_formulas(
            self.view, held, item.heading
        )


def read(view: View, progress: Progress, *, standing: bool = False) -> tuple[Tables, Settings]:
    """Read and check the inputs of the workbook.

    Parameters
    ----------
    view : View
    progress : Progress
    standing : bool
        Whether there is a campaign already.

    Raises
    ------
    DataError
        There are no orders, or they cannot be used.
    SettingsError
        A setting is out of bounds.
    """
    settings = live_inputs.settings(view)
    grids = {title: grid for title, grid in live_inputs.inputs(view).items() if grid.rows}
    if "Orders" not in grids:
        raise DataError(
            "This workbook holds no orders.",
            "Paste them into a sheet with the headings Customer ID, Order date and Order value, or press Load orders.",
            code="no-orders",
        )
    chosen = view.frozen
    if snapshot.outdated(typed_on_sheets.known_of(view).get("plan", {}), chosen):
        chosen = None  # nobody chose that day: it was kept because the orders were old
    tables = reading.read(
        grids["Orders"], customers=grids.get("Customers"), incidents=grids.get("Incidents"), reps=grids.get("Reps"),
        as_of=chosen, settings=settings, progress=progress,
    )  # fmt: skip
    if settings.currency and settings.currency == order_columns.currency(tables.orders.frame):
        settings = settings.with_(currency="")  # the last press wrote it there; the orders say it themselves
    if chosen is not None:
        return replace(tables, frozen=True), settings
    if standing and view.day is not None and view.day > tables.as_of:  # as the command does: no day goes back
        return replace(tables, as_of=view.day), settings
    return tables, settings


def work_out(book: Any, progress: Progress, view: View | None = None) -> Job:
    """Look at the workbook, and do the whole job in memory: as `winback refresh` does where there is a campaign.

    Raises
    ------
    DataError, SettingsError
        As `read`.
    """
    if view is None:
        progress("Reading the tables")
        view = open_workbook.look(book)
    state = standing_campaign.state_of(view)
    quiet: Any = lambda _: None  # noqa: E731 - this one has steps of its own
    tables, settings = read(view, quiet, standing=state is not None)
    progress(f"Scoring {plural(tables.orders.frame['customer_id'].nunique(), 'customer')}")
    if state is None:
        return Job(view, tables, planning.plan_tables(tables, Wishes(settings=settings)), None, None)
    missing_customers.refuse(state, tables.orders.frame)
    done = refreshing.bring_up_to_date(state, tables, settings, in_place=True)
    return Job(view, tables, done.plan, state, done)


def book_of(sheets: Sequence[Sheet], plan: Plan | None = None) -> Book:
    """Return a book of some sheets."""
    if plan is None:
        return Book(tuple(sheets), "Win-back", "", pd.Timestamp("2000-01-01").to_pydatetime())
    return Book(laid_out(sheets, plan.settings), "Win-back", "", plan.as_of.to_pydatetime(), plan.currency)


def put(
    view: View,
    book: Book,
    progress: Progress,
    *,
    kept: dict[str, int] | None = None,
    label: str = "before-update",
) -> str:
    """Write a book into the open workbook, after a copy of what it replaces.

    Returns
    -------
    str
        What else is to be said: which copy was kept, and what this host could not draw.
    """
    drawn = live_targets.targets(view, book, kept)
    remembered = typed_on_sheets.remembered(view, book)
    risky = [target for target in drawn if target.how != "new" and target.spec.name not in _NOTHING_TO_KEEP]
    copied = ""
    if risky:
        progress("Keeping a copy")
        copied = host.keep_copy(view.book, label)
    progress(f"Writing {plural(len(drawn), 'sheet')}")
    notes = render_live.draw(view, book, drawn)
    if remembered is not None:
        remembered()
    shown = drawn[0].name
    host.attempt(view.book.sheets[shown].activate, None)
    return copied + notes.sentence()
