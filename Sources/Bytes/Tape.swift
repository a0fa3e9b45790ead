/// What a cell of a tape holds.
@frozen
public enum CellKind: UInt8, Sendable, BitwiseCopyable {
  /// JSON null.
  case null
  /// JSON false.
  case no
  /// JSON true.
  case yes
  /// A whole number that fits 64 bits, in `first` and `count`.
  case integer
  /// Any other number, kept as its own digits: (offset, length) in the tape's bytes.
  case number
  /// Text: (offset, length) in the tape's bytes, UTF-8.
  case string
  /// An array: (index of its first child, number of children); children stand side by side.
  case array
  /// An object: as an array, each child with its key.
  case object
}

/// Sixteen trivial bytes that say what one value of a record is and where it stands.
///
/// Copying a cell retains nothing, which is what makes reading a record from a template cheap.
@frozen
public struct Cell: Sendable, BitwiseCopyable {
  /// What the cell holds.
  public var kind: CellKind
  /// The key of a member of an object, or -1.
  public var key: SymbolID
  /// Offset, index of the first child, or the low half of an integer.
  public var first: UInt32
  /// Length, number of children, or the high half of an integer.
  public var count: UInt32

  /// Makes a cell from its parts.
  @inlinable
  public init(kind: CellKind, key: SymbolID = -1, first: UInt32 = 0, count: UInt32 = 0) {
    self.kind = kind
    self.key = key
    self.first = first
    self.count = count
  }

  /// Makes a cell that holds a whole number.
  @inlinable
  public init(integer: Int64, key: SymbolID = -1) {
    let bits = UInt64(bitPattern: integer)
    self.init(
      kind: .integer, key: key, first: UInt32(truncatingIfNeeded: bits),
      count: UInt32(truncatingIfNeeded: bits >> 32))
  }

  /// The whole number of an `integer` cell.
  @inlinable public var integer: Int64 {
    Int64(bitPattern: UInt64(first) | UInt64(count) << 32)
  }
}

/// A record of nested values, laid flat: cells of sixteen bytes and one run of text.
///
/// Immutable once made, shared by all threads. Children of a container stand side by side, so the
/// n-th element is found in O(1) and a key by comparing integers.
///
/// `@unchecked Sendable`: both pointers are written only before `init` returns.
public final class Tape: @unchecked Sendable {
  /// All cells; `root` is one of them.
  public let cells: UnsafePointer<Cell>
  /// Number of cells.
  public let cellCount: Int
  /// The text that string and number cells point into.
  public let text: UnsafePointer<UInt8>
  /// Number of bytes of text.
  public let textCount: Int
  /// Index of the outermost value.
  public let root: Int
  /// The table that the keys are numbers of.
  public let symbols: Symbols

  init(
    cells: UnsafePointer<Cell>, cellCount: Int, text: UnsafePointer<UInt8>, textCount: Int,
    root: Int, symbols: Symbols
  ) {
    self.cells = cells
    self.cellCount = cellCount
    self.text = text
    self.textCount = textCount
    self.root = root
    self.symbols = symbols
  }

  deinit {
    cells.deallocate()
    text.deallocate()
  }

  /// The outermost value, for reading in host code.
  public var value: TapeValue { TapeValue(tape: self, index: root) }

  /// The bytes of a string or number cell; valid while the tape lives.
  @inlinable
  public func bytes(of cell: Cell) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text + Int(cell.first), count: Int(cell.count))
  }

  /// Index of the member of the object at `index` whose key is `key`, or -1. O(members).
  @inlinable
  public func member(of index: Int, key: SymbolID) -> Int {
    let container = cells[index]
    guard container.kind == .object else { return -1 }
    let first = Int(container.first)
    for child in first..<(first + Int(container.count)) where cells[child].key == key {
      return child
    }
    return -1
  }

  /// Bytes of memory that the tape holds.
  public var byteCount: Int { cellCount * MemoryLayout<Cell>.stride + textCount }

  /// A tape that holds only null.
  public static let null: Tape = {
    var builder = TapeBuilder()
    builder.appendNull()
    return builder.finish()
  }()
}

/// Writes a tape value by value, in document order.
///
/// Inside an object call `key(_:)` before each value. A repeated key replaces nothing: the first
/// one is found. All begun containers must be ended before `finish()`.
public struct TapeBuilder: ~Copyable {
  @usableFromInline var cells: [Cell] = []
  @usableFromInline var pending: [Cell] = []
  @usableFromInline var open: [(mark: Int, key: SymbolID, isObject: Bool)] = []
  @usableFromInline var text: ByteBuffer
  @usableFromInline var nextKey: SymbolID = -1
  /// The table that keys are interned in.
  public let symbols: Symbols

  /// Makes an empty builder.
  public init(symbols: Symbols = .shared, textCapacity: Int = 1024) {
    self.symbols = symbols
    text = ByteBuffer(capacity: textCapacity)
    cells.reserveCapacity(64)
    pending.reserveCapacity(32)
  }

  /// How many containers are begun and not ended.
  @inlinable public var depth: Int { open.count }

  /// Sets the key of the next value.
  @inlinable public mutating func key(_ id: SymbolID) { nextKey = id }

  /// Sets the key of the next value.
  @inlinable public mutating func key(_ name: String) { nextKey = symbols.intern(name) }

  /// Sets the key of the next value; `bytes` are UTF-8.
  @inlinable public mutating func key(_ bytes: UnsafeRawBufferPointer) {
    nextKey = symbols.intern(bytes)
  }

  @inlinable
  mutating func push(_ cell: Cell) {
    var keyed = cell
    keyed.key = nextKey
    nextKey = -1
    pending.append(keyed)
  }

