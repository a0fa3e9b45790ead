"""Descriptions in English and French from parallel sentence banks."""

from __future__ import annotations

import re
from functools import cache

from .table import Product, rows

# Grammar of the French noun that opens each title: m, f, mp (plural), fp.
GENDERS = {
    "Carré": "m", "Châle": "m", "Pochette": "f", "Sac": "m", "Cabas": "m", "Petit": "m",
    "Mini": "m", "Cartable": "m", "Minaudière": "f", "Montre": "f", "Chronographe": "m",
    "Carrée": "f", "Régulateur": "m", "Eau": "f", "Cuir": "m", "Figuier": "m", "Cologne": "f",
    "Iris": "m", "Vétiver": "m", "Rose": "m", "Ambre": "m", "Bougie": "f", "Nocturne,": "m",
    "Coffret": "m", "Pendentif": "m", "Boucles": "fp", "Bague": "f", "Jonc": "m", "Collier": "m",
    "Bracelet": "m", "Pendants": "mp", "Solitaire": "m", "Broche": "f", "Puces": "fp",
    "Manchette": "f", "Alliance": "f", "Boutons": "mp", "Créoles": "fp", "Escarpins": "mp",
    "Mocassins": "mp", "Ballerines": "fp", "Sandales": "fp", "Bottines": "fp", "Bottes": "fp",
    "Baskets": "fp", "Mules": "fp", "Derbies": "mp", "Espadrilles": "fp", "Portefeuille": "m",
    "Porte-cartes": "m", "Porte-monnaie": "m", "Étui": "m", "Couverture": "f", "Carnet": "m",
    "Porte-clés": "m", "Bijou": "m", "Trousse": "f", "Porte-adresse": "m", "Sous-main": "m",
    "Pull": "m", "Col": "m", "Cardigan": "m", "Marinière": "f", "Plaid": "m", "Écharpe": "f",
    "Étole": "f", "Bonnet": "m", "Gants": "mp", "Robe": "f", "Chaussettes": "fp", "Cape": "f",
    "Lunettes": "fp", "Masque": "m", "Monture": "f", "Ceinture": "f", "Assiette": "f",
    "Tasse": "f", "Théière": "f", "Vase": "m", "Soliflore": "m", "Coupe": "f", "Plateau": "m",
    "Vide-poche": "m", "Coussin": "m", "Bougeoir": "m", "Boîte": "f", "Carafe": "f", "Malle": "f",
    "Valise": "f", "Vanity-case": "m", "Housse": "f", "Trousses": "fp", "Quixoberyl": "m",
}

# A noun of the right gender that can stand for any product of a group.
STAND_IN = {
    "silk": ("m", "ce carré"), "bag": ("m", "ce sac"), "watch": ("f", "cette montre"),
    "scent": ("m", "ce parfum"), "candle": ("f", "cette bougie"), "jewel": ("m", "ce bijou"),
    "pearl": ("m", "ce bijou"), "shoe": ("fp", "ces chaussures"), "slg": ("m", "cet objet"),
    "knit": ("m", "ce cachemire"), "eye": ("fp", "ces lunettes"), "belt": ("f", "cette ceinture"),
    "porcelain": ("f", "cette porcelaine"), "object": ("m", "cet objet"),
    "cushion": ("m", "ce coussin"), "travel": ("m", "ce bagage"),
}

CARE = {
    "silk": ("Dry clean only. Iron on the reverse while slightly damp.",
             "Nettoyage à sec. Repasser sur l'envers, légèrement humide."),
    "bag": ("Wipe with a dry cloth. Keep away from rain and radiators.",
            "Essuyer avec un chiffon sec. Éloigner de la pluie et des radiateurs."),
    "watch": ("Service every five years. Water-resistant to 3 bar.",
              "Révision tous les cinq ans. Étanche à 3 bars."),
    "scent": ("Keep in the dark, below 25 °C.", "Conserver à l'abri de la lumière, sous 25 °C."),
    "candle": ("Burn for at most four hours at a time. Trim the wick to 5 mm.",
               "Ne pas brûler plus de quatre heures d'affilée. Couper la mèche à 5 mm."),
    "jewel": ("Polish with chamois. Take off before swimming.",
              "Lustrer à la peau de chamois. Ôter avant le bain."),
    "pearl": ("Wipe with a damp cloth after wear. Restring every three years.",
              "Essuyer d'un linge humide après usage. Renfiler tous les trois ans."),
    "shoe": ("Use shoe trees. Cream once a month.", "Garder sur embauchoirs. Cirer chaque mois."),
    "slg": ("Wipe with a dry cloth. Feed with colourless cream once a year.",
            "Essuyer avec un chiffon sec. Nourrir d'une crème incolore une fois l'an."),
    "knit": ("Hand wash in cool water, dry flat.", "Laver à la main à l'eau fraîche, sécher à plat."),
    "eye": ("Rinse in lukewarm water and dry with the cloth supplied.",
            "Rincer à l'eau tiède et sécher avec le chiffon fourni."),
    "belt": ("Store flat or loosely rolled.", "Ranger à plat ou roulée sans serrer."),
    "porcelain": ("Wash by hand. Not for the microwave.",
                  "Laver à la main. Ne pas passer au micro-ondes."),
    "object": ("Dust with a soft dry brush.", "Épousseter avec une brosse douce et sèche."),
    "cushion": ("Dry clean the cover. Air the filling in the sun.",
                "Nettoyer la housse à sec. Aérer le garnissage au soleil."),
    "travel": ("Brush off dust. Wax the leather twice a year.",
               "Brosser la poussière. Cirer le cuir deux fois par an."),
}

