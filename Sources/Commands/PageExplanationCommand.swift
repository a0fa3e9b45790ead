import Bytes
import CommandTree
import Settings
import Site

/// `trumeau explain page`: what a published page was made from, and so what makes it anew.
enum PageExplanationCommand {
  static let command = Command(
    "page", "what a published page was made from, and so what makes it anew",
    examples: [
      Example("trumeau explain page /en-eu/products/red-square/", "by its address"),
      Example("trumeau explain page public/sitemap.xml", "by its file"),
    ],
    options: [
      .value("storefront", "NAME", "which storefront (default: the first that has the page)")
    ],
    positionals: [Positional("PAGE", "the page's address or file")], work: run)

  static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let storefront = try invocation.value("storefront").map {
      try project.storefront(named: $0).name
    }
    let page = invocation.arguments[0]
    guard
      let found = try SiteBuild(project: project.settings).explain(page, in: storefront)
    else {
      throw Failure(
        "build.no-such-page", "the last build made no page at \(page)",
        help: "`trumeau build` makes all pages; `trumeau mirror sql \"select path from output\"` "
          + "lists them")
    }
    tell(found, console)
    console.json(Document("explain page") { document in fill(document, found) }.text)
    return .done
  }

  private static func tell(_ page: PageExplanation, _ console: Console) {
    console.say("\(console.bold(page.path))   \(page.kind), \(page.byteCount) bytes")
    if let date = page.lastModified { console.say("  last changed      \(date.rfc3339)") }
    if let date = page.nextChange { console.say("  can change at     \(date.rfc3339)") }
    if let product = page.product { console.say("  about             product \(product)") }
    if let collection = page.collection {
      console.say("  collection        \(collection)")
    }
    if !page.collections.isEmpty {
      console.say("  names             \(page.collections.joined(separator: ", "))")
    }
    if !page.cards.isEmpty {
      console.say("  shows cards of    \(page.cards.joined(separator: ", "))")
    }
    if !page.lookups.isEmpty {
      console.say("  looked up         \(page.lookups.joined(separator: ", "))")
    }
    if !page.reads.isEmpty {
      console.say("  read              \(page.reads.joined(separator: ", "))")
    }
    console.note(
      console.faint(
        "  It is made anew when one of these changes, and with everything when templates, content, "
          + "settings,\n  markets or tiers do. `trumeau build --record-reads` notes which fields pages read."
      ))
  }

  private static func fill(_ document: Document, _ page: PageExplanation) {
    document.field("path", page.path)
    document.field("kind", page.kind)
    document.field("bytes", page.byteCount)
    document.field("last_modified", page.lastModified?.rfc3339)
    document.field("next_change", page.nextChange?.rfc3339)
    document.field("product", page.product)
    document.field("collection", page.collection)
    let lists = [
      ("collections", page.collections), ("cards", page.cards), ("lookups", page.lookups),
      ("reads", page.reads),
    ]
    for (name, list) in lists {
      document.strings(name, list)
    }
  }
}
