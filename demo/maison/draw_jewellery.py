"""Jewellery: gold, stones and pearls, laid on stone or standing in light."""

from __future__ import annotations

import math

from .leather import metal
from .motifs import bee, fern
from .svg import Svg, circle, dark, ellipse, emblem, group, light, line, mix, num, path, points, polar, polygon, rect, use
from .table import Colour, Product

YELLOW, WHITE = "#d8ae5e", "#c9cbcd"


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    gem = colour.hexes[0] if colour.kind == "gem" else None
    m = colour.hexes[0] if colour.kind == "metal" else (WHITE if colour.key in ("sapphire", "diamond", "noirpearl") else YELLOW)
    return globals()[product.shape](s, m, gem, product.style)


def gold(s: Svg, m: str) -> str:
    return s.lin([(0, light(m, .5)), (.18, light(m, .88)), (.36, m), (.55, dark(m, .32)), (.72, light(m, .45)), (1, dark(m, .28))], 0, 0, 1, 1)


def round_gold(s: Svg, m: str) -> str:
    return s.rad([(0, light(m, .9)), (.3, light(m, .35)), (.7, m), (1, dark(m, .42))], .36, .3, .8)


def soft(s: Svg, cx: float, cy: float, rx: float, ry: float, strength: float = .34) -> str:
    return ellipse(cx, cy, rx, ry, s.rad([(0, "#4a2f22", strength), (.6, "#4a2f22", strength * .5), (1, "#4a2f22", 0)]))


def stone(s: Svg, x: float, y: float, rx: float, ry: float, c: str, kind: str = "round") -> str:
    """A faceted stone: girdle, crown facets, table, and one flash of light."""
    n = 16
    f = lambda k, i: (x + rx * k * math.sin(math.tau * i / n), y - ry * k * math.cos(math.tau * i / n) * (1.25 if kind == "pear" and math.cos(math.tau * i / n) > .55 else 1))  # noqa: E731
    out = [polygon([f(1, i) for i in range(n)], dark(c, .42))]
    for i in range(n):
        t = (i * 7 + 3) % n / n
        lit = .5 + .5 * math.cos(math.tau * (i - 13) / n)
        col = mix(dark(c, .5 - .2 * t), light(c, .75), max(0, min(1, lit * .6 + t * .35)))
        out.append(polygon([f(1, i), f(1, i + 1), f(.56, i + .5)], col))
        out.append(polygon([f(.56, i - .5), f(.56, i + .5), f(1, i)], mix(c, dark(c, .5) if t < .45 else light(c, .6), .55)))
    out.append(polygon([f(.56, i + .5) for i in range(n)], s.lin([(0, light(c, .7)), (.4, light(c, .1)), (.7, dark(c, .3)), (1, light(c, .35))], 0, 0, 1, 1)))
    for i in range(0, n, 2):
        out.append(polygon([f(.56, i + .5), f(.56, i + 2.5), (x, y)], "#fff" if i % 4 else "#000", fill_opacity=".13"))
    out.append(polygon([f(.5, 13), f(.42, 14.6), f(.2, 14)], "#fff", fill_opacity=".85"))
    out.append(circle(x - rx * .62, y - ry * .62, rx * .06, "#fff"))
    return "".join(out)


def dome(s: Svg, x: float, y: float, r: float, c: str) -> str:
    return (circle(x, y, r, s.rad([(0, light(c, .55)), (.45, c), (.85, dark(c, .5)), (1, dark(c, .3))], .6, .68, .8)) + ellipse(x - r * .3, y - r * .38, r * .34, r * .2, "#fff", fill_opacity=".7", transform=f"rotate(-32 {num(x - r * .3)} {num(y - r * .38)})")
            + path(f"M{x + r * .2} {y + r * .74}Q{x + r * .66} {y + r * .5} {x + r * .74} {y + r * .1}", "none", stroke="#fff", stroke_width=float(r * .05), stroke_opacity=".5", stroke_linecap="round"))


