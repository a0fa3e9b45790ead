import Bytes

/// A JSON value written as a literal, for documents that are made once.
indirect enum JSONDocument: Sendable {
  case text(String)
  case integer(Int64)
  case boolean(Bool)
  case null
  case array([JSONDocument])
  case object([(String, JSONDocument)])

  /// An object with these members after its own; nothing for other values.
  func adding(_ members: [(String, JSONDocument)]) -> JSONDocument {
    guard case .object(let own) = self else { return self }
    return .object(own + members)
  }

  /// A reference to another part of the document.
  static func reference(_ path: String) -> JSONDocument {
    .object([("$ref", .text("#/components/\(path)"))])
  }

  func append(to buffer: inout ByteBuffer) {
    switch self {
    case .text(let text): buffer.append(jsonString: text)
    case .integer(let number): buffer.append(decimal: number)
    case .boolean(let flag): buffer.append(flag ? "true" : "false")
    case .null: buffer.append("null")
    case .array(let elements):
      buffer.append("[")
      for (index, element) in elements.enumerated() {
        if index > 0 { buffer.append(",") }
        element.append(to: &buffer)
      }
      buffer.append("]")
    case .object(let members):
      buffer.append("{")
      for (index, member) in members.enumerated() {
        if index > 0 { buffer.append(",") }
        buffer.append(jsonString: member.0)
        buffer.append(":")
        member.1.append(to: &buffer)
      }
      buffer.append("}")
    }
  }
}

extension JSONDocument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(arrayLiteral elements: JSONDocument...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONDocument)...) {
    self = .object(elements.map { ($0.0, $0.1) })
  }
}
