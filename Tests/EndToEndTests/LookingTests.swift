import Bytes
import Formats
import Glibc
import Machine
import Support
import Testing

@Suite("Commands that look")
struct LookingTests {
  private func said(_ words: String...) throws -> String {
    try Journey.shared().workshop.expect(words).output
  }

  @Test("status tells the age of mirror and site, and what is next")
  func status() throws {
    let status = try said("status")
    #expect(status.hasPrefix("Last synced "))
    #expect(status.contains("Mirror      43 records"))
    #expect(status.contains("main: shows the catalogue of "))
    #expect(status.contains("up to date with the mirror"))
    #expect(status.contains("Next: trumeau serve"))
  }

  @Test("status says that the last build failed, and what the site shows meanwhile")
  func statusAfterFailure() throws {
    let workshop = try Workshop.built()
    let content = "content/pages/about.md"
    let good = try workshop.read(content)
    try workshop.folder.write(content, "---\ntitle: About\n---\nSoon: Velvet Ombré Clutch.\n")
    #expect(try workshop.run(["build"]).exit == 8)
    let failed = try workshop.expect(["status"]).output
    #expect(
      failed.contains(" ago, up to date with the mirror, the last build failed\n"), "\(failed)")
    try workshop.folder.write(content, good)
    try workshop.expect(["build", "--full"])
    #expect(!(try workshop.expect(["status"]).output.contains("failed")))
  }

  @Test("status while another build holds the outputs tells the site all the same")
  func statusDuringBuild() throws {
    let workshop = try Workshop.built()
    let lock = try LockFile(
      "\(workshop.path)/.trumeau/demo.sqlite.build.lock", at: SystemTime().now, waiting: 0)
    #expect(try workshop.expect(["status"]).output.contains("main: shows the catalogue of "))
    withExtendedLifetime(lock) {}
  }

  @Test("status before the first pull says what to do")
  func statusAtFirst() throws {
    #expect(
      try Workshop.seeded().expect(["status"]).output
        == "There is no mirror yet.\nNext: trumeau pull\n")
  }

  @Test("a build before the first pull says what to do")
  func buildAtFirst() throws {
    let build = try Workshop.seeded().run(["build"])
    #expect(build.exit == 1)
    #expect(build.error.contains("error[build.mirror-empty]"))
    #expect(build.error.contains("trumeau pull"))
  }

  @Test(
    "a project without a storefront says so, whatever needs one; one without feeds has none to write"
  )
  func withoutStorefront() throws {
    let workshop = try Workshop.built()
    #expect(unlink("\(workshop.path)/storefronts/main.yaml") == 0)
    for words in [
      ["build"], ["build", "--dry-run"], ["serve"], ["watch"], ["rollback"], ["plan", "--windows"],
      ["check", "leak"], ["check", "links"], ["check", "hreflang"], ["check", "redirects"],
    ] {
      let ended = try workshop.run(words)
      #expect(ended.exit == 2 && ended.error.contains("error[config.no-storefront]"), "\(words)")
    }
    #expect(try workshop.expect(["status"]).output.contains("Next: write storefronts/main.yaml"))
    let doctor = try workshop.run(["doctor", "--offline"]).output
    #expect(doctor.contains("no storefront, so no pages can be built"), "\(doctor)")
    for channel in try Files.list("\(workshop.path)/channels") {
      #expect(unlink("\(workshop.path)/channels/\(channel)") == 0)
    }
    for command in ["list", "build", "check"] {
      let ended = try workshop.expect(["feed", command])
      #expect(ended.output.isEmpty && ended.error.contains("The project has no feeds"))
    }
  }

  @Test("doctor finds all well, and names the API that is down")
  func doctor() throws {
    let doctor = try said("doctor")
    for line in ["ok  settings", "ok  token", "ok  pictures", "ok  mirror", "ok  disk"] {
      #expect(doctor.contains(line), "\(doctor)")
    }
    #expect(doctor.contains("!   api"))
    #expect(doctor.contains("-> start it, or check api.url"))
  }

  @Test("doctor finds a token that others can read, with the remedy")
  func doctorToken() throws {
    let workshop = try Workshop.built()
    #expect(chmod("\(workshop.path)/.trumeau/token", 0o644) == 0)
    let doctor = try workshop.run(["doctor", "--offline"])
    #expect(doctor.exit == 3)
    #expect(doctor.output.contains("NO  token"))
    #expect(doctor.output.contains("-> chmod 600 "))
  }

  @Test("explain tells what a code means")
  func explain() throws {
    let text = try said("explain", "build.leak")
    #expect(text.hasPrefix("build.leak: a private value was found in an output\n"))
    #expect(text.contains("\nWhat to do: "))
    #expect(text.hasSuffix("\nExit code: 8 (a private value was found in an output)\n"))
  }

  @Test("explain tells what a page was made from, by its address alone")
  func explainPage() throws {
    let text = try said("explain", "/en-eu/products/open-square/")
    #expect(text.contains("about             product prd_square"))
    #expect(try text == said("explain", "page", "/en-eu/products/open-square/"))
  }

  @Test("explain lists every code")
  func explainAll() throws {
    let text = try said("explain")
    for code in ["usage", "pull.shrink", "liquid.syntax", "gtin-check-digit", "seed.dangling"] {
      #expect(text.contains("\n  \(code) "), "\(code)")
    }
  }

  @Test(
    "explain price ends with the figure that the page shows",
    arguments: [
      ([], "420.50 EUR"), (["--tier", "gold"], "388.47 EUR"), (["--tier", "member"], "400.01 EUR"),
      (["--market", "jp"], "68000 JPY"),
    ])
  func price(options: [String], amount: String) throws {
    let text = try Journey.shared().workshop.expect(["explain", "price", "SQ-RED-1"] + options)
    #expect(text.output.contains("\n  = \(amount)\n"), "\(text.output)")
  }

  @Test("explain price says that a gated piece is hidden from everybody")
  func gatedPrice() throws {
    #expect(try said("explain", "price", "VELVET-777").contains("hidden"))
  }

  @Test("mirror stats counts records, and verify reads them all")
  func mirror() throws {
    #expect(try said("mirror", "stats").contains("43 records, file of "))
    #expect(try said("mirror", "verify") == "Clean: 43 records are as they came.\n")
  }

  @Test("mirror sql answers as table, CSV and from standard input")
  func sql() throws {
    let question = "select sku, position from variant where sku like 'SQ-%' order by position"
    #expect(
      try said("mirror", "sql", question) == """
        sku        position
        ─────────  ────────
        SQ-RED-1          1
        SQ-BLUE-1         2

        """)
    let workshop = try Journey.shared().workshop
    #expect(
      try workshop.expect(["mirror", "sql", "-", "-f", "csv", "--limit", "1"], input: question)
        .output == "sku,position\r\nSQ-RED-1,1\r\n")
  }

  @Test("mirror export writes plain files")
  func export() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["mirror", "export", "out"])
    #expect(try workshop.read("out/products.csv").contains("open-square"))
    let lines = try workshop.read("out/products.jsonl").split(separator: "\n")
    #expect(lines.count == 5)
    for line in lines { #expect(try JSON.parse(String(line)).value["id"] != nil) }
  }

  @Test("schema writes a JSON Schema of each settings file")
  func schema() throws {
    for file in ["config", "storefront", "channel"] {
      let schema = try JSON.parse(try said("schema", file)).value
      #expect(schema["$schema"]?.string?.contains("json-schema.org") == true)
      #expect(schema["properties"] != nil)
    }
  }

  @Test("config show tells each value and where it came from")
  func config() throws {
    let text = try said("config", "show", "--origin")
    let url = try #require(text.split(separator: "\n").first { $0.hasPrefix("api.url ") })
    #expect(url.contains("http://127.0.0.1:9"))
    #expect(url.contains("trumeau.yaml:5"))
    let given = try Journey.shared().workshop.expect(
      ["config", "show", "--origin"], api: "http://127.0.0.1:8")
    #expect(given.output.contains("TRUMEAU_API_URL"))
  }

  @Test("version in two ways")
  func version() throws {
    let version = try said("version")
    #expect(version.hasPrefix("trumeau "))
    #expect(try said("--version") == version)
  }

  @Test("help of every command begins with what it does")
  func help() throws {
    for words in try DocumentTests.commands(below: []).map({ $0.split(separator: " ") }) {
      let help = try Program(folder: "/tmp").run(words.map(String.init) + ["--help"])
      #expect(help.output.hasPrefix("trumeau \(words.joined(separator: " ")): "))
      #expect(help.output.contains("\nUsage\n  trumeau "))
    }
  }

  @Test("a project is found from a folder below it")
  func below() throws {
    let workshop = try Journey.shared().workshop
    let status = try Program(folder: "\(workshop.path)/content/pages").run(["status"])
    #expect(status.exit == 0)
  }

  @Test("tokens are listed without their secret, checked and revoked")
  func tokens() throws {
    let workshop = try Workshop.seeded()
    let made = try workshop.expect(["api", "token", "create", "--json"]).json().value
    let id = try #require(made["id"]?.string)
    let secret = try #require(made["token"]?.string)
    let list = try workshop.expect(["api", "token", "list"]).output
    #expect(list.contains(id))
    #expect(!list.contains(secret.dropFirst(4)))
    let check = ["api", "token", "check"]
    #expect(try workshop.run(check, input: secret).exit == 0)
    try workshop.expect(["api", "token", "revoke", id])
    #expect(try workshop.run(check, input: secret).exit == 4)
  }
}
