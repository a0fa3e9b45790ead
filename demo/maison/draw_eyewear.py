"""Sunglasses from the front, resting on their temples."""

from __future__ import annotations

from .leather import metal
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, luminance, mix, path, rect
from .table import Colour, Product

# Outline of the right lens about its centre, in a box of about 420 by 340.
LENSES = {
    "cat": "M-206 -96C-150 -150 60 -160 214 -190C252 -150 226 40 150 116C80 176 -70 172 -140 110C-200 50 -222 -40 -206 -96Z",
    "round": "M-186 0A186 186 0 1 1 186 0A186 186 0 1 1 -186 0Z",
    "square": "M-190 -150Q0 -176 196 -152Q216 -148 214 -110C210 0 190 90 150 132Q120 156 20 156H-90Q-160 152 -184 110C-210 40 -214 -60 -206 -120Q-204 -146 -190 -150Z",
    "aviator": "M-190 -134C-100 -170 90 -168 186 -140C226 -120 220 0 176 90C130 176 10 206 -76 160C-160 110 -214 0 -216 -84Q-214 -122 -190 -134Z",
    "oval": "M-216 0C-216 -96 -120 -136 0 -136C120 -136 216 -96 216 0C216 96 120 136 0 136C-120 136 -216 96 -216 0Z",
    "hex": "M-112 -168H112Q128 -168 136 -154L206 -16Q212 0 206 16L136 154Q128 168 112 168H-112Q-128 168 -136 154L-206 16Q-212 0 -206 -16L-136 -154Q-128 -168 -112 -168Z",
    "butterfly": "M-176 -120C-80 -176 120 -186 228 -150C262 -130 250 40 196 130C150 196 -20 216 -120 150C-190 90 -210 -60 -176 -120Z",
    "panto": "M-196 -60C-190 -150 -90 -170 0 -170C90 -170 190 -150 196 -60C200 70 110 170 0 170C-110 170 -200 70 -196 -60Z",
}


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    clear = product.style == "clear" or product.handle == "lecture-quai"
    tint = {"noir": "#3c4047", "ecaille": "#5b4023", "ivoire": "#7a5a48", "sapin": "#2f4a3c", "miel": "#8a5a24", "bordeaux": "#5a2b33", "gold": "#5c6b4a", "rosegold": "#8a5560", "steel": "#3d536b", "nuit": "#27406b", "gris": "#5d7482", "sauge": "#5c7460"}[colour.key]
    wire = colour.kind == "metal" or product.style == "metal"
    body = shield(s, c, tint) if product.shape == "shield" else pair(s, product.shape, c, tint, wire, product.handle == "lecture-quai", clear, colour.key == "ecaille")
    cast = group(f'<g transform="translate(0 150) scale(1 .42) skewX(-24)">' + (pathless(product.shape, tint)) + "</g>")
    return {"body": body, "flat": True, "width": 1180, "height": 620, "focus": (300, -20), "zoom": 2.0, "under": [cast]}


def pathless(shape: str, tint: str) -> str:
    """Coloured light that the lenses throw on the table."""
    lens = LENSES.get(shape, LENSES["oval"])
    one = path(lens, tint, fill_opacity=".26", stroke="#2a1f18", stroke_opacity=".3", stroke_width="40")
    return "".join(f'<g transform="translate({x} 160) scale({k} 1)">{one}</g>' for x, k in ((-270, -1), (270, 1)))


def lens_paint(s: Svg, tint: str, reading: bool) -> str:
    if reading:
        return s.lin([(0, "#ffffff", .5), (.5, "#dfe9ec", .22), (1, "#ffffff", .34)], 0, 0, 1, 1)
    return s.lin([(0, dark(tint, .35), .96), (.5, tint, .9), (1, light(tint, .4), .8)])


def tortoise(s: Svg, shape: str, c: str) -> str:
    clip = s.clip(path(shape, "#000"))
    spots = "".join(ellipse(s.rng.uniform(-260, 280), s.rng.uniform(-240, 220), s.rng.uniform(16, 60), s.rng.uniform(10, 34), ("#2e170a", "#e0a351", "#4a2510")[i % 3], fill_opacity=".5", transform=f"rotate({s.rng.uniform(-40, 40):.0f})") for i in range(42))
    return group(spots, clip_path=clip)


