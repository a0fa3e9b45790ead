import Bytes
public import Catalog
import Contract
import Diagnostics
import LocalMirror

extension Editor {
  /// By how many per cent a price may change without a note; a plan asks to confirm beyond it.
  static let quietPercent: Int64 = 30

  /// Brings `price=2500`, `price.EUR=2500`, `price@"Europe, Gold"=2400` or the same of `compare_at`
  /// about.
  mutating func setPrice(_ assignment: FieldAssignment, of variant: RecordKey) throws {
    let list = try priceList(assignment.address, of: variant)
    let isAmount = assignment.address.head == "price"
    let field = isAmount ? "amount" : "compare_at"
    guard let currency = Currency(list.currency) else {
      throw EditError(.badValue, "the price list \(list.name) has the currency \(list.currency)")
    }
    let prices = try lookup.prices(ofVariant: variant.id).filter { $0.priceListID == list.id }
    let price = try onePrice(prices, list, assignment.address)
    if assignment.isClearing {
      guard !isAmount else {
        throw EditError(
          .badValue, "a price cannot be cleared",
          help: price.map { "type trumeau delete \($0.id) to take it out of the list" })
      }
      guard let price else { return }
      return try edit(RecordKey(.price, price.id), [FieldEdit(field, .null)])
    }
    guard let price = try price.map({ RecordKey(.price, $0.id) }) ?? restoredPrice(variant, list)
    else {
      guard isAmount else {
        throw EditError(
          .whichPrice, "\(list.name) has no price of it that could have been another",
          help: "type price@\"\(list.name)\"=… first")
      }
      let value = try amount(assignment, current: .null, currency)
      try create(
        .price,
        fields: [
          "amount": value, "currency": .text(list.currency), "links.variant": .text(variant.id),
          "links.price_list": .text(list.id),
        ])
      return
    }
    let current = Self.value(field, of: try lookup.record(price))
    let value = try amount(assignment, current: current, currency)
    if isAmount { note(current, value, currency) }
    try edit(price, [FieldEdit(field, value)])
  }

  /// An amount after an assignment.
  func amount(
    _ assignment: FieldAssignment, current: FieldValue, _ currency: Currency
  ) throws -> FieldValue {
    let name = assignment.address.description
    guard !assignment.text.isEmpty else { throw Self.empty(assignment.address) }
    let typed = try FieldText.money(assignment.text, currency, name: name)
    guard assignment.operation != .set else { return typed }
    guard let old = current.integer, let step = typed.integer else {
      throw EditError(
        .badValue, "\(name) has no amount that could be changed", help: "type \(name)=…")
    }
    let (sum, isOver) =
      assignment.operation == .add
      ? old.addingReportingOverflow(step) : old.subtractingReportingOverflow(step)
    guard !isOver else { throw EditError(.badValue, "\(name) would be out of range") }
    return .integer(sum)
  }

  private mutating func note(_ before: FieldValue, _ after: FieldValue, _ currency: Currency) {
    guard let old = before.integer, let new = after.integer, old != new else { return }
    let change = (Int128(new) - Int128(old)) * 100
    guard old == 0 || new == 0 || change.magnitude > Int128(old * Self.quietPercent).magnitude
    else { return }
    let from = MoneyText.grouped(Money(minor: old, currency: currency))
    let to = MoneyText.grouped(Money(minor: new, currency: currency))
    notes.append("\(from) becomes \(to) \(currency): the plan will ask you to confirm it")
  }

  // MARK: Which price

