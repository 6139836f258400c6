"""The buttons: each a plain function of the open workbook that returns one sentence, what was done and what is next.

Each may be pressed twice with the same result; each writes its own tables and sheets only, and never a cell that
people fill in. `winback_xl.excel.buttons.entry` calls them and tells their errors.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from winback_xl import installation as checkup
from winback_xl.core.outcomes import beyond_base
from winback_xl.core.outreach import campaign_letters
from winback_xl.core.wording import plural
from winback_xl.errors import DataError
from winback_xl.excel import excel_doctor, host, workbook_doctor
from winback_xl.excel.buttons import (
    log_talk,
    merge_sheet,
    order_file,
    pages,
    selected_account,
    session,
    standing_campaign,
)
from winback_xl.excel.buttons.copies import collect_copies, previous_version, share_copy, split_by_owner
from winback_xl.excel.live import live_inputs, live_targets, open_workbook
from winback_xl.files.csv_file import write_letters
from winback_xl.schema import columns
from winback_xl.workbook import book as campaign_book
from winback_xl.workbook.sheets import account_history as account_history_page
from winback_xl.workbook.sheets import backtest as backtest_page
from winback_xl.workbook.sheets import call_sheets as call_pages
from winback_xl.workbook.sheets import leftovers, make_goods, segments
from winback_xl.workflows import (
    backtesting,
    checking,
    exporting,
)

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.workbook.spec import Book

__all__ = ["COMMANDS", "collect_copies", "described", "previous_version", "share_copy", "split_by_owner"]

COMMANDS = (
    "load_orders", "check_data", "segment_customers", "suggest_make_goods", "build_campaign", "back_test",
    "account_history", "refresh_campaign", "log_a_talk", "call_sheets", "draft_letters", "export_mail_merge", "previous_version", "share_copy", "split_by_owner",
    "collect_copies", "guide", "doctor",
)  # fmt: skip
"""Every button, in the order of the work."""

_GUIDE = "The Guide sheet shows which button to press, and what to do next."


def load_orders(book: Any) -> str:
    """Read an order export, check it, and put the rows that can be used into the Orders sheet."""
    path = order_file.choose(book)
    if path is None:
        return "No file was chosen; nothing was changed."
    with host.working(book, 4) as progress:
        progress(f"Reading {path.name}")
        view = open_workbook.look(book)
        title, found = checking.check(path, kind="orders", settings=live_inputs.settings(view))
        said = session.put(
            view, session.book_of([order_file.sheet(found, view)]), progress, label="before-orders"
        )
    aside = found.rows_in - found.rows_used
    left = f"; {plural(aside, 'row')} could not be used, Check data on the file says why" if aside else ""
    return (
        f"Loaded {plural(found.rows_used, 'row')} of {title} from {path.name}{left}. Next: Check data.{said}"
    )


def check_data(book: Any) -> str:
    """List every problem in orders, customers and incidents with its cell and its fix. Changes none of them."""
    with host.working(book, 3) as progress:
        progress("Reading the tables")
        view = open_workbook.look(book)
        try:
            issues, used = _checked(view, progress)
        except DataError as error:
            if not error.issues:
                raise
            issues, used = list(error.issues), ""
        said = session.put(view, session.book_of([pages.findings(issues)]), progress)
    wrong = sum(issue.severity == "error" for issue in issues)
    if wrong:
        return (
            f"{plural(wrong, 'problem')} must be fixed first: the sheet Data check says where and how.{said}"
        )
    return f"Checked: {used}; {plural(len(issues), 'finding')}, none of which stops the work. Next: Build campaign.{said}"


def _checked(view: open_workbook.View, progress: host.Progress) -> tuple[list[Any], str]:
    tables, _ = session.read(view, progress)
    counts = [
        f"{item.rows_used:,} of {plural(item.rows_in, 'row')} of {kind.title}" for kind, item in tables.loaded
    ]
    return list(tables.issues), ", ".join(counts) + " can be used"


def segment_customers(book: Any) -> str:
    """Write the Segments sheet: how loyal and how valuable each customer is, how long without an order, and why."""
    with host.working(book, 4) as progress:
        found = session.work_out(book, progress)
        said = session.put(
            found.view, found.with_leftovers(segments.sheet(found.plan)), progress, kept=found.rows_kept
        )
    plan = found.plan
    silent = int(plan.segments["status"].isin(["Lapsed", "Cold"]).sum())
    return (
        f"Segmented {plural(len(plan.segments), 'customer')} as of {plan.as_of:%Y-%m-%d}; {silent:,} lapsed or cold."
        f" Next: Suggest make-goods or Build campaign.{said}"
    )


def suggest_make_goods(book: Any) -> str:
    """Write the Make-goods sheet: a fair offer for each open incident, with every number behind it."""
    with host.working(book, 4) as progress:
        found = session.work_out(book, progress)
        said = session.put(
            found.view, found.with_leftovers(make_goods.sheet(found.plan)), progress, kept=found.rows_kept
        )
    count = len(found.plan.make_goods)
    if not count:
        return f"No open incident is recorded, so there is nothing to make good. Fill in Incidents, then press again.{said}"
    return f"Sized {plural(count, 'make-good')} as of {found.plan.as_of:%Y-%m-%d}. Listen before you offer; next: Build campaign.{said}"


def build_campaign(book: Any) -> str:
    """Build the whole campaign in this workbook. If there is one already, everything that people typed stays."""
    return _campaign(book, "Built", "before-build")


def refresh_campaign(book: Any) -> str:
    """Update the campaign with new orders. Nothing that people typed is changed."""
    if standing_campaign.state_of(open_workbook.look(book)) is None:
        raise DataError(
            "There is no campaign in this workbook yet.", "Press Build campaign.", code="no-campaign"
        )
    return _campaign(book, "Refreshed", "before-refresh")


def _campaign(book: Any, verb: str, label: str) -> str:
    with host.working(book, 4) as progress:
        found = session.work_out(book, progress)
        drawn = _drawn(found)
        job = found.keeping(drawn)
        if job is not found:
            drawn = _drawn(job)
        said = session.put(found.view, drawn, progress, kept=found.rows_kept, label=label)
    plan = found.plan
    recovered = beyond_base.said(plan.campaign, plan.segments, as_of=plan.as_of, settings=plan.settings)
    return (
        f"{verb} campaign {_counted(plan)}.{job.moved}{recovered and f' {recovered}'}"
        f" Next: decide Want back? in Campaign, from the top.{said}"
    )


def _drawn(job: session.Job) -> Book:
    kept = job.carried
    made = campaign_book.build(job.plan, kept=kept)
    if job.view.table("tblConflicts") is not None and not len(kept.conflicts):
        made = replace(made, sheets=(*made.sheets, leftovers.conflicts(kept.conflicts)))  # all are settled
    return live_targets.beside_form(job.view, job.in_place(made))


def _counted(plan: Plan) -> str:
    return (
        f"{plan.campaign_id}, as of {plan.as_of:%Y-%m-%d}: {plural(len(plan.segments), 'customer')},"
        f" {plural(int((plan.campaign['customer_id'] != '').sum()), 'account')} to win back,"
        f" {plural(len(plan.make_goods), 'make-good')}"
    )


def back_test(book: Any) -> str:
    """Write the Backtest sheet: what the numbers would have said at earlier dates, and what happened."""
    with host.working(book, 4) as progress:
        progress("Reading the tables")
        view = open_workbook.look(book)
        tables, settings = session.read(view, progress)
        made = backtesting.backtest_tables(tables, settings, progress=progress)
        page = backtest_page.sheet(made.found, made.as_of, made.settings)
        said = session.put(view, session.book_of([page]), progress)
    return f"{made.words[0]} The sheet Backtest has the rest.{said}"


def account_history(book: Any) -> str:
    """Show every order, credit and incident of the customer in the selected row."""
    with host.working(book, 3) as progress:
        progress("Reading the tables")
        view = open_workbook.look(book)
        customer = selected_account.selected(view)
        found = session.work_out(book, progress, view)
        known = selected_account.of_customer(found, customer)
        said = session.put(
            view, session.book_of([account_history_page.sheet(found.plan, known)], found.plan), progress
        )
    return f"The sheet Account history shows everything on file about {customer}.{said}"


def log_a_talk(book: Any) -> str:
    """Add a row on top of Talks for the account of the selected row, dated today."""
    with host.working(book, 1) as progress:
        progress("Adding a row to Talks")
        account = log_talk.log(open_workbook.look(book))
    return f"A talk with {account} is on top of Talks, dated today. Type what they said and what we promised."


def call_sheets(book: Any) -> str:
    """Write one page for each of the first accounts to call: landmines, backstory, history, what to ask, the plan."""
    with host.working(book, 4) as progress:
        found = session.work_out(book, progress)
        first = selected_account.to_call(found)
        said = session.put(
            found.view, session.book_of([call_pages.sheet(found.plan, first)], found.plan), progress
        )
    if not first:
        return f"No account is to be pursued now, so there are no calls to make.{said}"
    return f"Wrote {plural(len(first), 'call sheet')}, one page each. Print them, listen, and write into Campaign what you heard.{said}"


def draft_letters(book: Any) -> str:
    """Write a draft for each account that may be written to, and name the phrases to change before it goes out."""
    with host.working(book, 4) as progress:
        found = session.work_out(book, progress)
        plan = found.plan
        drafts = campaign_letters.drafts(plan, found.tables.frame(columns.CUSTOMERS))
        said = session.put(found.view, session.book_of([pages.letters(drafts)], plan), progress)
    written, first = (
        int((drafts["letter"] != "").sum()),
        int((drafts["kind"] == campaign_letters.CALL_FIRST).sum()),
    )
    early = (
        f" {plural(first, 'account')} must be called first: nobody has listened to them yet." if first else ""
    )
    held = int((drafts["kind"] == campaign_letters.HELD).sum())
    early += (
        f" {plural(held, 'account')} held for legal: no letter before Counsel has approved." if held else ""
    )
    sent = int((drafts["kind"] == campaign_letters.WRITTEN).sum())
    early += f" {plural(sent, 'account')} already written to, with no news since." if sent else ""
    return f"Drafted {plural(written, 'letter')} in the sheet Letters.{early} Fill in the square brackets before you send.{said}"


def export_mail_merge(book: Any) -> str:
    """Write the accounts to contact as a table, and as a CSV file next to the workbook where there is one."""
    with host.working(book, 4) as progress:
        found = session.work_out(book, progress)
        merge = exporting.merged(found.plan, found.tables.frame(columns.CUSTOMERS))
        rows = merge.table
        said = session.put(found.view, session.book_of([merge_sheet.sheet(merge)], found.plan), progress)
        path = host.file_of(book)
        if path is not None:
            path = path.with_name(f"{path.stem} - mail merge.csv")
            write_letters(rows, path, force=True)
    where = "the sheet Mail merge" + (f" and in {path.name}" if path is not None else "")
    odd = f" {merge.email_not_used}." if merge.email_not_used else ""
    first = f" {merge.to_merge}" if merge.to_merge else ""
    return f"{plural(len(rows), 'account')} to contact are in {where}; opted-out customers are left out.{first}{odd}{said}"


def guide(book: Any) -> str:
    """Go to the Guide sheet; where there is none, make one that says what each button does."""
    view = open_workbook.look(book)
    name = next((sheet for sheet in view.sheets if sheet.casefold() == "guide"), "")
    if name:
        host.attempt(view.book.sheets[name].activate, None)
        return _GUIDE
    with host.working(book, 1) as progress:
        session.put(view, session.book_of([pages.buttons(described())]), progress)
    return _GUIDE


def doctor(book: Any) -> str:
    """Check the installation, and say what to do about each problem."""
    with host.working(book, 2) as progress:
        progress("Looking at the installation")
        view = open_workbook.look(book)
        found = [*checkup.examine(), *excel_doctor.examine(), *workbook_doctor.of_open_book(book)]
        session.put(view, session.book_of([pages.doctor(found)]), progress)
    ill, seen = [item for item in found if not item.well], sum(item.seen for item in found)
    if not ill:
        return f"All {seen} checks are OK. The sheet Doctor lists them."
    return f"{len(ill)} of {seen} checks need a fix, first {ill[0].what}: {ill[0].fix} The sheet Doctor lists all."


def described() -> list[tuple[str, str]]:
    """Return what is on each button, and what it does."""
    return [(name.replace("_", " ").capitalize(), str(globals()[name].__doc__).strip()) for name in COMMANDS]
