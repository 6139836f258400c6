"""Drafts of letters: own what was our doing, say exactly what changed, credit the customer, and do not ask them back.

A draft leaves blanks in square brackets where only a person knows the answer; the lint names them until they are
filled in. While a case is held for legal there is no draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from winback_xl.core.incidents.open_incidents import NOT_CONFIRMED
from winback_xl.core.money import show
from winback_xl.core.outreach import contact_list
from winback_xl.core.outreach import letter_texts as texts
from winback_xl.core.outreach.letter_lint import Finding, lint
from winback_xl.core.tracking import account_state, cell_values, follow_through
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from winback_xl.core.campaign.campaign_plan import Plan

__all__ = ["Finding", "Letter", "draft", "drafts", "in_words", "lint"]

KINDS = ("What changed", "Closing", "Call first", "Held for legal")
"""What a row gets: the letter that says what changed, a kind farewell, none before somebody has listened, or none
before Counsel has approved."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ANSWERS = {"accepted": texts.DONE, "partly": texts.PARTLY, "no": texts.DECLINED}
_LOYAL = LISTS["Level"][-1]


class Letter(NamedTuple):
    """A subject line and a text."""

    subject: str
    text: str


def in_words(day: pd.Timestamp) -> str:
    """Return a day as a letter shows it.

    >>> in_words(pd.Timestamp("2026-11-24"))
    '24 November 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def draft(
    *,
    level: str = "",
    failure: str = "",
    ours: bool = True,
    contact: str = "",
    signature: str = "",
    their_words: str = "",
    requested: str = "",
    idea: str = "",
    answer: str = "",
    offer: str = "",
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
        Words of the lists Level and Failure type; the opening and what is owned follow from them. A blank failure
        means that nobody knows why they left.
    ours : bool
        Whether the failure was our doing. Where it was not, and where the needs of the customer changed, the letter
        apologises for nothing.
    contact : str
        Name of the person who gets it.
    signature : str
        Lines below the text: closing, name, company.
    their_words, requested : str
        Why they left, and what would help, as they said it: the letter thanks them for both.
    idea, answer : str
        Word of the list "Their idea", and the proof that it was done or the reason why not: the letter says which.
    offer : str
        What was agreed and approved, in words, such as "EUR 3,300 as a credit note".
    order_days : float
        Days with an order, for a gentle reminder of good years to loyal customers; NaN for none.
    call_on : str
        Day of the call, in words.
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
    >>> letter = draft(level="Loyal Customer", failure="Billing error", contact="Ms Vogt", call_on="24 November 2026")
    >>> letter.subject, [phrase for phrase, _ in lint(letter.text)]
    ('Your invoice is corrected, and what is different now', ['[what changed]', '[day]', '[your name]'])
    """
    greeting, end = f"Dear {contact or '[name]'},", signature or "[your name]"
    if closing:
        text = texts.FAREWELL.format(owed=texts.OWED if owes else "")
        return Letter(texts.FAREWELL_SUBJECT, f"{greeting}\n\n{text}\n\n{end}\n")
    ours = ours and failure not in (texts.NEEDS_CHANGED, texts.UNKNOWN)
    situation = _situation(failure, ours=ours)
    opening = (texts.OPENING_OURS if ours else texts.OPENING_NOT_OURS).get(level, "")
    heard = (
        (texts.COMPLAINT if ours else texts.REASON).format(words=_quoted(their_words)) if their_words else ""
    )
    proposed = texts.PROPOSAL.format(words=_quoted(requested)) if requested else ""
    replied = _ANSWERS.get(idea.casefold(), "") if requested and answer else ""
    past = texts.PAST.format(days=int(order_days)) if level == _LOYAL and order_days > 1 else ""
    call = (texts.THANK if ours else texts.ASK).format(day=call_on or "[day]")
    paragraphs = (
        (opening, texts.HEARD_BEFORE if ours and recovery_failed else situation.happened),
        (heard, proposed, replied.format(words=answer.rstrip("."))),
        (situation.changed, texts.AGREED.format(offer=offer) if offer else ""),
        (past, call),
    )
    body = "\n\n".join(joined for parts in paragraphs if (joined := " ".join(filter(None, parts))))
    return Letter(situation.subject, f"{greeting}\n\n{body}\n\n{end}\n")


def _situation(failure: str, *, ours: bool) -> texts.Situation:
    family = texts.OURS if ours else texts.NOT_OURS
    return family.get(failure, family[texts.OTHER])


def _quoted(words: str) -> str:
    """Return words to put between quotation marks: without a full stop of their own."""
    return words.strip().rstrip(".")


