import Bytes

/// A value to be written into a YAML document.
public indirect enum YAMLValue: Sendable, Hashable {
  /// Written as `~`.
  case null
  /// Text; quoted where it would be read as something else.
  case text(String)
  /// `true` or `false`.
  case boolean(Bool)
  /// A number by its digits.
  case number(String)
  /// Values in order.
  case list([YAMLValue])
  /// Named values in order.
  case mapping([Member])

  /// One member of a mapping.
  public struct Member: Sendable, Hashable {
    /// Its key.
    public var name: String
    /// Its value.
    public var value: YAMLValue

    /// Names a value.
    public init(_ name: String, _ value: YAMLValue) {
      self.name = name
      self.value = value
    }
  }
}

/// How values are put into words of YAML.
struct YAMLScribe {
  /// How a text that is to be replaced was written: the new one is written alike where it can be.
  enum Style {
    case plain
    case single
    case double
    case block
  }

  /// What ends a line in this document.
  let lineEnd: String

  /// Lines of `name: value` with `indent` spaces before each.
  func member(_ name: String, _ value: YAMLValue, indent: Int) -> String {
    let space = String(repeating: " ", count: indent)
    let key = scalar(name, .plain, isFlow: false)
    return "\(space)\(key):" + behindKey(value, .plain, indent: indent) + lineEnd
  }

  /// What follows a key and its colon, without the last line end.
  func behindKey(_ value: YAMLValue, _ style: Style, indent: Int) -> String {
    switch value {
    case .text(let text) where isBlock(text, style):
      return " " + block(text, indent: indent + 2)
    case .list(let values) where values.contains(where: { !isShort($0) }):
      return lineEnd + elements(values, indent: indent + 2).joined(separator: lineEnd)
    case .mapping(let members) where !members.isEmpty:
      let lines = members.map { String(member($0.name, $0.value, indent: indent + 2)) }.joined()
      return lineEnd + lines.dropLast(1)
    default: return " " + inline(value, style)
    }
  }

  /// Lines of a list, each without its end.
  func elements(_ values: [YAMLValue], indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    return values.map { "\(space)- \(inline($0, .plain, isFlow: false))" }
  }

  /// A value on one line.
  func inline(_ value: YAMLValue, _ style: Style = .plain, isFlow: Bool = false) -> String {
    switch value {
    case .null: "~"
    case .boolean(let flag): flag ? "true" : "false"
    case .number(let digits): digits
    case .text(let text): scalar(text, style, isFlow: isFlow)
    case .list(let values):
      "[" + values.map { inline($0, .plain, isFlow: true) }.joined(separator: ", ") + "]"
    case .mapping(let members):
      members.isEmpty
        ? "{}"
        : "{ "
          + members.map {
            "\(scalar($0.name, .plain, isFlow: true)): \(inline($0.value, .plain, isFlow: true))"
          }.joined(separator: ", ") + " }"
    }
  }

  /// Texts up to a few words fit a list on one line.
  private func isShort(_ value: YAMLValue) -> Bool {
    switch value {
    case .text(let text): text.utf8.count <= 40 && !text.utf8.contains(10)
    case .null, .boolean, .number: true
    case .list, .mapping: false
    }
  }

  // MARK: Texts

  /// Whether a text is written as lines of its own behind `|`.
  func isBlock(_ text: String, _ style: Style) -> Bool {
    guard style == .block || (style == .plain && text.utf8.contains(10)) else { return false }
    guard let first = text.utf8.first, first != 0x20, first != 0x0A, first != 0x09 else {
      return false
    }
    return text.unicodeScalars.allSatisfy { $0 == "\n" || Self.isPrintable($0) }
      && !text.hasSuffix("\n\n")
      && !text.split(separator: "\n", omittingEmptySubsequences: false)
        .contains { $0.utf8.last == 0x20 || $0.utf8.last == 0x09 }
  }

  /// `|-` or `|` and the lines, without the last line end.
  func block(_ text: String, indent: Int) -> String {
    let (header, lines) = blockParts(text, indent: indent)
    return header + lineEnd + lines
  }

  /// The header and the lines of a block scalar, without the last line end.
  func blockParts(_ text: String, indent: Int) -> (header: String, lines: String) {
    let isEnded = text.utf8.last == 10
    let body = isEnded ? String(text.dropLast()) : text
    let space = String(repeating: " ", count: indent)
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : space + $0 }
    return (isEnded ? "|" : "|-", lines.joined(separator: lineEnd))
  }

  func scalar(_ text: String, _ style: Style, isFlow: Bool) -> String {
    switch style {
    case .single where text.unicodeScalars.allSatisfy(Self.isPrintable):
      return "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "''") + "'"
    case .plain where isPlain(text, isFlow: isFlow): return text
    default: return quoted(text)
    }
  }

  /// Whether a text may stand without quotes and is text to every reader of YAML: it begins with a
  /// letter and is no word that some reader takes for a value.
  private func isPlain(_ text: String, isFlow: Bool) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic,
      text.utf8.last != 0x20, text.utf8.last != UInt8(ascii: ":"),
      !Self.reserved.contains(text.lowercased())
    else { return false }
    var last: Unicode.Scalar = "a"
    for scalar in text.unicodeScalars {
      guard Self.isPrintable(scalar) else { return false }
      if scalar == " ", last == ":" { return false }
      if scalar == "#", last == " " { return false }
      if isFlow, ",[]{}:".unicodeScalars.contains(scalar) { return false }
      last = scalar
    }
    return true
  }

  /// What YAML 1.1 takes for true, false, null, infinity or a number.
  private static let reserved: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity",
  ]

  /// In double quotes with the escapes of JSON, which are YAML's too (YAML 1.2 §7.3.1).
  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if Self.isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16)
          let width = scalar.value > 0xFFFF ? 8 : 4
          result += scalar.value > 0xFFFF ? "\\U" : "\\u"
          result += String(repeating: "0", count: width - digits.count) + digits
        }
      }
    }
    return result + "\""
  }

  /// Whether a scalar may stand as it is in a line (YAML 1.2 §5.1, without the line ends of §5.4
  /// and of YAML 1.1, and without the byte order mark).
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }
}
