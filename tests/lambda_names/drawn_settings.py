"""Random settings: a workbook counts with its own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from winback_xl.errors import SettingsError
from winback_xl.settings import Settings, describe

if TYPE_CHECKING:
    import random

_GROUPS = ("Lapse", "Loyalty", "Value", "Odds", "Loss", "Make-good", "Decision")
_NOT_IN_THE_NAMES = ("token_items", "own_limits")


def draw(chance: random.Random) -> dict[str, Any]:
    """Return some settings, each within its bounds, that go together."""
    settings, found = Settings(), {}
    for about in describe():
        if about.group not in _GROUPS or about.name in _NOT_IN_THE_NAMES or chance.random() < 0.5:
            continue
        value = _value(about, chance)
        with contextlib.suppress(SettingsError):
            settings = settings.with_(**{about.name: value})
            found[about.name] = value
    found["currency"] = chance.choice(("", "EUR", "JPY", "KWD"))
    found["money_scale"] = chance.choice((0.0, 1.0, 150.0, 0.3, 16_000.0))
    return found


def _value(about: Any, chance: random.Random) -> Any:
    if about.choices:
        return chance.choice(about.choices)
    if isinstance(about.default, bool):
        return "Yes" if chance.random() < 0.5 else "No"
    low, high = about.low, min(about.high, max(4 * about.default, 1))
    if isinstance(about.default, int):
        return chance.randint(int(low), max(int(low), int(high)))
    return round(chance.uniform(low, max(low, high)), 3)
