import Bytes
import Contract
import Formats
import Machine

extension ChangingShop {
  /// A product gets another handle in French, or has none any more.
  func changeTranslatedHandle(_ product: String, _ n: Int, _ step: inout Step) throws {
    let id = "tr_\(n)_handle"
    if records["translation \(id)"] != nil, random.below(3) == 0 {
      step.name = "handle in French of \(product) gone"
      remove(.translation, id, &step)
    } else {
      step.name = "handle in French of \(product)"
      try putHandle(product, n, &step)
    }
  }

  /// Gives a product a handle in French that no other product has now. Some have been another's before, in
  /// either language.
  func putHandle(_ product: String, _ n: Int, _ step: inout Step) throws {
    let other = 1 + random.below(9)
    let handle = pick([
      "produit-\(n)", "produit-\(n)-0", "produit-\(n)-1", "produit-\(other)", "product-\(other)-0",
      "soie-\(other)",
    ])
    let taken = try records.values.contains { record in
      switch record.type {
      case .product: try record.id != product && Self.value("handle", in: record) == handle
      case .translation:
        try record.attributes.contains("\"handle\"") && record.id != "tr_\(n)_handle"
          && Self.value("value", in: record) == handle
      default: false
      }
    }
    if taken { return }
    try put(
      .translation, "tr_\(n)_handle",
      #"{"key":"handle","locale":"fr","value":"\#(handle)","source_digest":"sha256:00"}"#,
      #"{"resource":{"type":"product","id":"\#(product)"}}"#, &step)
  }

  /// A text among a record's attributes.
  static func value(_ name: String, in record: Record) throws -> String? {
    try JSON.parse(record.attributes).value[name]?.string
  }
}
