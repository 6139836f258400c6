"""A whole campaign, played over 90 days on the made-up distributor.

Built on day 0, split to the reps, filled in by them and their manager, collected and refreshed with new orders every
week, reported on days 30 and 90. What comes back is what the sample's customers order by themselves, so the play
proves the book-keeping, not the selling; the control group says how many would have come anyway.

    python -m tests.story FOLDER     leaves the workbooks of days 0, 30 and 90, and six pictures
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

import winback_xl as wb
from tests import story_pictures
from tests.story_people import Rep, Tracker, settle, workday
from winback_xl import samples
from winback_xl.settings import Settings
from winback_xl.workflows import collecting, measuring, refreshing, saving, saving_trackers, splitting

if TYPE_CHECKING:
    from tests.story_people import Buys, Row, Words
    from winback_xl.samples import Sample

DAYS = (7, 14, 21, 30, 37, 44, 51, 58, 65, 72, 79, 86, 90)
"""When copies are collected and the campaign is refreshed."""

REPORTS = (30, 90)
MEETING = "Ask for the reason first, then for the order."
SETTINGS = Settings(control_share=0.15)

DISPUTED = (
    {"My step": "I call them myself on Monday", "Notes": "Met their owner at the fair"},
    {"My step": "Wait until the new buyer has settled in"},
)
"""What the manager types in week 2, on accounts whose rep types another next step in the same week."""


@dataclass
class Play:
    """A campaign as it is played.

    Parameters
    ----------
    folder : Path
        Where the files go.
    sample : Sample
        The distributor on day 0.
    """

    folder: Path
    sample: Sample
    typed: Words = field(default_factory=dict)
    """Every cell that somebody filled in, and what must stand there."""
    disputed: Words = field(default_factory=dict)
    """Cells that manager and rep filled in differently, and what the rep typed: they must be listed."""
    before: dict[str, Row] = field(default_factory=dict)
    """Accounts as the product first wrote them."""
    reps: dict[str, Rep] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often what happened."""
    copies: list[Path] = field(default_factory=list)
    """What came back last."""
    inputs: dict[str, Path] = field(default_factory=dict)
    """Orders, customers, incidents and reps of the last refresh."""
    today: dt.datetime | None = None
    """Day of the last refresh."""

    @property
    def master(self) -> Path:
        """The workbook that everything comes back to."""
        return self.folder / "campaign.xlsx"

    @property
    def start(self) -> dt.datetime:
        """Day 0."""
        return self.sample.as_of.to_pydatetime()

    def begin(self) -> None:
        """Build the campaign on day 0."""
        self.inputs = samples.write(self.sample, self.folder / "orders" / "day 0")
        plan = wb.plan(**self.inputs, as_of=self.sample.as_of, settings=SETTINGS)
        wb.save(plan, self.master)
        shutil.copy(self.master, self.folder / "day 0.xlsx")
        self._look()
        owners = plan.campaign["owner"].value_counts().index
        room = self.sample.reps.set_index("Sales rep")["Contacts per week"]
        self.reps = {str(name): Rep(str(name), int(room[name]), self.sample.seed) for name in owners}

    def week(self, number: int, day: int, known: Sample) -> Sample:
        """Play a week: split, type, collect, and refresh on its last day; return what is ordered by then."""
        if number == 3:
            self._settle()
        parts = splitting.split(self.master, self.folder / f"week {number}")
        self.copies = [part.path for part in parts]
        tuesday = workday(self.start + dt.timedelta(days=day - 5), 1)
        bought = _bought(known, self.start)
        theirs: Words = {}
        for part in parts:
            theirs |= self._rep(number, part, tuesday, bought)
        ours = self._manager(number, theirs)
        fought = {key for key, value in theirs.items() if key in ours and ours[key] != value}
        self.disputed |= {key: theirs[key] for key in fought}
        self.typed |= {**theirs, **ours}
        self.stated["values in conflict"] += len(fought)
        self.save(collecting.collect(self.master, self.copies))
        if fought:
            shutil.copy(self.master, self.folder / f"collected {number}.xlsx")
        then = samples.weeks_later(self.sample, day)
        self.inputs = samples.write(then, self.folder / "orders" / f"day {day}")
        self.today = self.start + dt.timedelta(days=day)
        done = self.refreshed()
        self.save(done)
        self._look()
        self.stated["accounts added"] += done.counts.added
        self.stated["rounds"] += 1
        if day in REPORTS:
            shutil.copy(self.master, self.folder / f"day {day}.xlsx")
            saving.save_report(measuring.measure(self.master), self.folder / f"report day {day}.xlsx")
        return then

    def refreshed(self) -> refreshing.Refreshed:
        """Work the master out again from the last orders, without writing it."""
        return refreshing.refresh(self.master, **self.inputs, as_of=self.today)

    def save(self, done: refreshing.Refreshed | collecting.Collected) -> None:
        """Write the master; the dated copy of the one before is of no use here."""
        new = self.folder / "new.xlsx"
        saving_trackers.write(done, new)
        new.replace(self.master)

    def _look(self) -> None:
        """Note the accounts that are new on the list, as they are before anybody typed."""
        for customer, row in Tracker(self.master, values=True).rows().items():
            self.before.setdefault(customer, row)

    def _rep(self, number: int, part: splitting.Part, day: dt.datetime, bought: dict[str, Buys]) -> Words:
        own = Tracker(part.path)
        place = list(self.reps).index(part.owner)
        if (number, place) == (1, 2):
            own.add_column("Competitor")
            self.stated["columns added"] += 1
        self.reps[part.owner].work(own, day, bought)
        if (number, place) == (2, 1):
            own.sort("Customer")
            own.delete_row(next(c for c in own.place if (c, "My step") not in own.typed))
        if (number, place) == (3, 0):
            own.colour(next(iter(own.place)))
            own.type(list(own.place)[-1], {"Rest until": "after their stocktaking"})
            own.book.create_sheet("My calls")["A1"] = "Ring before ten"
        own.save()
        self.stated["cells typed"] += len(own.typed)
        return own.typed

    def _manager(self, number: int, theirs: Words) -> Words:
        own = Tracker(self.master)
        if number == 1:
            own.book.create_sheet("Team meeting")["A1"] = MEETING
        if number == 2:
            moved = [customer for customer, heading in theirs if heading == "My step"]
            for customer, edits in zip(moved[:: len(moved) // 2], DISPUTED, strict=False):
                own.type(customer, edits)
        own.save()
        self.stated["cells typed"] += len(own.typed)
        return own.typed

    def _settle(self) -> None:
        """Let the manager settle the conflicts on Monday, before the next copies go out."""
        own = Tracker(self.master)
        for key in settle(own):
            del self.disputed[key]
        own.save()
        self.typed |= own.typed


def _bought(known: Sample, start: dt.datetime) -> dict[str, Buys]:
    """Return what each customer has ordered since day 0, as the rep sees it in the ledger."""
    new = known.orders[known.orders["Order Date"] > start]
    found: dict[str, Buys] = defaultdict(list)
    for customer, day, value in zip(new["Customer No"], new["Order Date"], new["Net amount"], strict=True):
        found[customer].append((day.to_pydatetime(), float(value)))
    return found


def stands(play: Play) -> dict[str, Row]:
    """Return the accounts as they must stand: as the product first wrote them, and over it what people typed."""
    rows = {customer: dict(row) for customer, row in play.before.items()}
    for (customer, heading), value in play.typed.items():
        rows[customer][heading] = value
    return rows


def listed(path: Path, sheet: str, table: str) -> list[dict[str, object]]:
    """Return the rows of a table, by heading; none where the sheet is not there."""
    book = load_workbook(path, data_only=True)
    if sheet not in book.sheetnames:
        return []
    left, top, right, bottom = range_boundaries(book[sheet].tables[table].ref)
    headings, *rows = book[sheet].iter_rows(top, bottom, left, right, values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def lost(play: Play) -> list[str]:
    """Compare every cell that anybody filled in with the workbook, and every conflict with its list."""
    now = Tracker(play.master, values=True).rows()
    gone = [
        f"{customer}, {heading}: typed {value!r}, found {now.get(customer, {}).get(heading)!r}"
        for (customer, heading), value in play.typed.items()
        if now.get(customer, {}).get(heading) != value
    ]
    conflicts = listed(play.master, "Conflicts", "tblConflicts")
    named = {(row["Customer ID"], row["Column"]): row["In the copy"] for row in conflicts}
    if named != play.disputed:
        gone.append(f"conflicts: typed {play.disputed}, listed {named}")
    return gone


def by_hand(rows: dict[str, Row], shown: dict[str, Row], today: dt.datetime) -> dict[str, float]:
    """Count the figures of the report with the plainest loop over the accounts; Decision and Due as the sheet shows them."""
    count: dict[str, float] = defaultdict(float)
    talked = (
        "Listened", "Diagnosed", "Decided", "Plan e-mailed", "Thank-you call", "Offer approved", "Delivered",
        "Customer confirmed", "Won", "Aftercare",
    )  # fmt: skip
    for customer, row in rows.items():
        count["reasons"] += bool(row["Their reason"])
        due, alone = (
            shown[customer]["Due"],
            "Control group" in str(row["Flags"]) and row["Want back?"] != "Yes",
        )
        chosen = shown[customer]["Decision"] in {"Pursue", "Reassign"}
        called = chosen or row["Want back?"] or row["My date"] or row["Stage"] not in {None, "Listed"}
        late = row["Outcome"] in {None, "Open"} and due is not None and due < today
        count["Overdue"] += bool(late and called and not alone)
        proposed = chosen and not row["Want back?"]
        if not proposed and row["Want back?"] != "Yes":
            continue
        count["Accounts worked on"] += 1
        count["contacted"] += row["Stage"] in talked or row["Listened"] == "Yes"
        count["Won"] += row["Outcome"] == "Won"
        count["Actual cost"] += row["Actual cost"] or 0.0
        if row["Outcome"] == "Won" and row["Customer confirmed"]:
            count["Won and confirmed"] += 1
            count["Won revenue"] += row["Won revenue"] or 0.0
    count["Recovered"] = count["Won revenue"] * SETTINGS.margin - count["Actual cost"]
    count["Reason on file"] = count.pop("reasons") / len(rows)
    count["Contacted"] = count.pop("contacted") / count["Accounts worked on"]
    return dict(count)


def play(folder: Path) -> Play:
    """Play all 90 days."""
    story = Play(folder, samples.make())
    story.begin()
    known = story.sample
    for number, day in enumerate(DAYS, 1):
        known = story.week(number, day, known)
        print(f"day {day}: {dict(story.stated)}", flush=True)
    return story


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    story = play(folder)
    for day in REPORTS:
        measured = measuring.measure(folder / f"day {day}.xlsx")
        print(f"\nDay {day}: {measured.odds_stated}")
        for figure in measured.results.figures:
            print(f"  {figure.name}: {figure.value:,.4g}")
        print(f"  Slipping again: {', '.join(measured.results.relapsing['customer'])}")
        print(f"  Neglected: {len(measured.results.avoided)}")
    print(f"\n{dict(story.stated)}; {len(story.typed)} cells hold what was typed last")
    print(f"lost: {lost(story) or 'nothing'}")
    story_pictures.draw(folder)


if __name__ == "__main__":
    main()
