"""The loss, the worth of a customer, and the make-good."""

from __future__ import annotations

from winback_xl.core.make_good.approvers import APPROVERS
from winback_xl.core.make_good.offer_flags import PROPORTIONS
from winback_xl.workbook.lambda_names.described import LambdaName
from winback_xl.workbook.lambda_names.parts import OUTSIDE, UNKNOWN, WRONG, checked, first_error, words

_REP, _MANAGER, _DIRECTOR, _CFO = APPROVERS[:4]
_NONE_LEFT, _SMALL, _OUT, _TOKEN, _BELOW, _OVER, _IN = PROPORTIONS[:-1]
RECOVERIES = {"none": 1, "fair": 2, "not fair": 3}
HANDLING = {"rejected": 1, "accepted": 2}
FORMS = {"cash": 1, "discount": 1, "credit": 2, "in kind": 2, "inkind": 2, "apology": 1}
_LOSS = ("direct", "hours", "cost_per_hour", "order_value", "days_late", "rework", "penalties")
_YEARS = "{1,2,3,4,5,6,7,8,9,10}"  # no horizon is longer, and Excel 2019 has no SEQUENCE
_ABOVE = "0, 1E+100"
_SHARE = "0, 1"


def _given(name: str) -> str:
    return f'IF(ISOMITTED({name}), "", {name})'


def _number(name: str) -> str:
    return f"WB.P.NUMBER({_given(name)})"


def _or(name: str, blank: str) -> str:
    return f'IF({name} = "", {blank}, {name})'


SIZE_RULE = f"""LET(
  part, MAX(ours_of * harm - already, 0), ours, IF(WB.P.MONEY(part) = 0, 0, part), due, WB.P.MONEY(claim),
  factor, IF(kept = 2, MAX(1 - own_margin, 0.01), 1),
  ahead, MAX(bought, 0) * MAX(own_margin, 0) * WB.P.ANNUITY(set_future_years, set_discount, set_keep),
  worth, MAX(added * ahead, 0) + extra,
  scale, WB.P.SCALE(set_money_scale),
  carried, worth / (set_overcompensation * factor + set_token_share),
  gesture, WB.P.GESTURE(MIN(ours, carried), scale), token, IF(worth + 0.000000001 < gesture, 0, gesture),
  room, MAX((worth - token) / factor, 0),
  more, 1 + set_prior_failure_step * MIN(before, set_prior_failure_max),
  low, MAX(0.000001, MIN(set_overcompensation, more * IF(taken, set_accepted_low, set_rejected_low))),
  middle, MAX(0.000001, MIN(set_overcompensation, more * IF(taken, set_accepted_recommended, set_rejected_recommended))),
  high, MAX(0.000001, MIN(set_overcompensation, more * IF(taken, set_accepted_high, set_rejected_high))),
  answer_low, IF(taken, set_response_accepted_low, set_response_rejected_low),
  answer_middle, IF(taken, set_response_accepted_recommended, set_response_rejected_recommended),
  rise, IF(LN(middle) = LN(low), 1E+12, (answer_middle - answer_low) / (LN(middle) - LN(low))),
  rise_above, IF(LN(high) = LN(middle), 1E+12, (1 - answer_middle) / (LN(high) - LN(middle))),
  best, MAX(MIN(MAX(rise * worth / factor, low * ours), middle * ours), MIN(rise_above * worth / factor, high * ours)),
  least, MAX(low * ours - due, 0), wanted, MAX(best - due, 0), highest, MAX(high * ours - due, 0),
  most, MAX(set_overcompensation * ours - due, 0), bound, MIN(room, most),
  lesser, WB.P.ROUND_OFFER(MIN(least, room), bound, scale), chosen, WB.P.ROUND_OFFER(MIN(wanted, room), bound, scale),
  greater, WB.P.ROUND_OFFER(MIN(highest, room), bound, scale),
  exceeds, least > room + 0.000000001,
  capped, IF(exceeds, FALSE, WB.P.ROUND_OFFER(wanted, most, scale) > chosen),
  good, IF(chosen < set_token_min, 0, chosen),
  cost, WB.P.MONEY(factor * good + token),
  offered, WB.P.MONEY(due + good),
  place, IF(cost <= set_rep_limit, 1, IF(cost <= set_manager_limit, 2, IF(cost <= set_director_limit, 3, 4))),
  standing, IF(exceeds, "", WB.P.PROPORTION(offered + token, MAX(ours, due), taken)),
  ceiling_flag, IF(exceeds, "EXCEEDS_VALUE", IF(capped, "CAPPED_BY_VALUE", "")),
  HSTACK(WB.P.MONEY(due + IF(lesser < set_token_min, 0, lesser)), offered, WB.P.MONEY(due + IF(greater < set_token_min, 0, greater)),
    token, cost, CHOOSE(IF(failed, MAX(place, 2), place), "{_REP}", "{_MANAGER}", "{_DIRECTOR}", "{_CFO}"),
    ceiling_flag & IF(OR(ceiling_flag = "", standing = ""), "", "; ") & standing
      & IF(failed, IF(AND(ceiling_flag = "", standing = ""), "", "; ") & "RECOVERY_FAILED", ""))) """
