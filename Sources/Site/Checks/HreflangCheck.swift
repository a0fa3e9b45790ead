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
  /// First part of the addresses of each language of each market.
  private let rows: [String: Row]

  /// A language of a market.
  private struct Row {
    var market: String
    var locale: String
  }

  /// Looks at the public root of a storefront.
  public init(_ project: Project, _ storefront: StorefrontSettings) {
    folder = project.path(storefront.output)
    shownFolder = storefront.output
    baseURL = storefront.baseURL
    let rows = storefront.markets.flatMap { market in
      market.locales.map { locale in
        let addresses = Addresses(base: storefront.baseURL, locale: locale, market: market.key)
        return (String(addresses.prefix.dropFirst()), Row(market: market.key, locale: locale))
      }
    }
    self.rows = Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  /// What a page says of itself and its versions.
  private struct Page {
    var canonical: String?
    var alternates: [String: String] = [:]
    /// Targets of the links that say which language they lead to, by that language: the visible switch, and
    /// what a text may name besides.
    var links: [String: [String]] = [:]
  }

  /// Reads all pages and sitemaps. O(bytes of the pages).
  public func run() throws -> CheckResult {
    var result = CheckResult()
    var pages: [String: Page] = [:]
    for path in try Files.walk(folder) where path.hasSuffix(".html") {
      let page = Self.page(try Files.read("\(folder)/\(path)"))
      result.checkedCount += 1
      checkSwitch(of: page, at: path, &result)
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

  // MARK: The visible switch

  /// A switch, where a page has one, leads to the version that the head names for each language of the
  /// page's market; where the head names none, to what stands below that language's address.
  private func checkSwitch(of page: Page, at path: String, _ result: inout CheckResult) {
    guard let row = row(of: "/\(path)") else { return }
    let others = rows.filter { $0.value.market == row.market }
    guard others.values.contains(where: { page.links[$0.locale] != nil }) else { return }
    let url = page.canonical ?? "\(baseURL)/\(path)"
    for (prefix, other) in others.sorted(by: { $0.key < $1.key }) {
      let targets = (page.links[other.locale] ?? []).map(local).filter { $0.hasPrefix("/") }
      let named = Set(page.alternates.values).map(local).filter { $0.hasPrefix("/\(prefix)/") }
      if let version = named.first {
        if !targets.contains(version) {
          let shown = targets.first.map { "leads to \($0)" } ?? "does not name it"
          report(
            "the head of \(url) names \(version) in \(other.locale), and its language switch \(shown)",
            url, &result)
        }
      } else if let target = targets.first {
        let file = Addresses.file(of: Addresses.plain(String(target.prefix { $0 != "?" })))
        if !target.hasPrefix("/\(prefix)/") || !Files.exists("\(folder)/\(file)") {
          report(
            "the language switch of \(url) leads to \(target) for \(other.locale), "
              + "and no such page was built", url, &result)
        }
      } else {
        report("the language switch of \(url) leaves out \(other.locale)", url, &result)
      }
    }
  }

  private func row(of path: String) -> Row? {
    path.split(separator: "/", maxSplits: 1).first.flatMap { rows[String($0)] }
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
        let listed = Self.page(Array(entry.utf8)).alternates
        let known = pages[url]?.alternates ?? [:]
        if listed != known {
          report("the sitemap names other versions of \(url) than its head", url, &result)
        }
      }
    }
  }

  // MARK: Reading

  /// Reads a page, or an entry of a sitemap.
  private static func page(_ bytes: [UInt8]) -> Page {
    var page = Page()
    bytes.withUnsafeBytes { raw in
      var reader = TagReader(raw)
      while let tag = reader.next() {
        guard let href = tag[.href] else { continue }
        switch (tag.name, tag[.rel]?.lowercased(), tag[.hreflang]) {
        case ("link", "canonical", _): page.canonical = href
        case ("link", "alternate", let code?), ("xhtml:link", "alternate", let code?):
          page.alternates[code] = href
        case ("a", _, let code?): page.links[code, default: []].append(href)
        default: break
        }
      }
    }
    return page
  }

  private static func between(_ text: Substring, _ start: String, _ end: String) -> String? {
    guard let from = text.ranges(of: start).first,
      let until = text[from.upperBound...].ranges(of: end).first
    else { return nil }
    return String(text[from.upperBound..<until.lowerBound])
  }
}
