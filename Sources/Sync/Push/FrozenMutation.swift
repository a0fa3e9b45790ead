import Bytes
import Contract
import Formats
import LocalMirror

/// A mutation whose bytes stand in the outbox: what was sent, and what the editor had then.
struct FrozenMutation {
  /// Its row in the outbox.
  let number: Int64
  /// The record, by the id that it had here when the bytes were frozen.
  let key: RecordKey
  /// What people call it.
  let name: String
  let request: WriteRequest
  let fields: [Field]
  /// The epoch of the shop's change log in which it was made; nil where an older program made it.
  let epoch: String?
  /// When it was first sent, by the shop's clock; nil where that is not known.
  let sentByShop: Instant?
  let firstSentAt: Instant
  var attempts: Int
  var mayResend: Bool
  /// Its place in the plan; nil where it is from an earlier push.
  var place: Int?
  /// Whether the shop's change log is still the one of then: one that was restored knows no keys of
  /// before, and its versions do not compare.
  var isOfEpoch = true
  /// Whether the shop has said that it is done, and only its record could not be read.
  var isKnownDone = false

  var mutation: Mutation { request.mutation }

  /// A field as it was sent.
  struct Field: Hashable {
    let name: String
    /// The edit that it came from.
    let mine: FieldValue
    /// What was sent, ids of the server in it; for a movement what it leads to.
    let value: FieldValue
    let movement: Int64?
    let shop: FieldValue
    let isInterim: Bool
    /// Whether the editor had counted it; then it is no movement of a counter.
    var isCount = false
  }

  /// Whether the shop's record says what was sent.
  func isSaid(by server: SourceRecord) -> Bool {
    fields.allSatisfy { field in
      field.movement == nil && server.value(field.name) == field.value
    }
  }
}

extension FrozenMutation {
  /// The same mutation with some of its fields only.
  init(_ other: FrozenMutation, keeping isKept: (Field) -> Bool) {
    self.init(
      number: other.number, key: other.key, name: other.name, request: other.request,
      fields: other.fields.filter(isKept), epoch: other.epoch,
      sentByShop: other.sentByShop, firstSentAt: other.firstSentAt,
      attempts: other.attempts, mayResend: other.mayResend, place: other.place,
      isOfEpoch: other.isOfEpoch)
  }
}

extension SourceRecord {
  /// The value of a field; null where it is absent.
  func value(_ field: String) -> FieldValue {
    if field == "external_ref" { return body.value[field].map(FieldValue.init) ?? .null }
    return RecordFields.value(field, attributes: attributes, links: links)
  }
}

// MARK: Stored form

extension FrozenMutation {
  /// What the outbox keeps of the fields.
  static func payload(
    _ name: String, _ fields: [Field], epoch: String?, sentByShop: Instant?
  ) -> String {
    let list = fields.map { field in
      var members: [FieldValue.Member] = [
        .init("field", .text(field.name)), .init("mine", field.mine), .init("sent", field.value),
        .init("shop", field.shop),
      ]
      if let movement = field.movement { members.append(.init("movement", .integer(movement))) }
      if field.isInterim { members.append(.init("interim", .boolean(true))) }
      if field.isCount { members.append(.init("count", .boolean(true))) }
      return FieldValue.object(of: members)
    }
    var members: [FieldValue.Member] = [
      .init("name", .text(name)), .init("fields", .list(list)),
    ]
    if let epoch { members.append(.init("epoch", .text(epoch))) }
    if let sentByShop { members.append(.init("shop_time", .text(sentByShop.rfc3339))) }
    return FieldValue.object(of: members).json
  }

  /// What the outbox keeps of the request.
  static func text(of request: WriteRequest) -> String {
    let mutation = request.mutation
    var members: [FieldValue.Member] = [
      .init("id", .text(mutation.id)), .init("type", .text(mutation.record.type.rawValue)),
      .init("record", .text(mutation.record.id)), .init("op", .text(mutation.operation.rawValue)),
      .init("fields", object(mutation.fields)), .init("seen", object(mutation.seen)),
      .init("adjust", object(mutation.adjustments.mapValues { .integer($0) })),
      .init("links", object(mutation.links)), .init("version", .integer(mutation.seenVersion)),
      .init("etag", .text(mutation.seenETag)), .init("method", .text(request.method)),
      .init("path", .text(request.path)),
      .init(
        "headers",
        .list(request.headers.map { .list([.text($0.name), .text($0.value)]) })),
    ]
    if let reference = mutation.externalReference {
      members.append(.init("external_ref", .text(reference)))
    }
    let text = String(decoding: request.body, as: UTF8.self)
    if Array(text.utf8) == request.body {
      members.append(.init("body", .text(text)))
    } else {
      members.append(.init("body_hex", .text(Hex.encode(request.body))))
    }
    return FieldValue.object(of: members).json
  }

  private static func object(_ values: [String: FieldValue]) -> FieldValue {
    .object(of: values.map { .init($0.key, $0.value) })
  }

  /// A row of the outbox; nil where it does not hold a request.
  init?(_ entry: OutboxEntry) {
    guard let stored = try? FieldValue(json: entry.request),  // else it is no request
      let request = Self.request(stored)
    else { return nil }
    // Without it nothing is confirmed by an answer, and the edits stay.
    let payload = (try? FieldValue(json: entry.payload)) ?? .null
    number = entry.number
    key = entry.key
    name = payload["name"]?.text ?? entry.key.id
    self.request = request
    fields = (payload["fields"]?.list ?? []).compactMap { value in
      guard let name = value["field"]?.text else { return nil }
      return Field(
        name: name, mine: value["mine"] ?? .null, value: value["sent"] ?? .null,
        movement: value["movement"]?.integer, shop: value["shop"] ?? .null,
        isInterim: value["interim"] == .boolean(true),
        isCount: value["count"] == .boolean(true))
    }
    epoch = payload["epoch"]?.text
    sentByShop = payload["shop_time"]?.text.flatMap { Instant(rfc3339: $0) }
    firstSentAt = entry.firstSentAt ?? Instant(microseconds: 0)
    attempts = entry.attempts
    mayResend = entry.mayResend
    place = nil
    isKnownDone = entry.answer == "done"
  }

  private static func request(_ value: FieldValue) -> WriteRequest? {
    guard let id = value["id"]?.text,
      let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let record = value["record"]?.text,
      let operation = value["op"]?.text.flatMap(Mutation.Operation.init(rawValue:)),
      let method = value["method"]?.text, let path = value["path"]?.text
    else { return nil }
    let body =
      value["body"]?.text.map { Array($0.utf8) }
      ?? value["body_hex"]?.text.flatMap(Hex.decode) ?? []
    let headers = (value["headers"]?.list ?? []).compactMap { pair -> WriteRequest.Header? in
      guard let parts = pair.list, parts.count == 2, let name = parts[0].text,
        let value = parts[1].text
      else { return nil }
      return WriteRequest.Header(name, value)
    }
    let mutation = Mutation(
      id: id, record: RecordKey(type, record), externalReference: value["external_ref"]?.text,
      operation: operation, fields: fields(value["fields"]),
      adjustments: fields(value["adjust"]).compactMapValues(\.integer),
      seen: fields(value["seen"]), seenVersion: value["version"]?.integer ?? 0,
      seenETag: value["etag"]?.text ?? "", links: fields(value["links"]))
    return WriteRequest(
      mutation: mutation, method: method, path: path, headers: headers, body: body)
  }

  private static func fields(_ value: FieldValue?) -> [String: FieldValue] {
    Dictionary((value?.members ?? []).map { ($0.name, $0.value) }) { first, _ in first }
  }
}
