public import Bytes
import LocalMirror
import Settings

/// What a rollback put back, or would.
public struct RollbackReport: Sendable {
  /// Name of the storefront.
  public let storefront: String
  /// When the build that is taken back was published, where that is known.
  public let takenBack: Instant?
  /// When the state that is put back was published, where that is known.
  public let restored: Instant?
  /// The state of the mirror that the pages put back come from.
  public let snapshotID: String?
  /// What is different afterwards, in order of path.
  public let changes: [OutputChange]
}

extension SiteBuild {
  /// Puts back the site of a storefront as it was published before the last build that published
  /// something; gives nil where nothing is kept. With `isDry` in the options it only tells.
  ///
  /// Cut short at any moment, the next start of a build or rollback ends it.
  ///
  /// - Throws: `SiteError` where files are missing, `MirrorError`, `MachineError`.
  public func rollBack(_ storefront: String) throws -> RollbackReport? {
    guard let settings = project.storefronts.first(where: { $0.name == storefront }) else {
      return nil
    }
    let ledger = try BuildLedger(path: project.path(project.site.mirrorPath), clock: time)
    let build = StorefrontBuild(
      build: self, storefront: settings, openLedger: ledger, progress: { _ in })
    let publisher = build.publisher
    guard try publisher.recoverGeneration() != nil, let kept = try publisher.kept() else {
      return nil
    }
    let published = try ledger.published(of: storefront)
    let report = RollbackReport(
      storefront: storefront, takenBack: published.first?.finished,
      restored: published.count > 1 ? published[1].finished : nil,
      snapshotID: published.count > 1 ? published[1].snapshotID : nil,
      changes: try publisher.changes(of: kept))
    if !options.isDry {
      try publisher.rollBack(kept)
      // Sealed trees are made from what is published.
      _ = try seal(settings)
    }
    return report
  }
}
