#!/usr/bin/env python3
"""Watches a built site's words about stock in headless Chromium, on copies of its public root and of a
tier's: they follow a newer availability file, in each language, and nothing else; nothing moves; without script
they stay; a root reads its own files.

usage: availability.py PROJECT [--shots FOLDER]
"""
import argparse, functools, gzip, http.server, json, os, re, shutil, sys, tempfile, threading, time
from playwright.sync_api import Error, sync_playwright

parser = argparse.ArgumentParser()
parser.add_argument("project")
parser.add_argument("--shots")
options = parser.parse_args()
# What a strict house would send; styles and pictures are not what this is about.
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:; font-src 'self'"
WORDS = {"en": {"in_stock": "Available", "out_of_stock": "Sold out at the moment", "backorder": "Made to order",
                "preorder": "To be reserved before it arrives", "ask": "Ask us about its return", "reserve": "Reserve this piece"},
         "fr": {"in_stock": "Disponible", "out_of_stock": "Épuisé pour le moment", "backorder": "Fait à la commande",
                "preorder": "À réserver avant son arrivée", "ask": "Demander son retour", "reserve": "Réserver cette pièce"}}
# What moves once all is at rest: pictures and fonts are there, and nothing has moved for a while. Only then the
# server says that there is something newer.
SHIFTS = """window.shifts = []; window.settled = Infinity;
new PerformanceObserver(list => window.shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
addEventListener('load', () => { const since = performance.now(); const wait = setInterval(() => {
  const last = Math.max(since, ...shifts.map(one => one.startTime));
  if (document.fonts.status === 'loaded' && performance.now() - last > 400) { clearInterval(wait); window.settled = performance.now(); }
}, 50); });"""
MOVED = """() => {
  const told = performance.getEntriesByType('resource').filter(one => one.name.includes('/availability/'));
  const late = shifts.filter(one => one.startTime > settled);
  return { moved: late.reduce((sum, one) => sum + one.value, 0),
           what: late.flatMap(one => one.sources.map(source => source.node?.className ?? source.node?.nodeName)),
           isSettled: told.every(one => one.responseEnd > settled) };
}"""
failures, checked = [], 0


def check(name, holds, detail=""):
    global checked
    checked += 1
    if not holds:
        failures.append(name)
        print(f"FAULT: {name}   {detail}", flush=True)


class Handler(http.server.SimpleHTTPRequestHandler):
    says_when = True
    may_answer = threading.Event()

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def send_header(self, name, value):
        if name != "Last-Modified" or Handler.says_when:
            super().send_header(name, value)

    def do_GET(self):
        if self.path == "/favicon.ico":  # asked for where a page is left before its own icon has come
            self.send_response(204)
            return self.end_headers()
        if self.path == "/snapshot.json":
            Handler.may_answer.wait(30)
        super().do_GET()

    def log_message(self, *_):
        pass


class Root:
    """A copy of a built root, served on loopback."""

    def __init__(self, built, work, name):
        self.folder = os.path.join(work, name)
        shutil.copytree(built, self.folder, symlinks=True)
        hour_ago = time.time() - 3600
        for path, _, files in os.walk(self.folder):
            for file in files:
                os.utime(os.path.join(path, file), (hour_ago, hour_ago))
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=self.folder))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def read(self, path):
        with open(os.path.join(self.folder, path), encoding="utf-8") as file:
            return file.read()

    def stock(self, market, change=None, age=0):
        """What a market's products promise; `change` is laid over it, in files written `age` seconds ago."""
        found, folder = {}, os.path.join(self.folder, "availability", market)
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                shard = json.load(file)
            found.update(shard)
            if change is not None:
                with open(path, "w", encoding="utf-8") as file:
                    json.dump({product: change.get(product, promised) for product, promised in shard.items()}, file)
                os.utime(path, (time.time() - age,) * 2)
        return found


