"""Watches: cases, dials, hands, straps."""

from __future__ import annotations

import math

from .leather import GOLD, across, edge, metal, stitch
from .motifs import moon, star
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, num, path, polar, polygon, rect
from .table import Colour, Product

STEEL, ROSE = "#b3b9be", "#d89f86"
DIALS = {"roman": "#f4efe4", "baton": "#f6f3ec", "chrono": "#efe9db", "moon": "#1f2c52", "small": "#e9e7e2", "sun": "#24463a", "dive": "#172033", "night": "#141a38", "regulator": "#f1ece0"}
R = 300


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    case = {"square": GOLD, "tonneau": GOLD, "ellipse": ROSE, "pocket": GOLD}.get(product.shape, STEEL)
    if colour.kind == "metal":
        case = colour.hexes[0] if colour.key != "steel" else STEEL
    if product.handle in ("meridienne-38", "meridienne-34", "phase-de-lune", "regulateur-prive"):
        case = GOLD if product.handle != "phase-de-lune" else ROSE
    dial = DIALS[product.style]
    if product.handle == "octave-or":
        dial = "#e8cf97"
    if product.handle == "octave-acier":
        dial = "#2b4a6b"
    if product.style == "sun" and colour.key == "nuit":
        dial = "#22356b"
    body = pocket(s, case, dial) if product.shape == "pocket" else wrist(s, product, colour, case, dial)
    return {"body": body, "flat": True, "width": 760, "height": 1700, "focus": (30, 20), "zoom": 2.0,
            "under": [ellipse(36, 46, 420, 430, s.rad([(0, "#2d2019", .5), (.72, "#2d2019", .3), (1, "#2d2019", 0)]))]}


def outline(shape: str, r: float) -> str:
    """The case or dial of this form at radius r."""
    if shape == "square":
        q = r * .26
        a = r * .93
        return f"M{-a + q} {-a}H{a - q}Q{a} {-a} {a} {-a + q}V{a - q}Q{a} {a} {a - q} {a}H{-a + q}Q{-a} {a} {-a} {a - q}V{-a + q}Q{-a} {-a} {-a + q} {-a}Z"
    if shape == "octagon":
        pts = [polar(0, 0, r * 1.04, 22.5 + 45 * i) for i in range(8)]
        return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in pts) + "Z"
    if shape == "tonneau":
        a, b = r * .8, r * 1.1
        return f"M{-a * .74} {-b}H{a * .74}Q{a * 1.14} 0 {a * .74} {b}H{-a * .74}Q{-a * 1.14} 0 {-a * .74} {-b}Z" if r > R else f"M{-a * .72} {-b}H{a * .72}Q{a * 1.08} 0 {a * .72} {b}H{-a * .72}Q{-a * 1.08} 0 {-a * .72} {-b}Z"
    if shape == "ellipse":
        return f"M{-r * 1.06} 0A{r * 1.06} {r * .88} 0 1 1 {r * 1.06} 0A{r * 1.06} {r * .88} 0 1 1 {-r * 1.06} 0Z"
    return f"M{-r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 {-r} 0Z"


