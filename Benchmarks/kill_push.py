#!/usr/bin/env python3
"""kill -9 at many moments of pushes, of edits and of the server; nothing may be lost, nothing done twice.

usage: kill_push.py TRUMEAU [--kills N] [--seconds N] [--workers N] [--least N] [--seed N] [--keep]

Each worker has a project and a commerce API of its own in a temporary folder; only processes that this script
started are signalled. TRUMEAU notes what it is about to do in TRUMEAU_PHASE_FILE:

  start      everything before the first of the following: files, merging, planning
  settle     what became of requests without an answer is found out
  freeze     requests go into the outbox, in one transaction
  send       requests are on the wire
  store      what became of them is stored, in one transaction
  between    a transaction has been committed, and the next step has not begun

A round: edits by `set`, `create`, `delete`, `import csv` and `edit` with a file that a person changes; then the
plan is taken, and pushes are killed, one in 25 together with the server. The file of phases is a pipe with room
for a drawn number of lines: at the next one the push stands still, and is killed there or, let go on, a random
moment later, so that every step is hit however busy the machine is. The last push is left alone and must end with exit code 0. Of the edits some are killed as well.

After each kill the mirror is opened: it is sound; the log has all that was acknowledged; each edit of the round is
a value to be sent or a request that is done. A killed edit is there whole or not at all. After each round a plain
HTTP client asks the server: it has what it had before and the operations of the plan, each once. No version is
higher, no record more, and stock moved by exactly what was meant.

Every tenth round is one of the server: it is killed while this script sends writes with keys as fast as it can and
while a token is made. After the restart every answer that had come is given again, the request without an answer is
executed once, and every token that was shown works. Exit code 1 at the first fault.
"""
import argparse, collections, fcntl, http.client, json, multiprocessing, os, random, select, signal, sqlite3, subprocess, sys
import threading, time, traceback
from workplace import API, Workplace

PHASES = ("start", "settle", "freeze", "send", "store", "between")
PIPE_BYTES = 4096  # the least that a pipe can hold
SCOPES = ["catalog:read", "catalog:write", "pricing:read", "pricing:write", "inventory:write", "membership:read"]


class Fault(Exception):
    """Something that must not be."""


class Shop:
    """The server as a plain HTTP client sees it, and how it is killed and started."""

    def __init__(self, place):
        self.place = place
        with open(place.token, encoding="utf-8") as file:
            self.headers = {"Authorization": f"Bearer {file.read().strip()}"}
        self.client, self.cursor, self.records = place.connection(), None, {}
        self.read()

    def ask(self, method, path, body=None, headers=()):
        """An answer's status, headers and bytes. Throws where there is none."""
        for is_last in (method != "GET", True):
            try:
                self.client.request(method, API + path, body, {**self.headers, **dict(headers)})
                answer = self.client.getresponse()
                return answer.status, answer.headers, answer.read()
            except http.client.RemoteDisconnected:  # a server may end a connection that was idle for a while
                self.client.close()
                if is_last:
                    raise

    def read(self):
        """Follows the change feed; gives the keys that came, newest last."""
        came = []
        while True:
            cursor = f"&cursor={self.cursor}" if self.cursor else ""
            status, _, body = self.ask("GET", f"/changes?limit=500{cursor}")
            if status != 200:
                raise Fault(f"the change feed answers {status}: {body[:200]}")
            page = json.loads(body)
            for change in page["changes"]:
                key = change["type"], change["id"]
                came.append(key)
                if change["op"] == "delete":
                    self.records.pop(key, None)
                else:
                    self.records[key] = change["resource"]
            self.cursor = page["cursor"]
            if not page["has_more"]:
                return came

    def of(self, kind):
        return {id_: record for (type_, id_), record in self.records.items() if type_ == kind}

    def kill(self):
        self.place.server.send_signal(signal.SIGKILL)
        self.place.server.wait()

    def start(self):
        os.remove(self.place.path("address"))
        self.place.serve()
        self.client.close()
        self.client = self.place.connection()


