public import Bytes

/// A value as templates compute with it: sixteen trivial bytes.
///
/// Copying one retains nothing. In exchange a value is valid only during the render call in which
/// it was made: text points into a record's tape, a program's constants or the page's arena. Hosts
/// make values through `RenderContext` and never store them.
///
/// `@unchecked Sendable`: the pointers are to memory that is not written after the value is made.
@frozen
public struct Value: BitwiseCopyable, @unchecked Sendable {
  /// What a value is.
  @frozen
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// No value; what an unknown variable is.
    case null
    /// True or false.
    case boolean
    /// A whole number that fits 64 bits.
    case integer
    /// A whole number beyond 64 bits, kept as its digits.
    case big
    /// A binary floating-point number, as computed.
    case float
    /// A number with a fraction or exponent, kept as the digits of the data.
    case decimal
    /// UTF-8 text.
    case text
    /// Whole numbers from a first to a last.
    case range
    /// An array that was computed.
    case list
    /// An array or object of a tape.
    case node
    /// A host object.
    case object
    /// The state of a loop: `forloop` or `tablerowloop`.
    case loop
    /// The variables themselves: `self`.
    case scope
    /// The literal `blank` in a comparison.
    case blank
    /// The literal `empty` in a comparison.
    case empty
    /// A variable that was never set.
    case absent
  }

  /// What the value is.
  public let kind: Kind
  @usableFromInline var flags: UInt8
  @usableFromInline var count: Int32
  @usableFromInline var bits: UInt64

  @inlinable
  init(kind: Kind, count: Int32 = 0, bits: UInt64 = 0, flags: UInt8 = 0) {
    self.kind = kind
    self.flags = flags
    self.count = count
    self.bits = bits
  }

  /// No value.
  @inlinable public static var null: Value { Value(kind: .null) }
  @usableFromInline static var absent: Value { Value(kind: .absent) }
  /// True.
  @inlinable public static var yes: Value { Value(kind: .boolean, bits: 1) }
  /// False.
  @inlinable public static var no: Value { Value(kind: .boolean, bits: 0) }

  /// Makes a truth value.
  @inlinable public init(_ flag: Bool) { self.init(kind: .boolean, bits: flag ? 1 : 0) }

  /// Makes a whole number.
  @inlinable
  public init(_ number: Int64) { self.init(kind: .integer, bits: UInt64(bitPattern: number)) }

  /// Makes a whole number.
  @inlinable public init(_ number: Int) { self.init(Int64(number)) }

  /// Makes a floating-point number.
  @inlinable public init(_ number: Double) { self.init(kind: .float, bits: number.bitPattern) }

  /// Names text that outlives the render.
  @inlinable
  init(text: UnsafeRawBufferPointer, kind: Kind = .text) {
    self.init(
      kind: kind, count: Int32(truncatingIfNeeded: text.count),
      bits: UInt64(UInt(bitPattern: text.baseAddress)))
  }

  @inlinable
  init(list: UnsafePointer<Value>?, count: Int) {
    self.init(
      kind: .list, count: Int32(truncatingIfNeeded: count), bits: UInt64(UInt(bitPattern: list)))
  }

  @inlinable
  init(pointer: UnsafeRawPointer, kind: Kind, count: Int32 = 0) {
    self.init(kind: kind, count: count, bits: UInt64(UInt(bitPattern: pointer)))
  }

  /// Whether there is no value.
  @inlinable public var isNull: Bool { kind == .null || kind == .absent }

  /// Whether a condition on the value holds: all but nil and false.
  @inlinable public var isTruthy: Bool {
    switch kind {
    case .null, .absent: false
    case .boolean: bits != 0
    default: true
    }
  }

  /// A whole number that fits 64 bits.
  @inlinable public var integer: Int64? { kind == .integer ? Int64(bitPattern: bits) : nil }

  /// True or false.
  @inlinable public var boolean: Bool? { kind == .boolean ? bits != 0 : nil }

  /// Whether the value is HTML that must not be escaped again.
  @inlinable public var isSafe: Bool { flags & 1 != 0 }

  @inlinable var whole: Int64 { Int64(bitPattern: bits) }
  @inlinable var double: Double { Double(bitPattern: bits) }
  @inlinable var isTextual: Bool { kind == .text }

  /// The bytes of text, of a big whole number or of a decimal.
  @inlinable var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: UInt(bits)), count: Int(count))
  }

  @inlinable var items: UnsafeBufferPointer<Value> {
    UnsafeBufferPointer(
      start: UnsafeRawPointer(bitPattern: UInt(bits))?.assumingMemoryBound(to: Value.self),
      count: Int(count))
  }

  /// First and last of a range.
  @inlinable var bounds: (first: Int64, last: Int64) {
    guard let base = UnsafeRawPointer(bitPattern: UInt(bits)) else { return (0, -1) }
    return (base.load(as: Int64.self), base.load(fromByteOffset: 8, as: Int64.self))
  }

  /// How many numbers a range holds.
  @inlinable var rangeCount: Int {
    let (first, last) = bounds
    guard last >= first else { return 0 }
    let (distance, overflow) = last.subtractingReportingOverflow(first)
    return overflow || distance == .max ? Int.max : Int(distance) + 1
  }

  @inlinable var tape: Unmanaged<Tape>? {
    UnsafeRawPointer(bitPattern: UInt(bits)).map { Unmanaged<Tape>.fromOpaque($0) }
  }

  /// The cell of a tape's array or object.
  @inlinable var cell: Cell {
    guard let tape else { return Cell(kind: .null) }
    return tape._withUnsafeGuaranteedRef { $0.cells[Int(count)] }
  }

  @inlinable var isArray: Bool {
    kind == .list || (kind == .node && cell.kind == .array)
  }

  @inlinable var isHash: Bool { kind == .node && cell.kind == .object }

  /// The value of a cell of a tape that outlives the render.
  @inlinable
  init(tape: Unmanaged<Tape>, index: Int) {
    self = tape._withUnsafeGuaranteedRef { tape in
      let cell = tape.cells[index]
      switch cell.kind {
      case .null: return .null
      case .no: return .no
      case .yes: return .yes
      case .integer: return Value(cell.integer)
      case .string: return Value(text: tape.bytes(of: cell))
      case .number: return Value(number: tape.bytes(of: cell))
      case .array, .object:
        return Value(
          kind: .node, count: Int32(truncatingIfNeeded: index),
          bits: UInt64(UInt(bitPattern: Unmanaged.passUnretained(tape).toOpaque())))
      }
    }
  }

  /// A number of the data by its digits: a fraction or exponent makes it a decimal.
  @inlinable
  init(number digits: UnsafeRawBufferPointer) {
    let isWhole = digits.allSatisfy { $0 != 0x2E && $0 != 0x65 && $0 != 0x45 }
    self.init(text: digits, kind: isWhole ? .big : .decimal)
  }
}
