import Bytes
import CommandTree
import Diagnostics
import LocalMirror
import Machine
import Settings
import Site

/// `trumeau tier`: what keeps the pages of a tier from others.
enum TierCommands {
  static let command = Command(
    "tier", "keys, sealed pages and rules that keep tiers' pages from others",
    discussion: """
      `gating` in a storefront's settings says for each tier how its pages are kept from others on a
      static host: teaser, edge or sealed. docs/gating.md says what each can do and what it cannot.
      """,
    examples: [
      Example("trumeau tier keys", "which keys there are, without showing them"),
      Example("trumeau tier keys gold --rotate", "a new key for gold; the old one opens nothing"),
      Example("trumeau tier edge-rules --for nginx", "rules for a host that checks cookies"),
    ],
    subcommands: [keys, seal, edgeRules, cookie])

  private static let storefrontOption = Option.value(
    "storefront", "NAME", "of this storefront; the first where none is named")

  // MARK: Keys

  private static let keys = Command(
    "keys", "list the keys of tiers, export one to a file, or replace it by a new one",
    discussion: """
      Keys are in .trumeau/keys, readable by you alone; keep a copy of that folder. They are never shown.
      --rotate begins a new epoch: the key of the one before opens nothing that is published from then on,
      and signs no cookie. Sealed files that do not change stay as they are, under a content key that is
      published anew; who took that key out of his browser's memory before can still open those, as he
      could have kept them. --all seals everything anew.
      """,
    examples: [
      Example("trumeau tier keys", "all tiers with their epochs"),
      Example(
        "trumeau tier keys gold --export gold.json", "the newest key, into a file of mode 600"),
      Example("trumeau tier keys gold --rotate", "begin a new epoch and publish it"),
    ],
    options: [
      storefrontOption,
      .flag("rotate", "begin a new epoch, and bring sealed trees up to date"),
      .flag("all", "with --rotate: seal every file anew, under new names"),
      .value("export", "FILE", "write the newest key of the tier to this file, mode 600"),
    ],
    positionals: [Positional("TIER", "key of a tier; all where none is named", isRequired: false)],
    work: runKeys)

  private static func runKeys(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let storefront = try project.storefront(named: invocation.value("storefront"))
    let store = TierKeyStore(project: project.root)
    if invocation.flag("all"), !invocation.flag("rotate") {
      throw UsageError("--all goes with --rotate", path: invocation.path)
    }
    var tiers = storefront.tiers.filter { (storefront.gating[$0] ?? .teaser) != .teaser }
    if let name = invocation.arguments.first {
      try check(name, storefront, invocation)
      tiers = [name]
    } else if invocation.value("export") != nil {
      throw UsageError("--export takes the key of one tier: name it", path: invocation.path)
    }
    let random = SystemRandom()
    let now = SystemTime().now
    var all: [TierKeys] = []
    // Without the lock, a build could seal under a key that is being replaced.
    let lock = invocation.flag("rotate") ? try buildLock(project) : nil
    for name in tiers {
      var keys = try store.keysMade(
        storefront: storefront.name, tier: name, at: now, random: random)
      if lock != nil {
        keys.rotate(at: now, random: random, everything: invocation.flag("all"))
        try store.keep(keys)
      }
      all.append(keys)
    }
    var sealed: SealedReport?
    if lock != nil, tiers.contains(where: { storefront.gating[$0] == .sealed }) {
      sealed = try SealedTrees(project: project.settings, storefront: storefront).run()
    }
    withExtendedLifetime(lock) {}
    if let file = invocation.value("export"), let keys = all.first {
      let path = Path.join(Files.currentFolder, file)
      try store.export(keys, to: path)
      console.note("The key of \(keys.tier), epoch \(keys.epoch), is in \(file), for you alone.")
    }
    list(all, storefront, console)
    if let sealed { tell(sealed, console) }
    console.json(
      Document("tier keys") { document in
        document.field("storefront", storefront.name)
        document.list("tiers", all) { document, keys in fill(document, keys, storefront) }
        if let sealed { document.object("sealed") { document in fill(document, sealed) } }
      }.text)
    return .done
  }

