public import Bytes
public import Settings

/// A kind of host that can be told to give a tier's root to its members alone.
public enum EdgeHost: String, Sendable, CaseIterable {
  /// nginx as Debian ships it, with its module `secure_link`.
  case nginx

  /// Who writes rules for it.
  var dialect: any EdgeDialect {
    switch self {
    case .nginx: NginxRules()
    }
  }
}

/// Writes rules in the words of one kind of host. A further host is a further type of this.
protocol EdgeDialect: Sendable {
  /// Everything but keys: it may be kept in a repository.
  func rules(_ edge: EdgeRules, keyFile: String) -> String
  /// The keys, to be kept from others.
  func keys(_ edge: EdgeRules, _ keys: [TierKeys]) -> String
}

/// What a host has to do for a storefront whose tiers it guards: the one description that the rules of
/// every kind of host are made from. It names roots and tiers, and nothing of the catalogue.
public struct EdgeRules: Sendable {
  /// A tier with the folder of its pages on the host.
  struct Tier: Sendable {
    var key: String
    var root: String
  }

  /// Name of the storefront.
  let storefront: String
  /// Name that readers ask for.
  let host: String
  /// Folder of the public pages on the host.
  let publicRoot: String
  /// The tiers that are guarded.
  let tiers: [Tier]
  /// First part of the pictures' addresses: `/media/`.
  let mediaBase: String
  /// Where the host listens, as it is written in its rules.
  let listen: String

  /// Describes the tiers whose gating is `edge`.
  ///
  /// - Parameter folder: where the project's folders `public` and `private` are on the host.
  /// - Throws: `SiteError` with `.mode` where there is no such tier, or where a name or path could be
  ///   taken for something else in rules.
  public init(
    _ storefront: StorefrontSettings, media: MediaSettings, folder: String, listen: String
  ) throws {
    let keys = storefront.tiers(gatedBy: .edge)
    guard !keys.isEmpty else {
      throw SiteError(
        .mode, "no tier of the storefront \(storefront.name) is gated by the edge",
        help: "write `gating: edge`, or `gating: { gold: edge }`, into "
          + "storefronts/\(storefront.name).yaml")
    }
    self.storefront = storefront.name
    host = Self.host(of: storefront.baseURL)
    publicRoot = "\(folder)/\(storefront.output)"
    tiers = keys.map { Tier(key: $0, root: "\(folder)/\(storefront.privateOutput(tier: $0))") }
    mediaBase = media.base
    self.listen = listen
    let words = [storefront.name] + keys
    for word in words where !word.utf8.allSatisfy(Self.isPlain) {
      throw SiteError(
        .mode, "the name `\(word)` cannot stand in rules",
        help: "use letters, digits, hyphens and underscores")
    }
    for path in [publicRoot, mediaBase, listen, host] + tiers.map(\.root)
    where path.utf8.contains(where: { $0 <= 0x20 || "\"'\\$;{}#".utf8.contains($0) }) {
      throw SiteError(
        .mode, "`\(path)` cannot stand in rules", help: "use a folder without such signs")
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 95: true
    default: false
    }
  }

  private static func host(of url: String) -> String {
    let rest = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
    return rest.split(separator: ":").first.map(String.init) ?? "localhost"
  }

  /// The rules for a host, without keys.
  public func rules(for host: EdgeHost, keyFile: String) -> String {
    host.dialect.rules(self, keyFile: keyFile)
  }

  /// The keys for a host.
  public func keys(for host: EdgeHost, _ keys: [TierKeys]) -> String {
    host.dialect.keys(self, keys)
  }

  /// Name of the cookie that a host looks at.
  var cookieName: String { EdgeCookie.name(storefront: storefront) }
}

/// A cookie that opens the root of one tier until it expires.
///
/// Its value is `TIER.EXPIRES.SIGNATURE`. The signature is what `secure_link` of nginx checks: MD5 over
/// expiry, storefront, tier and, at the end, the key; see `docs/gating.md` on what that is worth.
public struct EdgeCookie: Sendable {
  /// Name of the cookie.
  public let name: String
  /// Its value.
  public let value: String
  /// Seconds until it expires.
  public let lifetime: Int

  /// Signs a cookie.
  public init(_ keys: TierKeys, at instant: Instant, lifetime: Int) {
    let expires = instant.seconds + Int64(lifetime)
    let signed = "\(expires)|\(keys.storefront)|\(keys.tier)|\(TierKeys.letters(keys.key))"
    let digest = Array(signed.utf8).withUnsafeBytes { MessageDigest.md5.bytes(of: $0) }
    name = Self.name(storefront: keys.storefront)
    value = "\(keys.tier).\(expires).\(TierKeys.letters(digest))"
    self.lifetime = lifetime
  }

  /// As a server sets it.
  public var header: String {
    "\(name)=\(value); Path=/; Max-Age=\(lifetime); Secure; HttpOnly; SameSite=Lax"
  }

  static func name(storefront: String) -> String {
    "trumeau_"
      + storefront.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? "\($0)" : "_" }
      .joined()
  }
}
