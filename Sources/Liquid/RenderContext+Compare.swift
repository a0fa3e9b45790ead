import Bytes
import Glibc

extension RenderContext {
  /// Whether two values compare as a condition says.
  mutating func compare(
    _ left: Value, _ comparison: Op.Comparison, _ right: Value
  ) throws(LiquidError) -> Bool {
    switch comparison {
    case .equal: return try equalsOrIs(left, right)
    case .unequal: return try !equalsOrIs(left, right)
    case .contains: return try contains(left, right)
    case .less, .greater, .lessOrEqual, .greaterOrEqual:
      guard let order = try order(left, right) else { return false }
      switch comparison {
      case .less: return order < 0
      case .greater: return order > 0
      case .lessOrEqual: return order <= 0
      default: return order >= 0
      }
    }
  }

  @inline(__always)
  private mutating func equalsOrIs(_ left: Value, _ right: Value) throws(LiquidError) -> Bool {
    if left.kind == .text, right.kind == .text { return Self.sameBytes(left.bytes, right.bytes) }
    if left.kind == .blank || left.kind == .empty { return try isLiteral(left, right) }
    if right.kind == .blank || right.kind == .empty { return try isLiteral(right, left) }
    return try equal(left, right)
  }

  private mutating func isLiteral(_ literal: Value, _ value: Value) throws(LiquidError) -> Bool {
    let isBlank = literal.kind == .blank
    switch value.kind {
    case .null, .absent: return isBlank
    case .boolean: return isBlank && value.bits == 0
    case .text:
      return isBlank ? value.bytes.allSatisfy(\.isLiquidSpace) : value.count == 0
    case .list, .node: return try count(of: value) == 0
    case .object: return try objects[Int(value.count)].count(&self) == 0
    default: return false
    }
  }

  static func sameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count, let a = left.baseAddress, let b = right.baseAddress else {
      return left.isEmpty && right.isEmpty
    }
    return memcmp(a, b, left.count) == 0
  }

  /// Ruby's `==`.
  mutating func equal(_ left: Value, _ right: Value) throws(LiquidError) -> Bool {
    if left.isNull || right.isNull { return left.isNull && right.isNull }
    switch (left.kind, right.kind) {
    case (.integer, .integer), (.boolean, .boolean): return left.bits == right.bits
    case (.text, .text): return Self.sameBytes(left.bytes, right.bytes)
    case (.range, .range): return left.bounds == right.bounds
    case (.object, .object): return objects[Int(left.count)] === objects[Int(right.count)]
    case (.loop, .loop), (.scope, .scope): return left.bits == right.bits
    case (.list, _), (.node, _): return try sameItems(left, right)
    default:
      guard let a = Number(exactly: left), let b = Number(exactly: right) else { return false }
      return a.compare(b) == 0
    }
  }

  private mutating func sameItems(_ left: Value, _ right: Value) throws(LiquidError) -> Bool {
    guard right.kind == .list || right.kind == .node, left.isHash == right.isHash else {
      return false
    }
    let count = try self.count(of: left)
    guard try self.count(of: right) == count else { return false }
    try enter()
    defer { depth -= 1 }
    for index in 0..<count {
      if left.isHash {
        guard let a = left.tape, let b = right.tape else { return false }
        let child = Int(left.cell.first) + index
        let key = a._withUnsafeGuaranteedRef { $0.cells[child].key }
        let other = b._withUnsafeGuaranteedRef { $0.member(of: Int(right.count), key: key) }
        guard other >= 0,
          try equal(Value(tape: a, index: child), Value(tape: b, index: other))
        else { return false }
      } else if try !equal(element(of: left, at: index), element(of: right, at: index)) {
        return false
      }
    }
    return true
  }

  /// Negative, zero or positive; nil where one of the two has no order at all.
  private mutating func order(_ left: Value, _ right: Value) throws(LiquidError) -> Int? {
    if left.kind == .integer, right.kind == .integer {
      return left.whole < right.whole ? -1 : left.whole == right.whole ? 0 : 1
    }
    guard left.isOrdered, right.isOrdered else { return nil }
    if left.kind == .text, right.kind == .text { return Self.order(left.bytes, right.bytes) }
    if let a = Number(exactly: left), let b = Number(exactly: right) { return a.compare(b) }
    let other = left.kind == .text && right.isCited ? string(of: right) : right.className
    throw LiquidError(.argument, "comparison of \(left.className) with \(other) failed")
  }

  static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let a = left.baseAddress, let b = right.baseAddress {
      let order = memcmp(a, b, common)
      if order != 0 { return order < 0 ? -1 : 1 }
    }
    return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
  }

  private mutating func contains(_ left: Value, _ right: Value) throws(LiquidError) -> Bool {
    guard left.isTruthy, right.isTruthy else { return false }
    switch left.kind {
    case .text: return Search.first(try textBytes(right), in: left.bytes, from: 0) != nil
    case .list, .node, .object:
      if left.isHash {
        return try element(of: left, right).kind != .absent
      }
      for index in 0..<(try count(of: left)) {
        if try equal(element(of: left, at: index), right) { return true }
      }
      return false
    case .range:
      guard let number = Number(exactly: right) else { return false }
      let (first, last) = left.bounds
      return number.compare(Number(first)) >= 0 && number.compare(Number(last)) <= 0
    default: return false
    }
  }
}

extension Value {
  /// Whether Ruby's kind of the value has `<` and `>`.
  var isOrdered: Bool {
    switch kind {
    case .text, .integer, .float, .big, .decimal: true
    default: false
    }
  }

  /// Whether Ruby cites the value in an error, and not its kind: a binary or a small whole number.
  var isCited: Bool {
    switch kind {
    case .integer: whole >= -(1 << 62) && whole < 1 << 62
    case .float, .decimal: true
    default: false
    }
  }

  /// Ruby's name of the kind of the value.
  var className: String {
    switch kind {
    case .null, .absent: "NilClass"
    case .boolean: bits != 0 ? "TrueClass" : "FalseClass"
    case .integer, .big: "Integer"
    case .float, .decimal: "Float"
    case .text: "String"
    case .range: "Range"
    case .list: "Array"
    case .node: isHash ? "Hash" : "Array"
    case .loop: "Liquid::ForloopDrop"
    case .scope: "Liquid::SelfDrop"
    case .object: "Liquid::Drop"
    case .blank, .empty: "Liquid::Condition::MethodLiteral"
    }
  }
}

/// Finds bytes in bytes.
enum Search {
  /// Where `needle` first stands in `text` at or after `start`.
  static func first(
    _ needle: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer, from start: Int
  ) -> Int? {
    guard start + needle.count <= text.count else { return nil }
    guard let head = needle.first else { return start }
    guard let base = text.baseAddress, let wanted = needle.baseAddress else { return nil }
    var position = start
    let last = text.count - needle.count
    while position <= last,
      let found = memchr(base + position, Int32(head), last - position + 1)
    {
      position = UnsafeRawPointer(found) - base
      if memcmp(base + position, wanted, needle.count) == 0 { return position }
      position += 1
    }
    return nil
  }

  /// Where `byte` first stands in `text` at or after `start`.
  static func first(_ byte: UInt8, in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start < text.count, let base = text.baseAddress,
      let found = memchr(base + start, Int32(byte), text.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  /// Where `needle` last stands in `text`.
  static func last(
    _ needle: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer
  ) -> Int? {
    var found: Int?
    var start = 0
    while let next = first(needle, in: text, from: start) {
      found = next
      start = next + 1
    }
    return found
  }
}
