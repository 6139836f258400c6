"""Bring the copies of a campaign back into their master, as often as they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.cast import shaped
from winback_xl.core.merging import carried_edits, left_behind, open_conflicts, returned_copies, three_way
from winback_xl.core.merging.stale_rows import Counts
from winback_xl.core.talks import talk_merge
from winback_xl.core.tracking import talk_counts
from winback_xl.core.wording import plural
from winback_xl.errors import DataError, Issue
from winback_xl.schema import columns
from winback_xl.workbook.reopened import rewrite
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import Reopened, reopen
from winback_xl.workbook.reopened.rewrite import Rewrite
from winback_xl.workflows import saving, saving_trackers
from winback_xl.workflows.apart import apart
from winback_xl.workflows.reading import no_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan


_STEPS = frozenset(
    column.name
    for column in columns.CAMPAIGN.of_role("human")
    if column.kind in {"choice", "yesno", "count", "date"}
)
"""Columns in which a person moves on from one value to the next."""


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
    merged : Merged
        What was taken, and all that is in conflict.
    issues : tuple of Issue
        What was found in the copies.
    talks : MergedTalks
        The log of talks, and how many were added.
    """

    plan: Plan
    counts: Counts
    new: Rewrite
    merged: returned_copies.Merged
    talks: talk_merge.MergedTalks
    issues: tuple[Issue, ...]


def collect(
    campaign: str | Path,
    copies: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    leave_behind: bool = False,
    force: bool = False,
    progress: Callable[[str], None] = no_progress,
) -> Collected:
    """Bring the copies of a campaign back into their master, three ways.

    Parameters
    ----------
    campaign : path
        The master: the workbook that was split or sent out.
    copies : sequence of path
        What came back. The order does not matter.
    output : path, optional
        The workbook to write; with ``force`` it may be ``campaign`` itself. Without one nothing is written.
    leave_behind : bool
        Go on although something in the master cannot be written back.
    force : bool
        Replace an existing ``output``; a dated copy of it is kept.
    progress : callable
        Called with a sentence as each step starts.

    Returns
    -------
    Collected
        ``plan`` as it is now, ``merged.taken`` (cells taken, by copy), ``merged.conflicts`` and ``issues``.

    Raises
    ------
    DataError
        A copy belongs to another campaign (code ``wrong-campaign``), or something would be lost.
    UsageError
        ``output`` is one of the copies.
    FileError
        A workbook cannot be read, or ``output`` cannot be written.
    """
    apart(output, list(copies))
    if output is not None:
        saving.writable(output, force=force)  # before minutes of reading

    def work() -> Collected:
        progress(f"Reading {campaign} and {plural(len(copies), 'copy', 'copies')}")
        return _merged(reopen(campaign), copies, leave_behind=leave_behind)

    if output is None:
        return work()
    done, issues = saving_trackers.write_once_steady(campaign, output, work, force=force, progress=progress)
    return replace(done, issues=(*done.issues, *issues, *saving_trackers.unkept(done, output)))


