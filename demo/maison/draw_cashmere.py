"""Knitwear and throws, laid flat."""

from __future__ import annotations

import math

from .svg import Svg, circle, dark, ellipse, group, light, line, luminance, mix, num, path, rect
from .table import Colour, Product


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    c = colour.hexes[0]
    out = globals()[product.shape](s, c, product.style)
    out["flat"] = True
    w, h = out["width"], out["height"]
    fall = [(0, "#3b2c22", .4), (.62, "#3b2c22", .2), (1, "#3b2c22", 0)]
    out["under"] = [ellipse(24, 40, w * .6, h * .58, s.rad(fall))]
    return out


def wool(s: Svg, c: str) -> str:
    return s.lin([(0, light(c, .22)), (.4, c), (1, dark(c, .2))], 0, 0, .8, 1)


def knit(s: Svg, shape: str, c: str, box, gauge: float = 17) -> str:
    """Stocking stitch: columns of small Vs, clipped to the piece."""
    x, y, w, h = box
    down, up = [], []
    for i in range(int(w / gauge) + 1):
        cx = x + i * gauge
        down.append(f"M{cx:.0f} {y:.0f}v{h:.0f}")
    for j in range(int(h / (gauge * .8))):
        up.append(f"M{x:.0f} {y + j * gauge * .8:.0f}h{w:.0f}")
    clip = s.clip(path(shape, "#000"))
    dash = f"{gauge * .55:.1f} {gauge * .45:.1f}"
    return path(shape, wool(s, c)) + group(path("".join(down), "none", stroke=dark(c, .4), stroke_width="2.2", stroke_opacity=".26"), path("".join(up), "none", stroke=light(c, .5), stroke_width=f"{gauge * .34:.1f}", stroke_opacity=".2", stroke_dasharray=dash), clip_path=clip) + path(shape, "none", stroke=dark(c, .35), stroke_width="3", stroke_opacity=".5")


def rib(s: Svg, shape: str, c: str, box, step: float = 20, turn: str = "") -> str:
    x, y, w, h = box
    lines = "".join(f"M{x + i * step:.0f} {y:.0f}v{h:.0f}" for i in range(int(w / step) + 1))
    clip = s.clip(path(shape, "#000"))
    return path(shape, wool(s, c)) + group(group(path(lines, "none", stroke=dark(c, .45), stroke_width=f"{step * .34:.1f}", stroke_opacity=".4") + path(lines, "none", stroke=light(c, .6), stroke_width=f"{step * .2:.1f}", stroke_opacity=".35", transform=f"translate({step * .4:.1f} 0)"), transform=turn) if turn else path(lines, "none", stroke=dark(c, .45), stroke_width=f"{step * .34:.1f}", stroke_opacity=".4") + path(lines, "none", stroke=light(c, .6), stroke_width=f"{step * .2:.1f}", stroke_opacity=".35", transform=f"translate({step * .4:.1f} 0)"), clip_path=clip) + path(shape, "none", stroke=dark(c, .35), stroke_width="3", stroke_opacity=".5")


def folds(c: str, *shapes: str) -> str:
    return "".join(path(f, "none", stroke=dark(c, .5), stroke_width="16", stroke_opacity=".13", stroke_linecap="round") + path(f, "none", stroke=light(c, .6), stroke_width="9", stroke_opacity=".2", stroke_linecap="round", transform="translate(-16 -6)") for f in shapes)


BODY = "M-250 -560C-330 -540 -390 -500 -420 -440L-372 -180C-366 60 -380 320 -386 560H386C380 320 366 60 372 -180L420 -440C390 -500 330 -540 250 -560C180 -500 -180 -500 -250 -560Z"
SLEEVE = "M-390 -480C-470 -440 -530 -330 -560 -180L-640 420L-500 452L-372 -120Z"


