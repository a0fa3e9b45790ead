import Bytes
import Contract
import Diagnostics
import Formats
import Markdown

/// A product's file as a person wrote it: its values with their places.
struct ProductFile {
  /// A value and where it stands.
  struct Placed {
    var value: FieldValue
    var location: SourceLocation
  }

  let name: ProductFileName
  /// The whole text.
  let text: String
  let matter: FrontMatter
  /// The product that it is about; empty where it does not say.
  var id: String
  /// The id that stands in it.
  let writtenID: String
  let idLocation: SourceLocation
  /// Values of the shop's fields, by field; a translation's are texts. The body is not among them.
  let values: [String: Placed]
  /// The body without blank lines around it, lines ended by LF.
  let body: String

  /// Whether it holds fields that are not the site's own.
  var hasSharedFields: Bool { !values.isEmpty }

  /// Whether it does not say which product it is about.
  var lacksID: Bool { id.isEmpty }

  /// Whether it describes a product that is to be made: without an id, but with a title.
  var isNewProduct: Bool { lacksID && values["title"].map { !$0.value.isNull } ?? false }

  /// The place of the body.
  var bodyLocation: SourceLocation {
    let lines = matter.body.utf8.split(separator: 10, omittingEmptySubsequences: false)
    let blank = lines.prefix { $0.allSatisfy { $0 == 0x20 || $0 == 13 || $0 == 9 } }.count
    return Self.location(
      name.path, line: matter.bodyStartLine + min(blank, max(lines.count - 1, 0)),
      blank < lines.count ? String(decoding: lines[blank], as: UTF8.self) : nil)
  }

  /// A body as it is compared: no byte order mark, LF, no blank lines before and after.
  static func normalized(_ body: String) -> String {
    var bytes = Array(body.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { continue }
      text.append(byte)
    }
    while let last = text.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) { text.removeLast() }
    var start = 0
    var index = 0
    // Spaces before the first words can make them code; only whole blank lines go.
    while index < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[index]) {
      index += 1
      if text[index - 1] == 10 { start = index }
    }
    return String(decoding: text[start...], as: UTF8.self)
  }

  static func location(_ file: String, line: Int, _ excerpt: String? = nil) -> SourceLocation {
    SourceLocation(file: file, line: line, column: 1, excerpt: excerpt)
  }
}

/// Reads a product's file; what is wrong with it goes to a sink, all at once.
struct ProductFileParser {
  let name: ProductFileName
  let fields: ProductFileFields
  let sink: DiagnosticSink

