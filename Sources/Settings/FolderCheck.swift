import Diagnostics
import Machine

/// Whether the folder of a storefront's pages can be what its settings say. A build puts a new folder in
/// its place, and removes everything else that is there.
struct FolderCheck {
  let root: String
  let site: SiteSettings
  let storefronts: [StorefrontSettings]
  let sink: DiagnosticSink

  /// Folders of the project that no build may replace, besides those that settings name.
  private static let own = [".trumeau", "storefronts", "channels", "drops", "private", "sealed"]

  /// Looks at the output of every storefront.
  func check() {
    for (index, storefront) in storefronts.enumerated() {
      let output = resolved(storefront.output)
      let others = storefronts[..<index].map {
        (what: "the pages of the storefront \($0.name)", path: $0.output)
      }
      let overlap = (kept + others).first { overlaps(output, resolved($0.path)) }
      let objection = overlap?.what ?? (isRootOrAbove(output) ? "the project itself" : nil)
      guard let objection else { continue }
      sink.report(
        Diagnostic(
          "config.output-folder", .error, "`output: \(storefront.output)` holds \(objection)",
          at: storefront.outputLocation, label: "a build replaces this folder with the pages",
          help: "name a folder that holds nothing else, as `output: public`"))
    }
  }

  /// What no build may replace, and how it is called.
  private var kept: [(what: String, path: String)] {
    storefronts.flatMap { storefront in
      [
        (what: "the theme of the storefront \(storefront.name)", path: storefront.theme),
        (what: "the content of the storefront \(storefront.name)", path: storefront.content),
      ]
    }
      + [(what: "the pictures", path: site.media.folder)]
      + Self.own.map { (what: "the folder \($0)", path: $0) }
  }

  private func isRootOrAbove(_ path: [Substring]) -> Bool { resolved("").starts(with: path) }

  private func overlaps(_ one: [Substring], _ other: [Substring]) -> Bool {
    one.starts(with: other) || other.starts(with: one)
  }

  /// The parts of a path, with `.` and `..` followed.
  private func resolved(_ path: String) -> [Substring] {
    var parts: [Substring] = []
    for part in "\(root)/\(path)".split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts
  }
}