  private static func list(
    _ all: [TierKeys], _ storefront: StorefrontSettings, _ console: Console
  ) {
    if all.isEmpty {
      console.say("No tier of \(storefront.name) is gated by the edge or sealed; `gating` says so.")
    }
    for keys in all {
      let mode = storefront.gating[keys.tier] ?? .teaser
      let since = keys.epochs.last?.created.rfc3339 ?? ""
      console.say(
        "\(keys.tier.padding(to: 12))  \(mode.rawValue.padding(to: 7)) epoch \(keys.epoch) "
          + "since \(since)")
    }
  }

  private static func fill(
    _ document: Document, _ keys: TierKeys, _ storefront: StorefrontSettings
  ) {
    document.field("tier", keys.tier)
    document.field("gating", (storefront.gating[keys.tier] ?? .teaser).rawValue)
    document.field("epoch", keys.epoch)
    document.list("epochs", keys.epochs) { document, epoch in
      document.field("epoch", epoch.number)
      document.field("created", epoch.created.rfc3339)
    }
  }

  // MARK: Sealing

  private static let seal = Command(
    "seal", "seal the roots of the last build, as `build` does when it is done",
    examples: [Example("trumeau tier seal", "bring sealed trees up to date with the site")],
    options: [storefrontOption],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let storefront = try project.storefront(named: invocation.value("storefront"))
      guard !storefront.tiers(gatedBy: .sealed).isEmpty else {
        throw SiteError(
          .mode, "no tier of the storefront \(storefront.name) is sealed",
          help: "write `gating: sealed`, or `gating: { gold: sealed }`, into "
            + "storefronts/\(storefront.name).yaml")
      }
      let lock = try buildLock(project)
      let sealed = try SealedTrees(project: project.settings, storefront: storefront).run()
      withExtendedLifetime(lock) {}
      if let sealed { tell(sealed, console) }
      console.json(
        Document("tier seal") { document in
          document.field("storefront", storefront.name)
          if let sealed { fill(document, sealed) }
        }.text)
      return .done
    })

  /// Keeps builds out while keys or sealed trees change.
  private static func buildLock(_ project: OpenProject) throws -> BuildLedger {
    guard Files.exists(project.mirrorPath) else {
      throw SiteError(
        .mirrorEmpty, "there is no mirror of the shop's catalogue yet", help: "run `trumeau pull`")
    }
    return try BuildLedger(path: project.mirrorPath)
  }

  /// What sealing did, in a line a tree.
  static func tell(_ report: SealedReport, _ console: Console) {
    for tree in report.trees {
      let earlier =
        tree.earlierCount == 0
        ? "" : ", \(ProgressLine.grouped(tree.earlierCount)) of them unchanged since earlier epochs"
      console.note(
        console.faint(
          "  \(tree.path): \(ProgressLine.grouped(tree.fileCount)) sealed files, epoch \(tree.epoch)"
            + earlier))
    }
    console.note(
      console.faint(
        "  \(ProgressLine.grouped(report.sealedCount)) files were sealed, "
          + "\(ProgressLine.grouped(report.removedCount)) went, in \(ProgressLine.took(report.seconds))"
      ))
  }

  /// The same as fields.
  static func fill(_ document: Document, _ report: SealedReport) {
    document.list("trees", report.trees) { document, tree in
      document.field("tier", tree.tier)
      document.field("path", tree.path)
      document.field("epoch", tree.epoch)
      document.field("files", tree.fileCount)
      document.field("earlier_epochs", tree.earlierCount)
    }
    document.field("sealed", report.sealedCount)
    document.field("removed", report.removedCount)
    document.field(milliseconds: "took", seconds: report.seconds)
  }

  // MARK: The edge

  private static let edgeRules = Command(
    "edge-rules", "rules for a host that gives a tier's pages to whoever shows a signed cookie",
    discussion: """
      The rules go to standard output and hold no keys; those go to the file of --keys, mode 600, which
      the rules include. They name folders and tiers, and nothing of the catalogue. After
      `tier keys --rotate` write the keys again and reload the host.
      """,
    examples: [
      Example(
        "trumeau tier edge-rules --for nginx --keys /etc/nginx/trumeau.keys > trumeau.conf",
        "rules and keys for nginx")
    ],
    options: [
      .value("for", "HOST", "kind of host", choices: EdgeHost.allCases.map(\.rawValue)),
      .value("keys", "FILE", "write the keys to this file (default name: trumeau-STOREFRONT.keys)"),
      .value("folder", "DIR", "where public and private are on the host (default: this project)"),
      .value("listen", "ADDRESS", "where the host listens (default 80)"),
      storefrontOption,
    ],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let storefront = try project.storefront(named: invocation.value("storefront"))
      guard let host = invocation.value("for").flatMap(EdgeHost.init(rawValue:)) else {
        throw UsageError(
          "say for which host, as --for \(EdgeHost.allCases[0].rawValue)", path: invocation.path)
      }
      let edge = try EdgeRules(
        storefront, media: project.settings.site.media,
        folder: invocation.value("folder") ?? project.root,
        listen: invocation.value("listen") ?? "80")
      if let file = invocation.value("keys") {
        let store = TierKeyStore(project: project.root)
        let now = SystemTime().now
        let keys = try storefront.tiers(gatedBy: .edge).map {
          try store.keysMade(
            storefront: storefront.name, tier: $0, at: now, random: SystemRandom())
        }
        try Files.replace(
          Path.join(Files.currentFolder, file), with: Array(edge.keys(for: host, keys).utf8),
          mode: 0o600)
      }
      let keyFile = invocation.value("keys") ?? "trumeau-\(storefront.name).keys"
      let rules = edge.rules(for: host, keyFile: Path.join(Files.currentFolder, keyFile))
      if !console.isJSON { console.data(rules) }
      console.json(
        Document("tier edge-rules") { document in
          document.field("storefront", storefront.name)
          document.field("host", host.rawValue)
          document.field("rules", rules)
        }.text)
      return .done
    })

  private static let cookie = Command(
    "cookie", "sign a cookie that opens a tier's pages on a host with edge rules, for trying them",
    discussion: """
      In production the service that signs members in makes it, with the key of `tier keys --export`;
      docs/gating.md says how. Whoever has the cookie is let in until it expires.
      """,
    examples: [Example("trumeau tier cookie gold --minutes 10", "the cookie, as a server sets it")],
    options: [
      storefrontOption, .value("minutes", "N", "how long it is good for (default 60)"),
    ],
    positionals: [Positional("TIER", "key of a tier")],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let storefront = try project.storefront(named: invocation.value("storefront"))
      let name = invocation.arguments[0]
      try check(name, storefront, invocation)
      guard storefront.gating[name] == .edge else {
        throw SiteError(
          .mode, "the tier \(name) is not gated by the edge",
          help: "write `gating: { \(name): edge }` into storefronts/\(storefront.name).yaml")
      }
      let minutes = try invocation.integer("minutes", in: 1...525_600) ?? 60
      let now = SystemTime().now
      let keys = try TierKeyStore(project: project.root).keysMade(
        storefront: storefront.name, tier: name, at: now, random: SystemRandom())
      let cookie = EdgeCookie(keys, at: now, lifetime: minutes * 60)
      console.say(cookie.header)
      console.json(
        Document("tier cookie") { document in
          document.field("name", cookie.name)
          document.field("value", cookie.value)
          document.field("header", cookie.header)
        }.text)
      return .done
    })

  private static func check(
    _ name: String, _ storefront: StorefrontSettings, _ invocation: Invocation
  ) throws {
    guard !storefront.tiers.contains(name) else { return }
    let near = Suggestion.nearest(to: name, among: storefront.tiers)
    throw UsageError(
      "the storefront \(storefront.name) has no tier \"\(name)\"",
      help: near.map { "did you mean `\($0)`?" }
        ?? "there are \(storefront.tiers.joined(separator: ", "))", path: invocation.path)
  }
}
