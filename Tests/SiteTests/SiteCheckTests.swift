import BuildComparison
import Bytes
import Diagnostics
import Formats
import Machine
import Settings
import Support
import Testing

@testable import Site

@Suite("Checks of a built site")
struct SiteCheckTests {
  private func project(_ site: VirtualSite) throws -> (Project, StorefrontSettings) {
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    return (project, try #require(project.storefronts.first))
  }

  // MARK: Languages

  private func hreflang(_ site: VirtualSite) throws -> CheckResult {
    let (project, storefront) = try project(site)
    return try HreflangCheck(project, storefront).run()
  }

  @Test("head, sitemap and language switch come from one table, so nothing is found")
  func reciprocal() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let result = try hreflang(site)
    #expect(result.findings.map(\.message) == [])
    #expect(result.checkedCount > 10)
  }

  @Test(
    "a version that is missing, does not answer or is told otherwise in the sitemap is found",
    arguments: [
      ("public/fr-eu/products/open-square/index.html", nil, "no such page was built"),
      (
        "public/fr-eu/products/open-square/index.html",
        "https://house.example/en-eu/products/open-square/", "do not name the same versions"
      ),
      (
        "public/sitemaps/en-eu-1.xml", "https://house.example/fr-eu/products/open-square/",
        "the sitemap names other versions"
      ),
    ] as [(String, String?, String)])
  func broken(path: String, replaced: String?, message: String) throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    if let replaced {
      let text = try site.read(path).replacing(
        "\"\(replaced)\"", with: "\"https://house.example/other/\"")
      try Files.replace("\(site.path)/\(path)", with: Array(text.utf8))
    } else {
      try Files.remove("\(site.path)/\(path)")
    }
    let result = try hreflang(site)
    #expect(result.findings.contains { $0.message.contains(message) }, "\(result.findings)")
    #expect(result.findings.allSatisfy { $0.code == "check.hreflang" })
  }

  @Test(
    "a language switch that leads elsewhere than the head says, to nothing, or leaves a language out is found",
    arguments: [
      (#"<a hreflang="fr" href="/fr-eu/">"#, "its language switch leads to /fr-eu/"),
      (#"<a href="/fr-jp/products/open-square/" hreflang="fr">"#, "leads to /fr-jp/products"),
      ("<A\nHREFLANG=fr HREF='/fr-eu/'>", "its language switch leads to /fr-eu/"),
      ("", "its language switch does not name it"),
    ])
  func wrongSwitch(link: String, message: String) throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let path = "public/en-eu/products/open-square/index.html"
    let text = try site.read(path)
    let own = #"<a href="/en-eu/products/open-square/" hreflang="en">"#
    let right = #"<a href="/fr-eu/products/open-square/" hreflang="fr">"#
    let parts = text.split(separator: "</body>")
    try #require(parts.count == 2)
    func put(_ links: String) throws -> [String] {
      try Files.replace(
        "\(site.path)/\(path)", with: Array("\(parts[0])\(links)</body>\(parts[1])".utf8))
      return try hreflang(site).findings.map(\.message)
    }
    #expect(try put(own + right) == [])
    let found = try put(own + link)
    #expect(found.count == 1 && found.allSatisfy { $0.contains(message) }, "\(found)")
  }

  @Test("where the head names no version, the switch may lead to any page of the language")
  func switchWithoutVersion() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let path = "public/en-eu/products/open-square/index.html"
    let text = try site.read(path)
    // Its head as that of a page that was never translated.
    let alone = text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("hreflang=\"") }.joined(separator: "\n")
    func put(_ target: String) throws -> [String] {
      let own = #"<a href="/en-eu/products/open-square/" hreflang="en">"#
      let link = #"<a href="\#(target)" hreflang="fr">"#
      let page = alone.replacing("</body>", with: "\(own)\(link)</body>")
      try Files.replace("\(site.path)/\(path)", with: Array(page.utf8))
      return try hreflang(site).findings.map(\.message).filter { $0.contains("switch") }
    }
    #expect(try put("/fr-eu/") == [])
    #expect(try put("/fr-eu/nowhere/").count == 1)
    #expect(try put("/en-eu/").count == 1)
  }

  // MARK: Redirects

  private func redirects(_ site: VirtualSite) throws -> CheckResult {
    let (project, storefront) = try project(site)
    return try RedirectCheck(project, storefront).run()
  }

  @Test("redirects of a build end at pages, in one step")
  func sound() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let result = try redirects(site)
    #expect(result.findings.map(\.message) == [])
    #expect(result.checkedCount > 0)
  }

  @Test("chains, loops and targets that are not there are found")
  func wrong() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.folder.write(
      "public/_redirects.json",
      #"""
      {"redirects":[{"from":"/a","to":"/b/","status":301},
      {"from":"/b","to":"/en-eu/","status":301},{"from":"/c","to":"/d","status":301},
      {"from":"/d/","to":"/c","status":301},{"from":"/e","to":"/nowhere/","status":301},
      {"from":"/f","to":"https://elsewhere.example/","status":301}],"gone":["/a"]}
      """#)
    let messages = try redirects(site).findings.map(\.message)
    #expect(messages.contains("/a takes 2 steps to its page"))
    #expect(messages.contains("/a is redirected and gone at once"))
    #expect(messages.contains("/c leads back to itself"))
    #expect(messages.contains("/e leads to /nowhere/, where nothing was built"))
    #expect(!messages.contains { $0.hasPrefix("/f") })
  }

  /// The seed line of the open square.
  private static func openSquare(of site: VirtualSite) throws -> String {
    let seed = try Files.readText("\(site.path)/seed.jsonl")
    return String(
      try #require(seed.split(separator: "\n").first { $0.contains("\"id\":\"prd_open\"") }))
  }

  @Test("a redirect to a product that was renamed since goes to its page in one step")
  func renamed() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let line = try Self.openSquare(of: site)
    try site.change(line.replacing("open-square", with: "wide-square"))
    try site.build()
    let lines = try site.read("public/_redirects").split(separator: "\n")
    #expect(lines.contains("/en-eu/products/old-square /en-eu/products/wide-square/ 301"))
    #expect(lines.contains("/en-eu/products/open-square/ /en-eu/products/wide-square/ 301"))
    #expect(try redirects(site).findings.map(\.message) == [])
  }

  @Test("a redirect where a page stands is told to no host, and is left out with a warning")
  func shadowed() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.change(
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/products/open-square","to":"/about","status":301}}"#
    )
    for isFull in [false, true] {
      let report = try site.build(.init(workers: 2, isFull: isFull))
      #expect(!isFull || report.diagnostics.contains { $0.code == "catalogue.redirect-shadowed" })
      for file in ["_redirects", "_redirects.nginx", "_redirects.apache", "_redirects.json"] {
        #expect(!(try site.read("public/\(file)").contains("/about")))
      }
      #expect(try redirects(site).findings.map(\.message) == [])
    }
  }

  @Test("a language's own redirect goes before that for all")
  func ownFirst() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.change(
      #"{"type":"redirect","id":"red_8","attributes":{"from":"/old","to":"/products/open-square","status":301}}"#
    )
    try site.change(
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/old","to":"/collections","status":301,"locale":"fr"}}"#
    )
    try site.build()
    let lines = try site.read("public/_redirects").split(separator: "\n")
    #expect(lines.contains("/en-eu/old /en-eu/products/open-square/ 301"))
    #expect(lines.contains("/fr-eu/old /fr-eu/collections/ 301"))
  }

  @Test("a product that was renamed and renamed back is shown, though the shop redirects it")
  func renamedBack() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let line = try Self.openSquare(of: site)
    try site.change(line.replacing("open-square", with: "wide-square"))
    try site.change(
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/products/open-square","to":"/products/wide-square","status":301}}"#
    )
    try site.build()
    try site.change(line)
    for isFull in [false, true] {
      try site.build(.init(workers: 2, isFull: isFull))
      let lines = try site.read("public/_redirects").split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("/en-eu/products/open-square") })
      #expect(lines.contains("/en-eu/products/wide-square/ /en-eu/products/open-square/ 301"))
      #expect(
        try site.read("public/en-eu/products/open-square/index.html").contains("<h1"))
      #expect(try redirects(site).findings.map(\.message) == [])
    }
  }

  @Test("a target is written with escapes, once, and one on the own domain is followed")
  func targets() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let base = "https://house.example"
    for (id, from, to) in [
      ("red_5", "/café", "/collections/été"), ("red_6", "/b", "\(base)/old%20one?x=ü"),
      ("red_7", "/old%20one", "/products/open-square"), ("red_8", "/fr", "/fr-eu/collections"),
      ("red_9", "/out", "https://elsewhere.example/à%20b"), ("red_10", "/l", "\(base)/l/"),
    ] {
      try site.change(
        #"{"type":"redirect","id":"\#(id)","attributes":{"from":"\#(from)","to":"\#(to)","status":301}}"#
      )
    }
    let report = try site.build()
    let lines = try site.read("public/_redirects").split(separator: "\n")
    #expect(lines.contains("/en-eu/b /en-eu/products/open-square/?x=%C3%BC 301"))
    #expect(lines.contains("/en-eu/old%20one /en-eu/products/open-square/ 301"))
    #expect(lines.contains("/en-eu/fr /fr-eu/collections 301"))
    #expect(lines.contains("/en-eu/out https://elsewhere.example/%C3%A0%20b 301"))
    #expect(!lines.contains { $0.hasPrefix("/en-eu/l ") })
    #expect(lines.allSatisfy { $0.split(separator: " ").count == 3 })
    #expect(report.diagnostics.contains { $0.code == "catalogue.redirect-loop" })
  }

  @Test("nginx is told every address with and without a slash, and no address twice")
  func nginx() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let map = try site.read("public/_redirects.nginx")
    for from in ["/en-eu/products/old-square", "/en-eu/products/old-square/"] {
      #expect(map.contains("  \"\(from)\" \"/en-eu/products/open-square/\";\n"))
    }
    #expect(map.contains("map $uri $trumeau_gone {\n  default 0;\n"))
    #expect(map.contains("  \"/en-eu/products/lost-square\" 1;\n"))
    let keys = map.split(separator: "\n").filter { $0.hasPrefix("  \"/") }.map {
      $0.prefix { $0 != ";" }.split(separator: " ").first ?? ""
    }
    #expect(Set(keys).count == keys.count)
    // What gold members may see stays out of the public files.
    #expect(!map.contains("velvet"))
    #expect(!(try site.read("public/_redirects.json").contains("velvet")))
  }

  @Test("Apache is told every address in both forms, as its own escaping writes it")
  func apache() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.change(
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/caf%C3%A9%20d'%C3%A9t%C3%A9","to":"/products/open-square","status":301}}"#
    )
    try site.build()
    let lines = try site.read("public/_redirects.apache").split(separator: "\n")
    #expect(lines.contains("/en-eu/products/old-square /en-eu/products/open-square/"))
    #expect(lines.contains("/en-eu/products/old-square/ /en-eu/products/open-square/"))
    #expect(lines.contains("/en-eu/products/lost-square gone"))
    #expect(lines.contains { $0.hasPrefix("/en-eu/caf%c3%a9%20d'%c3%a9t%c3%a9 ") }, "\(lines)")
    #expect(Set(lines.compactMap { $0.split(separator: " ").first }).count == lines.count)
  }

  @Test("S3 is told objects in any number, and rules where all fit; CloudFront is told a store")
  func amazon() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let s3 = try JSON.parse(Files.read("\(site.path)/public/_redirects.s3.json")).value
    let objects = (s3["Objects"]?.children ?? []).map {
      "\($0["Key"]?.string ?? "") \($0["WebsiteRedirectLocation"]?.string ?? "")"
    }
    for key in ["en-eu/products/old-square", "en-eu/products/old-square/index.html"] {
      #expect(objects.contains("\(key) /en-eu/products/open-square/"), "\(objects)")
    }
    #expect(!objects.contains { $0.contains("lost-square") })
    let rules = s3["RoutingRules"]?.children ?? []
    #expect(rules.count == objects.count / 2)
    #expect(
      rules.allSatisfy { $0["Condition"]?["KeyPrefixEquals"]?.string?.hasSuffix("/") == true })
    let store = try JSON.parse(Files.read("\(site.path)/public/_redirects.cloudfront.json")).value
    let pairs = (store["data"]?.children ?? []).map {
      "\($0["key"]?.string ?? "") \($0["value"]?.string ?? "")"
    }
    #expect(pairs.contains("/en-eu/products/old-square /en-eu/products/open-square/"))
    #expect(pairs.contains("/en-eu/products/lost-square 410"))
    #expect(try site.read("public/_redirects.cloudfront.js").utf8.count <= 10 << 10)
    for name in ["s3.json", "cloudfront.json", "apache"] {
      #expect(!(try site.read("public/_redirects.\(name)").contains("velvet")))
    }
  }

  @Test("a website of S3 is told no rules where there are more than it takes")
  func manyRules() throws {
    let site = try VirtualSite(SmallHouse.archive)
    for number in 100..<160 {
      try site.change(
        #"{"type":"redirect","id":"red_\#(number)","attributes":{"from":"/old/\#(number)","to":"/products/open-square","status":301}}"#
      )
    }
    try site.build()
    let s3 = try JSON.parse(Files.read("\(site.path)/public/_redirects.s3.json")).value
    #expect(s3["RoutingRules"]?.children.count == 0)
    #expect((s3["Objects"]?.children.count ?? 0) > 120)
  }

  @Test(
    "each host's limits are errors",
    arguments: [
      (.apache, 2, 1_020, 0), (.apache, 2, 1_021, 1), (.s3, 1_024, 2_048, 0), (.s3, 1, 2_049, 1),
      (.s3, 1_025, 1, 1), (.cloudfront, 512, 1_024, 0), (.cloudfront, 513, 1, 1),
      (.cloudfront, 1, 1_025, 1), (.netlify, 5_000, 5_000, 0),
    ] as [(StaticHost, from: Int, to: Int, count: Int)])
  func hostLimits(host: StaticHost, from: Int, to: Int, count: Int) {
    let (from, to) = (String(repeating: "a", count: from), String(repeating: "b", count: to))
    let text =
      switch host {
      case .s3:
        #"{"RoutingRules":[],"Objects":[{"Key":"\#(from)","WebsiteRedirectLocation":"\#(to)"}]}"#
      case .cloudfront: #"{"data":[{"key":"\#(from)","value":"\#(to)"}]}"#
      default: "\(from) \(to)\n"
      }
    let findings = RedirectLimits.findings(text, host: host)
    #expect(findings.map(\.code) == Array(repeating: "build.redirect-limit", count: count))
  }

  @Test("a store of CloudFront holds 5 MB")
  func storeLimit() {
    let text = #"{"data":[{"key":"/a","value":"/b"}]}"# + String(repeating: " ", count: 5 << 20)
    #expect(
      RedirectLimits.findings(text, host: .cloudfront).map(\.code) == ["build.redirect-limit"])
  }

  @Test("Cloudflare has no 410, and its limits are errors before anything is published")
  func limits() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let text = try site.read("storefronts/main.yaml")
    try site.folder.write("storefronts/main.yaml", text + "\nhost: cloudflare\n")
    try site.build()
    #expect(!(try site.read("public/_redirects").contains(" 410")))
    #expect(
      RedirectLimits.findings(
        String(repeating: "/a /b 301\n", count: 2_000), host: .cloudflare
      ).isEmpty)
    let many = String(repeating: "/a /b 301\n", count: 2_001)
    #expect(
      RedirectLimits.findings(many, host: .cloudflare).map(\.code) == ["build.redirect-limit"])
    #expect(RedirectLimits.findings(many, host: .netlify).isEmpty)
    let long = "/\(String(repeating: "a", count: 1_000)) /b 301\n"
    #expect(RedirectLimits.findings(long, host: .cloudflare).count == 1)
    let wide = String(repeating: "/\(String(repeating: "a", count: 900)) /b 301\n", count: 120)
    #expect(RedirectLimits.findings(wide, host: .cloudflare).count == 1)
  }
}
