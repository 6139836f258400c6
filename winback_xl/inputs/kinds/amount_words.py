"""The different texts of an amount column -> numbers, once it is decided what point and comma mean in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winback_xl.inputs.kinds import amount_shapes
from winback_xl.inputs.kinds.currencies import code_of, different
from winback_xl.inputs.kinds.findings import blank_words, matches, to_bool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from winback_xl.inputs.kinds.amount_shapes import Mark

_PLAIN = r"^-?\d+(?:\.\d+)?$"


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
        Digits, points, commas and spaces between; "" where the text is not an amount.
    exponent : Array of string
        As ``E+05``, or "".
    currency : ndarray of str
        Code of the currency next to it, or "".
    brackets, trailing : ndarray of bool
        How the minus was written, where not in front.
    credit, debit : ndarray of bool
        Which side of the account is next to it, where one does.
    tidied : ndarray of bool
        A mark was taken off that says nothing about the amount: a footnote, an apostrophe, ``/-``.
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
    credit: NDArray[np.bool_]
    debit: NDArray[np.bool_]
    tidied: NDArray[np.bool_]

    def deciding(self, mark: Mark) -> NDArray[np.bool_]:
        """Return which texts make sense only with this decimal mark."""
        scientific = to_bool(pc.not_equal(self.exponent, "")) & to_bool(pc.match_substring(self.body, mark))
        return (matches(self.body, amount_shapes.DECIDING[mark]) | scientific) & self.shaped

    def unclear(self) -> NDArray[np.bool_]:
        """Return which texts make sense with either decimal mark."""
        return (
            matches(self.body, amount_shapes.UNCLEAR)
            & self.shaped
            & ~self.deciding(".")
            & ~self.deciding(",")
        )

    def grouped(self, mark: Mark) -> NDArray[np.bool_]:
        """Return which texts have separators between thousands."""
        return matches(self.body, rf"[{'.' if mark == ',' else ','}' ]") & self.shaped

    def numbers(self, mark: Mark) -> NDArray[np.float64]:
        """Return the numbers, with this decimal mark; NaN for what is none. Percent signs are not applied."""
        group = "." if mark == "," else ","
        right = matches(self.body, amount_shapes.whole(mark)) & self.shaped
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
    blank = blank_words(texts)
    tidy = _tidied(texts)
    bare, side = _sides(tidy)
    shaped, parts = _parts(bare)
    zero = _extract(bare, amount_shapes.DASH, ~shaped)
    is_zero = to_bool(pc.not_equal(zero["before"], "")) | to_bool(pc.not_equal(zero["last"], ""))
    is_set = {name: to_bool(pc.not_equal(part, "")) for name, part in parts.items()}
    minus = sum(to_bool(pc.equal(parts[name], "-")).astype(int) for name in amount_shapes.MINUS)
    brackets = is_set["open"] & is_set["close"]
    currency, known = _currencies([*(parts[name] for name in amount_shapes.CURRENCIES), *zero.values()])
    shaped &= (is_set["open"] == is_set["close"]) & (minus + brackets + (side != "") <= 1)
    is_zero &= known
    shaped = (shaped & known) | is_zero
    if (
        is_zero | (brackets & shaped)
    ).any():  # the column is in Excel's accounting format: its dash is a zero
        dashes = to_bool(pc.equal(tidy, "-"))
        is_zero, shaped, blank = is_zero | dashes, shaped | dashes, blank & ~dashes
    body = pc.if_else(pa.array(shaped), pc.utf8_trim_whitespace(parts["body"]), "")
    credit = np.isin(side, amount_shapes.CREDIT_WORDS)
    return Words(
        texts=texts,
        blank=blank,
        shaped=shaped,
        negative=(minus + brackets > 0) & shaped,
        percent=is_set["percent"] & shaped,
        body=pc.if_else(pa.array(is_zero), "0", body),
        exponent=parts["exponent"],
        currency=np.where(shaped, currency, ""),
        brackets=brackets & shaped,
        trailing=(is_set["tail"] | is_set["behind"]) & shaped,
        credit=credit & shaped,
        debit=(side != "") & ~credit & shaped,
        tidied=to_bool(pc.not_equal(tidy, texts)) & shaped,
    )


def _parts(texts: pa.StringArray) -> tuple[NDArray[np.bool_], dict[str, pa.StringArray]]:
    """Return which texts look like an amount, and take them apart."""
    parts = _extract(texts, amount_shapes.COMMON, np.ones(len(texts), bool))
    shaped = to_bool(pc.not_equal(parts["body"], ""))
    more = _extract(texts, amount_shapes.SHAPE, ~shaped)
    if not shaped.all():
        none = pa.array([""] * len(texts), pa.string())
        parts = {
            name: pc.if_else(pa.array(shaped), parts.get(name, none), part) for name, part in more.items()
        }
        shaped = to_bool(pc.not_equal(parts["body"], ""))
    return shaped, more | parts


def _extract(texts: pa.StringArray, pattern: str, where: NDArray[np.bool_]) -> dict[str, pa.StringArray]:
    """Return the named parts of the texts that are asked for; "" in the others."""
    found = pc.extract_regex(texts.filter(pa.array(where)), pattern)
    names = [found.type.field(i).name for i in range(found.type.num_fields)]
    blank = pa.array([""] * len(texts), pa.string()) if not where.all() else None
    return {
        name: part.fill_null("")
        if blank is None
        else pc.replace_with_mask(blank, pa.array(where), part.fill_null(""))
        for name, part in zip(names, found.flatten(), strict=True)
    }


def _tidied(texts: pa.StringArray) -> pa.StringArray:
    if not matches(texts, amount_shapes.UNTIDY).any():
        return texts
    for pattern, instead in amount_shapes.TIDY:
        texts = pc.replace_substring_regex(texts, pattern, instead)
    return texts


def _sides(texts: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.str_]]:
    """Take CR and DR off; returns the texts without, and the words, upper case."""
    none = np.zeros(len(texts), "<U2")
    if not matches(texts, r"(?:^|[^A-Za-z])[CcDd][Rr]|[CDHS]\.?\)?$").any():
        return texts, none
    found = pc.extract_regex(texts, amount_shapes.SIDE)
    if not len(found) or found.null_count == len(found):
        return texts, none
    ahead, amount, side = (part.fill_null("") for part in found.flatten())
    word = pc.utf8_upper(pc.binary_join_element_wise(ahead, side, "")).to_numpy(zero_copy_only=False)
    word = np.where(np.char.str_len(word.astype(str)) <= 2, word, "").astype("<U2")
    return pc.if_else(pa.array(word != ""), amount, texts), word


def _currencies(places: list[pa.StringArray]) -> tuple[NDArray[np.str_], NDArray[np.bool_]]:
    """Return the codes next to the amounts, and whether the words there are currencies that agree."""
    words = pc.binary_join_element_wise(*places, "|").dictionary_encode()
    codes, known = [], []
    for joined in words.dictionary.to_pylist():
        beside = [code_of(word) for word in joined.split("|") if word]
        one = different(beside)
        codes.append(one[0] if one else "")
        known.append(all(beside) and len(one) <= 1)
    at = words.indices.to_numpy(zero_copy_only=False)
    if not codes:
        return np.zeros(0, "<U3"), np.zeros(0, bool)
    return np.array(codes)[at], np.array(known)[at]
