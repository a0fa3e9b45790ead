import Bytes
import Contract
import Formats
import LocalMirror
import Machine
import Support
import Sync
import Synchronization
import Testing

@Suite("A pull")
struct PullTests {
  @Test("the first one reads a snapshot and proves every stream")
  func first() throws {
    let world = try World(products: 25)
    let report = try world.pull()
    #expect(report.kind == .full)
    #expect(report.reason == "the first pull")
    #expect(world.figures(report) == [25, 0, 0, 0, 0])
    #expect(report.isComplete)
    #expect(report.streams.map(\.type) == [.location, .product, .variant])
    #expect(world.progress.contains { $0.phase == .snapshot && $0.expected == 25 })
    try world.expectEqual()
  }

  @Test("each phase is told before its work begins")
  func phases() throws {
    let world = try World(products: 25)
    try world.pull()
    let phases = world.progress.map(\.phase)
    #expect(phases.first == .connecting)
    // Once at the beginning, and once a page: 10, 10 and 5 records.
    #expect(phases.filter { $0 == .snapshot }.count == 4)
    #expect(phases.firstIndex(of: .snapshot) == 1)
    #expect(phases.last == .proving(ResourceType.variant.path))
  }

  @Test("a later one reads only what changed")
  func later() throws {
    let world = try World(products: 25)
    try world.pull()
    world.put(3, title: "Another thing")
    world.put(100)
    world.source.remove(.product, "p4")
    world.source.remove(.product, "p5", isGone: true)
    let report = try world.pull()
    #expect(report.kind == .changes)
    #expect(report.reason == nil)
    #expect(world.figures(report) == [1, 1, 0, 2, 0])
    #expect(report.isComplete)
    #expect(!world.source.calls.suffix(5).contains { $0.hasPrefix("snapshot") })
    try world.expectEqual()
  }

  @Test("one with nothing new changes nothing")
  func nothing() throws {
    let world = try World(products: 5)
    try world.pull()
    let report = try world.pull()
    #expect(!report.hasChanges)
    #expect(report.received == 0)
    #expect(report.isComplete)
  }

  @Test("a snapshot that breaks goes on after the last stored page")
  func resumed() throws {
    let world = try World(products: 45)
    world.source.fail(.breakAfter(pages: 0), .breakAfter(pages: 2))
    let report = try world.pull()
    #expect(world.source.calls.filter { $0.hasPrefix("snapshot") }.last == "snapshot 45@20")
    #expect(report.retries == 1)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  struct Killed: Error {}

  @Test("one that is killed at any page is finished by the next", arguments: 0..<6)
  func killed(page: Int) throws {
    let world = try World(products: 45)
    let killer = KillingSource(world.source, atPage: page)
    if page < 5 {
      #expect(throws: KillingSource.Killed.self) { try world.pull(killer) }
    }
    let report = try world.pull()
    #expect(report.isComplete)
    #expect(report.wasResumed == (1..<5).contains(page))
    if page < 5 {
      #expect(world.figures(report)[0] == 45 - page * 10)
    }
    try world.expectEqual()
  }

  @Test("changes between the two halves of a broken snapshot are not lost")
  func changesBetweenHalves() throws {
    let world = try World(products: 45)
    #expect(throws: KillingSource.Killed.self) {
      try world.pull(KillingSource(world.source, atPage: 2))
    }
    world.put(0, title: "Changed meanwhile")
    world.source.remove(.product, "p1")
    world.put(99)
    let report = try world.pull()
    #expect(report.wasResumed)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("a snapshot that the server no longer keeps is begun anew, and nothing old stays")
  func notKept() throws {
    let world = try World(products: 45)
    #expect(throws: KillingSource.Killed.self) {
      try world.pull(KillingSource(world.source, atPage: 2))
    }
    world.source.remove(.product, "p0")
    world.source.state.withLock { $0.kept = [:] }
    world.options.allowsShrink = true
    let report = try world.pull()
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("a source that cannot resume is read anew from the start")
  func noResume() throws {
    let world = try World(products: 45)
    world.source.state.withLock {
      $0.canResume = false
      $0.hasFeed = false
    }
    #expect(throws: KillingSource.Killed.self) {
      try world.pull(KillingSource(world.source, atPage: 2))
    }
    world.source.remove(.product, "p0")
    world.options.allowsShrink = true
    let report = try world.pull()
    #expect(!report.wasResumed)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("rows that come twice and out of order change nothing about the result")
  func scrambled() throws {
    let world = try World(products: 25)
    world.source.fail(.breakAfter(pages: 0), .scramble)
    let report = try world.pull()
    #expect(report.isComplete)
    for number in 0..<15 { world.put(number, title: "New") }
    world.source.fail(.breakAfter(pages: 0), .scramble)
    #expect(try world.pull().isComplete)
    try world.expectEqual()
  }

  @Test("local edits are never touched, also by a full pull")
  func edits() throws {
    let world = try World(products: 12)
    try world.pull()
    let database = try Edits(world.path)
    try database.addLocal(id: "p3", field: "title", value: "\"Mine\"")
    world.put(3, title: "Theirs")
    world.source.remove(.product, "p4")
    world.options.isFull = true
    let report = try world.pull()
    #expect(report.reason == "asked for")
    #expect(report.isComplete)
    #expect(try database.locals() == ["p3 title \"Mine\""])
  }
}

/// Ends the pull like a kill -9 before page number `atPage` is handed on.
final class KillingSource: CatalogSource {
  struct Killed: Error {}
  let inner: SimulatedSource
  let atPage: Int

  init(_ inner: SimulatedSource, atPage: Int) {
    self.inner = inner
    self.atPage = atPage
  }

  func describe() throws(ConnectorError) -> SourceDescription { try inner.describe() }

  func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    var count = 0
    return try inner.snapshot(resume: resume) { one in
      if count == atPage { throw Killed() }
      count += 1
      try page(one)
    }
  }

  func changes(from cursor: String, limit: Int, page: (SourcePage) throws -> Void) throws {
    try inner.changes(from: cursor, limit: limit, page: page)
  }

  func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    try inner.digest(of: type)
  }

  func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError) -> [RecordIdentity] {
    try inner.identities(of: type, bucket: bucket)
  }

  func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    try inner.record(type, id)
  }
}
