import Bytes
import Formats
import Settings
import Storefront

/// The dialects of hosts that read something else than `_redirects`.
extension RedirectFiles {
  /// Whether a file of a root is one of these: addresses alone stand in them.
  static func isOne(_ path: String) -> Bool {
    path == "_gone" || path.hasPrefix("_redirects") && !path.contains("/")
  }

  /// All files that say the same to different hosts, by their paths below the root.
  func files(for host: StaticHost) -> [(path: String, text: String)] {
    [
      ("_redirects", netlify(for: host)), ("_redirects.nginx", nginx),
      ("_redirects.apache", apache), ("_redirects.s3.json", s3),
      ("_redirects.cloudfront.json", cloudFront),
      ("_redirects.cloudfront.js", Self.cloudFrontFunction), ("_redirects.json", json),
      ("_gone", goneList),
    ]
  }

  /// In the order of addresses.
  var sortedMoves: [Move] { moves.sorted { ($0.from, $0.to) < ($1.from, $1.to) } }

  /// The two forms of an address, without its percent-escapes: as it is, and with or without the slash
  /// at its end.
  static func forms(_ path: String) -> [String] {
    let plain = Addresses.plain(path)
    let other = plain.hasSuffix("/") ? String(plain.dropLast()) : "\(plain)/"
    return other.isEmpty ? [plain] : [plain, other]
  }

  /// What each address answers, in both of its forms: its target, or nil where it is gone. An address that
  /// is named itself goes before one that is only the other form of another; none comes twice.
  var answers: [(from: String, to: String?)] {
    let named =
      sortedMoves.map { (from: $0.from, to: Optional($0.to)) }
      + gone.sorted().map { (from: $0, to: nil) }
    let exact = Set(named.map { Addresses.plain($0.from) })
    var taken: Set<String> = []
    return named.flatMap { from, to in
      Self.forms(from).enumerated().compactMap { index, form in
        (index == 0 || !exact.contains(form)) && taken.insert(form).inserted ? (form, to) : nil
      }
    }
  }

  // MARK: Apache

  /// A text map for mod_rewrite: `/old /new/`, and `gone` for what is gone. Addresses are written as its
  /// function `escape` writes them (`ap_escape_uri`), because a map ends a key at white space.
  var apache: String {
    answers.map { from, to in
      "\(Self.apacheEscaped(from)) \(to ?? "gone")\n"
    }.joined()
  }

  private static func apacheEscaped(_ path: String) -> String {
    var escaped: [UInt8] = []
    let digits = Array("0123456789abcdef".utf8)
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: escaped.append(byte)
      case _ where "$-_.+!*'(),:@&=/~".utf8.contains(byte): escaped.append(byte)
      default: escaped += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  // MARK: Amazon S3

  /// Rules that the configuration of a bucket takes, which S3 limits.
  static let s3RuleLimit = 50

  /// `RoutingRules` of a bucket's website, where all fit, and in any case `Objects`: what `PutObject` is told
  /// to lay an empty object with `x-amz-website-redirect-location` at the old address. A rule holds for all
  /// that begins with its prefix; so it is written with a slash at the end, and an address without one
  /// needs its object all the same. S3 knows no answer 410.
  var s3: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("RoutingRules")
    json.beginArray()
    let rules = sortedMoves.compactMap { move in Self.s3Rule(move) }
    if rules.count == moves.count, rules.count <= Self.s3RuleLimit {
      for rule in rules { Self.write(rule, &json) }
    }
    json.end()
    json.key("Objects")
    json.beginArray()
    for case (let from, let to?) in answers {
      // The object that S3 shows for a folder.
      let key = from.dropFirst() + (from.hasSuffix("/") ? "index.html" : "")
      json.beginObject()
      json.key("Key")
      json.value(String(key))
      json.key("WebsiteRedirectLocation")
      json.value(to)
      json.end()
    }
    json.end()
    json.end()
    return json.finish().string + "\n"
  }

  /// Prefix and new key; nil for what a rule cannot say.
  private static func s3Rule(_ move: Move) -> (prefix: String, key: String)? {
    let from = Addresses.plain(move.from)
    guard move.to.hasPrefix("/"), !move.to.contains(where: { "?#".contains($0) }) else {
      return nil
    }
    let prefix = from.dropFirst() + (from.hasSuffix("/") ? "" : "/")
    return (String(prefix), String(Addresses.plain(move.to).dropFirst()))
  }

  private static func write(_ rule: (prefix: String, key: String), _ json: inout JSONWriter) {
    json.beginObject()
    json.key("Condition")
    json.beginObject()
    json.key("KeyPrefixEquals")
    json.value(rule.prefix)
    json.end()
    json.key("Redirect")
    json.beginObject()
    json.key("ReplaceKeyWith")
    json.value(rule.key)
    json.key("HttpRedirectCode")
    json.value("301")
    json.end()
    json.end()
  }

  // MARK: Amazon CloudFront

  /// What a key value store is filled with: addresses without a slash at the end, and `410` for what is
  /// gone.
  var cloudFront: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("data")
    json.beginArray()
    var taken: Set<String> = []
    for (from, to) in answers {
      let key = from.utf8.count > 1 && from.hasSuffix("/") ? String(from.dropLast()) : from
      guard taken.insert(key).inserted else { continue }
      json.beginObject()
      json.key("key")
      json.value(key)
      json.key("value")
      json.value(to ?? "410")
      json.end()
    }
    json.end()
    json.end()
    return json.finish().string + "\n"
  }

  /// The function for viewer requests that reads the store. A behaviour takes only one, so it also names the
  /// file of a folder, which an origin that is a bucket does not find by itself.
  // In two parts, so that no line of this file looks like an import of a module.
  static let cloudFrontFunction = "import cf from 'cloudfront';\n\n" + cloudFrontHandler

  private static let cloudFrontHandler = """
    // Redirects of the site: associate the key value store of _redirects.cloudfront.json with this function.
    const store = cf.kvs();

    async function handler(event) {
      const request = event.request;
      let path = request.uri;
      try { path = decodeURIComponent(path); } catch (error) { /* as it was asked for */ }
      if (path.length > 1 && path.endsWith('/')) path = path.slice(0, -1);
      let found = null;
      try { found = await store.get(path); } catch (error) { /* not in the store */ }
      if (found === '410') return { statusCode: 410, statusDescription: 'Gone' };
      if (found !== null) {
        return {
          statusCode: 301, statusDescription: 'Moved Permanently',
          headers: { location: { value: found } },
        };
      }
      if (request.uri.endsWith('/')) request.uri += 'index.html';
      return request;
    }

    """
}
