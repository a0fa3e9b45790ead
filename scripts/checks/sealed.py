#!/usr/bin/env python3
"""Opens a sealed tree in headless Chromium, as it stands on a public bucket: with the right key, with a
wrong one, with one that was replaced, and without script; axe on the shell and on opened pages;
screenshots. Then swaps and changes sealed files, which must be refused, and releases the key.

usage: sealed.py PROJECT TRUMEAU [--shots FOLDER]
"""
import argparse, functools, http.server, json, os, shutil, subprocess, sys, tempfile, threading
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

parser = argparse.ArgumentParser()
parser.add_argument("project")
parser.add_argument("trumeau")
parser.add_argument("--shots")
options = parser.parse_args()
TIER, STOREFRONT = "atelier", "main"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
tree = os.path.join(options.project, "sealed", STOREFRONT, TIER)
clear = os.path.join(options.project, "private", STOREFRONT, TIER)
public = os.path.join(options.project, "public")
found = 0
scratch = tempfile.mkdtemp(prefix="trumeau-sealed-")


def fault(words):
    global found
    found += 1
    print(f"FAULT: {words}", flush=True)


def trumeau(*words):
    return subprocess.run([options.trumeau, *words, "--project", options.project], check=True,
                          capture_output=True, text=True)


def key():
    path = os.path.join(scratch, "key.json")
    said = trumeau("tier", "keys", TIER, "--export", path, "--json")
    with open(path, encoding="utf-8") as file:
        text = json.load(file)["key"]
    if os.stat(path).st_mode & 0o077:
        fault("an exported key can be read by others")
    if text.split(".")[1] in said.stdout + said.stderr:
        fault("a command shows the key")
    return text


class Bucket(http.server.SimpleHTTPRequestHandler):
    """A public bucket below a folder of its host; it counts nothing and logs nothing."""

    def log_message(self, *_):
        pass

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/vault"))

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


# A page that the tier alone has: what no other root shows.
private = sorted(set(os.listdir(os.path.join(clear, "en-eu", "products")))
                 - set(os.listdir(os.path.join(public, "en-eu", "products"))))
product = f"/en-eu/products/{private[0]}/"
with open(os.path.join(clear, product.strip("/"), "index.html"), encoding="utf-8") as file:
    title = file.read().split("<h1")[1].split(">", 1)[1].split("<")[0].strip()

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Bucket, directory=tree))
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}/vault/"


def look(page, name, scheme="light"):
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    for violation in results.response["violations"]:
        fault(f"{name}: {violation['id']}: {violation['help']}: {violation['nodes'][0]['html'][:160]}")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        fault(f"{name} scrolls sideways by {wide} px")
    if options.shots:
        os.makedirs(options.shots, exist_ok=True)
        page.screenshot(path=os.path.join(options.shots, f"sealed-{name}.png"))


def is_open(page, words):
    try:
        expect(page.locator("h1").first).to_have_text(words, timeout=15000)
        return True
    except AssertionError:
        return False


def until(page, question):
    """Waits until a question about the page is answered with yes. The page's policy forbids `eval`, by
    which the browser driver would wait."""
    for _ in range(150):
        if page.evaluate(f"() => Boolean({question})"):
            return
        page.wait_for_timeout(100)
    fault(f"it never came to this: {question}")


def asks(page, words):
    """Whether the shell asks for a key again and says these words."""
    try:
        expect(page.get_by_role("alert")).to_contain_text(words, timeout=15000)
        expect(page.get_by_label("Your key")).to_be_visible()
        return True
    except AssertionError:
        return False


def pictures(page):
    """Scrolls through the page; pictures in all, and those that were not shown."""
    page.evaluate("""async () => {
      for (let y = 0; y < document.body.scrollHeight; y += 500) { scrollTo({ top: y, behavior: 'instant' }); await new Promise(r => setTimeout(r, 120)); }
      scrollTo({ top: 0, behavior: 'instant' });
    }""")
    page.wait_for_timeout(600)
    return page.evaluate("""[...document.images].map(i => [i.src.slice(0, 5), i.complete && i.naturalWidth > 1])""")


