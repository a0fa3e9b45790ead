import Bytes
import LocalMirror

/// What a patch is about to do, whole: what is written here is carried out, at the next start if need
/// be.
struct PatchIntent: Sendable {
  /// An output that is new or different.
  struct Put: Sendable {
    /// Number of its file in the patch's folder; nil where it stands in its place.
    var file: Int?
    /// Whether its bytes are as before, and only what is known of it is different.
    var isOnlyNoted = false
    var entry: SiteManifest.Entry
    var contentDigest: [UInt8]?
    var lastModified: Instant?
    var nextChange: Instant?
  }

  /// An output that goes.
  struct Gone: Sendable {
    var root: Int
    var path: String
    /// Under which number its file is kept; nil where it is not kept.
    var aside: Int?
    /// Whether its file stays, because others wrote it.
    var isOnlyForgotten = false
  }

  var generation: Int
  var number: Int
  var roots: [String]
  /// Digests of what each root was searched for, where one is another than before.
  var secrets: [String] = []
  var snapshotID: String
  var revision: Int64
  var asOf: Instant
  /// How many outputs there are afterwards.
  var outputCount: Int
  /// How long the manifest and the dates were before: what is longer was written by a run that was cut
  /// short.
  var manifestSize: Int
  var datesSize: Int
  var put: [Put] = []
  var gone: [Gone] = []
  /// Lines for the dates of sitemaps.
  var dates: [String] = []

  private static let heading = "trumeau patch 2"

  /// Names it among the publications of the storefront.
  var mark: String { "patch \(generation).\(number)" }

  /// The lines that this patch puts behind the manifest.
  var manifestLines: ByteBuffer {
    SiteManifest.lines(
      ofPatch: number, secrets: secrets, put: put.filter { !$0.isOnlyNoted }.map(\.entry),
      gone: gone.map { ($0.root, $0.path) })
  }

  /// What the mirror is told.
  var changes: OutputChanges {
    var changes = OutputChanges()
    changes.put = put.map { item in
      OutputEntry(
        root: roots[item.entry.root], path: item.entry.path, kind: item.entry.kind,
        digest: item.entry.digest, byteCount: item.entry.size, contentDigest: item.contentDigest,
        lastModified: item.lastModified, nextChange: item.nextChange)
    }
    changes.gone = gone.map { OutputPlace(root: roots[$0.root], path: $0.path) }
    return changes
  }

  /// The intent that leads back to what was published before: files come from those that were put aside.
  /// `old` is what was published at a path.
  func reversed(_ old: (SiteManifest.Entry) throws -> OutputEntry?) rethrows -> PatchIntent {
    var back = self
    back.put = []
    back.gone = []
    back.dates = []
    for item in put {
      if let before = try old(item.entry) {
        back.put.append(Self.put(before, at: item.entry.root, file: item.file))
      } else {
        back.gone.append(
          Gone(root: item.entry.root, path: item.entry.path, isOnlyForgotten: item.file == nil))
      }
    }
    for place in gone {
      let entry = SiteManifest.Entry(
        root: place.root, path: place.path, kind: "", digest: [], size: 0, modified: 0)
      if let before = try old(entry) {
        back.put.append(Self.put(before, at: place.root, file: place.aside))
      }
    }
    return back
  }

  private static func put(_ before: OutputEntry, at root: Int, file: Int?) -> Put {
    Put(
      file: file, isOnlyNoted: file == nil,
      entry: SiteManifest.Entry(
        root: root, path: before.path, kind: before.kind, digest: before.digest,
        size: before.byteCount, modified: 0),
      contentDigest: before.contentDigest, lastModified: before.lastModified,
      nextChange: before.nextChange)
  }