def wrist(s: Svg, product: Product, colour: Colour, case: str, dial: str) -> str:
    out = [bracelet(s, case) if product.shape == "octagon" or colour.key == "steel" else strap(s, colour.hexes[0] if colour.kind == "leather" else "#2b2826", case)]
    shape = product.shape
    top = s.lin([(0, light(case, .75)), (.3, light(case, .2)), (.55, dark(case, .28)), (.78, light(case, .4)), (1, dark(case, .35))], 0, 0, 1, 1)
    low = s.lin([(0, dark(case, .4)), (.4, light(case, .3)), (.62, light(case, .8)), (1, dark(case, .1))], 0, 0, 1, 1)
    lugs = "".join(path(f"M{x * 168} {y * 200}L{x * 262} {y * 200}L{x * 244} {y * 402}Q{x * 240} {y * 424} {x * 214} {y * 420}L{x * 182} {y * 412}Z", top, stroke=dark(case, .45), stroke_width="3") for x in (-1, 1) for y in (-1, 1)) if shape != "octagon" else ""
    crown_x = {"square": 340, "tonneau": 302, "ellipse": 388, "octagon": 372}.get(shape, 366)
    crown = rect(crown_x - 16, -42, 62, 84, s.lin([(0, dark(case, .3)), (.3, light(case, .7)), (.6, case), (1, dark(case, .45))]), rx="14", stroke=dark(case, .5), stroke_width="3")
    crown += "".join(line(crown_x + 6, y, crown_x + 44, y, dark(case, .4), 3) for y in range(-30, 31, 12))
    if product.style == "chrono":
        crown += "".join(rect(-19, -24, 52, 48, top, rx="10", stroke=dark(case, .5), stroke_width="3", transform=f"rotate({a}) translate(362 0)") for a in (-32, 32))
    if product.style == "night" or colour.key == "nuit" and product.style == "moon":
        crown += circle(crown_x + 44, 0, 15, s.rad([(0, "#b9cdfd"), (.6, "#4a69c0"), (1, "#172a66")], .35, .3, .8))
    out += [lugs, crown, path(outline(shape, 366), top, stroke=dark(case, .5), stroke_width="4"), path(outline(shape, 342), low, stroke=dark(case, .3), stroke_width="2"), path(outline(shape, 320), dark(case, .5))]
    if shape == "octagon":
        out += [circle(*polar(0, 0, 330, 45 * i), 15, top, stroke=dark(case, .5), stroke_width="2") + line(*polar(0, 0, 340, 45 * i + 1.8), *polar(0, 0, 320, 45 * i - 1.8), dark(case, .6), 4) for i in range(8)]
    out.append(face(s, product.style, shape, dial, case))
    glass = s.lin([(0, "#fff", .3), (.36, "#fff", .06), (.4, "#fff", 0)], 0, 0, .8, 1)
    out += [path(outline(shape, 308), glass), path(outline(shape, 308), "none", stroke="#fff", stroke_opacity=".35", stroke_width="3")]
    return "".join(out)


def strap(s: Svg, c: str, case: str) -> str:
    out = []
    for y in (-1, 1):
        w = f"M-176 {y * 260}H176L142 {y * 1120}H-142Z"
        curve = s.lin([(0, dark(c, .2)), (.4, light(c, .16)), (.7, c), (1, dark(c, .55))] if y > 0 else [(0, dark(c, .55)), (.3, c), (.6, light(c, .16)), (1, dark(c, .2))])
        out += [path(w, curve), path(w, s.lin([(0, "#000", .4), (.2, "#fff", .14), (.5, "#fff", 0), (.8, "#000", .05), (1, "#000", .45)], 0, 0, 1, 0)), stitch(f"M-152 {y * 420}L-122 {y * 1120}M152 {y * 420}L122 {y * 1120}", c, 4.5)]
        out.append(path("".join(f"M-150 {y * (470 + i * 46)}Q0 {y * (482 + i * 46)} 150 {y * (470 + i * 46)}" for i in range(14)), "none", stroke=dark(c, .5), stroke_width="2.5", stroke_opacity=".22"))
        if y > 0:
            out += [ellipse(0, 620 + i * 84, 12, 9, dark(c, .75)) for i in range(5)]
    return "".join(out)


def bracelet(s: Svg, case: str) -> str:
    out = []
    brushed = s.lin([(0, dark(case, .35)), (.2, light(case, .35)), (.5, case), (.8, light(case, .2)), (1, dark(case, .45))], 0, 0, 1, 0)
    mirror = s.lin([(0, light(case, .85)), (.4, case), (.6, dark(case, .4)), (1, light(case, .5))])
    for y in (-1, 1):
        for i in range(11):
            top, w = 262 + i * 78, 236 - i * 9
            a = min(y * top, y * (top + 72))
            out += [rect(-w, a, w * 2, 72, brushed, rx="9", stroke=dark(case, .5), stroke_width="3"), rect(-w * .44, a + 8, w * .88, 56, mirror, rx="12", stroke=dark(case, .45), stroke_width="2.5"),
                    line(-w + 12, a + 5, w - 12, a + 5, "#ffffff", 2, stroke_opacity=".5")]
        fall = [(0, "#000", 0), (.5, "#000", 0), (1, "#000", .4)] if y > 0 else [(0, "#000", .4), (.5, "#000", 0), (1, "#000", 0)]
        out.append(path(f"M-236 {y * 262}H236L138 {y * 1120}H-138Z", s.lin(fall)))
    return "".join(out)


