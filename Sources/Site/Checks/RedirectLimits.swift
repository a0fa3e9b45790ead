import Diagnostics
import Settings

/// What hosts of static sites take of a `_redirects` file.
enum RedirectLimits {
  /// Lines without a placeholder or splat, which are all that are written.
  static let lineCount = 2_000
  /// Characters of a line.
  static let lineLength = 1_000
  /// Bytes of the file.
  static let byteCount = 100 << 10

  /// What a host would not take. The limits are those of Cloudflare Pages (2,000 static and 100 dynamic
  /// redirects, 1,000 characters a line, 100 KB a file); Netlify publishes none.
  static func findings(_ text: String, host: StaticHost) -> [Diagnostic] {
    guard host == .cloudflare else { return [] }
    var findings: [Diagnostic] = []
    func report(_ message: String, _ help: String) {
      findings.append(Diagnostic("build.redirect-limit", .error, message, help: help))
    }
    let lines = text.split(separator: "\n")
    if lines.count > lineCount {
      report(
        "there are \(lines.count) redirects, and Cloudflare Pages takes \(lineCount)",
        "remove old ones in the shop, or serve them by _redirects.json in a worker")
    }
    if text.utf8.count > byteCount {
      report(
        "_redirects has \(text.utf8.count) bytes, and Cloudflare Pages takes \(byteCount)",
        "remove old ones in the shop, or serve them by _redirects.json in a worker")
    }
    for line in lines where line.count > lineLength {
      report(
        "a redirect has \(line.count) characters, and Cloudflare Pages takes \(lineLength): "
          + "\(line.prefix(60))…", "shorten the address in the shop")
    }
    return findings
  }
}
