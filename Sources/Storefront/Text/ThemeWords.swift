public import Bytes

/// The words of a theme in one language, with another language's where they lack: what the filter
/// `t` looks up.
///
/// A file is nested objects of texts; a key is a path of names. A text with plural forms is an
/// object with the keys `zero`, `one`, `two`, `few`, `many`, `other`.
public struct ThemeWords: Sendable {
  private let words: Tape
  private let fallback: Tape?
  private let fixed: [String: String]

  /// Makes the words of a language.
  public init(_ words: Tape, fallback: Tape? = nil) {
    self.words = words
    self.fallback = fallback
    var fixed: [String: String] = [:]
    if let fallback { Self.addFixed(fallback.value, at: "", to: &fixed) }
    Self.addFixed(words.value, at: "", to: &fixed)
    self.fixed = fixed
  }

  /// The HTML of a key whose text is always the same: without plural forms and places for values.
  /// Most words of a theme are such, and pages ask for them dozens of times.
  public func fixedMarkup(_ key: String) -> String? { fixed[key] }

  private static func addFixed(
    _ value: TapeValue, at path: String, to fixed: inout [String: String]
  ) {
    for (name, inner) in value.members where !name.contains(".") {
      let key = path.isEmpty ? name : "\(path).\(name)"
      fixed[key] = nil
      if inner.kind == .object { addFixed(inner, at: key, to: &fixed) }
      guard let text = inner.string, !text.contains("{{") else { continue }
      fixed[key] = key.hasSuffix("_html") ? text : markup(text)
    }
  }

  /// Plain words as markup. Quotes stay, so that a text which a template escapes once more, as the
  /// reference's themes do with titles, is not spoilt.
  static func markup(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || $0 == 0x22 }) else {
      return text
    }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  /// What a key stands for.
  public struct Entry {
    /// The text, with `{{ name }}` where values come.
    public let text: String
    /// Whether it comes from the other language.
    public let isFallback: Bool
    /// Whether the text is HTML.
    public let isHTML: Bool
  }

  /// The text of a key; for one with plural forms the form that `plural` names.
  public func entry(_ key: String, plural: () -> [String] = { [] }) -> Entry? {
    for (tape, isFallback) in [(Optional(words), false), (fallback, true)] {
      guard let tape, let text = Self.text(key, in: tape, plural) else { continue }
      return Entry(text: text, isFallback: isFallback, isHTML: key.hasSuffix("_html"))
    }
    return nil
  }

  private static func text(_ key: String, in tape: Tape, _ plural: () -> [String]) -> String? {
    var value = tape.value
    for part in key.split(separator: ".") {
      guard let next = value[String(part)] else { return nil }
      value = next
    }
    if let text = value.string { return text }
    guard value.kind == .object else { return nil }
    for form in plural() + ["other"] {
      if let text = value[form]?.string { return text }
    }
    return nil
  }

  /// All keys, for suggesting one that was probably meant.
  public var keys: [String] {
    var found: [String] = []
    func visit(_ value: TapeValue, _ path: String) {
      for (name, inner) in value.members {
        let key = path.isEmpty ? name : "\(path).\(name)"
        if inner.kind == .object { visit(inner, key) }
        found.append(key)
      }
    }
    visit(words.value, "")
    return found
  }

  /// Puts values into a text: `{{ name }}` becomes what `value` gives, "" for an unknown name.
  public static func fill(
    _ text: String, into buffer: inout ByteBuffer, _ value: (String, inout ByteBuffer) -> Void
  ) {
    var rest = text[...]
    while let start = rest.firstRange(of: "{{") {
      buffer.append(rest[..<start.lowerBound])
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
        buffer.append(rest[start.lowerBound...])
        return
      }
      let name = rest[start.upperBound..<end.lowerBound].filter { $0 != " " }
      value(name, &buffer)
      rest = rest[end.upperBound...]
    }
    buffer.append(rest)
  }
}
