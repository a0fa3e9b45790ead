import Bytes
public import Contract

/// What a server protects and shows: the kinds of platform that there are.
public struct ServerProfile: Sendable, Hashable {
  /// Which kind.
  public enum Kind: String, Sendable, CaseIterable {
    /// Versions, a change feed, keys, external references, batches: the contract's own server.
    case versions
    /// Compares the old values; keys; ids of its own making.
    case compareAndSet = "cas"
    /// No guard, no keys; the connector reads, compares, writes and reads back.
    case unguarded
    /// Changes only by time stamp, which becomes visible late; no tombstones; no guard.
    case stamps
  }

  /// Which kind.
  public let kind: Kind

  /// Describes a kind.
  public init(_ kind: Kind) { self.kind = kind }

  /// How a write is guarded.
  public var `guard`: FieldCapability.Guard {
    switch kind {
    case .versions: .version
    case .compareAndSet: .compareAndSet
    case .unguarded, .stamps: .none
    }
  }

  /// Whether a repeated request is recognised by its key, and for how many seconds.
  public var keyRetention: Int? {
    switch kind {
    case .versions: 86_400
    case .compareAndSet: 1800
    case .unguarded, .stamps: nil
    }
  }

  /// Whether records carry versions.
  public var hasVersions: Bool { kind == .versions }
  /// Whether the change feed carries tombstones.
  public var hasTombstones: Bool { kind != .stamps }
  /// Whether the server gives new records ids of its own.
  public var makesIDs: Bool { kind == .compareAndSet || kind == .unguarded }
  /// Whether it keeps the client's own name for a record.
  public var hasExternalReference: Bool { kind != .stamps }
  /// Whether counters can be changed by a difference.
  public var hasDelta: Bool { kind != .stamps }
  /// The most operations in one request.
  public var largestBatch: Int { kind == .versions ? 100 : kind == .compareAndSet ? 5 : 1 }
  /// By how many seconds changes are seen again by a feed of time stamps.
  public var window: Int64 { 600 }

  /// The table that a connector would publish.
  public var capabilities: Capabilities {
    let idempotency: FieldCapability.Idempotency =
      if let keyRetention {
        .key(retentionSeconds: keyRetention)
      } else if hasExternalReference {
        .natural
      } else {
        .none
      }
    return Capabilities(
      standard: FieldCapability(
        guard: `guard`, hasDelta: hasDelta, idempotency: idempotency,
        hasExternalReference: hasExternalReference,
        deletions: hasTombstones ? .tombstones : .byIdentityList,
        signal: hasTombstones ? .feed : .stamp, hasStableOrder: true,
        largestBatch: largestBatch))
  }
}
