import Bytes
import Catalog
public import Contract
import Diagnostics
import LocalMirror

extension Editor {
  /// The types that people make by name on the command line, and what the name becomes.
  public static let namedTypes: [(type: ResourceType, field: String)] = [
    (.product, "handle"), (.variant, "sku"), (.collection, "handle"), (.redirect, "from"),
  ]

  /// Makes a record with a name. A product gets a first variant where a SKU, price or stock is given.
  ///
  /// A product is a draft unless `status` says otherwise, and is called by its handle unless `title`
  /// does. A variant needs `product=HANDLE`.
  ///
  /// - Returns: the record.
  /// - Throws: `EditError`.
  @discardableResult
  public mutating func create(
    _ typeName: String, named name: String, _ assignments: [FieldAssignment]
  ) throws -> RecordKey {
    guard let known = Self.namedTypes.first(where: { $0.type.rawValue == typeName }) else {
      let names = Self.namedTypes.map(\.type.rawValue)
      let near = Suggestion.nearest(to: typeName, among: names)
      throw EditError(
        .syntax, "\"\(typeName)\" cannot be made here",
        help: near.map { "did you mean `\($0)`?" }
          ?? "it is one of \(names.joined(separator: ", "))")
    }
    try checkIsName(name, of: known.type, as: known.field)
    try checkFree(known.type, name)
    return switch known.type {
    case .product: try createProduct(name, assignments)
    case .variant: try createVariant(name, assignments)
    default: try createPlain(known.type, [known.field: .text(name)], assignments)
    }
  }

  /// Refuses a field that stands where the name belongs, and would become the name; and what can be no
  /// handle.
  private func checkIsName(_ name: String, of type: ResourceType, as field: String) throws {
    if let address = try? FieldAssignment(name).address,
      address.name == field || address.name == "product"
        || FieldNames.editable(type).contains(address.name)
    {
      throw EditError(
        .syntax, "\(name) stands where the name of the new \(Self.word(type)) belongs",
        help: "its \(field == "from" ? "old path" : field) comes first, without a field: "
          + "trumeau create \(type.rawValue) NAME …")
    }
    guard field == "handle", !Handle.isValid(name) else { return }
    let handle = Handle.make(from: name)
    throw EditError(
      .badValue,
      "\"\(name)\" is no handle, the name in addresses: small letters and digits, joined by hyphens",
      help: handle.isEmpty
        ? nil : "type trumeau create \(type.rawValue) \(handle) title=\"\(name)\"")
  }

  private func checkFree(_ type: ResourceType, _ name: String) throws {
    let taken =
      switch type {
      case .product: try lookup.products(handle: name)
      case .variant: try lookup.variants(sku: name)
      case .collection: try lookup.collections(handle: name)
      default: [] as [RecordKey]
      }
    guard taken.isEmpty else {
      throw EditError(
        .ambiguous, "there is a \(Self.word(type)) \"\(name)\" already",
        help: "type trumeau set \(name) … to change it")
    }
  }

  private mutating func createPlain(
    _ type: ResourceType, _ fields: [String: FieldValue], _ assignments: [FieldAssignment]
  ) throws -> RecordKey {
    var fields = fields
    for assignment in assignments {
      let name = assignment.address.name
      guard let kind = RecordFields.kind(of: name, in: type), assignment.operation == .set else {
        throw EditError(
          .unknownField, "a new \(Self.word(type)) has no field `\(assignment.address)`",
          help: Suggestion.nearest(to: name, among: FieldNames.editable(type))
            .map { "did you mean `\($0)`?" })
      }
      fields[name] = try newValue(assignment, kind)
    }
    if type == .redirect, fields["status"] == nil { fields["status"] = .integer(301) }
    if type == .collection, fields["title"] == nil { fields["title"] = fields["handle"] }
    if type == .collection, fields["products"] == nil, fields["rule"] == nil {
      fields["products"] = .list([])
    }
    return try create(type, fields: fields)
  }

  private func newValue(
    _ assignment: FieldAssignment, _ kind: AttributeKind
  ) throws -> FieldValue {
    let value = try FieldText.value(assignment.text, kind, name: assignment.address.name)
    guard case .list(.reference(let type), _, _) = kind else { return value }
    return .list(
      try (value.list ?? []).map { .text(try find($0.text ?? "", of: type).id) })
  }

  private mutating func createProduct(
    _ handle: String, _ assignments: [FieldAssignment]
  ) throws -> RecordKey {
    var fields: [String: FieldValue] = ["handle": .text(handle), "status": .text("draft")]
    var later: [FieldAssignment] = []
    var ofVariant: [FieldAssignment] = []
    var sku: String?
    for assignment in assignments {
      let address = assignment.address
      if address.name == "sku" {
        sku = assignment.text
      } else if Self.isVariants(address) {
        ofVariant.append(assignment)
      } else if let kind = RecordFields.kind(of: address.name, in: .product),
        address.head != "metafields", assignment.operation == .set
      {
        fields[address.name] = try newValue(assignment, kind)
      } else {
        later.append(assignment)
      }
    }
    if fields["title"] == nil { fields["title"] = .text(handle) }
    let product = try create(.product, fields: fields)
    if sku != nil || !ofVariant.isEmpty {
      guard let sku else {
        throw EditError(
          .whichVariant, "a price or stock belongs to a variant, and the product has none yet",
          help: "type sku=… as well")
      }
      try checkFree(.variant, sku)
      let variant = try newVariant(sku, of: product, ofVariant)
      for assignment in ofVariant where Self.isBesideVariant(assignment.address) {
        try apply(assignment, to: variant)
      }
    }
    for assignment in later { try apply(assignment, to: product) }
    return product
  }

  private mutating func createVariant(
    _ sku: String, _ assignments: [FieldAssignment]
  ) throws -> RecordKey {
    guard let parent = assignments.first(where: { $0.address.name == "product" }) else {
      throw EditError(
        .syntax, "a variant belongs to a product", help: "type product=HANDLE as well")
    }
    let product = try find(parent.text, of: .product)
    let rest = assignments.filter { $0.address.name != "product" }
    let variant = try newVariant(sku, of: product, rest)
    for assignment in rest where Self.isBesideVariant(assignment.address) {
      try apply(assignment, to: variant)
    }
    return variant
  }

  private mutating func newVariant(
    _ sku: String, of product: RecordKey, _ assignments: [FieldAssignment]
  ) throws -> RecordKey {
    let siblings = try lookup.variants(ofProduct: product.id).count
    var fields: [String: FieldValue] = [
      "sku": .text(sku), "position": .integer(Int64(siblings + 1)),
      "links.product": .text(product.id),
    ]
    for assignment in assignments where !Self.isBesideVariant(assignment.address) {
      let name = assignment.address.name
      guard let kind = RecordFields.kind(of: name, in: .variant), assignment.operation == .set
      else {
        throw EditError(
          .unknownField, "a new variant has no field `\(assignment.address)`",
          help: Suggestion.nearest(to: name, among: FieldNames.editable(.variant))
            .map { "did you mean `\($0)`?" })
      }
      fields[name] = try newValue(assignment, kind)
    }
    return try create(.variant, fields: fields)
  }

  /// Prices and stock are records of their own.
  private static func isBesideVariant(_ address: FieldAddress) -> Bool {
    ["price", "compare_at", "stock", "count"].contains(address.head)
  }

  private static func isVariants(_ address: FieldAddress) -> Bool {
    if isBesideVariant(address) { return true }
    if address.head == "options" { return address.tail != nil }
    return ["gtin", "mpn", "weight_g", "position"].contains(address.name)
  }
}
