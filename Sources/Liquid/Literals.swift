import Bytes

/// The words and numbers that stand for themselves.
enum Literals {
  /// `true`, `nil` and their like; `blank` and `empty` are themselves only in conditions.
  static func named(_ word: ArraySlice<UInt8>, inCondition: Bool) -> Constant? {
    guard word.count <= 5, word.count >= 3 else { return nil }
    switch String(decoding: word, as: UTF8.self) {
    case "nil", "null": return .null
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "blank": return inCondition ? .blank : .text(0, 0)
    case "empty": return inCondition ? .empty : .text(0, 0)
    default: return nil
    }
  }

  /// A number of digits with at most one dot.
  static func number(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Constant {
    let digits = bytes[start..<end]
    let text = String(decoding: digits, as: UTF8.self)
    if digits.contains(UInt8(ascii: ".")) { return .float(Double(text) ?? 0) }
    if let whole = Int64(text) { return .integer(whole) }
    return .big(start, end - start)
  }

  static func member(_ name: ArraySlice<UInt8>) -> Lookup.Part {
    let symbol = name.withUnsafeBytes { Symbols.shared.intern($0) }
    switch symbol {
    case Names.size: return .member(symbol, .size)
    case Names.first: return .member(symbol, .first)
    case Names.last: return .member(symbol, .last)
    default: return .member(symbol, .none)
    }
  }

  static func comparison(_ text: String) -> Op.Comparison? {
    switch text {
    case "==": .equal
    case "!=", "<>": .unequal
    case "<": .less
    case ">": .greater
    case "<=": .lessOrEqual
    case ">=": .greaterOrEqual
    case "contains": .contains
    default: nil
    }
  }

  /// Text as Ruby's `inspect` writes it.
  static func inspect(_ text: String) -> String {
    var buffer = ByteBuffer(capacity: text.utf8.count + 2)
    var copy = text
    copy.withUTF8 { buffer.append(inspecting: UnsafeRawBufferPointer($0)) }
    return buffer.string
  }
}

/// Names that the engine itself knows.
enum Names {
  static let size = Symbols.shared.intern("size")
  static let first = Symbols.shared.intern("first")
  static let last = Symbols.shared.intern("last")
  static let forloop = Symbols.shared.intern("forloop")
  static let tablerowloop = Symbols.shared.intern("tablerowloop")
  static let itself = Symbols.shared.intern("self")
  static let allowFalse = Symbols.shared.intern("allow_false")
  static let index = Symbols.shared.intern("index")
  static let index0 = Symbols.shared.intern("index0")
  static let rindex = Symbols.shared.intern("rindex")
  static let rindex0 = Symbols.shared.intern("rindex0")
  static let length = Symbols.shared.intern("length")
  static let parentloop = Symbols.shared.intern("parentloop")
  static let name = Symbols.shared.intern("name")
  static let col = Symbols.shared.intern("col")
  static let col0 = Symbols.shared.intern("col0")
  static let row = Symbols.shared.intern("row")
  static let colFirst = Symbols.shared.intern("col_first")
  static let colLast = Symbols.shared.intern("col_last")
}
