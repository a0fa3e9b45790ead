#!/usr/bin/env python3
"""kill -9 at many moments of a pull, with a resume after each.

usage: kill.py TRUMEAU [--products N] [--kills N] [--page-size N] [--least N] [--seed N]

A temporary project with its own API; nothing outside its folder is touched, and only processes that
this script started are signalled. TRUMEAU notes what it is about to do in TRUMEAU_PHASE_FILE:

  snapshot   the snapshot is read from the wire and nothing is being written
  changes    the same for the change feed
  page       a page's records go into an open transaction (the next page may be read meanwhile)
  cursor     the place to go on from is written, and COMMIT with its fsync
  verify     counts and digests are compared
  connect    all before

How the moments are chosen:

  even        --kills, evenly over the time line of one undisturbed pull. Those of the reading are a chain: every
              run is killed one slice after it began to read, and the next goes on from there. Those of
              the proof start from a copy of the mirror as it was when the proof began, because a proof
              leaves nothing behind that a next one could go on from.
  by phase    A tenth as many more for each of snapshot, page, cursor and verify, because a phase that is short would
              be hit too seldom by the even ones: the run is killed at a random moment within a random
              one of the next entries into that phase, until so many have hit it.
  changes     A fifth as many more at random moments of pulls by change feed, after products were changed, added and deleted
              at the server. Half of these kills see the server change once more before the resume.

After each kill the mirror is opened and asked whether place and records agree: as many records as the
snapshot's counter says, each once, and the page's cursor with them. Each chain ends in an undisturbed
pull, `mirror verify`, and a comparison of every record's id, version and hash with what the API itself
answers to a plain HTTP client. Exit code 1 at the first fault.
"""
import argparse, collections, json, os, random, shutil, signal, sqlite3, subprocess, sys, time
from workplace import API, Workplace, kill_at

PHASES = ("snapshot", "page", "cursor", "verify")
MIRROR_FILES = ("", "-wal", "-shm")


def fail(message):
    sys.exit(f"FAULT: {message}")


