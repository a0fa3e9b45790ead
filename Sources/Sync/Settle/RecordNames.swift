import Bytes
import Contract
import LocalMirror

/// What people call a record: a title, a SKU, a SKU and its location. Looks each up once.
struct RecordNames {
  private let transaction: MirrorTransaction
  private var known: [RecordKey: String] = [:]

  init(_ transaction: MirrorTransaction) { self.transaction = transaction }

  /// The name of a record; its id where it says nothing of itself.
  mutating func name(of key: RecordKey) throws -> String {
    if let name = known[key] { return name }
    known[key] = key.id  // for records that link to each other
    let body = try transaction.effectiveRecord(key) ?? transaction.serverRecord(key)?.tape
    let name = try body.map { try self.name(of: key, $0.value) } ?? key.id
    known[key] = name
    return name
  }

  private mutating func name(of key: RecordKey, _ envelope: TapeValue) throws -> String {
    let attributes = envelope["attributes"]
    func text(_ name: String) -> String? { attributes?[name]?.string }
    func linked(_ name: String, _ type: ResourceType) throws -> String? {
      guard let link = envelope["links"]?[name] else { return nil }
      if let id = link.string { return try self.name(of: RecordKey(type, id)) }
      guard let id = link["id"]?.string,
        let type = link["type"]?.string.flatMap(ResourceType.init(rawValue:))
      else { return nil }
      return try self.name(of: RecordKey(type, id))
    }
    switch key.type {
    case .variant: return text("sku") ?? key.id
    case .price:
      let list = try linked("price_list", .priceList)
      let variant = try linked("variant", .variant) ?? key.id
      return list.map { "\(variant), \($0)" } ?? variant
    case .inventoryLevel:
      let variant = try linked("variant", .variant) ?? key.id
      return try linked("location", .location).map { "\(variant), \($0)" } ?? variant
    case .translation:
      let words = [text("key"), text("locale")].compactMap(\.self).joined(separator: " ")
      return try linked("resource", .product).map { "\($0), \(words)" } ?? words
    case .media: return try linked("parent", .product).map { "\($0), picture" } ?? key.id
    case .membership: return try linked("customer", .customer) ?? key.id
    case .redirect: return text("from") ?? key.id
    default: return text("title") ?? text("name") ?? text("key") ?? text("email") ?? key.id
    }
  }
}
