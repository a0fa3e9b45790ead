"""Places and scenes of the journal: houses, gardens, workshops, skies."""

from __future__ import annotations

import math

from . import motifs as m
from .draw_watch import face
from .leather import GOLD, metal, stitch, tube
from .silk_patterns import square
from .stage import backdrop, contact, window_light
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, num, path, polar, polygon, rect, use
from .table import colours

W, H = 2400, 1600


def sky(s: Svg, top: str, low: str) -> None:
    s.add(rect(0, 0, s.width, s.height, s.lin([(0, top), (.7, low), (1, light(low, .3))])))


def hills(s: Svg, y: float, height: float, colour: str, phase: float) -> None:
    pts = [(x, y + height * (math.sin(x / 340 + phase) * .5 + math.sin(x / 150 + phase * 2.3) * .18)) for x in range(0, s.width + 41, 40)]
    s.add(polygon([(0, s.height), *pts, (s.width, s.height)], s.lin([(0, light(colour, .16)), (1, dark(colour, .12))])))


def cypress(s: Svg, x: float, y: float, h: float, colour: str) -> str:
    return path(f"M{x} {y}C{x - h * .16} {y - h * .2} {x - h * .12} {y - h * .7} {x} {y - h}C{x + h * .12} {y - h * .7} {x + h * .16} {y - h * .2} {x} {y}Z", s.lin([(0, light(colour, .2)), (.5, colour), (1, dark(colour, .3))], 0, 0, 1, 0))


def wisteria(s: Svg, x: float, y: float, n: int, spread: float) -> str:
    bloom = s.symbol("".join(ellipse(dx, dy, 9, 11, c) for dx, dy, c in ((0, 0, "#b79bd0"), (-11, 14, "#c9b2dd"), (11, 14, "#a486c4"), (0, 28, "#bda4d6"), (-8, 44, "#cbb6df"), (8, 46, "#a98cc8"), (0, 62, "#c3abda"), (0, 80, "#b093cd"))))
    leaf = s.symbol(m.leaf(s, 54, "#8aa074", "#4d6038", 3))
    out = ""
    for _ in range(n):
        px, py = x + s.rng.uniform(-spread, spread), y + s.rng.uniform(-46, 46)
        out += use(leaf, px, py, s.rng.uniform(-150, 150), s.rng.uniform(.7, 1.3))
        out += use(bloom, px + s.rng.uniform(-30, 30), py, 0, s.rng.uniform(.7, 1.4))
    return out


def shutters(s: Svg, x: float, y: float, w: float, h: float, colour: str, lit: bool) -> str:
    glass_ = s.lin([(0, "#ffe9b8"), (1, "#f3c77a")]) if lit else s.lin([(0, "#8ea3a8"), (.5, "#5d737a"), (1, "#40545b")], 0, 0, 1, 1)
    out = rect(x - w / 2 - 12, y - 12, w + 24, h + 24, "#e9dfcd") + rect(x - w / 2, y, w, h, glass_)
    out += "".join(rect(x - w / 2 + w * i / 2 - 4, y, 8, h, "#f6efe2") for i in range(3)) + "".join(rect(x - w / 2, y + h * j / 4 - 3, w, 7, "#f6efe2") for j in range(1, 4))
    for k in (-1, 1):
        sx = x + k * (w * .5 + w * .27) - w * .24
        out += rect(sx, y - 6, w * .48, h + 12, colour, stroke=dark(colour, .35), stroke_width="3") + "".join(line(sx + 10, y + 14 + j * 17, sx + w * .48 - 10, y + 14 + j * 17, dark(colour, .25), 3) for j in range(int((h - 20) / 17)))
    out += path(f"M{x - w * .6} {y + h - 60}H{x + w * .6}V{y + h + 10}H{x - w * .6}Z", "none", stroke="#2b2a2c", stroke_width="5") + "".join(line(x - w * .6 + i * w * .1, y + h - 60, x - w * .6 + i * w * .1, y + h + 10, "#2b2a2c", 3) for i in range(13))
    return out


