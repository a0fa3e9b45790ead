import Bytes
import Formats
import Glibc
import HTTPClient
import Machine
import Support
import Testing

@Suite("From a seed to pages and feeds")
struct JourneyTests {
  @Test("pull proves that everything came")
  func pull() throws {
    let pull = try Journey.shared().step("pull")
    #expect(pull.output.contains("43 changes in"))
    #expect(pull.output.contains("17 of 17 streams proven (counts and digests match)."))
  }

  @Test("a second pull says that nothing is new")
  func pullAgain() throws {
    let again = try Journey.shared().step("pull again")
    #expect(again.output.contains("Nothing new in"))
    #expect(again.output.contains("17 of 17 streams proven"))
  }

  @Test("build counts the pages of each audience")
  func build() throws {
    let build = try Journey.shared().step("build")
    #expect(build.output.hasPrefix("Built "))
    #expect(build.output.contains("(public "))
    #expect(build.output.hasSuffix("leak check: clean\n"))
  }

  @Test(
    "a price is the same on the page, in its data and in the feed, to the cent",
    arguments: [
      ("products/open-square", "SQ-RED-1", "€420.50", "420.50 EUR"),
      ("products/open-square", "SQ-BLUE-1", "€430.99", "430.99 EUR"),
      ("products/evening-bag", "BAG-EVE-1", "€12,345.67", "12345.67 EUR"),
      ("products/slow-watch", "WAT-SLO-1", "€5,000.00", "5000.00 EUR"),
      ("products/rain-scent", "SCE-RAI-1", "€95.05", "95.05 EUR"),
      ("en-jp/products/open-square", "SQ-RED-1", "¥68,000", "68000 JPY"),
      ("en-jp/products/slow-watch", "WAT-SLO-1", "¥810,000", "810000 JPY"),
    ])
  func price(page: String, sku: String, shown: String, told: String) throws {
    let workshop = try Journey.shared().workshop
    let html = try workshop.read("public/\(page)/index.html")
    #expect(html.contains("<span class=\"amount\">\(shown)</span>"))
    let amount = try #require(told.split(separator: " ").first)
    let currency = try #require(told.split(separator: " ").last)
    let offer = try #require(Self.part(of: html, from: "\"sku\":\"\(sku)\"", to: "itemCondition"))
    #expect(offer.contains("\"priceCurrency\":\"\(currency)\",\"price\":\"\(amount)\""))
    let feed = try workshop.read("public/feeds/google-\(currency == "JPY" ? "jp" : "eu").xml")
    let item = try #require(Self.part(of: feed, from: "<g:id>\(sku)</g:id>", to: "</item>"))
    #expect(item.contains("<g:price>\(told)</g:price>"))
  }

  @Test("members see their price in their own folder only")
  func memberPrice() throws {
    let workshop = try Journey.shared().workshop
    let page = "products/open-square/index.html"
    #expect(try workshop.read("private/main/gold/\(page)").contains("€388.47"))
    #expect(try workshop.read("private/main/member/\(page)").contains("€400.01"))
    #expect(try !workshop.read("private/main/member/\(page)").contains("€388.47"))
    #expect(try workshop.files(below: "public", holding: "388.47") == [])
  }

  @Test("a tier that the channel was opted in for has its price in the feed, another has not")
  func loyalty() throws {
    let feed = try Journey.shared().workshop.read("public/feeds/google-eu.xml")
    #expect(feed.contains("<g:tier_label>member</g:tier_label>"))
    #expect(feed.contains("<g:price>400.01 EUR</g:price>"))
    #expect(!feed.contains("388.47"))
  }

  @Test(
    "the gated product is nowhere in public",
    arguments: ["Velvet", "velvet-ombre", "VELVET-777", "prd_hidden", "9876.50", "9,876.50"])
  func gated(text: String) throws {
    let workshop = try Journey.shared().workshop
    #expect(try workshop.files(below: "public", holding: text) == [])
    #expect(try workshop.files(below: "private/main/member", holding: text) == [])
  }

  @Test("gold members see the gated product")
  func gatedForGold() throws {
    let page = try Journey.shared().workshop.read(
      "private/main/gold/products/velvet-ombre/index.html")
    #expect(page.contains("Velvet Ombré Clutch"))
    #expect(page.contains("€9,876.50"))
  }

