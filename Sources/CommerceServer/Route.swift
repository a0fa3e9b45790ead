import Contract
import HTTPServer

/// Where a request goes.
enum Route {
  case discovery
  case openAPI
  case problem(ProblemCode)
  case changes
  case snapshot
  case digest
  case batch
  case inventoryCommands
  case list(ResourceType)
  case record(ResourceType, id: String)
  case externalReference(ResourceType, String)
  case actions(ResourceType, id: String)
  case webhooks
  case webhook(id: String)
  case webhookRotation(id: String)
  case webhookTest(id: String)

  /// The route of a path; a problem where there is none.
  init(_ request: Request) throws(Problem) {
    guard let parts = request.segments else {
      throw Problem(.malformedRequest, "The path has a malformed escape or is not UTF-8.")
    }
    if parts == [".well-known", "commerce-sync"] {
      self = .discovery
    } else if parts.first == "problems", parts.count == 2,
      let code = ProblemCode(rawValue: parts[1])
    {
      self = .problem(code)
    } else if parts.first == "v", parts.count >= 3 {
      guard parts[1] == ContractVersion.current else {
        throw Problem(
          .notFound,
          "There is no version \(parts[1]) here; there are "
            + "\(ContractVersion.all.joined(separator: ", ")).")
      }
      self = try Self.within(Array(parts.dropFirst(2)))
    } else {
      throw Self.nothing
    }
  }

  private static var nothing: Problem {
    Problem(
      .notFound,
      "There is nothing at this address; \(ContractVersion.discoveryPath) says what there is.")
  }

  private static func within(_ parts: [String]) throws(Problem) -> Route {
    switch parts {
    case ["openapi.json"]: return .openAPI
    case ["changes"]: return .changes
    case ["snapshot"]: return .snapshot
    case ["digest"]: return .digest
    case ["batch"]: return .batch
    case ["inventory", "commands"]: return .inventoryCommands
    case ["webhooks"]: return .webhooks
    default: break
    }
    if parts[0] == "webhooks" { return try webhook(Array(parts.dropFirst())) }
    guard let type = ResourceType(path: parts[0]) else { throw nothing }
    if parts.count == 1 { return .list(type) }
    if parts.count == 2, RecordID.isValid(parts[1]) { return .record(type, id: parts[1]) }
    if parts.count == 3, parts[1] == "by-external-ref", RecordID.isValid(parts[2]) {
      return .externalReference(type, parts[2])
    }
    if parts.count == 3, parts[2] == "actions", RecordID.isValid(parts[1]),
      !ListAction.names(type).isEmpty
    {
      return .actions(type, id: parts[1])
    }
    throw nothing
  }

  private static func webhook(_ parts: [String]) throws(Problem) -> Route {
    guard let id = parts.first, RecordID.isValid(id) else { throw nothing }
    switch parts.dropFirst() {
    case []: return .webhook(id: id)
    case ["rotate"]: return .webhookRotation(id: id)
    case ["test"]: return .webhookTest(id: id)
    default: throw nothing
    }
  }

  /// The methods that the route knows.
  var methods: [String] {
    switch self {
    case .list: ["GET", "HEAD", "POST"]
    case .record: ["GET", "HEAD", "PATCH", "DELETE"]
    case .externalReference: ["GET", "HEAD", "PUT"]
    case .batch, .inventoryCommands, .actions, .webhookRotation, .webhookTest: ["POST"]
    case .webhooks: ["GET", "HEAD", "POST"]
    case .webhook: ["GET", "HEAD", "DELETE"]
    default: ["GET", "HEAD"]
    }
  }

  /// Whether no token is needed.
  var isPublic: Bool {
    switch self {
    case .openAPI, .problem: true
    default: false
    }
  }

  /// Whether a token may be left out.
  var isOpen: Bool {
    if case .discovery = self { return true }
    return isPublic
  }
}
