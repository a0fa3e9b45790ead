import Bytes
import CommandTree
import CommerceServer
import Contract
import HTTPServer
import Machine

/// `trumeau api`: the reference commerce API on this machine.
enum APICommands {
  static let store = CommandTree.Option.value(
    "store", "FILE", "the server's database (default .trumeau/api.sqlite)")
  static let tenant = CommandTree.Option.value(
    "tenant", "NAME", "whose catalogue (default demo)")

  static let command = Command(
    "api", "a commerce API on this machine, to try everything without a shop",
    discussion: """
      The API keeps its own database and serves what was loaded into it. It stands in for a shop's
      platform; docs/api.md describes its calls.
      """,
    examples: [
      Example("trumeau api seed demo/catalogue.jsonl", "fill it"),
      Example("trumeau api token create --scope catalog:read", "a token, shown once"),
      Example("trumeau api serve", "at http://127.0.0.1:8787"),
    ],
    subcommands: [serve, seed, token, WebhookCommands.command])

  static func path(_ invocation: Invocation) throws -> String {
    let path = invocation.value("store") ?? ".trumeau/api.sqlite"
    if !Path.folder(of: path).isEmpty { try Files.makeFolders(Path.folder(of: path)) }
    return path
  }

  private static let serve = Command(
    "serve", "answer on this machine until it is stopped with Ctrl-C",
    discussion: """
      Traces of records that were deleted long ago are removed at the start; a mirror that has not
      been pulled since then reads everything anew.
      """,
    examples: [
      Example("trumeau api serve", "at http://127.0.0.1:8787"),
      Example("trumeau api serve --port 0 --address-file api.address", "at any free port"),
    ],
    options: [
      store,
      .value("port", letter: "p", "PORT", "port to listen at; 0 takes a free one (default 8787)"),
      .value("host", "ADDRESS", "address to listen at (default 127.0.0.1)"),
      .value("address-file", "FILE", "write the address to a file, for scripts"),
      .value(
        "rate-limit", "N",
        "requests that a token may send in a second, twice as many in a row (default 500)"
      ),
      .value(
        "idempotency-retention", "HOURS",
        "how long the answer under an Idempotency-Key is kept (default 24)"),
      .flag("log", "tell about every request on standard error"),
    ],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try path(invocation))
      try store.compact()
      var configuration = CommerceServer.Configuration()
      configuration.host = invocation.value("host") ?? "127.0.0.1"
      configuration.port = try invocation.integer("port", in: 0...65_535) ?? 8787
      if let rate = try invocation.integer("rate-limit", in: 1...1_000_000) {
        configuration.rate = Discovery.Rate(burst: rate * 2, perSecond: rate)
      }
      if let hours = try invocation.integer("idempotency-retention", in: 24...8760) {
        configuration.keyRetentionSeconds = hours * 3600
      }
      if invocation.flag("log") {
        configuration.log = { entry in
          console.complain(
            "\(entry.method) \(entry.target) \(entry.status) \(entry.microseconds) µs")
        }
      }
      try store.forgetAnswers(olderThanSeconds: configuration.keyRetentionSeconds)
      Signals.collect()
      let server = try CommerceServer(store: store, configuration)
      console.report("Commerce API at \(console.bold(server.baseURL))")
      console.report("What it can do: \(server.baseURL)\(ContractVersion.discoveryPath)")
      console.json(Document("api serve") { $0.field("address", server.baseURL) }.text)
      console.note("Ctrl-C stops.")
      // Last: who waits for the address may stop the server at once, and is owed an orderly end.
      if let file = invocation.value("address-file") { try Files.write(server.baseURL, to: file) }
      let isCtrlC = Signals.waitForInterrupt()
      server.stop()
      return isCtrlC ? .interrupted : .done
    })

  private static let seed = Command(
    "seed", "load records from JSON lines: all of them or none",
    discussion: """
      The lines are described in docs/api.md. Loading the same file twice changes nothing. A line that
      is wrong is named with its number, and nothing is stored (exit code 2).
      """,
    examples: [Example("trumeau api seed demo/catalogue.jsonl", "the demo house")],
    options: [store, tenant],
    positionals: [Positional("FILE", "JSON lines; - reads standard input")],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try path(invocation))
      let file = invocation.arguments[0]
      let report = try store.seed(
        tenant: invocation.value("tenant") ?? "demo", path: file == "-" ? "/dev/stdin" : file)
      console.report(
        "Seeded: \(ProgressLine.grouped(report.created)) new, \(ProgressLine.grouped(report.updated)) "
          + "changed, \(ProgressLine.grouped(report.unchanged)) as they were")
      console.json(
        Document("api seed") { document in
          document.field("created", report.created)
          document.field("updated", report.updated)
          document.field("unchanged", report.unchanged)
        }.text)
      return .done
    })

  private static let token = Command(
    "token", "make, list, check and end the tokens that may use the API",
    subcommands: [create, list, check, revoke])

  private static let create = Command(
    "create", "make a token; it is shown once and cannot be read again",
    examples: [
      Example("trumeau api token create --quiet > .trumeau/token", "one that may read everything"),
      Example("trumeau api token create --scope catalog:read", "one that may read products only"),
    ],
    options: [
      store, tenant,
      .value("name", "NAME", "what it is for"),
      .value(
        "scope", "SCOPE",
        "what it may do; may be repeated (default: the three that pull needs)",
        choices: Scope.allCases.map(\.rawValue), isRepeatable: true),
      .value("expires", "TIME", "until when it is valid, as 2026-12-31T00:00:00Z"),
      .flag("published-only", "let it see only products that are active, and their parts"),
    ],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try path(invocation))
      let named = invocation.values("scope").compactMap(Scope.init(rawValue:))
      let scopes: [Scope] = named.isEmpty ? [.catalogRead, .pricingRead, .membershipRead] : named
      var expires: Instant?
      if let text = invocation.value("expires") {
        guard let instant = Instant(rfc3339: text) else {
          throw UsageError(
            "--expires takes a time such as 2026-12-31T00:00:00Z", path: invocation.path)
        }
        expires = instant
      }
      let (secret, token) = try store.createToken(
        tenant: invocation.value("tenant") ?? "demo", scopes: Set(scopes), expires: expires,
        name: invocation.value("name") ?? "", seesOnlyPublished: invocation.flag("published-only"))
      console.say(secret)
      console.note("This is the only time that the token is shown.")
      console.json(
        Document("api token create") { document in
          document.field("id", token.id)
          document.field("token", secret)
          document.strings("scopes", scopes.map(\.rawValue))
        }.text)
      return .done
    })

  private static let list = Command(
    "list", "the tokens there are, without the secret part",
    examples: [Example("trumeau api token list", "all of them, with their ids")], options: [store],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try path(invocation))
      let tokens = try store.listTokens()
      for token in tokens {
        let until = token.expiresAt.map { "until \($0.rfc3339)" } ?? "without end"
        let state = token.revokedAt == nil ? until : "revoked"
        let scopes = token.scopes.map(\.rawValue).sorted().joined(separator: " ")
        console.say("\(token.id)  \(token.tenant)  \(token.name)  \(state)  \(scopes)")
      }
      console.json(
        Document("api token list") { document in
          document.list("tokens", tokens) { document, token in
            document.field("id", token.id)
            document.field("tenant", token.tenant)
            document.field("name", token.name)
            document.field("is_revoked", token.revokedAt != nil)
            document.field("expires", token.expiresAt?.rfc3339)
            document.strings("scopes", token.scopes.map(\.rawValue).sorted())
          }
        }.text)
      return .done
    })

  private static let check = Command(
    "check", "whether the token on standard input is valid",
    examples: [Example("trumeau api token check < .trumeau/token", "the one in the file")],
    options: [store],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try path(invocation))
      let words = StandardInput.text().split(whereSeparator: \.isWhitespace)
      guard let secret = words.first, let token = try store.token(holding: String(secret)) else {
        throw Failure("sign-in.refused", "the token is not valid here", exit: .signInNeeded)
      }
      let scopes = token.scopes.map(\.rawValue).sorted().joined(separator: " ")
      console.say("valid for \(token.tenant): \(scopes)")
      console.json(Document("api token check") { $0.field("tenant", token.tenant) }.text)
      return .done
    })

  private static let revoke = Command(
    "revoke", "end a token at once",
    examples: [Example("trumeau api token revoke tok_01", "the one with this id")],
    options: [store],
    positionals: [Positional("ID", "the token's id, from `trumeau api token list`")],
    work: { invocation, console in
      let store = try CommerceStore.open(path: try path(invocation))
      try store.revokeToken(id: invocation.arguments[0])
      console.report("Revoked.")
      console.json(Document("api token revoke") { $0.field("id", invocation.arguments[0]) }.text)
      return .done
    })
}