  private func priceList(
    _ address: FieldAddress, of variant: RecordKey
  ) throws -> MirrorLookup.PriceList {
    let lists = try lookup.priceLists()
    if let place = address.place {
      let named = PlaceName.matches(place, lists, id: \.id, name: \.name)
      if named.count == 1, let list = named.first { return list }
      let near = Suggestion.nearest(to: place, among: lists.map(\.name))
      throw EditError(
        .whichPrice,
        named.isEmpty
          ? "there is no price list \"\(place)\""
          : "\(named.count) price lists are called \"\(place)\"",
        help: near.map { "did you mean \(FieldAddress(name: address.head, place: $0))?" }
          ?? Self.choices(address, lists))
    }
    let held = Set(try lookup.prices(ofVariant: variant.id).map(\.priceListID))
    var candidates = lists.filter { held.contains($0.id) }
    if let code = address.tail {
      let ofCurrency = lists.filter { $0.currency == code.uppercased() }
      guard !ofCurrency.isEmpty else {
        throw EditError(
          .whichPrice, "no price list is in \"\(code)\"",
          help: "there are \(Set(lists.map(\.currency)).sorted().joined(separator: ", "))")
      }
      let here = ofCurrency.filter { held.contains($0.id) }
      candidates = here.isEmpty ? ofCurrency : here
      let open = candidates.filter(\.isPublic)
      if candidates.count > 1, open.count == 1 { candidates = open }
    } else if candidates.isEmpty {
      candidates = lists
    }
    if candidates.count == 1, let list = candidates.first { return list }
    throw EditError(
      .whichPrice,
      candidates.isEmpty
        ? "there is no price list" : "it has a price in \(candidates.count) price lists",
      help: candidates.isEmpty ? nil : Self.choices(address, candidates))
  }

  /// What can be typed instead: the currency where that says it, else the list.
  private static func choices(
    _ address: FieldAddress, _ lists: [MirrorLookup.PriceList]
  ) -> String {
    let words = lists.map { list -> String in
      let sameCurrency = lists.filter { $0.currency == list.currency }
      let isClear =
        sameCurrency.count == 1 || (list.isPublic && sameCurrency.count(where: \.isPublic) == 1)
      if address.tail == nil, isClear { return "\(address.head).\(list.currency)" }
      return FieldAddress(name: address.head, place: list.name).description
    }
    return "type one of \(words.joined(separator: ", "))"
  }

  private func onePrice(
    _ prices: [MirrorLookup.Price], _ list: MirrorLookup.PriceList, _ address: FieldAddress
  ) throws(EditError) -> MirrorLookup.Price? {
    if prices.count <= 1 { return prices.first }
    let plain = prices.filter(\.isPlain)
    if plain.count == 1 { return plain.first }
    let ids = prices.map(\.id).joined(separator: ", ")
    throw EditError(
      .whichPrice, "\(list.name) has \(prices.count) prices of it, by time or number of pieces",
      help: "change the one that is meant by its id with amount=…: \(ids)")
  }

  private mutating func restoredPrice(
    _ variant: RecordKey, _ list: MirrorLookup.PriceList
  ) throws -> RecordKey? {
    let match = try lookup.deletedHere(.price).first { _, record in
      record.value("links.variant") == .text(variant.id)
        && record.value("links.price_list") == .text(list.id)
    }
    guard let key = match?.0 else { return nil }
    try restore(key)
    return key
  }

  // MARK: Stock

  /// Brings `stock@Geneva=9`, `stock@Geneva+=-3` or `count@Geneva=9` about. A stock that is set or
  /// moved is a movement from what it was; a count says what lay there.
  mutating func setStock(_ assignment: FieldAssignment, of variant: RecordKey) throws {
    let address = assignment.address
    guard address.tail == nil else {
      throw EditError(.unknownField, "`\(address)` is not a field", help: "type stock@LOCATION=…")
    }
    guard !assignment.isClearing else {
      throw EditError(.badValue, "\(address) cannot be cleared", help: "type \(address)=0")
    }
    guard !assignment.text.isEmpty else { throw Self.empty(address) }
    let levels = try lookup.stock(ofVariant: variant.id)
    let location = try location(address, levels)
    var level = levels.first { $0.locationID == location }.map { RecordKey(.inventoryLevel, $0.id) }
    if level == nil { level = try restoredLevel(variant, location) }
    let current = try level.map { Self.value("available", of: try lookup.record($0)) }
    let before = current?.integer ?? 0
    let isCount = address.head == "count"
    if isCount, assignment.operation != .set {
      throw EditError(
        .badValue, "a count says how many there are", help: "type \(address)=9, or stock@… to move")
    }
    let after =
      assignment.operation == .set
      ? try FieldText.whole(assignment.text, address.description) : try sum(before, assignment)
    // What the shop lets stand below zero may come up again.
    guard after >= 0 || (!isCount && after > before) else {
      throw EditError(.badValue, "\(address) would be \(after): stock cannot be below zero")
    }
    if let level {
      return try edit(level, [FieldEdit("available", .integer(after), isCount: isCount)])
    }
    try create(
      .inventoryLevel,
      fields: [
        "available": .integer(after), "links.variant": .text(variant.id),
        "links.location": .text(location),
      ])
  }