def nacre(s: Svg, x: float, y: float, r: float, c: str, ry: float | None = None) -> str:
    tint = "#e7b9b0" if c[1] in "ef" else "#8f86b5"
    paint = s.rad([(0, "#ffffff"), (.22, light(c, .6)), (.55, c), (.8, mix(dark(c, .22), tint, .35)), (.93, mix(light(c, .2), tint, .3)), (1, dark(c, .35))], .36, .32, .78)
    return ellipse(x, y, r, ry or r, paint) + ellipse(x - r * .32, y - (ry or r) * .36, r * .16, r * .11, "#fff", fill_opacity=".9", transform=f"rotate(-35 {num(x - r * .32)} {num(y - r * .36)})")


def halo(s: Svg, x: float, y: float, r: float, m: str) -> str:
    """The house's sign in the round: rays with a bright and a dark side."""
    out = [soft(s, x + r * .12, y + r * .2, r * 1.2, r * 1.15)]
    for i in range(12):
        k = 1.1 if i % 2 == 0 else .92
        a, b, t = polar(0, 0, r * .5, -6), polar(0, 0, r * .5, 6), (0, -r * k)
        out.append(group(polygon([a, t, (0, -r * .45)], light(m, .7)), polygon([b, t, (0, -r * .45)], dark(m, .28)), circle(0, -r * k, r * .045, round_gold(s, m)), transform=f"translate({num(x)} {num(y)}) rotate({i * 30})"))
    return "".join(out) + circle(x, y, r * .46, "none", stroke=dark(m, .45), stroke_width=float(r * .17)) + circle(x, y, r * .46, "none", stroke=gold(s, m), stroke_width=float(r * .145)) + circle(x - 2, y - 2, r * .46, "none", stroke=light(m, .85), stroke_width=float(r * .025), stroke_opacity=".8")


def fine_chain(s: Svg, m: str, drop: float, half: float = 430, top: float = -980) -> str:
    shape = f"M{-half} {top}C{-half * .86} {drop * .3 + top * .2} {-half * .3} {drop - 90} 0 {drop}C{half * .3} {drop - 90} {half * .86} {drop * .3 + top * .2} {half} {top}"
    return (path(shape, "none", stroke="#4a2f22", stroke_width="9", stroke_opacity=".16", transform="translate(10 16)") + path(shape, "none", stroke=dark(m, .4), stroke_width="9") + path(shape, "none", stroke=light(m, .5), stroke_width="6.5", stroke_dasharray="9 5")
            + path(shape, "none", stroke=light(m, .9), stroke_width="2", stroke_dasharray="5 9"))


def pendant(s, m, gem, style) -> dict:
    out = [fine_chain(s, m, -60)]
    bail = ellipse(0, -40, 20, 34, "none", stroke=gold(s, m), stroke_width="11")
    if style == "halo":
        out += [bail, halo(s, 0, 190, 190, m)]
    elif style == "baroque":
        out += [soft(s, 20, 200, 170, 200), path("M-40 -10H40L52 60H-52Z", gold(s, m)), bail, path("M-20 40C110 20 150 150 120 240C110 330 40 400 -40 372C-150 340 -150 240 -118 170C-100 90 -90 50 -20 40Z", s.rad([(0, "#fff"), (.25, light(gem, .5)), (.6, gem), (.85, "#d9b3a6"), (1, dark(gem, .3))], .36, .32, .78)), ellipse(-50, 150, 24, 46, "#fff", fill_opacity=".75", transform="rotate(24 -50 150)"), path("M60 300Q100 250 96 190", "none", stroke="#fff", stroke_width="12", stroke_opacity=".45", stroke_linecap="round")]
    elif style == "cabochon":
        out += [soft(s, 20, 220, 190, 190), bail, circle(0, 180, 176, gold(s, m), stroke=dark(m, .4), stroke_width="4"), dome(s, 0, 180, 148, gem)] + [circle(*polar(0, 180, 164, i * 15), 9, round_gold(s, m)) for i in range(24)]
    else:
        rx, ry = (118, 150) if style == "pear" else (140, 172)
        claws = [(*polar(0, 190, 1, a), a) for a in ((0, 120, 240) if style == "pear" else (30, 90, 150, 210, 270, 330))]
        frame = "" if style == "pear" else "".join(stone(s, *(lambda q: (q[0] * rx / 150 * 1.24, 190 + (q[1] - 190) * ry / 150 * 1.02))(polar(0, 190, 186, i * 18)), 24, 24, "#e4eef4") for i in range(20))
        out += [soft(s, 24, 240, rx * 1.5, ry * 1.4), bail, frame, ellipse(0, 190, rx * 1.06, ry * 1.06, gold(s, m)), stone(s, 0, 190, rx, ry, gem, style)]
        out += [ellipse(rx * 1.0 * math.sin(math.radians(a)), 190 - ry * (1.2 if a == 0 and style == "pear" else 1) * math.cos(math.radians(a)), 17, 17, round_gold(s, m)) for _, _, a in claws]
    return {"body": "".join(out), "flat": True, "width": 900, "height": 1300, "focus": (0, 170), "zoom": 2.4}


