import Bytes

/// Reads one JSON text from left to right and writes a tape.
///
/// Text is skipped eight bytes at a time to the next quote, backslash, control byte or byte
/// outside ASCII, so most of a record costs a fraction of a nanosecond a byte.
struct JSONScanner: ~Copyable {
  private let base: UnsafeRawPointer
  private let count: Int
  private var position = 0
  private var depth = 0
  /// Names of the objects that are open, each object's behind its own mark.
  private var names: [SymbolID] = []

  init(base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
    names.reserveCapacity(64)
  }

  mutating func document(into builder: inout TapeBuilder) throws(JSONFault) {
    if count >= 3, byte(0) == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF {
      throw JSONFault(reason: .byteOrderMark, offset: 0)
    }
    skipSpace()
    try value(&builder)
    skipSpace()
    if position < count { throw fault(.trailing) }
  }

  // MARK: values

  private mutating func value(_ builder: inout TapeBuilder) throws(JSONFault) {
    guard position < count else { throw fault(.valueExpected) }
    switch byte(position) {
    case 0x22: try string(&builder)
    case 0x7B: try object(&builder)
    case 0x5B: try array(&builder)
    case 0x74:
      try literal("true")
      builder.append(true)
    case 0x66:
      try literal("false")
      builder.append(false)
    case 0x6E:
      try literal("null")
      builder.appendNull()
    case 0x2D, 0x30...0x39: try number(&builder)
    case 0x61...0x7A, 0x41...0x5A: throw fault(.literal)
    default: throw fault(.valueExpected)
    }
  }

  private mutating func array(_ builder: inout TapeBuilder) throws(JSONFault) {
    try enter()
    builder.beginArray()
    skipSpace()
    if position < count, byte(position) == 0x5D {
      position &+= 1
    } else {
      while true {
        skipSpace()
        try value(&builder)
        skipSpace()
        if try isAtEnd(closing: 0x5D) { break }
      }
    }
    builder.end()
    depth &-= 1
  }

  private mutating func object(_ builder: inout TapeBuilder) throws(JSONFault) {
    try enter()
    builder.beginObject()
    let mark = names.count
    skipSpace()
    if position < count, byte(position) == 0x7D {
      position &+= 1
    } else {
      var wide: Set<SymbolID> = []
      while true {
        skipSpace()
        let start = position
        let name = try self.name(&builder)
        try note(name, since: mark, at: start, wide: &wide)
        skipSpace()
        guard position < count, byte(position) == 0x3A else { throw fault(.colonExpected) }
        position &+= 1
        skipSpace()
        builder.key(name)
        try value(&builder)
        skipSpace()
        if try isAtEnd(closing: 0x7D) { break }
      }
    }
    names.removeLast(names.count - mark)
    builder.end()
    depth &-= 1
  }

  private mutating func enter() throws(JSONFault) {
    depth &+= 1
    if depth > JSON.depthLimit { throw fault(.depth) }
    position &+= 1
  }

  @inline(__always)
  private mutating func isAtEnd(closing: UInt8) throws(JSONFault) -> Bool {
    guard position < count else { throw fault(.commaOrEndExpected) }
    let next = byte(position)
    guard next == 0x2C || next == closing else { throw fault(.commaOrEndExpected) }
    position &+= 1
    return next == closing
  }

  private mutating func note(
    _ name: SymbolID, since mark: Int, at start: Int, wide: inout Set<SymbolID>
  ) throws(JSONFault) {
    let size = names.count - mark
    if size < 32 {
      for index in mark..<names.count where names[index] == name {
        throw JSONFault(reason: .duplicateName, offset: start)
      }
    } else {
      if size == 32 { wide = Set(names[mark...]) }
      guard wide.insert(name).inserted else {
        throw JSONFault(reason: .duplicateName, offset: start)
      }
    }
    names.append(name)
  }

  // MARK: literals and numbers

  private mutating func literal(_ text: StaticString) throws(JSONFault) {
    let length = text.utf8CodeUnitCount
    guard position &+ length <= count else { throw fault(.literal) }
    for index in 0..<length where byte(position &+ index) != text.utf8Start[index] {
      throw fault(.literal)
    }
    let end = position &+ length
    if end < count, Self.isWord(byte(end)) { throw fault(.literal) }
    position = end
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F
  }

  private mutating func number(_ builder: inout TapeBuilder) throws(JSONFault) {
    let start = position
    let isNegative = byte(position) == 0x2D
    if isNegative { position &+= 1 }
    let first = position
    var magnitude: UInt64 = 0
    var overflows = false
    while position < count, case let digit = byte(position) &- 48, digit < 10 {
      let (product, tooBig) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
      overflows = overflows || tooBig || carries
      magnitude = sum
      position &+= 1
    }
    guard position > first else { throw JSONFault(reason: .number, offset: start) }
    if byte(first) == 48, position > first &+ 1 {
      throw JSONFault(reason: .leadingZero, offset: start)
    }
    let isWhole = try !fractionAndExponent(start)
    if position < count, Self.isWord(byte(position)) || byte(position) == 0x2E {
      throw JSONFault(reason: .number, offset: start)
    }
    let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
    if isWhole, !overflows, magnitude <= limit {
      builder.append(Int64(truncatingIfNeeded: isNegative ? 0 &- magnitude : magnitude))
    } else {
      builder.append(number: UnsafeRawBufferPointer(start: base + start, count: position - start))
    }
  }