def facade(width: int = 2400, height: int = 1350) -> Svg:
    """The house in the rue des Glycines."""
    s = Svg(width, height, "facade")
    stone = s.lin([(0, "#f3e7d0"), (.6, "#ead9ba"), (1, "#d9c39b")], 0, 0, 1, 1)
    s.add(rect(0, 0, width, height, stone))
    for j in range(0, height, 90):
        s.add(line(0, j, width, j, "#b79f75", 2, stroke_opacity=".25"), "".join(line(i + (60 if j % 180 else 0), j, i + (60 if j % 180 else 0), j + 90, "#b79f75", 2, stroke_opacity=".18") for i in range(0, width, 240)))
    for i, x in enumerate((380, 860, 1540, 2020)):
        s.add(shutters(s, x, 110, 190, 380, "#8fa08a", i == 1), shutters(s, x, 690, 190, 420, "#8fa08a", i == 2))
    s.add(rect(0, 570, width, 46, "#e2d0ab"), rect(0, 612, width, 8, "#a68e63", fill_opacity=".5"))
    door = s.lin([(0, "#35594a"), (.5, "#28483b"), (1, "#1c342a")], 0, 0, 1, 0)
    s.add(path("M1010 1300V760A190 190 0 0 1 1390 760V1300Z", "#e9dcc0"), path("M1040 1300V770A160 160 0 0 1 1360 770V1300Z", door), path("M1040 770A160 160 0 0 1 1360 770Z", s.lin([(0, "#ffe9b8"), (1, "#e7b96a")])),
          "".join(line(1200, 770, *polar(1200, 770, 158, a), "#28483b", 6) for a in range(-75, 76, 30)), line(1200, 770, 1200, 1300, "#14281f", 5), *(rect(x, y, 110, h, "none", stroke="#476e5e", stroke_width="6") for x in (1066, 1224) for y, h in ((820, 190), (1050, 200))),
          circle(1184, 1040, 11, GOLD), circle(1216, 1040, 11, GOLD), emblem(1200, 690, 40, GOLD, 4))
    s.add(rect(0, 1290, width, 60, "#b9a684"), rect(980, 1270, 440, 34, "#d8c7a4"))
    s.add(path("M0 640C300 560 620 700 980 600C1100 560 1300 560 1440 610C1800 700 2100 560 2400 620", "none", stroke="#7a6148", stroke_width="16"), wisteria(s, 1200, 590, 46, 420), wisteria(s, 330, 630, 34, 380), wisteria(s, 2050, 610, 40, 380))
    for x in (900, 1500):
        s.add(path(f"M{x - 70} 1190H{x + 70}L{x + 54} 1306H{x - 54}Z", s.lin([(0, "#c98a64"), (1, "#8f5638")], 0, 0, 1, 0)), circle(x, 1090, 104, s.rad([(0, "#9ab07c"), (.7, "#6d8656"), (1, "#48603a")], .35, .3, .8)))
    s.add(polygon([(0, 0), (1300, 0), (500, height), (0, height)], s.lin([(0, "#fff6e0", .4), (1, "#fff6e0", 0)], 0, 0, 1, .4)), rect(0, 0, width, height, s.lin([(0, "#5b3a20", 0), (1, "#5b3a20", .22)], 0, 0, 1, .6)))
    return s


def tools(s: Svg) -> list[str]:
    wood = s.lin([(0, "#d7a870"), (.5, "#b07f4a"), (1, "#7c5530")], 0, 0, 1, 0)
    steel = s.lin([(0, "#f2f4f5"), (.5, "#a9b0b5"), (1, "#6d757b")], 0, 0, 1, 0)
    awl = rect(-26, -10, 52, 210, wood, rx="26") + rect(-15, -36, 30, 40, metal(s)) + polygon([(-7, -36), (7, -36), (0, -250)], steel)
    knife = path("M-22 0H22V250Q0 276 -22 250Z", wood) + rect(-20, -30, 40, 36, metal(s)) + path("M-14 -30H14L60 -190Q0 -240 -60 -190Z", steel, stroke="#6d757b", stroke_width="2")
    hammer = rect(-16, -30, 32, 380, wood, rx="14") + path("M-110 -96H90Q120 -80 120 -60Q120 -36 90 -24H-110Z", steel, stroke="#5d656b", stroke_width="2")
    thread_ = ellipse(0, -120, 70, 22, "#caa06a") + rect(-56, -120, 112, 160, s.lin([(0, "#b7513a"), (.4, "#d9806a"), (1, "#8f3626")], 0, 0, 1, 0)) + "".join(line(-56, y, 56, y + 6, "#7c2c1e", 3, stroke_opacity=".5") for y in range(-110, 36, 11)) + ellipse(0, 44, 70, 22, "#a97c46")
    return [awl, knife, hammer, thread_]