def _pair(s, one, dx: float = 250, dy: float = 40) -> str:
    return group(one, transform=f"translate({-dx} {-dy}) rotate(-6)") + group(one, transform=f"translate({dx} {dy}) rotate(7)")


def studs(s, m, gem, style) -> dict:
    if style == "halo":
        one = halo(s, 0, 0, 200, m)
    else:
        one = soft(s, 30, 50, 220, 200) + circle(0, 0, 170, gold(s, m)) + nacre(s, 0, 0, 178, gem)
    return {"body": _pair(s, one, 260), "flat": True, "width": 1000, "height": 700, "focus": (-240, -30), "zoom": 2.0}


def drops(s, m, gem, style) -> dict:
    hook = path("M0 -300C-70 -420 70 -470 60 -360", "none", stroke=gold(s, m), stroke_width="12", stroke_linecap="round")
    if style == "link":
        body = "".join(ellipse(0, y, w, h, "none", stroke=dark(m, .45), stroke_width=f"{t + 4}") + ellipse(0, y, w, h, "none", stroke=gold(s, m), stroke_width=f"{t}") + ellipse(-3, y - 3, w, h, "none", stroke="#fff", stroke_width="4", stroke_opacity=".6") for y, w, h, t in ((-200, 78, 104, 34), (10, 104, 140, 42), (300, 134, 176, 50)))
    else:
        body = "".join(stone(s, 0, y, 30, 30, "#e4eef4") for y in (-270, -205, -140)) + ellipse(0, 90, 118, 156, gold(s, m)) + stone(s, 0, 90, 110, 146, gem, "pear") + "".join(circle(*polar(0, 90, 1, 0), 1, "none") for _ in range(1)) + "".join(stone(s, 132 * math.sin(math.radians(a)), 90 - (196 if abs(a) < 40 else 172) * math.cos(math.radians(a)), 19, 19, "#e4eef4") for a in range(-140, 141, 20))
    one = soft(s, 40, 120, 190, 430, .26) + hook + body
    return {"body": _pair(s, one, 250, 30), "flat": True, "width": 950, "height": 1050, "focus": (-230, 60), "zoom": 1.9}


