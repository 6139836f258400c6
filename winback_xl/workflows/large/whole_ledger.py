"""All parts of a ledger read in one way: what all of them together decide, whatever one alone would decide."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.orders import as_of_day
from winback_xl.core.wording import plural
from winback_xl.errors import DataError, NotEnoughError
from winback_xl.inputs.decisions import Decisions
from winback_xl.workflows.large.merged import Merged, about_of, verdicts
from winback_xl.workflows.large.part import Job, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from winback_xl.inputs.decisions import Verdict
    from winback_xl.workflows.large.engines import Engine
    from winback_xl.workflows.large.first_look import Look
    from winback_xl.workflows.large.work_folder import WorkFolder

_ROUNDS = 8  # decisions that follow from each other; the longest chain is day, state, kind, value, credits
_DOUBTS = frozenset({"mixed", "unclear", "ask", "unknown"})


def first_guess(look: Look, job: Job) -> tuple[dict[str, Verdict], pd.Timestamp]:
    """Return what the rows seen so far decide, and the day after the last of them; the parts confirm it or not."""
    guess, day = Decisions(in_parts=True), job.as_of
    with contextlib.suppress(DataError, NotEnoughError):
        day = as_of_day.default_as_of(read(look.rows, job, guess).frame)
    sure = {name: made for name, made in guess.made.items() if made and str(made) not in _DOUBTS}
    return sure, day


def worked(used: Engine, job: Job, folder: WorkFolder, *, given: bool, progress: Any) -> tuple[Job, Merged]:
    """Summarise all parts, and those again that were read otherwise than the counts of all parts decide.

    Parameters
    ----------
    used : Engine
    job : Job
        With a first guess.
    folder : WorkFolder
    given : bool
        Whether the user chose the as-of day; otherwise it is the day after the last order of all parts.
    progress : callable
        Takes a sentence.

    Returns
    -------
    Job
        With what was decided.
    Merged
        All parts.

    Raises
    ------
    DataError
        The ledger cannot be used, or what it decides changes whenever it is followed.
    """
    for _ in range(_ROUNDS):
        folder.save_job(job)
        used.work(job, folder, progress)
        parts = [folder.open_result(number) for number in range(job.parts)]
        about = about_of(parts)
        job = replace(job, verdicts=verdicts(about), as_of=job.as_of if given else _day(about, job))
        wrong = [number for number, one in enumerate(about) if not _agrees(one, job)]
        if not wrong:
            return job, Merged.of(parts, job.as_of, job.settings)
        progress(f"Reading {plural(len(wrong), 'part')} again, as the whole ledger decides")
        folder.forget(wrong)
    raise DataError(
        "How the ledger is to be read changes with every reading.",
        "Read it in memory (--engine memory).",
        "parts-differ",
    )


def _day(about: Sequence[Mapping[str, Any]], job: Job) -> pd.Timestamp:
    last = max((one.get("last_date", "") for one in about), default="")
    return pd.Timestamp(last) + pd.Timedelta(days=1) if last else job.as_of


def _agrees(about: Mapping[str, Any], job: Job) -> bool:
    """Return whether a part was read as the whole ledger decides."""
    same = all(job.verdicts[name] == made for name, made in about["made"].items())
    return same and about["as_of"] == f"{job.as_of:%Y-%m-%d}"
