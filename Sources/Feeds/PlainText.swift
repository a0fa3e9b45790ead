import Bytes
import Catalog
import Markdown

/// Long text without markup, cut to what a channel takes.
enum PlainText {
  /// The words of a rich text: paragraphs on lines of their own.
  static func of(_ text: RichText) -> String {
    switch text {
    case .markdown(let source): Markdown.plainText(source)
    case .html(let source): ofHTML(source)
    }
  }

  /// At most `limit` Unicode scalars, cut between words, with an ellipsis where something is
  /// missing.
  static func cut(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return text }
    let room = scalars.prefix(limit - 1)
    let atWord = room.lastIndex { $0.properties.isWhitespace }
    // A cut that would lose half of the room is made within the word: some languages have no spaces.
    let end =
      atWord.flatMap { scalars.distance(from: scalars.startIndex, to: $0) > limit / 2 ? $0 : nil }
      ?? room.endIndex
    return String(scalars[..<end].trimmedEnd) + "…"
  }

  private static let blocks: Set<String> = [
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table",
    "section",
    "article", "blockquote", "dt", "dd", "hr", "figure",
  ]

  /// Tags dropped, scripts and styles with their content, blocks on lines of their own, references
  /// resolved.
  static func ofHTML(_ html: String) -> String {
    var lines: [String] = []
    var line = ""
    var rest = Substring(html)
    func endLine() {
      let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !words.isEmpty { lines.append(words) }
      line = ""
    }
    while let next = rest.first {
      if next == "<", let end = rest.firstIndex(of: ">") {
        let tag = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
        if name == "script" || name == "style", tag.first != "/" {
          rest = skip(rest, to: "</\(name)")
        } else if blocks.contains(name) {
          endLine()
        }
      } else if next == "&", let end = rest.prefix(12).firstIndex(of: ";") {
        let name = rest[rest.index(after: rest.startIndex)..<end]
        line += reference(name).map(String.init) ?? "&\(name);"
        rest = rest[rest.index(after: end)...]
      } else {
        line.append(next)
        rest = rest.dropFirst()
      }
    }
    endLine()
    return lines.joined(separator: "\n")
  }

  private static func skip(_ text: Substring, to mark: String) -> Substring {
    var rest = text
    while !rest.isEmpty {
      if rest.prefix(mark.count).lowercased() == mark {
        return rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? ""
      }
      rest = rest.dropFirst()
    }
    return rest
  }

  private static func reference(_ name: Substring) -> Unicode.Scalar? {
    switch name {
    case "amp": return "&"
    case "lt": return "<"
    case "gt": return ">"
    case "quot": return "\""
    case "apos": return "'"
    case "nbsp": return "\u{A0}"
    case "hellip": return "…"
    case "ndash": return "–"
    case "mdash": return "—"
    case "rsquo": return "’"
    case "lsquo": return "‘"
    case "eacute": return "é"
    case "egrave": return "è"
    case "agrave": return "à"
    case "euro": return "€"
    default: break
    }
    guard name.first == "#" else { return nil }
    let digits = name.dropFirst()
    let value =
      digits.first == "x" || digits.first == "X"
      ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return value.flatMap(Unicode.Scalar.init)
  }
}

extension Substring.UnicodeScalarView {
  /// Without white space at the end.
  fileprivate var trimmedEnd: Substring.UnicodeScalarView {
    var rest = self
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    return rest
  }
}
