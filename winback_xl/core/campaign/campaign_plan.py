"""Put the steps together: who is in the campaign, with what decision, in which wave, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from winback_xl.core.campaign import contact_check, money_scale, plan_summary, playbook, root_cause, schedule
from winback_xl.core.make_good import customer_offers, loss, precedent
from winback_xl.core.returns import backtest, backtest_words, return_rate
from winback_xl.core.segments import loyalty, referrals, segment_table
from winback_xl.core.tracking import past_outcomes
from winback_xl.errors import NotEnoughError
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.errors import Issue
    from winback_xl.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """Source of one input table, and how many of its rows were used."""

    table: str
    file: str
    sheet: str
    rows_in: int
    rows_used: int
    rows_set_aside: int


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """Everything that was calculated, as tables; the workbook only shows it.

    Parameters
    ----------
    campaign_id : str
        Name of the campaign, in every row of ``campaign``.
    as_of : Timestamp
        The day that "today" means in every number.
    settings : Settings
        Every threshold that it was calculated with, the waits of the playbook included.
    currency : str
        Of every amount; "" where neither the settings nor the orders say.
    segments, make_goods, campaign : DataFrame
        One row a customer; the columns of `winback_xl.schema.columns.SEGMENTS`, ``MAKE_GOODS`` and ``CAMPAIGN``.
        ``make_goods`` holds customers with an open incident only. ``campaign`` is sorted by wave and value.
    causes : DataFrame
        One row a cause: ``cause``, ``customers``, ``share``, ``proposed``, ``why``; ``fix_cost``, ``fix_share`` and
        ``fix_why`` of `fixes.share`; ``exposure`` and ``exposure_why``, the greatest of its accounts.
    models : tuple of str
        What was fitted on what, or which fallback was used and why.
    sources : tuple of Source
        Files and row counts.
    issues : tuple of Issue
        Everything found in the data.
    set_aside : DataFrame
        Rows not used: ``place``, ``code``, ``reason`` and the original values as text.
    loss_rate : float
        Share of last year's customers that bought nothing in this one; NaN without two years of orders.
    revenue_used : float
        Sum of the ledger rows that were used, orders less credits: what the customers' revenue must add up to.
        NaN where the orders have no values.
    playbook : Playbook, optional
        Which stages, waits and words the campaign follows; ``settings`` hold its waits already.
    checked : str
        What these numbers would have said at an earlier date, and what happened; "" on a young ledger.
    said : mapping
        What the user said about columns and rows of the input files, for the next refresh.
    """

    campaign_id: str
    as_of: pd.Timestamp
    settings: Settings
    currency: str
    segments: pd.DataFrame
    make_goods: pd.DataFrame
    campaign: pd.DataFrame
    causes: pd.DataFrame
    set_aside: pd.DataFrame
    loss_rate: float = float("nan")
    revenue_used: float = float("nan")
    models: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    issues: tuple[Issue, ...] = field(default=())
    playbook: playbook.Playbook | None = None
    checked: str = ""
    said: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return five lines: which campaign, its three tables, and what was found in the data."""
        return plan_summary.summary(self)


def default_as_of(orders: pd.DataFrame) -> pd.Timestamp:
    """Return the day after the last order: what "today" means unless the user says otherwise.

    Raises
    ------
    NotEnoughError
        No row has a date.
    """
    last = orders["order_date"].max() if len(orders) else pd.NaT
    if pd.isna(last):
        raise NotEnoughError("There is no order with a date.", "Check the orders file.", code="no-orders")
    return pd.Timestamp(last).normalize() + pd.Timedelta(days=1)


