"""Every table and column: name in code, heading in a sheet, kind, role, help and the other names it goes by.

Readers match headings with it, sheets take headings, formats and widths from it, and the README tables are
written from it. Nothing else in the product spells a heading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["id", "text", "long", "date", "money", "number", "count", "days", "share", "yesno", "choice"]
"""What the cells hold. ``share`` is a number shown as a percentage; ``long`` is text that wraps."""

NUMERIC: frozenset[Kind] = frozenset({"money", "number", "count", "days", "share"})
"""Kinds that are numbers."""

Role = Literal["key", "input", "calculated", "human", "formula"]
"""Who fills the cells: ``human`` cells are never overwritten, ``formula`` cells hold a native Excel formula."""

Masking = Literal["kept", "person", "words", "unlisted"]
"""What a shared copy shows: the cell as it is, a made-up name for one of our people, no words, or only listed words."""

LARGEST = 1e15
"""A number of more digits is not an amount, and Excel would not keep its last ones."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table.

    Parameters
    ----------
    name : str
        Name in DataFrames.
    heading : str
        What the user reads above the cells.
    kind : Kind
        What the cells hold.
    role : Role
        Who fills them.
    help : str
        One sentence for prompts, notes and the README.
    aliases : tuple of str
        Other headings that mean the same, compared without case, spaces and punctuation.
    choices : str
        Name of the list in `LISTS` that holds the allowed values, or empty.
    required : bool
        Whether the table is of no use without it.
    topic : str
        What the columns are about that fold away with it, before the column with their button; empty stays in sight.
    hidden : bool
        Whether only formulas read it: it is out of sight.
    start : str or float, optional
        What a human cell holds in a new campaign; blank without.
    width : float
        Width in characters; 0 lets the kind and the heading decide.
    masked : {"", "kept", "person", "words", "unlisted"}
        What a shared copy shows, see `Masking`; by default no words of our own that are not from a list.
    bounds : tuple of float, optional
        Lowest and highest number that makes sense; see `limits` for the default.
    """

    name: str
    heading: str
    kind: Kind
    role: Role
    help: str
    aliases: tuple[str, ...] = ()
    choices: str = ""
    required: bool = False
    topic: str = ""
    hidden: bool = False
    start: str | float | None = None
    width: float = 0
    masked: Masking | Literal[""] = ""
    bounds: tuple[float, float] | None = None

    @property
    def masking(self) -> Masking:
        """What a shared copy shows of the cells: free text is masked unless the column says otherwise."""
        if self.masked:
            return self.masked
        free = self.kind in {"text", "long"} and not self.choices and self.role in {"human", "calculated"}
        return "words" if free else "kept"

    @property
    def limits(self) -> tuple[float, float] | None:
        """Lowest and highest number that people may enter: no negative amounts, no slips of many digits."""
        if self.bounds or self.role not in {"input", "human"}:
            return self.bounds
        if self.role == "human":
            return {"money": (0.0, 1e12), "count": (0.0, 1000.0)}.get(self.kind)
        return (0.0, 1.0) if self.kind == "share" else (0.0, LARGEST) if self.kind in NUMERIC else None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name in Excel, what a row is, and its columns in order."""

    name: str
    title: str
    row: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    @property
    def topics(self) -> dict[str, range]:
        """Topics of columns that fold away, and the places of these columns."""
        runs = groupby(range(len(self.columns)), key=lambda place: self.columns[place].topic)
        return {
            topic: range(places[0], places[-1] + 1) for topic, run in runs if topic for places in [[*run]]
        }

    def of_role(self, *roles: Role) -> list[Column]:
        """Return the columns that these roles fill, in order."""
        return [column for column in self.columns if column.role in roles]


LISTS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "Level": ("Occasional Buyer", "Habitual Buyer", "Loyal Customer"),
        "Status": ("Active", "Due", "At risk", "Lapsed", "Cold"),
        "Yes / No": ("Yes", "No"),
        "Want back": ("Yes", "No", "Later"),
        "Decision": ("Pursue", "Rest", "Reassign", "E-mail", "Let go"),
        "Stage": (
            "Listed", "Backstory", "Listened", "Diagnosed", "Decided", "Plan e-mailed", "Thank-you call",
            "Offer approved", "Delivered", "Customer confirmed", "Won", "Aftercare", "Resting", "Reassigned",
            "Let go", "Warm-lost",
        ),
        "Outcome": ("Open", "Won", "Lost", "Warm-lost", "Let go"),
        "Their idea": ("Accepted", "Partly", "No"),
        "Handling": ("rejected", "accepted"),
        "Earlier recovery": ("fair", "not fair", "none"),
        "Specific or systemic": ("specific", "systemic fixed", "systemic open"),
        "Failure type": (
            "Late delivery", "Wrong or damaged goods", "Service failure", "Downtime", "Billing error",
            "Price", "Sales practice", "Support", "Personality conflict", "Customer-side change", "Other",
        ),
        "Form": ("cash", "discount", "credit", "in-kind", "apology"),
        "Channel": ("Visit", "Phone", "Video call", "E-mail"),
        "Approver": ("Rep", "Manager", "Director", "CFO", "Counsel"),
        "Incident status": ("open", "solved"),
        "Fix": ("for all", "exception", "none"),
        "Confidence": ("High", "Medium", "Low"),
    }
)  # fmt: skip
"""Allowed values of the choice columns; they are the Lists sheet. In this order, where it has one."""


def _in(name: str, heading: str, kind: Kind, about: str, *aliases: str, **more: Any) -> Column:
    return Column(name, heading, kind, "input", about, aliases, **more)


def _calc(name: str, heading: str, kind: Kind, about: str, choices: str = "", **more: Any) -> Column:
    return Column(name, heading, kind, "calculated", about, (), choices, **more)