def garment(s: Svg, c: str, style: str) -> str:
    sleeve = knit(s, SLEEVE, dark(c, .05), (-660, -520, 320, 1000))
    cuff = rib(s, "M-648 400L-498 436L-520 560Q-590 570 -668 530Z", c, (-700, 380, 240, 200), 17, "rotate(13 -580 480)")
    arms = "".join(f'<g transform="scale({k} 1)">{sleeve}{cuff}</g>' for k in (1, -1))
    return arms + knit(s, BODY, c, (-430, -570, 860, 1150)) + folds(c, "M-330 -330C-300 -100 -330 200 -300 500", "M330 -330C310 -60 330 240 290 500", "M-60 -200C-80 60 -40 300 -70 520", "M-390 -420C-330 -380 -300 -330 -290 -270", "M390 -420C330 -380 300 -330 290 -270") + rib(s, "M-388 540H388L380 670Q0 690 -380 670Z", c, (-400, 530, 800, 160))


def neck(s: Svg, c: str, tall: float = 0) -> str:
    hole = ellipse(0, -556 - tall, 186 if not tall else 150, 44 if not tall else 34, dark(c, .5))
    if tall:
        return rib(s, f"M-206 -520C-190 -600 -160 -640 -160 {-560 - tall}Q0 {-520 - tall} 160 {-560 - tall}C160 -640 190 -600 206 -520Q0 -440 -206 -520Z", c, (-220, -580 - tall, 440, 180 + tall), 16) + hole + path(f"M-152 {-556 - tall}Q0 {-606 - tall} 152 {-556 - tall}", "none", stroke=light(c, .2), stroke_width="10")
    return ellipse(0, -540, 214, 70, dark(c, .5)) + path("M-250 -560Q0 -640 250 -560L206 -548Q0 -600 -206 -548Z", wool(s, dark(c, .1))) + rib(s, "M-254 -566C-190 -460 190 -460 254 -566L210 -556C160 -494 -160 -494 -210 -556Z", c, (-260, -580, 520, 120), 15) + path("M-46 -596H46V-570H-46Z", "#f6efe0") + path("M-24 -584H24", "none", stroke="#8a6a3a", stroke_width="4")


def sweater(s, c, style) -> dict:
    extra = ""
    clip = s.clip(path(BODY, "#000"))
    if style == "stripe":
        other = "#25304f" if luminance(c) > .6 else "#efe3cf"
        bands = "".join(f"M-440 {y}Q0 {y + 14} 440 {y}" for y in range(-380, 540, 66))
        arm = s.clip(path(SLEEVE, "#000"))
        armbands = "".join(f"M-700 {y + 40}L-340 {y - 20}" for y in range(-380, 470, 66))
        extra = group(path(bands, "none", stroke=other, stroke_width="26"), clip_path=clip)
        extra += "".join(f'<g transform="scale({k} 1)">' + group(path(armbands, "none", stroke=other, stroke_width="26"), clip_path=arm) + "</g>" for k in (1, -1))
    elif style == "cable":
        for x in (-240, -120, 0, 120, 240):
            for y in range(-470, 540, 92):
                extra += path(f"M{x - 28} {y}C{x - 28} {y + 50} {x + 28} {y + 44} {x + 28} {y + 92}", "none", stroke=dark(c, .42), stroke_width="27", stroke_opacity=".45") + path(f"M{x + 28} {y}C{x + 28} {y + 44} {x - 28} {y + 50} {x - 28} {y + 92}", "none", stroke=dark(c, .42), stroke_width="29", stroke_opacity=".6")
                extra += path(f"M{x - 28} {y}C{x - 28} {y + 50} {x + 28} {y + 44} {x + 28} {y + 92}", "none", stroke=light(c, .12), stroke_width="20") + path(f"M{x + 28} {y}C{x + 28} {y + 44} {x - 28} {y + 50} {x - 28} {y + 92}", "none", stroke=light(c, .32), stroke_width="21")
        extra = group(extra, clip_path=clip)
    return {"body": garment(s, c, style) + extra + neck(s, c), "width": 1290, "height": 1300, "focus": (0, -440), "zoom": 2.0}


def rollneck(s, c, style) -> dict:
    return {"body": garment(s, c, style) + neck(s, c, 120), "width": 1290, "height": 1380, "focus": (0, -560), "zoom": 1.9}


