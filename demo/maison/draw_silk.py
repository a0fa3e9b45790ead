"""Silk squares, laid flat with the slight lift of cloth."""

from __future__ import annotations

from .silk_patterns import square
from .svg import Svg, group, line, path, rect
from .table import Colour, Product


def draw(s: Svg, product: Product, colour: Colour) -> dict:
    side = {"90": 1400, "70": 1260, "45": 1060, "140": 1500}[product.shape]
    k = side / 1000
    cloth = group(square(s, product.style, colour.hexes), transform=f"translate({-side / 2:g} {-side / 2:g}) scale({k:g})")
    h = side / 2
    # Cloth is never quite flat: two broad folds of light cross it, and the hem is a rolled edge.
    sheen = s.lin([(0, "#ffffff", .16), (.18, "#ffffff", 0), (.34, "#000000", .05), (.47, "#ffffff", .13),
                   (.6, "#000000", .05), (.8, "#ffffff", .06), (1, "#000000", .1)], 0, 0, 1, .55)
    hem = rect(-h, -h, side, side, "none", stroke=colour.hexes[1], stroke_width="10", rx="5")
    hem += rect(-h - 2, -h - 2, side + 4, side + 4, "none", stroke="#ffffff", stroke_width="2", stroke_opacity=".35", rx="6")
    shadow = rect(-h + 12, -h + 20, side + 14, side + 16, s.lin([(0, "#3b2c22", .3), (1, "#3b2c22", .22)]), rx="14", fill_opacity=".5")
    soft = rect(-h - 14, -h + 6, side + 46, side + 46, "#3b2c22", rx="26", fill_opacity=".1")
    body = cloth + rect(-h, -h, side, side, sheen) + hem
    return {"body": body, "flat": True, "width": side, "height": side, "focus": (-h * .42, -h * .42), "zoom": 2.3,
            "under": [soft, shadow]}