def bench(width: int = 2400, height: int = 1350) -> Svg:
    """The workbench: hide, tools, thread, and the pattern of a bag."""
    s = Svg(width, height, "bench")
    s.add(rect(0, 0, width, height, s.lin([(0, "#c99c68"), (.5, "#b3844f"), (1, "#8f6538")], 0, 0, 1, 1)))
    s.add(path("".join(f"M0 {y}C600 {y + s.rng.uniform(-16, 16):.0f} 1500 {y + s.rng.uniform(-20, 20):.0f} 2400 {y + s.rng.uniform(-8, 8):.0f}" for y in range(20, height, 34)), "none", stroke="#7a5329", stroke_width="3", stroke_opacity=".25"))
    hide_ = "M180 220C420 120 900 160 1180 120C1330 110 1420 260 1380 420C1350 640 1420 860 1330 1010C1100 1130 620 1060 330 1120C150 1080 120 860 170 700C120 520 90 330 180 220Z"
    leather = s.lin([(0, "#bd7540"), (.5, "#a4622f"), (1, "#7d4720")], 0, 0, 1, 1)
    s.add(path(hide_, "#2a170b", fill_opacity=".35", transform="translate(26 34)"), path(hide_, leather), path(hide_, "none", stroke="#d99c66", stroke_width="4", stroke_opacity=".6"))
    flap_ = "M430 420H1090Q1130 420 1130 470V640Q1120 700 1060 706L880 720Q840 800 760 800Q680 800 640 720L460 706Q400 700 390 640V470Q390 420 430 420Z"
    s.add(path(flap_, "none", stroke="#f7e9cf", stroke_width="4", stroke_dasharray="16 12"), path(flap_, "none", stroke="#fff", stroke_width="3", stroke_opacity=".3", transform="translate(0 -60) scale(1 1)"))
    s.add(stitch("M470 960C640 900 860 940 1080 900", "#a4622f", 7))
    for part, x, y, k, turn in zip(tools(s), (1560, 1800, 2050, 2170), (430, 520, 520, 1040), (1.5, 1.5, 1.5, 1.7), (24, -12, 8, 0)):
        s.add(f'<g transform="translate({x + 20} {y + 28}) rotate({turn}) scale({k})" fill-opacity=".28">' + "".join(rect(-30, -150, 60, 400, "#2a170b", rx="28")) + "</g>", group(part, transform=f"translate({x} {y}) rotate({turn}) scale({k})"))
    s.add(path("M2170 1100C1900 1260 1500 1020 1080 900", "none", stroke="#c9634b", stroke_width="7"), line(1080, 900, 990, 926, "#e9ecee", 9, stroke_linecap="round"))
    s.add(rect(1480, 900, 420, 300, "#f6efe0", transform="rotate(-6 1700 1050)"), group(path("M1560 1120V1010H1800V1120ZM1600 1010C1600 930 1760 930 1760 1010", "none", stroke="#4a3a2a", stroke_width="5"), emblem(1680, 1064, 20, "#a8803a", 3), transform="rotate(-6 1700 1050)"))
    window_light(s, .26)
    s.add(rect(0, 0, width, height, s.rad([(0, "#000", 0), (.6, "#000", 0), (1, "#1d0f05", .45)], .4, .4, .8)))
    return s


