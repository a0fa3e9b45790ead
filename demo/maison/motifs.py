"""Pattern motifs of the printed silks, each drawn around the origin."""

from __future__ import annotations

from .svg import Svg, circle, d, ellipse, group, line, num, path, points, polar, polygon, rect, use


def petal(length: float, width: float) -> str:
    return f"M0 0C{num(width)} {num(-length * .3)} {num(width * .9)} {num(-length * .85)} 0 {num(-length)}C{num(-width * .9)} {num(-length * .85)} {num(-width)} {num(-length * .3)} 0 0Z"


def flower(s: Svg, r: float, outer: str, inner: str, heart: str, ink: str, petals: int = 8) -> str:
    """A peony seen from above: two rings of petals and a heart of stamens."""
    big = s.symbol(path(petal(r, r * .42), outer, stroke=ink, stroke_width=r * .02)
                   + path(f"M0 {-r * .25}L0 {-r * .8}", "none", stroke=ink, stroke_width=r * .014, stroke_opacity=".6"))
    small = s.symbol(path(petal(r * .66, r * .3), inner, stroke=ink, stroke_width=r * .02))
    out = [use(big, turn=i * 360 / petals) for i in range(petals)]
    out += [use(small, turn=(i + .5) * 360 / petals) for i in range(petals)]
    out.append(circle(0, 0, r * .2, heart, stroke=ink, stroke_width=r * .02))
    out += [circle(*polar(0, 0, r * .29, i * 30), r * .034, heart, stroke=ink, stroke_width=r * .01) for i in range(12)]
    out += [circle(*polar(0, 0, r * .1, i * 60), r * .025, ink) for i in range(6)]
    return "".join(out)


def leaf(s: Svg, length: float, fill: str, ink: str, veins: int = 5) -> str:
    w = length * .26
    out = [path(f"M0 0C{w} {-length * .25} {w} {-length * .65} 0 {-length}C{-w} {-length * .65} {-w} {-length * .25} 0 0Z",
                fill, stroke=ink, stroke_width=length * .016),
           line(0, 0, 0, -length * .94, ink, length * .014)]
    for i in range(1, veins + 1):
        y = -length * (.12 + .7 * i / veins)
        x = w * .72 * (1 - abs(i / veins - .45))
        out.append(path(f"M{-x} {y - length * .07}Q0 {y + length * .03} 0 {y + length * .04}Q0 {y + length * .03} {x} {y - length * .07}",
                        "none", stroke=ink, stroke_width=length * .01, stroke_opacity=".7"))
    return "".join(out)


def fern(s: Svg, length: float, fill: str, ink: str) -> str:
    out = [path(f"M0 0Q{length * .16} {-length * .5} 0 {-length}", "none", stroke=ink, stroke_width=length * .02)]
    leaflet = s.symbol(path("M0 0C10 -8 30 -14 46 -6C30 4 12 6 0 0Z", fill, stroke=ink, stroke_width="1.6"))
    for i in range(9):
        t = (i + .6) / 9.6
        x = length * .16 * 2 * t * (1 - t)
        k = length / 240 * (1 - t * .68)
        out.append(use(leaflet, x, -length * t, -22, k))
        out.append(f'<use xlink:href="#{leaflet}" transform="translate({num(x)} {num(-length * t)}) scale(-1 1) rotate(-22) scale({k:.3g})"/>')
    return "".join(out)


def stirrup(ink: str, metal: str, shade: str, strap: str) -> str:
    return (path("M-12 -150H12V-74H-12Z", strap, stroke=ink, stroke_width="3")
            + path("M-7 -146V-78M7 -146V-78", "none", stroke=metal, stroke_width="1.6", stroke_dasharray="6 4")
            + path("M-22 -74H22V-54H14C26 -40 44 8 46 42H-46C-44 8 -26 -40 -14 -54H-22Z", metal, stroke=ink, stroke_width="3")
            + path("M-30 30C-28 4 -16 -32 -4 -48H4C16 -32 28 4 30 30Z", shade, stroke=ink, stroke_width="2.4")
            + path("M-50 42H50V60H-50Z", metal, stroke=ink, stroke_width="3")
            + path("M-40 51H40", "none", stroke=ink, stroke_width="3", stroke_dasharray="5 5"))


