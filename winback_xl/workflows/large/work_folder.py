"""The folder of a large run: its job, the rows of each part, and the results so far; a run that was ended goes on here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from winback_xl.errors import DataError, FileError
from winback_xl.files.save import make_folder
from winback_xl.inputs.answers import Answers
from winback_xl.settings import Settings
from winback_xl.version import __version__
from winback_xl.workflows.large.first_look import FirstLook, Look
from winback_xl.workflows.large.part import Job

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_JOB, _STAMP, _VERDICTS, _INCIDENTS, _COUNTED = (
    "job.json",
    "stamp.txt",
    "verdicts.json",
    "incidents.arrow",
    "counted.json",
)
_LOOK = ("rows", "head", "sample")
_SPILL = ipc.IpcWriteOptions(compression=pa.Codec("lz4"))


class WorkFolder:
    """Holds everything of one run; all files appear whole or not at all.

    Parameters
    ----------
    path : Path
        Made when it is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        make_folder(path)

    def goes_on(self, stamp: str) -> bool:
        """Return whether the rows of the same ledger were split here already; forget everything else that is here."""
        marked = self.path / _STAMP
        with contextlib.suppress(OSError):
            if stamp and marked.read_text("utf-8") == stamp:
                return True
        self.clear()
        make_folder(self.path)
        return False

    def split(self, rows: Iterable[pa.Table], parts: int, bucket: Any, stamp: str) -> None:
        """Write the rows of each part into a file of its own, and look at them.

        Parameters
        ----------
        rows : iterable of Table
            With the columns `first_look.ROW` and `FILE`.
        parts : int
        bucket : callable
            Takes a table, returns the part of each row.
        stamp : str
            What the rows were made of; written when all of them are there.
        """
        seen, first = FirstLook(), None
        with contextlib.ExitStack() as files:
            writers: list[Any] = []
            for given in rows:
                table = given
                if first is None:
                    first = _spilled(table.schema)
                    writers = [
                        files.enter_context(ipc.new_stream(str(self._rows(number)), first, options=_SPILL))
                        for number in range(parts)
                    ]
                table = _cast(table, first)
                seen.add(table)
                place = bucket(table)
                order = np.argsort(place, kind="stable")
                cut = np.searchsorted(place[order], np.arange(parts + 1))
                grouped = table.take(pa.array(order)).combine_chunks()
                for number in np.flatnonzero(np.diff(cut)):
                    writers[number].write_table(grouped.slice(cut[number], cut[number + 1] - cut[number]))
        if first is None:
            raise DataError("The ledger has no rows.", "Export it again, with its rows.", "no-rows")
        self.save_look(seen.result(), stamp)

    def save_look(self, look: Look, stamp: str) -> None:
        """Keep what was seen of the ledger, and that it is split."""
        for name in _LOOK:
            self._write(f"{name}.arrow", getattr(look, name))
        counted = {"filled": look.filled, "rows_in": look.rows_in}
        (self.path / _COUNTED).write_text(json.dumps(counted), "utf-8")
        (self.path / _STAMP).write_text(stamp, "utf-8")

    def look(self) -> Look:
        """Return what was seen of the ledger."""
        counted = json.loads((self.path / _COUNTED).read_text("utf-8"))
        rows, head, sample = (_table(self.path / f"{name}.arrow") for name in _LOOK)
        return Look(rows, head, sample, tuple(counted["filled"]), tuple(counted["rows_in"]))

    def save_job(self, job: Job) -> None:
        """Keep the job for other processes; results of another job are forgotten, unless only what was decided differs."""
        incidents = job.incidents
        about = {
            "headings": list(job.headings),
            "files": [list(file) for file in job.files],
            "customer": job.customer,
            "parts": job.parts,
            "settings": asdict(job.settings),
            "answers": {
                "columns": dict(job.answers.columns),
                **{
                    name: [list(p) for p in getattr(job.answers, name)]
                    for name in ("count", "leave_out", "take_back")
                },
            },
            "incidents": ""
            if incidents is None
            else hashlib.sha256(incidents.to_json(date_format="iso").encode()).hexdigest(),
            "version": __version__,
        }
        text = json.dumps(about, sort_keys=True)
        decided = {"as_of": f"{job.as_of:%Y-%m-%d}", "verdicts": dict(job.verdicts)}
        (self.path / _VERDICTS).write_text(json.dumps(decided), "utf-8")
        with contextlib.suppress(OSError):
            if (self.path / _JOB).read_text("utf-8") == text:
                return
        self.forget(range(job.parts))
        if incidents is not None:
            self._write(_INCIDENTS, pa.Table.from_pandas(incidents, preserve_index=False))
        (self.path / _JOB).write_text(text, "utf-8")

    def forget(self, parts: Iterable[int]) -> None:
        """Remove the results of some parts."""
        for number in parts:
            self.result(number).unlink(missing_ok=True)

    def job(self) -> Job:
        """Return the job that was kept."""
        decided, look = json.loads((self.path / _VERDICTS).read_text("utf-8")), self.look()
        about = json.loads((self.path / _JOB).read_text("utf-8"))
        said = about["answers"]
        pairs = {
            name: tuple((str(a), str(b)) for a, b in said[name])
            for name in ("count", "leave_out", "take_back")
        }
        return Job(
            tuple(about["headings"]),
            tuple((name, rows) for name, rows in about["files"]),
            about["customer"],
            about["parts"],
            pd.Timestamp(decided["as_of"]),
            Settings(**about["settings"]),
            Answers(said["columns"], **pairs),
            decided["verdicts"],
            look.sample,
            look.filled,
            _table(self.path / _INCIDENTS).to_pandas() if about["incidents"] else None,
        )

    def rows(self, number: int) -> pa.Table:
        """Return the rows of a part."""
        return _table(self._rows(number))

    def result(self, number: int) -> Path:
        """Return where the result of a part is kept."""
        return self.path / f"part-{number:05}.arrow"

    def save_result(self, number: int, table: pa.Table) -> None:
        """Keep the result of a part."""
        self._write(self.result(number).name, table)

    def open_result(self, number: int) -> pa.Table:
        """Return the result of a part; its columns are read from the disk when they are used."""
        return _table(self.result(number))

    def waiting(self, parts: int) -> list[int]:
        """Return the parts without a result."""
        return [number for number in range(parts) if not self.result(number).exists()]

    def clear(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _rows(self, number: int) -> Path:
        return self.path / f"rows-{number:05}.arrows"

    def _write(self, name: str, table: pa.Table) -> None:
        half = self.path / f"{name}.{os.getpid()}.half"
        try:
            with ipc.new_file(str(half), table.schema) as file:
                file.write_table(table)
            half.replace(self.path / name)
        except OSError as error:
            raise FileError(
                f"{self.path} cannot be written: {error.strerror or error}.",
                "Make room on that disk.",
                "temp-full",
            ) from error


def _spilled(found: pa.Schema) -> pa.Schema:
    return pa.schema(
        [field.with_type(pa.string()) if pa.types.is_null(field.type) else field for field in found]
    )


def _cast(table: pa.Table, to: pa.Schema) -> pa.Table:
    if table.schema.equals(to):
        return table
    try:
        return _without_empty_texts(table, to).cast(to)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise DataError(
            f"The files of the ledger hold different types in one column ({error}).",
            "Export all of them alike.",
            "parts-differ",
        ) from error


def _without_empty_texts(table: pa.Table, to: pa.Schema) -> pa.Table:
    """Return a table in which texts that become numbers or dates are missing where they are empty."""
    for at, (field, wanted) in enumerate(zip(table.schema, to, strict=True)):
        if pa.types.is_string(field.type) and not pa.types.is_string(wanted.type):
            texts = table.column(at)
            blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
            table = table.set_column(at, field, pc.if_else(blank, pa.scalar(None, pa.string()), texts))
    return table


def _table(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as file:
        if path.suffix == ".arrows":
            return ipc.open_stream(file).read_all()
        return ipc.open_file(file).read_all()
