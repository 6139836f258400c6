"""Count what happened to foreign files, and tell it."""

from __future__ import annotations

import collections
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.foreign.child import Done

HEADINGS = (
    "source", "files", "opened", "refused", "into", "refused", "crashed", "parts changed", "slowest s", "most MB",
    "cells agreed", "same in ours",
)  # fmt: skip
WIDTHS = (30, 6, 6, 7, 6, 7, 7, 13, 9, 7, 12, 12)


@dataclass(slots=True)
class Record:
    """What happened to one file.

    Parameters
    ----------
    file : Path
    endings : dict
        How each step ended: "opened", "refused: code", or what went wrong.
    bad : list of str
        What must not be, with its trace.
    changed : list of str
        Parts of the workbook that changed though they must not.
    cells, different : dict, list of str
        Cells counted by how they compare, and those that both other readers read in another way.
    seconds, memory : float, int
        What the greediest step took; memory in bytes.
    """

    file: Path
    endings: dict[str, str] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    cells: dict[str, int] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory: int = 0

    def add(self, step: str, done: Done) -> None:
        """Add how a step ended."""
        self.seconds, self.memory = max(self.seconds, done.seconds), max(self.memory, done.memory)
        if done.failed:
            self.endings[step] = done.failed
            self.bad.append(f"{step}: {done.failed}: {self.file}\n{done.trace}")
        else:
            opened = done.answer[0] == "opened"
            self.endings[step] = "opened" if opened else f"refused: {done.answer[1]}"

    def compared(self, done: Done) -> None:
        """Add how the cells compare."""
        if done.failed:
            self.endings["values"] = "the other readers failed"
            return
        self.cells, self.different = done.answer
        self.endings["values"] = "compared" if any(self.cells.values()) else "nothing to compare"


class Tally:
    """What happened to all files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records: list[Record] = []
        self._started = time.monotonic()

    def add(self, record: Record) -> None:
        """Add one file."""
        self._records.append(record)

    @property
    def bad(self) -> list[str]:
        """Return everything that must not be."""
        found: list[str] = []
        for record in self._records:
            found += record.bad
            found += [f"part changed: {record.file}: {part}" for part in record.changed]
            found += [f"value: {record.file}: {text}" for text in record.different]
        return found

    def tell(self, *, names: bool) -> None:
        """Print the report."""
        print(f"\n{len(self._records):,} files in {time.monotonic() - self._started:,.0f} s")
        self._tell_endings(names=names)
        cells = sum((collections.Counter(record.cells) for record in self._records), collections.Counter())
        print("\ncells")
        for what, count in cells.most_common():
            print(f"  {count:12,}  {what}")
        self._tell_sources()
        for what, worst in (
            ("slowest", max(self._records, key=lambda record: record.seconds, default=None)),
            ("largest", max(self._records, key=lambda record: record.memory, default=None)),
        ):
            if worst:
                print(f"{what}: {worst.seconds:.1f} s, {worst.memory / 1e6:,.0f} MB: {worst.file}")
        bad = self.bad
        print(f"\n{len(bad)} things that must not be" + (":" if bad else ""))
        for text in bad[:200]:
            print(f"- {text}")

    def _tell_endings(self, *, names: bool) -> None:
        ended = collections.defaultdict(lambda: collections.defaultdict(list))
        for record in self._records:
            for step, ending in record.endings.items():
                ended[step][ending].append(record.file)
        for step, endings in ended.items():
            print(f"\n{step}")
            for ending, files in sorted(endings.items(), key=lambda pair: -len(pair[1])):
                print(f"  {len(files):6,}  {ending}")
                if names:
                    print(*(f"            {file}" for file in files), sep="\n")

    def _tell_sources(self) -> None:
        by_source = collections.defaultdict(list)
        for record in self._records:
            inside = record.file.relative_to(self._folder).parts
            by_source[inside[0] if len(inside) > 1 else "."].append(record)
        rows = [_line(source, records) for source, records in sorted(by_source.items())]
        print()
        for row in (HEADINGS, *rows, _line("all", self._records)):
            first, *rest = zip(row, WIDTHS, strict=True)
            print(f"{first[0]:{first[1]}}", *(f"{text:>{width}}" for text, width in rest))


def _line(source: str, records: list[Record]) -> tuple[str, ...]:
    def ended(step: str, start: str) -> int:
        return sum(record.endings.get(step, "").startswith(start) for record in records)

    counts = (
        len(records), ended("check", "opened"), ended("check", "refused"), ended("--into", "opened"),
        ended("--into", "refused"), sum(bool(record.bad) for record in records),
        sum(len(record.changed) for record in records),
    )  # fmt: skip
    return (
        source[:30],
        *(f"{count:,}" for count in counts),
        f"{max((record.seconds for record in records), default=0):.1f}",
        f"{max((record.memory for record in records), default=0) / 1e6:,.0f}",
        f"{sum(record.cells.get('agreed', 0) for record in records):,}",
        f"{sum(record.cells.get('the same in ours', 0) for record in records):,}",
    )
