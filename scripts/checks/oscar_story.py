#!/usr/bin/env python3
"""The story of an editor on a train, with a real django-oscar shop at the other end: the shop is
stopped, products are edited by file, by command and by spreadsheet, the build shows it; the shop comes
back with edits of its staff, everything is planned, pushed and decided, and both sides are equal.

Told for what django-oscar's API can do: it guards nothing, knows no differences of stock and no
deletions, so plan says "not protected by this shop" and every write is read back.

usage: oscar_story.py TRUMEAU PID_FILE    in a project that pulls from the shop of scripts/peer-oscar
  PID_FILE gets the number of the shop's new process; whoever calls ends it.
"""
import csv, json, os, shlex, signal, sqlite3, subprocess, sys, time, urllib.error, urllib.request
from decimal import Decimal

trumeau, pid_file = sys.argv[1:3]
url, token = os.environ["TRUMEAU_OSCAR_URL"], os.environ["TRUMEAU_OSCAR_TOKEN"]


def run(*words, code=0):
    """Runs trumeau, which must end with a code; both of its outputs."""
    ended = subprocess.run(
        [trumeau, *words], env=os.environ | {"TRUMEAU_TOKEN": token}, capture_output=True, text=True)
    text = ended.stdout + ended.stderr
    assert ended.returncode == code, f"trumeau {' '.join(words)} ended with {ended.returncode}:\n{text}"
    return text


def rows(sql, *values):
    """Rows of the shop's own database, past its API."""
    shop = sqlite3.connect(f"file:{os.environ['TRUMEAU_OSCAR_DATABASE']}?mode=ro", uri=True)
    try:
        return shop.execute(sql, values).fetchall()
    finally:
        shop.close()


