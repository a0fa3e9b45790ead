import Bytes

extension ByteBuffer {
  /// Appends a binary number as Ruby prints it: the fewest digits that name it, plain from 10⁻⁴ and
  /// below 10¹⁵ or where it has a fraction, otherwise with an exponent.
  mutating func append(rubyFloat value: Double) {
    guard value.isFinite else {
      return append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
    if value < 0 || (value == 0 && value.sign == .minus) { append(UInt8(ascii: "-")) }
    if value.magnitude >= 0.001, let short = ShortDecimal(value.magnitude) { return append(short) }
    let (digits, point) = Self.shortest(value.magnitude)
    if point > -4, point <= 15 || point < digits.count {
      appendPlain(digits, point)
    } else {
      append(digits[0])
      append(UInt8(ascii: "."))
      if digits.count == 1 { append(UInt8(ascii: "0")) }
      digits.dropFirst().forEach { append($0) }
      append("e")
      let exponent = point - 1
      append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
      append(decimal: UInt64(exponent.magnitude), width: 2)
    }
  }

  private mutating func appendPlain(_ digits: [UInt8], _ point: Int) {
    if point <= 0 {
      append("0.")
      for _ in 0..<(-point) { append(UInt8(ascii: "0")) }
      digits.forEach { append($0) }
      return
    }
    for index in 0..<max(point, digits.count) {
      if index == point { append(UInt8(ascii: ".")) }
      append(index < digits.count ? digits[index] : UInt8(ascii: "0"))
    }
    if digits.count <= point { append(".0") }
  }

  /// The fewest digits of a number that is not negative, and where the point stands among them.
  private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    var rest = Array("\(value)".utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: rest, as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var position = (point ?? digits.count) + exponent
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    if zeros == digits.count { return ([UInt8(ascii: "0")], 1) }
    digits.removeFirst(zeros)
    position -= zeros
    while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, position)
  }

  /// Appends a decimal of the data. Up to fifteen digits it prints as the number that it is; more
  /// are kept, which a binary number could not hold.
  mutating func append(decimalDigits text: UnsafeRawBufferPointer) {
    let significant = text.count { $0.isDigit }
    let hasExponent = text.contains { $0 | 32 == UInt8(ascii: "e") }
    guard significant > 15, !hasExponent else {
      return append(rubyFloat: Double(String(decoding: text, as: UTF8.self)) ?? 0)
    }
    var end = text.count
    while end > 2, text[end - 1] == UInt8(ascii: "0"), text[end - 2] != UInt8(ascii: ".") {
      end -= 1
    }
    append(UnsafeRawBufferPointer(rebasing: text[..<end]))
  }
}