def _human(name: str, heading: str, kind: Kind, about: str, choices: str = "", **more: Any) -> Column:
    return Column(name, heading, kind, "human", about, (), choices, **more)


def _formula(name: str, heading: str, kind: Kind, about: str, **more: Any) -> Column:
    return Column(name, heading, kind, "formula", about, **more)


def _folded(topic: str, *columns: Column) -> Iterator[Column]:
    """Let columns fold away together: what is not needed every day."""
    return (replace(column, topic=topic) for column in columns)


def _helpers(*columns: Column) -> Iterator[Column]:
    """Hide columns that only formulas read."""
    return (replace(column, hidden=True) for column in columns)


_CUSTOMER_KEY = Column(
    "customer_id", "Customer ID", "id", "key", "Who: the same id in every table.",
    ("Customer number", "Customer no", "Customer code", "Cust ID", "CustomerID", "Client ID", "Cust no", "Cust code", "Client no", "Client number", "Account ID", "Account number", "Account no", "Account",
     "Household ID", "Debtor", "Debtor no", "Sold-to", "Sold-to party", "Buyer ID", "User ID"),
    required=True,
)  # fmt: skip

ORDERS = Table(
    "tblOrders", "Orders", "one order, order line, credit note or cancellation",
    (
        _CUSTOMER_KEY,
        _in("order_date", "Order date", "date", "The day the order was placed.",
            "Date", "Invoice date", "InvoiceDate", "Ordered", "Order day", "Transaction date", "Transaction timestamp", "Document date",
            "Posting date", "Purchase date", "Booking date", "Created at", "Date created", required=True),
        _in("order_value", "Order value", "money", "What the order was worth; negative for a credit note.",
            "Amount", "Amt", "Net amount", "Net amt", "Value", "Revenue", "Sales", "Sales value", "Total", "Order total", "Net value", "Invoice amount",
            "Turnover", "Order amount", "Line total", "Net sales", "Spend", bounds=(-LARGEST, LARGEST)),
        _in("order_id", "Order ID", "id", "Lines with the same id are one order.",
            "Order number", "Order no", "Invoice", "Invoice no", "InvoiceNo", "Invoice number", "Document number", "Document no", "Doc no", "Basket ID", "Transaction ID",
            "Sales order", "Receipt no", "Order #", "Num"),
        _in("margin", "Margin", "money", "Gross margin of the order in money, or as a share when all are between -1 and 1.",
            "Gross margin", "Gross profit", "Contribution", "Contribution margin", bounds=(-LARGEST, LARGEST)),
        _in("currency", "Currency", "text", "ISO code of the amounts, one for the campaign.",
            "Currency code", "Curr", "Ccy"),
        _in("promised_date", "Promised date", "date", "When delivery was promised.",
            "Required date", "Requested date", "Due date", "Promise date", "Requested delivery date", "Delivery due", "Confirmed date"),
        _in("shipped_date", "Shipped date", "date", "When it was shipped; later than promised counts as late.",
            "Ship date", "Dispatch date", "Delivery date", "Delivered", "Shipped", "Goods issue date"),
        _in("rep", "Rep", "text", "Who sold it.",
            "Sales rep", "Salesperson", "Employee ID", "Account manager", "Sold by", "Sales person", "Sales employee"),
        _in("kind", "Kind", "text", "Order, credit note, cancellation or return.",
            "Type", "Document type", "Transaction type", "Order type", "Doc type"),
        _in("customer", "Customer", "text", "Name of the customer, where the customer list has none.",
            "Customer name", "Company", "Company name", "Account name", "Client", "Client name"),
    ),
)  # fmt: skip

CUSTOMERS = Table(
    "tblCustomers", "Customers", "one customer",
    (
        _CUSTOMER_KEY,
        _in("customer", "Customer", "text", "Name of the customer.",
            "Customer name", "Company", "Company name", "Account name", "Name", "Client", "Client name"),
        _in("contact", "Contact", "text", "Who to call.", "Contact name", "Contact person", "Buyer", "Decision maker"),
        _in("contact_role", "Contact role", "text", "Job of the contact.", "Role", "Contact title", "Job title", "Title", "Position"),
        _in("email", "Email", "text", "E-mail of the contact.", "E-mail", "Mail", "Email address", "E-mail address"),
        _in("phone", "Phone", "text", "Phone of the contact.", "Telephone", "Phone number", "Tel", "Mobile"),
        _in("owner", "Owner", "text", "Sales rep responsible for the customer.", "Account owner", "Sales rep", "Rep", "Salesperson", "Account manager"),
        _in("region", "Region", "text", "Sales region.", "Territory", "Sales region", "Area"),
        _in("share_of_wallet", "Share of wallet", "share", "Share of their needs that they buy from you.", "Wallet share", "Wallet"),
        _in("nps", "NPS", "count", "How likely they are to recommend you, 0 to 10.", "Net promoter score", "NPS score", bounds=(0, 10)),
        _in("referrals", "Referrals", "count", "Customers they referred to you.", "Referrals given", "Referral count", "References given"),
        _in("knows_why", "Knows why they buy", "yesno", "They can say why they buy from you.", "Knows why", "Can say why they buy", "Articulates"),
        _in("why_they_buy", "Why they buy", "long", "Why they buy from you, in their words.", "Reason to buy", "Reasons to buy", "Why they bought", "Buying reason"),
        _in("why_said_on", "Why they buy, said on", "date", "The day they said it.", "Reason to buy date", "Why said on"),
        _in("quotes_every_time", "Quotes every time", "yesno", "They ask for quotes for every order.", "RFQ every time", "Quotes each time", "RFQ"),
        _in("promotion_share", "Promotion share", "share", "Share of their purchases on promotion.", "Promo share", "Share on promotion"),
        _in("reason_ours", "Reason for leaving (ours)", "text", "Why they left, our version.", "Our reason", "Reason ours", "Internal reason", "Lost reason"),
        _in("told_by", "Reason told by", "text", "Colleague who gave our version.", "Told by", "Backstory from", "Source of reason"),
        _in("told_on", "Reason told on", "date", "The day it was given.", "Told on", "Backstory on", "Reason date"),
        _in("reason_theirs", "Reason for leaving (theirs)", "text", "Why they left, their version.", "Their reason", "Reason theirs", "Customer reason", "Customer's reason"),
        _in("landmines", "Landmines", "long", "Topics to avoid on the call.", "Sensitive topics", "Watch out"),
        _in("do_not_contact", "Do not contact", "yesno", "Opted out: never exported.", "Opted out", "Opt out", "DNC", "Unsubscribed", "No contact"),
        _in("strategic_value", "Strategic value", "money", "Value beyond the margin, with a reason; raises the ceiling.", "Strategic worth"),
        _in("referred_by", "Referred by", "id", "Customer ID of the customer who referred them.", "Referrer", "Referred by customer", "Recommended by"),
        _in("difficulty", "Difficulty", "count", "How hard they are to work with: 1 (a pleasure) to 5 (exhausting).", "Difficult to work with", "Difficulty score", bounds=(1, 5)),
        _in("pays_late", "Pays late", "days", "Days after the due date on which they usually pay.", "Days paid late", "Payment delay", "Average days late", bounds=(-LARGEST, LARGEST)),
        _in("contact_checked", "Contact checked", "date", "When contact, phone and e-mail were last checked.", "Contact verified", "Last verified", "Address checked"),
    ),
)  # fmt: skip

