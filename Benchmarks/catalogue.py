#!/usr/bin/env python3
"""Makes a catalogue of any size, the same bytes for the same seed.

usage: catalogue.py --products N [--seed S] --jsonl FILE        seed lines for the commerce API
       catalogue.py --products N [--seed S] --hugo FOLDER       the same catalogue as a Hugo site
Rich products: a Markdown description of 150 to 250 words, 5.5 variants on average, 4 pictures,
one market (EUR, 20 % tax included), 12 collections, stock in one location. One product in a hundred
besides is private; a Hugo site has no such thing.
"""
import argparse, hashlib, json, os, random, shutil, sys

WORDS = """silk leather hand light line atelier winter garden river stone gold thread needle season
morning paper glass shadow border pattern colour weight edge fold drape warmth salt linen copper
quiet patient narrow slow deep pale dark certain early late simple exact careful old new soft dry
holds turns rests keeps gives takes leaves carries follows returns opens closes begins ends shows
with under over between beside across along after before until because while where when and but""".split()
TYPES = ["Silk squares", "Handbags", "Watches", "Fragrance", "Jewellery", "Shoes", "Belts",
         "Cashmere", "Sunglasses", "Porcelain", "Travel", "Gloves"]
COLOURS = ["Noir", "Ivory", "Sage", "Bordeaux", "Indigo", "Sand", "Copper", "Slate"]
SIZES = ["36", "38", "40"]
STAMP = "2026-10-01T08:00:00Z"
# Related products of a product; workplace.py says the same to trumeau.
RELATED = 8


def gtin(number):
    digits = "952" + str(number % 10**9).zfill(9)
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return digits + str(-total % 10)


def sentence(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randint(7, 15))]
    return " ".join(words).capitalize() + "."


def description(rng):
    parts, count = [], 0
    target = rng.randint(150, 250)
    while count < target:
        text = " ".join(sentence(rng) for _ in range(rng.randint(2, 4)))
        count += len(text.split())
        parts.append(text)
    points = "\n".join(f"- {rng.choice(WORDS)} *{rng.choice(WORDS)}* {rng.choice(WORDS)}" for _ in range(4))
    return f"{parts[0]}\n\n**{rng.choice(WORDS).capitalize()}** {parts[1]}\n\n{points}\n\n" + "\n\n".join(parts[2:])


def products(count, seed):
    rng = random.Random(seed)
    variant_number = 0
    for n in range(count):
        kind = n % len(TYPES)
        title = f"{rng.choice(WORDS).capitalize()} {rng.choice(WORDS).capitalize()} {n}"
        colours = rng.sample(COLOURS, rng.randint(1, 4))
        sizes = rng.sample(SIZES, rng.choice([1, 2, 3, 3]))
        price = rng.randrange(9000, 900000, 500)
        variants = []
        for colour in colours:
            for size in sorted(sizes):
                variant_number += 1
                variants.append({
                    "id": f"var_{variant_number:07d}", "sku": f"TR-{n:06d}-{colour[:3].upper()}-{size}",
                    "gtin": gtin(variant_number), "colour": colour, "size": size,
                    "price": price + 1000 * sizes.index(size), "stock": rng.choice([0, 1, 3, 8, 20]),
                })
        yield {
            "id": f"prd_{n:06d}", "handle": f"piece-{n:06d}", "title": title, "type": TYPES[kind],
            "kind": kind, "description": description(rng), "variants": variants,
            "tags": rng.sample(WORDS, 3), "images": [f"/media/{(n * 4 + i) % 97}.jpg" for i in range(4)],
        }