def build(
    ledger: Ledger,
    *,
    settings: Settings,
    customers: pd.DataFrame | None = None,
    incidents: pd.DataFrame | None = None,
    reps: pd.DataFrame | None = None,
    campaign_id: str = "",
    book: playbook.Playbook | None = None,
    rests: Mapping[str, float] | None = None,
    before: pd.DataFrame | None = None,
    outcomes: pd.DataFrame | None = None,
) -> Plan:
    """Turn clean tables into a plan.

    Parameters
    ----------
    ledger : Ledger
        The orders up to the day that "today" means.
    customers, incidents, reps : DataFrame
        Columns as in `winback_xl.schema.columns`; all but the required ones may be missing.
    settings : Settings
        Every threshold.
    campaign_id : str
        Name of the campaign; by default made from the date.
    book : Playbook, optional
        Gives the first step and when it is due, and the waits that the user left at their default.
    rests : mapping of str to float, optional
        How often each customer was left in peace already, by customer id; by default never.
    before : DataFrame, optional
        The campaign as it was: who was drawn into an arm then stays in it.
    outcomes : DataFrame, optional
        How closed accounts ended, as `past_outcomes.of_campaign` gives them: with enough of them odds, gain, worth and
        decision follow them.

    Returns
    -------
    Plan
        With one row a customer in ``segments``; ``sources``, ``issues`` and ``set_aside`` are the reader's to fill.

    Raises
    ------
    NotEnoughError
        The ledger has no order.
    """
    settings = settings if book is None else playbook.steer(settings, book)
    settings, scaled = money_scale.fit(settings, ledger.table, settings.currency or currency_of(ledger.table))
    on_file = with_losses(incidents, settings)
    if customers is not None:
        customers = customers.drop_duplicates("customer_id")
    as_of = ledger.today
    currency, revenue = settings.currency or currency_of(ledger.table), _revenue_used(ledger.table, as_of)
    opened = customer_offers.open_incidents(ledger, on_file, settings=settings)
    segmented = segment_table.build(ledger, settings=settings, customers=customers, incidents=on_file)
    rates, today = return_rate.learn(ledger, settings, on_file), ledger.as_of
    past = backtest.glance(ledger, settings)
    del ledger  # a million rows of numbers that nobody needs any more
    # Solved or not: what several customers reported is a system. What only the ledger hints at nobody has said.
    said = opened.iloc[:0] if on_file is None else on_file
    causes = root_cause.share(root_cause.systemic(said, 0, as_of, settings), said, settings)
    accounts = _accounts(
        segmented.history, opened.assign(fix_total=_fix_total(opened, settings)), causes, customers, settings
    )
    accounts = _known_of(accounts, segmented.history, customers, as_of=as_of, settings=settings)
    accounts["rests"] = accounts["customer_id"].map(rests or {}).fillna(0).to_numpy(float)
    accounts["return_rate"], accounts["return_why"] = return_rate.of_accounts(rates, accounts, today)
    effect = past_outcomes.effect_of(outcomes, settings)
    sized = _with_precedent(
        customer_offers.size(accounts, settings, as_of=as_of, effect=effect), segmented.history, settings
    )
    campaign_id = campaign_id or f"WB-{as_of:%Y-%m-%d}"
    rows, told = schedule.build(
        sized, reps, campaign_id=campaign_id, as_of=as_of, settings=settings, book=book, before=before
    )
    with_incident = sized["incidents"] != ""
    return Plan(
        campaign_id=campaign_id,
        as_of=as_of,
        settings=settings,
        currency=currency,
        segments=segmented.table,
        make_goods=sized.loc[with_incident, columns.MAKE_GOODS.names].reset_index(drop=True),
        campaign=rows,
        causes=_with_exposure(causes, sized),
        set_aside=pd.DataFrame(),
        loss_rate=loyalty.loss_rate(segmented.history, as_of),
        revenue_used=revenue,
        models=(
            *segmented.models,
            *([] if effect is None else [effect.sentence]),
            *told,
            *filter(None, [scaled]),
        ),
        playbook=book,
        checked="" if past is None else backtest_words.headline(past),
    )


def with_losses(incidents: pd.DataFrame | None, settings: Settings) -> pd.DataFrame | None:
    """Return the incidents with the loss of each, or None where there are none."""
    return None if incidents is None else loss.estimate(incidents, settings)


def _revenue_used(orders: pd.DataFrame, as_of: pd.Timestamp) -> float:
    """Return the control total of the ledger, counted past every step in between."""
    if "order_value" not in orders or not orders["order_value"].notna().any():
        return float("nan")
    return float(orders.loc[orders["order_date"] <= as_of, "order_value"].sum())


def currency_of(orders: pd.DataFrame) -> str:
    """Return the one currency of the orders, or "" when they name none."""
    if "currency" not in orders:
        return ""
    named = [str(code) for code in orders["currency"].dropna().unique() if str(code).strip()]
    return named[0] if len(named) == 1 else ""


