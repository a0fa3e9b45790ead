public import Bytes
public import Liquid

/// A table of pages that templates look into by handle: `collections['silk']`.
public final class LookupTable: LiquidObject {
  private let find: @Sendable (String) -> TapeValue?
  private let all: @Sendable () -> [TapeValue]

  /// Makes a table. `find` gives the entry of a handle, `all` every entry in order; both are asked
  /// only when a template asks.
  public init(
    find: @escaping @Sendable (String) -> TapeValue?,
    all: @escaping @Sendable () -> [TapeValue] = { [] }
  ) {
    self.find = find
    self.all = all
  }

  /// The entry whose handle is the key's name; `all` is the list of all entries.
  public func member(_ key: SymbolID, _ context: inout RenderContext) throws(LiquidError) -> Value?
  {
    entry(Symbols.shared.name(key), &context)
  }

  /// The entry whose handle is the key's text, or the n-th entry.
  public func element(for key: Value, _ context: inout RenderContext) throws(LiquidError) -> Value?
  {
    if let index = key.integer {
      let entries = all()
      let position = index < 0 ? Int(index) + entries.count : Int(index)
      return entries.indices.contains(position) ? context.value(entries[position]) : nil
    }
    return entry(context.string(of: key), &context)
  }

  private func entry(_ handle: String, _ context: inout RenderContext) -> Value? {
    if let found = find(handle) { return context.value(found) }
    switch handle {
    case "all": return context.list(all().map { context.value($0) })
    case "size": return Value(all().count)
    default: return nil
    }
  }

  /// Number of entries.
  public func count(_ context: inout RenderContext) throws(LiquidError) -> Int? { all().count }

  /// The n-th entry.
  public func element(at index: Int, _ context: inout RenderContext) throws(LiquidError) -> Value {
    let entries = all()
    return entries.indices.contains(index) ? context.value(entries[index]) : .null
  }
}
