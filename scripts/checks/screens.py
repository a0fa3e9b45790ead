#!/usr/bin/env python3
"""Takes screenshots of pages in headless Chromium, on a phone and on a desktop.

usage: screens.py BASE_URL FOLDER PATH...
"""
import os, shutil, sys
from playwright.sync_api import sync_playwright

base, folder, paths = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3:]
os.makedirs(folder, exist_ok=True)
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    for name, width, height in (("phone", 390, 844), ("desktop", 1280, 900)):
        page = browser.new_page(viewport={"width": width, "height": height})
        for path in paths:
            page.goto(base + path, wait_until="load")
            # Pictures further down are fetched when they come into view.
            page.evaluate("() => document.querySelectorAll('img[loading=lazy]').forEach(i => i.loading = 'eager')")
            page.wait_for_function("() => [...document.images].every(i => i.complete)")
            page.screenshot(path=f"{folder}/{path.strip('/').replace('/', '-') or 'home'}-{name}.png", full_page=True)
    browser.close()
