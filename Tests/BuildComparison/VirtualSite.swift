import Bytes
package import Contract
import Diagnostics
import Formats
import LocalMirror
package import Machine
import Settings
package import Site
package import Support

/// A whole project in a folder of its own, made from one text, with a mirror filled from its
/// `seed.jsonl`.
package struct VirtualSite {
  package let folder: ScratchFolder
  package let clock = FixedTime(start)

  private static let start = Instant(seconds: 1_795_500_000)

  /// Where it is.
  package var path: String { folder.path }

  /// Unpacks a project and fills its mirror.
  package init(_ archive: String) throws {
    try self.init(unfilled: archive)
    try fill(Files.readText("\(folder.path)/seed.jsonl"))
  }

  /// Unpacks a project that has no mirror.
  init(unfilled archive: String) throws {
    folder = try ScratchFolder()
    try folder.unpack(archive)
  }

  /// A project from a folder of the repository, with its parts linked in.
  package init(repository: String, parts: [String], seed: String) throws {
    folder = try ScratchFolder()
    for part in parts {
      for file in try Files.walk("\(repository)/\(part)") {
        let target = "\(folder.path)/\(part)/\(file)"
        try Files.makeFolders(Path.folder(of: target))
        try Files.write(
          String(decoding: Files.read("\(repository)/\(part)/\(file)"), as: UTF8.self), to: target)
      }
    }
    try folder.write("trumeau.yaml", Files.readText("\(repository)/trumeau.yaml"))
    try fill(Files.readText("\(repository)/\(seed)"))
  }

  /// Makes the mirror hold exactly these seed lines.
  package func fill(_ seed: String) throws {
    var records: [SourceRecord] = []
    for line in seed.split(separator: "\n") { records.append(try Self.record(String(line))) }
    try fill(records)
  }

  /// Makes a new mirror hold exactly these records.
  func fill(_ records: [SourceRecord]) throws {
    let file = "\(path)/.trumeau/demo.sqlite"
    if !Files.exists(file) {
      try Files.makeFolders(Path.folder(of: file))
      try Self.emptyMirror.get().withUnsafeBytes { try Files.write($0, to: file) }
    }
    let store = try openMirror(random: SeededRandom(seed: 7))
    let snapshot = try store.beginSnapshot(of: Self.source, connector: "native")
    _ = try store.apply(SourcePage(records: records, cursor: "p", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c")
    try Self.expectNothingRefused(store)
  }

  /// A mirror without records, made once: where it is copied to, it counts as a new one.
  private static let emptyMirror = Result {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/demo.sqlite"
    _ = try MirrorStore(path: path, tenant: "demo", clock: FixedTime(start))
    return try Files.read(path)
  }

  /// The mirror, open to write.
  func openMirror(random: any RandomSource = SystemRandom()) throws -> MirrorStore {
    try MirrorStore(
      path: "\(path)/.trumeau/demo.sqlite", tenant: "demo", clock: clock, random: random)
  }

  /// - Throws: `UnusableRecord` for records that the mirror did not take.
  static func expectNothingRefused(_ store: MirrorStore) throws {
    let refused = try store.quarantine().map { "\($0.id): \($0.reason)" }
    if !refused.isEmpty { throw UnusableRecord(words: refused.joined(separator: ", ")) }
  }

  /// Applies one changed seed line, as a pull that brings nothing else.
  package func change(_ line: String, version: Int64 = 2) throws {
    let store = try openMirror()
    let record = try Self.record(line, version: version)
    _ = try store.apply(SourcePage(records: [record], cursor: "c\(version)", hasMore: false))
  }

  /// What the shop of all these projects says of itself.
  package static let source = SourceDescription(
    serverID: "srv_1", epoch: "e1", tenant: "demo", scope: "all", types: ResourceType.allCases,
    hasChangeFeed: true, capabilities: Capabilities(standard: FieldCapability()), pageMax: 1000)

  private static func record(_ line: String, version: Int64 = 1) throws -> SourceRecord {
    let body = try JSON.parse(line).value
    guard let type = body["type"]?.string.flatMap(ResourceType.init(rawValue:)),
      let id = body["id"]?.string, let attributes = body["attributes"]
    else { throw UnusableRecord(words: line) }
    let hash = ContentHash.of(type: type, id: id, attributes: attributes, links: body["links"])
    let links = body["links"].map { JSON.text($0) } ?? "{}"
    let json = """
      {"type":"\(type.rawValue)","id":"\(id)","version":\(version),"etag":"1","seq":\(version),\
      "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",\
      "updated_by":"seed","content_hash":"\(hash)","attributes":\(JSON.text(attributes)),\
      "links":\(links)}
      """
    return SourceRecord(
      type: type, id: id, version: version, seq: version, etag: "1", contentHash: hash,
      updatedAt: nil,
      body: try JSON.parse(json), json: Array(json.utf8))
  }

  /// Builds and gives the report of the first storefront.
  @discardableResult
  package func build(
    _ options: SiteBuild.Options = .init(workers: 2),
    after step: @escaping @Sendable (PublishStep) throws -> Void = { _ in }
  ) throws -> BuildReport {
    let sink = DiagnosticSink()
    let project = try Project.load(from: path, sink: sink)
    var build = SiteBuild(project: project, options: options, time: clock)
    build.afterStep = step
    guard let report = try build.run().first else { throw NoStorefront() }
    return report
  }

  /// Takes the last publication back.
  @discardableResult
  package func rollBack(
    isDry: Bool = false,
    after step: @escaping @Sendable (PublishStep) throws -> Void = { _ in }
  ) throws -> RollbackReport? {
    let project = try Project.load(from: path, sink: DiagnosticSink())
    var build = SiteBuild(project: project, options: .init(isDry: isDry), time: clock)
    build.afterStep = step
    return try build.rollBack("main")
  }

  /// A file of an output root.
  package func read(_ path: String) throws -> String { try folder.read(path) }

  /// Whether a file is there.
  package func exists(_ path: String) -> Bool { Files.exists("\(folder.path)/\(path)") }

  /// Every file of the roots with its content.
  package func content(_ roots: [String] = ["public", "private"]) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for root in roots where Files.exists("\(path)/\(root)") {
      for file in try Files.walk("\(path)/\(root)") {
        found["\(root)/\(file)"] = try Files.read("\(path)/\(root)/\(file)")
      }
    }
    return found
  }
}

/// A record of a test that the mirror cannot take.
struct UnusableRecord: Error {
  let words: String
}

/// The project of a test has no storefront.
struct NoStorefront: Error {}
