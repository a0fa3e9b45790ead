import Bytes
import Formats
import Machine

/// The files of one feed while they are written: beside the published ones, which are replaced by
/// renaming only when all is written and synced, so that nobody ever fetches half a file.
struct FeedFiles: ~Copyable {
  private let folder: String
  private let output: String
  private var plain: OpenFile?
  private var gzip: GzipFileWriter?
  private(set) var byteCount = 0

  /// One published file.
  struct Published: Sendable, Equatable {
    let path: String
    let byteCount: Int
  }

  init(folder: String, channel: Channel, workers: Int = Parallel.workerCount) throws {
    self.folder = folder
    output = channel.output
    try Files.makeFolders(folder)
    plain =
      channel.writesXML ? try OpenFile(creating: Self.temporary(folder, output, "xml")) : nil
    gzip =
      channel.writesGzip
      ? try GzipFileWriter(
        creating: Self.temporary(folder, output, "xml.gz"), workers: workers) : nil
  }

  private static func temporary(_ folder: String, _ output: String, _ ending: String) -> String {
    "\(folder)/.\(output).\(ending).new"
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(MachineError) {
    byteCount += bytes.count
    if plain != nil { try plain?.write(bytes) }
    if gzip != nil { try gzip?.write(bytes) }
  }

  /// Closes and publishes the files; a form that the channel no longer asks for is removed.
  consuming func publish() throws -> [Published] {
    var written: [String] = []
    if let file = plain.take() {
      try file.sync()
      try file.close()
      written.append("xml")
    }
    if let writer = gzip.take() {
      try writer.finish()
      written.append("xml.gz")
    }
    var published: [Published] = []
    for ending in ["xml", "xml.gz"] {
      let path = "\(folder)/\(output).\(ending)"
      guard written.contains(ending) else {
        try Files.remove(path)
        continue
      }
      let temporary = Self.temporary(folder, output, ending)
      let size = Files.information(temporary)?.size ?? 0
      try Files.rename(temporary, to: path)
      published.append(Published(path: path, byteCount: size))
    }
    try Files.syncFolder(folder)
    return published
  }

  /// Drops what was written; the published files stay.
  static func discard(folder: String, output: String) {
    for ending in ["xml", "xml.gz"] {
      try? Files.remove(temporary(folder, output, ending))  // the next run overwrites what is left
    }
  }
}

/// What was published last, kept beside the mirror: the shrink guard compares with it.
struct FeedState: Sendable, Equatable {
  var itemCount: Int
  var snapshotID: String
  var asOf: Instant

  static func path(_ folder: String, _ output: String) -> String { "\(folder)/\(output).json" }

  init(itemCount: Int, snapshotID: String, asOf: Instant) {
    self.itemCount = itemCount
    self.snapshotID = snapshotID
    self.asOf = asOf
  }

  /// The state of the last publication; nil where there was none or its note is damaged.
  init?(folder: String, output: String) {
    guard let bytes = try? Files.read(Self.path(folder, output)),  // none: nothing was published
      let value = try? JSON.parse(bytes).value,
      let count = value["items"]?.integer, let snapshot = value["snapshot_id"]?.string,
      let asOf = value["as_of"]?.string.flatMap(Instant.init(rfc3339:))
    else { return nil }
    self.init(itemCount: Int(count), snapshotID: snapshot, asOf: asOf)
  }

  func store(folder: String, output: String) throws(MachineError) {
    var json = JSONWriter()
    json.beginObject()
    json.key("items")
    json.value(itemCount)
    json.key("snapshot_id")
    json.value(snapshotID)
    json.key("as_of")
    json.value(asOf.rfc3339)
    json.end()
    try Files.makeFolders(folder)
    try Files.replace(Self.path(folder, output), with: json.finish().array)
  }
}
