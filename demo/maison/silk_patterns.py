"""The compositions of the silk squares: 1,000 units square, origin in the upper left corner."""

from __future__ import annotations

import math

from . import motifs as m
from .svg import Svg, circle, dark, emblem, group, light, line, mix, num, path, polar, polygon, rect, use

SIDE = 1000


def quarter(s: Svg, content: str) -> str:
    """The content, drawn for the upper left quarter about the centre, four times around it."""
    g = s.symbol(content)
    return "".join(use(g, 500, 500, a) for a in (0, 90, 180, 270))


def border(s: Svg, p, kind: str) -> str:
    """A frame of bands with an ornament; `p` is the palette (ground, border, three colours, ink)."""
    bg, edge, a, b, c, ink = p
    out = [rect(0, 0, 1000, 1000, edge), rect(14, 14, 972, 972, "none", stroke=b, stroke_width="3")]
    out.append(rect(92, 92, 816, 816, bg, stroke=b, stroke_width="7"))
    out.append(rect(104, 104, 792, 792, "none", stroke=edge, stroke_width="3"))
    n = 12
    step = (1000 - 92) / n
    shapes = []
    for i in range(n):
        x = 46 + step / 2 + i * step - 500 + 0
        if kind == "leaf":
            leaf = s.symbol(m.leaf(s, 44, (a, c)[i % 2], ink, 3))
            shapes.append(use(leaf, x + 20, -447, -68 if i % 2 else -112))
        elif kind == "greek":
            shapes.append(path(f"M{x - 34} -430V-472H{x + 26}V-440H{x - 10}V-456", "none", stroke=b, stroke_width="7"))
        elif kind == "rope":
            for k in range(3):
                shapes.append(path(f"M{x - 37 + k * 25} -436Q{x - 20 + k * 25} -438 {x - 18 + k * 25} -454Q{x - 14 + k * 25} -468 {x - 2 + k * 25} -468", "none", stroke=(b, a, b)[k], stroke_width="9", stroke_linecap="round"))
        elif kind == "dots":
            shapes.append(group(m.star(17, b, 4, .3), transform=f"translate({num(x)} -453)"))
            shapes.append(circle(x + step / 2, -453, 6, a))
        elif kind == "scallop":
            shapes.append(path(f"M{x - 37} -424A37.5 37.5 0 0 1 {x + 38} -424", a, stroke=b, stroke_width="3"))
            shapes.append(circle(x, -436, 9, b))
        else:
            shapes.append(polygon([(x, -478), (x + 36, -453), (x, -428), (x - 36, -453)], a, stroke=b, stroke_width="3"))
            shapes.append(polygon([(x, -466), (x + 18, -453), (x, -440), (x - 18, -453)], b))
    out.append(quarter(s, "".join(shapes)))
    corner = circle(-454, -454, 38, edge, stroke=b, stroke_width="3") + emblem(-454, -454, 25, b)
    out.append(quarter(s, corner))
    return "".join(out)


