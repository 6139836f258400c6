"""A process that works on every so-manieth part of a large run: ``python -m winback_xl.workflows.large.part_worker FOLDER K N``."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from winback_xl.errors import DataError, FileError, Issue, WinbackError
from winback_xl.workflows.large.part import summarised
from winback_xl.workflows.large.work_folder import WorkFolder

if TYPE_CHECKING:
    from collections.abc import Iterable


def work(folder: WorkFolder, parts: Iterable[int], parent: int = 0) -> None:
    """Summarise the parts that have no result; stop early where the process that asked for it has ended."""
    job = folder.job()
    for number in parts:
        if parent and os.getppid() != parent:
            return
        if not folder.result(number).exists():
            folder.save_result(number, summarised(folder.rows(number), job, number))


def main(path: str, first: int, step: int) -> int:
    """Work on the parts ``first``, ``first + step``, ...; report an error as JSON on stdout."""
    pa.set_cpu_count(1)
    folder = WorkFolder(Path(path))
    try:
        work(folder, range(first, folder.job().parts, step), os.getppid())
    except WinbackError as error:
        issues = [astuple(issue) for issue in error.issues] if isinstance(error, DataError) else []
        stated = {
            "what": error.what,
            "hint": error.hint,
            "code": error.code,
            "exit": error.exit_code,
            "issues": issues,
        }
        sys.stdout.write(json.dumps(stated))
        return error.exit_code
    return 0


def error_of(text: str, folder: Path) -> WinbackError:
    """Return the error that a worker reported; one that ended without a word was ended from outside."""
    if not text:
        return FileError(
            "A process that worked on a part of the ledger was ended.",
            f"Run it again: it goes on with what is in {folder}.",
            "worker-ended",
        )
    stated = json.loads(text)
    if stated["issues"]:
        return DataError.from_issues(Issue(*issue) for issue in stated["issues"])
    kind = next((one for one in WinbackError.__subclasses__() if one.exit_code == stated["exit"]), DataError)
    return kind(stated["what"], stated["hint"], stated["code"])


if __name__ == "__main__":  # pragma: no cover - in a process of its own
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