"""The offer, from what is known of the incident and the customer: low, recommended, high, token, our cost, approver, flags."""

_UNKNOWN = (
    'HSTACK("", "", "", "", "", "", IF(recovered = 3, "UNKNOWN_WORTH; RECOVERY_FAILED", "UNKNOWN_WORTH"))'
)
_FILLED = f"""LET(ours_of, {_or("blame", "1")}, already, {_or("gave", "0")}, claim, {_or("claimed", "0")},
  before, {_or("earlier", "0")}, own_margin, {_or("own_rate", "set_margin")}, extra, {_or("named", "0")},
  taken, handled = 2, failed, recovered = 3, {SIZE_RULE})"""
_WITHIN = checked(
    [
        (f"WB.P.OUTSIDE(added, {_SHARE})", OUTSIDE),
        ('IF(OR(added = "", proven = 1), FALSE, WB.P.UNUSUAL(added))', OUTSIDE),
        (f"WB.P.OUTSIDE(harm, {_ABOVE})", OUTSIDE),
        (f"WB.P.OUTSIDE(bought, {_ABOVE})", OUTSIDE),
        (f"WB.P.OUTSIDE(blame, {_SHARE})", OUTSIDE),
        (f"WB.P.OUTSIDE(gave, {_ABOVE})", OUTSIDE),
        (f"WB.P.OUTSIDE(claimed, {_ABOVE})", OUTSIDE),
        ("handled = 0", WRONG),
        (f"WB.P.OUTSIDE(earlier, {_ABOVE})", OUTSIDE),
        ("kept = 0", WRONG),
        ("WB.P.OUTSIDE(own_rate, -1, 1)", OUTSIDE),
        (f"WB.P.OUTSIDE(named, {_ABOVE})", OUTSIDE),
        ("recovered = 0", WRONG),
        ('OR(harm = "", bought = "", added = "")', _UNKNOWN),
    ],
    _FILLED,
)
_IN_WORDS = f"""LET(
  handled, IF(taking = "", 1, LET(word, taking, {words(HANDLING)})),
  kept, IF(shape = "", 1, LET(word, shape, {words(FORMS)})),
  recovered, IF(went = "", 1, LET(word, went, {words(RECOVERIES)})),
  {_WITHIN})"""
_READ = "harm bought added blame gave claimed taking earlier shape own_rate named went proven"
_MAKEGOOD = f"""LET(harm, WB.P.NUMBER(loss), bought, WB.P.NUMBER(annual_revenue), added, WB.P.NUMBER(odds_gain),
  blame, {_number("fault")}, gave, {_number("paid")}, claimed, {_number("owed")}, taking, WB.P.WORD({_given("handling")}),
  earlier, {_number("prior_failures")}, shape, WB.P.WORD({_given("form")}), own_rate, {_number("margin")},
  named, {_number("strategic_value")}, went, WB.P.WORD({_given("recovery")}), proven, WB.P.YES({_given("own_gain")}),
  {first_error(_READ, _IN_WORDS)})"""

