"""Every worksheet formula: name, arguments, help and an example. Wrappers, README, Calc and help are written from it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.excel.formulas.described_formulas import Argument, Formula

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.excel.formulas.described_formulas import Kind

_DATES = Argument("order_dates", "days", "Range with the order dates of one customer; blanks are skipped.")
_AS_OF = Argument("as_of", "day", "The day to use as today, such as TODAY() or 2026-10-31.")
_ORDERS = Argument(
    "orders",
    "orders",
    "Range with a heading row (Customer ID, Order date, Order value, ...), or without one: customer, date and value, "
    "in this order.",
)
_CUSTOMERS = Argument(
    "customers", "customers", "Range with a heading row: Customer ID and what is on file (NPS, Referrals, ...).", optional=True
)  # fmt: skip
_INCIDENTS = Argument(
    "incidents", "incidents", "Range with a heading row: Customer ID, Date and what is known of each failure.", optional=True
)  # fmt: skip
_HANDLING = Argument(
    "handling", "word", "rejected (the default) or accepted: what the customer did with the flawed delivery.", optional=True
)  # fmt: skip
_CURRENCY = Argument(
    "currency", "text", "ISO code such as JPY: tokens, limits and steps are then of its size. Blank: as for EUR or USD.", optional=True
)  # fmt: skip


def _optional(name: str, kind: Kind, text: str) -> Argument:
    return Argument(name, kind, text, optional=True)


_LEVEL = (
    _DATES,
    _AS_OF,
    _optional("share_of_wallet", "one", "Share of their needs that they buy from you: 0 to 1."),
    _optional("referrals", "one", "How many customers they referred to you."),
    _optional("failures_survived", "one", "Serious failures after which they came back."),
    _optional("nps", "one", "How likely they are to recommend you: 0 to 10."),
    _optional("knows_why", "yesno", "Yes if they can say why they buy from you."),
    _optional("quotes_every_time", "yesno", "Yes if they ask for quotes for every order."),
    _optional("promotion_share", "one", "Share of their purchases on promotion: 0 to 1."),
)
_MAKEGOOD = (
    Argument("loss", "number", "What it cost the customer, with what is owed in it."),
    Argument("annual_revenue", "number", "What the customer bought in a year."),
    Argument(
        "odds_gain",
        "number",
        "What the effort adds to the odds, 0 to 1: the result of WINBACK_GAIN, not the odds themselves.",
    ),
    _optional("fault", "number", "Our share of the fault, 0 to 1. Blank is 1."),
    _optional("paid", "number", "What they have already received for it."),
    _optional("owed", "number", "What we owe by contract or billing: paid first, never capped."),
    _HANDLING,
    _optional("prior_failures", "number", "Failures in the 12 months before."),
    _optional("form", "word", "cash (the default), discount, credit, in-kind or apology."),
    _optional("margin", "number", "Gross margin as a share of revenue, 0 to 1. Blank is 0.3."),
    _optional("strategic_value", "number", "Value beyond the margin, with a reason; raises the ceiling."),
    _optional(
        "recovery", "word", "How an earlier make-good for them went: fair, not fair or none (the default)."
    ),
    _optional(
        "own_gain",
        "yesno",
        "Yes if the gain comes from your own results and may be greater than WINBACK_GAIN gives.",
    ),
    _CURRENCY,
)
_ODDS = (
    Argument("status", "word", "Active, Due, At risk, Lapsed or Cold. Blank is Cold."),
    Argument("level", "word", "Occasional Buyer, Habitual Buyer or Loyal Customer. Blank is Occasional."),
    Argument(
        "lapse_ratio",
        "number",
        "Days since the last order divided by the lapse limit. Blank counts as a long time.",
    ),
    _optional("fix", "word", "Cause: specific (the default), systemic fixed or systemic open."),
    _optional(
        "complaint_days",
        "number",
        "Days since the complaint of a customer who still buys. Blank: no open complaint.",
    ),
)

_ALL = (
    Formula(
        "WINBACK_CADENCE", "The customer's own rhythm: the median gap between order days, in days.", "cell",
        (_DATES,), "=WINBACK_CADENCE(B2:B20)",
    ),
    Formula(
        "WINBACK_STATUS", "How long without an order, compared with their own rhythm: Active, Due, At risk, Lapsed or Cold.", "cell",
        (_DATES, _AS_OF, _optional("fixed_days", "one", "No order for longer than this counts as lapsed, whatever the rhythm. Blank: their own rhythm.")),
        "=WINBACK_STATUS(B2:B20, TODAY())",
    ),
    Formula(
        "WINBACK_LEVEL", "How loyal: Occasional Buyer, Habitual Buyer or Loyal Customer.", "cell",
        _LEVEL, "=WINBACK_LEVEL(B2:B20, TODAY(), 0.8, 2)",
    ),
    Formula(
        "WINBACK_LEVEL_WHY", "Why this level, and what would change it.", "cell",
        _LEVEL, "=WINBACK_LEVEL_WHY(B2:B20, TODAY(), 0.8, 2)",
    ),
    Formula(
        "WINBACK_SEGMENT", "The Segments table: level, status, value and reasons, one row a customer.", "table",
        (_ORDERS, _AS_OF, _CUSTOMERS, _INCIDENTS), "=WINBACK_SEGMENT(tblOrders[#All], TODAY())",
    ),
    Formula(
        "WINBACK_RFM", "Recency, frequency and money of each customer, scored from 1 (low) to bins (high).", "table",
        (_ORDERS, _AS_OF, _optional("bins", "one", "How many scores: 2 to 9. Blank is 5.")), "=WINBACK_RFM(tblOrders[#All], TODAY())",
    ),
    Formula(
        "WINBACK_EXPECTED_ORDERS", "Order days to expect of each customer if nothing is done, and how it was reached.", "table",
        (_ORDERS, _AS_OF, Argument("days", "one", "How far to look ahead, in days: up to 3,650.")),
        "=WINBACK_EXPECTED_ORDERS(tblOrders[#All], TODAY(), 365)",
    ),
    Formula(
        "WINBACK_RETURN_RATE", "How many customers like each one order again by themselves, learned from the ledger's own past, and why.", "table",
        (_ORDERS, _AS_OF, _optional("days", "one", "Within how many days: 30 to 730. Blank is 180.")),
        "=WINBACK_RETURN_RATE(tblOrders[#All], TODAY(), 180)",
    ),
    Formula(
        "WINBACK_RESILIENT_SHARE", "Share of the customers, or of their revenue, that would stay after one serious mistake.", "cell",
        (
            Argument("levels", "words", "Range with the levels of the customers; blanks are skipped."),
            _optional("revenue", "numbers", "Range of the same size with their revenue. Blank: customers are counted."),
        ), "=WINBACK_RESILIENT_SHARE(tblSegments[Level], tblSegments[Revenue 12 m])",
    ),
    Formula(
        "WINBACK_LOSS_RATE", "Share of the customers of the year before last year that did not order in the last one.", "cell",
        (_ORDERS, _AS_OF), "=WINBACK_LOSS_RATE(tblOrders[#All], TODAY())",
    ),
    Formula(
        "WINBACK_FUTURE_MARGIN", "Margin of the coming years in today's money, if the customer buys as before.", "cell",
        (
            Argument("annual_revenue", "number", "What the customer buys in a year."),
            Argument("margin", "number", "Gross margin as a share of revenue, -1 to 1. Blank is 0.3."),
            _optional("years", "one", "Years to count. Blank is 3."),
            _optional("discount", "one", "Discount rate a year. Blank is 0.1."),
            _optional("keep", "one", "Share of customers kept from year to year. Blank is 0.8."),
        ), "=WINBACK_FUTURE_MARGIN(250000, 0.3)",
    ),
    Formula(
        "WINBACK_ODDS", "The odds that a good effort wins the customer back within 180 days, or keeps one who still buys and complains: 0 to 1, by the published ranges.", "cell",
        _ODDS, '=WINBACK_ODDS("Lapsed", "Loyal Customer", 1.5)',
    ),
    Formula(
        "WINBACK_GAIN", "What the effort adds to the odds within 180 days, 0 to 1: what WINBACK_MAKEGOOD asks for.", "cell",
        _ODDS, '=WINBACK_GAIN("Lapsed", "Loyal Customer", 1.5)',
    ),
    Formula(
        "WINBACK_LOSS", "What a mistake cost the customer.", "cell",
        (
            _optional("direct", "number", "What it cost them at once."),
            _optional("hours", "number", "Hours they could not work."),
            _optional("cost_per_hour", "number", "What an hour of downtime costs them."),
            _optional("order_value", "number", "Worth of an order that came late."),
            _optional("days_late", "number", "How many days late."),
            _optional("rework", "number", "What the repair cost them."),
            _optional("penalties", "number", "What they had to pay to others."),
        ), "=WINBACK_LOSS(0, 12, 2500)",
    ),
    Formula(
        "WINBACK_MAKEGOOD", "A fair make-good: low, recommended, high, token, our cost, approver and flags, side by side.", "row",
        _MAKEGOOD, "=WINBACK_MAKEGOOD(30000, 250000, 0.194)",
    ),
    Formula(
        "WINBACK_MAKEGOOD_WHY", "The sentences that name every number in the make-good.", "cell",
        _MAKEGOOD, "=WINBACK_MAKEGOOD_WHY(30000, 250000, 0.194)",
    ),
    Formula(
        "WINBACK_PROPORTION", "How an offer stands to the loss: DISPROPORTIONATE, TOKEN_ONLY, BELOW_EFFECTIVE_BAND, IN_BAND, OVER_150%, SMALL_HARM or NO_MONEY_LOSS.", "cell",
        (Argument("offer", "number", "What is offered."), Argument("loss", "number", "Our part of what it cost them."), _HANDLING, _CURRENCY),
        "=WINBACK_PROPORTION(15, 30000)",
    ),
    Formula(
        "WINBACK_APPROVER", "Who may decide a make-good: Rep, Manager, Director or CFO.", "cell",
        (Argument("our_cost", "number", "What it costs us, without what is owed."), _CURRENCY), "=WINBACK_APPROVER(4700)",
    ),
    Formula(
        "WINBACK_FORM", "The form that fits a failure: cash, discount, credit, in-kind or apology.", "cell",
        (Argument("failure_type", "word", "What went wrong, such as Late delivery. Blank is Other."),),
        '=WINBACK_FORM("Billing error")',
    ),
    Formula(
        "WINBACK_DECIDE", "What to do about a customer: Pursue, Rest, Reassign or Let go.", "cell",
        (
            Argument("expected_value", "number", "Gained margin, less our cost and the effort."),
            Argument("odds", "number", "Odds to win the customer back: 0 to 1."),
            Argument("want_back", "word", "Yes, No, Later, or blank while undecided."),
            _optional("rests", "number", "How many pauses there have been."),
            _optional("personal_conflict", "word", "Yes if customer and rep do not get on."),
        ), '=WINBACK_DECIDE(4000, 0.394, "Yes")',
    ),
    Formula(
        "WINBACK_NEXT_STEP", "The next step of the playbook and its due date, side by side.", "row",
        (
            Argument("stage", "text", "Stage of the account, such as Listened."),
            Argument("stage_date", "day", "When that stage was reached."),
            _optional("playbook", "text", "Name of the playbook. Blank is default."),
        ), '=WINBACK_NEXT_STEP("Plan e-mailed", TODAY())',
    ),
    Formula(
        "WINBACK_LETTER_LINT", "Each phrase of a letter that should be changed, and why.", "table",
        (Argument("text", "text", "The letter: a cell, or a range with its lines."),), "=WINBACK_LETTER_LINT(A1:A20)",
    ),
    Formula("WINBACK_VERSION", "Versions of winback_xl and xlwings, and the host.", "cell", (), "=WINBACK_VERSION()"),
)  # fmt: skip

SETTINGS = Argument(
    "settings",
    "settings",
    "Table of the Settings sheet, such as tblSettings. Blank: that of this workbook in Excel for Windows, elsewhere the defaults.",
    optional=True,
)
"""Last argument of every formula that counts with a setting."""

_WITHOUT_SETTINGS = frozenset(
    ("WINBACK_CADENCE", "WINBACK_RESILIENT_SHARE", "WINBACK_FORM", "WINBACK_LETTER_LINT", "WINBACK_VERSION")
)


def _with_settings(one: Formula) -> Formula:
    """Add the argument for the settings to a formula that counts with one."""
    return one if one.name in _WITHOUT_SETTINGS else replace(one, arguments=(*one.arguments, SETTINGS))


FORMULAS: Mapping[str, Formula] = MappingProxyType({one.name: _with_settings(one) for one in _ALL})
"""All formulas by name, in the order of the help."""


def markdown() -> str:
    """Return the formulas as a Markdown table, one row each."""
    rows = [f"| `={one.usage}` | {one.gives} | `{one.example}` |" for one in FORMULAS.values()]
    return "\n".join(["| formula | gives | try |", "|---|---|---|", *rows])
