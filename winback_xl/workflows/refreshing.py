"""Work a campaign out anew from new orders, and keep everything that people wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from winback_xl.core.merging import carried_edits, stale_rows
from winback_xl.core.merging.stale_rows import Counts
from winback_xl.core.tracking import watch_list
from winback_xl.core.wording import plural
from winback_xl.errors import Issue, UsageError
from winback_xl.inputs.answers import Said
from winback_xl.schema import columns
from winback_xl.workbook.reopened import left_behind, open_conflicts, rewrite
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import Reopened, reopen
from winback_xl.workbook.reopened.restored_plan import shaped
from winback_xl.workbook.reopened.rewrite import Rewrite
from winback_xl.workflows import planning, reading
from winback_xl.workflows.saving_trackers import refuse_loss

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.inputs.answers import RowAnswers
    from winback_xl.workflows.reading import Input, Tables


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A campaign that was calculated anew; `write` saves it.

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
    """

    plan: Plan
    counts: Counts
    lost: tuple[str, ...]
    issues: tuple[Issue, ...]
    new: Rewrite


def refresh(
    campaign: str | Path,
    orders: Input,
    *,
    customers: Input | None = None,
    incidents: Input | None = None,
    reps: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    column: Mapping[str, str] | None = None,
    rows: RowAnswers | None = None,
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    leave_behind: bool = False,
    tell: Callable[[str], None] = reading.silently,
) -> Refreshed:
    """Work a campaign out anew from new orders, and keep everything that people wrote.

    Parameters
    ----------
    campaign : path
        The workbook as it is now, whoever saved it. Its Settings sheet counts, as edited.
    orders, customers, incidents, reps, as_of, column, rows, sheet, header, tell
        As for `winback_xl.workflows.reading.read`; what was said about columns and rows before still counts. Customers, incidents and reps are needed if the campaign was built with them; files
        of the same name beside the orders or the campaign are taken. Without ``as_of`` the day after the last order
        counts, or the as-of date of the Settings sheet where that is later.
    leave_behind : bool
        Go on although something cannot be written back (macros, pivot tables, ...).

    Returns
    -------
    Refreshed

    Raises
    ------
    DataError
        Something would be lost (code ``would-be-lost``), or the data cannot be used.
    UsageError
        Customers, incidents or reps are missing.
    FileError, SettingsError
        As for `winback_xl.workbook.reopened.reopen.reopen`.
    """
    tell(f"Reading {campaign}")
    old = reopen(campaign)
    refuse_loss(old, leave_behind=leave_behind)
    said = Said.of(old.plan.said)
    given = _beside(old, orders, {"Customers": customers, "Incidents": incidents, "Reps": reps})
    tables = reading.read(
        orders, customers=given["Customers"], incidents=given["Incidents"], reps=given["Reps"], as_of=as_of,
        settings=old.plan.settings, column={**said.column, **(column or {})}, rows=said.with_rows(rows), sheet=sheet, header=header, tell=tell,
    )  # fmt: skip
    if as_of is None and old.plan.as_of > tables.as_of:
        tables = replace(tables, as_of=old.plan.as_of)
    return refresh_tables(old, tables, tell=tell)


def refresh_tables(
    old: Reopened, tables: Tables, *, tell: Callable[[str], None] = reading.silently
) -> Refreshed:
    """Refresh from tables that were read already."""
    settings = old.plan.settings
    # The log knows the day of the last count; people move the as-of date of the Settings sheet.
    counted = old.log[-1][0] if old.log else old.plan.as_of
    rests = watch_list.rested(old.plan.campaign, since=counted, as_of=tables.as_of)
    fresh = planning.plan_tables(tables, settings, campaign_id=old.plan.campaign_id, rests=rests, tell=tell)
    known = {*fresh.segments["customer_id"], *old.plan.segments["customer_id"]}
    sent_ids = set(old.sent["customer_id"]) if old.sent is not None else set(old.tracker["customer_id"])
    sorted_ = carried_edits.sort_out(old.tracker, old.plan.campaign_id, known | sent_ids)
    based = carried_edits.rebase(
        sorted_.rows.drop(columns="row"), fresh.campaign, human=old.human, sent=old.sent
    )
    frame = shaped(stale_rows.no_longer(based.frame, based.stale, fresh.segments, sent_ids))
    left = [
        *left_behind.odd_rows(old, sorted_.odd),
        *left_behind.typed_over(old, sorted_.rows),
        *left_behind.deleted(old, sorted_.rows, frame),
    ]
    plan = replace(fresh, campaign=frame)
    before = shaped(sorted_.rows)
    calculated = [column.name for column in columns.CAMPAIGN.of_role("calculated")]
    counts = Counts(
        int(based.new.sum()),
        int(based.restored.sum()),
        int(based.stale.sum()),
        stale_rows.changed_cells(before, frame, calculated),
        len(frame),
    )
    others, gone = left_behind.others(old, plan)
    new = rewrite.marked(Rewrite(plan), old)
    listed = left_behind.listed(old, [*left, *gone, *new.left])
    stale_before = int(before["decision_why"].astype(str).str.startswith("No longer qualifies").sum())
    quiet = not (counts.added or counts.restored or counts.changed or len(listed) > len(old.leftovers))
    note = "" if quiet and old.log and plan.as_of == old.log[-1][0] else _refreshed(counts, stale_before)
    open_ = open_conflicts.unresolved(old.conflicts, frame)
    new.kept = Kept(
        old.added(frame), old.log, note, listed, open_, others=others, said=old.said, opened=old.opened
    )
    return Refreshed(plan, counts, old.lost, (*plan.issues, *old.issues, *left_behind.told(listed, old)), new)


def _beside(old: Reopened, orders: Input, given: dict[str, Input | None]) -> dict[str, Input | None]:
    """Find the other input files where they are not named: under the name they had, beside orders or campaign."""
    folders = [old.path.parent]
    files = (
        [orders] if isinstance(orders, (str, Path)) else orders if isinstance(orders, (list, tuple)) else []
    )
    folders[:0] = dict.fromkeys(Path(file).parent for file in files)
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


def _refreshed(counts: Counts, stale_before: int) -> str:
    gone = counts.stale - stale_before
    parts = [
        f"{plural(counts.rows, 'account')}",
        f"{plural(counts.added, 'account')} added",
        f"{plural(counts.changed, 'calculated cell')} changed",
        f"{counts.stale:,} no longer qualify" + (f" ({gone:,} of them now)" if gone > 0 else ""),
    ]
    if counts.restored:
        parts.append(f"{plural(counts.restored, 'deleted row')} restored")
    return f"Refreshed: {', '.join(parts)}. No human cell was changed."
