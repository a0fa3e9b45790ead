#!/usr/bin/env python3
"""kill -9 at evenly spread moments of one first pull, with a resume after each.

usage: kill.py TRUMEAU PROJECT --kills N [--page-size 100]
The project's API must be running and its token in place. Ends with exit code 1 when a resume fails,
when `mirror verify` is not clean, or when a record is missing, doubled or different.
Prints how often each phase was hit. Signals only the processes that it started itself.
"""
import argparse, collections, json, os, signal, sqlite3, subprocess, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("trumeau")
parser.add_argument("project")
parser.add_argument("--kills", type=int, default=200)
parser.add_argument("--page-size", type=int, default=100)
parser.add_argument("--least", type=int, default=0, help="hits that snapshot, page, cursor and verify must have each")
options = parser.parse_args()

mirror = os.path.join(options.project, ".trumeau", "demo.sqlite")
phase_file = os.path.join(options.project, ".trumeau", "phase")
command = [options.trumeau, "pull", "--project", options.project, "--page-size", str(options.page_size), "--quiet"]
environment = dict(os.environ, TRUMEAU_PHASE_FILE=phase_file)


def wipe():
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(mirror + suffix):
            os.remove(mirror + suffix)


def contents():
    with sqlite3.connect(f"file:{mirror}?mode=ro", uri=True) as db:
        return list(db.execute("select type, id, version, server_hash from record order by type, id"))


wipe()
begun = time.monotonic()
subprocess.run(command, env=environment, check=True)
whole = time.monotonic() - begun
expected = contents()
print(f"one pull of {len(expected)} records, undisturbed: {whole:.2f} s", flush=True)

wipe()
slice_seconds = whole / options.kills
hits = collections.Counter()
kills = 0
while kills < options.kills:
    if os.path.exists(phase_file):
        os.remove(phase_file)
    process = subprocess.Popen(command, env=environment)
    while process.poll() is None and not os.path.exists(phase_file):
        time.sleep(0.001)
    time.sleep(slice_seconds)
    if process.poll() is not None:
        if process.returncode != 0:
            sys.exit(f"after {kills} kills the pull ended with exit code {process.returncode}")
        wipe()  # the pull was faster than the kills: go round again
        continue
    process.send_signal(signal.SIGKILL)
    process.wait()
    kills += 1
    try:
        with open(phase_file) as file:
            hits[file.read().split("\n")[-2]] += 1
    except (FileNotFoundError, IndexError):
        hits["start"] += 1
subprocess.run(command, env=environment, check=True)
subprocess.run([options.trumeau, "mirror", "verify", "--project", options.project], check=True)
found = contents()
if found != expected:
    missing = set(expected) - set(found)
    sys.exit(f"{len(missing)} records are missing or different, {len(found) - len(expected)} more than there should be")
print(f"{kills} kills, every one resumed; {len(found)} records, none lost, doubled or different")
for phase, count in sorted(hits.items(), key=lambda item: -item[1]):
    print(f"  {phase:<10} {count:>4}  {'#' * min(count, 100)}")
for phase in ("snapshot", "page", "cursor", "verify"):
    if hits[phase] < options.least:
        sys.exit(f"phase {phase} was hit {hits[phase]} times, fewer than {options.least}")
