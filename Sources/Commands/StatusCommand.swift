import Settings
import Bytes
import CommandTree
import LocalMirror
import Machine

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
    let reader = try MirrorReader(
      path: project.mirrorPath, tenant: project.settings.site.tenant)
    let status = try reader.status()
    let now = SystemTime().now
    let builds = lastBuilds(of: project)
    if console.isJSON {
      console.json(document(status, builds).text)
      return .done
    }
    let age = status.lastPull.map { "\(Age.words(from: $0, to: now)) ago" } ?? "never"
    console.say("Last pull   \(age)   \(console.faint("from \(status.serverID ?? "nowhere")"))")
    let records = ProgressLine.grouped(status.recordCount)
    console.say("Mirror      \(records) records, snapshot \(status.snapshotID.prefix(12))")
    if status.hasOpenSnapshot {
      console.say("            a first pull was interrupted; the next one goes on with it")
    }
    if status.quarantineCount > 0 {
      console.say("Quarantine  \(status.quarantineCount) records do not fit the contract")
    }
    for build in builds {
      let state =
        build.snapshotID == status.snapshotID
        ? "up to date with the mirror" : "older than the mirror"
      console.say(
        "Site        \(build.storefront): shows the catalogue of \(Age.words(from: build.asOf, to: now)) ago, \(state)"
      )
    }
    console.say("Next: \(next(status, builds))")
    return .done
  }

  /// The last build of each storefront; none where a build is at work just now.
  private static func lastBuilds(of project: OpenProject) -> [BuildEntry] {
    guard let ledger = try? BuildLedger(path: project.mirrorPath) else { return [] }
    return project.settings.storefronts.compactMap { storefront in
      try? ledger.lastBuild(of: storefront.name)  // a build that cannot be read is not told
    }
  }

  private static func next(_ status: MirrorStatus, _ builds: [BuildEntry]) -> String {
    if status.hasOpenSnapshot || status.lastPull == nil { return "trumeau pull" }
    let stale = builds.isEmpty || builds.contains { $0.snapshotID != status.snapshotID }
    return stale ? "trumeau build && trumeau feed build" : "trumeau serve, or trumeau pull for news"
  }

  private static func document(_ status: MirrorStatus, _ builds: [BuildEntry]) -> Document {
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
