import Bytes
import Catalog
import Contract
import Formats

/// What django-oscar's API can be asked to change, as requests made without network.
///
/// | change | request |
/// |---|---|
/// | title, description, status, search texts, handle, UPC of a product | `PATCH /admin/products/{id}/` |
/// | a price | `PATCH` of the stock record that has it |
/// | a stock level | `PATCH` of the stock record, with the pieces promised to orders added |
/// | a new product without variants | `POST /admin/products/`, found again by its UPC |
/// | a deletion of a product | `DELETE /admin/products/{id}/` |
///
/// A body holds what the editor wants; which stock record it goes to and how many pieces are
/// promised is known only when the shop is read, right before it is written.
enum OscarRequest {
  /// Fields of a product that come from elsewhere than its own columns.
  static let readOnlyProductFields = [
    "vendor", "product_type", "tags", "options", "metafields", "google_category",
  ]

  static func make(_ mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    let record = mutation.record
    switch (record.type, mutation.operation) {
    case (.product, .update):
      return request(
        mutation, "PATCH", "/admin/products/\(try key(record))/", try columns(mutation))
    case (.product, .create):
      return request(mutation, "POST", "/admin/products/", try creation(mutation))
    case (.product, .delete):
      return WriteRequest(
        mutation: mutation, method: "DELETE", path: "/admin/products/\(try key(record))/")
    case (.price, .update):
      guard let place = OscarIdentity.priceKey(record.id) else { throw notOfThisShop(record) }
      return request(
        mutation, "PATCH", "/admin/products/\(place.product)/", try price(mutation, place.currency))
    case (.inventoryLevel, .update), (.inventoryLevel, .adjust):
      guard let key = OscarIdentity.inventoryKey(record.id) else { throw notOfThisShop(record) }
      return request(mutation, "PATCH", "/admin/stockrecords/\(key)/", try stock(mutation))
    default:
      throw refused(mutation)
    }
  }

  private static func request(
    _ mutation: Mutation, _ method: String, _ path: String, _ members: [FieldValue.Member]
  ) -> WriteRequest {
    var json = JSONWriter(capacity: 256)
    FieldValue.object(of: members).write(into: &json)
    return WriteRequest(
      mutation: mutation, method: method, path: path,
      headers: [.init("Content-Type", "application/json")], body: json.finish().array)
  }

  // MARK: Products

  private static func key(_ record: RecordKey) throws(ConnectorError) -> Int64 {
    guard let key = OscarIdentity.productKey(record.id) else { throw notOfThisShop(record) }
    return key
  }

  private static func columns(
    _ mutation: Mutation
  ) throws(ConnectorError) -> [FieldValue.Member] {
    var members: [FieldValue.Member] = []
    for (field, value) in mutation.fields.sorted(by: { $0.key < $1.key }) {
      members.append(try column(field, value, of: mutation.record))
    }
    return members
  }

  /// The column behind a field, and its value in the platform's form.
  private static func column(
    _ field: String, _ value: FieldValue, of record: RecordKey
  ) throws(ConnectorError) -> FieldValue.Member {
    switch field {
    case "title":
      guard let text = value.text, !text.isEmpty else { throw refused("a product needs a title") }
      return .init("title", .text(text))
    case "description": return .init("description", .text(try html(value)))
    case "seo.title": return .init("meta_title", value)
    case "seo.description": return .init("meta_description", value)
    case "external_ref": return .init("upc", value)
    case "status":
      switch value.text {
      case "active": return .init("is_public", .boolean(true))
      case "draft": return .init("is_public", .boolean(false))
      default: throw refused("django-oscar knows public and hidden products, no archived ones")
      }
    case "handle":
      let ending = "-\(try key(record))"
      guard let handle = value.text, handle.hasSuffix(ending), handle.count > ending.count else {
        throw refused(
          "the address of a product of django-oscar ends in its number: write a handle that ends "
            + "in “\(ending)”")
      }
      return .init("slug", .text(String(handle.dropLast(ending.count))))
    default: throw refused(field: field, of: record.type)
    }
  }

  private static func html(_ description: FieldValue) throws(ConnectorError) -> String {
    if description.isNull { return "" }
    guard let html = description["html"]?.text else {
      throw refused("django-oscar keeps descriptions as HTML, not as Markdown")
    }
    return html
  }

