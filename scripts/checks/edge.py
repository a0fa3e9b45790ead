#!/usr/bin/env python3
"""Runs a real nginx on loopback with the rules of `trumeau tier edge-rules` and asks it for pages with no
cookie, with valid, expired, forged and other tiers' cookies, and by crooked paths and queries.

usage: edge.py PROJECT TRUMEAU
"""
import base64, hashlib, http.client, json, os, shutil, signal, subprocess, sys, tempfile, time
import tally
from tally import check, free_port

project, program = sys.argv[1], sys.argv[2]
work = tempfile.mkdtemp(prefix="trumeau-edge-")


def trumeau(*words):
    return subprocess.run([program, *words, "--project", project], check=True, capture_output=True, text=True).stdout


def read(root, path):
    with open(os.path.join(project, root, path), "rb") as file:
        return file.read()


port = free_port()
keys, rules = os.path.join(work, "tiers.keys"), os.path.join(work, "rules.conf")


def write_rules():
    text = trumeau("tier", "edge-rules", "--for", "nginx", "--keys", keys, "--listen", f"127.0.0.1:{port}")
    with open(rules, "w", encoding="utf-8") as file:
        file.write(text)
    return text


text = write_rules()
check(os.stat(keys).st_mode & 0o777 == 0o600, "the file of keys can be read by others")
with open(keys, encoding="utf-8") as file:
    secrets = [part for line in file if line.startswith("  ") for part in line.split('"')[1:2] if part]
check(len(secrets) == 2 and not any(secret in text for secret in secrets), "the rules hold a key")
public, gold, member = "public", "private/main/gold", "private/main/member"
products = lambda root: set(os.listdir(os.path.join(project, root, "en-eu/products")))
hidden = sorted(products(gold) - products(public))
check(hidden and not any(handle in text for handle in hidden), "the rules name a private handle")
of_gold_alone = sorted(products(gold) - products(member))[0]
shared = next(name for name in sorted(products(public) & products(gold))
              if len({read(root, f"en-eu/products/{name}/index.html") for root in (public, member, gold)}) == 3)

with open(os.path.join(work, "nginx.conf"), "w", encoding="utf-8") as file:
    # nginx started by root would let its workers be nobody, who may not look into a folder of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(f"  {name}_temp_path {work}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    file.write(f"""{user}
daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/error.log;
events {{ worker_connections 64; }}
http {{
  types {{ text/html html; text/css css; image/svg+xml svg; image/png png; application/xml xml; text/plain txt; }}
  access_log {work}/access.log;
{temporary}  include {rules};
}}
""")
nginx = shutil.which("nginx") or "/usr/sbin/nginx"
tested = subprocess.run([nginx, "-t", "-p", work, "-c", os.path.join(work, "nginx.conf")], capture_output=True, text=True)
if tested.returncode:
    sys.exit(f"FAULT: nginx refuses the rules:\n{tested.stderr}")
server = subprocess.Popen([nginx, "-p", work, "-c", os.path.join(work, "nginx.conf")])


def ask(path, cookie=None, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", "www.maison-aurelle.example")
    for value in [cookie] if isinstance(cookie, str) else cookie or []:
        connection.putheader("Cookie", value)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def cookie_of(tier, minutes=10):
    made = json.loads(trumeau("tier", "cookie", tier, "--minutes", str(minutes), "--json"))
    return f"{made['name']}={made['value']}"


def sign(tier, expires, key, storefront="main"):
    digest = hashlib.md5(f"{expires}|{storefront}|{tier}|{key}".encode()).digest()
    return f"trumeau_main={tier}.{expires}." + base64.urlsafe_b64encode(digest).decode().rstrip("=")


try:
    for _ in range(100):
        try:
            ask("/")
            break
        except OSError:
            time.sleep(0.05)
    page, secret = f"/en-eu/products/{shared}/", f"/en-eu/products/{of_gold_alone}/"
    at = lambda path: path.strip("/") + "/index.html"
    gold_cookie, member_cookie = cookie_of("gold"), cookie_of("member")
    now = int(time.time())
    exported = os.path.join(work, "gold.json")
    trumeau("tier", "keys", "gold", "--export", exported)
    with open(exported, encoding="utf-8") as file:
        gold_key = json.load(file)["key"].split(".", 1)[1]

    # Who shows nothing, and who shows a valid cookie.
    plain = ask(page)
    check(plain.status == 200 and plain.body == read(public, at(page)), "without a cookie the public page is not shown")
    check(plain.getheader("Cache-Control", "").startswith("public") and plain.getheader("Vary") == "Cookie",
          f"a public page may not be kept as {plain.getheader('Cache-Control')}")
    check(ask(secret).status == 404, "without a cookie a hidden page is there")
    for tier, cookie in ((gold, gold_cookie), (member, member_cookie)):
        answer = ask(page, cookie)
        check(answer.status == 200 and answer.body == read(tier, at(page)), f"a cookie does not open {tier}")
        kept = answer.getheader("Cache-Control", "")
        check("private" in kept and "public" not in kept, f"a page of {tier} may be kept by others: {kept}")
    check(ask(secret, gold_cookie).body == read(gold, at(secret)), "gold does not see its own page")
    check(ask(secret, member_cookie).status == 404, "member sees a page of gold")
    own = "trumeau_main=" + gold_cookie.split("=", 1)[1]
    check(ask(page, sign("gold", now + 60, gold_key)).body == read(gold, at(page)), "the documented recipe signs no cookie")
    check(ask(page, f"other=1; {own}; last=2").body == read(gold, at(page)), "among other cookies it is not found")

    # Pictures of private products, the page for nothing, and what others may keep.
    picture = next(path for path in sorted(os.listdir(os.path.join(project, gold, "media")))
                   if not os.path.exists(os.path.join(project, public, "media", path)))
    check(ask(f"/media/{picture}").status == 404, "a private picture is there for all")
    answer = ask(f"/media/{picture}", gold_cookie)
    check(answer.status == 200 and "private" in answer.getheader("Cache-Control"), "gold does not see its picture, or others may keep it")
    style = "/assets/" + next(name for name in os.listdir(os.path.join(project, public, "assets")) if name.endswith(".css"))
    check("immutable" in ask(style).getheader("Cache-Control"), "a style may not be kept")
    check("private" in ask(style, gold_cookie).getheader("Cache-Control"), "a style of a tier may be kept by others")
    missing = ask("/no/such/page/", gold_cookie)
    check(missing.status == 404 and missing.body == read(gold, "404.html") and "private" in missing.getheader("Cache-Control"),
          "the page for nothing is not the tier's, or may be kept")
    check(ask("/sitemap.xml", gold_cookie).body == read(public, "sitemap.xml"), "the sitemap is not the public one")
    check(ask("/robots.txt", gold_cookie).body == read(public, "robots.txt"), "robots.txt is not the public one")
    check(ask(page, gold_cookie, If_None_Match=plain.getheader("ETag") or '"x"', If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT").status == 200,
          "a public page that a browser kept stands for the tier's")

    # Every cookie that is not valid is none: the public page, and nothing that is hidden.
    expires, signature = gold_cookie.split(".")[1:]
    value = gold_cookie.split("=", 1)[1]
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    bad = {
        "expired": sign("gold", now - 1, gold_key), "expired long ago": sign("gold", 1_000_000_000, gold_key),
        "forged": f"trumeau_main=gold.{expires}.{flipped}",
        "of another tier": gold_cookie.replace("gold.", "member.", 1),
        "raised to another tier": member_cookie.replace("member.", "gold.", 1),
        "prolonged": f"trumeau_main=gold.{int(expires) + 1}.{signature}",
        "of a tier that does not exist": sign("founder", now + 60, ""), "signed with no key": sign("gold", now + 60, ""),
        "of a sealed tier": sign("atelier", now + 60, ""), "of another storefront": sign("gold", now + 60, gold_key, "other"),
        "without signature": f"trumeau_main=gold.{expires}.", "without expiry": f"trumeau_main=gold..{signature}",
        "with more behind": f"trumeau_main={value}x", "with more before": f"trumeau_main=x{value}",
        "in capitals": f"trumeau_main={value.replace('gold', 'GOLD')}", "empty": "trumeau_main=",
        "with a comma": f"trumeau_main=gold.{expires},{signature}", "very far away": sign("gold", 99_999_999_999, gold_key),
        "the answer itself": "secure_link=1; trumeau_main_tier=gold", "with a folder": "trumeau_main=../private/main/gold",
        "with padding": f"trumeau_main={value}==", "quoted": f'trumeau_main="{value}"',
        "a thousand times as long": "trumeau_main=" + "gold." * 1000,
    }
    for name, cookie in bad.items():
        answer = ask(page, cookie)
        check(answer.status == 200 and answer.body == read(public, at(page)), f"a cookie {name} is let in: {answer.status}")
        check(ask(secret, cookie).status == 404, f"a cookie {name} sees what is hidden")
    check(ask(page, [bad["forged"], gold_cookie]).body in (read(public, at(page)), read(gold, at(page))), "two cookies confuse it")

    # Paths and queries lead nowhere else.
    tricks = [
        f"/../private/main/gold{secret}", f"/private/main/gold{secret}", f"/..%2fprivate/main/gold{secret}",
        f"/%2e%2e/private/main/gold{secret}", f"/en-eu/../../private/main/gold{secret}", f"//private/main/gold{secret}",
        f"/assets/../../private/main/gold{secret}", f"/assets%2f..%2f..%2fprivate/main/gold{secret}", f"/media/..%2f..%2fprivate%2fmain%2fgold{secret}",
        f"/feeds/../../private/main/gold{secret}", f"/sitemaps/..%2f..%2fprivate%2fmain%2fgold{secret}", f"/assets../private/main/gold{secret}",
        f"/media../private/main/gold{secret}", f"/./private/main/gold{secret}", f"/%5c..%5cprivate/main/gold{secret}",
        f"{secret}?trumeau_main={value}", f"{secret}?tier=gold&expires={expires}&md5={signature}", f"{secret}?secure_link=1",
        f"{secret}%00.html", f"{secret};trumeau_main={value}", f"/en-eu/products/{of_gold_alone}", f"/en-eu/products/{of_gold_alone}/index.html",
        "/.gitignore", "/_redirects", "/_gone", "/_headers", "/_redirects.json", "/../.trumeau/keys/main/gold.json", "/.trumeau/keys/main/gold.json",
        "/en-eu/products/", "/private/", "/404.html/../../private/main/gold/index.html",
    ]
    hidden_bytes = read(gold, at(secret))
    for path in tricks:
        for method in ("GET", "HEAD", "POST"):
            answer = ask(path, method=method)
            check(answer.status in (400, 403, 404, 405) and hidden_bytes not in answer.body and b"Index of" not in answer.body,
                  f"{method} {path} answers {answer.status}")
    for header in ("X-Original-URL", "X-Rewrite-URL", "X-Accel-Redirect", "X-Forwarded-Host"):
        answer = ask("/", **{header.replace("-", "_"): f"/private/main/gold{secret}"})
        check(hidden_bytes not in answer.body, f"{header} leads to what is hidden")

    # A new epoch ends all cookies of the one before, once the host has the new keys.
    trumeau("tier", "keys", "gold", "--rotate")
    write_rules()
    os.kill(server.pid, signal.SIGHUP)
    # A reload lets old workers answer for a while yet: it is done when ten answers in a row are new.
    row = 0
    for _ in range(600):
        row = row + 1 if ask(secret, gold_cookie).status == 404 else 0
        if row == 10:
            break
        time.sleep(0.05)
    check(ask(secret, gold_cookie).status == 404, "a cookie of an earlier epoch is let in")
    check(ask(page, member_cookie).body == read(member, at(page)), "another tier's cookies ended too")
    check(ask(secret, cookie_of("gold")).status == 200, "a cookie of the new epoch is not let in")
    with open(os.path.join(work, "access.log"), encoding="utf-8") as file:
        log = [line for line in file if "?" not in line and ";" not in line.split('"')[1]]
    check(not any(signature in line or gold_key in line for line in log), "a cookie or key stands in the log")
finally:
    server.terminate()
    server.wait()
    shutil.rmtree(work)
print(f"{tally.looks} answers of nginx checked, {tally.faults} faults")
sys.exit(1 if tally.faults else 0)