def snaffle(ink: str, metal: str, shade: str) -> str:
    ring = lambda x: circle(x, 0, 34, "none", stroke=ink, stroke_width="15") + circle(x, 0, 34, "none", stroke=metal, stroke_width="10")  # noqa: E731
    return (ring(-96) + ring(96)
            + path("M-92 -9Q-50 -18 -14 -7Q-8 -14 0 -14Q8 -14 14 -7Q50 -18 92 -9V9Q50 18 14 7Q8 14 0 14Q-8 14 -14 7Q-50 18 -92 9Z", metal, stroke=ink, stroke_width="3")
            + circle(0, 0, 9, shade, stroke=ink, stroke_width="2.4"))


def buckle(ink: str, metal: str, strap: str) -> str:
    return (rect(-22, -92, 44, 184, strap, rx="8", stroke=ink, stroke_width="3")
            + path("M-15 -86V86M15 -86V86", "none", stroke=metal, stroke_width="1.6", stroke_dasharray="7 5")
            + rect(-38, -30, 76, 60, "none", rx="12", stroke=ink, stroke_width="14")
            + rect(-38, -30, 76, 60, "none", rx="12", stroke=metal, stroke_width="9")
            + line(0, -28, 0, 32, ink, 9) + line(0, -28, 0, 32, metal, 5)
            + "".join(circle(0, y, 3.4, ink) for y in (50, 66, 82)))


def horseshoe(ink: str, metal: str) -> str:
    out = path("M-44 58C-78 -10 -56 -76 0 -76C56 -76 78 -10 44 58L18 50C42 2 32 -42 0 -42C-32 -42 -42 2 -18 50Z", metal, stroke=ink, stroke_width="3")
    return out + "".join(rect(x - 3, y - 5, 6, 10, ink) for x, y in ((-45, 20), (-50, -12), (-40, -42), (45, 20), (50, -12), (40, -42)))


def sun(s: Svg, r: float, a: str, b: str, ink: str, face: str, rays: int = 32) -> str:
    out = []
    for i in range(rays):
        size = (1, .78)[i % 2]
        w = r * .075
        out.append(f'<path d="{d(f"M{-w} {-r * .46}L0 {-r * size}L{w} {-r * .46}Z")}" fill="{(a, b)[i % 2]}" stroke="{ink}" stroke-width="{num(r * .006)}" transform="rotate({num(i * 360 / rays)})"/>')
    out.append(circle(0, 0, r * .47, a, stroke=ink, stroke_width=r * .014))
    out.append(circle(0, 0, r * .4, face, stroke=ink, stroke_width=r * .01))
    for x in (-1, 1):
        out.append(path(f"M{x * r * .07} {-r * .06}Q{x * r * .15} {-r * .13} {x * r * .23} {-r * .05}", "none", stroke=ink, stroke_width=r * .016))
        out.append(path(f"M{x * r * .08} {-r * .02}Q{x * r * .15} {r * .04} {x * r * .22} {-r * .01}", "none", stroke=ink, stroke_width=r * .012))
        out.append(circle(x * r * .15, -r * .02, r * .022, ink))
        out.append(circle(x * r * .22, r * .12, r * .05, b, fill_opacity=".55"))
    out.append(path(f"M{-r * .01} {-r * .08}L{-r * .035} {r * .1}Q0 {r * .14} {r * .035} {r * .1}", "none", stroke=ink, stroke_width=r * .011))
    out.append(path(f"M{-r * .1} {r * .2}Q0 {r * .28} {r * .1} {r * .2}Q0 {r * .225} {-r * .1} {r * .2}Z", b, stroke=ink, stroke_width=r * .008))
    return "".join(out)


def moon(r: float, fill: str, ink: str, phase: int) -> str:
    bend = (0.75, 0.35, -0.1, -0.5)[phase % 4]
    return path(f"M0 {-r}A{r} {r} 0 1 1 0 {r}A{r * max(abs(bend), .2)} {r} 0 0 {1 if bend < 0 else 0} 0 {-r}Z", fill, stroke=ink, stroke_width=r * .06)


