import BuildComparison
import Bytes
import Diagnostics
import Machine
import Settings
import Testing

@testable import Site

@Suite("Rules for the edge")
struct EdgeRulesTests {
  static func edge(_ site: VirtualSite, folder: String = "/srv/site") throws -> EdgeRules {
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    return try EdgeRules(
      try #require(project.storefronts.first), media: project.site.media, folder: folder,
      listen: "127.0.0.1:8080")
  }

  static func house() throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    try SealedTreeTests.gate(site, "{ gold: edge }")
    return site
  }

  @Test("name roots and tiers, and neither keys nor anything of the catalogue")
  func rules() throws {
    let site = try Self.house()
    let keys = TierKeys(
      storefront: "main", tier: "gold", at: site.clock.now, random: SeededRandom(seed: 1))
    let edge = try Self.edge(site)
    let rules = edge.rules(for: .nginx, keyFile: "/etc/nginx/main.keys")
    for part in [
      "\"1:gold\" /srv/site/private/main/gold;", "default /srv/site/public;",
      "include /etc/nginx/main.keys;", "server_name house.example;", "\"private, no-cache\"",
    ] { #expect(rules.contains(part), "\(part)") }
    for secret in [TierKeys.letters(keys.key), "velvet", "VELVET", "cabinet"] {
      #expect(!rules.contains(secret))
    }
    #expect(edge.keys(for: .nginx, [keys]).contains("gold \"\(TierKeys.letters(keys.key))\";"))
  }

  @Test("are refused where no tier wants them, or where a folder could end a line of them")
  func refused() throws {
    let site = try VirtualSite(SmallHouse.archive)
    #expect(throws: SiteError.self) { try Self.edge(site) }
    try SealedTreeTests.gate(site, "edge")
    #expect(throws: SiteError.self) { try Self.edge(site, folder: "/srv/a; b") }
    #expect(throws: SiteError.self) { try Self.edge(site, folder: "/srv/$host") }
  }

  @Test("a cookie is signed as secure_link of nginx checks it")
  func cookie() throws {
    let keys = TierKeys(
      storefront: "main", tier: "gold", at: Instant(seconds: 0), random: SeededRandom(seed: 1))
    let cookie = EdgeCookie(keys, at: Instant(seconds: 1_800_000_000), lifetime: 60)
    let parts = cookie.value.split(separator: ".")
    #expect(parts[0] == "gold" && parts[1] == "1800000060" && parts[2].utf8.count == 22)
    let signed = "1800000060|main|gold|\(TierKeys.letters(keys.key))"
    let digest = Array(signed.utf8).withUnsafeBytes { MessageDigest.md5.bytes(of: $0) }
    #expect(parts[2] == TierKeys.letters(digest))
    #expect(cookie.header.hasSuffix("; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"))
  }
}