def line(out, kind, id, attributes, links=None):
    record = {"type": kind, "id": id, "attributes": attributes}
    if links:
        record["links"] = links
    record["created_at"] = record["updated_at"] = STAMP
    out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def private(count, seed):
    """One product more for each hundred, which nobody may see: its codes, names and prices are what the leak
    check looks for in every page."""
    for p in products(max(count // 100, 1), seed + 1):
        number = p["id"][4:]
        p.update(id=f"prd_x{number}", handle=f"reserve-{number}", title=f"{p['title']} Reserve")
        for v in p["variants"]:
            v.update(id=v["id"].replace("var_", "var_x"), sku=v["sku"].replace("TR-", "RS-"),
                     gtin=gtin(900_000_000 + int(v["id"][4:])))
        yield p


def write_product(out, p, status):
    line(out, "product", p["id"], {
        "handle": p["handle"], "title": p["title"], "vendor": "Maison", "product_type": p["type"],
        "status": status, "description": {"markdown": p["description"]}, "tags": p["tags"],
        "options": [{"name": "Colour", "values": sorted({v["colour"] for v in p["variants"]})},
                    {"name": "Size", "values": sorted({v["size"] for v in p["variants"]})}]})
    for i, image in enumerate(p["images"]):
        line(out, "media", f"med_{p['id'][4:]}_{i}", {"kind": "image", "url": image, "alt": f"{p['title']}, view {i + 1}",
             "width": 1600, "height": 2000, "position": i}, {"parent": {"type": "product", "id": p["id"]}})
    for i, v in enumerate(p["variants"]):
        line(out, "variant", v["id"], {"sku": v["sku"], "gtin": v["gtin"], "position": i,
             "options": {"Colour": v["colour"], "Size": v["size"]}, "weight_g": 300}, {"product": p["id"]})
        line(out, "price", f"pri_{v['id'][4:]}", {"amount": v["price"], "currency": "EUR"},
             {"variant": v["id"], "price_list": "pl_eu"})
        line(out, "inventory_level", f"inv_{v['id'][4:]}", {"available": v["stock"]},
             {"variant": v["id"], "location": "loc_1"})


def write_jsonl(path, count, seed):
    with open(path, "w", encoding="utf-8") as out:
        line(out, "location", "loc_1", {"name": "Paris", "country": "FR", "time_zone": "Europe/Paris"})
        line(out, "price_list", "pl_eu", {"name": "Europe", "currency": "EUR", "priority": 0, "tax_included": True})
        line(out, "market", "mkt_eu", {"name": "Europe", "countries": ["FR"], "currency": "EUR",
             "locales": ["en"], "tax_included": True, "tax_rate": "0.20"}, {"price_list": "pl_eu"})
        members = {kind: [] for kind in range(len(TYPES))}
        for p in products(count, seed):
            members[p["kind"]].append(p["id"])
            write_product(out, p, "active")
        for p in private(count, seed):
            write_product(out, p, "draft")
        for kind, name in enumerate(TYPES):
            line(out, "collection", f"col_{kind:02d}", {"handle": f"collection-{kind:02d}", "title": name,
                 "description": {"markdown": name}, "products": members[kind]})


def write_hugo(folder, count, seed):
    content = os.path.join(folder, "content", "products")
    shutil.rmtree(os.path.join(folder, "content"), ignore_errors=True)
    os.makedirs(content)
    all_products = list(products(count, seed))
    by_kind = {}
    for p in all_products:
        by_kind.setdefault(p["kind"], []).append(p)
    for p in all_products:
        siblings = by_kind[p["kind"]]
        at = siblings.index(p) if len(siblings) < 64 else p_index(siblings, p)
        related = [siblings[(at + 1 + i) % len(siblings)] for i in range(min(RELATED, len(siblings) - 1))]
        front = {
            "title": p["title"], "slug": p["handle"], "id_": p["id"], "date": STAMP, "type": "products",
            "collections": [f"collection-{p['kind']:02d}"], "product_type": p["type"], "vendor": "Maison",
            "tags_": p["tags"], "images_": p["images"], "price": min(v["price"] for v in p["variants"]),
            "variants": p["variants"], "available": any(v["stock"] for v in p["variants"]),
            "related_": [{"handle": r["handle"], "title": r["title"], "image": r["images"][0], "type": r["type"],
                          "price": min(v["price"] for v in r["variants"]),
                          "varies": len({v["price"] for v in r["variants"]}) > 1} for r in related],
            "varies": len({v["price"] for v in p["variants"]}) > 1,
        }
        with open(os.path.join(content, p["handle"] + ".md"), "w", encoding="utf-8") as out:
            out.write(json.dumps(front, ensure_ascii=False) + "\n\n" + p["description"] + "\n")


def p_index(siblings, p):
    return int(p["id"][4:]) // len(TYPES)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jsonl")
    parser.add_argument("--hugo")
    options = parser.parse_args()
    if not options.jsonl and not options.hugo:
        parser.error("one of --jsonl and --hugo")
    if options.jsonl:
        write_jsonl(options.jsonl, options.products, options.seed)
    if options.hugo:
        write_hugo(options.hugo, options.products, options.seed)