def drafts(plan: Plan, customers: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return a draft for every account that may be written to (`winback_xl.core.outreach.contact_list.to_write_to`).

    Parameters
    ----------
    plan : Plan
        With the human cells as they stand. The call is ``settings.thank_you_days`` working days after ``as_of``.
    customers : DataFrame, optional
        Clean customer list: who opted out since the campaign was built.

    Returns
    -------
    DataFrame
        ``customer_id``, ``customer``, ``owner``, ``kind`` (of `KINDS`), ``subject``, ``letter``, ``to_change`` (what the
        lint finds, joined by "; "). Who was not listened to yet gets no letter: the first contact is a call or a
        visit. An account that you do not want back, or that is let go and has no outcome yet, gets the farewell.
        Nobody whose case is held for legal gets any text.
    """
    rows = plan.campaign[contact_list.to_write_to(plan.campaign, customers)]
    facts = pd.DataFrame(
        {
            **{name: _text(rows, name) for name in _SAID},
            **_failures(rows, plan.make_goods),
            "order_days": rows["customer_id"].map(_first(plan.segments)["order_days"]).astype(float).tolist(),
            "offer": agreed_offers(plan, rows),
            "closing": (
                (cell_values.folded(rows, "want_back") == "no")
                | (cell_values.folded(rows, "stage") == "let go")
            ).tolist(),
            "listened": (cell_values.folded(rows, "listened") == "yes").tolist(),
            "recovery_failed": cell_values.folded(rows, "flags")
            .str.contains("recovery_failed", regex=False)
            .tolist(),
            "held": account_state.held_for_legal(rows, plan.settings).tolist(),
        }
    )
    call_on = np.busday_offset(
        plan.as_of.to_numpy().astype("datetime64[D]"), plan.settings.thank_you_days, roll="backward"
    )
    day = in_words(pd.Timestamp(call_on))
    closing_line, company = plan.settings.letter_closing, plan.settings.company
    made = []
    checked: dict[tuple[object, ...], str] = {}  # the lint looks once at letters that differ in names only
    for row in facts.to_dict("records"):
        if row["held"] or not (row["closing"] or row["listened"]):
            made.append((KINDS[3 if row["held"] else 2], "", "", ""))
            continue
        signature = "\n".join(
            filter(None, (f"{closing_line}," if closing_line else "", row["owner"] or "[your name]", company))
        )
        letter = draft(
            level=row["level"], failure=row["failure"], ours=row["ours"], contact=row["contact"], signature=signature,
            their_words=row["reason_theirs"], requested=row["requested_remedy"], idea=row["idea"], answer=row["idea_answer"],
            offer=row["offer"], order_days=row["order_days"], call_on=day, closing=row["closing"],
            recovery_failed=row["recovery_failed"],
        )  # fmt: skip
        alike = (
            row["level"], row["failure"], row["ours"], row["reason_theirs"], row["requested_remedy"], row["idea"], row["idea_answer"],
            bool(row["contact"]), bool(row["owner"]), bool(row["offer"]), row["order_days"] > 1, row["closing"],
            row["recovery_failed"],
        )  # fmt: skip
        if alike not in checked:
            checked[alike] = "; ".join(phrase for phrase, _ in lint(letter.text, farewell=row["closing"]))
        made.append((KINDS[1 if row["closing"] else 0], letter.subject, letter.text, checked[alike]))
    found = pd.DataFrame(made, columns=["kind", "subject", "letter", "to_change"], dtype=object)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].to_numpy(object),
            "customer": facts["customer"],
            "owner": facts["owner"],
            **found,
        }
    )


_SAID = ("customer", "level", "contact", "owner", "reason_theirs", "requested_remedy", "idea", "idea_answer")


def agreed_offers(plan: Plan, rows: pd.DataFrame) -> list[str]:
    """Return what may be named to each account: the agreed amount and the token, in words.

    Parameters
    ----------
    plan : Plan
        For the currency and the settings.
    rows : DataFrame
        Rows of the campaign.

    Returns
    -------
    list of str
        "" for who was not listened to, whose approval is missing, who is held for legal, or where nothing is agreed.
    """
    free = follow_through.may_offer(rows, settings=plan.settings)
    agreed = pd.to_numeric(rows["agreed_amount"], errors="coerce").fillna(0.0)
    said = []
    for ok, amount, form in zip(free, agreed, _text(rows, "form"), strict=True):
        kind = f" as {_FORM_WORDS[form]}" if form in _FORM_WORDS else ""
        said.append(f"{show(float(amount), plan.currency)}{kind}" if ok and amount > 0 else "")
    return said


_FORM_WORDS = {"credit": "a credit note", "discount": "a discount", "cash": "a payment"}


def _failures(rows: pd.DataFrame, make_goods: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the failure type of each account and whether it was our doing, from its make-good, else from its cause."""
    known = _first(make_goods)
    kind = rows["customer_id"].map(known["failure_type"]).astype(object).fillna("").astype(str)
    split = rows["customer_id"].map(known["fault_split"]).astype(object).fillna("").astype(str)
    causes = [failure_of(cause) for cause in _text(rows, "cause")]
    hinted = rows["cause"].fillna("").astype(str).str.contains(NOT_CONFIRMED, regex=False)
    failure = kind.where(~hinted, "").where(kind != "", pd.Series(causes, index=rows.index, dtype=object))
    ours = split.str.contains(r"%\s+ours") | (split == "")
    return {"failure": failure.tolist(), "ours": ours.tolist()}


def failure_of(cause: str) -> str:
    """Return the failure type that a cause names, "" where it names none.

    >>> failure_of("late delivery"), failure_of("Late delivery (likely, not confirmed)"), failure_of("Rust")
    ('Late delivery', '', '')
    """
    said = cause.strip().casefold()
    if NOT_CONFIRMED in said:
        return ""
    return next((kind for kind in LISTS["Failure type"] if said.startswith(kind.casefold())), "")


def _first(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop_duplicates("customer_id").set_index("customer_id")


def _text(frame: pd.DataFrame, name: str) -> list[str]:
    return [str(value).strip() for value in frame[name].fillna("")]
