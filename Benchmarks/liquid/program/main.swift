import Bytes
import Formats
import Glibc
import Liquid
import Machine

/// Renders the pages of the template benchmark with this engine.
///
/// usage: LiquidBenchmark THEME DATA PASSES [--pages FILE]

/// Seconds on one of the system's clocks.
func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// CPU seconds of this process so far, on all threads.
func processor() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

/// The theme and the data, in memory.
struct Bench {
  let sources: [String: String]
  let site: Tape
  let products: [Tape]
  let options = RenderOptions(now: Instant(seconds: 1_795_600_000), inlineErrors: false)

  init(theme: String, data: String) throws {
    var sources: [String: String] = [:]
    for file in try Files.list(theme) {
      sources[String(file.dropLast(".liquid".count))] = try Files.readText(Path.join(theme, file))
    }
    self.sources = sources
    site = try JSON.parse(try Files.read(Path.join(data, "site.json")))
    products = try Files.readText(Path.join(data, "products.jsonl")).split(separator: "\n")
      .map { try JSON.parse(String($0)) }
  }

  /// A set with all templates parsed, none of them taken from an earlier set.
  func parsed() throws -> TemplateSet {
    let set = TemplateSet(dialect: .core, loader: MemoryLoader(sources))
    for name in sources.keys { _ = try set.program(named: name) }
    return set
  }

  var siteGlobals: Globals {
    var globals = Globals()
    globals.addMembers(of: site.value)
    return globals
  }

  /// Renders the products of a range one after another, each into the emptied `page`.
  func render(
    _ range: Range<Int>, of set: TemplateSet, with renderer: inout Renderer,
    into page: inout ByteBuffer,
    each: (Tape, borrowing ByteBuffer) -> Void = { _, _ in }
  ) throws -> Int {
    let program = try set.program(named: "product")
    let key = Symbols.shared.intern("product")
    let shared = siteGlobals
    var bytes = 0
    for index in range {
      var globals = shared
      globals.set(key, .tape(products[index].value), isStatic: false)
      page.removeAll()
      try renderer.render(program, globals: globals, into: &page)
      bytes += page.count
      each(products[index], page)
    }
    return bytes
  }

  /// Renders every page ten times on so many threads; wall seconds from the first to the last.
  func pass(of set: TemplateSet, threads: Int) throws -> Double {
    let began = seconds(CLOCK_MONOTONIC)
    let share = (products.count + threads - 1) / threads
    try Parallel.forEach(count: products.count, chunk: share, workers: threads) { _, range in
      var renderer = Renderer(set: set, options: options)
      var page = ByteBuffer(capacity: 64 * 1024)
      for _ in 0..<10 { _ = try render(range, of: set, with: &renderer, into: &page) }
    }
    return seconds(CLOCK_MONOTONIC) - began
  }
}

/// The most memory that this process held, in KiB.
func peakMemory() throws -> Int {
  let line = try Files.readText("/proc/self/status").split(separator: "\n")
    .first { $0.hasPrefix("VmHWM:") }
  return line.flatMap { Int($0.split { !$0.isNumber }[0]) } ?? 0
}

func list(_ numbers: [Double]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ", "))]" }

func main(_ arguments: [String]) throws {
  guard arguments.count > 3, let passes = Int(arguments[3]) else {
    print("usage: LiquidBenchmark THEME DATA PASSES [--pages FILE]")
    exit(2)
  }
  let bench = try Bench(theme: arguments[1], data: arguments[2])
  let set = try bench.parsed()
  var renderer = Renderer(set: set, options: bench.options)
  var page = ByteBuffer(capacity: 64 * 1024)
  if let place = arguments.firstIndex(of: "--pages"), place + 1 < arguments.count {
    var all = ByteBuffer(capacity: 16 << 20)
    _ = try bench.render(0..<bench.products.count, of: set, with: &renderer, into: &page) {
      all.append("\($0.value["id"]?.integer ?? 0) \($1.count)\n")
      all.append($1)
      all.append("\n")
    }
    try Files.write(all.string, to: arguments[place + 1])
  }
  var parses: [Double] = []
  for _ in 0..<(passes * 5) {
    let began = processor()
    _ = try bench.parsed()
    parses.append(processor() - began)
  }
  var rendered: [Double] = []
  for _ in 0..<passes {
    let began = processor()
    _ = try bench.render(0..<bench.products.count, of: set, with: &renderer, into: &page)
    rendered.append(processor() - began)
  }
  // One thread and two in turn, so that other work on the machine weighs on both.
  var (one, two, both): ([Double], [Double], [Double]) = ([], [], [])
  for _ in 0..<passes {
    one.append(try bench.pass(of: set, threads: 1))
    let began = processor()
    two.append(try bench.pass(of: set, threads: 2))
    both.append(processor() - began)
  }
  print(
    """
    {"engine": "trumeau", "seconds": \(list(rendered)), "parse": \(parses.min() ?? 0), \
    "wall1": \(list(one)), "wall2": \(list(two)), "cpu2": \(list(both)), \
    "memory": \(try peakMemory())}
    """)
}

do {
  try main(CommandLine.arguments)
} catch {
  print("\(error)")
  exit(1)
}
