/// A short sequence of steps that brings up one row of the taxonomy: what two people do to one thing.
/// The seed draws the scene, the records and the values.
enum Scene: String, CaseIterable {
  case titles
  case sameChange = "same-change"
  case otherFields = "other-fields"
  case textApart = "text-apart"
  case textSame = "text-same"
  case textMoved = "text-moved"
  case tags
  case order
  case prices
  case priceSlip = "price-slip"
  case movements
  case belowZero = "below-zero"
  case counts
  case deletedHere = "deleted-here"
  case deletedThere = "deleted-there"
  case deletedTwice = "deleted-twice"
  case parentDeleted = "parent-deleted"
  case sameHandle = "same-handle"
  case renames
  case nameTaken = "name-taken"
  case reference
  case refused
  case ownedByShop = "owned-by-shop"
  case uncertain
  case oldField = "old-field"
  case newField = "new-field"
  case baseLost = "base-lost"
  case withdrawn
  case restoredServer = "restored-server"
  case membership
  case forgotten
  case staleTranslation = "stale-translation"
  case statuses
  case windows
  case fileAndEditor = "file-and-editor"
  case fileAndShop = "file-and-shop"
  case fileInUse = "file-in-use"
  case copiedFile = "copied-file"
  case writtenFile = "written-file"
  case picture
  case mergedProduct = "merged-product"
  case planLater = "plan-later"
}
