"""The worksheet formulas. Each is a few words: the catalogue has its help, `convert` its cells, the core its work.

They carry no type hints, because xlwings would take them as orders to convert. Called from Python they take cells,
lists and DataFrames, and raise a `WinbackError` for a mistake. All thresholds are those of
`used`: the range that the last argument names, else the defaults of `winback_xl.settings`.
"""

from functools import cache

import numpy as np
import pandas as pd

from winback_xl.core import money, money_scale
from winback_xl.core.arguments import number
from winback_xl.core.campaign import decision
from winback_xl.core.incidents import loss
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import approvers, compensation, offer_flags, sizing, win_odds
from winback_xl.core.orders import customer_history, ledger
from winback_xl.core.outreach.letters import lint
from winback_xl.core.playbook import next_step
from winback_xl.core.returns import return_rate
from winback_xl.core.segments import attitude, lapse, loyalty, rfm, segment_table
from winback_xl.errors import NotEnoughError, OutOfRangeError, SettingsError, UsageError
from winback_xl.excel.formulas import runtime
from winback_xl.excel.formulas.runtime import formula
from winback_xl.excel.formulas.settings_range import in_words, used
from winback_xl.inputs import playbook_file
from winback_xl.inputs.input_bounds import BOUNDS, LARGEST
from winback_xl.schema.columns import CUSTOMERS, SEGMENTS
from winback_xl.settings import describe
from winback_xl.version import __version__

_ABOUT = {about.name: about for about in describe()}
_CODE = 3  # letters of a currency code
_CLOSE = 5e-5  # gains are copied with four digits
_ROW = ("low", "recommended", "high", "token", "our_cost", "approver", "flags")


@formula
def WINBACK_CADENCE(order_dates):
    gaps = customer_history.gaps(order_dates)
    if not len(gaps):
        raise NotEnoughError("A rhythm takes two order days or more.", "Give more order dates.", "no-gap")
    return float(np.median(gaps))


@formula
def WINBACK_STATUS(order_dates, as_of, fixed_days=None):
    settings = used() if np.isnan(fixed_days) else _with(lapse_mode="fixed", fixed_days=fixed_days)
    return lapse.ratings(_known(order_dates, as_of, settings), settings)["status"][0]


@formula
def WINBACK_LEVEL(
    order_dates, as_of, share_of_wallet=None, referrals=None, failures_survived=None, nps=None, knows_why=None,
    quotes_every_time=None, promotion_share=None,
):  # fmt: skip
    rated = _rated(
        order_dates, as_of, failures_survived, share_of_wallet=share_of_wallet, referrals=referrals, nps=nps,
        knows_why=knows_why, quotes_every_time=quotes_every_time, promotion_share=promotion_share,
    )  # fmt: skip
    return str(rated["level"][0])


@formula
def WINBACK_LEVEL_WHY(
    order_dates, as_of, share_of_wallet=None, referrals=None, failures_survived=None, nps=None, knows_why=None,
    quotes_every_time=None, promotion_share=None,
):  # fmt: skip
    rated = _rated(
        order_dates, as_of, failures_survived, share_of_wallet=share_of_wallet, referrals=referrals, nps=nps,
        knows_why=knows_why, quotes_every_time=quotes_every_time, promotion_share=promotion_share,
    )  # fmt: skip
    return " ".join(filter(None, (rated["level_why"][0], rated["level_change"][0], in_words())))


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
    known = _ledger(orders, as_of)
    scores = rfm.score(known, int(bins))
    names = ("Customer ID", "Recency score", "Frequency score", "Monetary score", "RFM")
    columns = (scores["recency_score"], scores["frequency_score"], scores["monetary_score"], scores["rfm"])
    return pd.DataFrame(dict(zip(names, (known["customer_id"], *columns), strict=True)))


@formula
def WINBACK_EXPECTED_ORDERS(orders, as_of, days):
    known = _ledger(orders, as_of)
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
    settings = used() if np.isnan(days) else _with(return_days=days)
    book = ledger.read(orders, as_of)
    _some_order(book.order.any(), as_of)
    rates = return_rate.of_everybody(book, settings)
    return rates.set_axis(["Customer ID", "Return rate", "Why"], axis=1)


@formula
def WINBACK_RESILIENT_SHARE(levels, revenue=None):
    share = loyalty.resilient_share(levels, revenue)
    return _sure(
        share, "There is no level, or no revenue, in the range.", "Give the levels of the customers."
    )


@formula
def WINBACK_LOSS_RATE(orders, as_of):
    rate = loyalty.loss_rate(_ledger(orders, as_of), as_of)
    return _sure(rate, "Nobody ordered in the year before last year.", "Give two years of orders.")


