import Bytes
import Contract
import Formats
import HTTPClient

/// Sends requests of the contract and reads what became of each.
struct NativeSender {
  let session: APISession

  /// Sends all, as many at a time as a batch holds.
  func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    var outcomes: [WriteOutcome] = []
    outcomes.reserveCapacity(requests.count)
    var rest = requests[...]
    while !rest.isEmpty {
      let part = rest.prefix(NativeBatch.size(rest))
      do throws(ConnectorError) {
        outcomes += try send(part)
      } catch {
        guard !outcomes.isEmpty else { throw error }
        outcomes += rest.map { _ in
          .postponed(seconds: error.retryAfter, reason: error.message)
        }
        return outcomes
      }
      rest = rest.dropFirst(part.count)
    }
    return outcomes
  }

  private func send(_ part: ArraySlice<WriteRequest>) throws(ConnectorError) -> [WriteOutcome] {
    if part.count == 1, let request = part.first { return [try alone(request)] }
    return try together(part)
  }

  // MARK: One

  private func alone(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    let sent = session.writing(
      request.method, request.path, headers: request.headers, body: request.body)
    switch session.exchange(sent) {
    case .unsent(let error): throw error
    case .lost(let reason): return .unknown(reason: reason)
    case .answered(let response):
      switch read(response) {
      case .success(let tape):
        return NativeAnswer(
          status: response.status, retryAfter: session.askedSeconds(response.head),
          body: tape?.value, json: response.body
        ).outcome(of: request)
      case .failure(let foreign): return foreign.outcome
      }
    }
  }

  /// A body that the contract does not know, and what it means for the request.
  private struct Foreign: Error {
    let outcome: WriteOutcome
  }

  /// The JSON of an answer, nil for an empty body. Something that stands before the server may
  /// have answered in its place: only statuses that no program gives by mistake are believed then.
  private func read(_ response: HTTPResponse) -> Result<Tape?, Foreign> {
    let type = response.headers.mediaType
    if response.body.isEmpty, response.status == 204 || response.status >= 400 {
      return .success(nil)
    }
    if type == "application/json" || type == Problem.contentType,
      let tape = try? JSON.parse(response.body)
    {
      return .success(tape)
    }
    let looks = APISession.looks(response.head, response.body)
    let reason = "the server answered \(response.status) with \(looks)"
    return .failure(Foreign(outcome: byStatus(response, reason)))
  }

  private func byStatus(_ response: HTTPResponse, _ reason: String) -> WriteOutcome {
    switch response.status {
    case 401: .unauthorized(ConnectorError(.unauthenticated, reason))
    case 403: .unauthorized(ConnectorError(.forbidden, reason))
    case 408, 425, 429, 500...599:
      .postponed(seconds: session.askedSeconds(response.head), reason: reason)
    default: .unknown(reason: reason)
    }
  }

  // MARK: Many

  private func together(
    _ part: ArraySlice<WriteRequest>
  ) throws(ConnectorError) -> [WriteOutcome] {
    let sent = session.writing(
      "POST", NativeBatch.path, headers: [.init("Content-Type", "application/json")],
      body: NativeBatch.body(part))
    switch session.exchange(sent) {
    case .unsent(let error): throw error
    case .lost(let reason): return part.map { _ in .unknown(reason: reason) }
    case .answered(let response):
      switch response.status {
      case 400, 404, 405, 415, 422:  // no batches here, or not this one: nothing of it was done
        return try oneByOne(part)
      case 413: return try halved(part)
      default: return outcomes(of: part, response)
      }
    }
  }

  private func outcomes(
    of part: ArraySlice<WriteRequest>, _ response: HTTPResponse
  ) -> [WriteOutcome] {
    switch read(response) {
    case .failure(let foreign): return part.map { _ in foreign.outcome }
    case .success(let tape):
      if response.head.isSuccess, let tape, Problem(tape.value) == nil,
        let outcomes = NativeBatch.outcomes(part, in: tape.value)
      {
        return outcomes
      }
      let answer = NativeAnswer(
        status: response.status, retryAfter: session.askedSeconds(response.head),
        body: tape?.value, json: nil)
      return part.map { answer.wholeBatch(of: $0) }
    }
  }

  /// Sends each on its own. What cannot be sent after the first is done is put off.
  private func oneByOne(
    _ part: ArraySlice<WriteRequest>
  ) throws(ConnectorError) -> [WriteOutcome] {
    var outcomes: [WriteOutcome] = []
    for request in part {
      do throws(ConnectorError) {
        outcomes.append(try alone(request))
      } catch {
        guard !outcomes.isEmpty else { throw error }
        outcomes.append(.postponed(seconds: error.retryAfter, reason: error.message))
      }
    }
    return outcomes
  }

  /// Sends the halves of a batch that is too large for the server.
  private func halved(_ part: ArraySlice<WriteRequest>) throws(ConnectorError) -> [WriteOutcome] {
    let half = part.count / 2
    let first = try send(part.prefix(half))
    do throws(ConnectorError) {
      return first + (try send(part.dropFirst(half)))
    } catch {
      return first
        + part.dropFirst(half).map { _ in
          .postponed(seconds: error.retryAfter, reason: error.message)
        }
    }
  }
}

extension NativeAnswer {
  /// What an answer to a whole batch that names no operation means for one of them.
  func wholeBatch(of request: WriteRequest) -> WriteOutcome {
    if (200..<300).contains(status), body.flatMap(Problem.init) == nil {
      return .unknown(reason: "the server's answer to the batch names no results")
    }
    return outcome(of: request)
  }
}