def pair(s: Svg, shape: str, c: str, tint: str, wire: bool, reading: bool, clear: bool, shell: bool) -> str:
    lens = LENSES[shape]
    paint = lens_paint(s, tint, reading)
    frame = metal(s, c) if wire else s.lin([(0, light(c, .4)), (.25, c), (.7, dark(c, .15)), (1, dark(c, .4))], 0, 0, .6, 1)
    w = 14 if wire else 56
    one = path(lens, paint)
    clip = s.clip(path(lens, "#000"))
    one += group(path("M-220 -60L40 -260H120L-220 40Z", "#fff", fill_opacity=".2"), path("M-220 80L170 -240H200L-220 110Z", "#fff", fill_opacity=".14"), path(lens, s.lin([(0, "#000", .3), (.3, "#000", 0), (1, "#000", 0)])), clip_path=clip)
    alpha = {"stroke_opacity": ".62"} if clear and not reading else {}
    if wire:
        one += path(lens, "none", stroke=dark(c, .5), stroke_width=f"{w + 4}") + path(lens, "none", stroke=frame, stroke_width=f"{w}") + path(lens, "none", stroke="#fff", stroke_width="3", stroke_opacity=".6", transform="translate(-2 -3)")
        one += "".join(line(x, y, x + 24, y - 14, dark(c, .3), 5) for x, y in ((-212, -30),)) + ellipse(-222, 70, 18, 38, "#f4e9da", fill_opacity=".8", stroke=dark(c, .3), stroke_width="2")
    else:
        one += path(lens, "none", stroke=dark(c, .5), stroke_width=f"{w + 5}", stroke_linejoin="round", **alpha) + path(lens, "none", stroke=frame, stroke_width=f"{w}", stroke_linejoin="round", **alpha)
        if shell:
            one += path(lens, "none", stroke="#2e170a", stroke_width=f"{w * .8:.0f}", stroke_dasharray="34 60 70 46 20 80", stroke_opacity=".55") + path(lens, "none", stroke="#e0a351", stroke_width=f"{w * .5:.0f}", stroke_dasharray="14 120 44 90", stroke_dashoffset="60", stroke_opacity=".7")
        one += path(lens, "none", stroke="#fff", stroke_width="7", stroke_opacity=".3", transform="translate(-9 -13)") + path(lens, "none", stroke=dark(c, .55), stroke_width="3", stroke_opacity=".6", transform="scale(.88 .86)")
    tip = {"cat": (226, -176), "round": (186, -60), "square": (210, -120), "aviator": (200, -110), "oval": (214, -30), "hex": (190, -50), "butterfly": (236, -130), "panto": (196, -80)}[shape]
    hinge = rect(tip[0] - 6, tip[1] - 16, 52, 44 if not wire else 18, frame, rx="8", stroke=dark(c, .4), stroke_width="2") + ("" if wire else rect(tip[0] + 2, tip[1] - 4, 26, 12, "#e3c07a", rx="4") + circle(tip[0] + 34, tip[1] + 3, 4, "#e3c07a"))
    temple = path(f"M{tip[0] + 40} {tip[1] - 8}C{tip[0] + 130} {tip[1] - 60} {tip[0] + 60} {tip[1] - 190} {tip[0] - 40} {tip[1] - 210}L{tip[0] - 60} {tip[1] - 196}C{tip[0] + 20} {tip[1] - 170} {tip[0] + 70} {tip[1] - 80} {tip[0] + 8} {tip[1] + 4}Z", frame if not wire else dark(c, .15), fill_opacity=".75")
    sides = "".join(f'<g transform="translate({x} 0) scale({k} 1)">{temple}{hinge}{one}</g>' for x, k in ((-270, -1), (270, 1)))
    if wire:
        bridge = "".join(path(d_, "none", stroke=paint_, stroke_width=f"{width}", stroke_linecap="round") for d_ in (("M-64 -110Q0 -140 64 -110", "M-90 -150H90") if shape == "aviator" else ("M-82 -50Q0 -104 82 -50",)) for paint_, width in ((dark(c, .5), 18), (light(c, .25), 12), (light(c, .85), 3)))
    else:
        y = -70 if shape in ("round", "panto", "oval") else -96
        low, high = y + 34, y - 30
        b = f"M-96 {high}Q0 {high - 26} 96 {high}L88 {low + 16}Q0 {low - 50} -88 {low + 16}Z"
        bridge = path(b, frame, stroke=dark(c, .5), stroke_width="3", **({"fill_opacity": ".7"} if clear and not reading else {})) + path(f"M-80 {high + 8}Q0 {high - 16} 80 {high + 8}", "none", stroke="#fff", stroke_width="7", stroke_opacity=".35", stroke_linecap="round")
        if shell:
            bridge += path(f"M-60 {high + 20}Q0 {high - 4} 50 {high + 18}", "none", stroke="#2e170a", stroke_width="20", stroke_dasharray="30 26", stroke_opacity=".55")
    return sides + bridge


def shield(s: Svg, c: str, tint: str) -> str:
    shape = "M-520 -150C-300 -196 300 -196 520 -150C560 -60 520 90 420 150C300 196 150 170 90 80C50 20 -50 20 -90 80C-150 170 -300 196 -420 150C-520 90 -560 -60 -520 -150Z"
    clip = s.clip(path(shape, "#000"))
    sides = "".join(path(f"M{k * 516} -150C{k * 620} -140 {k * 630} 60 {k * 540} 90L{k * 470} 80C{k * 530} 0 {k * 540} -90 {k * 516} -150Z", s.lin([(0, "#a4622f"), (1, "#5d3416")])) for k in (-1, 1))
    return sides + path(shape, s.lin([(0, dark(tint, .5)), (.45, tint), (.8, light(tint, .45)), (1, "#e7b68c")])) + group(path("M-560 60L-120 -240H60L-560 160Z", "#fff", fill_opacity=".18"), path("M40 200L420 -220H500L120 200Z", "#fff", fill_opacity=".12"), clip_path=clip) + path(shape, "none", stroke=dark(c, .4), stroke_width="16") + path(shape, "none", stroke=metal(s, c), stroke_width="11") + emblem(0, -110, 26, light(c, .7), 3)
