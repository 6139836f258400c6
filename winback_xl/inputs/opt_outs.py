"""Find who does not want mail: every such column counts, in either polarity; a No anywhere counts.

``Email Opt Out`` = 1, ``Do not allow Emails`` = Do Not Allow, ``Accepts Marketing`` = no and ``UNSUB_TIME`` with a day in
it all mean the same. What may say so and is not understood is a warning; what is in doubt counts as no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.inputs import known_export, words
from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.finding import Finding, examples
from winback_xl.inputs.spelling import brief
from winback_xl.inputs.systems import fold
from winback_xl.schema.columns import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows

_MAY, _MAY_NOT, _ASK = "may", "may_not", "ask"
_CONSENT = "consent"
_TAGS = 500  # different words of a column in which tags are looked for


def says(heading: str) -> bool:
    """Return whether a heading says who wants no mail, or who does."""
    return bool(words.polarity(heading))


def settle(rows: Rows) -> Iterator[Finding]:
    """Mark who opted out by any column; warn of columns that may say so and are not read."""
    out, agreed = np.zeros(len(rows.frame), dtype=bool), np.zeros(len(rows.frame), dtype=bool)
    unread = list[str]()
    likely = _likely(rows, unread)
    for aid, side in (*((aid, words.polarity(aid.heading)) for aid in rows.aids.get(_CONSENT, ())), *likely):
        mine, may, stated = _by_column(rows, aid, side)
        out |= mine
        agreed |= may
        yield from stated
    used = {aid.heading for aid, _ in likely}
    for heading, mine, one in _by_cells(rows, used):
        out |= mine
        used.add(heading)
        yield one
    rows.spare = tuple(heading for heading in rows.spare if heading not in used)
    rows.opted_out = out
    if (out.any() or agreed.any()) and "do_not_contact" in rows.table.names:
        said = rows.frame.get("do_not_contact", pd.Series("", index=rows.frame.index, dtype="str"))
        rows.frame["do_not_contact"] = said.mask((said == "") & agreed, "No").mask(out, "Yes")
    yield from _unread(rows, unread)


def _likely(rows: Rows, unread: list[str]) -> list[tuple[Aid, words.Polarity]]:
    """Return the columns that no list has, whose heading speaks of a consent and whose cells answer yes or no.

    The headings of the others go into ``unread``.
    """
    theirs = frozenset() if rows.export is None else {fold(name) for name in rows.export.ignore}
    found = list[tuple["Aid", words.Polarity]]()
    for heading in rows.spare:
        if fold(heading) in theirs or not words.looks_like_consent(heading):
            continue
        aid = rows.help.named(heading) if "do_not_contact" in rows.table.names else None
        side = words.likely_polarity(heading, aid.words[1]) if aid is not None and aid.words[1] else ""
        if aid is not None and side:
            found.append((aid, side))
        else:
            unread.append(heading)
    return found


def _by_cells(rows: Rows, read: Collection[str]) -> Iterator[tuple[str, NDArray[np.bool_], Finding]]:
    """Yield the rows in which a cell says, under whatever heading, that somebody wants no mail."""
    if "do_not_contact" not in rows.table.names:
        return
    for heading in rows.spare:
        aid = None if heading in read else rows.help.named(heading)
        if aid is None or len(aid.words[1]) > _TAGS:
            continue
        codes, found = aid.words
        mine = np.array([*map(words.says_no_by_itself, found), False])[codes]
        gone = rows.live(mine)
        if len(gone):
            shown = examples(found[at] for at in np.unique(codes[gone]).tolist())
            what = f"{plural(len(gone), 'row says', 'rows say')} {shown} under '{brief(heading)}': they do not want mail."
            yield heading, mine, Finding("opted-out", "note", what, "", gone, column=f"@{aid.position}")


def _by_column(
    rows: Rows, aid: Aid, side: words.Polarity
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], list[Finding]]:
    """Return the rows that one column marks as opted out, those that agreed, and what to tell of it."""
    codes, found = aid.words
    known = known_export.words_of(rows.export, _CONSENT, aid.heading)
    ours = [(known.class_of(word) if known else "") or words.class_of_cell(side, word) for word in found]
    blank = known.blank if known else ""
    stated = list[Finding]()
    if (
        not blank
        and side == _CONSENT
        and rows.decisions.make(only_agreed, f"{aid.heading} {aid.position}", classes=dict.fromkeys(ours, 1))
        and (codes < 0).any()
    ):
        blank = _MAY_NOT
        rest = rows.live(codes < 0)
        if len(rest) and len(found):
            what = f"{plural(len(rest), 'row is', 'rows are')} blank under '{brief(aid.heading)}', which says only who agreed: they count as opted out."
            fix = "Write No or Yes where it is known."
            stated.append(Finding("consent-blank", "warning", what, fix, rest, column=f"@{aid.position}"))
    per_row = np.array([*ours, blank], dtype=object)[codes]
    doubt = rows.live(per_row == _ASK)
    if len(doubt):
        shown = examples(found[at] for at in np.unique(codes[doubt]).tolist() if at >= 0)
        what = f"{plural(len(doubt), 'row says', 'rows say')} {shown} under '{brief(aid.heading)}': to be safe, they count as opted out."
        fix = "Write Yes or No where it is known."
        stated.append(Finding("consent-doubtful", "warning", what, fix, doubt, column=f"@{aid.position}"))
    out = np.asarray((per_row == _MAY_NOT) | (per_row == _ASK), dtype=bool)
    gone = rows.live(out)
    if len(gone):
        what = f"{plural(len(gone), 'row says', 'rows say')} under '{brief(aid.heading)}' that they do not want mail."
        stated.append(Finding("opted-out", "note", what, "", gone, column=f"@{aid.position}"))
    return out, np.asarray(per_row == _MAY, dtype=bool), stated


@rule
def only_agreed(tally: Tally) -> bool:
    """Return whether a column of consent says only who agreed."""
    return set(tally["classes"]) <= {_MAY, ""}


def _unread(rows: Rows, headings: Sequence[str]) -> Iterator[Finding]:
    """Warn of headings that may say who opted out."""
    for heading in headings:
        what = f"'{brief(heading)}' is not read, but it may mark customers who do not want mail."
        fix = (
            f"If it does: --column 'Customers:Do not contact={heading}'."
            if rows.table.title == "Customers"
            else "If it does, mark these customers in the customer list (Do not contact)."
        )
        yield Finding("consent-unread", "warning", what, fix)


def marked(
    customers: pd.DataFrame | None, out: Collection[str], buyers: Sequence[str]
) -> pd.DataFrame | None:
    """Return a customer list in which who wants no mail is marked; buyers of them that it lacks are listed too."""
    listed = customers if customers is not None else pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    more = sorted(set(buyers) - set(listed["customer_id"]))
    if not out or (customers is None and not more):
        return customers
    whole = pd.concat(
        [listed, pd.DataFrame({"customer_id": pd.Series(more, dtype="str")})], ignore_index=True
    )
    said = (
        whole["do_not_contact"]
        if "do_not_contact" in whole
        else pd.Series("", index=whole.index, dtype="str")
    )
    whole["do_not_contact"] = said.fillna("").mask(whole["customer_id"].isin(out), "Yes")
    texts = [
        column.name
        for column in CUSTOMERS.columns
        if column.name in whole and whole[column.name].dtype == listed["customer_id"].dtype
    ]
    return whole.fillna(dict.fromkeys(texts, ""))
