import Bytes
import Glibc
import Machine
import Support
import Testing

@Suite("Edits without the network")
struct EditingTests {
  private func part(of text: String, from start: String, to end: String) -> String? {
    guard let from = text.firstRange(of: start)?.upperBound,
      let until = text[from...].firstRange(of: end)?.lowerBound
    else { return nil }
    return String(text[from..<until])
  }

  @Test("an edit waits while somebody else writes the mirror, and says so")
  func waits() throws {
    let workshop = try Workshop.built()
    let mirror = try #require(
      Files.walk("\(workshop.path)/.trumeau").first { $0.hasSuffix(".sqlite.lock") })
    let lock = try LockFile("\(workshop.path)/.trumeau/\(mirror)", at: SystemTime().now)
    let set = try workshop.program().start(["set", "SQ-RED-1", "title=Opened Square"])
    try set.until("it says that it waits") { set.errorSoFar.contains("waiting for it") }
    _ = consume lock
    #expect(try set.wait().exit == 0)
    #expect(try workshop.expect(["diff"]).output.contains("Opened Square"))
  }

  @Test("an edit stands on the page, in its data and in the feed, to the cent, and is taken back")
  func shown() throws {
    let workshop = try Workshop.built()
    let before = try workshop.files(below: "public")
    let set = try workshop.expect([
      "set", "SQ-RED-1", "price.EUR=399.95", "compare_at.EUR=420.50", "title=Opened Square",
      "title.fr=Carré ouvert", "stock@Paris-=4",
    ])
    #expect(set.output.contains("420.50 EUR -> 399.95 EUR"))
    #expect(set.output.contains("Saved offline."))
    try workshop.expect(["set", "SQ-BLUE-1", "price@JP=70000"])
    try workshop.expect(["delete", "rain-scent", "--yes"])
    try workshop.expect([
      "create", "product", "new-lamp", "title=New Lamp", "status=active", "sku=LAMP-1",
      "price.EUR=77.70", "stock@Paris=3",
    ])
    try workshop.expect(["build"])
    try workshop.expect(["feed", "build"])

    let page = try workshop.read("public/products/open-square/index.html")
    #expect(page.contains("€399.95"))
    #expect(page.contains("Opened Square"))
    let offer = try #require(part(of: page, from: "\"sku\":\"SQ-RED-1\"", to: "itemCondition"))
    #expect(offer.contains("\"priceCurrency\":\"EUR\",\"price\":\"399.95\""))
    let feed = try workshop.read("public/feeds/google-eu.xml")
    let item = try #require(part(of: feed, from: "<g:id>SQ-RED-1</g:id>", to: "</item>"))
    #expect(item.contains("399.95 EUR"))
    let japan = try workshop.read("public/feeds/google-jp.xml")
    let blue = try #require(part(of: japan, from: "<g:id>SQ-BLUE-1</g:id>", to: "</item>"))
    #expect(blue.contains("70000 JPY"))
    #expect(workshop.has("public/products/new-lamp/index.html"))
    #expect(!workshop.has("public/products/rain-scent/index.html"))
    #expect(try workshop.expect(["feed", "check"]).output.contains("agree with their pages"))
    try workshop.expect(["mirror", "verify"])

    let status = try workshop.expect(["status"]).output
    #expect(status.contains("Your changes, not sent yet   1 product"))
    #expect(status.contains("1 deletion"))
    #expect(status.contains("Next: trumeau pull && trumeau plan"))
    let diff = try workshop.expect(["diff", "open-square"]).output
    #expect(diff.contains("420.50 EUR -> 399.95 EUR  (-4.9 %)"))
    #expect(diff.contains("5 -> 1  (-4)"))
    #expect(diff.contains("title.fr"))
    let log = try workshop.expect(["log", "open-square"]).output
    #expect(log.contains("price.EUR"))

    let withdrawn = try workshop.expect(["withdraw", "--all"]).output
    #expect(withdrawn.contains("Not sent yet: nothing."))
    try workshop.expect(["build"])
    try workshop.expect(["feed", "build"])
    let after = try workshop.files(below: "public")
    #expect(after.keys.sorted() == before.keys.sorted())
    let different = before.filter { after[$0.key] != $0.value }.map(\.key).sorted()
    #expect(different.filter { !$0.hasPrefix("feeds/") && !$0.hasPrefix("sitemap") } == [])
    try workshop.expect(["mirror", "verify"])
  }

  @Test(
    "what cannot be is refused with what to type, and nothing is kept",
    arguments: [
      ("price.EUR=2,500.00", "type price.EUR=2500.00"), ("price=1", "price.EUR"),
      ("titel=x", "did you mean `title`?"), ("stock@Pariss=1", "stock@Paris"),
    ])
  func refused(word: String, help: String) throws {
    let workshop = try Workshop.built()
    let ended = try workshop.run(["set", "SQ-RED-1", "vendor=Other", word])
    #expect(ended.exit == 2)
    #expect(ended.error.contains(help), "\(ended.error)")
    #expect(try workshop.sql("SELECT count(*) AS n FROM local") == "n\r\n0\r\n")
  }

  @Test("a mirror that was copied with its folder says so at the first edit, once")
  func copied() throws {
    let workshop = try Workshop.built()
    let first = try workshop.expect(["set", "SQ-RED-1", "mpn=M-1"])
    #expect(first.error.contains("copied from another folder or machine"))
    #expect(try workshop.expect(["set", "SQ-RED-1", "mpn=M-2"]).error == "")
  }

  @Test("while another process writes, an edit is refused with who it is, and nothing is lost")
  func locked() throws {
    let workshop = try Workshop.built()
    let mirror = try #require(
      try Files.list("\(workshop.path)/.trumeau").first {
        $0.hasSuffix(".sqlite") && $0 != "api.sqlite"
      })
    do {
      let lock = try LockFile("\(workshop.path)/.trumeau/\(mirror).lock", at: SystemTime().now)
      let ended = try workshop.run(["set", "SQ-RED-1", "mpn=M-1"])
      #expect(ended.exit == 1)
      #expect(ended.error.contains("in use by process \(Environment.processID)"))
      _ = consume lock
    }
    try workshop.expect(["set", "SQ-RED-1", "mpn=M-1"])
  }

  @Test("deleting asks, and without an answer nothing is deleted")
  func asks() throws {
    let workshop = try Workshop.built()
    #expect(try workshop.run(["delete", "rain-scent"]).exit == 2)
    #expect(try workshop.sql("SELECT count(*) AS n FROM local_record") == "n\r\n0\r\n")
  }

  /// How often the program is killed.
  private static let kills = 100

  @Test("after kill -9 at any moment every edit that was acknowledged is there")
  func killed() throws {
    let workshop = try Workshop.built()
    let seed = UInt64(Environment.processID)
    let random = SeededRandom(seed: seed)
    let start = SystemTime.monotonicSeconds
    try workshop.expect(["set", "SQ-RED-1", "mpn=M-0"])
    let usual = Int((SystemTime.monotonicSeconds - start) * 1_000_000)
    var acknowledged = 0
    var lost = 0
    for number in 1...Self.kills {
      let running = try workshop.program().start(["set", "SQ-RED-1", "mpn=M-\(number)"])
      usleep(UInt32(random.below(usual * 5 / 4)))
      let ended = try running.end(by: SIGKILL)
      let now = try workshop.sql(
        "SELECT mpn, (SELECT \"to\" FROM edit_log ORDER BY n DESC LIMIT 1) AS last FROM variant "
          + "WHERE sku = 'SQ-RED-1'")
      let isThere = now == "mpn,last\r\nM-\(number),\"\"\"M-\(number)\"\"\"\r\n"
      if ended.output.contains("Saved offline.") || ended.exit == 0 {
        acknowledged += 1
        if !isThere { lost += 1 }
      }
      let isWhole =
        isThere || now.contains("M-") && now.split(separator: "M-").count == 3
      #expect(isWhole, "seed \(seed), kill \(number): \(now)")
    }
    #expect(lost == 0, "seed \(seed)")
    #expect(acknowledged > 0 && acknowledged < Self.kills, "seed \(seed): \(acknowledged)")
    try workshop.expect(["mirror", "verify"])
  }
}
