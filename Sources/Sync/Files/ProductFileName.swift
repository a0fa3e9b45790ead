import Catalog
import Contract
import Machine

/// What the name of a product's file says.
struct ProductFileName: Hashable {
  /// Path below the project.
  let path: String
  /// The handle that the product has by this name, composed (NFC).
  let handle: String
  /// The language, where it is a translation, as the site spells it where it has it.
  let locale: String?

  /// The ending of what is written beside a file that must not be touched.
  static let incomingEnding = ".incoming.md"

  /// Reads a path; nil where it is no product's file.
  ///
  /// - Parameter locales: languages of the site. A tag is the same in capitals and in small letters
  ///   (RFC 5646, section 2.1.1), so `carre.FR.md` is in `fr`.
  init?(path: String, locales: [String]) {
    let name = Path.name(of: path)
    guard name.hasSuffix(".md"), !name.hasPrefix("."), !name.hasSuffix(Self.incomingEnding) else {
      return nil
    }
    self.path = path
    var stem = Handle.of(fileName: String(name.dropLast(3)))
    // A handle has no full stop.
    if let stop = stem.lastIndex(of: ".") {
      let typed = String(stem[stem.index(after: stop)...])
      locale = locales.first { $0.lowercased() == typed.lowercased() } ?? typed
      stem = String(stem[..<stop])
    } else {
      locale = nil
    }
    handle = stem
  }

  /// The path of a product's file.
  static func path(folder: String, handle: String, locale: String?) -> String {
    locale.map { "\(folder)/\(handle).\($0).md" } ?? "\(folder)/\(handle).md"
  }

  /// Where the new rendering goes while somebody else's bytes stand at `path`.
  static func incomingPath(_ path: String) -> String {
    String(path.dropLast(3)) + incomingEnding
  }

  /// Where what is known of a file goes when another product's file is taken in under its name, until
  /// the file is found again. No file ever stands there: folders that begin with a full stop are not
  /// looked into.
  static func displacedPath(_ path: String, id: String) -> String {
    "\(Path.folder(of: path))/\(displaced)/\(id)/\(Path.name(of: path))"
  }

  /// The path that a file had before it was displaced; its own where it was not.
  static func formerPath(_ path: String) -> String {
    guard let mark = path.firstRange(of: "/\(displaced)/") else { return path }
    return "\(path[..<mark.lowerBound])/\(Path.name(of: path))"
  }

  private static let displaced = ".displaced"

  /// The same for two paths that are one on a disk that does not tell capitals or compositions apart.
  static func folded(_ path: String) -> String { path.lowercased() }
}
