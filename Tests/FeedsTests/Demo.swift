import Bytes
import Contract
import Diagnostics
import Feeds
import Formats
import LocalMirror
import Machine
import Settings
import Support
import Testing

/// The demo catalogue in a mirror of its own, with the project's settings and channels.
struct Demo {
  static let now = Instant(seconds: 1_795_500_000)
  let folder: ScratchFolder
  let project: Project

  /// Lines of the seed that `keep` lets through, as a source would send them.
  init(keep: (_ type: String, _ line: String) -> Bool = { _, _ in true }) throws {
    folder = try ScratchFolder()
    for file in ["trumeau.yaml", "storefronts/main.yaml"] {
      try folder.write(file, Files.readText("\(SharedFolder.repository)/\(file)"))
    }
    for name in try Files.list("\(SharedFolder.repository)/channels") {
      try folder.write(
        "channels/\(name)", Files.readText("\(SharedFolder.repository)/channels/\(name)"))
    }
    let sink = DiagnosticSink()
    project = try Project.load(from: folder.path, sink: sink)
    try #require(sink.all.isEmpty, "the settings of the demo are right")
    try fill(keep)
  }

  var feeds: ProductFeeds { ProductFeeds(project) }

  private func fill(_ keep: (String, String) -> Bool) throws {
    let seed = try Files.readText("\(SharedFolder.repository)/demo/catalogue.jsonl")
    var records: [SourceRecord] = []
    for line in seed.split(separator: "\n") {
      let body = try JSON.parse(String(line))
      guard let name = body.value["type"]?.string, let type = ResourceType(rawValue: name),
        let id = body.value["id"]?.string, let attributes = body.value["attributes"],
        !type.isPersonal, keep(name, String(line))
      else { continue }
      let hash = ContentHash.of(
        type: type, id: id, attributes: attributes, links: body.value["links"])
      let links = body.value["links"].map { JSON.text($0) } ?? "{}"
      let json = """
        {"type":"\(name)","id":"\(id)","version":1,"etag":"\\"\(id)-1\\"","seq":1,\
        "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",\
        "updated_by":"seed","content_hash":"\(hash)",\
        "attributes":\(JSON.text(attributes)),"links":\(links)}
        """
      records.append(
        SourceRecord(
          type: type, id: id, version: 1, seq: 1, etag: "\"\(id)-1\"", contentHash: hash,
          updatedAt: nil, body: try JSON.parse(json), json: Array(json.utf8)))
    }
    let store = try MirrorStore(
      path: project.path(project.site.mirrorPath), tenant: project.site.tenant,
      clock: FixedTime(Self.now), random: SeededRandom(seed: 7))
    let source = SourceDescription(
      serverID: "srv_1", epoch: "e1", tenant: project.site.tenant, scope: "all",
      types: ResourceType.allCases.filter { !$0.isPersonal }, hasChangeFeed: true,
      capabilities: Capabilities(standard: FieldCapability()), pageMax: 20_000)
    let snapshot = try store.beginSnapshot(of: source, connector: "native")
    _ = try store.apply(
      SourcePage(records: records, cursor: "p1", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c1")
  }

  func read(_ file: String) throws -> String { try folder.read("public/feeds/\(file)") }
}
