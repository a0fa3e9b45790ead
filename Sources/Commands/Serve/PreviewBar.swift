import Bytes
import Locales
import Site
import Storefront

/// What a preview adds to a page: a small bar that says as whom, where and when one looks, and the
/// script that waits for changes. Published pages never have it.
struct PreviewBar {
  /// What is told where there is no page.
  struct Notice {
    var path: String
    var isGone: Bool
    /// Addresses that are written much like it.
    var near: [String]
  }

  let page: PreviewPage
  let choice: PreviewChoice
  let pages: PreviewState
  let zone: TimeZoneTable
  let problemCount: Int
  let session: String
  let version: Int
  let notice: Notice?

  private static let begin = "<!-- trumeau serve: not part of the page -->"
  private static let end = "<!-- /trumeau serve -->"

  /// Puts a piece of markup before the end of a page's body, or where there is no such end, at the
  /// page's.
  static func insert(_ html: String, into page: [UInt8]) -> [UInt8] {
    let piece = Array((begin + html + end).utf8)
    guard let place = bodyEnd(of: page) else { return page + piece }
    return Array(page[..<place]) + piece + Array(page[place...])
  }

  /// The page without what `insert` put into it.
  static func remove(from page: [UInt8]) -> [UInt8] {
    let text = String(decoding: page, as: UTF8.self)
    guard let first = text.firstRange(of: begin), let last = text.firstRange(of: end) else {
      return page
    }
    return Array((text[..<first.lowerBound] + text[last.upperBound...]).utf8)
  }

  private static func bodyEnd(of page: [UInt8]) -> Int? {
    let wanted = Array("</body".utf8)
    var place = page.count - wanted.count
    while place >= 0 {
      if page[place] == wanted[0],
        zip(page[place...], wanted).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  // MARK: Markup

  var html: String {
    """
    <trumeau-preview data-state="live"><template shadowrootmode="open">\
    <link rel="stylesheet" href="/_trumeau/preview.css">\
    <aside lang="en" aria-label="Preview"\(isElsewhere ? " class=\"elsewhere\"" : "")>\
    \(noticeMarkup)\(problemMarkup)\
    <details><summary>\(summary)</summary>\(form)</details></aside></template></trumeau-preview>\
    <script src="/_trumeau/preview.js" data-session="\(session)" data-version="\(version)" defer></script>
    """
  }

  /// Whether it is not what visitors see today.
  private var isElsewhere: Bool { choice.tier != nil || choice.at != nil }

  private var tierName: String {
    guard let tier = choice.tier else { return "Public" }
    return pages.tiers.first { $0.key == tier }?.name ?? tier
  }

  private var time: String { choice.at.map { Self.words($0, zone) } ?? "Now" }

  private var summary: String {
    let parts = [
      tierName, page.markets.first(where: \.isCurrent)?.name ?? page.market,
      page.languages.first(where: \.isCurrent)?.name ?? page.locale, time,
    ]
    return "<span class=\"mark\">Preview</span>"
      + parts.map { "<span>\(Self.escaped($0))</span>" }.joined()
      + "<span class=\"away\">not connected</span>"
  }

  private var form: String {
    let tiers = [("public", "Public")] + pages.tiers.map { ($0.key, $0.name) }
    let at = choice.at.map { PreviewChoice.text($0, zone) } ?? ""
    return """
      <form method="get"><h2>Look at this page</h2>\
      \(select("as", "As", tiers, selected: choice.tier ?? "public"))\
      \(select("market", "Market", page.markets.map { ($0.key, $0.name) }, selected: page.market))\
      \(select("locale", "Language", page.languages.map { ($0.key, $0.name) }, selected: page.locale))\
      <label><span>Date</span><input type="datetime-local" name="at" value="\(at)"></label>\
      <p class="hint">Times are those of \(Self.escaped(zone.identifier)). Empty is now.</p>\
      <p class="actions"><button>Show</button>\
      \(isElsewhere ? "<a href=\"?as=public&amp;at=now\">Back to today’s public site</a>" : "")</p>\
      </form>
      """
  }

  private func select(
    _ name: String, _ label: String, _ options: [(String, String)], selected: String
  ) -> String {
    let list = options.map { key, title in
      "<option value=\"\(Self.escaped(key))\"\(key == selected ? " selected" : "")>"
        + "\(Self.escaped(title))</option>"
    }
    return "<label><span>\(label)</span><select name=\"\(name)\">\(list.joined())</select></label>"
  }

  private var noticeMarkup: String {
    guard let notice else { return "" }
    let near = notice.near.map {
      "<li><a href=\"\(Self.escaped($0))\">\(Self.escaped($0))</a></li>"
    }
    let said = notice.isGone ? "The page is gone for good" : "There is no page here"
    return "<div class=\"notice\" role=\"status\"><p>\(said): "
      + "<code>\(Self.escaped(notice.path))</code></p>"
      + (near.isEmpty ? "" : "<p>Did you mean</p><ul>\(near.joined())</ul>") + "</div>"
  }

  private var problemMarkup: String {
    let words =
      problemCount == 1
      ? "1 problem keeps the site from being built"
      : "\(problemCount) problems keep the site from being built"
    return "<a class=\"problems\" href=\"/_trumeau/problems\"\(problemCount == 0 ? " hidden" : "")>"
      + "\(words)</a>"
  }

  /// A time as a person reads it: `1 December 2026, 09:00`.
  static func words(_ instant: Instant, _ zone: TimeZoneTable) -> String {
    let text = PreviewChoice.text(instant, zone)
    let date = zone.local(instant).date
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    return "\(date.day) \(months[date.month - 1]) \(date.year), \(text.suffix(5))"
  }

  static func escaped(_ text: String) -> String {
    var buffer = ByteBuffer(capacity: text.utf8.count + 16)
    buffer.append(escapingMarkup: text)
    return buffer.string
  }
}
