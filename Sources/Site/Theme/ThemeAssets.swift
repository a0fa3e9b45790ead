import Bytes
import Machine

/// The files of a theme under names that change with their content, so that browsers may keep them
/// for ever.
struct ThemeAssets: Sendable {
  /// One file.
  struct File: Sendable {
    /// Path in the output root.
    var path: String
    /// Its content, with addresses of other files of the theme in style sheets made right.
    var bytes: [UInt8]
  }

  /// Files by the name that templates use.
  private(set) var files: [String: File]

  /// Reads a folder; fine where there is none.
  init(folder: String) throws(MachineError) {
    guard Files.isFolder(folder) else {
      files = [:]
      return
    }
    var files: [String: File] = [:]
    let names = try Files.walk(folder)
    // Style sheets last: their digest covers the fingerprinted names in them.
    for name in names.filter({ !$0.hasSuffix(".css") }) + names.filter({ $0.hasSuffix(".css") }) {
      var bytes = try Files.read("\(folder)/\(name)")
      if name.hasSuffix(".css") { bytes = Self.resolve(bytes, files) }
      files[name] = File(path: "assets/\(Self.fingerprinted(name, bytes))", bytes: bytes)
    }
    self.files = files
  }

  /// Adds a file that the build makes; nothing where it is empty.
  mutating func add(_ name: String, _ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    files[name] = File(path: "assets/\(Self.fingerprinted(name, bytes))", bytes: bytes)
  }

  /// Address of each file by its plain name.
  var addresses: [String: String] { files.mapValues { "/\($0.path)" } }

  /// `theme.css` becomes `theme.1f2e3d4c5b6a7988.css`.
  private static func fingerprinted(_ name: String, _ bytes: [UInt8]) -> String {
    let mark = SHA256Digest(of: bytes).hex.prefix(16)
    guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else {
      return "\(name).\(mark)"
    }
    return "\(name[..<dot]).\(mark)\(name[dot...])"
  }

  /// Puts fingerprinted names where a style sheet says `url(garamond.woff2)`.
  private static func resolve(_ bytes: [UInt8], _ files: [String: File]) -> [UInt8] {
    var result = ""
    var rest = String(decoding: bytes, as: UTF8.self)[...]
    while let start = rest.firstRange(of: "url(") {
      result += rest[..<start.upperBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: ")") else { break }
      let written = rest[..<end]
      let name = written.trimmingQuotes
      let plain = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
      result += files[plain].map { "\"/\($0.path)\"" } ?? String(written)
      rest = rest[end...]
    }
    return Array((result + rest).utf8)
  }
}

extension Substring {
  /// The text without spaces and quotes around it.
  fileprivate var trimmingQuotes: String {
    var text = self
    while let first = text.first, " \"'".contains(first) { text.removeFirst() }
    while let last = text.last, " \"'".contains(last) { text.removeLast() }
    return String(text)
  }
}
