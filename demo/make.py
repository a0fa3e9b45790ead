#!/usr/bin/env python3
"""Makes the demo catalogue of Maison Aurelle: seed lines and drawings.

  python3 demo/make.py --catalogue demo/catalogue.jsonl   writes the seed
  python3 demo/make.py --media demo/media                 draws the pictures
  python3 demo/make.py --check demo/catalogue.jsonl       checks a seed

Standard library only; the same bytes on every run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from maison import check, seed


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the demo catalogue of Maison Aurelle.")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="write the seed lines")
    parser.add_argument("--media", type=Path, metavar="DIR", help="draw the pictures as SVG")
    parser.add_argument("--only", metavar="TEXT", default="",
                        help="with --media: only pictures whose name contains TEXT")
    parser.add_argument("--check", type=Path, metavar="FILE", help="check a seed file")
    options = parser.parse_args()
    if not (options.catalogue or options.media or options.check):
        parser.error("nothing to do: name --catalogue, --media or --check")
    if options.catalogue:
        lines = seed.Seed().build()
        options.catalogue.write_text(seed.text(lines), encoding="utf-8")
        print(f"{len(lines)} records in {options.catalogue}")
    if options.media:
        from maison import studio
        print(f"{studio.draw_all(options.media, options.only)} drawings in {options.media}")
    if options.check:
        faults = check.check(options.check)
        for fault in faults:
            print(f"fault: {fault}", file=sys.stderr)
        print(f"{options.check}: {len(faults) or 'no'} faults")
        return 1 if faults else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
