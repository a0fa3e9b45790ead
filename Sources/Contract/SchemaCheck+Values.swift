import Bytes

extension SchemaChecker {
  mutating func check(_ value: TapeValue, _ kind: AttributeKind, _ place: Place) {
    switch kind {
    case .text(let shape, let length): text(value, shape, length, place)
    case .integer(let range): integer(value, range, place)
    case .number(let allowed): number(value, allowed, place)
    case .figure:
      value.kind == .string
        ? text(value, .decimal, 1...19, place) : integer(value, 0...1_000_000_000_000, place)
    case .boolean:
      if value.boolean == nil { fault(.wrongType, place.pointer, "true or false is needed here") }
    case .choice(let words): choice(value, words, place)
    case .instant: instant(value, place)
    case .reference(let type):
      if let id = identifier(value, place.pointer) {
        mentions.append(RecordMention(type: type, id: id, pointer: place.pointer, policy: nil))
      }
    case .list(let element, let count, let isUnique):
      list(value, element, count, isUnique, place)
    case .object(let described): members(of: value, described, at: place.pointer)
    case .oneOf(let described): oneOf(value, described, place)
    case .map(let shape, let element, let count): map(value, shape, element, count, place)
    case .audience: audience(value, place, depth: 0)
    case .anything: break
    case .nullable(let inner): if !value.isNull { check(value, inner, place) }
    }
  }

  /// A gate or price list would open if what its audience names could vanish.
  private mutating func mention(_ type: ResourceType, _ value: TapeValue, _ place: Place) {
    guard let id = identifier(value, place.pointer) else { return }
    mentions.append(
      RecordMention(type: type, id: id, pointer: place.pointer, policy: .guarded))
  }

  private mutating func text(
    _ value: TapeValue, _ shape: TextShape, _ length: ClosedRange<Int>, _ place: Place
  ) {
    guard value.kind == .string, let bytes = value.bytes else {
      return fault(.wrongType, place.pointer, "text is needed here")
    }
    if bytes.count > length.upperBound || bytes.count < length.lowerBound {
      let scalars = bytes.count { $0 & 0xC0 != 0x80 }
      guard length.contains(scalars) else {
        let least = length.lowerBound < length.upperBound ? "\(length.lowerBound) to " : ""
        return fault(
          .badLength, place.pointer,
          "\(scalars) characters, where \(least)\(length.upperBound) are allowed")
      }
    }
    if !shape.matches(bytes) {
      fault(.badFormat, place.pointer, "\(shape.expectation) is needed here")
    }
  }