def _fix_total(opened: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return what the fix of each incident costs in all, NaN where none is named."""
    total = pd.Series(root_cause.cost(opened, settings), index=opened.index)
    return total.where(total > 0)


_FROM_CUSTOMERS = ("contact", "contact_role", "owner", "reason_ours", "reason_theirs", "do_not_contact")


def _accounts(
    history: pd.DataFrame,
    opened: pd.DataFrame,
    causes: pd.DataFrame,
    customers: pd.DataFrame | None,
    settings: Settings,
) -> pd.DataFrame:
    """Return the customers of the campaign: lapsed or cold, and everybody with an open incident."""
    grouped = customer_offers.by_customer(opened)
    candidate = history["status"].isin(["Lapsed", "Cold", *(["At risk"] if settings.include_at_risk else [])])
    chosen = history[candidate | history["customer_id"].isin(grouped["customer_id"])]
    # The ledger's own hint of a late delivery is not a complaint: alone it brings nobody into the campaign.
    hinted = grouped["customer_id"][grouped["cause"].str.contains(customer_offers.NOT_CONFIRMED, regex=False)]
    chosen = chosen[candidate.loc[chosen.index] | ~chosen["customer_id"].isin(hinted)]
    accounts = chosen.merge(grouped, on="customer_id", how="left", suffixes=("", "_incident"))
    for name in _TEXTS:
        accounts[name] = accounts[name].astype(object).fillna("")
    for name in _FROM_CUSTOMERS:
        accounts[name] = _looked_up(accounts["customer_id"], customers, name)
    accounts["strategic_value"] = pd.to_numeric(
        _looked_up(accounts["customer_id"], customers, "strategic_value")
    )
    accounts["why_they_buy"] = _why_they_buy(accounts["customer_id"], customers)
    accounts["cause"] = _cause(accounts)
    proposed = dict(zip(causes["cause"], causes["proposed"], strict=True))
    stated = accounts["specific_or_systemic"].str.replace("_", " ")
    accounts["specific_or_systemic"] = stated.where(
        stated != "", accounts["cause"].map(proposed).astype(object).fillna("")
    )
    accounts["fix"] = accounts["specific_or_systemic"].where(
        accounts["specific_or_systemic"] != "", "specific"
    )
    accounts["fix_share"], accounts["fix_why"] = root_cause.of_accounts(accounts, causes, settings)
    return accounts


def _known_of(
    accounts: pd.DataFrame,
    history: pd.DataFrame,
    customers: pd.DataFrame | None,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Add details of the customer list: referrals, difficulty, contact."""
    ids = accounts["customer_id"]
    sent = referrals.ripple(history, customers, settings)
    found: dict[str, pd.Series] = {str(name): ids.map(sent[name]).fillna(0.0) for name in sent}
    for name in ("difficulty", "pays_late"):
        known = (
            pd.Series(dtype=float)
            if customers is None or name not in customers
            else customers.set_index("customer_id")[name]
        )
        found[name] = ids.map(pd.to_numeric(known).astype(float)).astype(float)
    doubt = None if customers is None else contact_check.doubts(customers, as_of=as_of, settings=settings)
    found["contact_check"] = pd.Series("", index=ids.index) if doubt is None else ids.map(doubt).fillna("")
    return accounts.assign(**found)


def _with_precedent(sized: pd.DataFrame, history: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Add what a price concession would cost if everybody comparable asked the same, with its sentence."""
    found = precedent.of_accounts(sized, history, settings)
    told = precedent.sentences(found, settings)
    sized["exposure"], sized["exposure_why"] = found.amount, told
    if any(told):
        sized["rationale"] = [
            " ".join(filter(None, pair)) for pair in zip(sized["rationale"], told, strict=True)
        ]
    return sized


def _with_exposure(causes: pd.DataFrame, sized: pd.DataFrame) -> pd.DataFrame:
    """Add to each cause the greatest exposure of its accounts: they share who is comparable, so no sum."""
    most = sized.sort_values("exposure", na_position="first", kind="stable").drop_duplicates(
        "cause", keep="last"
    )
    by_cause = most.set_index("cause")
    return causes.assign(
        exposure=causes["cause"].map(by_cause["exposure"]).astype(float),
        exposure_why=causes["cause"].map(by_cause["exposure_why"]).astype(object).fillna(""),
    )


_TEXTS = (
    "incidents", "loss_basis", "words", "what_happened", "requested_remedy", "failure_type", "cause",
    "specific_or_systemic", "handling", "earlier_recovery",
)  # fmt: skip


def _looked_up(ids: pd.Series, table: pd.DataFrame | None, name: str) -> pd.Series:
    """Return a column of a table by customer id; blank where it is not known."""
    blank = np.nan if name == "strategic_value" else ""
    if table is None or name not in table:
        return pd.Series(blank, index=ids.index)
    found = ids.map(table.set_index("customer_id")[name])
    return found if name == "strategic_value" else found.fillna("").astype(str)


def _why_they_buy(ids: pd.Series, customers: pd.DataFrame | None) -> pd.Series:
    """Return why they buy, in their words, with the day they said it: where a new sale starts (article 000)."""
    words = _looked_up(ids, customers, "why_they_buy").str.strip()
    day = pd.to_datetime(_looked_up(ids, customers, "why_said_on"), errors="coerce").dt.strftime("%Y-%m-%d")
    return words.where(day.isna() | (words == ""), words + " (" + day.fillna("") + ")")


def _cause(accounts: pd.DataFrame) -> pd.Series:
    """Return the likely cause: of the incident, then in their words, then in ours, then what the ledger hints at."""
    cause = accounts["cause"].where(accounts["cause"] != "", accounts["failure_type"])
    cause = cause.where(cause != "", accounts["reason_theirs"])
    cause = cause.where(cause != "", accounts["reason_ours"])
    # Who went on buying for a year afterwards did not leave for it.
    year_before = accounts["last_order"] - pd.Timedelta(days=365)
    late = (cause == "") & (accounts["last_late"] > year_before)
    credited = (cause == "") & ~late & (accounts["failures"] > 0) & (accounts["last_credit"] > year_before)
    cause = cause.mask(late, "Late delivery (likely, not confirmed)")
    return cause.mask(credited, "Credited order (likely, not confirmed)")
