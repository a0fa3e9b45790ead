import Bytes
import Catalog
import CommandTree
import Diagnostics
import LocalMirror
import Machine
import Settings
import Site

/// `trumeau check`: looks at what was built or pulled, and finds what a visitor would.
enum CheckCommands {
  static let command = Command(
    "check", "look at leaks, links, stock, languages and redirects, and list what is wrong",
    discussion: "Exit code 3 says that something was found; 8 that something private is published.",
    subcommands: [LeakCheckCommand.command, links, freshness, hreflang, redirects])

  // MARK: Stock

  private static let freshness = Command(
    "freshness", "products whose stock nobody has confirmed for a while",
    discussion: """
      The age of a stock level is the time since the shop last wrote it down. A till or warehouse that
      went silent shows here, although every pull is in order.
      """,
    examples: [
      Example("trumeau check freshness", "older than a day"),
      Example("trumeau check freshness --older-than 2h", "older than two hours"),
    ],
    options: [
      .value("older-than", "TIME", "which age is too old (default 24h)"),
      .value("limit", "N", "how many to list (default 50)"),
    ],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let seconds = try OpenProject.seconds("older-than", invocation) ?? 86_400
      let limit = try invocation.integer("limit", in: 1...1_000_000) ?? 50
      let reader = try project.openReader()
      let now = SystemTime().now
      let stale = try reader.staleStock(before: now.adding(seconds: -seconds))
      tell(stale, limit, reader.lastPull, now, console)
      return stale.isEmpty ? .done : .findings
    })

  private static func tell(
    _ stale: [StaleStock], _ limit: Int, _ lastPull: Instant?, _ now: Instant, _ console: Console
  ) {
    let age = lastPull.map { Age.words(from: $0, to: now) } ?? "no time"
    console.say("The mirror is \(age) old.")
    for product in stale.prefix(limit) {
      console.say(
        "  \(Age.words(from: product.writtenAt, to: now).padding(to: 9))"
          + "\(product.title) (\(product.handle))   \(product.levelCount) levels")
    }
    if stale.count > limit { console.say("  and \(stale.count - limit) more (--limit)") }
    console.say(
      stale.isEmpty
        ? console.good("All stock is fresh.") : "\(stale.count) products have old stock.")
    console.json(
      Document("check freshness", ok: stale.isEmpty) { document in
        document.field("last_pull", lastPull?.rfc3339)
        document.field("count", stale.count)
        document.list("products", Array(stale.prefix(limit))) { document, product in
          document.field("id", product.productID)
          document.field("handle", product.handle)
          document.field("title", product.title)
          document.field("oldest", product.writtenAt.rfc3339)
          document.field("levels", product.levelCount)
        }
      }.text)
  }

  // MARK: Links, languages and redirects

  private static let links = Command(
    "links", "whether everything that pages link to was built",
    discussion: """
      Reads every page of the public root as it was built: the pages, pictures, style sheets and places
      that it names must be there. A link that is only redirected is named too. Links to other sites are
      not asked.
      """,
    examples: [Example("trumeau check links", "after a build")],
    options: [.value("storefront", "NAME", "which storefront (default: all)")],
    work: { invocation, console in
      try run("check links", invocation, console) { try LinkCheck($0, $1).run() }
    })

  private static let hreflang = Command(
    "hreflang", "whether the versions of each page name each other",
    discussion: """
      Reads every page of the public root as it was built: each version that a page names must be there,
      must name it back with the same set, and itself; heads and sitemaps must say the same.
      """,
    examples: [Example("trumeau check hreflang", "after a build")],
    options: [.value("storefront", "NAME", "which storefront (default: all)")],
    work: { invocation, console in
      try run("check hreflang", invocation, console) { try HreflangCheck($0, $1).run() }
    })

  private static let redirects = Command(
    "redirects", "whether every redirect ends at a page, in one step, within the host's limits",
    examples: [Example("trumeau check redirects", "after a build")],
    options: [.value("storefront", "NAME", "which storefront (default: all)")],
    work: { invocation, console in
      try run("check redirects", invocation, console) { try RedirectCheck($0, $1).run() }
    })

  private static func run(
    _ name: String, _ invocation: Invocation, _ console: Console,
    _ check: (Project, StorefrontSettings) throws -> CheckResult
  ) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let storefronts = try project.storefronts(named: invocation.values("storefront"))
    var all: [Diagnostic] = []
    var count = 0
    for storefront in storefronts {
      guard Files.isFolder(project.path(storefront.output)) else {
        throw Failure(
          "site.not-built", "there is no site at \(storefront.output) yet",
          help: "run `trumeau build` first")
      }
      let result = try check(project.settings, storefront)
      all += result.findings
      count += result.checkedCount
    }
    console.show(all)
    let noun = name.hasSuffix("redirects") ? "redirects" : "pages"
    console.say(
      all.isEmpty
        ? console.good("\(ProgressLine.grouped(count)) \(noun) are in order.")
        : "\(all.count) findings in \(ProgressLine.grouped(count)) \(noun).")
    console.json(
      Document(name, ok: all.isEmpty) { document in
        document.field("checked", count)
        document.list("findings", all) { document, finding in document.fill(finding) }
      }.text)
    return all.isEmpty ? .done : .findings
  }
}
