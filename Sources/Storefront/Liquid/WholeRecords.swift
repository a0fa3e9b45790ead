import Bytes
import Liquid

/// What lists show in short, whole: collections of a loop over all of them or of a product, and products of
/// any list. Asked for members that the short form lacks, so that only pages which show them depend on them.
public struct WholeRecords: Sendable {
  private let collections: LookupTable
  private let products: LookupTable

  /// Joins the tables of whole records by handle.
  public init(collections: LookupTable, products: LookupTable) {
    self.collections = collections
    self.products = products
  }

  /// What a product's own page has and a list has not: nothing else is worth reading the product for.
  private static let productKeys: Set<SymbolID> = [
    Key.description, Key.plainDescription, Key.media, Key.featuredMedia, Key.options,
    Key.optionsWithValues, Key.hasOnlyDefaultVariant, Key.variants, Key.firstAvailableVariant,
    Key.selectedOrFirstAvailableVariant, Key.metafields, Key.gate, Key.earlyAccess,
  ]

  /// A member that `record` lacks, of the collection or product that it shows in short; nil where it shows
  /// neither, or that has no such member.
  func member(_ key: SymbolID, of record: TapeValue, _ context: inout RenderContext) -> Value? {
    guard let handle = record[Key.handle]?.string, let url = record[Key.url]?.string else {
      return nil
    }
    if let found = collections.member(key, of: handle, at: url, &context) { return found }
    guard Self.productKeys.contains(key) else { return nil }
    return products.member(key, of: handle, at: url, &context)
  }
}
