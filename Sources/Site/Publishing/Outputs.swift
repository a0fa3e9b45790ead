import Bytes
import Machine
import Storefront
import Synchronization

/// Where finished outputs go. Safe to call from all workers at once.
protocol OutputTarget: Sendable {
  /// Paths of the roots below the project.
  var roots: [String] { get }
  /// Puts a file into a root under one or more paths. Gives the SHA-256 of the content.
  @discardableResult
  func put(
    _ paths: [String], in root: Int, kind: String, _ bytes: UnsafeRawBufferPointer
  ) throws(MachineError) -> [UInt8]
}

/// Takes finished outputs from all workers: searches each for private values, notes the pictures
/// that it shows, and puts it into the generation.
final class Outputs: Sendable {
  private let target: any OutputTarget
  private let scanners: [LeakScanner]
  private let mediaBase: [UInt8]
  private let siteURL: [UInt8]
  private let found = Mutex<[Leak]>([])
  private let media: Mutex<[Media]>
  private let changes = Mutex<[Place: Instant]>([:])
  private let bytesScanned = Atomic<Int>(0)
  /// Roots in which something is private that was not before.
  private let wholeRoots = Mutex<Set<Int>>([])

  /// Pictures that a root shows.
  private struct Media {
    var names: Set<String> = []
    /// The same as fingerprints, with the number of outputs that show each: most pictures have been
    /// seen, and then no text is made.
    var counts: [Fingerprint: UInt32] = [:]
  }

  /// Paths of the roots below the project.
  var roots: [String] { target.roots }

  private struct Place: Hashable {
    let root: Int
    let path: String
  }

  /// How many leaks are told; more help nobody.
  static let leakLimit = 100

  init(target: any OutputTarget, scanners: [LeakScanner], mediaBase: String, siteURL: String) {
    self.target = target
    self.scanners = scanners
    self.mediaBase = Array(mediaBase.utf8)
    self.siteURL = Array(siteURL.utf8)
    media = Mutex(Array(repeating: Media(), count: scanners.count))
  }

  /// Puts an output into a root under one or more paths.
  @discardableResult
  func put(
    _ paths: [String], in root: Int, kind: String, _ bytes: UnsafeRawBufferPointer,
    nextChange: Instant? = nil, scratch: inout LeakScratch
  ) throws(MachineError) -> [UInt8] {
    for path in paths.prefix(1) { scan(path, in: root, bytes, scratch: &scratch) }
    noteMedia(bytes, root, kind)
    if let nextChange {
      changes.withLock { changes in
        for path in paths { changes[Place(root: root, path: path)] = nextChange }
      }
    }
    return try target.put(paths, in: root, kind: kind, bytes)
  }

  /// Puts an output of text into a root.
  func put(_ path: String, in root: Int, kind: String, _ text: borrowing ByteBuffer)
    throws(MachineError)
  {
    var scratch = LeakScratch()
    try text.withBytes { (raw) throws(MachineError) in
      _ = try put([path], in: root, kind: kind, raw, scratch: &scratch)
    }
  }

  /// Puts an output of text into a root.
  func put(_ path: String, in root: Int, kind: String, _ text: String) throws(MachineError) {
    var buffer = ByteBuffer(capacity: text.utf8.count + 16)
    buffer.append(text)
    try put(path, in: root, kind: kind, buffer)
  }

  /// Searches bytes that stand in a root without being put there by `put`, `place` bytes behind the
  /// beginning of their file.
  func scan(
    _ path: String, in root: Int, _ bytes: UnsafeRawBufferPointer, at place: Int = 0,
    scratch: inout LeakScratch
  ) {
    let leaks = scanners[root].scan(
      file: path, bytes, hasAmounts: !RedirectFiles.isOne(path), scratch: &scratch)
    note(leaks.map { $0.behind(place) }, in: root)
    bytesScanned.wrappingAdd(bytes.count, ordering: .relaxed)
  }

  /// Searches an output that stands already for what nobody has searched it for: all of it, except what
  /// a feed may keep. Gives whether it may stay.
  func search(
    _ path: String, in root: Int, kind: String, _ bytes: UnsafeRawBufferPointer,
    for news: LeakScanner, scratch: inout LeakScratch
  ) -> Bool {
    bytesScanned.wrappingAdd(bytes.count, ordering: .relaxed)
    let leaks = news.scan(
      file: path, bytes, hasAmounts: !RedirectFiles.isOne(path), scratch: &scratch)
    if kind == "feed" { return leaks.allSatisfy { $0.kind == .price } }
    note(leaks, in: root)
    return true
  }

  /// Has every changed output of these roots searched whole, because something is private that was not
  /// before.
  func searchWhole(roots: [Int]) { wholeRoots.withLock { $0.formUnion(roots) } }

  private func note(_ leaks: [Leak], in root: Int) {
    guard !leaks.isEmpty else { return }
    let shown = leaks.map { $0.below(roots[root]) }
    found.withLock { $0.append(contentsOf: shown.prefix(max(0, Self.leakLimit - $0.count))) }
  }

  /// Whether a file that an earlier run made may still stand in a root. Prices are passed over: a
  /// channel may be told to publish members' prices, and `feed build` decides that.
  func mayKeep(
    _ path: String, in root: Int, _ bytes: UnsafeRawBufferPointer, scratch: inout LeakScratch
  ) -> Bool {
    bytesScanned.wrappingAdd(bytes.count, ordering: .relaxed)
    return scanners[root].scan(file: path, bytes, scratch: &scratch)
      .allSatisfy { $0.kind == .price }
  }

