import Bytes

/// Makes a stranger's HTML safe to put in a page: only elements and attributes that text needs
/// stay; scripts, styles, frames, forms and event handlers go, with what is inside the first two.
///
/// The result is well nested: what is left open is closed, what was never opened is dropped.
public enum HTMLCleaner {
  private static let kept: Set<String> = [
    "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "strong", "b", "em", "i", "u", "s",
    "small",
    "sub", "sup", "mark", "abbr", "cite", "q", "blockquote", "h2", "h3", "h4", "h5", "h6", "a",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "span", "div", "figure",
    "figcaption", "code", "pre", "time",
  ]
  private static let empty: Set<String> = ["br", "hr"]
  private static let swallowed: Set<String> = [
    "script", "style", "template", "iframe", "object", "noscript", "svg", "math", "head", "title",
    "textarea", "select",
  ]

  /// The clean form of `html`. Text outside of markup is kept as it is, with stray `<` escaped.
  public static func clean(_ html: String) -> String {
    var cleaner = Cleaner(Array(html.utf8))
    cleaner.run()
    return cleaner.output.string
  }

  /// The words of `html` without markup: paragraphs and list items on lines of their own.
  public static func plainText(_ html: String) -> String {
    let clean = clean(html)
    var text = ""
    var tag: String?
    for character in clean {
      if character == "<" {
        tag = ""
      } else if character == ">", let name = tag {
        if breaking.contains(name.split(separator: " ").first.map(String.init) ?? "") {
          text += "\n"
        }
        tag = nil
      } else if tag != nil {
        tag?.append(character)
      } else {
        text.append(character)
      }
    }
    var bytes = ByteBuffer(capacity: text.utf8.count)
    var copy = text
    var consumed = 0
    copy.withUTF8 {
      _ = LeakDecoding.unescape(
        UnsafeRawBufferPointer($0), into: &bytes, entitiesOnly: true, consumed: &consumed)
    }
    return bytes.string.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static let breaking: Set<String> = [
    "/p", "br", "/li", "/h2", "/h3", "/h4", "/h5", "/h6", "/tr", "/div", "/dt", "/dd", "/pre",
    "/blockquote", "/figcaption",
  ]

  private struct Cleaner: ~Copyable {
    let bytes: [UInt8]
    var output: ByteBuffer
    var position = 0
    var open: [String] = []

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      output = ByteBuffer(capacity: bytes.count + 64)
    }

    mutating func run() {
      while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: "<") {
          markup()
        } else {
          if byte == UInt8(ascii: ">") { output.append("&gt;") } else { output.append(byte) }
          position += 1
        }
      }
      while let name = open.popLast() { close(name) }
    }

    private mutating func markup() {
      if starts("<!--") {
        skip(past: "-->")
      } else if starts("<!") || starts("<?") {
        skip(past: ">")
      } else if let tag = tag() {
        apply(tag)
      } else {
        output.append("&lt;")
        position += 1
      }
    }

    private mutating func apply(_ tag: Tag) {
      position = tag.end
      if HTMLCleaner.swallowed.contains(tag.name) {
        if !tag.isEnd, !tag.isClosed { skip(past: "</\(tag.name)"); skip(past: ">") }
        return
      }
      guard HTMLCleaner.kept.contains(tag.name) else { return }
      if tag.isEnd {
        guard let index = open.lastIndex(of: tag.name) else { return }
        while open.count > index { close(open.removeLast()) }
        return
      }
      output.append("<\(tag.name)")
      for (name, value) in tag.attributes where Self.keeps(name, of: tag.name, value) {
        output.append(" \(name)=\"")
        output.append(value.replacing("\"", with: "&quot;").replacing("<", with: "&lt;"))
        output.append("\"")
      }
      output.append(">")
      if !HTMLCleaner.empty.contains(tag.name) { open.append(tag.name) }
    }

    private mutating func close(_ name: String) { output.append("</\(name)>") }

    private static func keeps(_ name: String, of element: String, _ value: String) -> Bool {
      switch name {
      case "href": element == "a" && isHarmlessAddress(value)
      case "lang", "title", "dir": true
      case "colspan", "rowspan": value.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
      case "datetime": element == "time"
      default: false
      }
    }

    /// No scheme, or one that runs nothing. Entities and control bytes could hide a scheme.
    private static func isHarmlessAddress(_ value: String) -> Bool {
      guard value.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return false }
      guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else {
        return !value.contains("&")
      }
      let scheme = value[..<colon]
      if scheme.contains(where: { "/?#".contains($0) }) { return true }
      return ["http", "https", "mailto", "tel"].contains(scheme.lowercased())
    }

    // MARK: reading

    private struct Tag {
      var name: String
      var isEnd: Bool
      var isClosed: Bool
      var attributes: [(String, String)]
      var end: Int
    }

    private func tag() -> Tag? {
      var index = position + 1
      let isEnd = index < bytes.count && bytes[index] == UInt8(ascii: "/")
      if isEnd { index += 1 }
      let name = word(&index)
      guard let first = name.utf8.first, first >= 97, first <= 122 else { return nil }
      var attributes: [(String, String)] = []
      while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
        if isSpace(bytes[index]) || bytes[index] == UInt8(ascii: "/") {
          index += 1
          continue
        }
        let key = word(&index)
        if key.isEmpty {
          index += 1
          continue
        }
        attributes.append((key, value(&index)))
      }
      guard index < bytes.count else { return nil }
      let isClosed = bytes[index - 1] == UInt8(ascii: "/")
      return Tag(
        name: name, isEnd: isEnd, isClosed: isClosed, attributes: attributes, end: index + 1)
    }

    private func word(_ index: inout Int) -> String {
      let start = index
      while index < bytes.count, !isSpace(bytes[index]), !"=/>\"'".utf8.contains(bytes[index]) {
        index += 1
      }
      return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
    }

    private func value(_ index: inout Int) -> String {
      var next = index
      while next < bytes.count, isSpace(bytes[next]) { next += 1 }
      guard next < bytes.count, bytes[next] == UInt8(ascii: "=") else { return "" }
      next += 1
      while next < bytes.count, isSpace(bytes[next]) { next += 1 }
      guard next < bytes.count else {
        index = next
        return ""
      }
      let quote = bytes[next]
      let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
      if isQuoted { next += 1 }
      let start = next
      while next < bytes.count, isQuoted ? bytes[next] != quote : !isBare(bytes[next]) { next += 1 }
      index = isQuoted ? min(next + 1, bytes.count) : next
      return String(decoding: bytes[start..<next], as: UTF8.self)
    }

    private func isBare(_ byte: UInt8) -> Bool { isSpace(byte) || byte == UInt8(ascii: ">") }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 9 && byte <= 13) }

    private func starts(_ text: StaticString) -> Bool {
      let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      return bytes[position...].starts(with: wanted)
    }

    private mutating func skip(past text: String) {
      let wanted = Array(text.utf8)
      while position < bytes.count {
        let end = position + wanted.count
        if end <= bytes.count,
          zip(bytes[position..<end], wanted).allSatisfy({ Self.lower($0) == $1 })
        {
          position = end
          return
        }
        position += 1
      }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
      byte >= 65 && byte <= 90 ? byte + 32 : byte
    }
  }
}
