import Bytes
import Diagnostics
import Machine
public import Settings
import Storefront

/// Whether everything that the pages of the public root link to was built: pages, pictures, style sheets,
/// places within pages. Read from the files that were built and from nothing else; links to other sites are
/// not asked.
public struct LinkCheck {
  private let folder: String
  private let shownFolder: String
  private let baseURL: String

  /// Looks at the public root of a storefront.
  public init(_ project: Project, _ storefront: StorefrontSettings) {
    folder = project.path(storefront.output)
    shownFolder = storefront.output
    baseURL = storefront.baseURL
  }

  /// Where something is linked from.
  private struct Use {
    var pageCount = 0
    /// The first page and where the address stands in it.
    let file: String
    let offset: Int
  }

  /// Something that is linked to: a path of the site, and a place within a page where one is named.
  private struct Target: Hashable {
    var path: String
    var fragment: String?
  }

  /// Reads all pages. O(bytes of the pages).
  ///
  /// - Throws: `MachineError` or `FormatError` where they cannot be read.
  public func run() throws -> CheckResult {
    var result = CheckResult()
    let walked = try Files.walk(folder)
    let files = Set(walked)
    var uses: [Target: Use] = [:]
    for path in walked where path.hasSuffix(".html") {
      result.checkedCount += 1
      for (target, offset) in try targets(of: path) {
        uses[target, default: Use(file: path, offset: offset)].pageCount += 1
      }
    }
    let redirects = try SiteRedirects(folder: folder)
    var places: [String: Set<String>] = [:]
    var lastMissing: String?
    for (target, use) in uses.sorted(by: {
      ($0.key.path, $0.key.fragment ?? "") < ($1.key.path, $1.key.fragment ?? "")
    }) {
      // At the old address of a page stands one that leads on, for hosts that know no redirects.
      guard redirects.target(of: target.path) == nil,
        let file = Self.file(of: target.path, in: files)
      else {
        // Said once, whatever the place.
        if target.path != lastMissing {
          try report(missing: target.path, use, files, redirects, &result)
        }
        lastMissing = target.path
        continue
      }
      guard let fragment = target.fragment, file.hasSuffix(".html") else { continue }
      if places[file] == nil { places[file] = try ids(of: file) }
      if places[file]?.contains(fragment) == false {
        try report(
          "\(target.path) has no place #\(fragment)", .error, use,
          help: "write an `id` that the page has, or leave #\(fragment) out", &result)
      }
    }
    return result
  }

  // MARK: Reading

  /// What a page links to on this site, each once, with where it stands first.
  private func targets(of page: String) throws(MachineError) -> [Target: Int] {
    var found: [Target: Int] = [:]
    let bytes = try Files.read("\(folder)/\(page)")
    bytes.withUnsafeBytes { raw in
      var reader = TagReader(raw)
      var base = "/\(page)"
      while let tag = reader.next() {
        for (attribute, value, offset) in tag.attributes {
          switch attribute {
          case .href where tag.name == "base":
            base = target(value, on: base)?.path ?? base
          case .href, .src, .poster:
            if let target = target(value, on: base), found[target] == nil { found[target] = offset }
          case .srcset:
            for candidate in value.split(separator: ",") {
              guard let address = candidate.split(whereSeparator: \.isWhitespace).first,
                let target = target(String(address), on: base), found[target] == nil
              else { continue }
              found[target] = offset
            }
          case .id, .name, .rel, .hreflang: break
          }
        }
      }
    }
    return found
  }

  /// An address as a path of this site; nil where it is one of another site or none at all.
  private func target(_ written: String, on page: String) -> Target? {
    var address = written[...]
    if address.hasPrefix(baseURL) {
      address = address.dropFirst(baseURL.count)
      if address.isEmpty { address = "/" }
      guard address.hasPrefix("/") || address.hasPrefix("?") || address.hasPrefix("#") else {
        return nil
      }
    }
    var fragment: String?
    if let mark = address.firstIndex(of: "#") {
      let text = Addresses.plain(String(address[address.index(after: mark)...]))
      // These lead to the top of a page, or to a text in it.
      fragment = text.isEmpty || text == "top" || text.hasPrefix(":~:") ? nil : text
      address = address[..<mark]
    }
    address = address.prefix { $0 != "?" }
    guard !address.hasPrefix("//") else { return nil }
    if let colon = address.firstIndex(of: ":"), !address[..<colon].contains("/") { return nil }
    if address.isEmpty {
      return fragment.map { Target(path: page, fragment: $0) }
    }
    let whole =
      address.hasPrefix("/")
      ? address : "\(page[...(page.lastIndex(of: "/") ?? page.startIndex)])\(address)"[...]
    return Target(path: Self.normal(Addresses.plain(String(whole))), fragment: fragment)
  }

  /// A path without `.` and `..` (RFC 3986, section 5.2.4).
  private static func normal(_ path: String) -> String {
    guard path.contains("/.") else { return path }
    var parts: [Substring] = []
    let all = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for part in all {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
    }
    let isFolder = all.last == "." || all.last == ".."
    return "/" + parts.joined(separator: "/") + (isFolder && !parts.isEmpty ? "/" : "")
  }

  /// The file that hosts answer an address with; nil where there is none. Without a slash at its end they
  /// add one.
  private static func file(of path: String, in files: Set<String>) -> String? {
    let relative = String(path.drop { $0 == "/" })
    if files.contains(relative) { return relative }
    let index =
      relative.isEmpty || relative.hasSuffix("/")
      ? "\(relative)index.html" : "\(relative)/index.html"
    return files.contains(index) ? index : nil
  }

  private func ids(of page: String) throws(MachineError) -> Set<String> {
    var found: Set<String> = []
    let bytes = try Files.read("\(folder)/\(page)")
    bytes.withUnsafeBytes { raw in
      var reader = TagReader(raw)
      while let tag = reader.next() {
        for (attribute, value, _) in tag.attributes
        where attribute == .id || (attribute == .name && tag.name == "a") { found.insert(value) }
      }
    }
    return found
  }

  // MARK: Telling

  private func report(
    missing path: String, _ use: Use, _ files: Set<String>, _ redirects: SiteRedirects,
    _ result: inout CheckResult
  ) throws {
    if let new = redirects.target(of: path) {
      return try report(
        "\(path) leads on to \(new)", .warning, use, help: "link to \(new)", &result)
    }
    if redirects.isGone(path) {
      return try report(
        "\(path) is gone for good", .error, use, help: "take the link out", &result)
    }
    let folder = path.prefix(through: path.dropLast().lastIndex(of: "/") ?? path.startIndex)
    let beside = files.lazy.map { "/\($0)" }.filter { $0.hasPrefix(folder) }
      .map { $0.hasSuffix("/index.html") ? String($0.dropLast("index.html".count)) : $0 }
    let near = Suggestion.nearest(to: path, among: Array(beside))
    try report(
      "\(path) leads to nothing that was built", .error, use,
      help: near.map { "did you mean \($0)?" } ?? "mend the link, or build what it leads to",
      &result)
  }

  private func report(
    _ message: String, _ severity: Severity, _ use: Use, help: String,
    _ result: inout CheckResult
  ) throws {
    let bytes = try Files.read("\(folder)/\(use.file)")
    let place = bytes.withUnsafeBytes {
      SourceLocation(file: "\(shownFolder)/\(use.file)", text: $0, offset: use.offset)
    }
    result.findings.append(
      Diagnostic(
        "check.link", severity, message,
        at: place,
        notes: use.pageCount > 1 ? ["\(use.pageCount) pages link to it"] : [], help: help))
  }
}