def call(method, path, body=None):
    """What the shop's staff does, by its API."""
    request = urllib.request.Request(
        path if path.startswith("http") else url + path, method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Token {token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def stop_shop():
    os.kill(int(os.environ["TRUMEAU_OSCAR_PID"]), signal.SIGTERM)
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{url}/products/?limit=1", timeout=2).read()
        except (urllib.error.URLError, ConnectionError):
            return
        time.sleep(0.1)
    raise SystemExit("the shop does not stop")


def start_shop():
    with open(f"{pid_file}.log", "w") as log:
        shop = subprocess.Popen(
            shlex.split(os.environ["TRUMEAU_OSCAR_SERVE"]), stdout=log, stderr=log)
    with open(pid_file, "w") as file:
        file.write(str(shop.pid))
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{url}/products/?limit=1", timeout=2).read()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.25)
    raise SystemExit("the shop does not start again")


def page(handle):
    """The built page of a product in its market; None where there is none."""
    path = f"public/en-uk/products/{handle}/index.html"
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


books = rows(
    "SELECT p.id, p.slug, s.partner_sku, s.num_in_stock, s.price, p.title FROM catalogue_product p "
    "JOIN partner_stockrecord s ON s.product_id = p.id WHERE p.structure = 'standalone' AND p.is_public "
    "AND s.price_currency = 'GBP' AND s.num_in_stock >= 3 AND s.price IS NOT NULL ORDER BY p.id DESC LIMIT 5")
assert len(books) == 5, f"the shop has only {len(books)} books that are in stock"
text, title, stock, price, gone = (
    {"id": id, "handle": f"{slug.lower()}-{id}", "sku": sku, "stock": pieces, "price": Decimal(str(price)), "title": name}
    for id, slug, sku, pieces, price, name in books)
described = (
    "<p>The first paragraph tells of the author.</p>\n\n<p>The second one tells of the paper.</p>\n\n"
    "<p>The third one tells of the print.</p>")
call("PATCH", f"/admin/products/{text['id']}/", {"description": described})
run("pull")

print("  the shop is stopped; edits by file, by command and by spreadsheet")
stop_shop()
run("pull", code=7)
run("edit", text["handle"], "--no-editor")
file = f"content/products/{text['handle']}.md"
with open(file, encoding="utf-8") as opened:
    written = opened.read()
assert "tells of the print" in written, written
with open(file, "w", encoding="utf-8") as opened:
    opened.write(written.replace("tells of the print", "tells of the print and the ink"))
run("set", title["sku"], "title=The title of the train")
run("set", stock["sku"], "stock+=-2")
run("delete", gone["handle"], "--yes")
run("export", "csv", "sheet.csv")
with open("sheet.csv", encoding="utf-8-sig", newline="") as opened:
    sheet = list(csv.reader(opened))
column = next(i for i, name in enumerate(sheet[0]) if name.startswith("price@") and "GBP" in name)
row = next(row for row in sheet if row[sheet[0].index("sku")] == price["sku"])
wanted = price["price"] + 1 if price["price"] > 5 else price["price"] + Decimal("0.50")
row[column] = str(wanted)
with open("sheet.csv", "w", encoding="utf-8", newline="") as opened:
    csv.writer(opened).writerows(sheet)
run("import", "csv", "sheet.csv")

run("build")
assert "and the ink" in page(text["handle"]), "the page does not show the edit of the file"
assert "The title of the train" in page(title["handle"]), "the page does not show the edit by command"
assert str(wanted) in page(price["handle"]), "the page does not show the price of the spreadsheet"
assert page(gone["handle"]) is None, "the page of what was deleted is still there"
assert "not sent yet" in run("status")
print("  the pages show them")

start_shop()
call("PATCH", f"/admin/products/{text['id']}/",
     {"description": described.replace("of the author", "of the author and her house")})
call("PATCH", f"/admin/products/{title['id']}/", {"title": "The title of the staff"})
record = call("GET", f"/admin/products/{stock['id']}/")["stockrecords"][0]["url"]
call("PATCH", record, {"num_in_stock": stock["stock"] - 1})
call("PATCH", f"/admin/products/{gone['id']}/", {"title": "Still wanted"})
print("  the shop is back, with edits of its staff: the same text, title and stock, and what was deleted here")

run("pull")
plan = run("plan")
assert "NEEDS DECISION" in plan and "not protected by this shop" in plan, plan
run("push", "--yes", "--results", "sent.csv", code=5)


def product(id, field):
    return rows(f"SELECT {field} FROM catalogue_product WHERE id = ?", id)[0][0]


merged = product(text["id"], "description")
assert "and the ink" in merged and "and her house" in merged, merged
left = rows("SELECT num_in_stock FROM partner_stockrecord WHERE product_id = ?", stock["id"])[0][0]
assert left == stock["stock"] - 3, f"{left} pieces of {stock['stock']}"
paid = rows("SELECT price FROM partner_stockrecord WHERE product_id = ?", price["id"])[0][0]
assert Decimal(str(paid)) == wanted, f"{paid} instead of {wanted}"
assert product(title["id"], "title") == "The title of the staff", "nothing is overwritten unasked"
assert product(gone["id"], "title") == "Still wanted", "what was edited in the shop is not deleted unasked"
with open("sent.csv", encoding="utf-8-sig", newline="") as opened:
    outcomes = {(line["record"], line["outcome"]) for line in csv.DictReader(opened)}
assert (text["handle"], "done") in outcomes and (title["handle"], "waiting") in outcomes, outcomes
print("  a text merged of both, a movement of stock, a price to the cent have arrived")

open_questions = json.loads(run("conflicts", "list", "--json", code=5))["questions"]
kinds = {question["kind"] for question in open_questions}
assert kinds == {"edit-edit", "delete-edit"}, kinds
run("conflicts", "resolve", title["handle"], "title", "--mine", code=5)
run("conflicts", "resolve", gone["handle"], "--shop")
run("push", "--yes")
assert product(title["id"], "title") == "The title of the train"
print("  the two questions are decided, and what was decided has arrived")

run("pull")
assert "Nothing to send" in run("plan")
run("conflicts", "list")
with open(file, encoding="utf-8") as opened:
    assert "and her house" in opened.read(), "the file does not have what both wrote"
