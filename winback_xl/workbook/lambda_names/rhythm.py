"""How often they order, and what that makes of them."""

from __future__ import annotations

from winback_xl.inputs.input_bounds import BOUNDS, LARGEST
from winback_xl.schema.columns import CUSTOMERS, LISTS
from winback_xl.workbook.lambda_names.described import LambdaName
from winback_xl.workbook.lambda_names.parts import OUTSIDE, UNKNOWN, WRONG, checked, first_error

OCCASIONAL, HABITUAL, LOYAL = LISTS["Level"]
_ACTIVE, _DUE, _AT_RISK, _LAPSED, _COLD = LISTS["Status"]
_LEVELS = ",".join(f'"{level.lower()}"' for level in LISTS["Level"])
_ON_FILE = ("share_of_wallet", "referrals", "nps", "promotion_share")


def _outside(name: str, local: str) -> tuple[str, str]:
    low, high = BOUNDS[CUSTOMERS.name, name]
    return f"WB.P.OUTSIDE({local}, {low:g}, {'1E+100' if high == LARGEST else f'{high:g}'})", OUTSIDE


def _given(name: str) -> str:
    return f'IF(ISOMITTED({name}), "", {name})'


STATUS_RULE = f"""LET(
  limit, IF(classic, fixed_limit, MAX(set_limit_floor_days, IF(own, set_limit_multiple * cadence, shared))),
  pace, IF(known, cadence, limit / set_limit_multiple),
  IF(OR(silent > set_cold_multiple * limit, silent > set_cold_days), "{_COLD}", IF(silent > limit, "{_LAPSED}",
  IF(silent <= set_active_multiple * pace, "{_ACTIVE}", IF(silent <= set_due_multiple * pace, "{_DUE}", "{_AT_RISK}")))))"""
"""The status, from ``silent`` (days), the ``cadence`` and whether it is ``known`` and their ``own``, and the other limits."""

SURVIVED_RULE = 'IF(survived = "", 0, IF(survived >= 1, set_points_survived, 0))'
"""The points of a failure that they came back after."""

TOLD_RULE = """IF(sent = "", 0, IF(sent >= 1, set_points_referral, 0))
    + IF(answer = "", 0, IF(answer <= set_nps_detractor, -set_points_detractor, IF(answer >= set_nps_promoter, set_points_promoter, 0)))
    + IF(why = "", 0, why * set_points_knows_why) - IF(quotes = "", 0, quotes * set_points_quotes)
    - IF(bargains = "", 0, IF(bargains > set_promotion_threshold, set_points_promotion, 0))"""
"""The points of what people know of a customer; what is not known is \"\"."""

LEVEL_RULE = f"""LET(
  often, MAX(many - 1, 0) / (MAX(many - 1, 0) + set_half_frequency_days),
  regularity, IF(many > 2, 1 / (1 + ((many - 1) * squares - span ^ 2) / span ^ 2), 0),
  weights, set_weight_frequency + set_weight_continuity + set_weight_regularity + IF(wallet = "", 0, set_weight_wallet),
  score, IF(weights = 0, 0, (set_weight_frequency * often + set_weight_continuity * bought / periods
    + set_weight_regularity * regularity + set_weight_wallet * IF(wallet = "", 0, wallet)) / weights),
  elsewhere, IF(wallet = "", FALSE, wallet < set_wallet_threshold),
  IF(OR(many < set_loyalty_min_order_days, elsewhere, score < set_behaviour_threshold), "{OCCASIONAL}",
  IF(points >= set_loyal_points, "{LOYAL}", "{HABITUAL}")))"""
"""The level, from the order days of the loyalty window (``many``, over ``span`` days, ``squares`` of their gaps), the
``periods`` open and ``bought`` in, the share of ``wallet`` and the ``points``."""

_STATUS = f"""LET(dated, WB.P.UNTIL(found, when), many, ROWS(dated), silent, when - MAX(dated),
  cadence, IF(many > 1, MEDIAN(DROP(dated, 1) - DROP(dated, -1)), 0), known, many > 1,
  own, many >= set_own_cadence_order_days,
  classic, IF(window <> "", TRUE, set_lapse_mode = "fixed"), fixed_limit, IF(window = "", set_fixed_days, window),
  shared, IF(many > 1,
    MAX(PERCENTILE.INC(DROP(dated, 1) - DROP(dated, -1), set_population_limit_quantile), set_due_multiple * cadence), fixed_limit),
  {STATUS_RULE})"""

_SCORE = f"""LET(dated, WB.P.UNTIL(found, when), inside, IF(MAX(dated) > when - set_loyalty_window_days,
    FILTER(dated, dated > when - set_loyalty_window_days), 0),
  many, IF(MAX(inside) = 0, 0, ROWS(inside)), first, MIN(inside), last, MAX(inside), span, last - first,
  periods, IF(many = 0, 1, INT((MIN(when, last + set_period_days) - first) / set_period_days) + 1),
  bought, IF(many = 0, 0, ROWS(UNIQUE(INT((inside - first) / set_period_days)))),
  squares, IF(many > 2, SUM((DROP(inside, 1) - DROP(inside, -1)) ^ 2), 0),
  points, {TOLD_RULE} + {SURVIVED_RULE},
  {LEVEL_RULE})"""

