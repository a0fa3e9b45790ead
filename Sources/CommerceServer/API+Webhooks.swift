import Bytes
import Contract
import Formats
import HTTPClient
import HTTPServer
import Machine

/// Who is told about changes, managed over HTTP: of the token's tenant, by tokens with the scope
/// `webhooks:manage`.
extension API {
  /// Seconds for which the secret before goes on signing, where nobody says otherwise, and at most.
  static let usualOverlap: Int64 = 86_400
  static let longestOverlap: Int64 = 604_800
  /// How long a test waits for the receiver: shorter than a client waits for us.
  private static let testPatienceMs = 8000

  // MARK: Reading

  /// `GET /v/{date}/webhooks`: all of them, without their secrets.
  func webhooks(_ call: Call) throws -> Response {
    try call.caller.require(.webhooksManage)
    _ = try call.parameters([])
    let found = try store.read { database in
      try WebhookTable(database: database).find(
        tenant: call.caller.tenantName, now: store.clock.now)
    }
    var json = JSONWriter(capacity: 512 * (found.count + 1))
    json.beginObject()
    json.key("data")
    json.beginArray()
    for webhook in found { Self.write(webhook, secret: nil, into: &json) }
    json.end()
    json.end()
    return Response(contentType: "application/json", buffer: json.finish())
  }

  /// `GET /v/{date}/webhooks/{id}`.
  func webhook(_ call: Call, _ id: String) throws -> Response {
    try call.caller.require(.webhooksManage)
    _ = try call.parameters([])
    let found = try store.read { database in
      try webhook(id, of: call.caller, in: WebhookTable(database: database))
    }
    return Self.answer(found, secret: nil)
  }

  // MARK: Writing

  /// `POST /v/{date}/webhooks`: makes one; the answer alone has its secret.
  func webhookCreation(_ order: WriteOrder) throws -> Effect {
    let body = try order.object()
    guard !order.caller.seesOnlyPublished else {
      throw Problem(
        .forbidden, "The token sees only what is published; a webhook tells of every change.")
    }
    var faults = Problem.unknownMembers(of: body, known: ["url", "types"])
    let url = body["url"]?.string ?? ""
    if body["url"] == nil {
      faults.append(.init(pointer: "/url", code: "missing", message: "url is required"))
    } else if !WebhookTable.isAddress(url) {
      faults.append(
        .init(
          pointer: "/url", code: "bad-format",
          message: "an address that begins with https:// or http:// is needed"))
    }
    let types = try types(in: body["types"], order.caller, &faults)
    guard faults.isEmpty else {
      throw Problem(.validation, "The webhook does not fit the contract.", errors: faults)
    }
    try store.keepSecretsPrivate()
    let secret = WebhookSignature.secretText(store.random.bytes(32))
    return { writer in
      let table = WebhookTable(database: writer.database)
      let id = "whk_\(self.store.random.sortableID(at: writer.now))"
      try table.insert(
        id, tenant: order.caller.tenant, url: url, secret: secret, types: types, now: writer.now)
      let made = try self.webhook(id, of: order.caller, in: table)
      var response = Self.answer(made, secret: secret, status: 201)
      response.headers.set("Location", "\(ContractVersion.root)/webhooks/\(id)")
      return response
    }
  }

  /// The types that a webhook is about: those named, or all; never one that the token may not read.
  private func types(
    in value: TapeValue?, _ caller: Caller, _ faults: inout [Problem.Fault]
  ) throws(Problem) -> [ResourceType] {
    guard let value else {
      let all = caller.readableTypes
      return all.count == ResourceType.allCases.count ? [] : all
    }
    guard value.kind == .array, value.count > 0 else {
      faults.append(
        .init(
          pointer: "/types", code: "wrong-type",
          message: "an array of types is needed here; leave it out for all"))
      return []
    }
    var types: [ResourceType] = []
    for (index, child) in value.children.enumerated() {
      guard let type = child.string.flatMap(ResourceType.init(rawValue:)) else {
        faults.append(
          .init(
            pointer: "/types/\(index)", code: "not-allowed", message: "there is no such type"))
        continue
      }
      try caller.require(type.readScope)
      types.append(type)
    }
    return types
  }

  /// `DELETE /v/{date}/webhooks/{id}`: ends it at once.
  func webhookDeletion(_ order: WriteOrder, _ id: String) throws -> Effect {
    { writer in
      let table = WebhookTable(database: writer.database)
      _ = try self.webhook(id, of: order.caller, in: table)
      _ = try table.delete(id, now: writer.now)
      return Response(status: 204)
    }
  }

