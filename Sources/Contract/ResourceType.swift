/// A kind of record that the commerce API knows.
///
/// The order of the cases is the order in which a store can be filled without looking ahead: what
/// is linked to comes before what links to it.
public enum ResourceType: String, CaseIterable, Sendable, Hashable, Comparable {
  case location
  case priceList = "price_list"
  case market
  case program
  case tier
  case benefit
  case customer
  case product
  case variant
  case media
  case collection
  case inventoryLevel = "inventory_level"
  case price
  case translation
  case redirect
  case membership
  case entitlement
  case gate

  /// The name on the wire, for example `price_list`.
  public var name: String { rawValue }

  /// The last part of the collection's path, for example `price_lists`.
  public var path: String {
    switch self {
    case .media: "media"
    case .inventoryLevel: "inventory_levels"
    case .membership: "memberships"
    default: "\(rawValue)s"
    }
  }

  /// The type whose collection stands at `path`.
  public init?(path: String) {
    guard let type = ResourceType.allCases.first(where: { $0.path == path }) else { return nil }
    self = type
  }

  /// What ids made by the server begin with.
  public var idPrefix: String {
    switch self {
    case .location: "loc"
    case .priceList: "pls"
    case .market: "mkt"
    case .program: "pgm"
    case .tier: "tir"
    case .benefit: "bnf"
    case .customer: "cus"
    case .product: "prd"
    case .variant: "var"
    case .media: "med"
    case .collection: "col"
    case .inventoryLevel: "inv"
    case .price: "prc"
    case .translation: "trn"
    case .redirect: "red"
    case .membership: "mbr"
    case .entitlement: "ent"
    case .gate: "gat"
    }
  }

  /// The scope that a token needs to read records of this type.
  public var readScope: Scope {
    switch self {
    case .priceList, .price: .pricingRead
    case .program, .tier, .benefit, .membership, .entitlement, .gate: .membershipRead
    case .customer: .customerRead
    default: .catalogRead
    }
  }

  /// The scope that a token needs to change records of this type.
  public var writeScope: Scope {
    switch self {
    case .priceList, .price: .pricingWrite
    case .inventoryLevel: .inventoryWrite
    case .program, .tier, .benefit, .membership, .entitlement, .gate, .customer: .membershipWrite
    default: .catalogWrite
    }
  }

  /// Whether the record is about a person: such records never take part in a page or feed.
  public var isPersonal: Bool { self == .customer || self == .membership }

  /// Orders by the order of the cases.
  public static func < (left: ResourceType, right: ResourceType) -> Bool {
    left.rank < right.rank
  }

  /// Position among all types, in the order of the cases. The compiler makes it the case's own number.
  public var rank: Int {
    switch self {
    case .location: 0
    case .priceList: 1
    case .market: 2
    case .program: 3
    case .tier: 4
    case .benefit: 5
    case .customer: 6
    case .product: 7
    case .variant: 8
    case .media: 9
    case .collection: 10
    case .inventoryLevel: 11
    case .price: 12
    case .translation: 13
    case .redirect: 14
    case .membership: 15
    case .entitlement: 16
    case .gate: 17
    }
  }

  // Without these, types are compared and hashed by their names.

  /// Whether both are the same type.
  public static func == (left: ResourceType, right: ResourceType) -> Bool {
    left.rank == right.rank
  }

  /// Hashes the rank.
  public func hash(into hasher: inout Hasher) { hasher.combine(rank) }
}

/// What a token may do.
public enum Scope: String, CaseIterable, Sendable, Hashable, Comparable {
  case catalogRead = "catalog:read"
  case catalogWrite = "catalog:write"
  case customerRead = "customer:read"
  case inventoryWrite = "inventory:write"
  case membershipRead = "membership:read"
  case membershipWrite = "membership:write"
  case pricingRead = "pricing:read"
  case pricingWrite = "pricing:write"
  case webhooksManage = "webhooks:manage"

  /// All scopes that only read.
  public static let reading: Set<Scope> = [
    .catalogRead, .pricingRead, .membershipRead, .customerRead,
  ]

  /// What pages and feeds need: everything that is not about a person.
  public static let storefront: Set<Scope> = [.catalogRead, .pricingRead, .membershipRead]

  /// Orders by name.
  public static func < (left: Scope, right: Scope) -> Bool { left.rawValue < right.rawValue }
}

/// The version of the contract, a date that stands in every path.
public enum ContractVersion {
  /// The version that this code speaks.
  public static let current = "2026-11-01"
  /// All versions that this code speaks, newest first.
  public static let all = [current]
  /// What every path but discovery begins with.
  public static let root = "/v/\(current)"
  /// Where a server describes itself (RFC 8615).
  public static let discoveryPath = "/.well-known/commerce-sync"
  /// Records on a page where the caller names no limit.
  public static let defaultPageSize = 250
  /// The most records that a page may hold.
  public static let largestPageSize = 1000
  /// Days for which a server keeps a tombstone at least, unless it says otherwise.
  public static let tombstoneRetentionDays = 90
  /// Seconds for which a server keeps the answer under an idempotency key at least.
  public static let keyRetentionSeconds = 86_400
  /// The most operations of a batch, or commands of a request.
  public static let largestBatch = 100
}