INCIDENTS = Table(
    "tblIncidents", "Incidents", "one mistake, complaint or failure",
    (
        _in("incident_id", "Incident ID", "id", "Number of the complaint.", "Complaint ID", "Case ID", "Ticket", "Ticket ID", "Case number", "Incident no"),
        Column("customer_id", "Customer ID", "id", "input", _CUSTOMER_KEY.help, _CUSTOMER_KEY.aliases, required=True),
        _in("date", "Date", "date", "When it happened.", "Incident date", "Complaint date", "Opened", "Reported", "Case date", required=True),
        _in("what_happened", "What happened", "long", "In their words, if you can.", "Description", "Complaint", "Details", "Subject", "Summary"),
        _in("failure_type", "Failure type", "choice", "What went wrong.", "Type", "Category", "Complaint type", "Reason code", choices="Failure type"),
        _in("severity", "Severity", "count", "1 (nuisance) to 5 (the relationship is at stake).", "Priority", "Level of severity", bounds=(1, 5)),
        _in("direct_loss", "Direct loss", "money", "What it cost the customer at once.", "Loss", "Damage", "Customer loss", "Claim amount"),
        _in("hours_down", "Hours down", "number", "Hours the customer could not work.", "Downtime hours", "Hours of downtime", "Downtime"),
        _in("cost_per_hour", "Cost per hour", "money", "What an hour of downtime costs the customer.", "Hourly cost", "Downtime cost per hour"),
        _in("order_value", "Order value", "money", "Worth of the order concerned.", "Order amount", "Affected order value"),
        _in("days_late", "Days late", "days", "How late it came.", "Late days", "Delay days", "Delay"),
        _in("rework", "Rework", "money", "What the repair cost the customer.", "Rework cost", "Repair cost"),
        _in("penalties", "Penalties", "money", "What the customer had to pay to others.", "Penalty", "Fines"),
        _in("fault", "Fault %", "share", "Our share of the fault.", "Fault", "Our fault", "Fault share", "Our share of the fault"),
        _in("customer_fault", "Customer fault %", "share", "The customer's share of the fault; the rest is with third parties.", "Customer's fault", "Their fault", "Fault of the customer"),
        _in("already_paid", "Already paid", "money", "What they have already received for it.", "Paid", "Compensation paid", "Credited"),
        _in("owed", "Owed", "money", "What we owe them in any case, by contract or after a billing error.", "Owed amount", "Refund due", "Amount owed"),
        _in("handling", "Handling", "choice", "Did they reject the flawed delivery, or accept it?", "Customer handling", "Accepted or rejected", choices="Handling"),
        _in("earlier_recovery", "Earlier recovery", "choice", "Was an earlier make-good for them fair, not fair, or was there none?", "Earlier make-good", "Previous recovery", "Earlier complaint handling", choices="Earlier recovery"),
        _in("cause", "Cause", "text", "Root cause, as far as known.", "Root cause", "Reason"),
        _in("specific_or_systemic", "Specific or systemic", "choice", "A one-time accident, or a cause that affects other customers too.", "Systemic", "Scope", choices="Specific or systemic"),
        _in("fix_cost", "Fix cost", "money", "What fixing the cause costs us once, for everybody.", "Cost of the fix", "Cost to fix", "Repair of the cause"),
        _in("fix_cost_yearly", "Fix cost a year", "money", "What the fix costs us every year after that.", "Yearly fix cost", "Annual fix cost"),
        _in("requested_remedy", "Requested remedy", "text", "What the customer asks for.", "Remedy", "Customer request", "Requested action"),
        _in("requested_amount", "Requested amount", "money", "What the customer asks for, in money.", "Amount requested", "Claimed"),
        _in("status", "Status", "choice", "Open until the customer says it is solved.", "State", "Case status", "Ticket status", "Complaint status", "Solved", "Is solved", "Is resolved", "Is closed", "Settled", choices="Incident status"),
    ),
)  # fmt: skip

