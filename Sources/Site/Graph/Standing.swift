import Bytes
import Liquid
import LocalMirror
import Machine
import Diagnostics
import Settings

/// How a storefront stands to its last build.
enum Standing {
  /// Pages would be the same.
  case unchanged(BuildRecord)
  /// Some records changed, some windows passed, others wrote files into the root, or what the root says
  /// of itself is otherwise.
  case changed(BuildRecord, ChangeSet)
  /// Everything must be built, for a reason in words.
  case unknown(String)
}

extension StorefrontBuild {
  var inputs: BuildInputs { BuildInputs(project: project, storefront: storefront) }

  /// Compares all that pages are made from with what the last build was made from. Costs a look at the
  /// files and at what changed in the mirror, whatever the number of products.
  func standing(
    _ published: Int?, _ seen: SeenInputs, _ publisher: Publisher, _ reader: MirrorReader,
    at instant: Instant
  ) throws -> Standing {
    if build.options.isFull { return .unknown("a full build was asked for") }
    if build.options.recordsReads || build.options.measuresTime {
      return .unknown("every page is to be measured")
    }
    guard let published, let bytes = try? Files.read(publisher.recordPath) else {
      return .unknown("nothing is known of a build before this one")
    }
    guard let record = BuildRecord(reading: bytes), record.generation == published else {
      return .unknown("what is known of the last build does not fit what is published")
    }
    if let reason = changedInput(record, seen.digests) { return .unknown(reason) }
    if let reason = changedCircumstance(record, reader, at: instant) { return .unknown(reason) }
    guard var changes = try reader.changeSet(since: record.revision) else {
      return .unknown("very many records changed")
    }
    if changes.hasUnknown { return .unknown("something changed that any page may show") }
    if let type = changes.others.min() {
      return .unknown("a record of the type \(type) changed, which any page may show")
    }
    record.addPassedWindows(at: instant, to: &changes)
    if changes.products.count > Self.updateLimit {
      return .unknown("\(changes.products.count) products changed")
    }
    let hasFiles =
      seen.feeds != record.feeds || seen.productFiles != record.productFiles.map(\.file)
    // What a root says of itself: from which state it is, and how long it may be kept.
    let next = record.nextChange(after: instant)
    let isOtherwise =
      reader.lastPull != record.asOf || reader.snapshotID != record.snapshotID
      || (expires(next: next, at: instant)?.microseconds ?? .max) != record.expires
    return changes.isEmpty && !hasFiles && !isOtherwise
      ? .unchanged(record) : .changed(record, changes)
  }

  /// The most products that are looked at one by one.
  static let updateLimit = 500

  private func changedInput(_ record: BuildRecord, _ digests: [InputDigest]) -> String? {
    if let reason = Self.difference(record.inputs, digests) { return reason }
    for root in record.roots {
      guard Files.information("\(project.root)/\(root.path)")?.inode == root.inode else {
        return "\(root.path) is not what was published"
      }
    }
    return nil
  }

  /// The first input that is another, new or gone, in words.
  private static func difference(_ old: [InputDigest], _ new: [InputDigest]) -> String? {
    guard old != new else { return nil }
    let known = Dictionary(
      old.map { ($0.name, $0.digest) }, uniquingKeysWith: { first, _ in first })
    for input in new {
      guard let digest = known[input.name] else { return "\(input.name) is new" }
      if digest != input.digest { return "\(input.name) changed" }
    }
    let names = Set(new.map(\.name))
    return old.first { !names.contains($0.name) }.map { "\($0.name) is gone" }
      ?? "the files are in another order"
  }

  private func changedCircumstance(
    _ record: BuildRecord, _ reader: MirrorReader, at instant: Instant
  ) -> String? {
    if reader.mirrorID != record.mirrorID || reader.revision < record.revision {
      return "this is another mirror"
    }
    if instant < record.instant { return "the last build was for a later time" }
    if instant.microseconds >= record.nextSharedChange {
      return "a window passed that any page may show"
    }
    let clock = ClockUse(rawValue: record.clock) ?? .instant
    if inputs.shown(instant, to: clock) != inputs.shown(record.instant, to: clock) {
      return "pages show the time"
    }
    let pull = ClockUse(rawValue: record.pullTimeUse) ?? .instant
    let asOf = reader.lastPull ?? instant
    if inputs.shown(asOf, to: pull) != inputs.shown(record.asOf, to: pull) {
      return "pages show when the mirror was last filled"
    }
    if record.showsSnapshot, reader.snapshotID != record.snapshotID {
      return "pages name the state of the mirror"
    }
    return nil
  }

  /// An output that somebody removed or changed by hand since it was published.
  func differingOutput(_ publisher: Publisher) -> String? {
    guard let text = try? Files.read(publisher.manifestPath) else { return "the manifest" }
    return SiteManifest.firstDifference(
      in: text, below: project.root, workers: build.options.workers)
  }

  /// The report of a build that had nothing to do.
  func idleReport(
    _ record: BuildRecord, _ reader: MirrorReader, at instant: Instant, _ start: Double
  ) -> BuildReport {
    let next = record.nextChange(after: instant)
    var report = BuildReport(
      storefront: storefront.name, snapshotID: reader.snapshotID,
      asOf: reader.lastPull ?? record.asOf, at: instant,
      roots: record.roots.map { root in
        BuildReport.Root(
          path: root.path, pageCount: root.pageCount, fileCount: root.fileCount,
          byteCount: root.byteCount, secretCount: root.secretCount,
          tooShortCount: root.tooShortCount, alsoPublicCount: root.alsoPublicCount)
      }, writtenCount: 0, linkedCount: record.roots.reduce(0) { $0 + $1.fileCount },
      scannedByteCount: 0, nextChange: next,
      nextWake: wake(
        next: next, clock: ClockUse(rawValue: record.clock) ?? .instant, at: instant),
      diagnostics: sink.all,
      seconds: SystemTime.monotonicSeconds - start, profile: nil)
    report.extent = .nothing
    return report
  }
}
