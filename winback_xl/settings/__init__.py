"""Every threshold of the product, with its unit, bounds, reason and source.

One frozen dataclass. Its fields write the Settings sheet, the README table and the help.
"""

from __future__ import annotations

import tomllib
from dataclasses import Field, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self, cast

from winback_xl.errors import SettingsError, nearest
from winback_xl.settings.about import About, Value
from winback_xl.settings.thresholds import ORDERED, Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["About", "Settings", "Value", "describe"]


@dataclass(frozen=True, slots=True)
class Settings(Thresholds):
    """All thresholds. Build with keyword arguments, a mapping, or a TOML text; unknown names are refused.

    Examples
    --------
    >>> Settings().future_years
    3
    >>> Settings.from_mapping({"margin": 0.25}).margin
    0.25
    """

    def __post_init__(self) -> None:
        """Check every value and the order of those that belong together."""
        for about in describe():
            value = about.check(getattr(self, about.name))
            object.__setattr__(self, about.name, value)
        for low, high in ORDERED:
            if getattr(self, low) > getattr(self, high):
                raise SettingsError(
                    f"Setting '{low}' ({getattr(self, low):g}) is above '{high}' ({getattr(self, high):g}).",
                    f"Lower '{low}' or raise '{high}'.",
                    code="settings-out-of-order",
                )

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Build settings from names and values; what is not named keeps its default.

        Raises
        ------
        SettingsError
            A name is unknown (the nearest known one is named) or a value is out of bounds.
        """
        known = {about.name: about for about in describe()}
        by_label = {about.label.casefold(): about.name for about in known.values()}
        clean: dict[str, Value] = {}
        for given, value in values.items():
            name = given if given in known else by_label.get(given.strip().casefold(), given)
            if name not in known:
                near = nearest(given, [*known, *(about.label for about in known.values())])
                hint = f"Did you mean '{near}'?" if near else "The Settings sheet lists the known ones."
                raise SettingsError(f"There is no setting '{given}'.", hint, code="setting-unknown")
            clean[name] = known[name].check(value)
        return cls(**cast("dict[str, Any]", clean))

    @classmethod
    def from_toml(cls, text: str, file: str = "the settings file") -> Self:
        """Build settings from TOML text; tables in it are only for grouping.

        Raises
        ------
        SettingsError
            The text is no TOML, or a setting in it is refused.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(
                f"{file} is not valid TOML: {error}.", "Mend that line.", code="toml"
            ) from error
        flat: dict[str, object] = {}
        for key, value in document.items():
            flat.update(value if isinstance(value, dict) else {key: value})
        return cls.from_mapping(flat)

    def with_(self, **changes: Value) -> Self:
        """Return a copy with some settings changed, checked like new ones."""
        return replace(self, **cast("dict[str, Any]", changes))

    def changed(self) -> dict[str, Value]:
        """Return the settings that differ from their defaults."""
        return {a.name: getattr(self, a.name) for a in describe() if getattr(self, a.name) != a.default}


def describe() -> Iterator[About]:
    """Yield what there is to know of every setting, in the order of the Settings sheet."""
    item: Field[Any]
    for item in fields(Settings):
        yield About(name=item.name, default=cast("Value", item.default), **item.metadata)
