import Bytes

/// What sealed trees were made from, so that only what changed is sealed again. It lies beside the
/// trees' manifest, outside of what is published; without it, all is sealed again.
struct SealedRecord: Sendable, Equatable {
  /// One sealed file.
  struct Entry: Sendable, Equatable {
    /// The epoch whose content key it is under.
    var epoch: Int
    /// SHA-256 of what is in it.
    var digest: [UInt8]
  }

  /// The generation that is published, and how many times single files of it were replaced.
  var generation = 0
  var patch = 0
  /// Digest of everything that went in: the site's manifest, keys, shell and the format.
  var source = ""
  /// Files by root and name.
  var roots: [[String: Entry]] = []

  private static let heading = "trumeau sealed record 1"

  init() {}

  /// As bytes. O(files).
  func encoded() -> [UInt8] {
    var buffer = ByteBuffer(capacity: 1 << 12)
    buffer.append(counted: Self.heading)
    buffer.append(number: UInt32(truncatingIfNeeded: generation))
    buffer.append(number: UInt32(truncatingIfNeeded: patch))
    buffer.append(counted: source)
    buffer.append(number: UInt32(truncatingIfNeeded: roots.count))
    for root in roots {
      buffer.append(number: UInt32(truncatingIfNeeded: root.count))
      for (name, entry) in root.sorted(by: { $0.key < $1.key }) {
        buffer.append(counted: name)
        buffer.append(number: UInt32(truncatingIfNeeded: entry.epoch))
        buffer.append(counted: entry.digest)
      }
    }
    return buffer.array
  }

  /// Reads what `encoded` wrote; nil where it is not whole.
  init?(reading bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.text() == Self.heading else { return nil }
    generation = Int(reader.number(UInt32.self))
    patch = Int(reader.number(UInt32.self))
    source = reader.text()
    for _ in 0..<reader.count(ofSize: 4) {
      var root: [String: Entry] = [:]
      for _ in 0..<reader.count(ofSize: 12) {
        let name = reader.text()
        root[name] = Entry(epoch: Int(reader.number(UInt32.self)), digest: reader.counted())
      }
      roots.append(root)
    }
    if reader.isDamaged { return nil }
  }

  /// The epochs whose content keys files of a root need.
  func epochs(ofRoot root: Int) -> Set<Int> { Set(roots[root].values.map(\.epoch)) }
}
