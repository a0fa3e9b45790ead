"""Programme, tiers, benefits, entitlements, gates, customers, markets and price lists."""

from __future__ import annotations

from .table import Product

MARKETS = {
    "eu": ("Europe", ["FR", "DE", "IT", "ES", "NL", "BE"], "EUR", ["en", "fr"], "0.20", "1"),
    "uk": ("United Kingdom", ["GB"], "GBP", ["en"], "0.20", "1"),
    "jp": ("Japan", ["JP"], "JPY", ["en"], "0.10", "100"),
}
TIERS = {
    "member": (10, "Member", "Membre", 0, 5),
    "gold": (20, "Gold", "Or", 400000, 8),
    "atelier": (30, "Atelier", "Atelier", 1500000, 10),
}
PRIORITY = {"member": 10, "gold": 20, "atelier": 30}

BENEFITS = (
    ("shipping", "shipping", {"method": "standard"}, "member",
     "Complimentary delivery and returns, wherever you are.",
     "Livraison et retours offerts, où que vous soyez."),
    ("member_prices", "price", {"percent_up_to": 10}, "member",
     "Members' prices on silk, cashmere, leather goods and the table.",
     "Des prix membres sur la soie, le cachemire, la petite maroquinerie et la table."),
    ("care", "service", {"service": "care", "per_year": 1}, "member",
     "One cleaning and polishing a year for everything you own of ours.",
     "Un nettoyage et un lustrage par an pour tout ce que vous avez de nous."),
    ("early_access", "early_access", {"hours": 24}, "gold",
     "Early access to new collections, before the shops have them.",
     "L'accès aux nouvelles collections avant les boutiques."),
    ("engraving", "service", {"service": "engraving", "letters": 20}, "gold",
     "Engraving and gold stamping, up to twenty letters.",
     "Gravure et marquage à l'or, jusqu'à vingt lettres."),
    ("repairs", "service", {"service": "repair"}, "gold",
     "Repairs for life, with collection from your door.",
     "Réparations à vie, avec enlèvement à domicile."),
    ("appointments", "service", {"service": "appointment", "places": ["Paris", "London", "Tokyo"]},
     "atelier", "Private appointments in the salon, in Paris, London and Tokyo.",
     "Rendez-vous privés au salon, à Paris, Londres et Tokyo."),
    ("cabinet", "access", {"collection": "col_le-cabinet"}, "atelier",
     "The second door: pieces that are never shown elsewhere.",
     "La seconde porte : des pièces qui ne sont montrées nulle part ailleurs."),
    ("made_to_order", "service", {"service": "made_to_order"}, "atelier",
     "Made to order, in the leather, stone or shade of your choice.",
     "La commande sur mesure, dans le cuir, la pierre ou la nuance de votre choix."),
)


def at_least(tier: str) -> dict:
    return {"tier_at_least": f"tier_{tier}"}


def market_records() -> list[dict]:
    lines = []
    for key, (name, countries, currency, locales, rate, step) in MARKETS.items():
        lines.append({"type": "market", "id": f"mkt_{key}", "attributes": {
            "name": name, "countries": countries, "currency": currency, "locales": locales,
            "tax_included": True, "tax_rate": rate,
            "rounding": {"mode": "nearest", "step": step}},
            "links": {"price_list": f"pl_{key}"}})
        lines.append({"type": "price_list", "id": f"pl_{key}", "attributes": {
            "name": f"{name}, public", "currency": currency, "audience": "public",
            "priority": 0, "tax_included": True}})
        for tier, values in TIERS.items():
            lines.append({"type": "price_list", "id": f"pl_{key}_{tier}", "attributes": {
                "name": f"{name}, {values[1]}", "currency": currency,
                "audience": at_least(tier), "priority": PRIORITY[tier], "tax_included": True}})
    lines.append({"type": "price_list", "id": "pl_eu_spring_2026", "attributes": {
        "name": "Europe, private sale of spring 2026", "currency": "EUR",
        "audience": at_least("member"), "priority": 40, "tax_included": True,
        "from": "2026-03-12T08:00:00Z", "until": "2026-03-26T22:00:00Z"}})
    return lines


