"""Bottles, candles and phials."""

from __future__ import annotations

from .leather import GOLD, metal
from .svg import Svg, circle, dark, ellipse, emblem, group, lettering, light, line, mix, path, polygon, rect
from .table import Colour, Product

CAPS = {"gold": GOLD, "black": "#26221f", "wood": "#a9794b", "night": "#2b345c"}
WORDS = {"eau-des-glycines": "GLYCINES", "cuir-de-sellier": "CUIR", "figuier-blanc": "FIGUIER", "neroli-de-menton": "NEROLI", "iris-poudre": "IRIS",
         "vetiver-de-pluie": "VETIVER", "rose-de-mai": "ROSE", "ambre-gris": "AMBRE", "the-de-quatre-heures": "THE", "bougie-orangerie": "ORANGERIE",
         "bougie-sellerie": "SELLERIE", "bougie-serre": "LA SERRE", "nocturne-parfum": "NOCTURNE"}


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    juice = "#3c4f95" if product.style == "night" else colour.hexes[0]
    return SHAPES[product.shape](s, juice, CAPS[product.style], WORDS.get(product.handle, ""), product.style)


def cap_paint(s: Svg, c: str) -> str:
    if c == GOLD:
        return s.lin([(0, dark(c, .4)), (.14, light(c, .75)), (.34, c), (.52, dark(c, .25)), (.7, light(c, .55)), (.86, c), (1, dark(c, .45))], 0, 0, 1, 0)
    return s.lin([(0, dark(c, .4)), (.18, light(c, .45)), (.36, light(c, .1)), (.7, c), (1, dark(c, .5))], 0, 0, 1, 0)


def glass(s: Svg, outer: str, inner: str, juice: str, level: str, box) -> str:
    """Thick glass with scent in it: rim, refraction at the sides, liquid, highlights."""
    x, y, w, h = box
    walls = s.lin([(0, "#8f9a99", .55), (.05, "#ffffff", .75), (.12, "#c9d2d1", .4), (.5, "#ffffff", .25), (.88, "#b9c3c2", .45), (.95, "#ffffff", .8), (1, "#7f8a8a", .6)], 0, 0, 1, 0)
    liquid = s.lin([(0, dark(juice, .22), .92), (.16, light(juice, .42), .9), (.45, light(juice, .2), .85), (.8, juice, .9), (1, dark(juice, .34), .95)], 0, 0, 1, 0)
    depth = s.lin([(0, "#fff", .28), (.2, "#fff", 0), (.75, dark(juice, .5), 0), (1, dark(juice, .5), .4)])
    clip = s.clip(path(inner, "#000"))
    return (path(outer, "#f7f8f5", fill_opacity=".6") + path(outer, walls) + path(inner, "#fdfdfb", fill_opacity=".5") + group(path(level, liquid), path(level, depth), clip_path=clip)
            + path(inner, "none", stroke="#ffffff", stroke_width="5", stroke_opacity=".75") + path(inner, "none", stroke=dark(juice, .45), stroke_width="2", stroke_opacity=".4")
            + path(outer, "none", stroke="#6e7777", stroke_width="3", stroke_opacity=".55")
            + rect(x + w * .065, y + h * .06, w * .035, h * .86, "#ffffff", rx="9", fill_opacity=".75") + rect(x + w * .125, y + h * .1, w * .014, h * .7, "#ffffff", rx="4", fill_opacity=".55"))


def caustic(s: Svg, juice: str, w: float) -> str:
    """Coloured light thrown through the bottle on to the table."""
    return ellipse(w * .5, 26, w * .82, 52, s.rad([(0, light(juice, .3), .6), (.6, juice, .26), (1, juice, 0)]))


