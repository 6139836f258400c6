"""Open every spreadsheet of a folder, add our sheets to it, compare what we read with two other readers, and count.

Off by default, because it needs a folder of files from elsewhere::

    python -m tests.foreign FOLDER [--list] [--no-values]

Each step runs in a process of its own with 10 seconds and 1.5 GB. Exits with 1 if anything crashed, took too much,
changed a part it must not, or read a cell differently from openpyxl and calamine where those two agree.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
from pathlib import Path

from tests.foreign import child, steps

ENDINGS = {
    ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".fods", ".csv", ".tsv",
}  # fmt: skip
SECONDS, MEMORY = 10.0, 1_500_000_000


def main() -> int:
    arguments = argparse.ArgumentParser(
        prog="python -m tests.foreign", description=__doc__.partition("\n")[0]
    )
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--list", action="store_true", help="name the files behind each count")
    arguments.add_argument("--no-values", action="store_true", help="do not compare cell values")
    given = arguments.parse_args()
    files = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    made = steps.our_workbook()
    tally = Tally()
    for number, file in enumerate(files, 1):
        if sys.stderr.isatty():
            print(f"\r{number}/{len(files)} {file.name[:60]:60}", end="", file=sys.stderr)
        one(file, made, tally, values=not given.no_values)
    tally.tell(len(files), names=given.list)
    return 1 if tally.bad else 0


def one(file: Path, made: bytes, tally: Tally, *, values: bool) -> None:
    """Run all steps on one file."""
    done = child.run(steps.check, file, seconds=SECONDS, memory=MEMORY)
    tally.add("check", done, file)
    if file.suffix.lower() in {".csv", ".tsv"}:
        return
    done = child.run(steps.into, file, made, seconds=SECONDS, memory=MEMORY)
    tally.add("--into", done, file)
    if done.answer and done.answer[0] == "opened" and done.answer[1]:
        tally.note("parts changed", f"{file}: {', '.join(done.answer[1])}")
    if values:
        ours = child.run(steps.read_ours, file, seconds=SECONDS, memory=MEMORY)
        tally.add("every sheet", ours, file)
        if ours.answer and ours.answer[0] == "opened":
            compared = child.run(steps.compare, file, ours.answer[1], seconds=120, memory=6_000_000_000)
            tally.compared(compared, file)


class Tally:
    """What happened, counted."""

    def __init__(self) -> None:
        self.counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.files: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
        self.cells: collections.Counter[str] = collections.Counter()
        self.bad: list[str] = []
        self.slowest = (0.0, "")
        self.largest = (0, "")
        self.started = time.monotonic()

    def add(self, step: str, done: child.Done, file: Path) -> None:
        """Count how a step ended."""
        self.slowest = max(self.slowest, (done.seconds, f"{step} {file}"))
        self.largest = max(self.largest, (done.memory, f"{step} {file}"))
        ending = done.failed or (
            done.answer[0] if done.answer[0] == "opened" else f"refused: {done.answer[1]}"
        )
        self.counts[step][ending] += 1
        self.files[step, ending].append(str(file))
        if done.failed:
            self.bad.append(f"{step}: {done.failed}: {file}\n{done.trace}")
        elif done.memory > MEMORY:
            self.bad.append(f"{step}: {done.memory / 1e6:,.0f} MB: {file}")

    def note(self, what: str, text: str) -> None:
        """Count something that must not be."""
        self.counts["--into"][what] += 1
        self.bad.append(f"{what}: {text}")

    def compared(self, done: child.Done, file: Path) -> None:
        """Count cells."""
        if done.failed:
            self.counts["values"]["the other readers failed"] += 1
            return
        counts, different = done.answer
        self.cells.update(counts)
        self.counts["values"]["compared" if any(counts.values()) else "nothing to compare"] += 1
        self.files["values", "different"] += [f"{file}: {text}" for text in different]
        self.bad += [f"value: {file}: {text}" for text in different]

    def tell(self, files: int, *, names: bool) -> None:
        """Print the report."""
        print(f"\n{files:,} files in {time.monotonic() - self.started:,.0f} s")
        for step, counts in self.counts.items():
            print(f"\n{step}")
            for ending, count in counts.most_common():
                print(f"  {count:6,}  {ending}")
                if names:
                    for name in self.files[step, ending]:
                        print(f"            {name}")
        print("\ncells")
        for what, count in self.cells.most_common():
            print(f"  {count:12,}  {what}")
        print(f"\nslowest {self.slowest[0]:.1f} s: {self.slowest[1]}")
        print(f"largest {self.largest[0] / 1e6:,.0f} MB: {self.largest[1]}")
        print(f"\n{len(self.bad)} things that must not be" + (":" if self.bad else ""))
        for text in self.bad[:200]:
            print(f"- {text}")


if __name__ == "__main__":
    sys.exit(main())
