"""The editors' half of the benchmark: a mirror kept up, many edits made, planned and sent.

The peer of the push is a script on one connection that already knows what to send: batches of 100 with
a guard and a key each, the same values. It keeps no record of what it sends, so it cannot say after a
lost answer what became of an edit.
"""
import csv, json, subprocess, sys, time
from workplace import API

EDITS = 10_000
CHANGED = 100


class Writer:
    """Another client of the shop, on one connection."""

    def __init__(self, place):
        self.connection = place.connection()
        place.make_token(place.path("writer"), ["catalog:read", "catalog:write", "inventory:write"])
        with open(place.path("writer"), encoding="utf-8") as file:
            self.headers = {"Authorization": f"Bearer {file.read().strip()}", "Content-Type": "application/json"}

    def send(self, method, path, body, status, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, API + path, body if body is None else json.dumps(body),
                                {**self.headers, **named})
        answer = self.connection.getresponse()
        said = json.loads(answer.read())
        if answer.status != status:
            sys.exit(f"FAULT: {method} {path}: {answer.status} {said}")
        return said

    def change(self, products, value, mark):
        """Gives the products, of id and version, a vendor; by hundreds."""
        for first in range(0, len(products), 100):
            operations = [{"op_id": id_, "key": f"{mark}-{id_}", "method": "PATCH", "path": f"/products/{id_}",
                           "if_match": f'"prd-{version}"', "body": {"attributes": {"vendor": value(id_)}}}
                          for id_, version in products[first:first + 100]]
            said = self.send("POST", "/batch", {"operations": operations}, 200)
            wrong = [row for row in said["results"] if row["status"] != 200]
            if wrong:
                sys.exit(f"FAULT: {wrong[0]}")

    def vendors(self, wanted):
        """The vendor of each product wanted, as the shop has it now."""
        self.connection.request("GET", f"{API}/snapshot", headers=self.headers)
        answer = self.connection.getresponse()
        rows = map(json.loads, answer.read().splitlines())
        return {row["id"]: row["attributes"].get("vendor") for row in rows if row["id"] in wanted}


def products_of(place):
    return [(id_, version) for kind, id_, version, _ in place.truth() if kind == "product"]


def edit_table(place, number, mark):
    """The table that `export csv` writes, with another vendor in the rows of so many products."""
    source, target = place.path("export.csv"), place.path("edited.csv")
    subprocess.run(place.project("export", "csv", "--fields", "vendor", source, "--quiet"), check=True,
                   stdout=subprocess.DEVNULL)
    edited, seen = {}, set()
    with open(source, encoding="utf-8-sig", newline="") as read, \
            open(target, "w", encoding="utf-8-sig", newline="") as written:
        rows = csv.DictReader(read)
        table = csv.DictWriter(written, rows.fieldnames)
        table.writeheader()
        for row in rows:
            id_ = row["product_id"]
            if id_ not in seen and len(edited) < number:
                row["vendor"] = edited[id_] = f"{mark} {id_}"
            seen.add(id_)
            table.writerow(row)
    return target, edited


def editing(place, options, Runs, rate, compare, disagree):
    """Pulls with little or nothing new, and edits on their way to the shop."""
    writer = Writer(place)
    first, nothing, little = Runs("trumeau pull, first"), Runs("pull, nothing new"), Runs("pull, 100 changes")
    brought, planned, pushed = Runs("trumeau import csv"), Runs("trumeau plan"), Runs("trumeau push")
    script = Runs("batches of a script")
    place.truth()  # the server has made its snapshot before anybody is measured
    place.make_token(place.token, ["catalog:read", "catalog:write", "pricing:read", "membership:read"])
    for number in range(options.runs):
        place.wipe_mirror()
        first.once(place.project("pull", "--quiet"), place.environment)
        nothing.once(place.project("pull", "--quiet"), place.environment)
        writer.change(products_of(place)[:CHANGED], lambda id_: f"Changed {number}", f"little-{number}")
        little.once(place.project("pull", "--quiet"), place.environment)

        table, edited = edit_table(place, EDITS, f"Edit {number}")
        brought.once(place.project("import", "csv", table, "--quiet"), place.environment)
        plan = place.path(f"plan-{number}")
        planned.once(place.project("plan", "-o", plan, "--quiet"), place.environment)
        pushed.once(place.project("push", "--plan", plan, "--yes", "--quiet"), place.environment)
        if writer.vendors(edited) != edited:
            disagree("the shop does not have what was pushed")
        products = [row for row in products_of(place) if row[0] in edited]
        begun = time.perf_counter()
        writer.change(products, lambda id_: f"Script {number}", f"script-{number}")
        script.runs.append((time.perf_counter() - begun, 0, 0))
    records = len(place.truth())
    print(f"mirror of {records:,} records; first pull {rate(records / first.median, 'records')}")
    for runs in (first, nothing, little, brought, planned):
        runs.show()
    print(f"push of {len(edited):,} edits: {rate(len(edited) / pushed.median, 'operations')}; "
          f"script {rate(len(edited) / script.median, 'operations')}")
    compare(pushed, script)