  /// Reads what follows the digits before the point; false where nothing does.
  private mutating func fractionAndExponent(_ start: Int) throws(JSONFault) -> Bool {
    var found = false
    if position < count, byte(position) == 0x2E {
      position &+= 1
      guard digits() else { throw JSONFault(reason: .number, offset: start) }
      found = true
    }
    if position < count, byte(position) | 0x20 == 0x65 {
      position &+= 1
      if position < count, byte(position) == 0x2B || byte(position) == 0x2D { position &+= 1 }
      guard digits() else { throw JSONFault(reason: .number, offset: start) }
      found = true
    }
    return found
  }

  private mutating func digits() -> Bool {
    let first = position
    while position < count, byte(position) &- 48 < 10 { position &+= 1 }
    return position > first
  }

  // MARK: strings

  private mutating func string(_ builder: inout TapeBuilder) throws(JSONFault) {
    let opening = position
    position &+= 1
    let start = position
    if try plainRun(opening) {
      builder.append(UnsafeRawBufferPointer(start: base + start, count: position - 1 - start))
      return
    }
    try builder.appendText { (text: inout ByteBuffer) throws(JSONFault) in
      try escaped(from: start, opening: opening, into: &text)
    }
  }

  private mutating func name(_ builder: inout TapeBuilder) throws(JSONFault) -> SymbolID {
    guard position < count, byte(position) == 0x22 else { throw fault(.nameExpected) }
    let opening = position
    position &+= 1
    let start = position
    if try plainRun(opening) {
      return builder.symbols.intern(
        UnsafeRawBufferPointer(start: base + start, count: position - 1 - start))
    }
    var text = ByteBuffer(capacity: 64)
    try escaped(from: start, opening: opening, into: &text)
    return text.withBytes { builder.symbols.intern($0) }
  }

  /// Goes on to a quote, which is passed (true), or to a backslash, which is not (false).
  @inline(__always)
  private mutating func plainRun(_ opening: Int) throws(JSONFault) -> Bool {
    while true {
      while position &+ 8 <= count {
        let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let stops = Self.stops(word)
        if stops != 0 {
          position &+= stops.trailingZeroBitCount >> 3
          break
        }
        position &+= 8
      }
      guard position < count else {
        throw JSONFault(reason: .unfinishedString, offset: opening)
      }
      let next = byte(position)
      if next == 0x22 {
        position &+= 1
        return true
      }
      if next == 0x5C { return false }
      if next < 0x20 { throw fault(.controlByte) }
      if next >= 0x80 {
        let length = UTF8Sequence.length(base + position, available: count &- position)
        guard length > 0 else { throw fault(.encoding) }
        position &+= length
      } else {
        position &+= 1
      }
    }
  }

  private mutating func escaped(
    from start: Int, opening: Int, into text: inout ByteBuffer
  ) throws(JSONFault) {
    var runStart = start
    while true {
      text.append(UnsafeRawBufferPointer(start: base + runStart, count: position - runStart))
      try escape(into: &text)
      runStart = position
      if try plainRun(opening) { break }
    }
    text.append(UnsafeRawBufferPointer(start: base + runStart, count: position - 1 - runStart))
  }

  private mutating func escape(into text: inout ByteBuffer) throws(JSONFault) {
    let start = position
    guard position &+ 1 < count else {
      throw JSONFault(reason: .unfinishedString, offset: start)
    }
    let letter = byte(position &+ 1)
    position &+= 2
    switch letter {
    case 0x22, 0x5C, 0x2F: text.append(letter)
    case 0x62: text.append(UInt8(0x08))
    case 0x66: text.append(UInt8(0x0C))
    case 0x6E: text.append(UInt8(0x0A))
    case 0x72: text.append(UInt8(0x0D))
    case 0x74: text.append(UInt8(0x09))
    case 0x75: UTF8Sequence.append(try codePoint(start), to: &text)
    default: throw JSONFault(reason: .escape, offset: start)
    }
  }

  private mutating func codePoint(_ start: Int) throws(JSONFault) -> UInt32 {
    let high = try fourDigits(start)
    guard high & 0xF800 == 0xD800 else { return high }
    guard high < 0xDC00, position &+ 1 < count, byte(position) == 0x5C,
      byte(position &+ 1) == 0x75
    else { throw JSONFault(reason: .surrogate, offset: start) }
    position &+= 2
    let low = try fourDigits(start)
    guard low & 0xFC00 == 0xDC00 else { throw JSONFault(reason: .surrogate, offset: start) }
    return 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF))
  }

  private mutating func fourDigits(_ start: Int) throws(JSONFault) -> UInt32 {
    guard position &+ 4 <= count else { throw JSONFault(reason: .escape, offset: start) }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Hex.value(byte(position)) else {
        throw JSONFault(reason: .escape, offset: start)
      }
      value = value << 4 | UInt32(digit)
      position &+= 1
    }
    return value
  }

  // MARK: bytes

  /// High bits of the bytes that end a plain run; the lowest one set is right, those above it may
  /// be wrong by borrow, which does not matter.
  @inline(__always)
  private static func stops(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let found =
      ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
      | ((word &- ones &* 0x20) & ~word) | word
    return found & 0x8080_8080_8080_8080
  }

  @inline(__always)
  private mutating func skipSpace() {
    while position < count {
      let next = byte(position)
      guard next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 else { return }
      position &+= 1
    }
  }

  @inline(__always)
  private func byte(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

  private func fault(_ reason: JSONFault.Reason) -> JSONFault {
    JSONFault(reason: reason, offset: position)
  }
}
