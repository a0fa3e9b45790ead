import Bytes
import Contract
import Formats
import Machine

extension ChangingShop {
  /// A product or collection gets another handle in French, or has none any more; now and then a page links to
  /// some by their own.
  func changeTranslatedHandle(_ product: String, _ n: Int, _ step: inout Step) throws {
    switch random.below(8) {
    case 0:
      step.name = "links"
      step.files = [
        ("content/pages/about.md", "---\ntitle: About\n---\nSee\(try link())\(try link()).\n")
      ]
      return
    case 1, 2: return try changeHandle(ofCollection: pick(ids(.collection) + ["col_a_silk"]), &step)
    default: break
    }
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
    if try isTaken(handle, among: .product, by: product, "tr_\(n)_handle") { return }
    try put(
      .translation, "tr_\(n)_handle",
      #"{"key":"handle","locale":"fr","value":"\#(handle)","source_digest":"sha256:00"}"#,
      #"{"resource":{"type":"product","id":"\#(product)"}}"#, &step)
  }

  private func changeHandle(ofCollection id: String, _ step: inout Step) throws {
    step.name = "handle in French of \(id)"
    guard records["collection \(id)"] != nil, random.below(4) > 0 else {
      return remove(.translation, "tr_\(id)_handle", &step)
    }
    let handle = pick(["salle-\(random.below(4))", "rouge-\(random.below(4))", "silk", "room-2"])
    if try isTaken(handle, among: .collection, by: id, "tr_\(id)_handle") { return }
    try put(
      .translation, "tr_\(id)_handle",
      #"{"key":"handle","locale":"fr","value":"\#(handle)","source_digest":"sha256:00"}"#,
      #"{"resource":{"type":"collection","id":"\#(id)"}}"#, &step)
  }

  /// Whether another record of the type has a handle as its own, or another translation of one says it.
  private func isTaken(
    _ handle: String, among type: ResourceType, by id: String, _ translation: String
  ) throws -> Bool {
    try records.values.contains { record in
      switch record.type {
      case type: try record.id != id && Self.value("handle", in: record) == handle
      case .translation:
        try record.attributes.contains("\"handle\"") && record.id != translation
          && Self.value("value", in: record) == handle
      default: false
      }
    }
  }

  /// A text among a record's attributes.
  static func value(_ name: String, in record: Record) throws -> String? {
    try JSON.parse(record.attributes).value[name]?.string
  }
}
