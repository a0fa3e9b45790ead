import Bytes
import Catalog
import Diagnostics
import Formats
import Markdown

/// Reads the front matter of one file against the fields of its kind.
struct FrontMatterReader {
  /// The file as the person would type it.
  let file: String
  /// What the file is for.
  let kind: ContentKind
  /// Takes what is wrong.
  let sink: DiagnosticSink
  /// In a rendering of a record, the keys that are read; all others are the record's. Nil reads all.
  var onlyKeys: Set<String>?

  /// The fields, with those of the same page in the shop's language where they lack; nil where the
  /// front matter cannot be used.
  func fields(of matter: FrontMatter, inheriting inherited: TapeValue?) -> Tape? {
    var members: [(key: YAMLNode, value: YAMLNode)] = []
    if let yaml = matter.yaml {
      let node: YAMLNode
      do { node = try YAML.parse(yaml, file: file, firstLine: matter.yamlStartLine) } catch {
        sink.report(error.diagnostic)
        return nil
      }
      if let mapping = node.mapping {
        members = mapping
      } else if !node.isNull {
        report("content.type", "front matter is a mapping of names to values", node)
        return nil
      }
    }
    if let onlyKeys { members = members.filter { onlyKeys.contains($0.key.string ?? "") } }
    let shapes = ContentSchema.fields(of: kind)
    var isSound = true
    for (key, value) in members where !check(key, value, shapes, path: "") { isSound = false }
    guard isSound else { return nil }
    var builder = TapeBuilder()
    builder.beginObject()
    for (key, value) in members where !value.isNull {
      builder.key(key.string ?? "")
      append(value, shapes[key.string ?? ""], to: &builder)
    }
    let own = Set(members.filter { !$0.value.isNull }.compactMap(\.key.string))
    for (name, value) in inherited?.members ?? [] where !own.contains(name) {
      builder.key(name)
      builder.append(value)
    }
    builder.end()
    return builder.finish()
  }

  /// Texts stay text even where they look like numbers.
  private func append(
    _ node: YAMLNode, _ shape: ContentSchema.Shape?, to builder: inout TapeBuilder
  ) {
    switch shape {
    case .text, .instant: builder.append(node.string ?? "")
    case .list(let inner):
      builder.beginArray()
      for element in node.sequence ?? [] { append(element, inner, to: &builder) }
      builder.end()
    case .object(let fields):
      builder.beginObject()
      for (key, value) in node.mapping ?? [] where !value.isNull {
        builder.key(key.string ?? "")
        append(value, fields[key.string ?? ""], to: &builder)
      }
      builder.end()
    default: YAML.append(node, to: &builder)
    }
  }

  private func check(
    _ key: YAMLNode, _ value: YAMLNode, _ shapes: [String: ContentSchema.Shape], path: String
  ) -> Bool {
    let name = key.string ?? ""
    guard let shape = shapes[name] else {
      unknown(name, key, shapes, path)
      return false
    }
    return value.isNull || check(value, shape, path: path.isEmpty ? name : "\(path).\(name)")
  }

  private func check(_ value: YAMLNode, _ shape: ContentSchema.Shape, path: String) -> Bool {
    let fits: Bool
    switch shape {
    case .text: fits = value.string != nil
    case .boolean: fits = value.boolean != nil
    case .instant:
      let text = value.string ?? ""
      fits = AuthoredTime(text, zone: "UTC") != nil
    case .list(let inner):
      guard let elements = value.sequence else {
        fits = false
        break
      }
      var isSound = true
      for (index, element) in elements.enumerated()
      where !check(element, inner, path: "\(path)[\(index)]") { isSound = false }
      return isSound
    case .object(let fields):
      guard let members = value.mapping else {
        fits = false
        break
      }
      var isSound = true
      for (key, inner) in members where !check(key, inner, fields, path: path) { isSound = false }
      return isSound
    }
    if !fits {
      report("content.type", "`\(path)` must be \(shape.words), not \(value.kindName)", value)
    }
    return fits
  }

  private func unknown(
    _ name: String, _ key: YAMLNode, _ shapes: [String: ContentSchema.Shape], _ path: String
  ) {
    if kind == .product, path.isEmpty, ContentSchema.ownedByShop.contains(name) {
      report(
        "content.not-owned", "`\(name)` of a product belongs to the shop's platform", key,
        help: "a content file may set story, care and seo; change `\(name)` in the platform")
      return
    }
    let near = Suggestion.nearest(to: name, among: shapes.keys.sorted())
    let place = path.isEmpty ? "a \(kind.rawValue) file" : "`\(path)`"
    report(
      "content.unknown-key", "\(place) has no field `\(name)`", key,
      help: near.map { "did you mean `\($0)`?" }
        ?? "fields are \(shapes.keys.sorted().joined(separator: ", "))")
  }

  private func report(_ code: String, _ message: String, _ node: YAMLNode, help: String? = nil) {
    sink.report(Diagnostic(code, .error, message, at: node.location, help: help))
  }
}