  /// What was found, in order of file and place.
  var leaks: [Leak] {
    found.withLock { $0 }.sorted { ($0.file, $0.offset) < ($1.file, $1.offset) }
  }

  /// How many bytes were searched.
  var scannedByteCount: Int { bytesScanned.load(ordering: .relaxed) }

  /// Addresses of the pictures that outputs of a root show, in byte order.
  func mediaShown(in root: Int) -> [String] { media.withLock { $0[root].names.sorted() } }

  /// How many outputs of a root show each picture.
  func pictureCounts(in root: Int) -> [Fingerprint: UInt32] { media.withLock { $0[root].counts } }

  /// Whether any output can be different at some instant to come.
  var hasNextChanges: Bool { changes.withLock { !$0.isEmpty } }

  /// The next instant at which an output can be different.
  func nextChange(_ root: Int, _ path: String) -> Instant? {
    changes.withLock { $0[Place(root: root, path: path)] }
  }

  /// Puts an output into a root that is different from the published one only in some places: what
  /// stands around these has been searched for the same values, unless `searchWhole` says otherwise.
  func put(
    _ path: String, in root: Int, kind: String, _ bytes: [UInt8], differentIn ranges: [Range<Int>]
  ) throws(MachineError) {
    var scratch = LeakScratch()
    try bytes.withUnsafeBufferPointer { (buffer) throws(MachineError) in
      let raw = UnsafeRawBufferPointer(buffer)
      let isWhole = wholeRoots.withLock { $0.contains(root) }
      for range in isWhole ? [0..<raw.count] : ranges {
        let wide = Self.lines(around: range, in: raw)
        scan(
          path, in: root, UnsafeRawBufferPointer(rebasing: raw[wide]), at: wide.lowerBound,
          scratch: &scratch)
      }
      try target.put([path], in: root, kind: kind, raw)
    }
  }

  /// How far around a place that is different a private value is looked for at least, in bytes.
  private static let reach = 4096

  /// The lines within reach of a place. Whole ones: a word that is cut off could look like another one.
  static func lines(around range: Range<Int>, in raw: UnsafeRawBufferPointer) -> Range<Int> {
    var lower = max(0, range.lowerBound - reach)
    while lower > 0, raw[lower - 1] != 10 { lower -= 1 }
    var upper = min(raw.count, range.upperBound + reach)
    while upper < raw.count, raw[upper] != 10 { upper += 1 }
    return lower..<upper
  }

  /// Notes every address below the base of pictures, in whatever element or file it stands.
  private func noteMedia(_ bytes: UnsafeRawBufferPointer, _ root: Int, _ kind: String) {
    forEachPicture(in: bytes, kind: kind) { found in
      media.withLock { all in
        for (fingerprint, range) in found {
          let count = all[root].counts[fingerprint, default: 0] + 1
          all[root].counts[fingerprint] = count
          if count == 1 {
            all[root].names.insert(String(decoding: bytes[range], as: UTF8.self))
          }
        }
      }
    }
  }

  /// Calls `body` with the pictures of an output. Each page that a sitemap lists counts by itself, so
  /// that what becomes of one page can be counted without the others.
  func forEachPicture(
    in bytes: UnsafeRawBufferPointer, kind: String, _ body: ([(Fingerprint, Range<Int>)]) -> Void
  ) {
    // Rules for caches name folders of pictures, not pictures.
    if kind == "headers" { return }
    guard kind == "sitemap" else {
      let found = pictures(in: bytes)
      return found.isEmpty ? () : body(found)
    }
    var start = 0
    while start < bytes.count {
      let line = bytes[start...].prefix { $0 != 10 }
      let found = pictures(in: UnsafeRawBufferPointer(rebasing: line))
      if !found.isEmpty {
        body(found.map { ($0.0, ($0.1.lowerBound + start)..<($0.1.upperBound + start)) })
      }
      start = line.endIndex + 1
    }
  }

  /// The addresses of pictures in an output: each once, with where it stands first.
  func pictures(in bytes: UnsafeRawBufferPointer) -> [(Fingerprint, Range<Int>)] {
    guard mediaBase.count > 2 else { return [] }
    var found: [(Fingerprint, Range<Int>)] = []
    // A page shows a few pictures, a sitemap thousands.
    var known = KnownFingerprints()
    mediaBase.withUnsafeBytes { wanted in
      var position = 0
      while let start = bytes.offset(of: wanted, from: position) {
        var end = start + wanted.count
        // What ends with the base names nothing.
        guard end < bytes.count else { return }
        guard isOwn(bytes, start) else {
          position = start + 1
          continue
        }
        while end < bytes.count, Self.isAddress(bytes[end]) { end &+= 1 }
        let name = Fingerprint(of: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        if known.insert(name) { found.append((name, start..<end)) }
        position = end
      }
    }
    return found
  }

  /// Whether a path in an output is the site's: it begins there, or behind the site's own host. Behind
  /// another one it is a picture that somebody else serves.
  private func isOwn(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
    guard position > 0, Self.isAddress(bytes[position - 1]),
      bytes[position - 1] != UInt8(ascii: "=")
    else { return true }
    guard position >= siteURL.count else { return false }
    return bytes[(position - siteURL.count)..<position].elementsEqual(siteURL)
  }

  private static func isAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x22, 0x26, 0x27, 0x28, 0x29, 0x3C, 0x3E, 0x3F, 0x23, 0x5C, 0x7F, 0x2C, 0x3B:
      false
    default: true
    }
  }
}
