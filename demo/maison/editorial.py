"""Editorial pictures: heroes, chapters, collections, journal, the house and Le Cercle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from . import items, places
from .silk_patterns import square
from .stage import WALLS, backdrop, contact, window_light
from .svg import Svg, circle, dark, emblem, group, lettering, light, line, mix, num, path, polygon, rect
from .table import Product, colours, products

COLLECTIONS: dict[str, tuple[str, list[tuple[str, float]]]] = {
    "silk": ("sand", []), "handbags": ("blush", [("halo-28", .92), ("puisette-bucket", .84), ("lune-crossbody", .8)]),
    "watches": ("sky", [("meridienne-38", .78), ("phase-de-lune", .78), ("carree-dame", .78), ("octave-acier", .78)]),
    "fragrance": ("sage", [("eau-des-glycines", .76), ("figuier-blanc", .76), ("iris-poudre", .74), ("neroli-de-menton", .74), ("bougie-orangerie", .66)]),
    "jewellery": ("blush", [("trilogie-ruby", .86), ("cabochon-cocktail-ring", .86), ("aureole-ring", .8), ("manchette-rayons", .66)]),
    "shoes": ("stone", [("escarpin-serment", .76), ("mocassin-manege", .74), ("bottine-chelsea", .72)]),
    "small-leather-goods": ("sage", [("portefeuille-long", .56), ("porte-monnaie-fer", .6), ("porte-cles-halo", .62), ("agenda-semainier", .6)]),
    "cashmere": ("stone", [("plaid-damier", .62), ("pull-torsade", .68), ("bonnet-cote", .56)]),
    "eyewear": ("ochre", [("rotonde", .62), ("aviateur-mistral", .62), ("corniche", .62)]),
    "belts": ("ivory", [("ceinture-halo-32", .74), ("ceinture-tressee", .74)]),
    "home": ("sage", [("theiere-jardin", .72), ("tasse-the-jardin", .62), ("vase-amphore", .74), ("coupe-vague", .6)]),
    "travel": ("sand", [("malle-cabine", .86), ("sac-weekend", .7), ("boite-chapeau", .6)]),
    "new-this-season": ("clay", [("matinee-petite", .8), ("vase-amphore", .76), ("rose-de-mai", .7)]),
    "the-garden": ("pine", [("vase-amphore", .86), ("theiere-jardin", .74), ("figuier-blanc", .74)]),
    "the-ring": ("clay", [("botte-cavaliere", .72), ("cartable-seine", .78), ("puisette-bucket", .72)]),
    "nocturne": ("night", [("nocturne-parfum", .84), ("nocturne-minaudiere", .72), ("nocturne-etui", .72)]),
    "gifts": ("wine", [("bougie-sellerie", .74), ("tasse-cafe-damier", .66), ("neroli-de-menton", .72), ("bonnet-cote", .52)]),
}


class Stage:
    """A scene under construction, with the catalogue at hand for props."""

    def __init__(self, name: str, width: int, height: int, wall: str, horizon: float | None) -> None:
        self.s = Svg(width, height, name)
        self.wall = wall
        self.catalogue = {p.handle: p for p in products()}
        backdrop(self.s, wall, horizon)

    @property
    def night(self) -> bool:
        return self.wall in ("night", "pine", "wine")

    def item(self, handle: str, colour: int = 0) -> items.Item:
        product = self.catalogue[handle]
        return items.draw(self.s, product, product.colours[min(colour, len(product.colours) - 1)])

    def put(self, handle: str, x: float, y: float, k: float, colour: int = 0, turn: float = 0) -> None:
        """Stands a product on (x, y), or lays a flat one around that point."""
        item = self.item(handle, colour)
        self.s.add(f'<g transform="translate({num(x)} {num(y + item.drop * k)}) rotate({turn:g}) scale({k:.3g})">')
        if not item.flat:
            contact(self.s, item.shift, 0, item.width / 2, strength=.6)
        self.s.add(*item.under, item.body, "</g>")

    def plinth(self, x: float, top: float, w: float, bottom: float) -> None:
        high, middle, low = WALLS[self.wall]
        face = self.s.lin([(0, light(high, .2)), (.5, mix(high, middle, .6)), (1, mix(middle, low, .9))], 0, 0, 1, 0)
        contact(self.s, x, bottom, w * .54, strength=.6)
        self.s.add(rect(x - w / 2, top, w, bottom - top, face), polygon([(x - w / 2, top), (x + w / 2, top), (x + w / 2 - 46, top - 46), (x - w / 2 + 46, top - 46)], light(high, .38)))

    def arch(self, x: float, floor: float, w: float, h: float) -> None:
        high, middle, low = WALLS[self.wall]
        r = w / 2
        inside = self.s.lin([(0, dark(low, .18)), (1, mix(low, middle, .5))], 0, 0, 1, 1)
        self.s.add(path(f"M{x - r} {floor}V{floor - h + r}A{r} {r} 0 0 1 {x + r} {floor - h + r}V{floor}Z", inside),
                   path(f"M{x - r} {floor}V{floor - h + r}A{r} {r} 0 0 1 {x} {floor - h}A{r * .92} {r} 0 0 0 {x - r + 50} {floor - h + r}V{floor}Z", light(high, .1), fill_opacity=".45"))

    def hanging(self, style: str, palette: str, x: float, y: float, w: float, h: float) -> None:
        """A length of printed silk hung over a rail, in deep soft folds."""
        s, p = self.s, colours()[palette].hexes
        waves = "".join(f"q{w / 16:.0f} {26 if i % 2 else -26} {w / 8:.0f} 0" for i in range(8))
        back = "".join(f"q{-w / 16:.0f} {30 if i % 2 else -18} {-w / 8:.0f} 0" for i in range(8))
        shape = f"M{x} {y}h{w}v{h}{back}Z"
        clip = s.clip(path(shape, "#000"))
        stops = [(i / 16, "#000" if i % 2 else "#fff", .26 if i % 2 else .2) for i in range(17)]
        s.add(path(shape, "#1b120c", fill_opacity=".2", transform="translate(34 22)"), f'<g clip-path="{clip}">', group(square(s, style, p), transform=f"translate({num(x)} {num(y)}) scale({w / 1000:.3g} {max(h, w) * 1.04 / 1000:.3g})"),
              rect(x, y, w, h + 40, s.lin(stops, 0, 0, 1, .12)), "</g>", rect(x - 50, y - 22, w + 100, 30, s.lin([(0, "#e9cf93"), (.5, "#b98f42"), (1, "#6b4f1e")]), rx="15"))
        del waves


def hero() -> Svg:
    t = Stage("hero", 2400, 1350, "sand", .8)
    t.arch(1560, 1110, 820, 1010)
    t.hanging("jardin", "ivory-coral", 1960, -20, 420, 960)
    window_light(t.s, .3)
    t.plinth(1560, 930, 620, 1190)
    t.plinth(1130, 1060, 360, 1220)
    t.put("halo-28", 1560, 915, .6)
    t.put("iris-poudre", 1130, 1046, .42)
    t.put("vase-amphore", 2040, 1230, .62)
    t.put("assiette-jardin", 880, 1200, .001)
    return t.s


def hero_tall() -> Svg:
    t = Stage("hero-tall", 1600, 2000, "sand", .8)
    t.arch(860, 1640, 1000, 1380)
    t.hanging("jardin", "ivory-coral", 1180, -20, 380, 1000)
    window_light(t.s, .28)
    t.plinth(860, 1420, 760, 1740)
    t.plinth(300, 1610, 320, 1780)
    t.put("halo-28", 860, 1402, .74)
    t.put("iris-poudre", 300, 1596, .4)
    t.put("vase-amphore", 1370, 1780, .56)
    return t.s


def chapters() -> Iterator[tuple[str, Svg]]:
    one = Stage("chapter-1", 1600, 2000, "ivory", None)
    p = colours()["midnight-gold"].hexes
    one.s.add(group(square(one.s, "astre", p), transform="translate(-260 120) rotate(-9) scale(2.2)"), rect(0, 0, 1600, 2000, one.s.lin([(0, "#fff", .24), (.2, "#000", .06), (.36, "#fff", .16), (.55, "#000", .18), (.7, "#fff", .12), (1, "#000", .3)], 0, 0, 1, .7)))
    yield "chapter-1", one.s
    two = Stage("chapter-2", 1600, 2000, "pine", .82)
    two.arch(800, 1680, 1080, 1420)
    two.plinth(800, 1460, 900, 1800)
    two.put("puisette-bucket", 800, 1440, .8, 0)
    yield "chapter-2", two.s
    three = Stage("chapter-3", 1600, 2000, "clay", None)
    window_light(three.s, .25)
    for handle, x, y, k in (("assiette-solstice", 520, 620, .76), ("assiette-jardin", 1160, 1180, .8), ("assiette-zellige", 420, 1600, .66), ("assiette-verger", 1330, 330, .5)):
        three.put(handle, x, y, k)
    yield "chapter-3", three.s
    four = Stage("chapter-4", 1600, 2000, "night", None)
    four.put("nocturne-montre", 800, 1000, 1.5, 0, -14)
    yield "chapter-4", four.s


def collection(handle: str) -> Svg:
    wall, props = COLLECTIONS[handle]
    t = Stage(handle, 2400, 1350, wall, .76)
    if handle == "silk":
        for i, (style, palette) in enumerate((("jardin", "sage-rose"), ("astre", "midnight-gold"), ("mer", "turquoise-sand"), ("plume", "sky-tangerine"), ("ecuyer", "red-navy"))):
            t.hanging(style, palette, 110 + i * 450, 60, 380, 1010 + (i % 2) * 80)
        window_light(t.s, .2)
        return t.s
    if not t.night:
        window_light(t.s, .22)
    n = len(props)
    flat = t.item(props[0][0]).flat
    for i, (name, k) in enumerate(props):
        x = 2400 * (i + .5) / n + (0 if n < 3 else (i - (n - 1) / 2) * -40)
        item = t.item(name)
        if flat or item.flat:
            t.put(name, x, 680, k * (.86 if n > 3 else 1), 0, (-6, 5, -3, 7)[i % 4] if flat else 0)
            continue
        high = 1040 if i % 2 else 970
        width = min(item.width * k + 170, 2400 / n - 40)
        t.plinth(x, high, width, 1190 + (i % 2) * 30)
        t.put(name, x, high - 14, min(k, 880 / item.height))
    return t.s


def membership() -> Svg:
    t = Stage("membership", 2400, 1350, "pine", None)
    s = t.s
    s.add(emblem(1660, 640, 900, "#d8ae5e", 7).replace("/>", ' stroke-opacity=".22"/>'))
    for i, (top, low, ink) in enumerate((("#f4ead8", "#d5bf9b", "#6b4f1e"), ("#e9cf93", "#a87f38", "#4a3412"), ("#2b3350", "#12162a", "#d8ae5e"))):
        face = s.lin([(0, light(top, .3)), (.45, top), (1, low)], 0, 0, 1, 1)
        s.add(f'<g transform="translate({1350 + i * 210} {520 + i * 150}) rotate({-16 + i * 9})">', rect(-396, -236, 800, 500, "#06120d", rx="34", fill_opacity=".4"), rect(-400, -250, 800, 500, face, rx="30"), rect(-376, -226, 752, 452, "none", stroke=ink, stroke_width="2.5", stroke_opacity=".5", rx="18"),
              emblem(0, -40, 96, ink, 8), lettering("LE CERCLE", 0, 110, 40, ink, .8, 7), lettering(("MEMBER", "GOLD", "ATELIER")[i], 0, 178, 20, ink, .9, 8), "</g>")
    return s


def private_room() -> Svg:
    """The picture of the hidden collection; its name tells nothing."""
    t = Stage("room", 2400, 1350, "wine", .78)
    t.arch(1200, 1070, 900, 900)
    t.s.add(path("M760 1070V180M1640 1070V180", "none", stroke="#d8ae5e", stroke_width="6", stroke_opacity=".6"))
    t.s.add(emblem(1200, 560, 220, "#d8ae5e", 14))
    return t.s


def drawings(only: str) -> Iterator[tuple[str, Svg]]:
    makers = {"editorial-hero": hero, "editorial-hero-tall": hero_tall, "editorial-membership": membership,
              "editorial-maison": places.facade, "editorial-atelier": places.bench,
              "m-" + hashlib.sha256(b"aurelle/le-cabinet").hexdigest()[:24]: private_room}
    makers |= {f"editorial-collection-{key}": (lambda key=key: collection(key)) for key in COLLECTIONS}
    makers |= {f"editorial-journal-{i + 1:02d}": make for i, make in enumerate(places.JOURNAL)}
    for name, make in makers.items():
        if only in name:
            yield name, make()
    if not only or only in "editorial-chapter":
        for name, drawing in chapters():
            yield f"editorial-{name}", drawing