def grasse() -> Svg:
    s = Svg(W, H, "grasse")
    sky(s, "#f2c9a4", "#fbe9cf")
    s.add(circle(1700, 520, 230, s.rad([(0, "#fff7df"), (.6, "#ffe3a6"), (1, "#f8c878")])), circle(1700, 520, 520, s.rad([(0, "#fff1c9", .6), (1, "#fff1c9", 0)])))
    for y, h, c, ph in ((760, 120, "#b9a5c4", .4), (880, 130, "#9a92b5", 2.1), (1000, 120, "#8fa48a", 3.3), (1120, 110, "#7c9468", 4.4)):
        hills(s, y, h, c, ph)
    for x, h in ((260, 420), (360, 340), (1930, 460), (2040, 360), (2110, 420)):
        s.add(cypress(s, x, 1180, h, "#43593d"))
    for j in range(7):
        y = 1210 + j * 62
        s.add(path(f"M0 {y}Q1200 {y - 80 + j * 6} 2400 {y + 10}L2400 {y + 52}Q1200 {y - 30 + j * 6} 0 {y + 44}Z", ("#c78fb0", "#a7bb7a")[j % 2]), "".join(circle(x + s.rng.uniform(-20, 20), y + 12 - 60 * (1 - ((x - 1200) / 1200) ** 2), 10 + j * 2, ("#e8b7cf", "#f3d3e0")[int(x) % 2]) for x in range(20, 2400, 66)) if j % 2 == 0 else "")
    return s


def night_city() -> Svg:
    s = Svg(W, H, "night city")
    sky(s, "#10152f", "#36406f")
    s.add("".join(circle(s.rng.uniform(0, W), s.rng.uniform(0, 900), s.rng.uniform(1, 4), "#f4e8c4") for _ in range(150)), circle(1780, 380, 150, s.rad([(0, "#fffbe6"), (.8, "#f3dfa6"), (1, "#d9bb72")])), circle(1780, 380, 480, s.rad([(0, "#f3dfa6", .4), (1, "#f3dfa6", 0)])))
    for layer, (base, c) in enumerate(((980, "#2b3460"), (1130, "#1f2749"), (1290, "#151b36"))):
        x = -60
        while x < W:
            w, h = s.rng.randint(190, 330), s.rng.randint(120, 300)
            y = base - h * .4
            s.add(polygon([(x, H), (x, y), (x + w * .16, y - h * .42), (x + w * .84, y - h * .42), (x + w, y), (x + w, H)], c), rect(x, y - 6, w, 10, light(c, .12)))
            s.add("".join(rect(x + w * k, y - h * .42 - 60, w * .1, 64, dark(c, .2)) for k in (.22, .7)))
            for i in range(3):
                for j in range(4):
                    if s.rng.random() < .38:
                        s.add(rect(x + w * (.16 + .26 * i), y + 40 + j * 96, w * .13, 58, "#f6cf86" if s.rng.random() < .7 else "#c98a4a"))
            x += w + s.rng.randint(-14, 20)
    return s


def sea() -> Svg:
    s = Svg(W, H, "sea")
    sky(s, "#a9cfd6", "#f6e9d2")
    s.add(circle(640, 640, 150, "#fbe3b0"))
    for i in range(11):
        y, c = 760 + i * 80, mix("#7fb9bd", "#123f52", i / 11)
        n = 9 + (i % 2)
        w = W / n
        x0 = -w / 2 if i % 2 else 0
        shape = f"M{x0} {y}" + "".join(f"a{w / 2:.0f} {44 + i * 3} 0 0 1 {w:.0f} 0" for _ in range(n + 1)) + f"V{y + 260}H{x0}Z"
        s.add(path(shape, s.lin([(0, light(c, .3)), (.5, c)])), path("".join(f"M{x0 + w * (k + .16):.0f} {y}a{w * .34:.0f} {26 + i * 2} 0 0 1 {w * .68:.0f} 0M{x0 + w * (k + .3):.0f} {y}a{w * .2:.0f} {14 + i} 0 0 1 {w * .4:.0f} 0" for k in range(n + 1)), "none", stroke="#f4ead6", stroke_width="5", stroke_opacity=".55"))
    s.add(group(path("M-150 20H150Q110 120 0 120Q-110 120 -150 20Z", "#7a2d2a"), path("M0 10V-330L-190 0H-10ZM16 10V-290L160 0H16Z", "#fbf4e4"), transform="translate(1650 800)"))
    return s


