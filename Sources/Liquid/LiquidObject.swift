public import Bytes

/// A host's value whose parts are computed when a template asks for them: look-ups by handle,
/// lists that are read on demand.
public protocol LiquidObject: AnyObject, Sendable {
  /// The member called `key`, or nil where there is none.
  func member(_ key: SymbolID, _ context: inout RenderContext) throws(LiquidError) -> Value?

  /// What stands in square brackets: by default a member where `key` is text, an element where it
  /// is a whole number.
  func element(for key: Value, _ context: inout RenderContext) throws(LiquidError) -> Value?

  /// Number of elements, or nil where the object is no list.
  func count(_ context: inout RenderContext) throws(LiquidError) -> Int?

  /// The element at `index`, from 0.
  func element(at index: Int, _ context: inout RenderContext) throws(LiquidError) -> Value

  /// Appends the object's text to `context.output`.
  func write(_ context: inout RenderContext) throws(LiquidError)
}

extension LiquidObject {
  /// A member where `key` is text, an element where it is a whole number.
  public func element(
    for key: Value, _ context: inout RenderContext
  ) throws(LiquidError) -> Value? {
    if key.kind == .text {
      guard let symbol = Symbols.shared.find(key.bytes) else { return nil }
      return try member(symbol, &context)
    }
    guard let index = key.integer, let count = try count(&context) else { return nil }
    let position = index < 0 ? Int(index) + count : Int(index)
    guard position >= 0, position < count else { return nil }
    return try element(at: position, &context)
  }

  /// Not a list.
  public func count(_ context: inout RenderContext) throws(LiquidError) -> Int? { nil }

  /// Nothing.
  public func element(
    at index: Int, _ context: inout RenderContext
  ) throws(LiquidError) -> Value { .null }

  /// Nothing.
  public func write(_ context: inout RenderContext) throws(LiquidError) {}
}

/// What a filter or tag was given, in the order of the template.
@frozen
public struct Arguments: BitwiseCopyable, Sendable {
  @usableFromInline let base: UInt
  /// Number of positional arguments.
  public let count: Int
  /// Number of named arguments.
  public let namedCount: Int
  @usableFromInline let names: UInt

  @inlinable
  init(
    base: UnsafePointer<Value>?, count: Int, names: UnsafePointer<SymbolID>?, namedCount: Int
  ) {
    self.base = UInt(bitPattern: base)
    self.count = count
    self.namedCount = namedCount
    self.names = UInt(bitPattern: names)
  }

  @inlinable var values: UnsafePointer<Value>? {
    UnsafeRawPointer(bitPattern: base)?.assumingMemoryBound(to: Value.self)
  }

  /// The positional argument at `index`; no value beyond the last.
  @inlinable
  public subscript(index: Int) -> Value {
    guard index < count, let values else { return .null }
    return values[index]
  }

  /// Name of the named argument at `index`.
  @inlinable
  public func name(at index: Int) -> SymbolID {
    UnsafeRawPointer(bitPattern: names)?.assumingMemoryBound(to: SymbolID.self)[index] ?? -1
  }

  /// Value of the named argument at `index`.
  @inlinable
  public func namedValue(at index: Int) -> Value { values?[count + index] ?? .null }

  /// The argument called `name`, if there is one; of several the last.
  @inlinable
  public func named(_ name: SymbolID) -> Value? {
    var index = namedCount - 1
    while index >= 0 {
      if self.name(at: index) == name { return namedValue(at: index) }
      index -= 1
    }
    return nil
  }
}
