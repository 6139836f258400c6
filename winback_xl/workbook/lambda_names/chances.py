"""Odds, decisions and the next step."""

from __future__ import annotations

from winback_xl.core.make_good.compensation import FORM_OF_FAILURE
from winback_xl.workbook.lambda_names.described import LambdaName
from winback_xl.workbook.lambda_names.parts import OUTSIDE, WRONG, checked, first_error, words

BANDS = {"active": 1, "due": 1, "at risk": 1, "current": 1, "lapsed": 2, "cold": 3}
RUNGS = {
    "occasional buyer": 1, "occasional": 1, "habitual buyer": 2, "habitual": 2, "loyal customer": 3, "loyal": 3,
}  # fmt: skip
CAUSES = {"specific": 1, "systemic fixed": 2, "systemic open": 3}
_FORMS = [form for form, _ in FORM_OF_FAILURE.values()]
_FAILURES = {
    " ".join(name.lower().replace("-", " ").split()): at for at, name in enumerate(FORM_OF_FAILURE, start=1)
}
_YES = {"yes": 1, "true": 1, "1": 1, "no": 2, "false": 2, "0": 2}

CHANCE_RULE = """LET(
    silence, IF(ratio = "", 0, MIN(MAX(1 - (ratio - 1) / set_odds_fade_limits, 0), 1)),
    total, set_odds_weight_level + set_odds_weight_recency + set_odds_weight_fix,
    place, (set_odds_weight_level * CHOOSE(rung, 0, set_odds_habitual, 1) + set_odds_weight_recency * silence
      + set_odds_weight_fix * CHOOSE(cause, 1, set_odds_systemic_fixed, 0)) / IF(total = 0, 1, total),
    live, AND(band = 1, open_for <> ""),
    low, IF(live, set_odds_complaint_low, CHOOSE(band, set_odds_current_low, set_odds_lapsed_low, set_odds_cold_low)),
    lapsed, set_odds_lapsed_high - set_odds_lapsed_low, cold, set_odds_cold_high - set_odds_cold_low,
    gain, MIN(1 - low, IF(live,
      MAX(IF(open_for <= set_solution_days, set_complaint_gain_quick, set_complaint_gain), MAX(lapsed, cold) * place),
      CHOOSE(band, set_odds_current_high - set_odds_current_low, lapsed, cold) * place)),
    IF(gained, gain, low + gain))"""
"""The odds, or what an effort adds to them where ``gained``: from the ``band`` of the status, the ``rung`` of the level, the
lapse ``ratio``, the ``cause`` and how long a complaint is ``open_for``."""

_PLACED = checked(
    [
        ("band * rung = 0", WRONG), ("WB.P.OUTSIDE(ratio, 0, 1E+100)", OUTSIDE), ("cause = 0", WRONG),
        ("WB.P.OUTSIDE(open_for, 0, 1E+100)", OUTSIDE),
    ],
    CHANCE_RULE,
)  # fmt: skip

_CHANCE = LambdaName(
    "P.CHANCE", "status level lapse_ratio fix complaint_days gained",
    f"""LET(state, WB.P.WORD(status), grade, WB.P.WORD(level), ratio, WB.P.NUMBER(lapse_ratio),
    source, WB.P.WORD(fix), open_for, WB.P.NUMBER(complaint_days),
    {first_error("state grade ratio source open_for", f'''LET(
      band, IF(state = "", 3, LET(word, state, {words(BANDS)})),
      rung, IF(grade = "", 1, LET(word, grade, {words(RUNGS)})),
      cause, IF(source = "", 1, LET(word, source, {words(CAUSES)})),
      {_PLACED})''')})""",
)  # fmt: skip


def _asked(gained: str) -> str:
    return (
        'WB.P.CHANCE(status, level, lapse_ratio, IF(ISOMITTED(fix), "", fix), '
        f'IF(ISOMITTED(complaint_days), "", complaint_days), {gained})'
    )


