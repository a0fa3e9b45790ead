"""Handbags."""

from __future__ import annotations

from .leather import GOLD, across, clasp, edge, grain, hide, metal, ring, shade, stitch, strap_buckle, thread, trap, tube
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, path, polygon, rect
from .table import Colour, Product


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    if product.style == "night":
        c = "#1d2545"
    return globals()[product.shape](s, c, product.style)


def panel(s: Svg, shape: str, inner: str, c: str, style: str, box) -> str:
    """A front panel: hide, grain or weave, burnished edge, stitching."""
    out = path(shape, hide(s, c))
    clip = s.clip(path(shape, "#000"))
    if style == "grain":
        out += grain(s, *box, c, clip, 110)
    elif style == "canvas":
        x, y, w, h = box
        weave = "".join(f"M{x:.0f} {y + i * 13:.0f}h{w:.0f}" for i in range(int(h / 13))) + "".join(f"M{x + i * 13:.0f} {y:.0f}v{h:.0f}" for i in range(int(w / 13)))
        out += group(path(weave, "none", stroke=dark(c, .4), stroke_width="1.6", stroke_opacity=".16"), clip_path=clip)
    elif style == "night":
        x, y, w, h = box
        stars = "".join(circle(s.rng.uniform(x, x + w), s.rng.uniform(y, y + h), s.rng.uniform(1, 3.4), "#e9d9a8") for _ in range(90))
        out += group(stars, clip_path=clip)
    return out + edge(shape, c) + stitch(inner, c)


def sheen(s: Svg, shape: str, strength: float = .16) -> str:
    return path(shape, s.lin([(0, "#fff", strength), (.3, "#fff", strength * .3), (.5, "#fff", 0), (1, "#000", strength)], 0, 0, 1, .8))


def flap(s: Svg, c: str, style: str) -> dict:
    w, h = 980, 690
    body = trap(0, -h, w - 90, w, h, 56)
    f = f"M{-(w - 90) / 2 + 10} {-h - 8}H{(w - 90) / 2 - 10}Q{(w - 60) / 2} {-h} {(w - 66) / 2} {-h + 40}L{(w - 40) / 2} {-h + 300}Q{(w - 40) / 2} {-h + 345} {(w - 130) / 2} {-h + 352}L150 {-h + 372}Q110 {-h + 380} 92 {-h + 410}Q50 {-h + 470} 0 {-h + 470}Q-50 {-h + 470} -92 {-h + 410}Q-110 {-h + 380} -150 {-h + 372}L{-(w - 130) / 2} {-h + 352}Q{-(w - 40) / 2} {-h + 345} {-(w - 40) / 2} {-h + 300}L{-(w - 66) / 2} {-h + 40}Q{-(w - 60) / 2} {-h} {-(w - 90) / 2 + 10} {-h - 8}Z"
    fi = f"M{-(w - 118) / 2} {-h + 22}L{-(w - 86) / 2} {-h + 296}Q{-(w - 88) / 2} {-h + 318} {-(w - 150) / 2} {-h + 326}L-160 {-h + 345}Q-116 {-h + 352} -70 {-h + 398}Q-40 {-h + 442} 0 {-h + 442}Q40 {-h + 442} 70 {-h + 398}Q116 {-h + 352} 160 {-h + 345}L{(w - 150) / 2} {-h + 326}Q{(w - 88) / 2} {-h + 318} {(w - 86) / 2} {-h + 296}L{(w - 118) / 2} {-h + 22}"
    handle = f"M-222 {-h + 30}C-222 {-h - 250} -130 {-h - 330} 0 {-h - 330}C130 {-h - 330} 222 {-h - 250} 222 {-h + 30}"
    back = f"M-200 {-h + 10}C-196 {-h - 210} -120 {-h - 286} 10 {-h - 286}C136 {-h - 286} 204 {-h - 210} 206 {-h + 10}"
    tabs = "".join(path(f"M{x - 34} {-h - 34}Q{x} {-h - 60} {x + 34} {-h - 34}L{x + 26} {-h + 66}Q{x} {-h + 92} {x - 26} {-h + 66}Z", across(s, c)) + stitch(f"M{x - 22} {-h - 28}L{x - 15} {-h + 58}Q{x} {-h + 76} {x + 15} {-h + 58}L{x + 22} {-h - 28}", c, 3) for x in (-222, 222))
    rings = "".join(ring(s, x, -h - 44, 24, 9) for x in (-222, 222))
    feet = "".join(ellipse(x, 0, 24, 9, metal(s)) for x in (-400, 400))
    gusset = "".join(path(f"M{x * (w - 90) / 2} {-h + 20}Q{x * (w + 46) / 2} {-h * .5} {x * (w / 2 + 6)} {-30}L{x * (w / 2 - 34)} {-30}Z", shade(s, c)) for x in (-1, 1))
    shadow = path(f, "#160c06", fill_opacity=".28", transform="translate(10 20)")
    strap = path("M-44 -262H44L38 -116Q0 -92 -38 -116Z", hide(s, c)) + edge("M-44 -262H44L38 -116Q0 -92 -38 -116Z", c, 4) + stitch("M-30 -256L-25 -124Q0 -108 25 -124L30 -256", c, 3.2)
    body_ = (feet + gusset + tube(s, back, dark(c, .25), 40, False) + panel(s, body, trap(0, -h, w - 90, w, h, 56, 26), c, style, (-w / 2, -h, w, h))
             + strap + group(shadow, clip_path=s.clip(path(body, "#000"))) + panel(s, f, fi, c, style, (-w / 2, -h, w, 470)) + sheen(s, f, .14)
             + clasp(s, 0, -h + 380, 58) + tabs + rings + tube(s, handle, c, 48))
    return {"body": body_, "width": w, "height": 1040, "focus": (0, -h + 300), "zoom": 2.0}


