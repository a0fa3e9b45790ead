import Bytes
import Machine
import Synchronization

extension SiteManifest {
  /// The first output, in order of the manifest, that does not stand as it was published: it is gone, or
  /// its size or time is another. Nil where all do.
  ///
  /// Reads the manifest's text without making entries of it: two files a microsecond on two cores, so
  /// that a build with nothing to do may ask.
  static func firstDifference(
    in text: [UInt8], below project: String, workers: Int
  ) -> String? {
    let lines = ManifestLines(text)
    let first = Mutex<(line: Int, path: String)?>(nil)
    Parallel.forEach(count: lines.standing.count, chunk: 2048, workers: workers) { _, range in
      for index in range {
        guard let output = lines.output(index) else { continue }
        let found = Files.information("\(project)/\(output.path)")
        if let found, found.size == output.size,
          found.modified.microseconds == output.modified
        {
          continue
        }
        first.withLock { first in
          if index < first?.line ?? .max { first = (index, output.path) }
        }
        return
      }
    }
    return first.withLock { $0?.path }
  }
}

/// The lines of a manifest that say what stands now: later ones, of patches, replace earlier ones.
struct ManifestLines: Sendable {
  private let text: [UInt8]
  /// Folders below the project that are published.
  private(set) var roots: [String] = []
  /// See `SiteManifest.secrets`.
  private(set) var secrets: [String] = []
  /// Ranges of the lines of outputs.
  private(set) var standing: [Range<Int>] = []
  /// Whether patches follow, so that the lines are not in order of path.
  private(set) var isPatched = false
  /// Whether every line is one of a manifest.
  private(set) var isWhole = true

  init(_ text: [UInt8]) {
    self.text = text
    var replaced: [String: Range<Int>?] = [:]
    var isFirstSecret = true
    var start = text.firstIndex(of: 10).map { $0 + 1 } ?? text.count
    while let end = text[start...].firstIndex(of: 10) {
      let line = start..<end
      start = end + 1
      let fields = self.fields(of: line)
      switch fields.count {
      case 6 where !isPatched: standing.append(line)
      case 6: replaced.updateValue(line, forKey: place(fields[0], fields[5]))
      case 3: replaced.updateValue(nil, forKey: place(fields[1], fields[2]))
      case 2 where word(fields[0]) == "root": roots.append(word(fields[1]))
      case 2 where word(fields[0]) == "secrets":
        // A patch names them all again where one is another.
        if isFirstSecret { secrets = [] }
        isFirstSecret = false
        secrets.append(word(fields[1]))
      case 2 where word(fields[0]) == "patch":
        isPatched = true
        isFirstSecret = true
      default: isWhole = false
      }
    }
    guard isPatched else { return }
    standing = standing.filter { line in
      let fields = fields(of: line)
      return !replaced.keys.contains(place(fields[0], fields[5]))
    }
    standing += replaced.values.compactMap(\.self).sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Path below the project, size, and time in microseconds of an output; nil for a line that is none.
  func output(_ index: Int) -> (path: String, size: Int, modified: Int64)? {
    let fields = fields(of: standing[index])
    guard let root = number(fields[0]), root < roots.count, let size = number(fields[2]),
      let modified = number(fields[3])
    else { return nil }
    return ("\(roots[root])/\(word(fields[5]))", size, Int64(modified))
  }

  /// Where an output is and what tells that it is as it was.
  struct Place {
    /// Number of its root.
    var root: Int
    var path: String
    var kind: String
    var size: Int
    /// In microseconds.
    var modified: Int64
  }

  /// An output without its digest; nil for a line that is none.
  func place(_ index: Int) -> Place? {
    let fields = fields(of: standing[index])
    guard let root = number(fields[0]), root < roots.count, let size = number(fields[2]),
      let modified = number(fields[3])
    else { return nil }
    return Place(
      root: root, path: word(fields[5]), kind: word(fields[4]), size: size,
      modified: Int64(modified))
  }

  /// An output with all that the manifest says of it; nil for a line that is none.
  func entry(_ index: Int) -> SiteManifest.Entry? {
    let fields = fields(of: standing[index])
    guard let root = number(fields[0]), root < roots.count, let size = number(fields[2]),
      let modified = number(fields[3]), let digest = SiteManifest.digest(text[fields[1]])
    else { return nil }
    return SiteManifest.Entry(
      root: root, path: word(fields[5]), kind: word(fields[4]), digest: digest, size: size,
      modified: Int64(modified))
  }

  /// The parts of a line between its tabs; the last of six may hold any more.
  private func fields(of line: Range<Int>) -> [Range<Int>] {
    var fields: [Range<Int>] = []
    fields.reserveCapacity(6)
    var start = line.lowerBound
    for index in line where text[index] == 9 && fields.count < 5 {
      fields.append(start..<index)
      start = index + 1
    }
    fields.append(start..<line.upperBound)
    return fields
  }

  private func place(_ root: Range<Int>, _ path: Range<Int>) -> String {
    "\(word(root))/\(word(path))"
  }

  private func word(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

  private func number(_ range: Range<Int>) -> Int? {
    var result = 0
    guard !range.isEmpty, range.count < 19 else { return nil }
    for index in range {
      guard text[index] >= 48, text[index] <= 57 else { return nil }
      result = result * 10 + Int(text[index] - 48)
    }
    return result
  }
}
