import Bytes
import Catalog
import Diagnostics

/// Rules about single values: the form that the table states.
extension ItemChecker {
  /// Plain RSS and Atom elements that readers pass over.
  private static let foreign: Set<String> = [
    "guid", "pubDate", "category", "comments", "author", "source", "enclosure", "updated",
    "published", "contributor", "rights", "content",
  ]

  func checkAttributes(_ attributes: [RawAttribute], in table: AttributeTable, prefix: String) {
    var counts: [String: Int] = [:]
    for attribute in attributes {
      let name = prefix + attribute.name
      guard let rule = table[attribute.name] else {
        unknown(attribute, name, table)
        continue
      }
      let count = (counts[attribute.name] ?? 0) + 1
      counts[attribute.name] = count
      if count - 1 == rule.most {
        if rule.most == 1 {
          find("duplicate-attribute", .error, "\(name) stands more than once", at: attribute)
        } else {
          find(
            "too-many:\(name)", .warning, "\(name) stands more than \(rule.most) times",
            at: attribute)
        }
      }
      check(attribute, rule, name)
    }
    guard !prefix.isEmpty else { return }
    for rule in table.rules where rule.isRequired && counts[rule.name] == nil {
      find(
        "subattribute-missing:\(prefix)\(rule.name)", .error,
        "\(prefix.dropLast()) has no \(rule.name)", at: attributes.first)
    }
  }

  private func unknown(_ attribute: RawAttribute, _ name: String, _ table: AttributeTable) {
    if Self.foreign.contains(attribute.name) { return }
    let near = Suggestion.nearest(to: attribute.name, among: table.names)
    find(
      "unknown-attribute", .warning, "\(name) is not an attribute of the channel", at: attribute,
      help: near.map { "did you mean \($0)?" })
  }

  private func check(_ attribute: RawAttribute, _ rule: AttributeTable.Rule, _ name: String) {
    if case .group(let table) = rule.kind {
      checkAttributes(attribute.children, in: table, prefix: "\(name).")
      return
    }
    let value = attribute.value
    if value.isEmpty {
      find(
        "empty-value", .warning, "\(name) is empty", at: attribute,
        help: "leave it out where there is no value")
      return
    }
    switch rule.kind {
    case .text(let limit): checkLength(attribute, name, limit)
    case .url: checkURL(attribute, name)
    case .image:
      checkURL(attribute, name)
      checkImageFormat(attribute, name)
    case .price: _ = price(attribute, name)
    case .word(let words): checkWord(attribute, name, words)
    case .flag: checkWord(attribute, name, ["yes", "no", "true", "false"])
    case .integer(let bounds):
      guard let number = Int(value) else {
        return find(
          "range:\(name)", .error, "\(shown(value)) is not a whole number", at: attribute)
      }
      if !bounds.contains(number) {
        find("range:\(name)", .warning, "\(number) is out of range", at: attribute)
      }
    case .decimal(let bounds):
      guard let number = Double(value), bounds.contains(number) else {
        return find(
          "range:\(name)", .warning, "\(shown(value)) is not a number in range", at: attribute)
      }
    case .date:
      if FeedDate.instant(value) == nil {
        find(
          "date-format:\(name)", .error, "\(shown(value)) is not a date of ISO 8601",
          at: attribute, help: "write it as 2026-12-24T10:00:00+01:00")
      }
    case .dates: checkDates(attribute)
    case .measure(let units): checkMeasure(attribute, name, units)
    case .country: checkCountry(attribute)
    case .gtin: checkGTIN(attribute)
    case .group: break
    }
  }

  private func checkLength(_ attribute: RawAttribute, _ name: String, _ limit: Int) {
    let count = attribute.value.unicodeScalars.count
    guard count > limit else { return }
    let code =
      switch name {
      case "id": "id-length"
      case "title": "title-length"
      case "description": "description-length"
      default: "length:\(name)"
      }
    find(
      code, .error, "\(name) has \(count) characters; the channel takes \(limit)", at: attribute)
  }

  /// A word in other capitals or with spaces is what the channel most likely still understands.
  private func checkWord(_ attribute: RawAttribute, _ name: String, _ words: [String]) {
    let value = attribute.value
    if words.contains(value) { return }
    let normal = value.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
    if let word = words.first(where: { $0.lowercased() == normal }) {
      find(
        "enum-normalise:\(name)", .warning, "\(shown(value)) should be written \"\(word)\"",
        at: attribute)
    } else {
      find(
        "enum:\(name)", .error, "\(shown(value)) is not one of \(words.joined(separator: ", "))",
        at: attribute,
        help: Suggestion.nearest(to: normal, among: words).map { "did you mean \($0)?" })
    }
  }

