public import Bytes
public import Liquid

/// Told what templates look up besides what their page is about.
public protocol LookupLog: AnyObject, Sendable {
  /// Notes that `key` was looked for in `table`; `*` is the whole table.
  func note(_ table: String, _ key: String)
}

/// A table of pages that templates look into by handle: `collections['silk']`.
public final class LookupTable: LiquidObject {
  private let name: String?
  private let find: @Sendable (String) -> TapeValue?
  private let list: (@Sendable () -> [TapeValue])?

  /// Makes a table. `find` gives the entry of a handle, `all` every entry in order, where the table can
  /// be listed; both are asked only when a template asks.
  public init(
    name: String? = nil, find: @escaping @Sendable (String) -> TapeValue?,
    all: (@Sendable () -> [TapeValue])? = nil
  ) {
    self.name = name
    self.find = find
    list = all
  }

  private func all() -> [TapeValue] { list?() ?? [] }

  private func note(_ key: String, _ context: borrowing RenderContext) {
    guard let name else { return }
    (context.host as? PageHost)?.lookups?.note(name, key)
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
      note("*", context)
      let entries = all()
      let position = index < 0 ? Int(index) + entries.count : Int(index)
      return entries.indices.contains(position) ? context.value(entries[position]) : nil
    }
    return entry(context.string(of: key), &context)
  }

  private func entry(_ handle: String, _ context: inout RenderContext) -> Value? {
    if let found = find(handle) {
      note(handle, context)
      return context.value(found)
    }
    // A word of a table that cannot be listed is an entry as soon as one has that handle.
    let isWord = handle == "all" || handle == "size"
    note(isWord && list != nil ? "*" : handle, context)
    switch handle {
    case "all": return context.list(all().map { context.value($0) })
    case "size": return Value(all().count)
    default: return nil
    }
  }

  /// A member of the entry with a handle, if it stands at that address: nil where it does not, or lacks
  /// the member.
  func member(
    _ key: SymbolID, of handle: String, at url: String, _ context: inout RenderContext
  ) -> Value? {
    guard let entry = find(handle), entry[Key.url]?.string == url, let found = entry[key] else {
      return nil
    }
    note(handle, context)
    return context.value(found)
  }

  /// Number of entries.
  public func count(_ context: inout RenderContext) throws(LiquidError) -> Int? {
    note("*", context)
    return all().count
  }

  /// The n-th entry.
  public func element(at index: Int, _ context: inout RenderContext) throws(LiquidError) -> Value {
    note("*", context)
    let entries = all()
    return entries.indices.contains(index) ? context.value(entries[index]) : .null
  }
}
