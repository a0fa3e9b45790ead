import Bytes
import Contract

extension SecondCheck {
  mutating func checkRules(_ record: RecordKey, _ fields: RecordMerge.Fields) {
    checkWindow(record, fields)
    switch record.type {
    case .price: checkPrice(record, fields)
    case .priceList:
      for price in state.records(of: .price, having: ["links.price_list": .text(record.id)])
        .sorted()
      {
        if let fields = state.fields(of: price) { checkPrice(price, fields) }
      }
    case .variant: checkOptions(record, fields)
    case .product:
      for variant in state.records(of: .variant, having: ["links.product": .text(record.id)])
        .sorted()
      {
        if let fields = state.fields(of: variant) { checkOptions(variant, fields) }
      }
    default: break
    }
  }

  // MARK: Spans of time

  private mutating func checkWindow(_ record: RecordKey, _ fields: RecordMerge.Fields) {
    guard
      ResourceSchema.of(record.type).attributes.contains(where: { $0.name == "until" })
        || record.type == .membership
    else { return }
    for (from, until) in [("from", "until"), ("tier_from", "tier_until")] {
      guard let start = Self.instant(fields[from]), let end = Self.instant(fields[until]),
        start >= end
      else { continue }
      report(.rule, .window, [record], [from, until], .schedule)
    }
  }

  private static func instant(_ value: FieldValue?) -> Instant? {
    value?.text.flatMap { Instant(rfc3339: $0) }
  }

  /// Whether two prices can hold at the same instant.
  private static func overlap(_ left: RecordMerge.Fields, _ right: RecordMerge.Fields) -> Bool {
    func begins(_ a: RecordMerge.Fields, beforeEndOf b: RecordMerge.Fields) -> Bool {
      guard let start = instant(a["from"]), let end = instant(b["until"]) else { return true }
      return start < end
    }
    return begins(left, beforeEndOf: right) && begins(right, beforeEndOf: left)
  }

  // MARK: Prices

  private mutating func checkPrice(_ record: RecordKey, _ fields: RecordMerge.Fields) {
    guard let amount = fields["amount"]?.integer else { return }
    if let former = fields["compare_at"]?.integer, former <= amount {
      report(.rule, .compareAt, [record], ["amount", "compare_at"], .price)
    }
    guard let list = fields["links.price_list"]?.text,
      let listFields = state.fields(of: RecordKey(.priceList, list))
    else { return }
    let currency = fields["currency"]
    if currency != listFields["currency"] {
      report(.rule, .listCurrency, [record, RecordKey(.priceList, list)], ["currency"], .price)
    }
    checkMemberPrice(record, fields, amount, isForMembers: Self.isForMembers(listFields))
  }

  private static func isForMembers(_ list: RecordMerge.Fields) -> Bool {
    !(list["audience"] ?? .null).isNull
  }

  /// Compares a price with those of the same variant, currency and quantity on the other kind of
  /// lists.
  private mutating func checkMemberPrice(
    _ record: RecordKey, _ fields: RecordMerge.Fields, _ amount: Int64, isForMembers: Bool
  ) {
    guard let variant = fields["links.variant"] else { return }
    let others = state.records(of: .price, having: ["links.variant": variant])
    for other in others.sorted() where other != record {
      guard let theirs = state.fields(of: other), let theirAmount = theirs["amount"]?.integer,
        theirs["currency"] == fields["currency"],
        theirs["min_quantity"]?.integer ?? 1 == fields["min_quantity"]?.integer ?? 1,
        let list = theirs["links.price_list"]?.text,
        let listFields = state.fields(of: RecordKey(.priceList, list)),
        Self.isForMembers(listFields) != isForMembers, Self.overlap(fields, theirs)
      else { continue }
      let (member, all) = isForMembers ? (amount, theirAmount) : (theirAmount, amount)
      guard member > all else { continue }
      report(
        .rule, .memberPrice, isForMembers ? [record, other] : [other, record], ["amount"], .price)
    }
  }

  // MARK: Options

  private mutating func checkOptions(_ record: RecordKey, _ fields: RecordMerge.Fields) {
    guard let id = fields["links.product"]?.text,
      let product = state.fields(of: RecordKey(.product, id))
    else { return }
    let own = Self.options(fields)
    var wanted: [String: Set<String>] = [:]
    for option in product["options"]?.list ?? [] {
      guard let name = option["name"]?.text else { continue }
      wanted[name] = Set(option["values"]?.list?.compactMap(\.text) ?? [])
    }
    let wrong = Set(own.keys).union(wanted.keys).filter { name in
      guard let value = own[name], let values = wanted[name] else { return true }
      return !values.contains(value)
    }
    if !wrong.isEmpty {
      report(
        .rule, .options, [record, RecordKey(.product, id)], wrong.sorted().map { "options.\($0)" },
        .order)
    }
    guard !own.isEmpty else { return }
    let siblings = state.records(of: .variant, having: ["links.product": .text(id)])
    for sibling in siblings.sorted() where sibling != record {
      guard let theirs = state.fields(of: sibling), Self.options(theirs) == own else { continue }
      report(
        .rule, .sameOptions, [record, sibling].sorted(), own.keys.sorted().map { "options.\($0)" },
        .nameTaken)
    }
  }

  private static func options(_ fields: RecordMerge.Fields) -> [String: String] {
    var options: [String: String] = [:]
    for (field, value) in fields where field.hasPrefix("options.") {
      options[String(field.dropFirst(8))] = value.text
    }
    return options
  }
}
