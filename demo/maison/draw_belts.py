"""Belts, coiled and standing on their edge, buckle to the front."""

from __future__ import annotations

import math

from .leather import GOLD, clasp, hide, metal, ring, stitch, strap_buckle
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, num, path, rect
from .table import Colour, Product

RX, RY = 520, 190


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    if product.shape == "chain":
        return chain(s, c)
    h = {"obi": 300, "double": 230, "halo": 150 if "32" in product.handle else 110}.get(product.shape, 150)
    body = loop(s, c, h, product.style)
    y = -h / 2
    body += BUCKLES[product.shape](s, c, h, y)
    return {"body": body, "width": RX * 2, "height": h + RY * 2, "focus": (0, y - 10), "zoom": 2.4, "drop": -20}


def loop(s: Svg, c: str, h: float, style: str) -> str:
    """The strap as a ring seen from a little above: the far inside, then the near outside."""
    inner = "#c79a6a" if style != "suede" else light(c, .2)
    y = -RY
    back = f"M{-RX} {y}A{RX} {RY} 0 0 1 {RX} {y}V{y - h}A{RX} {RY} 0 0 0 {-RX} {y - h}Z"
    front = f"M{-RX} {y - h}A{RX} {RY} 0 0 0 {RX} {y - h}V{y}A{RX} {RY} 0 0 1 {-RX} {y}Z"
    lit = s.lin([(0, dark(c, .45)), (.16, c), (.34, light(c, .34)), (.52, c), (.8, dark(c, .2)), (1, dark(c, .55))], 0, 0, 1, 0)
    far = s.lin([(0, dark(inner, .5)), (.5, dark(inner, .1)), (1, dark(inner, .6))], 0, 0, 1, 0)
    # A second turn of the strap lies inside the first, as when a belt is coiled by hand.
    coil = path(f"M{-RX * .86} {y - 30}A{RX * .86} {RY * .8} 0 0 1 {RX * .86} {y - 30}V{y - h - 6}A{RX * .86} {RY * .8} 0 0 0 {-RX * .86} {y - h - 6}Z", s.lin([(0, dark(c, .6)), (.5, dark(c, .25)), (1, dark(c, .65))], 0, 0, 1, 0))
    out = path(back, far) + coil + path(f"M{-RX * .86} {y - h - 6}A{RX * .86} {RY * .8} 0 0 1 {RX * .86} {y - h - 6}", "none", stroke=light(c, .4), stroke_width="4", stroke_opacity=".6") + path(front, lit)
    clip = s.clip(path(front, "#000"))
    at = lambda k: f"M{-RX} {num(y - h + h * k)}A{RX} {RY} 0 0 0 {RX} {num(y - h + h * k)}"  # noqa: E731
    if style == "braid":
        weave = ""
        for i in range(46):
            a = math.pi * (i + .5) / 46
            x, yy = -RX * math.cos(a), y - h + RY * math.sin(a)
            w = max(5, RX * math.pi / 46 * math.sin(a) * 1.1)
            for j in range(4):
                weave += path(f"M{x - w * .5:.0f} {yy + h * (j + (i % 2) * .5) / 4:.0f}q{w * .5:.0f} {h * .07:.0f} {w:.0f} 0v{h * .11:.0f}q{-w * .5:.0f} {h * .07:.0f} {-w:.0f} 0Z", light(c, .25) if (i + j) % 2 else dark(c, .18), stroke=dark(c, .5), stroke_width="2.5")
        out += group(weave, clip_path=clip)
    elif style == "canvas":
        for k, col in ((.2, "#f2e8d4"), (.5, "#a4161a" if c != "#efe3cf" else "#25304f"), (.8, "#f2e8d4")):
            out += path(at(k), "none", stroke=col, stroke_width=f"{h * .13:.0f}")
    elif style == "patent":
        out += path(at(.3), "none", stroke="#fff", stroke_width="16", stroke_opacity=".35") + path(at(.42), "none", stroke="#fff", stroke_width="5", stroke_opacity=".3")
    elif style != "night":
        out += stitch(at(.12), c, 4) + stitch(at(.88), c, 4)
    if style == "suede":
        out += group("".join(line(x := s.rng.uniform(-RX, RX), yy := s.rng.uniform(y - h, y + RY), x + 12, yy - 5, light(c, .5), 2, stroke_opacity=".35") for _ in range(160)), clip_path=clip)
    return out + path(at(0), "none", stroke=light(c, .5), stroke_width="4", stroke_opacity=".55") + path(at(1), "none", stroke=dark(c, .55), stroke_width="5")


def tip(s: Svg, c: str, h: float, y: float) -> str:
    """The free end, lying over the strap to the right of the buckle."""
    shape = f"M20 {y - h / 2 + 4}L330 {y - h / 2 - 30}Q410 {y - 40} 330 {y + h / 2 - 34}L20 {y + h / 2 - 4}Z"
    return path(shape, "#000", fill_opacity=".25", transform="translate(6 12)") + path(shape, s.lin([(0, light(c, .2)), (.5, c), (1, dark(c, .3))], 0, 0, .3, 1)) + stitch(f"M30 {y - h / 2 + 20}L320 {y - h / 2 - 12}Q378 {y - 38} 320 {y + h / 2 - 52}L30 {y + h / 2 - 22}", c, 4) + "".join(ellipse(130 + i * 64, y - 8 - i * 7, 9, 8, dark(c, .75)) for i in range(3))


def halo(s, c, h, y) -> str:
    return tip(s, c, h, y) + clasp(s, 0, y, h * .72)


