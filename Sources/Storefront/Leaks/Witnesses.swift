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

  /// Nobody.
  public init() {}

  /// Numbers of the products, and -2 for what is public whatever they are.
  public var numbers: [Int32] { [first, second, third].filter { $0 != Self.nobody } }

  /// Adds one, if there is room.
  public mutating func add(_ number: Int32) {
    if number == Self.nobody || number == first || number == second || number == third { return }
    guard first != Self.nobody else {
      first = number
      return
    }
    // Most values have three witnesses soon.
    if third != Self.nobody, number > third { return }
    insert(number)
  }

  /// The lowest are kept, so that equal catalogues have equal witnesses on any number of threads.
  private mutating func insert(_ number: Int32) {
    var all = (numbers + [number]).sorted()
    if all.count > 3 { all.removeLast() }
    first = all[0]
    second = all.count > 1 ? all[1] : Self.nobody
    third = all.count > 2 ? all[2] : Self.nobody
  }

  /// Adds those of another list.
  public mutating func add(_ other: Witnesses) { for number in other.numbers { add(number) } }

  /// The same under other numbers; nil stands for who is gone.
  public func renumbered(_ change: (Int32) -> Int32?) -> Witnesses {
    var result = Witnesses()
    for number in numbers {
      if let new = number == Self.always ? number : change(number) { result.add(new) }
    }
    return result
  }
}

/// A digest of what one product has noted in a book: what is private of it, apart from the order.
public struct SecretNote: Sendable, Hashable {
  /// Sum over its secrets; 0 where it has none.
  public var secrets: UInt64 = 0

  /// Nothing noted.
  public init() {}

  /// A note as it was stored.
  public init(secrets: UInt64) { self.secrets = secrets }

  mutating func addSecret(_ value: UInt64) {
    var mixed = value ^ (value >> 33)
    mixed = mixed &* 0xFF51_AFD7_ED55_8CCD
    mixed ^= mixed >> 33
    secrets = secrets &+ (mixed | 1)
  }
}

extension SecretKind {
  /// What tells kinds apart in a digest.
  var seed: UInt64 {
    switch self {
    case .sku: 1 << 60
    case .handle: 2 << 60
    case .title: 3 << 60
    case .image: 4 << 60
    case .price: 5 << 60
    }
  }
}

extension PriceText.Amount {
  /// What tells amounts apart in a digest.
  var seed: UInt64 { UInt64(bitPattern: minor) &* 257 &+ UInt64(exponent) }
}
