"""Shoes in profile, toe to the right."""

from __future__ import annotations

from .leather import GOLD, across, edge, grain, hide, metal, ring, shade, stitch, strap_buckle, thread, tube
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, luminance, mix, path, polygon, rect
from .table import Colour, Product

SOLE = "#3a2718"


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    out = globals()[product.shape](s, c, product.style)
    out.setdefault("width", 1100)
    return out


def upper(s: Svg, shape: str, c: str, style: str) -> str:
    if style == "satin":
        paint = s.lin([(0, light(c, .6)), (.22, c), (.4, light(c, .5)), (.6, dark(c, .12)), (.8, light(c, .3)), (1, dark(c, .25))], 0, 0, 1, .7)
    elif style == "metal":
        paint = s.lin([(0, light(c, .8)), (.25, c), (.42, light(c, .65)), (.6, dark(c, .25)), (.8, light(c, .4)), (1, dark(c, .3))], 0, 0, 1, .6)
    else:
        paint = s.lin([(0, light(c, .3)), (.3, light(c, .1)), (.66, c), (1, dark(c, .34))], .2, 0, .6, 1)
    out = path(shape, paint)
    clip = s.clip(path(shape, "#000"))
    if style == "suede":
        nap = "".join(f"M{s.rng.uniform(-600, 600):.0f} {s.rng.uniform(-600, 0):.0f}l{s.rng.uniform(6, 14):.0f} {s.rng.uniform(-8, -2):.0f}" for _ in range(260))
        out += group(path(nap, "none", stroke=light(c, .5), stroke_width="2", stroke_opacity=".35"), clip_path=clip)
    elif style == "canvas":
        weave = "".join(f"M-600 {y}h1200" for y in range(-420, 0, 12)) + "".join(f"M{x} -420v420" for x in range(-600, 600, 12))
        out += group(path(weave, "none", stroke=dark(c, .4), stroke_width="1.5", stroke_opacity=".18"), clip_path=clip)
    elif style == "grain":
        out += grain(s, -600, -520, 1200, 520, c, clip, 100)
    return out + edge(shape, c, 4)


def gleam(shape: str, width: float = 26, strength: float = .3) -> str:
    return path(shape, "none", stroke="#fff", stroke_width=float(width), stroke_opacity=f"{strength}", stroke_linecap="round") + path(shape, "none", stroke="#fff", stroke_width=float(width * .3), stroke_opacity=f"{strength}", stroke_linecap="round")


def inside(s: Svg, shape: str, c: str = "#d9b48a") -> str:
    return path(shape, s.lin([(0, dark(c, .5)), (.6, dark(c, .15)), (1, light(c, .1))], 0, 0, .4, 1))


def pump(s, c, style) -> dict:
    heel = path("M-506 -300C-480 -230 -470 -120 -478 0H-436C-424 -130 -392 -210 -330 -262Z", across(s, c)) + path("M-480 -10H-434V0H-480Z", "#1d1613")
    sole = path("M-480 -262C-380 -262 -240 -220 -120 -130C20 -30 160 -6 320 -4C420 -2 520 -8 560 -18C520 6 420 14 300 12C140 10 0 -6 -140 -106C-250 -186 -360 -238 -480 -240Z", SOLE)
    lining = inside(s, "M-500 -560C-440 -540 -330 -400 -180 -300C-60 -222 60 -190 180 -196C140 -150 -40 -150 -180 -230C-320 -310 -440 -420 -500 -560Z")
    up = "M-520 -300C-546 -400 -540 -500 -506 -566C-470 -480 -360 -366 -220 -284C-90 -206 60 -170 190 -196C280 -180 440 -100 566 -22C520 4 420 6 300 2C150 -2 10 -20 -126 -118C-240 -200 -360 -254 -480 -258C-504 -262 -516 -280 -520 -300Z"
    line_ = "M-502 -552C-462 -470 -352 -356 -216 -274C-90 -198 50 -162 176 -184"
    return {"body": heel + sole + lining + upper(s, up, c, style) + path(line_, "none", stroke=light(c, .5), stroke_width="5", stroke_opacity=".7") + gleam("M230 -150C330 -116 410 -76 470 -40", 22, .22) + gleam("M-500 -440C-506 -390 -500 -340 -490 -310", 14, .2), "height": 580, "focus": (200, -140), "zoom": 2.0}


