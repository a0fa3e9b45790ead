import Bytes
import Machine

/// What one published generation consists of: every file of every output root.
///
/// Kept as a text beside the generations, so that a publication that was cut short can be ended,
/// and in the mirror, where people can query it.
struct SiteManifest: Sendable, Equatable {
  /// One published file.
  struct Entry: Sendable, Equatable {
    /// Number of the root in `roots`.
    var root: Int
    /// Path below the root.
    var path: String
    /// What it is: `product`, `collection`, `asset` …
    var kind: String
    /// SHA-256 of the content.
    var digest: [UInt8]
    /// Size in bytes.
    var size: Int
    /// When the file was last written, in microseconds: with the size, how a file that somebody
    /// changed by hand is noticed.
    var modified: Int64
  }

  /// The generation's number.
  var generation: Int
  /// Folders below the project that are published.
  var roots: [String]
  /// For each root the digest of the private values that it was searched for.
  var secrets: [String] = []
  /// All files, in order of root and path.
  var entries: [Entry]

  private static let heading = "trumeau manifest 1"

  /// The generation that a manifest's first line names; nil where it is none.
  static func generation(ofHead head: [UInt8]) -> Int? {
    guard let line = head.split(separator: 10, maxSplits: 1).first else { return nil }
    let text = String(decoding: line, as: UTF8.self)
    guard text.hasPrefix(heading) else { return nil }
    return text.split(separator: " ").last.flatMap { Int($0) }
  }

  /// The manifest as text.
  func text() -> ByteBuffer {
    var buffer = ByteBuffer(capacity: 128 * entries.count + 256)
    appendHead(to: &buffer)
    for entry in entries { Self.append(entry, to: &buffer) }
    return buffer
  }

  /// Writes the text into a file, a part at a time: the whole of it is large.
  func write(to path: String) throws(MachineError) {
    let file = try OpenFile(creating: path)
    var buffer = ByteBuffer(capacity: 1 << 18)
    appendHead(to: &buffer)
    for entry in entries {
      Self.append(entry, to: &buffer)
      guard buffer.count > 1 << 17 else { continue }
      try file.write(buffer)
      buffer.removeAll()
    }
    try file.write(buffer)
    try file.close()
  }

  private func appendHead(to buffer: inout ByteBuffer) {
    buffer.append("\(Self.heading) \(generation)\n")
    for root in roots { buffer.append("root\t\(root)\n") }
    for digest in secrets { buffer.append("secrets\t\(digest)\n") }
  }

  private static func append(_ entry: Entry, to buffer: inout ByteBuffer) {
    buffer.append(decimal: entry.root)
    buffer.append("\t")
    for byte in entry.digest {
      buffer.append(Hex.digit(byte >> 4))
      buffer.append(Hex.digit(byte & 15))
    }
    buffer.append("\t")
    buffer.append(decimal: entry.size)
    buffer.append("\t")
    buffer.append(decimal: entry.modified)
    buffer.append("\t")
    buffer.append(entry.kind)
    buffer.append("\t")
    buffer.append(entry.path)
    buffer.append("\n")
  }

  /// The lines that are put behind a manifest when single outputs have been replaced: reading it then
  /// gives what is published now. `secrets` are the digests of all roots where one is another, else none.
  static func lines(
    ofPatch number: Int, secrets: [String], put: [Entry], gone: [(root: Int, path: String)]
  ) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: 128 * put.count + 256)
    buffer.append("patch\t\(number)\n")
    for digest in secrets { buffer.append("secrets\t\(digest)\n") }
    for place in gone { buffer.append("gone\t\(place.root)\t\(place.path)\n") }
    for entry in put { append(entry, to: &buffer) }
    return buffer
  }

  /// Reads a manifest; nil where the text is not a whole one.
  init?(reading bytes: [UInt8]) {
    guard bytes.last == 10, let number = Self.generation(ofHead: bytes) else { return nil }
    let lines = ManifestLines(bytes)
    guard lines.isWhole else { return nil }
    generation = number
    roots = lines.roots
    secrets = lines.secrets
    entries = []
    entries.reserveCapacity(lines.standing.count)
    for index in lines.standing.indices {
      guard let entry = lines.entry(index) else { return nil }
      entries.append(entry)
    }
    if lines.isPatched {
      entries.sort { $0.root == $1.root ? $0.path < $1.path : $0.root < $1.root }
    }
  }

  /// Makes a manifest from its parts.
  init(generation: Int, roots: [String], secrets: [String] = [], entries: [Entry]) {
    self.generation = generation
    self.roots = roots
    self.secrets = secrets
    self.entries = entries
  }

  static func digest(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var index = digits.startIndex
    while index < digits.endIndex {
      guard let high = Hex.value(digits[index]), let low = Hex.value(digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
      index += 2
    }
    return bytes
  }
}

extension SiteManifest {
  /// How many files a root has, and their bytes.
  func total(root: Int) -> (count: Int, bytes: Int) {
    entries.lazy.filter { $0.root == root }.reduce(into: (0, 0)) { total, entry in
      total.0 += 1
      total.1 += entry.size
    }
  }

  /// What is different from an earlier manifest, in order of path.
  func changes(since old: SiteManifest?) -> [OutputChange] {
    let known = PublishedFiles(old)
    var changes: [OutputChange] = []
    var paths: Set<String> = []
    for entry in entries {
      let path = "\(roots[entry.root])/\(entry.path)"
      paths.insert(path)
      guard let before = known.entry(roots[entry.root], entry.path) else {
        changes.append(OutputChange(kind: .new, path: path))
        continue
      }
      if before.digest != entry.digest {
        changes.append(OutputChange(kind: .changed, path: path))
      }
    }
    if let old {
      for entry in old.entries {
        let path = "\(old.roots[entry.root])/\(entry.path)"
        if !paths.contains(path) { changes.append(OutputChange(kind: .gone, path: path)) }
      }
    }
    return changes.sorted { $0.path < $1.path }
  }
}

/// The files of the last generation, to be found by root and path: the manifest's text with an index.
struct PublishedFiles: Sendable {
  /// The manifest without its entries.
  let head: SiteManifest
  private let lines: ManifestLines
  private var places: [Fingerprint: Int32] = [:]

  /// Indexes a manifest.
  init(_ manifest: SiteManifest?) {
    let whole = manifest ?? SiteManifest(generation: 0, roots: [], entries: [])
    self.init(ManifestLines(whole.text().array), generation: whole.generation)
  }

  /// Indexes the lines of a manifest.
  init(_ lines: ManifestLines, generation: Int) {
    self.lines = lines
    head = SiteManifest(
      generation: generation, roots: lines.roots, secrets: lines.secrets, entries: [])
    places.reserveCapacity(lines.standing.count)
    for index in lines.standing.indices {
      guard let place = lines.place(index) else { continue }
      places[Self.key(lines.roots[place.root], place.path)] = Int32(index)
    }
  }

  /// What was published at `path` of `root`.
  func entry(_ root: String, _ path: String) -> SiteManifest.Entry? {
    places[Self.key(root, path)].flatMap { lines.entry(Int($0)) }
  }

  /// Whether the files of `root` were searched for the private values of that digest.
  func wereSearched(_ root: String, for digest: String) -> Bool {
    guard let index = head.roots.firstIndex(of: root), index < head.secrets.count else {
      return false
    }
    return head.secrets[index] == digest
  }

  private static func key(_ root: String, _ path: String) -> Fingerprint {
    Fingerprint(of: "\(root)\u{0}\(path)")
  }
}
