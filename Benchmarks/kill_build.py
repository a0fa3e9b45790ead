#!/usr/bin/env python3
"""kill -9 at many moments of builds and rollbacks; each must leave a whole site, the old or the new.

usage: kill_build.py TRUMEAU [--products N] [--kills N] [--least N] [--seed N]

A temporary project with its own API, which serves one pull; nothing outside its folder is touched, and only processes
that this script started are signalled. Kinds of runs, in turn:

  patch        a build after one product's title changed: single outputs are put in place
  generation   a build after a template changed: everything is rendered, whole roots are exchanged
  rollback     the last build, of either kind, is taken back

TRUMEAU notes in TRUMEAU_PHASE_FILE when it begins to publish or to roll back. Every second kill is aimed at a random
moment after that note, the others at a random moment of the whole run.

After each kill the next start (`trumeau rollback --dry-run`, which only ends what was begun) must find one whole site:
every file of it as it was before, or as it would be after the whole run; the table `output` names exactly these files
with their digests. For whole roots that must hold even before that start. Then a build is made; the site must be what
`trumeau build --full` makes, byte for byte. Exit code 1 at the first fault.
"""
import argparse, collections, hashlib, json, os, random, signal, sqlite3, subprocess, sys, time
from workplace import Workplace

KINDS = ("patch", "generation", "rollback of a patch", "rollback of a generation")


def fail(message):
    sys.exit(f"FAULT: {message}")


