"""Porcelain, lacquer, glass and stoneware for the house."""

from __future__ import annotations

import math

from . import motifs as m
from .draw_fragrance import glass
from .leather import GOLD, metal
from .silk_patterns import square
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, luminance, mix, num, path, polar, polygon, rect, use
from .table import Colour, Product

CHINA = "#fbf8f1"


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    return globals()[product.shape](s, product, colour)


def ornament(s: Svg, style: str, p) -> tuple[str, str, int]:
    """The border motif of a service: a large and a small element, and how many turn around."""
    bg, edge, a, b, c, ink = p
    pale = luminance(bg) > .5
    ink = ink if pale else dark(edge, .55)
    if style == "jardin":
        return (m.flower(s, 44, a, b if pale else "#f6efe2", c, ink, 8) + group(m.leaf(s, 64, c if pale else a, ink, 3), transform="rotate(95)") + group(m.leaf(s, 64, c if pale else a, ink, 3), transform="rotate(-95)"), m.flower(s, 22, edge, a, b, ink, 6), 10)
    if style == "astre":
        return m.sun(s, 62, edge, c, ink, "#f7ecd0", 24), m.star(18, a, 8, .42), 10
    if style == "mosaic":
        return m.star(52, edge, 8, .55) + m.star(34, a, 8, .5) + circle(0, 0, 11, c), m.star(26, b, 4, .45) + circle(0, 0, 8, edge), 14
    if style == "ecuyer":
        return group(m.snaffle(ink, c, a), transform="scale(.5)"), group(m.horseshoe(ink, edge), transform="scale(.36)"), 12
    if style == "verger":
        return group(m.leaf(s, 62, c, ink, 3), transform="rotate(70)") + group(m.leaf(s, 62, c, ink, 3), transform="rotate(-70)") + m.fruit(34, "#edc14f", "#fff9df", ink, True), m.bee(16, "#e9b84b", "#ffffff", ink), 12
    if style == "mer":
        return m.shell(38, c, a, ink), m.starfish(24, edge, ink), 12
    if style == "damier":
        return rect(-26, -44, 26, 44, edge if not pale else ink) + rect(0, 0, 26, 44, edge if not pale else ink), circle(0, 0, 8, a), 30
    return emblem(0, 0, 36, edge, 4), circle(0, 0, 6, edge), 16


