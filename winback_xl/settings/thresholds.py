"""The settings: one row for each, group by group, in the order of the Settings sheet. Data only.

A row is everything there is to know of a setting: default, label, unit, lowest and highest value, why it is there and
where the number comes from. The Settings sheet, the settings file, ``winback help`` and the checks all follow from it,
so a setting is added, changed or removed here and nowhere else. Where a number comes neither from the five articles
nor from a paper, its source says "design": a choice of this product, for the user to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from winback_xl.settings.about import setting

_LAPSE = partial(setting, "Lapse")
_LOYALTY = partial(setting, "Loyalty")
_VALUE = partial(setting, "Value")
_ODDS = partial(setting, "Odds")
_LOSS = partial(setting, "Loss")
_MAKE_GOOD = partial(setting, "Make-good")
_DECISION = partial(setting, "Decision")
_CAMPAIGN = partial(setting, "Campaign")
_READING = partial(setting, "Reading")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every setting: default, label, unit, lowest, highest, why, source.

    ``above`` names settings that may not be greater than this one.
    """

    # fmt: off
    # -- Lapse
    lapse_mode: str = _LAPSE("cadence", "How a lapse is found", "", None, None, "Each customer's own rhythm finds lapses better than one window for all; 'fixed' is the classic list.", "article 001; measured on three ledgers", choices=("cadence", "fixed"))
    fixed_days: int = _LAPSE(183, "Fixed window", "days", 1, 3650, "Silent for longer than this counts as lapsed when the mode is 'fixed'.", "article 001 (six months)")
    own_cadence_order_days: int = _LAPSE(3, "Order days for an own cadence", "days", 2, 20, "With fewer order days the typical gap of all customers is used.", "design, measured")
    limit_multiple: float = _LAPSE(3.0, "Lapse limit", "x cadence", 1.5, 20, "Silent for longer than this many of the own gaps counts as lapsed.", "design, measured", above=("due_multiple",))
    limit_floor_days: int = _LAPSE(30, "Shortest lapse limit", "days", 1, 365, "Nobody lapses in less than this, however often they buy.", "design, measured")
    population_limit_quantile: float = _LAPSE(0.9, "Limit without own cadence", "quantile of all gaps", 0.5, 0.99, "Customers with too few orders lapse when they are slower than this share of all gaps.", "design, measured")
    active_multiple: float = _LAPSE(1.5, "Active until", "x cadence", 1, 10, "Silent for no longer than this is Active.", "design")
    due_multiple: float = _LAPSE(2.0, "Due until", "x cadence", 1, 15, "Silent for no longer than this is Due; up to the limit is At risk.", "design", above=("active_multiple",))
    cold_multiple: float = _LAPSE(2.0, "Cold after", "x lapse limit", 1, 20, "Silent for longer than this is Cold: to be won like a new prospect.", "design")
    cold_days: int = _LAPSE(730, "Cold after, at the latest", "days", 30, 3650, "Two silent years are Cold for everybody.", "design")
    # -- Loyalty
    loyalty_window_days: int = _LOYALTY(730, "Loyalty window", "days", 90, 3650, "Order days in this window before the as-of date make the behaviour score.", "design")
    loyalty_min_order_days: int = _LOYALTY(3, "Order days for a habit", "days", 2, 20, "With fewer order days every purchase is still a new decision: Occasional.", "article 000")
    sure_order_days: int = _LOYALTY(12, "High confidence from", "order days", 2, 365, "With so many order days, one source of attitude is enough to be sure of the level.", "design")
    period_days: int = _LOYALTY(91, "Length of a buying period", "days", 7, 366, "Continuity counts the periods bought in.", "design")
    behaviour_threshold: float = _LOYALTY(0.55, "Habit from a behaviour score of", "score 0-1", 0, 1, "Below this the buying is Occasional.", "Dick & Basu 1994; threshold: design")
    loyal_points: int = _LOYALTY(2, "Loyal from attitude points of", "points", 1, 10, "Orders alone never make a customer Loyal; this much evidence of attitude does.", "articles 000, 004; Dick & Basu 1994")
    wallet_threshold: float = _LOYALTY(0.5, "Occasional below a share of wallet of", "share", 0, 1, "Who buys more elsewhere weighs you against rivals each time.", "article 000")
    promotion_threshold: float = _LOYALTY(0.7, "Promotion buyer above", "share", 0, 1, "Who buys mostly on promotion loses one attitude point.", "design")
    material_failure_share: float = _LOYALTY(0.25, "Material failure from", "x own average order", 0, 10, "Smaller credits are routine corrections and prove nothing.", "design, measured")
    survival_order_days: int = _LOYALTY(2, "Survived after", "later order days", 1, 10, "Coming back this often after a material failure shows that it was survived.", "articles 000, 004")
    half_frequency_days: float = _LOYALTY(3.0, "Half the frequency score at", "order days after the first", 1, 50, "The score of how often grows with each order day, ever more slowly: 3 give 0.5, 9 give 0.75.", "design")
    weight_frequency: float = _LOYALTY(0.35, "Weight of how often", "share", 0, 1, "Part of the behaviour score that counts order days.", "Dick & Basu 1994 (repeat patronage); weight: design")
    weight_continuity: float = _LOYALTY(0.35, "Weight of how steadily", "share", 0, 1, "Part of the behaviour score that counts the periods bought in.", "Dick & Basu 1994 (repeat patronage); weight: design")
    weight_regularity: float = _LOYALTY(0.1, "Weight of how regularly", "share", 0, 1, "Part of the behaviour score that is 1 for a clockwork rhythm and 0.5 for chance.", "design")
    clockwork_from: float = _LOYALTY(0.9, "Like clockwork from", "regularity of 0 to 1", 0, 1, "Words in Why this level: chance alone gives 0.5.", "design", above=("regular_from",))
    regular_from: float = _LOYALTY(0.7, "Fairly regular from", "regularity of 0 to 1", 0, 1, "Words in Why this level: chance alone gives 0.5.", "design")
    weight_wallet: float = _LOYALTY(0.2, "Weight of the share of wallet", "share", 0, 1, "Part of the behaviour score where the share of wallet is known.", "article 000; weight: design")
    points_referral: int = _LOYALTY(2, "Points for a referral", "points", 0, 10, "They sent you a customer, or gave a reference: the strongest sign of attitude.", "articles 000, 004; points: design")
    points_survived: int = _LOYALTY(2, "Points for a survived failure", "points", 0, 10, "They came back after a material failure: one mistake did not end it.", "articles 000, 004; points: design")
    points_promoter: int = _LOYALTY(1, "Points for NPS 9 or 10", "points", 0, 10, "They say that they would recommend you.", "NPS standard; points: design")
    nps_promoter: int = _LOYALTY(9, "Promoter from an NPS of", "NPS of 0 to 10", 0, 10, "Who answers this or more would recommend you.", "NPS standard (Reichheld 2003)", above=("nps_detractor",))
    points_knows_why: int = _LOYALTY(1, "Points for knowing why", "points", 0, 10, "They can say why they buy from you.", "articles 000, 004; points: design")
    points_detractor: int = _LOYALTY(2, "Points off for NPS 0 to 6", "points", 0, 10, "They say that they would not recommend you.", "NPS standard; points: design")
    nps_detractor: int = _LOYALTY(6, "Detractor up to an NPS of", "NPS of 0 to 10", 0, 10, "Who answers this or less would not recommend you.", "NPS standard (Reichheld 2003)")
    points_quotes: int = _LOYALTY(1, "Points off for quotes every time", "points", 0, 10, "Every order is weighed against rivals.", "article 000; points: design")
    points_promotion: int = _LOYALTY(1, "Points off for promotion buying", "points", 0, 10, "They buy the price, not you.", "design")
    demoted_drop: float = _LOYALTY(0.3, "Demoted from a drop of", "share of the year before", 0.05, 0.95, "Who still buys, but so much less than in the year before, has demoted you: rivals get the rest.", "articles 000, 004; size: design")
    # -- Value
    margin: float = _VALUE(0.30, "Gross margin", "share of revenue", 0, 0.99, "Used where the ledger has no margin.", "design: put in your own")
    future_years: int = _VALUE(3, "Years counted", "years", 1, 10, "How far the future margin looks.", "Stauss & Friege 1999; horizon: design")
    discount: float = _VALUE(0.10, "Discount rate", "share a year", 0, 1, "A later margin is worth less today.", "design")
    keep: float = _VALUE(0.80, "Kept from year to year", "share a year", 0, 1, "A customer won back may leave again.", "article 001 (10-40 % leave a year)")
    model_min_repeaters: int = _VALUE(40, "Repeat buyers for the models", "customers", 4, 100000, "With fewer customers who came back, expected orders are counted and not modelled.", "design: ten customers for each of the model's four parameters")
    referral_share: float = _VALUE(0.1, "Referrals that go along", "share of their future margin", 0, 1, "A lost customer takes some of those along whom they sent you; added to what winning them back is worth.", "articles 001, 003; size: design")
    # -- Odds
    odds_current_low: float = _ODDS(0.60, "Current customer, low", "probability", 0, 1, "Odds to sell again to a customer who still buys.", "author says: article 001")
    odds_current_high: float = _ODDS(0.70, "Current customer, high", "probability", 0, 1, "Odds to sell again to a customer who still buys.", "author says: article 001", above=("odds_current_low",))
    odds_lapsed_low: float = _ODDS(0.20, "Lapsed customer, low", "probability", 0, 1, "Odds to win back a lapsed customer.", "author says: article 001")
    odds_lapsed_high: float = _ODDS(0.40, "Lapsed customer, high", "probability", 0, 1, "Odds to win back a lapsed customer.", "author says: article 001", above=("odds_lapsed_low",))
    odds_cold_low: float = _ODDS(0.05, "Cold customer, low", "probability", 0, 1, "Odds of a prospect; a cold customer is one again.", "author says: article 001")
    odds_cold_high: float = _ODDS(0.20, "Cold customer, high", "probability", 0, 1, "Odds of a prospect; a cold customer is one again.", "author says: article 001", above=("odds_cold_low",))
    odds_weight_level: float = _ODDS(0.4, "Weight of the level", "share", 0, 1, "Stronger first lifetime, better odds: Occasional 0, Habitual 0.4, Loyal 1.", "sign: Kumar et al. 2015; weight: design")
    odds_weight_recency: float = _ODDS(0.3, "Weight of the silence", "share", 0, 1, "The longer silent beyond the limit, the lower the odds; nothing is left at six limits.", "design")
    odds_weight_fix: float = _ODDS(0.3, "Weight of the cause", "share", 0, 1, "Specific cause 1, systemic but fixed 0.5, systemic and open 0.", "article 003; weight: design")
    odds_habitual: float = _ODDS(0.4, "Level Habitual Buyer counts", "share of its weight", 0, 1, "Between Occasional 0 and Loyal 1: a habit is half a tie, and one mistake broke it.", "sign: Kumar et al. 2015; size: design")
    odds_systemic_fixed: float = _ODDS(0.5, "Systemic but fixed counts", "share of its weight", 0, 1, "Between systemic and open 0 and specific 1: fixed, but they must believe it.", "article 003; size: design")
    odds_fade_limits: float = _ODDS(5.0, "Silence fades over", "lapse limits beyond the first", 0.5, 50, "After that much more silence nothing is left of its weight.", "design")
    odds_severity_drop: float = _ODDS(0.25, "Severity lowers the place by", "share of the place in the band, at severity 5", 0, 1, "From easy to impossible, depending on severity: nothing at 1 or unknown, all of it at 5, evenly between.", "article 000; size: design")
    own_outcomes: int = _ODDS(10, "Own odds from", "wins, and as many losses", 2, 10000, "From so many wins and so many losses on, odds are fitted to your own outcomes; until then the bands count.", "design: rule of ten outcomes a parameter (Peduzzi et al. 1996)")
    # -- Loss
    late_rate_per_day: float = _LOSS(0.005, "Cost of a late day", "share of order value a day", 0, 0.2, "An assumption for late deliveries without a stated loss.", "design: usual contract penalty")
    late_cap: float = _LOSS(0.10, "Cost of late days, at most", "share of order value", 0, 1, "Caps the assumption above.", "design: usual contract penalty")
    # -- Make-good
    rejected_low: float = _MAKE_GOOD(0.60, "Share of loss, rejected, low", "x loss", 0, 1.5, "A customer who rejected the flawed service needs 60-120 % of the loss; less is wasted.", "Gelbrich et al. 2015")
    rejected_recommended: float = _MAKE_GOOD(1.00, "Share of loss, rejected, recommended", "x loss", 0, 1.5, "Proportional to the mistake.", "article 000; Gelbrich et al. 2015", above=("rejected_low",))
    rejected_high: float = _MAKE_GOOD(1.20, "Share of loss, rejected, high", "x loss", 0, 1.5, "Beyond this more money does little.", "Gelbrich et al. 2015", above=("rejected_recommended",))
    accepted_low: float = _MAKE_GOOD(0.25, "Share of loss, accepted, low", "x loss", 0, 1.5, "A customer who kept the flawed service values the first money most.", "Gelbrich et al. 2015")
    accepted_recommended: float = _MAKE_GOOD(0.50, "Share of loss, accepted, recommended", "x loss", 0, 1.5, "Concave: the first half does most.", "Gelbrich et al. 2015", above=("accepted_low",))
    accepted_high: float = _MAKE_GOOD(1.00, "Share of loss, accepted, high", "x loss", 0, 1.5, "The whole loss is the most that helps.", "Gelbrich et al. 2015", above=("accepted_recommended",))
    overcompensation: float = _MAKE_GOOD(1.50, "Never above", "x loss", 1, 3, "Beyond 150 % satisfaction falls again.", "Haesevoets et al. 2017")
    prior_failure_step: float = _MAKE_GOOD(0.10, "More for each prior failure", "share", 0, 1, "A repeated failure weighs more.", "Grewal et al. 2008; size: design")
    prior_failure_max: int = _MAKE_GOOD(3, "Prior failures counted, at most", "failures in 12 months", 0, 10, "Caps the step above.", "design")
    token_share: float = _MAKE_GOOD(0.05, "Token", "share of loss", 0, 0.5, "X plus something else: a small personal gesture beside the restitution.", "articles 001, 004")
    token_min: float = _MAKE_GOOD(25.0, "Token, at least", "money", 0, 10_000, "A token too small is an insult.", "article 000; size: design")
    token_max: float = _MAKE_GOOD(500.0, "Token, at most", "money", 0, 100_000, "A token is no payment.", "article 004; size: design", above=("token_min",))
    token_items: str = _MAKE_GOOD("Handwritten card 5; Branded hat 25; Gift card 50; Lunch for two 100; Lunch for the team 200; Tickets for two 300; Day at our works 500", "Things to give as a token", "name and price; ...", None, None, "Small things go far: the dearest that the token pays for is proposed.", "article 004; list: design, put in your own")
    small_harm: float = _MAKE_GOOD(500.0, "Small harm up to", "money", 0, 100_000, "Below this a token may do and proportion is not judged.", "design")
    disproportionate_share: float = _MAKE_GOOD(0.01, "Out of proportion below", "x loss", 0, 1.5, "A candy basket for a lost day is an insult: 15 for 30,000 is 0.0005.", "article 000; size: design")
    token_only_share: float = _MAKE_GOOD(0.10, "Only a token below", "x loss", 0, 1.5, "Less than this of the loss is read as a token, not as making good.", "article 004; size: design", above=("disproportionate_share",))
    rep_limit: float = _MAKE_GOOD(500.0, "Rep decides up to", "money, our cost", 0, 1e9, "Empower the rep to decide on the spot.", "article 001; size: design")
    manager_limit: float = _MAKE_GOOD(5_000.0, "Manager decides up to", "money, our cost", 0, 1e9, "Above it the director decides.", "design", above=("rep_limit",))
    director_limit: float = _MAKE_GOOD(25_000.0, "Director decides up to", "money, our cost", 0, 1e9, "Above it the CFO decides.", "design", above=("manager_limit",))
    approval_share: float = _MAKE_GOOD(0.8, "Warn when more need approval", "share of offers", 0, 1, "Who must ask for everything is sabotaged: above this, or with no limit at all, a warning is given.", "article 001; share: design")
    # -- Decision
    effort_cost: float = _DECISION(40.0, "Effort for one account", "money", 0, 100_000, "Calls and visits cost time; an account worth less than that is let go kindly.", "article 003; size: design")
    min_odds: float = _DECISION(0.08, "Rest below odds of", "probability", 0, 1, "Time heals; a later try has better odds than a hopeless one today.", "article 002; size: design")
    max_attempts: int = _DECISION(3, "Attempts before a rest", "attempts", 1, 20, "Don't be pushy.", "article 000; size: design")
    max_rests: int = _DECISION(2, "Rests before it is over", "rests", 1, 10, "The opera is over: find another prospect.", "article 002; size: design")
    rest_days: int = _DECISION(90, "Rest", "days", 7, 730, "How long to leave a customer in peace.", "article 002; size: design")
    rest_days_occasional: int = _DECISION(180, "Rest, Occasional Buyer", "days", 7, 730, "A good long while before another shot.", "article 004; size: design")
    rest_days_severe: int = _DECISION(180, "Rest after a severe incident", "days", 7, 730, "Time heals, and a deep wound takes longer: at least so long after an incident of severity 4 or 5.", "article 002; size: design")
    severe_from: int = _DECISION(4, "Severe from", "severity of 1 to 5", 1, 5, "From this severity on, the longer rest after a severe failure applies.", "article 002; size: design")
    light_touch_days: int = _DECISION(91, "Light touch while resting", "days", 7, 730, "Keep in touch with past customers: look for a change, sell nothing.", "article 002; size: design")
    systemic_customers: int = _DECISION(3, "Systemic from", "customers with the same reason", 2, 100, "The same reason at several customers within 12 months is no accident.", "article 003; size: design")
    systemic_share: float = _DECISION(0.10, "Systemic from a share of", "share of customers with a reason", 0.01, 1, "Or the same reason at this share of the customers with a reason on file.", "article 003; size: design")
    systemic_fewest: int = _DECISION(2, "Share counts from", "customers", 1, 100, "One customer is not a pattern, however few customers have a reason on file.", "article 003; size: design")
    comparable_factor: float = _DECISION(2.0, "Comparable within a factor of", "x annual revenue", 1, 100, "Who still buys, and so much as this customer up to this factor, may ask for the same price concession.", "article 003; size: design")
    difficult_from: int = _DECISION(4, "Difficult from", "difficulty of 1 to 5", 1, 5, "Difficult to work with may mean that this is no good customer: think before you answer Want back.", "article 001; size: design")
    late_payer_days: float = _DECISION(30.0, "Pays late from", "days after the due date", 0, 365, "Who pays so late costs you money and nerves: think before you answer Want back.", "article 001; size: design")
    contact_days: int = _DECISION(365, "Check a contact after", "days since the last check", 30, 3650, "Have you been trying to reach them at an old address?", "article 001; size: design")
    new_customer_cost: float = _DECISION(0.0, "Cost of a new customer", "money (0: unknown)", 0, 1000000000.0, "Put in your own: winning back should cost far less than that.", "article 001; your own number")
    # -- Campaign
    include_at_risk: bool = _CAMPAIGN(False, "Include customers At risk", "", None, None, "They still may return by themselves; an open incident always includes a customer.", "design")
    make_good_budget: float = _CAMPAIGN(0.0, "Make-good budget", "money, our cost (0: no limit)", 0, 1e12, "With it, whom to pursue is chosen by expected value under the budget.", "design")
    campaign_weeks: int = _CAMPAIGN(4, "Length of the campaign", "weeks", 1, 104, "Weekly contacts of a rep times these weeks is what the rep can take on.", "design")
    newcomer_months: float = _CAMPAIGN(6.0, "Newcomer for", "months with the company", 0, 60, "Not a fair list for the new rep: no lost causes to the newcomer.", "article 001; size: design")
    newcomer_lost_share: float = _CAMPAIGN(0.20, "Lost causes of a newcomer, at most", "share of the rep's list", 0, 1, "A newcomer needs wins; cold accounts beyond this go to others.", "article 001; size: design")
    control_share: float = _CAMPAIGN(0.0, "Control group", "share of accounts left alone", 0, 0.5, "Who is left alone shows what would have come back by itself; without it recovery is no proof.", "design")
    wave_size: int = _CAMPAIGN(50, "Accounts in a wave", "accounts", 1, 100_000, "As many as the team can call in a week; the best go first.", "design")
    top_accounts: int = _CAMPAIGN(10, "Top accounts", "accounts", 1, 1000, "The manager joins these; the stress view looks at them.", "articles 000, 001")
    solution_days: int = _CAMPAIGN(14, "Solution within", "days", 1, 365, "Find solutions fast: an account that is open for longer is coloured and counted.", "article 004; days: design")
    incentive_rate: float = _CAMPAIGN(0.0, "Incentive of the rep", "share of won margin", 0, 1, "Reward the team for wins: earned once the customer confirmed; 0 for none.", "article 001: put in your own")
    update_days: int = _CAMPAIGN(2, "Next update within", "working days", 1, 30, "Do not leave the customer hanging, even with no answer yet.", "article 004")
    thank_you_days: int = _CAMPAIGN(2, "Thank-you call within", "working days", 1, 30, "Wait a day or two after the plan e-mail, then call to thank.", "article 003")
    aftercare_1: int = _CAMPAIGN(7, "Aftercare call 1", "days after the win", 1, 3650, "Express appreciation at once.", "articles 001, 002; size: design")
    aftercare_2: int = _CAMPAIGN(30, "Aftercare call 2", "days after the win", 1, 3650, "And never stop: is everything as promised?", "articles 001, 002; size: design", above=("aftercare_1",))
    aftercare_3: int = _CAMPAIGN(90, "Aftercare call 3", "days after the win", 1, 3650, "Remember why they left; it must not happen twice.", "articles 001, 002; size: design", above=("aftercare_2",))
    aftercare_4: int = _CAMPAIGN(180, "Aftercare call 4", "days after the win", 1, 3650, "The relationship must withstand the next mistake.", "articles 001, 002; size: design", above=("aftercare_3",))
    relapse_days: int = _CAMPAIGN(365, "Lost again within", "days after the win", 1, 3650, "A customer won back who stops buying within so many days counts as lost again.", "design")
    playbook: str = _CAMPAIGN("default", "Playbook", "", None, None, "The steps, waits and scripts that the campaign follows.", "five articles")
    currency: str = _CAMPAIGN("", "Currency", "ISO code", None, None, "Shown beside amounts; one currency a campaign. Blank: taken from the orders, if they say.", "design")
    company: str = _CAMPAIGN("", "Company name in letters", "", None, None, "Stands below the name of the writer. Blank: no company line.", "your own")
    letter_closing: str = _CAMPAIGN("Kind regards", "Closing of letters", "", None, None, "The line above the name of the writer.", "design")
    counsel_names: str = _CAMPAIGN("", "Who may approve for Counsel", "names, separated by commas", None, None, "Cases with words of law, safety or injury get no letter and no offer until one of these people has approved.", "your own")
    paper: str = _CAMPAIGN("A4", "Paper", "", None, None, "The paper that every sheet and the report are laid out for.", "design", choices=("A4", "Letter"))
    # -- Reading
    day_first: str = _READING("ask", "03/04/2026 means", "", None, None, "Decides only columns where no date settles the order; 'ask' refuses them and shows both readings.", "design", choices=("ask", "day first", "month first"))
    decimal_mark: str = _READING("ask", "Decimal mark of text amounts", "", None, None, "Decides only columns where no amount settles it, such as 1,234.", "design", choices=("ask", "point", "comma"))
    hidden_rows: str = _READING("read", "Hidden and filtered rows", "", None, None, "A filter left on must not cost orders; how many rows were hidden is told either way.", "design", choices=("read", "leave out"))
    stale_days: int = _READING(60, "Old export after", "days without an order from anybody", 1, 3650, "Silent for longer than this before the as-of date, the orders are probably an old export.", "design")
    # fmt: on
