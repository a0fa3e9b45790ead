"""A small SVG writer: numbers of one decimal, shared gradients, colour arithmetic."""

from __future__ import annotations

import math
import random
import re


def num(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, t: float) -> str:
    """The colour at `t` of the way from a to b."""
    parts = (round(x + (y - x) * t) for x, y in zip(rgb(a), rgb(b)))
    return "#" + "".join(f"{max(0, min(255, p)):02x}" for p in parts)


def light(colour: str, t: float) -> str:
    return mix(colour, "#fff6e6", t)


def dark(colour: str, t: float) -> str:
    return mix(colour, "#14100e", t)


def luminance(colour: str) -> float:
    r, g, b = rgb(colour)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def polar(cx: float, cy: float, r: float, degrees: float) -> tuple[float, float]:
    """A point on a circle; 0 degrees is up, clockwise."""
    a = math.radians(degrees - 90)
    return cx + r * math.cos(a), cy + r * math.sin(a)


def points(pairs) -> str:
    return " ".join(f"{num(x)},{num(y)}" for x, y in pairs)


def d(template: str, *values: float) -> str:
    """A path with its numbers rounded."""
    text = template.format(*values) if values else template
    return re.sub(r"-?\d+\.\d+", lambda m: num(float(m.group())), text)


class Svg:
    """One drawing: definitions and body, with a random source of its own."""

    def __init__(self, width: int, height: int, seed: str, title: str = "") -> None:
        self.width, self.height = width, height
        self.rng = random.Random(seed)
        self.defs: list[str] = []
        self.known: dict[str, str] = {}
        self.body: list[str] = []
        self.count = 0
        self.title = title

    def define(self, text: str, prefix: str = "g") -> str:
        """Adds a definition once; `text` holds `ID` where its id goes. Returns the id."""
        if text not in self.known:
            self.count += 1
            self.known[text] = f"{prefix}{self.count}"
            self.defs.append(text.replace("ID", self.known[text], 1))
        return self.known[text]

    def lin(self, stops, x1=0.0, y1=0.0, x2=0.0, y2=1.0, units: bool = False) -> str:
        """A linear gradient as a paint; stops are (offset, colour[, opacity])."""
        kind = ' gradientUnits="userSpaceOnUse"' if units else ""
        head = self._head("linear", kind, x1=x1, y1=y1, x2=x2, y2=y2)
        return self._paint(head + self._stops(stops) + "</linearGradient>")

    def rad(self, stops, cx=0.5, cy=0.5, r=0.5, units: bool = False) -> str:
        kind = ' gradientUnits="userSpaceOnUse"' if units else ""
        head = self._head("radial", kind, cx=cx, cy=cy, r=r)
        return self._paint(head + self._stops(stops) + "</radialGradient>")

    def _paint(self, definition: str) -> str:
        return f"url(#{self.define(definition)})"

    @staticmethod
    def _head(kind: str, units: str, **place: float) -> str:
        at = " ".join(f'{k}="{round(v, 3):g}"' for k, v in place.items())
        return f'<{kind}Gradient id="ID"{units} {at}>'

    @staticmethod
    def _stops(stops) -> str:
        out = []
        for offset, colour, *opacity in stops:
            alpha = f' stop-opacity="{opacity[0]:g}"' if opacity else ""
            out.append(f'<stop offset="{offset:g}" stop-color="{colour}"{alpha}/>')
        return "".join(out)

    def pattern(self, width: float, height: float, content: str, turn: float = 0) -> str:
        at = f' patternTransform="rotate({turn:g})"' if turn else ""
        head = f'<pattern id="ID" width="{width:g}" height="{height:g}" patternUnits="userSpaceOnUse"'
        return f"url(#{self.define(head + at + '>' + content + '</pattern>', 'p')})"

    def symbol(self, content: str) -> str:
        """A group to be repeated with `use`."""
        return self.define('<g id="ID">' + content + "</g>", "s")

    def clip(self, content: str) -> str:
        name = self.define('<clipPath id="ID">' + content + "</clipPath>", "c")
        return f"url(#{name})"

    def add(self, *parts: str) -> None:
        self.body.extend(parts)

    def text(self) -> str:
        label = f"<title>{self.title}</title>" if self.title else ""
        return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
                f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
                f'height="{self.height}">{label}<defs>{"".join(self.defs)}</defs>'
                f'{"".join(self.body)}</svg>\n')


def attrs(values: dict) -> str:
    out = []
    for key, value in values.items():
        if value is None:
            continue
        text = num(value) if isinstance(value, float) else str(value)
        out.append(f' {key.rstrip("_").replace("_", "-")}="{text}"')
    return "".join(out)


def path(shape: str, fill: str = "none", **kw) -> str:
    return f'<path d="{d(shape)}" fill="{fill}"{attrs(kw)}/>'


def line(x1, y1, x2, y2, stroke: str, width: float, **kw) -> str:
    return (f'<line x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}" stroke="{stroke}" '
            f'stroke-width="{num(width)}"{attrs(kw)}/>')


