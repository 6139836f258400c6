"""What the commands share: from the open workbook to a plan, and from a book back into the open workbook.

The order is always the same: look, read, compute, decide how to draw, keep a copy, write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.campaign import campaign_plan
from winback_xl.core.merging import cell_keys
from winback_xl.core.wording import plural
from winback_xl.errors import DataError
from winback_xl.excel import host
from winback_xl.excel.buttons import in_place
from winback_xl.excel.live import live_inputs, live_targets, open_workbook, render_live
from winback_xl.schema import columns
from winback_xl.workbook.book import laid_out
from winback_xl.workbook.sheets import snapshot
from winback_xl.workbook.spec import Book
from winback_xl.workflows import planning, reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.excel.host import Progress
    from winback_xl.excel.live.open_workbook import View
    from winback_xl.settings import Settings
    from winback_xl.workbook.sheets.changes import Entry
    from winback_xl.workbook.spec import Sheet
    from winback_xl.workflows.reading import Tables

_NOTHING_TO_KEEP = frozenset(
    {"Settings", "Lists", "Data check", "Doctor", "Guide"}
)  # our own words, or theirs in place


@dataclass(frozen=True, slots=True)
class Job:
    """The open workbook as it was found, and what was worked out from it.

    Parameters
    ----------
    view : View
    tables : Tables
        The inputs, clean.
    plan : Plan
    tracker : DataFrame or None
        Every row of the campaign that stands there, blank ones too.
    automatic : bool
        Whether the as-of day was taken from the orders.
    """

    view: View
    tables: Tables
    plan: Plan
    tracker: pd.DataFrame | None
    automatic: bool

    @property
    def kept(self) -> dict[str, int]:
        """First rows of the campaign that people work on."""
        return {} if self.tracker is None else {columns.CAMPAIGN.name: len(self.tracker)}


def read(view: View, tell: Progress) -> tuple[Tables, Settings, bool]:
    """Read and check the inputs of the workbook: the tables, the settings, and whether the day was automatic.

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
    given = open_workbook.typed_day(view)
    tables = reading.read(
        grids["Orders"], customers=grids.get("Customers"), incidents=grids.get("Incidents"), reps=grids.get("Reps"),
        as_of=given, settings=settings, tell=tell,
    )  # fmt: skip
    if settings.currency and settings.currency == campaign_plan.currency_of(tables.orders.frame):
        settings = settings.with_(currency="")  # the last press wrote it there; the orders say it themselves
    return tables, settings, given is None


def work_out(book: Any, tell: Progress, view: View | None = None) -> Job:
    """Look at the workbook, and do the whole job in memory.

    Raises
    ------
    DataError, SettingsError
        As `read`.
    """
    if view is None:
        tell("Reading the tables")
        view = open_workbook.look(book)
    tracker = tracker_of(view)
    tables, settings, automatic = read(view, lambda _: None)  # type: ignore[arg-type] # it has its own steps
    tell(f"Scoring {plural(tables.orders.frame['customer_id'].nunique(), 'customer')}")
    name = in_place.campaign_id(tracker)
    plan = planning.plan_tables(tables, settings, campaign_id=name)
    if tracker is not None:
        plan = in_place.onto(plan, tracker, _sent(view, tracker))
    return Job(view, tables, plan, tracker, automatic)


def _sent(view: View, tracker: pd.DataFrame) -> set[str]:
    """Return the customers that the campaign held when it was last written, as the Snapshot sheet remembers them."""
    held, heading = view.table(snapshot.ROWS), columns.CAMPAIGN["customer_id"].heading
    if held is None or heading not in held.headings:
        return set(tracker["customer_id"])
    at = held.headings.index(heading)
    return {str(cell_keys.value_of(str(row[at]))) for row in view.body(held) if row[at]}


def tracker_of(view: View) -> pd.DataFrame | None:
    """Return every row of the campaign that stands in the workbook, or None where there is none with a customer."""
    frame = view.frame(columns.CAMPAIGN, every_row=True)
    if frame is None or "customer_id" not in frame or not (frame["customer_id"] != "").any():
        return None
    return frame


def log_of(view: View) -> list[Entry]:
    """Return the entries of the Changes sheet."""
    held = view.table("tblLog")
    if held is None or "As of" not in held.headings:
        return []
    when, what = held.headings.index("As of"), held.headings.index("What was done")
    days = open_workbook.typed([row[when] for row in view.body(held)], "date")
    texts = [str(row[what] or "") for row in view.body(held)]
    return [(day, text) for day, text in zip(days, texts, strict=True) if text and not pd.isna(day)]


def book_of(sheets: Sequence[Sheet], plan: Plan | None = None) -> Book:
    """Return a book of some sheets."""
    if plan is None:
        return Book(tuple(sheets), "Win-back", "", pd.Timestamp("2000-01-01").to_pydatetime())
    return Book(laid_out(sheets, plan.settings), "Win-back", "", plan.as_of.to_pydatetime(), plan.currency)


def put(
    view: View,
    book: Book,
    tell: Progress,
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
    risky = [target for target in drawn if target.how != "new" and target.spec.name not in _NOTHING_TO_KEEP]
    copied = ""
    if risky:
        tell("Keeping a copy")
        copied = host.keep_copy(view.book, label)
    tell(f"Writing {plural(len(drawn), 'sheet')}")
    notes = render_live.draw(view, book, drawn)
    shown = drawn[0].name
    host.attempt(view.book.sheets[shown].activate, None)
    return copied + notes.sentence()


def note_day(view: View, plan: Plan, *, automatic: bool) -> None:
    """Note in the workbook whether its as-of day was taken from the orders."""
    day = f'="{plan.as_of:%Y-%m-%d}"' if automatic else '=""'
    if open_workbook.AUTOMATIC in view.names:
        view.book.names[open_workbook.AUTOMATIC].refers_to = day
    elif automatic:
        host.attempt(lambda: view.book.names.add(open_workbook.AUTOMATIC, day), None)
