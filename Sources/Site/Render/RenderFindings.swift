import Diagnostics
import Storefront
import Synchronization

/// What templates did wrong on all pages: each fault once, by the place where it stands, with a
/// page that shows it and the number of the others.
final class RenderFindings: Sendable {
  /// Different faults after which a build goes no further: the first are enough to go by.
  static let errorLimit = 100
  /// Pages with faults after which a build goes no further.
  static let pageLimit = 1_000

  private struct Key: Hashable {
    let code: String
    let message: String
    let location: SourceLocation?
  }

  private struct Entry {
    var finding: Diagnostic
    var page: String
    var record: RecordReference?
    var pageCount: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var errorCount = 0
    var brokenPageCount = 0

    var isFull: Bool {
      errorCount >= RenderFindings.errorLimit || brokenPageCount >= RenderFindings.pageLimit
    }
  }

  private let state = Mutex(State())

  /// Notes a fault of a page.
  func note(_ finding: Diagnostic, on page: MadePage) {
    let key = Key(code: finding.code, message: finding.message, location: finding.location)
    let path = page.frame.path
    state.withLock { state in
      let isError = finding.severity == .error
      if isError { state.brokenPageCount += 1 }
      guard var entry = state.entries[key] else {
        state.entries[key] = Entry(
          finding: finding, page: path, record: page.record, pageCount: 1)
        if isError { state.errorCount += 1 }
        return
      }
      entry.pageCount += 1
      // The same page whatever the order in which workers came by.
      if path < entry.page {
        (entry.finding, entry.page, entry.record) = (finding, path, page.record)
      }
      state.entries[key] = entry
    }
  }

  /// Whether there are so many errors that further ones help nobody.
  var isFull: Bool { state.withLock { $0.isFull } }

  /// All faults in the order of their places, errors first.
  var all: [Diagnostic] {
    let (entries, wasFull) = state.withLock { (Array($0.entries.values), $0.isFull) }
    return entries.map { entry in
      var finding = entry.finding
      finding.record = finding.record ?? entry.record
      finding.notes.append("while rendering \(entry.page)")
      if finding.severity == .error, entry.pageCount > 1 {
        let others = entry.pageCount - 1
        finding.notes.append(
          "and \(wasFull ? "at least " : "")\(others) more page\(others == 1 ? "" : "s")")
      }
      return finding
    }.sorted { Self.order($0) < Self.order($1) }
  }

  private static func order(_ finding: Diagnostic) -> (Int, String, Int, Int, String) {
    let place = finding.location
    return (
      -finding.severity.rawValue, place?.file ?? "", place?.line ?? 0, place?.column ?? 0,
      finding.message
    )
  }
}
