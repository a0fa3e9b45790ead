import Contract
import Formats
import Markdown

/// Writes values of a product into the text of its file.
struct ProductFileText {
  let fields: ProductFileFields

  /// A new file.
  func new(id: String, values: [String: FieldValue]) throws(YAMLError) -> String {
    let matter = FrontMatter.split("---\nid: \(Self.plainID(id))\n---\n")
    return try text(
      of: matter, yaml: matter.yaml ?? "", file: "", known: [:], values: values, body: "",
      isNew: true)
  }

  /// An existing file that says which product it is about; all else stays, byte for byte.
  func identified(_ file: ProductFile, as id: String) throws(YAMLError) -> String {
    file.matter.text(yaml: try identifiedYAML(file, as: id), body: file.matter.body)
  }

  private func identifiedYAML(_ file: ProductFile, as id: String) throws(YAMLError) -> String {
    let yaml = file.matter.yaml ?? ""
    guard file.id != id else { return yaml }
    if file.lacksID {
      let lineEnd = file.text.utf8.contains(13) ? "\r\n" : "\n"
      return "id: \(Self.plainID(id))\(lineEnd)\(yaml)"
    }
    return try YAML.rewriting(
      yaml, file: file.name.path, changes: [YAML.Change(["id"], .text(id))])
  }

  /// An existing file with these values, about the product with this id; whatever they do not change
  /// stays, byte for byte. A value that the file lacks is written only where it is new since the file
  /// was rendered.
  func updated(
    _ file: ProductFile, as id: String, to values: [String: FieldValue],
    rendered: [String: FieldValue]
  ) throws(YAMLError) -> String {
    let known = file.values.mapValues(\.value)
    var wanted = values
    for (field, value) in values where known[field] == nil && rendered[field] == value {
      wanted[field] = nil
    }
    for field in known.keys where wanted[field] == nil { wanted[field] = .null }
    if values["description"] != nil { wanted["description"] = values["description"] }
    return try text(
      of: file.matter, yaml: try identifiedYAML(file, as: id), file: file.name.path, known: known,
      values: wanted, body: file.body, isNew: false)
  }

  /// The text of a description, whatever its format.
  static func words(_ description: FieldValue?) -> String {
    switch description {
    case .text(let text): text
    case .object(let members): members.first?.value.text ?? ""
    default: ""
    }
  }

  private func text(
    of matter: FrontMatter, yaml: String, file: String, known: [String: FieldValue],
    values: [String: FieldValue], body: String, isNew: Bool
  ) throws(YAMLError) -> String {
    var changes: [YAML.Change] = []
    for field in values.keys.sorted(by: ProductFileFields.precedes) where field != "description" {
      guard let value = values[field], (known[field] ?? .null) != value else { continue }
      // A null that stands there as `~` says the same as a key that is absent.
      changes.append(
        YAML.Change(ProductFileFields.path(of: field), value.isNull ? nil : value.yaml))
    }
    var yaml = try YAML.rewriting(
      yaml, file: file, order: ProductFileFields.order, changes: changes)
    if !yaml.isEmpty, yaml.utf8.last != 10 { yaml += "\n" }
    let words = Self.words(values["description"])
    let isSame = ProductFile.normalized(words) == body
    return matter.text(yaml: yaml, body: isSame && !isNew ? matter.body : self.body(words, matter))
  }

  /// A body with the blank lines before it and the line ends of the old one.
  private func body(_ words: String, _ matter: FrontMatter) -> String {
    let words = ProductFile.normalized(words)
    if words.isEmpty { return "" }
    let isCRLF = (matter.yaml ?? "").utf8.contains(13) || matter.body.utf8.contains(13)
    let blank = matter.body.utf8.prefix { $0 == 10 || $0 == 13 }.count { $0 == 10 }
    let lead = matter.body.isEmpty ? 1 : blank
    let text = Array(String(repeating: "\n", count: lead).utf8) + words.utf8 + [10]
    let bytes = isCRLF ? text.flatMap { $0 == 10 ? [13, 10] : [$0] } : text
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Ids are ASCII words; whatever else a platform has is quoted.
  private static func plainID(_ id: String) -> String {
    let isPlain = id.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A } ?? false
    let isSafe = id.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E: true
      default: false
      }
    }
    return isPlain && isSafe ? id : FieldValue.text(id).json
  }
}

extension FieldValue {
  /// The value as YAML.
  var yaml: YAMLValue {
    switch self {
    case .null: .null
    case .boolean(let flag): .boolean(flag)
    case .integer(let number): .number(String(number))
    case .number(let digits): .number(digits)
    case .text(let text): .text(text)
    case .list(let values): .list(values.map(\.yaml))
    case .object(let members): .mapping(members.map { .init($0.name, $0.value.yaml) })
    }
  }
}
