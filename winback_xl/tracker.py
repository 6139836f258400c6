"""The life of a campaign after it was built: refresh it with new orders, split it, collect the copies.

A row is its Campaign ID and Customer ID, and what a person typed is never overwritten.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl import api, columns
from winback_xl.core import follow_up, merge
from winback_xl.core.follow_up import Counts
from winback_xl.errors import DataError, Issue, UsageError
from winback_xl.tables.file_names import free_file_name
from winback_xl.tables.save import dated_copy
from winback_xl.workbook.reopening import leaving, rewrite
from winback_xl.workbook.reopening.kept import Kept
from winback_xl.workbook.reopening.reopen import ADDED, Reopened, reopen, shaped
from winback_xl.workbook.reopening.rewrite import Rewrite
from winback_xl.workbook.sheets import leftovers
from winback_xl.workbook.sheets.parts import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from winback_xl.api import Input, Tables
    from winback_xl.core.campaign import Plan

_NOBODY = "Nobody"


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
    sheet: str | Sequence[str] | None = None,
    header: bool = True,
    leave_behind: bool = False,
    tell: Callable[[str], None] = api._nothing,  # noqa: SLF001 - the same silence
) -> Refreshed:
    """Work a campaign out anew from new orders, and keep everything that people wrote.

    Parameters
    ----------
    campaign : path
        The workbook as it is now, whoever saved it. Its Settings sheet counts, as edited.
    orders, customers, incidents, reps, as_of, column, sheet, header, tell
        As for `winback_xl.api.read`. Customers, incidents and reps are needed if the campaign was built with them; files
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
        As for `winback_xl.workbook.reopening.reopen.reopen`.
    """
    tell(f"Reading {campaign}")
    old = reopen(campaign)
    if old.lost and not leave_behind:
        raise _would_lose(old)
    given = _beside(old, orders, {"Customers": customers, "Incidents": incidents, "Reps": reps})
    tables = api.read(
        orders, customers=given["Customers"], incidents=given["Incidents"], reps=given["Reps"], as_of=as_of,
        settings=old.plan.settings, column=column, sheet=sheet, header=header, tell=tell,
    )  # fmt: skip
    if as_of is None and old.plan.as_of > tables.as_of:
        tables = replace(tables, as_of=old.plan.as_of)
    return refresh_tables(old, tables, tell=tell)


def refresh_tables(old: Reopened, tables: Tables, *, tell: Callable[[str], None] = api._nothing) -> Refreshed:  # noqa: SLF001
    """Refresh from tables that were read already."""
    settings = old.plan.settings
    fresh = api.plan_tables(tables, settings, campaign_id=old.plan.campaign_id, tell=tell)
    known = {*fresh.segments["customer_id"], *old.plan.segments["customer_id"]}
    sent_ids = set(old.sent["customer_id"]) if old.sent is not None else set(old.tracker["customer_id"])
    sorted_ = merge.sort_out(old.tracker, old.plan.campaign_id, known | sent_ids)
    based = merge.rebase(sorted_.rows.drop(columns="row"), fresh.campaign, human=old.human, sent=old.sent)
    frame = shaped(follow_up.no_longer(based.frame, based.stale, fresh.segments, sent_ids))
    left = [
        *leaving.odd_rows(old, sorted_.odd),
        *leaving.typed_over(old, sorted_.rows),
        *leaving.deleted(old, sorted_.rows, frame),
    ]
    plan = replace(fresh, campaign=frame)
    before = shaped(sorted_.rows)
    calculated = [column.name for column in columns.CAMPAIGN.of_role("calculated")]
    counts = Counts(
        int(based.new.sum()),
        int(based.restored.sum()),
        int(based.stale.sum()),
        follow_up.changed_cells(before, frame, calculated),
        len(frame),
    )
    others, gone = leaving.others(old, plan)
    new = rewrite.marked(Rewrite(plan), old)
    listed = leaving.listed(old, [*left, *gone, *new.left])
    stale_before = int(before["decision_why"].str.startswith("No longer qualifies").sum())
    quiet = not (counts.added or counts.restored or counts.changed or len(listed) > len(old.leftovers))
    note = "" if quiet and old.log and plan.as_of == old.log[-1][0] else _refreshed(counts, stale_before)
    new.kept = Kept(
        old.added(frame), old.log, note, listed, leaving.unresolved(old.conflicts, frame), "", others
    )
    return Refreshed(plan, counts, old.lost, (*plan.issues, *old.issues, *leaving.told(listed, old)), new)


def write(done: Refreshed | Collected, target: str | Path, *, force: bool = False) -> Path:
    """Write the workbook; a dated copy of what it replaces stays beside it.

    Raises
    ------
    FileError
        The file exists and ``force`` is not set, is open in Excel, or cannot be written.
    """
    path = Path(target)
    copy = dated_copy(path, "before", dt.datetime.now()) if force and path.exists() else None  # noqa: DTZ005 - the user's clock
    rewrite.write(done.new, path, force=force, keep_copy=copy)
    return path


def _would_lose(old: Reopened) -> DataError:
    issues = tuple(Issue("would-be-lost", "error", what, file=old.path.name) for what in old.lost)
    return DataError(
        f"{old.path.name} holds what could not be written back, so nothing was written:\n"
        + "\n".join(f"  {what}" for what in old.lost),
        "Move it to a workbook of its own, or go on without it (--leave-behind); the old file stays as it is.",
        code="would-be-lost",
        issues=issues,
    )


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


def split(
    campaign: str | Path, folder: str | Path, *, force: bool = False, dry_run: bool = False
) -> list[Part]:
    """Write one workbook for each owner, with the owner's accounts only.

    Parameters
    ----------
    campaign : path
        The master.
    folder : path
        Where the copies go; it is made if it is missing.
    force : bool
        Replace copies that are there; dated copies of them are kept.
    dry_run : bool
        Write nothing.

    Returns
    -------
    list of Part
        By owner; accounts without one are those of "Nobody".
    """
    old = reopen(campaign)
    frame = old.plan.campaign
    owners = frame["owner"].map(lambda value: " ".join(leftovers.written(value).split()) or _NOBODY)
    into = Path(folder)
    if not dry_run:
        into.mkdir(parents=True, exist_ok=True)
    parts: list[Part] = []
    taken: set[str] = set()
    for _, rows in frame.groupby(owners.str.casefold(), sort=True):
        owner = str(owners.loc[rows.index[0]])
        path = into / f"{free_file_name(f'{old.path.stem} - {owner}', taken)}.xlsx"
        parts.append(Part(owner, path, len(rows)))
        if not dry_run:
            write(Collected(*_part(old, owner, rows.reset_index(drop=True)), (), ()), path, force=force)
    return parts


@dataclass(frozen=True, slots=True)
class Part:
    """One copy: whose it is, the file, and its accounts."""

    owner: str
    path: Path
    rows: int


def _part(old: Reopened, owner: str, rows: pd.DataFrame) -> tuple[Plan, Counts, Rewrite]:
    plan = old.plan
    ids = set(rows["customer_id"])
    part = replace(
        plan,
        campaign=rows,
        segments=plan.segments[plan.segments["customer_id"].isin(ids)].reset_index(drop=True),
        make_goods=plan.make_goods[plan.make_goods["customer_id"].isin(ids)].reset_index(drop=True),
        set_aside=pd.DataFrame(),
        sources=(),
        issues=(),
        loss_rate=float("nan"),
        revenue_used=float("nan"),
    )
    new = rewrite.marked(Rewrite(part), old, sheets=False)
    note = f"Split for {owner}: {len(rows):,} of {plural(len(plan.campaign), 'account')}. Send it back to be collected."
    new.kept = Kept(old.added(rows), old.log, note, build=old.build, others=leaving.others(old, part)[0])
    return part, Counts(0, 0, 0, 0, len(rows)), new


@dataclass(frozen=True, slots=True)
class Collected:
    """A master with the edits of its copies; `write` saves it.

    Parameters
    ----------
    plan : Plan
        As it is now.
    counts : Counts
        Rows added, and how many there are.
    new : Rewrite
        What `write` writes.
    merged : tuple of merge.Merged
        What was taken and what is in conflict; empty for a part of a split.
    issues : tuple of Issue
        What was found in the copies.
    """

    plan: Plan
    counts: Counts
    new: Rewrite
    merged: tuple[merge.Merged, ...]
    issues: tuple[Issue, ...]


def collect(master: str | Path, copies: Sequence[str | Path], *, leave_behind: bool = False) -> Collected:
    """Bring the copies of a campaign back into their master, three ways.

    Parameters
    ----------
    master : path
        The workbook that was split or sent out.
    copies : sequence of path
        What came back. The order does not matter.
    leave_behind : bool
        Go on although something in the master cannot be written back.

    Returns
    -------
    Collected

    Raises
    ------
    DataError
        A copy belongs to another campaign (code ``wrong-campaign``), or something would be lost.
    """
    old = reopen(master)
    if old.lost and not leave_behind:
        raise _would_lose(old)
    opened = [reopen(copy) for copy in copies]
    _refuse_strangers(old, opened)
    issues = [issue for copy in opened for issue in _about(old, copy)]
    known = {*old.plan.segments["customer_id"], *old.tracker["customer_id"]}
    own = merge.sort_out(old.tracker, old.plan.campaign_id, known)
    lines = [*leaving.odd_rows(old, own.odd), *leaving.typed_over(old, own.rows)]
    given, human = [], dict.fromkeys(old.human)
    for copy in opened:
        there = {
            *known,
            *copy.plan.segments["customer_id"],
            *(copy.sent["customer_id"] if copy.sent is not None else ()),
        }
        sorted_ = merge.sort_out(copy.tracker, old.plan.campaign_id, there)
        where = f"{copy.path.name}: "
        lines += [*leaving.odd_rows(copy, sorted_.odd, where), *leaving.typed_over(copy, sorted_.rows, where)]
        given.append(
            merge.Copy(copy.path.name, sorted_.rows.drop(columns="row"), copy.sent, copy.who, copy.when)
        )
        human |= dict.fromkeys(copy.human)
    merged = merge.collect(own.rows.drop(columns="row"), given, human=list(human))
    frame = shaped(merged.frame)
    plan = replace(old.plan, campaign=frame)
    new = rewrite.marked(Rewrite(plan), old)
    for copy in opened:
        _add_notes(new, rewrite.marked(Rewrite(plan), copy, sheets=False).notes, copy)
    others, _ = leaving.others(old, plan)
    told = merged.conflicts.assign(
        column=[leaving.HEADING.get(name, name.removeprefix(ADDED)) for name in merged.conflicts["column"]],
        **{
            name: [leftovers.written(value) for value in merged.conflicts[name]]
            for name in ("was", "master", "copy")
        },
    )
    conflicts = pd.concat(
        [leaving.unresolved(old.conflicts, frame), told], ignore_index=True
    ).drop_duplicates(subset=["campaign_id", "customer_id", "column", "copy", "file"], ignore_index=True)
    listed = leaving.listed(old, [*lines, *new.left])
    taken = sum(merged.taken.values())
    quiet = not (
        taken or merged.added or len(conflicts) > len(old.conflicts) or len(listed) > len(old.leftovers)
    )
    note = (
        f"Collected {plural(len(opened), 'copy', 'copies')}: {plural(taken, 'cell')} taken,"
        f" {plural(merged.added, 'row')} added, {plural(len(told), 'value')} in conflict."
    )
    widths = {name: wide for book in (*opened, old) for name, wide in book.widths.items()}
    added = tuple(replace(item, width=widths.get(item.heading, 0)) for item in old.added(frame))
    new.kept = Kept(added, old.log, "" if quiet else note, listed, conflicts, old.build, others)
    counts = Counts(merged.added, 0, 0, taken, len(frame))
    return Collected(plan, counts, new, (merged,), (*issues, *leaving.told(listed, old)))


def _refuse_strangers(old: Reopened, copies: Sequence[Reopened]) -> None:
    wrong = [copy for copy in copies if copy.plan.campaign_id != old.plan.campaign_id]
    if wrong:
        listed = ", ".join(f"{copy.path.name} ({copy.plan.campaign_id})" for copy in wrong)
        raise DataError(
            f"{old.path.name} is campaign {old.plan.campaign_id}, but of another campaign: {listed}.",
            "Leave these files out, or collect them into their own master.",
            code="wrong-campaign",
        )


def _about(old: Reopened, copy: Reopened) -> list[Issue]:
    """Say what is special about a copy."""
    file = copy.path.name
    found = [issue for issue in copy.issues if issue.code != "edit-odd"]
    if copy.sent is None:
        what = "It has lost what was sent out, so only cells that are blank in the master were filled; what else differs is listed as a conflict."
        found.append(Issue("copy-without-snapshot", "warning", what, file=file))
    elif copy.build != old.build:
        what = "It is a copy of an older or newer build of the campaign; it was merged by customer."
        found.append(Issue("copy-of-another-build", "warning", what, file=file))
    if copy.sheets:
        what = f"Sheets that were added to the copy stay there: {', '.join(copy.sheets)}."
        found.append(
            Issue("copy-sheets", "warning", what, "Move them into the master if they are wanted.", file=file)
        )
    return found


def _add_notes(new: Rewrite, notes: Iterable[rewrite.Pinned], copy: Reopened) -> None:
    """Add the notes of a copy; a cell has one note, so a second text goes on below the first."""
    held = {(note.row, note.column): place for place, note in enumerate(new.notes)}
    for note in notes:
        place = held.get((note.row, note.column))
        if place is None:
            held[note.row, note.column] = len(new.notes)
            new.notes.append(note)
        elif note.text not in new.notes[place].text:
            both = f"{new.notes[place].text}\n{copy.path.name}: {note.text}"
            new.notes[place] = replace(new.notes[place], text=both)
