public import Bytes

/// A set of products with a page of its own: listed by hand, or given by a rule.
public struct CollectionRecord: Sendable {
  /// How its products are chosen.
  public enum Membership: Sendable {
    /// These products in this order.
    case manual([String])
    /// Every product that the rule matches.
    case rule(CollectionRule)
  }

  /// Stable id.
  public let id: String
  /// Last part of its address.
  public let handle: String
  /// What it is called.
  public let title: String
  /// Long text.
  public let description: RichText?
  /// How its products are chosen.
  public let membership: Membership

  /// Decodes a record of type `collection`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    handle = try reader.string("handle")
    title = try reader.string("title")
    description = try RichText(reader, "description")
    if let rule = reader.present("rule") {
      membership = .rule(try CollectionRule(rule, at: reader.pointer("rule")))
    } else {
      membership = .manual(try reader.strings("products"))
    }
  }
}

/// A collection together with the ids of its products in the order in which it shows them, before
/// gates: which of them a viewer may see is asked of each product.
public struct ResolvedCollection: Sendable {
  /// The record.
  public let record: CollectionRecord
  /// Ids of its products in order.
  public let productIDs: [String]

  /// Joins a collection with its products.
  public init(record: CollectionRecord, productIDs: [String]) {
    self.record = record
    self.productIDs = productIDs
  }
}
