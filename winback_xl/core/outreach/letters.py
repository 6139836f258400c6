"""The text of one letter: own what was our doing, say exactly what changed, credit the customer, and do not ask them back.

A draft leaves blanks in square brackets where only a person knows the answer; the lint names them until they are
filled in.
"""

from __future__ import annotations

from typing import NamedTuple

from winback_xl.core.outreach import letter_texts as texts
from winback_xl.core.outreach.letter_lint import Finding, lint
from winback_xl.schema.columns import LISTS

__all__ = ["Finding", "Letter", "draft", "lint", "question"]

_ANSWERS = {"accepted": texts.DONE, "partly": texts.PARTLY, "no": texts.DECLINED}
_LOYAL = LISTS["Level"][-1]
MANY_ORDERS = 12
"""Order days from which a letter thanks a loyal customer for them: of four nobody is proud."""


class Letter(NamedTuple):
    """A subject line and a text."""

    subject: str
    text: str


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
    partly: bool = False,
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
    partly : bool
        Whether only a part of the failure was our doing: the letter owns that part and no more.

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
    past = texts.PAST.format(days=int(order_days)) if level == _LOYAL and order_days >= MANY_ORDERS else ""
    call = (texts.THANK if ours else texts.ASK).format(day=call_on or "[day]")
    happened = texts.SILENT if failure == texts.UNKNOWN and their_words else situation.happened
    happened = texts.PARTLY_OURS if ours and partly else happened
    changed = texts.INSTEAD if replied == texts.DECLINED else situation.changed
    paragraphs = (
        (opening, texts.HEARD_BEFORE if ours and recovery_failed else happened),
        (heard, proposed, replied.format(words=answer.rstrip("."))),
        (changed, texts.AGREED.format(offer=offer) if offer else ""),
        (past, call),
    )
    body = "\n\n".join(joined for parts in paragraphs if (joined := " ".join(filter(None, parts))))
    return Letter(situation.subject, f"{greeting}\n\n{body}\n\n{end}\n")


def question(*, level: str = "", contact: str = "", signature: str = "", last_order: str = "") -> Letter:
    """Return the one e-mail to an account that is not worth a call: it asks, and offers and promises nothing.

    Parameters
    ----------
    level, contact, signature : str
        As for `draft`.
    last_order : str
        Month of the last order, in words.

    Examples
    --------
    >>> letter = question(level="Occasional Buyer", contact="Ms Vogt", last_order="May 2026")
    >>> letter.subject, [phrase for phrase, _ in lint(letter.text, names_change=False)]
    ('A question about your order of May 2026', ['[your name]'])
    """
    family = texts.SINCE.get(level, texts.SINCE["Occasional Buyer"])
    month = last_order or "[month]"
    body = f"{family.happened.format(month=month)} {family.changed}"
    return Letter(
        family.subject.format(month=month),
        f"Dear {contact or '[name]'},\n\n{body}\n\n{signature or '[your name]'}\n",
    )


def _situation(failure: str, *, ours: bool) -> texts.Situation:
    family = texts.OURS if ours else texts.NOT_OURS
    return family.get(failure, family[texts.OTHER])


def _quoted(words: str) -> str:
    """Return words to put between quotation marks: without a full stop of their own."""
    return words.strip().rstrip(".")
