#!/usr/bin/env python3
"""Makes the shop of the template benchmark: site.json and products.jsonl, 1,000 different products.

The same seed gives the same bytes. usage: data.py DIRECTORY [SEED]
"""
import json, os, random, sys

NOUNS = ["Scarf", "Tote", "Cardigan", "Loafer", "Belt", "Trench Coat", "Wallet", "Lamp", "Decanter", "Throw",
         "Vase", "Overshirt", "Brooch", "Umbrella", "Notebook", "Carafe", "Satchel", "Kimono", "Candle", "Tray"]
KINDS = ["Silk", "Calfskin", "Cashmere", "Linen", "Smoked Glass", "Walnut", "Brass", "Merino", "Porcelain", "Waxed Cotton"]
LINES = ["Rivoli", "No. 7 “Heron”", "Côte & Fils", "Marée", "Atelier <Nord>", "Saint-Ouen", "Königsallee", "Via Nova",
         "Été 26", "Old Quay", "\"Petit\" Rond", "Belvédère"]
VENDORS = ["Maison Aubert", "Lindqvist & Co", "Ferro", "Hartley Brothers", "Studio Okabe", "Vanderhagen", "Casa Lluna"]
TYPES = ["Scarves", "Bags", "Knitwear", "Shoes", "Table Ware", "Home Textiles", "Small Leather Goods", "Outerwear"]
COLOURS = ["Ivory", "Ink", "Oxblood", "Moss", "Sand", "Petrol Blue", "Rosé", "Slate"]
SIZES = ["XS", "S", "M", "L", "One size", "70 × 70", "90 × 90", "140 × 140"]
TAGS = ["core", "gift", "new season", "archive", "hand finished", "limited", "repairable", "made to order", "travel",
        "evening", "garden & terrace", "winter"]
NAMES = ["Ines Moreau", "J. Okafor", "Lukas Baum", "Mary O'Dell", "Søren Holm", "Aiko T.", "R. & P. Singh", "Zofia Wolska"]
WORDS = ("the a of and with from into cut woven rolled hem edge light hand loom dye fold line room morning colour "
         "weight drape finish lining corner stitch thread grain oil wax kiln glaze pattern border quiet deep soft "
         "warm narrow double plain careful small large village workshop river north season year hour week").split()


def words(rng, least, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most)))


def sentence(rng, least=6, most=14):
    text = words(rng, least, most)
    if rng.random() < 0.15:
        text += rng.choice([" & more", ", it's said", " (see \"care\")", " – déjà vu"])
    return text[0].upper() + text[1:] + "."


def description(rng):
    parts = ["<p>%s <strong>%s</strong> %s</p>" % (sentence(rng), words(rng, 2, 3), sentence(rng))]
    parts.append("<ul>" + "".join("<li>%s</li>" % words(rng, 3, 6) for _ in range(rng.randint(2, 4))) + "</ul>")
    parts += ["<p>%s %s</p>" % (sentence(rng), sentence(rng)) for _ in range(rng.randint(1, 2))]
    return "\n".join(parts)


def day(rng, first=2019, last=2026):
    return "%04d-%02d-%02d %02d:%02d:00" % (
        rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), rng.randint(0, 59))


def price(rng):
    return rng.choice([rng.randrange(1500, 90000, 50), rng.randrange(90000, 780000, 500), rng.randint(1900, 9999)])


def product(rng, number):
    title = "%s %s %s" % (rng.choice(LINES), rng.choice(KINDS), rng.choice(NOUNS))
    handle = "%s-%04d" % ("-".join(rng.choice(WORDS) for _ in range(3)), number)
    kind = rng.choice(TYPES)
    base = price(rng)
    variants = []
    pairs = rng.sample([(c, s) for c in rng.sample(COLOURS, 4) for s in rng.sample(SIZES, 4)], rng.randint(4, 12))
    for place, (colour, size) in enumerate(pairs):
        stock = rng.choice([0, 0, 1, 2, 3, 7, 12, 25, 26, 60, 140])
        amount = base + rng.choice([0, 0, 500, 1250])
        variants.append({
            "id": number * 100 + place, "sku": "%s%s-%05d-%02d" % (kind[0], title[0].upper(), number * 7 % 99991, place),
            "colour": colour, "size": size, "price": amount,
            "compare_at_price": amount * 5 // 4 if rng.random() < 0.25 else amount,
            "available": stock > 0, "stock": stock, "weight": rng.randrange(40, 4200, 10)})
    images = [{"file": "%s-%d.jpg" % (handle, place), "width": rng.choice([1200, 1600, 2000]), "height": 2000,
               "alt": sentence(rng, 3, 6) if rng.random() < 0.7 else ""} for place in range(rng.randint(3, 7))]
    reviews = [{"author": rng.choice(NAMES), "rating": rng.randint(2, 5), "at": day(rng, 2023, 2026),
                "title": sentence(rng, 2, 5) if rng.random() < 0.8 else None, "body": " ".join(
                    sentence(rng) for _ in range(rng.randint(1, 4)))} for _ in range(rng.randint(0, 6))]
    return {
        "id": number, "handle": handle, "title": title, "vendor": rng.choice(VENDORS), "type": kind,
        "path": "shop/%s/%s" % (kind, rng.choice(KINDS)), "published": day(rng), "description": description(rng),
        "care": "\n".join(sentence(rng, 3, 6) for _ in range(3)), "tags": rng.sample(TAGS, rng.randint(2, 6)),
        "options": [{"key": "colour", "name": "Colour"}, {"key": "size", "name": "Size & fit"}],
        "images": images, "variants": variants, "reviews": reviews, "related": []}


def site(rng):
    return {
        "shop": {"name": "Quai & Fils", "url": "https://quai.example", "media": "https://media.quai.example/p/",
                 "currency": "EUR", "locale": "en", "founded": "1924-05-01", "today": "2026-11-25",
                 "new_since": "2026-06-01", "notice": "Free returns within 30 days & gift wrapping for \"members\"",
                 "address": "12 Quai des Brumes\n1003 Lausanne\nSwitzerland"},
        "menu": [{"title": name, "handle": name.lower().replace(" ", "-"), "url": "/c/" + name.lower().replace(" ", "-"),
                  "children": [{"title": kind, "handle": kind.lower().replace(" ", "-")}
                               for kind in rng.sample(KINDS, rng.randint(0, 3))]} for name in TYPES[:6]],
        "columns": [{"title": title, "links": [{"title": words(rng, 1, 3).capitalize(), "url": rng.choice(
            ["/pages/", "https://elsewhere.example/"]) + words(rng, 1, 1)} for _ in range(4)]}
            for title in ["House", "Service", "Follow"]]}


def main():
    directory = sys.argv[1]
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20261125)
    products = [product(rng, number + 1) for number in range(1000)]
    for entry in products:
        for other in rng.sample(products, 4):
            first = other["variants"][0]
            entry["related"].append({
                "handle": other["handle"], "title": other["title"], "vendor": other["vendor"],
                "image": other["images"][0]["file"], "published": other["published"], "price": first["price"],
                "compare_at_price": first["compare_at_price"]})
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "site.json"), "w") as file:
        json.dump(site(rng), file, ensure_ascii=False)
    with open(os.path.join(directory, "products.jsonl"), "w") as file:
        for entry in products:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