first = key()
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])

    def fresh(width=1280, height=900, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        page = context.new_page()
        page.outside, page.said = [], []
        page.on("request", lambda r: page.outside.append(r.url)
                if not r.url.startswith((base, "data:", "blob:")) else None)
        page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        return page

    # The shell, in both schemes and widths, and without script.
    for scheme in ("light", "dark"):
        for name, size in (("phone", (390, 844)), ("desktop", (1280, 900))):
            page = fresh(*size, color_scheme=scheme)
            page.goto(base)
            expect(page.get_by_label("Your key")).to_be_visible()
            look(page, f"shell-{name}-{scheme}")
            page.context.close()
    page = fresh(java_script_enabled=False)
    page.goto(base)
    if not page.locator(".notice").is_visible():
        fault("without script the shell does not say what it needs")
    if options.shots:
        page.screenshot(path=os.path.join(options.shots, "sealed-no-script.png"))
    if page.locator("form").is_visible():
        fault("without script the shell asks for a key that it cannot use")
    page.context.close()

    # In the reader's language where the house has it, else in the house's first.
    with open(os.path.join(options.project, "templates/locales/fr.json"), encoding="utf-8") as file:
        french = json.load(file)["sealed"]
    for locale, language, words in (("fr-CA", "fr", french["title"]), ("fr", "fr", french["title"]),
                                    ("de-DE", "en", "A private view"), ("en-US", "en", "A private view")):
        page = fresh(locale=locale)
        page.goto(base)
        page.wait_for_selector("form", state="visible")
        if page.locator("h1").inner_text() != words or page.evaluate("document.documentElement.lang") != language \
                or not page.title().startswith(words):
            fault(f"to a reader of {locale} the shell says {page.locator('h1').inner_text()!r}")
        if locale == "fr-CA":
            if page.get_by_label(french["label"]).count() != 1 or page.get_by_role("button").inner_text() != french["open"]:
                fault("a part of the shell is in another language")
            page.get_by_label(french["label"]).fill("sésame")
            page.get_by_role("button").click()
            try:
                expect(page.get_by_role("alert")).to_have_text(french["wrong"], timeout=15000)
            except AssertionError:
                fault(f"a wrong key is not refused in French: {page.get_by_role('alert').inner_text()!r}")
            # The button takes its time to change its colours back.
            page.mouse.move(0, 0)
            page.wait_for_timeout(500)
            look(page, "shell-french")
        # A key that is not released yet is a file that is not there.
        said = [line for line in page.said if "404" not in line]
        if said or page.outside:
            fault(f"the shell in {language}: {said} {page.outside}")
        page.context.close()
    page = fresh(locale="fr-FR", java_script_enabled=False)
    page.goto(base)
    if page.locator("h1").inner_text() != "A private view" or page.locator("h1").count() != 1:
        fault("without script the shell is not in the house's first language alone")
    page.context.close()

    # A wrong key of the right shape, and words that are none.
    page = fresh()
    page.goto(base)
    wrong = "1." + ("A" * 43 if not first.endswith("A" * 43) else "B" * 42 + "A")
    for text in (wrong, "open sesame"):
        page.get_by_label("Your key").fill(text)
        page.get_by_role("button").click()
        if not asks(page, "does not open"):
            fault(f"a wrong key is not refused: {page.content()[:400]}")
    look(page, "wrong")
    page.context.close()

    # The right one, typed by keyboard alone.
    page = fresh()
    page.goto(base)
    page.get_by_label("Your key").fill(first)
    page.keyboard.press("Enter")
    until(page, "document.querySelector('nav, header')")
    page.goto(base + "#" + product)
    if not is_open(page, title):
        fault(f"the right key does not open {product}")
    if first in page.url or first.split(".")[1] in page.content():
        fault("the key stands in the address or in the page")
    shown = pictures(page)
    if not shown or not all(source == "blob:" and loaded for source, loaded in shown):
        fault(f"pictures are not shown: {shown}")
    fonts = page.evaluate("document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === 'loaded').length)")
    if fonts < 1 or page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").find("Garamond") < 0:
        fault("the theme's style or fonts are not there")
    if page.evaluate("document.title").find(title) < 0 or page.evaluate("document.documentElement.lang") != "en":
        fault("title or language are not the page's")
    look(page, "product")
    # Who goes on before a page is there comes to where he went last.
    page.evaluate("""([other, product]) => {
      location.hash = other;
      setTimeout(() => { location.hash = '#/en-eu/'; }, 5);
      setTimeout(() => { location.hash = product; }, 30);
    }""", ["#/en-eu/collections/", "#" + product])
    page.wait_for_timeout(1000)
    if not is_open(page, title) or page.url != base + "#" + product:
        fault("who goes on before a page is there does not come to where he went last")
    # From page to page, to a fragment, and back to where one was.
    page.evaluate("""() => {
      scrollTo({ top: 400, behavior: 'instant' });
      document.querySelector("a[href='#/en-eu/collections/']").click();
    }""")
    until(page, "location.hash === '#/en-eu/collections/' && document.querySelector('main')")
    page.wait_for_timeout(500)
    look(page, "collections")
    page.go_back()
    if not is_open(page, title):
        fault("the way back does not lead back")
    page.wait_for_timeout(300)
    if page.evaluate("scrollY") != 400:
        fault(f"the way back leads to another place of the page: {page.evaluate('scrollY')}")
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    if page.evaluate("document.activeElement.id") != "content":
        fault("a link within the page does not lead there")
    page.reload()
    if not is_open(page, title):
        fault("a reload in the same tab asks for the key again")
    page.goto(base + "#/no/such/page/")
    page.wait_for_timeout(1200)
    if not page.locator("h1").first.is_visible():
        fault("an address that does not exist shows nothing")
    for url in sorted(set(page.outside)):
        fault(f"an opened page asked for {url}")
    noise = [words for words in page.said if "404" not in words]
    if noise:
        fault(f"the console says {noise[:3]}")
    phone = fresh(390, 844)
    phone.goto(base + f"#key={first}&open={product}")
    if not is_open(phone, title) or "key=" in phone.url:
        fault(f"a key that is handed on in the address does not open it, or stays there: {phone.url}")
    look(phone, "product-phone")
    phone.goto(base + "#/fr-eu/")
    until(phone, "document.documentElement.lang === 'fr'")
    look(phone, "home-fr-phone")
    phone.context.close()
    page.context.close()

    # A new epoch: the old key is refused at once, the new one opens pages that were not sealed again.
    before = {name: os.stat(os.path.join(folder, name)).st_mtime_ns for folder, _, names in os.walk(tree) for name in names if name.endswith(".bin")}
    trumeau("tier", "keys", TIER, "--rotate")
    after = {name: os.stat(os.path.join(folder, name)).st_mtime_ns for folder, _, names in os.walk(tree) for name in names if name.endswith(".bin")}
    if before != after:
        fault("a new epoch sealed files that had not changed")
    second = key()
    page = fresh()
    page.goto(base + f"#key={first}&open={product}")
    if not asks(page, "replaced"):
        fault("the key of an earlier epoch is not refused")
    look(page, "replaced")
    page.goto(base + f"#key={int(second.split('.')[0])}.{first.split('.')[1]}")
    page.reload()
    if not asks(page, "does not open"):
        fault("the key of an earlier epoch under the new number is not refused")
    page.context.close()
    page = fresh()
    page.goto(base + f"#key={second}&open={product}")
    if not is_open(page, title):
        fault("the new key does not open a page of an earlier epoch")
    page.context.close()

    # Files that were swapped or changed are refused; the copy is a bucket whose owner is not to be trusted.
    bad = os.path.join(scratch, "bad")
    shutil.copytree(tree, bad)
    files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(bad) for name in names if name.endswith(".bin"))
    for place, path in enumerate(files):
        other = files[(place + 1) % len(files)]
        with open(other.replace(bad, tree), "rb") as file:
            content = file.read()
        with open(path, "wb") as file:
            file.write(content)
    evil = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Bucket, directory=bad))
    threading.Thread(target=evil.serve_forever, daemon=True).start()
    page = fresh()
    page.goto(f"http://127.0.0.1:{evil.server_port}/vault/#key={second}&open={product}")
    if not asks(page, "cannot be reached"):
        fault("a swapped file is opened")
    page.context.close()

    # Armed: everything is there; one small file opens it to everybody.
    released = os.path.join(bad, "key.json")
    shutil.rmtree(bad)
    shutil.copytree(tree, bad)
    trumeau("tier", "keys", TIER, "--export", released)
    page = fresh()
    page.goto(f"http://127.0.0.1:{evil.server_port}/vault/#{product}")
    if not is_open(page, title):
        fault("a released key opens nothing")
    page.context.close()
    browser.close()
shutil.rmtree(scratch)
print(f"{found} faults; a sealed tree of {len(before):,} files")
sys.exit(1 if found else 0)
