import Bytes
import Contract
import Formats
import HTTPClient

/// An answer of django-rest-framework to a write.
struct OscarAnswer {
  let response: HTTPResponse
  let retryAfter: Int?
  /// The JSON of the body, if it is JSON by its content type and by its bytes.
  let tape: Tape?

  init(_ response: HTTPResponse, _ session: APISession) {
    self.response = response
    retryAfter = session.askedSeconds(response.head)
    tape =
      response.headers.mediaType == "application/json" ? try? JSON.parse(response.body) : nil
  }

  /// What the answer settles by itself; nil where only the record can tell.
  func outcome(of type: ResourceType) -> WriteOutcome? {
    let looks = APISession.looks(response.head, response.body)
    switch response.status {
    case 401: return .unauthorized(ConnectorError(.unauthenticated, "the shop says \(looks)"))
    case 403: return .unauthorized(ConnectorError(.forbidden, "the shop says \(looks)"))
    case 408, 425, 429:
      return .postponed(
        seconds: retryAfter, reason: "the shop answered \(response.status) with \(looks)")
    case 404, 410: return tape == nil ? nil : .missing
    case 400..<500: return tape.map { .refused(Self.refusal($0.value, looks)) }
    default: return nil
    }
  }

  /// The words of an error that came with a status of success.
  var refusalInSuccess: WriteRefusal? {
    guard let value = tape?.value, value["id"] == nil else { return nil }
    for name in ["detail", "error", "errors", "non_field_errors"] where value[name] != nil {
      return Self.refusal(value, APISession.looks(response.head, response.body))
    }
    return nil
  }

  /// The first message of an error body, `{"field": ["message"]}`, however deep, and its field.
  private static func refusal(_ value: TapeValue, _ looks: String) -> WriteRefusal {
    guard let (column, message) = first(value, column: nil) else {
      return WriteRefusal("the shop says \(looks)")
    }
    return WriteRefusal(message, field: column.flatMap(field), code: column)
  }

  private static func first(
    _ value: TapeValue, column: String?
  ) -> (column: String?, message: String)? {
    if let text = value.string { return (column, text) }
    for member in value.kind == .object ? value.members : [] {
      let isPlace = Int(member.name) != nil  // rows of nested lists are keyed by their place
      if let found = first(member.value, column: isPlace ? column : member.name) { return found }
    }
    for child in value.kind == .array ? value.children : [] {
      if let found = first(child, column: column) { return found }
    }
    return nil
  }

  /// The field behind a column.
  private static func field(_ column: String) -> String? {
    switch column {
    case "title", "description": column
    case "meta_title": "seo.title"
    case "meta_description": "seo.description"
    case "upc": "external_ref"
    case "slug": "handle"
    case "is_public": "status"
    case "product_class": "product_type"
    case "price": "amount"
    case "num_in_stock": "available"
    default: nil
    }
  }
}
