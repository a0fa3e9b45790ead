#!/usr/bin/env python3
"""Measures how long a browser waits after a file is saved: from the last byte written to the signal that
`trumeau serve` sends, and to the last byte of the new page.

usage: Benchmarks/serving.py [--products N] [--runs N] [--trumeau FILE]

Each line has the number of runs, the median and the greatest time to the signal, and the median time to
the page. Ends with exit code 1 where a page does not show the change; never because of a time.
"""
import argparse, json, os, re, signal, statistics, subprocess, sys, time, urllib.request
from workplace import Workplace


class Site:
    def __init__(self, address, process):
        self.address, self.process = address, process
        self.session, self.version = None, None

    def get(self, path):
        with urllib.request.urlopen(self.address + path) as answer:
            return answer.read().decode()

    def look(self, path):
        text = self.get(path)
        found = re.search(r'data-session="([^"]*)" data-version="(\d+)"', text)
        self.session, self.version = found.group(1), int(found.group(2))
        return text

    def event(self):
        event = json.loads(self.get(f"/_trumeau/events?session={self.session}&since={self.version}"))
        self.version = event["version"]
        return event["kind"]

    def settle(self):
        """Waits until the background build has caught up, so that runs do not disturb each other."""
        while True:
            with open(f"/proc/{self.process.pid}/stat") as file:
                before = file.read().split()[13:15]
            time.sleep(0.4)
            with open(f"/proc/{self.process.pid}/stat") as file:
                if sum(map(int, file.read().split()[13:15])) - sum(map(int, before)) <= 1:
                    return


def serve(place):
    address = place.path("site.address")
    process = subprocess.Popen(place.project("serve", "--port", "0", "--address-file", address, "--quiet"))
    while not (os.path.exists(address) and os.path.getsize(address)):
        if process.poll() is not None:
            sys.exit("serve did not start")
        time.sleep(0.01)
    with open(address, encoding="utf-8") as file:
        return Site(file.read().strip(), process)


def measure(name, runs, site, page, save, settles=True):
    signals, pages = [], []
    for number in range(runs):
        if settles:
            site.settle()
        site.look(page)
        mark = f"mark{time.time_ns()}"
        begun = save(mark)
        while site.event() not in ("reload", "styles"):
            pass
        signals.append(time.perf_counter() - begun)
        text = site.look(page)
        pages.append(time.perf_counter() - begun)
        # A writer that takes more than one step is told of in more than one event.
        while mark not in text and time.perf_counter() - begun < 10:
            site.event()
            signals[-1] = time.perf_counter() - begun
            text = site.look(page)
            pages[-1] = time.perf_counter() - begun
        if mark not in text:
            sys.exit(f"FAULT: {name}: {page} does not show {mark}")
    print(f"  {name:<44} n={runs}  signal {statistics.median(signals) * 1000:6.1f} ms "
          f"(greatest {max(signals) * 1000:6.1f})   page {statistics.median(pages) * 1000:6.1f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--trumeau", default=".build/release/trumeau")
    wanted = parser.parse_args()
    with Workplace(wanted.trumeau, wanted.products) as place:
        subprocess.run(place.project("pull", "--quiet"), check=True, env=place.environment)
        subprocess.run(place.project("build", "--quiet"), check=True)
        rows = subprocess.run(place.project("mirror", "sql", "--format", "csv",
                                            "select id, handle from product order by id limit 1 offset 7"),
                              check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        identifier, handle = rows[1].split(",")
        page = f"/en-eu/products/{handle}/"
        subprocess.run(place.project("edit", identifier, "--no-editor", "--quiet"), check=True,
                       stdout=subprocess.DEVNULL)
        folder = place.path("project", "content", "products")
        name = [one for one in os.listdir(folder) if one.endswith(".md")][0]
        begun = time.perf_counter()
        site = serve(place)
        site.look(page)
        print(f"{wanted.products:,} products, {os.cpu_count()} cores")
        print(f"  {'start to first page':<44} {(time.perf_counter() - begun) * 1000:.0f} ms")

        def write(path, text):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return time.perf_counter()

        def product_file(mark):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            return write(os.path.join(folder, name), re.sub(r"(?m)^title: .*$", f"title: {mark}", text, count=1))

        template = place.path("project", "templates", "pages", "product.html.liquid")
        with open(template, encoding="utf-8") as file:
            whole = file.read()

        def command(mark):
            subprocess.run(place.project("set", identifier, f"title={mark}", "--quiet"), check=True,
                           stdout=subprocess.DEVNULL)
            return time.perf_counter()

        try:
            measure("a product's file saved", wanted.runs, site, page, product_file)
            measure("`trumeau set` in another terminal", wanted.runs, site, page, command)
            measure("a template saved", wanted.runs, site, page,
                    lambda mark: write(template, f"{whole}\n<!-- {mark} -->\n"), settles=False)
            with open(f"/proc/{site.process.pid}/status") as file:
                print("  peak memory", re.search(r"VmHWM:\s+(\d+)", file.read()).group(1), "kB")
        finally:
            site.process.send_signal(signal.SIGINT)
            site.process.wait()


if __name__ == "__main__":
    main()
