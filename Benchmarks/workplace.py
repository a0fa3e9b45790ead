"""A project in a temporary folder, with a catalogue of any size and an API of its own that serves it.

Shared by kill.py and run. Everything that it starts it also ends, by process id; everything that it
writes lies in one temporary folder, which it removes.
"""
import http.client, json, os, shutil, signal, subprocess, sys, tempfile, time
from urllib.parse import urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
TENANT = "bench"
API = "/v/2026-11-01"

SITE = f"""# Made by Benchmarks/workplace.py.
site: bench
tenant: {TENANT}
api:
  connector: native
  url: http://127.0.0.1:1
  token_file: .trumeau/token
time_zone: Europe/Paris
"""
STOREFRONT = """# One market, one language, public pages only: what the Hugo site has.
base_url: https://bench.example
shop:
  name: Maison
  email: mail@bench.example
default_market: eu
markets:
  eu: { market: mkt_eu, locales: [en] }
page_size: 24
related_products: 8
"""
CHANNEL = """kind: google_merchant
storefront: main
market: eu
locale: en
title: Maison
formats: [xml]
attributes:
  color: "option:Colour"
  size: "option:Size"
"""


def kill_at(process, moment):
    """Kills a process at a moment of the monotonic clock, unless it has ended; gives its exit code."""
    while time.monotonic() < moment and process.poll() is None:
        time.sleep(min(0.0002, max(moment - time.monotonic(), 0)))
    process.send_signal(signal.SIGKILL)
    return process.wait()


class Workplace:
    """`with Workplace(trumeau, products) as place:` seeds, serves, and cleans up."""

    def __init__(self, trumeau, products, seed=1, keep=False):
        self.trumeau, self.products, self.seed, self.keep = os.path.abspath(trumeau), products, seed, keep
        self.server = None

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` runs
        self.folder = tempfile.mkdtemp(prefix="trumeau-bench-")
        try:
            self.prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.terminate()
            self.server.wait()
        if self.keep:
            print(f"kept: {self.folder}", file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def prepare(self):
        self.store, self.catalogue = self.path("api.sqlite"), self.path("catalogue.jsonl")
        self.mirror = self.path("project", ".trumeau", f"{TENANT}.sqlite")
        self.token = self.path("project", ".trumeau", "token")
        for folder in ("project/.trumeau", "project/storefronts", "project/channels", "project/content"):
            os.makedirs(self.path(folder))
        for name, text in (("trumeau.yaml", SITE), ("storefronts/main.yaml", STOREFRONT),
                           ("channels/google.yaml", CHANNEL)):
            with open(self.path("project", name), "w", encoding="utf-8") as file:
                file.write(text)
        shutil.copytree(os.path.join(HERE, "theme"), self.path("project", "templates"))
        subprocess.run([sys.executable, os.path.join(HERE, "catalogue.py"), "--products", str(self.products),
                        "--seed", str(self.seed), "--jsonl", self.catalogue], check=True)
        self.load(self.catalogue)
        self.make_token(self.token, ["catalog:read", "pricing:read", "membership:read"])
        self.serve()

    def load(self, file):
        """Loads seed lines; a running server takes them as changes."""
        self.run("api", "seed", "--store", self.store, "--tenant", TENANT, file, output=subprocess.DEVNULL)

    def make_token(self, path, scopes):
        wanted = [word for scope in scopes for word in ("--scope", scope)]
        made = self.run("api", "token", "create", "--store", self.store, "--tenant", TENANT, "--name", "bench",
                        "--quiet", *wanted, output=subprocess.PIPE)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made.stdout)

    def serve(self):
        address = self.path("address")
        self.server = subprocess.Popen(
            [self.trumeau, "api", "serve", "--store", self.store, "--port", "0", "--address-file", address, "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            if os.path.exists(address) and os.path.getsize(address):
                break
            if self.server.poll() is not None:
                sys.exit("the commerce API did not start")
            time.sleep(0.05)
        else:
            sys.exit("the commerce API did not answer within 15 s")
        with open(address, encoding="utf-8") as file:
            self.url = file.read().strip()
        self.environment = dict(os.environ, TRUMEAU_API_URL=self.url)

    def run(self, *words, output=None):
        return subprocess.run([self.trumeau, *words], check=True, stdout=output)

    def project(self, *words):
        """The words of a command on the project."""
        return [self.trumeau, *words, "--project", self.path("project")]

    def wipe_mirror(self):
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.mirror + suffix):
                os.remove(self.mirror + suffix)

    def connection(self):
        host = urlsplit(self.url)
        return http.client.HTTPConnection(host.hostname, host.port)

    def truth(self):
        """What the API says it has, read from its snapshot without any of trumeau's client."""
        with open(self.token, encoding="utf-8") as file:
            token = file.read().strip()
        connection = self.connection()
        connection.request("GET", f"{API}/snapshot", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        if answer.status != 200:
            sys.exit(f"the snapshot has status {answer.status}")
        rows = (json.loads(line) for line in answer)
        return sorted((row["type"], row["id"], row["version"], row["content_hash"]) for row in rows)
