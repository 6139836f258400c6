"""What people wrote on our sheets in their workbook, which putting new sheets in their place would lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.core.cast import ADDED
from winback_xl.core.merging import carried_edits
from winback_xl.core.merging.fingerprints import HUMAN, tokens_of
from winback_xl.errors import Issue, WinbackError
from winback_xl.workbook.reopened.reopen import reopen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from winback_xl.settings import Settings
    from winback_xl.workbook.reopened.reopen import Reopened

_CURE = (
    "Bring the campaign up to date with 'winback refresh', which keeps it, "
    "or replace our sheets with --force (a dated copy is kept)."
)


def edits(path: Path, settings: Settings) -> list[Issue]:
    """Return what would be lost, one finding each; nothing when our sheets are as they were written.

    Parameters
    ----------
    path : path
        A workbook that sheets of ours were added to.
    settings : Settings
        Those that the new sheets will show.
    """
    try:
        again = reopen(path)
    except WinbackError as error:
        found = [_issue(f"What people wrote on our sheets cannot be read: {error.what}")]
    else:
        found = list(_found(again, settings))
    return [issue.at(file=path.name) for issue in found]


def _found(again: Reopened, settings: Settings) -> Iterator[Issue]:
    cells = _cells(again)
    if cells:
        yield _issue(f"People have filled or changed {cells:,} cell(s) of the Campaign sheet.")
    elif again.sent is None:
        yield _issue(
            "Its Snapshot sheet is gone, so it is not known what people typed on the Campaign sheet."
        )
    columns = [name[len(ADDED) :] for name in again.human if name.startswith(ADDED)]
    columns += [str(name) for frame in again.others.values() for name in frame if name != "customer_id"]
    if columns:
        yield _issue(f"People have added {len(columns)} column(s) to our tables: {', '.join(columns[:8])}.")
    notes = len(again.marks.notes) + len(again.stray)
    if notes:
        yield _issue(f"People have written {notes:,} note(s) or text(s) next to our tables.")
    own = tuple(f"Sheet {name}:" for name in again.sheets)
    for line in again.lost:
        if "people added" in line and not line.startswith(own):
            yield _issue(line)
    changed = set(again.plan.settings.changed()) ^ set(settings.changed())
    changed |= {
        name
        for name in set(again.plan.settings.changed()) & set(settings.changed())
        if getattr(again.plan.settings, name) != getattr(settings, name)
    }
    if changed:
        what = f"Its Settings sheet differs from the settings of this run in {len(changed)}: {', '.join(sorted(changed)[:8])}."
        yield Issue("into-settings", "error", what, "Name the workbook with --settings too, or add --force.")


def _cells(again: Reopened) -> int:
    """Count the human cells that hold something else than when they were written."""
    if again.sent is None:
        return 0
    names = [name for name in HUMAN if name in again.sent]
    now = _by_key(again.tracker, tokens_of(again.tracker, names))
    then = _by_key(again.sent, {name: again.sent[name].to_numpy() for name in names})
    blank = ("",) * len(names)
    return sum(
        one != other
        for key in now.keys() | then.keys()
        for one, other in zip(then.get(key, blank), now.get(key, blank), strict=True)
    )


def _by_key(frame: pd.DataFrame, held: Mapping[str, np.ndarray]) -> dict[object, tuple[str, ...]]:
    """Return the tokens of each row by its key."""
    keys: list[object] = carried_edits.keys_of(frame).tolist()
    return dict(zip(keys, zip(*held.values(), strict=True), strict=True))


def _issue(what: str) -> Issue:
    return Issue("into-edits", "error", what, _CURE)
