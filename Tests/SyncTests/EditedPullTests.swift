import Bytes
import Contract
import LocalMirror
import Machine
import Support
import Sync
import Synchronization
import Testing

@Suite("Pulls over edits")
struct EditedPullTests {
  private let key = RecordKey(.product, "p3")

  private func edited() throws -> World {
    let world = try World(products: 12)
    try world.pull()
    try store(world) { store in
      try store.edit(key, [FieldEdit("title", .text("Mine"))], source: .cli)
      try store.delete(RecordKey(.product, "p5"), source: .cli)
      try store.create(
        RecordKey(.product, "prd_new"),
        fields: ["handle": .text("new"), "title": .text("New"), "status": .text("active")],
        source: .cli)
    }
    return world
  }

  private func store(_ world: World, _ body: (MirrorStore) throws -> Void) throws {
    try body(try MirrorStore(path: world.path, tenant: "demo", clock: world.time))
  }

  private func expectKept(_ world: World, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let reader = try MirrorReader(path: world.path)
    let titles = try world.titles()
    #expect(titles.contains("Mine"), sourceLocation: sourceLocation)
    #expect(titles.contains("New"), sourceLocation: sourceLocation)
    #expect(titles.count == 12, sourceLocation: sourceLocation)
    #expect(
      try reader.localValues(of: key).map(\.base) == [.text("A thing")],
      sourceLocation: sourceLocation)
    #expect(
      try reader.localOperations().map(\.1) == [.delete, .create], sourceLocation: sourceLocation)
    #expect(try reader.verify().findings.isEmpty, sourceLocation: sourceLocation)
    try world.expectEqual(sourceLocation: sourceLocation)
  }

  @Test("edits survive a pull of changes, and show over them")
  func changes() throws {
    let world = try edited()
    world.put(3, title: "Theirs")
    world.put(5, title: "Theirs too")
    let report = try world.pull()
    #expect(report.isComplete)
    try expectKept(world)
    #expect(
      try MirrorReader(path: world.path).serverRecord(key)?.value("title") == .text("Theirs"))
  }

  @Test("edits survive a full pull and a new epoch")
  func full() throws {
    let world = try edited()
    world.put(3, title: "Theirs")
    world.options.isFull = true
    #expect(try world.pull().isComplete)
    try expectKept(world)
    world.options.isFull = false
    world.source.state.withLock { $0.epoch = "another" }
    #expect(try world.pull().isComplete)
    try expectKept(world)
  }
}
