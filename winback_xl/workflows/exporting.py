"""What leaves a campaign for other programs: a mail merge and a calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.core.outreach import contact_list
from winback_xl.core.tracking import follow_through
from winback_xl.errors import UsageError
from winback_xl.inputs import customer_join, load
from winback_xl.inputs.answers import Said
from winback_xl.schema import columns
from winback_xl.workbook.reopened.reopen import reopen
from winback_xl.workflows import mail_merge, reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.errors import Issue
    from winback_xl.inputs.load import Loaded
    from winback_xl.workflows.mail_merge import MailMerge


@dataclass(frozen=True, slots=True)
class Leaving:
    """What may leave, ready to be written.

    Parameters
    ----------
    plan : Plan
        The campaign as it stands.
    merge : MailMerge
        Letters, and the counts of who stays.
    appointments : DataFrame
        As `winback_xl.core.outreach.contact_list.appointments` gives them.
    issues : tuple of Issue
        What was found in the workbook and in the customer list.
    customers : Path or None
        The customer list that was read.
    """

    plan: Plan
    merge: MailMerge
    appointments: pd.DataFrame
    issues: tuple[Issue, ...] = ()
    customers: Path | None = None


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
        was built with, beside it.
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
                f"Nobody called '{owner}' owns an account.", "Look at the Owner column.", "owner-unknown"
            )
        rows = rows[mine].reset_index(drop=True)
    # What the file stores for formulas may be older than what people typed: work it out afresh.
    computed = follow_through.computed(rows, as_of=plan.as_of, settings=plan.settings)
    plan = replace(plan, campaign=rows.assign(**{str(name): computed[name] for name in computed}))
    due = contact_list.appointments(plan.campaign, as_of=plan.as_of, settings=plan.settings, customers=known)
    issues = (*opened.findings, *(listed.issues if listed else ()))
    return Leaving(plan, mail_merge.merge(plan, known), due, issues, file)


def _listed(file: Path, plan: Plan, column: Mapping[str, str] | None) -> Loaded:
    """Read the customer list as the campaign did, with the IDs that the campaign knows."""
    said = Said.of(plan.said)
    named = reading.by_table({**said.column, **(column or {})}).get(columns.CUSTOMERS.title, {})
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
                f"The campaign was built with customers{f' ({used})' if used else ''}, and they are not beside it.",
                "Give the list (--customers); without it nobody can tell who opted out since.",
                code="customers-missing",
            )
    return path
