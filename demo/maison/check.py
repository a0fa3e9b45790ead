"""Checks of a seed file: what the commerce API would refuse, and what a shop would regret."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

TARGETS = {"product", "variant", "location", "price_list", "customer", "program", "tier"}


def check(path: Path) -> list[str]:
    """All faults found, each as one line of text; empty when the file is good."""
    faults: list[str] = []
    records: dict[tuple[str, str], dict] = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(raw)
        key = (line["type"], line["id"])
        if key in records:
            faults.append(f"line {number}: repeated {key}")
        records[key] = line
    for key, line in records.items():
        faults += [f"{key}: {fault}" for fault in links(line, records)]
    of = lambda kind: [l for (t, _), l in records.items() if t == kind]  # noqa: E731
    for kind, name in (("product", "handle"), ("collection", "handle"), ("variant", "sku"),
                       ("variant", "gtin"), ("media", "url")):
        values = Counter(l["attributes"][name] for l in of(kind) if name in l["attributes"])
        faults += [f"{kind} {name} repeated: {v}" for v, count in values.items() if count > 1]
    for line in of("product") + of("collection"):
        handle = line["attributes"]["handle"]
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", handle):
            faults.append(f"handle {handle!r} is not lower-case ASCII")
    taken = {l["attributes"]["handle"] for l in of("product")}
    for line in of("translation"):
        if line["attributes"]["key"] != "handle":
            continue
        handle = line["attributes"]["value"]
        if handle in taken or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", handle):
            faults.append(f"translated handle {handle!r} is taken or not lower-case ASCII")
        taken.add(handle)
    for line in of("variant"):
        code = line["attributes"].get("gtin")
        if code and (len(code) != 13 or sum(
                int(d) * (3 if i % 2 else 1) for i, d in enumerate(code)) % 10):
            faults.append(f"{line['id']}: GTIN {code} fails its check digit")
    faults += priced(of) + translated(of, records) + worded(of)
    return faults


def links(line: dict, records: dict) -> list[str]:
    faults = []
    for name, value in line.get("links", {}).items():
        key = (value["type"], value["id"]) if isinstance(value, dict) else (name, value)
        if key not in records:
            faults.append(f"link {name} leads nowhere: {key}")
    for product in line["attributes"].get("products", []):
        if ("product", product) not in records:
            faults.append(f"unknown product {product}")
    audience = line["attributes"].get("audience")
    if isinstance(audience, dict) and ("tier", audience["tier_at_least"]) not in records:
        faults.append(f"audience names an unknown tier: {audience}")
    return faults


def priced(of) -> list[str]:
    from .seed import NOT_IN_JAPAN
    faults, have = [], {}
    for line in of("price"):
        pair = line["links"]["variant"], line["links"]["price_list"]
        have[pair] = line["attributes"]["amount"]
    status = {l["id"]: l["attributes"]["status"] for l in of("product")}
    for line in of("variant"):
        product = line["links"]["product"]
        if status[product] != "active":
            continue
        for market in ("eu", "uk", "jp"):
            if market == "jp" and product[4:] in NOT_IN_JAPAN:
                continue
            base = have.get((line["id"], f"pl_{market}"))
            if base is None:
                faults.append(f"{line['id']} has no price in {market}")
                continue
            ladder = [have.get((line["id"], f"pl_{market}_{t}"))
                      for t in ("member", "gold", "atelier")]
            steps = [base] + [a for a in ladder if a is not None]
            if steps != sorted(steps, reverse=True):
                faults.append(f"{line['id']}: member prices do not fall in {market}: {steps}")
    return faults


def translated(of, records: dict) -> list[str]:
    faults = []
    for line in of("translation"):
        link, key = line["links"]["resource"], line["attributes"]["key"]
        value = source(records[(link["type"], link["id"])]["attributes"], key)
        if value is None:
            faults.append(f"{line['id']}: no such key {key}")
            continue
        wanted = "sha256:" + hashlib.sha256(value.encode()).hexdigest()
        if line["attributes"]["source_digest"] != wanted:
            faults.append(f"{line['id']}: stale digest")
    return faults


def source(attributes: dict, key: str) -> str | None:
    """The value in the default language that a translation key stands for."""
    head, *rest = key.split(".", 2)
    if head == "options":
        option = next((o for o in attributes["options"] if o["name"] == rest[0]), None)
        if option is None or len(rest) == 1:
            return option and option["name"]
        return rest[1] if rest[1] in option["values"] else None
    value = attributes.get(head)
    for part in rest:
        value = value.get(part) if isinstance(value, dict) else None
    return value["markdown"] if isinstance(value, dict) and "markdown" in value else value


def worded(of) -> list[str]:
    faults = []
    for line in of("product"):
        body = line["attributes"]["description"]["markdown"]
        count = len(body.split())
        if line["attributes"]["status"] == "active" and not 20 <= count <= 150:
            faults.append(f"{line['id']}: description of {count} words")
    return faults
