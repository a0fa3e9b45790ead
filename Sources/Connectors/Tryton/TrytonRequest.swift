import Bytes
import Catalog
import Contract
import Formats

/// What can be changed in Tryton, as calls made without network.
///
/// | change | call | guard |
/// |---|---|---|
/// | name, text for web shops, code, status of a product | `product.template.write` | the template's stamp |
/// | position of a variant | `product.product.write` | the product's stamp |
/// | a price | `product.template.write` that writes the product within | both stamps |
/// | a new product with one variant | `product.template.create` | none; found again by its code |
/// | a deletion of a product | `product.template.delete` | the template's stamp |
/// | a stock level | `stock.inventory.create` and `confirm` | none |
///
/// A price is always written as the product's own, because its template's holds for its sisters
/// too; the template is written along because Tryton heeds only stamps of records that it writes.
enum TrytonRequest {
  /// Fields of a product that the platform has no place for, or derives.
  static let readOnlyProductFields = [
    "handle", "vendor", "product_type", "tags", "options", "google_category", "seo", "metafields",
    "seo.title", "seo.description",
  ]

  static func make(
    _ mutation: Mutation, _ configuration: TrytonConnector.Configuration
  ) throws(ConnectorError) -> WriteRequest {
    let call: TrytonCall
    if mutation.record.type == .inventoryLevel, mutation.operation != .create {
      return try stock(mutation)
    } else if mutation.operation == .create {
      call = try creation(mutation, configuration)
    } else {
      guard !mutation.seenETag.isEmpty else {
        // Without a stamp Tryton would overwrite whatever is there.
        throw refused(
          "which state of \(mutation.record) was seen is not known; pull before you push")
      }
      call = try self.call(mutation, stamps: mutation.seenETag, configuration)
    }
    return WriteRequest(
      mutation: mutation, method: call.method, path: "/rpc/",
      headers: [.init("Content-Type", "application/json")], body: call.bytes)
  }

  /// The call for a change or deletion that holds only while the records have these stamps.
  ///
  /// - Parameter stamps: the record's entity tag.
  static func call(
    _ mutation: Mutation, stamps tag: String, _ configuration: TrytonConnector.Configuration
  ) throws(ConnectorError) -> TrytonCall {
    guard let place = TrytonPlace(mutation.record) else { throw refused(mutation) }
    let stamps = tag.filter { $0 != "\"" }.split(separator: " ").map(String.init)
    func context(_ names: [String]) throws(ConnectorError) -> FieldValue {
      guard stamps.count == names.count else {
        throw refused("“\(tag)” is no state of \(mutation.record); pull before you push")
      }
      let named = zip(names, stamps).map { FieldValue.Member($0, .text($1)) }
      return self.context(configuration, [.init("_timestamp", .object(of: named))])
    }
    switch (place, mutation.operation) {
    case (.template(let key), .update):
      return TrytonCall(
        "model.product.template.write",
        [
          TrytonCall.ids([key]), .object(of: try columns(mutation)),
          try context(["product.template,\(key)"]),
        ])
    case (.template(let key), .delete):
      return TrytonCall(
        "model.product.template.delete",
        [TrytonCall.ids([key]), try context(["product.template,\(key)"])])
    case (.variant(let key), .update):
      return TrytonCall(
        "model.product.product.write",
        [
          TrytonCall.ids([key]), .object([.init("position", try position(mutation))]),
          try context(["product.product,\(key)"]),
        ])
    case (.price(let product, let template, let currency), .update):
      let own = FieldValue.object([.init("list_price", try price(mutation, currency))])
      let within = FieldValue.list([
        .list([.text("write"), TrytonCall.ids([product]), own])
      ])
      return TrytonCall(
        "model.product.template.write",
        [
          TrytonCall.ids([template]), .object([.init("products", within)]),
          try context(["product.product,\(product)", "product.template,\(template)"]),
        ])
    default: throw refused(mutation)
    }
  }

  static func context(
    _ configuration: TrytonConnector.Configuration, _ extra: [FieldValue.Member] = []
  ) -> FieldValue {
    .object(
      of: [
        .init("company", .integer(configuration.company)),
        .init("language", .text(configuration.locales.first ?? "en")),
      ] + extra)
  }

  // MARK: Products

  private static func columns(
    _ mutation: Mutation
  ) throws(ConnectorError) -> [FieldValue.Member] {
    var members: [FieldValue.Member] = []
    for (field, value) in mutation.fields.sorted(by: { $0.key < $1.key }) {
      members += try columns(field, value)
    }
    return members
  }

