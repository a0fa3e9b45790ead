import Bytes
import Catalog
import Formats
import Machine
import Settings
import Storefront

/// Redirects of one root, in the dialects that static hosts read.
struct RedirectFiles {
  /// A page that has moved.
  struct Move: Sendable, Hashable {
    var from: String
    var to: String
  }

  /// Pages that have moved. Addresses are percent-encoded.
  let moves: [Move]
  /// Pages that are gone for good.
  let gone: [String]
  /// What was left out of the shop's redirects.
  let faults: [RedirectTable.Fault]

  /// Resolves the catalogue's redirects for every language and market of a root, and those that
  /// follow from handles that products had before.
  ///
  /// A target that the root's audience may not see is left out with its old address: a redirect to
  /// it would tell that it exists.
  ///
  /// - Parameter isPage: whether a page stands at a file of the root; it goes before redirects.
  init(
    _ records: [RedirectRecord], root: RootState, survey: Survey, former: FormerHandles,
    isPage: (String) throws -> Bool
  ) rethrows {
    let (records, duplicates) = RedirectTable.distinct(records)
    let states = root.states
    var all: [RedirectTable.Redirect] = []
    for state in states {
      let view = RedirectedView(state: state, root: root, survey: survey, former: former)
      // The language's own go first.
      for record in records where record.locale == state.view.locale {
        all += view.redirects(record)
      }
      all += view.fromOwnHandles
      for record in records where record.locale == nil { all += view.redirects(record) }
      all += view.fromFormerHandles
    }
    let table = try RedirectTable(all) { from in
      let file = Addresses.file(of: from.hasSuffix("/") ? from : "\(from)/")
      return try Path.staysBeneath(file) && isPage(file)
    }
    let shown = table.entries.filter { Self.isVisible($0.to, in: states, survey) }
    moves = shown.compactMap { entry in entry.to.map { Move(from: entry.from, to: $0) } }
    gone = shown.filter { $0.to == nil }.map(\.from)
    faults = duplicates + table.faults
  }

  private static func isVisible(_ to: String?, in states: [ViewState], _ survey: Survey) -> Bool {
    guard let to, let state = states.first(above: to) else { return true }
    let path = RedirectTable.path(of: to.dropFirst(state.view.addresses.prefix.count))
    let parts = path.split(separator: "/").map(String.init)
    guard parts.count >= 2 else { return true }
    switch parts[0] {
    case "products":
      let number =
        survey.number(handle: parts[1], in: state.view.locale) ?? survey.number(handle: parts[1])
      return number.map { survey.isVisible($0, in: state.index) } ?? false
    case "collections":
      return (state.collection(at: parts[1]) ?? state.collection(handle: parts[1])) != nil
    default: return true
    }
  }

  /// Netlify's dialect, which Cloudflare Pages reads too: `/old /new 301`, one a line. A page that
  /// is gone has the page for nothing with status 410; Cloudflare has no such status, so for it these
  /// lines are left out and the answer is 404.
  func netlify(for host: StaticHost) -> String {
    var lines = moves.map { "\($0.from) \($0.to) 301" }
    if host != .cloudflare { lines += gone.map { "\($0) /404.html 410" } }
    return lines.sorted().map { "\($0)\n" }.joined()
  }

  /// Two maps for nginx, to be included in `http` and used in `server` as
  /// `if ($trumeau_redirect) { return 301 $trumeau_redirect; }` and
  /// `if ($trumeau_gone) { return 410; }`. Addresses hold with and without a slash at the end.
  var nginx: String {
    let answers = answers
    let moved = answers.compactMap { from, to in
      // A dollar in a value would name a variable.
      to.map { "  \(Self.quoted(from)) \(Self.quoted($0.replacing("$", with: "%24")));\n" }
    }
    let lost = answers.compactMap { from, to in
      to == nil ? "  \(Self.quoted(from)) 1;\n" : nil
    }
    return "map $uri $trumeau_redirect {\n  default \"\";\n" + moved.joined() + "}\n"
      + "map $uri $trumeau_gone {\n  default 0;\n" + lost.joined() + "}\n"
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }

  /// All of them for other hosts and programs.
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("redirects")
    json.beginArray()
    for move in sortedMoves {
      json.beginObject()
      json.key("from")
      json.value(move.from)
      json.key("to")
      json.value(move.to)
      json.key("status")
      json.value(301)
      json.end()
    }
    json.end()
    json.key("gone")
    json.beginArray()
    for path in gone.sorted() { json.value(path) }
    json.end()
    json.end()
    return json.finish().string + "\n"
  }

  /// Paths that are gone, one a line: for servers that are told by a list.
  var goneList: String { gone.sorted().map { "\($0)\n" }.joined() }

  /// The page that stands at the old address for hosts that know no redirects.
  static func stub(to url: String, absolute: String, language: String) -> ByteBuffer {
    var html = ByteBuffer(capacity: 512)
    html.append("<!doctype html>\n<html lang=\"")
    html.append(escapingMarkup: language)
    html.append("\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
    html.append(escapingMarkup: url)
    html.append("</title>\n<link rel=\"canonical\" href=\"")
    html.append(escapingMarkup: absolute)
    html.append("\">\n<meta http-equiv=\"refresh\" content=\"0; url=")
    html.append(escapingMarkup: url)
    html.append("\">\n</head>\n<body>\n<p><a href=\"")
    html.append(escapingMarkup: url)
    html.append("\">")
    html.append(escapingMarkup: absolute)
    html.append("</a></p>\n</body>\n</html>\n")
    return html
  }
}

/// What search engines may read of a root. It names no path: a line that forbids one would tell it.
enum RobotsFile {
  static func text(isPublic: Bool, baseURL: String) -> String {
    isPublic
      ? "User-agent: *\nAllow: /\n\nSitemap: \(baseURL)/sitemap.xml\n"
      : "User-agent: *\nDisallow: /\n"
  }
}
