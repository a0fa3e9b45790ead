public import Bytes

/// When the content of each page last changed, remembered from build to build beside the manifest.
///
/// Search engines trust `lastmod` only where it is right each time, so a date changes only with the
/// digest of its page and never because a build ran.
public struct SitemapDates: Sendable, Equatable {
  private struct Known: Equatable {
    let digest: Fingerprint
    let date: Instant
  }

  private static let heading = "trumeau page dates 2"
  private let old: [String: Known]
  private var new: [String: Known] = [:]

  /// Starts without memory.
  public init() { old = [:] }

  /// Knows these pages: path, digest of the content and date.
  init(known: [(path: String, digest: Fingerprint, date: Instant)]) {
    old = Dictionary(
      known.map { ($0.path, Known(digest: $0.digest, date: $0.date)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The line of a page, or the line that forgets it, to be put behind what `text()` wrote.
  static func line(_ path: String, _ digest: Fingerprint?, _ date: Instant) -> String {
    "\(digest?.hex ?? "-")\t\(date.microseconds)\t\(path)\n"
  }

  /// Reads what `text()` wrote; what is damaged is forgotten, so its pages count as changed.
  public init(reading bytes: [UInt8]) {
    var known: [String: Known] = [:]
    let lines = bytes.split(separator: 10)
    if let first = lines.first, String(decoding: first, as: UTF8.self) == Self.heading {
      for line in lines.dropFirst() {
        let fields = line.split(separator: 9, maxSplits: 2).map {
          String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 3, let date = Int64(fields[1]) else { continue }
        guard let digest = Fingerprint(hex: fields[0]) else {
          if fields[0] == "-" { known[fields[2]] = nil }
          continue
        }
        known[fields[2]] = Known(digest: digest, date: Instant(microseconds: date))
      }
    }
    old = known
  }

  /// The date of a page whose content has this digest: the remembered one where the digest is the
  /// same, else `changed`. The digest must be of what a reader sees, without marks of the build.
  public mutating func date(
    of path: String, digest: Fingerprint, changed: Instant
  ) -> Instant {
    let page = dated(path, digest: digest, changed: changed)
    note([page])
    return page.date
  }

  /// A page with the date of its content.
  public struct Dated: Sendable {
    let path: String
    let digest: Fingerprint
    /// When the content last changed.
    public let date: Instant
  }

  /// What `date` gives, without remembering it: for many pages at once, from any thread.
  public func dated(_ path: String, digest: Fingerprint, changed: Instant) -> Dated {
    let known = old[path].flatMap { $0.digest == digest ? $0.date : nil }
    return Dated(path: path, digest: digest, date: known ?? changed)
  }

  /// Remembers pages.
  public mutating func note(_ pages: [Dated]) {
    for page in pages { new[page.path] = Known(digest: page.digest, date: page.date) }
  }

  /// Keeps what is remembered as it is.
  mutating func keepAll() { new = old }

  /// The dates of the pages that were asked for, in order of path; pages that are gone are not
  /// kept.
  public func text() -> ByteBuffer {
    var buffer = ByteBuffer(capacity: 96 * new.count + 64)
    buffer.append(Self.heading)
    buffer.append("\n")
    for (path, known) in new.sorted(by: { $0.key < $1.key }) {
      buffer.append(known.digest.hex)
      buffer.append("\t")
      buffer.append(decimal: known.date.microseconds)
      buffer.append("\t")
      buffer.append(path)
      buffer.append("\n")
    }
    return buffer
  }
}