  /// The columns behind a field, and their values in the platform's form.
  private static func columns(
    _ field: String, _ value: FieldValue
  ) throws(ConnectorError) -> [FieldValue.Member] {
    switch field {
    case "title":
      guard let text = value.text, !text.isEmpty else { throw refused("a product needs a title") }
      return [.init("name", .text(text))]
    case "external_ref": return [.init("code", value)]
    case "description":
      if value.isNull { return [.init("web_shop_description", .null)] }
      guard let text = value["markdown"]?.text else {
        throw refused("Tryton keeps texts for web shops as plain text: write Markdown, not HTML")
      }
      return [.init("web_shop_description", .text(text))]
    case "status":
      switch value.text {
      case "active": return [.init("active", .boolean(true)), .init("salable", .boolean(true))]
      case "draft": return [.init("active", .boolean(true)), .init("salable", .boolean(false))]
      case "archived": return [.init("active", .boolean(false))]
      default: throw refused("a product is active, draft or archived")
      }
    default: throw refused(field: field, of: .product)
    }
  }

  private static func creation(
    _ mutation: Mutation, _ configuration: TrytonConnector.Configuration
  ) throws(ConnectorError) -> TrytonCall {
    guard mutation.record.type == .product else { throw refused(mutation) }
    let fields = mutation.fields.filter { !$0.value.isNull }
    guard let code = mutation.externalReference ?? fields["external_ref"]?.text, !code.isEmpty
    else {
      throw refused(
        "Tryton tells a new product from one that is there by its code: give it one as external_ref"
      )
    }
    guard fields["title"] != nil else { throw refused("a product needs a title") }
    var members: [FieldValue.Member] = [
      .init("code", .text(code)), .init("type", .text("goods")),
      .init("default_uom", .integer(configuration.unit)),
      .init("products", .list([.list([.text("create"), .list([.object([])])])])),
    ]
    for (field, value) in fields.sorted(by: { $0.key < $1.key })
    where !["handle", "external_ref"].contains(field) {
      members += try columns(field, value)
    }
    if fields["status"]?.text == "active" {
      members.append(.init("sale_uom", .integer(configuration.unit)))
    }
    return TrytonCall(
      "model.product.template.create",
      [.list([.object(of: members)]), context(configuration)])
  }

  private static func position(_ mutation: Mutation) throws(ConnectorError) -> FieldValue {
    for field in mutation.fields.keys.sorted() where field != "position" {
      throw refused(field: field, of: .variant)
    }
    guard let position = mutation.fields["position"]?.integer else {
      throw refused("a position is a whole number")
    }
    return .integer(position)
  }

  // MARK: Prices and stock

  private static func price(
    _ mutation: Mutation, _ code: String
  ) throws(ConnectorError) -> FieldValue {
    for field in mutation.fields.keys.sorted() where field != "amount" {
      throw refused(field: field, of: .price)
    }
    guard let amount = mutation.fields["amount"]?.integer, let currency = Currency(code) else {
      throw refused("a list price of Tryton cannot be taken away, only changed")
    }
    return TrytonCall.decimal(MinorUnits.decimal(amount, digits: currency.exponent))
  }

  private static func stock(_ mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    guard TrytonPlace(mutation.record) != nil else { throw refused(mutation) }
    let wanted: FieldValue.Member
    if mutation.operation == .adjust {
      guard let delta = mutation.adjustments["available"], mutation.adjustments.count == 1 else {
        throw refused("only the number of pieces can be changed by a difference")
      }
      wanted = .init("adjust", .integer(delta))
    } else {
      for field in mutation.fields.keys.sorted() where field != "available" {
        throw refused(field: field, of: .inventoryLevel)
      }
      guard mutation.operation == .update, let count = mutation.fields["available"]?.integer,
        count >= 0
      else { throw refused("a stock level is a number of pieces from 0 on") }
      wanted = .init("available", .integer(count))
    }
    return WriteRequest(
      mutation: mutation, method: "model.stock.inventory.create", path: "/rpc/",
      headers: [.init("Content-Type", "application/json")],
      body: Array(FieldValue.object([wanted]).json.utf8))
  }

  // MARK: Words

  private static func refused(_ message: String) -> ConnectorError {
    ConnectorError(.refused, message)
  }

  private static func refused(field: String, of type: ResourceType) -> ConnectorError {
    switch (type, RecordFields.split(field).name) {
    case (.product, "handle"):
      return refused("the handle of a product follows from its code in Tryton")
    case (.variant, "sku"):
      return refused("the article number of a variant is put together by Tryton; change its code")
    case (.price, "compare_at"), (.price, "min_quantity"), (.price, "from"), (.price, "until"):
      return refused("a list price of Tryton is one amount, without \(field)")
    default: return refused("Tryton has no place for \(field) of a \(type.name)")
    }
  }

  private static func refused(_ mutation: Mutation) -> ConnectorError {
    let type = mutation.record.type
    if mutation.operation == .adjust {
      return refused("only stock levels can be changed by a difference")
    }
    return refused(
      "this connector cannot \(mutation.operation.rawValue) a \(type.name) in Tryton; use its own "
        + "programs for that")
  }
}