  private func checkDates(_ attribute: RawAttribute) {
    let parts = attribute.value.split { $0 == "/" || $0 == "," || $0 == " " }
    guard parts.count == 2, let start = FeedDate.instant(String(parts[0])),
      let end = FeedDate.instant(String(parts[1]))
    else {
      return find(
        "date-range-format", .error,
        "\(attribute.name) \(shown(attribute.value)) is not start/end in ISO 8601", at: attribute,
        help: "write 2026-12-01T00:00:00+01:00/2026-12-24T00:00:00+01:00")
    }
    if end <= start {
      find("date-range-order", .error, "\(attribute.name) ends before it begins", at: attribute)
    }
  }

  private func checkMeasure(_ attribute: RawAttribute, _ name: String, _ units: [String]) {
    let number = attribute.value.prefix { $0.isNumber || $0 == "." }
    let unit = attribute.value.dropFirst(number.count).trimmed
    if Double(number) == nil || !units.contains(String(unit)) {
      find(
        "unit-mismatch", .error,
        "\(name) \(shown(attribute.value)) is not a number and one of \(units.joined(separator: ", "))",
        at: attribute)
    }
  }

  private func checkCountry(_ attribute: RawAttribute) {
    let value = attribute.value
    let isCode = value.utf8.count == 2 && value.utf8.allSatisfy { (65...90).contains($0) }
    if !isCode || value == "UK" || value == "EU" {
      find(
        "country-code", .error, "\(shown(value)) is not a country of ISO 3166-1", at: attribute,
        help: value == "UK" ? "the United Kingdom is GB" : nil)
    }
  }

  // MARK: URLs

  private func checkURL(_ attribute: RawAttribute, _ name: String) {
    let value = attribute.value
    guard let parts = FeedURL(value) else {
      let hasScheme = value.prefix(12).contains(":")
      return find(
        hasScheme && !value.hasPrefix("http") ? "url-scheme" : "url-invalid", .error,
        "\(name) \(shown(value)) is not an absolute http address", at: attribute)
    }
    if value.unicodeScalars.count > 2000 {
      find("url-length", .error, "\(name) has more than 2,000 characters", at: attribute)
    }
    if !parts.isEncoded {
      find(
        "url-not-encoded", .warning, "\(name) holds characters that must be percent-encoded",
        at: attribute)
    }
    if name == "link", let host = options.host, parts.host != host.lowercased() {
      find(
        "url-domain", .error, "\(name) is on \(parts.host), not on \(host)", at: attribute)
    }
  }
}

/// Dates as feeds write them: RFC 3339, also without seconds, with an offset without colon, without
/// an offset, or a day alone.
enum FeedDate {
  static func instant(_ text: String) -> Instant? {
    if let instant = Instant(rfc3339: text) { return instant }
    if CivilDate(text) != nil { return Instant(rfc3339: text + "T00:00:00Z") }
    var clock = text
    var offset = "Z"
    if text.hasSuffix("Z") {
      clock = String(text.dropLast())
    } else if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }),
      text.distance(from: text.startIndex, to: sign) > 10
    {
      clock = String(text[..<sign])
      offset = String(text[sign...])
      if offset.count == 5 {
        offset.insert(":", at: offset.index(offset.startIndex, offsetBy: 3))
      }
    }
    if clock.count == 16 { clock += ":00" }
    return Instant(rfc3339: clock + offset)
  }
}

/// The parts of an absolute http address that rules look at (RFC 3986).
struct FeedURL {
  let host: String
  /// Path and query.
  let path: String
  let isEncoded: Bool

  init?(_ text: String) {
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else {
      return nil
    }
    let rest = text.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let name = (authority.split(separator: "@").last ?? "").prefix { $0 != ":" }
    guard name.contains("."), !name.hasPrefix("."), !text.contains(where: \.isWhitespace) else {
      return nil
    }
    host = name.lowercased()
    path = String(rest.dropFirst(authority.count).prefix { $0 != "#" })
    isEncoded = text.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && !Array("\"<>\\^`{|}".utf8).contains(byte)
    }
  }
}
