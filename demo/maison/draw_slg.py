"""Small leather goods."""

from __future__ import annotations

from .draw_bag import panel, sheen
from .leather import GOLD, across, clasp, edge, hide, metal, ring, shade, stitch, strap_buckle, trap, tube
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, path, polygon, rect
from .table import Colour, Product


# Shapes without straight sides cast a round shadow.
ROUNDED = {"horseshoe", "keyring", "charm", "phone", "tag", "glassescase"}


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    out = globals()[product.shape](s, colour.hexes[0], product.style)
    if out.get("flat"):
        w, h = out["width"], out["height"]
        if product.shape in ROUNDED:
            fall = [(0, "#3b2c22", .42), (.6, "#3b2c22", .22), (1, "#3b2c22", 0)]
            out["under"] = [ellipse(34, 50, w * .56, h * .54, s.rad(fall))]
        else:
            out["under"] = [rect(-w / 2 + x, -h / 2 + x * 1.5, w, h, "#3b2c22", rx="34", fill_opacity=".09") for x in (10, 18, 28)]
    return out


def slab(s: Svg, c: str, style: str, w: float, h: float, r: float = 30, x: float = 0, y: float = 0) -> str:
    """A rounded leather panel centred on (x, y)."""
    shape, inner = trap(x, y - h / 2, w, w, h, r, 0, r), trap(x, y - h / 2, w, w, h, r, 20, r)
    return panel(s, shape, inner, c, style, (x - w / 2, y - h / 2, w, h)) + sheen(s, shape, .13)


def mark(x: float, y: float, c: str, r: float = 34) -> str:
    """The emblem stamped in gold leaf."""
    return emblem(x + 1.5, y + 2, r, dark(c, .5), r * .1) + emblem(x, y, r, mix(GOLD, "#fff2cf", .25), r * .1)


def longwallet(s, c, style) -> dict:
    w, h = 1060, 580
    tab = path("M300 -66H548V66H300Q252 60 252 0Q252 -60 300 -66Z", hide(s, c)) + edge("M548 -66H300Q252 -60 252 0Q252 60 300 66H548", c, 4) + stitch("M540 -46H306Q274 -42 274 0Q274 42 306 46H540", c, 3.2)
    return {"body": slab(s, dark(c, .2), style, w - 14, h, 30, 10, 16) + slab(s, c, style, w, h) + path("M-510 -290V290", "none", stroke=light(c, .3), stroke_width="5", stroke_opacity=".5") + tab + clasp(s, 320, 0, 38) + mark(-380, 190, c), "flat": True, "width": w, "height": h, "focus": (290, 0), "zoom": 2.1}


def wallet(s, c, style) -> dict:
    w, h = 800, 640
    tab = path("M-70 -330H70V-60Q66 0 0 0Q-66 0 -70 -60Z", hide(s, c)) + edge("M-70 -330V-60Q-66 0 0 0Q66 0 70 -60V-330", c, 4) + stitch("M-48 -320V-62Q-46 -22 0 -22Q46 -22 48 -62V-320", c, 3.2)
    return {"body": slab(s, dark(c, .2), style, w, h, 40, 10, 18) + slab(s, c, style, w, h, 40) + tab + clasp(s, 0, -68, 40) + mark(260, 220, c), "flat": True, "width": w, "height": h, "focus": (0, -90), "zoom": 2.1}


