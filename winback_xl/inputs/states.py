"""The state of an order: what was cancelled, refunded, lost or never placed is left out, and said so.

The words are data (`winback_xl.inputs.words`, the entry of a known export, and what the user says). Several columns may
say the state; of their classes the first in this order decides: does not count, takes back, ask, counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from winback_xl.core.tally import tally
from winback_xl.core.wording import plural
from winback_xl.inputs import known_export, negative_rows
from winback_xl.inputs.aid_columns import asks_when_no, asks_when_yes, is_flag, is_good, parts
from winback_xl.inputs.answers import option
from winback_xl.inputs.decisions import Tally, rule, some
from winback_xl.inputs.finding import Finding
from winback_xl.inputs.state_words import INVOICE, are_amounts, in_chances, is_part_back, of_word
from winback_xl.inputs.systems import STATES, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows

_OUT, _BACK, _ASK, _COUNTS, _UNKNOWN = *STATES, ""
_RANK = {_UNKNOWN: 0, _COUNTS: 1, _ASK: 2, _BACK: 3, _OUT: 4}
_MOSTLY = 0.5  # share of the different words that must be known before a column is taken for a state
_FEW = 12  # different words of a column called Status that are named although hardly any of them is known
_PLACES = frozenset({"state", "estado", "stato", "etat"})  # may be a part of a country as well
_SHOWN = 6  # words that a message lists

_NO = frozenset({"", "0", "no", "n", "false", "f", "nej", "nie", "ne", "nein", "non", "nee", "nao", "falsch", "faux", "falso", "onwaar", "none", "null", "na", "-", "never"})  # fmt: skip
_YES = frozenset(
    {
        "1",
        "yes",
        "y",
        "true",
        "t",
        "ja",
        "tak",
        "jo",
        "oui",
        "si",
        "sim",
        "wahr",
        "vrai",
        "vero",
        "verdadero",
        "waar",
    }
)
_ZERO = re.compile(r"[^\w]*0+(?:[.,]0+)?[^\w]*")


@dataclass(frozen=True, slots=True)
class Judged:
    """A column that says the state: the class of each of its words, and of a blank cell."""

    aid: Aid
    classes: tuple[str, ...]
    blank: str = _UNKNOWN

    def of_rows(self) -> NDArray[np.int8]:
        """Return the rank of every row's class."""
        ranks = np.array([*(_RANK[each] for each in self.classes), _RANK[self.blank]], np.int8)
        return np.asarray(ranks[self.aid.words[0]])


def judge(aid: Aid, rows: Rows) -> Judged | None:
    """Return the class of every word of a column, or None where it does not say the state of an order."""
    here, known = aid.words[1], known_export.words_of(rows.export, "state", aid.heading)
    if not _any(rows, aid, "filled", found=bool(here)):
        return None
    if known is not None:
        ours = [known.class_of(word) or of_word(word, aid) for word in here]
        chosen = [rows.answers.said(aid.heading, word) or each for word, each in zip(here, ours, strict=True)]
        return Judged(aid, tuple(chosen), known.blank)
    if is_flag(aid.heading) and not (
        aid.given and _any(rows, aid, "states", found=any(of_word(word, aid) for word in here))
    ):
        return None if _any(rows, aid, "amounts", found=are_amounts(here)) else _as_flag(aid, rows)
    if is_good(aid.heading) or asks_when_no(aid.heading):
        odd = bool({fold(word) for word in here} - _NO - _YES)
        return None if _any(rows, aid, "neither yes nor no", found=odd) else _as_flag(aid, rows)
    found = rows.decisions.words(aid.heading, aid.position, here)
    said = [rows.answers.said(aid.heading, word) for word in found]
    ours = [of_word(word, aid) for word in found]
    if sum(map(bool, ours)) < max(1, _MOSTLY * len(found)) and not (aid.given or any(said)):
        if len(found) > _FEW or set(parts(aid.heading)[-1:]) & _PLACES:
            return None
        ours = [_UNKNOWN if each == _ASK else each for each in ours]
    ours = _with_refunds(in_chances(ours, found), found, rows)
    chosen = [answer or each for answer, each in zip(said, ours, strict=True)]
    return Judged(aid, tuple(chosen[: len(here)]))


