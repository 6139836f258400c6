"""Bring the talks of copies into the log of their master: each talk once, and no text lost.

A talk is found by its id. A new one of a copy is added; a cell of a talk that two people changed differently is a
conflict, as in the campaign; the same talk that comes back again, or by another file, counts once.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import filled, written
from winback_xl.core.merging import three_way
from winback_xl.core.merging.cell_keys import sense, token
from winback_xl.core.merging.returned_copies import CONFLICT, Copy
from winback_xl.core.talks.talk_keys import COMPARED, WHO, compared, signatures
from winback_xl.core.tracking import talk_log
from winback_xl.schema.columns import TALKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from winback_xl.core.merging.copy_history import Said
    from winback_xl.core.merging.left_behind import Line

SAID = "talks|"
"""Stands before the identity of a copy where it is remembered what its talks said."""

_HEADING = {WHO: TALKS["customer"].heading, **{column.name: column.heading for column in TALKS.columns}}
_NAME = {heading: name for name, heading in _HEADING.items() if name != "customer"}
_ABOUT = re.compile(r"(?P<heading>.+), talk (?P<talk>\S+)")
_STEPS = frozenset({"talk_date", "promised_by", "kept", "listened"})


@dataclass(frozen=True, slots=True)
class TalksOfCopy:
    """The talks of one copy: columns `winback_xl.core.tracking.talk_log.COLUMNS`, and `sent_tokens` of what it was sent."""

    talks: pd.DataFrame
    sent: pd.DataFrame | None


@dataclass(frozen=True, slots=True)
class MergedTalks:
    """A log with the talks of its copies.

    Parameters
    ----------
    talks : DataFrame
        Every talk once, the newest first.
    conflicts : DataFrame
        Lines for the Conflicts sheet, in words; ``column`` names the heading and the talk.
    lines : tuple of Line
        Lines for the Leftovers sheet: what a later state of a copy replaced.
    said : dict of str to Said
        What the talks of each copy said; for the next time.
    taken : dict of str to int
        Cells taken, by file.
    added : int
        Talks added.
    """

    talks: pd.DataFrame
    conflicts: pd.DataFrame
    lines: tuple[Line, ...]
    said: dict[str, Said]
    taken: dict[str, int]
    added: int


def is_about_talks(conflicts: pd.DataFrame) -> pd.Series:
    """Return which lines of the conflict list are about a talk."""
    return conflicts["column"].map(lambda text: _ABOUT.fullmatch(str(text)) is not None).astype(bool)


def merge(
    master: pd.DataFrame,
    copies: Sequence[tuple[Copy, TalksOfCopy]],
    *,
    campaign: pd.DataFrame,
    campaign_id: str,
    said: Mapping[str, Said],
    conflicts: pd.DataFrame,
) -> MergedTalks:
    """Merge talks of copies into the log of the master.

    Parameters
    ----------
    master : DataFrame
        The log, its ids filled (`talk_keys.keyed`).
    copies : sequence of (Copy, TalksOfCopy)
        What is known of each file, and its talks.
    campaign : DataFrame
        The master's campaign: the names of its accounts.
    campaign_id : str
        Its name.
    said : mapping of str to Said
        What ``said`` of the last result was.
    conflicts : DataFrame
        Lines that are still open, in words; those about talks.

    Returns
    -------
    MergedTalks
    """
    ordered = sorted(copies, key=lambda one: (one[0].when, one[0].file))
    known = {*master["talk_id"]}
    tally = Counter(signatures(master))
    given, human = [], dict.fromkeys((*COMPARED, *_added(master)))
    for copy, own in ordered:
        talks = _news(own.talks, known, tally)
        sent = None if own.sent is None else _as_rows(own.sent.rename(columns={}), campaign_id)
        given.append(
            replace(
                copy,
                rows=_rows(talks, campaign_id),
                sent=sent,
                notes=(),
                identity=f"{SAID}{copy.identity}" if copy.identity else "",
            )
        )
        human |= dict.fromkeys(_added(talks))
    before = {key: one for key, one in said.items() if key.startswith(SAID)}
    done = three_way.collect(
        _rows(master, campaign_id), given, human=list(human), said=before,
        conflicts=_by_talk(_open(conflicts, master)), steps=_STEPS,
    )  # fmt: skip
    talks = _back(done.frame)
    talks = talks.assign(customer=talk_log.shown(talks, campaign))
    return MergedTalks(
        talk_log.newest_first(talks),
        _listed(done.conflicts, talks, campaign, campaign_id),
        tuple(_replaced(done.replaced, talks)),
        done.said,
        done.taken,
        done.added,
    )


def _added(talks: pd.DataFrame) -> list[str]:
    return [str(name) for name in talks if str(name).startswith(ADDED)]


def _news(talks: pd.DataFrame, known: set[str], tally: Counter[tuple[str, ...]]) -> pd.DataFrame:
    """Leave out new talks of a copy that came by another file already: as many of the same content as are there."""
    own: Counter[tuple[str, ...]] = Counter()
    stays = np.ones(len(talks), bool)
    stated = signatures(talks)
    for one, content in zip(talks["talk_id"], stated, strict=True):
        if one in known:
            own[content] += 1
    for row, (one, content) in enumerate(zip(talks["talk_id"], stated, strict=True)):
        if one not in known:
            own[content] += 1
            stays[row] = own[content] > tally[content]
    for content, count in own.items():
        tally[content] = max(tally[content], count)
    known |= set(talks["talk_id"][stays])
    return talks[stays].reset_index(drop=True)


def _rows(talks: pd.DataFrame, campaign_id: str) -> pd.DataFrame:
    return _as_rows(compared(talks), campaign_id).astype(object)


def _as_rows(talks: pd.DataFrame, campaign_id: str) -> pd.DataFrame:
    """Return talks in the shape that the merge of campaigns takes: the talk is the key of its row."""
    made = talks.rename(columns={"talk_id": "customer_id"})
    made.insert(0, "campaign_id", campaign_id)
    return made.reset_index(drop=True)


def _back(frame: pd.DataFrame) -> pd.DataFrame:
    names = frame[WHO].map(written)
    typed = names.str.startswith("?")
    return talk_log.shaped(
        frame.drop(columns=["campaign_id", WHO]).rename(columns={"customer_id": "talk_id"}).assign(
            customer_id=names.where(~typed, ""), customer=names.str.removeprefix("?")
        )
    )  # fmt: skip


def _open(conflicts: pd.DataFrame, master: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that nobody has settled: the log still holds what it held when they were listed."""
    if not len(conflicts):
        return conflicts
    held = compared(master).set_index("talk_id")
    open_ = []
    for text, was, other in zip(conflicts["column"], conflicts["master"], conflicts["copy"], strict=True):
        name, talk = _parts(str(text))
        if talk not in held.index or name not in held:
            open_.append(True)
            continue
        now = filled(_shown(name, held.loc[talk, name]))
        open_.append(sense(token(now)) == sense(token(was)) and sense(token(now)) != sense(token(other)))
    return conflicts[open_].reset_index(drop=True)


