import Bytes
import Diagnostics
import Formats
import Settings

/// How long browsers and hosts may keep the outputs of a root, so that nothing is kept longer than until
/// the next window opens or shuts.
///
/// A lifetime in seconds counts from each answer, so a file that hosts read can only say "ten minutes" or
/// name an instant. Pages have the first while the next window is further away than that, and the second
/// from then on: `Expires`, an instant that is the same for every answer (RFC 9111 §4.2.1). The files
/// change at one moment before each window, which a build is due at like at the window itself.
///
/// One instant holds for all pages of a storefront: a listing shows cards, a home page looks products up,
/// so that the next window anywhere is the only one that is right for every page; and it tells nobody
/// which page it is about.
struct CacheRules {
  /// One kind of addresses.
  struct Rule: Equatable {
    /// Beginning of the addresses: `/assets/`.
    var prefix: String
    /// Whether it is this address alone, or all that begin with it.
    var isWhole = false
    /// Seconds; nil for pages, which end at the instant where there is one.
    var seconds: Int64?
  }

  /// Whether everybody may read the root.
  let isPublic: Bool
  let settings: CacheSettings
  /// The instant at which pages end; nil while they have a lifetime.
  let expires: Instant?
  /// Addresses besides pages.
  let fixed: [Rule]
  /// First parts of the addresses of pages.
  let pages: [Rule]

  /// Lays down the rules for a root. `segments` are the first parts of its addresses of pages.
  init(
    isPublic: Bool, settings: CacheSettings, mediaBase: String, segments: Set<String>,
    expires: Instant?
  ) {
    self.isPublic = isPublic
    self.settings = settings
    self.expires = expires
    var fixed = [Rule(prefix: "/assets/", seconds: settings.assets)]
    if mediaBase.hasPrefix("/"), mediaBase.utf8.count > 2, mediaBase != "/assets/" {
      fixed.append(Rule(prefix: mediaBase, seconds: settings.assets))
    }
    fixed.append(Rule(prefix: "/\(AvailabilityFiles.folder)/", seconds: settings.availability))
    fixed.append(
      Rule(prefix: "/\(SnapshotFile.path)", isWhole: true, seconds: settings.availability))
    self.fixed = fixed
    pages =
      [Rule(prefix: "/", isWhole: true)]
      + segments.sorted().map { segment in
        Rule(
          prefix: segment.contains(".") ? "/\(segment)" : "/\(segment)/",
          isWhole: segment.contains("."))
      }
  }

  /// The instant at which pages end, if the next window is nearer than their lifetime.
  static func expires(next: Instant?, at instant: Instant, pages seconds: Int64) -> Instant? {
    guard let next, next > instant, instant.adding(seconds: seconds) >= next else { return nil }
    return next
  }

  /// When the next build is due: when pages begin to end at the next window, else at that window.
  static func wake(next: Instant?, at instant: Instant, pages seconds: Int64) -> Instant? {
    guard let next else { return nil }
    let notice = next.adding(seconds: -seconds)
    return notice > instant ? notice : next
  }

  private var scope: String { isPublic ? "public" : "private" }

  /// The value of `Cache-Control`.
  func control(_ rule: Rule) -> String {
    if let seconds = rule.seconds { return "\(scope), max-age=\(seconds)" }
    return expires == nil ? "\(scope), max-age=\(settings.pages)" : scope
  }

  /// The value of `Expires`; nil where there is a lifetime.
  func expiry(_ rule: Rule) -> String? {
    rule.seconds == nil ? expires.map(HTTPTime.text) : nil
  }

  /// The dialect of Netlify and Cloudflare Pages. No address falls under two rules, because these hosts
  /// put the values of all rules that match behind each other.
  var headers: String {
    var text = ""
    for rule in fixed + pages {
      text += "\(rule.prefix)\(rule.isWhole ? "" : "*")\n  Cache-Control: \(control(rule))\n"
      if let expiry = expiry(rule) { text += "  Expires: \(expiry)\n" }
    }
    return text
  }

  /// The most rules that Cloudflare Pages reads of a `_headers` file.
  static let cloudflareLimit = 100

  /// What a host would not take.
  func findings(for host: StaticHost) -> [Diagnostic] {
    let count = fixed.count + pages.count
    guard host == .cloudflare, count > Self.cloudflareLimit else { return [] }
    return [
      Diagnostic(
        "build.header-limit", .error,
        "_headers has \(count) rules, and Cloudflare Pages takes \(Self.cloudflareLimit)",
        help:
          "put pages of the house into folders: there is a rule for each first part of an address")
    ]
  }

  /// Two maps for nginx, to be included in `http` and used as
  /// `add_header Cache-Control $trumeau_cache_control; add_header Expires $trumeau_expires;`.
  var nginx: String {
    let page = Rule(prefix: "/")
    func map(_ name: String, _ usual: String, _ value: (Rule) -> String) -> String {
      var text = "map $uri $\(name) {\n  default \"\(usual)\";\n"
      for rule in fixed {
        let pattern =
          "~^" + rule.prefix.replacing(".", with: "\\.") + (rule.isWhole ? "$" : "")
        text += "  \"\(pattern)\" \"\(value(rule))\";\n"
      }
      return text + "}\n"
    }
    return map("trumeau_cache_control", control(page)) { control($0) }
      + map("trumeau_expires", expiry(page) ?? "") { expiry($0) ?? "" }
  }

  /// The rules for other hosts and programs: the longest prefix counts, `default` where none fits.
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("expires")
    json.value(expires)
    json.key("default")
    json.beginObject()
    write(Rule(prefix: "/"), into: &json)
    json.end()
    json.key("rules")
    json.beginArray()
    for rule in fixed {
      json.beginObject()
      json.key(rule.isWhole ? "path" : "prefix")
      json.value(rule.prefix)
      write(rule, into: &json)
      json.end()
    }
    json.end()
    json.end()
    return json.finish().string + "\n"
  }

  private func write(_ rule: Rule, into json: inout JSONWriter) {
    json.key("cache_control")
    json.value(control(rule))
    json.key("expires")
    if let expiry = expiry(rule) { json.value(expiry) } else { json.null() }
  }

  /// Names of the files that they are written to, with their content.
  var files: [(path: String, text: String)] {
    [("_headers", headers), ("_headers.json", json), ("_headers.nginx", nginx)]
  }
}
