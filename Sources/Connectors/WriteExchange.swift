import Contract
import HTTPClient
import Machine

/// What came of sending a writing request once.
enum WriteExchange {
  /// An answer of any status.
  case answered(HTTPResponse)
  /// Nothing was sent, so nothing was done.
  case unsent(ConnectorError)
  /// It may have arrived, and may have been done.
  case lost(String)
}

extension APISession {
  /// Sends a writing request once and tells apart what was not sent from what may have arrived.
  ///
  /// libcurl itself repeats a request for which a kept connection turns out to be closed before a
  /// byte of an answer came; so a request may have arrived twice.
  func exchange(_ request: HTTPRequest) -> WriteExchange {
    if client.isCancelled { return .unsent(ConnectorError(.interrupted, "interrupted")) }
    do throws(HTTPError) {
      return .answered(try client.send(request))
    } catch {
      switch error.code {
      case .unreachable, .refused, .tls, .invalidRequest: return .unsent(ConnectorError(error))
      case .timedOut, .broken, .malformed, .tooLarge, .redirected, .aborted:
        return .lost(error.description)
      }
    }
  }

  /// A writing request for a path below the address.
  func writing(
    _ method: String, _ path: String, headers: [WriteRequest.Header] = [], body: [UInt8]
  ) -> HTTPRequest {
    var made = request(path)
    made.method = method
    made.patience = patience
    for header in headers { made.headers.set(header.name, header.value) }
    if !body.isEmpty { made.body = body }
    return made
  }

  /// How long the server asks to be left alone, in seconds.
  func askedSeconds(_ head: HTTPResponseHead) -> Int? {
    head.headers["retry-after"].flatMap { HTTPDate.secondsToWait(retryAfter: $0, now: time.now) }
  }
}
