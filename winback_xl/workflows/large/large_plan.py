"""Plan from a ledger that is larger than memory: all segments into one file, the accounts to work on into a workbook."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core import money_scale, playbook
from winback_xl.core.campaign.campaign_plan import Wishes
from winback_xl.core.incidents import loss
from winback_xl.core.orders import as_of_day
from winback_xl.core.segments import most_at_stake
from winback_xl.core.wording import plural
from winback_xl.errors import DataError, Issue, UsageError
from winback_xl.files.save import find_out
from winback_xl.inputs import answers as answers_of
from winback_xl.inputs import column_choice, layouts, playbook_file
from winback_xl.inputs.answers import RowAnswers, Said, by_table
from winback_xl.inputs.headings import target
from winback_xl.schema import columns
from winback_xl.settings import Settings
from winback_xl.version import __version__
from winback_xl.workflows import reading, saving
from winback_xl.workflows.large import chosen_accounts, engines, large_output, whole_ledger
from winback_xl.workflows.large.everyone import Everyone
from winback_xl.workflows.large.part import Job, grid
from winback_xl.workflows.large.work_folder import WorkFolder
from winback_xl.workflows.planning import campaign_name
from winback_xl.workflows.reading import no_progress

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.inputs.answers import Answers, Rows
    from winback_xl.workflows.large.engines import Engine
    from winback_xl.workflows.large.large_file import File
    from winback_xl.workflows.reading import Input

_ROW_BYTES = 1_000  # of memory that a row takes while its part is checked and summarised
_FIXED_BYTES = 250e6  # of a process before it reads a row


@dataclass(frozen=True, slots=True)
class LargePlan:
    """What a large run gave.

    Parameters
    ----------
    plan : Plan
        Of the accounts in the workbook; `Plan.segments` holds these only.
    customers, accounts : int
        Customers of the ledger, and how many of them could be in a campaign.
    segments : Path
        All customers in segments.
    workbook : Path or None
        The campaign.
    levels : mapping of (str, str) to int
        Customers of the ledger by level and status.
    engine : str
        In a sentence.
    """

    plan: Plan
    customers: int
    accounts: int
    levels: Mapping[tuple[str, str], int]
    segments: Path
    workbook: Path | None
    engine: str


def plan_large(
    orders: object,
    output: str | Path | None = None,
    *,
    segments: str | Path | None = None,
    engine: str = "auto",
    workers: int | None = None,
    customers: Input | None = None,
    incidents: Input | None = None,
    reps: Input | None = None,
    as_of: str | dt.date | pd.Timestamp | None = None,
    settings: Settings | None = None,
    column: Mapping[str, str] | None = None,
    rows: Rows = None,
    table: str = "",
    campaign_id: str = "",
    force: bool = False,
    progress: Callable[[str], None] = no_progress,
) -> LargePlan:
    """Plan a campaign from a ledger of any size.

    Parameters
    ----------
    orders : path, sequence of paths, stream of Arrow, or data frame of Spark
        Parquet and text files, folders of them, databases of SQLite and DuckDB; anything with ``__arrow_c_stream__``.
    output : path, optional
        The campaign workbook with the accounts that have most at stake; None writes the segments only.
    segments : path, optional
        All customers, .parquet or .csv; by default next to ``output``, such as ``campaign segments.parquet``.
    engine : {"auto", "parts", "duckdb"}
        What reads and splits the ledger; a data frame of Spark is always worked on by Spark.
    workers : int, optional
        Processes; by default one a core.
    customers, incidents, reps, as_of, settings, column, rows, campaign_id
        As for `winback_xl.plan`. Incidents name customers by their ID.
    table : str
        Which table of a database.
    force : bool
        Replace existing files.
    progress : callable
        Called with a sentence.

    Returns
    -------
    LargePlan

    Raises
    ------
    DataError, FileError, UsageError, SettingsError
        As for `winback_xl.plan`.

    Notes
    -----
    A run that was ended goes on where it stopped when it is started again with the same files and settings: what it has
    is in a folder next to the segments, which is removed at the end. The bytes of the results are the same.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import winback_xl as wb
    >>> from winback_xl import samples
    >>> folder = Path(tempfile.mkdtemp())
    >>> samples.make(seed=3, customers=60).orders.to_parquet(folder / "orders.parquet")
    >>> found = wb.plan_large(folder / "orders.parquet", folder / "campaign.xlsx", engine="parts", workers=1)
    >>> found.customers, found.segments.name
    (60, 'campaign segments.parquet')
    """
    settings, name = settings or Settings(), campaign_name(campaign_id)
    listed = _segments_path(output, segments)
    for path in (output, listed):
        if path is not None:
            find_out(path, force=force)
    cores = workers or os.cpu_count() or 1
    used = engines.chosen(orders, engine, cores)
    files = used.open(orders, table)
    answered, chosen_rows = answers_of.joined(settings, column, rows)
    named = by_table(answered)
    answers = chosen_rows.answers(named.get("Orders", {}))
    folder = WorkFolder(listed.with_name(f"{listed.stem}.work"))
    parts = _parts(sum(file.rows for file in files), settings, cores)
    about = "" if all(file.counted for file in files) else "about "
    progress(_how(used, parts, cores, sum(file.rows for file in files), about))
    book = playbook_file.load(settings.playbook)
    settings = playbook.steer(settings, book)
    given = None if as_of is None else reading.day_of(as_of)
    lists = chosen_accounts.lists_of(customers, incidents, reps, settings, named)
    on_file = loss.with_losses(chosen_accounts.frame_of(lists, "Incidents"), settings)
    job = _split(used, files, parts, answers, settings, folder, progress)
    first, day = whole_ledger.first_guess(folder.look(), job)
    job = replace(job, as_of=given or day, verdicts=first, incidents=on_file)
    job, merged = whole_ledger.worked(used, job, folder, given=given is not None, progress=progress)
    settings, scaled = money_scale.fit(
        settings, pd.DataFrame(), settings.currency or merged.currency, merged.sizes
    )
    progress("Fitting the models on all customers")
    listed_customers = chosen_accounts.marked(lists, merged)
    everyone = Everyone.of(merged, settings, listed_customers, on_file)
    keep = large_output.Chosen(settings.large_accounts, settings, on_file)
    count = large_output.write(everyone.slices(settings), listed, keep, progress, force=force)
    progress("Planning the campaign")
    wishes = Wishes(
        settings=settings, customers=listed_customers, incidents=on_file, reps=chosen_accounts.frame_of(lists, "Reps"),
        campaign_id=name, book=book,
    )  # fmt: skip
    said_of = Said(column or {}, RowAnswers.of(rows))
    built = chosen_accounts.campaign(used, everyone, keep, job, folder, lists, files, wishes, scaled, said_of)
    note = most_at_stake.note(len(built.segments), settings.large_accounts, keep.of, count, listed.name)
    stays = as_of_day.stays_on_its_day(
        job.as_of, given=given is not None, today=pd.Timestamp.now().normalize(), settings=settings
    )
    notes = (*(issue for file in files for issue in file.notes), *built.issues, note)
    built = replace(built, issues=notes, frozen=stays, outdated=stays and given is None, candidates=keep.of)
    workbook = None if output is None else saving.save(built, output, force=force)
    folder.clear()
    how = _how(used, parts, cores, sum(rows for _, rows in job.files))
    return LargePlan(built, count, keep.of, keep.levels, listed, workbook, how)


def _how(used: Engine, parts: int, workers: int, rows: int, about: str = "") -> str:
    """Return a sentence on what is read how."""
    orders = f"{about}{plural(rows, 'row')} of orders" if rows else "a stream of orders"
    beside = f", {min(workers, parts):,} at a time" if parts > 1 else ""
    return f"Reading {orders} in {plural(parts, 'part')}{beside}, with {used.reads_with}."


def _segments_path(output: str | Path | None, segments: str | Path | None) -> Path:
    if segments is not None:
        return large_output.named(Path(segments))
    if output is None:
        raise UsageError("There is no file to write to.", "Give output or segments.", "no-output")
    return Path(output).with_name(f"{Path(output).stem} segments.parquet")


def _parts(rows: int, settings: Settings, workers: int) -> int:
    """Return into how many parts a ledger is split so that all workers together stay within the memory."""
    free = max(settings.large_memory * 1e9 / workers - _FIXED_BYTES, 1e8)
    needed = -(-max(rows, 1) * _ROW_BYTES // int(free))
    return int(min(max(needed, workers), 4_096)) if rows else 64


def _split(
    used: Engine,
    files: Sequence[File],
    parts: int,
    answers: Answers,
    settings: Settings,
    folder: WorkFolder,
    tell: Any,
) -> Job:
    """Split the ledger by customer, unless an earlier run has done it."""
    found = column_choice.match(files[0].headings, columns.ORDERS, answers.columns)
    source = found.sources.get("customer_id")
    at = 0 if source is None else source.positions[0]
    job = Job(
        files[0].headings,
        tuple((file.name, file.rows) for file in files),
        at,
        parts,
        pd.Timestamp(0),
        settings,
        answers,
    )
    for _ in range(2):
        stated = [file.stamp for file in files]
        whole = "\n".join([__version__, used.name, str(parts), str(job.customer), *stated])
        stamp = hashlib.sha256(whole.encode()).hexdigest() if all(stated) else ""
        if folder.goes_on(stamp):
            tell("Going on with what an earlier run has split")
        else:
            used.split(files, parts, job.bucket, folder=folder, stamp=stamp, tell=tell)
        look = folder.look()
        counts = (*look.rows_in, *[0] * len(files))
        named = tuple((file.name, rows) for file, rows in zip(files, counts, strict=False))
        job = replace(job, sample=look.sample, filled=look.filled, files=named)
        layouts.refuse_report(grid(look.head, job), columns.ORDERS, answers.columns, settings)
        at = _customer_column(job)
        if at == job.customer:
            return job
        job = replace(job, customer=at)  # its content says that another column names the customers
    return job


def _customer_column(job: Job) -> int:
    """Return the column by which a ledger is split.

    Raises
    ------
    DataError
        The customer is made of several columns: parts would not see all of it.
    """
    source = job.choice.sources.get("customer_id")
    made = any(getattr(target(ours, columns.ORDERS), "name", "") == "customer_id" for ours in job.choice.made)
    if source is None:
        return job.customer  # the parts say what is missing
    if made or len(source.positions) > 1:
        what = f"The customer is made of several columns ({source.text}), and a large ledger is split by one."
        fix = (
            "Name one column: --column 'Customer ID=HEADING'; or read the ledger in memory (--engine memory)."
        )
        raise DataError.from_issues([Issue("customer-in-parts", "error", what, fix)])
    return source.positions[0]