AMOUNTS = (
    LambdaName(
        "P.ANNUITY", "years discount keep",
        f"IF(keep = 0, 1 / (1 + discount), SUMPRODUCT(({_YEARS} <= years) * keep ^ ({_YEARS} - 1) / (1 + discount) ^ {_YEARS}))",
    ),
    LambdaName(
        "P.GESTURE", "ours scale",
        """WB.P.WHOLE(MAX(MIN(MAX(set_token_share * ours, set_token_min), set_token_max), set_token_floor_share * ours) / (5 * scale))
        * 5 * scale""",
    ),
    LambdaName(
        "P.UNUSUAL", "gain",
        """AND(gain > MAX(set_odds_current_high - set_odds_current_low, set_odds_lapsed_high - set_odds_lapsed_low,
          set_odds_cold_high - set_odds_cold_low) + 0.00005,
        ABS(gain - set_complaint_gain) > 0.00005, ABS(gain - set_complaint_gain_quick) > 0.00005)""",
    ),
    LambdaName(
        "P.PROPORTION", "offer loss taken",
        f"""IF(loss <= 0, "{_NONE_LEFT}", IF(loss <= set_small_harm, "{_SMALL}", LET(share, offer / loss,
        IF(share < set_disproportionate_share - 0.000000001, "{_OUT}", IF(share < set_token_only_share - 0.000000001, "{_TOKEN}",
        IF(share < IF(taken, set_accepted_low, set_rejected_low) - 0.000000001, "{_BELOW}",
        IF(share > set_overcompensation + 0.000000001, "{_OVER}", "{_IN}")))))))""",
    ),
    LambdaName(
        "LOSS", " ".join(f"[{name}]" for name in _LOSS),
        f"""LET(stated, {_number("direct")}, idle, {_number("hours")}, hourly, {_number("cost_per_hour")},
        worth, {_number("order_value")}, late, {_number("days_late")}, again, {_number("rework")}, fines, {_number("penalties")},
        {first_error("stated idle hourly worth late again fines", checked(
          [(f"WB.P.OUTSIDE({name}, {_ABOVE})", OUTSIDE) for name in ("stated", "idle", "hourly", "worth", "again", "fines")],
          f'''WB.P.MONEY({_or("stated", "0")} + {_or("idle", "0")} * {_or("hourly", "0")}
            + {_or("worth", "0")} * MIN(set_late_rate_per_day * MAX({_or("late", "0")}, 0), set_late_cap)
            + {_or("again", "0")} + {_or("fines", "0")})'''))})""",
        "What a mistake cost the customer.", "=WB.LOSS(0, 12, 2500)",
    ),
    LambdaName(
        "FUTURE_MARGIN", "annual_revenue margin [years] [discount] [keep]",
        f"""LET(yearly, WB.P.NUMBER(annual_revenue), share, WB.P.NUMBER(margin), ahead, {_number("years")},
        drop, {_number("discount")}, stay, {_number("keep")},
        {first_error("yearly share ahead drop stay", checked([
          ('IF(ahead = "", FALSE, OR(ahead < 1, ahead > 10, ahead <> INT(ahead)))', OUTSIDE),
          (f"WB.P.OUTSIDE(drop, {_SHARE})", OUTSIDE), (f"WB.P.OUTSIDE(stay, {_SHARE})", OUTSIDE),
          ("WB.P.OUTSIDE(share, -1, 1)", OUTSIDE), ('yearly = ""', UNKNOWN)],
          f'''WB.P.MONEY(MAX(yearly, 0) * MAX({_or("share", "set_margin")}, 0)
            * WB.P.ANNUITY({_or("ahead", "set_future_years")}, {_or("drop", "set_discount")}, {_or("stay", "set_keep")}))'''))})""",
        "Margin of the coming years in today's money, if the customer buys as before.", "=WB.FUTURE_MARGIN(250000, 0.3)",
    ),
    LambdaName(
        "APPROVER", "our_cost",
        f"""LET(cost, WB.P.NUMBER(our_cost), {first_error("cost", checked([(f"WB.P.OUTSIDE(cost, {_ABOVE})", OUTSIDE), ('cost = ""', '""')],
        f'IF(cost <= set_rep_limit, "{_REP}", IF(cost <= set_manager_limit, "{_MANAGER}", IF(cost <= set_director_limit, "{_DIRECTOR}", "{_CFO}")))'))})""",
        "Who may decide a make-good: Rep, Manager, Director or CFO.", "=WB.APPROVER(4700)",
    ),
    LambdaName(
        "PROPORTION", "offer loss [handling]",
        f"""LET(amount, WB.P.NUMBER(offer), harm, WB.P.NUMBER(loss), taking, WB.P.WORD({_given("handling")}),
        {first_error("amount harm taking", f'''LET(handled, IF(taking = "", 1, LET(word, taking, {words(HANDLING)})),
        {checked([(f"WB.P.OUTSIDE(amount, {_ABOVE})", OUTSIDE), (f"WB.P.OUTSIDE(harm, {_ABOVE})", OUTSIDE), ("handled = 0", WRONG),
          ('OR(amount = "", harm = "")', '""')], "WB.P.PROPORTION(amount, harm, handled = 2)")})''')})""",
        f"How an offer stands to the loss: {', '.join(filter(None, PROPORTIONS))}.", "=WB.PROPORTION(15, 30000)",
    ),
    LambdaName(
        "MAKEGOOD",
        "loss annual_revenue odds_gain [fault] [paid] [owed] [handling] [prior_failures] [form] [margin] [strategic_value] [recovery] [own_gain]",
        _MAKEGOOD,
        "A fair make-good: low, recommended, high, token, our cost, approver and flags, side by side.",
        "=WB.MAKEGOOD(30000, 250000, 0.194)", cells=7,
    ),
)  # fmt: skip
"""Each with its parts before it."""