def star(r: float, fill: str, count: int = 4, inner: float = .24) -> str:
    pts = [polar(0, 0, r if i % 2 == 0 else r * inner, i * 180 / count) for i in range(count * 2)]
    return polygon(pts, fill)


def feather(s: Svg, length: float, a: str, b: str, eye: str, ink: str) -> str:
    w = length * .17
    out = [path(f"M0 0C{w * .6} {-length * .12} {w * 1.2} {-length * .5} {w * .7} {-length * .85}Q{w * .3} {-length} 0 {-length}Q{-w * .3} {-length} {-w * .7} {-length * .85}C{-w * 1.2} {-length * .5} {-w * .6} {-length * .12} 0 0Z", a, stroke=ink, stroke_width=length * .008)]
    for i in range(13):
        y = -length * (.14 + .062 * i)
        x = w * (.62 + .3 * (1 - abs(i - 7) / 7))
        out.append(path(f"M{-x} {y - length * .075}L0 {y}L{x} {y - length * .075}", "none", stroke=(b if i % 3 else ink), stroke_width=length * (.014 if i % 3 else .006)))
    out.append(ellipse(0, -length * .82, w * .5, length * .095, b, stroke=ink, stroke_width=length * .006))
    out.append(ellipse(0, -length * .81, w * .3, length * .06, eye, stroke=ink, stroke_width=length * .005))
    out.append(path(f"M0 {length * .16}Q{w * .1} {-length * .4} 0 {-length * .95}", "none", stroke=ink, stroke_width=length * .014))
    return "".join(out)


def shell(r: float, a: str, b: str, ink: str) -> str:
    out = [path(f"M0 {r * .8}C{-r * .35} {r * .75} {-r * 1.05} {r * .1} {-r * .9} {-r * .2}" + "".join(
        f"Q{num(-r * .9 + r * .3 * i + r * .15)} {num(-r * (.55 + .45 * (1 - abs(i - 2.5) / 2.5)))} {num(-r * .9 + r * .3 * (i + 1))} {num(-r * (.2 + .4 * (1 - abs(i + 1 - 3) / 3)))}" for i in range(6))
        + f"C{r * 1.05} {r * .1} {r * .35} {r * .75} 0 {r * .8}Z", a, stroke=ink, stroke_width=r * .035)]
    for i in range(1, 6):
        x = -r * .9 + r * .3 * i
        out.append(path(f"M0 {r * .76}Q{x * .9} {r * .2} {x} {-r * (.22 + .38 * (1 - abs(i - 3) / 3))}", "none", stroke=(b if i % 2 else ink), stroke_width=r * (.06 if i % 2 else .025)))
    out.append(path(f"M{-r * .26} {r * .68}H{r * .26}L{r * .18} {r * .92}H{-r * .18}Z", b, stroke=ink, stroke_width=r * .03))
    return "".join(out)


def starfish(r: float, fill: str, ink: str) -> str:
    pts = [polar(0, 0, r if i % 2 == 0 else r * .38, i * 36) for i in range(10)]
    shape = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in pts) + "Z"
    dots = "".join(circle(*polar(0, 0, r * k, a), r * .035, ink) for a in range(0, 360, 72) for k in (.25, .42, .58, .72))
    return path(shape, fill, stroke=ink, stroke_width=r * .09, stroke_linejoin="round") + path(shape, fill, stroke=fill, stroke_width=r * .05, stroke_linejoin="round") + dots


def citrus(s: Svg, r: float, rind: str, flesh: str, ink: str) -> str:
    wedge = s.symbol(path(f"M0 {-r * .12}L{-r * .28} {-r * .68}Q0 {-r * .84} {r * .28} {-r * .68}Z", flesh, stroke=ink, stroke_width=r * .012, stroke_linejoin="round"))
    return (circle(0, 0, r, rind, stroke=ink, stroke_width=r * .03) + circle(0, 0, r * .87, "#fffaf0")
            + "".join(use(wedge, turn=i * 40) for i in range(9)))


