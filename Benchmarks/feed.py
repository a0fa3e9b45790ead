#!/usr/bin/env python3
"""The honest script that `trumeau feed build` is measured against: the Google feed of one market, read
from the same mirror, with the same items and members, written as a stream with the standard library.

usage: feed.py MIRROR FILE

There is no peer that does this from a mirror, so this is what a careful person would write in an
evening. It does less: prices come from one list without windows, tiers or rounding, Markdown becomes
plain text by two substitutions, and nothing is validated, compared with the pages or searched for leaks.
"""
import json, re, sqlite3, sys
from itertools import groupby
from xml.sax.saxutils import escape

BASE = "https://bench.example"
LIST = re.compile(r"^[-*] ", re.M)
MARKS = re.compile(r"\*\*?|__?|`")

mirror, path = sys.argv[1:3]
db = sqlite3.connect(f"file:{mirror}?mode=ro", uri=True)
media = {}
for parent, url in db.execute("select parent_id, url from media where parent_type = 'product' and kind = 'image'"
                              " order by parent_id, position, id"):
    media.setdefault(parent, []).append(url)
rows = db.execute("""
    select p.id, p.handle, p.title, p.vendor, p.product_type, p.description_markdown,
      v.id, v.sku, v.gtin, v.options, v.weight_g, c.amount_minor, c.currency,
      (select sum(available) from stock s where s.variant_id = v.id)
    from product p join variant v on v.product_id = p.id
      join price c on c.variant_id = v.id and c.price_list_id = 'pl_eu'
    where p.status = 'active' order by p.id, v.position, v.id""")


def member(name, value):
    return f"      <g:{name}>{escape(value)}</g:{name}>\n" if value else ""


count = 0
with open(path, "w", encoding="utf-8", buffering=1 << 20) as out:
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n'
              f"  <channel>\n    <title>Maison</title>\n    <link>{BASE}/en-eu/</link>\n    <description></description>\n")
    for product, group in groupby(rows, key=lambda row: row[0]):
        variants = list(group)
        _, handle, title, vendor, kind, text = variants[0][:6]
        description = escape(MARKS.sub("", LIST.sub("", text or "")).replace("\n\n", "\n"))
        images = media.get(product, [])
        pictures = "".join(member("image_link" if i == 0 else "additional_image_link", BASE + url)
                           for i, url in enumerate(images))
        for (_, _, _, _, _, _, variant, sku, gtin, options, weight, amount, currency, stock) in variants:
            chosen = json.loads(options) if options else {}
            alone = len(variants) == 1
            link = f"{BASE}/en-eu/products/{handle}/" + ("" if alone else f"?variant={variant}")
            name = title if alone else ", ".join([title, *(word for word in chosen.values() if word not in title)])
            out.write("    <item>\n" + member("id", sku) + member("title", name)
                      + f"      <description>{description}</description>\n" + member("link", link) + pictures
                      + member("availability", "in_stock" if stock else "out_of_stock")
                      + member("price", f"{amount // 100}.{amount % 100:02} {currency}")
                      + ("" if alone else member("item_group_id", product)) + member("brand", vendor)
                      + member("gtin", gtin) + member("condition", "new") + member("product_type", kind)
                      + member("color", chosen.get("Colour")) + member("size", chosen.get("Size"))
                      + member("shipping_weight", f"{weight} g" if weight else None) + "    </item>\n")
            count += 1
    out.write("  </channel>\n</rss>\n")
print(f"{count} items")
