"""The campaign of a large ledger: the accounts that were chosen, planned from their own orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from winback_xl.core.campaign import campaign_plan, rep_authority_check
from winback_xl.core.campaign.campaign_plan import Source
from winback_xl.inputs import findings_to_issues, opt_outs
from winback_xl.inputs.answers import RowAnswers
from winback_xl.inputs.decisions import Decisions
from winback_xl.schema import columns
from winback_xl.workflows import planning, reading
from winback_xl.workflows.large import buckets, large_output
from winback_xl.workflows.large.part import Job, ledger_of, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from winback_xl.core.campaign.campaign_plan import Plan, Wishes
    from winback_xl.inputs.answers import Said
    from winback_xl.inputs.loaded import Loaded
    from winback_xl.settings import Settings
    from winback_xl.workflows.large.engines import Engine
    from winback_xl.workflows.large.everyone import Everyone
    from winback_xl.workflows.large.large_file import File
    from winback_xl.workflows.large.merged import Merged
    from winback_xl.workflows.large.work_folder import WorkFolder
    from winback_xl.workflows.reading import Input

_LISTED = 20  # files that are listed one by one


def lists_of(
    customers: Input | None,
    incidents: Input | None,
    reps: Input | None,
    settings: Settings,
    named: Mapping[str, Any],
) -> dict[str, Loaded]:
    """Read the customer list, the incidents and the reps that were given."""
    given = zip(columns.INPUTS[1:], (customers, incidents, reps), strict=True)
    return {
        table.title: reading.load_one(
            one, table, settings, RowAnswers().answers(named.get(table.title, {}), first=False)
        )
        for table, one in given
        if one is not None
    }


def frame_of(lists: Mapping[str, Loaded], title: str) -> pd.DataFrame | None:
    """Return the rows of one of them, None where it was not given."""
    return lists[title].frame if title in lists else None


def marked(lists: Mapping[str, Loaded], merged: Merged) -> pd.DataFrame | None:
    """Return the customer list, with those marked who want no mail by what their orders say."""
    return opt_outs.marked(frame_of(lists, "Customers"), merged.opted_out, sorted(merged.opted_out))


def campaign(
    used: Engine, everyone: Everyone, keep: large_output.Chosen, job: Job, folder: WorkFolder, lists: Mapping[str, Loaded],
    files: Sequence[File], wishes: Wishes, scaled: str, said: Said,
) -> Plan:  # fmt: skip
    """Plan for the accounts that were chosen, from their own orders."""
    chosen, merged = keep.result(), everyone.merged
    wanted = np.unique(buckets.keys(pa.array(chosen.table["customer_id"], pa.string())))
    decisions = Decisions(job.verdicts, in_parts=True)
    orders = read(used.orders_of(wanted, job, folder), job, decisions)
    tables = reading.read(
        orders, customers=lists.get("Customers"), incidents=lists.get("Incidents"), reps=lists.get("Reps"),
        as_of=job.as_of, settings=wishes.settings, column=said.column, rows=said.rows,
    )  # fmt: skip
    ledger = ledger_of(orders, job.as_of, decisions)
    built = campaign_plan.assemble(ledger, chosen, everyone.rates, wishes, scaled)
    stated = rep_authority_check.findings(built.campaign, wishes.reps, built.settings)
    others = {table.title: one for table, one in tables.loaded if table is not columns.ORDERS}
    other = [issue for one in others.values() for issue in one.issues]
    made = replace(
        built,
        sources=(*_sources(merged, job, files), *(one for one in tables.sources if one.table in others)),
        issues=(*merged.issues(), *other, *stated),
        set_aside=merged.set_aside(
            [_not_read(files), *(one.set_aside.assign(table=title) for title, one in others.items())]
        ),
        said=tables.said.as_mapping(),
        checked=everyone.checked,
        loss_rate=everyone.loss_rate,
    )
    return planning.with_cards(made, tables)


def _not_read(files: Sequence[File]) -> pd.DataFrame:
    """Return the lines that no row could be made of."""
    notes = [issue for file in files for issue in file.notes if issue.rows]
    return findings_to_issues.not_read(notes).assign(table=columns.ORDERS.title)


def _sources(merged: Merged, job: Job, files: Sequence[File]) -> tuple[Source, ...]:
    used, rows_in = merged.used(len(files)), merged.rows_in(len(files))
    rows_in += np.array([sum(issue.rows for issue in file.notes) for file in files], np.int64)
    if len(files) > _LISTED:
        total, kept = int(rows_in.sum()), int(used.sum())
        return (Source("Orders", f"{len(files):,} files", "", total, kept, total - kept),)
    return tuple(
        Source("Orders", name, "", int(all_), int(kept), int(all_ - kept))
        for (name, _), all_, kept in zip(job.files, rows_in, used, strict=True)
    )
