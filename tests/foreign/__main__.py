"""Open every spreadsheet of a folder, add our sheets to it, compare what we read with two other readers, and count.

Off by default, because it needs a folder of files from elsewhere::

    python -m tests.foreign FOLDER [--list] [--jobs 2] [--no-values]

Each step of ours runs in a process of its own with 10 seconds and 1.5 GB; comparing may take longer. Exits with 1 if anything crashed, took too much,
changed a part it must not, or read a cell differently from openpyxl and calamine where those two agree. Folders right
below the one given count as sources, each with a line in the table at the end.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import multiprocessing
import sys
from functools import partial
from pathlib import Path

from tests.foreign import child, steps
from tests.foreign.tally import Record, Tally

ENDINGS = {
    ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".fods", ".csv", ".tsv",
}  # fmt: skip
TEXTS = {".csv", ".tsv"}
SECONDS, MEMORY = 10.0, 1_500_000_000


def main() -> int:
    arguments = argparse.ArgumentParser(
        prog="python -m tests.foreign", description=__doc__.partition("\n")[0]
    )
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--list", action="store_true", help="name the files behind each count")
    arguments.add_argument("--jobs", type=int, default=1, help="files looked at at once")
    arguments.add_argument("--no-values", action="store_true", help="do not compare cell values")
    given = arguments.parse_args()
    files = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    look = partial(one, made=steps.our_workbook(), values=not given.no_values)
    tally = Tally(given.folder)
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(given.jobs, mp_context=fork) as pool:
        for number, record in enumerate(pool.map(look, files), 1):
            tally.add(record)
            if sys.stderr.isatty():
                print(f"\r{number}/{len(files)} {record.file.name[:60]:60}", end="", file=sys.stderr)
            for text in (*record.bad, *record.changed, *record.different):
                print(f"{number}/{len(files)} {record.file}: {text}", file=sys.stderr, flush=True)
    tally.tell(names=given.list)
    return 1 if tally.bad else 0


def one(file: Path, *, made: bytes, values: bool) -> Record:
    """Run all steps on one file."""
    record = Record(file)
    record.add("check", _limited(steps.check, file))
    if file.suffix.lower() in TEXTS:
        return record
    done = _limited(steps.into, file, made)
    record.add("--into", done)
    if done.answer and done.answer[0] == "opened" and done.answer[1]:
        record.changed = list(done.answer[1])
    if values:
        ours = _limited(steps.read_ours, file)
        record.add("every sheet", ours)
        if ours.answer and ours.answer[0] == "opened":
            record.compared(child.run(steps.compare, file, seconds=120, memory=6_000_000_000))
    return record


def _limited(function: child.Step, *arguments: object) -> child.Done:
    done = child.run(function, *arguments, seconds=SECONDS, memory=MEMORY)
    return done.failing(f"took {done.memory / 1e6:,.0f} MB") if done.memory > MEMORY else done


if __name__ == "__main__":
    sys.exit(main())
