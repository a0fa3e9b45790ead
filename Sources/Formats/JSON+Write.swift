public import Bytes

extension JSON {
  /// Appends a value as compact JSON, names in the order of the tape, numbers as they were read.
  ///
  /// With `insideScript` it can stand in a script element: `<`, `>`, `&` and the separators of lines are
  /// written as escapes.
  public static func write(
    _ value: TapeValue, into buffer: inout ByteBuffer, insideScript: Bool = false
  ) {
    write(value.tape, value.index, insideScript, into: &buffer)
  }

  /// The compact JSON of a value.
  public static func text(_ value: TapeValue) -> String {
    var buffer = ByteBuffer(capacity: 256)
    write(value, into: &buffer)
    return buffer.string
  }

  /// Appends a value in the canonical form of RFC 8785: no space, names sorted by their UTF-16
  /// code units, numbers as ECMAScript prints the nearest double, shortest escapes.
  ///
  /// A number beyond the range of a double, which the RFC forbids, is written by its own digits.
  public static func writeCanonical(_ value: TapeValue, into buffer: inout ByteBuffer) {
    let cell = value.cell
    switch cell.kind {
    case .integer: CanonicalNumber.append(cell.integer, to: &buffer)
    case .number: CanonicalNumber.append(digits: value.tape.bytes(of: cell), to: &buffer)
    case .array:
      buffer.append(UInt8(ascii: "["))
      for (position, child) in value.children.enumerated() {
        if position > 0 { buffer.append(UInt8(ascii: ",")) }
        writeCanonical(child, into: &buffer)
      }
      buffer.append(UInt8(ascii: "]"))
    case .object:
      buffer.append(UInt8(ascii: "{"))
      for (position, member) in value.members.sorted(by: precedes).enumerated() {
        if position > 0 { buffer.append(UInt8(ascii: ",")) }
        buffer.append(jsonString: member.name)
        buffer.append(UInt8(ascii: ":"))
        writeCanonical(member.value, into: &buffer)
      }
      buffer.append(UInt8(ascii: "}"))
    default: write(value, into: &buffer)
    }
  }

  /// Code units differ in order from code points only where a surrogate meets U+E000–U+FFFF.
  private static func precedes(
    _ left: (name: String, value: TapeValue), _ right: (name: String, value: TapeValue)
  ) -> Bool {
    left.name.utf16.lexicographicallyPrecedes(right.name.utf16)
  }

  private static func write(
    _ tape: Tape, _ index: Int, _ insideScript: Bool, into buffer: inout ByteBuffer
  ) {
    let cell = tape.cells[index]
    switch cell.kind {
    case .null: buffer.append("null")
    case .no: buffer.append("false")
    case .yes: buffer.append("true")
    case .integer: buffer.append(decimal: cell.integer)
    case .number: buffer.append(tape.bytes(of: cell))
    case .string:
      buffer.append(UInt8(ascii: "\""))
      buffer.append(escapingJSON: tape.bytes(of: cell), insideScript: insideScript)
      buffer.append(UInt8(ascii: "\""))
    case .array, .object:
      let isObject = cell.kind == .object
      buffer.append(UInt8(ascii: isObject ? "{" : "["))
      let first = Int(cell.first)
      for child in first..<(first + Int(cell.count)) {
        if child > first { buffer.append(UInt8(ascii: ",")) }
        if isObject {
          buffer.append(
            jsonString: tape.symbols.name(tape.cells[child].key), insideScript: insideScript)
          buffer.append(UInt8(ascii: ":"))
        }
        write(tape, child, insideScript, into: &buffer)
      }
      buffer.append(UInt8(ascii: isObject ? "}" : "]"))
    }
  }
}

/// Numbers as ECMAScript's `Number::toString` prints them (ECMA-262 §6.1.6.1.20).
enum CanonicalNumber {
  /// The largest magnitude up to which every integer is a double.
  private static let exact: UInt64 = 1 << 53

  static func append(_ value: Int64, to buffer: inout ByteBuffer) {
    if value.magnitude <= exact {
      buffer.append(decimal: value)
    } else {
      append(Double(value), to: &buffer)
    }
  }

  static func append(digits: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
    if let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite {
      append(value, to: &buffer)
    } else {
      buffer.append(digits)
    }
  }

  static func append(_ value: Double, to buffer: inout ByteBuffer) {
    guard value != 0 else { return buffer.append(UInt8(ascii: "0")) }
    if value < 0 { buffer.append(UInt8(ascii: "-")) }
    let (digits, point) = shortest(value.magnitude)
    let zero = UInt8(ascii: "0")
    if digits.count <= point, point <= 21 {
      buffer.append(digits)
      for _ in digits.count..<point { buffer.append(zero) }
    } else if point > 0, point <= 21 {
      buffer.append([UInt8](digits[..<point]))
      buffer.append(UInt8(ascii: "."))
      buffer.append([UInt8](digits[point...]))
    } else if point > -6, point <= 0 {
      buffer.append("0.")
      for _ in point..<0 { buffer.append(zero) }
      buffer.append(digits)
    } else {
      buffer.append(digits[0])
      if digits.count > 1 {
        buffer.append(UInt8(ascii: "."))
        buffer.append([UInt8](digits[1...]))
      }
      buffer.append(point > 0 ? "e+" : "e-")
      buffer.append(decimal: Int64((point - 1).magnitude))
    }
  }

  /// The fewest digits that name the double, and where the decimal point stands in them: the value
  /// is 0.DIGITS × 10^point. Swift's `description` gives the shortest digits too.
  private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let text = Array(value.description.utf8)
    for (index, byte) in text.enumerated() {
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var place = (point ?? digits.count) + exponent
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    place -= zeros
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, place)
  }
}