  @Test("feeds keep the channel's rules and agree with the pages")
  func feeds() throws {
    let workshop = try Journey.shared().workshop
    #expect(try workshop.expect(["feed", "validate"]).output.contains("5 items, nothing found"))
    #expect(try workshop.expect(["feed", "check"]).output == "7 items agree with their pages\n")
    #expect(try workshop.expect(["feed", "list"]).output.contains("google-eu.xml"))
  }

  @Test("where there is no terminal no progress is drawn and nothing is coloured")
  func noProgress() throws {
    for (words, step) in try Journey.shared().steps {
      #expect(!(step.output + step.error).contains("\r"), "\(words)")
      #expect(!(step.output + step.error).contains("\u{1B}"), "\(words)")
    }
  }

  @Test("feeds outlive the next build, and the site is the same")
  func rebuild() throws {
    let workshop = try Workshop.built()
    let before = try workshop.files(below: "public")
    try workshop.expect(["build"])
    let after = try workshop.files(below: "public")
    #expect(after.keys.contains("feeds/google-eu.xml.gz"))
    #expect(after.keys.sorted() == before.keys.sorted())
    #expect(before.filter { after[$0.key] != $0.value }.map(\.key) == [])
  }

  @Test("serve shows the public site, and each tier's to who asks for it")
  func serve() throws {
    let workshop = try Journey.shared().workshop
    let (server, address) = try workshop.serve(["serve"])
    func get(_ path: String, as tier: String? = nil) throws -> HTTPResponse {
      let headers: HTTPHeaders = tier.map { ["Cookie": "trumeau-as=\($0)"] } ?? [:]
      return try HTTPClient().send(HTTPRequest("GET", address + path, headers: headers))
    }
    #expect(try get("/products/open-square/").text.contains("€420.50"))
    #expect(try get("/products/velvet-ombre/").status == 404)
    #expect(try get("/products/velvet-ombre/", as: "gold").text.contains("€9,876.50"))
    #expect(try get("/feeds/google-eu.xml").status == 200)
    #expect(try get("/?as=platinum").status == 404)
    #expect(try server.end(by: SIGTERM).exit == 0)
  }

  private static func part(of text: String, from start: String, to end: String) -> Substring? {
    guard let first = text.firstRange(of: start) else { return nil }
    let rest = text[first.lowerBound...]
    return rest.firstRange(of: end).map { rest[..<$0.lowerBound] }
  }
}

@Suite("What changes in the shop")
struct ChangeTests {
  @Test("a deletion leaves the mirror, the site and the feed")
  func deletion() throws {
    let workshop = try Workshop.built()
    let (server, api) = try workshop.serve(["api", "serve"])
    let token = try workshop.token(["catalog:read", "catalog:write"])
    #expect(try workshop.change("DELETE", "products/prd_bag", api: api, token: token) == 204)
    let pull = try workshop.expect(["pull"], api: api)
    #expect(pull.output.contains("1 gone"))
    #expect(try server.end(by: SIGTERM).exit == 0)
    try workshop.expect(["build"])
    try workshop.expect(["feed", "build"])
    #expect(
      try workshop.sql("select count(*) from product where handle = 'evening-bag'")
        == "count(*)\r\n0\r\n")
    #expect(!workshop.has("public/products/evening-bag/index.html"))
    #expect(try workshop.files(below: "public", holding: "BAG-EVE-1") == [])
    #expect(try workshop.files(below: "private", holding: "BAG-EVE-1") == [])
    #expect(try workshop.expect(["feed", "check"]).output == "6 items agree with their pages\n")
  }

  @Test("a new price is on the page and in the feed")
  func price() throws {
    let workshop = try Workshop.built()
    let (server, api) = try workshop.serve(["api", "serve"])
    let token = try workshop.token(["catalog:read", "pricing:read", "pricing:write"])
    let body = #"{"attributes":{"amount":1234599}}"#
    #expect(
      try workshop.change("PATCH", "prices/prc_bag", body: body, api: api, token: token) == 200)
    #expect(try workshop.expect(["pull"], api: api).output.contains("1 changes in"))
    #expect(try server.end(by: SIGTERM).exit == 0)
    try workshop.expect(["build"])
    try workshop.expect(["feed", "build"])
    #expect(
      try workshop.read("public/products/evening-bag/index.html").contains("€12,345.99"))
    #expect(try workshop.read("public/feeds/google-eu.xml").contains("12345.99 EUR"))
  }
}
