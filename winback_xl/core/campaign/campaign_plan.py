"""Put the steps together: who is in the campaign, with what decision, in which wave, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from winback_xl.core import money_scale, playbook
from winback_xl.core.campaign import campaign_accounts, plan_summary, schedule
from winback_xl.core.incidents import loss, open_incidents, root_cause
from winback_xl.core.lifetime_value import customer_value
from winback_xl.core.make_good import approvers, customer_offers, precedent
from winback_xl.core.orders import some_customers, stopped_products
from winback_xl.core.outcomes import past_outcomes
from winback_xl.core.returns import retention, return_rate
from winback_xl.core.segments import loyalty, most_at_stake, segment_table
from winback_xl.core.tracking import talk_log
from winback_xl.schema import columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from winback_xl.core.orders.ledger import Ledger
    from winback_xl.core.returns.return_rate import ReturnRates
    from winback_xl.core.segments.segment_table import Segmented
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
        One row a customer; the columns of `winback_xl.schema.columns.SEGMENTS`, ``MAKE_GOODS`` and ``CAMPAIGN_ROWS``.
        ``make_goods`` holds customers with an open incident only. ``campaign`` is sorted by wave and value.
    causes : DataFrame
        One row a cause: ``cause``, ``customers``, ``share``, ``proposed``, ``why``; ``fix_cost``, ``fix_share`` and
        ``fix_why`` of `fixes.share`; ``exposure`` and ``exposure_why``, the greatest of its accounts.
    models, stated : tuple of str
        What was fitted on what, or which fallback was used and why; and of it what a user has to know: who was chosen,
        what the plan can prove, which amounts were scaled.
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
        What these numbers would have said at an earlier date, and what happened; the workflow's to fill, "" on a young ledger.
    frozen : bool
        Whether the workbook goes on showing ``as_of``; otherwise "today" there is the day on which it is looked at.
    outdated : bool
        Whether it does so only because the orders were old: fresh orders end it. Nobody chose the day.
    said : mapping
        What the user said about columns and rows of the input files, for the next refresh.
    talks : DataFrame
        One row a talk, the newest first; columns `winback_xl.core.tracking.talk_log.COLUMNS`.
    cards : DataFrame
        One row an account, columns `winback_xl.schema.columns.CARDS`: what the account card shows beyond the campaign.
    retention : Retention
        Customers by status and level month by month, and cohorts; empty without a ledger.
    earlier : DataFrame
        How accounts of earlier campaigns ended, for the next refresh; columns of `past_outcomes.COLUMNS` without the
        customer.
    candidates : int, optional
        How many accounts could be in a campaign, where only those with most at stake are planned for; None where all are.
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
    stated: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    issues: tuple[Issue, ...] = field(default=())
    playbook: playbook.Playbook | None = None
    checked: str = ""
    frozen: bool = False
    outdated: bool = False
    said: Mapping[str, object] = field(default_factory=dict)
    talks: pd.DataFrame = field(default_factory=talk_log.none)
    cards: pd.DataFrame = field(default_factory=talk_log.no_cards)
    retention: retention.Retention = field(default_factory=retention.Retention)
    earlier: pd.DataFrame = field(default_factory=pd.DataFrame)
    candidates: int | None = None

    def __repr__(self) -> str:
        """Return five lines: which campaign, its three tables, and what was found in the data."""
        return plan_summary.summary(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a plan is made with besides the orders: one object for command, API, button, refresh and large ledgers.

    Parameters
    ----------
    settings : Settings
        Every threshold.
    customers, incidents, reps : DataFrame, optional
        Columns as in `winback_xl.schema.columns`; all but the required ones may be missing.
    campaign_id : str
        Name of the campaign; by default made from the date.
    book : Playbook, optional
        Gives the first step and when it is due, and the waits that the user left at their default.
    rests : mapping of str to float
        How often each customer was left in peace already, by customer id; by default never.
    before : DataFrame, optional
        The campaign as it was: who was drawn into an arm then stays in it.
    outcomes : DataFrame, optional
        How closed accounts ended, as `past_outcomes.of_campaign` gives them: with enough of them odds, gain, worth and
        decision follow them.
    limited : bool
        Whether only the accounts with most at stake are planned for, as many as the setting ``large_accounts`` says.
    listed : collection of str
        Customers who are planned for beyond that limit: those of the campaign as it was.
    """

    settings: Settings
    customers: pd.DataFrame | None = None
    incidents: pd.DataFrame | None = None
    reps: pd.DataFrame | None = None
    campaign_id: str = ""
    book: playbook.Playbook | None = None
    rests: Mapping[str, float] = field(default_factory=dict)
    before: pd.DataFrame | None = None
    outcomes: pd.DataFrame | None = None
    limited: bool = False
    listed: Collection[str] = ()