REPS = Table(
    "tblReps", "Reps", "one sales rep",
    (
        Column("rep", "Rep", "text", "input", "Name, as in Owner.", ("Sales rep", "Name", "Owner", "Salesperson"), required=True),
        _in("manager", "Manager", "text", "Who leads the rep.", "Sales manager", "Reports to"),
        _in("approval_limit", "Approval limit", "money", "Largest make-good (our cost) that the rep may approve alone.", "Limit", "Authority"),
        _in("weekly_contacts", "Weekly contacts", "count", "Accounts the rep can work on in a week.", "Capacity", "Contacts per week"),
        _in("tenure_months", "Tenure", "number", "Months with the company.", "Tenure months", "Months of service"),
    ),
)  # fmt: skip

OUTCOMES = Table(
    "tblOutcomes", "Outcomes", "one customer of an earlier campaign",
    (
        _CUSTOMER_KEY,
        _in("campaign_id", "Campaign ID", "id", "Which campaign it was.", "Campaign", "Campaign name", "Campaign no"),
        _in("date", "Contacted on", "date", "When the campaign reached the customer, or left the customer alone.",
            "Date", "Contact date", "Sent on", "Send date", "Start date", "Listed on"),
        _in("worked", "Worked on", "yesno", "No for customers who were left alone on purpose; blank is Yes.", "Contacted", "Treated", "Received", "Offered"),
        _in("came_back", "Came back", "yesno", "Did they order again? Blank: the orders say so.", "Won", "Won back", "Returned", "Converted", "Reordered"),
        _in("agreed_amount", "Agreed amount", "money", "What was agreed with the customer, or offered.", "Offer", "Offered amount", "Compensation", "Make-good"),
        _in("our_part", "Our part", "money", "Our part of what it had cost the customer.", "Loss", "Attributable loss", "Our part of the loss"),
    ),
)  # fmt: skip

CAMPAIGN_DATES = Table(
    "tblCampaignDates", "Campaign dates", "one earlier campaign",
    (
        Column("campaign_id", "Campaign ID", "id", "input", "Which campaign it was.", ("Campaign", "Campaign name", "Campaign no"), required=True),
        _in("date", "Start date", "date", "When it began.", "Date", "Started", "Start", "Begin", "Sent on", required=True),
    ),
)  # fmt: skip

SEGMENTS = Table(
    "tblSegments", "Segments", "one customer",
    (
        _CUSTOMER_KEY,
        _calc("customer", "Customer", "text", "Name of the customer.", masked="kept", width=34),
        _calc("level", "Level", "choice", "How loyal: by behaviour and by attitude.", "Level"),
        _calc("status", "Status", "choice", "How long without an order, compared with their own rhythm.", "Status", width=10),
        _calc("confidence", "Confidence", "choice", "How much evidence the level rests on.", "Confidence", width=13),
        _calc("one_mistake_away", "One mistake away", "yesno", "Yes: one serious mistake could end the relationship, or did. No: Loyal, and still buying."),
        _calc("last_order", "Last order", "date", "Day of the last order."),
        _calc("days_since", "Days since last order", "days", "Days from the last order to the as-of date."),
        _calc("cadence", "Cadence", "days", "The usual gap between order days."),
        _calc("next_order", "Next order expected", "date", "Last order plus their cadence, while they buy; blank: no cadence of their own, Lapsed or Cold.", width=14),
        _calc("limit", "Lapse limit", "days", "No order for longer than this counts as lapsed."),
        _calc("lapse_ratio", "Lapse ratio", "number", "Days since the last order over the lapse limit."),
        _calc("order_days", "Order days", "count", "Days with an order, in total."),
        _calc("revenue_12m", "Revenue 12 m", "money", "Orders less credits in the 12 months to the as-of date."),
        _calc("annual_revenue", "Annual revenue", "money", "Orders less credits in the 52 weeks to the last order."),
        _calc("run_rate", "Run rate", "money", "Annual revenue at their pace: a young account's part of a year is carried on to a whole one."),
        _calc("revenue", "Revenue, all", "money", "Orders less credits, in total."),
        _calc("expected_orders", "Expected order days 12 m", "number", "Order days to expect in the next 12 months if nothing is done (BG/NBD)."),
        _calc("expected_revenue", "Expected revenue 12 m", "money", "Expected order days times the expected order (Gamma-Gamma)."),
        _calc("future_margin", "Future margin", "money", "Margin of the coming years if they buy as before."),
        _calc("behaviour", "Behaviour score", "number", "0 to 1: how often, how steadily and how regularly they buy."),
        _calc("attitude", "Attitude points", "count", "Evidence that they want to buy from you."),
        _calc("credits", "Credit notes", "count", "Credit notes and cancellations."),
        _calc("demoted", "Demoted", "yesno", "Yes: they still order, but much less than in the year before."),
        _calc("late_share", "Late share", "share", "Share of shipped orders that came late."),
        _calc("failures_survived", "Failures survived", "count", "Material failures after which they came back."),
        _calc("rfm", "RFM", "text", "Recency, frequency and money, 1 (low) to 5 (high).", masked="kept", width=9),
        _calc("region", "Region", "text", "Sales region.", masked="kept", width=14),
        _calc("status_before", "Status at last month end", "choice", "To see who moved since; blank: no order by then.", "Status", width=14),
        _calc("level_why", "Why this level", "long", "What the level rests on.", width=130),
        _calc("level_change", "What would change it", "long", "What would move the level up.", width=46),
    ),
)  # fmt: skip

