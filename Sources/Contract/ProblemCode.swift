/// Everything that can go wrong between client and server: a closed list.
public enum ProblemCode: String, CaseIterable, Sendable, Hashable {
  case unauthenticated
  case tokenExpired = "token-expired"
  case forbidden
  case missingScope = "missing-scope"
  case notFound = "not-found"
  case gone
  case methodNotAllowed = "method-not-allowed"
  case notAcceptable = "not-acceptable"
  case unsupportedMediaType = "unsupported-media-type"
  case malformedRequest = "malformed-request"
  case malformedJSON = "malformed-json"
  case unknownParameter = "unknown-parameter"
  case invalidParameter = "invalid-parameter"
  case invalidCursor = "invalid-cursor"
  case queryTooCostly = "query-too-costly"
  case payloadTooLarge = "payload-too-large"
  case headersTooLarge = "headers-too-large"
  case rangeNotSatisfiable = "range-not-satisfiable"
  case validation
  case uniqueViolation = "unique-violation"
  case stillReferenced = "still-referenced"
  case preconditionRequired = "precondition-required"
  case staleVersion = "stale-version"
  case staleQuantity = "stale-quantity"
  case staleDigest = "stale-digest"
  case sourceChanged = "source-changed"
  case idempotencyMismatch = "idempotency-mismatch"
  case idempotencyInProgress = "idempotency-in-progress"
  case cursorExpired = "cursor-expired"
  case epochChanged = "epoch-changed"
  case scopeChanged = "scope-changed"
  case rateLimited = "rate-limited"
  case overloaded
  case internalError = "internal-error"

  /// The HTTP status that goes with it.
  public var status: Int { facts.status }

  /// What it is, in a few words that never change.
  public var title: String { facts.title }

  /// What the client should do about it.
  public var remedy: String { facts.remedy }

  /// Whether the same request can succeed later without being changed.
  public var isRetryable: Bool {
    switch self {
    case .rateLimited, .overloaded, .idempotencyInProgress, .internalError: true
    default: false
    }
  }

  /// The URI reference that names it in a problem document.
  public var typeURI: String { "/problems/\(rawValue)" }

  private var facts: (status: Int, title: String, remedy: String) {
    switch self {
    case .unauthenticated:
      (401, "No valid token", "Stop all work and give a valid bearer token.")
    case .tokenExpired: (401, "The token has expired", "Stop all work and renew the token.")
    case .forbidden: (403, "Not allowed", "Stop work on this type; ask for the right.")
    case .missingScope:
      (403, "The token lacks a scope", "Stop work on this type; use a token with the scope named.")
    case .notFound: (404, "No such thing", "Check the address; a record was deleted or never was.")
    case .gone: (410, "The record was deleted", "Treat it as deleted on the server.")
    case .methodNotAllowed: (405, "Method not allowed", "Use a method of the Allow header.")
    case .notAcceptable: (406, "No such representation", "Accept application/json.")
    case .unsupportedMediaType:
      (415, "Unsupported content type", "Send the content type that detail names.")
    case .malformedRequest: (400, "Malformed request", "Correct the request as detail says.")
    case .malformedJSON: (400, "The body is not JSON", "Correct the body at the offset named.")
    case .unknownParameter:
      (400, "Unknown parameter", "Leave it out; detail names those that exist.")
    case .invalidParameter: (400, "Invalid parameter", "Correct the value as detail says.")
    case .invalidCursor:
      (400, "Not a cursor of this server", "Use cursors as they were given, or begin anew.")
    case .queryTooCostly: (400, "The query costs too much", "Ask for less at a time.")
    case .payloadTooLarge: (413, "The body is too large", "Send less at a time.")
    case .headersTooLarge: (431, "The headers are too large", "Send shorter headers.")
    case .rangeNotSatisfiable:
      (416, "The range lies beyond the end", "Begin anew without a Range header.")
    case .validation:
      (422, "The record does not fit the contract", "Correct the members that errors names.")
    case .uniqueViolation:
      (409, "Another record has this name", "Use another value, or change the record named.")
    case .stillReferenced:
      (409, "Other records link to it", "Change or delete the records that errors names first.")
    case .preconditionRequired:
      (428, "A header is missing that makes the write safe", "Send the header that errors names.")
    case .staleVersion: (412, "The record has changed", "Read it again, merge, and try again.")
    case .staleQuantity: (409, "The quantity has changed", "Read it again and decide anew.")
    case .staleDigest: (409, "The content has changed", "Read it again, merge, and try again.")
    case .sourceChanged:
      (409, "The source text has changed", "Translate the new text and send its digest.")
    case .idempotencyMismatch:
      (422, "The key was used for something else", "Use a new Idempotency-Key.")
    case .idempotencyInProgress:
      (409, "The first request is still running", "Wait as Retry-After says and repeat.")
    case .cursorExpired: (410, "The cursor is too old", "Read a snapshot and go on from there.")
    case .epochChanged:
      (410, "The change log began anew", "Read a snapshot and compare everything.")
    case .scopeChanged:
      (410, "The token's scope has changed", "Read a snapshot and go on from there.")
    case .rateLimited: (429, "Too many requests", "Wait as Retry-After says.")
    case .overloaded: (503, "The server is busy", "Wait as Retry-After says.")
    case .internalError:
      (500, "The server failed", "Try again later and tell us the request_id.")
    }
  }
}
