import Bytes
import CommandTree
import Diagnostics
import HTTPServer
import LocalMirror
import Locales
import Machine
import Settings
import Site

/// `trumeau serve`: the site as it is now, in the browser, while somebody works on it.
enum ServeCommand {
  static let command = Command(
    "serve", "look at the site while you work on it",
    discussion: """
      Shows every page as a build would publish it, made from the templates, the content and the
      mirror as they are now. Save a file, set a price or pull in another terminal: the browser
      follows. What is wrong stands in the page, with its place, until it is mended. A small bar in the
      page chooses tier, market, language and date; ?as=gold, ?market=jp, ?locale=fr and
      ?at=2026-12-01T09:00 do so in any address, and ?as=public and ?at=now go back.

      Behind it, the published site is kept up to date for today; what is only looked at is never
      published. With --built it shows the files as they were published, and nothing else. Ctrl-C
      stops.
      """,
    examples: [
      Example("trumeau serve", "at http://127.0.0.1:4000"),
      Example("trumeau serve --as-tier gold", "as a gold member sees it"),
      Example("trumeau serve --at 2026-12-01T09:00", "as it will be then"),
      Example("trumeau serve --built", "the files that `trumeau build` wrote, byte for byte"),
    ],
    options: [
      .value("port", letter: "p", "PORT", "port to listen at; 0 takes a free one (default 4000)"),
      .value("host", "ADDRESS", "address to listen at (default 127.0.0.1)"),
      .value("as-tier", "TIER", "begin as a member of this tier"),
      .value("market", "MARKET", "begin in this market"),
      .value("locale", "LANGUAGE", "begin in this language"),
      .value(
        "at", "TIME", "begin at this time, in the project's zone: 2026-12-01T09:00"),
      .value("storefront", "NAME", "which storefront (default: the first)"),
      .flag("built", "show the published files as they are, and do not follow changes"),
      .flag("no-build", "do not keep the published site up to date"),
      .value(
        "allow-host", "NAME", "a further name that browsers may know this server by",
        isRepeatable: true),
      .value("address-file", "FILE", "write the address to a file, for scripts"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let storefront = try project.storefront(named: invocation.value("storefront"))
    let choice = try choice(invocation, project, storefront)
    var configuration = HTTPServer.Configuration()
    configuration.host = invocation.value("host") ?? "127.0.0.1"
    configuration.port = try invocation.integer("port", in: 0...65_535) ?? 4000
    if invocation.flag("built") {
      return try serveBuilt(invocation, console, project, storefront, choice, configuration)
    }
    let dev = DevServer(
      DevServer.Configuration(
        folder: project.root, storefront: storefront.name, start: choice,
        hosts: HostCheck(
          allowing: invocation.values("allow-host")
            + (invocation.value("host").map { [$0] } ?? [])),
        builds: !invocation.flag("no-build"), threadCount: configuration.threadCount),
      project: project.settings, console: console)
    let builder = BackgroundBuild(storefront: storefront.name) { dev.built($0) }
    var watch = try DevWatch(dev, builder) { Signals.isInterrupted }
    Signals.collect()
    let server = try HTTPServer(configuration) { dev.respond(to: $0) }
    try announce(server, invocation, console)
    builder.start()
    watch.run()
    dev.events.stop()
    builder.stop()
    server.stop(withinSeconds: 1)
    return Signals.waitForInterrupt() ? .interrupted : .done
  }

  private static func serveBuilt(
    _ invocation: Invocation, _ console: Console, _ project: OpenProject,
    _ storefront: StorefrontSettings, _ choice: PreviewChoice,
    _ configuration: HTTPServer.Configuration
  ) throws -> ExitCode {
    guard choice.at == nil, choice.market == nil, choice.locale == nil else {
      throw UsageError(
        "--built shows the published files, which are of today and have their market and language "
          + "in their addresses", help: "leave out --at, --market and --locale, or --built",
        path: invocation.path)
    }
    let roots = SiteRoots(project: project, storefront: storefront)
    guard Files.isFolder(roots.publicFolder) else {
      throw Failure(
        "site.not-built", "there is no site at \(roots.publicFolder) yet",
        help: "run `trumeau build` first")
    }
    Signals.collect()
    let server = try HTTPServer(configuration) { roots.respond(to: $0, startingAs: choice.tier) }
    try announce(server, invocation, console)
    let isCtrlC = Signals.waitForInterrupt()
    server.stop()
    return isCtrlC ? .interrupted : .done
  }

  private static func announce(
    _ server: HTTPServer, _ invocation: Invocation, _ console: Console
  ) throws {
    console.report("Site   \(console.bold(server.baseURL + "/"))")
    console.note(console.faint("Ctrl-C stops."))
    console.json(Document("serve") { $0.field("address", server.baseURL) }.text)
    // Last: who waits for the address may stop the server at once, and is owed an orderly end.
    if let file = invocation.value("address-file") { try Files.write(server.baseURL, to: file) }
  }

  // MARK: What to begin with

  private static func choice(
    _ invocation: Invocation, _ project: OpenProject, _ storefront: StorefrontSettings
  ) throws -> PreviewChoice {
    func known(_ option: String, _ what: String, _ names: [String]) throws -> String? {
      guard let name = invocation.value(option) else { return nil }
      guard names.contains(name) else {
        let near = Suggestion.nearest(to: name, among: names).map { "did you mean `\($0)`? " } ?? ""
        throw UsageError(
          "there is no \(what) \"\(name)\"",
          help: "\(near)\(what)s are \(names.joined(separator: ", "))", path: invocation.path)
      }
      return name
    }
    var choice = PreviewChoice()
    let tier = try known("as-tier", "tier", ["public"] + storefront.tiers.sorted())
    choice.tier = tier == "public" ? nil : tier
    choice.market = try known("market", "market", storefront.markets.map(\.key))
    let market = storefront.markets.first { $0.key == choice.market }
    var locales: [String] = []
    for locale in (market.map { [$0] } ?? storefront.markets).flatMap(\.locales)
    where !locales.contains(locale) { locales.append(locale) }
    choice.locale = try known("locale", "language", locales)
    if let text = invocation.value("at") {
      let zone = TimeZoneTable(identifier: project.settings.site.timeZone) ?? .utc
      guard let instant = PreviewChoice.instant(text, zone) else {
        throw UsageError(
          "--at takes a time such as 2026-12-01T09:00 (in \(zone.identifier)) or "
            + "2026-12-01T09:00:00Z, not \"\(text)\"", path: invocation.path)
      }
      choice.at = instant
    }
    return choice
  }
}

/// The folders of one storefront's output, and which of them a request is for.
struct SiteRoots: Sendable {
  let publicFolder: String
  let tiers: [String: String]

  init(project: OpenProject, storefront: StorefrontSettings) {
    publicFolder = project.path(storefront.output)
    tiers = Dictionary(
      uniqueKeysWithValues: storefront.tiers.map { tier in
        (tier, project.path(storefront.privateOutput(tier: tier)))
      })
  }

  var names: String { (["public"] + tiers.keys.sorted()).joined(separator: ", ") }

  private static let cookie = "trumeau-as"

  func respond(to request: Request, startingAs start: String?) -> Response {
    if let wanted = request.query?.first(where: { $0.name == "as" })?.value {
      guard wanted == "public" || tiers[wanted] != nil else {
        return Response(
          status: 404, contentType: "text/plain; charset=utf-8",
          text: "There is no tier \"\(wanted)\" here; there are \(names).\n")
      }
      return Response(
        status: 303,
        headers: [
          "Location": Self.withoutHost(request.path), "Cache-Control": "no-store",
          "Set-Cookie": "\(Self.cookie)=\(wanted); Path=/; HttpOnly; SameSite=Lax",
        ])
    }
    let seen = Self.cookieValue(request) ?? start ?? "public"
    let folder = tiers[seen] ?? publicFolder
    var response = StaticFiles(root: folder).respond(to: request)
    response.headers.set("Vary", "Cookie")
    return response
  }

  /// A path that cannot be read as another host.
  private static func withoutHost(_ path: String) -> String {
    "/" + path.drop { $0 == "/" || $0 == "\\" }
  }

  private static func cookieValue(_ request: Request) -> String? {
    for part in (request.headers["Cookie"] ?? "").split(separator: ";") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if pair.count == 2, pair[0] == cookie { return String(pair[1]) }
    }
    return nil
  }
}
