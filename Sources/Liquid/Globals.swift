public import Bytes

/// The values that a page may see, with their owner: tapes and objects live as long as this does.
///
/// Copy the site-wide ones and add those of the page.
public struct Globals: Sendable {
  /// A value of a host, which keeps alive what it is made of.
  public enum Item: Sendable {
    /// A value of a record.
    case tape(TapeValue)
    /// Text.
    case text(String)
    /// Text that is HTML already.
    case html(String)
    /// A whole number.
    case integer(Int64)
    /// True or false.
    case boolean(Bool)
    /// Values computed on demand.
    case object(any LiquidObject)
    /// Nothing.
    case null
  }

  struct Entry: Sendable {
    var key: SymbolID
    var item: Item
    var isStatic: Bool
  }

  var entries: [Entry] = []
  private var index: [SymbolID: Int] = [:]

  /// Makes an empty collection.
  public init() {}

  /// Sets a value. Static ones are visible in `render`ed partials too, others only in the page
  /// and what it includes.
  public mutating func set(_ key: SymbolID, _ item: Item, isStatic: Bool = true) {
    let entry = Entry(key: key, item: item, isStatic: isStatic)
    if let position = index[key] {
      entries[position] = entry
    } else {
      index[key] = entries.count
      entries.append(entry)
    }
  }

  /// Sets a value by its name.
  public mutating func set(_ name: String, _ item: Item, isStatic: Bool = true) {
    set(Symbols.shared.intern(name), item, isStatic: isStatic)
  }

  /// Sets every member of an object; of equal keys the last counts. O(members).
  public mutating func addMembers(of object: TapeValue, isStatic: Bool = true) {
    guard object.kind == .object else { return }
    for child in object.children {
      set(child.cell.key, .tape(child), isStatic: isStatic)
    }
  }

  func entry(_ key: SymbolID) -> Entry? { index[key].map { entries[$0] } }
}
