"""The worksheet formulas. Each is a few words: the catalogue has its help, `convert` its cells, the core its work.

They carry no type hints, because xlwings would take them as orders to convert. Called from Python they take cells,
lists and DataFrames, and raise a `WinbackError` for a mistake. All thresholds are those of
`used`: the range that the last argument names, else the defaults of `winback_xl.settings`.
"""

from functools import cache

import numpy as np
import pandas as pd

from winback_xl.core import money
from winback_xl.core.arguments import number
from winback_xl.core.campaign import decision
from winback_xl.core.incidents import loss
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import approvers, compensation, offer_flags, sizing, win_odds
from winback_xl.core.orders import customer_history, ledger
from winback_xl.core.outreach.letters import lint
from winback_xl.core.playbook import next_step
from winback_xl.core.returns import return_rate
from winback_xl.core.segments import lapse, loyalty, rfm, segment_table
from winback_xl.errors import NotEnoughError, OutOfRangeError, UsageError
from winback_xl.excel.formulas import runtime
from winback_xl.excel.formulas.known_customers import histories, history_of, rating_of
from winback_xl.excel.formulas.refusals import in_currency, no_odds, some_order, sure, with_changes
from winback_xl.excel.formulas.runtime import formula
from winback_xl.excel.formulas.settings_range import in_words, used
from winback_xl.inputs import playbook_file
from winback_xl.schema.columns import SEGMENTS
from winback_xl.version import __version__

_ROW = ("low", "recommended", "high", "token", "our_cost", "approver", "flags")


@formula
def WINBACK_CADENCE(order_dates):
    gaps = customer_history.gaps(order_dates)
    if not len(gaps):
        raise NotEnoughError("A rhythm takes two order days or more.", "Give more order dates.", "no-gap")
    return float(np.median(gaps))


@formula
def WINBACK_STATUS(order_dates, as_of, fixed_days=None):
    settings = used() if np.isnan(fixed_days) else with_changes(lapse_mode="fixed", fixed_days=fixed_days)
    return lapse.ratings(history_of(order_dates, as_of, settings), settings)["status"][0]


@formula
def WINBACK_LEVEL(
    order_dates, as_of, share_of_wallet=None, referrals=None, failures_survived=None, nps=None, knows_why=None,
    quotes_every_time=None, promotion_share=None,
):  # fmt: skip
    found = rating_of(
        order_dates, as_of, failures_survived, share_of_wallet=share_of_wallet, referrals=referrals, nps=nps,
        knows_why=knows_why, quotes_every_time=quotes_every_time, promotion_share=promotion_share,
    )  # fmt: skip
    return str(found["level"][0])


@formula
def WINBACK_LEVEL_WHY(
    order_dates, as_of, share_of_wallet=None, referrals=None, failures_survived=None, nps=None, knows_why=None,
    quotes_every_time=None, promotion_share=None,
):  # fmt: skip
    found = rating_of(
        order_dates, as_of, failures_survived, share_of_wallet=share_of_wallet, referrals=referrals, nps=nps,
        knows_why=knows_why, quotes_every_time=quotes_every_time, promotion_share=promotion_share,
    )  # fmt: skip
    return " ".join(filter(None, (found["level_why"][0], found["level_change"][0], in_words())))


@formula
def WINBACK_SEGMENT(orders, as_of, customers=None, incidents=None):
    if incidents is not None:
        incidents = loss.estimate(incidents, used())
    built = segment_table.build(
        ledger.read(orders, as_of), settings=used(), customers=customers, incidents=incidents
    )
    return built.table.rename(columns={column.name: column.heading for column in SEGMENTS.columns})


@formula
def WINBACK_RFM(orders, as_of, bins=None):
    bins = 5.0 if np.isnan(bins) else bins
    number("number of bins", bins, low=2, high=9)
    if not bins.is_integer():
        raise OutOfRangeError(f"The number of bins is {bins:g}.", "Give a whole number from 2 to 9.")
    known = histories(orders, as_of)
    scores = rfm.score(known, int(bins))
    names = ("Customer ID", "Recency score", "Frequency score", "Monetary score", "RFM")
    columns = (scores["recency_score"], scores["frequency_score"], scores["monetary_score"], scores["rfm"])
    return pd.DataFrame(dict(zip(names, (known["customer_id"], *columns), strict=True)))


@formula
def WINBACK_EXPECTED_ORDERS(orders, as_of, days):
    known = histories(orders, as_of)
    known = pd.concat([known, lapse.rate(known, used())], axis=1)
    expected = customer_value.rate(known, used(), days=days)
    return pd.DataFrame(
        {
            "Customer ID": known["customer_id"],
            "Expected order days": expected["expected_orders"],
            "How": np.where(known["order_days"] > 0, expected.attrs["order_model"], "no order"),
        }
    )


@formula
def WINBACK_RETURN_RATE(orders, as_of, days=None):
    settings = used() if np.isnan(days) else with_changes(return_days=days)
    book = ledger.read(orders, as_of)
    some_order(book.order.any(), as_of)
    rates = return_rate.of_everybody(book, settings)
    return rates.set_axis(["Customer ID", "Return rate", "Why"], axis=1)


