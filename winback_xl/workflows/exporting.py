"""Export a campaign for other programs: a mail merge and a calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.core.outreach import contact_list, day_plan
from winback_xl.core.outreach.mail_merge import MailMerge, merge
from winback_xl.core.tracking import follow_through
from winback_xl.errors import UsageError
from winback_xl.files import calendar_file
from winback_xl.files.csv_file import SEPARATORS, write_letters
from winback_xl.files.save import find_out
from winback_xl.inputs import answers, customer_join, load, playbook_file
from winback_xl.inputs.answers import Said
from winback_xl.schema import columns
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workflows.apart import apart
from winback_xl.workflows.reading import no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.errors import Issue
    from winback_xl.inputs.load import Loaded


@dataclass(frozen=True, slots=True)
class Leaving:
    """What may leave, ready to be written.

    Parameters
    ----------
    plan : Plan
        The campaign as it stands.
    merge : MailMerge
        Letters, and the counts of who stays.
    appointments, entries : DataFrame
        As `winback_xl.core.outreach.contact_list.appointments` and `winback_xl.core.outreach.day_plan.entries` give them.
    issues : tuple of Issue
        What was found in the workbook and in the customer list.
    customers : Path or None
        The customer list that was read.
    """

    plan: Plan
    merge: MailMerge
    appointments: pd.DataFrame
    entries: pd.DataFrame
    issues: tuple[Issue, ...] = ()
    customers: Path | None = None


def export(
    campaign: str | Path,
    *,
    mail_merge: str | Path | None = None,
    ics: str | Path | None = None,
    customers: str | Path | None = None,
    owner: str = "",
    column: Mapping[str, str] | None = None,
    separator: str = "comma",
    force: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = no_progress,
) -> Leaving:
    """Write letters for a mail merge and follow-ups for a calendar out of a campaign workbook.

    Parameters
    ----------
    campaign : path
        The workbook as people left it.
    mail_merge : path, optional
        CSV to write for a mail merge, one row an account; those with a letter come first.
    ics : path, optional
        Calendar file to write: one list an owner and day, and a time for each call.
    customers, owner, column
        As for `gather`.
    separator : {"comma", "semicolon", "tab"}
        Between two columns of the CSV: semicolon where Excel uses a decimal comma.
    force : bool
        Replace existing files; dated copies of them are kept.
    dry_run : bool
        Do everything but write.
    progress : callable
        Called with a sentence as each step starts.

    Returns
    -------
    Leaving
        ``merge.table`` (all text, one row an account), ``merge.stays`` (accounts that stay, by reason),
        ``appointments`` (one row a follow-up, by day) and ``entries`` (of the calendar). Without a file to write it says
        what would leave.

    Raises
    ------
    UsageError
        As for `gather`; or a file to write is one of the files to read, or the separator is unknown.
    FileError, DataError, SettingsError
        The campaign cannot be read, or a file cannot be written.
    """
    if separator not in SEPARATORS:
        raise UsageError(
            f"{separator!r} cannot be used as a separator.", f"Choose {', '.join(SEPARATORS)}.", "separator"
        )
    for target in (mail_merge, ics):
        apart(target, campaign)
        if target is not None and not dry_run:
            find_out(Path(target), force=force)  # before either is written: both or none
    progress(f"Reading {campaign}")
    found = gather(campaign, customers=customers, owner=owner, column=column)
    for target in (mail_merge, ics):
        apart(target, found.customers)  # it may have been found next to the campaign
    if mail_merge is not None and not dry_run:
        progress(f"Writing {mail_merge}")
        write_letters(found.merge.table, Path(mail_merge), separator=SEPARATORS[separator], force=force)
    if ics is not None and not dry_run:
        progress(f"Writing {ics}")
        text = calendar_file.calendar(
            found.entries, campaign_id=found.plan.campaign_id, as_of=found.plan.as_of
        )
        calendar_file.write(text, Path(ics), force=force)
    return found


def next_to(campaign: str | Path) -> tuple[Path, Path]:
    """Return where letters and calendar are written when nobody says where.

    >>> [path.name for path in next_to("spring.xlsx")]
    ['spring-letters.csv', 'spring-calendar.ics']
    """
    path = Path(campaign)
    return path.with_name(f"{path.stem}-letters.csv"), path.with_name(f"{path.stem}-calendar.ics")


def gather(
    campaign: str | Path,
    *,
    customers: str | Path | None = None,
    owner: str = "",
    column: Mapping[str, str] | None = None,
) -> Leaving:
    """Read a campaign workbook as people left it and take out what may leave.

    Parameters
    ----------
    campaign : path
        The workbook.
    customers : path, optional
        Customer list with e-mail addresses and who opted out. By default the file of the same name that the campaign
        was built with, next to it.
    owner : str
        Only the accounts of this owner; "" for all.
    column : mapping of str to str, optional
        As for `winback_xl.workflows.reading.read`; what was said when the campaign was planned still counts.

    Raises
    ------
    UsageError
        The campaign was built with a customer list and there is none now, so nobody could tell who opted out since;
        or nobody of that name owns an account.
    FileError, DataError, SettingsError
        As for `winback_xl.workbook.reopened.reopen.reopen`.
    """
    opened = reopen(campaign)
    plan = opened.plan
    file = _customer_list(plan, Path(campaign), customers)
    listed = None if file is None else _listed(file, plan, column)
    known = None if listed is None else listed.frame
    rows = plan.campaign
    if owner:
        mine = rows["owner"].fillna("").astype(str).str.strip().str.casefold() == owner.strip().casefold()
        if not mine.any():
            raise UsageError(
                f"No account has the owner '{owner}'.", "Look at the Owner column.", "owner-unknown"
            )
        rows = rows[mine].reset_index(drop=True)
    plan = _calculated(replace(plan, campaign=rows))
    due = contact_list.appointments(plan.campaign, as_of=plan.as_of, settings=plan.settings, customers=known)
    issues = (*opened.findings, *(listed.issues if listed else ()))
    listed_days = day_plan.entries(due, settings=plan.settings, currency=plan.currency)
    return Leaving(plan, merge(plan, known), due, listed_days, issues, file)


def merged(plan: Plan, customers: pd.DataFrame | None) -> MailMerge:
    """Return the mail merge of a campaign as people left it: the same for the command and for the button.

    Parameters
    ----------
    plan : Plan
        With the human cells as they stand.
    customers : DataFrame or None
        Clean customer list, for e-mail, phone and who opted out since.
    """
    return merge(_calculated(plan), customers)


def _calculated(plan: Plan) -> Plan:
    """Calculate the formula columns: what is stored for them may be older than what people typed."""
    book = plan.playbook or playbook_file.load()
    computed = follow_through.computed(plan.campaign, as_of=plan.as_of, settings=plan.settings, book=book)
    return replace(plan, campaign=plan.campaign.assign(**{str(name): computed[name] for name in computed}))


def _listed(file: Path, plan: Plan, column: Mapping[str, str] | None) -> Loaded:
    """Read the customer list as the campaign did, with the IDs that the campaign knows."""
    said = Said.of(plan.said)
    answered, _ = answers.joined(plan.settings, {**said.column, **(column or {})}, None)
    named = answers.by_table(answered).get(columns.CUSTOMERS.title, {})
    listed = load.load(file, columns.CUSTOMERS, settings=plan.settings, columns=named)
    return customer_join.to_campaign(listed, set(plan.campaign["customer_id"]), said.ids)


def _customer_list(plan: Plan, campaign: Path, given: str | Path | None) -> Path | None:
    """Return the customer list: the one given, or the one that the campaign was built with."""
    path = None if given is None else Path(given)
    if path is None:
        used = next((source.file for source in plan.sources if source.table == columns.CUSTOMERS.title), None)
        if used is None:
            return None
        path = campaign.parent / used
        if not used or not path.is_file():
            raise UsageError(
                f"The campaign was built with customers{f' ({used})' if used else ''}, and they are not next to it.",
                "Give the list (--customers); without it, later opt-outs are not known.",
                code="customers-missing",
            )
    return path