def cardigan(s, c, style) -> dict:
    front = path("M-22 -300L-10 670H12L22 -300L0 -60Z", dark(c, .55), fill_opacity=".7") + path("M0 -120V668", "none", stroke=dark(c, .5), stroke_width="5")
    shawl = rib(s, "M-252 -566C-200 -600 -90 -620 0 -620C90 -620 200 -600 252 -566C220 -420 120 -240 58 -100V668H-58V-100C-120 -240 -220 -420 -252 -566ZM-140 -556C-110 -420 -60 -300 0 -210C60 -300 110 -420 140 -556Q0 -600 -140 -556Z", c, (-270, -640, 540, 1320), 16)
    hole = path("M-146 -558C-110 -420 -60 -300 0 -210C60 -300 110 -420 146 -558Q0 -604 -146 -558Z", "#f3ece0") + path("M-146 -558Q0 -604 146 -558Q0 -520 -146 -558Z", dark(c, .45))
    buttons = "".join(circle(22, y, 21, s.rad([(0, "#a57c55"), (.6, "#6b4527"), (1, "#3b2413")], .35, .3, .8)) + "".join(circle(22 + a, y + b, 3, "#24150a") for a in (-6, 6) for b in (-6, 6)) for y in range(0, 640, 120))
    pockets = "".join(knit(s, f"M{x - 100} 240H{x + 100}V470H{x - 100}Z", light(c, .03), (x - 100, 240, 200, 230)) + rib(s, f"M{x - 104} 220H{x + 104}V264H{x - 104}Z", c, (x - 104, 220, 208, 44), 14) for x in (-220, 220))
    return {"body": garment(s, c, style) + hole + front + shawl.replace('fill="url', 'fill-rule="evenodd" fill="url', 1) + buttons + pockets, "width": 1290, "height": 1300, "focus": (30, -160), "zoom": 1.9}


def dress(s, c, style) -> dict:
    body = "M-190 -700C-260 -680 -310 -650 -330 -600L-262 -400C-230 -240 -226 -160 -236 -60C-280 200 -320 480 -350 780H350C320 480 280 200 236 -60C226 -160 230 -240 262 -400L330 -600C310 -650 260 -680 190 -700C120 -650 -120 -650 -190 -700Z"
    arm = rib(s, "M-310 -640C-380 -590 -420 -480 -440 -340L-480 60L-370 84L-262 -380Z", dark(c, .06), (-520, -660, 300, 760), 14, "rotate(9 -380 -280)")
    return {"body": "".join(f'<g transform="scale({k} 1)">{arm}</g>' for k in (1, -1)) + rib(s, body, c, (-360, -720, 720, 1510), 15) + folds(c, "M-120 -200C-140 100 -170 400 -190 740", "M120 -200C150 100 160 400 200 740", "M0 -100C10 200 -20 500 10 740") + group(neck(s, c), transform="translate(0 -148) scale(.78 .98)"), "width": 980, "height": 1560, "focus": (0, -560), "zoom": 2.0}


def cape(s, c, style) -> dict:
    body = "M-150 -600C-420 -480 -640 -40 -640 420C-400 560 400 560 640 420C640 -40 420 -480 150 -600C100 -560 -100 -560 -150 -600Z"
    collar = knit(s, "M-170 -610C-200 -500 -120 -420 0 -330C120 -420 200 -500 170 -610C120 -660 -120 -660 -170 -610Z", light(c, .1), (-210, -660, 420, 340))
    return {"body": knit(s, body, c, (-650, -620, 1300, 1200), 15) + folds(c, "M-120 -440C-260 -100 -380 180 -420 470", "M120 -440C260 -100 380 180 420 470", "M-40 -330C-90 0 -120 260 -140 500", "M60 -320C110 0 140 260 170 500") + path("M0 -330V520", "none", stroke=dark(c, .5), stroke_width="6") + path("M-640 410C-400 550 400 550 640 410", "none", stroke=light(c, .4), stroke_width="6") + collar + ellipse(0, -600, 110, 34, dark(c, .5)) + "".join(circle(26, y, 20, s.rad([(0, "#e9cf93"), (.6, "#b98f42"), (1, "#6b4f1e")], .35, .3, .8)) for y in (-270, -150)), "width": 1300, "height": 1180, "focus": (0, -400), "zoom": 2.0}


