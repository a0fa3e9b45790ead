import Bytes
import Catalog
import Diagnostics

/// What a content file is for; decides its fields and its address.
enum ContentKind: String, Sendable {
  /// The home page: `index.md`.
  case home
  /// A page of the house: `pages/**/*.md`.
  case page
  /// An article of the journal: `journal/*.md`.
  case article
  /// The shop's own words on a product: `products/*.md`.
  case product
}

/// One content file in one language, with what it inherits from the file in the shop's language.
struct ContentEntry: Sendable {
  /// What it is for.
  let kind: ContentKind
  /// Its path below the folder of its kind, without endings: `about`, `legal/terms`.
  let handle: String
  /// The language of its text.
  let locale: String
  /// Path of its file, as the person would type it.
  let file: String
  /// Fields of its front matter.
  let fields: TapeValue
  /// Its body as HTML.
  let html: String
  /// Words in its body, for reading times.
  let wordCount: Int
  /// IANA zone of the site's clocks.
  let zone: String

  /// Text of a field.
  func text(_ name: String) -> String? {
    guard let value = fields[name] else { return nil }
    if let text = value.string { return text.isEmpty ? nil : text }
    return value.bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// An instant; a date alone is noon UTC of that day, which is the same day in most zones. A time
  /// without a zone is by the clocks of the site, and one that the clocks leave out or bring twice is the
  /// later one.
  func instant(_ name: String) -> Instant? {
    guard let text = text(name) else { return nil }
    if CivilDate(text) != nil { return Instant(rfc3339: "\(text)T12:00:00Z") }
    return AuthoredTime(text, zone: zone)?.instant(.opening)
  }

  /// The same for templates: a date as it is written, anything else as an instant of RFC 3339.
  func time(_ name: String) -> String? {
    guard let text = text(name) else { return nil }
    if CivilDate(text) != nil || Instant(rfc3339: text) != nil { return text }
    return instant(name)?.rfc3339
  }

  /// Texts of a list.
  func texts(_ name: String) -> [String] {
    fields[name]?.children.compactMap(\.string) ?? []
  }

  /// What the page is called.
  var title: String { text("title") ?? handle }
}

/// What the front matter of each kind may hold.
enum ContentSchema {
  indirect enum Shape: Sendable {
    case text
    case instant
    case boolean
    case list(Shape)
    case object([String: Shape])

    /// The shape in words.
    var words: String {
      switch self {
      case .text: "text"
      case .instant: "a date such as 2026-11-24 or a time such as 2026-11-24T09:00"
      case .boolean: "true or false"
      case .list: "a list"
      case .object: "a mapping"
      }
    }
  }

  static let seo = Shape.object(["title": .text, "description": .text])
  static let link = Shape.object(["title": .text, "url": .text])

  /// The fields of a kind.
  static func fields(of kind: ContentKind) -> [String: Shape] {
    switch kind {
    case .home:
      [
        "title": .text, "description": .text, "image": .text,
        "hero": .object([
          "eyebrow": .text, "title": .text, "text": .text, "image": .text, "link": link,
        ]),
        "chapters": .list(
          .object([
            "collection": .text, "eyebrow": .text, "title": .text, "text": .text, "image": .text,
            "show_products": .boolean, "link": link,
          ])),
      ]
    case .page:
      [
        "title": .text, "description": .text, "image": .text, "template": .text,
        "updated_at": .instant, "unlisted": .boolean,
      ]
    case .article:
      [
        "title": .text, "description": .text, "image": .text, "published_at": .instant,
        "updated_at": .instant, "author": .text, "excerpt": .text, "tags": .list(.text),
        "draft": .boolean,
      ]
    case .product: ["id": .text, "story": .text, "care": .text, "seo": seo]
    }
  }

  /// Fields of a product that the commerce platform owns: a file may not set them.
  static let ownedByShop: Set<String> = [
    "title", "handle", "price", "prices", "sku", "vendor", "product_type", "status", "description",
    "tags", "options", "variants", "media", "metafields", "google_category", "stock", "available",
  ]
}
