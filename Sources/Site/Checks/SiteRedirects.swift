import Bytes
import Formats
import Machine
import Storefront

/// The redirects of a root as they were built. An address holds with and without a slash at its end.
struct SiteRedirects {
  /// The file that has them.
  static let file = "_redirects.json"

  /// All of them, in order.
  let moves: [(from: String, to: String)]
  /// Addresses that are gone for good.
  let gone: [String]
  private let targets: [String: String]
  private let lost: Set<String>

  /// Reads them from a root.
  ///
  /// - Throws: `MachineError` or `FormatError` where they cannot be read.
  init(folder: String) throws {
    let table = try JSON.parse(Files.read("\(folder)/\(Self.file)")).value
    moves = (table["redirects"]?.children ?? []).compactMap { row in
      row["from"]?.string.flatMap { from in row["to"]?.string.map { (from: from, to: $0) } }
    }
    gone = (table["gone"]?.children ?? []).compactMap(\.string)
    targets = Dictionary(
      moves.map { (Self.key($0.from), $0.to) }, uniquingKeysWith: { first, _ in first })
    lost = Set(gone.map(Self.key))
  }

  /// Whether two begin at one address.
  var hasDuplicates: Bool { targets.count != moves.count }

  /// Where a path without escapes leads to in one step; nil where it is not redirected.
  func target(of path: String) -> String? { targets[Self.withoutSlash(path)] }

  /// Whether a path without escapes is gone for good.
  func isGone(_ path: String) -> Bool { lost.contains(Self.withoutSlash(path)) }

  /// The path of an address, the same with and without a slash at its end.
  static func key(_ address: String) -> String { withoutSlash(Addresses.plain(address)) }

  private static func withoutSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}
