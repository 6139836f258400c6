"""The different texts of an amount column -> numbers, once it is decided what point and comma mean in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.kinds.currencies import code_of
from winback_xl.inputs.kinds.findings import blank_words, matches, to_bool

if TYPE_CHECKING:
    from numpy.typing import NDArray

Mark = Literal[".", ","]

_CURRENCY = r"[A-Za-z]{0,3}\p{Sc}|\p{L}{2,4}\.?"
_SHAPE = (
    rf"^(?P<open>\()? ?(?P<lead>[+\-])? ?(?P<before>{_CURRENCY})? ?(?P<sign>[+\-])? ?(?P<body>\d[\d.,' ]*|[.,]\d+)"
    rf"(?P<exponent>[eE][+\-]?\d{{1,3}})? ?(?P<percent>%)? ?(?P<after>{_CURRENCY})? ?(?P<tail>-)? ?(?P<close>\))?$"
)
_PLAIN = r"^-?\d+(?:\.\d+)?$"
_UNCLEAR = r"^[1-9]\d{0,2}[.,]\d{3}$"


def _deciding(mark: str, group: str) -> str:
    """Return the pattern of bodies in which only ``mark`` can be the decimal mark."""
    return "|".join(
        (
            rf"^[\d{group}' ]*[{group}' ][\d' ]*[{mark}]\d*$",  # 1,234.56 and 1 234.567
            rf"^\d{{1,3}}(?:[{group}]\d{{2,3}})+[{group}]\d{{3}}$",  # 1,234,567
            rf"^\d*[{mark}](?:\d{{0,2}}|\d{{4,}})$",  # 12.5
            rf"^(?:0\d*|\d{{4,}}|)[{mark}]\d+$",  # 0.125 and 1234.567
        )
    )


_DECIDING: dict[Mark, str] = {".": _deciding(".", ","), ",": _deciding(",", ".")}


@dataclass(slots=True)
class Words:
    """What the different texts of a column look like, each array one entry a text.

    Parameters
    ----------
    texts : Array of string
        Cleaned texts.
    blank, shaped, negative, percent : ndarray of bool
        Stands for nothing; looks like an amount; is negative; has a percent sign.
    body : Array of string
        Digits, points, commas and spaces between; "" where the text is no amount.
    exponent : Array of string
        As ``E+05``, or "".
    currency : ndarray of str
        Code of the currency beside it, or "".
    brackets, trailing : ndarray of bool
        How the minus was written, where not in front.
    """

    texts: pa.StringArray
    blank: NDArray[np.bool_]
    shaped: NDArray[np.bool_]
    negative: NDArray[np.bool_]
    percent: NDArray[np.bool_]
    body: pa.StringArray
    exponent: pa.StringArray
    currency: NDArray[np.str_]
    brackets: NDArray[np.bool_]
    trailing: NDArray[np.bool_]

    def deciding(self, mark: Mark) -> NDArray[np.bool_]:
        """Tell which texts make sense only with this decimal mark."""
        scientific = to_bool(pc.not_equal(self.exponent, "")) & to_bool(pc.match_substring(self.body, mark))
        return (matches(self.body, _DECIDING[mark]) | scientific) & self.shaped

    def unclear(self) -> NDArray[np.bool_]:
        """Tell which texts make sense with either decimal mark."""
        return matches(self.body, _UNCLEAR) & self.shaped & ~self.deciding(".") & ~self.deciding(",")

    def grouped(self, mark: Mark) -> NDArray[np.bool_]:
        """Tell which texts have separators between thousands."""
        return matches(self.body, rf"[{'.' if mark == ',' else ','}' ]") & self.shaped

    def numbers(self, mark: Mark) -> NDArray[np.float64]:
        """Return the numbers, with this decimal mark; NaN for what is none. Percent signs are not applied."""
        group = "." if mark == "," else ","
        whole = rf"(?:\d+|\d{{1,3}}(?:[{group}]\d{{2,3}})*[{group}]\d{{3}}|\d{{1,3}}(?:[' ]\d{{3}})+)"
        right = matches(self.body, rf"^{whole}?(?:[{mark}]\d*)?$") & self.shaped
        digits = pc.replace_substring_regex(self.body, rf"[{group}' ]", "")
        digits = pc.replace_substring(digits, mark, ".")
        digits = pc.binary_join_element_wise(digits, self.exponent, "")
        numbers = pc.cast(pc.if_else(pa.array(right), digits, "nan"), pa.float64()).to_numpy(
            zero_copy_only=False
        )
        signed: NDArray[np.float64] = np.where(self.negative, -numbers, numbers)
        return signed


def plain(texts: pa.StringArray) -> NDArray[np.float64] | None:
    """Read texts such as -1234.56, all of them, the fast way; None if any is not so or the point is in doubt."""
    if not len(texts) or not pc.all(pc.match_substring_regex(texts, _PLAIN)).as_py():
        return None
    pointed = to_bool(pc.match_substring(texts, "."))
    decided = matches(texts, r"\.(?:\d{1,2}|\d{4,})$|^-?(?:0\d*|\d{4,})\.")
    if pointed.any() and not decided.any():
        return None
    return np.asarray(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False))


def parse(texts: pa.StringArray) -> Words:
    """Take texts apart, each once.

    Parameters
    ----------
    texts : Array of string
        Different texts, cleaned (`winback_xl.inputs.kinds.findings.clean`).

    Returns
    -------
    Words
    """
    texts = pc.replace_substring_regex(texts, r"[\x{2212}\x{2012}\x{2013}]", "-")
    texts = pc.replace_substring_regex(texts, r"[\x{2019}\x{02BC}`\x{00B4}]", "'")
    found = pc.extract_regex(texts, _SHAPE)
    shaped = found.is_valid().to_numpy(zero_copy_only=False)
    names = [found.type.field(i).name for i in range(found.type.num_fields)]
    parts = dict(zip(names, (part.fill_null("") for part in found.flatten()), strict=True))
    is_set = {name: to_bool(pc.not_equal(part, "")) for name, part in parts.items()}
    minus = sum(to_bool(pc.equal(parts[name], "-")).astype(int) for name in ("lead", "sign", "tail"))
    brackets = is_set["open"] & is_set["close"]
    currency, known = _currencies(parts["before"], parts["after"])
    shaped &= (is_set["open"] == is_set["close"]) & (minus + brackets <= 1) & known
    return Words(
        texts=texts,
        blank=blank_words(texts),
        shaped=shaped,
        negative=(minus + brackets > 0) & shaped,
        percent=is_set["percent"] & shaped,
        body=pc.if_else(pa.array(shaped), pc.utf8_trim_whitespace(parts["body"]), ""),
        exponent=parts["exponent"],
        currency=np.where(shaped, currency, ""),
        brackets=brackets & shaped,
        trailing=is_set["tail"] & shaped,
    )


def _currencies(before: pa.StringArray, after: pa.StringArray) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """Return the codes beside the amounts, and whether the words there are currencies (one at the most)."""
    words = pc.binary_join_element_wise(before, after, "").dictionary_encode()
    both = to_bool(pc.not_equal(before, "")) & to_bool(pc.not_equal(after, ""))
    codes = [code_of(word) for word in words.dictionary.to_pylist()]
    known = [not word or bool(code) for word, code in zip(words.dictionary.to_pylist(), codes, strict=True)]
    at = words.indices.to_numpy(zero_copy_only=False)
    if not codes:
        return np.zeros(0, "<U3"), np.zeros(0, bool)
    return np.array(codes)[at], np.array(known)[at] & ~both
