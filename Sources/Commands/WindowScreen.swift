import Bytes
import Catalog
import CommandTree
import Diagnostics
import Locales
import Machine
import Settings
import Site

/// `trumeau plan --windows`: which windows open and shut, and what that changes for whom.
enum WindowScreen {
  static func show(
    _ project: OpenProject, _ invocation: Invocation, _ console: Console
  ) throws -> ExitCode {
    let start = try project.instant(invocation)
    let end = try project.instant("until", invocation) ?? start.adding(seconds: 366 * 86_400)
    let count = try invocation.integer("count", in: 1...10_000) ?? 20
    let storefronts = try project.storefronts(named: invocation.values("storefront"))
    let found = try storefronts.map { storefront in
      let forecast = try WindowForecast(project.settings, storefront, after: start, until: end)
      return (storefront.name, Array(forecast.wakes.prefix(count)), forecast.wakes.count)
    }
    let zone = project.settings.site.timeZone
    for (name, wakes, total) in found {
      if found.count > 1 { console.say(console.bold(name)) }
      if wakes.isEmpty {
        console.say("No window opens or shuts before \(LocalTime.words(end, zone)).")
      }
      for wake in wakes { tell(wake, since: start, zone, console) }
      if total > wakes.count { console.say("and \(total - wakes.count) later ones (--count)") }
    }
    console.json(document(found, start, end).text)
    return .done
  }

  private static func tell(
    _ wake: WindowForecast.Wake, since start: Instant, _ zone: String, _ console: Console
  ) {
    let left = AuthoredSpan.words((wake.at.microseconds - start.microseconds) / 1_000_000)
    console.say(
      "\(console.bold(LocalTime.words(wake.at, zone)))  \(wake.at.rfc3339)  in \(left)"
        + console.faint("   caches from \(wake.cachesFrom.rfc3339) on"))
    for change in wake.changes.prefix(12) {
      let figures =
        change.kind == .price ? "  \(change.before ?? "none") → \(change.after ?? "none")" : ""
      console.say(
        "  \(change.kind.rawValue.padding(to: 11))\(change.type) \(change.title) (\(change.id))"
          + "\(figures)   \(change.audiences.joined(separator: ", "))")
    }
    if wake.count > 12 { console.say("  and \(wake.count - 12) further changes (--json)") }
  }

  private static func document(
    _ found: [(name: String, wakes: [WindowForecast.Wake], total: Int)], _ start: Instant,
    _ end: Instant
  ) -> Document {
    Document("plan") { document in
      document.field("from", start.rfc3339)
      document.field("until", end.rfc3339)
      document.list("storefronts", found) { document, entry in
        document.field("storefront", entry.name)
        document.field("count", entry.total)
        document.list("windows", entry.wakes) { document, wake in
          document.field("at", wake.at.rfc3339)
          document.field("caches_from", wake.cachesFrom.rfc3339)
          document.field("count", wake.count)
          document.list("changes", wake.changes) { document, change in
            document.field("kind", change.kind.rawValue)
            document.field("type", change.type)
            document.field("id", change.id)
            document.field("title", change.title)
            document.strings("audiences", change.audiences)
            document.field("before", change.before)
            document.field("after", change.after)
          }
        }
      }
    }
  }
}

/// Instants by the clocks of a place.
enum LocalTime {
  /// `2026-12-01 09:00 Europe/Paris`.
  static func words(_ instant: Instant, _ zone: String) -> String {
    let table = TimeZoneTable(identifier: zone) ?? .utc
    let (date, second) = table.local(instant)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let seconds = second % 60 == 0 ? "" : ":\(two(second % 60))"
    return "\(date.year)-\(two(date.month))-\(two(date.day)) "
      + "\(two(second / 3600)):\(two(second / 60 % 60))\(seconds) \(table.identifier)"
  }
}
