"""Lists that know the customers by e-mail only, or write their IDs differently, brought to the IDs of the orders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.wording import plural
from winback_xl.errors import Issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from winback_xl.inputs.load import Loaded

_YES = "Yes"
_SHOWN = 3
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+")


def emails_of(orders: Loaded, customers: Loaded | None = None) -> dict[str, str]:
    """Return the Customer ID of every e-mail that the orders, or the customer list, have for one customer only."""
    found: dict[str, set[str]] = {}
    for email, who in orders.emails():
        found.setdefault(_folded(email), set()).add(who)
    for who in orders.frame["customer_id"].unique():
        if "@" in who:
            found.setdefault(_folded(who), set()).add(who)
    if customers is not None and "email" in customers.frame:
        known = set(orders.frame["customer_id"].unique())
        pairs = zip(customers.frame["email"], customers.frame["customer_id"], strict=True)
        for email, who in pairs:
            if email and who in known:
                found.setdefault(_folded(email), set()).add(who)
    return {email: next(iter(who)) for email, who in found.items() if email and len(who) == 1}


def customers(orders: Loaded, listed: Loaded) -> Loaded:
    """Give the customers of a list, who have no order under their ID, the ID that their e-mail has in the orders.

    A customer opted out in any row stays opted out.
    """
    known = set(orders.frame["customer_id"].unique())
    listed = _by_spelling(listed, known, "customer", "customers")
    return (
        _by_email(listed, known, emails_of(orders))
        if not set(listed.frame["customer_id"]) <= known
        else listed
    )


def _by_spelling(listed: Loaded, known: set[str], one: str, several: str) -> Loaded:
    """Take IDs for those of the orders that differ only in zeros in front, capitals or marks between thousands.

    Within one table such IDs stay apart. Here they are two spellings of one, as no other row has either of them.
    """
    ids = listed.frame["customer_id"]
    strange = [text for text in ids.unique() if text and text not in known]
    if not strange:
        return listed
    theirs = _only(known - set(ids))
    ours = {text: theirs[alike] for alike, text in _only(strange).items() if alike in theirs}
    if not ours:
        return listed
    meant = ids.map(lambda text: ours.get(text, text)).astype("str")
    changed = int((meant != ids).sum())
    shown = ", ".join(f"'{text}' for '{other}'" for text, other in list(ours.items())[:_SHOWN])
    verb = "writes its ID" if changed == 1 else "write their IDs"
    what = f"{plural(changed, one, several)} of the list {verb} differently from the orders ({shown}): taken for the same."
    fix = "Write the IDs the same way in both tables."
    stated = Issue("ids-by-spelling", "warning", what, fix, file=listed.file, sheet=listed.sheet)
    frame = listed.frame.assign(customer_id=meant)
    return replace(
        listed, frame=frame, codes={}, joined={**listed.joined, **ours}, issues=(*listed.issues, stated)
    )


def _only(ids: Iterable[str]) -> dict[str, str]:
    """Return the IDs by what is the same in all their spellings, those that no other shares it with."""
    found: dict[str, set[str]] = {}
    for text in ids:
        found.setdefault(_alike(text), set()).add(text)
    return {alike: next(iter(texts)) for alike, texts in found.items() if alike and len(texts) == 1}


def _alike(text: str) -> str:
    """Return what is the same in all spellings of an ID.

    >>> _alike("007001"), _alike("7.001"), _alike("k-17"), _alike("1.5")
    ('7001', '7001', 'K-17', '1.5')
    """
    plain = text.strip().upper()
    if _THOUSANDS.fullmatch(plain):
        plain = "".join(letter for letter in plain if letter.isdigit())
    return plain.lstrip("0")


def to_campaign(listed: Loaded, known: set[str], joined: Mapping[str, str]) -> Loaded:
    """Give the customers of a list the IDs that a campaign knows them by.

    Parameters
    ----------
    listed : Loaded
        The customer list.
    known : set of str
        Customer IDs of the campaign; those that are e-mails are found by e-mail.
    joined : mapping of str to str
        What was joined when the campaign was planned.
    """
    ids = listed.frame["customer_id"]
    renamed = ids.map(lambda text: joined.get(text, text)).astype("str").where(~ids.isin(known), ids)
    moved = replace(listed, frame=listed.frame.assign(customer_id=renamed))
    return _by_email(moved, known, {_folded(who): who for who in known if "@" in who})


def _by_email(listed: Loaded, known: set[str], by_email: Mapping[str, str]) -> Loaded:
    frame = listed.frame
    emails = frame["email"] if "email" in frame else frame["customer_id"]
    meant = emails.map(lambda text: by_email.get(_folded(text), "")).astype("str")
    joined = ~frame["customer_id"].isin(known) & (meant != "")
    if not joined.any():
        return _once(listed)
    what = f"{plural(int(joined.sum()), 'customer of the list was', 'customers of the list were')} found in the orders by e-mail, not by ID."
    stated = Issue("customers-by-email", "note", what, file=listed.file, sheet=listed.sheet)
    found = zip(frame.loc[joined, "customer_id"], meant[joined], strict=True)
    pairs = {**listed.joined, **dict(found)}
    new = frame.assign(customer_id=frame["customer_id"].mask(joined, meant))
    return _once(replace(listed, frame=new, codes={}, joined=pairs, issues=(*listed.issues, stated)))


def _once(listed: Loaded) -> Loaded:
    """Keep the first row of each customer; who opted out in any of them has opted out."""
    new = listed.frame
    kept = ~new["customer_id"].duplicated()
    if kept.all():
        return listed
    if "do_not_contact" in new:
        out = set(new.loc[new["do_not_contact"] == _YES, "customer_id"])
        new = new.assign(do_not_contact=new["do_not_contact"].mask(new["customer_id"].isin(out), _YES))
    twice = int((~kept).sum())
    what = (
        f"{plural(twice, 'row is', 'rows are')} about a customer who is listed before; the first row counts."
    )
    stated = Issue(
        "customer-conflict",
        "warning",
        what,
        "Keep one row for each customer.",
        file=listed.file,
        sheet=listed.sheet,
        rows=twice,
    )
    gone = (
        new[~kept]
        .astype("str")
        .assign(
            place="", code="customer-conflict", reason="The row is about a customer who is listed before."
        )
    )
    aside = pd.concat([listed.set_aside, gone], ignore_index=True).astype(object).fillna("")
    return replace(
        listed,
        frame=new[kept].reset_index(drop=True),
        rows_used=int(kept.sum()),
        set_aside=aside,
        origin=None,
        codes={},
        issues=(*listed.issues, stated),
    )


def incidents(orders: Loaded, listed: Loaded, known: Mapping[str, str]) -> Loaded:
    """Give incidents that name the customer by e-mail, or write its ID differently, the ID that it has in the orders."""
    listed = _by_spelling(listed, set(orders.frame["customer_id"].unique()), "incident", "incidents")
    ids = listed.frame["customer_id"]
    meant = ids.map(lambda text: known.get(_folded(text), "")).astype("str")
    bought = set(orders.frame["customer_id"].unique())
    joined = ~ids.isin(bought) & (meant != "")
    if not joined.any():
        return listed
    what = f"{plural(int(joined.sum()), 'incident was', 'incidents were')} brought to a customer by e-mail, not by ID."
    stated = Issue("incidents-by-email", "note", what, file=listed.file, sheet=listed.sheet)
    return replace(
        listed,
        frame=listed.frame.assign(customer_id=ids.mask(joined, meant)),
        codes={},
        issues=(*listed.issues, stated),
    )


def _folded(email: str) -> str:
    return email.strip().lower()
