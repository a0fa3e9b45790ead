import Settings
import Bytes
import Catalog
import CommandTree
import Contract
import LocalMirror
import Machine
import Site
import Sync

/// `trumeau status`: how old everything is, and what to do next.
enum StatusCommand {
  static let command = Command(
    "status", "how old the mirror and the site are, and what to do next",
    examples: [Example("trumeau status", "the state of the project in ten lines")], work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    guard Files.exists(project.mirrorPath) else {
      console.say("There is no mirror yet.\nNext: trumeau pull")
      console.json(Document("status") { $0.field("mirror", nil) }.text)
      return .done
    }
    let files = try project.takeInFiles(console)
    files.tell(console)
    let reader = try MirrorReader(
      path: project.mirrorPath, tenant: project.settings.site.tenant)
    let status = try reader.status()
    let now = SystemTime().now
    let sites = try sites(of: project, reader)
    let builds = sites.compactMap(\.published)
    let work = try Unsent(reader)
    if console.isJSON {
      console.json(
        document(status, builds, work, files, NextWake.read(project: project.root)).text)
      return .done
    }
    let age = status.lastPull.map { "\(Age.words(from: $0, to: now)) ago" } ?? "never"
    console.say("Last synced \(age)   \(console.faint("with \(project.server(status))"))")
    let records = ProgressLine.grouped(status.recordCount)
    console.say("Mirror      \(records) records, snapshot \(status.snapshotID.prefix(12))")
    if status.hasOpenSnapshot {
      console.say("            a first pull was interrupted; the next one goes on with it")
    }
    if status.quarantineCount > 0 {
      console.say("Quarantine  \(status.quarantineCount) records do not fit the contract")
    }
    for site in sites { tell(site, status, now, console) }
    tellWake(project, now, console)
    tell(work, console)
    try files.ask(reader, console)
    console.say("Next: \(next(project.settings, status, sites, work))")
    return .done
  }

  /// What waits here to be sent, decided or answered.
  struct Unsent {
    let counts: EditOverview.Counts
    let questions: Int
    let awaited: Int
    /// Whether a person waits for the comparison that the next pull makes.
    let isComparisonDue: Bool

    init(_ reader: MirrorReader) throws {
      counts = try EditOverview.counts(reader)
      questions = try reader.ledger.openConflictCount()
      awaited = try reader.ledger.unsettled().count
      isComparisonDue = try Inbox.isComparisonDue(reader.ledger)
    }
  }

  /// When the next build is due because of a window.
  private static func tellWake(_ project: OpenProject, _ now: Instant, _ console: Console) {
    guard let wake = NextWake.read(project: project.root) else { return }
    let time = LocalTime.words(wake, project.settings.site.timeZone)
    if wake <= now {
      console.say("Windows     a build has been due since \(time)   -> trumeau build")
    } else {
      let left = (wake.microseconds - now.microseconds) / 1_000_000
      console.say(
        "Windows     the next build is due at \(time), in \(AuthoredSpan.words(left))"
          + "   -> trumeau plan --windows")
    }
  }

  private static func tell(_ work: Unsent, _ console: Console) {
    if !work.counts.isEmpty {
      console.say("Your changes, not sent yet   \(words(work.counts))")
    }
    if work.questions > 0 {
      console.say("Need your decision           \(work.questions)   -> trumeau conflicts")
    }
    if work.awaited > 0 {
      console.say(
        "Sent, no answer yet          \(work.awaited)   checked automatically at the next push")
    }
  }

  /// Figures in words, as `14 products   2 prices   1 deletion`; "" for none.
  static func words(_ counts: EditOverview.Counts) -> String {
    var parts: [String] = []
    let types = [.product] + ResourceType.allCases.filter { $0 != .product }
    for type in types {
      if let count = counts.changed[type] { parts.append("\(count) \(noun(type, count))") }
    }
    if counts.created > 0 { parts.append("\(counts.created) new") }
    if counts.deleted > 0 {
      parts.append("\(counts.deleted) \(counts.deleted == 1 ? "deletion" : "deletions")")
    }
    return parts.joined(separator: ", ")
  }

