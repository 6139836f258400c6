"""How amounts look on paper and in exports: the patterns that files (pyarrow) and formulas (`re`) read them by.

Both engines understand all that is used here; `for_re` turns a pattern of letters into the words of `re`.

Sources: the number formats of Excel ("Accounting": the sign of the currency at the edge, brackets, a dash for zero),
the registers of QuickBooks, Sage and Tally (CR and DR), Swiss and German price marks (100.-), Indian cheques (1,500/-).
"""

from __future__ import annotations

import re
from typing import Literal

Mark = Literal[".", ","]

_SIGN = r"[$¢£¤¥֏؋৲৳૱௹฿៛₠₡₢₣₤₥₦₧₨₩₪₫€₭₮₯₰₱₲₳₴₵₶₷₸₹₺₻₼₽₾₿﷼]"
_CURRENCY = rf"[A-Za-z]{{0,3}}{_SIGN}|\p{{L}}{{2,4}}\.?"

TIDY: tuple[tuple[str, str], ...] = (
    (r"[\-\x{2010}\x{2011}\x{2212}\x{2012}\x{2013}\x{2014}]", "-"),
    (r"[\x{2019}\x{02BC}`\x{00B4}]", "'"),
    (r'^="(.*)"$', r"\1"),  # ="10.00", which keeps Excel from reading it
    (r"^'+", ""),  # '10.00 likewise
    (r"([0-9)]) ?[*\x{2020}\x{2021}]+$", r"\1"),  # a footnote
    (r"([0-9]) ?/[-=]$", r"\1"),  # 1,500/-
    (r"([0-9][.,])-{1,2}($|[^0-9\-])", r"\1\2"),  # 100.- has no cents
    (r"^<(.*)>$", r"(\1)"),
)  # fmt: skip
"""What is taken off a text first: pattern and replacement, in this order."""

UNTIDY = r"[^ -~]|^[='<]|[*/]|[.,]-"
"""What every text has that `TIDY` changes."""

FOOTNOTE = r"([0-9.,)\-]) ?[\x{00B9}\x{00B2}\x{00B3}\x{2070}\x{2074}-\x{2079}]+\s*$"
"""A raised number behind an amount; it has to go before letters are brought into one form, which makes it a digit."""

SIDE = (
    r"^(?:(?P<ahead>[CcDd][Rr])[.:]? )?(?P<amount>.*[0-9.,)\-](?: [A-Z]{3})?)"
    r"(?: ?\(?(?P<side>[CcDd][Rr]|[CDHS])\.?\)?)?$"
)
"""An amount and the side of the account it is on: CR or DR, C or D, H or S (Haben, Soll)."""

CREDIT_WORDS = ("CR", "C", "H")
"""Words for the credit side, upper case; the others stand for the debit side."""

_BODY = r"(?P<body>[0-9][0-9.,' ]*|[.,][0-9]+)(?P<exponent>[eE][+\-]?[0-9]{1,3})? ?(?P<percent>%)?"

COMMON = (
    rf"^(?P<open>\()? ?(?P<lead>[+\-])? ?(?P<within>{_CURRENCY})? ?(?P<sign>[+\-])? ?{_BODY}"
    rf" ?(?P<after>{_CURRENCY})? ?(?P<behind>-)? ?(?P<close>\))?$"
)
"""Most amounts; `SHAPE` takes these and more, but several times as slowly."""

SHAPE = (
    rf"^(?P<before>{_CURRENCY})? ?(?P<open>\()? ?(?P<lead>[+\-])? ?(?P<within>{_CURRENCY})? ?(?P<sign>[+\-])? ?"
    rf"{_BODY} ?(?P<tail>-)? ?(?P<after>{_CURRENCY})? ?(?P<behind>-)? ?(?P<close>\))? ?(?P<last>{_CURRENCY})?$"
)
CURRENCIES = ("before", "within", "after", "last")
"""Parts of `SHAPE` in which a currency may stand."""

MINUS = ("lead", "sign", "tail", "behind")
"""Parts of `SHAPE` in which a minus may stand."""

DASH = rf"^(?:(?P<before>{_CURRENCY}) ?-{{1,2}}|-{{1,2}} ?(?P<last>{_CURRENCY}))$"
"""Zero as Excel's accounting format writes it, with the currency."""

ROUNDED = r"^[^0-9]{0,4}[0-9][0-9.,]* ?(?:[KkMmBb]|Mio|mio|[Mm]n|bn|Mrd|[Tt]sd)\.?(?: ?" + _SIGN + r")?$"
"""Amounts cut to thousands or millions, as reports show them: too rough to be added up."""

UNCLEAR = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
"""Bodies that make sense with either decimal mark."""


def _deciding(mark: str, group: str) -> str:
    """Return the pattern of bodies in which only ``mark`` can be the decimal mark."""
    return "|".join(
        (
            rf"^[0-9{group}' ]*[{group}' ][0-9' ]*[{mark}][0-9]*$",  # 1,234.56 and 1 234.567
            rf"^[0-9]{{1,3}}(?:[{group}][0-9]{{2,3}})+[{group}][0-9]{{3}}$",  # 1,234,567
            rf"^[0-9]*[{mark}](?:[0-9]{{0,2}}|[0-9]{{4,}})$",  # 12.5
            rf"^(?:0[0-9]*|[0-9]{{4,}}|)[{mark}][0-9]+$",  # 0.125 and 1234.567
        )
    )


DECIDING: dict[Mark, str] = {".": _deciding(".", ","), ",": _deciding(",", ".")}
"""Bodies that make sense with this decimal mark only."""


def whole(mark: Mark) -> str:
    """Return the pattern of bodies that are a number with this decimal mark."""
    group = "." if mark == "," else ","
    digits = rf"(?:[0-9]+|[0-9]{{1,3}}(?:[{group}][0-9]{{2,3}})*[{group}][0-9]{{3}}|[0-9]{{1,3}}(?:[' ][0-9]{{3}})+)"
    return rf"^{digits}?(?:[{mark}][0-9]*)?$"


def for_re(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern for Python's own engine.

    >>> bool(for_re(SHAPE).match("zł 5")), bool(for_re(TIDY[0][0]).match("\u2212"))
    (True, True)
    """
    plain = pattern.replace(r"\p{L}", r"[^\W\d_]")
    return re.compile(re.sub(r"\\x\{([0-9A-F]{4})\}", r"\\u\1", plain))