def label(s: Svg, cx: float, cy: float, w: float, h: float, word: str, night: bool = False) -> str:
    ink, paper = ("#e9d9a8", "#141a38") if night else ("#3a2f27", "#fbf7ee")
    k = min(1, w / h / 1.12)
    return (rect(cx - w / 2 + 3, cy - h / 2 + 5, w, h, "#2a1f18", fill_opacity=".18", rx="4") + rect(cx - w / 2, cy - h / 2, w, h, paper, rx="4") + rect(cx - w / 2 + 10, cy - h / 2 + 10, w - 20, h - 20, "none", stroke=GOLD, stroke_width="2.5", rx="2")
            + emblem(cx, cy - h * .24, h * .12, GOLD, h * .015) + lettering("AURELLE", cx, cy - h * .02, h * .105 * k, ink, .85, 5) + line(cx - w * .12, cy + h * .17, cx + w * .12, cy + h * .17, GOLD, 2) + lettering(word, cx, cy + h * .24, h * .07 * k, ink, .8, 4.4))


def rr(x: float, y: float, w: float, h: float, r: float) -> str:
    return f"M{x + r} {y}H{x + w - r}Q{x + w} {y} {x + w} {y + r}V{y + h - r}Q{x + w} {y + h} {x + w - r} {y + h}H{x + r}Q{x} {y + h} {x} {y + h - r}V{y + r}Q{x} {y} {x + r} {y}Z"


def rectangular(s, juice, cap, word, style, w=640, h=800, capw=230, caph=210) -> dict:
    outer, inner = rr(-w / 2, -h, w, h, 34), rr(-w / 2 + 44, -h + 42, w - 88, h - 118, 20)
    level = f"M{-w} {-h + 120}H{w}V0H{-w}Z"
    collar = rect(-74, -h - 56, 148, 60, cap_paint(s, GOLD), rx="6")
    top = rect(-capw / 2, -h - 52 - caph, capw, caph, cap_paint(s, cap), rx="12") + rect(-capw / 2, -h - 52 - caph, capw, 18, light(cap, .45), rx="9", fill_opacity=".55")
    top += emblem(0, -h - 52 - caph * .5, 42, light(cap, .5) if cap != GOLD else dark(GOLD, .4), 4)
    if cap == CAPS["wood"]:
        top += path("".join(f"M{-capw / 2 + 14 + i * 24} {-h - 50 - caph + 14}q{6 - i % 3 * 6} {caph * .4:.0f} 0 {caph - 26:.0f}" for i in range(9)), "none", stroke=dark(cap, .35), stroke_width="3", stroke_opacity=".4")
    tube = line(0, -h + 50, -18, -110, "#ffffff", 9, stroke_opacity=".45")
    return {"body": caustic(s, juice, w * .7) + collar + glass(s, outer, inner, juice, level, (-w / 2, -h, w, h)) + tube + label(s, 0, -h * .42, w * .58, h * (.37 if w > 500 else .3), word, style == "night") + top,
            "width": w, "height": h + caph + 60, "focus": (0, -h * .52), "zoom": 2.1}


def tall(s, juice, cap, word, style) -> dict:
    return rectangular(s, juice, cap, word, style, 430, 1000, 214, 190)


def globe(s, juice, cap, word, style) -> dict:
    r = 390
    outer = f"M-110 {-2 * r + 26}C-280 {-2 * r + 50} {-r} {-1.5 * r} {-r} {-r}C{-r} {-r * .42} {-r * .72} 0 {-r * .42} 0H{r * .42}C{r * .72} 0 {r} {-r * .42} {r} {-r}C{r} {-1.5 * r} 280 {-2 * r + 50} 110 {-2 * r + 26}Z"
    k = r - 46
    inner = f"M-84 {-2 * r + 70}C-230 {-2 * r + 96} {-k} {-1.46 * r} {-k} {-r}C{-k} {-r * .48} {-k * .72} -70 {-k * .44} -70H{k * .44}C{k * .72} -70 {k} {-r * .48} {k} {-r}C{k} {-1.46 * r} 230 {-2 * r + 96} 84 {-2 * r + 70}Z"
    ball = circle(0, -2 * r - 130, 128, s.rad([(0, light(cap, .75)), (.4, light(cap, .15)), (.8, cap), (1, dark(cap, .5))], .34, .28, .85)) + ellipse(-42, -2 * r - 180, 34, 22, "#fff", fill_opacity=".55", transform=f"rotate(-30 -42 {-2 * r - 180})")
    collar = rect(-84, -2 * r - 30, 168, 66, cap_paint(s, GOLD), rx="8")
    return {"body": caustic(s, juice, 520) + glass(s, outer, inner, juice, f"M-500 {-1.52 * r}H500V0H-500Z", (-r + 30, -1.55 * r, 2 * r - 60, 1.1 * r)) + label(s, 0, -r * .98, 350, 300, word) + collar + ball,
            "width": 2 * r, "height": 2 * r + 260, "focus": (0, -r * 1.2), "zoom": 2.1}


