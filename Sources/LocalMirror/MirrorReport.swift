public import Contract

/// What checking a whole mirror found.
public struct MirrorReport: Sendable {
  /// One thing that is wrong.
  public struct Finding: Sendable, Hashable {
    /// What sort of thing.
    public enum Kind: String, Sendable, CaseIterable {
      /// SQLite finds the file damaged.
      case file
      /// A body is not JSON, or not a record of its type.
      case body
      /// A body does not have the hash that is stored with it.
      case hash
      /// A stored column says something else than the body.
      case column
      /// A typed table says something else than the body.
      case projection
      /// What readers see of an edited record is not the server's body with the edits.
      case edit
      /// The stored count or sum of a stream is not that of its records.
      case stream
    }

    /// What sort of thing.
    public let kind: Kind
    /// The stream, where one is concerned.
    public let type: ResourceType?
    /// The record, where one is concerned.
    public let id: String?
    /// One sentence.
    public let message: String

    /// The record's bucket in the stream's digest.
    public var bucket: UInt8? { id.map { DigestAccumulator.bucket(of: $0) } }
  }

  /// Records that were read and checked.
  public internal(set) var checkedCount = 0
  /// What is wrong; at most `MirrorReader.findingLimit`.
  public internal(set) var findings: [Finding] = []
  /// Findings beyond the limit.
  public internal(set) var furtherCount = 0
  /// Bodies in quarantine: known, kept, and not part of any page.
  public internal(set) var quarantinedCount = 0
  /// References to records that are not here; the server's business, told for information.
  public internal(set) var dangling: [DanglingReference] = []

  /// Whether what is stored is what came.
  public var isSound: Bool { findings.isEmpty }

  /// Makes a report of nothing.
  public init() {}

  mutating func add(_ kind: Finding.Kind, _ type: ResourceType?, _ id: String?, _ message: String) {
    if findings.count < MirrorReader.findingLimit {
      findings.append(Finding(kind: kind, type: type, id: id, message: message))
    } else {
      furtherCount += 1
    }
  }
}
