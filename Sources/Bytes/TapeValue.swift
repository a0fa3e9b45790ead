/// One value of a tape, for host code that reads a record: navigation by key and index.
///
/// It keeps its tape alive. Loops over many records should read cells instead.
public struct TapeValue: Sendable {
  /// The tape that the value is part of.
  public let tape: Tape
  /// Index of the value's cell.
  public let index: Int

  /// Names the value at `index` of `tape`.
  @inlinable
  public init(tape: Tape, index: Int) {
    self.tape = tape
    self.index = index
  }

  /// The value's cell.
  @inlinable public var cell: Cell { tape.cells[index] }

  /// What the value is.
  @inlinable public var kind: CellKind { cell.kind }

  /// Whether the value is null.
  @inlinable public var isNull: Bool { kind == .null }

  /// The member called `name`, if the value is an object that has one.
  public subscript(name: String) -> TapeValue? {
    guard let key = tape.symbols.find(name) else { return nil }
    return self[key]
  }

  /// The member with the key `key`, if the value is an object that has one.
  @inlinable
  public subscript(key: SymbolID) -> TapeValue? {
    let found = tape.member(of: index, key: key)
    return found < 0 ? nil : TapeValue(tape: tape, index: found)
  }

  /// Number of children of an array or object, otherwise 0.
  @inlinable public var count: Int {
    kind == .array || kind == .object ? Int(cell.count) : 0
  }

  /// The children of an array or object, in order.
  public var children: [TapeValue] {
    (0..<count).map { TapeValue(tape: tape, index: Int(cell.first) + $0) }
  }

  /// The members of an object with their names, in order.
  public var members: [(name: String, value: TapeValue)] {
    guard kind == .object else { return [] }
    return children.map { (tape.symbols.name($0.cell.key), $0) }
  }

  /// The text of a string.
  public var string: String? {
    kind == .string ? String(decoding: tape.bytes(of: cell), as: UTF8.self) : nil
  }

  /// The bytes of a string or number; valid while the tape lives.
  @inlinable public var bytes: UnsafeRawBufferPointer? {
    kind == .string || kind == .number ? tape.bytes(of: cell) : nil
  }

  /// A whole number that fits 64 bits.
  @inlinable public var integer: Int64? { kind == .integer ? cell.integer : nil }

  /// True or false.
  @inlinable public var boolean: Bool? {
    switch kind {
    case .yes: true
    case .no: false
    default: nil
    }
  }
}