def circle(cx, cy, r, fill: str = "none", **kw) -> str:
    return f'<circle cx="{num(cx)}" cy="{num(cy)}" r="{num(r)}" fill="{fill}"{attrs(kw)}/>'


def ellipse(cx, cy, rx, ry, fill: str = "none", **kw) -> str:
    return (f'<ellipse cx="{num(cx)}" cy="{num(cy)}" rx="{num(rx)}" ry="{num(ry)}" '
            f'fill="{fill}"{attrs(kw)}/>')


def rect(x, y, w, h, fill: str = "none", **kw) -> str:
    return (f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}" '
            f'fill="{fill}"{attrs(kw)}/>')


def polygon(pairs, fill: str = "none", **kw) -> str:
    return f'<polygon points="{points(pairs)}" fill="{fill}"{attrs(kw)}/>'


def group(*parts: str, **kw) -> str:
    return f"<g{attrs(kw)}>{''.join(parts)}</g>"


def use(symbol: str, x: float = 0, y: float = 0, turn: float = 0, size: float = 1, **kw) -> str:
    steps = []
    if x or y:
        steps.append(f"translate({num(x)} {num(y)})")
    if turn:
        steps.append(f"rotate({num(turn)})")
    if size != 1:
        steps.append(f"scale({size:.3g})")
    at = f' transform="{" ".join(steps)}"' if steps else ""
    return f'<use xlink:href="#{symbol}"{at}{attrs(kw)}/>'


STROKES = {
    "A": "M0 10L4 0L8 10M1.6 6.4H6.4", "B": "M0 0V10H4A2.6 2.6 0 0 0 4 4.7H0H3.6A2.3 2.3 0 0 0 3.6 0H0",
    "C": "M8.2 2A5 5 0 1 0 8.2 8", "D": "M0 0V10H3A5 5 0 0 0 3 0Z", "E": "M6 0H0V10H6M0 4.9H5",
    "F": "M6 0H0V10M0 4.9H5", "G": "M8.4 2A5 5 0 1 0 8.4 8V5.4H5.6", "H": "M0 0V10M7 0V10M0 4.9H7",
    "I": "M0 0V10", "J": "M4 0V7.6A2.4 2.4 0 0 1 0 8", "L": "M0 0V10H5.6",
    "M": "M0 10V0L4.4 7L8.8 0V10", "N": "M0 10V0L7.2 10V0", "O": "M5 0A5 5 0 1 0 5.01 0Z",
    "P": "M0 10V0H3.8A2.7 2.7 0 0 1 3.8 5.4H0", "Q": "M5 0A5 5 0 1 0 5.01 0ZM6 7.4L9.6 10.6",
    "R": "M0 10V0H3.8A2.6 2.6 0 0 1 3.8 5.2H0M3.2 5.2L6.6 10", "S": "M5.8 1.4A2.9 2.6 0 1 0 3.2 5A2.9 2.5 0 1 1 .2 8.6",
    "T": "M0 0H7.4M3.7 0V10", "U": "M0 0V6.6A3.4 3.4 0 0 0 6.8 6.6V0", "V": "M0 0L4 10L8 0",
    "X": "M0 0L7 10M7 0L0 10", "Y": "M0 0L3.7 5L7.4 0M3.7 5V10", "Z": "M0 0H7L0 10H7", " ": "",
}
ADVANCE = {"I": 0, "J": 4, "L": 5.6, "E": 6, "F": 6, "S": 6, "B": 6.4, "P": 6.5, "R": 6.6, "M": 8.8,
           "O": 10, "Q": 10, "C": 8.2, "G": 8.4, "U": 6.8, "H": 7, "N": 7.2, "T": 7.4, "D": 8, " ": 5}


def lettering(word: str, cx: float, y: float, height: float, stroke: str, weight: float = 0.9,
              spacing: float = 4.2, **kw) -> str:
    """Capitals drawn as single strokes, centred on `cx`, with their top at `y`."""
    size = height / 10
    total = sum(ADVANCE.get(c, 7.6) + spacing for c in word) - spacing
    x, out = cx - total * size / 2, []
    for c in word:
        if STROKES.get(c):
            out.append(f'<path d="{STROKES[c]}" transform="translate({num(x)} {num(y)}) '
                       f'scale({size:.3g})"/>')
        x += (ADVANCE.get(c, 7.6) + spacing) * size
    return (f'<g fill="none" stroke="{stroke}" stroke-width="{weight:g}" stroke-linecap="round" '
            f'stroke-linejoin="round"{attrs(kw)}>{"".join(out)}</g>')


def emblem(cx: float, cy: float, r: float, paint: str, width: float | None = None) -> str:
    """The sign of the house: twelve rays around an open ring."""
    w = width or r * 0.13
    rays = [line(*polar(cx, cy, r * 0.66, a), *polar(cx, cy, r * (1 if a % 60 else 1.12), a), paint, w,
                 stroke_linecap="round") for a in range(0, 360, 30)]
    return circle(cx, cy, r * 0.46, "none", stroke=paint, stroke_width=float(w * 1.25)) + "".join(rays)