def programme_records() -> list[dict]:
    lines = [{"type": "program", "id": "prg_le-cercle", "attributes": {
        "name": "Le Cercle", "kind": "earned", "currency": "EUR"}}]
    for key, (rank, en, fr, threshold, _) in TIERS.items():
        attributes: dict = {"key": key, "rank": rank, "name": {"en": en, "fr": fr}}
        attributes["qualify"] = {"metric": "spend", "threshold": threshold, "period": "P1Y"}
        lines.append({"type": "tier", "id": f"tier_{key}", "attributes": attributes,
                      "links": {"program": "prg_le-cercle"}})
    for key, kind, params, tier, en, fr in BENEFITS:
        lines.append({"type": "benefit", "id": f"ben_{key}", "attributes": {
            "kind": kind, "params": params, "text": {"en": en, "fr": fr}}})
        ranks = [name for name in TIERS if TIERS[name][0] >= TIERS[tier][0]]
        for name in ranks:
            lines.append(entitlement(f"ent_{name}_{key}", "allow", ("tier", f"tier_{name}"),
                                     ("benefit", f"ben_{key}")))
    # A member who did not come to three appointments keeps everything else.
    lines.append(entitlement("ent_deny_appointments", "deny", ("membership", "mem_2"),
                             ("benefit", "ben_appointments")))
    lines.append(entitlement("ent_cabinet", "allow", ("tier", "tier_atelier"),
                             ("collection", "col_le-cabinet")))
    return lines


def entitlement(key: str, effect: str, subject: tuple[str, str], target: tuple[str, str]) -> dict:
    reference = {"type": target[0], "id": target[1]}
    name = "benefit" if target[0] == "benefit" else "resource"
    return {"type": "entitlement", "id": key, "attributes": {"effect": effect}, "links": {
        "subject": {"type": subject[0], "id": subject[1]},
        name: target[1] if name == "benefit" else reference}}


def gate_records(products: list[Product]) -> list[dict]:
    lines = []
    for product in products:
        gate = product.gate
        if "canary" in product.tags:
            gate = ("hidden", "atelier")
        if gate is None:
            continue
        attributes: dict = {"mode": gate[0], "audience": at_least(gate[1])}
        if gate[0] == "purchase":
            attributes["from"] = "2026-11-01T08:00:00Z"
            attributes["public_from"] = "2027-06-01T08:00:00Z"
        lines.append({"type": "gate", "id": f"gate_{product.handle}", "attributes": attributes,
                      "links": {"resource": {"type": "product", "id": f"prd_{product.handle}"}}})
    lines.append({"type": "gate", "id": "gate_le-cabinet", "attributes": {
        "mode": "hidden", "audience": at_least("atelier")},
        "links": {"resource": {"type": "collection", "id": "col_le-cabinet"}}})
    return lines


def customer_records() -> list[dict]:
    people = (
        ("1", "camille.fontanel@example.com", "Camille Fontanel", "fr", "FR", "gold"),
        ("2", "edith.marchbanks@example.com", "Edith Marchbanks", "en", "GB", "atelier"),
    )
    lines = []
    for key, email, name, locale, country, tier in people:
        lines.append({"type": "customer", "id": f"cus_{key}", "attributes": {
            "email": email, "name": name, "locale": locale, "country": country}})
        lines.append({"type": "membership", "id": f"mem_{key}", "attributes": {
            "status": "active", "source": "earned", "since": "2025-02-03T10:00:00Z",
            "tier_from": "2026-02-03T10:00:00Z", "tier_until": "2027-02-03T10:00:00Z"},
            "links": {"customer": f"cus_{key}", "program": "prg_le-cercle",
                      "tier": f"tier_{tier}"}})
    return lines


def other_records() -> list[dict]:
    lines = []
    for key, name, country, zone in (("paris", "Paris, rue des Glycines", "FR", "Europe/Paris"),
                                     ("london", "London, Mount Row", "GB", "Europe/London"),
                                     ("tokyo", "Tokyo, Minami-Aoyama", "JP", "Asia/Tokyo")):
        lines.append({"type": "location", "id": f"loc_{key}", "attributes": {
            "name": name, "country": country, "time_zone": zone}})
    moves = (
        ("1", "/products/carre-jardin-dhiver", "/products/carre-jardin-90", 301),
        ("2", "/products/sac-halo", "/products/halo-28", 301),
        ("3", "/products/montre-meridienne", "/products/meridienne-38", 301),
        ("4", "/collections/scarves", "/collections/silk", 301),
        ("5", "/collections/perfume", "/collections/fragrance", 301),
        ("6", "/products/sac-comete-24", None, 410),
    )
    for key, source, target, status in moves:
        lines.append({"type": "redirect", "id": f"red_{key}", "attributes": {
            "from": source, "to": target, "status": status}})
    return lines
