"""Who bought without an account: known by e-mail, then by phone, and said so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.inputs.decisions import Tally, rule
from winback_xl.inputs.finding import Finding, examples
from winback_xl.inputs.systems import fold
from winback_xl.inputs.word_lists import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from winback_xl.inputs.aid_columns import Aid
    from winback_xl.inputs.row_status import Rows


_FEW = 50  # ids that are folded sooner than looked at
_CODES = frozenset({"none", "null", "na", "nan", "undefined", "notavailable", "nona"})
_SHAPE = re.compile(r"0+([.,]0+)?|-1([.,]0+)?|[0-]{32,}|9{4,}|[\W_]+")
"""Ids that may mean nobody: without an e-mail or a phone next to them they stay what they are."""

_SEVERAL = 2  # buyers under one such id from which it is nobody's


def folded_emails(ids: Sequence[str]) -> list[str]:
    """Write e-mail addresses in small letters: no mail system tells ANN@ex.com from ann@ex.com.

    >>> folded_emails(["Ann@Ex.com", "K-17", "ACME"])
    ['ann@ex.com', 'K-17', 'ACME']
    """
    return [text.strip().lower() if "@" in text[1:-1] else text for text in ids]


def settle(rows: Rows) -> Iterator[Finding]:
    """Give guests their e-mail or phone as Customer ID, and write e-mails that are IDs in small letters."""
    if "customer_id" not in rows.codes:
        return
    codes = rows.codes["customer_id"]
    texts = _texts(rows, codes)
    yield from _known_otherwise(rows, _fallbacks(rows), texts)
    if rows.codes["customer_id"] is not codes:
        codes = rows.codes["customer_id"]
        texts = _texts(rows, codes)
    if not texts.str.contains("@", regex=False).any():
        return
    small = pd.Series(folded_emails(texts.tolist()), dtype=object)
    changed = (small != texts.astype(object)).to_numpy(dtype=bool)
    if not changed.any():
        return
    merged = texts.nunique() - small.nunique()
    shown = examples(sorted(texts[changed]))
    _write(rows, codes, small.tolist())
    if merged:
        which = np.flatnonzero(np.append(changed, False)[codes])
        what = f"{plural(merged, 'spelling differs', 'spellings differ')} from another only in capitals ({shown}): e-mails are compared without regard to capitals."
        yield Finding("email-capitals", "note", what, "", which, column="customer_id")


def _texts(rows: Rows, codes: NDArray[np.int64]) -> pd.Series:
    """Return the text of every code; "" for one that no row has."""
    first = np.full(int(codes.max(initial=-1)) + 2, -1)  # one place more for -1, no customer
    first[codes] = np.arange(len(codes))
    first = first[:-1]
    found = (
        rows.frame["customer_id"].iloc[np.maximum(first, 0)].reset_index(drop=True)
        if len(codes)
        else pd.Series(dtype="str")
    )
    return found.mask(first < 0, "") if (first < 0).any() else found


def _write(rows: Rows, codes: NDArray[np.int64], texts: Sequence[str]) -> None:
    """Set the IDs: the text of every code, "" where it is -1."""
    places, different = pd.factorize(pd.Series([*texts], dtype=object))
    rows.codes["customer_id"] = np.append(places, -1).astype(np.int64)[codes]
    rows.frame["customer_id"] = (
        pd.Series([*different, ""], dtype="str").take(rows.codes["customer_id"]).reset_index(drop=True)
    )


def _known_otherwise(rows: Rows, aids: Sequence[Aid], named_by: pd.Series) -> Iterator[Finding]:
    codes = rows.codes["customer_id"]
    nobody = _nobody(rows, codes, named_by, aids)
    if not nobody.any():
        return
    texts = named_by.tolist()
    left, stated = nobody.copy(), list[str]()
    ids, place = [*texts], {text: at for at, text in enumerate(texts)}
    new = codes.copy()
    named = {aid.name: _owner(codes, nobody, aid) for aid in aids if aid.name == "email"}
    for aid in aids:
        at, found = aid.words
        mine = left & (at >= 0)
        if not mine.any():
            continue
        for word in np.unique(at[mine]).tolist():
            text = found[word].strip().lstrip("'")
            small = text.lower() if aid.name == "email" else text
            known = named.get(aid.name, {}).get(small)
            if known is None:
                known = place.setdefault(small, len(ids))
                if known == len(ids):
                    ids.append(small)
            new[mine & (at == word)] = known
        left &= ~mine
        stated.append(f"{plural(int(mine.sum()), 'row')} by '{aid.heading}'")
    words = np.array(
        [*(fold(text) in members("guest", "guest") and not _is_code(text) for text in texts), False]
    )
    strangers = left & words[codes]
    new[strangers] = -1
    if stated or strangers.any():
        _write(rows, new, ids)
    if stated:
        gone = np.flatnonzero(nobody & ~left)
        what = f"{plural(len(gone), 'row names', 'rows name')} no customer but a guest: known {' and '.join(stated)}."
        yield Finding("guests", "note", what, "", gone, column="customer_id")
    gone = np.flatnonzero(strangers)
    if len(gone):
        shown = examples(sorted({texts[code] for code in codes[gone].tolist()}))
        what = f"{plural(len(gone), 'row is', 'rows are')} of {shown}, which names nobody{rows.worth(gone)}: left out."
        yield Finding("guests-unknown", "note", what, "", gone, "aside", "customer_id", "names nobody")


def _owner(codes: NDArray[np.int64], nobody: NDArray[np.bool_], aid: Aid) -> dict[str, int]:
    """Return the customer of every e-mail that only one customer with an ID has: a guest with it is the same buyer."""
    at, found = aid.words
    rows = np.flatnonzero(~nobody & (codes >= 0) & (at >= 0))
    known: dict[str, set[int]] = {}
    for word, code in np.unique(np.stack([at[rows], codes[rows]]), axis=1).T.tolist():
        known.setdefault(found[word].strip().lower(), set()).add(code)
    return {email: next(iter(who)) for email, who in known.items() if len(who) == 1}


def _is_code(text: str) -> bool:
    """Return whether an id may mean nobody, and may be a customer as well.

    >>> [_is_code(text) for text in ("0", "00000", "0.0", "-1", "99999", "-", "N/A", "100", "99", "Guest")]
    [True, True, True, True, True, True, True, False, False, False]
    """
    return fold(text) in _CODES or _SHAPE.fullmatch(text) is not None


def _nobody(rows: Rows, codes: NDArray[np.int64], texts: pd.Series, aids: Sequence[Aid]) -> NDArray[np.bool_]:
    """Return the rows of guests: those without an ID, or with a word or code for nobody."""
    guests = members("guest", "guest")
    theirs = {fold(word) for word in rows.export.guest.ids} if rows.export and rows.export.guest else set()
    named = guests | theirs
    likely: Sequence[int] = range(len(texts))
    if len(texts) > _FEW:
        heads = texts.str.slice(0, 2).str.lower()  # a look at two letters spares most ids the folding
        stated = heads.isin({word[:2] for word in named} | {"0", "0.", "00", "99", "-1"}) | ~heads.str.match(
            "[0-9a-z]"
        )
        likely = np.flatnonzero(stated.to_numpy(dtype=bool)).tolist()
    is_guest = np.zeros(len(texts) + 1, dtype=bool)
    is_guest[-1] = True
    for at in likely:
        text = texts[at]
        if fold(text) in named:
            is_guest[at] = True
        elif text and _is_code(text):
            is_guest[at] = _is_nobodys(rows, text, np.flatnonzero((codes == at) & rows.alive), aids)
    return np.asarray(is_guest[codes] & rows.alive, dtype=bool)


def _is_nobodys(rows: Rows, text: str, which: NDArray[np.intp], aids: Sequence[Aid]) -> bool:
    """Return whether several buyers share an id, or one bought under it once and nothing but an e-mail names him."""
    buyers: dict[str, int] = {}
    left = which
    for aid in aids:
        at, found = aid.words
        buyers |= {found[word].strip().lower(): 1 for word in np.unique(at[left]).tolist() if word >= 0}
        left = left[at[left] < 0]
    few = dict(list(buyers.items())[:_SEVERAL])
    return bool(
        rows.decisions.make(several_buyers, text, buyers=few, rows=len(which), zeros=not text.strip("0.,- "))
    )


@rule
def several_buyers(tally: Tally) -> bool:
    """Return whether an id that may mean nobody has several buyers; zeros with a single order mean nobody too."""
    few = len(tally["buyers"])
    return few >= _SEVERAL or bool(tally["zeros"] and few == tally["rows"] == 1)


def _fallbacks(rows: Rows) -> list[Aid]:
    """Return the columns that name a guest, best first: those of the known export, the e-mails, the phones."""
    emails, phones = rows.aids.get("email", ()), rows.aids.get("phone", ())
    found = [*emails, *phones]
    if rows.export and rows.export.guest:
        wanted = [fold(name) for name in rows.export.guest.then]
        named = [aid for name in rows.export.guest.then if (aid := rows.help.named(name))]
        found = [*named, *(aid for aid in found if fold(aid.heading) not in wanted)]
    return found
