import Bytes
import Diagnostics
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
    let redirects = try SiteRedirects(folder: folder)
    let gone = Set(redirects.gone)
    if redirects.hasDuplicates { report("two redirects begin at one address", &result) }
    for (from, to) in redirects.moves {
      result.checkedCount += 1
      if gone.contains(from) { report("\(from) is redirected and gone at once", &result) }
      guard let path = local(to) else { continue }
      var steps = [SiteRedirects.key(from)]
      var next = SiteRedirects.key(path)
      while let further = redirects.target(of: next).flatMap({ local($0) }), !steps.contains(next) {
        steps.append(next)
        next = SiteRedirects.key(further)
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
        at: SourceLocation(file: "\(shownFolder)/\(SiteRedirects.file)", line: 1, column: 1)))
  }
}
