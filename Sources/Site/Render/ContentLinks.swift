import Storefront

/// Makes the links of a content text lead into the market and language of the page.
///
/// A writer says `collections/silk`; the page in French for Europe links to
/// `/fr-eu/collections/silk/`.
enum ContentLinks {
  /// The text with the targets of its links resolved.
  static func resolve(_ html: String, _ addresses: Addresses) -> String {
    let opening = "href=\""
    guard html.contains(opening) else { return html }
    var result = ""
    var rest = html[...]
    while let start = rest.firstRange(of: opening) {
      result += rest[..<start.upperBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: "\"") else { break }
      result += addresses.resolve(String(rest[..<end]))
      rest = rest[end...]
    }
    return result + rest
  }
}
