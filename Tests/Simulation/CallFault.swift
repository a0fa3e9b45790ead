/// What the network or the server does to one call: the kinds of the design's section 4.2, seen from
/// the border of a connector. (What a status code or header becomes there is the connectors' own
/// tests' business.)
public enum CallFault: String, Sendable, CaseIterable {
  /// The request is lost.
  case dropRequest = "drop-request"
  /// The request is executed and its answer lost.
  case dropAnswer = "drop-answer"
  /// The network delivers the request twice.
  case duplicate
  /// The answer is lost, and the caller hears nothing until the key is forgotten.
  case delayPastRetention = "delay-past-retention"
  /// The request is held up and arrives after a later one.
  case reorder
  /// The answer breaks off in the middle.
  case truncate
  /// The answer is a page of a proxy with status 200.
  case wrongContentType = "wrong-content-type"
  /// The token expires in the middle of the batch.
  case unauthorizedMidBatch = "401-mid-batch"
  /// 409 without a reason that is true.
  case conflict = "409"
  /// 412 without a reason that is true.
  case precondition = "412"
  /// 422: the shop will not have it.
  case unprocessable = "422"
  /// 429 with a date.
  case tooManyUntilDate = "429-date"
  /// 429 with seconds.
  case tooManyForSeconds = "429-seconds"
  /// 429 without a word about when.
  case tooMany = "429"
  /// 500 before anything was done.
  case errorBeforeCommit = "500-before"
  /// 500 after it was done.
  case errorAfterCommit = "500-after"
  /// 503.
  case unavailable = "503"
  /// A redirect to a page for people.
  case redirect
  /// A cache answers with what was true earlier.
  case stalePage = "stale-page"
  /// The server refuses the cursor.
  case cursorRefused = "cursor-refused"
  /// The lines of a bulk answer end in the middle.
  case partialLines = "partial-jsonl"
  /// The first half of the batch is executed, then the line is cut.
  case halfBatch = "half-batch"

  /// Whether it is one of the kinds that have a meaning only where something is written.
  public var concernsWriting: Bool {
    switch self {
    case .unauthorizedMidBatch, .conflict, .precondition, .unprocessable, .halfBatch,
      .errorAfterCommit, .duplicate, .delayPastRetention:
      true
    default: false
    }
  }
}
