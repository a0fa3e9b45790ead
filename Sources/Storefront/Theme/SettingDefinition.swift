import Bytes
import Diagnostics

/// One setting of a section, block or theme: what a merchant may fill in.
struct SettingDefinition: Sendable {
  /// Name by which templates find it.
  let id: String
  /// What it holds.
  let type: String
  /// What holds where nobody said anything.
  let fallback: TapeValue?
  /// Values of `select` and `radio`.
  let choices: [String]
  /// Bounds of `range`.
  let bounds: ClosedRange<Double>?

  /// What values of a type must be.
  private enum Shape {
    case text
    case flag
    case number
    case list
    /// Words between the settings, without a value.
    case heading
  }

  private static let shapes: [String: Shape] = [
    "text": .text, "textarea": .text, "richtext": .text, "inline_richtext": .text, "html": .text,
    "liquid": .text, "number": .number, "range": .number, "checkbox": .flag, "select": .text,
    "radio": .text, "text_alignment": .text, "color": .text, "color_background": .text,
    "color_scheme": .text, "url": .text, "image_picker": .text, "video": .text,
    "video_url": .text, "font_picker": .text, "collection": .text, "product": .text,
    "blog": .text, "page": .text, "article": .text, "link_list": .text, "collection_list": .list,
    "product_list": .list, "header": .heading, "paragraph": .heading,
  ]

  /// Reads the settings below `path`; what is wrong with them goes to `sink`.
  static func read(
    _ list: TapeValue?, in json: ThemeJSON, at path: [ThemeJSON.Step], _ sink: DiagnosticSink
  ) -> [SettingDefinition] {
    guard let list else { return [] }
    guard list.kind == .array else {
      sink.report(fault("settings must be a list", json.location(of: path)))
      return []
    }
    var found: [SettingDefinition] = []
    for (index, entry) in list.children.enumerated() {
      let place = path + [.index(index)]
      guard let setting = SettingDefinition(entry, in: json, at: place, sink) else { continue }
      if found.contains(where: { $0.id == setting.id }) {
        sink.report(
          fault("there are two settings `\(setting.id)`", json.location(of: place + [.key("id")])))
      }
      found.append(setting)
    }
    return found
  }

  static func fault(_ message: String, _ place: SourceLocation, help: String? = nil) -> Diagnostic {
    Diagnostic("theme.schema", .error, message, at: place, help: help)
  }

  private init?(
    _ entry: TapeValue, in json: ThemeJSON, at path: [ThemeJSON.Step], _ sink: DiagnosticSink
  ) {
    guard let type = entry["type"]?.string else {
      sink.report(Self.fault("a setting has no `type`", json.location(of: path)))
      return nil
    }
    guard let shape = Self.shapes[type] else {
      let near = Suggestion.nearest(to: type, among: Self.shapes.keys.sorted())
      sink.report(
        Self.fault(
          "there are no settings of type `\(type)`", json.location(of: path + [.key("type")]),
          help: near.map { "did you mean `\($0)`?" }))
      return nil
    }
    if case .heading = shape { return nil }
    guard let id = entry["id"]?.string, !id.isEmpty else {
      sink.report(Self.fault("a setting has no `id`", json.location(of: path)))
      return nil
    }
    self.id = id
    self.type = type
    choices = (entry["options"]?.children ?? []).compactMap { $0["value"]?.string }
    let low = Self.number(entry["min"])
    let high = Self.number(entry["max"])
    if let low, let high, low <= high { bounds = low...high } else { bounds = nil }
    fallback = entry["default"]
    let isChoice = type == "select" || type == "radio"
    if isChoice, choices.isEmpty {
      sink.report(
        Self.fault("the setting `\(id)` has no `options`", json.location(of: path)))
    }
    if type == "range", bounds == nil {
      sink.report(
        Self.fault("the setting `\(id)` needs `min` and `max`", json.location(of: path)))
    }
    if let fallback, let message = objection(to: fallback) {
      sink.report(
        Self.fault(
          "the default of `\(id)` \(message)", json.location(of: path + [.key("default")])))
    }
  }

  private static func number(_ value: TapeValue?) -> Double? {
    if let integer = value?.integer { return Double(integer) }
    guard value?.kind == .number, let bytes = value?.bytes else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  /// Why a value cannot be this setting's, or nil where it can.
  func objection(to value: TapeValue) -> String? {
    if value.kind == .null { return nil }
    switch Self.shapes[type] {
    case .flag: return value.boolean == nil ? "must be true or false" : nil
    case .number:
      guard let number = Self.number(value) else { return "must be a number" }
      guard let bounds, type == "range", !bounds.contains(number) else { return nil }
      return "must be from \(Self.text(bounds.lowerBound)) to \(Self.text(bounds.upperBound))"
    case .list:
      return value.kind == .array && value.children.allSatisfy { $0.kind == .string }
        ? nil : "must be a list of handles"
    case .text:
      guard let text = value.string else { return "must be text" }
      guard !choices.isEmpty, !choices.contains(text) else { return nil }
      return "must be one of \(choices.joined(separator: ", "))"
    case .heading, nil: return nil
    }
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
  }

  /// Compares the values that somebody filled in with the settings there are.
  static func check(
    _ values: TapeValue?, against settings: [SettingDefinition], of owner: String,
    in json: ThemeJSON, at path: [ThemeJSON.Step], _ sink: DiagnosticSink
  ) {
    for (name, value) in values?.members ?? [] {
      guard let setting = settings.first(where: { $0.id == name }) else {
        let near = Suggestion.nearest(to: name, among: settings.map(\.id))
        sink.report(
          Diagnostic(
            "theme.setting", .error, "\(owner) has no setting `\(name)`",
            at: json.location(of: path + [.key(name)], isKey: true),
            help: near.map { "did you mean `\($0)`?" }))
        continue
      }
      if let message = setting.objection(to: value) {
        sink.report(
          Diagnostic(
            "theme.setting", .error, "`\(name)` of \(owner) \(message)",
            at: json.location(of: path + [.key(name)])))
      }
    }
  }
}

extension TapeBuilder {
  /// Appends the values of settings: what was filled in, else the default, else nothing.
  mutating func append(_ settings: [SettingDefinition], values: TapeValue?) {
    beginObject()
    for setting in settings {
      key(setting.id)
      if let value = values?[setting.id] ?? setting.fallback {
        append(value)
      } else {
        appendNull()
      }
    }
    end()
  }
}