MAKE_GOODS = Table(
    "tblMakeGoods", "Make-goods", "one customer with an open incident",
    (
        _CUSTOMER_KEY,
        _calc("customer", "Customer", "text", "Name of the customer.", width=30, masked="kept"),
        _calc("what_happened", "What happened", "long", "The most recent one.", width=37),
        _calc("failure_type", "Failure type", "text", "Type of the most expensive one.", width=19.5, masked="unlisted"),
        _calc("approver", "Approver", "text", "Who can approve the offer; Counsel: held for legal, nothing is offered before.", width=11, masked="kept"),
        _calc("loss", "Loss", "money", "What the incidents cost the customer.", width=9),
        _calc("recommended", "Make-good recommended", "money", "What to give: what we owe, and the offer beyond it.", width=17),
        _calc("owed", "Of it owed", "money", "Owed by contract or billing: paid first, never capped, and no part of the offer.", width=10),
        _calc("token", "Token", "money", "A small personal gesture on top.", width=9),
        _calc("form", "Form", "text", "Money for a money failure, goods for goods, service for service.", width=11, masked="kept"),
        _calc("low", "Make-good low", "money", "The lowest amount that works."),
        _calc("high", "Make-good high", "money", "The highest amount that still helps."),
        _calc("flags", "Flags", "text", "Whether the offer is in proportion, capped, too high or too low.", width=26, masked="kept"),
        _calc("rationale", "Rationale", "long", "The explanation, with every number.", width=190),
        _calc("incidents", "Incidents", "long", "Which open incidents it covers.", width=24),
        _calc("loss_basis", "How the loss was reached", "long", "The calculation, with every number.", width=54),
        _calc("fault_split", "Whose fault", "text", "Shares of the fault: ours, the customer's, that of others.", masked="kept"),
        _calc("attributable", "Our part", "money", "Loss times our fault, less what was paid already."),
        _calc("handling", "Handling", "text", "Did they reject the flawed delivery, or accept it?", width=12, masked="unlisted"),
        _calc("prior_failures", "Prior failures", "count", "Failures in the 12 months before."),
        _calc("odds_gain", "Odds gained", "share", "What a full make-good can add to the odds."),
        _calc("future_margin", "Future margin", "money", "Margin of the coming years if they buy as before."),
        _calc("worth", "Gained margin", "money", "Odds gained times future margin, plus a named strategic value: what a full make-good brings before its cost."),
        _calc("fair", "Fair amount", "money", "The recommended share of our part, or what is owed where that is more."),
        _calc("our_cost", "Our cost", "money", "What the recommended offer and the token cost us, without what is owed. Where the decision is Rest or Let go nothing is offered: then it is what they would cost at most."),
        _calc("net_low", "Net, low", "money", "What the low amount brings less what it costs us."),
        _calc("net", "Net, recommended", "money", "What the recommended offer brings less what it costs us."),
        _calc("net_high", "Net, high", "money", "What the high amount brings less what it costs us."),
        _calc("strategic_needed", "Strategic value needed", "money", "Strategic value needed before the fair amount pays off; 0 if it already does."),
        _calc("requested_amount", "Requested amount", "money", "What the customer asks for."),
        _calc("exposure", "Precedent exposure", "money", "What a price concession would cost a year if every comparable customer asked the same."),
    ),
)  # fmt: skip

