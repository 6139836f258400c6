"""Which small thing a token pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from winback_xl.core.make_good import gifts
from winback_xl.errors import SettingsError

if TYPE_CHECKING:
    from winback_xl.settings import Settings


def test_the_dearest_thing_that_the_token_pays_for_is_proposed(settings: Settings) -> None:
    """Of the list in Settings: 25 is a hat, 499 are tickets, 500 the day at the works, 4 nothing."""
    amounts = np.array([4.0, 25.0, 60.0, 499.0, 500.0])
    assert gifts.fitting(amounts, settings.token_items) == [
        "", "Branded hat", "Gift card", "Tickets for two", "Day at our works",
    ]  # fmt: skip


def test_an_empty_list_proposes_nothing() -> None:
    assert gifts.fitting(np.array([100.0]), " ; ") == [""]


@pytest.mark.parametrize("text", ["Hat", "25", "Hat 25; Lunch", "Hat -5", "Hat 25 each"])
def test_a_thing_without_a_name_or_a_price_is_refused_by_name(text: str) -> None:
    with pytest.raises(SettingsError, match="has no name or no price"):
        gifts.parse(text)
