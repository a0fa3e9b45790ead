import Bytes
import Diagnostics
import Formats
public import Settings
import Machine
import Storefront

/// Whether every redirect of the built public root ends at a page, in one step, and within the limits of
/// the host; read from the files that were built.
public struct RedirectCheck {
  private let folder: String
  private let shownFolder: String
  private let storefront: StorefrontSettings

  /// Looks at the public root of a storefront.
  public init(_ project: Project, _ storefront: StorefrontSettings) {
    folder = project.path(storefront.output)
    shownFolder = storefront.output
    self.storefront = storefront
  }

  /// Reads the redirects and looks for what they lead to.
  ///
  /// - Throws: `MachineError` or `FormatError` where they cannot be read.
  public func run() throws -> CheckResult {
    var result = CheckResult()
    let table = try JSON.parse(Files.read("\(folder)/_redirects.json")).value
    let redirects = (table["redirects"]?.children ?? []).compactMap { row in
      row["from"]?.string.flatMap { from in row["to"]?.string.map { (from: from, to: $0) } }
    }
    let gone = Set((table["gone"]?.children ?? []).compactMap(\.string))
    let byPath = Dictionary(
      redirects.map { (Self.key($0.from), $0.to) }, uniquingKeysWith: { first, _ in first })
    if byPath.count != redirects.count {
      report("two redirects begin at one address", &result)
    }
    for (from, to) in redirects {
      result.checkedCount += 1
      if gone.contains(from) { report("\(from) is redirected and gone at once", &result) }
      guard let path = local(to) else { continue }
      var steps = [Self.key(from)]
      var next = Self.key(path)
      while let further = byPath[next].flatMap({ local($0) }), !steps.contains(next) {
        steps.append(next)
        next = Self.key(further)
      }
      if steps.contains(next) {
        report("\(from) leads back to itself", &result)
      } else if steps.count > 1 {
        report("\(from) takes \(steps.count) steps to its page", &result)
      }
      if !Files.exists("\(folder)/\(Addresses.file(of: path))") {
        report("\(from) leads to \(to), where nothing was built", &result)
      }
    }
    result.checkedCount += gone.count
    result.findings += RedirectLimits.findings(
      try Files.readText("\(folder)/\(RedirectLimits.file(for: storefront.host))"),
      host: storefront.host)
    return result
  }

  private static func key(_ path: String) -> String {
    let plain = Addresses.plain(path)
    return plain.count > 1 && plain.hasSuffix("/") ? String(plain.dropLast()) : plain
  }

  /// The path of an address of this site, without question and place; nil for others.
  private func local(_ url: String) -> String? {
    var path = url
    if path.hasPrefix("\(storefront.baseURL)/") {
      path = String(path.dropFirst(storefront.baseURL.count))
    }
    guard path.hasPrefix("/"), !path.hasPrefix("//") else { return nil }
    return String(path.prefix { $0 != "?" && $0 != "#" })
  }

  private func report(_ message: String, _ result: inout CheckResult) {
    result.findings.append(
      Diagnostic(
        "check.redirect", .error, message,
        at: SourceLocation(file: "\(shownFolder)/_redirects.json", line: 1, column: 1)))
  }
}
