"""Every threshold of the product, with its unit, bounds, reason and source.

One frozen dataclass. Its fields write the Settings sheet, the README table and the help.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast

from winback_xl.errors import SettingsError, nearest
from winback_xl.settings.about import About, Value, shown
from winback_xl.settings.defaults import Thresholds
from winback_xl.settings.toml_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["About", "Settings", "Value", "describe"]

_LONGEST = 100  # characters of a name that is worth comparing with the known ones


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
        for about in _abouts():
            value = getattr(self, about.name)
            if value is not about.default:  # most are, and a formula makes settings for a cell
                object.__setattr__(self, about.name, about.check(value))
        for low, high in _ordered():
            self._in_order(low, high)

    def _in_order(self, low: str, high: str) -> None:
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
            A name is unknown (the nearest known one is named), is there twice, or a value is out of bounds; all of it is
            reported together.
        """
        return cls.from_pairs(("", name, value) for name, value in values.items())

    @classmethod
    def from_toml(cls, text: str, file: str = "the settings file") -> Self:
        """Build settings from TOML text; tables in it are only for grouping.

        Raises
        ------
        SettingsError
            The text is not TOML, or a setting in it is refused.
        """
        pairs = list[tuple[str, str, object]]()
        for key, value in parse(text, file).items():
            inner = value.items() if isinstance(value, dict) else ((key, value),)
            pairs += [(file, name, chosen) for name, chosen in inner]
        return cls.from_pairs(pairs, file)

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str, object]], file: str = "") -> Self:
        """Build settings from (place, name, value); a name or a label, in any case.

        Parameters
        ----------
        pairs : iterable of (str, str, object)
            The place is named in messages, "" for none.
        file : str
            Named where two settings contradict each other.

        Raises
        ------
        SettingsError
            As for `from_mapping`.
        """
        known = {about.name: about for about in describe()}
        by_label = {about.label.casefold(): about.name for about in known.values()}
        chosen: dict[str, Value] = {}
        wrong: list[str] = []
        for place, given, value in pairs:
            name = given if given in known else by_label.get(given.strip().casefold(), given)
            try:
                taken = _known(given, name, known, chosen).check(value)
            except SettingsError as error:
                wrong.append(f"{place}: {error}" if place else str(error))
            else:
                chosen[name] = taken
        if not wrong:
            try:
                return cls(**cast("dict[str, Any]", chosen))
            except SettingsError as error:  # two settings that contradict each other
                wrong.append(f"{file}: {error}" if file else str(error))
        raise SettingsError("\n".join(wrong), code="settings-refused")

    def with_(self, **changes: Value) -> Self:
        """Return a copy with some settings changed, checked like new ones."""
        return replace(self, **cast("dict[str, Any]", changes))

    def changed(self) -> dict[str, Value]:
        """Return the settings that differ from their defaults."""
        return {a.name: getattr(self, a.name) for a in describe() if getattr(self, a.name) != a.default}


def describe() -> Iterator[About]:
    """Return what there is to know of every setting, in the order of the Settings sheet."""
    return iter(_abouts())


@cache
def _abouts() -> tuple[About, ...]:
    return tuple(
        About(name=item.name, default=cast("Value", item.default), **item.metadata)
        for item in fields(Settings)
    )


@cache
def _ordered() -> tuple[tuple[str, str], ...]:
    """Return the pairs of settings of which the first may not be above the second."""
    return tuple((low, about.name) for about in _abouts() for low in about.above)


def _known(given: str, name: str, known: Mapping[str, About], chosen: Mapping[str, Value]) -> About:
    """Return what is known of a setting that was not chosen before; ``name`` is ``given`` as we call it."""
    if name in chosen:
        raise SettingsError(f"Setting '{name}' is there twice.", "Keep one of them.", code="setting-twice")
    if name in known:
        return known[name]
    if not given.strip():
        what = "A value is here without the name of a setting."
        raise SettingsError(what, "Write the name, or delete the value.", code="setting-unknown")
    labels = (about.label for about in known.values())
    near = nearest(given, [*known, *labels]) if len(given) <= _LONGEST else None
    hint = f"Did you mean '{near}'?" if near else "The Settings sheet lists the known ones."
    raise SettingsError(f"There is no setting '{shown(given)}'.", hint, code="setting-unknown")