class Mirror:
    """What the mirror's file says, read without the program."""

    def __init__(self, path):
        self.path = path

    def rows(self, text, *values):
        database = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)  # leaves the log as the kill left it
        try:
            return database.execute(text, values).fetchall()
        finally:
            database.close()

    def log(self):
        return self.rows('select n, type, id, field, "to", source from edit_log order by n')

    def check(self, known, wanted):
        """Sound, with all known entries of the log, and each wanted edit still to be sent or done."""
        if (found := self.rows("pragma quick_check")) != [("ok",)]:
            raise Fault(f"the mirror is damaged: {found[:3]}")
        if self.log()[:len(known)] != known:
            raise Fault("acknowledged edits are gone from the log")
        local = {(kind, id_, field): value
                 for kind, id_, field, value in self.rows("select type, id, field, value from local")}
        removed = set(self.rows("select type, id from local_record where op = 'delete'"))
        done = set()
        for kind, id_, payload in self.rows("select type, id, payload from outbox where state = 'done'"):
            fields = json.loads(payload)["fields"]
            done.add((kind, id_, ""))
            done.update((kind, id_, field["field"]) for field in fields)
        for (kind, id_, field), value in wanted.items():
            is_there = local.get((kind, id_, field)) == value if field else (kind, id_) in removed
            if not is_there and (kind, id_, field) not in done:
                raise Fault(f"the edit {kind} {id_} {field} = {value} is neither to be sent nor done")