def tote(s: Svg, c: str, style: str) -> dict:
    w, h = 1060, 800
    trim = c if style != "canvas" else "#8a4f26"
    body = trap(0, -h, w, w - 130, h, 40, 0, 12)
    back = f"M-250 {-h + 60}C-240 {-h - 300} -150 {-h - 400} 20 {-h - 400}C180 {-h - 400} 262 {-h - 300} 268 {-h + 40}"
    front = f"M-270 {-h + 150}C-268 {-h - 220} -170 {-h - 330} 0 {-h - 330}C170 {-h - 330} 268 {-h - 220} 270 {-h + 150}"
    mouth = ellipse(0, -h + 4, w / 2 - 8, 30, s.lin([(0, dark(c, .6)), (1, dark(c, .35))]))
    band = path(f"M{-w / 2} {-h}H{w / 2}L{w / 2 - 9} {-h + 86}Q0 {-h + 110} {-w / 2 + 9} {-h + 86}Z", hide(s, trim))
    base = path(f"M{-(w - 104) / 2} -150Q0 -132 {(w - 104) / 2} -150L{(w - 130) / 2} -30Q{(w - 130) / 2} 0 {(w - 200) / 2} 0H{-(w - 200) / 2}Q{-(w - 130) / 2} 0 {-(w - 130) / 2} -30Z", hide(s, trim)) if style == "canvas" else ""
    tabs = "".join(path(f"M{x - 34} {-h + 60}H{x + 34}L{x + 28} {-h + 226}Q{x} {-h + 254} {x - 28} {-h + 226}Z", hide(s, trim)) + stitch(f"M{x - 22} {-h + 70}L{x - 18} {-h + 218}Q{x} {-h + 236} {x + 18} {-h + 218}L{x + 22} {-h + 70}", trim, 3.2) + circle(x, -h + 206, 9, metal(s)) for x in (-270, 270))
    charm = path(f"M148 {-h + 84}L142 {-h + 240}H192L176 {-h + 84}Z", hide(s, trim)) + stitch(f"M154 {-h + 226}H180", trim, 3) + clasp(s, 167, -h + 208, 17)
    body_ = (tube(s, back, dark(trim, .3), 32, False) + mouth + panel(s, body, trap(0, -h, w, w - 130, h, 40, 24, 12), c, style, (-w / 2, -h, w, h)) + sheen(s, body) + base
             + path(f"M{-w / 2 + 60} -{h - 100}Q{-w / 2 + 130} -320 {-w / 2 + 130} -20M{w / 2 - 90} -{h - 120}Q{w / 2 - 150} -380 {w / 2 - 120} -30", "none", stroke=dark(c, .45), stroke_width="9", stroke_opacity=".14")
             + band + stitch(f"M{-w / 2 + 22} {-h + 76}Q0 {-h + 98} {w / 2 - 22} {-h + 76}", trim, 3.4) + tabs + tube(s, front, trim, 38) + emblem(0, -h + 330, 46, mix(c, GOLD, .7), 5))
    return {"body": body_, "width": w - 90, "height": 1150, "focus": (-120, -h + 160), "zoom": 2.0}


