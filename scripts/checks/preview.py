#!/usr/bin/env python3
"""Looks at a project through `trumeau serve` in Chromium, edits its files, and watches the page follow.

usage: preview.py TRUMEAU PROJECT [--shots DIR]
"""
import argparse, os, shutil, signal, subprocess, sys, time
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PAGE = "/en-eu/collections/silk/"
failures = []


def check(name, holds, detail=""):
    print(f"  {'ok' if holds else 'NO'}  {name}{'' if holds else f'   {detail}'}", flush=True)
    if not holds:
        failures.append(name)


class Project:
    def __init__(self, folder):
        self.folder = folder

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        """As editors do: beside the file, then by renaming."""
        path = os.path.join(self.folder, name)
        beside = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.swp")
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)


def accessible(page, name):
    found = Axe().run(page).response["violations"]
    check(f"axe finds nothing {name}", not found, "; ".join(f"{one['id']}: {one['nodes'][0]['html']}" for one in found))


def follow(page, project, address, shot):
    """A template, a style sheet, a mistake."""
    template = "templates/pages/collection.html.liquid"
    whole = project.read(template)
    page.goto(address + PAGE)
    page.evaluate("scrollTo(0, 400)")
    begun = time.perf_counter()
    with page.expect_navigation():
        project.write(template, whole + '\n<p id="mark">A line that was just written.</p>\n')
    page.wait_for_selector("#mark", state="attached")
    check(f"the page follows a template, in {(time.perf_counter() - begun) * 1000:.0f} ms", True)
    check("and stays where it was scrolled to", page.evaluate("scrollY") > 100, page.evaluate("scrollY"))

    page.evaluate("window.isSame = true")
    sheet = "templates/assets/theme.css"
    style = project.read(sheet)
    project.write(sheet, style + "\nbody { outline: 3px solid rgb(1, 2, 3) }\n")
    page.wait_for_function("getComputedStyle(document.body).outlineColor === 'rgb(1, 2, 3)'")
    check("a style sheet is swapped without loading the page", page.evaluate("window.isSame === true"))
    project.write(sheet, style)
    page.wait_for_function("getComputedStyle(document.body).outlineColor !== 'rgb(1, 2, 3)'")

    with page.expect_navigation():
        project.write(template, whole.replace("<h1>", "<h1>{{ collection.title | escap }}", 1))
    check("a mistake stands in the page", page.locator("h1").inner_text() == "The site cannot be shown yet")
    check("with its place", f"{template}:" in page.locator(".place").inner_text())
    check("with a caret", "^^^^^" in page.locator("pre").inner_text())
    check("and a way out", "escape" in page.locator(".help").inner_text())
    accessible(page, "on the page of mistakes")
    shot("preview-mistake")
    with page.expect_navigation():
        project.write(template, whole)
    check("and goes when it is mended", page.locator("h1").inner_text() == "Silk squares")


def choose(page, address, shot):
    """The bar, by keyboard alone."""
    page.goto(address + PAGE)
    # The last thing that the keyboard reaches.
    page.keyboard.press("Shift+Tab")
    focus = "document.activeElement.shadowRoot?.activeElement?.tagName"
    check("the keyboard reaches the bar", page.evaluate(focus) == "SUMMARY", page.evaluate(focus))
    page.keyboard.press("Enter")
    check("and opens it", page.evaluate("document.querySelector('trumeau-preview').shadowRoot.querySelector('details').open"))
    accessible(page, "with the bar open")
    shot("preview-bar")
    page.keyboard.press("Tab")
    page.keyboard.type("Gold")
    with page.expect_navigation():
        page.evaluate("document.querySelector('trumeau-preview').shadowRoot.querySelector('form').requestSubmit()")
    check("a tier is chosen", "Gold members" in page.locator(".announcement").inner_text())
    page.goto(f"{address}{PAGE}?at=2026-12-24T18:00&market=jp")
    check("a market is a page of its own", page.url.endswith("/en-jp/collections/silk/"), page.url)
    bar = page.evaluate("document.querySelector('trumeau-preview').shadowRoot.querySelector('summary').innerText")
    check("the bar says where one is", "24 December 2026, 18:00" in bar and "Gold" in bar, bar)
    page.goto(f"{address}{PAGE}?as=public&at=now")
    check("and leads back", "Gold members" not in page.locator("body").inner_text())
    page.goto(address + "/en-eu/collections/silkk/")
    accessible(page, "where there is no page")
    check("an address of nothing names what is near", "/en-eu/collections/silk/" in page.evaluate(
        "document.querySelector('trumeau-preview').shadowRoot.querySelector('.notice').innerText"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trumeau")
    parser.add_argument("project")
    parser.add_argument("--shots")
    wanted = parser.parse_args()
    file = os.path.join(wanted.project, ".trumeau", "site.address")
    server = subprocess.Popen([wanted.trumeau, "serve", "--project", wanted.project, "--port", "0",
                               "--address-file", file, "--quiet"])
    try:
        while not (os.path.exists(file) and os.path.getsize(file)):
            if server.poll() is not None:
                sys.exit("serve did not start")
            time.sleep(0.02)
        with open(file, encoding="utf-8") as opened:
            address = opened.read().strip()
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for name, options in (("light", {}), ("dark", {"color_scheme": "dark"})):
                print(name)
                page = browser.new_context(viewport={"width": 1280, "height": 860}, **options).new_page()

                def shot(kind):
                    if wanted.shots:
                        os.makedirs(wanted.shots, exist_ok=True)
                        page.screenshot(path=os.path.join(wanted.shots, f"{kind}-{name}.png"))

                follow(page, Project(wanted.project), address, shot)
                choose(page, address, shot)
            plain = browser.new_context(java_script_enabled=False).new_page()
            plain.goto(address + PAGE)
            check("the bar is there without scripts", plain.locator("trumeau-preview summary").is_visible())
            # A server that goes away, and comes back as another.
            page.goto(address + PAGE)
            server.send_signal(signal.SIGINT)
            server.wait()
            page.wait_for_function("document.querySelector('trumeau-preview').dataset.state === 'away'")
            check("the bar says that the server has gone", True)
            port = address.rsplit(":", 1)[1]
            with page.expect_navigation():
                server = subprocess.Popen([wanted.trumeau, "serve", "--project", wanted.project, "--port", port, "--quiet"])
            check("and the page follows when it is back", True)
            browser.close()
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait()
    if failures:
        sys.exit(f"{len(failures)} failed: {', '.join(failures)}")


if __name__ == "__main__":
    main()
