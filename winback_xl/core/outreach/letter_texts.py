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


NEEDS_CHANGED, UNKNOWN, OTHER = "Customer-side change", "", "Other"

OURS: Mapping[str, Situation] = MappingProxyType(
    {
        "Late delivery": Situation(
            "What is different after the late delivery",
            "Our delivery arrived late, and your own plans had to wait for it. That was our failure, and I am sorry.",
            "We have changed how your orders are shipped: [what changed, for example an earlier truck], since [day].",
        ),
        "Wrong or damaged goods": Situation(
            "What is different after the wrong goods",
            "The goods that reached you were not as you had ordered them. Checking them was our job, and I am sorry that it became yours.",
            "We have changed how your orders are checked: [what changed, for example a second count], since [day].",
        ),
        "Service failure": Situation(
            "What is different in the work we do for you",
            "The work we did for you was not what we had agreed. You relied on it, and I am sorry.",
            "We have changed how we do this work and have put yours right: [what changed], since [day].",
        ),
        "Downtime": Situation(
            "What is different after your downtime",
            "Your people could not work because of us, and every hour of that cost you money. I am sorry.",
            "We have changed how fast you get help when work stops: [what changed, for example a spare part on your site], since [day].",
        ),
        "Billing error": Situation(
            "Your invoice is corrected, and what is different now",
            "Our invoice was wrong, and you had to spend time on getting your own money right. I am sorry.",
            "We have corrected it and changed how your invoices are checked: [what changed], since [day].",
        ),
        "Price": Situation(
            "Your price",
            "On price we left you without a good answer, and I am sorry.",
            "We have changed your price: [the new price, and for which items], since [day].",
        ),
        "Sales practice": Situation(
            "What is different in how we sell to you",
            "We sold to you in a way that suited us more than you. I am sorry.",
            "We have changed how we sell to you: [what changed, for example a written offer before any order], since [day].",
        ),
        "Support": Situation(
            "Who answers when you call",
            "You asked us for help and did not get it. I am sorry that you had to ask more than once.",
            "We have changed who answers you: [name and number, and how fast], since [day].",
        ),
        "Personality conflict": Situation(
            "Your new contact",
            "You and the person we sent did not work well together, and we did not act on it. I am sorry.",
            "We have changed who looks after your account: [name, and why this person], since [day].",
        ),
        OTHER: Situation(
            "What is different now",
            "Something went wrong for you with us, and it was our doing. I am sorry.",
            "We have changed this: [what changed], since [day].",
        ),
    }
)
"""Failures that were our doing."""

NOT_OURS: Mapping[str, Situation] = MappingProxyType(
    {
        NEEDS_CHANGED: Situation(
            "What fits your business now",
            "What you need has changed, and our offer did not keep up with it.",
            "We have changed what we can supply to you: [what fits the new needs], since [day].",
        ),
        UNKNOWN: Situation(
            "Since your last order",
            "You have not ordered from us for a while, and I should have called you to ask why.",
            "We have changed this for your orders: [what changed], since [day].",
        ),
        OTHER: Situation(
            "What is easier for you now",
            "Something did not go as you needed it to, and I would like it to be easier for you next time.",
            "We have changed this on our side: [what changed], since [day].",
        ),
    }
)
"""What was not our doing, or not known to be: no apology."""

OPENING_OURS: Mapping[str, str] = MappingProxyType(
    {
        "Occasional Buyer": "You tried us, and what you got was not good enough.",
        "Habitual Buyer": "You have ordered from us regularly for a long time, and I did not look after that as I should have.",
        "Loyal Customer": "You have stood by us for years and spoken well of us. You deserved better from us than this.",
    }
)
OPENING_NOT_OURS: Mapping[str, str] = MappingProxyType(
    {
        "Occasional Buyer": "Thank you for the orders you placed with us.",
        "Habitual Buyer": "You ordered from us regularly for a long time, and I thank you for that.",
        "Loyal Customer": "You have been with us for years and have spoken well of us, and I thank you for both.",
    }
)

PARTLY_OURS = "Part of what went wrong for you was our doing, and for that part I am sorry."
INSTEAD = "What we have changed instead: [what changed], since [day]."
"""After a proposal that we decline: the letter cannot say that we did what it asks."""

COMPLAINT = "You told us what went wrong: \u201c{words}\u201d. Thank you for saying it so clearly."
REASON = "You told us your reason: \u201c{words}\u201d. Thank you for being open about it."
PROPOSAL = "You also told us what would help: \u201c{words}\u201d."
UNANSWERED = "This is our answer: [yes, partly or no, and why]."
DONE = "That is done: {words}."
PARTLY = "We have done part of it: {words}."
DECLINED = "We cannot do it, and you should know why: {words}."
AGREED = "As we agreed, you receive {offer}."
ALSO_AGREED = "As we agreed, you also receive {offer}."
DEBT = "The {owed} that we owe you is yours in any case, and you get it in full."
PAST = "You placed orders with us on {days:,} days over the years. I have not forgotten that."
THANK = "I will call you on {day} to thank you, and to hear whether it works for you."
SILENT = "You have not ordered from us for a while, and I should have asked you sooner what you need."
ASK = "I will call you on {day} to hear what would be useful to you now."

SINCE: Mapping[str, Situation] = MappingProxyType(
    {
        "Occasional Buyer": Situation(
            "A question about your order of {month}",
            "You ordered from us in {month}, and I have not heard from you since.",
            "If something was not right, or if you need something else now, please reply to this e-mail. I read every answer myself.",
        ),
        "Habitual Buyer": Situation(
            "A question about your orders",
            "You ordered from us regularly until {month}, and I should have asked you sooner how things are.",
            "If something was not right, please reply to this e-mail and tell me what it was. I read every answer myself, and I will answer yours.",
        ),
        "Loyal Customer": Situation(
            "A question from me",
            "You were with us for years, and I have not heard from you since {month}. Thank you for all those years.",
            "If we did something that made you stop, I would like to hear it from you: please reply to this e-mail. I will call you if you prefer that.",
        ),
    }
)
"""The one e-mail to accounts that are not worth a call: a question, with no offer and no apology."""

FAREWELL_SUBJECT = "Thank you"
FAREWELL = (
    "Thank you for the orders that you placed with us. We could not offer you what you need, and I wanted to tell you so"
    " myself. {owed}We will not send you sales letters. If anything is still open, you reach me directly on [number]."
)
OWED = "The {owed} that we owed you was paid on [day]. "

SECOND_SUBJECT = "Since my letter of {day}"
WRITTEN = "As I wrote to you on {day}, we have changed how we work for you. What I wrote still holds."
SPOKE = "When we spoke on {day}, you told me: \u201c{words}\u201d. Thank you."
SPOKE_ONLY = "Thank you for the talk we had on {day}."
PROMISED = "I promised you: \u201c{words}\u201d."
KEPT = "That is done."
PROMISED_BY = "You have it by {day}."
STILL_OPEN = "It is not done yet: [why, and by when you have it]."
DELIVERED = "You received {offer} on {day}."
SETTLED = "You told me on {day} that it is settled for you, and I am glad that you said so."
ANYTHING_OPEN = "Is anything still open for you? Please tell me, and I will see to it myself."
"""The second letter: what was said and promised since the first one. It apologises for nothing again."""

# Repeated apologies can be worse than none (Uber's test on 1.5 million riders, Economic Journal 2022).
HEARD_BEFORE = "We failed you again, after an answer from us that was not fair to you. You have heard an apology from us before: judge us by what is different now."