def _merged(old: Reopened, copies: Sequence[str | Path], *, leave_behind: bool) -> Collected:
    saving_trackers.refuse_loss(old, leave_behind=leave_behind)
    opened = [reopen(copy) for copy in copies]
    _refuse_strangers(old, opened)
    issues = [
        issue for issue in old.issues if issue.code != "edit-odd"
    ]  # those are reported by every refresh
    issues += old.gone
    issues += [issue for copy in opened for issue in _about(old, copy)]
    known = {*old.plan.segments["customer_id"], *old.tracker["customer_id"]}
    own = carried_edits.sort_out(old.tracker, old.plan.campaign_id, known)
    lines = [*left_behind.odd_rows(old.state, own.odd), *left_behind.typed_over(old.state, own.rows)]
    given, human = [], dict.fromkeys(old.human)
    for copy in opened:
        there = {
            *known,
            *copy.plan.segments["customer_id"],
            *(copy.sent["customer_id"] if copy.sent is not None else ()),
        }
        sorted_ = carried_edits.sort_out(copy.tracker, old.plan.campaign_id, there)
        where = f"{copy.path.name}: "
        lines += [
            *left_behind.odd_rows(copy.state, sorted_.odd, where),
            *left_behind.typed_over(copy.state, sorted_.rows, where),
        ]
        given.append(
            returned_copies.Copy(
                copy.path.name,
                sorted_.rows.drop(columns="row"),
                copy.sent,
                copy.who,
                copy.when,
                copy.identity,
                tuple(copy.notes),
            )
        )
        human |= dict.fromkeys(copy.human)
    open_ = open_conflicts.unresolved(old.conflicts, own.rows)
    merged = three_way.collect(
        own.rows.drop(columns="row"), given, human=list(human),
        said={key: one for key, one in old.said.items() if not key.startswith(talk_merge.SAID)},
        conflicts=open_conflicts.by_name(open_[~talk_merge.is_about_talks(open_)]), steps=_STEPS,
    )  # fmt: skip
    lines += left_behind.replaced(merged.replaced)
    frame = shaped(merged.frame)
    talks = talk_merge.merge(
        old.plan.talks,
        [(copy, talk_merge.TalksOfCopy(one.plan.talks, one.sent_talks)) for copy, one in zip(given, opened, strict=True)],
        campaign=frame, campaign_id=old.plan.campaign_id, said=old.said,
        conflicts=open_[talk_merge.is_about_talks(open_)],
    )  # fmt: skip
    lines += talks.lines
    plan = replace(
        old.plan, talks=talks.talks, campaign=talk_counts.with_talks(frame, talks.talks, old.plan.cards)
    )
    new = rewrite.marked(Rewrite(plan), old)
    rewrite.add_notes(new, merged.notes)
    others, _ = left_behind.others(old.state, plan)
    conflicts = pd.concat(
        [open_conflicts.listed(merged.conflicts, frame), talks.conflicts], ignore_index=True
    )
    issues += [_collected_again(file) for file in merged.collected_again]
    issues += [
        issue
        for copy in opened
        if merged.taken.get(copy.path.name)
        for issue in copy.issues
        if issue.code == "edit-odd"
    ]
    listed = left_behind.listed(old.state, [*lines, *new.left])
    merged = replace(
        merged,
        conflicts=pd.concat([merged.conflicts, talks.conflicts], ignore_index=True),
        taken={file: count + talks.taken.get(file, 0) for file, count in merged.taken.items()},
    )
    taken = sum(merged.taken.values())
    quiet = not (
        taken
        or merged.added
        or talks.added
        or len(conflicts) > len(old.conflicts)
        or len(listed) > len(old.leftovers)
    )
    note = (
        f"Collected {plural(len(opened), 'copy', 'copies')}: {plural(taken, 'cell')} taken,"
        f" {plural(merged.added, 'row')} added, {plural(talks.added, 'talk')} added, {plural(len(conflicts), 'value')} in conflict."
    )
    widths = {name: wide for book in (*opened, old) for name, wide in book.widths.items()}
    added = tuple(replace(item, width=widths.get(item.heading, 0)) for item in old.added(frame))
    new.kept = Kept(
        added,
        old.log,
        "" if quiet else note,
        listed,
        conflicts,
        old.build,
        others,
        said={**merged.said, **talks.said},
        opened=old.opened,
    )
    counts = Counts(merged.added, 0, 0, taken, len(frame))
    return Collected(plan, counts, new, merged, talks, (*issues, *left_behind.stated(listed, old.state)))


def _refuse_strangers(old: Reopened, copies: Sequence[Reopened]) -> None:
    wrong = [copy for copy in copies if copy.plan.campaign_id != old.plan.campaign_id]
    if wrong:
        listed = ", ".join(f"{copy.path.name} ({copy.plan.campaign_id})" for copy in wrong)
        raise DataError(
            f"{old.path.name} is campaign {old.plan.campaign_id}, but the copies belong to another campaign: {listed}.",
            "Leave these files out, or collect them into their own master.",
            code="wrong-campaign",
        )


def _about(old: Reopened, copy: Reopened) -> list[Issue]:
    """Describe what is special about a copy."""
    file = copy.path.name
    found = [issue for issue in copy.issues if issue.code != "edit-odd"]
    if copy.sent is None:
        what = "The record of what was sent out is missing, so only cells that are blank in the master were filled; other differences are listed as conflicts."
        found.append(Issue("copy-without-snapshot", "warning", what, file=file))
    elif copy.build != old.build:
        what = "It is a copy of an older or newer build of the campaign; it was merged by customer."
        found.append(Issue("copy-of-another-build", "warning", what, file=file))
    if copy.sheets:
        what = f"Sheets that were added to the copy stay there: {', '.join(copy.sheets)}."
        found.append(
            Issue("copy-sheets", "warning", what, "Move them into the master if you need them.", file=file)
        )
    return found


def _collected_again(file: str) -> Issue:
    return Issue(
        "copy-again", "warning", "It was started again from the copy that was sent out, so most of what was collected before is missing in it. That was kept, and new entries were merged.",
        "Send the owner a new copy (split) to continue with.", file=file,
    )  # fmt: skip
