/// What a platform protects and shows, for one field of one type.
///
/// What the product says about a shop ("not protected") comes from here and nowhere else.
public struct FieldCapability: Sendable, Hashable {
  /// How a write can be refused because somebody else wrote in between.
  public enum Guard: String, Sendable, CaseIterable {
    /// The server compares a version or entity tag.
    case version
    /// The server compares the old value.
    case compareAndSet = "cas"
    /// The server compares a digest of the old value.
    case digest
    /// The last write wins; a window remains between reading and writing.
    case none
  }

  /// How a repeated creation or command is recognised.
  public enum Idempotency: Sendable, Hashable {
    /// By a key that the server keeps that many seconds.
    case key(retentionSeconds: Int)
    /// By a name that is unique on the server, such as an external reference or SKU.
    case natural
    /// Not at all.
    case none
  }

  /// How a client learns that a record was deleted.
  public enum Deletions: String, Sendable, CaseIterable {
    /// The change feed carries tombstones.
    case tombstones
    /// Only a list of all ids shows it.
    case byIdentityList = "id-list"
    /// Not at all.
    case none
  }

  /// How a client learns that the field changed.
  public enum Signal: String, Sendable, CaseIterable {
    /// A change feed in commit order names every change.
    case feed
    /// The record's time stamp moves with every change of the field.
    case stamp
    /// No signal: the field must be read to be known.
    case none
  }

  /// What guards a write.
  public var `guard`: Guard
  /// Whether the value can be changed by a difference, for example "two fewer".
  public var hasDelta: Bool
  /// How a repeated write is recognised.
  public var idempotency: Idempotency
  /// Whether the record can be addressed by the client's own name for it.
  public var hasExternalReference: Bool
  /// How deletions show.
  public var deletions: Deletions
  /// How changes show.
  public var signal: Signal
  /// Whether pages come in an order that changes in between do not disturb.
  public var hasStableOrder: Bool
  /// The most operations in one request; 1 where there are no batches.
  public var largestBatch: Int
  /// Whether the platform's API can change it at all.
  public var isWritable: Bool

  /// States what is so; by default nothing is protected.
  public init(
    guard: Guard = .none, hasDelta: Bool = false, idempotency: Idempotency = .none,
    hasExternalReference: Bool = false, deletions: Deletions = .none, signal: Signal = .none,
    hasStableOrder: Bool = false, largestBatch: Int = 1, isWritable: Bool = true
  ) {
    self.guard = `guard`
    self.hasDelta = hasDelta
    self.idempotency = idempotency
    self.hasExternalReference = hasExternalReference
    self.deletions = deletions
    self.signal = signal
    self.hasStableOrder = hasStableOrder
    self.largestBatch = largestBatch
    self.isWritable = isWritable
  }

  /// Whether a write of the field can overwrite somebody else's without anyone noticing.
  public var isUnprotected: Bool { `guard` == .none }
}

/// What a platform can do, by type and field.
public struct Capabilities: Sendable, Hashable {
  private struct Place: Sendable, Hashable {
    let type: ResourceType
    let field: String
  }

  /// What holds where nothing else is said.
  public var standard: FieldCapability
  private var types: [ResourceType: FieldCapability] = [:]
  private var fields: [Place: FieldCapability] = [:]

  /// Starts with one statement for everything.
  public init(standard: FieldCapability) { self.standard = standard }

  /// States what holds for a type.
  public mutating func set(_ type: ResourceType, _ capability: FieldCapability) {
    types[type] = capability
  }

  /// States what holds for one field of a type.
  public mutating func set(
    _ type: ResourceType, field: String, _ capability: FieldCapability
  ) {
    fields[Place(type: type, field: field)] = capability
  }

  /// What holds for a type.
  public func of(_ type: ResourceType) -> FieldCapability { types[type] ?? standard }

  /// What holds for a field of a type; for a member such as `seo.title` what is said of it, or else
  /// of the attribute.
  public func of(_ type: ResourceType, field: String) -> FieldCapability {
    fields[Place(type: type, field: field)]
      ?? fields[Place(type: type, field: RecordFields.split(field).name)] ?? of(type)
  }

  /// The fields of a type of which something of their own is said, in order of name.
  public func fields(of type: ResourceType) -> [String] {
    fields.keys.filter { $0.type == type }.map(\.field).sorted()
  }
}