CAMPAIGN = Table(
    "tblCampaign", "Campaign", "one customer to win back",
    (
        _calc("customer", "Customer", "text", "Name of the customer. \u00a7: held for legal until Counsel agrees.", width=25, masked="kept"),
        _formula("do_next", "Do next", "text", "What to do now: your own step, else what is missing, else the step of the stage. A bright yellow cell is what it waits for; \u25b8: behind a +.", width=34),
        _formula("due", "Due", "date", "By when. Follows Stage, the last talk and My date.", width=12),
        _calc("worth", "Worth", "money", "What the account is worth to us: expected value of the recommended offer; where that is unknown, the margin of the coming years.", width=9),
        _human("owner", "Owner", "text", "Rep responsible for the account.", width=17, masked="person"),
        _human("want_back", "Want back?", "choice", "Do we want this customer back? Decide first.", "Want back", width=11),
        _human("stage", "Stage", "choice", "How far the account has come.", "Stage", width=17.5),
        _human("outcome", "Outcome", "choice", "How it ended.", "Outcome", start="Open", width=10),
        _formula("last_talk", "Last talk", "date", "Day of the last talk: by the log of talks, or Last contact where that is later.", width=10.5),
        _human("notes", "Notes", "text", "Anything else.", width=12),
        *_folded("My step, pause",
            _human("my_step", "My step", "text", "Your own next step; it takes the place of Do next until you clear it.", width=34),
            _human("my_date", "My date", "date", "Your own date; it takes the place of Due until you clear it."),
            _human("rest_until", "Rest until", "date", "No contact until then."),
            _human("watch_for", "Watch for", "text", "What would reopen it: competitor fails, buyer moves, needs change.", width=36),
            _human("manager", "Manager", "text", "Manager who leads the campaign and joins visits to the top accounts.", width=18, masked="person"),
            _human("joint_visit", "Joint visit", "date", "Day of the visit by manager and rep; needed if Flags says Manager visits."),
        ),
        _calc("phone", "Phone", "text", "Phone of the contact.", width=18),
        *_folded("The talk",
            _human("open_since", "Open since", "date", "Since when they have been waiting for a solution: the oldest open complaint, or the day the account was listed."),
            _human("last_contact", "Last contact", "date", "Day of the last talk, where the log of talks does not hold it."),
            _human("attempts", "Attempts", "count", "Attempts since the last pause that the log of talks does not hold; start again at 0 after each pause.", start=0.0),
            _human("listened", "Listened", "choice", "Yes once the customer has told their side, here or in the log of talks; no offer until then.", "Yes / No", start="No", width=12),
            _human("reason_theirs", "Their reason", "text", "In their words.", width=46),
            _human("hurt", "Who was hurt", "text", "Who was affected personally, and how.", width=32),
            _human("requested_remedy", "Requested remedy", "text", "What they say would bring them back.", width=46),
            _human("idea", "Their idea", "choice", "Will we do what they ask for: accepted, partly, or no?", "Their idea", width=13),
            _human("idea_answer", "Proof or reason", "text", "Accepted: how they can see that it was done. No: the reason we gave them.", width=40),
            _human("fix", "Fix", "choice", "Fix the cause for everybody, make an exception for this customer, or neither.", "Fix", width=12),
            _human("fix_approved_by", "Fix approved by", "text", "Who approved the exception.", width=18, masked="person"),
            _human("outside_party", "Outside party", "text", "Third party that must act: carrier, manufacturer, insurer, bank.", width=22),
            _human("chase_on", "Chase on", "date", "When to follow up with them."),
            _human("past_behind", "Past behind us?", "choice", "Can they put the past behind them? Without a Yes, new business is unlikely.", "Yes / No"),
        ),
        _calc("why", "Why", "text", "Why the customer is in the campaign.", width=75),
        *_folded("Approval",
            _human("agreed_amount", "Agreed amount", "money", "What was agreed with the customer, what we owe included."),
            _human("approved_by", "Approved by", "text", "Who approved the make-good: anybody but the Owner, where it is more than a Rep may decide.", width=18, masked="person"),
            _human("approved_on", "Approved on", "date", "Day of the approval; without it Approved by does not count."),
            _human("concession", "Concession a year", "money", "What a lower price or another permanent concession costs us each year."),
            _human("concession_review", "Concession review", "date", "When to review it: once a year."),
            _human("plan_emailed", "Plan e-mailed", "date", "When the e-mail that says exactly what changed was sent."),
            _human("thank_you_call", "Thank-you call", "date", "When you called to thank them, a day or two later."),
            _human("delivered_on", "Delivered on", "date", "When they received the make-good."),
            _human("customer_confirmed", "Customer confirmed", "date", "When the CUSTOMER said it is solved."),
        ),
        _formula("offer", "Offer", "text", "What we owe, paid first; then what to offer once you have listened, + the token. Held for legal: nothing before Counsel agrees.", width=21),
        *_folded("Win, money",
            _human("why_they_buy", "Why they bought", "text", "Why they chose you in the first place: start the new sale there.", width=40),
            _human("new_close", "New close on", "date", "Day on which you ask for the next order."),
            _human("won_date", "Won date", "date", "Day of the first new order."),
            _human("won_revenue", "Won revenue", "money", "Revenue since then."),
            _human("actual_cost", "Actual cost", "money", "What it really cost, without the rep's incentive."),
            _human("incentive_paid", "Incentive paid", "money", "What the rep was paid for the win."),
            _formula("net_recovered", "Net recovered", "money", "Won revenue times margin once the customer confirmed, less actual cost, incentive and the concession so far."),
            _formula("incentive", "Incentive", "money", "What the rep earned with the win: its margin times the rate in Settings."),
            _formula("concession_cost", "Concession in all", "money", "What the yearly concession costs over the years counted, in today's money."),
            _formula("next_update_due", "Next update due", "date", "By when the customer should hear from you again."),
            _formula("aftercare_due", "Aftercare due", "date", "Next of the four calls after the win; the intervals are in Settings."),
        ),
        _CUSTOMER_KEY,
        *_helpers(
            Column("campaign_id", "Campaign ID", "id", "key", "Which campaign the row belongs to."),
            _calc("region", "Region", "text", "Sales region.", masked="kept"),
            _calc("level", "Level", "choice", "How loyal: by behaviour and by attitude.", "Level"),
            _calc("status", "Status", "choice", "How long without an order, compared with their own rhythm.", "Status"),
            _calc("decision", "Decision", "choice", "Proposed: pursue, rest, reassign, send one e-mail, or let go.", "Decision"),
            _calc("wave", "Wave", "count", "When to start: wave 1 first. Blank: not pursued now."),
            _calc("starts_on", "Starts on", "date", "First day of the account's wave; Due counts from it until there is a talk. Blank: nothing to do yet."),
            _calc("proposed", "Proposed step", "text", "What to do first where it is not the usual decision.", masked="kept"),
            _calc("revenue_12m", "Revenue 12 m", "money", "Orders less credits in the 12 months to the as-of date."),
            _calc("annual_revenue", "Annual revenue", "money", "Orders less credits in the 52 weeks to the last order: what is at risk."),
            _calc("run_rate", "Run rate", "money", "Annual revenue at their pace: a young account's part of a year is carried on to a whole one."),
            _calc("anyway", "Returns anyway", "share", "Part of a win that would have come without us, as the orders since show it; blank: not known yet."),
            _calc("referred_revenue", "Referred revenue", "money", "Annual revenue of customers they referred who still buy: also at risk."),
            _calc("odds", "Odds", "share", "Chance to win the customer back, or to keep one who still buys, with a good effort: Return rate plus what the effort gains. Never more than outcomes bear out."),
            _calc("expected_value", "Expected value", "money", "What the recommended offer brings, less our cost, their share of the fix and the effort; with the decision E-mail, what the e-mail brings."),
            _calc("recommended", "Make-good recommended", "money", "What to give, once you have listened: what we owe, and the offer beyond it."),
            _calc("owed", "Of it owed", "money", "What we owe in any case: paid first, and no part of the offer."),
            _calc("token", "Token", "money", "A small personal gesture on top."),
            _calc("our_cost", "Our cost", "money", "What the recommended offer and the token cost us. Where the decision is Rest or Let go nothing is offered: then it is what they would cost at most. With the decision E-mail, what the e-mail costs."),
            _calc("approver", "Approver", "text", "Who may decide the make-good, by who owned the account when the numbers were made; Do next asks by the present owner.", masked="kept"),
            _calc("control_group", "Control group", "yesno", "Yes: left alone on purpose, to show what comes back by itself."),
            _calc("no_contact", "No contact", "yesno", "Yes: asked not to be contacted; nobody calls, whatever is typed next to it."),
            _calc("visit", "Manager visits", "yesno", "Yes: one of the top accounts, which manager and rep visit together."),
            _calc("legal", "Legal words", "yesno", "Yes: the report mentions law, safety or injury; Counsel decides."),
            _calc("recovery_failed", "Recovery failed", "yesno", "Yes: an earlier make-good was not fair to them, so at least a manager approves."),
            _calc("older_talk", "Older talk", "date", "Day of the last talk below the first 500 rows of the log."),
            _calc("older_talks", "Older talks", "count", "Talks below the first 500 rows of the log, since the last pause."),
            _calc("older_heard", "Older listened", "count", "Talks below the first 500 rows of the log in which they told their side."),
            _calc("account_no", "Account no", "count", "Place of the account in the list of accounts."),
            _formula("recent_talks", "Recent talks", "count", "Talks in the first 500 rows of the log."),
            _formula("latest_talk", "Latest talk", "count", "Day of the last talk as a number, typed or in the log; 0: none."),
            _formula("tries", "Attempts in all", "count", "Attempts since the last pause: typed, and in the log."),
            _formula("heard", "Heard", "text", "Yes once they have told their side: typed, or in the log."),
            _formula("stage_no", "Stage no.", "count", "Place of the stage in Lists."),
            _formula("reached", "Reached", "count", "The furthest stage that Stage or a filled cell shows, by its place in Lists."),
            _formula("since", "Since", "count", "The last day on which something happened, as a number: Due counts from it."),
            _formula("closed", "Closed", "count", "1: no more work."),
            _formula("held", "Held", "count", "1: held for legal until Counsel agrees."),
            _formula("own_limit", "Own limit", "money", "What the present owner may approve alone, at our cost: Settings."),
            _formula("authority", "Approves", "text", "Who may approve what was agreed, by its cost and by who owns the account now."),
            _formula("unapproved", "Unapproved", "count", "1: something was agreed, or is about to be, that somebody else has to approve."),
            _formula("gate_decide", "Gate: decide", "count", "Which step of Lists is missing before work on the account starts; 0: none."),
            _formula("gate_talk", "Gate: talk", "count", "Which step is missing before an offer may be made; 0: none."),
            _formula("gate_plan", "Gate: plan", "count", "Which answer or promise is open; 0: none."),
            _formula("gate_close", "Gate: close", "count", "Which step is missing before the next sale; 0: none."),
            _formula("gate", "Gate", "count", "The first missing step, by its number in Lists; 0: none."),
            _formula("missing", "Missing", "text", "Heading of the cell that Do next waits for."),
            _formula("act_by", "Act by", "date", "Due of the accounts on which somebody is to act. Blank: nothing is due, or nobody is to call."),
            _formula("days_overdue", "Days overdue", "days", "Days since it was due, below 0: days to go. Blank: nothing is due, or nobody is to call."),
            _formula("when_due", "When due", "text", "Overdue, Today, Next 7 days, Later, or No date. Blank: nothing to do."),
            _formula("shown", "Shown", "count", "1: Today shows it; all rows, or those of the owner chosen there."),
            _formula("contacted", "Contacted", "count", "1: we spoke with them, 0: not yet. Blank: not worked on."),
            _formula("step", "Where it stands", "count", "1 to 7: the next thing to do; 8: said to be won; 9: won and confirmed; 0: no work now."),
            _formula("added", "Net added", "money", "Net recovered less the part of the win that would have come without us."),
            _formula("money_on", "Money on", "date", "Day from which Net added counts: won, else delivered, else the last talk."),
            _formula("call_key", "Call key", "number", "Worth of the accounts that are due, each a little different, and below 0 for those of the next 7 days: sorts who to call."),
        ),
    ),
)  # fmt: skip
"""What the sheet Campaign holds: what people work with, and what its formulas need."""

