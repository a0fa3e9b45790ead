"""Picture descriptions in English and French."""

from __future__ import annotations

from .table import Colour, Product


def small(text: str) -> str:
    return text[0].lower() + text[1:]


def subject(product: Product, names: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """What the drawing shows, as a noun phrase in both languages."""
    if product.type == "silk":
        en, fr = names[f"motif.{product.style}"]
        return f"silk square with {en}", f"carré de soie, {fr}"
    en, fr = names[f"{product.type}.{product.shape}"]
    motif = names.get(f"motif.{product.style}") if product.type == "home" else None
    return (f"{en}, decorated with {motif[0]}", f"{fr}, décor : {motif[1]}") if motif else (en, fr)


def alt_text(product: Product, view: str, colour: Colour,
             names: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Alternative text of one picture; it never names a private product beyond its own title."""
    en, fr = subject(product, names)
    shade = small(colour.en), small(colour.fr)
    if "canary" in product.tags:
        return f"{product.title[0]}, {view}", f"{product.title[1]}, {view}"
    if view == "detail":
        return (f"Close view of the {product.title[0]}: {en}, {shade[0]}",
                f"Vue rapprochée : {fr}, {shade[1]} ({product.title[1]})")
    if view == "scene":
        return (f"The {product.title[0]} in a still life: {en}, {shade[0]}",
                f"{product.title[1]} en nature morte : {fr}, {shade[1]}")
    return (f"{product.title[0]}: {en}, in {shade[0]}", f"{product.title[1]} : {fr}, {shade[1]}")
