"""The product tables of `demo/data`, read once into plain records."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"

TYPE_KEYS = (
    "silk", "bag", "watch", "fragrance", "jewellery", "shoes",
    "slg", "cashmere", "eyewear", "belts", "home", "travel",
)

# Statuses other than active, by handle.
DRAFT = {
    "carre-cartographe-90", "ceinture-noeud", "boite-marqueterie",
    "masque-glacier", "chaussettes-nuit", "carnet-croquis",
}
ARCHIVED = {"cartable-petit", "etui-cigares", "plaid-rayures", "carre-op-90"}

# Gates by handle: (mode, tier key).
GATED = {
    "nocturne-minaudiere": ("purchase", "gold"),
    "nocturne-montre": ("purchase", "gold"),
    "nocturne-parfum": ("purchase", "gold"),
    "nocturne-etui": ("purchase", "gold"),
    "ecrin-mini-privee": ("hidden", "gold"),
    "malle-horloger": ("hidden", "gold"),
    "regulateur-prive": ("hidden", "atelier"),
    "parure-vestale": ("hidden", "atelier"),
    "carre-paravent-140": ("teaser", "member"),
    "riviere-diamants": ("teaser", "member"),
    "ellipse-email": ("teaser", "gold"),
    "goutte-sapphire-earrings": ("view_only", "member"),
    "octave-or": ("view_only", "gold"),
}

# Product types whose size comes with the drawing; the number of colours is cut to two there.
SIZES = {
    "shoes": ("Size", ("37", "38", "39", "40")),
    "belts": ("Length", ("75 cm", "85 cm", "95 cm", "105 cm")),
    "ring": ("Size", ("50", "52", "54", "56")),
    "cashmere": ("Size", ("S", "M", "L", "XL")),
    "fragrance": ("Volume", ("50 ml", "100 ml")),
}
MEN = {"derby-notaire", "mocassin-manege"}
NO_SIZE = {"throw", "scarf", "beanie", "cape", "set"}
TWO_SIZES = {"gloves": ("S–M", "M–L"), "socks": ("S–M", "M–L"), "tall": ("100 ml", "200 ml"),
             "candle": ("190 g", "600 g")}


@dataclass(frozen=True)
class Colour:
    """A colour, metal, stone or silk palette: `hexes` holds one colour, or six for silk."""

    key: str
    kind: str
    en: str
    fr: str
    hexes: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """What is the same for all products of one shape: size, material, origin, weight."""

    dims: tuple[str, str]
    material: tuple[str, str]
    origin: tuple[str, str]
    weight: int
    category: str
    group: str


@dataclass
class Product:
    """One row of a product table, with what follows from it."""

    number: int
    type: str
    handle: str
    title: tuple[str, str]
    shape: str
    style: str
    colours: list[Colour]
    price: int
    lead: tuple[str, str]
    facts: Shape
    tags: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        if self.handle in DRAFT:
            return "draft"
        return "archived" if self.handle in ARCHIVED else "active"

    @property
    def gate(self) -> tuple[str, str] | None:
        return GATED.get(self.handle)

    @property
    def private(self) -> bool:
        """Whether the pictures must carry unguessable names."""
        return self.gate is not None and self.gate[0] in ("hidden", "teaser")

    def sizes(self) -> tuple[str, tuple[str, ...]] | None:
        """The second option, if the product has one."""
        if self.shape in NO_SIZE or self.shape == "chain" and self.type == "belts":
            return None
        key = "ring" if self.type == "jewellery" and self.shape == "ring" else self.type
        if key not in SIZES:
            return None
        name, values = SIZES[key]
        if self.handle in MEN:
            values = ("41", "42", "43", "44")
        return name, TWO_SIZES.get(self.shape, values)

    def colour_option(self) -> str | None:
        """The name of the colour option in this trade, or none for scent."""
        if self.type == "fragrance":
            return None
        if self.type == "watch":
            return "Strap" if self.colours[0].kind == "leather" else "Case"
        if self.type == "jewellery":
            return "Metal" if self.colours[0].kind == "metal" else "Stone"
        return "Pattern" if self.type == "silk" else "Colour"

    def media_name(self, view: str) -> str:
        """File name without suffix of one picture; views are `main`, `detail` or a colour key."""
        if self.private or "canary" in self.tags:
            digest = hashlib.sha256(f"aurelle/{self.handle}/{view}".encode()).hexdigest()
            return f"m-{digest[:24]}"
        return f"{self.handle}" if view == "main" else f"{self.handle}-{view}"

    def views(self) -> list[tuple[str, Colour]]:
        """All pictures: the main one, one for each further colour, and a detail or a scene.

        Every product has at least two; a product in several colours can do without a detail.
        """
        first = self.colours[0]
        rows = [("main", first)]
        if len(self.colours) < 2 or len(self.colours) == 2 and self.number % 2:
            rows.append(("detail", first))
        if has_scene(self):
            rows.append(("scene", first))
        return rows + [(colour.key, colour) for colour in self.colours[1:]]


def has_scene(product: Product) -> bool:
    """A still life for some products only: the folder of drawings stays light."""
    return product.number % 5 == 0 or product.gate is not None


def rows(name: str) -> list[list[str]]:
    """The fields of a table, without comments and blank lines."""
    text = (DATA / name).read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.split("|")]
            for line in text.splitlines() if line.strip() and not line.startswith("#")]


def colours() -> dict[str, Colour]:
    return {r[0]: Colour(r[0], r[1], r[2], r[3], tuple(r[4].split(",")))
            for r in rows("colours.psv")}


def shapes() -> dict[tuple[str, str], Shape]:
    return {(r[0], r[1]): Shape((r[2], r[3]), (r[4], r[5]), (r[6], r[7]), int(r[8]), r[9], r[10])
            for r in rows("shapes.psv")}


def nouns() -> dict[str, tuple[str, str]]:
    return {r[0]: (r[1], r[2]) for r in rows("nouns.psv")}


def types() -> dict[str, list[str]]:
    return {r[0]: r for r in rows("types.psv")}


def products() -> list[Product]:
    """Every product in table order, the canary last."""
    palette, forms, result = colours(), shapes(), []
    for kind in TYPE_KEYS:
        for r in rows(f"{kind}.psv"):
            chosen = [palette[key] for key in r[5].split(",")]
            item = Product(len(result) + 1, kind, r[0], (r[1], r[2]), r[3], r[4], chosen,
                           int(r[6]), (r[7], r[8]), forms[(kind, r[3])])
            if item.sizes() and item.type != "fragrance":
                item.colours = item.colours[:2]
            item.tags = tags(item)
            result.append(item)
    result.append(canary(len(result) + 1, palette["amethyst"], forms[("jewellery", "pendant")]))
    return result


def canary(number: int, colour: Colour, facts: Shape) -> Product:
    """The planted private product: its words are listed in `demo/canary.txt` and nowhere else."""
    words = [w for w in (DATA.parent / "canary.txt").read_text(encoding="utf-8").split("\n")
             if w and not w.startswith("#")]
    name, sku_word, lead_en, lead_fr = words[:4]
    item = Product(number, "jewellery", re.sub(r"\s+", "-", name.lower()), (name, name),
                   "pendant", "cabochon", [colour], 97311, (lead_en, lead_fr), facts)
    item.tags = ["canary", sku_word]
    return item


def tags(item: Product) -> list[str]:
    """Tags in the words of a merchandiser."""
    found = []
    text = f"{item.style} {item.handle}"
    groups = {
        "garden": ("jardin", "verger", "labyrinth", "fern", "bee", "serre", "glycine", "figuier",
                   "orangerie", "rose-de-mai"),
        "equestrian": ("ecuyer", "manege", "stirrup", "bit", "bride", "horse", "sellier",
                       "cavaliere", "puisette", "halo-28"),
        "sky": ("astre", "moon", "halo", "rays", "sun", "solstice", "ciel", "night"),
        "sea": ("mer", "quai", "marees", "grand-large", "corail", "espadrille", "plongee"),
    }
    for tag, marks in groups.items():
        if any(mark in text for mark in marks):
            found.append(tag)
    if "nocturne" in item.handle:
        found.append("nocturne")
    if item.price <= 320 and item.gate is None:
        found.append("gift")
    if item.number % 9 == 4 and item.gate is None and item.status == "active":
        found.append("new")
    if item.facts.origin[0] in ("Paris, France", "Dordogne, France"):
        found.append("made-by-hand")
    return found
