public import Bytes

/// Text with its declared format.
public enum RichText: Hashable, Sendable {
  /// CommonMark.
  case markdown(String)
  /// HTML, which is cleaned before it is shown.
  case html(String)

  /// The text as it was written, whatever its format.
  public var source: String {
    switch self {
    case .markdown(let text), .html(let text): text
    }
  }

  init?(_ reader: RecordReader, _ name: String) throws(CatalogError) {
    guard let found = reader.present(name) else { return nil }
    if let text = found["markdown"]?.string {
      self = .markdown(text)
    } else if let text = found["html"]?.string {
      self = .html(text)
    } else {
      throw CatalogError(
        .type, "\(name) must be an object with markdown or html", at: reader.pointer(name))
    }
  }
}

/// A product as it is sold: what its variants have in common. Immutable; a class, because it is
/// handed from view to view.
public final class ProductRecord: Sendable {
  /// Whether a product may be shown at all.
  public enum Status: String, Sendable, CaseIterable {
    /// Not yet shown.
    case draft
    /// Shown as its gates allow.
    case active
    /// No longer sold.
    case archived
  }

  /// One thing that a customer chooses, for example the colour.
  public struct Option: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its values in the order in which they are offered.
    public let values: [String]
  }

  /// Stable id.
  public let id: String
  /// Last part of its address.
  public let handle: String
  /// What it is called.
  public let title: String
  /// Who makes it.
  public let vendor: String?
  /// Its kind, for example `Silk squares`.
  public let productType: String?
  /// Whether it may be shown.
  public let status: Status
  /// Long text.
  public let description: RichText?
  /// Words for rules and filters.
  public let tags: [String]
  /// What distinguishes its variants.
  public let options: [Option]
  /// Category of Google's taxonomy, an id or a path.
  public let googleCategory: String?
  /// Title for search engines.
  public let seoTitle: String?
  /// Description for search engines.
  public let seoDescription: String?
  /// Fields of the merchant's own: an object of namespaces of keys.
  public let metafields: TapeValue?

  /// Decodes a record of type `product`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    handle = try reader.string("handle")
    title = try reader.string("title")
    vendor = try reader.optionalString("vendor")
    productType = try reader.optionalString("product_type")
    status = try reader.word("status")
    description = try RichText(reader, "description")
    tags = try reader.strings("tags")
    options = try Self.options(reader)
    googleCategory = try reader.optionalString("google_category")
    if let seo = reader.present("seo") {
      let inner = try RecordReader(object: seo, path: reader.pointer("seo"))
      seoTitle = try inner.optionalString("title")
      seoDescription = try inner.optionalString("description")
    } else {
      seoTitle = nil
      seoDescription = nil
    }
    metafields = reader.present("metafields")
    if let metafields, metafields.kind != .object {
      throw CatalogError(
        .type, "metafields must be an object", at: reader.pointer("metafields"))
    }
  }

  private static func options(_ reader: RecordReader) throws(CatalogError) -> [Option] {
    guard let found = reader.present("options") else { return [] }
    guard found.kind == .array else {
      throw CatalogError(.type, "options must be a list", at: reader.pointer("options"))
    }
    var result: [Option] = []
    for (index, child) in found.children.enumerated() {
      let inner = try RecordReader(object: child, path: "\(reader.pointer("options"))/\(index)")
      let name = try inner.string("name")
      guard !result.contains(where: { $0.name == name }) else {
        throw CatalogError(
          .value, "there are two options called \(name)", at: inner.pointer("name"))
      }
      result.append(Option(name: name, values: try inner.strings("values")))
    }
    return result
  }

  /// The metafield `namespace.key`, if there is one.
  public func metafield(_ namespace: String, _ key: String) -> TapeValue? {
    metafields?[namespace]?[key]
  }
}

/// One form of a product that can be bought. Immutable; a class, because every view of it holds it.
public final class VariantRecord: Sendable {
  /// Stable id.
  public let id: String
  /// The product's id.
  public let productID: String
  /// Stock-keeping unit, the merchant's own number.
  public let sku: String
  /// Trade item number as written; `GTIN` tells whether it is right.
  public let gtin: String?
  /// The maker's part number.
  public let mpn: String?
  /// Place among the product's variants.
  public let position: Int
  /// Chosen value by option name, in the record's order.
  public let options: [(name: String, value: String)]
  /// Weight in grams.
  public let weightG: Int?

  /// Decodes a record of type `variant`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    productID = try reader.link("product")
    sku = try reader.string("sku")
    gtin = try reader.optionalString("gtin")
    mpn = try reader.optionalString("mpn")
    position = try reader.count("position") ?? 0
    options = try reader.texts("options").map { ($0.key, $0.text) }
    weightG = try reader.count("weight_g")
  }

  /// Makes a variant from fields that were checked before they were stored.
  public init(
    id: String, productID: String, sku: String, gtin: String?, mpn: String?, position: Int,
    options: [(name: String, value: String)], weightG: Int?
  ) {
    self.id = id
    self.productID = productID
    self.sku = sku
    self.gtin = gtin
    self.mpn = mpn
    self.position = position
    self.options = options
    self.weightG = weightG
  }

  /// The values of the product's options in the product's order; nil where this variant has none.
  public func values(of product: ProductRecord) -> [String?] {
    product.options.map { option in options.first { $0.name == option.name }?.value }
  }

  /// The chosen values joined by ` / `, or nil where the product has no options.
  public func title(in product: ProductRecord) -> String? {
    let chosen = values(of: product).compactMap(\.self)
    return chosen.isEmpty ? nil : chosen.joined(separator: " / ")
  }
}

/// A picture or film of a product, variant or collection.
public struct MediaRecord: Hashable, Sendable {
  /// What it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// A still picture.
    case image
    /// A film.
    case video
  }

  /// Stable id.
  public let id: String
  /// The record that it shows.
  public let parent: ResourceReference
  /// What it is.
  public let kind: Kind
  /// Where the file is: a URL, or a path of the site's media folder.
  public let url: String
  /// Text for those who do not see it.
  public let alt: String
  /// Width in pixels.
  public let width: Int
  /// Height in pixels.
  public let height: Int
  /// Place among the parent's media.
  public let position: Int

  /// Decodes a record of type `media`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    parent = try reader.reference("parent")
    kind = try reader.word("kind")
    url = try reader.string("url")
    alt = try reader.optionalString("alt") ?? ""
    width = try reader.count("width") ?? 0
    height = try reader.count("height") ?? 0
    position = try reader.count("position") ?? 0
  }

  /// Makes a picture or film from fields that were checked before they were stored.
  public init(
    id: String, parent: ResourceReference, kind: Kind, url: String, alt: String, width: Int,
    height: Int, position: Int
  ) {
    self.id = id
    self.parent = parent
    self.kind = kind
    self.url = url
    self.alt = alt
    self.width = width
    self.height = height
    self.position = position
  }
}
