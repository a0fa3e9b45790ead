import Bytes
import Contract
import Formats

/// A call of Tryton's JSON-RPC, as the bytes that are sent.
///
/// `{"id": 1, "method": "model.product.template.write", "params": [[1], {…}, {context}]}`. The last
/// parameter is the context: the company, the language of texts, and for a guarded write
/// `_timestamp`, the stamps that the records must still have.
struct TrytonCall: Equatable {
  /// Model and method, for example `model.product.template.read`.
  let method: String
  let params: [FieldValue]

  init(_ method: String, _ params: [FieldValue]) {
    self.method = method
    self.params = params
  }

  /// The body. Exactly these members, or the server answers as to a call of another protocol.
  var bytes: [UInt8] {
    var json = JSONWriter(capacity: 256)
    json.beginObject()
    json.key("id"); json.value(1)
    json.key("method"); json.value(method)
    json.key("params")
    FieldValue.list(params).write(into: &json)
    json.end()
    return json.finish().array
  }

  /// A decimal as the server wants it: a number of JSON would be a binary fraction of 50 digits.
  static func decimal(_ digits: String) -> FieldValue {
    .object([.init("__class__", .text("Decimal")), .init("decimal", .text(digits))])
  }

  /// A condition on a field, or several that must all hold.
  static func domain(_ conditions: (String, String, FieldValue)...) -> FieldValue {
    .list(conditions.map { .list([.text($0.0), .text($0.1), $0.2]) })
  }

  static func ids(_ ids: [Int64]) -> FieldValue { .list(ids.map(FieldValue.integer)) }

  static func names(_ names: [String]) -> FieldValue { .list(names.map(FieldValue.text)) }
}

/// A value of Tryton's JSON.
enum TrytonValue {
  /// A decimal by its digits: `{"__class__": "Decimal", "decimal": "12.34"}`, or a plain number.
  static func digits(_ value: TapeValue?) -> String? {
    guard let value, !value.isNull else { return nil }
    if value.kind == .object { return value["decimal"]?.string }
    if let whole = value.integer { return "\(whole)" }
    return value.bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A flag, which some databases give as 0 or 1.
  static func flag(_ value: TapeValue?) -> Bool {
    value?.boolean ?? (value?.integer.map { $0 != 0 } ?? false)
  }

  /// Text that says something.
  static func text(_ value: TapeValue?) -> String? {
    guard let text = value?.string, !text.isEmpty else { return nil }
    return text
  }

  /// The instant of a stamp: seconds since 1970 as a decimal.
  static func instant(_ stamp: String) -> Instant? {
    (try? MinorUnits.parse(stamp, digits: 6)).map(Instant.init(microseconds:))
  }
}
