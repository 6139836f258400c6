"""What of a workbook that comes back has no place in the next one: each as a line of the Leftovers sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.merging import carried_edits, cell_keys
from winback_xl.core.wording import plural
from winback_xl.errors import Issue
from winback_xl.schema import columns
from winback_xl.workbook.reopened.carried_over import AddedColumn
from winback_xl.workbook.reopened.reopen import ADDED, Reopened
from winback_xl.workbook.reopened.restored_plan import shaped
from winback_xl.workbook.sheets import leftovers, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.core.campaign.campaign_plan import Plan

HEADING = {column.name: column.heading for column in columns.CAMPAIGN.columns}
Line = tuple[str, str, str, str, str]
"""Place, customer, column, content, and why it is there."""


def _line(place: str, customer: str, column: str, content: object, why: str) -> Line:
    return place, customer, column, leftovers.written(content), why


def odd_rows(old: Reopened, odd: pd.DataFrame, where: str = "") -> list[Line]:
    """List what stands in rows that have no place."""
    found = []
    names = [name for name in old.human if name in odd]
    for row in odd.to_dict("records"):
        place = f"{where}Campaign, row {row['row']}"
        cells = [(name, row[name]) for name in names if cell_keys.sense(cell_keys.token(row[name]))]
        for name, value in cells or [("", None)]:
            heading = HEADING.get(name, name.removeprefix(ADDED))
            found.append(_line(place, str(row["customer_id"]), heading, value, row["reason"]))
    return found


def typed_over(old: Reopened, rows: pd.DataFrame, where: str = "") -> list[Line]:
    """List what somebody typed over calculated cells and formulas, which are written anew."""
    why = "Typed over a calculated cell, which is written anew."
    position = {name: at for at, name in old.columns.items()}
    found = []
    if old.sent is not None and snapshot.PRINTS in old.sent:
        at = carried_edits.keys_of(old.sent).get_indexer(carried_edits.keys_of(rows))
        now = snapshot.prints(shaped(rows).reindex(columns=[*old.printed]), old.printed)
        before = old.sent[snapshot.PRINTS].tolist()
        for row in np.flatnonzero(at >= 0).tolist():
            one, other = now[row], before[at[row]]
            if one == other or len(one) != len(other):
                continue
            for place, name in enumerate(old.printed):
                if name in position and one[3 * place : 3 * place + 3] != other[3 * place : 3 * place + 3]:
                    value, line = rows[name].iloc[row], int(rows["row"].iloc[row])
                    if other[3 * place : 3 * place + 3] in {
                        snapshot.print_of(text) for text in cell_keys.near(value)
                    }:
                        continue  # the same number, written by another program
                    typed = old.marks.formulas.get((line, position[name]))
                    content = f"={typed}" if typed else value
                    if cell_keys.token(content):
                        found.append(_line(f"{where}Campaign, row {line}", rows["customer_id"].iloc[row], HEADING[name], content, why))  # fmt: skip
    key = {int(row): str(customer) for row, customer in zip(rows["row"], rows["customer_id"], strict=True)}
    value_of = {int(row): at for at, row in enumerate(rows["row"])}
    for line, column in sorted(old.marks.values):
        name = old.columns.get(column, "")
        if line in key and name in rows and cell_keys.token(rows[name].iloc[value_of[line]]):
            content = rows[name].iloc[value_of[line]]
            found.append(
                _line(f"{where}Campaign, row {line}", key[line], HEADING.get(name, name), content, why)
            )
    return found


def deleted(old: Reopened, rows: pd.DataFrame, frame: pd.DataFrame) -> list[Line]:
    """List the accounts that somebody deleted and that no longer qualify: they do not come back."""
    if old.sent is None:
        return []
    held = {*rows["customer_id"], *frame["customer_id"]}
    found = []
    names = [name for name in old.sent if name in snapshot.HUMAN or str(name).startswith(ADDED)]
    for row in old.sent[~old.sent["customer_id"].isin(held)].to_dict("records"):
        told = [
            f"{HEADING.get(str(name), str(name))}: {leftovers.written(cell_keys.value_of(row[name]))}"
            for name in names
            if row[name]
        ]
        why = "Its row was deleted by hand, and the customer no longer qualifies."
        found.append(_line("Campaign", row["customer_id"], "", "; ".join(told), why))
    return found


def others(old: Reopened, plan: Plan) -> tuple[dict[str, tuple[AddedColumn, ...]], list[Line]]:
    """Return the columns that people added to Segments and Make-goods, in the rows of now, and what has no row."""
    kept: dict[str, tuple[AddedColumn, ...]] = {}
    gone = []
    for table, frame in ((columns.SEGMENTS, plan.segments), (columns.MAKE_GOODS, plan.make_goods)):
        own = old.others.get(table.name)
        if own is None:
            continue
        at = pd.Index(own["customer_id"]).get_indexer(frame["customer_id"])
        names = [name for name in own if name != "customer_id"]
        for name in names:
            held = [*own[name].tolist(), None]  # the last one is for customers without
            values = [held[place] for place in at]
            kept[table.name] = (*kept.get(table.name, ()), AddedColumn(str(name), values))
        for row in own[~own["customer_id"].isin(set(frame["customer_id"]))].to_dict("records"):
            why = f"The customer is not in {table.title} any more."
            gone += [
                _line(table.title, row["customer_id"], str(name), row[name], why)
                for name in names
                if cell_keys.token(row[name])
            ]
    return kept, gone


def listed(old: Reopened, lines: Iterable[Line]) -> pd.DataFrame:
    """Return the Leftovers sheet: what it held, what stood outside the tables, and what is new, each once."""
    new = pd.DataFrame(list(lines), columns=list(leftovers.LEFT), dtype=object)
    return pd.concat([old.leftovers, old.stray, new], ignore_index=True).drop_duplicates(ignore_index=True)


def told(listed: pd.DataFrame, old: Reopened) -> list[Issue]:
    """Say how much went to the Leftovers sheet."""
    more = len(listed) - len(old.leftovers)
    if more <= 0:
        return []
    what = f"{plural(more, 'entry', 'entries')} could not be placed and stand{'s' if more == 1 else ''} on the sheet Leftovers."
    return [Issue("leftovers", "warning", what, "Put them where they belong.", file=old.path.name)]