@formula
def WINBACK_FUTURE_MARGIN(annual_revenue, margin, years=None, discount=None, keep=None):
    given = {"future_years": years, "discount": discount, "keep": keep}
    settings = _with(**{name: one for name, one in given.items() if not np.isnan(one)})
    revenue = number("annual revenue", annual_revenue)
    share = number("margin", margin, low=-1, high=1)
    worth = money.round_money(customer_value.future_margin(revenue, share, settings), settings.currency)
    return _sure(worth, "The annual revenue is blank.", "Give what the customer buys in a year.")


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
    _no_odds(odds_gain, own_gain)
    sized = sizing.sizes(
        loss, annual_revenue, odds_gain, fault=fault, paid=paid, owed=owed, handling=handling,
        prior_failures=prior_failures, form=form, margin=margin, strategic_value=strategic_value, recovery=recovery, settings=_in(currency),
    )  # fmt: skip
    return [list(row) for row in zip(*(sized[name] for name in _ROW), strict=True)]


@formula
def WINBACK_MAKEGOOD_WHY(
    loss, annual_revenue, odds_gain, fault=None, paid=None, owed=None, handling=None, prior_failures=None, form=None,
    margin=None, strategic_value=None, recovery=None, own_gain=None, currency=None,
):  # fmt: skip
    _no_odds(odds_gain, own_gain)
    sentences = sizing.explain(
        loss, annual_revenue, odds_gain, fault=fault, paid=paid, owed=owed, handling=handling,
        prior_failures=prior_failures, form=form, margin=margin, strategic_value=strategic_value, recovery=recovery, settings=_in(currency),
    )  # fmt: skip
    told = [" ".join(filter(None, (sentence, in_words()))) for sentence in sentences]
    return told[0] if len(told) == 1 else told


@formula
def WINBACK_PROPORTION(offer, loss, handling=None, currency=None):
    return offer_flags.proportion(offer, loss, handling, _in(currency))


@formula
def WINBACK_APPROVER(our_cost, currency=None):
    return approvers.approver(our_cost, _in(currency))


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


def _in(currency):
    """Return the settings of this formula, with amounts in the size of a currency."""
    code = (currency or "").strip().upper()
    if not code:
        return used()
    if not (len(code) == _CODE and code.isalpha()):
        raise UsageError(
            f"'{currency:.20}' is not a currency.", "Give its ISO code, such as JPY.", "currency-unknown"
        )
    return money_scale.in_currency(used(), code)


def _with(**changes):
    """Return the settings with some changed; out of bounds is a wrong number here, not a wrong setting."""
    try:
        return used().with_(**{name: _ABOUT[name].check(given) for name, given in changes.items()})
    except SettingsError as error:
        raise OutOfRangeError(error.what, error.hint, error.code) from error


def _known(order_dates, as_of, settings):
    """Summarise one customer, who must have ordered."""
    known = customer_history.summary_of_one(order_dates, as_of, settings)
    if known["order_days"][0] == 0:
        raise NotEnoughError(
            f"There is no order date on or before {as_of:%Y-%m-%d}.", "Check the dates and the as-of date.", "no-orders"
        )  # fmt: skip
    return known


def _rated(order_dates, as_of, failures_survived, **on_file):
    """Rate the loyalty of one customer."""
    for name, given in on_file.items():
        if (CUSTOMERS.name, name) in BOUNDS:
            low, high = BOUNDS[CUSTOMERS.name, name]
            number(name.replace("_", " "), given, low=low, high=np.inf if high == LARGEST else high)
    survived = number("number of failures survived", failures_survived, low=0, blank=0.0)
    evidence = attitude.Evidence.of_one(survived=float(survived), **on_file)
    known = _known(order_dates, as_of, used())
    status = lapse.ratings(known, used())["status"]
    return loyalty.ratings(known, evidence, used(), summary=known, status=status)


def _ledger(orders, as_of):
    """Summarise the customers of a ledger; at least one must have ordered."""
    known = customer_history.summarise(ledger.read(orders, as_of), settings=used())
    _some_order((known["order_days"] > 0).any(), as_of)
    return known


def _some_order(there, as_of):
    """Refuse a ledger without an order up to a day."""
    if not there:
        raise NotEnoughError(
            f"There is no order on or before {as_of:%Y-%m-%d}.", "Check the dates and the as-of date.", "no-orders"
        )  # fmt: skip


def _sure(found, what, hint):
    """Return a number, or explain why a single one is not known."""
    if np.ndim(found) == 0 and np.isnan(found):
        raise NotEnoughError(what, hint)
    return found


def _no_odds(odds_gain, own_gain):
    """Refuse odds where a gain belongs: greater than any effort adds, and no gain of a live complaint."""
    gains = number("odds gained", odds_gain, low=0, high=1)
    usual = (gains <= win_odds.greatest_gain(used()) + _CLOSE) | np.isnan(gains)
    for live in (used().complaint_gain, used().complaint_gain_quick):
        usual |= np.abs(gains - live) <= _CLOSE
    if own_gain == "Yes" or usual.all():
        return
    raise OutOfRangeError(
        f"The odds gained is {gains[~usual].flat[0]:g}: more than an effort adds. It looks like the odds themselves.",
        "Give WINBACK_GAIN instead of WINBACK_ODDS; or Yes as own_gain if it comes from your own results.",
        code="odds-for-gain",
    )


def _blank_is_no(words):
    return words or "No" if isinstance(words, str) else [word or "No" for word in words]
