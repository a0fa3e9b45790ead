#!/usr/bin/env python3
"""Opens pages of the built site in headless Chromium: axe on every template, language, colour
scheme and width; screenshots; nothing may scroll sideways; no request may leave this machine.

usage: pages.py BASE_URL [--shots FOLDER]
"""
import argparse, os, shutil, sys, urllib.request
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

parser = argparse.ArgumentParser()
parser.add_argument("base")
parser.add_argument("--shots")
options = parser.parse_args()
base = options.base.rstrip("/")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "home": "/", "home-fr": "/fr-eu/", "home-uk": "/en-uk/", "collections": "/collections/",
    "collection": "/collections/silk/", "collection-page-2": "/collections/gifts/page/2/",
    "collection-fr": "/fr-eu/collections/handbags/", "product": "/products/carre-jardin-90/",
    "product-fr": "/fr-eu/products/carre-jardin-90/", "product-jp": "/en-jp/products/carre-jardin-90/",
    "membership": "/membership/", "membership-fr": "/fr-eu/membership/", "journal": "/journal/",
    "article": "/journal/a-square-of-silk/", "article-fr": "/fr-eu/journal/porcelain-by-the-river/",
    "about": "/about/", "terms": "/legal/terms/", "not-found": "/no-such-page/",
}
WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}

found = 0
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    for scheme in ("light", "dark"):
        for width_name, (width, height) in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=True)
            page = context.new_page()
            outside = []
            page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((base, "data:")) else None)
            for name, path in PAGES.items():
                answer = page.goto(base + path, wait_until="load")
                expected = 404 if name == "not-found" else 200
                if answer is None or answer.status != expected:
                    print(f"{path}: status {answer.status if answer else '-'}, expected {expected}")
                    found += 1
                    continue
                results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
                for violation in results.response["violations"]:
                    found += len(violation["nodes"])
                    print(f"{path} ({scheme}, {width_name}): {violation['id']}: {violation['help']}")
                    for node in violation["nodes"][:3]:
                        print("   ", node["html"][:160].replace("\n", " "))
                        print("   ", (node.get("failureSummary") or "").replace("\n", " ")[:260])
                overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if overflow > 0:
                    found += 1
                    print(f"{path} ({scheme}, {width_name}): scrolls sideways by {overflow} px")
                if options.shots and (scheme == "light" or name in ("home", "product")):
                    os.makedirs(options.shots, exist_ok=True)
                    page.screenshot(path=f"{options.shots}/{name}-{width_name}-{scheme}.png", full_page=False)
            for url in sorted(set(outside)):
                found += 1
                print(f"a page asked for {url}")
            context.close()
    browser.close()
print(f"{found} findings")
sys.exit(1 if found else 0)
