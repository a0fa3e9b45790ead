public import Bytes

/// A place that holds stock: a shop or a warehouse.
public struct LocationRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// What it is called.
  public let name: String
  /// ISO 3166-1 alpha-2.
  public let country: String
  /// IANA zone.
  public let timeZone: String

  /// Decodes a record of type `location`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    name = try reader.string("name")
    country = try reader.string("country")
    timeZone = try reader.string("time_zone")
  }
}

/// How many pieces of a variant a location has.
public struct InventoryLevelRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// The variant's id.
  public let variantID: String
  /// The location's id.
  public let locationID: String
  /// Pieces that can be sold; negative where more was promised than there is.
  public let available: Int64

  /// Decodes a record of type `inventory_level`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    variantID = try reader.link("variant")
    locationID = try reader.link("location")
    available = try reader.integer("available")
  }

  /// Makes a level from fields that were checked before they were stored.
  public init(id: String, variantID: String, locationID: String, available: Int64) {
    self.id = id
    self.variantID = variantID
    self.locationID = locationID
    self.available = available
  }
}