def still_open(conflicts: pd.DataFrame, master: pd.DataFrame) -> pd.DataFrame:
    """Return the conflict list without the lines about talks that somebody settled in the log."""
    about = is_about_talks(conflicts)
    if not about.any():
        return conflicts
    return pd.concat([conflicts[~about], _open(conflicts[about], master)], ignore_index=True)


def _parts(text: str) -> tuple[str, str]:
    found = _ABOUT.fullmatch(text)
    if found is None:
        return text, ""
    return _NAME.get(found["heading"], ADDED + found["heading"]), found["talk"]


def _shown(name: str, value: object) -> object:
    return written(value).removeprefix("?") if name == WHO else value


def _by_talk(conflicts: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with the talk as the key of the row, and our name of the column."""
    parts = [_parts(str(text)) for text in conflicts["column"]]
    return conflicts.assign(customer_id=[talk for _, talk in parts], column=[name for name, _ in parts])


def _listed(
    lines: pd.DataFrame, talks: pd.DataFrame, campaign: pd.DataFrame, campaign_id: str
) -> pd.DataFrame:
    """Return the lines as the sheet shows them, each once."""
    place = pd.Index(talks["talk_id"])
    at = place.get_indexer(lines["customer_id"])
    ids = [*talks["customer_id"], ""]
    names = [*talk_log.shown(talks, campaign), ""]
    made = lines.assign(
        campaign_id=campaign_id,
        customer_id=[ids[row] for row in at],
        customer=[names[row] for row in at],
        column=[
            f"{_HEADING.get(name, name.removeprefix(ADDED))}, talk {talk}"
            for name, talk in zip(lines["column"], lines["customer_id"], strict=True)
        ],
        was=[written(_shown(name, value)) for name, value in zip(lines["column"], lines["was"], strict=True)],
        **{
            side: [
                filled(_shown(name, value)) for name, value in zip(lines["column"], lines[side], strict=True)
            ]
            for side in ("master", "copy")
        },
    )
    made = made.drop_duplicates(subset=["column", "copy", "file"])
    return made.sort_values(["column", "file", "copy"], ignore_index=True)[list(CONFLICT)]


def _replaced(found: pd.DataFrame, talks: pd.DataFrame) -> Iterator[Line]:
    account = dict(zip(talks["talk_id"], talks["customer_id"], strict=True))
    for row in found.to_dict("records"):
        name = str(row["column"])
        why = f"It was collected from an earlier state of {row['file']}, which says something else now."
        content = written(_shown(name, row["content"]))
        heading = _HEADING.get(name, name.removeprefix(ADDED))
        yield f"Talks, talk {row['customer_id']}", account.get(row["customer_id"], ""), heading, content, why
