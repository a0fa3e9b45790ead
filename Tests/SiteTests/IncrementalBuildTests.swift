import BuildComparison
import LocalMirror
import Machine
import Support
import Synchronization
import Testing

@testable import Site

extension TwoHouses {
  /// Builds both and compares everything; gives the report of the build that renders what is different.
  @discardableResult
  func compare(_ name: String) throws -> BuildReport? {
    let result = try compareBuilds(name)
    for difference in result.differences { Issue.record("\(difference)") }
    return result.report
  }
}

@Suite("A build that renders what is different")
struct IncrementalBuildTests {
  private static func chance() -> Int {
    SystemRandom().bytes(3).reduce(0) { $0 << 8 | Int($1) }
  }

  @Test("gives what a full build gives, byte for byte, whatever changes")
  func equalsFull() throws {
    let seed = UInt64(Self.chance())
    var tally = BuildSequence.Tally()
    // One as a rule; now and then all changes of one are such that everything is rendered.
    for sequence in 0..<5 where tally.extents["update"] == nil {
      tally += try BuildSequence(seed: seed + UInt64(sequence), length: 8).run()
    }
    for difference in tally.differences { Issue.record("\(difference)") }
    #expect((tally.extents["update"] ?? 0) > 0, "seed \(seed)")
  }

  struct Cut: Error {}

  @Test("is carried out to its end by the next start, wherever it was cut")
  func cuts() throws {
    let houses = try TwoHouses(seed: 11)
    try houses.compare("first")
    var cut = 0
    while true {
      try houses.take(houses.shop.retitle())
      let steps = Counter()
      let here = cut
      do {
        let report = try houses.one.build(after: { _ in if steps.next() == here { throw Cut() } })
        #expect(report.extent == .update)
        #expect(cut > 6)
        break
      } catch is Cut {
        try houses.compare("cut at step \(cut)")
      }
      cut += 1
    }
  }

  @Test("has nothing to do where nothing changed, and says why it does everything where it must")
  func extents() throws {
    let houses = try TwoHouses(seed: 5)
    let site = houses.one
    func extent() throws -> BuildExtent { try site.build().extent }
    #expect(try extent() == .full("nothing is known of a build before this one"))
    #expect(try extent() == .nothing)
    site.clock.sleep(milliseconds: 1000)
    #expect(try extent() == .nothing)
    try site.folder.write("templates/pages/404.html.liquid", "<h1>Gone</h1>")
    #expect(try extent() == .full("the template pages/404 changed"))
    try site.folder.write("content/pages/about.md", "---\ntitle: About us\n---\nText.\n")
    #expect(try extent() == .full("the content changed"))
    try houses.take(houses.shop.retitle())
    #expect(try extent() == .update)
    #expect(try extent() == .nothing)
    try Files.removeTree("\(site.path)/public")
    #expect(try extent() == .full("public is not what was published"))
  }

  @Test("makes anew what somebody removed or changed by hand, also after an update")
  func byHand() throws {
    let houses = try TwoHouses(seed: 5)
    let site = houses.one
    try site.build()
    try houses.take(houses.shop.retitle())
    #expect(try site.build().extent == .update)
    let whole = try site.content()
    let path = try #require(whole.keys.sorted().first { $0.contains("product-1/") })
    try Files.remove("\(site.path)/\(path)")
    #expect(try site.build().extent == .full("\(path) is not what was published"))
    #expect(try site.content() == whole)
    try Files.replace("\(site.path)/\(path)", with: Array("by hand".utf8))
    #expect(try site.build().extent == .full("\(path) is not what was published"))
    #expect(try site.content() == whole)
    #expect(try site.build().extent == .nothing)
  }

  @Test("renders only pages that a change can reach")
  func reach() throws {
    let houses = try TwoHouses(seed: 5)
    try houses.compare("first")
    try houses.take(houses.shop.redescribe())
    let report = try #require(try houses.compare("description"))
    #expect(report.extent == .update)
    #expect(
      report.changes.allSatisfy {
        $0.path.contains("product-1/") || $0.path.contains("sitemap")
          || $0.path.hasSuffix("/snapshot.json")
      })
    #expect(report.renderedCount < report.pageCount / 4)
  }

  @Test("a dry run lists what the next build changes, and changes nothing")
  func dry() throws {
    let houses = try TwoHouses(seed: 5)
    let site = houses.one
    try site.build()
    try houses.take(houses.shop.retitle())
    let before = try site.content()
    let dry = try site.build(.init(workers: 2, isDry: true))
    #expect(try site.content() == before)
    let real = try site.build()
    #expect(dry.changes == real.changes)
    #expect(!real.changes.isEmpty)
    let whole = try site.build(.init(workers: 2, isFull: true, isDry: true))
    #expect(whole.changes == [])
  }
}

/// Counts calls from any thread.
final class Counter: Sendable {
  private let count = Mutex(0)

  /// How many calls there were before this one.
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