def flacon(s, juice, cap, word, style) -> dict:
    outer = "M-86 -800H86V-740C86 -690 330 -690 350 -600L390 -110Q396 0 290 0H-290Q-396 0 -390 -110L-350 -600C-330 -690 -86 -690 -86 -740Z"
    inner = "M-50 -770H50V-716C60 -660 290 -650 304 -580L338 -140Q342 -74 270 -74H-270Q-342 -74 -338 -140L-304 -580C-290 -650 -60 -660 -50 -716Z"
    cuts = "".join(line(x * .86, -640, x, -20, "#ffffff", 4, stroke_opacity=".5") + line(x * .86 + 7, -640, x + 8, -20, "#55605f", 2, stroke_opacity=".3") for x in (-310, -240, 240, 310))
    stop = polygon([(-70, -1130), (70, -1130), (140, -1010), (92, -830), (-92, -830), (-140, -1010)], s.lin([(0, light(cap, .85), .95), (.4, light(cap, .3), .9), (.7, cap, .95), (1, dark(cap, .4))], 0, 0, 1, 1), stroke=dark(cap, .3), stroke_width="3")
    stop += polygon([(-70, -1130), (70, -1130), (46, -1010), (-46, -1010)], "#fff", fill_opacity=".4") + polygon([(-46, -1010), (46, -1010), (92, -830), (-92, -830)], "#fff", fill_opacity=".14") + polygon([(70, -1130), (140, -1010), (46, -1010)], "#000", fill_opacity=".12") + polygon([(140, -1010), (92, -830), (46, -1010)], "#000", fill_opacity=".2")
    collar = rect(-96, -832, 192, 44, cap_paint(s, GOLD), rx="6")
    return {"body": caustic(s, juice, 540) + glass(s, outer, inner, juice, "M-500 -540H500V0H-500Z", (-360, -600, 720, 560)) + cuts + label(s, 0, -330, 320, 270, word, style == "night") + collar + stop,
            "width": 780, "height": 1140, "focus": (0, -560), "zoom": 2.0}


def facet(s, juice, cap, word, style) -> dict:
    outer = "M-250 -800L-350 -690V-110L-250 0H250L350 -110V-690L250 -800Z"
    inner = "M-226 -744L-300 -664V-150L-226 -74H226L300 -150V-664L226 -744Z"
    planes = polygon([(-250, -800), (-350, -690), (-350, -110), (-250, 0), (-200, -110), (-200, -690)], "#fff", fill_opacity=".2") + polygon([(250, -800), (350, -690), (350, -110), (250, 0), (200, -110), (200, -690)], "#000", fill_opacity=".1") + polygon([(-250, -800), (250, -800), (200, -690), (-200, -690)], "#fff", fill_opacity=".3") + polygon([(-250, 0), (250, 0), (200, -110), (-200, -110)], "#000", fill_opacity=".12")
    lines = path("M-250 -800L-200 -690V-110L-250 0M250 -800L200 -690V-110L250 0M-200 -690H200M-200 -110H200M-350 -690L-200 -690M350 -690H200M-350 -110H-200M350 -110H200", "none", stroke="#ffffff", stroke_width="4", stroke_opacity=".55")
    top = rect(-120, -1000, 240, 170, cap_paint(s, cap), rx="6") + rect(-120, -1000, 240, 16, "#fff", fill_opacity=".3")
    top += "".join(line(x, -984, x, -838, "#ffffff" if cap != GOLD else dark(GOLD, .5), 2, stroke_opacity=".25") for x in range(-96, 97, 24))
    return {"body": caustic(s, juice, 480) + rect(-70, -840, 140, 50, cap_paint(s, GOLD), rx="5") + glass(s, outer, inner, juice, "M-500 -650H500V0H-500Z", (-330, -680, 660, 560)) + planes + lines + label(s, 0, -390, 320, 280, word) + top,
            "width": 700, "height": 1000, "focus": (0, -560), "zoom": 2.1}