ACCOUNTS = Table(
    "tblAccounts", "Accounts", "one customer to win back: what is known",
    (
        _CUSTOMER_KEY,
        CAMPAIGN["customer"],
        *(CAMPAIGN[name] for name in ("region", "level", "status", "decision")),
        _calc("decision_why", "Decision reason", "text", "Why this is proposed.", width=92),
        _calc("contact", "Contact", "text", "Who to call.", width=20),
        _calc("contact_role", "Role", "text", "Job of the contact.", width=20),
        CAMPAIGN["phone"],
        _calc("email", "Email", "text", "E-mail of the contact.", width=28),
        _calc("channel", "Channel", "choice", "How to make the first contact: never by e-mail.", "Channel", width=12),
        _calc("contact_check", "Contact check", "text", "What may be wrong with address, phone or e-mail; blank: nothing known.", width=40),
        _calc("days_since", "Days since last order", "days", "Days from the last order to the as-of date."),
        _calc("cadence", "Cadence", "days", "The usual gap between order days."),
        _calc("future_margin", "Future margin", "money", "Margin of the coming years if they buy as before."),
        _calc("loss", "Loss", "money", "What open incidents cost the customer."),
        _calc("cause", "Cause", "text", "Likely cause, until the customer confirms it.", width=26),
        _calc("specific_or_systemic", "Specific or systemic", "text", "A one-time accident, or a cause that affects other customers too.", width=16, masked="unlisted"),
        _calc("low", "Make-good low", "money", "The lowest amount that works."),
        _calc("high", "Make-good high", "money", "The highest amount that still helps."),
        _calc("form", "Form", "text", "Money for a money failure, goods for goods, service for service.", width=11, masked="kept"),
        _calc("fix_share", "Share of the fix", "money", "This customer's share of the cost of fixing the cause: the total divided by all customers affected."),
        _calc("stopped_buying", "Stopped buying", "text", "Products that they bought and do not buy any more; blank where the orders name no products.", width=60),
        _calc("flags", "Flags", "text", "What to look at before the offer.", width=38, masked="kept"),
        _calc("rationale", "Rationale", "text", "The explanation, with every number.", width=100),
        _calc("rests", "Rests", "count", "Completed pauses, counted at each refresh from Rest until."),
        _calc("return_rate", "Return rate", "share", "Chance without us: share of customers like this one who order again by themselves within the return horizon. With a complaint open while they still buy: who stay without a good answer."),
        _calc("return_why", "Why this rate", "text", "What the return rate rests on.", width=60, masked="kept"),
        _calc("rate_listed", "Orders anyway when listed", "share", "Share of customers like this one who order within the return horizon, complaint or not, on the day the account came onto the list: what the proof and own outcomes go by."),
        _calc("gain_listed", "Gain when listed", "share", "What an effort was thought to add on that day, before own outcomes."),
        _calc("arm", "Arm", "text", "Drawn at random: worked on, or left alone to show what comes back by itself. Blank: in no comparison.", width=12, masked="kept"),
        _calc("listed_on", "Listed on", "date", "Day on which the account came onto the list and was drawn."),
        _calc("wave_listed", "Wave when listed", "count", "Wave that the plan gave the account on that day; blank: the plan proposed no call. The proof counts by it, whatever was decided since."),
        _calc("stratum", "Drawn within", "text", "The group that the account was drawn within: status, level and value.", width=36, masked="kept"),
        _calc("offer_tested", "Offer to compare", "text", "Which of the two offers that are compared this account gets; drawn at random.", width=16, masked="kept"),
        _calc("ordered_again", "Ordered again", "date", "First order after the day it was listed, from the ledger; up to date at each refresh."),
        _calc("revenue_since", "Revenue since listed", "money", "Orders less credits within the return horizon after that day, from the ledger."),
    ),
)  # fmt: skip
"""What the sheet Accounts holds: the facts that no formula of the sheet Campaign needs, found by Customer ID."""