def jardin(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    big = s.symbol(m.flower(s, 100, a, b, c, ink, 9))
    mid = s.symbol(m.flower(s, 62, edge, a, b, ink, 8))
    bud = s.symbol(m.flower(s, 36, c, b, edge, ink, 6))
    green = mix(c, ink, .25) if p[0] != "#f6efe2" else b
    leaf = s.symbol(m.leaf(s, 120, b if b != bg else c, ink))
    frond = s.symbol(m.fern(s, 190, c, ink))
    q = []
    for turn, x, y, k in ((-45, -230, -230, 1), (-95, -250, -190, .9), (5, -190, -250, .9), (-150, -300, -220, .7), (60, -220, -300, .7), (-75, -330, -120, .7), (-15, -120, -330, .7)):
        q.append(use(leaf, x, y, turn, k))
    q += [use(frond, -205, -205, -72, 1), use(frond, -205, -205, -18, 1), use(frond, 0, -220, 0, .8)]
    q += [use(frond, -40, -170, -55, .55), use(frond, 40, -170, 55, .55)]
    q += [use(big, -268, -268, 0, 1.06), use(mid, -150, -330, 10), use(mid, -330, -150, 30), use(bud, -60, -346, 0), use(bud, -346, -60, 0), use(bud, -352, -352, 0, .7), use(mid, 0, -258, 0, .9)]
    wreath = "".join(use(leaf, *polar(500, 500, 128, t), t + 62, .56) for t in range(0, 360, 18))
    return (quarter(s, "".join(q)) + circle(500, 500, 172, mix(bg, c, .12), stroke=edge, stroke_width="4") + circle(500, 500, 160, "none", stroke=c, stroke_width="2") + wreath
            + group(m.flower(s, 92, edge, a, c, ink, 10), transform="translate(500 500)"))


def ecuyer(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    metal, strap = (c if c not in (bg, edge) else b), edge
    st = s.symbol(m.stirrup(ink, metal, bg, strap))
    sn = s.symbol(m.snaffle(ink, metal, a))
    bu = s.symbol(m.buckle(ink, metal, a))
    hs = s.symbol(m.horseshoe(ink, a))
    reins = "".join(circle(500, 500, r, "none", stroke=ink, stroke_width=num(w + 5)) + circle(500, 500, r, "none", stroke=col, stroke_width=num(w)) for r, w, col in ((346, 22, a), (214, 22, edge)))
    reins += "".join(circle(500, 500, r, "none", stroke=metal, stroke_width="2.5", stroke_dasharray="11 8") for r in (352.0, 340.0, 220.0, 208.0))
    q = [use(st, 0, -264, 0, .98), use(bu, *polar(0, 0, 280, 45), 45, .86), use(sn, -306, -306, -45, .72), use(hs, -352, -352, 135, .42)]
    q += [use(hs, -150, -352, 0, .4), use(hs, -352, -150, -90, .4)]
    centre = circle(500, 500, 172, mix(bg, a, .14), stroke=edge, stroke_width="5") + "".join(use(hs, *polar(500, 500, 100, t), t, .62) for t in range(0, 360, 60)) + emblem(500, 500, 46, edge)
    return reins + quarter(s, "".join(q)) + centre


def astre(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    orbits = "".join(circle(500, 500, r, "none", stroke=mix(edge, bg, .35), stroke_width="2", stroke_dasharray=dash) for r, dash in ((266.0, "none"), (312.0, "2 9"), (368.0, "none")))
    moons = "".join(group(m.moon(30, b, ink, i), transform=f"translate({' '.join(num(v) for v in polar(500, 500, 312, i * 45))}) rotate({i * 45})") for i in range(8))
    planets = "".join(circle(*polar(500, 500, 368, 22.5 + i * 45), 15 + 6 * (i % 3), (a, c, edge)[i % 3], stroke=ink, stroke_width="2.5") + line(*polar(500, 500, 340, 22.5 + i * 45), *polar(500, 500, 396, 22.5 + i * 45), b, 2) for i in range(8))
    st4, st8 = s.symbol(m.star(20, b)), s.symbol(m.star(27, edge, 8, .42))
    stars = []
    for i in range(70):
        x, y = s.rng.uniform(-385, -10), s.rng.uniform(-385, -10)
        if 392 < math.hypot(x, y) or 250 > math.hypot(x, y) > 232:
            stars.append(use(st4, x, y, 0, s.rng.choice((.25, .35, .5, .7))))
    stars += [use(st8, -330, -330, 0, 1.5), use(st8, -375, -268, 0, .6), use(st8, -268, -375, 0, .6)]
    return orbits + quarter(s, "".join(stars)) + group(m.sun(s, 240, edge if edge != bg else c, c, ink, b, 64 if len(p) else 32), transform="translate(500 500)") + moons + planets


def mosaic(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    cell = 792 / 5
    tile = []
    for k in range(8):
        tile.append(polygon([polar(0, 0, cell * .5, k * 45), polar(0, 0, cell * .29, k * 45 + 22.5), (0, 0), polar(0, 0, cell * .29, k * 45 - 22.5)], (edge, a)[k % 2], stroke=bg, stroke_width="3"))
    tile.append(polygon([polar(0, 0, cell * .2, k * 45 + 22.5) for k in range(8)], b, stroke=bg, stroke_width="3"))
    tile.append(m.star(cell * .15, c, 8, .5))
    t1 = s.symbol("".join(tile))
    knot = s.symbol(polygon([polar(0, 0, cell * .3 if k % 2 == 0 else cell * .17, k * 45) for k in range(8)], c, stroke=bg, stroke_width="3") + polygon([polar(0, 0, cell * .15, k * 90) for k in range(4)], b) + circle(0, 0, cell * .05, edge))
    out = [rect(104, 104, 792, 792, mix(bg, b, .5))]
    for i in range(5):
        for j in range(5):
            out.append(use(t1, 104 + cell * (i + .5), 104 + cell * (j + .5), 22.5 if (i + j) % 2 else 0))
    for i in range(4):
        for j in range(4):
            out.append(use(knot, 104 + cell * (i + 1), 104 + cell * (j + 1)))
    return "".join(out) + circle(500, 500, 132, bg, stroke=edge, stroke_width="6") + group(m.rosette(112, edge, a, mix(bg, b, .4), ink), transform="translate(500 500)")


def deco(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    one = s.symbol(m.fan(s, 66, a, b, c, ink))
    two = s.symbol(m.fan(s, 66, edge if edge != bg else c, a, b, ink))
    clip = s.clip(rect(106, 106, 788, 788))
    out = []
    for row in range(0, 15):
        for col in range(-1, 8):
            x = 104 + col * 132 - (66 if row % 2 else 0) + 66
            out.append(use(one if (row + (col if row % 2 else 0)) % 3 else two, x, 128 + row * 57))
    return group(*out, clip_path=clip)


def plume(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    f1 = s.symbol(m.feather(s, 250, a, b, edge, ink))
    f2 = s.symbol(m.feather(s, 190, edge, c, b, ink))
    f3 = s.symbol(m.feather(s, 120, c, a, bg, ink))
    out = [use(f1, *polar(500, 500, 170, t), t) for t in range(0, 360, 30)]
    out += [use(f2, *polar(500, 500, 128, t), t) for t in range(15, 360, 30)]
    out += [use(f3, *polar(500, 500, 66, t), t) for t in range(0, 360, 24)]
    corners = "".join(use(f2, -262, -262, t, 1) for t in (-95, -70, -45, -20, 5))
    return quarter(s, corners) + "".join(out) + circle(500, 500, 74, edge, stroke=b, stroke_width="4") + emblem(500, 500, 48, b)


def mer(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    wave = []
    for row in range(4):
        y, r = -384 + row * 50, 33
        col = (edge, a, b, mix(a, bg, .5))[row]
        half = 396 - row * 50 + 4
        n = max(4, round(half * 2 / 66))
        w = half * 2 / n
        pts = f"M{-half} {y - 20}" + "".join(f"A{num(w / 2)} {r} 0 0 1 {num(-half + w * (i + 1))} {y - 20}" for i in range(n))
        wave.append(path(f"{pts}L{half - 45} {y + 45}H{-half + 45}Z", col, stroke=ink, stroke_width="2.4"))
        wave += [path(f"M{-half + w * (i + .16)} {y - 20}A{w * .33} {r * .66} 0 0 1 {-half + w * (i + .84)} {y - 20}M{-half + w * (i + .32)} {y - 20}A{w * .18} {r * .36} 0 0 1 {-half + w * (i + .68)} {y - 20}", "none", stroke=bg, stroke_width="3") for i in range(n)]
    inner = rect(302, 302, 396, 396, bg, stroke=ink, stroke_width="3")
    sh, sf = s.symbol(m.shell(46, c, b, ink)), s.symbol(m.starfish(58, c if c != bg else a, ink))
    out = quarter(s, "".join(wave)) + circle(500, 500, 214, bg, stroke=edge, stroke_width="5")
    out += "".join(use(sh, *polar(500, 500, 148, t), t, 1) for t in range(0, 360, 45))
    out += "".join(circle(*polar(500, 500, 196, t), 6, a) for t in range(0, 360, 12))
    return out + use(sf, 500, 500, 0, 1.25)


def labyrinth(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    hedge = edge if edge != bg else a
    out = [rect(104, 104, 792, 792, b)]
    for i in range(7):
        x = 128 + i * 48
        w = 1000 - 2 * x
        out.append(rect(x, x, w, w, "none", stroke=dark(hedge, .25), stroke_width="26"))
        out.append(rect(x, x, w, w, "none", stroke=hedge, stroke_width="21"))
        out.append(rect(x, x, w, w, "none", stroke=light(hedge, .25), stroke_width="2", stroke_dasharray="5 7", transform="translate(-4 -4)"))
        side = s.rng.choice((0, 90, 180, 270)) if i else 180
        at = s.rng.uniform(-.3, .3) * w if i else 0
        out.append(group(rect(at - 24, -w / 2 - 17, 48, 34, b), transform=f"translate(500 500) rotate({side})"))
        if i < 6:
            out.append(group(rect(s.rng.uniform(-.4, .35) * w, -w / 2 + 10, 20, 30, hedge), transform=f"translate(500 500) rotate({(side + 90) % 360})"))
    tree = s.symbol(circle(0, 0, 20, dark(a, .15), stroke=ink, stroke_width="2") + circle(-3, -3, 13, a) + circle(-6, -6, 5, light(a, .4)))
    out += [use(tree, 500 + x * v, 500 + y * v) for v in (348, 252) for x in (-1, 1) for y in (-1, 1)]
    out += [circle(500, 500, 88, b, stroke=hedge, stroke_width="10"), circle(500, 500, 62, c, stroke=ink, stroke_width="3")]
    out += [circle(500, 500, r, "none", stroke=bg, stroke_width="3") for r in (18.0, 32.0, 46.0)]
    return "".join(out) + circle(500, 500, 7, bg)


def damier(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    n, out = 14, []

    def warp(i: float, j: float) -> tuple[float, float]:
        x, y = (i / n - .5) * 2, (j / n - .5) * 2
        r = math.hypot(x, y)
        k = 1 + .85 * max(0, 1 - r / .86) ** 1.3 if r < .86 else 1
        k = min(k, .86 / r) if 0 < r < .86 else k
        return 500 + x * 394 * k, 500 + y * 394 * k

    for i in range(n):
        for j in range(n):
            if (i + j) % 2:
                inside = math.hypot(i + .5 - n / 2, j + .5 - n / 2) < n * .3
                corner = [warp(i, j), warp(i + 1, j), warp(i + 1, j + 1), warp(i, j + 1)]
                out.append(polygon(corner, (a if inside else edge)))
    out.append(circle(500, 500, 340, "none", stroke=b, stroke_width="5"))
    out.append(circle(500, 500, 340, s.rad([(0, "#ffffff", .28), (.6, "#ffffff", 0), (1, "#000000", .28)], .36, .32, .75)))
    horse = s.symbol(m.horseshoe(ink, c))
    return "".join(out) + "".join(use(horse, 500 + x * 330, 500 + y * 330, 0, .5) for x in (-1, 1) for y in (-1, 1))


def verger(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    leaf = s.symbol(m.leaf(s, 92, mix(c, edge, .2) if c != bg else edge, ink))
    lemon = s.symbol(m.fruit(46, b if b != bg else c, "#fffdf4", ink, True))
    pome = s.symbol(m.fruit(46, edge, light(edge, .6), ink, False))
    cut = s.symbol(m.citrus(s, 50, a, light(a, .45), ink))
    bee = s.symbol(m.bee(24, b, light(bg, .6), ink))
    out, n = [], 6
    step = 792 / n
    for i in range(n):
        for j in range(n):
            x, y = 104 + step * (i + .5), 104 + step * (j + .5)
            turn = ((i * 3 + j * 5) % 7 - 3) * 9
            kind = (i + 2 * j) % 4
            if kind == 3:
                out.append(use(cut, x, y, turn, .92))
                out += [use(leaf, *polar(x, y, 30, t), t, .52) for t in (40, 160, 280)]
            else:
                out += [use(leaf, x, y - 26, turn + t, .74) for t in (-70, 64, -20)]
                out.append(use((lemon, pome, lemon)[kind], x, y + 8, turn, .88))
    for i in range(n - 1):
        for j in range(n - 1):
            if (i + j) % 2 == 0:
                out.append(use(bee, 104 + step * (i + 1), 104 + step * (j + 1), (i * 70 + j * 40) % 360, .9))
            else:
                out.append(circle(104 + step * (i + 1), 104 + step * (j + 1), 7, edge))
    return "".join(out)


def compass(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    hubs = [(500, 500)] + [polar(500, 500, 330, 45 + i * 90) for i in range(4)]
    clip = s.clip(rect(106, 106, 788, 788))
    rhumb = [line(x, y, *polar(x, y, 1100, t), (mix(bg, edge, .55), mix(bg, a, .6))[int(t / 22.5) % 2], 1.5) for x, y in hubs for t in [k * 22.5 for k in range(16)]]
    coast = []
    for side in range(4):
        pts, x = [], -396.0
        while x < 396:
            pts.append((x, -396 + 34 + 26 * math.sin(x / 47 + side) + s.rng.uniform(-9, 9)))
            x += 22
        coast.append(f'<g transform="translate(500 500) rotate({side * 90})">' + polygon([(-396, -396), *pts, (396, -396)], mix(bg, b, .8), stroke=ink, stroke_width="2.5")
                     + path("M" + "L".join(f"{num(x)} {num(y + 10)}" for x, y in pts), "none", stroke=a, stroke_width="2", stroke_opacity=".7") + "</g>")
    small = s.symbol(m.rosette(72, a, b, bg, ink))
    ship = s.symbol(path("M-40 6H40Q30 34 0 34Q-30 34 -40 6Z", edge, stroke=ink, stroke_width="2.5") + path("M0 4V-56M-4 -50Q-44 -30 -38 0H-4ZM5 -56Q48 -30 40 0H5Z", c, stroke=ink, stroke_width="2.5"))
    ships = use(ship, 500, 232) + use(ship, 768, 500, 0, .8) + use(ship, 232, 500, 0, .8) + use(ship, 500, 790, 0, .9)
    return group(*rhumb, *coast, clip_path=clip) + "".join(use(small, x, y) for x, y in hubs[1:]) + ships + group(m.rosette(190, edge, a, b, ink), transform="translate(500 500)")


def ruban(s: Svg, p) -> str:
    bg, edge, a, b, c, ink = p
    clip, out = s.clip(rect(106, 106, 788, 788)), []
    n, w = 6, 74
    step = 792 / n

    def band(x1, y1, x2, y2, colour) -> str:
        return (line(x1, y1, x2, y2, ink, w + 5) + line(x1, y1, x2, y2, colour, w) + line(x1, y1, x2, y2, light(colour, .35), w * .62)
                + line(x1, y1, x2, y2, colour, w * .5))

    cols = (edge, a, c)
    for i in range(n):
        t = 104 + step * (i + .5)
        out.append(band(104, t, 896, t, cols[i % 3]))
    for i in range(n):
        t = 104 + step * (i + .5)
        out.append(band(t, 104, t, 896, mix(cols[(i + 1) % 3], b, .35)))
    for i in range(n):
        for j in range(n):
            if (i + j) % 2:
                x, y = 104 + step * (i + .5), 104 + step * (j + .5)
                shade = s.lin([(0, ink, .45), (.2, ink, 0), (.8, ink, 0), (1, ink, .45)], 0, 0, 1, 0)
                out.append(band(x - step / 2, y, x + step / 2, y, cols[j % 3]) + rect(x - step / 2, y - w / 2, step, w, shade))
            else:
                x, y = 104 + step * (i + .5), 104 + step * (j + .5)
                shade = s.lin([(0, ink, .45), (.2, ink, 0), (.8, ink, 0), (1, ink, .45)], 0, 0, 0, 1)
                out.append(rect(x - w / 2, y - step / 2, w, step, shade))
    knots = s.symbol(circle(0, 0, 19, bg, stroke=ink, stroke_width="3") + m.star(14, edge, 6, .45))
    out += [use(knots, 104 + step * i, 104 + step * j) for i in range(1, n) for j in range(1, n)]
    return group(*out, clip_path=clip)


def halo(s: Svg, p) -> str:
    return circle(500, 500, 380, mix(p[0], p[1], .08)) + emblem(500, 500, 330, p[1], 26)


BORDERS = {"jardin": "leaf", "ecuyer": "rope", "astre": "dots", "mosaic": "lozenge", "deco": "scallop",
           "plume": "dots", "mer": "scallop", "labyrinth": "greek", "damier": "greek",
           "verger": "leaf", "compass": "rope", "ruban": "lozenge", "halo": "dots"}


def square(s: Svg, style: str, palette) -> str:
    """A whole silk square of 1,000 units, border and field."""
    return border(s, palette, BORDERS[style]) + globals()[style](s, palette)
