#!/usr/bin/env python3
"""The honest script that `trumeau pull` is measured against: the same snapshot over the same
connection, the same pragmas, a transaction a page, executemany, and the same proof by digest.

usage: pull.py URL TOKEN_FILE DATABASE
"""
import hashlib, http.client, json, os, sqlite3, sys
from urllib.parse import urlsplit

url, token_file, path = sys.argv[1:4]
host = urlsplit(url)
token = open(token_file).read().strip()
headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
connection = http.client.HTTPConnection(host.hostname, host.port)
base = "/v/2026-11-01"

for suffix in ("", "-wal", "-shm"):
    if os.path.exists(path + suffix):
        os.remove(path + suffix)
db = sqlite3.connect(path, isolation_level=None)
db.executescript("""pragma journal_mode=wal; pragma synchronous=normal; pragma secure_delete=off;
create table record(type text, id text, handle text, version int, etag text, hash text, json blob, seq int,
  primary key(type, id)) without rowid;
create table product(id text primary key, handle text, title text, product_type text, status text);
create table variant(id text primary key, product text, sku text, gtin text, position int);
create index variant_product on variant(product);
create table price(id text primary key, variant text, price_list text, amount int, currency text);
create index price_variant on price(variant);
create table stock(id text primary key, variant text, location text, available int);
create index stock_variant on stock(variant);
create table media(id text primary key, parent text, url text, alt text, width int, height int, position int);
create index media_parent on media(parent);
create table cursor(scope text primary key, token text);""")


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def store(page, offset):
    rows, typed = [], {"product": [], "variant": [], "price": [], "inventory_level": [], "media": []}
    for raw in page:
        r = json.loads(raw)
        a, l = r["attributes"], r.get("links") or {}
        rows.append((r["type"], r["id"], a.get("handle"), r["version"], r["etag"], r["content_hash"], raw, r["seq"]))
        kind = r["type"]
        if kind == "product":
            typed[kind].append((r["id"], a["handle"], a["title"], a.get("product_type"), a["status"]))
        elif kind == "variant":
            typed[kind].append((r["id"], l["product"], a["sku"], a.get("gtin"), a["position"]))
        elif kind == "price":
            typed[kind].append((r["id"], l["variant"], l["price_list"], a["amount"], a["currency"]))
        elif kind == "inventory_level":
            typed[kind].append((r["id"], l["variant"], l["location"], a["available"]))
        elif kind == "media":
            typed[kind].append((r["id"], l["parent"]["id"], a["url"], a["alt"], a["width"], a["height"], a["position"]))
    db.execute("begin immediate")
    db.executemany("insert or replace into record values(?,?,?,?,?,?,?,?)", rows)
    db.executemany("insert or replace into product values(?,?,?,?,?)", typed["product"])
    db.executemany("insert or replace into variant values(?,?,?,?,?)", typed["variant"])
    db.executemany("insert or replace into price values(?,?,?,?,?)", typed["price"])
    db.executemany("insert or replace into stock values(?,?,?,?)", typed["inventory_level"])
    db.executemany("insert or replace into media values(?,?,?,?,?,?,?)", typed["media"])
    db.execute("insert or replace into cursor values('snapshot', ?)", (str(offset),))
    db.execute("commit")


connection.request("GET", base + "/snapshot", headers=headers)
answer = connection.getresponse()
assert answer.status == 200, answer.status
page, offset, count = [], 0, 0
for raw in answer:
    offset += len(raw)
    page.append(raw)
    if len(page) == 1000:
        store(page, offset)
        count += len(page)
        page = []
answer.read()  # the empty end, which frees the connection for the next request
if page:
    store(page, offset)
    count += len(page)

types = [row[0] for row in db.execute("select distinct type from record order by type")]
for kind in types:
    connection.request("GET", f"{base}/digest?type={kind}", headers=headers)
    answer = connection.getresponse()
    theirs = {b["bucket"]: (b["count"], b["hash"]) for b in json.loads(answer.read())["buckets"]}
    buckets = [[] for _ in range(256)]
    for id, digest in db.execute("select id, hash from record where type = ? order by id", (kind,)):
        buckets[hashlib.sha256(id.encode()).digest()[0]].append(f"{id}\n{digest}\n")
    for number, entries in enumerate(buckets):
        mine = (len(entries), "sha256:" + hashlib.sha256("".join(entries).encode()).hexdigest())
        if number in theirs and theirs[number] != mine:
            sys.exit(f"{kind}: bucket {number} differs")
print(f"{count} records")
