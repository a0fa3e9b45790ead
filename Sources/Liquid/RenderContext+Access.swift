public import Bytes

extension RenderContext {
  /// The member `key` of a value, no value where there is none. Lists and text know `size`, lists
  /// `first` and `last`.
  public mutating func member(
    of value: Value, _ key: SymbolID
  ) throws(LiquidError) -> Value {
    let command: Op.Command =
      key == Names.size
      ? .size : key == loopNames.first ? .first : key == loopNames.last ? .last : .none
    return try member(of: value, key, command)
  }

  @inline(__always)
  mutating func member(
    of value: Value, _ key: SymbolID, _ command: Op.Command
  ) throws(LiquidError) -> Value {
    if value.kind == .node, let tape = value.tape {
      if recorder != nil {
        tape._withUnsafeGuaranteedRef { recorder?.read($0, key, at: Int(value.count)) }
      }
      let found = tape._withUnsafeGuaranteedRef { $0.member(of: Int(value.count), key: key) }
      if found >= 0 { return Value(tape: tape, index: found) }
    }
    return try otherMember(of: value, key, command)
  }

  private mutating func otherMember(
    of value: Value, _ key: SymbolID, _ command: Op.Command
  ) throws(LiquidError) -> Value {
    switch value.kind {
    case .loop: return loopMember(value, key)
    case .object:
      let object = objects[Int(value.count)]
      if let found = try object.member(key, &self) { return found }
    case .scope: return load(key, inFrame: value.count)
    case .node:
      if command == .none, value.isHash, let completion = set.dialect.completion,
        let record = tapeValue(of: value), let found = completion(&self, record, key)
      {
        return found
      }
    default: break
    }
    switch command {
    case .none: return .absent
    case .size: return try size(of: value).map { Value($0) } ?? .absent
    case .first: return try first(of: value)
    case .last: return value.isHash ? .absent : try last(of: value)
    }
  }

  private mutating func loopMember(_ value: Value, _ key: SymbolID) -> Value {
    guard
      let state = UnsafeRawPointer(bitPattern: UInt(value.bits))?.assumingMemoryBound(
        to: LoopState.self)
    else { return .absent }
    let names = loopNames
    if key == names.index { return Value(state.pointee.index + 1) }
    if key == names.first { return Value(state.pointee.index == 0) }
    if key == names.last { return Value(state.pointee.index == state.pointee.length - 1) }
    if key == names.index0 { return Value(state.pointee.index) }
    if key == names.length { return Value(state.pointee.length) }
    if key == names.rindex { return Value(state.pointee.length - state.pointee.index) }
    if key == names.rindex0 { return Value(state.pointee.length - state.pointee.index - 1) }
    if state.pointee.isTable {
      if key == names.col { return Value(state.pointee.col) }
      if key == names.col0 { return Value(state.pointee.col - 1) }
      if key == names.row { return Value(state.pointee.row) }
      if key == names.colFirst { return Value(state.pointee.col == 1) }
      if key == names.colLast { return Value(state.pointee.col == state.pointee.columns) }
      return .absent
    }
    if key == names.parentloop {
      return state.pointee.parent.map { Value(pointer: UnsafeRawPointer($0), kind: .loop) } ?? .null
    }
    if key == names.name { return text(Symbols.shared.name(state.pointee.name)) }
    return .absent
  }

  /// The number of the name that a text is. The last one is kept: a filter asks every item of a
  /// list for the same property, and a page's texts stay where they are while it is rendered.
  private mutating func symbol(of key: Value) -> SymbolID? {
    if key.bits == lastKey.bits, key.count == lastKey.count, lastKey.count > 0 {
      return lastKeySymbol
    }
    let found = Symbols.shared.find(key.bytes)
    // A name that nobody has yet may come with the next record.
    lastKey = found == nil ? .null : key
    lastKeySymbol = found
    return found
  }

  /// What stands in square brackets behind a value.
  mutating func element(of value: Value, _ key: Value) throws(LiquidError) -> Value {
    switch value.kind {
    case .object:
      let object = objects[Int(value.count)]
      return try object.element(for: key, &self) ?? .absent
    case .node, .list:
      if let index = key.integer, value.isArray { return try element(of: value, index: index) }
      guard key.kind == .text, value.isHash, let symbol = symbol(of: key) else { return .absent }
      return try member(of: value, symbol, .none)
    case .loop, .scope:
      guard key.kind == .text,
        let symbol = symbol(of: key)
      else { return .absent }
      return try member(of: value, symbol, .none)
    default: return .absent
    }
  }

