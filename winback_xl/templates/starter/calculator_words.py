"""What the results of the calculator are called and mean: no sentence contradicts the amount next to it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from winback_xl.core.make_good.offer_flags import FLAG_WORDS
from winback_xl.workbook.spec import Cell

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind

RESULTS: tuple[tuple[str, str, Kind], ...] = (
    ("Recommended offer", "What repairs it at the best balance of cost and chance.", "money"),
    ("The least that works", "Below this they feel it as an insult.", "money"),
    ("The most that helps", "Beyond this nothing is gained.", "money"),
    ("Token on top", "A small gift that money does not replace.", "money"),
    ("What it costs you", "Offer and token at your cost.", "money"),
    ("Approved by", "By the limits in Settings.", "text"),
    ("How it stands to the loss", "A code; its meaning is below.", "text"),
)
EXCEEDS, CAPPED = "EXCEEDS_VALUE", "CAPPED_BY_VALUE"
_NO_BAND = "Not shown: already the least is more than winning them back is worth."
_OTHERWISE: MappingProxyType[int, tuple[str, str, str]] = MappingProxyType(
    {
        0: (
            "What their worth allows",
            "Less than the least that works: it ends things well, it repairs nothing.",
            "As much as winning them back is worth; the fair amount is more.",
        ),
        1: ("The least that works", _NO_BAND, "Below this they feel it as an insult."),
        2: ("The most that helps", _NO_BAND, "As far as their worth allows."),
    }
)
"""What the first results are called and mean where even the least exceeds the worth, and what they mean where it caps them."""

FLAGS = [code for code in FLAG_WORDS if code not in {"COUNSEL", "ASKS_LESS", "ASKS_MORE", "UNKNOWN_WORTH"}]


def said(row: int, label: str, about: str, exceeds: str, capped: str, place: int) -> list[Cell]:
    """Return what a result is called and what it means, so that no sentence contradicts the amount or the code."""
    if place not in _OTHERWISE:
        return [Cell(row, 0, label, look="label"), Cell(row, 4, about, look="hint")]
    other, why, less = _OTHERWISE[place]
    called = f'=IF({exceeds},"{other}","{label}")' if other != label else ""
    return [
        Cell(row, 0, label, look="label", formula=called),
        Cell(row, 4, about, look="hint", formula=f'=IF({exceeds},"{why}",IF({capped},"{less}","{about}"))'),
    ]


def meaning(flags: str) -> str:
    """Return a formula for the sentences of all codes in a cell."""
    return "TRIM(" + "&".join(
        f'IF(ISNUMBER(FIND("; {code};","; "&{flags}&";")),"{FLAG_WORDS[code]} ","")' for code in FLAGS
    ) + ")"  # fmt: skip
