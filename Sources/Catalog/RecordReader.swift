import Bytes

/// Reads the attributes and links of one record and says where one is wrong.
///
/// Attributes that it is not asked for are left alone: servers may add some.
struct RecordReader {
  let value: TapeValue
  let links: TapeValue?
  /// The pointer to the value, made only where something is wrong with it.
  private let makePath: @Sendable () -> String

  var path: String { makePath() }

  init(attributes: TapeValue, links: TapeValue?) throws(CatalogError) {
    guard attributes.kind == .object else {
      throw CatalogError(.type, "attributes must be an object", at: "/attributes")
    }
    value = attributes
    self.links = links
    makePath = { "/attributes" }
  }

  init(
    object: TapeValue, path: @autoclosure @escaping @Sendable () -> String
  ) throws(CatalogError) {
    guard object.kind == .object else { throw CatalogError(.type, "must be an object", at: path()) }
    value = object
    links = nil
    makePath = path
  }

  func pointer(_ name: String) -> String { "\(path)/\(name)" }

  /// The value called `name`, unless it is absent or null.
  func present(_ name: String) -> TapeValue? {
    guard let found = value[name], !found.isNull else { return nil }
    return found
  }

  func required(_ name: String) throws(CatalogError) -> TapeValue {
    guard let found = present(name) else {
      throw CatalogError(.required, "\(name) is missing", at: pointer(name))
    }
    return found
  }

  func optionalString(_ name: String) throws(CatalogError) -> String? {
    guard let found = present(name) else { return nil }
    guard let text = found.string else {
      throw CatalogError(.type, "\(name) must be text", at: pointer(name))
    }
    return text
  }

  func string(_ name: String) throws(CatalogError) -> String {
    _ = try required(name)
    guard let text = try optionalString(name), !text.isEmpty else {
      throw CatalogError(.required, "\(name) is empty", at: pointer(name))
    }
    return text
  }

  func optionalInteger(_ name: String) throws(CatalogError) -> Int64? {
    guard let found = present(name) else { return nil }
    guard let number = found.integer else {
      throw CatalogError(.type, "\(name) must be a whole number", at: pointer(name))
    }
    return number
  }

  func integer(_ name: String) throws(CatalogError) -> Int64 {
    _ = try required(name)
    return try optionalInteger(name) ?? 0
  }

  /// A number that fits `Int` and is not negative.
  func count(_ name: String) throws(CatalogError) -> Int? {
    guard let number = try optionalInteger(name) else { return nil }
    guard number >= 0, number <= Int64(Int32.max) else {
      throw CatalogError(.range, "\(name) is out of range", at: pointer(name))
    }
    return Int(number)
  }

  func optionalBoolean(_ name: String) throws(CatalogError) -> Bool? {
    guard let found = present(name) else { return nil }
    guard let flag = found.boolean else {
      throw CatalogError(.type, "\(name) must be true or false", at: pointer(name))
    }
    return flag
  }

  func optionalInstant(_ name: String) throws(CatalogError) -> Instant? {
    guard let text = try optionalString(name) else { return nil }
    guard let instant = Instant(rfc3339: text) else {
      throw CatalogError(.format, "\(name) must be an RFC 3339 time", at: pointer(name))
    }
    return instant
  }

  func optionalWord<Word: RawRepresentable & CaseIterable>(_ name: String) throws(CatalogError)
    -> Word?
  where Word.RawValue == String {
    guard let text = try optionalString(name) else { return nil }
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw CatalogError(
        .value, "\(name) is \"\(text)\"; it must be one of \(known)", at: pointer(name))
    }
    return word
  }

  func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws(CatalogError) -> Word
  where Word.RawValue == String {
    guard let word: Word = try optionalWord(name) else {
      throw CatalogError(.required, "\(name) is missing", at: pointer(name))
    }
    return word
  }

  func strings(_ name: String) throws(CatalogError) -> [String] {
    guard let found = present(name) else { return [] }
    guard found.kind == .array else {
      throw CatalogError(.type, "\(name) must be a list", at: pointer(name))
    }
    var result: [String] = []
    result.reserveCapacity(found.count)
    for (index, child) in found.children.enumerated() {
      guard let text = child.string else {
        throw CatalogError(.type, "must be text", at: "\(pointer(name))/\(index)")
      }
      result.append(text)
    }
    return result
  }

  /// An object of texts, in order.
  func texts(_ name: String) throws(CatalogError) -> [(key: String, text: String)] {
    guard let found = present(name) else { return [] }
    guard found.kind == .object else {
      throw CatalogError(.type, "\(name) must be an object", at: pointer(name))
    }
    var result: [(key: String, text: String)] = []
    for (key, member) in found.members {
      guard let text = member.string else {
        throw CatalogError(.type, "must be text", at: "\(pointer(name))/\(key)")
      }
      result.append((key, text))
    }
    return result
  }

  func currency(_ name: String) throws(CatalogError) -> Currency {
    let code = try string(name)
    guard let currency = Currency(code) else {
      throw CatalogError(
        .value, "\(name) is \"\(code)\", which is no currency of ISO 4217", at: pointer(name))
    }
    return currency
  }

  func rate(_ name: String) throws(CatalogError) -> Rate? {
    guard let text = try optionalString(name) else { return nil }
    do { return try Rate(text) } catch { throw error.at(pointer(name)) }
  }

  func window() throws(CatalogError) -> Window {
    let window = Window(
      from: try optionalInstant("from"), until: try optionalInstant("until"))
    if let from = window.from, let until = window.until, until < from {
      throw CatalogError(.range, "until is before from", at: pointer("until"))
    }
    return window
  }

  func audience(_ name: String) throws(CatalogError) -> AudienceExpression {
    guard let found = present(name) else { return .everyone }
    return try AudienceExpression(found, at: pointer(name))
  }

  /// The id behind a link to a record of a known type: a plain id, or an object with one.
  func link(_ name: String) throws(CatalogError) -> String {
    guard let id = try optionalLink(name) else {
      throw CatalogError(.required, "the link to a \(name) is missing", at: "/links/\(name)")
    }
    return id
  }

  func optionalLink(_ name: String) throws(CatalogError) -> String? {
    guard let found = links?[name], !found.isNull else { return nil }
    guard let id = found.string ?? found["id"]?.string, !id.isEmpty else {
      throw CatalogError(.type, "\(name) must be an id", at: "/links/\(name)")
    }
    return id
  }

  /// A link to a record of any type: `{"type":…,"id":…}`.
  func reference(_ name: String) throws(CatalogError) -> ResourceReference {
    guard let found = try optionalReference(name) else {
      throw CatalogError(.required, "the link \(name) is missing", at: "/links/\(name)")
    }
    return found
  }

  func optionalReference(_ name: String) throws(CatalogError) -> ResourceReference? {
    guard let found = links?[name], !found.isNull else { return nil }
    guard let type = found["type"]?.string, let id = found["id"]?.string, !id.isEmpty else {
      throw CatalogError(.type, "\(name) must have a type and an id", at: "/links/\(name)")
    }
    return ResourceReference(type: type, id: id)
  }
}

/// Names a record of any type.
public struct ResourceReference: Hashable, Sendable {
  /// Resource type as in the commerce API, for example `product`.
  public let type: String
  /// Its id.
  public let id: String

  /// Names a record.
  public init(type: String, id: String) {
    self.type = type
    self.id = id
  }
}
