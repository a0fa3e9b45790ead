import Bytes
public import Catalog
import Diagnostics
import Formats

/// What `drops/<name>.yaml` says.
public struct DropSettings: Sendable {
  /// The drop.
  public var drop: Drop
  /// IANA zone that its times are written in.
  public var zone: String
  /// Names of the storefronts that it is for; all where empty.
  public var storefronts: [String]

  init?(_ reader: SettingsReader, name: String, usualZone: String, sink: DiagnosticSink) {
    guard let opens = reader.find("opens")?.string else { return nil }
    zone = reader.text("zone") ?? usualZone
    guard AuthoredTime.isZone(zone) else {
      sink.report(
        Diagnostic(
          "config.wrong-value", .error, "there is no time zone \"\(zone)\"",
          at: reader.find("zone")?.location, help: "a zone of IANA such as Europe/Paris"))
      return nil
    }
    guard let opening = Self.time(opens, "opens", .opening, zone, reader, sink) else { return nil }
    drop = Drop(name: name, opens: opening)
    if let closes = reader.find("closes")?.string {
      drop.closes = Self.time(closes, "closes", .shutting, zone, reader, sink)
      if let closes = drop.closes, closes <= opening {
        sink.report(
          Diagnostic(
            "config.wrong-value", .error, "the drop \(name) closes before it opens",
            at: reader.find("closes")?.location))
      }
    }
    let word = reader.text("before") ?? "hidden"
    drop.mode = GateRecord.Mode(rawValue: word) ?? .hidden
    for member in reader.find("early")?.mapping ?? [] {
      guard let tier = member.key.string,
        let seconds = member.value.string.flatMap({ AuthoredSpan.seconds($0) })
      else { continue }
      // Hours that pass, not hours of the clock: 24 h are 24 h also where the clocks change.
      drop.early.append(Drop.Early(tier: tier, from: opening.adding(seconds: -seconds)))
    }
    drop.products = reader.find("products")?.sequence?.compactMap(\.string) ?? []
    drop.collections = reader.find("collections")?.sequence?.compactMap(\.string) ?? []
    storefronts = reader.find("storefronts")?.sequence?.compactMap(\.string) ?? []
    if drop.products.isEmpty, drop.collections.isEmpty {
      sink.report(
        Diagnostic(
          "config.missing-key", .error, "the drop \(name) keeps nothing back",
          at: reader.node?.location, help: "name `products` or `collections`"))
    }
  }

  private static func time(
    _ text: String, _ name: String, _ border: AuthoredTime.Border, _ zone: String,
    _ reader: SettingsReader, _ sink: DiagnosticSink
  ) -> Instant? {
    if let time = AuthoredTime(text, zone: zone) { return time.instant(border) }
    sink.report(
      Diagnostic(
        "config.wrong-value", .error, "`\(name)` must be a time such as 2026-12-01T09:00",
        at: reader.find(name)?.location, label: "this is no time",
        help: "by the clocks of \(zone), or with a zone of its own behind it"))
    return nil
  }
}
