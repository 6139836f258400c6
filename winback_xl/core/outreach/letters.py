"""The text of one letter: own what was our doing, say exactly what changed, credit the customer, and do not ask them back.

A draft leaves blanks in square brackets where only a person knows the answer; the lint names them until they are
filled in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from winback_xl.core.outreach import letter_texts as texts
from winback_xl.core.outreach.letter_lint import Finding, lint
from winback_xl.schema.columns import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from winback_xl.core.incidents import late_deliveries

__all__ = ["Finding", "Letter", "draft", "follow_up", "lint", "question"]

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
    owed: str = "",
    recovery_failed: bool = False,
    partly: bool = False,
    years: float = float("nan"),
    happened_on: str = "",
    order: str = "",
    late: late_deliveries.LateOrder | None = None,
    new_owner: bool = False,
    asked: str = "",
    asked_less: bool = False,
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
        What was agreed and approved beyond what we owe, in words, such as "EUR 3,300 as a credit note".
    order_days : float
        Days with an order, for a gentle reminder of good years to loyal customers; NaN for none.
    call_on : str
        Day of the call, in words.
    closing : bool
        A kind farewell instead of what changed.
    owed : str
        What we owe them in any case, in words, such as "EUR 1,250": named apart from the offer.
    recovery_failed : bool
        Whether an earlier make-good was not fair to them: then no apology that they have heard before.
    partly : bool
        Whether only a part of the failure was our doing: the letter owns a mistake, and shares no blame out.
    years : float
        From the first to the last order on file; NaN where unknown. The letter speaks of years from
        `letter_texts.YEARS` on.
    happened_on, order : str
        Day of the incident, in words, and the order or invoice that it names.
    late : LateOrder, optional
        What the orders show of it.
    new_owner : bool
        Whether who signs has been given the account.
    asked, asked_less : str, bool
        What they asked for in money where another amount was agreed, and whether it is less.

    Returns
    -------
    Letter
        The text has blanks in square brackets for what only a person knows; `lint` names them. It never says that
        we want the customer back (article 003), and blames nobody else (articles 000, 004).

    Examples
    --------
    >>> letter = draft(level="Loyal Customer", failure="Billing error", contact="Ms Vogt", call_on="24 November 2026")
    >>> letter.subject, [phrase for phrase, _ in lint(letter.text)]
    ('Our invoice, and what is different now', ['[day]', '[number and day]', '[what changed]', '[your name]'])
    """
    greeting, end = f"Dear {contact or '[name]'},", signature or "[your name]"
    if closing:
        text = texts.FAREWELL.format(owed=texts.OWED.format(owed=owed) if owed else "")
        return Letter(texts.FAREWELL_SUBJECT, f"{greeting}\n\n{text}\n\n{end}\n")
    ours = ours and failure not in (texts.NEEDS_CHANGED, texts.UNKNOWN)
    situation = _situation(failure, ours=ours)
    said = {"day": happened_on or "[day]", "order": f" ({order})" if order else ""}
    long = years >= texts.YEARS
    opening = "" if ours else texts.THANKED.get(level, texts.ORDERS) if long else texts.ORDERS
    heard = (
        (texts.COMPLAINT if ours else texts.REASON).format(words=_quoted(their_words)) if their_words else ""
    )
    proposed = texts.PROPOSAL.format(words=_quoted(requested)) if requested else ""
    replied = _ANSWERS.get(idea.casefold(), "") if requested and answer else ""
    past = texts.PAST if ours and level == _LOYAL and order_days >= MANY_ORDERS else ""
    call = (texts.THANK if ours else texts.ASK).format(day=call_on or "[day]")
    happened = (texts.SILENT if failure == texts.UNKNOWN and their_words else situation.happened).format(
        **said
    )
    if ours:
        happened = texts.PARTLY_OURS.format(**said) if partly else happened
        if late and failure == texts.LATE and not partly:
            happened = texts.LATE_ORDER.format(**late._asdict())
        happened = texts.HEARD_BEFORE if recovery_failed else happened
    changed = texts.INSTEAD if replied == texts.DECLINED else situation.changed
    less = texts.ASKED.format(asked=asked, more="more" if asked_less else "less") if asked and offer else ""
    paragraphs = (
        (opening, happened, texts.EXPECTED.get(level, "") if ours and long else ""),
        (
            heard,
            proposed,
            replied.format(words=answer.rstrip(".")) or (texts.UNANSWERED if requested else ""),
        ),
        (changed, less, *_given(offer, owed)),
        (past, texts.NEW_OWNER if new_owner else "", call),
    )
    return Letter(situation.subject, f"{greeting}\n\n{_joined(paragraphs)}\n\n{end}\n")