  private mutating func element(of value: Value, index: Int64) throws(LiquidError) -> Value {
    let count = try self.count(of: value)
    let position = index < 0 ? index &+ Int64(count) : index
    guard position >= 0, position < Int64(count) else { return .absent }
    return try element(of: value, at: Int(position))
  }

  /// How many elements a list, object or range has; 0 for anything else.
  public mutating func count(of value: Value) throws(LiquidError) -> Int {
    switch value.kind {
    case .list: return Int(value.count)
    case .node: return Int(value.cell.count)
    case .range: return value.rangeCount
    case .object: return try objects[Int(value.count)].count(&self) ?? 0
    default: return 0
    }
  }

  /// The element of a list or range at `index`; of an object the pair of key and value.
  public mutating func element(
    of value: Value, at index: Int
  ) throws(LiquidError) -> Value {
    switch value.kind {
    case .list: return value.items[index]
    case .node:
      guard let tape = value.tape else { return .null }
      let cell = value.cell
      let child = Int(cell.first) + index
      return cell.kind == .array ? Value(tape: tape, index: child) : pair(tape, child)
    case .range: return Value(value.bounds.first + Int64(index))
    case .object: return try objects[Int(value.count)].element(at: index, &self)
    default: return .null
    }
  }

  mutating func pair(_ tape: Unmanaged<Tape>, _ child: Int) -> Value {
    let key = tape._withUnsafeGuaranteedRef { $0.symbols.name($0.cells[child].key) }
    return list([text(key), Value(tape: tape, index: child)])
  }

  /// All elements of a list, object or range.
  mutating func elements(of value: Value) throws(LiquidError) -> [Value] {
    if value.kind == .list { return Array(value.items) }
    let count = try self.count(of: value)
    guard count <= limits.loopSteps else {
      throw LiquidError(.memory, "Memory limits exceeded")
    }
    var result: [Value] = []
    result.reserveCapacity(count)
    for index in 0..<count { result.append(try element(of: value, at: index)) }
    return result
  }

  mutating func first(of value: Value) throws(LiquidError) -> Value {
    if value.kind == .range { return Value(value.bounds.first) }
    if value.kind == .text {
      let end = value.count == 0 ? 0 : Characters.end(of: 0, in: value.bytes)
      return Value(text: UnsafeRawBufferPointer(rebasing: value.bytes[..<end]))
    }
    return try count(of: value) > 0 ? element(of: value, at: 0) : .null
  }

  mutating func last(of value: Value) throws(LiquidError) -> Value {
    if value.kind == .range { return Value(value.bounds.last) }
    if value.kind == .text {
      let start = Characters.lastStart(in: value.bytes)
      return Value(text: UnsafeRawBufferPointer(rebasing: value.bytes[start...]))
    }
    let count = try self.count(of: value)
    return try count > 0 ? element(of: value, at: count - 1) : .null
  }

  /// What `size` gives: nil where a value has none. Whole numbers have their bytes, as in
  /// the reference.
  mutating func size(of value: Value) throws(LiquidError) -> Int? {
    switch value.kind {
    case .text: return characterCount(value.bytes)
    case .integer: return 8
    case .big: return BigInteger(digits: value.bytes).map { max($0.byteCount, 8) } ?? 8
    case .list, .node, .range: return try count(of: value)
    case .object: return try objects[Int(value.count)].count(&self)
    default: return nil
    }
  }

  /// Characters of UTF-8 text: all bytes but those that go on a character.
  func characterCount(_ bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    for byte in bytes where byte & 0xC0 != 0x80 { count &+= 1 }
    return count
  }

  /// The host object behind a value.
  public func object(of value: Value) -> (any LiquidObject)? {
    value.kind == .object ? objects[Int(value.count)] : nil
  }

  /// The value of a record behind a value, if it is an array or object of one.
  public func tapeValue(of value: Value) -> TapeValue? {
    guard value.kind == .node, let tape = value.tape else { return nil }
    return TapeValue(tape: tape.takeUnretainedValue(), index: Int(value.count))
  }
}
