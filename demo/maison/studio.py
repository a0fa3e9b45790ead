"""The studio: backgrounds, light and shadow, and the pictures of every product."""

from __future__ import annotations

from pathlib import Path

from . import editorial, items
from .stage import WALLS, backdrop, contact, window_light
from .svg import Svg, dark, group, light, mix, num, path, polygon, rect
from .table import Colour, Product, products

BY_TYPE = {
    "silk": ("ivory", "stone", "sand"), "bag": ("ivory", "stone", "sage", "blush"),
    "watch": ("stone", "ivory", "sky"), "fragrance": ("ivory", "blush", "sage", "sand"),
    "jewellery": ("blush", "ivory", "stone"), "shoes": ("stone", "ivory", "sand"),
    "slg": ("sage", "ivory", "stone"), "cashmere": ("ivory", "stone", "sky"),
    "eyewear": ("sand", "ivory", "sky"), "belts": ("ivory", "stone", "sage"),
    "home": ("sage", "ivory", "blush", "stone"), "travel": ("sand", "ivory", "sage"),
}
SCENES = ("clay", "sage", "ochre", "sky", "blush", "pine", "wine", "sand")


def wall_for(product: Product, colour: Colour) -> str:
    if "nocturne" in product.handle or product.style == "night":
        return "night"
    choices = BY_TYPE[product.type]
    return choices[product.number % len(choices)]


def picture(product: Product, view: str, colour: Colour, title: str) -> Svg:
    """One product picture, 1,600 by 2,000."""
    s = Svg(1600, 2000, f"{product.handle}/{colour.key}", title)
    item = items.draw(s, product, colour)
    wall = wall_for(product, colour)
    if view == "scene":
        wall = "night" if wall == "night" else SCENES[product.number % len(SCENES)]
        return scene(s, item, wall)
    night = wall in ("night", "pine", "wine")
    if view == "detail":
        backdrop(s, wall, None)
        k = item.zoom
        x, y = item.focus
        s.add(group(*item.under, item.body, transform=f"translate({num(800 - x * k)} {num(1000 - y * k)}) scale({k:g})"))
        return s
    if item.flat:
        backdrop(s, wall, None)
        if not night:
            window_light(s, .13)
        k = 1 if product.type in ("silk", "watch") else min(1.4, 1240 / item.width, 1500 / item.height)
        s.add(group(*item.under, item.body, transform=f"translate(800 1000) scale({k:.3g})"))
        return s
    k = min(1.3, 1240 / item.width, 1330 / item.height)
    floor = 1590 - max(0, 720 - item.height * k) * .55
    backdrop(s, wall, floor / 2000 - .075)
    if not night:
        window_light(s, .2)
    s.add(f'<g transform="translate(800 {num(floor + item.drop * k)}) scale({k:.3g})">')
    contact(s, item.shift, 0, item.width / 2, strength=.9 if night else .55)
    s.add(*item.under, item.body, "</g>")
    return s


def scene(s: Svg, item, wall: str) -> Svg:
    """A still life: an arch in the wall, a plinth, the object smaller and higher."""
    backdrop(s, wall, .8)
    top, middle, low = WALLS[wall]
    inner = s.lin([(0, dark(low, .16)), (1, mix(low, middle, .4))], 0, 0, 1, 1)
    if item.flat:
        sheet = s.lin([(0, light(top, .35)), (1, light(middle, .25))], 0, 0, 1, 1)
        s.add(f'<g transform="translate(800 1000) rotate(-7)">', rect(-560, -690, 1150, 1440, "#2a1f18", fill_opacity=".12", rx="6"), rect(-580, -720, 1150, 1440, sheet, rx="4"), "</g>")
        window_light(s, .22)
        k = .72 if is_long(item) else min(1.05, 1000 / item.width, 1150 / item.height)
        s.add(f'<g transform="translate(800 990) scale({k})">', *item.under, item.body, "</g>")
        return s
    s.add(path("M330 1600V860A470 470 0 0 1 1270 860V1600Z", inner))
    s.add(path("M330 1600V860A470 470 0 0 1 800 390A440 470 0 0 0 392 860V1600Z", light(top, .1), fill_opacity=".5"))
    window_light(s, .16)
    block = s.lin([(0, light(top, .25)), (.55, light(middle, .1)), (1, mix(middle, low, .8))], 0, 0, 1, 0)
    contact(s, 800, 1830, 560, strength=.6)
    s.add(rect(270, 1500, 1060, 330, block), polygon([(270, 1500), (1330, 1500), (1270, 1440), (330, 1440)], light(top, .42)))
    k = min(.8, 900 / max(item.width, 1), 980 / max(item.height, 1))
    s.add(f'<g transform="translate(800 {num(1478 + item.drop * k)}) scale({k:.3g})">')
    contact(s, item.shift, 0, item.width / 2, strength=.6)
    s.add(*item.under, item.body, "</g>")
    return s


def is_long(item) -> bool:
    """Whether the object runs out of the frame, as a watch on its strap does."""
    return item.height > 1600


def draw_all(folder: Path, only: str) -> int:
    """Writes every drawing of the catalogue whose name contains `only`; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for product in products():
        for view, colour in product.views():
            name = product.media_name(view)
            if only in name or only == product.type:
                write(folder / f"{name}.svg", picture(product, view, colour, "").text())
                count += 1
    for name, drawing in editorial.drawings(only):
        write(folder / f"{name}.svg", drawing.text())
        count += 1
    return count


def write(path_: Path, text: str) -> None:
    """Leaves an unchanged file alone, so that its PNG stays newer."""
    if not path_.exists() or path_.read_text(encoding="utf-8") != text:
        path_.write_text(text, encoding="utf-8")
