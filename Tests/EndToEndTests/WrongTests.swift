import Bytes
import Glibc
import Machine
import Support
import Testing

@Suite("What goes wrong")
struct WrongTests {
  // MARK: token and network

  @Test("a token that is not valid ends with 4 and is never printed")
  func wrongToken() throws {
    let workshop = try Workshop.built()
    let secret = "trm_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    try workshop.folder.write(".trumeau/token", secret + "\n")
    let (server, api) = try workshop.serve(["api", "serve"])
    for words in [["pull"], ["pull", "--json"], ["doctor"]] {
      let ended = try workshop.run(words, api: api)
      #expect(ended.exit == (words[0] == "doctor" ? 3 : 4))
      #expect(!(ended.output + ended.error).contains(secret.dropFirst(4)))
      if words == ["pull"] {
        #expect(ended.error.contains("error[pull.unauthenticated]"))
        #expect(ended.error.contains("= help: "))
      }
    }
    #expect(try !server.end(by: SIGTERM).error.contains(secret.dropFirst(4)))
  }

  @Test("no token ends with 4 and says where one belongs")
  func noToken() throws {
    let workshop = try Workshop.seeded()
    try Files.remove("\(workshop.path)/.trumeau/token")
    let pull = try workshop.run(["pull"])
    #expect(pull.exit == 4)
    #expect(pull.error.contains("error[sign-in.no-token]"))
    #expect(pull.error.contains(".trumeau/token"))
  }

  @Test("an API that is down ends with 7, and the mirror still answers")
  func down() throws {
    let workshop = try Workshop.built()
    let pull = try workshop.run(["pull"])
    #expect(pull.exit == 7)
    #expect(pull.error.contains("error[pull.unreachable]: http://127.0.0.1:9/"))
    #expect(!pull.error.contains("\r"))
    #expect(try workshop.sql("select count(*) from product").hasSuffix("\r\n5\r\n"))
  }

  // MARK: usage and settings

  @Test(
    "words that do not fit end with 2 and a suggestion",
    arguments: [
      (["biuld"], "did you mean `trumeau build`?"),
      (["mirror", "stat"], "did you mean `trumeau mirror stats`?"),
      (["pull", "--ful"], "did you mean `--full`?"),
      (["explain", "feed-shrnk"], "did you mean `trumeau explain feed-shrink`?"),
      (["explain", "price", "SQ-RED-1", "--tier", "glod"], "did you mean `gold`?"),
      (["feed", "build", "google-e"], "did you mean google-eu?"),
      (["serve", "--as-tier", "platinum"], "tiers are public, gold, member"),
      (["build", "--at", "tomorrow"], "2026-12-01T09:00:00Z"),
      (["build", "--storefront", "mian"], "did you mean `main`?"),
      ([], "trumeau --help"),
    ])
  func usage(words: [String], hint: String) throws {
    let ended = try Journey.shared().workshop.run(words)
    #expect(ended.exit == 2)
    #expect(ended.output == "")
    #expect(ended.error.contains(hint), "\(ended.error)")
  }

  @Test("outside of a project the exit code is 2")
  func noProject() throws {
    let folder = try ScratchFolder()
    let ended = try Program(folder: folder.path).run(["status"])
    #expect(ended.exit == 2)
    #expect(ended.error.contains("error[config.no-project]"))
  }

  @Test("a misspelt setting ends with 2 and is shown where it stands")
  func wrongSetting() throws {
    let workshop = try Workshop.built()
    let settings = try workshop.read("trumeau.yaml").replacing("max_shrink", with: "max_shrnk")
    try workshop.folder.write("trumeau.yaml", settings)
    let build = try workshop.run(["build"])
    #expect(build.exit == 2)
    #expect(build.error.contains("error[config.unknown-key]: unknown key `max_shrnk`"))
    #expect(build.error.contains("--> trumeau.yaml:8:1"))
    #expect(build.error.contains("did you mean `max_shrink`?"))
  }

  @Test("a line of a seed that is wrong is named, and nothing is stored")
  func wrongSeed() throws {
    let workshop = try Workshop.seeded()
    let lines = """
      {"type":"location","id":"loc_x","attributes":{"name":"X","country":"FR","time_zone":"Europe/Paris"}}
      {"type":"prodcut","id":"p","attributes":{}}

      """
    let seed = try workshop.run(["api", "seed", "--tenant", "other", "-"], input: lines)
    #expect(seed.exit == 2)
    #expect(seed.error.contains("error[seed.type]"))
    #expect(seed.error.contains(":2:9"))
    #expect(seed.error.contains("did you mean \"product\"?"))
    let correct = String(lines.prefix { $0 != "\n" })
    let again = try workshop.expect(["api", "seed", "--tenant", "other", "-"], input: correct)
    #expect(again.output.hasPrefix("Seeded: 1 new"))
  }

  @Test("a port that is taken ends with 1 and says so")
  func portInUse() throws {
    let workshop = try Journey.shared().workshop
    let (server, address) = try workshop.serve(["api", "serve", "--store", "other.sqlite"])
    let port = try #require(address.split(separator: ":").last.map(String.init))
    let second = try workshop.run(["serve", "--port", port])
    #expect(second.exit == 1)
    #expect(second.error.contains("error[server.port-in-use]"))
    #expect(second.error.contains("--port"))
    _ = try server.end(by: SIGTERM)
  }