def roman(n: int, r: float, h: float, ink: str, w: float) -> str:
    """A Roman numeral as strokes, its foot towards the centre."""
    word = ("XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI")[n]
    widths = {"I": .2, "V": .52, "X": .52}
    total = sum(widths[c] for c in word) * h
    x, out = -total / 2, []
    for c in word:
        cw = widths[c] * h
        y1, y2 = -r - h / 2, -r + h / 2
        if c == "I":
            out.append(line(x + cw / 2, y1, x + cw / 2, y2, ink, w))
        elif c == "V":
            out.append(line(x + cw * .08, y1, x + cw / 2, y2, ink, w * 1.15) + line(x + cw * .92, y1, x + cw / 2, y2, ink, w * .5))
        else:
            out.append(line(x + cw * .1, y1, x + cw * .9, y2, ink, w * 1.15) + line(x + cw * .9, y1, x + cw * .1, y2, ink, w * .5))
        x += cw
    a = n * 30
    return group(*out, transform=f"rotate({a})")


def squeeze(shape: str) -> str:
    return {"ellipse": "scale(1.04 .86)", "tonneau": "scale(.76 1.06)", "square": "scale(.93)"}.get(shape, "")


def hand(length: float, width: float, paint: str, rim: str, angle: float, kind: str = "dauphine") -> str:
    if kind == "dauphine":
        a = polygon([(0, -length), (width, -length * .12), (0, length * .16)], paint) + polygon([(0, -length), (-width, -length * .12), (0, length * .16)], rim)
    elif kind == "leaf":
        a = path(f"M0 {-length}Q{width * 1.3} {-length * .5} {width * .25} 0V{length * .14}H{-width * .25}V0Q{-width * 1.3} {-length * .5} 0 {-length}Z", paint) + line(0, -length * .9, 0, 0, rim, 2)
    else:
        a = rect(-width * .62, -length, width * 1.24, length * 1.12, rim, rx=f"{width * .4:.1f}") + rect(-width * .3, -length * .96, width * .6, length * .66, paint, rx=f"{width * .2:.1f}")
    return group(a, transform=f"rotate({angle:g})")


def subdial(s: Svg, x: float, y: float, r: float, dial: str, ink: str, angle: float) -> str:
    ticks = "".join(line(*polar(0, 0, r * .96, i * 30), *polar(0, 0, r * (.78 if i % 3 == 0 else .87), i * 30), ink, 2.4) for i in range(12))
    rings = "".join(circle(0, 0, r * k, "none", stroke=ink, stroke_width="1", stroke_opacity=".22") for k in (.3, .45, .6))
    return group(circle(0, 0, r, dark(dial, .08)), circle(0, 0, r, "none", stroke=ink, stroke_width="2", stroke_opacity=".6"), rings, ticks,
                 line(*polar(0, 0, r * .2, angle + 180), *polar(0, 0, r * .78, angle), ink, 4, stroke_linecap="round"), circle(0, 0, 6, ink), transform=f"translate({num(x)} {num(y)})")


