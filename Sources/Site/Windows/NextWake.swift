public import Bytes
import Machine

/// When the next build is due, in a file that schedulers read: one line with an instant of RFC 3339 in
/// UTC, or nothing.
///
/// It stands still while a build fails, so that an instant in the past says that one is overdue.
public enum NextWake {
  /// The file of a project: the earliest of all storefronts.
  public static func path(project root: String) -> String { "\(root)/.trumeau/next-wake" }

  private static func path(project root: String, storefront: String) -> String {
    "\(root)/.trumeau/generations/\(storefront)/next-wake"
  }

  /// When the next build of the project is due; nil where nothing is known or nothing is to come.
  public static func read(project root: String) -> Instant? { read(path(project: root)) }

  private static func read(_ path: String) -> Instant? {
    guard let text = try? Files.readText(path) else { return nil }  // there was no build yet
    return text.split(whereSeparator: \.isWhitespace).first.flatMap { Instant(rfc3339: String($0)) }
  }

  /// Notes when the next build of a storefront is due. `storefronts` are all of the project.
  static func note(
    _ wake: Instant?, storefront: String, of storefronts: [String], project root: String
  ) throws(MachineError) {
    try write(wake, to: path(project: root, storefront: storefront))
    let all = storefronts.compactMap { read(path(project: root, storefront: $0)) }
    try write(all.min(), to: path(project: root))
  }

  private static func write(_ wake: Instant?, to path: String) throws(MachineError) {
    let text = wake.map { "\($0.rfc3339)\n" } ?? ""
    if let known = try? Files.readText(path), known == text { return }
    try Files.replace(path, with: Array(text.utf8))
  }
}
