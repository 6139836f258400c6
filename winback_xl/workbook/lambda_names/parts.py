"""Parts that the names have in common: cells read as the add-in reads them, and money rounded as the core rounds it.

An error in an argument is passed on; a word where a number belongs is #VALUE!; a number outside its bounds is #NUM!;
too little to go by is #N/A. Blank cells, and arguments that are left out, are "". Whether ROWS takes a text that is typed
into a call is nowhere said, so an error of it counts as one cell.
"""

from __future__ import annotations

from winback_xl.core.money import MINOR_DIGITS, OFFER_LIMITS, OFFER_STEPS
from winback_xl.inputs.kinds.date_shapes import FIRST_EPOCH, LAST_EPOCH
from winback_xl.workbook.lambda_names.described import LambdaName

_FIRST_SERIAL, _LAST_SERIAL, _LATEST = 18_264, 2_958_466, 73_415
"""1950-01-01, before which a number is not a day; where Excel's calendar ends; 2100-12-31, the last day that is taken."""

WRONG, OUTSIDE, UNKNOWN = 'VALUE("x")', "SQRT(-1)", "NA()"
"""What gives #VALUE!, #NUM! and #N/A in every language of Excel."""


def words(listed: dict[str, int]) -> str:
    """Return which number a word stands for, 0 where it is not listed.

    >>> words({"fair": 1, "none": 2})
    'IFERROR(INDEX({1,2}, XMATCH(word, {"fair","none"})), 0)'
    """
    codes = ",".join(map(str, listed.values()))
    names = ",".join(f'"{name}"' for name in listed)
    return f"IFERROR(INDEX({{{codes}}}, XMATCH(word, {{{names}}})), 0)"


def first_error(names: str, then: str) -> str:
    """Return a body that passes on the first of some values that is an error.

    >>> first_error("loss paid", "loss - paid")
    'IF(ISERROR(loss), loss, IF(ISERROR(paid), paid, loss - paid))'
    """
    listed = names.split()
    return "".join(f"IF(ISERROR({name}), {name}, " for name in listed) + then + ")" * len(listed)


def checked(tests: list[tuple[str, str]], then: str) -> str:
    """Return a body that gives the error of the first test that holds."""
    return "".join(f"IF({test}, {error}, " for test, error in tests) + then + ")" * len(tests)


def _listed(numbers: tuple[float, ...]) -> str:
    return ",".join(f"{number:g}" for number in numbers)


def _codes(digits: int) -> str:
    return ",".join(f'"{iso}"' for iso, count in MINOR_DIGITS.items() if count == digits)


PARTS = (
    LambdaName(
        "P.NUMBER", "one",
        checked(
            [("IFERROR(ROWS(one) * COLUMNS(one), 1) > 1", WRONG)],
            first_error(
                "one",
                f"""IF(TRIM(one) = "", "", IF(ISNUMBER(one), IF(ABS(one) >= 1E+100, {OUTSIDE}, one), {WRONG}))""",
            ),
        ),
    ),
    LambdaName(
        "P.WORD", "one",
        checked(
            [("IFERROR(ROWS(one) * COLUMNS(one), 1) > 1", WRONG)],
            first_error("one", 'TRIM(LOWER(SUBSTITUTE(SUBSTITUTE(one & "", "_", " "), "-", " ")))'),
        ),
    ),
    LambdaName(
        "P.YES", "one",
        f"""LET(word, IF(ISERROR(WB.P.WORD(one)), WB.P.WORD(one), LOWER(TRIM(one))), IF(ISERROR(word), word, IF(word = "", "",
        CHOOSE(1 + {words({"yes": 1, "y": 1, "true": 1, "1": 1, "no": 2, "n": 2, "false": 2, "0": 2})}, {WRONG}, 1, 0))))""",
    ),
    LambdaName(
        "P.DAY", "one",
        first_error(
            "one",
            f"""IF(TRIM(one) = "", "", IF(NOT(ISNUMBER(one)), {WRONG},
            IF(AND(one >= 19000101, one <= 21001231, one = INT(one)),
              LET(when, DATE(INT(one / 10000), MOD(INT(one / 100), 100), MOD(one, 100)),
                IF(10000 * YEAR(when) + 100 * MONTH(when) + DAY(when) = one, when, {WRONG})),
            IF(AND(one >= {FIRST_EPOCH}, one < {LAST_EPOCH}), 25569 + INT(one / 86400),
            IF(AND(one / 1000 >= {FIRST_EPOCH}, one / 1000 < {LAST_EPOCH}), 25569 + INT(one / 86400000),
            IF(OR(one < {_FIRST_SERIAL}, one > {_LAST_SERIAL}), {WRONG},
            IF(INT(one) > {_LATEST}, {OUTSIDE}, INT(one))))))))""",
        ),
    ),
    LambdaName(
        "P.ONE_DAY", "one",
        checked(
            [("IFERROR(ROWS(one) * COLUMNS(one), 1) > 1", WRONG), ("ISERROR(one)", "one"), ('TRIM(one) = ""', WRONG)],
            "WB.P.DAY(one)",
        ),
    ),
    LambdaName("P.DAYS", "dates", "IF(IFERROR(ROWS(dates) * COLUMNS(dates), 1) = 1, WB.P.DAY(dates), TOCOL(MAP(dates, LAMBDA(one, WB.P.DAY(one)))))"),
    # Order days in their order, up to a day; there must be one.
    LambdaName("P.UNTIL", "dated as_of", 'SORT(UNIQUE(FILTER(dated, (dated <> "") * (dated <= as_of))))'),
    LambdaName("P.OUTSIDE", "number low high", "IF(ISNUMBER(number), OR(number < low, number > high), FALSE)"),
    # The millionth and the spacing of floats: see winback_xl.core.money.
    LambdaName("P.NOISE", "size", "IF(size < 1E+9, 0.000001, MAX(0.000001, 2 ^ (INT(LOG(size, 2)) - 50)))"),
    LambdaName("P.WHOLE", "steps", "SIGN(steps) * INT(ABS(steps) + 0.5 + WB.P.NOISE(ABS(steps)))"),
    LambdaName(
        "P.MONEY", "amount",
        f"""LET(iso, UPPER(TRIM(set_currency)),
        unit, 10 ^ IF(ISNUMBER(XMATCH(iso, {{{_codes(0)}}})), 0, IF(ISNUMBER(XMATCH(iso, {{{_codes(3)}}})), 3, 2)),
        WB.P.WHOLE(amount * unit) / unit)""",
    ),
    LambdaName(
        "P.SCALE", "scale",
        """LET(given, IF(scale = 0, 1, scale), tens, 10 ^ INT(LOG10(given)), part, given / tens,
        tens * IF(part <= SQRT(2), 1, IF(part <= SQRT(10), 2, IF(part <= SQRT(50), 5, 10))))""",
    ),
    LambdaName(
        "P.ROUND_OFFER", "amount most scale",
        f"""LET(unit_step, scale * INDEX({{{_listed(OFFER_STEPS)}}}, 1 + {" + ".join(f"(amount >= {limit:g} * scale)" for limit in OFFER_LIMITS)}),
        steps, amount / unit_step, rounded, WB.P.WHOLE(steps) * unit_step,
        IF(rounded > most + WB.P.NOISE(ABS(most)), INT(steps + WB.P.NOISE(steps)) * unit_step, rounded))""",
    ),
)  # fmt: skip
"""What only other names use; ``P.`` comes first in their names."""
