import Bytes

/// A condition on products: all or any of several comparisons.
public struct CollectionRule: Hashable, Sendable {
  /// How a field is compared.
  public enum Operation: String, Sendable, CaseIterable {
    /// Equal, letter by letter; of a list: one element is.
    case equals
    /// The opposite of `equals`.
    case notEquals = "not_equals"
    /// The value is part of the text, or an element of the list.
    case contains
    /// The opposite of `contains`.
    case notContains = "not_contains"
    /// The text begins with the value.
    case startsWith = "starts_with"
    /// The text ends with the value.
    case endsWith = "ends_with"
    /// Equal to one of several values.
    case `in`
    /// A number above the value.
    case greaterThan = "greater_than"
    /// A number not below the value.
    case atLeast = "at_least"
    /// A number below the value.
    case lessThan = "less_than"
    /// A number not above the value.
    case atMost = "at_most"
    /// The field has a value; the rule's own value is not looked at.
    case isSet = "is_set"
    /// The field has no value.
    case isNotSet = "is_not_set"

    /// Shorter spellings that other platforms use.
    static let aliases: [String: Operation] = [
      "eq": .equals, "ne": .notEquals, "gt": .greaterThan, "gte": .atLeast, "lt": .lessThan,
      "lte": .atMost, "exists": .isSet,
    ]
  }

  /// One comparison.
  public struct Condition: Hashable, Sendable {
    /// Name of the field: `title`, `handle`, `vendor`, `product_type`, `status`, `tags`,
    /// `google_category`, `sku`, `price` (minor units of the currency that the caller chose) or
    /// `metafields.namespace.key`.
    public let field: String
    /// How it is compared.
    public let operation: Operation
    /// What it is compared with; several only for `in`.
    public let values: [String]
  }

  /// Whether one true condition is enough.
  public let matchesAny: Bool
  /// The conditions; a rule without any matches nothing.
  public let conditions: [Condition]

  /// Decodes `{"all": […]}` or `{"any": […]}`.
  init(_ value: TapeValue, at path: String) throws(CatalogError) {
    let reader = try RecordReader(object: value, path: path)
    let name = reader.present("any") == nil ? "all" : "any"
    matchesAny = name == "any"
    let list = try reader.required(name)
    guard list.kind == .array else {
      throw CatalogError(.type, "\(name) must be a list", at: reader.pointer(name))
    }
    var conditions: [Condition] = []
    for (index, child) in list.children.enumerated() {
      conditions.append(try Self.condition(child, at: "\(reader.pointer(name))/\(index)"))
    }
    self.conditions = conditions
  }

  private static func condition(_ value: TapeValue, at path: String) throws(CatalogError)
    -> Condition
  {
    let reader = try RecordReader(object: value, path: path)
    let field = try reader.string("field")
    guard ProductFacts.isField(field) else {
      throw CatalogError(
        .value, "there is no field \(field) to choose products by", at: reader.pointer("field"))
    }
    let word = try reader.string("op")
    let operation: Operation
    if let alias = Operation.aliases[word] {
      operation = alias
    } else {
      operation = try reader.word("op")
    }
    var values: [String] = []
    if operation != .isSet, operation != .isNotSet {
      let given = try reader.required("value")
      for child in given.kind == .array ? given.children : [given] {
        guard let text = ProductFacts.text(of: child) else {
          throw CatalogError(.type, "must be text or a number", at: reader.pointer("value"))
        }
        values.append(text)
      }
      guard values.count == 1 || operation == .in else {
        throw CatalogError(.value, "\(word) takes one value", at: reader.pointer("value"))
      }
    }
    return Condition(field: field == "tag" ? "tags" : field, operation: operation, values: values)
  }

  /// Whether a product belongs to the collection. O(conditions × values).
  public func matches(_ facts: ProductFacts) -> Bool {
    if conditions.isEmpty { return false }
    return matchesAny
      ? conditions.contains { Self.holds($0, facts) }
      : conditions.allSatisfy { Self.holds($0, facts) }
  }

  private static func holds(_ condition: Condition, _ facts: ProductFacts) -> Bool {
    let found = facts.values(of: condition.field)
    let isList = condition.field == "tags" || condition.field == "sku"
    let value = condition.values.first ?? ""
    switch condition.operation {
    case .equals, .in: return found.contains { condition.values.contains($0) }
    case .notEquals: return !found.contains(value)
    case .contains: return contains(found, value, isList: isList)
    case .notContains: return !contains(found, value, isList: isList)
    case .startsWith: return found.contains { $0.hasPrefix(value) }
    case .endsWith: return found.contains { $0.hasSuffix(value) }
    case .greaterThan: return found.contains { compare($0, value) { $0 > $1 } }
    case .atLeast: return found.contains { compare($0, value) { $0 >= $1 } }
    case .lessThan: return found.contains { compare($0, value) { $0 < $1 } }
    case .atMost: return found.contains { compare($0, value) { $0 <= $1 } }
    case .isSet: return !found.isEmpty
    case .isNotSet: return found.isEmpty
    }
  }

  private static func contains(_ found: [String], _ value: String, isList: Bool) -> Bool {
    isList ? found.contains(value) : found.contains { $0.contains(value) }
  }

  /// Compares exactly, after bringing both numbers to the same number of decimals.
  private static func compare(
    _ left: String, _ right: String, by order: (Int128, Int128) -> Bool
  ) -> Bool {
    // What is no number is neither above nor below anything.
    guard let left = try? Decimal(left), let right = try? Decimal(right),
      left.scale <= 8, right.scale <= 8
    else { return false }
    func widened(_ number: Decimal) -> Int128 {
      (number.scale..<8).reduce(number.digits) { digits, _ in digits * 10 }
    }
    return order(widened(left), widened(right))
  }
}

/// What a rule can ask about a product.
public struct ProductFacts: Sendable {
  let product: ProductRecord
  let skus: [String]
  let priceMinor: Int64?

  /// Gathers the facts; `priceMinor` is the public price by which rules on `price` decide.
  public init(product: ProductRecord, skus: [String], priceMinor: Int64?) {
    self.product = product
    self.skus = skus
    self.priceMinor = priceMinor
  }

  static func isField(_ name: String) -> Bool {
    let known = [
      "title", "handle", "vendor", "product_type", "status", "tags", "tag", "google_category",
      "sku", "price",
    ]
    return known.contains(name)
      || (name.hasPrefix("metafields.") && name.split(separator: ".").count == 3)
  }

  static func text(of value: TapeValue) -> String? {
    switch value.kind {
    case .string: value.string
    case .number: value.bytes.map { String(decoding: $0, as: UTF8.self) }
    case .integer: value.integer.map { String($0) }
    case .yes: "true"
    case .no: "false"
    default: nil
    }
  }

  func values(of field: String) -> [String] {
    switch field {
    case "title": [product.title]
    case "handle": [product.handle]
    case "vendor": product.vendor.map { [$0] } ?? []
    case "product_type": product.productType.map { [$0] } ?? []
    case "status": [product.status.rawValue]
    case "tags": product.tags
    case "google_category": product.googleCategory.map { [$0] } ?? []
    case "sku": skus
    case "price": priceMinor.map { [String($0)] } ?? []
    default: metafield(field)
    }
  }

  private func metafield(_ field: String) -> [String] {
    let parts = field.split(separator: ".").map(String.init)
    guard parts.count == 3, let value = product.metafield(parts[1], parts[2]) else { return [] }
    let values = value.kind == .array ? value.children : [value]
    return values.compactMap { Self.text(of: $0) }
  }
}