class Killer:
    def __init__(self, place, options):
        self.place, self.options = place, options
        self.random = random.Random(options.seed)
        self.trace = place.path("phase")
        self.environment = dict(place.environment, TRUMEAU_PHASE_FILE=self.trace)
        self.root = place.path("project", "public")
        self.hits, self.ends = collections.Counter(), collections.Counter()
        self.lengths = {}  # by kind: seconds of a run, and seconds after the note
        self.round = self.kills = self.too_late = 0
        with open(place.catalogue, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.handles = [line["attributes"]["handle"] for line in lines if line["type"] == "product"]

    # The site

    def tree(self):
        found = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.root)] = hashlib.sha256(file.read()).digest()
        return found

    def check_table(self, tree):
        db = sqlite3.connect(f"file:{self.place.mirror}?mode=ro", uri=True)
        rows = dict(db.execute("select path, digest from output where root = 'public'"))
        db.close()
        if rows != tree:
            odd = [path for path in set(rows) | set(tree) if rows.get(path) != tree.get(path)]
            fail(f"{self.what}: the table `output` is not the site: {len(odd)} differ, such as {sorted(odd)[0]}")

    def run(self, *words, codes=(0,)):
        done = subprocess.run(self.place.project(*words, "--quiet"), env=self.place.environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode not in codes:
            fail(f"{self.what}: `trumeau {' '.join(words)}` ends with exit code {done.returncode}: {done.stderr}")

    def change(self, kind):
        self.round += 1
        if kind == "patch":
            handle = self.handles[self.random.randrange(len(self.handles))]
            self.run("set", handle, f"title=Round {self.round:06}")
        else:
            with open(self.place.path("project", "templates", "pages", "404.html.liquid"), "w") as file:
                file.write(f"<h1>Template {self.round:06}</h1>")

    # One kill

    def measure(self, kind, words):
        """The lengths of an undisturbed run of a kind."""
        begun = time.monotonic()
        process = self.start(words)
        noted = self.wait_for_note(process)
        if process.wait() != 0:
            fail(f"an undisturbed {kind} fails")
        ended = time.monotonic()
        self.lengths[kind] = (ended - begun, ended - (noted or begun))

    def start(self, words):
        if os.path.exists(self.trace):
            os.remove(self.trace)
        return subprocess.Popen(self.place.project(*words, "--quiet"), env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for_note(self, process):
        """When the run said that it publishes or rolls back; None where it ended before."""
        while True:
            ended = process.poll() is not None
            try:
                with open(self.trace, "rb") as file:
                    text = file.read()
                if b"publish " in text or b"rollback " in text:
                    return time.monotonic()
            except FileNotFoundError:
                pass
            if ended:
                return None
            time.sleep(0.0002)

    def kill(self, kind, words):
        """Kills a run; gives false where it was faster."""
        whole, rest = self.lengths[kind]
        is_aimed = self.kills % 2 == 0
        process = self.start(words)
        if is_aimed:
            self.wait_for_note(process)
        target = time.monotonic() + self.random.uniform(0, rest if is_aimed else whole)
        while time.monotonic() < target and process.poll() is None:
            time.sleep(min(0.0002, max(target - time.monotonic(), 0)))
        process.send_signal(signal.SIGKILL)
        code = process.wait()
        if code == 0:
            self.too_late += 1
            return False
        if code != -signal.SIGKILL:
            fail(f"{self.what}: the run ended by itself with exit code {code}")
        noted = os.path.exists(self.trace) and any(
            word in open(self.trace, "rb").read() for word in (b"publish ", b"rollback "))
        self.hits[kind, "publishing" if noted else "before"] += 1
        self.kills += 1
        return True

    def one(self, kind):
        """A run of a kind, killed, with all that must hold after it."""
        self.what = f"kill {self.kills + 1}, {kind}"
        before = self.tree()
        self.change("generation" if "generation" in kind else "patch")
        words = ["build"]
        if kind.startswith("rollback"):
            self.run("build")
            older, before, words = before, self.tree(), ["rollback"]
        if kind not in self.lengths:
            return self.measure(kind, words)
        if not self.kill(kind, words):
            return
        at_once = self.tree()
        self.run("rollback", "--dry-run", codes=(0, 1))  # 1: nothing is kept of a state before this one
        after = self.tree()
        self.check_table(after)
        if "generation" in kind and at_once not in (before, after):
            fail(f"{self.what}: at once the site was neither the old nor the new one")
        if kind.startswith("rollback") and after not in (older, before):
            fail(f"{self.what}: the site is neither the one before the last build nor the last one")
        is_new = after != before
        self.ends["the new site" if is_new else "the old site"] += 1
        if not is_new or kind.startswith("rollback"):
            self.run("build")
        built = self.tree()
        self.run("build", "--full")
        full = self.tree()
        self.check_table(full)
        if built != full:
            odd = sorted(path for path in set(built) | set(full) if built.get(path) != full.get(path))
            fail(f"{self.what}: {len(odd)} outputs are not what a full build makes, such as {odd[0]}")

    def go(self):
        self.what = "the first build"
        self.run("pull")
        self.run("build")
        turn = 0
        while self.kills < self.options.kills:
            self.one(KINDS[turn % len(KINDS)])
            turn += 1
            if turn % 100 == 0:
                print(f"  {self.kills} kills", file=sys.stderr, flush=True)
        self.say()

    def say(self):
        print(f"{self.kills} kills of builds and rollbacks ({self.too_late} more came too late and are not counted), "
              f"seed {self.options.seed}; each left a whole site")
        print("  after the next start: " + ", ".join(f"{n} times {what}" for what, n in sorted(self.ends.items())))
        print(f"  {'':<26}{'before publishing':>20}{'while publishing':>20}")
        for kind in KINDS:
            print(f"  {kind:<26}{self.hits[kind, 'before']:>20}{self.hits[kind, 'publishing']:>20}")
            if self.hits[kind, "publishing"] < self.options.least:
                fail(f"{kind} was hit {self.hits[kind, 'publishing']} times while publishing, "
                     f"fewer than {self.options.least}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trumeau")
    parser.add_argument("--products", type=int, default=300)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--least", type=int, default=20, help="kills of each kind while publishing")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with Workplace(options.trumeau, options.products) as place:
        Killer(place, options).go()


if __name__ == "__main__":
    main()
