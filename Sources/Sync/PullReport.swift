public import Contract
public import Formats

/// What a pull did, stream by stream.
public struct PullReport: Sendable {
  /// How the records came.
  public enum Kind: String, Sendable {
    /// By the change feed alone.
    case changes
    /// By reading everything.
    case full
  }

  /// What was found when a stream was compared with its source.
  public enum Proof: Sendable, Hashable {
    /// Nobody has compared it.
    case none
    /// Count and digest are equal, except for records that lie in quarantine.
    case complete
    /// They differ, even after the differing records were read again.
    case incomplete(missing: Int, surplus: Int, different: Int)
  }

  /// One stream: all records of a type.
  public struct Stream: Sendable {
    /// The type.
    public let type: ResourceType
    /// Records that were not there before.
    public var inserted = 0
    /// Records whose content or version changed.
    public var updated = 0
    /// Records that came as they were.
    public var unchanged = 0
    /// Records that are gone.
    public var deleted = 0
    /// Bodies that were put in quarantine during this pull.
    public var quarantined = 0
    /// Records in the mirror after the pull.
    public var count = 0
    /// Records that lie in quarantine after the pull.
    public var inQuarantine = 0
    /// Records that had to be read again because the digest differed.
    public var repaired = 0
    /// Whether it is complete.
    public var proof = Proof.none

    init(_ type: ResourceType) { self.type = type }

    /// Whether count and digest agree with the source.
    public var isProven: Bool { proof == .complete }
  }

  /// What came of questions that waited until everything was compared.
  public struct Comparison: Sendable, Hashable {
    /// How many waited.
    public var asked: Int
    /// How many are open still: it could not be told who changed what.
    public var open: Int
  }

  /// How the records came.
  public var kind = Kind.changes
  /// Why everything was read; nil where the change feed was enough.
  public var reason: String?
  /// The streams, in the order of the types.
  public var streams: [Stream] = []
  /// Bodies in quarantine whose type is not known.
  public var unknownInQuarantine = 0
  /// Links to records that neither came nor exist at the source; counted up to 1000.
  public var danglingReferences = 0
  /// Pages stored.
  public var pages = 0
  /// How often something failed for the moment and was tried again.
  public var retries = 0
  /// Whether the pull went on with a reading that an earlier one had begun.
  public var wasResumed = false
  /// What came of questions that waited for it; nil where none did.
  public var comparison: Comparison?
  /// Seconds it took.
  public var seconds = 0.0

  /// Records that came, in whatever state.
  public var received: Int {
    streams.reduce(0) { $0 + $1.inserted + $1.updated + $1.unchanged + $1.quarantined }
  }

  /// Whether anything in the mirror is other than before.
  public var hasChanges: Bool {
    streams.contains { $0.inserted + $0.updated + $0.deleted + $0.repaired > 0 }
  }

  /// Whether every stream is proven complete.
  public var isComplete: Bool { streams.allSatisfy(\.isProven) }

  /// One sentence for each stream that is not complete, for a person.
  public var faults: [String] {
    streams.compactMap { stream in
      switch stream.proof {
      case .complete: nil
      case .none: "\(stream.type.path): not compared with the server"
      case .incomplete(let missing, let surplus, let different):
        "\(stream.type.path): \(missing) missing, \(surplus) too many, "
          + "\(different) with other content"
      }
    }
  }

  /// Writes the report as a JSON object: schema `trumeau.pull/1`.
  public func write(into json: inout JSONWriter) {
    json.beginObject()
    json.key("schema"); json.value("trumeau.pull/1")
    json.key("kind"); json.value(kind.rawValue)
    json.key("reason"); json.value(reason)
    json.key("complete"); json.value(isComplete)
    json.key("changed"); json.value(hasChanges)
    json.key("resumed"); json.value(wasResumed)
    json.key("received"); json.value(received)
    json.key("pages"); json.value(pages)
    json.key("retries"); json.value(retries)
    json.key("milliseconds"); json.value(Int64(seconds * 1000))
    json.key("unknown_in_quarantine"); json.value(unknownInQuarantine)
    json.key("dangling_references"); json.value(danglingReferences)
    if let comparison {
      json.key("compared")
      json.beginObject()
      json.key("asked"); json.value(comparison.asked)
      json.key("open"); json.value(comparison.open)
      json.end()
    }
    json.key("streams")
    json.beginArray()
    for stream in streams { stream.write(into: &json) }
    json.end()
    json.end()
  }
}

extension PullReport.Stream {
  /// Writes the stream as a JSON object.
  func write(into json: inout JSONWriter) {
    json.beginObject()
    json.key("type"); json.value(type.name)
    json.key("count"); json.value(count)
    json.key("inserted"); json.value(inserted)
    json.key("updated"); json.value(updated)
    json.key("unchanged"); json.value(unchanged)
    json.key("deleted"); json.value(deleted)
    json.key("quarantined"); json.value(quarantined)
    json.key("in_quarantine"); json.value(inQuarantine)
    json.key("repaired"); json.value(repaired)
    json.key("proven"); json.value(isProven)
    if case .incomplete(let missing, let surplus, let different) = proof {
      json.key("missing"); json.value(missing)
      json.key("surplus"); json.value(surplus)
      json.key("different"); json.value(different)
    }
    json.end()
  }
}