def _low(s, c, style, sole_paint=SOLE, heel=46, topline="") -> str:
    return (path(f"M-540 -{heel + 24}H-300V0H-540Q-546 -30 -540 -{heel + 24}Z", s.lin([(0, light(SOLE, .12)), (1, dark(SOLE, .4))]))
            + "".join(line(-540, -y, -300, -y, light(SOLE, .25), 1.6, stroke_opacity=".4") for y in range(12, heel + 20, 13))
            + path(f"M-552 -{heel + 40}H-300C-180 -{heel + 36} -120 -30 0 -26H560Q596 -30 590 -10Q586 0 560 0H-20C-150 0 -180 -{heel + 8} -300 -{heel + 12}H-552Z", sole_paint)
            + path(f"M-548 -{heel + 36}H-300C-180 -{heel + 32} -120 -27 0 -23H570", "none", stroke=light("#8a6238", .3), stroke_width="3", stroke_dasharray="9 6"))


def loafer(s, c, style) -> dict:
    up = "M-556 -92C-576 -210 -560 -300 -520 -352C-470 -340 -400 -330 -340 -322C-220 -306 -140 -330 -60 -350C60 -340 120 -300 220 -262C360 -222 520 -170 584 -80Q596 -36 560 -26H0C-120 -30 -180 -84 -300 -88H-552Z"
    apron = "M-80 -338C40 -318 120 -262 220 -238C330 -214 440 -196 500 -150C470 -120 360 -140 250 -160C130 -180 20 -200 -60 -250Z"
    lining = inside(s, "M-520 -352C-400 -318 -200 -300 -60 -350C-120 -270 -300 -270 -400 -290C-460 -300 -500 -320 -520 -352Z")
    saddle_ = path("M-70 -352C10 -342 80 -310 150 -280L80 -70C20 -66 -60 -60 -110 -72Z", hide(s, c)) + edge("M-70 -352C10 -342 80 -310 150 -280L80 -70C20 -66 -60 -60 -110 -72Z", c, 3)
    bit = ""
    if style == "bit":
        bit = tube(s, "M-24 -262Q40 -250 96 -226", GOLD, 17, False) + ring(s, -34, -264, 27, 11) + ring(s, 108, -220, 27, 11)
    else:
        bit = path("M-20 -268L84 -236L66 -204L-34 -236Z", dark(c, .5))
    return {"body": lining + _low(s, c, style) + upper(s, up, c, "smooth") + saddle_ + path(apron, hide(s, light(c, .04))) + "".join(line(-60 + i * 23, -250 + i * 5.2 + (0 if i < 14 else (i - 14) * -2), -66 + i * 23, -268 + i * 5 , dark(c, .4), 4) for i in range(5, 24)) + saddle_ + bit + gleam("M320 -196C400 -180 460 -160 500 -130", 24, .2) + gleam("M-530 -300C-540 -240 -536 -180 -528 -130", 14, .16) + stitch("M-330 -310C-320 -220 -330 -150 -340 -104", c, 3), "height": 380, "focus": (90, -200), "zoom": 2.1}


def flat(s, c, style) -> dict:
    up = "M-560 -40C-584 -140 -572 -240 -534 -280C-500 -236 -380 -180 -220 -160C-60 -140 60 -176 160 -222C300 -200 470 -130 584 -46Q592 -18 560 -14H-540Q-556 -18 -560 -40Z"
    lining = inside(s, "M-534 -280C-440 -260 -60 -210 160 -222C100 -160 -60 -120 -220 -136C-380 -154 -500 -214 -534 -280Z", "#e6cba8")
    bow = path("M170 -232C120 -296 60 -290 66 -246C70 -216 130 -212 170 -228C220 -268 280 -262 272 -220C266 -192 210 -200 170 -228Z", upper_bow(s, c)) + path("M164 -226C150 -190 120 -170 96 -162M178 -226C200 -196 226 -180 250 -172", "none", stroke=c, stroke_width="13", stroke_linecap="round") + ellipse(171, -230, 19, 15, hide(s, c), stroke=dark(c, .4), stroke_width="3")
    return {"body": lining + path("M-552 -22H566Q584 -20 576 -6Q570 4 550 4H-540Q-556 4 -552 -22Z", SOLE) + upper(s, up, c, "metal" if style == "metal" else "smooth") + tube(s, "M-532 -274C-496 -230 -380 -172 -220 -152C-60 -134 60 -168 160 -216", dark(c, .12), 15, False) + bow + gleam("M300 -160C400 -124 470 -88 520 -54", 22, .24), "height": 320, "focus": (180, -180), "zoom": 2.2}