def fruit(r: float, fill: str, shine: str, ink: str, lemon: bool) -> str:
    if lemon:
        shape = f"M0 {-r * 1.2}C{r * .2} {-r * 1.05} {r * .9} {-r * .9} {r * .9} 0C{r * .9} {r * .9} {r * .2} {r * 1.05} 0 {r * 1.2}C{-r * .2} {r * 1.05} {-r * .9} {r * .9} {-r * .9} 0C{-r * .9} {-r * .9} {-r * .2} {-r * 1.05} 0 {-r * 1.2}Z"
        return path(shape, fill, stroke=ink, stroke_width=r * .04) + path(f"M{-r * .55} {-r * .3}Q{-r * .6} {-r * .7} {-r * .2} {-r * .85}", "none", stroke=shine, stroke_width=r * .09, stroke_linecap="round")
    crown = polygon([(-r * .22, -r * .9), (-r * .34, -r * 1.35), (-r * .1, -r * 1.12), (0, -r * 1.42), (r * .1, -r * 1.12), (r * .34, -r * 1.35), (r * .22, -r * .9)], fill, stroke=ink, stroke_width=r * .04)
    return crown + circle(0, 0, r, fill, stroke=ink, stroke_width=r * .04) + path(f"M{-r * .65} {-r * .1}Q{-r * .6} {-r * .6} {-r * .15} {-r * .72}", "none", stroke=shine, stroke_width=r * .1, stroke_linecap="round")


def bee(r: float, body: str, wing: str, ink: str) -> str:
    w = "".join(f'<ellipse cx="{num(x * r * .62)}" cy="{num(-r * .28)}" rx="{num(r * .62)}" ry="{num(r * .28)}" fill="{wing}" stroke="{ink}" stroke-width="{num(r * .04)}" transform="rotate({x * 24})"/>' for x in (-1, 1))
    stripes = "".join(path(f"M{-r * .3} {y * r}Q0 {(y + .12) * r} {r * .3} {y * r}", "none", stroke=ink, stroke_width=r * .13) for y in (0, .26, .52))
    return w + ellipse(0, r * .26, r * .34, r * .68, body, stroke=ink, stroke_width=r * .05) + stripes + circle(0, -r * .52, r * .24, ink)


def rosette(r: float, a: str, b: str, c: str, ink: str) -> str:
    """A compass card of thirty-two points."""
    out = [circle(0, 0, r, c, stroke=ink, stroke_width=r * .012), circle(0, 0, r * .9, "none", stroke=ink, stroke_width=r * .006)]
    out += [line(*polar(0, 0, r * .9, i * 5), *polar(0, 0, r * (.97 if i % 2 else 1), i * 5), ink, r * .006) for i in range(72)]
    for step, size, width in ((11.25, .5, .035), (22.5, .66, .06), (45, .8, .09), (90, 1.06, .12)):
        for i in range(round(360 / step)):
            if step < 90 and (i * step) % (step * 2) == 0:
                continue
            tip, left, right = polar(0, 0, r * size, i * step), polar(0, 0, r * width * 1.5, i * step - 45), polar(0, 0, r * width * 1.5, i * step + 45)
            out.append(polygon([tip, left, (0, 0)], a, stroke=ink, stroke_width=r * .005))
            out.append(polygon([tip, right, (0, 0)], b, stroke=ink, stroke_width=r * .005))
    out.append(circle(0, 0, r * .1, c, stroke=ink, stroke_width=r * .012))
    return "".join(out)


def fan(s: Svg, r: float, a: str, b: str, c: str, ink: str) -> str:
    out = [path(f"M{-r} 0A{r} {r} 0 0 1 {r} 0Z", a, stroke=ink, stroke_width=r * .02)]
    for k, fill in ((.86, b), (.72, a), (.4, c)):
        out.append(path(f"M{-r * k} 0A{r * k} {r * k} 0 0 1 {r * k} 0Z", fill, stroke=ink, stroke_width=r * .014))
    out += [line(*polar(0, 0, r * .12, t), *polar(0, 0, r * .7, t), ink, r * .012) for t in range(-80, 81, 20)]
    out += [circle(*polar(0, 0, r * .79, t), r * .036, c) for t in range(-80, 81, 20)]
    out.append(circle(0, 0, r * .14, c, stroke=ink, stroke_width=r * .02))
    return "".join(out)
