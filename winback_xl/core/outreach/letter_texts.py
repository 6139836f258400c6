"""The texts of letters: what a good account manager would write in each situation, to each kind of customer.

Words in square brackets are for the writer to fill in. Who has to apologise for what depends on whose fault it was: a
letter never apologises for what was not our doing.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Situation(NamedTuple):
    """What a letter says about one kind of failure.

    Parameters
    ----------
    subject : str
        Subject line.
    happened : str
        What happened and what it did to the customer, owned where it was our doing.
    changed : str
        What is different now, with blanks for what and since when.
    """

    subject: str
    happened: str
    changed: str


NEEDS_CHANGED, UNKNOWN, OTHER, LATE = "Customer-side change", "", "Other", "Late delivery"

OURS: Mapping[str, Situation] = MappingProxyType(
    {
        "Late delivery": Situation(
            "The late delivery, and what is different now",
            "I am writing about the late delivery of {day}{order}. It reached you later than we had promised, and I am sorry.",
            "We have changed how your orders are shipped: [what changed, for example an earlier truck], since [day].",
        ),
        "Wrong or damaged goods": Situation(
            "The goods you received, and what is different now",
            "I am writing about the delivery of {day}{order}. The goods were not as you had ordered them, and I am sorry.",
            "We have changed how your orders are checked: [what changed, for example a second count], since [day].",
        ),
        "Service failure": Situation(
            "Our work for you, and what is different now",
            "I am writing about our work for you on {day}{order}. It was not good enough, and I am sorry.",
            "We have changed how we do this work: [what changed, and when yours was put right], since [day].",
        ),
        "Downtime": Situation(
            "Your downtime, and what is different now",
            "I am writing about your downtime of {day}{order}. Your work stood still because of us, and I am sorry.",
            "We have changed how fast you get help when work stops: [what changed, for example a spare part on your site], since [day].",
        ),
        "Billing error": Situation(
            "Our invoice, and what is different now",
            "I am writing about the billing error of {day}{order}. Our invoice was wrong, and I am sorry.",
            "You have the corrected invoice: [number and day]. We have changed how your invoices are checked: [what changed], since [day].",
        ),
        "Price": Situation(
            "Your price",
            "I am writing about our price, which we have had on file as an open question since {day}{order}. I am sorry that it stayed open.",
            "We have changed your price: [the new price, and for which items], since [day].",
        ),
        "Sales practice": Situation(
            "How we sell to you",
            "I am writing about how we sold to you on {day}{order}. That was not right, and I am sorry.",
            "We have changed how we sell to you: [what changed, for example a written offer before any order], since [day].",
        ),
        "Support": Situation(
            "Who answers when you call",
            "I am writing about the help that you asked us for on {day}{order}. We did not give you what you needed, and I am sorry.",
            "We have changed who answers you: [name and number, and how fast], since [day].",
        ),
        "Personality conflict": Situation(
            "Your new contact",
            "I am writing about how you were treated on {day}{order}. That was not right, and I am sorry.",
            "We have changed who looks after your account: [name, and why this person], since [day].",
        ),
        OTHER: Situation(
            "What is different now",
            "I am writing about what happened on {day}{order}. It was our doing, and I am sorry.",
            "We have changed this: [what changed], since [day].",
        ),
    }
)
"""Failures that were our doing; ``{day}`` and ``{order}`` are those on file."""

LATE_ORDER = "I am writing about your order{number}. We had promised it for {promised}, and it left us on {left}, {days} late. I am sorry."
"""A late delivery that the orders themselves show."""

NOT_OURS: Mapping[str, Situation] = MappingProxyType(
    {
        NEEDS_CHANGED: Situation(
            "What fits your business now",
            "What you need from us has changed.",
            "We have changed what we can supply to you: [what fits the new needs], since [day].",
        ),
        UNKNOWN: Situation(
            "Since your last order",
            "You have not ordered from us for a while, and we should have called you to ask why.",
            "We have changed this for your orders: [what changed], since [day].",
        ),
        OTHER: Situation(
            "What is easier for you now",
            "I am writing about what happened on {day}{order}. I would like it to be easier for you next time.",
            "We have changed this on our side: [what changed], since [day].",
        ),
    }
)
"""What was not our doing, or not known to be: no apology."""

EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "Habitual Buyer": "Your orders have come to us for years, and you could count on more from us than this.",
        "Loyal Customer": "You have been with us for years, and you could expect better.",
    }
)
"""After an apology to who has ordered for years."""
THANKED: Mapping[str, str] = MappingProxyType(
    {
        "Habitual Buyer": "Thank you for ordering from us over the years.",
        "Loyal Customer": "You have been with us for years, and I thank you for that.",
    }
)
ORDERS = "Thank you for the orders you placed with us."
YEARS = 2
"""Years from the first to the last order on file from which a letter speaks of years."""

PARTLY_OURS = (
    "I am writing about what happened on {day}{order}. We made a mistake in this, and I am sorry for it."
)
"""Owns our part, and shares no blame out."""
INSTEAD = "What we have changed instead: [what changed], since [day]."
"""After a proposal that we decline: the letter cannot say that we did what it asks."""

COMPLAINT = "You told us what went wrong: {words}. Thank you for saying it so clearly."
REASON = "You told us your reason: {words}. Thank you for being open about it."
PROPOSAL = "You also told us what would help: {words}."
IN_THEIR_WORDS = "[write in their words: {words}]"
UNANSWERED = "This is our answer: [yes, partly or no, and why]."
DONE = "That is done: {words}."
PARTLY = "We have done part of it: {words}."
DECLINED = "We cannot do that. The reason: {words}."
AGREED = "As agreed, you will have {offer} by [day]."
ALSO_AGREED = "As agreed, you will also have {offer} by [day]."
ASKED = "You had asked for {asked}; we agreed on {more}."
DEBT = "We owe you {owed}. You will have it in full by [day], whatever else we agree."
PAST = "Thank you for the many orders you have placed with us."
NEW_OWNER = "I look after your account now, so please call me directly."
THANK = "I will call you on {day} to thank you, and to hear whether it works for you."
SILENT = "You have not ordered from us for a while, and we should have asked you sooner what you need."
ASK = "I will call you on {day} to hear what would be useful to you now."

SINCE: Mapping[str, Situation] = MappingProxyType(
    {
        "Occasional Buyer": Situation(
            "A question about your order of {month}",
            "You ordered from us in {month}, and we have had no order from you since.",
            "If something was not right, or if you need something else now, please reply to this e-mail. I read every answer myself.",
        ),
        "Habitual Buyer": Situation(
            "A question about your orders",
            "We had orders from you until {month}, and we should have asked you sooner how things are.",
            "If something was not right, please reply to this e-mail and tell me what it was. I read every answer myself.",
        ),
        "Loyal Customer": Situation(
            "A question from me",
            "Your last order with us was in {month}. {thanks}",
            "If we did something that made you stop, I would like to hear it from you: please reply to this e-mail. I will call you if you prefer that.",
        ),
    }
)
"""The one e-mail to accounts that are not worth a call: a question, with no offer and no apology."""
OPT_OUT = "If you would rather not hear from us, reply and tell me; I will not write again."

FAREWELL_SUBJECT = "Thank you"
FAREWELL = (
    "Thank you for the orders that you placed with us. {owed}We will not send you sales letters. If anything is still open,"
    " please call me."
)
OWED = "The {owed} that we owed you was paid on [day]. "

SECOND_SUBJECT = "Since my letter of {day}"
WRITTEN = "As we wrote to you on {day}, we have changed how we work for you. That still holds."
SPOKE = "When we spoke on {day}, you told us: {words}. Thank you."
SPOKE_ONLY = "Thank you for the talk we had on {day}."
PROMISED = "We promised you: \u201c{words}\u201d."
KEPT = "That is done."
PROMISED_BY = "You will have it by {day}."
STILL_OPEN = "It is not done yet: [why, and by when you have it]."
DELIVERED = "You received {offer} on {day}."
SETTLED = "You told us on {day} that it is settled for you, and I am glad that you said so."
ANYTHING_OPEN = "Is anything still open for you? Please tell me, and I will see to it myself."
"""The second letter: what was said and promised since the first one. It apologises for nothing again."""

# Repeated apologies can be worse than none (Uber's test on 1.5 million riders, Economic Journal 2022).
HEARD_BEFORE = "We failed you again, after an answer from us that was not fair to you. You have heard an apology from us before: judge us by what is different now."
