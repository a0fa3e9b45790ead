import Bytes

/// What a merchant's own field holds, read off its value: records do not say it.
enum MetafieldKind: String {
  case boolean
  case integer = "number_integer"
  case decimal = "number_decimal"
  case money
  case date
  case url
  case line = "single_line_text_field"
  case text = "multi_line_text_field"
  case list = "list.single_line_text_field"
  case json

  init(_ value: TapeValue) {
    switch value.kind {
    case .yes, .no: self = .boolean
    case .integer: self = .integer
    case .number: self = .decimal
    case .string: self = Self.kind(of: value.string ?? "")
    case .array: self = value.children.allSatisfy { $0.kind == .string } ? .list : .json
    case .object:
      let isMoney = value["amount"]?.integer != nil && value["currency"]?.string != nil
      self = isMoney ? .money : .json
    case .null: self = .json
    }
  }

  private static func kind(of text: String) -> MetafieldKind {
    if text.contains("\n") { return .text }
    if CivilDate(text) != nil { return .date }
    let isAddress = text.hasPrefix("https://") || text.hasPrefix("http://")
    return isAddress && !text.contains(" ") ? .url : .line
  }
}
