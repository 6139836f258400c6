"""How well one colour stands out from another."""

from __future__ import annotations

_WHITE, _INK = "#FFFFFF", "#111827"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2).

    >>> round(contrast("#FFFFFF", "#1F3A5F"), 1)
    11.5
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """Return black or white, whichever stands out more from a colour.

    >>> text_on("#1F5FA8"), text_on("#1B998B")
    ('#FFFFFF', '#111827')
    """
    return max((_WHITE, _INK), key=lambda text: contrast(text, colour))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