def upper_bow(s: Svg, c: str) -> str:
    return s.lin([(0, light(c, .3)), (.5, dark(c, .18)), (1, light(c, .12))], 0, 0, 1, .3)


def sandal(s, c, style) -> dict:
    cord = path("M-560 -60Q-580 -10 -540 0H540Q590 -10 566 -54C420 -70 100 -46 -100 -64C-280 -80 -440 -80 -560 -60Z", "#c9a36c") + path("".join(f"M{x} -2L{x + 26} -58" for x in range(-550, 550, 24)), "none", stroke="#8d683a", stroke_width="5", stroke_opacity=".6")
    foot = path("M-568 -62C-440 -92 -280 -88 -100 -74C100 -58 420 -84 574 -56C580 -72 560 -84 540 -86C400 -104 100 -80 -100 -96C-280 -110 -440 -112 -556 -86Z", hide(s, "#b98a5a"))
    straps = "".join(path(d_, hide(s, c)) + edge(d_, c, 4) for d_ in ("M80 -74C100 -190 180 -250 260 -240C350 -228 400 -160 416 -78L360 -76C340 -150 300 -186 252 -190C200 -190 160 -150 150 -72Z", "M210 -80C200 -180 110 -240 10 -210C-60 -186 -90 -130 -96 -80L-44 -78C-30 -130 -6 -158 30 -168C90 -178 140 -140 150 -76Z"))
    ankle = path("M-530 -80C-556 -220 -520 -320 -400 -330C-290 -336 -240 -250 -236 -92L-284 -92C-290 -210 -330 -284 -400 -282C-470 -276 -496 -200 -478 -86Z", hide(s, c)) + edge("M-530 -80C-556 -220 -520 -320 -400 -330C-290 -336 -240 -250 -236 -92L-284 -92C-290 -210 -330 -284 -400 -282C-470 -276 -496 -200 -478 -86Z", c, 4)
    return {"body": cord + ankle + foot + straps + strap_buckle(s, -282, -246, 56, 44, GOLD, 60) + gleam("M200 -214Q250 -232 300 -206", 10, .35), "height": 350, "focus": (160, -150), "zoom": 2.1}


def heelsandal(s, c, style) -> dict:
    heel = path("M-490 -372C-470 -260 -462 -120 -464 0H-430C-420 -140 -400 -250 -350 -330Z", across(s, c))
    sole = path("M-510 -372C-400 -372 -260 -300 -130 -190C20 -64 160 -24 320 -20C440 -18 540 -24 572 -34C560 -4 440 6 300 4C140 2 0 -30 -150 -160C-260 -252 -380 -326 -500 -334Z", SOLE) + path("M-516 -380C-400 -388 -260 -316 -124 -204C20 -84 160 -44 320 -38C440 -36 540 -36 576 -40", "none", stroke="#c9a27a", stroke_width="17", stroke_linecap="round")
    bands = "".join(tube(s, d_, c, w, False) for d_, w in (("M280 -34C300 -170 420 -200 470 -36", 26), ("M170 -52C200 -190 330 -210 380 -36", 24), ("M-500 -390C-540 -560 -470 -690 -370 -680C-290 -672 -290 -560 -400 -540C-460 -532 -520 -480 -512 -390", 24), ("M-384 -540C-280 -400 -120 -260 60 -130", 20)))
    return {"body": heel + bands + sole + strap_buckle(s, -300, -620, 50, 40, GOLD, 70), "height": 700, "focus": (280, -130), "zoom": 2.0}


def _boot(s, c, style, height) -> tuple[str, str]:
    up = f"M-540 -90C-560 -200 -530 -300 -500 -360C-480 -420 -478 -{height - 60} -476 -{height}Q-290 -{height + 26} -116 -{height - 4}C-120 -{height - 90} -130 -450 -90 -370C0 -300 160 -290 300 -250C440 -210 560 -160 584 -80Q596 -36 560 -26H0C-120 -30 -180 -84 -300 -88H-538Z"
    top = path(f"M-476 -{height}Q-290 -{height + 26} -116 -{height - 4}Q-290 -{height - 46} -476 -{height}Z", s.lin([(0, "#5a3d26"), (1, "#c29364")]))
    return up, top


