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
  /// Until when messages are signed with the secret before, too.
  public let oldSecretUntil: Instant?
}

/// The subscriptions in an open database.
struct WebhookTable {
  let database: Database

  /// What an address must be, for the OpenAPI document; `isAddress` says the same.
  static let addressPattern = #"^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?([/?][!-"$-~]*)?$"#
  /// Characters of an address at most.
  static let longestAddress = 2048

  /// Whether a POST of ours can go there: http or https, a host by name or IPv4, maybe a port, and what
  /// follows in visible ASCII without a fragment.
  static func isAddress(_ url: String) -> Bool {
    var rest = Array(url.utf8)[...]
    guard rest.count <= longestAddress else { return false }
    guard let scheme = ["https://", "http://"].first(where: url.hasPrefix) else { return false }
    rest = rest.dropFirst(scheme.utf8.count)
    let host = rest.prefix { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    rest = rest.dropFirst(host.count)
    if rest.first == UInt8(ascii: ":") {
      let port = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard (1...5).contains(port.count) else { return false }
      rest = rest.dropFirst(port.count + 1)
    }
    guard !host.isEmpty else { return false }
    guard let next = rest.first else { return true }
    return (next == UInt8(ascii: "/") || next == UInt8(ascii: "?"))
      && rest.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
  }

  /// Stores a subscription that begins with the next change.
  func insert(
    _ id: String, tenant: Int64, url: String, secret: String, types: [ResourceType], now: Instant
  ) throws {
    let seq = try RecordQueries.log(of: tenant, in: database).head
    try database.run(
      """
      INSERT INTO webhook(id, tenant, url, secret, types, seq, created_at)
      VALUES(?, ?, ?, ?, ?, ?, ?)
      """, id, tenant, url, secret,
      Set(types).sorted().map(\.rawValue).joined(separator: " "), seq, now.microseconds)
  }

  /// Subscriptions of all tenants, of one, or one of it, oldest first.
  func find(tenant: String? = nil, id: String? = nil, now: Instant) throws -> [WebhookDescription] {
    let statement = try database.prepare(
      """
      SELECT w.id, t.name, w.url, w.types, w.created_at, w.seq, w.failures, w.next_at,
        w.disabled_at, w.reason, w.old_until
      FROM webhook w JOIN tenant t USING(tenant)
      WHERE (?1 IS NULL OR t.name = ?1) AND (?2 IS NULL OR w.id = ?2) AND w.deleted_at IS NULL
      ORDER BY w.created_at, w.id
      """)
    try statement.bind(1, tenant)
    try statement.bind(2, id)
    var webhooks: [WebhookDescription] = []
    try statement.forEachRow { row in
      let failures = Int(row.integer(6))
      let isDisabled = !row.isNull(8)
      let oldUntil = row.optionalInteger(10).map { Instant(microseconds: $0) }
      webhooks.append(
        WebhookDescription(
          id: row.text(0), tenant: row.text(1), url: row.text(2),
          types: row.text(3).split(separator: " ").compactMap {
            ResourceType(rawValue: String($0))
          }, createdAt: Instant(microseconds: row.integer(4)), seq: row.integer(5),
          failureCount: failures,
          nextAttempt: failures > 0 && !isDisabled ? Instant(microseconds: row.integer(7)) : nil,
          disabledAt: row.optionalInteger(8).map { Instant(microseconds: $0) },
          reason: row.optionalText(9), oldSecretUntil: oldUntil.flatMap { $0 > now ? $0 : nil }))
    }
    return webhooks
  }

  /// Gives a subscription a new secret; the old one signs too for so many seconds.
  func rotate(_ id: String, secret: String, overlapSeconds: Int64, now: Instant) throws {
    try database.run(
      "UPDATE webhook SET old_secret = secret, old_until = ?, secret = ? WHERE id = ?",
      now.adding(seconds: overlapSeconds).microseconds, secret, id)
  }

  /// When a subscription of a tenant was deleted; nil where it was not, or never was.
  func deletion(of id: String, tenant: Int64) throws -> Instant? {
    try database.integer(
      "SELECT deleted_at FROM webhook WHERE id = ? AND tenant = ? AND deleted_at IS NOT NULL", id,
      tenant
    ).map { Instant(microseconds: $0) }
  }

  /// Ends a subscription and forgets its secrets; false where there is none.
  func delete(_ id: String, now: Instant) throws -> Bool {
    try database.run(
      """
      UPDATE webhook SET deleted_at = ?, secret = '', old_secret = NULL
      WHERE id = ? AND deleted_at IS NULL
      """, now.microseconds, id)
    return database.changedRowCount == 1
  }
}

extension CommerceStore {
  /// Makes a subscription that begins with the next change, and the tenant where there is none. The
  /// secret is returned once; it stays in the store, which only its owner may read from then on.
  ///
  /// - Throws: `StoreError` with `badAddress` where the URL is not `http` or `https`.
  public func createWebhook(
    tenant name: String, url: String, types: [ResourceType] = []
  ) throws(StoreError) -> (secret: String, webhook: WebhookDescription) {
    guard WebhookTable.isAddress(url) else {
      throw StoreError(
        code: .badAddress, message: "\(url) is not an address that begins with https:// or http://")
    }
    let secret = WebhookSignature.secretText(random.bytes(32))
    let id = "whk_\(random.sortableID(at: clock.now))"
    let now = clock.now
    let seq = try StoreError.wrap("make a webhook in", path) {
      try keepSecretsPrivate()
      return try write { database in
        let tenant = try makeTenant(named: name, in: database)
        let table = WebhookTable(database: database)
        try table.insert(id, tenant: tenant, url: url, secret: secret, types: types, now: now)
        return try RecordQueries.log(of: tenant, in: database).head
      }
    }
    let webhook = WebhookDescription(
      id: id, tenant: name, url: url, types: Set(types).sorted(), createdAt: now, seq: seq,
      failureCount: 0, nextAttempt: nil, disabledAt: nil, reason: nil, oldSecretUntil: nil)
    return (secret, webhook)
  }

  /// Lets only the owner read the store's files, as soon as there is a secret in them.
  func keepSecretsPrivate() throws {
    for suffix in ["", "-wal", "-shm"] where Files.exists(path + suffix) {
      try Files.makePrivate(path + suffix)
    }
  }

  /// All subscriptions, of one tenant or of all, oldest first.
  public func listWebhooks(
    tenant name: String? = nil
  ) throws(StoreError) -> [WebhookDescription] {
    try StoreError.wrap("read", path) {
      try read { database in
        try WebhookTable(database: database).find(tenant: name, now: clock.now)
      }
    }
  }

  /// Ends a subscription.
  public func deleteWebhook(id: String) throws(StoreError) {
    let found = try StoreError.wrap("delete a webhook in", path) {
      try write { database in
        try WebhookTable(database: database).delete(id, now: clock.now)
      }
    }
    if !found { throw StoreError(code: .noWebhook, message: "there is no webhook \(id)") }
  }
}
