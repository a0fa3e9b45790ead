import Catalog
import Diagnostics
import Formats

/// Compares a file with its description and reports every difference with its place.
struct SettingsCheck {
  let file: SettingsFile
  let sink: DiagnosticSink

  func check(_ node: YAMLNode) {
    check(node, .section(file.keys), path: "")
  }

  private func check(_ node: YAMLNode, _ kind: SettingKind, path: String) {
    switch kind {
    case .section(let keys): checkSection(node, keys, path: path)
    case .table(let inner):
      guard let members = node.mapping else { return mismatch(node, "a table of keys", path) }
      for member in members {
        check(member.value, inner, path: join(path, member.key.string ?? "?"))
      }
    case .list(let inner):
      guard let elements = node.sequence else { return mismatch(node, "a list", path) }
      for (index, element) in elements.enumerated() {
        check(element, inner, path: "\(path)[\(index)]")
      }
    case .localizedText: checkLocalized(node, path: path)
    case .choiceByKey(let words) where node.mapping != nil:
      check(node, .table(.choice(words)), path: path)
    default: checkScalar(node, kind, path: path)
    }
  }

  private func checkSection(_ node: YAMLNode, _ keys: [SettingKey], path: String) {
    guard let members = node.mapping else { return mismatch(node, "keys and values", path) }
    for member in members {
      let name = member.key.string ?? ""
      if let key = keys.first(where: { $0.name == name }) {
        check(member.value, key.kind, path: join(path, name))
      } else {
        reportUnknown(member.key, name, keys, path)
      }
    }
    for key in keys where key.isRequired && node[key.name] == nil {
      sink.report(
        Diagnostic(
          "config.missing-key", .error, "\(place(path)) has no `\(key.name)`", at: node.location,
          label: "`\(key.name)` is missing", help: "\(key.name): \(key.summary)"))
    }
  }

  private func reportUnknown(
    _ key: YAMLNode, _ name: String, _ keys: [SettingKey], _ path: String
  ) {
    let near = Suggestion.nearest(to: name, among: keys.map(\.name))
    let known = keys.map(\.name).joined(separator: ", ")
    sink.report(
      Diagnostic(
        "config.unknown-key", .error, "unknown key `\(name)` in \(place(path))", at: key.location,
        label: "\(place(path)) has no key `\(name)`",
        help: near.map { "did you mean `\($0)`?" } ?? "there are \(known)"))
  }

  private func checkLocalized(_ node: YAMLNode, path: String) {
    if let members = node.mapping {
      for member in members where member.value.string?.isEmpty ?? true {
        mismatch(member.value, "a text", join(path, member.key.string ?? "?"))
      }
    } else {
      checkScalar(node, .text, path: path)
    }
  }

  private func checkScalar(_ node: YAMLNode, _ kind: SettingKind, path: String) {
    guard let text = node.string, !text.isEmpty else {
      return mismatch(node, Self.words(kind), path)
    }
    switch kind {
    case .choice(let words) where !words.contains(text),
      .choiceByKey(let words) where !words.contains(text):
      let near = Suggestion.nearest(to: text, among: words).map { "did you mean `\($0)`?" }
      mismatch(node, Self.words(kind), path, help: near)
    case .integer(let bounds) where !(node.integer.map(bounds.contains) ?? false):
      mismatch(node, Self.words(kind), path)
    case .boolean where node.boolean == nil:
      mismatch(node, Self.words(kind), path, help: "only true and false are booleans")
    case .percent where Percent.parse(text) == nil: mismatch(node, Self.words(kind), path)
    case .span where AuthoredSpan.seconds(text) == nil: mismatch(node, Self.words(kind), path)
    case .address where !(text.hasPrefix("http://") || text.hasPrefix("https://")):
      mismatch(node, Self.words(kind), path)
    default: break
    }
  }

  private func mismatch(
    _ node: YAMLNode, _ expected: String, _ path: String, help: String? = nil
  ) {
    sink.report(
      Diagnostic(
        "config.wrong-value", .error, "`\(path)` must be \(expected)", at: node.location,
        label: "this is \(node.kindName)", help: help))
  }

  static func words(_ kind: SettingKind) -> String {
    switch kind {
    case .text: "a text"
    case .choice(let words): words.joined(separator: " or ")
    case .choiceByKey(let words):
      "\(words.joined(separator: " or ")), or one of these for each key"
    case .integer(let bounds): "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
    case .boolean: "true or false"
    case .percent: "a share such as 20%"
    case .span: "a span of time such as 90s, 30m, 24h or 2d"
    case .localizedText: "a text, or a text for each locale"
    case .address: "an address that begins with http:// or https://"
    case .list: "a list"
    case .section, .table: "keys and values"
    }
  }

  private func place(_ path: String) -> String { path.isEmpty ? "the file" : "`\(path)`" }

  private func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }
}

/// Shares as people write them.
enum Percent {
  /// `20%` and `20` are 20.
  static func parse(_ text: String) -> Int? {
    let digits = text.hasSuffix("%") ? text.dropLast() : Substring(text)
    guard let number = Int(digits.filter { $0 != " " }), (0...100).contains(number) else {
      return nil
    }
    return number
  }
}
