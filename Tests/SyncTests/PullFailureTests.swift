import Bytes
import Contract
import Formats
import LocalMirror
import Machine
import Support
import Sync
import Synchronization
import Testing

@Suite("A pull in bad weather")
struct PullFailureTests {
  private static let busy = ConnectorError(.rateLimited, "too many requests", retryAfter: 58)
  private static let broken = ConnectorError(.unavailable, "the server failed")

  @Test("a storm of 429 is waited out as Retry-After says")
  func rateLimit() throws {
    let world = try World(products: 15)
    let start = world.time.now
    world.source.fail(.fail(Self.busy), .fail(Self.busy), .fail(Self.busy))
    let report = try world.pull()
    #expect(report.isComplete)
    #expect(report.retries == 3)
    let waited = (world.time.now.microseconds - start.microseconds) / 1_000_000
    #expect((174...180).contains(waited))
    #expect(
      world.progress.contains {
        if case .waiting(let seconds, _) = $0.phase { seconds >= 58 } else { false }
      })
  }

  @Test("a server that never answers is given up after a few tries")
  func unreachable() throws {
    let world = try World(products: 1)
    let dead = ConnectorError(.unreachable, "nothing listens there")
    world.source.fail(.fail(dead), .fail(dead), .fail(dead), .fail(dead), .fail(dead))
    let error = world.pullError()
    #expect(error?.code == .unreachable)
    #expect(world.source.calls.count == 4)
  }

  @Test("a server that fails for long is given up after bounded waits, and the next pull goes on")
  func longFailure() throws {
    let world = try World(products: 45)
    for fault in [SimulatedSource.Fault.breakAfter(pages: 0), .breakAfter(pages: 2)] {
      world.source.fail(fault)
    }
    for _ in 0..<20 { world.source.fail(.fail(Self.broken)) }
    #expect(world.pullError()?.code == .unavailable)
    world.source.state.withLock { $0.faults = [] }
    let report = try world.pull()
    #expect(report.wasResumed)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("progress is a reason to go on: only tries that bring nothing count")
  func slowProgress() throws {
    let world = try World(products: 300)
    world.source.fail(.breakAfter(pages: 0))
    for _ in 0..<29 { world.source.fail(.breakAfter(pages: 1)) }
    let report = try world.pull()
    #expect(report.retries >= 28)
    #expect(report.isComplete)
  }

  @Test("a wrong token stops everything at once")
  func wrongToken() throws {
    let world = try World(products: 5)
    world.source.fail(.fail(ConnectorError(.unauthenticated, "the token is not valid")))
    let error = world.pullError()
    #expect(error?.code == .unauthenticated)
    #expect(error?.help.contains("Sign in") == true)
    #expect(world.source.calls == ["describe"])
  }

  @Test("an expired cursor leads to a full reading that also finds deletions")
  func expired() throws {
    let world = try World(products: 25)
    try world.pull()
    world.source.remove(.product, "p7")
    world.put(8, title: "New")
    world.source.state.withLock {
      $0.oldest = $0.seq
      $0.log = []
    }
    let report = try world.pull()
    #expect(report.kind == .full)
    #expect(report.reason == "the cursor is too old")
    #expect(world.figures(report) == [0, 1, 23, 1, 0])
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("a new epoch leads to a full reading in which versions start over")
  func epoch() throws {
    let world = try World(products: 25)
    for _ in 0..<5 { world.put(1, title: "Version six") }
    try world.pull()
    // The server was restored from a backup: lower versions, other content.
    world.source.state.withLock { state in
      state.epoch = "e2"
      state.seq = 100
      state.log = []
      state.records["product/p1"] = SimulatedSource.record(
        .product, "p1", version: 2, seq: 90,
        attributes: #"{"handle":"thing-1","title":"From the backup","status":"active"}"#,
        links: "{}")
    }
    let report = try world.pull()
    #expect(report.reason == "the server's change log began anew")
    #expect(report.isComplete)
    #expect(try world.titles().contains("From the backup"))
    try world.expectEqual()
  }

  @Test("a changed scope leads to a full reading")
  func scope() throws {
    let world = try World(products: 5)
    try world.pull()
    world.source.state.withLock { $0.scope = "more" }
    #expect(try world.pull().kind == .full)
  }

  @Test("a snapshot that ends too early is found by the proof and repaired")
  func truncatedSnapshot() throws {
    let world = try World(products: 25)
    world.source.fail(.breakAfter(pages: 0), .truncate)
    let report = try world.pull()
    #expect(report.isComplete)
    #expect(report.streams.first { $0.type == .product }?.repaired == 5)
    try world.expectEqual()
  }

  @Test("a row that the feed never brings is found by the proof and repaired")
  func gapInFeed() throws {
    let world = try World(products: 25)
    try world.pull()
    world.put(30)
    world.put(2, title: "Unannounced")
    world.source.state.withLock { $0.hidden = ["product/p30", "product/p2"] }
    let report = try world.pull()
    #expect(report.streams.first { $0.type == .product }?.repaired == 2)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("a deletion that the feed never brings is found by the proof")
  func missedDeletion() throws {
    let world = try World(products: 25)
    try world.pull()
    world.source.state.withLock { _ = $0.records.removeValue(forKey: "product/p3") }
    let report = try world.pull()
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("a stream that still differs is reported with the numbers, and the rest is proven")
  func wrongDigest() throws {
    let world = try World(products: 25)
    world.source.state.withLock { $0.corruptDigest = [.product] }
    let report = try world.pull()
    #expect(!report.isComplete)
    #expect(report.faults == ["products: 1 missing, 0 too many, 0 with other content"])
    #expect(report.streams.filter { !$0.isProven }.map(\.type) == [.product])
    var json = JSONWriter()
    report.write(into: &json)
    let text = json.finish().string
    #expect(text.contains(#""complete":false"#))
    #expect(text.contains(#""proven":false,"missing":1,"surplus":0,"different":0"#))
  }

  @Test("a body that does not fit goes to quarantine and is no hole in the proof")
  func quarantine() throws {
    let world = try World(products: 25)
    world.source.put(.product, "bad", #"{"handle":"Not A Handle","title":"","status":"sold"}"#)
    let report = try world.pull()
    #expect(world.figures(report) == [25, 0, 0, 0, 1])
    #expect(report.streams.first { $0.type == .product }?.inQuarantine == 1)
    #expect(report.isComplete)
    let mirror = try MirrorStore(path: world.path, tenant: "demo")
    let kept = try #require(try mirror.quarantine().first)
    #expect(kept.id == "bad")
    #expect(String(decoding: kept.body, as: UTF8.self).contains("Not A Handle"))
    #expect(!kept.reason.isEmpty)
  }

  @Test("a body that comes to fit leaves quarantine")
  func outOfQuarantine() throws {
    let world = try World(products: 5)
    world.source.put(.product, "bad", #"{"handle":"fine","title":"","status":"sold"}"#)
    try world.pull()
    world.source.put(.product, "bad", #"{"handle":"fine","title":"Fine","status":"active"}"#)
    let report = try world.pull()
    #expect(report.streams.first { $0.type == .product }?.inQuarantine == 0)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("a record in quarantine that the source has no more, of which the feed says nothing, goes")
  func goneFromQuarantine() throws {
    let world = try World(products: 5)
    world.source.put(.product, "bad", #"{"handle":"fine","title":"Fine","status":"active"}"#)
    try world.pull()
    world.source.put(.product, "bad", #"{"handle":"fine","title":"","status":"sold"}"#)
    #expect(try world.pull().streams.first { $0.type == .product }?.inQuarantine == 1)
    world.source.state.withLock { $0.records["product/bad"] = nil }
    let report = try world.pull()
    #expect(report.streams.first { $0.type == .product }?.inQuarantine == 0)
    #expect(report.isComplete)
    try world.expectEqual()
  }

  @Test("what is no record at all is kept too")
  func reject() throws {
    let world = try World(products: 5)
    world.source.state.withLock {
      $0.rejects = [
        SourceReject(
          typeName: "hologram", id: "h1", seq: 3, json: Array("{}".utf8), reason: "unknown type")
      ]
    }
    let report = try world.pull()
    #expect(report.unknownInQuarantine == 1)
    #expect(report.isComplete)
  }

  @Test("a record that others link to and that did not come is read once by its id")
  func dangling() throws {
    let world = try World(products: 3)
    for (id, product) in [("v1", "p1"), ("v2", "nowhere")] {
      world.source.put(
        .variant, id, #"{"sku":"\#(id)","position":1}"#, links: #"{"product":"\#(product)"}"#)
    }
    let report = try world.pull()
    #expect(report.danglingReferences == 1)
    #expect(world.source.calls.filter { $0 == "record product nowhere" }.count == 1)
  }

  @Test("a source that has suddenly shrunk removes nothing until that is allowed")
  func shrink() throws {
    let world = try World(products: 50)
    try world.pull()
    for number in 0..<30 {
      world.source.state.withLock { _ = $0.records.removeValue(forKey: "product/p\(number)") }
    }
    world.options.isFull = true
    let error = world.pullError()
    #expect(error?.code == .shrink)
    #expect(error?.message.contains("30 of 50 products would vanish") == true)
    #expect(try world.titles().count == 50)
    world.options.allowsShrink = true
    let report = try world.pull()
    #expect(report.isComplete)
    #expect(try world.titles().count == 20)
  }

  @Test("a flood of tombstones in the feed is stopped too")
  func shrinkByFeed() throws {
    let world = try World(products: 50)
    try world.pull()
    for number in 0..<30 { world.source.remove(.product, "p\(number)") }
    #expect(world.pullError()?.code == .shrink)
    #expect(try world.titles().count >= 40)
    world.options.allowsShrink = true
    #expect(try world.pull().isComplete)
    try world.expectEqual()
  }

  @Test("a few may always vanish")
  func fewVanish() throws {
    let world = try World(products: 5)
    try world.pull()
    for number in 0..<5 { world.source.remove(.product, "p\(number)") }
    #expect(try world.pull().isComplete)
  }

  @Test("another server behind the same mirror is refused")
  func otherServer() throws {
    let world = try World(products: 5)
    try world.pull()
    world.source.state.withLock { $0.serverID = "another" }
    let error = #expect(throws: MirrorError.self) { try world.pull() }
    #expect(error?.code == .otherServer)
  }

  @Test("the same faults on the same seed wait the same times")
  func deterministic() throws {
    func run() throws -> Int64 {
      let world = try World(products: 15)
      world.source.fail(.fail(Self.broken), .breakAfter(pages: 1), .fail(Self.broken))
      try world.pull()
      return world.time.now.microseconds
    }
    #expect(try run() == run())
  }
}
