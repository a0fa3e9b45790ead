import Bytes

extension Dialect {
  /// Filters that write text as HTML, URLs or base64 want it, and `default`.
  mutating func addEncodingFilters() {
    for name in ["escape", "h"] {
      addFilter(name, arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
        if v.isNull { return .null }
        let text = try c.textBytes(v)
        let mark = c.output.count
        c.output.append(escapingMarkup: text)
        return c.safe(c.takeText(from: mark))
      }
    }
    addFilter("escape_once", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      let text = try c.textBytes(v)
      let mark = c.output.count
      Encoding.escapeOnce(text, into: &c.output)
      return c.safe(c.takeText(from: mark))
    }
    addFilter("raw", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      v.kind == .text ? c.safe(v) : v.isNull ? v : c.safe(Value(text: try c.textBytes(v)))
    }
    addFilter("url_encode", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      if v.isNull { return .null }
      let text = try c.textBytes(v)
      let mark = c.output.count
      Encoding.form(text, into: &c.output)
      return c.takeText(from: mark)
    }
    addFilter("url_decode", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      if v.isNull { return .null }
      let text = try c.textBytes(v)
      let mark = c.output.count
      Encoding.decodeForm(text, into: &c.output)
      let result = c.takeText(from: mark)
      guard String(validating: result.bytes, as: UTF8.self) != nil else {
        throw LiquidError(.argument, "invalid byte sequence in UTF-8")
      }
      return result
    }
    for (name, isURL) in [("base64_encode", false), ("base64_url_safe_encode", true)] {
      addFilter(name, arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
        let text = try c.textBytes(v)
        let mark = c.output.count
        Base64.encode(text, isURL: isURL, into: &c.output)
        return c.takeText(from: mark)
      }
    }
    for (name, isURL) in [("base64_decode", false), ("base64_url_safe_decode", true)] {
      addFilter(name, arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
        let text = try c.textBytes(v)
        let mark = c.output.count
        guard Base64.decode(text, isURL: isURL, into: &c.output) else {
          throw LiquidError(.argument, "invalid base64 provided to \(name)")
        }
        return c.takeText(from: mark)
      }
    }
    addFilter("default", arity: 0...2) { c, v, a throws(LiquidError) in
      let allowsFalse = a.named(Names.allowFalse)?.isTruthy ?? false
      let isMissing = allowsFalse ? v.isNull : !v.isTruthy
      var isEmpty = false
      switch v.kind {
      case .text: isEmpty = v.count == 0
      case .list, .node: isEmpty = try c.count(of: v) == 0
      default: break
      }
      guard isMissing || isEmpty else { return v }
      if a.count > 0 { return a[0] }
      // Named arguments alone are taken for the value.
      return a.namedCount > 0 ? try c.inspected(names: a) : c.text("")
    }
    countNames(of: "default")
  }
}

extension RenderContext {
  /// Named arguments as Ruby prints a hash.
  fileprivate mutating func inspected(names arguments: Arguments) throws(LiquidError) -> Value {
    let mark = output.count
    for index in 0..<arguments.namedCount {
      output.append(index == 0 ? "{" : ", ")
      var name = Symbols.shared.name(arguments.name(at: index))
      name.withUTF8 { output.append(inspecting: UnsafeRawBufferPointer($0)) }
      output.append("=>")
      try inspect(arguments.namedValue(at: index))
    }
    output.append("}")
    return takeText(from: mark)
  }
}

/// Text as markup and URLs write it.
enum Encoding {
  static func escapeOnce(_ text: UnsafeRawBufferPointer, into output: inout ByteBuffer) {
    var position = 0
    while position < text.count {
      if text[position] == UInt8(ascii: "&"), let end = entityEnd(position, text) {
        output.append(UnsafeRawBufferPointer(rebasing: text[position..<end]))
        position = end
      } else {
        output.append(
          escapingMarkup: UnsafeRawBufferPointer(rebasing: text[position..<(position + 1)]))
        position += 1
      }
    }
  }

  private static func entityEnd(_ start: Int, _ text: UnsafeRawBufferPointer) -> Int? {
    var end = start + 1
    let isNumber = end < text.count && text[end] == UInt8(ascii: "#")
    if isNumber { end += 1 }
    let first = end
    while end < text.count, isNumber ? text[end].isDigit : text[end].isLetter { end += 1 }
    guard end > first, end < text.count, text[end] == UInt8(ascii: ";") else { return nil }
    return end + 1
  }

  /// As forms send it: spaces as `+`.
  static func form(_ text: UnsafeRawBufferPointer, into output: inout ByteBuffer) {
    for byte in text {
      if byte == 32 {
        output.append(UInt8(ascii: "+"))
      } else if byte.isWord || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "~")
      {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "%"))
        output.append(ByteBuffer.upperHex(byte >> 4))
        output.append(ByteBuffer.upperHex(byte & 15))
      }
    }
  }

  static func decodeForm(_ text: UnsafeRawBufferPointer, into output: inout ByteBuffer) {
    var position = 0
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "%"), position + 2 < text.count,
        let high = hex(text[position + 1]), let low = hex(text[position + 2])
      {
        output.append(high << 4 | low)
        position += 3
        continue
      }
      output.append(byte == UInt8(ascii: "+") ? 32 : byte)
      position += 1
    }
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    if byte.isDigit { return byte - 48 }
    let lower = byte | 32
    return lower >= 97 && lower <= 102 ? lower - 87 : nil
  }
}