def hoops(s, m, gem, style) -> dict:
    ring = circle(0, 0, 250, "none", stroke=dark(m, .5), stroke_width="66") + circle(0, 0, 250, "none", stroke=gold(s, m), stroke_width="58")
    twist = "".join(path(f"M{num(polar(0, 0, 222, a)[0])} {num(polar(0, 0, 222, a)[1])}Q{num(polar(0, 0, 258, a + 3)[0])} {num(polar(0, 0, 258, a + 3)[1])} {num(polar(0, 0, 278, a + 13)[0])} {num(polar(0, 0, 278, a + 13)[1])}", "none", stroke=dark(m, .45), stroke_width="7", stroke_linecap="round") + path(f"M{num(polar(0, 0, 224, a + 4)[0])} {num(polar(0, 0, 224, a + 4)[1])}Q{num(polar(0, 0, 258, a + 7)[0])} {num(polar(0, 0, 258, a + 7)[1])} {num(polar(0, 0, 276, a + 17)[0])} {num(polar(0, 0, 276, a + 17)[1])}", "none", stroke=light(m, .85), stroke_width="4", stroke_linecap="round") for a in range(0, 360, 10))
    one = circle(26, 40, 250, "none", stroke="#4a2f22", stroke_width="64", stroke_opacity=".16") + ring + twist + rect(-20, -300, 40, 54, round_gold(s, m), rx="14")
    return {"body": group(one, transform="translate(-190 -60) rotate(-8)") + group(one, transform="translate(230 130) rotate(16)"), "flat": True, "width": 1100, "height": 900, "focus": (-300, -200), "zoom": 2.0}


def ring(s, m, gem, style) -> dict:
    r, w = 290, 60 if style not in ("halo", "braid") else 84
    band = circle(0, -r, r, "none", stroke=dark(m, .5), stroke_width=f"{w + 6}") + circle(0, -r, r, "none", stroke=gold(s, m), stroke_width=f"{w}")
    band += circle(0, -r, r + w * .3, "none", stroke=light(m, .85), stroke_width="6", stroke_opacity=".7") + circle(0, -r, r - w * .36, "none", stroke=dark(m, .55), stroke_width="9", stroke_opacity=".6")
    head, top = "", -2 * r - w / 2
    if style == "halo":
        head = "".join(group(polygon([(-13, -r + 30), (0, -r - 34), (0, -r + 30)], light(m, .8)), polygon([(13, -r + 30), (0, -r - 34), (0, -r + 30)], dark(m, .42)), transform=f"translate(0 {-r}) rotate({a})") for a in range(0, 360, 10))
        top -= 20
    elif style == "braid":
        head = "".join(ellipse(0, -r + (14 if i % 2 else -14), 30, 17, gold(s, m), stroke=dark(m, .5), stroke_width="3", transform=f"translate(0 {-r}) rotate({i * 7.5}) rotate({26 if i % 2 else -26} 0 {-r})") for i in range(48))
    elif style == "cabochon":
        head = path(f"M-150 {-2 * r + 26}Q0 {-2 * r + 96} 150 {-2 * r + 26}L172 {-2 * r - 60}H-172Z", gold(s, m), stroke=dark(m, .4), stroke_width="3") + group(path("M-178 0C-178 -190 -90 -250 0 -250C90 -250 178 -190 178 0Q0 52 -178 0Z", s.rad([(0, light(gem, .6)), (.5, gem), (1, dark(gem, .5))], .62, .74, .8)), ellipse(-62, -150, 54, 30, "#fff", fill_opacity=".7", transform="rotate(-38 -62 -150)"), path("M60 -20Q130 -40 146 -90", "none", stroke="#fff", stroke_width="9", stroke_opacity=".45", stroke_linecap="round"), transform=f"translate(0 {-2 * r - 40})") + "".join(circle(x, -2 * r - 52 + abs(x) * .02, 15, round_gold(s, m)) for x in range(-168, 169, 28))
        top -= 260
    else:
        gems = [(0, 150, gem)] if style == "round" else [(-172, 84, "#e4eef4"), (172, 84, "#e4eef4"), (0, 132, gem)]
        for x, size, c in gems:
            y = -2 * r - 40 - size * .62 + abs(x) * .16
            head += path(f"M{x - size * .62} {y}L{x - 22} {y + size * 1.0}H{x + 22}L{x + size * .62} {y}", "none", stroke=gold(s, m), stroke_width="15", stroke_linejoin="round")
            crown = [(x - size, y - size * .16), (x - size * .56, y - size * .52), (x + size * .56, y - size * .52), (x + size, y - size * .16), (x, y + size * .86)]
            head += polygon(crown, c) + polygon([crown[0], crown[1], (x - size * .3, y - size * .16)], light(c, .6)) + polygon([crown[1], crown[2], (x + size * .3, y - size * .16), (x - size * .3, y - size * .16)], s.lin([(0, light(c, .85)), (1, light(c, .3))], 0, 0, 1, 1)) + polygon([crown[2], crown[3], (x + size * .3, y - size * .16)], dark(c, .16)) + polygon([crown[0], (x - size * .3, y - size * .16), crown[4]], mix(c, dark(c, .6), .45)) + polygon([(x - size * .3, y - size * .16), (x + size * .3, y - size * .16), crown[4]], s.lin([(0, light(c, .5)), (1, dark(c, .4))])) + polygon([crown[3], (x + size * .3, y - size * .16), crown[4]], dark(c, .4))
            head += polygon([(x - size * .44, y - size * .44), (x - size * .1, y - size * .44), (x - size * .24, y - size * .24)], "#fff", fill_opacity=".8") + "".join(path(f"M{x + k * size * .86} {y - size * .3}L{x + k * size * .5} {y + size * .46}", "none", stroke=light(m, .5), stroke_width="13", stroke_linecap="round") for k in (-1, 1))
        top -= 260
    return {"body": band + head, "width": 780, "height": -top + 60, "focus": (0, -2 * r - 60), "zoom": 2.1}


