public import Bytes
public import Formats

/// The value of one field of a record, held apart from the record: what an edit sets, what it was
/// set from, what a merge decides about.
///
/// Two values are equal when they say the same JSON; the order of an object's members does not
/// count, and is that of their names.
public indirect enum FieldValue: Sendable, Hashable {
  /// No value: the field is absent, or an edit clears it.
  case null
  /// True or false.
  case boolean(Bool)
  /// A whole number; money is one, in minor units.
  case integer(Int64)
  /// Any other number, by its own digits.
  case number(String)
  /// Text.
  case text(String)
  /// An array.
  case list([FieldValue])
  /// An object, members in byte order of their names.
  case object([Member])

  /// A member of an object.
  public struct Member: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: FieldValue

    /// Names a value.
    public init(_ name: String, _ value: FieldValue) {
      self.name = name
      self.value = value
    }
  }

  /// Takes a value out of a tape.
  public init(_ value: TapeValue) {
    switch value.kind {
    case .null: self = .null
    case .no: self = .boolean(false)
    case .yes: self = .boolean(true)
    case .integer: self = .integer(value.cell.integer)
    case .number: self = .number(String(decoding: value.tape.bytes(of: value.cell), as: UTF8.self))
    case .string: self = .text(String(decoding: value.tape.bytes(of: value.cell), as: UTF8.self))
    case .array: self = .list(value.children.map(FieldValue.init))
    case .object: self = .object(of: value.members.map { Member($0.name, FieldValue($0.value)) })
    }
  }

  /// An object of members in any order.
  public static func object(of members: [Member]) -> FieldValue {
    .object(members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
  }

  /// Reads a value from its JSON.
  public init(json: String) throws(FormatError) { self.init(try JSON.parse(json).value) }

  /// The value as JSON without spaces. Equal values have equal texts.
  public var json: String {
    var writer = JSONWriter(capacity: 64)
    write(into: &writer)
    return writer.finish().string
  }

  /// Writes the value as the next value of a document.
  public func write(into json: inout JSONWriter) {
    switch self {
    case .null: json.null()
    case .boolean(let flag): json.value(flag)
    case .integer(let number): json.value(number)
    case .number(let digits): json.raw(Array(digits.utf8))
    case .text(let text): json.value(text)
    case .list(let values):
      json.beginArray()
      for value in values { value.write(into: &json) }
      json.end()
    case .object(let members):
      json.beginObject()
      for member in members {
        json.key(member.name)
        member.value.write(into: &json)
      }
      json.end()
    }
  }

  /// The text, if it is one.
  public var text: String? { if case .text(let text) = self { text } else { nil } }

  /// The whole number, if it is one.
  public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

  /// The elements, if it is a list.
  public var list: [FieldValue]? { if case .list(let values) = self { values } else { nil } }

  /// The members, if it is an object.
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  /// Whether it is no value.
  public var isNull: Bool { self == .null }

  /// A member's value; nil where there is none or this is no object.
  public subscript(name: String) -> FieldValue? { members?.first { $0.name == name }?.value }
}
