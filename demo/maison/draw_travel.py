"""Trunks, cases and travelling bags."""

from __future__ import annotations

from .draw_bag import panel, sheen
from .draw_slg import mark, slab, zipper
from .leather import GOLD, across, clasp, edge, hide, metal, ring, shade, stitch, strap_buckle, trap, tube
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, path, polygon, rect, use
from .table import Colour, Product

TRIM = "#8a4f26"


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    c = "#1d2545" if product.style == "night" else colour.hexes[0]
    return globals()[product.shape](s, c, product.style)


def toile(s: Svg, x: float, y: float, w: float, h: float, c: str) -> str:
    """Coated canvas printed with small halos on the bias."""
    one = s.symbol(emblem(0, 0, 13, mix(c, "#f0dcae", .55), 2.2))
    dot = s.symbol(circle(0, 0, 2.6, mix(c, "#f0dcae", .5)))
    out = []
    rows_, cols = int(h / 52), int(w / 60)
    for j in range(rows_):
        for i in range(cols):
            px, py = x + (i + .5 + (j % 2) * .5) * w / cols - w / cols * .25, y + (j + .5) * h / rows_
            out.append(use(one if (i + j) % 2 else dot, px, py))
    return "".join(out)


def corner(s: Svg, x: float, y: float, sx: int, sy: int, c: str | None = None) -> str:
    paint = metal(s) if c is None else hide(s, c)
    rim = dark(GOLD if c is None else c, .5)
    return group(path("M0 14Q0 0 14 0H120Q110 74 74 110Q60 124 0 124Z", paint, stroke=rim, stroke_width="3") + "".join(circle(a, b, 6, light(GOLD, .5), stroke=dark(GOLD, .5), stroke_width="1.5") for a, b in ((24, 24), (88, 24), (24, 92))), transform=f"translate({x} {y}) scale({sx} {sy})")


def lock(s: Svg, x: float, y: float) -> str:
    return rect(x - 42, y - 50, 84, 108, metal(s), rx="9", stroke=dark(GOLD, .5), stroke_width="3") + circle(x, y + 16, 12, "#231912") + path(f"M{x - 5} {y + 20}L{x - 9} {y + 44}H{x + 9}L{x + 5} {y + 20}Z", "#231912") + rect(x - 26, y - 36, 52, 20, light(GOLD, .5), rx="5")