def _oval(s, m, rx, ry, w, deco) -> str:
    """A bangle standing on its edge, seen a little from above."""
    inner = ellipse(0, -ry, rx, ry, "none", stroke=dark(m, .55), stroke_width=f"{w}")
    front = path(f"M{-rx} {-ry}A{rx} {ry} 0 0 0 {rx} {-ry}", "none", stroke=gold(s, m), stroke_width=f"{w * 1.15:.0f}", stroke_linecap="round")
    back = path(f"M{-rx} {-ry}A{rx} {ry} 0 0 1 {rx} {-ry}", "none", stroke=s.lin([(0, dark(m, .35)), (.5, light(m, .3)), (1, dark(m, .5))], 0, 0, 1, 0), stroke_width=f"{w * .8:.0f}")
    return inner + back + front + deco + path(f"M{-rx * .9} {-ry * .62}A{rx} {ry} 0 0 0 {rx * .2} {-w * .3}", "none", stroke="#fff", stroke_width=f"{w * .09:.0f}", stroke_opacity=".7", stroke_linecap="round")


def bangle(s, m, gem, style) -> dict:
    rx, ry, w = 440, 300, 96
    if style == "halo":
        deco = halo(s, 0, -46, 92, m)
    else:
        deco = "".join(ellipse(-math.cos(math.radians(t)) * rx + s.rng.uniform(-12, 12), -ry + math.sin(math.radians(t)) * ry + s.rng.uniform(-34, 34), 24, 17, light(m, .7) if i % 2 else dark(m, .25), fill_opacity=".5") for i, t in enumerate([2 + 4 * k for k in range(45)] * 2))
    return {"body": _oval(s, m, rx, ry, w, deco), "width": 800, "height": 720, "focus": (0, -90), "zoom": 2.2, "drop": -30}


def cuff(s, m, gem, style) -> dict:
    w, h = 940, 460
    back = path(f"M{-w / 2 + 60} {-h - 40}Q0 {-h - 240} {w / 2 - 60} {-h - 40}L{w / 2 - 70} -160Q0 {-h + 20} {-w / 2 + 70} -160Z", s.lin([(0, dark(m, .5)), (.5, dark(m, .1)), (1, dark(m, .6))], 0, 0, 1, 0))
    front = f"M{-w / 2} {-h}Q0 {-h + 190} {w / 2} {-h}L{w / 2 - 24} -70Q0 90 {-w / 2 + 24} -70Z"
    face = s.lin([(0, dark(m, .4)), (.14, light(m, .3)), (.3, light(m, .85)), (.44, m), (.62, dark(m, .2)), (.8, light(m, .5)), (1, dark(m, .5))], 0, 0, 1, 0)
    clip = s.clip(path(front, "#000"))
    rays = "".join(line(0, -h - 900, x, 160, dark(m, .5) if i % 2 else light(m, .8), 5 if i % 2 else 3, stroke_opacity=".55") for i, x in enumerate(range(-620, 621, 20)))
    return {"body": back + path(front, face) + group(rays, clip_path=clip) + path(front, "none", stroke=light(m, .8), stroke_width="7") + path(front, "none", stroke=dark(m, .5), stroke_width="2"), "width": w, "height": 700, "focus": (-120, -200), "zoom": 2.0}


