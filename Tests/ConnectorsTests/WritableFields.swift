import Contract
import HTTPClient
import Testing

/// Every field that a type can have, and a value for it that a platform could take.
enum WritableFields {
  static func names(of type: ResourceType) -> [String] {
    let schema = ResourceSchema.of(type)
    var names: [String] = []
    for attribute in schema.attributes {
      if RecordFields.exists(attribute.name, in: type) { names.append(attribute.name) }
    }
    if type == .product { names += ["seo.title", "seo.description", "metafields.x"] }
    return names + schema.links.map { "links.\($0.name)" }
  }

  /// - Parameters:
  ///   - number: what a handle may end in.
  ///   - format: the format of descriptions.
  static func sample(
    _ field: String, of type: ResourceType, number: Int, format: String
  ) -> FieldValue {
    switch (type, field) {
    case (_, "description"): .object([.init(format, .text("text"))])
    case (_, "handle"): .text("name-\(number)")
    case (_, "status"): .text("draft")
    case (_, "amount"), (_, "available"), (_, "position"): .integer(1)
    default: .text("text")
    }
  }
}

/// Another client of the same shop.
struct OtherClient {
  let url: String
  let authorization: String

  @discardableResult
  func send(_ method: String, _ path: String, _ json: String) throws -> HTTPResponse {
    let response = try HTTPClient().send(
      HTTPRequest(
        method, url + path,
        headers: ["Authorization": authorization, "Content-Type": "application/json"],
        body: Array(json.utf8)))
    try #require(response.head.isSuccess, "\(response.text)")
    return response
  }
}
