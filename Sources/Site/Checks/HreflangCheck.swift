import Bytes
import Diagnostics
public import Settings
import Machine
import Storefront

/// Whether the versions of each page in other languages and markets name each other, read from the files
/// that were built and from nothing else.
public struct HreflangCheck {
  private let folder: String
  private let shownFolder: String
  private let baseURL: String

  /// Looks at the public root of a storefront.
  public init(_ project: Project, _ storefront: StorefrontSettings) {
    folder = project.path(storefront.output)
    shownFolder = storefront.output
    baseURL = storefront.baseURL
  }

  /// What a page says of itself and its versions.
  private struct Page {
    var canonical: String?
    var alternates: [String: String] = [:]
  }

  /// Reads all pages and sitemaps. O(bytes of the pages).
  public func run() throws -> CheckResult {
    var result = CheckResult()
    var pages: [String: Page] = [:]
    for path in try Files.walk(folder) where path.hasSuffix(".html") {
      let page = Self.page(try Files.read("\(folder)/\(path)"))
      result.checkedCount += 1
      guard !page.alternates.isEmpty else { continue }
      // A page of the first language is also at the root; it counts where it says that it belongs.
      guard let canonical = page.canonical, Addresses.file(of: local(canonical)) == path else {
        continue
      }
      pages[canonical] = page
    }
    for (url, page) in pages.sorted(by: { $0.key < $1.key }) { check(url, page, pages, &result) }
    try checkSitemaps(pages, &result)
    return result
  }

  private func local(_ url: String) -> String {
    url.hasPrefix(baseURL) ? String(url.dropFirst(baseURL.count)) : url
  }

  private func report(_ message: String, _ url: String, _ result: inout CheckResult) {
    result.findings.append(
      Diagnostic(
        "check.hreflang", .error, message,
        at: SourceLocation(
          file: "\(shownFolder)/\(Addresses.file(of: local(url)))", line: 1, column: 1)))
  }

  private func check(
    _ url: String, _ page: Page, _ pages: [String: Page], _ result: inout CheckResult
  ) {
    if !page.alternates.values.contains(url) {
      report("\(url) does not name itself among its versions", url, &result)
    }
    if page.alternates["x-default"] == nil {
      report("\(url) names no x-default", url, &result)
    }
    for (code, other) in page.alternates.sorted(by: { $0.key < $1.key }) where other != url {
      guard let back = pages[other] else {
        report("\(url) names \(other) as \(code), and no such page was built", url, &result)
        continue
      }
      if back.alternates != page.alternates {
        report("\(url) and \(other) do not name the same versions", url, &result)
      }
    }
  }

  // MARK: Sitemaps

  private func checkSitemaps(_ pages: [String: Page], _ result: inout CheckResult)
    throws(MachineError)
  {
    let sitemaps = "\(folder)/sitemaps"
    guard Files.isFolder(sitemaps) else { return }
    for name in try Files.walk(sitemaps) where name.hasSuffix(".xml") {
      let text = String(decoding: try Files.read("\(sitemaps)/\(name)"), as: UTF8.self)
      for entry in text.split(separator: "<url>").dropFirst() {
        guard let url = Self.between(entry, "<loc>", "</loc>") else { continue }
        let listed = Self.links(String(entry))
        let known = pages[url]?.alternates ?? [:]
        if listed != known {
          report("the sitemap names other versions of \(url) than its head", url, &result)
        }
      }
    }
  }

  // MARK: Reading

  private static func page(_ bytes: [UInt8]) -> Page {
    let text = String(decoding: bytes, as: UTF8.self)
    let head = text.range(of: "</head>").map { text[..<$0.lowerBound] } ?? text[...]
    var page = Page()
    for tag in head.split(separator: "<link").dropFirst() {
      let tag = String(tag.prefix { $0 != ">" })
      guard let href = value("href", tag) else { continue }
      switch value("rel", tag) {
      case "canonical": page.canonical = href
      case "alternate": if let code = value("hreflang", tag) { page.alternates[code] = href }
      default: break
      }
    }
    return page
  }

  private static func links(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    for tag in text.split(separator: "<xhtml:link").dropFirst() {
      let tag = String(tag.prefix { $0 != ">" })
      if let code = value("hreflang", tag), let href = value("href", tag) { found[code] = href }
    }
    return found
  }

  private static func value(_ name: String, _ tag: String) -> String? {
    between(tag[...], " \(name)=\"", "\"").map {
      $0.replacing("&amp;", with: "&").replacing("&#39;", with: "'")
    }
  }

  private static func between(_ text: Substring, _ start: String, _ end: String) -> String? {
    guard let from = text.range(of: start),
      let until = text[from.upperBound...].range(of: end)
    else { return nil }
    return String(text[from.upperBound..<until.lowerBound])
  }
}

extension StringProtocol {
  /// Where a text stands first.
  fileprivate func range(of wanted: String) -> Range<String.Index>? {
    ranges(of: wanted).first
  }
}
