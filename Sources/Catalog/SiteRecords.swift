public import Bytes

/// The text of one field of a record in another language.
public struct TranslationRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// The record whose field it is.
  public let resource: ResourceReference
  /// The field: `title`, `description`, `seo.title`, `metafields.namespace.key`, `options.name` …
  public let key: String
  /// The language.
  public let locale: String
  /// The text.
  public let value: String
  /// Digest of the source text that was translated.
  public let sourceDigest: String

  /// Decodes a record of type `translation`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    resource = try reader.reference("resource")
    key = try reader.string("key")
    locale = try reader.string("locale")
    _ = try reader.required("value")
    value = try reader.optionalString("value") ?? ""
    sourceDigest = try reader.optionalString("source_digest") ?? ""
  }
}

/// An address that has moved or is gone.
public struct RedirectRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// The old path, from the root of a locale.
  public let from: String
  /// The new path or URL; nil where the page is gone.
  public let to: String?
  /// 301 or 410.
  public let status: Int
  /// The one language that it holds for, or nil for all.
  public let locale: String?

  /// Decodes a record of type `redirect`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    from = try reader.string("from")
    to = try reader.optionalString("to")
    status = Int(try reader.integer("status"))
    locale = try reader.optionalString("locale")
    guard from.hasPrefix("/") else {
      throw CatalogError(.format, "from must begin with /", at: reader.pointer("from"))
    }
    guard status == 301 || status == 410 else {
      throw CatalogError(.value, "status must be 301 or 410", at: reader.pointer("status"))
    }
    guard (status == 301) == (to != nil) else {
      throw CatalogError(
        .value, status == 301 ? "a 301 needs a target" : "a 410 has no target",
        at: reader.pointer("to"))
    }
  }
}
