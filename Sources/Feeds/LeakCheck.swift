import Catalog
import Storefront

/// What must not be in the feed of a channel: everything that the public may not see, and the
/// prices of all tiers that the channel was not opted in for. Items are made from the public view,
/// so this can only find a mistake of ours or a value copied into a public text.
struct LeakCheck: Sendable {
  private let view: StorefrontView
  private let optedIn: [StorefrontView]
  private let others: [StorefrontView]

  init(view: StorefrontView, optedIn: [StorefrontView], others: [StorefrontView]) {
    self.view = view
    self.optedIn = optedIn
    self.others = others
  }

  /// Sorts the values of a product.
  func note(_ bundle: ProductBundle, in book: inout SecretBook) {
    let open = view.product(bundle)
    let told = open == nil ? [] : optedIn.compactMap { $0.product(bundle) }
    ProductSecrets.note(
      bundle, shown: [open].compactMap(\.self) + told,
      elsewhere: (others + (open == nil ? optedIn : [])).compactMap { $0.product(bundle) },
      locales: [view.locale], context: view.context, in: &book)
  }
}