def cards(s, c, style) -> dict:
    w, h = 860, 620
    deck = "".join(rect(-380, -330 + i * 34, 760, 300, paint, rx="26") for i, paint in enumerate(("#efe6d6", mix(c, "#d9c7a4", .6), "#3c3a3a")))
    out = deck + slab(s, c, style, w, h - 60, 30, 0, 30)
    for i in range(3):
        y = -250 + i * 92
        shape = f"M-430 {y}H-90Q-60 {y + 46} 0 {y + 46}Q60 {y + 46} 90 {y}H430V{y + 120}H-430Z" if i == 2 else f"M-430 {y}H430V{y + 120}H-430Z"
        out += path(shape, hide(s, c)) + path(f"M-430 {y}H430" if i < 2 else f"M-430 {y}H-90Q-60 {y + 46} 0 {y + 46}Q60 {y + 46} 90 {y}H430", "none", stroke=dark(c, .5), stroke_width="7") + path(f"M-424 {y + 8}H424" if i < 2 else "", "none", stroke=light(c, .5), stroke_width="2.5", stroke_opacity=".6")
    return {"body": out + slab(s, c, style, w, 390, 30, 0, 115) + mark(0, 190, c), "flat": True, "width": w, "height": h, "focus": (40, -100), "zoom": 2.1}


def zipper(s: Svg, x1: float, x2: float, y: float, c: str) -> str:
    teeth = path(f"M{x1} {y}H{x2}", "none", stroke=dark(c, .6), stroke_width="26") + path(f"M{x1} {y}H{x2}", "none", stroke=GOLD, stroke_width="13", stroke_dasharray="6 4") + path(f"M{x1} {y - 1}H{x2}", "none", stroke="#fff2cc", stroke_width="3", stroke_dasharray="6 4")
    pull = rect(x2 - 62, y - 17, 50, 34, metal(s), rx="8", stroke=dark(GOLD, .5), stroke_width="2") + path(f"M{x2 - 26} {y + 6}L{x2 - 6} {y + 120}Q{x2 - 26} {y + 146} {x2 - 52} {y + 124}L{x2 - 44} {y + 6}Z", hide(s, c)) + stitch(f"M{x2 - 32} {y + 24}L{x2 - 20} {y + 114}", c, 2.6)
    return teeth + pull


def zipcards(s, c, style) -> dict:
    out = slab(s, c, style, 880, 640) + zipper(s, -420, 420, -196, c)
    for y in (-70, 30, 130):
        out += path(f"M-410 {y}H410", "none", stroke=dark(c, .55), stroke_width="7") + path(f"M-410 {y + 6}H410", "none", stroke=light(c, .5), stroke_width="2.4", stroke_opacity=".6")
    return {"body": out + mark(-330, 240, c), "flat": True, "width": 880, "height": 640, "focus": (300, -120), "zoom": 2.1}


def horseshoe(s, c, style) -> dict:
    body = "M-380 -60C-400 -330 -220 -420 0 -420C220 -420 400 -330 380 -60C370 220 260 400 0 400C-260 400 -370 220 -380 -60Z"
    lid = "M-390 -70C-410 -340 -226 -430 0 -430C226 -430 410 -340 390 -70C384 60 300 130 180 120C90 112 60 180 0 180C-60 180 -90 112 -180 120C-300 130 -384 60 -390 -70Z"
    li = "M-360 -76C-376 -318 -212 -400 0 -400C212 -400 376 -318 360 -76C354 36 284 98 182 92C84 86 50 150 0 150C-50 150 -84 86 -182 92C-284 98 -354 36 -360 -76Z"
    bi = "M-352 -60C-370 -310 -210 -392 0 -392C210 -392 370 -310 352 -60C342 206 240 372 0 372C-240 372 -342 206 -352 -60Z"
    return {"body": panel(s, body, bi, dark(c, .1), style, (-390, -430, 780, 830)) + path(lid, "#160c06", fill_opacity=".28", transform="translate(6 20)") + panel(s, lid, li, c, style, (-390, -430, 780, 620)) + sheen(s, lid, .2) + clasp(s, 0, 110, 40), "flat": True, "width": 780, "height": 840, "focus": (0, 60), "zoom": 2.0}


def passport(s, c, style) -> dict:
    pass_ = rect(-330, -505, 700, 960, "#efe8da", rx="18") + rect(-330, -505, 700, 60, "#d9cfbc", rx="18")
    strip = path("M250 -480H300V480H250Z", hide(s, dark(c, .1))) + stitch("M262 -476V476M288 -476V476", c, 3)
    return {"body": pass_ + slab(s, c, style, 760, 960, 36) + strip + mark(-40, -120, c, 110) + path("M-180 90H100M-140 130H60", "none", stroke=mix(GOLD, "#fff2cf", .2), stroke_width="6"), "flat": True, "width": 760, "height": 980, "focus": (60, -120), "zoom": 1.9}


