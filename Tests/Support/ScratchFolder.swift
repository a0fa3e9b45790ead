import Machine
import Bytes

/// A folder of a test's own, removed when the test lets go of it.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    let base = Environment.value("TMPDIR") ?? "/tmp"
    path = "\(base)/trumeau-\(SystemRandom().sortableID(at: SystemTime().now))"
    try Files.makeFolders(path)
  }

  deinit { try? Files.removeTree(path) }  // a left-over folder fails no test

  /// Writes a file below the folder and gives its path.
  @discardableResult
  public func write(_ relative: String, _ text: String) throws -> String {
    let target = "\(path)/\(relative)"
    try Files.makeFolders(Path.folder(of: target))
    try Files.write(text, to: target)
    return target
  }

  /// Reads a file below the folder.
  public func read(_ relative: String) throws -> String {
    try Files.readText("\(path)/\(relative)")
  }

  /// Writes a tree given as one text: each `-- path --` line begins a file.
  public func unpack(_ archive: String) throws {
    var name: String?
    var lines: [Substring] = []
    func store() throws {
      if let name { try write(name, lines.joined(separator: "\n") + (lines.isEmpty ? "" : "\n")) }
    }
    for line in archive.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("-- "), line.hasSuffix(" --"), line.count > 6 {
        try store()
        name = String(line.dropFirst(3).dropLast(3))
        lines = []
      } else {
        lines.append(line)
      }
    }
    while lines.last == "" { lines.removeLast() }
    try store()
  }
}
