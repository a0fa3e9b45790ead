import Bytes

/// Up to three products because of which a value is public: enough to know that it stays public when
/// one of them changes.
public struct Witnesses: Sendable, Hashable {
  /// What is public whatever the products.
  static let always: Int32 = -2
  private static let nobody: Int32 = -1

  private var first = Witnesses.nobody
  private var second = Witnesses.nobody
  private var third = Witnesses.nobody
  /// Whether there may be others that are not noted here.
  private var hasMore = false

  /// Nobody.
  public init() {}

  /// Nobody is noted, and there may be somebody.
  static let unknown: Witnesses = {
    var unknown = Witnesses()
    unknown.hasMore = true
    return unknown
  }()

  /// Numbers of the products, and -2 for what is public whatever they are.
  public var numbers: [Int32] { [first, second, third].filter { $0 != Self.nobody } }

  /// Whether the value is known to be public.
  public var isPublic: Bool { first != Self.nobody }

  /// Whether only all other products can tell.
  public var isUnknown: Bool { first == Self.nobody && hasMore }

  /// Adds one, if there is room.
  public mutating func add(_ number: Int32) {
    if number == Self.nobody || number == first || number == second || number == third { return }
    guard first != Self.nobody else {
      first = number
      return
    }
    // Most values have three witnesses soon.
    if third != Self.nobody, number > third {
      hasMore = true
      return
    }
    insert(number)
  }

  /// The lowest are kept, so that equal catalogues have equal witnesses on any number of threads.
  private mutating func insert(_ number: Int32) {
    var all = (numbers + [number]).sorted()
    if all.count > 3 {
      all.removeLast()
      hasMore = true
    }
    first = all[0]
    second = all.count > 1 ? all[1] : Self.nobody
    third = all.count > 2 ? all[2] : Self.nobody
  }

  /// Adds those of another list.
  public mutating func add(_ other: Witnesses) {
    for number in other.numbers { add(number) }
    hasMore = hasMore || other.hasMore
  }

  /// The same under other numbers, where `change` says which; nil stands for who changed or is gone.
  public func renumbered(_ change: (Int32) -> Int32?) -> Witnesses {
    var result = Witnesses()
    for number in [first, second, third] where number != Self.nobody {
      if let new = change(number) { result.add(new) }
    }
    result.hasMore = hasMore
    return result
  }

  // MARK: Keeping

  func append(to buffer: inout ByteBuffer) {
    for number in [first, second, third] { buffer.append(number: number) }
    buffer.append(number: UInt8(hasMore ? 1 : 0))
  }

  init(reading reader: inout ByteReader) {
    first = reader.number()
    second = reader.number()
    third = reader.number()
    hasMore = reader.number(UInt8.self) == 1
  }
}