def build(ledger: Ledger, wishes: Wishes) -> Plan:
    """Turn clean tables into a plan.

    Parameters
    ----------
    ledger : Ledger
        The orders up to the day that "today" means.
    wishes : Wishes
        Lists, settings, and what is known from before.

    Returns
    -------
    Plan
        With one row a customer in ``segments``; ``sources`` and ``set_aside`` are the reader's to fill, and ``issues`` to
        complete.

    Raises
    ------
    NotEnoughError
        The ledger has no order.
    """
    settings, scaled = fitted(wishes.settings, ledger, wishes.book)
    on_file, customers = loss.with_losses(wishes.incidents, settings), wishes.customers
    if customers is not None:
        customers = customers.drop_duplicates("customer_id")
    segmented = segment_table.build(ledger, settings=settings, customers=customers, incidents=on_file)
    rates = return_rate.learn(ledger, settings, on_file)
    wishes = replace(wishes, settings=settings, customers=customers, incidents=on_file)
    if not wishes.limited:
        return assemble(ledger, segmented, rates, wishes, scaled)
    rank = most_at_stake.ranks(segmented.history, settings, on_file)
    some = most_at_stake.first(segmented, rank, settings.large_accounts, wishes.listed)
    built = assemble(some_customers.of(ledger, some.history["customer_id"]), some, rates, wishes, scaled)
    of = most_at_stake.candidates(rank)
    note = most_at_stake.note(len(some.table), settings.large_accounts, of, len(segmented.table))
    lost = loyalty.loss_rate(segmented.history, ledger.today)
    return replace(built, candidates=of, loss_rate=lost, issues=(note,))


def fitted(settings: Settings, ledger: Ledger, book: playbook.Playbook | None) -> tuple[Settings, str]:
    """Return the settings with the waits of the playbook and amounts in the money of the ledger, and what to say of it."""
    settings = settings if book is None else playbook.steer(settings, book)
    return money_scale.fit(settings, ledger.table, settings.currency or ledger.currency)


def assemble(
    ledger: Ledger, segmented: Segmented, rates: ReturnRates, wishes: Wishes, scaled: str = ""
) -> Plan:
    """Plan for customers in segments.

    Parameters
    ----------
    ledger : Ledger
        Of these customers.
    segmented : Segmented
        One row a customer that may come into the campaign.
    rates : ReturnRates
        What the whole ledger says of who orders again without contact.
    wishes : Wishes
        Its settings as `fitted` gives them; its incidents with their losses.
    scaled : str
        What `fitted` says of the amounts.
    """
    settings = approvers.with_reps(wishes.settings, wishes.reps)
    on_file, customers, as_of = wishes.incidents, wishes.customers, ledger.today
    currency, revenue = settings.currency or ledger.currency, ledger.revenue
    opened = open_incidents.find(ledger, on_file, settings=settings)
    today = ledger.as_of
    # Solved or not: what several customers reported is a system. What only the ledger hints at nobody has said.
    said = opened.iloc[:0] if on_file is None else on_file
    causes = root_cause.share(root_cause.systemic(said, 0, as_of, settings), said, settings)
    opened = root_cause.with_fix_total(opened, settings)
    listed = campaign_accounts.choose(
        segmented.history,
        opened,
        causes,
        customers,
        rests=wishes.rests,
        rates=rates,
        today=today,
        settings=settings,
    )
    effect = past_outcomes.effect_of(wishes.outcomes, settings)
    listed = listed.assign(rep_limit=approvers.own_limits(listed["owner"].to_numpy(object), settings))
    sized = customer_offers.size(listed, settings, as_of=as_of, effect=effect)
    sized = precedent.add(sized, segmented.history, settings)
    gone = sized["status"].isin(["Lapsed", "Cold"]).to_numpy(bool)
    stopped = stopped_products.of_accounts(
        ledger, sized["customer_id"], gone, currency=currency, settings=settings
    )
    sized = sized.assign(stopped_buying=stopped.full, stopped_short=stopped.short)
    campaign_id = wishes.campaign_id or f"WB-{as_of:%Y-%m-%d}"
    rows, stated = schedule.build(
        sized,
        wishes.reps,
        campaign_id=campaign_id,
        as_of=as_of,
        settings=settings,
        book=wishes.book,
        before=wishes.before,
    )
    offers = sized.loc[sized["incidents"] != "", columns.MAKE_GOODS.names]
    learned = "" if effect is None else effect.sentence
    stated = tuple(filter(None, (learned, *stated, plan_summary.only_tokens(rows, said), scaled)))
    few = customer_value.too_few(segmented.models)
    return Plan(
        campaign_id=campaign_id,
        as_of=as_of,
        settings=settings,
        currency=currency,
        segments=segmented.table,
        make_goods=approvers.alike(offers.reset_index(drop=True), rows),
        campaign=rows,
        causes=precedent.of_causes(causes, sized),
        set_aside=pd.DataFrame(),
        loss_rate=loyalty.loss_rate(segmented.history, as_of),
        revenue_used=revenue,
        models=(*segmented.models, *stated),
        stated=(*few, *stated),
        playbook=wishes.book,
        retention=retention.build(ledger, segmented.history, customers, settings),
    )
