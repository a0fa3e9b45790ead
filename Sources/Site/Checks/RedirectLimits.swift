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
    case .s3: pairs(text, "Objects", "Key", "WebsiteRedirectLocation").flatMap(s3)
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

  /// The number of objects is not limited.
  private static func s3(_ from: String, _ to: String) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    if from.utf8.count > objectNameSize {
      findings.append(
        finding(
          "a redirect begins at an address of \(from.utf8.count) bytes, and S3 takes "
            + "\(objectNameSize): \(from.prefix(60))…", shorter))
    }
    if to.utf8.count > objectTargetSize {
      findings.append(
        finding(
          "\(from) leads to an address of \(to.utf8.count) bytes, and S3 takes \(objectTargetSize)",
          shorter))
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
    for (key, value) in pairs(text, "data", "key", "value") {
      if key.utf8.count > keySize {
        findings.append(
          finding(
            "a redirect begins at an address of \(key.utf8.count) bytes, and CloudFront takes "
              + "\(keySize): \(key.prefix(60))…", shorter))
      }
      if value.utf8.count > valueSize {
        findings.append(
          finding(
            "\(key) leads to an address of \(value.utf8.count) bytes, and CloudFront takes "
              + "\(valueSize)", shorter))
      }
    }
    return findings
  }

  /// Two members of each object of a list.
  private static func pairs(
    _ text: String, _ list: String, _ first: String, _ second: String
  ) -> [(String, String)] {
    guard let tape = try? JSON.parse(Array(text.utf8)) else { return [] }
    return (tape.value[list]?.children ?? []).compactMap { row in
      row[first]?.string.flatMap { one in row[second]?.string.map { (one, $0) } }
    }
  }
}
