"""Work a campaign out again from new orders, and keep everything that people wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.core.campaign import control_group
from winback_xl.core.campaign.campaign_plan import Wishes
from winback_xl.core.merging import left_behind, refreshed_campaign
from winback_xl.core.outcomes import beyond_base, comeback, past_outcomes
from winback_xl.core.talks import talk_merge
from winback_xl.errors import UsageError
from winback_xl.inputs.answers import RowAnswers, Said
from winback_xl.workbook.reopened import rewrite
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import Reopened, reopen
from winback_xl.workbook.reopened.rewrite import Rewrite
from winback_xl.workflows import missing_customers, planning, reading, saving, saving_trackers
from winback_xl.workflows.apart import apart

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.merging.campaign_state import CampaignState
    from winback_xl.core.merging.refreshed_campaign import RefreshedCampaign
    from winback_xl.core.merging.stale_rows import Counts
    from winback_xl.errors import Issue
    from winback_xl.inputs.answers import Rows
    from winback_xl.settings import Settings
    from winback_xl.workflows.reading import Input, Tables


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A campaign that was recalculated; `write` saves it.

    Parameters
    ----------
    plan : Plan
        As it is now.
    counts : Counts
        What changed.
    lost : tuple of str
        What is left behind, if that was allowed.
    issues : tuple of Issue
        What was found in the data and in the workbook.
    new : Rewrite
        The workbook to write.
    unchanged : str
        What became of what people typed, in a sentence.
    recovered : str
        What was recovered beyond what would have returned anyway, in a sentence; "" while there is none.
    """

    plan: Plan
    counts: Counts
    lost: tuple[str, ...]
    issues: tuple[Issue, ...]
    new: Rewrite
    unchanged: str = ""
    recovered: str = ""


def refresh(
    campaign: str | Path,
    orders: Input,
    output: str | Path | None = None,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    reps: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    leave_behind: bool = False,
    customers_gone: bool = False,
    force: bool = False,
    progress: Callable[[str], None] = reading.no_progress,
) -> Refreshed:
    """Bring a campaign up to date with new orders, and keep everything that people wrote.

    Parameters
    ----------
    campaign : path
        The workbook as it is now, saved by any program. Its Settings sheet counts, as edited.
    output : path, optional
        The workbook to write; with ``force`` it may be ``campaign`` itself. Without one nothing is written.
    orders, customers, incidents, reps, as_of, column, rows, sheet, header, progress
        As for `read`; what was said about columns and rows before still counts. Customers, incidents and reps are needed if the campaign was built with them; files
        of the same name next to the orders or the campaign are taken. Without ``as_of`` the day after the last order
        counts, or the as-of date of the Settings sheet where that is later. A
        workbook that stayed on its day because its orders were old follows today's date again once they are current.
    leave_behind : bool
        Go on although something cannot be written back (macros, pivot tables, ...).
    customers_gone : bool
        Go on although most customers of the campaign are not in the orders.
    force : bool
        Replace an existing ``output``; a dated copy of it is kept.

    Returns
    -------
    Refreshed
        ``plan`` as it is now, ``counts`` (accounts added, restored and no longer qualifying, calculated cells changed),
        ``issues`` and what was left behind.

    Raises
    ------
    DataError
        Something would be lost (code ``would-be-lost``), most customers of the campaign have no order in ``orders`` (code
        ``customers-missing``), or the data cannot be used.
    UsageError
        Customers, incidents or reps are missing; or ``output`` is one of the inputs.
    FileError, SettingsError
        The campaign cannot be read, or ``output`` cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import winback_xl as wb
    >>> from winback_xl import samples
    >>> now = samples.make(seed=3, customers=60)
    >>> folder = Path(tempfile.mkdtemp())
    >>> built = wb.save(wb.plan(now.orders), folder / "may.xlsx")
    >>> done = wb.refresh(built, samples.weeks_later(now, 28).orders, folder / "june.xlsx")
    >>> done.plan.as_of > now.as_of, (folder / "june.xlsx").is_file()
    (True, True)
    """
    apart(output, orders, customers, incidents, reps)
    if output is not None:
        saving.writable(output, force=force)  # before minutes of reading

    def work() -> Refreshed:
        progress(f"Reading {campaign}")
        old = reopen(campaign)
        saving_trackers.refuse_loss(old, leave_behind=leave_behind)
        said = Said.of(old.plan.said)
        given = _beside(old, orders, {"Customers": customers, "Incidents": incidents, "Reps": reps})
        tables = reading.read(
            orders, customers=given["Customers"], incidents=given["Incidents"], reps=given["Reps"], as_of=as_of,
            settings=old.plan.settings, column={**said.column, **(column or {})}, rows=said.with_rows(RowAnswers.of(rows)), sheet=sheet, header=header, progress=progress,
        )  # fmt: skip
        if as_of is None and old.plan.as_of > tables.as_of:
            tables = replace(tables, as_of=old.plan.as_of)
        if as_of is None and not old.plan.outdated:
            tables = replace(tables, frozen=old.plan.frozen, outdated=False)
        if not customers_gone:
            missing_customers.refuse(old.state, tables.orders.frame)
        return refresh_tables(old, tables, progress=progress)

    if output is None:
        return work()
    done, issues = saving_trackers.write_once_steady(campaign, output, work, force=force, progress=progress)
    return replace(done, issues=(*done.issues, *issues, *saving_trackers.unkept(done, output)))


