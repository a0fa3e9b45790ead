import Machine
import Support

/// The error codes that stand in the sources of the program, found by reading them.
struct SourceCodes {
  /// Codes, and a file in which each stands.
  private(set) var whole: [String: String] = [:]
  /// Beginnings of codes that are put together from a word, and a file in which each stands.
  private(set) var beginnings: [String: String] = [:]
  /// All sources but the explanations, as one text.
  private(set) var text: [UInt8] = []

  /// Literals that look like codes and are none: keys of settings, names of files, words.
  private static let others: Set<String> = [
    "api.connector", "api.url", "media.base", "media.folder", "media.pattern", "media.raster",
    "seed.jsonl",
    "no-image", "coming-soon",
  ]
  private static let makers = ["Diagnostic(", "Failure(", "DocumentFault(code:"]
  private static let feedMakers = ["find(", "fault(", "report("]

  private let areas: Set<String>

  /// Reads the sources. `areas` are the words before the point of codes.
  init(areas: Set<String>) throws {
    self.areas = areas
    let root = "\(SharedFolder.repository)/Sources"
    for file in try Files.walk(root) where file.hasSuffix(".swift") {
      guard !Path.name(of: file).hasPrefix("Explanations") else { continue }
      let bytes = try Files.read("\(root)/\(file)")
      text += bytes
      read(bytes, file)
    }
  }

  private mutating func read(_ bytes: [UInt8], _ file: String) {
    let isFeeds = file.hasPrefix("Feeds/") || file == "Site/SitemapWriter.swift"
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "/"), index + 1 < bytes.count,
        bytes[index + 1] == UInt8(ascii: "/")
      {
        while index < bytes.count, bytes[index] != 10 { index += 1 }
      }
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
        index += 1
        continue
      }
      let start = index + 1
      var end = start
      while end < bytes.count, Self.isOfCode(bytes[end]) { end += 1 }
      if end > start, end < bytes.count {
        note(
          String(decoding: bytes[start..<end], as: UTF8.self), before: bytes[end],
          caller: Self.caller(bytes, index), file, isFeeds: isFeeds)
      }
      index = max(end, start)
    }
  }

  private mutating func note(
    _ word: String, before next: UInt8, caller: String, _ file: String, isFeeds: Bool
  ) {
    let isMade =
      Self.makers.contains(where: caller.hasSuffix)
      || isFeeds && Self.feedMakers.contains(where: caller.hasSuffix)
    switch next {
    case UInt8(ascii: "\\"):
      if isMade || caller.hasSuffix("fault(") { beginnings[word] = file }
    case UInt8(ascii: ":"):
      if isFeeds, isMade || word.contains("-") { whole[word] = file }
    case UInt8(ascii: "\""):
      guard !Self.others.contains(word) else { return }
      let parts = word.split(separator: ".", omittingEmptySubsequences: false)
      let isDotted = parts.count == 2 && areas.contains(String(parts[0])) && !parts[1].isEmpty
      let isHyphened = isFeeds && word.contains("-") && !word.hasPrefix("-")
      if isDotted || isHyphened || isMade { whole[word] = file }
    default: break
    }
  }

  private static func isOfCode(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "-")
  }

  /// What stands before a literal, without white space.
  private static func caller(_ bytes: [UInt8], _ quote: Int) -> String {
    var end = quote
    while end > 0, bytes[end - 1] <= 0x20 { end -= 1 }
    let found = bytes[max(0, end - 30)..<end].filter { $0 > 0x20 }
    return String(decoding: found, as: UTF8.self)
  }
}