def chelsea(s, c, style) -> dict:
    up, top = _boot(s, c, style, 640)
    elastic = path("M-340 -628L-226 -626C-230 -540 -260 -400 -300 -330C-340 -400 -350 -540 -340 -628Z", dark(c, .35)) + path("".join(f"M{x} -626L{-300 + (x + 290) * .25:.0f} -350" for x in range(-332, -228, 13)), "none", stroke=light(c, .25), stroke_width="3", stroke_opacity=".5")
    tab = path("M-496 -690H-440V-560H-486Z", hide(s, dark(c, .2))) + stitch("M-484 -680V-570", c, 3)
    return {"body": tab + _low(s, c, style, SOLE, 66) + upper(s, up, c, "smooth") + top + elastic + stitch("M-218 -622C-222 -520 -250 -390 -300 -316C-350 -390 -362 -540 -352 -622", c, 3) + gleam("M200 -240C340 -220 460 -180 520 -120", 26, .2) + gleam("M-440 -560C-450 -460 -470 -400 -490 -330", 20, .12), "height": 700, "focus": (-250, -430), "zoom": 1.9}


def laceboot(s, c, style) -> dict:
    up, top = _boot(s, c, style, 680)
    facing = path("M-250 -676L-118 -680C-124 -560 -130 -450 -92 -372C-60 -340 10 -320 60 -310C40 -250 0 -230 -60 -240C-180 -280 -250 -420 -250 -676Z", hide(s, dark(c, .06))) + stitch("M-238 -670C-238 -430 -170 -300 -58 -256C-10 -248 24 -262 44 -296", c, 3)
    eyes = [(-160, -640), (-160, -570), (-158, -500), (-148, -432), (-118, -370), (-60, -320)]
    laces = "".join(line(x - 4, y, x + 62, y + 18, "#4b3524", 13, stroke_linecap="round") for x, y in eyes) + "".join(line(x, y + 6, x + 60, y - 40, "#6b4d33", 11, stroke_linecap="round") for x, y in eyes[1:]) + "".join(circle(x, y, 11, metal(s)) + circle(x, y, 5, "#221810") for x, y in eyes)
    cap = stitch("M300 -246C280 -180 290 -110 330 -34", c, 3.4) + stitch("M316 -242C296 -180 306 -110 346 -34", c, 3.4)
    bow = path("M-100 -650C-20 -720 60 -700 40 -640C20 -590 -60 -610 -100 -640C-130 -560 -90 -520 -70 -500", "none", stroke="#5a3f29", stroke_width="11", stroke_linecap="round")
    lug = path("".join(f"M{x} 0v-18h26v18Z" for x in range(-10, 560, 46)), "#1f1611")
    return {"body": _low(s, c, style, "#2a1d14", 66) + lug + upper(s, up, c, "grain") + top + facing + laces + bow + cap + gleam("M360 -210C440 -186 500 -150 530 -110", 22, .18), "height": 740, "focus": (-90, -470), "zoom": 1.9}


def riding(s, c, style) -> dict:
    h = 1500
    up = f"M-500 -90C-520 -220 -490 -330 -470 -420C-440 -640 -500 -1100 -486 -{h - 20}Q-280 -{h + 40} -40 -{h - 40}C-50 -1100 -110 -640 -90 -420C-20 -320 160 -300 300 -256C440 -214 540 -160 564 -80Q576 -36 540 -26H0C-120 -30 -180 -84 -300 -88H-498Z"
    top = path(f"M-486 -{h - 20}Q-280 -{h + 40} -40 -{h - 40}Q-270 -{h - 60} -486 -{h - 20}Z", s.lin([(0, "#5a3d26"), (1, "#c29364")]))
    cuff = path(f"M-488 -{h - 20}Q-280 -{h + 40} -40 -{h - 40}L-50 -{h - 200}Q-280 -{h - 136} -492 -{h - 180}Z", hide(s, light(c, .1))) + stitch(f"M-490 -{h - 168}Q-280 -{h - 124} -52 -{h - 186}", c, 3.4)
    strap = path("M-470 -420C-360 -370 -200 -370 -92 -424L-84 -372C-200 -316 -370 -316 -476 -366Z", hide(s, c)) + edge("M-470 -420C-360 -370 -200 -370 -92 -424L-84 -372C-200 -316 -370 -316 -476 -366Z", c, 3) + strap_buckle(s, -250, -352, 62, 70)
    seam = stitch(f"M-300 -{h - 140}C-290 -1000 -320 -640 -300 -400", c, 3)
    return {"body": group(_low(s, c, style, SOLE, 62), transform="translate(-20 0) scale(.98 1)") + upper(s, up, c, "smooth") + top + cuff + seam + strap + gleam("M-410 -1240C-400 -1000 -420 -760 -410 -540", 34, .16) + gleam("M200 -244C340 -216 450 -176 500 -120", 24, .2), "width": 1060, "height": 1540, "focus": (-240, -420), "zoom": 1.8}