@formula
def WINBACK_RESILIENT_SHARE(levels, revenue=None):
    share = loyalty.resilient_share(levels, revenue)
    return sure(share, "There is no level, or no revenue, in the range.", "Give the levels of the customers.")


@formula
def WINBACK_LOSS_RATE(orders, as_of):
    rate = loyalty.loss_rate(histories(orders, as_of), as_of)
    return sure(rate, "Nobody ordered in the year before last year.", "Give two years of orders.")


@formula
def WINBACK_FUTURE_MARGIN(annual_revenue, margin, years=None, discount=None, keep=None):
    given = {"future_years": years, "discount": discount, "keep": keep}
    settings = with_changes(**{name: one for name, one in given.items() if not np.isnan(one)})
    revenue = number("annual revenue", annual_revenue)
    share = number("margin", margin, low=-1, high=1)
    worth = money.round_money(customer_value.future_margin(revenue, share, settings), settings.currency)
    return sure(worth, "The annual revenue is blank.", "Give what the customer buys in a year.")


@formula
def WINBACK_ODDS(status, level, lapse_ratio, fix=None, complaint_days=None):
    return win_odds.win(status, level, lapse_ratio, fix, used(), complaint_days=complaint_days)[0]


@formula
def WINBACK_GAIN(status, level, lapse_ratio, fix=None, complaint_days=None):
    return win_odds.win(status, level, lapse_ratio, fix, used(), complaint_days=complaint_days)[1]


@formula
def WINBACK_LOSS(
    direct=None, hours=None, cost_per_hour=None, order_value=None, days_late=None, rework=None, penalties=None
):
    return loss.amount(
        direct, hours, cost_per_hour, order_value, days_late, rework, penalties, settings=used()
    )


@formula
def WINBACK_MAKEGOOD(
    loss, annual_revenue, odds_gain, fault=None, paid=None, owed=None, handling=None, prior_failures=None, form=None,
    margin=None, strategic_value=None, recovery=None, own_gain=None, currency=None,
):  # fmt: skip
    no_odds(odds_gain, own_gain)
    sized = sizing.sizes(
        loss, annual_revenue, odds_gain, fault=fault, paid=paid, owed=owed, handling=handling,
        prior_failures=prior_failures, form=form, margin=margin, strategic_value=strategic_value, recovery=recovery, settings=in_currency(currency),
    )  # fmt: skip
    return [list(row) for row in zip(*(sized[name] for name in _ROW), strict=True)]


@formula
def WINBACK_MAKEGOOD_WHY(
    loss, annual_revenue, odds_gain, fault=None, paid=None, owed=None, handling=None, prior_failures=None, form=None,
    margin=None, strategic_value=None, recovery=None, own_gain=None, currency=None,
):  # fmt: skip
    no_odds(odds_gain, own_gain)
    sentences = sizing.explain(
        loss, annual_revenue, odds_gain, fault=fault, paid=paid, owed=owed, handling=handling,
        prior_failures=prior_failures, form=form, margin=margin, strategic_value=strategic_value, recovery=recovery, settings=in_currency(currency),
    )  # fmt: skip
    stated = [" ".join(filter(None, (sentence, in_words()))) for sentence in sentences]
    return stated[0] if len(stated) == 1 else stated


@formula
def WINBACK_PROPORTION(offer, loss, handling=None, currency=None):
    return offer_flags.proportion(offer, loss, handling, in_currency(currency))


@formula
def WINBACK_APPROVER(our_cost, currency=None):
    return approvers.approver(our_cost, in_currency(currency))


@formula
def WINBACK_FORM(failure_type):
    return compensation.form_for(failure_type)


@formula
def WINBACK_DECIDE(expected_value, odds, want_back, rests=None, personal_conflict=None):
    return decision.decide(
        expected_value, odds, want_back, rests, _blank_is_no(personal_conflict), settings=used()
    )[0]


@formula
def WINBACK_NEXT_STEP(stage, stage_date, playbook=None):
    playbook = playbook or used().playbook
    if (
        playbook and playbook.casefold() not in playbook_file.shipped()
    ):  # a workbook must not make us open files
        raise UsageError(
            f"There is no playbook '{playbook:.40}'.", f"There are: {', '.join(playbook_file.shipped())}."
        )
    try:
        return [list(next_step(stage, stage_date, _playbook(playbook)))]
    except OutOfRangeError as error:
        if error.code != "stage-unknown":
            raise
        raise UsageError(error.what, error.hint, error.code) from None  # a wrong word is not a wrong number


@formula
def WINBACK_LETTER_LINT(text):
    if not text:
        raise NotEnoughError("There is no letter in the range.", "Give the cell or the range with its text.")
    return pd.DataFrame(lint(text) or [("", "Nothing to change.")], columns=["Phrase", "Why"])


@formula
def WINBACK_VERSION():
    return f"winback_xl {__version__}, {runtime.version()}, {runtime.HOST.name}"


@cache
def _playbook(name):
    """Return a playbook that is shipped; its file is read once."""
    return playbook_file.load(name)


def _blank_is_no(words):
    return words or "No" if isinstance(words, str) else [word or "No" for word in words]