def _any(rows: Rows, aid: Aid, what: str, *, found: bool) -> bool:
    """Return whether any row of the whole ledger has something in a column."""
    return bool(rows.decisions.make(some, f"{aid.heading} {aid.position}: {what}", found=found))


def _as_flag(aid: Aid, rows: Rows) -> Judged:
    """Take a column that says yes, no or when: of what orders must not be, or of what they must be."""
    said = [rows.answers.said(aid.heading, word) for word in aid.words[1]]
    good = is_good(aid.heading) or asks_when_no(aid.heading)
    fine, other = _YES if good else _NO, _OUT
    if asks_when_yes(aid.heading):
        other = _ASK
    elif asks_when_no(aid.heading):  # an invoice that waits for its money is a sale
        waits = rows.export is not None or "kind" in rows.frame
        other = _COUNTS if waits or INVOICE.intersection(parts(rows.heading("order_id"))) else _ASK
    chosen = [
        answer or (_COUNTS if fold(word) in fine or (fine is _NO and _ZERO.fullmatch(word)) else other)
        for answer, word in zip(said, aid.words[1], strict=True)
    ]
    return Judged(aid, tuple(chosen))


def says_yes_or_no(rows: Rows, aid: Aid) -> bool:
    """Return whether a column called Refunded says whether, or when, and not how much: a column of zeros is one of amounts."""
    amounts = aid.numbers[aid.words[0] >= 0]
    one = np.isnan(amounts) | (amounts == 1)
    odd = bool((~one & (amounts != 0)).any())
    return bool(rows.decisions.make(yes_or_no, aid.heading, telling=bool(one.any()), odd=odd))


@rule
def yes_or_no(tally: Tally) -> bool:
    """Return whether cells say 1 or a word, and never another amount."""
    return bool(tally["telling"]) and not tally["odd"]


def _with_refunds(judged: list[str], found: list[str], rows: Rows) -> list[str]:
    """Let what was refunded in part count where a column says how much; else ask."""
    amounts = any(
        _any(rows, aid, "above zero", found=bool((aid.numbers > 0).any()))
        for aid in rows.aids.get("refunded", ())
    )
    return [
        (_COUNTS if amounts else _ASK) if is_part_back(word) else each
        for each, word in zip(judged, found, strict=True)
    ]


def settle(rows: Rows) -> Iterator[Finding]:
    """Leave out the rows whose state says that they are not orders; ask about what may be either."""
    judged = [each for aid in rows.aids.get("state", ()) if (each := judge(aid, rows)) is not None]
    judged += [_as_flag(aid, rows) for aid in rows.aids.get("refunded", ()) if says_yes_or_no(rows, aid)]
    if not judged:
        return
    ranks = np.stack([each.of_rows() for each in judged])
    _pass_on(ranks, judged, rows)
    decides = ranks.argmax(axis=0)
    rank = ranks.max(axis=0)
    rows.states = judged
    credits_ = negative_rows.that_take_back(rows, [each.aid for each in judged], decides, rank == _RANK[_OUT])
    rank[credits_] = _RANK[_COUNTS]
    for place, each in enumerate(judged):
        yield from _left_out(rows, each, rows.alive & (decides == place) & (rank == _RANK[_OUT]))
    rows.taken_back |= rank == _RANK[_BACK]


def doubts(rows: Rows) -> Iterator[Finding]:
    """Ask about the states of the rows that are still in, where companies differ, and name those that nobody knows."""
    if not rows.states:
        return
    ranks = np.stack([each.of_rows() for each in rows.states])
    _pass_on(ranks, rows.states, rows)
    decides, rank = ranks.argmax(axis=0), ranks.max(axis=0)
    for place, each in enumerate(rows.states):
        asked = rows.alive & (decides == place) & (rank == _RANK[_ASK])
        if asks_when_yes(each.aid.heading):
            asked &= ~(rows.values("order_value") < 0)  # below zero it is a return by any reading
        yield from _asked(rows, each, asked)
        yield from _strange(rows, each, rows.alive & (each.of_rows() == 0) & (rank < _RANK[_OUT]))
        yield from _unknown_refunds(rows, each)