  /// As text, a line an output.
  var text: String {
    let head = [
      "\(generation)", "\(number)", snapshotID, "\(revision)", "\(asOf.microseconds)",
      "\(outputCount)", "\(manifestSize)", "\(datesSize)",
    ]
    var lines = [Self.heading, "state\t" + head.joined(separator: "\t")]
    lines += roots.map { "root\t\($0)" }
    lines += secrets.map { "secrets\t\($0)" }
    lines += gone.map { place in
      let mark = place.isOnlyForgotten ? "=" : place.aside.map { "\($0)" } ?? "-"
      return "gone\t\(mark)\t\(place.root)\t\(place.path)"
    }
    for item in put {
      let fields = [
        item.isOnlyNoted ? "=" : item.file.map { "\($0)" } ?? "-", "\(item.entry.root)",
        Hex.encode(item.entry.digest),
        "\(item.entry.size)", "\(item.entry.modified)",
        item.contentDigest.map { Hex.encode($0) } ?? "-",
        item.lastModified.map { "\($0.microseconds)" } ?? "-",
        item.nextChange.map { "\($0.microseconds)" } ?? "-", item.entry.kind, item.entry.path,
      ]
      lines.append("put\t" + fields.joined(separator: "\t"))
    }
    lines += dates.map { "date\t\($0.dropLast())" }
    return lines.joined(separator: "\n") + "\nend\n"
  }

  /// Begins an intent.
  init(
    generation: Int, number: Int, roots: [String], snapshotID: String, revision: Int64,
    asOf: Instant, outputCount: Int, manifestSize: Int, datesSize: Int
  ) {
    self.generation = generation
    self.number = number
    self.roots = roots
    self.snapshotID = snapshotID
    self.revision = revision
    self.asOf = asOf
    self.outputCount = outputCount
    self.manifestSize = manifestSize
    self.datesSize = datesSize
  }

  /// Reads a whole intent; nil where it is not one.
  init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 4, lines[0] == Self.heading, lines.suffix(2) == ["end", ""] else {
      return nil
    }
    let head = lines[1].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard head.count == 9, head[0] == "state", let generation = Int(head[1]),
      let number = Int(head[2]), let revision = Int64(head[4]), let asOf = Int64(head[5]),
      let outputs = Int(head[6]), let manifestSize = Int(head[7]), let datesSize = Int(head[8])
    else { return nil }
    self.init(
      generation: generation, number: number, roots: [], snapshotID: head[3], revision: revision,
      asOf: Instant(microseconds: asOf), outputCount: outputs, manifestSize: manifestSize,
      datesSize: datesSize)
    for line in lines.dropFirst(2).dropLast(2) {
      guard read(line) else { return nil }
    }
  }

  private mutating func read(_ line: String) -> Bool {
    let fields = line.split(separator: "\t", maxSplits: 10, omittingEmptySubsequences: false)
      .map(String.init)
    switch (fields[0], fields.count) {
    case ("root", 2): roots.append(fields[1])
    case ("secrets", 2): secrets.append(fields[1])
    case ("gone", 4):
      guard let root = Int(fields[2]), roots.indices.contains(root) else { return false }
      gone.append(
        Gone(
          root: root, path: fields[3], aside: Int(fields[1]), isOnlyForgotten: fields[1] == "="))
    case ("date", 4): dates.append(fields[1...].joined(separator: "\t") + "\n")
    case ("put", 11):
      guard let root = Int(fields[2]), roots.indices.contains(root),
        let digest = Hex.decode(fields[3]), let size = Int(fields[4]),
        let modified = Int64(fields[5])
      else { return false }
      put.append(
        Put(
          file: Int(fields[1]), isOnlyNoted: fields[1] == "=",
          entry: SiteManifest.Entry(
            root: root, path: fields[10], kind: fields[9], digest: digest, size: size,
            modified: modified),
          contentDigest: Hex.decode(fields[6]),
          lastModified: Int64(fields[7]).map { Instant(microseconds: $0) },
          nextChange: Int64(fields[8]).map { Instant(microseconds: $0) }))
    default: return false
    }
    return true
  }
}