_BY_RULE = """IF(want = 2, "Let go", IF(IF(worth = "", FALSE, worth <= 0), "Let go",
  IF(IF(pauses = "", 0, pauses) >= set_max_rests, "Let go", IF(want = 3, "Rest", IF(clash = 1, "Reassign",
  IF(IF(chance = "", FALSE, chance < set_min_odds), "Rest", "Pursue"))))))"""
_RULES = [
    ("WB.P.OUTSIDE(chance, 0, 1)", OUTSIDE), ("want = 0", WRONG), ("WB.P.OUTSIDE(pauses, 0, 1E+100)", OUTSIDE),
    ("clash = 0", WRONG),
]  # fmt: skip
_DECIDED = f"""LET(
  want, IF(wish = "", 1, LET(word, wish, {words({"yes": 1, "no": 2, "later": 3})})),
  clash, IF(conflict = "", 2, LET(word, conflict, {words(_YES)})),
  {checked(_RULES, _BY_RULE)})"""

CHANCES = (
    _CHANCE,
    LambdaName(
        "ODDS", "status level lapse_ratio [fix] [complaint_days]", _asked("FALSE"),
        "The odds that a good effort wins the customer back within the return horizon, or keeps one who still buys and complains: 0 to 1.",
        '=WB.ODDS("Lapsed", "Loyal Customer", 1.5)',
    ),
    LambdaName(
        "GAIN", "status level lapse_ratio [fix] [complaint_days]", _asked("TRUE"),
        "What the effort adds to the odds, 0 to 1: what WB.MAKEGOOD asks for.",
        '=WB.GAIN("Lapsed", "Loyal Customer", 1.5)',
    ),
    LambdaName(
        "FORM", "failure_type",
        f"""LET(word, WB.P.WORD(failure_type), IF(ISERROR(word), word, IF(word = "", "{FORM_OF_FAILURE["Other"][0]}",
        LET(place, {words(_FAILURES)},
        IF(place = 0, {WRONG}, INDEX({{{",".join(f'"{form}"' for form in _FORMS)}}}, place))))))""",
        "The form that fits a failure: cash, discount, credit, in-kind or apology.", '=WB.FORM("Billing error")',
    ),
    LambdaName(
        "DECIDE", "expected_value odds want_back [rests] [personal_conflict]",
        f"""LET(worth, WB.P.NUMBER(expected_value), chance, WB.P.NUMBER(odds), wish, WB.P.WORD(want_back),
        pauses, WB.P.NUMBER(IF(ISOMITTED(rests), "", rests)),
        conflict, WB.P.WORD(IF(ISOMITTED(personal_conflict), "", personal_conflict)),
        {first_error("worth chance wish pauses conflict", _DECIDED)})""",
        "What to do about a customer: Pursue, Rest, Reassign or Let go.", '=WB.DECIDE(4000, 0.394, "Yes")',
    ),
    LambdaName(
        "NEXT_STEP", "stage stage_date",
        f"""LET(name, IF(IFERROR(ROWS(stage) * COLUMNS(stage), 1) > 1, {WRONG}, IF(ISERROR(stage), stage, TRIM(stage))),
        when, WB.P.ONE_DAY(stage_date),
        {first_error("name when", f'''LET(place, IFERROR(XMATCH(name, {{Stage}}), 0),
          IF(IF(place = 0, TRUE, INDEX({{In the playbook}}, place) <> "Yes"), {WRONG},
          LET(task, T(INDEX({{Step to do}}, place)), due, T(INDEX({{Due}}, place)),
          many, IF(LEFT(due, 7) = "within ", VALUE(MID(due, 8, FIND(" ", due, 8) - 8)), 0),
          working, RIGHT(due, 12) = "working days",
          HSTACK(task, IF(task = "", "", IF(working, WORKDAY(when, many), when + many))))))''')})""",
        "The next step of the playbook and its due date, side by side.",
        '=WB.NEXT_STEP("Plan e-mailed", DATE(2026, 11, 20))', cells=2,
    ),
)  # fmt: skip
"""Each with its parts before it."""
