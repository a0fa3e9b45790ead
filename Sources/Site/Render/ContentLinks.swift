import Catalog
import Settings
import Storefront

/// Makes the links of a content text lead into the market and language of the page.
///
/// A writer says `collections/silk`; the page in French for Europe links to
/// `/fr-eu/collections/silk/`. Products and collections are named by their own handles, and the link leads to
/// the one of the language of the page.
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
    if !survey.translatedHandles.isEmpty, let link = Link(address, below: "products", addresses) {
      return translated(product: link) ?? address
    }
    if view.context.translations.hasHandles,
      let link = Link(address, below: "collections", addresses)
    {
      return translated(collection: link) ?? address
    }
    return address
  }

  /// An address of the view as the handle in it and what stands behind.
  private struct Link {
    let handle: String
    let tail: Substring

    /// Nil where the address does not stand in the folder.
    init?(_ address: String, below folder: String, _ addresses: Addresses) {
      let start = "\(addresses.prefix)/\(folder)/"
      guard address.hasPrefix(start) else { return nil }
      let rest = address.dropFirst(start.count)
      let part = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      handle = Addresses.plain(String(part))
      let behind = rest[part.endIndex...]
      tail = behind.first == "/" ? behind.dropFirst() : behind
    }
  }

  private func translated(product link: Link) -> String? {
    guard link.tail.isEmpty || link.tail.first == "?" || link.tail.first == "#",
      let product = survey.number(handle: link.handle), survey.isVisible(product, in: index),
      let handle = survey.translatedHandles.handle(of: product, in: view.locale)
    else { return nil }
    return addresses.product(handle) + link.tail
  }

  private func translated(collection link: Link) -> String? {
    view.context.collection(handle: link.handle).flatMap { view.collection($0) }
      .flatMap { $0.pathHandle == $0.handle ? nil : $0.url + link.tail }
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