  /// Appends null.
  @inlinable public mutating func appendNull() { push(Cell(kind: .null)) }

  /// Appends true or false.
  @inlinable public mutating func append(_ flag: Bool) { push(Cell(kind: flag ? .yes : .no)) }

  /// Appends a whole number.
  @inlinable public mutating func append(_ number: Int64) { push(Cell(integer: number)) }

  /// Appends a whole number.
  @inlinable public mutating func append(_ number: Int) { push(Cell(integer: Int64(number))) }

  /// Appends a number by its digits, which are kept as they are.
  @inlinable
  public mutating func append(number digits: UnsafeRawBufferPointer) {
    let offset = text.count
    text.append(digits)
    push(Cell(kind: .number, first: UInt32(offset), count: UInt32(digits.count)))
  }

  /// Appends UTF-8 text.
  @inlinable
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let offset = text.count
    text.append(bytes)
    push(Cell(kind: .string, first: UInt32(offset), count: UInt32(bytes.count)))
  }

  /// Appends text.
  @inlinable
  public mutating func append(_ string: String) {
    let offset = text.count
    text.append(string)
    push(Cell(kind: .string, first: UInt32(offset), count: UInt32(text.count - offset)))
  }

  /// Appends the text that `write` puts into the tape's buffer, without a copy.
  @inlinable
  public mutating func appendText<Failure: Error>(
    _ write: (inout ByteBuffer) throws(Failure) -> Void
  ) throws(Failure) {
    let offset = text.count
    try write(&text)
    push(Cell(kind: .string, first: UInt32(offset), count: UInt32(text.count - offset)))
  }

  /// Appends the number whose digits `write` puts into the tape's buffer, without a copy.
  @inlinable
  public mutating func appendNumber(_ write: (inout ByteBuffer) -> Void) {
    let offset = text.count
    write(&text)
    push(Cell(kind: .number, first: UInt32(offset), count: UInt32(text.count - offset)))
  }

  /// Appends a copy of a value of another tape with the same symbols. O(size of the value).
  public mutating func append(_ value: TapeValue) {
    let cell = value.cell
    switch cell.kind {
    case .string: append(value.tape.bytes(of: cell))
    case .number: append(number: value.tape.bytes(of: cell))
    case .array, .object:
      if cell.kind == .array { beginArray() } else { beginObject() }
      for child in Int(cell.first)..<Int(cell.first + cell.count) {
        let member = TapeValue(tape: value.tape, index: child)
        if cell.kind == .object { nextKey = member.cell.key }
        append(member)
      }
      end()
    default: push(cell)
    }
  }

  /// Appends a copy of the outermost value of another tape with the same symbols, all its cells at
  /// once. O(size of the tape), 1 ns a cell.
  public mutating func append(whole tape: Tape) {
    append(
      cells: UnsafeBufferPointer(start: tape.cells, count: tape.cellCount), root: tape.root,
      text: UnsafeRawBufferPointer(start: tape.text, count: tape.textCount))
  }

  /// Appends a value that lies finished in memory: cells whose `first` count from the beginning of
  /// `copied` and of `text`. O(size).
  public mutating func append(
    cells copied: UnsafeBufferPointer<Cell>, root: Int, text bytes: UnsafeRawBufferPointer
  ) {
    let cellOffset = UInt32(cells.count)
    let textOffset = UInt32(text.count)
    text.append(bytes)
    cells.append(contentsOf: copied)
    cells.withUnsafeMutableBufferPointer { all in
      for index in Int(cellOffset)..<all.count {
        switch all[index].kind {
        case .string, .number: all[index].first &+= textOffset
        case .array, .object: all[index].first &+= cellOffset
        default: break
        }
      }
    }
    push(cells[Int(cellOffset) + root])
  }

  /// The value that was appended last, to be appended again under other keys: it is not copied, the
  /// tape names it twice. Valid for this builder alone.
  @inlinable public var last: Cell { pending.last ?? Cell(kind: .null) }

  /// Appends a value that `last` gave, once more.
  @inlinable public mutating func append(again value: Cell) { push(value) }

  /// Begins an array.
  @inlinable public mutating func beginArray() {
    open.append((pending.count, nextKey, false))
    nextKey = -1
  }

  /// Begins an object.
  @inlinable public mutating func beginObject() {
    open.append((pending.count, nextKey, true))
    nextKey = -1
  }

  /// Ends the innermost container.
  @inlinable
  public mutating func end() {
    guard let (mark, key, isObject) = open.popLast() else {
      preconditionFailure("a container is ended only after it was begun")
    }
    let first = cells.count
    cells.append(contentsOf: pending[mark...])
    let count = pending.count - mark
    pending.removeLast(count)
    nextKey = key
    push(Cell(kind: isObject ? .object : .array, first: UInt32(first), count: UInt32(count)))
  }

  /// The finished tape. The one value at the top is its root.
  public consuming func finish() -> Tape {
    precondition(open.isEmpty && pending.count == 1, "a tape holds exactly one finished value")
    let root = cells.count
    cells.append(pending[0])
    let copy = UnsafeMutablePointer<Cell>.allocate(capacity: cells.count)
    cells.withUnsafeBufferPointer {
      if let base = $0.baseAddress { copy.initialize(from: base, count: $0.count) }
    }
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(text.count, 1))
    text.withBytes {
      UnsafeMutableRawBufferPointer(start: bytes, count: $0.count).copyMemory(from: $0)
    }
    return Tape(
      cells: UnsafePointer(copy), cellCount: cells.count, text: UnsafePointer(bytes),
      textCount: text.count, root: root, symbols: symbols)
  }
}