def notebook(s, c, style) -> dict:
    pages = rect(-352, -520, 740, 1040, "#f4ecdc", rx="8") + "".join(line(372 + i * 3, -510, 372 + i * 3, 510, "#cfc3ab", 1.4) for i in range(5))
    ribbon = path("M120 500L116 640L140 616L164 646L160 500Z", "#a4161a" if c != "#6d1f2e" else "#c9a24b")
    band = rect(250, -540, 36, 1080, dark(c, .35))
    return {"body": ribbon + pages + slab(s, c, style, 740, 1080, 30, -16) + path("M-300 -540V540", "none", stroke=dark(c, .5), stroke_width="7", stroke_opacity=".5") + path("M-290 -540V540", "none", stroke=light(c, .5), stroke_width="2.5", stroke_opacity=".5") + band + mark(-30, -160, c, 90) + tube(s, "M368 -230H420V120H368", c, 26, False), "flat": True, "width": 780, "height": 1120, "focus": (60, -160), "zoom": 1.9}


def keyring(s, c, style) -> dict:
    loop = path("M-90 -330C-130 -60 -120 160 -84 380Q0 470 84 380C120 160 130 -60 90 -330Z", hide(s, c)) + edge("M-90 -330C-130 -60 -120 160 -84 380Q0 470 84 380C120 160 130 -60 90 -330Z", c, 5) + stitch("M-66 -322C-100 -60 -94 150 -62 366Q0 430 62 366C94 150 100 -60 66 -322", c, 4)
    top = ring(s, 0, -470, 150, 24) + rect(-100, -360, 200, 56, metal(s), rx="14", stroke=dark(GOLD, .5), stroke_width="3")
    if style == "halo":
        charm_ = clasp(s, 0, 150, 100)
    else:
        charm_ = group(path("M-34 -120H34V-84H26C60 -40 108 60 112 150H-112C-108 60 -60 -40 -26 -84H-34Z", metal(s), stroke=dark(GOLD, .5), stroke_width="4"), path("M-72 124C-66 50 -34 -30 -8 -70H8C34 -30 66 50 72 124Z", hide(s, c)), rect(-122, 146, 244, 46, metal(s), rx="10", stroke=dark(GOLD, .5), stroke_width="4"), transform="translate(0 150)")
    return {"body": group(top, loop, charm_, transform="rotate(14)"), "flat": True, "width": 560, "height": 1150, "focus": (-40, 150), "zoom": 2.0}


def charm(s, c, style) -> dict:
    horse = "M-150 380L-190 60C-230 -20 -220 -140 -130 -190L-60 -230C-20 -330 60 -400 150 -420L170 -470L210 -410C270 -380 320 -300 360 -210C376 -170 350 -140 310 -150L220 -176C190 -120 200 -60 226 0C250 60 236 120 210 160L230 380H150L120 190C60 220 -40 220 -90 190L-80 380Z"
    folds = path("M150 -420L60 -230L220 -176M60 -230L-60 -230M60 -230L10 40L226 0M10 40L-190 60M10 40L120 190M10 40L-90 190", "none", stroke=dark(c, .45), stroke_width="5", stroke_opacity=".8") + polygon([(150, -420), (60, -230), (220, -176), (310, -150), (360, -210)], light(c, .35), fill_opacity=".35") + polygon([(60, -230), (10, 40), (226, 0), (200, -90), (220, -176)], "#000", fill_opacity=".12") + polygon([(-60, -230), (60, -230), (10, 40), (-190, 60), (-220, -80), (-130, -190)], light(c, .4), fill_opacity=".22")
    mane = path("M140 -420C60 -390 0 -300 -40 -220", "none", stroke=dark(c, .35), stroke_width="34", stroke_dasharray="20 7")
    tail = path("M-150 -150C-260 -120 -300 60 -270 240", "none", stroke=dark(c, .3), stroke_width="26", stroke_linecap="round")
    hang = tube(s, "M0 -230C-40 -420 -30 -520 20 -600", mix(c, "#3a2418", .3), 18, False) + ring(s, 26, -650, 60, 16)
    return {"body": tail + path(horse, hide(s, c)) + folds + mane + edge(horse, c, 5) + circle(246, -290, 12, "#1c1410") + path("M312 -160C270 -190 240 -230 200 -236", "none", stroke=GOLD, stroke_width="9") + hang + clasp(s, 20, -120, 34), "flat": True, "width": 760, "height": 1150, "focus": (140, -220), "zoom": 2.0}


