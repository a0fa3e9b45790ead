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
    /// Text that is HTML already, in memory that its owner keeps unchanged while pages are rendered
    /// with it. It is not copied.
    case keptHTML(KeptText)
    /// A whole number.
    case integer(Int64)
    /// True or false.
    case boolean(Bool)
    /// Values computed on demand.
    case object(any LiquidObject)
    /// Nothing.
    case null
  }

  /// Bytes that somebody else keeps.
  ///
  /// `@unchecked Sendable`: they are only ever read here, and who makes one keeps the bytes unchanged
  /// until the last render that sees it has ended; that is what `init` asks for.
  public struct KeptText: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Names UTF-8 that stays where it is and unchanged until the last render that sees it has ended.
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }
  }

  struct Entry: Sendable {
    var key: SymbolID
    var item: Item
    var isStatic: Bool
  }

  private var entries: [Entry] = []
  private var index: [SymbolID: Int] = [:]
  /// An object whose members are values too, which hides the entries before `mark`.
  private var members: TapeValue?
  private var membersAreStatic = true
  private var mark = 0

  /// Makes an empty collection.
  public init() {}

  /// Sets a value. Static ones are visible in `render`ed partials too, others only in the page
  /// and what it includes.
  public mutating func set(_ key: SymbolID, _ item: Item, isStatic: Bool = true) {
    let entry = Entry(key: key, item: item, isStatic: isStatic)
    if let position = index[key], position >= mark {
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

  /// Sets every member of an object: they count more than what was set before and less than what is set
  /// after. O(1) for the first object.
  public mutating func addMembers(of object: TapeValue, isStatic: Bool = true) {
    guard object.kind == .object else { return }
    guard members == nil else {
      for child in object.children { set(child.cell.key, .tape(child), isStatic: isStatic) }
      return
    }
    members = object
    membersAreStatic = isStatic
    mark = entries.count
  }

  func entry(_ key: SymbolID) -> Entry? {
    let position = index[key]
    if let position, position >= mark { return entries[position] }
    if let member = members?[key] {
      return Entry(key: key, item: .tape(member), isStatic: membersAreStatic)
    }
    return position.map { entries[$0] }
  }
}
