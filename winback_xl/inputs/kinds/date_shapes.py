"""How dates look on paper and in exports: the patterns that files (pyarrow) and formulas (`re`) read them by.

Each pattern names its parts: ``y`` ``m`` ``d``, or ``name`` for a month in words; ``a`` and ``b`` where only the
column can tell the day from the month; ``zone`` for a time zone, which never moves the day that was written.

Sources: ISO 8601, RFC 2822, ECMA-262 (``Date.prototype.toString``), ASP.NET's ``/Date(...)/``, and the exports of
eBay (``Oct-25-25``), Amazon, SAP and QuickBooks.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_OFFSET = r"[+-][0-9]{2}:?(?:[0-9]{2})?"
_TIME = (
    r"(?:(?:[T ,]+| - )(?:(?:at|um|à|alle|om|a las) )?[0-9]{1,2}(?:[:.hH][0-9]{2}){1,2}(?:[.,][0-9]+)?"
    rf"(?: ?[AaPp]\.? ?[Mm]\.?)?(?: (?:Uhr|uur))?(?P<zone> ?(?:Z|(?:[A-Z]{{3,5}})?(?: ?{_OFFSET})?)"
    r"(?:\[[^\]]*\])?(?: ?\([^()]*\))?)?)?"
)
_ZONE = rf"(?P<bare>Z|{_OFFSET})?"
_CLOCK = rf"(?:{_ZONE}|{_TIME})$"
_WEEKDAY = r"(?:\p{L}{2,10}\.?,? )?"
_NAME = r"(?P<name>\p{L}{3,10})\.?"
_DAY = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th|er|o|\.)?"
_YEAR = r"(?P<y>[0-9]{4}|[0-9]{2})"

DIGITS: tuple[str, ...] = (
    rf"^(?P<y>[0-9]{{4}})[-/.](?P<m>[0-9]{{1,2}})[-/.](?P<d>[0-9]{{1,2}}){_CLOCK}",
    rf"^(?P<y>[0-9]{{4}})(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})(?:T?[0-9]{{4}}(?:[0-9]{{2}})?(?:\.[0-9]+)?(?P<bare>Z|{_OFFSET})?|{_TIME})$",
)
"""Digits that say year, month and day."""

WORDED: tuple[str, ...] = (
    rf"^{_WEEKDAY}{_DAY}[-/. ,]*(?:de )?{_NAME}(?:[-/. ,]|del? )*{_YEAR}{_CLOCK}",
    rf"^{_WEEKDAY}{_NAME}[-/. ]*{_DAY}[-/. ,]+{_YEAR}{_CLOCK}",
    rf"^(?P<y>[0-9]{{4}})[-/. ]{_NAME}[-/. ](?P<d>[0-9]{{1,2}}){_CLOCK}",
    rf"^(?P<y>[0-9]{{4}}) ?[\x{{5E74}}\x{{B144}}] ?(?P<m>[0-9]{{1,2}}) ?[\x{{6708}}\x{{C6D4}}] ?(?P<d>[0-9]{{1,2}}) ?[\x{{65E5}}\x{{C77C}}]{_CLOCK}",
    rf"^(?P<y>[0-9]{{4}})[./] ?(?P<m>[0-9]{{1,2}})[./] ?(?P<d>[0-9]{{1,2}})\.?{_CLOCK}",
    rf"^{_WEEKDAY}{_NAME} (?P<d>[0-9]{{1,2}}) [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?P<zone> (?:[A-Z]{{3,5}}|{_OFFSET}))? (?P<y>[0-9]{{4}})$",
)
"""Texts that say year, month and day in words or signs."""

NUMERIC = r"^(?P<a>[0-9]{1,2})(?:[-/ ]|\. ?)(?P<b>[0-9]{1,2})(?:[-/ ]|\. ?)(?P<y>[0-9]{4}|[0-9]{2})" + _CLOCK
"""31/12/2026 and 12/31/2026."""

MONTHS: tuple[str, ...] = (
    r"^(?P<name>\p{L}{3,10})\.?[-/ ,]*(?:de )?(?P<y>[0-9]{4})$",
    r"^(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})$",
    r"^(?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4})$",
    r"^(?P<y>[12][0-9]{3})(?P<m>0[1-9]|1[0-2])$",
)
"""Texts that say a month only."""

SIX_DIGITS = r"^[0-9]{6}$"
"""202510; but 201012 can be 20 October 2012 as well."""

SERIAL = r"^[0-9]{5}(?:[.,][0-9]+)?$"
"""A day as Excel counts it, as text."""

EPOCH = (
    r"^(?P<seconds>[0-9]{9,10})(?:\.[0-9]+)?$|^(?P<milli>[0-9]{13})$|"
    r"^\\?/Date\((?P<date>-?[0-9]{1,14})(?P<offset>[+-][0-9]{4})?\)\\?/$"
)
"""Seconds or milliseconds since 1970, bare or as ``/Date(...)/``."""

TIDY: tuple[tuple[str, str], ...] = (
    (r'^="(.*)"$', r"\1"),  # ="2025-10-25", which keeps Excel from reading it
    (r"^'+", ""),  # '2025-10-25 likewise
    (r"[\x{2010}\x{2011}\x{2212}\x{2012}\x{2013}]", "-"),
)
"""What is taken off a text first: pattern and replacement, in this order."""

UNTIDY = r"[^ -~]|^[='-]"
"""What every text has that `TIDY` changes."""

FIRST_EPOCH, LAST_EPOCH = 946_684_800, 1_900_000_000
"""2000 to early 2030. Later seconds spell an hour as well: 2031010112."""

_LANGUAGES = (
    "january february march april may june july august september october november december",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "janner feber maerz april mai juni juli august sept okt nov dez",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
)  # English, German (with Austria's), French, Spanish, Italian, Portuguese, Dutch; without accents


@lru_cache(maxsize=4096)
def month_of(name: str) -> int:
    """Return the number of a month, written in full or cut to three letters or more; 0 for other words.

    >>> month_of("October"), month_of("Okt"), month_of("août"), month_of("jui"), month_of("Foo")
    (10, 10, 8, 0, 0)
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    word = "".join(letter for letter in letters if not unicodedata.combining(letter))
    found = {
        number
        for months in _LANGUAGES
        for number, month in enumerate(months.split(), 1)
        if month.startswith(word)
    }
    return found.pop() if len(found) == 1 and len(word) > 2 else 0


def epoch_seconds(seconds: str, milli: str, date: str, offset: str) -> float:
    """Return the seconds since 1970 that the parts of `EPOCH` say, by the clock of the offset; NaN if out of range.

    >>> epoch_seconds("", "1761383100000", "", ""), epoch_seconds("", "", "1761429600000", "+0200")
    (1761383100.0, 1761436800.0)
    """
    found = float(seconds) if seconds else float(milli or date) / 1000
    if not date and not FIRST_EPOCH <= found < LAST_EPOCH:
        return float("nan")
    hours = int(offset[:3]) + int(offset[0] + offset[3:]) / 60 if offset else 0
    return found + hours * 3600


def only_a_month(year: int) -> bool:
    """Return whether six digits with this year in front can be nothing else than a month.

    >>> only_a_month(2025), only_a_month(2010)
    (True, False)
    """
    return not 1 <= year % 100 <= 12


def for_re(pattern: str) -> re.Pattern[str]:
    """Compile a pattern for Python's own engine."""
    plain = pattern.replace(r"\p{L}", r"[^\W\d_]")
    return re.compile(re.sub(r"\\x\{([0-9A-F]{4})\}", r"\\u\1", plain))