def glassescase(s, c, style) -> dict:
    w, h = 1120, 460
    body = f"M{-w / 2 + 150} -{h / 2}H{w / 2 - 150}C{w / 2 - 20} -{h / 2} {w / 2} -100 {w / 2} 0C{w / 2} 100 {w / 2 - 20} {h / 2} {w / 2 - 150} {h / 2}H{-w / 2 + 150}C{-w / 2 + 20} {h / 2} {-w / 2} 100 {-w / 2} 0C{-w / 2} -100 {-w / 2 + 20} -{h / 2} {-w / 2 + 150} -{h / 2}Z"
    seam = path(f"M{-w / 2} 20Q0 -26 {w / 2} 20", "none", stroke=dark(c, .6), stroke_width="9") + path(f"M{-w / 2 + 4} 28Q0 -17 {w / 2 - 4} 28", "none", stroke=light(c, .5), stroke_width="3", stroke_opacity=".6")
    return {"body": panel(s, body, body, c, style, (-w / 2, -h / 2, w, h)) + path(body, s.lin([(0, "#fff", .28), (.3, "#fff", 0), (.7, "#000", 0), (1, "#000", .3)])) + seam + stitch(f"M{-w / 2 + 40} -10Q0 -54 {w / 2 - 40} -10M{-w / 2 + 40} 52Q0 8 {w / 2 - 40} 52", c, 3.4) + path("M-70 -30Q0 -36 70 -30L56 96Q0 120 -56 96Z", hide(s, c)) + stitch("M-52 -22L-42 84Q0 102 42 84L52 -22", c, 3) + clasp(s, 0, 62, 30), "flat": True, "width": w, "height": h, "focus": (20, 10), "zoom": 2.1}


def pencase(s, c, style) -> dict:
    out = ""
    for i, x in enumerate((-190, 0, 190)):
        out += rect(x - 84, -520, 168, 560, across(s, ("#26221f", "#6d1f2e", "#28483b")[i]), rx="84") + rect(x - 84, -300, 168, 18, metal(s)) + path(f"M{x + 30} -486V-330", "none", stroke=GOLD, stroke_width="18", stroke_linecap="round")
    flutes = "".join(trap(x, -200, 190, 190, 720, 70, 0, 10) + "" for x in (-190, 0, 190))
    body = slab(s, c, style, 620, 760, 60, 0, 150) + "".join(path(trap(x, -220, 182, 182, 716, 70, 0, 10), s.lin([(0, "#000", .3), (.25, "#fff", .2), (.55, "#fff", 0), (1, "#000", .34)], 0, 0, 1, 0)) for x in (-190, 0, 190))
    return {"body": out + body + stitch("M-95 -200V500M95 -200V500", c, 3.4) + mark(0, 420, c), "flat": True, "width": 660, "height": 1080, "focus": (0, -200), "zoom": 1.9}


