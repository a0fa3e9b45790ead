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
    var claimants: Claimants
  }

  /// A handle that what a redirect of the shop is about had in a language.
  struct Named: Sendable {
    var handle: String
    var locale: String
    /// The product's number in the survey; nil where it is gone.
    var product: Int?
    var claimants: Claimants
  }

  /// A handle that a collection had before.
  struct Collection: Sendable {
    var handle: String
    /// The language that it was in; nil for the collection's own.
    var locale: String?
    /// The collection's id.
    var id: String
    var claimants: Claimants
  }

  /// What else has a handle now.
  struct Claimants: Sendable {
    /// Products, by number in the survey.
    var products: [Int] = []
    /// Ids of collections.
    var collections: [String] = []

    fileprivate init(_ former: FormerHandle, _ survey: Survey) {
      for claimant in former.claimants {
        if claimant.type == "collection" {
          collections.append(claimant.id)
        } else if let number = survey.number(id: claimant.id) {
          products.append(number)
        }
      }
    }
  }

  /// All of products that there are.
  let entries: [Entry]
  /// All of collections that there are.
  let collections: [Collection]
  /// The handles in other languages of products that redirects name, by the id of the redirect.
  let named: [String: [Named]]

  /// Asks a mirror.
  init(_ reader: MirrorReader, _ survey: Survey, _ redirects: [RedirectRecord]) throws {
    let hasTranslated = try reader.hasTranslatedHandles()
    collections =
      try
      (reader.formerCollectionHandles()
      + (hasTranslated ? reader.formerTranslatedCollectionHandles() : [])).map {
        Collection(
          handle: $0.handle, locale: $0.locale, id: $0.id, claimants: Claimants($0, survey))
      }
    let all =
      try reader.formerProductHandles()
      + (hasTranslated ? reader.formerTranslatedProductHandles() : [])
    entries = all.compactMap { former in
      survey.number(id: former.id).map { number in
        Entry(
          handle: former.handle, locale: former.locale, product: number,
          claimants: Claimants(former, survey))
      }
    }
    var named: [String: [Named]] = [:]
    for redirect in hasTranslated ? redirects : [] {
      guard let handle = Self.product(atPath: redirect.from) else { continue }
      for former in try reader.translatedHandles(ofProductsNamed: handle) {
        named[redirect.id, default: []].append(
          Named(
            handle: former.handle, locale: former.locale ?? "",
            product: survey.number(id: former.id), claimants: Claimants(former, survey)))
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
    _ handle: String, claimedBy claimants: FormerHandles.Claimants, _ survey: Survey
  ) -> Bool {
    claimants.products.allSatisfy { claimant in
      if states.contains(where: { survey.isVisible(claimant, in: $0.index) }) { return true }
      // One that no view shows is not among the handles known here.
      let isShownElsewhere = !survey.handles.isEmpty(at: claimant)
      return isShownElsewhere && survey.handles[claimant] != handle
        && !survey.translatedHandles.has(claimant, handle: handle)
    }
      && claimants.collections.allSatisfy { id in
        states.contains { $0.collection(id: id) != nil }
      }
  }
}