def face(s: Svg, style: str, shape: str, dial: str, case: str) -> str:
    pale = dial[1] in "ef"
    ink = "#2a2a33" if pale else "#f0e7d2"
    marks = metal(s, case if not pale else mix(case, "#6b5636", .25))
    sunray = s.rad([(0, light(dial, .35)), (.7, dial), (1, dark(dial, .3))], .42, .38, .75)
    out = [path(outline(shape, 308), sunray)]
    if style in ("sun", "baton", "moon", "dive") :
        rays = "".join(f"M0 0L{num(polar(0, 0, 300, a)[0])} {num(polar(0, 0, 300, a)[1])}" for a in range(0, 360, 3))
        out.append(group(path(rays, "none", stroke=light(dial, .6), stroke_width="1.4", stroke_opacity=".2"), transform=squeeze(shape)))
    if style in ("sun", "roman"):
        petals = "".join(f'<ellipse cx="0" cy="-86" rx="26" ry="86" transform="rotate({a})"/>' for a in range(0, 360, 12))
        out.append(f'<g fill="none" stroke="{ink}" stroke-width="1.1" stroke-opacity=".22" transform="scale(.9)">{petals}</g>')
    parts = []
    if style != "night":
        parts += [line(*polar(0, 0, 296, i * 6), *polar(0, 0, 282 if i % 5 else 276, i * 6), ink, 2 if i % 5 else 4) for i in range(60)]
    if style == "roman":
        parts += [circle(0, 0, 272, "none", stroke=ink, stroke_width="1.6", stroke_opacity=".6"), circle(0, 0, 186, "none", stroke=ink, stroke_width="1.6", stroke_opacity=".6")]
        parts += [roman(i, 228, 68 if i else 78, ink, 9) for i in range(12)]
    elif style in ("baton", "sun", "small", "chrono", "moon"):
        long = 66 if style != "chrono" else 40
        parts += [group(rect(-8, -266, 16, long, marks, rx="3", stroke=dark(case, .5), stroke_width="1.4"), line(-2, -262, -2, -266 + long - 4, "#fff", 2, stroke_opacity=".7"), transform=f"rotate({i * 30})") for i in range(12) if not (style in ("small", "moon") and i == 6)]
        parts.append(group(rect(-19, -266, 14, long, marks, rx="3"), rect(5, -266, 14, long, marks, rx="3")))
    elif style == "dive":
        parts += [circle(*polar(0, 0, 232, i * 30), 24, "#f3f1dd", stroke=STEEL, stroke_width="5") for i in range(1, 12) if i % 3] + [group(rect(-13, -262, 26, 70, "#f3f1dd", rx="5", stroke=STEEL, stroke_width="5"), transform=f"rotate({i * 90})") for i in (1, 2, 3)]
        parts.append(polygon([(-32, -262), (32, -262), (0, -196)], "#f3f1dd", stroke=STEEL, stroke_width="5", stroke_linejoin="round"))
    sub, extra = [], []
    if style == "small":
        sub.append(subdial(s, 0, 140, 84, dial, ink, 200))
    if style == "chrono":
        sub += [subdial(s, x, y, 80, dial, ink, a) for x, y, a in ((-128, 0, 80), (128, 0, 310), (0, 136, 20))]
        extra = [line(*polar(0, 0, 60, 188), *polar(0, 0, 280, 8), "#b4412f", 5, stroke_linecap="round"), circle(*polar(0, 0, 60, 188), 12, "#b4412f")]
    if style == "regulator":
        sub += [subdial(s, 0, -128, 104, dial, ink, 300), subdial(s, 0, 140, 96, dial, ink, 140)]
    if style in ("moon", "night"):
        y = 138 if style == "moon" else 96
        r = 92 if style == "moon" else 130
        sky = "#16214a" if style == "moon" else "#0b1030"
        window = f"M{-r} {y}A{r} {r} 0 0 1 {r} {y}A{r * .5} {r * .5} 0 0 1 {r * .02} {y}A{r * .5} {r * .5} 0 0 1 {-r} {y}Z"
        clip = s.clip(path(window, "#000"))
        sub.append(group(path(window, sky), "".join(group(star(7, "#f2dc9d"), transform=f"translate({num(s.rng.uniform(-r, r))} {num(s.rng.uniform(y - r, y))})") for _ in range(16)),
                         circle(r * .1, y - r * .4, r * .36, s.rad([(0, "#fff4cf"), (.7, "#e8c877"), (1, "#b98f42")], .4, .35, .7)), clip_path=clip) + path(window, "none", stroke=case, stroke_width="4"))
    if style == "night":
        sub.insert(0, "".join(circle(*polar(0, 0, math.sqrt(s.rng.random()) * 290, s.rng.uniform(0, 360)), s.rng.uniform(.8, 3), ("#cfd9ff", "#f4e3ae", "#8fa2e8")[i % 3]) for i in range(190)))
    if style in ("dive", "chrono") and shape == "round":
        ring = (dark(dial, .4), "#e9e3d2")[style == "chrono"]
        out.insert(0, circle(0, 0, 342, ring, stroke=dark(case, .3), stroke_width="3") + "".join(line(*polar(0, 0, 336, i * 6), *polar(0, 0, 318, i * 6), "#f3f1dd" if style == "dive" else "#2a2a33", 3 if i % 5 else 7) for i in range(60)))
    blue = "#27457f" if pale else light(case, .75)
    kind = {"dive": "baton", "chrono": "baton", "small": "leaf", "moon": "leaf", "regulator": "leaf", "night": "dauphine"}.get(style, "dauphine")
    hands = [hand(158, 15, blue, dark(blue, .3), 304, kind), hand(238, 11, blue, dark(blue, .3), 62, kind)]
    if style == "dive":
        hands = [hand(150, 24, "#f3f1dd", STEEL, 304, kind), hand(236, 20, "#f3f1dd", STEEL, 62, kind)]
    if style == "regulator":
        hands = [hand(250, 11, blue, dark(blue, .3), 62, kind)]
    if style in ("roman", "baton", "dive") and shape in ("round", "octagon"):
        extra.append(line(*polar(0, 0, 70, 28), *polar(0, 0, 262, 208), "#b4412f" if style == "dive" else blue, 3.4, stroke_linecap="round"))
    mark = emblem(0, -118 if style not in ("regulator",) else 0, 30, ink, 3.4) if style not in ("regulator", "roman") else emblem(0, -88, 22, ink, 2.8)
    date = rect(168, -24, 60, 48, "#fdfcf8", rx="4", stroke=case, stroke_width="4") + line(190, -10, 190, 12, "#222", 5) + path("M204 -10H216L206 12", "none", stroke="#222", stroke_width="5") if style in ("dive",) or (style == "baton" and shape == "octagon") else ""
    return "".join(out) + group(*parts, transform=squeeze(shape)) + mark + "".join(sub) + date + "".join(hands) + "".join(extra) + circle(0, 0, 15, metal(s, case), stroke=dark(case, .5), stroke_width="2")