def phone(s, c, style) -> dict:
    strap = tube(s, "M-250 -480C-560 -300 -520 420 -360 560C-200 660 380 620 440 300C480 60 440 -300 250 -480", c, 24)
    return {"body": strap + slab(s, c, style, 560, 1000, 60) + path("M-280 -500H280V-200Q280 -150 230 -150H-230Q-280 -150 -280 -200Z", "#160c06", fill_opacity=".25", transform="translate(0 14)") + panel(s, "M-284 -440Q-284 -506 -220 -506H220Q284 -506 284 -440V-210Q280 -150 220 -150H60Q30 -90 0 -90Q-30 -90 -60 -150H-220Q-280 -150 -284 -210Z", "M-260 -440Q-260 -482 -216 -482H216Q260 -482 260 -440V-212Q256 -174 216 -174H46Q24 -116 0 -116Q-24 -116 -46 -174H-216Q-256 -174 -260 -212Z", c, style, (-284, -506, 568, 416)) + clasp(s, 0, -160, 40) + "".join(ring(s, x, -486, 30, 11) for x in (-250, 250)), "flat": True, "width": 1000, "height": 1180, "focus": (0, -240), "zoom": 2.0}


def pouch(s, c, style) -> dict:
    w, h = 1060, 720
    body = trap(0, -h / 2, w - 60, w, h, 70, 0, 40)
    return {"body": panel(s, body, trap(0, -h / 2, w - 60, w, h, 70, 24, 40), c, style, (-w / 2, -h / 2, w, h)) + sheen(s, body, .15) + zipper(s, -470, 470, -290, c) + tube(s, "M-500 -270C-640 -200 -640 60 -500 40", c, 26) + mark(0, 60, c, 60), "flat": True, "width": w + 60, "height": h, "focus": (330, -200), "zoom": 2.0}


def tag(s, c, style) -> dict:
    body = "M-230 -260L-120 -420H120L230 -260V420Q230 470 180 470H-180Q-230 470 -230 420Z"
    inner = "M-204 -250L-108 -392H108L204 -250V414Q204 444 174 444H-174Q-204 444 -204 414Z"
    strap = tube(s, "M0 -360C-120 -640 -40 -760 60 -740C180 -716 120 -520 4 -360", c, 44)
    window = rect(-150, -80, 300, 400, dark(c, .4), rx="20") + rect(-138, -68, 276, 376, "#f3ecdd", rx="14") + path("M-96 20H96M-96 80H96M-96 140H40", "none", stroke="#8c7f6d", stroke_width="6")
    return {"body": group(strap, panel(s, body, inner, c, style, (-230, -420, 460, 890)), sheen(s, body), window, ellipse(0, -340, 46, 22, dark(c, .7)), strap_buckle(s, 96, -600, 84, 66, GOLD, 70), mark(0, -180, c, 44), transform="rotate(-9)"), "flat": True, "width": 640, "height": 1240, "focus": (0, -150), "zoom": 1.9}


def blotter(s, c, style) -> dict:
    paper = rect(-540, -370, 1080, 740, "#f3ecdd") + rect(-540, -370, 1080, 740, s.lin([(0, "#fff", .5), (1, "#b9a98a", .25)], 0, 0, 1, 1))
    corner = "".join(group(path("M0 0H230L0 230Z", hide(s, c)) + stitch("M210 14L14 210", c, 3.6) + path("M230 0L0 230", "none", stroke=dark(c, .5), stroke_width="6"), transform=f"translate({x * 600} {y * 430}) scale({-x} {-y})") for x in (-1, 1) for y in (-1, 1))
    pen = group(rect(-16, -300, 32, 600, across(s, "#26221f"), rx="16"), rect(-17, -60, 34, 22, metal(s)), path("M-10 300L0 350L10 300Z", GOLD), transform="translate(180 30) rotate(52)")
    return {"body": slab(s, c, style, 1200, 860, 24) + paper + corner + line(-300, -150, 40, -150, "#8c7f6d", 4) + path("M-300 -90Q-200 -110 -120 -90T60 -92T200 -90", "none", stroke="#4b3f6b", stroke_width="5") + path("M-300 -30Q-180 -50 -100 -30T80 -34", "none", stroke="#4b3f6b", stroke_width="5") + pen, "flat": True, "width": 1200, "height": 860, "focus": (-440, -290), "zoom": 2.0}