def plate(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    r = 580 if "dessert" not in product.handle else 540
    big, small, n = ornament(s, product.style, p)
    one, two = s.symbol(big), s.symbol(small)
    tone = p[1] if luminance(p[0]) > .5 else p[0]
    body = circle(0, 0, r, s.rad([(0, "#ffffff"), (.6, CHINA), (.9, "#efe9dd"), (1, "#d9d1c1")], .42, .4, .62))
    body += circle(0, 0, r * .985, "none", stroke=metal(s), stroke_width="13") + circle(0, 0, r * .94, "none", stroke=tone, stroke_width="9")
    rim = r * .8
    if product.style in ("astre", "halo", "ecuyer", "mosaic"):
        body += circle(0, 0, rim, "none", stroke=mix(tone, "#ffffff", .0 if product.style != "ecuyer" else .1), stroke_width=num(r * .24))
        body += circle(0, 0, r * .925, "none", stroke=GOLD, stroke_width="5") + circle(0, 0, r * .68, "none", stroke=GOLD, stroke_width="5")
    body += "".join(use(one, *polar(0, 0, rim, i * 360 / n), i * 360 / n) for i in range(n)) + "".join(use(two, *polar(0, 0, rim, (i + .5) * 360 / n), (i + .5) * 360 / n) for i in range(n))
    well = circle(0, 0, r * .64, s.rad([(0, "#ffffff"), (.8, "#f9f5ec"), (.95, "#e5ddcd"), (1, "#f4eee2")], .54, .56, .52)) + circle(0, 0, r * .64, "none", stroke=tone, stroke_width="5") + circle(0, 0, r * .61, "none", stroke=GOLD, stroke_width="2.5")
    centre = group(use(one, 0, 0), transform="scale(2.1)") if product.style in ("jardin", "astre", "mosaic") else emblem(0, 0, 110, GOLD, 9) if product.style in ("ecuyer", "halo") else group(use(one, 0, 0), transform="scale(1.7)")
    if product.style == "halo":
        well, centre = circle(0, 0, r * .64, tone, stroke=GOLD, stroke_width="6"), emblem(0, 0, 290, GOLD, 22)
    shine = path(f"M{-r * .86} {-r * .3}A{r * .92} {r * .92} 0 0 1 {-r * .2} {-r * .89}", "none", stroke="#fff", stroke_width="34", stroke_opacity=".5", stroke_linecap="round")
    shadow = ellipse(34, 52, r * 1.09, r * 1.07, s.rad([(0, "#3b2c22", .5), (.86, "#3b2c22", .3), (1, "#3b2c22", 0)]))
    return {"body": body + well + centre + shine, "flat": True, "width": r * 2, "height": r * 2, "focus": (-r * .5, -r * .5), "zoom": 2.2, "under": [shadow]}


def ceramic(s: Svg, base: str = CHINA) -> str:
    return s.lin([(0, dark(base, .3)), (.16, mix(base, "#ffffff", .4)), (.34, "#ffffff" if base == CHINA else light(base, .5)), (.6, base), (1, dark(base, .36))], 0, 0, 1, 0)


def _around(s: Svg, shape: str, style: str, p, y: float, rx: float, sag: float, k: float) -> str:
    """A band of ornament that follows a round body."""
    big, small, _ = ornament(s, style, p)
    one, two = s.symbol(big), s.symbol(small)
    clip = s.clip(path(shape, "#000"))
    out = ""
    for i in range(-4, 5):
        a = i * 21
        x, dy, squash = rx * math.sin(math.radians(a)), sag * math.cos(math.radians(a)), max(.25, math.cos(math.radians(a)))
        out += f'<g transform="translate({num(x)} {num(y + dy)}) scale({k * squash:.2f} {k:g})">{use(one if i % 2 == 0 else two)}</g>'
    tone = p[1] if luminance(p[0]) > .5 else p[0]
    bands = path(f"M{-rx * 1.1} {y - 74 * k}Q0 {y + sag * 2 - 74 * k} {rx * 1.1} {y - 74 * k}M{-rx * 1.1} {y + 74 * k}Q0 {y + sag * 2 + 74 * k} {rx * 1.1} {y + 74 * k}", "none", stroke=tone, stroke_width="7")
    return group(bands, out, clip_path=clip)


def cup(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    tone = p[1] if luminance(p[0]) > .5 else p[0]
    saucer = ellipse(0, -46, 520, 104, s.rad([(0, "#d8d0c0"), (.5, "#f6f1e6"), (.8, CHINA), (1, "#dcd3c3")], .45, .35, .6)) + ellipse(0, -46, 508, 98, "none", stroke=GOLD, stroke_width="8") + ellipse(0, -46, 440, 80, "none", stroke=tone, stroke_width="16") + path("M-300 -10Q0 30 300 -10L240 14Q0 40 -240 14Z", "#c9bfac")
    body = "M-330 -560C-330 -300 -240 -110 -120 -70H120C240 -110 330 -300 330 -560Z"
    handle = path("M310 -470C470 -520 500 -300 270 -250", "none", stroke=dark(CHINA, .25), stroke_width="40", stroke_linecap="round") + path("M310 -470C470 -520 500 -300 270 -250", "none", stroke=CHINA, stroke_width="30", stroke_linecap="round") + path("M314 -478C462 -524 488 -310 274 -258", "none", stroke=GOLD, stroke_width="6")
    foot = path("M-130 -84H130L150 -46Q0 -30 -150 -46Z", ceramic(s))
    rim = ellipse(0, -560, 330, 58, "#efe7d8") + ellipse(0, -548, 300, 44, s.rad([(0, "#b0713a"), (.8, "#8d5426"), (1, "#5e3617")])) + ellipse(0, -560, 330, 58, "none", stroke=GOLD, stroke_width="10")
    return {"body": saucer + handle + foot + path(body, ceramic(s)) + _around(s, body, product.style, p, -370, 300, 24, 1.05) + path(body, s.lin([(0, "#000", .22), (.24, "#fff", .34), (.4, "#fff", 0), (.8, "#000", .04), (1, "#000", .26)], 0, 0, 1, 0)) + rim, "width": 1040, "height": 640, "focus": (-60, -390), "zoom": 2.0, "drop": -8}


def teapot(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    body = "M0 -700C300 -700 450 -560 450 -370C450 -190 330 -60 180 -40H-180C-330 -60 -450 -190 -450 -370C-450 -560 -300 -700 0 -700Z"
    spout = path("M-400 -300C-560 -330 -570 -560 -690 -640L-640 -676C-500 -640 -500 -470 -380 -460Z", ceramic(s), stroke=dark(CHINA, .25), stroke_width="3") + path("M-694 -636L-636 -680", "none", stroke=GOLD, stroke_width="12", stroke_linecap="round")
    handle = path("M400 -560C680 -640 690 -220 410 -190", "none", stroke=dark(CHINA, .28), stroke_width="62", stroke_linecap="round") + path("M400 -560C680 -640 690 -220 410 -190", "none", stroke=CHINA, stroke_width="48", stroke_linecap="round") + path("M404 -572C664 -640 676 -240 414 -202", "none", stroke=GOLD, stroke_width="8")
    lid = path("M-190 -684C-160 -780 160 -780 190 -684Q0 -650 -190 -684Z", ceramic(s), stroke=dark(CHINA, .2), stroke_width="2") + path("M-190 -684Q0 -650 190 -684", "none", stroke=GOLD, stroke_width="10") + circle(0, -800, 52, s.rad([(0, light(GOLD, .8)), (.5, GOLD), (1, dark(GOLD, .5))], .36, .3, .8))
    foot = path("M-200 -56H200L230 0H-230Z", ceramic(s)) + path("M-230 -6H230", "none", stroke=GOLD, stroke_width="10")
    return {"body": handle + spout + foot + path(body, ceramic(s)) + _around(s, body, product.style, p, -400, 410, 30, 1.5) + path(body, s.lin([(0, "#000", .2), (.26, "#fff", .4), (.42, "#fff", 0), (.8, "#000", .05), (1, "#000", .3)], 0, 0, 1, 0)) + lid, "width": 1240, "height": 860, "focus": (-100, -430), "zoom": 1.9, "shift": -30}


def bowl(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    body = "M-560 -440C-540 -190 -300 -60 -150 -50H150C300 -60 540 -190 560 -440Z"
    tone = p[1] if luminance(p[0]) > .5 else p[0]
    fruit_ = "".join(group(m.citrus(s, 1, "#000", "#000", "#000") if False else circle(0, 0, 120, s.rad([(0, "#ffd98a"), (.5, "#ef9d3a"), (1, "#b7611a")], .36, .3, .8)), circle(-34, -40, 16, "#fff", fill_opacity=".5"), transform=f"translate({x} {y})") for x, y in ((-280, -500), (250, -510), (-20, -560), (120, -470), (-140, -460)))
    leaf_ = group(m.leaf(s, 190, "#6f8f5a", "#33452b"), transform="translate(40 -640) rotate(64)")
    foot = path("M-170 -66H170L210 0H-210Z", ceramic(s)) + path("M-208 -6H208", "none", stroke=GOLD, stroke_width="10")
    return {"body": ellipse(0, -440, 560, 84, dark(CHINA, .25)) + fruit_ + leaf_ + foot + path(body, ceramic(s, CHINA)) + _around(s, body, product.style, p, -310, 500, 60, 1.3) + path(body, s.lin([(0, "#000", .22), (.26, "#fff", .36), (.42, "#fff", 0), (.8, "#000", .05), (1, "#000", .3)], 0, 0, 1, 0)) + path("M-560 -440Q0 -290 560 -440", "none", stroke=GOLD, stroke_width="12") + path("M-556 -424Q0 -274 556 -424", "none", stroke=tone, stroke_width="8"), "width": 1120, "height": 720, "focus": (-120, -300), "zoom": 1.9}


def branch(s: Svg, x: float, y: float, length: float, lean: float, c: str, count: int = 9) -> str:
    out = path(f"M{x} {y}Q{x + lean * .3} {y - length * .5} {x + lean} {y - length}", "none", stroke="#6b5338", stroke_width="9", stroke_linecap="round")
    leaf_ = s.symbol(m.leaf(s, 120, c, dark(c, .45), 4))
    for i in range(count):
        t = .3 + .7 * i / (count - 1)
        px, py = x + lean * (.6 * t * (1 - t) + t * t), y - length * t
        out += use(leaf_, px, py, (-58 if i % 2 else 58) + lean * .06, 1.1 - t * .45)
    return out


def vase(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    body = "M-130 -900C-120 -820 -110 -770 -150 -700C-320 -600 -380 -470 -370 -340C-350 -160 -250 -40 -200 0H200C250 -40 350 -160 370 -340C380 -470 320 -600 150 -700C110 -770 120 -820 130 -900Z"
    stems = branch(s, -20, -860, 560, -250, "#7f9468") + branch(s, 20, -860, 620, 200, "#8aa074") + branch(s, 0, -860, 660, -20, "#94a87d")
    clip = s.clip(path(body, "#000"))
    rings = group("".join(path(f"M-400 {y}Q0 {y + 40} 400 {y}", "none", stroke=light(c, .55), stroke_width="4", stroke_opacity=".3") for y in range(-640, -20, 34)) + path("M-400 -420C-200 -300 -60 -460 100 -380C220 -330 300 -400 400 -370V-900H-400Z", light(c, .5), fill_opacity=".4"), clip_path=clip)
    handles = "".join(path(f"M{k * 118} -840C{k * 330} -860 {k * 390} -700 {k * 290} -590", "none", stroke=paint, stroke_width=f"{w}", stroke_linecap="round") for k in (-1, 1) for paint, w in ((dark(c, .45), 46), (c, 36), (light(c, .4), 10)))
    return {"body": stems + handles + path(body, ceramic(s, c)) + rings + ellipse(0, -900, 130, 26, dark(c, .55)) + ellipse(0, -900, 130, 26, "none", stroke=light(c, .6), stroke_width="8") + path(body, s.lin([(0, "#000", .2), (.26, "#fff", .25), (.4, "#fff", 0), (1, "#000", .25)], 0, 0, 1, 0)), "width": 760, "height": 1560, "focus": (-60, -640), "zoom": 1.8}


def budvase(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    body = "M-46 -760C-40 -620 -50 -520 -90 -460C-260 -420 -300 -300 -290 -210C-270 -80 -170 0 -120 0H120C170 0 270 -80 290 -210C300 -300 260 -420 90 -460C50 -520 40 -620 46 -760Z"
    bloom = path("M10 -740Q60 -980 20 -1180", "none", stroke="#5f7a4c", stroke_width="12") + group(m.leaf(s, 230, "#7f9468", "#41532f"), transform="translate(34 -900) rotate(62)") + group(m.flower(s, 190, "#d98f86", "#f0c3b4", "#e9b872", "#6b3630", 11), transform="translate(16 -1220)")
    return {"body": bloom + path(body, ceramic(s, c)) + path(body, s.lin([(0, "#000", .2), (.26, "#fff", .3), (.4, "#fff", 0), (1, "#000", .25)], 0, 0, 1, 0)) + ellipse(0, -760, 46, 11, dark(c, .6)), "width": 600, "height": 1420, "focus": (0, -1050), "zoom": 1.7}


def tray(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    clip = s.clip(rect(-520, -390, 1040, 780, "#000", rx="30"))
    fans = group(m.fan(s, 100, p[2], p[3], p[4], p[5]), transform="scale(1)")
    one = s.symbol(fans)
    field = rect(-520, -390, 1040, 780, p[0]) + "".join(use(one, -600 + i * 200 + (100 if j % 2 else 0), -340 + j * 88) for j in range(10) for i in range(7))
    gloss = rect(-520, -390, 1040, 780, s.lin([(0, "#fff", .34), (.3, "#fff", .05), (.32, "#fff", .16), (.46, "#fff", 0), (1, "#000", .2)], 0, 0, 1, 1))
    frame = rect(-560, -430, 1120, 860, p[1], rx="60") + rect(-560, -430, 1120, 860, s.lin([(0, "#fff", .35), (.4, "#fff", 0), (1, "#000", .35)], 0, 0, 1, 1), rx="60") + rect(-528, -398, 1056, 796, dark(p[1], .4), rx="36")
    grips = "".join(rect(k * 560 - 22, -110, 44, 220, metal(s), rx="20", stroke=dark(GOLD, .5), stroke_width="3") for k in (-1, 1))
    shadow = "".join(rect(-560 + d, -430 + d * 1.4, 1130, 870, "#3b2c22", rx="70", fill_opacity=".09") for d in (12, 24, 38))
    return {"body": frame + group(field, gloss, clip_path=clip) + grips, "flat": True, "width": 1180, "height": 860, "focus": (-260, -180), "zoom": 1.9, "under": [shadow]}


def cushion(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    shape = "M-540 -560C-360 -520 360 -520 540 -560C510 -360 510 360 540 560C360 520 -360 520 -540 560C-510 360 -510 -360 -540 -560Z"
    clip = s.clip(path(shape, "#000"))
    puff = path(shape, s.rad([(0, "#fff", .22), (.5, "#fff", .02), (.8, "#000", .12), (1, "#000", .42)], .42, .4, .68))
    creases = path("M-520 -540C-440 -460 -400 -430 -340 -400M520 -540C440 -460 400 -430 340 -400M-520 540C-440 460 -400 430 -340 400M520 540C440 460 400 430 340 400", "none", stroke="#000", stroke_width="16", stroke_opacity=".14", stroke_linecap="round")
    return {"body": path(shape, p[1], stroke=dark(p[1], .3), stroke_width="22", stroke_linejoin="round") + group(group(square(s, product.style, p), transform="translate(-550 -550) scale(1.1)"), clip_path=clip) + puff + creases + path(shape, "none", stroke=p[1], stroke_width="13") + path(shape, "none", stroke=light(p[1], .5), stroke_width="4", stroke_dasharray="10 8"), "flat": True, "width": 1160, "height": 1160, "focus": (-230, -230), "zoom": 1.9, "under": [ellipse(30, 60, 640, 630, s.rad([(0, "#3b2c22", .5), (.84, "#3b2c22", .28), (1, "#3b2c22", 0)]))]}


def candlestick(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    paint = s.lin([(0, dark(c, .5)), (.18, light(c, .4)), (.3, light(c, .9)), (.46, c), (.68, dark(c, .3)), (.84, light(c, .35)), (1, dark(c, .45))], 0, 0, 1, 0)
    parts = "".join(rect(x, y, w, h, paint, rx=str(r)) for x, y, w, h, r in ((-270, -44, 540, 44, 18), (-210, -90, 420, 50, 16), (-60, -640, 120, 560, 10), (-100, -360, 200, 56, 26), (-130, -700, 260, 60, 22), (-90, -780, 180, 90, 12)))
    flutes = "".join(line(x, -630, x, -94, dark(c, .5), 5, stroke_opacity=".6") + line(x + 5, -630, x + 5, -94, light(c, .7), 2.5, stroke_opacity=".6") for x in range(-46, 50, 19))
    wax = rect(-58, -1180, 116, 420, s.lin([(0, "#e3d5b8"), (.3, "#fffaf0"), (1, "#cdbb98")], 0, 0, 1, 0), rx="10") + ellipse(0, -1180, 58, 14, "#fff7e2") + path("M-58 -1170C-70 -1120 -50 -1090 -56 -1060", "none", stroke="#fff7e8", stroke_width="18", stroke_linecap="round")
    flame = circle(0, -1290, 330, s.rad([(0, "#ffe2a0", .8), (.35, "#ffc766", .25), (1, "#ffb347", 0)])) + line(0, -1176, 2, -1226, "#2b211b", 7) + path("M0 -1390C46 -1310 48 -1260 0 -1220C-48 -1260 -46 -1310 0 -1390Z", s.lin([(0, "#fff1b8"), (.5, "#ffc04d"), (1, "#e8792a")])) + path("M0 -1330C20 -1290 20 -1250 0 -1230C-20 -1250 -20 -1290 0 -1330Z", "#fffbe6")
    return {"body": flame + wax + parts + flutes, "width": 620, "height": 1420, "focus": (0, -760), "zoom": 1.7}


def mbox(s: Svg, product: Product, colour: Colour) -> dict:
    p = colour.hexes
    w, h = 1000, 420
    front = rect(-w / 2, -h, w, h, p[3] if luminance(p[0]) > .5 else p[3])
    straw = "".join(polygon([(-w / 2 + i * 50, -h), (-w / 2 + i * 50 + 50, -h), (-w / 2 + i * 50 + 25, -h / 2)], mix(p[1], p[3], (i * 37 % 10) / 14)) + polygon([(-w / 2 + i * 50, 0), (-w / 2 + i * 50 + 50, 0), (-w / 2 + i * 50 + 25, -h / 2)], mix(p[2], p[3], (i * 53 % 10) / 14)) + polygon([(-w / 2 + i * 50 + 25, -h / 2), (-w / 2 + i * 50 + 75, -h / 2), (-w / 2 + i * 50 + 50, -h)], mix(p[1], p[4], (i * 29 % 10) / 12)) for i in range(20))
    clip = s.clip(rect(-w / 2, -h, w, h, "#000"))
    top = polygon([(-w / 2, -h), (w / 2, -h), (w / 2 - 110, -h - 250), (-w / 2 + 110, -h - 250)], p[1])
    rays = "".join(polygon([(0, -h - 125), (polar(0, 0, 900, a)[0], -h - 125 + polar(0, 0, 420, a)[1]), (polar(0, 0, 900, a + 7.5)[0], -h - 125 + polar(0, 0, 420, a + 7.5)[1])], mix(p[1], p[3], .25 + .5 * (i % 2)) if i % 3 else p[2]) for i, a in enumerate([k * 7.5 for k in range(48)]))
    clip2 = s.clip(polygon([(-w / 2, -h), (w / 2, -h), (w / 2 - 110, -h - 250), (-w / 2 + 110, -h - 250)], "#000"))
    return {"body": top + group(rays, clip_path=clip2) + front + group(straw, clip_path=clip) + rect(-w / 2, -h, w, h, s.lin([(0, "#fff", .26), (.4, "#fff", 0), (1, "#000", .34)], 0, 0, 1, 1)) + rect(-w / 2, -h - 4, w, 16, metal(s)) + rect(-w / 2, -h + 130, w, 6, "#1d130c", fill_opacity=".7") + rect(-40, -h + 96, 80, 84, metal(s), rx="8") + circle(0, -h + 140, 12, "#231912") + rect(-w / 2, -16, w, 16, metal(s)), "width": w, "height": 690, "focus": (60, -h - 20), "zoom": 1.9}


def carafe(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    outer = "M-120 -1040C-110 -860 -120 -760 -200 -680C-330 -560 -350 -300 -330 -80Q-320 0 -240 0H240Q320 0 330 -80C350 -300 330 -560 200 -680C120 -760 110 -860 120 -1040Z"
    inner = "M-96 -1030C-86 -850 -96 -750 -176 -668C-300 -550 -320 -300 -302 -100Q-296 -44 -230 -44H230Q296 -44 302 -100C320 -300 300 -550 176 -668C96 -750 86 -850 96 -1030Z"
    cup_ = path("M-150 -1040L-136 -1270Q0 -1300 136 -1270L150 -1040Q0 -1010 -150 -1040Z", s.lin([(0, dark(c, .2), .6), (.2, light(c, .6), .6), (.5, light(c, .4), .35), (1, dark(c, .3), .6)], 0, 0, 1, 0), stroke=dark(c, .35), stroke_width="4", stroke_opacity=".6") + ellipse(0, -1274, 136, 24, "#fff", fill_opacity=".3", stroke="#fff", stroke_width="5", stroke_opacity=".7")
    return {"body": ellipse(240, 24, 500, 54, s.rad([(0, light(c, .3), .6), (.6, c, .26), (1, c, 0)])) + glass(s, outer, inner, mix(c, "#ffffff", .2), "M-500 -520H500V0H-500Z", (-320, -640, 640, 600)) + cup_, "width": 680, "height": 1300, "focus": (0, -640), "zoom": 1.8}