  private static func creation(
    _ mutation: Mutation
  ) throws(ConnectorError) -> [FieldValue.Member] {
    let fields = mutation.fields.filter { !$0.value.isNull }
    guard let upc = mutation.externalReference ?? fields["external_ref"]?.text, !upc.isEmpty else {
      throw refused(
        "django-oscar tells a new product from one that is there by its UPC: give it one as "
          + "external_ref")
    }
    guard let type = fields["product_type"]?.text, !type.isEmpty else {
      throw refused("a new product of django-oscar needs a product_type: the slug of its class")
    }
    guard fields["title"] != nil else { throw refused("a product needs a title") }
    var members: [FieldValue.Member] = [
      .init("upc", .text(upc)), .init("product_class", .text(type)),
      .init("structure", .text("standalone")),
      .init("slug", .text(fields["handle"]?.text ?? "product")),
    ]
    for (field, value) in fields.sorted(by: { $0.key < $1.key })
    where !["handle", "product_type", "external_ref"].contains(field) {
      members.append(try column(field, value, of: mutation.record))
    }
    return members
  }

  // MARK: Prices and stock

  private static func price(
    _ mutation: Mutation, _ code: String
  ) throws(ConnectorError) -> [FieldValue.Member] {
    for field in mutation.fields.keys.sorted() where field != "amount" {
      throw refused(field: field, of: .price)
    }
    guard let amount = mutation.fields["amount"]?.integer, let currency = Currency(code) else {
      throw refused("a price of django-oscar cannot be taken away, only changed")
    }
    return [.init("price", .text(MinorUnits.decimal(amount, digits: currency.exponent)))]
  }

  private static func stock(_ mutation: Mutation) throws(ConnectorError) -> [FieldValue.Member] {
    if mutation.operation == .adjust {
      guard let delta = mutation.adjustments["available"], mutation.adjustments.count == 1 else {
        throw refused("only the number of pieces can be changed by a difference")
      }
      return [.init("adjust", .integer(delta))]
    }
    for field in mutation.fields.keys.sorted() where field != "available" {
      throw refused(field: field, of: .inventoryLevel)
    }
    guard let count = mutation.fields["available"]?.integer, count >= 0 else {
      throw refused("a stock level is a number of pieces from 0 on")
    }
    return [.init("available", .integer(count))]
  }

  // MARK: Words

  private static func refused(_ message: String) -> ConnectorError {
    ConnectorError(.refused, message)
  }

  private static func notOfThisShop(_ record: RecordKey) -> ConnectorError {
    refused("\(record) is not a record of this shop's API")
  }

  private static func refused(field: String, of type: ResourceType) -> ConnectorError {
    let name = RecordFields.split(field).name
    switch (type, name) {
    case (.product, "tags"): return refused("django-oscar has no tags")
    case (.product, "options"):
      return refused("the options of a product follow from its variants; change those in the shop")
    case (.product, "vendor"), (.product, "metafields"), (.product, "product_type"):
      return refused(
        "\(name) comes from the product's class and attributes; change them in the shop's dashboard"
      )
    case (.price, "compare_at"), (.price, "min_quantity"), (.price, "from"), (.price, "until"):
      return refused("a price of django-oscar is one amount, without \(name)")
    default: return refused("django-oscar's API cannot change \(field) of a \(type.name)")
    }
  }

  private static func refused(_ mutation: Mutation) -> ConnectorError {
    let type = mutation.record.type
    switch (type, mutation.operation) {
    case (.collection, .update):
      return refused(
        "django-oscar's API can put a product into a category but not take it out, so collections "
          + "are changed in the shop's dashboard")
    case (.variant, _):
      return refused("variants of django-oscar are changed in the shop's dashboard")
    case (.price, .create), (.inventoryLevel, .create), (.price, .delete),
      (.inventoryLevel, .delete):
      return refused(
        "price and stock of django-oscar are parts of a stock record, which is made and deleted in "
          + "the shop's dashboard")
    case (_, .adjust): return refused("only stock levels can be changed by a difference")
    default:
      return refused("django-oscar's API cannot \(mutation.operation.rawValue) a \(type.name)")
    }
  }
}
