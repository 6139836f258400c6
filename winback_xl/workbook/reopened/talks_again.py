"""The talks and the account cards of a workbook that comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cell_text import written
from winback_xl.core.merging.left_behind import LEFT
from winback_xl.core.talks import talk_keys, unknown_names
from winback_xl.core.tracking import talk_counts, talk_log
from winback_xl.errors import Issue
from winback_xl.inputs.findings_to_issues import places
from winback_xl.schema import columns as schema
from winback_xl.workbook.ooxml import sheet_scan
from winback_xl.workbook.reopened import contents
from winback_xl.workbook.reopened.by_hand import cards as typed_cards
from winback_xl.workbook.reopened.restored_plan import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.merging.left_behind import Line
    from winback_xl.readers.xlsx.read_xlsx import XlsxSource
    from winback_xl.workbook.reopened.contents import Found
    from winback_xl.workbook.reopened.sent_out import Sent

_TYPED_OVER = "Typed over a calculated cell; the calculated value is back."
_NUMBERS = tuple(
    column.name for column in schema.TALKS.of_role("formula") if column.kind in {"count", "number"}
)
"""Formulas that give numbers: a text there was typed, and so was a number where no formula stands."""


@dataclass(frozen=True, slots=True)
class TalksAgain:
    """The log as people left it.

    Parameters
    ----------
    plan : Plan
        The plan with its talks and cards.
    found : Found or None
        The table; None where its sheet is gone.
    stray : DataFrame
        What was typed over calculated cells, in the shape of the Leftovers sheet.
    issues : tuple of Issue
        What is odd about the talks.
    """

    plan: Plan
    found: Found | None
    stray: pd.DataFrame
    issues: tuple[Issue, ...]


def talks_again(
    source: XlsxSource, tables: Sequence[Found], sent: Sent, plan: Plan, *, no_plan: bool = False
) -> TalksAgain:
    """Read the log of talks and the cards, and put them into the plan.

    Parameters
    ----------
    source : XlsxSource
        The workbook.
    tables : sequence of Found
        The campaign and our tables next to it, which are none of these.
    sent : Sent
        What was sent out.
    plan : Plan
        The rest of the plan.
    no_plan : bool
        Whether its accounts were typed by hand: each is then known by its name, whatever its card shows.
    """
    taken = {table.grid.sheet for table in tables}
    cards = contents.table(source, schema.CARDS, but=taken)
    plan = replace(plan, cards=typed_cards(plan.campaign) if no_plan else frame_of(cards, schema.CARDS))
    found = contents.table(
        source, schema.TALKS, but=taken | ({cards.grid.sheet} if cards is not None else set())
    )
    if found is None:
        return _gone(sent, plan)
    rows = contents.talks(found)
    by_hand = talk_keys.named_by_id(rows, sent.talks)
    ids = rows["customer_id"].map(written).where(talk_keys.typed_ids(rows, sent.talks), "")
    rows["customer"] = rows["customer_id"].where(by_hand, rows["customer"])
    full = talk_log.filled(rows)
    rows[[*_NUMBERS]] = _in_place_of_numbers(source, found, rows)
    alone = _alone(found, rows.assign(customer_id=ids)[~full])
    was = ids[full].reset_index(drop=True)
    rows = rows[full].reset_index(drop=True)
    rows["customer_id"] = talk_log.accounts(plan.campaign, rows["customer"], plan.cards)
    origin = str(sent.known.get("content", ""))
    talks = talk_keys.keyed(talk_log.shaped(rows.drop(columns="row")), origin, sent.talks)
    typed = [*alone, *_typed_over(found, rows, was, set(plan.cards["customer_id"]))]
    stray = pd.DataFrame(typed, columns=list(LEFT), dtype=object)
    plan = replace(plan, talks=talks, campaign=talk_counts.with_talks(plan.campaign, talks, plan.cards))
    return TalksAgain(
        plan, found, stray, tuple(_odd(found, rows, plan.cards["account"].map(written).tolist()))
    )


def _gone(sent: Sent, plan: Plan) -> TalksAgain:
    """Take the talks as they were sent out where somebody deleted their sheet."""
    nothing = pd.DataFrame(columns=list(LEFT), dtype=object)
    if sent.talks is None or not len(sent.talks):
        return TalksAgain(plan, None, nothing, ())
    what = f"The table of the sheet Talks is gone: the {len(sent.talks):,} talks are as they were sent out."
    issue = Issue("table-gone", "warning", what, "Check the talks in the new workbook.")
    talks = talk_keys.of_tokens(sent.talks)
    plan = replace(plan, talks=talks, campaign=talk_counts.with_talks(plan.campaign, talks, plan.cards))
    return TalksAgain(plan, None, nothing, (issue,))


def _in_place_of_numbers(source: XlsxSource, found: Found, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what somebody typed over the formulas that give numbers, as texts; "" where nobody did."""
    part = source.book.parts[found.grid.sheet]
    lines, columns = sheet_scan.scan(source.book.package, part, found.grid.header_row + 1).calculated
    live = [found.columns[name].position for name in ("customer_id", "account_no") if name in found.columns]
    below = ~np.isin(rows["row"], lines[np.isin(columns, live)])  # old talks hold values there, no formulas
    typed = {}
    for name in _NUMBERS:
        place = found.columns[name].position if name in found.columns else -1
        ours = below | np.isin(rows["row"], lines[columns == place])
        typed[name] = [
            "" if number and not isinstance(value, str) else written(value)
            for value, number in zip(rows[name], ours, strict=True)
        ]
    return pd.DataFrame(typed, index=rows.index, dtype=object)


