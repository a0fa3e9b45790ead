import Bytes

extension RenderContext {
  /// Appends what an output prints: nothing for nil, the elements of a list one after another.
  mutating func write(_ value: Value) throws(LiquidError) {
    switch value.kind {
    case .text, .big: output.append(value.bytes)
    case .integer: output.append(decimal: value.whole)
    case .null, .absent, .blank, .empty: break
    case .boolean: output.append(value.bits != 0 ? "true" : "false")
    case .float: output.append(rubyFloat: value.double)
    case .decimal: output.append(decimalDigits: value.bytes)
    case .range:
      let (first, last) = value.bounds
      output.append(decimal: first)
      output.append("..")
      output.append(decimal: last)
    case .list, .node:
      if value.isHash { return try inspect(value) }
      try enter()
      defer { depth -= 1 }
      for index in 0..<(try count(of: value)) { try write(try element(of: value, at: index)) }
    case .object: try objects[Int(value.count)].write(&self)
    case .loop, .scope: output.append(typeName(value))
    }
  }

  private func typeName(_ value: Value) -> StaticString {
    if value.kind == .scope { return "Liquid::SelfDrop" }
    let state = UnsafeRawPointer(bitPattern: UInt(value.bits))?.assumingMemoryBound(
      to: LoopState.self)
    return state?.pointee.isTable == true ? "Liquid::TablerowloopDrop" : "Liquid::ForloopDrop"
  }

  /// Appends an output's value where markup is escaped unless it is marked safe.
  mutating func writeEscaped(_ value: Value) throws(LiquidError) {
    if value.isSafe || value.kind == .integer { return try write(value) }
    if value.kind == .text { return output.append(escapingMarkup: value.bytes) }
    if value.kind == .list || (value.kind == .node && !value.isHash) {
      try enter()
      defer { depth -= 1 }
      for index in 0..<(try count(of: value)) {
        try writeEscaped(try element(of: value, at: index))
      }
      return
    }
    let start = output.count
    try write(value)
    let text = takeText(from: start)
    output.append(escapingMarkup: text.bytes)
  }

  /// Appends a value as Ruby's `inspect` writes it: text in quotes, `nil`, hashes with `=>`.
  mutating func inspect(_ value: Value) throws(LiquidError) {
    switch value.kind {
    case .null, .absent: output.append("nil")
    case .text: output.append(inspecting: value.bytes)
    case .list, .node:
      try enter()
      defer { depth -= 1 }
      let isHash = value.isHash
      output.append(isHash ? UInt8(ascii: "{") : UInt8(ascii: "["))
      for index in 0..<(try count(of: value)) {
        if index > 0 { output.append(", ") }
        if isHash {
          try inspectMember(of: value, at: index)
        } else {
          try inspect(try element(of: value, at: index))
        }
      }
      output.append(isHash ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    default: try write(value)
    }
  }

  private mutating func inspectMember(of hash: Value, at index: Int) throws(LiquidError) {
    guard let tape = hash.tape else { return }
    let child = Int(hash.cell.first) + index
    var key = tape._withUnsafeGuaranteedRef { $0.symbols.name($0.cells[child].key) }
    key.withUTF8 { output.append(inspecting: UnsafeRawBufferPointer($0)) }
    output.append("=>")
    try inspect(Value(tape: tape, index: child))
  }

  /// Appends what Ruby's `to_s` gives: as `write`, but lists in brackets.
  mutating func append(textOf value: Value) throws(LiquidError) {
    value.isArray ? try inspect(value) : try write(value)
  }

  /// The text form of a value, valid for the page.
  mutating func textBytes(_ value: Value) throws(LiquidError) -> UnsafeRawBufferPointer {
    if value.kind == .text { return value.bytes }
    let start = output.count
    do throws(LiquidError) {
      try append(textOf: value)
    } catch {
      output.truncate(to: start)
      throw error
    }
    return takeText(from: start).bytes
  }

  /// What `inspect` writes, valid for the page.
  mutating func inspectedBytes(_ value: Value) throws(LiquidError) -> UnsafeRawBufferPointer {
    let start = output.count
    do throws(LiquidError) {
      try inspect(value)
    } catch {
      output.truncate(to: start)
      throw error
    }
    return takeText(from: start).bytes
  }

  /// The text form of a value, valid for the page; nothing where it cannot be had.
  public mutating func bytes(of value: Value) -> UnsafeRawBufferPointer {
    do throws(LiquidError) {
      return try textBytes(value)
    } catch {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
  }

  /// The text form of a value.
  public mutating func string(of value: Value) -> String {
    String(decoding: bytes(of: value), as: UTF8.self)
  }

  /// A whole number as filters take it: text that holds one counts.
  public mutating func integer(of value: Value) throws(LiquidError) -> Int64 {
    if value.kind == .integer { return value.whole }
    guard let whole = BigInteger(strictly: try textBytes(value)) else {
      throw LiquidError(.argument, "invalid integer")
    }
    return whole.clamped
  }
}

extension ByteBuffer {
  /// Appends text as Ruby's `inspect` writes it.
  mutating func append(inspecting bytes: UnsafeRawBufferPointer) {
    append(UInt8(ascii: "\""))
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 10: append("\\n")
      case 9: append("\\t")
      case 13: append("\\r")
      case 27: append("\\e")
      case 7: append("\\a")
      case 8: append("\\b")
      case 11: append("\\v")
      case 12: append("\\f")
      case UInt8(ascii: "#"):
        let next: UInt8 = index + 1 < bytes.count ? bytes[index + 1] : 0
        if next == UInt8(ascii: "{") || next == UInt8(ascii: "$") || next == UInt8(ascii: "@") {
          append(UInt8(ascii: "\\"))
        }
        append(byte)
      case 0..<32, 127:
        append("\\x")
        append(Self.upperHex(byte >> 4))
        append(Self.upperHex(byte & 15))
      default: append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }

  static func upperHex(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 55 + digit }
}
