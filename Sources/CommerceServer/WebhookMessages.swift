import Bytes
import Contract
import Formats
import Machine
import SQL

/// A subscription that has something to be told.
struct DueWebhook: Sendable {
  let id: String
  let tenant: Int64
  let tenantName: String
  let url: String
  /// What messages are signed with: one, or two while one is replaced.
  let secrets: [[UInt8]]
  let types: [ResourceType]
  let seq: Int64
  let failures: Int
}

/// What a subscription is told: that something changed, not what it is now.
struct WebhookNotice: Sendable {
  /// The same at every attempt, because it follows from subscription and position.
  let id: String
  let seq: Int64
  let body: [UInt8]
}

extension CommerceStore {
  /// Subscriptions that are behind their tenant's log and whose time has come.
  func dueWebhooks() throws -> [DueWebhook] {
    try read { database in
      let statement = try database.prepare(
        """
        \(Self.webhookColumns)
        WHERE w.deleted_at IS NULL AND w.disabled_at IS NULL AND w.seq < t.seq AND w.next_at <= ?1 ORDER BY w.id
        """)
      try statement.bind(1, clock.now.microseconds)
      var found: [DueWebhook] = []
      try statement.forEachRow { row in found.append(Self.webhook(row)) }
      return found
    }
  }

  /// A subscription of a tenant, as messages are sent to it; nil where there is none.
  func webhook(_ id: String, of tenant: Int64) throws -> DueWebhook? {
    try read { database in
      let statement = try database.prepare(
        "\(Self.webhookColumns) WHERE w.id = ?2 AND w.tenant = ?3 AND w.deleted_at IS NULL")
      try statement.bind(1, clock.now.microseconds)
      try statement.bind(2, id)
      try statement.bind(3, tenant)
      return try statement.step() ? Self.webhook(statement) : nil
    }
  }

  /// `?1` is the time of now.
  private static let webhookColumns = """
    SELECT w.id, w.tenant, t.name, w.url, w.secret, w.types, w.seq, w.failures,
      CASE WHEN w.old_until > ?1 THEN w.old_secret END
    FROM webhook w JOIN tenant t USING(tenant)
    """

  private static func webhook(_ row: borrowing Statement) -> DueWebhook {
    DueWebhook(
      id: row.text(0), tenant: row.integer(1), tenantName: row.text(2), url: row.text(3),
      secrets: [row.text(4), row.optionalText(8)].compactMap { text in
        text.flatMap(WebhookSignature.secretBytes)
      },
      types: row.text(5).split(separator: " ").compactMap { ResourceType(rawValue: String($0)) },
      seq: row.integer(6), failures: Int(row.integer(7)))
  }

  /// A message that tells of nothing: whether the receiver takes it.
  func testNotice(for webhook: DueWebhook) -> WebhookNotice {
    var json = JSONWriter(capacity: 256)
    json.beginObject()
    json.key("type"); json.value("webhook.test")
    json.key("timestamp"); json.value(clock.now)
    json.key("data")
    json.beginObject()
    json.key("webhook"); json.value(webhook.id)
    json.key("tenant"); json.value(webhook.tenantName)
    json.end()
    json.end()
    return WebhookNotice(
      id: "msg_\(Hex.encode(random.bytes(16)))", seq: webhook.seq, body: json.finish().array)
  }

  /// Notes that a receiver has taken a test: whatever was wrong before, it is told again from where it
  /// was left.
  func revive(_ webhook: DueWebhook) throws {
    try write { database in
      try database.run(
        """
        UPDATE webhook SET failures = 0, next_at = 0, reason = NULL, disabled_at = NULL WHERE id = ?
        """, webhook.id)
    }
  }

  /// The next changes that a subscription is to be told of, and the position behind them all.
  func notices(for webhook: DueWebhook, limit: Int) throws -> ([WebhookNotice], end: Int64) {
    try read { database in
      let head = try RecordQueries.log(of: webhook.tenant, in: database).head
      let types = webhook.types.isEmpty ? ResourceType.allCases : webhook.types
      let statement = try database.prepare(
        """
        SELECT seq, type, id, version, deleted_at, updated_at FROM record
        WHERE tenant = ?1 AND seq > ?2 \(API.clause(types)) ORDER BY seq LIMIT ?3
        """)
      try statement.bind(1, webhook.tenant)
      try statement.bind(2, webhook.seq)
      try statement.bind(3, limit)
      var notices: [WebhookNotice] = []
      try statement.forEachRow { row in notices.append(Self.notice(row, webhook)) }
      return (notices, notices.count == limit ? notices.last?.seq ?? head : head)
    }
  }

  private static func notice(_ row: borrowing Statement, _ webhook: DueWebhook) -> WebhookNotice {
    let seq = row.integer(0)
    let version = row.integer(3)
    let deleted = row.optionalInteger(4)
    let event = deleted != nil ? "deleted" : version == 1 ? "created" : "updated"
    var json = JSONWriter(capacity: 256)
    json.beginObject()
    json.key("type"); json.value("\(row.text(1)).\(event)")
    json.key("timestamp"); json.value(Instant(microseconds: deleted ?? row.integer(5)))
    json.key("data")
    json.beginObject()
    json.key("seq"); json.value(seq)
    json.key("type"); json.value(row.text(1))
    json.key("id"); json.value(row.text(2))
    json.key("version"); json.value(version)
    json.key("tenant"); json.value(webhook.tenantName)
    json.end()
    json.end()
    let name = SHA256Digest(of: "\(webhook.id) \(seq)").hex.prefix(32)
    return WebhookNotice(id: "msg_\(name)", seq: seq, body: json.finish().array)
  }

  /// Notes that a subscription was told everything up to a position.
  func webhook(_ id: String, reached seq: Int64) throws {
    try write { database in
      try database.run(
        "UPDATE webhook SET seq = ?, failures = 0, next_at = 0, reason = NULL WHERE id = ?", seq, id
      )
    }
  }

  /// Notes a failure: the position that was reached before it, the reason, and when to try again;
  /// without a time the subscription ends.
  func webhook(
    _ webhook: DueWebhook, failedAfter seq: Int64, failures: Int, reason: String, next: Instant?
  ) throws {
    try write { database in
      try database.run(
        """
        UPDATE webhook SET seq = ?, failures = ?, reason = ?, next_at = ?, disabled_at = ?
        WHERE id = ?
        """, seq, failures, reason, (next ?? clock.now).microseconds,
        next == nil ? clock.now.microseconds : nil, webhook.id)
    }
  }
}