  static func noun(_ type: ResourceType, _ count: Int) -> String {
    let word =
      switch type {
      case .inventoryLevel: count == 1 ? "stock level" : "stock levels"
      case .media: count == 1 ? "picture" : "pictures"
      default: count == 1 ? type.rawValue : type.path
      }
    return word.replacing("_", with: " ")
  }

  static func fill(_ document: Document, _ counts: EditOverview.Counts) {
    for type in ResourceType.allCases {
      if let count = counts.changed[type] { document.field(type.rawValue, count) }
    }
    document.field("created", counts.created)
    document.field("deleted", counts.deleted)
  }

  /// What was built of a storefront.
  private typealias Site = (storefront: String, published: BuildEntry?, last: BuildEntry?)

  private static func sites(of project: OpenProject, _ reader: MirrorReader) throws -> [Site] {
    try project.settings.storefronts.map { storefront in
      let (published, last) = try reader.builds(of: storefront.name)
      return (storefront.name, published, last)
    }
  }

  private static func tell(
    _ site: Site, _ status: MirrorStatus, _ now: Instant, _ console: Console
  ) {
    let failed = site.last?.state == .failed ? "the last build failed" : nil
    guard let build = site.published else {
      if let failed { console.say("Site        \(site.storefront): not built yet, \(failed)") }
      return
    }
    let words = [
      "shows the catalogue of \(Age.words(from: build.asOf, to: now)) ago",
      build.snapshotID == status.snapshotID
        ? "up to date with the mirror" : "older than the mirror", failed,
    ]
    console.say(
      "Site        \(site.storefront): \(words.compactMap(\.self).joined(separator: ", "))")
  }

  private static func next(
    _ project: Project, _ status: MirrorStatus, _ sites: [Site], _ work: Unsent
  ) -> String {
    if status.hasOpenSnapshot || status.lastPull == nil { return "trumeau pull" }
    if work.isComparisonDue { return "trumeau pull" }
    if work.questions > 0 { return "trumeau conflicts" }
    if !work.counts.isEmpty || work.awaited > 0 { return "trumeau pull && trumeau plan" }
    guard !sites.isEmpty else { return "write storefronts/main.yaml; trumeau doctor says how" }
    let isStale = sites.contains { $0.published?.snapshotID != status.snapshotID }
    guard isStale else { return "trumeau serve, or trumeau pull for news" }
    return project.channels.isEmpty ? "trumeau build" : "trumeau build && trumeau feed build"
  }

  private static func document(
    _ status: MirrorStatus, _ builds: [BuildEntry], _ work: Unsent, _ files: FileReport,
    _ wake: Instant?
  ) -> Document {
    Document("status") { document in
      document.object("mirror") { document in
        document.field("tenant", status.tenant)
        document.field("server", status.serverID)
        document.field("snapshot_id", status.snapshotID)
        document.field("last_pull", status.lastPull?.rfc3339)
        document.field("records", status.recordCount)
        document.field("quarantined", status.quarantineCount)
        document.field("has_open_snapshot", status.hasOpenSnapshot)
      }
      document.object("not_sent") { document in fill(document, work.counts) }
      document.field("next_wake", wake?.rfc3339)
      document.field("need_decision", work.questions)
      document.field("awaiting_answer", work.awaited)
      document.object("files") { document in
        document.list("findings", files.findings) { document, finding in document.fill(finding) }
        document.list("missing", files.missing) { document, missing in
          document.field("file", missing.path)
          document.field("product", missing.product)
        }
      }
      document.list("builds", builds) { document, build in
        document.field("storefront", build.storefront)
        document.field("as_of", build.asOf.rfc3339)
        document.field("snapshot_id", build.snapshotID)
      }
    }
  }
}

/// How long ago something was, in words.
enum Age {
  static func words(from then: Instant, to now: Instant) -> String {
    let seconds = max((now.microseconds - then.microseconds) / 1_000_000, 0)
    switch seconds {
    case ..<90: return "\(seconds) s"
    case ..<5400: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) days"
    }
  }
}

extension OpenProject {
  /// The shop's address as a person knows it.
  fileprivate func server(_ status: MirrorStatus) -> String {
    let address = settings.site.apiURL.split(separator: "/").dropFirst().first.map(String.init)
    return address ?? status.serverID ?? "nowhere"
  }
}