class Killer:
    def __init__(self, place, options):
        self.place, self.options = place, options
        self.random = random.Random(options.seed)
        self.trace = place.path("phase")
        self.command = place.project("pull", "--page-size", str(options.page_size), "--quiet")
        self.environment = dict(place.environment, TRUMEAU_PHASE_FILE=self.trace)
        self.hits = collections.Counter()
        self.kills = self.too_late = 0
        self.truth = None  # asked for when needed, and again after the server has changed

    # One run

    def phases(self):
        """What the last run noted, as pairs of phase and seconds."""
        try:
            with open(self.trace, encoding="ascii") as file:
                lines = file.read().split("\n")[:-1]
        except FileNotFoundError:
            return []
        return [(line.split()[0], int(line.split()[1]) / 1e6) for line in lines]

    def start(self):
        if os.path.exists(self.trace):
            os.remove(self.trace)
        return subprocess.Popen(self.command, env=self.environment, stdout=subprocess.DEVNULL)

    def wait_for(self, process, phase, entries=1):
        """Follows the trace until the phase was entered so often; false where the run ends before."""
        place, seen, rest = 0, 0, b""
        while True:
            ended = process.poll() is not None
            if os.path.exists(self.trace):
                with open(self.trace, "rb") as file:
                    file.seek(place)
                    text = file.read()
                place += len(text)
                *lines, rest = (rest + text).split(b"\n")
                seen += sum(line.startswith(phase.encode() + b" ") for line in lines)
            if seen >= entries:
                return True
            if ended:
                return False
            time.sleep(0.0002)

    def kill(self, process, delay, chain):
        """Kills after a delay; gives the phase that was hit, or None where the run was faster."""
        code = kill_at(process, time.monotonic() + delay)
        if code == 0:
            self.too_late += 1
            return None
        if code != -signal.SIGKILL:
            fail(f"after {self.kills} kills a pull ended by itself with exit code {code}")
        noted = self.phases()
        phase = noted[-1][0] if noted else "connect"
        self.kills += 1
        self.hits[chain, phase] += 1
        self.check_whole()
        return phase

    # What must hold

    def check_whole(self):
        """Place and records agree, whatever was interrupted."""
        if not os.path.exists(self.place.mirror):
            return
        db = sqlite3.connect(f"file:{self.place.mirror}?mode=ro", uri=True)  # leaves the log as the kill left it
        with db:
            if not db.execute("select 1 from sqlite_schema where name = 'generation'").fetchone():
                return
            for number, received, token in db.execute(
                    "select n, received, resume_token from generation where state = 'open'").fetchall():
                stored, = db.execute("select (select count(*) from record where generation = ?1) +"
                                     " (select count(*) from quarantine where generation = ?1)", (number,)).fetchone()
                if stored != received or (received > 0) != (token is not None):
                    fail(f"kill {self.kills}: {stored} records are stored, the snapshot counts {received}")
            doubled, = db.execute("select count(*) - count(distinct type || ' ' || id) from record").fetchone()
            streams, = db.execute("select coalesce(sum(count), 0) from stream").fetchone()
            records, = db.execute("select count(*) from record where state <> 'deleted'").fetchone()
            if doubled or streams != records:
                fail(f"kill {self.kills}: {doubled} records doubled, {records} stored, {streams} counted")
        db.close()

    def finish(self):
        """The undisturbed end of a chain."""
        code = subprocess.run(self.command, env=self.environment, stdout=subprocess.DEVNULL).returncode
        if code != 0:
            fail(f"after {self.kills} kills the pull does not resume: exit code {code}")
        if subprocess.run(self.place.project("mirror", "verify"), stdout=subprocess.DEVNULL).returncode != 0:
            fail(f"after {self.kills} kills mirror verify finds something")
        db = sqlite3.connect(f"file:{self.place.mirror}?mode=ro", uri=True)
        with db:
            found = sorted(db.execute("select type, id, version, server_hash from record"))
        db.close()
        if self.truth is None:
            self.truth = self.place.truth()
        expected = self.truth
        if found != expected:
            lost, more = set(expected) - set(found), set(found) - set(expected)
            fail(f"after {self.kills} kills {len(lost)} records are missing or old, {len(more)} should not be so")
        return len(found)

    # The three choices of moments

    def undisturbed(self):
        self.place.wipe_mirror()
        process = self.start()
        if process.wait() != 0:
            fail("the undisturbed pull fails")
        noted = self.phases()
        records = self.finish()
        first = next(at for phase, at in noted if phase == "snapshot")
        proof = next(at for phase, at in noted if phase == "verify")
        shares = collections.Counter()
        for (phase, at), (_, until) in zip(noted, noted[1:]):
            shares[phase] += until - at
        self.lengths = {phase: seconds / sum(1 for p, _ in noted if p == phase) for phase, seconds in shares.items()}
        self.end = noted[-1][1] + self.lengths["verify"]
        self.reading, self.proving = proof - first, self.end - proof
        self.entries = collections.Counter(phase for phase, _ in noted)
        whole = sum(shares.values())
        print(f"one pull of {records} records, undisturbed: {self.end - noted[0][1]:.2f} s")
        print("  of it " + ", ".join(f"{p} {100 * s / whole:.1f} %" for p, s in shares.most_common()), flush=True)

    def even(self, count):
        """Evenly over the time line; the last moments fall into the proof."""
        whole = self.reading + self.proving
        of_reading = max(round(count * self.reading / whole), 1)
        slice_seconds = self.reading / of_reading
        self.place.wipe_mirror()
        done = 0
        while done < of_reading:
            process = self.start()
            if not self.wait_for(process, "snapshot"):  # the reading was done before the kills were
                process.wait()
                self.finish()
                self.place.wipe_mirror()
                continue
            done += self.kill(process, slice_seconds, "even") is not None
        self.finish()
        self.prove([self.proving * (i + 0.5) / (count - of_reading) for i in range(count - of_reading)], "even")

    def prove(self, delays, chain):
        """Kills within the proof of a first pull, each from the same state."""
        if not delays:
            return
        kept = self.at_proof()
        for delay in delays:
            while True:
                self.restore(kept)
                process = self.start()
                if not self.wait_for(process, "verify"):
                    fail("a pull ended without a proof")
                if self.kill(process, delay, chain):
                    break
                delay *= 0.9  # this time it was faster than when it was measured
            self.finish()

    def at_proof(self):
        """The mirror's files as they lay when a proof had just begun."""
        self.place.wipe_mirror()
        process = self.start()
        if not self.wait_for(process, "verify"):
            fail("a pull ended without a proof")
        process.send_signal(signal.SIGKILL)
        process.wait()
        kept = self.place.path("at-proof.sqlite")
        for suffix in MIRROR_FILES:
            if os.path.exists(self.place.mirror + suffix):
                shutil.copyfile(self.place.mirror + suffix, kept + suffix)
        return kept

    def restore(self, kept):
        self.place.wipe_mirror()
        for suffix in MIRROR_FILES:
            if os.path.exists(kept + suffix):
                shutil.copyfile(kept + suffix, self.place.mirror + suffix)

    def by_phase(self, count, phase):
        if phase == "verify":
            return self.prove([self.random.uniform(0, self.proving * 0.95) for _ in range(count)], "by phase")
        self.place.wipe_mirror()
        done = tries = 0
        step = max(self.entries[phase] * 2 // count, 2)
        while done < count:
            # The first entry of a run lasts longest, and is sure to be hit where luck does not help.
            entry = self.random.randint(1, step) if tries < 4 * count else 1
            tries += 1
            process = self.start()
            if not self.wait_for(process, phase, entry):
                process.wait()
                self.finish()
                self.place.wipe_mirror()
                continue
            # The trace is seen a little after it was written: aim at the first half.
            done += self.kill(process, self.random.uniform(0, self.lengths[phase] / 2), "by phase") == phase
        self.finish()

    def changes(self, count):
        """Kills during pulls by change feed."""
        changes = Changes(self)
        self.finish()
        done = 0
        while done < count:
            changes.make(self.place.products // 4)
            process = self.start()
            process_begun = time.monotonic()
            if not self.wait_for(process, "changes"):
                fail("a pull did not read the change feed")
            if done == 0:  # how long such a pull takes
                process.wait()
                self.incremental = time.monotonic() - process_begun
                changes.make(self.place.products // 4)
                process = self.start()
                self.wait_for(process, "changes")
            for _ in range(10):
                if self.kill(process, self.random.uniform(0, self.incremental / 4), "changes"):
                    done += 1
                    if self.random.random() < 0.5:
                        changes.make(20)
                if done >= count:
                    break
                process = self.start()
                if not self.wait_for(process, "changes"):
                    fail("a pull did not read the change feed")
            else:
                self.kill_quietly(process)
            self.finish()

    def kill_quietly(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def say(self, chain):
        count = sum(number for (name, _), number in self.hits.items() if name == chain)
        print(f"  {chain}: {count} kills, all resumed", flush=True)

    def histogram(self):
        chains = ("even", "by phase", "changes")
        total = collections.Counter()
        for (_, phase), count in self.hits.items():
            total[phase] += count
        print(f"{self.kills} kills ({self.too_late} more came too late and are not counted)")
        print(f"  {'':<10}{'all':>6}" + "".join(f"{chain:>10}" for chain in chains))
        for phase in ("connect", "snapshot", "changes", "page", "cursor", "verify", "wait"):
            if total[phase]:
                row = "".join(f"{self.hits[chain, phase]:>10}" for chain in chains)
                print(f"  {phase:<10}{total[phase]:>6}{row}  {'#' * min(total[phase], 60)}")
        for phase in PHASES:
            if total[phase] < self.options.least:
                fail(f"phase {phase} was hit {total[phase]} times, fewer than {self.options.least}")


class Changes:
    """Changes at the server: texts and prices, new products, deleted ones."""

    def __init__(self, killer):
        self.killer, self.place, self.round = killer, killer.place, 0
        place = self.place
        self.deleted = 0
        token = place.path("write-token")
        place.make_token(token, ["catalog:read", "catalog:write", "pricing:read", "pricing:write", "inventory:write"])
        with open(token, encoding="utf-8") as file:
            self.headers = {"Authorization": f"Bearer {file.read().strip()}"}
        with open(place.catalogue, encoding="utf-8") as file:
            self.lines = [json.loads(line) for line in file]
        self.products = [line for line in self.lines if line["type"] == "product"]
        self.prices = [line for line in self.lines if line["type"] == "price"]

    def make(self, count):
        """Changes so many products and three times as many prices, adds and deletes a few."""
        self.round += 1
        gone = self.delete(max(count // 100, 1))
        path = self.place.path("changes.jsonl")
        with open(path, "w", encoding="utf-8") as out:
            for i in range(count):
                at = self.deleted + (self.round * 7919 + i) % (len(self.products) - self.deleted)
                product = self.products[at]
                product["attributes"]["title"] = f"Round {self.round}, {i}"
                out.write(json.dumps(product) + "\n")
            for i in range(count * 3):
                price = self.prices[(self.round * 104729 + i) % len(self.prices)]
                if price["id"] in gone:
                    continue
                price["attributes"]["amount"] = 10000 + self.round * 100 + i % 97
                out.write(json.dumps(price) + "\n")
            for i in range(max(count // 20, 1)):
                name = f"new-{self.round}-{i}"
                out.write(json.dumps({"type": "product", "id": name, "attributes": {
                    "handle": name, "title": name, "status": "active"}}) + "\n")
        self.place.load(path)
        self.killer.truth = None

    def delete(self, count):
        """Deletes products with all their parts; gives the ids of all prices that are gone."""
        connection = self.place.connection()

        def ask(method, path, **headers):
            connection.request(method, API + path, headers={**self.headers, **headers})
            answer = connection.getresponse()
            answer.read()
            return answer

        for _ in range(count):
            if self.deleted >= len(self.products) // 2:
                break
            path = f"/products/{self.products[self.deleted]['id']}"
            etag = ask("GET", path).headers["ETag"]
            answer = ask("DELETE", path, **{"If-Match": etag})
            if answer.status != 204:
                sys.exit(f"DELETE {path}: status {answer.status}")
            self.deleted += 1
        dead = {product["id"] for product in self.products[:self.deleted]}
        variants = {line["id"] for line in self.lines
                    if line["type"] == "variant" and line["links"]["product"] in dead}
        return {price["id"] for price in self.prices if price["links"]["variant"] in variants}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trumeau")
    parser.add_argument("--products", type=int, default=10000)
    parser.add_argument("--kills", type=int, default=200, help="those that are spread evenly; more come on top")
    parser.add_argument("--page-size", type=int, default=100)
    parser.add_argument("--least", type=int, default=10, help="hits that each of the four phases must have")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    with Workplace(options.trumeau, options.products) as place:
        killer = Killer(place, options)
        killer.undisturbed()
        killer.even(options.kills)
        killer.say("even")
        for phase in PHASES:
            killer.by_phase(max(options.kills // 10, 1), phase)
        killer.say("by phase")
        killer.changes(max(options.kills // 5, 1))
        killer.say("changes")
        records = killer.finish()
        killer.histogram()
    print(f"every one resumed; {records} records at the end, none lost, doubled or different"
          f" ({time.monotonic() - begun:.0f} s)")


if __name__ == "__main__":
    main()