def refresh_tables(
    old: Reopened, tables: Tables, *, progress: Callable[[str], None] = reading.no_progress
) -> Refreshed:
    """Refresh a file from tables that were read already."""
    state = old.state
    done = bring_up_to_date(state, tables, old.plan.settings, progress=progress)
    plan = done.plan
    new = rewrite.marked(Rewrite(plan), old)
    listed = refreshed_campaign.sheet_lines(state, done, new.left)
    new.kept = Kept(
        old.added(plan.campaign), old.log, done.note(state, listed), listed, done.conflicts,
        others=done.others, said=old.said, opened=old.opened,
    )  # fmt: skip
    issues = (*plan.issues, *old.issues, *left_behind.stated(listed, state))
    unchanged = left_behind.unchanged(listed, state)
    if old.lost:
        unchanged += " What is listed as left behind is in the old workbook only."
    recovered = beyond_base.said(plan.campaign, plan.segments, as_of=plan.as_of, settings=plan.settings)
    return Refreshed(plan, done.counts, old.lost, issues, new, unchanged, recovered)


def bring_up_to_date(
    state: CampaignState,
    tables: Tables,
    settings: Settings,
    *,
    in_place: bool = False,
    progress: Callable[[str], None] = reading.no_progress,
) -> RefreshedCampaign:
    """Work a campaign out again and put what people wrote onto it: the same for a file and for an open workbook.

    Parameters
    ----------
    state : CampaignState
        The campaign as it stands.
    tables : Tables
        The inputs as they are now.
    settings : Settings
        Those of its Settings sheet.
    in_place : bool
        As for `winback_xl.core.merging.refreshed_campaign.refresh`.
    progress : callable
        Called with a sentence as each step starts.
    """
    before = refreshed_campaign.as_it_was(state)
    rests = refreshed_campaign.rests_over(state, before, tables.as_of)
    seen = comeback.observe(before, tables.ledger, settings)
    until = comeback.last_order(tables.ledger)
    fresh = planning.plan_tables(
        tables,
        Wishes(
            settings=settings,
            campaign_id=state.campaign_id,
            rests=rests,
            before=control_group.drawn(before),
            outcomes=past_outcomes.of_campaign(seen, until=until, settings=settings),
            limited=state.limited,
            listed=state.staying if state.limited else (),
        ),
        earlier=state.earlier,
        progress=progress,
    )
    state = refreshed_campaign.matched(state, fresh)
    done = refreshed_campaign.refresh(state, fresh, ledger=tables.ledger, in_place=in_place)
    done = replace(done, conflicts=talk_merge.still_open(done.conflicts, state.talks))
    return replace(done, plan=planning.with_cards(done.plan, tables, in_place=in_place))


def _beside(old: Reopened, orders: Input, given: dict[str, Input | None]) -> dict[str, Input | None]:
    """Find the other input files where they are not named: under the name they had, next to the orders or the campaign."""
    folders = [old.path.parent]
    files = (
        [orders] if isinstance(orders, (str, Path)) else orders if isinstance(orders, (list, tuple)) else []
    )
    folders[:0] = dict.fromkeys(
        place for file in map(Path, files) for place in ([file] if file.is_dir() else []) + [file.parent]
    )
    for source in old.plan.sources:
        if source.table not in given or given[source.table] is not None:
            continue
        paths = [folder / source.file for folder in folders if source.file]
        found = next((path for path in paths if path.is_file()), None)
        if found is None:
            word = source.table.casefold()
            raise UsageError(
                f"The campaign was built with {word}{f' ({source.file})' if source.file else ''}, and none are given now.",
                f"Give them again (--{word}); without them levels, make-goods or waves would change.",
                code=f"{word}-missing",
            )
        given[source.table] = found
    return given
