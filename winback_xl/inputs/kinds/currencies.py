"""Signs and codes of currencies next to amounts, and whether two of them may be the same currency."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CODES = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
    RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG""".split()  # noqa: SIM905 - 150 quotes would hide the codes
)
"""ISO 4217 codes in use."""

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "$": "$", "dollar": "$", "dollars": "$", "yen": "¥", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP",
        "sterling": "GBP", "kr": "kr", "kr.": "kr", "¥": "¥",  # the sign of several currencies
        "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS",
        "₫": "VND", "₴": "UAH", "₦": "NGN", "฿": "THB", "₱": "PHP", "₸": "KZT", "zł": "PLN", "zl": "PLN", "kč": "CZK",
        "ft": "HUF", "lei": "RON", "fr": "CHF", "fr.": "CHF", "sfr": "CHF", "sfr.": "CHF", "us$": "USD", "au$": "AUD",
        "a$": "AUD", "ca$": "CAD", "c$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL", "mx$": "MXN",
        "nt$": "TWD", "cn¥": "CNY", "jp¥": "JPY",
    }
)  # fmt: skip

_FAMILIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "$": frozenset(
            "USD AUD CAD NZD HKD SGD MXN TWD ARS CLP COP BBD BMD BND BSD BZD FJD GYD JMD LRD NAD SRD TTD UYU XCD".split()  # noqa: SIM905 - likewise
        ),
        "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
        "¥": frozenset({"JPY", "CNY"}),
    }
)


def code_of(word: str) -> str:
    """Return the ISO code (or the shared sign) that a word next to an amount means; "" if it is not a currency.

    >>> code_of("€"), code_of("eur"), code_of("$"), code_of("pcs")
    ('EUR', 'EUR', '$', '')
    """
    word = word.strip()
    if word.upper() in CODES:
        return word.upper()
    return _SIGNS.get(word.casefold(), "")


def different(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the currencies that are certainly different, sorted; a shared sign joins the one it can mean.

    >>> different(["$", "USD"]), different(["EUR", "$"]), different(["$", "USD", "CAD"])
    (('USD',), ('$', 'EUR'), ('$', 'CAD', 'USD'))
    """
    found = {code for code in codes if code}
    for sign, family in _FAMILIES.items():
        if sign in found and len(found & family) == 1:
            found.discard(sign)
    return tuple(sorted(found))
