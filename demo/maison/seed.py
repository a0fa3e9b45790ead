"""The seed: every record of the demo catalogue, as the lines of the commerce API's seed format."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import datetime, timedelta, timezone

from . import membership, prose
from .alt import alt_text
from .table import Colour, Product, nouns, products, types

VENDOR = "Maison Aurelle"
OPTION_FR = {"Colour": "Couleur", "Size": "Taille", "Length": "Longueur", "Volume": "Contenance",
             "Strap": "Bracelet", "Case": "Boîtier", "Metal": "Métal", "Stone": "Pierre",
             "Pattern": "Coloris"}
NOT_IN_JAPAN = {"neroli-de-menton", "the-de-quatre-heures", "bougie-serre", "malle-cabine",
                "espadrille-port"}
WITHOUT_GTIN = {"riviere-diamants", "parure-vestale", "malle-horloger", "regulateur-prive",
                "perle-baroque-pendant", "carafe-ambre", "charm-cheval"}
COMPARE_AT = {"carre-zellige-70": 15, "ceinture-toile": 20, "espadrille-port": 20,
              "plaid-uni": 15, "bonnet-cote": 10, "tasse-cafe-damier": 15,
              "solaire-tennis": 20, "sac-weekend-toile": 12}
HANDLES_FR = {"aureole-pendant": "pendentif-aureole", "aureole-ring": "bague-aureole"}
MEMBER_TYPES = {"silk", "slg", "cashmere", "home", "belts", "eyewear"}
COLLECTIONS = (
    ("new-this-season", "New this season", "Nouveautés de la saison",
     "What left the workshops since the leaves turned: two silks, a watch, a good deal of leather.",
     "Ce qui est sorti des ateliers depuis que les feuilles ont tourné : soies, montre, et beaucoup de cuir.",
     "new"),
    ("the-garden", "The Garden", "Le Jardin",
     "Peonies, hedges, bees and lemons. The garden behind the rue des Glycines is nine metres by "
     "fourteen, and everything here began in it.",
     "Pivoines, haies, abeilles et citrons. Le jardin derrière la rue des Glycines mesure neuf "
     "mètres sur quatorze, et tout ceci y est né.", "garden"),
    ("the-ring", "The Riding Ring", "Le Manège",
     "Stirrups, bridles and saddle stitch: the first trade of the house, and still its handwriting.",
     "Étriers, brides et point sellier : le premier métier de la maison, et toujours son écriture.",
     "equestrian"),
    ("nocturne", "Nocturne", "Nocturne",
     "Four pieces for the hours after eleven. Le Cercle has them first.",
     "Quatre pièces pour les heures d'après onze heures. Le Cercle les reçoit en premier.",
     "nocturne"),
)


def stamp(rng: random.Random, first: int, last: int) -> str:
    """An instant between two days of 2026, counted from 1 January."""
    moment = datetime(2026, 1, 1, 6, tzinfo=timezone.utc)
    moment += timedelta(days=rng.randint(first, last), minutes=rng.randint(0, 720),
                        seconds=rng.randint(0, 59))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def gtin(serial: int) -> str:
    """GTIN-13 under GS1's demonstration prefix 952, with its check digit."""
    body = f"952{(serial * 7919 + 104729) % 10**9:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def digest(value: str) -> str:
    return "sha256:" + hashlib.sha256(value.encode("utf-8")).hexdigest()


def slug(size: str) -> str:
    """A size as part of an id: `75 cm` is `75cm`."""
    return size.replace(" ", "").replace("–", "").lower()


def code(colour: Colour) -> str:
    parts = colour.key.split("-")
    return (parts[0][:2] + parts[1][:1] if len(parts) == 2 else parts[0][:3]).upper()


def rounded(amount: float, steps: tuple[tuple[int, int], ...]) -> int:
    step = next(step for limit, step in steps if amount < limit)
    return int(amount / step + 0.5) * step


def public_amount(euros: int, market: str) -> int:
    """The public price in minor units of the market's currency."""
    if market == "eu":
        return euros * 100
    top = 10**9
    if market == "uk":
        return rounded(euros * 0.87, ((200, 5), (2000, 10), (top, 50))) * 100
    return rounded(euros * 168, ((30000, 500), (400000, 1000), (top, 10000)))


def reduced(amount: int, percent: int, market: str) -> int:
    unit = 100
    return int(amount * (100 - percent) / 100 / unit + 0.5) * unit


