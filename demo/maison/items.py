"""From a product to its drawing: one function for each shape, in a module for each trade."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import (draw_bag, draw_belts, draw_cashmere, draw_eyewear, draw_fragrance, draw_home,
               draw_jewellery, draw_shoes, draw_silk, draw_slg, draw_travel, draw_watch)
from .svg import Svg
from .table import Colour, Product


@dataclass
class Item:
    """A drawing around the origin: its foot on y = 0 when it stands, its centre when it lies flat."""

    body: str
    flat: bool = False
    width: float = 900
    height: float = 1000
    focus: tuple[float, float] = (0, -500)
    zoom: float = 2.1
    drop: float = 0
    shift: float = 0
    under: list[str] = field(default_factory=list)


def draw(s: Svg, product: Product, colour: Colour) -> Item:
    return Item(**TRADES[product.type](s, product, colour))


TRADES = {"silk": draw_silk.draw, "bag": draw_bag.draw, "watch": draw_watch.draw,
          "fragrance": draw_fragrance.draw, "jewellery": draw_jewellery.draw,
          "shoes": draw_shoes.draw, "slg": draw_slg.draw, "belts": draw_belts.draw,
          "travel": draw_travel.draw, "cashmere": draw_cashmere.draw,
          "eyewear": draw_eyewear.draw, "home": draw_home.draw}
