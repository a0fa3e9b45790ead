import Bytes
import Catalog
import Storefront

/// Redirects of one root, in the dialects that static hosts read.
struct RedirectFiles {
  /// A page that has moved.
  struct Move: Sendable, Hashable {
    var from: String
    var to: String
  }

  /// Pages that have moved.
  private(set) var moves: [Move] = []
  /// Pages that are gone for good.
  private(set) var gone: [String] = []

  /// Resolves the catalogue's redirects for every language and market of a root, and those that
  /// follow from handles that products had before.
  ///
  /// A target that the root's audience may not see is left out with its old address: a redirect to
  /// it would tell that it exists.
  init(
    _ table: RedirectTable, root: RootState, survey: Survey,
    former: [(handle: String, product: Int)]
  ) {
    var taken: Set<String> = []
    for state in root.states {
      let addresses = state.view.addresses
      let prefixes = [addresses.prefix] + (state.isDefault ? [""] : [])
      for entry in table.entries where entry.locale == nil || entry.locale == state.view.locale {
        guard Self.isVisible(entry, in: state, survey) else { continue }
        for prefix in prefixes where taken.insert(prefix + entry.from).inserted {
          if let to = entry.to {
            moves.append(Move(from: prefix + entry.from, to: addresses.resolve(to)))
          } else {
            gone.append(prefix + entry.from)
          }
        }
      }
      for (handle, product) in former where survey.isVisible(product, in: state.index) {
        let target = addresses.product(survey.handles[product])
        let old = addresses.product(handle).dropFirst(addresses.prefix.count)
        for prefix in prefixes where taken.insert(prefix + old).inserted {
          moves.append(Move(from: prefix + old, to: target))
        }
      }
    }
  }

  private static func isVisible(
    _ entry: RedirectTable.Entry, in state: ViewState, _ survey: Survey
  ) -> Bool {
    guard let to = entry.to else { return true }
    let parts = to.split(separator: "/").map(String.init)
    guard parts.count >= 2, !to.contains("://") else { return true }
    switch parts[0] {
    case "products":
      return survey.number(handle: parts[1]).map { survey.isVisible($0, in: state.index) } ?? false
    case "collections": return state.collection(handle: parts[1]) != nil
    default: return true
    }
  }

  /// Netlify's dialect, which Cloudflare Pages reads too: `/old /new 301`, one a line. A page that
  /// is gone has the page for nothing with status 410.
  var netlify: String {
    let lines =
      moves.map { "\($0.from) \($0.to) 301" } + gone.map { "\($0) /404.html 410" }
    return lines.sorted().map { "\($0)\n" }.joined()
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
