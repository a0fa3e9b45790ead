import Formats

/// The platform that a catalogue is pulled from.
public enum ConnectorKind: String, Sendable, CaseIterable {
  /// The commerce API of this project.
  case native
  /// django-oscar.
  case oscar
  /// Tryton.
  case tryton
}

/// Who may change a field.
public enum FieldOwner: String, Sendable {
  /// The platform alone.
  case api
  /// The site alone; never sent.
  case local
  /// Both; differences are merged.
  case shared
}

/// Pictures that belong to the site.
public struct MediaSettings: Sendable, Equatable {
  /// Folder of the files, relative to the project.
  public var folder: String
  /// Address below which pages find them, with a slash at both ends.
  public var base: String
  /// Ending of a drawing's raster twin, without the dot; nil where there is none.
  public var raster: String?
  /// How an address asks for a size, as it was written; nil where pictures have one size.
  public var pattern: String?
}

/// What a django-oscar shop does not say of itself.
public struct OscarSettings: Sendable, Equatable {
  /// ISO 3166-1 code of the partners' country.
  public var country: String
  /// IANA zone of the partners.
  public var timeZone: String
  /// Languages of the shop's texts, the first the usual one.
  public var locales: [String]
  /// Whether its prices include tax.
  public var pricesIncludeTax: Bool
}

/// What a Tryton server does not say of itself.
public struct TrytonSettings: Sendable, Equatable {
  /// Name of its database.
  public var database: String
  /// Key of the company whose prices and stock count.
  public var company: Int64
  /// Key of the unit of measure of new products.
  public var unit: Int64
  /// ISO 3166-1 code of the warehouses' country.
  public var country: String
  /// IANA zone where the company names none.
  public var timeZone: String
  /// Languages of the texts, the first the one that is read and written.
  public var locales: [String]
  /// Whether its list prices include tax.
  public var pricesIncludeTax: Bool

  init(_ reader: SettingsReader) {
    database = reader.text("api.tryton.database") ?? "tryton"
    company = reader.text("api.tryton.company").flatMap { Int64($0) } ?? 1
    unit = reader.text("api.tryton.unit").flatMap { Int64($0) } ?? 1
    country = reader.text("api.tryton.country") ?? "BE"
    timeZone = reader.text("api.tryton.time_zone") ?? "Europe/Brussels"
    locales = reader.find("api.tryton.locales")?.sequence?.compactMap(\.string) ?? ["en"]
    pricesIncludeTax = reader.text("api.tryton.prices_include_tax") == "true"
  }
}

/// What `trumeau.yaml` says.
public struct SiteSettings: Sendable {
  /// Name of the site.
  public var site: String
  /// Whose catalogue the mirror holds.
  public var tenant: String
  /// The platform.
  public var connector: ConnectorKind
  /// Address of its API.
  public var apiURL: String
  /// What holds where the platform is django-oscar.
  public var oscar: OscarSettings
  /// What holds where the platform is Tryton.
  public var tryton: TrytonSettings
  /// File that holds the token, relative to the project.
  public var tokenFile: String
  /// The mirror's file, relative to the project.
  public var mirrorPath: String
  /// Share in per cent that may vanish at once.
  public var maxShrink: Int
  /// By how many per cent a price may move without being asked about.
  public var priceLimit: Int
  /// IANA zone in which dates are written.
  public var timeZone: String
  /// Language that the records' own texts are in; nil where nothing says it.
  public var sourceLocale: String?
  /// Pictures.
  public var media: MediaSettings
  /// How templates are read and bounded.
  public var templates: TemplateSettings
  /// Owners by field, as `product.story`.
  public var fieldOwners: [String: FieldOwner]

  init(_ reader: SettingsReader) {
    site = reader.text("site") ?? ""
    tenant = reader.text("tenant") ?? "demo"
    connector = reader.text("api.connector").flatMap(ConnectorKind.init(rawValue:)) ?? .native
    apiURL = reader.text("api.url") ?? ""
    while apiURL.hasSuffix("/") { apiURL.removeLast() }
    oscar = OscarSettings(
      country: reader.text("api.oscar.country") ?? "GB",
      timeZone: reader.text("api.oscar.time_zone") ?? "Europe/London",
      locales: reader.find("api.oscar.locales")?.sequence?.compactMap(\.string) ?? ["en"],
      pricesIncludeTax: reader.text("api.oscar.prices_include_tax") != "false")
    tryton = TrytonSettings(reader)
    tokenFile = reader.text("api.token_file") ?? ".trumeau/token"
    mirrorPath = reader.text("mirror") ?? ".trumeau/\(tenant).sqlite"
    maxShrink = reader.text("max_shrink").flatMap(Percent.parse) ?? 20
    priceLimit = reader.text("editing.price_limit").flatMap(Percent.parse) ?? 30
    timeZone = reader.text("time_zone") ?? "UTC"
    sourceLocale = reader.text("source_locale")
    var base = reader.text("media.base") ?? "/media/"
    if !base.hasSuffix("/") { base += "/" }
    media = MediaSettings(
      folder: reader.text("media.folder") ?? "media", base: base,
      raster: reader.text("media.raster"), pattern: reader.text("media.pattern"))
    templates = TemplateSettings(reader)
    fieldOwners = ["product.story": .local, "product.care": .local]
    for member in reader.find("fields")?.mapping ?? [] {
      guard let name = member.key.string else { continue }
      fieldOwners[name] = member.value["owner"]?.string.flatMap(FieldOwner.init(rawValue:))
    }
  }
}
