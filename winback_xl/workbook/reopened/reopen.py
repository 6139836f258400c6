"""A campaign workbook that people have worked in -> what it says: their edits, their columns and sheets, and the plan.

Everything is found by heading and key, never by position: sheets may be renamed, rows sorted, columns moved, the
table turned into a range, the file saved by another program. What cannot be placed is listed, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.merging.campaign_state import AddedColumn, CampaignState
from winback_xl.core.merging.fingerprints import CALCULATED
from winback_xl.core.merging.left_behind import LEFT
from winback_xl.core.merging.returned_copies import CellNote
from winback_xl.errors import DataError, Issue
from winback_xl.readers.limits import open_package
from winback_xl.readers.sniff import checked, no_campaign, sniff
from winback_xl.readers.steady import steady
from winback_xl.readers.xlsx.read_xlsx import XlsxSource
from winback_xl.schema import columns as schema
from winback_xl.workbook.reopened import (
    by_hand,
    cell_marks,
    contents,
    edit_warnings,
    list_sheets,
    other_content,
    sent_out,
)
from winback_xl.workbook.reopened.restored_plan import keyed, plan_of, settings_of, with_facts
from winback_xl.workbook.reopened.talks_again import talks_again
from winback_xl.workbook.sheets import collected, leftovers, snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.merging.copy_history import Said
    from winback_xl.workbook.reopened.cell_marks import Marks
    from winback_xl.workbook.sheets.changes import Entry

_PADDING = 5 / 7  # characters of a column's width that a file counts and people do not


@dataclass(frozen=True, slots=True)
class Reopened:
    """What a campaign workbook holds.

    Parameters
    ----------
    path : Path
        The file.
    plan : Plan
        As the workbook shows it; its campaign holds the rows whose key is whole, as they stand.
    tracker : DataFrame
        Every row of the campaign as found: all columns that are there, those that people added under ``"+ "`` and
        their heading, and ``row``, the row of the sheet.
    columns : dict of int to str
        Place of each column in its sheet, from 0 -> its name in ``tracker``.
    widths : dict of str to float
        Width of the added columns, by heading.
    sent : DataFrame or None
        Keys and tokens of the human cells as sent out, and ``"Calculated cells"``; None where the sheet is gone.
    build : str
        Name of the build, "" where it is not known.
    marks : Marks
        Formulas, formats and notes of the campaign's cells.
    others : dict of str to DataFrame
        Columns that people added to other tables of ours, by customer.
    log : tuple of (Timestamp, str)
        The Changes sheet.
    leftovers, conflicts : DataFrame
        What earlier runs could not place or decide.
    stray : DataFrame
        What people wrote on our sheets outside the tables, in the shape of ``leftovers``.
    sheets : tuple of str
        Sheets that people added.
    own : dict of str to str
        Sheets of ours: the name they have now -> the name they were written under.
    lost : tuple of str
        What could not be written back, one sentence each.
    issues : tuple of Issue
        What was found and how it was taken.
    gone : tuple of Issue
        What we had calculated and somebody deleted; a refresh calculates it again.
    unplaced : tuple of Issue
        Rows that belong to no account of this workbook; new orders or a master may know them.
    who, when : str
        Who saved the file last, and when.
    said : dict of str to Said
        Content of each copy when it was last collected.
    identity : str
        What this one is called when it is collected as a copy, "" where nobody could tell it from another one: what
        was sent out, and who works in it. The copy of an owner keeps it whatever its file is called.
    printed : tuple of str
        Calculated columns in the order in which ``"Calculated cells"`` holds them: another version may have another.
    sent_talks : DataFrame or None
        The talks as sent out (`winback_xl.core.talks.talk_keys.sent_tokens`); None where the Snapshot sheet is gone.
    """

    path: Path
    plan: Plan
    tracker: pd.DataFrame
    columns: dict[int, str]
    widths: dict[str, float]
    sent: pd.DataFrame | None
    build: str
    marks: Marks
    others: dict[str, pd.DataFrame]
    log: tuple[Entry, ...]
    leftovers: pd.DataFrame
    conflicts: pd.DataFrame
    stray: pd.DataFrame
    sheets: tuple[str, ...]
    own: dict[str, str]
    lost: tuple[str, ...]
    issues: tuple[Issue, ...]
    gone: tuple[Issue, ...] = ()
    unplaced: tuple[Issue, ...] = ()
    who: str = ""
    when: str = ""
    said: dict[str, Said] = field(default_factory=dict)
    identity: str = ""
    printed: tuple[str, ...] = CALCULATED
    sent_talks: pd.DataFrame | None = None

    @property
    def renamed(self) -> dict[str, str]:
        """Sheets of ours that have another name: theirs -> ours."""
        return {theirs: name for theirs, name in self.own.items() if theirs != name}

    @property
    def opened(self) -> frozenset[str]:
        """Topics of columns that somebody unfolded; none where an older version wrote the file, without folds."""
        topics = {column.name: column.topic for column in schema.CAMPAIGN.columns}
        seen = (
            topics.get(name, "") for at, name in self.columns.items() if not self.marks.folds.get(at, False)
        )
        return frozenset(filter(None, seen)) if self.marks.folds else frozenset()

    @property
    def notes(self) -> tuple[CellNote, ...]:
        """The notes on the cells of the campaign, by customer and column."""
        rows = zip(self.tracker["row"], self.tracker["customer_id"], strict=True)
        customers = {int(row): str(customer) for row, customer in rows}
        return tuple(
            CellNote(
                customers.get(note.cell[0], ""),
                self.columns.get(note.cell[1], ""),
                note.text,
                note.author,
                self.path.name,
            )
            for note in self.marks.notes
        )

    @property
    def findings(self) -> tuple[Issue, ...]:
        """Everything to report where the workbook is used as it is."""
        return (*self.issues, *self.gone, *self.unplaced)

    @property
    def human(self) -> list[str]:
        """Columns that people fill: ours and those they added."""
        return self.state.human

    @property
    def state(self) -> CampaignState:
        """The campaign as people left it, for a refresh or a merge."""
        position = {name: at for at, name in self.columns.items()}
        return CampaignState(
            campaign_id=self.plan.campaign_id,
            rows=self.tracker,
            counted=self.plan.as_of,
            customers=frozenset(self.plan.segments["customer_id"]),
            sent=self.sent,
            leftovers=self.leftovers,
            conflicts=self.conflicts,
            stray=self.stray,
            printed=self.printed,
            log=self.log,
            others=self.others,
            formula_at=lambda row, name: self.marks.formulas.get((row, position.get(name, -1)), ""),
            typed_over=frozenset((row, self.columns.get(at, "")) for row, at in self.marks.values),  # noqa: PD011 - not a frame
            file=self.path.name,
            talks=self.plan.talks,
            earlier=self.plan.earlier,
            limited=self.plan.candidates is not None,
        )

    def added(self, frame: pd.DataFrame) -> tuple[AddedColumn, ...]:
        """Return the added columns of a campaign frame, ready for a book."""
        return tuple(
            AddedColumn(str(name)[len(ADDED) :], frame[name].tolist(), self.widths.get(str(name)[len(ADDED) :], 0))
            for name in frame
            if str(name).startswith(ADDED)
        )  # fmt: skip


def ignored(_: Sequence[Issue]) -> None:
    """Do nothing: findings are not reported."""


def reopen(path: str | Path) -> Reopened:
    """Read a campaign workbook.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm file that this package wrote, even if another program saved it since.

    Returns
    -------
    Reopened

    Raises
    ------
    FileError
        It is not such a workbook, is damaged, or is protected by a password.
    DataError
        It holds no Campaign table, or the column Customer ID is gone.
    SettingsError
        Somebody typed a setting that is out of bounds.
    """
    file = checked(path)
    if (kind := sniff(file)) != "xlsx":
        raise no_campaign(file, kind)
    with steady(file), open_package(file) as package:
        source = XlsxSource(package)
        found = contents.table(source, schema.CAMPAIGN)
        if found is None:
            raise DataError(
                f"{file.name} holds no Campaign table.",
                "Name the workbook that 'winback plan' wrote.",
                code="not-a-campaign",
            )
        sent = sent_out.read(source)
        tracker = contents.tracker(found)
        settings, day, stated = settings_of(file, source, sent)
        if hand := by_hand.is_by_hand(sent, tracker):
            tracker = by_hand.rows(found, tracker, day.day)
        frames = keyed(source, found)
        tracker = with_facts(tracker, frames[schema.ACCOUNTS.name])
        tables = [found, *(table for table in frames.values() if table is not None)]
        plan, odd = plan_of(tracker, frames, sent, settings, day)
        sent = by_hand.untyped(sent, plan.campaign) if hand else sent
        log_of_talks = talks_again(source, tables, sent, plan, no_plan=hand)
        plan = log_of_talks.plan
        ours = other_content.ours_in(source, sent.known, found.grid.sheet)
        own = [item.name for item in source.sheets if item.name not in ours]
        log = [tuple(line) for line in list_sheets.lines(source, ours, "Changes", ("As of", "What was done"))]
        seen = cell_marks.read(source, found)
        who, when = other_content.saved_by(package)
        stray = other_content.stray(source, ours, sent.known, tables, log_of_talks.found)
        stray = pd.concat([stray, log_of_talks.stray], ignore_index=True)
        words = {"Stage": snapshot.playbook_of(sent.plan, settings.playbook).names}
        return Reopened(
            path=file,
            plan=plan,
            tracker=tracker,
            columns={raw.position: name for name, raw in found.columns.items()}
            | {raw.position: ADDED + name for name, raw in found.added.items()},
            widths={
                name: max(0.0, seen.widths.get(raw.position, 0.0) - _PADDING)
                for name, raw in found.added.items()
            },
            sent=sent.rows,
            build=str(sent.known.get("build", "")),
            printed=tuple(map(str, sent.known.get("calculated", CALCULATED))),
            marks=seen,
            others={
                name: contents.others(one) for name, one in frames.items() if one is not None and one.added
            },
            log=tuple((pd.Timestamp(day), str(what)) for day, what in log if isinstance(day, pd.Timestamp)),
            leftovers=list_sheets.listed(source, ours, leftovers.LEFTOVERS, leftovers.LEFT_HEADINGS, LEFT),
            conflicts=list_sheets.conflicts(source, ours),
            stray=stray,
            sheets=tuple(own),
            own=ours,
            lost=tuple(other_content.lost(source, ours, own, sent.known, found)),
            issues=(
                *found.issues,
                *stated,
                *edit_warnings.typed(found, tracker, seen, sent.rows, words),
                *edit_warnings.unshown_texts(tables, stray, file.name),
                *log_of_talks.issues,
            ),
            gone=tuple(edit_warnings.gone(found, frames, sent.known.get("calculated", ()), file.name)),
            unplaced=tuple(edit_warnings.unplaced(found, odd)),
            who=who,
            when=when,
            said=collected.read(list_sheets.lines(source, ours, collected.NAME, collected.HEADINGS)),
            identity=sent.identity(file.name, who),
            sent_talks=sent.talks,
        )
