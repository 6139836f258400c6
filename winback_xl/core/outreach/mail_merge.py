"""The mail merge: one row an account, everything in it ready text. Who opted out is never in it.

The one table of the package: `winback export` writes it as CSV, and the button as a sheet too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core.money import show
from winback_xl.core.outreach import campaign_letters, contact_list
from winback_xl.core.tracking import account_state, follow_through
from winback_xl.core.wording import in_words, listed, plural

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

HEADINGS = (
    "CustomerID", "Customer", "Contact", "Role", "Email", "Phone", "Owner", "Manager", "Level", "Stage", "Owed", "Offer", "Token",
    "NextStep", "NextStepDue", "StoppedBuying", "Kind", "Subject", "Letter", "ToChange",
)  # fmt: skip
"""Short and without spaces: Word turns them into field names."""

_SHOWN = 5  # customers that a sentence names
_SOME_DAY = pd.Timestamp("2000-01-01")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]+")
_PAGES = frozenset({"Letter", "ToChange"})  # the others are lines: programs put them into headers of messages
_ADDRESS = re.compile(r"""[^\s@<>(),;:"\\\[\]]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}""")
_LONGEST = 254  # characters of an address
_ABROAD = re.compile(r"^\s*\+(\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class MailMerge:
    """Accounts that are exported, and accounts that are left out.

    Parameters
    ----------
    table : DataFrame
        Columns `HEADINGS`, all text, in the order of the work; first those with a letter, then those who get none.
    stays : dict of str to int
        Accounts that stay, by reason (`winback_xl.core.outreach.contact_list.REASONS`); only those with any.
    without_email : int
        Letters to accounts without an e-mail address.
    call_first : int
        Accounts in ``table`` that nobody has listened to yet: they get no letter, the first contact is a call or a visit.
    to_change : int
        Letters with blanks or phrases that the lint names.
    held : int
        Accounts in ``table`` whose case is held for legal: no letter, no apology and no offer.
    by_email : int
        Accounts in ``table`` that get the one e-mail, and no call unless they reply.
    second : int
        Accounts in ``table`` that get a second letter, about what happened since the first.
    written : int
        Accounts in ``table`` that have had their letter, and nothing happened since: they get no other.
    no_address : tuple of str
        Customers in ``table`` whose e-mail is not one address, so that ``Email`` is blank.
    """

    table: pd.DataFrame
    stays: dict[str, int]
    without_email: int
    call_first: int
    to_change: int
    held: int = 0
    by_email: int = 0
    second: int = 0
    written: int = 0
    no_address: tuple[str, ...] = ()

    @property
    def letters(self) -> int:
        """How many rows of ``table`` have a letter to send: the first ones."""
        return int((self.table["Letter"] != "").sum())

    @property
    def to_merge(self) -> str:
        """Which rows a program that merges mail is to take, in a sentence: it writes one letter for every row.

        "" where all have one.
        """
        many, rows = self.letters, len(self.table)
        if many == rows:
            return ""
        if not many:
            return "No account gets a letter now."
        return f"In Word, merge records 1 to {many:,} only: the other {plural(rows - many, 'account')} get no letter."

    @property
    def email_not_used(self) -> str:
        """Whose e-mail is left blank since it is not one address, in a sentence; "" for nobody."""
        who = self.no_address
        count = plural(len(who), "account")
        return (
            f"{count} with an e-mail that is not one address, left blank: {listed(who, _SHOWN)}"
            if who
            else ""
        )


def merge(plan: Plan, customers: pd.DataFrame | None = None) -> MailMerge:
    """Return the rows of a mail merge.

    Parameters
    ----------
    plan : Plan
        With the human cells as they stand.
    customers : DataFrame, optional
        Clean customer list, for e-mail, phone and who opted out since.

    Returns
    -------
    MailMerge
        An offer is in it only when the customer was listened to and it needs no approval that is missing.
    """
    drafted = campaign_letters.drafts(plan, customers)
    written = contact_list.to_write_to(plan.campaign, customers)
    reason = contact_list.sort_out(plan.campaign, customers)[~written]
    kinds = drafted["kind"].value_counts()
    rows = plan.campaign[written].reset_index(drop=True)
    free = pd.Series(follow_through.may_offer(rows, settings=plan.settings), index=rows.index)
    ids = rows["customer_id"]
    columns: dict[str, pd.Series | list[str]] = {
        "CustomerID": ids,
        "Customer": rows["customer"],
        "Contact": rows["contact"],
        "Role": rows["contact_role"],
        "Email": _of_customers(rows, customers, "email"),
        "Phone": _of_customers(rows, customers, "phone").str.replace(_ABROAD, r"(+\1)", regex=True),
        "Owner": rows["owner"],
        "Manager": rows["manager"],
        "Level": rows["level"],
        "Stage": rows["stage"],
        "Owed": _amounts(rows["owed"], ~account_state.held_for_legal(rows, plan.settings), plan.currency),
        "Offer": _amounts(campaign_letters.beyond_owed(rows), free, plan.currency),
        "Token": _amounts(
            rows["token"], free & (pd.to_numeric(rows["agreed_amount"], errors="coerce") > 0), plan.currency
        ),
        "NextStep": rows["do_next"],
        "NextStepDue": _days(rows["due"]),
        "StoppedBuying": rows["stopped_buying"],
        "Kind": drafted["kind"],
        "Subject": drafted["subject"],
        "Letter": drafted["letter"],
        "ToChange": drafted["to_change"],
    }
    table = pd.DataFrame({name: _clean(name, columns[name]) for name in HEADINGS}, dtype=object)
    table = table.sort_values("Letter", key=lambda text: text == "", kind="stable", ignore_index=True)
    wrong = (table["Email"] != "") & ~table["Email"].map(is_address).astype(bool)
    table.loc[wrong, "Email"] = ""
    counts = reason.value_counts()
    return MailMerge(
        table,
        {name: int(counts[name]) for name in contact_list.REASONS if name in counts},
        int(((table["Email"] == "") & (table["Letter"] != "")).sum()),
        int(kinds.get(campaign_letters.CALL_FIRST, 0)),
        int((table["ToChange"] != "").sum()),
        int(kinds.get(campaign_letters.HELD, 0)),
        int(kinds.get(campaign_letters.QUESTION, 0)),
        int(kinds.get(campaign_letters.SECOND, 0)),
        int(kinds.get(campaign_letters.WRITTEN, 0)),
        tuple(table.loc[wrong, "CustomerID"]),
    )


def is_address(text: str) -> bool:
    r"""Return whether a text is one e-mail address, and nothing else.

    >>> is_address("ann@example.org"), is_address("a@x.org\nBCC: b@x.org"), is_address("a@x.org, b@x.org")
    (True, False, False)
    """
    return len(text) <= _LONGEST and ".." not in text and _ADDRESS.fullmatch(text) is not None


def _of_customers(rows: pd.DataFrame, customers: pd.DataFrame | None, name: str) -> pd.Series:
    """Return a column of the customer list, or what the campaign knew where there is none."""
    if customers is None or name not in customers:
        return rows[name].astype(object).fillna("").astype(str)
    known = customers.drop_duplicates("customer_id").set_index("customer_id")[name]
    return rows["customer_id"].map(known).astype(object).fillna("").astype(str)


def _amounts(values: pd.Series, allowed: pd.Series, currency: str) -> list[str]:
    """Write amounts as a letter shows them; Word drops Excel's formats, so they go as text."""
    numbers = pd.to_numeric(values, errors="coerce")
    return [
        show(float(one), currency) if ok and one > 0 else "" for one, ok in zip(numbers, allowed, strict=True)
    ]


def _days(values: pd.Series) -> list[str]:
    days = pd.to_datetime(values, errors="coerce")
    shown = [in_words(day) for day in days.fillna(_SOME_DAY)]
    return [text if known else "" for text, known in zip(shown, days.notna(), strict=True)]


def _clean(name: str, values: pd.Series | list[str]) -> list[str]:
    """Return the texts of a column: on one line, but for letters."""
    texts = pd.Series(values, dtype=object).fillna("").astype(str)
    if name in _PAGES:
        return [_CONTROL.sub("", text) for text in texts]
    return [_BREAKS.sub(" ", text).strip() for text in texts]
