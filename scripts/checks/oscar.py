#!/usr/bin/env python3
"""Compares a django-oscar shop with what was made of it: the mirror, the pages and the feeds.

The shop's side is read from its own database, past its API and the connector. Prints one line a
comparison and ends with 1 where anything differs.

usage: oscar.py SHOP_DATABASE PROJECT
  PROJECT has the storefront and channels that scripts/oscar-whole writes.
"""
import json, os, re, sqlite3, sys, xml.etree.ElementTree as ElementTree
from decimal import Decimal

shop = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
project = sys.argv[2]
mirror = sqlite3.connect(f"file:{project}/.trumeau/oscar.sqlite?mode=ro", uri=True)
MARKETS = {"eu": ("EUR", "", "google-eu"), "uk": ("GBP", "en-uk/", "google-uk")}
failed = 0


def compare(what, theirs, ours):
    """Two collections of hashable rows; equal, or the first differences are shown."""
    global failed
    theirs, ours = set(theirs), set(ours)
    same = theirs == ours
    print(f"  {what:34}{len(theirs):8,} in the shop{len(ours):8,} here   {'equal' if same else 'DIFFERENT'}")
    if not same:
        failed += 1
        for row in sorted(theirs - ours, key=str)[:3]:
            print(f"      only in the shop: {row}")
        for row in sorted(ours - theirs, key=str)[:3]:
            print(f"      only here:        {row}")


# The shop's side. A standalone product is a product and a variant at once.
products = {
    row[0]: row[1:]
    for row in shop.execute(
        "SELECT id, title, slug, is_public FROM catalogue_product WHERE structure <> 'child'")
}
variants = dict(
    shop.execute("SELECT id, coalesce(parent_id, id) FROM catalogue_product WHERE structure <> 'parent'"))
stock = list(
    shop.execute(
        "SELECT id, product_id, partner_id, partner_sku, price_currency, price, num_in_stock, num_allocated "
        "FROM partner_stockrecord"))
pictures = list(shop.execute("SELECT id, product_id FROM catalogue_productimage"))
# Addresses are written in small letters here.
handles = {id: f"{slug.lower()}-{id}" for id, (_, slug, _) in products.items()}
visible = {id for id, (_, _, is_public) in products.items() if is_public}


def minor(price):
    return int((Decimal(str(price)) * 100).to_integral_exact())


def left(record):
    return record[6] - (record[7] or 0)


print("Mirror")
compare(
    "products: title, handle, status",
    ((f"osc_prd_{id}", title, handles[id], "active" if is_public else "draft")
     for id, (title, _, is_public) in products.items()),
    mirror.execute("SELECT id, title, handle, status FROM product"))
compare(
    "variants: product, article number",
    ((f"osc_var_{r[1]}", f"osc_prd_{variants[r[1]]}", r[3]) for r in stock),
    mirror.execute("SELECT id, product_id, sku FROM variant"))
compare(
    "prices: amount, currency",
    ((f"osc_var_{r[1]}", minor(r[5]), r[4]) for r in stock if r[5] is not None),
    mirror.execute("SELECT variant_id, amount_minor, currency FROM price"))
compare(
    "stock: what is left",
    ((f"osc_var_{r[1]}", left(r)) for r in stock if r[6] is not None),
    mirror.execute("SELECT variant_id, available FROM stock"))
categories = list(
    shop.execute("SELECT id, name, path FROM catalogue_category WHERE ancestors_are_public AND is_public"))
compare(
    "collections: title",
    ((f"osc_col_{id}", name) for id, name, _ in categories),
    mirror.execute("SELECT id, title FROM collection"))
paths = {id: path for id, _, path in categories}
belongs = list(shop.execute("SELECT category_id, product_id FROM catalogue_productcategory"))
compare(
    "collections: products of the branch",
    ((f"osc_col_{id}", f"osc_prd_{product}") for id, path in paths.items()
     for category, product in belongs if paths.get(category, "").startswith(path)),
    mirror.execute("SELECT collection_id, product_id FROM collection_product"))
compare(
    "pictures: whose",
    ((f"osc_med_{id}", f"osc_prd_{product}") for id, product in pictures),
    mirror.execute("SELECT id, parent_id FROM media"))
compare("quarantine", (), mirror.execute("SELECT type, id, reason FROM quarantine"))


def page_offers(folder):
    """(article number, amount, currency, whether in stock) of every product page's JSON-LD."""
    for handle in sorted(os.listdir(folder)):
        with open(f"{folder}/{handle}/index.html", encoding="utf-8") as page:
            text = page.read()
        for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S):
            data = json.loads(block)
            for node in data if isinstance(data, list) else [data]:
                for item in node.get("hasVariant", [node]):
                    offer = item.get("offers")
                    if offer:
                        yield (item["sku"], minor(offer["price"]), offer["priceCurrency"],
                               offer["availability"].endswith("InStock"))


def feed_items(path):
    space = "{http://base.google.com/ns/1.0}"
    for item in ElementTree.parse(path).getroot().iter("item"):
        amount, currency = item.findtext(f"{space}price").split()
        yield (item.findtext(f"{space}id"), minor(amount), currency,
               item.findtext(f"{space}availability") == "in_stock")


pictured = {product for _, product in pictures}
for market, (currency, root, channel) in MARKETS.items():
    print(f"Market {market}: {currency}")
    folder = f"{project}/public/{root}products"
    compare("product pages", (handles[id] for id in visible), os.listdir(folder))
    sold = [r for r in stock if r[4] == currency and r[5] is not None and variants[r[1]] in visible]
    rows = [(r[3], minor(r[5]), currency, left(r) > 0) for r in sold]
    compare("offers of the pages", rows, page_offers(folder))
    compare(
        "items of the feed",
        (row for row, r in zip(rows, sold) if {variants[r[1]], r[1]} & pictured),
        feed_items(f"{project}/public/feeds/{channel}.xml"))

print(f"{failed} comparisons differ" if failed else "All counts and values agree.")
sys.exit(1 if failed else 0)