  // MARK: builds that must not happen

  @Test("a broken template ends with 1, is shown where it breaks, and the old site stays")
  func brokenTemplate() throws {
    let workshop = try Workshop.built()
    let before = try workshop.files(below: "public")
    try workshop.folder.write(
      "templates/pages/page.html.liquid",
      "<h1>{{ page.title }}</h1>\n<p>{{ page.title | upcas }}</p>\n")
    let build = try workshop.run(["build"])
    #expect(build.exit == 1)
    #expect(
      build.error.hasPrefix(
        """
        error[liquid.undefined-filter]: undefined filter upcas
          --> templates/pages/page.html.liquid:2:20
          |
        2 | <p>{{ page.title | upcas }}</p>
          |                    ^^^^^
          = help: did you mean 'upcase'?

        """))
    #expect(build.error.contains("nothing was published"))
    #expect(try (workshop.files(below: "public") == before) as Bool)
  }

  @Test("a partial that does not exist is shown where it is asked for")
  func missingPartial() throws {
    let workshop = try Workshop.built()
    try workshop.folder.write("templates/pages/page.html.liquid", "<p>\n{% render 'crad' %}\n")
    let build = try workshop.run(["build"])
    #expect(build.exit == 1)
    #expect(build.error.contains("error[liquid.partial]: No such template 'crad'"))
    #expect(build.error.contains("--> templates/pages/page.html.liquid:2:1"))
  }

  @Test(
    "a private value in an output ends with 8, and the old site stays",
    arguments: ["Velvet Ombré Clutch", "VELVET&#45;777", "velvet-ombre"])
  func leak(text: String) throws {
    let workshop = try Workshop.built()
    let before = try workshop.files(below: "public")
    try workshop.folder.write(
      "content/pages/about.md", "---\ntitle: About\n---\nSoon: the <b>\(text)</b>.\n")
    let build = try workshop.run(["build"])
    #expect(build.exit == 8)
    #expect(build.error.contains("error[leak."))
    #expect(build.error.contains("public/en-eu/about/index.html"))
    #expect(build.error.contains("prd_hidden") || build.error.contains("var_hidden"))
    #expect(!build.error.contains("Velvet Ombr"), "a log is an output too")
    #expect(try (workshop.files(below: "public") == before) as Bool)
  }

  @Test("a private value in a feed ends with 8, and the old feed stays")
  func leakInFeed() throws {
    let workshop = try Workshop.built()
    let before = try workshop.files(below: "public/feeds")
    let channel = try workshop.read("channels/google-eu.yaml")
    try workshop.folder.write(
      "channels/google-eu.yaml",
      channel.replacing("=Multicolour\"", with: "=Multicolour\"\n  material: \"=VELVET-777\""))
    let feed = try workshop.run(["feed", "build"])
    #expect(feed.exit == 8)
    #expect(feed.error.contains("error[leak.sku]"))
    #expect(try (workshop.files(below: "public/feeds") == before) as Bool)
  }

  @Test(
    "a question that would change the mirror is refused",
    arguments: [
      "delete from record", "update product set title = 'x'", "drop table record",
      "attach database 'x' as y", "pragma writable_schema = 1", "select 1; delete from record",
    ])
  func sqlWrites(question: String) throws {
    let workshop = try Journey.shared().workshop
    let ended = try workshop.run(["mirror", "sql", question])
    #expect(ended.exit == 2)
    #expect(ended.error.contains("error[mirror.question]"))
    #expect(try workshop.sql("select count(*) from product") == "count(*)\r\n5\r\n")
  }
}

@Suite("Signals")
struct SignalTests {
  @Test(
    "Ctrl-C ends a server with 130, termination with 0, both at once",
    arguments: [
      (["serve"], SIGINT, 130), (["serve"], SIGTERM, 0), (["api", "serve"], SIGINT, 130),
    ]
      as [([String], Int32, Int32)])
  func servers(words: [String], signal: Int32, exit: Int32) throws {
    let (server, _) = try Journey.shared().workshop.serve(words)
    let begun = SystemTime.monotonicSeconds
    let ended = try server.end(by: signal)
    #expect(ended.exit == exit)
    #expect(SystemTime.monotonicSeconds - begun < 5)
  }

  @Test("Ctrl-C ends a pull that waits with 130, and the next one goes on")
  func pull() throws {
    let workshop = try Workshop.built()
    let silent = try ScriptedServer { _ in .silence(milliseconds: 60_000) }
    defer { silent.stop() }
    let pull = try workshop.program(api: silent.url).start(["pull", "--json"])
    try pull.until("a request") { !silent.requests.isEmpty }
    let ended = try pull.end(by: SIGINT)
    #expect(ended.exit == 130)
    let document = try ended.json()
    #expect(document.value["exit"]?.integer == 130)
    #expect(document.value["errors"]?.children.first?["code"]?.string == "pull.interrupted")
    #expect(try workshop.expect(["mirror", "verify"]).output.hasPrefix("Clean: "))
  }

  @Test("Ctrl-C ends any other command at once, and nothing of it is stored")
  func seed() throws {
    let workshop = try Workshop.seeded()
    let seed = try workshop.program().start(["api", "seed", "--tenant", "late", "-"], input: nil)
    try seed.until("an open store") { workshop.has(".trumeau/api.sqlite-wal") }
    #expect(try seed.end(by: SIGINT).exit == 130)
  }
}
