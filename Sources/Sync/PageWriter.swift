import Contract
import Dispatch
import LocalMirror

/// Stores the pages of a snapshot one behind the reading: while one is written, the next is received,
/// parsed and checked. Each page is still one transaction, and they are stored in their order.
///
/// `@unchecked Sendable`: between `begin` and the return of `finish` only the writing thread touches
/// the mirror and the outcome, and the queue orders the two.
final class PageWriter: @unchecked Sendable {
  private let mirror: MirrorStore
  private let queue = DispatchQueue(label: "trumeau.pull.pages")
  private var waiting: Int?
  private var outcome: Result<ApplyReport, any Error>?

  private let isInline: Bool

  /// - Parameter isInline: whether pages are stored on the thread that reads them.
  init(_ mirror: MirrorStore, isInline: Bool) {
    self.mirror = mirror
    self.isInline = isInline
  }

  /// Begins to store a page; the one before must have been waited for.
  func begin(_ page: PreparedPage, of snapshot: SnapshotGeneration) {
    waiting = page.page.records.count + page.page.rejects.count
    if isInline { return store(page, of: snapshot) }
    queue.async { [self] in store(page, of: snapshot) }
  }

  private func store(_ page: PreparedPage, of snapshot: SnapshotGeneration) {
    outcome = Result { try mirror.apply(page, of: snapshot) }
  }

  /// Waits until the page is on disk; gives what storing it did and its number of records, or nil
  /// where none was begun.
  func finish() throws -> (report: ApplyReport, count: Int)? {
    guard let count = waiting else { return nil }
    queue.sync {}  // also until the queue holds nothing of the mirror any more
    waiting = nil
    return try outcome.map { (try $0.get(), count) }
  }
}