def _links(s, m, pts, size) -> str:
    out = []
    for i in range(len(pts) - 1):
        (x1, y1), (x2, y2) = pts[i], pts[i + 1]
        a = math.degrees(math.atan2(y2 - y1, x2 - x1))
        x, y, long = (x1 + x2) / 2, (y1 + y2) / 2, math.hypot(x2 - x1, y2 - y1) * .72
        ry = size * (.62 if i % 2 else .2)
        out.append(group(ellipse(8, 14, long, ry, "none", stroke="#4a2f22", stroke_width=f"{size * .3:.0f}", stroke_opacity=".16"), ellipse(0, 0, long, ry, "none", stroke=dark(m, .5), stroke_width=f"{size * .36:.0f}"), ellipse(0, 0, long, ry, "none", stroke=gold(s, m), stroke_width=f"{size * .3:.0f}"),
                         path(f"M{-long * .7} {-ry * .8}Q0 {-ry * 1.12} {long * .6} {-ry * .86}", "none", stroke="#fff", stroke_width=f"{size * .06:.1f}", stroke_opacity=".75", stroke_linecap="round"), transform=f"translate({num(x)} {num(y)}) rotate({a:.1f})"))
    return "".join(out[::2]) + "".join(out[1::2])


def chain(s, m, gem, style) -> dict:
    n = 35
    pts = [(-430 * math.cos(math.pi * i / (n - 1)) * (1 + .06 * math.sin(math.pi * i / (n - 1))), -420 + 760 * math.sin(math.pi * i / (n - 1)) ** .9) for i in range(n)]
    if style == "river":
        body = ""
        for i in range(n):
            k = math.sin(math.pi * i / (n - 1))
            size = 20 + 30 * k ** 2
            x, y = pts[i]
            body += ellipse(x + 8, y + 14, size * 1.2, size * 1.2, "#4a2f22", fill_opacity=".14") + circle(x, y, size * 1.1, gold(s, m)) + stone(s, x, y, size, size, gem)
    else:
        body = _links(s, m, pts, 84)
    return {"body": body, "flat": True, "width": 1100, "height": 1100, "focus": (0, 300), "zoom": 2.2}


def bracelet(s, m, gem, style) -> dict:
    n = 29
    pts = [(430 * math.sin(math.tau * i / (n - 1)), -360 * math.cos(math.tau * i / (n - 1)) + 60 * math.sin(2 * math.tau * i / (n - 1))) for i in range(n)]
    return {"body": _links(s, m, pts, 104), "flat": True, "width": 1000, "height": 900, "focus": (-380, 60), "zoom": 2.0}


def pearls(s, m, gem, style) -> dict:
    n, out = 47, []
    for i in range(n):
        t = math.tau * (i + .5) / n
        x, y = 440 * math.sin(t) + 50 * math.sin(2 * t), -520 * math.cos(t) + 40 * math.cos(3 * t)
        out.append((x, y))
    body = "".join(ellipse(x + 10, y + 18, 42, 40, "#4a2f22", fill_opacity=".16") for x, y in out) + "".join(nacre(s, x, y, 38 + 3 * math.sin(i / n * math.pi), gem) for i, (x, y) in enumerate(out))
    clasp_ = group(ellipse(0, 0, 46, 32, round_gold(s, m), stroke=dark(m, .4), stroke_width="3"), emblem(0, 0, 24, dark(m, .5), 3), transform=f"translate(0 {-480})")
    return {"body": body + clasp_, "flat": True, "width": 1050, "height": 1200, "focus": (-260, 330), "zoom": 2.2}


