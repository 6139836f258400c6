"""The thresholds themselves: default, unit, bounds, reason and source of each. Data only.

Nothing else in the product holds a threshold. Where a number comes from none of the five articles nor a paper, its
source says "design": a choice of this product, for the user to change.
"""

from __future__ import annotations

from dataclasses import dataclass

from winback_xl.settings.about import setting


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every threshold, group by group, in the order of the Settings sheet."""

    # -- Lapse ---------------------------------------------------------------------------------------------
    lapse_mode: str = setting(
        "cadence",
        group="Lapse",
        label="How a lapse is found",
        unit="",
        choices=("cadence", "fixed"),
        why="Each customer's own rhythm finds lapses better than one window for all; 'fixed' is the classic list.",
        source="article 001; measured on three ledgers",
    )
    fixed_days: int = setting(
        183,
        group="Lapse",
        label="Fixed window",
        unit="days",
        low=1,
        high=3650,
        why="Silent for longer than this counts as lapsed when the mode is 'fixed'.",
        source="article 001 (six months)",
    )
    own_cadence_order_days: int = setting(
        3,
        group="Lapse",
        label="Order days for an own cadence",
        unit="days",
        low=2,
        high=20,
        why="With fewer order days the typical gap of all customers is used.",
        source="design, measured",
    )
    limit_multiple: float = setting(
        3.0,
        group="Lapse",
        label="Lapse limit",
        unit="x cadence",
        low=1.5,
        high=20,
        why="Silent for longer than this many of the own gaps counts as lapsed.",
        source="design, measured",
    )
    limit_floor_days: int = setting(
        30,
        group="Lapse",
        label="Shortest lapse limit",
        unit="days",
        low=1,
        high=365,
        why="Nobody lapses in less than this, however often they buy.",
        source="design, measured",
    )
    population_limit_quantile: float = setting(
        0.9,
        group="Lapse",
        label="Limit without own cadence",
        unit="quantile of all gaps",
        low=0.5,
        high=0.99,
        why="Customers with too few orders lapse when they are slower than this share of all gaps.",
        source="design, measured",
    )
    active_multiple: float = setting(
        1.5,
        group="Lapse",
        label="Active until",
        unit="x cadence",
        low=1,
        high=10,
        why="Silent for no longer than this is Active.",
        source="design",
    )
    due_multiple: float = setting(
        2.0,
        group="Lapse",
        label="Due until",
        unit="x cadence",
        low=1,
        high=15,
        why="Silent for no longer than this is Due; up to the limit is At risk.",
        source="design",
    )
    cold_multiple: float = setting(
        2.0,
        group="Lapse",
        label="Cold after",
        unit="x lapse limit",
        low=1,
        high=20,
        why="Silent for longer than this is Cold: to be won like a new prospect.",
        source="design",
    )
    cold_days: int = setting(
        730,
        group="Lapse",
        label="Cold after, at the latest",
        unit="days",
        low=30,
        high=3650,
        why="Two silent years are Cold for everybody.",
        source="design",
    )
    # -- Loyalty -------------------------------------------------------------------------------------------
    loyalty_window_days: int = setting(
        730,
        group="Loyalty",
        label="Loyalty window",
        unit="days",
        low=90,
        high=3650,
        why="Order days in this window before the as-of date make the behaviour score.",
        source="design",
    )
    loyalty_min_order_days: int = setting(
        3,
        group="Loyalty",
        label="Order days for a habit",
        unit="days",
        low=2,
        high=20,
        why="With fewer order days every purchase is still a new decision: Occasional.",
        source="article 000",
    )
    period_days: int = setting(
        91,
        group="Loyalty",
        label="Length of a buying period",
        unit="days",
        low=7,
        high=366,
        why="Continuity counts the periods bought in.",
        source="design",
    )
    behaviour_threshold: float = setting(
        0.55,
        group="Loyalty",
        label="Habit from a behaviour score of",
        unit="score 0-1",
        low=0,
        high=1,
        why="Below this the buying is Occasional.",
        source="Dick & Basu 1994; threshold: design",
    )
    loyal_points: int = setting(
        2,
        group="Loyalty",
        label="Loyal from attitude points of",
        unit="points",
        low=1,
        high=10,
        why="Orders alone never make a customer Loyal; this much evidence of attitude does.",
        source="articles 000, 004; Dick & Basu 1994",
    )
    wallet_threshold: float = setting(
        0.5,
        group="Loyalty",
        label="Occasional below a share of wallet of",
        unit="share",
        low=0,
        high=1,
        why="Who buys more elsewhere weighs you against rivals each time.",
        source="article 000",
    )
    promotion_threshold: float = setting(
        0.7,
        group="Loyalty",
        label="Promotion buyer above",
        unit="share",
        low=0,
        high=1,
        why="Who buys mostly on promotion loses one attitude point.",
        source="design",
    )
    material_failure_share: float = setting(
        0.25,
        group="Loyalty",
        label="Material failure from",
        unit="x own average order",
        low=0,
        high=10,
        why="Smaller credits are routine corrections and prove nothing.",
        source="design, measured",
    )
    survival_order_days: int = setting(
        2,
        group="Loyalty",
        label="Survived after",
        unit="later order days",
        low=1,
        high=10,
        why="Coming back this often after a material failure shows that it was survived.",
        source="articles 000, 004",
    )
    half_frequency_days: float = setting(
        3.0,
        group="Loyalty",
        label="Half the frequency score at",
        unit="order days after the first",
        low=1,
        high=50,
        why="The score of how often grows with each order day, ever more slowly: 3 give 0.5, 9 give 0.75.",
        source="design",
    )
    weight_frequency: float = setting(
        0.35,
        group="Loyalty",
        label="Weight of how often",
        unit="share",
        low=0,
        high=1,
        why="Part of the behaviour score that counts order days.",
        source="Dick & Basu 1994 (repeat patronage); weight: design",
    )
    weight_continuity: float = setting(
        0.35,
        group="Loyalty",
        label="Weight of how steadily",
        unit="share",
        low=0,
        high=1,
        why="Part of the behaviour score that counts the periods bought in.",
        source="Dick & Basu 1994 (repeat patronage); weight: design",
    )
    weight_regularity: float = setting(
        0.1,
        group="Loyalty",
        label="Weight of how regularly",
        unit="share",
        low=0,
        high=1,
        why="Part of the behaviour score that is 1 for a clockwork rhythm and 0.5 for chance.",
        source="design",
    )
    weight_wallet: float = setting(
        0.2,
        group="Loyalty",
        label="Weight of the share of wallet",
        unit="share",
        low=0,
        high=1,
        why="Part of the behaviour score where the share of wallet is known.",
        source="article 000; weight: design",
    )
    points_referral: int = setting(
        2,
        group="Loyalty",
        label="Points for a referral",
        unit="points",
        low=0,
        high=10,
        why="They sent you a customer, or gave a reference: the strongest sign of attitude.",
        source="articles 000, 004; points: design",
    )
    points_survived: int = setting(
        2,
        group="Loyalty",
        label="Points for a survived failure",
        unit="points",
        low=0,
        high=10,
        why="They came back after a material failure: one mistake did not end it.",
        source="articles 000, 004; points: design",
    )
    points_promoter: int = setting(
        1,
        group="Loyalty",
        label="Points for NPS 9 or 10",
        unit="points",
        low=0,
        high=10,
        why="They say that they would recommend you.",
        source="NPS standard; points: design",
    )
    points_knows_why: int = setting(
        1,
        group="Loyalty",
        label="Points for knowing why",
        unit="points",
        low=0,
        high=10,
        why="They can say why they buy from you.",
        source="articles 000, 004; points: design",
    )
    points_detractor: int = setting(
        2,
        group="Loyalty",
        label="Points off for NPS 0 to 6",
        unit="points",
        low=0,
        high=10,
        why="They say that they would not recommend you.",
        source="NPS standard; points: design",
    )
    points_quotes: int = setting(
        1,
        group="Loyalty",
        label="Points off for quotes every time",
        unit="points",
        low=0,
        high=10,
        why="Every order is weighed against rivals.",
        source="article 000; points: design",
    )
    points_promotion: int = setting(
        1,
        group="Loyalty",
        label="Points off for promotion buying",
        unit="points",
        low=0,
        high=10,
        why="They buy the price, not you.",
        source="design",
    )
    demoted_drop: float = setting(
        0.3,
        group="Loyalty",
        label="Demoted from a drop of",
        unit="share of the year before",
        low=0.05,
        high=0.95,
        why="Who still buys, but so much less than in the year before, has demoted you: rivals get the rest.",
        source="articles 000, 004; size: design",
    )
    # -- Value ---------------------------------------------------------------------------------------------
    margin: float = setting(
        0.30,
        group="Value",
        label="Gross margin",
        unit="share of revenue",
        low=0,
        high=0.99,
        why="Used where the ledger has no margin.",
        source="design: put in your own",
    )
    future_years: int = setting(
        3,
        group="Value",
        label="Years counted",
        unit="years",
        low=1,
        high=10,
        why="How far the future margin looks.",
        source="Stauss & Friege 1999; horizon: design",
    )
    discount: float = setting(
        0.10,
        group="Value",
        label="Discount rate",
        unit="share a year",
        low=0,
        high=1,
        why="A later margin is worth less today.",
        source="design",
    )
    keep: float = setting(
        0.80,
        group="Value",
        label="Kept from year to year",
        unit="share a year",
        low=0,
        high=1,
        why="A customer won back may leave again.",
        source="article 001 (10-40 % leave a year)",
    )
    model_min_repeaters: int = setting(
        40,
        group="Value",
        label="Repeat buyers for the models",
        unit="customers",
        low=4,
        high=100000,
        why="With fewer customers who came back, expected orders are counted and not modelled.",
        source="design: ten customers for each of the model's four parameters",
    )
    referral_share: float = setting(
        0.1,
        group="Value",
        label="Referrals that go along",
        unit="share of their future margin",
        low=0,
        high=1,
        why="A lost customer takes some of those along whom they sent you; added to what winning them back is worth.",
        source="articles 001, 003; size: design",
    )
    # -- Odds ----------------------------------------------------------------------------------------------
    odds_current_low: float = setting(
        0.60,
        group="Odds",
        label="Current customer, low",
        unit="probability",
        low=0,
        high=1,
        why="Odds to sell again to a customer who still buys.",
        source="author says: article 001",
    )
    odds_current_high: float = setting(
        0.70,
        group="Odds",
        label="Current customer, high",
        unit="probability",
        low=0,
        high=1,
        why="Odds to sell again to a customer who still buys.",
        source="author says: article 001",
    )
    odds_lapsed_low: float = setting(
        0.20,
        group="Odds",
        label="Lapsed customer, low",
        unit="probability",
        low=0,
        high=1,
        why="Odds to win back a lapsed customer.",
        source="author says: article 001",
    )
    odds_lapsed_high: float = setting(
        0.40,
        group="Odds",
        label="Lapsed customer, high",
        unit="probability",
        low=0,
        high=1,
        why="Odds to win back a lapsed customer.",
        source="author says: article 001",
    )
    odds_cold_low: float = setting(
        0.05,
        group="Odds",
        label="Cold customer, low",
        unit="probability",
        low=0,
        high=1,
        why="Odds of a prospect; a cold customer is one again.",
        source="author says: article 001",
    )
    odds_cold_high: float = setting(
        0.20,
        group="Odds",
        label="Cold customer, high",
        unit="probability",
        low=0,
        high=1,
        why="Odds of a prospect; a cold customer is one again.",
        source="author says: article 001",
    )
    odds_weight_level: float = setting(
        0.4,
        group="Odds",
        label="Weight of the level",
        unit="share",
        low=0,
        high=1,
        why="Stronger first lifetime, better odds: Occasional 0, Habitual 0.4, Loyal 1.",
        source="sign: Kumar et al. 2015; weight: design",
    )
    odds_weight_recency: float = setting(
        0.3,
        group="Odds",
        label="Weight of the silence",
        unit="share",
        low=0,
        high=1,
        why="The longer silent beyond the limit, the lower the odds; nothing is left at six limits.",
        source="design",
    )
    odds_weight_fix: float = setting(
        0.3,
        group="Odds",
        label="Weight of the cause",
        unit="share",
        low=0,
        high=1,
        why="Specific cause 1, systemic but fixed 0.5, systemic and open 0.",
        source="article 003; weight: design",
    )
    odds_habitual: float = setting(
        0.4,
        group="Odds",
        label="Level Habitual Buyer counts",
        unit="share of its weight",
        low=0,
        high=1,
        why="Between Occasional 0 and Loyal 1: a habit is half a tie, and one mistake broke it.",
        source="sign: Kumar et al. 2015; size: design",
    )
    odds_systemic_fixed: float = setting(
        0.5,
        group="Odds",
        label="Systemic but fixed counts",
        unit="share of its weight",
        low=0,
        high=1,
        why="Between systemic and open 0 and specific 1: fixed, but they must believe it.",
        source="article 003; size: design",
    )
    odds_fade_limits: float = setting(
        5.0,
        group="Odds",
        label="Silence fades over",
        unit="lapse limits beyond the first",
        low=0.5,
        high=50,
        why="After that much more silence nothing is left of its weight.",
        source="design",
    )
    odds_severity_drop: float = setting(
        0.25,
        group="Odds",
        label="Severity lowers the place by",
        unit="share of the place in the band, at severity 5",
        low=0,
        high=1,
        why="From easy to impossible, depending on severity: nothing at 1 or unknown, all of it at 5, evenly between.",
        source="article 000; size: design",
    )
    # -- Loss ----------------------------------------------------------------------------------------------
    late_rate_per_day: float = setting(
        0.005,
        group="Loss",
        label="Cost of a late day",
        unit="share of order value a day",
        low=0,
        high=0.2,
        why="An assumption for late deliveries without a stated loss.",
        source="design: usual contract penalty",
    )
    late_cap: float = setting(
        0.10,
        group="Loss",
        label="Cost of late days, at most",
        unit="share of order value",
        low=0,
        high=1,
        why="Caps the assumption above.",
        source="design: usual contract penalty",
    )
    # -- Make-good -----------------------------------------------------------------------------------------
    rejected_low: float = setting(
        0.60,
        group="Make-good",
        label="Share of loss, rejected, low",
        unit="x loss",
        low=0,
        high=1.5,
        why="A customer who rejected the flawed service needs 60-120 % of the loss; less is wasted.",
        source="Gelbrich et al. 2015",
    )
    rejected_recommended: float = setting(
        1.00,
        group="Make-good",
        label="Share of loss, rejected, recommended",
        unit="x loss",
        low=0,
        high=1.5,
        why="Proportional to the mistake.",
        source="article 000; Gelbrich et al. 2015",
    )
    rejected_high: float = setting(
        1.20,
        group="Make-good",
        label="Share of loss, rejected, high",
        unit="x loss",
        low=0,
        high=1.5,
        why="Beyond this more money does little.",
        source="Gelbrich et al. 2015",
    )
    accepted_low: float = setting(
        0.25,
        group="Make-good",
        label="Share of loss, accepted, low",
        unit="x loss",
        low=0,
        high=1.5,
        why="A customer who kept the flawed service values the first money most.",
        source="Gelbrich et al. 2015",
    )
    accepted_recommended: float = setting(
        0.50,
        group="Make-good",
        label="Share of loss, accepted, recommended",
        unit="x loss",
        low=0,
        high=1.5,
        why="Concave: the first half does most.",
        source="Gelbrich et al. 2015",
    )
    accepted_high: float = setting(
        1.00,
        group="Make-good",
        label="Share of loss, accepted, high",
        unit="x loss",
        low=0,
        high=1.5,
        why="The whole loss is the most that helps.",
        source="Gelbrich et al. 2015",
    )
    overcompensation: float = setting(
        1.50,
        group="Make-good",
        label="Never above",
        unit="x loss",
        low=1,
        high=3,
        why="Beyond 150 % satisfaction falls again.",
        source="Haesevoets et al. 2017",
    )
    prior_failure_step: float = setting(
        0.10,
        group="Make-good",
        label="More for each prior failure",
        unit="share",
        low=0,
        high=1,
        why="A repeated failure weighs more.",
        source="Grewal et al. 2008; size: design",
    )
    prior_failure_max: int = setting(
        3,
        group="Make-good",
        label="Prior failures counted, at most",
        unit="failures in 12 months",
        low=0,
        high=10,
        why="Caps the step above.",
        source="design",
    )
    token_share: float = setting(
        0.05,
        group="Make-good",
        label="Token",
        unit="share of loss",
        low=0,
        high=0.5,
        why="X plus something else: a small personal gesture beside the restitution.",
        source="articles 001, 004",
    )
    token_min: float = setting(
        25.0,
        group="Make-good",
        label="Token, at least",
        unit="money",
        low=0,
        high=10_000,
        why="A token too small is an insult.",
        source="article 000; size: design",
    )
    token_max: float = setting(
        500.0,
        group="Make-good",
        label="Token, at most",
        unit="money",
        low=0,
        high=100_000,
        why="A token is no payment.",
        source="article 004; size: design",
    )
    token_items: str = setting(
        "Handwritten card 5; Branded hat 25; Gift card 50; Lunch for two 100; Lunch for the team 200; Tickets for two 300; Day at our works 500",
        group="Make-good",
        label="Things to give as a token",
        unit="name and price; ...",
        why="Small things go far: the dearest that the token pays for is proposed.",
        source="article 004; list: design, put in your own",
    )
    small_harm: float = setting(
        500.0,
        group="Make-good",
        label="Small harm up to",
        unit="money",
        low=0,
        high=100_000,
        why="Below this a token may do and proportion is not judged.",
        source="design",
    )
    disproportionate_share: float = setting(
        0.01,
        group="Make-good",
        label="Out of proportion below",
        unit="x loss",
        low=0,
        high=1.5,
        why="A candy basket for a lost day is an insult: 15 for 30,000 is 0.0005.",
        source="article 000; size: design",
    )
    token_only_share: float = setting(
        0.10,
        group="Make-good",
        label="Only a token below",
        unit="x loss",
        low=0,
        high=1.5,
        why="Less than this of the loss is read as a token, not as making good.",
        source="article 004; size: design",
    )
    rep_limit: float = setting(
        500.0,
        group="Make-good",
        label="Rep decides up to",
        unit="money, our cost",
        low=0,
        high=1e9,
        why="Empower the rep to decide on the spot.",
        source="article 001; size: design",
    )
    manager_limit: float = setting(
        5_000.0,
        group="Make-good",
        label="Manager decides up to",
        unit="money, our cost",
        low=0,
        high=1e9,
        why="Above it the director decides.",
        source="design",
    )
    director_limit: float = setting(
        25_000.0,
        group="Make-good",
        label="Director decides up to",
        unit="money, our cost",
        low=0,
        high=1e9,
        why="Above it the CFO decides.",
        source="design",
    )
    approval_share: float = setting(
        0.8,
        group="Make-good",
        label="Warn when more need approval",
        unit="share of offers",
        low=0,
        high=1,
        why="Who must ask for everything is sabotaged: above this, or with no limit at all, a warning is given.",
        source="article 001; share: design",
    )
    # -- Decision ------------------------------------------------------------------------------------------
    effort_cost: float = setting(
        40.0,
        group="Decision",
        label="Effort for one account",
        unit="money",
        low=0,
        high=100_000,
        why="Calls and visits cost time; an account worth less than that is let go kindly.",
        source="article 003; size: design",
    )
    min_odds: float = setting(
        0.08,
        group="Decision",
        label="Rest below odds of",
        unit="probability",
        low=0,
        high=1,
        why="Time heals; a later try has better odds than a hopeless one today.",
        source="article 002; size: design",
    )
    max_attempts: int = setting(
        3,
        group="Decision",
        label="Attempts before a rest",
        unit="attempts",
        low=1,
        high=20,
        why="Don't be pushy.",
        source="article 000; size: design",
    )
    max_rests: int = setting(
        2,
        group="Decision",
        label="Rests before it is over",
        unit="rests",
        low=1,
        high=10,
        why="The opera is over: find another prospect.",
        source="article 002; size: design",
    )
    rest_days: int = setting(
        90,
        group="Decision",
        label="Rest",
        unit="days",
        low=7,
        high=730,
        why="How long to leave a customer in peace.",
        source="article 002; size: design",
    )
    rest_days_occasional: int = setting(
        180,
        group="Decision",
        label="Rest, Occasional Buyer",
        unit="days",
        low=7,
        high=730,
        why="A good long while before another shot.",
        source="article 004; size: design",
    )
    rest_days_severe: int = setting(
        180,
        group="Decision",
        label="Rest after a severe incident",
        unit="days",
        low=7,
        high=730,
        why="Time heals, and a deep wound takes longer: at least so long after an incident of severity 4 or 5.",
        source="article 002; size: design",
    )
    light_touch_days: int = setting(
        91,
        group="Decision",
        label="Light touch while resting",
        unit="days",
        low=7,
        high=730,
        why="Keep in touch with past customers: look for a change, sell nothing.",
        source="article 002; size: design",
    )
    systemic_customers: int = setting(
        3,
        group="Decision",
        label="Systemic from",
        unit="customers with the same reason",
        low=2,
        high=100,
        why="The same reason at several customers within 12 months is no accident.",
        source="article 003; size: design",
    )
    systemic_share: float = setting(
        0.10,
        group="Decision",
        label="Systemic from a share of",
        unit="share of customers with a reason",
        low=0.01,
        high=1,
        why="Or the same reason at this share of the customers with a reason on file.",
        source="article 003; size: design",
    )
    comparable_factor: float = setting(
        2.0,
        group="Decision",
        label="Comparable within a factor of",
        unit="x annual revenue",
        low=1,
        high=100,
        why="Who still buys, and so much as this customer up to this factor, may ask for the same price concession.",
        source="article 003; size: design",
    )
    difficult_from: int = setting(
        4,
        group="Decision",
        label="Difficult from",
        unit="difficulty of 1 to 5",
        low=1,
        high=5,
        why="Difficult to work with may mean that this is no good customer: think before you answer Want back.",
        source="article 001; size: design",
    )
    late_payer_days: float = setting(
        30.0,
        group="Decision",
        label="Pays late from",
        unit="days after the due date",
        low=0,
        high=365,
        why="Who pays so late costs you money and nerves: think before you answer Want back.",
        source="article 001; size: design",
    )
    contact_days: int = setting(
        365,
        group="Decision",
        label="Check a contact after",
        unit="days since the last check",
        low=30,
        high=3650,
        why="Have you been trying to reach them at an old address?",
        source="article 001; size: design",
    )
    new_customer_cost: float = setting(
        0.0,
        group="Decision",
        label="Cost of a new customer",
        unit="money (0: unknown)",
        low=0,
        high=1000000000.0,
        why="Put in your own: winning back should cost far less than that.",
        source="article 001; your own number",
    )
    # -- Campaign ------------------------------------------------------------------------------------------
    include_at_risk: bool = setting(
        False,
        group="Campaign",
        label="Include customers At risk",
        unit="",
        why="They still may return by themselves; an open incident always includes a customer.",
        source="design",
    )
    make_good_budget: float = setting(
        0.0,
        group="Campaign",
        label="Make-good budget",
        unit="money, our cost (0: no limit)",
        low=0,
        high=1e12,
        why="With it, whom to pursue is chosen by expected value under the budget.",
        source="design",
    )
    campaign_weeks: int = setting(
        4,
        group="Campaign",
        label="Length of the campaign",
        unit="weeks",
        low=1,
        high=104,
        why="Weekly contacts of a rep times these weeks is what the rep can take on.",
        source="design",
    )
    newcomer_months: float = setting(
        6.0,
        group="Campaign",
        label="Newcomer for",
        unit="months with the company",
        low=0,
        high=60,
        why="Not a fair list for the new rep: no lost causes to the newcomer.",
        source="article 001; size: design",
    )
    newcomer_lost_share: float = setting(
        0.20,
        group="Campaign",
        label="Lost causes of a newcomer, at most",
        unit="share of the rep's list",
        low=0,
        high=1,
        why="A newcomer needs wins; cold accounts beyond this go to others.",
        source="article 001; size: design",
    )
    control_share: float = setting(
        0.0,
        group="Campaign",
        label="Control group",
        unit="share of accounts left alone",
        low=0,
        high=0.5,
        why="Who is left alone shows what would have come back by itself; without it recovery is no proof.",
        source="design",
    )
    wave_size: int = setting(
        50,
        group="Campaign",
        label="Accounts in a wave",
        unit="accounts",
        low=1,
        high=100_000,
        why="As many as the team can call in a week; the best go first.",
        source="design",
    )
    top_accounts: int = setting(
        10,
        group="Campaign",
        label="Top accounts",
        unit="accounts",
        low=1,
        high=1000,
        why="The manager joins these; the stress view looks at them.",
        source="articles 000, 001",
    )
    solution_days: int = setting(
        14,
        group="Campaign",
        label="Solution within",
        unit="days",
        low=1,
        high=365,
        why="Find solutions fast: an account that is open for longer is coloured and counted.",
        source="article 004; days: design",
    )
    incentive_rate: float = setting(
        0.0,
        group="Campaign",
        label="Incentive of the rep",
        unit="share of won margin",
        low=0,
        high=1,
        why="Reward the team for wins: earned once the customer confirmed; 0 for none.",
        source="article 001: put in your own",
    )
    update_days: int = setting(
        2,
        group="Campaign",
        label="Next update within",
        unit="working days",
        low=1,
        high=30,
        why="Do not leave the customer hanging, even with no answer yet.",
        source="article 004",
    )
    thank_you_days: int = setting(
        2,
        group="Campaign",
        label="Thank-you call within",
        unit="working days",
        low=1,
        high=30,
        why="Wait a day or two after the plan e-mail, then call to thank.",
        source="article 003",
    )
    aftercare_1: int = setting(
        7,
        group="Campaign",
        label="Aftercare call 1",
        unit="days after the win",
        low=1,
        high=3650,
        why="Express appreciation at once.",
        source="articles 001, 002; size: design",
    )
    aftercare_2: int = setting(
        30,
        group="Campaign",
        label="Aftercare call 2",
        unit="days after the win",
        low=1,
        high=3650,
        why="And never stop: is everything as promised?",
        source="articles 001, 002; size: design",
    )
    aftercare_3: int = setting(
        90,
        group="Campaign",
        label="Aftercare call 3",
        unit="days after the win",
        low=1,
        high=3650,
        why="Remember why they left; it must not happen twice.",
        source="articles 001, 002; size: design",
    )
    aftercare_4: int = setting(
        180,
        group="Campaign",
        label="Aftercare call 4",
        unit="days after the win",
        low=1,
        high=3650,
        why="The relationship must withstand the next mistake.",
        source="articles 001, 002; size: design",
    )
    playbook: str = setting(
        "default",
        group="Campaign",
        label="Playbook",
        unit="",
        why="The steps, waits and scripts that the campaign follows.",
        source="five articles",
    )
    currency: str = setting(
        "",
        group="Campaign",
        label="Currency",
        unit="ISO code",
        why="Shown beside amounts; one currency a campaign. Blank: taken from the orders, if they say.",
        source="design",
    )
    company: str = setting(
        "",
        group="Campaign",
        label="Company name in letters",
        unit="",
        why="Stands below the name of the writer. Blank: no company line.",
        source="your own",
    )
    letter_closing: str = setting(
        "Kind regards",
        group="Campaign",
        label="Closing of letters",
        unit="",
        why="The line above the name of the writer.",
        source="design",
    )
    counsel_names: str = setting(
        "",
        group="Campaign",
        label="Who may approve for Counsel",
        unit="names, separated by commas",
        why="Cases with words of law, safety or injury get no letter and no offer until one of these people has approved.",
        source="your own",
    )
    paper: str = setting(
        "A4",
        group="Campaign",
        label="Paper",
        unit="",
        choices=("A4", "Letter"),
        why="The paper that every sheet and the report are laid out for.",
        source="design",
    )
    # -- Reading -------------------------------------------------------------------------------------------
    day_first: str = setting(
        "ask",
        group="Reading",
        label="03/04/2026 means",
        unit="",
        choices=("ask", "day first", "month first"),
        why="Decides only columns where no date settles the order; 'ask' refuses them and shows both readings.",
        source="design",
    )
    decimal_mark: str = setting(
        "ask",
        group="Reading",
        label="Decimal mark of text amounts",
        unit="",
        choices=("ask", "point", "comma"),
        why="Decides only columns where no amount settles it, such as 1,234.",
        source="design",
    )
    credit_side: str = setting(
        "ask",
        group="Reading",
        label="Amounts marked CR",
        unit="",
        choices=("ask", "minus", "plus"),
        why="Decides only columns in which most amounts are marked CR; where few are, they take away.",
        source="design",
    )
    hidden_rows: str = setting(
        "read",
        group="Reading",
        label="Hidden and filtered rows",
        unit="",
        choices=("read", "leave out"),
        why="A filter left on must not cost orders; how many rows were hidden is told either way.",
        source="design",
    )


ORDERED = (
    ("active_multiple", "due_multiple"),
    ("due_multiple", "limit_multiple"),
    ("odds_current_low", "odds_current_high"),
    ("odds_lapsed_low", "odds_lapsed_high"),
    ("odds_cold_low", "odds_cold_high"),
    ("rejected_low", "rejected_recommended"),
    ("rejected_recommended", "rejected_high"),
    ("accepted_low", "accepted_recommended"),
    ("accepted_recommended", "accepted_high"),
    ("token_min", "token_max"),
    ("disproportionate_share", "token_only_share"),
    ("rep_limit", "manager_limit"),
    ("manager_limit", "director_limit"),
    ("aftercare_1", "aftercare_2"),
    ("aftercare_2", "aftercare_3"),
    ("aftercare_3", "aftercare_4"),
)
"""Pairs of which the first may not be above the second."""