def pocket(s: Svg, case: str, dial: str) -> str:
    top = s.lin([(0, light(case, .75)), (.3, light(case, .2)), (.55, dark(case, .28)), (.78, light(case, .4)), (1, dark(case, .35))], 0, 0, 1, 1)
    links = []
    for i in range(34):
        t = i / 33
        x, y = 20 + 420 * t * math.cos(t * 3.6), -560 - 250 * math.sin(t * 3.3)
        a = math.degrees(math.atan2(-250 * 3.3 * math.cos(t * 3.3), 420 * (math.cos(t * 3.6) - 3.6 * t * math.sin(t * 3.6))))
        links.append(ellipse(x, y, 26, 14 if i % 2 else 8, "none", stroke=metal(s, case), stroke_width="8", transform=f"rotate({a:.0f} {x:.0f} {y:.0f})"))
    bow = circle(0, -520, 66, "none", stroke=dark(case, .5), stroke_width="24") + circle(0, -520, 66, "none", stroke=metal(s, case), stroke_width="18")
    crown = rect(-44, -478, 88, 96, s.lin([(0, dark(case, .4)), (.3, light(case, .7)), (.6, case), (1, dark(case, .5))], 0, 0, 1, 0), rx="16", stroke=dark(case, .5), stroke_width="3") + "".join(line(x, -470, x, -392, dark(case, .4), 3) for x in range(-32, 33, 11))
    return "".join(links) + bow + crown + group(circle(0, 0, 376, top, stroke=dark(case, .5), stroke_width="4"), circle(0, 0, 346, s.lin([(0, dark(case, .4)), (.5, light(case, .6)), (1, dark(case, .2))], 0, 0, 1, 1)), circle(0, 0, 318, dark(case, .5)), face(s, "roman", "round", dial, case), subdial(s, 0, 118, 62, dial, "#2a2a33", 200), circle(0, 0, 308, s.lin([(0, "#fff", .3), (.36, "#fff", .06), (.4, "#fff", 0)], 0, 0, .8, 1)), transform="scale(1.08)")