def brooch(s, m, gem, style) -> dict:
    if style == "bee":
        wing = s.lin([(0, "#ffffff", .95), (.5, "#dfe8ea", .75), (1, "#b9c9cf", .85)], 0, 0, 1, 1)
        wings = "".join(f'<g transform="scale({k} 1)">' + path("M30 -120C180 -340 460 -330 480 -190C490 -70 220 -30 30 -60Z", wing, stroke=m, stroke_width="9") + path("M30 -50C200 -60 380 0 350 90C320 160 120 70 30 0Z", wing, stroke=m, stroke_width="8") + path("M40 -96C180 -220 340 -250 460 -190M60 -80C200 -160 330 -160 430 -120M40 -30C150 -30 270 20 330 70", "none", stroke=m, stroke_width="4") + "</g>" for k in (1, -1))
        body = ellipse(0, 140, 118, 250, round_gold(s, m), stroke=dark(m, .45), stroke_width="4") + "".join(path(f"M{-w} {y}Q0 {y + 46} {w} {y}", "none", stroke="#2b2119", stroke_width="34", stroke_opacity=".85") for y, w in ((70, 104), (170, 112), (266, 92))) + circle(0, -80, 104, round_gold(s, m), stroke=dark(m, .45), stroke_width="4") + circle(0, -212, 68, round_gold(s, m), stroke=dark(m, .45), stroke_width="4") + "".join(circle(k * 42, -226, 20, s.rad([(0, "#d23b52"), (1, "#5c0f1d")], .35, .3)) + path(f"M{k * 22} -268C{k * 40} -340 {k * 80} -370 {k * 112} -372", "none", stroke=m, stroke_width="9", stroke_linecap="round") for k in (-1, 1)) + "".join(stone(s, x, y, 20, 20, "#e4eef4") for x, y in ((-40, -80), (0, -110), (40, -80), (0, -56)))
        shape = wings + body
    else:
        leaf = fern(s, 900, m, dark(m, .5))
        curl = path("M0 -900C-10 -1010 120 -1060 160 -970C190 -890 90 -850 70 -920", "none", stroke=gold(s, m), stroke_width="24", stroke_linecap="round")
        shape = group(group(leaf, transform="translate(12 20)", opacity=".22") + leaf + curl + "".join(stone(s, 144 * 2 * t * (1 - t) * .98, -900 * t, 19 - 8 * t, 19 - 8 * t, "#e4eef4") for t in [.06 + .085 * i for i in range(11)]), transform="translate(-60 460) rotate(12)")
    return {"body": soft(s, 20, 60, 460, 420, .26) + shape, "flat": True, "width": 1000, "height": 1000, "focus": (60, -60), "zoom": 1.9}


def cufflinks(s, m, gem, style) -> dict:
    one = soft(s, 30, 44, 260, 250) + circle(0, 0, 220, gold(s, m), stroke=dark(m, .5), stroke_width="4") + circle(0, 0, 196, s.rad([(0, "#2b4a75"), (.7, "#1b2f52"), (1, "#101d36")], .36, .3, .8))
    for step, size, w in ((45, .55, .1), (90, .88, .13)):
        for i in range(round(360 / step)):
            if step == 45 and i % 2 == 0:
                continue
            tip, l, r_ = polar(0, 0, 196 * size, i * step), polar(0, 0, 196 * w, i * step - 45), polar(0, 0, 196 * w, i * step + 45)
            one += polygon([tip, l, (0, 0)], light(m, .75)) + polygon([tip, r_, (0, 0)], dark(m, .3))
    one += circle(0, 0, 208, "none", stroke="#fff", stroke_width="4", stroke_opacity=".5") + circle(0, 0, 15, round_gold(s, m))
    return {"body": _pair(s, one, 270, 70), "flat": True, "width": 1100, "height": 760, "focus": (-260, -60), "zoom": 2.0}