def _pass_on(ranks: NDArray[np.int8], judged: list[Judged], rows: Rows) -> None:
    """Give lines on which no state stands that of their order: many systems write it on the first line only."""
    numbers = rows.codes.get("order_id")
    if numbers is None:
        return
    order = rows.deals(numbers)
    first_line = rows.export is not None and rows.export.level == "order total on first line"
    size = int(order.max(initial=-1)) + 1
    for place, each in enumerate(judged):
        silent = (each.aid.words[0] < 0) & (order >= 0)
        if not silent.any() or not (first_line or (each.blank == _UNKNOWN and not is_flag(each.aid.heading))):
            continue
        spoken = ~silent & (order >= 0)
        highest = np.full(size, -1, np.int8)
        np.maximum.at(highest, order[spoken], ranks[place][spoken])
        stated = silent & (highest[np.maximum(order, 0)] >= 0)
        ranks[place][stated] = highest[order[stated]]


def _left_out(rows: Rows, each: Judged, which: NDArray[np.bool_]) -> Iterator[Finding]:
    gone = np.flatnonzero(which)
    if len(gone):
        verb = "row is" if len(gone) == 1 else "rows are"
        what = (
            f"{len(gone):,} {verb} {_listed(each, gone)} by {each.aid.heading}{rows.worth(gone)}: left out."
        )
        fix = f"If some are orders: {option('count', each.aid.heading, _words(each, gone)[:1])}."
        yield Finding(
            "state-left-out",
            "note",
            what,
            fix,
            gone,
            "aside",
            f"@{each.aid.position}",
            "says that it is not an order",
        )


def _asked(rows: Rows, each: Judged, which: NDArray[np.bool_]) -> Iterator[Finding]:
    found = np.flatnonzero(which)
    if len(found):
        verb = "row is" if len(found) == 1 else "rows are"
        names, heading = _words(each, found), each.aid.heading
        what = f"{len(found):,} {verb} {_listed(each, found)} by {heading}{rows.worth(found)}: an order in some companies, and none in others."
        back = f", {option('take-back', heading, names)} if they are returns"
        fix = f"Choose: {option('count', heading, names)} if they are orders, {option('leave-out', heading, names)} if not{back if asks_when_yes(heading) else ''}."
        yield Finding("state-doubtful", "error", what, fix, found, column=f"@{each.aid.position}")


def _unknown_refunds(rows: Rows, each: Judged) -> Iterator[Finding]:
    """Report orders that were refunded in part, where the file does not say how much."""
    if rows.aids.get("refunded") or (rows.values("order_value") < 0).any():
        return
    part = np.array([*(is_part_back(word) for word in each.aid.words[1]), False])
    found = rows.live(part[each.aid.words[0]])
    if len(found):
        verb = "row is" if len(found) == 1 else "rows are"
        what = f"{len(found):,} {verb} {_listed(each, found)} by {each.aid.heading}{rows.worth(found)}, and the file does not say how much was paid back: counted in full."
        fix = "Export the refunds too, or write them as rows with a negative value."
        yield Finding("refund-unknown", "warning", what, fix, found, column=f"@{each.aid.position}")


def _strange(rows: Rows, each: Judged, which: NDArray[np.bool_]) -> Iterator[Finding]:
    """Name the words that nobody knows; their rows count."""
    found = np.flatnonzero(which & (each.aid.words[0] >= 0))
    if len(found):
        verb = "row is" if len(found) == 1 else "rows are"
        heading = each.aid.heading
        what = f"{len(found):,} {verb} {_listed(each, found)} by {heading}{rows.worth(found)}: the word is not known, and they count as orders."
        fix = f"If they are not orders: {option('leave-out', heading, _words(each, found))}."
        yield Finding("state-unknown", "warning", what, fix, found, column=f"@{each.aid.position}")


def _words(each: Judged, which: NDArray[np.intp]) -> list[str]:
    """Return the words of some rows, the most frequent first."""
    codes, found = each.aid.words
    there = codes[which]
    times = tally(there[there >= 0], len(found))
    return [found[at] for at in np.argsort(-times, kind="stable") if times[at]]


def _listed(each: Judged, which: NDArray[np.intp]) -> str:
    """Name the words of some rows: "Cancelled or Failed"."""
    names = _words(each, which)
    if is_flag(each.aid.heading):
        return f"marked '{names[0][:40]}'" if names else "marked"
    shown = [f"'{name[:40]}'" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        return f"{', '.join(shown)} or {plural(len(names) - _SHOWN, 'other word')}"
    if not shown:
        return "blank"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