  /// `POST /v/{date}/webhooks/{id}/rotate`: a new secret; for a time messages carry two signatures, so
  /// that no message is lost while the receiver takes the new one up.
  func webhookRotation(_ order: WriteOrder, _ id: String) throws -> Effect {
    let body = try order.object()
    var faults = Problem.unknownMembers(of: body, known: ["overlap_seconds"])
    var overlap = Self.usualOverlap
    if let given = body["overlap_seconds"] {
      if let seconds = given.integer, (0...Self.longestOverlap).contains(seconds) {
        overlap = seconds
      } else {
        faults.append(
          .init(
            pointer: "/overlap_seconds", code: "out-of-range",
            message: "a whole number from 0 to \(Self.longestOverlap) is needed"))
      }
    }
    guard faults.isEmpty else {
      throw Problem(.validation, "The rotation does not fit the contract.", errors: faults)
    }
    let seconds = overlap
    let secret = WebhookSignature.secretText(store.random.bytes(32))
    return { writer in
      let table = WebhookTable(database: writer.database)
      _ = try self.webhook(id, of: order.caller, in: table)
      try table.rotate(id, secret: secret, overlapSeconds: seconds, now: writer.now)
      return Self.answer(try self.webhook(id, of: order.caller, in: table), secret: secret)
    }
  }

  // MARK: Test

  /// `POST /v/{date}/webhooks/{id}/test`: sends a message now and says what the receiver answered. One
  /// that takes it is told of changes again, also where it was ended.
  func testWebhook(_ call: Call, _ id: String) throws -> Response {
    try call.caller.require(.webhooksManage)
    _ = try call.parameters([])
    guard let webhook = try store.webhook(id, of: call.caller.tenant) else {
      throw try store.read { database in
        try Self.absence(id, call.caller, WebhookTable(database: database))
      }
    }
    let notice = store.testNotice(for: webhook)
    let delivery = WebhookDelivery(
      client: HTTPClient(HTTPClient.Configuration()), now: store.clock.now,
      patienceMs: Self.testPatienceMs)
    let outcome = delivery.send(notice, to: webhook)
    var json = JSONWriter(capacity: 512)
    json.beginObject()
    json.key("message_id"); json.value(notice.id)
    switch outcome {
    case .taken(let status):
      try store.revive(webhook)
      json.key("delivered"); json.value(true)
      json.key("status"); json.value(Int64(status))
      json.key("reason"); json.null()
    case .refused(let reason, let status, _, _):
      json.key("delivered"); json.value(false)
      json.key("status")
      if let status { json.value(Int64(status)) } else { json.null() }
      json.key("reason"); json.value(reason)
    }
    json.end()
    return Response(contentType: "application/json", buffer: json.finish())
  }

  // MARK: What all share

  /// Why there is no such webhook.
  private static func absence(
    _ id: String, _ caller: Caller, _ table: WebhookTable
  ) throws -> Problem {
    guard let deleted = try table.deletion(of: id, tenant: caller.tenant) else {
      return Problem(.notFound, "There is no such webhook.")
    }
    return Problem(.gone, "The webhook was deleted at \(deleted.rfc3339).")
  }

  private func webhook(
    _ id: String, of caller: Caller, in table: WebhookTable
  ) throws -> WebhookDescription {
    guard
      let found = try table.find(tenant: caller.tenantName, id: id, now: store.clock.now).first
    else { throw try Self.absence(id, caller, table) }
    return found
  }

  private static func answer(
    _ webhook: WebhookDescription, secret: String?, status: Int = 200
  ) -> Response {
    var json = JSONWriter(capacity: 512)
    write(webhook, secret: secret, into: &json)
    return Response(status: status, contentType: "application/json", buffer: json.finish())
  }

  private static func write(
    _ webhook: WebhookDescription, secret: String?, into json: inout JSONWriter
  ) {
    func instant(_ name: String, _ value: Instant?) {
      json.key(name)
      if let value { json.value(value) } else { json.null() }
    }
    let state =
      webhook.disabledAt != nil ? "ended" : webhook.failureCount > 0 ? "failing" : "active"
    json.beginObject()
    json.key("id"); json.value(webhook.id)
    json.key("url"); json.value(webhook.url)
    json.key("types")
    json.beginArray()
    for type in webhook.types { json.value(type.rawValue) }
    json.end()
    json.key("state"); json.value(state)
    instant("created_at", webhook.createdAt)
    json.key("seq"); json.value(webhook.seq)
    json.key("failures"); json.value(Int64(webhook.failureCount))
    instant("next_attempt", webhook.nextAttempt)
    instant("ended_at", webhook.disabledAt)
    json.key("reason")
    if let reason = webhook.reason { json.value(reason) } else { json.null() }
    instant("old_secret_until", webhook.oldSecretUntil)
    if let secret {
      json.key("secret"); json.value(secret)
    }
    json.end()
  }
}