def stirrup(s, c, h, y) -> str:
    k = h / 150
    return tip(s, c, h, y) + group(path("M-40 -150H40V-104H30C70 -50 128 60 132 140H-132C-128 60 -70 -50 -30 -104H-40Z", metal(s), stroke=dark(GOLD, .5), stroke_width="4"), path("M-84 116C-76 40 -38 -40 -8 -84H8C38 -40 76 40 84 116Z", dark(c, .15)), rect(-142, 136, 284, 44, metal(s), rx="12", stroke=dark(GOLD, .5), stroke_width="4"), transform=f"translate(0 {num(y)}) rotate(-90) scale({k:.2g})")


def frame(s, c, h, y) -> str:
    return tip(s, c, h, y) + strap_buckle(s, 0, y, 170, h * 1.42) + group(rect(-26, -h * .56, 52, h * 1.12, hide(s, c), rx="8", stroke=dark(c, .5), stroke_width="3"), transform=f"translate(200 {num(y - 14)}) rotate(-6)")


def plate(s, c, h, y) -> str:
    m = s.lin([(0, "#fbfbf8"), (.3, "#c3c7ca"), (.5, "#8f969b"), (.7, "#e9ebec"), (1, "#9aa1a6")], 0, 0, 1, 1)
    return tip(s, c, h, y) + rect(-112, y - h * .62 + 8, 224, h * 1.24, "#000", rx="14", fill_opacity=".3") + rect(-116, y - h * .62, 224, h * 1.24, m, rx="14", stroke="#5d6367", stroke_width="3") + rect(-104, y - h * .62 + 12, 200, h * 1.24 - 24, "none", stroke="#fff", stroke_width="3", stroke_opacity=".6", rx="8") + emblem(-4, y, h * .24, "#6d7479", 5)


def double(s, c, h, y) -> str:
    return "".join(strap_buckle(s, x, y, 120, h * .62) + group(rect(-18, -h * .3, 36, h * .6, hide(s, c), rx="6", stroke=dark(c, .5), stroke_width="3"), transform=f"translate({x + 104} {num(y - 10)})") for x in (-150, 130))


def obi(s, c, h, y) -> str:
    knot = path(f"M-90 {y - 90}Q0 {y - 130} 90 {y - 90}Q120 {y} 90 {y + 90}Q0 {y + 120} -90 {y + 90}Q-120 {y} -90 {y - 90}Z", hide(s, c))
    tails = path(f"M-40 {y + 60}C-90 {y + 160} -150 {y + 240} -190 {y + 330}L-60 {y + 350}C-30 {y + 260} 0 {y + 160} 10 {y + 90}Z", hide(s, light(c, .06))) + path(f"M30 {y + 70}C70 {y + 170} 140 {y + 220} 200 {y + 290}L90 {y + 340}C50 {y + 260} 10 {y + 180} -6 {y + 90}Z", hide(s, dark(c, .1)))
    loops = path(f"M-80 {y - 60}C-260 {y - 210} -360 {y - 120} -330 {y - 20}C-300 {y + 70} -160 {y + 60} -80 {y + 40}Z", hide(s, c)) + path(f"M80 {y - 60}C260 {y - 190} 350 {y - 120} 320 {y - 10}C290 {y + 70} 160 {y + 60} 80 {y + 40}Z", hide(s, dark(c, .08)))
    creases = path(f"M-60 {y - 70}Q-20 {y} -50 {y + 80}M20 {y - 90}Q40 {y} 20 {y + 96}M-110 {y - 30}Q-200 {y - 70} -280 {y - 50}M110 {y - 20}Q200 {y - 60} 270 {y - 50}", "none", stroke=dark(c, .5), stroke_width="6", stroke_opacity=".35", stroke_linecap="round")
    return tails + loops + knot + creases


def dring(s, c, h, y) -> str:
    one = lambda x: path(f"M{x} {y - h * .6}V{y + h * .6}C{x + 130} {y + h * .6} {x + 130} {y - h * .6} {x} {y - h * .6}Z", "none", stroke=dark(GOLD, .5), stroke_width="26", stroke_linejoin="round") + path(f"M{x} {y - h * .6}V{y + h * .6}C{x + 130} {y + h * .6} {x + 130} {y - h * .6} {x} {y - h * .6}Z", "none", stroke=metal(s), stroke_width="20", stroke_linejoin="round")  # noqa: E731
    return one(-60) + one(-16)


BUCKLES = {"halo": halo, "stirrup": stirrup, "frame": frame, "plate": plate, "double": double, "obi": obi, "dring": dring}


def chain(s: Svg, c: str) -> dict:
    out, n = "", 30
    for turn, k, lift in ((0, .8, -60), (1, 1, 0)):
        for i in range(n):
            a = math.tau * i / n
            x, y = 500 * k * math.cos(a), -200 + lift + 190 * k * math.sin(a)
            d_ = math.degrees(math.atan2(190 * math.cos(a), -500 * math.sin(a)))
            w = 62 - 8 * (1 - turn) + 10 * math.sin(a)
            out += group(ellipse(0, 0, w, 34 if i % 2 else 15, "none", stroke=dark(c, .5), stroke_width="25"), ellipse(0, 0, w, 34 if i % 2 else 15, "none", stroke=metal(s, c), stroke_width="20"), transform=f"translate({num(x)} {num(y)}) rotate({d_:.0f})")
    tab = path("M-60 -60C-90 40 -90 140 -60 220Q0 260 60 220C90 140 90 40 60 -60Z", hide(s, "#6d1f2e")) + stitch("M-42 -50C-66 40 -66 130 -42 206Q0 234 42 206C66 130 66 40 42 -50", "#6d1f2e", 4) + clasp(s, 0, 120, 40)
    return {"body": out + group(tab, transform="translate(60 -20) rotate(-16)"), "flat": True, "width": 1200, "height": 760, "focus": (0, 40), "zoom": 2.2}
