"""Recognise talks: each row of the log has an id that stays with it, whatever is sorted, inserted or pasted."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.cast import ADDED
from winback_xl.core.cell_text import written
from winback_xl.core.merging.cell_keys import sense, token, tokens, value_of
from winback_xl.core.tracking import talk_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

WHO = "who"
"""The account of a talk as it is compared: its Customer ID, or the name that was typed where no account has it."""

COMPARED = (WHO, *(name for name in talk_log.HUMAN if name != "customer"))
"""What of a talk is compared between copies."""

SENT_KEY = "talk_id"
"""Heading above the ids of the talks that were sent out; no heading of a campaign is called so."""

_LENGTH = 12


def sent_of(held: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Return `sent_tokens` from the cells of the Snapshot sheet: heading -> cells below it."""
    frame = pd.DataFrame(
        {name: ["" if cell is None else str(cell) for cell in cells] for name, cells in held.items()},
        dtype=object,
    ).reindex(columns=list(dict.fromkeys([SENT_KEY, *COMPARED, *held])), fill_value="")
    frame[SENT_KEY] = frame[SENT_KEY].str[1:]
    return frame[(frame[SENT_KEY] != "") & ~frame[SENT_KEY].duplicated()].reset_index(drop=True)


def who(talks: pd.DataFrame) -> list[str]:
    """Return the account of each talk as it is compared; a typed name stands behind a question mark."""
    return [
        one or (f"?{' '.join(written(said).split())}" if written(said).strip() else "")
        for one, said in zip(talks["customer_id"], talks["customer"], strict=True)
    ]


def typed_ids(talks: pd.DataFrame, sent: pd.DataFrame | None) -> NDArray[np.bool_]:
    """Return where a Customer ID was typed, shape (n,): one that we did not write next to this talk.

    Only the first rows of the log hold formulas: below them our id stays when somebody changes the name.

    Parameters
    ----------
    talks : DataFrame
        Columns ``customer_id`` and ``talk_id``, as found in the workbook.
    sent : DataFrame, optional
        `sent_tokens` of what was sent out.
    """
    ours = {} if sent is None else dict(zip(sent[SENT_KEY], sent[WHO].map(value_of), strict=True))
    ids = (written(one).strip() for one in talks["customer_id"])
    before = (ours.get(written(one).strip()) for one in talks["talk_id"])
    return np.array([one not in ("", other) for one, other in zip(ids, before, strict=True)], bool)


def named_by_id(talks: pd.DataFrame, sent: pd.DataFrame | None) -> NDArray[np.bool_]:
    """Return where a typed Customer ID alone says with whom the talk was, shape (n,)."""
    unnamed = np.array([not written(one).strip() for one in talks["customer"]], bool)
    return unnamed & typed_ids(talks, sent)


def compared(talks: pd.DataFrame) -> pd.DataFrame:
    """Return talks with the columns that are compared, and ``talk_id``."""
    own = [str(name) for name in talks if str(name).startswith(ADDED)]
    return talks.assign(**{WHO: who(talks)})[["talk_id", *COMPARED, *own]]


def sent_tokens(talks: pd.DataFrame) -> pd.DataFrame:
    """Return what is remembered of talks that are sent out: the id of each, and a token of every cell."""
    frame = compared(talks)
    return frame.assign(**{str(name): tokens(frame[name]) for name in frame if name != "talk_id"})


def of_tokens(sent: pd.DataFrame) -> pd.DataFrame:
    """Return the talks that `sent_tokens` remembers: the log as it was, where its sheet is gone."""
    frame = pd.DataFrame(
        {name: sent[name] if name == "talk_id" else sent[name].map(value_of) for name in sent}, dtype=object
    )
    names = frame[WHO].map(written)
    known = ~names.str.startswith("?")
    return talk_log.shaped(
        frame.assign(customer_id=names.where(known, ""), customer=names.str.removeprefix("?"))
    )


def keyed(talks: pd.DataFrame, origin: str, sent: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give an id to each talk that has none, or the id of another one.

    Parameters
    ----------
    talks : DataFrame
        Columns `winback_xl.core.tracking.talk_log.COLUMNS`, in the order of the sheet.
    origin : str
        What was sent out: the same row of the same copy gets the same id whenever it comes back.
    sent : DataFrame, optional
        `sent_tokens` of what was sent out: of rows that were copied within a sheet the unchanged one keeps the id.

    Returns
    -------
    DataFrame
        The rows of ``talks`` with ``talk_id`` filled and unique.
    """
    ids = [written(one).strip() for one in talks["talk_id"]]
    keep = _first_of(ids, talks, sent)
    taken = {one for one, stays in zip(ids, keep, strict=True) if stays}
    seen: Counter[tuple[str, str]] = Counter()
    days = talks["talk_date"].map(written)
    for row, (name, day, stays) in enumerate(zip(who(talks), days, keep, strict=True)):
        if not stays:
            ids[row] = ""
        while not ids[row] or (not stays and ids[row] in taken):
            seen[name, day] += 1
            ids[row] = new_id(origin, name, day, seen[name, day])
        taken.add(ids[row])
    return talks.assign(talk_id=pd.Series(ids, index=talks.index, dtype=object))


def new_id(origin: str, name: str, day: str, number: int) -> str:
    """Return the id of the talk number ``number`` with an account on a day that a file was given.

    >>> new_id("a1b2", "C10012", "2026-11-22", 1)
    't25f72dad56f'
    """
    stated = "\x1f".join((origin, name, day, str(number))).encode("utf-8", "replace")
    return "t" + hashlib.sha256(stated).hexdigest()[: _LENGTH - 1]


def _first_of(ids: Sequence[str], talks: pd.DataFrame, sent: pd.DataFrame | None) -> list[bool]:
    """Return which rows keep their id: of rows with the same one, that which is as it was sent out, else the first."""
    keep = [bool(one) for one in ids]
    several = {one for one, count in Counter(ids).items() if one and count > 1}
    if not several:
        return keep
    now = sent_tokens(talks)
    before = {} if sent is None else {row["talk_id"]: row for row in sent.to_dict("records")}
    best: dict[str, tuple[int, int]] = {}
    for row, one in enumerate(ids):
        if one in several:
            was = before.get(one, {})
            same = sum(sense(now[name].iloc[row]) == sense(was.get(name, "")) for name in COMPARED)
            best[one] = max(best.get(one, (-1, 0)), (same, -row))
    return [
        stays and (one not in several or -best[one][1] == row)
        for row, (one, stays) in enumerate(zip(ids, keep, strict=True))
    ]


def signatures(talks: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the whole content of each talk, to tell whether two are the same."""
    frame = compared(talks)
    return list(zip(*(_senses(frame[name]) for name in COMPARED), strict=True))


def _senses(cells: Iterable[object]) -> list[str]:
    return [sense(token(cell)) for cell in np.array([*cells, None], dtype=object)[:-1]]