def fringe(s: Svg, x: float, y: float, w: float, length: float, c: str) -> str:
    out = []
    for i in range(int(w / 22)):
        px = x + 11 + i * 22
        bend = s.rng.uniform(-7, 7)
        out.append(f"M{px:.0f} {y:.0f}q{bend:.0f} {length * .5:.0f} {bend * .4:.0f} {length:.0f}")
    both = "".join(out)
    return path(both, "none", stroke=dark(c, .3), stroke_width="13", stroke_linecap="round") + path(both, "none", stroke=light(c, .2), stroke_width="8", stroke_linecap="round") + path(both, "none", stroke=dark(c, .2), stroke_width="2", stroke_dasharray="5 6")


def cloth(s: Svg, x: float, y: float, w: float, h: float, c: str, style: str) -> str:
    """Woven cashmere: plain, check, stripe or dyed by degrees."""
    shape = f"M{x} {y}H{x + w}V{y + h}H{x}Z"
    out = path(shape, wool(s, c))
    other, third = mix(c, "#f4ead8", .62), dark(c, .38)
    if style == "check":
        cell = 130 if w > 700 else 92
        n, m = math.ceil(w / cell), math.ceil(h / cell)
        for i in range(n):
            if i % 2 == 0:
                out += rect(x + i * cell, y, min(cell, w - i * cell), h, other, fill_opacity=".5")
        for j in range(m):
            if j % 2 == 0:
                out += rect(x, y + j * cell, w, min(cell, h - j * cell), other, fill_opacity=".5")
        out += "".join(rect(x + i * cell + cell * .46, y, 6, h, third, fill_opacity=".55") for i in range(n) if i * cell + cell * .5 < w) + "".join(rect(x, y + j * cell + cell * .46, w, 6, third, fill_opacity=".55") for j in range(m) if j * cell + cell * .5 < h)
    elif style == "stripe":
        for i, k in enumerate(range(0, int(w), 76)):
            out += rect(x + k, y, min(38, w - k), h, (other, third, other, mix(other, "#a4161a", .55))[i % 4], fill_opacity=".85")
    elif style == "ombre":
        out += path(shape, s.lin([(0, light(c, .65)), (.45, c), (1, dark(c, .6))]))
    lines = "".join(f"M{x:.0f} {y + j:.0f}h{w:.0f}" for j in range(0, int(h), 9))
    return out + path(lines, "none", stroke="#fff", stroke_width="2", stroke_opacity=".1")


def throw(s, c, style) -> dict:
    w = 1080
    out = ""
    for i, (y, h, dx) in enumerate(((-420, 300, 20), (-150, 300, -14), (110, 330, 0))):
        out += rect(-w / 2 + dx + 12, y + 22, w, h, "#2a1f18", rx="40", fill_opacity=".2")
        clip = s.clip(rect(-w / 2 + dx, y, w, h, "#000", rx="44"))
        out += group(cloth(s, -w / 2 + dx, y, w, h, c, style), rect(-w / 2 + dx, y, w, h, s.lin([(0, "#fff", .3), (.2, "#fff", .04), (.7, "#000", .04), (1, "#000", .34)])), clip_path=clip)
    return {"body": fringe(s, -w / 2 + 26, 424, w - 52, 130, c) + out + path(f"M{w / 2 - 40} -120C{w / 2 + 30} 0 {w / 2 + 10} 240 {w / 2 - 30} 420", "none", stroke=dark(c, .4), stroke_width="9", stroke_opacity=".3"), "width": w, "height": 1000, "focus": (-180, 330), "zoom": 1.9}


