"""Drafts of letters: own it, say exactly what changed, credit their input, and do not ask them back.

A draft leaves blanks in square brackets where only a person knows the answer; the lint names them until they are
filled in.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.outreach import contact_list
from winback_xl.core.outreach.letter_lint import Finding, lint
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.settings import Settings

__all__ = ["Finding", "Letter", "draft", "drafts", "lint"]

KINDS = ("What changed", "Closing", "Call first")
"""What a row gets: the letter that says what changed, a kind farewell, or none before somebody has listened."""


class Letter(NamedTuple):
    """A subject line and a text."""

    subject: str
    text: str


_OPENING: Mapping[str, str] = MappingProxyType(
    {
        "Occasional Buyer": "You gave us a try, and we did not earn the next one.",
        "Habitual Buyer": "You ordered from us month after month, and we took it for granted.",
        "Loyal Customer": "You stood by us for a long time and told others about us, and we let you down.",
    }
)
_WRONG: Mapping[str, str] = MappingProxyType(
    {
        "Late delivery": "Our delivery reached you late, and you had to explain it to your own customers. That was our doing.",
        "Wrong or damaged goods": "We sent you goods that were not what you ordered. That was our doing.",
        "Service failure": "The work we did for you was not what we had promised. That was our doing.",
        "Downtime": "Your people stood still because of us. That was our doing.",
        "Billing error": "Our invoice was wrong, and you had to run after your own money. That was our doing.",
        "Price": "Our price was out of line, and we left it to you to find out. That was our doing.",
        "Sales practice": "We sold to you in a way that served us and not you. That was our doing.",
        "Support": "You asked us for help and did not get it. That was our doing.",
        "Personality conflict": "You and the person we sent did not get on, and we left you with it. That was our doing.",
        "Customer-side change": "Your needs changed, and we went on selling you what you needed before. That was our doing.",
        "Other": "We let you down. That was our doing.",
        "": "You stopped ordering, and we did not ask you why. That was our doing.",
    }
)
_CHANGED: Mapping[str, str] = MappingProxyType(
    {
        "Late delivery": "We have changed how your orders leave us: [what changed, such as an earlier truck], since [day].",
        "Wrong or damaged goods": "We have changed how your orders are checked: [what changed, such as a second count], since [day].",
        "Service failure": "We have changed how we do that work, and did yours again: [what changed], since [day].",
        "Downtime": "We have changed how fast you get help when you stand still: [what changed, such as a spare part on your shelf], since [day].",
        "Billing error": "We have corrected the invoice and changed how yours are checked: [what changed], since [day].",
        "Price": "We have changed your price: [the new price, and for what], since [day].",
        "Sales practice": "We have changed how we sell to you: [what changed, such as a written offer before any order], since [day].",
        "Support": "We have changed who answers when you call: [who, and how fast], since [day].",
        "Personality conflict": "We have changed who looks after you: [name, and why this person], since [day].",
        "Customer-side change": "We have changed what we offer you: [what fits the new needs], since [day].",
        "Other": "We have changed this: [what changed], since [day].",
        "": "We have changed this: [what changed], since [day].",
    }
)
_CREDIT = "It was you who told us what to change: \u201c{words}\u201d."
_ASKED = "It was you who told us what would put it right: \u201c{words}\u201d."
_DONE = "And it is done: {words}."
_DECLINED = "What you proposed we cannot do, and I owe you the reason: {words}."
_PAST = "In the years before, you ordered on {days:,} days. I have not forgotten that."
_THANKS = "Thank you for telling us. I will call you on {day} to hear what we got wrong."
_CLOSING = (
    "We could not give you what you needed, and I am sorry for it. {owed}"
    "You will not hear from us again unless you call. Thank you for your orders; if anything is left open, "
    "my direct number is [number], until {day} and after."
)
_OWED = "What we owe you is on its way to you since [day]. "


def draft(
    *,
    level: str = "",
    failure: str = "",
    contact: str = "",
    owner: str = "",
    their_words: str = "",
    requested: str = "",
    idea: str = "",
    answer: str = "",
    order_days: float = float("nan"),
    call_on: str = "",
    closing: bool = False,
    owes: bool = False,
    recovery_failed: bool = False,
) -> Letter:
    """Return the draft of one letter.

    Parameters
    ----------
    level, failure : str
        Words of the lists Level and Failure type; the opening and what is owned follow from them.
    contact, owner : str
        Who gets it, and who signs it.
    their_words, requested : str
        Why they left and what would put it right, as they said it: the letter credits them with it.
    idea, answer : str
        Word of the list "Their idea", and the proof that it was done or the reason why not: the letter says which.
    order_days : float
        Days with an order, for a gentle reminder of good years to loyal customers; NaN for none.
    call_on : str
        Day of the thank-you call, ISO.
    closing : bool
        A kind farewell instead of what changed.
    owes : bool
        Whether something is owed, for the farewell.
    recovery_failed : bool
        Whether an earlier make-good was not fair to them: then no apology that they have heard before.

    Returns
    -------
    Letter
        The text has blanks in square brackets for what only a person knows; `lint` names them. It never says that
        we want the customer back (article 003), and blames nobody else (articles 000, 004).

    Examples
    --------
    >>> letter = draft(level="Loyal Customer", failure="Billing error", contact="Ms Vogt", owner="Kim", call_on="2026-11-24")
    >>> letter.subject, [phrase for phrase, _ in lint(letter.text)]
    ('What we changed after the wrong invoice', ['[what changed]', '[day]'])
    """
    day = call_on or "[day]"
    opening = f"Dear {contact or '[name]'},"
    end = f"{owner or '[your name]'}"
    if closing:
        text = _CLOSING.format(owed=_OWED if owes else "", day=day)
        return Letter("Thank you", f"{opening}\n\n{text}\n\n{end}\n")
    kind = failure if failure in _WRONG else "Other"
    past = _PAST.format(days=int(order_days)) if level == LISTS["Level"][-1] and order_days > 1 else ""
    owned = " ".join(part for part in (_OPENING.get(level, ""), _WRONG[kind], _HEARD if recovery_failed else _SORRY) if part)
    credited = [
        form.format(words=words) for form, words in ((_CREDIT, their_words), (_ASKED, requested)) if words
    ]
    if requested and answer:
        form = {"accepted": _DONE, "partly": _DONE, "no": _DECLINED}.get(idea.casefold(), "")
        credited.append(form.format(words=answer.rstrip(".")))
    changed = " ".join(filter(None, [_CHANGED[kind], *credited]))
    closing_line = " ".join(part for part in (past, _THANKS.format(day=day)) if part)
    return Letter(_SUBJECT[kind], f"{opening}\n\n{owned}\n\n{changed}\n\n{closing_line}\n\n{end}\n")


_SORRY = "I am sorry."
# Repeated apologies can be worse than none (Uber's test on 1.5 million riders, Economic Journal 2022).
_HEARD = "You have heard an apology from us before, and it was not enough: judge us by what is different now."

_SUBJECT: Mapping[str, str] = MappingProxyType(
    {
        "Late delivery": "What we changed after the late delivery",
        "Wrong or damaged goods": "What we changed after the wrong goods",
        "Service failure": "What we changed after the work that failed",
        "Downtime": "What we changed after your standstill",
        "Billing error": "What we changed after the wrong invoice",
        "Price": "What we changed about your price",
        "Sales practice": "What we changed in how we sell",
        "Support": "What we changed in how we answer you",
        "Personality conflict": "Who looks after you now",
        "Customer-side change": "What we changed to fit your needs",
        "Other": "What we changed",
        "": "What we changed",
    }
)


def drafts(
    campaign: pd.DataFrame,
    segments: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    customers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return a draft for every account that may be written to (`winback_xl.core.outreach.contact_list.to_write_to`).

    Parameters
    ----------
    campaign, segments : DataFrame
        Columns of `winback_xl.schema.columns.CAMPAIGN` and ``SEGMENTS``.
    as_of : Timestamp
        The thank-you call is ``settings.thank_you_days`` working days later.
    settings : Settings
        Also ``currency``.
    customers : DataFrame, optional
        Clean customer list: who opted out since the campaign was built.

    Returns
    -------
    DataFrame
        ``customer_id``, ``customer``, ``owner``, ``kind`` (of `KINDS`), ``subject``, ``letter``, ``to_change`` (what the
        lint finds, joined by "; "). Who was not listened to yet gets no letter: the first contact is a call or a
        visit. An account that you do not want back, or that is let go and has no outcome yet, gets the farewell.
    """
    rows = campaign[contact_list.to_write_to(campaign, customers)]
    days = rows["customer_id"].map(
        segments.drop_duplicates("customer_id").set_index("customer_id")["order_days"]
    )
    call_on = np.busday_offset(
        as_of.to_numpy().astype("datetime64[D]"), settings.thank_you_days, roll="backward"
    )
    closing = (_fold(rows, "want_back") == "no") | (_fold(rows, "stage") == "let go")
    heard = _fold(rows, "listened") == "yes"
    failed = _fold(rows, "flags").str.contains("recovery_failed", regex=False)
    texts = {
        name: _text(rows, name)
        for name in (
            "level",
            "contact",
            "owner",
            "reason_theirs",
            "requested_remedy",
            "idea",
            "idea_answer",
            "customer",
        )
    }
    made = []
    wrong: dict[
        tuple[object, ...], str
    ] = {}  # names and days are no matter of style: one look for many letters
    for place, (cause, bye, listened, bought, again) in enumerate(
        zip(_text(rows, "cause"), closing, heard, days, failed, strict=True)
    ):
        if not (bye or listened):
            made.append((KINDS[2], "", "", ""))
            continue
        said = (
            texts["level"][place],
            failure_of(cause),
            texts["reason_theirs"][place],
            texts["requested_remedy"][place],
            texts["idea"][place],
            texts["idea_answer"][place],
        )
        contact, owner = texts["contact"][place], texts["owner"][place]
        letter = draft(
            level=said[0], failure=said[1], contact=contact, owner=owner, their_words=said[2], requested=said[3],
                idea=said[4], answer=said[5],
            order_days=float(bought), call_on=str(call_on), closing=bool(bye), recovery_failed=bool(again),
        )  # fmt: skip
        kind = (*said, bool(contact), bool(owner), bought > 1, bye, again)
        if kind not in wrong:
            wrong[kind] = "; ".join(phrase for phrase, _ in lint(letter.text, farewell=bool(bye)))
        made.append((KINDS[1] if bye else KINDS[0], letter.subject, letter.text, wrong[kind]))
    columns = list(zip(*made, strict=True)) if made else [()] * 4
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object),
            "customer": texts["customer"],
            "owner": texts["owner"],
            **{
                name: list(column)
                for name, column in zip(("kind", "subject", "letter", "to_change"), columns, strict=True)
            },
        }
    )


def failure_of(cause: str) -> str:
    """Return the failure type that a cause names, "" for what is only a hint of the ledger.

    >>> failure_of("late delivery"), failure_of("Late delivery (likely, not confirmed)"), failure_of("Rust"), failure_of("")
    ('Late delivery', '', 'Other', '')
    """
    said = cause.strip().casefold()
    if not said or "not confirmed" in said:
        return ""
    return next((kind for kind in LISTS["Failure type"] if said.startswith(kind.casefold())), "Other")


def _text(frame: pd.DataFrame, name: str) -> list[str]:
    return [str(value).strip() for value in frame[name].fillna("")]


def _fold(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].fillna("").astype(str).str.strip().str.casefold()
