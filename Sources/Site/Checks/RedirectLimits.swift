import Bytes
import Diagnostics
import Formats
import Settings

/// What hosts of static sites take of the redirects that are written for them.
enum RedirectLimits {
  /// Cloudflare Pages: lines without a placeholder or splat, which are all that are written.
  static let lineCount = 2_000
  /// Cloudflare Pages: characters of a line.
  static let lineLength = 1_000
  /// Cloudflare Pages: bytes of the file.
  static let byteCount = 100 << 10
  /// Apache: bytes of a line of a text map, with its end (`REWRITE_MAX_TXT_MAP_LINE` of mod_rewrite).
  static let mapLineSize = 1_024
  /// Amazon S3: bytes of an object's name.
  static let objectNameSize = 1_024
  /// Amazon S3: bytes of `x-amz-website-redirect-location`.
  static let objectTargetSize = 2 << 10
  /// CloudFront: bytes of a key value store.
  static let storeSize = 5 << 20
  /// CloudFront: bytes of a key.
  static let keySize = 512
  /// CloudFront: bytes of a value.
  static let valueSize = 1_024

  /// The file that a host reads.
  static func file(for host: StaticHost) -> String {
    switch host {
    case .none, .cloudflare, .netlify: "_redirects"
    case .apache: "_redirects.apache"
    case .s3: "_redirects.s3.json"
    case .cloudfront: "_redirects.cloudfront.json"
    }
  }

  /// What a host would not take of the text of its file. Netlify publishes no limit.
  static func findings(_ text: String, host: StaticHost) -> [Diagnostic] {
    switch host {
    case .none, .netlify: []
    case .cloudflare: cloudflare(text)
    case .apache:
      text.split(separator: "\n").filter { $0.utf8.count + 1 > mapLineSize }.map {
        finding(
          "a redirect has \($0.utf8.count) bytes, and a map of Apache takes \(mapLineSize - 1): "
            + "\($0.prefix(60))…", shorter)
      }
    case .s3:  // the number of objects is not limited
      lengths(
        pairs(text, "Objects", "Key", "WebsiteRedirectLocation"), from: objectNameSize,
        to: objectTargetSize, "S3")
    case .cloudfront: cloudFront(text)
    }
  }

  private static let fewer =
    "remove old ones in the shop, or serve them by _redirects.json in a worker"
  private static let shorter = "shorten the address in the shop"

  private static func finding(_ message: String, _ help: String) -> Diagnostic {
    Diagnostic("build.redirect-limit", .error, message, help: help)
  }

  /// 2,000 static and 100 dynamic redirects, 1,000 characters a line, 100 KB a file.
  private static func cloudflare(_ text: String) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let lines = text.split(separator: "\n")
    if lines.count > lineCount {
      findings.append(
        finding(
          "there are \(lines.count) redirects, and Cloudflare Pages takes \(lineCount)", fewer))
    }
    if text.utf8.count > byteCount {
      findings.append(
        finding(
          "_redirects has \(text.utf8.count) bytes, and Cloudflare Pages takes \(byteCount)", fewer)
      )
    }
    for line in lines where line.count > lineLength {
      findings.append(
        finding(
          "a redirect has \(line.count) characters, and Cloudflare Pages takes \(lineLength): "
            + "\(line.prefix(60))…", shorter))
    }
    return findings
  }

  private static func cloudFront(_ text: String) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    if text.utf8.count > storeSize {
      findings.append(
        finding(
          "the redirects have \(text.utf8.count) bytes, and a key value store of CloudFront takes "
            + "\(storeSize)", "remove old ones in the shop"))
    }
    return findings
      + lengths(pairs(text, "data", "key", "value"), from: keySize, to: valueSize, "CloudFront")
  }

  /// Addresses that are longer than a host takes.
  private static func lengths(
    _ pairs: [(from: String, to: String)], from: Int, to: Int, _ host: String
  ) -> [Diagnostic] {
    pairs.flatMap { pair in
      var findings: [Diagnostic] = []
      if pair.from.utf8.count > from {
        findings.append(
          finding(
            "a redirect begins at an address of \(pair.from.utf8.count) bytes, and \(host) takes "
              + "\(from): \(pair.from.prefix(60))…", shorter))
      }
      if pair.to.utf8.count > to {
        findings.append(
          finding(
            "\(pair.from) leads to an address of \(pair.to.utf8.count) bytes, and \(host) takes \(to)",
            shorter))
      }
      return findings
    }
  }

  /// Two members of each object of a list.
  private static func pairs(
    _ text: String, _ list: String, _ first: String, _ second: String
  ) -> [(from: String, to: String)] {
    guard let tape = try? JSON.parse(Array(text.utf8)) else { return [] }
    return (tape.value[list]?.children ?? []).compactMap { row in
      row[first]?.string.flatMap { one in row[second]?.string.map { (one, $0) } }
    }
  }
}