  /// The file, or nil where it has an error.
  func parse(_ bytes: [UInt8]) -> ProductFile? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else {
      report("file.encoding", "the file is not UTF-8", at(1), help: "save it as UTF-8")
      return nil
    }
    guard !bytes.contains(0) else {
      report(
        "file.encoding", "the file holds zero bytes, as a computer that lost its power leaves them",
        at(1),
        help: "save your text again; or remove the file and bring it back with `trumeau edit`")
      return nil
    }
    let matter = FrontMatter.split(text)
    if matter.isUnclosed {
      report(
        "content.front-matter", "the front matter of \(name.path) is never closed", at(1),
        help: "end it with a line `---`")
      return nil
    }
    if let line = ConflictMarkers.firstLine(in: text) {
      report(
        "file.markers", "the file still has conflict markers", at(line + 1, text),
        help: "decide between the two readings, remove the lines <<<<<<<, ======= and >>>>>>>, and "
          + "save")
      return nil
    }
    guard let members = members(of: matter) else { return nil }
    let id = members.first { $0.key.string == "id" }
    if let id, id.value.string?.isEmpty ?? true {
      report(
        "file.empty-value", "`id:` is empty", id.key.location,
        help: "write the product's id; for a new product take the line out")
      return nil
    }
    guard let values = values(members.filter { $0.key.string != "id" }) else { return nil }
    return ProductFile(
      name: name, text: text, matter: matter, id: id?.value.string ?? "",
      writtenID: id?.value.string ?? "", idLocation: id?.value.location ?? at(1), values: values,
      body: ProductFile.normalized(matter.body))
  }

  /// The product that a file says it is about, whatever else is wrong with it; nil where no line says
  /// so.
  static func claimedID(in bytes: [UInt8]) -> String? {
    let matter = FrontMatter.split(String(decoding: bytes, as: UTF8.self))
    let head = matter.isUnclosed ? matter.body : matter.yaml ?? ""
    let line = head.utf8.split(separator: 10).first { $0.starts(with: "id:".utf8) }
    guard let line, let node = try? YAML.parse(String(decoding: line, as: UTF8.self), file: "")
    else { return nil }
    return node.mapping?.first?.value.string
  }

  /// What a translation may hold.
  private static let translated = [
    "title", "description", "product_type", "vendor", "seo", "metafields", "options",
  ]

  private typealias Member = (key: YAMLNode, value: YAMLNode)

  private func members(of matter: FrontMatter) -> [Member]? {
    guard let yaml = matter.yaml else { return [] }
    do throws(YAMLError) {
      let node = try YAML.parse(yaml, file: name.path, firstLine: matter.yamlStartLine)
      if node.isNull { return [] }
      guard let members = node.mapping else {
        report("content.type", "front matter is a mapping of names to values", node.location)
        return nil
      }
      return members
    } catch {
      sink.report(error.diagnostic)
      return nil
    }
  }

  private func values(_ members: [Member]) -> [String: ProductFile.Placed]? {
    var values: [String: ProductFile.Placed] = [:]
    var isSound = true
    for (key, value) in members {
      let attribute = key.string ?? "null"
      guard let found = take(attribute, key, value) else {
        isSound = false
        continue
      }
      values.merge(found) { first, _ in first }
    }
    return isSound ? values : nil
  }

  /// The fields that one key sets; nil where something is wrong with it.
  private func take(
    _ attribute: String, _ key: YAMLNode, _ value: YAMLNode
  ) -> [String: ProductFile.Placed]? {
    if fields.role(of: attribute) == .local { return [:] }
    if attribute == "handle" {
      report(
        "content.not-owned", "the handle is the name of the file", key.location,
        help: "rename the file to change it")
      return nil
    }
    if name.locale != nil, !Self.translated.contains(attribute) {
      let near = Suggestion.nearest(to: attribute, among: Self.translated)
      report(
        "content.unknown-key", "`\(attribute)` of a product is not translated", key.location,
        help: near.map { "did you mean `\($0)`?" }
          ?? "a translation may have \(Self.translated.joined(separator: ", "))")
      return nil
    }
    guard value.isNull || !isSplit(attribute) else {
      return takeMembers(attribute, key, value)
    }
    guard check(role: fields.role(of: attribute), attribute, key) else { return nil }
    if value.isUnwritten { return empty(attribute, key) }
    if value.isNull, isSplit(attribute) {
      return Dictionary(
        uniqueKeysWithValues: clearedMembers(attribute).map {
          ($0, ProductFile.Placed(value: .null, location: value.location))
        })
    }
    guard let read = read(attribute, value) else { return nil }
    return [attribute: ProductFile.Placed(value: read, location: value.location)]
  }

  private func takeMembers(
    _ attribute: String, _ key: YAMLNode, _ value: YAMLNode
  ) -> [String: ProductFile.Placed]? {
    guard let members = value.mapping else {
      report(
        "content.type", "`\(attribute)` must be a mapping, not \(value.kindName)", value.location)
      return nil
    }
    var found: [String: ProductFile.Placed] = [:]
    var isSound = true
    for (inner, value) in members {
      let field = "\(attribute).\(inner.string ?? "null")"
      let role = fields.role(of: field)
      if role == .local { continue }
      guard check(role: isKnown(field) ? role : .unknown, field, inner) else {
        isSound = false
        continue
      }
      if value.isUnwritten {
        isSound = empty(field, inner) != nil
      } else if let read = read(field, value) {
        found[field] = ProductFile.Placed(value: read, location: value.location)
      } else {
        isSound = false
      }
    }
    return isSound ? found : nil
  }

  private func isSplit(_ attribute: String) -> Bool {
    if name.locale != nil { return ["seo", "metafields", "options"].contains(attribute) }
    guard
      let kind = ResourceSchema.of(.product).attributes.first(where: { $0.name == attribute })?
        .kind
    else { return false }
    return RecordFields.isSplit(kind)
  }

  private func isKnown(_ field: String) -> Bool {
    name.locale != nil || RecordFields.kind(of: field, in: .product) != nil
  }

  /// `seo: ~` clears what a product can have there. (The members of a map are not known here.)
  private func clearedMembers(_ attribute: String) -> [String] {
    attribute == "seo" ? ["seo.title", "seo.description"] : []
  }

  private func check(role: ProductFileFields.Role, _ field: String, _ key: YAMLNode) -> Bool {
    switch role {
    case .shown, .accepted, .local: return true
    case .shop:
      report(
        "content.not-owned", "`\(field)` of a product belongs to the shop's platform", key.location,
        help: "change it there, or give the field another owner in trumeau.yaml: "
          + "`fields: { product.\(field): { owner: shared } }`")
      return false
    case .unknown:
      let (parent, member) = RecordFields.split(field)
      let near = Suggestion.nearest(
        to: member ?? parent, among: member == nil ? fields.keys : ["title", "description"])
      let place = member == nil ? "a product file" : "`\(parent)`"
      report(
        "content.unknown-key", "\(place) has no field `\(member ?? parent)`", key.location,
        help: near.map { "did you mean `\($0)`?" }
          ?? "fields are \(fields.keys.joined(separator: ", "))")
      return false
    }
  }

  private func empty(_ field: String, _ key: YAMLNode) -> [String: ProductFile.Placed]? {
    report(
      "file.empty-value", "`\(field):` has no value", key.location,
      help: "write a value, `~` to clear the field, or take the line away to leave it as it is")
    return nil
  }

  // MARK: Values

  private func read(_ field: String, _ node: YAMLNode) -> FieldValue? {
    if node.isNull { return .null }
    if field == "description" {
      report(
        "content.type", "the description is the text below the front matter", node.location,
        help: "write it there; here only `~` may stand, which clears it")
      return nil
    }
    let kind: AttributeKind =
      name.locale != nil
      ? .text(.any, length: 0...262_144)
      : RecordFields.kind(of: field, in: .product) ?? .anything
    guard let value = value(node, kind, field) else { return nil }
    for fault in name.locale == nil ? ResourceSchema.of(.product).faults(of: value, in: field) : []
    {
      report("file.refused", "`\(field)`: \(fault.message)", node.location)
      return nil
    }
    return value
  }

  /// A node as the schema types it: what is text there stays as it is written.
  private func value(_ node: YAMLNode, _ kind: AttributeKind, _ field: String) -> FieldValue? {
    switch kind {
    case .nullable(let inner): return node.isNull ? .null : value(node, inner, field)
    case .integer, .number:
      if let number = node.integer { return .integer(number) }
      return mismatch(field, "a whole number", node)
    case .boolean:
      if let flag = node.boolean { return .boolean(flag) }
      return mismatch(field, "true or false", node)
    case .list(let element, _, _):
      guard let nodes = node.sequence else { return mismatch(field, "a list", node) }
      let values = nodes.compactMap { value($0, element, field) }
      return values.count == nodes.count ? .list(values) : nil
    case .object(let described), .oneOf(let described):
      guard let members = node.mapping else { return mismatch(field, "a mapping", node) }
      let values = members.compactMap { key, inner in
        let kind = described.first { $0.name == key.string }?.kind ?? .anything
        return value(inner, kind, field).map { FieldValue.Member(key.string ?? "", $0) }
      }
      return values.count == members.count ? .object(of: values) : nil
    case .map, .anything, .audience, .figure: return Self.untyped(node)
    default:
      if let text = node.string { return .text(text) }
      return mismatch(field, "text", node)
    }
  }

  /// A value whose type the schema leaves open has the one of the core schema.
  private static func untyped(_ node: YAMLNode) -> FieldValue {
    FieldValue(YAML.tape(node).value)
  }

  private func mismatch(_ field: String, _ words: String, _ node: YAMLNode) -> FieldValue? {
    report(
      "content.type", "`\(field)` must be \(words), not \(node.kindName)", node.location)
    return nil
  }

  // MARK: Reports

  /// Reports a file that neither says which product it is about nor describes a new one.
  func reportMissingID(_ file: ProductFile) {
    let help =
      if name.locale != nil {
        "add `id:` with the product's id, as in \(name.handle).md; `trumeau edit --locale` writes "
          + "the file for you"
      } else if file.hasSharedFields || !file.body.isEmpty {
        "for a new product add `title:`; for one that exists add `id:` with its id"
      } else {
        "add `id:` with the product's id to the front matter; `trumeau edit` writes the file for you"
      }
    report(
      "content.product-id", "\(name.path) does not say which product it is about", at(1), help: help
    )
  }

  private func at(_ line: Int, _ text: String? = nil) -> SourceLocation {
    let lines = text?.utf8.split(separator: 10, omittingEmptySubsequences: false)
    let excerpt = lines.flatMap {
      line <= $0.count ? String(decoding: $0[line - 1], as: UTF8.self) : nil
    }
    return ProductFile.location(name.path, line: line, excerpt)
  }

  private func report(
    _ code: String, _ message: String, _ location: SourceLocation, help: String? = nil
  ) {
    sink.report(Diagnostic(code, .error, message, at: location, help: help))
  }
}
