"""Renders the pages with an engine of Python: minijinja or python-liquid.

usage: with_python.py ENGINE THEME DATA PASSES [--pages FILE]
"""
import datetime, gc, importlib.metadata, json, os, platform, re, sys, time

engine, theme, data, passes = sys.argv[1:5]

BLOCKS = re.compile(r"<script.*?</script>|<!--.*?-->|<style.*?</style>", re.S)
TAGS = re.compile(r"<.*?>", re.S)


def strip_html(text):
    return TAGS.sub("", BLOCKS.sub("", text))


def shorten(text, length):
    return text if len(text) <= length else text[:length - 3] + "..."


def shorten_words(text, count):
    found = text.split()
    return text if len(found) <= count else " ".join(found[:count]) + "..."


def date(text, pattern):
    return datetime.datetime.fromisoformat(text).strftime(pattern)


def minijinja():
    """Six templates; autoescape is off as in Liquid, four filters that it lacks are Python."""
    from minijinja import Environment
    environment = Environment(auto_escape_callback=lambda name: False, keep_trailing_newline=True)
    for body in (strip_html, shorten, shorten_words, date):
        environment.add_filter(body.__name__, body)
    for name in sorted(os.listdir(theme)):
        with open(os.path.join(theme, name)) as file:
            environment.add_template(name, file.read())
    return lambda values: environment.render_template("product.jinja", **values)


def python_liquid():
    from liquid import DictLoader, Environment, Mode
    sources = {}
    for name in sorted(os.listdir(theme)):
        with open(os.path.join(theme, name)) as file:
            sources[name.removesuffix(".liquid")] = file.read()
    environment = Environment(tolerance=Mode.STRICT, loader=CachingLoader(sources))
    page = environment.get_template("product")
    return lambda values: page.render(**values)


def CachingLoader(sources):
    from liquid import CachingDictLoader
    return CachingDictLoader(sources, auto_reload=False)


began = time.process_time()
render = {"minijinja": minijinja, "python-liquid": python_liquid}[engine]()
parse = time.process_time() - began
with open(os.path.join(data, "site.json")) as file:
    site = json.load(file)
with open(os.path.join(data, "products.jsonl")) as file:
    pages = [dict(site, product=json.loads(line)) for line in file]
if "--pages" in sys.argv:
    with open(sys.argv[sys.argv.index("--pages") + 1], "wb") as file:
        for values in pages:
            text = render(values).encode()
            file.write(b"%d %d\n%s\n" % (values["product"]["id"], len(text), text))
seconds = []
for _ in range(int(passes)):
    gc.collect()
    began = time.process_time()
    for values in pages:
        render(values)
    seconds.append(time.process_time() - began)
with open("/proc/self/status") as file:
    memory = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])
version = importlib.metadata.version(engine)
print(json.dumps({
    "engine": f"{engine} {version}, Python {platform.python_version()}", "seconds": seconds, "parse": parse, "memory": memory}))
