"""What the rules read, from the cells of the calculator: words as numbers, and blank cells as what they stand for."""

from __future__ import annotations

from types import MappingProxyType

from winback_xl.workbook.lambda_names.chances import BANDS, CAUSES, RUNGS
from winback_xl.workbook.lambda_names.offer_names import FORMS, HANDLING, RECOVERIES
from winback_xl.workbook.lambda_names.parts import words


def _word(cell: str, listed: dict[str, int], blank: int) -> str:
    """Return the number of a word that people choose, as the names read it."""
    spelled = f'TRIM(LOWER(SUBSTITUTE(SUBSTITUTE({cell}, "_", " "), "-", " ")))'
    return f'IF({cell} = "", {blank}, LET(word, {spelled}, {words(listed)}))'


def _number(cell: str, blank: str) -> str:
    return f"IF(ISNUMBER({cell}), {cell}, {blank})"


READS = MappingProxyType(
    {
        "band": _word("mg_status", BANDS, 3), "rung": _word("mg_level", RUNGS, 1), "cause": _word("mg_fix", CAUSES, 1),
        "ratio": _number("mg_ratio", '""'), "open_for": _number("mg_open_for", '""'),
        "bought": _number("mg_bought", "0"), "harm": _number("mg_harm", "0"), "ours_of": _number("mg_ours_of", "1"),
        "already": _number("mg_already", "0"), "claim": _number("mg_claim", "0"), "before": _number("mg_earlier", "0"),
        "own_margin": _number("mg_own_margin", "set_margin"), "extra": _number("mg_extra", "0"),
        "taken": _word("mg_handling", HANDLING, 1) + " = 2", "kept": _word("mg_form", FORMS, 1),
        "failed": _word("mg_recovery", RECOVERIES, 1) + " = 3",
    }
)  # fmt: skip
"""What the rules read, from the cells of the calculator."""