def bucket(s: Svg, c: str, style: str) -> dict:
    h = 760
    body = trap(0, -h, 760, 690, h, 70, 0, 26)
    strap = f"M-352 {-h + 120}C-420 {-h - 420} -120 {-h - 560} 30 {-h - 560}C240 {-h - 560} 420 {-h - 330} 352 {-h + 120}"
    mouth = path(f"M-380 {-h + 14}Q-300 {-h - 40} -190 {-h - 14}Q-90 {-h + 10} 0 {-h - 22}Q110 {-h - 52} 210 {-h - 14}Q300 {-h - 34} 380 {-h + 14}Q200 {-h + 74} 0 {-h + 60}Q-220 {-h + 74} -380 {-h + 14}Z", shade(s, c))
    pleats = "".join(path(f"M{x} {-h + 20}Q{x * .96} {-h + 150} {x * .94} {-h + 300}", "none", stroke=dark(c, .5), stroke_width="11", stroke_opacity=".2") + path(f"M{x + 12} {-h + 20}Q{x * .96 + 12} {-h + 130} {x * .94 + 10} {-h + 250}", "none", stroke=light(c, .5), stroke_width="6", stroke_opacity=".28") for x in (-290, -200, -105, 0, 100, 200, 290))
    eyelets = "".join(circle(x, -h + 120, 17, metal(s)) + circle(x, -h + 120, 9, dark(c, .7)) for x in (-300, -205, -110, 110, 205, 300))
    cord = tube(s, f"M-300 {-h + 120}Q-252 {-h + 140} -205 {-h + 120}M-110 {-h + 120}Q0 {-h + 172} 110 {-h + 120}M205 {-h + 120}Q252 {-h + 140} 300 {-h + 120}", mix(c, "#e8d6b4", .35), 17, False)
    cord += tube(s, f"M-14 {-h + 150}C-40 {-h + 300} -70 {-h + 360} -58 {-h + 452}M14 {-h + 150}C30 {-h + 280} 48 {-h + 350} 52 {-h + 420}", mix(c, "#e8d6b4", .35), 15, False)
    ends = "".join(path(f"M{x - 15} {y}H{x + 15}L{x + 26} {y + 96}H{x - 26}Z", hide(s, c)) + rect(x - 17, y - 10, 34, 18, metal(s), rx="4") for x, y in ((-58, -h + 452), (52, -h + 420)))
    base = path("M-352 -112Q0 -84 352 -112L345 -60Q340 0 276 0H-276Q-340 0 -345 -60Z", hide(s, dark(c, .12)))
    return {"body": tube(s, strap, dark(c, .12), 34) + mouth + panel(s, body, trap(0, -h, 760, 690, h, 70, 22, 26), c, style, (-380, -h, 760, h)) + pleats + sheen(s, body) + base + stitch("M-344 -124Q0 -96 344 -124", c, 3.6) + eyelets + cord + ends + clasp(s, 0, -h + 150, 32) + "".join(ring(s, x, -h + 106, 22, 9) for x in (-352, 352)),
            "width": 720, "height": 1330, "focus": (0, -h + 200), "zoom": 2.2}


def saddle(s: Svg, c: str, style: str) -> dict:
    body = "M-440 -560Q-470 -600 -400 -606H400Q470 -600 440 -560C470 -300 330 -10 0 -10C-330 -10 -470 -300 -440 -560Z"
    inner = "M-408 -566H408C430 -310 300 -40 0 -40C-300 -40 -430 -310 -408 -566Z"
    f = "M-446 -606H446Q470 -604 462 -560C452 -390 300 -268 0 -268C-300 -268 -452 -390 -462 -560Q-470 -604 -446 -606Z"
    fi = "M-428 -572C-414 -410 -280 -298 0 -298C280 -298 414 -410 428 -572"
    strap = "M-424 -580C-600 -1000 -300 -1240 20 -1240C360 -1240 590 -1000 424 -580"
    tab = path("M-42 -330H42V-190Q0 -160 -42 -190Z", hide(s, c)) + edge("M-42 -330H42V-190Q0 -160 -42 -190Z", c, 4) + stitch("M-27 -322V-196Q0 -178 27 -196V-322", c, 3)
    return {"body": tube(s, strap, c, 26) + path("M-452 -560C-490 -300 -340 4 0 4C340 4 490 -300 452 -560Z", shade(s, c)) + panel(s, body, inner, c, style, (-460, -606, 920, 600))
            + path(f, "#160c06", fill_opacity=".25", transform="translate(8 18)") + panel(s, f, fi, c, style, (-460, -606, 920, 340)) + sheen(s, f, .15) + tab + clasp(s, 0, -290, 50)
            + "".join(ring(s, x, -590, 24, 9) for x in (-424, 424)), "width": 660, "height": 1250, "focus": (0, -360), "zoom": 2.1}