class Look:
    """A page opened by a browser that knows nothing yet, once it has asked for all that it asks for."""

    def __init__(self, browser, root, path, **context):
        self.has_script = context.get("java_script_enabled", True)
        self.context = browser.new_context(**context)
        self.context.add_init_script(SHIFTS)
        self.page = self.context.new_page()
        self.asked, self.problems = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        Handler.may_answer.clear()
        self.page.goto(root.base + path, wait_until="load")
        while self.has_script and not self.is_settled():
            self.page.wait_for_timeout(50)
        Handler.may_answer.set()
        self.page.wait_for_load_state("networkidle")

    def is_settled(self):
        try:
            return self.page.evaluate("() => window.settled < Infinity")
        except Error:  # a page that leads on to another one
            return False

    def __enter__(self):
        return self.page

    def __exit__(self, *_):
        check("no page has a fault, and the policy of the house holds", not self.problems, self.problems)
        if self.has_script:
            found = self.page.evaluate(MOVED)
            check("nothing moved", found == {"moved": 0, "what": [], "isSettled": True}, found)
        self.context.close()


def stock_words(page):
    return {mark.get_attribute("data-variant"): mark.text_content() for mark in page.query_selector_all(".product .stock")}


def choose(root):
    """A product of several variants that are all in stock, its address, and one that is on its cards."""
    stock = root.stock("eu")
    for handle in sorted(os.listdir(os.path.join(root.folder, "en-eu/products"))):
        page = os.path.join("en-eu/products", handle, "index.html")
        if not os.path.isfile(os.path.join(root.folder, page)):
            continue
        found = re.search(r'<article class="product" data-product="([^"]+)"', root.read(page))
        promised = stock.get(found[1]) if found else None
        if promised and len(promised) > 2 and root.read(page).count('class="stock"') == len(promised) \
                and all(state == "in_stock" for state in promised.values()):
            return handle, found[1], promised
    sys.exit("no product with three variants in stock")


def listing_of(root, language, product):
    """A collection that shows a product on its first page."""
    folder = os.path.join(root.folder, f"{language}-eu/collections")
    for name in sorted(os.listdir(folder)):
        page = os.path.join(folder, name, "index.html")
        if os.path.isfile(page) and f'data-product="{product}"' in root.read(page):
            return f"/{language}-eu/collections/{name}/"
    sys.exit(f"no listing shows {product}")


