import Bytes
import Contract

/// Requests to platforms that take no batches.
enum OneByOne {
  /// Sends each and keeps their order. What ends the way to the platform (no connection, too many
  /// requests, interruption) is thrown before anything was sent, and puts off the rest after that.
  static func send(
    _ requests: some Collection<WriteRequest>,
    _ one: (WriteRequest) throws(ConnectorError) -> WriteOutcome
  ) throws(ConnectorError) -> [WriteOutcome] {
    var outcomes: [WriteOutcome] = []
    outcomes.reserveCapacity(requests.count)
    var end: ConnectorError?
    for request in requests {
      if let end {
        outcomes.append(.postponed(seconds: end.retryAfter, reason: end.message))
        continue
      }
      do throws(ConnectorError) {
        outcomes.append(try one(request))
      } catch {
        switch error.code {
        case .unauthenticated, .forbidden: outcomes.append(.unauthorized(error))
        case .unreachable, .rateLimited, .interrupted:
          if outcomes.isEmpty { throw error }
          end = error
          outcomes.append(.postponed(seconds: error.retryAfter, reason: error.message))
        default: outcomes.append(.postponed(seconds: error.retryAfter, reason: error.message))
        }
      }
    }
    return outcomes
  }
}

/// How the fields of a record stand to a change of them.
enum FieldStanding {
  /// All have the wanted values already.
  case asWanted
  /// All have the values seen or the wanted ones: the change may be made.
  case asSeen
  /// Somebody else has changed one of them.
  case otherwise

  /// Compares a record with what a mutation saw and wants.
  init(of record: SourceRecord, to mutation: Mutation) {
    var isWanted = true
    for (field, wanted) in mutation.fields {
      let now = Self.value(field, of: record)
      if now == wanted { continue }
      isWanted = false
      guard now == mutation.seen[field] ?? .null else {
        self = .otherwise
        return
      }
    }
    self = isWanted ? .asWanted : .asSeen
  }

  /// The value of one field of a record.
  static func value(_ field: String, of record: SourceRecord) -> FieldValue {
    if field == "external_ref" {
      return record.body.value["external_ref"].map(FieldValue.init) ?? .null
    }
    return RecordFields.value(field, attributes: record.attributes, links: record.links)
  }
}
