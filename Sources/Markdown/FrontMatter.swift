/// A Markdown file cut into its front matter and its body.
public struct FrontMatter: Sendable, Hashable {
  /// The YAML between the two lines of dashes, or nil where the file has none.
  public let yaml: String?
  /// Line on which the YAML begins, from 1.
  public let yamlStartLine: Int
  /// All behind the front matter.
  public let body: String
  /// Line on which the body begins, from 1.
  public let bodyStartLine: Int
  /// Whether the file begins with `---` and no line ends the front matter: most likely a mistake.
  public let isUnclosed: Bool
  /// All before the YAML: a byte order mark and the line of dashes.
  private let opening: String
  /// The line that ends the YAML.
  private let closing: String

  /// The file with another YAML and another body; the rest stays as it is, byte for byte. A file
  /// without front matter gets one.
  public func text(yaml: String, body: String) -> String {
    guard self.yaml != nil else {
      let lineEnd = self.body.utf8.contains(13) ? "\r\n" : "\n"
      return "\(opening)---\(lineEnd)\(yaml)---\(lineEnd)\(body)"
    }
    let needsEnd = !body.isEmpty && closing.utf8.last != 10
    return opening + yaml + closing + (needsEnd ? "\n" : "") + body
  }

  /// Cuts a file. Front matter begins with a first line `---` and ends with a line `---` or `...`;
  /// a byte order mark and CR LF are fine. O(n).
  public static func split(_ text: String) -> FrontMatter {
    let bytes = Array(text.utf8)
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    func whole(isUnclosed: Bool) -> FrontMatter {
      FrontMatter(
        yaml: nil, yamlStartLine: 1, body: string(start..<bytes.count), bodyStartLine: 1,
        isUnclosed: isUnclosed, opening: string(0..<start), closing: "")
    }
    guard let first = line(of: bytes, at: start), isFence(bytes[start..<first.end], dot: false)
    else { return whole(isUnclosed: false) }
    var position = first.next
    var number = 2
    while let line = line(of: bytes, at: position) {
      if isFence(bytes[position..<line.end], dot: true) {
        return FrontMatter(
          yaml: string(first.next..<position), yamlStartLine: 2,
          body: string(line.next..<bytes.count), bodyStartLine: number + 1, isUnclosed: false,
          opening: string(0..<first.next), closing: string(position..<line.next))
      }
      position = line.next
      number += 1
    }
    return whole(isUnclosed: true)
  }

  private static func line(of bytes: [UInt8], at start: Int) -> (end: Int, next: Int)? {
    guard start < bytes.count else { return nil }
    let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
    let content = end > start && bytes[end - 1] == 13 ? end - 1 : end
    return (content, min(end + 1, bytes.count))
  }

  private static func isFence(_ line: ArraySlice<UInt8>, dot: Bool) -> Bool {
    guard line.count >= 3, let mark = line.first, mark == 0x2D || (dot && mark == 0x2E) else {
      return false
    }
    return line.prefix(3).allSatisfy { $0 == mark }
      && line.dropFirst(3).allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }
}