def trunk(s, c, style) -> dict:
    w, h = 1160, 860
    canvas = style == "canvas"
    ground = mix(c, "#5b3a20", .25) if canvas else c
    body = rect(-w / 2, -h, w, h, hide(s, ground), rx="14")
    pattern = toile(s, -w / 2, -h, w, h, ground) if canvas else ""
    slat = lambda y: rect(-w / 2, y, w, 44, s.lin([(0, "#e0b983"), (.5, "#c2935a"), (1, "#94683a")])) + "".join(circle(x, y + 22, 7, metal(s)) for x in range(-w // 2 + 60, w // 2, 104))  # noqa: E731
    slats = "".join(slat(y) for y in (-h + 90, -h + 360, -130)) if canvas else ""
    edges = rect(-w / 2 + 10, -h + 10, w - 20, h - 20, "none", stroke=TRIM if canvas else dark(c, .3), stroke_width="34", rx="8") + rect(-w / 2 + 28, -h + 28, w - 56, h - 56, "none", stroke=light(TRIM, .5), stroke_width="3", stroke_dasharray="12 8")
    seam = rect(-w / 2, -h + 268, w, 8, "#1d130c") + rect(-w / 2, -h + 276, w, 3, "#fff", fill_opacity=".3")
    corners = "".join(corner(s, x * w / 2, y, -x, sy) for x in (-1, 1) for y, sy in ((-h, 1), (0, -1)))
    handle = tube(s, f"M-130 {-h - 6}C-120 {-h - 90} 120 {-h - 90} 130 {-h - 6}", TRIM if canvas else c, 44)
    side = "".join(rect(x - 30, -h - 20, 60, 34, metal(s), rx="8") for x in (-130, 130))
    light_ = rect(-w / 2, -h, w, h, s.lin([(0, "#fff", .2), (.4, "#fff", 0), (.7, "#000", .05), (1, "#000", .3)], 0, 0, 1, .7), rx="14")
    return {"body": handle + side + body + pattern + slats + edges + light_ + seam + corners + lock(s, 0, -h + 290) + "".join(lock(s, x, -h + 290) for x in (-360, 360)), "width": w, "height": h + 90, "focus": (-330, -h + 250), "zoom": 1.9}


def suitcase(s, c, style) -> dict:
    w, h = 1140, 780
    body = trap(0, -h, w, w, h, 70, 0, 70)
    ribs = "".join(rect(-w / 2 + 40, y, w - 80, 9, "#000", fill_opacity=".16") + rect(-w / 2 + 40, y + 9, w - 80, 3, "#fff", fill_opacity=".22") for y in range(-h + 90, -60, 96))
    straps = "".join(path(f"M{x - 38} {-h - 4}H{x + 38}V0H{x - 38}Z", across(s, TRIM)) + stitch(f"M{x - 26} {-h}V-4M{x + 26} {-h}V-4", TRIM, 3) + strap_buckle(s, x, -h + 260, 100, 84) for x in (-300, 300))
    corners = "".join(group(path("M0 76Q0 0 76 0H170Q150 110 110 130Q96 150 0 170Z", hide(s, TRIM)) + stitch("M156 6Q140 96 100 116Q86 134 8 156", TRIM, 3), transform=f"translate({x * w / 2} {y}) scale({-x} {sy})") for x in (-1, 1) for y, sy in ((-h, 1), (0, -1)))
    handle = tube(s, f"M-120 {-h}C-116 {-h - 110} 116 {-h - 110} 120 {-h}", TRIM, 42)
    return {"body": handle + "".join(rect(x - 30, -h - 14, 60, 30, metal(s), rx="8") for x in (-120, 120)) + panel(s, body, trap(0, -h, w, w, h, 70, 26, 70), c, "smooth", (-w / 2, -h, w, h)) + ribs + sheen(s, body, .2) + rect(-w / 2, -h + 100, w, 7, "#1d130c") + straps + corners + lock(s, 0, -h + 110), "width": w, "height": h + 110, "focus": (-280, -h + 230), "zoom": 1.9}


def trolley(s, c, style) -> dict:
    w, h = 780, 1100
    body = trap(0, -h - 40, w, w, h, 80, 0, 80)
    rods = "".join(rect(x - 11, -h - 330, 22, 320, s.lin([(0, "#777"), (.4, "#eee"), (1, "#666")], 0, 0, 1, 0)) for x in (-150, 150)) + rect(-180, -h - 360, 360, 56, across(s, "#26221f"), rx="26")
    wheels = "".join(rect(x - 44, -70, 88, 50, "#2a2623", rx="12") + ellipse(x, -34, 40, 38, "#1a1715") + ellipse(x, -34, 20, 19, "#8f8f8f") for x in (-300, 300))
    grooves = "".join(rect(x, -h + 20, 10, h - 120, "#000", fill_opacity=".14", rx="5") + rect(x + 10, -h + 20, 4, h - 120, "#fff", fill_opacity=".2", rx="2") for x in range(-280, 281, 80))
    return {"body": rods + wheels + panel(s, body, trap(0, -h - 40, w, w, h, 80, 26, 80), c, style, (-w / 2, -h, w, h)) + grooves + sheen(s, body, .2) + slab(s, c, "smooth", 320, 130, 40, 0, -h + 60) + tube(s, f"M-90 {-h + 60}Q0 {-h + 20} 90 {-h + 60}", c, 30) + clasp(s, 0, -h + 260, 44) + "".join(corner(s, x * w / 2, -h - 40, -x, 1, dark(c, .25)) + corner(s, x * w / 2, -40, -x, -1, dark(c, .25)) for x in (-1, 1)), "width": w - 100, "height": h + 370, "focus": (0, -h + 200), "zoom": 1.8}


def duffel(s, c, style) -> dict:
    trim = TRIM if style == "canvas" else c
    w, h = 1180, 640
    body = f"M-540 0C-600 -60 -620 -300 -560 -470C-500 -600 -200 -{h} 0 -{h}C200 -{h} 500 -600 560 -470C620 -300 600 -60 540 0Z"
    inner = f"M-520 -24C-572 -80 -590 -300 -536 -456C-480 -576 -200 -{h - 26} 0 -{h - 26}C200 -{h - 26} 480 -576 536 -456C590 -300 572 -80 520 -24Z"
    back = tube(s, "M-250 -560C-250 -860 -120 -920 20 -920C160 -920 262 -860 262 -570", dark(trim, .3), 36, False)
    straps = "".join(path(f"M{x - 34} 0C{x - 44} -200 {x - 40} -420 {x * .93 - 30} -600L{x * .93 + 30} -606C{x + 30} -420 {x + 24} -200 {x + 34} 0Z", hide(s, trim)) + stitch(f"M{x - 18} -4C{x - 28} -200 {x - 24} -420 {x * .93 - 16} -596M{x + 18} -4C{x + 10} -200 {x + 14} -420 {x * .93 + 16} -600", trim, 3) for x in (-270, 270))
    front = tube(s, "M-252 -590C-262 -800 -150 -850 0 -850C150 -850 262 -800 252 -590", trim, 44)
    ends = "".join(path(f"M{x * 566} -440C{x * 610} -280 {x * 600} -80 {x * 548} -6L{x * 420} -6C{x * 470} -120 {x * 480} -330 {x * 440} -510Q{x * 530} -500 {x * 566} -440Z", hide(s, dark(trim, .1))) + stitch(f"M{x * 434} -20C{x * 486} -120 {x * 496} -330 {x * 458} -500", trim, 3) for x in (-1, 1))
    base = path("M-556 -110Q0 -70 556 -110Q560 -40 540 0H-540Q-560 -40 -556 -110Z", hide(s, trim)) if style == "canvas" else ""
    creases = path("M-160 -560C-180 -400 -150 -200 -170 -60M120 -580C150 -400 110 -240 140 -70", "none", stroke=dark(c, .5), stroke_width="12", stroke_opacity=".14", stroke_linecap="round")
    zip_ = group(path("M-430 -520C-260 -604 -130 -614 0 -614C130 -614 260 -604 430 -520", "none", stroke=dark(c, .6), stroke_width="22"), path("M-430 -520C-260 -604 -130 -614 0 -614C130 -614 260 -604 430 -520", "none", stroke=GOLD, stroke_width="11", stroke_dasharray="6 4"))
    hang = path("M120 -840L108 -640H176L158 -840Z", hide(s, trim)) + stitch("M122 -656H162", trim, 3) + clasp(s, 141, -690, 20)
    return {"body": back + panel(s, body, inner, c, style, (-600, -h, 1200, h)) + creases + sheen(s, body, .16) + zip_ + ends + base + straps + front + hang + mark(0, -300, c, 56), "width": w, "height": 930, "focus": (-220, -520), "zoom": 1.9}


def vanity(s, c, style) -> dict:
    w, h = 900, 760
    body = trap(0, -h, w, w, h, 70, 0, 60)
    lid = trap(0, -h - 14, w + 20, w + 20, 280, 20, 0, 70)
    stars = "".join(circle(s.rng.uniform(-430, 430), s.rng.uniform(-h, -20), s.rng.uniform(1, 3.6), "#e9d9a8") for _ in range(120)) if style == "night" else ""
    return {"body": tube(s, f"M-200 {-h}C-190 {-h - 190} 190 {-h - 190} 200 {-h}", c, 48) + "".join(ring(s, x, -h - 2, 34, 12) for x in (-200, 200)) + panel(s, body, trap(0, -h, w, w, h, 70, 24, 60), c, "smooth", (-w / 2, -h, w, h)) + path(lid, "#160c06", fill_opacity=".3", transform="translate(0 14)") + panel(s, lid, trap(0, -h - 14, w + 20, w + 20, 280, 20, 20, 70), c, "smooth", (-w / 2, -h, w, 280)) + sheen(s, body, .18) + stars + lock(s, 0, -h + 276) + "".join(corner(s, x * w / 2, 0, -x, -1) for x in (-1, 1)) + mark(0, -200, c, 60), "width": w, "height": h + 190, "focus": (0, -h + 240), "zoom": 1.9}


def hatbox(s, c, style) -> dict:
    rx, ry, h = 500, 120, 560
    side = f"M{-rx} {-h}V{-ry}A{rx} {ry} 0 0 0 {rx} {-ry}V{-h}Z"
    lit = s.lin([(0, dark(c, .35)), (.2, light(c, .1)), (.38, light(c, .35)), (.6, c), (1, dark(c, .45))], 0, 0, 1, 0)
    lid = f"M{-rx - 14} {-h - 20}V{-h + 110}A{rx + 14} {ry} 0 0 0 {rx + 14} {-h + 110}V{-h - 20}Z"
    clip = s.clip(path(side, "#000"))
    pattern = group(toile(s, -rx, -h, rx * 2, h + 40, mix(c, "#8a6a40", .35)), clip_path=clip)
    top = ellipse(0, -h - 20, rx + 14, ry, s.rad([(0, light(c, .4)), (.7, light(c, .1)), (1, dark(c, .15))], .36, .3, .8)) + ellipse(0, -h - 20, rx + 2, ry - 6, "none", stroke=TRIM, stroke_width="14") + ellipse(0, -h - 20, rx + 2, ry - 6, "none", stroke=light(TRIM, .5), stroke_width="2.5", stroke_dasharray="10 7")
    strap = path(f"M-40 {-h - 136}H40V{-2}Q0 8 -40 -2Z", across(s, TRIM)) + stitch(f"M-26 {-h - 130}V-6M26 {-h - 130}V-6", TRIM, 3) + strap_buckle(s, 0, -h + 190, 104, 92)
    handle = tube(s, f"M-150 {-h - 70}C-140 {-h - 240} 140 {-h - 240} 150 {-h - 70}", TRIM, 40)
    return {"body": path(side, lit) + pattern + path(f"M{-rx} {-ry}A{rx} {ry} 0 0 0 {rx} {-ry}", "none", stroke=TRIM, stroke_width="22") + path(lid, lit) + path(f"M{-rx - 14} {-h + 110}A{rx + 14} {ry} 0 0 0 {rx + 14} {-h + 110}", "none", stroke=TRIM, stroke_width="20") + top + handle + strap, "width": rx * 2, "height": h + 260, "focus": (20, -h + 160), "zoom": 1.9}


def garment(s, c, style) -> dict:
    w, h = 900, 1000
    back = trap(0, -h - 30, w, w, h, 60, 0, 60)
    body = trap(0, -h + 50, w, w, h - 50, 60, 0, 40)
    handle = tube(s, f"M-140 {-h}C-130 {-h - 140} 130 {-h - 140} 140 {-h}", c, 42)
    straps = "".join(path(f"M{x - 36} {-h + 30}H{x + 36}V-120Q{x} -90 {x - 36} -120Z", across(s, c)) + strap_buckle(s, x, -230, 92, 70) for x in (-260, 260))
    pocket = slab(s, c, "smooth", 620, 330, 40, 0, -270)
    return {"body": handle + path(back, shade(s, c)) + panel(s, body, trap(0, -h + 50, w, w, h - 50, 60, 24, 40), c, style, (-w / 2, -h, w, h)) + sheen(s, body, .18) + zipper(s, -380, 380, -h + 150, c) + pocket + straps + clasp(s, 0, -380, 34) + mark(0, -h + 350, c, 60), "width": w, "height": h + 140, "focus": (-220, -260), "zoom": 1.9}


def backpack(s, c, style) -> dict:
    w, h = 840, 1000
    body = trap(0, -h, 700, w, h, 130, 0, 150)
    flap_ = "M-380 -1000Q-390 -1030 -300 -1034H300Q390 -1030 380 -1000L400 -640Q396 -560 300 -556H-300Q-396 -560 -400 -640Z"
    fi = "M-356 -996L-376 -640Q-372 -584 -300 -580H300Q372 -584 376 -640L356 -996"
    pocket = slab(s, c, style, 560, 330, 60, 0, -210)
    side = "".join(path(f"M{x * 400} -420Q{x * 510} -400 {x * 500} -200Q{x * 500} -40 {x * 420} -20Z", hide(s, dark(c, .15))) for x in (-1, 1))
    loop_ = tube(s, "M-80 -1030C-70 -1140 70 -1140 80 -1030", c, 34)
    straps = "".join(path(f"M{x - 32} -990H{x + 32}V-470Q{x} -440 {x - 32} -470Z", across(s, c)) + strap_buckle(s, x, -560, 84, 66) for x in (-200, 200))
    return {"body": loop_ + side + panel(s, body, trap(0, -h, 700, w, h, 130, 24, 150), c, style, (-w / 2, -h, w, h)) + pocket + zipper(s, -240, 240, -330, c) + path(flap_, "#160c06", fill_opacity=".28", transform="translate(0 18)") + panel(s, flap_, fi, c, style, (-400, -1034, 800, 480)) + sheen(s, flap_, .15) + straps + clasp(s, 0, -650, 40), "width": w, "height": 1140, "focus": (-150, -600), "zoom": 1.9}


def pouches(s, c, style) -> dict:
    out = ""
    for w, h, x, y, col in ((980, 560, 60, -60, c), (800, 440, -70, 0, mix(c, "#c9a36c", .45)), (560, 300, 90, 40, TRIM)):
        body = trap(x, y - h, w - 50, w, h, 50, 0, 30)
        out += path(body, "#160c06", fill_opacity=".22", transform="translate(10 14)") + panel(s, body, trap(x, y - h, w - 50, w, h, 50, 20, 30), col, "canvas" if col != TRIM else "smooth", (x - w / 2, y - h, w, h)) + sheen(s, body, .14) + zipper(s, x - w / 2 + 60, x + w / 2 - 60, y - h + 54, col) + mark(x, y - h * .36, col, 36)
    return {"body": out, "width": 1080, "height": 640, "focus": (160, -280), "zoom": 2.0}
