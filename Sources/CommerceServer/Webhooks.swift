public import Bytes
public import Contract
import Machine
import SQL

/// Somebody who wants to be told about changes: everything but the secret.
public struct WebhookDescription: Sendable {
  /// Names the subscription.
  public let id: String
  /// The tenant whose changes it is about.
  public let tenant: String
  /// Where messages go.
  public let url: String
  /// The types that it is about; empty for all.
  public let types: [ResourceType]
  /// When it was made.
  public let createdAt: Instant
  /// Position of the change log up to which messages were taken.
  public let seq: Int64
  /// Attempts in a row that failed.
  public let failureCount: Int
  /// When the next attempt is due, after a failure.
  public let nextAttempt: Instant?
  /// When it was ended because too many attempts had failed.
  public let disabledAt: Instant?
  /// Why the last attempt failed.
  public let reason: String?
}

extension CommerceStore {
  /// Makes a subscription that begins with the next change, and the tenant where there is none. The
  /// secret is returned once; it stays in the store, which only its owner may read from then on.
  ///
  /// - Throws: `StoreError` with `badAddress` where the URL is not `http` or `https`.
  public func createWebhook(
    tenant name: String, url: String, types: [ResourceType] = []
  ) throws(StoreError) -> (secret: String, webhook: WebhookDescription) {
    let rest =
      url.hasPrefix("https://")
      ? url.dropFirst(8)
      : url.hasPrefix("http://")
        ? url.dropFirst(7) : ""
    let isPlain = url.utf8.allSatisfy { (0x21...0x7E).contains($0) } && url.utf8.count <= 2048
    guard let first = rest.utf8.first, first != UInt8(ascii: "/"), isPlain else {
      throw StoreError(
        code: .badAddress, message: "\(url) is not an address that begins with https:// or http://")
    }
    let secret = WebhookSignature.secretText(random.bytes(32))
    let id = "whk_\(random.sortableID(at: clock.now))"
    let now = clock.now
    let seq = try StoreError.wrap("make a webhook in", path) {
      for suffix in ["", "-wal", "-shm"] where Files.exists(path + suffix) {
        try Files.makePrivate(path + suffix)
      }
      return try write { database in
        let tenant = try makeTenant(named: name, in: database)
        let seq = try RecordQueries.log(of: tenant, in: database).head
        try database.run(
          """
          INSERT INTO webhook(id, tenant, url, secret, types, seq, created_at)
          VALUES(?, ?, ?, ?, ?, ?, ?)
          """, id, tenant, url, secret, types.sorted().map(\.rawValue).joined(separator: " "), seq,
          now.microseconds)
        return seq
      }
    }
    let webhook = WebhookDescription(
      id: id, tenant: name, url: url, types: types.sorted(), createdAt: now, seq: seq,
      failureCount: 0, nextAttempt: nil, disabledAt: nil, reason: nil)
    return (secret, webhook)
  }

  /// All subscriptions, of one tenant or of all, oldest first.
  public func listWebhooks(
    tenant name: String? = nil
  ) throws(StoreError) -> [WebhookDescription] {
    try StoreError.wrap("read", path) {
      try read { database in
        let statement = try database.prepare(
          """
          SELECT w.id, t.name, w.url, w.types, w.created_at, w.seq, w.failures, w.next_at,
            w.disabled_at, w.reason
          FROM webhook w JOIN tenant t USING(tenant)
          WHERE ?1 IS NULL OR t.name = ?1 ORDER BY w.created_at, w.id
          """)
        try statement.bind(1, name)
        var webhooks: [WebhookDescription] = []
        try statement.forEachRow { row in
          let failures = Int(row.integer(6))
          let isDisabled = !row.isNull(8)
          webhooks.append(
            WebhookDescription(
              id: row.text(0), tenant: row.text(1), url: row.text(2),
              types: row.text(3).split(separator: " ").compactMap {
                ResourceType(rawValue: String($0))
              }, createdAt: Instant(microseconds: row.integer(4)), seq: row.integer(5),
              failureCount: failures,
              nextAttempt: failures > 0 && !isDisabled
                ? Instant(microseconds: row.integer(7)) : nil,
              disabledAt: row.optionalInteger(8).map { Instant(microseconds: $0) },
              reason: row.optionalText(9)))
        }
        return webhooks
      }
    }
  }

  /// Ends a subscription.
  public func deleteWebhook(id: String) throws(StoreError) {
    let found = try StoreError.wrap("delete a webhook in", path) {
      try write { database in
        try database.run("DELETE FROM webhook WHERE id = ?", id)
        return database.changedRowCount == 1
      }
    }
    if !found { throw StoreError(code: .noWebhook, message: "there is no webhook \(id)") }
  }
}