MASCULINE = {"m": r"\b[Ii]l\b|\b[Uu]n\b [a-zé]+ [àa] vous|-le\b|\ble sien\b",
             "mp": r"\b[Ii]ls\b", "f": r"\b[Ee]lle\b|-la\b", "fp": r"\b[Ee]lles\b|-les\b"}
IMPERSONAL = re.compile(r"[Ii]l y a|s'il faut|qu'il ne faudrait|il n'y en a|[Ii]l n'en sort|"
                        r"pense-t-il|n'en a guère")


@cache
def bank(slot: str) -> tuple[tuple[str, str], ...]:
    return tuple((r[1], r[2]) for r in rows("prose.psv") if r[0] == slot)


def gender(product: Product) -> str:
    return GENDERS[product.title[1].split()[0]]


def english_number(line: str) -> str | None:
    if re.search(r"\b([Tt]hey|[Tt]hem)\b", line):
        return "p"
    return "s" if re.search(r"\b([Ii]t|[Ii]ts)\b|seen one|see one|own one|make one", line) else None


def french_gender(line: str) -> str | None:
    bare = IMPERSONAL.sub("", line)
    for key, pattern in MASCULINE.items():
        if re.search(pattern, bare):
            return key
    return None


def adapted(line: tuple[str, str], product: Product) -> tuple[str, str] | None:
    """The pair as it may stand in this product's text, or none if its grammar does not fit."""
    mine = gender(product)
    plural = "p" in mine
    number = english_number(line[0])
    if number is not None and (number == "p") != plural:
        return None
    theirs = french_gender(line[1])
    if theirs is None or theirs == mine:
        return line
    own_gender, noun = STAND_IN[product.facts.group]
    if theirs != own_gender:
        return None
    pronoun = {"m": "Il", "f": "Elle", "fp": "Elles", "mp": "Ils"}[theirs]
    if line[1].startswith(pronoun + " "):
        rest = line[1][len(pronoun):]
        return line[0], noun[0].upper() + noun[1:] + rest
    text, count = re.subn(rf"\b{pronoun.lower()}\b", noun, line[1], count=1)
    return (line[0], text) if count else None


def choose(slot: str, product: Product, index: int) -> tuple[str, str]:
    """The sentence whose turn it is; neighbours of a table never get the same one."""
    fits = [pair for pair in (adapted(line, product) for line in bank(slot)) if pair]
    if product.shape in ("throw", "scarf"):
        fits = [pair for pair in fits if not re.search(r"frames|Joins|dropped", pair[0])]
    if "unlined" in product.facts.material[0]:
        fits = [pair for pair in fits if "lining" not in pair[0]]
    fits = fits or list(bank(slot))
    return fits[index % len(fits)]


def bullets(product: Product, language: int, style: int) -> str:
    facts = product.facts
    made = ("Made in {}", "Fabriqué à {}") if facts.origin[0] != "Lot, France" else (
        "Made in the {}", "Fabriqué dans le {}")
    origin = made[language].format(facts.origin[language].split(",")[0])
    if facts.origin[0].startswith("Dordogne"):
        origin = ("Leather from the Dordogne", "Cuir de Dordogne")[language]
    size = facts.dims[language]
    if style:
        labels = (("Dimensions", "Material"), ("Dimensions", "Matière"))[language]
        colon = (": ", " : ")[language]
        lines = [labels[0] + colon + size, labels[1] + colon + facts.material[language], origin]
    else:
        lines = [facts.material[language], size, origin]
    return "\n".join(f"- {line}" for line in lines)


def description(product: Product, ordinal: int) -> tuple[str, str]:
    """Markdown in English and French; `ordinal` is the place of the product in its table."""
    group = product.facts.group
    make = choose(f"{group}.make", product, ordinal)
    more = choose(f"{group}.make", product, ordinal + 3)
    wear = choose(f"{group}.wear", product, ordinal * 3 + 1)
    close = choose("house.close", product, product.number * 7)
    result = []
    for n in (0, 1):
        lead, mk, mo, we, cl = product.lead[n], make[n], more[n], wear[n], close[n]
        plans = (
            f"{lead}\n\n{mk} {we}\n\n{bullets(product, n, 0)}",
            f"{lead} {mk}\n\n{we} {cl}\n\n{bullets(product, n, 1)}",
            f"{lead}\n\n{bullets(product, n, 1)}\n\n{mk} {mo if mo != mk else cl} {we}",
            f"{lead} {mk}\n\n{mo if mo != mk else ''} {we} {cl}".replace("\n\n ", "\n\n"),
            f"{lead}\n\n{we}\n\n{mk} {cl}\n\n{bullets(product, n, 0)}",
        )
        result.append(plans)
    plan = (ordinal * 3 + len(group)) % 5
    texts = [plans[plan] for plans in result]
    # A short text gets the second sentence on the making, before its closing list if it has one.
    for extra in (more, close):
        if len(texts[0].split()) < 62 and extra[0] not in texts[0]:
            texts = [lengthened(text, extra[n]) for n, text in enumerate(texts)]
    return texts[0], texts[1]


def lengthened(text: str, sentence: str) -> str:
    head, mark, tail = text.rpartition("\n\n- ")
    if not mark or "\n\n" in tail:
        return f"{text} {sentence}"
    return f"{head} {sentence}{mark}{tail}"