def sneaker(s, c, style) -> dict:
    rubber = "M-566 -110C-580 -40 -570 -6 -530 0H540C596 -4 606 -50 590 -96C500 -120 200 -100 0 -102C-200 -104 -400 -120 -566 -110Z"
    up = "M-556 -112C-572 -230 -556 -330 -524 -392C-470 -400 -400 -392 -340 -376C-250 -352 -160 -372 -70 -400C-40 -380 60 -320 170 -270C320 -230 520 -210 590 -104C500 -90 200 -86 0 -88C-200 -90 -400 -100 -556 -112Z"
    lining = inside(s, "M-524 -392C-420 -372 -200 -340 -70 -400C-120 -440 -200 -452 -300 -440C-400 -432 -480 -420 -524 -392Z")
    tongue = path("M-90 -396C-110 -450 -80 -480 -30 -466C10 -440 90 -360 160 -300L60 -290Z", hide(s, light(c, .1)))
    tab = path("M-558 -250C-560 -320 -544 -370 -520 -396C-480 -396 -450 -392 -430 -388C-450 -330 -456 -280 -452 -230Z", hide(s, "#8a9a78" if luminance(c) > .7 else light(c, .25)))
    facing = path("M-74 -396C-40 -376 60 -318 168 -270C150 -220 110 -190 70 -182C0 -220 -80 -300 -130 -380Z", hide(s, dark(c, .04))) + stitch("M-120 -372C-70 -300 0 -230 70 -194C104 -204 136 -228 152 -262", c, 3)
    laces = "".join(line(-62 + i * 42, -372 + i * 27, -104 + i * 42, -318 + i * 26, "#fffdf6", 14, stroke_linecap="round") + line(-62 + i * 42, -372 + i * 27, -104 + i * 42, -318 + i * 26, "#d8d2c4", 3) for i in range(5))
    side = path("M-330 -360C-300 -260 -240 -150 -190 -94L-150 -92C-200 -160 -250 -260 -276 -356Z", hide(s, mix(c, "#8a9a78", .5) if luminance(c) > .6 else light(c, .2)))
    toe = stitch("M290 -236C320 -190 330 -140 330 -96", c, 3) + "".join(circle(200 + i * 26 + j * 10, -216 + j * 24 + i * 7, 3.4, dark(c, .5)) for i in range(3) for j in range(3))
    return {"body": lining + tongue + path(rubber, s.lin([(0, "#fdf8ec"), (.5, "#efe6d3"), (1, "#d2c4a8")])) + upper(s, up, c, style if style == "suede" else "smooth") + side + tab + facing + laces + toe + path("M-568 -64C-200 -52 300 -52 594 -58", "none", stroke="#b9a988", stroke_width="4") + emblem(-400, -190, 34, mix(GOLD, c, .2), 4) + gleam("M380 -190C460 -174 520 -150 550 -124", 20, .22), "height": 470, "focus": (0, -260), "zoom": 2.0}


def mule(s, c, style) -> dict:
    sole = path("M-560 -150C-440 -164 -300 -130 -160 -74C0 -20 200 -16 560 -24Q590 -20 578 -4Q570 4 540 4H0C-160 0 -260 -60 -380 -100C-440 -118 -520 -120 -560 -116Z", SOLE) + path("M-560 -122C-520 -124 -440 -118 -380 -100V0H-552Z", s.lin([(0, light(SOLE, .2)), (1, dark(SOLE, .3))]))
    insole = path("M-572 -152C-440 -176 -300 -142 -156 -86C-60 -50 60 -40 160 -38L120 -58C0 -70 -80 -84 -160 -116C-300 -172 -470 -200 -572 -152Z", hide(s, "#c99f70"))
    up = "M-90 -54C-70 -190 20 -280 130 -290C290 -280 480 -210 590 -90L592 -30Q560 -20 400 -22C200 -22 0 -24 -90 -54Z"
    return {"body": sole + insole + inside(s, "M-90 -54C-70 -190 20 -280 130 -290C90 -230 -10 -130 -40 -46Z") + upper(s, up, c, "smooth") + stitch("M-66 -60C-46 -180 30 -262 126 -274", c, 3) + clasp_(s, 150, -190) + gleam("M330 -220C430 -190 510 -140 548 -96", 24, .2), "height": 330, "focus": (150, -170), "zoom": 2.1}


