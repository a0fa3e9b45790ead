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

  @Test("a redirect to a product that was renamed since goes to its page in one step")
  func renamed() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let seed = try Files.readText("\(site.path)/seed.jsonl")
    let line = try #require(
      seed.split(separator: "\n").first { $0.contains("\"id\":\"prd_open\"") })
    let renamed = line.replacing("open-square", with: "wide-square")
    try site.change(String(renamed))
    try site.build()
    let lines = try site.read("public/_redirects").split(separator: "\n")
    #expect(lines.contains("/en-eu/products/old-square /en-eu/products/wide-square/ 301"))
    #expect(lines.contains("/en-eu/products/open-square/ /en-eu/products/wide-square/ 301"))
    #expect(try redirects(site).findings.map(\.message) == [])
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