def _alone(found: Found, rows: pd.DataFrame) -> list[Line]:
    """List what somebody typed into the calculated columns of rows without a talk."""
    return [
        (f"{found.grid.sheet}, row {row['row']}", "", schema.TALKS[name].heading, text, _TYPED_OVER)
        for row in rows.to_dict("records")
        for name in ("customer_id", *_NUMBERS, "talk_id")
        if isinstance(text := row.get(name), str) and text.strip()
    ]


def _typed_over(found: Found, rows: pd.DataFrame, was: pd.Series, known: set[str]) -> Iterator[Line]:
    """Yield the ids that somebody typed next to another customer's name, and the texts in place of numbers.

    Next to a name that nobody has stands the id of an account that was named there before, or something typed.
    """
    sheet, heading = found.grid.sheet, schema.TALKS["customer_id"].heading
    for line, one, other in zip(rows["row"], was, rows["customer_id"], strict=True):
        if one not in ("", other) and (other or one not in known):
            yield f"{sheet}, row {line}", other, heading, one, _TYPED_OVER
    for name in _NUMBERS:
        for line, text, one in zip(rows["row"], rows[name], rows["customer_id"], strict=True):
            if text.strip():
                yield f"{sheet}, row {line}", one, schema.TALKS[name].heading, text, _TYPED_OVER


def _odd(found: Found, rows: pd.DataFrame, accounts: list[str]) -> Iterator[Issue]:
    """Report the talks that count for no account: without a day, or with a name that nobody has."""
    grid = found.grid
    at = {grid.row_number(row): row for row in range(grid.rows)}
    named = rows["customer"].map(written).str.strip() != ""
    unknown = named & (rows["customer_id"] == "")
    cases = (
        (~named, "has no customer", "Choose the customer in the cell."),
        (~talk_log.dated(rows), "has no day", "Type the day, such as 2026-11-22."),
    )  # fmt: skip
    if unknown.any():
        stated = unknown_names.sentence(rows["customer"][unknown].map(written).tolist(), accounts)
        kept = "They are kept but do not count." if unknown.sum() > 1 else "It is kept but does not count."
        yield Issue(
            "talk-not-counted", "warning", f"{stated} {kept}", "Choose the customer from the list in the cell.",
            grid.file, grid.sheet, places(grid, np.array([at[int(row)] for row in rows["row"][unknown]])),
        )  # fmt: skip
    for wrong, why, fix in cases:
        if not wrong.any():
            continue
        lines = np.array([at[int(row)] for row in rows["row"][wrong]])
        count = f"{len(lines):,} talks: each" if len(lines) > 1 else "A talk"
        yield Issue(
            "talk-not-counted", "warning", f"{count} {why}, so it is kept but does not count.", fix, grid.file, grid.sheet,
            places(grid, lines),
        )  # fmt: skip