def clutch(s: Svg, c: str, style: str) -> dict:
    w, h = 1080, 620
    body = trap(0, -h, w, w, h, 26)
    f = f"M{-w / 2} {-h + 12}Q{-w / 2} {-h - 6} {-w / 2 + 20} {-h - 6}H{w / 2 - 20}Q{w / 2} {-h - 6} {w / 2} {-h + 12}L34 -206Q0 -178 -34 -206Z"
    fi = f"M{-w / 2 + 46} {-h + 20}L-24 -236Q0 -216 24 -236L{w / 2 - 46} {-h + 20}"
    folds = path(f"M{-w / 2 + 16} -14L-40 -300M{w / 2 - 16} -14L40 -300", "none", stroke=dark(c, .5), stroke_width="5", stroke_opacity=".55") + path(f"M{-w / 2 + 22} -22L-36 -302M{w / 2 - 10} -22L46 -302", "none", stroke=light(c, .5), stroke_width="2.5", stroke_opacity=".5")
    links = "".join(ellipse(-w / 2 + 50 + i * 40.8, -h - 2 - 240 * (1 - ((i - 12) / 12) ** 2), 22, 11, "none", stroke=metal(s), stroke_width="7", transform=f"rotate({-44 * (12 - i) / 12:.0f} {-w / 2 + 50 + i * 40.8:.0f} {-h - 2 - 240 * (1 - ((i - 12) / 12) ** 2):.0f})") for i in range(25))
    gem = circle(0, -226, 30, s.rad([(0, "#cfe0ff"), (.5, "#5f83d6"), (1, "#182a66")], .35, .3, .8)) if style == "night" else ""
    return {"body": links + panel(s, body, trap(0, -h, w, w, h, 26, 22), c, style, (-w / 2, -h, w, h)) + folds + path(f, "#160c06", fill_opacity=".3", transform="translate(4 20)") + panel(s, f, fi, c, style, (-w / 2, -h, w, 420)) + sheen(s, f, .2) + clasp(s, 0, -226, 54) + gem,
            "width": w, "height": 900, "focus": (0, -330), "zoom": 2.1}


def box(s: Svg, c: str, style: str) -> dict:
    w, h = 860, 640
    body = trap(0, -h, w, w, h, 34, 0, 34)
    lid = trap(0, -h - 10, w + 22, w + 22, 190, 14, 0, 40)
    handle = f"M-190 {-h + 10}C-190 {-h - 170} -110 {-h - 236} 0 {-h - 236}C110 {-h - 236} 190 {-h - 170} 190 {-h + 10}"
    side = path(f"M{w / 2 - 6} {-h - 4}L{w / 2 + 116} {-h - 66}L{w / 2 + 116} -90L{w / 2 - 10} -10Z", shade(s, c))
    top = path(f"M{-w / 2 + 10} {-h}L{-w / 2 + 110} {-h - 66}H{w / 2 + 116}L{w / 2 + 4} {-h}Z", hide(s, light(c, .12)))
    corner = "".join(path(f"M{x * (w / 2)} -90V-34Q{x * w / 2} 0 {x * (w / 2 - 34)} 0H{x * (w / 2 - 96)}Q{x * (w / 2 - 90)} -84 {x * (w / 2)} -90Z", metal(s)) for x in (-1, 1))
    return {"body": side + top + tube(s, handle, c, 42) + panel(s, body, trap(0, -h, w, w, h, 34, 24, 34), c, style, (-w / 2, -h, w, h)) + path(lid, "#160c06", fill_opacity=".25", transform="translate(0 14)") + panel(s, lid, trap(0, -h - 10, w + 22, w + 22, 190, 14, 20, 40), c, style, (-w / 2, -h, w, 180)) + sheen(s, body, .18) + corner
            + "".join(rect(x - 34, -h - 22, 68, 26, metal(s), rx="8") for x in (-190, 190)) + clasp(s, 0, -h + 182, 56), "width": w + 60, "height": 890, "focus": (60, -h + 140), "zoom": 2.1}


