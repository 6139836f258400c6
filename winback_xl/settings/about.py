"""What a user may know of one setting, and which values it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from winback_xl.errors import SettingsError

Value = float | int | str | bool


def setting(
    default: Any,
    *,
    group: str,
    label: str,
    unit: str,
    why: str,
    source: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare one setting; the metadata is what users read about it."""
    about = {
        "group": group,
        "label": label,
        "unit": unit,
        "why": why,
        "source": source,
        "low": low,
        "high": high,
        "choices": choices,
    }
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class About:
    """What a user may know of one setting: a row of the Settings sheet."""

    name: str
    group: str
    label: str
    default: Value
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    why: str
    source: str

    @property
    def allowed(self) -> str:
        """Say in words which values are allowed."""
        if self.choices:
            return " / ".join(self.choices)
        if isinstance(self.default, bool):
            return "yes / no"
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        return f"at least {self.low:g}" if self.low is not None else "text"

    def check(self, value: object) -> Value:
        """Return the value in the setting's own type, or raise with the bounds.

        Raises
        ------
        SettingsError
            The value has another type than the default or lies outside the bounds.
        """
        if isinstance(self.default, bool):
            return self._yes_or_no(value)
        if isinstance(self.default, str):
            return self._text(value)
        return self._number(value)

    def _refuse(self, value: object) -> SettingsError:
        return SettingsError(
            f"Setting '{self.name}' ({self.label}) is {value!r}.",
            f"Allowed: {self.allowed} ({self.unit or 'no unit'}); the default is {self.default}.",
            code="setting-refused",
        )

    def _yes_or_no(self, value: object) -> bool:
        known = {"yes": True, "true": True, "no": False, "false": False, "1": True, "0": False}
        word = (
            str(int(value) if isinstance(value, float) and value.is_integer() else value).strip().casefold()
        )
        if word not in known:
            raise self._refuse(value)
        return known[word]

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise self._refuse(value)
        if not self.choices:
            return value.strip()
        by_key = {choice.casefold(): choice for choice in self.choices}
        if value.strip().casefold() not in by_key:
            raise self._refuse(value)
        return by_key[value.strip().casefold()]

    def _number(self, value: object) -> float | int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._refuse(value)
        number = float(value)
        inside = (self.low is None or number >= self.low) and (self.high is None or number <= self.high)
        if not inside or number != number:  # noqa: PLR0124 - NaN is the one number unequal to itself
            raise self._refuse(value)
        if isinstance(self.default, int):
            if not number.is_integer():
                raise self._refuse(value)
            return int(number)
        return number