RHYTHM = (
    LambdaName(
        "P.GRADE", "one",
        f"""IF(ISERROR(one), one, IF(TRIM(one) = "", 0, IFERROR(XMATCH(LOWER(TRIM(one)), {{{_LEVELS}}}), -1)))""",
    ),
    LambdaName("P.GRADES", "levels", "IF(IFERROR(ROWS(levels) * COLUMNS(levels), 1) = 1, WB.P.GRADE(levels), TOCOL(MAP(levels, LAMBDA(one, WB.P.GRADE(one)))))"),
    LambdaName("P.SUM", "one", f"""IF(ISERROR(one), one, IF(TRIM(one) = "", 0, IF(ISNUMBER(one), MAX(one, 0), {WRONG})))"""),
    LambdaName("P.SUMS", "amounts", "IF(IFERROR(ROWS(amounts) * COLUMNS(amounts), 1) = 1, WB.P.SUM(amounts), TOCOL(MAP(amounts, LAMBDA(one, WB.P.SUM(one)))))"),
    LambdaName(
        "CADENCE", "order_dates",
        f"""LET(found, WB.P.DAYS(order_dates), sum_of, SUM(IF(found = "", 0, found)),
        {first_error("sum_of", checked([('SUM(1 * (found <> "")) = 0', UNKNOWN)],
        f"LET(dated, WB.P.UNTIL(found, 99999), IF(ROWS(dated) < 2, {UNKNOWN}, MEDIAN(DROP(dated, 1) - DROP(dated, -1))))"))})""",
        "The customer's own rhythm: the median gap between order days, in days.", "=WB.CADENCE(B2:B20)",
    ),
    LambdaName(
        "STATUS", "order_dates as_of [fixed_days]",
        f"""LET(found, WB.P.DAYS(order_dates), sum_of, SUM(IF(found = "", 0, found)), when, WB.P.ONE_DAY(as_of),
        window, WB.P.NUMBER({_given("fixed_days")}),
        {first_error("sum_of when window", checked([
          ('IF(window = "", FALSE, OR(window < 1, window > 3650, window <> INT(window)))', OUTSIDE),
          ('MIN(IF(found = "", 99999, found)) > when', UNKNOWN),
        ], _STATUS))})""",
        "How long without an order, compared with their own rhythm: Active, Due, At risk, Lapsed or Cold.",
        "=WB.STATUS(B2:B20, DATE(2026, 10, 31))",
    ),
    LambdaName(
        "LEVEL",
        "order_dates as_of [share_of_wallet] [referrals] [failures_survived] [nps] [knows_why] [quotes_every_time] [promotion_share]",
        f"""LET(found, WB.P.DAYS(order_dates), sum_of, SUM(IF(found = "", 0, found)), when, WB.P.ONE_DAY(as_of),
        wallet, WB.P.NUMBER({_given("share_of_wallet")}), sent, WB.P.NUMBER({_given("referrals")}),
        survived, WB.P.NUMBER({_given("failures_survived")}), answer, WB.P.NUMBER({_given("nps")}),
        why, WB.P.YES({_given("knows_why")}), quotes, WB.P.YES({_given("quotes_every_time")}),
        bargains, WB.P.NUMBER({_given("promotion_share")}),
        {first_error("sum_of when wallet sent survived answer why quotes bargains", checked([
          *(_outside(name, local) for name, local in zip(_ON_FILE, ("wallet", "sent", "answer", "bargains"), strict=True)),
          ("WB.P.OUTSIDE(survived, 0, 1E+100)", OUTSIDE),
          ('MIN(IF(found = "", 99999, found)) > when', UNKNOWN),
        ], _SCORE))})""",
        f"How loyal: {OCCASIONAL}, {HABITUAL} or {LOYAL}.", "=WB.LEVEL(B2:B20, DATE(2026, 10, 31), 0.8, 2)",
    ),
    LambdaName(
        "RESILIENT_SHARE", "levels [revenue]",
        f"""LET(kinds, WB.P.GRADES(levels), given, {_given("revenue")},
        alone, IF(IFERROR(ROWS(given) * COLUMNS(given), 1) > 1, FALSE, IF(ISERROR(given), FALSE, TRIM(given) = "")), sums, WB.P.SUMS(given),
        wide, LAMBDA(range, AND(ROWS(range) > 1, COLUMNS(range) > 1)),
        IF(OR(IFERROR(wide(levels), FALSE), IFERROR(wide(given), FALSE)), {WRONG},
        IF(ISERROR(SUM(kinds)), SUM(kinds), IF(ISERROR(SUM(sums)), SUM(sums),
        IF(OR(MIN(kinds) < 0, AND(NOT(alone), ROWS(kinds) <> ROWS(sums))), {WRONG},
        LET(weights, IF(kinds = 0, 0, IF(alone, 1, sums)),
        IF(SUM(weights) = 0, {UNKNOWN}, SUM(weights * (kinds = 3)) / SUM(weights))))))))""",
        "Share of the customers, or of their revenue, that would stay after one serious mistake.",
        "=WB.RESILIENT_SHARE(C2:C20, D2:D20)",
    ),
)  # fmt: skip
"""Names that read a range."""