def clasp_(s: Svg, x: float, y: float) -> str:
    from .leather import clasp
    return clasp(s, x, y, 40)


def derby(s, c, style) -> dict:
    up = "M-556 -92C-576 -210 -560 -320 -516 -390C-440 -400 -340 -380 -280 -360C-200 -340 -120 -380 -60 -400C60 -330 140 -290 240 -260C380 -226 530 -180 584 -84Q596 -36 560 -26H0C-120 -30 -180 -84 -300 -88H-552Z"
    lining = inside(s, "M-516 -390C-420 -360 -200 -330 -60 -400C-140 -430 -400 -440 -516 -390Z")
    facing = path("M-62 -400C0 -364 70 -320 130 -296C140 -240 110 -190 50 -180C-40 -200 -160 -260 -260 -354C-180 -346 -110 -378 -62 -400Z", hide(s, dark(c, .05))) + edge("M-62 -400C0 -364 70 -320 130 -296C140 -240 110 -190 50 -180C-40 -200 -160 -260 -260 -354", c, 3) + stitch("M-240 -346C-150 -262 -40 -214 48 -194C96 -202 122 -240 118 -288", c, 3)
    laces = "".join(line(-40 + i * 38, -372 + i * 22, -88 + i * 38, -322 + i * 24, dark(c, .6), 12, stroke_linecap="round") for i in range(5))
    toe = path("M300 -246C400 -220 540 -170 584 -84Q596 -36 560 -26H360C320 -90 300 -170 300 -246Z", "#000", fill_opacity=".14")
    return {"body": lining + _low(s, c, style, SOLE, 56) + upper(s, up, c, "smooth") + toe + stitch("M300 -244C296 -170 320 -90 356 -34", c, 3.4) + facing + laces + gleam("M380 -206C460 -180 520 -140 550 -100", 26, .26) + gleam("M-530 -320C-540 -250 -536 -190 -528 -130", 14, .16), "height": 430, "focus": (40, -260), "zoom": 2.0}


def espadrille(s, c, style) -> dict:
    jute = path("M-560 -76C-590 -30 -570 0 -530 0H530C590 0 600 -40 576 -74C300 -90 -200 -92 -560 -76Z", "#c8a468") + path("".join(f"M{x} -76q10 18 0 36q-10 18 0 38" for x in range(-552, 570, 18)), "none", stroke="#8f6c38", stroke_width="4", stroke_opacity=".7") + path("M-572 -40C-200 -52 300 -52 588 -40", "none", stroke="#8f6c38", stroke_width="3", stroke_opacity=".6")
    up = "M-552 -78C-574 -180 -560 -260 -520 -300C-440 -270 -300 -240 -160 -250C-60 -258 20 -290 90 -306C260 -290 470 -230 578 -82C300 -72 -200 -70 -552 -78Z"
    lining = inside(s, "M-520 -300C-400 -290 -60 -290 90 -306C20 -250 -100 -222 -200 -224C-340 -226 -480 -250 -520 -300Z", "#e9d9b8")
    blanket = path("".join(f"M{x} -62v-30" for x in range(-540, 570, 22)), "none", stroke="#f5ead0" if luminance(c) < .5 else "#a4161a", stroke_width="6", stroke_linecap="round")
    stripe = path("M-30 -270C0 -190 10 -130 6 -78M10 -284C44 -200 54 -130 50 -78", "none", stroke="#a4161a" if luminance(c) > .5 else "#f0e4c8", stroke_width="13", stroke_opacity=".85")
    return {"body": lining + jute + upper(s, up, c, "canvas") + stripe + blanket + tube(s, "M-516 -292C-440 -262 -300 -232 -160 -242C-60 -250 20 -282 88 -298", dark(c, .1), 13, False), "height": 330, "focus": (60, -180), "zoom": 2.1}