  private func location(
    _ address: FieldAddress, _ levels: [MirrorLookup.StockLevel]
  ) throws -> String {
    let locations = try lookup.locations()
    if let place = address.place {
      let named = PlaceName.matches(place, locations, id: \.id, name: \.name)
      if named.count == 1, let found = named.first { return found.id }
      let near = Suggestion.nearest(to: place, among: locations.map(\.name))
      throw EditError(
        .whichLocation,
        named.isEmpty
          ? "there is no location \"\(place)\""
          : "\(named.count) locations are called \"\(place)\"",
        help: near.map { "did you mean \(FieldAddress(name: address.head, place: $0))?" }
          ?? Self.places(address, locations))
    }
    if levels.count == 1, let only = levels.first { return only.locationID }
    if levels.isEmpty, locations.count == 1, let only = locations.first { return only.id }
    let held = locations.filter { location in levels.contains { $0.locationID == location.id } }
    throw EditError(
      .whichLocation,
      levels.isEmpty ? "it lies nowhere yet" : "it lies in \(levels.count) locations",
      help: Self.places(address, held.isEmpty ? locations : held))
  }

  private static func places(
    _ address: FieldAddress, _ locations: [MirrorLookup.Named]
  ) -> String {
    let words = locations.map { FieldAddress(name: address.head, place: $0.name).description }
    return words.isEmpty
      ? "the shop has no location" : "type one of \(words.joined(separator: ", "))"
  }

  private mutating func restoredLevel(
    _ variant: RecordKey, _ location: String
  ) throws -> RecordKey? {
    let match = try lookup.deletedHere(.inventoryLevel).first { _, record in
      record.value("links.variant") == .text(variant.id)
        && record.value("links.location") == .text(location)
    }
    guard let key = match?.0 else { return nil }
    try restore(key)
    return key
  }
}

/// Which of several things a person means by a name.
enum PlaceName {
  /// Those with this id or name; where there is none, those whose name begins with these words:
  /// `Paris` is `Paris, rue des Glycines` while no other begins so.
  static func matches<Thing>(
    _ place: String, _ things: [Thing], id: (Thing) -> String, name: (Thing) -> String
  ) -> [Thing] {
    let wanted = place.lowercased()
    let exact = things.filter { id($0) == place || name($0).lowercased() == wanted }
    guard exact.isEmpty else { return exact }
    return things.filter { thing in
      let name = name(thing).lowercased()
      guard name.hasPrefix(wanted) else { return false }
      return name.dropFirst(wanted.count).first.map { !$0.isLetter && !$0.isNumber } ?? true
    }
  }
}

/// Amounts as people read them.
public enum MoneyText {
  /// The amount in major units with all decimals of its currency and commas between thousands:
  /// `2,400.00`, `158,000`. The way of the screens, whatever the language.
  public static func grouped(_ money: Money) -> String {
    let text = money.decimal
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.drop { $0 == "-" }
    let whole = digits.prefix { $0 != "." }
    var grouped = ""
    for (offset, digit) in whole.enumerated() {
      if offset > 0, (whole.count - offset) % 3 == 0 { grouped.append(",") }
      grouped.append(digit)
    }
    return sign + grouped + digits.dropFirst(whole.count)
  }
}
