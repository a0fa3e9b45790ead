"""Walls, light and shadow of the studio."""

from __future__ import annotations

from .svg import Svg, ellipse, polygon, rect

WALLS = {
    "ivory": ("#f5f0e7", "#e9e0d2", "#ddd1bf"), "stone": ("#ecebe7", "#dbd8d2", "#cbc6be"),
    "sage": ("#e8ebe1", "#d2d8c8", "#bfc7b3"), "blush": ("#f6ebe4", "#ead5ca", "#dcc0b2"),
    "sky": ("#ebf0f1", "#d3dde1", "#bfccd2"), "sand": ("#f4ead8", "#e5d3b5", "#d5bf9b"),
    "clay": ("#e9c9b3", "#d8aa8e", "#c69375"), "night": ("#2b3350", "#1b2138", "#12162a"),
    "ochre": ("#efd9a5", "#dfbd78", "#cda65c"), "pine": ("#3f5d50", "#2c463b", "#20352c"),
    "wine": ("#7a3541", "#5c2430", "#471a25"),
}


def backdrop(s: Svg, wall: str, horizon: float | None) -> None:
    """A seamless studio wall; with a horizon, a floor that meets it in a soft curve."""
    top, middle, low = WALLS[wall]
    w, h = s.width, s.height
    s.add(rect(0, 0, w, h, s.rad([(0, top), (.62, middle), (1, low)], .36, .3, .95)))
    if horizon is not None:
        y = h * horizon
        s.add(rect(0, y - 90, w, h - y + 90, s.lin([(0, low, 0), (.26, low, .75), (.5, middle, .85), (1, top, .9)])))


def window_light(s: Svg, strength: float = .2) -> None:
    """Late light through a tall window, falling from the upper left."""
    w, h = s.width, s.height
    paint = s.lin([(0, "#fffaf0", strength), (1, "#fffaf0", strength * .15)], 0, 0, .6, 1)
    for i in range(2):
        for j in range(3):
            x, y = w * (.1 + .27 * i), h * (.03 + .2 * j)
            s.add(polygon([(x, y), (x + w * .22, y + h * .045), (x + w * .22, y + h * .045 + h * .17), (x, y + h * .17)], paint))


def contact(s: Svg, cx: float, cy: float, rx: float, tone: str = "#3b2c22", strength: float = .5) -> None:
    """The soft shadow an object casts where it stands: a wide fall to the right, a dark line below."""
    wide = s.rad([(0, tone, .34 * strength), (.55, tone, .16 * strength), (1, tone, 0)])
    near = s.rad([(0, tone, .9 * strength), (.6, tone, .45 * strength), (1, tone, 0)])
    s.add(ellipse(cx + rx * .22, cy + rx * .04, rx * 1.5, rx * .2, wide), ellipse(cx, cy, rx * 1.04, rx * .07, near))


def lying(s: Svg, cx: float, cy: float, rx: float, ry: float, strength: float = .4) -> None:
    """The shadow of something flat, seen from above."""
    s.add(ellipse(cx + 26, cy + 34, rx, ry, s.rad([(0, "#3b2c22", strength), (.7, "#3b2c22", strength * .6), (1, "#3b2c22", 0)])))
