import Catalog
import LocalMirror

/// The handles at which pages of products and collections stood before, in the shop's own language and in
/// others.
struct FormerHandles: Sendable {
  /// A handle that the product of a page had before.
  struct Entry: Sendable {
    var handle: String
    /// The language that it was in; nil for the product's own.
    var locale: String?
    /// The product's number in the survey.
    var product: Int
    /// What else has it now.
    var claimants: [ResourceReference]
  }

  /// A handle that what a redirect of the shop is about had in a language.
  struct Named: Sendable {
    var handle: String
    var locale: String
    /// The product's number in the survey; nil where it is gone.
    var product: Int?
    /// What else has it now.
    var claimants: [ResourceReference]
  }

  /// All of products that there are.
  let entries: [Entry]
  /// All of collections that there are.
  let collections: [FormerHandle]
  /// The handles in other languages of products that redirects name, by the id of the redirect.
  let named: [String: [Named]]

  /// Asks a mirror.
  init(_ reader: MirrorReader, _ survey: Survey, _ redirects: [RedirectRecord]) throws {
    let hasTranslated = try reader.hasTranslatedHandles()
    collections =
      try reader.formerCollectionHandles()
      + (hasTranslated ? reader.formerTranslatedCollectionHandles() : [])
    let all =
      try reader.formerProductHandles()
      + (hasTranslated ? reader.formerTranslatedProductHandles() : [])
    entries = all.compactMap { former in
      survey.number(id: former.id).map { number in
        Entry(
          handle: former.handle, locale: former.locale, product: number,
          claimants: former.claimants)
      }
    }
    var named: [String: [Named]] = [:]
    for redirect in hasTranslated ? redirects : [] {
      guard let handle = Self.product(atPath: redirect.from) else { continue }
      for former in try reader.translatedHandles(ofProductsNamed: handle) {
        named[redirect.id, default: []].append(
          Named(
            handle: former.handle, locale: former.locale ?? "",
            product: survey.number(id: former.id), claimants: former.claimants))
      }
    }
    self.named = named
  }

  /// The handle in the path of a product's page, as `/products/carre-90` is one.
  private static func product(atPath path: String) -> String? {
    let parts = RedirectTable.path(of: path).split(separator: "/").map(String.init)
    return parts.count == 2 && parts[0] == "products" ? parts[1] : nil
  }
}

extension RootState {
  /// Whether a handle may be told here as one that a product or collection had: not where another one has it
  /// now that the root does not show, because a redirect would tell that one's name.
  func mayTell(
    _ handle: String, claimedBy claimants: [ResourceReference], _ survey: Survey
  ) -> Bool {
    claimants.allSatisfy { claimant in
      if claimant.type == "collection" {
        return states.contains { $0.collection(id: claimant.id) != nil }
      }
      guard let product = survey.number(id: claimant.id),
        !states.contains(where: { survey.isVisible(product, in: $0.index) })
      else { return true }
      // One that no view shows is not among the handles known here.
      let isShownElsewhere = !survey.handles.isEmpty(at: product)
      return isShownElsewhere && survey.handles[product] != handle
        && !survey.translatedHandles.has(product, handle: handle)
    }
  }
}