  private mutating func integer(
    _ value: TapeValue, _ range: ClosedRange<Int64>, _ place: Place
  ) {
    guard let number = value.integer else {
      if value.kind == .number, let bytes = value.bytes {
        let isWhole = !bytes.contains { $0 == 0x2E || $0 == 0x65 || $0 == 0x45 }
        return isWhole
          ? fault(.outOfRange, place.pointer, "the number is out of range")
          : fault(
            .tooManyDecimals, place.pointer,
            "a whole number is needed here; money is counted in minor units")
      }
      return fault(.wrongType, place.pointer, "a whole number is needed here")
    }
    if !range.contains(number) {
      fault(
        .outOfRange, place.pointer,
        "\(number) is not from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private mutating func number(_ value: TapeValue, _ allowed: [Int64], _ place: Place) {
    guard let number = value.integer else {
      return fault(.wrongType, place.pointer, "a whole number is needed here")
    }
    if !allowed.contains(number) {
      let list = allowed.map(String.init).joined(separator: ", ")
      fault(.notAllowed, place.pointer, "one of \(list) is needed")
    }
  }

  private mutating func choice(_ value: TapeValue, _ words: [String], _ place: Place) {
    guard value.kind == .string, let bytes = value.bytes else {
      return fault(.wrongType, place.pointer, "text is needed here")
    }
    if !words.contains(where: { $0.utf8.elementsEqual(bytes) }) {
      fault(.notAllowed, place.pointer, "one of \(words.joined(separator: ", ")) is needed")
    }
  }

  private mutating func instant(_ value: TapeValue, _ place: Place) {
    guard let text = value.string else {
      return fault(.wrongType, place.pointer, "an RFC 3339 time is needed here")
    }
    if Instant(rfc3339: text) == nil {
      fault(.badFormat, place.pointer, "an RFC 3339 time such as 2026-11-24T09:00:00Z is needed")
    }
  }

  private mutating func list(
    _ value: TapeValue, _ element: AttributeKind, _ count: ClosedRange<Int>, _ isUnique: Bool,
    _ place: Place
  ) {
    guard value.kind == .array else {
      return fault(.wrongType, place.pointer, "an array is needed here")
    }
    guard count.contains(value.count) else {
      return fault(
        .badLength, place.pointer,
        "\(value.count) elements, where \(count.lowerBound) to \(count.upperBound) are allowed")
    }
    let pointer = place.pointer
    var seen: Set<String> = []
    for (index, child) in value.children.enumerated() {
      check(child, element, Place(pointer, "\(index)"))
      if isUnique, let text = child.string, !seen.insert(text).inserted {
        fault(.notUnique, "\(pointer)/\(index)", "the element is there already")
      }
    }
  }

  private mutating func oneOf(_ value: TapeValue, _ described: [Attribute], _ place: Place) {
    guard value.kind == .object else {
      return fault(.wrongType, place.pointer, "an object is needed here")
    }
    let found = described.compactMap { attribute in
      member(attribute.name, attribute.key, of: value).map { (attribute, $0) }
    }
    guard found.count == 1, isReading || value.count == 1 else {
      let names = described.map(\.name).joined(separator: ", ")
      return fault(.notExactlyOne, place.pointer, "exactly one of \(names) is needed")
    }
    check(found[0].1, found[0].0.kind, Place(place.pointer, found[0].0.name))
  }

  private mutating func map(
    _ value: TapeValue, _ shape: TextShape, _ element: AttributeKind, _ count: ClosedRange<Int>,
    _ place: Place
  ) {
    guard value.kind == .object else {
      return fault(.wrongType, place.pointer, "an object is needed here")
    }
    guard count.contains(value.count) else {
      return fault(
        .badLength, place.pointer,
        "\(value.count) members, where \(count.lowerBound) to \(count.upperBound) are allowed")
    }
    let pointer = place.pointer
    for (name, child) in value.members {
      var copy = name
      let fits = copy.withUTF8 {
        (1...512).contains($0.count) && shape.matches(UnsafeRawBufferPointer($0))
      }
      if !fits {
        fault(.badFormat, Place(pointer, name).pointer, "\(shape.expectation) is needed as a name")
      }
      if case .anything = element { continue }
      check(child, element, Place(pointer, name))
    }
  }

  /// `"public" | {tier_at_least} | {program} | {country} | {any|all: […]} | {not}`.
  private mutating func audience(_ value: TapeValue, _ place: Place, depth: Int) {
    if value.kind == .string {
      if value.string != "public" {
        fault(.notAllowed, place.pointer, "the only word here is \"public\"")
      }
      return
    }
    guard value.kind == .object, value.count == 1, depth < AudienceSchema.depthLimit,
      let (name, inner) = value.members.first
    else {
      return fault(
        .notExactlyOne, place.pointer,
        "\"public\" or one of \(AudienceSchema.names.joined(separator: ", ")) is needed, "
          + "at most \(AudienceSchema.depthLimit) deep")
    }
    let within = Place(place.pointer, name)
    switch name {
    case "tier_at_least": mention(.tier, inner, within)
    case "program": mention(.program, inner, within)
    case "country": check(inner, .text(.country, length: 2...2), within)
    case "not": audience(inner, within, depth: depth + 1)
    case "any", "all":
      guard inner.kind == .array, (1...100).contains(inner.count) else {
        return fault(.badLength, within.pointer, "an array of 1 to 100 audiences is needed")
      }
      for (index, child) in inner.children.enumerated() {
        audience(child, Place(within.pointer, "\(index)"), depth: depth + 1)
      }
    default:
      fault(
        .unknownMember, within.pointer,
        "one of \(AudienceSchema.names.joined(separator: ", ")) is needed")
    }
  }
}

/// The grammar of audiences.
public enum AudienceSchema {
  /// How deep audiences may be nested.
  public static let depthLimit = 16
  /// The members of which an audience has exactly one.
  public static let names = ["tier_at_least", "program", "country", "any", "all", "not"]
}
