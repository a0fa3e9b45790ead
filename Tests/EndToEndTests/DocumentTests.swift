import Bytes
import Formats
import Glibc
import Machine
import Support
import Testing

/// Every command with `--json`.
@Suite("One JSON document")
struct DocumentTests {
  /// A line of words for each command that ends by itself, and the exit code in a built project
  /// whose API is down.
  static let ending: [([String], Int32)] = [
    (["pull"], 7),
    (["status"], 0),
    (["completions", "bash"], 0),
    (["man", "feed", "build"], 0),
    (["diff"], 0),
    (["plan"], 0),
    (["plan", "--windows"], 0),
    (["push", "--yes"], 7),
    (["conflicts", "list"], 0),
    (["conflicts", "show", "1"], 2),
    (["conflicts", "resolve", "1", "--mine"], 2),
    (["undo"], 1),
    (["log"], 0),
    (["set", "SQ-RED-1", "mpn=M-1"], 0),
    (["create", "redirect", "/former", "to=/"], 0),
    (["delete", "SQ-RED-1", "--yes"], 0),
    (["withdraw", "--all"], 0),
    (["edit", "SQ-RED-1", "--no-editor"], 0),
    (["export", "csv", "table.csv"], 0),
    (["import", "csv", "-"], 1),
    (["watch", "--rounds", "1", "--no-build"], 0),
    (["build"], 0),
    (["build", "--max-age", "30d"], 0),
    (["check", "freshness", "--older-than", "3650d"], 0),
    (["check", "links"], 0),
    (["check", "hreflang"], 0),
    (["check", "redirects"], 0),
    (["feed", "list"], 0),
    (["feed", "build"], 0),
    (["feed", "validate"], 0),
    (["feed", "check"], 0),
    (["check", "leak"], 0),
    (["tier", "keys"], 0),
    (["tier", "seal"], 2),
    (["tier", "edge-rules", "--for", "nginx"], 2),
    (["tier", "cookie", "member"], 2),
    (["mirror", "stats"], 0),
    (["mirror", "verify"], 0),
    (["mirror", "sql", "select 1 as a, 'x' as a, null as b"], 0),
    (["mirror", "export", "export-json"], 0),
    (["explain"], 0),
    (["explain", "price", "SQ-RED-1"], 0),
    (["explain", "page", "public/sitemap.xml"], 0),
    (["build", "--dry-run"], 0),
    (["rollback", "--dry-run"], 1),
    (["doctor"], 0),
    (["liquid", "render", "content/pages/about.md"], 0),
    (["merge", "trumeau.yaml", "trumeau.yaml", "trumeau.yaml"], 0),
    (["api", "seed", "seed.jsonl"], 0),
    (["api", "token", "create"], 0),
    (["api", "token", "list"], 0),
    (["api", "token", "check"], 4),
    (["api", "token", "revoke", "tok_0"], 1),
    (["api", "webhook", "create", "--url", "http://127.0.0.1:9/"], 0),
    (["api", "webhook", "list"], 0),
    (["api", "webhook", "delete", "whk_0"], 1),
    (["schema", "config"], 0),
    (["config", "show", "--origin"], 0),
    (["version"], 0),
  ]

  /// Words of commands that need a project of their own.
  private static let writing: Set<String> = [
    "pull", "build", "api", "export-json", "set", "create", "delete", "withdraw", "plan",
    "push", "conflicts", "undo", "edit", "export", "import", "watch", "check", "tier", "rollback",
  ]

  @Test("each command writes one, and says its name", arguments: ending)
  func document(words: [String], exit: Int32) throws {
    let isReading = !Self.writing.contains(words[0]) && !Self.writing.contains(words.last ?? "")
    let workshop = try isReading ? Journey.shared().workshop : Workshop.built()
    let ended = try workshop.run(words + ["--json"])
    #expect(ended.exit == exit, "\(ended.error)")
    let document = try ended.json().value
    guard words[0] != "schema" else { return }  // this is a JSON Schema and nothing else
    #expect(document["schema_version"]?.string == "1.0")
    let name = try #require(document["command"]?.string)
    #expect(words.joined(separator: " ").hasPrefix(name))
    #expect(document["ok"]?.boolean == (exit == 0))
  }

