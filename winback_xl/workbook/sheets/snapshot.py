"""The very hidden Snapshot sheet: what was sent out, to recognise edits later.

It holds the token (`winback_xl.core.merging.cell_keys.token`) of every human cell, a print of every calculated one, and what a
plan knows that no other sheet shows in full. Nobody needs to see it, and nothing breaks when somebody deletes it:
a refresh still keeps every human cell; only a merge can then fill no more than blank cells.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from winback_xl.core.campaign.campaign_plan import Source
from winback_xl.core.cast import ADDED
from winback_xl.core.merging import carried_edits
from winback_xl.core.merging.fingerprints import CALCULATED, HUMAN, PRINTS, prints, tokens_of
from winback_xl.core.outcomes import past_outcomes
from winback_xl.core.playbook import from_mapping
from winback_xl.core.returns.retention import Retention
from winback_xl.core.talks import talk_keys
from winback_xl.core.tracking import talk_log
from winback_xl.errors import Issue
from winback_xl.inputs import playbook_file
from winback_xl.schema import columns
from winback_xl.version import __version__
from winback_xl.workbook import packed_columns
from winback_xl.workbook.sheets.parts import text_field
from winback_xl.workbook.spec import Sheet, Table
from winback_xl.workbook.written_cells import codes_of, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from winback_xl.core.campaign.campaign_plan import Plan
    from winback_xl.core.playbook import Playbook

NAME = "Snapshot"
ITEMS = "tblSent"
KNOWN, ROWS, TALKS = "known", "rows", "talks"
"""What an item is a piece of: what the plan knows, the accounts, and the talks as they were sent out."""

SET_ASIDE = 10_000
"""Rows set aside that are remembered; the Checks sheet shows no more."""

_PIECE = 30_000  # characters of a text that goes on in the next row
_LONGEST = 32_000  # characters that a cell takes


def build_of(sent: Mapping[str, np.ndarray], plan: Plan) -> str:
    """Return a short name of what was sent out: equal for equal content."""
    stated = hashlib.sha256(f"{plan.campaign_id}|{plan.as_of:%Y-%m-%d}".encode())
    for name, held in sent.items():
        stated.update(f"\x1d{name}\x1e".encode())
        stated.update("\x1f".join(held.tolist()).encode("utf-8", "replace"))
    return stated.hexdigest()[:12]


def sheet(
    plan: Plan, added: Mapping[str, Any], sheets: Sequence[Sheet], build: str = "", *, split: bool = False
) -> Sheet:
    """Return the snapshot of a book.

    Parameters
    ----------
    plan : Plan
        What the book shows.
    added : mapping of str to sequence
        Columns that people added: heading -> contents in the order of ``plan.campaign``.
    sheets : sequence of Sheet
        The other sheets of the book: all else in a workbook that comes back is somebody's own.
    build : str
        Name of the build that this one is a part of; by default its own.
    split : bool
        Whether it is the copy of one owner, and so has an identity of its own however its file is called.
    """
    frame = plan.campaign
    keys = tokens_of(frame, carried_edits.KEYS)
    human = tokens_of(frame, HUMAN)
    own = tokens_of(pd.DataFrame({ADDED + name: pd.Series(list(values), dtype=object) for name, values in added.items()}),
                    [ADDED + name for name in added])  # fmt: skip
    content = build_of({**keys, **human, **own}, plan)
    known = {
        "version": __version__,
        "build": build or content,
        "content": content,
        "split": split,
        "calculated": list(CALCULATED),
        "sheets": {item.name: [table.name for table in item.tables] for item in sheets},
        "charts": {item.name: len(item.charts) for item in sheets if item.charts},
        "written": {item.name: packed(_compared(item)) for item in sheets if item.hidden != "very hidden"},
        "plan": known_of(plan),
    }
    heading = {column.name: column.heading for column in columns.CAMPAIGN.columns}
    rows = {heading[name]: held.tolist() for name, held in {**keys, **human}.items()}
    rows |= {name: held.tolist() for name, held in own.items()}
    rows[PRINTS] = prints(frame)
    stated = {
        KNOWN: json.dumps(known, default=str),
        ROWS: packed_columns.packed(rows),
        TALKS: packed_columns.packed(_talks(plan)),
    }
    pieces = [
        (item, "t" + piece)
        for item, text in stated.items()
        for piece in packed_columns.in_pieces(text, _PIECE)
    ]
    items = Table(
        ITEMS,
        0,
        0,
        (text_field("Item", [item for item, _ in pieces]), text_field("Text", [text for _, text in pieces])),
        alt="Details of the plan, every human cell and talk as they were sent out, and a fingerprint of every calculated cell",
        lean=True,
    )
    return Sheet(NAME, "", "", tables=(items,), hidden="very hidden")


def _talks(plan: Plan) -> dict[str, list[str]]:
    """Return the talks as they are sent out."""
    sent = talk_keys.sent_tokens(plan.talks[talk_log.filled(plan.talks)])
    return {
        str(name): ["t" + one if name == talk_keys.SENT_KEY else one for one in sent[name].tolist()]
        for name in sent
    }


def with_sheets(
    items: Sequence[object], texts: Sequence[object], sheets: Sequence[Sheet]
) -> list[str] | None:
    """Return the column Text of the items after some sheets were drawn again, None where they are not compared.

    Parameters
    ----------
    items, texts : sequence
        The two columns as they are; the new texts take the same rows.
    sheets : sequence of Sheet
        What was drawn.
    """
    known = known_from(items, texts)
    written = known.get("written", {})
    drawn = {item.name: item for item in sheets if item.name in written}
    ours = [row for row, item in enumerate(items) if item == KNOWN]
    if not drawn or not ours:
        return None
    for name, item in drawn.items():
        written[name] = packed(_compared(item))
    text = json.dumps(known, default=str)
    if len(text) > _LONGEST * len(ours):  # then these sheets are not compared next time
        known["written"] = {name: codes for name, codes in written.items() if name not in drawn}
        text = json.dumps(known, default=str)
    size = -(-len(text) // len(ours))
    made = [str(one) for one in texts]
    for place, row in enumerate(ours):
        made[row] = "t" + text[size * place : size * (place + 1)]
    return made


def _compared(sheet: Sheet) -> NDArray[np.uint32]:
    """Return what we write on a sheet where only this tells what people typed there.

    The rows of the campaign and of the talks are known cell by cell in the tables of this sheet.
    """
    known = (columns.CAMPAIGN.title, columns.TALKS.title)
    return codes_of(replace(sheet, tables=()) if sheet.name in known else sheet)


def known_of(plan: Plan) -> dict[str, Any]:
    """Return what a plan knows beyond its three tables and its settings, ready for JSON."""
    return {
        "campaign_id": plan.campaign_id,
        "as_of": f"{plan.as_of:%Y-%m-%d}",
        "outdated": plan.outdated,
        "currency": plan.currency,
        "currency_set": plan.settings.currency,
        "causes": plan.causes.to_dict("split", index=False),
        "set_aside": _split(plan.set_aside.head(SET_ASIDE)),
        "set_aside_rows": len(plan.set_aside),
        "loss_rate": None if math.isnan(plan.loss_rate) else plan.loss_rate,
        "revenue_used": None if math.isnan(plan.revenue_used) else plan.revenue_used,
        "models": list(plan.models),
        "checked": plan.checked,
        "sources": [dataclasses.asdict(source) for source in plan.sources],
        "issues": [dataclasses.asdict(issue) for issue in plan.issues],
        "playbook": None if plan.playbook is None else dataclasses.asdict(plan.playbook),
        "said": dict(plan.said),
        "retention": {name: _split(getattr(plan.retention, name)) for name in ("months", "cohorts")},
        "earlier": _split(plan.earlier),
        **({} if plan.candidates is None else {"candidates": plan.candidates}),
    }


def outdated(known: Mapping[str, Any], day: pd.Timestamp | None) -> bool:
    """Return whether the day that a workbook shows is the one it was left on because its orders were old.

    Parameters
    ----------
    known : mapping
        What `known_of` noted.
    day : Timestamp or None
        The day that the workbook shows in place of today.
    """
    return bool(known.get("outdated")) and day is not None and f"{day:%Y-%m-%d}" == known.get("as_of")


def playbook_of(known: Mapping[str, Any], chosen: str) -> Playbook:
    """Return the playbook that a workbook follows: a shipped one by its name, a user's own as it was noted.

    Parameters
    ----------
    known : mapping
        What `known_of` noted.
    chosen : str
        The setting ``playbook``.

    Raises
    ------
    SettingsError, FileError
        As for `winback_xl.inputs.playbook_file.load`.
    """
    noted = known.get("playbook")
    own = chosen.strip() and chosen.strip().casefold() not in playbook_file.shipped()
    return from_mapping(noted) if own and noted else playbook_file.load(chosen)


def known_from(items: Iterable[object], texts: Iterable[object]) -> dict[str, Any]:
    """Return what `known_of` stored, from the cells of the sheet; nothing if the sheet was damaged."""
    try:
        known: dict[str, Any] = json.loads(_joined(items, texts, KNOWN))
    except json.JSONDecodeError:
        return {}
    return known


def sent_from(items: Sequence[object], texts: Sequence[object], what: str) -> dict[str, list[str]] | None:
    """Return the `ROWS` or the `TALKS` as they were sent out: heading -> tokens; None where the sheet was damaged."""
    return packed_columns.unpacked(_joined(items, texts, what))


def _joined(items: Iterable[object], texts: Iterable[object], what: str) -> str:
    return "".join(str(text)[1:] for item, text in zip(items, texts, strict=True) if item == what)


def from_known(known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `winback_xl.core.campaign.campaign_plan.Plan` that `known_of` noted."""
    aside = _table(known.get("set_aside"))
    return {
        "causes": _table(known.get("causes")),
        "set_aside": aside.reindex(range(int(known.get("set_aside_rows", len(aside))))),
        "loss_rate": _number(known.get("loss_rate")),
        "revenue_used": _number(known.get("revenue_used")),
        "models": tuple(known.get("models", ())),
        "checked": str(known.get("checked", "")),
        "sources": tuple(Source(**source) for source in known.get("sources", ())),
        "issues": tuple(Issue(**issue) for issue in known.get("issues", ())),
        "said": known.get("said", {}),
        "retention": _retention(known.get("retention")),
        "earlier": earlier_of({"plan": known}),
        "candidates": known.get("candidates"),
    }


def _retention(known: Mapping[str, Any] | None) -> Retention:
    if not known:
        return Retention()
    months, cohorts = (_table(known[name]) for name in ("months", "cohorts"))
    counts = dict.fromkeys(months.columns.drop("month"), "float64")
    shares = dict.fromkeys(cohorts.columns.drop("quarter"), "float64")
    return Retention(months.astype({"month": "datetime64[s]", **counts}), cohorts.astype(shares))


def _split(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a frame ready for JSON, blanks as null."""
    parts: dict[str, Any] = frame.astype(object).where(frame.notna(), None).to_dict("split", index=False)
    return parts


def earlier_of(known: Mapping[str, Any]) -> pd.DataFrame:
    """Return how accounts of earlier campaigns ended, from all that the sheet knows."""
    table = _table(known.get("plan", {}).get("earlier"))
    return table.astype(past_outcomes.KINDS) if len(table) else pd.DataFrame()


def _table(split: Mapping[str, Any] | None) -> pd.DataFrame:
    return pd.DataFrame(split["data"], columns=split["columns"]) if split else pd.DataFrame()


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