def candle(s, juice, cap, word, style) -> dict:
    w, h = 700, 720
    outer, inner = rr(-w / 2, -h, w, h, 40), rr(-w / 2 + 22, -h + 10, w - 44, h - 50, 26)
    wax = mix(light(juice, .6), "#fffaf0", .3)
    level = f"M{-w} {-h + 190}H{w}V0H{-w}Z"
    glow = circle(0, -h + 60, 420, s.rad([(0, "#ffe2a0", .75), (.4, "#ffc766", .28), (1, "#ffb347", 0)]))
    flame = path(f"M0 {-h - 40}C52 {-h + 46} 56 {-h + 96} 0 {-h + 126}C-56 {-h + 96} -52 {-h + 46} 0 {-h - 40}Z", s.lin([(0, "#fff1b8"), (.5, "#ffc04d"), (1, "#e8792a")])) + path(f"M0 {-h + 30}C24 {-h + 80} 24 {-h + 108} 0 {-h + 122}C-24 {-h + 108} -24 {-h + 80} 0 {-h + 30}Z", "#fffbe6")
    pool = ellipse(0, -h + 190, w / 2 - 24, 34, s.rad([(0, "#fff3cf"), (.7, light(wax, .3)), (1, dark(wax, .14))])) + line(0, -h + 196, 2, -h + 112, "#2b211b", 8, stroke_linecap="round")
    rim = ellipse(0, -h + 14, w / 2 - 4, 40, "none", stroke="#ffffff", stroke_width="7", stroke_opacity=".8") + ellipse(0, -h + 14, w / 2, 44, "none", stroke="#7b8383", stroke_width="2", stroke_opacity=".5")
    return {"body": caustic(s, juice, 460) + glow + glass(s, outer, inner, wax, level, (-w / 2, -h + 160, w, h - 170)) + pool + flame + rim + label(s, 0, -h * .38, 340, 270, word) + path(f"M{-w / 2 + 6} -20Q0 24 {w / 2 - 6} -20", "none", stroke=metal(s, cap if cap != CAPS["black"] else GOLD), stroke_width="16"),
            "width": w, "height": h + 60, "focus": (0, -h + 120), "zoom": 1.9}


def phials(s, juice, cap, word, style) -> dict:
    out = [path("M-560 -170H560L600 0H-600Z", s.lin([(0, "#b07d4d"), (.5, "#8f5f36"), (1, "#6d4526")])), path("M-560 -170H560L572 -120H-572Z", "#5b3a20")]
    for i, tint in enumerate(("#cdb6d9", "#d08a3c", "#a9bf8a", "#e8d27a", "#e0a3a0", "#8fb0c4")):
        x = -450 + i * 180
        out.append(group(rect(-62, -600, 124, 480, "#f7f8f5", fill_opacity=".55", rx="20"), rect(-50, -500, 100, 376, s.lin([(0, dark(tint, .2)), (.25, light(tint, .45)), (.7, tint), (1, dark(tint, .35))], 0, 0, 1, 0), rx="14"), rect(-62, -600, 124, 480, "none", stroke="#6e7777", stroke_width="3", stroke_opacity=".5", rx="20"),
                         rect(-48, -580, 12, 440, "#fff", fill_opacity=".75", rx="6"), rect(-46, -720, 92, 130, cap_paint(s, GOLD), rx="10"), rect(-40, -400, 80, 130, "#fbf7ee", rx="3"), emblem(0, -340, 24, GOLD, 3), transform=f"translate({x} 0)"))
    out += [path("M-600 0L-572 -122H572L600 0Q600 10 590 10H-590Q-600 10 -600 0Z", s.lin([(0, "#c08d5a"), (1, "#7d5330")])), emblem(0, -56, 36, GOLD, 4)]
    return {"body": "".join(out), "width": 1180, "height": 720, "focus": (-90, -420), "zoom": 2.2}


SHAPES = {"rect": rectangular, "tall": tall, "round": globe, "flacon": flacon, "facet": facet, "candle": candle, "set": phials}
