import Contract

/// Which keys a product's Markdown file may hold, and who owns them.
public struct ProductFileFields: Sendable {
  /// What a key is to a file.
  public enum Role: Sendable, Hashable {
    /// A field of both sides, written into every file.
    case shown
    /// A field of both sides that a person may write into a file.
    case accepted
    /// The site's own; the file is its only place.
    case local
    /// The shop's; a file may not set it.
    case shop
    /// No field at all.
    case unknown
  }

  /// Fields that both sides own where the settings do not say otherwise.
  public static let usuallyShared: Set<String> = [
    "title", "description", "tags", "seo", "vendor", "product_type", "handle",
  ]
  /// Keys of the site that are no fields of the shop.
  public static let siteKeys: Set<String> = ["story", "care"]

  private let shared: Set<String>
  private let local: Set<String>
  private let shop: Set<String>

  /// Makes the table from the owners in the settings, each a field of a product such as `title`,
  /// `seo` or `metafields.care`.
  public init(shared: Set<String> = [], local: Set<String> = [], shop: Set<String> = []) {
    self.shared = shared.union(Self.usuallyShared).subtracting(local).subtracting(shop)
    self.local = local.union(Self.siteKeys.subtracting(shared))
    self.shop = shop
  }

  /// The role of a field by its whole name; the settings of `seo` hold for `seo.title` too.
  public func role(of field: String) -> Role {
    let (name, member) = RecordFields.split(field)
    for known in member == nil ? [name] : [field, name] {
      if local.contains(known) { return .local }
      if shop.contains(known) { return .shop }
      if shared.contains(known), Self.exists(known) { return .shown }
    }
    return Self.exists(field) ? .accepted : .unknown
  }

  private static func exists(_ field: String) -> Bool {
    let name = RecordFields.split(field).name
    return ResourceSchema.of(.product).attributes.contains { $0.name == name }
  }

  /// Order of the keys of a new file, and of those that come later.
  static let order = [
    "id", "title", "vendor", "product_type", "status", "tags", "google_category", "options", "seo",
    "metafields", "story", "care",
  ]

  /// All keys that may stand in a file, for suggestions.
  var keys: [String] {
    let known = ResourceSchema.of(.product).attributes.map(\.name) + local.map { $0 }
    return (["id"] + known.filter { role(of: $0) != .shop && $0 != "handle" }).sorted()
  }

  /// The path of a field in the front matter: attribute, then member.
  static func path(of field: String) -> [String] {
    let (name, member) = RecordFields.split(field)
    return member.map { [name, $0] } ?? [name]
  }

  /// Orders fields as the keys of a file.
  static func precedes(_ left: String, _ right: String) -> Bool {
    func rank(_ field: String) -> Int {
      order.firstIndex(of: RecordFields.split(field).name) ?? order.count
    }
    return (rank(left), left) < (rank(right), right)
  }
}