CAMPAIGN_ROWS = Table(
    CAMPAIGN.name, CAMPAIGN.title, CAMPAIGN.row,
    tuple({column.name: column for column in (*ACCOUNTS.columns, *CAMPAIGN.columns)}.values()),
)  # fmt: skip
"""Everything that a plan knows of an account, in one table; the workbook spreads it over the two sheets."""

TALKS = Table(
    "tblTalks", "Talks", "one talk with a customer",
    (
        _human("talk_date", "Day", "date", "Day of the talk. A talk counts once it has a day and a customer.", width=11),
        _human("customer", "Customer", "id", "Who you talked with: choose from the accounts of the campaign.", width=27),
        _human("talked_by", "By", "text", "Who of us held the talk.", width=16, masked="person"),
        _human("channel", "Channel", "choice", "How you talked.", "Channel", width=10),
        _human("listened", "Listened", "choice", "Yes once the customer has told their side; no offer until then.", "Yes / No", width=10),
        _human("said", "They said", "long", "What they said, in their words.", width=38),
        _human("promised", "We promised", "long", "What we promised: who does what.", width=30),
        _human("promised_by", "By when", "date", "Day by which we promised it.", width=12),
        _human("kept", "Kept", "choice", "Yes once the promise is kept.", "Yes / No", width=8),
        _human("talked_with", "With", "text", "Who of them you talked with.", width=20),
        _formula("customer_id", "Customer ID", "id", "Follows from Customer; blank where no account has that name.", width=13),
        _formula("account_no", "Account no", "count", "Place of the account in the list of accounts; 0 until day and customer are there, -1 where no account has that name.", width=10),
        _formula("promise_key", "Promise key", "number", "Day of a promise that is not kept yet, each a little different: sorts what Today shows.", width=10),
        Column("talk_id", "Talk ID", "id", "key", "By it a talk is found again when copies come back.", width=14),
    ),
)  # fmt: skip
"""The log of talks, newest first."""

CARDS = Table(
    "tblCards", "Card data", "one account of the campaign",
    (
        _calc("account", "Account", "id", "Name to choose the account by: the customer, with the Customer ID where two have one name.", width=32),
        Column("customer_id", "Customer ID", "id", "key", _CUSTOMER_KEY.help, required=True),
        _calc("phone", "Phone", "text", "Phone of the contact.", width=18),
        _calc("email", "E-mail", "text", "E-mail of the contact.", width=28),
        _calc("region", "Region", "text", "Sales region.", masked="kept"),
        _calc("happened", "What happened", "long", "What went wrong: the open incidents, newest first."),
        _calc("lost", "What they lost", "long", "What it cost them, and our part of it."),
        _calc("story_ours", "Our story", "long", "Why they left, in the words of our people."),
        _calc("story_theirs", "Their story", "long", "Why they left, in their words, as it is in the customer list."),
        _calc("care", "Take care", "long", "Topics to avoid on the call."),
        _calc("past", "Good years", "long", "First order, order days, deliveries on time."),
        _calc("asked", "They ask for", "long", "What they ask for, on file."),
        *(_calc(f"revenue_{back}", f"Revenue, {back} years ago" if back else "Revenue this year", "money", "Orders less credits of that calendar year.") for back in range(5)),
        *(_calc(f"orders_{back}", f"Order days, {back} years ago" if back else "Order days this year", "count", "Days with an order in that calendar year; blank where orders have values.") for back in range(5)),
    ),
)  # fmt: skip
"""What the account card shows beyond the campaign's own facts; on a hidden sheet."""

TABLES = (ORDERS, CUSTOMERS, INCIDENTS, REPS, SEGMENTS, MAKE_GOODS, CAMPAIGN, ACCOUNTS, TALKS, CARDS)
INPUTS = (ORDERS, CUSTOMERS, INCIDENTS, REPS)