def scarf(s, c, style) -> dict:
    clip1, clip2 = s.clip(path("M-330 -700C-340 -300 -300 200 -320 560H-20C-10 200 -40 -300 -30 -700Z", "#000")), s.clip(path("M0 -700C-20 -300 30 100 20 400H320C330 100 300 -300 310 -700Z", "#000"))
    one = group(cloth(s, -350, -720, 350, 1300, c, style), rect(-350, -720, 350, 1300, s.lin([(0, "#000", .24), (.2, "#fff", .2), (.45, "#000", .1), (.6, "#fff", .14), (.85, "#000", .06), (1, "#000", .3)], 0, 0, 1, 0)), clip_path=clip1)
    two = group(cloth(s, -20, -720, 360, 1140, c, style), rect(-20, -720, 360, 1140, s.lin([(0, "#000", .32), (.2, "#fff", .12), (.4, "#000", .12), (.62, "#fff", .2), (1, "#000", .3)], 0, 0, 1, 0)), clip_path=clip2)
    peg = rect(-400, -740, 800, 44, s.lin([(0, "#d7b088"), (.5, "#b07f4f"), (1, "#7c5330")]), rx="22")
    deep = dark(c, .5) if style == "ombre" else c
    return {"body": fringe(s, -318, 556, 296, 120, deep) + fringe(s, 22, 396, 296, 120, deep) + one + two + peg, "width": 860, "height": 1440, "focus": (-120, 380), "zoom": 1.9}


def beanie(s, c, style) -> dict:
    dome_ = "M-430 160C-450 -300 -240 -520 0 -520C240 -520 450 -300 430 160Z"
    ribs = "".join(f"M{x} 160C{x * 1.04:.0f} -160 {x * .62:.0f} -420 {x * .05:.0f} -516" for x in range(-400, 401, 50))
    clip = s.clip(path(dome_, "#000"))
    crown = path(dome_, s.lin([(0, dark(c, .2)), (.3, light(c, .25)), (.6, c), (1, dark(c, .3))], 0, 0, 1, .2)) + group(path(ribs, "none", stroke=dark(c, .45), stroke_width="15", stroke_opacity=".35") + path(ribs, "none", stroke=light(c, .6), stroke_width="10", stroke_opacity=".3", transform="translate(20 0)"), clip_path=clip)
    return {"body": crown + rib(s, "M-462 80C-300 140 300 140 462 80Q486 220 470 350C300 420 -300 420 -470 350Q-486 220 -462 80Z", light(c, .06), (-490, 60, 980, 360), 30), "width": 960, "height": 960, "focus": (-120, 120), "zoom": 2.0}


def gloves(s, c, style) -> dict:
    hand_ = "M-150 430V60C-260 -10 -300 -120 -290 -210C-280 -250 -220 -250 -206 -200C-190 -150 -170 -110 -140 -90L-156 -430C-154 -480 -90 -484 -84 -430L-70 -200L-62 -500C-58 -552 4 -552 6 -500L8 -204L36 -470C44 -520 102 -514 98 -462L80 -190L120 -370C132 -416 184 -404 176 -354C160 -220 160 -60 150 60V430Z"
    one = knit(s, hand_, c, (-310, -560, 500, 1000), 14) + rib(s, "M-164 400H164L156 600Q0 616 -156 600Z", c, (-170, 396, 340, 220), 15) + path("M-70 -190V-110M8 -196V-116M80 -180L70 -110", "none", stroke=dark(c, .4), stroke_width="6", stroke_opacity=".5")
    return {"body": f'<g transform="translate(-230 0) rotate(-7)">{one}</g><g transform="translate(240 40) scale(-1 1) rotate(-9)">{one}</g>', "width": 1020, "height": 1200, "focus": (-220, -300), "zoom": 2.0}


def socks(s, c, style) -> dict:
    shape = "M-130 -560H130V60C150 200 330 240 420 330C470 400 420 480 330 480H60C-80 480 -150 380 -140 220Z"
    heel = "M-142 140C-60 160 30 220 40 330C20 400 -40 450 -70 440C-130 390 -150 300 -142 140Z"
    toe = "M330 270C400 310 460 360 440 420C420 470 380 480 330 480C290 420 290 340 330 270Z"
    one = rib(s, shape, c, (-150, -570, 600, 1060), 18) + knit(s, heel, light(c, .18), (-160, 130, 210, 320), 13) + knit(s, toe, light(c, .18), (280, 260, 180, 230), 13) + rib(s, "M-140 -600H140V-440H-140Z", light(c, .18), (-140, -600, 280, 160), 16)
    return {"body": f'<g transform="translate(-210 0) rotate(4)">{one}</g><g transform="translate(60 70) rotate(-6)">{one}</g>', "width": 1000, "height": 1180, "focus": (-100, -300), "zoom": 2.0}
