"""Leather, thread and metal, shared by bags, small leather goods, belts, shoes and travel."""

from __future__ import annotations

from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, luminance, mix, num, path, rect

GOLD = "#d4aa5f"


def hide(s: Svg, colour: str, x2: float = .9, y2: float = 1) -> str:
    """A hide lit from the upper left."""
    lift = .2 if luminance(colour) < .3 else .26
    return s.lin([(0, light(colour, lift)), (.28, light(colour, lift * .38)), (.62, colour), (1, dark(colour, .3))], 0, 0, x2, y2)


def shade(s: Svg, colour: str) -> str:
    """A hide in the shadow of another piece."""
    return s.lin([(0, dark(colour, .45)), (1, dark(colour, .22))])


def across(s: Svg, colour: str) -> str:
    """A rounded form lit across: handles, straps, rolls."""
    return s.lin([(0, dark(colour, .3)), (.26, light(colour, .3)), (.5, colour), (1, dark(colour, .45))], 0, 0, 1, 0)


def metal(s: Svg, colour: str = GOLD, down: bool = True) -> str:
    x, y = (0, 1) if down else (1, 0)
    return s.lin([(0, light(colour, .45)), (.22, light(colour, .82)), (.42, colour), (.62, dark(colour, .35)),
                  (.8, light(colour, .3)), (1, dark(colour, .2))], 0, 0, x, y)


def thread(colour: str) -> str:
    """Linen thread that shows on this leather."""
    return light(colour, .58) if luminance(colour) < .62 else mix(colour, "#a98654", .55)


def stitch(shape: str, colour: str, width: float = 4, **kw) -> str:
    """A saddle stitch along a path: a groove, then slanting thread."""
    base = path(shape, "none", stroke=dark(colour, .42), stroke_width=float(width + 2), stroke_opacity=".35", **kw)
    return base + path(shape, "none", stroke=thread(colour), stroke_width=float(width), stroke_dasharray=f"{width * 3.6:g} {width * 1.9:g}",
                       stroke_linecap="round", **kw)


def edge(shape: str, colour: str, width: float = 5) -> str:
    """The burnished edge of a panel: dark paint and a thread of light."""
    depth = .26 if luminance(colour) > .62 else .5
    return path(shape, "none", stroke=dark(colour, depth), stroke_width=float(width)) + path(
        shape, "none", stroke=light(colour, .55), stroke_width=float(width * .3), stroke_opacity=".5", transform="translate(-1.5 -1.5)")


def grain(s: Svg, x: float, y: float, w: float, h: float, colour: str, clip: str, count: int = 90) -> str:
    """A few pebbles of grain, enough for the eye to complete."""
    marks = []
    for _ in range(count):
        px, py = s.rng.uniform(x, x + w), s.rng.uniform(y, y + h)
        a, b = s.rng.uniform(4, 11), s.rng.uniform(3, 8)
        marks.append(f"M{px:.0f} {py:.0f}q{a:.0f} {-b:.0f} {a * 2:.0f} 0")
    return group(path("".join(marks), "none", stroke=light(colour, .5), stroke_width="1.6", stroke_opacity=".3"), clip_path=clip)


def trap(x: float, y: float, top: float, bottom: float, h: float, r: float, inset: float = 0, rt: float | None = None) -> str:
    """A trapezium centred on x, from y down to y + h, with rounded corners, drawn clockwise."""
    i, t = inset, (rt if rt is not None else r * .5)
    a, b, y1, y2 = top / 2 - i, bottom / 2 - i, y + i, y + h - i
    r = max(2, r - i * .6)
    t = max(2, t - i * .6)
    return (f"M{x - a + t} {y1}H{x + a - t}Q{x + a} {y1} {x + a + (b - a) * t / h} {y1 + t}L{x + b - (b - a) * r / h} {y2 - r}"
            f"Q{x + b} {y2} {x + b - r} {y2}H{x - b + r}Q{x - b} {y2} {x - b + (b - a) * r / h} {y2 - r}L{x - a - (b - a) * t / h} {y1 + t}Q{x - a} {y1} {x - a + t} {y1}Z")


def clasp(s: Svg, x: float, y: float, r: float, colour: str = GOLD) -> str:
    """The halo clasp: a domed plate, twelve rays, an open ring."""
    m, rim = metal(s, colour), s.rad([(0, light(colour, .8)), (.6, colour), (1, dark(colour, .4))], .36, .3, .8)
    return (ellipse(x + r * .12, y + r * .2, r * 1.08, r * 1.05, "#1a0f08", fill_opacity=".35") + circle(x, y, r, rim, stroke=dark(colour, .45), stroke_width=float(r * .05))
            + circle(x, y, r * .84, "none", stroke=m, stroke_width=float(r * .07)) + emblem(x, y, r * .68, dark(colour, .52), r * .075)
            + emblem(x - r * .02, y - r * .025, r * .68, light(colour, .78), r * .05))


def ring(s: Svg, x: float, y: float, r: float, w: float, colour: str = GOLD) -> str:
    return (circle(x + 3, y + 5, r, "none", stroke="#1a0f08", stroke_width=float(w + 2), stroke_opacity=".3") + circle(x, y, r, "none", stroke=dark(colour, .5), stroke_width=float(w + 2))
            + circle(x, y, r, "none", stroke=metal(s, colour), stroke_width=float(w)))


def tube(s: Svg, shape: str, colour: str, width: float, seam: bool = True) -> str:
    """A rolled handle or cord along a path."""
    out = [path(shape, "none", stroke=dark(colour, .55), stroke_width=float(width), stroke_linecap="round", stroke_linejoin="round"),
           path(shape, "none", stroke=colour, stroke_width=float(width * .84), stroke_linecap="round", stroke_linejoin="round"),
           path(shape, "none", stroke=light(colour, .28), stroke_width=float(width * .42), stroke_linecap="round", stroke_opacity=".75", transform=f"translate({num(-width * .1)} {num(-width * .1)})"),
           path(shape, "none", stroke=light(colour, .7), stroke_width=float(width * .11), stroke_linecap="round", stroke_opacity=".7", transform=f"translate({num(-width * .18)} {num(-width * .18)})")]
    if seam:
        out.append(path(shape, "none", stroke=thread(colour), stroke_width=float(max(2, width * .07)), stroke_dasharray="11 7", transform=f"translate({num(width * .2)} {num(width * .2)})"))
    return "".join(out)


def strap_buckle(s: Svg, x: float, y: float, w: float, h: float, colour: str = GOLD, turn: float = 0) -> str:
    m = metal(s, colour)
    inner = (rect(-w / 2 + 3, -h / 2 + 5, w, h, "none", rx=float(w * .16), stroke="#1a0f08", stroke_width=float(w * .17), stroke_opacity=".3")
             + rect(-w / 2, -h / 2, w, h, "none", rx=float(w * .16), stroke=dark(colour, .5), stroke_width=float(w * .17)) + rect(-w / 2, -h / 2, w, h, "none", rx=float(w * .16), stroke=m, stroke_width=float(w * .13))
             + line(0, -h * .5, 0, h * .52, dark(colour, .5), w * .12, stroke_linecap="round") + line(0, -h * .5, 0, h * .52, light(colour, .45), w * .075, stroke_linecap="round"))
    return group(inner, transform=f"translate({num(x)} {num(y)}) rotate({turn:g})")
