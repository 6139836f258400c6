"""Description of one setting, and which values it takes."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from winback_xl.errors import SettingsError
from winback_xl.yes_words import meant

Value = float | int | str | bool

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SHOWN = 60  # characters of what was found that a message shows
_LONGEST = 1000  # characters of a text that a setting takes

HEADINGS_OF_NAMES = frozenset({"setting", "settings", "name", "key", "parameter"})
HEADINGS_OF_VALUES = frozenset({"value", "values", "chosen", "yourvalue"})
"""What may stand above the names and the values of settings, as `winback_xl.inputs.spelling.key` writes it."""


def shown(value: object) -> str:
    r"""Return what was found as a message shows it: cut, and with control characters written out.

    >>> print(shown("bell\x07"), len(shown("x" * 100_000)))
    bell\x07 60
    """
    text = str(value)
    text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def controls(text: str) -> str:
    r"""Name the control characters of a text, which no workbook can hold; line breaks and tabs are none.

    >>> print(controls("a\x07b\n\x07"))
    \x07
    """
    return ", ".join(repr(letter)[1:-1] for letter in dict.fromkeys(_CONTROL.findall(text)))


def like_a_formula(text: str) -> bool:
    """Return whether a sheet might take a text for a formula.

    >>> like_a_formula(" =1+1"), like_a_formula("EUR")
    (True, False)
    """
    return text.lstrip().startswith(("=", "+", "-", "@"))


def setting(
    group: str,
    default: Any,
    label: str,
    unit: str,
    low: float | None,
    high: float | None,
    why: str,
    source: str,
    *,
    choices: tuple[str, ...] = (),
    above: tuple[str, ...] = (),
) -> Any:
    """Declare one setting; the metadata is what users read about it, as `About` names it."""
    about = {
        "group": group,
        "label": label,
        "unit": unit,
        "low": low,
        "high": high,
        "why": why,
        "source": source,
        "choices": choices,
        "above": above,
    }
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class About:
    """Description of one setting: a row of the Settings sheet.

    ``above`` names the settings that may not be greater than this one.
    """

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
    above: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """State in words which values are allowed."""
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
            The value has another type than the default or is outside the bounds.
        """
        if isinstance(self.default, bool):
            return self._yes_or_no(value)
        if isinstance(self.default, str):
            return self._text(value)
        return self._number(value)

    def _refuse(self, value: object) -> SettingsError:
        found = f"'{shown(value)}'" if isinstance(value, str) else shown(value)
        return SettingsError(
            f"Setting '{self.name}' ({self.label}) is {found}.",
            f"Allowed: {self.allowed} ({self.unit or 'no unit'}); the default is {self.default}.",
            code="setting-refused",
        )

    def _refuse_text(self, what: str, hint: str) -> SettingsError:
        return SettingsError(f"Setting '{self.name}' ({self.label}) {what}.", hint, code="setting-refused")

    def _yes_or_no(self, value: object) -> bool:
        answer = meant(value)
        if answer is None:
            raise self._refuse(value)
        return answer

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise self._refuse(value)
        if not self.choices:
            return self._words(value.strip())
        by_key = {choice.casefold(): choice for choice in self.choices}
        if value.strip().casefold() not in by_key:
            raise self._refuse(value)
        return by_key[value.strip().casefold()]

    def _words(self, text: str) -> str:
        """Return a text as it is, unless a sheet cannot hold it as the words that it is."""
        if found := controls(text):
            raise self._refuse_text(f"holds control characters ({found})", "Delete them.")
        if len(text) > _LONGEST:
            raise self._refuse_text(f"has {len(text):,} characters", f"Allowed: at most {_LONGEST:,}.")
        if like_a_formula(text):
            raise self._refuse_text(
                f"starts like a formula: '{shown(text)}'", "Settings are data; write plain words."
            )
        return text

    def _number(self, value: object) -> float | int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._refuse(value)
        try:
            number = float(value)
        except OverflowError:  # a whole number of hundreds of digits
            number = math.inf
        inside = (self.low is None or number >= self.low) and (self.high is None or number <= self.high)
        if not inside or not math.isfinite(number):
            raise self._refuse(value)
        if isinstance(self.default, int):
            if not number.is_integer():
                raise self._refuse(value)
            return int(number)
        return number