class Seed:
    """Collects the lines in a stable order."""

    def __init__(self) -> None:
        self.lines: list[dict] = []
        self.products = products()
        self.rng = random.Random("Maison Aurelle, rue des Glycines")
        self.names, self.types = nouns(), types()
        self.serial = 0

    def add(self, type_: str, id_: str, attributes: dict, links: dict | None = None,
            **envelope: str) -> None:
        line: dict = {"type": type_, "id": id_, "attributes": attributes}
        if links:
            line["links"] = links
        line.update(envelope)
        self.lines.append(line)

    def translate(self, type_: str, id_: str, key: str, source: str, value: str) -> None:
        self.add("translation", f"tr_fr_{id_}_{key}".replace(" ", "-"), {
            "key": key, "locale": "fr", "value": value, "source_digest": digest(source)},
            {"resource": {"type": type_, "id": id_}})

    def build(self) -> list[dict]:
        self.lines += membership.market_records()
        self.lines += membership.programme_records()
        self.lines += membership.other_records()
        ordinals: dict[str, int] = {}
        for product in self.products:
            ordinal = ordinals[product.type] = ordinals.get(product.type, -1) + 1
            self.product(product, ordinal)
        self.collections()
        self.lines += membership.gate_records(self.products)
        self.lines += membership.customer_records()
        return self.lines

    def product(self, product: Product, ordinal: int) -> None:
        id_ = f"prd_{product.handle}"
        canary = "canary" in product.tags
        text = product.lead if canary else prose.description(product, ordinal)
        kind = self.types[product.type]
        care, facts = prose.CARE[product.facts.group], product.facts
        option, sizes = product.colour_option(), product.sizes()
        options = []
        if option:
            options.append({"name": option, "values": [c.en for c in product.colours]})
        if sizes:
            options.append({"name": sizes[0], "values": list(sizes[1])})
        attributes = {
            "handle": product.handle, "title": product.title[0], "vendor": VENDOR,
            "product_type": kind[2], "status": product.status,
            "description": {"markdown": text[0]},
            "tags": [] if canary else product.tags, "options": options,
            "google_category": "524" if product.handle == "lecture-quai" else facts.category,
            "metafields": {"maison": {
                "material": facts.material[0], "dimensions": facts.dims[0],
                "origin": facts.origin[0], "care": care[0]}},
        }
        if not options:
            del attributes["options"]
        seo = None
        if product.number % 3 == 1 and not canary:
            seo = {"title": f"{product.title[0]} | {VENDOR}", "description": product.lead[0]}
            attributes["seo"] = seo
        created = stamp(self.rng, 5, 200)
        updated = stamp(self.rng, 201, 310)
        reference = f"MA{product.number:04d}"
        self.add("product", id_, attributes, external_ref=reference, created_at=created,
                 updated_at=updated)
        for key, source, value in (
            ("title", product.title[0], product.title[1]),
            ("description", text[0], text[1]),
            ("product_type", kind[2], kind[3]),
            ("metafields.maison.material", facts.material[0], facts.material[1]),
            ("metafields.maison.dimensions", facts.dims[0], facts.dims[1]),
            ("metafields.maison.origin", facts.origin[0], facts.origin[1]),
            ("metafields.maison.care", care[0], care[1]),
        ):
            self.translate("product", id_, key, source, value)
        if product.handle in HANDLES_FR:
            self.translate("product", id_, "handle", product.handle, HANDLES_FR[product.handle])
        if seo:
            self.translate("product", id_, "seo.title", seo["title"],
                           f"{product.title[1]} | {VENDOR}")
            self.translate("product", id_, "seo.description", seo["description"], product.lead[1])
        for entry in options:
            name = entry["name"]
            french = "Pointure" if name == "Size" and product.type == "shoes" else OPTION_FR[name]
            self.translate("product", id_, f"options.{name}", name, french)
            for colour in product.colours if name == option else ():
                self.translate("product", id_, f"options.{name}.{colour.en}", colour.en, colour.fr)
        self.variants(product, id_, option, sizes)
        self.media(product, id_)

    def variants(self, product: Product, id_: str, option: str | None,
                 sizes: tuple[str, tuple[str, ...]] | None) -> None:
        position = 0
        kind = self.types[product.type][1]
        for colour in product.colours:
            for place, size in enumerate(sizes[1] if sizes else (None,)):
                position += 1
                self.serial += 1
                suffix = f"-{colour.key}" if option else ""
                suffix += "-" + slug(size) if size else ""
                variant = f"var_{product.handle}{suffix}"
                sku = f"AU-{kind}-{product.number:03d}"
                sku += f"-{code(colour)}" if option else ""
                sku += "-" + slug(size).upper() if size else ""
                if "canary" in product.tags:
                    sku = f"AU-{product.tags[1]}"
                attributes: dict = {"sku": sku, "position": position}
                if product.handle in WITHOUT_GTIN or "canary" in product.tags:
                    attributes["mpn"] = sku.replace("AU-", "AUR")
                else:
                    attributes["gtin"] = gtin(self.serial)
                chosen = {option: colour.en} if option else {}
                if size and sizes:
                    chosen[sizes[0]] = size
                if chosen:
                    attributes["options"] = chosen
                scale = 1.8 if product.type == "fragrance" and place else 1
                attributes["weight_g"] = int(product.facts.weight * scale)
                self.add("variant", variant, attributes, {"product": id_})
                self.prices(product, variant, place)
                self.stock(product, variant)

    def prices(self, product: Product, variant: str, place: int) -> None:
        if product.status == "draft" and product.number % 2:
            return
        euros = product.price
        if product.type == "fragrance" and place:
            euros = rounded(euros * (2.4 if product.shape == "candle" else 1.45), ((10**9, 5),))
        members = (product.type in MEMBER_TYPES and product.number % 3 != 0
                   and product.status == "active" and product.gate is None)
        for market, values in membership.MARKETS.items():
            if market == "jp" and product.handle in NOT_IN_JAPAN:
                continue
            amount, currency = public_amount(euros, market), values[2]
            attributes: dict = {"amount": amount, "currency": currency}
            percent = COMPARE_AT.get(product.handle)
            if percent:
                attributes["compare_at"] = reduced(amount, -percent, market)
            self.price(variant, f"pl_{market}", attributes)
            for tier, (*_, off) in membership.TIERS.items() if members else ():
                self.price(variant, f"pl_{market}_{tier}", {
                    "amount": reduced(amount, off, market), "currency": currency})
        if members and product.number % 5 == 1:
            self.price(variant, "pl_eu_spring_2026", {
                "amount": reduced(euros * 100, 20, "eu"), "currency": "EUR"})

    def price(self, variant: str, price_list: str, attributes: dict) -> None:
        key = f"prc_{variant[4:]}_{price_list[3:]}"
        self.add("price", key, attributes, {"variant": variant, "price_list": price_list})

    def stock(self, product: Product, variant: str) -> None:
        limit = 3 if product.price > 4000 else 9 if product.price > 900 else 24
        sold_out = self.rng.random() < 0.07
        for location in ("paris", "london", "tokyo"):
            count = self.rng.randint(0, limit)
            if sold_out or self.rng.random() < 0.12:
                count = 0
            if product.handle in NOT_IN_JAPAN and location == "tokyo":
                count = 0
            self.add("inventory_level", f"inv_{variant[4:]}_{location}", {"available": count},
                     {"variant": variant, "location": f"loc_{location}"})

    def media(self, product: Product, id_: str) -> None:
        for position, (view, colour) in enumerate(product.views(), 1):
            name = product.media_name(view)
            parent = {"type": "product", "id": id_}
            if view not in ("main", "detail", "scene"):
                first = product.sizes()
                suffix = "-" + slug(first[1][0]) if first else ""
                parent = {"type": "variant", "id": f"var_{product.handle}-{view}{suffix}"}
            english, french = alt_text(product, view, colour, self.names)
            media = f"med_{name}"
            self.add("media", media, {
                "kind": "image", "url": f"/media/{name}.svg", "alt": english, "width": 1600,
                "height": 2000, "position": position}, {"parent": parent})
            self.translate("media", media, "alt", english, french)

    def collections(self) -> None:
        shown = [p for p in self.products if "canary" not in p.tags]
        for key, row in self.types.items():
            picks = [p for p in shown if p.type == key]
            self.collection(row[4], (row[2], row[3]), (row[6], row[7]), picks)
        for handle, en, fr, text, texte, tag in COLLECTIONS:
            self.collection(handle, (en, fr), (text, texte), [p for p in shown if tag in p.tags])
        text = ("Small things, wrapped in grey tissue and tied with a cord worth keeping.",
                "De petites choses, sous papier de soie gris, nouées d'un cordon à garder.")
        self.collection("gifts", ("Gifts", "Cadeaux"), text, None)
        private = [p for p in self.products if p.gate and p.gate[0] == "hidden"
                   or "canary" in p.tags]
        self.collection("le-cabinet", ("The Private Salon", "Le Salon privé"),
                        ("Pieces kept for the few who ask.",
                         "Des pièces gardées pour ceux qui demandent."), private)

    def collection(self, handle: str, title: tuple[str, str], text: tuple[str, str],
                   picks: list[Product] | None) -> None:
        id_ = f"col_{handle}"
        attributes: dict = {"handle": handle, "title": title[0],
                            "description": {"markdown": text[0]}}
        if picks is None:
            attributes["rule"] = {"all": [{"field": "tags", "op": "contains", "value": "gift"}]}
        else:
            attributes["products"] = [f"prd_{p.handle}" for p in picks]
        self.add("collection", id_, attributes, created_at="2026-01-12T09:00:00Z",
                 updated_at=stamp(self.rng, 200, 310))
        self.translate("collection", id_, "title", title[0], title[1])
        self.translate("collection", id_, "description", text[0], text[1])
        if handle == "le-cabinet":
            name = "m-" + hashlib.sha256(b"aurelle/le-cabinet").hexdigest()[:24]
        else:
            name = f"editorial-collection-{handle}"
        alt = (f"Still life for the collection {title[0]}",
               f"Nature morte pour la collection {title[1]}")
        self.add("media", f"med_{name}", {
            "kind": "image", "url": f"/media/{name}.svg", "alt": alt[0], "width": 2400,
            "height": 1350, "position": 1}, {"parent": {"type": "collection", "id": id_}})
        self.translate("media", f"med_{name}", "alt", alt[0], alt[1])


def text(lines: list[dict]) -> str:
    """JSON Lines with a fixed key order and no insignificant space."""
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
                   for line in lines)
