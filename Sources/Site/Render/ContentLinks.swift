import Settings
import Storefront

/// Makes the links of a content text lead into the market and language of the page.
///
/// A writer says `collections/silk`; the page in French for Europe links to
/// `/fr-eu/collections/silk/`. A product is named by its own handle, and the link leads to the one that it has
/// in the language of the page.
struct ContentLinks: Sendable {
  private let view: StorefrontView
  private let index: Int
  private let survey: Survey

  /// Links on the pages of a view with its number among all views.
  init(view: StorefrontView, index: Int, survey: Survey) {
    self.view = view
    self.index = index
    self.survey = survey
  }

  /// Where the pages of the view are.
  var addresses: Addresses { view.addresses }

  /// A text with the targets of its links resolved.
  func resolve(inText html: String) -> String {
    let opening = "href=\""
    guard html.contains(opening) else { return html }
    var result = ""
    var rest = html[...]
    while let start = rest.firstRange(of: opening) {
      result += rest[..<start.upperBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstIndex(of: "\"") else { break }
      result += resolve(String(rest[..<end]))
      rest = rest[end...]
    }
    return result + rest
  }

  /// A single target resolved.
  func resolve(_ written: String) -> String {
    let address = addresses.resolve(written)
    return survey.translatedHandles.isEmpty ? address : translated(address)
  }

  /// The address of a product's page with the handle of the view's language; any other as it is.
  private func translated(_ address: String) -> String {
    let folder = "\(addresses.prefix)/products/"
    guard address.hasPrefix(folder) else { return address }
    let rest = address.dropFirst(folder.count)
    let handle = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    var tail = rest[handle.endIndex...]
    if tail.first == "/" { tail.removeFirst() }
    guard tail.isEmpty || tail.first == "?" || tail.first == "#",
      let product = survey.number(handle: Addresses.plain(String(handle))),
      survey.isVisible(product, in: index),
      let translated = survey.translatedHandles.handle(of: product, in: view.locale)
    else { return address }
    return addresses.product(translated) + tail
  }
}

extension StorefrontBuild {
  /// The handles by which links of menus and content name products, and some more: every word behind
  /// `products/`.
  func linkedProducts(_ content: ContentLibrary) -> Set<String> {
    var found: Set<String> = []
    func add(_ text: String) {
      var rest = text[...]
      while let mark = rest.firstRange(of: "products/") {
        rest = rest[mark.upperBound...]
        let handle = rest.prefix { !"/?#\"' ".contains($0) }
        if !handle.isEmpty { found.insert(Addresses.plain(String(handle))) }
      }
    }
    func add(_ links: [LinkSettings]) {
      for link in links {
        add(link.url)
        add(link.links)
      }
    }
    for menu in storefront.menus { add(menu.links) }
    content.forEachText(add)
    return found
  }
}
