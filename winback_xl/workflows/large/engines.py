"""What reads, splits and works on the parts of a large ledger; all engines run the same functions on them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from winback_xl.errors import UsageError
from winback_xl.workflows.large import buckets, part_worker, sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.workflows.large.large_file import File
    from winback_xl.workflows.large.part import Job
    from winback_xl.workflows.large.work_folder import WorkFolder

NAMES = ("auto", "memory", "parts", "duckdb")
"""What a user may choose; Spark is chosen by giving a session or a data frame of it."""

_LOOK_AGAIN = 0.1  # seconds between two looks at the results of other processes
_TOLD = 3.0  # seconds between two reports of progress


class Engine(Protocol):
    """Reads a ledger, and works on its parts."""

    @property
    def name(self) -> str:
        """How it is called in messages."""

    @property
    def reads_with(self) -> str:
        """What reads the rows, in a sentence."""

    def open(self, given: object, table: str) -> Sequence[File]:
        """Open the ledger without reading its rows."""

    def split(
        self, files: Sequence[File], parts: int, bucket: Any, *, folder: WorkFolder, stamp: str, tell: Any
    ) -> None:
        """Split the rows by customer, and look at them."""

    def work(self, job: Job, folder: WorkFolder, tell: Any) -> None:
        """Summarise every part that has no result in the folder yet."""

    def orders_of(self, wanted: NDArray[np.uint64], job: Job, folder: WorkFolder) -> pa.Table:
        """Return the orders of some customers, by `buckets.keys` of their IDs."""


class Parts:
    """Reads with Arrow or DuckDB, splits into files on the disk, and works on them in several processes.

    Parameters
    ----------
    workers : int
        Processes.
    duckdb : bool
        Whether DuckDB reads Parquet.
    """

    def __init__(self, workers: int, *, duckdb: bool = False) -> None:
        self.workers = workers
        self.name = "DuckDB" if duckdb else "parts"
        self.reads_with = "DuckDB" if duckdb else "Arrow"
        if duckdb and find_spec("duckdb") is None:
            raise UsageError(
                "DuckDB is not installed.", 'Install it: pip install "winback-xl[big]".', "no-engine"
            )

    def open(self, given: object, table: str) -> Sequence[File]:
        """Open the ledger without reading its rows."""
        return sources.opened(given, table=table, engine="duckdb" if self.name == "DuckDB" else "")

    def split(
        self, files: Sequence[File], parts: int, bucket: Any, *, folder: WorkFolder, stamp: str, tell: Any
    ) -> None:
        """Split the rows by customer, and look at them."""
        folder.split(_stated(files, tell), parts, bucket, stamp)

    def work(self, job: Job, folder: WorkFolder, tell: Any) -> None:
        """Summarise every part that has no result in the folder yet."""
        waiting = folder.waiting(job.parts)
        if self.workers == 1 or len(waiting) == 1:
            started = time.monotonic()
            for done, number in enumerate(waiting):
                _tell_parts(tell, done, len(waiting), started)
                part_worker.work(folder, [number])
            return
        if waiting:
            self._in_processes(job, folder, len(waiting), tell)

    def orders_of(self, wanted: NDArray[np.uint64], job: Job, folder: WorkFolder) -> pa.Table:
        """Return the orders of some customers, by `buckets.keys` of their IDs."""
        found = []
        for number in range(job.parts):
            rows = folder.rows(number)
            mine = np.isin(buckets.keys(rows.column(str(job.customer))), wanted)
            if mine.any():
                found.append(rows.filter(pa.array(mine)))
        return pa.concat_tables(found)

    def _in_processes(self, job: Job, folder: WorkFolder, count: int, tell: Any) -> None:
        command = [sys.executable, "-m", "winback_xl.workflows.large.part_worker", str(folder.path)]
        started, stated = time.monotonic(), 0.0
        with tempfile.TemporaryDirectory() as said:
            running = []
            for first in range(self.workers):
                with open(f"{said}/{first}", "wb") as out:  # noqa: PTH123 - a path of ours
                    running.append(subprocess.Popen([*command, str(first), str(self.workers)], stdout=out))  # noqa: S603
            try:
                while any(one.poll() is None for one in running):
                    time.sleep(_LOOK_AGAIN)
                    failed = next((at for at, one in enumerate(running) if one.poll()), None)
                    if failed is not None:
                        with open(f"{said}/{failed}", encoding="utf-8") as out:  # noqa: PTH123
                            raise part_worker.error_of(out.read(), folder.path)
                    if time.monotonic() - stated > _TOLD:
                        stated = time.monotonic()
                        _tell_parts(tell, count - len(folder.waiting(job.parts)), count, started)
            finally:
                for one in running:
                    one.terminate()
                    one.wait()


def _tell_parts(tell: Any, done: int, count: int, started: float) -> None:
    left = "" if not done else f", {(time.monotonic() - started) / done * (count - done):,.0f} s left"
    tell(f"Checking and summarising: {done:,} of {count:,} parts done{left}")


def _stated(files: Sequence[File], tell: Any) -> Iterator[pa.Table]:
    """Read all files, and say how fast."""
    all_rows, rows, started, stated = sum(file.rows for file in files), 0, time.monotonic(), 0.0
    for number, file in enumerate(files):
        for table in sources.numbered(file, number):
            yield table
            rows += len(table)
            now = time.monotonic()
            if now - stated > _TOLD:
                stated, speed = now, rows / max(now - started, 1e-9)
                left = f", {max(all_rows - rows, 0) / speed:,.0f} s left" if all_rows else ""
                tell(f"Splitting the ledger by customer: {rows:,} rows, {speed:,.0f} a second{left}")


def chosen(given: object, name: str, workers: int) -> Engine:
    """Return the engine for a ledger.

    Parameters
    ----------
    given : object
        The ledger; a data frame of Spark is read by Spark.
    name : str
        Of `NAMES`; "auto" takes DuckDB where it is installed.
    workers : int
        Processes for the engines of this machine.

    Raises
    ------
    UsageError
        The engine is not installed, or there is none of this name.
    """
    if type(given).__module__.startswith("pyspark."):
        from winback_xl.workflows.large.spark import Spark  # noqa: PLC0415 - an extra

        return Spark()
    if name not in NAMES or name == "memory":
        raise UsageError(f"There is no engine {name}.", f"Choose {', '.join(NAMES)}.", "no-engine")
    wanted = name == "duckdb" or (name == "auto" and find_spec("duckdb") is not None)
    return Parts(workers, duckdb=wanted)