  @Test(
    "a failure is one too, with exit code, code and message",
    arguments: [
      (["biuld"], 2, "usage"),
      (["mirror", "sql", "delete from record"], 2, "mirror.question"),
      (["explain", "nonsense"], 2, "usage"),
      (["explain", "price", "NO-SUCH"], 1, "mirror.no-such-sku"),
      (["explain", "page", "no/such/page"], 1, "build.no-such-page"),
      (["feed", "build", "nowhere"], 2, "feed.settings"),
      (["feed", "validate", "no/such.xml"], 1, "feed.files"),
      (["serve", "--storefront", "other"], 2, "config.no-storefront"),
      (["liquid", "render", "no-such.liquid"], 1, "machine.refused"),
      (["liquid", "render", "--data", "trumeau.yaml", "trumeau.yaml"], 2, "format.json"),
      (["serve", "--host", "256.0.0.1"], 1, "server.bad-address"),
      (["api", "token", "revoke", "tok_0"], 1, "api.no-token"),
      (["api", "webhook", "delete", "whk_0"], 1, "api.no-webhook"),
      (["api", "webhook", "create", "--url", "ftp://x/"], 1, "api.bad-address"),
      (["status", "--project", "/"], 2, "config.no-project"),
    ])
  func failure(words: [String], exit: Int32, code: String) throws {
    let ended = try Journey.shared().workshop.run(["--json"] + words)
    #expect(ended.exit == exit)
    let document = try ended.json().value
    #expect(document["ok"]?.boolean == false)
    #expect(document["exit"]?.integer == Int64(exit))
    let errors = try #require(document["errors"])
    #expect(errors.children.first?["code"]?.string == code)
    #expect(errors.children.first?["message"]?.string?.isEmpty == false)
  }

  @Test("errors of a build carry their place")
  func places() throws {
    let workshop = try Workshop.built()
    try workshop.folder.write("templates/pages/page.html.liquid", "{% if page %}\n")
    let errors = try #require(try workshop.run(["build", "--json"]).json().value["errors"])
    #expect(errors.children.first?["code"]?.string == "liquid.syntax")
    #expect(errors.children.first?["file"]?.string == "templates/pages/page.html.liquid")
    #expect((errors.children.first?["line"]?.integer ?? 0) > 0)
    #expect((errors.children.first?["column"]?.integer ?? 0) > 0)
  }

  @Test("a first pull writes one too")
  func pull() throws {
    let workshop = try Workshop.seeded()
    let (server, api) = try workshop.serve(["api", "serve"])
    let pull = try workshop.expect(["pull", "--json"], api: api)
    _ = try server.end(by: SIGTERM)
    #expect(try pull.json().value["ok"]?.boolean == true)
    #expect(!pull.error.contains("\r"))
  }

  @Test("servers write theirs when they listen", arguments: [["serve"], ["api", "serve"]])
  func servers(words: [String]) throws {
    let (server, address) = try Journey.shared().workshop.serve(words + ["--json"])
    let ended = try server.end(by: SIGINT)
    #expect(try ended.json().value["address"]?.string == address)
  }

  @Test("no command is left out")
  func complete() throws {
    let tried = Set(Self.ending.map { $0.0.joined(separator: " ") })
    for command in try Self.commands(below: []) {
      guard !command.hasSuffix("serve") else { continue }
      #expect(tried.contains { $0 == command || $0.hasPrefix(command + " ") }, "\(command)")
    }
  }

  /// The commands that help names, as people type them.
  static func commands(below path: [String]) throws -> [String] {
    let help = try Program(folder: "/tmp").run(path + ["--help"])
    #expect(help.exit == 0)
    let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "Commands") else { return [path.joined(separator: " ")] }
    return try lines[(start + 1)...].prefix { !$0.isEmpty }.flatMap { line in
      let name = try #require(line.split(separator: " ").first.map(String.init))
      return try commands(below: path + [name])
    }
  }
}
