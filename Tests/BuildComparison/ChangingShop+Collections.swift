import Bytes
import Contract
import Machine

extension ChangingShop {
  /// The collections that list their products, with lists made anew.
  func putLists(_ step: inout Step) throws {
    for (id, handle, title) in [("col_a_silk", "silk", "Silk"), ("col_d_bags", "bags", "Bags")] {
      let known = records["collection \(id)"]
      try putCollection(
        id, handle: known.flatMap { Self.text("handle", of: $0) } ?? handle,
        title: known.flatMap { Self.text("title", of: $0) } ?? title, members: list(), &step)
    }
  }

  private static func text(_ member: String, of record: Record) -> String? {
    guard let start = record.attributes.firstRange(of: "\"\(member)\":\"")?.upperBound else {
      return nil
    }
    return record.attributes[start...].firstIndex(of: "\"").map {
      String(record.attributes[start..<$0])
    }
  }

  /// Some are named that do not exist, or exist no more.
  private func list() -> String {
    var list = ids(.product).filter { _ in random.below(3) > 0 } + ["prd_nowhere"]
    for index in list.indices { list.swapAt(index, random.below(list.count)) }
    return "\"products\":[\(list.map { "\"\($0)\"" }.joined(separator: ","))]"
  }

  private func rule() -> String {
    let condition = pick([
      #"{"field":"tags","op":"contains","value":"red"}"#,
      #"{"field":"tags","op":"contains","value":"blue"}"#,
      #"{"field":"product_type","op":"equals","value":"Silk"}"#,
      #"{"field":"price","op":"at_least","value":14000}"#,
      #"{"field":"price","op":"less_than","value":13000}"#,
    ])
    return #""rule":{"\#(pick(["all", "any"]))":[\#(condition)]}"#
  }

  private func putCollection(
    _ id: String, handle: String, title: String, members: String, _ step: inout Step
  ) throws {
    let text =
      random.below(2) == 0
      ? "" : #","description":{"markdown":"All *\#(word())* of the house, \#(random.below(50))."}"#
    try put(
      .collection, id, #"{"handle":"\#(handle)","title":"\#(title)",\#(members)\#(text)}"#, "{}",
      &step)
  }

  /// What the shop has of a collection but for its long text.
  private func parts(of id: String) -> (handle: String, title: String, members: String) {
    guard let record = records["collection \(id)"] else { return ("", "", "") }
    let from =
      record.attributes.firstRange(of: "\"products\":")
      ?? record.attributes.firstRange(of: "\"rule\":")
    var members = from.map { String(record.attributes[$0.lowerBound...]) } ?? "\"products\":[]"
    if let end = members.firstRange(of: ",\"description\"") {
      members = String(members[..<end.lowerBound])
    } else {
      members.removeLast()
    }
    return (
      Self.text("handle", of: record) ?? "", Self.text("title", of: record) ?? "", members
    )
  }

  /// Names of products' kinds, which decide what comes first, and of products, which are private now and
  /// then.
  private func title() -> String {
    pick(["Silk", "Red", "Bags", "Dear", "\(word()) \(1 + random.below(9))", "The \(word()) room"])
  }

  // MARK: Changes

  /// Some collection changes, comes or goes.
  func changeCollections(_ step: inout Step) throws {
    let all = ids(.collection)
    guard let id = all.isEmpty ? nil : pick(all), random.below(9) > 0 else {
      return try addCollection(&step)
    }
    let known = parts(of: id)
    switch random.below(12) {
    case 0, 1:
      step.name = "title of \(id)"
      try putCollection(
        id, handle: known.handle, title: title(), members: known.members, &step)
    case 2:
      step.name = "text of \(id)"
      try putCollection(
        id, handle: known.handle, title: known.title, members: known.members, &step)
    case 3: try moveCollection(id, all, &step)
    case 4, 5:
      step.name = "products of \(id)"
      try putCollection(
        id, handle: known.handle, title: known.title,
        members: random.below(2) == 0 ? list() : rule(), &step)
    case 6:
      step.name = "\(id) deleted"
      remove(.collection, id, &step)
    case 7, 8: try putGate(ofCollection: id, &step)
    case 9:
      step.name = "open \(id)"
      remove(.gate, "gate_\(id)", &step)
      remove(.entitlement, "ent_\(id)", &step)
    case 10: try translate(id, &step)
    default:
      step.name = "picture of \(id)"
      if random.below(3) == 0 { return remove(.media, "med_\(id)", &step) }
      try put(
        .media, "med_\(id)",
        #"{"kind":"image","url":"/media/\#(pick(["open.svg", "velvet-front.svg"]))","alt":"\#(word())","width":1600,"height":2000,"position":1}"#,
        #"{"parent":{"type":"collection","id":"\#(id)"}}"#, &step)
    }
  }

  private func addCollection(_ step: inout Step) throws {
    let number = random.below(6)
    // Ids before, between and behind those of others.
    let id = "col_\(["a", "b", "c", "d", "e", "f"][number])_\(number)"
    step.name = "new \(id)"
    try putCollection(
      id, handle: "room-\(number)", title: title(), members: random.below(2) == 0 ? list() : rule(),
      &step)
  }

  /// A collection gets another address: a new one, that of one that gets its own, or, which is a mistake
  /// of the shop's, that of another.
  private func moveCollection(_ id: String, _ all: [String], _ step: inout Step) throws {
    let known = parts(of: id)
    let otherID = pick(all)
    let other = parts(of: otherID)
    switch random.below(8) {
    case 0...3 where otherID != id:
      step.name = "\(id) and \(otherID) exchange addresses"
      try putCollection(
        otherID, handle: known.handle, title: other.title, members: other.members, &step)
      try putCollection(
        id, handle: other.handle, title: known.title, members: known.members, &step)
    case 4:
      step.name = "\(id) at the address of \(otherID)"
      try putCollection(
        id, handle: other.handle, title: known.title, members: known.members, &step)
    default:
      step.name = "\(id) at another address"
      try putCollection(
        id, handle: "\(id.dropFirst(4))-\(random.below(3))", title: known.title,
        members: known.members, &step)
    }
  }

  private func putGate(ofCollection id: String, _ step: inout Step) throws {
    step.name = "gate of \(id)"
    let audience = pick([#"{"tier_at_least":"tier_gold"}"#, #"{"country":"JP"}"#])
    let mode = pick(["hidden", "hidden", "teaser", "purchase"])
    try put(
      .gate, "gate_\(id)",
      #"{"mode":"\#(mode)","audience":\#(audience)\#(window(publicFrom: true))}"#,
      #"{"resource":{"type":"collection","id":"\#(id)"}}"#, &step)
    guard random.below(3) == 0 else { return }
    try putEntitlement("ent_\(id)", to: "collection", id, &step)
  }

  private func translate(_ id: String, _ step: inout Step) throws {
    step.name = "translation of \(id)"
    for key in ["title", "description"] where random.below(3) > 0 {
      guard random.below(4) > 0 else {
        remove(.translation, "tr_\(id)_\(key)", &step)
        continue
      }
      try put(
        .translation, "tr_\(id)_\(key)",
        #"{"key":"\#(key)","locale":"fr","value":"\#(word()) français","source_digest":"sha256:00"}"#,
        #"{"resource":{"type":"collection","id":"\#(id)"}}"#, &step)
    }
  }

  /// A window around now, or none.
  private func window(publicFrom: Bool = false) -> String {
    let from = start.adding(seconds: elapsed + Int64(random.below(90_000)) - 30_000)
    return switch random.below(4) {
    case 0: #","until":"\#(from.rfc3339)""#
    case 1: #","from":"\#(from.rfc3339)","until":"\#(from.adding(seconds: 30_000).rfc3339)""#
    case 2 where publicFrom: #","public_from":"\#(from.rfc3339)""#
    default: ""
    }
  }

  // MARK: Records of all

  /// A price list, an entitlement, or another record that is no product's.
  func changeSharedRecords(_ product: String, _ step: inout Step) throws {
    switch random.below(6) {
    case 0, 1:
      step.name = "price list"
      let audience = pick([
        #"{"tier_at_least":"tier_gold"}"#, #"{"tier_at_least":"tier_gold"}"#, "\"public\"",
      ])
      try put(
        .priceList, "pl_gold",
        #"{"name":"Gold","currency":"EUR","audience":\#(audience),"priority":\#(random.below(2) * 9),"tax_included":true\#(window())}"#,
        "{}", &step)
    case 2, 3:
      step.name = "entitlement to \(product)"
      if random.below(3) == 0 { return remove(.entitlement, "ent_\(product)", &step) }
      try putEntitlement("ent_\(product)", to: "product", product, &step)
    case 4:
      step.name = "entitlement moved to \(product)"
      try putEntitlement("ent_moving", to: "product", product, &step)
    default:
      step.name = "market"
      try put(
        .market, "mkt_jp",
        #"{"name":"\#(pick(["Japan", "Nippon"]))","countries":["JP"],"currency":"JPY","locales":["en"],"tax_included":true,"tax_rate":"0.10"}"#,
        #"{"price_list":"pl_jp"}"#, &step)
    }
  }

  private func putEntitlement(
    _ name: String, to type: String, _ id: String, _ step: inout Step
  ) throws {
    let subject = pick([
      #"{"type":"tier","id":"tier_gold"}"#, #"{"type":"program","id":"prg"}"#,
      #"{"type":"customer","id":"cus_1"}"#,
    ])
    try put(
      .entitlement, name, #"{"effect":"\#(pick(["allow", "allow", "deny"]))"\#(window())}"#,
      #"{"subject":\#(subject),"resource":{"type":"\#(type)","id":"\#(id)"}}"#, &step)
  }
}