def jars() -> Svg:
    s = Svg(W, H, "pigments")
    backdrop(s, "ivory", .78)
    window_light(s, .26)
    s.add(rect(0, 1250, W, 60, s.lin([(0, "#d7b088"), (1, "#a97c4f")])), rect(0, 1310, W, 290, "#e9dcc4"))
    for i, c in enumerate(("#c8553d", "#e9b872", "#f1c75b", "#7c8f6f", "#1f7a8c", "#25304f", "#6b5b95", "#d9a5a0", "#6d1f2e")):
        x, h = 200 + i * 252, 400 + (i * 67) % 180
        s.add(f'<g transform="translate({x} 1252)">')
        contact(s, 0, 0, 110)
        s.add(rect(-100, -h, 200, h, "#fdfdfb", rx="26", fill_opacity=".5"), rect(-88, -h * (.5 + .06 * (i % 4)), 176, h * (.5 + .06 * (i % 4)) - 12, s.lin([(0, dark(c, .25)), (.25, light(c, .3)), (.6, c), (1, dark(c, .35))], 0, 0, 1, 0), rx="18"), rect(-100, -h, 200, h, "none", stroke="#7f8a8a", stroke_width="4", stroke_opacity=".5", rx="26"), rect(-78, -h + 24, 16, h - 60, "#fff", rx="8", fill_opacity=".7"),
              rect(-70, -h - 60, 140, 70, s.lin([(0, "#c99c68"), (1, "#8f6538")], 0, 0, 1, 0), rx="12"), rect(-60, -150, 120, 76, "#fbf7ee"), line(-36, -120, 36, -120, "#6b5a45", 4), line(-36, -100, 10, -100, "#6b5a45", 4), "</g>")
    return s


def maze() -> Svg:
    s = Svg(W, H, "garden")
    s.add(rect(0, 0, W, H, s.lin([(0, "#dfe5cf"), (1, "#c3cfac")])))
    s.add(group(square(s, "labyrinth", colours()["emerald-cream"].hexes), transform="translate(420 -300) scale(2.2) rotate(8 500 500)"), rect(0, 0, W, H, s.lin([(0, "#fff6dc", .4), (.6, "#fff6dc", 0), (1, "#14301f", .4)], 0, 0, 1, 1)))
    s.add(group(m.flower(s, 230, "#d98f86", "#f0c3b4", "#e9b872", "#6b3630", 11), transform="translate(330 1240)"), group(m.flower(s, 160, "#f0d3c4", "#d98f86", "#e9b872", "#6b3630", 9), transform="translate(170 960)"), group(m.leaf(s, 420, "#7f9468", "#41532f"), transform="translate(420 1500) rotate(64)"))
    return s


def dial() -> Svg:
    s = Svg(W, H, "dial")
    backdrop(s, "sky", None)
    s.add(group(circle(0, 0, 366, metal(s, "#d8ae5e")), circle(0, 0, 330, "#6b4f1e"), face(s, "roman", "round", "#f4efe4", "#d8ae5e"), transform="translate(1480 900) scale(3.1)"), rect(0, 0, W, H, s.lin([(0, "#fff", .3), (.35, "#fff", 0), (1, "#0e1a2a", .34)], 0, 0, 1, 1)))
    return s