class Worker:
    """One project with its server: rounds of edits, killed pushes and checks."""

    def __init__(self, place, seed):
        self.place, self.random = place, random.Random(seed)
        self.hits, self.rounds, self.operations, self.names = collections.Counter(), 0, 0, 0
        self.writes, self.tokens, self.late = 0, 0, 0
        place.make_token(place.token, SCOPES)
        self.environment = dict(place.environment, TMPDIR=place.folder, EDITOR="true", VISUAL="true")
        self.shop, self.mirror = Shop(place), Mirror(place.mirror)
        self.run("pull", "--quiet")
        self.pipe = place.path("phases")
        os.mkfifo(self.pipe)
        self.reader = os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.keeper = os.open(self.pipe, os.O_WRONLY)  # so that the pipe never ends
        fcntl.fcntl(self.keeper, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self.known, self.wanted = [], {}
        # Seconds of an edit and of the start of a push, and bytes of a push's phases: learned while running.
        self.lengths = collections.defaultdict(lambda: 0.02)
        self.traced = 400

    # Programs

    def run(self, *words, table=os.devnull):
        with open(table, "rb") as text:
            done = subprocess.run(self.place.project(*words), env=self.environment, capture_output=True, stdin=text)
        if done.returncode != 0:
            asked = b"" if done.returncode != 5 else subprocess.run(
                self.place.project("conflicts", "list", "--json"), env=self.environment, capture_output=True).stdout
            raise Fault(f"{' '.join(words)}: exit code {done.returncode}: {done.stdout} {done.stderr} {asked.decode()}")
        return done.stdout

    def start(self, words, table=os.devnull, room=PIPE_BYTES):
        """Starts a command with room for so many bytes of phases."""
        self.phases()
        os.write(self.keeper, b"\n" * (PIPE_BYTES - room))
        with open(table, "rb") as text:
            return subprocess.Popen(
                self.place.project(*words), env={**self.environment, "TRUMEAU_PHASE_FILE": self.pipe}, stdin=text,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def phases(self):
        """What has come through the pipe, as pairs of phase and seconds."""
        if not select.select([self.reader], [], [], 0)[0]:
            return []
        lines = os.read(self.reader, 65536).decode().split("\n")
        return [(line.split()[0], int(line.split()[1]) / 1e6) for line in lines if line]

    @staticmethod
    def end(process, codes=(0,)):
        """Kills; gives whether it was still running, or ended because nobody answered."""
        process.send_signal(signal.SIGKILL)
        words = process.communicate()[0]
        if process.returncode not in (*codes, -signal.SIGKILL):
            raise Fault(f"{process.args[1:3]} ended by itself with exit code {process.returncode}: {words.decode()}")
        return process.returncode != 0

    # Edits

    def next_name(self):
        self.names += 1
        return f"{self.names}"

    def edit(self):
        """A few edits of all kinds."""
        self.wanted = {}
        products = self.shop.of("product")
        handles = {id_: record["attributes"]["handle"] for id_, record in products.items()}
        skus = sorted(record["attributes"]["sku"] for record in self.shop.of("variant").values())
        rows = ["product_id,title,vendor"]
        for id_ in self.random.sample(sorted(products), min(3, len(products))):
            rows.append(f"{id_},Title {self.next_name()},Vendor {self.next_name()}")
        table = self.place.path("table.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")
        self.change("import", "import", "csv", "--begins-from-now", "-", table=table)
        for sku in self.random.sample(skus, min(2, len(skus))):
            self.change("set", "set", sku, f"stock@Paris+={self.random.choice([1, 2, 3])}",
                        f"weight_g={self.random.randint(100, 99999)}")
        price = self.random.choice(sorted(self.shop.of("price").values(), key=lambda record: record["id"]))
        sku = self.shop.records["variant", price["links"]["variant"]]["attributes"]["sku"]
        # By a little: a large change would have to be confirmed.
        amount = price["attributes"]["amount"] + self.random.choice([-100, 100, 200])
        self.change("set", "set", sku, f"price.EUR={amount / 100:.2f}")
        if self.rounds % 3 == 0:
            name = self.next_name()
            self.change("create", "create", "product", f"made-{name}", f"title=Made {name}", f"sku=M-{name}",
                        "price.EUR=120", "stock@Paris=4")
        made = sorted(handle for handle in handles.values() if handle.startswith("made-"))
        if len(made) > 5:
            self.change("delete", "delete", self.random.choice(made), "--yes")
        elif self.rounds % 4 == 0:
            self.edit_file(self.random.choice(sorted(set(handles.values()) - set(made))))

    def edit_file(self, handle):
        """A person opens a product's file and writes another title into it."""
        self.change("edit", "edit", handle)
        path = self.place.path("project", "content", "products", f"{handle}.md")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        title = f"File {self.next_name()}"
        lines = [f"title: {title}" if line.startswith("title:") else line for line in text.split("\n")]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        self.change("edit", "status")
        if not any(entry[3] == "title" and entry[4] == json.dumps(title) for entry in self.known):
            raise Fault(f"the title in {path} was not taken in")

    def change(self, kind, *words, table=os.devnull):
        """Runs a command that edits. Half of them are killed first; then its edit is there whole or not at all, and is
        made only where it is not there."""
        if self.random.random() < 0.5:
            process = self.start(words, table)
            time.sleep(self.random.uniform(0, self.lengths[kind]))
            if self.end(process):
                self.hits[kind] += 1
            self.mirror.check(self.known, self.wanted)
        new = self.mirror.log()[len(self.known):]
        if not new:
            begun = time.monotonic()
            self.run(*words, table=table)
            self.lengths[kind] += 0.1 * (time.monotonic() - begun - self.lengths[kind])
            new = self.mirror.log()[len(self.known):]
        self.check_whole(kind, words, new)
        self.known += new
        for _, type_, id_, field, value, _ in new:
            if value == '"delete"':  # edits of what is deleted go with it
                self.wanted = {key: edit for key, edit in self.wanted.items() if key[:2] != (type_, id_)}
            if value != '"create"':
                self.wanted[type_, id_, field] = value

    def check_whole(self, kind, words, entries):
        """What a command left in the log is all that it was to write."""
        fields = collections.defaultdict(set)
        for _, type_, id_, field, _, _ in entries:
            fields[type_, id_].add(field)
        types = sorted(type_ for type_, _ in fields)
        if kind == "set" and len(entries) != len(words) - 2:
            raise Fault(f"{words} wrote {entries}")
        if kind == "import" and (len(types) != min(3, len(self.shop.of("product")))
                                 or any(found != {"title", "vendor"} for found in fields.values())):
            raise Fault(f"a table was taken in half: {dict(fields)}")
        if kind == "create" and types != ["inventory_level", "price", "product", "variant"]:
            raise Fault(f"a creation was taken in half: {types}")
        if kind == "delete" and len(entries) < 1:
            raise Fault("a deletion is not in the log")

    # Pushes

    def push(self):
        """The plan is taken, pushes are killed, the last one is left alone; then the server is looked at."""
        operations = json.loads(self.run("plan", "--json"))["plan"]["operations"]
        if not operations:
            raise Fault(f"nothing is planned after the edits {list(self.wanted)}")
        self.mirror.check(self.known, self.wanted)
        # A request that was sent eight times goes to the inbox, as it is meant to: no more than seven are killed.
        for _ in range(self.random.randint(4, 7)):
            if not self.kill_a_push():
                break
        self.run("push", "--yes", "--quiet")
        self.check_sent(operations)

    def kill_a_push(self):
        """Kills a push, near its start or at a drawn step; false where it was faster."""
        is_at_start = self.random.random() < 0.1
        room = PIPE_BYTES if is_at_start else self.random.randint(0, int(self.traced))
        process = self.start(["push", "--yes", "--quiet"], room=room)
        noted = []
        if is_at_start:
            time.sleep(self.random.uniform(0, self.lengths["start"]))
        elif self.stands_still(process) and self.random.random() < 0.6:
            noted = self.phases()  # it goes on
            time.sleep(self.random.choice([0, self.random.uniform(0, 0.003)]))
        takes_server = self.random.random() < 0.04
        if takes_server:
            self.shop.kill()
        # 7: the shop cannot be reached; 9: something has no answer yet.
        was_running = self.end(process, (0, 7, 9) if takes_server else (0,))
        noted += self.phases()
        if was_running:
            self.hits[noted[-1][0] if noted else "start"] += 1
            self.hits["with the server"] += takes_server
        else:
            self.late += 1
            self.traced += 0.2 * (sum(len(name) + 13 for name, _ in noted) - self.traced)
        if takes_server:
            self.shop.start()
            self.environment["TRUMEAU_API_URL"] = self.place.url
        self.mirror.check(self.known, self.wanted)
        return was_running

    def stands_still(self, process):
        """Waits until a push cannot write its next phase; false where it has ended."""
        end = time.monotonic() + 60
        while process.poll() is None:
            with open(f"/proc/{process.pid}/wchan", encoding="ascii") as file:
                if "pipe_w" in file.read():
                    return True
            if time.monotonic() > end:
                raise Fault("a push stands still")
            time.sleep(0.001)
        return False

    def check_sent(self, operations):
        """The server has what it had and the operations of the plan, each once."""
        before = dict(self.shop.records)
        came = self.shop.read()
        after = dict(self.shop.records)
        deleted = [(one["type"], one["id"]) for one in operations if one["op"] == "delete"]
        gone = set(deleted).union(*({key for key in before if self.is_part(before, key, of)} for of in deleted))
        expected = set(gone)
        for operation in operations:
            key = operation["type"], operation["id"]
            expected.add(key)
            old, new, kind = before.get(key), after.get(key), operation["op"]
            if key in gone:
                if new is not None:
                    raise Fault(f"{key} was to be deleted and is there")
                self.operations += kind == "delete"
                continue
            if new is None:
                raise Fault(f"{key} was sent and is not there")
            version = 1 if kind == "create" else old["version"] + 1
            if new["version"] != version:
                raise Fault(f"{key} has version {new['version']} after a {kind}, not {version}: {operation}")
            for field in operation["fields"]:
                name = field["field"]
                value = new["links"].get(name[6:]) if name.startswith("links.") else \
                    new.get("external_ref") if name == "external_ref" else new["attributes"].get(name)
                wanted = field["send"]
                if "movement" in field:
                    wanted = old["attributes"][name] + field["movement"]
                if value != wanted:
                    raise Fault(f"{key} {name} is {value} on the server, not {wanted}")
            self.operations += 1
        if set(came) != expected:
            raise Fault(f"beside the plan: {set(came) ^ expected}")
        left = self.mirror.rows("select (select count(*) from local) + (select count(*) from local_record) + (select"
                                " count(*) from outbox where state not in ('done', 'withdrawn', 'refused'))"
                                " + (select count(*) from conflict where decided_at is null)")
        if left != [(0,)]:
            raise Fault(f"{left[0][0]} edits, requests or questions are left after a push")

    @staticmethod
    def is_part(records, key, of):
        """Whether a record goes with another that is deleted."""
        links = records[key]["links"]
        if of[0] == "product" and links.get("product") == of[1]:
            return True
        variant = records.get(("variant", links.get("variant")))
        return bool(variant) and variant["links"].get("product") == of[1]

    # The server

    def kill_the_server(self):
        """Kills the server under writes with keys and while a token is made."""
        product = self.random.choice(sorted(self.shop.of("product")))
        level = self.random.choice(sorted(self.shop.of("inventory_level")))
        version = self.shop.records["product", product]["version"]
        available = self.shop.records["inventory_level", level]["attributes"]["available"]
        mark, answers = self.next_name(), []

        def request(number):
            headers = {"Idempotency-Key": f"server-{mark}-{number}", "Content-Type": "application/json"}
            if number % 2:
                return "POST", "/inventory/commands", json.dumps(
                    {"commands": [{"op": "adjust", "id": level, "delta": 1}]}), headers
            headers["If-Match"] = f'"prd-{version + number // 2}"'
            return "PATCH", f"/products/{product}", json.dumps(
                {"attributes": {"vendor": f"Server {mark} {number}"}}), headers

        token = subprocess.Popen(
            [self.place.trumeau, "api", "token", "create", "--store", self.place.store, "--tenant", "bench", "--name",
             f"made-{mark}", "--quiet", "--scope", "catalog:read"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        timer = threading.Timer(self.random.uniform(0.001, 0.03), self.shop.kill)
        timer.start()
        try:
            while True:
                answers.append(self.shop.ask(*request(len(answers))))
        except (OSError, http.client.HTTPException):
            pass  # the server is gone, as it must be
        timer.join()
        if self.random.random() < 0.5:
            token.send_signal(signal.SIGKILL)
        shown = token.communicate()[0].decode().strip()
        self.shop.start()
        self.environment["TRUMEAU_API_URL"] = self.place.url
        self.hits["server"] += 1
        self.check_answers(answers, request)
        self.check_record(product, version + (len(answers) + 2) // 2, level, available + (len(answers) + 1) // 2)
        self.check_token(token, shown, f"made-{mark}")
        self.run("pull", "--quiet")

    def check_answers(self, answers, request):
        """Answers that had come are given again; the request without one is executed, now or before."""
        for number, (status, headers, body) in enumerate(answers):
            if status != 200:
                raise Fault(f"a write was answered {status}: {body[:300]}")
            again = self.shop.ask(*request(number))
            if again[0] != status or again[2] != body or again[1]["Idempotency-Replayed"] != "true" \
                    or again[1]["ETag"] != headers["ETag"]:
                raise Fault(f"the answer to a key is another after a restart: {body[:300]} {again[2][:300]}")
        status, _, body = self.shop.ask(*request(len(answers)))
        if status != 200:
            raise Fault(f"the request without an answer is answered {status} when sent again: {body[:300]}")
        self.writes += len(answers) + 1

    def check_record(self, product, version, level, available):
        self.shop.read()
        found = self.shop.records["product", product]["version"]
        if found != version:
            raise Fault(f"{product} has version {found}, not {version}")
        found = self.shop.records["inventory_level", level]["attributes"]["available"]
        if found != available:
            raise Fault(f"{level} has {found}, not {available}")

    def check_token(self, process, shown, name):
        """A token that was shown works; one that was not shown may be there, whole."""
        self.tokens += 1
        if process.returncode not in (0, -signal.SIGKILL):
            raise Fault(f"a token was not made: {shown}")
        listed = subprocess.run([self.place.trumeau, "api", "token", "list", "--store", self.place.store, "--json"],
                                capture_output=True, check=True).stdout.decode()
        if process.returncode == 0 or shown:
            self.shop.client.request("GET", f"{API}/products?limit=1", headers={"Authorization": f"Bearer {shown}"})
            answer = self.shop.client.getresponse()
            answer.read()
            if answer.status != 200 or f'"{name}"' not in listed:
                raise Fault(f"a token that was shown is not valid: {answer.status}")

    def round(self):
        self.rounds += 1
        if self.rounds % 10 == 0:
            return self.kill_the_server()
        self.edit()
        self.push()

    @property
    def kills(self):
        return sum(count for name, count in self.hits.items() if name != "with the server")


def work(options, number, stop, results):
    """A worker process: rounds until told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    seed = options.seed * 1000 + number
    keeps = False
    place = Workplace(options.trumeau, 4, seed=seed)
    try:
        with place:
            worker = Worker(place, seed)
            try:
                told = collections.Counter()
                while not stop.is_set():
                    worker.round()
                    results.put(("hits", worker.hits - told))
                    told = collections.Counter(worker.hits)
                results.put(("end", (worker.rounds, worker.operations, worker.writes, worker.tokens, worker.late)))
            except (Fault, OSError, subprocess.SubprocessError, AssertionError, KeyError, ValueError) as error:
                place.keep = options.keep
                results.put(("fault", f"worker {number}, seed {seed}, round {worker.rounds}: {error}\n"
                             f"{traceback.format_exc()}"))
    except BaseException as error:
        results.put(("fault", f"worker {number}: {error}"))
        raise


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trumeau")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long, whatever was killed")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--least", type=int, default=10, help="hits that each phase of a push must have")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folder of a worker that found a fault")
    options = parser.parse_args()
    begun = time.monotonic()
    stop, results = multiprocessing.Event(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(options, number, stop, results))
               for number in range(options.workers)]
    for worker in workers:
        worker.start()
    hits, ends, faults, told = collections.Counter(), [], [], 0

    def kills():
        return sum(count for name, count in hits.items() if name != "with the server")

    while len(ends) + len(faults) < options.workers:
        what, value = results.get()
        if what == "hits":
            hits += value
        elif what == "end":
            ends.append(value)
        else:
            faults.append(value)
        if kills() >= options.kills or time.monotonic() - begun > options.seconds or faults:
            stop.set()
        if kills() // 1000 > told:
            told = kills() // 1000
            print(f"  {kills()} kills after {time.monotonic() - begun:.0f} s", flush=True)
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - begun
    show(hits, kills(), ends, seconds, options)
    for fault in faults:
        print(f"FAULT: {fault}", file=sys.stderr)
    rare = [phase for phase in PHASES if hits[phase] < options.least]
    if rare and not faults:
        print(f"FAULT: fewer than {options.least} hits of {', '.join(rare)}", file=sys.stderr)
    sys.exit(1 if faults or rare else 0)


def show(hits, kills, ends, seconds, options):
    rounds, operations, writes, tokens, late = (sum(column) for column in zip(*ends)) if ends else (0,) * 5
    print(f"{kills} kills in {seconds:.0f} s ({kills / seconds:.1f} a second, {options.workers} workers, seed {options.seed}),"
          f" {late} more came too late")
    print("  pushes, by phase: " + ", ".join(f"{phase} {hits[phase]}" for phase in (*PHASES, "read", "wait") if hits[phase])
          + f"; {hits['with the server']} of them with the server")
    print("  edits: " + ", ".join(f"{kind} {hits[kind]}" for kind in ("set", "import", "create", "delete", "edit"))
          + f"; server under writes: {hits['server']}")
    print(f"  {rounds} rounds; {operations} operations planned and each executed once; {writes} writes with keys,"
          f" {tokens} tokens")


if __name__ == "__main__":
    main()
