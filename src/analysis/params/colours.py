"""Colours as the web writes them, and how well one can be read on another."""

from __future__ import annotations

AA = 4.5
"""The least contrast of text on its background, WCAG 2.2, success criterion 1.4.3, level AA."""


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255 of ``#rrggbb``.

    Examples
    --------
    >>> channels("#0f3d4c")
    (15, 61, 76)
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance from 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    shares = [channel / 255 for channel in channels(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours from 1 (equal) to 21 (black on white), as WCAG 2.2 defines it.

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 2)
    21.0
    >>> round(contrast("#777777", "#ffffff"), 2)
    4.48
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another in it.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
