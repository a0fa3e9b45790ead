public import Bytes
public import Contract
import Machine
import SQL

/// A token as it can be shown: everything but the secret.
public struct TokenDescription: Sendable {
  /// Names the token when it is revoked.
  public let id: String
  /// What a person calls it.
  public let name: String
  /// The tenant that it is bound to.
  public let tenant: String
  /// What it may do.
  public let scopes: Set<Scope>
  /// Whether it sees only what is published: active products and their parts.
  public let seesOnlyPublished: Bool
  /// When it was made.
  public let createdAt: Instant
  /// When it ends, if it does.
  public let expiresAt: Instant?
  /// When it was revoked, if it was.
  public let revokedAt: Instant?
}

/// Who sends a request.
struct Caller: Sendable {
  let tokenID: String
  let name: String
  let tenant: Int64
  let tenantName: String
  let scopes: Set<Scope>
  let seesOnlyPublished: Bool

  /// The types that the token may read, in order.
  var readableTypes: [ResourceType] {
    ResourceType.allCases.filter { scopes.contains($0.readScope) }
  }

  /// Digest of what the token may see.
  var scopeDigest: String {
    let text = readableTypes.map(\.rawValue).joined(separator: " ")
    return String(
      SHA256Digest(of: "\(tenantName) \(text) \(seesOnlyPublished)").hex.prefix(16))
  }
}

extension CommerceStore {
  /// What every token begins with, so that it is recognised where it does not belong.
  public static let tokenPrefix = "trm_"

  /// Makes a token of 256 random bits, and the tenant where there is none. The secret is returned
  /// once; only its SHA-256 is stored.
  public func createToken(
    tenant name: String, scopes: Set<Scope>, expires: Instant? = nil, name label: String = "",
    seesOnlyPublished: Bool = false
  ) throws(StoreError) -> (secret: String, token: TokenDescription) {
    let secret = Self.tokenPrefix + Hex.encode(random.bytes(32))
    let id = "tok_\(random.sortableID(at: clock.now))"
    let now = clock.now
    try StoreError.wrap("make a token in", path) {
      try write { database in
        let tenant = try makeTenant(named: name, in: database)
        try database.run(
          """
          INSERT INTO token(id, tenant, name, hash, scopes, published_only, created_at, expires_at)
          VALUES(?, ?, ?, ?, ?, ?, ?, ?)
          """, id, tenant, label, SHA256Digest(of: secret).bytes,
          scopes.sorted().map(\.rawValue).joined(separator: " "), seesOnlyPublished,
          now.microseconds, expires?.microseconds)
      }
    }
    let token = TokenDescription(
      id: id, name: label, tenant: name, scopes: scopes, seesOnlyPublished: seesOnlyPublished,
      createdAt: now, expiresAt: expires, revokedAt: nil)
    return (secret, token)
  }

  /// All tokens, of one tenant or of all, oldest first.
  public func listTokens(tenant name: String? = nil) throws(StoreError) -> [TokenDescription] {
    try StoreError.wrap("read", path) {
      try read { database in
        let statement = try database.prepare(
          """
          SELECT k.id, k.name, t.name, k.scopes, k.published_only, k.created_at, k.expires_at,
            k.revoked_at
          FROM token k JOIN tenant t USING(tenant)
          WHERE ?1 IS NULL OR t.name = ?1 ORDER BY k.created_at, k.id
          """)
        try statement.bind(1, name)
        var tokens: [TokenDescription] = []
        try statement.forEachRow { row in
          tokens.append(
            TokenDescription(
              id: row.text(0), name: row.text(1), tenant: row.text(2),
              scopes: Self.scopes(row.text(3)), seesOnlyPublished: row.integer(4) != 0,
              createdAt: Instant(microseconds: row.integer(5)),
              expiresAt: row.optionalInteger(6).map { Instant(microseconds: $0) },
              revokedAt: row.optionalInteger(7).map { Instant(microseconds: $0) }))
        }
        return tokens
      }
    }
  }

  /// Ends a token at once.
  public func revokeToken(id: String) throws(StoreError) {
    let now = clock.now.microseconds
    let found = try StoreError.wrap("revoke a token in", path) {
      try write { database in
        try database.run(
          "UPDATE token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", now, id)
        return database.changedRowCount == 1
      }
    }
    if !found { throw StoreError(code: .noToken, message: "there is no token \(id)") }
  }

  /// Changes what a token may do; clients notice by `scope-changed`.
  public func setScopes(_ scopes: Set<Scope>, ofToken id: String) throws(StoreError) {
    let text = scopes.sorted().map(\.rawValue).joined(separator: " ")
    let found = try StoreError.wrap("change a token in", path) {
      try write { database in
        try database.run("UPDATE token SET scopes = ? WHERE id = ?", text, id)
        return database.changedRowCount == 1
      }
    }
    if !found { throw StoreError(code: .noToken, message: "there is no token \(id)") }
  }

  /// The token behind a secret; nil where it is unknown, revoked or expired.
  public func token(holding secret: String) throws(StoreError) -> TokenDescription? {
    let id: String? = try StoreError.wrap("read", path) {
      do { return try caller(holding: secret).tokenID } catch is Problem { return nil }
    }
    guard let id else { return nil }
    return try listTokens().first { $0.id == id }
  }

  /// Who holds a secret. The look-up is by hash, so its time tells nothing about other secrets.
  func caller(holding secret: String) throws -> Caller {
    try read { database in
      let statement = try database.prepare(
        """
        SELECT k.id, k.name, k.tenant, t.name, k.scopes, k.published_only, k.expires_at,
          k.revoked_at
        FROM token k JOIN tenant t USING(tenant) WHERE k.hash = ?
        """)
      try statement.bind(1, bytes: SHA256Digest(of: secret).bytes)
      guard try statement.step(), statement.isNull(7) else {
        throw Problem(.unauthenticated, "The token is not one of this server.")
      }
      if let expiry = statement.optionalInteger(6), expiry <= clock.now.microseconds {
        throw Problem(.tokenExpired, "The token has expired.")
      }
      let id = statement.text(0)
      let label = statement.text(1)
      return Caller(
        tokenID: id, name: label.isEmpty ? id : label, tenant: statement.integer(2),
        tenantName: statement.text(3), scopes: Self.scopes(statement.text(4)),
        seesOnlyPublished: statement.integer(5) != 0)
    }
  }

  private static func scopes(_ text: String) -> Set<Scope> {
    Set(text.split(separator: " ").compactMap { Scope(rawValue: String($0)) })
  }
}