def follow(browser, root, handle, product, promised):
    variants = sorted(promised)
    states = dict(zip(variants, ["out_of_stock", "backorder", "preorder"] + ["in_stock"] * len(variants)))
    gone = dict.fromkeys(variants, "out_of_stock")
    scripts = sum(len(gzip.compress(root.read(f"assets/{name}").encode(), 9))
                  for name in os.listdir(os.path.join(root.folder, "assets")) if name.endswith(".js"))
    check("all script of the theme is 10 kB at most, packed", 0 < scripts <= 10_000, scripts)
    print(f"all script of the theme: {scripts} bytes packed")
    original = root.stock("eu")
    for width, height in ((390, 844), (1280, 900)):
        def opened(path):
            return Look(browser, root, path, viewport={"width": width, "height": height})

        def shot(page, name):
            if options.shots:
                os.makedirs(options.shots, exist_ok=True)
                page.screenshot(path=f"{options.shots}/availability-{name}-{width}.png")

        for language in ("en", "fr"):
            words, path = WORDS[language], f"/{language}-eu/products/{handle}/"
            root.stock("eu", original, age=3600)
            look = opened(path)
            with look as page:
                check("one file of the page's own market is asked for",
                      [url for url in look.asked if "/availability/" in url] == [f"{root.base}/availability/eu/0.json"], look.asked)
                check(f"{path} says what it was built with", set(stock_words(page).values()) == {words["in_stock"]}, stock_words(page))
            root.stock("eu", {product: states})
            with opened(path) as page:
                check(f"{path} says what the newer file says",
                      stock_words(page) == {id: words[state] for id, state in states.items()}, stock_words(page))
                struck = {label.get_attribute("data-variant") for label in page.query_selector_all(".variants label")
                          if "line-through" in label.evaluate("label => getComputedStyle(label).textDecorationLine")}
                check("the variant that is sold out is marked", struck == {variants[0]}, struck)
                check("and the product can be reserved", page.locator(".reserve").text_content() == words["reserve"])
                shot(page, language)
            # A file that is older than the page says nothing.
            root.stock("eu", {product: states}, age=7200)
            with opened(path) as page:
                check("an older file changes nothing", set(stock_words(page).values()) == {words["in_stock"]})
            Handler.says_when = False
            with opened(path) as page:
                check("where a host does not say when, the file is taken", stock_words(page)[variants[0]] == words["out_of_stock"])
            Handler.says_when = True
            root.stock("eu", {product: gone})
            with opened(path) as page:
                check(f"{path}: sold out as a whole", set(stock_words(page).values()) == {words["out_of_stock"]})
                check("and one is asked about its return", page.locator(".reserve").text_content() == words["ask"])
                data = page.locator('script[type="application/ld+json"]').first.text_content()
                check("structured data are as they were built", "InStock" in data and "OutOfStock" not in data)
                shot(page, f"gone-{language}")
            with opened(listing_of(root, language, product)) as page:
                card = page.locator(f'.card[data-product="{product}"] .sold-out').first
                check(f"{page.url}: its card says so", card.is_visible())
                card.scroll_into_view_if_needed()
                shot(page, f"cards-{language}")
        with opened(f"/en-uk/products/{handle}/") as page:
            here = {id: WORDS["en"][state] for id, state in root.stock("uk")[product].items()}
            check("another market's words stay", stock_words(page) == here, stock_words(page))
    with Look(browser, root, f"/en-eu/products/{handle}/", java_script_enabled=False) as page:
        check("without script a page says what it was built with", set(stock_words(page).values()) == {WORDS["en"]["in_stock"]})
    root.stock("eu", original, age=3600)


def keep_apart(browser, public, private):
    """A tier's root reads its own files, and the public ones do not name what is the tier's."""
    own = sorted(set(private.stock("eu")) - set(public.stock("eu")))
    check("the tier sees products that the public does not", bool(own))
    for path, _, files in os.walk(os.path.join(public.folder, "availability")):
        for file in files:
            text = public.read(os.path.relpath(os.path.join(path, file), public.folder))
            check("no public file names them", not any(product in text for product in own))
    for handle in sorted(os.listdir(os.path.join(private.folder, "en-eu/products"))):
        page = os.path.join("en-eu/products", handle, "index.html")
        found = re.search(r'<article class="product" data-product="([^"]+)"', private.read(page)) \
            if os.path.isfile(os.path.join(private.folder, page)) else None
        if found and found[1] in own and 'class="stock"' in private.read(page):
            break
    else:
        sys.exit("no product of the tier's own has words about stock")
    private.stock("eu", {found[1]: dict.fromkeys(private.stock("eu")[found[1]], "backorder")})
    look = Look(browser, private, f"/en-eu/products/{handle}/")
    with look as page:
        check("a page of a tier follows its own root's file", set(stock_words(page).values()) == {WORDS["en"]["backorder"]}, stock_words(page))
        check("and asks nobody else", all(url.startswith(private.base) for url in look.asked), look.asked)


work = tempfile.mkdtemp(prefix="trumeau-availability-")
try:
    public = Root(os.path.join(options.project, "public"), work, "public")
    private = Root(os.path.join(options.project, "private/main/gold"), work, "gold")
    handle, product, promised = choose(public)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        follow(browser, public, handle, product, promised)
        keep_apart(browser, public, private)
        browser.close()
finally:
    shutil.rmtree(work)
print(f"{checked} looks at words about stock, {len(failures)} faults")
sys.exit(1 if failures else 0)
