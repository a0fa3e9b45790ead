#!/usr/bin/env python3
"""Measures writes through the commerce API: batches of 100 from one client on one connection, against
single requests of the same kind from the same client.

usage: Benchmarks/batch.py TRUMEAU [--products N]

Ends with exit code 1 when an answer is not the one that it must be; never because of a time.
"""
import argparse, os, sys, time
from editing import Writer
from workplace import Workplace

SINGLE = 300  # within what a token may send in a row


def batches(name, client, path, member, items, status, key=""):
    """Sends the items by hundreds; gives the number a second."""
    begun = time.perf_counter()
    for first in range(0, len(items), 100):
        headers = {"Idempotency_Key": f"{key}-{first}"} if key else {}
        said = client.send("POST", path, {member: items[first:first + 100]}, 200, **headers)
        wrong = [row for row in said["results"] if row["status"] != status]
        if wrong:
            sys.exit(f"FAULT: {name}: {wrong[0]}")
    rate = len(items) / (time.perf_counter() - begun)
    print(f"  {name:<40} {len(items):>7} in batches of 100 {rate:>9,.0f} a second", flush=True)
    return rate


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("trumeau")
    options.add_argument("--products", type=int, default=5000)
    options = options.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with Workplace(options.trumeau, options.products) as place:
        records = {}
        for kind, id_, version, _ in place.truth():
            records.setdefault(kind, []).append((id_, version))
        client, products = Writer(place), records["product"]

        begun = time.perf_counter()
        for id_, version in products[:SINGLE]:
            client.send("PATCH", f"/products/{id_}", {"attributes": {"vendor": "Single"}}, 200,
                        If_Match=f'"prd-{version}"')
        single = min(SINGLE, len(products)) / (time.perf_counter() - begun)
        print(f"  {'change a product':<40} {min(SINGLE, len(products)):>7} one by one         {single:>9,.0f} a second")

        edits = [{"op_id": id_, "key": f"edit-{id_}", "method": "PATCH", "path": f"/products/{id_}",
                  "if_match": "*", "body": {"attributes": {"vendor": "Batch"}}} for id_, _ in products]
        rate = batches("change a product, with a key", client, "/batch", "operations", edits, 200)
        print(f"  ratio {rate / single:.1f}  (batches / one by one)")
        batches("the same again, from the kept answers", client, "/batch", "operations", edits, 200)
        batches("create a product", client, "/batch", "operations", [
            {"op_id": f"{n}", "key": f"new-{n}", "method": "POST", "path": "/products",
             "body": {"attributes": {"handle": f"new-{n}", "title": f"New {n}", "status": "draft"}}}
            for n in range(len(products))], 201)
        batches("change a stock level by a difference", client, "/inventory/commands", "commands", [
            {"op": "adjust", "id": id_, "delta": 1} for id_, _ in records["inventory_level"][:len(products)]],
            200, key="stock")


main()
