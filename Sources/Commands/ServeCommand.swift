import CommandTree
import HTTPServer
import Machine
import Settings

/// `trumeau serve`: the built site on loopback, as a visitor or as a member sees it.
enum ServeCommand {
  static let command = Command(
    "serve", "show the built site on this machine",
    discussion: """
      Members' pages stand in folders of their own, beside the public one. Add ?as=TIER to any address
      to look as a member of that tier, and ?as=public to go back. Ctrl-C stops.
      """,
    examples: [
      Example("trumeau serve", "at http://127.0.0.1:4000"),
      Example("trumeau serve --as-tier gold", "as a gold member sees it"),
    ],
    options: [
      .value("port", letter: "p", "PORT", "port to listen at; 0 takes a free one (default 4000)"),
      .value("host", "ADDRESS", "address to listen at (default 127.0.0.1)"),
      .value("as-tier", "TIER", "begin as a member of this tier"),
      .value("storefront", "NAME", "which storefront (default: the first)"),
      .value("address-file", "FILE", "write the address to a file, for scripts"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let storefront = try project.storefront(named: invocation.value("storefront"))
    let roots = SiteRoots(project: project, storefront: storefront)
    if let tier = invocation.value("as-tier"), roots.tiers[tier] == nil {
      throw UsageError(
        "there is no tier \"\(tier)\"", help: "tiers are \(roots.names)", path: invocation.path)
    }
    guard Files.isFolder(roots.publicFolder) else {
      throw Failure(
        "site.not-built", "there is no site at \(roots.publicFolder) yet",
        help: "run `trumeau build` first")
    }
    let start = invocation.value("as-tier")
    var configuration = HTTPServer.Configuration()
    configuration.host = invocation.value("host") ?? "127.0.0.1"
    configuration.port = try invocation.integer("port", in: 0...65_535) ?? 4000
    Signals.collect()
    let server = try HTTPServer(configuration) { roots.respond(to: $0, startingAs: start) }
    console.report("Site   \(console.bold(server.baseURL + "/"))")
    if !roots.tiers.isEmpty {
      console.report("As a member   \(server.baseURL)/?as=\(roots.tiers.keys.sorted().first ?? "")")
    }
    console.note("Ctrl-C stops.")
    console.json(Document("serve") { $0.field("address", server.baseURL) }.text)
    // Last: who waits for the address may stop the server at once, and is owed an orderly end.
    if let file = invocation.value("address-file") { try Files.write(server.baseURL, to: file) }
    let isCtrlC = Signals.waitForInterrupt()
    server.stop()
    return isCtrlC ? .interrupted : .done
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