def hobo(s: Svg, c: str, style: str) -> dict:
    body = "M-500 -560C-480 -620 -430 -640 -390 -610C-300 -470 -170 -420 0 -420C170 -420 300 -470 390 -610C430 -640 480 -620 500 -560C580 -260 440 -6 170 -4H-170C-440 -6 -580 -260 -500 -560Z"
    inner = "M-474 -560C-454 -590 -430 -600 -404 -584C-310 -440 -176 -392 0 -392C176 -392 310 -440 404 -584C430 -600 454 -590 474 -560C544 -270 420 -34 168 -32H-168C-420 -34 -544 -270 -474 -560"
    strap = "M-440 -590C-400 -1000 -220 -1180 0 -1180C220 -1180 400 -1000 440 -590"
    folds = "".join(path(f, "none", stroke=dark(c, .5), stroke_width="14", stroke_opacity=".16", stroke_linecap="round") for f in ("M-410 -500C-330 -300 -260 -160 -270 -40", "M-200 -420C-160 -300 -150 -200 -180 -90", "M410 -500C340 -320 300 -200 330 -90", "M120 -410C130 -300 110 -180 140 -60"))
    lights = "".join(path(f, "none", stroke=light(c, .6), stroke_width="9", stroke_opacity=".22", stroke_linecap="round") for f in ("M-380 -500C-300 -300 -230 -160 -240 -60", "M-90 -400C-70 -300 -60 -200 -80 -110", "M260 -440C240 -320 230 -220 250 -110"))
    tip = tube(s, "M-390 -600C-300 -462 -170 -412 0 -412C170 -412 300 -462 390 -600", c, 17, False)
    return {"body": tube(s, strap, c, 62) + path("M-390 -604C-300 -520 -170 -470 0 -470C170 -470 300 -520 390 -604C300 -440 170 -400 0 -400C-170 -400 -300 -440 -390 -604Z", shade(s, c)) + panel(s, body, inner, c, style, (-540, -620, 1080, 620)) + folds + lights + sheen(s, body, .14) + tip
            + "".join(ring(s, x, -600, 36, 12) for x in (-440, 440)) + clasp(s, 0, -400, 40), "width": 940, "height": 1210, "focus": (-330, -520), "zoom": 2.0}


def satchel(s: Svg, c: str, style: str) -> dict:
    w, h = 1040, 760
    body = trap(0, -h, w - 20, w, h, 40)
    f = trap(0, -h - 14, w + 6, w + 20, 470, 90, 0, 40)
    fi = trap(0, -h - 14, w + 6, w + 20, 470, 90, 24, 40)
    handle = f"M-150 {-h}C-150 {-h - 120} -90 {-h - 160} 0 {-h - 160}C90 {-h - 160} 150 {-h - 120} 150 {-h}"
    pocket = trap(0, -300, w - 160, w - 150, 260, 36)
    straps = "".join(path(f"M{x - 40} {-h - 8}H{x + 40}V-170Q{x} -140 {x - 40} -170Z", across(s, c)) + edge(f"M{x - 40} {-h - 8}H{x + 40}V-170Q{x} -140 {x - 40} -170Z", c, 3) + stitch(f"M{x - 26} {-h}V-178Q{x} -158 {x + 26} -178V{-h}", c, 3)
                     + strap_buckle(s, x, -262, 100, 74) + rect(x - 48, -226, 96, 22, hide(s, c), rx="5") + "".join(circle(x, y, 5, dark(c, .75)) for y in (-196, -330, -360)) for x in (-270, 270))
    return {"body": tube(s, handle, c, 40) + panel(s, body, trap(0, -h, w - 20, w, h, 40, 24), c, style, (-w / 2, -h, w, h)) + panel(s, pocket, trap(0, -300, w - 160, w - 150, 260, 36, 20), c, style, (-440, -300, 880, 260)) + path(f, "#160c06", fill_opacity=".25", transform="translate(6 18)") + panel(s, f, fi, c, style, (-w / 2, -h, w, 470)) + sheen(s, f, .15) + straps + clasp(s, 0, -h + 395, 34) + "".join(rect(x - 30, -h - 24, 60, 26, metal(s), rx="7") for x in (-150, 150)),
            "width": w, "height": 930, "focus": (-230, -300), "zoom": 2.1}