def table() -> Svg:
    s = Svg(W, H, "table")
    backdrop(s, "ivory", None)
    s.add(rect(0, 0, W, H, "#efe6d4"), "".join(rect(x, 0, 26, H, "#c8553d", fill_opacity=".12") for x in range(60, W, 120)))
    window_light(s, .4)
    for x, y, r, tone in ((560, 620, 400, "#1f7a8c"), (1560, 520, 430, "#a4161a"), (1150, 1330, 380, "#5c2a4d"), (2220, 1240, 360, "#c9a24b"), (120, 1420, 330, "#3c8a68")):
        petals = s.symbol(m.flower(s, r * .13, tone, light(tone, .5), GOLD, dark(tone, .5), 7))
        s.add(ellipse(x + 26, y + 40, r * 1.07, r * 1.05, s.rad([(0, "#3b2c22", .5), (.86, "#3b2c22", .25), (1, "#3b2c22", 0)])), circle(x, y, r, s.rad([(0, "#fff"), (.7, "#fbf8f1"), (1, "#dcd4c4")], .42, .4, .62)), circle(x, y, r * .97, "none", stroke=GOLD, stroke_width="9"), circle(x, y, r * .62, "none", stroke=tone, stroke_width="6"), *(use(petals, *polar(x, y, r * .8, a), a) for a in range(0, 360, 36)))
    lemon = s.symbol(m.fruit(80, "#edc14f", "#fff9df", "#6b5220", True))
    s.add(*(use(lemon, x, y, t) for x, y, t in ((1000, 360, 30), (1090, 500, -40), (1780, 1180, 70))), group(m.leaf(s, 220, "#7f9468", "#41532f"), transform="translate(1010 300) rotate(40)"))
    return s


def ring() -> Svg:
    s = Svg(W, H, "riding ring")
    sky(s, "#e9c9b3", "#f6ead8")
    s.add(*(path(f"M{x - 170} 1180V620A170 170 0 0 1 {x + 170} 620V1180Z", s.lin([(0, "#c69375"), (1, "#a9745a")])) + path(f"M{x - 150} 1180V630A150 150 0 0 1 {x + 150} 630V1180Z", s.lin([(0, "#7a4a38"), (1, "#5b3326")])) for x in range(240, W, 480)))
    s.add(rect(0, 1170, W, 430, s.lin([(0, "#d9b88a"), (1, "#b98f5d")])), *(path(f"M0 {1240 + i * 60}Q1200 {1210 + i * 76} 2400 {1250 + i * 60}", "none", stroke="#9a7344", stroke_width="5", stroke_opacity=".4") for i in range(6)))
    st = m.stirrup("#2a1a10", "#d8ae5e", "#8f5638", "#6d1f2e")
    s.add(group(st, transform="translate(1240 690) scale(4.4)"), path("M1188 -20V60M1292 -20V60", "none", stroke="#6d1f2e", stroke_width="60"))
    return s


def staircase() -> Svg:
    s = Svg(W, H, "staircase")
    backdrop(s, "blush", None)
    for i in range(13):
        x, y = 200 + i * 150, 1500 - i * 104
        s.add(polygon([(x, y), (W, y), (W, y + 110), (x, y + 110)], s.lin([(0, "#f6e3d6"), (1, "#d8b6a2")], 0, 0, 1, 0)), polygon([(x, y), (x + 64, y - 26), (W, y - 26), (W, y)], "#fdf3ea"))
    s.add(tube(s, "M150 1190L2200 -240", "#6d3b20", 40, False), *(line(280 + i * 150, 1100 - i * 104 + 12, 280 + i * 150, 1450 - i * 104, "#2b2a2c", 9) + path(f"M{280 + i * 150} {1290 - i * 104}q40 -60 75 0t75 0", "none", stroke="#2b2a2c", stroke_width="7") for i in range(13)))
    window_light(s, .4)
    return s


def printing() -> Svg:
    s = Svg(W, H, "print table")
    backdrop(s, "stone", None)
    s.add(polygon([(0, 500), (W, 260), (W, H), (0, H)], "#f4efe4"))
    for i, (style, palette) in enumerate((("mer", "turquoise-sand"), ("jardin", "ivory-coral"), ("astre", "saffron-plum"))):
        s.add(group(square(s, style, colours()[palette].hexes), transform=f"matrix(.86 -.09 .34 .8 {-220 + i * 920} {660 - i * 92})"))
    s.add(group(rect(-560, -60, 1120, 120, s.lin([(0, "#d7b088"), (1, "#8f6538")]), rx="16"), rect(-540, 50, 1080, 40, "#3a2f27"), transform="translate(1350 620) rotate(-6)"), rect(0, 0, W, H, s.lin([(0, "#fff", .34), (.5, "#fff", 0), (1, "#3b2c22", .3)], 0, 0, 1, 1)))
    return s


JOURNAL = (printing, jars, grasse, dial, ring, maze, table, sea, night_city, staircase)
