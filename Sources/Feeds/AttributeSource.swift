import Bytes
import Catalog
import Diagnostics
import Storefront

/// Where the value of an attribute comes from, as a channel's settings write it: alternatives
/// joined by ` | `, of which the first that has a value counts.
///
/// - `option:Colour` the chosen value of an option, in the feed's language
/// - `metafield:maison.material` a field of the merchant's own
/// - `tag:gender:` what follows the prefix in a tag
/// - `variant.sku`, `variant.id`, `variant.gtin`, `variant.mpn`, `product.id`, `product.handle`,
///   `product.title`, `product.type`, `product.vendor`
/// - anything else is the value itself; `=` before it forces that
struct AttributeSource: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case option(String)
    case metafield(String, String)
    case tag(String)
    case field(Field)
    case literal(String)
  }

  enum Field: String, Sendable, CaseIterable {
    case sku = "variant.sku"
    case variantID = "variant.id"
    case gtin = "variant.gtin"
    case mpn = "variant.mpn"
    case productID = "product.id"
    case handle = "product.handle"
    case title = "product.title"
    case type = "product.type"
    case vendor = "product.vendor"
  }

  let parts: [Part]

  /// Reads a source; what cannot be meant is reported to `sink`.
  init?(_ text: String, at location: SourceLocation?, sink: DiagnosticSink) {
    var parts: [Part] = []
    for piece in text.split(separator: "|") {
      let word = String(piece.trimmed)
      guard let part = Self.part(word) else {
        let known =
          ["option:…", "metafield:namespace.key", "tag:prefix"] + Field.allCases.map(\.rawValue)
        sink.report(
          Diagnostic(
            "feed.attribute-source", .error, "\"\(word)\" is not a source of values",
            at: location, notes: ["known sources: \(known.joined(separator: ", "))"],
            help: "write =\(word) if this is the value itself"))
        return nil
      }
      parts.append(part)
    }
    guard !parts.isEmpty else { return nil }
    self.parts = parts
  }

  private static func part(_ word: String) -> Part? {
    if word.hasPrefix("=") { return .literal(String(word.dropFirst())) }
    if let field = Field(rawValue: word) { return .field(field) }
    if word.hasPrefix("variant.") || word.hasPrefix("product.") { return nil }
    guard let colon = word.firstIndex(of: ":") else { return .literal(word) }
    let rest = String(word[word.index(after: colon)...])
    switch word[..<colon] {
    case "option": return rest.isEmpty ? nil : .option(rest)
    case "tag": return rest.isEmpty ? nil : .tag(rest)
    case "metafield":
      guard let dot = rest.firstIndex(of: ".") else { return nil }
      return .metafield(String(rest[..<dot]), String(rest[rest.index(after: dot)...]))
    case "http", "https": return .literal(word)
    default: return nil
    }
  }

  /// A value and, where it is that of an option, the option's name.
  struct Found {
    let value: String
    let option: String?
  }

  /// The value for a variant, or nil where no alternative has one.
  func value(
    of variant: VariantView, in product: ProductView, from bundle: ProductBundle
  ) -> Found? {
    for part in parts {
      let found: String? =
        switch part {
        case .option(let name): Self.option(name, variant, bundle)
        case .metafield(let namespace, let key): Self.metafield(namespace, key, product)
        case .tag(let prefix):
          product.tags.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        case .field(let field): Self.field(field, variant, product)
        case .literal(let text): text
        }
      guard let found, !found.trimmed.isEmpty else { continue }
      if case .option(let name) = part {
        return Found(value: String(found.trimmed), option: name)
      }
      return Found(value: String(found.trimmed), option: nil)
    }
    return nil
  }

  /// Options are named in settings as the record names them; the value is in the feed's language.
  private static func option(
    _ name: String, _ variant: VariantView, _ bundle: ProductBundle
  ) -> String? {
    guard let index = bundle.product.options.firstIndex(where: { $0.name == name }),
      index < variant.options.count
    else { return nil }
    return variant.options[index]
  }

  private static func metafield(_ namespace: String, _ key: String, _ product: ProductView)
    -> String?
  {
    guard
      let field = product.metafields.first(where: { $0.namespace == namespace })?
        .fields.first(where: { $0.key == key })
    else { return nil }
    return field.translated ?? field.value.string ?? field.value.integer.map { String($0) }
  }

  private static func field(_ field: Field, _ variant: VariantView, _ product: ProductView)
    -> String?
  {
    switch field {
    case .sku: variant.record.sku
    case .variantID: variant.record.id
    case .gtin: variant.record.gtin
    case .mpn: variant.record.mpn
    case .productID: product.id
    case .handle: product.handle
    case .title: product.title
    case .type: product.type
    case .vendor: product.vendor
    }
  }
}

extension StringProtocol {
  /// Without spaces, tabs and line ends at both ends.
  var trimmed: SubSequence {
    func isSpace(_ character: Character) -> Bool { character.isWhitespace }
    var rest = self[...].drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    return rest
  }
}
