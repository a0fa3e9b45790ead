import Contract
import Machine

/// Changes that people make, drawn from tiny sets so that they meet.
enum Changes {
  private static let titles = [
    "Satchel", "Trocadéro Satchel", "Trocade\u{301}ro Satchel", "Lantern",
  ]
  private static let vendors = ["Maison", "Atelier", ""]
  private static let handles = ["thing-0", "thing-1", "thing-2", "lamp", "bag", "belt"]
  private static let tags = ["red", "new", "sale", "wool"]
  private static let words = ["quiet", "small", "mild", "cool", "flat", "wool", "hand", "lake"]
  private static let statuses = ["active", "draft", "archived"]

  /// A field of a record and a new value for it; nil where nothing of the type is changed.
  static func draw(
    _ type: ResourceType, _ fields: [String: FieldValue], _ random: SeededRandom
  ) -> (field: String, value: FieldValue)? {
    switch type {
    case .product: product(fields, random)
    case .variant:
      switch random.below(4) {
      case 0: ("position", .integer(Int64(random.below(4))))
      case 1: ("weight_g", .integer(Int64(100 * (1 + random.below(3)))))
      case 2: ("mpn", .text("M\(random.below(3))"))
      default: ("options.Size", .text(["S", "M", "L"][random.below(3)]))
      }
    case .price:
      random.below(4) == 0
        ? ("compare_at", random.below(3) == 0 ? .null : .integer(20_000 + step(random)))
        : ("amount", .integer(amount(fields["amount"]?.integer ?? 10_000, random)))
    case .inventoryLevel:
      ("available", .integer(max(0, (fields["available"]?.integer ?? 0) + movement(random))))
    case .collection: collection(fields, random)
    case .translation: ("value", .text(["Chose", "Objet", "Sac"][random.below(3)]))
    default: nil
    }
  }

  private static func step(_ random: SeededRandom) -> Int64 { Int64(random.below(4)) * 500 }

  /// Amounts that binary fractions do not hold, the last near the largest.
  private static let awkward: [Int64] = [
    1_915, 12_814, 12_823, 12_848, 990_000_000_005,
  ]

  /// Mostly a small step; now and then a slip by a factor of ten, or an amount that is awkward for
  /// programs that count money in floating point.
  private static func amount(_ old: Int64, _ random: SeededRandom) -> Int64 {
    if random.below(12) == 0 { return max(1, old / 10) }
    if random.below(8) == 0 { return awkward[random.below(awkward.count)] }
    return max(100, old + [500, -500, 1000, 29, -7][random.below(5)])
  }

  /// By how much somebody moves stock.
  static func movement(_ random: SeededRandom) -> Int64 {
    [-3, -2, -1, 1, 2, 5][random.below(6)]
  }

  private static func product(
    _ fields: [String: FieldValue], _ random: SeededRandom
  ) -> (field: String, value: FieldValue) {
    func pick(_ texts: [String]) -> FieldValue { .text(texts[random.below(texts.count)]) }
    switch random.below(12) {
    case 0, 1: return ("title", pick(titles))
    case 2:
      let vendor = vendors[random.below(vendors.count)]
      return ("vendor", vendor.isEmpty ? .null : .text(vendor))
    case 3, 4, 5:
      let text = fields["description"]?["markdown"]?.text ?? Shop.text(0)
      return (
        "description", .object(of: [.init("markdown", .text(rewrite(text, random)))])
      )
    case 6, 7:
      var left = (fields["tags"]?.list ?? []).compactMap(\.text)
      let tag = tags[random.below(tags.count)]
      if let place = left.firstIndex(of: tag) { left.remove(at: place) } else { left.append(tag) }
      return ("tags", left.isEmpty ? .null : .list(left.map { .text($0) }))
    case 8: return ("handle", pick(handles))
    case 9: return ("status", pick(statuses))
    case 10: return ("seo.title", pick(titles))
    default: return ("metafields.care", pick(words))
    }
  }

  private static func collection(
    _ fields: [String: FieldValue], _ random: SeededRandom
  ) -> (field: String, value: FieldValue) {
    guard random.below(3) > 0, var list = fields["products"]?.list else {
      return ("title", .text(titles[random.below(titles.count)]))
    }
    let id = FieldValue.text(Shop.product(random.below(4)).id)
    switch random.below(3) {
    case 0 where list.count > 1: list.swapAt(0, 1 + random.below(list.count - 1))
    case 1: if !list.contains(id) { list.append(id) }
    default: list.removeAll { $0 == id }
    }
    return ("products", .list(list))
  }

  /// Changes a text: a word, a sentence, the order of paragraphs, its line breaks.
  static func rewrite(_ text: String, _ random: SeededRandom) -> String {
    var blocks = text.split(separator: "\n\n", omittingEmptySubsequences: true).map(String.init)
    guard !blocks.isEmpty else { return "A new text." }
    let place = random.below(blocks.count)
    switch random.below(6) {
    case 0, 1, 2:
      var parts = blocks[place].split(separator: " ", omittingEmptySubsequences: false)
        .map(String.init)
      parts[random.below(parts.count)] = words[random.below(words.count)]
      blocks[place] = parts.joined(separator: " ")
    case 3: blocks[place] += " It is \(words[random.below(words.count)])."
    case 4 where blocks.count > 1:
      blocks.swapAt(place, (place + 1) % blocks.count)
    default:
      blocks.insert("A \(words[random.below(words.count)]) word more.", at: place)
    }
    return blocks.prefix(7).joined(separator: "\n\n")
  }
}