def follow_up(
    *,
    written_on: str,
    contact: str = "",
    signature: str = "",
    talked_on: str = "",
    their_words: str = "",
    promised: str = "",
    promised_by: str = "",
    kept: bool = False,
    offer: str = "",
    owed: str = "",
    delivered_on: str = "",
    settled_on: str = "",
) -> Letter:
    """Return the second letter to an account: it knows the first one, and what was said and promised since.

    Parameters
    ----------
    written_on : str
        Day of the first letter, in words.
    contact, signature, offer, owed : str
        As for `draft`.
    talked_on, their_words, promised : str
        Day of the latest talk since, what they said, and what we promised; "" for none.
    promised_by : str
        Day by which we promised it, if that day is still to come.
    kept : bool
        Whether the promise is kept.
    delivered_on, settled_on : str
        Day on which they received the offer, and on which they said that it is settled; "" for not yet.

    Examples
    --------
    >>> letter = follow_up(written_on="3 November 2026", contact="Ms Vogt", signature="Kim", talked_on="10 November 2026")
    >>> print(letter.text)
    Dear Ms Vogt,
    <BLANKLINE>
    As we wrote to you on 3 November 2026, we have changed how we work for you. That still holds.
    <BLANKLINE>
    Thank you for the talk we had on 10 November 2026.
    <BLANKLINE>
    Is anything still open for you? Please tell me, and I will see to it myself.
    <BLANKLINE>
    Kim
    <BLANKLINE>
    """
    spoke = texts.SPOKE.format(day=talked_on, words=_quoted(their_words)) if their_words else ""
    spoke = spoke or (texts.SPOKE_ONLY.format(day=talked_on) if talked_on else "")
    promise = texts.PROMISED.format(words=promised.strip().rstrip(".")) if promised else ""
    stands = (
        texts.KEPT if kept else texts.PROMISED_BY.format(day=promised_by) if promised_by else texts.STILL_OPEN
    )
    given = _given(offer, owed)
    if offer and delivered_on:
        given = (given[0], texts.DELIVERED.format(offer=offer, day=delivered_on))
    settled = texts.SETTLED.format(day=settled_on) if settled_on else ""
    paragraphs = (
        (texts.WRITTEN.format(day=written_on),),
        (spoke, promise, stands if promise else ""),
        given,
        (settled or texts.ANYTHING_OPEN,),
    )
    return Letter(
        texts.SECOND_SUBJECT.format(day=written_on),
        f"Dear {contact or '[name]'},\n\n{_joined(paragraphs)}\n\n{signature or '[your name]'}\n",
    )


def question(
    *,
    level: str = "",
    contact: str = "",
    signature: str = "",
    last_order: str = "",
    years: float = float("nan"),
) -> Letter:
    """Return the one e-mail to an account that is not worth a call: it asks, and offers and promises nothing.

    Parameters
    ----------
    level, contact, signature : str
        As for `draft`.
    last_order : str
        Month of the last order, in words.
    years : float
        As for `draft`.

    Examples
    --------
    >>> letter = question(level="Occasional Buyer", contact="Ms Vogt", last_order="May 2026")
    >>> letter.subject, [phrase for phrase, _ in lint(letter.text, names_change=False)]
    ('A question about your order of May 2026', ['[your name]'])
    """
    family = texts.SINCE.get(level, texts.SINCE["Occasional Buyer"])
    month = last_order or "[month]"
    thanks = texts.THANKED[_LOYAL] if years >= texts.YEARS else texts.ORDERS
    body = f"{family.happened.format(month=month, thanks=thanks)} {family.changed}\n\n{texts.OPT_OUT}"
    return Letter(
        family.subject.format(month=month),
        f"Dear {contact or '[name]'},\n\n{body}\n\n{signature or '[your name]'}\n",
    )


def _given(offer: str, owed: str) -> tuple[str, str]:
    """Name what we owe, and apart from it what was agreed."""
    agreed = (texts.ALSO_AGREED if owed else texts.AGREED).format(offer=offer) if offer else ""
    return texts.DEBT.format(owed=owed) if owed else "", agreed


def _joined(paragraphs: Iterable[Iterable[str]]) -> str:
    """Return paragraphs of sentences as one text; blank ones are left out."""
    return "\n\n".join(joined for parts in paragraphs if (joined := " ".join(filter(None, parts))))


def _situation(failure: str, *, ours: bool) -> texts.Situation:
    family = texts.OURS if ours else texts.NOT_OURS
    return family.get(failure, family[texts.OTHER])


_OTHERS = r"(?:they|he|she|their|his|her|(?:the |our )?(?:customer|client|buyer)s?)\b"
_THIRD_PERSON = re.compile(
    rf"(?:^|[.!?;:\n])\W*{_OTHERS}|\b(?:that|because|says?|said|so|and|but) {_OTHERS}|\bthe (?:customer|client|buyer)\b",
    re.IGNORECASE,
)
_LONGEST = 90  # characters of a blank


def own_words(text: str) -> bool:
    """Return whether a text can be what the customer said, and is not what somebody wrote about them.

    >>> own_words("Twice late in May"), own_words("They got metric screws"), own_words("Said that the client waited")
    (True, False, False)
    """
    return not _THIRD_PERSON.search(text)


def _quoted(words: str) -> str:
    """Return words between quotation marks; what is not in their own words is a blank to fill in."""
    said = words.strip().rstrip(".")
    if own_words(said):
        return f"\u201c{said}\u201d"
    flat = re.sub(r"[\[\]\s]+", " ", said).strip()
    return texts.IN_THEIR_WORDS.format(words=flat[:_LONGEST])
