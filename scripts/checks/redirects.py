#!/usr/bin/env python3
"""Asks a real Apache on loopback for every redirect of a built root, with the five lines that docs/freshness.md
gives, and the function for CloudFront in headless Chromium; and compares what S3 would be told.

usage: redirects.py PROJECT
"""
import http.client, json, os, re, shutil, subprocess, sys, tempfile, time, urllib.parse
import tally
from playwright.sync_api import sync_playwright
from tally import check, free_port

project = sys.argv[1]
house = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
work = tempfile.mkdtemp(prefix="trumeau-redirects-")
# Apache started by root lets its workers be nobody, who must be able to look into the folder.
os.chmod(work, 0o755)
public = shutil.copytree(os.path.join(project, "public"), os.path.join(work, "public"))


def read(name):
    with open(os.path.join(public, name), encoding="utf-8") as file:
        return file.read()


table = json.loads(read("_redirects.json"))
moves = {urllib.parse.unquote(row["from"]): row["to"] for row in table["redirects"]}
gone = [urllib.parse.unquote(path) for path in table["gone"]]
check(len(moves) > 10 and len(gone) > 2, "the house redirects nothing")


def documented():
    """The lines for Apache that are documented, for this root."""
    with open(os.path.join(house, "docs/freshness.md"), encoding="utf-8") as file:
        lines = re.search(r"```apache\n(.*?)```", file.read(), re.S)[1]
    # Beside what the house has, a name that needs escapes, as SiteCheckTests has a build write it.
    with open(os.path.join(work, "map"), "w", encoding="utf-8") as file:
        file.write(read("_redirects.apache") + "/caf%c3%a9%20d'%c3%a9t%c3%a9 /en-eu/\n")
    return lines.replace("/srv/site/public/_redirects.apache", os.path.join(work, "map"))


def apache():
    port = free_port()
    program = shutil.which("apache2") or "/usr/sbin/apache2"
    modules = "/usr/lib/apache2/modules"
    loaded = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in ("mpm_event", "authz_core", "dir", "mime", "rewrite"))
    user = "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""
    configuration = os.path.join(work, "apache.conf")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(f"""{loaded}{user}ServerRoot {work}
ServerName www.maison-aurelle.example
Listen 127.0.0.1:{port}
PidFile {work}/apache.pid
DefaultRuntimeDir {work}
ErrorLog {work}/error.log
TypesConfig /dev/null
DocumentRoot {public}
DirectoryIndex index.html
<Directory />
  Require all granted
</Directory>
{documented()}""")
    tested = subprocess.run([program, "-t", "-f", configuration], capture_output=True, text=True)
    if tested.returncode:
        sys.exit(f"FAULT: Apache refuses the lines:\n{tested.stderr}")
    return port, subprocess.Popen([program, "-D", "FOREGROUND", "-f", configuration])


def ask(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", urllib.parse.quote(path, safe="/()'!*,:@&=+$;~"), headers={"Host": "www.maison-aurelle.example"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def ask_apache():
    port, server = apache()
    try:
        for _ in range(100):
            try:
                ask(port, "/")
                break
            except OSError:
                time.sleep(0.05)
        for path, target in moves.items():
            for form in {path, path.rstrip("/") + "/"}:
                answer = ask(port, form)
                place = answer.getheader("Location", "")
                check(answer.status == 301 and place.replace("http://www.maison-aurelle.example", "") in (target, f":{port}{target}"),
                      f"Apache answers {form} with {answer.status} {place}")
        check(ask(port, "/café d'été").getheader("Location", "").endswith("/en-eu/"), "Apache does not know a name that needs escapes")
        for path in gone:
            for form in (path, path + "/"):
                check(ask(port, form).status == 410, f"Apache does not say that {form} is gone")
        for path in ("/", "/en-eu/", "/en-eu/collections/silk/", "/robots.txt"):
            check(ask(port, path).status == 200, f"Apache does not show {path}")
        check(ask(port, next(iter(moves)) + "-and-more").status == 404, "what only begins like a redirect is taken for one")
    finally:
        server.terminate()
        server.wait()


def ask_cloudfront():
    """The function as it is published, with a store that throws what it does not have, as CloudFront's does."""
    store = {row["key"]: row["value"] for row in json.loads(read("_redirects.cloudfront.json"))["data"]}
    check(len(store) == len(json.loads(read("_redirects.cloudfront.json"))["data"]), "the store has a key twice")
    text = read("_redirects.cloudfront.js")
    check(len(text.encode()) <= 10_240, "the function is too large")
    text = text.replace("import cf from 'cloudfront';", "const cf = { kvs: () => ({ get: async key => { if (!(key in pairs)) throw 'none'; return pairs[key]; } }) };")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        run = lambda paths: page.evaluate(
            "async ([pairs, text, uris]) => { const handler = new Function('pairs', text + '\\nreturn handler;')(pairs);"
            " return Promise.all(uris.map(uri => handler({ request: { uri, method: 'GET' } }))); }",
            [store, text, [urllib.parse.quote(path) for path in paths]])
        paths = [form for path in moves for form in (path, path.rstrip("/") + "/")]
        for path, answer in zip(paths, run(paths)):
            target = moves.get(path) or moves[path.rstrip("/")]
            check(answer.get("statusCode") == 301 and answer["headers"]["location"]["value"] == target, f"CloudFront answers {path} with {answer}")
        for path, answer in zip(gone, run(gone)):
            check(answer.get("statusCode") == 410, f"CloudFront does not say that {path} is gone")
        folder, other, broken = run(["/en-eu/", "/robots.txt", "/en-eu/products/none"])
        check(folder.get("uri") == "/en-eu/index.html" and other.get("uri") == "/robots.txt" and broken.get("uri") == "/en-eu/products/none",
              "what is not redirected is not asked for as it was")
        browser.close()


def compare_s3():
    told = json.loads(read("_redirects.s3.json"))
    objects = {row["Key"]: row["WebsiteRedirectLocation"] for row in told["Objects"]}
    for path, target in moves.items():
        check(objects.get(path.strip("/")) == target and objects.get(path.strip("/") + "/index.html") == target, f"S3 is not told of {path}")
    check(len(told["RoutingRules"]) in (0, len(moves)) and len(told["RoutingRules"]) <= 50, "S3 takes no such number of rules")
    check(not any(path.strip("/") in objects for path in gone), "S3 redirects what is gone")


try:
    ask_apache()
    ask_cloudfront()
    compare_s3()
finally:
    shutil.rmtree(work)
print(f"{tally.looks} answers about {len(moves)} redirects and {len(gone)} pages that are gone, {tally.faults} faults")
sys.exit(1 if tally.faults else 0)
