import Bytes
import Catalog
public import Contract
import Formats
public import LocalMirror

/// Records, fields and values in the words in which people type and read them.
public struct RecordWords {
  private let lookup: MirrorLookup
  private let lists: [String: MirrorLookup.PriceList]
  private let locations: [String: String]

  /// Prepares names from what the mirror has.
  public init(_ lookup: MirrorLookup) throws {
    self.lookup = lookup
    lists = Dictionary(
      try lookup.priceLists().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    locations = Dictionary(
      try lookup.locations().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// How a record is called.
  public struct Name: Sendable, Hashable {
    /// What a person types to mean it: a SKU, a handle, or an id.
    public let address: String
    /// The product, collection or other record that it stands under: its title or name.
    public let title: String
    /// The record that it is a part of, or itself: what a screen has one card for.
    public let subject: RecordKey
  }

  /// The name of a record, hidden ones included; its id where nothing is known of it.
  public func name(of key: RecordKey) throws -> Name {
    let plain = Name(address: key.id, title: key.id, subject: key)
    guard let record = try lookup.record(key, includingHidden: true) else { return plain }
    func text(_ field: String) -> String? { Editor.value(field, of: record).text }
    switch key.type {
    case .product:
      return Name(
        address: text("handle") ?? key.id, title: text("title") ?? key.id, subject: key)
    case .collection:
      return Name(
        address: text("handle").map { "collection:\($0)" } ?? key.id,
        title: text("title") ?? key.id,
        subject: key)
    case .variant:
      guard let product = text("links.product") else { return plain }
      let parent = try name(of: RecordKey(.product, product))
      return Name(
        address: text("sku") ?? key.id, title: parent.title, subject: parent.subject)
    case .price, .inventoryLevel:
      guard let variant = text("links.variant") else { return plain }
      return try name(of: RecordKey(.variant, variant))
    case .translation, .media, .gate, .entitlement:
      guard let parent = Self.parent(record) else { return plain }
      return try name(of: parent)
    case .redirect:
      return Name(address: key.id, title: text("from") ?? key.id, subject: key)
    default:
      return Name(address: key.id, title: text("name") ?? key.id, subject: key)
    }
  }

  private static func parent(_ record: Tape) -> RecordKey? {
    for link in ["links.resource", "links.parent"] {
      let value = Editor.value(link, of: record)
      if let type = value["type"]?.text.flatMap({ ResourceType(rawValue: $0) }),
        let id = value["id"]?.text
      {
        return RecordKey(type, id)
      }
    }
    return nil
  }

  /// A field as it is typed: `price.EUR`, `price@"Europe, Gold"`, `stock@Geneva`, `title.fr`.
  public func field(_ field: String, of key: RecordKey) throws -> String {
    guard key.type == .price || key.type == .inventoryLevel || key.type == .translation,
      let record = try lookup.record(key, includingHidden: true)
    else { return field }
    func text(_ field: String) -> String? { Editor.value(field, of: record).text }
    switch (key.type, field) {
    case (.price, "amount"), (.price, "compare_at"), (.price, ""):
      let word = field == "compare_at" ? field : "price"
      guard let list = text("links.price_list").flatMap({ lists[$0] }) else { return word }
      let isOnly =
        list.isPublic
        && lists.values.count { $0.isPublic && $0.currency == list.currency } == 1
      return isOnly
        ? "\(word).\(list.currency)" : FieldAddress(name: word, place: list.name).description
    case (.inventoryLevel, "available"), (.inventoryLevel, ""):
      guard let place = text("links.location").flatMap({ locations[$0] }) else { return "stock" }
      return FieldAddress(name: "stock", place: place).description
    case (.translation, "value"), (.translation, ""):
      guard let name = text("key"), let locale = text("locale") else { return field }
      return "\(name).\(locale)"
    default: return field
    }
  }

  /// Whether a field follows from another and is not worth telling a person.
  public static func isDerived(_ field: String, of key: RecordKey) -> Bool {
    field == "external_ref" || (key.type == .translation && field != "value" && field != "")
  }

  /// A value as people read it: money by its currency, lists with commas, text as it is. Nothing is
  /// `nothing`.
  public func text(_ value: FieldValue, _ field: String, of key: RecordKey) throws -> String {
    switch value {
    case .null: return "nothing"
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let number):
      if key.type == .price, field == "amount" || field == "compare_at",
        let record = try lookup.record(key, includingHidden: true),
        let currency = Editor.value("currency", of: record).text.flatMap(Currency.init)
      {
        return "\(MoneyText.grouped(Money(minor: number, currency: currency))) \(currency)"
      }
      return String(number)
    case .number(let digits): return digits
    case .text(let text): return text
    case .list(let values):
      return try values.map { try self.text($0, "", of: key) }.joined(separator: ", ")
    case .object(let members):
      if members.count == 1, let member = members.first,
        member.name == "markdown" || member.name == "html", let text = member.value.text
      {
        return text
      }
      return value.json
    }
  }
}
