"""Part a campaign: one workbook for each owner, with the owner's accounts only."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.core.make_good import approvers
from winback_xl.core.merging import left_behind
from winback_xl.core.tracking import talk_counts
from winback_xl.core.wording import plural
from winback_xl.files.file_names import free_file_name
from winback_xl.files.placing import all_or_none
from winback_xl.files.save import find_out, make_folder
from winback_xl.workbook.reopened import rewrite
from winback_xl.workbook.reopened.carried_over import Kept
from winback_xl.workbook.reopened.reopen import Reopened, ignored, reopen
from winback_xl.workbook.reopened.rewrite import Rewrite
from winback_xl.workflows.saving_trackers import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from winback_xl.errors import Issue

_NOBODY = "Nobody"


@dataclass(frozen=True, slots=True)
class Part:
    """One copy: whose it is, the file, and its accounts."""

    owner: str
    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class _Copy:
    """What `write` writes for one owner."""

    new: Rewrite


def split(
    campaign: str | Path,
    output: str | Path,
    *,
    force: bool = False,
    dry_run: bool = False,
    found: Callable[[Sequence[Issue]], None] = ignored,
) -> list[Part]:
    """Write one workbook for each owner, with the owner's accounts only.

    Parameters
    ----------
    campaign : path
        The master.
    output : path
        The folder where the copies go; it is made if it is missing.
    force : bool
        Replace copies that are there; dated copies of them are kept.
    dry_run : bool
        Write nothing.
    found : callable
        Called with what was found in the workbook, before anything is written.

    Returns
    -------
    list of Part
        Owner, file and number of accounts; accounts without an owner are those of "Nobody".

    Raises
    ------
    FileError, DataError, SettingsError
        The campaign cannot be read, or a copy exists and ``force`` is not set, or a copy cannot be written; then there is none.
    """
    old = reopen(campaign)
    found(old.findings)
    frame = old.plan.campaign
    owners = frame["owner"].map(lambda value: " ".join(written(value).split()) or _NOBODY)
    into = Path(output)
    of: list[pd.DataFrame] = []
    parts: list[Part] = []
    taken: set[str] = set()
    for _, rows in frame.groupby(owners.str.casefold(), sort=True):
        owner = str(owners.loc[rows.index[0]])
        path = into / f"{free_file_name(f'{old.path.stem} - {owner}', taken)}.xlsx"
        parts.append(Part(owner, path, len(rows)))
        of.append(rows.reset_index(drop=True))
    if dry_run:
        return parts
    with _folder(into), all_or_none():
        for part in parts:  # before any is written
            find_out(part.path, force=force)
        for part, rows in zip(parts, of, strict=True):
            write(_Copy(_part(old, part.owner, rows)), part.path, force=force)
    return parts


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[None]:
    """Make a folder; one that is new goes again where the block fails."""
    new = not path.is_dir()
    make_folder(path)
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # not empty
            if new:
                path.rmdir()
        raise


def _part(old: Reopened, owner: str, rows: pd.DataFrame) -> Rewrite:
    plan = old.plan
    ids = set(rows["customer_id"])
    part = replace(
        plan,
        campaign=rows,
        segments=plan.segments[plan.segments["customer_id"].isin(ids)].reset_index(drop=True),
        make_goods=plan.make_goods[plan.make_goods["customer_id"].isin(ids)].reset_index(drop=True),
        talks=plan.talks[plan.talks["customer_id"].isin(ids)].reset_index(drop=True),
        cards=plan.cards[plan.cards["customer_id"].isin(ids)].reset_index(drop=True),
        set_aside=pd.DataFrame(),
        sources=(),
        issues=(),
        loss_rate=float("nan"),
        revenue_used=float("nan"),
        settings=approvers.renamed(
            plan.settings, {owner: owner}
        ),  # what colleagues may decide is not theirs to read
    )
    part = replace(part, campaign=talk_counts.with_talks(part.campaign, part.talks, part.cards))
    new = rewrite.marked(Rewrite(part), old, sheets=False)
    note = f"Split for {owner}: {len(rows):,} of {plural(len(plan.campaign), 'account')}. Send it back when you are done."
    new.kept = Kept(
        old.added(rows), old.log, note, build=old.build, others=left_behind.others(old.state, part)[0], split=True, owner=owner,
        opened=old.opened,
    )  # fmt: skip
    return new
